package innovation

import "slices"

// Effect is what comes of a broken rule.
type Effect string

// The effects of rules.
const (
	EffectRefusal Effect = "refusal" // the change is refused
	EffectFinding Effect = "finding" // it is shown, and blocks nothing
)

// RuleInfo describes a rule of the register.
type RuleInfo struct {
	ID     RuleID `json:"id" doc:"Stable name of the rule"`
	Title  string `json:"title" doc:"What must hold, in one sentence without a full stop"`
	Effect Effect `json:"effect" enum:"refusal,finding" doc:"refusal: a change that breaks it is refused; finding: it is shown and blocks nothing"`
	Source string `json:"source" doc:"The part of the model that the rule belongs to: values, acts, organisations, rounds, licences, money, adoption, statistics, files, facts, questions, keeping"`
}

// Rules lists every rule of the register, by the parts of the model. All
// packages refuse by these rules only.
func Rules() []RuleInfo {
	return slices.Concat(modelRules, moneyRules, splitRules, moneyQuestionRules, importRules, adoptionRules, spreadRules, keepingRules, exchangeRules)
}

// modelRules describes the rules of values, acts, organisations and licences.
var modelRules = []RuleInfo{
	{RuleKeyInvalid, "A key has 1 to 64 of a-z 0-9 . _ - and begins with a letter or digit", EffectRefusal, "values"},
	{RuleTextInvalid, "A text is valid UTF-8 without control characters", EffectRefusal, "values"},
	{RuleTextTooLong, "A text has a greatest length", EffectRefusal, "values"},
	{RuleTextRequired, "A text that a fact cannot do without is not blank", EffectRefusal, "values"},
	{RuleDateInvalid, "A date is a day of the calendar", EffectRefusal, "values"},
	{RuleFinancialYearInvalid, "A financial year is two years that follow each other", EffectRefusal, "values"},
	{RulePeriodInvalid, "A period starts before it ends, and its bounds are days in order", EffectRefusal, "values"},
	{RuleMoneyInvalid, "A sum of money is pounds with none or two decimals", EffectRefusal, "values"},
	{RuleAmountInvalid, "An amount has the parts of its kind", EffectRefusal, "values"},
	{RuleArithmeticOverflow, "No calculation is too large to hold", EffectRefusal, "values"},
	{RuleCountInvalid, "A count is not negative and its bounds are in order", EffectRefusal, "values"},
	{RuleTermUnknown, "A code is a term of its scheme", EffectRefusal, "values"},
	{RuleViewInvalid, "A view names a day", EffectRefusal, "values"},
	{RuleActorRequired, "An act names its actor", EffectRefusal, "acts"},
	{RuleReasonRequired, "An act gives its reason", EffectRefusal, "acts"},
	{RuleIdempotencyKey, "An idempotency key is at most 128 printable characters, its digest at most 64 bytes", EffectRefusal, "acts"},
	{RuleKeyReused, "An idempotency key stands for one request for ever", EffectRefusal, "acts"},
	{RuleAspectInvalid, "An existence is operational or legal", EffectRefusal, "organisations"},
	{RuleExistenceOverlap, "An organisation exists once at a time, in each aspect", EffectRefusal, "organisations"},
	{RuleIdentifierTaken, "A code of a scheme names one organisation on any day", EffectRefusal, "organisations"},
	{RuleIdentifierDuplicate, "An organisation has a code once at a time", EffectRefusal, "organisations"},
	{RuleRoleDuplicate, "An organisation has a role once at a time", EffectRefusal, "organisations"},
	{RuleRelationDuplicate, "Two organisations have a relation of one type and sector once at a time", EffectRefusal, "organisations"},
	{RuleRelationSelf, "An organisation has no relation to itself", EffectRefusal, "organisations"},
	{RuleWeightInvalid, "A weight is a share in millionths, an extent one of four words", EffectRefusal, "organisations"},
	{RuleSuccessionSelf, "An organisation does not succeed itself", EffectRefusal, "organisations"},
	{RuleSuccessionType, "A succession is a merger, split, rename or transfer", EffectRefusal, "organisations"},
	{RuleSuccessionCycle, "Mergers, splits and renames never lead back to where they began", EffectRefusal, "organisations"},
	{RuleRoundInvalid, "A licence round has a number from 1 and a term and notice that can be", EffectRefusal, "rounds"},
	{RuleGradeInvalid, "A grade that is counted is full, conditional or licensed", EffectRefusal, "rounds"},
	{RuleCountExceeded, "No more licences are named with a grade than a published count says", EffectFinding, "rounds"},
	{RuleCountUnreachable, "Enough licences can have a grade to make up a published count", EffectFinding, "rounds"},
	{RuleCountTotal, "The published counts of a day add up to no more than the licences", EffectFinding, "rounds"},
	{RuleCountDisputed, "The sources agree on a count", EffectFinding, "rounds"},
	{RuleAttachmentInvalid, "A condition or provision belongs to one licence or to one round", EffectRefusal, "licences"},
	{RuleProvisionType, "Only an option has somebody to exercise it", EffectRefusal, "licences"},
	{RuleDecisionInvalid, "A decision has the parts of its type", EffectRefusal, "licences"},
	{RuleDecisionLicensor, "A decision is taken by a licensor of its day", EffectRefusal, "licences"},
	{RuleDecisionHolder, "A licence is surrendered by its holder", EffectRefusal, "licences"},
	{RuleLicenceNotBegun, "A licence is not suspended or ended before it begins", EffectRefusal, "licences"},
	{RuleLicenceEnded, "Nothing is decided about a licence that has ended", EffectRefusal, "licences"},
	{RuleLicenceSuspended, "A suspended licence is not suspended again", EffectRefusal, "licences"},
	{RuleLicenceNotSuspended, "Only a suspended licence is reinstated", EffectRefusal, "licences"},
	{RuleConditionUnknown, "A decision about a condition is about one of the licence", EffectRefusal, "licences"},
	{RuleConditionEarly, "A condition is decided about after it was set", EffectRefusal, "licences"},
	{RuleConditionSettled, "A condition that was met, waived or lifted is not decided about again", EffectRefusal, "licences"},
	{RuleTermNotLonger, "A new end lies after the present one", EffectRefusal, "licences"},
	{RuleExpireEarly, "A licence does not expire before its published end", EffectRefusal, "licences"},
	{RuleOptionUnknown, "An option that is exercised is one of the licence", EffectRefusal, "licences"},
	{RuleOptionExerciser, "An option is exercised by the body that may", EffectRefusal, "licences"},
	{RuleOptionLate, "An option is exercised by its last day", EffectRefusal, "licences"},
	{RuleRevocationNotice, "A revocation leaves the notice of the round", EffectRefusal, "licences"},
	{RuleGradeUngraded, "Only a round that grades has grades decided", EffectRefusal, "licences"},
	{RuleContractingParty, "A contracting body acts for the holder or a licensor", EffectRefusal, "licences"},
	{RuleContractingBodyOverlap, "A party has one contracting body at a time", EffectRefusal, "licences"},
	{RuleStreamOutside, "A stream runs within its licence", EffectRefusal, "licences"},
	{RuleLicenceOverlap, "A holder has one licence of a round in force on any day", EffectRefusal, "licences"},
	{RuleHolderSeveral, "A holder has one current licence", EffectFinding, "licences"},
	{RuleGradeContradiction, "A licence is not decided to be full while a condition is open", EffectFinding, "licences"},
}
