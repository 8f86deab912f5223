package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// column is one field of a fact: its place in the digest, its columns in the
// table, and the Go value it is read into and written from. Tags are never
// reused: a field that goes away takes its tag with it.
type column struct {
	tag   uint64
	field string   // JSON path, for errors
	names []string // columns of the table
	store func(resolve func(innovation.Entity) (int64, error)) ([]any, error)
	dest  []any        // what the columns scan into
	load  func() error // turns what was scanned into the Go value; may be nil
	write func(*encoder)

	ref    *reference        // when the column names an entity
	texts  func() []*string  // the texts to normalise
	scheme innovation.Scheme // when the text is a code of a scheme
	code   *string
	verify func() error       // whether a derived column still follows from its field
	period *innovation.Period // when the column is the valid period

	prepare   func(random func(n int) ([]byte, error)) error // before a new fact is stored
	committed func(commitment, salt []byte) error            // before one is stored again as it was; no salt for what was erased
}

// reference is an entity that a fact names.
type reference struct {
	kind     innovation.EntityKind // "" when the kind is read with the key
	get      func() innovation.Entity
	optional bool
	owner    bool // the entity's version moves with the fact, beside the subject's
}

// ref is a key of a known kind.
//
//go:noinline // every table would hold a copy of it
func ref(tag uint64, field, name string, kind innovation.EntityKind, key *string) *column {
	var scanned sql.NullString
	get := func() innovation.Entity {
		if *key == "" {
			return innovation.Entity{}
		}
		return innovation.Entity{Kind: kind, Key: innovation.Key(*key)}
	}
	return &column{tag: tag, field: field, names: []string{name},
		store: func(resolve func(innovation.Entity) (int64, error)) ([]any, error) {
			if *key == "" {
				return []any{nil}, nil
			}
			id, err := resolve(get())
			return []any{id}, err
		},
		dest:  []any{&scanned},
		load:  func() error { *key = scanned.String; return nil },
		write: func(e *encoder) { e.entity(tag, get()) },
		ref:   &reference{kind: kind, get: get},
	}
}

// optional marks a reference that may be left out.
//
//go:noinline // many places would hold a copy of it
func (c *column) optional() *column { c.ref.optional = true; return c }

// owner marks a reference to the entity that the fact belongs to besides its
// subject.
//
//go:noinline // many places would hold a copy of it
func (c *column) owner() *column { c.ref.owner = true; return c }

// anyRef is an entity of any kind.
//
//go:noinline // every table would hold a copy of it
func anyRef(tag uint64, field, name string, e *innovation.Entity) *column {
	return &column{tag: tag, field: field, names: []string{name},
		store: func(resolve func(innovation.Entity) (int64, error)) ([]any, error) {
			id, err := resolve(*e)
			return []any{id}, err
		},
		dest:  []any{(*string)(&e.Kind), (*string)(&e.Key)},
		write: func(enc *encoder) { enc.entity(tag, *e) },
		ref:   &reference{get: func() innovation.Entity { return *e }},
	}
}

// text is a text, empty when not given.
//
//go:noinline // every table would hold a copy of it
func text(tag uint64, field, name string, s *string) *column {
	return &column{tag: tag, field: field, names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{*s}, nil },
		dest:  []any{s},
		write: func(e *encoder) { e.text(tag, *s) },
		texts: func() []*string { return []*string{s} },
	}
}

// term is a code of a scheme.
//
//go:noinline // every table would hold a copy of it
func term(tag uint64, field, name string, scheme innovation.Scheme, s *string) *column {
	c := text(tag, field, name, s)
	c.scheme, c.code = scheme, s
	return c
}

// derived is a column worked out from others for searching; it is no field of
// the fact and not covered by the digest.
//
//go:noinline // every table would hold a copy of it
func derived(name string, value func() string) *column {
	var kept string
	return &column{names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{value()}, nil },
		dest:  []any{&kept},
		write: func(*encoder) {},
		verify: func() error {
			if kept != value() {
				return fmt.Errorf("%s does not follow from the other fields", name)
			}
			return nil
		},
	}
}

// lines is a list of texts without line feeds, stored one a line.
//
//go:noinline // every table would hold a copy of it
func lines(tag uint64, field, name string, list *[]string) *column {
	var joined string
	return &column{tag: tag, field: field, names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) {
			return []any{strings.Join(*list, "\n")}, nil
		},
		dest: []any{&joined},
		load: func() error {
			*list = nil
			if joined != "" {
				*list = strings.Split(joined, "\n")
			}
			return nil
		},
		write: func(e *encoder) { e.text(tag, strings.Join(*list, "\n")) },
		texts: func() []*string {
			*list = slices.Clone(*list) // the caller keeps his own
			out := make([]*string, len(*list))
			for i := range *list {
				out[i] = &(*list)[i]
			}
			return out
		},
	}
}

// integer is a whole number.
//
//go:noinline // every table would hold a copy of it
func integer(tag uint64, field, name string, n *int64) *column {
	return &column{tag: tag, field: field, names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{*n}, nil },
		dest:  []any{n},
		write: func(e *encoder) { e.integer(tag, *n) },
	}
}

// boolean is stored as 0 or 1 on both engines.
//
//go:noinline // every table would hold a copy of it
func boolean(tag uint64, field, name string, b *bool) *column {
	var n int64
	asInt := func() int64 {
		if *b {
			return 1
		}
		return 0
	}
	return &column{tag: tag, field: field, names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{asInt()}, nil },
		dest:  []any{&n},
		load: func() error {
			*b = n != 0
			if n != asInt() {
				return fmt.Errorf("neither 0 nor 1 but %d", n)
			}
			return nil
		},
		write: func(e *encoder) { e.integer(tag, asInt()) },
	}
}

// date is a civil day, 0 when not given.
//
//go:noinline // every table would hold a copy of it
func date(tag uint64, field, name string, d *innovation.Date) *column {
	return &column{tag: tag, field: field, names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{d.DayNumber()}, nil },
		dest:  []any{dateScanner{d}},
		write: func(e *encoder) { e.integer(tag, d.DayNumber()) },
	}
}

// day is a bound that may be left out.
//
//go:noinline // every table would hold a copy of it
func day(tag uint64, field, name string, d *innovation.Day) *column {
	return &column{tag: tag, field: field,
		names: []string{name + "_earliest", name + "_latest", name + "_basis"},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return boundValues(d.Bound), nil },
		dest:  boundDest(&d.Bound),
		write: func(e *encoder) { e.bound(tag, d.Bound) },
	}
}

// period is the valid period of a fact. Its tags are the same for every type.
//
//go:noinline // every table would hold a copy of it
func period(p *innovation.Period) *column {
	return &column{tag: tagStart, field: "period", period: p,
		names: []string{"start_earliest", "start_latest", "start_basis", "end_earliest", "end_latest", "end_basis"},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) {
			n := p.Normal()
			return append(boundValues(n.Start), boundValues(n.End)...), nil
		},
		dest: append(boundDest(&p.Start), boundDest(&p.End)...),
		verify: func() error {
			if *p != p.Normal() {
				return errors.New("an open end is not stored as one")
			}
			return nil
		},
		write: func(e *encoder) {
			n := p.Normal()
			e.bound(tagStart, n.Start)
			e.bound(tagEnd, n.End)
		},
	}
}

// event is the day of an event: a period that stays open.
//
//go:noinline // every table would hold a copy of it
func event(field string, d *innovation.Day) *column {
	var end innovation.Bound
	c := &column{tag: tagStart, field: field,
		names: []string{"start_earliest", "start_latest", "start_basis", "end_earliest", "end_latest", "end_basis"},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) {
			return append(boundValues(d.Bound), boundValues(innovation.OpenEnd())...), nil
		},
		dest:  append(boundDest(&d.Bound), boundDest(&end)...),
		write: func(e *encoder) { e.bound(tagStart, d.Bound) },
		verify: func() error {
			if end != innovation.OpenEnd() {
				return errors.New("an event has an end")
			}
			return nil
		},
	}
	return c
}

// amount is an interval of money that may be left out.
//
//go:noinline // every table would hold a copy of it
func amount(tag uint64, field, name string, a *innovation.Amount) *column {
	var kind string
	var low, high, nominal *int64
	return &column{tag: tag, field: field,
		names: []string{name + "_kind", name + "_low", name + "_high", name + "_nominal"},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) {
			k, lo, hi, nom := a.Parts()
			return []any{string(k), nullMoney(lo), nullMoney(hi), nullMoney(nom)}, nil
		},
		dest: []any{&kind, &low, &high, &nominal},
		load: func() error {
			var err error
			*a, err = innovation.AmountFromParts(innovation.AmountKind(kind),
				(*innovation.Money)(low), (*innovation.Money)(high), (*innovation.Money)(nominal))
			return err
		},
		write: func(e *encoder) {
			k, lo, hi, nom := a.Parts()
			e.amount(tag, string(k), (*int64)(lo), (*int64)(hi), (*int64)(nom))
		},
		verify: func() error {
			_, lo, hi, nom := a.Parts()
			for _, part := range [][2]bool{{lo == nil, low == nil}, {hi == nil, high == nil}, {nom == nil, nominal == nil}} {
				if part[0] != part[1] {
					return errors.New("a part of an amount is missing or too much")
				}
			}
			return nil
		},
	}
}

func nullMoney(m *innovation.Money) any {
	if m == nil {
		return nil
	}
	return int64(*m)
}

func boundValues(b innovation.Bound) []any {
	return []any{b.Earliest.DayNumber(), b.Latest.DayNumber(), string(b.Basis)}
}

func boundDest(b *innovation.Bound) []any {
	return []any{dateScanner{&b.Earliest}, dateScanner{&b.Latest}, (*string)(&b.Basis)}
}

// dateScanner reads a day number.
type dateScanner struct{ d *innovation.Date }

// Scan implements sql.Scanner.
func (s dateScanner) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a day is stored as %T", v)
	}
	d, err := innovation.DateFromDayNumber(n)
	*s.d = d
	return err
}
