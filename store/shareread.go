package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// ShareReport is how an envelope is shared out.
type ShareReport struct {
	Recipe innovation.Recipe `json:"recipe"`
	innovation.ShareCheck
	Names   map[innovation.OrganisationID]string     `json:"names,omitempty" doc:"The recipients' names on the day"`
	Sources []innovation.Recorded[innovation.Source] `json:"sources,omitempty" doc:"The sources of the envelope, of the bounds and of the shares"`
}

// Shares checks how an envelope is shared out: whether each share lies within
// the published bounds and all of them within the envelope, which are not
// known, and where the unknown ones must lie.
func (r reader) Shares(ctx context.Context, v innovation.View, id innovation.EnvelopeID) (out ShareReport, err error) {
	err = r.envelope(ctx, v, id, func(s *session, m moment, _ int64, f innovation.EnvelopeFile) error {
		out, err = sharesOf(ctx, s, m, f)
		return err
	})
	return out, err
}

func sharesOf(ctx context.Context, s *session, m moment, f innovation.EnvelopeFile) (out ShareReport, err error) {
	out.Recipe = m.recipe()
	if out.ShareCheck, err = f.SharesOn(m.on); err != nil {
		return out, err
	}
	var recipients []innovation.OrganisationID
	for _, row := range out.ShareCheck.Shares {
		recipients = append(recipients, row.Recipient)
	}
	if out.Names, err = namesOn(ctx, s, m, recipients); err != nil {
		return out, err
	}
	cited := slices.Clone(f.Envelope.Sources)
	for _, c := range f.Criteria {
		cited = append(cited, c.Sources...)
	}
	for _, a := range f.Allocations {
		cited = append(cited, a.Sources...)
	}
	for _, a := range f.Shares {
		cited = append(cited, a.Sources...)
	}
	out.Sources, err = sourcesCited(ctx, s, m, cited)
	return out, err
}

// SplitQuery asks for an envelope to be split. What it leaves out is taken
// from the register: the amount and the bounds of shares from the envelope,
// populations from what was published about the recipients by the day.
type SplitQuery struct {
	Envelope innovation.EnvelopeID   `json:"envelope,omitempty" doc:"The envelope; left out when an amount is given"`
	Amount   *innovation.Money       `json:"amount,omitempty" doc:"The sum to split; left out, the exact amount of the envelope"`
	Bids     []innovation.Bid        `json:"bids" minItems:"1" doc:"The bids, in any order; a population of 0 is taken from the register where the population weighs"`
	Weights  innovation.SplitWeights `json:"weights,omitzero" doc:"What the criteria weigh; left out, every bid weighs the same"`
	Min      *innovation.Money       `json:"min,omitempty" doc:"The least each recipient may get; left out, that of the envelope's criteria, or nothing"`
	Max      *innovation.Money       `json:"max,omitempty" doc:"The most each recipient may get; left out, that of the envelope's criteria, or no limit"`
}

// SplitReport is a proposed split with what it was made from.
type SplitReport struct {
	Recipe  innovation.Recipe       `json:"recipe"`
	Request innovation.SplitRequest `json:"request" doc:"What was split, with what was taken from the register"`
	innovation.SplitProposal
	Names map[innovation.OrganisationID]string `json:"names,omitempty" doc:"The recipients' names on the day"`
}

// ProposeSplit proposes how to split an envelope across bids, exact to the
// penny, within bounds: see innovation.ProposeSplit. It records nothing.
func (r reader) ProposeSplit(ctx context.Context, v innovation.View, q SplitQuery) (out SplitReport, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		out.Recipe = m.recipe()
		if out.Request, err = splitRequest(ctx, s, m, q); err != nil {
			return err
		}
		if out.SplitProposal, err = innovation.ProposeSplit(out.Request); err != nil {
			return err
		}
		var recipients []innovation.OrganisationID
		for _, b := range out.Shares {
			recipients = append(recipients, b.Recipient)
		}
		out.Names, err = namesOn(ctx, s, m, recipients)
		return err
	})
	return out, err
}

// splitRequest completes a query from the register.
func splitRequest(ctx context.Context, s *session, m moment, q SplitQuery) (innovation.SplitRequest, error) {
	r := innovation.SplitRequest{Bids: slices.Clone(q.Bids), Weights: q.Weights, Min: q.Min, Max: q.Max}
	if q.Amount != nil {
		r.Amount = *q.Amount
	}
	if q.Envelope != "" {
		if _, _, err := mustEntity(ctx, s, m, q.Envelope.Entity()); err != nil {
			return r, err
		}
		f, found, err := envelopeFile(ctx, s, m, q.Envelope, "")
		if err != nil {
			return r, err
		}
		if !found {
			return r, notFound(m, q.Envelope.Entity())
		}
		a := f.Envelope.Value.Figure.Amount
		if q.Amount == nil {
			if a.Kind() != innovation.AmountExact {
				return r, innovation.Invalidf(innovation.RuleSplitInvalid, "amount", "the envelope %s holds %s, which is no exact sum", q.Envelope, a).
					Trying("give the amount to split")
			}
			r.Amount, _ = a.Nominal()
		}
		for _, c := range f.Criteria {
			if c.Value.Criterion != innovation.CriterionShareBounds || c.Value.Period.Holds(m.on) != innovation.Yes {
				continue
			}
			if low, ok := c.Value.Bounds.Low(); ok && r.Min == nil {
				r.Min = &low
			}
			if high, ok := c.Value.Bounds.High(); ok && r.Max == nil {
				r.Max = &high
			}
		}
	} else if q.Amount == nil {
		return r, innovation.Invalidf(innovation.RuleSplitInvalid, "amount", "there is neither an envelope nor an amount to split").Trying("give one of them")
	}
	if r.Weights.Population == 0 {
		return r, nil
	}
	for i, b := range r.Bids {
		if b.Population != 0 || innovation.CheckKey("", string(b.Recipient)) != nil {
			continue
		}
		people, err := selectFacts(ctx, s, m, populations, m.holding("f").join(entityIs("f.subject", b.Recipient.Entity())).
			and("f.nominal > 0"), "ORDER BY f.start_latest DESC, f.added DESC LIMIT 1")
		if err != nil {
			return r, err
		}
		if len(people) > 0 {
			r.Bids[i].Population = people[0].Value.Nominal
		}
	}
	return r, nil
}
