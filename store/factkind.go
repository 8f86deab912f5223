package store

import (
	"context"
	"fmt"
	"reflect"
	"strconv"

	"github.com/innovationregistry/registry/innovation"
)

// FactKind describes a type of fact to a program that handles all of them.
type FactKind struct {
	Type   innovation.FactType
	Go     reflect.Type // the Go type of such a fact
	Founds bool         // recording one founds its subject
	Period bool         // facts of the type have a period with a start and an end

	// Schemes names the scheme of each field that holds a code, Refers the kind
	// of each that names an entity; Refers is "" for an entity of any kind. The
	// first field of Fields is the subject.
	Schemes map[string]innovation.Scheme
	Refers  map[string]innovation.EntityKind
	Fields  []string // JSON paths of the fields, in the order of their tags in the digest
}

// FactKinds describes the types of fact that a register keeps, in the order of
// FactTypes.
func FactKinds() []FactKind {
	out := make([]FactKind, len(factTables))
	for i, t := range factTables {
		k := FactKind{Type: t.typ, Go: t.goType, Founds: t.founds, Schemes: map[string]innovation.Scheme{}, Refers: map[string]innovation.EntityKind{}}
		for _, c := range t.empty().columns {
			if c.field == "" {
				continue // follows from others
			}
			k.Fields = append(k.Fields, c.field)
			k.Period = k.Period || c.period != nil
			if c.scheme != "" {
				k.Schemes[c.field] = c.scheme
			}
			if c.ref != nil {
				k.Refers[c.field] = c.ref.kind
			}
		}
		out[i] = k
	}
	return out
}

// FactsOf is Facts for a type of fact that is known only as the program runs.
func FactsOf(ctx context.Context, from Reader, t innovation.FactType, v innovation.View, f FactFilter) (out FactList[innovation.Fact], err error) {
	k, ok := tableOf(t)
	if !ok {
		return out, noType(t)
	}
	err = from.facts().from.read(ctx, func(s *session) error {
		p, err := openPage(ctx, s, v, string(t), f.Limit, f.Page, fmt.Sprintf("%s %t", f.Subject, f.AllDays))
		if err != nil {
			return err
		}
		var after int64
		if p.after != "" {
			if after, err = strconv.ParseInt(p.after, 10, 64); err != nil {
				return innovation.Invalidf(innovation.RulePageTokenInvalid, "page", "the token is not one of this list")
			}
		}
		w := p.moment.known("f")
		switch {
		case f.AllDays || !k.period:
		case k.endless:
			w = w.and("f.start_earliest <= ?", p.moment.on.DayNumber())
		default:
			w = p.moment.holding("f")
		}
		if w = w.and("f.fact > ?", after); !f.Subject.IsZero() {
			id, _, err := mustEntity(ctx, s, p.moment, f.Subject)
			if err != nil {
				return err
			}
			w = w.and("f.subject = ?", id)
		}
		// One more than the page has, to see whether another follows.
		rest := fmt.Sprintf("%s ORDER BY f.fact LIMIT %d", w, p.limit+1)
		if out.Facts, err = k.scanAny(ctx, s, rest, w.args...); err != nil {
			return err
		}
		if len(out.Facts) > p.limit {
			out.Facts = out.Facts[:p.limit]
			out.Next = p.token(strconv.FormatInt(int64(out.Facts[p.limit-1].ID), 10))
		}
		out.Recipe = p.moment.recipe()
		return cite(ctx, s, p.moment, &out.Facts)
	})
	return out, err
}

// FactOf reads a fact in force of one type by its number.
func FactOf(ctx context.Context, from Reader, t innovation.FactType, id innovation.FactID) (f innovation.Recorded[innovation.Fact], found bool, err error) {
	k, ok := tableOf(t)
	if !ok {
		return f, false, noType(t)
	}
	err = from.facts().from.read(ctx, func(s *session) error {
		got, err := k.scanAny(ctx, s, "WHERE f.fact = ? AND f.removed = "+inForce, int64(id))
		if found = len(got) == 1; found {
			f = got[0]
		}
		return err
	})
	return f, found, err
}

func noType(t innovation.FactType) error {
	return innovation.Invalidf(innovation.RuleFactTypeMismatch, "", "there is no type of fact %q", t)
}
