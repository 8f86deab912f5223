package innovation

import (
	"cmp"
	"sort"
)

// AwardStanding is an award as it stands on a day.
type AwardStanding struct {
	On          Date                 `json:"on" doc:"The day"`
	Amount      Amount               `json:"amount,omitzero" doc:"What was committed by the day: the award with its adjustments; left out before the award was made"`
	Paid        Amount               `json:"paid,omitzero" doc:"What had been paid by the day; left out when nothing is recorded, which is not nothing"`
	Refunded    Amount               `json:"refunded,omitzero" doc:"What had come back by the day; left out when nothing is recorded"`
	Unpaid      Amount               `json:"unpaid,omitzero" doc:"What was left to pay: the amount less what was paid and did not come back; left out when nothing paid is recorded"`
	Instalments []InstalmentStanding `json:"instalments,omitempty" doc:"The instalments agreed on the day, in their order"`
}

// InstalmentStanding is an instalment as it stands on a day.
type InstalmentStanding struct {
	Instalment Recorded[Instalment] `json:"instalment" doc:"The instalment as recorded"`
	Blocked    Answer               `json:"blocked" doc:"Whether a gate keeps it back on the day"`
	Gates      []Gate               `json:"gates,omitempty" doc:"The gates that keep it back, or may"`
	Paid       Amount               `json:"paid,omitzero" doc:"What had been paid of it by the day; left out when nothing is recorded"`
}

// Standing gives the award as it stands on the day. Money of days that may not
// have come yet counts from nothing. It answers an error when a sum is too
// large to hold.
func (f AwardFile) Standing(on Date) (AwardStanding, error) {
	out := AwardStanding{On: on}
	if f.Award.Value.Day.Earliest.After(on) {
		return out, nil // it was not made yet
	}
	var err error
	if out.Amount, err = f.Amount(on); err != nil {
		return out, err
	}
	if f.Award.Value.Day.Latest.After(on) {
		out.Amount = atMost(out.Amount) // it may not have been made yet
	}
	var paid, back []Amount
	byInstalment := map[InstalmentID][]Amount{}
	for _, p := range f.Payments {
		if a, ok := byDay(p.Value.Amount, p.Value.Day, on); ok {
			paid = append(paid, a)
			byInstalment[p.Value.Instalment] = append(byInstalment[p.Value.Instalment], a)
		}
	}
	for _, r := range f.Refunds {
		if a, ok := byDay(r.Value.Amount, r.Value.Day, on); ok {
			back = append(back, a)
		}
	}
	if out.Paid, err = sumOrNothing(paid); err != nil {
		return out, err
	}
	if out.Refunded, err = sumOrNothing(back); err != nil {
		return out, err
	}
	if paid != nil {
		kept, err := out.Paid, error(nil)
		if back != nil {
			kept, err = kept.Sub(out.Refunded)
		}
		if err != nil {
			return out, err
		}
		if out.Unpaid, err = out.Amount.Sub(kept); err != nil {
			return out, err
		}
	}
	for _, i := range f.Instalments {
		if i.Value.Period.Holds(on) == No {
			continue
		}
		s := InstalmentStanding{Instalment: i}
		s.Blocked, s.Gates = f.Blocked(i.Value.Instalment, on)
		if s.Paid, err = sumOrNothing(byInstalment[i.Value.Instalment]); err != nil {
			return out, err
		}
		out.Instalments = append(out.Instalments, s)
	}
	sort.Slice(out.Instalments, func(i, j int) bool {
		v, w := &out.Instalments[i].Instalment.Value, &out.Instalments[j].Instalment.Value
		return cmp.Or(cmp.Compare(v.Number, w.Number), v.Due.Earliest.Compare(w.Due.Earliest), cmp.Compare(v.Instalment, w.Instalment)) < 0
	})
	return out, nil
}

// byDay is an amount of money that moved on a day, as it counts by another:
// from nothing when it may not have moved yet, not at all when it certainly
// has not.
func byDay(a Amount, day Day, on Date) (Amount, bool) {
	switch {
	case day.Earliest.After(on):
		return Amount{}, false
	case day.Latest.After(on):
		return atMost(a), true
	}
	return a, true
}

// sumOrNothing is the sum of amounts, and "not stated" when there are none.
func sumOrNothing(as []Amount) (Amount, error) {
	if len(as) == 0 {
		return Amount{}, nil
	}
	return SumAmounts(as...)
}
