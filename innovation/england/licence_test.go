package england_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
)

func TestEachNetworkHoldsOneLicenceOfEachRound(t *testing.T) {
	networks := map[innovation.OrganisationID]bool{}
	for _, r := range facts[innovation.Role](t) {
		if r.Role == innovation.RoleNetwork {
			networks[r.Organisation] = true
			if got := r.Period.String(); got != "from 2013-05-23" {
				t.Errorf("%s is a network %s", r.Organisation, got)
			}
		}
	}
	if len(networks) != 15 {
		t.Fatalf("%d networks", len(networks))
	}
	held := map[innovation.OrganisationID]map[innovation.RoundID]int{}
	for _, l := range facts[innovation.Licence](t) {
		if held[l.Holder] == nil {
			held[l.Holder] = map[innovation.RoundID]int{}
		}
		held[l.Holder][l.Round]++
	}
	want := map[innovation.RoundID]int{"lic-1": 1, "lic-2": 1, "lic-3": 1}
	for n := range networks {
		if diff := cmp.Diff(want, held[n]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", n, diff)
		}
	}
}

func TestLicenceEndsAreComputedAndInclusive(t *testing.T) {
	terms := map[innovation.RoundID]string{
		"lic-1": "2013-05-23 to 2018-05-23 (end computed)",
		"lic-2": "2018-04-01 to 2023-04-01 (start disputed, end computed)",
		"lic-3": "2023-10-01 to 2028-10-01 (end computed)",
	}
	all := facts[innovation.Licence](t)
	if len(all) != 45 {
		t.Fatalf("%d licences", len(all))
	}
	for _, l := range all {
		if l.Period.End.Basis != innovation.BasisComputed {
			t.Errorf("%s: the end is %s", l.Licence, l.Period.End.Basis)
		}
		if diff := cmp.Diff(terms[l.Round], l.Period.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l.Licence, diff)
		}
	}
}

func TestRoundCountsAreClaimsOfOneDay(t *testing.T) {
	got := map[innovation.Grade]int64{}
	for _, c := range facts[innovation.CountClaim](t) {
		if c.Round != "lic-1" || c.Day != innovation.OnDay(on("2013-05-23")) {
			t.Errorf("%s on %s", c.Round, c.Day)
		}
		got[c.Grade] = c.Count
	}
	want := map[innovation.Grade]int64{innovation.GradeFull: 8, innovation.GradeConditional: 7}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, r := range facts[innovation.Round](t) {
		if r.Graded != (r.Number == 1) || r.TermYears != 5 || r.NoticeDays != 0 {
			t.Errorf("round %+v", r)
		}
	}
	if n := len(facts[innovation.Decision](t)); n != 0 {
		t.Errorf("%d decisions, though none was published", n)
	}
}

func TestStreamsFollowTheLicensors(t *testing.T) {
	type key struct {
		round    innovation.LicenceID
		licensor innovation.OrganisationID
		period   string
	}
	got := map[key]int{}
	for _, s := range facts[innovation.Stream](t) {
		got[key{s.Licence[:5], s.Licensor, s.Period.String()}]++
		if s.Value != (innovation.Amount{}) {
			t.Errorf("%s: a value that no source gives", s.Licence)
		}
	}
	want := map[key]int{
		{"lic-1", "nhs-england", "2013-05-23 to 2018-05-23 (end computed)"}:                 15,
		{"lic-2", "nhs-england", "2018-04-01 to 2023-04-01 (start disputed, end computed)"}: 15,
		{"lic-2", "ols", "2018-04-01 to 2023-04-01 (start disputed, end computed)"}:         15,
		{"lic-2", "nhs-improvement", "2018-04-01 to 2022-07-01 (start disputed)"}:           15,
		{"lic-2", "nhs-england", "2022-07-01 to 2023-04-01 (start inferred, end computed)"}: 15,
		{"lic-3", "nhs-england", "2023-10-01 to 2028-10-01 (end computed)"}:                 15,
		{"lic-3", "ols", "2023-10-01 to 2028-10-01 (end computed)"}:                         15,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(key{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnlyConditionsAreConditions(t *testing.T) {
	got := map[innovation.ConditionID]int64{}
	for _, c := range facts[innovation.Condition](t) {
		got[c.Condition] = c.Unnamed
	}
	want := map[innovation.ConditionID]int64{"cond-1-business-plan": 7, "cond-1-other": 7, "cond-3-name": 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	option := only(t, func(p innovation.Provision) bool { return p.Type == innovation.Option })
	if option.Exerciser != "nhs-england" || option.Due.String() != "2028-03-31" || option.Due.Basis != innovation.BasisComputed {
		t.Errorf("option %+v", option)
	}
}

func TestTheStartOfTheSecondRoundIsClaimedThreeTimes(t *testing.T) {
	var got []string
	for _, c := range facts[innovation.Claim](t) {
		if c.About == innovation.RoundID("lic-2").Entity() {
			got = append(got, c.Value)
		}
	}
	if diff := cmp.Diff([]string{"2018-04-01", "2018-10-01", "2019"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The due day of these provisions is not the day of their outcome.
func TestOutcomesWithoutADayOfTheirOwn(t *testing.T) {
	undated := map[innovation.ProvisionID]bool{"cond-1-self-sufficiency": true, "step-1-eoi": true, "step-1-prospectus": true,
		"cond-2-option": true, "step-2-draft": true}
	dated := map[innovation.ProvisionID]bool{"step-1-designation": true, "step-2-board-intent": true, "step-2-approval": true}
	for _, p := range facts[innovation.Provision](t) {
		says := strings.Contains(p.Note, "the outcome bears no day of its own")
		if says != undated[p.Provision] || p.Outcome != "" && !says && !dated[p.Provision] {
			t.Errorf("%s: outcome %q, note %q", p.Provision, p.Outcome, p.Note)
		}
	}
}
