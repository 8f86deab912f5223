package innovation

import "slices"

// moneyRules describes the rules of money.
func moneyRules() []RuleInfo {
	return append([]RuleInfo{
		{RulePerInvalid, "An amount says for how long it is", EffectRefusal, "money"},
		{RuleVATInvalid, "The basis of value added tax is excluded, included, outside-scope or not stated", EffectRefusal, "money"},
		{RuleFigureBasisInvalid, "A figure says in what way somebody came to state it", EffectRefusal, "money"},
		{RuleAmountMissing, "A record of money has an amount", EffectRefusal, "money"},
		{RuleAmountNegative, "A record of money is not below nothing", EffectRefusal, "money"},
		{RuleMoneyTypeInvalid, "A record of money is of one of its types", EffectRefusal, "money"},
		{RuleCurrencyUnsupported, "Money is in pounds sterling", EffectRefusal, "money"},
		{RuleScoreInvalid, "A score lies between nothing and the best possible", EffectRefusal, "money"},
		{RuleEvaluationExceeds, "The part set aside for evaluation lies within the award", EffectRefusal, "money"},
		{RuleGateEmpty, "A gate says what it waits for", EffectRefusal, "money"},
		{RuleTransferSelf, "An award is not paid out of itself", EffectRefusal, "money"},
		{RuleYearEndInvalid, "Money is carried forward from a financial year into a later one", EffectRefusal, "money"},
		{RuleIncomeMatch, "Income that matches or was levered by an award names it; only mixed income is the whole", EffectRefusal, "money"},
		{RuleLeverageAbout, "Leverage is about an envelope, an award or an organisation", EffectRefusal, "money"},
		{RuleForecastVersion, "Versions of a forecast are numbered from 1", EffectRefusal, "money"},
		{RuleForecastDuplicate, "A version of a forecast says one thing once", EffectRefusal, "money"},
		{RuleReportInvalid, "An issued report has its view, its content and the digest of it", EffectRefusal, "money"},
		{RuleEnvelopeExceeded, "Allocations stay within their envelope unless each that goes over says why", EffectRefusal, "money"},
		{RuleAllocationExceeded, "Awards stay within their allocation unless each that goes over says why", EffectRefusal, "money"},
		{RuleSharesExceed, "The shares of a sum add up to no more than it, one for each recipient", EffectRefusal, "money"},
		{RuleVATMixed, "Amounts of different bases of value added tax do not belong together", EffectRefusal, "money"},
		{RuleEnvelopeCycle, "An envelope does not lie in itself", EffectRefusal, "money"},
		{RuleEnvelopePartsExceed, "The parts of an envelope add up to no more than it", EffectFinding, "money"},
		{RuleAwardEnvelope, "An award and its allocation are of one envelope", EffectRefusal, "money"},
		{RulePaymentEarly, "Nothing is paid before the award", EffectRefusal, "money"},
		{RulePaymentInstalment, "The payments of an instalment come to no more than it", EffectRefusal, "money"},
		{RulePaymentAward, "The payments of an award, less refunds, come to no more than it", EffectRefusal, "money"},
		{RulePaymentGated, "An instalment is not paid while a gate keeps it back", EffectRefusal, "money"},
		{RuleInstalmentOther, "A payment is of an instalment of its award", EffectRefusal, "money"},
		{RuleInstalmentsExceed, "The instalments of an award come to no more than it", EffectRefusal, "money"},
		{RuleRefundExceeds, "No more comes back than was paid by then", EffectRefusal, "money"},
		{RuleAdjustmentExceeds, "An award is not decreased below nothing", EffectRefusal, "money"},
		{RulePeriodLocked, "Closed books are not changed", EffectRefusal, "money"},
		{RuleLadderBy, "A ladder is divided by year, network or stream, or by year and one of the others", EffectRefusal, "questions"},
	}, slices.Concat(splitRules(), moneyQuestionRules(), importRules())...)
}
