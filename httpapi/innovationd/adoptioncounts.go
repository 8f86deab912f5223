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
	stringVar(f, &p.mode, "footprint", "", "the `LIST` of organisations that are counted: then, "+then+"; day, those of a named day; held, those of a named day, with what their successors do counted for them")
	stringVar(f, &p.day, "footprint-day", "", "that named `DAY`, as 2019-04-01")
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
//
//go:noinline // many places would hold a copy of it
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
			stringVar(f, (*string)(&ask.Programme), "programme", "", "of those who could adopt as the `PROGRAMME` with this key sees it")
			int64Var(f, &ask.Phase, "phase", 0, "and as this `PHASE` of it sees it: its number")
			stringVar(f, &ask.By, "by", "", "a row for each `GROUP`: network, kind, or a kind of body they lie within, as icb, nhs-region or primary-care-network")
			stringVar(f, &ask.Level, "level", "", "count the bodies of this `KIND` by what lies within them, as icb or primary-care-network")
			stringVar(f, (*string)(&ask.RollUp), "roll-up", "", "with -level, the `RULE`: a body is as far as any of its parts, all, or a share of them; any when left out")
			stringVar(f, &share, "share", "", "that share, in `PERCENT`")
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
	for _, row := range append([]innovation.AdoptionCountRow{c.Total}, c.Groups...) {
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
