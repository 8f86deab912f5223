package store

import "github.com/innovationregistry/registry/innovation"

var allocations = define(35, true, "reg_allocation", func(a *innovation.Allocation) []*column {
	return append(append([]*column{
		ref(1, "allocation", "subject", innovation.KindAllocation, (*string)(&a.Allocation)),
		ref(2, "envelope", "envelope", innovation.KindEnvelope, (*string)(&a.Envelope)).owner(),
		ref(3, "recipient", "recipient", innovation.KindOrganisation, (*string)(&a.Recipient)).optional(),
	}, figure(4, &a.Figure)...),
		ref(9, "by", "decided_by", innovation.KindOrganisation, (*string)(&a.By)).optional(),
		text(10, "override", "override", &a.Override),
		text(11, "note", "note", &a.Note),
		event("day", &a.Day),
	)
})

var scores = define(36, false, "reg_score", func(s *innovation.Score) []*column {
	return []*column{
		ref(1, "allocation", "subject", innovation.KindAllocation, (*string)(&s.Allocation)),
		term(2, "criterion", "criterion", innovation.SchemeCriterion, &s.Criterion),
		integer(3, "value", "value", &s.Value),
		integer(4, "scale", "scale", &s.Scale),
		integer(5, "outOf", "out_of", &s.OutOf),
		text(6, "unit", "unit", &s.Unit),
		text(7, "note", "note", &s.Note),
		event("day", &s.Day),
	}
})

var shares = define(37, false, "reg_share", func(s *innovation.Share) []*column {
	return []*column{
		anyRef(1, "of", "subject", &s.Of),
		ref(2, "recipient", "recipient", innovation.KindOrganisation, (*string)(&s.Recipient)),
		amount(3, "amount", "amount", &s.Amount),
		text(4, "note", "note", &s.Note),
		period(&s.Period),
	}
})
