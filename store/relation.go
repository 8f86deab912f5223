package store

import "github.com/innovationregistry/registry/innovation"

var relations = define(14, false, "reg_relation", func(r *innovation.Relation) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&r.Organisation)),
		term(2, "type", "type", innovation.SchemeRelationType, &r.Type),
		ref(3, "target", "target", innovation.KindOrganisation, (*string)(&r.Target)),
		term(4, "sector", "sector", innovation.SchemeSector, &r.Sector),
		integer(5, "weight", "weight", &r.Weight),
		term(6, "evidence", "evidence", innovation.SchemeEvidence, &r.Evidence),
		text(7, "extent", "extent", &r.Extent),
		text(8, "note", "note", &r.Note),
		period(&r.Period),
	}
})

var successions = define(17, false, "reg_succession", func(s *innovation.Succession) []*column {
	return []*column{
		ref(1, "predecessor", "subject", innovation.KindOrganisation, (*string)(&s.Predecessor)),
		ref(2, "successor", "successor", innovation.KindOrganisation, (*string)(&s.Successor)).optional(),
		text(3, "type", "type", &s.Type),
		text(4, "part", "part", &s.Part),
		integer(5, "moved", "moved", &s.Moved),
		text(6, "note", "note", &s.Note),
		event("day", &s.Day),
	}
})
