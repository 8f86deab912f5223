package innovation

// allocate adds the allocations, envelope by envelope, in two readings: with
// the published bounds of shares and without them. Where each share must lie
// is what ShareCheck says.
func (l *ladder) allocate() error {
	byEnvelope := map[EnvelopeID][]Recorded[Allocation]{}
	for _, a := range l.Allocations {
		byEnvelope[a.Value.Envelope] = append(byEnvelope[a.Value.Envelope], a)
	}
	for i, list := range [][]Recorded[Envelope]{l.Envelopes, l.Shared} {
		for _, e := range list {
			of := byEnvelope[e.Value.Envelope]
			if len(of) == 0 {
				continue
			}
			check, err := EnvelopeFile{Envelope: e, Allocations: of, Criteria: l.Criteria, Shares: l.Shares}.SharesOn(l.On)
			if err != nil {
				return err
			}
			p := allocated{ladder: l, envelope: e.Value, of: of, check: check}
			if _, several := l.fundedPart(e.Value); several {
				p.why = ExcludedShared
			} else if why := l.besides(e.Value); why == ExcludedComparator {
				p.why = why
			} else if why != "" || i > 0 || !e.Value.Figure.Basis.Counts() {
				p.loose = true // its envelope is not counted as announced
			}
			p.put(true, l.add)
			p.put(false, l.addPlain)
		}
	}
	return nil
}

// addPlain puts a sum into its row as it is without the bounds of shares.
func (l *ladder) addPlain(s LadderSum, own FinancialYear) {
	if l.elsewhere(s) {
		return
	}
	row := l.row(l.key(s, own))
	row.plain = append(row.plain, s)
}

// allocated is the allocations of one envelope on their way into rows.
type allocated struct {
	*ladder
	envelope Envelope
	of       []Recorded[Allocation]
	check    ShareCheck
	why      Exclusion // why none of them counts
	loose    bool
}

// put adds the allocations in one reading.
func (p allocated) put(bound bool, put func(LadderSum, FinancialYear)) {
	leftOut := map[AllocationID]bool{}
	for _, o := range p.check.LeftOut {
		leftOut[o.Allocation] = true
	}
	intervals := p.intervals(bound)
	together := p.together(leftOut)
	for _, a := range p.of {
		v := a.Value
		if together && !leftOut[v.Allocation] {
			continue
		}
		s := p.sum(v)
		shares := sharesOn(p.Shares, v.Allocation.Entity(), p.On)
		switch {
		case p.Query.ByNetwork() && v.Recipient == "" && len(shares) > 0:
			for _, share := range shares {
				amount, ok := intervals[part{v.Allocation, share.Value.Recipient}]
				if !ok {
					amount = share.Value.Amount
				}
				if amount.IsZero() {
					amount = atMost(v.Figure.Amount)
				}
				p.divide(s, v.Figure, v.Day, share.Value.Recipient, amount, put)
			}
			continue
		case p.Query.ByNetwork() && v.Recipient == "" && p.Query.Network != "" && s.Why == "":
			s.Why = ExcludedJoint
		}
		f := v.Figure
		if amount, ok := intervals[part{v.Allocation, v.Recipient}]; ok {
			f.Amount = amount
		}
		p.place(s, f, v.Day, put)
	}
	if together {
		p.putTogether(bound, leftOut, put)
	}
}

// sum is what one allocation is before its amount.
func (p allocated) sum(a Allocation) LadderSum {
	s := LadderSum{Step: RungAllocated, Network: a.Recipient, Stream: p.envelope.Stream, Why: p.why}
	if p.loose {
		s.Loose.Envelope = 1
	}
	if a.Figure.Amount.kind == AmountNotDisclosed {
		s.Undisclosed = 1
	}
	return s
}

// together reports whether the allocations that ShareCheck adds up stand in one
// row: then their sum is narrower than the sum of what each can be, for no two
// of them can take all that is left.
func (p allocated) together(leftOut map[AllocationID]bool) bool {
	if p.Query.ByNetwork() {
		return false
	}
	var first *Allocation
	for i := range p.of {
		v := &p.of[i].Value
		switch {
		case leftOut[v.Allocation]:
		case v.Day.Latest.After(p.On), p.Query.Cash && YearOfDay(v.Day) != YearOfDay(p.of[0].Value.Day):
			return false
		case first == nil:
			first = v
		case v.Figure.Covers != first.Figure.Covers || v.Figure.VAT != first.Figure.VAT:
			return false
		}
	}
	return first != nil
}

// putTogether adds the sum of the allocations as one.
func (p allocated) putTogether(bound bool, leftOut map[AllocationID]bool, put func(LadderSum, FinancialYear)) {
	totals := p.check.WithoutBounds
	if bound {
		totals = p.check.WithBounds
	}
	var all LadderSum
	var f Figure
	var day Day
	for _, a := range p.of {
		if leftOut[a.Value.Allocation] {
			continue
		}
		s := p.sum(a.Value)
		all.Records++
		all.Undisclosed += s.Undisclosed
		all.Loose.add(s.Loose)
		f, day = a.Value.Figure, a.Value.Day
		all.Step, all.Stream, all.Why = s.Step, s.Stream, s.Why
	}
	f.Amount = totals.Sum
	records, undisclosed := all.Records, all.Undisclosed
	p.place(all, f, day, func(s LadderSum, own FinancialYear) {
		s.Records, s.Undisclosed = records, undisclosed
		put(s, own)
	})
}

// part is the share of a recipient in an allocation.
type part struct {
	allocation AllocationID
	recipient  OrganisationID
}

// intervals gives where each share of the envelope must lie.
func (p allocated) intervals(bound bool) map[part]Amount {
	out := map[part]Amount{}
	for _, row := range p.check.Shares {
		a := row.WithoutBounds
		if bound {
			a = row.WithBounds
		}
		out[part{row.Allocation, row.Recipient}] = a
	}
	return out
}
