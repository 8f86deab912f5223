package innovation

// Innovation is a product, pathway, service or way of working that can be
// adopted. What it is called and what kind it is may change: revise the fact.
type Innovation struct {
	Innovation InnovationID   `json:"innovation" doc:"Key of the innovation"`
	Name       string         `json:"name" doc:"What it is called"`
	Type       string         `json:"type,omitempty" doc:"What it is (scheme innovation-type): device, medicine, pathway …; left out when not stated"`
	Originator OrganisationID `json:"originator,omitempty" doc:"Who it comes from; empty when not stated"`
	Summary    string         `json:"summary,omitempty" doc:"What it does, in a sentence or two"`
	Note       string         `json:"note,omitempty"`
	Period     Period         `json:"period" doc:"From when it was there to adopt, as far as is known"`
}

// FactType is TypeInnovation.
func (Innovation) FactType() FactType { return TypeInnovation }

// Subject is the innovation itself.
func (i Innovation) Subject() Entity { return i.Innovation.Entity() }

// Valid is the period of the innovation.
func (i Innovation) Valid() Period { return i.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (i Innovation) Validate() error {
	return Join(checkRef("innovation", string(i.Innovation)), checkRequired("name", i.Name, MaxShort), CheckText("type", i.Type, MaxKey),
		checkOptionalRef("originator", string(i.Originator)), CheckText("summary", i.Summary, MaxLong), CheckText("note", i.Note, MaxLong),
		checkPeriod(i.Period), noPatient(string(i.Innovation), i.Name, i.Summary, i.Note))
}

// Supply says that an organisation supplies an innovation.
type Supply struct {
	Innovation InnovationID   `json:"innovation" doc:"The innovation"`
	Supplier   OrganisationID `json:"supplier" doc:"Who supplies it"`
	Product    string         `json:"product,omitempty" doc:"Under which name, when another than the innovation's"`
	Note       string         `json:"note,omitempty"`
	Period     Period         `json:"period" doc:"From when, and until when"`
}

// FactType is TypeSupply.
func (Supply) FactType() FactType { return TypeSupply }

// Subject is the innovation.
func (s Supply) Subject() Entity { return s.Innovation.Entity() }

// Valid is the period of the supply.
func (s Supply) Valid() Period { return s.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (s Supply) Validate() error {
	return Join(checkRef("innovation", string(s.Innovation)), checkRef("supplier", string(s.Supplier)),
		CheckText("product", s.Product, MaxShort), CheckText("note", s.Note, MaxLong), checkPeriod(s.Period),
		noPatient(s.Product, s.Note))
}

// Category puts an innovation under a heading or into a care setting.
type Category struct {
	Innovation  InnovationID `json:"innovation" doc:"The innovation"`
	Category    string       `json:"category,omitempty" doc:"The heading (scheme innovation-category); either this or the care setting"`
	CareSetting string       `json:"careSetting,omitempty" doc:"Where it is used (scheme care-setting)"`
	Note        string       `json:"note,omitempty"`
	Period      Period       `json:"period"`
}

// FactType is TypeCategory.
func (Category) FactType() FactType { return TypeCategory }

// Subject is the innovation.
func (c Category) Subject() Entity { return c.Innovation.Entity() }

// Valid is the period of the fact.
func (c Category) Valid() Period { return c.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (c Category) Validate() error {
	var one error
	if (c.Category == "") == (c.CareSetting == "") {
		one = Invalidf(RuleCategoryEmpty, "category", "a category and a care setting, or neither, is given").Trying("give one of them; record two facts for two")
	}
	return Join(checkRef("innovation", string(c.Innovation)), one, CheckText("category", c.Category, MaxKey),
		CheckText("careSetting", c.CareSetting, MaxKey), CheckText("note", c.Note, MaxLong), checkPeriod(c.Period), noPatient(c.Note))
}

// Readiness is a mark, assessment or guidance that an innovation has: UKCA or
// CE marking, DTAC, guidance of NICE.
type Readiness struct {
	Innovation InnovationID   `json:"innovation" doc:"The innovation"`
	Type       string         `json:"type" doc:"What it is (scheme readiness-type): ukca, ce, dtac, nice-guidance …"`
	Outcome    string         `json:"outcome,omitempty" doc:"What it says: met, recommended, for research only …, in the words of its issuer"`
	Issuer     OrganisationID `json:"issuer,omitempty" doc:"Who gave it; empty when not stated"`
	Reference  string         `json:"reference,omitempty" doc:"Its number: DG12, TA393, a certificate"`
	Note       string         `json:"note,omitempty"`
	Period     Period         `json:"period" doc:"From when it was valid, and until when"`
}

// FactType is TypeReadiness.
func (Readiness) FactType() FactType { return TypeReadiness }

// Subject is the innovation.
func (r Readiness) Subject() Entity { return r.Innovation.Entity() }

// Valid is the period in which it was valid.
func (r Readiness) Valid() Period { return r.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (r Readiness) Validate() error {
	return Join(checkRef("innovation", string(r.Innovation)), checkRequired("type", r.Type, MaxKey), CheckText("outcome", r.Outcome, MaxShort),
		checkOptionalRef("issuer", string(r.Issuer)), CheckText("reference", r.Reference, MaxShort), CheckText("note", r.Note, MaxLong),
		checkPeriod(r.Period), noPatient(r.Outcome, r.Reference, r.Note))
}

// Notice says something to those who use an innovation: it is recalled, they
// are advised to stop, its supplier leaves the market.
type Notice struct {
	Innovation InnovationID   `json:"innovation" doc:"The innovation"`
	Type       string         `json:"type" doc:"What it is (scheme notice-type): recall, advice-to-stop, supplier-exit …"`
	Issuer     OrganisationID `json:"issuer,omitempty" doc:"Who issued it; empty when not stated"`
	Supplier   OrganisationID `json:"supplier,omitempty" doc:"The supplier it concerns, when not all"`
	Text       string         `json:"text" doc:"What it says"`
	Reference  string         `json:"reference,omitempty" doc:"Its number"`
	Note       string         `json:"note,omitempty"`
	Day        Day            `json:"day" doc:"The day it was issued"`
}

// FactType is TypeNotice.
func (Notice) FactType() FactType { return TypeNotice }

// Subject is the innovation.
func (n Notice) Subject() Entity { return n.Innovation.Entity() }

// Valid begins on the day of the notice and stays open.
func (n Notice) Valid() Period { return event(n.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (n Notice) Validate() error {
	return Join(checkRef("innovation", string(n.Innovation)), checkRequired("type", n.Type, MaxKey),
		checkOptionalRef("issuer", string(n.Issuer)), checkOptionalRef("supplier", string(n.Supplier)), checkRequired("text", n.Text, MaxLong),
		CheckText("reference", n.Reference, MaxShort), CheckText("note", n.Note, MaxLong), checkDay("day", n.Day),
		noPatient(n.Text, n.Reference, n.Note))
}
