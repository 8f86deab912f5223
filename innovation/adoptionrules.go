package innovation

// Rules of innovations, programmes and adoption.
const (
	RuleWordUnknown       RuleID = "word-unknown"
	RulePatientData       RuleID = "patient-data"
	RuleCategoryEmpty     RuleID = "category-empty"
	RulePhaseInvalid      RuleID = "phase-invalid"
	RuleEligibilityWho    RuleID = "eligibility-who"
	RuleAdoptionStage     RuleID = "adoption-stage"
	RuleAdoptionExtent    RuleID = "adoption-extent"
	RuleStopReason        RuleID = "stop-reason"
	RuleAdoptionBackward  RuleID = "adoption-backward"
	RuleAdoptionNothing   RuleID = "adoption-nothing-there"
	RuleAdoptionSameDay   RuleID = "adoption-same-day"
	RuleAdoptionFuture    RuleID = "adoption-future"
	RuleAdoptionLife      RuleID = "adoption-outside-life"
	RuleAdoptionDisputed  RuleID = "adoption-disputed"
	RuleAdoptionOutside   RuleID = "adoption-not-eligible"
	RuleDecisionOutcome   RuleID = "adoption-decision-invalid"
	RuleQuantityInvalid   RuleID = "quantity-invalid"
	RuleObservationScope  RuleID = "observation-scope-invalid"
	RuleObservationResult RuleID = "observation-type-invalid"
	RuleUptakeInvalid     RuleID = "uptake-invalid"
	RuleUptakeRepeated    RuleID = "uptake-repeated"
	RuleFootprintInvalid  RuleID = "footprint-invalid"
	RuleQuestionInvalid   RuleID = "question-invalid"
)

// adoptionRules describes the rules of innovations, programmes and adoption.
var adoptionRules = []RuleInfo{
	{RuleWordUnknown, "A word is one of the values of its field", EffectRefusal, "adoption"},
	{RulePatientData, "No text holds an NHS number", EffectRefusal, "adoption"},
	{RuleCategoryEmpty, "An innovation is put under one heading, or into one care setting, at a time", EffectRefusal, "adoption"},
	{RulePhaseInvalid, "Phases are numbered from 1", EffectRefusal, "adoption"},
	{RuleEligibilityWho, "Eligibility is of an organisation, a kind or a role", EffectRefusal, "adoption"},
	{RuleAdoptionStage, "A stop has no stage", EffectRefusal, "adoption"},
	{RuleAdoptionExtent, "An extent is a part of the organisation", EffectRefusal, "adoption"},
	{RuleStopReason, "A stop or a reversal has one of the reasons, and nothing else has", EffectRefusal, "adoption"},
	{RuleAdoptionBackward, "Stages go forward, and back only by a stop or a reversal", EffectRefusal, "adoption"},
	{RuleAdoptionNothing, "Only what is there is stopped, reversed or confirmed", EffectRefusal, "adoption"},
	{RuleAdoptionSameDay, "An organisation has one event of an innovation on a day by one grade of evidence", EffectRefusal, "adoption"},
	{RuleAdoptionFuture, "An event that is no plan has come by the day of its act", EffectRefusal, "adoption"},
	{RuleAdoptionLife, "An organisation adopts while it is open, unless the source restates it for another day", EffectRefusal, "adoption"},
	{RuleAdoptionDisputed, "The grades of evidence agree on whether an innovation is in use", EffectFinding, "adoption"},
	{RuleAdoptionOutside, "Those who adopt are eligible", EffectFinding, "adoption"},
	{RuleDecisionOutcome, "A decision about adoption has an outcome, and its criteria are met, partly met or not met", EffectRefusal, "adoption"},
	{RuleQuantityInvalid, "A quantity is a number with its bounds in order", EffectRefusal, "adoption"},
	{RuleObservationScope, "An observation names the body that its scope needs", EffectRefusal, "adoption"},
	{RuleObservationResult, "An observation is a result, a target or a forecast", EffectRefusal, "adoption"},
	{RuleUptakeInvalid, "A measurement of uptake is of a whole period, with a denominator that is not negative", EffectRefusal, "adoption"},
	{RuleUptakeRepeated, "An organisation has one measurement of a measure for a period", EffectRefusal, "adoption"},
	{RuleFootprintInvalid, "A footprint is of then, of a day, or held at a day", EffectRefusal, "adoption"},
	{RuleQuestionInvalid, "A question about adoption has what it needs", EffectRefusal, "adoption"},
}
