package store

import "github.com/innovationregistry/registry/innovation"

var conditions = define(25, true, "reg_condition", func(c *innovation.Condition) []*column {
	return []*column{
		ref(1, "condition", "subject", innovation.KindCondition, (*string)(&c.Condition)),
		ref(2, "licence", "licence", innovation.KindLicence, (*string)(&c.Licence)).optional().owner(),
		ref(3, "round", "round", innovation.KindRound, (*string)(&c.Round)).optional().owner(),
		integer(4, "unnamed", "unnamed", &c.Unnamed),
		text(5, "text", "text", &c.Text),
		day(6, "due", "due", &c.Due),
		term(7, "outcome", "outcome", innovation.SchemeOutcome, &c.Outcome),
		text(8, "note", "note", &c.Note),
		period(&c.Period),
	}
})

var provisions = define(26, true, "reg_provision", func(p *innovation.Provision) []*column {
	return []*column{
		ref(1, "provision", "subject", innovation.KindProvision, (*string)(&p.Provision)),
		ref(2, "licence", "licence", innovation.KindLicence, (*string)(&p.Licence)).optional().owner(),
		ref(3, "round", "round", innovation.KindRound, (*string)(&p.Round)).optional().owner(),
		term(4, "type", "type", innovation.SchemeProvisionType, &p.Type),
		text(5, "text", "text", &p.Text),
		ref(6, "exerciser", "exerciser", innovation.KindOrganisation, (*string)(&p.Exerciser)).optional(),
		day(7, "due", "due", &p.Due),
		term(8, "outcome", "outcome", innovation.SchemeOutcome, &p.Outcome),
		text(9, "note", "note", &p.Note),
		period(&p.Period),
	}
})

var decisions = define(27, false, "reg_decision", func(d *innovation.Decision) []*column {
	return []*column{
		ref(1, "licence", "subject", innovation.KindLicence, (*string)(&d.Licence)),
		text(2, "type", "type", (*string)(&d.Type)),
		ref(3, "by", "decided_by", innovation.KindOrganisation, (*string)(&d.By)),
		ref(4, "condition", "condition", innovation.KindCondition, (*string)(&d.Condition)).optional(),
		ref(5, "provision", "provision", innovation.KindProvision, (*string)(&d.Provision)).optional(),
		text(6, "grade", "grade", (*string)(&d.Grade)),
		date(7, "until", "until", &d.Until),
		ref(8, "successor", "successor", innovation.KindOrganisation, (*string)(&d.Successor)).optional(),
		boolean(9, "dropConditions", "drop_conditions", &d.DropConditions),
		text(10, "note", "note", &d.Note),
		event("day", &d.Day),
	}
})
