package grants

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/innovationregistry/registry/innovation"
)

// The greatest sizes of a file and of one of its fields, in bytes.
const (
	maxFile  = 256 << 20
	maxField = 64 << 10
)

// table is a CSV file: its columns and its rows that are not blank.
type table struct {
	columns []string // as the file writes them
	place   map[string]int
	records []record
	remarks []Note
}

// record is a row of a table.
type record struct {
	number, line int
	fields       []string
}

// readTable reads a CSV file with a header: in UTF-8, with or without a byte
// order mark, or in Windows-1252; with commas, semicolons or tabs, whichever
// the header has most of; with lines that end in LF, CRLF or CR.
func readTable(data []byte) (*table, error) {
	text, remarks, err := decode(data)
	if err != nil {
		return nil, err
	}
	t := &table{place: map[string]int{}, remarks: remarks}
	r := csv.NewReader(bytes.NewReader(endLines(text)))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	for {
		fields, err := r.Read()
		if err == io.EOF {
			break
		}
		if bad := new(csv.ParseError); errors.As(err, &bad) {
			return nil, innovation.Invalidf(innovation.RuleImportUnreadable, "", "line %d cannot be read: %v", bad.Line, bad.Err).
				Trying("put a field that holds quotes, commas or line ends in quotes, and double the quotes inside it")
		} else if err != nil {
			return nil, err
		}
		if blank(fields) {
			continue
		}
		for i := range fields {
			fields[i] = tidy(fields[i])
		}
		line, _ := r.FieldPos(0)
		if t.columns == nil {
			t.columns = fields
			continue
		}
		t.records = append(t.records, record{len(t.records) + 1, line, fields})
	}
	if t.columns == nil {
		return nil, innovation.Invalidf(innovation.RuleImportUnreadable, "", "the file is empty").Trying("give a file with a header and rows")
	}
	return t, t.placeColumns()
}

// placeColumns finds the columns by their names: case and outer spaces do not
// count, columns without a name are passed over.
func (t *table) placeColumns() error {
	var errs []error
	for i, c := range t.columns {
		t.columns[i] = strings.TrimSpace(c)
		name := strings.ToLower(t.columns[i])
		if name == "" {
			continue
		}
		if innovation.HoldsNHSNumber(name) {
			t.columns[i] = "…"
			errs = append(errs, innovation.Refusedf(innovation.RulePatientData, "", "column %d of the header holds an NHS number", i+1).
				Trying("put a header above the rows, and remove the numbers: the register keeps no data about patients"))
			continue
		}
		if _, twice := t.place[name]; twice {
			errs = append(errs, innovation.Invalidf(innovation.RuleImportColumnTwice, clip(t.columns[i]), "the column %q stands in the file twice", clip(t.columns[i])).
				Trying("keep one of them"))
		}
		t.place[name] = i
	}
	return innovation.Join(errs...)
}

// need refuses a file without the columns, all that are missing at once.
func (t *table) need(columns ...string) error {
	var errs []error
	for _, c := range columns {
		if _, ok := t.place[strings.ToLower(c)]; !ok {
			errs = append(errs, innovation.Invalidf(innovation.RuleImportColumn, c, "the file has no column %q", c).
				Trying("its header has %q; name the column as the format does", clip(strings.Join(t.columns, ", "))))
		}
	}
	return innovation.Join(errs...)
}

// rest lists the columns other than those named that have something in them.
func (t *table) rest(known ...string) []NotKept {
	var out []NotKept
	for i, c := range t.columns {
		if slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, c) }) {
			continue
		}
		n := NotKept{Field: c}
		for _, r := range t.records {
			if i < len(r.fields) && strings.TrimSpace(r.fields[i]) != "" {
				n.Rows++
			}
		}
		if c != "" || n.Rows > 0 {
			out = append(out, n)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Field < out[j].Field })
	return out
}

// get is a field of a record without outer spaces, "" when the table has no
// such column.
func (t *table) get(r record, column string) string {
	i, ok := t.place[strings.ToLower(column)]
	if !ok || i >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[i])
}

// start begins a row, and refuses it when its shape is not that of the header.
func (t *table) start(r record, names map[string]string) *row {
	out := &row{number: r.number, line: r.line, names: names}
	if len(r.fields) < len(t.columns) || !blank(r.fields[len(t.columns):]) {
		out.refuse(innovation.RuleImportRowShape, "", "", "check the separators and quotes of the row",
			"the row has %d fields and the header %d", len(r.fields), len(t.columns))
	}
	for i, f := range r.fields {
		if len(f) > maxField {
			field := ""
			if i < len(t.columns) {
				field = t.columns[i]
			}
			out.refuse(innovation.RuleImportTooLarge, field, f, "shorten it", "the field has %d bytes, and at most %d are read", len(f), maxField)
		}
	}
	return out
}

func blank(fields []string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" })
}

// separator is the one that the header has most of, outside quotes.
func separator(text []byte) rune {
	counts := map[byte]int{}
	quoted := false
	for _, c := range text {
		if c == '"' {
			quoted = !quoted
		}
		if (c == '\n' || c == '\r') && !quoted && len(counts) > 0 {
			break
		}
		if !quoted && (c == ',' || c == ';' || c == '\t') {
			counts[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return rune(best)
}

// endLines turns a lone CR outside quotes, the line end of old Macintosh
// files, into LF. Inside quotes it belongs to the field.
func endLines(text []byte) []byte {
	quoted := false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\r' && !quoted && (i+1 == len(text) || text[i+1] != '\n'):
			text[i] = '\n'
		}
	}
	return text
}

// decode gives the text of a file in UTF-8. Its bytes may be changed.
func decode(data []byte) (text []byte, remarks []Note, err error) {
	unreadable := func(detail, try string) error {
		return innovation.Invalidf(innovation.RuleImportUnreadable, "", "%s", detail).Trying("%s", try)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return nil, nil, unreadable("the file is in UTF-16", "save it as CSV in UTF-8")
	case bytes.IndexByte(data, 0) >= 0:
		return nil, nil, unreadable("the file holds NUL bytes", "check that it is a text file, and save it as CSV in UTF-8")
	case utf8.Valid(data):
		return data, nil, nil
	}
	out := make([]rune, 0, len(data))
	for _, c := range data {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = windows1252[c-0x80]
		}
		if r == 0 {
			return nil, nil, unreadable("the file is neither in UTF-8 nor in Windows-1252", "save it as CSV in UTF-8")
		}
		out = append(out, r)
	}
	return []byte(string(out)), []Note{{Rule: innovation.RuleImportAssumed, Detail: "the file is not in UTF-8 and was read as Windows-1252"}}, nil
}

// windows1252 is where that encoding differs from Latin-1, from 0x80 on; 0 is
// not assigned.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}
