package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func licenceCommand() *command {
	q := &query{}
	return &command{
		name: "licence", args: "KEY", min: 1, max: 1,
		short: "one licence as it read on a day, with its versions",
		long: `Everything that was in force on the day, with all that was decided by then
worked in, and the days on which the licence began to read differently.

Sections for -format csv: licence, licensors, conditions, provisions, decisions,
claims, versions.`,
		examples: []string{"innovationd licence lic-1-oxford -on 2014-01-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				l, err := r.Licence(ctx, r.view, innovation.LicenceID(args[0]))
				if err != nil {
					return nil, nil, err
				}
				rep, err := licenceReport(ctx, r, l)
				return l, rep, err
			})
		},
	}
}

func licenceReport(ctx context.Context, r *reading, l store.LicenceReading) (*report, error) {
	v, s := l.Licence.Value, l.Status
	orgs := []innovation.OrganisationID{v.Holder, s.ContractingBody}
	for _, li := range s.Licensors {
		orgs = append(orgs, li.Licensor, li.PassedBy, li.ContractingBody)
	}
	if err := r.nameAll(ctx, orgs...); err != nil {
		return nil, err
	}
	rep := &report{title: fmt.Sprintf("Licence %s as it read on %s", v.Licence, longDate(l.On))}
	rep.asOf(r.view, l.Recipe)
	fields := section{name: "licence", head: []string{"what", "value", "source"}}
	field := func(what string, value any, sources []innovation.Citation) {
		if value != "" {
			fields.add(what, value, sources)
		}
	}
	field("holder", r.names[v.Holder]+" ("+string(v.Holder)+")", l.Licence.Sources)
	field("round", fmt.Sprintf("%d: %s", l.Round.Value.Number, l.Round.Value.Title), l.Round.Sources)
	field("announced", dayText(v.AnnouncedOn), nil)
	field("standing", standingText(s), nil)
	field("grade", gradeText(s), nil)
	field("term", s.EffectiveTerm.String(), nil)
	field("start disputed", map[bool]string{true: "yes, see the claims"}[s.StartDisputed], nil)
	if s.SucceededBy != "" {
		field("followed by", fmt.Sprintf("%s (%s)", s.SucceededBy, s.SucceededBasis), nil)
	}
	field("contracting body", r.names[s.ContractingBody], nil)
	field("note", v.Note, nil)

	licensors := section{name: "licensors", title: "Licensors on this day", head: []string{"licensor", "commission", "value", "period", "contracts through", "passed on by", "possibly"}}
	for _, li := range s.Licensors {
		value := ""
		if !li.Value.IsZero() {
			value = li.Value.String()
		}
		licensors.add(cmp.Or(r.names[li.Licensor], string(li.Licensor)), li.Commission, value, li.Period,
			r.names[li.ContractingBody], r.names[li.PassedBy], li.Possibly)
	}
	conditions := section{name: "conditions", title: "Conditions", head: []string{"condition", "text", "state", "due", "overdue since", "decided on", "by", "outcome", "source"}}
	for _, c := range s.Conditions {
		conditions.add(string(c.Condition), c.Text, string(c.State), c.Due, c.OverdueSince, c.DecidedOn, string(c.DecidedBy), words(c.Outcome), c.Sources)
	}
	provisions := section{name: "provisions", title: "Duties, functions, options and steps in force", head: []string{"provision", "type", "text", "due", "period", "outcome", "source"}}
	for _, c := range l.Provisions {
		provisions.add(string(c.Value.Provision), words(c.Value.Type), c.Value.Text, c.Value.Due, c.Value.Period, outcomeText(c.Value), c.Sources)
	}
	decisions := section{name: "decisions", title: "Decisions by this day", head: []string{"day", "decision", "by", "condition", "grade", "until", "source", "note"}}
	for _, d := range l.Decisions {
		decisions.add(d.Value.Day, words(string(d.Value.Type)), string(d.Value.By), string(d.Value.Condition), string(d.Value.Grade), d.Value.Until, d.Sources, d.Value.Note)
	}
	claims := section{name: "claims", title: "What sources claim", head: []string{"about", "topic", "claims", "said on", "source", "note"}}
	for _, c := range l.Claims {
		addClaim(&claims, c)
	}
	versions := section{name: "versions", title: "Days on which it began to read differently", head: []string{"day", "this one"}}
	for _, d := range l.Versions {
		versions.add(d, d == l.Since)
	}
	rep.sections = []section{fields, licensors, conditions, provisions, decisions, claims, versions}
	return rep, nil
}

// outcomeText is what became of a provision. Without a due day nothing says by
// when: the outcome may lie after the day asked about.
func outcomeText(p innovation.Provision) string {
	text := words(p.Outcome)
	if text != "" && p.Due.IsZero() {
		text += " (undated)"
	}
	return text
}
