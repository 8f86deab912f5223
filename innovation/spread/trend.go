package spread

import (
	"fmt"
	"math"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// leastForTrend is the fewest periods whose direction can be told from chance:
// with three, even a perfect order has a p-value of a third.
const leastForTrend = 4

// exactTrend is the most periods for which the exact distribution is used.
const exactTrend = 50

// Trend is the direction of a series over equally spaced periods.
type Trend struct {
	N      int
	S      int     // rises less falls, over all pairs of periods (Kendall's S)
	Tau    float64 // Kendall's tau-b, from -1 to 1
	P      float64 // two-sided; the chance of an S as far from 0, were the order of the periods indifferent
	Exact  bool    // whether P is exact: no ties and at most 50 periods. Else it is normal, corrected for ties and continuity
	Slope  float64 // the median slope of Theil and Sen, per period
	Lower  float64 // of the 95 % interval of Slope
	Upper  float64
	Bounds bool // whether there is an interval: not for the shortest series
}

// MannKendall tests whether a series rises or falls over equally spaced periods
// and how fast. The test is Mann's (1945, Econometrica 13:245-259) with the
// distribution of Kendall's S (Kendall 1975, Rank Correlation Methods); the
// slope is the median of the slopes of all pairs (Theil 1950; Sen 1968, Journal
// of the American Statistical Association 63:1379-1389), its interval that of
// Gilbert (1987, Statistical Methods for Environmental Pollution Monitoring,
// section 16.5), with the ranks rounded outwards.
//
// It asks for no straight line and no normal errors, and one odd period moves
// it little; ordinary least squares asks for all three, which four to a dozen
// periods of a ratio cannot show. It does assume that periods are independent:
// where one resembles the last, P is too small.
//
// Errors: series-thin with fewer than four values, series-not-a-number,
// series-constant.
func MannKendall(values []float64) (Trend, error) {
	if err := enough("values", len(values), leastForTrend, "a trend"); err != nil {
		return Trend{}, err
	}
	if err := finite("values", values); err != nil {
		return Trend{}, err
	}
	if err := varied("values", values, "a trend"); err != nil {
		return Trend{}, err
	}
	n := len(values)
	t := Trend{N: n}
	slopes := make([]float64, 0, n*(n-1)/2)
	for i := range values {
		for j := i + 1; j < n; j++ {
			switch {
			case values[j] > values[i]:
				t.S++
			case values[j] < values[i]:
				t.S--
			}
			slopes = append(slopes, (values[j]-values[i])/float64(j-i))
		}
	}
	slices.Sort(slopes)
	if err := settled("values", slopes[0], slopes[len(slopes)-1]); err != nil {
		return Trend{}, err
	}
	t.Slope = QuantileType7.of(slopes, 0.5)
	variance, tiedPairs := kendallVariance(values)
	pairs := float64(len(slopes))
	t.Tau = float64(t.S) / math.Sqrt(pairs*(pairs-tiedPairs))
	if tiedPairs == 0 && n <= exactTrend {
		t.P, t.Exact = kendallExact(n, t.S), true
	} else {
		z := max(0, math.Abs(float64(t.S))-1) / math.Sqrt(variance)
		t.P = min(1, 2*upperNormal(z))
	}
	c := twoSided(0.95) * math.Sqrt(variance)
	low, high := int(math.Floor((pairs-c)/2)), int(math.Ceil((pairs+c)/2))+1
	if low >= 1 && high <= len(slopes) {
		t.Lower, t.Upper, t.Bounds = slopes[low-1], slopes[high-1], true
	}
	return t, settled("values", t.Tau, t.P, t.Slope)
}

// kendallVariance is the variance of S, less what ties take, and how many
// pairs are tied.
func kendallVariance(values []float64) (variance, tiedPairs float64) {
	xs := slices.Clone(values)
	slices.Sort(xs)
	weight := func(n float64) float64 { return n * (n - 1) * (2*n + 5) }
	variance = weight(float64(len(xs)))
	for i := 0; i < len(xs); {
		j := i
		for j < len(xs) && xs[j] == xs[i] {
			j++
		}
		t := float64(j - i)
		variance -= weight(t)
		tiedPairs += t * (t - 1) / 2
		i = j
	}
	return variance / 18, tiedPairs
}

// kendallExact is the two-sided chance of an S as far from 0 over all orders of
// n different values, by counting inversions.
func kendallExact(n, s int) float64 {
	chance := []float64{1} // of each number of inversions among the first k values
	for k := 2; k <= n; k++ {
		next := make([]float64, len(chance)+k-1)
		for i, c := range chance {
			for j := range k {
				next[i+j] += c / float64(k)
			}
		}
		chance = next
	}
	pairs := n * (n - 1) / 2
	far, p := s, 0.0
	if far < 0 {
		far = -far
	}
	for i, c := range chance {
		if at := pairs - 2*i; at >= far || -at >= far {
			p += c
		}
	}
	return min(1, p)
}

// PeriodVariation is the variation in each period and its trend over them.
type PeriodVariation struct {
	Periods []Variation // in the order given

	CV       *Trend // of the coefficient of variation; nil when CVReason says why
	CVReason string

	Interdecile       *Trend // of the interdecile range; nil when InterdecileReason says why
	InterdecileReason string
}

// VariationTrend tells whether organisations draw together or apart: the
// variation between them in each period, and the trend (see MannKendall, and
// why it) of the coefficient of variation and of the interdecile range. Each
// period holds one value for each organisation; periods are in order, equally
// spaced, and may hold different organisations, though a trend is then partly a
// change of who is counted. Options with weights are refused.
//
// The two may differ: as a new product spreads the mean rises, and the range
// with it, while the coefficient of variation falls.
//
// Errors: series-thin with fewer than four periods, and those of Between.
func VariationTrend(periods [][]float64, o *VariationOptions) (PeriodVariation, error) {
	if err := enough("periods", len(periods), leastForTrend, "a trend of variation"); err != nil {
		return PeriodVariation{}, err
	}
	if o == nil {
		o = &VariationOptions{}
	}
	if o.Weights != nil {
		return PeriodVariation{}, innovation.Invalidf(innovation.RuleStatisticOption, "weights", "a trend of variation takes no weights").
			Trying("leave them out: every organisation counts once in a variation")
	}
	var out PeriodVariation
	cvs, ranges := make([]float64, len(periods)), make([]float64, len(periods))
	for i, values := range periods {
		v, err := Between(values, o)
		if err != nil {
			return PeriodVariation{}, periodError(i, err)
		}
		out.Periods = append(out.Periods, v)
		cvs[i], ranges[i] = v.CV, v.Interdecile
		if v.CVReason != "" && out.CVReason == "" {
			out.CVReason = fmt.Sprintf("period %d: %s", i+1, v.CVReason)
		}
		if v.DecilesReason != "" && out.InterdecileReason == "" {
			out.InterdecileReason = fmt.Sprintf("period %d: %s", i+1, v.DecilesReason)
		}
	}
	out.CV, out.CVReason = trendOr(cvs, out.CVReason)
	out.Interdecile, out.InterdecileReason = trendOr(ranges, out.InterdecileReason)
	return out, nil
}

// trendOr is the trend of a series, unless there is a reason against it.
func trendOr(values []float64, reason string) (*Trend, string) {
	if reason != "" {
		return nil, reason
	}
	t, err := MannKendall(values)
	if err != nil {
		return nil, err.Error()
	}
	return &t, ""
}

// periodError names the period in the violations inside err.
func periodError(i int, err error) error {
	own := innovation.Violations(err)
	moved := make([]error, len(own))
	for k, e := range own {
		moved[k] = e.In(fmt.Sprintf("periods[%d]", i))
	}
	return innovation.Join(moved...)
}
