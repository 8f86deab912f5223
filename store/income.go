package store

import "github.com/innovationregistry/registry/innovation"

var incomes = define(48, false, "reg_income", func(i *innovation.Income) []*column {
	return append(append([]*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&i.Organisation)),
		ref(2, "from", "from_body", innovation.KindOrganisation, (*string)(&i.From)).optional(),
		text(3, "kind", "kind", (*string)(&i.Kind)),
		boolean(4, "whole", "whole", &i.Whole),
		text(5, "title", "title", &i.Title),
		term(6, "stream", "stream", innovation.SchemeFundingStream, &i.Stream),
		ref(7, "award", "award", innovation.KindAward, (*string)(&i.Award)).optional().owner(),
		text(8, "match", "matching", (*string)(&i.Match)),
	}, figure(9, &i.Figure)...),
		text(14, "note", "note", &i.Note),
		event("day", &i.Day),
	)
})

var leverages = define(49, false, "reg_leverage", func(l *innovation.Leverage) []*column {
	return append(append([]*column{
		anyRef(1, "about", "subject", &l.About),
		term(2, "type", "type", innovation.SchemeLeverageType, &l.Type),
		ref(3, "source", "source", innovation.KindOrganisation, (*string)(&l.Source)).optional(),
		text(4, "title", "title", &l.Title),
		term(5, "stream", "stream", innovation.SchemeFundingStream, &l.Stream),
	}, figure(6, &l.Figure)...),
		term(11, "evidence", "evidence", innovation.SchemeMoneyEvidence, &l.Evidence),
		text(12, "note", "note", &l.Note),
		event("day", &l.Day),
	)
})
