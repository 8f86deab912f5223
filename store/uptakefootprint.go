package store

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// population finds out who is asked about, on the day of the footprint.
func (f *uptakeFile) population(ctx context.Context, last innovation.Date) error {
	day := f.q.Footprint.UnitsDay(last)
	set, err := f.a.eligible(ctx, day, "", 0)
	if err != nil {
		return err
	}
	f.about.EligibleKnown = set.known
	all := map[innovation.OrganisationID]bool{}
	for id := range f.known {
		all[id] = true
	}
	if set.known {
		for _, u := range set.units {
			all[u.id] = true
		}
	}
	f.members = map[innovation.OrganisationID]innovation.Answer{}
	var peersOf map[innovation.OrganisationID]innovation.Answer
	if f.q.PeerGroup != "" {
		id, _, err := mustEntity(ctx, f.a.session, f.a.m, f.q.PeerGroup.Entity())
		if err != nil {
			return err
		}
		m := f.a.m
		m.on, m.bare = day, true
		list, err := selectFacts(ctx, f.a.session, m, peers, m.holding("f").and("f.subject = ?", id), "ORDER BY f.fact")
		if err != nil {
			return err
		}
		peersOf = map[innovation.OrganisationID]innovation.Answer{}
		for _, p := range list {
			peersOf[p.Value.Organisation] = max(peersOf[p.Value.Organisation], p.Value.Period.Holds(day))
			all[p.Value.Organisation] = true
		}
	}
	var networks grouping
	if f.q.Network != "" {
		if _, _, err := mustEntity(ctx, f.a.session, f.a.m, f.q.Network.Entity()); err != nil {
			return err
		}
		if networks, err = f.a.groups(ctx, innovation.ByNetwork, day); err != nil {
			return err
		}
	}
	if f.q.Footprint.Mode == innovation.FootprintDay || f.q.Footprint.Mode == innovation.FootprintHeld {
		for id := range f.known {
			for _, next := range f.forward(id, day) {
				all[next] = true
			}
		}
	}
	for id := range all {
		answer := innovation.Yes
		if peersOf != nil {
			answer = peersOf[id]
		}
		if networks != nil {
			served := innovation.No
			for _, g := range networks(id) {
				if g.id == f.q.Network {
					served = max(served, g.holds)
				}
			}
			answer = min(answer, served)
		}
		if f.q.Kind != "" {
			answer = min(answer, f.a.bodies[id].is(f.q.Kind, day))
		}
		if answer != innovation.No {
			f.members[id] = answer
		}
	}
	return nil
}

// forward lists what an organisation is on a day: itself while it is there, then
// what it became.
func (f *uptakeFile) forward(id innovation.OrganisationID, day innovation.Date) []innovation.OrganisationID {
	var out []innovation.OrganisationID
	seen := map[innovation.OrganisationID]bool{}
	var follow func(id innovation.OrganisationID)
	follow = func(id innovation.OrganisationID) {
		if seen[id] {
			return
		}
		seen[id] = true
		next := f.a.lineage.Successors(id, day)
		if f.a.bodies[id].holds(day) != innovation.No || len(next) == 0 {
			if f.a.bodies[id].holds(day) != innovation.No {
				out = append(out, id)
			}
			return
		}
		for _, n := range next {
			follow(n)
		}
	}
	follow(id)
	return out
}

// on puts the figures of a period on the footprint: those of the organisations
// of the footprint, and why others have none.
func (f *uptakeFile) on(p uptakeSpan) (figures map[innovation.OrganisationID]uptakeFigure, without map[innovation.OrganisationID]string) {
	measured := f.figures[p]
	figures, without = map[innovation.OrganisationID]uptakeFigure{}, map[innovation.OrganisationID]string{}
	mode, last := f.q.Footprint.Mode, p.end.AddDays(-1)
	day := f.q.Footprint.UnitsDay(last)
	fixed := mode == innovation.FootprintDay || mode == innovation.FootprintHeld
	if !fixed {
		for id, one := range measured {
			figures[id] = one
		}
	} else {
		parts := map[innovation.OrganisationID][]innovation.OrganisationID{}
		for id := range measured {
			units, why := f.unitsOf(id, last, day, mode)
			switch {
			case len(units) == 1 && why == "":
				parts[units[0]] = append(parts[units[0]], id)
			default:
				without[id] = why
			}
		}
		for unit, from := range parts {
			if one, why := f.together(unit, from, measured, p, day); why == "" {
				figures[unit] = one
			} else {
				without[unit] = why
			}
		}
	}
	for id := range f.members {
		if _, ok := figures[id]; ok || without[id] != "" {
			continue
		}
		if there := f.a.bodies[id].holds(day); there == innovation.No {
			continue
		}
		without[id] = "nothing is recorded for it"
	}
	if f.members != nil {
		for id := range figures {
			if f.members[id] == innovation.No {
				delete(figures, id)
			}
		}
		for id := range without { // of those that are not on the footprint only when all are asked about
			if f.members[id] == innovation.No && (f.q.PeerGroup != "" || f.q.Network != "" || f.q.Kind != "") {
				delete(without, id)
			}
		}
	}
	return figures, without
}

// unitsOf says which organisation of the footprint a figure belongs to, or why
// to none.
func (f *uptakeFile) unitsOf(id innovation.OrganisationID, last, day innovation.Date, mode innovation.FootprintMode) ([]innovation.OrganisationID, string) {
	if !day.Before(last) {
		units := f.forward(id, day)
		switch len(units) {
		case 0:
			return nil, "it was gone by " + day.String() + ", and nothing is recorded to have followed it"
		case 1:
			return units, ""
		}
		return nil, fmt.Sprintf("it became %s: which part of its figure is whose is not known", keyList(units))
	}
	// The footprint is older than the measurement.
	var from []innovation.OrganisationID // those of the footprint that went into it
	seen := map[innovation.OrganisationID]bool{}
	var back func(id innovation.OrganisationID)
	back = func(id innovation.OrganisationID) {
		if seen[id] {
			return
		}
		seen[id] = true
		if b := f.a.bodies[id]; b == nil || b.holds(day) != innovation.No {
			from = append(from, id)
		}
		for _, p := range f.a.lineage.Predecessors(id) {
			if slices.Contains(f.a.lineage.Successors(p, last), id) {
				back(p)
			}
		}
	}
	back(id)
	switch {
	case mode == innovation.FootprintDay && slices.Contains(from, id):
		return []innovation.OrganisationID{id}, ""
	case mode == innovation.FootprintDay || len(from) == 0:
		return nil, "it was not there on " + day.String()
	case len(from) > 1:
		return nil, fmt.Sprintf("it came from %s: which part of its figure is whose is not known", keyList(from))
	case from[0] != id && len(f.forward(from[0], last)) > 1:
		return nil, fmt.Sprintf("it is one of several that %s became", from[0])
	}
	return from, ""
}

func keyList(ids []innovation.OrganisationID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	sort.Strings(texts)
	return strings.Join(texts, ", ")
}

// together adds the figures that went into an organisation of the footprint.
func (f *uptakeFile) together(unit innovation.OrganisationID, from []innovation.OrganisationID, measured map[innovation.OrganisationID]uptakeFigure, p uptakeSpan, day innovation.Date) (uptakeFigure, string) {
	if own, ok := measured[unit]; ok && (own.restated || len(from) == 1 && len(f.a.lineage.Predecessors(unit)) == 0) {
		return own, "" // its source has put it on a footprint already
	}
	if len(from) == 1 && from[0] != unit && !day.After(p.start) {
		return measured[from[0]], ""
	}
	seen := map[innovation.OrganisationID]bool{}
	missing := ""
	var look func(id innovation.OrganisationID)
	look = func(id innovation.OrganisationID) {
		for _, before := range f.a.lineage.Predecessors(id) {
			if seen[before] || !slices.Contains(f.a.lineage.Successors(before, day), id) {
				continue
			}
			seen[before] = true
			if one, ok := measured[before]; ok {
				if one.restated {
					continue
				}
			} else if b := f.a.bodies[before]; b != nil && b.holds(p.start) == innovation.Yes {
				missing = "nothing is recorded for " + string(before) + ", which is part of it"
			}
			look(before)
		}
	}
	look(unit)
	if missing != "" {
		return uptakeFigure{}, missing
	}
	if len(from) > 1 && f.about.Rate {
		if one, other, ok := f.layers(from, p); ok {
			return uptakeFigure{}, fmt.Sprintf("it is measured as %s and, before it, as %s within %s: whether their denominators count the same twice is not known", one, other, p)
		}
	}
	if _, ok := measured[unit]; !ok {
		if b := f.a.bodies[unit]; b != nil && b.holds(p.start) == innovation.Yes && !slices.Contains(from, unit) {
			return uptakeFigure{}, "nothing is recorded for itself, beside what went into it"
		}
	}
	sum := uptakeFigure{hasCount: true, hasPer: true, sum: len(from) > 1}
	for _, id := range from {
		one := measured[id]
		sum.count, sum.per = sum.count+one.count, sum.per+one.per
		sum.hasCount, sum.hasPer = sum.hasCount && one.hasCount, sum.hasPer && one.hasPer
	}
	return sum, ""
}

// layers finds two bodies among some of which one became the other within a
// period. Their counts are of different days of it and add; their denominators
// add when they were counted over those days, as items are, and stand for the
// same when they were not, as patients are. Which of both it is, is not recorded,
// and that both are equal does not tell.
func (f *uptakeFile) layers(from []innovation.OrganisationID, p uptakeSpan) (one, other innovation.OrganisationID, ok bool) {
	type step struct {
		id     innovation.OrganisationID
		within bool
	}
	sorted := slices.Clone(from)
	slices.Sort(sorted)
	for _, id := range sorted {
		seen := map[step]bool{{id, false}: true}
		todo := []step{{id, false}}
		for i := 0; i < len(todo); i++ {
			for _, e := range f.a.into[todo[i].id] {
				day := e.Day.Bound
				if !day.Earliest.Before(p.end) {
					continue
				}
				next := step{e.Predecessor, todo[i].within || day.Latest.After(p.start)}
				if seen[next] {
					continue
				}
				seen[next] = true
				todo = append(todo, next)
				if next.within && next.id != id && slices.Contains(sorted, next.id) {
					return id, next.id, true
				}
			}
		}
	}
	return "", "", false
}

// withoutList names those without a figure.
func (f *uptakeFile) withoutList(without map[innovation.OrganisationID]string, named map[innovation.OrganisationID]string) []UptakeWithout {
	out := []UptakeWithout{}
	for id, why := range without {
		out = append(out, UptakeWithout{id, named[id], why})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Organisation < out[j].Organisation })
	return out
}

// names are those of all organisations that an answer shows.
func (f *uptakeFile) names(ctx context.Context, figures map[innovation.OrganisationID]uptakeFigure, without map[innovation.OrganisationID]string) (map[innovation.OrganisationID]string, error) {
	ids := make([]innovation.OrganisationID, 0, len(figures)+len(without))
	for id := range figures {
		ids = append(ids, id)
	}
	for id := range without {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return namesOn(ctx, f.a.session, f.a.m, ids)
}

// proportion reports whether a measure is a share, of which nobody has more than
// one.
func proportion(measure string) bool { return measure == "share" || measure == "adopters-share" }
