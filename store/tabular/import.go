package tabular

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
)

// How rows change facts that are there.
const (
	Correct = "correct" // the register was wrong
	Revise  = "revise"  // the world changed from the start of the row on
)

// Options says how to take a file.
type Options struct {
	// Source is what the facts of the file cite. Where the register does not have
	// it, it is founded from the fields below.
	Source          innovation.SourceID
	SourceTitle     string
	SourceURL       string
	SourcePublished innovation.Day // unknown when zero

	Write   bool   // otherwise it is a dry run: the same work, and nothing is written
	Partial bool   // take the rows that can be taken; otherwise one refused row refuses the file
	Changes string // Correct, also when empty, or Revise

	Name     string // of the file, for messages
	Sheet    string // of a workbook; the first visible one when empty
	Comma    rune   // what parts the cells of a text; found out when 0
	Latin    bool   // a text is in Windows-1252
	DayFirst bool   // 03/04/2014 is 3 April
	Mapping  []Mapping
	MaxBytes int64 // of the file once decompressed; 16 GiB when 0
	MaxRows  int   // 100 million when 0

	// Progress, which may be nil, is called now and then. It may start again: an
	// act may be tried more than once.
	Progress func(Progress)
}

var (
	errDryRun  = errors.New("dry run")
	errRefused = errors.New("rows were refused")
	errNothing = errors.New("nothing changed but the source")
)

// Import brings a table of facts of one type in as one act: all of it, or, when
// a row is refused, nothing, or the rest when Options.Partial says so. It writes
// only when Options.Write says so. The same file brought in twice changes nothing
// the second time.
//
// A row means the fact whose number stands in its column fact; without one, the
// fact in force with the same identity, which is the subject of facts that found
// it, and otherwise the subject, the other entities, codes and the day or start.
// Where there is none the row is added. Rows that say what the register has are
// told first, in whatever order they stand; where a row could mean several facts,
// or, without a reference, one that another source has of the day, or another one
// that is like it but for its sum, it is refused.
// A field without a column stays as it is, and so does, in a row without the
// number of its fact, one whose cell is empty; with the number an empty cell
// clears its field. Rows that need what later rows found are tried again after these.
//
// The error is an Error of the register, of kind Invalid for a file that cannot
// be read or whose headings mean nothing, and of kind Refused, rule
// import-refused, when rows were refused and nothing was written: the report then
// says which and why. A dry run gives the same report and the same error as the
// run would.
func Import(ctx context.Context, s *store.Store, act innovation.Act, noun innovation.FactType, r io.Reader, o *Options) (Report, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	report := Report{Noun: noun, DryRun: !opts.Write}
	n, ok := NounOf(noun)
	var errs []error
	if !ok {
		errs = append(errs, noNoun(noun))
	}
	if opts.Source == "" {
		errs = append(errs, innovation.Invalidf(innovation.RuleTextRequired, "source", "the file needs a source that its facts cite").
			Trying("give the key of a source, and its title or address when it is a new one"))
	}
	if opts.Changes != "" && opts.Changes != Correct && opts.Changes != Revise {
		errs = append(errs, innovation.Invalidf(innovation.RuleWordUnknown, "changes", "%q is no way to change facts", clip(opts.Changes)).Trying("use correct or revise"))
	}
	if err := innovation.Join(errs...); err != nil {
		return report, err
	}
	f, err := sheet.Open(ctx, r, opts.Name, &sheet.Options{Sheet: opts.Sheet, Comma: opts.Comma, Latin: opts.Latin, MaxBytes: opts.MaxBytes, MaxRows: opts.MaxRows})
	if err != nil {
		return report, err
	}
	defer f.Close()
	p, err := n.heading(f, opts.Mapping)
	if err != nil {
		return report, err
	}
	var t *take
	receipt, err := s.Update(ctx, act, func(ctx context.Context, tx *store.Tx) error {
		t = &take{tx: tx, noun: n, file: f, plan: p, opts: opts, report: report, known: newKnown(tx, n, opts.Source), said: map[string]bool{}}
		if err := t.start(ctx); err != nil {
			return err
		}
		run := t.rows
		if noun == innovation.TypeAdoption && !p.byFact {
			run = t.adoptions
		}
		if err := run(ctx); err != nil {
			return err
		}
		switch {
		case t.report.Refused > 0 && !opts.Partial:
			return errRefused
		case !opts.Write:
			return errDryRun
		case t.report.Added+t.report.Changed == 0:
			return errNothing
		}
		return nil
	})
	if err != nil && !errors.Is(err, errRefused) && !errors.Is(err, errDryRun) && !errors.Is(err, errNothing) {
		return report, err
	}
	report = t.report
	report.Act = receipt.Act
	report.finish()
	if report.Refused > 0 && !opts.Partial {
		return report, innovation.Refusedf(innovation.RuleImportRefused, "", "%d of %d rows are refused, and nothing was written; the first is row %d: %s",
			report.Refused, report.Rows, report.Refusals[0].Row, report.Refusals[0].Detail).
			Trying("correct the rows that the report lists, or take the others by a partial import")
	}
	return report, nil
}

// take is one try of taking a file into the register.
type take struct {
	tx     *store.Tx
	noun   *Noun
	file   *sheet.File
	plan   *plan
	opts   Options
	source *innovation.Source // to be founded
	known  *known
	books  []*book // by field
	bodies bodies
	said   map[string]bool
	report Report

	read     bool   // all rows were read once
	changing []*row // that change facts
	formulas int
}

// start reads what the rows are held against.
func (t *take) start(ctx context.Context) error {
	t.report.headings = t.plan.headings
	for _, s := range slices.Concat(t.file.Remarks(), t.plan.remarks) {
		t.remark(nil, "", "", "%s", s)
	}
	var err error
	t.books = make([]*book, len(t.noun.Columns))
	for _, c := range t.plan.columns {
		if c.field < 0 {
			continue
		}
		if t.books[c.field], err = t.noun.Columns[c.field].book(ctx, t.tx); err != nil {
			return err
		}
	}
	there, err := store.FactsOf(ctx, t.tx, innovation.TypeSource, anyDay, store.FactFilter{Subject: t.opts.Source.Entity(), AllDays: true, Limit: 1})
	if err != nil && !errors.Is(err, innovation.NotFound) || len(there.Facts) > 0 {
		return err
	}
	s := innovation.Source{Source: t.opts.Source, Title: t.opts.SourceTitle, URL: t.opts.SourceURL, Kind: "data-file", Published: t.opts.SourcePublished}
	if s.Published.IsZero() {
		s.Published.Bound = innovation.UnknownBound()
	}
	t.source = &s
	return s.Validate()
}

// book is the codes of a field; nil when it has none.
func (f *Field) book(ctx context.Context, from store.Reader) (*book, error) {
	if f.Form != Code {
		return nil, nil
	}
	if f.Scheme == "" {
		if f.Words == nil {
			return nil, nil
		}
		return newBook(f.Name, f.Words, make([]string, len(f.Words))), nil
	}
	var terms []innovation.Term
	if from == nil {
		for _, t := range innovation.StandardTerms() {
			if t.Scheme == f.Scheme {
				terms = append(terms, t)
			}
		}
	} else {
		list, err := from.(interface {
			Terms(context.Context, innovation.View, innovation.Scheme) (store.TermList, error)
		}).Terms(ctx, anyDay, f.Scheme)
		if err != nil {
			return nil, err
		}
		terms = list.Terms
	}
	codes, labels := make([]string, len(terms)), make([]string, len(terms))
	for i, t := range terms {
		codes[i], labels[i] = t.Code, t.Label
	}
	return newBook("the scheme "+string(f.Scheme), codes, labels), nil
}

// needSource founds the source with the first fact that cites it: a file that
// changes nothing founds nothing.
func (t *take) needSource(ctx context.Context) error {
	if t.source == nil {
		return nil
	}
	_, err := t.tx.Record(ctx, *t.source)
	if err == nil {
		t.source = nil
		if t.noun.Type == innovation.TypeSource {
			t.known.forget()
		}
	}
	return err
}

//go:noinline // many places would hold a copy of it
func (t *take) cite(r *row) innovation.Citation {
	return innovation.Citation{Source: t.opts.Source, Locator: fmt.Sprintf("row %d", r.number)}
}

func (t *take) progress() {
	if t.opts.Progress != nil {
		at, size := t.file.At(), t.file.Size()
		of := t.report.Rows
		if at > 0 && at < size {
			of = int(float64(of) * float64(size) / float64(at))
		}
		t.opts.Progress(Progress{Rows: t.report.Rows, OfRows: of, Bytes: at, OfBytes: size})
	}
}

// noValue is whether a text is blank.
func noValue(s string) bool { return strings.TrimSpace(s) == "" }
