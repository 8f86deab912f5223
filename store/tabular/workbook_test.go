package tabular_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/tabular"
	"github.com/xuri/excelize/v2"
)

// A workbook as a person makes one: a title, headings in two merged rows, date
// cells, numbers, a formula, a cell with an error.
func TestWorkbook(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	put := func(at string, v any) {
		t.Helper()
		if err := book.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	put("A1", "Returns of the trusts")
	for i, h := range []string{"Innovation", "ODS code", "Step", "Stage", "Grade", "Day", "Extent"} {
		at, _ := excelize.CoordinatesToCellName(i+1, 3)
		put(at, h)
	}
	put("G4", "low")
	put("H4", "high")
	if err := book.MergeCell("Sheet1", "G3", "H3"); err != nil {
		t.Fatal(err)
	}
	row := func(n string, code string, day any, low, high any) {
		for c, v := range map[string]any{"A": "libre", "B": code, "C": "Reached", "D": "adopted", "E": "observed", "F": day, "G": low, "H": high} {
			put(c+n, v)
		}
	}
	row("5", "RTA", time.Date(2018, 2, 1, 0, 0, 0, 0, time.UTC), 250000, 500000)
	row("7", "RTB", "2019-03", nil, nil)
	if err := book.SetCellFormula("Sheet1", "G7", "100000*3"); err != nil {
		t.Fatal(err)
	}
	row("8", "RTB", "2019-04", nil, nil)
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	s := ward(t)
	r, err := bring(t, s, innovation.TypeAdoption, file.String(), tabular.Options{Write: true})
	// A formula that was never calculated has no value.
	if r.Refused != 1 || len(r.Refusals) != 1 || r.Refusals[0].Line != 7 || r.Refusals[0].Field != "Extent low" || r.Refusals[0].Rule != innovation.RuleImportUnreadable {
		t.Fatalf("%s: %v %q", brief(r), err, problems(r))
	}
	put("G7", 300000)
	put("H7", "300,000")
	file.Reset()
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	r, err = bring(t, s, innovation.TypeAdoption, file.String(), tabular.Options{Write: true, Name: "returns.xlsx"})
	if err != nil || r.Added != 3 {
		t.Fatalf("%s: %v %q", brief(r), err, problems(r))
	}
	var remarks []string
	for _, n := range r.Remarks {
		remarks = append(remarks, n.Detail)
	}
	if all := strings.Join(remarks, "\n"); !strings.Contains(all, "lines 3 and 4") || !strings.Contains(all, `"Reached" was taken for the code reached`) {
		t.Errorf("%q", remarks)
	}
	same := "innovation,organisation,step,stage,grade,day,extentLow,extentHigh\nlibre,trust-a,reached,adopted,observed,2018-02-01,250000,500000\n"
	if again, err := bring(t, s, innovation.TypeAdoption, same, tabular.Options{Write: true}); err != nil || again.Unchanged != 1 {
		t.Errorf("%s %v %q", brief(again), err, problems(again))
	}
}
