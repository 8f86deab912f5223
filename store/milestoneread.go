package store

import (
	"context"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// Milestones is how an innovation went from one place to the whole country.
type Milestones struct {
	Recipe     innovation.Recipe                    `json:"recipe"`
	Innovation innovation.InnovationID              `json:"innovation" doc:"The innovation"`
	Basis      innovation.AdoptionBasis             `json:"basis" doc:"Which organisations half of which is a milestone, and by what evidence a milestone is certain"`
	Milestones []innovation.Milestone               `json:"milestones" doc:"The milestones in their order, also those that were not reached"`
	Names      map[innovation.OrganisationID]string `json:"names" doc:"The names of those mentioned, on the day asked about"`
}

// Milestones tells the way of an innovation from one place to the whole country,
// as dated milestones derived from events. On each day organisations are grouped
// as they were then: in integrated care boards, and before these in what the
// register knows, which is said. See innovation.MilestonesOf.
func (r reader) Milestones(ctx context.Context, v innovation.View, id innovation.InnovationID) (out Milestones, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		a, err := adoptersOf(ctx, s, m, id)
		if err != nil {
			return err
		}
		set, err := a.eligible(ctx, m.on, "", 0)
		if err != nil {
			return err
		}
		out = Milestones{Recipe: m.recipe(), Innovation: id, Basis: basisOf(set, m.on, innovation.UsualFirm)}
		f := innovation.MilestoneFile{On: m.on, Firm: innovation.UsualFirm, EligibleKnown: set.known}
		for i, u := range a.firstUses(set, innovation.UsualFirm) {
			f.Firsts = append(f.Firsts, innovation.EligibleUse{FirstUse: u, Eligible: set.units[i].eligible})
		}
		read, err := a.recorded(ctx)
		if err != nil {
			return err
		}
		for _, events := range read {
			f.Events = append(f.Events, events...)
		}
		at, err := a.atlas(ctx, read)
		if err != nil {
			return err
		}
		f.Groups, f.Existing, f.Turns = at.groups, at.existing, at.turns
		out.Milestones = innovation.MilestonesOf(f)
		var shown []innovation.OrganisationID
		for _, m := range out.Milestones {
			shown = append(append(shown, m.By...), m.Groups...)
		}
		out.Names, err = namesOn(ctx, s, m, shown)
		return err
	})
	return out, err
}

// firstUses finds when each organisation of a set first used the innovation.
func (a *adopters) firstUses(set eligibleSet, firm innovation.EvidenceGrade) []innovation.FirstUse {
	out := make([]innovation.FirstUse, len(set.units))
	for i, u := range set.units {
		out[i] = a.lineage.FirstUse(u.id, a.eventsOf, a.m.on, innovation.Footprint{Mode: innovation.FootprintDay, Day: a.m.on}, firm)
	}
	return out
}

// atlas says in what organisations with events lay, on any day: the relations and
// roles that tell are read once, and those of a day picked from them.
type atlas struct {
	a         *adopters
	relations []innovation.Recorded[innovation.Relation]
	roles     []innovation.Recorded[innovation.Role]
	turns     []innovation.Date // the days on which a relation, a role or a body may begin or end
	webs      map[int]web
	cells     map[cellKey][]innovation.AdoptionGroup
}

type cellKey struct {
	id   innovation.OrganisationID
	by   string
	turn int
}

func (a *adopters) atlas(ctx context.Context, read map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption]) (*atlas, error) {
	at := &atlas{a: a, webs: map[int]web{}, cells: map[cellKey][]innovation.AdoptionGroup{}}
	m := a.m
	m.bare = true
	var g gatherer
	at.relations = gather(&g, ctx, a.session, m, relations, m.known("f").join(in("f.type", append([]string{innovation.Serves}, upward...))))
	at.roles = gather(&g, ctx, a.session, m, roles, m.known("f").and("f.role = ?", innovation.RoleNetwork))
	edges := gather(&g, ctx, a.session, m, successions, m.known("f"))
	if g.err != nil {
		return nil, g.err
	}
	concerned := at.keep(read, edges)
	days := map[innovation.Date]bool{}
	turn := func(p innovation.Period) {
		p = p.Normal()
		for _, d := range []innovation.Date{p.Start.Earliest, p.Start.Latest, p.End.Earliest, p.End.Latest} {
			days[d] = true
		}
	}
	for _, r := range at.relations {
		turn(r.Value.Period)
	}
	for _, r := range at.roles {
		turn(r.Value.Period)
	}
	for id, b := range a.bodies {
		if !concerned[id] && !slices.ContainsFunc(b.kinds, func(kind string) bool { return slices.Contains(innovation.MilestoneKinds(), kind) }) {
			continue
		}
		for _, p := range b.periods {
			turn(p)
		}
	}
	for _, e := range edges {
		if concerned[e.Value.Predecessor] {
			days[e.Value.Day.Earliest], days[e.Value.Day.Latest] = true, true
		}
	}
	for d := range days {
		at.turns = append(at.turns, d)
	}
	sort.Slice(at.turns, func(i, j int) bool { return at.turns[i].Before(at.turns[j]) })
	return at, nil
}

// keep leaves only those relations by which bodies with events, or what these
// became, may lie in anything, and names the bodies that are met on the way.
func (at *atlas) keep(read map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption], edges []innovation.Recorded[innovation.Succession]) map[innovation.OrganisationID]bool {
	next := map[innovation.OrganisationID][]innovation.OrganisationID{}
	for _, e := range edges {
		next[e.Value.Predecessor] = append(next[e.Value.Predecessor], e.Value.Successor)
	}
	for _, r := range at.relations {
		if r.Value.Type != innovation.Serves {
			next[r.Value.Organisation] = append(next[r.Value.Organisation], r.Value.Target)
		}
	}
	met := map[innovation.OrganisationID]bool{}
	var queue []innovation.OrganisationID
	for id := range read {
		met[id] = true
		queue = append(queue, id)
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		for _, other := range next[id] {
			if !met[other] {
				met[other] = true
				queue = append(queue, other)
			}
		}
	}
	kept := at.relations[:0]
	for _, r := range at.relations {
		end := r.Value.Organisation
		if r.Value.Type == innovation.Serves {
			end = r.Value.Target
		}
		if met[end] {
			kept = append(kept, r)
		}
	}
	at.relations = kept
	return met
}

// turn numbers the stretch of days between two turns in which a day lies.
func (at *atlas) turn(day innovation.Date) int {
	return sort.Search(len(at.turns), func(i int) bool { return at.turns[i].After(day) })
}

// groups gives the groups of a kind in which a body lay on a day; of one that was
// not there any more, those of what it had become.
func (at *atlas) groups(id innovation.OrganisationID, by string, day innovation.Date) []innovation.AdoptionGroup {
	turn := at.turn(day)
	key := cellKey{id, by, turn}
	if g, ok := at.cells[key]; ok {
		return g
	}
	w, ok := at.webs[turn]
	if !ok {
		w = at.web(day)
		at.webs[turn] = w
	}
	out := []innovation.AdoptionGroup{}
	add := func(g innovation.OrganisationID, holds innovation.Answer) {
		i := slices.IndexFunc(out, func(o innovation.AdoptionGroup) bool { return o.Group == g })
		switch {
		case holds == innovation.No:
		case i < 0:
			out = append(out, innovation.AdoptionGroup{Group: g, Holds: holds})
		default:
			out[i].Holds = max(out[i].Holds, holds)
		}
	}
	for _, self := range at.selves(id, day) {
		if by == innovation.ByNetwork {
			for _, s := range w.services(self.id, day) {
				add(s.Network, min(self.holds, s.Serves))
			}
			continue
		}
		for _, u := range append([]upperBody{{self.id, innovation.Yes}}, w.above(self.id, day)...) {
			if b := at.a.bodies[u.id]; b != nil {
				add(u.id, min(self.holds, u.holds, b.holds(day), b.is(by, day)))
			}
		}
	}
	at.cells[key] = out
	return out
}

// selves is a body, or what it had become by a day; of several possibly each.
func (at *atlas) selves(id innovation.OrganisationID, day innovation.Date) []upperBody {
	level, seen := []innovation.OrganisationID{id}, map[innovation.OrganisationID]bool{id: true}
	var out []upperBody
	for len(level) > 0 {
		var next []innovation.OrganisationID
		for _, b := range level {
			became := at.a.lineage.Successors(b, day)
			if at.a.bodies[b].holds(day) != innovation.No || len(became) == 0 {
				out = append(out, upperBody{b, innovation.Yes})
				continue
			}
			for _, s := range became {
				if !seen[s] {
					seen[s] = true
					next = append(next, s)
				}
			}
		}
		level = next
	}
	if len(out) > 1 {
		for i := range out {
			out[i].holds = innovation.Possibly
		}
	}
	return out
}

// web picks the relations of a day.
func (at *atlas) web(day innovation.Date) web {
	w := web{map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]{}, map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]{}}
	for _, e := range at.relations {
		switch {
		case e.Value.Period.Holds(day) == innovation.No:
		case e.Value.Type == innovation.Serves:
			w.served[e.Value.Target] = append(w.served[e.Value.Target], e)
		default:
			w.up[e.Value.Organisation] = append(w.up[e.Value.Organisation], e)
		}
	}
	return w
}

// existing gives the groups of a kind that existed on a day, or possibly did.
func (at *atlas) existing(by string, day innovation.Date) []innovation.AdoptionGroup {
	found := map[innovation.OrganisationID]innovation.Answer{}
	if by == innovation.ByNetwork {
		for _, r := range at.roles {
			found[r.Value.Organisation] = max(found[r.Value.Organisation], r.Value.Period.Holds(day))
		}
	} else {
		for id, b := range at.a.bodies {
			found[id] = min(b.holds(day), b.is(by, day))
		}
	}
	var out []innovation.AdoptionGroup
	for id, holds := range found {
		if holds != innovation.No {
			out = append(out, innovation.AdoptionGroup{Group: id, Holds: holds})
		}
	}
	return out
}
