package store

import (
	"github.com/innovationregistry/registry/innovation"
)

var innovations = define(53, true, "reg_innovation", func(i *innovation.Innovation) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&i.Innovation)),
		text(2, "name", "name", &i.Name),
		term(3, "type", "type", innovation.SchemeInnovationType, &i.Type),
		ref(4, "originator", "originator", innovation.KindOrganisation, (*string)(&i.Originator)).optional(),
		text(5, "summary", "summary", &i.Summary),
		text(6, "note", "note", &i.Note),
		period(&i.Period),
	}
})

var supplies = define(54, false, "reg_supply", func(s *innovation.Supply) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&s.Innovation)),
		ref(2, "supplier", "supplier", innovation.KindOrganisation, (*string)(&s.Supplier)),
		text(3, "product", "product", &s.Product),
		text(4, "note", "note", &s.Note),
		period(&s.Period),
	}
})

var categories = define(55, false, "reg_innovation_category", func(c *innovation.Category) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&c.Innovation)),
		term(2, "category", "category", innovation.SchemeCategory, &c.Category),
		term(3, "careSetting", "care_setting", innovation.SchemeCareSetting, &c.CareSetting),
		text(4, "note", "note", &c.Note),
		period(&c.Period),
	}
})

var readinesses = define(56, false, "reg_readiness", func(r *innovation.Readiness) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&r.Innovation)),
		term(2, "type", "type", innovation.SchemeReadiness, &r.Type),
		text(3, "outcome", "outcome", &r.Outcome),
		ref(4, "issuer", "issuer", innovation.KindOrganisation, (*string)(&r.Issuer)).optional(),
		text(5, "reference", "reference", &r.Reference),
		text(6, "note", "note", &r.Note),
		period(&r.Period),
	}
})

var notices = define(57, false, "reg_notice", func(n *innovation.Notice) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&n.Innovation)),
		term(2, "type", "type", innovation.SchemeNoticeType, &n.Type),
		ref(3, "issuer", "issuer", innovation.KindOrganisation, (*string)(&n.Issuer)).optional(),
		ref(4, "supplier", "supplier", innovation.KindOrganisation, (*string)(&n.Supplier)).optional(),
		text(5, "text", "text", &n.Text),
		text(6, "reference", "reference", &n.Reference),
		text(7, "note", "note", &n.Note),
		event("day", &n.Day),
	}
})
