package innovation

// Payment is money paid out under an award. It is counted in the month to
// which it belongs (accrual) or on the day on which it moved (cash).
type Payment struct {
	Award      AwardID        `json:"award" doc:"The award"`
	Instalment InstalmentID   `json:"instalment,omitempty" doc:"The instalment it pays; empty when the award has none or it is not stated"`
	Payee      OrganisationID `json:"payee,omitempty" doc:"Who got it, when not the recipient of the award: a contracting body, a member of a consortium"`
	Amount     Amount         `json:"amount" doc:"How much"`
	VAT        VAT            `json:"vat,omitempty" enum:"excluded,included,outside-scope" doc:"How value added tax stands to the amount; left out when not stated"`
	Accrued    Day            `json:"accrued,omitzero" doc:"The month to which it belongs; left out when that is the month of the day"`
	Reference  string         `json:"reference,omitempty" doc:"Its number in the ledger"`
	Note       string         `json:"note,omitempty"`
	Day        Day            `json:"day" doc:"The day on which the money moved"`
}

// FactType is TypePayment.
func (Payment) FactType() FactType { return TypePayment }

// Subject is the award.
func (p Payment) Subject() Entity { return p.Award.Entity() }

// Valid begins on the day of the payment and stays open.
func (p Payment) Valid() Period { return event(p.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (p Payment) Validate() error {
	return Join(checkRef("award", string(p.Award)), checkOptionalRef("instalment", string(p.Instalment)),
		checkOptionalRef("payee", string(p.Payee)), checkAmount("amount", p.Amount), checkVAT(p.VAT),
		checkOptionalDay("accrued", p.Accrued), CheckText("reference", p.Reference, MaxShort),
		CheckText("note", p.Note, MaxLong), checkDay("day", p.Day))
}

// AccrualYear is the financial year to which the payment belongs, 0 when that
// is not certain.
func (p Payment) AccrualYear() FinancialYear { return accrualYear(p.Accrued, p.Day) }

func accrualYear(accrued, day Day) FinancialYear {
	if accrued.IsZero() {
		return YearOfDay(day)
	}
	return YearOfDay(accrued)
}

// Refund is money that came back under an award: given back by the recipient,
// or taken back by the funder.
type Refund struct {
	Award     AwardID    `json:"award" doc:"The award"`
	Type      RefundType `json:"type" enum:"repayment,clawback" doc:"repayment: the recipient gave it back; clawback: the funder took it back"`
	Amount    Amount     `json:"amount" doc:"How much"`
	VAT       VAT        `json:"vat,omitempty" enum:"excluded,included,outside-scope" doc:"How value added tax stands to the amount; left out when not stated"`
	Accrued   Day        `json:"accrued,omitzero" doc:"The month to which it belongs; left out when that is the month of the day"`
	Reason    string     `json:"reason,omitempty" doc:"Why"`
	Reference string     `json:"reference,omitempty" doc:"Its number in the ledger"`
	Note      string     `json:"note,omitempty"`
	Day       Day        `json:"day" doc:"The day on which the money moved"`
}

// RefundType is who made the money come back.
type RefundType string

// The types of refund.
const (
	Repayment RefundType = "repayment"
	Clawback  RefundType = "clawback"
)

// FactType is TypeRefund.
func (Refund) FactType() FactType { return TypeRefund }

// Subject is the award.
func (r Refund) Subject() Entity { return r.Award.Entity() }

// Valid begins on the day of the refund and stays open.
func (r Refund) Valid() Period { return event(r.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (r Refund) Validate() error {
	return Join(checkRef("award", string(r.Award)), checkType("type", r.Type, Repayment, Clawback), checkAmount("amount", r.Amount),
		checkVAT(r.VAT), checkOptionalDay("accrued", r.Accrued), CheckText("reason", r.Reason, MaxLong),
		CheckText("reference", r.Reference, MaxShort), CheckText("note", r.Note, MaxLong), checkDay("day", r.Day))
}

// AccrualYear is the financial year to which the refund belongs, 0 when that
// is not certain.
func (r Refund) AccrualYear() FinancialYear { return accrualYear(r.Accrued, r.Day) }
