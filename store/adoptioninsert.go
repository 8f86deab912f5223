package store

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// write numbers the events by their places and inserts them in that order: what
// is numbered last stands last in the table.
func (w *adoptionWriter) write(ctx context.Context, events []newAdoption) error {
	tx := w.tx
	sort.Slice(events, func(i, j int) bool { return events[i].place < events[j].place })
	var fields encoder
	for i := range events {
		n := &events[i]
		n.number = tx.next()
		if len(tx.recorded) < maxReceiptFacts {
			tx.recorded = append(tx.recorded, innovation.FactID(n.number))
		}
		fields.buf = fields.buf[:0]
		fields.adoption(&n.Adoption)
		tx.pending.change(signAdd, codeAdoption, innovation.FactID(n.number), fields.buf)
		tx.touched[n.innovation] = true
		if w.ledger != nil {
			w.ledger.add(n)
		}
	}
	tx.digest.Write(tx.pending.buf)
	tx.pending.buf = tx.pending.buf[:0]
	w.tally.Added += int64(len(events))
	if err := w.settle(); err != nil {
		return err
	}
	w.chunk, w.written = w.written[:0], w.chunk
	many, apart := adoptionRows, w.ledger == nil && !tx.session.dialect.dollar
	w.start(func() error {
		if apart {
			// Neighbours in the indexes follow one another; a statement of one row
			// needs no way back over pages far apart.
			sortByPair(events)
			many = 1
		}
		return w.rows(ctx, events, many)
	})
	if w.ledger != nil && w.ledger.full {
		return w.buildIndexes(ctx)
	}
	return nil
}

// sortByPair puts events of the same innovation and organisation together, in
// the order of their days.
func sortByPair(c []newAdoption) {
	sort.Slice(c, func(i, j int) bool {
		a, b := &c[i], &c[j]
		switch {
		case a.innovation != b.innovation:
			return a.innovation < b.innovation
		case a.body != b.body:
			return a.body < b.body
		case a.Day.Latest != b.Day.Latest:
			return a.Day.Latest.Before(b.Day.Latest)
		}
		return a.place < b.place
	})
}

// rows inserts events, several by one statement.
func (w *adoptionWriter) rows(ctx context.Context, events []newAdoption, many int) error {
	for len(events) > 0 {
		n := 1
		if len(events) >= many {
			n = many
		}
		if err := w.insert(ctx, events[:n]); err != nil {
			return err
		}
		events = events[n:]
	}
	return nil
}

// Most events say little: what they leave out stands in the statement.
const (
	adoptionInsert = "INSERT INTO reg_adoption (added, fact, subject, organisation, step, stage, grade, source, mark, start_earliest, start_latest, start_basis, extent_low, extent_high, reason, planned, restated, note) VALUES "
	plainAdoption  = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, '')"
	fullAdoption   = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

var (
	manyPlainAdoptions = adoptionInsert + plainAdoption + strings.Repeat(", "+plainAdoption, adoptionRows-1)
	manyFullAdoptions  = adoptionInsert + fullAdoption + strings.Repeat(", "+fullAdoption, adoptionRows-1)
)

// insert inserts one event, or adoptionRows of them.
func (w *adoptionWriter) insert(ctx context.Context, events []newAdoption) error {
	plain := true
	for i := range events {
		n := &events[i]
		plain = plain && n.ExtentLow == 0 && n.ExtentHigh == 0 && n.Reason == "" && !n.Planned && !n.Restated && n.Note == ""
	}
	var text string
	switch many := len(events) > 1; {
	case many && plain:
		text = manyPlainAdoptions
	case many:
		text = manyFullAdoptions
	case plain:
		text = adoptionInsert + plainAdoption
	default:
		text = adoptionInsert + fullAdoption
	}
	flag := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	args := w.args[:0]
	for i := range events {
		n := &events[i]
		var source any
		if n.source != 0 {
			source = n.source
		}
		args = append(args, n.number, n.number, n.innovation, n.body,
			int64(slices.Index(stepCodes, string(n.Step))), int64(n.Stage.Rank()), int64(n.Grade.Rank()), source, n.Mark(),
			n.Day.Earliest.DayNumber(), n.Day.Latest.DayNumber(), string(n.Day.Basis))
		if !plain {
			args = append(args, n.ExtentLow, n.ExtentHigh, int64(slices.Index(reasonCodes, string(n.Reason))), flag(n.Planned), flag(n.Restated), n.Note)
		}
	}
	w.args = args
	_, err := w.session.exec(ctx, text, args...)
	return err
}

// adoption is the canonical form of the fields of an adoption event: what its
// columns write, without making them.
func (e *encoder) adoption(a *innovation.Adoption) {
	e.entity(1, a.Innovation.Entity())
	e.entity(2, a.Organisation.Entity())
	e.integer(3, int64(slices.Index(stepCodes, string(a.Step))))
	e.integer(4, int64(a.Stage.Rank()))
	e.integer(5, int64(a.Grade.Rank()))
	e.integer(6, a.ExtentLow)
	e.integer(7, a.ExtentHigh)
	e.integer(8, int64(slices.Index(reasonCodes, string(a.Reason))))
	if a.Planned {
		e.integer(9, 1)
	}
	if a.Restated {
		e.integer(10, 1)
	}
	if a.Source != "" {
		e.entity(11, a.Source.Entity())
	}
	e.text(12, a.Note)
	e.bound(tagStart, a.Day.Bound)
}
