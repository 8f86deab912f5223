package innovation

// Rules of relations and successions.
const (
	RuleRelationSelf    RuleID = "relation-self"
	RuleWeightInvalid   RuleID = "weight-invalid"
	RuleSuccessionSelf  RuleID = "succession-self"
	RuleSuccessionCycle RuleID = "succession-cycle"
	RuleSuccessionType  RuleID = "succession-type-invalid"
)

// Relation is a dated edge from an organisation to another, read as a
// sentence: the organisation <type> the target.
type Relation struct {
	Organisation OrganisationID `json:"organisation" doc:"The organisation the relation starts from"`
	Type         string         `json:"type" doc:"What joins them (scheme relation-type): serves, part-of, member-of, hosted-by …"`
	Target       OrganisationID `json:"target" doc:"The organisation it leads to"`
	Sector       string         `json:"sector,omitempty" doc:"For member-of: the member's sector (scheme sector)"`
	Weight       int64          `json:"weight,omitempty" minimum:"0" maximum:"1000000" doc:"Share of the whole in millionths; 0 means not stated"`
	Evidence     string         `json:"evidence,omitempty" doc:"How the source shows it (scheme area-evidence); empty means stated"`
	Extent       string         `json:"extent,omitempty" enum:"whole,assumed-whole,part,unknown" doc:"How much of the target the relation covers; empty means the question does not arise"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"When the relation held"`
}

// Relation types with a meaning to the register; others are plain edges.
const (
	Serves   = "serves"
	PartOf   = "part-of"
	MemberOf = "member-of"
)

// FactType is TypeRelation.
func (Relation) FactType() FactType { return TypeRelation }

// Subject is the organisation the relation starts from.
func (r Relation) Subject() Entity { return r.Organisation.Entity() }

// Valid is the period in which the relation held.
func (r Relation) Valid() Period { return r.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (r Relation) Validate() error {
	var self, weight, extent error
	if r.Organisation == r.Target && r.Target != "" {
		self = Refusedf(RuleRelationSelf, "target", "an organisation has no relation to itself")
	}
	if r.Weight < 0 || r.Weight > 1_000_000 {
		weight = Invalidf(RuleWeightInvalid, "weight", "the weight %d is not a share in millionths", r.Weight).
			Trying("use 0 (not stated) to 1000000 (the whole)")
	}
	switch r.Extent {
	case "", "whole", "assumed-whole", "part", "unknown":
	default:
		extent = Invalidf(RuleWeightInvalid, "extent", "%q is no extent", clip(r.Extent)).
			Trying("use whole, assumed-whole, part or unknown")
	}
	return Join(checkRef("organisation", string(r.Organisation)), checkRequired("type", r.Type, MaxKey),
		checkRef("target", string(r.Target)), self, CheckText("sector", r.Sector, MaxKey), weight,
		CheckText("evidence", r.Evidence, MaxKey), extent, CheckText("note", r.Note, MaxLong), checkPeriod(r.Period))
}

// Succession says that an organisation, or a part of it, went over into
// another on a day. An announced succession may leave the successor open. The
// chain of successions never leads back to where it began.
type Succession struct {
	Predecessor OrganisationID `json:"predecessor" doc:"The organisation that went over"`
	Successor   OrganisationID `json:"successor,omitempty" doc:"The organisation that took over; empty when only announced"`
	Type        string         `json:"type" enum:"merge,split,rename,transfer" doc:"merge: all of it into another; split: a part of it; rename: the same body in law; transfer: functions only, the predecessor may go on"`
	Part        string         `json:"part,omitempty" doc:"What went over, when it was not all"`
	Moved       int64          `json:"moved,omitempty" minimum:"0" doc:"Population that went over; 0 means not stated"`
	Note        string         `json:"note,omitempty"`
	Day         Day            `json:"day" doc:"The first day of the new state; its basis is announced when it is only planned"`
}

// The types of succession.
const (
	Merge    = "merge"
	Split    = "split"
	Rename   = "rename"
	Transfer = "transfer"
)

// FactType is TypeSuccession.
func (Succession) FactType() FactType { return TypeSuccession }

// Subject is the predecessor.
func (s Succession) Subject() Entity { return s.Predecessor.Entity() }

// Valid begins on the day of the succession and stays open.
func (s Succession) Valid() Period { return event(s.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (s Succession) Validate() error {
	var self, kind, moved error
	if s.Predecessor == s.Successor && s.Successor != "" {
		self = Refusedf(RuleSuccessionSelf, "successor", "an organisation does not succeed itself").
			Trying("record a changed name as a name, not as a succession")
	}
	switch s.Type {
	case Merge, Split, Rename, Transfer:
	default:
		kind = Invalidf(RuleSuccessionType, "type", "%q is no type of succession", clip(s.Type)).
			Trying("use merge, split, rename or transfer")
	}
	if s.Moved < 0 {
		moved = Invalidf(RuleCountInvalid, "moved", "the population moved is negative")
	}
	return Join(checkRef("predecessor", string(s.Predecessor)), checkOptionalRef("successor", string(s.Successor)),
		self, kind, CheckText("part", s.Part, MaxShort), moved, CheckText("note", s.Note, MaxLong), checkDay("day", s.Day))
}
