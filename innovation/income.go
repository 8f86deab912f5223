package innovation

// Rules of income and leverage.
const (
	RuleIncomeMatch   RuleID = "income-match-invalid"
	RuleLeverageAbout RuleID = "leverage-about-invalid"
)

// Income is money that an organisation has from somebody, by kind. Money that
// companies raise with its help is leverage and never its income.
type Income struct {
	Organisation OrganisationID `json:"organisation" doc:"Whose income it is"`
	From         OrganisationID `json:"from,omitempty" doc:"Where it comes from; empty when not stated"`
	Kind         IncomeKind     `json:"kind" enum:"core,other-public,industry,charity,academic,in-kind,mixed" doc:"What kind of income: core is from the licensors; in-kind is no money; mixed is a sum of kinds not stated"`
	Whole        bool           `json:"whole,omitempty" doc:"Whether this is all income of the time, however it is made up; only a mixed income can be"`
	Title        string         `json:"title,omitempty" doc:"What it is called"`
	Stream       string         `json:"stream,omitempty" doc:"The funding stream (scheme funding-stream)"`
	Award        AwardID        `json:"award,omitempty" doc:"The award that it matches, or that levered it"`
	Match        IncomeMatch    `json:"match,omitempty" enum:"matched,leveraged" doc:"How it stands to the award: matched was a term of it, leveraged came because of it"`
	Figure       Figure         `json:"figure" doc:"How much, and for when"`
	Note         string         `json:"note,omitempty"`
	Day          Day            `json:"day" doc:"The day it was received, agreed or became known"`
}

// IncomeKind is a kind of income.
type IncomeKind string

// The kinds of income.
const (
	IncomeCore        IncomeKind = "core"
	IncomeOtherPublic IncomeKind = "other-public"
	IncomeIndustry    IncomeKind = "industry"
	IncomeCharity     IncomeKind = "charity"
	IncomeAcademic    IncomeKind = "academic"
	IncomeInKind      IncomeKind = "in-kind"
	IncomeMixed       IncomeKind = "mixed"
)

// IncomeKinds lists the kinds.
func IncomeKinds() []IncomeKind {
	return []IncomeKind{IncomeCore, IncomeOtherPublic, IncomeIndustry, IncomeCharity, IncomeAcademic, IncomeInKind, IncomeMixed}
}

// Own reports whether the kind is income that a network finds for itself: all
// money that is neither core nor of a kind not stated.
func (k IncomeKind) Own() bool {
	switch k {
	case IncomeOtherPublic, IncomeIndustry, IncomeCharity, IncomeAcademic:
		return true
	}
	return false
}

// IncomeMatch is how income stands to an award.
type IncomeMatch string

// The ways in which income stands to an award.
const (
	Matched   IncomeMatch = "matched"
	Leveraged IncomeMatch = "leveraged"
)

// FactType is TypeIncome.
func (Income) FactType() FactType { return TypeIncome }

// Subject is the organisation.
func (i Income) Subject() Entity { return i.Organisation.Entity() }

// Valid begins on the day of the income and stays open.
func (i Income) Valid() Period { return event(i.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (i Income) Validate() error {
	var match, whole error
	if (i.Match == "") != (i.Award == "") {
		match = Invalidf(RuleIncomeMatch, "match", "an award and how the income stands to it are given together").
			Trying("give award with match (matched or leveraged), or neither")
	}
	if i.Whole && i.Kind != IncomeMixed {
		whole = Invalidf(RuleIncomeMatch, "whole", "income of the kind %s is not all income", clip(string(i.Kind))).
			Trying("record the total as mixed, and its parts by their kinds")
	}
	return Join(checkRef("organisation", string(i.Organisation)), checkOptionalRef("from", string(i.From)),
		checkType("kind", i.Kind, IncomeKinds()...), whole, CheckText("title", i.Title, MaxShort), CheckText("stream", i.Stream, MaxKey),
		checkOptionalRef("award", string(i.Award)), checkType("match", i.Match, Matched, Leveraged, ""), match,
		within("figure", i.Figure.Validate()), CheckText("note", i.Note, MaxLong), checkDay("day", i.Day))
}

// Leverage is outside money that came, or is expected to come, because of
// public money: private investment, partners' money, money that companies
// raised. It is about the public money (an envelope or an award), or about a
// network that brought it in.
type Leverage struct {
	About    Entity         `json:"about" doc:"The envelope, the award or the network"`
	Type     string         `json:"type" doc:"What it is: private-investment, partner-match, raised-by-companies, regional-investment, other (scheme leverage-type)"`
	Source   OrganisationID `json:"source,omitempty" doc:"Who brings the money; empty when not stated"`
	Title    string         `json:"title" doc:"What it is called"`
	Stream   string         `json:"stream,omitempty" doc:"The funding stream (scheme funding-stream)"`
	Figure   Figure         `json:"figure" doc:"How much"`
	Evidence string         `json:"evidence" doc:"How good the evidence is: audited, reported, self-reported, pledged, expected (scheme money-evidence)"`
	Note     string         `json:"note,omitempty"`
	Day      Day            `json:"day" doc:"The day it was announced or became known"`
}

// FactType is TypeLeverage.
func (Leverage) FactType() FactType { return TypeLeverage }

// Subject is what the leverage is about.
func (l Leverage) Subject() Entity { return l.About }

// Valid begins on the day it became known and stays open.
func (l Leverage) Valid() Period { return event(l.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (l Leverage) Validate() error {
	_, about := ParseEntity(l.About.String())
	if k := l.About.Kind; about == nil && k != KindEnvelope && k != KindAward && k != KindOrganisation {
		about = Invalidf(RuleLeverageAbout, "", "a %s levers no money", k).Trying("name an envelope, an award or an organisation")
	}
	return Join(within("about", about), checkRequired("type", l.Type, MaxKey), checkOptionalRef("source", string(l.Source)),
		checkRequired("title", l.Title, MaxShort), CheckText("stream", l.Stream, MaxKey), within("figure", l.Figure.Validate()),
		checkRequired("evidence", l.Evidence, MaxKey), CheckText("note", l.Note, MaxLong), checkDay("day", l.Day))
}
