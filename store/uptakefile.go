package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// UptakeQuery asks about measurements of the uptake of an innovation.
type UptakeQuery struct {
	Innovation innovation.InnovationID   `json:"innovation" doc:"The innovation"`
	Measure    string                    `json:"measure,omitempty" doc:"What was counted (scheme measure); may be left out while there is one only"`
	PeerGroup  innovation.PeerGroupID    `json:"peerGroup,omitempty" doc:"Only members of this peer group"`
	Network    innovation.OrganisationID `json:"network,omitempty" doc:"Only those that this network serves"`
	Kind       string                    `json:"kind,omitempty" doc:"Only organisations of this kind (scheme organisation-kind)"`
	Direction  string                    `json:"direction,omitempty" enum:"higher,lower,neither" doc:"Which way is better; neither when left out"`
	Footprint  innovation.Footprint      `json:"footprint,omitzero" doc:"On which list of organisations; as measured when it is of then"`
}

// Validate reports everything that is wrong with the question taken alone.
func (q UptakeQuery) Validate() error {
	var peers, network, kind, direction error
	if q.PeerGroup != "" {
		peers = innovation.CheckKey("peerGroup", string(q.PeerGroup))
	}
	if q.Network != "" {
		network = innovation.CheckKey("network", string(q.Network))
	}
	if q.Kind != "" && innovation.CheckKey("kind", q.Kind) != nil {
		kind = question("kind", "that is no kind of organisation", "use a code of the scheme organisation-kind, such as icb")
	}
	switch q.Direction {
	case "", "higher", "lower", "neither":
	default:
		direction = question("direction", fmt.Sprintf("%q is no direction", q.Direction), "use higher, lower or neither")
	}
	return innovation.Join(innovation.CheckKey("innovation", string(q.Innovation)), innovation.CheckText("measure", q.Measure, innovation.MaxKey),
		peers, network, kind, direction, q.Footprint.Validate())
}

func (q *UptakeQuery) better() stats.Direction {
	switch q.Direction {
	case "higher":
		return stats.HigherBetter
	case "lower":
		return stats.LowerBetter
	}
	return stats.Neither
}

// UptakeAbout is what every answer about measurements says of itself.
type UptakeAbout struct {
	Recipe        innovation.Recipe `json:"recipe"`
	Name          string            `json:"name" doc:"What the innovation is called on the day"`
	Measure       string            `json:"measure" doc:"What was counted (scheme measure)"`
	Unit          string            `json:"unit" doc:"Of what (scheme unit)"`
	Rate          bool              `json:"rate" doc:"Whether values are counts over denominators; without denominators they are counts"`
	Footprint     string            `json:"footprint" doc:"The footprint in words"`
	EligibleKnown bool              `json:"eligibleKnown" doc:"Whether the register says who could adopt, so that those without a figure are known"`
	Evidence      string            `json:"evidence" doc:"The grade of the evidence: measurements are observed in activity"`
	Notes         []string          `json:"notes" doc:"How it was counted"`
}

// UptakeWithout is an organisation without a figure: that is not nothing.
type UptakeWithout struct {
	Organisation innovation.OrganisationID `json:"organisation"`
	Name         string                    `json:"name" doc:"Its name on the day"`
	Reason       string                    `json:"reason" doc:"Why it has none"`
}

// uptakeSpan is a period of measurements.
type uptakeSpan struct{ start, end innovation.Date }

// String names the period.
func (p uptakeSpan) String() string {
	return innovation.Bound{Earliest: p.start, Latest: p.end.AddDays(-1)}.String()
}

// uptakeFigure is a measurement, or the sum of some.
type uptakeFigure struct {
	count, per      float64
	hasCount        bool // otherwise only bounds are known
	hasPer          bool
	restated        bool
	sum             bool
	low, high       float64
	hasLow, hasHigh bool
}

// value is the rate, or the count where there are no denominators.
func (f uptakeFigure) value(rate bool) (float64, string) {
	switch {
	case !f.hasCount && (f.hasLow || f.hasHigh):
		return 0, "only bounds of its count are published"
	case !f.hasCount:
		return 0, "its count is not known"
	case !rate:
		return f.count, ""
	case !f.hasPer:
		return 0, "its denominator is not known"
	case f.per <= 0:
		return 0, "its denominator is nothing"
	}
	return f.count / f.per, ""
}

// uptakeFile is what questions about measurements are answered from.
type uptakeFile struct {
	a       *adopters
	q       UptakeQuery
	about   UptakeAbout
	figures map[uptakeSpan]map[innovation.OrganisationID]uptakeFigure
	spans   []uptakeSpan // of the usual length, in order
	months  int          // that length
	known   map[innovation.OrganisationID]bool
	members map[innovation.OrganisationID]innovation.Answer // of the population asked for; nil for all
	extra   map[string]bool                                 // of notes
}

func (f *uptakeFile) note(text string) {
	if !f.extra[text] {
		f.extra[text] = true
		f.about.Notes = append(f.about.Notes, text)
	}
}

// readUptake reads the measurements of an innovation that were over by the day.
func readUptake(ctx context.Context, s *session, m moment, q UptakeQuery) (*uptakeFile, error) {
	a, err := adoptersOf(ctx, s, m, q.Innovation)
	if err != nil {
		return nil, err
	}
	if q.Direction == "" {
		q.Direction = "neither"
	}
	f := &uptakeFile{a: a, q: q, figures: map[uptakeSpan]map[innovation.OrganisationID]uptakeFigure{}, known: map[innovation.OrganisationID]bool{}, extra: map[string]bool{}}
	f.about = UptakeAbout{Recipe: m.recipe(), Footprint: q.Footprint.String(), Evidence: string(innovation.Observed), Notes: []string{}}
	if q.Footprint.Mode == "" || q.Footprint.Mode == innovation.FootprintThen {
		f.about.Footprint = "organisations as measured"
	}
	if f.about.Name, _, err = readInnovation(ctx, s, a, m); err != nil {
		return nil, err
	}
	if err := f.chooseMeasure(ctx); err != nil {
		return nil, err
	}
	if err := f.readFigures(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

// chooseMeasure takes the one measure there is when none is named.
func (f *uptakeFile) chooseMeasure(ctx context.Context) error {
	w := knownAdoptions(f.a.m).and("f.subject = ? AND f.end_latest <= ?", f.a.id, f.a.m.on.DayNumber()+1)
	rows, err := f.a.session.query(ctx, "SELECT DISTINCT f.measure FROM reg_uptake f "+w.String()+" ORDER BY f.measure", w.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return err
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return explain(err)
	}
	switch {
	case len(all) == 0:
		return thin("measure", fmt.Sprintf("no uptake of %s was measured by %s", f.q.Innovation, f.a.m.on), "record measurements of uptake, or ask about a later day")
	case f.q.Measure == "" && len(all) > 1:
		return question("measure", "several measures are recorded", "name one of "+strings.Join(all, ", "))
	case f.q.Measure != "" && !slices.Contains(all, f.q.Measure):
		return question("measure", fmt.Sprintf("no uptake of %s was measured by %q until %s", f.q.Innovation, f.q.Measure, f.a.m.on), "use "+strings.Join(all, ", "))
	}
	f.q.Measure = all[0]
	f.about.Measure = f.q.Measure
	return nil
}

// thin refuses for want of data.
//
//go:noinline // many places would hold a copy of it
func thin(field, detail, try string) *innovation.Error {
	return &innovation.Error{Kind: innovation.Refused, Rule: innovation.RuleSeriesThin, Field: field, Detail: detail, Try: try}
}

func (f *uptakeFile) readFigures(ctx context.Context) error {
	w := knownAdoptions(f.a.m).and("f.subject = ? AND f.measure = ? AND f.end_latest <= ?", f.a.id, f.q.Measure, f.a.m.on.DayNumber()+1)
	rows, err := f.a.session.query(ctx, `SELECT o.key, f.count_value, f.count_low, f.count_high, f.count_scale, f.per_value, f.per_scale, f.unit, f.restated, f.start_earliest, f.end_latest
		FROM reg_uptake f JOIN reg_entity o ON o.id = f.organisation `+w.String()+" ORDER BY f.start_earliest, f.organisation, f.fact", w.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	lengths := map[int]int{}
	for rows.Next() {
		var key, unit string
		var value, low, high, per *int64
		var scale, perScale, restated, start, end int64
		if err := rows.Scan(&key, &value, &low, &high, &scale, &per, &perScale, &unit, &restated, &start, &end); err != nil {
			return err
		}
		var p uptakeSpan
		if p.start, err = innovation.DateFromDayNumber(start); err != nil {
			return err
		}
		if p.end, err = innovation.DateFromDayNumber(end); err != nil {
			return err
		}
		one := uptakeFigure{restated: restated != 0}
		one.count, one.hasCount = scaledFloat(value, scale)
		one.low, one.hasLow = scaledFloat(low, scale)
		one.high, one.hasHigh = scaledFloat(high, scale)
		one.per, one.hasPer = scaledFloat(per, perScale)
		if f.figures[p] == nil {
			f.figures[p] = map[innovation.OrganisationID]uptakeFigure{}
			lengths[monthsOf(p)]++
		}
		id := innovation.OrganisationID(key)
		f.known[id] = true
		f.figures[p][id] = one
		f.about.Unit, f.about.Rate = unit, f.about.Rate || one.hasPer
	}
	if err := rows.Err(); err != nil {
		return explain(err)
	}
	for n, times := range lengths { // periods that are no whole months make no series
		if n > 0 && (f.months == 0 || times > lengths[f.months] || times == lengths[f.months] && n < f.months) {
			f.months = n
		}
	}
	for p := range f.figures {
		if monthsOf(p) == f.months {
			f.spans = append(f.spans, p)
		}
	}
	sort.Slice(f.spans, func(i, j int) bool {
		if f.spans[i].start != f.spans[j].start {
			return f.spans[i].start.Before(f.spans[j].start)
		}
		return f.spans[i].end.Before(f.spans[j].end)
	})
	return nil
}

func scaledFloat(n *int64, scale int64) (float64, bool) {
	if n == nil {
		return 0, false
	}
	return float64(*n) / math.Pow10(int(scale)), true
}

// monthsOf is the length of a period in months, and 0 for another one.
func monthsOf(p uptakeSpan) int {
	n := int(monthOf(p.end) - monthOf(p.start))
	if p.start.Day() != 1 || p.end.Day() != 1 || n < 1 || n > 1200 {
		return 0
	}
	return n
}

// chosen finds the period that is asked for: the last one when none is.
func (f *uptakeFile) chosen(field string, asked innovation.Bound) (uptakeSpan, error) {
	if len(f.spans) == 0 {
		return uptakeSpan{}, thin(field, "no measurement is of whole months", "measure by months, quarters or years")
	}
	last := f.spans[len(f.spans)-1]
	if asked.IsZero() {
		return last, nil
	}
	p := uptakeSpan{asked.Earliest, asked.Latest.AddDays(1)}
	if f.figures[p] == nil {
		return p, question(field, fmt.Sprintf("nothing was measured for %s by %s", asked, f.a.m.on), fmt.Sprintf("use a period from %s to %s", f.spans[0], last))
	}
	return p, nil
}

// between lists the periods from one day to another, the first and the last when
// they are left out.
func (f *uptakeFile) between(from, to innovation.Date) ([]uptakeSpan, error) {
	var out []uptakeSpan
	for _, p := range f.spans {
		if (from.IsZero() || !p.start.Before(from)) && (to.IsZero() || !p.end.After(to.AddDays(1))) {
			if n := len(out); n > 0 { // those of which nothing is measured stand there too
				for next := out[n-1].end; next.Before(p.start) && len(out) <= maxSpreadPeriods; next = next.AddMonths(f.months) {
					out = append(out, uptakeSpan{next, next.AddMonths(f.months)})
				}
			}
			out = append(out, p)
		}
	}
	if len(out) > maxSpreadPeriods {
		return nil, question("from", fmt.Sprintf("there are more than %d periods", maxSpreadPeriods), "ask about a shorter time")
	}
	if len(out) == 0 {
		return nil, thin("from", "nothing was measured in that time", "ask about another time")
	}
	return out, nil
}

// population finds out who is asked about, on the day of the footprint.
func (f *uptakeFile) population(ctx context.Context, last innovation.Date) error {
	day := f.q.Footprint.UnitsDay(last)
	set, err := f.a.eligible(ctx, day, "", 0)
	if err != nil {
		return err
	}
	f.about.EligibleKnown = set.known
	all := map[innovation.OrganisationID]bool{}
	for id := range f.known {
		all[id] = true
	}
	if set.known {
		for _, u := range set.units {
			all[u.id] = true
		}
	}
	f.members = map[innovation.OrganisationID]innovation.Answer{}
	var peersOf map[innovation.OrganisationID]innovation.Answer
	if f.q.PeerGroup != "" {
		id, _, err := mustEntity(ctx, f.a.session, f.a.m, f.q.PeerGroup.Entity())
		if err != nil {
			return err
		}
		m := f.a.m
		m.on, m.bare = day, true
		list, err := selectFacts(ctx, f.a.session, m, peers, m.holding("f").and("f.subject = ?", id), "ORDER BY f.fact")
		if err != nil {
			return err
		}
		peersOf = map[innovation.OrganisationID]innovation.Answer{}
		for _, p := range list {
			peersOf[p.Value.Organisation] = max(peersOf[p.Value.Organisation], p.Value.Period.Holds(day))
			all[p.Value.Organisation] = true
		}
	}
	var networks grouping
	if f.q.Network != "" {
		if _, _, err := mustEntity(ctx, f.a.session, f.a.m, f.q.Network.Entity()); err != nil {
			return err
		}
		if networks, err = f.a.groups(ctx, innovation.ByNetwork, day); err != nil {
			return err
		}
	}
	if f.q.Footprint.Mode == innovation.FootprintDay || f.q.Footprint.Mode == innovation.FootprintHeld {
		for id := range f.known {
			for _, next := range f.forward(id, day) {
				all[next] = true
			}
		}
	}
	for id := range all {
		answer := innovation.Yes
		if peersOf != nil {
			answer = peersOf[id]
		}
		if networks != nil {
			served := innovation.No
			for _, g := range networks(id) {
				if g.id == f.q.Network {
					served = max(served, g.holds)
				}
			}
			answer = min(answer, served)
		}
		if f.q.Kind != "" {
			answer = min(answer, f.a.bodies[id].is(f.q.Kind, day))
		}
		if answer != innovation.No {
			f.members[id] = answer
		}
	}
	return nil
}

// forward lists what an organisation is on a day: itself while it is there, then
// what it became.
func (f *uptakeFile) forward(id innovation.OrganisationID, day innovation.Date) []innovation.OrganisationID {
	var out []innovation.OrganisationID
	seen := map[innovation.OrganisationID]bool{}
	var follow func(id innovation.OrganisationID)
	follow = func(id innovation.OrganisationID) {
		if seen[id] {
			return
		}
		seen[id] = true
		next := f.a.lineage.Successors(id, day)
		if f.a.bodies[id].holds(day) != innovation.No || len(next) == 0 {
			if f.a.bodies[id].holds(day) != innovation.No {
				out = append(out, id)
			}
			return
		}
		for _, n := range next {
			follow(n)
		}
	}
	follow(id)
	return out
}

// on puts the figures of a period on the footprint: those of the organisations
// of the footprint, and why others have none.
func (f *uptakeFile) on(p uptakeSpan) (figures map[innovation.OrganisationID]uptakeFigure, without map[innovation.OrganisationID]string) {
	measured := f.figures[p]
	figures, without = map[innovation.OrganisationID]uptakeFigure{}, map[innovation.OrganisationID]string{}
	mode, last := f.q.Footprint.Mode, p.end.AddDays(-1)
	day := f.q.Footprint.UnitsDay(last)
	fixed := mode == innovation.FootprintDay || mode == innovation.FootprintHeld
	if !fixed {
		for id, one := range measured {
			figures[id] = one
		}
	} else {
		parts := map[innovation.OrganisationID][]innovation.OrganisationID{}
		for id := range measured {
			units, why := f.unitsOf(id, last, day, mode)
			switch {
			case len(units) == 1 && why == "":
				parts[units[0]] = append(parts[units[0]], id)
			default:
				without[id] = why
			}
		}
		for unit, from := range parts {
			if one, why := f.together(unit, from, measured, p, day); why == "" {
				figures[unit] = one
			} else {
				without[unit] = why
			}
		}
	}
	for id := range f.members {
		if _, ok := figures[id]; ok || without[id] != "" {
			continue
		}
		if there := f.a.bodies[id].holds(day); there == innovation.No {
			continue
		}
		without[id] = "nothing is recorded for it"
	}
	if f.members != nil {
		for id := range figures {
			if f.members[id] == innovation.No {
				delete(figures, id)
			}
		}
		for id := range without { // of those that are not on the footprint only when all are asked about
			if f.members[id] == innovation.No && (f.q.PeerGroup != "" || f.q.Network != "" || f.q.Kind != "") {
				delete(without, id)
			}
		}
	}
	return figures, without
}

// unitsOf says which organisation of the footprint a figure belongs to, or why
// to none.
func (f *uptakeFile) unitsOf(id innovation.OrganisationID, last, day innovation.Date, mode innovation.FootprintMode) ([]innovation.OrganisationID, string) {
	if !day.Before(last) {
		units := f.forward(id, day)
		switch len(units) {
		case 0:
			return nil, "it was gone by " + day.String() + ", and nothing is recorded to have followed it"
		case 1:
			return units, ""
		}
		return nil, fmt.Sprintf("it became %s: which part of its figure is whose is not known", keyList(units))
	}
	// The footprint is older than the measurement.
	var from []innovation.OrganisationID // those of the footprint that went into it
	seen := map[innovation.OrganisationID]bool{}
	var back func(id innovation.OrganisationID)
	back = func(id innovation.OrganisationID) {
		if seen[id] {
			return
		}
		seen[id] = true
		if b := f.a.bodies[id]; b == nil || b.holds(day) != innovation.No {
			from = append(from, id)
		}
		for _, p := range f.a.lineage.Predecessors(id) {
			if slices.Contains(f.a.lineage.Successors(p, last), id) {
				back(p)
			}
		}
	}
	back(id)
	switch {
	case mode == innovation.FootprintDay && slices.Contains(from, id):
		return []innovation.OrganisationID{id}, ""
	case mode == innovation.FootprintDay || len(from) == 0:
		return nil, "it was not there on " + day.String()
	case len(from) > 1:
		return nil, fmt.Sprintf("it came from %s: which part of its figure is whose is not known", keyList(from))
	case from[0] != id && len(f.forward(from[0], last)) > 1:
		return nil, fmt.Sprintf("it is one of several that %s became", from[0])
	}
	return from, ""
}

func keyList(ids []innovation.OrganisationID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	sort.Strings(texts)
	return strings.Join(texts, ", ")
}

// together adds the figures that went into an organisation of the footprint.
func (f *uptakeFile) together(unit innovation.OrganisationID, from []innovation.OrganisationID, measured map[innovation.OrganisationID]uptakeFigure, p uptakeSpan, day innovation.Date) (uptakeFigure, string) {
	if own, ok := measured[unit]; ok && (own.restated || len(from) == 1 && len(f.a.lineage.Predecessors(unit)) == 0) {
		return own, "" // its source has put it on a footprint already
	}
	if len(from) == 1 && from[0] != unit && !day.After(p.start) {
		return measured[from[0]], ""
	}
	seen := map[innovation.OrganisationID]bool{}
	missing := ""
	var look func(id innovation.OrganisationID)
	look = func(id innovation.OrganisationID) {
		for _, before := range f.a.lineage.Predecessors(id) {
			if seen[before] || !slices.Contains(f.a.lineage.Successors(before, day), id) {
				continue
			}
			seen[before] = true
			if one, ok := measured[before]; ok {
				if one.restated {
					continue
				}
			} else if b := f.a.bodies[before]; b != nil && b.holds(p.start) == innovation.Yes {
				missing = "nothing is recorded for " + string(before) + ", which is part of it"
			}
			look(before)
		}
	}
	look(unit)
	if missing != "" {
		return uptakeFigure{}, missing
	}
	if len(from) > 1 && f.about.Rate {
		if one, other, ok := f.layers(from, p); ok {
			return uptakeFigure{}, fmt.Sprintf("it is measured as %s and, before it, as %s within %s: whether their denominators count the same twice is not known", one, other, p)
		}
	}
	if _, ok := measured[unit]; !ok {
		if b := f.a.bodies[unit]; b != nil && b.holds(p.start) == innovation.Yes && !slices.Contains(from, unit) {
			return uptakeFigure{}, "nothing is recorded for itself, beside what went into it"
		}
	}
	sum := uptakeFigure{hasCount: true, hasPer: true, sum: len(from) > 1}
	for _, id := range from {
		one := measured[id]
		sum.count, sum.per = sum.count+one.count, sum.per+one.per
		sum.hasCount, sum.hasPer = sum.hasCount && one.hasCount, sum.hasPer && one.hasPer
	}
	return sum, ""
}

// layers finds two bodies among some of which one became the other within a
// period. Their counts are of different days of it and add; their denominators
// add when they were counted over those days, as items are, and stand for the
// same when they were not, as patients are. Which of both it is, is not recorded,
// and that both are equal does not tell.
func (f *uptakeFile) layers(from []innovation.OrganisationID, p uptakeSpan) (one, other innovation.OrganisationID, ok bool) {
	type step struct {
		id     innovation.OrganisationID
		within bool
	}
	sorted := slices.Clone(from)
	slices.Sort(sorted)
	for _, id := range sorted {
		seen := map[step]bool{{id, false}: true}
		todo := []step{{id, false}}
		for i := 0; i < len(todo); i++ {
			for _, e := range f.a.into[todo[i].id] {
				day := e.Day.Bound
				if !day.Earliest.Before(p.end) {
					continue
				}
				next := step{e.Predecessor, todo[i].within || day.Latest.After(p.start)}
				if seen[next] {
					continue
				}
				seen[next] = true
				todo = append(todo, next)
				if next.within && next.id != id && slices.Contains(sorted, next.id) {
					return id, next.id, true
				}
			}
		}
	}
	return "", "", false
}

// withoutList names those without a figure.
func (f *uptakeFile) withoutList(without map[innovation.OrganisationID]string, named map[innovation.OrganisationID]string) []UptakeWithout {
	out := []UptakeWithout{}
	for id, why := range without {
		out = append(out, UptakeWithout{id, named[id], why})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Organisation < out[j].Organisation })
	return out
}

// names are those of all organisations that an answer shows.
func (f *uptakeFile) names(ctx context.Context, figures map[innovation.OrganisationID]uptakeFigure, without map[innovation.OrganisationID]string) (map[innovation.OrganisationID]string, error) {
	ids := make([]innovation.OrganisationID, 0, len(figures)+len(without))
	for id := range figures {
		ids = append(ids, id)
	}
	for id := range without {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return namesOn(ctx, f.a.session, f.a.m, ids)
}

// proportion reports whether a measure is a share, of which nobody has more than
// one.
func proportion(measure string) bool { return measure == "share" || measure == "adopters-share" }
