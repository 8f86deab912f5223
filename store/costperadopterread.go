package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// CostPerAdopter is what each further adopter of an innovation cost.
type CostPerAdopter struct {
	Recipe     innovation.Recipe              `json:"recipe"`
	Asked      innovation.CostPerAdopterQuery `json:"asked" doc:"What was asked"`
	Basis      innovation.AdoptionBasis       `json:"basis" doc:"Which organisations were looked at, and by what evidence"`
	Programmes []innovation.LinkedProgramme   `json:"programmes" doc:"The programmes that spread the innovation, with the awards that are linked to them"`
	Rule       string                         `json:"rule" doc:"By what an award is linked, and when it counts"`
	Costs      []innovation.CostOfAdopters    `json:"costs" doc:"Of the first adopters, the last ones, and all by the day"`
}

// costRule says by what money is set against adopters.
const costRule = "An award is linked to a programme when its programme is the key or a name that the programme ever had, or its stream is the key. " +
	"It counts in a time when all that it covers lies in that time, and when the programme spreads no other innovation. Nothing is apportioned. " +
	"Adopters of one day are taken together: the first and the last may be more than asked for."

// CostPerAdopter sets the money of awards that are linked to the programmes of
// an innovation against its adopters: the first and the last of them, and all,
// as bounds. Money that cannot be set against them as a whole is listed and not
// counted. See innovation.CostPerAdopterOf.
func (r reader) CostPerAdopter(ctx context.Context, v innovation.View, q innovation.CostPerAdopterQuery) (out CostPerAdopter, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	q = q.Normal()
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if q.Programme != "" {
			if _, err := mustField(ctx, s, m, "programme", q.Programme.Entity()); err != nil {
				return err
			}
		}
		a, err := adoptersOf(ctx, s, m, q.Innovation)
		if err != nil {
			return err
		}
		units, set, err := a.everybody(ctx, m.on, "", 0)
		if err != nil {
			return err
		}
		out = CostPerAdopter{Recipe: m.recipe(), Asked: q, Basis: basisOf(set, m.on, q.Firm), Rule: costRule}
		f := innovation.CostFile{Firsts: a.firstUses(eligibleSet{units: units}, q.Firm)}
		if f.Programmes, f.Awards, err = a.linked(ctx, q.Programme); err != nil {
			return err
		}
		out.Programmes = f.Programmes
		out.Costs, err = innovation.CostPerAdopterOf(m.on, q, f)
		return err
	})
	return out, err
}

// linked reads the programmes that spread the innovation by the day, or one of
// them, with the awards that are linked to them.
func (a *adopters) linked(ctx context.Context, only innovation.ProgrammeID) ([]innovation.LinkedProgramme, []innovation.AwardFile, error) {
	bare := a.m
	bare.bare = true
	var g gatherer
	begun := func(p innovation.Period) bool { return !p.Hull().Start.After(a.m.on) }
	spread := gather(&g, ctx, a.session, bare, programmeInnovations, a.m.known("f"))
	named := gather(&g, ctx, a.session, bare, programmes, a.m.known("f"))
	all := gather(&g, ctx, a.session, bare, awards, a.m.known("f").and("(f.programme <> '' OR f.stream <> '')"))
	if g.err != nil {
		return nil, nil, g.err
	}
	out := []innovation.LinkedProgramme{}
	for _, m := range spread {
		if m.Value.Innovation != a.innovation || !begun(m.Value.Period) || only != "" && m.Value.Programme != only ||
			slices.ContainsFunc(out, func(p innovation.LinkedProgramme) bool { return p.Programme == m.Value.Programme }) {
			continue
		}
		p := innovation.LinkedProgramme{Programme: m.Value.Programme, Fact: m.ID, Names: []string{}, Awards: []innovation.LinkedCost{}}
		others := map[innovation.InnovationID]bool{}
		for _, o := range spread {
			if o.Value.Programme == p.Programme && begun(o.Value.Period) {
				others[o.Value.Innovation] = true
			}
		}
		p.Innovations = len(others)
		for _, n := range named {
			if n.Value.Programme == p.Programme && !slices.Contains(p.Names, n.Value.Name) {
				p.Names = append(p.Names, n.Value.Name)
			}
		}
		out = append(out, p)
	}
	var files []innovation.AwardFile
	for _, award := range all {
		linked := false
		for i := range out {
			if by := innovation.LinkOf(award.Value, out[i].Programme, out[i].Names); by != "" {
				linked = true
				out[i].Awards = append(out[i].Awards, innovation.LinkedCost{Award: award.Value.Award, By: by, Fact: award.ID, Figure: award.Value.Figure})
			}
		}
		if linked {
			one, err := awardFiles(ctx, a.session, a.m, awardFilter{award: award.Value.Award})
			if err != nil {
				return nil, nil, err
			}
			files = append(files, one...)
		}
	}
	return out, files, nil
}
