package uptake_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/uptake"
)

// BenchmarkODSPublished brings the successions of all bodies and the sites of
// trusts into a fresh file, whose acts are on the disk when they are confirmed.
func BenchmarkODSPublished(b *testing.B) {
	successors, sites := published(b, "ods/successors.csv.gz"), published(b, "ods/trust_sites_2019-04.csv.gz")
	for b.Loop() {
		s, err := store.Open(context.Background(), filepath.Join(b.TempDir(), "register.db"), nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, in := range []struct {
			format uptake.Format
			file   io.ReadSeeker
			opts   uptake.Options
			rows   int
			name   string
		}{
			{uptake.Successors, successors, uptake.Options{Source: "succ", SourceTitle: "Successors", Found: true}, 25_480, "successions-s"},
			{uptake.ODSList, sites, uptake.Options{Source: "sites", SourceTitle: "Sites", Edition: innovation.MustDate("2019-04-01")}, 30_566, "sites-s"},
		} {
			if _, err := in.file.Seek(0, io.SeekStart); err != nil {
				b.Fatal(err)
			}
			seen := 0
			in.opts.Progress = func(uptake.Progress) { seen++ }
			start := time.Now()
			got, err := uptake.Import(background, s, act, in.format, in.file, &in.opts)
			if err != nil || got.Rows != in.rows || seen < 20 {
				b.Fatal(err, counts(got), seen)
			}
			b.ReportMetric(time.Since(start).Seconds(), in.name)
			b.Logf("%+v %+v contradictions %d", counts(got), got.Remarks, len(got.Contradictions))
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// edition is a list of one day.
type edition struct{ file, day string }

// The days are assumed, from the last days that the files show.
var (
	trustEditions = []edition{{"ods/etr_c2016.csv", "2016-06-01"}, {"ods/etr_c2020.csv", "2020-03-30"}, {"ods/etr_2022-03.csv", "2022-03-01"},
		{"ods/etr_2025-07.csv", "2025-07-01"}, {"ods/etr_2025-12.csv", "2025-12-01"}}
	groupEditions = []edition{{"ods/eccg_2016-02.csv", "2016-02-01"}, {"ods/eccg_2025-12.csv", "2025-12-01"}}
)

// editions brings lists in, one after the other, each twice.
func editions(t *testing.T, s *store.Store, all []edition, order ...int) (reports []uptake.Report) {
	t.Helper()
	for _, i := range order {
		e := all[i]
		o := &uptake.Options{Source: innovation.SourceID("list-" + e.day), SourceTitle: e.file, Edition: day(e.day)}
		reports = append(reports, importTwice(t, s, uptake.ODSList, published(t, e.file), o))
	}
	return reports
}

// areas are the regions and geographies that the lists name, each with its code
// for all time.
func areas(t *testing.T, s *store.Store, all []edition) {
	t.Helper()
	codes := map[string]bool{}
	for _, e := range all {
		rows, err := csv.NewReader(published(t, e.file)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			codes[r[2]], codes[r[3]] = true, true
		}
	}
	delete(codes, "")
	always := innovation.FromBound(innovation.UnknownBound())
	var facts []innovation.Fact
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		id := innovation.OrganisationID("area-" + strings.ToLower(code))
		facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-region", Period: always},
			innovation.Identifier{Organisation: id, Scheme: "ods", Value: code, Period: always})
	}
	record(t, s, facts...)
}

// told is what a register tells of bodies of lists, a line for each fact.
func told(t testing.TB, s *store.Store) []string {
	t.Helper()
	var out []string
	say := func(id innovation.OrganisationID, what string, p innovation.Period) {
		if strings.HasPrefix(string(id), "ods-") {
			out = append(out, fmt.Sprintf("%s %s: %s", id, what, p))
		}
	}
	for _, f := range all[innovation.Existence](t, s) {
		say(f.Value.Organisation, f.Value.Kind, f.Value.Period)
	}
	for _, f := range all[innovation.Identifier](t, s) {
		say(f.Value.Organisation, f.Value.Value, f.Value.Period)
	}
	for _, f := range all[innovation.Name](t, s) {
		say(f.Value.Organisation, f.Value.Text, f.Value.Period)
	}
	for _, f := range all[innovation.Relation](t, s) {
		say(f.Value.Organisation, f.Value.Type+" "+string(f.Value.Target), f.Value.Period)
	}
	slices.Sort(out)
	return out
}

// periods counts lines of told by what they say of a kind of fact.
func having(lines []string, parts ...string) (n int) {
	for _, l := range lines {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(l, p)
		}
		if all {
			n++
		}
	}
	return n
}

// What was counted by hand in the lists of practices, sites and successors.
func TestODSListsPublished(t *testing.T) {
	t.Run("practices", func(t *testing.T) {
		s := storetest.New(t)
		editions(t, s, groupEditions, 1)
		got := importTwice(t, s, uptake.ODSList, published(t, "ods/epraccur_2019-12.csv.gz"), &uptake.Options{Source: "practices", SourceTitle: "Practices", Edition: day("2019-12-01")})
		// zcat epraccur_2019-12.csv.gz | wc -l
		if diff := cmp.Diff(uptake.Report{Rows: 14_357, Added: 14_357, Organisations: 14_357}, counts(got)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		lines := told(t, s)
		// … | awk -F'","' '{sub(/"$/,"",$26)} {split($0,a,"\",\""); print a[26]}' | grep -c '^4$': 8,204 practices, 2,427 closed in all
		if n := having(lines, " gp-practice: "); n != 8_204 {
			t.Errorf("%d practices", n)
		}
		if n := having(lines, " prescribing-cost-centre: "); n != 14_357-8_204 {
			t.Errorf("%d others that prescribe", n)
		}
		// A81001 has been commissioned by 00K since 2013-04-01, and the group closed on 2020-03-31.
		if n := having(lines, "ods-a81001 commissioned-by ods-00k: from 2013-04-01"); n != 1 {
			t.Error("A81001 is not commissioned by 00K")
		}
		dormant := false
		for _, r := range got.Remarks { // 451 have the status D, 5 the status P
			dormant = dormant || strings.HasPrefix(r.Detail, "451 rows are marked as dormant")
		}
		if !dormant {
			t.Errorf("%+v", got.Remarks)
		}
		verified(t, s)
	})
	t.Run("sites", func(t *testing.T) {
		s := storetest.New(t)
		got := importTwice(t, s, uptake.ODSList, published(t, "ods/trust_sites_2019-04.csv.gz"), &uptake.Options{Source: "sites", SourceTitle: "Sites", Edition: day("2019-04-01")})
		if diff := cmp.Diff(uptake.Report{Rows: 30_566, Added: 30_566, Organisations: 30_566}, counts(got)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		lines := told(t, s)
		// zcat trust_sites_2019-04.csv.gz | tail -n +2 | cut -d, -f1 | awk '{print length}' | sort | uniq -c: 234 of 3 characters, 30,332 of 5,
		// and the trusts of two of these, RER and RFX, are not in the list.
		if a, b, c := having(lines, " nhs-trust: "), having(lines, " site: "), having(lines, " part-of "); a != 234 || b != 30_332 || c != 30_330 {
			t.Errorf("%d trusts, %d sites, %d parts of trusts", a, b, c)
		}
	})
	t.Run("successors", func(t *testing.T) {
		s := storetest.New(t)
		o := &uptake.Options{Source: "succ", SourceTitle: "Successors", Found: true}
		got := importTwice(t, s, uptake.Successors, published(t, "ods/successors.csv.gz"), o)
		// 39 self-successions; the codes of the others: tr , '\n' on the first two columns, sort -u: 43,105.
		if diff := cmp.Diff(uptake.Report{Rows: 25_480, Added: 25_441, PassedOver: 39, Organisations: 43_105}, counts(got)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		from, into := map[innovation.OrganisationID]map[innovation.OrganisationID]bool{}, map[innovation.OrganisationID]map[innovation.OrganisationID]bool{}
		put := func(m map[innovation.OrganisationID]map[innovation.OrganisationID]bool, a, b innovation.OrganisationID) {
			if m[a] == nil {
				m[a] = map[innovation.OrganisationID]bool{}
			}
			m[a][b] = true
		}
		splits := map[innovation.OrganisationID]bool{}
		for _, f := range all[innovation.Succession](t, s) {
			put(from, f.Value.Predecessor, f.Value.Successor)
			put(into, f.Value.Successor, f.Value.Predecessor)
			if f.Value.Type == innovation.Split {
				splits[f.Value.Predecessor] = true
			}
		}
		several := func(m map[innovation.OrganisationID]map[innovation.OrganisationID]bool) (n int) {
			for _, others := range m {
				if len(others) > 1 {
					n++
				}
			}
			return n
		}
		// Without the 36 and 2 that only a self-succession makes several: of 541 and 995.
		if a, b := several(from), several(into); a != 505 || b != 993 {
			t.Errorf("%d were split and %d merged from several", a, b)
		}
		for id, others := range from {
			if len(others) > 1 && !splits[id] {
				t.Errorf("%s became %d others and was not split", id, len(others))
			}
		}
		walk, err := s.Successions(background, innovation.On(day("2022-04-01")), "ods-wj5ca")
		if err != nil || len(walk.Successors) != 5 || walk.Successors[4].Organisation != "ods-7a3cj" {
			t.Errorf("%v %+v", err, walk.Successors)
		}
	})
	t.Run("codes", func(t *testing.T) {
		s := storetest.New(t)
		if got := importTwice(t, s, uptake.Roles, published(t, "ods/ord_roles.csv"), &uptake.Options{Source: "roles", SourceTitle: "Roles"}); got.Added != 190 {
			t.Errorf("%+v", counts(got))
		}
		if got := importTwice(t, s, uptake.Relationships, published(t, "ods/ord_relationships.csv"), &uptake.Options{Source: "rel", SourceTitle: "Relationships"}); got.Added != 9 {
			t.Errorf("%+v", counts(got))
		}
	})
}

// Groups and what became of them, in both orders: 320 codes in the later list
// and 23 that only the earlier one has.
func TestGroupEditionsPublished(t *testing.T) {
	var first []string
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		s := storetest.New(t)
		areas(t, s, groupEditions)
		reports := editions(t, s, groupEditions, order...)
		if n := len(all[innovation.Existence](t, s)); reports[0].Organisations+reports[1].Organisations != 343 || len(reports[0].Contradictions)+len(reports[1].Contradictions) > 0 {
			t.Errorf("%d existences, %+v", n, reports)
		}
		verified(t, s)
		got := told(t, s)
		if first == nil {
			first = got
			continue
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff[:min(len(diff), 3000)])
		}
	}
	// 75 of the 226 codes of both lists have another name: two names, and the second began between the lists.
	if n := having(first, ".. to 2016-02-02..2025-12-01") + having(first, " to 2016-02-02..20"); n == 0 {
		t.Error("no name ended between the lists")
	}
	// awk -F'","' '{print $12}' eccg_2025-12.csv: 93 closed on 2020-03-31, 38 on 2021-03-31, 18 on 2018-03-31.
	for end, want := range map[string]int{"2020-04-01": 93, "2021-04-01": 38, "2018-04-01": 18} {
		if n := having(first, " ccg: ", " to "+end); n != want {
			t.Errorf("%d groups ended before %s, want %d", n, end, want)
		}
	}
}

// Whatever their order, the lists of trusts come to the same names, relations
// and days.
func TestTrustEditionsPublished(t *testing.T) {
	var first []string
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}, {1, 3, 0, 4, 2}} {
		s := storetest.New(t)
		areas(t, s, trustEditions)
		reports := editions(t, s, trustEditions, order...)
		var against []string
		for i, r := range reports {
			t.Logf("%v %d: %+v confirmed %d, contradictions %v", order, order[i], counts(r), r.Confirmed, r.Contradictions)
			for _, c := range r.Contradictions {
				against = append(against, c.Code+" "+c.Field)
			}
		}
		slices.Sort(against)
		// RJD is open in the list of 2020 and closed on 2017-10-31 in the last one; R0A and
		// R0B stand in the first one, and opened on 2017-10-01 and 2019-04-01 by the others.
		if diff := cmp.Diff([]string{"R0A open", "R0B open", "RJD close"}, slices.Compact(against)); diff != "" {
			t.Errorf("contradictions in the order %v (-want +got)\n%s", order, diff)
		}
		verified(t, s)
		got := told(t, s)
		if first == nil {
			first = got
			continue
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("in the order %v (-want +got)\n%s", order, diff[:min(len(diff), 3000)])
		}
	}
	// cat etr_*.csv | tr -d '"' | cut -d, -f1 | sort -u | wc -l, and of the last list 68 have a last day.
	if a, b := having(first, " nhs-trust: "), having(first, " nhs-trust: ", " to "); a != 273 || b != 68 {
		t.Errorf("%d trusts, %d of them closed", a, b)
	}
	for _, want := range []string{ // the names of RBN in the five lists
		"ods-rbn ST HELENS AND KNOWSLEY HOSPITAL SERVICES NHS TRUST: 1991-04-01..2016-06-01 to 2016-06-02..2020-03-30",
		"ods-rbn ST HELENS AND KNOWSLEY TEACHING HOSPITALS NHS TRUST: 2016-06-02..2020-03-30 to 2022-03-02..2025-07-01",
		"ods-rbn MERSEY AND WEST LANCASHIRE TEACHING HOSPITALS NHS TRUST: from 2022-03-02..2025-07-01",
		"ods-r0a nhs-trust: from 2017-10-01", // the first list has no first day
		"ods-rq6 nhs-trust: 1995-04-01 to 2019-10-01",
		"ods-rpg located-in area-y59: from 2025-07-02..2025-12-01", // and from 2016 on Y56, Y59, Y56
	} {
		if !slices.Contains(first, want) {
			t.Errorf("not told: %s", want)
		}
	}
}
