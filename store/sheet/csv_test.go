package sheet_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/sheet"
)

// show writes the rows of a file one a line, as number:cell|cell. Cells that are
// not text have their kind before them, and an f for a formula.
func show(t *testing.T, data string, o *sheet.Options) (string, []string, error) {
	t.Helper()
	f, err := sheet.Open(context.Background(), strings.NewReader(data), "list", o)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	var passes [2]string
	for pass := range passes {
		var b strings.Builder
		for row, err := range f.Rows() {
			if err != nil {
				return b.String(), f.Remarks(), err
			}
			fmt.Fprintf(&b, "%d:", row.Number)
			for i, c := range row.Cells {
				if i > 0 {
					b.WriteByte('|')
				}
				if c.Formula {
					b.WriteByte('f')
				}
				b.WriteString([]string{"", "", "#", "@", "?", "!"}[c.Kind] + c.Text)
			}
			b.WriteByte('\n')
		}
		passes[pass] = b.String()
	}
	if passes[0] != passes[1] {
		t.Errorf("read again:\n%s", cmp.Diff(passes[0], passes[1]))
	}
	return passes[0], f.Remarks(), nil
}

func wide(s string, little bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\uFEFF" + s)) {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return string(b)
}

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

func TestCSV(t *testing.T) {
	t.Parallel()
	const latin = "the file is not in UTF-8 and was read as Windows-1252"
	for _, c := range []struct {
		name, in, want string
		o              *sheet.Options
		remarks        []string
	}{
		{name: "plain", in: "a,b\n1,2\n", want: "1:a|b\n2:1|2\n"},
		{name: "no line end at the end", in: "a,b\n1,2", want: "1:a|b\n2:1|2\n"},
		{name: "CRLF", in: "a,b\r\n1,2\r\n", want: "1:a|b\n2:1|2\n"},
		{name: "CR", in: "a,b\r1,2\r", want: "1:a|b\n2:1|2\n"},
		{name: "line ends mixed", in: "a\nb\rc\r\nd\n\re", want: "1:a\n2:b\n3:c\n4:d\n5:\n6:e\n"},
		{name: "byte order mark", in: "\uFEFFa,é\n", want: "1:a|é\n"},
		{name: "UTF-16 little", in: wide("a,é😀\r\n1,2", true), want: "1:a|é😀\n2:1|2\n", remarks: []string{"the file is in UTF-16"}},
		{name: "UTF-16 big", in: wide("a;é\n1;2", false), want: "1:a|é\n2:1|2\n", remarks: []string{"the file is in UTF-16", "cells are parted by semicolons"}},
		{name: "Windows-1252", in: "a,\x93caf\xe9\x94 \x80\n", want: "1:a|“café” €\n", remarks: []string{latin}},
		{name: "Windows-1252 at the end", in: "a,caf\xe9", want: "1:a|café\n", remarks: []string{latin}},
		{name: "Windows-1252 said", in: "\xc3\xa9", o: &sheet.Options{Latin: true}, want: "1:Ã©\n"},
		{name: "semicolons and decimal commas", in: "name;sum\nx;1,5\ny;2,5\n", want: "1:name|sum\n2:x|1,5\n3:y|2,5\n", remarks: []string{"cells are parted by semicolons"}},
		{name: "tabs", in: "a\tb\n1, 2\t3\n", want: "1:a|b\n2:1, 2|3\n", remarks: []string{"cells are parted by tabs"}},
		{name: "bars", in: "a|b\n1|2\n", want: "1:a|b\n2:1|2\n", remarks: []string{"cells are parted by vertical bars"}},
		{name: "separators in quotes", in: "\"a;b;c\",d\n\"x;y;z\",e\n", want: "1:a;b;c|d\n2:x;y;z|e\n"},
		{name: "a title above", in: "Trusts; as of today\n\na,b,c\n1,2,3\n4,5,6\n", want: "1:Trusts; as of today\n2:\n3:a|b|c\n4:1|2|3\n5:4|5|6\n"},
		{name: "the separator said in the file", in: "sep=;\r\na,b;c\r\n", want: "2:a,b|c\n", remarks: []string{"cells are parted by semicolons"}},
		{name: "the separator said by the caller", in: "a;b:c\n", o: &sheet.Options{Comma: ':'}, want: "1:a;b|c\n"},
		{name: "quotes", in: "\"a \"\"b\"\"\",\"c\nd\",\"\"\nnext,\"1,2\" \n", want: "1:a \"b\"|c\nd\n3:next|1,2\n"},
		{name: "a bare quote", in: "5\" pipe,3\" pipe\nx,y\n", want: "1:5\" pipe|3\" pipe\n2:x|y\n"},
		{name: "empty rows and cells at the end", in: "a,b,,\n,,\n1,,3,, \n,\n\n \n", want: "1:a|b\n2:\n3:1||3\n"},
		{name: "one column", in: "a\nb\n", want: "1:a\n2:b\n"},
		{name: "only line ends", in: "\n\r\n,,\n", want: ""},
		{name: "formulas", in: "'=1+1,'-x,'quoted',''=a,'@b,it's\n", want: "1:=1+1|-x|'quoted'|'=a|@b|it's\n"},
		{name: "gzip", in: zipped("a,b\n1,2\n"), want: "1:a|b\n2:1|2\n"},
		{name: "a long cell", in: strings.Repeat("x", 64<<10) + ",b", want: "1:" + strings.Repeat("x", 64<<10) + "|b\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, remarks, err := show(t, c.in, c.o)
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

func TestCSVRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		o        *sheet.Options
		rule     innovation.RuleID
		says     string
	}{
		{"empty", "", nil, innovation.RuleImportUnreadable, `"list" is empty`},
		{"an open quote", "a,b\n1,2\n3,\"4\n5,6\n7,8\n", nil, innovation.RuleImportUnreadable, "a quote that begins on line 3 is not closed"},
		{"an open quote in a row of several lines", "a,b\n\"x\ny\",\"4\n5,6\n", nil, innovation.RuleImportUnreadable, "line 3 is not closed"},
		{"an open quote before much", "a\n\"" + strings.Repeat("x\n", 1<<20), nil, innovation.RuleImportTooLarge, "a quote that begins on line 2 takes in more"},
		{"text after a quote", "a\n\"b\"c\n", nil, innovation.RuleImportUnreadable, "line 2 has text after a closing quote"},
		{"NUL", "a,b\n1,\x002\n", nil, innovation.RuleImportUnreadable, "NUL"},
		{"UTF-16 without a mark", wide("abc", true)[2:], nil, innovation.RuleImportUnreadable, "NUL"},
		{"half of UTF-16", wide("abc", true) + "x", nil, innovation.RuleImportUnreadable, "not valid"},
		{"neither encoding", "a\x81b", nil, innovation.RuleImportUnreadable, "nor in Windows-1252"},
		{"a long row", strings.Repeat("x,", 1<<20), nil, innovation.RuleImportTooLarge, "row 1 has more than"},
		{"a long cell", "a\n" + strings.Repeat("x", 64<<10+1), nil, innovation.RuleImportTooLarge, "cell 1 of row 2"},
		{"many cells", strings.Repeat(",", 16384), nil, innovation.RuleImportTooLarge, "16384 cells"},
		{"many rows", "1\n2\n3\n", &sheet.Options{MaxRows: 2}, innovation.RuleImportTooLarge, "2 rows"},
		{"many bytes", "1\n2\n3\n", &sheet.Options{MaxBytes: 5}, innovation.RuleImportTooLarge, "5 bytes"},
		{"a separator that is none", "a,b", &sheet.Options{Comma: '"'}, innovation.RuleImportUnreadable, "parted"},
		{"damaged gzip", zipped("a,b\n1,2\n")[:20], nil, innovation.RuleImportUnreadable, "damaged"},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), nil, innovation.RuleImportUnreadable, "encrypted or an old .xls"},
		{"a web page", " <!DOCTYPE html><table>", nil, innovation.RuleImportUnreadable, "a web page"},
		{"a PDF", "%PDF-1.4", nil, innovation.RuleImportUnreadable, "PDF"},
		{"a zip in gzip", zipped("PK\x03\x04rest"), nil, innovation.RuleImportUnreadable, "a zip file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := show(t, c.in, c.o)
			refused(t, err, c.rule, c.says)
		})
	}
}

// refused checks that an error is one refusal, by a rule, that says what to do.
func refused(t *testing.T, err error, rule innovation.RuleID, says string) {
	t.Helper()
	own := innovation.Violations(err)
	if len(own) != 1 || own[0].Rule != rule || own[0].Kind != innovation.Invalid || own[0].Try == "" || !strings.Contains(own[0].Detail, says) {
		t.Errorf("got %v, want a refusal by %s that says %q", err, rule, says)
	}
}

// A gzip that becomes far longer than it is stored is refused before it fills
// anything.
func TestGzipBomb(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	line := bytes.Repeat([]byte("aaaaaaaaa\n"), 1<<16)
	for range 200 {
		z.Write(line)
	}
	z.Close()
	_, err := sheet.Open(context.Background(), &b, "", nil)
	refused(t, err, innovation.RuleImportTooLarge, "times as long")
}

// What cannot seek is kept meanwhile, and nothing of it stays.
func TestPipe(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, data := range []string{"a,b\n1,2\n", workbook(t, "<row><c><v>1</v></c></row>")} {
		f, err := sheet.Open(context.Background(), iotest.OneByteReader(strings.NewReader(data)), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, err := range f.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			rows++
		}
		if rows == 0 || f.At() != f.Size() && f.Format() == sheet.CSV {
			t.Errorf("%d rows, at %d of %d", rows, f.At(), f.Size())
		}
		if err := errors.Join(f.Close(), f.Close()); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A file is read from where it stands.
func TestInPlace(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"a,b\n", workbook(t, `<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>`)} {
		name := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(name, []byte("before"+data), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		file.Seek(6, io.SeekStart)
		for _, r := range []io.Reader{file, struct{ io.ReadSeeker }{file}} {
			file.Seek(6, io.SeekStart)
			f, err := sheet.Open(context.Background(), r, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			for row, err := range f.Rows() {
				if err != nil || len(row.Cells) != 2 || row.Cells[1].Text != "b" {
					t.Errorf("got %v, %v", row, err)
				}
			}
		}
	}
}

// The end of the context and faults of the reader are no fault of the file.
func TestMachine(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, data := range []string{"a,b\n", workbook(t, "")} {
		if _, err := sheet.Open(ctx, strings.NewReader(data), "", nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	broken := errors.New("broken")
	if _, err := sheet.Open(context.Background(), iotest.ErrReader(broken), "", nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// Rows of any length come out the same, wherever what is read ends.
func TestRowsAcrossBuffers(t *testing.T) {
	t.Parallel()
	var in, want strings.Builder
	for i := range 3000 {
		a, b := strings.Repeat("é\"", i%700), strings.Repeat("y", i%450)
		fmt.Fprintf(&in, "%d,\"%s\",%s\r\n", i, strings.ReplaceAll(a, `"`, `""`), b)
		fmt.Fprintf(&want, "%d:%s\n", i+1, strings.TrimRight(fmt.Sprintf("%d|%s|%s", i, a, b), "|"))
	}
	got, _, err := show(t, in.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got != want.String() {
		t.Error("rows differ")
	}
}
