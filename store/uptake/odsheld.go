package uptake

import (
	"context"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// odsHeld is what the register has of the bodies of a list.
type odsHeld struct {
	keys     map[innovation.OrganisationID]bool
	lives    map[innovation.OrganisationID][]innovation.Recorded[innovation.Existence]
	names    map[innovation.OrganisationID][]innovation.Recorded[innovation.Name]
	codes    map[innovation.OrganisationID][]innovation.Recorded[innovation.Identifier]
	parts    map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]
	claims   map[string][]innovation.Recorded[innovation.Claim] // by topic
	editions map[innovation.SourceID]innovation.Date            // the days of lists
}

// loadHeld reads it.
func loadHeld(ctx context.Context, t *take) (*odsHeld, error) {
	h := &odsHeld{keys: map[innovation.OrganisationID]bool{}, lives: map[innovation.OrganisationID][]innovation.Recorded[innovation.Existence]{},
		names: map[innovation.OrganisationID][]innovation.Recorded[innovation.Name]{}, codes: map[innovation.OrganisationID][]innovation.Recorded[innovation.Identifier]{},
		parts: map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]{}, claims: map[string][]innovation.Recorded[innovation.Claim]{},
		editions: map[innovation.SourceID]innovation.Date{}}
	all := store.FactFilter{AllDays: true}
	for f, err := range each[innovation.Existence](ctx, t.tx, anyDay, all) {
		if err != nil {
			return nil, err
		}
		id := f.Value.Organisation
		if h.keys[id] = true; f.Value.Aspect == innovation.Operational {
			h.lives[id] = append(h.lives[id], f)
		}
	}
	for f, err := range each[innovation.Identifier](ctx, t.tx, anyDay, all) {
		if err != nil {
			return nil, err
		}
		if id := f.Value.Organisation; f.Value.Scheme == schemeODS {
			h.codes[id] = append(h.codes[id], f)
		}
	}
	for f, err := range each[innovation.Name](ctx, t.tx, anyDay, all) {
		if err != nil {
			return nil, err
		}
		if id := f.Value.Organisation; f.Value.Kind == "official" && h.codes[id] != nil {
			h.names[id] = append(h.names[id], f)
		}
	}
	for f, err := range each[innovation.Relation](ctx, t.tx, anyDay, all) {
		if err != nil {
			return nil, err
		}
		id := f.Value.Organisation
		for i := range slots {
			if slots[i].typ == f.Value.Type && h.codes[id] != nil {
				h.parts[id] = append(h.parts[id], f)
				break
			}
		}
	}
	for f, err := range each[innovation.Claim](ctx, t.tx, anyDay, all) {
		if err != nil {
			return nil, err
		}
		if topic := f.Value.Topic; strings.HasPrefix(topic, claimTopic) {
			h.claims[topic] = append(h.claims[topic], f)
		}
	}
	for f, err := range each[innovation.Source](ctx, t.tx, anyDay, all) {
		if err != nil {
			return nil, err
		}
		if day := sightedOn(f.Value); !day.IsZero() {
			h.editions[f.Value.Source] = day
		}
	}
	return h, nil
}

// seen is the days of the lists that show a fact of a period, in order: those of
// the lists that it cites, or its last day for a list after it.
func (h *odsHeld) seen(cited []innovation.Citation, period, life innovation.Period) (out []innovation.Date) {
	for _, c := range cited {
		day, ok := h.editions[c.Source]
		if !ok || !strings.HasPrefix(c.Locator, "row ") {
			continue
		}
		hull := period.Hull()
		if !day.Before(hull.End) && sameDays(period.Normal().End, life.Normal().End) {
			day = hull.End.AddDays(-1)
		}
		if day.Before(hull.Start) && sameDays(innovation.Exactly(period.Start.Earliest), innovation.Exactly(life.Start.Earliest)) {
			day = hull.Start
		}
		if hull.Contains(day) {
			out = append(out, day)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Before(out[j]) })
	return out
}

// latest is the day of the latest list that shows a body, other than the one
// that is brought in; zero when none is known.
func (h *odsHeld) latest(id innovation.OrganisationID, other innovation.SourceID) (out innovation.Date) {
	look := func(cited []innovation.Citation) {
		for _, c := range cited {
			if day := h.editions[c.Source]; c.Source != other && day.After(out) && strings.HasPrefix(c.Locator, "row ") {
				out = day
			}
		}
	}
	for _, f := range h.lives[id] {
		look(f.Sources)
	}
	for _, f := range h.names[id] {
		look(f.Sources)
	}
	return out
}

// nameSpans are the names of a body.
func (h *odsHeld) nameSpans(id innovation.OrganisationID, life innovation.Period) (out []*spell) {
	for _, f := range h.names[id] {
		p := f.Value.Period.Normal()
		out = append(out, &spell{id: f.ID, fact: f.Value, key: foldName(f.Value.Text), was: p, period: p, seen: h.seen(f.Sources, p, life), cited: f.Sources})
	}
	return out
}

// slotSpans are the relations of a body in a slot.
func (h *odsHeld) slotSpans(id innovation.OrganisationID, slot int, life innovation.Period) (out []*spell) {
	for _, f := range h.parts[id] {
		if h.slotOf(f.Value) == slot {
			p := f.Value.Period.Normal()
			out = append(out, &spell{id: f.ID, fact: f.Value, key: string(f.Value.Target), was: p, period: p, seen: h.seen(f.Sources, p, life), cited: f.Sources})
		}
	}
	return out
}

// slotOf is the slot of a relation, -1 for none: the codes of regions begin with
// Y or W, and a site is part of the trust of its code.
func (h *odsHeld) slotOf(r innovation.Relation) int {
	of := func(id innovation.OrganisationID) (codes []string) {
		for _, c := range h.codes[id] {
			codes = append(codes, strings.ToUpper(c.Value.Value))
		}
		return codes
	}
	for _, target := range of(r.Target) {
		switch r.Type {
		case slots[commissionerSlot].typ:
			return commissionerSlot
		case slots[regionSlot].typ:
			if isRegionCode(target) {
				return regionSlot
			}
			return geographySlot
		}
		for _, own := range of(r.Organisation) {
			if siteOf(own) == target {
				return parentSlot
			}
		}
	}
	return -1
}

// isRegionCode reports whether a code is that of a region, or of Wales.
func isRegionCode(code string) bool {
	return strings.HasPrefix(code, "Y") || strings.HasPrefix(code, "W")
}

// foldName makes two spellings of a name the same.
func foldName(s string) string { return strings.ToLower(oneLine(s)) }
