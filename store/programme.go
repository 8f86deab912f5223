package store

import "github.com/innovationregistry/registry/innovation"

var programmes = define(58, true, "reg_programme", func(p *innovation.Programme) []*column {
	return []*column{
		ref(1, "programme", "subject", innovation.KindProgramme, (*string)(&p.Programme)),
		text(2, "name", "name", &p.Name),
		term(3, "type", "type", innovation.SchemeProgrammeType, &p.Type),
		ref(4, "commissioner", "commissioner", innovation.KindOrganisation, (*string)(&p.Commissioner)).optional(),
		ref(5, "lead", "lead_body", innovation.KindOrganisation, (*string)(&p.Lead)).optional(),
		text(6, "status", "status", &p.Status),
		text(7, "note", "note", &p.Note),
		period(&p.Period),
	}
})

var phases = define(59, false, "reg_programme_phase", func(p *innovation.Phase) []*column {
	return []*column{
		ref(1, "programme", "subject", innovation.KindProgramme, (*string)(&p.Programme)),
		integer(2, "number", "number", &p.Number),
		text(3, "name", "name", &p.Name),
		text(4, "aim", "aim", &p.Aim),
		text(5, "note", "note", &p.Note),
		period(&p.Period),
	}
})

var programmeInnovations = define(60, false, "reg_programme_innovation", func(m *innovation.ProgrammeInnovation) []*column {
	return []*column{
		ref(1, "programme", "subject", innovation.KindProgramme, (*string)(&m.Programme)),
		ref(2, "innovation", "innovation", innovation.KindInnovation, (*string)(&m.Innovation)).owner(),
		integer(3, "phase", "phase", &m.Phase),
		text(4, "note", "note", &m.Note),
		period(&m.Period),
	}
})

var mandates = define(61, false, "reg_mandate", func(m *innovation.Mandate) []*column {
	return []*column{
		ref(1, "programme", "subject", innovation.KindProgramme, (*string)(&m.Programme)),
		ref(2, "innovation", "innovation", innovation.KindInnovation, (*string)(&m.Innovation)).optional().owner(),
		ref(3, "owner", "owner", innovation.KindOrganisation, (*string)(&m.Owner)).optional(),
		text(4, "force", "force", (*string)(&m.Force)),
		year(5, "year", "year", &m.Year),
		text(6, "criteria", "criteria", &m.Criteria),
		day(7, "complyBy", "comply_by", &m.ComplyBy),
		text(8, "note", "note", &m.Note),
		period(&m.Period),
	}
})

var eligibilities = define(62, false, "reg_eligibility", func(e *innovation.Eligibility) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&e.Innovation)),
		ref(2, "organisation", "organisation", innovation.KindOrganisation, (*string)(&e.Organisation)).optional(),
		term(3, "kind", "kind", innovation.SchemeOrganisationKind, &e.Kind),
		term(4, "role", "role", innovation.SchemeRole, &e.Role),
		ref(5, "within", "within_body", innovation.KindOrganisation, (*string)(&e.Within)).optional(),
		boolean(6, "excluded", "excluded", &e.Excluded),
		ref(7, "programme", "programme", innovation.KindProgramme, (*string)(&e.Programme)).optional(),
		integer(8, "phase", "phase", &e.Phase),
		text(9, "reason", "reason", &e.Reason),
		text(10, "note", "note", &e.Note),
		period(&e.Period),
	}
})
