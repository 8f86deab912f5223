package innovation

import (
	"cmp"
	"maps"
	"slices"
	"sort"
)

// ConditionState is what became of a condition by a day.
type ConditionState string

// The states of a condition.
const (
	ConditionOutstanding ConditionState = "outstanding"
	ConditionMet         ConditionState = "met"
	ConditionWaived      ConditionState = "waived"
	ConditionBreached    ConditionState = "breached" // by decision, never because a day passed
	ConditionLifted      ConditionState = "lifted"   // its period ended, or a variation dropped it
	ConditionReported    ConditionState = "reported" // a source states an outcome, but no decision about this licence is recorded
)

// ConditionStatus is a condition of a licence on a day.
type ConditionStatus struct {
	Condition    ConditionID    `json:"condition" doc:"Key of the condition"`
	Text         string         `json:"text" doc:"What must be done"`
	State        ConditionState `json:"state" enum:"outstanding,met,waived,breached,lifted,reported" doc:"What became of it; reported: a source states an outcome (which stands beside it), but no decision about this licence is recorded"`
	Due          Day            `json:"due,omitzero" doc:"The last day to do it"`
	Overdue      bool           `json:"overdue,omitempty" doc:"Outstanding after the last day to do it, of a live licence"`
	OverdueSince Date           `json:"overdueSince,omitzero" doc:"The first day on which it was overdue"`
	DecidedOn    Day            `json:"decidedOn,omitzero" doc:"The day of the decision, or on which it was lifted"`
	DecidedBy    OrganisationID `json:"decidedBy,omitempty" doc:"Who decided"`
	Outcome      string         `json:"outcome,omitempty" doc:"What a source says became of it"`
	WholeRound   bool           `json:"wholeRound,omitempty" doc:"True when it binds every licence of the round"`
	Fact         FactID         `json:"fact" doc:"The fact that records the condition"`
	Sources      []Citation     `json:"sources,omitempty" doc:"Where it is from"`
}

// Open reports whether the condition keeps a licence conditional.
func (c ConditionStatus) Open() bool {
	return c.State == ConditionOutstanding || c.State == ConditionBreached
}

// conditionsOn gives the conditions set by the day. Only a licence that has not
// ended has overdue ones.
func (f LicenceFile) conditionsOn(on Date, pending bool) []ConditionStatus {
	var out []ConditionStatus
	c := f.courseOn(on)
	for _, run := range f.conditionRuns() {
		set := run.set()
		if on.Before(set.Start.Earliest) {
			continue
		}
		r := run.on(on)
		v := r.Value
		s := ConditionStatus{Condition: v.Condition, Text: v.Text, Due: v.Due, Outcome: v.Outcome,
			WholeRound: v.Licence == "", Fact: r.ID, Sources: r.Sources, State: ConditionOutstanding}
		past := !v.Due.IsZero() && on.After(v.Due.Latest)
		if v.Outcome != "" && (past || v.Due.IsZero()) {
			s.State = ConditionReported
		}
		f.settle(&s, c, on, set)
		if s.State == ConditionOutstanding && past && pending {
			s.Overdue, s.OverdueSince = true, v.Due.Latest.AddDays(1)
		}
		out = append(out, s)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(dueOrder(a.Due).Compare(dueOrder(b.Due)), cmp.Compare(a.Condition, b.Condition)) < 0
	})
	return out
}

// conditionRun is the facts of one condition in the order of their starts: more
// than one when it was revised.
type conditionRun []Recorded[Condition]

func (f LicenceFile) conditionRuns() []conditionRun {
	byKey := map[ConditionID]conditionRun{}
	for _, r := range f.Conditions {
		byKey[r.Value.Condition] = append(byKey[r.Value.Condition], r)
	}
	for _, run := range byKey {
		sort.SliceStable(run, func(i, j int) bool {
			return run[i].Value.Period.Start.Latest.Before(run[j].Value.Period.Start.Latest)
		})
	}
	return slices.Collect(maps.Values(byKey))
}

// set is the time from when the condition was first set until it was lifted.
func (run conditionRun) set() Period {
	return Period{run[0].Value.Period.Start, run[len(run)-1].Value.Period.End}.Normal()
}

// on is the condition as it reads on the day.
func (run conditionRun) on(on Date) Recorded[Condition] {
	r := run[0]
	for _, later := range run[1:] {
		if !on.Before(later.Value.Period.Start.Latest) {
			r = later
		}
	}
	return r
}

// settle applies what was decided about a condition by the day, and its being
// lifted, to its status.
func (f LicenceFile) settle(s *ConditionStatus, c *course, on Date, set Period) {
	if d, ok := c.settled[s.Condition]; ok {
		s.State, s.DecidedOn, s.DecidedBy = ConditionMet, d.Day, d.By
		if d.Type == DecisionWaived {
			s.State = ConditionWaived
		}
		return
	}
	for _, r := range f.decisionsInOrder() {
		if d := r.Value; d.Type == DecisionBreached && d.Condition == s.Condition && !d.Day.Latest.After(on) {
			s.State, s.DecidedOn, s.DecidedBy = ConditionBreached, d.Day, d.By
		}
	}
	if !set.IsOpen() && !on.Before(set.End.Latest) {
		s.State, s.DecidedOn, s.DecidedBy = ConditionLifted, Day{set.End}, ""
		return
	}
	for _, r := range f.decisionsInOrder() {
		if d := r.Value; d.DropConditions && !d.Day.Latest.After(on) && set.Start.Earliest.Before(d.Day.Latest) {
			s.State, s.DecidedOn, s.DecidedBy = ConditionLifted, d.Day, d.By
			return
		}
	}
}

// dueOrder sorts what has no due day last.
func dueOrder(d Day) Date {
	if d.IsZero() {
		return Forever
	}
	return d.Latest
}
