package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func runwayCommand() *command {
	q, ask, opening := &query{}, innovation.RunwayQuery{}, ""
	var slips texts
	return &command{
		name: "runway", args: "KEY-or-name", min: 1, max: 1,
		short: "when an organisation's money runs out, and what stops if a condition slips",
		long: `The balance month by month from that of the day asked about: instalments that are
due and not kept back, forecast income and forecast spending. What is not known
makes the balance an interval, and where nothing is recorded it is not known.
-slip takes a condition to be met, or an instalment to be paid, only on a day; it
may be given several times.

Sections for -format csv: months, stopped, instalments, holdings, left-out.`,
		examples: []string{
			"innovationd runway ahsn-oxford -on 2013-06-01 -months 12",
			"innovationd runway ahsn-oxford -opening 250000 -slip condition/oxford-plan:2027-06-30",
		},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			intVar(f, &ask.Months, "months", 12, "`MONTHS` to look ahead, 12 when left out")
			stringVar(f, &opening, "opening", "", "the balance before the first month in `POUNDS`, or its bounds as 10000..15000; what came under awards less what was spent when left out")
			int64Var(f, &ask.ForecastVersion, "version", 0, "the `VERSION` of the forecast; the latest made by the day when left out")
			f.Var(&slips, "slip", "what slips until when: condition/KEY:DAY or instalment/KEY:DAY, as `SLIP` condition/oxford-plan:2014-06-30")
			boolVar(f, &ask.Spread, "spread", false, "spread lines for a financial year evenly over its months")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			var err error
			ask.Opening, err = parseBalance("opening", opening)
			errs := []error{err, fromOne("-months", innovation.RuleHorizonInvalid, ask.Months, innovation.MaxRunwayMonths)}
			for _, text := range slips {
				s, err := parseSlip(text)
				ask.Slips, errs = append(ask.Slips, s), append(errs, err)
			}
			if err := flagged(errs...); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				if ask.Organisation, err = r.find(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				w, err := r.Runway(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return w, runwayReport(r, w), nil
			})
		},
	}
}

// parseSlip reads condition/oxford-plan:2014-06-30.
func parseSlip(text string) (s innovation.Slip, err error) {
	what, day, _ := strings.Cut(text, ":")
	kind, key, _ := strings.Cut(what, "/")
	switch kind {
	case string(innovation.KindCondition):
		s.Condition = innovation.ConditionID(key)
	case string(innovation.KindInstalment):
		s.Instalment = innovation.InstalmentID(key)
	}
	if s == (innovation.Slip{}) {
		return s, innovation.Invalidf(innovation.RuleSlipInvalid, "-slip", "%s does not say what slips", quote(text)).
			Trying("condition/KEY:DAY or instalment/KEY:DAY, as condition/oxford-plan:2014-06-30")
	}
	s.Until, err = innovation.ParseDate(day)
	return s, inFlag("slip", err)
}

func runwayReport(r *reading, w store.Runway) *report {
	rep := &report{title: fmt.Sprintf("Runway of %s (%s) from %s", w.Name, w.Organisation, longDate(r.view.On))}
	rep.asOf(r.view, w.Recipe)
	if w.Opening.Known {
		rep.note("Before the first month: %s.", w.Opening.Amount)
	} else {
		rep.note("The balance before the first month is not known: %s.", missing(w.Opening))
	}
	switch w.Version {
	case 0:
		rep.note("No forecast was made by this day.")
	default:
		rep.note("Forecast: version %d.", w.Version)
	}
	if len(w.Asked.Slips) == 0 {
		rep.note("%s", negativeText("The balance", w.Negative))
	} else {
		rep.note("%s", negativeText("With what slips, the balance", w.Negative))
	}
	if w.WithoutSlips != nil {
		rep.note("%s", negativeText("If nothing slips, it", *w.WithoutSlips))
	}
	for _, n := range w.Notes {
		rep.note("Note: %s.", n)
	}
	months := section{name: "months", head: []string{"month", "received", "instalments", "other income", "spend", "closing", "why not known"}}
	due := section{name: "instalments", title: "Instalments that are not paid", head: []string{"month", "instalment", "award", "due", "amount", "state", "may come", "comes by", "kept back by"}}
	list := func(month string, all []innovation.RunwayInstalment) {
		for _, i := range all {
			due.add(month, string(i.Instalment), string(i.Award), i.Due, i.Amount, string(i.State), i.May, i.Comes, strings.Join(i.By, "; "))
		}
	}
	for _, m := range w.Months {
		month := m.Month.String()[:7]
		why := missing(m.Closing)
		if m.Closing.Known {
			why = ""
		}
		months.add(month, reckoned(m.Received), reckoned(m.Instalments), reckoned(m.OtherIncome), reckoned(m.Spend), reckoned(m.Closing), why)
		list(month, m.Due)
		list(month+", late", m.Late)
	}
	list("month not known", w.Undated)
	stopped := section{name: "stopped", title: "What stops because of what slips",
		head: []string{"instalment", "award", "amount", "due", "kept back by", "comes by", "if nothing slips", "would come by"}}
	for _, i := range w.Stopped {
		stopped.add(string(i.Instalment), string(i.Award), i.Amount, i.Due, strings.Join(i.By, "; "), notKnownDate(i.Comes), string(i.PlainState), notKnownDate(i.PlainComes))
	}
	if len(w.Asked.Slips) > 0 && len(w.Stopped) == 0 {
		stopped.empty = "No instalment that is recorded stops."
	}
	holdings := section{name: "holdings", title: "Held for others: never its own, and in no balance", head: []string{"for", "amount", "period", "source", "note"}}
	for _, h := range w.Holdings {
		holdings.add(string(h.Value.For), h.Value.Amount, h.Value.Period, h.Sources, h.Value.Note)
	}
	out := leftOutSection("Not counted, or not in a month of its own")
	addLeftOut(&out, string(w.Organisation), w.LeftOut)
	rep.sections = []section{months, stopped, due, holdings, out}
	return rep
}

func notKnownDate(d innovation.Date) string {
	if d.IsZero() {
		return "not known"
	}
	return d.String()
}

// negativeText says when a balance falls below nothing.
func negativeText(balance string, n innovation.RunwayNegative) string {
	var parts []string
	month := func(text string, d innovation.Date) {
		if !d.IsZero() {
			parts = append(parts, fmt.Sprintf("%s %s %d", text, d.Month(), d.Year()))
		}
	}
	month("is certainly below nothing at the end of", n.Certainly)
	if n.Possibly != n.Certainly {
		month("may be below nothing at the end of", n.Possibly)
	}
	month("is not known from", n.NotKnown)
	if parts == nil {
		return balance + " does not fall below nothing in these months."
	}
	return balance + " " + strings.Join(parts, ", and ") + "."
}
