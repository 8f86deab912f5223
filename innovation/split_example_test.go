package innovation_test

import (
	"errors"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
)

// A pot of £10m is split by business case, population and cost of focus areas,
// between £2m and £5m each.
func ExampleProposeSplit() {
	least, most := innovation.Money(2_000_000_00), innovation.Money(5_000_000_00)
	request := innovation.SplitRequest{
		Amount:  10_000_000_00,
		Weights: innovation.SplitWeights{Score: 500_000, Population: 300_000, Cost: 200_000},
		Min:     &least,
		Max:     &most,
		Bids: []innovation.Bid{
			{Recipient: "ahsn-oxford", Score: 70, Population: 3_000_000, Cost: 4_000_000_00},
			{Recipient: "ahsn-eastern", Score: 90, Population: 6_000_000, Cost: 9_000_000_00},
			{Recipient: "ahsn-wessex", Score: 20, Population: 1_000_000, Cost: 1_000_000_00},
		},
	}
	split, err := innovation.ProposeSplit(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, share := range split.Shares {
		fmt.Printf("%s %s %q\n", share.Recipient, share.Amount.Format(), share.Bound)
	}
	fmt.Println(split.Shares[1].Explanation)

	least = 4_000_000_00
	_, err = innovation.ProposeSplit(request)
	fmt.Println(errors.Is(err, innovation.Refused))
	fmt.Println(err)
	// Output:
	// ahsn-eastern £4,964,203.84 ""
	// ahsn-oxford £3,035,796.16 ""
	// ahsn-wessex £2,000,000.00 "minimum"
	// 34.1587 % of the weight (business case 19.4444 %, population 9.0000 %, cost of focus areas 5.7143 %): £3,415,873.01 by weight alone; with other shares held at their bounds: £3,035,796.16; rounded up to the penny
	// true
	// amount: 3 bids at a minimum of £4,000,000.00 need £12,000,000.00; the envelope holds £10,000,000.00; lower the minima, take in fewer bids or split more
}

// What is known of the pot of 2013: one sum for those networks that said what
// they got, and two that did not say.
func ExampleEnvelopeFile_SharesOn() {
	day := innovation.OnDay(innovation.MustDate("2014-01-31"))
	figure := func(a innovation.Amount, basis innovation.FigureBasis) innovation.Figure {
		return innovation.Figure{Amount: a, Per: innovation.PerPeriod, Basis: basis}
	}
	bounds, err := innovation.Range(2_000_000_00, 7_000_000_00)
	if err != nil {
		fmt.Println(err)
		return
	}
	var file innovation.EnvelopeFile
	file.Envelope.Value = innovation.Envelope{Envelope: "env-2013-pot", Figure: figure(innovation.Exact(70_000_000_00), innovation.FigureAnnounced), Day: day}
	file.Criteria = []innovation.Recorded[innovation.Criterion]{{Value: innovation.Criterion{Envelope: "env-2013-pot",
		Criterion: innovation.CriterionShareBounds, Bounds: bounds, Period: innovation.From(innovation.MustDate("2013-05-23"))}}}
	for _, a := range []innovation.Allocation{
		{Allocation: "alloc-thirteen", Figure: figure(innovation.Exact(45_400_000_00), innovation.FigureIndicative), Day: day},
		{Allocation: "alloc-imperial", Recipient: "ahsn-imperial-college-health-partners", Figure: figure(innovation.NotDisclosed(), innovation.FigureIndicative), Day: day},
		{Allocation: "alloc-west-midlands", Recipient: "ahsn-west-midlands", Figure: figure(innovation.NotDisclosed(), innovation.FigureIndicative), Day: day},
	} {
		file.Allocations = append(file.Allocations, innovation.Recorded[innovation.Allocation]{Value: a})
	}
	check, err := file.SharesOn(innovation.MustDate("2014-03-31"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range check.Shares {
		fmt.Println(row.Recipient, "within the bounds:", row.Within)
		fmt.Println("  by the bounds", row.WithBounds)
		fmt.Println("  without them ", row.WithoutBounds)
	}
	fmt.Println("shared out:", check.WithBounds.Sum)
	fmt.Println("left:      ", check.WithBounds.Remainder)
	fmt.Println("left, without the bounds:", check.WithoutBounds.Remainder)
	// Output:
	// ahsn-imperial-college-health-partners within the bounds: possibly
	//   by the bounds £2,000,000.00 to £7,000,000.00
	//   without them  £0.00 to £24,600,000.00
	// ahsn-west-midlands within the bounds: possibly
	//   by the bounds £2,000,000.00 to £7,000,000.00
	//   without them  £0.00 to £24,600,000.00
	// shared out: £49,400,000.00 to £59,400,000.00
	// left:       £10,600,000.00 to £20,600,000.00
	// left, without the bounds: £0.00 to £24,600,000.00
}
