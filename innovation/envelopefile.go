package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// Rules between an envelope, its allocations and the awards that commit them.
const (
	RuleEnvelopeExceeded   RuleID = "envelope-exceeded"
	RuleAllocationExceeded RuleID = "allocation-exceeded"
	RuleSharesExceed       RuleID = "shares-exceed"
	RuleVATMixed           RuleID = "vat-mixed"
	RuleEnvelopeCycle      RuleID = "envelope-cycle"
	RuleAwardEnvelope      RuleID = "award-envelope"
)

// EnvelopeFile is an envelope with everything that is shared out of it.
type EnvelopeFile struct {
	Envelope    Recorded[Envelope]
	CoFunders   []Recorded[CoFunder]
	Criteria    []Recorded[Criterion]
	Allocations []Recorded[Allocation]
	Scores      []Recorded[Score]
	Shares      []Recorded[Share]      // of its allocations
	Awards      []Recorded[Award]      // that name it or an allocation of it
	Parts       []Recorded[Envelope]   // the envelopes that name it as their parent
	Above       []EnvelopeID           // the envelopes in which it lies, from the nearest
	Claims      []Recorded[MoneyClaim] // about it
}

// Check reports every rule that the envelope and what is shared out of it
// break: the sum of allocations stays within the envelope unless each one that
// goes over says why, awards stay within their allocation likewise, shares add
// up to no more than their sum, and no bases of value added tax are mixed.
// Only what is certain is refused: an amount that may fit fits.
func (f EnvelopeFile) Check() error {
	var errs []error
	e := f.Envelope.Value
	if slices.Contains(f.Above, e.Envelope) {
		errs = append(errs, Refusedf(RuleEnvelopeCycle, "parent", "the envelope %s would lie in itself", e.Envelope).
			Trying("name as parent the envelope with which it was announced, or none"))
	}
	var sums []commitment
	for _, a := range f.Allocations {
		v := a.Value
		errs = append(errs, sameVAT(e.Figure.VAT, v.Figure.VAT), f.checkShares(v.Allocation.Entity(), v.Figure.Amount))
		sums = append(sums, commitment{a.ID, v.Day, v.Figure, v.Override != ""})
	}
	if over, by := exceeds(e.Figure, sums); over {
		errs = append(errs, Refusedf(RuleEnvelopeExceeded, "figure", "the allocations of %s come to more than its %s, by at least %s", e.Envelope, e.Figure.Amount, by.Format()).
			Trying("allocate less, or say in override why it goes over"))
	}
	for _, a := range f.Allocations {
		var of []commitment
		for _, w := range f.Awards {
			v := w.Value
			if v.Allocation != a.Value.Allocation {
				continue
			}
			of = append(of, commitment{w.ID, v.Day, v.Figure, v.Override != ""})
			errs = append(errs, sameVAT(a.Value.Figure.VAT, v.Figure.VAT))
			if v.Envelope != "" && v.Envelope != e.Envelope {
				errs = append(errs, Refusedf(RuleAwardEnvelope, "envelope", "the award %s names the envelope %s, its allocation lies in %s", v.Award, v.Envelope, e.Envelope).
					Trying("leave the envelope out: the allocation says it"))
			}
		}
		if over, by := exceeds(a.Value.Figure, of); over {
			errs = append(errs, Refusedf(RuleAllocationExceeded, "figure", "the awards under %s come to more than its %s, by at least %s", a.Value.Allocation, a.Value.Figure.Amount, by.Format()).
				Trying("award less, or say in override why it goes over"))
		}
	}
	return Join(errs...)
}

// CheckParts finds the parts of an envelope that certainly come to more than
// it. Sources may disagree: it is a finding.
func (f EnvelopeFile) CheckParts() []Finding {
	var sums []commitment
	var cited []Citation
	for _, p := range f.Parts {
		sums = append(sums, commitment{p.ID, p.Value.Day, p.Value.Figure, false})
		cited = append(cited, p.Sources...)
	}
	over, by := exceeds(f.Envelope.Value.Figure, sums)
	if !over {
		return nil
	}
	return []Finding{{Rule: RuleEnvelopePartsExceed, About: f.Envelope.Value.Envelope.Entity(), Sources: append(cited, f.Envelope.Sources...),
		Detail: "the envelopes that lie in it come to more than its " + f.Envelope.Value.Figure.Amount.String() + ", by at least " + by.Format()}}
}

// checkShares holds the shares of a sum against it.
func (f EnvelopeFile) checkShares(of Entity, sum Amount) error { return checkShares(f.Shares, of, sum) }

func checkShares(shares []Recorded[Share], of Entity, sum Amount) error {
	var low moneySum
	var errs []error
	seen := map[OrganisationID]Period{}
	for _, s := range shares {
		if s.Value.Of != of {
			continue
		}
		if p, ok := seen[s.Value.Recipient]; ok && p.Overlaps(s.Value.Period) == Yes {
			errs = append(errs, Refusedf(RuleSharesExceed, "recipient", "%s has two shares of %s at a time", s.Value.Recipient, of.Key).
				Trying("revise the share that is there"))
		}
		seen[s.Value.Recipient] = s.Value.Period
		if s.Value.Amount.low.present && s.Value.Period.IsOpen() {
			low.add(s.Value.Amount.low)
		}
	}
	if total, ok := low.total(); !ok || sum.high.present && total.sum > sum.high.sum {
		errs = append(errs, Refusedf(RuleSharesExceed, "amount", "the shares of %s come to more than its %s", of.Key, sum).
			Trying("the parts of the recipients add up to no more than the sum"))
	}
	return Join(errs...)
}

// commitment is one of several sums that must stay within another.
type commitment struct {
	id         FactID
	day        Day
	figure     Figure
	overridden bool
}

// exceeds reports whether sums for the same time certainly come to more than
// the whole without each one that goes over saying why, and by how much.
func exceeds(whole Figure, sums []commitment) (bool, Money) {
	most, ok := whole.Amount.High()
	if !ok {
		return false, 0
	}
	sort.Slice(sums, func(i, j int) bool {
		a, b := &sums[i], &sums[j]
		return cmp.Or(a.day.Latest.Compare(b.day.Latest), cmp.Compare(a.id, b.id)) < 0
	})
	var sum moneySum
	for _, c := range sums {
		if c.figure.Per != whole.Per || !c.figure.Basis.Counts() || !c.figure.Amount.low.present {
			continue // what is for another time is not compared
		}
		sum.add(c.figure.Amount.low)
		total, held := sum.total()
		if !held || total.sum > most {
			if !c.overridden {
				return true, total.sum - most
			}
		}
	}
	return false, 0
}

// sameVAT refuses two stated bases that differ.
func sameVAT(a, b VAT) error {
	if a == b || a == VATNotStated || b == VATNotStated {
		return nil
	}
	return Refusedf(RuleVATMixed, "vat", "an amount with value added tax %s belongs to one with it %s", b, a).
		Trying("state both on the same basis")
}
