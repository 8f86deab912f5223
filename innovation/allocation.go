package innovation

import "math"

// RuleScoreInvalid refuses a score that cannot be.
const RuleScoreInvalid RuleID = "score-invalid"

// Allocation is a part of an envelope set aside for a recipient, or one sum
// for several that are named by shares of it.
type Allocation struct {
	Allocation AllocationID   `json:"allocation" doc:"Key of the allocation"`
	Envelope   EnvelopeID     `json:"envelope" doc:"The envelope it is a part of"`
	Recipient  OrganisationID `json:"recipient,omitempty" doc:"Whom it is for; empty when it is one sum for several, who are named by shares"`
	Figure     Figure         `json:"figure" doc:"How much"`
	By         OrganisationID `json:"by,omitempty" doc:"Who decided"`
	Override   string         `json:"override,omitempty" doc:"Why it goes over the envelope, when it does"`
	Note       string         `json:"note,omitempty"`
	Day        Day            `json:"day" doc:"The day it was decided or became known"`
}

// FactType is TypeAllocation.
func (Allocation) FactType() FactType { return TypeAllocation }

// Subject is the allocation itself.
func (a Allocation) Subject() Entity { return a.Allocation.Entity() }

// Valid begins on the day of the decision and stays open.
func (a Allocation) Valid() Period { return event(a.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (a Allocation) Validate() error {
	return Join(checkRef("allocation", string(a.Allocation)), checkRef("envelope", string(a.Envelope)),
		checkOptionalRef("recipient", string(a.Recipient)), within("figure", a.Figure.Validate()),
		checkOptionalRef("by", string(a.By)), CheckText("override", a.Override, MaxLong),
		CheckText("note", a.Note, MaxLong), checkDay("day", a.Day))
}

// Score is how an allocation did by a criterion: points of a business case, a
// population, a cost of focus areas in pounds.
type Score struct {
	Allocation AllocationID `json:"allocation" doc:"The allocation"`
	Criterion  string       `json:"criterion" doc:"The criterion (scheme criterion)"`
	Value      int64        `json:"value" minimum:"0" doc:"The score, in units of ten to the power of minus scale"`
	Scale      int64        `json:"scale,omitempty" minimum:"0" maximum:"9" doc:"Decimals of the value: 3 says that 4500 means 4.5"`
	OutOf      int64        `json:"outOf,omitempty" minimum:"0" doc:"The best possible value, in the same units; 0 means there is none"`
	Unit       string       `json:"unit,omitempty" doc:"The unit of the value: points, people, pounds"`
	Note       string       `json:"note,omitempty"`
	Day        Day          `json:"day" doc:"The day it was scored"`
}

// FactType is TypeScore.
func (Score) FactType() FactType { return TypeScore }

// Subject is the allocation.
func (s Score) Subject() Entity { return s.Allocation.Entity() }

// Valid begins on the day of the score and stays open.
func (s Score) Valid() Period { return event(s.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (s Score) Validate() error {
	var value error
	if s.Value < 0 || s.OutOf < 0 || s.OutOf > 0 && s.Value > s.OutOf || s.Scale < 0 || s.Scale > 9 || s.Value == math.MaxInt64 {
		value = Invalidf(RuleScoreInvalid, "value", "a score of %d out of %d with %d decimals", s.Value, s.OutOf, s.Scale).
			Trying("use a value from 0 to outOf, and 0 to 9 decimals")
	}
	return Join(checkRef("allocation", string(s.Allocation)), checkRequired("criterion", s.Criterion, MaxKey), value,
		CheckText("unit", s.Unit, MaxKey), CheckText("note", s.Note, MaxLong), checkDay("day", s.Day))
}

// Share is the part of one recipient in a sum for several: an allocation that
// names them together, or an award to a consortium.
type Share struct {
	Of        Entity         `json:"of" doc:"The allocation or award"`
	Recipient OrganisationID `json:"recipient" doc:"Whose part it is"`
	Amount    Amount         `json:"amount,omitzero" doc:"How much; left out when not stated"`
	Note      string         `json:"note,omitempty"`
	Period    Period         `json:"period" doc:"When it holds"`
}

// FactType is TypeShare.
func (Share) FactType() FactType { return TypeShare }

// Subject is the allocation or award.
func (s Share) Subject() Entity { return s.Of }

// Valid is the time in which the share holds.
func (s Share) Valid() Period { return s.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (s Share) Validate() error {
	_, of := ParseEntity(s.Of.String())
	if of == nil {
		of = checkType("kind", s.Of.Kind, KindAllocation, KindAward)
	}
	return Join(within("of", of), checkRef("recipient", string(s.Recipient)), checkOptionalAmount("amount", s.Amount),
		CheckText("note", s.Note, MaxLong), checkPeriod(s.Period))
}
