package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// inForce is the value of removed in a row that no change has removed. It
// stands in statements as literal text, so that partial indexes serve them.
const inForce = "9223372036854775807"

// table is how facts of one type are kept. The columns of a fact are bound to
// one Go value, so that a query scans all its rows into the same place.
type table[F innovation.Fact] struct {
	typ     innovation.FactType
	code    int  // in the digest; never reused
	founds  bool // recording such a fact founds its subject
	name    string
	columns func(*F) []column // the subject first
	query   string            // SELECT … FROM … JOIN …, to be followed by WHERE
	insert  string
	heads   []string // columns after added, removed, fact
}

// factTable is a table of facts of any type.
type factTable interface {
	factType() innovation.FactType
	digestCode() int
	tableName() string
	foundsSubject() bool
	bind(f innovation.Fact) (bound, error)
	insertSQL() string
	references() []refColumn
	scanAny(ctx context.Context, s *session, where string, args ...any) ([]innovation.Recorded[innovation.Fact], error)
	ownerColumns() []string
	codeColumns(innovation.Scheme) []string
	verifyDerived(ctx context.Context, s *session, problem func(where, format string, args ...any)) error
	scanRows(ctx context.Context, s *session, where string, args ...any) ([]storedRow, error)
}

// refColumn is a column of a table that names an entity.
type refColumn struct {
	name  string
	field string
	kind  innovation.EntityKind // "" for any
}

// storedRow is one row of a fact as the chain sees it.
type storedRow struct {
	added, removed innovation.ChangeNumber
	fact           innovation.FactID
	value          innovation.Fact
	fields         []byte // the canonical form of its fields
}

// define describes the table of one type of fact.
func define[F innovation.Fact](code int, founds bool, name string, columns func(*F) []column) *table[F] {
	var zero F
	t := &table[F]{typ: zero.FactType(), code: code, founds: founds, name: name, columns: columns}
	var sel, join, marks []string
	for _, c := range columns(&zero) {
		t.heads = append(t.heads, c.names...)
		for range c.names {
			marks = append(marks, "?")
		}
		if c.ref == nil {
			for _, n := range c.names {
				sel = append(sel, "f."+n)
			}
			continue
		}
		alias := "e_" + c.names[0] // the entity that the column names
		if c.ref.kind == "" {
			sel = append(sel, alias+".kind")
		}
		sel = append(sel, alias+".key")
		kind := "JOIN"
		if c.ref.optional {
			kind = "LEFT JOIN"
		}
		join = append(join, fmt.Sprintf(" %s reg_entity %s ON %s.id = f.%s", kind, alias, alias, c.names[0]))
	}
	t.query = "SELECT f.added, f.removed, f.fact, " + strings.Join(sel, ", ") + " FROM " + name + " f" + strings.Join(join, "")
	t.insert = "INSERT INTO " + name + " (added, fact, " + strings.Join(t.heads, ", ") + ") VALUES (?, ?, " + strings.Join(marks, ", ") + ")"
	return t
}

func (t *table[F]) factType() innovation.FactType { return t.typ }
func (t *table[F]) digestCode() int               { return t.code }
func (t *table[F]) tableName() string             { return t.name }
func (t *table[F]) foundsSubject() bool           { return t.founds }
func (t *table[F]) insertSQL() string             { return t.insert }

// bound is a copy of a fact with the columns through which it is written and
// its period can be changed.
type bound struct {
	columns []column
	value   func() innovation.Fact
}

// bind copies the fact.
func (t *table[F]) bind(f innovation.Fact) (bound, error) {
	v, ok := f.(F)
	if !ok {
		return bound{}, innovation.Invalidf(innovation.RuleFactTypeMismatch, "", "a %s is no %s", f.FactType(), t.typ)
	}
	return bound{t.columns(&v), func() innovation.Fact { return v }}, nil
}

func (t *table[F]) references() []refColumn {
	var zero F
	var out []refColumn
	for _, c := range t.columns(&zero) {
		if c.ref != nil {
			out = append(out, refColumn{c.names[0], c.field, c.ref.kind})
		}
	}
	return out
}

// ownerColumns lists the columns of entities that own the fact besides its
// subject.
func (t *table[F]) ownerColumns() []string {
	var zero F
	var out []string
	for _, c := range t.columns(&zero) {
		if c.ref != nil && c.ref.owner {
			out = append(out, c.names[0])
		}
	}
	return out
}

// codeColumns lists the columns that hold codes of a scheme.
func (t *table[F]) codeColumns(scheme innovation.Scheme) []string {
	var zero F
	var out []string
	for _, c := range t.columns(&zero) {
		if c.scheme == scheme {
			out = append(out, c.names[0])
		}
	}
	return out
}

// hasPeriod reports whether facts of the type hold in a period or from a day.
func (t *table[F]) hasPeriod() bool { return slices.Contains(t.heads, "start_earliest") }

// verifyDerived checks the columns that follow from others, that a fact in
// force has its name, and that no fact has two rows in force.
func (t *table[F]) verifyDerived(ctx context.Context, s *session, problem func(where, format string, args ...any)) error {
	inForceOnce := map[innovation.FactID]bool{}
	return t.each(ctx, s, "", nil, func(added, removed innovation.ChangeNumber, fact innovation.FactID, v F, cols []column) error {
		for _, c := range cols {
			if c.verify == nil {
				continue
			}
			if err := c.verify(); err != nil {
				problem(t.name, "row %d: %v", added, err)
			}
		}
		if removed < maxChange {
			return nil
		}
		if inForceOnce[fact] {
			problem(t.name, "fact %d has two rows in force", fact)
		}
		inForceOnce[fact] = true
		if err := v.Validate(); err != nil {
			problem(t.name, "row %d: %v", added, err)
		}
		return nil
	})
}

// each runs the table's query with the given rest and calls yield for every
// row. The connection is busy until it returns.
func (t *table[F]) each(ctx context.Context, s *session, rest string, args []any,
	yield func(added, removed innovation.ChangeNumber, fact innovation.FactID, v F, cols []column) error) error {
	rows, err := s.query(ctx, t.query+" "+rest, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var v F
	cols := t.columns(&v)
	var added, removed innovation.ChangeNumber
	var fact innovation.FactID
	dest := []any{(*int64)(&added), (*int64)(&removed), (*int64)(&fact)}
	for _, c := range cols {
		dest = append(dest, c.dest...)
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("row %d of %s: %w", added, t.name, err)
		}
		for _, c := range cols {
			if c.load == nil {
				continue
			}
			if err := c.load(); err != nil {
				return fmt.Errorf("row %d of %s: %s: %w", added, t.name, c.field, err)
			}
		}
		if err := yield(added, removed, fact, v, cols); err != nil {
			return err
		}
	}
	return explain(rows.Err())
}

// scan reads facts, without their sources.
func (t *table[F]) scan(ctx context.Context, s *session, rest string, args ...any) ([]innovation.Recorded[F], error) {
	var out []innovation.Recorded[F]
	err := t.each(ctx, s, rest, args, func(added, _ innovation.ChangeNumber, fact innovation.FactID, v F, _ []column) error {
		out = append(out, innovation.Recorded[F]{ID: fact, Version: added, Value: v})
		return nil
	})
	return out, err
}

func (t *table[F]) scanAny(ctx context.Context, s *session, rest string, args ...any) ([]innovation.Recorded[innovation.Fact], error) {
	typed, err := t.scan(ctx, s, rest, args...)
	out := make([]innovation.Recorded[innovation.Fact], len(typed))
	for i, r := range typed {
		out[i] = innovation.Recorded[innovation.Fact]{ID: r.ID, Version: r.Version, Value: r.Value}
	}
	return out, err
}

func (t *table[F]) scanRows(ctx context.Context, s *session, rest string, args ...any) ([]storedRow, error) {
	var out []storedRow
	err := t.each(ctx, s, rest, args, func(added, removed innovation.ChangeNumber, fact innovation.FactID, v F, cols []column) error {
		out = append(out, storedRow{added, removed, fact, v, encodeFields(cols)})
		return nil
	})
	return out, err
}

// encodeFields is the canonical form of a fact's fields, in the order of their
// tags. Tables list their columns in that order.
func encodeFields(cols []column) []byte {
	var e encoder
	for _, c := range cols {
		c.write(&e)
	}
	return e.buf
}

// tableOf finds the table of a type of fact.
func tableOf(t innovation.FactType) (factTable, bool) {
	i := slices.IndexFunc(factTables, func(ft factTable) bool { return ft.factType() == t })
	if i < 0 {
		return nil, false
	}
	return factTables[i], true
}
