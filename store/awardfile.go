package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// awardFilter selects awards; an empty field does not restrict.
type awardFilter struct {
	award             innovation.AwardID
	recipient, funder innovation.OrganisationID
	envelope          innovation.EnvelopeID
	gatedBy           innovation.ConditionID // with an instalment that waits for the condition
}

// where is the filter on the rows of reg_award under an alias.
func (af awardFilter) where(m moment, alias string) where {
	w := m.known(alias)
	for _, c := range []struct {
		column string
		e      innovation.Entity
	}{{"subject", af.award.Entity()}, {"recipient", af.recipient.Entity()}, {"funder", af.funder.Entity()}, {"envelope", af.envelope.Entity()}} {
		if c.e.Key != "" {
			w = w.join(entityIs(alias+"."+c.column, c.e))
		}
	}
	if af.gatedBy != "" {
		condition := entityIs("g.condition", af.gatedBy.Entity())
		w = w.and(alias+".subject IN (SELECT i.award FROM reg_gate g JOIN reg_instalment i ON i.subject = g.subject WHERE "+condition.text[0]+")", condition.args...)
	}
	return w
}

// in is the condition that a column is among the selected awards.
func (af awardFilter) in(m moment, column string) where {
	w := af.where(m, "a")
	return where{}.and(column+" IN (SELECT a.subject FROM reg_award a "+w.String()+")", w.args...)
}

// awardFiles reads the files of the selected awards, in the order of their
// keys, with a fixed number of queries and two more for each licence that
// gates name conditions of.
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
	for i := range files {
		if files[i].Conditions, err = conditionCourses(ctx, s, m, files[i]); err != nil {
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

// conditionCourses finds how the conditions that an award's gates wait for
// stand: in the licence they are attached to, or in the recipient's licence of
// the round they bind.
func conditionCourses(ctx context.Context, s *session, m moment, f innovation.AwardFile) (map[innovation.ConditionID]innovation.ConditionCourse, error) {
	var courses map[innovation.ConditionID]innovation.ConditionCourse
	for _, g := range f.Gates {
		id := g.Value.Condition
		if id == "" || courses[id] != nil {
			continue
		}
		got, err := selectFacts(ctx, s, m, conditions, m.known("f").join(entityIs("f.subject", id.Entity())), "ORDER BY f.added DESC LIMIT 1")
		if err != nil {
			return nil, err
		}
		if len(got) == 0 {
			continue
		}
		lf := licenceFilter{licence: got[0].Value.Licence}
		if lf.licence == "" {
			lf = licenceFilter{holder: f.Award.Value.Recipient, round: got[0].Value.Round}
		}
		files, err := licenceFiles(ctx, s, m, lf)
		if err != nil {
			return nil, err
		}
		binds := slices.DeleteFunc(files, func(l innovation.LicenceFile) bool {
			return !slices.ContainsFunc(l.Conditions, func(c innovation.Recorded[innovation.Condition]) bool { return c.Value.Condition == id })
		})
		if len(binds) == 0 {
			continue
		}
		if courses == nil {
			courses = map[innovation.ConditionID]innovation.ConditionCourse{}
		}
		courses[id] = func(on innovation.Date) innovation.Answer {
			open := innovation.No
			for _, l := range binds {
				open = max(open, l.Course(id)(on))
			}
			return open
		}
	}
	return courses, nil
}
