package innovation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// maxCurve is the most months that a curve is given for.
const maxCurve = 1200

// AdoptionMonthsQuery asks how many organisations came to use an innovation in
// each month, for the first time.
type AdoptionMonthsQuery struct {
	Innovation InnovationID  `json:"innovation,omitempty" doc:"The innovation; all of them together when left out: each organisation then counts once for each innovation"`
	From       Date          `json:"from,omitzero" doc:"The first month, by its first day; that of the first adopter when left out"`
	To         Date          `json:"to,omitzero" doc:"The last month, by its first day; the last one complete by the day asked about when left out"`
	Grade      EvidenceGrade `json:"grade,omitempty" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"Only evidence of this grade or better; all when left out"`
	By         string        `json:"by,omitempty" doc:"What it is counted by: network, kind, or the kind of a body that organisations lie within; not at all when left out. Needs an innovation"`
	Footprint  *Footprint    `json:"footprint,omitempty" doc:"On which list of organisations it is counted, that of then being the organisations of the day asked about; organisations as recorded when neither it nor what it is counted by is given. Needs an innovation"`
}

// Recorded reports whether organisations are counted as recorded, without regard
// to what became of them.
func (q AdoptionMonthsQuery) Recorded() bool { return q.By == "" && q.Footprint == nil }

// Normal is the question with what it leaves out, asked of a day.
func (q AdoptionMonthsQuery) Normal(on Date) AdoptionMonthsQuery {
	q.Grade = cmp.Or(q.Grade, SelfReported)
	if q.By != "" || q.Footprint != nil {
		var f Footprint
		if q.Footprint != nil {
			f = *q.Footprint
		}
		f = f.Normal()
		q.Footprint = &f
	}
	if !q.From.IsZero() {
		q.From = monthStart(q.From)
	}
	if q.To.IsZero() {
		q.To = LastMonth(on)
	}
	q.To = monthStart(q.To)
	return q
}

// LastMonth is the first day of the last month that is complete by the end of a
// day.
func LastMonth(on Date) Date { return monthStart(on.AddDays(1)).AddMonths(-1) }

func monthStart(d Date) Date { return d.AddDays(1 - d.Day()) }

// Validate reports everything that is wrong with the question, asked of a day.
func (q AdoptionMonthsQuery) Validate(on Date) error {
	var days, scope, foot, grade error
	n := q.Normal(on)
	switch {
	case n.To.After(LastMonth(on)):
		days = Invalidf(RuleQuestionInvalid, "to", "the month of %s is not complete by %s", n.To, on).Trying("ask for %s at the latest, or about a later day", LastMonth(on).String()[:7])
	case n.From.After(n.To):
		days = Invalidf(RuleQuestionInvalid, "from", "the month of %s lies after that of %s", n.From, n.To).Trying("give the first month")
	case !n.From.IsZero() && monthsBetween(n.From, n.To) >= maxCurve:
		days = Invalidf(RuleQuestionInvalid, "from", "%d months are asked for", monthsBetween(n.From, n.To)+1).Trying("ask for %d at most", maxCurve)
	}
	if q.Innovation == "" && q.By != "" {
		scope = Invalidf(RuleQuestionInvalid, "by", "all innovations together are counted as recorded only").Trying("name the innovation, or leave by out")
	}
	if q.Footprint != nil {
		if foot = q.Footprint.Validate(); q.Innovation == "" && foot == nil {
			foot = Invalidf(RuleQuestionInvalid, "footprint", "all innovations together are counted as recorded only").Trying("name the innovation, or leave the footprint out")
		}
	}
	if q.Grade != "" {
		grade = checkWord("grade", string(q.Grade), words(EvidenceGrades()))
	}
	return Join(checkOptionalRef("innovation", string(q.Innovation)), days, grade, CheckText("by", q.By, MaxKey), scope, foot)
}

func monthsBetween(from, to Date) int {
	return (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
}

// Rule says in a sentence which organisations are counted.
func (q AdoptionMonthsQuery) Rule() string {
	if q.Footprint == nil {
		return "Organisations as recorded, each once, whether they could adopt or not and whatever became of them: by the month by which they certainly had come to use it, and that in which they first may have."
	}
	return q.Footprint.Rule() + " Each counts once: in the month by which it certainly was in use for the first time, and that in which it first may have been."
}

// AdoptionMonth is how many organisations came to use an innovation in a month.
type AdoptionMonth struct {
	Month      Date        `json:"month" doc:"The first day of the month"`
	Certain    int64       `json:"certain" doc:"How many certainly had come to use it by a day of the month, and not before"`
	Possible   int64       `json:"possible" doc:"How many may have come to use it on a day of the month, and not before"`
	Cumulative CountBounds `json:"cumulative" doc:"Those up to the end of the month: low those that certainly had, high those that may have"`
}

// AdoptionCurve is the first adopters of each month.
type AdoptionCurve struct {
	Group   string          `json:"group,omitempty" doc:"The body, or the code of the kind; left out for the total"`
	Name    string          `json:"name,omitempty" doc:"What it is called on the day"`
	Unknown bool            `json:"unknown,omitempty" doc:"True of the curve of those for which the register knows no group"`
	Before  CountBounds     `json:"before" doc:"Those before the first month, and those of which the first possible day is not known"`
	Months  []AdoptionMonth `json:"months" doc:"Every month from the first to the last"`
}

// FirstAdopters is how many organisations came to use an innovation for the first
// time by the first day of the month: certainly and possibly.
type FirstAdopters struct{ Certain, Possible map[Date]int64 }

// Add counts n organisations by the days on which each certainly and possibly
// came to use it; a zero day is never.
func (f *FirstAdopters) Add(certain, possible Date, n int64) {
	if f.Certain == nil {
		f.Certain, f.Possible = map[Date]int64{}, map[Date]int64{}
	}
	if !certain.IsZero() {
		f.Certain[monthStart(certain)] += n
	}
	if !possible.IsZero() {
		f.Possible[monthStart(possible)] += n
	}
}

// first is the first month that a curve begins with of itself.
func (f *FirstAdopters) first(to Date) (out Date) {
	for _, months := range []map[Date]int64{f.Certain, f.Possible} {
		for m, n := range months {
			if n != 0 && m.After(Dawn) && !m.After(to) && (out.IsZero() || m.Before(out)) {
				out = m
			}
		}
	}
	return out
}

// Curve lists the months from one to another, by their first days; from the first
// adopter when from is zero, 1,200 at most.
func (f *FirstAdopters) Curve(from, to Date) AdoptionCurve {
	if from.IsZero() {
		if from = f.first(to); from.IsZero() {
			from = to.AddMonths(1) // none
		}
		if monthsBetween(from, to) >= maxCurve {
			from = to.AddMonths(1 - maxCurve)
		}
	}
	out := AdoptionCurve{Months: []AdoptionMonth{}}
	for m, n := range f.Certain {
		if m.Before(from) {
			out.Before.Low += n
		}
	}
	for m, n := range f.Possible {
		if m.Before(from) {
			out.Before.High += n
		}
	}
	sum := out.Before
	for m := from; !m.After(to); m = m.AddMonths(1) {
		sum.Low += f.Certain[m]
		sum.High += f.Possible[m]
		out.Months = append(out.Months, AdoptionMonth{m, f.Certain[m], f.Possible[m], sum})
	}
	return out
}

// FirstUnit is an organisation of a footprint with the days on which it certainly
// and possibly came to use an innovation; zero days are never.
type FirstUnit struct {
	Organisation      OrganisationID
	Eligible          Answer
	Groups            []UnitGroup
	Certain, Possible Date
}

// CurvesOf adds up the first adopters of a footprint: the total first, then when
// grouped is set a curve for each group in the order of their keys, and last one
// of those that belong to none that is known. All have the same months.
func CurvesOf(units []FirstUnit, from, to Date, grouped bool) []AdoptionCurve {
	var total, unknown FirstAdopters
	groups := map[string]*FirstAdopters{}
	add := func(f *FirstAdopters, u *FirstUnit, in Answer) {
		switch in {
		case Yes:
			f.Add(u.Certain, u.Possible, 1)
		case Possibly:
			f.Add(Date{}, u.Possible, 1)
		}
	}
	lost := false
	for i := range units {
		u := &units[i]
		add(&total, u, u.Eligible)
		if grouped && len(u.Groups) == 0 {
			lost = true
			add(&unknown, u, u.Eligible)
		}
		for _, g := range u.Groups {
			if groups[g.Group] == nil {
				groups[g.Group] = &FirstAdopters{}
			}
			add(groups[g.Group], u, min(u.Eligible, g.Member))
		}
	}
	if from.IsZero() {
		from = total.first(to)
	}
	out := []AdoptionCurve{total.Curve(from, to)}
	if !grouped {
		return out
	}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		c := groups[key].Curve(from, to)
		c.Group = key
		out = append(out, c)
	}
	if lost {
		c := unknown.Curve(from, to)
		c.Unknown = true
		out = append(out, c)
	}
	return out
}

// FirstDays finds the days by which an organisation of a footprint certainly, and
// on which it possibly, came to use the innovation for the first time by the end
// of a day, by evidence of a grade or better; zero days when it did not. For one
// that took part in no succession it is FirstAdoption.
func (l *Lineage) FirstDays(id OrganisationID, events EventsOf, on Date, f Footprint, atLeast EvidenceGrade) (certain, possible Date) {
	if !l.Touches(id) {
		certain, possible = FirstAdoption(events(id), atLeast)
		if certain.After(on) {
			certain = Date{}
		}
		if possible.After(on) {
			possible = Date{}
		}
		return certain, possible
	}
	good := func(id OrganisationID) []Adoption {
		var firm []Adoption
		for _, a := range events(id) {
			if a.Grade.Rank() >= atLeast.Rank() {
				firm = append(firm, a)
			}
		}
		return firm
	}
	fixed := Footprint{f.Mode, f.UnitsDay(on)}
	if f.Mode != FootprintHeld {
		fixed.Mode = FootprintDay
	}
	for _, day := range l.turns(id, good, on) {
		switch s := l.Standing(id, good, day, fixed, atLeast); s.InUse() {
		case Yes:
			if possible.IsZero() {
				possible = day
			}
			return day, possible
		case Possibly:
			if possible.IsZero() {
				possible = day
			}
		}
	}
	return Date{}, possible
}

// turns are the days up to one on which the standing of a body may change: those
// of the events and successions of all that it is related to.
func (l *Lineage) turns(id OrganisationID, events EventsOf, on Date) []Date {
	var days []Date
	add := func(d Date) {
		if !d.After(on) {
			days = append(days, d)
		}
	}
	seen := map[OrganisationID]bool{}
	var walk func(OrganisationID)
	walk = func(id OrganisationID) {
		if seen[id] {
			return
		}
		seen[id] = true
		for _, a := range events(id) {
			add(a.Day.Earliest)
			add(a.Day.Latest)
		}
		for _, list := range [][]heir{l.before[id], l.after[id]} {
			for _, h := range list {
				add(h.day)
				walk(h.other)
			}
		}
	}
	walk(id)
	sort.Slice(days, func(i, j int) bool { return days[i].Before(days[j]) })
	return slices.Compact(days)
}

// MonthText writes the month of a day: 2019-04.
func MonthText(d Date) string { return fmt.Sprintf("%04d-%02d", d.Year(), int(d.Month())) }
