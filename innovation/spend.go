package innovation

// RuleYearEndInvalid refuses a year end whose years cannot be.
const RuleYearEndInvalid RuleID = "year-end-invalid"

// Spend is money that an organisation spent, by focus area or purpose.
type Spend struct {
	Organisation OrganisationID `json:"organisation" doc:"Who spent it"`
	Award        AwardID        `json:"award,omitempty" doc:"The award it was spent from, when it is known"`
	Stream       string         `json:"stream,omitempty" doc:"The funding stream, when no award is named (scheme funding-stream)"`
	FocusArea    string         `json:"focusArea,omitempty" doc:"The focus area it was for"`
	Purpose      string         `json:"purpose,omitempty" doc:"What it was for: pay, evaluation, grants to others, …"`
	Amount       Amount         `json:"amount" doc:"How much"`
	VAT          VAT            `json:"vat,omitempty" enum:"excluded,included,outside-scope" doc:"How value added tax stands to the amount; left out when not stated"`
	Accrued      Day            `json:"accrued,omitzero" doc:"The month to which it belongs; left out when that is the month of the day"`
	Reference    string         `json:"reference,omitempty" doc:"Its number in the ledger"`
	Note         string         `json:"note,omitempty"`
	Day          Day            `json:"day" doc:"The day on which it was spent"`
}

// FactType is TypeSpend.
func (Spend) FactType() FactType { return TypeSpend }

// Subject is the organisation.
func (s Spend) Subject() Entity { return s.Organisation.Entity() }

// Valid begins on the day of the spending and stays open.
func (s Spend) Valid() Period { return event(s.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (s Spend) Validate() error {
	return Join(checkRef("organisation", string(s.Organisation)), checkOptionalRef("award", string(s.Award)),
		CheckText("stream", s.Stream, MaxKey), CheckText("focusArea", s.FocusArea, MaxShort), CheckText("purpose", s.Purpose, MaxShort),
		checkAmount("amount", s.Amount), checkVAT(s.VAT), checkOptionalDay("accrued", s.Accrued),
		CheckText("reference", s.Reference, MaxShort), CheckText("note", s.Note, MaxLong), checkDay("day", s.Day))
}

// AccrualYear is the financial year to which the spending belongs, 0 when that
// is not certain.
func (s Spend) AccrualYear() FinancialYear { return accrualYear(s.Accrued, s.Day) }

// YearEnd is what became of money not spent by the end of a financial year: it
// was declared as underspent, or carried forward into a later year.
type YearEnd struct {
	Organisation OrganisationID `json:"organisation" doc:"Whose money it is"`
	Award        AwardID        `json:"award,omitempty" doc:"The award, when one is named"`
	Type         YearEndType    `json:"type" enum:"underspend,carry-forward" doc:"underspend: it was not spent; carry-forward: it may be spent in a later year"`
	Year         FinancialYear  `json:"year" doc:"The financial year that ended"`
	Into         FinancialYear  `json:"into,omitempty" doc:"For a carry-forward: the year in which it may be spent"`
	Amount       Amount         `json:"amount" doc:"How much"`
	Note         string         `json:"note,omitempty"`
	Day          Day            `json:"day" doc:"The day it was declared or agreed"`
}

// YearEndType is what became of the money.
type YearEndType string

// The types of year end.
const (
	Underspend   YearEndType = "underspend"
	CarryForward YearEndType = "carry-forward"
)

// FactType is TypeYearEnd.
func (YearEnd) FactType() FactType { return TypeYearEnd }

// Subject is the organisation.
func (y YearEnd) Subject() Entity { return y.Organisation.Entity() }

// Valid begins on the day of the declaration and stays open.
func (y YearEnd) Valid() Period { return event(y.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (y YearEnd) Validate() error {
	var years error
	switch {
	case y.Year < firstTextFinancialYear || y.Year > lastTextFinancialYear:
		years = Invalidf(RuleYearEndInvalid, "year", "the year that ended is missing").Trying("give a financial year such as 2023/24")
	case y.Type == CarryForward && (y.Into <= y.Year || y.Into > lastTextFinancialYear):
		years = Invalidf(RuleYearEndInvalid, "into", "money of %s is carried forward into %s", y.Year, y.Into).Trying("name a later financial year")
	case y.Type == Underspend && y.Into != 0:
		years = Invalidf(RuleYearEndInvalid, "into", "an underspend goes into no year").Trying("leave into out, or record a carry-forward")
	}
	return Join(checkRef("organisation", string(y.Organisation)), checkOptionalRef("award", string(y.Award)),
		checkType("type", y.Type, Underspend, CarryForward), years, checkAmount("amount", y.Amount),
		CheckText("note", y.Note, MaxLong), checkDay("day", y.Day))
}

// Holding is money that an organisation holds for others: pooled, hosted, or
// waiting to be passed on. It is never its own, in no ladder and no balance.
type Holding struct {
	Organisation OrganisationID `json:"organisation" doc:"Who holds it"`
	For          OrganisationID `json:"for,omitempty" doc:"For whom; empty when it is for several or not stated"`
	Stream       string         `json:"stream,omitempty" doc:"The funding stream (scheme funding-stream)"`
	Purpose      string         `json:"purpose,omitempty" doc:"What it is for"`
	Amount       Amount         `json:"amount" doc:"How much"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"When it is held"`
}

// FactType is TypeHolding.
func (Holding) FactType() FactType { return TypeHolding }

// Subject is the organisation that holds the money.
func (h Holding) Subject() Entity { return h.Organisation.Entity() }

// Valid is the time in which the money is held.
func (h Holding) Valid() Period { return h.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (h Holding) Validate() error {
	return Join(checkRef("organisation", string(h.Organisation)), checkOptionalRef("for", string(h.For)),
		CheckText("stream", h.Stream, MaxKey), CheckText("purpose", h.Purpose, MaxLong), checkAmount("amount", h.Amount),
		CheckText("note", h.Note, MaxLong), checkPeriod(h.Period))
}
