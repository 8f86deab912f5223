package spread_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

// binomialUpTo and poissonUpTo are the chances of so many events or fewer, by
// adding up the terms: another way than the one that is tested.
func binomialUpTo(r, n int, p float64) float64 {
	var sum float64
	for k := 0; k <= r; k++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		sum += math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return sum
}

func poissonUpTo(r int, m float64) float64 {
	var sum float64
	for k := 0; k <= r; k++ {
		c, _ := math.Lgamma(float64(k + 1))
		sum += math.Exp(float64(k)*math.Log(m) - m - c)
	}
	return sum
}

// Of 20 at a half, P(R <= 5) = 0.0207 and P(R <= 6) = 0.0577, and the same at
// the other end: 5 is low and 15 is high, 6 and 14 are neither (any binomial
// table). The limits are at 6 - (0.0577-0.025)/(0.0577-0.0207) and its mirror.
func TestFunnelExactByTable(t *testing.T) {
	half := 0.5
	events := []int{3, 4, 5, 6, 10, 14, 15, 16, 17}
	n := make([]float64, len(events))
	for i := range n {
		n[i] = 20
	}
	got, err := spread.Funnel(events, n, &spread.FunnelOptions{Target: &half})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []spread.FunnelVerdict{
		spread.FunnelBelow95, spread.FunnelBelow95, spread.FunnelBelow95, spread.FunnelWithin, spread.FunnelWithin,
		spread.FunnelWithin, spread.FunnelAbove95, spread.FunnelAbove95, spread.FunnelAbove95,
	} {
		if v := got.Points[i].Verdict; v != want {
			t.Errorf("%d of 20: %v, want %v", events[i], v, want)
		}
	}
	l := got.Limits(20)
	closeTo(t, "lower", 20*l.Lower95, 6-(0.05766-0.025)/(0.05766-0.02069), 1e-3)
	closeTo(t, "upper", 20*l.Upper95, 20-20*l.Lower95, 1e-9)
	closeTo(t, "lower 99.8%", 20*l.Lower998, 20-20*l.Upper998, 1e-9)
}

// Verdicts against tails added up term by term, and limits that agree with
// them.
func TestFunnelAgainstTails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := rapid.Float64Range(0.02, 0.98).Draw(t, "target")
		n := rapid.IntRange(1, 400).Draw(t, "n")
		r := rapid.IntRange(0, n).Draw(t, "events")
		kind := rapid.SampledFrom([]spread.FunnelKind{spread.FunnelProportions, spread.FunnelRates}).Draw(t, "kind")
		got, err := spread.Funnel([]int{r, 1}, []float64{float64(n), 1}, &spread.FunnelOptions{Kind: kind, Target: &target})
		if err != nil {
			t.Fatal(err)
		}
		m := float64(n) * target
		low, high := binomialUpTo(r, n, target), 1-binomialUpTo(r-1, n, target)
		small := m < 5 || float64(n)-m < 5
		if kind == spread.FunnelRates {
			low, high, small = poissonUpTo(r, m), 1-poissonUpTo(r-1, m), m < 5
		}
		for _, edge := range []float64{0.025, 0.001} {
			if math.Abs(low-edge) < 1e-7 || math.Abs(high-edge) < 1e-7 {
				return
			}
		}
		want := spread.FunnelWithin
		switch {
		case small:
			want = spread.FunnelTooSmall
		case low <= 0.001:
			want = spread.FunnelBelow998
		case high <= 0.001:
			want = spread.FunnelAbove998
		case low <= 0.025:
			want = spread.FunnelBelow95
		case high <= 0.025:
			want = spread.FunnelAbove95
		}
		p := got.Points[0]
		if p.Verdict != want {
			t.Fatalf("%d of %d at %v: %v, want %v (tails %v, %v)", r, n, target, p.Verdict, want, low, high)
		}
		l := p.Limits
		outside := p.Value < l.Lower95 || p.Value > l.Upper95
		if !small && outside != (low <= 0.025 || high <= 0.025) {
			t.Fatalf("%d of %d at %v: outside %+v is %v (tails %v, %v)", r, n, target, l, outside, low, high)
		}
		if !(l.Lower998 <= l.Lower95 && l.Lower95 <= target && target <= l.Upper95 && l.Upper95 <= l.Upper998) {
			t.Fatalf("%d at %v: limits %+v", n, target, l)
		}
	})
}

// The normal limits, by hand: 0.1 -/+ 1.959964 and 3.090232 times 0.03.
func TestFunnelNormal(t *testing.T) {
	tenth := 0.1
	got, err := spread.Funnel([]int{16, 15, 20, 4, 0, 4}, []float64{100, 100, 100, 100, 100, 40}, &spread.FunnelOptions{Target: &tenth, Method: spread.FunnelNormal})
	if err != nil {
		t.Fatal(err)
	}
	l := got.Points[0].Limits
	closeTo(t, "lower", l.Lower95, 0.1-1.959964*0.03, 1e-6)
	closeTo(t, "upper", l.Upper998, 0.1+3.090232*0.03, 1e-6)
	closeTo(t, "z", got.Points[0].Z, 2, 1e-12)
	for i, want := range []spread.FunnelVerdict{spread.FunnelAbove95, spread.FunnelWithin, spread.FunnelAbove998, spread.FunnelBelow95, spread.FunnelBelow998, spread.FunnelTooSmall} {
		if v := got.Points[i].Verdict; v != want {
			t.Errorf("point %d: %v, want %v", i, v, want)
		}
	}
	if got.Judged != 5 || got.Chance95 != 0.25 || got.PhiReason == "" {
		t.Errorf("%+v, want five judged and no Phi", got)
	}
	// Wilson's interval is the score test inverted: the same verdicts.
	wilson, err := spread.Funnel([]int{16, 15, 20, 4, 0, 4}, []float64{100, 100, 100, 100, 100, 40}, &spread.FunnelOptions{Target: &tenth, Method: spread.FunnelWilson})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range wilson.Points {
		if p.Verdict != got.Points[i].Verdict {
			t.Errorf("point %d: %v by Wilson's interval, %v by the score", i, p.Verdict, got.Points[i].Verdict)
		}
	}
}

// Twenty organisations of 10,000 at a tenth: ten at z = 3, ten at z = -3. Phi
// is 9, and Tau² is (20·9 - 19) / (w (20 - 1)) with w = 1/0.003².
func TestFunnelDispersion(t *testing.T) {
	tenth := 0.1
	var events []int
	var n []float64
	for i := range 20 {
		e := 1090
		if i%2 == 0 {
			e = 910
		}
		events, n = append(events, e), append(n, 10000)
	}
	got, err := spread.Funnel(events, n, &spread.FunnelOptions{Target: &tenth})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "Phi", got.Phi, 9, 1e-9)
	tau := math.Sqrt((180 - 19) / 19.0 * 0.003 * 0.003)
	closeTo(t, "Tau", got.Tau, tau, 1e-12)
	if !got.Overdispersed || got.Points[0].Verdict != spread.FunnelBelow95 {
		t.Errorf("%+v, want overdispersion, and a point below", got.Points[0])
	}
	for _, c := range []struct {
		d spread.FunnelDispersion
		z float64
	}{{spread.DispersionMultiplicative, 1}, {spread.DispersionAdditive, 0.009 / math.Hypot(0.003, tau)}} {
		got, err := spread.Funnel(events, n, &spread.FunnelOptions{Target: &tenth, Dispersion: c.d})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "z with the allowance", got.Points[1].AdjustedZ, c.z, 1e-9)
		if v := got.Points[1].Verdict; v != spread.FunnelWithin {
			t.Errorf("with allowance %d: %v", c.d, v)
		}
	}
	// One true outlier is drawn in before Phi is estimated, and stays one.
	events[1] = 2500
	got, err = spread.Funnel(events, n, &spread.FunnelOptions{Target: &tenth, Dispersion: spread.DispersionMultiplicative})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "Phi with an outlier", got.Phi, 9, 1e-9)
	if v := got.Points[1].Verdict; v != spread.FunnelAbove998 {
		t.Errorf("the outlier is %v", v)
	}
}

func TestFunnelOfNothing(t *testing.T) {
	got, err := spread.Funnel([]int{0, 30, 40}, []float64{0, 100, 100}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p := got.Points[0]; p.Verdict != spread.FunnelTooSmall || p.Z != 0 || p.Limits.Upper95 != 1 {
		t.Errorf("no denominator: %+v", p)
	}
	closeTo(t, "pooled level", got.Target, 0.35, 1e-12)
}

func TestFunnelRefuses(t *testing.T) {
	nan, one := math.NaN(), 1.0
	for name, c := range map[string]struct {
		events []int
		n      []float64
		o      *spread.FunnelOptions
		rule   innovation.RuleID
	}{
		"nothing":                 {nil, nil, nil, innovation.RuleSeriesThin},
		"one":                     {[]int{1}, []float64{2}, nil, innovation.RuleSeriesThin},
		"lengths":                 {[]int{1, 2}, []float64{2}, nil, innovation.RuleSeriesLengths},
		"not a number":            {[]int{1, 2}, []float64{2, nan}, nil, innovation.RuleSeriesNotNumber},
		"negative count":          {[]int{-1, 2}, []float64{2, 3}, nil, innovation.RuleSeriesNegative},
		"negative denominator":    {[]int{0, 2}, []float64{-2, 3}, nil, innovation.RuleSeriesNegative},
		"part of an organisation": {[]int{1, 2}, []float64{2.5, 3}, nil, innovation.RuleSeriesNotNumber},
		"more than all":           {[]int{3, 2}, []float64{2, 3}, nil, innovation.RuleSeriesDecreasing},
		"events of nothing":       {[]int{3, 2}, []float64{0, 3}, &spread.FunnelOptions{Kind: spread.FunnelRates}, innovation.RuleSeriesDecreasing},
		"none at all":             {[]int{0, 0}, []float64{2, 3}, nil, innovation.RuleSeriesConstant},
		"all":                     {[]int{2, 3}, []float64{2, 3}, nil, innovation.RuleSeriesConstant},
		"target of one":           {[]int{1, 2}, []float64{2, 3}, &spread.FunnelOptions{Target: &one}, innovation.RuleStatisticOption},
		"target unknown":          {[]int{1, 2}, []float64{2, 3}, &spread.FunnelOptions{Target: &nan}, innovation.RuleStatisticOption},
		"Wilson for rates":        {[]int{1, 2}, []float64{2, 3}, &spread.FunnelOptions{Kind: spread.FunnelRates, Method: spread.FunnelWilson}, innovation.RuleStatisticOption},
		"no kind":                 {[]int{1, 2}, []float64{2, 3}, &spread.FunnelOptions{Kind: 4}, innovation.RuleStatisticOption},
		"no method":               {[]int{1, 2}, []float64{2, 3}, &spread.FunnelOptions{Method: -1}, innovation.RuleStatisticOption},
		"no allowance":            {[]int{1, 2}, []float64{2, 3}, &spread.FunnelOptions{Dispersion: 3}, innovation.RuleStatisticOption},
		"least unknown":           {[]int{1, 2}, []float64{2, 3}, &spread.FunnelOptions{Least: nan}, innovation.RuleStatisticOption},
		"all drawn in":            {[]int{1, 2}, []float64{2, 3}, &spread.FunnelOptions{Winsorise: 0.5}, innovation.RuleStatisticOption},
		"few for an allowance":    {[]int{30, 40}, []float64{100, 100}, &spread.FunnelOptions{Dispersion: spread.DispersionAdditive}, innovation.RuleSeriesThin},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.Funnel(c.events, c.n, c.o)
			wantRule(t, err, c.rule)
		})
	}
}

func TestFunnelAnswersOrRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := wildFloats(t, "denominators")
		events := make([]int, len(n))
		whole := rapid.Bool().Draw(t, "whole")
		for i := range n {
			if whole {
				n[i] = math.Trunc(math.Abs(n[i]))
			}
			events[i] = rapid.IntRange(0, max(0, int(math.Min(math.Abs(n[i]), 1e6)))).Draw(t, "events")
		}
		o := spread.FunnelOptions{
			Kind:       spread.FunnelKind(rapid.IntRange(0, 1).Draw(t, "kind")),
			Method:     spread.FunnelMethod(rapid.IntRange(0, 2).Draw(t, "method")),
			Dispersion: spread.FunnelDispersion(rapid.IntRange(0, 2).Draw(t, "dispersion")),
		}
		got, err := spread.Funnel(events, n, &o)
		answers(t, got.Points, err)
		answers(t, []float64{got.Phi, got.Tau, got.Target}, err)
		for _, at := range wildFloats(t, "drawn at") {
			answers(t, got.Limits(at), nil)
		}
	})
}

func ExampleFunnel() {
	// Patients on the product, of those eligible, in five trusts.
	got, err := spread.Funnel([]int{30, 48, 260, 2, 90}, []float64{100, 120, 1000, 9, 240}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("all: %.1f%%\n", 100*got.Target)
	for _, p := range got.Points {
		fmt.Printf("%.1f%% (%.1f to %.1f): %v\n", 100*p.Value, 100*p.Limits.Lower95, 100*p.Limits.Upper95, p.Verdict)
	}
	// Output:
	// all: 29.3%
	// 30.0% (20.1 to 38.9): within the limits
	// 40.0% (20.9 to 38.0): above the 95% limit
	// 26.0% (26.4 to 32.2): below the 95% limit
	// 22.2% (0.0 to 66.2): too small to say
	// 37.5% (23.4 to 35.3): above the 95% limit
}
