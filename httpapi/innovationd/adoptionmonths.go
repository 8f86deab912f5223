package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func adoptionMonthsCommand() *command {
	q, ask, foot := &query{}, innovation.AdoptionMonthsQuery{}, footprint{}
	var from, to string
	return &command{
		name: "adoption-months", args: "[INNOVATION]", min: 0, max: 1,
		short: "how many came to use an innovation, or all of them, for the first time in each month",
		long: `Complete months up to the day. Certain: those that by evidence certainly had come to
use it by a day of the month, and not before; possible: those that may have. That
one stopped later does not undo it. Without an innovation all are taken together:
an organisation counts once for each.

Sections for -format csv: months, groups.`,
		examples: []string{"innovationd adoption-months", "innovationd adoption-months inn-pincer -by network -from 2018-04 -to 2019-03"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &from, "from", "", "the first `MONTH`, as 2018-04; that of the first adopter when left out")
			stringVar(f, &to, "to", "", "the last `MONTH`; that of the last first adopter when left out, and with -format json the last complete one")
			stringVar(f, (*string)(&ask.Grade), "grade", "", "only evidence of this `GRADE` or better: self-reported, supplier-reported, ordered, observed or audited")
			stringVar(f, &ask.By, "by", "", "a curve for each `GROUP`: network, kind, or a kind of body they lie within, as icb or nhs-region")
			foot.bind(f, "those of the day asked about, also for months before; organisations as recorded when neither it nor -by is given")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			f, given, err1 := foot.read()
			if given {
				ask.Footprint = &f
			}
			var err2, err3 error
			ask.From, err2 = parseMonth("from", from)
			ask.To, err3 = parseMonth("to", to)
			if err := flagged(err1, err2, err3); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if len(args) > 0 {
					if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
						return nil, nil, err
					}
				}
				m, err := r.AdoptionMonths(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return m, adoptionMonthsReport(r, m, to == ""), nil
			})
		},
	}
}

// parseMonth reads a month, or none.
func parseMonth(name, text string) (innovation.Date, error) {
	b, err := innovation.ParseBound(text)
	if err == nil && !b.IsZero() && b.Precision() != innovation.PrecisionMonth {
		err = innovation.Invalidf(innovation.RuleQuestionInvalid, "", "%s is no month", quote(text)).Trying("write 2019-04")
	}
	return b.Earliest, inFlag(name, err)
}

func adoptionMonthsReport(r *reading, m store.AdoptionMonths, open bool) *report {
	of := cmp.Or(string(m.Asked.Innovation), "all innovations")
	rep := &report{title: fmt.Sprintf("First adopters of %s by month, to %s", of, innovation.MonthText(m.Asked.To))}
	rep.asOf(r.view, m.Recipe)
	rep.note("%s", m.Rule)
	if m.Basis != nil {
		rep.basis(*m.Basis)
	}
	if m.Asked.Grade != innovation.SelfReported {
		rep.note("Only evidence of the grade %s or better counts.", m.Asked.Grade)
	}
	if b := m.Total.Before; b.High > 0 {
		rep.note("Before the first month, or on a day that is not known: %s.", countText(b))
	}
	head := []string{"month", "certain", "possible", "certain so far", "possible so far"}
	months := section{name: "months", head: head}
	if !knewNothing(m.Recipe) {
		months.empty = "Nobody is known to have come to use it by then."
	}
	all := m.Total.Months
	some := lastOf(len(all), func(i int) bool { return all[i].Certain != 0 || all[i].Possible != 0 })
	if some > 0 && some < len(all) {
		months.under = []string{"Nobody is known to have come to use it for the first time after " + innovation.MonthText(all[some-1].Month) + "."}
		if open {
			months.under[0] += " The months after it are left out: -to " + innovation.MonthText(all[len(all)-1].Month) + " lists them."
			all = all[:some]
		}
	}
	for _, n := range all {
		months.add(innovation.MonthText(n.Month), int(n.Certain), int(n.Possible), int(n.Cumulative.Low), int(n.Cumulative.High))
	}
	groups := section{name: "groups", title: "By " + words(m.Asked.By), head: append([]string{words(m.Asked.By)}, append(head, "key")...), keys: "key"}
	for _, c := range m.Groups {
		for _, n := range c.Months {
			if n.Certain != 0 || n.Possible != 0 {
				groups.add(groupName(c.Group, c.Name, c.Unknown), innovation.MonthText(n.Month), int(n.Certain), int(n.Possible), int(n.Cumulative.Low), int(n.Cumulative.High), c.Group)
			}
		}
	}
	rep.sections = []section{months, groups}
	return rep
}

func adoptionMovementCommand() *command {
	q, ask, foot := &query{}, innovation.AdoptionMovementQuery{}, footprint{}
	var from, to string
	return &command{
		name: "adoption-movement", args: "INNOVATION", min: 1, max: 1,
		short: "how the number of adopters changed: opening, new, stopped, merged and the like, closing",
		long: `From the end of the day before the first to the end of the last. Each line is of the
certain and of the possible adopters, and the lines add up exactly. On the
footprint of then mergers change the number of adopters; held at a day they do not.

Sections for -format csv: movement, organisations.`,
		examples: []string{"innovationd adoption-movement inn-pincer -from 2019-04-01 -to 2020-03-31",
			"innovationd adoption-movement inn-qbtest -by nhs-region -footprint held -footprint-day 2019-04-01"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &from, "from", "", "the first `DAY`; a year before the last when left out")
			stringVar(f, &to, "to", "", "the last `DAY`; the day asked about when left out")
			stringVar(f, (*string)(&ask.Programme), "programme", "", "of those who could adopt as the `PROGRAMME` with this key sees it")
			int64Var(f, &ask.Phase, "phase", 0, "and as this `PHASE` of it sees it: its number")
			stringVar(f, &ask.By, "by", "", "a table for each `GROUP`: network, kind, or a kind of body they lie within, as icb or nhs-region")
			bindFirm(f, &ask.Firm)
			foot.bind(f, "those of each of the two days")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			var err1, err2, err3 error
			ask.Footprint, _, err1 = foot.read()
			if from != "" {
				ask.From, err2 = innovation.ParseDate(from)
			}
			if to != "" {
				ask.To, err3 = innovation.ParseDate(to)
			}
			if err := flagged(err1, inFlag("from", err2), inFlag("to", err3)); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				m, err := r.AdoptionMovement(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return m, adoptionMovementReport(r, m), nil
			})
		},
	}
}

// lastOf is how many there are to the last that is so.
func lastOf(n int, so func(int) bool) int {
	for n > 0 && !so(n-1) {
		n--
	}
	return n
}

// movementLines say the kinds of movement in words.
var movementLines = map[innovation.MovementKind]string{
	innovation.MovedNew: "new", innovation.MovedRestarted: "restarted", innovation.MovedStopped: "stopped", innovation.MovedReversed: "fell back before use",
	innovation.MovedEvidence: "by other evidence", innovation.MovedMergedIn: "made by a merger", innovation.MovedMergedOut: "went into another",
	innovation.MovedSplitIn: "made by a split", innovation.MovedSplitOut: "was split", innovation.MovedRenamedIn: "renamed: new key", innovation.MovedRenamedOut: "renamed: old key",
	innovation.MovedFounded: "founded", innovation.MovedClosed: "closed", innovation.MovedEligible: "could adopt from then on", innovation.MovedIneligible: "could adopt no longer",
	innovation.MovedGroupIn: "came from another group", innovation.MovedGroupOut: "went to another group",
}

func adoptionMovementReport(r *reading, m store.AdoptionMovement) *report {
	rep := &report{title: fmt.Sprintf("Adopters of %s from %s to %s", m.Asked.Innovation, longDate(m.Asked.From), longDate(m.Asked.To))}
	rep.asOf(r.view, m.Recipe)
	rep.note("%s", m.Rule)
	if m.Opening == m.Closing {
		rep.basis(m.Closing)
	} else {
		rep.basisOf("Opening footprint", m.Opening)
		rep.basisOf("Closing footprint", m.Closing)
	}
	by := cmp.Or(words(m.Asked.By), "of")
	rows := section{name: "movement", head: []string{by, "movement", "certain", "possible", "key"}, keys: "key"}
	for _, row := range append([]innovation.MovementRow{m.Total}, m.Groups...) {
		name := groupName(row.Group, row.Name, row.Unknown)
		rows.add(name, "opening", int(row.Opening.Low), int(row.Opening.High), row.Group)
		for _, v := range row.Movements {
			rows.add(name, movementLines[v.Kind], change(v.Certain), change(v.Possible), row.Group)
		}
		rows.add(name, "closing", int(row.Closing.Low), int(row.Closing.High), row.Group)
	}
	bodies := section{name: "organisations", title: "Organisations that changed", head: []string{"organisation", "movement", "certain", "possible", "key"}, keys: "key"}
	for _, b := range m.Bodies {
		for _, v := range b.Movements {
			bodies.add(cmp.Or(b.Name, string(b.Organisation)), movementLines[v.Kind], change(v.Certain), change(v.Possible), string(b.Organisation))
		}
	}
	rep.sections = []section{rows, bodies}
	return rep
}
