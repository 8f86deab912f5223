// Command adoption follows an innovation through ten hospitals: it records who
// could adopt it and who did, in a register in memory, and asks how many have by a
// day, how long it took, and what a fitted curve makes of it. With the name of a
// file it also draws the spread as an SVG figure, with a description and a table
// for those who do not see it.
//
//	go run ./examples/adoption [spread.svg]
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func main() {
	file := ""
	if len(os.Args) > 1 {
		file = os.Args[1]
	}
	if err := run(context.Background(), os.Stdout, file); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, file string) error {
	st, err := store.OpenMemory(ctx, nil)
	if err != nil {
		return err
	}
	defer st.Close()
	if err := setUp(ctx, st); err != nil {
		return err
	}
	view := innovation.On(innovation.MustDate("2023-09-15"))
	spread, err := st.Spread(ctx, view, store.SpreadQuery{Innovation: "pathway", Units: true})
	if err != nil {
		return err
	}
	show(out, spread)
	if err := fit(ctx, st, out, view); err != nil {
		return err
	}
	if file == "" {
		return nil
	}
	chart, err := spread.Chart(store.ChartCurve)
	if err != nil {
		return err
	}
	return os.WriteFile(file, chart.SVG(), 0o644)
}

// setUp records the hospitals, the innovation, who could adopt it, and the events,
// as one act. Of two events the day is not known exactly.
func setUp(ctx context.Context, st *store.Store) error {
	open := innovation.From(innovation.MustDate("2013-04-01"))
	launch := innovation.From(innovation.MustDate("2023-01-01"))
	adopted := []innovation.Bound{
		innovation.Exactly(innovation.MustDate("2023-02-14")), innovation.Exactly(innovation.MustDate("2023-03-03")), innovation.Exactly(innovation.MustDate("2023-03-20")),
		innovation.InMonth(2023, 5), innovation.Exactly(innovation.MustDate("2023-05-08")), innovation.Exactly(innovation.MustDate("2023-07-31")), innovation.InMonth(2023, 9),
	}
	_, err := st.Update(ctx, innovation.Act{Actor: "pat-0001", Reason: "The spread of a pathway"}, func(ctx context.Context, tx *store.Tx) error {
		facts := []innovation.Fact{
			innovation.Innovation{Innovation: "pathway", Name: "A pathway", Period: launch},
			innovation.Eligibility{Innovation: "pathway", Kind: "acute-trust", Reason: "has a ward for it", Period: launch},
		}
		for i := range 10 {
			hospital := innovation.OrganisationID(fmt.Sprintf("hospital-%d", i+1))
			facts = append(facts, innovation.Existence{Organisation: hospital, Aspect: innovation.Operational, Kind: "acute-trust", Period: open})
			if i < len(adopted) {
				facts = append(facts, innovation.Adoption{Innovation: "pathway", Organisation: hospital, Step: innovation.Reached, Stage: innovation.Adopted,
					Grade: innovation.Observed, Day: innovation.Day{Bound: adopted[i]}})
			}
		}
		for _, f := range facts {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// show prints how many had adopted, period by period, and how long it took.
func show(out io.Writer, s store.Spread) {
	fmt.Fprintf(out, "%s, by %s (%s):\n", s.Name, s.Asked.To, s.Footprint)
	for _, p := range s.All.Periods {
		fmt.Fprintf(out, "  %s  %s of %d had adopted", p.Name, count(p.Cumulative), p.Eligible.Possible)
		if p.Hazard != nil && p.Hazard.Hazard != nil {
			fmt.Fprintf(out, ", %d of %d at risk in it", p.Hazard.Adopted, p.Hazard.AtRisk)
		}
		fmt.Fprintln(out)
	}
	if half := s.All.Survival.Median; half.Days != nil {
		fmt.Fprintf(out, "Half had adopted within %.0f days.\n", *half.Days)
	} else {
		fmt.Fprintf(out, "When half have adopted is not known: %s.\n", half.Reason)
	}
}

// fit asks for a curve. What the data cannot bear is refused, with its rule.
func fit(ctx context.Context, st *store.Store, out io.Writer, view innovation.View) error {
	fits, err := st.SpreadFit(ctx, view, store.FitQuery{SpreadQuery: store.SpreadQuery{Innovation: "pathway"}, Model: store.FitLogistic, Horizon: 3})
	if err != nil {
		return err
	}
	for _, r := range fits.Refused {
		fmt.Fprintf(out, "No answer to %s: %s (%s).\n", r.Part, r.Detail, r.Rule)
	}
	if fits.Forecast == nil {
		return nil
	}
	fmt.Fprintln(out, "Forecast, no result:")
	for _, p := range fits.Forecast.Points {
		fmt.Fprintf(out, "  %s  %.1f, between %.1f and %.1f\n", p.Name, p.Cumulative, p.Low, p.High)
	}
	return nil
}

// count is how many it is, low to high.
func count(n store.CountRange) string {
	if n.Certain == n.Possible {
		return fmt.Sprint(n.Certain)
	}
	return fmt.Sprintf("%d to %d", n.Certain, n.Possible)
}
