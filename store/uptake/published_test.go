package uptake_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/uptake"
)

// importTwice brings a published file in, and again, which changes nothing.
func importTwice(t *testing.T, s *store.Store, format uptake.Format, f io.ReadSeeker, o *uptake.Options) uptake.Report {
	t.Helper()
	start := time.Now()
	got, err := uptake.Import(background, s, act, format, f, o)
	if err != nil {
		t.Fatalf("%v %+v", err, got.Refusals[:min(len(got.Refusals), 5)])
	}
	t.Logf("%d rows in %v", got.Rows, time.Since(start))
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	again, err := uptake.Import(background, s, act, format, f, o)
	if err != nil || again.Act != 0 || again.Unchanged+again.PassedOver != got.Rows {
		t.Errorf("again: %v %+v", err, counts(again))
	}
	return got
}

// libreFirst is how many groups first prescribed FreeStyle Libre in a month, as
// its publisher counts.
var libreFirst = map[string]int{"2017-11": 91, "2017-12": 37, "2018-01": 20, "2018-02": 13, "2018-03": 11, "2018-04": 6, "2018-05": 3,
	"2018-06": 2, "2018-07": 3, "2018-08": 1, "2018-10": 2, "2019-04": 2}

func TestLibrePublished(t *testing.T) {
	f := published(t, "uptake_nhs/libre_ccg_month.csv.gz")
	s := register(t)
	o := libre()
	o.Found = true
	got := importTwice(t, s, uptake.Month, f, o)
	// 191 groups began, and every later month of use confirms it; one group stopped prescribing.
	if diff := cmp.Diff(uptake.Report{Rows: 11_460, Added: 11_460, Organisations: 191, Events: 2_883, Quiet: 1}, counts(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(libreFirst, firstMonths(t, s)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	verified(t, s)
}

// The file restates what was prescribed to the groups of April 2019: eight of
// them have items before they opened.
func TestLibreRestated(t *testing.T) {
	list, successors, f := published(t, "ods/eccg_2025-12.csv"), published(t, "ods/successors.csv.gz"), published(t, "uptake_nhs/libre_ccg_month.csv.gz")
	s := register(t)
	dated := options()
	dated.Edition = day("2025-12-01")
	if got := importTwice(t, s, uptake.ODSList, list, dated); got.Added != 320 {
		t.Errorf("%+v", counts(got))
	}
	if got := importTwice(t, s, uptake.Successors, successors, &uptake.Options{Source: "succ", SourceTitle: "Successors"}); got.Rows != 25_480 || got.Added == 0 {
		t.Errorf("%+v", counts(got))
	}
	merged := map[string]int{}
	for _, f := range all[innovation.Succession](t, s) {
		if f.Value.Type == innovation.Merge {
			merged[f.Value.Day.Bound.String()]++
		}
	}
	if merged["2020-04-01"] != 93 || merged["2021-04-01"] != 38 { // as many groups closed the day before
		t.Errorf("the mergers of 2020 and 2021: %v", merged)
	}
	o := libre()
	o.DryRun = true
	plain, err := uptake.Import(background, s, act, uptake.Month, f, o)
	early := map[string]bool{}
	for _, n := range plain.Refusals {
		early[n.Detail[:strings.Index(n.Detail, " ")]] = true
		if n.Rule != innovation.RuleAdoptionLife && n.Rule != innovation.RuleAdoptionNothing {
			t.Errorf("%+v", n)
		}
	}
	if err == nil || len(early) != 8 {
		t.Errorf("%d groups have items before they opened: %v", len(early), err)
	}
	o.DryRun, o.Month.Restated = false, true
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	got := importTwice(t, s, uptake.Month, f, o)
	if got.Organisations != 0 || got.Added != 11_460 {
		t.Errorf("%+v", counts(got))
	}
	if diff := cmp.Diff(libreFirst, firstMonths(t, s)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	verified(t, s)
}

func TestGlarginePublished(t *testing.T) {
	f := published(t, "uptake_nhs/glargine_ccg_month.csv.gz")
	s := register(t)
	o := options()
	o.Found, o.Month = true, uptake.Presets()["glargine-ccg-month"]
	o.Month.Innovation = "libre"
	got := importTwice(t, s, uptake.Month, f, o)
	if got.Rows != 7_995 || got.Added != 7_995 || got.Organisations != 195 {
		t.Errorf("%+v", counts(got))
	}
	verified(t, s)
}

func TestNarcolepsyPublished(t *testing.T) {
	f := published(t, "uptake_nhs/scmd_narcolepsy_trust_month.csv.gz")
	for _, c := range []struct {
		product          string
		trusts, in201901 int
	}{{"Pitolisant", 20, 7}, {"Sodium oxybate", 47, -1}} {
		t.Run(c.product, func(t *testing.T) {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			s := register(t)
			o := options()
			o.Found, o.Kind, o.Month = true, "nhs-trust", uptake.Presets()["scmd-trust-month"]
			o.Month.Innovation, o.Month.ProductIs = "pitolisant", c.product
			got := importTwice(t, s, uptake.Month, f, o)
			first := firstMonths(t, s)
			trusts := 0
			for _, n := range first {
				trusts += n
			}
			if got.Rows != 30_462 || trusts != c.trusts || c.in201901 >= 0 && first["2019-01"] != c.in201901 {
				t.Errorf("%+v, %d trusts, first %v", counts(got), trusts, first)
			}
			verified(t, s)
		})
	}
}

func TestPracticesPublished(t *testing.T) {
	first, second := published(t, "ods/gp-reg-pat-prac-map_2020-09.csv.gz"), published(t, "ods/gp-reg-pat-prac-map_2022-01.csv.gz")
	s := storetest.New(t)
	got := importTwice(t, s, uptake.PracticeMap, first, options())
	// 6,708 practices, 1,252 networks and those in none, 135 groups, 42 partnerships, 7 regions.
	if diff := cmp.Diff(uptake.Report{Rows: 6_708, Added: 6_708, Organisations: 6_708 + 1_251 + 135 + 42 + 7}, counts(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	later := importTwice(t, s, uptake.PracticeMap, second, &uptake.Options{Source: "second", SourceTitle: "Second"})
	if later.Rows != 6_527 || later.Unchanged < 5_500 || later.Revised < 294+144 {
		t.Errorf("%+v", counts(later))
	}
	if len(later.Remarks) != 1 || !strings.HasPrefix(later.Remarks[0].Detail, "188 practices") {
		t.Errorf("%+v", later.Remarks)
	}
	if _, err := first.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if again, err := uptake.Import(background, s, act, uptake.PracticeMap, first, options()); err != nil || again.Act != 0 {
		t.Errorf("the first list after the second: %v %+v", err, counts(again))
	}
	verified(t, s)
}

// The returns of trusts about their records say each year whether they are on
// paper, electronic or mixed: a state that goes back as well as forward. The
// file is not in this repository, for the licence of its own.
func TestRecordsWithReversals(t *testing.T) {
	f := published(t, "epr_trusts/trust_records_and_epr.csv")
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	place := map[string]int{}
	for i, c := range rows[0] {
		place[c] = i
	}
	years := []string{"201718", "201819", "201920", "202021", "202122", "202223", "202324"}
	var text strings.Builder
	text.WriteString("innovation,ods,step,stage,grade,extentLow,extentHigh,reason,day\n")
	electronic := make([]int, len(years))
	var facts []innovation.Fact
	reversals := 0
	for _, r := range rows[1:] {
		code := r[0]
		org := innovation.OrganisationID("ods-" + strings.ToLower(code))
		facts = append(facts, innovation.Existence{Organisation: org, Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.FromBound(innovation.UnknownBound())},
			innovation.Identifier{Organisation: org, Scheme: "ods", Value: code, Period: innovation.FromBound(innovation.UnknownBound())})
		at := innovation.Stage("") // where the trust was said to be
		for i, year := range years {
			kind := r[place["mrc_type_"+year]]
			if k, rest, ok := strings.Cut(kind, ". "); ok && len(k) == 1 {
				kind = rest
			}
			stage := map[string]innovation.Stage{"Paper": innovation.Identified, "Mixed": innovation.Piloting, "Electronic": innovation.Adopted}[kind]
			day := "20" + year[2:4] + "/" + year[4:]
			switch {
			case stage == "":
				continue
			case at != "" && stage.Rank() < at.Rank():
				reversals++
				fmt.Fprintf(&text, "epr,%s,reversed,%s,self-reported,,,,%s\n", code, stage, day)
			default:
				fmt.Fprintf(&text, "epr,%s,reached,%s,self-reported,,,,%s\n", code, stage, day)
			}
			if at = stage; stage == innovation.Adopted {
				electronic[i]++
			}
		}
	}
	if diff := cmp.Diff([]int{6, 8, 7, 7, 4, 3, 4}, electronic); diff != "" {
		t.Fatalf("the file says otherwise (-want +got)\n%s", diff)
	}
	s := storetest.New(t)
	record(t, s, append(facts, innovation.Innovation{Innovation: "epr", Name: "Electronic patient record", Period: innovation.FromBound(innovation.UnknownBound())})...)
	got := mustImport(t, s, uptake.Adoptions, []byte(text.String()), options())
	if got.Refused != 0 || reversals < 5 {
		t.Errorf("%+v, %d reversals", counts(got), reversals)
	}
	byOrg := map[innovation.OrganisationID][]innovation.Adoption{}
	for _, f := range all[innovation.Adoption](t, s) {
		byOrg[f.Value.Organisation] = append(byOrg[f.Value.Organisation], f.Value)
	}
	// Of those who said something that year, on its last day.
	for i, year := range years {
		fy, err := innovation.ParseFinancialYear("20" + year[2:4] + "/" + year[4:])
		if err != nil {
			t.Fatal(err)
		}
		adopted, end := 0, innovation.InFinancialYear(fy).Latest
		for _, events := range byOrg {
			said := false
			for _, a := range events {
				said = said || a.Day.Latest == end
			}
			if said && innovation.ReadAdoption(events, end, innovation.SelfReported).All == innovation.Adopted.Rank() {
				adopted++
			}
		}
		if adopted != electronic[i] {
			t.Errorf("in %s %d trusts were electronic, want %d", year, adopted, electronic[i])
		}
	}
	verified(t, s)
}
