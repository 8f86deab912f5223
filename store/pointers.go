package store

import (
	"cmp"
	"context"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// Pointer is a fact that points at an entity.
type Pointer struct {
	Type    innovation.FactType   `json:"type" doc:"What the fact states"`
	Fact    innovation.FactID     `json:"fact" doc:"Number of the fact"`
	From    innovation.Entity     `json:"from" doc:"The entity the fact is about"`
	Via     string                `json:"via" doc:"The field that names the entity asked about"`
	Holds   innovation.Answer     `json:"holds" doc:"Whether it held on the day: yes or possibly"`
	Period  innovation.Period     `json:"period" doc:"When it held"`
	Value   innovation.Fact       `json:"value" doc:"The fact"`
	Sources []innovation.Citation `json:"sources,omitempty"`
}

// PointerList is what still points at an entity on a day.
type PointerList struct {
	Recipe   innovation.Recipe `json:"recipe"`
	Entity   innovation.Entity `json:"entity"`
	Pointers []Pointer         `json:"pointers" doc:"In the order of type, then of the entities they are about"`
}

// Pointers lists what still points at an entity on the day: every fact that
// names it and holds, or possibly holds. A fact about a licence counts while
// the licence is alive, also past an end that was only worked out; decisions
// and other events are past and do not point.
func (r reader) Pointers(ctx context.Context, v innovation.View, e innovation.Entity) (out PointerList, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if _, _, err := mustEntity(ctx, s, m, e); err != nil {
			return err
		}
		out = PointerList{Recipe: m.recipe(), Entity: e, Pointers: []Pointer{}}
		found, err := pointers(ctx, s, m, e, true)
		if err != nil {
			return err
		}
		alive := map[innovation.Entity]bool{}
		for _, p := range found {
			if p.From.Kind == innovation.KindLicence {
				live, asked := alive[p.From]
				if !asked {
					f, ok, err := licenceFile(ctx, s, m, innovation.LicenceID(p.From.Key))
					if err != nil {
						return err
					}
					live = ok && f.StatusOn(m.on).Standing.Live()
					alive[p.From] = live
				}
				if !live {
					continue
				}
			} else if p.Holds == innovation.No {
				continue
			}
			out.Pointers = append(out.Pointers, p)
		}
		sort.SliceStable(out.Pointers, func(i, j int) bool {
			a, b := &out.Pointers[i], &out.Pointers[j]
			return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.From.Key, b.From.Key), cmp.Compare(a.Fact, b.Fact)) < 0
		})
		return nil
	})
	return out, err
}

// pointers reads the facts in force that name an entity. With standing, those
// that cannot stand on the moment's day are left out: events, and periods that
// do not reach it, other than of licences, whose computed ends do not count;
// the entity's own relations and posts are in. Without, everything is listed
// but what the entity's founding fact itself says.
func pointers(ctx context.Context, s *session, m moment, e innovation.Entity, standing bool) ([]Pointer, error) {
	id, _, found, err := entityID(ctx, s, m, e)
	if err != nil || !found {
		return nil, err
	}
	var out []Pointer
	for _, t := range factTables {
		if standing && isEvent(t.factType()) {
			continue
		}
		for _, ref := range t.references() {
			if ref.kind != "" && ref.kind != e.Kind {
				continue
			}
			if ref.name == "subject" {
				own := t.factType() == innovation.TypeRelation || t.factType() == innovation.TypePost
				if standing && !own || !standing && t.foundsSubject() {
					continue
				}
			}
			w := m.known("f").and("f."+ref.name+" = ?", id)
			got, err := t.scanAny(ctx, s, w.String()+" ORDER BY f.fact", w.args...)
			if err != nil {
				return nil, err
			}
			for _, f := range got {
				p := Pointer{Type: t.factType(), Fact: f.ID, From: f.Value.Subject(), Via: ref.field, Period: f.Value.Valid(), Value: f.Value}
				p.Holds = p.Period.Holds(m.on)
				if standing && p.Holds == innovation.No && p.From.Kind == innovation.KindLicence &&
					p.Period.End.Basis != innovation.BasisPublished && !p.Period.Start.Earliest.After(m.on) {
					p.Holds = innovation.Possibly
				}
				if standing && p.Holds == innovation.No {
					continue
				}
				out = append(out, p)
			}
		}
	}
	if !standing {
		return out, nil
	}
	facts := make([]innovation.Recorded[innovation.Fact], len(out))
	for i, p := range out {
		facts[i].ID = p.Fact
	}
	if err := cite(ctx, s, m, &facts); err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Sources = facts[i].Sources
	}
	return out, nil
}

// isEvent reports whether facts of a type are events or have no period.
func isEvent(t innovation.FactType) bool {
	switch t {
	case innovation.TypeDecision, innovation.TypeSuccession, innovation.TypePopulation, innovation.TypeClaim,
		innovation.TypeCountClaim, innovation.TypeSource, innovation.TypeTerm, innovation.TypePerson,
		innovation.TypeNotice, innovation.TypeAdoption, innovation.TypeAdoptionDecision, innovation.TypeObservation,
		innovation.TypeObservationScope, innovation.TypeUptake:
		return true
	}
	return false
}
