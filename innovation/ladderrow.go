package innovation

import (
	"cmp"
	"slices"
)

// NewLadder makes the ladder: its rows in the order of years, networks and
// streams, at least one. It answers an error when a sum is too large to hold.
func NewLadder(in LadderInput) ([]LadderRow, error) {
	l := ladder{LadderInput: in, rows: map[rowKey]*ladderRow{}}
	l.announce()
	if err := l.allocate(); err != nil {
		return nil, err
	}
	for _, a := range in.Awards {
		l.commit(a)
	}
	for _, s := range in.Sums {
		l.add(s, 0)
	}
	if l.err != nil {
		return nil, l.err
	}
	return l.finish()
}

type rowKey struct {
	year    FinancialYear
	network OrganisationID
	stream  string
}

// ladderRow gathers the sums of a row.
type ladderRow struct {
	sums  []LadderSum
	plain []LadderSum // the allocated sums when the bounds of shares are not used
}

type ladder struct {
	LadderInput
	rows map[rowKey]*ladderRow
	err  error
}

// add puts a sum into its row. A sum whose year is not that of the row is
// excluded from a ladder by year; own is the year of the row when the sum
// belongs to several.
func (l *ladder) add(s LadderSum, own FinancialYear) {
	if l.elsewhere(s) {
		return
	}
	row := l.row(l.key(s, own))
	row.sums = append(row.sums, s)
}

// elsewhere reports whether a sum is another network's than the one asked for.
func (l *ladder) elsewhere(s LadderSum) bool {
	return l.Query.Network != "" && s.Network != "" && s.Network != l.Query.Network
}

func (l *ladder) key(s LadderSum, own FinancialYear) (key rowKey) {
	if l.Query.ByYear() {
		key.year = cmp.Or(own, s.Year, l.Query.Year)
	}
	if l.Query.ByNetwork() {
		key.network = cmp.Or(s.Network, l.Query.Network)
	}
	if l.Query.ByStream() {
		key.stream = s.Stream
	}
	return key
}

func (l *ladder) row(key rowKey) *ladderRow {
	if l.rows[key] == nil {
		l.rows[key] = new(ladderRow)
	}
	return l.rows[key]
}

// place gives the figure as it counts in each year of the ladder, or once.
func (l *ladder) place(s LadderSum, f Figure, day Day, put func(LadderSum, FinancialYear)) {
	possibly := day.Latest.After(l.On)
	counted := func(a Amount) Amount {
		if possibly {
			return atMost(a)
		}
		return atLeastNothing(a)
	}
	s.Records, s.VAT = 1, f.VAT
	if a := f.Amount; a.kind == AmountNotDisclosed {
		s.Undisclosed = 1
	}
	s.Amount = counted(f.Amount)
	if s.Why == "" && !f.Basis.Counts() {
		s.Why = Exclusion(f.Basis)
	}
	if !l.Query.ByYear() {
		total, ok, err := f.Total()
		l.err = firstError(l.err, err)
		if ok {
			s.Amount = counted(total)
		} else if s.Why == "" {
			s.Why = ExcludedNoLength
		}
		put(s, 0)
		return
	}
	if l.Query.Cash {
		total, ok, err := f.Total()
		l.err = firstError(l.err, err)
		if ok {
			s.Amount = counted(total)
		} else if s.Why == "" {
			s.Why = ExcludedNoLength
		}
		s.Year = YearOfDay(day)
		if s.Why == "" && s.Year == 0 {
			s.Why = ExcludedNoYear
		}
		if s.Year == 0 || l.Query.Year == 0 || s.Year == l.Query.Year {
			put(s, 0)
		}
		return
	}
	years := f.years()
	for _, fy := range years {
		if l.Query.Year == 0 || fy == l.Query.Year {
			s.Year = fy
			put(s, fy)
		}
	}
	if years != nil && (f.wholeYears(years) || slices.Contains(years, l.Query.Year)) {
		return
	}
	s.Year = 0
	if l.Query.Year != 0 && f.Covers != (Period{}) && !f.Covers.Hull().Overlaps(l.Query.Year.Span()) {
		return // certainly of other years
	}
	if s.Why == "" {
		s.Why = ExcludedSpansYears
		if hull := f.Covers.Hull(); f.Covers == (Period{}) || hull.Start == Dawn && hull.End == Forever {
			s.Why = ExcludedNoYear
		}
	}
	put(s, 0)
}

// announce adds the envelopes. One that lies in another that counts is part of
// it.
func (l *ladder) announce() {
	byKey := map[EnvelopeID]Envelope{}
	for _, e := range l.Envelopes {
		byKey[e.Value.Envelope] = e.Value
	}
	for _, e := range l.Envelopes {
		v := e.Value
		s := LadderSum{Step: RungAnnounced, Network: v.For, Stream: v.Stream}
		for up, n := byKey[v.Parent], 0; up.Envelope != "" && n <= len(byKey); up, n = byKey[up.Parent], n+1 {
			if l.holds(up, v) {
				s.Why = ExcludedInside
			}
		}
		if why := l.besides(v); why != "" {
			s.Why = why
		}
		f := v.Figure
		if part, several := l.fundedPart(v); several {
			f.Amount = part
		}
		l.place(s, f, v.Day, l.add)
	}
	for _, e := range l.Shared {
		l.place(LadderSum{Step: RungAnnounced, Network: l.Query.Network, Stream: e.Value.Stream, Why: ExcludedShared}, e.Value.Figure, e.Value.Day, l.add)
	}
}

// fundedPart is what the funder asked for gives of an envelope that has several
// funders, and whether it has: its own part, or what the others leave.
func (l *ladder) fundedPart(e Envelope) (Amount, bool) {
	if l.Query.Funder == "" {
		return Amount{}, false
	}
	left, several := e.Figure.Amount, false
	for _, c := range l.CoFunders {
		v := c.Value
		if v.Envelope != e.Envelope {
			continue
		}
		several = true
		part := v.Amount
		if part.IsZero() {
			part = atMost(e.Figure.Amount)
		}
		if v.Funder == l.Query.Funder && e.Funder != v.Funder {
			return part, true
		}
		rest, err := left.Sub(part)
		l.err = firstError(l.err, err)
		left = atLeastNothing(rest)
	}
	return left, several
}

// holds reports whether an envelope counts wherever another that lies in it
// would.
func (l *ladder) holds(up, e Envelope) bool {
	counts := up.Figure.Basis.Counts() && up.Figure.Amount.kind != AmountNotDisclosed && l.besides(up) == ""
	if !l.Query.ByYear() || l.Query.Cash {
		_, ok, err := up.Figure.Total()
		l.err = firstError(l.err, err)
		counts = counts && ok
	}
	switch {
	case !counts || !l.Query.ByYear():
		return counts
	case l.Query.Cash:
		return YearOfDay(up.Day) == YearOfDay(e.Day)
	}
	years := up.Figure.years()
	return !slices.ContainsFunc(e.Figure.years(), func(fy FinancialYear) bool { return !slices.Contains(years, fy) })
}

// besides says why an envelope is no part of a ladder unless it is asked for
// by name.
func (l *ladder) besides(e Envelope) Exclusion {
	switch {
	case e.Envelope == l.Query.Envelope:
	case e.Type == "comparator":
		return ExcludedComparator
	case e.Type == "deal":
		return ExcludedDeal
	case e.Type == "contract":
		return ExcludedContract
	}
	return ""
}

// commit adds an award that sums cannot tell. The parts of a consortium are
// those that its shares state; what they leave is the lead's.
func (l *ladder) commit(a Recorded[Award]) {
	v := a.Value
	s := LadderSum{Step: RungCommitted, Network: v.Recipient, Stream: cmp.Or(v.Stream, l.Streams[v.Award])}
	if v.Allocation == "" {
		s.Loose.Allocation = 1
		if v.Envelope == "" {
			s.Loose.Envelope = 1
		}
	}
	shares := sharesOn(l.Shares, v.Award.Entity(), l.On)
	if !l.Query.ByNetwork() || len(shares) == 0 {
		l.place(s, v.Figure, v.Day, l.add)
		return
	}
	f := v.Figure
	for _, j := range l.Adjustments {
		if by, counts := byDay(j.Value.Amount, j.Value.Day, l.On); counts && j.Value.Award == v.Award {
			f.Amount = l.adjust(f.Amount, j.Value.Type, by)
		}
	}
	left, leads := f.Amount, true
	for _, share := range shares {
		part := share.Value.Amount
		if part.IsZero() {
			part = atMost(f.Amount)
		}
		left = l.adjust(left, Decrease, part)
		leads = leads && share.Value.Recipient != v.Recipient
		l.divide(s, f, v.Day, share.Value.Recipient, part, l.add)
	}
	if most, ok := left.High(); leads && (!ok || most > 0) {
		l.divide(s, f, v.Day, v.Recipient, left, l.add)
	}
}

// adjust is a sum with another added to it or taken off, never below nothing.
func (l *ladder) adjust(sum Amount, which AdjustmentType, by Amount) Amount {
	op := sum.Add
	if which == Decrease {
		op = sum.Sub
	}
	changed, err := op(by)
	l.err = firstError(l.err, err)
	return atLeastNothing(changed)
}

// divide adds the part of one recipient in a joint sum.
func (l *ladder) divide(s LadderSum, f Figure, day Day, recipient OrganisationID, part Amount, put func(LadderSum, FinancialYear)) {
	s.Network, f.Amount = recipient, part
	if l.Query.Network == "" || recipient == l.Query.Network {
		l.place(s, f, day, put)
	}
}
