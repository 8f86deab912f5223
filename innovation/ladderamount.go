package innovation

// SumParts is a sum as a database makes it: money in halves of 32 bits, so
// that no sum of up to two thousand million records is too large, and the
// number of records that have each part. A bound that one record lacks is
// lacking in the sum; the lower one is nothing then, for no record of money is
// below nothing.
type SumParts struct {
	Records     int64 // all
	Exact       int64 // those of an exact amount on a day that has certainly come
	Undisclosed int64 // those of an amount that is not disclosed

	LowUpper, LowLower         int64
	HighUpper, HighLower       int64
	Highs                      int64 // records with an upper bound
	NominalUpper, NominalLower int64
	Nominals                   int64 // records with a nominal on a day that has certainly come
}

// Amount gives the sum. It answers an error when a part is too large to hold.
func (p SumParts) Amount() (Amount, error) {
	part := func(upper, lower, records int64) (optionalMoney, bool) {
		m := moneySum{upper: upper, lower: lower, absent: records < p.Records}
		return m.total()
	}
	low, ok1 := part(p.LowUpper, p.LowLower, p.Records)
	high, ok2 := part(p.HighUpper, p.HighLower, p.Highs)
	nominal, ok3 := part(p.NominalUpper, p.NominalLower, p.Nominals)
	if !ok1 || !ok2 || !ok3 {
		return Amount{}, overflowError("the sum of %d records", p.Records)
	}
	if p.Exact == p.Records {
		return Amount{kind: AmountExact, low: low, high: high, nominal: nominal}, nil
	}
	return Amount{kind: AmountSum, low: low, high: high, nominal: nominal}, nil
}

// atMost is anything from nothing to the most that an amount can be: an
// unknown part of it, or all of it on a day that may not have come.
//
//go:noinline // many places would hold a copy of it
func atMost(a Amount) Amount {
	return Amount{kind: AmountSum, low: someMoney(0), high: a.high}
}

// atLeastNothing is the amount with nothing as its lower bound when it has
// none, or one below: no money that was given is below nothing.
//
//go:noinline // many places would hold a copy of it
func atLeastNothing(a Amount) Amount {
	if a.kind == AmountExact && a.low.sum >= 0 || a.low.present && a.low.sum >= 0 {
		return a
	}
	a.kind, a.low = AmountSum, someMoney(0)
	if a.high.present && a.high.sum < 0 {
		a.high = someMoney(0)
	}
	if a.nominal.present && a.nominal.sum < 0 {
		a.nominal = optionalMoney{}
	}
	return a
}

// Total is the figure for all the time that it covers, and whether it is
// known: an amount by the year is taken as many times as there certainly are
// years. It answers an error when that is too large to hold.
func (f Figure) Total() (Amount, bool, error) {
	if f.Per == PerPeriod || f.Per == PerYear && f.Year() != 0 {
		return f.Amount, true, nil
	}
	start, end := f.Covers.Start, f.Covers.End
	if f.Covers == (Period{}) || f.Covers.IsOpen() || start.Earliest != start.Latest || end.Earliest != end.Latest {
		return Amount{}, false, nil
	}
	years := end.Earliest.Year() - start.Earliest.Year()
	if years < 1 || start.Earliest.AddYears(years) != end.Earliest {
		return Amount{}, false, nil
	}
	total := Amount{kind: f.Amount.kind}
	if years > 1 && f.Amount.kind != AmountExact {
		total.kind = AmountSum
	}
	for _, p := range []struct{ to, of *optionalMoney }{{&total.low, &f.Amount.low}, {&total.high, &f.Amount.high}, {&total.nominal, &f.Amount.nominal}} {
		if p.of.present {
			sum, err := p.of.sum.Mul(int64(years))
			if err != nil {
				return Amount{}, false, err
			}
			*p.to = someMoney(sum)
		}
	}
	return total, true, nil
}

// years are the financial years in which the figure counts whole.
func (f Figure) years() []FinancialYear {
	if fy := f.Year(); fy != 0 && f.Per != PerContractYear {
		return []FinancialYear{fy}
	}
	core, ok := f.Covers.Core()
	if f.Per != PerYear || f.Covers == (Period{}) || !ok || core.Start == Dawn || core.End == Forever {
		return nil
	}
	var out []FinancialYear
	for fy := FinancialYearOf(core.Start); fy <= FinancialYearOf(core.Last()); fy++ {
		if _, in := f.In(fy); in {
			out = append(out, fy)
		}
	}
	return out
}

// wholeYears reports whether the years are all the time that the figure may
// cover.
func (f Figure) wholeYears(years []FinancialYear) bool {
	hull := f.Covers.Hull()
	return f.Year() != 0 || !hull.Start.Before(years[0].Start()) && !hull.End.After(years[len(years)-1].End())
}
