package innovation

import (
	"cmp"
	"fmt"
	"slices"
)

// FootprintMode is on which list of organisations a count is made.
type FootprintMode string

// The footprints.
const (
	// FootprintThen counts the organisations of the day asked about. What those
	// that went before did passes to them, by the mergers, splits and renames of
	// that day and before.
	FootprintThen FootprintMode = "then"
	// FootprintDay counts the organisations of a named day, whatever the day asked
	// about. What became of a body after the named day is not followed.
	FootprintDay FootprintMode = "day"
	// FootprintHeld counts the organisations of a named day too, and holds them
	// constant: what their successors do later counts for each of them.
	FootprintHeld FootprintMode = "held"
)

// Footprint is the list of organisations on which a count is made. The zero
// Footprint is that of then.
type Footprint struct {
	Mode FootprintMode `json:"mode,omitempty" enum:"then,day,held" doc:"then: the organisations of the day asked about; day: those of a named day; held: those of a named day, with their successors' doings counted for them"`
	Day  Date          `json:"day,omitzero" doc:"The named day"`
}

// Validate refuses a footprint that names no day and needs one, or the reverse.
func (f Footprint) Validate() error {
	switch f.Mode {
	case "", FootprintThen:
		if !f.Day.IsZero() {
			return Invalidf(RuleFootprintInvalid, "footprint", "the footprint of then has no day").Trying("use day or held with a day, or leave the day out")
		}
	case FootprintDay, FootprintHeld:
		if f.Day.IsZero() {
			return Invalidf(RuleFootprintInvalid, "footprint", "the footprint %s names no day", f.Mode).Trying("name the day whose organisations are counted")
		}
	default:
		return Invalidf(RuleFootprintInvalid, "footprint", "%q is no footprint", clip(string(f.Mode))).Trying("use then, day or held")
	}
	return nil
}

// Normal is the footprint with its mode, which is then when it is left out.
func (f Footprint) Normal() Footprint {
	f.Mode = cmp.Or(f.Mode, FootprintThen)
	return f
}

// UnitsDay is the day whose organisations are counted when a day is asked about.
//
//go:noinline // many places would hold a copy of it
func (f Footprint) UnitsDay(on Date) Date {
	if f.Mode == FootprintDay || f.Mode == FootprintHeld {
		return f.Day
	}
	return on
}

// String says the footprint in words.
func (f Footprint) String() string {
	switch f.Mode {
	case FootprintDay:
		return "organisations of " + f.Day.String()
	case FootprintHeld:
		return "organisations of " + f.Day.String() + ", held constant"
	}
	return "organisations of the day"
}

// Rule says in a sentence how organisations are counted on the footprint.
func (f Footprint) Rule() string {
	const passes = "what a body did passes to what it became by then; where users and others became one it uses the innovation partly, and a split passes a possibility only"
	switch f.Mode {
	case FootprintDay:
		return fmt.Sprintf("The organisations of %s: %s. What became of them later is not followed.", f.Day, passes)
	case FootprintHeld:
		return fmt.Sprintf("The organisations of %s, held constant: %s. Of later days their successors speak for them.", f.Day, passes)
	}
	return "The organisations of the day: " + passes + "."
}

// Lineage is who became whom: the mergers, splits and renames among
// organisations. Transfers of functions are not followed: the predecessor may go
// on. A succession counts from the latest day on which it may have been; one
// that is only announced, or names no successor, does not.
type Lineage struct {
	before, after map[OrganisationID][]heir
	lives         func(OrganisationID, Date) Answer // nil when nothing is known of them
}

type heir struct {
	other OrganisationID
	day   Date
	how   string // the type of the succession
}

// LineageOf prepares successions to be followed.
func LineageOf(edges []Succession) *Lineage {
	l := &Lineage{before: map[OrganisationID][]heir{}, after: map[OrganisationID][]heir{}}
	for _, e := range edges {
		if e.Type == Transfer || e.Successor == "" || e.Successor == e.Predecessor || e.Day.Basis == BasisAnnounced {
			continue
		}
		l.before[e.Successor] = append(l.before[e.Successor], heir{e.Predecessor, e.Day.Latest, e.Type})
		l.after[e.Predecessor] = append(l.after[e.Predecessor], heir{e.Successor, e.Day.Latest, e.Type})
	}
	return l
}

// WithLives tells the lineage when organisations existed: Possibly when that is
// not known. By it a body that takes in another is told from one that a merger
// founds, and one that goes on after a split from one that ends. It returns the
// lineage.
func (l *Lineage) WithLives(lives func(id OrganisationID, on Date) Answer) *Lineage {
	l.lives = lives
	return l
}

func (l *Lineage) lived(id OrganisationID, on Date) bool {
	return l.lives != nil && l.lives(id, on) == Yes
}

// Touches reports whether an organisation took part in any succession.
func (l *Lineage) Touches(id OrganisationID) bool {
	return len(l.before[id]) > 0 || len(l.after[id]) > 0
}

// UnitStanding is where an organisation of a footprint stands with an innovation.
type UnitStanding struct {
	Readings
	Grade  EvidenceGrade    `json:"grade,omitempty" doc:"The best of the evidence that decides that it is in use; left out when none does"`
	Partly bool             `json:"partly,omitempty" doc:"True when parts of it use the innovation and others do not: it came from several, or became several"`
	From   []OrganisationID `json:"from,omitempty" doc:"The bodies whose events say so, when others than itself"`
}

// EventsOf gives the events of an organisation with one innovation, in any
// order; nil when there are none.
type EventsOf func(OrganisationID) []Adoption

// Standing reads where an organisation of the footprint stands on a day. Each of
// the four readings is made by itself, with the events that it counts.
//
// The organisation's own events decide when one of them may lie on or after the
// day of its last succession, or is restated: it has spoken for its present
// self. Before that the bodies that became part of it with that succession, and
// itself as it was before, speak for their parts: where all use the innovation
// it does, where some do it does partly and counts as possibly in use. A body
// that was split passes on its standing as a possibility only; a rename passes
// it whole. On a footprint of a later day than the one asked about, events are
// carried forward in the same way.
//
// On a footprint that is held, a successor that has spoken for itself speaks for
// those that became part of it; for a body that became several, each that has
// spoken speaks for a part, and the body itself for the rest.
func (l *Lineage) Standing(id OrganisationID, events EventsOf, on Date, f Footprint, firm EvidenceGrade) UnitStanding {
	units := f.UnitsDay(on)
	var out UnitStanding
	for reading := range 4 {
		w := lineageWalk{Lineage: l, events: events, on: on, least: 1, early: reading%2 == 1}
		if reading >= 2 {
			w.least = firm.Rank()
		}
		var s stance
		if f.Mode == FootprintHeld && units.Before(on) {
			s = w.held(id, units, 0)
		} else {
			s = w.at(id, units, 0)
		}
		switch reading {
		case 0:
			out.All = s.low
		case 1:
			out.AllEarly = s.high
		case 2:
			out.Firm = s.low
		case 3:
			out.FirmEarly = s.high
		}
		out.Partly = out.Partly || s.partly
		if s.grade > out.Grade.Rank() {
			out.Grade = evidenceGrades[s.grade-1]
		}
		for _, from := range s.from {
			if from != id && !slices.Contains(out.From, from) {
				out.From = append(out.From, from)
			}
		}
	}
	slices.Sort(out.From)
	return out
}

// lineageWalk makes one reading: of evidence of a rank or better, with events on
// their latest or their earliest days.
type lineageWalk struct {
	*Lineage
	events EventsOf
	on     Date
	least  int
	early  bool

	knownAt, knownHeld map[place]stance
	knownSpeaks        map[place]bool
}

// stance is where a body stands in one reading. Its parts may stand differently.
type stance struct {
	low, high int // the least and the furthest of its parts
	grade     int // rank of the best evidence that decides that a part is in use
	partly    bool
	from      []OrganisationID // whose events say so
}

func (w *lineageWalk) day(a *Adoption) Date {
	if w.early {
		return a.Day.Earliest
	}
	return a.Day.Latest
}

// own reads the events of a body alone. What an heir confirms it uses, though it
// has no event of its own that began it.
func (w *lineageWalk) own(id OrganisationID) stance {
	events := w.events(id)
	r := possibleStages(events, w.on, w.least)
	if r.most == NotKnown && len(w.before[id]) > 0 {
		confirmed := make([]Adoption, 0, len(events))
		for _, a := range events {
			if a.Step == Confirmed {
				a.Step = Reached
			}
			confirmed = append(confirmed, a)
		}
		r = possibleStages(confirmed, w.on, w.least)
	}
	out := stance{low: r.least, high: r.most, grade: r.grade}
	if r.most > NotKnown {
		out.from = []OrganisationID{id}
	}
	return out
}

// spoke reports whether a body has spoken for what it was from a day on: a
// confirmation will do.
func (w *lineageWalk) spoke(id OrganisationID, since Date) bool {
	events := w.events(id)
	for i := range events {
		if a := &events[i]; !a.Planned && a.Grade.Rank() >= w.least && !w.day(a).After(w.on) && (a.Restated || !a.Day.Latest.Before(since)) {
			return true
		}
	}
	return false
}

// maxLineage bounds how many generations are followed.
const maxLineage = 16

// place is a body as it was on a day, so many generations away. A walk reads each
// once, however many ways lead to it.
type place struct {
	id    OrganisationID
	day   Date
	depth int
}

// once remembers what a walk has read.
func once(known *map[place]stance, at place, read func() stance) stance {
	if s, ok := (*known)[at]; ok {
		return s
	}
	if *known == nil {
		*known = map[place]stance{}
	}
	s := read()
	(*known)[at] = s
	return s
}

// at reads a body as it was on a day, with what had become part of it by then.
func (w *lineageWalk) at(id OrganisationID, day Date, depth int) stance {
	var last Date
	for _, h := range w.before[id] {
		if !h.day.After(day) && h.day.After(last) {
			last = h.day
		}
	}
	if last.IsZero() || depth >= maxLineage || w.spoke(id, last) {
		return w.own(id)
	}
	return once(&w.knownAt, place{id, last, depth}, func() stance {
		var parts []stance
		self := false // it was there before, beside what came into it
		for _, h := range w.before[id] {
			switch {
			case h.day == last:
				s := w.at(h.other, last, depth+1)
				if h.how == Split { // which part it was is not known
					s.low, s.partly = NotKnown, false
				}
				parts = append(parts, s)
				self = self || h.how != Rename && w.lived(id, last.AddDays(-1))
			case h.day.Before(last):
				self = true
			}
		}
		before := w.at(id, last.AddDays(-1), depth+1)
		if self || before.high > NotKnown {
			parts = append(parts, before)
		}
		return together(parts)
	})
}

// held reads a body of a day through what became of it since.
func (w *lineageWalk) held(id OrganisationID, day Date, depth int) stance {
	if len(w.after[id]) == 0 || depth >= maxLineage {
		return w.at(id, day, depth)
	}
	return once(&w.knownHeld, place{id, day, depth}, func() stance {
		var parts []stance
		rest := false // a part of which no successor has spoken
		for _, h := range w.after[id] {
			if !h.day.After(day) || h.day.After(w.on) {
				continue
			}
			if w.speaks(h.other, h.day, depth+1) {
				parts = append(parts, w.held(h.other, h.day, depth+1))
			} else {
				rest = true
			}
			rest = rest || h.how == Split && (w.lived(id, h.day) || w.spoke(id, h.day))
		}
		if rest || len(parts) == 0 {
			parts = append(parts, w.at(id, day, depth))
		}
		return together(parts)
	})
}

// speaks reports whether a body, or one that it became, has spoken for what it
// was from a day on.
func (w *lineageWalk) speaks(id OrganisationID, day Date, depth int) bool {
	if w.spoke(id, day) {
		return true
	}
	if depth >= maxLineage {
		return false
	}
	at := place{id, day, depth}
	if said, ok := w.knownSpeaks[at]; ok {
		return said
	}
	if w.knownSpeaks == nil {
		w.knownSpeaks = map[place]bool{}
	}
	said := slices.ContainsFunc(w.after[id], func(h heir) bool {
		return !h.day.After(w.on) && !h.day.Before(day) && w.speaks(h.other, h.day, depth+1)
	})
	w.knownSpeaks[at] = said
	return said
}

// together reads several parts as one.
func together(parts []stance) stance {
	if len(parts) == 1 {
		return parts[0]
	}
	out := parts[0]
	out.from = slices.Clone(out.from)
	using, idle := false, false
	for i, p := range parts {
		using = using || p.partly || p.low >= Adopted.Rank()
		idle = idle || p.partly || p.high < Adopted.Rank()
		if i > 0 {
			out.low, out.high, out.grade = min(out.low, p.low), max(out.high, p.high), max(out.grade, p.grade)
			out.from = append(out.from, p.from...)
			slices.Sort(out.from)
			out.from = slices.Compact(out.from)
		}
	}
	out.partly = using && idle
	return out
}

// Ended reports whether an organisation had become others by a day, other than
// by a split, after which it may go on.
func (l *Lineage) Ended(id OrganisationID, by Date) bool {
	return slices.ContainsFunc(l.after[id], func(h heir) bool { return h.how != Split && !h.day.After(by) })
}

// NotBegun reports whether an organisation is known only as what others became
// after a day.
func (l *Lineage) NotBegun(id OrganisationID, by Date) bool {
	return len(l.before[id]) > 0 && !slices.ContainsFunc(l.before[id], func(h heir) bool { return !h.day.After(by) })
}

// Successors lists what an organisation became by a day, directly, in the order
// of their keys.
func (l *Lineage) Successors(id OrganisationID, by Date) []OrganisationID {
	var out []OrganisationID
	for _, h := range l.after[id] {
		if !h.day.After(by) && !slices.Contains(out, h.other) {
			out = append(out, h.other)
		}
	}
	slices.Sort(out)
	return out
}

// Predecessors lists the organisations that went into one, directly and whenever,
// in the order of their keys.
func (l *Lineage) Predecessors(id OrganisationID) []OrganisationID {
	var out []OrganisationID
	for _, h := range l.before[id] {
		if !slices.Contains(out, h.other) {
			out = append(out, h.other)
		}
	}
	slices.Sort(out)
	return out
}

// Family lists an organisation and all that became it, directly or through
// others, by a day.
func (l *Lineage) Family(id OrganisationID, by Date) []OrganisationID {
	out, seen := []OrganisationID{id}, map[OrganisationID]bool{id: true}
	for i := 0; i < len(out); i++ {
		for _, h := range l.before[out[i]] {
			if !h.day.After(by) && !seen[h.other] {
				seen[h.other] = true
				out = append(out, h.other)
			}
		}
	}
	return out
}

// reaches reports whether what f asks holds of a body, or of one that it leads to
// by edges, which are those before or those after.
func (l *Lineage) reaches(id OrganisationID, edges map[OrganisationID][]heir, f func(OrganisationID) bool) bool {
	seen := map[OrganisationID]bool{id: true}
	for todo := []OrganisationID{id}; len(todo) > 0; todo = todo[1:] {
		if f(todo[0]) {
			return true
		}
		for _, h := range edges[todo[0]] {
			if !seen[h.other] {
				seen[h.other] = true
				todo = append(todo, h.other)
			}
		}
	}
	return false
}
