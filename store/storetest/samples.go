package storetest

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// Sources that the samples found and cite.
const (
	SampleLetter innovation.SourceID = "sample-letter"
	SampleReport innovation.SourceID = "sample-report"
)

// Samples is a small register: facts of every type, in an order in which they
// can be recorded, each with its sources. Between the samples of a type every
// field is set, bounds have every precision and basis, money stands at its
// limits, and texts hold what engines stumble over: quotes, line feeds,
// accents, emoji. What is returned is the caller's own.
func Samples() []innovation.Cited {
	return append(append(licenceSamples(), moneySamples()...), adoptionSamples()...)
}

// licenceSamples are the facts about bodies and their licences.
func licenceSamples() []innovation.Cited {
	day := innovation.MustDate
	on := func(s string) innovation.Day { return innovation.OnDay(day(s)) }
	from := func(s string) innovation.Period { return innovation.From(day(s)) }
	between := func(start, end string) innovation.Period { return innovation.Between(day(start), day(end)) }
	letter := innovation.Citation{Source: SampleLetter, Locator: "page 3, line 7"}
	report := innovation.Citation{Source: SampleReport}
	limits, err := innovation.Range(math.MinInt64, math.MaxInt64)
	must(err)
	around, err := innovation.AboutWithin(70_000_000_00, 65_000_000_00, 75_000_000_00)
	must(err)
	above, err := innovation.MoreThan(250_000_000_00)
	must(err)

	// Bounds of every precision and basis.
	month := innovation.InMonth(2013, 5).As(innovation.BasisAssumed)
	quarter := innovation.InQuarter(2023, 4).As(innovation.BasisEstimated)
	year := innovation.InYear(2028).As(innovation.BasisComputed)
	financial := innovation.InFinancialYear(2018).As(innovation.BasisDisputed)
	by := innovation.NotLaterThan(day("2014-06-30")).As(innovation.BasisInferred)
	planned := innovation.NotEarlierThan(day("2030-01-01")).As(innovation.BasisAnnounced)
	bounds := func(start, end innovation.Bound) innovation.Period { return innovation.Period{Start: start, End: end} }

	return []innovation.Cited{
		{Fact: innovation.Source{Source: SampleLetter, Title: "Letter to the “networks”", Publisher: "NHS England & partners",
			URL: "https://example.org/letter?a=1&b='2'", Kind: "decision-letter", Published: on("2013-05-23"), Note: "Two pages;\nthe second is blank."}},
		{Fact: innovation.Source{Source: SampleReport, Title: "Report", Published: innovation.Day{Bound: innovation.InMonth(2018, 4)}},
			Sources: []innovation.Citation{letter}},
		{Fact: innovation.Term{Scheme: innovation.SchemeOrganisationKind, Code: "sample-kind", Label: "A kind of its own: “übrige”"}},
		{Fact: innovation.Person{Person: "p-0001", Name: "Zoë O’Brien-Łukasz 🧪"}},
		{Fact: innovation.Person{Person: "p-0002", Name: "Ann Example"}},

		{Fact: innovation.Existence{Organisation: "network-a", Aspect: innovation.Operational, Kind: "ahsn", LegalForm: "hosted-by-nhs-provider",
			Note: `Hosted; "one of fifteen"`, Period: bounds(month, planned)}, Sources: []innovation.Citation{letter, report}},
		{Fact: innovation.Existence{Organisation: "network-b", Aspect: innovation.Legal, Kind: "sample-kind", Period: from("2013-05-23")}},
		{Fact: innovation.Existence{Organisation: "body-a", Aspect: innovation.Operational, Kind: "arms-length-body", Period: from("2013-04-01")}},
		{Fact: innovation.Existence{Organisation: "body-b", Aspect: innovation.Operational, Kind: "government-department", Period: bounds(by, innovation.OpenEnd())}},
		{Fact: innovation.Existence{Organisation: "host", Aspect: innovation.Operational, Kind: "nhs-trust",
			Period: bounds(innovation.UnknownBound(), year)}},
		{Fact: innovation.Name{Organisation: "network-a", Text: "Östliches Netz — ‘Café & Co’", Kind: "designated-2013",
			Note: "100% so; path C:\\x_y", Period: bounds(month, quarter)}, Sources: []innovation.Citation{letter}},
		{Fact: innovation.Name{Organisation: "network-a", Text: "Health Innovation East 🏥", Kind: "current", Period: bounds(quarter, innovation.OpenEnd())}},
		{Fact: innovation.Identifier{Organisation: "network-a", Scheme: "company", Value: "08465823", Period: between("2013-03-28", "2024-01-01")}},
		{Fact: innovation.Role{Organisation: "network-a", Role: innovation.RoleNetwork, Note: "designated", Period: bounds(financial, innovation.OpenEnd())}},
		{Fact: innovation.Relation{Organisation: "network-a", Type: "member-of", Target: "network-b", Sector: "provider", Weight: 333_333,
			Evidence: "stated", Extent: "part", Note: "a third", Period: between("2016-02-29", "2020-02-29")}, Sources: []innovation.Citation{report}},
		{Fact: innovation.Area{Organisation: "network-a", Kind: "county", Name: "Cornwall and the Isles of Scilly", Code: "E06000052",
			Evidence: "named", Extent: "assumed-whole", Note: "with Scilly", Period: from("2013-05-23")}},
		{Fact: innovation.Population{Organisation: "network-a", Nominal: math.MaxInt64 - 1, Low: 1, High: math.MaxInt64, Qualifier: "about",
			Note: "as published", Day: innovation.Day{Bound: innovation.InYear(2013)}}},
		{Fact: innovation.Succession{Predecessor: "network-a", Successor: "network-b", Type: innovation.Transfer, Part: "patient safety",
			Moved: 1_250_000, Note: "functions only", Day: innovation.Day{Bound: innovation.Exactly(day("2031-04-01")).As(innovation.BasisAnnounced)}}},
		{Fact: innovation.Succession{Predecessor: "network-b", Type: innovation.Merge, Day: on("2032-04-01")}},
		{Fact: innovation.Post{Organisation: "network-a", Title: "Chief officer", Holder: "p-0001", Note: "interim", Period: from("2019-06-03")}},

		{Fact: innovation.Round{Round: "round-1", Number: 11, Title: "First round", TermYears: 5, NoticeDays: 90, Graded: true,
			FocusAreas: []string{"patient safety", "économie", "data, digital"}, AnnouncedOn: on("2013-05-23"), Note: "eight and seven",
			Period: between("2013-05-23", "2018-05-23")}, Sources: []innovation.Citation{letter}},
		{Fact: innovation.CountClaim{Round: "round-1", Grade: innovation.GradeFull, Count: 8, Note: "of fifteen", Day: on("2013-05-23")},
			Sources: []innovation.Citation{letter}},
		{Fact: innovation.Licence{Licence: "licence-a", Holder: "network-a", Round: "round-1", AnnouncedOn: innovation.Day{Bound: month},
			Note: "by letter", Period: innovation.Period{Start: innovation.Exactly(day("2013-05-23")),
				End: innovation.Exactly(day("2018-05-23")).As(innovation.BasisComputed)}}, Sources: []innovation.Citation{letter, report}},
		{Fact: innovation.Stream{Licence: "licence-a", Licensor: "body-a", Commission: "spread", Value: limits, Note: "the limits of money",
			Period: between("2013-05-23", "2018-05-23")}},
		{Fact: innovation.Stream{Licence: "licence-a", Licensor: "body-b", Value: around, Period: between("2013-05-23", "2018-05-23")}},
		{Fact: innovation.Stream{Licence: "licence-a", Licensor: "body-b", Commission: "more", Value: above, Period: between("2014-05-23", "2018-05-23")}},
		{Fact: innovation.Stream{Licence: "licence-a", Licensor: "body-a", Commission: "least", Value: innovation.AtLeast(math.MinInt64), Period: between("2014-05-23", "2018-05-23")}},
		{Fact: innovation.Stream{Licence: "licence-a", Licensor: "body-a", Commission: "most", Value: innovation.AtMost(math.MaxInt64), Period: between("2014-05-23", "2018-05-23")}},
		{Fact: innovation.Stream{Licence: "licence-a", Licensor: "body-a", Commission: "nothing", Value: innovation.Exact(0), Period: between("2014-05-23", "2018-05-23")}},
		{Fact: innovation.Stream{Licence: "licence-a", Licensor: "body-a", Commission: "hidden", Value: innovation.NotDisclosed(), Period: between("2014-05-23", "2018-05-23")}},
		{Fact: innovation.ContractingBody{Licence: "licence-a", Party: "network-a", Body: "host", Note: "signs for it", Period: from("2013-05-23")}},
		{Fact: innovation.Condition{Condition: "condition-a", Licence: "licence-a", Text: "Appoint a chair", Due: on("2013-12-31"), Outcome: "met",
			Note: "from the letter", Period: between("2013-05-23", "2017-01-01")}, Sources: []innovation.Citation{letter}},
		{Fact: innovation.Condition{Condition: "condition-b", Round: "round-1", Unnamed: 7, Text: "Agree a business plan", Period: from("2013-05-23")}},
		{Fact: innovation.Provision{Provision: "provision-a", Licence: "licence-a", Type: innovation.Option, Text: "Two more years", Exerciser: "body-a",
			Due: innovation.Day{Bound: innovation.InFinancialYear(2017)}, Outcome: "outcome-not-published", Note: "once", Period: from("2013-05-23")}},
		{Fact: innovation.Provision{Provision: "provision-b", Round: "round-1", Type: innovation.Duty, Text: "Share what works", Period: from("2013-05-23")}},
		{Fact: innovation.Decision{Licence: "licence-a", Type: innovation.DecisionGrade, By: "body-a", Grade: innovation.GradeConditional,
			Note: "by letter", Day: on("2013-05-23")}, Sources: []innovation.Citation{letter}},
		{Fact: innovation.Decision{Licence: "licence-a", Type: innovation.DecisionMet, By: "body-a", Condition: "condition-a", Day: on("2013-11-01")}},
		{Fact: innovation.Decision{Licence: "licence-a", Type: innovation.DecisionVary, By: "body-b", Until: day("2018-09-30"), DropConditions: true, Day: on("2017-02-01")}},
		{Fact: innovation.Decision{Licence: "licence-a", Type: innovation.DecisionExerciseOption, By: "body-a", Provision: "provision-a",
			Until: day("2020-05-23"), Day: on("2018-02-01")}},
		{Fact: innovation.Decision{Licence: "licence-a", Type: innovation.DecisionPassLicensor, By: "body-b", Successor: "host", Day: on("2018-03-01")}},
		{Fact: innovation.Claim{About: innovation.RoundID("round-1").Entity(), Topic: "start-of-round-1", Field: "start", Value: "May 2013",
			Unit: "month", Note: "two others differ", Day: innovation.Day{Bound: innovation.UnknownBound()}}, Sources: []innovation.Citation{report}},
		{Fact: innovation.Claim{About: innovation.OrganisationID("network-a").Entity(), Topic: "adopters", Field: "count", Value: "about 400", Day: on("2016-03-31")}},
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
