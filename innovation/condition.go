package innovation

// Rules of conditions and provisions.
const (
	RuleAttachmentInvalid RuleID = "attachment-invalid"
	RuleProvisionType     RuleID = "provision-type-invalid"
)

// Condition is something a holder must do for its licence to be full. It is
// attached to one licence, or to unnamed holders of a round. Duties, functions
// and options are provisions, not conditions: they never make a licence
// conditional.
type Condition struct {
	Condition ConditionID `json:"condition" doc:"Key of the condition"`
	Licence   LicenceID   `json:"licence,omitempty" doc:"The licence it is attached to; empty for a condition of unnamed or all holders of a round"`
	Round     RoundID     `json:"round,omitempty" doc:"The round whose holders it binds, when no licence is named"`
	Unnamed   int64       `json:"unnamed,omitempty" minimum:"0" doc:"How many unnamed holders of the round it binds; 0 with a round means all of them"`
	Text      string      `json:"text" doc:"What must be done"`
	Due       Day         `json:"due,omitzero" doc:"The last day to do it; left out when none is stated"`
	Outcome   string      `json:"outcome,omitempty" doc:"What a source says became of it, when no decision per licence was published (scheme outcome)"`
	Note      string      `json:"note,omitempty"`
	Period    Period      `json:"period" doc:"From the day it was set to the day it was lifted"`
}

// FactType is TypeCondition.
func (Condition) FactType() FactType { return TypeCondition }

// Subject is the condition itself.
func (c Condition) Subject() Entity { return c.Condition.Entity() }

// Valid begins on the day on which the condition was set.
func (c Condition) Valid() Period { return c.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (c Condition) Validate() error {
	var unnamed error
	if c.Unnamed < 0 {
		unnamed = Invalidf(RuleCountInvalid, "unnamed", "a count of %d", c.Unnamed)
	}
	if c.Unnamed != 0 && c.Round == "" {
		unnamed = Invalidf(RuleAttachmentInvalid, "unnamed", "unnamed holders need a round")
	}
	return Join(checkRef("condition", string(c.Condition)), checkAttachment(c.Licence, c.Round), unnamed,
		checkRequired("text", c.Text, MaxLong), checkOptionalDay("due", c.Due), CheckText("outcome", c.Outcome, MaxKey),
		CheckText("note", c.Note, MaxLong), checkPeriod(c.Period))
}

// Provision is another clause of a licence or of all licences of a round: a
// duty, a function, an option or a step of the process that led to it.
type Provision struct {
	Provision ProvisionID    `json:"provision" doc:"Key of the provision"`
	Licence   LicenceID      `json:"licence,omitempty" doc:"The licence it belongs to; empty for one of all licences of a round"`
	Round     RoundID        `json:"round,omitempty" doc:"The round it belongs to, when no licence is named"`
	Type      string         `json:"type" doc:"What it is: duty, function, option, process-step, objective, governance (scheme provision-type)"`
	Text      string         `json:"text" doc:"What it says"`
	Exerciser OrganisationID `json:"exerciser,omitempty" doc:"For an option: who may exercise it"`
	Due       Day            `json:"due,omitzero" doc:"By when: the last day to exercise the option, the day of the step"`
	Outcome   string         `json:"outcome,omitempty" doc:"What a source says became of it (scheme outcome)"`
	Note      string         `json:"note,omitempty"`
	Period    Period         `json:"period" doc:"When it was in force"`
}

// Provision types with a meaning to the register.
const (
	Duty        = "duty"
	Function    = "function"
	Option      = "option"
	ProcessStep = "process-step"
)

// FactType is TypeProvision.
func (Provision) FactType() FactType { return TypeProvision }

// Subject is the provision itself.
func (p Provision) Subject() Entity { return p.Provision.Entity() }

// Valid is the period in which the provision was in force.
func (p Provision) Valid() Period { return p.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (p Provision) Validate() error {
	var exerciser error
	if p.Exerciser != "" && p.Type != Option {
		exerciser = Invalidf(RuleProvisionType, "exerciser", "a %s has nobody to exercise it", clip(p.Type)).
			Trying("leave exerciser out, or make it an option")
	}
	return Join(checkRef("provision", string(p.Provision)), checkAttachment(p.Licence, p.Round),
		checkRequired("type", p.Type, MaxKey), checkRequired("text", p.Text, MaxLong),
		checkOptionalRef("exerciser", string(p.Exerciser)), exerciser, checkOptionalDay("due", p.Due),
		CheckText("outcome", p.Outcome, MaxKey), CheckText("note", p.Note, MaxLong), checkPeriod(p.Period))
}

// checkAttachment refuses a clause that belongs to both or neither of a
// licence and a round.
func checkAttachment(licence LicenceID, round RoundID) error {
	if (licence == "") == (round == "") {
		return Invalidf(RuleAttachmentInvalid, "licence", "a clause belongs to one licence or to one round").
			Trying("give either licence or round")
	}
	return Join(checkOptionalRef("licence", string(licence)), checkOptionalRef("round", string(round)))
}
