package spread_test

import (
	"math"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
	"pgregory.net/rapid"
)

// primates is the example of the vignette "Moran's Autocorrelation Coefficient in
// Comparative Methods" (Paradis, R package ape): log body weight of five primates,
// weights 1/distance on their tree.
func primates(t testing.TB) ([]float64, []spread.Tie) {
	body := []float64{4.09434, 3.61092, 2.37024, 2.02815, -1.46968}
	far := [][]float64{
		{0, 0.42, 0.98, 1.24, 2},
		{0.42, 0, 0.98, 1.24, 2},
		{0.98, 0.98, 0, 1.24, 2},
		{1.24, 1.24, 1.24, 0, 2},
		{2, 2, 2, 2, 0},
	}
	w := make([][]float64, 5)
	for i := range w {
		w[i] = make([]float64, 5)
		for j := range w[i] {
			if i != j {
				w[i][j] = 1 / far[i][j]
			}
		}
	}
	ties, err := spread.TiesOf(w)
	if err != nil {
		t.Fatal(err)
	}
	return body, ties
}

// The vignette prints, for weights that ape standardises by row: observed
// −0.07312179, expected −0.25, sd 0.08910814, p 0.04714628.
func TestMoranGivesTheVignetteOfApe(t *testing.T) {
	body, ties := primates(t)
	m, err := spread.Moran(body, ties, &spread.MoranOptions{RowStandardised: true})
	if err != nil {
		t.Fatal(err)
	}
	printed(t, "I", m.I, "-0.07312179")
	printed(t, "expected", m.Expected, "-0.25")
	printed(t, "sd", math.Sqrt(m.VarianceRandomised), "0.08910814")
	printed(t, "p", m.P, "0.04714628")
}

// orders lists all permutations of 0 … n−1.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var out [][]int
	for _, rest := range orders(n - 1) {
		for at := range n {
			o := append(append(append([]int(nil), rest[:at]...), n-1), rest[at:]...)
			out = append(out, o)
		}
	}
	return out
}

// Over all orders of the values the mean and the variance of I are exactly those
// of the randomisation hypothesis.
func TestMoranMomentsAreThoseOfAllOrders(t *testing.T) {
	values := []float64{1, 4, 2, 9, 5, 5.5}
	ties := []spread.Tie{{0, 1, 2}, {1, 0, 1}, {1, 2, 0.5}, {3, 4, 1}, {4, 2, 3}, {2, 3, 1}} // node 5 is an isolate
	all := orders(6)
	sum, square := 0.0, 0.0
	var first spread.MoranI
	for _, order := range all {
		xs := make([]float64, 6)
		for i, j := range order {
			xs[i] = values[j]
		}
		m, err := spread.Moran(xs, ties, nil)
		if err != nil {
			t.Fatal(err)
		}
		first = m
		sum += m.I
		square += m.I * m.I
	}
	n := float64(len(all))
	near(t, "mean of I", sum/n, first.Expected, 1e-12)
	near(t, "variance of I", square/n-sum*sum/n/n, first.VarianceRandomised, 1e-10)
	if first.Isolates != 1 {
		t.Errorf("%d isolates, want 1", first.Isolates)
	}
}

func TestMoranPermuted(t *testing.T) {
	values := []float64{1, 2, 3, 4, 5}
	var ties []spread.Tie
	for i := range 4 {
		ties = append(ties, spread.Tie{Ego: i, Alter: i + 1, Weight: 1}, spread.Tie{Ego: i + 1, Alter: i, Weight: 1})
	}
	m, err := spread.Moran(values, ties, &spread.MoranOptions{Permutations: orders(5)})
	if err != nil {
		t.Fatal(err)
	}
	// On a path, 1 2 3 4 5 has the greatest I (with its reverse; others may tie).
	count := 0
	for _, o := range orders(5) {
		xs := make([]float64, 5)
		for i, j := range o {
			xs[i] = values[j]
		}
		k, err := spread.Moran(xs, ties, nil)
		if err != nil {
			t.Fatal(err)
		}
		if k.I >= m.I-1e-12 {
			count++
		}
	}
	near(t, "pseudo p", m.PPermuted, float64(1+count)/121, 1e-12)
	near(t, "I", m.I, 0.5, 1e-12) // 5/8 · 2(2+0+0+2)/10, by hand
}

func TestMoranDoesNotChangeWithScale(t *testing.T) {
	body, ties := primates(t)
	rapid.Check(t, func(r *rapid.T) {
		a := rapid.Float64Range(-50, 50).Draw(r, "a")
		b := rapid.Float64Range(0.1, 9).Draw(r, "b")
		xs := make([]float64, len(body))
		for i := range xs {
			xs[i] = a + b*body[i]
		}
		heavy := append([]spread.Tie(nil), ties...)
		for i := range heavy {
			heavy[i].Weight *= b
		}
		for _, null := range []spread.MoranNull{spread.MoranRandomised, spread.MoranNormal} {
			p, err := spread.Moran(body, ties, &spread.MoranOptions{Null: null})
			q, err2 := spread.Moran(xs, heavy, &spread.MoranOptions{Null: null})
			if err != nil || err2 != nil {
				r.Fatal(err, err2)
			}
			if math.Abs(p.I-q.I) > 1e-9 || math.Abs(p.Z-q.Z) > 1e-7 {
				r.Fatalf("%+v and %+v", p, q)
			}
		}
	})
}

func TestMoranRefuses(t *testing.T) {
	body, ties := primates(t)
	moran := func(xs []float64, ties []spread.Tie, o *spread.MoranOptions) error {
		_, err := spread.Moran(xs, ties, o)
		return err
	}
	var alike, empty []spread.Tie
	for i := range 5 {
		for j := range 5 {
			if i != j {
				alike = append(alike, spread.Tie{Ego: i, Alter: j, Weight: 1})
			}
		}
	}
	empty = append(empty, spread.Tie{Ego: 0, Alter: 1})
	_, ragged := spread.TiesOf([][]float64{{0, 1}, {1}})
	_, none := spread.TiesOf(nil)
	_, diagonal := spread.TiesOf([][]float64{{1, 1}, {1, 0}})
	_, nan := spread.TiesOf([][]float64{{0, math.NaN()}, {1, 0}})
	for _, c := range []struct {
		name string
		err  error
		rule innovation.RuleID
	}{
		{"thin", moran(body[:3], ties[:1], nil), innovation.RuleSeriesThin},
		{"empty", moran(nil, ties, nil), innovation.RuleSeriesThin},
		{"NaN", moran([]float64{1, 2, 3, 4, math.NaN()}, ties, nil), innovation.RuleSeriesNotNumber},
		{"equal", moran([]float64{1, 1, 1, 1, 1}, ties, nil), innovation.RuleSeriesConstant},
		{"rounding", moran([]float64{1e16, 1e16, 1e16, 1e16, 1e16 + 2}, ties, nil), innovation.RuleSeriesConstant},
		{"no ties", moran(body, nil, nil), innovation.RuleWeightsInvalid},
		{"lengths", moran(append(body[:4:4], nil...), ties, nil), innovation.RuleWeightsInvalid},
		{"weights 0", moran(body, empty, nil), innovation.RuleWeightsInvalid},
		{"all alike", moran(body, alike, nil), innovation.RuleFitUndetermined},
		{"null", moran(body, ties, &spread.MoranOptions{Null: "x"}), innovation.RuleStatisticOption},
		{"permutation", moran(body, ties, &spread.MoranOptions{Permutations: [][]int{{0, 1, 2, 3, 3}}}), innovation.RuleStatisticOption},
		{"ragged", ragged, innovation.RuleWeightsInvalid},
		{"no matrix", none, innovation.RuleWeightsInvalid},
		{"diagonal", diagonal, innovation.RuleWeightsInvalid},
		{"matrix NaN", nan, innovation.RuleWeightsInvalid},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, c.err, c.rule) })
	}
}

func TestMoranNeverGivesNoNumber(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(0, 7).Draw(r, "n")
		xs := rapid.SliceOfN(rapid.OneOf(rapid.Float64(), rapid.Float64Range(-3, 3), rapid.Just(1.0)), n, n).Draw(r, "xs")
		var ties []spread.Tie
		for i := range n {
			for j := range n {
				if i != j && rapid.Bool().Draw(r, "tie") {
					ties = append(ties, spread.Tie{Ego: i, Alter: j, Weight: rapid.OneOf(rapid.Float64Range(0, 2), rapid.Float64Min(0), rapid.Just(0.0)).Draw(r, "w")})
				}
			}
		}
		m, err := spread.Moran(xs, ties, &spread.MoranOptions{RowStandardised: rapid.Bool().Draw(r, "rows")})
		if err != nil {
			if innovation.Violations(err) == nil {
				r.Fatalf("an error without a rule: %v", err)
			}
			return
		}
		for _, x := range []float64{m.I, m.Z, m.P, m.PGreater, m.VarianceNormal, m.VarianceRandomised} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				r.Fatalf("%+v", m)
			}
		}
	})
}
