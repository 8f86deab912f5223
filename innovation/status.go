package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// Standing is where a licence stands on a day.
type Standing string

// The standings. A licence is live while it is in force, possibly in force,
// suspended, or past an end that was not published.
const (
	StandingNotBegun        Standing = "not-begun"         // before its first day
	StandingInForce         Standing = "in-force"          //
	StandingPossibly        Standing = "possibly-in-force" // its start or end is not known to the day, and may lie on either side
	StandingEndNotPublished Standing = "end-not-published" // past an end that no source states: computed, estimated, assumed
	StandingSuspended       Standing = "suspended"         //
	StandingRevoked         Standing = "revoked"           // by decision, after its notice
	StandingSurrendered     Standing = "surrendered"       // by the holder
	StandingExpired         Standing = "expired"           // past a published end, or by decision
	StandingSucceeded       Standing = "succeeded"         // the same holder's licence of the next round has begun: inferred
)

// Live reports whether the licence may be in force.
func (s Standing) Live() bool {
	switch s {
	case StandingInForce, StandingPossibly, StandingSuspended, StandingEndNotPublished:
		return true
	}
	return false
}

// Status is what a licence is on a day. It is derived from dated facts and
// never stored.
type Status struct {
	Licence         LicenceID         `json:"licence" doc:"The licence"`
	On              Date              `json:"on" doc:"The day"`
	Standing        Standing          `json:"standing" enum:"not-begun,in-force,possibly-in-force,end-not-published,suspended,revoked,surrendered,expired,succeeded" doc:"Where it stands; end-not-published means past an end that no source states"`
	Grade           Grade             `json:"grade,omitempty" enum:"full,conditional,licensed,not-published" doc:"How good it is; licensed where the round does not grade; left out when the licence is not live"`
	GradeBasis      Basis             `json:"gradeBasis,omitempty" doc:"How the grade is known: left out when published by a decision, computed from conditions, inferred from a published count"`
	GradeSince      Date              `json:"gradeSince,omitzero" doc:"The first day of the unbroken run with this grade, not before the licence began; left out when the grade is not published or inferred from a count"`
	EffectiveTerm   Period            `json:"effectiveTerm" doc:"The term as it reads on the day: after extensions, variations and what ended it"`
	SuspendedSince  Date              `json:"suspendedSince,omitzero" doc:"The first day of the suspension that runs"`
	Ended           Day               `json:"ended,omitzero" doc:"The first day without the licence, when it has ended; its basis is inferred when the next licence closed it"`
	SucceededBy     LicenceID         `json:"succeededBy,omitempty" doc:"The same holder's licence of the next round, once it has begun"`
	SucceededBasis  Basis             `json:"succeededBasis,omitempty" doc:"inferred: no source says that the one took the place of the other"`
	StartDisputed   bool              `json:"startDisputed,omitempty" doc:"Sources disagree about the first day; the claims stand with the round"`
	ContractingBody OrganisationID    `json:"contractingBody,omitempty" doc:"The legal person that contracts for the holder"`
	Licensors       []LicensorStatus  `json:"licensors,omitempty" doc:"Who licenses and commissions on the day, one per stream, in the order of licensors"`
	Conditions      []ConditionStatus `json:"conditions,omitempty" doc:"The conditions set by the day, in the order of due days (none last), then of keys"`
}

// LicensorStatus is one stream of a licence on a day.
type LicensorStatus struct {
	Licensor        OrganisationID `json:"licensor" doc:"Who licenses and commissions"`
	PassedBy        OrganisationID `json:"passedBy,omitempty" doc:"The licensor the stream was recorded with, when it was passed on since"`
	ContractingBody OrganisationID `json:"contractingBody,omitempty" doc:"The legal person that contracts for the licensor"`
	Commission      string         `json:"commission,omitempty" doc:"What is commissioned"`
	Value           Amount         `json:"value,omitzero" doc:"What it is worth over the stream's period"`
	Period          Period         `json:"period" doc:"When the stream runs"`
	Possibly        bool           `json:"possibly,omitempty" doc:"True when the stream may not run on the day: its bounds are not known to the day, or its end was not published"`
	Stream          FactID         `json:"stream" doc:"The fact that records the stream"`
}

// StatusOn derives what the licence is on the day.
//
// A decision counts from the latest day on which it can have been taken. A
// condition binds from the first day on which it may have been set to the last
// on which it may have been lifted. The licence of the next round closes this
// one on its own first day, unless this one ended before by a decision or at a
// published end: that is inferred, and marked so.
func (f LicenceFile) StatusOn(on Date) Status {
	c := f.courseOn(on)
	l := f.Licence.Value
	s := Status{Licence: l.Licence, On: on, StartDisputed: l.Period.Start.Basis == BasisDisputed}
	s.Standing, s.EffectiveTerm = f.standing(c, on)
	if next, ok := f.successor(); ok && !on.Before(next.Period.Start.Latest) {
		s.SucceededBy, s.SucceededBasis = next.Licence, BasisInferred
	}
	live := s.Standing.Live()
	s.Conditions = f.conditionsOn(on, live || s.Standing == StandingNotBegun)
	switch {
	case live:
		s.Licensors = f.licensorsOn(on)
		s.ContractingBody = f.contractingFor(l.Holder, on)
		s.Grade, s.GradeBasis, s.GradeSince = f.gradeRun(on)
		s.SuspendedSince = c.suspendedSince
	case s.Standing != StandingNotBegun:
		s.Ended = Day{s.EffectiveTerm.End}
	}
	return s
}

// course is the state of a licence after the decisions of some days.
type course struct {
	end            Bound    // of the term
	closed         Standing // how a decision ended or will end it: revoked, surrendered, expired; or empty
	closedOn       Date     // the first day of that
	suspendedSince Date     // zero when it is not suspended
	grade          Decision // the last decision about the grade
	settled        map[ConditionID]Decision
}

// courseOn is the state after the decisions that count on the day.
func (f LicenceFile) courseOn(on Date) *course {
	c := f.begin()
	for _, d := range f.decisionsInOrder() {
		if d.Value.Day.Latest.After(on) {
			break
		}
		c.apply(f, d.Value)
	}
	return c
}

// apply takes a decision into account.
func (c *course) apply(f LicenceFile, d Decision) {
	day := d.Day.Latest
	switch d.Type {
	case DecisionGrade:
		c.grade = d
	case DecisionMet, DecisionWaived:
		if _, ok := c.settled[d.Condition]; !ok {
			c.settled[d.Condition] = d
		}
	case DecisionSuspend:
		if c.suspendedSince.IsZero() {
			c.suspendedSince = day
		}
	case DecisionReinstate:
		c.suspendedSince = Date{}
	case DecisionExtend, DecisionExerciseOption, DecisionVary:
		if !d.Until.IsZero() && c.closed == "" {
			c.end = Exactly(d.Until)
		}
	case DecisionRevoke:
		end := Exactly(d.Until)
		if end.IsZero() {
			end = Exactly(day.AddDays(int(f.Round.Value.NoticeDays)))
			if f.Round.Value.NoticeDays > 0 {
				end = end.As(BasisComputed)
			}
		}
		c.close(StandingRevoked, end)
	case DecisionSurrender:
		c.close(StandingSurrendered, Exactly(day))
	case DecisionExpire:
		if c.closed == "" {
			c.closed, c.closedOn = StandingExpired, day
			if c.end.Latest.After(day) {
				c.end = Exactly(day)
			}
		}
	}
}

// close ends the licence on a day, unless it has ended before.
func (c *course) close(how Standing, end Bound) {
	if c.endPublished() && !c.end.Latest.After(end.Earliest) || c.closed != "" && !c.closedOn.After(end.Earliest) {
		return
	}
	c.closed, c.closedOn, c.end = how, end.Earliest, end
}

// endPublished reports whether a source or a decision states the end.
func (c *course) endPublished() bool { return !c.end.IsOpen() && c.end.Basis == BasisPublished }

// successor is the next licence, when it begins after this one can have begun.
func (f LicenceFile) successor() (Licence, bool) {
	if f.Next == nil || !f.Next.Value.Period.Start.Latest.After(f.Licence.Value.Period.Start.Earliest) {
		return Licence{}, false
	}
	return f.Next.Value, true
}

// standing says where the licence stands on the day, and its term.
func (f LicenceFile) standing(c *course, on Date) (Standing, Period) {
	term := f.Licence.Value.Period.EndingAt(c.end)
	if on.Before(term.Start.Earliest) {
		return StandingNotBegun, term
	}
	if c.closed != "" && !on.Before(c.closedOn) {
		return c.closed, term
	}
	possibly := on.Before(term.Start.Latest)
	if next, ok := f.successor(); ok && !(c.endPublished() && !c.end.Latest.After(next.Period.Start.Earliest)) {
		switch start := next.Period.Start; {
		case !on.Before(start.Latest):
			return StandingSucceeded, term.EndingAt(start.As(BasisInferred))
		case !on.Before(start.Earliest):
			possibly = true
		}
	}
	switch {
	case !c.end.IsOpen() && !on.Before(c.end.Latest) && c.endPublished():
		return StandingExpired, term
	case !c.end.IsOpen() && !on.Before(c.end.Latest):
		return StandingEndNotPublished, term
	case possibly || !c.end.IsOpen() && !on.Before(c.end.Earliest):
		return StandingPossibly, term
	case !c.suspendedSince.IsZero():
		return StandingSuspended, term
	}
	return StandingInForce, term
}

// licensorsOn gives the streams that run on the day, each with the licensor
// that has it by then. A stream whose end was not published may go on.
func (f LicenceFile) licensorsOn(on Date) []LicensorStatus {
	var out []LicensorStatus
	for _, r := range f.Streams {
		v, p := r.Value, r.Value.Period.Normal()
		holds := p.Holds(on)
		if holds == No && !on.Before(p.End.Latest) && p.End.Basis != BasisPublished {
			holds = Possibly
		}
		if holds == No {
			continue
		}
		s := LicensorStatus{Licensor: v.Licensor, Commission: v.Commission, Value: v.Value, Period: v.Period,
			Possibly: holds == Possibly, Stream: r.ID}
		for _, h := range f.licensorsOf(v) {
			if !on.Before(h.since) && h.licensor != v.Licensor {
				s.Licensor, s.PassedBy = h.licensor, v.Licensor
			}
		}
		s.ContractingBody = f.contractingFor(s.Licensor, on)
		out = append(out, s)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(a.Licensor, b.Licensor), cmp.Compare(a.Stream, b.Stream)) < 0
	})
	return out
}

// contractingFor gives the body that contracts for a party on the day: one that
// certainly does before one that may.
func (f LicenceFile) contractingFor(party OrganisationID, on Date) (body OrganisationID) {
	best := No
	for _, r := range f.ContractingBodies {
		if holds := r.Value.Period.Holds(on); r.Value.Party == party && holds > best {
			best, body = holds, r.Value.Body
		}
	}
	return body
}

// gradeRun gives the grade on the day, how it is known, and since when the
// licence has had it without a break.
func (f LicenceFile) gradeRun(on Date) (Grade, Basis, Date) {
	grade, basis := f.gradeOn(on)
	if grade == GradeNotPublished {
		return grade, basis, Date{}
	}
	days := []Date{f.Licence.Value.Period.Start.Latest}
	for _, d := range f.Decisions {
		days = append(days, d.Value.Day.Latest)
	}
	for _, c := range f.Conditions {
		p := c.Value.Period.Normal()
		days = append(days, p.Start.Earliest, p.End.Latest)
		if !c.Value.Due.IsZero() {
			days = append(days, c.Value.Due.Latest.AddDays(1))
		}
	}
	sortDays(days)
	var since Date
	for _, day := range slices.Backward(days) {
		if day.After(on) || day.Before(f.Licence.Value.Period.Start.Latest) {
			continue
		}
		if g, _ := f.gradeOn(day); g != grade {
			break
		}
		since = day
	}
	return grade, basis, since
}

// gradeOn gives the grade by the conditions and decisions up to the day. A
// licence is conditional while a condition is outstanding or breached, and full
// from the day on which the last is met, waived or lifted. With no condition,
// the last decision about the grade counts. A condition with only a reported
// outcome says neither.
func (f LicenceFile) gradeOn(on Date) (Grade, Basis) {
	if !f.Round.Value.Graded {
		return GradeLicensed, BasisPublished
	}
	var open, reported, settled bool
	var last Date // on which a condition was settled
	for _, c := range f.conditionsOn(on, false) {
		switch {
		case c.Open():
			open = true
		case c.State == ConditionReported:
			reported = true
		default:
			settled = true
			last = maxDate(last, c.DecidedOn.Latest)
		}
	}
	decided := f.courseOn(on).grade
	day := decided.Day.Latest
	switch {
	case open && decided.Grade == GradeConditional, decided.Grade == GradeConditional && (reported || last.Before(day)):
		return GradeConditional, BasisPublished
	case open:
		return GradeConditional, BasisComputed
	case decided.Grade == GradeFull && !last.After(day):
		return GradeFull, BasisPublished
	case settled && (!reported || decided.Grade == GradeFull):
		return GradeFull, BasisComputed
	}
	return GradeNotPublished, BasisPublished
}

func maxDate(a, b Date) Date {
	if b.After(a) {
		return b
	}
	return a
}
