package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// inForce is the value of removed in a row that no change has removed. It
// stands in statements as literal text, so that partial indexes serve them.
const inForce = "9223372036854775807"

// table is how facts of one type are kept. Almost all of it is in keeping, which
// does not know the type: code that does is compiled anew for every type, so
// there is as little of it as can be.
type table[F innovation.Fact] struct{ keeping }

// keeping is what a table does without knowing the Go type of its facts.
type keeping struct {
	typ     innovation.FactType
	goType  reflect.Type
	code    int  // in the digest; never reused
	founds  bool // recording such a fact founds its subject
	name    string
	query   string // SELECT … FROM … JOIN …, to be followed by WHERE
	insert  string
	heads   []string // columns after added, removed, fact
	period  bool     // facts of the type hold in a period or from a day
	endless bool     // they are events without columns for an end
	refs    []refColumn
	owners  []string                       // columns of entities that own the fact besides its subject
	codes   map[innovation.Scheme][]string // columns that hold codes of a scheme
	columns func(fact any) []*column       // bound to the fact pointed to; the subject first
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

// bound is a fact with the columns through which it is read, written, and its
// period can be changed.
type bound struct {
	columns []*column
	value   func() innovation.Fact // the fact as it is now
}

// define describes the table of one type of fact. The columns of a fact are
// bound to one Go value, so that a query scans all its rows into the same place.
func define[F innovation.Fact](code int, founds bool, name string, columns func(*F) []*column) *table[F] {
	t := &table[F]{}
	t.compose(reflect.TypeFor[F](), code, founds, name, func(fact any) []*column { return columns(fact.(*F)) })
	return t
}

// compose works out the statements, and what else follows from the columns.
func (k *keeping) compose(goType reflect.Type, code int, founds bool, name string, columns func(fact any) []*column) {
	k.goType, k.code, k.founds, k.name, k.columns = goType, code, founds, name, columns
	none := k.empty()
	k.typ = none.value().FactType()
	k.codes = map[innovation.Scheme][]string{}
	var sel, join, marks []string
	for _, c := range none.columns {
		k.heads = append(k.heads, c.names...)
		for range c.names {
			marks = append(marks, "?")
		}
		if c.scheme != "" {
			k.codes[c.scheme] = append(k.codes[c.scheme], c.names[0])
		}
		if c.ref == nil {
			for _, n := range c.names {
				sel = append(sel, "f."+n)
			}
			continue
		}
		k.refs = append(k.refs, refColumn{c.names[0], c.field, c.ref.kind})
		if c.ref.owner {
			k.owners = append(k.owners, c.names[0])
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
	k.period = slices.Contains(k.heads, "start_earliest")
	k.endless = k.period && !slices.Contains(k.heads, "end_latest")
	k.query = "SELECT f.added, f.removed, f.fact, " + strings.Join(sel, ", ") + " FROM " + k.name + " f" + strings.Join(join, "")
	k.insert = "INSERT INTO " + k.name + " (added, fact, " + strings.Join(k.heads, ", ") + ") VALUES (?, ?, " + strings.Join(marks, ", ") + ")"
}

func (k *keeping) factType() innovation.FactType { return k.typ }
func (k *keeping) digestCode() int               { return k.code }
func (k *keeping) tableName() string             { return k.name }
func (k *keeping) foundsSubject() bool           { return k.founds }
func (k *keeping) insertSQL() string             { return k.insert }
func (k *keeping) references() []refColumn       { return k.refs }
func (k *keeping) ownerColumns() []string        { return k.owners }

func (k *keeping) codeColumns(scheme innovation.Scheme) []string { return k.codes[scheme] }

// bind copies the fact.
func (k *keeping) bind(f innovation.Fact) (bound, error) {
	if reflect.TypeOf(f) != k.goType {
		return bound{}, innovation.Invalidf(innovation.RuleFactTypeMismatch, "", "a %s is no %s", f.FactType(), k.typ)
	}
	v := reflect.New(k.goType)
	v.Elem().Set(reflect.ValueOf(f))
	return k.bound(v), nil
}

// empty is a place to read facts into.
func (k *keeping) empty() bound { return k.bound(reflect.New(k.goType)) }

func (k *keeping) bound(v reflect.Value) bound {
	return bound{k.columns(v.Interface()), func() innovation.Fact { return v.Elem().Interface().(innovation.Fact) }}
}

// verifyDerived checks the columns that follow from others, that a fact in
// force has its name, and that no fact has two rows in force.
func (k *keeping) verifyDerived(ctx context.Context, s *session, problem func(where, format string, args ...any)) error {
	twice, err := s.query(ctx, "SELECT fact FROM "+k.name+" WHERE removed = "+inForce+" GROUP BY fact HAVING COUNT(*) > 1")
	if err != nil {
		return err
	}
	defer twice.Close()
	for twice.Next() {
		var id int64
		if err := twice.Scan(&id); err != nil {
			return err
		}
		problem(k.name, "fact %d has two rows in force", id)
	}
	if err := twice.Err(); err != nil {
		return explain(err)
	}
	twice.Close()
	b := k.empty()
	return k.each(ctx, s, b.columns, "", nil, func(r row) error {
		for _, c := range b.columns {
			if c.verify == nil {
				continue
			}
			if err := c.verify(); err != nil {
				problem(k.name, "row %d: %v", r.added, err)
			}
		}
		if r.removed < maxChange {
			return nil
		}
		if err := b.value().Validate(); err != nil {
			problem(k.name, "row %d: %v", r.added, err)
		}
		return nil
	})
}

// row is what every row of a fact begins with.
type row struct {
	added, removed innovation.ChangeNumber
	fact           innovation.FactID
}

// each runs the table's query with the given rest, reads every row into the
// value that the columns are bound to, and calls yield. The connection is busy
// until it returns.
func (k *keeping) each(ctx context.Context, s *session, columns []*column, rest string, args []any, yield func(row) error) error {
	rows, err := s.query(ctx, k.query+" "+rest, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var r row
	dest := append(make([]any, 0, 4+len(k.heads)), (*int64)(&r.added), (*int64)(&r.removed), (*int64)(&r.fact))
	for _, c := range columns {
		dest = append(dest, c.dest...)
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("row %d of %s: %w", r.added, k.name, err)
		}
		for _, c := range columns {
			if c.load == nil {
				continue
			}
			if err := c.load(); err != nil {
				return fmt.Errorf("row %d of %s: %s: %w", r.added, k.name, c.field, err)
			}
		}
		if err := yield(r); err != nil {
			return err
		}
	}
	return explain(rows.Err())
}

// scan reads facts, without their sources.
func (t *table[F]) scan(ctx context.Context, s *session, rest string, args ...any) (out []innovation.Recorded[F], err error) {
	err = t.into(ctx, s, &out, rest, args)
	return out, err
}

// The fields of an innovation.Recorded, whatever the fact.
const (
	recordedID = iota
	recordedVersion
	recordedValue
	recordedSources
)

// into puts the facts that it reads into a list, which is a pointer to an empty
// slice of innovation.Recorded of the type of the table's facts.
func (k *keeping) into(ctx context.Context, s *session, list any, rest string, args []any) error {
	all := reflect.ValueOf(list).Elem()
	next := reflect.New(all.Type().Elem()).Elem()
	id := next.Field(recordedID).Addr().Interface().(*innovation.FactID)
	version := next.Field(recordedVersion).Addr().Interface().(*innovation.ChangeNumber)
	columns := k.columns(next.Field(recordedValue).Addr().Interface())
	n, room := 0, 0
	err := k.each(ctx, s, columns, rest, args, func(r row) error {
		if n == room {
			all.Grow(max(n, 1))
			room = all.Cap()
			all.SetLen(room)
		}
		*id, *version = r.fact, r.added
		all.Index(n).Set(next)
		n++
		return nil
	})
	all.SetLen(n)
	return err
}

func (k *keeping) scanAny(ctx context.Context, s *session, rest string, args ...any) ([]innovation.Recorded[innovation.Fact], error) {
	var out []innovation.Recorded[innovation.Fact]
	b := k.empty()
	err := k.each(ctx, s, b.columns, rest, args, func(r row) error {
		out = append(out, innovation.Recorded[innovation.Fact]{ID: r.fact, Version: r.added, Value: b.value()})
		return nil
	})
	return out, err
}

func (k *keeping) scanRows(ctx context.Context, s *session, rest string, args ...any) ([]storedRow, error) {
	var out []storedRow
	b := k.empty()
	err := k.each(ctx, s, b.columns, rest, args, func(r row) error {
		out = append(out, storedRow{r.added, r.removed, r.fact, b.value(), encodeFields(b.columns)})
		return nil
	})
	return out, err
}

// encodeFields is the canonical form of a fact's fields, in the order of their
// tags. Tables list their columns in that order.
func encodeFields(cols []*column) []byte {
	var e encoder
	for _, c := range cols {
		c.write(&e)
	}
	return e.buf
}

// tableOf finds the table of a type of fact.
func tableOf(t innovation.FactType) (*keeping, bool) {
	i := slices.IndexFunc(factTables, func(k *keeping) bool { return k.typ == t })
	if i < 0 {
		return nil, false
	}
	return factTables[i], true
}
