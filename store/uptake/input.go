package uptake

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

// The greatest sizes of a file, once it is decompressed, of a row with the
// blank lines before it, and of a field, in bytes.
const (
	maxText  = 16 << 30
	maxRow   = 1 << 20
	maxField = 64 << 10
)

// A compressed file may be so many times as long once it is decompressed, beyond
// what any may be: lists of organisations and uptake are 5 to 30 times as long.
const (
	maxExpansion  = 200
	freeExpansion = 64 << 20
)

// input is a file that can be read several times, row by row.
type input struct {
	file    io.ReadSeeker
	begin   int64  // where the file begins in file
	size    int64  // as it is stored
	temp    string // the name of a temporary file, to be removed
	gzip    bool
	latin   bool // in Windows-1252
	bom     bool
	comma   rune
	lines   int // lines that hold something, the header among them
	remarks []Note
	read    *counted
	header  bool  // the first row names the columns
	most    int64 // bytes once it is decompressed
}

// open looks through a file once: how it is written decides how it is read.
func open(ctx context.Context, r io.Reader, most int64) (*input, error) {
	in := &input{most: cmp.Or(most, maxText)}
	var err error
	if seeker, ok := r.(io.ReadSeeker); ok {
		if in.begin, err = seeker.Seek(0, io.SeekCurrent); err == nil {
			in.file = seeker
		} // else it is a pipe, in a file's clothes
	}
	if in.file == nil {
		temp, err := os.CreateTemp("", "innovation-import-*")
		if err != nil {
			return nil, fmt.Errorf("keep the file meanwhile: %w", err)
		}
		in.file, in.temp, in.begin = temp, temp.Name(), 0
		if _, err := io.Copy(temp, heeding{ctx, r}); err != nil {
			in.close()
			return nil, fmt.Errorf("read the file: %w", err)
		}
	}
	if err := in.look(ctx); err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

func (in *input) close() {
	if f, ok := in.file.(*os.File); ok && in.temp != "" {
		f.Close()
		os.Remove(in.temp)
	}
}

// at is how far the file has been read.
func (in *input) at() int64 {
	if in.read == nil {
		return 0
	}
	return in.read.n
}

// counted counts what is read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
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

// bounded is the decompressed file, no longer than it may be.
type bounded struct {
	io.Reader
	in *input
	n  int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.n += int64(n)
	switch {
	case b.n > b.in.most:
		return 0, tooLarge("part it into several files", "the file has more than %d MiB", b.in.most>>20)
	case b.in.gzip && b.n > freeExpansion+maxExpansion*b.in.read.n:
		return 0, tooLarge("decompress it first, and look at what it holds", "the compressed file becomes more than %d times as long", maxExpansion)
	}
	return n, err
}

func tooLarge(try, format string, args ...any) *innovation.Error {
	return innovation.Invalidf(innovation.RuleImportTooLarge, "", format, args...).Trying("%s", try)
}

// bytes begins to read the file from its start, decompressed.
func (in *input) bytes(ctx context.Context) (*bufio.Reader, error) {
	if _, err := in.file.Seek(in.begin, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	in.read = &counted{Reader: in.file}
	b := bufio.NewReaderSize(in.read, 64<<10)
	magic, _ := b.Peek(2)
	if in.gzip = bytes.Equal(magic, []byte{0x1f, 0x8b}); !in.gzip {
		return bufio.NewReaderSize(&bounded{Reader: heeding{ctx, b}, in: in}, 64<<10), nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, damaged(err)
	}
	return bufio.NewReaderSize(&bounded{Reader: heeding{ctx, z}, in: in}, 64<<10), nil
}

func unreadable(try, format string, args ...any) *innovation.Error {
	return innovation.Invalidf(innovation.RuleImportUnreadable, "", format, args...).Trying("%s", try)
}

// damaged says that a file could not be read to its end.
func damaged(err error) error {
	if innovation.Violations(err) != nil {
		return err // it is too large
	}
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || strings.HasPrefix(err.Error(), "flate:") {
		return unreadable("get the file anew, or decompress it first", "the compressed file is damaged: %v", err)
	}
	return fmt.Errorf("read the file: %w", err)
}

// look finds out how the file is written.
func (in *input) look(ctx context.Context) error {
	b, err := in.bytes(ctx)
	if err != nil {
		return err
	}
	head, _ := b.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return unreadable("save it as CSV in UTF-8", "the file is in UTF-16")
	case bytes.Equal(head, []byte("\uFEFF")):
		in.bom = true
	}
	row := 0 // bytes since the last row that holds something ended
	quoted, something, first := false, false, true
	counts := map[byte]int{}
	var tail []byte // of a character that goes on in the next part
	valid := true
	part := make([]byte, 64<<10)
	for {
		n, err := b.Read(part)
		for _, c := range part[:n] {
			row++
			switch {
			case c == 0:
				return unreadable("check that it is a text file, and save it as CSV in UTF-8", "the file holds NUL bytes")
			case c == '"':
				quoted = !quoted
				something = true
			case (c == '\n' || c == '\r') && !quoted:
				if something {
					in.lines++
					first, row = false, 0
				}
				something = false
			default:
				something = true
				if first && !quoted && (c == ',' || c == ';' || c == '\t') {
					counts[c]++
				}
			}
			if row > maxRow {
				return tooLarge("check the quotes of the row: one that is not closed takes in all that follows",
					"row %d has more than %d KiB, with the blank lines before it", in.lines+1, maxRow>>10)
			}
		}
		if valid {
			text := append(tail, part[:n]...)
			for len(text) > 0 {
				r, size := utf8.DecodeRune(text)
				if r == utf8.RuneError && size == 1 {
					if err == nil && len(text) < utf8.UTFMax && !utf8.FullRune(text) {
						break
					}
					valid = false
					break
				}
				text = text[size:]
			}
			tail = slices.Clone(text)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return damaged(err)
		}
	}
	if something {
		in.lines++
	}
	in.size = in.read.n
	if in.lines == 0 {
		return unreadable("give a file with rows", "the file is empty")
	}
	in.comma = ','
	for _, c := range []byte{';', '\t'} {
		if counts[c] > counts[byte(in.comma)] {
			in.comma = rune(c)
		}
	}
	if in.latin = !valid; in.latin {
		in.remarks = append(in.remarks, Note{Rule: innovation.RuleImportAssumed, Detail: "the file is not in UTF-8 and was read as Windows-1252"})
	}
	return nil
}

// text gives the file in UTF-8, without a byte order mark, and with lines that
// end in LF.
func (in *input) text(ctx context.Context) (io.Reader, error) {
	b, err := in.bytes(ctx)
	if err != nil {
		return nil, err
	}
	if in.bom {
		if _, err := b.Discard(3); err != nil {
			return nil, err
		}
	}
	return &plain{from: b, latin: in.latin}, nil
}

// plain turns Windows-1252 into UTF-8 where the file is in it, and a lone CR
// outside quotes, the line end of old Macintosh files, into LF.
type plain struct {
	from   *bufio.Reader
	latin  bool
	quoted bool
	rest   []byte // of a character that found no room
	buf    [utf8.UTFMax]byte
}

func (p *plain) Read(out []byte) (n int, err error) {
	n = copy(out, p.rest)
	p.rest = p.rest[n:]
	for n < len(out) {
		if n > 0 && p.from.Buffered() == 0 {
			return n, nil
		}
		c, err := p.from.ReadByte()
		if err != nil {
			if err != io.EOF {
				err = damaged(err)
			}
			if n > 0 && err == io.EOF {
				return n, nil
			}
			return n, err
		}
		switch {
		case c == '"':
			p.quoted = !p.quoted
		case c == '\r' && !p.quoted:
			if next, _ := p.from.Peek(1); len(next) == 0 || next[0] != '\n' {
				c = '\n'
			}
		case c >= 0x80 && p.latin:
			r := rune(c)
			if c < 0xa0 {
				if r = windows1252[c-0x80]; r == 0 {
					return n, unreadable("save it as CSV in UTF-8", "the file is neither in UTF-8 nor in Windows-1252")
				}
			}
			p.rest = utf8.AppendRune(p.buf[:0], r)
			m := copy(out[n:], p.rest)
			n, p.rest = n+m, p.rest[m:]
			continue
		}
		out[n] = c
		n++
	}
	return n, nil
}

// windows1252 is where that encoding differs from Latin-1, from 0x80 on; 0 is
// not assigned.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// record is a row as it was read.
type record struct {
	line   int
	fields []string
}

// all reads the rows that are not blank, the header among them. The fields are
// good until the next row.
func (in *input) all(ctx context.Context) (iter.Seq2[record, error], error) {
	text, err := in.text(ctx)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(text)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = in.comma, -1, true
	return func(yield func(record, error) bool) {
		for {
			fields, err := r.Read()
			if err == io.EOF {
				return
			}
			if bad := new(csv.ParseError); errors.As(err, &bad) {
				err = unreadable("put a field that holds quotes, commas or line ends in quotes, and double the quotes inside it", "line %d cannot be read: %v", bad.Line, bad.Err)
			}
			if err != nil {
				yield(record{}, err)
				return
			}
			if blank(fields) {
				continue
			}
			for i := range fields {
				fields[i] = norm.NFC.String(fields[i])
			}
			line, _ := r.FieldPos(0)
			if !yield(record{line, fields}, nil) {
				return
			}
		}
	}, nil
}

// rows is all without the header, which a table read, if there is one.
func (in *input) rows(ctx context.Context) (iter.Seq2[record, error], error) {
	all, err := in.all(ctx)
	if err != nil {
		return nil, err
	}
	return func(yield func(record, error) bool) {
		header := in.header
		for r, err := range all {
			if header && err == nil {
				header = false
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}, nil
}

func blank(fields []string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" })
}
