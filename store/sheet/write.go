package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/innovationregistry/registry/innovation"
)

// Sheet is a table to be written.
type Sheet struct {
	Name    string // of at most 31 characters, none of them []:*?/\
	Columns []Column
}

// Column is a column of a table to be written. A cell is written as text, and
// shown as a number or date only where its column says so and it is one.
type Column struct {
	Heading string
	Note    string   // shown where a cell of the column is chosen
	Values  []string // offered as a list
	Width   int      // in characters; that of the heading when 0
	Text    bool     // what is typed stays as it is: codes keep their zeros
	Date    bool     // 2006-01-02 is written as a date
	Number  bool     // a plain decimal is written as a number
}

// Writer writes tables to a file. It never writes a formula.
type Writer struct {
	sheets  []Sheet
	current int
	rows    int // of the current sheet
	csv     *csv.Writer
	book    *bookWriter
	err     error
}

// NewWriter begins a file in the format csv or xlsx with the headings of its
// first sheet. A CSV file holds the first sheet alone: rows of the others are
// checked and left out.
func NewWriter(w io.Writer, format string, sheets ...Sheet) (*Writer, error) {
	if len(sheets) == 0 {
		sheets = []Sheet{{Name: "Sheet1"}}
	}
	out := &Writer{sheets: sheets}
	switch format {
	case CSV:
		out.csv = csv.NewWriter(w)
	case XLSX:
		names := map[string]bool{}
		for _, s := range sheets {
			lower := strings.ToLower(s.Name)
			if s.Name == "" || utf8.RuneCountInString(s.Name) > 31 || strings.ContainsAny(s.Name, `[]:*?/\`) || strings.Trim(s.Name, "'") != s.Name || names[lower] || lower == listSheet {
				return nil, innovation.Invalidf(innovation.RuleImportFormat, "", "a sheet cannot be named %q", clip(s.Name)).
					Trying(`give each its own name of at most 31 characters without []:*?/\`)
			}
			names[lower] = true
		}
		out.book = newBookWriter(w)
	default:
		return nil, innovation.Invalidf(innovation.RuleImportFormat, "format", "tables are not written as %q", clip(format)).Trying("say csv or xlsx")
	}
	return out, out.begin()
}

// begin writes the headings of the current sheet.
func (w *Writer) begin() error {
	s := w.sheets[w.current]
	w.rows = 0
	if w.book != nil {
		if w.err = w.book.begin(s); w.err != nil {
			return w.err
		}
	}
	headings := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		headings[i] = c.Heading
	}
	if len(headings) == 0 {
		return nil
	}
	return w.write(headings, true)
}

// Row writes a row to the current sheet. An error ends the file.
func (w *Writer) Row(cells ...string) error { return w.write(cells, false) }

func (w *Writer) write(cells []string, heading bool) error {
	if w.err != nil {
		return w.err
	}
	w.rows++
	for i, c := range cells {
		if len(c) > maxCell || w.book != nil && utf8.RuneCountInString(c) > 32767 {
			w.err = tooLarge("shorten it", "cell %d of row %d is too long for the file", i+1, w.rows)
			return w.err
		}
	}
	switch {
	case w.book != nil && (w.rows > maxSheetRows || len(cells) > maxColumns):
		w.err = tooLarge("write it as CSV", "the sheet %q has more than %d rows or %d columns", clip(w.sheets[w.current].Name), maxSheetRows, maxColumns)
	case w.book != nil:
		w.err = w.book.row(w.rows, cells, w.sheets[w.current].Columns, heading)
	case w.current == 0:
		guarded := make([]string, len(cells))
		for i, c := range cells {
			guarded[i] = guard(c)
		}
		w.err = w.csv.Write(guarded)
	}
	return w.err
}

// Next ends the current sheet and begins the next one.
func (w *Writer) Next() error {
	if w.err == nil && w.current+1 == len(w.sheets) {
		w.err = fmt.Errorf("the file has %d sheets", len(w.sheets))
	}
	if w.err == nil && w.book != nil {
		w.err = w.book.end()
	}
	if w.err != nil {
		return w.err
	}
	w.current++
	return w.begin()
}

// Close ends the file, with the headings of the sheets that were not begun. The
// writer that was given to NewWriter is left open.
func (w *Writer) Close() error {
	for w.err == nil && w.current+1 < len(w.sheets) {
		w.Next()
	}
	switch {
	case w.err != nil:
		return w.err
	case w.book != nil:
		if w.err = w.book.end(); w.err == nil {
			w.err = w.book.close(w.sheets)
		}
	default:
		w.csv.Flush()
		w.err = w.csv.Error()
	}
	err := w.err
	if err == nil {
		w.err = fmt.Errorf("the file was ended")
	}
	return err
}

// guard keeps a text from being taken for a formula by a spreadsheet: an
// apostrophe before it, which reading takes off. A text that has such an
// apostrophe of its own gets another.
func guard(s string) string {
	rest := strings.TrimLeft(s, "'")
	if rest == "" || strings.IndexByte(formulaStart, rest[0]) < 0 {
		return s
	}
	if rest == s {
		_, sum := innovation.ParseMoney(s)
		if _, err := strconv.ParseFloat(s, 64); sum == nil || err == nil && s[0] == '-' { // a sum or a number below nothing is none
			return s
		}
	}
	return "'" + s
}
