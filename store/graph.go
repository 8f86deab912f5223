package store

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// maxDepth is how far graph questions go.
const maxDepth = 16

// Edge is one step through the relations of a day.
type Edge struct {
	Depth        int                                      `json:"depth" doc:"How many relations away from the root, from 1"`
	Organisation innovation.OrganisationID                `json:"organisation" doc:"The organisation reached"`
	Name         string                                   `json:"name" doc:"Its name on the day"`
	Parent       innovation.OrganisationID                `json:"parent" doc:"The organisation it was reached from"`
	Holds        innovation.Answer                        `json:"holds" doc:"Whether the relation held on the day: yes or possibly"`
	Cycle        bool                                     `json:"cycle,omitempty" doc:"True when it leads back to where the walk has been; it is not followed"`
	Relation     innovation.Recorded[innovation.Relation] `json:"relation" doc:"The relation that leads here"`
}

// Tree is the organisations around a root on a day.
type Tree struct {
	Recipe    innovation.Recipe         `json:"recipe"`
	Root      innovation.OrganisationID `json:"root"`
	Name      string                    `json:"name" doc:"The root's name on the day"`
	Edges     []Edge                    `json:"edges" doc:"Depth first: each edge is followed by those below it"`
	Truncated bool                      `json:"truncated,omitempty" doc:"True when there is more below the depth asked for"`
}

// TreeFilter says how to walk.
type TreeFilter struct {
	Up    bool     // from the root to what it belongs to, instead of to what belongs to it
	Types []string // relation types to follow; all when empty
	Depth int      // how far: 1 to 16, 3 when 0
}

// Tree walks the relations that hold on the day from a root: those that lead
// to it, or with Up those that lead from it. Cycles are reported and not
// followed; an organisation that is reached twice is shown twice and followed
// once.
func (r reader) Tree(ctx context.Context, v innovation.View, root innovation.OrganisationID, f TreeFilter) (out Tree, err error) {
	if f.Depth == 0 {
		f.Depth = 3
	}
	if f.Depth < 1 || f.Depth > maxDepth {
		return out, innovation.Invalidf(innovation.RuleDepthInvalid, "depth", "a depth of %d", f.Depth).Trying("use 1 to %d", maxDepth)
	}
	for _, t := range f.Types {
		if err := innovation.CheckText("types", t, innovation.MaxKey); err != nil {
			return out, err
		}
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if _, _, err := mustEntity(ctx, s, m, root.Entity()); err != nil {
			return err
		}
		if err := checkCodes(ctx, s, m, "type", innovation.SchemeRelationType, f.Types); err != nil {
			return err
		}
		out = Tree{Recipe: m.recipe(), Root: root, Edges: []Edge{}}
		children := map[innovation.OrganisationID][]Edge{}
		reached := map[innovation.OrganisationID]innovation.FactID{root: 0} // and by which relation first
		level := []innovation.OrganisationID{root}
		for depth := 1; depth <= f.Depth && len(level) > 0; depth++ {
			found, err := neighbours(ctx, s, m, level, f.Up, f.Types)
			if err != nil {
				return err
			}
			level = nil
			for _, e := range found {
				near, far := e.Value.Target, e.Value.Organisation
				if f.Up {
					near, far = far, near
				}
				edge := Edge{Depth: depth, Organisation: far, Parent: near, Holds: e.Value.Period.Holds(m.on), Relation: e}
				if _, seen := reached[far]; !seen {
					reached[far] = e.ID
					level = append(level, far)
				}
				children[near] = append(children[near], edge)
			}
		}
		if len(level) > 0 {
			more, err := neighbours(ctx, s, m, level, f.Up, f.Types)
			if err != nil {
				return err
			}
			out.Truncated = len(more) > 0
		}
		var shown []innovation.OrganisationID
		for id := range reached {
			shown = append(shown, id)
		}
		named, err := namesOn(ctx, s, m, shown)
		if err != nil {
			return err
		}
		out.Name = named[root]
		var walk func(from innovation.OrganisationID, way []innovation.OrganisationID)
		walk = func(from innovation.OrganisationID, way []innovation.OrganisationID) {
			way = append(way, from)
			edges := children[from]
			sort.SliceStable(edges, func(i, j int) bool {
				a, b := &edges[i], &edges[j]
				return cmp.Or(cmp.Compare(a.Relation.Value.Type, b.Relation.Value.Type), cmp.Compare(named[a.Organisation], named[b.Organisation]),
					cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Relation.ID, b.Relation.ID)) < 0
			})
			for _, e := range edges {
				e.Depth, e.Name = len(way), named[e.Organisation]
				e.Cycle = slices.Contains(way, e.Organisation)
				out.Edges = append(out.Edges, e)
				if reached[e.Organisation] == e.Relation.ID { // the shortest way: what lies below is shown there
					walk(e.Organisation, way)
				}
			}
		}
		walk(root, nil)
		return nil
	})
	return out, err
}

// neighbours reads the relations of the day that lead to, or from, any of the
// organisations.
func neighbours(ctx context.Context, s *session, m moment, of []innovation.OrganisationID, up bool, types []string) ([]innovation.Recorded[innovation.Relation], error) {
	end := "e_target"
	if up {
		end = "e_subject"
	}
	var out []innovation.Recorded[innovation.Relation]
	for part := range slices.Chunk(of, 300) {
		w := m.holding("f").and(end+".kind = ?", string(innovation.KindOrganisation))
		w = w.join(in(end+".key", part))
		if len(types) > 0 {
			w = w.join(in("f.type", types))
		}
		got, err := selectFacts(ctx, s, m, relations, w, "ORDER BY f.fact")
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// in is the condition that a column has one of the values.
//
//go:noinline // many places would hold a copy of it
func in[T ~string](column string, values []T) where {
	w := where{}
	marks := ""
	for i, v := range values {
		if i > 0 {
			marks += ", "
		}
		marks += "?"
		w.args = append(w.args, string(v))
	}
	w.text = []string{column + " IN (" + marks + ")"}
	return w
}

// SuccessionWalk is what an organisation became, or what became it.
type SuccessionWalk struct {
	Recipe       innovation.Recipe           `json:"recipe"`
	Organisation innovation.OrganisationID   `json:"organisation"`
	Predecessors []innovation.SuccessionStep `json:"predecessors" doc:"Back in time, breadth first"`
	Successors   []innovation.SuccessionStep `json:"successors" doc:"Forward in time up to the day, breadth first"`
	Announced    []innovation.SuccessionStep `json:"announced" doc:"Successions after the day that are known"`
}

// Successions gives the predecessors and successors of an organisation as at
// the day, and apart from them those that are to come.
func (r reader) Successions(ctx context.Context, v innovation.View, id innovation.OrganisationID) (out SuccessionWalk, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if _, _, err := mustEntity(ctx, s, m, id.Entity()); err != nil {
			return err
		}
		out = SuccessionWalk{Recipe: m.recipe(), Organisation: id, Predecessors: []innovation.SuccessionStep{},
			Successors: []innovation.SuccessionStep{}, Announced: []innovation.SuccessionStep{}}
		back, err := successionsFrom(ctx, s, m, id, false)
		if err != nil {
			return err
		}
		out.Predecessors = append(out.Predecessors, innovation.WalkSuccessions(back, id, false, v.On, maxDepth)...)
		forward, err := successionsFrom(ctx, s, m, id, true)
		if err != nil {
			return err
		}
		for _, step := range innovation.WalkSuccessions(forward, id, true, innovation.Forever, maxDepth) {
			if step.Succession.Value.Day.Earliest.After(v.On) {
				out.Announced = append(out.Announced, step)
			} else {
				step.Possibly = step.Possibly || step.Succession.Value.Day.Latest.After(v.On)
				out.Successors = append(out.Successors, step)
			}
		}
		return nil
	})
	return out, err
}

// successionsFrom reads all successions that can be reached from an
// organisation, forward or back, level by level.
func successionsFrom(ctx context.Context, s *session, m moment, from innovation.OrganisationID, forward bool) ([]innovation.Recorded[innovation.Succession], error) {
	end := "e_successor"
	if forward {
		end = "e_subject"
	}
	var out []innovation.Recorded[innovation.Succession]
	seen := map[innovation.OrganisationID]bool{from: true}
	level := []innovation.OrganisationID{from}
	for len(level) > 0 {
		var following []innovation.OrganisationID
		for part := range slices.Chunk(level, 300) {
			w := m.known("f").and(end+".kind = ?", string(innovation.KindOrganisation)).join(in(end+".key", part))
			got, err := selectFacts(ctx, s, m, successions, w, "ORDER BY f.fact")
			if err != nil {
				return nil, err
			}
			out = append(out, got...)
			for _, e := range got {
				far := e.Value.Predecessor
				if forward {
					far = e.Value.Successor
				}
				if far != "" && !seen[far] {
					seen[far] = true
					following = append(following, far)
				}
			}
		}
		level = following
	}
	return out, nil
}
