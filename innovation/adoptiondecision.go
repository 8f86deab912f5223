package innovation

// AdoptionOutcome is what was decided about an innovation.
type AdoptionOutcome string

// The outcomes of decisions about adoption.
const (
	DecidedToAdopt   AdoptionOutcome = "adopt"
	DecidedToPilot   AdoptionOutcome = "pilot"
	DecidedToDefer   AdoptionOutcome = "defer"
	DecidedToDecline AdoptionOutcome = "decline"
	DecidedToStop    AdoptionOutcome = "stop"
)

// Met is how a criterion of a decision was judged.
type Met string

// How a criterion may be judged; the zero Met means that it is not stated.
const (
	FullyMet  Met = "met"
	PartlyMet Met = "partly-met"
	NotMet    Met = "not-met"
)

// AdoptionDecision is what a commissioner or provider decided about an
// innovation, and how it judged it. It is no event of adoption: what was
// decided may not come to pass.
type AdoptionDecision struct {
	Innovation   InnovationID    `json:"innovation" doc:"The innovation"`
	Organisation OrganisationID  `json:"organisation" doc:"Who decided"`
	For          OrganisationID  `json:"for,omitempty" doc:"Whose use it was about, when another's: a commissioner decides for providers"`
	Programme    ProgrammeID     `json:"programme,omitempty" doc:"In which programme; left out when in none"`
	Outcome      AdoptionOutcome `json:"outcome" enum:"adopt,pilot,defer,decline,stop" doc:"What was decided"`
	Priority     Met             `json:"priority,omitempty" enum:"met,partly-met,not-met" doc:"Whether it is a local priority"`
	Evidence     Met             `json:"evidence,omitempty" enum:"met,partly-met,not-met" doc:"Whether there is evidence of benefit"`
	Affordable   Met             `json:"affordable,omitempty" enum:"met,partly-met,not-met" doc:"Whether it is affordable"`
	Fit          Met             `json:"fit,omitempty" enum:"met,partly-met,not-met" doc:"Whether it fits with plans"`
	Blocker      StopReason      `json:"blocker,omitempty" doc:"What stands in the way, by the words for stops"`
	Reason       string          `json:"reason,omitempty" doc:"Why, in words"`
	Note         string          `json:"note,omitempty"`
	Day          Day             `json:"day" doc:"The day of the decision"`
}

// FactType is TypeAdoptionDecision.
func (AdoptionDecision) FactType() FactType { return TypeAdoptionDecision }

// Subject is the innovation.
func (d AdoptionDecision) Subject() Entity { return d.Innovation.Entity() }

// Valid begins on the day of the decision and stays open.
func (d AdoptionDecision) Valid() Period { return event(d.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (d AdoptionDecision) Validate() error {
	errs := []error{checkRef("innovation", string(d.Innovation)), checkRef("organisation", string(d.Organisation)), checkOptionalRef("for", string(d.For)),
		checkOptionalRef("programme", string(d.Programme))}
	switch d.Outcome {
	case DecidedToAdopt, DecidedToPilot, DecidedToDefer, DecidedToDecline, DecidedToStop:
	default:
		errs = append(errs, Invalidf(RuleDecisionOutcome, "outcome", "%q is no outcome", clip(string(d.Outcome))).Trying("use adopt, pilot, defer, decline or stop"))
	}
	for _, c := range []struct {
		field string
		met   Met
	}{{"priority", d.Priority}, {"evidence", d.Evidence}, {"affordable", d.Affordable}, {"fit", d.Fit}} {
		switch c.met {
		case "", FullyMet, PartlyMet, NotMet:
		default:
			errs = append(errs, Invalidf(RuleDecisionOutcome, c.field, "%q is no judgement", clip(string(c.met))).Trying("use met, partly-met or not-met, or leave it out"))
		}
	}
	if d.Blocker != "" && d.Blocker.Domain() == "" {
		errs = append(errs, Invalidf(RuleStopReason, "blocker", "%q is no reason that is known", clip(string(d.Blocker))).Trying("use one of %s", Listed(StopReasons())))
	}
	return Join(append(errs, CheckText("reason", d.Reason, MaxLong), CheckText("note", d.Note, MaxLong), checkDay("day", d.Day),
		noPatient(d.Reason, d.Note))...)
}
