package store

import "github.com/innovationregistry/registry/innovation"

var awards = define(38, true, "reg_award", func(a *innovation.Award) []*column {
	return append(append([]*column{
		ref(1, "award", "subject", innovation.KindAward, (*string)(&a.Award)),
		text(2, "title", "title", &a.Title),
		ref(3, "envelope", "envelope", innovation.KindEnvelope, (*string)(&a.Envelope)).optional().owner(),
		ref(4, "allocation", "allocation", innovation.KindAllocation, (*string)(&a.Allocation)).optional().owner(),
		ref(5, "funder", "funder", innovation.KindOrganisation, (*string)(&a.Funder)).optional(),
		ref(6, "recipient", "recipient", innovation.KindOrganisation, (*string)(&a.Recipient)).optional(),
		term(7, "stream", "stream", innovation.SchemeFundingStream, &a.Stream),
		text(8, "programme", "programme", &a.Programme),
		text(9, "purpose", "purpose", &a.Purpose),
		text(10, "identifier", "identifier", &a.Identifier),
	}, figure(11, &a.Figure)...),
		amount(16, "evaluation", "evaluation", &a.Evaluation),
		text(17, "override", "override", &a.Override),
		text(18, "note", "note", &a.Note),
		derivedYear("day_year", func() innovation.FinancialYear { return innovation.YearOfDay(a.Day) }),
		event("day", &a.Day),
	)
})

var adjustments = define(39, false, "reg_adjustment", func(a *innovation.Adjustment) []*column {
	return []*column{
		ref(1, "award", "subject", innovation.KindAward, (*string)(&a.Award)),
		text(2, "type", "type", (*string)(&a.Type)),
		amount(3, "amount", "amount", &a.Amount),
		text(4, "reason", "reason", &a.Reason),
		text(5, "note", "note", &a.Note),
		derivedYear("day_year", func() innovation.FinancialYear { return innovation.YearOfDay(a.Day) }),
		event("day", &a.Day),
	}
})

var instalments = define(40, true, "reg_instalment", func(i *innovation.Instalment) []*column {
	return []*column{
		ref(1, "instalment", "subject", innovation.KindInstalment, (*string)(&i.Instalment)),
		ref(2, "award", "award", innovation.KindAward, (*string)(&i.Award)).owner(),
		integer(3, "number", "number", &i.Number),
		amount(4, "amount", "amount", &i.Amount),
		day(5, "due", "due", &i.Due),
		text(6, "note", "note", &i.Note),
		period(&i.Period),
	}
})

var gates = define(41, false, "reg_gate", func(g *innovation.Gate) []*column {
	return []*column{
		ref(1, "instalment", "subject", innovation.KindInstalment, (*string)(&g.Instalment)),
		ref(2, "condition", "condition", innovation.KindCondition, (*string)(&g.Condition)).optional(),
		text(3, "text", "text", &g.Text),
		day(4, "expected", "expected", &g.Expected),
		text(5, "note", "note", &g.Note),
		period(&g.Period),
	}
})

var transfers = define(42, false, "reg_transfer", func(t *innovation.MoneyTransfer) []*column {
	return []*column{
		ref(1, "award", "subject", innovation.KindAward, (*string)(&t.Award)),
		ref(2, "through", "through", innovation.KindOrganisation, (*string)(&t.Through)).optional(),
		ref(3, "fromAward", "from_award", innovation.KindAward, (*string)(&t.FromAward)).optional(),
		ref(4, "fromEnvelope", "from_envelope", innovation.KindEnvelope, (*string)(&t.FromEnvelope)).optional(),
		text(5, "note", "note", &t.Note),
		event("day", &t.Day),
	}
})
