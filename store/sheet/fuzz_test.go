package sheet_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/sheet"
)

func open(t testing.TB, data string) *sheet.File {
	t.Helper()
	f, err := sheet.Open(context.Background(), strings.NewReader(data), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// anything reads any file within limits: it never panics, every error is one of
// the register's that says what to do, and rows come in their order.
func anything(t *testing.T, data []byte, o sheet.Options) [][]string {
	o.MaxBytes, o.MaxRows, o.MaxCells = 8<<20, 2000, 300
	f, err := sheet.Open(context.Background(), bytes.NewReader(data), "file", &o)
	var out [][]string
	if err == nil {
		defer f.Close()
		last := 0
		for row, rowErr := range f.Rows() {
			if err = rowErr; err != nil {
				break
			}
			if row.Number <= last || len(row.Cells) > o.MaxCells {
				t.Fatalf("after row %d comes row %d with %d cells", last, row.Number, len(row.Cells))
			}
			last = row.Number
			texts := []string{}
			for _, c := range row.Cells {
				if len(c.Text) > 64<<10 || (c.Text == "") != (c.Kind == sheet.Empty) {
					t.Fatalf("row %d has a cell of kind %d with %d bytes", row.Number, c.Kind, len(c.Text))
				}
				texts = append(texts, c.Text)
			}
			if out = append(out, texts); len(out) > o.MaxRows {
				t.Fatal("too many rows")
			}
		}
	}
	if own := innovation.Violations(err); err != nil && (len(own) != 1 || own[0].Kind != innovation.Invalid || own[0].Try == "") {
		t.Fatalf("a fault: %v", err)
	}
	if err != nil {
		return nil
	}
	return out
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\uFEFFa;b\r1;\"2\n\"\"3\"\r\n", "sep=|\na|b", "a\tb\n\n,,\n", "caf\xe9,1", wide("a,b\n", true), wide("a,b\n", false), zipped("a,b\n"),
		"\"a", "'=1,-1\n", "x\"y,\"z\" \r\r\n"} {
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, latin bool) {
		rows := anything(t, data, sheet.Options{Latin: latin})
		if rows == nil {
			return
		}
		var again [][]string // what was read is written and read the same
		var b bytes.Buffer
		w, err := sheet.NewWriter(&b, sheet.CSV)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if len(r) > 0 {
				if err := w.Row(r...); err != nil {
					t.Fatal(err)
				}
				again = append(again, r)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if b.Len() == 0 || bytes.HasPrefix(b.Bytes(), []byte("\uFEFF")) || bytes.HasPrefix(b.Bytes(), []byte("\"\uFEFF")) {
			return
		}
		file, err := sheet.Open(context.Background(), &b, "", &sheet.Options{Comma: ','})
		if err != nil {
			if n := len(innovation.Violations(err)); n != 1 || !strings.Contains(err.Error(), "file is ") {
				t.Fatal(err)
			}
			return // it begins as another kind of file does
		}
		defer file.Close()
		n := 0
		for row, err := range file.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if len(row.Cells) == 0 {
				continue
			}
			var got []string
			for _, c := range row.Cells {
				got = append(got, c.Text)
			}
			if n < len(again) && n == 0 && strings.HasPrefix(strings.ToLower(again[0][0]), "sep=") {
				return // is taken for the line that names the separator
			}
			if n >= len(again) || !slices.Equal(got, again[n]) {
				t.Fatalf("row %d: got %q, want %q", n, got, again)
			}
			n++
		}
		if n != len(again) {
			t.Fatalf("%d rows, want %d", n, len(again))
		}
	})
}

// Quoted text that both this and encoding/csv can read is the same in both.
func FuzzCSVQuoted(f *testing.F) {
	f.Add("a,\"b\"\"c\nd\"\n1,2\n")
	f.Fuzz(func(t *testing.T, data string) {
		if strings.ContainsAny(data, "\r'\x00") || strings.ToValidUTF8(data, "") != data || strings.HasPrefix(data, "\uFEFF") || strings.HasPrefix(strings.ToLower(data), "sep=") || strings.Contains(data, "\" ") {
			return
		}
		r := csv.NewReader(strings.NewReader(data))
		r.FieldsPerRecord = -1
		want, err := r.ReadAll()
		if err != nil {
			return
		}
		file, err := sheet.Open(context.Background(), strings.NewReader(data), "", &sheet.Options{Comma: ','})
		if err != nil {
			return
		}
		defer file.Close()
		var got [][]string
		for row, err := range file.Rows() {
			if err != nil {
				if len(data) > 16000 {
					return
				}
				t.Fatal(err)
			}
			var texts []string
			for _, c := range row.Cells {
				texts = append(texts, c.Text)
			}
			if texts != nil {
				got = append(got, texts)
			}
		}
		n := 0
		for _, w := range want {
			for len(w) > 0 && strings.TrimSpace(w[len(w)-1]) == "" {
				w = w[:len(w)-1]
			}
			if len(w) == 0 {
				continue
			}
			if n >= len(got) || !slices.Equal(got[n], w) {
				t.Fatalf("got %q, want %q", got, want)
			}
			n++
		}
		if n != len(got) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add([]byte(workbook(f, `<row r="2"><c r="B2" t="s"><v>1</v></c><c s="1"><v>45000.5</v></c></row>`)), "<row><c><v>1</v></c></row>")
	f.Add([]byte(written(f, sheet.XLSX, [][]string{{"a", "=b"}}, sheet.Sheet{Name: "One", Columns: []sheet.Column{{Heading: "x", Values: []string{"a,b"}}}})), `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row></sheetData><mergeCells><mergeCell ref="A1:C3"/></mergeCells><sheetData>`)
	f.Fuzz(func(t *testing.T, data []byte, rows string) {
		anything(t, data, sheet.Options{})
		if len(rows) < 1<<16 {
			anything(t, []byte(workbook(t, rows)), sheet.Options{})
		}
	})
}
