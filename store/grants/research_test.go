package grants_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/storetest"
)

func TestImportResearchExtract(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	opts := options(grants.ResearchAwards)
	r, err := grants.Import(context.Background(), st, bytes.NewReader(extract(t, "ukri.csv")), opts)
	if diff := cmp.Diff([]string{"5 id import-row-repeated"}, broken(r.Refusals)); diff != "" || innovation.Violations(err) == nil {
		t.Errorf("%v; refusals (-want +got):\n%s", err, diff)
	}
	if acts(t, st) != 0 {
		t.Error("a refused file was written")
	}
	opts.Partial = true
	r = bring(t, st, extract(t, "ukri.csv"), opts)
	if r.Rows != 5 || r.Added != 3 || r.Unchanged != 1 || r.Refused != 1 || r.Act != 1 {
		t.Errorf("%+v", r)
	}
	first := all[innovation.Award](t, st)[0]
	want := innovation.Award{Award: "101918", Title: "Hybrid Wheat for Food Security", Funder: "innovate-uk", Recipient: "kws-uk-limited",
		Programme: "FCDO Research - Partnerships", Identifier: "101918", Note: "Money of: Foreign, Commonwealth and Development Office\nStatus: Closed\nLink: https://gtr.ukri.org/projects?ref=101918",
		Day: innovation.Day{Bound: innovation.NotLaterThan(innovation.MustDate("2015-09-01")).As(innovation.BasisAssumed)},
		Figure: innovation.Figure{Amount: innovation.Exact(pounds(t, "853849")), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed,
			Covers: innovation.Through(innovation.MustDate("2015-09-01"), innovation.MustDate("2020-11-30"))}}
	if first != want {
		t.Errorf("the first award is\n%+v, want\n%+v", first, want)
	}
}

func TestImportResearchPublished(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file                             string
		rows, added, unchanged, repeated int
		sum                              string
	}{
		{"nihr_oda_awards.csv", 162, 162, 0, 0, "527849215.33"},
		{"ukri_oda_awards.csv.gz", 3370, 3112, 4, 254, "2419528963"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			data := published(t, tt.file)
			st := storetest.New(t)
			opts := options(grants.ResearchAwards)
			opts.Partial = true
			r := bring(t, st, data, opts)
			if r.Rows != tt.rows || r.Added != tt.added || r.Unchanged != tt.unchanged || r.Refused != tt.repeated {
				t.Errorf("%d rows: %d added, %d unchanged, %d refused", r.Rows, r.Added, r.Unchanged, r.Refused)
			}
			if r.InFile != pounds(t, tt.sum) {
				t.Errorf("the rows add up to %s, want %s", r.InFile, tt.sum)
			}
			for _, n := range r.Refusals {
				if n.Rule != innovation.RuleImportRepeated || n.Line <= n.Row {
					t.Errorf("row %d, line %d: %s", n.Row, n.Line, n.Rule)
				}
			}
			t.Logf("%d organisations, %s added, %d remarks, not kept %v", r.Organisations, r.Total, len(r.Remarks), r.NotKept)
			again := bring(t, st, data, opts)
			if again.Added != 0 || again.Act != 0 {
				t.Errorf("the same file again: %d added", again.Added)
			}
		})
	}
}

func TestPartialLeavesNothingOfRefusedRows(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	opts := options(grants.ResearchAwards)
	opts.Partial = true
	// The second row is refused only when it is recorded: its title is too long.
	data := "id,title,start_date,end_date,amount,currency,extending_org,lead_org_name\n" +
		"A,One,2020-01-01,2020-12-31,10,GBP,Funder,Here\n" +
		"B," + strings.Repeat("long ", 200) + ",2020-01-01,2020-12-31,10,GBP,Funder,Nowhere\n"
	r := bring(t, st, []byte(data), opts)
	if diff := cmp.Diff([]string{"2 title text-too-long"}, broken(r.Refusals)); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
	for _, n := range all[innovation.Name](t, st) {
		if n.Text == "Nowhere" {
			t.Error("the organisation of a refused row was founded")
		}
	}
}

// The counts by department that the Government Grants Register published with
// the file, from the rows as they are read.
func TestSchemesByDepartment(t *testing.T) {
	t.Parallel()
	data := published(t, "uk_government_grant_schemes/schemes_2016-17.csv.gz")
	expected, err := csv.NewReader(bytes.NewReader(published(t, "uk_government_grant_schemes/expected_2016-17.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, row := range expected[1:] {
		if row[0] == "funding_org" {
			want[row[1]] = row[2]
		}
	}
	st := storetest.New(t)
	opts := options(grants.GrantSchemes)
	opts.Year, opts.Partial = 2016, true
	r := bring(t, st, data, opts)
	names := map[innovation.OrganisationID]string{}
	for _, n := range all[innovation.Name](t, st) {
		names[n.Organisation] = n.Text
	}
	got := map[string]int{}
	zero, keys := 0, map[innovation.EnvelopeID]bool{}
	for _, e := range all[innovation.Envelope](t, st) {
		got[names[e.Funder]]++
		keys[e.Envelope] = true
		if e.Figure.Amount == innovation.Exact(0) {
			zero++
		}
		if e.Figure.Year() != 2016 {
			t.Errorf("%s is of %s", e.Envelope, e.Figure.Year())
		}
	}
	raw, err := csv.NewReader(strings.NewReader(strings.ReplaceAll(string(data), "\r", "\n"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range r.Refusals {
		got[raw[n.Row][0]]++
	}
	counts := map[string]string{}
	for name, n := range got {
		counts[name] = itoa(n)
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("schemes by department (-published +read):\n%s", diff)
	}
	if len(keys)+r.Refused != 1207 || zero != 7 {
		t.Errorf("%d distinct codes and %d refused, %d of nothing; 1207 and 7 were published", len(keys), r.Refused, zero)
	}
}
