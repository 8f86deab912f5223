package innovation

// Rules of awards and their instalments.
const (
	RuleEvaluationExceeds RuleID = "evaluation-exceeds-award"
	RuleGateEmpty         RuleID = "gate-empty"
	RuleTransferSelf      RuleID = "transfer-self"
)

// Award is a commitment of money to a recipient, or to a consortium whose
// members have shares of it.
type Award struct {
	Award      AwardID        `json:"award" doc:"Key of the award"`
	Title      string         `json:"title" doc:"What it is called"`
	Envelope   EnvelopeID     `json:"envelope,omitempty" doc:"The envelope it is paid from"`
	Allocation AllocationID   `json:"allocation,omitempty" doc:"The allocation it commits"`
	Funder     OrganisationID `json:"funder,omitempty" doc:"Who gives it; empty when not stated"`
	Recipient  OrganisationID `json:"recipient,omitempty" doc:"Who gets it, or leads the consortium; empty when only shares name recipients"`
	Stream     string         `json:"stream,omitempty" doc:"The funding stream (scheme funding-stream)"`
	Programme  string         `json:"programme,omitempty" doc:"The grant programme or scheme, as its funder calls it"`
	Purpose    string         `json:"purpose,omitempty" doc:"What it is for"`
	Identifier string         `json:"identifier,omitempty" doc:"Its identifier outside this register, such as a 360Giving grant identifier"`
	Figure     Figure         `json:"figure" doc:"How much"`
	Evaluation Amount         `json:"evaluation,omitzero" doc:"The part of it that is set aside for evaluation; left out when not stated"`
	Override   string         `json:"override,omitempty" doc:"Why it goes over its allocation, when it does"`
	Note       string         `json:"note,omitempty"`
	Day        Day            `json:"day" doc:"The day it was awarded"`
}

// FactType is TypeAward.
func (Award) FactType() FactType { return TypeAward }

// Subject is the award itself.
func (a Award) Subject() Entity { return a.Award.Entity() }

// Valid begins on the day of the award and stays open.
func (a Award) Valid() Period { return event(a.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (a Award) Validate() error {
	var evaluation error
	if a.Evaluation.low.present && a.Figure.Amount.high.present && a.Evaluation.low.sum > a.Figure.Amount.high.sum {
		evaluation = Refusedf(RuleEvaluationExceeds, "evaluation", "%s is set aside out of %s", a.Evaluation, a.Figure.Amount).
			Trying("the part set aside for evaluation lies within the award")
	}
	return Join(checkRef("award", string(a.Award)), checkRequired("title", a.Title, MaxShort),
		checkOptionalRef("envelope", string(a.Envelope)), checkOptionalRef("allocation", string(a.Allocation)),
		checkOptionalRef("funder", string(a.Funder)), checkOptionalRef("recipient", string(a.Recipient)),
		CheckText("stream", a.Stream, MaxKey), CheckText("programme", a.Programme, MaxShort),
		CheckText("purpose", a.Purpose, MaxLong), CheckText("identifier", a.Identifier, MaxShort),
		within("figure", a.Figure.Validate()), checkOptionalAmount("evaluation", a.Evaluation), evaluation,
		CheckText("override", a.Override, MaxLong), CheckText("note", a.Note, MaxLong), checkDay("day", a.Day))
}

// Adjustment changes the amount of an award from a day on. It is a record of
// its own: the award keeps the amount with which it was made.
type Adjustment struct {
	Award  AwardID        `json:"award" doc:"The award"`
	Type   AdjustmentType `json:"type" enum:"increase,decrease" doc:"Which way"`
	Amount Amount         `json:"amount" doc:"By how much"`
	Reason string         `json:"reason" doc:"Why"`
	Note   string         `json:"note,omitempty"`
	Day    Day            `json:"day" doc:"The day from which it counts"`
}

// AdjustmentType is which way an adjustment goes.
type AdjustmentType string

// The ways of adjustments.
const (
	Increase AdjustmentType = "increase"
	Decrease AdjustmentType = "decrease"
)

// FactType is TypeAdjustment.
func (Adjustment) FactType() FactType { return TypeAdjustment }

// Subject is the award.
func (a Adjustment) Subject() Entity { return a.Award.Entity() }

// Valid begins on the day from which it counts and stays open.
func (a Adjustment) Valid() Period { return event(a.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (a Adjustment) Validate() error {
	return Join(checkRef("award", string(a.Award)), checkType("type", a.Type, Increase, Decrease), checkAmount("amount", a.Amount),
		checkRequired("reason", a.Reason, MaxLong), CheckText("note", a.Note, MaxLong), checkDay("day", a.Day))
}

// Instalment is a part of an award that is to be paid at one time.
type Instalment struct {
	Instalment InstalmentID `json:"instalment" doc:"Key of the instalment"`
	Award      AwardID      `json:"award" doc:"The award"`
	Number     int64        `json:"number,omitempty" minimum:"0" doc:"Its place among the instalments of the award, from 1; 0 when not stated"`
	Amount     Amount       `json:"amount" doc:"How much"`
	Due        Day          `json:"due,omitzero" doc:"When it is due; left out when not stated"`
	Note       string       `json:"note,omitempty"`
	Period     Period       `json:"period" doc:"From the day it was agreed; it ends when it is called off or agreed anew"`
}

// FactType is TypeInstalment.
func (Instalment) FactType() FactType { return TypeInstalment }

// Subject is the instalment itself.
func (i Instalment) Subject() Entity { return i.Instalment.Entity() }

// Valid is the time in which it is agreed.
func (i Instalment) Valid() Period { return i.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (i Instalment) Validate() error {
	var number error
	if i.Number < 0 {
		number = Invalidf(RuleCountInvalid, "number", "a number of %d", i.Number)
	}
	return Join(checkRef("instalment", string(i.Instalment)), checkRef("award", string(i.Award)), number,
		checkAmount("amount", i.Amount), checkOptionalDay("due", i.Due), CheckText("note", i.Note, MaxLong), checkPeriod(i.Period))
}

// Gate keeps an instalment from being paid: while a condition of the
// recipient's licence is outstanding, or until something else has happened.
// End the gate on the day it opens; one that only names a condition opens by
// itself when the condition is met or waived.
type Gate struct {
	Instalment InstalmentID `json:"instalment" doc:"The instalment that is kept back"`
	Condition  ConditionID  `json:"condition,omitempty" doc:"The condition that must be met or waived"`
	Text       string       `json:"text,omitempty" doc:"What else must happen"`
	Expected   Day          `json:"expected,omitzero" doc:"When it is expected to open; left out when not stated"`
	Note       string       `json:"note,omitempty"`
	Period     Period       `json:"period" doc:"From the day it was set to the day it opened"`
}

// FactType is TypeGate.
func (Gate) FactType() FactType { return TypeGate }

// Subject is the instalment.
func (g Gate) Subject() Entity { return g.Instalment.Entity() }

// Valid is the time in which the gate stands.
func (g Gate) Valid() Period { return g.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (g Gate) Validate() error {
	var empty error
	if g.Condition == "" && g.Text == "" {
		empty = Invalidf(RuleGateEmpty, "condition", "the gate does not say what it waits for").Trying("name a condition, or say in text what must happen")
	}
	return Join(checkRef("instalment", string(g.Instalment)), checkOptionalRef("condition", string(g.Condition)), empty,
		CheckText("text", g.Text, MaxLong), checkOptionalDay("expected", g.Expected), CheckText("note", g.Note, MaxLong), checkPeriod(g.Period))
}

// MoneyTransfer says that an award passes on money that its funder received, so
// that ladders which see both count it once, where it came in. An award that
// passes on only a part of what it gives is recorded as two awards.
type MoneyTransfer struct {
	Award        AwardID        `json:"award" doc:"The award by which the money is passed on"`
	Through      OrganisationID `json:"through,omitempty" doc:"Who passes it on; empty when not stated"`
	FromAward    AwardID        `json:"fromAward,omitempty" doc:"The award from which the money came, when it is known"`
	FromEnvelope EnvelopeID     `json:"fromEnvelope,omitempty" doc:"The envelope from which the money came, when it is known"`
	Note         string         `json:"note,omitempty"`
	Day          Day            `json:"day" doc:"The day it was passed on"`
}

// FactType is TypeTransfer.
func (MoneyTransfer) FactType() FactType { return TypeTransfer }

// Subject is the award by which the money is passed on.
func (t MoneyTransfer) Subject() Entity { return t.Award.Entity() }

// Valid begins on the day of the transfer and stays open.
func (t MoneyTransfer) Valid() Period { return event(t.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (t MoneyTransfer) Validate() error {
	var self error
	if t.FromAward == t.Award && t.Award != "" {
		self = Invalidf(RuleTransferSelf, "fromAward", "the award %s is paid out of itself", t.Award).Trying("name the award from which the money came, or leave it out")
	}
	return Join(checkRef("award", string(t.Award)), self, checkOptionalRef("through", string(t.Through)),
		checkOptionalRef("fromAward", string(t.FromAward)), checkOptionalRef("fromEnvelope", string(t.FromEnvelope)),
		CheckText("note", t.Note, MaxLong), checkDay("day", t.Day))
}
