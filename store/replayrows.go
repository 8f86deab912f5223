package store

import (
	"context"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// laterRowsAtOnce is how many rows one statement inserts.
const laterRowsAtOnce = 50

// laterRows are events of adoption that a replay has read and not inserted yet:
// a log may have millions, and each statement takes its time. Nothing else
// refers to their rows, so they may be inserted after what follows them; what
// reads them inserts them first.
type laterRows struct {
	one, many string // the statements
	width     int
	args      []any
}

func (l *laterRows) add(ctx context.Context, s *session, t *keeping, row []any) error {
	if l.one == "" {
		l.one = t.insertSQL()
		l.width = len(row)
		l.many = l.one + strings.Repeat(", (?"+strings.Repeat(", ?", l.width-1)+")", laterRowsAtOnce-1)
	}
	if l.args = append(l.args, row...); len(l.args) < laterRowsAtOnce*l.width {
		return nil
	}
	_, err := s.exec(ctx, l.many, l.args...)
	l.args = l.args[:0]
	return err
}

// flush inserts what is left.
func (l *laterRows) flush(ctx context.Context, s *session) error {
	for args := l.args; len(args) > 0; args = args[l.width:] {
		if _, err := s.exec(ctx, l.one, args[:l.width]...); err != nil {
			return err
		}
	}
	l.args = l.args[:0]
	return nil
}

// addLater records a new event of adoption as add does, but that its row is
// inserted with others.
func (tx *Tx) addLater(ctx context.Context, t *keeping, b bound, a innovation.Adoption) error {
	added := tx.next()
	row := []any{added, added}
	for _, c := range b.columns {
		values, err := c.store(tx.id(ctx))
		if err != nil {
			return err
		}
		row = append(row, values...)
		if c.ref != nil && c.ref.owner {
			if err := tx.touch(ctx, c.ref.get()); err != nil {
				return err
			}
		}
	}
	if a.Counts() && a.Stage.InUse() {
		p, err := tx.months.pair(ctx, tx, row[2].(int64), row[3].(int64))
		if err != nil {
			return err
		}
		p.added.merge(firstsOf([]innovation.Adoption{a}))
	}
	if err := tx.months.rows.add(ctx, tx.session, t, row); err != nil {
		return err
	}
	tx.pending.change(signAdd, t.digestCode(), innovation.FactID(added), encodeFields(b.columns))
	return tx.touch(ctx, a.Subject())
}

// laterMonths keeps the monthly counts of adoption after many changes instead
// of after each.
type laterMonths struct {
	pairs map[[2]int64]*laterPair // by innovation and organisation
	since int64                   // the change after which none of the counts was kept
	rows  laterRows
	ids   map[innovation.Entity]int64 // that the acts of the transaction found
}

// laterPair is an innovation and an organisation whose counts are to be kept.
type laterPair struct {
	before firsts // as they stand in the counts
	added  firsts // of the events that were added since
	other  bool   // there were other changes than that
}

// maxLaterMonths bounds how many of them are remembered.
const maxLaterMonths = 50_000

// merge takes up the first months of further events.
func (f *firsts) merge(more firsts) {
	for grade := range f {
		for i, month := range more[grade] {
			if is := &f[grade][i]; *is < 0 || month >= 0 && month < *is {
				*is = month
			}
		}
	}
}

// pair remembers how the counts of a pair stand before it changes.
func (m *laterMonths) pair(ctx context.Context, tx *Tx, id, body int64) (*laterPair, error) {
	p := m.pairs[[2]int64{id, body}]
	if p != nil {
		return p, nil
	}
	p = &laterPair{before: firstsOf(nil), added: firstsOf(nil)}
	if id <= m.since && body <= m.since { // otherwise it was founded since
		events, err := pairEvents(ctx, tx.session, id, body, nil)
		if err != nil {
			return nil, err
		}
		p.before = firstsOf(events)
	}
	m.pairs[[2]int64{id, body}] = p
	return p, nil
}

// note takes up a pair that changes otherwise than by a new event.
func (m *laterMonths) note(ctx context.Context, tx *Tx, id, body int64) error {
	p, err := m.pair(ctx, tx, id, body)
	if err == nil {
		p.other = true
	}
	return err
}

func (m *laterMonths) bounded(ctx context.Context, tx *Tx) error {
	if len(m.pairs) < maxLaterMonths {
		return nil
	}
	return m.keep(ctx, tx)
}

// keep inserts the rows that are left and counts.
func (m *laterMonths) keep(ctx context.Context, tx *Tx) error {
	if err := m.rows.flush(ctx, tx.session); err != nil {
		return err
	}
	counts := map[monthKey]int64{}
	for pair, p := range m.pairs {
		after := p.before
		after.merge(p.added)
		if p.other {
			events, err := pairEvents(ctx, tx.session, pair[0], pair[1], nil)
			if err != nil {
				return err
			}
			after = firstsOf(events)
		}
		moved(counts, pair[0], p.before, after)
	}
	clear(m.pairs)
	m.since = tx.change
	return tx.keepMonths(ctx, counts)
}
