package england_test

import (
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
)

// moneyReferences lists the entities that a fact of money names besides its
// subject.
func moneyReferences(f innovation.Fact) []innovation.Entity {
	var refs []innovation.Entity
	add := func(entities ...innovation.Entity) {
		for _, e := range entities {
			if e.Key != "" {
				refs = append(refs, e)
			}
		}
	}
	switch f := f.(type) {
	case innovation.Envelope:
		add(f.Funder.Entity(), f.For.Entity(), f.Parent.Entity())
	case innovation.CoFunder:
		add(f.Funder.Entity())
	case innovation.Allocation:
		add(f.Envelope.Entity(), f.Recipient.Entity(), f.By.Entity())
	case innovation.Share:
		add(f.Recipient.Entity())
	case innovation.Award:
		add(f.Funder.Entity(), f.Recipient.Entity(), f.Envelope.Entity(), f.Allocation.Entity())
	case innovation.MoneyTransfer:
		add(f.Through.Entity(), f.FromAward.Entity(), f.FromEnvelope.Entity())
	case innovation.Income:
		add(f.From.Entity(), f.Award.Entity())
	case innovation.Leverage:
		add(f.Source.Entity())
	}
	return refs
}

// moneyTexts gives the texts of a fact of money that a reader sees.
func moneyTexts(f innovation.Fact) []string {
	switch f := f.(type) {
	case innovation.Envelope:
		return []string{f.Title, f.Purpose, f.Note}
	case innovation.CoFunder:
		return []string{f.Note}
	case innovation.Criterion:
		return []string{f.Text, f.Note}
	case innovation.Allocation:
		return []string{f.Note}
	case innovation.Share:
		return []string{f.Note}
	case innovation.Award:
		return []string{f.Title, f.Programme, f.Purpose, f.Note}
	case innovation.MoneyTransfer:
		return []string{f.Note}
	case innovation.Income:
		return []string{f.Title, f.Note}
	case innovation.Leverage:
		return []string{f.Title, f.Note}
	case innovation.MoneyClaim:
		return []string{f.Topic, f.Note}
	}
	return nil
}

func pounds(n int64) innovation.Money { return innovation.Money(100 * n) }

// summary is what a person would check of a figure.
func summary(f innovation.Figure) string {
	s := f.Amount.String() + ", " + string(f.Per) + ", " + string(f.Basis)
	if f.Covers != (innovation.Period{}) {
		s += ", " + f.Covers.String()
	}
	return s
}

// Registers in the field hold the first acts with these digests. One that
// changed would be refused there: other data takes a new act.
func TestActsInTheFieldKeepTheirDigests(t *testing.T) {
	want := []struct{ key, digest string }{
		{"england/1/sources", "d8c7006230fcab9d"},
		{"england/1/organisations", "daa9f954128ae3b0"},
		{"england/1/networks", "4dcf6a3dfd320d9f"},
		{"england/1/regions", "e1aa724368dc90d1"},
		{"england/1/boards", "17c1570f1a4d7c41"},
		{"england/1/trusts", "aae2826ca51493fa"},
		{"england/1/trust-boards", "542a3c2a1c3fe2d7"},
		{"england/1/roles", "59afd4ab955d8b7c"},
		{"england/1/relations", "a1b4a466e3db3a3b"},
		{"england/1/successions", "c92bba8a21d3cf26"},
		{"england/1/areas", "522088423d71e360"},
		{"england/1/populations", "18c0f6f0653c3317"},
		{"england/1/people", "c4288be3e24dc78d"},
		{"england/1/rounds", "eaa446ea1a137041"},
		{"england/1/licences", "a9c4237d14a0d986"},
		{"england/1/clauses", "7442403b4b09d8da"},
		{"england/1/claims", "a622f6485184539e"},
		{"england/1/funding-sources", "af103c8304379f59"},
		{"england/1/envelopes", "3116b3973568a841"},
		{"england/1/awards", "9c68b02baa2b6a2e"},
		{"england/1/income", "7c72c710dd9be85e"},
		{"england/1/money-claims", "cd89c9a3dbbc49d5"},
	}
	for i, b := range batches(t)[:len(want)] {
		if got := hex.EncodeToString(b.Act.RequestDigest[:8]); b.Act.IdempotencyKey != want[i].key || got != want[i].digest {
			t.Errorf("act %d is %s with digest %s, want %s with %s", i+1, b.Act.IdempotencyKey, got, want[i].key, want[i].digest)
		}
	}
}

// No money was known before NHS England, and all of it when the data was made:
// a page without a day leaves it open between two days, never altogether.
func TestDaysOfMoneyAreBounded(t *testing.T) {
	open := 0
	for _, b := range batches(t)[18:22] {
		for _, c := range b.Facts {
			start := c.Fact.Valid().Start
			if start.Earliest.Before(on("2013-04-01")) || start.Latest.After(on("2026-11-22")) {
				t.Errorf("%s %s: known from %s", c.Fact.FactType(), c.Fact.Subject(), start)
			}
			if start.Precision() == innovation.PrecisionRange {
				open++
				if start.Basis != innovation.BasisComputed {
					t.Errorf("%s %s: the bounds %s are %s", c.Fact.FactType(), c.Fact.Subject(), start, start.Basis)
				}
			}
		}
	}
	if open != 13 {
		t.Errorf("%d facts are known from a day between two, want 13", open)
	}
}

// The pot of 2013 and what is known of its parts.
func TestPotOf2013(t *testing.T) {
	pot := only(t, func(e innovation.Envelope) bool { return e.Envelope == "env-2013-pot" })
	if pot.Type != "pot" || pot.Stream != "core" || pot.Funder != "nhs-england" || pot.For != "ahsn-network" ||
		pot.Day != innovation.OnDay(on("2013-05-23")) || pot.Figure.Year() != 2013 {
		t.Errorf("the pot is %+v", pot)
	}
	if want := "£70,000,000.00, whole-period, announced, 2013-04-01 to 2014-04-01"; summary(pot.Figure) != want {
		t.Errorf("the pot is %s, want %s", summary(pot.Figure), want)
	}
	got := map[innovation.OrganisationID]string{}
	for _, a := range facts[innovation.Allocation](t) {
		if a.Envelope != pot.Envelope || a.Figure.Basis != innovation.FigureIndicative || a.Day.Earliest != on("2014-01-31") {
			t.Errorf("%s: %+v", a.Allocation, a)
		}
		got[a.Recipient] = a.Figure.Amount.String()
	}
	want := map[innovation.OrganisationID]string{"": "£45,400,000.00", "ahsn-west-midlands": "not disclosed",
		"ahsn-imperial-college-health-partners": "not disclosed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("allocations by recipient (-want +got):\n%s", diff)
	}
	bounds := only(t, func(c innovation.Criterion) bool { return c.Criterion == innovation.CriterionShareBounds })
	if bounds.Envelope != pot.Envelope || bounds.Bounds.String() != "£2,000,000.00 to £7,000,000.00" {
		t.Errorf("bounds of the shares: %+v", bounds)
	}
	named := map[innovation.OrganisationID]bool{}
	var low, high innovation.Money
	for _, s := range facts[innovation.Share](t) {
		if s.Of != innovation.AllocationID("alloc-2013-thirteen").Entity() {
			continue
		}
		if s.Amount.String() != "£2,400,000.00 to £5,100,000.00" {
			t.Errorf("the share of %s is %s", s.Recipient, s.Amount)
		}
		l, _ := s.Amount.Low()
		h, _ := s.Amount.High()
		low, high = low+l, high+h
		named[s.Recipient] = true
	}
	for _, n := range facts[innovation.Role](t) {
		_, apart := want[n.Organisation]
		if n.Role == innovation.RoleNetwork && named[n.Organisation] == apart {
			t.Errorf("%s: has a share %t, has its own allocation %t", n.Organisation, named[n.Organisation], apart)
		}
	}
	// 13 × 2.4 = 31.2 and 13 × 5.1 = 66.3, and 45.4 lies between them.
	if len(named) != 13 || low != pounds(31_200_000) || high != pounds(66_300_000) {
		t.Errorf("%d networks share between %s and %s", len(named), low.Format(), high.Format())
	}
	claims := map[string]string{}
	for _, c := range facts[innovation.MoneyClaim](t) {
		if c.About == pot.Envelope.Entity() {
			claims[c.Topic] = summary(c.Figure) + ", from " + c.Day.String()
		}
	}
	if diff := cmp.Diff(map[string]string{
		"pot-2013":              "about £56,400,000.00, whole-period, implied, 2013-04-01 to 2014-04-01, from 2014-04-01",
		"residue-2013":          "£24,600,000.00, whole-period, implied, 2013-04-01 to 2014-04-01, from 2014-01-31",
		"per-network-mean-2013": "about £3,500,000.00, whole-period, implied, 2013-04-01 to 2014-04-01, from 2014-01-31",
	}, claims); diff != "" {
		t.Errorf("claims beside the pot (-want +got):\n%s", diff)
	}
}

func TestEnvelopes(t *testing.T) {
	got := map[innovation.EnvelopeID]string{}
	parents := map[innovation.EnvelopeID]innovation.EnvelopeID{}
	for _, e := range facts[innovation.Envelope](t) {
		got[e.Envelope] = e.Type + ": " + summary(e.Figure)
		if e.Parent != "" {
			parents[e.Envelope] = e.Parent
		}
		if forNetworks := e.For == "ahsn-network" || e.For == "psc-class"; e.Type == "comparator" && forNetworks {
			t.Errorf("%s compares, and is for %s", e.Envelope, e.For)
		}
	}
	if diff := cmp.Diff(map[innovation.EnvelopeID]string{
		"env-2013-pot":                 "pot: £70,000,000.00, whole-period, announced, 2013-04-01 to 2014-04-01",
		"env-2014-core":                "pot: £53,600,000.00, whole-period, planned, 2014-04-01 to 2015-04-01",
		"env-2018-core-expected":       "pot: £30,000,000.00, whole-period, expected, 2018-04-01 to 2019-04-01",
		"env-2018-contract":            "contract: £44,000,000.00, per-contract-year, announced, 2018-10-01 to 2023-10-01 (end computed)",
		"env-aar-package":              "programme: £86,000,000.00, whole-period, announced",
		"env-innovation-exchange-2018": "pot: £39,000,000.00, whole-period, announced, 2018-04-01 to 2021-04-01 (start assumed, end assumed)",
		"env-dhtc":                     "programme: £35,000,000.00, whole-period, announced",
		"env-patient-safety-2014":      "pot: £12,000,000.00, per-year, announced, 2014-04-01 to 2019-04-01",
		"env-scn-2013":                 "comparator: £34,400,000.00, whole-period, actual, 2013-04-01 to 2014-04-01",
		"env-scn-2014":                 "comparator: £32,100,000.00, whole-period, actual, 2014-04-01 to 2015-04-01",
		"env-scn-2015":                 "comparator: £26,000,000.00, whole-period, actual, 2015-04-01 to 2016-04-01",
		"env-sbri-2015":                "programme: £20,000,000.00, whole-period, reported, 2015-04-01 to 2016-04-01",
		"env-mtfm":                     "programme: not disclosed, whole-period, announced",
		"env-ai-award":                 "programme: £140,000,000.00, whole-period, announced",
		"env-lssp":                     "programme: at least £2,000,000,000.00, whole-period, announced",
		"env-hdrs":                     "programme: at most £600,000,000.00, whole-period, announced",
		"env-lsimf":                    "programme: at most £520,000,000.00, whole-period, announced",
		"env-deal-sector-1":            "deal: not disclosed, whole-period, announced",
		"env-deal-sector-2":            "deal: £1,300,000,000.00, whole-period, announced",
		"env-deal-lsis-launch":         "programme: £146,000,000.00, whole-period, announced",
	}, got); diff != "" {
		t.Errorf("envelopes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[innovation.EnvelopeID]innovation.EnvelopeID{
		"env-innovation-exchange-2018": "env-aar-package", "env-dhtc": "env-aar-package"}, parents); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if cap := only(t, func(c innovation.Criterion) bool { return c.Criterion == "cap-per-product" }); cap.Bounds != innovation.AtMost(pounds(20_000_000)) {
		t.Errorf("the cap of the mandate is %s", cap.Bounds)
	}
}

func TestAwards(t *testing.T) {
	got := map[innovation.AwardID]string{}
	for _, a := range facts[innovation.Award](t) {
		got[a.Award] = string(a.Funder) + " to " + string(a.Recipient) + ": " + summary(a.Figure)
	}
	if diff := cmp.Diff(map[innovation.AwardID]string{
		"award-elc-2015":               "health-foundation to ahsn-kent-surrey-sussex: £500,000.00, whole-period, agreed",
		"award-nwc-erdf-2017":          " to ahsn-north-west-coast: £3,500,000.00, whole-period, agreed",
		"award-nwc-onward":             "ahsn-north-west-coast to : £1,100,000.00, whole-period, agreed",
		"award-hin-onward":             "ahsn-south-london to nhs-provider-class: £200,000.00, whole-period, reported, 2013-05-23 to 2021-09-30",
		"award-nia-2015":               "nhs-england to ahsn-uclpartners: £1,000,000.00, whole-period, reported, 2015-07-01 to 2016-04-01",
		"award-freed-2020":             "nhs-england to nhs-provider-class: £630,000.00, whole-period, agreed, 2020-04-01 to 2021-04-01",
		"award-ichp-data-lab":          "health-foundation to ahsn-imperial-college-health-partners: at most £400,000.00, whole-period, agreed",
		"award-better-care-north-2020": "hdr-uk to university-of-liverpool: £1,200,000.00, whole-period, agreed",
	}, got); diff != "" {
		t.Errorf("awards (-want +got):\n%s", diff)
	}
	// An award whose funder is a network is money that the network received.
	passed := map[innovation.AwardID]bool{}
	for _, m := range facts[innovation.MoneyTransfer](t) {
		passed[m.Award] = true
	}
	for _, a := range facts[innovation.Award](t) {
		byNetwork := a.Funder == "ahsn-north-west-coast" || a.Funder == "ahsn-south-london"
		if passed[a.Award] != byNetwork {
			t.Errorf("%s: passed on %t, given by a network %t", a.Award, passed[a.Award], byNetwork)
		}
	}
	members := 0
	for _, s := range facts[innovation.Share](t) {
		if s.Of == innovation.AwardID("award-elc-2015").Entity() {
			members++
			if !s.Amount.IsZero() {
				t.Errorf("the share of %s is %s: no page states it", s.Recipient, s.Amount)
			}
		}
	}
	if members != 3 {
		t.Errorf("%d networks share the award of the Health Foundation, want 3", members)
	}
}

// Outside money stands apart from the income of a network, and what was only
// expected does not count.
func TestIncomeAndLeverage(t *testing.T) {
	income := map[innovation.OrganisationID]string{}
	for _, i := range facts[innovation.Income](t) {
		income[i.Organisation] = string(i.Kind) + ": " + summary(i.Figure)
		if i.Whole != (i.Organisation == "ahsn-east-midlands") {
			t.Errorf("the income of %s is all of it: %t", i.Organisation, i.Whole)
		}
	}
	if diff := cmp.Diff(map[innovation.OrganisationID]string{
		"ahsn-east-midlands":      "mixed: £4,990,000.00, whole-period, reported, 2023-04-01 to 2024-04-01",
		"ahsn-west-midlands":      "other-public: about £2,000,000.00, whole-period, reported, 2017-01-01 to 2018-01-01",
		"ahsn-greater-manchester": "mixed: £15,000,000.00, whole-period, reported",
	}, income); diff != "" {
		t.Errorf("income (-want +got):\n%s", diff)
	}
	leverage := map[string]string{}
	for _, l := range facts[innovation.Leverage](t) {
		leverage[l.About.String()+" "+l.Type+" "+string(l.Source)] = l.Evidence + ": " + l.Figure.Amount.String() + ", " + string(l.Figure.Basis)
	}
	if diff := cmp.Diff(map[string]string{
		"award/award-nwc-erdf-2017 partner-match ":                   "reported: £3,000,000.00, announced",
		"organisation/ahsn-west-midlands regional-investment ":       "reported: £16,000,000.00, reported",
		"organisation/ahsn-wessex raised-by-companies ":              "self-reported: £2,880,000.00, reported",
		"organisation/ahsn-west-of-england other ":                   "reported: at least £12,000,000.00, reported",
		"envelope/env-deal-sector-2 private-investment ucb":          "pledged: about £1,000,000,000.00, announced",
		"envelope/env-deal-sector-2 private-investment roche":        "pledged: £20,000,000.00, announced",
		"envelope/env-deal-lsis-launch private-investment ":          "expected: more than £250,000,000.00, expected",
		"envelope/env-deal-sector-1 private-investment msd":          "pledged: about £1,000,000,000.00, expected",
		"envelope/env-deal-sector-1 private-investment novo-nordisk": "pledged: £115,000,000.00, announced",
		"envelope/env-deal-sector-1 private-investment gsk":          "pledged: £40,000,000.00, announced",
	}, leverage); diff != "" {
		t.Errorf("leverage (-want +got):\n%s", diff)
	}
}
