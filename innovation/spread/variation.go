package spread

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/innovationregistry/registry/innovation"
)

// leastForDeciles is the fewest organisations whose tenths are spoken of.
const leastForDeciles = 10

// QuantileType is one of the definitions of a sample quantile of Hyndman and
// Fan (1996, American Statistician 50:361-365). The zero value is type 7.
type QuantileType int

// The definitions, by their numbers in the paper. Type 7 is the default of R
// and NumPy, Excel's PERCENTILE.INC and SQL's PERCENTILE_CONT. Type 6 is that
// of Excel's PERCENTILE.EXC, Minitab and SPSS. Type 8 is nearly unbiased for
// the median whatever the distribution, and the one the paper recommends.
const (
	QuantileType6 QuantileType = 6
	QuantileType7 QuantileType = 7
	QuantileType8 QuantileType = 8
)

// VariationOptions are the choices of Between. Nil is unweighted, type 7.
type VariationOptions struct {
	Weights  []float64 // of the weighted mean, one for each value; for instance list sizes
	Quantile QuantileType
}

// Variation is how a measure differs between organisations in one period. Each
// organisation counts once, except in WeightedMean.
type Variation struct {
	N             int
	Mean          float64
	WeightedMean  float64 // 0 without weights
	SD            float64 // of the sample: divided by N-1; in the unit of the measure
	Min, Max      float64
	Lower, Median float64 // the lower quartile and the median
	Upper         float64 // the upper quartile

	CV       float64 // SD over Mean, a fraction
	CVReason string  // why there is no CV; empty when there is one

	P10, P90      float64
	Interdecile   float64 // P90 - P10, in the unit of the measure
	DecilesReason string  // why there are no P10, P90 and Interdecile

	Ratio       float64 // P90 over P10
	RatioReason string  // why there is no Ratio
}

// Between measures the variation of one measure between organisations in one
// period, from one value for each organisation, in any order.
//
// The coefficient of variation (Pearson 1896) is for measures with a true zero:
// with a negative value, or a mean of nothing, there is none and CVReason says
// so. Deciles want at least ten organisations, and their ratio a P10 above 0.
// Part of the variation between small organisations is chance: see Funnel.
//
// Errors: series-thin with fewer than two values, series-not-a-number,
// series-lengths, series-negative or weights-invalid for weights, and
// statistic-option.
func Between(values []float64, o *VariationOptions) (Variation, error) {
	if o == nil {
		o = &VariationOptions{}
	}
	if err := enough("values", len(values), 2, "a variation"); err != nil {
		return Variation{}, err
	}
	if err := finite("values", values); err != nil {
		return Variation{}, err
	}
	if err := o.Quantile.check(); err != nil {
		return Variation{}, err
	}
	xs := slices.Clone(values)
	slices.Sort(xs)
	v := Variation{N: len(xs), Min: xs[0], Max: xs[len(xs)-1]}
	v.Mean, v.SD = meanSD(xs)
	v.Lower, v.Median, v.Upper = o.Quantile.of(xs, 0.25), o.Quantile.of(xs, 0.5), o.Quantile.of(xs, 0.75)
	if o.Weights != nil {
		var err error
		if v.WeightedMean, err = weightedMean(values, o.Weights); err != nil {
			return Variation{}, err
		}
	}
	switch {
	case v.Min < 0:
		v.CVReason = "a coefficient of variation is for measures without negative values"
	case v.Mean == 0:
		v.CVReason = "the mean is nothing"
	default:
		v.CV = v.SD / v.Mean
	}
	switch {
	case v.N < leastForDeciles:
		v.DecilesReason = fmt.Sprintf("deciles want at least %d values, and there are %d", leastForDeciles, v.N)
		v.RatioReason = v.DecilesReason
	default:
		v.P10, v.P90 = o.Quantile.of(xs, 0.1), o.Quantile.of(xs, 0.9)
		v.Interdecile = v.P90 - v.P10
		if v.P10 > 0 {
			v.Ratio = v.P90 / v.P10
		} else {
			v.RatioReason = "the lowest tenth is not above nothing"
		}
	}
	if err := settled("values", v.Mean, v.SD, v.WeightedMean, v.Lower, v.Median, v.Upper, v.CV, v.P10, v.P90, v.Interdecile, v.Ratio); err != nil {
		return Variation{}, err
	}
	return v, nil
}

// Quantile gives the value below which the share p, from 0 to 1, of the values
// lies, by the definition t; the zero type is 7. The values may be in any
// order.
//
// Errors: series-thin without values, series-not-a-number, statistic-option.
func Quantile(values []float64, p float64, t QuantileType) (float64, error) {
	if err := enough("values", len(values), 1, "a quantile"); err != nil {
		return 0, err
	}
	if err := finite("values", values); err != nil {
		return 0, err
	}
	if err := t.check(); err != nil {
		return 0, err
	}
	if !(p >= 0 && p <= 1) {
		return 0, innovation.Invalidf(innovation.RuleStatisticOption, "p", "a share of %v is not from 0 to 1", p).
			Trying("give 0.9 for the ninth decile")
	}
	xs := slices.Clone(values)
	slices.Sort(xs)
	q := t.of(xs, p)
	return q, settled("values", q)
}

// check refuses a definition that is not offered.
func (t QuantileType) check() error {
	switch t {
	case 0, QuantileType6, QuantileType7, QuantileType8:
		return nil
	}
	return innovation.Invalidf(innovation.RuleStatisticOption, "quantile", "there is no quantile type %d", int(t)).
		Trying("give 6, 7 or 8, or 0 for 7")
}

// of is the quantile of sorted values: a point between two neighbours, at the
// plotting position of the definition.
func (t QuantileType) of(sorted []float64, p float64) float64 {
	n := float64(len(sorted))
	var h float64 // the rank, counted from 1
	switch t {
	case QuantileType6:
		h = (n + 1) * p
	case QuantileType8:
		h = (n+1.0/3)*p + 1.0/3
	default:
		h = (n-1)*p + 1
	}
	h = min(max(h, 1), n)
	below := math.Floor(h + 1e-12) // a rank that rounding left just under a whole one
	i, part := int(below), max(0, h-below)
	low := sorted[i-1]
	if part == 0 || i == len(sorted) {
		return low
	}
	return low + part*(sorted[i]-low)
}

// meanSD is the mean and the sample standard deviation of sorted values, by
// two passes. Values that are all the same have exactly no deviation.
func meanSD(sorted []float64) (mean, sd float64) {
	if sorted[0] == sorted[len(sorted)-1] {
		return sorted[0], 0
	}
	n := float64(len(sorted))
	mean = floats.SumCompensated(sorted) / n
	var squares, rest float64
	for _, x := range sorted {
		squares += (x - mean) * (x - mean)
		rest += x - mean
	}
	return mean, math.Sqrt(max(0, squares-rest*rest/n) / (n - 1))
}

// weightedMean is the sum of weighted values over the sum of the weights.
func weightedMean(values, weights []float64) (float64, error) {
	if err := sameLength("weights", len(weights), "values", len(values)); err != nil {
		return 0, err
	}
	if err := finite("weights", weights); err != nil {
		return 0, err
	}
	var sum, total float64
	for i, w := range weights {
		if w < 0 {
			return 0, innovation.Invalidf(innovation.RuleSeriesNegative, "weights", "weight %d of %d is %v", i+1, len(weights), w).
				Trying("give each value its denominator")
		}
		sum, total = sum+w*values[i], total+w
	}
	if total == 0 {
		return 0, innovation.Invalidf(innovation.RuleWeightsInvalid, "weights", "all %d weights are nothing", len(weights)).
			Trying("give at least one value a weight")
	}
	return sum / total, settled("weights", sum, total)
}
