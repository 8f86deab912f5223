package dataset

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// maxRecord is how many bytes a row may have: more than any row of a register.
const maxRecord = 16 << 20

// maxCells is how many cells a row may have: more than any table has columns.
const maxCells = 1 << 10

// risky reports whether a spreadsheet could take a cell for a formula.
func risky(text string) bool {
	return text != "" && strings.IndexByte("=+-@\t\r", text[0]) >= 0
}

// number reports whether a text is a plain number, which is harmless.
func number(text string) bool {
	text = strings.TrimLeft(text[:1], "+-") + text[1:]
	whole, part, point := strings.Cut(text, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (!point || digits(part))
}

// guarded is a text as it stands in a cell.
func guarded(text string) string {
	rest := strings.TrimLeft(text, "'")
	if risky(rest) && (len(rest) < len(text) || !number(text)) {
		return "'" + text
	}
	return text
}

// unguarded is the text of a cell: guarded undone.
func unguarded(cell string) string {
	if cell != "" && cell[0] == '\'' && risky(strings.TrimLeft(cell, "'")) {
		return cell[1:]
	}
	return cell
}

// appendRow appends a row of guarded cells.
func appendRow(buf []byte, cells []string) []byte {
	for i, c := range cells {
		if i > 0 {
			buf = append(buf, ',')
		}
		c = guarded(c)
		if c == "" || !strings.ContainsAny(c, "\",\r\n") && c[0] != ' ' && c[len(c)-1] != ' ' {
			buf = append(buf, c...)
			continue
		}
		buf = append(buf, '"')
		for j := range len(c) {
			if c[j] == '"' {
				buf = append(buf, '"')
			}
			buf = append(buf, c[j])
		}
		buf = append(buf, '"')
	}
	return append(buf, '\r', '\n')
}

// rowReader reads rows as appendRow writes them. It does not mend what is
// written in another way: no line end changes, none is lost.
type rowReader struct {
	in    *bufio.Reader
	row   int64 // the row that was read last; the heading is row 1
	buf   []byte
	ends  []int
	cells []string
}

var (
	errRowLong = errors.New("it is longer than any row")
	errRowEnd  = errors.New("the file ends in the middle of it")
	errQuote   = errors.New("its quotation marks or line ends are not those of the format")
)

// read gives the cells of the next row, which stay valid, in a slice that does
// not; io.EOF after the last.
func (r *rowReader) read() ([]string, error) {
	r.buf, r.ends, r.cells = r.buf[:0], r.ends[:0], r.cells[:0]
	r.row++
	quoted, begins := false, true
	for n := 0; ; n++ {
		c, err := r.in.ReadByte()
		if err != nil {
			if err == io.EOF && n > 0 {
				err = errRowEnd
			}
			return nil, err
		}
		if n > maxRecord {
			return nil, errRowLong
		}
		if begins {
			if begins = false; c == '"' {
				quoted = true
				continue
			}
		}
		if quoted {
			if c != '"' {
				r.buf = append(r.buf, c)
				continue
			}
			if c, err = r.in.ReadByte(); err != nil {
				return nil, errRowEnd
			}
			if c == '"' {
				r.buf = append(r.buf, c)
				continue
			}
			quoted = false
			if c != ',' && c != '\r' {
				return nil, errQuote
			}
		}
		switch c {
		case ',':
			if r.ends = append(r.ends, len(r.buf)); len(r.ends) > maxCells {
				return nil, errRowLong
			}
			begins = true
		case '\r':
			if c, err = r.in.ReadByte(); err != nil || c != '\n' {
				return nil, errQuote
			}
			text, from := string(r.buf), 0
			for _, end := range append(r.ends, len(r.buf)) {
				r.cells = append(r.cells, unguarded(text[from:end]))
				from = end
			}
			return r.cells, nil
		case '\n', '"':
			return nil, errQuote
		default:
			r.buf = append(r.buf, c)
		}
	}
}
