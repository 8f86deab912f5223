package fhir

import (
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// period gives a period as FHIR does, nil when nothing can be said of it.
func (e *exporter) period(p innovation.Period) *period {
	p = p.Normal()
	var out period
	out.Start = date(p.Start)
	switch {
	case p.IsOpen():
	case p.End.Precision() == innovation.PrecisionDay: // the last day is given, not the day after it
		out.End = p.End.Earliest.AddDays(-1).String()
	default:
		out.EndAbout = e.about(p.End)
	}
	switch text := p.Start.String(); {
	case text == "always" || text == "unknown": // as FHIR has a period without a start
	case out.Start == "", out.Start != out.End && strings.HasPrefix(out.End, out.Start): // a month, and a day in it: which is first cannot be told
		out.Start, out.StartAbout = "", e.about(p.Start)
	}
	if p.Start.Basis != innovation.BasisPublished || p.End.Basis != innovation.BasisPublished {
		e.leave(leftBasis)
	}
	if out == (period{}) {
		return nil
	}
	return &out
}

// date is a bound as a FHIR date, or nothing when it is no day, month or year.
func date(b innovation.Bound) string {
	switch text := b.String(); b.Precision() {
	case innovation.PrecisionDay, innovation.PrecisionMonth, innovation.PrecisionYear:
		if b.Earliest.After(innovation.Dawn) {
			return text
		}
	}
	return ""
}

// about stands in the place of a date that FHIR cannot say.
func (e *exporter) about(b innovation.Bound) *element {
	out := e.absent(leftBound)
	if b.Precision() != innovation.PrecisionUnknown {
		out.Extension = append(out.Extension, extension{URL: own + "bound", ValueString: b.String()})
	}
	return out
}

// absent stands in the place of a value that is not certain, and counts it.
func (e *exporter) absent(what int) *element {
	e.leave(what)
	return &element{[]extension{{URL: absentExtension, ValueCode: "unknown"}}}
}

// working gives the unbroken time at work that the day lies in, or else the
// last one that began by the day, or else the first to come. The existences stand in the order of their
// starts; one ends where the next begins when only the kind of body changed.
func working(all []innovation.Existence, on innovation.Date) (best innovation.Period, found bool) {
	var runs []innovation.Period
	for _, x := range all {
		if last := len(runs) - 1; last >= 0 && runs[last].End.Earliest == x.Period.Start.Earliest && runs[last].End.Latest == x.Period.Start.Latest {
			runs[last].End = x.Period.End
			continue
		}
		runs = append(runs, x.Period)
	}
	for _, p := range runs {
		if !found || best.Holds(on) != innovation.Yes && !p.Start.Earliest.After(on) {
			best, found = p, true
		}
	}
	return best, found
}
