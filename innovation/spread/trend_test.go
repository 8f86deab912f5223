package spread_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation/spread"
)

// Two-sided chances of S without ties, from Kendall's table (Kendall 1975, Rank
// Correlation Methods, appendix table 1; Gilbert 1987, table A18).
func TestMannKendallExact(t *testing.T) {
	for _, c := range []struct {
		xs []float64
		s  int
		p  float64
		by float64 // twice half a unit of the last digit printed
	}{
		{[]float64{10, 15, 14, 20}, 4, 2 * 0.167, 1e-3}, // Gilbert 1987, section 16.4.1
		{[]float64{1, 2, 3, 4}, 6, 2 * 0.042, 1e-3},
		{[]float64{5, 4, 3, 2, 1}, -10, 2 * 0.0083, 1e-4},
		{[]float64{1, 2, 3, 5, 4}, 8, 2 * 0.042, 1e-3},
		{[]float64{1, 2, 4, 3, 6, 5}, 11, 2 * 0.028, 1e-3},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8}, 28, 2 * 0.000025, 1e-6},
	} {
		got, err := spread.MannKendall(c.xs)
		if err != nil {
			t.Fatal(err)
		}
		if got.S != c.s || !got.Exact {
			t.Errorf("%v: %+v, want S %d and exact", c.xs, got, c.s)
		}
		closeTo(t, "p", got.P, c.p, c.by)
	}
	got, err := spread.MannKendall([]float64{10, 15, 14, 20})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "slope, the median of -1, 2, 2.5, 10/3, 5, 6", got.Slope, (2.5+10.0/3)/2, 1e-12)
	if got.Bounds {
		t.Errorf("%+v: four periods bound no slope", got)
	}
}

// With ties: the variance (n(n-1)(2n+5) - sum of t(t-1)(2t+5)) / 18, by hand.
func TestMannKendallTies(t *testing.T) {
	got, err := spread.MannKendall([]float64{1, 1, 2, 2, 3, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	z := (18 - 1) / math.Sqrt((7*6*19-3*2*1*9)/18.0)
	closeTo(t, "p", got.P, math.Erfc(z/math.Sqrt2), 1e-12)
	closeTo(t, "tau-b", got.Tau, 18/math.Sqrt(21*18), 1e-12)
	if got.S != 18 || got.Exact {
		t.Errorf("%+v", got)
	}
}

// A line gives its slope; noise around none leaves 0 inside the interval about
// nineteen times in twenty; turning the series turns the sign.
func TestMannKendallProperties(t *testing.T) {
	line := make([]float64, 12)
	for i := range line {
		line[i] = 3 - 0.25*float64(i)
	}
	got, err := spread.MannKendall(line)
	if err != nil || got.Slope != -0.25 || !got.Bounds || got.Lower != -0.25 || got.Upper != -0.25 || got.Tau != -1 {
		t.Errorf("a line: %+v, %v", got, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		xs := wildFloats(t, "values")
		got, err := spread.MannKendall(xs)
		answers(t, got, err)
		if err != nil {
			return
		}
		slices.Reverse(xs)
		back, err := spread.MannKendall(xs)
		if err != nil || back.S != -got.S || math.Abs(back.P-got.P) > 1e-9 {
			t.Fatalf("backwards %+v, forwards %+v, %v", back, got, err)
		}
		if got.Bounds && (got.Lower > got.Slope || got.Upper < got.Slope) || got.P < 0 || got.P > 1 || math.Abs(got.Tau) > 1+1e-9 {
			t.Fatalf("%+v", got)
		}
	})
}

// The exact distribution against all orders of six.
func TestMannKendallByAllOrders(t *testing.T) {
	count, orders := map[int]int{}, 0
	var visit func(xs []float64, k int)
	visit = func(xs []float64, k int) {
		if k == len(xs) {
			s := 0
			for i := range xs {
				for j := i + 1; j < len(xs); j++ {
					if xs[j] > xs[i] {
						s++
					} else {
						s--
					}
				}
			}
			count[s]++
			orders++
			return
		}
		for i := k; i < len(xs); i++ {
			xs[k], xs[i] = xs[i], xs[k]
			visit(xs, k+1)
			xs[k], xs[i] = xs[i], xs[k]
		}
	}
	visit([]float64{1, 2, 3, 4, 5, 6}, 0)
	got, err := spread.MannKendall([]float64{2, 1, 3, 4, 6, 5})
	if err != nil {
		t.Fatal(err)
	}
	far := 0
	for s, c := range count {
		if max(s, -s) >= got.S {
			far += c
		}
	}
	closeTo(t, "p", got.P, float64(far)/float64(orders), 1e-12)
}

// The variation between CCGs in FreeStyle Libre items per 1,000 patients, from
// the month after the tariff listed it: as it spreads, the coefficient of
// variation falls while the range between the deciles grows. By the data of
// ../shared, which testdata/libre_first_month.csv is drawn from.
func TestVariationTrendOfLibre(t *testing.T) {
	periods, first := libreRates(t)
	for _, row := range tableRows(t, "libre_first_month.csv") {
		if first[row[0]] != row[1] {
			t.Errorf("%s first had an item in %s, and the extract says %s", row[0], first[row[0]], row[1])
		}
	}
	got, err := spread.VariationTrend(periods, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(periods) != 17 || got.CV.Slope >= 0 || got.CV.P > 1e-6 || got.Interdecile.Slope <= 0 || got.Interdecile.P > 1e-6 {
		t.Errorf("%d periods, CV %+v, interdecile %+v", len(periods), got.CV, got.Interdecile)
	}
}

func ExampleMannKendall() {
	t, err := spread.MannKendall([]float64{0.92, 0.88, 0.9, 0.81, 0.74, 0.69, 0.71, 0.6})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f a period (%.3f to %.3f), p = %.4f\n", t.Slope, t.Lower, t.Upper, t.P)
	// Output: -0.046 a period (-0.060 to -0.034), p = 0.0017
}
