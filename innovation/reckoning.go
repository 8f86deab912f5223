package innovation

import (
	"cmp"
	"fmt"
	"slices"
)

// Reckoning is a sum worked out from recorded figures, or what is missing to
// know it. What is not recorded is not nothing: a reckoning that is not known
// has no amount.
type Reckoning struct {
	Known   bool     `json:"known" doc:"Whether it is known; what is not recorded is not nothing"`
	Amount  Amount   `json:"amount,omitzero" doc:"How much, as bounds; left out when it is not known"`
	VAT     VAT      `json:"vat,omitempty" enum:"excluded,included,outside-scope" doc:"How value added tax stands to it, as far as the figures say"`
	Facts   []FactID `json:"facts,omitempty" doc:"The facts it was added up from, in the order of their numbers"`
	Missing []string `json:"missing,omitempty" doc:"What is missing, when it is not known"`
}

// Uncounted is a record of money that a result left out, and why.
type Uncounted struct {
	Fact   FactID `json:"fact" doc:"The fact"`
	What   string `json:"what" doc:"What it is"`
	Amount Amount `json:"amount" doc:"How much"`
	Reason string `json:"reason" doc:"Why it is left out"`
}

// notKnown is a reckoning of which something is missing.
//
//go:noinline // many places would hold a copy of it
func notKnown(missing ...string) Reckoning { return Reckoning{Missing: missing} }

// moneyTally adds up recorded figures of one basis of value added tax. As on
// the ladder, "not stated" is a basis of its own: a sum of figures that state
// one and others that do not would be labelled with more than is known.
type moneyTally struct {
	amounts []Amount
	facts   []FactID
	vat     VAT
	based   bool   // whether vat is the basis of a figure, and not only unset
	mixed   string // why the figures cannot be added
}

//go:noinline // many places would hold a copy of it
func (t *moneyTally) add(id FactID, a Amount, v VAT) {
	t.amounts = append(t.amounts, a)
	if id != 0 {
		t.facts = append(t.facts, id)
	}
	t.on(v)
}

// on holds a basis of value added tax against that of the figures so far.
func (t *moneyTally) on(v VAT) {
	switch {
	case !t.based:
		t.vat, t.based = v, true
	case t.vat != v:
		stated := func(v VAT) string { return cmp.Or(string(v), "not stated") }
		t.mixed = cmp.Or(t.mixed, fmt.Sprintf("amounts with value added tax %s and %s are not added", stated(t.vat), stated(v)))
	}
}

// like holds the basis of other figures against that of these.
func (t *moneyTally) like(o moneyTally) {
	if o.based {
		t.on(o.vat)
		t.mixed = cmp.Or(t.mixed, o.mixed)
	}
}

// allow adds what is no recorded figure, and stands on no basis of value added
// tax: nothing, or whatever is not recorded.
func (t *moneyTally) allow(a Amount) { t.amounts = append(t.amounts, a) }

// sum is the reckoning of records that were added: not known, for the reason
// given, when there were none. A record without a lower bound is not below
// nothing.
func (t *moneyTally) sum(missing string) Reckoning {
	switch {
	case len(t.amounts) == 0:
		return notKnown(missing)
	case t.mixed != "":
		return notKnown(t.mixed)
	}
	amounts := slices.Clone(t.amounts)
	for i := range amounts {
		if len(amounts) > 1 { // one amount is shown as its source states it
			amounts[i] = atLeastNothing(amounts[i])
		}
	}
	total, err := SumAmounts(amounts...)
	return reckoned(total, err, t.vat, t.facts)
}

// reckoned is a calculated amount. One too large to hold is not known, nor is
// one that nothing bounds.
func reckoned(a Amount, err error, v VAT, facts []FactID) Reckoning {
	switch {
	case err != nil:
		return notKnown("the sum is too large to hold")
	case a.kind == AmountNotDisclosed:
		return notKnown("the amount is not disclosed")
	case !a.low.present && !a.high.present && !a.nominal.present:
		return notKnown("nothing that is recorded bounds it")
	}
	facts = slices.Clone(facts)
	slices.Sort(facts)
	return Reckoning{Known: true, Amount: a, VAT: v, Facts: slices.Compact(facts)}
}

// plus is r + o for a balance, either of which may be below nothing. It is not
// known unless both are, on bases of value added tax that may be the same.
func (r Reckoning) plus(o Reckoning) Reckoning {
	switch {
	case !r.Known || !o.Known:
		return notKnown(slices.Concat(r.Missing, o.Missing)...)
	case sameVAT(r.VAT, o.VAT) != nil:
		return notKnown(fmt.Sprintf("amounts with value added tax %s and %s are not added", r.VAT, o.VAT))
	}
	sum, err := r.Amount.Add(o.Amount)
	return reckoned(sum, err, cmp.Or(r.VAT, o.VAT), nil)
}

// less is r - o, and not known unless both are, on bases of value added tax
// that may be the same.
func (r Reckoning) less(o Reckoning) Reckoning {
	switch {
	case !r.Known || !o.Known:
		return notKnown(slices.Concat(r.Missing, o.Missing)...)
	case sameVAT(r.VAT, o.VAT) != nil:
		return notKnown(fmt.Sprintf("an amount with value added tax %s is not compared with one with it %s", r.VAT, o.VAT))
	}
	diff, err := r.Amount.Sub(o.Amount)
	return reckoned(diff, err, cmp.Or(r.VAT, o.VAT), nil)
}

// countedBy is an amount of an event as it counts on a day: nothing of what is
// certainly later, and an interval from nothing of what may be.
//
//go:noinline // many places would hold a copy of it
func countedBy(a Amount, d Day, on Date) (Amount, bool) {
	switch {
	case d.Earliest.After(on):
		return Amount{}, false
	case d.Latest.After(on):
		return atMost(a), true
	}
	return a, true
}

// forecastOf picks a version of a forecast with its lines, as made by the day.
// Version 0 is the latest one that was certainly made by then: 0 again, without
// lines, when there is none. The field is the one that asks for it.
func forecastOf(field string, lines []Recorded[Forecast], version int64, on Date) (int64, []Recorded[Forecast], error) {
	if version == 0 {
		for i := range lines {
			if l := &lines[i].Value; !l.Day.Latest.After(on) {
				version = max(version, l.Version)
			}
		}
		if version == 0 {
			return 0, nil, nil
		}
	}
	var made []Recorded[Forecast]
	for i := range lines {
		if l := &lines[i].Value; l.Version == version && !l.Day.Earliest.After(on) {
			made = append(made, lines[i])
		}
	}
	if len(made) == 0 {
		return 0, nil, &Error{Kind: NotFound, Rule: RuleForecastUnknown, Field: field,
			Detail: fmt.Sprintf("no version %d of the forecast was made by %s", version, on), Try: "leave the version out to take the latest"}
	}
	return version, made, nil
}

// addReckonings adds up reckonings, which may be below nothing, and is not known
// unless all are.
func addReckonings(all []Reckoning, none string) Reckoning {
	var t moneyTally
	var missing []string
	for _, r := range all {
		missing = append(missing, r.Missing...)
		if r.Known {
			t.add(0, r.Amount, r.VAT)
			t.facts = append(t.facts, r.Facts...)
		}
	}
	switch {
	case missing != nil:
		return notKnown(missing...)
	case len(t.amounts) == 0:
		return notKnown(none)
	case t.mixed != "":
		return notKnown(t.mixed)
	}
	total, err := SumAmounts(t.amounts...)
	return reckoned(total, err, t.vat, t.facts)
}

// hullOf is what several figures for one and the same sum leave possible: one
// of them is right, and nobody knows which.
func hullOf(t moneyTally) Reckoning {
	if t.mixed != "" {
		return notKnown(t.mixed)
	}
	hull := t.amounts[0]
	for _, a := range t.amounts[1:] {
		if a == hull {
			continue
		}
		hull.kind, hull.nominal = AmountSum, optionalMoney{}
		if !a.low.present || hull.low.present && a.low.sum < hull.low.sum {
			hull.low = a.low
		}
		if !a.high.present || hull.high.present && a.high.sum > hull.high.sum {
			hull.high = a.high
		}
	}
	return reckoned(hull, nil, t.vat, t.facts)
}
