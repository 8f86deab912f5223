package spread

import "math"

// GrowthFit is a fitted logistic or Gompertz curve of a cumulative series.
type GrowthFit struct {
	Fit
	Ceiling    Parameter // K, in the units of the series
	Rate       Parameter // r, per period
	Inflection Parameter // t₀, in periods since the start of period 1; may lie outside the series
}

// LogisticByCumulative fits C(t) = K/(1+e^{−r(t−t₀)}) to the number (or share)
// of adopters by the end of period 1, 2, … by nonlinear least squares (Verhulst
// 1838; Griliches 1957, Econometrica 25:501–522, for diffusion). At the
// inflection t₀ half of the ceiling has adopted.
//
// The errors are taken as independent with one variance; those of a running total
// are not independent, so standard errors are too small. The series never falls
// and stays below a given ceiling. An estimated ceiling is not bounded: for shares
// of a known set give the ceiling 1. It needs 6 values, 5 with a known ceiling.
// It refuses series-thin, series-constant, series-decreasing, fit-failed and
// fit-undetermined (no bend yet: the ceiling's standard error is above itself).
func LogisticByCumulative(cumulative []float64, o *FitOptions) (GrowthFit, error) {
	return growth(ModelLogistic, "a logistic curve", cumulative, o)
}

// GompertzByCumulative fits C(t) = K·exp(−e^{−r(t−t₀)}) (Gompertz 1825; Winsor
// 1932, Proceedings of the National Academy of Sciences 18:1–8, as a growth
// curve) in the same way as LogisticByCumulative. At the inflection t₀ the share
// 1/e = 0.368 of the ceiling has adopted.
func GompertzByCumulative(cumulative []float64, o *FitOptions) (GrowthFit, error) {
	return growth(ModelGompertz, "a Gompertz curve", cumulative, o)
}

// logisticAt is the logistic curve; theta is K, r, t₀.
func logisticAt(theta []float64, t float64, grad []float64) float64 {
	k, r, at := theta[0], theta[1], theta[2]
	share := 1 / (1 + math.Exp(-r*(t-at)))
	rest := 1 / (1 + math.Exp(r*(t-at)))
	if grad != nil {
		grad[0] = share
		grad[1] = k * share * rest * (t - at)
		grad[2] = -k * share * rest * r
	}
	return k * share
}

// gompertzAt is the Gompertz curve; theta is K, r, t₀.
func gompertzAt(theta []float64, t float64, grad []float64) float64 {
	k, r, at := theta[0], theta[1], theta[2]
	e := math.Exp(-r * (t - at))
	share := math.Exp(-e)
	if grad != nil {
		turn := share * e
		if share == 0 {
			turn = 0
		}
		grad[0] = share
		grad[1] = k * turn * (t - at)
		grad[2] = -k * turn * r
	}
	return k * share
}

func growth(model Model, what string, cumulative []float64, o *FitOptions) (GrowthFit, error) {
	opt, err := o.options("options")
	if err != nil {
		return GrowthFit{}, err
	}
	k := 3
	if opt.Ceiling > 0 {
		k = 2
	}
	if err := counts("cumulative", cumulative, k, what); err != nil {
		return GrowthFit{}, err
	}
	if err := rising("cumulative", cumulative, opt.Ceiling); err != nil {
		return GrowthFit{}, err
	}
	times := make([]float64, len(cumulative))
	for i := range times {
		times[i] = float64(i + 1)
	}
	return growthFit(model, times, cumulative, opt)
}

// growthFit searches on the series scaled to a largest value of 1.
func growthFit(model Model, times, y []float64, opt FitOptions) (GrowthFit, error) {
	unit := largest(y)
	scaled := make([]float64, len(y))
	for i := range y {
		scaled[i] = y[i] / unit
	}
	known := opt.Ceiling / unit
	mean := func(theta []float64, i int, grad []float64) float64 {
		if known == 0 {
			return cumulativeAt(model, theta, times[i], grad)
		}
		full := []float64{known, theta[0], theta[1]}
		if grad == nil {
			return cumulativeAt(model, full, times[i], nil)
		}
		wide := make([]float64, 3)
		v := cumulativeAt(model, full, times[i], wide)
		copy(grad, wide[1:])
		return v
	}
	prob := &problem{
		names: []string{"K", "r", "t0"}, real: []bool{false, false, true},
		y: scaled, mean: mean, limit: opt.Iterations,
		starts: growthStarts(model, times, scaled, known),
	}
	if known > 0 {
		prob.names, prob.real = prob.names[1:], prob.real[1:]
	}
	s, err := prob.solve()
	if err != nil {
		return GrowthFit{}, err
	}
	given := []bool{known > 0, false, false}
	cov := widen(s.covariance, given)
	theta := s.theta
	if known > 0 {
		theta = append([]float64{known}, theta...)
	}
	theta[0] *= unit
	if known > 0 {
		theta[0] = opt.Ceiling
	}
	for j := range cov {
		cov[j][0] *= unit
		cov[0][j] *= unit
	}
	fit := Fit{Model: model, Scale: ScaleCumulative, Data: append([]float64(nil), y...), Covariance: cov, Iterations: s.iterations}
	for j, name := range []string{"K", "r", "t0"} {
		fit.Parameters = append(fit.Parameters, Parameter{Name: name, Value: theta[j], Given: given[j]})
	}
	for _, v := range s.fitted {
		fit.Fitted = append(fit.Fitted, v*unit)
	}
	if err := fit.finish(); err != nil {
		return GrowthFit{}, err
	}
	if err := ceilingKnown(fit.Parameters[0]); err != nil {
		return GrowthFit{}, err
	}
	return GrowthFit{Fit: fit, Ceiling: fit.Parameters[0], Rate: fit.Parameters[1], Inflection: fit.Parameters[2]}, nil
}

// growthStarts straightens the curve for a few ceilings and takes the line:
// ln(s/(1−s)) for the logistic, −ln(−ln s) for Gompertz.
func growthStarts(model Model, times, y []float64, known float64) [][]float64 {
	ceilings := []float64{1.005, 1.05, 1.25, 2, 5}
	if known > 0 {
		ceilings = []float64{math.Max(known, 1.0000001)}
	}
	var out [][]float64
	for _, k := range ceilings {
		var n, sx, sy, sxx, sxy float64
		for i := range y {
			s := y[i] / k
			if s <= 0 || s >= 1 {
				continue
			}
			z := math.Log(s / (1 - s))
			if model == ModelGompertz {
				z = -math.Log(-math.Log(s))
			}
			x := times[i]
			n, sx, sy, sxx, sxy = n+1, sx+x, sy+z, sxx+x*x, sxy+x*z
		}
		r := 0.5
		at := times[len(times)/2]
		if d := n*sxx - sx*sx; n >= 2 && d > 0 {
			if slope := (n*sxy - sx*sy) / d; slope > 0 {
				r = slope
				at = -(sy - slope*sx) / n / slope
			}
		}
		start := []float64{k, r, at}
		if known > 0 {
			start = start[1:]
		}
		out = append(out, start)
	}
	return out
}
