package spread_test

import (
	"fmt"

	"github.com/innovationregistry/registry/innovation/spread"
)

// Room air conditioners in the United States from 1949, thousands a year (the
// series of Bass 1969 and Srinivasan and Mason 1986).
func ExampleBassByIncrements() {
	sold := []float64{96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500}
	fit, err := spread.BassByIncrements(sold, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("p %.4f (%.4f), q %.3f (%.3f), m %.0f (%.0f)\n", fit.P.Value, fit.P.StandardError, fit.Q.Value, fit.Q.StandardError, fit.M.Value, fit.M.StandardError)
	fmt.Printf("peak after %.1f years at %.0f a year\n", fit.Peak.Time.Value, fit.Peak.Size.Value)
	// Output:
	// p 0.0094 (0.0020), q 0.375 (0.040), m 18713 (1411)
	// peak after 9.6 years at 1843 a year
}

// A curve that has not bent says nothing of its ceiling.
func ExampleBassByIncrements_undetermined() {
	_, err := spread.BassByIncrements([]float64{1, 2, 4, 8, 16, 32, 64, 128}, nil)
	fmt.Println(err != nil)
	// Output: true
}

func ExampleForecastFrom() {
	sold := []float64{96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500}
	fit, _ := spread.BassByIncrements(sold, nil)
	ahead, err := spread.ForecastFrom(fit.Fit, 2, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range ahead.Points {
		fmt.Printf("period %d: forecast %.0f, 95 %% between %.0f and %.0f\n", p.Period, p.Mean, p.Low, p.High)
	}
	// Output:
	// period 14: forecast 1096, 95 % between 560 and 1632
	// period 15: forecast 842, 95 % between 300 and 1384
}

// Node 0 looks to 1 and 2; it adopts in period 3, when one of them had adopted.
func ExampleExposureOf() {
	ties := []spread.Tie{{Ego: 0, Alter: 1}, {Ego: 0, Alter: 2}}
	times := []int{3, 1, 0}
	e, _ := spread.ExposureOf(ties, times, nil)
	for node, th := range spread.ThresholdsOf(e) {
		fmt.Println(node, th.Status, th.Value)
	}
	// Output:
	// 0 known 0.5
	// 1 isolated 0
	// 2 isolated 0
}

// On a path of five, values that rise along it are alike where they are tied.
func ExampleMoran() {
	var ties []spread.Tie
	for i := range 4 {
		ties = append(ties, spread.Tie{Ego: i, Alter: i + 1, Weight: 1}, spread.Tie{Ego: i + 1, Alter: i, Weight: 1})
	}
	m, _ := spread.Moran([]float64{1, 2, 3, 4, 5}, ties, nil)
	fmt.Printf("I %.2f, expected %.2f, z %.2f\n", m.I, m.Expected, m.Z)
	// Output: I 0.50, expected -0.25, z 1.83
}

func ExampleSaturationBy() {
	groups, _ := spread.SaturationBy([]string{"north", "south", "north", "south", "south"}, []int{1, 0, 2, 3, 0}, 2)
	for _, g := range groups {
		fmt.Printf("%s: %d of %d\n", g.Group, g.Adopted, g.Size)
	}
	// Output:
	// north: 2 of 2
	// south: 0 of 3
}

// The national total by the end of each year; which curve suits it better?
func ExampleCompare() {
	total := []float64{3, 7, 14, 27, 46, 74, 101, 125, 141, 152, 158, 161}
	a, _ := spread.LogisticByCumulative(total, nil)
	b, _ := spread.GompertzByCumulative(total, nil)
	order, err := spread.Compare(a.Fit, b.Fit)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range order {
		fmt.Printf("%s: delta %.1f, weight %.2f\n", c.Model, c.Delta, c.Weight)
	}
	// Output:
	// logistic: delta 0.0, weight 1.00
	// gompertz: delta 37.4, weight 0.00
}

// Of 200 eligible organisations: when will three quarters have adopted?
func ExampleArrivalOf() {
	total := []float64{3, 7, 14, 27, 46, 74, 99, 124}
	fit, err := spread.LogisticByCumulative(total, &spread.FitOptions{Ceiling: 200})
	if err != nil {
		fmt.Println(err)
		return
	}
	a, _ := spread.ArrivalOf(fit.Fit, 0.75, 200, 10, nil)
	fmt.Printf("%s: after %.1f periods, 95 %% between %.1f and %.1f\n", a.Status, a.Time, a.Low, a.High)
	// Output: within-horizon: after 8.9 periods, 95 % between 8.7 and 9.2
}

// The curve of 1949 to 1958 expects the fall of clothes dryers too early, as Bass
// curves do near their peak: a back-test shows it.
func ExampleBackTestFit() {
	sold := []float64{106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236}
	b, err := spread.BackTestFit(sold, 10, func(xs []float64) (spread.Fit, error) {
		fit, err := spread.BassByIncrements(xs, nil)
		return fit.Fit, err
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("mean error %.0f thousand, %.1f times the usual yearly change; %d of %d inside the interval\n", b.MAE, b.MASE, b.Covered, len(b.Errors))
	// Output: mean error 557 thousand, 2.9 times the usual yearly change; 0 of 3 inside the interval
}

func ExampleAdopterCategories() {
	categories, cuts, _ := spread.AdopterCategories([]int{1, 4, 5, 5, 6, 7, 9, 0}, nil)
	fmt.Printf("mean %.2f, sd %.2f\n%v\n", cuts.Mean, cuts.SD, categories)
	// Output:
	// mean 5.29, sd 2.50
	// [early-adopter early-majority early-majority early-majority late-majority late-majority laggard non-adopter]
}
