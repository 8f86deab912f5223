// Command funding follows public money down the ladder: an envelope, two
// allocations out of it, an award in two instalments of which the second waits
// for a condition of the licence, and a payment. Then it asks what is left, what
// a split of the rest would be, and what happens when the condition slips.
//
//	go run ./examples/funding
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	st, err := store.OpenMemory(ctx, nil)
	if err != nil {
		return err
	}
	defer st.Close()
	for _, do := range []func(context.Context, *store.Store, io.Writer) error{setUp, payTooEarly, showLadder, splitTheRest, slip} {
		if err := do(ctx, st, out); err != nil {
			return err
		}
	}
	return nil
}

// setUp records a network on a licence, and its money, as one act.
func setUp(ctx context.Context, st *store.Store, _ io.Writer) error {
	begin, april := innovation.MustDate("2023-10-01"), day("2024-04-01")
	whole := innovation.Between(april.Earliest, innovation.MustDate("2025-04-01"))
	money := func(pounds int64, basis innovation.FigureBasis) innovation.Figure {
		return innovation.Figure{Amount: exact(pounds), Per: innovation.PerPeriod, Basis: basis, Covers: whole}
	}
	facts := []innovation.Fact{
		innovation.Existence{Organisation: "north", Aspect: "operational", Kind: "network", Period: innovation.From(begin)},
		innovation.Existence{Organisation: "south", Aspect: "operational", Kind: "network", Period: innovation.From(begin)},
		innovation.Existence{Organisation: "licensor", Aspect: "operational", Kind: "public-body", Period: innovation.From(begin)},
		innovation.Round{Round: "round-1", Number: 1, Title: "First round", TermYears: 5, Graded: true, Period: innovation.From(begin)},
		innovation.Licence{Licence: "north-1", Holder: "north", Round: "round-1", Period: innovation.Between(begin, innovation.MustDate("2028-10-01"))},
		innovation.Condition{Condition: "north-plan", Licence: "north-1", Text: "send a business plan", Period: innovation.From(begin)},

		innovation.Envelope{Envelope: "pot", Title: "Core money of 2024/25", Type: "pot", Stream: "core", Funder: "licensor",
			Figure: money(10_000_000, innovation.FigureAnnounced), Day: april},
		innovation.Allocation{Allocation: "pot-north", Envelope: "pot", Recipient: "north", Figure: money(4_000_000, innovation.FigureAgreed), Day: april},
		innovation.Allocation{Allocation: "pot-south", Envelope: "pot", Recipient: "south", Figure: money(3_500_000, innovation.FigureAgreed), Day: april},
		innovation.Award{Award: "north-2024", Title: "Core award of 2024/25", Allocation: "pot-north", Funder: "licensor", Recipient: "north",
			Figure: money(4_000_000, innovation.FigureAgreed), Day: april},
		innovation.Instalment{Instalment: "north-first", Award: "north-2024", Number: 1, Amount: exact(2_000_000), Due: day("2024-04-15"), Period: innovation.From(april.Earliest)},
		innovation.Instalment{Instalment: "north-second", Award: "north-2024", Number: 2, Amount: exact(2_000_000), Due: day("2024-10-15"), Period: innovation.From(april.Earliest)},
		innovation.Gate{Instalment: "north-second", Condition: "north-plan", Expected: day("2024-10-10"), Period: innovation.From(april.Earliest)},
		innovation.Payment{Award: "north-2024", Instalment: "north-first", Amount: exact(2_000_000), Day: day("2024-04-15")},
	}
	for month := range 12 { // north means to spend £300,000 a month
		first := april.Earliest.AddMonths(month)
		facts = append(facts, innovation.Forecast{Organisation: "north", Version: 1, Line: innovation.LineSpend,
			When: innovation.Day{Bound: innovation.InMonth(first.Year(), first.Month())}, Amount: exact(300_000), Day: april})
	}
	return record(ctx, st, "The money of 2024/25", facts...)
}

// payTooEarly tries to pay the instalment that waits for the condition.
func payTooEarly(ctx context.Context, st *store.Store, out io.Writer) error {
	err := record(ctx, st, "The second instalment", innovation.Payment{Award: "north-2024", Instalment: "north-second",
		Amount: exact(2_000_000), Day: day("2024-10-15")})
	var refused *innovation.Error
	if !errors.As(err, &refused) {
		return fmt.Errorf("the payment should be refused: %w", err)
	}
	fmt.Fprintf(out, "Refused by rule %s: %s.\nTry: %s.\n\n", refused.Rule, refused.Detail, refused.Try)
	return nil
}

// showLadder asks what was announced, allocated, committed and paid by a day.
func showLadder(ctx context.Context, st *store.Store, out io.Writer) error {
	on := innovation.On(innovation.MustDate("2024-10-15"))
	ladder, err := st.Ladder(ctx, on, innovation.LadderQuery{Envelope: "pot"})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "The pot on %s:\n", on.On)
	for _, rung := range ladder.Rows[0].Rungs {
		switch {
		case !rung.Known:
			fmt.Fprintf(out, "  %-9s  not known: %s\n", rung.Rung, rung.Why)
		case rung.Remainder.IsZero():
			fmt.Fprintf(out, "  %-9s  %s\n", rung.Rung, rung.Amount)
		default:
			fmt.Fprintf(out, "  %-9s  %s, %s left of the rung above\n", rung.Rung, rung.Amount, rung.Remainder)
		}
	}
	return nil
}

// splitTheRest proposes how to share out what is left of the pot.
func splitTheRest(ctx context.Context, st *store.Store, out io.Writer) error {
	rest, least := innovation.Money(250_000_000), innovation.Money(50_000_000) // in pence
	split, err := st.ProposeSplit(ctx, innovation.On(innovation.MustDate("2024-10-15")), store.SplitQuery{
		Amount: &rest, Min: &least, Weights: innovation.SplitWeights{Score: 700_000, Population: 300_000}, // in millionths
		Bids: []innovation.Bid{
			{Recipient: "north", Score: 71, Population: 3_000_000},
			{Recipient: "south", Score: 64, Population: 2_500_000},
			{Recipient: "coast", Score: 12, Population: 400_000},
		}})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nA split of the %s that is left:\n", split.Amount.Format())
	for _, share := range split.Shares {
		fmt.Fprintf(out, "  %-5s  %13s  %s\n", share.Recipient, share.Amount.Format(), share.Explanation)
	}
	return nil
}

// slip asks when the money runs out if the plan comes half a year late.
func slip(ctx context.Context, st *store.Store, out io.Writer) error {
	on := innovation.On(innovation.MustDate("2024-10-01"))
	runway, err := st.Runway(ctx, on, innovation.RunwayQuery{Organisation: "north", Months: 6, Opening: opening(1_100_000),
		Slips: []innovation.Slip{{Condition: "north-plan", Until: innovation.MustDate("2025-03-31")}}})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nIf the plan comes on 31 March 2025:\n")
	for _, i := range runway.Stopped {
		fmt.Fprintf(out, "  %s of %s, due %s, stops until %s: %s\n", i.Instalment, i.Amount, i.Due, i.Comes, strings.Join(i.By, "; "))
	}
	for _, m := range runway.Months {
		fmt.Fprintf(out, "  %s  closes at %s\n", m.Month.String()[:7], m.Closing.Amount)
	}
	fmt.Fprintf(out, "  north is out of money by the end of %s\n", runway.Negative.Certainly.String()[:7])
	return nil
}

// record records facts as one act: all of them or none.
func record(ctx context.Context, st *store.Store, reason string, facts ...innovation.Fact) error {
	_, err := st.Update(ctx, innovation.Act{Actor: "pat-0001", Reason: reason}, func(ctx context.Context, tx *store.Tx) error {
		for _, f := range facts {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func day(text string) innovation.Day { return innovation.OnDay(innovation.MustDate(text)) }

func exact(pounds int64) innovation.Amount { return innovation.Exact(innovation.Money(pounds * 100)) }

func opening(pounds int64) *innovation.Amount {
	a := exact(pounds)
	return &a
}
