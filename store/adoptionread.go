package store

import (
	"context"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// adopters is what questions about the adoption of one innovation read: its
// events, who could adopt it, and how organisations came and went.
type adopters struct {
	session    *session
	m          moment
	innovation innovation.InnovationID
	id         int64 // of the innovation

	events      map[innovation.OrganisationID][]innovation.Adoption // as known, planned ones too
	lineage     *innovation.Lineage
	into, outOf map[innovation.OrganisationID][]innovation.Succession // that the lineage follows, by successor and by predecessor
	eligibility []innovation.Recorded[innovation.Eligibility]
	bodies      map[innovation.OrganisationID]*adopter
}

// adopter is an organisation that exists, or existed, and could adopt.
type adopter struct {
	periods []innovation.Period // of its operation, or of its life in law when no other is known
	kinds   []string            // what it was in each of the periods
}

// is answers whether the organisation was of a kind on a day. On a day on which
// it was not there, it is what it was last, or first when it had not been.
func (a *adopter) is(kind string, on innovation.Date) innovation.Answer {
	best := innovation.No
	for _, k := range a.kindsOn(on) {
		if k.kind == kind {
			best = max(best, k.holds)
		}
	}
	return best
}

// kindOn is what the organisation was on a day; what it certainly was before
// what it possibly was.
func (a *adopter) kindOn(on innovation.Date) string {
	out, best := "", innovation.No
	for _, k := range a.kindsOn(on) {
		if k.holds > best {
			out, best = k.kind, k.holds
		}
	}
	return out
}

type kindHolds struct {
	kind  string
	holds innovation.Answer
}

// kindsOn lists what the organisation may have been on a day. Where only one
// kind is possible it certainly is of that kind, if it was there at all.
func (a *adopter) kindsOn(on innovation.Date) (out []kindHolds) {
	if a == nil || len(a.periods) == 0 {
		return nil
	}
	near := 0 // the last that had begun by the day, or the first
	for i, p := range a.periods {
		at, best := p.Start.Earliest, a.periods[near].Start.Earliest
		if at.After(on) == best.After(on) && at.After(best) == !at.After(on) || best.After(on) && !at.After(on) {
			near = i
		}
		h := p.Holds(on)
		if h == innovation.No {
			continue
		}
		if j := slices.IndexFunc(out, func(k kindHolds) bool { return k.kind == a.kinds[i] }); j >= 0 {
			out[j].holds = max(out[j].holds, h)
		} else {
			out = append(out, kindHolds{a.kinds[i], h})
		}
	}
	if len(out) == 0 {
		out = append(out, kindHolds{a.kinds[near], innovation.Yes})
	}
	if len(out) == 1 {
		out[0].holds = innovation.Yes
	}
	return out
}

// holds answers whether the organisation existed on a day; Possibly when nothing
// is known of it.
func (a *adopter) holds(on innovation.Date) innovation.Answer {
	if a == nil || len(a.periods) == 0 {
		return innovation.Possibly
	}
	best := innovation.No
	for _, p := range a.periods {
		best = max(best, p.Holds(on))
	}
	return best
}

// adoptersOf reads what is known about an innovation. NotFound when the moment
// does not know it.
func adoptersOf(ctx context.Context, s *session, m moment, id innovation.InnovationID) (*adopters, error) {
	a, err := adoptersWithout(ctx, s, m, id)
	if err != nil {
		return nil, err
	}
	return a, a.readEvents(ctx)
}

// adoptersWithout is adoptersOf without its events.
func adoptersWithout(ctx context.Context, s *session, m moment, id innovation.InnovationID) (*adopters, error) {
	a := &adopters{session: s, m: m, innovation: id, events: map[innovation.OrganisationID][]innovation.Adoption{}, bodies: map[innovation.OrganisationID]*adopter{}}
	var err error
	if a.id, _, err = mustEntity(ctx, s, m, id.Entity()); err != nil {
		return nil, err
	}
	m.bare = true
	if a.eligibility, err = selectFacts(ctx, s, m, eligibilities, m.known("f").and("f.subject = ?", a.id), "ORDER BY f.fact"); err != nil {
		return nil, err
	}
	return a, a.readLineage(ctx)
}

// readLineage reads who became whom, and the lives of all organisations.
func (a *adopters) readLineage(ctx context.Context) error {
	m := a.m
	m.bare = true
	edges, err := selectFacts(ctx, a.session, m, successions, m.known("f"), "ORDER BY f.fact")
	if err != nil {
		return err
	}
	plain := make([]innovation.Succession, len(edges))
	a.into, a.outOf = map[innovation.OrganisationID][]innovation.Succession{}, map[innovation.OrganisationID][]innovation.Succession{}
	for i, e := range edges {
		plain[i] = e.Value
		if v := e.Value; v.Type != innovation.Transfer && v.Successor != "" && v.Successor != v.Predecessor && v.Day.Basis != innovation.BasisAnnounced {
			a.into[v.Successor], a.outOf[v.Predecessor] = append(a.into[v.Successor], v), append(a.outOf[v.Predecessor], v)
		}
	}
	a.lineage = innovation.LineageOf(plain).WithLives(func(id innovation.OrganisationID, on innovation.Date) innovation.Answer {
		return a.bodies[id].holds(on)
	})
	return a.readBodies(ctx)
}

// knownEvents selects the events of the moment. Of events the day of publication
// is that of the source that each names, or that it cites.
func (a *adopters) knownEvents() where { return knownAdoptions(a.m) }

func knownAdoptions(m moment) where {
	w := m.plain("f")
	if m.publishedBy.IsZero() {
		return w
	}
	p, c := m.plain("p"), m.plain("c")
	published := "(p.start_latest <= ? OR p.added <= ?)"
	text := "EXISTS (SELECT 1 FROM reg_source p WHERE (p.subject = f.source OR p.subject IN (SELECT c.source FROM reg_citation c WHERE c.fact = f.fact"
	args := []any{}
	for _, t := range c.text {
		text += " AND " + t
	}
	args = append(args, c.args...)
	text += "))"
	for _, t := range p.text {
		text += " AND " + t
	}
	args = append(append(args, p.args...), m.publishedBy.DayNumber(), m.recordedBy)
	return w.and(text+" AND "+published+")", args...)
}

// readEvents reads the events of the innovation, with what counts need.
func (a *adopters) readEvents(ctx context.Context) error {
	w := a.knownEvents().and("f.subject = ?", a.id)
	rows, err := a.session.query(ctx, `SELECT o.key, f.start_earliest, f.start_latest, f.step, f.stage, f.grade, f.planned, f.restated, f.extent_low, f.extent_high, f.reason
		FROM reg_adoption f JOIN reg_entity o ON o.id = f.organisation `+w.String()+" ORDER BY f.organisation, f.start_latest, f.start_earliest, f.grade", w.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var earliest, latest, step, stage, grade, planned, restated, reason int64
		var low, high int64
		if err := rows.Scan(&key, &earliest, &latest, &step, &stage, &grade, &planned, &restated, &low, &high, &reason); err != nil {
			return err
		}
		e, err := adoptionOf(earliest, latest, step, stage, grade, planned)
		if err != nil {
			return err
		}
		e.Innovation, e.Organisation = a.innovation, innovation.OrganisationID(key)
		e.ExtentLow, e.ExtentHigh, e.Restated = low, high, restated != 0
		if reason > 0 && reason < int64(len(reasonCodes)) {
			e.Reason = innovation.StopReason(reasonCodes[reason])
		}
		a.events[e.Organisation] = append(a.events[e.Organisation], e)
	}
	return explain(rows.Err())
}

// readBodies reads the lives of all organisations.
func (a *adopters) readBodies(ctx context.Context) error {
	m := a.m
	m.publishedBy = innovation.Date{} // that a body exists needs no publication to be counted
	w := m.known("f")
	all, err := existences.scan(ctx, a.session, w.String()+" ORDER BY f.subject, f.added", w.args...)
	if err != nil {
		return err
	}
	for i := 0; i < len(all); {
		id := all[i].Value.Organisation
		j := i
		for j < len(all) && all[j].Value.Organisation == id {
			j++
		}
		b := &adopter{periods: livingPeriods(all[i:j]), kinds: livingKinds(all[i:j])}
		a.bodies[id], i = b, j
	}
	return nil
}

// livingKinds are the kinds of the periods of livingPeriods.
func livingKinds(all []innovation.Recorded[innovation.Existence]) []string {
	var operational, any []string
	for _, e := range all {
		any = append(any, e.Value.Kind)
		if e.Value.Aspect == innovation.Operational {
			operational = append(operational, e.Value.Kind)
		}
	}
	if len(operational) > 0 {
		return operational
	}
	return any
}

// exists answers whether an organisation existed on a day. Where its life is not
// recorded, its successions tell: it ended when it became others, and began when
// others became it.
func (a *adopters) exists(id innovation.OrganisationID, on innovation.Date) innovation.Answer {
	b := a.bodies[id]
	if b != nil && len(b.periods) > 0 {
		return b.holds(on)
	}
	acted := slices.ContainsFunc(a.events[id], func(e innovation.Adoption) bool { return !e.Restated && !e.Planned && !e.Day.Latest.After(on) })
	if a.lineage.Ended(id, on) || a.lineage.NotBegun(id, on) && !acted {
		return innovation.No
	}
	return innovation.Possibly
}

// eventsOf gives the events of an organisation.
func (a *adopters) eventsOf(id innovation.OrganisationID) []innovation.Adoption { return a.events[id] }

// unit is an organisation of an eligible set.
type unit struct {
	id innovation.OrganisationID
	// eligible says whether it could adopt on the day: Yes, or Possibly where days
	// are not certain or the register does not know who could.
	eligible innovation.Answer
	reason   string
}

// eligibleSet is who could adopt on a day.
type eligibleSet struct {
	known bool // whether the register says who could; otherwise those that did
	units []unit
}

// eligible is the set of organisations of a day that could adopt: as the
// register says in general, or as a programme and one of its phases see it.
// Where nothing is said it is those with events, and what they became: not who
// could adopt but who is known to have to do with it.
func (a *adopters) eligible(ctx context.Context, day innovation.Date, programme innovation.ProgrammeID, phase int64) (eligibleSet, error) {
	var out eligibleSet
	said := map[innovation.OrganisationID]unit{}
	barred := map[innovation.OrganisationID]innovation.Answer{}
	var web *web
	var withRole map[string]map[innovation.OrganisationID]innovation.Answer
	for _, f := range a.eligibility {
		e := f.Value
		if e.Programme != programme || e.Phase != phase {
			continue
		}
		out.known = true
		holds := e.Period.Holds(day)
		if holds == innovation.No {
			continue
		}
		note := func(id innovation.OrganisationID, holds innovation.Answer) {
			if e.Excluded {
				barred[id] = max(barred[id], holds)
			} else if u, ok := said[id]; !ok || u.eligible < holds {
				said[id] = unit{id, holds, e.Reason}
			}
		}
		if e.Organisation != "" {
			exists := a.exists(e.Organisation, day)
			if exists == innovation.Possibly && a.bodies[e.Organisation] == nil { // nothing says otherwise
				exists = innovation.Yes
			}
			if exists = min(exists, holds); exists != innovation.No {
				note(e.Organisation, exists)
			}
			continue
		}
		if e.Within != "" && web == nil {
			at := a.m
			at.on, at.bare = day, true
			read, err := readWeb(ctx, a.session, at)
			if err != nil {
				return out, err
			}
			web = &read
		}
		if e.Role != "" && withRole == nil {
			var err error
			if withRole, err = a.roles(ctx, day); err != nil {
				return out, err
			}
		}
		for id, b := range a.bodies {
			answer := min(holds, b.holds(day))
			if e.Kind != "" {
				answer = min(answer, b.is(e.Kind, day))
			}
			if answer == innovation.No {
				continue
			}
			if e.Role != "" {
				answer = min(answer, withRole[e.Role][id])
			}
			if e.Within != "" {
				answer = min(answer, web.within(id, e.Within, day))
			}
			if answer != innovation.No {
				note(id, answer)
			}
		}
	}
	if !out.known {
		for _, id := range a.concerned(day) {
			said[id] = unit{id: id, eligible: innovation.Possibly}
		}
	}
	for id, u := range said {
		switch barred[id] {
		case innovation.Yes:
			continue
		case innovation.Possibly:
			u.eligible = innovation.Possibly
		}
		out.units = append(out.units, u)
	}
	sort.Slice(out.units, func(i, j int) bool { return out.units[i].id < out.units[j].id })
	return out, nil
}

// concerned lists the organisations of a day that events are about: those with
// events, what they became by then and, of those that were not there yet, what
// they came from. The order is that of their keys.
func (a *adopters) concerned(day innovation.Date) []innovation.OrganisationID {
	out := []innovation.OrganisationID{}
	seen := map[innovation.OrganisationID]bool{}
	var add func(id innovation.OrganisationID)
	add = func(id innovation.OrganisationID) {
		if seen[id] {
			return
		}
		seen[id] = true
		exists := a.exists(id, day) != innovation.No
		if exists {
			out = append(out, id)
		}
		for _, next := range a.lineage.Successors(id, day) {
			add(next)
		}
		if !exists {
			for _, before := range a.lineage.Predecessors(id) {
				add(before)
			}
		}
	}
	for id := range a.events {
		add(id)
	}
	slices.Sort(out)
	return out
}

// roles reads who has which role on a day.
func (a *adopters) roles(ctx context.Context, day innovation.Date) (map[string]map[innovation.OrganisationID]innovation.Answer, error) {
	m := a.m
	m.on, m.bare = day, true
	all, err := selectFacts(ctx, a.session, m, roles, m.holding("f"), "ORDER BY f.fact")
	out := map[string]map[innovation.OrganisationID]innovation.Answer{}
	for _, r := range all {
		if out[r.Value.Role] == nil {
			out[r.Value.Role] = map[innovation.OrganisationID]innovation.Answer{}
		}
		out[r.Value.Role][r.Value.Organisation] = max(out[r.Value.Role][r.Value.Organisation], r.Value.Period.Holds(day))
	}
	return out, err
}

// within answers whether a body lies within another, or is served by it, on the
// day whose relations the web holds.
func (w web) within(id, other innovation.OrganisationID, on innovation.Date) innovation.Answer {
	best := innovation.No
	for _, s := range w.services(id, on) {
		if s.Network == other {
			best = max(best, s.Serves)
		}
	}
	for _, u := range w.above(id, on) {
		if u.id == other {
			best = max(best, u.holds)
		}
	}
	return best
}

// upperBody is a body that another lies within.
type upperBody struct {
	id    innovation.OrganisationID
	holds innovation.Answer
}

// above lists the bodies that a body lies within, directly or through others,
// nearest first.
func (w web) above(id innovation.OrganisationID, on innovation.Date) []upperBody {
	out := []upperBody{}
	seen := map[innovation.OrganisationID]bool{id: true}
	level := []upperBody{{id, innovation.Yes}}
	for depth := 0; depth <= maxDepth && len(level) > 0; depth++ {
		var next []upperBody
		for _, b := range level {
			for _, e := range w.up[b.id] {
				if !seen[e.Value.Target] {
					seen[e.Value.Target] = true
					next = append(next, upperBody{e.Value.Target, min(b.holds, e.Value.Period.Holds(on))})
				}
			}
		}
		out = append(out, next...)
		level = next
	}
	return out
}

// grouping names the groups that an organisation belongs to on a day: each with
// whether it certainly does. None means that the register does not know.
type grouping func(id innovation.OrganisationID) []upperBody

// groups makes a grouping of a day. by is network; kind (of the organisation
// itself); or the kind of a body that organisations lie within: icb, nhs-region,
// primary-care-network, ccg …
func (a *adopters) groups(ctx context.Context, by string, day innovation.Date) (grouping, error) {
	if by == innovation.ByKind {
		return func(id innovation.OrganisationID) []upperBody {
			var out []upperBody
			for _, k := range a.bodies[id].kindsOn(day) {
				if k.kind != "" {
					out = append(out, upperBody{innovation.OrganisationID(k.kind), k.holds})
				}
			}
			return out
		}, nil
	}
	m := a.m
	m.on, m.bare = day, true
	web, err := readWeb(ctx, a.session, m)
	if err != nil {
		return nil, err
	}
	if by == innovation.ByNetwork {
		return func(id innovation.OrganisationID) []upperBody {
			var out []upperBody
			for _, s := range web.services(id, day) {
				if i := slices.IndexFunc(out, func(u upperBody) bool { return u.id == s.Network }); i < 0 {
					out = append(out, upperBody{s.Network, s.Serves})
				}
			}
			return out
		}, nil
	}
	return func(id innovation.OrganisationID) []upperBody {
		var out []upperBody
		for _, u := range append([]upperBody{{id, innovation.Yes}}, web.above(id, day)...) {
			if u.holds = min(u.holds, a.bodies[u.id].is(by, day)); u.holds != innovation.No {
				out = append(out, u)
			}
		}
		return out
	}, nil
}
