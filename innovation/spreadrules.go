package innovation

// Rules of the statistics of spread. A statistic refuses what it cannot answer
// honestly instead of returning a number.
const (
	RuleSeriesThin       RuleID = "series-thin"
	RuleSeriesNotNumber  RuleID = "series-not-a-number"
	RuleSeriesNegative   RuleID = "series-negative"
	RuleSeriesDecreasing RuleID = "series-decreasing"
	RuleSeriesConstant   RuleID = "series-constant"
	RuleSeriesLengths    RuleID = "series-lengths"
	RuleSeriesOrder      RuleID = "series-order"
	RuleStatisticOption  RuleID = "statistic-option"
	RuleFitFailed        RuleID = "fit-failed"
	RuleFitUndetermined  RuleID = "fit-undetermined"
	RuleWeightsInvalid   RuleID = "weights-invalid"
	RuleEligibleUnknown  RuleID = "eligible-unknown"
)

// spreadRules describes the rules of the statistics of spread.
var spreadRules = []RuleInfo{
	{RuleSeriesThin, "A statistic has enough data for what it says", EffectRefusal, "statistics"},
	{RuleSeriesNotNumber, "A series holds finite numbers only", EffectRefusal, "statistics"},
	{RuleSeriesNegative, "A count, a denominator or a duration is not negative", EffectRefusal, "statistics"},
	{RuleSeriesDecreasing, "A cumulative series never falls and stays within its eligible set", EffectRefusal, "statistics"},
	{RuleSeriesConstant, "What is compared or fitted varies", EffectRefusal, "statistics"},
	{RuleSeriesLengths, "Series that belong together have the same length", EffectRefusal, "statistics"},
	{RuleSeriesOrder, "Times are in order, and nobody leaves before entering", EffectRefusal, "statistics"},
	{RuleStatisticOption, "An option of a statistic has one of its values", EffectRefusal, "statistics"},
	{RuleFitFailed, "A fit converges to parameters that can be", EffectRefusal, "statistics"},
	{RuleFitUndetermined, "The data determine every parameter of a fit", EffectRefusal, "statistics"},
	{RuleWeightsInvalid, "A weight matrix is square, finite, not negative and not empty", EffectRefusal, "statistics"},
	{RuleEligibleUnknown, "A share, a hazard or a time to adoption is of those that could adopt, and they are known", EffectRefusal, "statistics"},
}
