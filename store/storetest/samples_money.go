package storetest

import "github.com/innovationregistry/registry/innovation"

// moneySamples are the facts about money. They name bodies and conditions of
// the licence samples.
func moneySamples() []innovation.Cited {
	day := innovation.MustDate
	on := func(s string) innovation.Day { return innovation.OnDay(day(s)) }
	from := func(s string) innovation.Period { return innovation.From(day(s)) }
	between := func(start, end string) innovation.Period { return innovation.Between(day(start), day(end)) }
	bounds := func(start, end innovation.Bound) innovation.Period { return innovation.Period{Start: start, End: end} }
	letter := innovation.Citation{Source: SampleLetter, Locator: "page 3, line 7"}
	report := innovation.Citation{Source: SampleReport}
	around, err := innovation.AboutWithin(70_000_000_00, 65_000_000_00, 75_000_000_00)
	must(err)
	above, err := innovation.MoreThan(250_000_000_00)
	must(err)
	shareBounds, err := innovation.Range(2_000_000_00, 7_000_000_00)
	must(err)
	year := innovation.InYear(2028).As(innovation.BasisComputed)
	financial := innovation.InFinancialYear(2018).As(innovation.BasisDisputed)

	return []innovation.Cited{
		{Fact: innovation.Envelope{Envelope: "envelope-a", Title: "The pot: “£70m”", Type: "pot", Purpose: "First year", Stream: "core", Funder: "body-a",
			For: "network-b", Figure: innovation.Figure{Amount: around, Per: innovation.PerPeriod, VAT: innovation.VATOutsideScope, Basis: innovation.FigureAnnounced,
				Covers: between("2013-04-01", "2014-04-01")}, Note: "shared by all", Day: on("2013-05-23")}, Sources: []innovation.Citation{letter}},
		{Fact: innovation.Envelope{Envelope: "envelope-b", Title: "A part", Type: "programme", Parent: "envelope-a",
			Figure: innovation.Figure{Amount: above, Per: innovation.PerYear, Basis: innovation.FigureExpected, Covers: bounds(financial, innovation.OpenEnd())},
			Day:    innovation.Day{Bound: innovation.UnknownBound()}}},
		{Fact: innovation.CoFunder{Envelope: "envelope-a", Funder: "body-b", Amount: innovation.AtLeast(1_00), Note: "a little", Period: from("2013-05-23")}},
		{Fact: innovation.Criterion{Envelope: "envelope-a", Criterion: innovation.CriterionShareBounds, Text: "£2m to £7m for each", Bounds: shareBounds,
			Weight: 250_000, Note: "unattributed", Period: from("2013-05-23")}},
		{Fact: innovation.MoneyClaim{About: innovation.EnvelopeID("envelope-a").Entity(), Topic: "pot", Rung: innovation.RungAnnounced, Each: true,
			Figure: innovation.Figure{Amount: innovation.Exact(56_400_000_00), Per: innovation.PerContractYear, VAT: innovation.VATIncluded, Basis: innovation.FigureImplied,
				Covers: between("2013-04-01", "2014-04-01")}, Note: "a rival", Day: on("2014-04-01")}},
		{Fact: innovation.Allocation{Allocation: "allocation-a", Envelope: "envelope-a", Recipient: "network-a",
			Figure: innovation.Figure{Amount: innovation.Exact(20_000_000_00), Per: innovation.PerPeriod, VAT: innovation.VATOutsideScope, Basis: innovation.FigureIndicative,
				Covers: between("2013-04-01", "2014-04-01")}, By: "body-a", Override: "by the minister", Note: "provisional", Day: on("2013-06-01")}},
		{Fact: innovation.Allocation{Allocation: "allocation-b", Envelope: "envelope-a",
			Figure: innovation.Figure{Amount: innovation.NotDisclosed(), Per: innovation.PerPeriod, Basis: innovation.FigureReported}, Day: on("2013-06-01")}},
		{Fact: innovation.Score{Allocation: "allocation-a", Criterion: innovation.CriterionBusinessCase, Value: 755, Scale: 1, OutOf: 1000, Unit: "points",
			Note: "by the panel", Day: on("2013-05-20")}},
		{Fact: innovation.Share{Of: innovation.AllocationID("allocation-b").Entity(), Recipient: "network-b", Amount: innovation.AtMost(5_100_000_00),
			Note: "at most", Period: from("2013-06-01")}},
		{Fact: innovation.Award{Award: "award-a", Title: "Core 2013/14", Envelope: "envelope-a", Allocation: "allocation-a", Funder: "body-a", Recipient: "network-a",
			Stream: "core", Programme: "Core funding", Purpose: "Spread", Identifier: "360G-body-a-1", Figure: innovation.Figure{Amount: innovation.Exact(10_000_000_00),
				Per: innovation.PerPeriod, VAT: innovation.VATOutsideScope, Basis: innovation.FigureAgreed, Covers: between("2013-04-01", "2014-04-01")},
			Evaluation: innovation.Exact(100_000_00), Override: "none needed", Note: "by letter", Day: on("2013-06-10")}, Sources: []innovation.Citation{letter, report}},
		{Fact: innovation.Award{Award: "award-b", Title: "Passed on", Funder: "network-a", Figure: innovation.Figure{Amount: innovation.About(500_000_00),
			Per: innovation.PerPeriod, Basis: innovation.FigureReported}, Day: innovation.Day{Bound: year}}},
		{Fact: innovation.Adjustment{Award: "award-a", Type: innovation.Increase, Amount: innovation.Exact(1), Reason: "a penny more", Note: "rounding", Day: on("2013-12-01")}},
		{Fact: innovation.Instalment{Instalment: "instalment-a", Award: "award-a", Number: 1, Amount: innovation.Exact(5_000_000_00), Due: innovation.Day{Bound: innovation.InMonth(2013, 7)},
			Note: "first half", Period: from("2013-06-10")}},
		{Fact: innovation.Gate{Instalment: "instalment-a", Condition: "condition-a", Text: "and a plan", Expected: innovation.Day{Bound: innovation.InMonth(2013, 6)},
			Note: "opened", Period: between("2013-06-10", "2013-06-30")}},
		{Fact: innovation.MoneyTransfer{Award: "award-b", Through: "network-a", FromAward: "award-a", FromEnvelope: "envelope-a", Note: "a tier", Day: innovation.Day{Bound: year}}},
		{Fact: innovation.Payment{Award: "award-a", Instalment: "instalment-a", Payee: "host", Amount: innovation.Exact(4_999_999_99), VAT: innovation.VATOutsideScope,
			Accrued: innovation.Day{Bound: innovation.InMonth(2013, 7)}, Reference: "LEDGER/0001", Note: "a penny short", Day: on("2013-08-02")}},
		{Fact: innovation.Refund{Award: "award-a", Type: innovation.Clawback, Amount: innovation.Exact(99), VAT: innovation.VATOutsideScope,
			Accrued: innovation.Day{Bound: innovation.InMonth(2013, 8)}, Reason: "paid twice", Reference: "LEDGER/0002", Note: "small", Day: on("2013-08-03")}},
		{Fact: innovation.Spend{Organisation: "network-a", Award: "award-a", Stream: "core", FocusArea: "patient safety", Purpose: "pay", Amount: innovation.Exact(1_234_56),
			VAT: innovation.VATIncluded, Accrued: innovation.Day{Bound: innovation.InMonth(2013, 9)}, Reference: "LEDGER/0003", Note: "staff", Day: on("2013-10-01")}},
		{Fact: innovation.YearEnd{Organisation: "network-a", Award: "award-a", Type: innovation.CarryForward, Year: 2013, Into: 2014, Amount: innovation.Exact(1_00),
			Note: "agreed", Day: on("2014-03-20")}},
		{Fact: innovation.Holding{Organisation: "network-a", For: "network-b", Stream: "project", Purpose: "a pooled project", Amount: innovation.Exact(2_00), Note: "pooled", Period: from("2013-09-01")}},
		{Fact: innovation.Income{Organisation: "network-a", From: "body-b", Kind: innovation.IncomeIndustry, Title: "Membership fees", Stream: "other", Award: "award-a",
			Match: innovation.Matched, Figure: innovation.Figure{Amount: innovation.Exact(300_000_00), Per: innovation.PerYear, VAT: innovation.VATExcluded, Basis: innovation.FigureActual,
				Covers: between("2013-04-01", "2014-04-01")}, Note: "from members", Day: on("2014-03-31")}},
		{Fact: innovation.Income{Organisation: "network-b", Kind: innovation.IncomeMixed, Whole: true, Figure: innovation.Figure{Amount: innovation.AtLeast(1_000_000_00), Per: innovation.PerPeriod,
			Basis: innovation.FigureReported}, Day: on("2014-03-31")}},
		{Fact: innovation.Leverage{About: innovation.EnvelopeID("envelope-a").Entity(), Type: "private-investment", Source: "host", Title: "Private money", Stream: "core",
			Figure: innovation.Figure{Amount: above, Per: innovation.PerPeriod, VAT: innovation.VATOutsideScope, Basis: innovation.FigureExpected, Covers: bounds(financial, year)}, Evidence: "expected", Note: "hoped for", Day: on("2017-08-30")}},
		{Fact: innovation.Forecast{Organisation: "network-a", Version: 1, Line: innovation.LineIncome, Kind: innovation.IncomeCore, Stream: "core", Purpose: "licence",
			When: innovation.Day{Bound: innovation.InMonth(2014, 4)}, Amount: innovation.Exact(400_000_00), VAT: innovation.VATExcluded, Note: "first", Day: on("2014-03-01")}},
		{Fact: innovation.PeriodLock{Organisation: "network-b", Through: day("2013-03-31"), Note: "closed", Day: on("2013-06-30")}},
		{Fact: innovation.IssuedReport{Report: "report-a", Title: "Ladder of the pot", Question: "ladder", Definition: `{"envelope":"envelope-a"}`, On: day("2014-03-31"), Act: 1,
			PublishedBy: day("2014-03-31"), Issuer: "body-a", Content: `{"rows":[]}`, Digest: "1633902c6cbba5e7770dbed172df754a25078bb76efe1f23474edc87f1a47655", Note: "issued", Day: on("2014-04-02")}},
	}
}
