package plot_test

import (
	"fmt"

	"github.com/innovationregistry/registry/innovation/spread/plot"
)

// Cumulative adopters, low to high, under the number of eligible organisations.
func ExampleCurve() {
	days := []float64{dayOf("2018-04-01"), dayOf("2018-07-01"), dayOf("2018-10-01"), dayOf("2019-01-01")}
	chart, err := plot.Curve(plot.CurveInput{
		Text: plot.Text{
			Title:    "Adopters of the example device",
			Subtitle: "on 2019-04-30, known now; footprint: of 2019-04-01",
		},
		X: plot.Axis{Label: "Date", Scale: plot.Days},
		Y: plot.Axis{Label: "Organisations"},
		Lines: []plot.Line{{
			Name: "adopted", X: days,
			Y: []float64{2, 9, 0, 31}, Low: []float64{1, 7, 0, 25}, High: []float64{3, 11, 0, 38},
			Missing: []bool{false, false, true, false},
		}},
		Ceiling: &plot.Line{Name: "eligible", X: []float64{days[0], days[3]}, Y: []float64{60, 58}},
		Stepped: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chart.Description())
	header, rows := chart.Table()
	fmt.Println(header)
	for _, row := range rows {
		fmt.Println(row)
	}
	// Output:
	// Curve. on 2019-04-30, known now; footprint: of 2019-04-01. adopted: first 2 at 2018-04-01, last 31 at 2019-01-01, highest 31 at 2019-01-01. eligible: first 60 at 2018-04-01, last 58 at 2019-01-01, highest 60 at 2018-04-01.
	// [Date adopted adopted, low adopted, high eligible]
	// [2018-04-01 2 1 3 60]
	// [2018-07-01 9 7 11 ]
	// [2018-10-01 not known not known not known ]
	// [2019-01-01 31 25 38 58]
}

// The share of the remaining organisations that adopt in each quarter.
func ExampleHazard() {
	chart, err := plot.Hazard(plot.HazardInput{
		Text:    plot.Text{Title: "Adoption by quarter"},
		X:       plot.Axis{Label: "Quarter"},
		Y:       plot.Axis{Label: "Share of those at risk", Scale: plot.Percent},
		Periods: []string{"2018 Q1", "2018 Q2", "2018 Q3"},
		Values:  []float64{0.02, 0.08, 0.05},
		Low:     []float64{0.01, 0.04, 0.02},
		High:    []float64{0.04, 0.13, 0.10},
		AtRisk:  []float64{140, 137, 126},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chart.Description())
	// Output:
	// Hazard by period. First 2% at 2018 Q1, last 5% at 2018 Q3, highest 8% at 2018 Q2.
}

// How long organisations take: those that have not adopted are censored.
func ExampleSurvival() {
	median := 9.0
	chart, err := plot.Survival(plot.SurvivalInput{
		Text: plot.Text{Title: "Time until adoption"},
		X:    plot.Axis{Label: "Months since eligible"},
		Curves: []plot.SurvivalCurve{{
			Name: "trusts", Times: []float64{3, 6, 9}, Survival: []float64{0.8, 0.6, 0.4},
			AtRisk: []float64{5, 4, 3}, Censored: []float64{12, 12}, Median: &median,
		}},
		Adopted: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chart.Description())
	// Output:
	// Curve of the share adopted. trusts: first 0% at 0, last 60% at 12, highest 60% at 9, median 9.
}

// Is a difference between organisations more than chance?
func ExampleFunnel() {
	target := 0.5
	chart, err := plot.Funnel(plot.FunnelInput{
		Text: plot.Text{Title: "Uptake by network"},
		X:    plot.Axis{Label: "Eligible sites"},
		Y:    plot.Axis{Label: "Share adopted", Scale: plot.Percent},
		Points: []plot.FunnelPoint{
			{Name: "North", Denominator: 40, Value: 0.55},
			{Name: "South", Denominator: 90, Value: 0.72, Standing: plot.Beyond998},
			{Name: "Isle", Denominator: 3, Value: 1, TooSmall: true},
		},
		Limits: plot.FunnelLimits{
			Denominator: []float64{10, 100},
			Low998:      []float64{0.01, 0.35}, Low95: []float64{0.19, 0.4},
			High95: []float64{0.81, 0.6}, High998: []float64{0.99, 0.65},
		},
		Target: &target, TargetName: "national share",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chart.Description())
	// Output:
	// Funnel plot. 3 points: 1 outside the 99.8% limits, 0 more outside the 95% limits, 1 too small to say. First North: 55% of 40; last Isle: 100% of 3; highest Isle: 100% of 3; lowest North: 55% of 40. national share 50%.
}

// Did anything change, and when?
func ExampleXmR() {
	chart, err := plot.XmR(plot.XmRInput{
		Text: plot.Text{Title: "New adopters a year"},
		X:    plot.Axis{Label: "Year", Scale: plot.Years},
		Y:    plot.Axis{Label: "Organisations"},
		Points: []plot.XmRPoint{
			{X: 2015, Value: 4}, {X: 2016, Value: 6}, {X: 2017, Missing: true}, {X: 2018, Value: 19, Signal: plot.Improvement},
		},
		Phases: []plot.XmRPhase{{From: 2015, Low: 0, Mean: 7, High: 15}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chart.Description())
	// Output:
	// XmR control chart. Organisations: first 4 at 2015, last 19 at 2018, highest 19 at 2018. Special causes: 1 improvement, 0 concern, 0 neither. Mean 7, limits 0 to 15.
}

// Where one organisation stands among all.
func ExampleDeciles() {
	var deciles [][]float64
	for k := 1; k <= 9; k++ {
		deciles = append(deciles, []float64{0.05 * float64(k), 0.06 * float64(k)})
	}
	chart, err := plot.Deciles(plot.DecilesInput{
		Text:      plot.Text{Title: "Uptake against all trusts"},
		X:         plot.Axis{Label: "Year", Ticks: []plot.Tick{{At: 0, Label: "2017/18"}, {At: 1, Label: "2018/19"}}},
		Y:         plot.Axis{Label: "Share of eligible patients", Scale: plot.Percent},
		At:        []float64{0, 1},
		Deciles:   deciles,
		Highlight: &plot.Line{Name: "Example Trust", X: []float64{0, 1}, Y: []float64{0.21, 0.44}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chart.Description())
	// Output:
	// Deciles over time. Example Trust: first 21% at 2017/18, last 44% at 2018/19, highest 44% at 2018/19. median: first 25% at 2017/18, last 30% at 2018/19, highest 30% at 2018/19.
}

// A figure for a page: the picture, and its table behind it.
func ExampleChart_Figure() {
	chart, err := plot.Curve(plot.CurveInput{
		Text:  plot.Text{Title: "Adopters", ID: "adopters"},
		Lines: []plot.Line{{Name: "adopted", X: []float64{1, 2}, Y: []float64{3, 4}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	page := string(chart.Figure())
	fmt.Println(page[:65])
	// Output:
	// <figure class="plot" lang="en-GB"><svg xmlns="http://www.w3.org/2
}
