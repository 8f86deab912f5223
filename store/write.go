package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

// Record adds a fact and cites its sources; without any, those of the act. An
// Existence, Round, Licence, Condition, Provision, Source, Term or Person
// founds its subject when the register does not have it; every other entity
// that a fact names must be there already.
//
// It answers everything that is wrong at once: Invalid for malformed values,
// NotFound for entities that are not there, Exists for what is there already,
// Refused for a rule that would be broken. The register is then as before.
func (tx *Tx) Record(ctx context.Context, fact innovation.Fact, sources ...innovation.Citation) (id innovation.FactID, err error) {
	err = tx.operation(ctx, func() error {
		b, t, err := tx.prepare(ctx, fact)
		if err != nil {
			return err
		}
		if t.foundsSubject() {
			if _, err := tx.ensure(ctx, b.value().Subject()); err != nil {
				return err
			}
			if err := tx.refuseSecond(ctx, t, b); err != nil {
				return err
			}
		}
		if len(sources) == 0 {
			sources = tx.act.Sources
		}
		if id, err = tx.add(ctx, t, b, 0, sources); err != nil {
			return err
		}
		return tx.check(ctx, b.value())
	})
	return id, err
}

// Revise says that the world changed: it ends the fact where the period of its
// successor begins, and records the successor, a fact of the same type about
// the same subject.
func (tx *Tx) Revise(ctx context.Context, id innovation.FactID, successor innovation.Fact, sources ...innovation.Citation) (next innovation.FactID, err error) {
	err = tx.operation(ctx, func() error {
		b, t, err := tx.prepare(ctx, successor)
		if err != nil {
			return err
		}
		old, err := tx.inForce(ctx, t, id, b.value())
		if err != nil {
			return err
		}
		if err := tx.endAt(ctx, t, old, b.value().Valid().Start); err != nil {
			return err
		}
		if len(sources) == 0 {
			sources = tx.act.Sources
		}
		if next, err = tx.add(ctx, t, b, 0, sources); err != nil {
			return err
		}
		return tx.check(ctx, old.Value, b.value())
	})
	return next, err
}

// End says that a fact stopped holding: day is the first day on which it does
// not hold. Nothing follows it. The sources are added to those of the fact;
// without any, those of the act.
func (tx *Tx) End(ctx context.Context, id innovation.FactID, day innovation.Day, sources ...innovation.Citation) error {
	return tx.operation(ctx, func() error {
		if day.IsZero() {
			return innovation.Invalidf(innovation.RulePeriodInvalid, "day", "the day is missing").Trying("give the first day on which the fact does not hold")
		}
		t, old, err := tx.find(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.endAt(ctx, t, old, day.Bound); err != nil {
			return err
		}
		if len(sources) == 0 {
			sources = tx.act.Sources
		}
		if err := tx.addCitations(ctx, old.Value.Subject(), id, sources); err != nil {
			return err
		}
		return tx.check(ctx, old.Value)
	})
}

// Correct says that the register was wrong: it replaces the values and the
// period of the fact, which keeps its number, its subject and its sources.
// Further sources are added. When nothing differs, nothing is written.
func (tx *Tx) Correct(ctx context.Context, id innovation.FactID, replacement innovation.Fact, sources ...innovation.Citation) error {
	return tx.operation(ctx, func() error {
		b, t, err := tx.prepare(ctx, replacement)
		if err != nil {
			return err
		}
		old, err := tx.inForce(ctx, t, id, b.value())
		if err != nil {
			return err
		}
		if err := tx.replace(ctx, t, old, b); err != nil {
			return err
		}
		if err := tx.addCitations(ctx, b.value().Subject(), id, sources); err != nil {
			return err
		}
		return tx.check(ctx, old.Value, b.value())
	})
}

// Retract says that the fact was never true. A person's name that is retracted
// is erased for good: only its digest stays, so that the chain still verifies.
func (tx *Tx) Retract(ctx context.Context, id innovation.FactID) error {
	return tx.operation(ctx, func() error {
		t, old, err := tx.find(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.remove(ctx, t, old.Value, id); err != nil {
			return err
		}
		if t.factType() == innovation.TypePerson {
			if _, err := tx.session.exec(ctx, `UPDATE reg_person SET salt = NULL, name = NULL WHERE subject = (SELECT subject FROM reg_person WHERE fact = ? LIMIT 1)`, int64(id)); err != nil {
				return err
			}
		} else if err := tx.refuseOrphans(ctx, t, old.Value); err != nil {
			return err
		}
		return tx.check(ctx, old.Value)
	})
}

// Cite adds a source to a fact. The fact itself does not change.
func (tx *Tx) Cite(ctx context.Context, id innovation.FactID, source innovation.Citation) error {
	return tx.operation(ctx, func() error {
		_, old, err := tx.find(ctx, id)
		if err != nil {
			return err
		}
		return tx.addCitations(ctx, old.Value.Subject(), id, []innovation.Citation{source})
	})
}

// Uncite takes back a citation that does not support the fact. The fact itself
// does not change.
func (tx *Tx) Uncite(ctx context.Context, id innovation.FactID, source innovation.Citation) error {
	return tx.operation(ctx, func() error {
		_, old, err := tx.find(ctx, id)
		if err != nil {
			return err
		}
		cited, err := tx.resolveCitations(ctx, "sources", []innovation.Citation{source})
		if err != nil {
			return err
		}
		n, err := tx.session.exec(ctx, "UPDATE reg_citation SET removed = ? WHERE fact = ? AND source = ? AND locator = ? AND removed = "+inForce,
			tx.change+1, int64(id), cited[0], source.Locator)
		if err != nil {
			return err
		}
		if n == 0 {
			return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleCitationNotFound, Field: "source",
				Detail: fmt.Sprintf("fact %d does not cite %s at %q", id, source.Source, source.Locator), Try: "give the locator as it is recorded"}
		}
		tx.pending.change(signRemove, codeCitation, id, citationFields(source))
		tx.next()
		return tx.touch(ctx, old.Value.Subject())
	})
}

// Expect refuses, as Stale, to go on when the entity has changed since the act
// that the caller read it at.
func (tx *Tx) Expect(ctx context.Context, e innovation.Entity, version innovation.ActNumber) error {
	return tx.operation(ctx, func() error {
		_, is, err := mustEntity(ctx, tx.session, moment{current: true}, e)
		if err != nil {
			return err
		}
		if is != int64(version) {
			return &innovation.Error{Kind: innovation.Stale, Rule: innovation.RuleEntityStale,
				Detail: fmt.Sprintf("%s was changed by act %d, after the act %d that was read", e.Key, is, version),
				Try:    "read it again and decide anew"}
		}
		return nil
	})
}

// prepare validates a new fact, brings its texts into normal form and checks
// its codes and references.
func (tx *Tx) prepare(ctx context.Context, fact innovation.Fact) (bound, factTable, error) {
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
	id, _, err := tx.lookup(ctx, e)
	if err != nil {
		return false, err
	}
	t, ok := tableOf(innovation.FactType(e.Kind)) // what founds an entity has its name
	if !ok {
		return false, fmt.Errorf("nothing founds a %s", e.Kind)
	}
	return tx.session.one(ctx, []any{new(int)}, "SELECT 1 FROM "+t.tableName()+" WHERE subject = ? AND removed = "+inForce+" LIMIT 1", id)
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
	return id, nil
}

// id finds an entity that is known to be there.
func (tx *Tx) id(ctx context.Context) func(innovation.Entity) (int64, error) {
	return func(e innovation.Entity) (int64, error) {
		id, found, err := tx.lookup(ctx, e)
		if err == nil && !found {
			err = missing(string(e.Kind), e)
		}
		return id, err
	}
}

// add inserts a row of a fact: a new fact when id is 0.
func (tx *Tx) add(ctx context.Context, t factTable, b bound, id innovation.FactID, sources []innovation.Citation) (innovation.FactID, error) {
	added := tx.next()
	fresh := id == 0
	if fresh {
		id = innovation.FactID(added)
		tx.recorded = append(tx.recorded, id)
	}
	args := []any{added, int64(id)}
	for _, c := range b.columns {
		values, err := c.store(tx.id(ctx))
		if err != nil {
			return 0, err
		}
		args = append(args, values...)
		if c.ref != nil && c.ref.owner {
			if err := tx.touch(ctx, c.ref.get()); err != nil {
				return 0, err
			}
		}
	}
	if _, err := tx.session.exec(ctx, t.insertSQL(), args...); err != nil {
		return 0, err
	}
	tx.pending.change(signAdd, t.digestCode(), id, encodeFields(b.columns))
	subject := b.value().Subject()
	if err := tx.touch(ctx, subject); err != nil {
		return 0, err
	}
	if fresh {
		return id, tx.addCitations(ctx, subject, id, sources)
	}
	return id, nil
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

// remove ends the row in force of a fact.
func (tx *Tx) remove(ctx context.Context, t factTable, old innovation.Fact, id innovation.FactID) error {
	n, err := tx.session.exec(ctx, "UPDATE "+t.tableName()+" SET removed = ? WHERE fact = ? AND removed = "+inForce, tx.next(), int64(id))
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("fact %d of %s has %d rows in force", id, t.tableName(), n)
	}
	tx.pending.change(signRemove, t.digestCode(), id, nil)
	b, err := t.bind(old)
	if err != nil {
		return err
	}
	for _, c := range b.columns {
		if c.ref != nil && c.ref.owner {
			if err := tx.touch(ctx, c.ref.get()); err != nil {
				return err
			}
		}
	}
	return tx.touch(ctx, old.Subject())
}

// replace puts new values in the place of the row in force, unless they are
// the same.
func (tx *Tx) replace(ctx context.Context, t factTable, old innovation.Recorded[innovation.Fact], b bound) error {
	was, err := t.bind(old.Value)
	if err != nil {
		return err
	}
	same := string(encodeFields(was.columns)) == string(encodeFields(b.columns))
	if t.factType() == innovation.TypePerson { // its fields hold a salted digest
		same = old.Value == b.value()
	}
	if same {
		return nil
	}
	if err := tx.remove(ctx, t, old.Value, old.ID); err != nil {
		return err
	}
	_, err = tx.add(ctx, t, b, old.ID, nil)
	return err
}

// endAt replaces the end of a fact's period.
func (tx *Tx) endAt(ctx context.Context, t factTable, old innovation.Recorded[innovation.Fact], end innovation.Bound) error {
	b, err := t.bind(old.Value)
	if err != nil {
		return err
	}
	var p *innovation.Period
	for _, c := range b.columns {
		if c.period != nil {
			p = c.period
		}
	}
	switch t.factType() {
	case innovation.TypeLicence, innovation.TypeRound:
		p = nil // a licence changes by decisions, and the rules of a round are those of its licences for ever
	}
	if p == nil {
		return innovation.Refusedf(innovation.RuleReviseRefused, "", "a %s does not end or change from a day on", t.factType()).
			Trying("correct or retract it; a licence changes by decisions, new rules are a new round")
	}
	if !p.IsOpen() && end.Latest.After(p.End.Latest) {
		return innovation.Refusedf(innovation.RuleReviseRefused, "day", "fact %d ends on %s already", old.ID, p.End).
			Trying("record what came after it as a fact of its own, or correct the end if it is wrong")
	}
	*p = p.EndingAt(end)
	if err := p.Validate(); err != nil {
		return innovation.Invalidf(innovation.RulePeriodInvalid, "period.start", "the fact begins on %s and cannot end on %s",
			old.Value.Valid().Start, end).Trying("take a later day, or correct the fact")
	}
	return tx.replace(ctx, t, old, b)
}

// find finds a fact in force by its number, whatever its type.
func (tx *Tx) find(ctx context.Context, id innovation.FactID) (factTable, innovation.Recorded[innovation.Fact], error) {
	for _, t := range factTables {
		got, err := t.scanAny(ctx, tx.session, "WHERE f.fact = ? AND f.removed = "+inForce, int64(id))
		if err != nil {
			return nil, innovation.Recorded[innovation.Fact]{}, err
		}
		if len(got) == 1 {
			return t, got[0], nil
		}
	}
	return nil, innovation.Recorded[innovation.Fact]{}, factNotFound(id)
}

func factNotFound(id innovation.FactID) *innovation.Error {
	return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleFactNotFound, Field: "fact",
		Detail: "no fact with the number " + strconv.FormatInt(int64(id), 10) + " is in force",
		Try:    "look at the history of its subject: it may have been retracted"}
}

// inForce reads the fact that another is to revise or to correct.
func (tx *Tx) inForce(ctx context.Context, t factTable, id innovation.FactID, other innovation.Fact) (innovation.Recorded[innovation.Fact], error) {
	is, old, err := tx.find(ctx, id)
	switch {
	case err != nil:
		return old, err
	case is.factType() != t.factType():
		return old, innovation.Invalidf(innovation.RuleFactTypeMismatch, "fact", "fact %d is of type %s, not %s", id, is.factType(), t.factType())
	case old.Value.Subject() != other.Subject():
		return old, innovation.Refusedf(innovation.RuleSubjectFixed, "", "fact %d is about %s, not about %s", id, old.Value.Subject(), other.Subject()).
			Trying("retract the fact and record another")
	}
	return old, nil
}

// refuseSecond refuses to found twice what is described by one fact at a time.
func (tx *Tx) refuseSecond(ctx context.Context, t factTable, b bound) error {
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
		Detail: fmt.Sprintf("there is a %s with the key %s already, as fact %d", e.Kind, e.Key, got[0].ID),
		Try:    "use another key, or correct or revise the fact"}
}

// refuseOrphans refuses to retract what other facts in force refer to.
func (tx *Tx) refuseOrphans(ctx context.Context, t factTable, fact innovation.Fact) error {
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

// citing lists the facts in force that cite a source.
func (tx *Tx) citing(ctx context.Context, source innovation.Entity) ([]Pointer, error) {
	id, err := tx.id(ctx)(source)
	if err != nil {
		return nil, err
	}
	var out []Pointer
	for _, t := range factTables {
		got, err := t.scanAny(ctx, tx.session, "WHERE f.removed = "+inForce+
			" AND f.fact IN (SELECT fact FROM reg_citation WHERE source = ? AND removed = "+inForce+") ORDER BY f.fact", id)
		if err != nil {
			return nil, err
		}
		for _, f := range got {
			out = append(out, Pointer{Type: t.factType(), Fact: f.ID})
		}
	}
	return out, nil
}

// addCitations cites sources for a fact; one that is cited already is left.
func (tx *Tx) addCitations(ctx context.Context, subject innovation.Entity, id innovation.FactID, sources []innovation.Citation) error {
	if len(sources) == 0 {
		return nil
	}
	sources = normalCitations(sources)
	ids, err := tx.resolveCitations(ctx, "sources", sources)
	if err != nil {
		return err
	}
	about, err := tx.id(ctx)(subject)
	if err != nil {
		return err
	}
	for i, source := range ids {
		cited, err := tx.session.one(ctx, []any{new(int)},
			"SELECT 1 FROM reg_citation WHERE fact = ? AND source = ? AND locator = ? AND removed = "+inForce, int64(id), source, sources[i].Locator)
		if err != nil {
			return err
		}
		if cited {
			continue
		}
		if _, err := tx.session.exec(ctx, "INSERT INTO reg_citation (added, fact, subject, source, locator) VALUES (?, ?, ?, ?, ?)",
			tx.next(), int64(id), about, source, sources[i].Locator); err != nil {
			return err
		}
		tx.pending.change(signAdd, codeCitation, id, citationFields(sources[i]))
		tx.touched[about] = true
	}
	return nil
}

// normalCitations brings the locators of citations into normal form.
func normalCitations(cited []innovation.Citation) []innovation.Citation {
	out := slices.Clone(cited)
	for i := range out {
		out[i].Locator = norm.NFC.String(out[i].Locator)
	}
	return out
}

// resolveCitations finds the sources that are cited.
func (tx *Tx) resolveCitations(ctx context.Context, field string, cited []innovation.Citation) ([]int64, error) {
	out := make([]int64, len(cited))
	var errs []error
	for i, c := range cited {
		at := fmt.Sprintf("%s[%d]", field, i)
		if err := c.Validate(); err != nil {
			for _, e := range innovation.Violations(err) {
				errs = append(errs, e.In(at))
			}
			continue
		}
		id, found, err := tx.lookup(ctx, c.Source.Entity())
		if err == nil && found {
			found, err = tx.founded(ctx, c.Source.Entity())
		}
		if err != nil {
			return nil, err
		}
		if !found {
			errs = append(errs, missing(at+".source", c.Source.Entity()))
		}
		out[i] = id
	}
	return out, innovation.Join(errs...)
}
