package innovation

import (
	"fmt"
	"time"
)

// RuleFinancialYearInvalid refuses text that names no financial year.
const RuleFinancialYearInvalid RuleID = "financial-year-invalid"

// The financial years that can be written: all their days are days that ParseDate accepts.
const (
	firstTextFinancialYear FinancialYear = 2
	lastTextFinancialYear  FinancialYear = 9997
)

// FinancialYear is the calendar year in which the year of the public accounts starts:
// 2013 is 1 April 2013 to 31 March 2014. Zero means "not set".
type FinancialYear int

// ParseFinancialYear reads "2013/14" or "2013-14". It refuses years that do not follow each other.
func ParseFinancialYear(s string) (FinancialYear, error) {
	if len(s) != 7 || s[4] != '/' && s[4] != '-' {
		return 0, financialYearError("%s is not a financial year", quoteInput(s))
	}
	first, ok1 := parseDigits(s[:4])
	second, ok2 := parseDigits(s[5:])
	fy := FinancialYear(first)
	switch {
	case !ok1 || !ok2:
		return 0, financialYearError("%s is not a financial year", quoteInput(s))
	case second != (first+1)%100:
		return 0, financialYearError("%s: a financial year ends in the year after it starts", quoteInput(s))
	case fy < firstTextFinancialYear || fy > lastTextFinancialYear:
		return 0, financialYearError("%s is outside 0002/03 to 9997/98", quoteInput(s))
	}
	return fy, nil
}

// FinancialYearOf returns the financial year of the day, 0 for the zero Date.
//
//go:noinline // many places would hold a copy of it
func FinancialYearOf(d Date) FinancialYear {
	year, month, _ := d.civil()
	if month != 0 && month < time.April {
		year--
	}
	return FinancialYear(year)
}

// InFinancialYear returns a bound within the year. Validate refuses the bound if the year is not set.
func InFinancialYear(fy FinancialYear) Bound { return inMonths(int(fy), time.April, 12) }

// Span returns the days of the year.
func (fy FinancialYear) Span() Span { return Span{Start: fy.Start(), End: fy.End()} }

// Start returns 1 April of the year, the zero Date if the year is not set or not within 1 to 9999.
func (fy FinancialYear) Start() Date {
	if fy < 1 || fy > 9999 {
		return Date{}
	}
	return civilDate(int(fy), time.April, 1)
}

// End returns the first day after the year: 1 April of the next.
func (fy FinancialYear) End() Date { return fy.Start().AddYears(1) }

// String returns "2013/14", "" if the year is not set.
func (fy FinancialYear) String() string {
	switch {
	case fy == 0:
		return ""
	case fy < 1 || fy > 9999:
		return fmt.Sprintf("FinancialYear(%d)", int(fy))
	}
	return fmt.Sprintf("%04d/%02d", int(fy), (int(fy)+1)%100)
}

// MarshalText returns the text of String. It refuses a year that ParseFinancialYear would refuse.
func (fy FinancialYear) MarshalText() ([]byte, error) {
	if fy != 0 && (fy < firstTextFinancialYear || fy > lastTextFinancialYear) {
		return nil, financialYearError("%d is outside 0002/03 to 9997/98", int(fy))
	}
	return []byte(fy.String()), nil
}

// UnmarshalText reads what ParseFinancialYear accepts; empty text gives 0, "not set".
func (fy *FinancialYear) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*fy = 0
		return nil
	}
	parsed, err := ParseFinancialYear(string(text))
	if err != nil {
		return err
	}
	*fy = parsed
	return nil
}

func financialYearError(format string, args ...any) error {
	return Invalidf(RuleFinancialYearInvalid, "", format, args...).
		Trying("write the year as 2013/14 for April 2013 to March 2014")
}

// Span is an exact run of days, half-open: it contains Start but not End. An End of Forever
// means it has no end. A Span whose Start is not before its End is empty.
type Span struct{ Start, End Date }

// Contains reports whether d is one of the days.
func (s Span) Contains(d Date) bool {
	return !d.IsZero() && !d.Before(s.Start) && d.Before(s.End)
}

// Overlaps reports whether some day is in both.
func (s Span) Overlaps(t Span) bool {
	_, ok := s.Intersect(t)
	return ok
}

// Intersect returns the days that are in both, and whether there are any.
func (s Span) Intersect(t Span) (Span, bool) {
	if s.Start.Before(t.Start) {
		s.Start = t.Start
	}
	if s.End.After(t.End) {
		s.End = t.End
	}
	if s.IsEmpty() {
		return Span{}, false
	}
	return s, true
}

// IsEmpty reports whether the span has no days.
func (s Span) IsEmpty() bool { return !s.Start.Before(s.End) }

// Days returns the number of days, 0 for an empty span.
func (s Span) Days() int { return max(0, s.End.Sub(s.Start)) }

// Last returns the last day: Forever where there is no end, the zero Date where the span is empty.
func (s Span) Last() Date {
	if s.IsEmpty() {
		return Date{}
	}
	return s.End.AddDays(-1)
}

// Adjoins reports whether one begins on the day the other ends, leaving no gap and no overlap.
func (s Span) Adjoins(t Span) bool {
	return !s.IsEmpty() && !t.IsEmpty() && (s.End == t.Start || t.End == s.Start)
}

// String returns "2013-05-23 to 2018-05-23" (the second day is not included),
// "from 2013-05-23" without an end, or "no days".
func (s Span) String() string {
	switch {
	case s.IsEmpty():
		return "no days"
	case s.End.day == foreverDay:
		return "from " + s.Start.String()
	}
	return s.Start.String() + " to " + s.End.String()
}
