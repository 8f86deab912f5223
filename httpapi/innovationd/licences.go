package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func licencesCommand() *command {
	q := &query{}
	return &command{
		name:  "licences",
		short: "the licence board: who is licensed how on a day",
		long: `One row for each current licence under the name of that day: grade, standing,
term, conditions and licensors. Below it, for each round, what was published
about its licences as a whole, on which day and by whom, how many of these
counts have no names yet, and where sources disagree.

In a term, the second date is the first day without the licence. A term whose
end no source states is marked (computed): past it the licence is not expired,
but its end is not published.

Sections for -format csv: licences, counts, conditions, rivals, findings.`,
		examples: []string{
			"innovationd licences -on 2013-05-23",
			"innovationd licences -on 2024-01-01 -format csv",
			"innovationd licences -on 2014-01-01 -known 2026-03-31",
		},
		flags: q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				board, err := r.LicenceBoard(ctx, r.view)
				if err != nil {
					return nil, nil, err
				}
				rep, err := boardReport(ctx, r, board)
				return board, rep, err
			})
		},
	}
}

// boardReport is the licence board for people.
func boardReport(ctx context.Context, r *reading, b store.LicenceBoard) (*report, error) {
	rep := &report{title: "Licence board on " + longDate(b.On)}
	rep.asOf(r.view, b.Recipe)
	if knewNothing(b.Recipe) {
		rep.sections = []section{{name: "licences", head: boardHead}}
		return rep, nil
	}
	rows := section{name: "licences", head: boardHead, keys: "key", empty: "No licence is known to be current on this day."}
	for _, row := range b.Rows {
		for _, l := range row.Status.Licensors {
			if err := r.nameAll(ctx, l.Licensor); err != nil {
				return nil, err
			}
		}
		s := row.Status
		open, overdue := 0, 0
		for _, c := range s.Conditions {
			if c.Open() {
				open++
			}
			if c.Overdue {
				overdue++
			}
		}
		rows.add(row.HolderName, string(row.Holder), string(row.Licence), gradeText(s), standingText(s), s.EffectiveTerm,
			tally(open, overdue, unnamedConditions(b, row)), r.licensors(s.Licensors), row.Sources)
	}
	rep.note("%s", boardSentence(b.Rows))
	if len(b.Rows) > 0 {
		rep.note("In a term, the second date is the first day without the licence.")
	}
	closed, err := closedBefore(ctx, r)
	if err != nil {
		return nil, err
	}
	rep.sections = append(rep.sections, rows)
	counts := section{name: "counts", head: []string{"round", "published", "day", "names open", "named", "inferred", "candidates", "source"}}
	conditions := section{name: "conditions", title: "Conditions of holders that no source names",
		head: []string{"round", "binds", "condition", "text", "due", "outcome", "source"}}
	rivals := section{name: "rivals", title: "Where sources disagree", head: []string{"about", "topic", "claims", "said on", "source", "note"}}
	for _, round := range b.Rounds {
		addCounts(&counts, b, round)
		counts.notes = append(counts.notes, closed[round.Round]...)
		for _, c := range round.Conditions {
			v := c.Value
			conditions.add(string(v.Round), fmt.Sprintf("%d unnamed", v.Unnamed), string(v.Condition), v.Text, v.Due, words(v.Outcome), c.Sources)
		}
		for _, c := range round.Rivals {
			addClaim(&rivals, c)
		}
	}
	rep.sections = append(rep.sections, counts, conditions, rivals, findingsSection(b.Findings))
	return rep, nil
}

var boardHead = []string{"network", "key", "licence", "grade", "standing", "term", "conditions", "licensors", "source"}

// boardSentence sums the board up in a sentence. A licence that has ended is not
// current, though it has a row while nothing has followed it.
func boardSentence(rows []innovation.BoardRow) string {
	var current []innovation.BoardRow
	for i := range rows {
		if rows[i].Status.Standing.Live() {
			current = append(current, rows[i])
		}
	}
	text := "No current licences"
	if len(current) > 0 {
		text = plural(len(current), "current licence", "current licences") + ": " + strings.Join(gradeCounts(current), ", ")
	}
	if ended := len(rows) - len(current); ended > 0 {
		text += "; " + plural(ended, "that has ended", "that have ended")
	}
	return text + "."
}

// unnamedConditions counts the conditions that bind unnamed holders of a round,
// of whom the holder of the row may be one.
func unnamedConditions(b store.LicenceBoard, row innovation.BoardRow) int {
	if row.Status.Grade != innovation.GradeNotPublished {
		return 0
	}
	for _, round := range b.Rounds {
		if round.Round == row.Round {
			return len(round.Conditions)
		}
	}
	return 0
}

// closedBefore says, for each round, which licences its own have closed: no
// source says so, it is inferred.
func closedBefore(ctx context.Context, r *reading) (map[innovation.RoundID][]string, error) {
	list, err := r.Licences(ctx, r.view, store.LicenceFilter{})
	if err != nil {
		return nil, err
	}
	type closing struct {
		round innovation.RoundID
		ended string
	}
	roundOf := map[innovation.LicenceID]innovation.RoundID{}
	for _, l := range list.Licences {
		roundOf[l.Licence] = l.Round
	}
	counts := map[innovation.RoundID]map[closing]int{}
	for _, l := range list.Licences {
		if l.Status.Standing != innovation.StandingSucceeded {
			continue
		}
		next := roundOf[l.Status.SucceededBy]
		if counts[next] == nil {
			counts[next] = map[closing]int{}
		}
		counts[next][closing{l.Round, dayText(l.Status.Ended)}]++
	}
	out := map[innovation.RoundID][]string{}
	for next, closings := range counts {
		for c, n := range closings {
			out[next] = append(out[next], fmt.Sprintf("  It closed %s of %s, ended %s: no source states their end.",
				plural(n, "licence", "licences"), c.round, c.ended))
		}
		slices.Sort(out[next])
	}
	return out, nil
}

// gradeCounts counts rows by what their grade and standing are.
func gradeCounts(rows []innovation.BoardRow) []string {
	counts := map[string]int{}
	var order []string
	for _, row := range rows {
		text := gradeText(row.Status)
		if text == "" {
			text = standingText(row.Status)
		} else if row.Status.Standing != innovation.StandingInForce {
			text += " (" + standingText(row.Status) + ")"
		}
		if counts[text]++; counts[text] == 1 {
			order = append(order, text)
		}
	}
	for i, text := range order {
		text = strings.Replace(text, "grade not published", "of a grade not published", 1)
		order[i] = fmt.Sprintf("%d %s", counts[order[i]], text)
	}
	return order
}

// addCounts adds the published counts of a round, with what naming has left
// open and whether they say anything about the day of the board.
func addCounts(s *section, b store.LicenceBoard, round innovation.BoardRound) {
	title := fmt.Sprintf("Round %d: %s, %s on this day", round.Number, round.Title, plural(round.Licences, "licence", "licences"))
	s.notes = append(s.notes, title)
	quoted := false
	for _, c := range round.Counts {
		v := c.Claim.Value
		open := fmt.Sprintf("%d of %d", c.Open, v.Count)
		s.add(string(round.Round), fmt.Sprintf("%d %s", v.Count, v.Grade), v.Day, open, ids(c.Named), ids(c.Inferred),
			candidates(c), c.Claim.Sources)
		quoted = quoted || !c.HoldsOn
	}
	switch {
	case len(round.Counts) == 0 && round.Graded:
		s.notes = append(s.notes, "  No count of its grades was published.")
	case len(round.Counts) == 0:
		s.notes = append(s.notes, "  This round does not grade its licences: they are licensed.")
	case quoted:
		var days []string
		for _, c := range round.Counts {
			if d := dayText(c.Claim.Value.Day); !slices.Contains(days, d) {
				days = append(days, d)
			}
		}
		text := "  The counts below hold on " + strings.Join(days, " and ") + " only and are quoted here"
		if unpublished(b, round.Round) > 0 {
			text += ": which licences were full and which conditional on " + b.On.String() + " is not known"
		}
		s.notes = append(s.notes, text+".")
	case unpublished(b, round.Round) > 0:
		s.notes = append(s.notes, "  The counts below hold on this day; no source names the networks that were counted.")
	default:
		s.notes = append(s.notes, "  The counts below hold on this day.")
	}
}

// unpublished counts the rows of a round whose grade is not published.
func unpublished(b store.LicenceBoard, round innovation.RoundID) (n int) {
	for _, row := range b.Rows {
		if row.Round == round && row.Status.Grade == innovation.GradeNotPublished {
			n++
		}
	}
	return n
}

// candidates names the licences between which open names lie, unless they are
// all of the round.
func candidates(c innovation.Count) string {
	if n := len(c.Candidates); n > 5 {
		return fmt.Sprintf("among %d licences", n)
	}
	return ids(c.Candidates)
}

// addClaim adds what a source claims.
func addClaim(s *section, c innovation.Recorded[innovation.Claim]) {
	v := c.Value
	value := words(v.Field) + ": " + v.Value
	if v.Unit != "" && v.Unit != "date" && v.Unit != "month" && v.Unit != "year" {
		value += " " + v.Unit
	}
	s.add(v.About.String(), v.Topic, value, v.Day, c.Sources, v.Note)
}

func findingsSection(all []innovation.Finding) section {
	s := section{name: "findings", title: "Findings: what does not fit together", head: []string{"rule", "about", "detail", "source"}}
	for _, f := range all {
		s.add(string(f.Rule), f.About.String(), f.Detail, f.Sources)
	}
	return s
}

// gradeText is a grade with how it is known, when it was not published as such.
func gradeText(s innovation.Status) string {
	text := string(s.Grade)
	if s.Grade == innovation.GradeNotPublished {
		return "grade not published"
	}
	if s.GradeBasis != innovation.BasisPublished {
		text += " (" + s.GradeBasis.String() + ")"
	}
	return text
}

// standingText is a standing in words.
func standingText(s innovation.Status) string {
	text := words(string(s.Standing))
	switch {
	case s.Standing == innovation.StandingSuspended && !s.SuspendedSince.IsZero():
		text += " since " + s.SuspendedSince.String()
	case !s.Ended.IsZero():
		text += " on " + dayText(s.Ended)
	}
	return text
}

// tally is how many conditions are open and overdue; not known when some bind
// holders of the round that no source names.
func tally(open, overdue, unnamed int) string {
	switch {
	case open == 0 && unnamed > 0:
		return "not known"
	case overdue > 0:
		return fmt.Sprintf("%d outstanding, %d overdue", open, overdue)
	case open > 0:
		return fmt.Sprintf("%d outstanding", open)
	}
	return "none"
}

// licensors names who licenses.
func (r *reading) licensors(all []innovation.LicensorStatus) string {
	var out []string
	for _, l := range all {
		text := cmp.Or(r.names[l.Licensor], string(l.Licensor))
		if l.Possibly {
			text += " (possibly)"
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, "; ")
}

// words turns a code into words.
func words(code string) string { return strings.NewReplacer("-", " ", "_", " ").Replace(code) }

func findingsCommand() *command {
	q := &query{}
	return &command{
		name:     "findings",
		short:    "what does not fit together on a day: kept, shown, never refused",
		examples: []string{"innovationd findings -on 2024-01-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				list, err := r.Check(ctx, r.view)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: "Findings on " + longDate(r.view.On)}
				rep.asOf(r.view, list.Recipe)
				s := findingsSection(list.Findings)
				s.title, s.empty = "", "Nothing was found that does not fit together."
				rep.sections = []section{s}
				return list, rep, nil
			})
		},
	}
}
