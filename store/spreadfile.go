package store

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
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

// spreadMember is an organisation of the footprint with its times.
type spreadMember struct {
	id                innovation.OrganisationID
	names             []innovation.OrganisationID // it and what it was renamed from and to, the earliest first; nil when it never was
	eligible          innovation.Answer           // the most that it ever could
	enter, leave      innovation.Date             // when it could adopt: from, and no more from; zero when not known, and when it goes on
	stretches         []spreadStretch             // of that time, in order; nil when it is taken whole
	certain, possible innovation.Date             // first adoption, its own
	grade             innovation.EvidenceGrade

	inherited bool // it came into being as an adopter
	// From these days on it is an adopter, certainly or possibly, as what went into
	// it. That is no adoption of its own.
	inheritedCertain, inheritedPossibly innovation.Date
}

// spreadStretch is a time with one answer to whether an organisation could adopt.
type spreadStretch struct {
	from, to innovation.Date // to is the first day after it, zero when it goes on
	answer   innovation.Answer
}

func (s spreadStretch) holds(on innovation.Date) bool {
	return !s.from.After(on) && (s.to.IsZero() || s.to.After(on))
}

// could answers whether it could adopt on a day.
func (u *spreadMember) could(on innovation.Date) innovation.Answer {
	if u.stretches == nil {
		if u.enter.After(on) || !u.leave.IsZero() && !u.leave.After(on) {
			return innovation.No
		}
		return u.eligible
	}
	best := innovation.No
	for _, s := range u.stretches {
		if s.holds(on) {
			best = max(best, min(s.answer, u.eligible))
		}
	}
	return best
}

// runs are the times in which it could adopt, at least possibly, without those in
// which it could not.
func (u *spreadMember) runs() []spreadStretch {
	if u.stretches == nil {
		return []spreadStretch{{u.enter, u.leave, u.eligible}}
	}
	out := slices.Clone(u.stretches[:1])
	for _, s := range u.stretches[1:] {
		if n := len(out) - 1; out[n].to == s.from {
			out[n].to, out[n].answer = s.to, max(out[n].answer, s.answer)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// tidy sets the stretches in order, and what follows from them.
func (u *spreadMember) tidy() {
	sort.SliceStable(u.stretches, func(i, j int) bool { return u.stretches[i].from.Before(u.stretches[j].from) })
	u.enter, u.leave, u.eligible = u.stretches[0].from, u.stretches[0].to, innovation.No
	for _, s := range u.stretches {
		u.eligible = max(u.eligible, s.answer)
		if s.to.IsZero() || !u.leave.IsZero() && s.to.After(u.leave) {
			u.leave = s.to
		}
	}
}

// subjects are the organisation as one of those at risk, on the clock of days,
// looked at until a day: one for each time in which it could adopt, and none when
// it never was at risk.
func (u *spreadMember) subjects(end innovation.Date) (out []stats.Subject) {
	if u.inherited || u.enter.IsZero() {
		return nil
	}
	if d := u.inheritedCertain; !d.IsZero() && d.Before(end) {
		end = d
	}
	for _, r := range u.runs() {
		until := end
		if !r.to.IsZero() && r.to.Before(until) {
			until = r.to
		}
		if !r.from.Before(until) {
			continue
		}
		s := stats.Subject{Enter: float64(r.from.DayNumber()), Exit: float64(until.DayNumber())}
		if !u.certain.IsZero() && u.certain.Before(until) {
			s.Exit, s.Adopted = float64(u.certain.DayNumber()+1), true
		}
		if s.Exit > s.Enter {
			out = append(out, s)
		}
	}
	return out
}

// periodStart is the first day of the period that a day lies in.
func periodStart(length string, d innovation.Date) innovation.Date {
	month := firstMonth(monthOf(d))
	switch length {
	case PeriodQuarter:
		return month.AddMonths(-(int(month.Month()) - 1) % 3)
	case PeriodYear:
		return month.AddMonths(1 - int(month.Month()))
	case PeriodFinancialYear:
		return month.AddMonths(-(int(month.Month()) + 8) % 12)
	}
	return month
}

// nextPeriod is the first day of the period after that of a day.
func nextPeriod(length string, d innovation.Date) innovation.Date {
	months := 1
	switch length {
	case PeriodQuarter:
		months = 3
	case PeriodYear, PeriodFinancialYear:
		months = 12
	}
	return periodStart(length, d).AddMonths(months)
}

// periodName names the period that a day lies in.
func periodName(length string, d innovation.Date) string {
	switch length {
	case PeriodQuarter:
		return fmt.Sprintf("%d-Q%d", d.Year(), (int(d.Month())+2)/3)
	case PeriodYear:
		return fmt.Sprint(d.Year())
	case PeriodFinancialYear:
		return innovation.FinancialYearOf(d).String()
	}
	return d.String()[:7]
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
	f.units = slices.DeleteFunc(f.units, func(u spreadMember) bool { return gone[u.id] })
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

// eligibleTimes finds out when organisations could adopt.
type eligibleTimes struct {
	f     *spreadFile
	facts []innovation.Eligibility // of the programme and phase asked about
	roles map[string]map[innovation.OrganisationID][]innovation.Period
	web   web // the relations of all days
	ready bool
}

func (e *eligibleTimes) prepare(ctx context.Context) error {
	if e.ready {
		return nil
	}
	e.ready = true
	a := e.f.a
	within, role := false, false
	for _, r := range a.eligibility {
		if v := r.Value; v.Programme == e.f.q.Programme && v.Phase == e.f.q.Phase {
			e.facts = append(e.facts, v)
			within, role = within || v.Within != "", role || v.Role != ""
		}
	}
	m := a.m
	m.bare = true
	if role {
		e.roles = map[string]map[innovation.OrganisationID][]innovation.Period{}
		all, err := selectFacts(ctx, a.session, m, roles, m.known("f"), "ORDER BY f.fact")
		if err != nil {
			return err
		}
		for _, r := range all {
			if e.roles[r.Value.Role] == nil {
				e.roles[r.Value.Role] = map[innovation.OrganisationID][]innovation.Period{}
			}
			e.roles[r.Value.Role][r.Value.Organisation] = append(e.roles[r.Value.Role][r.Value.Organisation], r.Value.Period)
		}
	}
	if within {
		all, err := selectFacts(ctx, a.session, m, relations, m.known("f").join(in("f.type", append([]string{innovation.Serves}, upward...))), "ORDER BY f.fact")
		if err != nil {
			return err
		}
		e.web = emptyWeb()
		for i := range all {
			e.web.add(&all[i])
		}
	}
	return nil
}

func emptyWeb() web {
	type edges = map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]
	return web{edges{}, edges{}}
}

func (w web) add(r *innovation.Recorded[innovation.Relation]) {
	if r.Value.Type == innovation.Serves {
		w.served[r.Value.Target] = append(w.served[r.Value.Target], *r)
	} else {
		w.up[r.Value.Organisation] = append(w.up[r.Value.Organisation], *r)
	}
}

// over is what lies over an organisation in the relations of a day; of all days
// when none is given.
func (w web) over(id innovation.OrganisationID, on innovation.Date) web {
	out := emptyWeb()
	seen := map[innovation.OrganisationID]bool{id: true}
	level := []innovation.OrganisationID{id}
	for depth := 0; depth <= maxDepth && len(level) > 0; depth++ {
		var above []innovation.OrganisationID
		for _, b := range level {
			for _, list := range [...][]innovation.Recorded[innovation.Relation]{w.up[b], w.served[b]} {
				for i := range list {
					r := &list[i]
					if !on.IsZero() && r.Value.Period.Holds(on) == innovation.No {
						continue
					}
					out.add(r)
					if r.Value.Type != innovation.Serves && !seen[r.Value.Target] {
						seen[r.Value.Target] = true
						above = append(above, r.Value.Target)
					}
				}
			}
		}
		level = above
	}
	return out
}

// on answers whether an organisation could adopt on a day: by the facts of that
// day, and by what it was on another, when one is given.
func (e *eligibleTimes) on(id innovation.OrganisationID, day, as innovation.Date) innovation.Answer {
	body := e.f.a.bodies[id]
	could, barred := innovation.No, innovation.No
	if as.IsZero() {
		as = day
	}
	exists := body.holds(as)
	for i := range e.facts {
		v := &e.facts[i]
		answer := min(v.Period.Holds(day), exists)
		switch {
		case v.Organisation != "" && v.Organisation != id, v.Kind != "" && body.is(v.Kind, as) == innovation.No:
			continue
		case v.Role != "":
			has := innovation.No
			for _, p := range e.roles[v.Role][id] {
				has = max(has, p.Holds(as))
			}
			answer = min(answer, has)
		}
		if v.Kind != "" {
			answer = min(answer, body.is(v.Kind, as))
		}
		if v.Within != "" && answer != innovation.No {
			answer = min(answer, e.web.over(id, as).within(id, v.Within, as))
		}
		if v.Excluded {
			barred = max(barred, answer)
		} else {
			could = max(could, answer)
		}
	}
	switch barred {
	case innovation.Yes:
		return innovation.No
	case innovation.Possibly:
		return min(could, innovation.Possibly)
	}
	return could
}

// days are the days on which it may change whether an organisation could adopt,
// from the first day of the innovation on.
func (e *eligibleTimes) days(id innovation.OrganisationID, body bool) []innovation.Date {
	begin := e.f.firstDay
	if begin.IsZero() {
		begin = innovation.Dawn
	}
	all := []innovation.Date{begin}
	add := func(p innovation.Period) {
		for _, d := range []innovation.Date{p.Start.Earliest, p.Start.Latest, p.End.Earliest, p.End.Latest} {
			if d.After(begin) && !d.After(e.f.q.To) {
				all = append(all, d)
			}
		}
	}
	for i := range e.facts {
		v := &e.facts[i]
		add(v.Period)
		if body && v.Role != "" {
			for _, p := range e.roles[v.Role][id] {
				add(p)
			}
		}
	}
	if b := e.f.a.bodies[id]; body && b != nil {
		for _, p := range b.periods {
			add(p)
		}
		over := e.web.over(id, innovation.Date{})
		for _, edges := range [...]map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]{over.up, over.served} {
			for _, list := range edges {
				for i := range list {
					add(list[i].Value.Period)
				}
			}
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Before(all[j]) })
	return all
}

// since is the day from which an organisation of a footprint's day could adopt,
// taken to have been then what it was on that day.
func (e *eligibleTimes) since(ctx context.Context, id innovation.OrganisationID, day innovation.Date) (innovation.Date, error) {
	if err := e.prepare(ctx); err != nil {
		return innovation.Date{}, err
	}
	for _, d := range e.days(id, false) {
		if e.on(id, d, day) != innovation.No {
			return d, nil
		}
	}
	return day, nil
}

// times are the stretches of days on which an organisation could adopt, each
// with its answer.
func (e *eligibleTimes) times(ctx context.Context, id innovation.OrganisationID) (spreadMember, error) {
	u := spreadMember{id: id, eligible: innovation.No}
	if err := e.prepare(ctx); err != nil {
		return u, err
	}
	days := e.days(id, true)
	last := innovation.No
	for i, d := range days {
		if i > 0 && d == days[i-1] {
			continue
		}
		answer := e.on(id, d, innovation.Date{})
		if answer == last {
			continue
		}
		if last != innovation.No {
			u.stretches[len(u.stretches)-1].to = d
		}
		if last = answer; answer != innovation.No {
			u.stretches = append(u.stretches, spreadStretch{from: d, answer: answer})
		}
	}
	if len(u.stretches) > 0 {
		u.tidy()
	}
	return u, nil
}
