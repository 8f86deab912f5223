package store

import "github.com/innovationregistry/registry/innovation"

var forecasts = define(50, false, "reg_forecast", func(f *innovation.Forecast) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&f.Organisation)),
		integer(2, "version", "version", &f.Version),
		text(3, "line", "line", (*string)(&f.Line)),
		text(4, "kind", "kind", (*string)(&f.Kind)),
		term(5, "stream", "stream", innovation.SchemeFundingStream, &f.Stream),
		text(6, "purpose", "purpose", &f.Purpose),
		day(7, "when", "due", &f.When),
		amount(8, "amount", "amount", &f.Amount),
		text(9, "vat", "vat", (*string)(&f.VAT)),
		text(10, "note", "note", &f.Note),
		event("day", &f.Day),
	}
})

var periodLocks = define(51, false, "reg_period_lock", func(l *innovation.PeriodLock) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&l.Organisation)),
		date(2, "through", "through", &l.Through),
		text(3, "note", "note", &l.Note),
		event("day", &l.Day),
	}
})

var issuedReports = define(52, true, "reg_issued_report", func(r *innovation.IssuedReport) []*column {
	return []*column{
		ref(1, "report", "subject", innovation.KindReport, (*string)(&r.Report)),
		text(2, "title", "title", &r.Title),
		text(3, "question", "question", &r.Question),
		text(4, "definition", "definition", &r.Definition),
		date(5, "on", "on_day", &r.On),
		integer(6, "act", "act", (*int64)(&r.Act)),
		date(7, "publishedBy", "published_by", &r.PublishedBy),
		ref(8, "issuer", "issuer", innovation.KindOrganisation, (*string)(&r.Issuer)).optional(),
		text(9, "content", "content", &r.Content),
		text(10, "digest", "digest", &r.Digest),
		text(11, "note", "note", &r.Note),
		event("day", &r.Day),
	}
})
