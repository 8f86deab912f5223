package spread

import "math"

// leastForChange is the fewest values among which one change is looked for.
const leastForChange = 8

// Change is the most likely single change of level in a series.
type Change struct {
	At            int     // index, counted from 0, of the first value after the change
	K             int     // Pettitt's statistic
	P             float64 // two-sided, approximate; the chance of as large a K without a change
	Before, After float64 // medians of the values before At, and from At on
	Up            bool    // whether values are higher after the change, by their ranks

	SumAt int // where the cumulative sum of deviations from the mean turns: the index of the first value after it
}

// ChangePoint tells where a series at equal times most likely changed its
// level, once and lastingly, and whether that is more than chance. It is
// Pettitt's test (1979, Journal of the Royal Statistical Society C 28:126-135),
// which compares the ranks before and after each place, with his approximation
// p = 2 exp(-6 K² / (n³ + n²)), good to two decimals up to a half. SumAt is the
// place where the cumulative sum of deviations from the mean is farthest from 0
// (Taylor 2000, Change-Point Analysis), by values instead of ranks.
//
// It assumes one change, independent values, and no trend: a steady rise is
// also found, with a change in its middle (see MannKendall). P is on the large
// side in short series (below 0.05 for one in a hundred of twelve values without
// a change, and never for fewer than eleven) and with ties. Of many series tested
// at once, some have a small P by chance.
//
// Errors: series-thin with fewer than eight values, series-not-a-number,
// series-constant.
func ChangePoint(values []float64) (Change, error) {
	if err := enough("values", len(values), leastForChange, "a change"); err != nil {
		return Change{}, err
	}
	if err := finite("values", values); err != nil {
		return Change{}, err
	}
	if err := varied("values", values, "a change"); err != nil {
		return Change{}, err
	}
	level := mean(values)
	if err := settled("values", level); err != nil {
		return Change{}, err
	}
	var c Change
	u, sum, farthest := 0, 0.0, -1.0
	for i, x := range values[:len(values)-1] {
		for _, y := range values {
			u += signOf(x - y)
		}
		if k := max(u, -u); k > c.K {
			c.K, c.At, c.Up = k, i+1, u < 0
		}
		sum += x - level
		if d := math.Abs(sum); d > farthest {
			farthest, c.SumAt = d, i+1
		}
	}
	if c.K == 0 { // ups and downs that leave no place higher than another
		c.At = c.SumAt
	}
	n, k := float64(len(values)), float64(c.K)
	c.P = min(1, 2*math.Exp(-6*k*k/(n*n*n+n*n)))
	var err error
	if c.Before, err = Quantile(values[:c.At], 0.5, QuantileType7); err != nil {
		return Change{}, err
	}
	if c.After, err = Quantile(values[c.At:], 0.5, QuantileType7); err != nil {
		return Change{}, err
	}
	return c, settled("values", farthest, c.P)
}
