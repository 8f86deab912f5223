package store

import "github.com/innovationregistry/registry/innovation"

var observations = define(65, true, "reg_observation", func(o *innovation.Observation) []*column {
	return []*column{
		ref(1, "observation", "subject", innovation.KindObservation, (*string)(&o.Observation)),
		ref(2, "innovation", "innovation", innovation.KindInnovation, (*string)(&o.Innovation)).owner(),
		ref(3, "programme", "programme", innovation.KindProgramme, (*string)(&o.Programme)).optional(),
		text(4, "type", "type", (*string)(&o.Type)),
		text(5, "scope", "scope", (*string)(&o.Scope)),
		ref(6, "body", "body", innovation.KindOrganisation, (*string)(&o.Body)).optional(),
		integer(7, "bodies", "bodies", &o.Bodies),
		text(8, "place", "place", &o.Place),
		term(9, "measure", "measure", innovation.SchemeMeasure, &o.Measure),
		quantity(10, "quantity", "quantity", &o.Quantity),
		term(11, "unit", "unit", innovation.SchemeUnit, &o.Unit),
		term(12, "qualifier", "qualifier", innovation.SchemeQualifier, &o.Qualifier),
		text(13, "cumulative", "cumulative", &o.Cumulative),
		covering(14, "covers", "covers", &o.Covers),
		text(15, "dayOf", "day_of", &o.DayOf),
		text(16, "note", "note", &o.Note),
		event("day", &o.Day),
	}
})

var observationBodies = define(66, false, "reg_observation_body", func(b *innovation.ObservationBody) []*column {
	return []*column{
		ref(1, "observation", "subject", innovation.KindObservation, (*string)(&b.Observation)),
		ref(2, "organisation", "organisation", innovation.KindOrganisation, (*string)(&b.Organisation)),
	}
})

var uptakes = define(67, false, "reg_uptake", func(u *innovation.Uptake) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&u.Innovation)),
		ref(2, "organisation", "organisation", innovation.KindOrganisation, (*string)(&u.Organisation)),
		term(3, "measure", "measure", innovation.SchemeMeasure, &u.Measure),
		quantity(4, "count", "count", &u.Count),
		quantity(5, "per", "per", &u.Per),
		term(6, "unit", "unit", innovation.SchemeUnit, &u.Unit),
		boolean(7, "restated", "restated", &u.Restated),
		ref(8, "source", "source", innovation.KindSource, (*string)(&u.Source)).optional(),
		period(&u.Period),
	}
})

var peerGroups = define(68, true, "reg_peer_group", func(g *innovation.PeerGroup) []*column {
	return []*column{
		ref(1, "peerGroup", "subject", innovation.KindPeerGroup, (*string)(&g.PeerGroup)),
		text(2, "name", "name", &g.Name),
		ref(3, "owner", "owner", innovation.KindOrganisation, (*string)(&g.Owner)).optional(),
		text(4, "basis", "basis", &g.Basis),
		text(5, "note", "note", &g.Note),
		period(&g.Period),
	}
})

var peers = define(69, false, "reg_peer", func(p *innovation.Peer) []*column {
	return []*column{
		ref(1, "peerGroup", "subject", innovation.KindPeerGroup, (*string)(&p.PeerGroup)),
		ref(2, "organisation", "organisation", innovation.KindOrganisation, (*string)(&p.Organisation)),
		period(&p.Period),
	}
})

// quantity is a number with bounds that may be left out.
//
//go:noinline // every table would hold a copy of it
func quantity(tag uint64, field, name string, q *innovation.Quantity) *column {
	var value, low, high *int64
	var scale int64
	number := func(n *int64) any {
		if n == nil {
			return nil
		}
		return *n
	}
	return &column{tag: tag, field: field,
		names: []string{name + "_value", name + "_low", name + "_high", name + "_scale"},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) {
			v, lo, hi, s := q.Parts()
			return []any{number(v), number(lo), number(hi), s}, nil
		},
		dest: []any{&value, &low, &high, &scale},
		load: func() (err error) {
			*q, err = innovation.QuantityFromParts(value, low, high, scale)
			return err
		},
		write: func(e *encoder) {
			v, lo, hi, s := q.Parts()
			e.quantity(tag, v, lo, hi, s)
		},
	}
}
