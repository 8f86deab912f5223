package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func sharesCommand() *command {
	q := &query{}
	return &command{
		name: "shares", args: "ENVELOPE", min: 1, max: 1,
		short: "how an envelope is shared out: each share, whether it keeps the bounds, what is left",
		long: `Every share as it was stated, whether it lies within the published bounds of a
share, and the interval in which it must lie: by the bounds and by every sum of
which it is a part, and by the sums alone. A share that no source states lies in
that interval too. What does not fit together is a finding, never refused: two
sources may disagree.

Sections for -format csv: shares, sums, totals, left-out, findings.`,
		examples: []string{"innovationd shares env-2013-pot -on 2014-03-31"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				s, err := r.Shares(ctx, r.view, innovation.EnvelopeID(args[0]))
				if err != nil {
					return nil, nil, err
				}
				return s, sharesReport(r, s), nil
			})
		},
	}
}

func sharesReport(r *reading, c store.ShareReport) *report {
	rep := &report{title: fmt.Sprintf("Shares of %s on %s", c.Envelope, longDate(r.view.On))}
	rep.asOf(r.view, c.Recipe)
	rep.note("The envelope holds %s%s.", c.Amount, map[bool]string{true: ", " + words(string(c.Per))}[c.Per != innovation.PerPeriod])
	switch {
	case c.Bounds == nil:
		rep.note("No source bounds a share.")
	default:
		text := c.Bounds.Value.Text
		if c.BoundsHold != innovation.Yes {
			text += " (whether that holds on this day is not certain)"
		}
		rep.note("Bounds of a share: %s, as one source says: “%s”.", c.Bounds.Value.Bounds, text)
	}
	if !c.Capped {
		rep.note("The shares are not taken to stay within the envelope: what is stated goes over, or an allocation says why it does.")
	}
	known := 0
	rows := section{name: "shares", keys: "key", empty: "No share of it is recorded.",
		head: []string{"recipient", "key", "allocation", "stated", "within bounds", "must lie in", "without the bounds", "why"}}
	for _, s := range c.Shares {
		var stated any = "not stated"
		if !s.Amount.IsZero() {
			stated = s.Amount
		}
		if s.Known {
			known++
		}
		within, why := s.Within.String(), ""
		if c.Bounds == nil {
			within = ""
		} else if s.Within != innovation.Yes {
			why = s.Detail
		}
		rows.add(nameOr(c.Names, s.Recipient), string(s.Recipient), string(s.Allocation), stated, within, s.WithBounds, s.WithoutBounds, why)
	}
	if len(c.Shares) > 0 {
		rep.note("%s; of %d a source says how much it is, at least roughly.", plural(len(c.Shares), "share", "shares"), known)
	}
	sums := section{name: "sums", title: "One sum for several", head: []string{"allocation", "stated", "for", "must lie in", "without the bounds"}}
	for _, s := range c.Sums {
		members := "recipients that no source names"
		if len(s.Members) > 0 {
			members = plural(len(s.Members), "recipient", "recipients")
		}
		sums.add(string(s.Allocation), s.Amount, members, s.WithBounds, s.WithoutBounds)
	}
	totals := section{name: "totals", title: "Altogether", head: []string{"what", "with the bounds", "without them"}}
	totals.add("all shares", c.WithBounds.Sum, c.WithoutBounds.Sum)
	totals.add("of these stated", c.Disclosed, c.Disclosed)
	totals.add("of these not stated", c.WithBounds.Undisclosed, c.WithoutBounds.Undisclosed)
	totals.add("left of the envelope", c.WithBounds.Remainder, c.WithoutBounds.Remainder)
	out := section{name: "left-out", title: "Not added to the others", head: []string{"allocation", "recipient", "amount", "why"}}
	for _, s := range c.LeftOut {
		out.add(string(s.Allocation), nameOr(c.Names, s.Recipient), s.Amount, s.Reason)
	}
	rep.sections = []section{rows, sums, totals, out, findingsSection(c.Findings)}
	return rep
}

// splitText says how a split was asked for.
func splitText(r innovation.SplitRequest) string {
	var parts []string
	for _, w := range []struct {
		name   string
		weight int64
	}{{"business case", r.Weights.Score}, {"population", r.Weights.Population}, {"cost of focus areas", r.Weights.Cost}} {
		if w.weight != 0 {
			parts = append(parts, w.name+" "+percent(w.weight))
		}
	}
	text := "Every bid weighs the same"
	if parts != nil {
		text = "Weights: " + strings.Join(parts, ", ")
	}
	if r.Min != nil {
		text += "; each share at least " + r.Min.Format()
	}
	if r.Max != nil {
		text += "; each share at most " + r.Max.Format()
	}
	return text + "."
}
