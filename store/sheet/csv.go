package sheet

import (
	"bytes"
	"context"
	"io"
	"strings"
)

// textRows reads the rows of a text.
func (f *File) textRows(out func(Row, error) bool) error {
	b, err := f.stored(context.Background())
	if err != nil {
		return err
	}
	s := &scanner{from: f.text.decode(b), comma: f.text.comma, buf: make([]byte, 256<<10), line: 1}
	empty := blanks{f.text.first}
	var slab []Cell
	for {
		line := s.line
		more, err := s.row()
		if err != nil || !more {
			return err
		}
		if line < f.text.first {
			continue
		}
		if len(s.ends) > f.o.MaxCells {
			return tooLarge("leave out the columns that are not needed", "row %d has more than %d cells", line, f.o.MaxCells)
		}
		if len(slab) < len(s.ends) {
			slab = make([]Cell, max(512, len(s.ends)))
		}
		cells := slab[:len(s.ends):len(s.ends)]
		slab = slab[len(s.ends):]
		text, from := string(s.cells), 0
		for i, end := range s.ends {
			if end-from > maxCell {
				return tooLarge("shorten it", "cell %d of row %d has more than %d KiB", i+1, line, maxCell>>10)
			}
			if end > from {
				cells[i] = Cell{Text: unguarded(text[from:end]), Kind: Text}
			}
			from = end
		}
		if !empty.row(Row{line, cells}, s.line, out) {
			return nil
		}
	}
}

// scanner parts text into rows and cells.
type scanner struct {
	from     io.Reader
	comma    byte
	buf      []byte
	pos, end int // of what is in hand
	eof      bool
	line     int // of the next row
	cells    []byte
	ends     []int // of each cell in cells
}

// row reads the next row, and reports whether there was one.
func (s *scanner) row() (bool, error) {
	for {
		if s.pos == s.end && s.eof {
			return false, nil
		}
		n, lines, err := s.part(s.buf[s.pos:s.end])
		if err != nil {
			return false, err
		}
		if n > maxRow || n == 0 && s.end-s.pos > maxRow {
			if n == 0 && lines > 0 { // the line on which a quote began
				return false, tooLarge("close the quote", "a quote that begins on line %d takes in more than %d KiB", s.line+lines-1, maxRow>>10)
			}
			return false, tooLarge("check its quotes and line ends", "row %d has more than %d KiB", s.line, maxRow>>10)
		}
		if n > 0 {
			s.pos += n
			s.line += lines
			return true, nil
		}
		if err := s.fill(); err != nil {
			return false, err
		}
	}
}

// fill reads on.
func (s *scanner) fill() error {
	s.end = copy(s.buf, s.buf[s.pos:s.end])
	s.pos = 0
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for s.end < len(s.buf) && !s.eof {
		n, err := s.from.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return damaged(err)
		}
	}
	return nil
}

// part parts the row at the start of data, which may end there only at the end
// of the text. It gives the length of the row and its lines. When the row goes
// on after data, the length is 0 and lines is 0 or, in a quote, the line of the
// row, from 1, on which that begins.
func (s *scanner) part(data []byte) (n, lines int, err error) {
	s.cells, s.ends = s.cells[:0], s.ends[:0]
	lines = 1
	for i := 0; ; {
		if i < len(data) && data[i] == '"' {
			start := lines
			i++
			for {
				j := bytes.IndexByte(data[i:], '"')
				if j < 0 && s.eof {
					return 0, 0, unreadable("close it, and double a quote inside a quoted cell", "a quote that begins on line %d is not closed", s.line+start-1)
				}
				if j < 0 || i+j+1 == len(data) && !s.eof {
					return 0, start, nil
				}
				s.cells = append(s.cells, data[i:i+j]...)
				lines += lineEnds(data[i : i+j])
				if i += j + 1; i == len(data) || data[i] != '"' {
					break
				}
				s.cells = append(s.cells, '"')
				i++
			}
			for i < len(data) && data[i] == ' ' && s.comma != ' ' {
				i++
			}
			if i < len(data) && data[i] != s.comma && data[i] != '\n' && data[i] != '\r' {
				return 0, 0, unreadable("put a cell that holds quotes in quotes, and double the quotes inside it", "line %d has text after a closing quote", s.line+lines-1)
			}
		} else {
			start := i
			for i < len(data) && data[i] != s.comma && data[i] != '\n' && data[i] != '\r' {
				i++
			}
			s.cells = append(s.cells, data[start:i]...)
		}
		switch {
		case i == len(data) && !s.eof:
			return 0, 0, nil
		case i == len(data):
			s.ends = append(s.ends, len(s.cells))
			return i, lines, nil
		case data[i] == s.comma:
			s.ends = append(s.ends, len(s.cells))
			i++
		case data[i] == '\r' && i+1 == len(data) && !s.eof:
			return 0, 0, nil
		default:
			s.ends = append(s.ends, len(s.cells))
			if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
				i++
			}
			return i + 1, lines, nil
		}
	}
}

// lineEnds counts LF, CRLF and CR.
func lineEnds(b []byte) int {
	return bytes.Count(b, []byte{'\n'}) + bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte("\r\n"))
}

// formulaStart lists the characters that make a spreadsheet take a text for a
// formula.
const formulaStart = "=+-@\t\r"

// unguarded takes off the apostrophe that keeps a text from being taken for a
// formula.
func unguarded(s string) string {
	if s[0] == '\'' {
		if rest := strings.TrimLeft(s, "'"); rest != "" && strings.IndexByte(formulaStart, rest[0]) >= 0 {
			return s[1:]
		}
	}
	return s
}
