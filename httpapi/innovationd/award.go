package main

import (
	"context"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func envelopeCommand() *command {
	q := &query{}
	return &command{
		name: "envelope", args: "KEY", min: 1, max: 1,
		short: "one envelope: who funds it, its criteria, what is allocated, what others say",
		long: `An envelope is a pot of money that was announced. What is of a later day than the
one asked about stands here with its day. How the money goes on from here is
answered by ladder and shares.

Sections for -format csv: envelope, criteria, allocations, shares, scores, parts,
claims.`,
		examples: []string{"innovationd envelope env-2013-pot -on 2014-03-31"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				e, err := r.Envelope(ctx, r.view, innovation.EnvelopeID(args[0]))
				if err != nil {
					return nil, nil, err
				}
				rep, err := envelopeReport(ctx, r, e)
				return e, rep, err
			})
		},
	}
}

func envelopeReport(ctx context.Context, r *reading, e store.EnvelopeReading) (*report, error) {
	v := e.Envelope.Value
	orgs := []innovation.OrganisationID{v.Funder, v.For}
	for _, c := range e.CoFunders {
		orgs = append(orgs, c.Value.Funder)
	}
	for _, a := range e.Allocations {
		orgs = append(orgs, a.Value.Recipient)
	}
	for _, s := range e.Shares {
		orgs = append(orgs, s.Value.Recipient)
	}
	if err := r.nameAll(ctx, orgs...); err != nil {
		return nil, err
	}
	rep := &report{title: fmt.Sprintf("Envelope %s, asked on %s", v.Envelope, longDate(r.view.On))}
	rep.asOf(r.view, e.Recipe)
	if v.Day.Earliest.After(r.view.On) {
		rep.note("It was not announced yet on this day.")
	}
	f := newFields("envelope")
	f.put("title", v.Title, e.Envelope.Sources)
	f.put("amount", v.Figure.Amount, nil)
	f.put("stated as", figureText(v.Figure), nil)
	f.put("covers", covers(v.Figure), nil)
	f.put("announced", dayText(v.Day), nil)
	f.put("type", words(v.Type), nil)
	f.put("purpose", v.Purpose, nil)
	f.put("stream", words(v.Stream), nil)
	f.put("funder", nameOr(r.names, v.Funder), nil)
	for _, c := range e.CoFunders {
		text := nameOr(r.names, c.Value.Funder)
		if !c.Value.Amount.IsZero() {
			text += ", " + c.Value.Amount.String()
		}
		f.put("funded too by", text, c.Sources)
	}
	f.put("for", nameOr(r.names, v.For), nil)
	f.put("lies in", ids(e.Above), nil)
	f.put("note", v.Note, nil)

	criteria := section{name: "criteria", title: "Criteria by which it is shared out", head: []string{"criterion", "text", "bounds", "weight", "period", "source", "note"}}
	for _, c := range e.Criteria {
		weight := ""
		if c.Value.Weight != 0 {
			weight = percent(c.Value.Weight)
		}
		criteria.add(words(c.Value.Criterion), c.Value.Text, c.Value.Bounds, weight, c.Value.Period, c.Sources, c.Value.Note)
	}
	allocations := section{name: "allocations", title: "What is allocated out of it", keys: "key",
		head: []string{"allocation", "recipient", "key", "amount", "stated as", "covers", "day", "source", "goes over because", "note"}}
	for _, a := range e.Allocations {
		to := nameOr(r.names, a.Value.Recipient)
		if to == "" {
			to = "several"
		}
		allocations.add(string(a.Value.Allocation), to, string(a.Value.Recipient), a.Value.Figure.Amount, figureText(a.Value.Figure),
			covers(a.Value.Figure), a.Value.Day, a.Sources, a.Value.Override, a.Value.Note)
	}
	scores := section{name: "scores", title: "What explains the allocations", head: []string{"allocation", "criterion", "value", "scale", "out of", "unit", "day", "source"}}
	for _, s := range e.Scores {
		scores.add(string(s.Value.Allocation), words(s.Value.Criterion), s.Value.Value, s.Value.Scale, s.Value.OutOf, s.Value.Unit, s.Value.Day, s.Sources)
	}
	parts := section{name: "parts", title: "Envelopes that lie in it", head: []string{"envelope", "title", "amount", "stated as", "day", "source"}}
	for _, x := range e.Parts {
		parts.add(string(x.Value.Envelope), x.Value.Title, x.Value.Figure.Amount, figureText(x.Value.Figure), x.Value.Day, x.Sources)
	}
	claims := section{name: "claims", title: "What sources say beside it; none of it is counted",
		head: []string{"topic", "rung", "of each", "figure", "stated as", "day", "source", "note"}}
	for _, c := range e.Claims {
		claims.add(words(c.Value.Topic), string(c.Value.Rung), c.Value.Each, c.Value.Figure.Amount, figureText(c.Value.Figure), c.Value.Day, c.Sources, c.Value.Note)
	}
	rep.sections = []section{f.section, criteria, allocations, r.members(e.Shares), scores, parts, claims}
	return rep, nil
}

// members lists the parts of recipients in sums for several.
func (r *reading) members(all []innovation.Recorded[innovation.Share]) section {
	s := section{name: "shares", title: "Parts of sums for several", keys: "key", head: []string{"of", "recipient", "key", "amount", "period", "source", "note"}}
	for _, x := range all {
		var amount any = "not stated"
		if !x.Value.Amount.IsZero() {
			amount = x.Value.Amount
		}
		s.add(string(x.Value.Of.Key), nameOr(r.names, x.Value.Recipient), string(x.Value.Recipient), amount, x.Value.Period, x.Sources, x.Value.Note)
	}
	return s
}

func awardCommand() *command {
	q := &query{}
	return &command{
		name: "award", args: "KEY", min: 1, max: 1,
		short: "one award as it stands on a day: instalments, what gates them, paid, left",
		long: `What was committed by the day, with its adjustments; its instalments and what
keeps each of them back; what was paid and what came back. That no payment is
recorded does not mean that nothing was paid.

Sections for -format csv: award, instalments, payments, refunds, adjustments,
shares, transfers.`,
		examples: []string{"innovationd award award-nia-2015 -on 2016-05-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				a, err := r.Award(ctx, r.view, innovation.AwardID(args[0]))
				if err != nil {
					return nil, nil, err
				}
				rep, err := awardReport(ctx, r, a)
				return a, rep, err
			})
		},
	}
}

func awardReport(ctx context.Context, r *reading, a store.AwardReading) (*report, error) {
	v, s := a.Award.Value, a.Standing
	orgs := []innovation.OrganisationID{v.Funder, v.Recipient}
	for _, x := range a.Shares {
		orgs = append(orgs, x.Value.Recipient)
	}
	for _, x := range a.Transfers {
		orgs = append(orgs, x.Value.Through)
	}
	for _, x := range a.Payments {
		orgs = append(orgs, x.Value.Payee)
	}
	if err := r.nameAll(ctx, orgs...); err != nil {
		return nil, err
	}
	rep := &report{title: fmt.Sprintf("Award %s as it stood on %s", v.Award, longDate(r.view.On))}
	rep.asOf(r.view, a.Recipe)
	made := !v.Day.Earliest.After(r.view.On)
	if !made {
		rep.note("It was not made yet on this day.")
	}
	f := newFields("award")
	f.put("title", v.Title, a.Award.Sources)
	f.put("recipient", nameOr(r.names, v.Recipient), nil)
	f.put("funder", nameOr(r.names, v.Funder), nil)
	f.put("awarded", dayText(v.Day), nil)
	f.put("as awarded", v.Figure.Amount, nil)
	f.put("stated as", figureText(v.Figure), nil)
	f.put("covers", covers(v.Figure), nil)
	if made {
		f.put("committed by the day", s.Amount, nil)
	}
	f.put("paid by the day", notRecorded(s.Paid), nil)
	f.put("came back by the day", s.Refunded, nil)
	f.put("left to pay", s.Unpaid, nil)
	f.put("for evaluation", v.Evaluation, nil)
	f.put("envelope", string(v.Envelope), nil)
	f.put("allocation", string(v.Allocation), nil)
	f.put("stream", words(v.Stream), nil)
	f.put("programme", v.Programme, nil)
	f.put("purpose", v.Purpose, nil)
	f.put("identifier", v.Identifier, nil)
	f.put("goes over because", v.Override, nil)
	f.put("note", v.Note, nil)

	instalments := section{name: "instalments", title: "Instalments", head: []string{"instalment", "number", "amount", "due", "paid", "kept back", "by", "source"}}
	for _, i := range s.Instalments {
		by := ""
		for n, g := range i.Gates {
			if n > 0 {
				by += "; "
			}
			by += gateText(g)
		}
		instalments.add(string(i.Instalment.Value.Instalment), i.Instalment.Value.Number, i.Instalment.Value.Amount, i.Instalment.Value.Due,
			notRecorded(i.Paid), i.Blocked, by, i.Instalment.Sources)
	}
	payments := section{name: "payments", title: "Payments, of all days", head: []string{"day", "amount", "instalment", "to", "belongs to", "vat", "reference", "source", "note"}}
	for _, x := range a.Payments {
		payments.add(x.Value.Day, x.Value.Amount, string(x.Value.Instalment), nameOr(r.names, x.Value.Payee), x.Value.Accrued, words(string(x.Value.VAT)),
			x.Value.Reference, x.Sources, x.Value.Note)
	}
	refunds := section{name: "refunds", title: "What came back, of all days", head: []string{"day", "amount", "type", "belongs to", "vat", "reference", "reason", "source", "note"}}
	for _, x := range a.Refunds {
		refunds.add(x.Value.Day, x.Value.Amount, string(x.Value.Type), x.Value.Accrued, words(string(x.Value.VAT)), x.Value.Reference, x.Value.Reason, x.Sources, x.Value.Note)
	}
	adjustments := section{name: "adjustments", title: "Adjustments, of all days", head: []string{"day", "type", "amount", "reason", "source", "note"}}
	for _, x := range a.Adjustments {
		adjustments.add(x.Value.Day, string(x.Value.Type), x.Value.Amount, x.Value.Reason, x.Sources, x.Value.Note)
	}
	transfers := section{name: "transfers", title: "Where the money was passed on from", head: []string{"day", "through", "from award", "from envelope", "source", "note"}}
	for _, x := range a.Transfers {
		transfers.add(x.Value.Day, nameOr(r.names, x.Value.Through), string(x.Value.FromAward), string(x.Value.FromEnvelope), x.Sources, x.Value.Note)
	}
	rep.sections = []section{f.section, instalments, payments, refunds, adjustments, r.members(a.Shares), transfers}
	return rep, nil
}

// notRecorded says of money that moved that none is recorded, which is not that
// none moved.
func notRecorded(a innovation.Amount) any {
	if a.IsZero() {
		return "not known: nothing is recorded"
	}
	return a
}

// gateText is what a gate waits for.
func gateText(g innovation.Gate) string {
	switch {
	case g.Condition == "":
		return g.Text
	case g.Text == "":
		return "condition " + string(g.Condition)
	}
	return "condition " + string(g.Condition) + " and " + g.Text
}
