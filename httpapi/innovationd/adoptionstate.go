package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// stagesText lists stages that an organisation is at, or may be at.
func stagesText(a innovation.AdoptionStanding) string {
	var out []string
	add := func(text string, at innovation.Answer) {
		switch at {
		case innovation.Yes:
			out = append(out, text)
		case innovation.Possibly:
			out = append(out, text+" (possibly)")
		}
	}
	for _, s := range a.Stages {
		add(string(s.Stage), s.At)
	}
	add("stopped", a.Stopped)
	if out == nil {
		return "not known"
	}
	return ids(out)
}

// useText says whether an organisation uses an innovation.
func useText(a innovation.AdoptionStanding) string {
	if a.Standing.Partly {
		return "partly"
	}
	return a.InUse.String()
}

func adoptionCommand() *command {
	q, firm := &query{}, innovation.EvidenceGrade("")
	return &command{
		name: "adoption", args: "INNOVATION ORGANISATION", min: 2, max: 2,
		short: "where an organisation stands with an innovation, since when and on what evidence",
		long: `Both may be keys or names. The events of bodies that became the organisation count
for it until it has spoken for itself. What each grade of evidence says stands
apart, and so does what is only planned.

Sections for -format csv: standing, evidence, events, planned, findings.`,
		examples: []string{"innovationd adoption inn-pincer ouh", "innovationd adoption inn-pincer ouh -on 2019-03-31 -firm audited"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			bindFirm(f, &firm)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				id, err := r.findInnovation(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				body, err := r.find(ctx, args[1])
				if err != nil {
					return nil, nil, err
				}
				s, err := r.AdoptionState(ctx, r.view, id, body, firm)
				if err != nil {
					return nil, nil, err
				}
				return s, adoptionReport(r, s), nil
			})
		},
	}
}

func adoptionReport(r *reading, s store.AdoptionState) *report {
	rep := &report{title: fmt.Sprintf("%s with %s, as of %s", s.OrganisationName, s.InnovationName, longDate(r.view.On))}
	rep.asOf(r.view, s.Recipe)
	rep.note("%s Evidence is firm from %s on.", s.Rule, s.Firm)
	one := section{name: "standing", head: []string{"what", "answer"}}
	one.add("in use", useText(s.AdoptionStanding))
	one.add("stage", stagesText(s.AdoptionStanding))
	if s.Standing.Grade != "" {
		one.add("best evidence", words(string(s.Standing.Grade)))
	}
	if !s.Possible.IsZero() {
		since := "from " + s.Possible.String()
		switch {
		case s.Certain.IsZero():
			since = "possibly from " + s.Possible.String()
		case s.Certain != s.Possible:
			since = "certainly from " + s.Certain.String() + ", possibly from " + s.Possible.String()
		}
		one.add("in use since", since)
	}
	if s.ExtentHigh > 0 {
		one.add("part of it that uses it", partText(s.ExtentLow, s.ExtentHigh))
	}
	if len(s.Standing.From) > 0 {
		one.add("by the events of", ids(s.Standing.From))
	}
	if !s.Spell.LastConfirmed.IsZero() {
		one.add("last confirmed", s.Spell.LastConfirmed)
	}
	if !s.Spell.Stopped.IsZero() && s.Stopped != innovation.No {
		one.add("stopped", s.Spell.Stopped)
		one.add("why it stopped", cmp.Or(s.Spell.ReasonLabel, "not stated"))
	}
	eligible := s.Eligible.String()
	if !s.EligibleKnown {
		eligible = "not known: the register does not say who could adopt it"
	} else if s.EligibleReason != "" {
		eligible += ": " + s.EligibleReason
	}
	one.add("could adopt it", eligible)
	lines := section{name: "evidence", title: "What each grade of evidence says", head: []string{"evidence", "stage", "since"}}
	for _, l := range s.Lines {
		lines.add(words(string(l.Grade)), cmp.Or(string(l.Stage), "stopped"), l.Since)
	}
	event := func(name, title string, all []innovation.Recorded[innovation.Adoption]) section {
		out := section{name: name, title: title, head: []string{"day", "organisation", "what", "stage", "evidence", "why", "note", "source"}}
		for _, e := range all {
			a, cited := e.Value, e.Sources
			if a.Source != "" && !slices.ContainsFunc(cited, func(c innovation.Citation) bool { return c.Source == a.Source }) {
				cited = append([]innovation.Citation{{Source: a.Source}}, cited...)
			}
			reason := ""
			if a.Reason != "" {
				reason = a.Reason.Label()
			}
			out.add(a.Day, string(a.Organisation), string(a.Step), string(a.Stage), words(string(a.Grade)), reason, a.Note, cited)
		}
		return out
	}
	events := event("events", "Events", s.Events)
	if !knewNothing(s.Recipe) {
		events.empty = "No event is known by this day, which does not mean that it does not use it."
	}
	findings := section{name: "findings", title: "What does not fit together", head: []string{"rule", "detail"}}
	for _, f := range s.Findings {
		findings.add(string(f.Rule), f.Detail)
	}
	rep.sections = []section{one, lines, events, event("planned", "Planned, and no event yet", s.Planned), findings}
	return rep
}

func adoptionsCommand() *command {
	q, ask := &query{}, store.AdoptionFilter{}
	return &command{
		name: "adoptions", max: 0,
		short: "the innovations of an organisation, or the organisations of an innovation",
		long: `With -organisation its innovations, with -innovation the organisations: where each
stands, since when, and when it was last heard of. Organisations are those of the
day; bodies that became others stand under what they became.

Sections for -format csv: adoptions.`,
		examples: []string{"innovationd adoptions -organisation ouh", "innovationd adoptions -innovation inn-pincer -in-use possibly -on 2019-03-31"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, (*string)(&ask.Organisation), "organisation", "", "the innovations of this `ORGANISATION`: a key or a name")
			stringVar(f, (*string)(&ask.Innovation), "innovation", "", "the organisations of this `INNOVATION`: a key or a name")
			stringVar(f, (*string)(&ask.Stage), "stage", "", "only those at, or possibly at, this `STAGE`: identified, assessing, piloting, adopted or embedded")
			stringVar(f, &ask.InUse, "in-use", "", "only those with this `ANSWER` to whether it is in use: yes, possibly or no")
			bindFirm(f, &ask.Firm)
			intVar(f, &ask.Limit, "limit", 100, "list at most this `NUMBER`, to 1000")
			stringVar(f, &ask.Page, "page", "", "the `TOKEN` of the next page")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-limit", innovation.RulePageLimitInvalid, ask.Limit, 1000); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if err := findAll(func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }, &ask.Organisation); err != nil {
					return nil, nil, err
				}
				if ask.Innovation != "" {
					if ask.Innovation, err = r.findInnovation(ctx, string(ask.Innovation)); err != nil {
						return nil, nil, err
					}
				}
				l, err := r.Adoptions(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return l, adoptionsReport(r, l), nil
			})
		},
	}
}

func adoptionsReport(r *reading, l store.AdoptionList) *report {
	of := "Innovations of " + string(l.Asked.Organisation)
	what := "innovation"
	if l.Asked.Innovation != "" {
		of, what = "Organisations with "+string(l.Asked.Innovation), "organisation"
	}
	rep := &report{title: of + ", as of " + longDate(r.view.On)}
	rep.asOf(r.view, l.Recipe)
	rep.note("%s Evidence is firm from %s on.", l.Rule, l.Asked.Firm)
	rows := section{name: "adoptions", head: []string{what, "in use", "stage", "evidence", "since", "last sign", "why it stopped", "by the events of", "key"}, keys: "key"}
	if !knewNothing(l.Recipe) {
		rows.empty = "No event is known by this day."
	}
	for _, a := range l.Adoptions {
		key := string(a.Organisation)
		if l.Asked.Organisation != "" {
			key = string(a.Innovation)
		}
		since := a.Certain.String()
		if a.Certain.IsZero() && !a.Possible.IsZero() {
			since = "possibly " + a.Possible.String()
		}
		reason := ""
		if a.Stopped != innovation.No {
			reason = a.Spell.ReasonLabel
		}
		rows.add(a.Name, useText(a.AdoptionStanding), stagesText(a.AdoptionStanding), words(string(a.Standing.Grade)), since, dayText(a.Spell.LastSign), reason, ids(a.Standing.From), key)
	}
	if l.Next != "" {
		rows.notes = append(rows.notes, "There are more: -page "+l.Next)
	}
	rep.sections = []section{rows}
	return rep
}
