package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func leverageCommand() *command {
	q, ask := &query{}, innovation.LeverageQuery{}
	return &command{
		name:  "leverage",
		short: "what each public pound brought from elsewhere, by how good the evidence is",
		long: `Outside money for each pound of public money, as bounds, each grade of evidence
apart: audited, reported, self-reported, pledged, and expected, which is added to
none. Of an envelope with all that lies in it, a network, an award or a grant
programme; without a flag, of every envelope that levered something.

Sections for -format csv: leverage, left-out.`,
		examples: []string{"innovationd leverage -on 2024-01-01", "innovationd leverage -network ahsn-west-of-england -on 2016-01-01"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, (*string)(&ask.Envelope), "envelope", "", "of the envelope with this `KEY`")
			stringVar(f, (*string)(&ask.Network), "network", "", "of the money of this `ORGANISATION`: a key or a name")
			stringVar(f, (*string)(&ask.Award), "award", "", "of the award with this `KEY`")
			stringVar(f, &ask.Programme, "programme", "", "of the grant `PROGRAMME`, as awards name it")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				find := func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }
				if err := findAll(find, &ask.Network); err != nil {
					return nil, nil, err
				}
				l, err := r.Leverage(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return l, leverageReport(r, l), nil
			})
		},
	}
}

func leverageReport(r *reading, l store.Leverage) *report {
	rep := &report{title: "What public money brought from elsewhere, as of " + longDate(r.view.On)}
	rep.asOf(r.view, l.Recipe)
	rows := section{name: "leverage", head: []string{"of", "years", "public money", "rung", "evidence", "outside money", "for each pound", "with all better evidence", "for each pound then", "why not known"}}
	if !knewNothing(l.Recipe) {
		rows.empty = "No envelope is known by this day to have levered anything."
	}
	out := leftOutSection("Not counted")
	for _, row := range l.Rows {
		about, years := row.Programme, row.From.String()
		if row.About.Key != "" {
			about = row.About.String()
		}
		if row.To != row.From {
			years += " to " + row.To.String()
		}
		for _, g := range row.Grades {
			var better any
			if g.OrBetter != nil {
				better = reckoned(*g.OrBetter)
			}
			then := ""
			if g.RatioOrBetter != nil {
				then = "£" + g.RatioOrBetter.String()
			}
			rows.add(about, years, reckoned(row.Public), string(row.Rung), g.Evidence, reckoned(g.Outside), ratioText(g.Ratio), better, then, whyNoRatio(row.Public, g))
		}
		if len(row.Grades) == 0 {
			rows.add(about, years, reckoned(row.Public), string(row.Rung), "", "none is recorded", "not known", nil, "", missing(row.Public))
		}
		addLeftOut(&out, cmp.Or(about, years), row.LeftOut)
		for _, n := range row.Notes {
			rep.note("%s: %s.", cmp.Or(about, years), n)
		}
	}
	rep.sections = []section{rows, out}
	return rep
}

// whyNoRatio says why it is not known what each pound brought.
func whyNoRatio(public innovation.Reckoning, g innovation.LeverageGrade) string {
	text := missing(public, g.Outside)
	if g.Ratio != nil || text != "" {
		return text
	}
	return "the sums have no bounds to compare, or stand on different bases of value added tax"
}

// ratioText is outside pounds for each public pound.
func ratioText(m *innovation.Millionths) string {
	if m == nil || m.Low == nil && m.High == nil {
		return "not known"
	}
	return "£" + m.String()
}

func varianceCommand() *command {
	q, ask, year := &query{}, innovation.VarianceQuery{}, ""
	return &command{
		name: "variance", args: "KEY-or-name", min: 1, max: 1,
		short: "a forecast of a financial year beside what came, line by line",
		long: `Income by kind and spending by stream and purpose: what a version of the forecast
says, what is recorded to have come by the day, and the difference. With -against
also what another version says. A line without a forecast, or of which nothing is
recorded, has no difference: that is not nothing.

Sections for -format csv: lines, months, unplaced.`,
		examples: []string{"innovationd variance ahsn-oxford -year 2013/14 -on 2014-03-31"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &year, "year", "", "the financial `YEAR`, as 2013/14; that of the day when left out")
			int64Var(f, &ask.Version, "version", 0, "the `VERSION` of the forecast; the latest made by the day when left out")
			int64Var(f, &ask.Against, "against", 0, "another `VERSION` to compare it with")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			var err error
			if ask.Year, err = parseYear("year", year); err != nil {
				return flagged(err)
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				if ask.Organisation, err = r.find(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				ask.Year = cmp.Or(ask.Year, innovation.FinancialYearOf(r.view.On))
				v, err := r.Variance(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return v, varianceReport(r, v), nil
			})
		},
	}
}

func varianceReport(r *reading, v store.Variance) *report {
	rep := &report{title: fmt.Sprintf("Forecast and actual of %s (%s) in %s, as of %s", v.Name, v.Organisation, v.Year, longDate(r.view.On))}
	rep.asOf(r.view, v.Recipe)
	if v.Version != 0 {
		text := fmt.Sprintf("Version %d of the forecast", v.Version)
		if v.Against != 0 {
			text += fmt.Sprintf(", compared with version %d", v.Against)
		}
		rep.note("%s.", text)
	}
	for _, n := range v.Notes {
		rep.note("Note: %s.", n)
	}
	head := []string{"line", "forecast", "actual", "actual less forecast", "other version", "change", "why not known"}
	lines := section{name: "lines", head: head, empty: "Nothing of this year is forecast or recorded."}
	months := section{name: "months", title: "By month", head: []string{"line", "month", "forecast", "actual", "actual less forecast"}}
	add := func(name string, l innovation.VarianceLine) {
		var against, change any
		if l.Against != nil {
			against, change = reckoned(*l.Against), reckoned(*l.Change)
		}
		lines.add(name, reckoned(l.Forecast), reckoned(l.Actual), reckoned(l.Variance), against, change, missing(l.Forecast, l.Actual, l.Variance))
		for _, m := range l.Months {
			months.add(name, m.Month.String()[:7], reckoned(m.Forecast), reckoned(m.Actual), reckoned(m.Variance))
		}
	}
	for _, l := range v.Lines {
		add(lineName(l), l)
	}
	for _, l := range v.Totals {
		name := "all income"
		if l.Line == innovation.LineSpend {
			name = "all spending"
		}
		add(name, l)
	}
	unplaced := leftOutSection("May be of the year, and could not be placed")
	unplaced.name = "unplaced"
	addLeftOut(&unplaced, string(v.Organisation), v.Unplaced)
	rep.sections = []section{lines, months, unplaced}
	return rep
}

// lineName names a line of a forecast.
func lineName(l innovation.VarianceLine) string {
	if l.Line == innovation.LineIncome {
		return "income, " + words(cmp.Or(string(l.Kind), "kind-not-stated"))
	}
	text := "spending"
	if l.Stream != "" {
		text += ", stream " + words(l.Stream)
	}
	if l.Purpose != "" {
		text += ", for " + l.Purpose
	}
	return text
}
