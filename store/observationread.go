package store

import (
	"context"
	"fmt"
	"sort"
	"strings"

	sq "github.com/Masterminds/squirrel"
	"github.com/innovationregistry/registry/innovation"
)

// ObservationFilter selects observations; an empty field does not restrict.
type ObservationFilter struct {
	Innovation innovation.InnovationID    `json:"innovation,omitempty" doc:"About this innovation"`
	Programme  innovation.ProgrammeID     `json:"programme,omitempty" doc:"That belong to this programme"`
	Type       innovation.ObservationType `json:"type,omitempty" enum:"result,target,forecast,baseline" doc:"Of this type"`
	Scope      innovation.Scope           `json:"scope,omitempty" doc:"With this scope"`
	Body       innovation.OrganisationID  `json:"body,omitempty" doc:"About this network or organisation, alone or among others"`
	Measure    string                     `json:"measure,omitempty" doc:"Of this measure"`
	Limit      int                        `json:"limit,omitempty" doc:"How many at most: 1 to 1000, 100 when left out"`
	Page       string                     `json:"-"`
}

// ObservationReading is a published figure with those it is about.
type ObservationReading struct {
	innovation.Recorded[innovation.Observation]
	Bodies []innovation.OrganisationID `json:"bodies,omitempty" doc:"Those it is about together: it counts once, not once for each"`
	Rivals []innovation.ObservationID  `json:"rivals,omitempty" doc:"Other figures of the same type, measure and unit about the same thing and the same time that say otherwise"`
}

// ObservationList is a page of observations, results apart from what is aimed
// at, expected or compared with. None of them is an event, and none is added to
// events.
type ObservationList struct {
	Recipe    innovation.Recipe                       `json:"recipe"`
	Asked     ObservationFilter                       `json:"asked" doc:"What was asked"`
	Results   []ObservationReading                    `json:"results" doc:"What was reached by the day, in the order of keys"`
	Targets   []ObservationReading                    `json:"targets" doc:"What is aimed at; its day may lie ahead"`
	Forecasts []ObservationReading                    `json:"forecasts" doc:"What is expected; its day may lie ahead"`
	Baselines []ObservationReading                    `json:"baselines" doc:"What results are compared with"`
	Claims    []innovation.Recorded[innovation.Claim] `json:"claims" doc:"Published claims about the innovation or the programme that was asked about; rival ones share their topic"`
	Next      string                                  `json:"next,omitempty" doc:"Token of the next page; empty on the last"`
}

// Observations lists published figures in the order of their keys. Results and
// baselines count by their day; targets and forecasts are listed whatever their
// day.
func (r reader) Observations(ctx context.Context, v innovation.View, f ObservationFilter) (out ObservationList, err error) {
	if err := f.validate(); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		page, err := openPage(ctx, s, v, "observations", f.Limit, f.Page, f.digest())
		if err != nil {
			return err
		}
		m := page.moment
		w, about, err := f.where(ctx, s, m)
		if err != nil {
			return err
		}
		w = w.and("e_subject.key > ?", page.after)
		found, err := selectFacts(ctx, s, m, observations, w, fmt.Sprintf("ORDER BY e_subject.key, f.fact LIMIT %d", page.limit+1))
		if err != nil {
			return err
		}
		f.Limit = page.limit
		out = ObservationList{Recipe: m.recipe(), Asked: f, Results: []ObservationReading{}, Targets: []ObservationReading{}, Forecasts: []ObservationReading{},
			Baselines: []ObservationReading{}, Claims: []innovation.Recorded[innovation.Claim]{}}
		if len(found) > page.limit {
			found = found[:page.limit]
			out.Next = page.token(string(found[len(found)-1].Value.Observation))
		}
		read, err := withRivals(ctx, s, m, found)
		if err != nil {
			return err
		}
		for _, o := range read {
			switch o.Value.Type {
			case innovation.Target:
				out.Targets = append(out.Targets, o)
			case innovation.ForecastFigure:
				out.Forecasts = append(out.Forecasts, o)
			case innovation.Baseline:
				out.Baselines = append(out.Baselines, o)
			default:
				out.Results = append(out.Results, o)
			}
		}
		for _, e := range about {
			claimed, err := selectFacts(ctx, s, m, claims, m.known("f").join(entityIs("f.subject", e)), "ORDER BY f.fact")
			if err != nil {
				return err
			}
			out.Claims = append(out.Claims, claimed...)
		}
		return nil
	})
	return out, err
}

// validate refuses what no observation has.
func (f ObservationFilter) validate() error {
	word := func(field, value string, list ...string) error {
		if value == "" {
			return nil
		}
		for _, w := range list {
			if w == value {
				return nil
			}
		}
		return innovation.Invalidf(innovation.RuleQuestionInvalid, field, "%q is no %s of an observation", clip(value), field).Trying("use one of %s", innovation.Listed(list))
	}
	var scopes []string
	for _, s := range innovation.Scopes() {
		scopes = append(scopes, string(s))
	}
	return innovation.Join(word("type", string(f.Type), string(innovation.Result), string(innovation.Target), string(innovation.ForecastFigure), string(innovation.Baseline)),
		word("scope", string(f.Scope), scopes...), innovation.CheckText("measure", f.Measure, innovation.MaxKey))
}

// clip shortens a text for an error message.
func clip(s string) string { return s[:min(len(s), 60)] }

func (f ObservationFilter) digest() string {
	f.Page, f.Limit = "", 0
	return fmt.Sprintf("%+v", f)
}

// where selects the observations, and names the entities whose claims belong to
// the answer.
func (f ObservationFilter) where(ctx context.Context, s *session, m moment) (w where, about []innovation.Entity, err error) {
	day := m.on.DayNumber()
	w = m.known("f").and("(f.start_earliest <= ? OR f.type = ? OR f.type = ?)", day, string(innovation.Target), string(innovation.ForecastFigure))
	if f.Innovation != "" {
		id, err := mustField(ctx, s, m, "innovation", f.Innovation.Entity())
		if err != nil {
			return w, nil, err
		}
		w, about = w.and("f.innovation = ?", id), append(about, f.Innovation.Entity())
	}
	if f.Programme != "" {
		id, err := mustField(ctx, s, m, "programme", f.Programme.Entity())
		if err != nil {
			return w, nil, err
		}
		w, about = w.and("f.programme = ?", id), append(about, f.Programme.Entity())
	}
	if f.Body != "" {
		id, err := mustField(ctx, s, m, "body", f.Body.Entity())
		if err != nil {
			return w, nil, err
		}
		b := m.plain("b").and("b.subject = f.subject AND b.organisation = ?", id)
		w = w.and("(f.body = ? OR EXISTS (SELECT 1 FROM reg_observation_body b "+b.String()+"))", append([]any{id}, b.args...)...)
	}
	for _, c := range [][2]string{{"type", string(f.Type)}, {"scope", string(f.Scope)}, {"measure", f.Measure}} {
		if c[1] != "" {
			w = w.and("f."+c[0]+" = ?", c[1])
		}
	}
	return w, about, checkCode(ctx, s, m, "measure", innovation.SchemeMeasure, f.Measure)
}

// withRivals adds those that figures are about, and the figures that say
// otherwise.
func withRivals(ctx context.Context, s *session, m moment, found []innovation.Recorded[innovation.Observation]) ([]ObservationReading, error) {
	out := make([]ObservationReading, len(found))
	if len(found) == 0 {
		return out, nil
	}
	bare := m
	bare.bare = true
	of := map[innovation.InnovationID]bool{}
	for _, o := range found {
		of[o.Value.Innovation] = true
	}
	bodies := map[innovation.ObservationID][]innovation.OrganisationID{}
	var rivals []innovation.Recorded[innovation.Observation]
	for id := range of {
		entity, _, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return nil, err
		}
		same, err := selectFacts(ctx, s, bare, observations, m.known("f").and("f.innovation = ?", entity), "ORDER BY e_subject.key")
		if err != nil {
			return nil, err
		}
		rivals = append(rivals, same...)
		o := m.known("o").and("o.subject = f.subject AND o.innovation = ?", entity)
		named, err := selectFacts(ctx, s, bare, observationBodies, m.plain("f").and("EXISTS (SELECT 1 FROM reg_observation o "+o.String()+")", o.args...), "ORDER BY f.fact")
		if err != nil {
			return nil, err
		}
		for _, b := range named {
			bodies[b.Value.Observation] = append(bodies[b.Value.Observation], b.Value.Organisation)
		}
	}
	for i, o := range found {
		out[i] = ObservationReading{Recorded: o, Bodies: bodies[o.Value.Observation]}
		for _, r := range rivals {
			if innovation.Disagree(o.Value, r.Value) {
				out[i].Rivals = append(out[i].Rivals, r.Value.Observation)
			}
		}
		sort.Slice(out[i].Rivals, func(a, b int) bool { return out[i].Rivals[a] < out[i].Rivals[b] })
	}
	return out, nil
}

// InnovationReading is what the register holds about an innovation on a day.
type InnovationReading struct {
	Recipe     innovation.Recipe                                     `json:"recipe"`
	Innovation innovation.InnovationID                               `json:"innovation" doc:"Key of the innovation"`
	Name       string                                                `json:"name" doc:"What it was called on the day; the key when that is not known"`
	Version    innovation.ActNumber                                  `json:"version" doc:"The last act that touched it, as of now"`
	Facts      []innovation.Recorded[innovation.Innovation]          `json:"facts" doc:"What it was called and what kind it was, of all days"`
	Supplies   []innovation.Recorded[innovation.Supply]              `json:"supplies" doc:"Who supplied it on the day"`
	Categories []innovation.Recorded[innovation.Category]            `json:"categories" doc:"The headings and care settings it was put under on the day"`
	Readiness  []innovation.Recorded[innovation.Readiness]           `json:"readiness" doc:"The marks, assessments and guidance that it had on the day"`
	Notices    []innovation.Recorded[innovation.Notice]              `json:"notices" doc:"The notices issued by the day"`
	Programmes []innovation.Recorded[innovation.ProgrammeInnovation] `json:"programmes" doc:"The programmes that spread it on the day"`
	Mandates   []innovation.Recorded[innovation.Mandate]             `json:"mandates" doc:"The mandates in force on the day that name it, or are about all of a programme that spread it"`
	Eligible   []innovation.Recorded[innovation.Eligibility]         `json:"eligibility" doc:"Who could adopt it on the day"`
	Claims     []innovation.Recorded[innovation.Claim]               `json:"claims" doc:"Published claims about it; rival ones share their topic"`
}

// Innovation reads one innovation as of the day: its names, suppliers, headings,
// readiness, notices and programmes. Facts that hold, or possibly hold, on the
// day are listed; of what it was called, all.
func (r reader) Innovation(ctx context.Context, v innovation.View, id innovation.InnovationID) (out InnovationReading, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		entity, version, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		var g gatherer
		mine, named := m.holding("f").and("f.subject = ?", entity), m.holding("f").and("f.innovation = ?", entity)
		out = InnovationReading{Recipe: m.recipe(), Innovation: id, Name: string(id), Version: innovation.ActNumber(version),
			Facts:      listed(gather(&g, ctx, s, m, innovations, m.known("f").and("f.subject = ?", entity))),
			Supplies:   listed(gather(&g, ctx, s, m, supplies, mine)),
			Categories: listed(gather(&g, ctx, s, m, categories, mine)),
			Readiness:  listed(gather(&g, ctx, s, m, readinesses, mine)),
			Notices:    listed(gather(&g, ctx, s, m, notices, mine)),
			Programmes: listed(gather(&g, ctx, s, m, programmeInnovations, named)),
			Mandates:   listed(gather(&g, ctx, s, m, mandates, mandatesFor(m, entity))),
			Eligible:   listed(gather(&g, ctx, s, m, eligibilities, mine)),
			Claims:     listed(gather(&g, ctx, s, m, claims, m.known("f").and("f.subject = ?", entity)))}
		best := innovation.No
		for _, f := range out.Facts {
			if holds := f.Value.Period.Holds(m.on); holds > best {
				best, out.Name = holds, f.Value.Name
			}
		}
		return g.err
	})
	return out, err
}

// listed is a list that is never absent.
func listed[F any](all []innovation.Recorded[F]) []innovation.Recorded[F] {
	if all == nil {
		return []innovation.Recorded[F]{}
	}
	return all
}

// InnovationFilter selects innovations; an empty field does not restrict.
type InnovationFilter struct {
	Text        string                    // part of a name it ever had, of a product name, or its key; the case of a to z does not count
	Type        string                    // its type on the day
	Category    string                    // a heading it is under on the day
	CareSetting string                    // a care setting on the day
	Supplier    innovation.OrganisationID // who supplies it on the day
	Programme   innovation.ProgrammeID    // which programme spreads it on the day
	Limit       int                       // how many at most: 1 to 1000, 100 when 0
	Page        string                    // the token of the page, from InnovationList.Next
}

// InnovationSummary is an innovation in a list.
type InnovationSummary struct {
	Innovation innovation.InnovationID     `json:"innovation" doc:"Key of the innovation"`
	Name       string                      `json:"name" doc:"What it was called on the day"`
	Type       string                      `json:"type,omitempty" doc:"What it is; left out when not stated"`
	Originator innovation.OrganisationID   `json:"originator,omitempty" doc:"Who it comes from; left out when not stated"`
	Categories []string                    `json:"categories,omitempty" doc:"The headings and care settings it was under on the day"`
	Suppliers  []innovation.OrganisationID `json:"suppliers,omitempty" doc:"Who supplied it on the day"`
	Programmes []innovation.ProgrammeID    `json:"programmes,omitempty" doc:"The programmes that spread it on the day"`
}

// InnovationList is a page of innovations in the order of their keys.
type InnovationList struct {
	Recipe      innovation.Recipe   `json:"recipe"`
	Innovations []InnovationSummary `json:"innovations"`
	Next        string              `json:"next,omitempty" doc:"Token of the next page; empty on the last"`
}

// Innovations lists innovations in the order of their keys.
func (r reader) Innovations(ctx context.Context, v innovation.View, f InnovationFilter) (out InnovationList, err error) {
	if err := f.validate(); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		page, err := openPage(ctx, s, v, "innovations", f.Limit, f.Page, f.digest())
		if err != nil {
			return err
		}
		m := page.moment
		if err := innovation.Join(checkCode(ctx, s, m, "type", innovation.SchemeInnovationType, f.Type),
			checkCode(ctx, s, m, "category", innovation.SchemeCategory, f.Category),
			checkCode(ctx, s, m, "careSetting", innovation.SchemeCareSetting, f.CareSetting)); err != nil {
			return err
		}
		q := sq.Select("o.id", "o.key").From("reg_entity o").
			Where("o.kind = ? AND o.key > ? AND o.id <= ?", string(innovation.KindInnovation), page.after, m.change).
			OrderBy("o.key").Limit(uint64(page.limit + 1))
		if f.Text != "" {
			like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(lowered(f.Text)) + "%"
			n, p := m.known("n"), m.known("p")
			q = q.Where("(EXISTS (SELECT 1 FROM reg_innovation n "+n.and(`n.subject = o.id AND lower(n.name) LIKE ? ESCAPE '\'`).String()+
				") OR EXISTS (SELECT 1 FROM reg_supply p "+p.and(`p.subject = o.id AND lower(p.product) LIKE ? ESCAPE '\'`).String()+
				`) OR o.key LIKE ? ESCAPE '\')`, concat(n.args, like, p.args, like, like)...)
		}
		for _, c := range []struct{ table, column, value string }{{"reg_innovation", "type", f.Type}, {"reg_innovation_category", "category", f.Category},
			{"reg_innovation_category", "care_setting", f.CareSetting}} {
			if c.value != "" {
				x := m.holding("x").and("x.subject = o.id AND x."+c.column+" = ?", c.value)
				q = q.Where("EXISTS (SELECT 1 FROM "+c.table+" x "+x.String()+")", x.args...)
			}
		}
		if f.Supplier != "" {
			id, err := mustField(ctx, s, m, "supplier", f.Supplier.Entity())
			if err != nil {
				return err
			}
			x := m.holding("x").and("x.subject = o.id AND x.supplier = ?", id)
			q = q.Where("EXISTS (SELECT 1 FROM reg_supply x "+x.String()+")", x.args...)
		}
		if f.Programme != "" {
			id, err := mustField(ctx, s, m, "programme", f.Programme.Entity())
			if err != nil {
				return err
			}
			x := m.holding("x").and("x.innovation = o.id AND x.subject = ?", id)
			q = q.Where("EXISTS (SELECT 1 FROM reg_programme_innovation x "+x.String()+")", x.args...)
		}
		ids, keys, next, err := page.keys(ctx, s, q)
		if err != nil {
			return err
		}
		out.Next = next
		out.Recipe = m.recipe()
		out.Innovations, err = innovationSummaries(ctx, s, m, ids, keys)
		return err
	})
	return out, err
}

// validate refuses texts that an engine may choke on.
func (f InnovationFilter) validate() error {
	return innovation.Join(innovation.CheckText("text", f.Text, innovation.MaxShort), innovation.CheckText("type", f.Type, innovation.MaxKey),
		innovation.CheckText("category", f.Category, innovation.MaxKey), innovation.CheckText("careSetting", f.CareSetting, innovation.MaxKey))
}

// lowered writes a to z for A to Z and leaves all else, as both engines do.
func lowered(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

func (f InnovationFilter) digest() string {
	f.Page, f.Limit = "", 0
	return fmt.Sprintf("%+v", f)
}

// innovationSummaries describes innovations on a day, in the order given.
func innovationSummaries(ctx context.Context, s *session, m moment, ids []int64, keys []string) ([]InnovationSummary, error) {
	out := make([]InnovationSummary, len(ids))
	at := map[innovation.InnovationID]*InnovationSummary{}
	for i, key := range keys {
		out[i].Innovation, out[i].Name = innovation.InnovationID(key), key
		at[out[i].Innovation] = &out[i]
	}
	m.bare = true
	for from := 0; from < len(ids); from += 300 {
		among := amongIDs(ids[from:min(from+300, len(ids))])
		var g gatherer
		for _, f := range gather(&g, ctx, s, m, innovations, m.holding("f").join(among)) {
			o := at[f.Value.Innovation]
			o.Name, o.Type, o.Originator = f.Value.Name, f.Value.Type, f.Value.Originator
		}
		for _, f := range gather(&g, ctx, s, m, categories, m.holding("f").join(among)) {
			o := at[f.Value.Innovation]
			o.Categories = append(o.Categories, f.Value.Category+f.Value.CareSetting)
		}
		for _, f := range gather(&g, ctx, s, m, supplies, m.holding("f").join(among)) {
			o := at[f.Value.Innovation]
			o.Suppliers = append(o.Suppliers, f.Value.Supplier)
		}
		spread := among
		spread.text = []string{strings.Replace(among.text[0], "f.subject", "f.innovation", 1)}
		for _, f := range gather(&g, ctx, s, m, programmeInnovations, m.holding("f").join(spread)) {
			o := at[f.Value.Innovation]
			o.Programmes = append(o.Programmes, f.Value.Programme)
		}
		if g.err != nil {
			return nil, g.err
		}
	}
	return out, nil
}

// ProgrammeReading is what the register holds about a programme on a day.
type ProgrammeReading struct {
	Recipe       innovation.Recipe                                     `json:"recipe"`
	Programme    innovation.ProgrammeID                                `json:"programme" doc:"Key of the programme"`
	Name         string                                                `json:"name" doc:"What it was called on the day; the key when that is not known"`
	Version      innovation.ActNumber                                  `json:"version" doc:"The last act that touched it, as of now"`
	Facts        []innovation.Recorded[innovation.Programme]           `json:"facts" doc:"What it was called, who commissioned and led it, of all days"`
	Phases       []innovation.Recorded[innovation.Phase]               `json:"phases" doc:"Its phases, of all days, in the order of their numbers"`
	Innovations  []innovation.Recorded[innovation.ProgrammeInnovation] `json:"innovations" doc:"What it spread on the day"`
	Mandates     []innovation.Recorded[innovation.Mandate]             `json:"mandates" doc:"Its mandates in force on the day"`
	Eligible     []innovation.Recorded[innovation.Eligibility]         `json:"eligibility" doc:"Who could adopt on the day, as it and its phases see it"`
	Observations []ObservationReading                                  `json:"observations" doc:"The published figures that belong to it; each says whether it is a result, a target, a forecast or a baseline"`
	Claims       []innovation.Recorded[innovation.Claim]               `json:"claims" doc:"Published claims about it; rival ones share their topic"`
}

// Programme reads one programme as of the day, with its phases, innovations,
// mandates, eligibility and published figures.
func (r reader) Programme(ctx context.Context, v innovation.View, id innovation.ProgrammeID) (out ProgrammeReading, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		entity, version, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		var g gatherer
		all, mine := m.known("f").and("f.subject = ?", entity), m.holding("f").and("f.subject = ?", entity)
		out = ProgrammeReading{Recipe: m.recipe(), Programme: id, Name: string(id), Version: innovation.ActNumber(version),
			Facts:       listed(gather(&g, ctx, s, m, programmes, all)),
			Phases:      listed(gather(&g, ctx, s, m, phases, all)),
			Innovations: listed(gather(&g, ctx, s, m, programmeInnovations, mine)),
			Mandates:    listed(gather(&g, ctx, s, m, mandates, mine)),
			Eligible:    listed(gather(&g, ctx, s, m, eligibilities, m.holding("f").and("f.programme = ?", entity))),
			Claims:      listed(gather(&g, ctx, s, m, claims, all))}
		found := gather(&g, ctx, s, m, observations, m.known("f").and("f.programme = ? AND (f.start_earliest <= ? OR f.type = ? OR f.type = ?)",
			entity, m.on.DayNumber(), string(innovation.Target), string(innovation.ForecastFigure)))
		if g.err != nil {
			return g.err
		}
		sort.SliceStable(out.Phases, func(i, j int) bool { return out.Phases[i].Value.Number < out.Phases[j].Value.Number })
		best := innovation.No
		for _, f := range out.Facts {
			if holds := f.Value.Period.Holds(m.on); holds > best {
				best, out.Name = holds, f.Value.Name
			}
		}
		out.Observations, err = withRivals(ctx, s, m, found)
		return err
	})
	return out, err
}

// PeerGroupReading is a peer group with its members on a day.
type PeerGroupReading struct {
	Recipe    innovation.Recipe                           `json:"recipe"`
	PeerGroup innovation.PeerGroupID                      `json:"peerGroup" doc:"Key of the group"`
	Name      string                                      `json:"name" doc:"What it was called on the day; the key when that is not known"`
	Version   innovation.ActNumber                        `json:"version" doc:"The last act that touched it, as of now"`
	Facts     []innovation.Recorded[innovation.PeerGroup] `json:"facts" doc:"What it was called, who made it and on what basis, of all days"`
	Members   []PeerReading                               `json:"members" doc:"Its members on the day, in the order of their keys"`
}

// PeerReading is a member of a peer group.
type PeerReading struct {
	innovation.Recorded[innovation.Peer]
	Name  string            `json:"name" doc:"Its name on the day"`
	Holds innovation.Answer `json:"holds" doc:"Whether it was a member on the day: yes or possibly"`
}

// PeerGroup reads a peer group with its members on the day.
func (r reader) PeerGroup(ctx context.Context, v innovation.View, id innovation.PeerGroupID) (out PeerGroupReading, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		entity, version, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		var g gatherer
		out = PeerGroupReading{Recipe: m.recipe(), PeerGroup: id, Name: string(id), Version: innovation.ActNumber(version),
			Facts: listed(gather(&g, ctx, s, m, peerGroups, m.known("f").and("f.subject = ?", entity))), Members: []PeerReading{}}
		members := gather(&g, ctx, s, m, peers, m.holding("f").and("f.subject = ?", entity))
		if g.err != nil {
			return g.err
		}
		best := innovation.No
		for _, f := range out.Facts {
			if holds := f.Value.Period.Holds(m.on); holds > best {
				best, out.Name = holds, f.Value.Name
			}
		}
		for _, p := range members {
			out.Members = append(out.Members, PeerReading{Recorded: p, Holds: p.Value.Period.Holds(m.on)})
		}
		sort.SliceStable(out.Members, func(i, j int) bool { return out.Members[i].Value.Organisation < out.Members[j].Value.Organisation })
		named := naming{s: s, m: m}
		for i := range out.Members {
			named.body(out.Members[i].Value.Organisation, &out.Members[i].Name)
		}
		return named.fill(ctx)
	})
	return out, err
}
