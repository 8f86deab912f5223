package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// adoptionCountCommands are the commands that ask where organisations stand with
// innovations, and how many.
func adoptionCountCommands() []*command {
	return []*command{adoptionCommand(), adoptionsCommand(), adoptionCountCommand(), adoptionMonthsCommand(), adoptionMovementCommand()}
}

// footprint is the flags that say which organisations are counted.
type footprint struct{ mode, day string }

func (p *footprint) bind(f *flag.FlagSet, then string) {
	f.StringVar(&p.mode, "footprint", "", "the `LIST` of organisations that are counted: then, "+then+"; day, those of a named day; held, those of a named day, with what their successors do counted for them")
	f.StringVar(&p.day, "footprint-day", "", "that named `DAY`, as 2019-04-01")
}

// read reads the flags; given says whether any was.
func (p *footprint) read() (f innovation.Footprint, given bool, err error) {
	f.Mode = innovation.FootprintMode(p.mode)
	if p.day != "" {
		f.Day, err = innovation.ParseDate(p.day)
		err = inFlag("footprint-day", err)
	}
	if p.day == "" && (f.Mode == innovation.FootprintDay || f.Mode == innovation.FootprintHeld) {
		err = noFootprintDay(p.mode)
	}
	return f, p.mode != "" || p.day != "", err
}

// noFootprintDay says that a footprint wants its day.
func noFootprintDay(mode string) error {
	return innovation.Invalidf(innovation.RuleFootprintInvalid, "-footprint", "the footprint %s names no day", mode).
		Trying("add the day whose organisations are counted, as -footprint-day 2019-04-01")
}

// countText is a number of organisations that is known to lie between two.
func countText(r innovation.CountBounds) string { return rangeText(int(r.Low), int(r.High)) }

// adoptersShare is a share of adopters, as far as it is known.
func adoptersShare(m *innovation.Millionths) string {
	if m == nil || m.Low == nil || m.High == nil {
		return percentText(m)
	}
	return partText(*m.Low, *m.High)
}

// partText is a part in per cent, with one decimal. Bounds a millionth apart are
// those of one share that millionths cannot hold.
func partText(low, high int64) string {
	if high-low <= 1 {
		return onePart(low)
	}
	if a, b := onePart(low), onePart(high); a != b {
		return strings.TrimSuffix(a, " %") + " to " + b
	}
	return onePart(low)
}

// onePart rounds millionths to a tenth of a per cent, and makes neither nothing
// nor all of what is not.
func onePart(millionths int64) string {
	switch tenths := (millionths + 500) / 1000; {
	case tenths <= 0 && millionths > 1:
		return "under 0.1 %"
	case tenths >= 1000 && millionths < 999_999:
		return "over 99.9 %"
	default:
		return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
	}
}

// groupName names a group of an answer.
func groupName(group, name string, unknown bool) string {
	switch {
	case unknown:
		return "not known"
	case group == "":
		return "all"
	}
	return cmp.Or(name, group)
}

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
			f.StringVar((*string)(&ask.Organisation), "organisation", "", "the innovations of this `ORGANISATION`: a key or a name")
			f.StringVar((*string)(&ask.Innovation), "innovation", "", "the organisations of this `INNOVATION`: a key or a name")
			f.StringVar((*string)(&ask.Stage), "stage", "", "only those at, or possibly at, this `STAGE`: identified, assessing, piloting, adopted or embedded")
			f.StringVar(&ask.InUse, "in-use", "", "only those with this `ANSWER` to whether it is in use: yes, possibly or no")
			bindFirm(f, &ask.Firm)
			f.IntVar(&ask.Limit, "limit", 100, "list at most this `NUMBER`, to 1000")
			f.StringVar(&ask.Page, "page", "", "the `TOKEN` of the next page")
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

func adoptionCountCommand() *command {
	q, ask, foot, share := &query{}, innovation.AdoptionCountQuery{}, footprint{}, ""
	return &command{
		name: "adoption-count", args: "INNOVATION", min: 1, max: 1,
		short: "how many of those who could adopt an innovation did: from the certain to the possible",
		long: `Organisations by where they stand on the day: low those of which it is certain, high
those of which it is possible, by evidence below the firm grade, by days that are
not exact, or because a user and another became one. Where the register does not
say who could adopt, those are counted of which it has events, and there is no
share. Published aggregates (observations) are never part of this count.

With -by, a row for each network or body; with -level, bodies are counted by the
organisations and sites that lie within them.

Sections for -format csv: counts, evidence, outside, elsewhere.`,
		examples: []string{"innovationd adoption-count inn-pincer -by network", "innovationd adoption-count inn-pincer -level primary-care-network -roll-up share -share 50",
			"innovationd adoption-count inn-qbtest -footprint held -footprint-day 2019-04-01 -on 2021-03-31"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			f.StringVar((*string)(&ask.Programme), "programme", "", "of those who could adopt as the `PROGRAMME` with this key sees it")
			f.Int64Var(&ask.Phase, "phase", 0, "and as this `PHASE` of it sees it: its number")
			f.StringVar(&ask.By, "by", "", "a row for each `GROUP`: network, kind, or a kind of body they lie within, as icb, nhs-region or primary-care-network")
			f.StringVar(&ask.Level, "level", "", "count the bodies of this `KIND` by what lies within them, as icb or primary-care-network")
			f.StringVar((*string)(&ask.RollUp), "roll-up", "", "with -level, the `RULE`: a body is as far as any of its parts, all, or a share of them; any when left out")
			f.StringVar(&share, "share", "", "that share, in `PERCENT`")
			bindFirm(f, &ask.Firm)
			foot.bind(f, "those of the day asked about")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			var err1, err2 error
			ask.Footprint, _, err1 = foot.read()
			if share != "" {
				ask.Share, err2 = parsePercent("share", share)
			}
			if err := flagged(err1, err2); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				c, err := r.AdoptionCounts(ctx, r.view, ask)
				if err != nil {
					return nil, nil, forLevel(err, ask.Level)
				}
				rep := adoptionCountReport(r, c)
				if q.format == "table" {
					if err := rep.aboutEvents(ctx, r, c); err != nil {
						return nil, nil, err
					}
				}
				return c, rep, nil
			})
		},
	}
}

func adoptionCountReport(r *reading, c store.AdoptionCounts) *report {
	what := "organisations"
	if c.Asked.Level != "" {
		what = words(c.Asked.Level) + "s"
	}
	sees := ""
	if c.Asked.Programme != "" {
		sees = ", among those who could as " + string(c.Asked.Programme) + " sees it"
	}
	rep := &report{title: fmt.Sprintf("Adoption of %s by %s%s, as of %s", c.Asked.Innovation, what, sees, longDate(r.view.On))}
	rep.asOf(r.view, c.Recipe)
	rep.note("%s", c.Rule)
	rep.basis(c.Basis)
	if c.Unplaced > 0 {
		rep.note("%s within no %s that is known.", plural(int(c.Unplaced), "organisation lies", "organisations lie"), words(c.Asked.Level))
	}
	head := []string{cmp.Or(words(c.Asked.By), "of"), "could adopt", "in use", "share"}
	for _, s := range innovation.Stages() {
		head = append(head, string(s))
	}
	counts := section{name: "counts", head: append(head, "stopped", "not known", "partly", "key"), keys: "key"}
	evidence := section{name: "evidence", title: "In use or possibly so, by the best evidence", head: []string{cmp.Or(words(c.Asked.By), "of")}}
	for _, g := range innovation.EvidenceGrades() {
		evidence.head = append(evidence.head, words(string(g)))
	}
	evidence.head, evidence.keys = append(evidence.head, "key"), "key"
	for _, row := range slices.Concat([]innovation.AdoptionCountRow{c.Total}, c.Groups) {
		name, eligible := groupName(row.Group, row.Name, row.Unknown), "not known"
		if row.Eligible != nil {
			eligible = countText(*row.Eligible)
		}
		cells := []any{name, eligible, countText(row.InUse), adoptersShare(row.Share)}
		for _, s := range row.Stages {
			cells = append(cells, countText(s.CountBounds))
		}
		partly := ""
		if row.Partly > 0 {
			partly = thousands(int(row.Partly))
		}
		counts.add(append(cells, countText(row.Stopped), countText(row.NotKnown), partly, row.Group)...)
		if len(row.Evidence) > 0 {
			cells := []any{name}
			for _, g := range innovation.EvidenceGrades() {
				n := ""
				for _, e := range row.Evidence {
					if e.Grade == g {
						n = thousands(int(e.Adopters))
					}
				}
				cells = append(cells, n)
			}
			evidence.add(append(cells, row.Group)...)
		}
	}
	elsewhere := func(name, title string, all []store.AdoptionElsewhere) section {
		out := section{name: name, title: title, head: []string{"organisation", "in use", "key"}, keys: "key"}
		for _, o := range all {
			out.add(o.Name, o.InUse, string(o.Organisation))
		}
		return out
	}
	rep.sections = []section{counts, evidence, elsewhere("outside", "Use it and are not among those who could: in no count", c.Outside),
		elsewhere("elsewhere", "Have events and are not on the footprint: in no count", c.Elsewhere)}
	return rep
}

// forLevel says which code a usual abbreviation stands for.
func forLevel(err error, level string) error {
	codes := map[string]string{"pcn": "primary-care-network", "practice": "gp-practice", "trust": "nhs-trust", "region": "nhs-region"}
	code := codes[strings.ToLower(level)]
	for _, e := range innovation.Violations(err) {
		if e.Field == "level" && e.Rule == "term-unknown" && code != "" {
			e.Try = "-level " + code
		}
	}
	return err
}

// aboutEvents says when the last event was, if that is long ago, and whether the
// innovation is one of the programme.
func (rep *report) aboutEvents(ctx context.Context, r *reading, c store.AdoptionCounts) error {
	if id := c.Asked.Programme; id != "" {
		i, err := r.Innovation(ctx, r.view, c.Asked.Innovation)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(i.Programmes, func(f innovation.Recorded[innovation.ProgrammeInnovation]) bool { return f.Value.Programme == id }) {
			rep.note("It is not recorded that %s spreads %s on that day.", id, c.Asked.Innovation)
		}
	}
	var last innovation.Day
	f := store.FactFilter{Subject: c.Asked.Innovation.Entity(), AllDays: true, Limit: 1000}
	for range 20 { // more would be asked for longer than the count itself
		list, err := store.Facts[innovation.Adoption](ctx, r.Snapshot, r.view, f)
		if err != nil {
			return err
		}
		for _, e := range list.Facts {
			if d := e.Value.Day; !e.Value.Planned && !d.Earliest.After(r.view.On) && (last.IsZero() || d.Latest.After(last.Latest)) {
				last = d
			}
		}
		if f.Page = list.Next; f.Page == "" {
			break
		}
	}
	if f.Page == "" && !last.IsZero() && last.Latest.Before(r.view.On.AddMonths(-12)) {
		rep.note("The last event known by that day is of %s: what has happened since is not known.", last)
	}
	return nil
}

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
			f.StringVar(&from, "from", "", "the first `MONTH`, as 2018-04; that of the first adopter when left out")
			f.StringVar(&to, "to", "", "the last `MONTH`; that of the last first adopter when left out, and with -format json the last complete one")
			f.StringVar((*string)(&ask.Grade), "grade", "", "only evidence of this `GRADE` or better: self-reported, supplier-reported, ordered, observed or audited")
			f.StringVar(&ask.By, "by", "", "a curve for each `GROUP`: network, kind, or a kind of body they lie within, as icb or nhs-region")
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
			f.StringVar(&from, "from", "", "the first `DAY`; a year before the last when left out")
			f.StringVar(&to, "to", "", "the last `DAY`; the day asked about when left out")
			f.StringVar((*string)(&ask.Programme), "programme", "", "of those who could adopt as the `PROGRAMME` with this key sees it")
			f.Int64Var(&ask.Phase, "phase", 0, "and as this `PHASE` of it sees it: its number")
			f.StringVar(&ask.By, "by", "", "a table for each `GROUP`: network, kind, or a kind of body they lie within, as icb or nhs-region")
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
	for _, row := range slices.Concat([]innovation.MovementRow{m.Total}, m.Groups) {
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
