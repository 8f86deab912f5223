package innovation_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

func TestParseFinancialYear(t *testing.T) {
	for s, want := range map[string]FinancialYear{
		"2013/14": 2013, "2013-14": 2013, "2011-12": 2011, "1999/00": 1999, "2000/01": 2000, "0002/03": 2, "9997/98": 9997,
	} {
		if got, err := ParseFinancialYear(s); err != nil || got != want {
			t.Errorf("ParseFinancialYear(%q) = %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "2013", "2013/15", "2013/13", "2013/2014", "13/14", "2013 14", "2013/1x", "1999/xx", "201x/14", "x013/14", "2013/14 ", "0000/01",
		"0001/02", "9998/99", "9999/00", "2013–14", "+013/14",
	} {
		_, err := ParseFinancialYear(s)
		wantRefusal(t, err, RuleFinancialYearInvalid)
	}
}

func TestFinancialYearDays(t *testing.T) {
	fy := FinancialYear(2013)
	if want := (Span{Start: MustDate("2013-04-01"), End: MustDate("2014-04-01")}); fy.Span() != want || fy.Start() != want.Start || fy.End() != want.End {
		t.Errorf("2013/14 is %s, want %s", fy.Span(), want)
	}
	for day, want := range map[string]FinancialYear{"2014-03-31": 2013, "2014-04-01": 2014, "2014-01-01": 2013, "2014-12-31": 2014} {
		if got := FinancialYearOf(MustDate(day)); got != want {
			t.Errorf("%s is in %s, want %s", day, got, want)
		}
	}
	if got := FinancialYearOf(Date{}); got != 0 {
		t.Errorf("the zero Date is in %d", got)
	}
}

func TestFinancialYearOutOfRange(t *testing.T) {
	for _, fy := range []FinancialYear{0, -1, 10000, math.MaxInt, math.MinInt} {
		if !fy.Span().IsEmpty() || !fy.Start().IsZero() || !fy.End().IsZero() {
			t.Errorf("FinancialYear(%d) has days: %s", int(fy), fy.Span())
		}
		if err := FromBound(InFinancialYear(fy)).Validate(); err == nil {
			t.Errorf("a period may start in FinancialYear(%d)", int(fy))
		}
		if _, err := json.Marshal(fy); (err == nil) != (fy == 0) {
			t.Errorf("Marshal(FinancialYear(%d)): %v", int(fy), err)
		}
	}
	for fy, want := range map[FinancialYear]string{-1: "FinancialYear(-1)", 10000: "FinancialYear(10000)", 1: "0001/02", 9999: "9999/00"} {
		if fy.String() != want {
			t.Errorf("got %q, want %q", fy, want)
		}
	}
}

func TestFinancialYearJSON(t *testing.T) {
	for fy, want := range map[FinancialYear]string{0: `""`, 2013: `"2013/14"`, 1999: `"1999/00"`, 2: `"0002/03"`, 9997: `"9997/98"`} {
		text, err := json.Marshal(fy)
		if err != nil || string(text) != want {
			t.Errorf("Marshal(%d) = %s, %v, want %s", int(fy), text, err, want)
		}
		back := FinancialYear(-1)
		if err := json.Unmarshal(text, &back); err != nil || back != fy {
			t.Errorf("Unmarshal(%s) = %v, %v", text, back, err)
		}
	}
	var fy FinancialYear
	wantRefusal(t, json.Unmarshal([]byte(`"2013/15"`), &fy), RuleFinancialYearInvalid)
	if err := json.Unmarshal([]byte(`2013`), &fy); err == nil {
		t.Error("a JSON number was read as a financial year")
	}
}

func TestFinancialYearProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t, "d")
		fy := FinancialYearOf(d)
		if !fy.Span().Contains(d) {
			t.Fatalf("%s is not in its year %s", d, fy)
		}
		if !fy.Span().Adjoins((fy + 1).Span()) || fy.Span().Overlaps((fy + 1).Span()) {
			t.Fatalf("%s does not lead into the next", fy)
		}
		if last := fy.Span().Last(); last.Month() != time.March || last.Day() != 31 {
			t.Fatalf("%s ends with %s", fy, last)
		}
		if back, err := ParseFinancialYear(fy.String()); fy >= 2 && fy <= 9997 && (err != nil || back != fy) {
			t.Fatalf("ParseFinancialYear(%q) = %v, %v", fy, back, err)
		}
	})
}

func days(start, end string) Span { return Span{Start: MustDate(start), End: MustDate(end)} }

func between(start, end string) Period { return Between(MustDate(start), MustDate(end)) }

func TestSpan(t *testing.T) {
	s := days("2013-05-23", "2013-05-25")
	if s.Days() != 2 || s.Last() != MustDate("2013-05-24") || s.String() != "2013-05-23 to 2013-05-25" {
		t.Errorf("%s has %d days, the last %s", s, s.Days(), s.Last())
	}
	if !s.Adjoins(days("2013-05-25", "2013-06-01")) || !s.Adjoins(days("2013-01-01", "2013-05-23")) || s.Adjoins(days("2013-05-24", "2013-06-01")) {
		t.Errorf("%s adjoins the wrong spans", s)
	}
	empty := days("2013-05-25", "2013-05-23")
	if !empty.IsEmpty() || empty.Days() != 0 || !empty.Last().IsZero() || empty.String() != "no days" || empty.Adjoins(s) || empty.Overlaps(s) {
		t.Errorf("the empty span %s has %d days", empty, empty.Days())
	}
	open := Span{Start: MustDate("2013-05-23"), End: Forever}
	if open.Last() != Forever || open.String() != "from 2013-05-23" {
		t.Errorf("%s ends on %s", open, open.Last())
	}
}

func drawSpan(t *rapid.T, label string) Span {
	near := rapid.Int64Range(730_000, 730_040) // close together, so that spans meet
	start, err1 := DateFromDayNumber(near.Draw(t, label+" start"))
	end, err2 := DateFromDayNumber(near.Draw(t, label+" end"))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return Span{Start: start, End: end}
}

func TestSpanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawSpan(t, "a"), drawSpan(t, "b"), drawSpan(t, "c")
		ab, meet := a.Intersect(b)
		if ba, back := b.Intersect(a); ba != ab || back != meet || a.Overlaps(b) != meet || meet == ab.IsEmpty() {
			t.Fatalf("%s and %s meet in %s and %s", a, b, ab, ba)
		}
		bc, _ := b.Intersect(c)
		left, _ := ab.Intersect(c)
		right, _ := a.Intersect(bc)
		if left != right {
			t.Fatalf("(a b) c = %s, a (b c) = %s", left, right)
		}
		count := 0
		for d := MustDate("1999-01-01"); d.Before(MustDate("2000-01-01")); d = d.AddDays(1) {
			if ab.Contains(d) != (a.Contains(d) && b.Contains(d)) {
				t.Fatalf("%s in both %s and %s: %t", d, a, b, ab.Contains(d))
			}
			if a.Contains(d) {
				count++
			}
		}
		if count != a.Days() || (count == 0) != a.IsEmpty() || count > 0 && a.Last().Sub(a.Start) != count-1 {
			t.Fatalf("%s has %d days, counts %d and ends on %s", a, count, a.Days(), a.Last())
		}
		if a.Adjoins(b) && (meet || a.Days()+b.Days() != max(a.End.Sub(b.Start), b.End.Sub(a.Start))) {
			t.Fatalf("%s adjoins %s", a, b)
		}
	})
}

func FuzzParseFinancialYear(f *testing.F) {
	for _, s := range []string{"2013/14", "2013-14", "1999/00", "2013/15", "0001/02", "9998/99", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fy, err := ParseFinancialYear(s)
		if err != nil {
			wantRefusal(t, err, RuleFinancialYearInvalid)
			return
		}
		if text := fy.String(); text[:4] != s[:4] || text[5:] != s[5:] {
			t.Errorf("ParseFinancialYear(%q) = %s", s, text)
		}
		text, err := fy.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseFinancialYear(string(text)); err != nil || back != fy {
			t.Errorf("ParseFinancialYear(%q) = %v, %v", text, back, err)
		}
	})
}
