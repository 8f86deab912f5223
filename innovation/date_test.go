package innovation_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // local midnights are tested wherever the tests run

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

// The numbers of the first and last day that can be written in text.
const firstDayNumber, lastDayNumber = 366, 3651694

// wantRefusal fails unless err is of kind Invalid by the rule.
func wantRefusal(t *testing.T, err error, rule RuleID) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, Invalid) || e.Rule != rule {
		t.Errorf("got error %v, want one of kind invalid by rule %s", err, rule)
	}
}

func drawDate(t *rapid.T, label string) Date {
	d, err := DateFromDayNumber(rapid.Int64Range(firstDayNumber, lastDayNumber).Draw(t, label))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func drawBasis(t *rapid.T, label string) Basis {
	return rapid.SampledFrom([]Basis{BasisPublished, BasisEstimated, BasisAssumed, BasisComputed, BasisDisputed,
		BasisAnnounced, BasisInferred}).Draw(t, label)
}

func TestParseDateAccepts(t *testing.T) {
	for _, s := range []string{"0002-01-01", "2013-05-23", "2000-02-29", "2024-02-29", "9998-12-31"} {
		d, err := ParseDate(s)
		if err != nil || d.String() != s {
			t.Errorf("ParseDate(%q) = %v, %v", s, d, err)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, s := range []string{
		"", "2013", "2013-05", "2013-5-23", "2013-05-23 ", " 2013-05-23", "23/05/2013", "2013/05/23", "20130523",
		"2013-02-30", "2013-02-29", "1900-02-29", "2013-00-10", "2013-13-10", "2013-04-31", "2013-05-00",
		"0000-01-01", "0001-01-01", "0001-12-31", "9999-01-01", "9999-12-31", "-013-05-23", "+013-05-23",
		"2013-05-2x", "2013-0x-23", "201x-05-23", "2013x05-23", "2013-05x23", "2013-05-٣", "2013-05-23T00:00:00Z", strings.Repeat("9", 1000),
	} {
		d, err := ParseDate(s)
		wantRefusal(t, err, RuleDateInvalid)
		if !d.IsZero() {
			t.Errorf("ParseDate(%q) refused, yet gave %v", s, d)
		}
	}
}

func TestNewDate(t *testing.T) {
	for _, tt := range []struct {
		year  int
		month time.Month
		day   int
		want  string // empty if refused
	}{
		{2013, time.May, 23, "2013-05-23"}, {2000, time.February, 29, "2000-02-29"}, {1, time.January, 1, "0001-01-01"},
		{9999, time.December, 31, "9999-12-31"}, {2013, time.February, 30, ""}, {2100, time.February, 29, ""},
		{0, time.January, 1, ""}, {10000, time.January, 1, ""}, {2013, 0, 1, ""}, {2013, 13, 1, ""}, {2013, time.May, 0, ""},
		{2013, time.May, 32, ""}, {-1, time.May, 1, ""},
	} {
		d, err := NewDate(tt.year, tt.month, tt.day)
		if d.String() != tt.want {
			t.Errorf("NewDate(%d, %d, %d) = %q, want %q", tt.year, tt.month, tt.day, d, tt.want)
		}
		if tt.want == "" {
			wantRefusal(t, err, RuleDateInvalid)
		}
	}
}

func TestDateFromDayNumber(t *testing.T) {
	for n, want := range map[int64]Date{0: {}, 1: Dawn, 734_646: MustDate("2012-05-23"), 3652059: Forever} {
		if d, err := DateFromDayNumber(n); err != nil || d != want || d.DayNumber() != n {
			t.Errorf("DateFromDayNumber(%d) = %q, %v, want %q", n, d, err, want)
		}
	}
	for _, n := range []int64{-1, 3652060, 1 << 32, -1 << 63} {
		_, err := DateFromDayNumber(n)
		wantRefusal(t, err, RuleDateInvalid)
	}
}

func TestMustDatePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("MustDate accepted 30 February")
		}
	}()
	MustDate("2013-02-30")
}

func TestDateZero(t *testing.T) {
	var zero Date
	if !zero.IsZero() || zero.String() != "" || zero.DayNumber() != 0 || !zero.Before(Dawn) {
		t.Errorf("the zero Date is %q with number %d", zero, zero.DayNumber())
	}
	if zero.Year() != 0 || zero.Month() != 0 || zero.Day() != 0 {
		t.Errorf("the zero Date has parts %d %d %d", zero.Year(), zero.Month(), zero.Day())
	}
	for name, got := range map[string]Date{"days": zero.AddDays(5), "months": zero.AddMonths(5), "years": zero.AddYears(5)} {
		if !got.IsZero() {
			t.Errorf("adding %s to the zero Date gives %s", name, got)
		}
	}
	if !zero.Time(time.UTC).IsZero() || !DateOf(time.Time{}, time.UTC).IsZero() {
		t.Error("zero Date and zero time do not correspond")
	}
}

func TestDateArithmetic(t *testing.T) {
	const huge = int(^uint(0) >> 1)
	d := MustDate("2016-02-29")
	for _, tt := range []struct {
		name      string
		got, want Date
	}{
		{"a leap day", d.AddDays(1), MustDate("2016-03-01")},
		{"days back", d.AddDays(-29), MustDate("2016-01-31")},
		{"month end is kept within the month", MustDate("2016-01-31").AddMonths(1), d},
		{"month end backwards", MustDate("2016-03-31").AddMonths(-1), d},
		{"months over a year end", MustDate("2015-11-30").AddMonths(3), d},
		{"29 February has no anniversary", d.AddYears(1), MustDate("2017-02-28")},
		{"29 February after four years", d.AddYears(4), MustDate("2020-02-29")},
		{"days do not pass Forever", d.AddDays(huge), Forever},
		{"days do not pass Dawn", d.AddDays(-huge - 1), Dawn},
		{"months do not pass Forever", d.AddMonths(huge), Forever},
		{"months do not pass Dawn", d.AddMonths(-huge - 1), Dawn},
		{"years do not pass Forever", d.AddYears(huge), Forever},
		{"years do not pass Dawn", d.AddYears(-huge - 1), Dawn},
		{"Forever stays by days", Forever.AddDays(-1), Forever},
		{"Forever stays by months", Forever.AddMonths(-1), Forever},
		{"Forever stays by years", Forever.AddYears(-huge), Forever},
		{"months within the first year", DateOf(time.Date(1, 2, 15, 0, 0, 0, 0, time.UTC), time.UTC).AddMonths(-1),
			DateOf(time.Date(1, 1, 15, 0, 0, 0, 0, time.UTC), time.UTC)},
		{"months to the day after the last year", MustDate("9998-12-15").AddMonths(13), Forever},
		{"days to Forever", MustDate("9998-12-31").AddDays(365), Forever},
		{"Dawn is no sink", Dawn.AddDays(365), MustDate("0002-01-01")},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestDateOfZone(t *testing.T) {
	ahead, behind := time.FixedZone("ahead", 3600), time.FixedZone("behind", -3600)
	late := time.Date(2013, 5, 23, 23, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		got  Date
		want string
	}{
		{DateOf(late, time.UTC), "2013-05-23"}, {DateOf(late, ahead), "2013-05-24"}, {DateOf(late.Add(-23*time.Hour), behind), "2013-05-22"},
		{DateOf(time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC), "0001-01-01"},
		{DateOf(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC), "9999-12-31"},
	} {
		if tt.got.String() != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
}

// Days on which local midnight is missing or comes twice.
func TestDateTimeIsFirstInstant(t *testing.T) {
	for _, tt := range []struct{ zone, day, want string }{
		{"Europe/London", "2013-03-31", "2013-03-31T00:00:00Z"},
		{"Europe/London", "2013-06-30", "2013-06-30T00:00:00+01:00"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"}, // midnight skipped
		{"America/Havana", "2012-11-04", "2012-11-04T00:00:00-04:00"},    // 01:00 becomes 00:00
		{"Asia/Beirut", "2013-03-31", "2013-03-31T01:00:00+03:00"},       // midnight skipped
		{"Asia/Amman", "2018-10-26", "2018-10-26T00:00:00+03:00"},        // 01:00 becomes 00:00
	} {
		loc, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := MustDate(tt.day).Time(loc).Format(time.RFC3339); got != tt.want {
			t.Errorf("%s begins in %s at %s, want %s", tt.day, tt.zone, got, tt.want)
		}
	}
}

func TestDateJSON(t *testing.T) {
	type row struct {
		On, Off Date
		Seen    map[Date]int
	}
	want := row{On: MustDate("2013-05-23"), Seen: map[Date]int{MustDate("2014-01-01"): 3}}
	text, err := json.Marshal(want)
	if err != nil || string(text) != `{"On":"2013-05-23","Off":"","Seen":{"2014-01-01":3}}` {
		t.Fatalf("got %s, %v", text, err)
	}
	var got row
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantRefusal(t, json.Unmarshal([]byte(`{"On":"9999-12-31"}`), &got), RuleDateInvalid)
}

func TestParseBasis(t *testing.T) {
	for _, b := range []Basis{BasisPublished, BasisEstimated, BasisAssumed, BasisComputed, BasisDisputed, BasisAnnounced, BasisInferred} {
		for _, s := range []string{b.String(), string(b)} {
			if got, err := ParseBasis(s); err != nil || got != b {
				t.Errorf("ParseBasis(%q) = %q, %v, want %q", s, got, err, b)
			}
		}
	}
	for _, s := range []string{"Published", "guessed", " "} {
		_, err := ParseBasis(s)
		wantRefusal(t, err, RulePeriodInvalid)
	}
}

func TestAnswerText(t *testing.T) {
	for a, text := range map[Answer]string{No: `"no"`, Possibly: `"possibly"`, Yes: `"yes"`} {
		got, err := json.Marshal(a)
		if err != nil || string(got) != text {
			t.Errorf("Marshal(%v) = %s, %v, want %s", a, got, err, text)
		}
		back := Answer(9)
		if err := json.Unmarshal(got, &back); err != nil || back != a {
			t.Errorf("Unmarshal(%s) = %v, %v", got, back, err)
		}
	}
	if _, err := Answer(3).MarshalText(); err == nil || Answer(3).String() != "Answer(3)" {
		t.Errorf("the answer 3 was written, as %s", Answer(3))
	}
	wantRefusal(t, new(Answer).UnmarshalText([]byte("maybe")), RulePeriodInvalid)
}

// Every supported day, against package time.
func TestDateAgreesWithTime(t *testing.T) {
	instant := time.Date(1, 1, 1, 12, 0, 0, 0, time.UTC)
	for n := int64(1); n <= Forever.DayNumber(); n++ {
		d, err := DateFromDayNumber(n)
		year, month, day := instant.Date()
		if err != nil || d.Year() != year || d.Month() != month || d.Day() != day {
			t.Fatalf("day %d is %s, %v, want %s", n, d, err, instant)
		}
		if back, err := NewDate(year, month, day); err != nil || back != d {
			t.Fatalf("NewDate(%d, %d, %d) = %s, %v, want day %d", year, month, day, back, err, n)
		}
		if n%97 == 0 && d.String() != instant.Format(time.DateOnly) {
			t.Fatalf("day %d reads %s, want %s", n, d, instant)
		}
		instant = instant.Add(24 * time.Hour)
	}
}

func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := drawDate(t, "d"), drawDate(t, "e")
		n := rapid.IntRange(-5_000_000, 5_000_000).Draw(t, "n")
		days := d.Time(time.UTC).AddDate(0, 0, n)
		if got := d.AddDays(n); got != DateOf(days, time.UTC) && !(days.IsZero() && got == Dawn) {
			t.Fatalf("%s + %d days = %s, want %s", d, n, got, days)
		}
		if got := d.AddDays(e.Sub(d)); got != e {
			t.Fatalf("%s + (%s - %s) = %s", d, e, d, got)
		}
		if d.Sub(e) != int(d.Time(time.UTC).Sub(e.Time(time.UTC))/(24*time.Hour)) && max(d.Sub(e), e.Sub(d)) < 100_000 {
			t.Fatalf("%s - %s = %d", d, e, d.Sub(e))
		}
		if d.Compare(e) != d.Time(time.UTC).Compare(e.Time(time.UTC)) || d.Compare(e) != -e.Compare(d) {
			t.Fatalf("Compare(%s, %s) = %d", d, e, d.Compare(e))
		}
		if d.Before(e) != (d.Compare(e) < 0) || d.After(e) != (d.Compare(e) > 0) || d.Equal(e) != (d.Compare(e) == 0) {
			t.Fatalf("the comparisons of %s and %s contradict each other", d, e)
		}
		if (strings.Compare(d.String(), e.String())) != d.Compare(e) {
			t.Fatalf("%s and %s sort otherwise as text", d, e)
		}
		if back, err := ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("ParseDate(%q) = %s, %v", d, back, err)
		}
	})
}

func TestDateMonthProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t, "d")
		n := rapid.IntRange(-1200, 1200).Draw(t, "n")
		got := d.AddMonths(n)
		first := time.Date(d.Year(), d.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0)
		switch {
		case first.Year() < 1:
			if got != Dawn {
				t.Fatalf("%s + %d months = %s, want Dawn", d, n, got)
			}
			return
		case first.Year() > 9999:
			if got != Forever {
				t.Fatalf("%s + %d months = %s, want Forever", d, n, got)
			}
			return
		}
		last := first.AddDate(0, 1, -1).Day()
		if got.Year() != first.Year() || got.Month() != first.Month() || got.Day() != min(d.Day(), last) {
			t.Fatalf("%s + %d months = %s", d, n, got)
		}
		if n%12 == 0 && d.AddYears(n/12) != got {
			t.Fatalf("%s + %d years = %s, want %s", d, n/12, d.AddYears(n/12), got)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2013-05-23", "2000-02-29", "1900-02-29", "0002-01-01", "9998-12-31", "9999-12-31", "", "2013-5-3", "2013-05-23\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			wantRefusal(t, err, RuleDateInvalid)
			return
		}
		want, err := time.Parse(time.DateOnly, s)
		if err != nil || d.String() != s || DateOf(want, time.UTC) != d {
			t.Errorf("ParseDate(%q) = %s, but time.Parse gives %v, %v", s, d, want, err)
		}
	})
}

func BenchmarkParseDate(b *testing.B) {
	for b.Loop() {
		if _, err := ParseDate("2013-05-23"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDateString(b *testing.B) {
	d := MustDate("2013-05-23")
	for b.Loop() {
		if d.String() == "" {
			b.Fatal("empty")
		}
	}
}
