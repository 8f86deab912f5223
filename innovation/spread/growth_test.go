package spread_test

import (
	"math"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
	"pgregory.net/rapid"
)

func logistic(k, r, at float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = k / (1 + math.Exp(-r*(float64(i+1)-at)))
	}
	return out
}

func gompertz(k, r, at float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = k * math.Exp(-math.Exp(-r*(float64(i+1)-at)))
	}
	return out
}

type growthFit func([]float64, *spread.FitOptions) (spread.GrowthFit, error)

func TestGrowthRecoversItsParameters(t *testing.T) {
	for name, c := range map[string]struct {
		fit   growthFit
		curve func(k, r, at float64, n int) []float64
	}{
		"logistic": {spread.LogisticByCumulative, logistic},
		"gompertz": {spread.GompertzByCumulative, gompertz},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				k := math.Exp(rapid.Float64Range(-3, 12).Draw(r, "K"))
				rate := rapid.Float64Range(0.15, 1.2).Draw(r, "r")
				at := rapid.Float64Range(2, 9).Draw(r, "t0")
				xs := c.curve(k, rate, at, 18)
				for _, o := range []*spread.FitOptions{nil, {Ceiling: k}} {
					fit, err := c.fit(xs, o)
					if err != nil {
						r.Fatal(err)
					}
					for what, pair := range map[string][2]float64{"K": {fit.Ceiling.Value, k}, "r": {fit.Rate.Value, rate}, "t0": {fit.Inflection.Value, at}} {
						if math.Abs(pair[0]-pair[1]) > 1e-6*pair[1] {
							r.Fatalf("%s = %v, want %v (ceiling given: %v)", what, pair[0], pair[1], o != nil)
						}
					}
					if (o != nil) != fit.Ceiling.Given {
						r.Fatalf("ceiling %+v", fit.Ceiling)
					}
				}
			})
		})
	}
}

func TestGrowthRefuses(t *testing.T) {
	good := logistic(80, 0.5, 6, 12)
	with := func(i int, x float64) []float64 {
		out := append([]float64(nil), good...)
		out[i] = x
		return out
	}
	for _, c := range []struct {
		name string
		xs   []float64
		o    *spread.FitOptions
		rule innovation.RuleID
	}{
		{"empty", nil, nil, innovation.RuleSeriesThin},
		{"one", []float64{1}, nil, innovation.RuleSeriesThin},
		{"five", good[:5], nil, innovation.RuleSeriesThin},
		{"NaN", with(4, math.NaN()), nil, innovation.RuleSeriesNotNumber},
		{"Inf", with(4, math.Inf(-1)), nil, innovation.RuleSeriesNotNumber},
		{"negative", with(0, -1), nil, innovation.RuleSeriesNegative},
		{"falls", with(4, 0), nil, innovation.RuleSeriesDecreasing},
		{"above ceiling", good, &spread.FitOptions{Ceiling: 50}, innovation.RuleSeriesDecreasing},
		{"equal", []float64{7, 7, 7, 7, 7, 7, 7}, nil, innovation.RuleSeriesConstant},
		{"option", good, &spread.FitOptions{Ceiling: math.NaN()}, innovation.RuleStatisticOption},
		{"no bend", []float64{1, 2, 4, 8, 16, 32, 64, 128}, nil, innovation.RuleFitUndetermined},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := spread.LogisticByCumulative(c.xs, c.o)
			refused(t, err, c.rule)
			_, err = spread.GompertzByCumulative(c.xs, c.o)
			refused(t, err, c.rule)
		})
	}
}

func TestGrowthNeverGivesNoNumber(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		steps := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 50), rapid.Float64Range(0, 1e300), rapid.Just(0.0)), 0, 12).Draw(r, "steps")
		xs, sum := make([]float64, len(steps)), 0.0
		for i, s := range steps {
			sum += s
			xs[i] = sum
		}
		o := &spread.FitOptions{Ceiling: rapid.SampledFrom([]float64{0, sum, 2 * sum, sum + 1}).Draw(r, "ceiling")}
		for _, fit := range []growthFit{spread.LogisticByCumulative, spread.GompertzByCumulative} {
			f, err := fit(xs, o)
			if sound(r, f.Fit, err) {
				ahead, err := spread.ForecastFrom(f.Fit, 5, nil)
				if err == nil {
					for _, p := range ahead.Points {
						if !(p.Low <= p.High) || math.IsInf(p.High, 0) {
							r.Fatalf("%+v", p)
						}
					}
				}
			}
		}
	})
}

func TestCompare(t *testing.T) {
	noisy := logistic(100, 0.6, 6, 14)
	for i := range noisy {
		noisy[i] += []float64{0.04, -0.03, 0.02, 0.01}[i%4]
	}
	a, err := spread.LogisticByCumulative(noisy, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := spread.GompertzByCumulative(noisy, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := spread.Compare(b.Fit, a.Fit)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Model != spread.ModelLogistic || got[0].Index != 1 || got[0].Delta != 0 {
		t.Errorf("first is %+v", got[0])
	}
	n, k := 14.0, 4.0
	near(t, "AICc", got[0].AICc, n*math.Log(a.RSS/n)+2*k+2*k*(k+1)/(n-k-1), 1e-12)
	near(t, "BIC", got[0].BIC, n*math.Log(a.RSS/n)+k*math.Log(n), 1e-12)
	near(t, "weights", got[0].Weight+got[1].Weight, 1, 1e-12)
	near(t, "evidence ratio", got[1].Weight/got[0].Weight, math.Exp(-got[1].Delta/2), 1e-12)

	other, err := spread.LogisticByCumulative(noisy[:13], nil)
	if err != nil {
		t.Fatal(err)
	}
	inc, err := spread.BassByIncrements(bassSeries(t)["clothes_dryers"], nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := append([]float64(nil), noisy...)
	changed[13] += 0.1
	third, err := spread.LogisticByCumulative(changed, nil)
	if err != nil {
		t.Fatal(err)
	}
	perfect := a.Fit
	perfect.RSS = 0
	for _, c := range []struct {
		name string
		fits []spread.Fit
		rule innovation.RuleID
	}{
		{"none", nil, innovation.RuleStatisticOption},
		{"one", []spread.Fit{a.Fit}, innovation.RuleStatisticOption},
		{"no fit", []spread.Fit{a.Fit, {}}, innovation.RuleStatisticOption},
		{"lengths", []spread.Fit{a.Fit, other.Fit}, innovation.RuleSeriesLengths},
		{"scale", []spread.Fit{a.Fit, inc.Fit}, innovation.RuleStatisticOption},
		{"data", []spread.Fit{a.Fit, third.Fit}, innovation.RuleStatisticOption},
		{"perfect", []spread.Fit{a.Fit, perfect}, innovation.RuleFitUndetermined},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := spread.Compare(c.fits...)
			refused(t, err, c.rule)
		})
	}
}
