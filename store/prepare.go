package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

// prepare validates a new fact, brings its texts into normal form and checks
// its codes and references.
func (tx *Tx) prepare(ctx context.Context, fact innovation.Fact) (bound, *keeping, error) {
	t, ok := tableOf(fact.FactType())
	if !ok {
		return bound{}, nil, innovation.Invalidf(innovation.RuleFactTypeMismatch, "", "there is no type of fact %q", fact.FactType())
	}
	if err := fact.Validate(); err != nil {
		return bound{}, nil, err
	}
	b, err := t.bind(fact)
	if err != nil {
		return bound{}, nil, err
	}
	changed := false
	for _, c := range b.columns {
		if c.texts == nil {
			continue
		}
		for _, s := range c.texts() {
			if n := norm.NFC.String(*s); n != *s {
				*s, changed = n, true
			}
		}
	}
	if changed {
		if err := b.value().Validate(); err != nil {
			return bound{}, nil, err
		}
	}
	var errs []error
	for i, c := range b.columns {
		if c.code != nil {
			err := checkCode(ctx, tx.session, moment{current: true}, c.field, c.scheme, *c.code)
			if fault(err) {
				return bound{}, nil, err
			}
			errs = append(errs, err)
		}
		if c.ref == nil || i == 0 && t.foundsSubject() {
			continue
		}
		e := c.ref.get()
		if e.IsZero() {
			continue
		}
		_, found, err := tx.lookup(ctx, e)
		if err == nil && found {
			found, err = tx.founded(ctx, e)
		}
		if err != nil {
			return bound{}, nil, err
		}
		if !found {
			errs = append(errs, missing(c.field, e))
		}
	}
	for _, c := range b.columns {
		if c.prepare != nil {
			if err := c.prepare(tx.store.random); err != nil {
				return bound{}, nil, err
			}
		}
	}
	return b, t, innovation.Join(errs...)
}

// missing refuses a reference to what the register does not have.
func missing(field string, e innovation.Entity) *innovation.Error {
	return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleEntityNotFound, Field: field,
		Detail: fmt.Sprintf("the register has no %s with the key %s", e.Kind, e.Key),
		Try:    "record the " + string(e.Kind) + " first, or correct the key"}
}

// maxLookups bounds how many entities an act remembers.
const maxLookups = 100_000

// lookup finds an entity. An act remembers what it found: ids never change, and
// what a refused operation founded is forgotten with it.
func (tx *Tx) lookup(ctx context.Context, e innovation.Entity) (id int64, found bool, err error) {
	if id, found = tx.ids[e]; found {
		return id, true, nil
	}
	if id, _, found, err = entityID(ctx, tx.session, moment{current: true}, e); found {
		if len(tx.ids) >= maxLookups {
			clear(tx.ids)
		}
		tx.ids[e] = id
	}
	return id, found, err
}

// founded reports whether what founded an entity is still in force. An
// organisation and a person may be referred to without: nothing may be known
// of them but the key.
func (tx *Tx) founded(ctx context.Context, e innovation.Entity) (bool, error) {
	if e.Kind == innovation.KindOrganisation || e.Kind == innovation.KindPerson {
		return true, nil
	}
	if tx.many != nil && tx.many.founded[e] {
		return true, nil
	}
	id, _, err := tx.lookup(ctx, e)
	if err != nil {
		return false, err
	}
	t, ok := tableOf(innovation.FactType(e.Kind)) // what founds an entity has its name
	if !ok {
		return false, fmt.Errorf("nothing founds a %s", e.Kind)
	}
	is, err := tx.session.one(ctx, []any{new(int)}, "SELECT 1 FROM "+t.tableName()+" WHERE subject = ? AND removed = "+inForce+" LIMIT 1", id)
	if is && tx.many != nil {
		tx.many.founded[e] = true // it stays so while facts are only added
	}
	return is, err
}

// ensure finds an entity, or founds it.
func (tx *Tx) ensure(ctx context.Context, e innovation.Entity) (int64, error) {
	id, found, err := tx.lookup(ctx, e)
	if err != nil || found {
		return id, err
	}
	id = tx.next()
	if _, err := tx.session.exec(ctx, "INSERT INTO reg_entity (id, kind, key, version) VALUES (?, ?, ?, ?)",
		id, string(e.Kind), string(e.Key), tx.head.act+1); err != nil {
		return 0, err
	}
	tx.pending.change(signAdd, codeEntity, 0, entityFields(e))
	tx.made = append(tx.made, e)
	if len(tx.ids) < maxLookups {
		tx.ids[e] = id
	}
	return id, nil
}

// id finds an entity that is known to be there.
//
//go:noinline // many places would hold a copy of it
func (tx *Tx) id(ctx context.Context) func(innovation.Entity) (int64, error) {
	return func(e innovation.Entity) (int64, error) {
		id, found, err := tx.lookup(ctx, e)
		if err == nil && !found {
			err = missing(string(e.Kind), e)
		}
		return id, err
	}
}

// touch moves the version of an entity to this act.
func (tx *Tx) touch(ctx context.Context, e innovation.Entity) error {
	if e.IsZero() {
		return nil
	}
	id, err := tx.id(ctx)(e)
	if err == nil {
		tx.touched[id] = true
	}
	return err
}

// refuseSecond refuses to found twice what is described by one fact at a time.
func (tx *Tx) refuseSecond(ctx context.Context, t *keeping, b bound) error {
	if t.factType() == innovation.TypeExistence {
		return nil // an organisation may exist by law and in operation, and again
	}
	if term, ok := b.value().(innovation.Term); ok && innovation.IsStandardTerm(term.Scheme, term.Code) {
		return &innovation.Error{Kind: innovation.Exists, Rule: innovation.RuleEntityExists, Field: "code",
			Detail: fmt.Sprintf("every register knows the code %s of the scheme %s", term.Code, term.Scheme), Try: "use it as it is"}
	}
	e := b.value().Subject()
	got, err := t.scanAny(ctx, tx.session, "WHERE f.subject = (SELECT id FROM reg_entity WHERE kind = ? AND key = ?) AND f.removed = "+inForce,
		string(e.Kind), string(e.Key))
	if err != nil || len(got) == 0 {
		return err
	}
	return &innovation.Error{Kind: innovation.Exists, Rule: innovation.RuleEntityExists, Field: b.columns[0].field,
		Detail: fmt.Sprintf("the %s with the key %s is there already, as fact %d", e.Kind, e.Key, got[0].ID),
		Try:    "use another key, or correct or revise the fact"}
}

// refuseOrphans refuses to retract what other facts in force refer to.
func (tx *Tx) refuseOrphans(ctx context.Context, t *keeping, fact innovation.Fact) error {
	if !t.foundsSubject() || t.factType() == innovation.TypeExistence {
		return nil
	}
	if still, err := tx.founded(ctx, fact.Subject()); err != nil || still {
		return err // another fact, of a revision, founds it still
	}
	if term, ok := fact.(innovation.Term); ok {
		return tx.refuseUsed(ctx, term)
	}
	pointing, err := pointers(ctx, tx.session, moment{current: true}, fact.Subject(), false)
	if err != nil {
		return err
	}
	if fact.FactType() == innovation.TypeSource {
		citing, err := tx.citing(ctx, fact.Subject())
		if err != nil {
			return err
		}
		pointing = append(pointing, citing...)
	}
	if len(pointing) == 0 {
		return nil
	}
	var what []string
	for _, p := range pointing[:min(3, len(pointing))] {
		what = append(what, fmt.Sprintf("%s (fact %d)", p.Type, p.Fact))
	}
	return innovation.Refusedf(innovation.RuleStillReferredTo, "", "%d facts still refer to %s: %s", len(pointing), fact.Subject(), strings.Join(what, ", ")).
		Trying("retract them first")
}

// refuseUsed refuses to retract a code that facts in force use.
func (tx *Tx) refuseUsed(ctx context.Context, term innovation.Term) error {
	for _, t := range factTables {
		for _, c := range t.codeColumns(term.Scheme) {
			used, err := tx.session.one(ctx, []any{new(int)}, "SELECT 1 FROM "+t.tableName()+" WHERE "+c+" = ? AND removed = "+inForce+" LIMIT 1", term.Code)
			if err != nil {
				return err
			}
			if used {
				return innovation.Refusedf(innovation.RuleStillReferredTo, "", "facts of type %s still use the code %s", t.factType(), term.Code).
					Trying("correct them first")
			}
		}
	}
	return nil
}
