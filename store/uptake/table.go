package uptake

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// table is the columns of a file.
type table struct {
	columns []string // as the file writes them; nil without a header
	place   map[string]int
	fields  map[string]string // the columns of fields of facts that have other names
}

// header reads the header and refuses a file without the columns needed, all
// that are missing at once.
func (t *take) header(ctx context.Context, need ...string) (*table, error) {
	all, err := t.in.all(ctx)
	if err != nil {
		return nil, err
	}
	tbl := &table{place: map[string]int{}}
	for r, err := range all {
		if err != nil {
			return nil, err
		}
		tbl.columns = slices.Clone(r.fields)
		break
	}
	t.in.header = true
	var errs []error
	for i, c := range tbl.columns {
		tbl.columns[i] = strings.TrimSpace(c)
		name := strings.ToLower(tbl.columns[i])
		if name == "" {
			continue
		}
		if innovation.HoldsNHSNumber(name) {
			tbl.columns[i] = "…"
			errs = append(errs, innovation.Refusedf(innovation.RulePatientData, "", "column %d of the header holds an NHS number", i+1).
				Trying("put a header above the rows, and remove the numbers: the register keeps no data about patients"))
			continue
		}
		if _, twice := tbl.place[name]; twice {
			errs = append(errs, innovation.Invalidf(innovation.RuleImportColumnTwice, clip(tbl.columns[i]), "the column %q stands in the file twice", clip(tbl.columns[i])).
				Trying("keep one of them"))
		}
		tbl.place[name] = i
	}
	for _, c := range need {
		if !tbl.has(c) {
			errs = append(errs, innovation.Invalidf(innovation.RuleImportColumn, c, "the file has no column %q", c).
				Trying("its header has %q; name the column as the format does", clip(strings.Join(tbl.columns, ", "))))
		}
	}
	return tbl, innovation.Join(errs...)
}

// headless is the table of a file whose columns have fixed places.
func headless(names ...string) *table {
	tbl := &table{place: map[string]int{}}
	for i, n := range names {
		tbl.place[n] = i
	}
	return tbl
}

func (t *table) has(column string) bool {
	_, ok := t.place[strings.ToLower(column)]
	return ok
}

// name is the name of the column at a place.
func (t *table) name(i int) string {
	if i < len(t.columns) {
		return t.columns[i]
	}
	for name, at := range t.place {
		if at == i {
			return name
		}
	}
	return fmt.Sprintf("column %d", i+1)
}

// column is what the file calls a field of a fact, or the field in which it
// lies.
func (t *table) column(field string) string {
	if name, ok := t.fields[field]; ok {
		return name
	}
	if first, _, nested := strings.Cut(field, "."); nested && (t.has(first) || t.fields[first] != "") {
		return t.column(first)
	}
	return field
}

// rest lists the columns other than those known.
func (t *table) rest(known ...string) (out []string) {
	for _, c := range t.columns {
		if c != "" && !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, c) }) {
			out = append(out, c)
		}
	}
	return out
}

// anyDay is the view of reads that ask for facts of all days.
var anyDay = innovation.On(innovation.MustDate("2000-01-01"))

// about reads the one fact in force of a type about an entity.
func about[F innovation.Fact](ctx context.Context, from store.Reader, e innovation.Entity) (f F, found bool, err error) {
	list, err := store.Facts[F](ctx, from, anyDay, store.FactFilter{Subject: e, AllDays: true, Limit: 1})
	switch {
	case errors.Is(err, innovation.NotFound):
		return f, false, nil
	case err != nil || len(list.Facts) == 0:
		return f, false, err
	}
	return list.Facts[0].Value, true, nil
}

// each reads all facts in force of a type, page by page.
func each[F innovation.Fact](ctx context.Context, from store.Reader, v innovation.View, filter store.FactFilter) iter.Seq2[innovation.Recorded[F], error] {
	return func(yield func(innovation.Recorded[F], error) bool) {
		filter.Limit = 1000
		for {
			list, err := store.Facts[F](ctx, from, v, filter)
			if err != nil {
				if !errors.Is(err, innovation.NotFound) {
					yield(innovation.Recorded[F]{}, err)
				}
				return
			}
			for _, f := range list.Facts {
				if !yield(f, nil) {
					return
				}
			}
			if filter.Page = list.Next; filter.Page == "" {
				return
			}
		}
	}
}
