package england

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// row is one row of an embedded file. Its methods read cells and note what is
// wrong with them in the errors of the file.
type row struct {
	cells  map[string]string
	place  string // "licences.csv:2"
	errors *[]error
}

// readRows reads an embedded file with a header.
func readRows(name string, errs *[]error) []row {
	data, err := readFile(name)
	if err != nil {
		*errs = append(*errs, err)
		return nil
	}
	return parseRows(name, bytes.NewReader(data), errs)
}

// parseRows reads a file with a header. A column that the header lacks is
// reported for each row that needs it.
func parseRows(name string, f io.Reader, errs *[]error) []row {
	records, err := csv.NewReader(f).ReadAll()
	if err == nil && len(records) == 0 {
		err = errors.New("there is no header")
	}
	if err != nil {
		*errs = append(*errs, fmt.Errorf("%s: %w", name, err))
		return nil
	}
	rows := make([]row, len(records)-1)
	for i, record := range records[1:] {
		cells := make(map[string]string, len(record))
		for j, column := range records[0] {
			cells[column] = record[j]
		}
		rows[i] = row{cells, fmt.Sprintf("%s:%d", name, i+2), errs}
	}
	return rows
}

func (r row) fail(column string, err error) {
	if err != nil {
		*r.errors = append(*r.errors, fmt.Errorf("%s: %s: %w", r.place, column, err))
	}
}

// has reports whether the file has the column and the row a value in it.
func (r row) has(column string) bool { return r.cells[column] != "" }

// text is the cell of a column that the file must have.
func (r row) text(column string) string {
	s, ok := r.cells[column]
	if !ok {
		r.fail(column, errors.New("there is no such column"))
	}
	return s
}

// list is a cell of values joined by semicolons.
func (r row) list(column string) []string {
	if s := r.text(column); s != "" {
		return strings.Split(s, ";")
	}
	return nil
}

// number is a cell with a whole number, 0 when it is empty.
func (r row) number(column string) int64 {
	s := r.text(column)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	r.fail(column, err)
	return n
}

// organisation is a cell with the key of an organisation.
//
//go:noinline // many places would hold a copy of it
func (r row) organisation(column string) innovation.OrganisationID {
	return innovation.OrganisationID(r.text(column))
}

// bound is a cell with a bound. The basis stands in a column beside it, which
// a file that has nothing but published days leaves out.
func (r row) bound(column, basisColumn string) innovation.Bound {
	b, err := innovation.ParseBound(r.text(column))
	r.fail(column, err)
	basis, err := innovation.ParseBasis(r.cells[basisColumn])
	r.fail(basisColumn, err)
	return b.As(basis)
}

// day is the day of an event; zero when the cell is empty.
//
//go:noinline // many places would hold a copy of it
func (r row) day(column, basisColumn string) innovation.Day {
	if !r.has(column) {
		return innovation.Day{}
	}
	return innovation.Day{Bound: r.bound(column, basisColumn)}
}

// period is the period of columns start and end or last. A last day counts: the
// period ends on the day after it.
func (r row) period() innovation.Period {
	p := innovation.FromBound(r.bound("start", "start_basis"))
	switch {
	case r.has("end") && r.has("last"):
		r.fail("last", errors.New("both end and last are given"))
	case r.has("end"):
		p.End = r.bound("end", "end_basis")
	case r.has("last"):
		last := r.bound("last", "end_basis")
		p.End = innovation.Bound{Earliest: last.Earliest.AddDays(1), Latest: last.Latest.AddDays(1), Basis: last.Basis}
	}
	return p
}

// citations are the sources of the row, each with its row of the fact base.
func (r row) citations() []innovation.Citation {
	keys, places := r.list("source"), r.list("row")
	if len(keys) == 0 || len(keys) != len(places) {
		r.fail("source", fmt.Errorf("%d sources and %d rows", len(keys), len(places)))
		return nil
	}
	cited := make([]innovation.Citation, len(keys))
	for i, key := range keys {
		cited[i] = innovation.Citation{Source: innovation.SourceID(key), Locator: places[i]}
	}
	return cited
}
