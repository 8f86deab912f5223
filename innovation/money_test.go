package innovation_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

func TestParseMoneyAccepts(t *testing.T) {
	for s, want := range map[string]Money{
		"0": 0, "-0": 0, "0.01": 1, "-0.01": -1, "70000000": 70_000_000_00, "70000000.50": 70_000_000_50, "-12.34": -12_34,
		"£5": 5_00, "-£5.00": -5_00, "£70,000,000.00": 70_000_000_00, "1,000": 1_000_00, "999": 999_00,
		"12,345,678.90": 12_345_678_90, "92233720368547758.07": math.MaxInt64, "-92233720368547758.08": math.MinInt64,
		"-£92,233,720,368,547,758.08": math.MinInt64,
	} {
		if got, err := ParseMoney(s); err != nil || got != want {
			t.Errorf("ParseMoney(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	for _, s := range []string{
		"", "-", "£", "--1", "+1", " 1", "1 ", "1.", "1.5", "1.234", ".50", "1.-5", "1e6", "0x10", "01", "00.50", "£-5", "££5",
		"$5", "1,00", "1,0000", ",100", "1,,000", "1000,000", "0,100", "012,000", "1,000,", "1,000.5", "1.00,000", "5m", "١",
		"92233720368547758.08", "-92233720368547758.09", "100000000000000000", "NaN", strings.Repeat("9", 400),
	} {
		m, err := ParseMoney(s)
		wantRefusal(t, err, RuleMoneyInvalid)
		if m != 0 {
			t.Errorf("ParseMoney(%q) refused, yet gave %d", s, m)
		}
	}
}

func TestMoneyText(t *testing.T) {
	for m, want := range map[Money][2]string{
		0:             {"0.00", "£0.00"},
		7:             {"0.07", "£0.07"},
		-7:            {"-0.07", "-£0.07"},
		999_99:        {"999.99", "£999.99"},
		1_000_00:      {"1000.00", "£1,000.00"},
		-123_456_00:   {"-123456.00", "-£123,456.00"},
		70_000_000_00: {"70000000.00", "£70,000,000.00"},
		math.MaxInt64: {"92233720368547758.07", "£92,233,720,368,547,758.07"},
		math.MinInt64: {"-92233720368547758.08", "-£92,233,720,368,547,758.08"},
	} {
		if got := [2]string{m.String(), m.Format()}; got != want {
			t.Errorf("Money(%d) reads %q, want %q", m, got, want)
		}
	}
}

func TestMoneyJSONIsString(t *testing.T) {
	text, err := json.Marshal(map[string]Money{"pot": 70_000_000_00})
	if err != nil || string(text) != `{"pot":"70000000.00"}` {
		t.Errorf("got %s, %v", text, err)
	}
	var m Money
	if err := json.Unmarshal([]byte(`"£1,000.50"`), &m); err != nil || m != 1_000_50 {
		t.Errorf("got %v, %v", m, err)
	}
	for _, number := range []string{`5`, `5.00`, `{}`, `true`} {
		if err := json.Unmarshal([]byte(number), &m); err == nil || m != 1_000_50 {
			t.Errorf("JSON %s was read as money: %v", number, m)
		}
	}
	wantRefusal(t, json.Unmarshal([]byte(`""`), &m), RuleMoneyInvalid)
}

func TestMoneyOverflow(t *testing.T) {
	const least, most = Money(math.MinInt64), Money(math.MaxInt64)
	for name, op := range map[string]func() (Money, error){
		"most + 1":        func() (Money, error) { return most.Add(1) },
		"least + -1":      func() (Money, error) { return least.Add(-1) },
		"least + least":   func() (Money, error) { return least.Add(least) },
		"least - 1":       func() (Money, error) { return least.Sub(1) },
		"0 - least":       func() (Money, error) { return Money(0).Sub(least) },
		"least × -1":      func() (Money, error) { return least.Mul(-1) },
		"-1 × least":      func() (Money, error) { return Money(-1).Mul(math.MinInt64) },
		"most × 2":        func() (Money, error) { return most.Mul(2) },
		"too many pounds": func() (Money, error) { return Pounds(92_233_720_368_547_759) },
	} {
		m, err := op()
		wantRefusal(t, err, RuleArithmeticOverflow)
		if m != 0 {
			t.Errorf("%s refused, yet gave %d", name, m)
		}
	}
	if m, err := Pounds(-70_000_000); err != nil || m != -70_000_000_00 {
		t.Errorf("Pounds(-70000000) = %v, %v", m, err)
	}
}

// drawMoney favours the limits, where arithmetic goes wrong.
func drawMoney(t *rapid.T, label string) Money {
	return Money(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1_000_00, 1_000_00),
		rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64})).Draw(t, label))
}

// Money calculates like unbounded integers, or refuses.
func TestMoneyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := drawMoney(t, "m"), drawMoney(t, "n")
		bigM, bigN := big.NewInt(int64(m)), big.NewInt(int64(n))
		check := func(op string, want *big.Int, got Money, err error) {
			if want.IsInt64() != (err == nil) || err == nil && want.Int64() != int64(got) {
				t.Fatalf("%s %s %s = %s, %v, want %s pence", m, op, n, got, err, want)
			}
		}
		sum, err := m.Add(n)
		check("+", new(big.Int).Add(bigM, bigN), sum, err)
		diff, err := m.Sub(n)
		check("-", new(big.Int).Sub(bigM, bigN), diff, err)
		product, err := m.Mul(int64(n))
		check("×", new(big.Int).Mul(bigM, bigN), product, err)
		for _, text := range []string{m.String(), m.Format()} {
			if back, err := ParseMoney(text); err != nil || back != m {
				t.Fatalf("ParseMoney(%q) = %d, %v, want %d", text, back, err, m)
			}
		}
	})
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"70000000", "-12.34", "£70,000,000.00", "-92233720368547758.08", "0", "1.5", "1,00", "£", "-£0.01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMoney(s)
		if err != nil {
			wantRefusal(t, err, RuleMoneyInvalid)
			return
		}
		bare := strings.NewReplacer(",", "", "£", "").Replace(s)
		if want, ok := new(big.Rat).SetString(bare); !ok || want.Cmp(big.NewRat(int64(m), 100)) != 0 {
			t.Errorf("ParseMoney(%q) = %s", s, m)
		}
		if back, err := ParseMoney(m.String()); err != nil || back != m {
			t.Errorf("ParseMoney(%q) = %v, %v", m.String(), back, err)
		}
	})
}
