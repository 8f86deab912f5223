package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// coreStream is the funding stream of the licensors' core money.
const coreStream = "core"

// SelfSufficiency is how far networks live on income that they find themselves.
type SelfSufficiency struct {
	Recipe        innovation.Recipe               `json:"recipe"`
	Asked         innovation.SelfSufficiencyQuery `json:"asked" doc:"What was asked"`
	Organisations []innovation.SelfSufficiency    `json:"organisations" doc:"The organisation asked about, or every network of the day, in the order of their keys"`
}

// SelfSufficiency says what share of its income an organisation finds itself,
// when core income falls under a share, and what a cut of it would do; without
// an organisation, of every one that holds the role of a network, or possibly
// does, on the view's day. See innovation.SelfSufficiencyOf.
func (r reader) SelfSufficiency(ctx context.Context, v innovation.View, q innovation.SelfSufficiencyQuery) (out SelfSufficiency, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		asked, err := networksAsked(ctx, s, m, q.Organisation)
		if err != nil {
			return err
		}
		named, err := namesOn(ctx, s, m, asked)
		if err != nil {
			return err
		}
		out = SelfSufficiency{Recipe: m.recipe(), Asked: q, Organisations: []innovation.SelfSufficiency{}}
		for _, id := range asked {
			f, err := incomeFile(ctx, s, m, id)
			if err != nil {
				return err
			}
			f.Name = named[id]
			one, err := innovation.SelfSufficiencyOf(m.on, q, f)
			if err != nil {
				return err
			}
			out.Organisations = append(out.Organisations, one)
		}
		return nil
	})
	return out, err
}

// networksAsked is the organisation asked about, or the networks of the day in
// the order of their keys.
func networksAsked(ctx context.Context, s *session, m moment, id innovation.OrganisationID) ([]innovation.OrganisationID, error) {
	if id != "" {
		_, _, err := mustEntity(ctx, s, m, id.Entity())
		return []innovation.OrganisationID{id}, err
	}
	m.bare = true
	held, err := selectFacts(ctx, s, m, roles, m.holding("f").and("f.role = ?", innovation.RoleNetwork), "ORDER BY e_subject.key")
	var out []innovation.OrganisationID
	for _, h := range held {
		out = append(out, h.Value.Organisation)
	}
	return slices.Compact(out), err
}

// incomeFile reads the income of an organisation, and the core money that was
// allocated or awarded to it, or of which it has a share.
func incomeFile(ctx context.Context, s *session, m moment, id innovation.OrganisationID) (innovation.IncomeFile, error) {
	f := innovation.IncomeFile{Organisation: id}
	of := func(column string) where { return m.known("f").join(entityIs(column, id.Entity())) }
	e := m.plain("e").and("e.stream = ?", coreStream)
	core := "f.envelope IN (SELECT e.subject FROM reg_envelope e " + e.String() + ")"
	// An award that states no stream has that of its envelope, which its
	// allocation may name for it.
	al := m.plain("al").and("al.envelope IN (SELECT e.subject FROM reg_envelope e "+e.String()+")", e.args...)
	coreAward := where{}.and("(f.stream = ? OR f.stream = '' AND ("+core+" OR f.envelope IS NULL AND f.allocation IN (SELECT al.subject FROM reg_allocation al "+al.String()+")))",
		append(append([]any{coreStream}, e.args...), al.args...)...)
	var g gatherer
	f.Incomes = gather(&g, ctx, s, m, incomes, of("f.subject"))
	allocated := gather(&g, ctx, s, m, allocations, of("f.recipient").and(core, e.args...))
	awarded := gather(&g, ctx, s, m, awards, of("f.recipient").join(coreAward))
	parts := gather(&g, ctx, s, m, shares, of("f.recipient"))
	for _, a := range allocated {
		f.OtherRungs = append(f.OtherRungs, innovation.CoreMoney{Rung: innovation.RungAllocated, Of: a.Value.Allocation.Entity(), Figure: a.Value.Figure, Day: a.Value.Day, Fact: a.ID})
	}
	for _, a := range awarded {
		f.OtherRungs = append(f.OtherRungs, innovation.CoreMoney{Rung: innovation.RungCommitted, Of: a.Value.Award.Entity(), Figure: a.Value.Figure, Day: a.Value.Day, Fact: a.ID})
	}
	for _, p := range parts {
		if p.Value.Amount.IsZero() || p.Value.Period.Holds(m.on) == innovation.No {
			continue
		}
		whole := m.known("f").join(entityIs("f.subject", p.Value.Of))
		money := innovation.CoreMoney{Of: p.Value.Of, Fact: p.ID}
		found := false
		if p.Value.Of.Kind == innovation.KindAllocation {
			for _, a := range gather(&g, ctx, s, m, allocations, whole.and(core, e.args...)) {
				money.Rung, money.Figure, money.Day, found = innovation.RungAllocated, a.Value.Figure, a.Value.Day, true
			}
		} else {
			for _, a := range gather(&g, ctx, s, m, awards, whole.join(coreAward)) {
				money.Rung, money.Figure, money.Day, found = innovation.RungCommitted, a.Value.Figure, a.Value.Day, a.Value.Recipient != id
			}
		}
		if found {
			money.Figure.Amount = p.Value.Amount
			f.OtherRungs = append(f.OtherRungs, money)
		}
	}
	return f, g.err
}
