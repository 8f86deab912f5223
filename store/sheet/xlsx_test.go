package sheet_test

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/xuri/excelize/v2"
)

const relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

// parts are those of a workbook with one sheet of these rows.
func parts(rows string) map[string]string {
	return map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r" Type="` + relationships + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="` + relationships + `"><sheets><sheet name="One" r:id="s1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s1" Type="` + relationships + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="s2" Type="` + relationships + `/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="s3" Type="` + relationships + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
		"xl/sharedStrings.xml":       `<sst><si><t>plain</t></si><si><r><t>rich </t></r><r><rPr><b/></rPr><t xml:space="preserve">text</t></r><rPh sb="0" eb="1"><t>spoken</t></rPh></si><si><t>a_x000D_b_x005F_x000D__x0000_</t></si><si><t/></si></sst>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy\-mm"/><numFmt numFmtId="171" formatCode="0.00&quot; days&quot;;[Red]d"/><numFmt numFmtId="172" formatCode="[h]:mm"/><numFmt numFmtId="173" formatCode="[$-409]dd/mm/yy hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/><xf numFmtId="173"/><xf numFmtId="21"/></cellXfs></styleSheet>`,
	}
}

func pack(t testing.TB, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, parts[name])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func workbook(t testing.TB, rows string) string { return pack(t, parts(rows)) }

func TestXLSX(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rows, want string
		change           func(map[string]string)
		remarks          []string
	}{
		{name: "nothing", want: ""},
		{name: "shared texts", rows: `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>`, want: "1:plain|rich text|a\rb_x000D__x0000_\n"},
		{name: "texts in place", rows: `<row><c t="inlineStr"><is><t> a </t></is></c><c t="inlineStr"><is><r><t>b</t></r><r><t>c</t></r></is></c><c t="str"><f>X</f><v>d &amp; <![CDATA[<e>]]></v></c></row>`, want: "1: a |bc|fd & <e>\n"},
		{name: "numbers", rows: `<row><c><v>0.1</v></c><c><v>0.30000000000000004</v></c><c t="n"><v>1E+05</v></c><c><v>-0</v></c><c><v>1.5E-7</v></c><c><v>123456789012345678</v></c><c><v>1e300</v></c><c><v> 7 </v></c><c><v>0x10</v></c><c><v>NaN</v></c></row>`,
			want: "1:#0.1|#0.3|#100000|#0|#0.00000015|#123456789012345678|#1E+300|#7|!\"0x10\" is not a number|!\"NaN\" is not a number\n"},
		{name: "booleans and errors", rows: `<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c></row>`, want: "1:?true|?false|!#N/A\n"},
		{name: "dates", rows: `<row><c s="1"><v>45000</v></c><c s="2"><v>45000.5</v></c><c s="3"><v>45000</v></c><c s="4"><v>0.75</v></c><c s="5"><v>45000.999999</v></c><c s="6"><v>0</v></c><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c><c s="1"><v>0</v></c><c s="1"><v>-1</v></c><c s="1"><v>2958466</v></c><c s="1"><v>2958465</v></c><c s="1"><v>1</v></c></row>`,
			want: "1:@2023-03-15|@2023-03-15T12:00:00|#45000|@18:00:00|@2023-03-16|@00:00:00|@1900-02-28|!29 February 1900 never was|@1900-03-01|!0 is no day: days are counted from 1|!-1 is no day from 1900 to 9999|!2958466 is no day from 1900 to 9999|@9999-12-31|@1900-01-01\n"},
		{name: "dates from 1904", rows: `<row><c s="1"><v>0</v></c><c s="1"><v>45000</v></c><c s="6"><v>0.5</v></c><c s="1"><v>0.5</v></c><c s="1"><v>2958465</v></c></row>`,
			change: func(p map[string]string) {
				p["xl/workbook.xml"] = strings.Replace(p["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
			},
			want: "1:@1904-01-01|@2027-03-16|@12:00:00|@1904-01-01T12:00:00|!2958465 is no day up to 9999\n"},
		{name: "ISO dates", rows: `<row><c t="d"><v>2024-02-29</v></c><c t="d"><v>2024-02-29T00:00:00</v></c><c t="d"><v>2024-02-29T10:30:00Z</v></c><c t="d"><v>2023-02-29</v></c></row>`,
			want: "1:@2024-02-29|@2024-02-29|@2024-02-29T10:30:00|!\"2023-02-29\" is not a date\n"},
		{name: "formulas", rows: `<row><c><f>1+1</f><v>2</v></c><c><f>1+1</f></c><c><f>1+1</f><v></v></c><c t="str"><f>""</f><v></v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c><v>1</v></c></row>`,
			want: "1:f#2|f!the formula has no value yet: save it once in a spreadsheet program|f!the formula has no value yet: save it once in a spreadsheet program|f|f!#DIV/0!|#1\n"},
		{name: "places", rows: `<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c><c r="e2"><v>3</v></c></row><row><c><v>4</v></c></row><row r="6"><c r="C6"/></row><row r="8"><c r="A8"><v>5</v></c></row><row r="1048576" spans="1:3"/>`,
			want: "1:\n2:|#1|#2||#3\n3:#4\n4:\n5:\n6:\n7:\n8:#5\n"},
		{name: "merged", rows: `<row r="1"><c r="A1" t="str"><v>head</v></c><c r="B1" t="str"><v>under</v></c></row><row r="2"><c r="A2" t="str"><v>side</v></c><c r="B2"><v>1</v></c></row><row r="4"><c r="B4"><v>2</v></c></row>`,
			change: func(p map[string]string) {
				p["xl/worksheets/sheet1.xml"] = strings.Replace(p["xl/worksheets/sheet1.xml"], "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A2:A5"/><mergeCell ref="A1:C1"/><mergeCell ref="F1:G9"/></mergeCells>`, 1)
			},
			want:    "1:head|head|head\n2:side|#1\n3:side\n4:side|#2\n5:side\n",
			remarks: []string{"the cells of 3 merged ranges were each filled with the value of the first"}},
		{name: "strict, with prefixes", rows: `<x:row r="1"><x:c r="A1" t="d"><x:v>2024-01-02</x:v></x:c><x:c r="B1" t="s"><x:v>0</x:v></x:c></x:row>`,
			change: func(p map[string]string) {
				for name, text := range p {
					p[name] = strings.ReplaceAll(text, relationships, "http://purl.oclc.org/ooxml/officeDocument/relationships")
				}
				name := "xl/worksheets/sheet1.xml"
				p[name] = strings.NewReplacer("worksheet>", `x:worksheet>`, "sheetData>", "x:sheetData>").Replace(p[name])
				p[name] = strings.Replace(p[name], "</x:sheetData>", `</x:sheetData><x:mergeCells><x:mergeCell ref="B1:C1"/></x:mergeCells>`, 1)
			},
			want:    "1:@2024-01-02|plain|plain\n",
			remarks: []string{"the cells of a merged range were each filled with the value of the first"}},
		{name: "no styles, no shared texts, other names", rows: `<row><c s="9"><v>45000</v></c></row>`,
			change: func(p map[string]string) {
				delete(p, "xl/styles.xml")
				delete(p, "xl/sharedStrings.xml")
				p[`XL\Worksheets\Sheet1.xml`] = p["xl/worksheets/sheet1.xml"]
				delete(p, "xl/worksheets/sheet1.xml")
			}, want: "1:#45000\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := parts(c.rows)
			if c.change != nil {
				c.change(p)
			}
			got, remarks, err := show(t, pack(t, p), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.remarks, remarks); diff != "" {
				t.Errorf("remarks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestXLSXRefused(t *testing.T) {
	t.Parallel()
	const sheet1 = "xl/worksheets/sheet1.xml"
	with := func(name, text string) func(map[string]string) {
		return func(p map[string]string) {
			if p[name] = text; text == "" {
				delete(p, name)
			}
		}
	}
	unreadable, tooLarge := innovation.RuleImportUnreadable, innovation.RuleImportTooLarge
	for _, c := range []struct {
		name, rows string
		change     func(map[string]string)
		o          *sheet.Options
		rule       innovation.RuleID
		says       string
	}{
		{name: "no such sheet", o: &sheet.Options{Sheet: "Two"}, rule: unreadable, says: `no sheet "Two"`},
		{name: "a missing sheet", change: with(sheet1, ""), rule: unreadable, says: "is missing"},
		{name: "a zip", change: with("xl/workbook.xml", ""), rule: unreadable, says: "without a workbook"},
		{name: "xlsb", change: func(p map[string]string) { delete(p, "xl/workbook.xml"); p["xl/workbook.bin"] = "x" }, rule: unreadable, says: ".xlsb"},
		{name: "ods", change: with("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), rule: unreadable, says: ".ods"},
		{name: "a document", change: func(p map[string]string) {
			p["word/document.xml"] = "<x/>"
			p["_rels/.rels"] = strings.Replace(p["_rels/.rels"], "xl/workbook.xml", "word/document.xml", 1)
		}, rule: unreadable, says: "a document"},
		{name: "no table", change: with(sheet1, "<worksheet/>"), rule: unreadable, says: "no table"},
		{name: "cut off", change: with(sheet1, `<worksheet><sheetData><row r="1"><c><v>1</v></c></row>`), rule: unreadable, says: "does not end"},
		{name: "cut off in a cell", change: with(sheet1, `<worksheet><sheetData><row r="1"><c><v>1`), rule: unreadable, says: "damaged"},
		{name: "no XML", change: with(sheet1, `<worksheet><sheetData><row r=1></sheetData>`), rule: unreadable, says: "damaged"},
		{name: "another encoding", change: with(sheet1, `<?xml version="1.0" encoding="KOI8-R"?><worksheet><sheetData/></worksheet>`), rule: unreadable, says: "damaged"},
		{name: "a document type", change: with(sheet1, `<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>`), rule: unreadable, says: "document type"},
		{name: "an entity", rows: `<row><c t="str"><v>&a;</v></c></row>`, rule: unreadable, says: "damaged"},
		{name: "rows out of order", rows: `<row r="2"/><row r="1"/>`, rule: unreadable, says: `after row 2 of the sheet comes a row "1"`},
		{name: "a row too far", rows: `<row r="1048577"/>`, rule: unreadable, says: "1048577"},
		{name: "a row in a row", rows: `<row><row/></row>`, rule: unreadable, says: "another row"},
		{name: "a cell of another row", rows: `<row r="2"><c r="A3"/></row>`, rule: unreadable, says: `"A3"`},
		{name: "cells out of order", rows: `<row r="2"><c r="B2"/><c r="A2"/></row>`, rule: unreadable, says: `"A2" after column 2`},
		{name: "a column too far", rows: `<row><c r="XFE1"/></row>`, rule: unreadable, says: `"XFE1"`},
		{name: "a cell without a row", rows: `<c/>`, rule: unreadable, says: "no row"},
		{name: "a cell in a cell", rows: `<row><c><c/></c></row>`, rule: unreadable, says: "inside a cell"},
		{name: "an unknown kind", rows: `<row><c t="z"><v>1</v></c></row>`, rule: unreadable, says: `kind "z"`},
		{name: "no such shared text", rows: `<row><c t="s"><v>4</v></c></row>`, rule: unreadable, says: `shared text "4"`},
		{name: "a long text", rows: `<row><c t="inlineStr"><is><t>` + strings.Repeat("x", 64<<10+1) + `</t></is></c></row>`, rule: tooLarge, says: "64 KiB"},
		{name: "a very long mark", rows: `<row a="` + strings.Repeat("x", 2<<20) + `"/>`, rule: tooLarge, says: "1024 KiB"},
		{name: "a long row", rows: `<row>` + strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", 60<<10)+`</v></c>`, 20) + `</row>`, rule: tooLarge, says: "row 1"},
		{name: "many cells", rows: `<row>` + strings.Repeat(`<c><v>1</v></c>`, 16385) + `</row>`, rule: tooLarge, says: "16384 cells"},
		{name: "fewer cells are asked for", rows: `<row><c/><c/><c/></row>`, o: &sheet.Options{MaxCells: 2}, rule: tooLarge, says: "2 cells"},
		{name: "many rows", rows: `<row r="9"><c><v>1</v></c></row>`, o: &sheet.Options{MaxRows: 8}, rule: tooLarge, says: "8 rows"},
		{name: "many bytes", rows: strings.Repeat(`<row><c><v>1</v></c></row>`, 100), o: &sheet.Options{MaxBytes: 1000}, rule: tooLarge, says: "1000 bytes"},
		{name: "a wide range", change: with(sheet1, `<w><sheetData/><mergeCell ref="A1:XFD1048576"/></w>`), rule: tooLarge, says: "merged"},
		{name: "a wrong range", change: with(sheet1, `<w><sheetData/><mergeCell ref="B2:A1"/></w>`), rule: unreadable, says: "no range"},
		{name: "many parts", change: func(p map[string]string) {
			for i := range 5000 {
				p[strings.Repeat("a", i/70+1)+strings.Repeat("b", i%70)] = ""
			}
		}, rule: tooLarge, says: "4096 parts"},
		{name: "a large directory", change: func(p map[string]string) {
			for i := range 100 {
				p[strings.Repeat("a", 65000+i)] = ""
			}
		}, rule: tooLarge, says: "more parts"},
		{name: "a bomb", change: func(p map[string]string) {
			p[sheet1] = "<worksheet><sheetData>" + strings.Repeat(" ", 100<<20)
		}, rule: tooLarge, says: "times as long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := parts(c.rows)
			if c.change != nil {
				c.change(p)
			}
			_, _, err := show(t, pack(t, p), c.o)
			refused(t, err, c.rule, c.says)
		})
	}
	t.Run("cut short", func(t *testing.T) {
		t.Parallel()
		whole := workbook(t, `<row><c><v>1</v></c></row>`)
		for n := 4; n < len(whole); n += 7 {
			_, _, err := show(t, whole[:n], nil)
			refused(t, err, unreadable, "damaged")
		}
	})
}

// Workbooks of another program are read as they are shown there.
func TestReadExcelize(t *testing.T) {
	t.Parallel()
	x := excelize.NewFile()
	set := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	style := func(code string, id int) int {
		s := &excelize.Style{NumFmt: id}
		if code != "" {
			s.CustomNumFmt = &code
		}
		n, err := x.NewStyle(s)
		set(err)
		return n
	}
	set(x.SetSheetName("Sheet1", "Adoptions"))
	for _, name := range []string{"Notes", "Old"} {
		_, err := x.NewSheet(name)
		set(err)
	}
	set(x.SetSheetVisible("Old", false))
	set(x.MergeCell("Adoptions", "A1", "D1"))
	set(x.SetCellValue("Adoptions", "A1", "Uptake"))
	noon := time.Date(2024, 4, 1, 12, 30, 0, 0, time.UTC)
	for i, v := range []any{"text", 0.1, 42, true, noon, "00123", nil, -1.5e-3} {
		cell, _ := excelize.CoordinatesToCellName(i+1, 2)
		set(x.SetCellValue("Adoptions", cell, v))
	}
	for i, s := range []int{style("", 14), style("dd/mm/yyyy hh:mm", 0), style(`"d"0.0`, 0), style("mmm-yy", 0), style("[h]:mm:ss", 0), style("", 22)} {
		cell, _ := excelize.CoordinatesToCellName(i+1, 3)
		set(x.SetCellValue("Adoptions", cell, []float64{45383, 45383.25, 45383, 45383, 0.5, 45383.75}[i]))
		set(x.SetCellStyle("Adoptions", cell, cell, s))
	}
	set(x.SetCellRichText("Adoptions", "A5", []excelize.RichTextRun{{Text: "rich "}, {Text: "text", Font: &excelize.Font{Bold: true}}}))
	set(x.SetCellFormula("Adoptions", "B5", "1+1"))
	set(x.SetCellValue("Adoptions", "C5", 3))
	set(x.SetCellFormula("Adoptions", "C5", "1+2"))
	var b bytes.Buffer
	_, err := x.WriteTo(&b)
	set(err)
	got, remarks, err := show(t, b.String(), nil)
	set(err)
	want := "1:Uptake|Uptake|Uptake|Uptake\n" +
		"2:text|#0.1|#42|?true|@2024-04-01T12:30:00|00123||#-0.0015\n" +
		"3:@2024-04-01|@2024-04-01T06:00:00|#45383|@2024-04-01|@12:00:00|@2024-04-01T18:00:00\n" +
		"4:\n" +
		"5:rich text|f!the formula has no value yet: save it once in a spreadsheet program|f3\n" // which is written as text there
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantRemarks := []string{`the sheet "Adoptions" was read, the first of 2; the others are "Notes"`, `hidden sheets were passed over: "Old"`,
		"the cells of a merged range were each filled with the value of the first"}
	if diff := cmp.Diff(wantRemarks, remarks); diff != "" {
		t.Errorf("remarks (-want +got):\n%s", diff)
	}
	if _, _, err := show(t, b.String(), &sheet.Options{Sheet: "old"}); err != nil {
		t.Errorf("a hidden sheet by its name: %v", err)
	}

	since := true
	y := excelize.NewFile()
	set(y.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &since}))
	set(y.SetCellValue("Sheet1", "A1", noon))
	b.Reset()
	_, err = y.WriteTo(&b)
	set(err)
	if got, _, err = show(t, b.String(), nil); err != nil || got != "1:@2024-04-01T12:30:00\n" {
		t.Errorf("since 1904: %q, %v", got, err)
	}
}
