package store

import "github.com/innovationregistry/registry/innovation"

var areas = define(15, false, "reg_area", func(a *innovation.Area) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&a.Organisation)),
		term(2, "kind", "kind", innovation.SchemeAreaKind, &a.Kind),
		text(3, "name", "name", &a.Name),
		text(4, "code", "code", &a.Code),
		term(5, "evidence", "evidence", innovation.SchemeEvidence, &a.Evidence),
		text(6, "extent", "extent", &a.Extent),
		text(7, "note", "note", &a.Note),
		period(&a.Period),
	}
})

var populations = define(16, false, "reg_population", func(p *innovation.Population) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&p.Organisation)),
		integer(2, "nominal", "nominal", &p.Nominal),
		integer(3, "low", "low", &p.Low),
		integer(4, "high", "high", &p.High),
		term(5, "qualifier", "qualifier", innovation.SchemeQualifier, &p.Qualifier),
		text(6, "note", "note", &p.Note),
		event("day", &p.Day),
	}
})
