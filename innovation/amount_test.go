package innovation_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

// parts makes an amount from its parts, or panics: for tables.
func parts(kind AmountKind, low, high, nominal *Money) Amount {
	a, err := AmountFromParts(kind, low, high, nominal)
	if err != nil {
		panic(err)
	}
	return a
}

func pence(m Money) *Money { return &m }

func TestAmountConstructors(t *testing.T) {
	made := func(a Amount, err error) Amount {
		if err != nil {
			t.Error(err)
		}
		return a
	}
	for _, tt := range []struct {
		got                Amount
		kind               AmountKind
		low, high, nominal *Money
		text, json         string
	}{
		{Exact(5_00), AmountExact, pence(5_00), pence(5_00), pence(5_00), "£5.00", `{"kind":"exact","low":"5.00","high":"5.00","nominal":"5.00"}`},
		{made(Range(2_000_000_00, 7_000_000_00)), AmountRange, pence(2_000_000_00), pence(7_000_000_00), nil,
			"£2,000,000.00 to £7,000,000.00", `{"kind":"range","low":"2000000.00","high":"7000000.00"}`},
		{About(1_000_000_000_00), AmountAbout, nil, nil, pence(1_000_000_000_00), "about £1,000,000,000.00",
			`{"kind":"about","nominal":"1000000000.00"}`},
		{made(AboutWithin(10_00, 9_00, 11_00)), AmountAbout, pence(9_00), pence(11_00), pence(10_00),
			"about £10.00 (£9.00 to £11.00)", `{"kind":"about","low":"9.00","high":"11.00","nominal":"10.00"}`},
		{AtLeast(5_00), AmountAtLeast, pence(5_00), nil, nil, "at least £5.00", `{"kind":"at-least","low":"5.00"}`},
		{made(MoreThan(250_000_000_00)), AmountMoreThan, pence(250_000_000_01), nil, pence(250_000_000_00),
			"more than £250,000,000.00", `{"kind":"more-than","low":"250000000.01","nominal":"250000000.00"}`},
		{AtMost(5_00), AmountAtMost, nil, pence(5_00), nil, "at most £5.00", `{"kind":"at-most","high":"5.00"}`},
		{NotDisclosed(), AmountNotDisclosed, nil, nil, nil, "not disclosed", `{"kind":"not-disclosed"}`},
		{made(NotDisclosed().Add(Exact(1))), AmountSum, nil, nil, nil, "not known", `{"kind":"sum"}`},
		{made(AtLeast(4_00).Add(Exact(1_00))), AmountSum, pence(5_00), nil, nil, "at least £5.00", `{"kind":"sum","low":"5.00"}`},
		{made(AtMost(4_00).Add(Exact(1_00))), AmountSum, nil, pence(5_00), nil, "at most £5.00", `{"kind":"sum","high":"5.00"}`},
		{made(About(4_00).Add(Exact(1_00))), AmountSum, nil, nil, pence(5_00), "about £5.00", `{"kind":"sum","nominal":"5.00"}`},
		{Amount{}, "", nil, nil, nil, "not stated", `null`},
	} {
		kind, low, high, nominal := tt.got.Parts()
		if diff := cmp.Diff([]any{tt.kind, tt.low, tt.high, tt.nominal}, []any{kind, low, high, nominal}); diff != "" {
			t.Errorf("%s: parts (-want +got):\n%s", tt.text, diff)
		}
		if tt.got.String() != tt.text || tt.got.Kind() != tt.kind {
			t.Errorf("%s reads %q and is %q", tt.text, tt.got, tt.got.Kind())
		}
		text, err := json.Marshal(tt.got)
		if err != nil || string(text) != tt.json {
			t.Errorf("%s is written %s, %v, want %s", tt.text, text, err, tt.json)
		}
		back := Exact(1)
		if err := json.Unmarshal(text, &back); err != nil || !back.Equal(tt.got) {
			t.Errorf("%s is read as %s, %v", text, back, err)
		}
	}
}

func TestAmountFromPartsAccepts(t *testing.T) {
	for _, tt := range []struct{ got, want Amount }{
		{parts(AmountExact, nil, nil, pence(5)), Exact(5)},
		{parts(AmountExact, pence(5), pence(5), nil), Exact(5)},
		{parts(AmountMoreThan, nil, nil, pence(5)), parts(AmountMoreThan, pence(6), nil, pence(5))},
		{parts("", nil, nil, nil), Amount{}},
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
	a := parts(AmountRange, pence(2), pence(7), pence(4)) // the source gives a middle
	if nominal, ok := a.Nominal(); !ok || nominal != 4 || a.Kind() != AmountRange {
		t.Errorf("got %s with nominal %s, %t", a, nominal, ok)
	}
}

func TestAmountRefuses(t *testing.T) {
	five, six, seven := pence(5), pence(6), pence(7)
	for _, tt := range []struct {
		kind               AmountKind
		low, high, nominal *Money
	}{
		{"", five, nil, nil}, {"", nil, nil, five}, {"guess", nil, nil, five},
		{AmountExact, nil, nil, nil}, {AmountExact, five, six, nil}, {AmountExact, five, five, six}, {AmountExact, five, nil, nil},
		{AmountExact, five, nil, five}, {AmountExact, nil, five, nil},
		{AmountRange, six, five, nil}, {AmountRange, five, nil, nil}, {AmountRange, nil, five, nil}, {AmountRange, nil, nil, five},
		{AmountRange, five, six, seven}, {AmountRange, six, seven, five},
		{AmountAbout, nil, nil, nil}, {AmountAbout, five, nil, six}, {AmountAbout, nil, seven, six}, {AmountAbout, five, six, seven},
		{AmountAbout, five, six, nil}, {AmountAbout, six, seven, five},
		{AmountAtLeast, nil, nil, nil}, {AmountAtLeast, five, six, nil}, {AmountAtLeast, five, nil, five},
		{AmountAtMost, nil, nil, nil}, {AmountAtMost, five, six, nil}, {AmountAtMost, nil, five, five},
		{AmountMoreThan, six, nil, nil}, {AmountMoreThan, five, nil, five}, {AmountMoreThan, nil, seven, five}, {AmountMoreThan, six, seven, five},
		{AmountNotDisclosed, five, nil, nil}, {AmountNotDisclosed, nil, five, nil}, {AmountNotDisclosed, nil, nil, five},
		{AmountSum, six, five, nil}, {AmountSum, five, six, seven},
	} {
		a, err := AmountFromParts(tt.kind, tt.low, tt.high, tt.nominal)
		wantRefusal(t, err, RuleAmountInvalid)
		if !a.IsZero() {
			t.Errorf("%q refused, yet gave %s", tt.kind, a)
		}
	}
	_, err := Range(6, 5)
	wantRefusal(t, err, RuleAmountInvalid)
	_, err = AboutWithin(5, 6, 7)
	wantRefusal(t, err, RuleAmountInvalid)
	_, err = MoreThan(math.MaxInt64)
	wantRefusal(t, err, RuleArithmeticOverflow)
	_, err = AmountFromParts(AmountMoreThan, nil, nil, pence(math.MaxInt64))
	wantRefusal(t, err, RuleArithmeticOverflow)
}

func TestAmountJSONRefuses(t *testing.T) {
	for text, want := range map[string]struct {
		rule  RuleID
		field string
	}{
		`{}`:                                    {RuleAmountInvalid, "kind"},
		`{"kind":""}`:                           {RuleAmountInvalid, "kind"},
		`{"kind":"guess"}`:                      {RuleAmountInvalid, "kind"},
		`{"kind":"exact"}`:                      {RuleAmountInvalid, ""},
		`{"kind":"exact","nominal":5}`:          {RuleAmountInvalid, "nominal"},
		`{"kind":"exact","nominal":"5.0"}`:      {RuleMoneyInvalid, "nominal"},
		`{"kind":"exact","value":"5.00"}`:       {RuleAmountInvalid, ""},
		`{"kind":"range","low":"7","high":"2"}`: {RuleAmountInvalid, "low"},
		`{"kind":"more-than","nominal":"92233720368547758.07"}`: {RuleArithmeticOverflow, "nominal"},
		`"5.00"`: {RuleAmountInvalid, ""},
		`5`:      {RuleAmountInvalid, ""},
	} {
		a := Exact(1)
		err := json.Unmarshal([]byte(text), &a)
		wantRefusal(t, err, want.rule)
		var e *Error
		if !errors.As(err, &e) || e.Field != want.field || a != Exact(1) {
			t.Errorf("%s: %v, amount now %s", text, err, a)
		}
	}
}

func TestAmountSums(t *testing.T) {
	r, about := parts(AmountRange, pence(2_00), pence(7_00), nil), About(10_00)
	for name, tt := range map[string]struct {
		got  func() (Amount, error)
		want Amount
	}{
		"exact + exact":         {func() (Amount, error) { return Exact(1).Add(Exact(2)) }, Exact(3)},
		"exact - exact":         {func() (Amount, error) { return Exact(1).Sub(Exact(2)) }, Exact(-1)},
		"exact + range":         {func() (Amount, error) { return Exact(1_00).Add(r) }, parts(AmountSum, pence(3_00), pence(8_00), nil)},
		"exact - range":         {func() (Amount, error) { return Exact(70_00).Sub(r) }, parts(AmountSum, pence(63_00), pence(68_00), nil)},
		"range - range":         {func() (Amount, error) { return r.Sub(r) }, parts(AmountSum, pence(-5_00), pence(5_00), nil)},
		"range - at least":      {func() (Amount, error) { return r.Sub(AtLeast(1_00)) }, parts(AmountSum, nil, pence(6_00), nil)},
		"at least - range":      {func() (Amount, error) { return AtLeast(1_00).Sub(r) }, parts(AmountSum, pence(-6_00), nil, nil)},
		"at least + at most":    {func() (Amount, error) { return AtLeast(1).Add(AtMost(2)) }, parts(AmountSum, nil, nil, nil)},
		"about + exact":         {func() (Amount, error) { return about.Add(Exact(1_00)) }, parts(AmountSum, nil, nil, pence(11_00))},
		"range + not stated":    {func() (Amount, error) { return r.Add(Amount{}) }, parts(AmountSum, nil, nil, nil)},
		"the sum of none":       {func() (Amount, error) { return SumAmounts() }, Exact(0)},
		"the sum of one":        {func() (Amount, error) { return SumAmounts(NotDisclosed()) }, NotDisclosed()},
		"the sum of three":      {func() (Amount, error) { return SumAmounts(Exact(1_00), r, r) }, parts(AmountSum, pence(5_00), pence(15_00), nil)},
		"a sum past the limits": {func() (Amount, error) { return SumAmounts(Exact(math.MaxInt64), Exact(1), Exact(-1)) }, Exact(math.MaxInt64)},
	} {
		if got, err := tt.got(); err != nil || got != tt.want {
			t.Errorf("%s = %s (%s), %v, want %s", name, got, got.Kind(), err, tt.want)
		}
	}
}

func TestAmountOverflowIsRefused(t *testing.T) {
	most, least := Exact(math.MaxInt64), Exact(math.MinInt64)
	for name, op := range map[string]func() (Amount, error){
		"most + 1":           func() (Amount, error) { return most.Add(Exact(1)) },
		"most + at least":    func() (Amount, error) { return most.Add(AtLeast(1)) },
		"most + at most":     func() (Amount, error) { return most.Add(AtMost(1)) },
		"most + about":       func() (Amount, error) { return most.Add(About(1)) },
		"least - 1":          func() (Amount, error) { return least.Sub(Exact(1)) },
		"sum above":          func() (Amount, error) { return SumAmounts(most, Exact(1)) },
		"sum below":          func() (Amount, error) { return SumAmounts(least, Exact(-1)) },
		"sum of many":        func() (Amount, error) { return SumAmounts(most, most, most, most) },
		"sum of one part":    func() (Amount, error) { return SumAmounts(About(math.MaxInt64), About(1)) },
		"sum of many belows": func() (Amount, error) { return SumAmounts(least, least, least) },
	} {
		a, err := op()
		wantRefusal(t, err, RuleArithmeticOverflow)
		if !a.IsZero() {
			t.Errorf("%s refused, yet gave %s", name, a)
		}
	}
}

func drawAmount(t *rapid.T, label string) Amount {
	var m [3]Money
	for i := range m {
		m[i] = drawMoney(t, label)
	}
	low, nominal, high := min(m[0], m[1], m[2]), max(min(m[0], m[1]), min(max(m[0], m[1]), m[2])), max(m[0], m[1], m[2])
	return rapid.SampledFrom([]Amount{Exact(low), parts(AmountRange, &low, &high, nil), parts(AmountRange, &low, &high, &nominal),
		About(nominal), parts(AmountAbout, &low, &high, &nominal), AtLeast(low), AtMost(high), NotDisclosed(), {},
		parts(AmountMoreThan, nil, nil, pence(min(low, math.MaxInt64-1))), parts(AmountSum, &low, nil, &high)}).Draw(t, label)
}

// drawMember draws a sum that the amount can be; where a bound is absent, any.
func drawMember(t *rapid.T, a Amount) *big.Int {
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	if m, ok := a.Low(); ok {
		low = int64(m)
	}
	if m, ok := a.High(); ok {
		high = int64(m)
	}
	return big.NewInt(rapid.Int64Range(low, high).Draw(t, "member"))
}

func contains(a Amount, m *big.Int) bool {
	low, hasLow := a.Low()
	high, hasHigh := a.High()
	return !(hasLow && m.Cmp(big.NewInt(int64(low))) < 0) && !(hasHigh && m.Cmp(big.NewInt(int64(high))) > 0)
}

func TestAmountProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawAmount(t, "a"), drawAmount(t, "b"), drawAmount(t, "c")
		sum, err := a.Add(b)
		if back, errBack := b.Add(a); back != sum || (errBack == nil) != (err == nil) {
			t.Fatalf("%s + %s = %s, %v, the other way %s, %v", a, b, sum, err, back, errBack)
		}
		member, other := drawMember(t, a), drawMember(t, b)
		if total := new(big.Int).Add(member, other); err == nil && !contains(sum, total) {
			t.Fatalf("%s + %s = %s does not contain %s + %s pence", a, b, sum, member, other)
		}
		diff, errDiff := a.Sub(b)
		if rest := new(big.Int).Sub(member, other); errDiff == nil && !contains(diff, rest) {
			t.Fatalf("%s - %s = %s does not contain %s - %s pence", a, b, diff, member, other)
		}
		if both, errBoth := SumAmounts(a, b); both != sum || (errBoth == nil) != (err == nil) {
			t.Fatalf("%s + %s = %s, %v, but their sum is %s, %v", a, b, sum, err, both, errBoth)
		}
		bc, errBC := b.Add(c)
		left, errLeft := sum.Add(c)
		right, errRight := a.Add(bc)
		all, errAll := SumAmounts(a, b, c)
		if err == nil && errLeft == nil && (errAll != nil || left != all) || errBC == nil && errRight == nil && (errAll != nil || right != all) {
			t.Fatalf("(%s + %s) + %s = %s, from the right %s, at once %s, %v", a, b, c, left, right, all, errAll)
		}
		if zero, err := a.Add(Exact(0)); err != nil || !sameParts(zero, a) {
			t.Fatalf("%s + nothing = %s, %v", a, zero, err)
		}
		if a.Kind() == AmountExact && b.Kind() == AmountExact && err == nil && sum.Kind() != AmountExact {
			t.Fatalf("%s + %s is of kind %s", a, b, sum.Kind())
		}
		for _, x := range []Amount{a, sum, diff} {
			if back, err := AmountFromParts(x.Parts()); err != nil || back != x {
				t.Fatalf("the parts of %s make %s, %v", x, back, err)
			}
			var back Amount
			text, err := json.Marshal(x)
			if errBack := json.Unmarshal(text, &back); err != nil || errBack != nil || back != x {
				t.Fatalf("%s is written %s and read as %s, %v, %v", x, text, back, err, errBack)
			}
		}
	})
}

func sameParts(a, b Amount) bool {
	_, low, high, nominal := a.Parts()
	_, low2, high2, nominal2 := b.Parts()
	return cmp.Equal([]*Money{low, high, nominal}, []*Money{low2, high2, nominal2})
}

func FuzzAmountJSON(f *testing.F) {
	for _, s := range []string{
		`{"kind":"range","low":"2000000.00","high":"7000000.00","nominal":"4000000.00"}`, `{"kind":"exact","nominal":"5.00"}`,
		`{"kind":"about","nominal":"1000000000.00"}`, `{"kind":"more-than","nominal":"250000000.00"}`, `{"kind":"sum"}`,
		`{"kind":"not-disclosed"}`, `{"kind":"at-least","low":"5"}`, `{"kind":"at-most","high":"£5"}`, `{"kind":"exact","value":5}`, `null`, `[]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var a Amount
		if err := a.UnmarshalJSON(data); err != nil {
			if !errors.Is(err, Invalid) {
				t.Errorf("%q: %v is not of kind invalid", data, err)
			}
			return
		}
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back Amount
		if err := json.Unmarshal(text, &back); err != nil || back != a {
			t.Errorf("%q gave %s, written %s, read as %s, %v", data, a, text, back, err)
		}
	})
}
