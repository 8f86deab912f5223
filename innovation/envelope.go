package innovation

// Envelope is an announced pot of money. Envelopes nest: a part of a pot that
// was announced with it names it as its parent and is never added to it.
type Envelope struct {
	Envelope EnvelopeID     `json:"envelope" doc:"Key of the envelope"`
	Title    string         `json:"title" doc:"What it is called"`
	Type     string         `json:"type" doc:"What it is: pot, programme, deal, contract, comparator (scheme envelope-type)"`
	Purpose  string         `json:"purpose,omitempty" doc:"What the money is for"`
	Stream   string         `json:"stream,omitempty" doc:"The funding stream (scheme funding-stream)"`
	Funder   OrganisationID `json:"funder,omitempty" doc:"Who funds it, or leads those who do; further funders are facts of their own"`
	For      OrganisationID `json:"for,omitempty" doc:"The body, or the class of bodies, that it is for"`
	Parent   EnvelopeID     `json:"parent,omitempty" doc:"The envelope in which it lies"`
	Figure   Figure         `json:"figure" doc:"How much it holds"`
	Note     string         `json:"note,omitempty"`
	Day      Day            `json:"day" doc:"The day it was announced or became known"`
}

// FactType is TypeEnvelope.
func (Envelope) FactType() FactType { return TypeEnvelope }

// Subject is the envelope itself.
func (e Envelope) Subject() Entity { return e.Envelope.Entity() }

// Valid begins on the day of the announcement and stays open.
func (e Envelope) Valid() Period { return event(e.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (e Envelope) Validate() error {
	return Join(checkRef("envelope", string(e.Envelope)), checkRequired("title", e.Title, MaxShort),
		checkRequired("type", e.Type, MaxKey), CheckText("purpose", e.Purpose, MaxLong), CheckText("stream", e.Stream, MaxKey),
		checkOptionalRef("funder", string(e.Funder)), checkOptionalRef("for", string(e.For)),
		checkOptionalRef("parent", string(e.Parent)), within("figure", e.Figure.Validate()),
		CheckText("note", e.Note, MaxLong), checkDay("day", e.Day))
}

// CoFunder is a further funder of an envelope.
type CoFunder struct {
	Envelope EnvelopeID     `json:"envelope" doc:"The envelope"`
	Funder   OrganisationID `json:"funder" doc:"Who funds it too"`
	Amount   Amount         `json:"amount,omitzero" doc:"Its part; left out when not stated"`
	Note     string         `json:"note,omitempty"`
	Period   Period         `json:"period" doc:"When it funded"`
}

// FactType is TypeCoFunder.
func (CoFunder) FactType() FactType { return TypeCoFunder }

// Subject is the envelope.
func (c CoFunder) Subject() Entity { return c.Envelope.Entity() }

// Valid is the time in which the body funded.
func (c CoFunder) Valid() Period { return c.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (c CoFunder) Validate() error {
	return Join(checkRef("envelope", string(c.Envelope)), checkRef("funder", string(c.Funder)),
		checkOptionalAmount("amount", c.Amount), CheckText("note", c.Note, MaxLong), checkPeriod(c.Period))
}

// Criterion is a rule by which an envelope is shared out: what is scored and
// how much it weighs, or the bounds of each share. It is not money.
type Criterion struct {
	Envelope  EnvelopeID `json:"envelope" doc:"The envelope"`
	Criterion string     `json:"criterion" doc:"What it is: business-case, population, focus-area-cost, share-bounds, cap-per-product, other (scheme criterion)"`
	Text      string     `json:"text" doc:"What it says"`
	Bounds    Amount     `json:"bounds,omitzero" doc:"For bounds and caps: the least and the most of each share"`
	Weight    int64      `json:"weight,omitempty" minimum:"0" maximum:"1000000" doc:"For what is scored: its weight in millionths; 0 means not stated"`
	Note      string     `json:"note,omitempty"`
	Period    Period     `json:"period" doc:"When it applies"`
}

// Criteria with a meaning to the register.
const (
	CriterionBusinessCase = "business-case"
	CriterionPopulation   = "population"
	CriterionCost         = "focus-area-cost"
	CriterionShareBounds  = "share-bounds"
)

// FactType is TypeCriterion.
func (Criterion) FactType() FactType { return TypeCriterion }

// Subject is the envelope.
func (c Criterion) Subject() Entity { return c.Envelope.Entity() }

// Valid is the time in which the criterion applies.
func (c Criterion) Valid() Period { return c.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (c Criterion) Validate() error {
	var weight error
	if c.Weight < 0 || c.Weight > 1_000_000 {
		weight = Invalidf(RuleWeightInvalid, "weight", "a weight of %d millionths", c.Weight).Trying("use 0 (not stated) to 1000000")
	}
	return Join(checkRef("envelope", string(c.Envelope)), checkRequired("criterion", c.Criterion, MaxKey),
		checkRequired("text", c.Text, MaxLong), checkOptionalAmount("bounds", c.Bounds), weight,
		CheckText("note", c.Note, MaxLong), checkPeriod(c.Period))
}

// MoneyClaim is a published figure about any entity that is kept beside the
// ladder and never added to it: a figure that another source gives instead, a
// mean, a residue, the size of a sector. Rival figures share a topic.
type MoneyClaim struct {
	About  Entity `json:"about" doc:"The entity the figure is about"`
	Topic  string `json:"topic" doc:"What is claimed; rival figures share it"`
	Rung   Rung   `json:"rung,omitempty" enum:"announced,allocated,committed,paid,spent" doc:"The rung it speaks of, if any"`
	Each   bool   `json:"each,omitempty" doc:"Whether it speaks of each recipient rather than of all together"`
	Figure Figure `json:"figure" doc:"The figure"`
	Note   string `json:"note,omitempty"`
	Day    Day    `json:"day" doc:"The day it was published or said; unknown when the source bears none"`
}

// FactType is TypeMoneyClaim.
func (MoneyClaim) FactType() FactType { return TypeMoneyClaim }

// Subject is the entity the figure is about.
func (c MoneyClaim) Subject() Entity { return c.About }

// Valid begins on the day of the claim and stays open.
func (c MoneyClaim) Valid() Period { return event(c.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (c MoneyClaim) Validate() error {
	_, about := ParseEntity(c.About.String())
	return Join(within("about", about), checkRef("topic", c.Topic), checkType("rung", c.Rung, append(Rungs(), "")...),
		within("figure", c.Figure.Validate()), CheckText("note", c.Note, MaxLong), checkDay("day", c.Day))
}
