package grants_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/storetest"
)

// The titles of the standard, with places in lists, paths, and columns that the
// register has no place for.
func TestImportThreeSixtyCSV(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	data := "Identifier;title;Description;Currency;Amount Awarded;Award Date;Planned Dates:Start Date;plannedDates/0/endDate;Planned Dates:Duration (months);" +
		"Recipient Org:0:Identifier;Recipient Org:0:Name;Recipient Org:1:Identifier;Recipient Org:1:Name;Funding Org:Identifier;Funding Org:Name;Related Activity;Beneficiary Location:Latitude;Colour\n" +
		"360G-x-1;One;First;GBP;£1,000.50;2020-05-06;01/06/2020;31/12/2021;19;GB-CHC-1;Here;GB-CHC-2;There;GB-CHC-3;Funder;360G-x-0;51.5;red\n" +
		"360G-x-2;Two;Second;GBP;7;2020-05;2020-07;;many;GB-CHC-1;Here;;;GB-CHC-3;Funder;;north;\n" +
		"360G-x-3;Three;Third;GBP;8;2020-05-07;2020-07;;;GB-CHC-1;Here;;;GB-CHC-3;Funder;;;\n"
	opts := options(grants.ThreeSixtyCSV)
	opts.Partial = true
	r := bring(t, st, []byte(data), opts)
	if diff := cmp.Diff([]string{"2 Award Date date-invalid"}, broken(r.Refusals)); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
	if len(r.Refusals) > 0 && r.Refusals[0].Value != "2020-05" {
		t.Errorf("the refusal does not show the value: %+v", r.Refusals[0])
	}
	if diff := cmp.Diff([]grants.NotKept{{"Beneficiary Location:Latitude", 2}, {"Planned Dates:Duration (months)", 2}, {"Related Activity", 1}, {"Colour", 1}}, r.NotKept,
		cmp.Transformer("byName", func(list []grants.NotKept) map[string]int {
			out := map[string]int{}
			for _, n := range list {
				out[strings.Split(n.Field, " (")[0]] = n.Rows
			}
			return out
		})); diff != "" {
		t.Errorf("not kept (-want +got):\n%s", diff)
	}
	awards := all[innovation.Award](t, st)
	if len(awards) != 2 || awards[0].Recipient != "" || awards[0].Figure.Covers.String() != "2020-06-01 to 2022-01-01" ||
		awards[1].Recipient != "gb-chc-1" || awards[1].Figure.Covers.String() != "from 2020-07" {
		t.Errorf("awards %+v", awards)
	}
	// What has no end and a month to begin is given out and brought in as it is.
	file, _ := give(t, st, grants.ThreeSixtyCSV)
	copied := storetest.New(t)
	bring(t, copied, file, options(grants.ThreeSixtyCSV))
	if diff := cmp.Diff(awards, all[innovation.Award](t, copied)); diff != "" {
		t.Errorf("awards (-given out +brought in):\n%s", diff)
	}
	if len(all[innovation.Share](t, copied)) != 2 {
		t.Error("the shares were lost")
	}
}

func TestImportSchemesRepeated(t *testing.T) {
	t.Parallel()
	const header = "Funding Org:Name,Grant Programme:Code,Grant Programme:Title,Aims and objectives,Value per year,Start Date,End Date,Allocation Method\n"
	row := func(code, value, method string) string {
		return "Department," + code + ",Title,,\"" + value + "\",01/04/15,31/03/16," + method + "\n"
	}
	opts := options(grants.GrantSchemes)
	opts.Year, opts.Partial = 2015, true
	st := storetest.New(t)
	r := bring(t, st, []byte(header+row("SCH-1", "1,000", "Formula; General Grants - Competed")+row("SCH-1", "1,000", "Formula; General Grants - Competed")+row("SCH-1", "2,000", "Formula")+row("SCH-2", "5", "Lottery")+row("", "5", "")), opts)
	if diff := cmp.Diff([]string{"3 Grant Programme:Code import-row-repeated", "5 Grant Programme:Code text-required"}, broken(r.Refusals)); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
	if r.Added != 2 || r.Unchanged != 1 || !strings.Contains(notes(r.Remarks), "does not list") {
		t.Errorf("%+v", r)
	}
	// The same scheme in another year is another envelope; with another value in the same year it is refused.
	opts.Year = 2016
	if r := bring(t, st, []byte(header+row("SCH-1", "3,000", "Formula")), opts); r.Added != 1 {
		t.Errorf("%+v", r)
	}
	opts.Partial = false
	r, err := grants.Import(context.Background(), st, strings.NewReader(header+row("SCH-1", "4,000", "Formula")), opts)
	if diff := cmp.Diff([]string{"1 Grant Programme:Code import-conflict"}, broken(r.Refusals)); diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
