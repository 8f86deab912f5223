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

// Readings is where an organisation stands with an innovation, read in four
// ways: from all evidence or only from firm evidence, and with events of
// uncertain day as late or as early as they may have been. Each is the rank of
// a stage, HasStopped or NotKnown. A count is low where all readings agree and
// high where any says so.
type Readings struct {
	All       int `json:"all" doc:"From all evidence, each event on its latest day: rank of the stage from 1, 0 stopped, -1 not known"`
	AllEarly  int `json:"allEarly" doc:"From all evidence, each event on its earliest day"`
	Firm      int `json:"firm" doc:"From firm evidence only, each event on its latest day"`
	FirmEarly int `json:"firmEarly" doc:"From firm evidence only, each event on its earliest day"`
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
// The order of the events does not matter, and their uncertain days are narrowed
// first (NarrowDays). Planned events and confirmations change nothing.
func ReadAdoption(events []Adoption, on Date, firm EvidenceGrade) Readings {
	events = NarrowDays(events)
	read := func(day func(Adoption) Date, least int) int {
		out, best := NotKnown, int64(-1)
		for _, a := range events {
			if d := day(a); a.Counts() && !d.After(on) && a.Grade.Rank() >= least {
				if key := d.DayNumber()<<8 | a.Mark(); key > best {
					out, best = int(a.Mark()&markStage), key
				}
			}
		}
		return out
	}
	latest := func(a Adoption) Date { return a.Day.Latest }
	earliest := func(a Adoption) Date { return a.Day.Earliest }
	return Readings{All: read(latest, 1), AllEarly: read(earliest, 1), Firm: read(latest, firm.Rank()), FirmEarly: read(earliest, firm.Rank())}
}

// FirstAdoption is the day on which an organisation is first known to use the
// innovation, by evidence of at least a grade: the earliest of the latest days
// on which it may have reached a stage of use, and the earliest of the earliest.
// Both are zero when it never did. A stop afterwards does not undo it. The days
// are taken as they stand: narrow them first (NarrowDays).
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
