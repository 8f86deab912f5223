package grants_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/storetest"
)

// withOrganisations is a register with two organisations of one name, one with
// a name of its own, and identifiers.
func withOrganisations(t testing.TB) *store.Store {
	t.Helper()
	st := storetest.New(t)
	always := innovation.FromBound(innovation.UnknownBound())
	var facts []innovation.Fact
	for key, name := range map[innovation.OrganisationID]string{"one": "Twin", "two": "TWIN", "three": "A  Name of its own", "funder": "Funder"} {
		facts = append(facts, innovation.Existence{Organisation: key, Aspect: innovation.Operational, Kind: "body", Period: always},
			innovation.Name{Organisation: key, Text: name, Kind: "official", Period: always})
	}
	facts = append(facts, innovation.Identifier{Organisation: "one", Scheme: "charity", Value: "11", Period: always},
		innovation.Identifier{Organisation: "two", Scheme: "company", Value: "22", Period: always},
		innovation.Identifier{Organisation: "three", Scheme: "ods", Value: "RTH", Period: always})
	if _, err := st.Update(context.Background(), innovation.Act{Actor: "tester", Reason: "Organisations for a test"}, func(ctx context.Context, tx *store.Tx) error {
		for _, f := range facts {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return st
}

func TestOrganisationsByName(t *testing.T) {
	t.Parallel()
	st := withOrganisations(t)
	row := func(id, lead string) string { return id + ",Title,2020-01-01,2020-12-31,5,GBP,Funder," + lead + "\n" }
	opts := options(grants.ResearchAwards)
	opts.Partial = true
	r := bring(t, st, []byte(researchHeader+row("a", "twin")+row("b", "a name OF its  own")+row("c", "Somebody else")+row("d", "Somebody  Else")+row("e", "Somebody-else")), opts)
	if diff := cmp.Diff([]string{"1 lead_org_name import-organisation-ambiguous"}, broken(r.Refusals)); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
	var got []string
	for _, a := range all[innovation.Award](t, st) {
		got = append(got, fmt.Sprint(a.Identifier, " ", a.Funder, " ", a.Recipient))
	}
	want := []string{"b funder three", "c funder somebody-else", "d funder somebody-else"}
	if len(got) != 4 || cmp.Diff(want, got[:3]) != "" || !strings.HasPrefix(got[3], "e funder somebody-else-") {
		t.Errorf("awards %q", got)
	}
	if text := notes(r.Remarks); strings.Count(text, "taken for") != 2 {
		t.Errorf("remarks:\n%s", text)
	}
}

func TestOrganisationsByIdentifier(t *testing.T) {
	t.Parallel()
	st := withOrganisations(t)
	grant := func(id, org string) string {
		return `{"id":"360G-x-` + id + `","title":"T","description":"D","currency":"GBP","amountAwarded":1,"awardDate":"2020-01-01","recipientOrganization":[` + org +
			`],"fundingOrganization":[{"id":"GB-NHS-RTH","name":"F"}]}`
	}
	opts := options(grants.ThreeSixtyJSON)
	opts.Partial = true
	r := bring(t, st, []byte(`{"grants":[`+strings.Join([]string{
		grant("a", `{"id":"GB-CHC-11","name":"N"}`),
		grant("b", `{"id":"360G-x-org-1","name":"N","companyNumber":"22"}`),
		grant("c", `{"id":"GB-CHC-11","name":"N","companyNumber":"22"}`),
		grant("d", `{"id":"GB-CHC-33","name":"N","companyNumber":"44"}`),
		grant("e", `{"id":"GB-COH-44","name":"N"}`),
		grant("f", `{"id":"GB-SC-1","name":"N"}`),
		grant("f", `{"id":"GB-SC-1","name":"N"}`),
	}, ",")+`]}`), opts)
	if diff := cmp.Diff([]string{"3 recipientOrganization import-organisation-ambiguous"}, broken(r.Refusals)); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
	var got []string
	for _, a := range all[innovation.Award](t, st) {
		got = append(got, fmt.Sprint(a.Award, " ", a.Funder, " ", a.Recipient))
	}
	if diff := cmp.Diff([]string{"360g-x-a three one", "360g-x-b three two", "360g-x-d three gb-chc-33", "360g-x-e three gb-chc-33", "360g-x-f three gb-sc-1"}, got); diff != "" {
		t.Errorf("awards (-want +got):\n%s", diff)
	}
	if r.Unchanged != 1 || r.Organisations != 2 || !strings.Contains(notes(r.Remarks), "without this identifier (scheme 360giving)") {
		t.Errorf("%+v", r)
	}
	kinds := map[innovation.OrganisationID]string{}
	for _, e := range all[innovation.Existence](t, st) {
		kinds[e.Organisation] = e.Kind
	}
	if kinds["gb-chc-33"] != "charity" || kinds["gb-sc-1"] != "body" {
		t.Errorf("kinds %v", kinds)
	}
}

// Identifiers that would have one key get keys apart, and find them again.
func TestKeysApart(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	var data strings.Builder
	data.WriteString(researchHeader)
	for _, id := range []string{"A/1", "a/1", "A-1", "///", "-", strings.Repeat("long", 30), strings.Repeat("long", 31), "Ä"} {
		data.WriteString(researchRow(id, "5", "GBP", "2020-01-01"))
	}
	if r := bring(t, st, []byte(data.String()), options(grants.ResearchAwards)); r.Added != 8 {
		t.Errorf("%+v", r)
	}
	keys := map[innovation.AwardID]bool{}
	for _, a := range all[innovation.Award](t, st) {
		keys[a.Award] = true
	}
	if len(keys) != 8 {
		t.Errorf("keys %v", keys)
	}
	lines := strings.SplitAfter(data.String(), "\n")
	for i, j := 1, len(lines)-2; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	if r := bring(t, st, []byte(strings.Join(lines, "")), options(grants.ResearchAwards)); r.Unchanged != 8 {
		t.Errorf("again, in another order: %+v", r)
	}
}

// An award that was recorded under a key of its own is found by its identifier.
func TestAwardOfAnotherKey(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	first := bring(t, st, extract(t, "grants.json"), options(grants.ThreeSixtyJSON))
	award := all[innovation.Award](t, st)[0]
	other := storetest.New(t)
	if _, err := other.Update(context.Background(), innovation.Act{Actor: "tester", Reason: "An award"}, func(ctx context.Context, tx *store.Tx) error {
		always := innovation.FromBound(innovation.UnknownBound())
		a := award
		a.Award, a.Stream = "mine", "project"
		for _, f := range []innovation.Fact{
			innovation.Existence{Organisation: a.Funder, Aspect: innovation.Operational, Kind: "charity", Period: always},
			innovation.Identifier{Organisation: a.Funder, Scheme: "charity", Value: "1000001", Period: always},
			innovation.Existence{Organisation: a.Recipient, Aspect: innovation.Operational, Kind: "company", Period: always},
			innovation.Identifier{Organisation: a.Recipient, Scheme: "company", Value: "09000001", Period: always}, a,
		} {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	r := bring(t, other, extract(t, "grants.json"), options(grants.ThreeSixtyJSON))
	if r.Unchanged != 1 || r.Added != first.Added-1 {
		t.Errorf("%+v", r)
	}
}

func TestProgressAndCancelling(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	opts := options(grants.ThreeSixtyJSON)
	var seen []string
	opts.Progress = func(done, total int) { seen = append(seen, fmt.Sprint(done, "/", total)) }
	bring(t, st, extract(t, "grants.json"), opts)
	if diff := cmp.Diff([]string{"1/3", "2/3", "3/3"}, seen); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	opts.Progress = func(done, total int) { cancel() }
	fresh := storetest.New(t)
	if _, err := grants.Import(ctx, fresh, strings.NewReader(string(extract(t, "grants.json"))), opts); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if acts(t, fresh) != 0 {
		t.Error("a cancelled import was written")
	}
}
