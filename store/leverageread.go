package store

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
)

// Leverage is what public money brought from elsewhere.
type Leverage struct {
	Recipe innovation.Recipe        `json:"recipe"`
	Asked  innovation.LeverageQuery `json:"asked" doc:"What was asked"`
	Rows   []innovation.LeverageRow `json:"rows" doc:"What each sum of public money brought: envelopes in the order of their keys, a network's money in the order of years"`
}

// Leverage says how much outside money came for each pound of public money, by
// the evidence for it and as bounds. See innovation.LeverageOf.
func (r reader) Leverage(ctx context.Context, v innovation.View, q innovation.LeverageQuery) (out Leverage, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		for _, e := range []innovation.Entity{q.Envelope.Entity(), q.Network.Entity(), q.Award.Entity()} {
			if e.Key == "" {
				continue
			}
			if _, _, err := mustEntity(ctx, s, m, e); err != nil {
				return err
			}
		}
		f, err := leverageFile(ctx, s, m, q)
		if err != nil {
			return err
		}
		out = Leverage{Recipe: m.recipe(), Asked: q}
		out.Rows, err = innovation.LeverageOf(m.on, q, f)
		return err
	})
	return out, err
}

// leverageFile reads what a question about leverage is answered from: all
// leverage and the income that matches awards, and of the rest what the
// question is about.
func leverageFile(ctx context.Context, s *session, m moment, q innovation.LeverageQuery) (f innovation.LeverageFile, err error) {
	var g gatherer
	f.Leverages = gather(&g, ctx, s, m, leverages, m.known("f"))
	f.Incomes = gather(&g, ctx, s, m, incomes, m.known("f").and("f.award IS NOT NULL"))
	switch {
	case g.err != nil:
		return f, g.err
	case q.Network != "":
		of := m.known("f").join(entityIs("f.recipient", q.Network.Entity()))
		f.Allocations = gather(&g, ctx, s, m, allocations, of)
		core := m.known("f").join(entityIs("f.subject", q.Network.Entity())).and("f.kind = ? AND f.award IS NULL", string(innovation.IncomeCore))
		f.Incomes = append(f.Incomes, gather(&g, ctx, s, m, incomes, core)...)
		if g.err != nil {
			return f, g.err
		}
		f.Awards, err = networkAwards(ctx, s, m, q.Network)
		return f, err
	case q.Award != "":
		f.Awards, err = awardFiles(ctx, s, m, awardFilter{award: q.Award})
		return f, err
	case q.Programme != "":
		of := gather(&g, ctx, s, m, awards, m.known("f").and("f.programme = ?", q.Programme))
		for _, a := range of {
			one, err := awardFiles(ctx, s, m, awardFilter{award: a.Value.Award})
			if err != nil {
				return f, err
			}
			f.Awards = append(f.Awards, one...)
		}
		return f, g.err
	}
	f.Envelopes = gather(&g, ctx, s, m, envelopes, m.known("f"))
	f.Allocations = gather(&g, ctx, s, m, allocations, m.known("f"))
	l, i := m.known("l"), m.known("i")
	levering := where{}.and("(f.subject IN (SELECT l.subject FROM reg_leverage l "+l.String()+
		") OR f.subject IN (SELECT i.award FROM reg_income i "+i.and("i.award IS NOT NULL").String()+"))", append(l.args, i.args...)...)
	for _, a := range gather(&g, ctx, s, m, awards, m.known("f").join(levering)) {
		f.Awards = append(f.Awards, innovation.AwardFile{Award: a})
	}
	return f, g.err
}
