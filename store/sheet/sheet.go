package sheet

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"strings"
	"sync/atomic"

	"github.com/innovationregistry/registry/innovation"
)

// The forms of files.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// CellKind is what a cell holds. A cell of a CSV file is Text or Empty.
type CellKind uint8

// The kinds of cells.
const (
	Empty   CellKind = iota
	Text             // as it stands in the file
	Number           // a decimal as a person types it, without its format: 0.1, 100000
	Date             // 2006-01-02, 2006-01-02T15:04:05 when it has a time, 15:04:05 when it has no day
	Boolean          // true or false
	Error            // #N/A and the like, or a sentence that says why there is no value
)

// Cell is a cell as it was found.
type Cell struct {
	Text    string
	Kind    CellKind
	Formula bool // the value is what the formula gave when the file was last saved
}

// Row is a row of a table, without the empty cells at its end. A row that has
// nothing in it and stands before one that has has no cells.
type Row struct {
	Number int // the line of the file, or the row of its sheet, from 1
	Cells  []Cell
}

// Options say how a file is read. Nil and zero values take what is found out
// and the greatest sizes that are meant for people's files.
type Options struct {
	Sheet    string // of a workbook, by its name; the first visible one when empty
	Comma    rune   // what parts the cells of a text; found out when 0
	Latin    bool   // a text is in Windows-1252, even when it could be UTF-8
	MaxBytes int64  // of a text, or of each part of a workbook, once decompressed; 16 GiB and 4 GiB when 0
	MaxRows  int    // 100 million when 0
	MaxCells int    // of a row; 16,384 when 0, as of a spreadsheet
}

// The greatest sizes of a row of text and of a cell, in bytes.
const (
	maxRow  = 1 << 20
	maxCell = 64 << 10
)

// What is compressed may be so many times as long once it is decompressed,
// beyond what any may be.
const (
	maxExpansion  = 200
	freeExpansion = 64 << 20
)

// File is a file that was opened. It is read by one goroutine at a time; At may
// be asked by any.
type File struct {
	name    string // for people
	file    io.ReadSeeker
	begin   int64  // where the file begins in file
	temp    string // the name of a temporary file, to be removed
	o       Options
	format  string
	sheets  []string
	remarks []string
	size    int64
	at      atomic.Int64
	text    textForm
	book    *workbook
}

// Open looks through a file: how it is written decides how it is read. name is
// what the file is called in errors, and may be empty. A reader that can seek
// is read in place, from where it stands, and must stay open until the File is
// closed; any other is kept in a temporary file meanwhile.
func Open(ctx context.Context, r io.Reader, name string, o *Options) (*File, error) {
	f := &File{name: "the file"}
	if name != "" {
		f.name = fmt.Sprintf("%q", clip(path.Base(name)))
	}
	if o != nil {
		f.o = *o
	}
	f.o.MaxRows = cmp.Or(f.o.MaxRows, 100_000_000)
	f.o.MaxCells = cmp.Or(f.o.MaxCells, maxColumns)
	err := f.keep(ctx, r)
	if err == nil {
		err = f.look(ctx)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// keep makes the file one that can be read several times.
func (f *File) keep(ctx context.Context, r io.Reader) (err error) {
	if seeker, ok := r.(io.ReadSeeker); ok {
		if f.begin, err = seeker.Seek(0, io.SeekCurrent); err == nil {
			f.file = seeker
			return nil
		} // else it is a pipe, in a file's clothes
	}
	temp, err := os.CreateTemp("", "innovation-sheet-*")
	if err != nil {
		return fmt.Errorf("keep the file meanwhile: %w", err)
	}
	f.file, f.temp, f.begin = temp, temp.Name(), 0
	most := cmp.Or(f.o.MaxBytes, maxText)
	n, err := io.Copy(temp, io.LimitReader(heeding{ctx, r}, most+1))
	if err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	if n > most {
		return tooLong(most)
	}
	return nil
}

// look finds out what the file is.
func (f *File) look(ctx context.Context) error {
	if _, err := f.file.Seek(f.begin, io.SeekStart); err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(heeding{ctx, f.file}, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("read the file: %w", err)
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		f.format = XLSX
		return f.lookBook(ctx)
	}
	f.format = CSV
	if err := f.foreign(head); err != nil {
		return err
	}
	return f.lookText(ctx)
}

// foreign refuses what is no table of text, by how it begins.
func (f *File) foreign(head []byte) error {
	start := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n")))
	for _, kind := range [...]struct{ magic, is, try string }{
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted or an old .xls", "save it as .xlsx without a password"},
		{"%pdf-", "a PDF document", "ask for the table as .xlsx or CSV"},
		{"pk\x03\x04", "a zip file", "decompress it first"},
		{"<!doctype", "a web page", trySave},
		{"<html", "a web page", trySave},
		{"<table", "a web page", trySave},
		{"<?xml", "an XML document", trySave},
	} {
		magic := start
		if kind.magic[0] == '\xd0' {
			magic = string(head) // bytes, not letters
		}
		if strings.HasPrefix(magic, kind.magic) {
			return unreadable(kind.try, "%s is %s", f.name, kind.is)
		}
	}
	return nil
}

// Format is csv or xlsx.
func (f *File) Format() string { return f.format }

// Sheets lists the visible sheets of a workbook in their order; a text has
// none.
func (f *File) Sheets() []string { return f.sheets }

// Remarks says in sentences what was assumed: how the file is encoded, what
// parts its cells, which sheet was read, what was passed over.
func (f *File) Remarks() []string { return f.remarks }

// Size is how much is read for all rows, in bytes: of the file as it is stored,
// or of the decompressed sheet of a workbook.
func (f *File) Size() int64 { return f.size }

// At is how much of Size has been read for the rows so far.
func (f *File) At() int64 { return min(f.at.Load(), f.size) }

// Rows reads the rows from the first to the last that has something in it, and
// ends with the first error. It may be called again after it has ended. The
// cells of a row stay as they are when the next one is read.
func (f *File) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		f.at.Store(0)
		rows := 0
		out := func(r Row, err error) bool {
			if err == nil {
				if rows++; rows > f.o.MaxRows {
					err = tooLarge("part it into several files", "the file has more than %d rows", f.o.MaxRows)
				} else if len(r.Cells) > f.o.MaxCells {
					err = tooLarge("leave out the columns that are not needed", "row %d has more than %d cells", r.Number, f.o.MaxCells)
				}
			}
			if err != nil {
				yield(Row{}, err)
				return false
			}
			return yield(r, nil)
		}
		var err error
		if f.book != nil {
			err = f.book.rows(f, out)
		} else {
			err = f.textRows(out)
		}
		if err != nil {
			yield(Row{}, err)
		}
	}
}

// Close removes what was kept of the file; a reader that was given to Open is
// left open.
func (f *File) Close() error {
	if f.temp == "" {
		return nil
	}
	err := f.file.(*os.File).Close()
	if gone := os.Remove(f.temp); err == nil {
		err = gone
	}
	f.temp = ""
	return err
}

// heeding is a reader that ends with its context.
type heeding struct {
	ctx context.Context
	io.Reader
}

func (h heeding) Read(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.Reader.Read(p)
}

const trySave = "save it as .xlsx or as CSV in UTF-8"

func tooLarge(try, format string, args ...any) error {
	return innovation.Invalidf(innovation.RuleImportTooLarge, "", format, args...).Trying("%s", try)
}

func tooLong(most int64) error {
	return tooLarge("part it into several files", "the file has more than %d bytes", most)
}

func unreadable(try, format string, args ...any) error {
	return innovation.Invalidf(innovation.RuleImportUnreadable, "", format, args...).Trying("%s", try)
}

// clip shortens a text that is repeated to a person. One that holds an NHS
// number is not.
func clip(s string) string {
	if innovation.HoldsNHSNumber(s) {
		return "…"
	}
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// blanks holds back rows that have nothing in them until one follows that has.
type blanks struct{ next int } // the number of the row after the last one given out

// row gives out the empty rows before a row and then it; after is the number
// that follows it.
func (b *blanks) row(r Row, after int, out func(Row, error) bool) bool {
	n := len(r.Cells)
	for n > 0 && strings.TrimSpace(r.Cells[n-1].Text) == "" {
		n--
	}
	if n == 0 {
		return true
	}
	for ; b.next < r.Number; b.next++ {
		if !out(Row{Number: b.next}, nil) {
			return false
		}
	}
	r.Cells, b.next = r.Cells[:n:n], after
	return out(r, nil)
}
