package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func ladderCommand() *command {
	q, ask, year := &query{}, innovation.LadderQuery{}, ""
	return &command{
		name:  "ladder",
		short: "the money ladder: announced, allocated, committed, paid, spent, and what is left",
		long: `Five rungs of the same money, by the day: what a funder said it would give, what
was set aside out of it, what was awarded, what was paid less what came back, and
what was spent. Rungs are compared, never added. A sum that is not known to the
penny is an interval, and so is what is left of the nearest rung above that is
known. A rung of which nothing is recorded is not known, which is not nothing.

Where a source bounds every single share, the bounds narrow the sum; the line
"without them" is what can be said without that source. Below stand what is not
counted, with the reason, and figures that other sources give.

Without a flag it is the ladder of all money that the register knows.

Sections for -format csv: ladder, not-counted, rivals.`,
		examples: []string{
			"innovationd ladder -envelope env-2013-pot -on 2014-03-31",
			"innovationd ladder -network ahsn-oxford -by year",
			"innovationd ladder -year 2013/14 -by network -format csv",
		},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, (*string)(&ask.Envelope), "envelope", "", "of the envelope with this `KEY` and of those that lie in it")
			stringVar(f, (*string)(&ask.Funder), "funder", "", "of money from this `ORGANISATION`: a key or a name")
			stringVar(f, (*string)(&ask.Network), "network", "", "of money for this `ORGANISATION`: a key or a name")
			stringVar(f, &ask.Stream, "stream", "", "of this funding `STREAM`, as core")
			stringVar(f, &year, "year", "", "of this financial `YEAR`, as 2013/14")
			stringVar(f, (*string)(&ask.By), "by", "", "a ladder for each `PART`: year, network, stream, year-network or year-stream")
			boolVar(f, &ask.Cash, "cash", false, "years by the day on which money was awarded or moved, not by the time it is for")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			var err error
			if ask.Year, err = parseYear("year", year); err != nil {
				return flagged(err)
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				find := func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }
				if err := findAll(find, &ask.Funder, &ask.Network); err != nil {
					return nil, nil, err
				}
				l, err := r.Ladder(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				rep, err := ladderReport(ctx, r, l, q.format)
				return l, rep, err
			})
		},
	}
}

func ladderReport(ctx context.Context, r *reading, l store.Ladder, format string) (*report, error) {
	of := ""
	if l.Query.Envelope != "" {
		e, err := r.Envelope(ctx, r.view, l.Query.Envelope)
		if err != nil {
			return nil, err
		}
		of = " of " + string(l.Query.Envelope) + ", " + e.Envelope.Value.Title + ","
	}
	rep := &report{title: "Money ladder" + of + " on " + longDate(r.view.On)}
	rep.asOf(r.view, l.Recipe)
	if knewNothing(l.Recipe) {
		rep.sections = []section{{name: "ladder", head: ladderHead}}
		return rep, nil
	}
	for _, text := range ladderScope(l.Query) {
		rep.note("%s", text)
	}
	rungs := section{name: "ladder", head: ladderHead}
	notCounted := section{name: "not-counted", title: "Not counted", head: []string{"year", "network", "stream", "rung", "records", "amount", "because it"}}
	rivals := section{name: "rivals", title: "What other sources say; none of it is counted",
		head: []string{"year", "network", "stream", "rung", "figure", "of each", "basis", "covers", "published", "later", "topic", "note", "source"}}
	seen := map[innovation.FactID]bool{}
	for _, row := range l.Rows {
		year, network := row.Year.String(), cmp.Or(row.NetworkName, string(row.Network))
		if format == "table" && l.Query.ByYear() {
			year = cmp.Or(year, "not known")
		}
		if format == "table" && l.Query.ByNetwork() {
			network = cmp.Or(network, "no single one")
		}
		stream := row.Stream
		if format == "table" && l.Query.ByStream() {
			stream = cmp.Or(stream, "not stated")
		}
		for _, g := range row.Rungs {
			rung := words(string(g.Rung))
			var amount any = "not known"
			if g.Known {
				amount = g.Amount
			}
			with := ""
			if !g.WithoutBounds.IsZero() {
				with = "with the bounds of shares"
			}
			left, why := "", g.Why
			if !g.Remainder.IsZero() {
				left = string(g.RemainderOf)
			} else if g.Apart > 0 {
				why = fmt.Sprintf("what is left: of these records, %d belong to nothing %s", g.Apart, g.RemainderOf)
			}
			rungs.add(year, network, stream, rung, with, amount, g.Remainder, left, recordsText(g.Records, g.Undisclosed), words(string(g.VAT)), why)
			if with != "" {
				rungs.add(year, network, stream, rung, "without them", g.WithoutBounds, g.WithoutBoundsRemainder, left, "", "", "")
			}
			for _, x := range g.Excluded {
				notCounted.add(year, network, stream, rung, x.Records, x.Amount, x.Text)
			}
			for _, x := range g.Rivals {
				if seen[x.Claim.ID] {
					continue // it is about the envelope, whatever row it stands in
				}
				seen[x.Claim.ID] = true
				v, later := x.Claim.Value, ""
				if x.Later {
					later = "published later"
				}
				rivals.add(year, network, stream, rung, v.Figure.Amount, v.Each, words(string(v.Figure.Basis)), covers(v.Figure), v.Day, later, v.Topic, v.Note, x.Claim.Sources)
			}
		}
	}
	rep.sections = []section{rungs, notCounted, rivals}
	return rep, nil
}

var ladderHead = []string{"year", "network", "stream", "rung", "reading", "amount", "left", "of what was", "records", "vat", "why not known"}

// ladderScope says of what the ladder is, beyond an envelope.
func ladderScope(q innovation.LadderQuery) []string {
	var parts []string
	for _, p := range [][2]string{{"from ", string(q.Funder)}, {"for ", string(q.Network)}, {"of the stream ", q.Stream}, {"of ", q.Year.String()}} {
		if p[1] != "" {
			parts = append(parts, p[0]+p[1])
		}
	}
	var out []string
	if len(parts) > 0 {
		out = append(out, "Money "+strings.Join(parts, ", ")+".")
	}
	if q.National() {
		out = append(out, "All money that the register knows; what is passed on is counted once, where it came in.")
	}
	if q.ByYear() {
		by := "the time that money is for"
		if q.Cash {
			by = "the day on which money was awarded or moved"
		}
		out = append(out, "Years by "+by+"; what is for several years is not apportioned.")
	}
	return out
}

// recordsText is how many records a sum is of.
func recordsText(records, undisclosed int64) string {
	switch {
	case records == 0:
		return ""
	case undisclosed > 0:
		return fmt.Sprintf("%s, %d not disclosed", thousands(int(records)), undisclosed)
	}
	return thousands(int(records))
}
