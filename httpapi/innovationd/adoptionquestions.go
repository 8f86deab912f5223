package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// adoptionQuestionCommands are the commands that ask about the adoption of an
// innovation besides counts.
func adoptionQuestionCommands() []*command {
	return []*command{innovationsCommand(), innovationCommand(), programmeCommand(), observationsCommand(), stillUsingCommand(), quietStopsCommand(), stopsCommand(),
		whoNextCommand(), milestonesCommand(), costPerAdopterCommand(), peerGroupCommand()}
}

// findInnovation makes a key of what the user typed: the key of an innovation,
// or a part of a name that only one has.
func (r *reading) findInnovation(ctx context.Context, text string) (innovation.InnovationID, error) {
	id := innovation.InnovationID(text)
	var missing error
	if innovation.CheckKey("", text) == nil {
		if _, missing = r.Innovation(ctx, r.view, id); missing == nil {
			return id, nil
		} else if innovation.Violations(missing) == nil {
			return "", missing
		}
	}
	list, err := r.Innovations(ctx, r.view, store.InnovationFilter{Text: text, Limit: 20})
	if err != nil {
		return "", err
	}
	var exact []innovation.InnovationID
	for _, i := range list.Innovations {
		if strings.EqualFold(i.Name, text) {
			exact = append(exact, i.Innovation)
		}
	}
	switch {
	case len(list.Innovations) == 1:
		return list.Innovations[0].Innovation, nil
	case len(exact) == 1:
		return exact[0], nil
	case len(list.Innovations) > 1:
		var b strings.Builder
		fmt.Fprintf(&b, "%s may mean several innovations:", quote(text))
		for _, i := range list.Innovations {
			fmt.Fprintf(&b, "\n  %-40s %s", i.Innovation, i.Name)
		}
		return "", failed(b.String()).trying("name one of them by its key")
	case missing != nil:
		return "", missing
	}
	return "", &innovation.Error{Kind: innovation.NotFound, Rule: "entity-not-found", Detail: "no innovation ever had the name " + quote(text),
		Try: `innovationd innovations -q "part of a name"`}
}

// bindFirm adds the flag for the grade of evidence that is firm.
//
//go:noinline // many places would hold a copy of it
func bindFirm(f *flag.FlagSet, firm *innovation.EvidenceGrade) {
	stringVar(f, (*string)(firm), "firm", "", "the weakest `GRADE` of evidence that is firm: self-reported, supplier-reported, ordered, observed or audited; observed when left out")
}

// bindBy adds the flag for what organisations are grouped by.
func bindBy(f *flag.FlagSet, by *string) {
	stringVar(f, by, "by", "", "group the organisations by this `GROUP`: network, kind, or a kind of body they lie within, as icb or nhs-region; network when left out")
}

// basis says what an answer about adoption stands on.
func (r *report) basis(b innovation.AdoptionBasis) { r.basisOf("Footprint", b) }

// basisOf says so of one of several days.
func (r *report) basisOf(which string, b innovation.AdoptionBasis) {
	what := b.Footprint.String()
	if b.Footprint.Mode != innovation.FootprintHeld && b.Footprint.Mode != innovation.FootprintDay {
		what = "organisations of " + longDate(b.Day)
	}
	who := "Who could adopt is not recorded: those count that are known to have to do with it, " + plural(b.Eligible, "organisation", "organisations") + "."
	if b.EligibleKnown {
		who = plural(b.Eligible, "organisation", "organisations") + " could adopt it"
		if b.EligibleCertain < b.Eligible {
			who += ", " + thousands(b.EligibleCertain) + " of them certainly"
		}
		if b.Programme != "" {
			who += ", as " + string(b.Programme) + " sees it"
		}
		who += "."
	}
	r.note("%s: %s. %s Evidence is firm from %s on.", which, what, who, b.Firm)
}

// rangeText is a number that is known to lie between two.
func rangeText(low, high int) string {
	if low == high {
		return thousands(low)
	}
	return thousands(low) + " to " + thousands(high)
}

// inGroups lists groups by their names.
func inGroups(groups []innovation.AdoptionGroup) string {
	var out []string
	for _, g := range groups {
		text := g.Name
		if text == "" {
			text = string(g.Group)
		}
		if g.Holds == innovation.Possibly {
			text += " (possibly)"
		}
		out = append(out, text)
	}
	if out == nil {
		return "not known"
	}
	return strings.Join(out, "; ")
}

// groupSection counts organisations by group.
func groupSection(by, what string, groups []innovation.GroupCount) section {
	s := section{name: "groups", title: "By " + words(by), head: []string{words(by), what, "key"}, keys: "key"}
	for _, g := range groups {
		name := g.Name
		if g.Group == "" {
			name = "not known"
		}
		s.add(name, rangeText(g.Low, g.High), string(g.Group))
	}
	return s
}

func orNotKnown(text string) string {
	if text == "" {
		return "not known"
	}
	return text
}

// factNumbers lists facts.
func factNumbers(facts []innovation.FactID) string {
	var out []string
	for _, f := range facts {
		out = append(out, strconv.FormatInt(int64(f), 10))
	}
	return strings.Join(out, ", ")
}

func stillUsingCommand() *command {
	q, ask := &query{}, innovation.StillUsingQuery{}
	var notice int64
	return &command{
		name: "still-using", args: "KEY-or-name", min: 1, max: 1,
		short: "who uses an innovation, or used it when a notice was issued",
		long: `Each organisation that certainly or possibly uses the innovation, on what evidence,
since when, when it was last confirmed, and by what network it is served; then
those that had stopped. With -notice, the day of a recall or an advice to stop is
looked at, and it is said who stopped since. Bodies that became others are
followed. The numbers of notices stand in the answer.

Sections for -format csv: using, stopped, groups, notices.`,
		examples: []string{"innovationd still-using inn-pincer", "innovationd still-using inn-escape-pain -notice 4711 -by icb"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			int64Var(f, &notice, "notice", 0, "the `NUMBER` of the fact that is the notice")
			bindBy(f, &ask.By)
			bindFirm(f, &ask.Firm)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			ask.Notice = innovation.FactID(notice)
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				s, err := r.StillUsing(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return s, stillUsingReport(r, s), nil
			})
		},
	}
}

func stillUsingReport(r *reading, s store.StillUsing) *report {
	rep := &report{title: "Who uses " + string(s.Asked.Innovation) + " on " + longDate(s.Day)}
	rep.asOf(r.view, s.Recipe)
	rep.basis(s.Basis)
	if s.Notice != nil {
		rep.note("Notice of %s (%s): %s", s.Notice.Value.Day, words(s.Notice.Value.Type), s.Notice.Value.Text)
	}
	rep.note("%s known to have used it.", plurals(s.Low, s.High, "organisation is", "organisations are"))
	if s.Day.Before(r.view.On) {
		rep.note("%s by %s.", plural(len(s.StoppedSince), "of them no longer does", "of them no longer do"), longDate(r.view.On))
	}
	using := section{name: "using", head: []string{"organisation", words(s.Asked.By), "uses it", "evidence", "since", "last confirmed", "last sign", "now", "stopped", "why", "by the events of", "key"}, keys: "key"}
	if !knewNothing(s.Recipe) {
		using.empty = "None is known to use it on that day, which does not mean that none does."
	}
	for _, u := range s.Using {
		uses := u.Uses.String()
		if u.Standing.Partly {
			uses = "partly"
		}
		using.add(u.Name, inGroups(u.Groups), uses, words(string(u.Spell.Grade)), orNotKnown(dayText(u.Spell.Since)), dayText(u.Spell.LastConfirmed), dayText(u.Spell.LastSign),
			u.Now, dayText(u.StoppedSince), u.ReasonLabel, ids(u.Standing.From), string(u.Organisation))
	}
	stopped := section{name: "stopped", title: "Had stopped by then", head: []string{"organisation", words(s.Asked.By), "used since", "stopped", "why", "key"}, keys: "key"}
	for _, u := range s.StoppedBefore {
		stopped.add(u.Name, inGroups(u.Groups), dayText(u.Spell.Since), orNotKnown(dayText(u.Spell.Stopped)), u.Spell.ReasonLabel, string(u.Organisation))
	}
	told := section{name: "notices", title: "Notices", head: []string{"number", "day", "what", "text", "source"}}
	for _, n := range s.Notices {
		told.add(int64(n.ID), n.Value.Day, words(n.Value.Type), n.Value.Text, n.Sources)
	}
	rep.sections = []section{using, stopped, groupSection(s.Asked.By, "use it", s.Groups), told}
	return rep
}

// plurals is "1 act", "2 to 3 acts".
func plurals(low, high int, one, many string) string {
	if low == high {
		return plural(low, one, many)
	}
	return rangeText(low, high) + " " + many
}

func quietStopsCommand() *command {
	q, ask := &query{}, innovation.QuietStopsQuery{}
	var named string
	return &command{
		name: "quiet-stops", args: "[KEY-or-name]", min: 0, max: 1,
		short: "where an innovation was in use and has not been heard of for some months",
		long: `Of an innovation, or with -organisation of all innovations of one organisation: in
use as far as is known, and no event or confirmation for so many months. Quiet is
not stopped, and is never counted so.

Sections for -format csv: quiet, groups.`,
		examples: []string{"innovationd quiet-stops inn-pincer -months 12", "innovationd quiet-stops -organisation ouh -on 2024-01-01"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &named, "organisation", "", "all innovations of this `ORGANISATION`: a key or a name")
			intVar(f, &ask.Months, "months", 6, "how many `MONTHS` without a sign of life")
			bindBy(f, &ask.By)
			bindFirm(f, &ask.Firm)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-months", innovation.RuleQuestionInvalid, ask.Months, 1200); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if len(args) > 0 {
					if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
						return nil, nil, err
					}
				}
				ask.Organisation = innovation.OrganisationID(named)
				if err := findAll(func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }, &ask.Organisation); err != nil {
					return nil, nil, err
				}
				s, err := r.QuietStops(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return s, quietStopsReport(r, s), nil
			})
		},
	}
}

func quietStopsReport(r *reading, s store.QuietStops) *report {
	of := string(s.Asked.Innovation)
	if of == "" {
		of = "innovations of " + string(s.Asked.Organisation)
	}
	rep := &report{title: "Where " + of + " went quiet, as of " + longDate(r.view.On)}
	rep.asOf(r.view, s.Recipe)
	if s.Asked.Innovation != "" {
		rep.basis(s.Basis)
	}
	rep.note("Of %s, %s not been heard of for %s. None of these is counted as stopped.", plural(s.InUse, "that is in use", "that are in use"),
		plurals(s.Low, s.High, "has", "have"), plural(s.Asked.Months, "month", "months"))
	quiet := section{name: "quiet", head: []string{"organisation", "innovation", words(s.Asked.By), "quiet", "last sign", "months", "in use", "evidence", "since", "facts", "key"}, keys: "key"}
	if !knewNothing(s.Recipe) {
		quiet.empty = "None is quiet."
	}
	for _, x := range s.Quiet {
		months := strconv.Itoa(x.MonthsLow)
		switch {
		case x.MonthsHigh == 0 && !x.LastSign.Earliest.After(innovation.Dawn):
			months += " or more"
		case x.MonthsHigh > x.MonthsLow:
			months += " to " + strconv.Itoa(x.MonthsHigh)
		}
		quiet.add(x.Name, string(x.Innovation), inGroups(x.Groups), x.Quiet, x.LastSign, months, x.Uses, words(string(x.Grade)), dayText(x.Since), factNumbers(x.Facts), string(x.Organisation))
	}
	rep.sections = []section{quiet, groupSection(s.Asked.By, "quiet", s.Groups)}
	return rep
}

func stopsCommand() *command {
	q, ask := &query{}, innovation.StopsQuery{}
	var from, to string
	return &command{
		name: "stops", args: "[KEY-or-name]", min: 0, max: 1,
		short: "where innovations stopped, and why: counted by reason",
		long: `Of an innovation, or of all. Several witnesses of one stop are one stop; a stop
without a reason counts as not stated. The domains are those of the NASSS
framework of Greenhalgh and others (2017), in plain words.

Sections for -format csv: reasons, domains, groups, stops.`,
		examples: []string{"innovationd stops inn-pincer", "innovationd stops -from 2020-04-01 -to 2021-03-31 -by icb"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &from, "from", "", "the first `DAY`; from the beginning when left out")
			stringVar(f, &to, "to", "", "the last `DAY`; that asked about when left out")
			intVar(f, &ask.Limit, "limit", 100, "list at most this `NUMBER` of stops, to 1000; all are counted")
			bindBy(f, &ask.By)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-limit", innovation.RulePageLimitInvalid, ask.Limit, 1000); err != nil {
				return err
			}
			var errs []error
			for _, d := range []struct {
				name, text string
				into       *innovation.Date
			}{{"from", from, &ask.From}, {"to", to, &ask.To}} {
				if d.text != "" {
					var err error
					*d.into, err = innovation.ParseDate(d.text)
					errs = append(errs, inFlag(d.name, err))
				}
			}
			if !ask.From.IsZero() && !ask.To.IsZero() && ask.From.After(ask.To) {
				errs = append(errs, innovation.Invalidf(innovation.RuleQuestionInvalid, "-from", "the first day, %s, is after the last, %s", ask.From, ask.To).
					Trying("-from %s -to %s", ask.To, ask.From))
			}
			if err := flagged(errs...); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if !ask.From.IsZero() && ask.To.IsZero() && ask.From.After(r.view.On) {
					return nil, nil, flagged(innovation.Invalidf(innovation.RuleQuestionInvalid, "-from", "the first day, %s, is after the day asked about, %s", ask.From, r.view.On).
						Trying("an earlier -from, or a later day with -on"))
				}
				if len(args) > 0 {
					if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
						return nil, nil, err
					}
				}
				s, err := r.Stops(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return s, stopsReport(r, s), nil
			})
		},
	}
}

func stopsReport(r *reading, s store.Stops) *report {
	what := "Where innovations stopped"
	if s.Asked.Innovation != "" {
		what = "Where " + string(s.Asked.Innovation) + " stopped"
	}
	if !s.Asked.From.IsZero() {
		what += ", from " + longDate(s.Asked.From)
	}
	rep := &report{title: what + ", to " + longDate(s.Asked.To)}
	rep.asOf(r.view, s.Recipe)
	rep.note("Organisations as they are recorded; all evidence counts, and several witnesses of one stop are one.")
	rep.note("%s, %s.", plurals(s.Low, s.High, "stop", "stops"), plural(s.Restarted, "of which began again", "of which began again"))
	reasons := section{name: "reasons", title: "By reason", head: []string{"reason", "stops", "began again", "code"}, keys: "code"}
	for _, c := range s.Reasons {
		reasons.add(c.Label, rangeText(c.Low, c.High), c.Restarted, string(c.Reason))
	}
	domains := section{name: "domains", title: "By what stands behind", head: []string{"domain", "stops", "began again", "code"}, keys: "code"}
	for _, c := range s.Domains {
		domains.add(c.Label, rangeText(c.Low, c.High), c.Restarted, string(c.Domain))
	}
	stops := section{name: "stops", title: "Stops", head: []string{"organisation", "innovation", words(s.Asked.By), "day", "was", "why", "evidence", "also given", "began again", "facts", "key"}, keys: "key"}
	if !knewNothing(s.Recipe) {
		stops.empty = "No stop is recorded."
	}
	for _, x := range s.Stops {
		var also []string
		for _, a := range x.AlsoGiven {
			also = append(also, a.Label())
		}
		day := dayText(x.Day)
		if x.Within == innovation.Possibly {
			day += " (possibly in this time)"
		}
		stops.add(x.Name, string(x.Innovation), inGroups(x.Groups), day, words(string(x.Was)), x.ReasonLabel, words(string(x.Grade)), strings.Join(also, "; "), dayText(x.Restarted), factNumbers(x.Facts), string(x.Organisation))
	}
	if s.More > 0 {
		rep.note("%s counted and not listed: repeat with -limit.", plural(s.More, "more is", "more are"))
	}
	rep.sections = []section{reasons, domains, groupSection(s.Asked.By, "stops", s.Groups), stops}
	return rep
}
