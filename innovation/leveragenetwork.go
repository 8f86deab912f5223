package innovation

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// span is a sum for whole financial years; the years are 0 when not certain.
type span struct {
	id       FactID
	amount   Amount
	vat      VAT
	from, to FinancialYear
}

// spans splits a figure by the financial years that it is for.
func spans(id FactID, f Figure, a Amount) []span {
	if f.Per != PerYear {
		from, to := yearsCovered(f)
		return []span{{id, a, f.VAT, from, to}}
	}
	var out []span
	for _, fy := range f.years() {
		out = append(out, span{id, a, f.VAT, fy, fy})
	}
	return out
}

// network answers for a network: what is stated of it and of its awards, by the
// financial years that it is for, against public money of those very years.
func (l levered) network(id OrganisationID) ([]LeverageRow, error) {
	type years struct{ from, to FinancialYear }
	money := map[years]outside{}
	rows := []LeverageRow{}
	all := LeverageRow{About: id.Entity(), LeftOut: []Uncounted{}} // what belongs to no row; the first one shows it
	notes := map[years][]string{}
	put := func(fact FactID, title, grade string, f Figure, day Day, note string) {
		amount, come := countedBy(f.Amount, day, l.on)
		if !come {
			return
		}
		if note != "" {
			amount = atMost(amount)
		}
		parts := spans(fact, f, amount)
		if f.Per == PerContractYear || len(parts) == 0 {
			all.leaveOut(fact, title, f.Amount, fmt.Sprintf("it is %s, and not certainly for whole financial years: nothing is apportioned", f.Per))
			return
		}
		for _, s := range parts {
			y := years{s.from, s.to}
			if money[y] == nil {
				money[y] = outside{}
			}
			money[y].add(grade, fact, s.amount, s.vat)
			if note != "" && !slices.Contains(notes[y], note) {
				notes[y] = append(notes[y], note)
			}
		}
	}
	its, shared := map[Entity]bool{id.Entity(): true}, map[Entity]string{}
	for _, a := range l.Awards {
		mine, others := a.sharedBy(id, l.on)
		if e := a.Award.Value.Award.Entity(); mine {
			if its[e] = true; others {
				shared[e] = fmt.Sprintf("the award %s is shared: which part of the outside money stated of it %s brought is not known", e.Key, id)
			}
		}
	}
	for _, r := range l.Leverages {
		if v := r.Value; its[v.About] {
			put(r.ID, v.Title, gradeOf(v.Evidence, v.Figure.Basis), v.Figure, v.Day, shared[v.About])
		}
	}
	for _, r := range l.Incomes {
		v := r.Value
		if v.Match == "" || !its[v.Award.Entity()] || v.Kind == IncomeCore || v.Kind == IncomeInKind || v.Whole {
			continue
		}
		if shared[v.Award.Entity()] != "" && v.Organisation != id {
			continue // it is what another of those who share the award brought
		}
		put(r.ID, fmt.Sprintf("%s income (%s)", v.Kind, v.Match), gradeOfIncome(v.Figure.Basis), v.Figure, v.Day, "")
	}
	sources, err := l.publicMoney(id)
	if err != nil {
		return nil, err
	}
	for y, m := range money {
		row := LeverageRow{About: all.About, From: y.from, To: y.to, LeftOut: []Uncounted{}, Notes: notes[y],
			Public: notKnown("the outside money does not say for which financial years it is")}
		if y.from != 0 {
			row.Public = notKnown(fmt.Sprintf("no core income, award or allocation is recorded for each year of %s to %s", y.from, y.to))
			for _, s := range sources {
				if public, ok := sumOfYears(s.of, y.from, y.to); ok {
					row.Public, row.Rung = public, s.rung
					break
				}
			}
		}
		rows = append(rows, row.finish(m))
	}
	sort.Slice(rows, func(i, j int) bool { // those of years not known come last
		from := func(r *LeverageRow) FinancialYear { return cmp.Or(r.From, lastTextFinancialYear+1) }
		a, b := &rows[i], &rows[j]
		return cmp.Or(cmp.Compare(from(a), from(b)), cmp.Compare(a.To, b.To)) < 0
	})
	if len(rows) == 0 {
		all.Public = notKnown("no outside money is recorded for whole financial years")
		return []LeverageRow{all.finish(nil)}, nil
	}
	rows[0].LeftOut = all.finish(nil).LeftOut
	return rows, nil
}

// rungOf is public money on one rung.
type rungOf struct {
	rung Rung
	of   []span
}

// publicMoney gathers what a network had from the public, on three rungs that
// are tried in turn and never added: core income, awards, allocations.
func (l levered) publicMoney(id OrganisationID) ([]rungOf, error) {
	core, committed, allocated := rungOf{}, rungOf{rung: RungCommitted}, rungOf{rung: RungAllocated}
	for _, r := range l.Incomes {
		v := r.Value
		if amount, come := countedBy(v.Figure.Amount, v.Day, l.on); come && v.Organisation == id && v.Kind == IncomeCore && v.Figure.Basis.Counts() {
			core.of = append(core.of, spans(r.ID, v.Figure, amount)...)
		}
	}
	for _, a := range l.Awards {
		v := a.Award.Value
		amount, had, err := a.partOf(id, l.on)
		if err != nil {
			return nil, err
		}
		if amount, come := countedBy(amount, v.Day, l.on); come && had && v.Figure.Basis.Counts() {
			committed.of = append(committed.of, spans(a.Award.ID, v.Figure, amount)...)
		}
	}
	for _, r := range l.Allocations {
		v := r.Value
		if amount, come := countedBy(v.Figure.Amount, v.Day, l.on); come && v.Recipient == id && v.Figure.Basis.Counts() {
			allocated.of = append(allocated.of, spans(r.ID, v.Figure, amount)...)
		}
	}
	return []rungOf{core, committed, allocated}, nil
}

// sharedBy says whether the organisation has, or had, a part of the award, and
// whether others have, by the shares that may have begun by the day. One that
// has ended since is not forgotten: the money was had.
func (f AwardFile) sharedBy(id OrganisationID, on Date) (mine, others bool) {
	mine, others = f.Award.Value.Recipient == id, f.Award.Value.Recipient != id
	for _, s := range f.Shares {
		if !s.Value.Period.Hull().Start.After(on) {
			mine, others = mine || s.Value.Recipient == id, others || s.Value.Recipient != id
		}
	}
	return mine, others
}

// partOf is what an organisation has of the award, and whether it has anything.
// A share that is stated is what it is. One that is not, and what the recipient
// of the award itself has, lies below what the shares of others leave: the
// recipient has all of that when every one of them is stated.
func (f AwardFile) partOf(id OrganisationID, on Date) (Amount, bool, error) {
	whole, err := f.Amount(on)
	mine, others := f.sharedBy(id, on)
	if err != nil || !mine || !others {
		return whole, mine, err
	}
	lead := f.Award.Value.Recipient == id
	own, stated := f.shareOf(id, on)
	if stated && !lead {
		return own, true, nil
	}
	left, known := whole, true // whether nobody else may have any of what is left
	seen := map[OrganisationID]bool{id: true}
	for _, s := range f.Shares {
		if other := s.Value.Recipient; !seen[other] && !s.Value.Period.Hull().Start.After(on) {
			seen[other] = true
			share, is := f.shareOf(other, on)
			if known = known && is; !is {
				share = AtLeast(0)
			}
			if left, err = left.Sub(atLeastNothing(share)); err != nil {
				return whole, true, err
			}
		}
	}
	if left = atLeastNothing(left); !lead || !known {
		left = atMost(left)
	}
	if low := atLeastNothing(own).low; stated && left != own {
		if left.high.present && low.sum > left.high.sum {
			return own, true, nil // the shares come to more than the award
		}
		// Whether what no share names is the recipient's too is not said.
		left = Amount{kind: AmountSum, low: low, high: left.high}
	}
	return left, true, nil
}

// shareOf is the share of an organisation that is stated for the day, or last
// was: anything between those of which one holds, and from nothing where it may
// not have begun.
func (f AwardFile) shareOf(id OrganisationID, on Date) (Amount, bool) {
	var of []Share // those in force on the day, else the last one before
	for _, s := range f.Shares {
		v := s.Value
		if v.Recipient != id || v.Period.Hull().Start.After(on) {
			continue
		}
		if n := len(of); n > 0 && (of[0].Period.Holds(on) == No || v.Period.Holds(on) == No) {
			if !v.Period.Hull().End.After(of[0].Period.Hull().End) {
				continue
			}
			of = of[:0]
		}
		of = append(of, v)
	}
	var t moneyTally
	begun := false
	for _, v := range of {
		if v.Amount.IsZero() {
			return Amount{}, false
		}
		begun = begun || !v.Period.Start.Latest.After(on)
		t.add(0, v.Amount, VATNotStated)
	}
	if len(of) == 0 {
		return Amount{}, false
	}
	share := hullOf(t)
	if !begun {
		share.Amount = atMost(share.Amount)
	}
	return share.Amount, share.Known // one that is withheld is not stated
}

// sumOfYears adds up what is for these years and no others, when each of them
// has something.
func sumOfYears(of []span, from, to FinancialYear) (Reckoning, bool) {
	covered := map[FinancialYear]bool{}
	var t moneyTally
	for _, s := range of {
		if s.from == 0 || s.from < from || s.to > to {
			continue
		}
		t.add(s.id, s.amount, s.vat)
		for fy := s.from; fy <= s.to; fy++ {
			covered[fy] = true
		}
	}
	return t.sum(""), len(covered) == int(to-from)+1
}

// yearsCovered are the financial years of which a figure is the whole: 0 when
// that is not certain.
func yearsCovered(f Figure) (from, to FinancialYear) {
	if fy := f.Year(); fy != 0 {
		return fy, fy
	}
	core, ok := f.Covers.Core()
	if !ok || core != f.Covers.Hull() || core.Start != FinancialYearOf(core.Start).Start() || core.End != FinancialYearOf(core.End).Start() {
		return 0, 0
	}
	return FinancialYearOf(core.Start), FinancialYearOf(core.Last())
}
