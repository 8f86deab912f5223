package innovation_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

func TestBoundText(t *testing.T) {
	day := MustDate("2013-05-23")
	for _, tt := range []struct {
		text      string
		bound     Bound
		precision Precision
	}{
		{"2013-05-23", Exactly(day), PrecisionDay},
		{"2013-05", InMonth(2013, time.May), PrecisionMonth},
		{"2012-02", Bound{Earliest: MustDate("2012-02-01"), Latest: MustDate("2012-02-29")}, PrecisionMonth},
		{"2011-12", InMonth(2011, time.December), PrecisionMonth},
		{"2013-Q2", InQuarter(2013, 2), PrecisionQuarter},
		{"2013-Q4", Bound{Earliest: MustDate("2013-10-01"), Latest: MustDate("2013-12-31")}, PrecisionQuarter},
		{"2013", InYear(2013), PrecisionYear},
		{"9998", InYear(9998), PrecisionYear},
		{"2013/14", InFinancialYear(2013), PrecisionFinancialYear},
		{"2013-05-01..2013-06-15", Bound{Earliest: MustDate("2013-05-01"), Latest: MustDate("2013-06-15")}, PrecisionRange},
		{"..2013-05-23", NotLaterThan(day), PrecisionRange},
		{"2013-05-23..", NotEarlierThan(day), PrecisionRange},
		{"unknown", UnknownBound(), PrecisionUnknown},
		{"always", Exactly(Dawn), PrecisionDay},
		{"", Bound{}, PrecisionUnknown},
	} {
		got, err := ParseBound(tt.text)
		if err != nil || got != tt.bound {
			t.Errorf("ParseBound(%q) = %v, %v, want %v", tt.text, got, err, tt.bound)
		}
		if tt.bound.String() != tt.text || tt.bound.Precision() != tt.precision {
			t.Errorf("%q prints as %q with precision %s, want %s", tt.text, tt.bound, tt.bound.Precision(), tt.precision)
		}
	}
	if OpenEnd().String() != "" || OpenEnd().Precision() != PrecisionDay {
		t.Errorf("an open end prints as %q with precision %s", OpenEnd(), OpenEnd().Precision())
	}
}

// Ranges that happen to be a known unit are that unit.
func TestParseBoundIsCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"2013-05-01..2013-05-31": "2013-05", "2013-04-01..2014-03-31": "2013/14", "2013-05-23..2013-05-23": "2013-05-23",
		"2013-01-01..2013-03-31": "2013-Q1", "2013-01-01..2013-12-31": "2013",
	} {
		if got, err := ParseBound(in); err != nil || got.String() != want {
			t.Errorf("ParseBound(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestParseBoundRefuses(t *testing.T) {
	for _, s := range []string{
		"..", "...", "2013-05-23...", "2013-06-15..2013-05-01", "2013..2014", "2013-13", "2013-00", "2013-Q0", "2013-Q5",
		"2013-Q٢", "2013-q2", "2013/15", "2013-14", "0001", "9999", "0001-05", "9999-Q1", "0001/02", "9998/99", "2013-02-30",
		"9999-12-31", "0001-01-01", "..0001-01-01", "9999-12-31..", "Unknown", " 2013", "201x", "20-3-05", "2013-5-3", "1.1.2013",
	} {
		b, err := ParseBound(s)
		wantRefusal(t, err, RulePeriodInvalid)
		if b != (Bound{}) {
			t.Errorf("ParseBound(%q) refused, yet gave %v", s, b)
		}
	}
}

func TestBoundJSON(t *testing.T) {
	want := []Bound{InMonth(2013, time.May), Exactly(MustDate("2013-05-23")), {}}
	text, err := json.Marshal(want)
	if err != nil || string(text) != `["2013-05","2013-05-23",""]` {
		t.Errorf("got %s, %v", text, err)
	}
	var got []Bound
	if err := json.Unmarshal(text, &got); err != nil || !cmp.Equal(want, got) {
		t.Errorf("%s is read as %v, %v", text, got, err)
	}
	wantRefusal(t, json.Unmarshal([]byte(`["2013-13"]`), &got), RulePeriodInvalid)
}

func TestBoundValidateRefuses(t *testing.T) {
	day := MustDate("2013-05-23")
	for name, b := range map[string]Bound{
		"no such month": InMonth(2013, 13), "no such quarter": InQuarter(2013, 5), "no such year": InYear(0),
		"year not set": InFinancialYear(0), "reserved year": InYear(9999), "reserved month": InMonth(1, time.May),
		"wrong order": {Earliest: day, Latest: day.AddDays(-1)}, "latest missing": {Earliest: day}, "earliest missing": {Latest: day},
		"no later than nothing": NotLaterThan(Date{}), "basis unknown": Exactly(day).As("guessed"), "basis written out": Exactly(day).As("published"),
	} {
		err := b.Validate()
		if err == nil {
			t.Errorf("%s: %q is valid", name, b)
			continue
		}
		wantRefusal(t, err, RulePeriodInvalid)
		if _, err := b.MarshalText(); err == nil {
			t.Errorf("%s: %q is written", name, b)
		}
	}
	both := Bound{Earliest: day, Basis: "guessed"}
	if got := Violations(both.Validate()); len(got) != 2 {
		t.Errorf("two faults give %d violations: %v", len(got), got)
	}
}

func TestPeriodHolds(t *testing.T) {
	imprecise := Period{Start: InMonth(2013, time.May), End: InYear(2018)}
	for _, tt := range []struct {
		period Period
		on     string
		want   Answer
	}{
		{imprecise, "2013-04-30", No}, {imprecise, "2013-05-01", Possibly}, {imprecise, "2013-05-30", Possibly},
		{imprecise, "2013-05-31", Yes}, {imprecise, "2017-12-31", Yes}, {imprecise, "2018-01-01", Possibly},
		{imprecise, "2018-12-30", Possibly}, {imprecise, "2018-12-31", No},
		{between("2013-05-23", "2018-05-23"), "2018-05-22", Yes}, {between("2013-05-23", "2018-05-23"), "2018-05-23", No},
		{Through(MustDate("2013-05-23"), MustDate("2018-05-23")), "2018-05-23", Yes},
		{From(MustDate("2013-05-23")), "9998-12-31", Yes},
		{Period{Start: Exactly(MustDate("2013-05-23"))}, "9998-12-31", Yes}, // a zero end is open
		{FromBound(NotLaterThan(MustDate("2013-05-23"))), "0002-01-01", Possibly},
		{FromBound(NotLaterThan(MustDate("2013-05-23"))), "2013-05-23", Yes},
		{FromBound(UnknownBound()), "2013-05-23", Possibly},
		{From(Dawn), "0002-01-01", Yes},
		{From(MustDate("2013-05-23")).EndingAt(UnknownBound()), "2013-05-24", Possibly},
		{Period{}, "2013-05-23", No},
	} {
		if got := tt.period.Holds(MustDate(tt.on)); got != tt.want {
			t.Errorf("%s holds on %s: %s, want %s", tt.period, tt.on, got, tt.want)
		}
	}
	if got := From(Dawn).Holds(Date{}); got != No {
		t.Errorf("holds on the zero Date: %s", got)
	}
}

func TestPeriodOverlaps(t *testing.T) {
	p := Period{Start: InMonth(2013, time.May), End: InMonth(2018, time.May)}
	for _, tt := range []struct {
		q    Period
		want Answer
	}{
		{between("2014-01-01", "2015-01-01"), Yes}, {between("2013-05-01", "2013-05-31"), Possibly}, {between("2013-05-01", "2013-06-01"), Yes},
		{between("2012-01-01", "2013-05-01"), No}, {between("2018-05-30", "2019-01-01"), Possibly}, {between("2018-05-31", "2019-01-01"), No},
		{From(MustDate("2018-04-30")), Yes}, {FromBound(UnknownBound()), Possibly}, {Period{}, No},
	} {
		if got, back := p.Overlaps(tt.q), tt.q.Overlaps(p); got != tt.want || back != got {
			t.Errorf("%s overlaps %s: %s, the other way %s, want %s", p, tt.q, got, back, tt.want)
		}
	}
}

func violatedFields(err error) string {
	var fields []string
	for _, violation := range Violations(err) {
		fields = append(fields, violation.Field)
	}
	return strings.Join(fields, " ")
}

func TestPeriodValidate(t *testing.T) {
	day := MustDate("2013-05-23")
	for name, p := range map[string]Period{
		"open": From(day), "one day": Through(day, day), "zero end": {Start: Exactly(day)}, "unknown start": FromBound(UnknownBound()),
		"start within the month of the end": {Start: InMonth(2013, time.May), End: InMonth(2013, time.May)},
		"end unknown":                       From(day).EndingAt(UnknownBound()),
	} {
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tt := range map[string]struct {
		period Period
		fields string
	}{
		"nothing":              {Period{}, "start"},
		"no start":             {Period{End: Exactly(day)}, "start"},
		"end on the start":     {Between(day, day), "end"},
		"end before the start": {Between(day, day.AddDays(-1)), "end"},
		"starts at the end":    {From(Forever), "end"},
		"end before the month": {Period{Start: InMonth(2013, time.May), End: Exactly(MustDate("2013-05-01"))}, "end"},
		"everything":           {Period{Start: InMonth(2013, 13).As("x"), End: InMonth(2013, 0).As("y")}, "start startBasis end endBasis"},
		"a start and a basis":  {Period{End: Bound{Latest: day, Basis: "y"}}, "start end endBasis"},
	} {
		err := tt.period.Validate()
		wantRefusal(t, err, RulePeriodInvalid)
		if got := violatedFields(err); got != tt.fields {
			t.Errorf("%s: fields %q, want %q", name, got, tt.fields)
		}
		for _, violation := range Violations(err) {
			if violation.Try == "" {
				t.Errorf("%s: %v does not say what to try", name, violation)
			}
		}
	}
}

func TestPeriodString(t *testing.T) {
	for want, p := range map[string]Period{
		"2013-05-23 to 2018-05-23 (end computed)": between("2013-05-23", "2018-05-23").EndingAt(Exactly(MustDate("2018-05-23")).As(BasisComputed)),
		"2013-05 to 2018 (start assumed, end announced)": {Start: InMonth(2013, time.May).As(BasisAssumed),
			End: InYear(2018).As(BasisAnnounced)},
		"from 2013-05-23": From(MustDate("2013-05-23")),
		"no period":       {},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPeriodJSON(t *testing.T) {
	for text, want := range map[string]Period{
		`{"start":"2013-05","startBasis":"assumed","end":"2018-05-23","endBasis":"computed"}`: {Start: InMonth(2013, time.May).As(BasisAssumed),
			End: Exactly(MustDate("2018-05-23")).As(BasisComputed)},
		`{"start":"2013-05-23"}`:                      From(MustDate("2013-05-23")),
		`{"start":"unknown","end":"2018"}`:            FromBound(UnknownBound()).EndingAt(InYear(2018)),
		`{"start":"2013-05-23","endBasis":"assumed"}`: From(MustDate("2013-05-23")).EndingAt(OpenEnd().As(BasisAssumed)),
		`{"start":"always","end":"2013-05-23"}`:       Between(Dawn, MustDate("2013-05-23")),
		`{"start":"..2013-05-23","end":"2013-06-01.."}`: FromBound(NotLaterThan(MustDate("2013-05-23"))).
			EndingAt(NotEarlierThan(MustDate("2013-06-01"))),
		`null`: {},
	} {
		got := From(Dawn)
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s read as %s, %v, want %s", text, got, err, want)
		}
		if back, err := json.Marshal(want); err != nil || string(back) != text {
			t.Errorf("written as %s, %v, want %s", back, err, text)
		}
	}
}

func TestPeriodJSONRefuses(t *testing.T) {
	for text, fields := range map[string]string{
		`{}`:                                    "start",
		`{"end":"2013-05-23"}`:                  "start",
		`{"start":"2013-05-23","until":"2014"}`: "",
		`{"start":2013}`:                        "start",
		`"2013-05-23"`:                          "",
		`{"start":"2013-02-30","startBasis":"x","end":"y","endBasis":"z"}`: "start startBasis end endBasis",
		`{"start":"2013-05-23","end":"2013-05-23"}`:                        "end",
	} {
		p := From(Dawn)
		err := json.Unmarshal([]byte(text), &p)
		wantRefusal(t, err, RulePeriodInvalid)
		if got := violatedFields(err); got != fields || p != From(Dawn) {
			t.Errorf("%s: fields %q, want %q; period now %s", text, got, fields, p)
		}
	}
	wantRefusal(t, new(Period).UnmarshalJSON([]byte(`{"start":"2013"} {}`)), RulePeriodInvalid)
	if text, err := json.Marshal(Between(MustDate("2013-05-23"), MustDate("2013-05-23"))); err == nil {
		t.Errorf("an invalid period was written as %s", text)
	}
}

// drawBound draws bounds of every precision.
func drawBound(t *rapid.T, label string) Bound {
	d, e := drawDate(t, label), drawDate(t, label+" latest")
	if e.Before(d) {
		d, e = e, d
	}
	return rapid.SampledFrom([]Bound{Exactly(d), {Earliest: d, Latest: e}, InMonth(d.Year(), d.Month()), InYear(d.Year()),
		InQuarter(d.Year(), 1+(int(d.Month())-1)/3), InFinancialYear(FinancialYear(min(d.Year(), 9997))), NotLaterThan(d),
		NotEarlierThan(d), UnknownBound(), OpenEnd(), Exactly(Dawn)}).Draw(t, label+" bound").As(drawBasis(t, label+" basis"))
}

func TestBoundProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBound(t, "b")
		if err := b.Validate(); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		back, err := ParseBound(b.String())
		if want := b.As(BasisPublished); err != nil || back != want && !(want == OpenEnd() && back.IsZero()) {
			t.Fatalf("ParseBound(%q) = %v, %v, want %v", b, back, err, want)
		}
	})
}

func TestPeriodProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Period{Start: drawBound(t, "start"), End: drawBound(t, "end")}
		q := Period{Start: drawBound(t, "other start"), End: drawBound(t, "other end")}
		on := drawDate(t, "on")
		core, certain := p.Core()
		hull := p.Hull()
		switch got := p.Holds(on); {
		case core.Contains(on) && got != Yes, !hull.Contains(on) && got != No, got == Yes && !core.Contains(on), got == No && hull.Contains(on):
			t.Fatalf("%s holds on %s: %s", p, on, got)
		}
		if certain == core.IsEmpty() {
			t.Fatalf("%s has the core %s, %t", p, core, certain)
		}
		if inside, ok := core.Intersect(hull); certain && (!ok || inside != core) {
			t.Fatalf("the core %s is not within the hull %s", core, hull)
		}
		if (p.Validate() == nil) == hull.IsEmpty() {
			t.Fatalf("%s with hull %s: %v", p, hull, p.Validate())
		}
		if p.Overlaps(q) != q.Overlaps(p) {
			t.Fatalf("%s and %s overlap one way only", p, q)
		}
		if p.Holds(on) == Yes && q.Holds(on) == Yes && p.Overlaps(q) != Yes || p.Holds(on) != No && q.Holds(on) != No && p.Overlaps(q) == No {
			t.Fatalf("%s and %s on %s: overlap %s", p, q, on, p.Overlaps(q))
		}
		if text, err := json.Marshal(p); err == nil {
			var back Period
			if err := json.Unmarshal(text, &back); err != nil || back != p.Normal() {
				t.Fatalf("%s read as %s, %v, want %s", text, back, err, p)
			}
		} else if p.Validate() == nil {
			t.Fatalf("%s is valid, but: %v", p, err)
		}
	})
}

// Whatever the exact days are, an answer of yes or no is right about them.
func TestPeriodAnswersAreSound(t *testing.T) {
	within := func(t *rapid.T, s Span) Date {
		return s.Start.AddDays(rapid.IntRange(0, max(0, s.Days()-1)).Draw(t, "offset"))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawSpan(t, "start"), drawSpan(t, "end")
		if a.IsEmpty() || b.IsEmpty() {
			t.Skip("an empty span is no bound: another is drawn")
		}
		p := Period{Start: Bound{Earliest: a.Start, Latest: a.Last()}, End: Bound{Earliest: b.Start, Latest: b.Last()}}
		exact := Between(within(t, a), within(t, b))
		on := within(t, days("1999-08-01", "1999-12-01"))
		if got := p.Holds(on); got != Possibly && got != exact.Holds(on) {
			t.Fatalf("%s holds on %s: %s, but if it is %s: %s", p, on, got, exact, exact.Holds(on))
		}
	})
}

func TestThroughCountsBothDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := drawDate(t, "first")
		last := first.AddDays(rapid.IntRange(0, min(4000, MustDate("9998-12-31").Sub(first))).Draw(t, "length"))
		p := Through(first, last)
		if p.Holds(first.AddDays(-1)) != No || p.Holds(first) != Yes || p.Holds(last) != Yes || p.Holds(last.AddDays(1)) != No {
			t.Fatalf("%s does not run from %s through %s", p, first, last)
		}
	})
}

func FuzzParseBound(f *testing.F) {
	for _, s := range []string{"2013-05-23", "2013-05", "2013-Q2", "2013", "2013/14", "2013-05-01..2013-06-15", "..2013-05-23", "2013-05-23..", "unknown", "always", "", "..", "2013-14"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := ParseBound(s)
		if err != nil {
			wantRefusal(t, err, RulePeriodInvalid)
			return
		}
		if err := b.Validate(); err != nil {
			t.Errorf("ParseBound(%q) is not valid: %v", s, err)
		}
		if back, err := ParseBound(b.String()); err != nil || back != b {
			t.Errorf("ParseBound(%q) = %v, %v, want %v", b, back, err, b)
		}
		if len(s) < 20 && b.String() != s {
			t.Errorf("ParseBound(%q) prints as %q", s, b)
		}
	})
}

func FuzzPeriodJSON(f *testing.F) {
	f.Add([]byte(`{"start":"2013-05","startBasis":"assumed","end":"2018-05-23","endBasis":"computed"}`))
	f.Add([]byte(`{"start":"unknown"}`))
	f.Add([]byte(`{"start":"2013","end":"2012"}`))
	f.Add([]byte(`{"start":"2013","until":"2014"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p Period
		if err := p.UnmarshalJSON(data); err != nil {
			wantRefusal(t, err, RulePeriodInvalid)
			return
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("%q gave %s: %v", data, p, err)
		}
		var back Period
		if err := json.Unmarshal(text, &back); err != nil || back != p {
			t.Errorf("%s read as %s, %v, want %s", text, back, err, p)
		}
	})
}
