package innovation

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// runway is a calculation under way.
type runway struct {
	on, start Date
	q         RunwayQuery
	out       *Runway
	comes     map[InstalmentID]RunwayInstalment // those not paid that can come in these months
	gated     map[ConditionID]bool              // the conditions that they wait for
	slipped   map[InstalmentID]bool             // those that a slip keeps back when they are due
	flows     []flow

	received, spent moneyTally // before the first month
}

// flow is money that moves from the start of one month to the end of another,
// both counted from the first month of the runway.
type flow struct {
	what     flowKind
	from, by int
	id       FactID
	amount   Amount
	vat      VAT
}

type flowKind int

const (
	flowReceived flowKind = iota
	flowInstalment
	flowIncome
	flowUnforeseenIncome // whatever is not forecast
	flowRefund           // this and what follows goes out
	flowSpend
	flowUnforeseenSpend
)

// never is a month that does not come.
const never = 1 << 30

// until is what has moved of it by the end of a month: it is sure to be all
// only when its last month has passed.
func (f flow) until(m int) (Amount, bool) {
	switch {
	case m < f.from:
		return Amount{}, false
	case m < f.by:
		return atMost(f.amount), true
	}
	return f.amount, true
}

// in is what moves of it within a month.
func (f flow) in(m int) (Amount, bool) {
	switch {
	case m < f.from || m > f.by:
		return Amount{}, false
	case f.from == f.by:
		return f.amount, true
	}
	return atMost(f.amount), true
}

// index is the place of a day's month among those of the runway.
func (r *runway) index(d Date) int {
	if d == Forever {
		return never
	}
	return 12*(d.Year()-r.start.Year()) + int(d.Month()) - int(r.start.Month())
}

// runOf makes a runway but for what it is compared with.
func runOf(on Date, q RunwayQuery, f RunwayFile, lines []Recorded[Forecast]) *runway {
	r := &runway{on: on, start: firstOfMonth(on), q: q, comes: map[InstalmentID]RunwayInstalment{}, gated: map[ConditionID]bool{},
		slipped: map[InstalmentID]bool{}, out: &Runway{Organisation: q.Organisation, Months: []RunwayMonth{}, Stopped: []StoppedInstalment{}, Undated: []RunwayInstalment{},
			Holdings: []Recorded[Holding]{}, LeftOut: []Uncounted{}}}
	for m := range q.Months {
		r.out.Months = append(r.out.Months, RunwayMonth{Month: r.start.AddMonths(m), Due: []RunwayInstalment{}, Late: []RunwayInstalment{}})
	}
	for _, a := range f.Awards {
		r.award(a)
	}
	for _, s := range q.Slips {
		if s.Condition != "" && !r.gated[s.Condition] {
			r.note("no instalment that is still to come waits for the condition %s", s.Condition)
		}
		if _, ok := r.comes[s.Instalment]; s.Instalment != "" && !ok {
			r.note("the instalment %s is not still to come in these months", s.Instalment)
		}
	}
	r.out.Opening = r.opening(f)
	r.forecast(lines)
	r.close()
	return r
}

// note adds a note once.
func (r *runway) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.out.Notes, text) {
		r.out.Notes = append(r.out.Notes, text)
	}
}

func (r *runway) leaveOut(id FactID, what string, a Amount, reason string) {
	r.out.LeftOut = append(r.out.LeftOut, Uncounted{id, what, a, reason})
}

// award places the instalments of an award that are not paid, and what came
// under it in the first month.
func (r *runway) award(a AwardFile) {
	v := a.Award.Value
	for _, p := range a.Payments {
		if amount, come := countedBy(p.Value.Amount, p.Value.Day, r.on); come && !p.Value.Day.Latest.Before(r.start) {
			if amount, its := r.its(a, p.Value.Payee, p.Value.Day, amount); its {
				r.flows = append(r.flows, flow{flowReceived, 0, 0, p.ID, fromDay(amount, p.Value.Day, r.start), cmp.Or(p.Value.VAT, v.Figure.VAT)})
			}
		}
	}
	for _, b := range a.Refunds {
		if amount, come := countedBy(b.Value.Amount, b.Value.Day, r.on); come && !b.Value.Day.Latest.Before(r.start) {
			if amount, its := r.its(a, "", b.Value.Day, amount); its {
				r.flows = append(r.flows, flow{flowRefund, 0, 0, b.ID, fromDay(amount, b.Value.Day, r.start), cmp.Or(b.Value.VAT, v.Figure.VAT)})
			}
		}
	}
	for _, i := range a.Instalments {
		holds := i.Value.Period.Holds(r.on)
		rest, unpaid := r.rest(a, i.Value)
		if v.Day.Earliest.After(r.on) || holds == No || !unpaid {
			continue
		}
		if !v.Figure.Basis.Counts() {
			r.leaveOut(i.ID, "instalment "+string(i.Value.Instalment), rest, fmt.Sprintf("its award is only %s", v.Figure.Basis))
			continue
		}
		if holds == Possibly || v.Day.Latest.After(r.on) {
			rest = atMost(rest)
		}
		r.instalment(a, i, rest)
	}
}

// fromDay counts what may have moved before a day from nothing.
func fromDay(a Amount, d Day, start Date) Amount {
	if d.Earliest.Before(start) {
		return atMost(a)
	}
	return a
}

// rest is what is left to pay of an instalment, and whether anything may be.
func (r *runway) rest(a AwardFile, i Instalment) (Amount, bool) {
	rest := i.Amount
	for _, p := range a.Payments {
		if paid, come := countedBy(p.Value.Amount, p.Value.Day, r.on); come && p.Value.Instalment == i.Instalment {
			less, err := rest.Sub(paid)
			if err != nil {
				return atMost(i.Amount), true
			}
			rest = less
		}
	}
	if rest != i.Amount {
		rest = atLeastNothing(rest)
	}
	high, bounded := rest.High()
	return rest, !bounded || high > 0
}

// shared says whether the organisation has a part of the award on the days of a
// bound, and whether others do: by shares that hold then, whatever held before
// or after.
func (r *runway) shared(a AwardFile, days Bound) (mine, others Answer) {
	if a.Award.Value.Recipient == r.q.Organisation {
		mine = Yes
	} else {
		others = Yes
	}
	for _, s := range a.Shares {
		whose := &others
		if s.Value.Recipient == r.q.Organisation {
			whose = &mine
		}
		*whose = max(*whose, s.Value.Period.holdsThrough(days))
	}
	return mine, others
}

// holdsThrough says whether the period holds on a day of which only the bound
// is known.
func (p Period) holdsThrough(days Bound) Answer {
	core, certain := p.Core()
	hull := p.Hull()
	switch {
	case certain && core.Contains(days.Earliest) && core.Contains(days.Latest):
		return Yes
	case !hull.Start.After(days.Latest) && days.Earliest.Before(hull.End):
		return Possibly
	}
	return No
}

// its is the part of money paid under an award on a day that is the
// organisation's: all of it unless the award was shared then, when only what it
// was paid itself is certain. Another payee of an award that is not shared is
// its own contracting body.
func (r *runway) its(a AwardFile, payee OrganisationID, day Day, amount Amount) (Amount, bool) {
	switch mine, others := r.shared(a, day.Bound); {
	case payee == r.q.Organisation, mine == Yes && others == No:
		return amount, true
	case mine != No && (payee == "" || others == Possibly):
		return atMost(amount), true
	}
	return Amount{}, false
}

// opening is the balance before the first month.
func (r *runway) opening(f RunwayFile) Reckoning {
	if r.q.Opening != nil {
		return reckoned(*r.q.Opening, nil, VATNotStated, nil) // what is in hand stands on no basis
	}
	received, back, spent := &r.received, new(moneyTally), &r.spent
	vats := map[AwardID]VAT{}
	before := r.start.AddDays(-1)
	for _, a := range f.Awards {
		vat := a.Award.Value.Figure.VAT
		vats[a.Award.Value.Award] = vat
		for _, p := range a.Payments {
			if amount, come := countedBy(p.Value.Amount, p.Value.Day, before); come {
				if amount, its := r.its(a, p.Value.Payee, p.Value.Day, amount); its {
					received.add(p.ID, amount, cmp.Or(p.Value.VAT, vat))
				}
			}
		}
		for _, b := range a.Refunds {
			if amount, come := countedBy(b.Value.Amount, b.Value.Day, before); come {
				if amount, its := r.its(a, "", b.Value.Day, amount); its {
					back.add(b.ID, amount, cmp.Or(b.Value.VAT, vat))
				}
			}
		}
	}
	for _, s := range f.Spending {
		if amount, come := countedBy(s.Value.Amount, s.Value.Day, before); come {
			spent.add(s.ID, amount, cmp.Or(s.Value.VAT, vats[s.Value.Award]))
		}
	}
	if len(received.amounts)+len(spent.amounts) == 0 {
		return notKnown(fmt.Sprintf("nothing is recorded to have come under its awards or to have been spent before %s, and no balance is given", r.start))
	}
	facts := slices.Concat(received.facts, spent.facts, back.facts)
	if len(received.amounts) == 0 {
		received.allow(AtLeast(0))
		r.note("nothing is recorded to have come under its awards before %s: the balance has no upper bound", r.start)
	}
	if len(spent.amounts) == 0 {
		spent.allow(AtLeast(0))
		r.note("no spending before %s is recorded: the balance has no lower bound", r.start)
	}
	r.note("the balance before %s is what came under awards less what was spent: other income before is not in it", r.start)
	received.like(*back) // what came and what went back are one sum
	balance := received.sum("").less(spent.sum(""))
	if len(back.amounts) > 0 {
		balance = balance.less(back.sum(""))
	}
	if balance.Known {
		balance = reckoned(balance.Amount, nil, balance.VAT, facts)
	}
	return balance
}

// forecast places the lines of the forecast in months.
func (r *runway) forecast(lines []Recorded[Forecast]) {
	spendKnown, first, last := make([]bool, r.q.Months), never, -never
	income := false
	for _, l := range lines {
		v := l.Value
		income = income || v.Line == LineIncome
		what := "forecast spending"
		fl := flow{flowSpend, r.index(v.When.Earliest), r.index(v.When.Latest), l.ID, v.Amount, v.VAT}
		if v.Line == LineIncome {
			what = "forecast " + cmp.Or(string(v.Kind), "not stated") + " income"
			fl.what = flowIncome
		}
		undated := v.When.Earliest == Dawn || v.When.Latest == Forever
		if !undated {
			first, last = min(first, fl.from), max(last, fl.by)
		}
		if fl.by < 0 || fl.from >= r.q.Months {
			continue
		}
		if fl.what == flowIncome {
			switch {
			case v.Kind == IncomeInKind:
				r.leaveOut(l.ID, what, v.Amount, "what is in kind is no money")
				continue
			case v.Kind == IncomeCore && len(r.comes) > 0:
				r.leaveOut(l.ID, what, v.Amount, "it may be the core income that comes in instalments: it counts from nothing")
				r.note("forecast core income counts from nothing: it may be what comes in instalments, or more than that")
				fl.amount = atMost(fl.amount)
			case !v.Kind.Own() && v.Kind != IncomeCore && len(r.comes) > 0:
				r.leaveOut(l.ID, what, v.Amount, "it may be core income, which comes in instalments: it counts from nothing")
				fl.amount = atMost(fl.amount)
			}
		} else if !undated {
			for m := max(0, fl.from); m <= min(fl.by, r.q.Months-1); m++ {
				spendKnown[m] = true
			}
		}
		switch {
		case fl.from == fl.by:
			r.flows = append(r.flows, fl)
		case r.q.Spread && v.When.Precision() == PrecisionFinancialYear:
			r.note("%s of %s for %s is spread evenly over its twelve months, the pennies left over to the first", what, v.Amount, v.When)
			for i, part := range inTwelfths(fl.amount) {
				if m := fl.from + i; m >= 0 && m < r.q.Months {
					r.flows = append(r.flows, flow{fl.what, m, m, l.ID, part, v.VAT})
				}
			}
		default:
			r.leaveOut(l.ID, what, v.Amount, fmt.Sprintf("it is for %s, and nothing is apportioned to months: balances count it from nothing until that time has passed", v.When))
			if fl.from < 0 {
				fl.from, fl.by = 0, never // nobody knows how much of it moved before
			}
			r.flows = append(r.flows, fl)
		}
	}
	if len(lines) > 0 && !income {
		r.note("the forecast has no line of income: its months count none but what comes in instalments")
	}
	for m := range r.q.Months {
		if !spendKnown[m] {
			r.flows = append(r.flows, flow{what: flowUnforeseenSpend, from: m, by: m, amount: AtLeast(0)})
		}
		if m < first || m > last {
			r.flows = append(r.flows, flow{what: flowUnforeseenIncome, from: m, by: m, amount: AtLeast(0)})
		}
	}
}

// inTwelfths divides an amount evenly over twelve months by the method of the
// largest remainder: the pennies left over go to the first months.
func inTwelfths(a Amount) (parts [12]Amount) {
	for i := range parts {
		parts[i].kind = AmountSum
		if a.kind == AmountExact {
			parts[i].kind = AmountExact
		}
		for _, p := range []struct {
			of optionalMoney
			to *optionalMoney
		}{{a.low, &parts[i].low}, {a.high, &parts[i].high}, {a.nominal, &parts[i].nominal}} {
			if p.of.present {
				*p.to = someMoney(p.of.sum / 12)
				if Money(i) < p.of.sum%12 {
					p.to.sum++
				}
			}
		}
	}
	return parts
}

// close adds the months up and finds where the balance falls below nothing.
func (r *runway) close() {
	for m := range r.out.Months {
		month := &r.out.Months[m]
		// What comes is one sum with what came before and what went back, what is
		// spent with what was spent before: the balance itself compares the two.
		var in, back, out moneyTally
		for _, side := range []*moneyTally{&in, &back, &out} {
			side.allow(Exact(0))
		}
		in.like(r.received)
		out.like(r.spent)
		var by [flowUnforeseenSpend + 1]moneyTally
		for _, f := range r.flows {
			side := &in
			switch {
			case f.what == flowRefund:
				side = &back
			case f.what > flowRefund:
				side = &out
			}
			if moved, ok := f.until(m); ok && (f.what == flowUnforeseenSpend || f.what == flowUnforeseenIncome) {
				side.allow(moved)
			} else if ok {
				side.add(0, moved, f.vat)
			}
			if moves, ok := f.in(m); ok {
				by[f.what].add(f.id, moves, f.vat)
			}
		}
		month.Received = by[flowReceived].sum("nothing is recorded to have come under its awards in this month by " + r.on.String())
		if refunds := by[flowRefund]; len(refunds.amounts) > 0 {
			if len(by[flowReceived].amounts) == 0 {
				month.Received = Reckoning{Known: true, Amount: Exact(0), VAT: refunds.vat}
			}
			month.Received = month.Received.less(refunds.sum(""))
		}
		month.Instalments = by[flowInstalment].sum("no instalment comes in this month")
		month.OtherIncome = by[flowIncome].sum("income of this month is not forecast")
		if len(by[flowIncome].amounts)+len(by[flowUnforeseenIncome].amounts) == 0 {
			month.OtherIncome = Reckoning{Known: true, Amount: Exact(0)} // the version forecasts none
		}
		month.Spend = by[flowSpend].sum("spending of this month is not forecast")
		in.like(back)
		month.Closing = r.out.Opening.plus(in.sum("")).less(back.sum("")).less(out.sum(""))
		month.Closing.Facts = nil // all those of the months so far

		n := &r.out.Negative
		low, bounded := month.Closing.Amount.Low()
		high, capped := month.Closing.Amount.High()
		switch {
		case !month.Closing.Known:
			if n.NotKnown.IsZero() {
				n.NotKnown = month.Month
			}
			continue
		case capped && high < 0 && n.Certainly.IsZero():
			n.Certainly = month.Month
		}
		if (!bounded || low < 0) && n.Possibly.IsZero() {
			n.Possibly = month.Month
		}
	}
	sort.SliceStable(r.out.LeftOut, func(i, j int) bool { return r.out.LeftOut[i].Fact < r.out.LeftOut[j].Fact })
}

// compare lists the instalments that slips keep back, beside how they come
// without.
func (r *runway) compare(without map[InstalmentID]RunwayInstalment) {
	for id := range r.slipped {
		with, listed := r.comes[id]
		if plain := without[id]; listed {
			r.out.Stopped = append(r.out.Stopped, StoppedInstalment{with, plain.State, plain.May, plain.Comes})
		}
	}
	sort.Slice(r.out.Stopped, func(i, j int) bool {
		a, b := &r.out.Stopped[i], &r.out.Stopped[j]
		return cmp.Or(dueOrder(a.Due).Compare(dueOrder(b.Due)), cmp.Compare(a.Instalment, b.Instalment)) < 0
	})
}
