package innovation

// Decision is what a licensor, or for a surrender the holder, decided about a
// licence on a day. Decisions are events: the status of a licence is the fold
// of its decisions in the order of their days.
type Decision struct {
	Licence        LicenceID      `json:"licence" doc:"The licence decided about"`
	Type           DecisionType   `json:"type" enum:"grade,condition-met,condition-waived,condition-breached,suspend,reinstate,extend,vary,revoke,surrender,expire,exercise-option,pass-licensor" doc:"What was decided"`
	By             OrganisationID `json:"by" doc:"Who decided: a licensor of the licence on that day; the holder for surrender"`
	Condition      ConditionID    `json:"condition,omitempty" doc:"For a decision about a condition: which"`
	Provision      ProvisionID    `json:"provision,omitempty" doc:"For exercise-option: which option"`
	Grade          Grade          `json:"grade,omitempty" doc:"For grade: full or conditional"`
	Until          Date           `json:"until,omitzero" doc:"For extend, exercise-option and vary: the first day after the new term; for revoke: the first day without the licence"`
	Successor      OrganisationID `json:"successor,omitempty" doc:"For pass-licensor: the licensor that takes over from By"`
	DropConditions bool           `json:"dropConditions,omitempty" doc:"For vary: outstanding conditions do not carry forward"`
	Note           string         `json:"note,omitempty"`
	Day            Day            `json:"day" doc:"The day of the decision, which is the first day on which it counts"`
}

// DecisionType is a kind of decision.
type DecisionType string

// The kinds of decision.
const (
	DecisionGrade          DecisionType = "grade"              // the grade on a day, published
	DecisionMet            DecisionType = "condition-met"      // a condition is met
	DecisionWaived         DecisionType = "condition-waived"   // a condition is waived
	DecisionBreached       DecisionType = "condition-breached" // a condition is declared breached
	DecisionSuspend        DecisionType = "suspend"
	DecisionReinstate      DecisionType = "reinstate"
	DecisionExtend         DecisionType = "extend"
	DecisionVary           DecisionType = "vary"
	DecisionRevoke         DecisionType = "revoke"
	DecisionSurrender      DecisionType = "surrender"
	DecisionExpire         DecisionType = "expire" // the licence is declared to have run out
	DecisionExerciseOption DecisionType = "exercise-option"
	DecisionPassLicensor   DecisionType = "pass-licensor" // a licensor that ends passes the licence to its successor
)

// DecisionTypes lists the kinds of decision.
func DecisionTypes() []DecisionType {
	return []DecisionType{DecisionGrade, DecisionMet, DecisionWaived, DecisionBreached, DecisionSuspend,
		DecisionReinstate, DecisionExtend, DecisionVary, DecisionRevoke, DecisionSurrender, DecisionExpire,
		DecisionExerciseOption, DecisionPassLicensor}
}

// RuleDecisionInvalid refuses a decision whose parts do not fit its type.
const RuleDecisionInvalid RuleID = "decision-invalid"

// FactType is TypeDecision.
func (Decision) FactType() FactType { return TypeDecision }

// Subject is the licence.
func (d Decision) Subject() Entity { return d.Licence.Entity() }

// Valid begins on the day of the decision and stays open.
func (d Decision) Valid() Period { return event(d.Day) }

// Validate reports everything that is wrong with the decision taken alone.
func (d Decision) Validate() error {
	errs := []error{checkRef("licence", string(d.Licence))}
	bad := func(field, format string, args ...any) {
		errs = append(errs, Invalidf(RuleDecisionInvalid, field, format, args...))
	}
	needs := map[string]bool{}
	switch d.Type {
	case DecisionGrade:
		needs["grade"] = true
		if d.Grade != GradeFull && d.Grade != GradeConditional {
			bad("grade", "%q is no grade to decide: it is full or conditional", clip(string(d.Grade)))
		}
	case DecisionMet, DecisionWaived, DecisionBreached:
		needs["condition"] = true
		if d.Condition == "" {
			bad("condition", "the decision names no condition")
		}
	case DecisionExerciseOption:
		needs["provision"], needs["until"] = true, true
		if d.Provision == "" {
			bad("provision", "the decision names no option")
		}
		if d.Until.IsZero() {
			bad("until", "the decision does not say until when")
		}
	case DecisionExtend:
		needs["until"] = true
		if d.Until.IsZero() {
			bad("until", "the decision does not say until when")
		}
	case DecisionVary, DecisionRevoke:
		needs["until"] = true
	case DecisionPassLicensor:
		needs["successor"] = true
		if d.Successor == "" {
			bad("successor", "the decision names no successor")
		}
	case DecisionSuspend, DecisionReinstate, DecisionSurrender, DecisionExpire:
	default:
		bad("type", "%q is no type of decision", clip(string(d.Type)))
	}
	for _, f := range []struct {
		field string
		given bool
	}{{"grade", d.Grade != ""}, {"condition", d.Condition != ""}, {"provision", d.Provision != ""},
		{"until", !d.Until.IsZero()}, {"successor", d.Successor != ""}} {
		if f.given && !needs[f.field] {
			bad(f.field, "a decision of type %s has no %s", clip(string(d.Type)), f.field)
		}
	}
	if d.DropConditions && d.Type != DecisionVary {
		bad("dropConditions", "only a variation drops conditions")
	}
	errs = append(errs, checkRef("by", string(d.By)), checkOptionalRef("condition", string(d.Condition)),
		checkOptionalRef("provision", string(d.Provision)), checkOptionalRef("successor", string(d.Successor)),
		CheckText("note", d.Note, MaxLong), checkDay("day", d.Day))
	return Join(errs...)
}
