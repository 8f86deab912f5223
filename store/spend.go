package store

import "github.com/innovationregistry/registry/innovation"

var spending = define(45, false, "reg_spend", func(s *innovation.Spend) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&s.Organisation)),
		ref(2, "award", "award", innovation.KindAward, (*string)(&s.Award)).optional().owner(),
		term(3, "stream", "stream", innovation.SchemeFundingStream, &s.Stream),
		text(4, "focusArea", "focus_area", &s.FocusArea),
		text(5, "purpose", "purpose", &s.Purpose),
		amount(6, "amount", "amount", &s.Amount),
		text(7, "vat", "vat", (*string)(&s.VAT)),
		day(8, "accrued", "accrued", &s.Accrued),
		text(9, "reference", "reference", &s.Reference),
		text(10, "note", "note", &s.Note),
		derivedYear("year", func() innovation.FinancialYear { return s.AccrualYear() }),
		derivedYear("day_year", func() innovation.FinancialYear { return innovation.YearOfDay(s.Day) }),
		event("day", &s.Day),
	}
})

var yearEnds = define(46, false, "reg_year_end", func(y *innovation.YearEnd) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&y.Organisation)),
		ref(2, "award", "award", innovation.KindAward, (*string)(&y.Award)).optional().owner(),
		text(3, "type", "type", (*string)(&y.Type)),
		year(4, "year", "year", &y.Year),
		year(5, "into", "into_year", &y.Into),
		amount(6, "amount", "amount", &y.Amount),
		text(7, "note", "note", &y.Note),
		event("day", &y.Day),
	}
})

var holdings = define(47, false, "reg_holding", func(h *innovation.Holding) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&h.Organisation)),
		ref(2, "for", "for_body", innovation.KindOrganisation, (*string)(&h.For)).optional(),
		term(3, "stream", "stream", innovation.SchemeFundingStream, &h.Stream),
		text(4, "purpose", "purpose", &h.Purpose),
		amount(5, "amount", "amount", &h.Amount),
		text(6, "note", "note", &h.Note),
		period(&h.Period),
	}
})
