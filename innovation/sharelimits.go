package innovation

// shareReading is where everything must lie in one reading, as intervals. The
// sums are in the order of those counted.
type shareReading struct {
	sums   []sumReading
	total  Amount
	totals ShareTotals
	over   bool // the shares come to more than the envelope that caps them
}

// sumReading is where a sum and its shares must lie.
type sumReading struct {
	sum      Amount
	shares   []Amount
	together Amount // the shares, each taken alone
	apart    bool   // they cannot make up the sum
}

// read finds where everything must lie: from the shares up to the envelope,
// then down again. Sums of sums form a tree, and on a tree two passes leave no
// interval wider than it need be. Where shares cannot both keep their bounds
// and make up their sum, the bounds give way; where they cannot make it up at
// all, both stay as stated.
func (c *ShareCheck) read(sums []countedSum, bounded bool) (shareReading, error) {
	var r shareReading
	var all, known, unknown []Amount
	for _, s := range sums {
		sum, err := s.read(bounded)
		if err != nil {
			return shareReading{}, err
		}
		if sum.apart && bounded {
			strained := sum
			if sum, err = s.read(false); err != nil {
				return shareReading{}, err
			}
			if !sum.apart {
				c.findApart(s, strained, " when each keeps the bounds")
			}
		} else if sum.apart {
			c.findApart(s, sum, "")
		}
		r.sums, all = append(r.sums, sum), append(all, sum.sum)
		if isKnown(s.made.Value.Figure.Amount) {
			known = append(known, sum.sum)
		} else {
			unknown = append(unknown, sum.sum)
		}
	}
	total, err := SumAmounts(all...)
	if err != nil {
		return shareReading{}, err
	}
	r.total = total
	if c.Capped {
		capped, ok := overlap(total, Amount{high: c.Amount.high})
		if r.over = !ok; ok {
			r.total = capped
		}
	}
	lie, err := spread(r.total, all)
	if err != nil {
		return shareReading{}, err
	}
	for i, sum := range lie {
		r.sums[i].sum = sum
		if len(r.sums[i].shares) == 0 || r.sums[i].apart {
			continue
		}
		if r.sums[i].shares, err = spread(sum, r.sums[i].shares); err != nil {
			return shareReading{}, err
		}
	}
	r.totals, err = c.totals(r, known, unknown)
	return r, err
}

// read holds a sum and its shares against each other.
func (s countedSum) read(bounded bool) (sumReading, error) {
	r := sumReading{sum: limitsOf(s.made.Value.Figure.Amount)}
	for _, p := range s.shares {
		share := limitsOf(p.row.Amount)
		if bounded {
			share, _ = overlap(share, p.limits) // judge sets no limits that what is stated cannot keep
		}
		r.shares = append(r.shares, share)
	}
	together, err := SumAmounts(r.shares...)
	if err != nil || len(r.shares) == 0 {
		return r, err
	}
	r.together = together
	both, ok := overlap(r.sum, together)
	if r.apart = !ok; ok {
		r.sum = both
	}
	return r, nil
}

// totals sums up a reading.
func (c *ShareCheck) totals(r shareReading, known, unknown []Amount) (ShareTotals, error) {
	disclosed, err1 := SumAmounts(known...)
	undisclosed, err2 := SumAmounts(unknown...)
	rest, err3 := r.total.Sub(disclosed)
	remainder, err4 := c.Amount.Sub(r.total)
	if err := Join(err1, err2, err3, err4); err != nil {
		return ShareTotals{}, err
	}
	undisclosed, _ = overlap(undisclosed, rest)
	if c.Capped && !r.over {
		remainder, _ = overlap(remainder, AtLeast(0))
	}
	return ShareTotals{Sum: tidy(r.total), Undisclosed: tidy(undisclosed), Remainder: tidy(remainder)}, nil
}

// spread gives for each part the interval in which it must lie, so that all
// parts together lie in the whole: what the other parts may leave of it.
func spread(whole Amount, parts []Amount) ([]Amount, error) {
	after := make([]Amount, len(parts)+1) // after[i] is the sum of parts from i on
	after[len(parts)] = Exact(0)
	var err error
	for i := len(parts) - 1; i >= 0 && err == nil; i-- {
		after[i], err = parts[i].Add(after[i+1])
	}
	before := Exact(0)
	out := make([]Amount, len(parts))
	for i, p := range parts {
		others, err1 := before.Add(after[i+1])
		room, err2 := whole.Sub(others)
		sum, err3 := before.Add(p)
		if err := Join(err, err1, err2, err3); err != nil {
			return nil, err
		}
		out[i], _ = overlap(p, room)
		before = sum
	}
	return out, nil
}

// limitsOf is the interval of what is stated, without the nominal.
func limitsOf(a Amount) Amount {
	a, _ = overlap(atLeastNothing(a), Amount{})
	return a
}

// overlap is the interval that lies in both, and whether there is one.
func overlap(a, b Amount) (Amount, bool) {
	both := Amount{kind: AmountSum, low: a.low, high: a.high}
	if b.low.present && (!a.low.present || b.low.sum > a.low.sum) {
		both.low = b.low
	}
	if b.high.present && (!a.high.present || b.high.sum < a.high.sum) {
		both.high = b.high
	}
	return both, !both.low.present || !both.high.present || both.low.sum <= both.high.sum
}

// tidy states an interval in the plainest way.
func tidy(a Amount) Amount {
	kind := AmountSum
	switch {
	case a.low.present && a.low == a.high:
		return Exact(a.low.sum)
	case a.low.present && a.high.present:
		kind = AmountRange
	case a.low.present:
		kind = AmountAtLeast
	case a.high.present:
		kind = AmountAtMost
	}
	return Amount{kind: kind, low: a.low, high: a.high}
}
