package grants_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/storetest"
)

var late = innovation.On(innovation.MustDate("2026-01-01"))

// give exports what is to be exported.
func give(t testing.TB, st *store.Store, f grants.Format) ([]byte, grants.ExportReport) {
	t.Helper()
	var out bytes.Buffer
	r, err := grants.Export(context.Background(), st, late, &out, grants.ExportOptions{Format: f, Prefix: "360G-register", Publisher: "The register", Title: "Awards",
		Licence: "https://creativecommons.org/licenses/by/4.0/"})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), r
}

// What is given out and brought in again into an empty register is the same.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		data func(testing.TB) []byte
	}{
		{"extract", func(t testing.TB) []byte { return extract(t, "grants.json") }},
		{"Wolfson", func(t testing.TB) []byte { return published(t, "360giving_wolfson_2014_testfile.json.gz") }},
	} {
		for _, format := range []grants.Format{grants.ThreeSixtyJSON, grants.ThreeSixtyCSV} {
			t.Run(tt.name+"/"+string(format), func(t *testing.T) {
				t.Parallel()
				st := storetest.New(t)
				first := bring(t, st, tt.data(t), options(grants.ThreeSixtyJSON))
				file, report := give(t, st, format)
				if report.Grants != first.Added || report.Total != first.Total || len(report.LeftOut) > 0 {
					t.Errorf("%+v", report)
				}
				copied := storetest.New(t)
				opts := options(format)
				opts.Prefix = "360G-register"
				second := bring(t, copied, file, opts)
				if second.Added != first.Added || second.Total != first.Total || len(second.Remarks) > 0 || len(second.NotKept) > 0 {
					t.Errorf("%+v", second)
				}
				want, got := all[innovation.Award](t, st), all[innovation.Award](t, copied)
				byKey := func(a, b innovation.Award) int { return strings.Compare(string(a.Award), string(b.Award)) }
				slices.SortFunc(want, byKey)
				slices.SortFunc(got, byKey)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("awards (-given out +brought in):\n%s", diff)
				}
				if diff := cmp.Diff(len(all[innovation.Share](t, st)), len(all[innovation.Share](t, copied))); diff != "" {
					t.Errorf("shares:\n%s", diff)
				}
				again, _ := give(t, copied, format)
				if diff := cmp.Diff(string(file), string(again)); diff != "" {
					t.Errorf("given out again (-first +second):\n%s", diff)
				}
			})
		}
	}
}

func TestExportLeavesOut(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	st := withGrants(t)
	day := innovation.OnDay(innovation.MustDate("2024-02-01"))
	figure := func(a innovation.Amount) innovation.Figure {
		return innovation.Figure{Amount: a, Per: innovation.PerPeriod, Basis: innovation.FigureAgreed}
	}
	within, err := innovation.Range(100, 200)
	if err != nil {
		t.Fatal(err)
	}
	full := innovation.Award{Title: "=cmd", Purpose: "'=for all", Funder: "new-body", Recipient: "new-body", Figure: figure(innovation.Exact(1234_00)), Day: day}
	with := func(key innovation.AwardID, change func(*innovation.Award)) innovation.Fact {
		a := full
		a.Award = key
		change(&a)
		return a
	}
	facts := []innovation.Fact{
		innovation.Existence{Organisation: "new-body", Aspect: innovation.Operational, Kind: "body", Period: innovation.FromBound(innovation.UnknownBound())},
		with("whole", func(*innovation.Award) {}),
		with("a-range", func(a *innovation.Award) { a.Figure = figure(within) }),
		with("b-hidden", func(a *innovation.Award) { a.Figure = figure(innovation.NotDisclosed()) }),
		with("c-planned", func(a *innovation.Award) { a.Figure.Basis = innovation.FigurePlanned }),
		with("d-yearly", func(a *innovation.Award) { a.Figure.Per = innovation.PerYear }),
		with("e-undated", func(a *innovation.Award) { a.Day.Bound = innovation.InMonth(2024, 2) }),
		with("f-bare", func(a *innovation.Award) { a.Purpose, a.Funder, a.Recipient = "", "", "" }),
		with("g-later", func(a *innovation.Award) { a.Day = innovation.OnDay(innovation.MustDate("2027-01-01")) }),
		innovation.Adjustment{Award: "whole", Type: innovation.Increase, Amount: innovation.Exact(100), Reason: "inflation", Day: day},
	}
	if _, err := st.Update(ctx, innovation.Act{Actor: "tester", Reason: "Awards for a test"}, func(ctx context.Context, tx *store.Tx) error {
		for _, f := range facts {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	file, report := give(t, st, grants.ThreeSixtyJSON)
	var left []string
	for _, l := range report.LeftOut {
		whole := ""
		if l.Whole {
			whole = " whole"
		}
		left = append(left, string(l.Award)+" "+l.Field+whole)
	}
	want := []string{"a-range amountAwarded whole", "b-hidden amountAwarded whole", "c-planned amountAwarded whole", "d-yearly amountAwarded whole", "e-undated awardDate whole",
		"f-bare description whole", "f-bare recipientOrganization whole", "f-bare fundingOrganization whole", "whole amountAwarded"}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if report.Grants != 4 || report.Recipe.Act != 2 {
		t.Errorf("%+v", report)
	}
	for _, text := range []string{`"id": "360G-register-whole"`, `"id": "360G-register-Org-new-body"`, `"issued": "2026-01-01"`, `"amountAwarded": 1234,`} {
		if !strings.Contains(string(file), text) {
			t.Errorf("the file has no %s", text)
		}
	}

	// The prefix is taken off again: the register finds its own.
	for _, format := range []grants.Format{grants.ThreeSixtyJSON, grants.ThreeSixtyCSV} {
		file, _ := give(t, st, format)
		opts := options(format)
		opts.Prefix = "360G-register"
		if r := bring(t, st, file, opts); r.Unchanged != 4 || r.Act != 0 {
			t.Errorf("%s brought in again: %+v\n%s", format, r, notes(r.Refusals))
		}
		if format == grants.ThreeSixtyCSV && (!strings.Contains(string(file), ",'=cmd,") || !strings.Contains(string(file), ",''=for all,")) {
			t.Error("a text is left to be taken for a formula")
		}
	}
}

func TestExportRefusals(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var out bytes.Buffer
	for name, opts := range map[string]grants.ExportOptions{
		"format": {Format: grants.Ledger, Prefix: "360G-x"}, "prefix": {Format: grants.ThreeSixtyJSON}, "no prefix of 360Giving": {Format: grants.ThreeSixtyJSON, Prefix: "reg-x"},
		"nothing to say": {Format: grants.ThreeSixtyJSON, Prefix: "360G-x"}, "licence": {Format: grants.ThreeSixtyJSON, Prefix: "360G-x", Licence: "CC BY"},
	} {
		st := storetest.New(t)
		if name == "licence" {
			st = withGrants(t)
		}
		_, err := grants.Export(ctx, st, late, &out, opts)
		if innovation.Violations(err) == nil || out.Len() > 0 {
			t.Errorf("%s: %v, and %d bytes", name, err, out.Len())
		}
	}
	if _, err := grants.Export(ctx, withGrants(t), innovation.View{}, &out, grants.ExportOptions{Format: grants.ThreeSixtyJSON, Prefix: "360G-x"}); !errors.Is(err, innovation.Invalid) {
		t.Errorf("no view: %v", err)
	}
}
