package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// TermList is the codes of a scheme.
type TermList struct {
	Scheme innovation.Scheme `json:"scheme"`
	Terms  []innovation.Term `json:"terms" doc:"The standard codes, then those that acts added"`
}

// Terms lists the codes of a scheme: those that every register knows, and
// those that acts have added as known at the view.
func (r reader) Terms(ctx context.Context, v innovation.View, scheme innovation.Scheme) (out TermList, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		out = TermList{Scheme: scheme, Terms: []innovation.Term{}}
		known := false
		for _, x := range innovation.Schemes() {
			known = known || x == scheme
		}
		if !known {
			return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleTermUnknown, Field: "scheme",
				Detail: fmt.Sprintf("there is no scheme %q", scheme), Try: "use one of those that the documentation lists"}
		}
		for _, t := range innovation.StandardTerms() {
			if t.Scheme == scheme {
				out.Terms = append(out.Terms, t)
			}
		}
		m.bare = true
		added, err := selectFacts(ctx, s, m, terms, m.known("f").and("f.scheme = ?", string(scheme)), "ORDER BY f.code")
		for _, t := range added {
			out.Terms = append(out.Terms, t.Value)
		}
		return err
	})
	return out, err
}

// checkCode refuses a code that its scheme does not list, as the moment knows
// it. No code is no code to refuse.
func checkCode(ctx context.Context, s *session, m moment, field string, scheme innovation.Scheme, code string) error {
	if code == "" || innovation.IsStandardTerm(scheme, code) {
		return nil
	}
	w := m.plain("f").and("f.scheme = ? AND f.code = ?", string(scheme), code)
	known, err := s.one(ctx, []any{new(int)}, "SELECT 1 FROM reg_term f "+w.String(), w.args...)
	if err == nil && !known {
		err = innovation.TermUnknown(field, scheme, code)
	}
	return err
}

// checkCodes is checkCode for several codes of a scheme.
func checkCodes(ctx context.Context, s *session, m moment, field string, scheme innovation.Scheme, codes []string) error {
	var errs []error
	for _, c := range codes {
		errs = append(errs, checkCode(ctx, s, m, field, scheme, c))
	}
	return innovation.Join(errs...)
}

// FactFilter selects facts of a type; an empty field does not restrict.
type FactFilter struct {
	Subject innovation.Entity // facts about this entity
	AllDays bool              // also those that do not hold on the view's day
	Limit   int               // how many at most: 1 to 1000, 100 when 0
	Page    string            // the token of the page, from Next
}

// FactList is a page of facts of one type in the order of their numbers.
type FactList[F innovation.Fact] struct {
	Recipe innovation.Recipe        `json:"recipe"`
	Facts  []innovation.Recorded[F] `json:"facts"`
	Next   string                   `json:"next,omitempty" doc:"Token of the next page; empty on the last"`
}

// The fields of a FactList, whatever the facts.
const (
	listRecipe = iota
	listFacts
	listNext
)

// Reader is what Store, Snapshot and Tx have in common: the operations that
// read. It cannot be implemented elsewhere.
type Reader interface{ facts() reader }

func (r reader) facts() reader { return r }

// Facts lists the facts of type F in the order in which they were recorded:
// those that hold, or possibly hold, on the view's day, or those of all days.
// Of an event, the day must have come.
func Facts[F innovation.Fact](ctx context.Context, from Reader, v innovation.View, f FactFilter) (out FactList[F], err error) {
	err = FactsInto(ctx, from, &out, v, f)
	return out, err
}

// FactsInto is Facts for a caller that learns the type of the facts only as the
// program runs: list is a pointer to a FactList of that type. After an error the
// list is empty.
func FactsInto(ctx context.Context, from Reader, list any, v innovation.View, f FactFilter) error {
	out := reflect.ValueOf(list).Elem()
	got := out.Field(listFacts)
	fact := got.Type().Elem().Field(recordedValue).Type
	i := slices.IndexFunc(factTables, func(k *keeping) bool { return k.goType == fact })
	if i < 0 {
		return innovation.Invalidf(innovation.RuleFactTypeMismatch, "", "there is no type of fact %s", fact)
	}
	t := factTables[i]
	out.SetZero()
	err := from.facts().from.read(ctx, func(s *session) error {
		p, err := openPage(ctx, s, v, string(t.typ), f.Limit, f.Page, fmt.Sprintf("%s %t", f.Subject, f.AllDays))
		if err != nil {
			return err
		}
		var after int64
		if p.after != "" {
			if _, err := fmt.Sscan(p.after, &after); err != nil {
				return innovation.Invalidf(innovation.RulePageTokenInvalid, "page", "the token is not one of this list")
			}
		}
		w := p.moment.known("f")
		if !f.AllDays && t.period {
			if t.endless {
				w = w.and("f.start_earliest <= ?", p.moment.on.DayNumber())
			} else {
				w = p.moment.holding("f")
			}
		}
		w = w.and("f.fact > ?", after)
		if !f.Subject.IsZero() {
			id, _, err := mustEntity(ctx, s, p.moment, f.Subject)
			if err != nil {
				return err
			}
			w = w.and("f.subject = ?", id)
		}
		// One more than the page has, to see whether another follows.
		if err := t.choose(ctx, s, p.moment, got.Addr().Interface(), w, fmt.Sprintf("ORDER BY f.fact LIMIT %d", p.limit+1)); err != nil {
			return err
		}
		if got.Len() > p.limit {
			got.SetLen(p.limit)
			out.Field(listNext).SetString(p.token(fmt.Sprint(got.Index(p.limit - 1).Field(recordedID).Int())))
		}
		*out.Field(listRecipe).Addr().Interface().(*innovation.Recipe) = p.moment.recipe()
		return nil
	})
	if err != nil {
		out.SetZero()
		return err
	}
	if got.IsNil() {
		got.Set(reflect.MakeSlice(got.Type(), 0, 0))
	}
	return nil
}

// FactReading is one fact as the register holds it.
type FactReading struct {
	Recipe  innovation.Recipe   `json:"recipe"`
	Type    innovation.FactType `json:"type" doc:"What kind of statement it is"`
	Subject innovation.Entity   `json:"subject" doc:"The entity it is about"`
	Holds   innovation.Answer   `json:"holds" doc:"Whether it held on the day"`
	innovation.Recorded[innovation.Fact]
}

// Fact reads a fact of any type by its number, also one that does not hold on
// the view's day. NotFound when the view knows no such fact in force.
func (r reader) Fact(ctx context.Context, v innovation.View, id innovation.FactID) (out FactReading, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		w := m.known("f").and("f.fact = ?", int64(id))
		for _, t := range factTables {
			got, err := t.scanAny(ctx, s, w.String(), w.args...)
			if err != nil {
				return err
			}
			if len(got) == 0 {
				continue
			}
			if err := cite(ctx, s, m, &got); err != nil {
				return err
			}
			f := got[0]
			out = FactReading{m.recipe(), t.factType(), f.Value.Subject(), f.Value.Valid().Holds(v.On), f}
			return nil
		}
		return factNotFound(id)
	})
	return out, err
}

// FactTypes lists the types of fact that a register keeps.
func FactTypes() []innovation.FactType {
	out := make([]innovation.FactType, len(factTables))
	for i, t := range factTables {
		out[i] = t.factType()
	}
	return out
}

// Status is where a register stands.
type Status struct {
	Register string               `json:"register" doc:"Identity of the register"`
	Engine   string               `json:"engine" doc:"sqlite or postgres"`
	Schema   int                  `json:"schema" doc:"Version of the schema"`
	Act      innovation.ActNumber `json:"act" doc:"The last act; 0 when nothing was written yet"`
	Recipe   innovation.Recipe    `json:"recipe"`
	Entities map[string]int64     `json:"entities" doc:"How many entities of each kind there are"`
	Facts    map[string]int64     `json:"facts" doc:"How many facts of each type are in force"`
}

// Status says where the register stands and how much is in it.
func (s *Store) Status(ctx context.Context, v innovation.View) (out Status, err error) {
	err = s.read(ctx, func(c *session) error {
		m, err := resolve(ctx, c, v)
		if err != nil {
			return err
		}
		out = Status{Register: s.ID(), Engine: s.dialect.name, Schema: SchemaVersion(), Act: innovation.ActNumber(m.act),
			Recipe: m.recipe(), Entities: map[string]int64{}, Facts: map[string]int64{}}
		rows, err := c.query(ctx, "SELECT kind, count(*) FROM reg_entity WHERE id <= ? GROUP BY kind", m.change)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var kind string
			var n int64
			if err := rows.Scan(&kind, &n); err != nil {
				return err
			}
			out.Entities[kind] = n
		}
		if err := rows.Err(); err != nil {
			return explain(err)
		}
		rows.Close()
		for _, t := range factTables {
			w := m.known("f")
			var n int64
			if _, err := c.one(ctx, []any{&n}, "SELECT count(*) FROM "+t.tableName()+" f "+w.String(), w.args...); err != nil {
				return err
			}
			out.Facts[string(t.factType())] = n
		}
		return nil
	})
	return out, err
}
