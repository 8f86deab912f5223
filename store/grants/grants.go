package grants

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"golang.org/x/text/unicode/norm"
)

// Format is a kind of file.
type Format string

// The kinds of file. Export writes the first two.
const (
	ThreeSixtyJSON Format = "360giving-json"           // awards, by the 360Giving Data Standard 1.4
	ThreeSixtyCSV  Format = "360giving-csv"            // the same as a table, under the titles of the standard
	GrantSchemes   Format = "government-grant-schemes" // envelopes, from the Government Grants Register
	ResearchAwards Format = "research-awards"          // awards, from UKRI or NIHR
	Ledger         Format = "ledger"                   // payments, refunds, spending and income
)

// Formats lists the kinds of file.
func Formats() []Format {
	return []Format{ThreeSixtyJSON, ThreeSixtyCSV, GrantSchemes, ResearchAwards, Ledger}
}

// Options says what is in a file and how to take it.
type Options struct {
	Format Format
	Actor  innovation.PersonID // who acts
	Reason string              // why, for the audit trail

	// Source is what every fact of the file cites, with its row. Where the
	// register does not have it, it is founded from the fields below.
	Source          innovation.SourceID
	SourceTitle     string
	SourceURL       string
	SourcePublished innovation.Day // unknown when zero

	DryRun  bool // do the same work and write nothing
	Partial bool // take the rows that can be taken; otherwise one refused row refuses the file

	// DayFirst reads 03/04/2014 as 3 April. Without it such a date is refused,
	// unless another date of the file can only be read with the day first.
	DayFirst bool
	// Year is the financial year of a file of grant schemes.
	Year innovation.FinancialYear
	// Prefix is the publisher prefix with which Export made identifiers of this
	// register, such as 360G-example: it is taken off again. Empty takes every
	// identifier as it stands.
	Prefix string
	// Progress, which may be nil, is called after each row with how many were
	// looked at. It may start again from 1: an act may be tried more than once.
	Progress func(done, total int)
}

// Report is what became of a file. Every row was added, unchanged or refused:
// the three add up to Rows. Act is 0 when nothing was written; the counts then
// say what would have been.
type Report struct {
	Format        Format               `json:"format" doc:"The kind of file"`
	Rows          int                  `json:"rows" doc:"Rows of the file, blank ones not counted"`
	Added         int                  `json:"added" doc:"Rows that were added, or would have been when act is 0"`
	Unchanged     int                  `json:"unchanged" doc:"Rows whose content the register had already"`
	Refused       int                  `json:"refused" doc:"Rows that were refused"`
	Organisations int                  `json:"organisations" doc:"Organisations that were founded with them"`
	Total         innovation.Money     `json:"total,omitzero" doc:"Sum of the amounts of the rows added; left out for a ledger, whose payments, refunds and spend are not added to each other"`
	InFile        innovation.Money     `json:"inFile,omitzero" doc:"Sum of all amounts that can be read, whatever became of their rows; left out for a ledger"`
	Refusals      []Note               `json:"refusals,omitempty" doc:"Why rows were refused, in their order"`
	Remarks       []Note               `json:"remarks,omitempty" doc:"What was assumed about rows that were taken; row 0 is the file"`
	NotKept       []NotKept            `json:"notKept,omitempty" doc:"Fields that the register has no place for, in the order of their names"`
	Act           innovation.ActNumber `json:"act" doc:"The act; 0 when nothing was written"`
	DryRun        bool                 `json:"dryRun" doc:"Whether it was a dry run"`
}

// Note says something about a row.
type Note struct {
	Row    int               `json:"row,omitempty" doc:"The row, from 1: the header and blank rows are not counted; left out for the file as a whole"`
	Line   int               `json:"line,omitempty" doc:"The line of the file on which the row begins; left out for JSON"`
	Field  string            `json:"field,omitempty" doc:"The column or field"`
	Value  string            `json:"value,omitempty" doc:"What stands there, shortened"`
	Rule   innovation.RuleID `json:"rule" doc:"The rule"`
	Detail string            `json:"detail" doc:"One sentence, without a full stop"`
	Try    string            `json:"try,omitempty" doc:"What to do about it"`
}

// NotKept is a field that the register has no place for.
type NotKept struct {
	Field string `json:"field" doc:"The column or field"`
	Rows  int    `json:"rows" doc:"How many rows have something there"`
}

var (
	errDryRun  = errors.New("dry run")
	errRefused = errors.New("rows were refused")
)

// Import brings a file in as one act: all of it, or, when a row is refused,
// nothing, or the rest when Options.Partial says so. The same file brought in
// twice changes nothing the second time.
//
// The error is an Error of the register, of kind Invalid for a file that is
// not of the format, and of kind Refused, rule import-refused, when rows were
// refused and nothing was written: the report then says which and why. A dry
// run gives the same report and the same error as the run would.
func Import(ctx context.Context, st *store.Store, r io.Reader, opts Options) (Report, error) {
	report := Report{Format: opts.Format, DryRun: opts.DryRun}
	f, err := read(r, opts)
	if err != nil {
		return report, err
	}
	act := innovation.Act{Actor: opts.Actor, Reason: opts.Reason}
	skip := map[int][]Note{} // what was refused when it was recorded, by row
	for {
		var t *take
		receipt, err := st.Update(ctx, act, func(ctx context.Context, tx *store.Tx) error {
			t = newTake(tx, f, opts, skip)
			if err := t.all(ctx); err != nil {
				return err
			}
			switch {
			case t.report.Refused > 0 && !opts.Partial, len(t.refused) > 0:
				return errRefused
			case opts.DryRun:
				return errDryRun
			}
			return nil
		})
		if err != nil && !errors.Is(err, errRefused) && !errors.Is(err, errDryRun) {
			return report, err
		}
		if opts.Partial && len(t.refused) > 0 {
			// A row that is refused leaves nothing behind, not even the
			// organisations it would have founded: begin again without it.
			for row, notes := range t.refused {
				skip[row] = notes
			}
			continue
		}
		report = t.report
		report.Act = receipt.Act
		if report.Refused > 0 && !opts.Partial {
			return report, refusedFile(report)
		}
		return report, nil
	}
}

func refusedFile(r Report) error {
	return innovation.Refusedf(innovation.RuleImportRefused, "", "%d of %d rows are refused, and nothing was written; the first is row %d: %s",
		r.Refused, r.Rows, r.Refusals[0].Row, r.Refusals[0].Detail).
		Trying("correct the rows that the report lists, or take the others by a partial import")
}

// read reads the rows of a file.
func read(r io.Reader, opts Options) (*file, error) {
	if opts.Source == "" {
		return nil, innovation.Invalidf(innovation.RuleTextRequired, "source", "the file needs a source that its facts cite").
			Trying("give the key of a source, and its title or address when it is a new one")
	}
	var parse func([]byte, Options) (*file, error)
	switch opts.Format {
	case ThreeSixtyJSON:
		parse = readThreeSixtyJSON
	case ThreeSixtyCSV:
		parse = readThreeSixtyCSV
	case GrantSchemes:
		parse = readSchemes
	case ResearchAwards:
		parse = readResearch
	case Ledger:
		parse = readLedger
	default:
		return nil, unknownFormat(opts.Format, Formats())
	}
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if len(data) > maxFile {
		return nil, innovation.Invalidf(innovation.RuleImportTooLarge, "", "the file has more than %d MiB", maxFile>>20).
			Trying("part it into several files")
	}
	return parse(data, opts)
}

func unknownFormat(f Format, known []Format) error {
	return innovation.Invalidf(innovation.RuleImportFormat, "format", "%q is no kind of file", clip(string(f))).Trying("use one of %s", innovation.Listed(known))
}

// file is what was read from a file: nothing of it depends on a register.
type file struct {
	rows    []*row
	remarks []Note
	notKept []NotKept
}

// row is a row of a file, ready to be taken or refused already.
type row struct {
	number, line int
	names        map[string]string // the fields of what is recorded, as the file calls them
	amount       innovation.Money
	counted      bool // the amount could be read
	refusals     []Note
	remarks      []Note
	entry        entry // nil when refused
}

// entry is what a row says.
type entry interface {
	// parties lists the organisations that the row names.
	parties() []*party
	// take records what is not there yet, and reports whether anything was.
	take(ctx context.Context, t *take, r *row) (added bool, err error)
}

func (r *row) refuse(rule innovation.RuleID, field, value, try, format string, args ...any) {
	r.refusals = append(r.refusals, Note{Row: r.number, Line: r.line, Field: field, Value: clip(value), Rule: rule,
		Detail: fmt.Sprintf(format, args...), Try: try})
}

func (r *row) remark(field, value, format string, args ...any) {
	r.remarks = append(r.remarks, Note{Row: r.number, Line: r.line, Field: field, Value: clip(value), Rule: innovation.RuleImportAssumed,
		Detail: fmt.Sprintf(format, args...)})
}

// refuseAll refuses the row for everything wrong inside err, under the names
// that the file has for the fields.
func (r *row) refuseAll(err error, value string) {
	for _, e := range innovation.Violations(err) {
		r.refuse(e.Rule, r.fieldName(e.Field), value, e.Try, "%s", e.Detail)
	}
}

// fieldName is what the file calls a field, or the field in which it lies.
//
//go:noinline // many places would hold a copy of it
func (r *row) fieldName(field string) string {
	for part := field; part != ""; {
		if name, ok := r.names[part]; ok {
			return name
		}
		cut := strings.LastIndexByte(part, '.')
		if cut < 0 {
			break
		}
		part = part[:cut]
	}
	return field
}

// refusedFor reports whether the row is refused for a field already.
func (r *row) refusedFor(field string) bool {
	return slices.ContainsFunc(r.refusals, func(n Note) bool { return n.Field == field })
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

// tidy brings a text into the form in which the register keeps it.
//
//go:noinline // many places would hold a copy of it
func tidy(s string) string { return norm.NFC.String(s) }
