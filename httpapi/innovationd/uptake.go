package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// bindUptake adds the flags that the questions about measurements share.
func bindUptake(f *flag.FlagSet, ask *store.UptakeQuery, d *spreadDays, from, to string) {
	d.bind(f, from, to)
	stringVar(f, &ask.Measure, "measure", "", "the `MEASURE`, when there are several (scheme measure)")
	stringVar(f, (*string)(&ask.PeerGroup), "peer-group", "", "only members of the peer group with this `KEY`")
	stringVar(f, (*string)(&ask.Network), "network", "", "only those that this `ORGANISATION` serves: a key or a name")
	stringVar(f, &ask.Kind, "kind", "", "only organisations of this `KIND`, as nhs-trust")
	stringVar(f, &ask.Direction, "direction", "neither", "which `WAY` is better: higher, lower or neither")
}

// period reads a month, a quarter or a year of a flag.
func parsePeriodFlag(name, text string, into *innovation.Bound) error {
	if text == "" {
		return nil
	}
	b, err := innovation.ParseBound(text)
	*into = b
	return flagged(inFlag(name, err))
}

// ofPeriods says by which periods was measured, when none of another length is.
func ofPeriods(err error) error {
	for _, e := range innovation.Violations(err) {
		rest, ok := strings.CutPrefix(e.Try, "use a period from ")
		first, _, _ := strings.Cut(rest, " ")
		if b, err := innovation.ParseBound(first); ok && err == nil {
			e.Try = fmt.Sprintf("-%s with a %s: it was measured by %[2]s, from %s", e.Field, b.Precision(), rest)
		}
	}
	return err
}

// parseNumber reads a number of a flag; an empty text is none.
func parseNumber(name, text string) (*float64, error) {
	if text == "" {
		return nil, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, flagged(innovation.Invalidf(innovation.RuleQuestionInvalid, "-"+name, "%s is no number", quote(text)).Trying("a number such as 12.5"))
	}
	return &x, nil
}

// findUptake makes keys of what the question names.
func (r *reading) findUptake(ctx context.Context, text string, ask *store.UptakeQuery) (err error) {
	if ask.Innovation, err = r.findInnovation(ctx, text); err != nil {
		return err
	}
	return findAll(func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }, &ask.Network)
}

// aboutUptake says what an answer about measurements stands on.
func (r *report) aboutUptake(view innovation.View, a *store.UptakeAbout) {
	r.asOf(view, a.Recipe)
	what := "counts in " + words(a.Unit)
	if a.Rate {
		what = "each count, in " + words(a.Unit) + ", over its denominator, whose unit is not recorded"
	}
	who := "who could adopt is not known"
	if a.EligibleKnown {
		who = "who could adopt is known"
	}
	r.note("Measure: %s: %s. Footprint: %s; %s. Evidence: %s.", words(a.Measure), what, a.Footprint, who, a.Evidence)
	notesOf(r, a.Notes)
}

func withoutSection(all []store.UptakeWithout) section {
	s := section{name: "without", title: "Without a figure, which is not nothing", head: []string{"name", "why", "key"}, keys: "key"}
	for _, w := range all {
		s.add(w.Name, w.Reason, string(w.Organisation))
	}
	return s
}

func placeText(n *int64) string {
	if n == nil {
		return "not known"
	}
	return strconv.FormatInt(*n, 10)
}

func uptakeCommand() *command {
	q, ask, d, period := &query{}, store.StandingQuery{}, spreadDays{}, ""
	return &command{
		name: "uptake", args: "INNOVATION", min: 1, max: 1,
		short: "where organisations stand by a measurement: rank, decile, variation",
		long: `The count, denominator, rate, rank and decile of each organisation in a period, among
all or among a peer group, those that a network serves, or a kind; with quartiles and
variation. With -from, or -to, the variation over time and its trend too, which
-format svg draws. Those without a figure are listed: that is not nothing.

Sections for -format csv: standing, summary, periods, without, refused.

The innovation libre of the examples is one of your own; README.md brings it in.`,
		examples: []string{"innovationd uptake libre -period 2019-04 -direction higher", "innovationd uptake libre -footprint day -footprint-day 2021-04-01 -from 2018-01-01 -format svg"},
		flags: func(f *flag.FlagSet) {
			q.bindCharts(f, store.ChartDeciles)
			stringVar(f, &period, "period", "", "the `MONTH`, quarter or year, as 2019-04; the last one when left out")
			bindUptake(f, &ask.UptakeQuery, &d, "also the variation in each period from this `DAY` on", "until this `DAY`")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := d.read(&ask.From, &ask.To, &ask.Footprint); err != nil {
				return err
			}
			if err := parsePeriodFlag("period", period, &ask.Period); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				if err := r.findUptake(ctx, args[0], &ask.UptakeQuery); err != nil {
					return nil, nil, err
				}
				u, err := r.UptakeStanding(ctx, r.view, ask)
				if err != nil {
					return nil, nil, ofPeriods(err)
				}
				return u, standingReport(r, u), nil
			})
		},
	}
}

func standingReport(r *reading, u store.UptakeStanding) *report {
	rep := &report{title: fmt.Sprintf("Uptake of %s (%s) in %s", u.Name, u.Asked.Innovation, u.Asked.Period)}
	rep.aboutUptake(r.view, &u.UptakeAbout)
	if best := map[string]string{"higher": "the highest value", "lower": "the lowest value"}[u.Asked.Direction]; best != "" {
		rep.note("Rank 1 is the best, %s, and decile 1 the best tenth.", best)
	} else if len(u.Rows) > 0 {
		rep.note("Rank 1 is the lowest value, and decile 1 the lowest tenth: -direction says which way is better.")
	}
	rows := section{name: "standing", head: []string{"rank", "decile", "name", "value", "count", "per", "percent rank", "sum", "key"}, keys: "key", empty: "Nobody has a figure."}
	for _, row := range u.Rows {
		rows.add(placeText(row.Rank), placeText(row.Decile), row.Name, floatText(row.Value), floatText(row.Count), knownFloat(row.Per), knownFloat(row.PercentRank), row.Sum, string(row.Organisation))
	}
	head := []string{"period", "organisations", "without", "median", "lower quartile", "upper quartile", "mean", "pooled", "coefficient of variation", "interdecile range"}
	summary := section{name: "summary", title: "How the values lie", head: head}
	periods := section{name: "periods", title: "Period by period", head: head}
	add := func(s *section, x *store.UptakeSummary) {
		cv, idr := knownFloat(x.CV), knownFloat(x.Interdecile)
		if x.CV == nil {
			cv += ": " + x.CVReason
		}
		if x.Interdecile == nil {
			idr += ": " + x.InterdecileReason
		}
		s.add(x.Period.String(), x.Organisations, x.Without, floatText(x.Median), floatText(x.LowerQuartile), floatText(x.UpperQuartile), floatText(x.Mean), knownFloat(x.Pooled), cv, idr)
	}
	if u.Summary != nil {
		add(&summary, u.Summary)
	}
	for i := range u.Periods {
		add(&periods, &u.Periods[i])
	}
	for _, t := range []struct {
		what  string
		trend *store.TrendOf
	}{{"coefficient of variation", u.CVTrend}, {"interdecile range", u.IDRTrend}} {
		if t.trend != nil {
			periods.notes = append(periods.notes, fmt.Sprintf("Trend of the %s: %s for each period, p = %s.", t.what, floatText(t.trend.Slope), floatText(t.trend.P)))
		}
	}
	rep.sections = []section{rows, summary, periods, withoutSection(u.Without), refusedSection(u.Refused)}
	return rep
}

func uptakeSeriesCommand() *command {
	q, ask, d, target, rebase := &query{}, store.SeriesQuery{}, spreadDays{}, "", texts{}
	return &command{
		name: "uptake-series", args: "INNOVATION ORGANISATION", min: 2, max: 2,
		short: "how the uptake of one organisation went: control chart, when it changed",
		long: `The measurements of one organisation, period by period; a control chart by the rules
of NHS England's Making Data Count, with the rule that fired; when its level most
likely changed; and its decile among the others.

Sections for -format csv: points, limits, changes, refused.

The innovation libre of the examples is one of your own; README.md brings it in.`,
		examples: []string{"innovationd uptake-series libre ods-10q -from 2018-01-01 -direction higher", "innovationd uptake-series libre ods-10q -rebase 2018-11-01 -format svg -chart deciles"},
		flags: func(f *flag.FlagSet) {
			q.bindCharts(f, store.ChartXmR, store.ChartDeciles)
			bindUptake(f, &ask.UptakeQuery, &d, "the first `DAY`; that of the first measurement when left out", "the last `DAY`")
			int64Var(f, &ask.Baseline, "baseline", 0, "limits come from the first so many `POINTS` of each stretch; all when left out")
			f.Var(&rebase, "rebase", "a `DAY` of the period with which new limits begin; may be given several times")
			stringVar(f, &target, "target", "", "the `VALUE` that should be kept to")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := d.read(&ask.From, &ask.To, &ask.Footprint); err != nil {
				return err
			}
			var err error
			if ask.Target, err = parseNumber("target", target); err != nil {
				return err
			}
			for _, text := range rebase {
				day, err := innovation.ParseDate(text)
				if err != nil {
					return flagged(inFlag("rebase", err))
				}
				ask.Rebase = append(ask.Rebase, day)
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				if err := r.findUptake(ctx, args[0], &ask.UptakeQuery); err != nil {
					return nil, nil, err
				}
				if ask.Organisation, err = r.find(ctx, args[1]); err != nil {
					return nil, nil, err
				}
				u, err := r.UptakeSeries(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return u, seriesReport(r, u), nil
			})
		},
	}
}

func seriesReport(r *reading, u store.UptakeSeries) *report {
	rep := &report{title: fmt.Sprintf("Uptake of %s (%s) by %s (%s)", u.Name, u.Asked.Innovation, u.OrganisationName, u.Asked.Organisation)}
	rep.aboutUptake(r.view, &u.UptakeAbout)
	if u.Variation != "" {
		rep.note("The last point shows %s.", u.Variation)
	}
	if u.Assurance != "" {
		rep.note("Target of %s: %s.", floatText(*u.Asked.Target), u.Assurance)
	}
	points := section{name: "points", head: []string{"period", "value", "count", "per", "shows", "rules", "decile", "among"}}
	for _, p := range u.Points {
		value := knownFloat(p.Value)
		if p.Value == nil {
			value += ": " + p.Reason
		}
		points.add(p.Period.String(), value, knownFloat(p.Count), knownFloat(p.Per), p.Signal, strings.Join(p.Rules, "; "), placeText(p.Decile), p.Among)
	}
	limits := section{name: "limits", title: "Process limits", head: []string{"from", "to", "points", "mean", "lower", "upper", "provisional"}}
	for _, g := range u.Segments {
		limits.add(g.Start.String(), g.End.String(), g.Points, floatText(g.Mean), floatText(g.Lower), floatText(g.Upper), g.Provisional)
	}
	changes := section{name: "changes", title: "Changes of level", head: []string{"found by", "since", "way", "before", "after", "p"}}
	way := func(up bool) string {
		if up {
			return "up"
		}
		return "down"
	}
	if c := u.Change; c != nil {
		changes.under = []string{"A steady rise or fall has no beginning: Pettitt's test splits it about the middle."}
		changes.add("Pettitt's test, once", c.Period.String(), way(c.Up), floatText(c.Before), floatText(c.After), floatText(c.P))
	}
	for _, s := range u.Shifts {
		changes.add("CUSUM", s.Since.String(), way(s.Up), "", floatText(s.Level), "")
	}
	rep.sections = []section{points, limits, changes, refusedSection(u.Refused)}
	return rep
}

func uptakeFunnelCommand() *command {
	q, ask, d, period, target := &query{}, store.FunnelQuery{}, spreadDays{}, "", ""
	return &command{
		name: "uptake-funnel", args: "INNOVATION", min: 1, max: 1,
		short: "which organisations differ by more than chance: funnel limits",
		long: `Compares organisations of different size with one level. Limits are wide where
denominators are small, so that the small are not called outliers; what is too small
to judge is said to be. Where organisations differ by more than chance as a whole,
-dispersion allows for it.

Sections for -format csv: funnel, without.

The innovation libre of the examples is one of your own; README.md brings it in.`,
		examples: []string{"innovationd uptake-funnel libre -period 2019-04 -dispersion additive", "innovationd uptake-funnel libre -format svg -o funnel.svg"},
		flags: func(f *flag.FlagSet) {
			q.bindCharts(f, store.ChartFunnel)
			stringVar(f, &period, "period", "", "the `MONTH`, quarter or year, as 2019-04; the last one when left out")
			bindUptake(f, &ask.UptakeQuery, &d, "", "")
			stringVar(f, &target, "target", "", "the `LEVEL` to compare with; that of all together when left out")
			stringVar(f, &ask.As, "as", "", "whether counts are of a `KIND`: rate or proportion; as the measure says when left out")
			stringVar(f, &ask.Dispersion, "dispersion", "none", "how more variation than chance is allowed for: `HOW` none, multiplicative or additive")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := d.read(nil, nil, &ask.Footprint); err != nil {
				return err
			}
			if err := parsePeriodFlag("period", period, &ask.Period); err != nil {
				return err
			}
			var err error
			if ask.Target, err = parseNumber("target", target); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				if err := r.findUptake(ctx, args[0], &ask.UptakeQuery); err != nil {
					return nil, nil, err
				}
				u, err := r.UptakeFunnel(ctx, r.view, ask)
				if err != nil {
					return nil, nil, ofPeriods(err)
				}
				return u, funnelReport(r, u), nil
			})
		},
	}
}

func funnelReport(r *reading, u store.UptakeFunnel) *report {
	rep := &report{title: fmt.Sprintf("Uptake of %s (%s) in %s, by more than chance or not", u.Name, u.Asked.Innovation, u.Asked.Period)}
	rep.aboutUptake(r.view, &u.UptakeAbout)
	rep.note("Compared with %s; %d of %d are large enough to judge, of which at most %s lie beyond the 99.8 %% limits by chance.", floatText(u.Target), u.Judged, len(u.Rows), floatText(u.Chance998))
	dispersion := u.Asked.Dispersion
	switch {
	case dispersion == "additive" || dispersion == "multiplicative":
		rep.note("Limits with the %s allowance for more variation than chance (phi %s).", dispersion, knownFloat(u.Phi))
	case u.Overdispersed:
		rep.note("They differ by more than chance as a whole (phi %s), for which the limits do not allow: most points beyond them say only that. Try: -dispersion additive", knownFloat(u.Phi))
	default:
		rep.note("Limits of chance alone: no allowance for more variation (dispersion none).")
	}
	by := map[string]int{}
	for _, row := range u.Rows {
		by[row.Verdict]++
	}
	var totals []string
	for _, verdict := range slices.Sorted(maps.Keys(by)) {
		totals = append(totals, thousands(by[verdict])+" "+verdict)
	}
	rep.note("Of %s: %s.", plural(len(u.Rows), "organisation", "organisations"), strings.Join(totals, ", "))
	rows := section{name: "funnel", head: []string{"verdict", "name", "value", "count", "per", "expected", "z", "lower 99.8 % limit", "upper 99.8 % limit", "key"}, keys: "key"}
	for _, row := range u.Rows {
		rows.add(row.Verdict, row.Name, floatText(row.Value), floatText(row.Count), floatText(row.Per), floatText(row.Expected), floatText(row.Z), floatText(row.Low998), floatText(row.High998), string(row.Organisation))
	}
	rep.sections = []section{rows, withoutSection(u.Without)}
	return rep
}

func uptakeMoversCommand() *command {
	q, ask, d, from, to := &query{}, store.MoversQuery{}, spreadDays{}, "", ""
	return &command{
		name: "uptake-movers", args: "INNOVATION", min: 1, max: 1,
		short: "who changed most between two periods, and where the level splits",
		long: `The largest changes between two periods, whichever way, each with an interval for
chance alone and the period at which its level splits best into before and after: a
steady rise has no beginning.

Sections for -format csv: movers, without.

The innovation libre of the examples is one of your own; README.md brings it in.`,
		examples: []string{"innovationd uptake-movers libre -from 2018-04 -to 2019-04 -direction higher"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			bindUptake(f, &ask.UptakeQuery, &d, "", "")
			stringVar(f, &from, "from", "", "the earlier `MONTH`, quarter or year, as 2018-04; the first one when left out")
			stringVar(f, &to, "to", "", "the later `MONTH`, quarter or year; the last one when left out")
			int64Var(f, &ask.Limit, "limit", 20, "how many at most: a `NUMBER`")
			stringVar(f, &ask.As, "as", "", "whether counts are of a `KIND`: rate or proportion; as the measure says when left out")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := d.read(nil, nil, &ask.Footprint); err != nil {
				return err
			}
			if err := parsePeriodFlag("from", from, &ask.From); err != nil {
				return err
			}
			if err := parsePeriodFlag("to", to, &ask.To); err != nil {
				return err
			}
			if err := fromOne("-limit", innovation.RuleQuestionInvalid, int(ask.Limit), 10_000); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				if err := r.findUptake(ctx, args[0], &ask.UptakeQuery); err != nil {
					return nil, nil, err
				}
				u, err := r.UptakeMovers(ctx, r.view, ask)
				if err != nil {
					return nil, nil, ofPeriods(err)
				}
				return u, moversReport(r, u), nil
			})
		},
	}
}

func moversReport(r *reading, u store.UptakeMovers) *report {
	rep := &report{title: fmt.Sprintf("Largest changes of the uptake of %s (%s), %s to %s", u.Name, u.Asked.Innovation, u.Asked.From, u.Asked.To)}
	rep.aboutUptake(r.view, &u.UptakeAbout)
	rep.note("%d of %d with a figure in both. The interval is for chance alone.", len(u.Rows), u.Of)
	rep.note("Level split at: where the values before differ most from those after (Pettitt's test; p is the chance of that without a change). A steady rise or fall has no beginning: there it is about the middle.")
	rows := section{name: "movers", head: []string{"name", "from", "to", "change", "95 % low", "95 % high", "no interval", "way", "level split at", "p", "key"}, keys: "key", empty: "Nobody has a figure in both periods."}
	for _, m := range u.Rows {
		low, high, reason := "", "", m.Reason
		if m.Low != nil && m.High != nil {
			low, high, reason = floatText(*m.Low), floatText(*m.High), ""
		}
		split, chance := "not known: "+m.BeganReason, ""
		if m.Began != nil {
			split, chance = m.Began.Period.String(), floatText(m.Began.P)
		}
		rows.add(m.Name, floatText(m.From), floatText(m.To), floatText(m.Change), low, high, reason, m.Moved, split, chance, string(m.Organisation))
	}
	rep.sections = []section{rows, withoutSection(u.Without)}
	return rep
}
