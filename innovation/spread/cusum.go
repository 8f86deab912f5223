package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// meanRangeToSigma is d2: the mean range of two normal values in their sigmas.
const meanRangeToSigma = 1.128

// CUSUMOptions are the choices of CUSUM. Nil looks for shifts of about one
// sigma from the mean of the series itself.
type CUSUMOptions struct {
	Target   *float64 // the level to keep to; nil is the mean of the baseline
	Sigma    float64  // the standard deviation of one value by chance; 0 is the mean moving range of the baseline over 1.128
	Baseline int      // how many of the first values Target and Sigma are estimated from; 0 is all of them
	K        float64  // the slack in sigmas, half of the shift to be found; 0 is 0.5
	H        float64  // the decision interval in sigmas; 0 is 5
}

// CUSUMPoint is both sums at one value, in the unit of the values.
type CUSUMPoint struct {
	High, Low       float64 // how far the values ran above Target+K, or below Target-K, since the sum was last 0; both from 0 up
	HighRun, LowRun int     // values since the sum was last 0 (Montgomery's N+ and N-)
}

// CUSUMShift is a shift that the chart signals.
type CUSUMShift struct {
	Signal int     // index, counted from 0, of the value at which the sum went beyond H
	Since  int     // index of the first value of the shift: the one after the sum was last 0
	Up     bool    // whether the level rose
	Level  float64 // the estimate of the new level at Signal: Target + K + High/HighRun, or its mirror
}

// CUSUMChart is a two-sided tabular CUSUM.
type CUSUMChart struct {
	Target, Sigma float64
	K, H          float64 // in the unit of the values
	Points        []CUSUMPoint
	Shifts        []CUSUMShift // by Signal; one for each time that a sum goes beyond H before it is 0 again
}

// CUSUM looks for small lasting shifts in a series at equal times, and tells
// when each began. It is the tabular two-sided cumulative sum (Page 1954,
// Biometrika 41:100-115; Montgomery, Introduction to Statistical Quality
// Control, section 9.1). With K of a half and H of five sigmas a false alarm
// comes once in about 465 values, and a shift of one sigma is found after about
// ten. The sums are not set back after a signal.
//
// It assumes independent values of one spread around the target. A target and a
// sigma estimated from a series that holds the shift hide part of it: give
// them, or a Baseline before the change. Where the change is to be found in a
// whole series after the event, ChangePoint is the better question.
//
// Errors: series-thin with fewer than two values, or fewer than five to
// estimate from; series-not-a-number; series-constant when sigma is to be
// estimated and nothing moves; statistic-option.
func CUSUM(values []float64, o *CUSUMOptions) (CUSUMChart, error) {
	if o == nil {
		o = &CUSUMOptions{}
	}
	if err := o.check(len(values)); err != nil {
		return CUSUMChart{}, err
	}
	if err := enough("values", len(values), 2, "a cusum"); err != nil {
		return CUSUMChart{}, err
	}
	if err := finite("values", values); err != nil {
		return CUSUMChart{}, err
	}
	c, err := o.level(values)
	if err != nil {
		return CUSUMChart{}, err
	}
	var p CUSUMPoint
	lastUp, lastDown := -1, -1
	for i, x := range values {
		was := p
		p.High, p.HighRun = grow(was.High+x-c.Target-c.K, was.HighRun)
		p.Low, p.LowRun = grow(was.Low+c.Target-c.K-x, was.LowRun)
		if err := settled("values", p.High, p.Low); err != nil {
			return CUSUMChart{}, err
		}
		// A sum may dip under H without being 0: that is still the same shift.
		if since := i - p.HighRun + 1; p.High > c.H && since != lastUp {
			lastUp = since
			c.Shifts = append(c.Shifts, CUSUMShift{i, since, true, c.Target + c.K + p.High/float64(p.HighRun)})
		}
		if since := i - p.LowRun + 1; p.Low > c.H && since != lastDown {
			lastDown = since
			c.Shifts = append(c.Shifts, CUSUMShift{i, since, false, c.Target - c.K - p.Low/float64(p.LowRun)})
		}
		if k := len(c.Shifts); k > 0 {
			if err := settled("values", c.Shifts[k-1].Level); err != nil {
				return CUSUMChart{}, err
			}
		}
		c.Points = append(c.Points, p)
	}
	return c, nil
}

// grow is a sum that never falls below 0, and how long it has been above.
func grow(sum float64, run int) (float64, int) {
	if sum <= 0 {
		return 0, 0
	}
	return sum, run + 1
}

// check refuses what cannot be.
func (o *CUSUMOptions) check(n int) error {
	bad := func(field string, x any) error {
		return innovation.Invalidf(innovation.RuleStatisticOption, field, "%v cannot be", x).
			Trying("leave the option out for its default")
	}
	positive := func(x float64) bool { return x >= 0 && !math.IsInf(x, 0) }
	switch {
	case o.Target != nil && (math.IsNaN(*o.Target) || math.IsInf(*o.Target, 0)):
		return bad("target", *o.Target)
	case !positive(o.Sigma):
		return bad("sigma", o.Sigma)
	case !positive(o.K):
		return bad("k", o.K)
	case !positive(o.H):
		return bad("h", o.H)
	case o.Baseline < 0 || o.Baseline > n:
		return bad("baseline", o.Baseline)
	}
	return nil
}

// level sets the target, sigma, slack and decision interval.
func (o *CUSUMOptions) level(values []float64) (CUSUMChart, error) {
	base := values
	if o.Baseline > 0 {
		base = values[:o.Baseline]
	}
	if o.Target == nil || o.Sigma == 0 {
		if err := enough("values", len(base), 5, "a level and a spread"); err != nil {
			return CUSUMChart{}, err
		}
	}
	c := CUSUMChart{Sigma: o.Sigma, K: o.K, H: o.H}
	if o.Target != nil {
		c.Target = *o.Target
	} else {
		c.Target = mean(base)
	}
	if c.Sigma == 0 {
		c.Sigma = mean(movingRanges(base)) / meanRangeToSigma
	}
	if c.Sigma == 0 {
		return c, innovation.Refusedf(innovation.RuleSeriesConstant, "values", "all %d values are %v, and a cusum needs values that move", len(base), base[0]).
			Trying("give sigma, or a longer baseline")
	}
	if c.K == 0 {
		c.K = 0.5
	}
	if c.H == 0 {
		c.H = 5
	}
	c.K, c.H = c.K*c.Sigma, c.H*c.Sigma
	return c, settled("values", c.Target, c.Sigma, c.K, c.H)
}
