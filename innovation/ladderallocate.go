package innovation

// allocate adds the allocations, envelope by envelope: an allocation that is
// not disclosed lies within the published bounds of shares, and all of them
// together within the envelope unless one says why it goes over.
func (l *ladder) allocate() error {
	for _, e := range append(append([]Recorded[Envelope]{}, l.Envelopes...), l.Shared...) {
		var of []Recorded[Allocation]
		for _, a := range l.Allocations {
			if a.Value.Envelope == e.Value.Envelope {
				of = append(of, a)
			}
		}
		if len(of) == 0 {
			continue
		}
		check, err := EnvelopeFile{Envelope: e, Allocations: of, Criteria: l.Criteria, Shares: l.Shares}.SharesOn(l.On)
		if err != nil {
			return err
		}
		for _, bound := range []bool{true, false} {
			amounts, err := l.allocated(e.Value, of, bound)
			if err != nil {
				return err
			}
			put := l.add
			if !bound {
				put = l.addPlain
			}
			l.putAllocations(e.Value, of, amounts, partsOf(check, bound), put)
		}
	}
	return nil
}

// addPlain puts a sum into its row as it is without the bounds of shares.
func (l *ladder) addPlain(s LadderSum, own FinancialYear) {
	row := l.row(l.key(s, own))
	row.plain = append(row.plain, s)
}

// allocated gives what each allocation of an envelope can be. What it is alone
// is narrowed by what the others leave of the envelope.
func (l *ladder) allocated(e Envelope, of []Recorded[Allocation], bound bool) ([]Amount, error) {
	bounds := l.shareBounds(e.Envelope)
	amounts := make([]Amount, len(of))
	within := e.Figure.Basis.Counts()
	for i, a := range of {
		f := a.Value.Figure
		amounts[i] = atLeastNothing(f.Amount)
		if bound && a.Value.Recipient != "" {
			amounts[i] = boundedBy(amounts[i], bounds)
		}
		within = within && a.Value.Override == "" && f.Per == e.Figure.Per && f.Basis.Counts()
	}
	if !within || !e.Figure.Amount.high.present {
		return amounts, nil
	}
	narrowed := make([]Amount, len(of))
	for i := range of {
		others := []Amount{}
		for j, a := range amounts {
			if j != i {
				others = append(others, Amount{kind: AmountSum, low: a.low})
			}
		}
		sum, err := SumAmounts(append(others, Exact(0))...)
		if err != nil {
			return nil, err
		}
		left, err := Exact(e.Figure.Amount.high.sum).Sub(Amount{kind: AmountSum, low: sum.low, high: sum.low})
		if err != nil {
			return nil, err
		}
		narrowed[i] = boundedBy(amounts[i], Amount{kind: AmountSum, high: left.high})
	}
	return narrowed, nil
}

// part is the share of a recipient in an allocation.
type part struct {
	allocation AllocationID
	recipient  OrganisationID
}

// partsOf gives where each share of the envelope must lie.
func partsOf(c ShareCheck, bound bool) map[part]Amount {
	out := map[part]Amount{}
	for _, row := range c.Shares {
		a := row.WithoutBounds
		if bound {
			a = row.WithBounds
		}
		out[part{row.Allocation, row.Recipient}] = a
	}
	return out
}

// putAllocations adds the allocations of an envelope to their rows. Where they
// stand together in one row their sum is no more than the envelope: the
// narrowed amounts alone would let each of several take all that is left.
func (l *ladder) putAllocations(e Envelope, of []Recorded[Allocation], amounts []Amount, parts map[part]Amount, put func(LadderSum, FinancialYear)) {
	together := !l.Query.ByNetwork()
	var placed []LadderSum
	var years []FinancialYear
	hold := put
	if together {
		hold = func(s LadderSum, fy FinancialYear) { placed, years = append(placed, s), append(years, fy) }
	}
	var within bool
	for i, a := range of {
		v := a.Value
		f := v.Figure
		f.Amount = amounts[i]
		s := LadderSum{Step: RungAllocated, Network: v.Recipient, Stream: e.Stream}
		within = (i == 0 || within) && v.Override == "" && f.Per == e.Figure.Per && f.Basis.Counts()
		shares := l.sharesOf(v.Allocation.Entity())
		switch {
		case !l.Query.ByNetwork():
		case v.Recipient == "" && len(shares) > 0:
			for _, share := range shares {
				amount, ok := parts[part{v.Allocation, share.Value.Recipient}]
				if !ok { // the envelope is for another time
					amount = share.Value.Amount
				}
				l.divide(s, f, v.Day, share.Value.Recipient, amount, put)
			}
			continue
		case v.Recipient == "" && l.Query.Network != "":
			s.Why = ExcludedJoint
		}
		if l.Query.Network != "" && v.Recipient != "" && v.Recipient != l.Query.Network {
			continue
		}
		if v.Figure.Amount.kind == AmountNotDisclosed {
			s.Undisclosed = 1
		}
		l.place(s, f, v.Day, hold)
	}
	if !together {
		return
	}
	if most := e.Figure.Amount.high; within && most.present {
		capTogether(placed, years, most.sum)
	}
	for i, s := range placed {
		put(s, years[i])
	}
}

// capTogether lowers upper bounds of sums of the same year, from the last,
// until they add up to no more than the most.
func capTogether(sums []LadderSum, years []FinancialYear, most Money) {
	taken := map[FinancialYear]Money{}
	for i := range sums {
		s := &sums[i]
		if s.Why != "" || !s.Amount.high.present {
			continue
		}
		left := most - taken[years[i]]
		if s.Amount.low.sum <= left {
			s.Amount = boundedBy(s.Amount, Amount{kind: AmountSum, high: someMoney(left)})
		}
		taken[years[i]] = min(most, taken[years[i]]+min(most, s.Amount.high.sum))
	}
}

// shareBounds is the interval in which sources put each share of an envelope.
// Several criteria narrow each other.
func (l *ladder) shareBounds(id EnvelopeID) Amount {
	bounds := Amount{kind: AmountSum}
	for _, c := range l.Criteria {
		v := c.Value
		if v.Envelope == id && v.Criterion == CriterionShareBounds && v.Period.Holds(l.On) == Yes {
			bounds = boundedBy(bounds, v.Bounds)
		}
	}
	return bounds
}
