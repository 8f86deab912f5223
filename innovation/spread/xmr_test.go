package spread_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

func xmr(t testing.TB, values []float64, o *spread.XmROptions) spread.XmRChart {
	t.Helper()
	c, err := spread.XmR(values, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rnorm20 is R's set.seed(123); rnorm(20), on which NHSRplotthedots tests itself.
func rnorm20() []float64 {
	return []float64{
		-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285, -0.44566197,
		1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716, 0.70135590, -0.47279141,
	}
}

// The limits that NHSRplotthedots prints for the same values: its snapshots
// tests/testthat/_snaps/ptd_spc_standard.md and its vignette "Deviations from
// Excel defaults", version 0.2.2 (MIT, NHS-R Community).
func TestXmRLimitsOfNHSR(t *testing.T) {
	odd := rnorm20()
	odd[14] = 10
	vignette := []float64{1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1}
	for _, c := range []struct {
		name               string
		values             []float64
		screen             bool
		mean, lower, upper float64
		by                 float64
	}{
		{"as drawn", rnorm20(), true, 0.1416238, -3.01138, 3.294627, 5e-6},
		{"one odd, screened", odd, true, 0.6694159, -2.383666, 3.722497, 5e-6},
		{"one odd, kept", odd, false, 0.6694159, -4.596625, 5.935457, 5e-6},
		{"vignette, screened", vignette, true, 1.94, -0.72, 4.6, 5e-3},
		{"vignette, as Excel", vignette, false, 1.94, -3.06, 6.95, 5e-3},
	} {
		s := xmr(t, c.values, &spread.XmROptions{ScreenRanges: c.screen}).Segments[0]
		closeTo(t, c.name+": mean", s.Mean, c.mean, c.by)
		closeTo(t, c.name+": lower", s.Lower, c.lower, c.by)
		closeTo(t, c.name+": upper", s.Upper, c.upper, c.by)
	}
	for i, p := range xmr(t, rnorm20(), spread.PlotTheDots()).Points {
		if p.Signal != spread.CommonCause {
			t.Errorf("point %d is %v; the package finds twenty of common cause", i, p.Signal)
		}
	}
}

// fired lists the points that a rule marks.
func fired(c spread.XmRChart, rule spread.XmRRule) string {
	out := make([]byte, len(c.Points))
	for i, p := range c.Points {
		out[i] = '.'
		for _, f := range p.Fired {
			if f.Rule == rule && f.High {
				out[i] = '+'
			} else if f.Rule == rule {
				out[i] = '-'
			}
		}
	}
	return string(out)
}

// The rules, each where it fires and one point short of it. The first twelve
// points, 1 and -1 in turn, give a mean of 0, a moving range of 2, limits of
// 5.32 and two sigmas of 3.547.
func TestXmRRules(t *testing.T) {
	base := []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1}
	for _, c := range []struct {
		name string
		tail []float64
		rule spread.XmRRule
		o    spread.XmROptions
		want string // for the tail
	}{
		{"a point above", []float64{5.4, 0}, spread.OutsideLimits, spread.XmROptions{}, "+."},
		{"a point on the limit's inner side", []float64{5.3, -5.4}, spread.OutsideLimits, spread.XmROptions{}, ".-"},
		{"seven above", []float64{1, 2, 1, 2, 1, 2, 1, -1}, spread.ShiftOfPoints, spread.XmROptions{}, "+++++++."},
		{"six above", []float64{1, 2, 1, 2, 1, 2, -1}, spread.ShiftOfPoints, spread.XmROptions{}, "......."},
		{"six above where six are a shift", []float64{1, 2, 1, 2, 1, 2, -1}, spread.ShiftOfPoints, spread.XmROptions{ShiftLength: 6}, "++++++."},
		{"the mean ends a shift", []float64{1, 2, 1, 0, 1, 2, 1, 2}, spread.ShiftOfPoints, spread.XmROptions{}, "........"},
		{"six rise", []float64{-3, -2, -1, 0, 1, 2, 1}, spread.TrendOfPoints, spread.XmROptions{}, "++++++."},
		{"five rise", []float64{-2, -1, 0, 1, 2, 1}, spread.TrendOfPoints, spread.XmROptions{}, "......"},
		{"six rise where seven are a trend", []float64{-3, -2, -1, 0, 1, 2, 1}, spread.TrendOfPoints, spread.XmROptions{TrendLength: 7}, "......."},
		{"equals end a trend", []float64{-3, -2, -1, -1, 0, 1, 2, 1}, spread.TrendOfPoints, spread.XmROptions{}, "........"},
		{"six fall", []float64{3, 2, 1, 0, -2, -3, 0}, spread.TrendOfPoints, spread.XmROptions{}, "------."},
		{"two of three", []float64{4, 1, 4, -1}, spread.TwoOfThree, spread.XmROptions{}, "+.+."},
		{"two on either side", []float64{4, -4, 1}, spread.TwoOfThree, spread.XmROptions{}, "..."},
		{"the third on the other side", []float64{4, -1, 4, -1}, spread.TwoOfThree, spread.XmROptions{}, "...."},
		{"two of four", []float64{4, 1, 1, 4, -1}, spread.TwoOfThree, spread.XmROptions{}, "....."},
		{"one of them outside", []float64{6, 4, 1, -1}, spread.TwoOfThree, spread.XmROptions{}, "++.."},
		{"one of them outside, in NHSRplotthedots", []float64{6, 4, 1, -1}, spread.TwoOfThree, spread.XmROptions{TwoSigmaOnly: true}, "...."},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Baseline = 12
			chart := xmr(t, append(append([]float64{}, base...), c.tail...), &c.o)
			s := chart.Segments[0]
			if s.Mean != 0 || s.MovingRange != 2 || s.Provisional {
				t.Fatalf("%+v", s)
			}
			if got := fired(chart, c.rule)[12:]; got != c.want {
				t.Errorf("%v: %q, want %q", c.rule, got, c.want)
			}
		})
	}
}

// The package's own case of points on opposite sides of the mean
// (test-ptd_spc_standard.R).
func TestXmRTwoOfThreeOfNHSR(t *testing.T) {
	values := []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 5.5, -5.5}
	points := xmr(t, values, spread.PlotTheDots()).Points
	for _, p := range points[14:] {
		if p.Signal != spread.CommonCause {
			t.Errorf("%+v, want common cause", p)
		}
	}
}

func TestXmRDirections(t *testing.T) {
	values := []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 7}
	for d, want := range map[spread.Direction]spread.XmRSignal{
		spread.HigherBetter: spread.Improvement, spread.LowerBetter: spread.Concern, spread.Neither: spread.SpecialHigh,
	} {
		if got := xmr(t, values, &spread.XmROptions{Baseline: 12, Direction: d}).Variation; got != want {
			t.Errorf("%v: %v, want %v", d, got, want)
		}
	}
	// Rising while below the mean: improvement by the trend, concern by the
	// shift. The trend comes first; and the tools of NHS England show the
	// improvement whichever comes first.
	values = []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, -3.4, -3.3, -3.2, -3.1, -3, -2.9}
	for d, want := range map[spread.Direction][2]spread.XmRSignal{
		spread.HigherBetter: {spread.Improvement, spread.Improvement},
		spread.LowerBetter:  {spread.Improvement, spread.Concern},
	} {
		tools := xmr(t, values, &spread.XmROptions{Baseline: 12, Direction: d}).Variation
		first := xmr(t, values, &spread.XmROptions{Baseline: 12, Direction: d, FirstRule: true}).Variation
		if tools != want[0] || first != want[1] {
			t.Errorf("%v: %v, and %v by the first rule; want %v", d, tools, first, want)
		}
	}
}

// A point that ends a fall and begins a rise goes the way that it goes on.
func TestXmRTurningPoint(t *testing.T) {
	values := []float64{3, -3, 3, -3, 3, -3, 3, -3, 3, -3, 3, -3, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5}
	p := xmr(t, values, &spread.XmROptions{Baseline: 12, FirstRule: true, Direction: spread.HigherBetter}).Points[17]
	if len(p.Fired) != 2 || p.Signal != spread.Improvement {
		t.Errorf("%+v, want the rise to decide", p)
	}
}

func TestXmRAssurance(t *testing.T) {
	values := []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1}
	for _, c := range []struct {
		target float64
		d      spread.Direction
		want   spread.Assurance
	}{
		{6, spread.HigherBetter, spread.ConsistentlyFailing}, {6, spread.LowerBetter, spread.ConsistentlyPassing},
		{-6, spread.HigherBetter, spread.ConsistentlyPassing}, {-6, spread.LowerBetter, spread.ConsistentlyFailing},
		{5, spread.HigherBetter, spread.HitAndMiss}, {-5, spread.LowerBetter, spread.HitAndMiss}, {6, spread.Neither, spread.NoAssurance},
	} {
		if got := xmr(t, values, &spread.XmROptions{Target: &c.target, Direction: c.d, Baseline: 12}).Assurance; got != c.want {
			t.Errorf("target %v, %v: %v, want %v", c.target, c.d, got, c.want)
		}
	}
	if got := xmr(t, values, &spread.XmROptions{Direction: spread.HigherBetter}).Assurance; got != spread.NoAssurance {
		t.Errorf("without a target: %v", got)
	}
}

// Each segment is a chart of its own.
func TestXmRRebase(t *testing.T) {
	a, b := rnorm20(), make([]float64, 20)
	for i, x := range rnorm20() {
		b[i] = 50 + 2*x
	}
	c := xmr(t, append(append([]float64{}, a...), b...), &spread.XmROptions{Rebase: []int{20}})
	alone, other := xmr(t, a, nil), xmr(t, b, nil)
	if len(c.Segments) != 2 || c.Segments[0] != alone.Segments[0] || c.Segments[1].Mean != other.Segments[0].Mean || c.Segments[1].Upper != other.Segments[0].Upper || c.Points[20].Segment != 1 {
		t.Errorf("%+v, want %+v and %+v", c.Segments, alone.Segments, other.Segments)
	}
}

func TestXmRProvisional(t *testing.T) {
	for n, want := range map[int]bool{3: true, 11: true, 12: false, 20: false} {
		if got := xmr(t, rnorm20()[:n], nil).Segments[0].Provisional; got != want {
			t.Errorf("of %d points: provisional is %v", n, got)
		}
	}
}

func TestXmRRefuses(t *testing.T) {
	nan, few := math.NaN(), []float64{1, 2, 3, 4, 5, 4, 3}
	for name, c := range map[string]struct {
		xs   []float64
		o    *spread.XmROptions
		rule innovation.RuleID
	}{
		"nothing":             {nil, nil, innovation.RuleSeriesThin},
		"two":                 {[]float64{1, 2}, nil, innovation.RuleSeriesThin},
		"all equal":           {[]float64{1, 1, 1}, nil, innovation.RuleSeriesConstant},
		"not a number":        {[]float64{1, 2, nan}, nil, innovation.RuleSeriesNotNumber},
		"a short segment":     {few, &spread.XmROptions{Rebase: []int{5}}, innovation.RuleSeriesThin},
		"a still segment":     {[]float64{1, 1, 1, 2, 3, 4}, &spread.XmROptions{Baseline: 3}, innovation.RuleSeriesConstant},
		"rebase falls":        {few, &spread.XmROptions{Rebase: []int{3, 3}}, innovation.RuleSeriesOrder},
		"rebase at the start": {few, &spread.XmROptions{Rebase: []int{0}}, innovation.RuleSeriesOrder},
		"rebase at the end":   {few, &spread.XmROptions{Rebase: []int{7}}, innovation.RuleSeriesOrder},
		"long baseline":       {few, &spread.XmROptions{Baseline: 8}, innovation.RuleStatisticOption},
		"short baseline":      {few, &spread.XmROptions{Baseline: 2}, innovation.RuleStatisticOption},
		"target unknown":      {few, &spread.XmROptions{Target: &nan}, innovation.RuleStatisticOption},
		"no direction":        {few, &spread.XmROptions{Direction: 9}, innovation.RuleStatisticOption},
		"shift of one":        {few, &spread.XmROptions{ShiftLength: 1}, innovation.RuleStatisticOption},
		"trend of a hundred":  {few, &spread.XmROptions{TrendLength: 100}, innovation.RuleStatisticOption},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.XmR(c.xs, c.o)
			wantRule(t, err, c.rule)
		})
	}
}

func TestXmRAnswersOrRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := spread.XmROptions{
			Direction:    spread.Direction(rapid.IntRange(0, 2).Draw(t, "direction")),
			Baseline:     rapid.SampledFrom([]int{0, 0, 3, 12, -1}).Draw(t, "baseline"),
			Rebase:       rapid.SliceOfN(rapid.IntRange(0, 40), 0, 2).Draw(t, "rebase"),
			ScreenRanges: rapid.Bool().Draw(t, "screen"), TwoSigmaOnly: rapid.Bool().Draw(t, "two sigmas"), FirstRule: rapid.Bool().Draw(t, "first"),
		}
		xs := wildFloats(t, "values")
		c, err := spread.XmR(xs, &o)
		answers(t, c, err)
		for i, p := range c.Points {
			s := c.Segments[p.Segment]
			if i < s.Start || i >= s.End || (p.Signal == spread.CommonCause) != (len(p.Fired) == 0) || s.Lower > s.Mean || s.Upper < s.Mean {
				t.Fatalf("point %d: %+v in %+v", i, p, s)
			}
			for k := 1; k < len(p.Fired); k++ {
				if p.Fired[k].Rule < p.Fired[k-1].Rule {
					t.Fatalf("point %d: rules out of order: %+v", i, p.Fired)
				}
			}
		}
	})
}

func ExampleXmR() {
	// Patients started each month; the pathway changed after the twelfth.
	target := 30.0
	c, err := spread.XmR([]float64{21, 24, 19, 23, 22, 20, 25, 21, 23, 19, 22, 24, 27, 29, 28, 31, 30, 33, 32}, &spread.XmROptions{
		Direction: spread.HigherBetter, Target: &target, Baseline: 12,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := c.Segments[0]
	fmt.Printf("mean %.1f, limits %.1f to %.1f\n", s.Mean, s.Lower, s.Upper)
	last := c.Points[len(c.Points)-1]
	fmt.Println(last.Signal, "by", last.Fired[0].Rule, "and", last.Fired[len(last.Fired)-1].Rule)
	fmt.Println("the process before the change:", c.Assurance)
	// Output:
	// mean 21.9, limits 13.5 to 30.4
	// improvement by outside the limits and shift
	// the process before the change: hit and miss
}
