package store

import "github.com/innovationregistry/registry/innovation"

var payments = define(43, false, "reg_payment", func(p *innovation.Payment) []*column {
	return []*column{
		ref(1, "award", "subject", innovation.KindAward, (*string)(&p.Award)),
		ref(2, "instalment", "instalment", innovation.KindInstalment, (*string)(&p.Instalment)).optional(),
		ref(3, "payee", "payee", innovation.KindOrganisation, (*string)(&p.Payee)).optional(),
		amount(4, "amount", "amount", &p.Amount),
		text(5, "vat", "vat", (*string)(&p.VAT)),
		day(6, "accrued", "accrued", &p.Accrued),
		text(7, "reference", "reference", &p.Reference),
		text(8, "note", "note", &p.Note),
		derivedYear("year", func() innovation.FinancialYear { return p.AccrualYear() }),
		derivedYear("day_year", func() innovation.FinancialYear { return innovation.YearOfDay(p.Day) }),
		event("day", &p.Day),
	}
})

var refunds = define(44, false, "reg_refund", func(r *innovation.Refund) []*column {
	return []*column{
		ref(1, "award", "subject", innovation.KindAward, (*string)(&r.Award)),
		text(2, "type", "type", (*string)(&r.Type)),
		amount(3, "amount", "amount", &r.Amount),
		text(4, "vat", "vat", (*string)(&r.VAT)),
		day(5, "accrued", "accrued", &r.Accrued),
		text(6, "reason", "reason", &r.Reason),
		text(7, "reference", "reference", &r.Reference),
		text(8, "note", "note", &r.Note),
		derivedYear("year", func() innovation.FinancialYear { return r.AccrualYear() }),
		derivedYear("day_year", func() innovation.FinancialYear { return innovation.YearOfDay(r.Day) }),
		event("day", &r.Day),
	}
})
