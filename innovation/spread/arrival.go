package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// ArrivalStatus says what is known of the time at which a share is reached.
type ArrivalStatus string

// The statuses of an arrival.
const (
	ArrivalPast    ArrivalStatus = "past"               // the curve passed the share within the series
	ArrivalWithin  ArrivalStatus = "within-horizon"     // it will, within the horizon
	ArrivalBeyond  ArrivalStatus = "not-within-horizon" // it will, later than the horizon
	ArrivalNever   ArrivalStatus = "above-ceiling"      // the share is at or above the curve's ceiling
	ArrivalUnknown ArrivalStatus = "not-determined"     // the interval runs from within the series to beyond the horizon
)

// Arrival is when a curve reaches a share of the eligible.
type Arrival struct {
	Status    ArrivalStatus
	Target    float64 // share × eligible, in the units of the fit
	Time      float64 // periods since the start of period 1; 0 unless past or within the horizon
	Low, High float64 // interval of Time; 0 when not known
	LowKnown  bool    // the upper edge of the curve's band reaches the target within the horizon
	HighKnown bool    // the lower edge does
	Level     float64 // of the interval
}

// ArrivalOf says when a fitted curve reaches a share of the eligible, for
// instance 0.5 of 200 organisations. eligible is in the units of the fit (1 for a
// fit of shares); 0 means the fitted ceiling. horizon is in periods after the
// last of the fit. It is a forecast, never a result.
//
// Time is where the curve crosses the target. The interval holds the times at
// which the target lies inside the pointwise confidence band of the curve
// (inverse estimation: Seber and Wild 1989, Nonlinear Regression, section 5.1, and
// Fieller's idea); its ends are not known when an edge of the band does not cross
// within the horizon. Errors of single periods are not in it, and with an
// estimated ceiling as target, the doubt about the target itself is not either.
//
// It refuses a share outside 0 … 1 (both excluded), a negative eligible set, a
// horizon outside 1 … 1000 and fits of BassByRegression (statistic-option).
func ArrivalOf(fit Fit, share, eligible float64, horizon int, o *ForecastOptions) (Arrival, error) {
	level, err := o.level()
	if err != nil {
		return Arrival{}, err
	}
	if err := forecastable(fit, horizon); err != nil {
		return Arrival{}, err
	}
	if !(share > 0 && share < 1) {
		return Arrival{}, innovation.Invalidf(innovation.RuleStatisticOption, "share", "a share of %v", share).
			Trying("give a share between 0 and 1, such as 0.5")
	}
	if math.IsNaN(eligible) || math.IsInf(eligible, 0) || eligible < 0 {
		return Arrival{}, innovation.Invalidf(innovation.RuleStatisticOption, "eligible", "%v eligible", eligible).
			Trying("give the size of the eligible set, or 0 for the fitted ceiling")
	}
	top := ceilingOf(fit).Value
	if eligible == 0 {
		eligible = top
	}
	theta := fit.values()
	width := studentTwoSided(level, fit.DegreesOfFreedom)
	end := float64(len(fit.Data) + horizon)
	out := Arrival{Target: share * eligible, Level: level}
	edge := func(side float64) func(float64) float64 {
		return func(t float64) float64 {
			grad := make([]float64, 3)
			c := cumulativeAt(fit.Model, theta, t, grad)
			return c + side*width*math.Sqrt(quadratic(fit.Covariance, grad))
		}
	}
	at, reached := firstReach(edge(0), out.Target, end)
	out.Low, out.LowKnown = firstReach(edge(1), out.Target, end)
	out.High, out.HighKnown = firstReach(edge(-1), out.Target, end)
	switch {
	case reached && at <= float64(len(fit.Data)):
		out.Status, out.Time = ArrivalPast, at
	case out.Target >= top:
		out.Status = ArrivalNever
	case out.LowKnown && out.Low <= float64(len(fit.Data)) && !out.HighKnown:
		out.Status = ArrivalUnknown
	case reached:
		out.Status, out.Time = ArrivalWithin, at
	default:
		out.Status = ArrivalBeyond
	}
	if finite("", []float64{out.Time, out.Low, out.High, out.Target}) != nil {
		return Arrival{}, undetermined("the time")
	}
	return out, nil
}

// firstReach finds the first time in 0 … end at which f is at or above target, by
// fine steps and then halving; false when there is none. A curve above the
// target from the start crosses at 0.
func firstReach(f func(float64) float64, target, end float64) (float64, bool) {
	steps := int(math.Ceil(end)) * 20
	before := 0.0
	if f(0) >= target {
		return 0, true
	}
	for i := 1; i <= steps; i++ {
		t := end * float64(i) / float64(steps)
		if f(t) >= target {
			low, high := before, t
			for range 60 {
				mid := (low + high) / 2
				if f(mid) >= target {
					high = mid
				} else {
					low = mid
				}
			}
			return high, true
		}
		before = t
	}
	return 0, false
}
