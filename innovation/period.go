package innovation

import (
	"fmt"
	"strings"
	"time"
)

// RulePeriodInvalid refuses a period, a bound, or a part of one that means nothing.
const RulePeriodInvalid RuleID = "period-invalid"

// Bound is the start or end of a period, known to lie on one of the days Earliest to Latest, both
// included. The zero Bound is "not given": as an end it means open, as a start it is refused.
// Its text, without the basis, is a day "2013-05-23", a month "2013-05", a calendar quarter
// "2013-Q2", a year "2013", a financial year "2013/14", a range "2013-05-01..2013-06-15", not later
// than "..2013-05-23", not earlier than "2013-05-23..", "unknown", "always" for exactly Dawn, and ""
// for an open end or a zero Bound.
type Bound struct {
	Earliest, Latest Date
	Basis            Basis
}

// noBound is what a constructor returns for arguments that name no days. Validate refuses it,
// whereas a zero Bound would pass for an open end.
var noBound = Bound{Earliest: Date{foreverDay}, Latest: Date{dawnDay}}

// Exactly returns the bound on the day d, the zero Bound for the zero Date.
func Exactly(d Date) Bound { return Bound{Earliest: d, Latest: d} }

// InMonth returns a bound within the month. Validate refuses the bound if there is no such month.
func InMonth(year int, m time.Month) Bound { return inMonths(year, m, 1) }

// InQuarter returns a bound within the calendar quarter, 1 to 4. Validate refuses the bound if
// there is no such quarter.
func InQuarter(year, q int) Bound {
	if q < 1 || q > 4 {
		return noBound
	}
	return inMonths(year, time.Month(3*q-2), 3)
}

// InYear returns a bound within the calendar year. Validate refuses the bound if there is no such year.
func InYear(year int) Bound { return inMonths(year, time.January, 12) }

// NotLaterThan returns a bound on d or any day before, as in "seen in use by".
func NotLaterThan(d Date) Bound { return Bound{Earliest: Date{dawnDay}, Latest: d} }

// NotEarlierThan returns a bound on d or any day after.
func NotEarlierThan(d Date) Bound { return Bound{Earliest: d, Latest: Date{foreverDay}} }

// UnknownBound returns a bound on any day at all.
func UnknownBound() Bound { return Bound{Earliest: Date{dawnDay}, Latest: Date{foreverDay}} }

// OpenEnd returns the end of a period that has none.
func OpenEnd() Bound { return Exactly(Date{foreverDay}) }

// As returns the bound with another basis.
func (b Bound) As(basis Basis) Bound {
	b.Basis = basis
	return b
}

// IsZero reports whether the bound is not given.
func (b Bound) IsZero() bool { return b.Earliest.IsZero() && b.Latest.IsZero() }

// IsOpen reports whether the bound, as an end, means that there is none.
func (b Bound) IsOpen() bool { return b.IsZero() || b.sameDays(OpenEnd()) }

// Precision returns how exactly the bound is known: unknown for a zero Bound, a day for an open end.
func (b Bound) Precision() Precision {
	switch {
	case b.IsZero():
		return PrecisionUnknown
	case b.Earliest == b.Latest:
		return PrecisionDay
	case b.sameDays(UnknownBound()):
		return PrecisionUnknown
	}
	year, month, _ := b.Earliest.civil()
	switch {
	case b.sameDays(InMonth(year, month)):
		return PrecisionMonth
	case b.sameDays(InQuarter(year, quarterOf(month))):
		return PrecisionQuarter
	case b.sameDays(InYear(year)):
		return PrecisionYear
	case b.sameDays(InFinancialYear(FinancialYear(year))):
		return PrecisionFinancialYear
	}
	return PrecisionRange
}

// Validate refuses a bound of which one day is missing, whose days are in the wrong order or in a
// reserved year, or whose basis is not known, and reports everything wrong. A zero Bound is valid.
func (b Bound) Validate() error {
	return Join(b.validateDays(), within("basis", b.Basis.validate()))
}

func (b Bound) validateDays() error {
	const try = "give the first and the last day it can lie on, between 0002-01-01 and 9998-12-31"
	switch {
	case b.IsZero():
		return nil
	case b.Earliest.IsZero() || b.Latest.IsZero():
		return periodError("", try, "one of the days %q and %q is missing", b.Earliest, b.Latest)
	case b.Earliest.After(b.Latest):
		return periodError("", try, "the earliest day %s is after the latest, %s", b.Earliest, b.Latest)
	case b.Earliest.isReserved() || b.Latest.isReserved():
		return periodError("", try, "a day of %s..%s is in a reserved year", b.Earliest, b.Latest)
	}
	return nil
}

// String returns the text form, without the basis.
func (b Bound) String() string {
	if b.IsOpen() {
		return ""
	}
	year, month, _ := b.Earliest.civil()
	switch b.Precision() {
	case PrecisionUnknown:
		return "unknown"
	case PrecisionDay:
		if b.Earliest.day == dawnDay {
			return "always"
		}
		return b.Earliest.String()
	case PrecisionMonth:
		return b.Earliest.String()[:7]
	case PrecisionQuarter:
		return fmt.Sprintf("%04d-Q%d", year, quarterOf(month))
	case PrecisionYear:
		return b.Earliest.String()[:4]
	case PrecisionFinancialYear:
		return FinancialYear(year).String()
	}
	switch {
	case b.Earliest.day == dawnDay:
		return ".." + b.Latest.String()
	case b.Latest.day == foreverDay:
		return b.Earliest.String() + ".."
	}
	return b.Earliest.String() + ".." + b.Latest.String()
}

// ParseBound reads the text form of a bound; its basis is published. Empty text gives the zero Bound.
func ParseBound(s string) (Bound, error) {
	switch s {
	case "":
		return Bound{}, nil
	case "unknown":
		return UnknownBound(), nil
	case "always":
		return Exactly(Date{dawnDay}), nil
	}
	b, ok := parseBoundDays(s)
	if !ok || b.Validate() != nil {
		return Bound{}, periodError("",
			"write a day 2013-05-23, month 2013-05, quarter 2013-Q2, year 2013, financial year 2013/14, range 2013-05-01..2013-06-15, or unknown",
			"%s is not a start or end of a period", quoteInput(s))
	}
	return b, nil
}

// MarshalText returns the text form, without the basis. It refuses a bound that Validate refuses.
func (b Bound) MarshalText() ([]byte, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// UnmarshalText reads what ParseBound accepts.
func (b *Bound) UnmarshalText(text []byte) error {
	parsed, err := ParseBound(string(text))
	if err != nil {
		return err
	}
	*b = parsed
	return nil
}

func parseBoundDays(s string) (Bound, bool) {
	if first, last, ok := strings.Cut(s, ".."); ok {
		b := UnknownBound()
		var err1, err2 error
		if first != "" {
			b.Earliest, err1 = ParseDate(first)
		}
		if last != "" {
			b.Latest, err2 = ParseDate(last)
		}
		return b, s != ".." && err1 == nil && err2 == nil
	}
	switch {
	case len(s) == 10:
		d, err := ParseDate(s)
		return Exactly(d), err == nil
	case len(s) == 4:
		year, ok := parseDigits(s)
		return InYear(year), ok
	case len(s) != 7:
		return Bound{}, false
	case s[4] == '/':
		fy, err := ParseFinancialYear(s)
		return InFinancialYear(fy), err == nil
	case s[4] != '-':
		return Bound{}, false
	}
	year, ok1 := parseDigits(s[:4])
	if s[5] == 'Q' {
		q, ok2 := parseDigits(s[6:])
		return InQuarter(year, q), ok1 && ok2
	}
	month, ok2 := parseDigits(s[5:])
	return InMonth(year, time.Month(month)), ok1 && ok2
}

func inMonths(year int, first time.Month, n int) Bound {
	start, err := NewDate(year, first, 1)
	if err != nil {
		return noBound
	}
	return Bound{Earliest: start, Latest: start.AddMonths(n).AddDays(-1)}
}

func quarterOf(m time.Month) int { return (int(m) + 2) / 3 }

//go:noinline // many places would hold a copy of it
func (b Bound) sameDays(c Bound) bool { return b.Earliest == c.Earliest && b.Latest == c.Latest }

// Period is the time in which a fact holds, half-open: End is the first day on which it no longer
// holds, also where it is imprecise. A zero End means that the period is open.
type Period struct{ Start, End Bound }

// From returns the open period that starts on the day.
func From(start Date) Period { return FromBound(Exactly(start)) }

// FromBound returns the open period with the given start.
func FromBound(start Bound) Period { return Period{Start: start, End: OpenEnd()} }

// Between returns the period that starts on one day and no longer holds on the other.
func Between(start, end Date) Period { return Period{Start: Exactly(start), End: Exactly(end)} }

// Through returns the period with the given first and last day, for sources that count both.
func Through(first, last Date) Period { return Between(first, last.AddDays(1)) }

// Holds says whether the period holds on the day: yes if the core contains it, no if the hull does not.
func (p Period) Holds(on Date) Answer {
	core, _ := p.Core()
	switch {
	case core.Contains(on):
		return Yes
	case p.Hull().Contains(on):
		return Possibly
	}
	return No
}

// Overlaps says whether some day is in both: yes if the cores overlap, no if the hulls do not.
func (p Period) Overlaps(q Period) Answer {
	pCore, _ := p.Core()
	qCore, _ := q.Core()
	switch {
	case pCore.Overlaps(qCore):
		return Yes
	case p.Hull().Overlaps(q.Hull()):
		return Possibly
	}
	return No
}

// Core returns the days on which the period certainly holds, and whether there are any.
func (p Period) Core() (Span, bool) {
	p = p.Normal()
	s := Span{Start: p.Start.Latest, End: p.End.Earliest}
	if p.Start.IsZero() || s.IsEmpty() {
		return Span{}, false
	}
	return s, true
}

// Hull returns the days on which the period may hold, none if the start is not given.
func (p Period) Hull() Span {
	p = p.Normal()
	if p.Start.IsZero() {
		return Span{}
	}
	return Span{Start: p.Start.Earliest, End: p.End.Latest}
}

// Normal returns the period with an open end in place of one not given.
//
//go:noinline // many places would hold a copy of it
func (p Period) Normal() Period {
	if p.End.IsZero() {
		p.End = OpenEnd().As(p.End.Basis)
	}
	return p
}

// EndingAt returns the period with another end.
func (p Period) EndingAt(end Bound) Period {
	p.End = end
	return p
}

// IsOpen reports whether the period has no end.
//
//go:noinline // many places would hold a copy of it
func (p Period) IsOpen() bool { return p.End.IsOpen() }

// Validate refuses a period without a start, with an invalid bound, or whose start cannot precede its
// end, and reports everything wrong. For exact bounds, the start must be before the end.
func (p Period) Validate() error {
	err := p.Start.validateDays()
	if p.Start.IsZero() {
		err = periodError("", "give the first day, or unknown", "a period needs a start")
	}
	errs := []error{
		within("start", err), within("startBasis", p.Start.Basis.validate()),
		within("end", p.End.validateDays()), within("endBasis", p.End.Basis.validate()),
	}
	if hull := p.Hull(); Join(errs...) == nil && hull.IsEmpty() {
		return periodError("end", "give as end the first day on which it no longer holds",
			"the end, %s, is not after the start, %s", hull.End, hull.Start)
	}
	return Join(errs...)
}

// String returns "2013-05-23 to 2018-05-23 (end computed)", where the second day is no longer
// included, or "from 2013-05" for an open period.
func (p Period) String() string {
	text := p.Start.String() + " to " + p.End.String()
	switch {
	case p.Start.IsZero():
		return "no period"
	case p.IsOpen():
		text = "from " + p.Start.String()
	}
	var notes []string
	if p.Start.Basis != BasisPublished {
		notes = append(notes, "start "+p.Start.Basis.String())
	}
	if p.End.Basis != BasisPublished {
		notes = append(notes, "end "+p.End.Basis.String())
	}
	if notes != nil {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}

// MarshalJSON writes {"start":"2013-05","startBasis":"assumed","end":"2018-05-23"}, without an open end
// and published bases, and null for the zero Period. It refuses a period that Validate refuses.
func (p Period) MarshalJSON() ([]byte, error) {
	if p == (Period{}) {
		return []byte("null"), nil
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	b := appendMember(make([]byte, 0, 96), "start", p.Start.String())
	b = appendMember(appendMember(b, "startBasis", string(p.Start.Basis)), "end", p.End.String())
	return append(appendMember(b, "endBasis", string(p.End.Basis)), '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes, with an open end for one left out. It refuses other
// fields and what Validate refuses, and reports everything wrong. A null gives the zero Period.
func (p *Period) UnmarshalJSON(data []byte) error {
	var in struct {
		Start      string `json:"start"`
		StartBasis string `json:"startBasis"`
		End        string `json:"end"`
		EndBasis   string `json:"endBasis"`
	}
	switch isNull, err := decodeStrictly(data, &in); {
	case err != nil:
		return asValueError(RulePeriodInvalid, err)
	case isNull:
		*p = Period{}
		return nil
	}
	start, err1 := ParseBound(in.Start)
	startBasis, err2 := ParseBasis(in.StartBasis)
	end, err3 := ParseBound(in.End)
	endBasis, err4 := ParseBasis(in.EndBasis)
	err := Join(within("start", err1), within("startBasis", err2), within("end", err3), within("endBasis", err4))
	if err != nil {
		return err
	}
	parsed := Period{Start: start.As(startBasis), End: end.As(endBasis)}.Normal()
	if err := parsed.Validate(); err != nil {
		return err
	}
	*p = parsed
	return nil
}

func periodError(field, try, format string, args ...any) *Error {
	return Invalidf(RulePeriodInvalid, field, format, args...).Trying("%s", try)
}
