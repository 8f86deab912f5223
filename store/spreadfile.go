package store

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// spreadFile is what questions about the spread of one innovation are answered
// from.
type spreadFile struct {
	a        *adopters
	q        SpreadQuery
	name     string
	firstDay innovation.Date // of the innovation; zero when it is not known
	known    bool            // whether the register says who could adopt
	units    []spreadMember
	breaks   []innovation.Date // of the periods: the first day of each, and the day after the last
	leftOut  []SpreadLeftOut
}

// readSpread reads what a question about spread is answered from, and fills in
// what it left out.
func readSpread(ctx context.Context, s *session, m moment, q SpreadQuery) (*spreadFile, error) {
	a, err := adoptersOf(ctx, s, m, q.Innovation)
	if err != nil {
		return nil, err
	}
	if q.Programme != "" {
		if _, _, err := mustEntity(ctx, s, m, q.Programme.Entity()); err != nil {
			return nil, err
		}
	}
	if q.To.IsZero() {
		q.To = m.on
	}
	if q.To.After(m.on) {
		return nil, question("to", fmt.Sprintf("%s lies after the day asked about, %s: what happens then is not seen from it", q.To, m.on), "ask about a later day, or leave it out")
	}
	if q.Period == "" {
		q.Period = PeriodMonth
	}
	if q.Reach == 0 {
		q.Reach = halfOf
	}
	f := &spreadFile{a: a, q: q}
	if f.name, f.firstDay, err = readInnovation(ctx, s, a, m); err != nil {
		return nil, err
	}
	if err := f.readMembers(ctx); err != nil {
		return nil, err
	}
	return f, f.window()
}

// readInnovation reads what an innovation is called on the day, and the first
// day on which it was there, when that is known.
func readInnovation(ctx context.Context, s *session, a *adopters, m moment) (name string, first innovation.Date, err error) {
	m.bare, m.publishedBy = true, innovation.Date{}
	facts, err := selectFacts(ctx, s, m, innovations, m.known("f").and("f.subject = ?", a.id), "ORDER BY f.start_earliest, f.fact")
	for _, fact := range facts {
		if name == "" || fact.Value.Period.Holds(m.on) != innovation.No {
			name = fact.Value.Name
		}
		if d := fact.Value.Period.Start.Earliest; d.After(innovation.Dawn) && (first.IsZero() || d.Before(first)) {
			first = d
		}
	}
	return name, first, err
}

// eventsOf are the events of an organisation that count for the question.
func (f *spreadFile) eventsOf(id innovation.OrganisationID) []innovation.Adoption {
	all := f.a.eventsOf(id)
	out := make([]innovation.Adoption, 0, len(all))
	for i := range all {
		if e := &all[i]; e.Counts() && e.Grade.Rank() >= f.q.Grade.Rank() && !e.Day.Earliest.After(f.q.To) {
			out = append(out, *e)
		}
	}
	return out
}

// readMembers finds the organisations of the footprint, when each could adopt,
// and when it did.
func (f *spreadFile) readMembers(ctx context.Context) error {
	fixed := f.q.Footprint.Mode == innovation.FootprintDay || f.q.Footprint.Mode == innovation.FootprintHeld
	day := f.q.Footprint.UnitsDay(f.q.To)
	set, err := f.a.eligible(ctx, day, f.q.Programme, f.q.Phase)
	if err != nil {
		return err
	}
	f.known = set.known
	counted := map[innovation.OrganisationID]bool{}
	if fixed || !set.known {
		e := eligibleTimes{f: f}
		for _, u := range set.units {
			member := spreadMember{id: u.id, eligible: u.eligible}
			if set.known {
				if member.enter, err = e.since(ctx, u.id, day); err != nil {
					return err
				}
			}
			f.adopted(&member, fixed, counted)
			f.units = append(f.units, member)
		}
	} else if err := f.readThen(ctx, counted); err != nil {
		return err
	}
	for id := range f.a.events {
		if certain, possible := innovation.FirstAdoption(f.eventsOf(id), innovation.SelfReported); counted[id] || possible.IsZero() && certain.IsZero() {
			continue
		}
		reason := "it is not among those that could adopt on " + day.String()
		switch {
		case !f.known:
			reason = "it was not there on " + day.String() + ", and nothing is recorded to have followed it"
		case !fixed:
			reason = "it is not among those that could adopt"
		}
		f.leftOut = append(f.leftOut, SpreadLeftOut{id, reason})
	}
	for i := range f.units {
		u := &f.units[i]
		switch {
		case !f.known || u.inherited || u.certain.IsZero():
		case u.certain.Before(u.enter):
			f.leftOut = append(f.leftOut, SpreadLeftOut{u.id, "it adopted by " + u.certain.String() + ", before it could (" + u.enter.String() + "): it is counted, and was never at risk"})
		case u.could(u.certain) == innovation.No && (u.leave.IsZero() || u.certain.Before(u.leave)):
			f.leftOut = append(f.leftOut, SpreadLeftOut{u.id, "it adopted by " + u.certain.String() + ", while it could not: it is counted, and was at risk only before"})
		}
	}
	sort.Slice(f.leftOut, func(i, j int) bool { return f.leftOut[i].Organisation < f.leftOut[j].Organisation })
	return nil
}

// adopted finds out when an organisation first adopted, and whose events said
// so.
func (f *spreadFile) adopted(u *spreadMember, fixed bool, counted map[innovation.OrganisationID]bool) {
	family := []innovation.OrganisationID{u.id}
	if len(u.names) > 0 {
		family = u.names
	}
	if fixed || !f.known {
		family = f.family(u.id)
	}
	events := map[innovation.OrganisationID][]innovation.Adoption{}
	var days []innovation.Date
	for _, id := range family {
		own := f.eventsOf(id)
		if len(own) == 0 {
			continue
		}
		counted[id] = true
		events[id] = own
		for i := range own {
			e := &own[i]
			if days = append(days, e.Day.Earliest, e.Day.Latest); e.Stage.InUse() && e.Grade.Rank() > u.grade.Rank() {
				u.grade = e.Grade
			}
		}
	}
	if own, ok := events[u.id]; len(u.names) > 0 {
		var all []innovation.Adoption // it is one body, whatever it was called
		for _, id := range u.names {
			all = append(all, events[id]...)
		}
		u.certain, u.possible = innovation.FirstAdoption(all, innovation.SelfReported)
	} else if len(family) == 1 || ok && len(events) == 1 && len(f.a.lineage.Predecessors(u.id)) == 0 {
		u.certain, u.possible = innovation.FirstAdoption(own, innovation.SelfReported)
	} else {
		footprint := f.q.Footprint
		sort.Slice(days, func(i, j int) bool { return days[i].Before(days[j]) })
		of := func(id innovation.OrganisationID) []innovation.Adoption { return events[id] }
		for _, d := range days {
			if d.After(f.q.To) {
				break
			}
			switch f.a.lineage.Standing(u.id, of, d, footprint, innovation.SelfReported).InUse() {
			case innovation.Yes:
				u.certain = d
				fallthrough
			case innovation.Possibly:
				if u.possible.IsZero() {
					u.possible = d
				}
			}
			if !u.certain.IsZero() {
				break
			}
		}
	}
	if u.certain.After(f.q.To) { // it may have been later
		u.certain = innovation.Date{}
	}
	if u.possible.IsZero() {
		u.grade = ""
	}
}

// family lists an organisation, those that went into it, and on a footprint that
// is held those that it became with what went into them.
func (f *spreadFile) family(id innovation.OrganisationID) []innovation.OrganisationID {
	var out []innovation.OrganisationID
	seen := map[innovation.OrganisationID]bool{}
	var add func(id innovation.OrganisationID)
	add = func(id innovation.OrganisationID) {
		if seen[id] {
			return
		}
		seen[id] = true
		out = append(out, id)
		for _, p := range f.a.lineage.Predecessors(id) {
			add(p)
		}
	}
	add(id)
	if f.q.Footprint.Mode != innovation.FootprintHeld {
		return out
	}
	for i := 0; i < len(out) && i < 1000; i++ {
		for _, next := range f.a.lineage.Successors(out[i], f.q.To) {
			if !seen[next] {
				seen[next] = true
				out = append(out, next)
			}
		}
	}
	return out
}

// readThen finds the organisations of each day that could adopt on it.
func (f *spreadFile) readThen(ctx context.Context, counted map[innovation.OrganisationID]bool) error {
	e := eligibleTimes{f: f}
	for id := range f.a.bodies {
		member, err := e.times(ctx, id)
		if err != nil {
			return err
		}
		if member.eligible == innovation.No {
			continue
		}
		f.units = append(f.units, member)
	}
	sort.Slice(f.units, func(i, j int) bool { return f.units[i].id < f.units[j].id })
	f.joinRenamed()
	for i := range f.units {
		u := &f.units[i]
		f.adopted(u, false, counted)
		f.inherit(u)
	}
	return nil
}

// joinRenamed makes one member of the bodies that were renamed into one another,
// under the last of their keys, when nothing else came of them or into them with
// that.
func (f *spreadFile) joinRenamed() {
	at := map[innovation.OrganisationID]int{}
	for i := range f.units {
		at[f.units[i].id] = i
	}
	next := map[innovation.OrganisationID]innovation.OrganisationID{}
	later := map[innovation.OrganisationID]bool{} // of a chain, and not its first
	for i := range f.units {
		id := f.units[i].id
		if to, day, ok := f.renamed(id); ok {
			if _, ok := at[to]; ok && !day.After(f.q.To) {
				next[id], later[to] = to, true
			}
		}
	}
	gone := map[innovation.OrganisationID]bool{}
	for first := range next {
		if later[first] { // also of a ring, which is left as it is
			continue
		}
		chain := []innovation.OrganisationID{first}
		for id, ok := next[first]; ok; id, ok = next[id] {
			chain = append(chain, id)
		}
		last := &f.units[at[chain[len(chain)-1]]]
		for _, id := range chain[:len(chain)-1] {
			gone[id] = true
			last.stretches = append(last.stretches, f.units[at[id]].stretches...)
		}
		last.names = chain
		last.tidy()
	}
	kept := f.units[:0]
	for i := range f.units {
		if !gone[f.units[i].id] {
			kept = append(kept, f.units[i])
		}
	}
	f.units = kept
}

// renamed finds what a body was renamed to, when it became nothing else and
// nothing else had become that by the day.
func (f *spreadFile) renamed(id innovation.OrganisationID) (to innovation.OrganisationID, day innovation.Date, ok bool) {
	for _, e := range f.a.outOf[id] {
		if e.Type != innovation.Rename || ok && to != e.Successor {
			return "", day, false
		}
		to, day, ok = e.Successor, e.Day.Latest, true
	}
	for _, e := range f.a.into[to] {
		if e.Predecessor != id && (e.Type == innovation.Rename || !e.Day.Latest.After(day)) {
			return "", day, false
		}
	}
	return to, day, ok
}

// inherit finds out from when an organisation was an adopter as what went into
// it, whatever it did itself: when it began, and with each later succession into
// it.
func (f *spreadFile) inherit(u *spreadMember) {
	names := u.names
	if names == nil {
		names = []innovation.OrganisationID{u.id}
	}
	others := func(other innovation.OrganisationID) []innovation.Adoption {
		if slices.Contains(names, other) {
			return nil
		}
		return f.eventsOf(other)
	}
	type turn struct {
		id  innovation.OrganisationID
		day innovation.Date
	}
	var turns []turn
	for _, id := range names {
		for _, e := range f.a.into[id] {
			if slices.Contains(names, e.Predecessor) || e.Day.Latest.After(f.q.To) {
				continue
			}
			if len(turns) == 0 {
				turns = append(turns, turn{names[0], u.enter})
			}
			if e.Day.Latest.After(u.enter) {
				turns = append(turns, turn{id, e.Day.Latest})
			}
		}
	}
	sort.SliceStable(turns, func(i, j int) bool { return turns[i].day.Before(turns[j].day) })
	for _, t := range turns {
		switch f.a.lineage.Standing(t.id, others, t.day, innovation.Footprint{}, innovation.SelfReported).InUse() {
		case innovation.Yes:
			if u.inheritedCertain.IsZero() {
				u.inheritedCertain = t.day
				u.inherited = t.day == u.enter
			}
			fallthrough
		case innovation.Possibly:
			if u.inheritedPossibly.IsZero() {
				u.inheritedPossibly = t.day
			}
		}
	}
}

// window fills in the first day, and divides the time into periods.
func (f *spreadFile) window() error {
	q := &f.q
	if q.From.IsZero() {
		first := f.firstDay
		for i := range f.units {
			if u := &f.units[i]; f.firstDay.IsZero() && !u.possible.IsZero() && u.possible.After(innovation.Dawn) && (first.IsZero() || u.possible.Before(first)) {
				first = u.possible
			}
		}
		if first.IsZero() || first.After(q.To) {
			first = q.To
		}
		q.From = periodStart(q.Period, first)
	}
	if q.From.After(q.To) {
		return question("from", fmt.Sprintf("the first day, %s, is after the last, %s", q.From, q.To), "")
	}
	end := q.To.AddDays(1)
	for b := q.From; b.Before(end); b = nextPeriod(q.Period, b) {
		if f.breaks = append(f.breaks, b); len(f.breaks) > maxSpreadPeriods {
			return question("from", fmt.Sprintf("there are more than %d periods from %s", maxSpreadPeriods, q.From), "take longer periods, or a later first day")
		}
	}
	f.breaks = append(f.breaks, end)
	for i := range f.units { // who could always adopt is at risk from the first day looked at
		if u := &f.units[i]; f.known && !u.enter.After(innovation.Dawn) {
			u.enter = q.From
			if !u.possible.IsZero() && u.possible.Before(u.enter) && u.possible.After(innovation.Dawn) {
				u.enter = u.possible
			}
			// What of its times lies before that is gone.
			keep := make([]spreadStretch, 0, len(u.stretches))
			for _, s := range u.stretches {
				if !s.to.IsZero() && !s.to.After(u.enter) {
					continue
				}
				if s.from.Before(u.enter) {
					s.from = u.enter
				}
				keep = append(keep, s)
			}
			if len(keep) > 0 {
				u.enter, u.stretches = keep[0].from, keep
			}
		}
	}
	return nil
}

// grouped parts the organisations by the groups of the footprint's day; those
// that were gone by then, by the groups of their last day.
func (f *spreadFile) grouped(ctx context.Context) (out map[string][]spreadMember, ungrouped int, err error) {
	out = map[string][]spreadMember{}
	ways := map[innovation.Date]grouping{}
	for i := range f.units {
		u := &f.units[i]
		day := f.q.Footprint.UnitsDay(f.q.To)
		if !u.leave.IsZero() && !u.leave.After(day) {
			day = u.leave.AddDays(-1)
		}
		if ways[day] == nil {
			if ways[day], err = f.a.groups(ctx, f.q.By, day); err != nil {
				return nil, 0, err
			}
		}
		groups := ways[day](u.id)
		if len(groups) == 0 {
			ungrouped++
		}
		for _, g := range groups {
			member := *u
			member.eligible = min(member.eligible, g.holds) // bounds the answer of each day
			out[string(g.id)] = append(out[string(g.id)], member)
		}
	}
	return out, ungrouped, nil
}
