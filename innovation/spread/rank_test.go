package spread_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

func TestRanks(t *testing.T) {
	values := []float64{50, 70, 70, 90}
	for _, c := range []struct {
		direction spread.Direction
		want      []spread.Rank
	}{
		{spread.HigherBetter, []spread.Rank{{4, 1, 1, 0, false}, {2, 2, 1.0 / 3, 0, false}, {2, 2, 1.0 / 3, 0, false}, {1, 1, 0, 0, true}}},
		{spread.LowerBetter, []spread.Rank{{1, 1, 0, 0, true}, {2, 2, 1.0 / 3, 0, false}, {2, 2, 1.0 / 3, 0, false}, {4, 1, 1, 0, false}}},
		{spread.Neither, []spread.Rank{{1, 1, 0, 0, false}, {2, 2, 1.0 / 3, 0, false}, {2, 2, 1.0 / 3, 0, false}, {4, 1, 1, 0, false}}},
	} {
		got, err := spread.Ranks(values, c.direction)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v, want %v", c.direction, got, err, c.want)
		}
	}
	// Twenty different values: two in each decile.
	twenty := make([]float64, 20)
	for i := range twenty {
		twenty[i] = float64(i)
	}
	got, err := spread.Ranks(twenty, spread.LowerBetter)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range got {
		if r.Decile != 1+i/2 {
			t.Errorf("rank %d is in decile %d, want %d", r.Rank, r.Decile, 1+i/2)
		}
	}
}

func TestRanksRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		xs   []float64
		d    spread.Direction
		rule innovation.RuleID
	}{
		"nothing":      {nil, spread.Neither, innovation.RuleSeriesThin},
		"one":          {[]float64{1}, spread.Neither, innovation.RuleSeriesThin},
		"all equal":    {[]float64{1, 1}, spread.Neither, innovation.RuleSeriesConstant},
		"not a number": {[]float64{1, math.NaN()}, spread.Neither, innovation.RuleSeriesNotNumber},
		"no direction": {[]float64{1, 2}, 5, innovation.RuleStatisticOption},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.Ranks(c.xs, c.d)
			wantRule(t, err, c.rule)
		})
	}
}

// SQL's definition: one more than the rows that come before.
func TestRanksAreSQL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, 2, 3.5, -4, 7, 9, 11}), 2, 40).Draw(t, "values")
		d := rapid.SampledFrom([]spread.Direction{spread.Neither, spread.HigherBetter, spread.LowerBetter}).Draw(t, "direction")
		got, err := spread.Ranks(xs, d)
		answers(t, got, err)
		for i, r := range got {
			before, tied := 0, 0
			for _, y := range xs {
				if y == xs[i] {
					tied++
				} else if (y > xs[i]) == (d == spread.HigherBetter) {
					before++
				}
			}
			if r.Rank != before+1 || r.Tied != tied || r.PercentRank != float64(before)/float64(len(xs)-1) || r.Decile > 10 || r.Best != (before == 0 && d != spread.Neither) {
				t.Fatalf("%v of %v: %+v, %d before", xs[i], xs, r, before)
			}
		}
	})
}

func ExampleRanks() {
	got, err := spread.Ranks([]float64{31, 42, 42, 55}, spread.HigherBetter)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range got {
		fmt.Println(r.Rank, r.Best)
	}
	// Output:
	// 4 false
	// 2 false
	// 2 false
	// 1 true
}
