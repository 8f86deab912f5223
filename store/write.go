package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/innovationregistry/registry/innovation"
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
		var put innovation.Fact
		var held bool
		if id, put, held, err = tx.put(ctx, fact, sources); err != nil || held {
			return err
		}
		return tx.check(ctx, put)
	})
	return id, err
}

// put writes a fact that is to be checked against others, as it is kept. An
// adoption event that is there already is held, and only cited.
func (tx *Tx) put(ctx context.Context, fact innovation.Fact, sources []innovation.Citation) (id innovation.FactID, put innovation.Fact, held bool, err error) {
	b, t, err := tx.prepare(ctx, fact)
	if err != nil {
		return 0, nil, false, err
	}
	put = b.value()
	if t.foundsSubject() {
		if _, err := tx.ensure(ctx, put.Subject()); err != nil {
			return 0, put, false, err
		}
		if err := tx.refuseSecond(ctx, t, b); err != nil {
			return 0, put, false, err
		}
	}
	if len(sources) == 0 {
		sources = tx.act.Sources
	}
	if a, ok := put.(innovation.Adoption); ok {
		if id, err = tx.heldAlready(ctx, a); err != nil {
			return 0, put, false, err
		}
		if id != 0 { // recorded twice is recorded once
			return id, put, true, tx.addCitations(ctx, a.Subject(), id, sources)
		}
	}
	id, err = tx.add(ctx, t, b, 0, sources)
	return id, put, false, err
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
// On a file of the register's own the bytes are overwritten; a host's database
// keeps them until it is vacuumed, and backups are the caller's.
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
			if err := tx.eraseName(ctx, id); err != nil {
				return err
			}
		} else if err := tx.refuseOrphans(ctx, t, old.Value); err != nil {
			return err
		}
		return tx.check(ctx, old.Value)
	})
}

// eraseName leaves of a person's name, and of all it was before, the digests.
func (tx *Tx) eraseName(ctx context.Context, id innovation.FactID) error {
	tx.erased = true
	_, err := tx.session.exec(ctx, `UPDATE reg_person SET salt = NULL, name = NULL WHERE subject = (SELECT subject FROM reg_person WHERE fact = ? LIMIT 1)`, int64(id))
	return err
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

// add inserts a row of a fact: a new fact when id is 0.
func (tx *Tx) add(ctx context.Context, t *keeping, b bound, id innovation.FactID, sources []innovation.Citation) (innovation.FactID, error) {
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
	insert := func() error {
		_, err := tx.session.exec(ctx, t.insertSQL(), args...)
		return err
	}
	if a, ok := b.value().(innovation.Adoption); ok {
		err := tx.keepingMonths(ctx, a, insert)
		if err != nil {
			return 0, err
		}
	} else if err := insert(); err != nil {
		return 0, err
	}
	tx.pending.change(signAdd, t.digestCode(), id, encodeFields(b.columns))
	subject := b.value().Subject()
	if err := tx.touch(ctx, subject); err != nil {
		return 0, err
	}
	if fresh {
		return id, tx.cite(ctx, subject, id, sources, true)
	}
	return id, nil
}

// remove ends the row in force of a fact.
func (tx *Tx) remove(ctx context.Context, t *keeping, old innovation.Fact, id innovation.FactID) error {
	var n int64
	take := func() (err error) {
		n, err = tx.session.exec(ctx, "UPDATE "+t.tableName()+" SET removed = ? WHERE fact = ? AND removed = "+inForce, tx.next(), int64(id))
		return err
	}
	var err error
	if a, ok := old.(innovation.Adoption); ok {
		err = tx.keepingMonths(ctx, a, take)
	} else {
		err = take()
	}
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
func (tx *Tx) replace(ctx context.Context, t *keeping, old innovation.Recorded[innovation.Fact], b bound) error {
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
func (tx *Tx) endAt(ctx context.Context, t *keeping, old innovation.Recorded[innovation.Fact], end innovation.Bound) error {
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
func (tx *Tx) find(ctx context.Context, id innovation.FactID) (*keeping, innovation.Recorded[innovation.Fact], error) {
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
func (tx *Tx) inForce(ctx context.Context, t *keeping, id innovation.FactID, other innovation.Fact) (innovation.Recorded[innovation.Fact], error) {
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
