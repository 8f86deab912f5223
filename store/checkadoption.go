package store

import (
	"context"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
)

// checkAdoption holds facts about adoption, or about the life of organisations
// that adopt, against those that stand now.
func (tx *Tx) checkAdoption(ctx context.Context, facts []innovation.Fact) error {
	type pair struct {
		of innovation.InnovationID
		by innovation.OrganisationID
	}
	checked := map[pair]bool{} // what was there and what stands now are mostly of one
	var errs []error
	for i, f := range facts {
		switch f := f.(type) {
		case innovation.Adoption:
			if p := (pair{f.Innovation, f.Organisation}); !checked[p] {
				checked[p] = true
				errs = append(errs, tx.checkPair(ctx, f))
			}
			if i == len(facts)-1 { // what stands now; what was there before was right when it was recorded
				errs = append(errs, tx.checkEvent(ctx, f))
			}
		case innovation.Succession:
			if f.Successor != "" {
				errs = append(errs, tx.checkPairsOf(ctx, f.Successor))
			}
		case innovation.Existence:
			if i == len(facts)-1 {
				errs = append(errs, checkLives(ctx, tx.session, f.Organisation))
			}
		case innovation.Uptake:
			if i == len(facts)-1 {
				errs = append(errs, checkUptake(ctx, tx.session, f))
			}
		}
	}
	return innovation.Join(errs...)
}

// checkPair holds the events of an organisation and innovation against one
// another.
func (tx *Tx) checkPair(ctx context.Context, f innovation.Adoption) error {
	id, err := tx.id(ctx)(f.Innovation.Entity())
	if err != nil {
		return err
	}
	body, err := tx.id(ctx)(f.Organisation.Entity())
	if err != nil {
		return err
	}
	events, err := pairEvents(ctx, tx.session, id, body, nil)
	if err != nil {
		return err
	}
	heir, err := isHeir(ctx, tx.session, body)
	if err != nil {
		return err
	}
	return checkLine(f.Innovation, f.Organisation, events, heir)
}

// checkPairsOf holds all events of an organisation against one another: what it
// inherited may be there no more.
func (tx *Tx) checkPairsOf(ctx context.Context, id innovation.OrganisationID) error {
	body, err := tx.id(ctx)(id.Entity())
	if err != nil {
		return err
	}
	_, keys, err := idsAndKeys(ctx, tx.session, `SELECT DISTINCT i.id, i.key FROM reg_adoption f JOIN reg_entity i ON i.id = f.subject
		WHERE f.organisation = ? AND f.removed = `+inForce+" ORDER BY i.key", body)
	var errs []error
	for _, key := range keys {
		errs = append(errs, tx.checkPair(ctx, innovation.Adoption{Innovation: innovation.InnovationID(key), Organisation: id}))
	}
	if err != nil {
		return err
	}
	return innovation.Join(errs...)
}

func checkLine(id innovation.InnovationID, body innovation.OrganisationID, events []innovation.Adoption, heir bool) error {
	for i := range events {
		events[i].Innovation, events[i].Organisation = id, body
	}
	innovation.SortAdoptions(events)
	var errs []error
	for _, fault := range innovation.CheckAdoptionLine(events, heir) {
		errs = append(errs, fault.Err)
	}
	return innovation.Join(errs...)
}

// checkEvent holds an event against the day of the act and the life of its
// organisation.
func (tx *Tx) checkEvent(ctx context.Context, f innovation.Adoption) error {
	l, err := lifeOf(ctx, tx, f.Organisation)
	if err != nil {
		return err
	}
	return innovation.Join(checkCome(f, tx.at), l.check(f))
}

// checkLives refuses that the life of an organisation leaves out events that
// are there.
func checkLives(ctx context.Context, s *session, id innovation.OrganisationID) error {
	all, err := existences.scan(ctx, s, "WHERE e_subject.kind = ? AND e_subject.key = ? AND f.removed = "+inForce, string(innovation.KindOrganisation), string(id))
	if err != nil {
		return err
	}
	periods := livingPeriods(all)
	if len(periods) == 0 {
		return nil
	}
	w := where{}.and("f.removed = "+inForce+" AND f.restated = 0 AND f.planned = 0").
		and("f.organisation = (SELECT id FROM reg_entity WHERE kind = ? AND key = ?)", string(innovation.KindOrganisation), string(id))
	for _, p := range periods {
		h := p.Hull()
		w = w.and("NOT (f.start_latest >= ? AND f.start_earliest < ?)", h.Start.DayNumber(), h.End.DayNumber())
	}
	outside, err := adoptions.scan(ctx, s, w.String()+" ORDER BY f.added LIMIT 1", w.args...)
	if err != nil || len(outside) == 0 {
		return err
	}
	a := outside[0].Value
	return innovation.Refusedf(innovation.RuleAdoptionLife, "period", "%s has an adoption event of %s on %s (fact %d), outside the time in which it existed", id, a.Innovation, a.Day.Bound, outside[0].ID).
		Trying("correct the event, or mark it as restated, before the life of the organisation")
}

// checkUptake refuses a second measurement of the same thing.
func checkUptake(ctx context.Context, s *session, u innovation.Uptake) error {
	same, err := uptakes.scan(ctx, s, `WHERE f.subject = (SELECT id FROM reg_entity WHERE kind = ? AND key = ?) AND f.measure = ? AND f.start_earliest = ?
		AND f.organisation = (SELECT id FROM reg_entity WHERE kind = ? AND key = ?) AND f.removed = `+inForce+` ORDER BY f.added LIMIT 2`,
		string(innovation.KindInnovation), string(u.Innovation), u.Measure, u.Period.Start.Earliest.DayNumber(), string(innovation.KindOrganisation), string(u.Organisation))
	if err != nil || len(same) < 2 {
		return err
	}
	return innovation.Refusedf(innovation.RuleUptakeRepeated, "period", "%s has a measurement of %s from %s already (fact %d)", u.Organisation, u.Measure, u.Period.Start, same[0].ID).
		Trying("correct that one if it was wrong")
}

// heldAlready finds an event in force that says the same, 0 when there is none.
func (tx *Tx) heldAlready(ctx context.Context, a innovation.Adoption) (innovation.FactID, error) {
	id, err := tx.id(ctx)(a.Innovation.Entity())
	if err != nil {
		return 0, err
	}
	body, err := tx.id(ctx)(a.Organisation.Entity())
	if err != nil {
		return 0, err
	}
	same, err := adoptions.scan(ctx, tx.session, "WHERE f.subject = ? AND f.organisation = ? AND f.start_latest = ? AND f.removed = "+inForce, id, body, a.Day.Latest.DayNumber())
	if err != nil {
		return 0, err
	}
	for _, f := range same {
		if f.Value == a {
			return f.ID, nil
		}
	}
	return 0, nil
}

// adoption holds all events against the rules between them, and the
// monthly counts against the events.
func (v *verifier) adoption(ctx context.Context) error {
	months := map[monthKey]int64{}
	heirs := map[int64]bool{}
	ids, _, err := idsAndKeys(ctx, v.session, "SELECT DISTINCT e.id, e.key FROM reg_succession f JOIN reg_entity e ON e.id = f.successor WHERE f.type <> ? AND f.removed = "+inForce, innovation.Transfer)
	if err != nil {
		return err
	}
	for _, id := range ids {
		heirs[id] = true
	}
	var id, body int64
	var of innovation.InnovationID
	var by innovation.OrganisationID
	var events []innovation.Adoption
	done := func() error {
		if len(events) == 0 {
			return nil
		}
		moved(months, id, firstsOf(nil), firstsOf(events))
		return v.judge(of.Entity().String(), checkLine(of, by, events, heirs[body]))
	}
	rows, err := v.session.query(ctx, `SELECT f.subject, f.organisation, i.key, o.key, f.start_earliest, f.start_latest, f.step, f.stage, f.grade, f.planned
		FROM reg_adoption f JOIN reg_entity i ON i.id = f.subject JOIN reg_entity o ON o.id = f.organisation
		WHERE f.removed = `+inForce+` ORDER BY f.subject, f.organisation`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var i, o, earliest, latest, step, stage, grade, planned int64
		var ofKey, byKey string
		if err := rows.Scan(&i, &o, &ofKey, &byKey, &earliest, &latest, &step, &stage, &grade, &planned); err != nil {
			return err
		}
		if i != id || o != body {
			if err := done(); err != nil {
				return err
			}
			id, body, of, by, events = i, o, innovation.InnovationID(ofKey), innovation.OrganisationID(byKey), events[:0]
		}
		a, err := adoptionOf(earliest, latest, step, stage, grade, planned)
		if err != nil {
			return err
		}
		events = append(events, a)
	}
	if err := rows.Err(); err != nil {
		return explain(err)
	}
	rows.Close()
	if err := done(); err != nil {
		return err
	}
	if err := v.lives(ctx); err != nil {
		return err
	}
	withTotals(months)
	kept, err := v.session.query(ctx, "SELECT innovation, grade, possible, month, adopters FROM reg_adoption_month WHERE adopters <> 0")
	if err != nil {
		return err
	}
	defer kept.Close()
	for kept.Next() {
		var k monthKey
		var n int64
		if err := kept.Scan(&k.innovation, &k.grade, &k.possible, &k.month, &n); err != nil {
			return err
		}
		months[k] -= n
	}
	if err := kept.Err(); err != nil {
		return explain(err)
	}
	for k, n := range months {
		if n != 0 {
			v.problem("reg_adoption_month", "innovation %d, grade %d, month %s: the count is off by %d", k.innovation, k.grade, fmt.Sprint(firstMonth(k.month)), n)
		}
	}
	return nil
}

// lives holds all events against the lives of their organisations.
func (v *verifier) lives(ctx context.Context) error {
	_, keys, err := idsAndKeys(ctx, v.session, `SELECT e.id, e.key FROM reg_entity e WHERE e.kind = ?
		AND EXISTS (SELECT 1 FROM reg_adoption f WHERE f.organisation = e.id) ORDER BY e.key`, string(innovation.KindOrganisation))
	if err != nil {
		return err
	}
	for _, key := range keys {
		id := innovation.OrganisationID(key)
		if err := v.judge(id.Entity().String(), checkLives(ctx, v.session, id)); err != nil {
			return err
		}
	}
	return nil
}
