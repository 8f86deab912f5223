package spread

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/innovationregistry/registry/innovation"
)

// defaultConfidence is the confidence of an interval when an option leaves it 0.
const defaultConfidence = 0.95

// confidenceOr gives the confidence asked for, 0.95 for 0, and refuses one
// that is not between 0 and 1.
func confidenceOr(field string, c float64) (float64, error) {
	if c == 0 {
		return defaultConfidence, nil
	}
	if !(c > 0 && c < 1) {
		return 0, innovation.Invalidf(innovation.RuleStatisticOption, field, "a confidence of %v is not between 0 and 1", c).
			Trying("give 0.95 for ninety-five per cent, or 0 for the default, which is the same")
	}
	return c, nil
}

// twoSided is the standard normal quantile z of a two-sided interval.
func twoSided(confidence float64) float64 {
	return mathext.NormalQuantile(1 - (1-confidence)/2)
}

// upperNormal is the chance that a standard normal deviate exceeds z.
func upperNormal(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// wilson is the score interval for the proportion x/n (Wilson 1927, Journal of
// the American Statistical Association 22:209-212). n is above 0; neither
// needs to be whole.
func wilson(x, n, z float64) (lower, upper float64) {
	p, z2 := x/n, z*z
	centre := (p + z2/(2*n)) / (1 + z2/n)
	half := z / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	lower, upper = math.Max(0, centre-half), math.Min(1, centre+half)
	if x == 0 {
		lower = 0
	}
	if x == n {
		upper = 1
	}
	return lower, upper
}

// clopperPearson is the exact interval for the proportion x/n (Clopper and
// Pearson 1934, Biometrika 26:404-413), from the quantiles of the beta
// distribution.
func clopperPearson(x, n, confidence float64) (lower, upper float64) {
	tail := (1 - confidence) / 2
	lower, upper = 0, 1
	if x > 0 {
		lower = mathext.InvRegIncBeta(x, n-x+1, tail)
	}
	if x < n {
		upper = mathext.InvRegIncBeta(x+1, n-x, 1-tail)
	}
	return lower, upper
}

// garwood is the exact interval for the mean of a Poisson count x (Garwood
// 1936, Biometrika 28:437-442), from the quantiles of the gamma distribution.
func garwood(x, confidence float64) (lower, upper float64) {
	tail := (1 - confidence) / 2
	if x > 0 {
		lower = mathext.GammaIncRegInv(x, tail)
	}
	return lower, mathext.GammaIncRegInv(x+1, 1-tail)
}

// settled refuses a result that overflowed: values too large for a float64 to
// add up or to square.
func settled(field string, results ...float64) error {
	for _, r := range results {
		if math.IsNaN(r) || math.IsInf(r, 0) {
			return innovation.Refusedf(innovation.RuleSeriesNotNumber, field, "the values are too large, or too far apart, to be reckoned with").
				Trying("give them in a larger unit")
		}
	}
	return nil
}
