package sheet

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/innovationregistry/registry/innovation"
)

// maxText is the greatest size of a text once it is decompressed, in bytes.
const maxText = 16 << 30

// textForm is how a text is written.
type textForm struct {
	gzip  bool
	code  encoding
	mark  int // bytes of the byte order mark
	comma byte
	first int // the line of the first row: 2 after a line that names the separator
}

type encoding uint8

const (
	inUTF8 encoding = iota
	inLatin
	inUTF16LE
	inUTF16BE
)

// lookText reads a text once, to find out its encoding, and its first lines
// again, to find out what parts its cells.
func (f *File) lookText(ctx context.Context) error {
	b, err := f.stored(ctx)
	if err != nil {
		return err
	}
	head, err := b.Peek(512)
	if err != nil && err != io.EOF {
		return damaged(err)
	}
	if len(head) == 0 {
		return unreadable("give a file with rows", "%s is empty", f.name)
	}
	if err := f.foreign(head); err != nil {
		return err
	}
	t := &f.text
	switch {
	case bytes.HasPrefix(head, []byte("\uFEFF")):
		t.mark = 3
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		t.code, t.mark = inUTF16LE, 2
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		t.code, t.mark = inUTF16BE, 2
	case f.o.Latin:
		t.code = inLatin
	}
	wide := t.code == inUTF16LE || t.code == inUTF16BE
	valid, part, kept := true, make([]byte, 64<<10), 0
	var decoded io.Reader = b
	if wide {
		decoded = t.decode(b)
	}
	for {
		n, err := decoded.Read(part[kept:])
		if bytes.IndexByte(part[kept:kept+n], 0) >= 0 {
			return unreadable("check that it is a text file, and save it as CSV in UTF-8", "%s holds NUL bytes", f.name)
		}
		if n += kept; valid {
			kept = unfinished(part[:n])
			valid = utf8.Valid(part[:n-kept])
			kept = copy(part, part[n-kept:n])
		} else {
			kept = 0
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return damaged(err)
		}
	}
	f.size = f.at.Load()
	switch {
	case wide:
		f.remarks = append(f.remarks, "the file is in UTF-16")
	case t.code == inLatin:
	case !valid || kept > 0:
		t.code = inLatin
		f.remarks = append(f.remarks, "the file is not in UTF-8 and was read as Windows-1252")
	}
	if f.o.Sheet != "" {
		f.remarks = append(f.remarks, "a text file has no sheets: the name of the sheet was passed over")
	}
	return f.lookSeparator(ctx)
}

// unfinished is how many bytes at the end begin a character that goes on.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// stored begins to read a text from its start, decompressed.
func (f *File) stored(ctx context.Context) (*bufio.Reader, error) {
	if _, err := f.file.Seek(f.begin, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	f.at.Store(0)
	bound := &bounded{most: cmp.Or(f.o.MaxBytes, maxText)}
	b := bufio.NewReaderSize(&counted{heeding{ctx, f.file}, &f.at}, 64<<10)
	magic, _ := b.Peek(2)
	if f.text.gzip = bytes.Equal(magic, []byte{0x1f, 0x8b}); !f.text.gzip {
		bound.Reader = b
		return bufio.NewReaderSize(bound, 64<<10), nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, damaged(err)
	}
	bound.Reader, bound.stored = z, f.at.Load
	return bufio.NewReaderSize(bound, 64<<10), nil
}

// counted counts what is read.
type counted struct {
	io.Reader
	n *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// bounded is what was decompressed, no longer than it may be.
type bounded struct {
	io.Reader
	n, most int64
	stored  func() int64 // bytes that it was decompressed from; nil when it was not
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.n += int64(n)
	switch {
	case b.n > b.most:
		return 0, tooLong(b.most)
	case b.stored != nil && b.n > freeExpansion && b.n-freeExpansion > maxExpansion*b.stored():
		return 0, tooLarge("look at what it holds, and save it anew", "the compressed file becomes more than %d times as long", maxExpansion)
	}
	return n, err
}

// damaged says that a file could not be read to its end.
func damaged(err error) error {
	if innovation.Violations(err) != nil {
		return err
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		return unreadable("get the file anew, or decompress it first", "the compressed file is damaged: %v", err)
	}
	return fmt.Errorf("read the file: %w", err)
}

// decode gives text in UTF-8 without a byte order mark.
func (t *textForm) decode(b *bufio.Reader) io.Reader {
	b.Discard(t.mark) // was seen, or the next read says what is wrong
	if t.code == inUTF8 {
		return b
	}
	return &decoder{from: b, code: t.code}
}

// decoder turns another encoding into UTF-8.
type decoder struct {
	from *bufio.Reader
	code encoding
	rest []byte // decoded, and not asked for yet
	out  []byte
	err  error
}

func (d *decoder) Read(p []byte) (int, error) {
	for len(d.rest) == 0 && d.err == nil {
		d.fill()
	}
	if len(d.rest) == 0 {
		return 0, d.err
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// fill decodes what is in hand, a character at least.
func (d *decoder) fill() {
	d.out = d.out[:0]
	wide := 0
	if d.code != inLatin {
		wide = 1
	}
	_, d.err = d.from.Peek(1 + wide)
	for d.err == nil && d.from.Buffered() > wide && len(d.out) < 32<<10 {
		var r rune
		r, d.err = d.char()
		if d.err == nil {
			d.out = utf8.AppendRune(d.out, r)
		}
	}
	if wide > 0 && d.err == io.EOF && d.from.Buffered() == 1 {
		d.err = errWide()
	}
	d.rest = d.out
}

// char reads a character.
func (d *decoder) char() (rune, error) {
	if d.code == inLatin {
		c, err := d.from.ReadByte()
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			if r = windows1252[c-0x80]; r == 0 {
				return 0, unreadable("save it as CSV in UTF-8", "the file is neither in UTF-8 nor in Windows-1252")
			}
		}
		return r, err
	}
	first, err := d.unit()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	second, err := d.unit()
	r := utf16.DecodeRune(first, second)
	if err == io.EOF || err == nil && r == utf8.RuneError {
		err = errWide()
	}
	return r, err
}

// unit reads two bytes.
func (d *decoder) unit() (rune, error) {
	var c [2]byte
	if _, err := io.ReadFull(d.from, c[:]); err != nil {
		return 0, err
	}
	if d.code == inUTF16LE {
		c[0], c[1] = c[1], c[0]
	}
	return rune(c[0])<<8 | rune(c[1]), nil
}

func errWide() error {
	return unreadable("save it as CSV in UTF-8", "the file begins as UTF-16 and is not valid in it")
}

// windows1252 is where that encoding differs from Latin-1, from 0x80 on; 0 is
// not assigned.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// lookSeparator finds out what parts the cells: what the line sep=; says, else
// whichever of , ; tab | stands in the most of the first rows, and in them as
// often in each.
func (f *File) lookSeparator(ctx context.Context) error {
	b, err := f.stored(ctx)
	if err != nil {
		return err
	}
	sample := make([]byte, 64<<10)
	n, err := io.ReadFull(f.text.decode(b), sample)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return damaged(err)
	}
	sample = sample[:n]
	t := &f.text
	t.first = 1
	line, _, _ := strings.Cut(string(sample[:min(n, 16)]), "\n")
	line = strings.Trim(strings.TrimSuffix(strings.SplitN(line, "\r", 2)[0], "\r"), `"`)
	said := len(line) == 5 && strings.EqualFold(line[:4], "sep=") && strings.IndexByte(",;\t|:^~ ", line[4]) >= 0
	switch c := f.o.Comma; {
	case c != 0:
		if c == '"' || c == '\r' || c == '\n' || c == '\'' || c < 0 || c >= utf8.RuneSelf {
			return unreadable("say a comma, a semicolon, a tab or another character of ASCII", "cells cannot be parted by %q", c)
		}
		t.comma = byte(c)
	case said:
		t.comma = line[4]
	default:
		t.comma = separator(sample)
	}
	if said {
		t.first = 2
	}
	if t.comma != ',' && f.o.Comma == 0 {
		name := fmt.Sprintf("%q", t.comma)
		switch t.comma {
		case ';':
			name = "semicolons"
		case '\t':
			name = "tabs"
		case '|':
			name = "vertical bars"
		}
		f.remarks = append(f.remarks, "cells are parted by "+name)
	}
	return nil
}

const separators = ",;\t|"

// separator finds out what parts the cells of the first rows.
func separator(sample []byte) byte {
	var rows [][len(separators)]int
	var counts [len(separators)]int
	quoted, something, before := false, false, byte('\n')
	for i, c := range append(sample, '\n') {
		switch at := strings.IndexByte(separators, c); {
		case c == '"' && quoted:
			quoted = false // twice: it opens again
		case c == '"' && (before == '"' || before == '\n' || before == '\r' || strings.IndexByte(separators, before) >= 0):
			quoted = true
		case quoted:
		case c == '\n' || c == '\r':
			if something && (i < len(sample) || len(sample) < 64<<10 || len(rows) == 0) { // else its rest is not in the sample
				rows = append(rows, counts)
			}
			counts, something = [len(separators)]int{}, false
		case at >= 0:
			counts[at]++
			something = true
		default:
			something = true
		}
		before = c
		if len(rows) == 20 {
			break
		}
	}
	best, most := 0, 0
	for at := range separators {
		score, often := 0, map[int]int{}
		for _, row := range rows {
			if n := row[at]; n > 0 {
				often[n]++
				score += 1000 + min(n, 20)
			}
		}
		usual := 0
		for _, n := range often {
			usual = max(usual, n)
		}
		if score += 500 * usual; score > most {
			best, most = at, score
		}
	}
	return separators[best]
}
