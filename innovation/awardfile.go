package innovation

import "slices"

// Rules between an award, its instalments, and what was paid and came back.
const (
	RulePaymentEarly        RuleID = "payment-before-award"
	RulePaymentInstalment   RuleID = "payment-over-instalment"
	RulePaymentAward        RuleID = "payment-over-award"
	RulePaymentGated        RuleID = "payment-gated"
	RuleInstalmentOther     RuleID = "instalment-of-other-award"
	RuleInstalmentsExceed   RuleID = "instalments-exceed"
	RuleRefundExceeds       RuleID = "refund-over-payments"
	RuleAdjustmentExceeds   RuleID = "adjustment-over-award"
	RulePeriodLocked        RuleID = "period-locked"
	RuleForecastDuplicate   RuleID = "forecast-duplicate"
	RuleEnvelopePartsExceed RuleID = "envelope-parts-exceed"
)

// AwardFile is an award with everything that belongs to it.
type AwardFile struct {
	Award       Recorded[Award]
	Adjustments []Recorded[Adjustment]
	Instalments []Recorded[Instalment]
	Gates       []Recorded[Gate]
	Payments    []Recorded[Payment]
	Refunds     []Recorded[Refund]
	Shares      []Recorded[Share]
	Transfers   []Recorded[MoneyTransfer]
	// Conditions says what each condition named by a gate is on a day. It is
	// made from the licences of the recipient.
	Conditions map[ConditionID]ConditionCourse
}

// ConditionCourse tells whether a condition is open on a day. A nil course is
// that of a condition which binds no licence of the recipient: nobody can meet
// it, so that only the end of the gate opens it.
type ConditionCourse func(on Date) Answer

// Course gives the course of a condition in the licence: Yes while it is
// outstanding. Before the condition was set it is not.
func (f LicenceFile) Course(id ConditionID) ConditionCourse {
	return func(on Date) Answer {
		for _, c := range f.StatusOn(on).Conditions {
			if c.Condition == id && c.Open() {
				return Yes
			}
		}
		return No
	}
}

// Amount is the award with what increased and decreased it by the day. A
// figure by the year is taken for all its years, and an adjustment changes that
// whole, not each year of it; where it is not known how many years those are,
// the award has no upper bound. An adjustment that may have come by then makes
// the amount an interval.
func (f AwardFile) Amount(on Date) (Amount, error) {
	total, known, err := f.Award.Value.Figure.Total()
	if err != nil {
		return Amount{}, err
	}
	if !known {
		total = AtLeast(f.Award.Value.Figure.Amount.low.sum) // nothing when there is no lower bound
	}
	for _, a := range f.Adjustments {
		v := a.Value
		if v.Day.Earliest.After(on) {
			continue
		}
		by := v.Amount
		if v.Day.Latest.After(on) {
			by.kind, by.low, by.nominal = AmountSum, someMoney(0), optionalMoney{}
		}
		if v.Type == Increase {
			total, err = total.Add(by)
		} else {
			total, err = total.Sub(by)
		}
		if err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}

// mostFrom is the most that the award comes to on the day or on a later one,
// absent when there is no bound. An increase may be agreed before it counts,
// and a decrease binds nobody before its day. What is possible grows only with
// increases: it is largest on the day or when one of them comes.
func (f AwardFile) mostFrom(day Date) (most optionalMoney) {
	days := []Date{day}
	for _, a := range f.Adjustments {
		if a.Value.Type == Increase && a.Value.Day.Earliest.After(day) {
			days = append(days, a.Value.Day.Earliest)
		}
	}
	for _, d := range days {
		total, err := f.Amount(d)
		if err != nil || !total.high.present {
			return optionalMoney{}
		}
		if !most.present || total.high.sum > most.sum {
			most = total.high
		}
	}
	return most
}

// decreases are the days on which the most that the award comes to falls.
func (f AwardFile) decreases() (days []Date) {
	for _, a := range f.Adjustments {
		if a.Value.Type == Decrease {
			days = append(days, a.Value.Day.Latest)
		}
	}
	return days
}

// Blocked says whether an instalment is kept back on the day, and by which of
// its gates.
func (f AwardFile) Blocked(id InstalmentID, on Date) (Answer, []Gate) {
	blocked := No
	var by []Gate
	for _, g := range f.Gates {
		v := g.Value
		if v.Instalment != id {
			continue
		}
		stands := v.Period.Holds(on)
		if v.Condition != "" && v.Text == "" && f.Conditions[v.Condition] != nil {
			stands = min(stands, f.Conditions[v.Condition](on))
		}
		if stands != No {
			by = append(by, v)
		}
		blocked = max(blocked, stands)
	}
	return blocked, by
}

// Check reports every rule that the award and what belongs to it break. Only
// what is certain is refused: an amount that may fit fits, a day that may be
// late enough is.
func (f AwardFile) Check() error {
	a := f.Award.Value
	var errs []error
	total, err := f.Amount(Forever)
	if err != nil {
		return err
	}
	if high, ok := total.High(); ok && high < 0 {
		return Refusedf(RuleAdjustmentExceeds, "amount", "the award %s of %s would come to %s", a.Award, a.Figure.Amount, total).
			Trying("an award is not decreased below nothing")
	}
	errs = append(errs, checkShares(f.Shares, a.Award.Entity(), total, f.decreases(), f.mostFrom))
	errs = append(errs, f.checkInstalments(total)...)
	paid := Join(f.checkPayments(total)...)
	if paid == nil { // what is too much anyway is not told twice
		paid = f.checkUnnamed()
	}
	return Join(append(errs, paid)...)
}

// checkInstalments holds the instalments of each day against the award.
func (f AwardFile) checkInstalments(total Amount) (errs []error) {
	var parts []datedPart
	for _, i := range f.Instalments {
		parts = append(parts, datedPart{i.Value.Period, i.Value.Amount.low})
	}
	if sum, over := overAtOnce(parts, f.decreases(), f.mostFrom); over {
		errs = append(errs, Refusedf(RuleInstalmentsExceed, "amount", "the instalments of %s come to %s, the award to %s", f.Award.Value.Award, sum, total).
			Trying("agree smaller instalments, or record an increase of the award first"))
	}
	return errs
}

// checkPayments holds payments against instalments, gates and the award, and
// refunds against payments.
func (f AwardFile) checkPayments(total Amount) (errs []error) {
	a := f.Award.Value
	vat := a.Figure.VAT
	byInstalment := map[InstalmentID]*moneySum{}
	var paid, refunded moneySum
	for _, p := range f.Payments {
		v := p.Value
		if v.Day.Latest.Before(a.Day.Earliest) {
			errs = append(errs, Refusedf(RulePaymentEarly, "day", "paid on %s, before the award %s of %s", v.Day, a.Award, a.Day).
				Trying("correct the day of the payment, or of the award"))
		}
		if vat == VATNotStated {
			vat = v.VAT
		}
		errs = append(errs, sameVAT(vat, v.VAT))
		if v.Amount.low.present {
			paid.add(v.Amount.low)
		}
		if v.Instalment == "" {
			continue
		}
		if !slices.ContainsFunc(f.Instalments, func(i Recorded[Instalment]) bool { return i.Value.Instalment == v.Instalment }) {
			errs = append(errs, Refusedf(RuleInstalmentOther, "instalment", "the instalment %s is none of the award %s", v.Instalment, a.Award).
				Trying("name an instalment of this award, or leave it out"))
			continue
		}
		if byInstalment[v.Instalment] == nil {
			byInstalment[v.Instalment] = new(moneySum)
		}
		if v.Amount.low.present {
			byInstalment[v.Instalment].add(v.Amount.low)
		}
		if blocked, by := f.Blocked(v.Instalment, v.Day.Latest); blocked == Yes {
			errs = append(errs, Refusedf(RulePaymentGated, "instalment", "the instalment %s is kept back on %s: %s", v.Instalment, v.Day, gateText(by[0])).
				Trying("record first that the condition was met or waived, or end the gate"))
		}
	}
	for _, i := range f.Instalments {
		id := i.Value.Instalment
		sum := byInstalment[id]
		if sum == nil {
			continue
		}
		delete(byInstalment, id) // it has a fact for each time that it was agreed
		largest := f.largest(id)
		if is, held := sum.total(); !held || largest.high.present && is.sum > largest.high.sum {
			errs = append(errs, Refusedf(RulePaymentInstalment, "amount", "the payments of the instalment %s come to %s, it is %s", id, is.sum.Format(), largest).
				Trying("pay the rest under another instalment, or agree this one anew"))
		}
	}
	for _, r := range f.Refunds {
		v := r.Value
		if vat == VATNotStated {
			vat = v.VAT
		}
		errs = append(errs, sameVAT(vat, v.VAT))
		refunded.add(v.Amount.high)
		if err := f.checkRefund(v); err != nil {
			errs = append(errs, err)
		}
	}
	gross, held1 := paid.total()
	back, held2 := refunded.total()
	if !held1 {
		return append(errs, overflowError("the sum of %d payments", len(f.Payments)))
	}
	if most, ok := total.High(); ok && held2 && back.present && gross.sum-back.sum > most {
		errs = append(errs, Refusedf(RulePaymentAward, "amount", "the payments under %s come to %s, the award to %s", a.Award, (gross.sum-back.sum).Format(), total).
			Trying("pay less, or record an increase of the award first"))
	}
	return errs
}

// largest is the amount of an instalment when it was agreed to be largest: it
// is not known for which of its amounts a payment was.
func (f AwardFile) largest(id InstalmentID) (most Amount) {
	for _, i := range f.Instalments {
		if i.Value.Instalment != id {
			continue
		}
		if a := i.Value.Amount; !a.high.present {
			return a
		} else if !most.high.present || a.high.sum > most.high.sum {
			most = a
		}
	}
	return most
}

// keptBack gives the least of each instalment that is certainly agreed and kept
// back on a day. One that is not known exactly has a gate when it has it at both
// ends.
func (f AwardFile) keptBack(on Day) map[InstalmentID]optionalMoney {
	out := map[InstalmentID]optionalMoney{}
	for _, i := range f.Instalments {
		v := i.Value
		if !v.Amount.low.present || v.Period.Holds(on.Latest) != Yes {
			continue
		}
		first, _ := f.Blocked(v.Instalment, on.Earliest)
		if last, _ := f.Blocked(v.Instalment, on.Latest); first == Yes && last == Yes {
			out[v.Instalment] = v.Amount.low
		}
	}
	return out
}

// checkUnnamed refuses to pass a gate by leaving the instalment out. On the day
// of a payment, what was paid of other instalments, and what was paid of none
// while the same gates stood, must leave enough for those kept back.
func (f AwardFile) checkUnnamed() error {
	if len(f.Gates) == 0 || !slices.ContainsFunc(f.Payments, func(p Recorded[Payment]) bool { return p.Value.Instalment == "" }) {
		return nil
	}
	kept := map[Day]map[InstalmentID]optionalMoney{}
	for _, p := range f.Payments {
		if _, ok := kept[p.Value.Day]; !ok {
			kept[p.Value.Day] = f.keptBack(p.Value.Day)
		}
	}
	for day, back := range kept {
		if len(back) == 0 {
			continue
		}
		var sum, returned moneySum
		for _, low := range back {
			sum.add(low)
		}
		unnamed := false
		for _, p := range f.Payments {
			v := p.Value
			_, itself := back[v.Instalment]
			if v.Day.Latest.After(day.Latest) || itself || !v.Amount.low.present {
				continue
			}
			if v.Instalment == "" {
				if !containsKeys(kept[v.Day], back) {
					continue // it may have paid what was not kept back yet
				}
				unnamed = true
			}
			sum.add(v.Amount.low)
		}
		for _, r := range f.Refunds {
			if !r.Value.Day.Earliest.After(day.Latest) {
				returned.add(r.Value.Amount.high)
			}
		}
		most := f.mostFrom(day.Latest)
		came, held := returned.total()
		if !unnamed || !most.present || !held || !came.present {
			continue
		}
		sum.add(someMoney(-came.sum))
		if total, held := sum.total(); !held || total.sum > most.sum {
			return Refusedf(RulePaymentGated, "instalment", "the payments of %s that name no instalment leave less than is kept back", f.Award.Value.Award).
				Trying("name the instalment that each pays, or pay no more than is not kept back")
		}
	}
	return nil
}

// containsKeys reports whether a map has every key of another.
func containsKeys[K comparable, V any](m, of map[K]V) bool {
	for k := range of {
		if _, ok := m[k]; !ok {
			return false
		}
	}
	return true
}

// checkRefund holds what had come back by the day of a refund against what had
// been paid by then.
func (f AwardFile) checkRefund(of Refund) error {
	var paid, back moneySum
	for _, p := range f.Payments {
		if !p.Value.Day.Earliest.After(of.Day.Latest) {
			paid.add(p.Value.Amount.high)
		}
	}
	for _, r := range f.Refunds {
		if !r.Value.Day.Latest.After(of.Day.Latest) && r.Value.Amount.low.present {
			back.add(r.Value.Amount.low)
		}
	}
	most, held := paid.total()
	least, _ := back.total()
	if held && most.present && least.sum > most.sum {
		return Refusedf(RuleRefundExceeds, "amount", "%s would have come back by %s of the %s paid under %s", least.sum.Format(), of.Day, most.sum.Format(), of.Award).
			Trying("no more comes back than was paid by then")
	}
	return nil
}

func gateText(g Gate) string {
	if g.Text == "" {
		return "the condition " + string(g.Condition) + " is outstanding"
	}
	return g.Text
}

// CheckLock refuses a record of money in the closed books of an organisation:
// one whose month, or whose day, certainly lies in a locked time.
func CheckLock(locks []Recorded[PeriodLock], accrued, day Day) error {
	for _, l := range locks {
		for _, d := range []Day{accrued, day} {
			if !d.IsZero() && !d.Latest.After(l.Value.Through) {
				return Refusedf(RulePeriodLocked, "day", "the books of %s are closed through %s", l.Value.Organisation, l.Value.Through).
					Trying("record it in an open month, or retract the lock (fact %d) with a reason", l.ID)
			}
		}
	}
	return nil
}

// CheckForecast refuses a second line of a version that says the same thing.
func CheckForecast(lines []Recorded[Forecast]) error {
	seen := map[Forecast]FactID{}
	for _, l := range lines {
		key := l.Value
		key.Amount, key.VAT, key.Note, key.Day, key.When.Basis = Amount{}, "", "", Day{}, ""
		if other, ok := seen[key]; ok {
			return Refusedf(RuleForecastDuplicate, "version", "version %d has this line already, as fact %d", key.Version, other).
				Trying("correct that fact, or begin a new version")
		}
		seen[key] = l.ID
	}
	return nil
}
