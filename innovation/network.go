package innovation

// RuleCountInvalid refuses a count that cannot be.
const RuleCountInvalid RuleID = "count-invalid"

// Area is a place that a network serves and that is no organisation of the
// register: a county, a former partnership, a group of boroughs. A served
// organisation (an integrated care board) is a Relation of type serves.
type Area struct {
	Organisation OrganisationID `json:"organisation" doc:"The network"`
	Kind         string         `json:"kind" doc:"What kind of place it is (scheme area-kind)"`
	Name         string         `json:"name" doc:"The place"`
	Code         string         `json:"code,omitempty" doc:"Its code, when the source gives one"`
	Evidence     string         `json:"evidence,omitempty" doc:"How the source shows it (scheme area-evidence); empty means stated"`
	Extent       string         `json:"extent,omitempty" enum:"whole,assumed-whole,part,unknown" doc:"How much of the place is served"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"When the network served it"`
}

// FactType is TypeArea.
func (Area) FactType() FactType { return TypeArea }

// Subject is the network.
func (a Area) Subject() Entity { return a.Organisation.Entity() }

// Valid is the period in which the place was served.
func (a Area) Valid() Period { return a.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (a Area) Validate() error {
	return Join(checkRef("organisation", string(a.Organisation)), checkRequired("kind", a.Kind, MaxKey),
		checkRequired("name", a.Name, MaxShort), CheckText("code", a.Code, MaxKey),
		CheckText("evidence", a.Evidence, MaxKey), CheckText("extent", a.Extent, MaxKey),
		CheckText("note", a.Note, MaxLong), checkPeriod(a.Period))
}

// Population is a published claim about how many people an organisation
// serves. Several claims for one day may disagree: all are kept.
type Population struct {
	Organisation OrganisationID `json:"organisation" doc:"The organisation"`
	Nominal      int64          `json:"nominal,omitempty" minimum:"0" doc:"The figure as published; 0 means only bounds are given"`
	Low          int64          `json:"low,omitempty" minimum:"0" doc:"Lower bound; 0 means none is given"`
	High         int64          `json:"high,omitempty" minimum:"0" doc:"Upper bound; 0 means none is given"`
	Qualifier    string         `json:"qualifier,omitempty" doc:"How the source puts it (scheme qualifier): about, at-least, almost …"`
	Note         string         `json:"note,omitempty"`
	Day          Day            `json:"day" doc:"The day the claim is about"`
}

// FactType is TypePopulation.
func (Population) FactType() FactType { return TypePopulation }

// Subject is the organisation.
func (p Population) Subject() Entity { return p.Organisation.Entity() }

// Valid begins on the day of the claim and stays open.
func (p Population) Valid() Period { return event(p.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (p Population) Validate() error {
	var count error
	switch {
	case p.Nominal < 0 || p.Low < 0 || p.High < 0:
		count = Invalidf(RuleCountInvalid, "nominal", "a population is negative")
	case p.Nominal == 0 && p.Low == 0 && p.High == 0:
		count = Invalidf(RuleCountInvalid, "nominal", "no figure is given").Trying("give nominal, or low and high")
	case p.High != 0 && p.Low > p.High:
		count = Invalidf(RuleCountInvalid, "low", "the lower bound %d is above the upper bound %d", p.Low, p.High)
	}
	return Join(checkRef("organisation", string(p.Organisation)), count, CheckText("qualifier", p.Qualifier, MaxKey),
		CheckText("note", p.Note, MaxLong), checkDay("day", p.Day))
}
