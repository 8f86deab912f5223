package grants_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/storetest"
)

// options are those of most imports of the tests.
func options(f grants.Format) grants.Options {
	return grants.Options{Format: f, Actor: "tester", Reason: "Import for a test", Source: "test-file", SourceTitle: "A file of the tests"}
}

// published reads a file of the published data that lies beside the repository.
func published(t testing.TB, name string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes a whole published file: run without -short")
	}
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "grants", filepath.FromSlash(name)))
	if err != nil {
		t.Skipf("the published file %s is missing: get it from its publisher, whom testdata/README.md names, and put it into ../shared/data/grants beside the repository (%v)", name, err)
	}
	if !strings.HasSuffix(name, ".gz") {
		return data
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if data, err = io.ReadAll(r); err != nil {
		t.Fatal(err)
	}
	return data
}

func extract(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// bring imports a file that is to be taken, and holds the counts together.
func bring(t testing.TB, st *store.Store, data []byte, opts grants.Options) grants.Report {
	t.Helper()
	r, err := grants.Import(context.Background(), st, bytes.NewReader(data), opts)
	if err != nil {
		t.Fatalf("%v\n%s", err, notes(r.Refusals))
	}
	accounted(t, r)
	return r
}

// accounted holds that every row is added, unchanged or refused.
func accounted(t testing.TB, r grants.Report) {
	t.Helper()
	if r.Added+r.Unchanged+r.Refused != r.Rows {
		t.Errorf("%d added, %d unchanged and %d refused of %d rows", r.Added, r.Unchanged, r.Refused, r.Rows)
	}
	rows := map[int]bool{}
	for _, n := range r.Refusals {
		if n.Row < 1 || n.Row > r.Rows || n.Rule == "" || n.Detail == "" {
			t.Errorf("a refusal without row, rule or detail: %+v", n)
		}
		rows[n.Row] = true
	}
	if len(rows) != r.Refused {
		t.Errorf("refusals of %d rows, and %d rows refused", len(rows), r.Refused)
	}
}

// notes writes notes one a line.
func notes(list []grants.Note) string {
	var b strings.Builder
	for _, n := range list {
		fmt.Fprintf(&b, "%d %s %s: %s\n", n.Row, n.Field, n.Rule, n.Detail)
	}
	return b.String()
}

// broken lists the rows, fields and rules of refusals.
func broken(list []grants.Note) []string {
	var out []string
	for _, n := range list {
		out = append(out, fmt.Sprintf("%d %s %s", n.Row, n.Field, n.Rule))
	}
	return out
}

// all reads all facts of a type.
func all[F innovation.Fact](t testing.TB, st *store.Store) []F {
	t.Helper()
	var out []F
	filter := store.FactFilter{AllDays: true, Limit: 1000}
	for {
		list, err := store.Facts[F](context.Background(), st, innovation.On(innovation.MustDate("2020-01-01")), filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list.Facts {
			out = append(out, f.Value)
		}
		if filter.Page = list.Next; filter.Page == "" {
			return out
		}
	}
}

func acts(t testing.TB, st *store.Store) innovation.ActNumber {
	t.Helper()
	s, err := st.Status(context.Background(), innovation.On(innovation.MustDate("2020-01-01")))
	if err != nil {
		t.Fatal(err)
	}
	return s.Act
}

func pounds(t testing.TB, s string) innovation.Money {
	t.Helper()
	m, err := innovation.ParseMoney(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestImportThreeSixty(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	r := bring(t, st, extract(t, "grants.json"), options(grants.ThreeSixtyJSON))
	want := grants.Report{Format: grants.ThreeSixtyJSON, Rows: 3, Added: 3, Organisations: 5, Total: pounds(t, "155000.49"), InFile: pounds(t, "155000.49"), Act: 1,
		NotKept: []grants.NotKept{{"beneficiaryLocation", 1}, {"grantProgramme.code", 1}, {"plannedDates.duration", 1}, {"recipientOrganization.postalCode", 1}}}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	awards := all[innovation.Award](t, st)
	day := innovation.OnDay(innovation.MustDate("2023-05-04"))
	first := innovation.Award{Award: "360g-example-a-1", Title: "Falls at home", Funder: "gb-chc-1000001", Recipient: "gb-coh-09000001", Programme: "Ageing well",
		Purpose: "Sensors that call for help when somebody falls", Identifier: "360G-example-A-1", Day: day,
		Figure: innovation.Figure{Amount: innovation.Exact(pounds(t, "25000")), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed,
			Covers: innovation.Through(innovation.MustDate("2023-06-01"), innovation.MustDate("2024-05-31"))}}
	if len(awards) != 3 || awards[0] != first {
		t.Errorf("the first award is\n%+v, want\n%+v", awards[0], first)
	}
	if awards[1].Recipient != "" || awards[1].Figure.Covers.String() != "2023-09 to 2025-01-02..2026-01-01" {
		t.Errorf("the second award has the recipient %q and covers %s", awards[1].Recipient, awards[1].Figure.Covers)
	}
	var shared []innovation.OrganisationID
	for _, s := range all[innovation.Share](t, st) {
		shared = append(shared, s.Recipient)
	}
	if diff := cmp.Diff([]innovation.OrganisationID{"360g-example-org-7", "xi-grid-grid.999999.9"}, shared); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}

	again := bring(t, st, extract(t, "grants.json"), options(grants.ThreeSixtyJSON))
	if again.Unchanged != 3 || again.Act != 0 || acts(t, st) != 1 {
		t.Errorf("the same file again: %+v", again)
	}
	other := bytes.Replace(extract(t, "grants.json"), []byte("25000"), []byte("26000"), 1)
	refused, err := grants.Import(context.Background(), st, bytes.NewReader(other), options(grants.ThreeSixtyJSON))
	if diff := cmp.Diff([]string{"1 id import-conflict"}, broken(refused.Refusals)); diff != "" {
		t.Errorf("the file with another amount: %v (-want +got):\n%s", err, diff)
	}
}

func TestImportWolfson(t *testing.T) {
	t.Parallel()
	data := published(t, "360giving_wolfson_2014_testfile.json.gz")
	st := storetest.New(t)
	r := bring(t, st, data, options(grants.ThreeSixtyJSON))
	if r.Rows != 379 || r.Added != 379 || r.Total != pounds(t, "31178456.00") {
		t.Errorf("%d of %d rows, %s", r.Added, r.Rows, r.Total)
	}
	if r.Organisations != 306 {
		t.Errorf("%d organisations were founded", r.Organisations)
	}
	programmes := map[string]int{}
	for _, a := range all[innovation.Award](t, st) {
		programmes[a.Programme]++
	}
	if diff := cmp.Diff(map[string]int{"Education": 114, "Arts and Humanities": 107, "Science and Medicine": 80, "Health and Disability": 78}, programmes); diff != "" {
		t.Errorf("programmes (-want +got):\n%s", diff)
	}
	t.Logf("remarks:\n%s%v", notes(r.Remarks), r.NotKept)
	if again := bring(t, st, data, options(grants.ThreeSixtyJSON)); again.Unchanged != 379 || again.Act != 0 {
		t.Errorf("the same file again: %+v", again)
	}
}

func TestImportSchemes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		data     func(testing.TB) []byte
		year     innovation.FinancialYear
		rows     int
		negative int
		repeated int
		total    string // of what is added
	}{
		{"extract 2013-14", func(t testing.TB) []byte { return extract(t, "schemes_2013-14.csv") }, 2013, 15, 0, 1, ""},
		{"extract 2015-16", func(t testing.TB) []byte { return extract(t, "schemes_2015-16.csv") }, 2015, 12, 1, 0, ""},
		{"2013-14", func(t testing.TB) []byte { return published(t, "uk_government_grant_schemes/schemes_2013-14.csv.gz") }, 2013, 1019, 0, 4, ""},
		{"2015-16", func(t testing.TB) []byte { return published(t, "uk_government_grant_schemes/schemes_2015-16.csv.gz") }, 2015, 1349, 7, 0, "111705426547"},
		{"2016-17", func(t testing.TB) []byte { return published(t, "uk_government_grant_schemes/schemes_2016-17.csv.gz") }, 2016, 1207, 7, 0, "102322463064"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st := storetest.New(t)
			opts := options(grants.GrantSchemes)
			opts.Year, opts.Partial = tt.year, true
			r := bring(t, st, tt.data(t), opts)
			count := map[innovation.RuleID]int{}
			for _, n := range r.Refusals {
				count[n.Rule]++
			}
			want := map[innovation.RuleID]int{}
			if tt.negative > 0 {
				want[innovation.RuleAmountNegative] = tt.negative
			}
			if tt.repeated > 0 {
				want[innovation.RuleImportRepeated] = tt.repeated
			}
			if diff := cmp.Diff(want, count); diff != "" || r.Rows != tt.rows {
				t.Errorf("%d rows; refusals (-want +got):\n%s%s", r.Rows, diff, notes(r.Refusals))
			}
			if tt.total != "" && r.Total != pounds(t, tt.total) {
				t.Errorf("the schemes add up to %s, want %s", r.Total, tt.total)
			}
			t.Logf("%d organisations, total %s, in file %s; not kept %v\n%s", r.Organisations, r.Total, r.InFile, r.NotKept, notes(r.Remarks))
			if again := bring(t, st, tt.data(t), opts); again.Unchanged != r.Added || again.Act != 0 {
				t.Errorf("the same file again: %d unchanged, %d added\n%s", again.Unchanged, again.Added, notes(again.Refusals))
			}
		})
	}
}
