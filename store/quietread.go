package store

import (
	"context"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// QuietStops is where an innovation, or the innovations of an organisation, have
// gone quiet.
type QuietStops struct {
	Recipe innovation.Recipe          `json:"recipe"`
	Asked  innovation.QuietStopsQuery `json:"asked" doc:"What was asked"`
	Basis  innovation.AdoptionBasis   `json:"basis" doc:"Which organisations were looked at, and by what evidence; of one organisation, only it"`
	InUse  int                        `json:"inUse" doc:"How many are in use, certainly or possibly, the quiet ones among them"`
	Low    int                        `json:"low" doc:"How many certainly are quiet"`
	High   int                        `json:"high" doc:"How many possibly are"`
	Groups []innovation.GroupCount    `json:"groups" doc:"How many of the quiet in each group; an organisation of several groups counts in each"`
	Quiet  []innovation.QuietStop     `json:"quiet" doc:"Those that are quiet, the longest first; none of them is counted as stopped"`
}

// QuietStops lists where an innovation is in use, as far as is known, and
// nothing has been heard for some months: no event and no confirmation. Quiet is
// not stopped: nobody counts these as stopped.
func (r reader) QuietStops(ctx context.Context, v innovation.View, q innovation.QuietStopsQuery) (out QuietStops, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	q = q.Normal()
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if err := checkBy(ctx, s, m, q.By); err != nil {
			return err
		}
		out = QuietStops{Recipe: m.recipe(), Asked: q, Quiet: []innovation.QuietStop{}}
		var a *adopters
		if q.Innovation != "" {
			a, err = out.innovation(ctx, s, m)
		} else {
			a, err = out.organisation(ctx, s, m)
		}
		if err != nil {
			return err
		}
		in, err := a.groups(ctx, q.By, m.on)
		if err != nil {
			return err
		}
		innovation.SortQuiet(out.Quiet)
		named := naming{s: s, m: m}
		for i := range out.Quiet {
			row := &out.Quiet[i]
			row.Groups = groupsOf(in, row.Organisation)
			named.body(row.Organisation, &row.Name)
			named.groups(row.Groups)
		}
		if err := named.fill(ctx); err != nil {
			return err
		}
		out.Groups = innovation.CountGroups(len(out.Quiet), func(i int) ([]innovation.AdoptionGroup, innovation.Answer) {
			return out.Quiet[i].Groups, min(out.Quiet[i].Quiet, out.Quiet[i].Uses)
		})
		return nil
	})
	return out, err
}

// innovation looks at all organisations of an innovation.
func (q *QuietStops) innovation(ctx context.Context, s *session, m moment) (*adopters, error) {
	a, err := adoptersOf(ctx, s, m, q.Asked.Innovation)
	if err != nil {
		return nil, err
	}
	read, err := a.recorded(ctx)
	if err != nil {
		return nil, err
	}
	units, set, err := a.everybody(ctx, m.on, "", 0)
	if err != nil {
		return nil, err
	}
	q.Basis = basisOf(set, m.on, q.Asked.Firm)
	for _, u := range units {
		q.look(a, u.id, read)
	}
	return a, nil
}

// organisation looks at all innovations of an organisation, and of the bodies
// that went into it.
func (q *QuietStops) organisation(ctx context.Context, s *session, m moment) (*adopters, error) {
	if _, _, err := mustEntity(ctx, s, m, q.Asked.Organisation.Entity()); err != nil {
		return nil, err
	}
	a, err := bareAdopters(ctx, s, m)
	if err != nil {
		return nil, err
	}
	q.Basis = innovation.AdoptionBasis{Footprint: innovation.Footprint{Mode: innovation.FootprintThen}, Day: m.on, Firm: q.Asked.Firm, Eligible: 1}
	bodies := []innovation.OrganisationID{q.Asked.Organisation}
	seen := map[innovation.OrganisationID]bool{q.Asked.Organisation: true}
	for i := 0; i < len(bodies); i++ {
		for _, before := range a.lineage.Predecessors(bodies[i]) {
			if !seen[before] {
				seen[before] = true
				bodies = append(bodies, before)
			}
		}
	}
	bare := m
	bare.bare = true
	byInnovation := map[innovation.InnovationID]map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption]{}
	var found []innovation.InnovationID
	for _, body := range bodies {
		w := knownAdoptions(m).join(entityIs("f.organisation", body.Entity()))
		events, err := selectFacts(ctx, s, bare, adoptions, w, "ORDER BY f.fact")
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			if byInnovation[e.Value.Innovation] == nil {
				byInnovation[e.Value.Innovation] = map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption]{}
				found = append(found, e.Value.Innovation)
			}
			of := byInnovation[e.Value.Innovation]
			of[body] = append(of[body], e)
		}
	}
	for _, id := range found {
		read := byInnovation[id]
		a.innovation, a.events = id, map[innovation.OrganisationID][]innovation.Adoption{}
		for body, events := range read {
			for _, e := range events {
				a.events[body] = append(a.events[body], e.Value)
			}
		}
		q.look(a, q.Asked.Organisation, read)
	}
	return a, nil
}

// look adds an organisation when it has gone quiet.
func (q *QuietStops) look(a *adopters, id innovation.OrganisationID, read map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption]) {
	standing := a.lineage.Standing(id, a.eventsOf, a.m.on, innovation.Footprint{}, q.Asked.Firm)
	uses := standing.InUse()
	if uses == innovation.No {
		return
	}
	q.InUse++
	row, ok := innovation.QuietOn(innovation.UseOf(behind(read, id, standing), a.m.on), a.m.on, q.Asked.Months)
	if !ok {
		return
	}
	row.Innovation, row.Organisation, row.Uses = a.innovation, id, uses
	q.High++
	if row.Quiet == innovation.Yes && uses == innovation.Yes {
		q.Low++
	}
	q.Quiet = append(q.Quiet, row)
}

// bareAdopters reads how organisations came and went, and no innovation.
func bareAdopters(ctx context.Context, s *session, m moment) (*adopters, error) {
	a := &adopters{session: s, m: m, events: map[innovation.OrganisationID][]innovation.Adoption{}, bodies: map[innovation.OrganisationID]*adopter{}}
	return a, a.readLineage(ctx)
}

// Stops is where innovations stopped, and why.
type Stops struct {
	Recipe    innovation.Recipe       `json:"recipe"`
	Asked     innovation.StopsQuery   `json:"asked" doc:"What was asked"`
	Footprint innovation.Footprint    `json:"footprint" doc:"Organisations as they are recorded: of then"`
	Low       int                     `json:"low" doc:"How many stops certainly lie in the time asked about, by whatever evidence"`
	High      int                     `json:"high" doc:"How many possibly do"`
	Restarted int                     `json:"restarted" doc:"How many of them began again by the day asked about"`
	Reasons   []innovation.StopCount  `json:"reasons" doc:"By reason, the most frequent first; those without one under Not stated"`
	Domains   []innovation.StopCount  `json:"domains" doc:"By the NASSS domain of the reason"`
	Groups    []innovation.GroupCount `json:"groups" doc:"By group on the last day asked about; an organisation of several groups counts in each"`
	Stops     []innovation.Stop       `json:"stops" doc:"The stops, the latest first"`
	More      int                     `json:"more" doc:"How many more are counted and not listed"`
}

// Stops counts where an innovation, or any, stopped in a time, by reason and by
// the NASSS domain behind the reason, and lists the stops. All evidence counts:
// a stop that several grades of evidence tell is one. Organisations are those
// named by the events.
func (r reader) Stops(ctx context.Context, v innovation.View, q innovation.StopsQuery) (out Stops, err error) {
	if err := innovation.Join(v.Validate(), q.Validate(v.On)); err != nil {
		return out, err
	}
	q = q.Normal(v.On)
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if err := checkBy(ctx, s, m, q.By); err != nil {
			return err
		}
		// The events of those pairs of which one stopped in the time.
		t := m.plain("t").and("t.subject = f.subject AND t.organisation = f.organisation AND t.step = ? AND t.planned = 0 AND t.start_earliest <= ? AND t.start_latest >= ?",
			stopCode, q.To.DayNumber(), q.From.DayNumber())
		w := knownAdoptions(m)
		if q.Innovation != "" {
			id, _, err := mustEntity(ctx, s, m, q.Innovation.Entity())
			if err != nil {
				return err
			}
			w = w.and("f.subject = ?", id)
		}
		w = w.and("EXISTS (SELECT 1 FROM reg_adoption t "+t.String()+")", t.args...)
		bare := m
		bare.bare = true
		events, err := selectFacts(ctx, s, bare, adoptions, w, "ORDER BY f.subject, f.organisation")
		if err != nil {
			return err
		}
		out = Stops{Recipe: m.recipe(), Asked: q, Footprint: innovation.Footprint{Mode: innovation.FootprintThen}}
		all := []innovation.Stop{}
		for i := 0; i < len(events); {
			j := i
			for j < len(events) && events[j].Value.Innovation == events[i].Value.Innovation && events[j].Value.Organisation == events[i].Value.Organisation {
				j++
			}
			all = append(all, innovation.StopsOf(events[i:j], q, m.on)...)
			i = j
		}
		sort.Slice(all, func(i, j int) bool {
			a, b := &all[i], &all[j]
			switch {
			case a.Day.Latest != b.Day.Latest:
				return a.Day.Latest.After(b.Day.Latest)
			case a.Organisation != b.Organisation:
				return a.Organisation < b.Organisation
			}
			return a.Innovation < b.Innovation
		})
		return out.count(ctx, s, m, all)
	})
	return out, err
}

// stopCode stands for a stop in the table of events.
var stopCode = int64(slices.Index(stepCodes, string(innovation.Stopped)))

// count counts the stops and keeps those to be listed.
func (o *Stops) count(ctx context.Context, s *session, m moment, all []innovation.Stop) error {
	at := m
	at.on = o.Asked.To
	a, err := bareAdopters(ctx, s, at)
	if err != nil {
		return err
	}
	in, err := a.groups(ctx, o.Asked.By, at.on)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Groups = groupsOf(in, all[i].Organisation)
		o.High++
		if all[i].Within == innovation.Yes {
			o.Low++
		}
		if !all[i].Restarted.IsZero() {
			o.Restarted++
		}
	}
	o.Reasons, o.Domains = innovation.CountStops(all)
	o.Groups = innovation.CountGroups(len(all), func(i int) ([]innovation.AdoptionGroup, innovation.Answer) { return all[i].Groups, all[i].Within })
	o.Stops = all[:min(len(all), o.Asked.Limit)]
	o.More = len(all) - len(o.Stops)
	named := naming{s: s, m: at}
	for i := range o.Stops {
		named.body(o.Stops[i].Organisation, &o.Stops[i].Name)
		named.groups(o.Stops[i].Groups)
	}
	for i := range o.Groups {
		if o.Groups[i].Group != "" {
			named.body(o.Groups[i].Group, &o.Groups[i].Name)
		}
	}
	return named.fill(ctx)
}
