package spread

import (
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// Direction says which way a measure is better.
type Direction int

// The directions. A measure without a direction is described, not judged.
const (
	Neither Direction = iota
	HigherBetter
	LowerBetter
)

// String gives the direction in words.
func (d Direction) String() string {
	switch d {
	case Neither:
		return "neither way is better"
	case HigherBetter:
		return "higher is better"
	case LowerBetter:
		return "lower is better"
	}
	return "no direction"
}

// check refuses a direction that is none.
func (d Direction) check() error {
	if d < Neither || d > LowerBetter {
		return innovation.Invalidf(innovation.RuleStatisticOption, "direction", "there is no direction %d", int(d)).
			Trying("give Neither, HigherBetter or LowerBetter")
	}
	return nil
}

// Rank is the place of one value among all.
type Rank struct {
	Rank        int     // 1 is the best; with Neither it is the lowest. Equal values share the first of their places
	Tied        int     // how many values share the place, this one included
	PercentRank float64 // (Rank-1)/(n-1): the share of the others that are placed before it, from 0 to 1
	Decile      int     // 1 to 10, the tenth of the order in which Rank lies; 0 with fewer than ten values
	Best        bool    // whether it is in the first place of a measure that has a better way
}

// Ranks places values in order, best first by the direction, or lowest first
// when neither way is better. The result is in the order of the values.
//
// The rank is SQL's RANK (standard competition ranking: 1, 2, 2, 4) and the
// percent rank its PERCENT_RANK (ISO/IEC 9075-2, window functions). The decile
// is 1 + floor(10 (Rank-1) / n): equal values are in the same decile, so
// deciles need not be of one size, where SQL's NTILE would part equals by
// chance. Values are equal when they are the same float64: round first what is
// to be tied. A rank says nothing of chance; see Funnel.
//
// Errors: series-thin with fewer than two values, series-not-a-number,
// series-constant when all values are the same, statistic-option.
func Ranks(values []float64, d Direction) ([]Rank, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if err := enough("values", len(values), 2, "a ranking"); err != nil {
		return nil, err
	}
	if err := finite("values", values); err != nil {
		return nil, err
	}
	if err := varied("values", values, "a ranking"); err != nil {
		return nil, err
	}
	n := len(values)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool {
		a, b := values[order[i]], values[order[j]]
		if d == HigherBetter {
			return a > b
		}
		return a < b
	})
	out := make([]Rank, n)
	for i := 0; i < n; {
		j := i
		for j < n && values[order[j]] == values[order[i]] {
			j++
		}
		r := Rank{Rank: i + 1, Tied: j - i, PercentRank: float64(i) / float64(n-1), Best: i == 0 && d != Neither}
		if n >= leastForDeciles {
			r.Decile = 1 + 10*i/n
		}
		for ; i < j; i++ {
			out[order[i]] = r
		}
	}
	return out, nil
}
