package innovation_test

import (
	"testing"

	. "github.com/innovationregistry/registry/innovation"
)

// Each rule of a single fact about money has a case that passes and one that it
// refuses, by rule and field.
func TestMoneyFacts(t *testing.T) {
	day := OnDay(MustDate("2013-05-23"))
	from := From(MustDate("2013-05-23"))
	figure := Figure{Amount: Exact(70_000_000_00), Per: PerPeriod, Basis: FigureAnnounced, Covers: Between(MustDate("2013-04-01"), MustDate("2014-04-01"))}
	with := func(change func(*Figure)) Figure { f := figure; change(&f); return f }
	envelope := func(f Figure) Envelope {
		return Envelope{Envelope: "pot", Title: "Pot", Type: "pot", Figure: f, Day: day}
	}
	payment := Payment{Award: "a", Amount: Exact(1), Day: day}
	income := Income{Organisation: "o", Kind: IncomeCharity, Figure: figure, Day: day}
	year := YearEnd{Organisation: "o", Type: CarryForward, Year: 2013, Into: 2014, Amount: Exact(1), Day: day}
	forecast := Forecast{Organisation: "o", Version: 1, Line: LineIncome, Kind: IncomeCore, When: day, Amount: Exact(1), Day: day}
	for name, c := range map[string]struct {
		fact  Fact
		rule  RuleID // "": it passes
		field string
	}{
		"an envelope":                     {envelope(figure), "", ""},
		"a figure for no stated time":     {envelope(with(func(f *Figure) { f.Covers = Period{} })), "", ""},
		"a figure without its length":     {envelope(with(func(f *Figure) { f.Per = "" })), RulePerInvalid, "figure.per"},
		"a figure by the month":           {envelope(with(func(f *Figure) { f.Per = "per-month" })), RulePerInvalid, "figure.per"},
		"a figure without a basis":        {envelope(with(func(f *Figure) { f.Basis = "" })), RuleFigureBasisInvalid, "figure.basis"},
		"a rumoured figure":               {envelope(with(func(f *Figure) { f.Basis = "rumoured" })), RuleFigureBasisInvalid, "figure.basis"},
		"a figure of another tax basis":   {envelope(with(func(f *Figure) { f.VAT = "perhaps" })), RuleVATInvalid, "figure.vat"},
		"a figure without an amount":      {envelope(with(func(f *Figure) { f.Amount = Amount{} })), RuleAmountMissing, "figure.amount"},
		"a figure that is not disclosed":  {envelope(with(func(f *Figure) { f.Amount = NotDisclosed() })), "", ""},
		"a figure below nothing":          {envelope(with(func(f *Figure) { f.Amount = Exact(-1) })), RuleAmountNegative, "figure.amount"},
		"a figure that may be below":      {envelope(with(func(f *Figure) { f.Amount = AtLeast(-1) })), RuleAmountNegative, "figure.amount"},
		"a payment":                       {payment, "", ""},
		"a payment of nothing":            {Payment{Award: "a", Amount: Exact(0), Day: day}, "", ""},
		"a negative payment":              {Payment{Award: "a", Amount: Exact(-1), Day: day}, RuleAmountNegative, "amount"},
		"a payment of no amount":          {Payment{Award: "a", Day: day}, RuleAmountMissing, "amount"},
		"a clawback":                      {Refund{Award: "a", Type: Clawback, Amount: Exact(1), Day: day}, "", ""},
		"a refund of no type":             {Refund{Award: "a", Amount: Exact(1), Day: day}, RuleMoneyTypeInvalid, "type"},
		"a negative refund":               {Refund{Award: "a", Type: Repayment, Amount: Exact(-1), Day: day}, RuleAmountNegative, "amount"},
		"an increase":                     {Adjustment{Award: "a", Type: Increase, Amount: Exact(1), Reason: "more", Day: day}, "", ""},
		"an adjustment of no type":        {Adjustment{Award: "a", Amount: Exact(1), Reason: "more", Day: day}, RuleMoneyTypeInvalid, "type"},
		"an adjustment without a reason":  {Adjustment{Award: "a", Type: Increase, Amount: Exact(1), Day: day}, RuleTextRequired, "reason"},
		"a part for evaluation":           {Award{Award: "a", Title: "A", Figure: figure, Evaluation: Exact(70_000_000_00), Day: day}, "", ""},
		"too large a part for evaluation": {Award{Award: "a", Title: "A", Figure: figure, Evaluation: Exact(70_000_000_01), Day: day}, RuleEvaluationExceeds, "evaluation"},
		"a gate of words":                 {Gate{Instalment: "i", Text: "a plan", Period: from}, "", ""},
		"a gate of a condition":           {Gate{Instalment: "i", Condition: "c", Period: from}, "", ""},
		"a gate of nothing":               {Gate{Instalment: "i", Period: from}, RuleGateEmpty, "condition"},
		"a transfer":                      {MoneyTransfer{Award: "a", FromAward: "b", Day: day}, "", ""},
		"a transfer to itself":            {MoneyTransfer{Award: "a", FromAward: "a", Day: day}, RuleTransferSelf, "fromAward"},
		"a carry-forward":                 {year, "", ""},
		"a carry-forward into the past":   {YearEnd{Organisation: "o", Type: CarryForward, Year: 2013, Into: 2013, Amount: Exact(1), Day: day}, RuleYearEndInvalid, "into"},
		"an underspend into a year":       {YearEnd{Organisation: "o", Type: Underspend, Year: 2013, Into: 2014, Amount: Exact(1), Day: day}, RuleYearEndInvalid, "into"},
		"a year end of no year":           {YearEnd{Organisation: "o", Type: Underspend, Amount: Exact(1), Day: day}, RuleYearEndInvalid, "year"},
		"income":                          {income, "", ""},
		"income raised by companies":      {Income{Organisation: "o", Kind: "raised-by-companies", Figure: figure, Day: day}, RuleMoneyTypeInvalid, "kind"},
		"matched income of no award":      {Income{Organisation: "o", Kind: IncomeCharity, Match: Matched, Figure: figure, Day: day}, RuleIncomeMatch, "match"},
		"all income, of one kind":         {Income{Organisation: "o", Kind: IncomeCharity, Whole: true, Figure: figure, Day: day}, RuleIncomeMatch, "whole"},
		"all income":                      {Income{Organisation: "o", Kind: IncomeMixed, Whole: true, Figure: figure, Day: day}, "", ""},
		"leverage of an envelope":         {Leverage{About: EnvelopeID("pot").Entity(), Type: "other", Title: "L", Figure: figure, Evidence: "reported", Day: day}, "", ""},
		"leverage of a licence":           {Leverage{About: LicenceID("l").Entity(), Type: "other", Title: "L", Figure: figure, Evidence: "reported", Day: day}, RuleLeverageAbout, "about"},
		"a share of an award":             {Share{Of: AwardID("a").Entity(), Recipient: "o", Period: from}, "", ""},
		"a share of a licence":            {Share{Of: LicenceID("l").Entity(), Recipient: "o", Period: from}, RuleMoneyTypeInvalid, "of.kind"},
		"a score":                         {Score{Allocation: "a", Criterion: "population", Value: 5, OutOf: 5, Day: day}, "", ""},
		"a score above the best":          {Score{Allocation: "a", Criterion: "population", Value: 6, OutOf: 5, Day: day}, RuleScoreInvalid, "value"},
		"a score with ten decimals":       {Score{Allocation: "a", Criterion: "population", Value: 6, Scale: 10, Day: day}, RuleScoreInvalid, "value"},
		"a criterion of more than all":    {Criterion{Envelope: "pot", Criterion: "population", Text: "P", Weight: 1_000_001, Period: from}, RuleWeightInvalid, "weight"},
		"a forecast":                      {forecast, "", ""},
		"a forecast of version 0":         {Forecast{Organisation: "o", Line: LineSpend, When: day, Amount: Exact(1), Day: day}, RuleForecastVersion, "version"},
		"a lock":                          {PeriodLock{Organisation: "o", Through: MustDate("2014-03-31"), Day: day}, "", ""},
		"a lock of nothing":               {PeriodLock{Organisation: "o", Day: day}, RulePeriodInvalid, "through"},
		"a report with another digest":    {IssuedReport{Report: "r", Title: "R", Question: "ladder", On: MustDate("2014-03-31"), Content: "{}", Digest: "00", Day: day}, RuleReportInvalid, "digest"},
	} {
		found := Violations(c.fact.Validate())
		switch {
		case c.rule == "" && found != nil:
			t.Errorf("%s: %v", name, found)
		case c.rule != "" && (len(found) != 1 || found[0].Rule != c.rule || found[0].Field != c.field):
			t.Errorf("%s: %v, not %s of %s", name, found, c.rule, c.field)
		}
	}
}

// A figure counts only in the years that it certainly covers whole, and comes
// to as many years as there certainly are.
func TestFigureYears(t *testing.T) {
	between := func(a, b string) Period { return Between(MustDate(a), MustDate(b)) }
	for name, c := range map[string]struct {
		figure Figure
		in     map[FinancialYear]bool
		total  string // "": not known
	}{
		"a year":                   {Figure{Amount: Exact(5_00), Per: PerPeriod, Covers: between("2013-04-01", "2014-04-01")}, map[FinancialYear]bool{2012: false, 2013: true, 2014: false}, "£5.00"},
		"a part of a year":         {Figure{Amount: Exact(5_00), Per: PerYear, Covers: between("2013-07-01", "2014-04-01")}, map[FinancialYear]bool{2013: true}, "£5.00"},
		"three years together":     {Figure{Amount: Exact(39_00), Per: PerPeriod, Covers: between("2018-04-01", "2021-04-01")}, map[FinancialYear]bool{2018: false, 2019: false, 2020: false}, "£39.00"},
		"five years, by the year":  {Figure{Amount: Exact(12_00), Per: PerYear, Covers: between("2014-04-01", "2019-04-01")}, map[FinancialYear]bool{2013: false, 2014: true, 2018: true, 2019: false}, "£60.00"},
		"contract years":           {Figure{Amount: Exact(44_00), Per: PerContractYear, Covers: between("2018-10-01", "2023-10-01")}, map[FinancialYear]bool{2018: false, 2019: false}, "£220.00"},
		"by the year, without end": {Figure{Amount: Exact(12_00), Per: PerYear, Covers: From(MustDate("2014-04-01"))}, map[FinancialYear]bool{2013: false, 2014: true, 2030: true}, ""},
		"by the year, odd months":  {Figure{Amount: Exact(12_00), Per: PerYear, Covers: between("2014-04-01", "2016-07-01")}, map[FinancialYear]bool{2015: true, 2016: false}, ""},
		"a start known by month":   {Figure{Amount: Exact(12_00), Per: PerYear, Covers: Period{Start: InMonth(2014, 4), End: Exactly(MustDate("2016-04-01"))}}, map[FinancialYear]bool{2014: false, 2015: true}, ""},
		"no stated time":           {Figure{Amount: Exact(12_00), Per: PerYear}, map[FinancialYear]bool{2014: false}, ""},
	} {
		for fy, want := range c.in {
			if _, got := c.figure.In(fy); got != want {
				t.Errorf("%s: in %s %v", name, fy, got)
			}
		}
		total, ok, err := c.figure.Total()
		if err != nil || ok != (c.total != "") || ok && total.String() != c.total {
			t.Errorf("%s: in all %s, %v, %v, not %s", name, total, ok, err, c.total)
		}
	}
}

// The parts of an envelope that come to more than it are found; what is for
// another time is not compared.
func TestEnvelopeParts(t *testing.T) {
	figure := func(pence Money) Figure { return Figure{Amount: Exact(pence), Per: PerPeriod, Basis: FigureAnnounced} }
	yearly := figure(100)
	yearly.Per = PerYear
	file := EnvelopeFile{Envelope: Recorded[Envelope]{Value: Envelope{Envelope: "whole", Figure: figure(100)}}}
	part := func(f Figure) { file.Parts = append(file.Parts, Recorded[Envelope]{Value: Envelope{Figure: f}}) }
	part(figure(60))
	part(figure(40))
	part(yearly)
	if got := file.CheckParts(); got != nil {
		t.Errorf("%v", got)
	}
	part(figure(1))
	if got := file.CheckParts(); len(got) != 1 || got[0].Rule != RuleEnvelopePartsExceed {
		t.Errorf("%v", got)
	}
}
