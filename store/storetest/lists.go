package storetest

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var listChecks = []check{
	{"Order", checkOrder},
	{"Search", checkSearch},
	{"Pages", checkPages},
	{"Tokens", checkTokens},
	{"Filters", checkFilters},
}

// keys lists the keys of a list of organisations.
func keys(list store.OrganisationList) []string {
	var out []string
	for _, o := range list.Organisations {
		out = append(out, string(o.ID))
	}
	return out
}

func (r *register) search(f store.OrganisationFilter) []string {
	r.t.Helper()
	list, err := r.Organisations(context.Background(), on("2014-01-01"), f)
	if err != nil {
		r.t.Fatal(err)
	}
	return keys(list)
}

// Lists are in the order of bytes on every engine, whatever its own order of
// text is.
func checkOrder(t *testing.T, e Engine) {
	r := newRegister(t, e)
	ids := []string{"z", "a", "a-b", "a.b", "a_b", "a1", "ab", "a0", "10", "9", "aa-", "aa", "b-1", "b-10", "b-2", "a-", "a_"}
	var facts []innovation.Fact
	for _, id := range ids {
		facts = append(facts, body(id, "ahsn"), innovation.Term{Scheme: innovation.SchemeRole, Code: id, Label: "X"})
	}
	r.record(facts...)
	slices.Sort(ids)
	if diff := cmp.Diff(ids, r.search(store.OrganisationFilter{})); diff != "" {
		t.Errorf("organisations (-want +got):\n%s", diff)
	}
	var paged []string // page by page, across every boundary
	for page := ""; ; {
		list, err := r.Organisations(context.Background(), on("2014-01-01"), store.OrganisationFilter{Limit: 1, Page: page})
		if err != nil {
			t.Fatal(err)
		}
		paged = append(paged, keys(list)...)
		if page = list.Next; page == "" {
			break
		}
	}
	if diff := cmp.Diff(ids, paged); diff != "" {
		t.Errorf("organisations by pages of one (-want +got):\n%s", diff)
	}
	terms, err := r.Terms(context.Background(), on("2014-01-01"), innovation.SchemeRole)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, term := range terms.Terms[len(terms.Terms)-len(ids):] {
		codes = append(codes, term.Code)
	}
	if diff := cmp.Diff(ids, codes); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
}

// A search finds part of any name of any day, whatever the case and the
// spelling of accents, and whole identifiers.
func checkSearch(t *testing.T, e Engine) {
	r := newRegister(t, e)
	old, later := between("2010-01-01", "2012-01-01"), from("2014-01-01")
	r.record(body("a", "ahsn"), body("b", "ahsn"), body("c", "ahsn"), body("d", "ahsn"), body("nameless", "ahsn"),
		named("a", "ÉCOLE Łódź & Straße", "current", later), named("a", "Old O’Name (North-West)", "former", old),
		named("b", "école lodz", "current", later), named("b", "St. Mary's 100%", "short", later),
		named("c", "E\u0301cole 🏥 ΣΊΣΥΦΟΣ", "current", later), named("d", "Trust_1 \\ Trust", "current", later),
		innovation.Identifier{Organisation: "d", Scheme: "ods", Value: "RX1", Period: old})
	for text, want := range map[string][]string{
		"école":           {"a", "b", "c"},
		"ÉCOLE":           {"a", "b", "c"},
		"e\u0301COLE":     {"a", "b", "c"},
		"ecole":           nil, // another letter
		"łódź":            {"a"},
		"ŁÓDŹ and":        {"a"},
		"& strasse":       {"a"},
		"STRASSE":         {"a"},
		"σίσυφος":         {"c"},
		"🏥":               {"c"},
		"old o'name":      {"a"},
		"north west":      {"a"},
		"st marys":        {"b"},
		"trust 1":         {"d"},
		"RX1":             {"d"},
		"rx1":             {"d"},
		"nameless":        {"nameless"}, // by its key
		"no such name":    nil,
		"  école  ":       {"a", "b", "c"},
		"cole":            {"a", "b", "c"},
		"o":               {"a", "b", "c"},
		"école lodz mary": nil,
	} {
		if diff := cmp.Diff(want, r.search(store.OrganisationFilter{Text: text}), same); diff != "" {
			t.Errorf("search for %q (-want +got):\n%s", text, diff)
		}
	}
	for value, want := range map[string][]string{"RX1": {"d"}, "rx1": {"d"}, "RX": nil} {
		if diff := cmp.Diff(want, r.search(store.OrganisationFilter{Identifier: value}), same); diff != "" {
			t.Errorf("identifier %q (-want +got):\n%s", value, diff)
		}
	}
}

// The pages of a list are of one act, whatever is written meanwhile, and give
// every item once.
func checkPages(t *testing.T, e Engine) {
	r := newRegister(t, e)
	ctx := context.Background()
	var facts []innovation.Fact
	for _, id := range strings.Split("b d f h j l n", " ") {
		facts = append(facts, body(id, "ahsn"), named(id, "Name "+id, "current", from("2013-01-01")))
	}
	ids := r.record(facts...)
	var got, texts []string
	n := 0
	for page := ""; ; n++ {
		list, err := r.Organisations(ctx, on("2014-01-01"), store.OrganisationFilter{Limit: 3, Page: page})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, keys(list)...)
		for _, o := range list.Organisations {
			texts = append(texts, o.Name)
		}
		if list.Recipe.Act != 1 {
			t.Errorf("page %d is of act %d", n+1, list.Recipe.Act)
		}
		if page = list.Next; page == "" {
			break
		}
		r.record(body(string(rune('a'+2*n)), "ahsn"), body(string(rune('i'+2*n)), "ahsn"), named("n", "New name", "current", from("2013-06-01")))
	}
	if diff := cmp.Diff(strings.Split("b d f h j l n", " "), got); diff != "" || n != 2 {
		t.Errorf("%d pages (-want +got):\n%s", n+1, diff)
	}
	if texts[6] != "Name n" {
		t.Errorf("the last page shows the name %q, which was not there when the list began", texts[6])
	}
	numbers := []innovation.FactID{}
	for page, again := "", true; again; again = page != "" {
		list, err := store.Facts[innovation.Name](ctx, r.Store, on("2014-01-01"), store.FactFilter{Limit: 3, Page: page})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list.Facts {
			numbers = append(numbers, f.ID)
		}
		page = list.Next
		r.act(func(ctx context.Context, tx *store.Tx) error { // what was read already changes, and what was not
			for _, i := range []int{1, 13} {
				if err := tx.Correct(ctx, ids[i], named(string(facts[i].Subject().Key), "C"+page[:min(9, len(page))], "current", from("2013-01-01"))); err != nil {
					return err
				}
			}
			return nil
		})
	}
	want := []innovation.FactID{}
	for _, f := range r.facts(innovation.TypeName, on("2014-01-01")) {
		want = append(want, f.ID)
	}
	if diff := cmp.Diff(want, numbers); diff != "" || !slices.IsSorted(numbers) {
		t.Errorf("facts by pages (-want +got):\n%s", diff)
	}
	exact, err := r.Organisations(ctx, on("2014-01-01"), store.OrganisationFilter{Limit: len(r.search(store.OrganisationFilter{}))})
	if err != nil || exact.Next != "" {
		t.Errorf("a page that holds everything has the next page %q, %v", exact.Next, err)
	}
}

// A page token is bound to its operation, filter and view, and nothing else is
// accepted for one.
func checkTokens(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	r.record(named("west", "West", "current", from("2014-01-01")))
	ctx, v := context.Background(), on("2014-01-01")
	first, err := r.Organisations(ctx, v, store.OrganisationFilter{Limit: 1, Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	organisations := func(v innovation.View, f store.OrganisationFilter) error { return of1(r.Organisations(ctx, v, f)) }
	names := func(v innovation.View, f store.FactFilter) error {
		return of1(store.Facts[innovation.Name](ctx, r.Store, v, f))
	}
	if err := organisations(v, store.OrganisationFilter{Limit: 2, Existing: true, Page: first.Next}); err != nil {
		t.Errorf("another limit: %v", err)
	}
	facts, err := store.Facts[innovation.Name](ctx, r.Store, v, store.FactFilter{Limit: 1})
	if err != nil || facts.Next == "" {
		t.Fatalf("%+v, %v", facts, err)
	}
	published := v
	published.PublishedBy = date("2014-01-01")
	raw, err := base64.RawURLEncoding.DecodeString(first.Next)
	if err != nil {
		t.Fatal(err)
	}
	forged := func(old, new string) string {
		t.Helper()
		text := strings.Replace(string(raw), old, new, 1)
		if text == string(raw) {
			t.Fatalf("the token %s holds no %s", raw, old)
		}
		return base64.RawURLEncoding.EncodeToString([]byte(text))
	}
	for what, err := range map[string]error{
		"another filter":       organisations(v, store.OrganisationFilter{Limit: 1, Page: first.Next}),
		"another text":         organisations(v, store.OrganisationFilter{Limit: 1, Existing: true, Text: "east", Page: first.Next}),
		"another day":          organisations(on("2014-01-02"), store.OrganisationFilter{Limit: 1, Existing: true, Page: first.Next}),
		"another known":        organisations(v.AsKnown(r.clock.Now()), store.OrganisationFilter{Limit: 1, Existing: true, Page: first.Next}),
		"another PublishedBy":  organisations(published, store.OrganisationFilter{Limit: 1, Existing: true, Page: first.Next}),
		"another operation":    names(v, store.FactFilter{Limit: 1, Page: first.Next}),
		"another type":         of1(store.Facts[innovation.Role](ctx, r.Store, v, store.FactFilter{Limit: 1, Page: facts.Next})),
		"another subject":      names(v, store.FactFilter{Limit: 1, Page: facts.Next, Subject: innovation.OrganisationID("east").Entity()}),
		"all days":             names(v, store.FactFilter{Limit: 1, Page: facts.Next, AllDays: true}),
		"a token cut short":    organisations(v, store.OrganisationFilter{Existing: true, Page: first.Next[:len(first.Next)-2]}),
		"no token":             organisations(v, store.OrganisationFilter{Existing: true, Page: "page-2"}),
		"a token of no JSON":   organisations(v, store.OrganisationFilter{Existing: true, Page: base64.RawURLEncoding.EncodeToString([]byte("x"))}),
		"an act to come":       organisations(v, store.OrganisationFilter{Existing: true, Page: forged(`"a":2`, `"a":99`)}),
		"an act before all":    organisations(v, store.OrganisationFilter{Existing: true, Page: forged(`"a":2`, `"a":-1`)}),
		"another version":      organisations(v, store.OrganisationFilter{Existing: true, Page: forged(`"v":1`, `"v":2`)}),
		"a key that is no key": organisations(v, store.OrganisationFilter{Existing: true, Page: forged(`"k":"centre"`, `"k":"\u0000"`)}),
	} {
		if diff := cmp.Diff([]violation{{innovation.Invalid, "page-token-invalid", "page"}}, violationsOf(err)); diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", what, err, diff)
		}
	}
}

// Filters restrict together, to what holds on the day.
func checkFilters(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	r.record(body("board", "icb"),
		innovation.Existence{Organisation: "gone", Aspect: innovation.Operational, Kind: "icb", Period: between("2010-01-01", "2014-01-01")},
		innovation.Role{Organisation: "east", Role: "network", Period: from("2013-05-23")},
		innovation.Role{Organisation: "west", Role: "network", Period: between("2013-05-23", "2014-01-01")},
		innovation.Relation{Organisation: "east", Type: "serves", Target: "board", Period: from("2013-05-23")},
		innovation.Relation{Organisation: "west", Type: "part-of", Target: "board", Period: from("2013-05-23")})
	for _, c := range []struct {
		what   string
		filter store.OrganisationFilter
		want   []string
	}{
		{"all", store.OrganisationFilter{}, []string{"board", "centre", "department", "east", "gone", "west"}},
		{"existing", store.OrganisationFilter{Existing: true}, []string{"board", "centre", "department", "east", "west"}},
		{"a kind", store.OrganisationFilter{Kind: "icb"}, []string{"board"}},
		{"a role", store.OrganisationFilter{Role: "network"}, []string{"east"}},
		{"who serves", store.OrganisationFilter{Area: "board"}, []string{"east"}},
		{"who relates", store.OrganisationFilter{RelatedTo: "board"}, []string{"east", "west"}},
		{"who is part of", store.OrganisationFilter{RelatedTo: "board", Relation: "part-of"}, []string{"west"}},
		{"both", store.OrganisationFilter{RelatedTo: "board", Role: "network", Kind: "ahsn"}, []string{"east"}},
		{"none", store.OrganisationFilter{RelatedTo: "board", Kind: "icb"}, nil},
	} {
		if diff := cmp.Diff(c.want, r.search(c.filter), same); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}
