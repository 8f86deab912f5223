package innovation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

func succession(from, to OrganisationID, kind, day string) Succession {
	return Succession{Predecessor: from, Successor: to, Type: kind, Day: on(day)}
}

func successionRuleCases() []ruleCase {
	check := func(edges ...Succession) []RuleID { return rulesOf(CheckSuccessions(edges)) }
	return []ruleCase{
		{RuleSuccessionCycle, "a chain, and two into one", false, check(
			succession("rw3", "r0a", Merge, "2017-10-01"), succession("rm2", "r0a", Merge, "2017-10-01"), succession("rw6", "r0a", Split, "2021-10-01"))},
		{RuleSuccessionCycle, "one into two and together again", false, check(
			succession("a", "b", Split, "2015-04-01"), succession("a", "c", Split, "2015-04-01"),
			succession("b", "d", Merge, "2016-04-01"), succession("c", "d", Merge, "2016-04-01"))},
		{RuleSuccessionCycle, "a chain that leads back", true, check(
			succession("a", "b", Rename, "2015-04-01"), succession("b", "c", Merge, "2016-04-01"), succession("c", "a", Split, "2017-04-01"))},
		{RuleSuccessionCycle, "functions that went back", false, check(
			succession("phe", "ukhsa", Transfer, "2021-10-01"), succession("ukhsa", "phe", Transfer, "2022-10-01"))},
		{RuleSuccessionCycle, "announced, with the successor open", false, check(
			Succession{Predecessor: "a", Type: Merge, Day: on("2027-04-01")}, Succession{Predecessor: "b", Type: Merge, Day: on("2027-04-01")})},
	}
}

func TestCheckSuccessionsShowsTheWay(t *testing.T) {
	err := CheckSuccessions([]Succession{succession("c", "b", Merge, "2017-04-01"), succession("b", "c", Merge, "2016-04-01"), succession("a", "b", Merge, "2015-04-01")})
	want := "successor: the successions lead back to b: b → c → b; record functions that went back as a transfer, or correct the succession that is wrong"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestWalkSuccessions(t *testing.T) {
	announced := succession("nhs-thames-valley-icb", "", Merge, "2027-04-01")
	announced.Day.Basis = BasisAnnounced
	var edges []Recorded[Succession]
	for i, s := range []Succession{
		succession("nhs-frimley-icb", "nhs-thames-valley-icb", Split, "2026-04-01"),
		succession("nhs-frimley-icb", "nhs-surrey-sussex-icb", Split, "2026-04-01"),
		succession("nhs-frimley-icb", "nhs-hampshire-iow-icb", Split, "2026-04-01"),
		succession("nhs-sussex-icb", "nhs-surrey-sussex-icb", Merge, "2026-04-01"),
		succession("nhs-surrey-sussex-icb", "nhs-thames-valley-icb", Transfer, "2026-10-01"),
		succession("nhs-thames-valley-icb", "nhs-frimley-icb", Transfer, "2026-11-01"),
		announced,
	} {
		edges = append(edges, recorded(FactID(i+1), s))
	}
	type step struct {
		Depth                 int
		To                    OrganisationID
		Possibly, Cycle, Seen bool
	}
	for _, c := range []struct {
		name    string
		from    OrganisationID
		forward bool
		on      Date
		depth   int
		want    []step
	}{
		{"before", "nhs-frimley-icb", true, MustDate("2026-03-31"), 9, nil},
		{"on the day", "nhs-frimley-icb", true, MustDate("2026-04-01"), 9, []step{
			{1, "nhs-hampshire-iow-icb", false, false, false}, {1, "nhs-surrey-sussex-icb", false, false, false}, {1, "nhs-thames-valley-icb", false, false, false}}},
		{"back", "nhs-surrey-sussex-icb", false, MustDate("2026-04-01"), 9, []step{
			{1, "nhs-frimley-icb", false, false, false}, {1, "nhs-sussex-icb", false, false, false}}},
		{"with cycle, another way and what is announced", "nhs-frimley-icb", true, Forever, 9, []step{
			{1, "nhs-hampshire-iow-icb", false, false, false}, {1, "nhs-surrey-sussex-icb", false, false, false}, {1, "nhs-thames-valley-icb", false, false, false},
			{2, "nhs-thames-valley-icb", false, false, true}, {2, "nhs-frimley-icb", false, true, false}, {2, "", true, false, false}}},
		{"one step", "nhs-sussex-icb", true, Forever, 1, []step{{1, "nhs-surrey-sussex-icb", false, false, false}}},
		{"no step", "nhs-sussex-icb", true, Forever, 0, nil},
	} {
		var got []step
		for _, s := range WalkSuccessions(edges, c.from, c.forward, c.on, c.depth) {
			got = append(got, step{s.Depth, s.Organisation, s.Possibly, s.Cycle, s.Seen})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
