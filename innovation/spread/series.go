package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// finite refuses a series that holds a NaN or an infinity.
func finite(field string, xs []float64) error {
	for i, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return innovation.Invalidf(innovation.RuleSeriesNotNumber, field, "value %d of %d is %v", i+1, len(xs), x).
				Trying("leave out what is not known; nothing stands for it")
		}
	}
	return nil
}

// notNegative refuses a series that falls below nothing.
func notNegative(field string, xs []float64) error {
	for i, x := range xs {
		if x < 0 {
			return innovation.Invalidf(innovation.RuleSeriesNegative, field, "value %d of %d is %v", i+1, len(xs), x).
				Trying("give counts of adopters; a reversal is a stop of its own")
		}
	}
	return nil
}

// enough refuses a series of fewer than least values.
func enough(field string, n, least int, what string) error {
	if n < least {
		return innovation.Refusedf(innovation.RuleSeriesThin, field, "%s needs at least %d values, and there are %d", what, least, n).
			Trying("wait for more data, or take a longer period")
	}
	return nil
}

// varied refuses a series whose values are all the same.
func varied(field string, xs []float64, what string) error {
	for _, x := range xs[1:] {
		if x != xs[0] {
			return nil
		}
	}
	return innovation.Refusedf(innovation.RuleSeriesConstant, field, "%s needs values that differ, and all %d are %v", what, len(xs), xs[0]).
		Trying("there is nothing to compare")
}

// sameLength refuses two series that do not belong together.
func sameLength(field string, n int, other string, m int) error {
	if n != m {
		return innovation.Invalidf(innovation.RuleSeriesLengths, field, "%s has %d values and %s %d", field, n, other, m)
	}
	return nil
}
