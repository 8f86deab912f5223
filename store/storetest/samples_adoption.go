package storetest

import "github.com/innovationregistry/registry/innovation"

// adoptionSamples are the facts about innovations and their adoption. They name
// bodies of the licence samples.
func adoptionSamples() []innovation.Cited {
	day := innovation.MustDate
	on := func(s string) innovation.Day { return innovation.OnDay(day(s)) }
	from := func(s string) innovation.Period { return innovation.From(day(s)) }
	between := func(start, end string) innovation.Period { return innovation.Between(day(start), day(end)) }
	letter := innovation.Citation{Source: SampleLetter, Locator: "page 3, line 7"}
	quantity := func(value, low, high string) innovation.Quantity {
		q, err := innovation.ParseQuantity(value, low, high)
		must(err)
		return q
	}
	month := innovation.Day{Bound: innovation.InMonth(2015, 9).As(innovation.BasisAssumed)}

	return []innovation.Cited{
		{Fact: innovation.Innovation{Innovation: "innovation-a", Name: "A search: “hazardous prescribing”", Type: "service-and-software", Originator: "body-a",
			Summary: "It finds and corrects;\nnothing else.", Note: "first of its kind", Period: innovation.FromBound(innovation.InYear(2013))}, Sources: []innovation.Citation{letter}},
		{Fact: innovation.Innovation{Innovation: "innovation-b", Name: "A device", Period: innovation.FromBound(innovation.UnknownBound())}},
		{Fact: innovation.Supply{Innovation: "innovation-a", Supplier: "host", Product: "Search Plus", Note: "under licence", Period: between("2014-04-01", "2019-04-01")}},
		{Fact: innovation.Category{Innovation: "innovation-a", Category: "digital", Note: "by its maker", Period: from("2014-04-01")}},
		{Fact: innovation.Category{Innovation: "innovation-a", CareSetting: "primary-care", Period: from("2014-04-01")}},
		{Fact: innovation.Readiness{Innovation: "innovation-a", Type: "nice-guidance", Outcome: "recommended", Issuer: "body-b", Reference: "DG12", Note: "reviewed", Period: from("2014-04-02")}},
		{Fact: innovation.Notice{Innovation: "innovation-a", Type: "advice-to-stop", Issuer: "body-a", Supplier: "host", Text: "Stop using it.", Reference: "N/1", Note: "withdrawn", Day: on("2019-05-01")}},
		{Fact: innovation.Programme{Programme: "programme-a", Name: "First programme", Type: "national-adoption", Commissioner: "body-a", Lead: "network-a", Status: "closed",
			Note: "of seven", Period: between("2014-04-01", "2020-04-01")}},
		{Fact: innovation.Phase{Programme: "programme-a", Number: 2, Name: "Second", Aim: "All others", Note: "late", Period: between("2015-04-01", "2020-04-01")}},
		{Fact: innovation.ProgrammeInnovation{Programme: "programme-a", Innovation: "innovation-a", Phase: 2, Note: "joined", Period: from("2015-04-01")}},
		{Fact: innovation.Mandate{Programme: "programme-a", Innovation: "innovation-a", Owner: "body-a", Force: innovation.ForceExpected, Year: 2018, Criteria: "Saves money in a year",
			ComplyBy: on("2019-03-31"), Note: "comply or explain", Period: from("2018-04-01")}},
		{Fact: innovation.Eligibility{Innovation: "innovation-a", Organisation: "host", Programme: "programme-a", Phase: 2, Reason: "has a unit", Note: "asked", Period: from("2014-04-01")}},
		{Fact: innovation.Eligibility{Innovation: "innovation-a", Kind: "nhs-trust", Within: "network-a", Excluded: true, Period: between("2014-04-01", "2015-04-01")}},
		{Fact: innovation.Eligibility{Innovation: "innovation-b", Role: "provider", Period: from("2014-04-01")}},
		{Fact: innovation.Adoption{Innovation: "innovation-a", Organisation: "host", Step: innovation.Reached, Stage: innovation.Piloting, Grade: innovation.SelfReported,
			ExtentLow: 250_000, ExtentHigh: 500_000, Source: SampleLetter, Note: "two wards of “four”", Day: month}, Sources: []innovation.Citation{letter}},
		{Fact: innovation.Adoption{Innovation: "innovation-a", Organisation: "host", Step: innovation.Reached, Stage: innovation.Embedded, Grade: innovation.Observed,
			ExtentLow: 1_000_000, ExtentHigh: 1_000_000, Day: on("2016-02-29")}},
		{Fact: innovation.Adoption{Innovation: "innovation-a", Organisation: "host", Step: innovation.Confirmed, Stage: innovation.Adopted, Grade: innovation.SelfReported, Day: on("2016-06-01")}},
		{Fact: innovation.Adoption{Innovation: "innovation-a", Organisation: "host", Step: innovation.Reversed, Stage: innovation.Adopted, Grade: innovation.Observed,
			Reason: "no-staff-or-time", Day: on("2017-06-01")}},
		{Fact: innovation.Adoption{Innovation: "innovation-a", Organisation: "host", Step: innovation.Stopped, Grade: innovation.Audited, Reason: "funding-ended", Day: on("2018-06-01")}},
		{Fact: innovation.Adoption{Innovation: "innovation-b", Organisation: "network-b", Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.SupplierReported,
			Restated: true, Day: on("2012-06-01")}},
		{Fact: innovation.Adoption{Innovation: "innovation-b", Organisation: "body-a", Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Ordered,
			Planned: true, Day: innovation.Day{Bound: innovation.NotEarlierThan(day("2030-01-01")).As(innovation.BasisAnnounced)}}},
		{Fact: innovation.AdoptionDecision{Innovation: "innovation-a", Organisation: "body-a", For: "host", Programme: "programme-a", Outcome: innovation.DecidedToDefer, Priority: innovation.FullyMet,
			Evidence: innovation.PartlyMet, Affordable: innovation.NotMet, Fit: innovation.FullyMet, Blocker: "cost-too-high", Reason: "Not this year", Note: "by the board", Day: on("2014-06-01")}},
		{Fact: innovation.Observation{Observation: "observation-a", Innovation: "innovation-a", Programme: "programme-a", Type: innovation.Result, Scope: innovation.ScopeNetwork, Body: "network-a",
			Measure: "adopters", Quantity: quantity("370", "370", ""), Unit: "practices", Qualifier: "at-least", Cumulative: "yes", Covers: between("2015-09-01", "2017-05-01"), DayOf: "period-end",
			Note: "of 393", Day: innovation.Day{Bound: innovation.InMonth(2017, 4)}}, Sources: []innovation.Citation{letter}},
		{Fact: innovation.Observation{Observation: "observation-b", Innovation: "innovation-a", Type: innovation.Target, Scope: innovation.ScopeUnnamedNetworks, Bodies: 11, Place: "eleven networks",
			Measure: "adopters-share", Quantity: quantity("-94.10", "-95.00", "-90.55"), Unit: "percent", Day: on("2020-03-31")}},
		{Fact: innovation.ObservationBody{Observation: "observation-b", Organisation: "network-b"}},
		{Fact: innovation.Uptake{Innovation: "innovation-b", Organisation: "host", Measure: "items", Count: innovation.ExactQuantity(-3), Per: quantity("12.5", "", ""), Unit: "items",
			Restated: true, Source: SampleReport, Period: between("2014-01-01", "2014-02-01")}},
		{Fact: innovation.PeerGroup{PeerGroup: "peers-a", Name: "Teaching trusts", Owner: "body-a", Basis: "all teach", Note: "own group", Period: from("2014-04-01")}},
		{Fact: innovation.Peer{PeerGroup: "peers-a", Organisation: "host", Period: between("2014-04-01", "2024-04-01")}},
	}
}
