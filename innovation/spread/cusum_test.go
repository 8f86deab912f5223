package spread_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

// Montgomery, Introduction to Statistical Quality Control, table 9.1: the first
// twenty values are drawn around 10, the last ten around 11.
func montgomery() []float64 {
	return []float64{
		9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34,
		9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84,
		10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
	}
}

// Table 9.2 and example 9.1 of the same: C+ is 5.28 with N+ of 7 at period 29,
// the first beyond 5, so the shift began between periods 22 and 23; its level
// is put at 11.25.
func TestCUSUMOfMontgomery(t *testing.T) {
	target := 10.0
	c, err := spread.CUSUM(montgomery(), &spread.CUSUMOptions{Target: &target, Sigma: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Shifts) != 1 {
		t.Fatalf("shifts %+v, want one", c.Shifts)
	}
	s := c.Shifts[0]
	if s.Signal+1 != 29 || s.Since+1 != 23 || !s.Up {
		t.Errorf("%+v, want a rise at period 29 that began with period 23", s)
	}
	closeTo(t, "level", s.Level, 11.25, 0.005)
	for _, w := range []struct {
		period  int
		high    float64
		highRun int
		low     float64
		lowRun  int
	}{
		{1, 0, 0, 0.05, 1}, {2, 0, 0, 1.56, 2}, {3, 0, 0, 1.77, 3}, {4, 1.16, 1, 0, 0}, {5, 2.82, 2, 0, 0},
		{6, 2.50, 3, 0, 0}, {7, 0.04, 4, 1.46, 1}, {8, 1.00, 5, 0, 0}, {23, 1.79, 1, 0, 0}, {28, 4.47, 6, 0, 0}, {29, 5.28, 7, 0, 0}, {30, 5.30, 8, 0, 0},
	} {
		p := c.Points[w.period-1]
		closeTo(t, fmt.Sprintf("C+ of period %d", w.period), p.High, w.high, 1e-9)
		closeTo(t, fmt.Sprintf("C- of period %d", w.period), p.Low, w.low, 1e-9)
		if p.HighRun != w.highRun || p.LowRun != w.lowRun {
			t.Errorf("period %d: %+v, want N+ %d and N- %d", w.period, p, w.highRun, w.lowRun)
		}
	}
}

// The same turned upside down signals a fall.
func TestCUSUMMirrors(t *testing.T) {
	values, target := montgomery(), 10.0
	for i, x := range values {
		values[i] = 20 - x
	}
	c, err := spread.CUSUM(values, &spread.CUSUMOptions{Target: &target, Sigma: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Shifts) != 1 || c.Shifts[0].Since+1 != 23 || c.Shifts[0].Up {
		t.Fatalf("%+v, want a fall that began with period 23", c.Shifts)
	}
	closeTo(t, "level", c.Shifts[0].Level, 8.75, 0.005)
}

func TestCUSUMFromBaseline(t *testing.T) {
	c, err := spread.CUSUM(montgomery(), &spread.CUSUMOptions{Baseline: 20})
	if err != nil {
		t.Fatal(err)
	}
	var sum, moves float64
	for i, x := range montgomery()[:20] {
		sum += x
		if i > 0 {
			moves += math.Abs(x - montgomery()[i-1])
		}
	}
	closeTo(t, "target", c.Target, sum/20, 1e-12)
	closeTo(t, "sigma", c.Sigma, moves/19/1.128, 1e-12)
}

func TestCUSUMAnswersOrRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := spread.CUSUMOptions{
			Sigma:    rapid.SampledFrom([]float64{0, 0, 1, 1e-300, -1, math.NaN()}).Draw(t, "sigma"),
			Baseline: rapid.SampledFrom([]int{0, 0, 6, -1, 100}).Draw(t, "baseline"),
			H:        rapid.SampledFrom([]float64{0, 0, 4, math.Inf(1)}).Draw(t, "H"),
		}
		xs := wildFloats(t, "values")
		c, err := spread.CUSUM(xs, &o)
		answers(t, c, err)
		for _, s := range c.Shifts {
			if s.Since > s.Signal || s.Since < 0 {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func TestCUSUMRefuses(t *testing.T) {
	nan, ten := math.NaN(), 10.0
	for name, c := range map[string]struct {
		xs   []float64
		o    *spread.CUSUMOptions
		rule innovation.RuleID
	}{
		"nothing":          {nil, nil, innovation.RuleSeriesThin},
		"four to estimate": {[]float64{1, 2, 3, 4}, nil, innovation.RuleSeriesThin},
		"all equal":        {[]float64{1, 1, 1, 1, 1}, nil, innovation.RuleSeriesConstant},
		"not a number":     {[]float64{1, 2, 3, 4, nan}, nil, innovation.RuleSeriesNotNumber},
		"target unknown":   {[]float64{1, 2}, &spread.CUSUMOptions{Target: &nan, Sigma: 1}, innovation.RuleStatisticOption},
		"sigma negative":   {[]float64{1, 2}, &spread.CUSUMOptions{Target: &ten, Sigma: -1}, innovation.RuleStatisticOption},
		"K negative":       {[]float64{1, 2}, &spread.CUSUMOptions{Target: &ten, Sigma: 1, K: -1}, innovation.RuleStatisticOption},
		"H infinite":       {[]float64{1, 2}, &spread.CUSUMOptions{Target: &ten, Sigma: 1, H: math.Inf(1)}, innovation.RuleStatisticOption},
		"long baseline":    {[]float64{1, 2, 3, 4, 5}, &spread.CUSUMOptions{Baseline: 6}, innovation.RuleStatisticOption},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.CUSUM(c.xs, c.o)
			wantRule(t, err, c.rule)
		})
	}
}

func ExampleCUSUM() {
	target := 10.0
	c, err := spread.CUSUM(montgomery(), &spread.CUSUMOptions{Target: &target, Sigma: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range c.Shifts {
		fmt.Printf("signal at period %d; the level rose to about %.2f from period %d\n", s.Signal+1, s.Level, s.Since+1)
	}
	// Output: signal at period 29; the level rose to about 11.25 from period 23
}
