package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// AdopterCategory is how early a node adopted among those that did.
type AdopterCategory string

// The categories of adopters, earliest first.
const (
	Innovator     AdopterCategory = "innovator"
	EarlyAdopter  AdopterCategory = "early-adopter"
	EarlyMajority AdopterCategory = "early-majority"
	LateMajority  AdopterCategory = "late-majority"
	Laggard       AdopterCategory = "laggard"
	NonAdopter    AdopterCategory = "non-adopter" // not one of Rogers's; has not adopted so far
)

// ThresholdClass is how high a threshold is among those that are known.
type ThresholdClass string

// The classes of thresholds, lowest first.
const (
	VeryLowThreshold  ThresholdClass = "very-low"
	LowThreshold      ThresholdClass = "low"
	HighThreshold     ThresholdClass = "high"
	VeryHighThreshold ThresholdClass = "very-high"
	UnknownThreshold  ThresholdClass = "not-known" // censored or isolated
)

// CategoryOptions are the choices of categories. Nil means the defaults.
type CategoryOptions struct {
	// FourCategories puts innovators among the early adopters, as
	// netdiffuseR::classify does. By default there are Rogers's five.
	FourCategories bool
	// Never says how non-adopters are coded. By default they are non-adopters and
	// do not move the mean; NeverLastPlusOne makes them adopters of one period
	// after the last.
	Never NeverCoded
}

// Cuts are where classes part: at the mean and at standard deviations from it.
// A class includes its lower end.
type Cuts struct {
	N    int     // values used
	Mean float64 // in the units of the values
	SD   float64 // with n−1
}

// AdopterCategories places each node by its time of adoption (from 1; 0 for a node
// that has not adopted): innovators before mean − 2 sd, early adopters before mean
// − sd, early majority before the mean, late majority before mean + sd, laggards
// from there (Rogers 2003, Diffusion of Innovations, 5th edition, chapter 7). The
// mean and the sample standard deviation are of the adopters' times.
//
// The shares of a normal curve (2.5, 13.5, 34, 34, 16 %) hold only for normal
// times and a diffusion that is complete; while it goes on, categories are
// relative to the adopters so far and move. It needs 2 adopters (series-thin)
// at different times (series-constant); negative times are series-order.
func AdopterCategories(times []int, o *CategoryOptions) ([]AdopterCategory, Cuts, error) {
	opt := CategoryOptions{}
	if o != nil {
		opt = *o
	}
	coded, _, err := ExposureOptions{Never: opt.Never}.coded(times)
	if err != nil {
		return nil, Cuts{}, err
	}
	var adopted []float64
	for _, t := range coded {
		if t > 0 {
			adopted = append(adopted, float64(t))
		}
	}
	cuts, err := cutsOf("times", adopted, "a category of adopters")
	if err != nil {
		return nil, Cuts{}, err
	}
	out := make([]AdopterCategory, len(coded))
	for i, t := range coded {
		x := float64(t)
		switch {
		case t == 0:
			out[i] = NonAdopter
		case x < cuts.Mean-2*cuts.SD && !opt.FourCategories:
			out[i] = Innovator
		case x < cuts.Mean-cuts.SD:
			out[i] = EarlyAdopter
		case x < cuts.Mean:
			out[i] = EarlyMajority
		case x < cuts.Mean+cuts.SD:
			out[i] = LateMajority
		default:
			out[i] = Laggard
		}
	}
	return out, cuts, nil
}

// ThresholdClasses places each node by its threshold: very low below mean − sd, low
// below the mean, high below mean + sd, very high from there (Valente 1996, Social
// Networks 18:69–89; netdiffuseR::classify). Mean and sample standard deviation
// are of the known thresholds; the others are not known. It needs 2 known ones
// (series-thin) that differ (series-constant).
func ThresholdClasses(thresholds []Threshold) ([]ThresholdClass, Cuts, error) {
	var known []float64
	for _, t := range thresholds {
		if t.Status == ThresholdKnown {
			known = append(known, t.Value)
		}
	}
	if err := finite("thresholds", known); err != nil {
		return nil, Cuts{}, err
	}
	cuts, err := cutsOf("thresholds", known, "a class of thresholds")
	if err != nil {
		return nil, Cuts{}, err
	}
	out := make([]ThresholdClass, len(thresholds))
	for i, t := range thresholds {
		switch {
		case t.Status != ThresholdKnown:
			out[i] = UnknownThreshold
		case t.Value < cuts.Mean-cuts.SD:
			out[i] = VeryLowThreshold
		case t.Value < cuts.Mean:
			out[i] = LowThreshold
		case t.Value < cuts.Mean+cuts.SD:
			out[i] = HighThreshold
		default:
			out[i] = VeryHighThreshold
		}
	}
	return out, cuts, nil
}

// CrossTable counts nodes by category (rows) and threshold class (columns).
type CrossTable struct {
	Rows    []AdopterCategory
	Columns []ThresholdClass
	Counts  [][]int // by row, then column
	Total   int
}

// Percent is one cell as a percentage of all nodes.
func (c CrossTable) Percent(row AdopterCategory, column ThresholdClass) float64 {
	for i, r := range c.Rows {
		for j, k := range c.Columns {
			if r == row && k == column && c.Total > 0 {
				return 100 * float64(c.Counts[i][j]) / float64(c.Total)
			}
		}
	}
	return 0
}

// CrossTableOf counts how categories and threshold classes go together. Both slices are in
// the order of the nodes. It refuses different lengths (series-lengths), none at
// all (series-thin) and a value that is none of the categories or classes
// (statistic-option).
func CrossTableOf(categories []AdopterCategory, classes []ThresholdClass) (CrossTable, error) {
	if err := sameLength("categories", len(categories), "classes", len(classes)); err != nil {
		return CrossTable{}, err
	}
	if err := enough("categories", len(categories), 1, "a cross table"); err != nil {
		return CrossTable{}, err
	}
	out := CrossTable{
		Rows:    []AdopterCategory{Innovator, EarlyAdopter, EarlyMajority, LateMajority, Laggard, NonAdopter},
		Columns: []ThresholdClass{VeryLowThreshold, LowThreshold, HighThreshold, VeryHighThreshold, UnknownThreshold},
		Total:   len(categories),
	}
	row, column := map[AdopterCategory]int{}, map[ThresholdClass]int{}
	for i, r := range out.Rows {
		row[r] = i
		out.Counts = append(out.Counts, make([]int, len(out.Columns)))
	}
	for j, c := range out.Columns {
		column[c] = j
	}
	for n := range categories {
		i, known := row[categories[n]]
		j, also := column[classes[n]]
		if !known || !also {
			return CrossTable{}, innovation.Invalidf(innovation.RuleStatisticOption, "categories", "node %d is %q and %q", n, categories[n], classes[n]).
				Trying("give categories and classes as they were returned")
		}
		out.Counts[i][j]++
	}
	return out, nil
}

// cutsOf is mean and sample standard deviation of at least two different values.
func cutsOf(field string, xs []float64, what string) (Cuts, error) {
	if err := enough(field, len(xs), 2, what); err != nil {
		return Cuts{}, err
	}
	if err := varied(field, xs, what); err != nil {
		return Cuts{}, err
	}
	mean, square := 0.0, 0.0
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		square += (x - mean) * (x - mean)
	}
	c := Cuts{N: len(xs), Mean: mean, SD: math.Sqrt(square / float64(len(xs)-1))}
	if err := finite(field, []float64{c.Mean, c.SD}); err != nil {
		return Cuts{}, err
	}
	return c, nil
}
