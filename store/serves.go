package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// upward lists the relations by which a body lies within another, so that who
// serves the other serves it.
var upward = []string{innovation.PartOf, "located-in"}

// Step is one relation of a path.
type Step struct {
	From     innovation.OrganisationID                `json:"from"`
	Type     string                                   `json:"type" doc:"The relation, read from → to"`
	To       innovation.OrganisationID                `json:"to"`
	Holds    innovation.Answer                        `json:"holds" doc:"Whether it held on the day: yes or possibly"`
	Relation innovation.Recorded[innovation.Relation] `json:"relation" doc:"The relation with its evidence and sources"`
}

// Service is a network that serves an organisation, with the path that proves
// it.
type Service struct {
	Network innovation.OrganisationID `json:"network"`
	Name    string                    `json:"name" doc:"Its name on the day"`
	Serves  innovation.Answer         `json:"serves" doc:"yes when each step held for certain and covers the whole; possibly otherwise"`
	Path    []Step                    `json:"path" doc:"From the organisation up to the network"`
}

// Serving says which networks serve an organisation on a day.
type Serving struct {
	Recipe       innovation.Recipe         `json:"recipe"`
	Organisation innovation.OrganisationID `json:"organisation"`
	Name         string                    `json:"name" doc:"Its name on the day"`
	Known        bool                      `json:"known" doc:"False when the map has a hole: this does not mean that no network serves it"`
	Reason       string                    `json:"reason,omitempty" doc:"Why it is not known"`
	Networks     []Service                 `json:"networks" doc:"More than one when two serve it, or when sources disagree"`
}

// Serves says which network serves an organisation on the day: directly, or
// through the body it is part of, with the path that proves it. Where the
// register has no path it answers that it does not know, never that there is
// none.
func (r reader) Serves(ctx context.Context, v innovation.View, id innovation.OrganisationID) (out Serving, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if _, _, err := mustEntity(ctx, s, m, id.Entity()); err != nil {
			return err
		}
		web, err := readWeb(ctx, s, m)
		if err != nil {
			return err
		}
		exists, err := existsOn(ctx, s, m, id)
		if err != nil {
			return err
		}
		out = Serving{Recipe: m.recipe(), Organisation: id, Networks: web.services(id, m.on)}
		out.Known = len(out.Networks) > 0
		if !out.Known {
			out.Reason = web.hole(id, exists, m.on)
		}
		shown := []innovation.OrganisationID{id}
		for _, n := range out.Networks {
			shown = append(shown, n.Network)
		}
		named, err := namesOn(ctx, s, m, shown)
		if err != nil {
			return err
		}
		out.Name = named[id]
		for i := range out.Networks {
			out.Networks[i].Name = named[out.Networks[i].Network]
		}
		return nil
	})
	return out, err
}

// existsOn answers whether an organisation existed on the day; Possibly when
// nothing is known of it.
func existsOn(ctx context.Context, s *session, m moment, id innovation.OrganisationID) (innovation.Answer, error) {
	all, err := existences.scan(ctx, s, m.known("f").and("e_subject.kind = ? AND e_subject.key = ?", string(innovation.KindOrganisation), string(id)).String(),
		append(m.known("f").args, string(innovation.KindOrganisation), string(id))...)
	if err != nil || len(all) == 0 {
		return innovation.Possibly, err
	}
	best := innovation.No
	for _, e := range all {
		best = max(best, e.Value.Period.Holds(m.on))
	}
	return best, nil
}

// web is the relations of a day by which networks serve bodies.
type web struct {
	up     map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation] // from a body to what it lies within
	served map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation] // from a body to who serves it
}

// readWeb reads the relations that hold, or possibly hold, on the day.
func readWeb(ctx context.Context, s *session, m moment) (web, error) {
	w := web{map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]{}, map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]{}}
	all, err := selectFacts(ctx, s, m, relations, m.holding("f").join(in("f.type", append([]string{innovation.Serves}, upward...))), "ORDER BY f.fact")
	for _, e := range all {
		if e.Value.Type == innovation.Serves {
			w.served[e.Value.Target] = append(w.served[e.Value.Target], e)
		} else {
			w.up[e.Value.Organisation] = append(w.up[e.Value.Organisation], e)
		}
	}
	return w, err
}

// services finds the networks that serve a body. A path ends at the first body
// that a network serves: what lies above is not asked.
func (w web) services(id innovation.OrganisationID, on innovation.Date) []Service {
	out := []Service{}
	type place struct {
		id   innovation.OrganisationID
		path []Step
	}
	seen := map[innovation.OrganisationID]bool{id: true}
	level := []place{{id: id}}
	for depth := 0; depth <= maxDepth && len(level) > 0; depth++ {
		var above []place
		for _, p := range level {
			if serving := w.served[p.id]; len(serving) > 0 {
				for _, e := range serving {
					out = append(out, service(append(slices.Clone(p.path), step(e, on)), e.Value.Organisation))
				}
				continue
			}
			for _, e := range w.up[p.id] {
				if !seen[e.Value.Target] {
					seen[e.Value.Target] = true
					above = append(above, place{e.Value.Target, append(slices.Clone(p.path), step(e, on))})
				}
			}
		}
		level = above
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(b.Serves, a.Serves), cmp.Compare(len(a.Path), len(b.Path)), cmp.Compare(a.Network, b.Network)) < 0
	})
	return out
}

func step(e innovation.Recorded[innovation.Relation], on innovation.Date) Step {
	return Step{e.Value.Organisation, e.Value.Type, e.Value.Target, e.Value.Period.Holds(on), e}
}

// service weighs a path: one that holds possibly, that covers only a part, or
// that we inferred from a predecessor (inherited), serves possibly.
func service(path []Step, network innovation.OrganisationID) Service {
	s := Service{Network: network, Serves: innovation.Yes, Path: path}
	for _, p := range path {
		s.Serves = min(s.Serves, p.Holds)
		if x := p.Relation.Value; x.Extent == "part" || x.Extent == "unknown" || x.Evidence == "inherited" {
			s.Serves = min(s.Serves, innovation.Possibly)
		}
	}
	return s
}

// hole says where the map ends.
func (w web) hole(id innovation.OrganisationID, exists innovation.Answer, on innovation.Date) string {
	if exists == innovation.No {
		return fmt.Sprintf("%s did not exist on %s", id, on)
	}
	above := w.up[id]
	if len(above) == 0 {
		return fmt.Sprintf("on %s the register knows no network that served %s, and no body that it lay within", on, id)
	}
	within := make([]string, len(above))
	for i, e := range above {
		within[i] = string(e.Value.Target)
	}
	return fmt.Sprintf("on %s the register knows no network that served %s, or %s, which it was part of", on, id, strings.Join(within, " or "))
}

// UnservedList is the organisations of which no network is known.
type UnservedList struct {
	Recipe        innovation.Recipe `json:"recipe"`
	Kinds         []string          `json:"kinds" doc:"The kinds of organisation that were asked about"`
	Asked         int               `json:"asked" doc:"How many organisations of these kinds existed, or possibly existed, on the day"`
	Organisations []Unserved        `json:"organisations" doc:"Those of which no network is known; this does not mean that none serves them"`
}

// Unserved is an organisation of which no network is known.
type Unserved struct {
	OrganisationSummary
	Reason string `json:"reason" doc:"Where the map has its hole"`
}

// servedKinds are the kinds of organisation that a network is expected to
// serve.
func servedKinds() []string { return []string{"nhs-trust", "nhs-provider", "icb"} }

// Unserved lists the organisations of some kinds of which no network is known
// on the day, in the order of their keys; trusts, other NHS providers and integrated care boards when none
// are given.
func (r reader) Unserved(ctx context.Context, v innovation.View, kinds []string) (out UnservedList, err error) {
	if len(kinds) == 0 {
		kinds = servedKinds()
	}
	for _, k := range kinds {
		if err := innovation.CheckText("kinds", k, innovation.MaxKey); err != nil {
			return out, err
		}
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if err := checkCodes(ctx, s, m, "kind", innovation.SchemeOrganisationKind, kinds); err != nil {
			return err
		}
		web, err := readWeb(ctx, s, m)
		if err != nil {
			return err
		}
		w := m.holding("x").join(in("x.kind", kinds))
		ids, keys, err := idsAndKeys(ctx, s, "SELECT DISTINCT o.id, o.key FROM reg_existence x JOIN reg_entity o ON o.id = x.subject "+w.String()+" ORDER BY o.key", w.args...)
		if err != nil {
			return err
		}
		out = UnservedList{Recipe: m.recipe(), Kinds: kinds, Asked: len(ids), Organisations: []Unserved{}}
		var left []int64
		var leftKeys []string
		for i, key := range keys {
			if len(web.services(innovation.OrganisationID(key), m.on)) == 0 {
				left, leftKeys = append(left, ids[i]), append(leftKeys, key)
			}
		}
		for len(left) > 0 {
			n := min(len(left), 300)
			described, err := summaries(ctx, s, m, left[:n], leftKeys[:n])
			if err != nil {
				return err
			}
			for _, o := range described {
				out.Organisations = append(out.Organisations, Unserved{o, web.hole(o.ID, innovation.Yes, m.on)})
			}
			left, leftKeys = left[n:], leftKeys[n:]
		}
		return nil
	})
	return out, err
}
