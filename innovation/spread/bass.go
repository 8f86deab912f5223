package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// BassFit is a fitted Bass (1969) curve. P is the coefficient of innovation and
// Q that of imitation, both per period. M is the ceiling in the units of the
// series, and may come out below what has already been observed.
type BassFit struct {
	Fit
	P, Q, M Parameter
	Peak    BassPeak
}

// BassPeak is where a Bass curve is steepest: t* = ln(q/p)/(p+q) periods after
// the launch, at m(p+q)²/(4q) adopters a period (Bass 1969, equations 9 and 10).
// Standard errors are by the delta method.
type BassPeak struct {
	Interior bool      // false when q ≤ p: the curve falls from the launch, and the rest is 0
	Time     Parameter // periods since the launch (the start of period 1)
	Size     Parameter // adopters a period at that moment
}

// BassByIncrements fits the Bass curve to adopters per period, first period
// first, by nonlinear least squares on n(t) = m[F(t) − F(t−1)] with
// F(t) = (1−e^{−(p+q)t})/(1+(q/p)e^{−(p+q)t}) (Srinivasan and Mason 1986,
// Marketing Science 5:169–178). Period 1 must be the period of the launch: F(0)
// = 0. Periods have equal length. It assumes independent errors of one variance
// and that nobody adopts twice.
//
// Standard errors are s²(JᵀJ)⁻¹ with s² = RSS/(n−k). They are asymptotic and too
// small before the peak (Van den Bulte and Lilien 1997, Marketing Science
// 16:338–353: early fits have ceilings too low).
//
// It needs 6 values (5 with a known ceiling). It refuses series-thin,
// series-constant, fit-failed, and fit-undetermined when a parameter runs to its
// bound (no imitation: q = 0) or the ceiling has a standard error above itself.
func BassByIncrements(adopters []float64, o *FitOptions) (BassFit, error) {
	opt, err := o.options("options")
	if err != nil {
		return BassFit{}, err
	}
	if opt.EstimateCeiling {
		opt.Ceiling = 0
	}
	k := 3
	if opt.Ceiling > 0 {
		k = 2
	}
	if err := counts("adopters", adopters, k, "a Bass curve"); err != nil {
		return BassFit{}, err
	}
	if opt.Ceiling > 0 {
		if err := rising("adopters", running(adopters), opt.Ceiling*(1+1e-12)); err != nil {
			return BassFit{}, err
		}
	}
	return bassFit(adopters, ScaleIncrements, opt)
}

// BassByShare fits F(t) itself to the cumulative share of a known eligible set,
// by nonlinear least squares on the share at the end of period 1, 2, …; the
// ceiling is 1 unless the options say otherwise. It is the fit of netdiffuseR's
// fitbass (Vega Yon and Valente, R package). Values lie between 0 and 1 and
// never fall.
//
// The errors of a running total are not independent, so the standard errors are
// too small: prefer BassByIncrements where the counts are known. It needs 5
// values, 6 with EstimateCeiling. Refusals are those of BassByIncrements,
// series-decreasing, and fit-undetermined for an estimated ceiling above 1.
func BassByShare(cumulativeShare []float64, o *FitOptions) (BassFit, error) {
	opt, err := o.options("options")
	if err != nil {
		return BassFit{}, err
	}
	if opt.Ceiling > 1 {
		return BassFit{}, innovation.Invalidf(innovation.RuleStatisticOption, "options", "a ceiling of %v of the eligible set", opt.Ceiling).
			Trying("give a share of at most 1")
	}
	k := 2
	switch {
	case opt.EstimateCeiling:
		k = 3
	case opt.Ceiling == 0:
		opt.Ceiling = 1
	}
	if err := counts("cumulativeShare", cumulativeShare, k, "a Bass curve"); err != nil {
		return BassFit{}, err
	}
	limit := opt.Ceiling
	if limit == 0 {
		limit = 1
	}
	if err := rising("cumulativeShare", cumulativeShare, limit); err != nil {
		return BassFit{}, err
	}
	fit, err := bassFit(cumulativeShare, ScaleCumulative, opt)
	if err == nil && fit.M.Value > 1+1e-9 {
		return BassFit{}, innovation.Refusedf(innovation.RuleFitUndetermined, "cumulativeShare", "the ceiling comes out at %.3g of the eligible set", fit.M.Value).
			Trying("take the whole eligible set as the ceiling, or wait until the curve has bent")
	}
	return fit, err
}

func running(xs []float64) []float64 {
	out, sum := make([]float64, len(xs)), 0.0
	for i, x := range xs {
		sum += x
		out[i] = sum
	}
	return out
}

// bassAt is the cumulative Bass curve; theta is p, q, m.
func bassAt(theta []float64, t float64, grad []float64) float64 {
	p, q, m := theta[0], theta[1], theta[2]
	e := math.Exp(-(p + q) * t)
	rest := -math.Expm1(-(p + q) * t)
	d := p + q*e
	f := p * rest / d
	if t == 0 {
		f = 0
	}
	if grad != nil {
		grad[0] = m * (rest + p*t*e - f*(1-q*t*e)) / d
		grad[1] = m * (p*t*e - f*(e-q*t*e)) / d
		grad[2] = f
	}
	return m * f
}

// bassFit searches on the series scaled to a largest value of 1.
func bassFit(y []float64, scale FitScale, opt FitOptions) (BassFit, error) {
	unit := largest(y)
	scaled := make([]float64, len(y))
	for i := range y {
		scaled[i] = y[i] / unit
	}
	known := opt.Ceiling / unit
	mean := func(theta []float64, i int, grad []float64) float64 {
		full := []float64{theta[0], theta[1], known}
		if known == 0 {
			full[2] = theta[2]
		}
		var now, before []float64
		if grad != nil {
			now, before = make([]float64, 3), make([]float64, 3)
		}
		v := bassAt(full, float64(i+1), now)
		if scale == ScaleIncrements {
			v -= bassAt(full, float64(i), before)
		}
		for j := range grad {
			grad[j] = now[j]
			if scale == ScaleIncrements {
				grad[j] -= before[j]
			}
		}
		return v
	}
	prob := &problem{
		names: []string{"p", "q", "m"}, y: scaled, mean: mean, limit: opt.Iterations,
		starts: bassStarts(scaled, mean, known),
	}
	s, err := prob.solve()
	if err != nil {
		return BassFit{}, err
	}
	given := []bool{false, false, known > 0}
	theta := append([]float64(nil), s.theta...)
	if known > 0 {
		theta = append(theta, known)
	}
	cov := widen(s.covariance, given)
	theta[2] *= unit
	if known > 0 {
		theta[2] = opt.Ceiling
	}
	for j := range cov {
		cov[j][2] *= unit
		cov[2][j] *= unit
	}
	fit := Fit{Model: ModelBass, Scale: scale, Data: append([]float64(nil), y...), Covariance: cov, Iterations: s.iterations}
	for j, name := range []string{"p", "q", "m"} {
		fit.Parameters = append(fit.Parameters, Parameter{Name: name, Value: theta[j], Given: given[j]})
	}
	for _, v := range s.fitted {
		fit.Fitted = append(fit.Fitted, v*unit)
	}
	if err := fit.finish(); err != nil {
		return BassFit{}, err
	}
	if err := ceilingKnown(fit.Parameters[2]); err != nil {
		return BassFit{}, err
	}
	return bassOf(fit)
}

// bassOf reads p, q and m out of a fit and adds the peak.
func bassOf(fit Fit) (BassFit, error) {
	b := BassFit{Fit: fit, P: fit.Parameters[0], Q: fit.Parameters[1], M: fit.Parameters[2]}
	p, q, m := b.P.Value, b.Q.Value, b.M.Value
	if q > p {
		s := p + q
		at := math.Log(q/p) / s
		b.Peak = BassPeak{
			Interior: true,
			Time:     fit.derived("peak time", at, []float64{-1/(p*s) - at/s, 1/(q*s) - at/s, 0}),
			Size:     fit.derived("peak size", m*s*s/(4*q), []float64{m * s / (2 * q), m * s * (q - p) / (4 * q * q), s * s / (4 * q)}),
		}
	}
	if finite("", []float64{b.Peak.Time.Value, b.Peak.Time.StandardError, b.Peak.Size.Value, b.Peak.Size.StandardError}) != nil {
		return BassFit{}, notConverged("the peak is no number")
	}
	return b, nil
}

// bassStarts takes the best points of a coarse grid of p and q, each with the
// ceiling that suits it best (the mean is linear in m).
func bassStarts(y []float64, mean curve, known float64) [][]float64 {
	type point struct {
		theta []float64
		rss   float64
	}
	var best []point
	for _, p := range []float64{0.00001, 0.0001, 0.001, 0.01, 0.05, 0.2} {
		for _, q := range []float64{0.02, 0.1, 0.3, 0.6, 1, 1.8} {
			theta := []float64{p, q}
			if known == 0 {
				theta = append(theta, 1)
			}
			yg, gg, yy := 0.0, 0.0, 0.0
			for i := range y {
				g := mean(theta, i, nil)
				yg, gg, yy = yg+y[i]*g, gg+g*g, yy+y[i]*y[i]
			}
			if !(gg > 0) || !(yg > 0) {
				continue
			}
			rss := yy - 2*yg + gg
			if known == 0 {
				theta[2] = yg / gg
				rss = yy - yg*yg/gg
			}
			at := len(best)
			for at > 0 && best[at-1].rss > rss {
				at--
			}
			best = append(best, point{})
			copy(best[at+1:], best[at:])
			best[at] = point{theta, rss}
		}
	}
	var out [][]float64
	for _, b := range best[:min(4, len(best))] {
		out = append(out, b.theta)
	}
	return out
}
