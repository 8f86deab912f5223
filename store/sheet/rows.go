package sheet

import (
	"io"
	"slices"
	"strconv"
	"strings"
)

// A cell that has no value says why.
const noValue = "the formula has no value yet: save it once in a spreadsheet program"

// grid reads the cells of a sheet.
type grid struct {
	book  *workbook
	f     *File
	out   func(Row, error) bool
	empty blanks
	fill  filler
	last  int // the row that was read last
	bytes int // of the text of the row
	cells []Cell

	stored []byte // the value of a cell
	text   plainText
}

// rows reads the rows of the sheet.
func (b *workbook) rows(f *File, out func(Row, error) bool) error {
	r, err := openPart(b.sheet, f.o.MaxBytes)
	if err != nil {
		return zipDamaged(err)
	}
	defer r.Close()
	m := newMarks(&counted{r, &f.at})
	g := &grid{book: b, f: f, out: out, empty: blanks{1}, fill: filler{merges: slices.Clone(b.merges)}}
	for {
		if err := m.next(); err == io.EOF {
			return unreadable(trySave, "the sheet has no table")
		} else if err != nil {
			return zipDamaged(err)
		}
		if m.is(starts, "sheetData") {
			break
		}
	}
	if more, err := g.read(m); err != nil {
		return zipDamaged(err)
	} else if !more {
		return nil
	}
	for g.fill.under(g.last) { // ranges that go on below the last row of the file
		if !g.end(g.last+1, nil) {
			return nil
		}
	}
	return nil
}

// read reads up to the end of the table, and reports whether more was asked
// for until then.
func (g *grid) read(m *marks) (more bool, err error) {
	number := 0
	for {
		if err := m.next(); err == io.EOF {
			return false, unreadable("get the file anew", "the workbook is damaged: the table does not end")
		} else if err != nil {
			return false, err
		}
		switch m.kind {
		case starts:
			switch string(m.name) {
			case "row":
				if number != 0 {
					return false, unreadable(trySave, "row %d of the sheet holds another row", number)
				}
				if number, err = g.begin(m.attr("r")); err != nil {
					return false, err
				}
			case "c":
				if number == 0 {
					return false, unreadable(trySave, "a cell of the sheet stands in no row")
				}
				if err := g.cell(m, number); err != nil {
					return false, err
				}
			}
		case ends:
			switch string(m.name) {
			case "row":
				if number == 0 {
					continue
				}
				for g.last+1 < number { // rows that the file leaves out
					if !g.end(g.last+1, nil) {
						return false, nil
					}
				}
				if !g.end(number, g.cells) {
					return false, nil
				}
				number = 0
			case "sheetData":
				return true, nil
			}
		}
	}
}

// begin begins a row by what the file says is its number.
func (g *grid) begin(r string) (int, error) {
	g.cells, g.bytes = nil, 0
	number := g.last + 1
	if r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n > maxSheetRows || n < number {
			return 0, unreadable(trySave, "after row %d of the sheet comes a row %q", g.last, clip(r))
		}
		number = n
	}
	if number > maxSheetRows {
		return 0, tooLarge(trySave, "the sheet has more than %d rows", maxSheetRows)
	}
	return number, nil
}

// end gives out a row.
func (g *grid) end(number int, cells []Cell) bool {
	g.last = number
	return g.empty.row(Row{number, g.fill.row(number, cells)}, number+1, g.out)
}

// cell reads a cell up to its end.
func (g *grid) cell(m *marks, number int) error {
	column := len(g.cells) + 1
	kind, style := m.attr("t"), m.attr("s")
	if r := m.attr("r"); r != "" {
		col, row, ok := place(r)
		if !ok || row != number || col < column {
			return unreadable(trySave, "row %d of the sheet has a cell %q after column %d", number, clip(r), column-1)
		}
		column = col
	}
	if column > min(maxColumns, g.f.o.MaxCells) {
		return tooLarge("leave out the columns that are not needed", "row %d has more than %d cells", number, min(maxColumns, g.f.o.MaxCells))
	}
	g.stored, g.text = g.stored[:0], plainText{text: g.text.text[:0]}
	formula, valued, inside := false, false, false
	for {
		if err := m.next(); err == io.EOF {
			return unreadable("get the file anew", "the workbook is damaged: row %d does not end", number)
		} else if err != nil {
			return err
		}
		if err := g.text.take(m); err != nil {
			return err
		}
		switch m.kind {
		case starts:
			switch string(m.name) {
			case "f":
				formula = true
			case "v":
				valued, inside = true, true
			case "is":
				valued = true
			case "c", "row":
				return unreadable(trySave, "row %d of the sheet has a cell inside a cell", number)
			}
		case holds:
			if inside {
				if g.stored = append(g.stored, m.text...); len(g.stored) > maxCell {
					return tooLarge("shorten it", "a cell of row %d has more than %d KiB", number, maxCell>>10)
				}
			}
		case ends:
			if string(m.name) == "v" {
				inside = false
			}
			if string(m.name) != "c" {
				continue
			}
			c := Cell{Text: noValue, Kind: Error}
			if valued || !formula {
				var err error
				if kind == "inlineStr" {
					c = Cell{Text: g.text.done()}
				} else if c, err = g.value(string(g.stored), kind, style, formula); err != nil {
					return err
				}
			}
			if c.Text != "" && c.Kind == Empty {
				c.Kind = Text
			}
			c.Formula = formula
			if g.bytes += len(c.Text); g.bytes > maxRow {
				return tooLarge("leave out the columns that are not needed", "row %d has more than %d KiB", number, maxRow>>10)
			}
			for len(g.cells) < column-1 {
				g.cells = append(g.cells, Cell{})
			}
			g.cells = append(g.cells, c)
			return nil
		}
	}
}

// value is the cell of a stored value. A text comes without its kind.
func (g *grid) value(v, kind, style string, formula bool) (Cell, error) {
	if kind == "str" {
		return Cell{Text: unescaped(v)}, nil
	}
	v = strings.TrimSpace(v)
	switch {
	case v == "" && formula:
		return Cell{Text: noValue, Kind: Error}, nil
	case v == "":
		return Cell{}, nil
	}
	switch kind {
	case "s":
		i, err := strconv.Atoi(v)
		text, ok := g.book.shared.at(i)
		if err != nil || !ok {
			return Cell{}, unreadable(trySave, "the workbook is damaged: it has no shared text %q", clip(v))
		}
		return Cell{Text: text}, nil
	case "b":
		if v != "0" && v != "false" {
			return Cell{Text: "true", Kind: Boolean}, nil
		}
		return Cell{Text: "false", Kind: Boolean}, nil
	case "e":
		return Cell{Text: v, Kind: Error}, nil
	case "d":
		return isoMoment(v), nil
	case "", "n":
		return g.book.number(v, style), nil
	}
	return Cell{}, unreadable(trySave, "the sheet has a cell of the unknown kind %q", clip(kind))
}

// place reads the name of a cell such as AB12.
func place(s string) (column, row int, ok bool) {
	i := 0
	for ; i < len(s) && i < 3 && s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z'; i++ {
		column = 26*column + int(s[i]|0x20-'a') + 1
	}
	for _, c := range []byte(s[i:]) {
		if c < '0' || c > '9' || row > maxSheetRows {
			return 0, 0, false
		}
		row = 10*row + int(c-'0')
	}
	return column, row, column > 0 && column <= maxColumns && row > 0 && row <= maxSheetRows
}
