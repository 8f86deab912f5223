package innovation_test

import (
	"errors"
	"testing"

	. "github.com/innovationregistry/registry/innovation"
)

func organisationRuleCases() []ruleCase {
	y := func(s, e string) Period { return Between(MustDate(s), MustDate(e)) }
	since := func(s string) Period { return From(MustDate(s)) }
	unknown := FromBound(UnknownBound())
	existences := func(es ...Existence) []RuleID {
		var f OrganisationFile
		for i, e := range es {
			e.Organisation = "nhs-improvement"
			f.Existences = append(f.Existences, recorded(FactID(i+1), e))
		}
		return rulesOf(f.Check())
	}
	codes := func(is ...Identifier) []RuleID {
		var f OrganisationFile
		for i, v := range is {
			v.Organisation = "nhs-bnssg-icb"
			f.Identifiers = append(f.Identifiers, recorded(FactID(i+1), v))
		}
		return rulesOf(f.Check())
	}
	roles := func(rs ...Role) []RuleID {
		var f OrganisationFile
		for i, v := range rs {
			v.Organisation = "ahsn-uclpartners"
			f.Roles = append(f.Roles, recorded(FactID(i+1), v))
		}
		return rulesOf(f.Check())
	}
	relations := func(rs ...Relation) []RuleID {
		var f OrganisationFile
		for i, v := range rs {
			v.Organisation, v.Target = "ouh", "ahsn-oxford"
			f.Relations = append(f.Relations, recorded(FactID(i+1), v))
		}
		return rulesOf(f.Check())
	}
	taken := func(other, mine Period) []RuleID {
		return rulesOf(CheckIdentifier([]Recorded[Identifier]{
			recorded(1, Identifier{Organisation: "nhs-bnssg-icb", Scheme: "ods", Value: "QUY", Period: other}),
			recorded(2, Identifier{Organisation: "nhs-bsw-icb", Scheme: "ods", Value: "QOX", Period: other}),
		}, Identifier{Organisation: "nhs-gloucestershire-icb", Scheme: "ods", Value: "QUY", Period: mine}))
	}
	return []ruleCase{
		{RuleExistenceOverlap, "another kind from the day the first ended", false,
			existences(Existence{Aspect: Legal, Kind: "body", Period: y("2016-04-01", "2022-07-01")}, Existence{Aspect: Legal, Kind: "company", Period: since("2022-07-01")})},
		{RuleExistenceOverlap, "two kinds on one day", true,
			existences(Existence{Aspect: Legal, Kind: "body", Period: y("2016-04-01", "2022-07-02")}, Existence{Aspect: Legal, Kind: "company", Period: since("2022-07-01")})},
		{RuleExistenceOverlap, "at work and in law", false,
			existences(Existence{Aspect: Legal, Kind: "body", Period: since("2016-04-01")}, Existence{Aspect: Operational, Kind: "body", Period: since("2016-04-01")})},
		{RuleExistenceOverlap, "two that go on, whenever they began", true,
			existences(Existence{Aspect: Legal, Kind: "body", Period: unknown}, Existence{Aspect: Legal, Kind: "company", Period: since("2022-07-01")})},
		{RuleExistenceOverlap, "two that may have followed each other", false,
			existences(Existence{Aspect: Legal, Kind: "body", Period: Period{Exactly(MustDate("2013-04-01")), InYear(2016)}},
				Existence{Aspect: Legal, Kind: "company", Period: FromBound(InYear(2016))})},

		{RuleIdentifierTaken, "the code passed on", false, taken(y("2022-07-01", "2026-04-01"), since("2026-04-01"))},
		{RuleIdentifierTaken, "the code of another on one day", true, taken(y("2022-07-01", "2026-04-02"), since("2026-04-01"))},
		{RuleIdentifierTaken, "the code of another since an unknown day", true, taken(unknown, since("2026-04-01"))},
		{RuleIdentifierDuplicate, "another code", false,
			codes(Identifier{Scheme: "ods", Value: "QUY", Period: since("2022-07-01")}, Identifier{Scheme: "ons", Value: "QUY", Period: since("2022-07-01")})},
		{RuleIdentifierDuplicate, "the same code", true,
			codes(Identifier{Scheme: "ods", Value: "QUY", Period: since("2022-07-01")}, Identifier{Scheme: "ods", Value: "QUY", Period: since("2023-07-01")})},
		{RuleRoleDuplicate, "two roles", false, roles(Role{Role: "network", Period: since("2013-05-23")}, Role{Role: "health-science-centre", Period: since("2009-03-01")})},
		{RuleRoleDuplicate, "one role twice", true, roles(Role{Role: "network", Period: since("2013-05-23")}, Role{Role: "network", Period: since("2018-04-01")})},
		{RuleRelationDuplicate, "two relations", false, relations(Relation{Type: "hosts", Period: since("2013-05-23")}, Relation{Type: MemberOf, Period: since("2013-05-23")})},
		{RuleRelationDuplicate, "a member in two sectors", false,
			relations(Relation{Type: MemberOf, Sector: "provider", Period: since("2013-05-23")}, Relation{Type: MemberOf, Sector: "academia", Period: since("2013-05-23")})},
		{RuleRelationDuplicate, "one relation twice", true, relations(Relation{Type: "hosts", Period: since("2013-05-23")}, Relation{Type: "hosts", Period: since("2018-04-01")})},
	}
}

func TestCheckIdentifierSaysExists(t *testing.T) {
	other := Identifier{Organisation: "nhs-bnssg-icb", Scheme: "ods", Value: "QUY", Period: From(MustDate("2022-07-01"))}
	mine := other
	mine.Organisation = "nhs-gloucestershire-icb"
	if err := CheckIdentifier([]Recorded[Identifier]{recorded(1, other)}, mine); !errors.Is(err, Exists) {
		t.Errorf("got %v, want an error of kind Exists", err)
	}
	if err := CheckIdentifier([]Recorded[Identifier]{recorded(1, other)}, other); err != nil {
		t.Errorf("an organisation's own code: %v", err)
	}
}

func TestDisplayName(t *testing.T) {
	name := func(text, kind string, p Period) Recorded[Name] {
		return recorded(1, Name{Text: text, Kind: kind, Period: p})
	}
	designated := From(MustDate("2013-05-23"))
	renamed := Period{Start: Exactly(MustDate("2023-10-01")).As(BasisAssumed)}
	untilRename := func(start Bound) Period { return Period{start, Exactly(MustDate("2023-10-01")).As(BasisAssumed)} }
	oxford := []Recorded[Name]{
		name("Oxford AHSN", "designated-2013", designated),
		name("Oxford AHSN", "short", untilRename(Exactly(MustDate("2013-05-23")))),
		name("Health Innovation Oxford and Thames Valley", "current", renamed),
	}
	eastern := []Recorded[Name]{
		name("Eastern AHSN", "designated-2013", designated),
		name("Health Innovation East", "trading", renamed),
		name("Eastern Academic Health Science Network Limited", "legal", FromBound(Exactly(MustDate("2013-05-01")).As(BasisAssumed))),
		name("EAHSN", "short", FromBound(InMonth(2012, 10))),
	}
	northWest := []Recorded[Name]{
		name("North West Coast AHSN", "designated-2013", designated),
		name("Innovation Agency", "trading", untilRename(InYear(2016))),
		name("Health Innovation North West Coast", "current", renamed),
	}
	southLondon := []Recorded[Name]{
		name("South London AHSN", "designated-2013", designated),
		name("Health Innovation Network", "trading", untilRename(NotLaterThan(MustDate("2015-03-31")))),
		name("Health Innovation Network South London", "current", renamed),
	}
	manchester := []Recorded[Name]{
		name("Greater Manchester AHSN", "designated-2013", designated),
		name("Health Innovation Manchester (launch)", "partnership-launch", From(MustDate("2015-09-02"))),
		name("Health Innovation Manchester", "current", FromBound(InMonth(2017, 10))),
		name("HInM", "short", FromBound(NotLaterThan(MustDate("2016-06-10")))),
	}
	uclPartners := []Recorded[Name]{
		name("UCLPartners AHSN", "designated-2013", Between(MustDate("2013-05-23"), MustDate("2023-10-01"))),
		name("UCLPartners", "current", FromBound(InMonth(2009, 3))),
	}
	southWest := []Recorded[Name]{
		name("South West Peninsula AHSN", "designated-2013", Period{Exactly(MustDate("2013-05-23")), Bound{MustDate("2013-05-24"), MustDate("2017-11-01"), BasisInferred}}),
		name("South West AHSN", "trading", FromBound(NotLaterThan(MustDate("2017-11-01")))),
	}
	for _, c := range []struct {
		names []Recorded[Name]
		on    string
		want  string
		inUse Answer
	}{
		{oxford, "2013-05-23", "Oxford AHSN", Yes},
		{oxford, "2023-09-30", "Oxford AHSN", Yes},
		{oxford, "2023-10-01", "Health Innovation Oxford and Thames Valley", Yes},
		{oxford, "2012-01-01", "Oxford AHSN", No},
		{eastern, "2013-05-22", "Eastern Academic Health Science Network Limited", Yes},
		{eastern, "2013-05-23", "Eastern AHSN", Yes},
		{eastern, "2024-01-01", "Health Innovation East", Yes},
		{eastern, "2012-10-15", "EAHSN", Possibly},
		{northWest, "2016-06-01", "North West Coast AHSN", Yes},
		{northWest, "2017-01-01", "Innovation Agency", Yes},
		{northWest, "2023-10-01", "Health Innovation North West Coast", Yes},
		{southLondon, "2013-05-23", "South London AHSN", Yes},
		{southLondon, "2015-03-31", "Health Innovation Network", Yes},
		{manchester, "2016-07-01", "Greater Manchester AHSN", Yes},
		{manchester, "2017-11-01", "Health Innovation Manchester", Yes},
		{uclPartners, "2013-05-22", "UCLPartners", Yes},
		{uclPartners, "2013-05-23", "UCLPartners AHSN", Yes},
		{uclPartners, "2024-01-01", "UCLPartners", Yes},
		{southWest, "2013-05-23", "South West Peninsula AHSN", Yes},
		{southWest, "2014-01-01", "South West Peninsula AHSN", Possibly},
		{southWest, "2017-11-01", "South West AHSN", Yes},
		{northWest[1:2], "2030-01-01", "Innovation Agency", No},
		{nil, "2024-01-01", "", No},
	} {
		f := OrganisationFile{Names: c.names}
		if got, inUse := f.NameOn(MustDate(c.on)); got != c.want || inUse != c.inUse {
			t.Errorf("on %s: got %q, %v, want %q, %v", c.on, got, inUse, c.want, c.inUse)
		}
	}
}
