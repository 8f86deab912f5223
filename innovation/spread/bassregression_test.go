package spread_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

// computed compares a fit with a row computed by another route.
func computed(t *testing.T, fit spread.BassFit, want map[string]string) {
	t.Helper()
	for _, c := range []struct {
		what string
		got  float64
	}{
		{"p", fit.P.Value}, {"se_p", fit.P.StandardError}, {"q", fit.Q.Value}, {"se_q", fit.Q.StandardError},
		{"m", fit.M.Value}, {"se_m", fit.M.StandardError}, {"rss", fit.RSS},
	} {
		near(t, want["series"]+" "+c.what, c.got, number(t, want[c.what]), 1e-5)
	}
}

func TestBassByRegressionGivesTheComputedFits(t *testing.T) {
	series := bassSeries(t)
	for _, want := range rows(t, "bass_regression.csv") {
		fit, err := spread.BassByRegression(series[want["series"]])
		if err != nil {
			t.Fatal(err)
		}
		computed(t, fit, want)
	}
	_, err := spread.BassByRegression(series["foreign_language_teaching"]) // its a is negative
	refused(t, err, innovation.RuleFitFailed)
}

func TestBassByIncrementsGivesTheComputedErrors(t *testing.T) {
	series := bassSeries(t)
	for _, want := range rows(t, "bass_errors.csv") {
		fit, err := spread.BassByIncrements(series[want["series"]], nil)
		if err != nil {
			t.Fatal(err)
		}
		computed(t, fit, want)
	}
}

// The cumulative share of 1,047 women by period, fitted apart from this package
// (Nelder–Mead, numerical Jacobian): p 0.0811922 (0.00284558), q 0.0617295
// (0.0112297), RSS 0.000602306.
func TestBassByShareGivesTheComputedFit(t *testing.T) {
	_, times, _ := kfamily(t)
	share := make([]float64, 10)
	for _, at := range times {
		for k := range share {
			if at > 0 && at <= k+1 {
				share[k] += 1.0 / 1047
			}
		}
	}
	fit, err := spread.BassByShare(share, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "p", fit.P.Value, 0.0811922, 1e-5)
	near(t, "se p", fit.P.StandardError, 0.00284558, 1e-5)
	near(t, "q", fit.Q.Value, 0.0617295, 1e-5)
	near(t, "se q", fit.Q.StandardError, 0.0112297, 1e-5)
	near(t, "RSS", fit.RSS, 0.000602306, 1e-5)
	if fit.Peak.Interior { // q < p: adoption only slows
		t.Errorf("peak %+v", fit.Peak)
	}
}

// With normal errors the intervals hold what they say: over 1,000 series from a
// fixed seed, 95 % intervals of the parameters and of the next value cover it as
// often as binomial chance allows (asymptotic, so the bounds are wide).
func TestBassIntervalsCover(t *testing.T) {
	p, q, m := 0.01, 0.4, 1000.0
	exact := bassIncrements(p, q, m, 17)
	random := rand.New(rand.NewPCG(1, 2))
	const series, width = 1000, 2.160369 // qt(0.975, 13)
	var inP, inQ, inM, inNext int
	for range series {
		xs := make([]float64, 17)
		for i := range xs {
			xs[i] = math.Max(exact[i]+3*random.NormFloat64(), 0)
		}
		fit, err := spread.BassByIncrements(xs[:16], nil)
		if err != nil {
			t.Fatal(err)
		}
		ahead, err := spread.ForecastFrom(fit.Fit, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		in := func(est spread.Parameter, truth float64) int {
			if math.Abs(est.Value-truth) <= width*est.StandardError {
				return 1
			}
			return 0
		}
		inP, inQ, inM = inP+in(fit.P, p), inQ+in(fit.Q, q), inM+in(fit.M, m)
		if next := ahead.Points[0]; xs[16] >= next.Low && xs[16] <= next.High {
			inNext++
		}
	}
	for what, n := range map[string]int{"p": inP, "q": inQ, "m": inM, "next value": inNext} {
		if n < 920 || n > 975 {
			t.Errorf("%s covered in %d of %d", what, n, series)
		}
	}
	t.Logf("covered: p %d, q %d, m %d, next %d", inP, inQ, inM, inNext)
}
