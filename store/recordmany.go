package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// maxRecordFaults is how many faults RecordAll reports.
const maxRecordFaults = 1_000

// manySuccessions is from how many successions on their circles are looked for
// among all successions at once.
const manySuccessions = 32

// RecordAll records many facts in their order as one operation, as if each were
// given to Record: a fact may name what one before it founds. Facts without
// sources cite those of the act. The rules between facts are held once all
// are written, and what an organisation that is founded here could collide with
// is looked for among these facts alone, so that thousands take little time.
//
// When any is refused none is recorded, and everything wrong is reported at
// once, up to 1,000 faults, by its place ("facts[3].period"). The register is
// then as before. The numbers are in the order of the facts.
func (tx *Tx) RecordAll(ctx context.Context, facts []innovation.Cited) (ids []innovation.FactID, err error) {
	err = tx.operation(ctx, func() error {
		m := many{tx: tx, before: tx.change, founded: map[innovation.Entity]bool{}, files: map[innovation.OrganisationID]*innovation.OrganisationFile{}}
		tx.many = &m
		defer func() { tx.many = nil }()
		ids = make([]innovation.FactID, len(facts))
		for i, f := range facts {
			id, put, held, err := tx.put(ctx, f.Fact, f.Sources)
			if err == nil && !held {
				err = m.note(ctx, i, put)
			}
			if err = m.wrong(i, err); err != nil {
				return err
			}
			if len(m.errs) >= maxRecordFaults {
				break
			}
			ids[i] = id
		}
		if len(m.errs) == 0 {
			if err := m.flush(ctx, tx.session); err != nil {
				return err
			}
			if err := m.check(ctx); err != nil {
				return err
			}
		}
		return innovation.Join(m.errs...)
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// many is what RecordAll knows of the facts that it records.
type many struct {
	tx      *Tx
	before  int64                      // the last change before them
	founded map[innovation.Entity]bool // entities that are known to be founded
	later   []placed                   // facts that are checked when all are written
	files   map[innovation.OrganisationID]*innovation.OrganisationFile
	rows    []any // citations to be inserted
	adopted bool  // events of adoption are among them
	errs    []error
}

// Citations are inserted some at a time.
const (
	citationRows   = 32
	citationInsert = "INSERT INTO reg_citation (added, fact, subject, source, locator) VALUES "
	citationRow    = "(?, ?, ?, ?, ?)"
)

var manyCitations = citationInsert + citationRow + strings.Repeat(", "+citationRow, citationRows-1)

// citation takes up a row to be inserted.
func (m *many) citation(ctx context.Context, s *session, row []any) error {
	if m.rows = append(m.rows, row...); len(m.rows) < citationRows*len(row) {
		return nil
	}
	_, err := s.exec(ctx, manyCitations, m.rows...)
	m.rows = m.rows[:0]
	return err
}

// flush inserts the citations that were taken up. There are none without many.
func (m *many) flush(ctx context.Context, s *session) error {
	if m == nil {
		return nil
	}
	const width = 5
	for rows := m.rows; len(rows) > 0; rows = rows[width:] {
		if _, err := s.exec(ctx, citationInsert+citationRow, rows[:width]...); err != nil {
			return err
		}
	}
	m.rows = m.rows[:0]
	return nil
}

// placed is a fact and its place among those that are recorded.
type placed struct {
	place int
	fact  innovation.Fact
}

// wrong keeps what is refused, by its place, and gives back a fault.
func (m *many) wrong(place int, err error) error {
	if err == nil {
		return nil
	}
	if fault(err) {
		return err
	}
	for _, e := range innovation.Violations(err) {
		m.errs = append(m.errs, e.In(fmt.Sprintf("facts[%d]", place)))
	}
	return nil
}

// note takes up a fact to be checked with the others, or checks it.
func (m *many) note(ctx context.Context, place int, f innovation.Fact) error {
	switch f := f.(type) {
	case innovation.Name:
		return nil // names may overlap
	case innovation.Existence, innovation.Identifier, innovation.Role, innovation.Relation, innovation.Succession:
		m.later = append(m.later, placed{place, f})
		return nil
	case innovation.Adoption:
		m.adopted = true
	}
	return m.tx.check(ctx, f)
}

// fresh reports whether these facts found an entity.
func (m *many) fresh(ctx context.Context, e innovation.Entity) (bool, error) {
	id, _, err := m.tx.lookup(ctx, e)
	return id > m.before, err
}

// check holds the facts against one another and against those of before.
func (m *many) check(ctx context.Context) error {
	heirs := map[innovation.OrganisationID]bool{}
	successions := 0
	last := map[innovation.OrganisationID]int{} // the place of the last fact about one that is founded here
	for _, p := range m.later {
		of := innovation.OrganisationID(p.fact.Subject().Key)
		fresh, err := m.fresh(ctx, p.fact.Subject())
		if err != nil {
			return err
		}
		if s, ok := p.fact.(innovation.Succession); ok {
			successions++
			if s.Successor == "" || heirs[s.Successor] {
				continue
			}
			heirs[s.Successor] = true
			if fresh, err = m.fresh(ctx, s.Successor.Entity()); err == nil && (!fresh || m.adopted) {
				err = m.tx.checkPairsOf(ctx, s.Successor)
			}
			if err = m.wrong(p.place, err); err != nil {
				return err
			}
			continue
		}
		if fresh {
			last[of] = p.place
			m.file(of, p.fact)
		} else if err := m.wrong(p.place, checkOrganisationFact(ctx, m.tx.session, p.fact)); err != nil {
			return err
		}
		switch f := p.fact.(type) {
		case innovation.Existence:
			if !fresh || m.adopted {
				err = checkLives(ctx, m.tx.session, of)
			}
		case innovation.Identifier:
			err = m.identifier(ctx, f)
		}
		if err = m.wrong(p.place, err); err != nil {
			return err
		}
	}
	for _, p := range m.later {
		of := innovation.OrganisationID(p.fact.Subject().Key)
		if place, ok := last[of]; ok && place == p.place {
			if err := m.wrong(p.place, m.files[of].Check()); err != nil {
				return err
			}
		}
	}
	if successions == 0 {
		return nil
	}
	if successions >= manySuccessions {
		if circle, err := successionCircle(ctx, m.tx.session); err != nil || !circle {
			return err
		}
	}
	for _, p := range m.later {
		if s, ok := p.fact.(innovation.Succession); ok {
			if err := m.wrong(p.place, checkSuccession(ctx, m.tx.session, s)); err != nil {
				return err
			}
		}
	}
	return nil
}

// file puts a fact into the file of its organisation.
func (m *many) file(of innovation.OrganisationID, fact innovation.Fact) {
	file := m.files[of]
	if file == nil {
		file = &innovation.OrganisationFile{}
		m.files[of] = file
	}
	switch f := fact.(type) {
	case innovation.Existence:
		file.Existences = append(file.Existences, innovation.Recorded[innovation.Existence]{Value: f})
	case innovation.Identifier:
		file.Identifiers = append(file.Identifiers, innovation.Recorded[innovation.Identifier]{Value: f})
	case innovation.Role:
		file.Roles = append(file.Roles, innovation.Recorded[innovation.Role]{Value: f})
	case innovation.Relation:
		file.Relations = append(file.Relations, innovation.Recorded[innovation.Relation]{Value: f})
	}
}

// identifier holds a code against others only when there are any.
func (m *many) identifier(ctx context.Context, f innovation.Identifier) error {
	id, _, err := m.tx.lookup(ctx, f.Subject())
	if err != nil {
		return err
	}
	others, err := m.tx.session.one(ctx, []any{new(int)},
		"SELECT 1 FROM reg_identifier WHERE scheme = ? AND value = ? AND subject <> ? AND removed = "+inForce+" LIMIT 1", f.Scheme, f.Value, id)
	if err != nil || !others {
		return err
	}
	return checkIdentifier(ctx, m.tx.session, f)
}

// successionCircle reports whether mergers, splits and renames lead in a circle
// anywhere: it takes away, again and again, those into whose beginning nothing
// leads. What is left when no more can be taken lies on a circle, or behind one.
func successionCircle(ctx context.Context, s *session) (bool, error) {
	rows, err := s.query(ctx, "SELECT subject, successor FROM reg_succession WHERE type <> ? AND successor IS NOT NULL AND removed = "+inForce, innovation.Transfer)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	next := map[int64][]int64{}
	into := map[int64]int{}
	left := 0
	for rows.Next() {
		var from, to int64
		if err := rows.Scan(&from, &to); err != nil {
			return false, err
		}
		next[from] = append(next[from], to)
		into[to]++
		left++
	}
	if err := rows.Err(); err != nil {
		return false, explain(err)
	}
	var free []int64
	for from := range next {
		if into[from] == 0 {
			free = append(free, from)
		}
	}
	for len(free) > 0 {
		from := free[len(free)-1]
		free = free[:len(free)-1]
		for _, to := range next[from] {
			left--
			if into[to]--; into[to] == 0 {
				free = append(free, to)
			}
		}
	}
	return left > 0, nil
}
