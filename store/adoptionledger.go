package store

import (
	"context"
	"math"
	"runtime/debug"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// Many events that come into a table without any are written while the two
// indexes that hold them in other orders than theirs are away: to put each event
// into them takes several times as long as to build them from the whole. All of
// it is in the transaction of the act, which others see when it is committed, or
// never. Until then a ledger in memory tells what the act wrote of an organisation
// and an innovation.

// maxLedger is how much memory a ledger may take, in bytes. When it is full the
// indexes are built, and kept with each event from then on.
var maxLedger = 24 << 20

// How much of the register is at hand, in KiB, while rows are only put at the end,
// and while indexes are built: the engine sorts parts of that size.
const (
	appendCache = 6 << 10
	indexCache  = 4 << 10
)

// adoptionLedger is the events that an act wrote, by organisation and innovation.
type adoptionLedger struct {
	last    map[ledgerPair]int32 // place of the last event of a pair, from 1
	parts   [][]ledgerEvent
	events  int32
	odd     map[int32]heldAdoption // what does not fit into a ledgerEvent, by place
	sources []int64
	size    int // bytes, about
	full    bool
	rebuild []string // statements that make the indexes
}

type ledgerPair struct{ innovation, body uint32 }

// ledgerEvent is an event of one certain day without extent, note and basis.
type ledgerEvent struct {
	before int32 // place of the one before it, of the same pair; 0 for none
	day    int32
	code   uint32 // see ledgerCode
}

const (
	ledgerPart = 1 << 14 // events that are allotted together

	ledgerPairBytes = 24 // of one pair in the map, as it grows
	ledgerOddBytes  = 400

	ledgerStage   = 3 // shifts of the parts of a code; the step is the first
	ledgerGrade   = 6
	ledgerPlanned = 9
	ledgerRestate = 10
	ledgerReason  = 11
	ledgerSource  = 17
	ledgerOdd     = math.MaxUint32 // what the event says stands in odd
)

func (l *adoptionLedger) add(n *newAdoption) {
	if n.innovation > math.MaxUint32 || n.body > math.MaxUint32 || l.events == math.MaxInt32 {
		l.full = true // it is not asked again
		return
	}
	pair := ledgerPair{uint32(n.innovation), uint32(n.body)}
	e := ledgerEvent{before: l.last[pair], day: int32(n.Day.Latest.DayNumber()), code: l.code(n)}
	if e.before == 0 {
		l.size += ledgerPairBytes
	}
	if l.events%ledgerPart == 0 {
		l.parts = append(l.parts, make([]ledgerEvent, 0, ledgerPart))
		l.size += ledgerPart * 12
	}
	part := &l.parts[len(l.parts)-1]
	*part = append(*part, e)
	l.events++
	l.last[pair] = l.events
	if e.code == ledgerOdd {
		l.odd[l.events] = heldAdoption{n.Adoption, n.source}
		l.size += ledgerOddBytes + len(n.Note)
	}
	l.full = l.full || l.size > maxLedger
}

// code is what an event says as one number.
func (l *adoptionLedger) code(n *newAdoption) uint32 {
	if n.Day.Earliest != n.Day.Latest || n.Day.Basis != "" || n.ExtentLow != 0 || n.ExtentHigh != 0 || n.Note != "" {
		return ledgerOdd
	}
	source := slices.Index(l.sources, n.source)
	if source < 0 {
		if source = len(l.sources); source == 64 {
			return ledgerOdd
		}
		l.sources = append(l.sources, n.source)
	}
	c := uint32(slices.Index(stepCodes, string(n.Step))) | uint32(n.Stage.Rank())<<ledgerStage | uint32(n.Grade.Rank())<<ledgerGrade |
		uint32(slices.Index(reasonCodes, string(n.Reason)))<<ledgerReason | uint32(source)<<ledgerSource
	if n.Planned {
		c |= 1 << ledgerPlanned
	}
	if n.Restated {
		c |= 1 << ledgerRestate
	}
	return c
}

// held appends what the act wrote of a pair, the earliest first.
func (l *adoptionLedger) held(id, body int64, out []heldAdoption) ([]heldAdoption, error) {
	if id > math.MaxUint32 || body > math.MaxUint32 {
		return out, nil
	}
	begin := len(out)
	for place := l.last[ledgerPair{uint32(id), uint32(body)}]; place != 0; {
		e := l.parts[(place-1)/ledgerPart][(place-1)%ledgerPart]
		if h, odd := l.odd[place]; odd {
			out = append(out, h)
		} else {
			c := int64(e.code)
			a, err := adoptionOf(int64(e.day), int64(e.day), c&7, c>>ledgerStage&7, c>>ledgerGrade&7, c>>ledgerPlanned&1)
			if err != nil {
				return out, err
			}
			a.Restated = c>>ledgerRestate&1 != 0
			a.Reason = innovation.StopReason(reasonCodes[c>>ledgerReason&63])
			out = append(out, heldAdoption{a, l.sources[c>>ledgerSource]})
		}
		place = e.before
	}
	slices.Reverse(out[begin:])
	return out, nil
}

// setIndexesAside drops the indexes of a table of events that holds none, in a
// file of the register's own, and begins a ledger.
func (w *adoptionWriter) setIndexesAside(ctx context.Context) error {
	s, store := w.tx.session, w.tx.store
	if !store.ownFile || store.readers == store.writers { // in memory there is no file to sort in
		return nil
	}
	if some, err := s.one(ctx, []any{new(int)}, "SELECT 1 FROM reg_adoption LIMIT 1"); err != nil || some {
		return err
	}
	l := &adoptionLedger{last: map[ledgerPair]int32{}, odd: map[int32]heldAdoption{}}
	names := []string{"reg_adoption_by_subject", "reg_adoption_by_organisation"}
	for _, name := range names {
		var text string
		if found, err := s.one(ctx, []any{&text}, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?", name); err != nil || !found {
			return err
		}
		l.rebuild = append(l.rebuild, text)
	}
	for _, name := range names {
		if err := s.run(ctx, "DROP INDEX "+name); err != nil {
			return err
		}
	}
	w.ledger = l
	_, err := s.keeping(ctx, appendCache)
	return err
}

// buildIndexes makes the indexes again, and ends the ledger.
func (w *adoptionWriter) buildIndexes(ctx context.Context) error {
	l, s := w.ledger, w.tx.session
	if l == nil {
		return nil
	}
	if err := w.settle(); err != nil {
		return err
	}
	large := l.size > maxLedger/4
	w.ledger, l.last, l.parts, l.odd = nil, nil, nil, nil
	if large {
		debug.FreeOSMemory() // the engine needs as much now
	}
	// What is sorted is larger than what is to be in memory; it is numbers only.
	// Where there is no room for temporary files it is sorted in memory.
	if err := s.run(ctx, "PRAGMA temp_store = 1"); err != nil {
		return err
	}
	back := func() error { return s.run(context.WithoutCancel(ctx), "PRAGMA temp_store = 2") }
	defer back()
	if _, err := s.keeping(ctx, indexCache); err != nil {
		return err
	}
	for _, text := range l.rebuild {
		err := s.run(ctx, text)
		if err != nil && ctx.Err() == nil {
			if err = back(); err == nil {
				err = s.run(ctx, text)
			}
		}
		if err != nil {
			return err
		}
	}
	_, err := s.keeping(ctx, bulkCache)
	return err
}
