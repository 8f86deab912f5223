package tabular_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/tabular"
)

const nhsNumber = "943 476 5919" // an example of the NHS's own

// TestNHSNumberAnywhere looks for the number in everything that is said of a
// file, wherever it stands in it.
func TestNHSNumberAnywhere(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	plain := strings.ReplaceAll(nhsNumber, " ", "")
	for what, c := range map[string]struct {
		noun, file string
		opts       tabular.Options
	}{
		"a file without headings":   {"adoption", plain + ",2020-01-01\n" + nhsNumber + ",2020-02-01\n", tabular.Options{}},
		"a heading":                 {"name", "organisation,text," + plain + "\nx,y,z\n", tabular.Options{}},
		"a missing column":          {"name", "text," + plain + "\ny,z\n", tabular.Options{}},
		"a heading that is mapped":  {"name", "organisation," + nhsNumber + ",kind,start\nx,y,current,2020\n", tabular.Options{Mapping: []tabular.Mapping{{Heading: nhsNumber, Field: "text"}}}},
		"the number of a fact":      {"name", "fact,organisation,text,kind,start\n" + nhsNumber + ",x,y,current,2020\n", tabular.Options{}},
		"a whole number":            {"adoption", "innovation,organisation,step,stage,grade,day,extentLow\nx,y,reached,adopted,observed,2020,943-476-5919\n", tabular.Options{}},
		"a decimal":                 {"observation", "observation,measure,unit,value,period.start,source\nx,patients,people," + nhsNumber + ",2020,letter\n", tabular.Options{}},
		"the name of the file":      {"name", "<html>", tabular.Options{Name: "seen " + plain + ".csv"}},
		"a sheet that is asked for": {"name", "a,b\nx,y\n", tabular.Options{Sheet: plain}},
	} {
		t.Run(what, func(t *testing.T) {
			c.opts.Source, c.opts.SourceTitle = "file", "File"
			report, err := tabular.Import(t.Context(), s, innovation.Act{Actor: "jo", Reason: "because"}, innovation.FactType(c.noun), strings.NewReader(c.file), &c.opts)
			said, failed := json.Marshal(report)
			if err == nil || failed != nil {
				t.Fatalf("%+v %v", report, failed)
			}
			var refused bytes.Buffer
			if err := report.WriteRefused(&refused, "csv"); err != nil {
				t.Fatal(err)
			}
			all := string(said) + refused.String() + err.Error()
			if strings.Contains(strings.NewReplacer(" ", "", "-", "").Replace(all), plain) {
				t.Errorf("it is repeated: %s", all)
			}
		})
	}
	if _, err := tabular.ReadMapping(t.Context(), strings.NewReader("Seen "+nhsNumber+",text\n"), ""); err == nil || strings.Contains(err.Error(), nhsNumber) {
		t.Errorf("in a mapping: %v", err)
	}
}

// TestWideFile brings in a file with as many columns that mean nothing as a
// spreadsheet has.
func TestWideFile(t *testing.T) {
	t.Parallel()
	var headings strings.Builder
	for i := range 16_000 {
		fmt.Fprintf(&headings, "column %d of a wide file,", i)
	}
	_, err := tabular.Import(t.Context(), storetest.New(t), innovation.Act{Actor: "jo", Reason: "because"}, innovation.TypeName,
		strings.NewReader(strings.Repeat(headings.String()+"\n", 25)), &tabular.Options{Source: "file"})
	if n := len(innovation.Violations(err)); n == 0 || n > 200 {
		t.Errorf("%d violations", n)
	}
}

// TestFirstRefused refuses more rows than a report lists, some when they are
// read and others when they are taken: it lists the first.
func TestFirstRefused(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("organisation,text,kind,start\n")
	for i := range 3_000 {
		start := "2020-01-01"
		if i%2 == 1 {
			start = "1/2/2020"
		}
		fmt.Fprintf(&file, "nobody-%d,y,current,%s\n", i, start)
	}
	report, err := tabular.Import(t.Context(), storetest.New(t), innovation.Act{Actor: "jo", Reason: "because"}, innovation.TypeName,
		strings.NewReader(file.String()), &tabular.Options{Source: "file", SourceTitle: "File"})
	if err == nil || report.Refused != 3_000 || len(report.Refusals) != 1_000 || report.Refusals[0].Row != 1 || report.Refusals[999].Row != 667 || // every other row is refused for two reasons
		report.MoreRefusals != 2_500 || !strings.Contains(err.Error(), "the first is row 1:") {
		t.Errorf("%d refused, rows %d to %d are listed and %d more: %v", report.Refused, report.Refusals[0].Row, report.Refusals[len(report.Refusals)-1].Row, report.MoreRefusals, err)
	}
}
