package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"io"
	"sort"
	"strings"
)

// The greatest number of merged ranges of a sheet, and of their cells.
const (
	maxMerges = 1 << 16
	maxMerged = 1 << 20
)

// merge is a range of cells that are shown as one, which has the value of its
// first.
type merge struct {
	top, left, bottom, right int
	value                    Cell
}

// lookMerges reads the merged ranges of a sheet, in the order of their first
// rows. They stand after the rows, and must be known before them.
func lookMerges(p *zip.File, most int64) (out []merge, err error) {
	r, err := openPart(p, most)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := bufio.NewReaderSize(r, 64<<10)
	for tail := []byte(nil); ; { // of a piece that was longer than the buffer
		piece, err := b.ReadSlice('>')
		if err == io.EOF {
			return nil, nil // reading the rows says what is wrong
		}
		if err != nil && err != bufio.ErrBufferFull {
			return nil, err
		}
		if err == nil && endsTable(append(tail, piece[max(0, len(piece)-64):]...)) {
			break
		}
		if tail = tail[:0]; err != nil {
			tail = append(tail, piece[len(piece)-64:]...)
		}
	}
	area := 0
	for m := newMarks(b); ; {
		err := m.next()
		if err == io.EOF || err == nil && m.is(ends, "mergeCells") {
			break
		}
		if err != nil {
			return nil, err
		}
		if !m.is(starts, "mergeCell") {
			continue
		}
		ref := m.attr("ref")
		first, last, found := strings.Cut(ref, ":")
		if !found {
			continue
		}
		var c merge
		var ok1, ok2 bool
		c.left, c.top, ok1 = place(first)
		c.right, c.bottom, ok2 = place(last)
		if !ok1 || !ok2 || c.right < c.left || c.bottom < c.top {
			return nil, unreadable(trySave, "the sheet has merged cells at %q, which is no range", clip(ref))
		}
		area += (c.right - c.left + 1) * (c.bottom - c.top + 1)
		if out = append(out, c); area > maxMerged || len(out) > maxMerges {
			return nil, tooLarge("unmerge the cells that span whole rows or columns", "the sheet has more than %d merged cells", maxMerged)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].top < out[j].top })
	return out, nil
}

// endsTable reports whether a piece of XML ends with the end of the rows.
func endsTable(piece []byte) bool {
	at := bytes.LastIndexByte(piece, '<')
	if at < 0 {
		return false
	}
	name := string(piece[at+1 : len(piece)-1])
	if rest, end := strings.CutPrefix(name, "/"); end {
		name = rest
	} else if rest, end := strings.CutSuffix(name, "/"); end {
		name = rest
	} else {
		return false
	}
	name = strings.TrimSpace(name)
	return name == "sheetData" || strings.HasSuffix(name, ":sheetData")
}

// filler gives the cells of merged ranges their value, row by row.
type filler struct {
	merges []merge
	next   int   // the first that no row has reached
	open   []int // those that the last row reached
}

// under reports whether a range goes on below a row.
func (f *filler) under(row int) bool {
	for _, i := range f.open {
		if f.merges[i].bottom > row && f.merges[i].value.Kind != Empty {
			return true
		}
	}
	return false
}

// row fills a row. It is called for each row from the first.
func (f *filler) row(number int, cells []Cell) []Cell {
	for f.next < len(f.merges) && f.merges[f.next].top <= number {
		m := &f.merges[f.next]
		if m.left <= len(cells) {
			m.value = cells[m.left-1]
		}
		f.open = append(f.open, f.next)
		f.next++
	}
	kept := f.open[:0]
	for _, i := range f.open {
		m := &f.merges[i]
		if m.bottom < number || m.value.Kind == Empty {
			continue
		}
		kept = append(kept, i)
		for len(cells) < m.right {
			cells = append(cells, Cell{})
		}
		for c := m.left; c <= m.right; c++ {
			cells[c-1] = m.value
		}
	}
	f.open = kept
	return cells
}
