package innovation

import (
	"cmp"
	"math"
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
func (f EnvelopeFile) checkShares(of Entity, sum Amount) error {
	return checkShares(f.Shares, of, sum, nil, func(Date) optionalMoney { return sum.high })
}

// checkShares holds the shares of each day against the most that the sum comes
// to from then on, which falls on the given days.
func checkShares(shares []Recorded[Share], of Entity, sum Amount, falls []Date, most func(Date) optionalMoney) error {
	var parts []datedPart
	var errs []error
	seen := map[OrganisationID][]Period{}
	for _, s := range shares {
		v := s.Value
		if v.Of != of {
			continue
		}
		if slices.ContainsFunc(seen[v.Recipient], func(p Period) bool { return p.Overlaps(v.Period) == Yes }) {
			errs = append(errs, Refusedf(RuleSharesExceed, "recipient", "%s has two shares of %s at a time", v.Recipient, of.Key).
				Trying("revise the share that is there"))
		}
		seen[v.Recipient] = append(seen[v.Recipient], v.Period)
		parts = append(parts, datedPart{v.Period, v.Amount.low})
	}
	if come, over := overAtOnce(parts, falls, most); over {
		errs = append(errs, Refusedf(RuleSharesExceed, "amount", "the shares of %s come to %s, more than its %s", of.Key, come, sum).
			Trying("the parts of the recipients add up to no more than the sum"))
	}
	return Join(errs...)
}

// datedPart is one of several sums that must fit together into another on each day.
type datedPart struct {
	period Period
	least  optionalMoney
}

// overAtOnce finds a day on which parts that certainly hold then come to more
// than the most that there is from then on, and says to how much. The sum grows
// only when a part begins, and the most falls only on the given days; the last
// day that is looked at is the one after all others, when what is open holds.
func overAtOnce(parts []datedPart, falls []Date, most func(Date) optionalMoney) (sum string, over bool) {
	days := append([]Date{Forever}, falls...)
	for _, p := range parts {
		if core, ok := p.period.Core(); ok {
			days = append(days, core.Start)
		}
	}
	sortDays(days)
	for _, day := range slices.Compact(days) {
		limit := most(day)
		var low moneySum
		for _, p := range parts {
			if p.least.present && (p.period.Holds(day) == Yes || day == Forever && p.period.IsOpen()) {
				low.add(p.least)
			}
		}
		if total, held := low.total(); !held {
			return "more than can be held", true
		} else if limit.present && total.sum > limit.sum {
			return total.sum.Format(), true
		}
	}
	return "", false
}

// commitment is one of several sums that must stay within another.
type commitment struct {
	id         FactID
	day        Day
	figure     Figure
	overridden bool
}

// exceeds reports whether sums for the same time certainly come to more than
// the whole without each one that goes over saying why, and by how much at
// least.
func exceeds(whole Figure, sums []commitment) (bool, Money) {
	sort.Slice(sums, func(i, j int) bool {
		a, b := &sums[i], &sums[j]
		return cmp.Or(a.day.Latest.Compare(b.day.Latest), cmp.Compare(a.id, b.id)) < 0
	})
	over, by := goesOver(whole.Amount, sums, func(f Figure) (Amount, bool) { return f.Amount, forTimeOf(whole, f) })
	if over || whole.Per != PerYear {
		return over, by
	}
	// In one year they come to most when one of them begins.
	years := firstYears(whole)
	for _, c := range sums {
		years = append(years, firstYears(c.figure)...)
	}
	slices.Sort(years)
	for _, fy := range slices.Compact(years) {
		most, ok := whole.In(fy)
		if !ok {
			continue
		}
		if over, by := goesOver(most, sums, func(f Figure) (Amount, bool) { return f.In(fy) }); over {
			return true, by
		}
	}
	return false, 0
}

// forTimeOf reports whether the amount of a sum is for the time of the whole,
// as it stands. One for a whole period may be for a part of it; one that does
// not say for which time it is is for that of the whole. Amounts by the year
// are only then for the same time when both cover the same days.
func forTimeOf(whole, sum Figure) bool {
	if whole.Per != sum.Per {
		return false
	}
	w, s := whole.Covers.Normal(), sum.Covers.Normal()
	if whole.Per == PerPeriod {
		return whole.Covers == Period{} || sum.Covers == Period{} || s.Overlaps(w) != No
	}
	return w.Start.sameDays(s.Start) && w.End.sameDays(s.End)
}

// firstYears is the first financial year in which the figure certainly counts
// whole, if there is one.
func firstYears(f Figure) []FinancialYear {
	if fy := f.Year(); fy != 0 {
		return []FinancialYear{fy}
	}
	core, ok := f.Covers.Core()
	if !ok || core.Start == Dawn {
		return nil
	}
	fy := FinancialYearOf(core.Start)
	if fy.Start().Before(core.Start) {
		fy++
	}
	return []FinancialYear{fy}
}

// goesOver adds what sums come to in some time, in their order.
func goesOver(whole Amount, sums []commitment, in func(Figure) (Amount, bool)) (bool, Money) {
	most, ok := whole.High()
	if !ok {
		return false, 0
	}
	var beyond moneySum
	beyond.add(someMoney(-most))
	for _, c := range sums {
		a, ok := in(c.figure)
		if !ok || !c.figure.Basis.Counts() || !a.low.present {
			continue // what is for another time is not compared
		}
		beyond.add(a.low)
		by, held := beyond.total()
		if !held {
			by.sum = math.MaxInt64
		}
		if by.sum > 0 && !c.overridden {
			return true, by.sum
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
