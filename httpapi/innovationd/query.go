package main

import (
	"context"
	"encoding/json"
	"flag"
	"slices"
	"strings"
	"time"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread/plot"
	"github.com/innovationregistry/registry/store"
)

// query is the flags that the reading commands share.
type query struct {
	place       place
	on          string
	known       string
	publishedBy string
	format      string
	section     string
	charts      []string // which figures the answer has
	chart       string   // the figure that is wanted
	out         string   // the file that it is wanted in
	force       bool     // even when there is one
}

func (q *query) bind(f *flag.FlagSet) {
	q.bindView(f)
	q.bindFormat(f)
}

func (q *query) bindView(f *flag.FlagSet) {
	q.place.bind(f)
	stringVar(f, &q.on, "on", "", "the `DAY` asked about, as 2013-05-23; today in London when left out")
	stringVar(f, &q.known, "known", "", "answer as known then: an `INSTANT` as 2026-03-31T12:00:00Z, or a day, which means its end in London")
	stringVar(f, &q.publishedBy, "published-by", "", "count only facts with a source published by this `DAY`")
}

func (q *query) bindFormat(f *flag.FlagSet) {
	stringVar(f, &q.format, "format", "table", "`FORMAT` of the answer: table, json (as over HTTP) or csv")
	stringVar(f, &q.section, "section", "", "with -format csv: the `PART` of the answer to print, when it has several")
}

// bindCharts adds the flags of an answer that has figures, the usual one first.
func (q *query) bindCharts(f *flag.FlagSet, charts ...string) {
	q.bind(f)
	q.charts = charts
	f.Lookup("format").Usage = "`FORMAT` of the answer: table, json (as over HTTP), csv or svg (a figure)"
	stringVar(f, &q.chart, "chart", "", "with -format svg: the `FIGURE`: "+strings.Join(charts, ", ")+"; "+charts[0]+" when left out")
	stringVar(f, &q.out, "o", "", "with -format svg: the `FILE` to write, in the place of the output")
	boolVar(f, &q.force, "force", false, "with -o: overwrite a file that is there")
}

// london is the zone in which days begin and end.
func london() *time.Location { return httpapi.London() }

// view reads the flags that say from where the question is asked.
func (q *query) view(now time.Time) (v innovation.View, err error) {
	var errs []error
	day := func(name, text string, into *innovation.Date) {
		if text != "" {
			var err error
			*into, err = innovation.ParseDate(text)
			errs = append(errs, inFlag(name, err))
		}
	}
	v.On = innovation.DateOf(now, london())
	day("on", q.on, &v.On)
	day("published-by", q.publishedBy, &v.PublishedBy)
	v.Known, err = parseKnown(q.known)
	errs = append(errs, inFlag("known", err))
	if err := innovation.Join(errs...); err != nil {
		return v, &flagError{err}
	}
	return v, q.checkFormat()
}

// parseKnown reads an instant, or a day, which stands for its end in London.
// The empty text is the zero instant: everything known now.
func parseKnown(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if strings.Contains(text, "T") {
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return t, innovation.Invalidf(innovation.RuleDateInvalid, "", "%q is no instant", clip(text, 40)).
				Trying("write 2026-03-31T12:00:00Z, or a day as 2026-03-31")
		}
		if t.IsZero() { // which would mean everything known now
			t = t.Add(time.Microsecond)
		}
		return t.UTC(), nil
	}
	d, err := innovation.ParseDate(text)
	if err != nil {
		return time.Time{}, err
	}
	return d.AddDays(1).Time(london()).Add(-time.Microsecond).UTC(), nil
}

// inFlag names the flag in the errors of its value.
func inFlag(name string, err error) error {
	var out []error
	for _, e := range innovation.Violations(err) {
		out = append(out, e.In("-"+name))
	}
	return innovation.Join(out...)
}

// fromOne refuses a number below 1, which in Go would mean the usual one. What is
// too great the register itself refuses.
func fromOne(name string, rule innovation.RuleID, n, most int) error {
	if n >= 1 {
		return nil
	}
	return &flagError{innovation.Invalidf(rule, name, "%d is less than 1", n).Trying("use 1 to %d", most)}
}

func (q *query) checkFormat() error {
	switch q.format {
	case "table", "csv", "json":
		if q.chart != "" || q.out != "" || q.force {
			return usage("-chart, -o and -force are for figures").trying("-format svg")
		}
		return nil
	case "svg":
		if q.charts == nil {
			return usage("the answer has no figure").trying("-format table, -format json or -format csv")
		}
		if q.chart != "" && !slices.Contains(q.charts, q.chart) {
			return usage("there is no figure " + quote(q.chart) + " of it").trying("-chart " + strings.Join(q.charts, ", -chart "))
		}
		return nil
	}
	if q.charts != nil {
		return usage("there is no format " + quote(q.format)).trying("-format table, -format json, -format csv or -format svg")
	}
	return usage("there is no format " + quote(q.format)).trying("-format table, -format json or -format csv")
}

// draw writes the answer as a figure.
func (q *query) draw(p *program, value any) error {
	c, ok := value.(interface {
		Chart(kind string) (*plot.Chart, error)
	})
	if !ok {
		return usage("the answer has no figure").trying("-format table")
	}
	chart, err := c.Chart(q.chart)
	if err != nil {
		return err
	}
	if q.out != "" {
		return writeWhole(q.out, chart.SVG(), q.force)
	}
	_, err = p.stdout.Write(chart.SVG())
	return err
}

// reading is one consistent state of the register, seen from the view asked for.
type reading struct {
	*store.Snapshot
	view    innovation.View
	names   map[innovation.OrganisationID]string
	sources map[innovation.SourceID]innovation.Source
}

// answer opens the register for reading, lets ask put its question, and prints
// the answer: the value itself as JSON, or the report.
func (q *query) answer(ctx context.Context, p *program, ask func(*reading) (any, *report, error)) error {
	v, err := q.view(p.now())
	if err != nil {
		return err
	}
	st, err := q.place.openToRead(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	return st.View(ctx, func(s *store.Snapshot) error {
		r := &reading{Snapshot: s, view: v, names: map[innovation.OrganisationID]string{}}
		value, rep, err := ask(r)
		if err != nil {
			return err
		}
		return q.print(ctx, p, r, value, rep)
	})
}

// print prints an answer in the format asked for.
func (q *query) print(ctx context.Context, p *program, r *reading, value any, rep *report) error {
	switch q.format {
	case "json":
		return printJSON(p, value)
	case "svg":
		return q.draw(p, value)
	}
	if r != nil {
		if err := r.readSources(ctx); err != nil {
			return err
		}
		rep.sources = r.sources
	}
	if q.format == "csv" {
		return rep.csv(p.stdout, q.section)
	}
	rep.table(p.stdout)
	return nil
}

func printJSON(p *program, value any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// name is the name of an organisation on the view's day.
func (r *reading) name(ctx context.Context, id innovation.OrganisationID) (string, error) {
	if n, ok := r.names[id]; ok || id == "" {
		return n, nil
	}
	o, err := r.Organisation(ctx, r.view, id)
	if err != nil {
		return "", err
	}
	r.names[id] = o.Name
	return o.Name, nil
}

// nameAll gets the names of several organisations.
func (r *reading) nameAll(ctx context.Context, ids ...innovation.OrganisationID) error {
	for _, id := range ids {
		if _, err := r.name(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// readSources reads what the register says about all sources.
func (r *reading) readSources(ctx context.Context) error {
	if r.sources != nil {
		return nil
	}
	r.sources = map[innovation.SourceID]innovation.Source{}
	v := r.view
	v.PublishedBy = innovation.Date{}
	f := store.FactFilter{AllDays: true, Limit: 1000}
	for {
		list, err := store.Facts[innovation.Source](ctx, r.Snapshot, v, f)
		if err != nil {
			return err
		}
		for _, s := range list.Facts {
			r.sources[s.Value.Source] = s.Value
		}
		if f.Page = list.Next; f.Page == "" {
			return nil
		}
	}
}
