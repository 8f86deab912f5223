package innovation

import (
	"reflect"
	"slices"
	"sort"
)

// ConsolidatedLicence is a licence as it read on a day: what was in force then,
// with everything decided by then worked in.
type ConsolidatedLicence struct {
	Licence    Recorded[Licence]     `json:"licence" doc:"The licence as recorded"`
	Round      Recorded[Round]       `json:"round" doc:"The round whose rules govern it"`
	On         Date                  `json:"on" doc:"The day"`
	Status     Status                `json:"status" doc:"What it is on the day: standing, grade, term, licensors, conditions"`
	Provisions []Recorded[Provision] `json:"provisions,omitempty" doc:"The other clauses in force, in the order of their keys; none when the licence has ended"`
	Decisions  []Recorded[Decision]  `json:"decisions,omitempty" doc:"What was decided by the day, in the order in which it counts"`
	Since      Date                  `json:"since,omitzero" doc:"The version it is: the first day on which it read like this; left out before the first"`
	Versions   []Date                `json:"versions" doc:"All days on which it began to read differently, in order"`
}

// AsRead gives the licence as it read on the day.
func (f LicenceFile) AsRead(on Date) ConsolidatedLicence {
	c := f.read(on)
	c.Versions = f.Versions()
	for _, day := range c.Versions {
		if !day.After(on) {
			c.Since = day
		}
	}
	return c
}

// Versions lists the days on which the licence begins to read differently, in
// order, from the first day on which it may have begun. That a condition is
// overdue is no difference. Days on which nothing is known to change, because
// a bound is not known at all, do not appear.
func (f LicenceFile) Versions() []Date {
	first := f.Licence.Value.Period.Start.Earliest
	var days, versions []Date
	for _, day := range f.turningDays() {
		if day.After(first) && day != Forever {
			days = append(days, day)
		}
	}
	sortDays(days)
	before := ConsolidatedLicence{}
	if first != Dawn {
		days = append([]Date{first}, days...)
	}
	for _, day := range slices.Compact(days) {
		if text := f.read(day).text(); !reflect.DeepEqual(text, before) {
			versions, before = append(versions, day), text
		}
	}
	return versions
}

// read is AsRead without the versions.
func (f LicenceFile) read(on Date) ConsolidatedLicence {
	c := ConsolidatedLicence{Licence: f.Licence, Round: f.Round, On: on, Status: f.StatusOn(on)}
	for _, p := range f.Provisions {
		ended := !c.Status.Standing.Live() && c.Status.Standing != StandingNotBegun
		if !ended && p.Value.Period.Holds(on) != No {
			if due := p.Value.Due; !due.IsZero() && on.Before(due.Latest) {
				p.Value.Outcome = "" // nothing can have become of it yet
			}
			c.Provisions = append(c.Provisions, p)
		}
	}
	sort.SliceStable(c.Provisions, func(i, j int) bool {
		return c.Provisions[i].Value.Provision < c.Provisions[j].Value.Provision
	})
	for _, d := range f.decisionsInOrder() {
		if !d.Value.Day.Latest.After(on) {
			c.Decisions = append(c.Decisions, d)
		}
	}
	return c
}

// text leaves out what changes with the day alone.
func (c ConsolidatedLicence) text() ConsolidatedLicence {
	c.On, c.Status.On = Date{}, Date{}
	for i := range c.Status.Conditions {
		c.Status.Conditions[i].Overdue, c.Status.Conditions[i].OverdueSince = false, Date{}
	}
	return c
}

// turningDays lists the days on which something about the licence may change.
func (f LicenceFile) turningDays() []Date {
	var days []Date
	turn := func(periods ...Period) {
		for _, p := range periods {
			p = p.Normal()
			days = append(days, p.Start.Earliest, p.Start.Latest, p.End.Earliest, p.End.Latest)
		}
	}
	turn(f.Licence.Value.Period, f.Licence.Value.Period.EndingAt(f.begin().end), f.finalTerm())
	if f.Next != nil {
		turn(FromBound(f.Next.Value.Period.Start))
	}
	for _, s := range f.Streams {
		turn(s.Value.Period)
	}
	for _, b := range f.ContractingBodies {
		turn(b.Value.Period)
	}
	for _, c := range f.Conditions {
		turn(c.Value.Period)
		if !c.Value.Due.IsZero() {
			days = append(days, c.Value.Due.Latest.AddDays(1))
		}
	}
	for _, p := range f.Provisions {
		turn(p.Value.Period)
	}
	for _, d := range f.Decisions {
		days = append(days, d.Value.Day.Latest, f.courseOn(d.Value.Day.Latest).end.Latest)
	}
	return days
}
