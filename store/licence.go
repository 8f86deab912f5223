package store

import "github.com/innovationregistry/registry/innovation"

var rounds = define(20, true, "reg_licence_round", func(r *innovation.Round) []*column {
	return []*column{
		ref(1, "round", "subject", innovation.KindRound, (*string)(&r.Round)),
		integer(2, "number", "number", &r.Number),
		text(3, "title", "title", &r.Title),
		integer(4, "termYears", "term_years", &r.TermYears),
		integer(5, "noticeDays", "notice_days", &r.NoticeDays),
		boolean(6, "graded", "graded", &r.Graded),
		lines(7, "focusAreas", "focus_areas", &r.FocusAreas),
		day(8, "announcedOn", "announced", &r.AnnouncedOn),
		text(9, "note", "note", &r.Note),
		period(&r.Period),
	}
})

var countClaims = define(21, false, "reg_count_claim", func(c *innovation.CountClaim) []*column {
	return []*column{
		ref(1, "round", "subject", innovation.KindRound, (*string)(&c.Round)),
		text(2, "grade", "grade", (*string)(&c.Grade)),
		integer(3, "count", "number", &c.Count),
		text(4, "note", "note", &c.Note),
		event("day", &c.Day),
	}
})

var licences = define(22, true, "reg_licence", func(l *innovation.Licence) []*column {
	return []*column{
		ref(1, "licence", "subject", innovation.KindLicence, (*string)(&l.Licence)),
		ref(2, "holder", "holder", innovation.KindOrganisation, (*string)(&l.Holder)),
		ref(3, "round", "round", innovation.KindRound, (*string)(&l.Round)),
		day(4, "announcedOn", "announced", &l.AnnouncedOn),
		text(5, "note", "note", &l.Note),
		period(&l.Period),
	}
})

var streams = define(23, false, "reg_stream", func(s *innovation.Stream) []*column {
	return []*column{
		ref(1, "licence", "subject", innovation.KindLicence, (*string)(&s.Licence)),
		ref(2, "licensor", "licensor", innovation.KindOrganisation, (*string)(&s.Licensor)),
		text(3, "commission", "commission", &s.Commission),
		amount(4, "value", "value", &s.Value),
		text(5, "note", "note", &s.Note),
		period(&s.Period),
	}
})

var contractingBodies = define(24, false, "reg_contracting_body", func(c *innovation.ContractingBody) []*column {
	return []*column{
		ref(1, "licence", "subject", innovation.KindLicence, (*string)(&c.Licence)),
		ref(2, "party", "party", innovation.KindOrganisation, (*string)(&c.Party)),
		ref(3, "body", "body", innovation.KindOrganisation, (*string)(&c.Body)),
		text(4, "note", "note", &c.Note),
		period(&c.Period),
	}
})
