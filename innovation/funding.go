package innovation

import "slices"

// Rules of figures and of money in general.
const (
	RulePerInvalid          RuleID = "per-invalid"
	RuleVATInvalid          RuleID = "vat-invalid"
	RuleFigureBasisInvalid  RuleID = "figure-basis-invalid"
	RuleAmountMissing       RuleID = "amount-missing"
	RuleAmountNegative      RuleID = "amount-negative"
	RuleMoneyTypeInvalid    RuleID = "money-type-invalid"
	RuleCurrencyUnsupported RuleID = "currency-unsupported"
)

// The money ladder has six rungs. Each says something else about the same
// money, so rungs are compared and never added to each other.
//
//	announced  what a funder said it would give: envelopes
//	allocated  what was set aside for a recipient: allocations
//	committed  what was promised to a recipient: awards with their adjustments
//	paid       what was paid out, less what came back: payments and refunds
//	spent      what the recipient spent of it: spend
//
// What is left is the difference between one rung and the next.

// Rung is a step of the money ladder.
type Rung string

// The rungs, from the top.
const (
	RungAnnounced Rung = "announced"
	RungAllocated Rung = "allocated"
	RungCommitted Rung = "committed"
	RungPaid      Rung = "paid"
	RungSpent     Rung = "spent"
)

// Rungs lists the rungs from the top.
func Rungs() []Rung { return []Rung{RungAnnounced, RungAllocated, RungCommitted, RungPaid, RungSpent} }

// Per says for how long an amount is. Nothing is apportioned to a part of it.
type Per string

// What an amount is for.
const (
	PerPeriod       Per = "whole-period"      // the whole time that the figure covers
	PerYear         Per = "per-year"          // each financial year of the time that the figure covers
	PerContractYear Per = "per-contract-year" // each year of a contract, counted from its first day
)

// VAT says how value added tax stands to an amount. Amounts of different bases
// are never added.
type VAT string

// The bases of value added tax.
const (
	VATNotStated    VAT = ""
	VATExcluded     VAT = "excluded"
	VATIncluded     VAT = "included"
	VATOutsideScope VAT = "outside-scope"
)

// FigureBasis is in what way somebody came to state a figure. Figures that are
// planned, expected or implied are shown beside the ladder and never added to
// those that were announced, awarded or reported.
type FigureBasis string

// The bases of figures.
const (
	FigureAnnounced  FigureBasis = "announced"  // the funder said so
	FigureIndicative FigureBasis = "indicative" // given as provisional, or gathered by asking around
	FigureAgreed     FigureBasis = "agreed"     // both sides are bound by it: an award, a contract
	FigureReported   FigureBasis = "reported"   // told afterwards by the body that had the money
	FigureActual     FigureBasis = "actual"     // from accounts or a ledger
	FigurePlanned    FigureBasis = "planned"    // from a plan or a budget
	FigureExpected   FigureBasis = "expected"   // somebody's expectation
	FigureImplied    FigureBasis = "implied"    // worked out from other figures
)

// Counts reports whether figures of the basis are added up on the ladder.
func (b FigureBasis) Counts() bool {
	switch b {
	case FigureAnnounced, FigureIndicative, FigureAgreed, FigureReported, FigureActual:
		return true
	}
	return false
}

// Figure is an amount with what it takes to read it.
type Figure struct {
	Amount Amount      `json:"amount" doc:"How much, as far as it is known"`
	Per    Per         `json:"per" enum:"whole-period,per-year,per-contract-year" doc:"For how long the amount is: the whole time that it covers, each financial year of it, or each year of a contract"`
	VAT    VAT         `json:"vat,omitempty" enum:"excluded,included,outside-scope" doc:"How value added tax stands to the amount; left out when not stated"`
	Basis  FigureBasis `json:"basis" enum:"announced,indicative,agreed,reported,actual,planned,expected,implied" doc:"In what way somebody came to state it; planned, expected and implied figures are never added to the others"`
	Covers Period      `json:"covers,omitzero" doc:"The time that the money is for; left out when not stated"`
}

// Validate reports everything that is wrong with the figure.
func (f Figure) Validate() error {
	var per, basis, covers error
	if !slices.Contains([]Per{PerPeriod, PerYear, PerContractYear}, f.Per) {
		per = Invalidf(RulePerInvalid, "per", "%q does not say for how long the amount is", clip(string(f.Per))).
			Trying("use whole-period, per-year or per-contract-year")
	}
	if !f.Basis.Counts() && !slices.Contains([]FigureBasis{FigurePlanned, FigureExpected, FigureImplied}, f.Basis) {
		basis = Invalidf(RuleFigureBasisInvalid, "basis", "%q is no basis of a figure", clip(string(f.Basis))).
			Trying("use announced, indicative, agreed, reported, actual, planned, expected or implied")
	}
	if f.Covers != (Period{}) {
		covers = within("covers", f.Covers.Validate())
	}
	return Join(checkAmount("amount", f.Amount), per, checkVAT(f.VAT), basis, covers)
}

// Year is the financial year in which all of the figure's time lies: 0 when
// that is not stated, not certain, or more than one.
func (f Figure) Year() FinancialYear { return yearOf(f.Covers) }

// yearOf is the financial year in which all of a period certainly lies, or 0.
func yearOf(p Period) FinancialYear {
	if p == (Period{}) || p.IsOpen() {
		return 0
	}
	hull := p.Hull()
	return yearOfDays(hull.Start, hull.Last())
}

// YearOfDay is the financial year in which the day certainly lies, or 0.
func YearOfDay(d Day) FinancialYear {
	if d.IsZero() {
		return 0
	}
	return yearOfDays(d.Earliest, d.Latest)
}

func yearOfDays(first, last Date) FinancialYear {
	if !first.After(Dawn) || !last.Before(Forever) {
		return 0
	}
	if fy := FinancialYearOf(first); fy == FinancialYearOf(last) {
		return fy
	}
	return 0
}

// In gives the part of the figure that is certainly for the financial year,
// and whether there is one. Nothing is apportioned: an amount for more than
// the year has no such part.
func (f Figure) In(fy FinancialYear) (Amount, bool) {
	if f.Year() == fy && f.Per != PerContractYear {
		return f.Amount, true
	}
	core, ok := f.Covers.Core()
	year := fy.Span()
	if f.Covers != (Period{}) && ok && f.Per == PerYear && !core.Start.After(year.Start) && !core.End.Before(year.End) {
		return f.Amount, true
	}
	return Amount{}, false
}

// checkAmount refuses an amount that is missing or can be below nothing.
func checkAmount(field string, a Amount) error {
	if a.IsZero() {
		return Invalidf(RuleAmountMissing, field, "the amount is missing").
			Trying("give an amount; not-disclosed says that it is known to be withheld")
	}
	return checkOptionalAmount(field, a)
}

// checkOptionalAmount refuses an amount that can be below nothing. An upper
// bound below nothing is one with a lower bound there, or none.
func checkOptionalAmount(field string, a Amount) error {
	for _, part := range []optionalMoney{a.low, a.high, a.nominal} {
		if part.present && part.sum < 0 {
			return Invalidf(RuleAmountNegative, field, "%s is below nothing", a).
				Trying("money that comes back is a refund, and a change of an award is an adjustment: both are positive amounts")
		}
	}
	return nil
}

func checkVAT(v VAT) error {
	if !slices.Contains([]VAT{VATNotStated, VATExcluded, VATIncluded, VATOutsideScope}, v) {
		return Invalidf(RuleVATInvalid, "vat", "%q does not say how value added tax stands to the amount", clip(string(v))).
			Trying("use excluded, included or outside-scope, or leave it out when it is not stated")
	}
	return nil
}

// checkType refuses a type that is none of those allowed.
func checkType[T ~string](field string, t T, allowed ...T) error {
	if slices.Contains(allowed, t) {
		return nil
	}
	return Invalidf(RuleMoneyTypeInvalid, field, "%q is no %s of this kind", clip(string(t)), field).Trying("use one of %s", Listed(allowed))
}
