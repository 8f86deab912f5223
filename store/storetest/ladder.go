package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/innovationregistry/registry/innovation"
)

// ladder reads the rows of a ladder.
func ladder(r *register, day string, q innovation.LadderQuery) []innovation.LadderRow {
	r.t.Helper()
	l, err := r.Ladder(context.Background(), on(day), q)
	if err != nil {
		r.t.Fatal(err)
	}
	return l.Rows
}

// show writes a row in a line, for comparison: amounts, then remainders.
func show(row innovation.LadderRow) string {
	text := ""
	for _, r := range row.Rungs {
		if !r.Known {
			text += string(r.Rung) + " not known"
		} else {
			text += fmt.Sprintf("%s %s", r.Rung, r.Amount)
			if !r.Remainder.IsZero() {
				text += fmt.Sprintf(" (left %s)", r.Remainder)
			}
		}
		if !r.WithoutBounds.IsZero() {
			text += fmt.Sprintf(" without bounds %s (left %s)", r.WithoutBounds, r.WithoutBoundsRemainder)
		}
		for _, x := range r.Excluded {
			text += fmt.Sprintf(" excluding %d %s %s", x.Records, x.Reason, x.Amount)
		}
		text += "; "
	}
	return text
}

func exactly(pounds int64) innovation.Amount { return innovation.Exact(innovation.Money(pounds * 100)) }

func whole(a innovation.Amount, basis innovation.FigureBasis, start, end string) innovation.Figure {
	return innovation.Figure{Amount: a, Per: innovation.PerPeriod, Basis: basis, Covers: innovation.Between(date(start), date(end))}
}

// recordPot records a pot of £100 with shares of £10 to £30: £50 allocated to
// two together, two more not disclosed.
func recordPot(r *register) {
	r.t.Helper()
	bounds, err := innovation.Range(10_00, 30_00)
	if err != nil {
		r.t.Fatal(err)
	}
	year := func(a innovation.Amount, basis innovation.FigureBasis) innovation.Figure {
		return whole(a, basis, "2013-04-01", "2014-04-01")
	}
	r.record(
		innovation.Envelope{Envelope: "pot", Title: "Pot", Type: "pot", Stream: "core", Funder: "centre", Figure: year(exactly(100), innovation.FigureAnnounced), Day: onDay("2013-05-23")},
		innovation.Envelope{Envelope: "part", Title: "Part", Type: "pot", Parent: "pot", Funder: "centre", Figure: year(exactly(40), innovation.FigureAnnounced), Day: onDay("2013-05-23")},
		innovation.Criterion{Envelope: "pot", Criterion: "share-bounds", Text: "£10 to £30", Bounds: bounds, Period: from("2013-05-23")},
		innovation.Allocation{Allocation: "joint", Envelope: "pot", Figure: year(exactly(50), innovation.FigureIndicative), Day: onDay("2014-01-31")},
		innovation.Share{Of: innovation.AllocationID("joint").Entity(), Recipient: "east", Amount: bounds, Period: from("2014-01-31")},
		innovation.Share{Of: innovation.AllocationID("joint").Entity(), Recipient: "west", Period: from("2014-01-31")},
		innovation.Allocation{Allocation: "a", Envelope: "pot", Recipient: "trust", Figure: year(innovation.NotDisclosed(), innovation.FigureIndicative), Day: onDay("2014-01-31")},
		innovation.Allocation{Allocation: "b", Envelope: "pot", Recipient: "centre", Figure: year(innovation.NotDisclosed(), innovation.FigureIndicative), Day: onDay("2014-01-31")},
		innovation.MoneyClaim{About: innovation.EnvelopeID("pot").Entity(), Topic: "pot", Rung: innovation.RungAnnounced, Figure: year(exactly(90), innovation.FigureImplied), Day: onDay("2014-04-01")},
	)
}

// The rungs of a pot, with and without the bounds of shares.
func checkLadderOfAPot(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("centre", "body"), body("east", "ahsn"), body("west", "ahsn"), body("trust", "nhs-trust"))
	recordPot(r)
	for name, c := range map[string]struct {
		on   string
		q    innovation.LadderQuery
		want []string
	}{
		"the pot": {"2014-03-31", innovation.LadderQuery{Envelope: "pot"}, []string{
			"announced £100.00 excluding 1 inside-another-envelope £40.00; allocated £70.00 to £100.00 (left £0.00 to £30.00) without bounds £50.00 to £100.00 (left £0.00 to £50.00); committed not known; paid not known; spent not known; "}},
		"before the allocations": {"2013-06-01", innovation.LadderQuery{Envelope: "pot"}, []string{
			"announced £100.00 excluding 1 inside-another-envelope £40.00; allocated not known; committed not known; paid not known; spent not known; "}},
		"the part alone": {"2014-03-31", innovation.LadderQuery{Envelope: "part"}, []string{
			"announced £40.00; allocated not known; committed not known; paid not known; spent not known; "}},
		"of another year": {"2014-03-31", innovation.LadderQuery{Envelope: "pot", Year: 2014}, []string{
			"announced not known; allocated not known; committed not known; paid not known; spent not known; "}},
		"of a member": {"2014-03-31", innovation.LadderQuery{Network: "east"}, []string{
			"announced not known excluding 1 shared-with-others £100.00; allocated £20.00 to £30.00 without bounds £10.00 to £30.00 (left not stated); committed not known; paid not known; spent not known; "}},
		"of a member whose part is not known": {"2014-03-31", innovation.LadderQuery{Network: "west", Year: 2013}, []string{
			"announced not known excluding 1 shared-with-others £100.00; allocated £20.00 to £30.00 without bounds £20.00 to £40.00 (left not stated); committed not known; paid not known; spent not known; "}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := ladder(r, c.on, c.q)
			if len(rows) != len(c.want) {
				t.Fatalf("%d rows: %+v", len(rows), rows)
			}
			for i, row := range rows {
				if got := show(row); got != c.want[i] {
					t.Errorf("got  %s\nwant %s", got, c.want[i])
				}
			}
		})
	}
	rivals := ladder(r, "2014-03-31", innovation.LadderQuery{Envelope: "pot"})[0].Rungs[0].Rivals
	if len(rivals) != 1 || !rivals[0].Later || rivals[0].Claim.Value.Figure.Amount != exactly(90) {
		t.Errorf("rivals %+v", rivals)
	}
}

// Awards, adjustments, payments, refunds and spend climb down the ladder, by
// year and by network, on both ways of telling years.
func checkLadderOfAwards(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("centre", "body"), body("east", "ahsn"), body("west", "ahsn"), body("trust", "nhs-trust"))
	r.record(
		innovation.Envelope{Envelope: "env", Title: "Env", Type: "pot", Stream: "core", Funder: "centre", Figure: whole(exactly(1000), innovation.FigureAnnounced, "2020-04-01", "2021-04-01"), Day: onDay("2020-03-01")},
		innovation.Award{Award: "one", Title: "One", Envelope: "env", Funder: "centre", Recipient: "east", Figure: whole(exactly(300), innovation.FigureAgreed, "2020-04-01", "2021-04-01"), Day: onDay("2020-03-15")},
		innovation.Adjustment{Award: "one", Type: innovation.Decrease, Amount: innovation.Exact(1), Reason: "a penny", Day: onDay("2020-06-01")},
		innovation.Award{Award: "two", Title: "Two", Envelope: "env", Funder: "centre", Recipient: "west", Figure: whole(exactly(200), innovation.FigureAgreed, "2020-04-01", "2022-04-01"), Day: onDay("2020-05-01")},
		innovation.Award{Award: "hoped", Title: "Hoped", Envelope: "env", Funder: "centre", Recipient: "west", Figure: whole(exactly(5000), innovation.FigureExpected, "2020-04-01", "2021-04-01"), Day: onDay("2020-05-01")},
		innovation.Award{Award: "onward", Title: "Onward", Funder: "east", Recipient: "trust", Figure: whole(exactly(50), innovation.FigureAgreed, "2020-04-01", "2021-04-01"), Day: onDay("2020-07-01")},
		innovation.MoneyTransfer{Award: "onward", Through: "east", FromAward: "one", Day: onDay("2020-07-01")},
		innovation.Payment{Award: "one", Amount: exactly(100), Day: onDay("2020-04-30")},
		innovation.Payment{Award: "one", Amount: exactly(50), Accrued: innovation.Day{Bound: innovation.InMonth(2021, 3)}, Day: onDay("2021-04-15")},
		innovation.Refund{Award: "one", Type: innovation.Repayment, Amount: exactly(20), Day: onDay("2020-12-31")},
		innovation.Payment{Award: "two", Amount: exactly(70), Day: onDay("2021-05-01")},
		innovation.Payment{Award: "onward", Amount: exactly(50), Day: onDay("2020-08-01")},
		innovation.Spend{Organisation: "east", Award: "one", Purpose: "pay", Amount: exactly(30), Day: onDay("2020-10-01")},
		innovation.Spend{Organisation: "west", Purpose: "pay", Amount: innovation.AtLeast(7_00), Day: onDay("2020-10-01")},
		innovation.Income{Organisation: "east", Kind: innovation.IncomeInKind, Title: "Rooms", Figure: whole(exactly(9), innovation.FigureReported, "2020-04-01", "2021-04-01"), Day: onDay("2020-10-01")},
		innovation.Holding{Organisation: "east", For: "trust", Amount: exactly(11), Period: from("2020-10-01")},
	)
	for name, c := range map[string]struct {
		q    innovation.LadderQuery
		want []string
	}{
		"all": {innovation.LadderQuery{}, []string{
			"announced £1,000.00; allocated not known; committed £499.99 (left £500.01) excluding 1 expected £5,000.00 excluding 1 transfer £50.00; " +
				"paid £200.00 (left £299.99) excluding 1 held-for-others £11.00 excluding 1 in-kind £9.00 excluding 1 transfer £50.00; spent at least £37.00; "}},
		"the envelope": {innovation.LadderQuery{Envelope: "env"}, []string{
			"announced £1,000.00; allocated not known; committed £499.99 (left £500.01) excluding 1 expected £5,000.00; paid £200.00 (left £299.99); spent £30.00 (left £170.00); "}},
		"the envelope by year": {innovation.LadderQuery{Envelope: "env", By: innovation.LadderYear}, []string{
			"announced not known; allocated not known; committed not known excluding 1 spans-years £200.00; paid not known; spent not known; ",
			"announced £1,000.00; allocated not known; committed £299.99 (left £700.01) excluding 1 expected £5,000.00; paid £130.00 (left £169.99); spent £30.00 (left £100.00); ",
			"announced not known; allocated not known; committed not known; paid £70.00; spent not known; "}},
		"the envelope in cash": {innovation.LadderQuery{Envelope: "env", Year: 2021, Cash: true}, []string{
			"announced not known; allocated not known; committed not known; paid £120.00; spent not known; "}},
		"what east gave": {innovation.LadderQuery{Funder: "east"}, []string{
			"announced not known; allocated not known; committed £50.00; paid £50.00 (left £0.00); spent not known; "}},
		"by network": {innovation.LadderQuery{By: innovation.LadderNetwork}, []string{
			"announced £1,000.00; allocated not known; committed not known; paid not known; spent not known; ",
			"announced not known; allocated not known; committed £299.99; paid £130.00 (left £169.99) excluding 1 held-for-others £11.00 excluding 1 in-kind £9.00; spent £30.00 (left £100.00); ",
			"announced not known; allocated not known; committed not known excluding 1 transfer £50.00; paid not known excluding 1 transfer £50.00; spent not known; ",
			"announced not known; allocated not known; committed £200.00 excluding 1 expected £5,000.00; paid £70.00 (left £130.00); spent at least £7.00; "}},
		"by stream": {innovation.LadderQuery{Envelope: "env", By: innovation.LadderStream}, []string{
			"announced £1,000.00; allocated not known; committed £499.99 (left £500.01) excluding 1 expected £5,000.00; paid £200.00 (left £299.99); spent £30.00 (left £170.00); "}},
		"all by stream and year": {innovation.LadderQuery{By: innovation.LadderYearStream, Year: 2021}, []string{
			"announced not known; allocated not known; committed not known excluding 1 spans-years £200.00; paid £70.00; spent not known; "}},
		"the trust": {innovation.LadderQuery{Network: "trust"}, []string{
			"announced not known; allocated not known; committed £50.00; paid £50.00 (left £0.00); spent not known; "}},
		"another stream": {innovation.LadderQuery{Stream: "project"}, []string{
			"announced not known; allocated not known; committed not known; paid not known; spent not known; "}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := ladder(r, "2021-06-01", c.q)
			if len(rows) != len(c.want) {
				for _, row := range rows {
					t.Log(row.Year, row.Network, show(row))
				}
				t.Fatalf("%d rows, want %d", len(rows), len(c.want))
			}
			for i, row := range rows {
				if got := show(row); got != c.want[i] {
					t.Errorf("got  %s\nwant %s", got, c.want[i])
				}
			}
		})
	}
}
