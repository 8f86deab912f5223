package spread_test

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
	"pgregory.net/rapid"
)

// rows reads a CSV of testdata whose first lines, from #, name its source.
func rows(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return records(t, f)
}

func records(t testing.TB, from io.Reader) []map[string]string {
	t.Helper()
	r := csv.NewReader(bufio.NewReader(from))
	r.Comment = '#'
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, record := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[h] = record[i]
		}
		out = append(out, m)
	}
	return out
}

func number(t testing.TB, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// printed refuses a value that does not round to the digits of want.
func printed(t testing.TB, what string, got float64, want string) {
	t.Helper()
	digits := 0
	for i, c := range want {
		if c == '.' {
			digits = len(want) - i - 1
		}
	}
	unit := math.Pow(10, -float64(digits))
	if math.Abs(got-number(t, want)) > unit/2*1.0001 {
		t.Errorf("%s = %v, want %s to its digits", what, got, want)
	}
}

// near checks a relative difference.
func near(t testing.TB, what string, got, want, rel float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > rel*math.Max(math.Abs(want), 1e-300) {
		t.Errorf("%s = %.15g, want %.15g within %g", what, got, want, rel)
	}
}

// refused checks the rule of a refusal.
func refused(t testing.TB, err error, rule innovation.RuleID) {
	t.Helper()
	var e *innovation.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want rule %s", err, rule)
	}
	if e.Rule != rule {
		t.Fatalf("rule %s (%v), want %s", e.Rule, e, rule)
	}
}

// sound checks that a fit holds finite numbers and that an error is typed.
func sound(t interface{ Fatalf(string, ...any) }, fit spread.Fit, err error) bool {
	if err != nil {
		var e *innovation.Error
		if !errors.As(err, &e) || e.Rule == "" {
			t.Fatalf("an error without a rule: %v", err)
		}
		return false
	}
	all := append([]float64{fit.RSS, fit.R2, fit.ResidualSD}, fit.Fitted...)
	for _, p := range fit.Parameters {
		all = append(all, p.Value, p.StandardError)
	}
	for _, x := range all {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Fatalf("a number that is none in %+v", fit)
		}
	}
	return true
}

func bassSeries(t testing.TB) map[string][]float64 {
	out := map[string][]float64{}
	for _, r := range rows(t, "bass_series.csv") {
		out[r["series"]] = append(out[r["series"]], number(t, r["value"]))
	}
	return out
}

func TestBassByIncrementsGivesTheComputedFits(t *testing.T) {
	series := bassSeries(t)
	for _, want := range rows(t, "bass_fits.csv") {
		t.Run(want["series"], func(t *testing.T) {
			fit, err := spread.BassByIncrements(series[want["series"]], nil)
			if err != nil {
				t.Fatal(err)
			}
			printed(t, "p", fit.P.Value, want["p"])
			printed(t, "q", fit.Q.Value, want["q"])
			printed(t, "m", fit.M.Value, want["m"])
			printed(t, "sse", fit.RSS, want["sse"])
		})
	}
}

// bassIncrements are the exact means of a Bass curve.
func bassIncrements(p, q, m float64, n int) []float64 {
	f := func(t float64) float64 {
		e := math.Exp(-(p + q) * t)
		return m * (1 - e) / (1 + q/p*e)
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = f(float64(i+1)) - f(float64(i))
	}
	return out
}

func TestBassRecoversItsParameters(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := math.Exp(rapid.Float64Range(math.Log(0.001), math.Log(0.05)).Draw(r, "p"))
		q := rapid.Float64Range(0.2, 0.9).Draw(r, "q")
		m := math.Exp(rapid.Float64Range(0, 15).Draw(r, "m"))
		n := int(1.6*math.Log(q/p)/(p+q)) + 6 // well past the peak
		xs := bassIncrements(p, q, m, n)
		fit, err := spread.BassByIncrements(xs, nil)
		if err != nil {
			r.Fatal(err)
		}
		check := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-6*want {
				r.Fatalf("%s = %v, want %v", what, got, want)
			}
		}
		check("p", fit.P.Value, p)
		check("q", fit.Q.Value, q)
		check("m", fit.M.Value, m)
		check("peak", fit.Peak.Time.Value, math.Log(q/p)/(p+q))

		share, sum := make([]float64, n), 0.0
		for i, x := range xs {
			sum += x / m
			share[i] = math.Min(sum, 1)
		}
		known, err := spread.BassByShare(share, nil)
		if err != nil {
			r.Fatal(err)
		}
		check("p by share", known.P.Value, p)
		check("q by share", known.Q.Value, q)
		if !known.M.Given || known.M.Value != 1 || known.M.StandardError != 0 {
			r.Fatalf("ceiling %+v", known.M)
		}
	})
}

func TestBassRegressionRecoversItsRecursion(t *testing.T) {
	p, q, m := 0.02, 0.4, 500.0
	var xs []float64
	y := 0.0
	for range 14 {
		s := p*m + (q-p)*y - q/m*y*y
		xs, y = append(xs, s), y+s
	}
	fit, err := spread.BassByRegression(xs)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "p", fit.P.Value, p, 1e-8)
	near(t, "q", fit.Q.Value, q, 1e-8)
	near(t, "m", fit.M.Value, m, 1e-8)
}

func TestBassRefuses(t *testing.T) {
	good := bassIncrements(0.02, 0.4, 100, 14)
	with := func(i int, x float64) []float64 {
		out := append([]float64(nil), good...)
		out[i] = x
		return out
	}
	inc := func(xs []float64, o *spread.FitOptions) error { _, err := spread.BassByIncrements(xs, o); return err }
	share := func(xs []float64, o *spread.FitOptions) error { _, err := spread.BassByShare(xs, o); return err }
	reg := func(xs []float64, _ *spread.FitOptions) error { _, err := spread.BassByRegression(xs); return err }
	for _, c := range []struct {
		name string
		fit  func([]float64, *spread.FitOptions) error
		xs   []float64
		o    *spread.FitOptions
		rule innovation.RuleID
	}{
		{"empty", inc, nil, nil, innovation.RuleSeriesThin},
		{"one", inc, []float64{3}, nil, innovation.RuleSeriesThin},
		{"five", inc, good[:5], nil, innovation.RuleSeriesThin},
		{"NaN", inc, with(3, math.NaN()), nil, innovation.RuleSeriesNotNumber},
		{"Inf", inc, with(3, math.Inf(1)), nil, innovation.RuleSeriesNotNumber},
		{"negative", inc, with(3, -1), nil, innovation.RuleSeriesNegative},
		{"equal", inc, []float64{2, 2, 2, 2, 2, 2, 2}, nil, innovation.RuleSeriesConstant},
		{"ceiling below", inc, good, &spread.FitOptions{Ceiling: 5}, innovation.RuleSeriesDecreasing},
		{"ceiling negative", inc, good, &spread.FitOptions{Ceiling: -5}, innovation.RuleStatisticOption},
		{"ceiling twice", inc, good, &spread.FitOptions{Ceiling: 500, EstimateCeiling: true}, innovation.RuleStatisticOption},
		{"iterations", inc, good, &spread.FitOptions{Iterations: -1}, innovation.RuleStatisticOption},
		{"one iteration", inc, good, &spread.FitOptions{Iterations: 1}, innovation.RuleFitFailed},
		{"no bend", inc, []float64{1, 2, 4, 8, 16, 32, 64, 128}, nil, innovation.RuleFitUndetermined},
		{"no imitation", inc, []float64{64, 32, 16, 8, 4, 2, 1}, nil, innovation.RuleFitUndetermined},
		{"share above one", share, []float64{0.1, 0.3, 0.5, 0.8, 1.1}, nil, innovation.RuleSeriesDecreasing},
		{"share falls", share, []float64{0.1, 0.3, 0.2, 0.8, 0.9}, nil, innovation.RuleSeriesDecreasing},
		{"share ceiling", share, []float64{0.1, 0.3, 0.4, 0.8, 0.9}, &spread.FitOptions{Ceiling: 2}, innovation.RuleStatisticOption},
		{"share ceiling above one", share, []float64{0.01, 0.03, 0.07, 0.15, 0.29, 0.48, 0.69}, &spread.FitOptions{EstimateCeiling: true}, innovation.RuleFitUndetermined},
		{"regression thin", reg, good[:6], nil, innovation.RuleSeriesThin},
		{"regression rises", reg, []float64{1, 2, 4, 8, 16, 32, 64, 128}, nil, innovation.RuleFitFailed},
		{"regression equal later", reg, []float64{1, 2, 2, 2, 2, 2, 2}, nil, innovation.RuleSeriesConstant},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, c.fit(c.xs, c.o), c.rule) })
	}
}

func TestBassNeverGivesNoNumber(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		xs := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 50), rapid.Float64(), rapid.Just(0.0)), 0, 12).Draw(r, "xs")
		for i, x := range xs {
			if rapid.Bool().Draw(r, "positive") {
				xs[i] = math.Abs(x)
			}
		}
		before := append([]float64(nil), xs...)
		defer func() {
			for i := range xs {
				if math.Float64bits(xs[i]) != math.Float64bits(before[i]) {
					r.Fatal("the input has changed")
				}
			}
		}()
		o := &spread.FitOptions{Ceiling: rapid.SampledFrom([]float64{0, 0, 1, 1000}).Draw(r, "ceiling"), EstimateCeiling: rapid.Bool().Draw(r, "estimate")}
		fit, err := spread.BassByIncrements(xs, o)
		sound(r, fit.Fit, err)
		fit, err = spread.BassByShare(xs, o)
		sound(r, fit.Fit, err)
		fit, err = spread.BassByRegression(xs)
		sound(r, fit.Fit, err)
	})
}
