package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/fhir"
	"github.com/innovationregistry/registry/store/grants"
)

// formats lists kinds of file for the help.
func formats(all ...grants.Format) string {
	var texts []string
	for _, f := range all {
		texts = append(texts, string(f))
	}
	return strings.Join(texts, ", ")
}

func importCommand() *command {
	q, opts, adoption, table, write := &query{}, grants.Options{}, &uptakeFlags{}, &tableFlags{}, false
	var published, year string
	return &command{
		name: "import", args: "FILE", min: 1, max: 1,
		short: "bring in facts, awards, ledgers, adoption, uptake, organisations or a dataset from a file",
		long: `Says what a file would change: without -write it is a dry run, which does the same
work and writes nothing. With -write it brings the file in as one act: all of it or,
when a row is refused, nothing, or the rest with -partial. Every row is added, changed,
unchanged, passed over or refused, and the report says which row is refused, for which
field, and what to try. The same file brought in twice changes nothing the second time,
and an import that is interrupted has changed nothing. - reads the file from the input.
The exit code is 1 when rows were refused.

Every fact of the file cites the source named by -source, with its row. A ledger
has the columns type, amount and date, and by type award, organisation, kind and
more: see the documentation of package store/grants.

` + tableHelp + `

` + uptakeHelp + `

` + datasetHelp + `

-report says in which form the report is printed: -format is that of the file.

Sections for -report csv: refused, remarks, changes, founded, not-kept, totals.`,
		examples: []string{
			"innovationd import adoption.xlsx -noun adoption -source returns-2026 -source-title \"Returns of 2026\" -actor pat-0001 -reason \"returns of trusts\" -refused refused.xlsx",
			"innovationd import grants.json -format 360giving-json -source grants-2026 -source-title \"Grants of 2026\" -actor pat-0001 -reason \"published grants\"",
			"innovationd import ledger.csv -format ledger -source ledger-2026-04 -source-title \"Ledger of April 2026\" -actor pat-0001 -reason \"month end\" -day-first -write",
			"innovationd call innovation.record -actor pat-0001 reason=\"new to the register\" input.innovation=libre input.name=\"FreeStyle Libre\" input.period.start=2013-01-01",
			"innovationd import libre.csv.gz -format uptake-month -preset libre-ccg-month -innovation libre -found -source libre-2019 -source-title \"Prescribing of 2019\" -actor pat-0001 -reason \"prescribing\" -write",
		},
		flags: func(f *flag.FlagSet) {
			q.place.bind(f)
			stringVar(f, &q.format, "report", "table", "`FORM` of the report: table, json or csv")
			stringVar(f, &q.section, "section", "", "with -report csv: the `PART` of the report to print")
			stringVar(f, (*string)(&opts.Format), "format", "", "what the file is, a `FORMAT` of: "+formats(grants.Formats()...)+", "+uptakeFormats()+", dataset")
			stringVar(f, (*string)(&opts.Actor), "actor", "", "the `KEY` of the person who acts, whatever it is, never a name")
			stringVar(f, &opts.Reason, "reason", "", "why, a `TEXT` for the audit trail")
			stringVar(f, (*string)(&opts.Source), "source", "", "the `KEY` of the source that the facts cite; founded when it is not there")
			stringVar(f, &opts.SourceTitle, "source-title", "", "the `TITLE` of a source that is founded")
			stringVar(f, &opts.SourceURL, "source-url", "", "its `ADDRESS`")
			stringVar(f, &published, "source-published", "", "the `DAY` it was published")
			boolVar(f, &write, "write", false, "write; without it the same work is done, the same reported and nothing written")
			boolVar(f, &opts.DryRun, "dry-run", false, "write nothing, as without -write")
			boolVar(f, &opts.Partial, "partial", false, "take the rows that can be taken, though others are refused")
			boolVar(f, &opts.DayFirst, "day-first", false, "read 03/04/2014 as 3 April")
			stringVar(f, &year, "year", "", "the financial `YEAR` of a file of grant schemes, as 2013/14")
			stringVar(f, &opts.Prefix, "prefix", "", "the publisher `PREFIX` that export put before identifiers of this register: it is taken off again")
			adoption.bind(f)
			table.bind(f)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if write && opts.DryRun {
				return usage("-write and -dry-run contradict each other").trying("-write alone, to write")
			}
			opts.DryRun = !write
			if opts.Format == datasetFormat {
				return q.bringInDataset(ctx, p, args[0], &opts)
			}
			var err1, err2 error
			opts.Year, err1 = parseYear("year", year)
			if published != "" {
				var on innovation.Bound
				on, err2 = innovation.ParseBound(published)
				opts.SourcePublished = innovation.Day{Bound: on}
			}
			needed := func(name, value, try string) error {
				if value != "" {
					return nil
				}
				return innovation.Invalidf(innovation.RuleTextRequired, "-"+name, "it is missing").Trying("%s", try)
			}
			format := string(opts.Format) + table.noun // either says what the file is
			err := flagged(err1, inFlag("source-published", err2), needed("format", format, "one of "+formats(grants.Formats()...)+", "+uptakeFormats()+", dataset; or -noun and the type of the facts of a table"),
				needed("actor", string(opts.Actor), "-actor and the key of a person, as: -actor pat-0001"),
				needed("reason", opts.Reason, `why, as: -reason "month end"`),
				needed("source", string(opts.Source), "a key for what the facts cite, as: -source ledger-2026-04"))
			if err == nil {
				err = table.check(opts.Format)
			}
			if err == nil {
				err = q.checkFormat()
			}
			if err != nil {
				return err
			}
			if table.noun != "" {
				return q.bringInTable(ctx, p, args[0], opts, table)
			}
			if adoption.takes(opts.Format) {
				return q.bringInUptake(ctx, p, args[0], opts, adoption)
			}
			return q.bringIn(ctx, p, args[0], opts)
		},
	}
}

// bringIn brings a file in and prints what became of its rows.
func (q *query) bringIn(ctx context.Context, p *program, name string, opts grants.Options) error {
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
	bar := p.progress("Importing "+called, "rows")
	opts.Progress = bar.update
	got, err := grants.Import(ctx, st.Store, in, opts)
	bar.end(err)
	err = inCommand(err)
	if err != nil && got.Refused == 0 {
		return err
	}
	if printed := q.print(ctx, p, nil, got, importReport(got, q.format, opts.Partial)); printed != nil {
		return printed
	}
	if err == nil && got.Refused > 0 {
		err = failed(plural(got.Refused, "row was refused", "rows were refused")).
			trying("correct them and bring the file in again: what is there already is not changed")
	}
	return err
}

func importReport(g grants.Report, format string, partial bool) *report {
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
	rep.note("%s: %d %sadded, %d unchanged, %d refused; %s %sfounded.", plural(g.Rows, "row", "rows"), g.Added, would, g.Unchanged, g.Refused,
		plural(g.Organisations, "organisation", "organisations"), would)
	if g.Format != grants.Ledger { // a ledger's payments, refunds and spend are not added to each other
		rep.note("Added up: %s; all amounts of the file: %s.", g.Total.Format(), g.InFile.Format())
	}
	dryRunNote(rep, g.DryRun, g.Refused > 0 && !partial)
	head := []string{"row", "line", "field", "value", "rule", "why", "try"}
	notes := func(name, title string, all []grants.Note) section {
		s := section{name: name, title: title, head: head}
		for _, n := range all {
			s.add(orNothing(n.Row), orNothing(n.Line), n.Field, n.Value, string(n.Rule), n.Detail, n.Try)
		}
		return s
	}
	notKept := section{name: "not-kept", title: "Fields that the register has no place for", head: []string{"field", "rows"}}
	for _, n := range g.NotKept {
		notKept.add(n.Field, n.Rows)
	}
	totals := section{name: "totals", head: []string{"rows", "added", "unchanged", "refused", "organisations", "total", "in file", "act"}}
	totals.add(g.Rows, g.Added, g.Unchanged, g.Refused, g.Organisations, g.Total, g.InFile, int64(g.Act))
	rep.sections = []section{notes("refused", "Refused", g.Refusals), notes("remarks", "Taken, with what was assumed", g.Remarks), notKept}
	if format != "table" { // which has them above
		rep.sections = append(rep.sections, totals)
	}
	return rep
}

// orNothing is a number, or nothing for 0.
//
//go:noinline // many places would hold a copy of it
func orNothing(n int) any {
	if n == 0 {
		return ""
	}
	return n
}

func exportCommand() *command {
	q, opts, bundle := &query{}, grants.ExportOptions{}, fhir.Options{}
	out, force := "", false
	return &command{
		name: "export", args: "", min: 0, max: 0,
		short: "give the whole register out as a dataset, organisations by FHIR R4, or awards by 360Giving",
		long: `Writes the awards of a day, checked against the published schema before anything is
written, or with -format fhir its organisations and their relations, as a bundle.
What the standard cannot say is left out and listed: amounts that are not known
to the penny, days that are not known, awards without a funder, a recipient or a
purpose; of organisations, what FHIR has no place for. Without -o the file goes to
the output, and what is left out to the error output. A file that is there is not
overwritten without -force.

` + datasetHelp,
		examples: []string{"innovationd export -format 360giving-json -prefix 360G-example -on 2024-01-01 -o grants.json",
			"innovationd export -format fhir -on 2024-01-01 -o organisations.json", "innovationd export -format dataset -o register.zip"},
		flags: func(f *flag.FlagSet) {
			q.bindView(f)
			stringVar(f, (*string)(&opts.Format), "format", "", "what to write, a `FORMAT` of: "+formats(grants.ThreeSixtyJSON, grants.ThreeSixtyCSV, fhirFormat, datasetFormat))
			stringVar(f, &opts.Prefix, "prefix", "", "the publisher `PREFIX` that 360Giving gave you, as 360G-example")
			stringVar(f, &opts.Publisher, "publisher", "", "the `NAME` of the publisher")
			stringVar(f, &opts.PublisherID, "publisher-id", "", "its organisation `IDENTIFIER`, as GB-CHC-1156077")
			stringVar(f, &opts.Title, "title", "", "the `TITLE` of the file")
			stringVar(f, &opts.Licence, "licence", "", "the `ADDRESS` of the licence under which it is published")
			stringVar(f, &out, "o", "", "the `FILE` to write, in the place of the output")
			boolVar(f, &force, "force", false, "overwrite the file when it is there")
			bindBundle(f, &bundle)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			q.format = "table"
			ofBundle := bundle.Type + bundle.Base + bundle.Kind + bundle.Role + string(bundle.Network)
			if opts.Format == datasetFormat {
				return q.giveOutDataset(ctx, p, opts == grants.ExportOptions{Format: datasetFormat} && ofBundle == "", out, force)
			}
			switch ofAwards := opts.Prefix + opts.Publisher + opts.PublisherID + opts.Title + opts.Licence; {
			case opts.Format == fhirFormat && ofAwards != "":
				return usage("-prefix, -publisher, -publisher-id, -title and -licence are for awards").trying("leave them out with -format " + fhirFormat)
			case opts.Format == fhirFormat:
				return q.giveOutBundle(ctx, p, bundle, out, force)
			case ofBundle != "":
				return usage("-bundle, -base, -kind, -role and -network are for organisations").trying("-format " + fhirFormat)
			}
			if opts.Format == "" {
				return usage("-format is missing").trying("-format " + formats(grants.ThreeSixtyJSON) + ", -format " + formats(grants.ThreeSixtyCSV) + " or -format " + fhirFormat)
			}
			return q.giveOut(ctx, p, opts, out, force)
		},
	}
}

// giveOut writes the file, and lists what it leaves out.
func (q *query) giveOut(ctx context.Context, p *program, opts grants.ExportOptions, out string, force bool) error {
	v, err := q.view(p.now())
	if err != nil {
		return err
	}
	if err := refuseFile(out, force); err != nil {
		return err
	}
	st, err := q.place.openToRead(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	var data bytes.Buffer
	got, err := grants.Export(ctx, st.Store, v, &data, opts)
	listed := p.stdout
	if out == "" {
		listed = p.stderr
	}
	if err != nil {
		exportReport(got, "Nothing was written").table(listed)
		return err
	}
	if out == "" {
		if _, err := data.WriteTo(p.stdout); err != nil {
			return err
		}
		exportReport(got, "Gave out "+plural(got.Grants, "award", "awards")).table(listed)
		return nil
	}
	if err := writeWhole(out, data.Bytes(), force); err != nil {
		return err
	}
	exportReport(got, "Wrote "+plural(got.Grants, "award", "awards")+" to "+out).table(listed)
	return nil
}

func exportReport(g grants.ExportReport, title string) *report {
	rep := &report{title: fmt.Sprintf("%s: %s", title, g.Total.Format())}
	s := section{name: "left-out", title: "Left out, because the standard cannot say it", head: []string{"award", "left out", "field", "why"}}
	for _, l := range g.LeftOut {
		what := "the field"
		if l.Whole {
			what = "all of it"
		}
		s.add(string(l.Award), what, l.Field, l.Detail)
	}
	rep.sections = []section{s}
	return rep
}

// refuseFile refuses a file that is there already, unless it may be overwritten.
func refuseFile(name string, force bool) error {
	if _, err := os.Lstat(name); name != "" && !force && !errors.Is(err, fs.ErrNotExist) {
		return failed("there is a file " + name + " already").trying("another name, or -force to overwrite it")
	}
	return nil
}

// writeWhole is writeWholeBy for what is at hand.
func writeWhole(name string, data []byte, force bool) error {
	return writeWholeBy(name, force, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// writeWholeBy writes a file whole or not at all: into a temporary file beside
// it that takes its name when all of it is on the disk. Without force a file
// that came to be there meanwhile is left as it is.
func writeWholeBy(name string, force bool, fill func(io.Writer) error) (err error) {
	cannot := func(err error) error {
		return failed("the file cannot be written: " + err.Error()).trying("-o and a name in a folder that can be written to")
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return cannot(err)
	}
	defer os.Remove(f.Name())
	if err := fill(f); err != nil {
		f.Close()
		if innovation.Violations(err) != nil || errors.Is(err, context.Canceled) { // it is not the disk
			return err
		}
		return cannot(err)
	}
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return cannot(err)
	}
	if !force {
		err = os.Link(f.Name(), name)
		if err == nil {
			return nil
		}
		if errors.Is(err, fs.ErrExist) {
			return failed("there is a file " + name + " already").trying("another name, or -force to overwrite it")
		} // else the disk has no links
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return cannot(err)
	}
	return nil
}
