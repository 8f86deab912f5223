package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func selfSufficiencyCommand() *command {
	q := &query{}
	var from, to, threshold, cut, coreGrowth, ownGrowth string
	return &command{
		name: "self-sufficiency", args: "[KEY-or-name]", min: 0, max: 1,
		short: "what share of its income a network finds itself, and what a cut would do",
		long: `For one organisation, or for every network of the day. The share of all income is
known only when a total of the year is recorded; the share of what is recorded
leaves out whatever is not. Core money that was allocated or awarded stands on
another rung of the ladder, and is never used as income. What is missing is said.

-threshold looks for the first year in which core income falls under a share,
-cut takes a share of core income away, and the growths go on from the last year
recorded in a straight line: a projected year is marked as such.

Sections for -format csv: years, crossings, cuts, missing, other-rungs, left-out.`,
		examples: []string{
			"innovationd self-sufficiency -on 2014-03-31",
			"innovationd self-sufficiency ahsn-oxford -from 2013/14 -to 2023/24 -threshold 50 -cut 40",
			"innovationd self-sufficiency ahsn-oxford -from 2022/23 -to 2027/28 -core-growth -5 -own-growth 3",
		},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &from, "from", "", "the first financial `YEAR`, as 2013/14; the last one when left out")
			stringVar(f, &to, "to", "", "the last financial `YEAR`; the first one when left out, and that of the day when both are")
			stringVar(f, &threshold, "threshold", "", "look for the year in which core income falls under this share, in per `CENT`")
			stringVar(f, &cut, "cut", "", "test a cut of core income by this share, in per `CENT`")
			stringVar(f, &coreGrowth, "core-growth", "", "take core income to grow by this share of the last year recorded each year, in per `CENT`")
			stringVar(f, &ownGrowth, "own-growth", "", "take own income to grow likewise, in per `CENT`")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			var ask innovation.SelfSufficiencyQuery
			var trend innovation.IncomeTrend
			var errs []error
			share := func(name, text string, into *int64) {
				if text != "" {
					n, err := parsePercent(name, text)
					*into, errs = n, append(errs, err)
				}
			}
			share("threshold", threshold, &ask.Threshold)
			share("cut", cut, &ask.CoreCut)
			share("core-growth", coreGrowth, &trend.CoreGrowth)
			share("own-growth", ownGrowth, &trend.OwnGrowth)
			if coreGrowth+ownGrowth != "" {
				ask.Trend = &trend
			}
			var err1, err2 error
			ask.From, err1 = parseYear("from", from)
			ask.To, err2 = parseYear("to", to)
			if err := flagged(append(errs, err1, err2)...); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				ask.To = cmp.Or(ask.To, ask.From, innovation.FinancialYearOf(r.view.On))
				ask.From = cmp.Or(ask.From, ask.To)
				if len(args) > 0 {
					id, err := r.find(ctx, args[0])
					if err != nil {
						return nil, nil, err
					}
					ask.Organisation = id
				}
				s, err := r.SelfSufficiency(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return s, selfSufficiencyReport(r, s), nil
			})
		},
	}
}

func selfSufficiencyReport(r *reading, s store.SelfSufficiency) *report {
	asked := s.Asked.From.String()
	if s.Asked.To != s.Asked.From {
		asked += " to " + s.Asked.To.String()
	}
	rep := &report{title: fmt.Sprintf("Self-sufficiency in %s, as of %s", asked, longDate(r.view.On))}
	rep.asOf(r.view, s.Recipe)
	if knewNothing(s.Recipe) {
		rep.sections = []section{{name: "years", head: selfHead}}
		return rep
	}
	years := section{name: "years", head: selfHead, keys: "key", empty: "No network is known on this day."}
	cuts := section{name: "cuts", title: fmt.Sprintf("With core income cut by %s", percent(s.Asked.CoreCut)),
		head: []string{"network", "year", "core left", "shortfall", "shortfall if all that is not own is core", "own share of all", "own share of what is recorded"}}
	missed := section{name: "missing", title: "What is missing to know the share of all income", head: []string{"network", "year", "missing"}}
	crossings := section{name: "crossings", title: fmt.Sprintf("When core income falls under %s", percent(s.Asked.Threshold)),
		head: []string{"network", "of", "certainly in", "possibly in", "projected certainly in", "projected possibly in", "not known in"}}
	rungs := section{name: "other-rungs", title: "Core money on other rungs: allocated or awarded, never used as income",
		head: []string{"network", "year", "rung", "of", "amount", "covers", "day"}}
	out := leftOutSection("Income that may be of these years and counts in none")
	known := 0
	for _, o := range s.Organisations {
		name := cmp.Or(o.Name, string(o.Organisation))
		for _, y := range o.Years {
			if y.Share != nil {
				known++
			}
			basis := ""
			if y.Projected {
				basis = "projected: " + y.Formula
			}
			years.add(name, string(o.Organisation), y.Year.String(), percentText(y.Share), percentText(y.OfRecorded),
				reckoned(y.Core), reckoned(y.Own), shown(y.Mixed), shown(y.InKind), reckoned(y.Total), basis)
			if len(y.Missing) > 0 {
				missed.add(name, y.Year.String(), strings.Join(y.Missing, "; "))
			}
			if c := y.Cut; c != nil {
				var all any = "not known"
				if c.ShortfallOfAll != nil {
					all = reckoned(*c.ShortfallOfAll)
				}
				cuts.add(name, y.Year.String(), reckoned(c.Core), reckoned(c.Shortfall), all, percentText(c.Share), percentText(c.OfRecorded))
			}
			for _, m := range y.OtherRungs {
				rungs.add(name, y.Year.String(), string(m.Rung), m.Of.String(), m.Figure.Amount, covers(m.Figure), m.Day)
			}
		}
		for _, c := range o.Crossings {
			var unknown []string
			for _, fy := range c.NotKnown {
				unknown = append(unknown, fy.String())
			}
			crossings.add(name, words(c.Measure), c.Certainly.String(), c.Possibly.String(), c.ProjectedCertainly.String(), c.ProjectedPossibly.String(),
				strings.Join(unknown, ", "))
		}
		addLeftOut(&out, name, o.LeftOut)
		for _, n := range o.Notes {
			rep.note("%s: %s.", name, n)
		}
	}
	rep.note("The share of all income is known in %d of %s.", known, plural(len(years.rows), "year of a network", "years of networks"))
	rep.sections = []section{years, crossings, cuts, missed, rungs, out}
	return rep
}

var selfHead = []string{"network", "key", "year", "own share of all", "own share of what is recorded", "core", "own", "mixed", "in kind", "all income", "basis"}

// shown is a sum that is left out when it is not known: nobody needs it.
func shown(r innovation.Reckoning) any {
	if !r.Known {
		return ""
	}
	return r.Amount
}
