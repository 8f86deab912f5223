package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/uptake"
)

// uptakeFlags are the flags of import for files of adoption, uptake and
// organisations.
type uptakeFlags struct {
	preset, edition string
	month           uptake.MonthOptions
	found           bool
	kind            string
}

// uptakeFormats lists the kinds of file for the help.
func uptakeFormats() string {
	var texts []string
	for _, f := range uptake.Formats() {
		texts = append(texts, string(f))
	}
	return strings.Join(texts, ", ")
}

// uptakeHelp is what the help of import says of these files.
const uptakeHelp = `Files of adoption events (adoptions), of what was used in months (uptake-month), of
practices and what they are part of (practice-map) and of organisations (ods-list,
ods-successors), and of codes (ods-roles, ods-relationships) may be compressed (.csv.gz)
and larger than the memory: see the documentation of package store/uptake, which also has
the rule by which use makes events. An ods-list is brought in with the day that it is of
(-edition): lists of several days fit together, whatever their order, and what they
contradict each other in is kept as claims and listed. It founds the organisations that
the register does not have; ods-successors passes them over without -found. The flags say
which of these they are for. An innovation that is not in the register yet is founded
first: innovationd call innovation.record -help.`

func presetNames() string {
	var names []string
	for name := range uptake.Presets() {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (u *uptakeFlags) bind(f *flag.FlagSet) {
	m := &u.month
	stringVar(f, &u.preset, "preset", "", "uptake-month: a published `FILE` whose columns, measure and unit are known: "+presetNames())
	stringVar(f, (*string)(&m.Innovation), "innovation", "", "uptake-month: the `KEY` of what was used")
	stringVar(f, &m.Measure, "measure", "", "uptake-month: what was counted, a `CODE` of the scheme measure")
	stringVar(f, &m.Unit, "unit", "", "uptake-month: of what, a `CODE` of the scheme unit")
	stringVar(f, &m.MonthColumn, "month-column", "", "uptake-month: the `COLUMN` of months")
	stringVar(f, &m.Organisation, "organisation-column", "", "uptake-month: the `COLUMN` of codes of organisations")
	stringVar(f, &m.Count, "count-column", "", "uptake-month: the `COLUMN` of counts")
	stringVar(f, &m.Denominator, "per-column", "", "uptake-month: the `COLUMN` of denominators, if any")
	stringVar(f, &m.Product, "product-column", "", "uptake-month: the `COLUMN` of products, if any")
	stringVar(f, &m.ProductIs, "product", "", "uptake-month: only rows whose product begins with this `TEXT`")
	boolVar(f, &m.Complement, "complement", false, "uptake-month: one minus the count, of a share of what the innovation replaces")
	stringVar(f, &m.Scheme, "scheme", "", "uptake-month: the `SCHEME` of the codes; ods when left out")
	stringVar(f, &m.AtLeast, "at-least", "", "uptake-month: the least `COUNT` of a month of use; more than nothing when left out")
	stringVar(f, (*string)(&m.Confirm), "confirm", "", "uptake-month: `WHICH` later months of use make an event: each (when left out), last or none")
	intVar(f, &m.QuietAfter, "quiet-after", 0, "uptake-month: after how many `MONTHS` without use an organisation counts as quiet; 6 when left out")
	boolVar(f, &m.Restated, "restated", false, "uptake-month: the source gives it for the bodies of another day")
	boolVar(f, &u.found, "found", false, "uptake-month, ods-successors: found the organisations that the register does not know")
	stringVar(f, &u.kind, "kind", "", "the `KIND` of organisations that are founded; when left out, what a row of an ods-list shows, or ccg; body for ods-successors")
	stringVar(f, &u.edition, "edition", "", "practice-map, ods-list: the `DAY` of the list; that of its column EXTRACT_DATE, or of the publication of its source, when left out; an ods-list needs one of them")
}

// takes reports whether a format is one of these.
func (u *uptakeFlags) takes(format grants.Format) bool {
	return slices.Contains(uptake.Formats(), uptake.Format(format))
}

// options puts the flags into options.
func (u *uptakeFlags) options(g grants.Options) (*uptake.Options, error) {
	o := &uptake.Options{Source: g.Source, SourceTitle: g.SourceTitle, SourceURL: g.SourceURL, SourcePublished: g.SourcePublished,
		DryRun: g.DryRun, Partial: g.Partial, Found: u.found, Kind: u.kind, Month: u.month}
	var err1, err2 error
	if u.edition != "" {
		o.Edition, err1 = innovation.ParseDate(u.edition)
	}
	if p, ok := uptake.Presets()[u.preset]; ok {
		m := &o.Month
		m.Measure, m.Unit, m.MonthColumn = cmp.Or(m.Measure, p.Measure), cmp.Or(m.Unit, p.Unit), cmp.Or(m.MonthColumn, p.MonthColumn)
		m.Organisation, m.Count = cmp.Or(m.Organisation, p.Organisation), cmp.Or(m.Count, p.Count)
		m.Denominator, m.Product = cmp.Or(m.Denominator, p.Denominator), cmp.Or(m.Product, p.Product)
		m.Complement = m.Complement || p.Complement
	} else if u.preset != "" {
		err2 = innovation.Invalidf(innovation.RuleWordUnknown, "", "%q is no preset", u.preset).Trying("use one of %s, or name the columns", presetNames())
	}
	return o, flagged(inFlag("edition", err1), inFlag("preset", err2))
}

// bringInUptake brings a file in and prints what became of its rows.
func (q *query) bringInUptake(ctx context.Context, p *program, name string, g grants.Options, u *uptakeFlags) error {
	opts, err := u.options(g)
	if err != nil {
		return err
	}
	in, called, done, err := p.openInput(ctx, name)
	if err != nil {
		return err
	}
	defer done()
	st, err := q.place.openToWrite(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	bar, step := p.inStages(called)
	opts.Progress = step
	act := innovation.Act{Actor: g.Actor, Reason: g.Reason}
	got, err := uptake.Import(ctx, st.Store, act, uptake.Format(g.Format), in, opts)
	bar().end(err)
	err = inCommand(err)
	for i := range got.Refusals {
		got.Refusals[i].Try = strings.Replace(got.Refusals[i].Try, "mark the event as restated", restatedTry(got.Format), 1)
	}
	if err != nil && got.Refused == 0 {
		return err
	}
	rep := uptakeReport(got, q.format, g.Partial)
	if got.Format == uptake.Successors && got.PassedOver > 0 && !u.found {
		rep.note("Rows with a code that the register does not have are passed over; with -found their organisations are founded.")
	}
	if printed := q.print(ctx, p, nil, got, rep); printed != nil {
		return printed
	}
	if err == nil && got.Refused > 0 {
		err = failed(plural(got.Refused, "row was refused", "rows were refused")).
			trying("correct them and bring the file in again: what is there already is not changed")
	}
	return err
}

// inStages shows how far an import is, a bar for each of its stages. bar gives
// the last.
func (p *program) inStages(called string) (bar func() *progress, step func(uptake.Progress)) {
	stage, now := "", p.progress("Importing "+called, "rows")
	return func() *progress { return now }, func(at uptake.Progress) {
		if at.Stage != stage {
			now.end(nil)
			stage, now = at.Stage, p.progress(cmp.Or(at.Stage, "Importing")+" "+called, "rows")
		}
		now.update(at.Rows, at.OfRows)
	}
}

// inCommand is an error of an import in the words of the command line.
func inCommand(err error) error {
	all := innovation.Violations(err)
	if !slices.ContainsFunc(all, func(e *innovation.Error) bool { return e.Rule == innovation.RuleImportRefused }) {
		return err
	}
	var out []error
	for _, e := range all {
		said := *e
		if e.Rule == innovation.RuleImportRefused {
			said.Try = "correct the rows that the report lists, or take the others with -partial"
		}
		out = append(out, &said)
	}
	return innovation.Join(out...)
}

// restatedTry is how an event is marked as restated in a file of a format.
func restatedTry(f uptake.Format) string {
	if f == uptake.Month {
		return "bring the file in with -restated"
	}
	return "write true in the column restated"
}

// openInput opens a file, or the input for -. Neither a pipe that nobody writes
// to nor an input that nobody ends keeps the program from ending.
func (p *program) openInput(ctx context.Context, name string) (in io.Reader, called string, done func(), err error) {
	if name == "-" {
		if f, ok := p.stdin.(*os.File); ok {
			if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
				return f, "the input", func() {}, nil
			}
		}
		return interruptible(ctx, p.stdin), "the input", func() {}, nil
	}
	type opened struct {
		file *os.File
		err  error
	}
	got := make(chan opened, 1)
	go func() {
		f, err := os.Open(name) // of a pipe, waits until somebody writes to it
		got <- opened{f, err}
	}()
	var o opened
	select {
	case <-ctx.Done():
		return nil, "", nil, ctx.Err()
	case o = <-got:
	}
	var info os.FileInfo
	if o.err == nil {
		if info, o.err = o.file.Stat(); o.err == nil && info.IsDir() {
			o.err = errors.New(name + " is a folder")
		}
		if o.err != nil {
			o.file.Close()
		}
	}
	if o.err != nil {
		return nil, "", nil, failed("the file cannot be read: " + o.err.Error()).trying("the name of a file, or - for the input")
	}
	if in = o.file; !info.Mode().IsRegular() {
		in = interruptible(ctx, o.file)
	}
	return in, filepath.Base(name), func() { o.file.Close() }, nil
}

// interruptible reads in the background, so that a read ends with its context.
func interruptible(ctx context.Context, from io.Reader) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := io.Copy(w, from)
		w.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { w.CloseWithError(ctx.Err()) })
	return r
}

func uptakeReport(g uptake.Report, format string, partial bool) *report {
	title := fmt.Sprintf("Brought in %s as act %d", plural(g.Added, "row", "rows"), g.Act)
	switch {
	case g.Refused > 0 && g.Act == 0 && g.DryRun:
		title = "Dry run: rows would be refused"
	case g.Refused > 0 && g.Act == 0:
		title = "Nothing was brought in: rows are refused"
	case g.DryRun:
		title = "Dry run: nothing was written"
	case g.Act == 0:
		title = "Nothing changed: the register has all of it already"
	}
	rep := &report{title: title}
	would := ""
	if g.Act == 0 && (g.DryRun || g.Refused > 0) {
		would = "would have been "
	}
	rep.note("%s: %s %sadded, %s unchanged, %s passed over, %s refused; %s %sfounded, %s %sadded or revised.", plural(g.Rows, "row", "rows"), thousands(g.Added), would, thousands(g.Unchanged),
		thousands(g.PassedOver), thousands(g.Refused), plural(g.Organisations, "organisation", "organisations"), would, plural(g.Revised, "fact about them", "facts about them"), would)
	if g.Format == uptake.Adoptions || g.Format == uptake.Month {
		rep.note("%s of adoption %srecorded.", plural(g.Events, "event", "events"), would)
	}
	if g.Quiet > 0 {
		rep.note("%s quiet in the last months of the file: ask whether use has stopped.", plural(g.Quiet, "organisation has been", "organisations have been"))
	}
	if n := len(g.Contradictions) + g.MoreContradictions; n > 0 {
		rep.note("%s what the register holds, which stays: both sides are kept as claims, under the topics listed.", plural(n, "row contradicts", "rows contradict"))
	}
	if g.Confirmed > 0 {
		rep.note("%s confirmed for another day.", plural(g.Confirmed, "name or relation", "names and relations"))
	}
	dryRunNote(rep, g.DryRun, g.Refused > 0 && !partial)
	head := []string{"row", "line", "field", "value", "rule", "why", "try"}
	notes := func(name, title string, all []uptake.Note, more int) section {
		s := section{name: name, title: title, head: head}
		for _, n := range all {
			s.add(orNothing(n.Row), orNothing(n.Line), n.Field, n.Value, string(n.Rule), n.Detail, n.Try)
		}
		if more > 0 {
			rep.note("%s more than are listed: %s.", thousands(more), strings.ToLower(title))
		}
		return s
	}
	against := section{name: "contradictions", title: "Contradictions", head: []string{"row", "code", "organisation", "field", "held", "held by", "row says", "source", "topic"}}
	for _, c := range g.Contradictions {
		var by []string
		for _, s := range c.HeldSources {
			by = append(by, string(s.Source)+" "+s.Locator)
		}
		against.add(c.Row, c.Code, string(c.Organisation), c.Field, c.Held, strings.Join(by, "; "), c.Says, string(c.Source.Source), c.Topic)
	}
	totals := section{name: "totals", head: []string{"rows", "added", "unchanged", "passed over", "refused", "organisations", "revised", "events", "quiet", "act"}}
	totals.add(g.Rows, g.Added, g.Unchanged, g.PassedOver, g.Refused, g.Organisations, g.Revised, g.Events, g.Quiet, int64(g.Act))
	rep.sections = []section{notes("refused", "Refused", g.Refusals, g.MoreRefusals), notes("remarks", "Taken, with what was assumed", g.Remarks, g.MoreRemarks), against}
	if format != "table" { // which has them above
		rep.sections = append(rep.sections, totals)
	}
	return rep
}
