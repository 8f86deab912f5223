package england_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
)

func isBoard(id innovation.OrganisationID) bool { return strings.HasSuffix(string(id), "-icb") }

func TestNoBoardBefore2022(t *testing.T) {
	n := 0
	for _, r := range facts[innovation.Relation](t) {
		if !isBoard(r.Organisation) && !isBoard(r.Target) {
			continue
		}
		n++
		if r.Period.Hull().Start.Before(on("2022-07-01")) {
			t.Errorf("%s %s %s %s", r.Organisation, r.Type, r.Target, r.Period)
		}
		if r.Type == innovation.PartOf || r.Type == innovation.Serves {
			if r.Period.Start.Basis == innovation.BasisPublished {
				t.Errorf("%s %s %s: no source dates this tie", r.Organisation, r.Type, r.Target)
			}
		}
	}
	if n < 300 {
		t.Errorf("%d relations with boards", n)
	}
}

// paths lists "network via board" for a trust on a day, with how sure it is.
func paths(t *testing.T, trust innovation.OrganisationID, day string) []string {
	t.Helper()
	all := facts[innovation.Relation](t)
	var found []string
	for _, up := range all {
		if up.Organisation != trust || up.Type != innovation.PartOf || up.Period.Holds(on(day)) == innovation.No {
			continue
		}
		for _, s := range all {
			if s.Type == innovation.Serves && s.Target == up.Target && s.Period.Holds(on(day)) != innovation.No {
				found = append(found, string(s.Organisation)+" via "+string(up.Target)+": "+min(up.Period.Holds(on(day)), s.Period.Holds(on(day))).String())
			}
		}
	}
	slices.Sort(found)
	return found
}

func TestWhichNetworkServesATrust(t *testing.T) {
	for _, c := range []struct {
		trust innovation.OrganisationID
		day   string
		want  []string
	}{
		{"ouh", "2022-06-30", nil},
		{"ouh", "2022-07-01", []string{"ahsn-oxford via nhs-buckinghamshire-oxfordshire-berkshire-west-icb: yes"}},
		{"ouh", "2026-03-31", []string{"ahsn-oxford via nhs-buckinghamshire-oxfordshire-berkshire-west-icb: yes"}},
		{"ouh", "2026-04-01", []string{"ahsn-oxford via nhs-thames-valley-icb: yes"}},
		{"mft", "2024-01-01", []string{"ahsn-greater-manchester via nhs-greater-manchester-icb: yes"}},
		{"trust-rdu", "2024-01-01", []string{"ahsn-kent-surrey-sussex via nhs-frimley-icb: yes", "ahsn-oxford via nhs-frimley-icb: yes"}},
		{"trust-rdu", "2026-04-01", nil}, // Frimley was split
		{"trust-rwh", "2024-01-01", nil}, // no page ties Hertfordshire and West Essex to a network
		{"trust-ra4", "2023-04-01", nil}, // closed
		{"trust-rpg", "2024-01-01", []string{"ahsn-south-london via nhs-south-east-london-icb: yes"}}, // moved in 2025
		{"trust-rxt", "2024-01-01", []string{"ahsn-west-midlands via nhs-birmingham-solihull-icb: possibly"}},
	} {
		if diff := cmp.Diff(c.want, paths(t, c.trust, c.day)); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", c.trust, c.day, diff)
		}
	}
}

func TestBoardsAndRegions(t *testing.T) {
	region := map[innovation.OrganisationID]int{}
	for _, r := range facts[innovation.Relation](t) {
		if isBoard(r.Organisation) && r.Type == innovation.PartOf {
			region[r.Organisation]++
		}
	}
	boards := 0
	for _, e := range facts[innovation.Existence](t) {
		if e.Kind == "icb" {
			boards++
			if region[e.Organisation] != 1 {
				t.Errorf("%s is in %d regions", e.Organisation, region[e.Organisation])
			}
		}
	}
	if boards != 48 {
		t.Errorf("%d boards, want 42 of 2022 and 6 of 2026", boards)
	}
}

func TestInferredTiesSayHow(t *testing.T) {
	n := 0
	for _, r := range facts[innovation.Relation](t) {
		if r.Type != innovation.Serves {
			continue
		}
		n++
		want := innovation.BasisAssumed
		if r.Evidence == "derived" || r.Evidence == "inherited" {
			want = innovation.BasisInferred
		}
		if r.Period.Start.Basis != want || r.Evidence == "" || r.Extent == "" {
			t.Errorf("%s serves %s: %s, evidence %q, extent %q", r.Organisation, r.Target, r.Period.Start.Basis, r.Evidence, r.Extent)
		}
	}
	if n != 49 {
		t.Errorf("%d ties of networks to boards", n)
	}
}

func TestSuccessionsHaveNoCycle(t *testing.T) {
	next := map[innovation.OrganisationID][]innovation.OrganisationID{}
	kinds := map[string]int{}
	for _, s := range facts[innovation.Succession](t) {
		key := s.Type
		if s.Day.Basis == innovation.BasisAnnounced {
			key += " announced"
		}
		kinds[key]++
		if s.Successor == "" && s.Day.Basis != innovation.BasisAnnounced {
			t.Errorf("%s: an effected succession without successor", s.Predecessor)
		}
		if s.Type != innovation.Transfer && s.Successor != "" {
			next[s.Predecessor] = append(next[s.Predecessor], s.Successor)
		}
	}
	var walk func(id innovation.OrganisationID, path []innovation.OrganisationID)
	walk = func(id innovation.OrganisationID, path []innovation.OrganisationID) {
		if slices.Contains(path, id) {
			t.Fatalf("cycle: %v", append(path, id))
		}
		for _, n := range next[id] {
			walk(n, append(path, id))
		}
	}
	for id := range next {
		walk(id, nil)
	}
	want := map[string]int{"merge": 68, "merge announced": 20, "split": 9, "rename": 1, "transfer": 6, "transfer announced": 1}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDirectionsOfRelations(t *testing.T) {
	has := func(a innovation.OrganisationID, typ string, b innovation.OrganisationID) bool {
		return slices.ContainsFunc(facts[innovation.Relation](t), func(r innovation.Relation) bool {
			return r.Organisation == a && r.Type == typ && r.Target == b
		})
	}
	for _, r := range []struct {
		a   innovation.OrganisationID
		typ string
		b   innovation.OrganisationID
	}{
		{"ahsn-oxford", "hosted-by", "ouh"}, {"ahsn-south-london", "hosted-by", "gstt"},
		{"ahsn-network", "commissioned-by", "nhs-england"}, {"ahsn-oxford", "member-of", "ahsn-network"},
		{"nhs-frimley-icb", "part-of", "region-y59"}, {"trust-rw3", "part-of", "nhs-greater-manchester-icb"},
	} {
		if got, want := has(r.a, r.typ, r.b), r.a != "trust-rw3"; got != want {
			t.Errorf("%s %s %s: %v, want %v", r.a, r.typ, r.b, got, want)
		}
	}
}
