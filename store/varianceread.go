package store

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
)

// Variance is a forecast of a financial year beside what came.
type Variance struct {
	Recipe innovation.Recipe        `json:"recipe"`
	Asked  innovation.VarianceQuery `json:"asked" doc:"What was asked"`
	Name   string                   `json:"name" doc:"The organisation's name on the day"`
	innovation.Variance
}

// Variance compares a version of an organisation's forecast of a financial year
// with what is recorded, and with another version when one is named. See
// innovation.VarianceOf.
func (r reader) Variance(ctx context.Context, v innovation.View, q innovation.VarianceQuery) (out Variance, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if _, _, err := mustEntity(ctx, s, m, q.Organisation.Entity()); err != nil {
			return err
		}
		mine := m.known("f").join(entityIs("f.subject", q.Organisation.Entity()))
		var g gatherer
		f := innovation.VarianceFile{Streams: map[innovation.AwardID]string{}, VATs: map[innovation.AwardID]innovation.VAT{},
			Forecasts: gather(&g, ctx, s, m, forecasts, mine),
			Incomes:   gather(&g, ctx, s, m, incomes, mine),
			Spending:  gather(&g, ctx, s, m, spending, mine)}
		x := m.known("x").join(entityIs("x.subject", q.Organisation.Entity())).and("x.award IS NOT NULL")
		from := m.known("f").and("f.subject IN (SELECT x.award FROM reg_spend x "+x.String()+")", x.args...)
		for _, a := range gather(&g, ctx, s, m, awards, from) {
			f.Streams[a.Value.Award], f.VATs[a.Value.Award] = a.Value.Stream, a.Value.Figure.VAT
		}
		if g.err != nil {
			return g.err
		}
		named, err := namesOn(ctx, s, m, []innovation.OrganisationID{q.Organisation})
		if err != nil {
			return err
		}
		out = Variance{Recipe: m.recipe(), Asked: q, Name: named[q.Organisation]}
		out.Variance, err = innovation.VarianceOf(m.on, q, f)
		return err
	})
	return out, err
}
