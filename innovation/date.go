package innovation

import (
	"cmp"
	"fmt"
	"sort"
	"strconv"
	"time"
)

// RuleDateInvalid refuses text or numbers that name no calendar day.
const RuleDateInvalid RuleID = "date-invalid"

// Day numbers of the first and last supported days, and of the days between
// which a date may be written in text.
const (
	dawnDay       = 1       // 0001-01-01
	firstTextDay  = 366     // 0002-01-01
	lastTextDay   = 3651694 // 9998-12-31
	foreverDay    = 3652059 // 9999-12-31
	daysPerCycle  = 146097  // 400 Gregorian years
	marchToEpoch  = 305     // days from 0000-03-01 to the day numbered 0
	maxDateMonths = 12 * 10000
)

// Date is a civil day of the proleptic Gregorian calendar, without time or zone,
// from 0001-01-01 to 9999-12-31. Dates are comparable with ==. The zero Date means
// "not set" and sorts before every day.
type Date struct{ day int32 } // rata die: 1 is 0001-01-01

var (
	// Dawn is 0001-01-01: since before any record.
	Dawn = Date{dawnDay}
	// Forever is 9999-12-31: the stored form of an open end.
	Forever = Date{foreverDay}
)

// NewDate returns the given day. It refuses days that do not exist, such as 30 February,
// and years outside 1 to 9999.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December || day < 1 || day > daysInMonth(year, month) {
		return Date{}, dateError("there is no day %d-%02d-%02d", year, int(month), day)
	}
	return civilDate(year, month, day), nil
}

// ParseDate reads a day written as 2006-01-02. The years 0001 and 9999 are reserved
// (see Dawn and Forever) and refused, as is every other form.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, dateError("%s is not a date", quoteInput(s))
	}
	year, ok1 := parseDigits(s[:4])
	month, ok2 := parseDigits(s[5:7])
	day, ok3 := parseDigits(s[8:])
	if !ok1 || !ok2 || !ok3 {
		return Date{}, dateError("%s is not a date", quoteInput(s))
	}
	if year <= 1 || year >= 9999 {
		return Date{}, dateError("%s is outside 0002-01-01 to 9998-12-31", quoteInput(s))
	}
	return NewDate(year, time.Month(month), day)
}

// MustDate is ParseDate for constants and tests: it panics where ParseDate refuses.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DateOf returns the day of the instant t in loc. The zero time gives the zero Date;
// instants before year 1 or after year 9999 give Dawn or Forever.
func DateOf(t time.Time, loc *time.Location) Date {
	if t.IsZero() {
		return Date{}
	}
	year, month, day := t.In(loc).Date()
	switch {
	case year < 1:
		return Date{dawnDay}
	case year > 9999:
		return Date{foreverDay}
	}
	return civilDate(year, month, day)
}

// DateFromDayNumber returns the day numbered n (1 is 0001-01-01) and the zero Date for 0.
// It refuses numbers outside 0 to 3652059.
func DateFromDayNumber(n int64) (Date, error) {
	if n < 0 || n > foreverDay {
		return Date{}, dateError("there is no day number %d", n)
	}
	return Date{int32(n)}, nil
}

// DayNumber returns the number of the day: 1 for 0001-01-01, 0 for the zero Date.
func (d Date) DayNumber() int64 { return int64(d.day) }

// Year returns the year, 0 for the zero Date.
//
//go:noinline // many places would hold a copy of it
func (d Date) Year() int { year, _, _ := d.civil(); return year }

// Month returns the month, 0 for the zero Date.
//
//go:noinline // many places would hold a copy of it
func (d Date) Month() time.Month { _, month, _ := d.civil(); return month }

// Day returns the day of the month, 0 for the zero Date.
func (d Date) Day() int { _, _, day := d.civil(); return day }

// IsZero reports whether the date is not set.
func (d Date) IsZero() bool { return d.day == 0 }

// Equal reports whether both are the same day, or both not set.
func (d Date) Equal(e Date) bool { return d == e }

// Compare returns -1, 0 or +1 as d is before, equal to or after e.
func (d Date) Compare(e Date) int { return cmp.Compare(d.day, e.day) }

// sortDays puts the earliest first. Here and elsewhere it is sort.Slice that
// sorts: slices.SortFunc is compiled anew for each type of element, which costs
// some 30 KB of program for each list of records.
func sortDays(days []Date) {
	sort.Slice(days, func(i, j int) bool { return days[i].Before(days[j]) })
}

// Before reports whether d is before e.
func (d Date) Before(e Date) bool { return d.day < e.day }

// After reports whether d is after e.
func (d Date) After(e Date) bool { return d.day > e.day }

// AddDays returns the day n days later, never before Dawn nor after Forever.
// Forever and the zero Date stay as they are.
//
//go:noinline // many places would hold a copy of it
func (d Date) AddDays(n int) Date {
	switch {
	case d.day == 0 || d.day == foreverDay:
		return d
	case n >= foreverDay-int(d.day):
		return Date{foreverDay}
	case n <= dawnDay-int(d.day):
		return Date{dawnDay}
	}
	return Date{d.day + int32(n)}
}

// AddMonths returns the same day of the month n months later, or the last day of that
// month where it is shorter. It is bounded like AddDays.
func (d Date) AddMonths(n int) Date {
	if d.day == 0 || d.day == foreverDay {
		return d
	}
	n = max(-maxDateMonths, min(n, maxDateMonths))
	year, month, day := d.civil()
	months := 12*year + int(month) - 1 + n
	switch {
	case months < 12:
		return Date{dawnDay}
	case months >= maxDateMonths:
		return Date{foreverDay}
	}
	year, month = months/12, time.Month(months%12+1)
	return civilDate(year, month, min(day, daysInMonth(year, month)))
}

// AddYears returns the same day n years later, 28 February for 29 February where the year
// has none. It is bounded like AddDays.
func (d Date) AddYears(n int) Date {
	return d.AddMonths(12 * max(-9999, min(n, 9999)))
}

// Sub returns the number of days from e to d.
func (d Date) Sub(e Date) int { return int(d.day) - int(e.day) }

// String returns the day as 2006-01-02, "" for the zero Date.
//
//go:noinline // many places would hold a copy of it
func (d Date) String() string {
	if d.day == 0 {
		return ""
	}
	var buf [10]byte
	return string(d.appendText(buf[:0]))
}

// MarshalText returns the text of String.
func (d Date) MarshalText() ([]byte, error) {
	return d.appendText(make([]byte, 0, 10)), nil
}

// UnmarshalText reads what ParseDate accepts; empty text gives the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Time returns the first instant of the day in loc, the zero time for the zero Date.
func (d Date) Time(loc *time.Location) time.Time {
	if d.day == 0 {
		return time.Time{}
	}
	year, month, day := d.civil()
	t := time.Date(year, month, day, 0, 0, 0, 0, loc)
	start, end := t.ZoneBounds()
	if !end.IsZero() && DateOf(t, loc).Before(d) {
		return end // midnight was skipped: the day begins as the clocks change
	}
	if !start.IsZero() && DateOf(start.Add(-1), loc) == d {
		// Midnight came twice: take the one before the clocks went back.
		_, after := t.Zone()
		_, before := start.Add(-1).Zone()
		return t.Add(time.Duration(after-before) * time.Second)
	}
	return t
}

// civil splits the date, by the method of H. Hinnant, "chrono-compatible low-level date
// algorithms": years begin in March, so that the leap day is the last.
func (d Date) civil() (int, time.Month, int) {
	if d.day == 0 {
		return 0, 0, 0
	}
	z := uint32(d.day) + marchToEpoch
	cycle, doc := z/daysPerCycle, z%daysPerCycle
	yoc := (doc - doc/1460 + doc/36524 - doc/146096) / 365
	doy := doc - (365*yoc + yoc/4 - yoc/100)
	mp := (5*doy + 2) / 153
	year, month, day := 400*cycle+yoc, mp+3, doy-(153*mp+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return int(year), time.Month(month), int(day)
}

// civilDate is the inverse of civil, for days known to exist.
func civilDate(year int, month time.Month, day int) Date {
	y, m := uint32(year), uint32(month)+9
	if month > time.February {
		m -= 12
	} else {
		y--
	}
	yoc := y % 400
	doc := 365*yoc + yoc/4 - yoc/100 + (153*m+2)/5 + uint32(day) - 1
	return Date{int32(y/400*daysPerCycle+doc) - marchToEpoch}
}

func daysInMonth(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	}
	return 31
}

func (d Date) appendText(b []byte) []byte {
	if d.day == 0 {
		return b
	}
	year, month, day := d.civil()
	b = append(appendPair(appendPair(b, year/100), year%100), '-')
	b = append(appendPair(b, int(month)), '-')
	return appendPair(b, day)
}

func appendPair(b []byte, n int) []byte {
	return append(b, byte('0'+n/10), byte('0'+n%10))
}

// parseDigits reads a few ASCII digits and nothing else.
func parseDigits(s string) (n int, ok bool) {
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = 10*n + int(c)
	}
	return n, s != ""
}

// isReserved reports whether a set date is one that ParseDate refuses, other than Dawn and Forever.
func (d Date) isReserved() bool {
	return d.day != dawnDay && d.day != foreverDay && (d.day < firstTextDay || d.day > lastTextDay)
}

func dateError(format string, args ...any) error {
	return Invalidf(RuleDateInvalid, "", format, args...).
		Trying("write an existing day as YYYY-MM-DD, for example 2013-05-23")
}

// quoteInput shows refused input in an error, shortened.
func quoteInput(s string) string {
	const most = 40
	if len(s) <= most {
		return strconv.Quote(s)
	}
	return strconv.Quote(s[:most]) + "..."
}

// Basis says how a bound is known.
type Basis string

// The bases of a bound.
const (
	BasisPublished Basis = ""          // stated by the source
	BasisEstimated Basis = "estimated" // the source gives it as an estimate
	BasisAssumed   Basis = "assumed"   // taken for granted, for want of a source
	BasisComputed  Basis = "computed"  // worked out by us from other facts
	BasisDisputed  Basis = "disputed"  // sources disagree
	BasisAnnounced Basis = "announced" // planned, not yet seen done
	BasisInferred  Basis = "inferred"  // follows from another recorded event
)

// ParseBasis reads a basis; "" and "published" are the same.
func ParseBasis(s string) (Basis, error) {
	b := Basis(s)
	switch b {
	case BasisPublished, "published":
		return BasisPublished, nil
	case BasisEstimated, BasisAssumed, BasisComputed, BasisDisputed, BasisAnnounced, BasisInferred:
		return b, nil
	}
	return "", periodError("", "use published, estimated, assumed, computed, disputed, announced or inferred",
		"%s is not a basis", quoteInput(s))
}

// String returns the basis in a word, "published" for the zero Basis.
func (b Basis) String() string {
	if b == BasisPublished {
		return "published"
	}
	return string(b)
}

// validate refuses a Basis that is none of the constants.
func (b Basis) validate() error {
	if parsed, err := ParseBasis(string(b)); err != nil || parsed == b {
		return err
	}
	return periodError("", `leave the basis empty where the source states the bound`, "the basis is written out")
}

// Precision says how exactly a bound is known.
type Precision string

// The precisions of a bound.
const (
	PrecisionDay           Precision = "day"
	PrecisionMonth         Precision = "month"
	PrecisionQuarter       Precision = "quarter" // of the calendar year
	PrecisionYear          Precision = "year"    // calendar
	PrecisionFinancialYear Precision = "financial-year"
	PrecisionRange         Precision = "range" // any other run of days
	PrecisionUnknown       Precision = "unknown"
)

// Answer is what imprecise dates say about a day, in text "no", "possibly" or "yes".
type Answer int

// The answers.
const (
	No Answer = iota
	Possibly
	Yes
)

// String returns "no", "possibly" or "yes".
//
//go:noinline // many places would hold a copy of it
func (a Answer) String() string {
	if a < No || a > Yes {
		return fmt.Sprintf("Answer(%d)", int(a))
	}
	return [...]string{"no", "possibly", "yes"}[a]
}

// MarshalText returns the text of String. It refuses a number that is no answer.
func (a Answer) MarshalText() ([]byte, error) {
	if a < No || a > Yes {
		return nil, periodError("", "use no, possibly or yes", "%d is not an answer", int(a))
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads "no", "possibly" or "yes".
func (a *Answer) UnmarshalText(text []byte) error {
	for answer := No; answer <= Yes; answer++ {
		if string(text) == answer.String() {
			*a = answer
			return nil
		}
	}
	return periodError("", "use no, possibly or yes", "%s is not an answer", quoteInput(string(text)))
}
