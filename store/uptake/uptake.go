package uptake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// Format is a kind of file.
type Format string

// The kinds of file.
const (
	Adoptions   Format = "adoptions"      // events of adoption
	Month       Format = "uptake-month"   // what was used in months, which makes events
	PracticeMap Format = "practice-map"   // practices and what they are part of
	ODSList     Format = "ods-list"       // organisations with their first and last days
	Successors  Format = "ods-successors" // which code followed which

	// Codes of the Organisation Data Service, as terms of the register.
	Roles         Format = "ods-roles"
	Relationships Format = "ods-relationships"
)

// Formats lists the kinds of file.
func Formats() []Format {
	return []Format{Adoptions, Month, PracticeMap, ODSList, Successors, Roles, Relationships}
}

// Options says how to take a file.
type Options struct {
	// Source is what the facts of the file cite. Where the register does not have
	// it, it is founded from the fields below.
	Source          innovation.SourceID
	SourceTitle     string
	SourceURL       string
	SourcePublished innovation.Day // unknown when zero

	DryRun  bool // do the same work and write nothing
	Partial bool // take the rows that can be taken; otherwise one refused row refuses the file

	// Found founds the organisations of monthly uptake, or of ods-successors, that
	// the register does not know; otherwise the rows of the one are refused, and
	// those of the other passed over. An ods-list founds them always.
	Found bool
	// Kind is the kind of the organisations that are founded (scheme
	// organisation-kind). When empty, the rows of an ods-list say it where they
	// can; otherwise it is ccg, and body for ods-successors.
	Kind string
	// Edition is the day of a practice-map or an ods-list. When zero, that of a
	// practice-map is the day in its column EXTRACT_DATE, and that of an ods-list
	// the day on which its source was published; a list of neither is refused. A
	// source that is founded with an ods-list of a given day, and whose publication
	// is not given, was published on that day or later.
	Edition innovation.Date

	kindGiven bool // whether Kind was given

	Month MonthOptions // of monthly uptake

	// MaxText is the greatest size of the file, once it is decompressed, in bytes;
	// 16 GiB when 0.
	MaxText int64

	// Progress, which may be nil, is called now and then. It may start again: an
	// act may be tried more than once.
	Progress func(Progress)
}

// Progress is how far an import is.
type Progress struct {
	Stage          string // what is done with the rows, once all are read; empty before
	Rows, OfRows   int    // rows looked at, of how many lines
	Bytes, OfBytes int64  // of the file as it is stored
}

// Report is what became of a file. Every row was added, unchanged, passed over
// or refused: the four add up to Rows. Act is 0 when nothing was written; the
// counts then say what would have been.
type Report struct {
	Format             Format               `json:"format" doc:"The kind of file"`
	Rows               int                  `json:"rows" doc:"Rows of the file, blank ones not counted"`
	Added              int                  `json:"added" doc:"Rows that were added, or would have been when act is 0"`
	Unchanged          int                  `json:"unchanged" doc:"Rows whose content the register had already"`
	PassedOver         int                  `json:"passedOver" doc:"Rows that the import was not asked about: of other products, or of bodies that the register does not have"`
	Refused            int                  `json:"refused" doc:"Rows that were refused"`
	Organisations      int                  `json:"organisations" doc:"Organisations that were founded with them"`
	Revised            int                  `json:"revised" doc:"Names, relations and the like of known organisations that were added or revised"`
	Events             int                  `json:"events" doc:"Adoption events that were recorded"`
	Quiet              int                  `json:"quiet" doc:"Organisations that used the innovation, and not in the last months of the file"`
	Refusals           []Note               `json:"refusals,omitempty" doc:"Why rows were refused, in their order, at most 1,000"`
	MoreRefusals       int                  `json:"moreRefusals,omitempty" doc:"How many more reasons there are"`
	Remarks            []Note               `json:"remarks,omitempty" doc:"What was assumed about rows that were taken, at most 1,000; row 0 is the file"`
	MoreRemarks        int                  `json:"moreRemarks,omitempty" doc:"How many more remarks there are"`
	Confirmed          int                  `json:"confirmed,omitempty" doc:"Names and relations that were there and now cite this list too: it shows them on another day"`
	Contradictions     []Contradiction      `json:"contradictions,omitempty" doc:"What an ods-list says otherwise than the register holds, both kept as claims; at most 1,000"`
	MoreContradictions int                  `json:"moreContradictions,omitempty" doc:"How many more there are"`
	Act                innovation.ActNumber `json:"act" doc:"The act; 0 when nothing was written"`
	DryRun             bool                 `json:"dryRun" doc:"Whether it was a dry run"`
}

// maxNotes bounds what a report lists: a file may have any number of rows.
const maxNotes = 1_000

// Note says something about a row.
type Note struct {
	Row    int               `json:"row,omitempty" doc:"The row, from 1: the header and blank rows are not counted; left out for the file as a whole"`
	Line   int               `json:"line,omitempty" doc:"The line of the file on which the row begins"`
	Field  string            `json:"field,omitempty" doc:"The column or field"`
	Value  string            `json:"value,omitempty" doc:"What stands there, shortened; never an NHS number"`
	Rule   innovation.RuleID `json:"rule" doc:"The rule"`
	Detail string            `json:"detail" doc:"One sentence, without a full stop"`
	Try    string            `json:"try,omitempty" doc:"What to do about it"`
}

var (
	errDryRun  = errors.New("dry run")
	errRefused = errors.New("rows were refused")
	errNothing = errors.New("nothing changed but the source")
)

// Import brings a file in as one act: all of it, or, when a row is refused,
// nothing, or the rest when Options.Partial says so. The same file brought in
// twice changes nothing the second time. A reader that can seek is read in
// place; any other is kept in a temporary file meanwhile.
//
// The error is an Error of the register, of kind Invalid for a file that is
// not of the format, and of kind Refused, rule import-refused, when rows were
// refused and nothing was written: the report then says which and why. A dry
// run gives the same report and the same error as the run would.
func Import(ctx context.Context, s *store.Store, act innovation.Act, format Format, r io.Reader, o *Options) (Report, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	report := Report{Format: format, DryRun: opts.DryRun}
	run, err := opts.plan(format)
	if err != nil {
		return report, err
	}
	in, err := open(ctx, r, opts.MaxText)
	if err != nil {
		return report, err
	}
	defer in.close()
	if format == Month {
		act.Reason = strings.TrimRight(act.Reason, " .") + ". " + opts.Month.rule()
	}
	var t *take
	receipt, err := s.Update(ctx, act, func(ctx context.Context, tx *store.Tx) error {
		t = &take{tx: tx, in: in, opts: opts, report: report}
		if err := t.start(ctx); err != nil {
			return err
		}
		if err := run(ctx, t); err != nil {
			return err
		}
		if t.report.Rows == 0 {
			t.remark(0, 0, "", "", "the file has no rows, or only its header")
		}
		switch {
		case t.report.Refused > 0 && !opts.Partial:
			return errRefused
		case opts.DryRun:
			return errDryRun
		case t.report.Added+t.report.Events+t.report.Organisations+t.report.Revised+t.report.Confirmed == 0:
			return errNothing
		}
		return nil
	})
	if err != nil && !errors.Is(err, errRefused) && !errors.Is(err, errDryRun) && !errors.Is(err, errNothing) {
		return report, err
	}
	report = t.report
	report.Act = receipt.Act
	sortByRow(report.Refusals)
	sortByRow(report.Remarks)
	if report.Refused > 0 && !opts.Partial {
		return report, refusedFile(report)
	}
	return report, nil
}

// plan checks the options and gives what takes the rows of the format.
func (o *Options) plan(format Format) (func(context.Context, *take) error, error) {
	var errs []error
	if o.Source == "" {
		errs = append(errs, innovation.Invalidf(innovation.RuleTextRequired, "source", "the file needs a source that its facts cite").
			Trying("give the key of a source, and its title or address when it is a new one"))
	}
	if o.kindGiven = o.Kind != ""; !o.kindGiven {
		o.Kind = "ccg"
	}
	var run func(context.Context, *take) error
	switch format {
	case Adoptions:
		run = takeAdoptions
	case Month:
		errs = append(errs, o.Month.prepare())
		run = takeMonths
	case PracticeMap:
		run = takePractices
	case ODSList:
		run = takeODSList
	case Successors:
		run = takeSuccessors
	case Roles:
		run = takeTerms(innovation.SchemeRole, "display_name")
	case Relationships:
		run = takeTerms(innovation.SchemeRelationType, "name")
	default:
		errs = append(errs, innovation.Invalidf(innovation.RuleImportFormat, "format", "%q is no kind of file", clip(string(format))).Trying("use one of %s", innovation.Listed(Formats())))
	}
	return run, innovation.Join(errs...)
}

func refusedFile(r Report) error {
	return innovation.Refusedf(innovation.RuleImportRefused, "", "%d of %d rows are refused, and nothing was written; the first is row %d: %s",
		r.Refused, r.Rows, r.Refusals[0].Row, r.Refusals[0].Detail).
		Trying("correct the rows that the report lists, or take the others by a partial import")
}

// take is one try of taking a file into the register.
type take struct {
	tx     *store.Tx
	in     *input
	opts   Options
	source *innovation.Source // to be founded
	report Report
	stage  Progress // after the file was read
}

func (t *take) start(ctx context.Context) error {
	t.report.Remarks = slices.Clone(t.in.remarks)
	_, there, err := about[innovation.Source](ctx, t.tx, t.opts.Source.Entity())
	if err != nil || there {
		return err
	}
	s := innovation.Source{Source: t.opts.Source, Title: t.opts.SourceTitle, URL: t.opts.SourceURL, Kind: "data-file", Published: t.opts.SourcePublished}
	if s.Published.IsZero() {
		s.Published.Bound = innovation.UnknownBound()
	}
	t.source = &s
	return s.Validate()
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
	}
	return err
}

// cite is the citation of a row.
//
//go:noinline // many places would hold a copy of it
func (t *take) cite(row int) innovation.Citation {
	return innovation.Citation{Source: t.opts.Source, Locator: fmt.Sprintf("row %d", row)}
}

// record records a fact of a row, citing the row.
func (t *take) record(ctx context.Context, row int, fact innovation.Fact) error {
	if err := t.needSource(ctx); err != nil {
		return err
	}
	_, err := t.tx.Record(ctx, fact, t.cite(row))
	return err
}

// each reads the rows of the file: those of the right shape and without an NHS
// number are given to do, which refuses a row by an error of the register or by
// notes. progress follows it.
func (t *take) each(ctx context.Context, tbl *table, numbers []string, do func(r *row) error) error {
	rows, err := t.in.rows(ctx)
	if err != nil {
		return err
	}
	for rec, err := range rows {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		t.report.Rows++
		r := &row{take: t, table: tbl, number: t.report.Rows, line: rec.line, fields: rec.fields}
		r.checkShape()
		r.checkPatients(numbers)
		if !r.refused {
			if err := do(r); err != nil {
				if innovation.Violations(err) == nil {
					return fmt.Errorf("row %d: %w", r.number, err)
				}
				r.refuseAll(err)
			}
		}
		if t.report.Rows%256 == 0 {
			t.progress()
		}
	}
	t.progress()
	return nil
}

func (t *take) progress() {
	if t.opts.Progress != nil {
		lines := t.in.lines
		if t.in.header {
			lines--
		}
		if t.stage.Stage != "" {
			t.opts.Progress(t.stage)
			return
		}
		t.opts.Progress(Progress{Rows: t.report.Rows, OfRows: max(lines, t.report.Rows), Bytes: t.in.at(), OfBytes: t.in.size})
	}
}

// does tells the progress of a stage after the file was read.
func (t *take) does(stage string, done, of int) {
	t.stage = Progress{Stage: stage, Rows: done, OfRows: of, Bytes: t.in.size, OfBytes: t.in.size}
	if done%256 == 0 || done == of {
		t.progress()
	}
}

func (t *take) refusal(n Note) {
	if len(t.report.Refusals) < maxNotes {
		t.report.Refusals = append(t.report.Refusals, n)
	} else {
		t.report.MoreRefusals++
	}
}

// remark notes what was assumed about a row, or about the file when the row is 0.
func (t *take) remark(row, line int, field, value, format string, args ...any) {
	if len(t.report.Remarks) >= maxNotes {
		t.report.MoreRemarks++
		return
	}
	t.report.Remarks = append(t.report.Remarks, Note{Row: row, Line: line, Field: field, Value: clip(value), Rule: innovation.RuleImportAssumed,
		Detail: fmt.Sprintf(format, args...)})
}

// row is a row of the file.
type row struct {
	take         *take
	table        *table
	number, line int
	fields       []string
	refused      bool
}

// get is a field of the row without outer spaces, "" when there is no such
// column.
//
//go:noinline // many places would hold a copy of it
func (r *row) get(column string) string {
	i, ok := r.table.place[strings.ToLower(column)]
	if !ok || i >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[i])
}

func (r *row) refuse(rule innovation.RuleID, field, value, try, format string, args ...any) {
	if !r.refused {
		r.refused = true
		r.take.report.Refused++
	}
	r.take.refusal(Note{Row: r.number, Line: r.line, Field: field, Value: clip(value), Rule: rule, Detail: fmt.Sprintf(format, args...), Try: try})
}

// refuseAll refuses the row for everything wrong inside err.
func (r *row) refuseAll(err error) {
	for _, e := range innovation.Violations(err) {
		field := r.table.column(e.Field)
		r.refuse(e.Rule, field, r.get(field), e.Try, "%s", e.Detail)
	}
}

func (r *row) checkShape() {
	if columns := r.table.columns; columns != nil && (len(r.fields) < len(columns) || !blank(r.fields[len(columns):])) {
		r.refuse(innovation.RuleImportRowShape, "", "", "check the separators and quotes of the row",
			"the row has %d fields and the header %d", len(r.fields), len(columns))
	}
	for i, f := range r.fields {
		if len(f) > maxField {
			r.refuse(innovation.RuleImportTooLarge, r.table.name(i), "", "shorten it", "the field has %d bytes, and at most %d are read", len(f), maxField)
		}
	}
}

// checkPatients refuses a row with an NHS number in a column other than those
// of numbers.
func (r *row) checkPatients(numbers []string) {
	for i, f := range r.fields {
		if innovation.HoldsNHSNumber(f) && !slices.Contains(numbers, r.table.name(i)) {
			// The value is not repeated, nor anything else of the row.
			r.refuse(innovation.RulePatientData, r.table.name(i), "", "remove it: the register keeps no data about patients", "the row holds an NHS number")
			return
		}
	}
}

func sortByRow(notes []Note) {
	sort.SliceStable(notes, func(i, j int) bool { return notes[i].Row < notes[j].Row })
}

// clip shortens a value for a report. One that holds an NHS number is not
// repeated.
//
//go:noinline // many places would hold a copy of it
func clip(s string) string {
	const most = 80
	if innovation.HoldsNHSNumber(s) {
		return "…"
	}
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
