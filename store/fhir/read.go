package fhir

import (
	"context"
	"reflect"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// body is what a bundle says of an organisation.
type body struct {
	id         innovation.OrganisationID
	existences []innovation.Existence // at work, on all days
	legal      int                    // how many more there are of the legal person
	names      []innovation.Recorded[innovation.Name]
	codes      []innovation.Identifier // of the day, like what follows
	roles      []innovation.Role
	parts      []*innovation.Relation // what it is part of
	kind       string                 // on the day
	last       string                 // its last kind by the day
	active     innovation.Answer
	chosen     bool
}

// of is the body of a key, new when it was not met before.
func (e *exporter) of(id innovation.OrganisationID) *body {
	b := e.bodies[id]
	if b == nil {
		b = &body{id: id}
		e.bodies[id] = b
	}
	return b
}

// read reads all that the bundle is made from.
func (e *exporter) read(ctx context.Context, s *store.Snapshot) error {
	// The register knows what is asked for, or says what is wrong.
	asked, err := s.Organisations(ctx, e.view, store.OrganisationFilter{Kind: e.opts.Kind, Role: e.opts.Role, RelatedTo: e.opts.Network, Limit: 1})
	if err != nil {
		return err
	}
	e.recipe = asked.Recipe
	e.labels = map[innovation.Scheme]map[string]string{}
	for _, scheme := range []innovation.Scheme{innovation.SchemeOrganisationKind, innovation.SchemeRole, innovation.SchemeRelationType, innovation.SchemeSector} {
		list, err := s.Terms(ctx, e.view, scheme)
		if err != nil {
			return err
		}
		e.labels[scheme] = map[string]string{}
		for _, t := range list.Terms {
			e.labels[scheme][t.Code] = t.Label
		}
	}
	// A list of each type of fact, read page by page: first those of all days,
	// then those of the day.
	for i, list := range []any{
		&store.FactList[innovation.Existence]{}, &store.FactList[innovation.Name]{},
		&store.FactList[innovation.Identifier]{}, &store.FactList[innovation.Role]{}, &store.FactList[innovation.Relation]{},
		&store.FactList[innovation.Claim]{}, &store.FactList[innovation.Succession]{}, &store.FactList[innovation.Area]{}, &store.FactList[innovation.Population]{},
	} {
		f := store.FactFilter{AllDays: i < 2, Limit: 1000}
		for more := true; more; more = f.Page != "" {
			if err := store.FactsInto(ctx, s, list, e.view, f); err != nil {
				return err
			}
			f.Page = e.take(list)
		}
	}
	return nil
}

// take keeps what the bundle says of the facts of a list, and counts what it
// does not. It gives the token of the next page.
func (e *exporter) take(list any) (next string) {
	switch l := list.(type) {
	case *store.FactList[innovation.Existence]:
		for i := range l.Facts {
			x := &l.Facts[i].Value
			if b := e.of(x.Organisation); x.Aspect == innovation.Operational {
				b.existences = append(b.existences, *x)
			} else {
				b.legal++
			}
		}
		return l.Next
	case *store.FactList[innovation.Name]:
		for i := range l.Facts {
			l.Facts[i].Sources = nil
			b := e.of(l.Facts[i].Value.Organisation)
			b.names = append(b.names, l.Facts[i])
		}
		return l.Next
	case *store.FactList[innovation.Identifier]:
		for i := range l.Facts {
			b := e.of(l.Facts[i].Value.Organisation)
			b.codes = append(b.codes, l.Facts[i].Value)
		}
		return l.Next
	case *store.FactList[innovation.Role]:
		for i := range l.Facts {
			b := e.of(l.Facts[i].Value.Organisation)
			b.roles = append(b.roles, l.Facts[i].Value)
		}
		return l.Next
	case *store.FactList[innovation.Relation]:
		for i := range l.Facts {
			l.Facts[i].Sources = nil
			e.of(l.Facts[i].Value.Organisation)
			e.of(l.Facts[i].Value.Target)
			e.relations = append(e.relations, l.Facts[i])
		}
		return l.Next
	}
	facts := reflect.ValueOf(list).Elem().FieldByName("Facts")
	for i := range facts.Len() {
		fact := facts.Index(i).FieldByName("Value").Interface().(innovation.Fact)
		if of := fact.Subject(); of.Kind == innovation.KindOrganisation {
			e.further = append(e.further, beside{innovation.OrganisationID(of.Key), fact.FactType()})
		}
	}
	return reflect.ValueOf(list).Elem().FieldByName("Next").String()
}

// beside is a fact about an organisation that FHIR has no place for.
type beside struct {
	about innovation.OrganisationID
	typ   innovation.FactType
}

// choose sorts out what the options ask for: organisations in the order of
// their keys, and the relations between them, those that make one a part of
// another with the part.
func (e *exporter) choose() (chosen []*body, joined []*innovation.Recorded[innovation.Relation]) {
	on := e.view.On
	near := map[innovation.OrganisationID]bool{e.opts.Network: true}
	for i := range e.relations {
		switch r := &e.relations[i]; e.opts.Network {
		case r.Value.Organisation:
			near[r.Value.Target] = true
		case r.Value.Target:
			near[r.Value.Organisation] = true
		}
	}
	for id, b := range e.bodies {
		sort.Slice(b.existences, func(i, j int) bool {
			return b.existences[i].Period.Start.Latest.Before(b.existences[j].Period.Start.Latest)
		})
		for i := range b.existences {
			x := &b.existences[i]
			if holds := x.Period.Holds(on); holds > b.active {
				b.active, b.kind = holds, x.Kind
			}
			if !x.Period.Start.Earliest.After(on) {
				b.last = x.Kind
			}
		}
		b.chosen = (e.opts.Kind == "" || e.opts.Kind == b.kind) && (e.opts.Network == "" || near[id])
		if b.chosen && e.opts.Role != "" {
			b.chosen = false
			for _, r := range b.roles {
				b.chosen = b.chosen || r.Role == e.opts.Role
			}
		}
		if b.chosen {
			chosen = append(chosen, b)
		}
	}
	sort.Slice(chosen, func(i, j int) bool { return chosen[i].id < chosen[j].id })
	for i := range e.relations {
		r := &e.relations[i]
		from, to := e.bodies[r.Value.Organisation], e.bodies[r.Value.Target]
		switch {
		case from.chosen != to.chosen:
			e.leave(leftEnd)
		case !from.chosen:
		case r.Value.Type == innovation.PartOf:
			from.parts = append(from.parts, &r.Value)
		default:
			joined = append(joined, r)
		}
	}
	for _, x := range e.further {
		if b := e.bodies[x.about]; b == nil || !b.chosen {
			continue
		}
		switch x.typ {
		case innovation.TypeClaim:
			e.leave(leftClaim)
		case innovation.TypeSuccession:
			e.leave(leftSuccession)
		case innovation.TypeArea:
			e.leave(leftArea)
		default:
			e.leave(leftPopulation)
		}
	}
	return chosen, joined
}
