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

// Amount is the award with what increased and decreased it by the day. An
// adjustment that may have come by then makes the amount an interval.
func (f AwardFile) Amount(on Date) (Amount, error) {
	total := f.Award.Value.Figure.Amount
	for _, a := range f.Adjustments {
		v := a.Value
		if v.Day.Earliest.After(on) {
			continue
		}
		by := v.Amount
		if v.Day.Latest.After(on) {
			by.kind, by.low, by.nominal = AmountSum, someMoney(0), optionalMoney{}
		}
		var err error
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
	errs = append(errs, checkShares(f.Shares, a.Award.Entity(), total))
	errs = append(errs, f.checkInstalments(total)...)
	errs = append(errs, f.checkPayments(total)...)
	return Join(errs...)
}

// checkInstalments holds the instalments in force against the award.
func (f AwardFile) checkInstalments(total Amount) (errs []error) {
	var low moneySum
	for _, i := range f.Instalments {
		if i.Value.Period.IsOpen() && i.Value.Amount.low.present {
			low.add(i.Value.Amount.low)
		}
	}
	sum, held := low.total()
	if most, ok := total.High(); !held || ok && sum.sum > most {
		errs = append(errs, Refusedf(RuleInstalmentsExceed, "amount", "the instalments of %s come to %s, the award to %s", f.Award.Value.Award, sum.sum.Format(), total).
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
		sum := byInstalment[i.Value.Instalment]
		if sum == nil || !i.Value.Period.IsOpen() {
			continue
		}
		if is, held := sum.total(); !held || i.Value.Amount.high.present && is.sum > i.Value.Amount.high.sum {
			errs = append(errs, Refusedf(RulePaymentInstalment, "amount", "the payments of the instalment %s come to %s, it is %s", i.Value.Instalment, is.sum.Format(), i.Value.Amount).
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
