package innovation

// Source is something that was published, or a paper that a register may cite:
// a web page, a letter, a data file. It is an entity; facts cite it with a
// locator.
type Source struct {
	Source    SourceID `json:"source" doc:"Key of the source"`
	Title     string   `json:"title,omitempty" doc:"Its title"`
	Publisher string   `json:"publisher,omitempty" doc:"Who published it"`
	URL       string   `json:"url,omitempty" doc:"Where it stands"`
	Kind      string   `json:"kind,omitempty" doc:"What it is (scheme source-kind)"`
	Published Day      `json:"published" doc:"The day it was published; unknown when it bears none"`
	Note      string   `json:"note,omitempty"`
}

// FactType is TypeSource.
func (Source) FactType() FactType { return TypeSource }

// Subject is the source itself.
func (s Source) Subject() Entity { return s.Source.Entity() }

// Valid begins on the day of publication and stays open.
func (s Source) Valid() Period { return event(s.Published) }

// Validate reports everything that is wrong with the fact taken alone.
func (s Source) Validate() error {
	var named error
	if s.Title == "" && s.URL == "" {
		named = Invalidf(RuleTextRequired, "title", "the source has neither a title nor a URL").Trying("give one of them, or the key of a source that is there")
	}
	return Join(checkRef("source", string(s.Source)), named, CheckText("title", s.Title, MaxShort),
		CheckText("publisher", s.Publisher, MaxShort), CheckText("url", s.URL, 2048),
		CheckText("kind", s.Kind, MaxKey), CheckText("note", s.Note, MaxLong), checkDay("published", s.Published))
}

// Claim is a published figure or statement about any entity, kept beside the
// facts: where sources disagree, each has its claim under one topic.
type Claim struct {
	About Entity `json:"about" doc:"The entity the claim is about"`
	Topic string `json:"topic" doc:"What is claimed; rival claims share it"`
	Field string `json:"field" doc:"The property claimed, for example start"`
	Value string `json:"value" doc:"The value as published"`
	Unit  string `json:"unit,omitempty" doc:"The unit of the value"`
	Note  string `json:"note,omitempty"`
	Day   Day    `json:"day" doc:"The day the claim was made; unknown when the source bears none"`
}

// FactType is TypeClaim.
func (Claim) FactType() FactType { return TypeClaim }

// Subject is the entity the claim is about.
func (c Claim) Subject() Entity { return c.About }

// Valid begins on the day the claim was made and stays open.
func (c Claim) Valid() Period { return event(c.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (c Claim) Validate() error {
	_, about := ParseEntity(c.About.String())
	return Join(within("about", about), checkRef("topic", c.Topic), checkRequired("field", c.Field, MaxShort),
		checkRequired("value", c.Value, MaxLong), CheckText("unit", c.Unit, MaxShort),
		CheckText("note", c.Note, MaxLong), checkDay("day", c.Day))
}
