package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// AdoptionMovement is how the number of adopters changed from one day to another.
type AdoptionMovement struct {
	Recipe  innovation.Recipe                `json:"recipe"`
	Asked   innovation.AdoptionMovementQuery `json:"asked" doc:"What was asked, with what it left out"`
	Opening innovation.AdoptionBasis         `json:"openingBasis" doc:"What the opening stands on"`
	Closing innovation.AdoptionBasis         `json:"closingBasis" doc:"What the closing stands on"`
	Rule    string                           `json:"rule" doc:"The footprint in words"`
	Total   innovation.MovementRow           `json:"total" doc:"All organisations, each counted once"`
	Groups  []innovation.MovementRow         `json:"groups,omitempty" doc:"A row for each group in the order of its key, and last one of those for which the register knows none. One that belongs to several counts in each"`
	Bodies  []innovation.MovedBody           `json:"bodies" doc:"The organisations of which anything changed, in the order of their keys"`
}

// AdoptionMovement explains how the number of adopters among those who could
// adopt changed over some days: opening, what came and went and why, closing. It
// reconciles exactly, of the certain and of the possible adopters: the opening
// and the closing are the counts that AdoptionCounts gives for the day before the
// first and for the last.
func (r reader) AdoptionMovement(ctx context.Context, v innovation.View, q innovation.AdoptionMovementQuery) (out AdoptionMovement, err error) {
	if err := v.Validate(); err != nil {
		return out, err
	}
	if err := q.Validate(v.On); err != nil {
		return out, err
	}
	q = q.Normal(v.On)
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if _, err := checkAdoptionQuestion(ctx, s, m, q.Innovation, q.Programme, q.By, ""); err != nil {
			return err
		}
		a, err := adoptersOf(ctx, s, m, q.Innovation)
		if err != nil {
			return err
		}
		out = AdoptionMovement{Recipe: m.recipe(), Asked: q, Rule: q.Footprint.Rule(), Bodies: []innovation.MovedBody{}}
		return a.move(ctx, &out)
	})
	return out, err
}

func (a *adopters) move(ctx context.Context, out *AdoptionMovement) error {
	q := out.Asked
	days := [2]innovation.Date{q.From.AddDays(-1), q.To}
	eligible := [2]map[innovation.OrganisationID]innovation.Answer{{}, {}}
	var groups [2]grouping
	var all []innovation.OrganisationID
	for i, bases := range []*innovation.AdoptionBasis{&out.Opening, &out.Closing} {
		units := q.Footprint.UnitsDay(days[i])
		foot, err := a.footing(ctx, units, q.Programme, q.Phase)
		if err != nil {
			return err
		}
		var counted innovation.CountBounds
		for _, u := range foot.units {
			eligible[i][u.Organisation] = u.Eligible
			all = append(all, u.Organisation)
			counted.Add(u.Eligible)
		}
		*bases = adoptionBasis(q.Footprint, days[i], q.Firm, q.Programme, q.Phase, foot.known, counted)
		if q.By != "" {
			if groups[i], err = a.groups(ctx, q.By, units); err != nil {
				return err
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	moved := make([]innovation.MovementUnit, 0, len(all))
	for _, id := range all {
		var here [2]bool
		for i := range days {
			_, listed := eligible[i][id]
			here[i] = listed || a.exists(id, q.Footprint.UnitsDay(days[i])) != innovation.No
		}
		u := a.lineage.MovementOf(id, a.eventsOf, days[0], days[1], q.Footprint, q.Firm, here)
		for i := range days {
			u.Eligible[i] = eligible[i][id]
			if groups[i] != nil {
				u.Groups[i] = unitGroups(groups[i], id)
			}
		}
		moved = append(moved, u)
	}
	rows, bodies := innovation.MoveAdoption(moved, q.By != "")
	out.Total = rows[0]
	if q.By != "" {
		out.Groups = rows[1:]
	}
	if bodies != nil {
		out.Bodies = bodies
	}
	return a.nameMovement(ctx, out)
}

// nameMovement gives groups and organisations the names that they had last.
func (a *adopters) nameMovement(ctx context.Context, out *AdoptionMovement) error {
	var shown []innovation.OrganisationID
	if by := out.Asked.By; by != "" && by != innovation.ByKind {
		for _, g := range out.Groups {
			if g.Group != "" {
				shown = append(shown, innovation.OrganisationID(g.Group))
			}
		}
	}
	for _, b := range out.Bodies {
		shown = append(shown, b.Organisation)
	}
	day := out.Asked.Footprint.UnitsDay(out.Asked.To)
	now, err := a.namesOn(ctx, day, shown)
	if err != nil {
		return err
	}
	before, err := a.namesOn(ctx, out.Asked.Footprint.UnitsDay(out.Asked.From.AddDays(-1)), shown)
	if err != nil {
		return err
	}
	name := func(id innovation.OrganisationID) string {
		if n := now[id]; n != string(id) {
			return n
		}
		return before[id]
	}
	for i := range out.Groups {
		out.Groups[i].Name = name(innovation.OrganisationID(out.Groups[i].Group))
	}
	for i := range out.Bodies {
		out.Bodies[i].Name = name(out.Bodies[i].Organisation)
	}
	return nil
}
