package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func reportCommand() *command {
	q, content := &query{}, false
	return &command{
		name: "report", args: "KEY", min: 1, max: 1,
		short: "a report as it was issued, and whether it can be made again byte for byte",
		long: `An issued report is kept with what was asked, the day, what the register knew then,
and the bytes of the answer. This asks the same question at the same view again
and compares the bytes. -content writes the bytes as they were issued.

To issue one, which is an act:

  innovationd call report.issue -actor pat-0001 reason="quarterly return" \
      input.report=rep-2014-q4 input.title="Core money 2013/14" input.question=ladder \
      input.definition='{"envelope":"env-2013-pot"}' input.on=2014-03-31 input.day.on=2014-04-30`,
		examples: []string{"innovationd report rep-2014-q4", "innovationd report rep-2014-q4 -content"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			boolVar(f, &content, "content", false, "write the bytes of the report as they were issued, and nothing else")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if content && (q.format != "table" || q.section != "") {
				return usage("-content writes the report in the form in which it was issued").trying("leave -format out")
			}
			if content {
				return q.issued(ctx, p, innovation.ReportID(args[0]))
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				got, err := r.Report(ctx, r.view, innovation.ReportID(args[0]))
				if err != nil {
					return nil, nil, err
				}
				return got, issuedReport(got), nil
			})
		},
	}
}

// issued writes the bytes of a report as they were issued.
func (q *query) issued(ctx context.Context, p *program, id innovation.ReportID) error {
	v, err := q.view(p.now())
	if err != nil {
		return err
	}
	st, err := q.place.openToRead(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	got, err := st.Report(ctx, v, id)
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stdout, got.Report.Value.Content)
	return err
}

func issuedReport(got store.ReportReading) *report {
	v := got.Report.Value
	rep := &report{title: fmt.Sprintf("Report %s: %s", v.Report, v.Title)}
	if got.Same {
		rep.note("Made again, it is the same to the byte: %s.", plural(len(v.Content), "byte", "bytes"))
	} else {
		rep.note("It cannot be made again byte for byte: another version of this program counts otherwise, or a name was erased.")
		rep.note("The report stands as it was issued: innovationd report %s -content", v.Report)
	}
	f := newFields("report")
	f.put("question", v.Question, got.Report.Sources)
	f.put("asked", v.Definition, nil)
	f.put("on", v.On.String(), nil)
	f.put("as known at", fmt.Sprintf("act %d", v.Act), nil)
	if !v.PublishedBy.IsZero() {
		f.put("only facts with a source published by", v.PublishedBy.String(), nil)
	}
	f.put("issuer", string(v.Issuer), nil)
	f.put("issued", dayText(v.Day), nil)
	f.put("digest (SHA-256)", v.Digest, nil)
	f.put("note", v.Note, nil)
	rep.sections = []section{f.section}
	return rep
}
