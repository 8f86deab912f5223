package store

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
)

// Runway is how long an organisation's money lasts.
type Runway struct {
	Recipe innovation.Recipe      `json:"recipe"`
	Asked  innovation.RunwayQuery `json:"asked" doc:"What was asked"`
	Name   string                 `json:"name" doc:"The organisation's name on the day"`
	innovation.Runway
}

// Runway says how the balance of an organisation goes on from the month of the
// view's day, when it falls below nothing, and which instalments stop when a
// condition or an instalment slips. See innovation.RunwayOf.
func (r reader) Runway(ctx context.Context, v innovation.View, q innovation.RunwayQuery) (out Runway, err error) {
	if err := innovation.Join(v.Validate(), q.Validate(v.On)); err != nil {
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
		for _, slip := range q.Slips {
			e := slip.Instalment.Entity()
			if slip.Condition != "" {
				e = slip.Condition.Entity()
			}
			if _, _, err := mustEntity(ctx, s, m, e); err != nil {
				return err
			}
		}
		f, err := runwayFile(ctx, s, m, q.Organisation)
		if err != nil {
			return err
		}
		named, err := namesOn(ctx, s, m, []innovation.OrganisationID{q.Organisation})
		if err != nil {
			return err
		}
		out = Runway{Recipe: m.recipe(), Asked: q, Name: named[q.Organisation]}
		out.Runway, err = innovation.RunwayOf(m.on, q, f)
		return err
	})
	return out, err
}

// runwayFile reads the money of an organisation: its awards, and what it
// recorded itself.
func runwayFile(ctx context.Context, s *session, m moment, id innovation.OrganisationID) (f innovation.RunwayFile, err error) {
	if f.Awards, err = networkAwards(ctx, s, m, id); err != nil {
		return f, err
	}
	var g gatherer
	mine := m.known("f").join(entityIs("f.subject", id.Entity()))
	f.Spending = gather(&g, ctx, s, m, spending, mine)
	f.Forecasts = gather(&g, ctx, s, m, forecasts, mine)
	f.Holdings = gather(&g, ctx, s, m, holdings, mine)
	return f, g.err
}

// networkAwards reads the files of the awards made to an organisation, then
// those of the others in which it has a share or had one: money came under
// shares that have ended since.
func networkAwards(ctx context.Context, s *session, m moment, id innovation.OrganisationID) ([]innovation.AwardFile, error) {
	files, err := awardFiles(ctx, s, m, awardFilter{recipient: id})
	if err != nil {
		return nil, err
	}
	its := map[innovation.AwardID]bool{}
	for _, a := range files {
		its[a.Award.Value.Award] = true
	}
	shared, err := selectFacts(ctx, s, m, shares, m.known("f").join(entityIs("f.recipient", id.Entity())).and("e_subject.kind = ?", string(innovation.KindAward)), "ORDER BY e_subject.key, f.added")
	if err != nil {
		return nil, err
	}
	for _, share := range shared {
		award := innovation.AwardID(share.Value.Of.Key)
		if its[award] {
			continue
		}
		its[award] = true
		more, err := awardFiles(ctx, s, m, awardFilter{award: award})
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}
