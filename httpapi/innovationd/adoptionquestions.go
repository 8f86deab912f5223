package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
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
func bindFirm(f *flag.FlagSet, firm *innovation.EvidenceGrade) {
	f.StringVar((*string)(firm), "firm", "", "the weakest `GRADE` of evidence that is firm: self-reported, supplier-reported, ordered, observed or audited; observed when left out")
}

// bindBy adds the flag for what organisations are grouped by.
func bindBy(f *flag.FlagSet, by *string) {
	f.StringVar(by, "by", "", "group the organisations by this `GROUP`: network, kind, or a kind of body they lie within, as icb or nhs-region; network when left out")
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
			f.Int64Var(&notice, "notice", 0, "the `NUMBER` of the fact that is the notice")
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
			f.StringVar(&named, "organisation", "", "all innovations of this `ORGANISATION`: a key or a name")
			f.IntVar(&ask.Months, "months", 6, "how many `MONTHS` without a sign of life")
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
			f.StringVar(&from, "from", "", "the first `DAY`; from the beginning when left out")
			f.StringVar(&to, "to", "", "the last `DAY`; that asked about when left out")
			f.IntVar(&ask.Limit, "limit", 100, "list at most this `NUMBER` of stops, to 1000; all are counted")
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

func whoNextCommand() *command {
	q, ask := &query{}, innovation.WhoNextQuery{}
	var network, peerGroup, programme string
	var weights texts
	return &command{
		name: "who-next", args: "KEY-or-name", min: 1, max: 1,
		short: "whom to call next about an innovation, with every reason, and who should introduce them",
		long: `The eligible organisations that do not certainly use the innovation, ranked by a
sum of stated reasons, each with its value from 0 to 1, its weight and what it
stands on. A reason that is not known adds nothing and is not 0: "known" says how
much of the weight is known. The usual weights are a judgement; change them:

  network-peers=25     others of the same network use it
  icb-peers=20         others of the same integrated care board use it
  peer-group=20        others of the same peer group use it
  similar-size=10      one of about its population uses it
  like-innovations=15  it took up innovations like this one
  stage-reached=20     it assesses or pilots it already
  mandate=10           it is to be used by a day
  blocker=-30          it declined, deferred or stopped

Sections for -format csv: next, reasons, introducers, like.`,
		examples: []string{"innovationd who-next inn-pincer -network ahsn-oxford", "innovationd who-next inn-pincer -weight blocker=-50 -weight mandate=0 -limit 5"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			f.StringVar(&network, "network", "", "only organisations that this `NETWORK` serves: a key or a name")
			f.StringVar(&peerGroup, "peer-group", "", "compare with the peer group of this `KEY`; with every group it is in when left out")
			f.StringVar(&programme, "programme", "", "those eligible as the programme of this `KEY` sees it")
			f.Int64Var(&ask.Phase, "phase", 0, "and as its phase of this `NUMBER` sees it")
			f.IntVar(&ask.Limit, "limit", 20, "list at most this `NUMBER`, to 1000")
			f.Var(&weights, "weight", "another `WEIGHT` of a reason, as blocker=-50; may be given several times")
			bindFirm(f, &ask.Firm)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-limit", innovation.RulePageLimitInvalid, ask.Limit, 1000); err != nil {
				return err
			}
			var err error
			if ask.Weights, err = innovation.ParseWeights("-weight", weights); err != nil {
				return flagged(err)
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				ask.Network, ask.PeerGroup, ask.Programme = innovation.OrganisationID(network), innovation.PeerGroupID(peerGroup), innovation.ProgrammeID(programme)
				if err := findAll(func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }, &ask.Network); err != nil {
					return nil, nil, err
				}
				w, err := r.WhoNext(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return w, whoNextReport(r, w), nil
			})
		},
	}
}

// decimal is a number with decimals, written out.
type decimal string

// inPoints writes a score, which is in millionths, with three decimals.
func inPoints(millionths int64) decimal {
	sign := ""
	if millionths < 0 {
		sign, millionths = "-", -millionths
	}
	return decimal(fmt.Sprintf("%s%d.%03d", sign, millionths/1_000_000, millionths%1_000_000/1000))
}

// placed reports whether it is known how an introducer stands to the organisation:
// by network, integrated care board or peer group.
func placed(in *innovation.Introducer) bool {
	return slices.ContainsFunc(in.Reasons, func(x innovation.ScoredReason) bool {
		return x.Known && (x.Reason == innovation.WhyNetwork || x.Reason == innovation.WhyICB || x.Reason == innovation.WhyPeers)
	})
}

func whoNextReport(r *reading, w store.WhoNext) *report {
	rep := &report{title: "Whom to call next about " + string(w.Asked.Innovation) + ", as of " + longDate(r.view.On)}
	rep.asOf(r.view, w.Recipe)
	rep.basis(w.Basis)
	rep.note("%s of the eligible use it.", rangeText(w.UsersLow, w.UsersHigh))
	next := section{name: "next", head: []string{"organisation", "network", "uses it", "score", "known", "for", "against", "who could introduce", "key"}, keys: "key"}
	if !knewNothing(w.Recipe) {
		next.empty = "No eligible organisation is known that does not use it."
	}
	reasons := section{name: "reasons", title: "The reasons", head: []string{"organisation", "reason", "value", "weight", "adds", "what it says", "facts"}}
	introducers := section{name: "introducers", title: "Who could introduce them", head: []string{"organisation", "introducer", "reason", "value", "weight", "adds", "what it says", "facts"}}
	add := func(s *section, before []any, all []innovation.ScoredReason) {
		for _, x := range all {
			var value, adds any = "not known", ""
			if x.Known {
				value, adds = inPoints(x.Value), inPoints(x.Contribution)
			}
			s.add(append(append([]any{}, before...), words(x.Reason), value, x.Weight, adds, x.Text, factNumbers(x.Facts))...)
		}
	}
	for _, row := range w.Rows {
		var why, not []string
		for _, x := range row.Reasons {
			if x.Contribution > 0 {
				why = append(why, words(x.Reason))
			} else if x.Contribution < 0 {
				not = append(not, words(x.Reason))
			}
		}
		who := "nobody certainly uses it"
		if row.Introducer != nil && !placed(row.Introducer) {
			who = "nobody is known to be placed"
		} else if row.Introducer != nil {
			who = row.Introducer.Name
			add(&introducers, []any{row.Name, row.Introducer.Name}, row.Introducer.Reasons)
		}
		next.add(row.Name, inGroups(row.Networks), row.InUse, inPoints(row.Score), partText(row.Known, row.Known), strings.Join(why, ", "), strings.Join(not, ", "), who, string(row.Organisation))
		add(&reasons, []any{row.Name}, row.Reasons)
	}
	like := section{name: "like", title: "Innovations like it", head: []string{"innovation", "in common", "users among the eligible"}}
	for _, l := range w.Like {
		like.add(string(l.Innovation), strings.Join(l.Shares, "; "), l.Users)
	}
	if w.More > 0 {
		rep.note("%s ranked and not listed: repeat with -limit.", plural(w.More, "more is", "more are"))
	}
	rep.sections = []section{next, reasons, introducers, like}
	return rep
}

func milestonesCommand() *command {
	q := &query{}
	return &command{
		name: "milestones", args: "KEY-or-name", min: 1, max: 1,
		short: "how an innovation went from one place to the whole country, by days",
		long: `First piloted, in one area, in several, used in several regions, in every region and
network, by half of those that could: each with the day by which it certainly
was reached, by firm evidence, and the earliest on which it may have been. An
area is an integrated care board, and before July 2022 what the register knows
of its kind, which is named.`,
		examples: []string{"innovationd milestones inn-pincer", "innovationd milestones inn-pincer -on 2020-03-31 -format csv"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				id, err := r.findInnovation(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				m, err := r.Milestones(ctx, r.view, id)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: "From local to national: " + string(id) + ", as of " + longDate(r.view.On)}
				rep.asOf(r.view, m.Recipe)
				rep.basis(m.Basis)
				s := section{name: "milestones", head: []string{"milestone", "certainly by", "possibly from", "made by", "grouped by", "groups", "of", "facts", "not known", "code"}, keys: "code"}
				for _, x := range m.Milestones {
					certainly, possibly := x.Certainly.String(), x.Possibly.String()
					switch {
					case x.Missing != "":
						certainly = "not known"
					case x.Reached == innovation.No:
						certainly = "not reached"
					case certainly == "":
						certainly = "not certain"
					}
					if x.AnyTime {
						possibly = "any day"
					}
					of := ""
					if x.Of > 0 {
						of = strconv.Itoa(x.Of)
					}
					var by names
					for _, id := range x.By {
						by = append(by, nameOr(m.Names, id))
					}
					var groups, facts names
					for _, id := range x.Groups {
						groups = append(groups, string(id))
					}
					for _, n := range x.Facts {
						facts = append(facts, strconv.FormatInt(int64(n), 10))
					}
					if max(len(by), len(groups), len(facts)) > mostNames {
						s.under = []string{"Of long lists the first three stand here; -format csv has all."}
					}
					s.add(x.Text, certainly, possibly, by, words(x.Grouping), groups, of, facts, x.Missing, x.Milestone)
				}
				rep.sections = []section{s}
				return m, rep, nil
			})
		},
	}
}

func costPerAdopterCommand() *command {
	q, ask := &query{}, innovation.CostPerAdopterQuery{}
	var programme string
	return &command{
		name: "cost-per-adopter", args: "KEY-or-name", min: 1, max: 1,
		short: "what each further adopter cost: the first ones beside the last ones, as bounds",
		long: `The money of awards that are linked to a programme of the innovation, against those
who came to use it in the same time. An award is linked when its programme is
the key or a name of the programme, or its stream is the key. It counts only when
all that it covers lies in that time and the programme spreads nothing else:
nothing is apportioned, and what is left out is listed.

Sections for -format csv: costs, links, left-out.`,
		examples: []string{"innovationd cost-per-adopter inn-pincer", "innovationd cost-per-adopter inn-pincer -count 5 -on 2020-03-31"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			f.StringVar(&programme, "programme", "", "only money of the programme of this `KEY`")
			f.IntVar(&ask.Count, "count", 10, "how many adopters the first and the last are: a `NUMBER` to 10000")
			bindFirm(f, &ask.Firm)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-count", innovation.RuleQuestionInvalid, ask.Count, 10000); err != nil {
				return err
			}
			ask.Programme = innovation.ProgrammeID(programme)
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				c, err := r.CostPerAdopter(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return c, costPerAdopterReport(r, c), nil
			})
		},
	}
}

func costPerAdopterReport(r *reading, c store.CostPerAdopter) *report {
	rep := &report{title: "What each further adopter of " + string(c.Asked.Innovation) + " cost, as of " + longDate(r.view.On)}
	rep.asOf(r.view, c.Recipe)
	rep.basis(c.Basis)
	rep.note("%s", c.Rule)
	costs := section{name: "costs", head: []string{"adopters", "after", "through", "how many", "money", "for each", "what is missing"}}
	out := leftOutSection("Not counted")
	for _, x := range c.Costs {
		which := "all"
		if x.Which != "all" {
			which = "the " + x.Which + " " + strconv.Itoa(c.Asked.Count)
		}
		many := rangeText(x.AdoptersLow, x.AdoptersHigh)
		if x.Through.IsZero() {
			many = "not known"
		}
		costs.add(which, x.After, x.Through, many, reckoned(x.Money), reckoned(x.Each), missing(x.Each))
		addLeftOut(&out, which, x.LeftOut)
	}
	links := section{name: "links", title: "Linked awards", head: []string{"programme", "innovations", "award", "linked by", "amount", "for"}}
	for _, p := range c.Programmes {
		for _, a := range p.Awards {
			links.add(string(p.Programme), p.Innovations, string(a.Award), words(a.By), a.Figure.Amount, covers(a.Figure))
		}
		if len(p.Awards) == 0 {
			links.add(string(p.Programme), p.Innovations, "no award is linked", "", "", "")
		}
	}
	rep.sections = []section{costs, links, out}
	return rep
}
