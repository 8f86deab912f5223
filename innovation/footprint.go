package innovation

import "slices"

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

// UnitsDay is the day whose organisations are counted when a day is asked about.
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

// Lineage is who became whom: the mergers, splits and renames among
// organisations. Transfers of functions are not followed: the predecessor may go
// on. A succession counts from the latest day on which it may have been; one
// that is only announced, or names no successor, does not.
type Lineage struct {
	before, after map[OrganisationID][]heir
}

type heir struct {
	other OrganisationID
	day   Date
	split bool
}

// LineageOf prepares successions to be followed.
func LineageOf(edges []Succession) *Lineage {
	l := &Lineage{before: map[OrganisationID][]heir{}, after: map[OrganisationID][]heir{}}
	for _, e := range edges {
		if e.Type == Transfer || e.Successor == "" || e.Successor == e.Predecessor || e.Day.Basis == BasisAnnounced {
			continue
		}
		l.before[e.Successor] = append(l.before[e.Successor], heir{e.Predecessor, e.Day.Latest, e.Type == Split})
		l.after[e.Predecessor] = append(l.after[e.Predecessor], heir{e.Successor, e.Day.Latest, e.Type == Split})
	}
	return l
}

// maxLineage bounds how many generations are followed.
const maxLineage = 16

// UnitStanding is where an organisation of a footprint stands with an innovation.
type UnitStanding struct {
	Readings
	Partly bool             `json:"partly,omitempty" doc:"True when parts of it use the innovation and others do not: it came from several, or became several"`
	From   []OrganisationID `json:"from,omitempty" doc:"The bodies whose events say so, when others than itself"`
}

// EventsOf gives the events of an organisation with one innovation, in any
// order; nil when there are none.
type EventsOf func(OrganisationID) []Adoption

// Standing reads where an organisation of the footprint stands on a day.
//
// The organisation's own events decide when one of them lies on or after the
// day of its last succession: it has spoken for its present self. Before that
// the bodies that went into it, and what it was itself, speak for their parts:
// where all use the innovation it does, where some do it does partly and counts
// as possibly in use. A body that was split passes on its standing as a
// possibility only. On a footprint that is held, a successor that has spoken
// for itself speaks for those that went into it; for a body that became several
// each speaks for a part.
func (l *Lineage) Standing(id OrganisationID, events EventsOf, on Date, f Footprint, firm EvidenceGrade) UnitStanding {
	w := lineageWalk{l, events, on, firm}
	units := f.UnitsDay(on)
	if f.Mode != FootprintHeld || !units.Before(on) {
		return w.at(id, units, 0)
	}
	return w.held(id, units, 0)
}

type lineageWalk struct {
	*Lineage
	events EventsOf
	on     Date
	firm   EvidenceGrade
}

// at reads a body with what went into it by a day.
func (w lineageWalk) at(id OrganisationID, day Date, depth int) UnitStanding {
	own := w.events(id)
	var last Date
	var into []heir
	for _, h := range w.before[id] {
		if !h.day.After(day) && depth < maxLineage {
			into = append(into, h)
			if h.day.After(last) {
				last = h.day
			}
		}
	}
	if len(into) == 0 || spoke(own, last, w.on) {
		return UnitStanding{Readings: ReadAdoption(own, w.on, w.firm)}
	}
	parts := make([]lineagePart, 0, len(into)+1)
	for _, h := range into {
		parts = append(parts, lineagePart{h.other, w.at(h.other, h.day, depth+1), h.split})
	}
	if len(own) > 0 { // it was there before, beside what came into it
		parts = append(parts, lineagePart{id, UnitStanding{Readings: ReadAdoption(own, w.on, w.firm)}, false})
	}
	return together(id, parts)
}

// held reads a body of a day through what became of it since.
func (w lineageWalk) held(id OrganisationID, day Date, depth int) UnitStanding {
	mine := w.at(id, day, depth)
	var parts []lineagePart
	for _, h := range w.after[id] {
		if !h.day.After(day) || h.day.After(w.on) || depth >= maxLineage {
			continue
		}
		heirs := w.held(h.other, h.day, depth+1)
		if w.speaks(h.other, h.day, depth) {
			parts = append(parts, lineagePart{h.other, heirs, false})
		} else {
			parts = append(parts, lineagePart{id, mine, false})
		}
	}
	if len(parts) == 0 {
		return mine
	}
	return together(id, parts)
}

// speaks reports whether a body, or one that it became, has an event on or after
// a day.
func (w lineageWalk) speaks(id OrganisationID, day Date, depth int) bool {
	if spoke(w.events(id), day, w.on) {
		return true
	}
	return depth < maxLineage && slices.ContainsFunc(w.after[id], func(h heir) bool {
		return !h.day.After(w.on) && !h.day.Before(day) && w.speaks(h.other, h.day, depth+1)
	})
}

func spoke(events []Adoption, since, on Date) bool {
	return slices.ContainsFunc(events, func(a Adoption) bool {
		return a.Counts() && !a.Day.Latest.Before(since) && !a.Day.Earliest.After(on)
	})
}

// lineagePart is what a body contributes to another.
type lineagePart struct {
	id       OrganisationID
	standing UnitStanding
	split    bool // it went there in part only
}

// together reads several parts as one: All and Firm are the least of them, the
// early readings the furthest.
func together(id OrganisationID, parts []lineagePart) UnitStanding {
	out := parts[0].standing
	out.From = nil
	using, idle := false, false
	for i, p := range parts {
		r := p.standing.Readings
		if p.split { // which part it was is not known
			r.All, r.Firm = min(r.All, NotKnown), min(r.Firm, NotKnown)
		}
		if i == 0 {
			out.Readings = r
		} else {
			out.All, out.Firm = min(out.All, r.All), min(out.Firm, r.Firm)
			out.AllEarly, out.FirmEarly = max(out.AllEarly, r.AllEarly), max(out.FirmEarly, r.FirmEarly)
		}
		switch p.standing.InUse() {
		case Yes:
			using = true
		case No:
			idle = true
		default:
			if p.standing.Partly {
				using, idle = true, true
			} else if r.AllEarly >= Adopted.Rank() || r.All >= Adopted.Rank() {
				using = true
			}
		}
		for _, from := range append([]OrganisationID{p.id}, p.standing.From...) {
			if from != id && !slices.Contains(out.From, from) {
				out.From = append(out.From, from)
			}
		}
	}
	out.Partly = using && idle
	slices.Sort(out.From)
	return out
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
