package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/innovationregistry/registry/store/tabular"
)

// tableFlags are the flags of import for tables of facts of one type.
type tableFlags struct {
	noun, mapping, refused string
	opts                   tabular.Options
}

// tableHelp is what the help of import says of them.
const tableHelp = `-noun NOUN takes a table of facts of one type, CSV or XLSX: innovationd template NOUN
makes an empty one and says what its columns mean, innovationd table NOUN one of the
facts that are there. A row whose column fact has a number corrects that fact; another
one corrects the fact with the same subject, entities, codes and day, or is added. A
field without a column stays as it is; an empty cell clears its field in a row with the
number of a fact, and leaves it as it is in another. Headings of somebody else's file
are explained by -mapping, a CSV file with the lines heading,field,how:
  Site code,organisation,ods        codes of a scheme
  Went live,day.on,day-first        03/04/2014 is 3 April
  Status,stage,Live=adopted;Pilot=piloting
  Comments,-                        is passed over
  ,grade,self-reported              the same value in all rows`

func (t *tableFlags) bind(f *flag.FlagSet) {
	stringVar(f, &t.noun, "noun", "", "a table of facts of one type, a `NOUN`: adoption, organisation names (name), and all that innovationd template lists")
	stringVar(f, &t.mapping, "mapping", "", "with -noun: a `FILE` that says what the columns of somebody else's file mean")
	stringVar(f, &t.refused, "refused", "", "with -noun: the `FILE` (.csv or .xlsx) to write refused rows to, each with its problem; corrected, it can be brought in")
	stringVar(f, &t.opts.Sheet, "sheet", "", "with -noun: the `SHEET` of a workbook; the first visible one when left out")
	stringVar(f, &t.opts.Changes, "changes", "", "with -noun: `correct` (when left out): where a row differs the register was wrong; revise: the world changed from the start of the row on")
	boolVar(f, &t.opts.Latin, "latin1", false, "with -noun: the text is in Windows-1252 (an extension of Latin-1)")
}

// check refuses what belongs to a table where there is none, and what is no noun.
func (t *tableFlags) check(format grants.Format) error {
	if t.noun == "" {
		if t.mapping+t.refused+t.opts.Sheet+t.opts.Changes != "" || t.opts.Latin {
			return usage("-mapping, -refused, -sheet, -changes and -latin1 are for tables of facts of one type").trying("-noun adoption; innovationd template lists the nouns")
		}
		return nil
	}
	if format != "" && format != sheet.CSV && format != sheet.XLSX {
		return usage("-noun and -format " + string(format) + " contradict each other").trying("-noun without -format")
	}
	if refuseFile(t.refused, false) != nil {
		return failed("there is a file " + t.refused + " already").trying("another name for the refused rows, or move that file away")
	}
	return nil
}

// nounNamed finds a type of fact by its name or plural.
func nounNamed(name string) (innovation.FactType, error) {
	t, ok := httpapi.FactTypeNamed(name)
	if !ok {
		return "", usage("there is no noun " + quote(name)).trying("innovationd template, which lists them")
	}
	return t, nil
}

// bringInTable brings a table in and prints what became of its rows.
func (q *query) bringInTable(ctx context.Context, p *program, name string, g grants.Options, t *tableFlags) error {
	noun, err := nounNamed(t.noun)
	if err != nil {
		return err
	}
	o := &t.opts
	o.Source, o.SourceTitle, o.SourceURL, o.SourcePublished = g.Source, g.SourceTitle, g.SourceURL, g.SourcePublished
	o.Write, o.Partial, o.DayFirst, o.Name = !g.DryRun, g.Partial, g.DayFirst, name
	if t.mapping != "" {
		in, _, done, err := p.openInput(ctx, t.mapping)
		if err != nil {
			return err
		}
		o.Mapping, err = tabular.ReadMapping(ctx, in, t.mapping)
		done()
		if err != nil {
			return err
		}
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
	o.Progress = step
	got, err := tabular.Import(ctx, st.Store, innovation.Act{Actor: g.Actor, Reason: g.Reason}, noun, in, o)
	bar().end(err)
	err = inCommand(err)
	if err != nil && got.Refused == 0 {
		return err
	}
	rep := tableReport(got, q.format, g.Partial)
	if got.Refused > 0 && t.refused != "" {
		if unwritten := writeWholeBy(t.refused, false, func(w io.Writer) error { return got.WriteRefused(w, formatOf("", t.refused)) }); unwritten != nil {
			if f := new(failure); errors.As(unwritten, &f) {
				f.try = "-refused and a name in a folder that can be written to"
			}
			err = unwritten // what was brought in is printed all the same
		} else {
			rep.note("The refused rows stand in %s, each with its problem: correct them there and bring that file in.", t.refused)
			if g.DryRun && g.Partial {
				rep.note("With -write, name another file for -refused, or move this one away.")
			}
		}
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

// dryRunNote says how what was tried is written.
func dryRunNote(rep *report, dry, refused bool) {
	switch {
	case dry && refused:
		rep.note("With -write the file would be refused: correct the rows, or add -partial to take the others.")
	case dry:
		rep.note("To write it, give the same command with -write.")
	}
}

func tableReport(g tabular.Report, format string, partial bool) *report {
	done := g.Added + g.Changed
	rep := &report{title: "Brought in " + plural(done, "row", "rows") + " as act " + thousands(int(g.Act))}
	switch {
	case g.Refused > 0 && g.Act == 0 && g.DryRun:
		rep.title = "Dry run: rows would be refused"
	case g.Refused > 0 && g.Act == 0:
		rep.title = "Nothing was brought in: rows are refused"
	case g.DryRun:
		rep.title = "Dry run: nothing was written"
	case g.Act == 0:
		rep.title = "Nothing changed: the register has all of it already"
	}
	would := ""
	if g.Act == 0 && (g.DryRun || g.Refused > 0) {
		would = "would have been "
	}
	rep.note("%s of the type %s: %s %sadded, %s %schanged, %s unchanged, %s refused; %s %sfounded.", plural(g.Rows, "row", "rows"), g.Noun, thousands(g.Added), would,
		thousands(g.Changed), would, thousands(g.Unchanged), thousands(g.Refused), plural(len(g.Founded)+g.MoreFounded, "entity", "entities"), would)
	dryRunNote(rep, g.DryRun && done+g.Refused > 0, g.Refused > 0 && !partial)
	head := []string{"row", "line", "field", "value", "rule", "why", "try"}
	notes := func(name, title string, all []tabular.Note, more int) section {
		s := section{name: name, title: title, head: head}
		for _, n := range all {
			s.add(orNothing(n.Row), orNothing(n.Line), n.Field, n.Value, string(n.Rule), n.Detail, n.Try)
		}
		if more > 0 {
			rep.note("%s more than are listed: %s.", thousands(more), strings.ToLower(title))
		}
		return s
	}
	changes := section{name: "changes", title: "Changed", head: []string{"row", "fact", "field", "was", "becomes"}}
	for _, c := range g.Changes {
		changes.add(c.Row, int64(c.Fact), c.Field, c.Was, c.Becomes)
	}
	if g.MoreChanges > 0 {
		rep.note("%s more fields change than are listed.", thousands(g.MoreChanges))
	}
	founded := section{name: "founded", title: "Founded", head: []string{"entity"}}
	for _, e := range g.Founded {
		founded.add(e.String())
	}
	totals := section{name: "totals", head: []string{"rows", "added", "changed", "unchanged", "refused", "founded", "act"}}
	totals.add(g.Rows, g.Added, g.Changed, g.Unchanged, g.Refused, len(g.Founded)+g.MoreFounded, int64(g.Act))
	rep.sections = []section{notes("refused", "Refused", g.Refusals, g.MoreRefusals), notes("remarks", "Taken, with what was assumed", g.Remarks, g.MoreRemarks), changes}
	if format != "table" { // which has them above
		rep.sections = append(rep.sections, founded, totals)
	}
	return rep
}

// formatOf is the kind of a table file: what is said, or what its name says.
func formatOf(format, name string) string {
	if format == "" && strings.EqualFold(filepath.Ext(name), ".xlsx") {
		return sheet.XLSX
	}
	if format == "" {
		return sheet.CSV
	}
	return format
}

// output writes to a file, or to the output when there is none.
func (p *program) output(name string, force bool, fill func(io.Writer) error) error {
	if name == "" {
		return fill(p.stdout)
	}
	if err := refuseFile(name, force); err != nil {
		return err
	}
	if err := writeWholeBy(name, force, fill); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "Wrote", name)
	return nil
}

func tableCommand() *command {
	q := &query{}
	format, out, subject, allDays, force := "", "", "", false, false
	return &command{
		name: "table", args: "NOUN", min: 1, max: 1,
		short: "give the facts of one type out as CSV or XLSX, to be corrected and brought in again",
		long: `Writes the facts of one type that hold on the day, each with its number in the column
fact. Events, such as payments and steps of adoption, hold from their day on.
innovationd import FILE -noun NOUN brings the table back, corrected: rows that
were not touched change nothing, rows without a number are added.`,
		examples: []string{"innovationd table role -on 2024-01-01", "innovationd table adoption -all-days -subject innovation/inn-pincer -o adoption.xlsx"},
		flags: func(f *flag.FlagSet) {
			q.bindView(f)
			stringVar(f, &format, "format", "", "what to write, a `FORMAT`: csv or xlsx; what the name of the file says, or csv, when left out")
			stringVar(f, &subject, "subject", "", "only facts about this `ENTITY`, as organisation/ahsn-oxford")
			boolVar(f, &allDays, "all-days", false, "also those that do not hold on the day")
			stringVar(f, &out, "o", "", "the `FILE` to write, in the place of the output")
			boolVar(f, &force, "force", false, "overwrite the file when it is there")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			noun, err := nounNamed(args[0])
			if err != nil {
				return err
			}
			q.format = "table"
			v, err := q.view(p.now())
			if err != nil {
				return err
			}
			filter := store.FactFilter{AllDays: allDays}
			if subject != "" {
				if filter.Subject, err = innovation.ParseEntity(subject); err != nil {
					return flagged(inFlag("subject", err))
				}
			}
			st, err := q.place.openToRead(ctx)
			if err != nil {
				return err
			}
			defer st.Close()
			return p.output(out, force, func(w io.Writer) error {
				_, err := tabular.Export(ctx, st.Store, v, noun, filter, w, formatOf(format, out))
				return err
			})
		},
	}
}
