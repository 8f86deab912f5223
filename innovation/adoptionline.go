package innovation

import (
	"cmp"
	"sort"
)

// mark is what an event contributes to a count, as one small number: the stage
// it leads to (0 for a stop), whether it counts at all, and its grade. Of two
// events of one day the better evidence has the greater mark. The store keeps
// it beside the event, so that a count needs no decoding.
const (
	markStage     = 7      // the rank of the stage
	markConfirmed = 1 << 3 // changes nothing
	markPlanned   = 1 << 4 // has not happened
	markGrade     = 5      // shift of the rank of the grade
)

// Mark is the event as one number for counting; see the constants above for
// what its bits mean.
func (a Adoption) Mark() int64 {
	m := int64(a.Grade.Rank()) << markGrade
	if a.Step != Stopped {
		m |= int64(a.Stage.Rank())
	}
	if a.Step == Confirmed {
		m |= markConfirmed
	}
	if a.Planned {
		m |= markPlanned
	}
	return m
}

// Standings of an organisation in one reading of its events, beside the ranks
// of the stages.
const (
	NotKnown   = -1 // no event tells
	HasStopped = 0
)

// Readings is where an organisation stands with an innovation, from all evidence
// and from firm evidence only. Where days are not certain it may stand at one of
// several stages: the least and the furthest of them are told. Each is the rank
// of a stage, HasStopped or NotKnown. A count is low where all readings agree and
// high where any says so.
type Readings struct {
	All       int `json:"all" doc:"From all evidence, the least that is possible: rank of the stage from 1, 0 stopped, -1 not known"`
	AllEarly  int `json:"allFurthest" doc:"From all evidence, the furthest that is possible"`
	Firm      int `json:"firm" doc:"From firm evidence only, the least that is possible"`
	FirmEarly int `json:"firmFurthest" doc:"From firm evidence only, the furthest that is possible"`
}

// Each calls f with the four readings.
func (r Readings) each(f func(int) bool) (all, some bool) {
	all = true
	for _, n := range [...]int{r.All, r.AllEarly, r.Firm, r.FirmEarly} {
		if f(n) {
			some = true
		} else {
			all = false
		}
	}
	return all, some
}

// Answer says whether what f asks of a reading holds in all, some or none.
func (r Readings) Answer(f func(reading int) bool) Answer {
	switch all, some := r.each(f); {
	case all:
		return Yes
	case some:
		return Possibly
	}
	return No
}

// InUse says whether the organisation uses the innovation.
func (r Readings) InUse() Answer {
	return r.Answer(func(n int) bool { return n >= Adopted.Rank() })
}

// At says whether the organisation is at a stage, not before and not beyond it.
func (r Readings) At(s Stage) Answer {
	return r.Answer(func(n int) bool { return n == s.Rank() })
}

// Stopped says whether it had begun and stopped.
func (r Readings) Stopped() Answer {
	return r.Answer(func(n int) bool { return n == HasStopped })
}

// ReadAdoption reads the events of one organisation and innovation as at the
// end of a day. Evidence of the grade firm or better is firm. The last event
// counts; of two on one day the better evidence, and then the further stage.
// Where days are not certain each event counts that may have been the last by
// the day, in an order that breaks no rule of CheckAdoptionLine. The order in
// which the events are given does not matter. Planned events and confirmations
// change nothing.
func ReadAdoption(events []Adoption, on Date, firm EvidenceGrade) Readings {
	all, sure := possibleStages(events, on, 1), possibleStages(events, on, firm.Rank())
	return Readings{All: all.least, AllEarly: all.most, Firm: sure.least, FirmEarly: sure.most}
}

// stageRange is the least and the furthest stage that is possible, with the rank
// of the best evidence for one that is in use.
type stageRange struct{ least, most, grade int }

// possibleStages finds the stages at which the last event by a day may leave an
// organisation, by evidence of a rank or better. An event may be the last when
// it may have come by the day, and every event that certainly has may have come
// before it. Orders that break the rules between events do not count, unless all
// do: then there is an inheritance, or the evidence contradicts itself.
func possibleStages(events []Adoption, on Date, least int) stageRange {
	var may []*Adoption // have come by the day
	exact := true
	for i := range events {
		if a := &events[i]; a.Counts() && a.Grade.Rank() >= least && !a.Day.Earliest.After(on) {
			may = append(may, a)
			exact = exact && a.Day.Earliest == a.Day.Latest
		}
	}
	if len(may) == 0 {
		return stageRange{NotKnown, NotKnown, 0}
	}
	key := func(a *Adoption, d Date) int64 { return d.DayNumber()<<8 | a.Mark() }
	if exact {
		best := may[0]
		for _, a := range may[1:] {
			if key(a, a.Day.Latest) > key(best, best.Day.Latest) {
				best = a
			}
		}
		return stageRange{NotKnown, NotKnown, 0}.with(best, true)
	}
	var past []Adoption // certainly
	for _, a := range may {
		if !a.Day.Latest.After(on) {
			past = append(past, *a)
		}
	}
	read := func(heir, lawful bool) (out stageRange, found bool) {
		if len(past) == 0 {
			out, found = stageRange{NotKnown, NotKnown, 0}, true
		}
		for _, a := range may {
			end := a.Day.Latest
			if end.After(on) {
				end = on
			}
			line := []Adoption{}
			last := true
			for _, f := range past {
				if f == *a {
					continue
				}
				last = last && key(&f, f.Day.Earliest) <= key(a, end)
				line = append(line, f)
			}
			if !last || lawful && !fits(line, *a, heir) {
				continue
			}
			out, found = out.with(a, !found), true
		}
		return out, found
	}
	for _, try := range [...]struct{ heir, lawful bool }{{false, true}, {true, true}, {false, false}} {
		if out, found := read(try.heir, try.lawful); found {
			return out
		}
	}
	return stageRange{NotKnown, NotKnown, 0}
}

// with widens a range by an event; first makes the range of it alone.
func (r stageRange) with(a *Adoption, first bool) stageRange {
	stage := 0
	if a.Step != Stopped {
		stage = a.Stage.Rank()
	}
	if first {
		r = stageRange{stage, stage, 0}
	}
	r.least, r.most = min(r.least, stage), max(r.most, stage)
	if stage >= Adopted.Rank() {
		r.grade = max(r.grade, a.Grade.Rank())
	}
	return r
}

// fits reports whether events may come before another, which is the last of
// them, in the order of their latest or of their earliest days.
func fits(before []Adoption, last Adoption, heir bool) bool {
	all := append(before, last)
	for _, order := range [][]int{adoptionOrder(before, AdoptionBefore), adoptionOrder(before, beganBefore)} {
		if len(checkLineIn(all, append(order, len(before)), heir)) == 0 {
			return true
		}
	}
	return false
}

// fittingOrder is the order of uncertain days that breaks no rule: without an
// inheritance when that will do, by the latest days when both do.
func fittingOrder(events []Adoption) []int {
	late := adoptionOrder(events, AdoptionBefore)
	early := adoptionOrder(events, beganBefore)
	for _, heir := range []bool{false, true} {
		for _, order := range [][]int{late, early} {
			if len(checkLineIn(events, order, heir)) == 0 {
				return order
			}
		}
	}
	return late
}

// FirstAdoption is the day on which an organisation is first known to use the
// innovation, by evidence of at least a grade: the earliest of the latest days
// on which it may have reached a stage of use, and the earliest of the earliest.
// Both are zero when it never did. A stop afterwards does not undo it.
func FirstAdoption(events []Adoption, atLeast EvidenceGrade) (certain, possible Date) {
	for _, a := range events {
		if !a.Counts() || !a.Stage.InUse() || a.Grade.Rank() < atLeast.Rank() {
			continue
		}
		if certain.IsZero() || a.Day.Latest.Before(certain) {
			certain = a.Day.Latest
		}
		if possible.IsZero() || a.Day.Earliest.Before(possible) {
			possible = a.Day.Earliest
		}
	}
	return certain, possible
}

// AdoptionBefore reports whether an event of an organisation and innovation
// comes before another: by their latest days, then their earliest, then by their
// grades; what happened comes before what was planned.
func AdoptionBefore(a, b Adoption) bool {
	planned := func(a Adoption) int {
		if a.Planned {
			return 1
		}
		return 0
	}
	return cmp.Or(a.Day.Latest.Compare(b.Day.Latest), a.Day.Earliest.Compare(b.Day.Earliest),
		cmp.Compare(planned(a), planned(b)), cmp.Compare(a.Grade.Rank(), b.Grade.Rank())) < 0
}

// SortAdoptions puts the events of one organisation and innovation in the order
// of AdoptionBefore.
func SortAdoptions(events []Adoption) {
	sort.SliceStable(events, func(i, j int) bool { return AdoptionBefore(events[i], events[j]) })
}

// CheckAdoptionLine holds the events of one organisation and innovation, in any
// order, against the rules between them. Within a grade of evidence stages go
// forward, and back only by a stop or a reversal; whatever grade says that it
// stopped, fell back or still is, something must have been there by some
// evidence; of an heir, a body that others became, what they were at may have
// been there. Planned events are not held against the others. Events whose days
// are not certain are taken in the order of their latest or of their earliest
// days, whichever fits. It reports everything that is wrong, by the index of the
// event.
func CheckAdoptionLine(events []Adoption, heir bool) []LineFault {
	wrong := checkLineIn(events, adoptionOrder(events, AdoptionBefore), heir)
	if len(wrong) == 0 || exactDays(events) {
		return wrong
	}
	if len(checkLineIn(events, adoptionOrder(events, beganBefore), heir)) == 0 {
		return nil
	}
	return wrong
}

// adoptionOrder gives the indexes of events in an order.
func adoptionOrder(events []Adoption, before func(a, b Adoption) bool) []int {
	order := make([]int, len(events))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return before(events[order[i]], events[order[j]]) })
	return order
}

// beganBefore is AdoptionBefore by the earliest days first.
func beganBefore(a, b Adoption) bool {
	if a.Day.Earliest != b.Day.Earliest {
		return a.Day.Earliest.Before(b.Day.Earliest)
	}
	return AdoptionBefore(a, b)
}

func exactDays(events []Adoption) bool {
	for _, a := range events {
		if a.Day.Earliest != a.Day.Latest {
			return false
		}
	}
	return true
}

// checkLineIn checks events in an order.
func checkLineIn(events []Adoption, order []int, heir bool) (wrong []LineFault) {
	var line [8]int // by grade: rank of the stage, HasStopped or NotKnown; at 0 what was inherited
	for i := range line {
		line[i] = NotKnown
	}
	if heir {
		line[0] = Identified.Rank()
	}
	active := func() bool {
		for _, n := range line {
			if n > HasStopped {
				return true
			}
		}
		return false
	}
	for k, i := range order {
		a := &events[i]
		fault := func(err *Error) { wrong = append(wrong, LineFault{i, err}) }
		if k > 0 {
			if b := &events[order[k-1]]; b.Day.sameDays(a.Day.Bound) && b.Grade == a.Grade && b.Planned == a.Planned {
				fault(Refusedf(RuleAdoptionSameDay, "day", "%s has two events of %s by %s evidence on %s", a.Organisation, a.Innovation, a.Grade, a.Day.Bound).
					Trying("record the further stage only, say the days more closely, or correct the other"))
				continue
			}
		}
		if a.Planned {
			continue
		}
		g := a.Grade.Rank()
		was, rank := line[g], a.Stage.Rank()
		switch a.Step {
		case Reached:
			if rank < was {
				fault(Refusedf(RuleAdoptionBackward, "stage", "%s was at %s with %s and goes back to %s on %s", a.Organisation, Stages()[was-1], a.Innovation, a.Stage, a.Day.Bound).
					Trying("record a stop or a reversal, or correct the event that is wrong"))
				continue
			}
			line[g] = rank
		case Reversed:
			if !active() || was > HasStopped && rank >= was {
				fault(Refusedf(RuleAdoptionNothing, "stage", "%s falls back to %s with %s on %s and was not further", a.Organisation, a.Stage, a.Innovation, a.Day.Bound).
					Trying("record the stage it was at before, with an unknown day when none is known"))
				continue
			}
			line[g] = rank
		case Stopped:
			if !active() {
				fault(Refusedf(RuleAdoptionNothing, "step", "%s stops %s on %s and had not begun", a.Organisation, a.Innovation, a.Day.Bound).
					Trying("record the stage it was at before, with an unknown day when none is known"))
				continue
			}
			line[g], line[0] = HasStopped, NotKnown
		case Confirmed:
			if !active() {
				fault(Refusedf(RuleAdoptionNothing, "step", "%s is confirmed to be at %s with %s on %s and had not begun", a.Organisation, a.Stage, a.Innovation, a.Day.Bound).
					Trying("record that it reached the stage"))
			}
		}
	}
	return wrong
}

// LineFault is what is wrong with one of several events.
type LineFault struct {
	Event int // its index
	Err   *Error
}
