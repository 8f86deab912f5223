package grants

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// anyDay is the view of reads that ask for facts of all days.
var anyDay = innovation.On(innovation.MustDate("2000-01-01"))

// take is one try of taking a file into the register.
type take struct {
	tx      *store.Tx
	file    *file
	opts    Options
	skip    map[int][]Note // rows of which earlier tries said so
	refused map[int][]Note // rows that this one was refused after something of them was recorded
	orgs    *organisations
	awards  map[string]innovation.AwardID // by identifier, where the key does not follow from it
	books   map[bookKey]*book             // the money recorded, read when first asked for
	first   map[string]*row               // rows of the file by what identifies them
	source  *innovation.Source            // to be founded
	facts   int                           // recorded so far
	report  Report
}

func newTake(tx *store.Tx, f *file, opts Options, skip map[int][]Note) *take {
	return &take{tx: tx, file: f, opts: opts, skip: skip, refused: map[int][]Note{}, first: map[string]*row{},
		books:  map[bookKey]*book{},
		report: Report{Format: opts.Format, DryRun: opts.DryRun, Rows: len(f.rows), NotKept: f.notKept}}
}

// all takes every row, and draws up the report. An error is a fault.
func (t *take) all(ctx context.Context) error {
	var err error
	if t.source, err = t.newSource(ctx); err != nil {
		return err
	}
	if t.orgs, err = loadOrganisations(ctx, t); err != nil {
		return err
	}
	if t.awards, err = t.loadAwards(ctx); err != nil {
		return err
	}
	t.report.Remarks = slices.Clone(t.file.remarks)
	var refusals []Note
	for i, r := range t.file.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		notes, err := t.row(ctx, r)
		if err != nil {
			return err
		}
		refusals = append(refusals, notes...)
		if r.counted && t.opts.Format != Ledger {
			if t.report.InFile, err = t.report.InFile.Add(r.amount); err != nil {
				return err
			}
		}
		if t.opts.Progress != nil {
			t.opts.Progress(i+1, len(t.file.rows))
		}
	}
	t.report.Refusals = refusals
	sortByRow(t.report.Refusals)
	sortByRow(t.report.Remarks)
	return nil
}

// sortByRow puts notes in the order of the file.
func sortByRow(notes []Note) {
	sort.SliceStable(notes, func(i, j int) bool { return notes[i].Row < notes[j].Row })
}

// row takes one row, and says why not when it is refused.
func (t *take) row(ctx context.Context, r *row) (refusals []Note, err error) {
	if len(r.refusals) > 0 {
		t.report.Refused++
		return r.refusals, nil
	}
	if notes := t.skip[r.number]; notes != nil {
		t.report.Refused++
		return notes, nil
	}
	work := &row{number: r.number, line: r.line, names: r.names, entry: r.entry} // the row itself is not touched: the act may be tried again
	before := t.facts
	added, err := r.entry.take(ctx, t, work)
	switch {
	case err != nil && innovation.Violations(err) == nil:
		return nil, fmt.Errorf("row %d: %w", r.number, err)
	case err != nil:
		work.refuseAll(err, "")
	}
	if len(work.refusals) > 0 {
		t.report.Refused++
		if t.facts > before {
			t.refused[r.number] = work.refusals
		}
		return work.refusals, nil
	}
	t.report.Remarks = append(t.report.Remarks, append(slices.Clone(r.remarks), work.remarks...)...)
	if !added {
		t.report.Unchanged++
		return nil, nil
	}
	t.report.Added++
	if t.opts.Format != Ledger {
		t.report.Total, err = t.report.Total.Add(r.amount)
	}
	return nil, err
}

// record records a fact of a row, citing the row.
func (t *take) record(ctx context.Context, r *row, fact innovation.Fact) error {
	if t.source != nil { // founded with the first fact: a file that changes nothing founds nothing
		if _, err := t.tx.Record(ctx, *t.source); err != nil {
			return err
		}
		t.source = nil
	}
	_, err := t.tx.Record(ctx, fact, innovation.Citation{Source: t.opts.Source, Locator: "row " + strconv.Itoa(r.number)})
	if err == nil {
		t.facts++
	}
	return err
}

// remark makes a remark that stands whatever becomes of the row: it holds for
// later rows too.
func (t *take) remark(r *row, field, value, format string, args ...any) {
	at := row{number: r.number, line: r.line}
	at.remark(field, value, format, args...)
	t.report.Remarks = append(t.report.Remarks, at.remarks...)
}

// newSource is the source to be founded, nil where the register has it.
func (t *take) newSource(ctx context.Context) (*innovation.Source, error) {
	_, there, err := about[innovation.Source](ctx, t.tx, t.opts.Source.Entity())
	if err != nil || there {
		return nil, err
	}
	s := innovation.Source{Source: t.opts.Source, Title: t.opts.SourceTitle, URL: t.opts.SourceURL, Kind: "data-file", Published: t.opts.SourcePublished}
	if s.Published.IsZero() {
		s.Published.Bound = innovation.UnknownBound()
	}
	return &s, s.Validate()
}

// again reports whether an earlier row of the file has the same identity, and
// refuses the row when it says something else. same compares what they say.
func (t *take) again(r *row, identity, field string, same func(first entry) bool) bool {
	first, repeated := t.first[identity]
	switch {
	case !repeated:
		t.first[identity] = r
		return false
	case same(first.entry):
		r.remark(field, "", "the row says the same as row %d, and was passed over", first.number)
	default:
		r.refuse(innovation.RuleImportRepeated, field, "", "keep the row that is right, or give each an identifier of its own",
			"row %d has the same identifier and says something else", first.number)
	}
	return true
}

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

// each reads all facts in force of a type, page by page; about an entity when
// one is named.
func each[F innovation.Fact](ctx context.Context, from store.Reader, v innovation.View, filter store.FactFilter) iter.Seq2[F, error] {
	return func(yield func(F, error) bool) {
		filter.Limit = 1000
		for {
			list, err := store.Facts[F](ctx, from, v, filter)
			if err != nil {
				var none F
				if !errors.Is(err, innovation.NotFound) {
					yield(none, err)
				}
				return
			}
			for _, f := range list.Facts {
				if !yield(f.Value, nil) {
					return
				}
			}
			if filter.Page = list.Next; filter.Page == "" {
				return
			}
		}
	}
}

// loadAwards finds the awards whose keys do not follow from their identifiers.
func (t *take) loadAwards(ctx context.Context) (map[string]innovation.AwardID, error) {
	out := map[string]innovation.AwardID{}
	if t.opts.Format == GrantSchemes {
		return out, nil
	}
	for a, err := range each[innovation.Award](ctx, t.tx, anyDay, store.FactFilter{AllDays: true}) {
		if err != nil {
			return nil, err
		}
		if a.Identifier != "" && string(a.Award) != keyFrom(a.Identifier) {
			out[a.Identifier] = a.Award
		}
	}
	return out, nil
}

// differences names the fields of two facts of a type that differ.
func differences(pairs map[string]bool) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		if pairs[name] {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}
