package sheet_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/xuri/excelize/v2"
)

// texts are hard to write.
var texts = []string{"plain", "00123", "=1+1", "+44 20", "-x", "-12", "-£5.00", "@home", "'quoted'", "'=x", "''-1", "a\nb", "a\r\nb", "tab\there", "\tfirst",
	`"`, "a,b;c|d", " outer ", "<&>\"'", "_x000D_", "\x01control", "é 😀", "_x005F_", "1E5", "2024-01-02", "TRUE", "#N/A", "_", "_x12"}

func written(t testing.TB, format string, rows [][]string, sheets ...sheet.Sheet) string {
	t.Helper()
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, format, sheets...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Row("x") == nil || w.Close() == nil {
		t.Error("a file that was ended is written to")
	}
	return b.String()
}

// What is written is read again.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	var want strings.Builder
	fmt.Fprint(&want, "1:name|text\n")
	rows := [][]string{}
	for i, s := range texts {
		rows = append(rows, []string{s, "x", ""})
		fmt.Fprintf(&want, "%d:%s|x\n", i+2, s)
	}
	for _, format := range []string{sheet.CSV, sheet.XLSX} {
		data := written(t, format, rows, sheet.Sheet{Name: "Table", Columns: []sheet.Column{{Heading: "name"}, {Heading: "text", Text: true}}})
		var got strings.Builder
		n := 0
		for row, err := range open(t, data).Rows() { // which are lines of a CSV file
			if err != nil {
				t.Fatal(err)
			}
			n++
			fmt.Fprintf(&got, "%d:%s|%s\n", n, row.Cells[0].Text, row.Cells[1].Text)
		}
		if diff := cmp.Diff(want.String(), got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
}

// Another program reads the workbook with its formats, and finds no formula.
func TestWrittenForExcelize(t *testing.T) {
	t.Parallel()
	long := make([]string, 60)
	for i := range long {
		long[i] = fmt.Sprintf("value %d, with a comma", i)
	}
	columns := []sheet.Column{{Heading: "code", Text: true}, {Heading: "from", Date: true, Note: "The first day."}, {Heading: "stage", Values: []string{"adopted", "piloting"}, Width: 30},
		{Heading: "place", Values: long}, {Heading: "sum", Number: true}}
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, sheet.XLSX, sheet.Sheet{Name: "Adoptions", Columns: columns}, sheet.Sheet{Name: "Notes"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row("00123", "2024-04-01", "=1+1", "x", "12.50"); err != nil {
		t.Fatal(err)
	}
	for i, s := range texts {
		if err := w.Row(s, s, "", "", s); err != nil {
			t.Fatal(i, err)
		}
	}
	if err := w.Next(); err != nil {
		t.Fatal(err)
	}
	if err := w.Row("How to fill this in"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Adoptions", "Notes", "_lists"}, x.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	if visible, err := x.GetSheetVisible("_lists"); err != nil || visible {
		t.Errorf("the lists are visible: %v", err)
	}
	rows, err := x.GetRows("Adoptions")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"00123", "2024-04-01", "=1+1", "x", "12.50"}, rows[1]); diff != "" && rows[1][4] != "12.5" {
		t.Error(diff)
	}
	for i, s := range texts {
		if got := rows[i+2][0]; got != s {
			t.Errorf("%q is read as %q", s, got)
		}
		for c := range 5 {
			name, _ := excelize.CoordinatesToCellName(c+1, i+3)
			if formula, err := x.GetCellFormula("Adoptions", name); err != nil || formula != "" {
				t.Errorf("%s has the formula %q, %v", name, formula, err)
			}
		}
	}
	kind, err := x.GetCellType("Adoptions", "B2")
	if raw, _ := x.GetCellValue("Adoptions", "B2", excelize.Options{RawCellValue: true}); err != nil || kind == excelize.CellTypeInlineString || raw != "45383" {
		t.Errorf("the date is %v %s, %v", kind, raw, err)
	}
	if kind, err := x.GetCellType("Adoptions", "A2"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("the code is %v, %v", kind, err)
	}
	id, err := x.GetCellStyle("Adoptions", "A1")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := x.GetStyle(id); err != nil || style.Font == nil || !style.Font.Bold {
		t.Errorf("the heading is not bold: %v", err)
	}
	id, err = x.GetColStyle("Adoptions", "A")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := x.GetStyle(id); err != nil || style.NumFmt != 49 {
		t.Errorf("the column of codes is not text: %v", err)
	}
	panes, err := x.GetPanes("Adoptions")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the headings are not frozen: %+v, %v", panes, err)
	}
	if width, err := x.GetColWidth("Adoptions", "C"); err != nil || width != 30 {
		t.Errorf("width %v, %v", width, err)
	}
	rules, err := x.GetDataValidations("Adoptions")
	if err != nil || len(rules) != 3 {
		t.Fatalf("%d validations, %v", len(rules), err)
	}
	if r := rules[0]; r.Prompt == nil || *r.Prompt != "The first day." || r.Sqref != "B2:B1048576" {
		t.Errorf("the note: %+v", r)
	}
	if r := rules[1]; r.Type != "list" || !strings.Contains(r.Formula1, `&quot;adopted,piloting&quot;`) {
		t.Errorf("the short list: %+v", r)
	}
	if r := rules[2]; r.Type != "list" || !strings.Contains(r.Formula1, `'_lists'!$A$1:$A$60`) {
		t.Errorf("the long list: %+v", r)
	}
	if v, err := x.GetCellValue("_lists", "A60"); err != nil || v != long[59] {
		t.Errorf("the last of the long list is %q, %v", v, err)
	}
	if v, err := x.GetCellValue("Notes", "A1"); err != nil || v != "How to fill this in" {
		t.Errorf("the notes: %q, %v", v, err)
	}
}

// A cell of CSV that a spreadsheet would take for a formula has an apostrophe.
func TestGuarded(t *testing.T) {
	t.Parallel()
	got := written(t, sheet.CSV, [][]string{{"=1+1", "+1", "-1", "-1.5", "-£1,000.00", "-x", "@x", "\tx", "\rx", "x=1", ""}})
	if want := "'=1+1,'+1,-1,-1.5,\"-£1,000.00\",'-x,'@x,'\tx,\"'\rx\",x=1,\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWriteRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	_, err := sheet.NewWriter(&b, "ods")
	refused(t, err, innovation.RuleImportFormat, `"ods"`)
	for _, names := range [][]string{{""}, {"a/b"}, {"A", "a"}, {strings.Repeat("x", 32)}, {"_lists"}} {
		var sheets []sheet.Sheet
		for _, n := range names {
			sheets = append(sheets, sheet.Sheet{Name: n})
		}
		_, err := sheet.NewWriter(&b, sheet.XLSX, sheets...)
		refused(t, err, innovation.RuleImportFormat, "cannot be named")
	}
	w, err := sheet.NewWriter(&b, sheet.XLSX)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, w.Row("a", strings.Repeat("é", 32768)), innovation.RuleImportTooLarge, "cell 2 of row 1")
}

// The library that proves the workbooks is no part of any program.
func TestWithoutExcelize(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command on the PATH: install Go to check the dependencies")
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}}", "github.com/innovationregistry/registry/...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	if strings.Contains(string(out), "excelize") {
		t.Error("a package of the module needs excelize, which is for tests alone")
	}
}
