package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// awardFilter selects awards; an empty field does not restrict.
type awardFilter struct {
	award             innovation.AwardID
	first, last       innovation.AwardID // by key, both included
	recipient         innovation.OrganisationID
	gatedBy           innovation.ConditionID // with an instalment that waits for the condition
	gatedByLicence    innovation.LicenceID   // ... for one attached to the licence
	gatedByRoundOf    innovation.LicenceID   // ... for one that binds the round of the licence, and not certainly for another recipient than its holder
	gatedByRound      innovation.RoundID     // ... for one that binds the round
	gatedByLicencesOf innovation.RoundID     // ... for one attached to a licence of the round
}

// where is the filter on the rows of reg_award under an alias.
func (af awardFilter) where(m moment, alias string) where {
	w := m.known(alias)
	for _, c := range []struct {
		column string
		e      innovation.Entity
	}{{"subject", af.award.Entity()}, {"recipient", af.recipient.Entity()}} {
		if c.e.Key != "" {
			w = w.join(entityIs(alias+"."+c.column, c.e))
		}
	}
	if af.last != "" {
		w = w.and(alias+".subject IN (SELECT id FROM reg_entity WHERE kind = ? AND key BETWEEN ? AND ?)", string(innovation.KindAward), string(af.first), string(af.last))
	}
	// What an entity was recorded with before counts too: a correction must not
	// break what relied on it.
	gated := func(condition where) {
		w = w.and(alias+".subject IN (SELECT i.award FROM reg_gate g JOIN reg_instalment i ON i.subject = g.subject WHERE "+condition.text[0]+")", condition.args...)
	}
	among := func(condition where) {
		gated(where{}.and("g.condition IN (SELECT c.subject FROM reg_condition c WHERE "+condition.text[0]+")", condition.args...))
	}
	if af.gatedBy != "" {
		gated(entityIs("g.condition", af.gatedBy.Entity()))
	}
	if af.gatedByLicence != "" {
		among(entityIs("c.licence", af.gatedByLicence.Entity()))
	}
	if af.gatedByRoundOf != "" {
		it := entityIs("l.subject", af.gatedByRoundOf.Entity())
		among(where{}.and("c.round IN (SELECT l.round FROM reg_licence l WHERE "+it.text[0]+")", it.args...))
		w = w.and("("+alias+".recipient IS NULL OR "+alias+".recipient IN (SELECT l.holder FROM reg_licence l WHERE "+it.text[0]+"))", it.args...)
	}
	if af.gatedByRound != "" {
		among(entityIs("c.round", af.gatedByRound.Entity()))
	}
	if af.gatedByLicencesOf != "" {
		it := entityIs("l.round", af.gatedByLicencesOf.Entity())
		among(where{}.and("c.licence IN (SELECT l.subject FROM reg_licence l WHERE "+it.text[0]+")", it.args...))
	}
	return w
}

// in is the condition that a column is among the selected awards.
func (af awardFilter) in(m moment, column string) where {
	w := af.where(m, "a")
	return where{}.and(column+" IN (SELECT a.subject FROM reg_award a "+w.String()+")", w.args...)
}

// awardFiles reads the files of the selected awards, in the order of their
// keys, with a fixed number of queries, and more for each condition that gates
// wait for: one, and those of the licences that it binds for each recipient.
func awardFiles(ctx context.Context, s *session, m moment, af awardFilter) ([]innovation.AwardFile, error) {
	selected, err := selectFacts(ctx, s, m, awards, af.where(m, "f"), "ORDER BY e_subject.key, f.added")
	if err != nil || len(selected) == 0 {
		return nil, err
	}
	ofAward := m.known("f").join(af.in(m, "f.subject"))
	ofInstalments := af.in(m, "i.award")
	var g gatherer
	allAdjustments := gather(&g, ctx, s, m, adjustments, ofAward)
	allInstalments := gather(&g, ctx, s, m, instalments, m.known("f").join(af.in(m, "f.award")))
	allGates := gather(&g, ctx, s, m, gates, m.known("f").and("f.subject IN (SELECT i.subject FROM reg_instalment i WHERE "+
		ofInstalments.text[0]+")", ofInstalments.args...))
	allPayments := gather(&g, ctx, s, m, payments, ofAward)
	allRefunds := gather(&g, ctx, s, m, refunds, ofAward)
	allShares := gather(&g, ctx, s, m, shares, ofAward)
	allTransfers := gather(&g, ctx, s, m, transfers, ofAward)
	if g.err != nil {
		return nil, g.err
	}
	at := map[innovation.AwardID]int{}
	files := make([]innovation.AwardFile, len(selected))
	for i, a := range selected {
		files[i].Award = a
		at[a.Value.Award] = i
	}
	award := map[innovation.InstalmentID]innovation.AwardID{}
	for _, r := range allInstalments {
		award[r.Value.Instalment] = r.Value.Award
	}
	spread(files, at, allAdjustments, func(v innovation.Adjustment) innovation.AwardID { return v.Award },
		func(f *innovation.AwardFile) *[]innovation.Recorded[innovation.Adjustment] { return &f.Adjustments })
	spread(files, at, allInstalments, func(v innovation.Instalment) innovation.AwardID { return v.Award },
		func(f *innovation.AwardFile) *[]innovation.Recorded[innovation.Instalment] { return &f.Instalments })
	spread(files, at, allGates, func(v innovation.Gate) innovation.AwardID { return award[v.Instalment] },
		func(f *innovation.AwardFile) *[]innovation.Recorded[innovation.Gate] { return &f.Gates })
	spread(files, at, allPayments, func(v innovation.Payment) innovation.AwardID { return v.Award },
		func(f *innovation.AwardFile) *[]innovation.Recorded[innovation.Payment] { return &f.Payments })
	spread(files, at, allRefunds, func(v innovation.Refund) innovation.AwardID { return v.Award },
		func(f *innovation.AwardFile) *[]innovation.Recorded[innovation.Refund] { return &f.Refunds })
	spread(files, at, allShares, func(v innovation.Share) innovation.AwardID { return innovation.AwardID(v.Of.Key) },
		func(f *innovation.AwardFile) *[]innovation.Recorded[innovation.Share] { return &f.Shares })
	spread(files, at, allTransfers, func(v innovation.MoneyTransfer) innovation.AwardID { return v.Award },
		func(f *innovation.AwardFile) *[]innovation.Recorded[innovation.MoneyTransfer] { return &f.Transfers })
	courses := courseReader{session: s, moment: m, conditions: map[innovation.ConditionID]*innovation.Condition{}, courses: map[courseKey]innovation.ConditionCourse{}}
	for i := range files {
		if files[i].Conditions, err = courses.ofFile(ctx, files[i]); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// spread gives each file the facts that are about it, in their order.
func spread[F any](files []innovation.AwardFile, at map[innovation.AwardID]int, all []innovation.Recorded[F],
	of func(F) innovation.AwardID, into func(*innovation.AwardFile) *[]innovation.Recorded[F]) {
	for _, r := range all {
		if i, ok := at[of(r.Value)]; ok {
			list := into(&files[i])
			*list = append(*list, r)
		}
	}
}

// courseReader finds how the conditions that gates wait for stand. It reads
// each once, however many awards wait for it.
type courseReader struct {
	session    *session
	moment     moment
	conditions map[innovation.ConditionID]*innovation.Condition // nil: the moment knows none
	courses    map[courseKey]innovation.ConditionCourse
}

// courseKey names a course: of a condition in the licence it is attached to,
// or in the licence that a holder has of the round it binds.
type courseKey struct {
	condition innovation.ConditionID
	holder    innovation.OrganisationID
}

// ofFile finds the courses for the gates of an award: in the licence that a
// condition is attached to, or in the licences that the recipient, or without
// one those with shares, have of the round it binds. A condition that binds
// none of them has no course.
func (r courseReader) ofFile(ctx context.Context, f innovation.AwardFile) (map[innovation.ConditionID]innovation.ConditionCourse, error) {
	var out map[innovation.ConditionID]innovation.ConditionCourse
	for _, g := range f.Gates {
		id := g.Value.Condition
		if id == "" || out[id] != nil {
			continue
		}
		c, err := r.condition(ctx, id)
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue
		}
		var of []innovation.ConditionCourse
		for _, holder := range holdersBound(*c, f) {
			course, err := r.course(ctx, *c, holder)
			if err != nil {
				return nil, err
			}
			if course != nil {
				of = append(of, course)
			}
		}
		if len(of) == 0 {
			continue
		}
		if out == nil {
			out = map[innovation.ConditionID]innovation.ConditionCourse{}
		}
		out[id] = open(of)
	}
	return out, nil
}

// holdersBound names the holders in whose licences a condition is looked for:
// nobody in particular when it is attached to a licence.
func holdersBound(c innovation.Condition, f innovation.AwardFile) (of []innovation.OrganisationID) {
	switch {
	case c.Licence != "":
		return []innovation.OrganisationID{""}
	case f.Award.Value.Recipient != "":
		return []innovation.OrganisationID{f.Award.Value.Recipient}
	}
	for _, s := range f.Shares {
		if !slices.Contains(of, s.Value.Recipient) {
			of = append(of, s.Value.Recipient)
		}
	}
	return of
}

// condition reads a condition, nil when the moment knows none.
func (r courseReader) condition(ctx context.Context, id innovation.ConditionID) (*innovation.Condition, error) {
	if c, ok := r.conditions[id]; ok {
		return c, nil
	}
	got, err := selectFacts(ctx, r.session, r.moment, conditions, r.moment.known("f").join(entityIs("f.subject", id.Entity())), "ORDER BY f.added DESC LIMIT 1")
	if err != nil {
		return nil, err
	}
	r.conditions[id] = nil
	if len(got) > 0 {
		r.conditions[id] = &got[0].Value
	}
	return r.conditions[id], nil
}

// course gives the course of a condition in its licence, or in that of a
// holder; nil when it binds none.
func (r courseReader) course(ctx context.Context, c innovation.Condition, holder innovation.OrganisationID) (innovation.ConditionCourse, error) {
	key := courseKey{c.Condition, holder}
	if course, ok := r.courses[key]; ok {
		return course, nil
	}
	lf := licenceFilter{licence: c.Licence}
	if c.Licence == "" {
		lf = licenceFilter{holder: holder, round: c.Round}
	}
	files, err := licenceFiles(ctx, r.session, r.moment, lf)
	if err != nil {
		return nil, err
	}
	var binds []innovation.ConditionCourse
	for _, l := range files {
		if slices.ContainsFunc(l.Conditions, func(of innovation.Recorded[innovation.Condition]) bool { return of.Value.Condition == c.Condition }) {
			binds = append(binds, l.Course(c.Condition))
		}
	}
	r.courses[key] = nil
	if len(binds) > 0 {
		r.courses[key] = open(binds)
	}
	return r.courses[key], nil
}

// open is the course of a condition in several licences: it is open while it is
// in one of them.
func open(of []innovation.ConditionCourse) innovation.ConditionCourse {
	return func(on innovation.Date) innovation.Answer {
		is := innovation.No
		for _, course := range of {
			is = max(is, course(on))
		}
		return is
	}
}
