package spread_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

// The definitions of Hyndman and Fan 1996, worked by their plotting positions;
// R's quantile(1:10, 0.1, type = 6, 7, 8) prints 1.1, 1.9 and 1.366667.
func TestQuantile(t *testing.T) {
	ten := []float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
	for _, c := range []struct {
		p    float64
		kind spread.QuantileType
		want float64
	}{
		{0.1, 0, 1.9}, {0.1, 6, 1.1}, {0.1, 7, 1.9}, {0.1, 8, 41.0 / 30},
		{0.9, 6, 9.9}, {0.9, 7, 9.1}, {0.9, 8, 9 + 19.0/30},
		{0.25, 6, 2.75}, {0.25, 7, 3.25}, {0.25, 8, 2 + 11.0/12},
		{0.5, 6, 5.5}, {0.5, 7, 5.5}, {0.5, 8, 5.5}, {0, 6, 1}, {1, 8, 10}, {0, 7, 1}, {1, 7, 10},
	} {
		got, err := spread.Quantile(ten, c.p, c.kind)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, fmt.Sprintf("quantile %v of type %d", c.p, c.kind), got, c.want, 1e-12)
	}
	for name, c := range map[string]struct {
		xs   []float64
		p    float64
		kind spread.QuantileType
		rule innovation.RuleID
	}{
		"nothing":      {nil, 0.5, 7, innovation.RuleSeriesThin},
		"not a number": {[]float64{math.NaN()}, 0.5, 7, innovation.RuleSeriesNotNumber},
		"over one":     {ten, 1.5, 7, innovation.RuleStatisticOption},
		"unknown":      {ten, math.NaN(), 7, innovation.RuleStatisticOption},
		"type 5":       {ten, 0.5, 5, innovation.RuleStatisticOption},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.Quantile(c.xs, c.p, c.kind)
			wantRule(t, err, c.rule)
		})
	}
}

func TestBetween(t *testing.T) {
	// Mean 5 and sum of squares 32, as in every textbook.
	v, err := spread.Between([]float64{9, 2, 4, 4, 4, 5, 5, 7}, &spread.VariationOptions{Weights: []float64{1, 1, 0, 0, 0, 0, 0, 2}})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "mean", v.Mean, 5, 1e-12)
	closeTo(t, "SD", v.SD, math.Sqrt(32.0/7), 1e-12)
	closeTo(t, "CV", v.CV, math.Sqrt(32.0/7)/5, 1e-12)
	closeTo(t, "weighted mean", v.WeightedMean, (9+2+2*7)/4.0, 1e-12)
	if v.DecilesReason == "" || v.RatioReason == "" || v.Interdecile != 0 {
		t.Errorf("%+v: eight values have no deciles", v)
	}
	v, err = spread.Between([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if v.P10 != 2 || v.P90 != 10 || v.Interdecile != 8 || v.Ratio != 5 || v.Median != 6 || v.Lower != 3.5 || v.Upper != 8.5 {
		t.Errorf("deciles of 1 to 11: %+v", v)
	}
	v, err = spread.Between([]float64{3, 3, 3}, nil)
	if err != nil || v.SD != 0 || v.CV != 0 || v.CVReason != "" {
		t.Errorf("no variation: %+v, %v", v, err)
	}
	v, err = spread.Between([]float64{-1, 0, 1}, nil)
	if err != nil || v.CVReason == "" || v.CV != 0 {
		t.Errorf("with negative values: %+v, %v", v, err)
	}
	v, err = spread.Between(make([]float64, 12), nil)
	if err != nil || v.CVReason == "" || v.RatioReason == "" {
		t.Errorf("nothing at all: %+v, %v", v, err)
	}
}

// A variation of shares, against the two-pass definition in the largest of
// offsets that a float64 bears.
func TestBetweenFarFromNothing(t *testing.T) {
	v, err := spread.Between([]float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}, nil)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "SD", v.SD, math.Sqrt(30), 1e-9)
}

func TestVariationTrend(t *testing.T) {
	// Ten organisations that draw together around 20.
	var periods [][]float64
	for i := range 6 {
		var values []float64
		for k := range 10 {
			values = append(values, 20+float64(k-5)*math.Pow(0.7, float64(i)))
		}
		periods = append(periods, values)
	}
	got, err := spread.VariationTrend(periods, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.CV == nil || got.CV.S != -15 || got.Interdecile == nil || got.Interdecile.S != -15 || len(got.Periods) != 6 {
		t.Errorf("%+v", got)
	}
	closeTo(t, "p", got.CV.P, 2.0/720, 1e-12)
	periods[2] = periods[2][:9]
	if got, err = spread.VariationTrend(periods, nil); err != nil || got.Interdecile != nil || got.InterdecileReason == "" || got.CV == nil {
		t.Errorf("nine in one period: %+v, %v", got, err)
	}
	same := [][]float64{{1, 2}, {1, 2}, {1, 2}, {1, 2}}
	if got, err = spread.VariationTrend(same, nil); err != nil || got.CV != nil || got.CVReason == "" {
		t.Errorf("the same in every period: %+v, %v", got, err)
	}
}

func TestVariationRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		values []float64
		o      *spread.VariationOptions
		rule   innovation.RuleID
	}{
		"nothing":          {nil, nil, innovation.RuleSeriesThin},
		"one":              {[]float64{1}, nil, innovation.RuleSeriesThin},
		"not a number":     {[]float64{1, math.NaN()}, nil, innovation.RuleSeriesNotNumber},
		"infinite":         {[]float64{1, math.Inf(-1)}, nil, innovation.RuleSeriesNotNumber},
		"too large":        {[]float64{math.MaxFloat64, -math.MaxFloat64}, nil, innovation.RuleSeriesNotNumber},
		"type 9":           {[]float64{1, 2}, &spread.VariationOptions{Quantile: 9}, innovation.RuleStatisticOption},
		"a weight missing": {[]float64{1, 2}, &spread.VariationOptions{Weights: []float64{1}}, innovation.RuleSeriesLengths},
		"negative weight":  {[]float64{1, 2}, &spread.VariationOptions{Weights: []float64{1, -1}}, innovation.RuleSeriesNegative},
		"unknown weight":   {[]float64{1, 2}, &spread.VariationOptions{Weights: []float64{1, math.NaN()}}, innovation.RuleSeriesNotNumber},
		"no weight":        {[]float64{1, 2}, &spread.VariationOptions{Weights: []float64{0, 0}}, innovation.RuleWeightsInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.Between(c.values, c.o)
			wantRule(t, err, c.rule)
		})
	}
	for name, c := range map[string]struct {
		xs   []float64
		rule innovation.RuleID
	}{
		"three":        {[]float64{1, 2, 3}, innovation.RuleSeriesThin},
		"all equal":    {[]float64{2, 2, 2, 2}, innovation.RuleSeriesConstant},
		"not a number": {[]float64{2, 2, 2, math.NaN()}, innovation.RuleSeriesNotNumber},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.MannKendall(c.xs)
			wantRule(t, err, c.rule)
		})
	}
	_, err := spread.VariationTrend([][]float64{{1, 2}, {1, 2}, {1, 3}}, nil)
	wantRule(t, err, innovation.RuleSeriesThin)
	_, err = spread.VariationTrend([][]float64{{1, 2}, {1, 2}, {1, 3}, {1}}, nil)
	wantRule(t, err, innovation.RuleSeriesThin)
	_, err = spread.VariationTrend([][]float64{{1, 2}, {1, 2}, {1, 3}, {1, 2}}, &spread.VariationOptions{Weights: []float64{1, 1}})
	wantRule(t, err, innovation.RuleStatisticOption)
}

func TestVariationAnswersOrRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := wildFloats(t, "values")
		kind := rapid.SampledFrom([]spread.QuantileType{0, 6, 7, 8}).Draw(t, "type")
		v, err := spread.Between(xs, &spread.VariationOptions{Quantile: kind})
		answers(t, v, err)
		if err == nil && (v.Median < v.Lower || v.Median > v.Upper || v.SD < 0 || v.Min > v.Lower || v.Max < v.Upper) {
			t.Fatalf("%+v", v)
		}
		got, err := spread.VariationTrend([][]float64{xs, wildFloats(t, "b"), wildFloats(t, "c"), wildFloats(t, "d")}, nil)
		answers(t, got, err)
	})
}

func ExampleBetween() {
	// The share of patients on the product, in twelve trusts.
	v, err := spread.Between([]float64{2, 4, 5, 5, 6, 8, 9, 10, 12, 15, 18, 26}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("mean %.1f, coefficient of variation %.2f, deciles %.1f to %.1f, %.1f times\n", v.Mean, v.CV, v.P10, v.P90, v.Ratio)
	// Output: mean 10.0, coefficient of variation 0.69, deciles 4.1 to 17.7, 4.3 times
}

func ExampleVariationTrend() {
	got, err := spread.VariationTrend([][]float64{{0, 2, 10}, {1, 4, 12}, {4, 8, 14}, {8, 10, 15}, {12, 13, 16}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("the coefficient of variation moves by %.2f a period (p = %.3f)\n", got.CV.Slope, got.CV.P)
	fmt.Println(got.InterdecileReason)
	// Output:
	// the coefficient of variation moves by -0.31 a period (p = 0.017)
	// period 1: deciles want at least 10 values, and there are 3
}
