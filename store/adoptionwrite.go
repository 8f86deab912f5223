package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

const (
	adoptionChunk    = 8_192  // events that are judged and written together
	adoptionFew      = 4_096  // as many are written as any other fact is
	adoptionRows     = 16     // rows of one statement
	maxAdoptionFault = 1_000  // faults that are reported
	maxReceiptFacts  = 10_000 // facts that a receipt lists
)

// AdoptionTally is what became of many adoption events.
type AdoptionTally struct {
	Added     int64 `json:"added" doc:"Events that are new"`
	Unchanged int64 `json:"unchanged" doc:"Events that the register held already"`
	Refused   int64 `json:"refused,omitempty" doc:"Events that were refused and left out"`
}

// RecordAdoptions records many adoption events as part of one act, in memory
// that does not grow with them. Every event is held against the same rules as
// by Record; one that the register holds already is counted and left. Events
// cite no sources of their own but the one they name: the act cites its own.
// As by Record, what an event needs comes before it: events of one
// organisation and innovation are given in the order of their days, or within
// 8,192 of each other.
//
// When any is refused, everything wrong is reported at once, up to 1,000
// faults, by its place among the events ("events[3].day"). Unlike after other
// operations the act cannot go on then: Update returns the error and nothing of
// the act stands. The same holds when events yields an error or panics. While it
// takes the events nothing else can be written in the act.
//
// The first events of a file, when they are many, are written before the indexes
// of their table, which are built at the end. What was held in memory until then,
// up to 24 MiB, is given back to the system first (debug.FreeOSMemory), which
// collects the garbage of the whole program once.
func (tx *Tx) RecordAdoptions(ctx context.Context, events iter.Seq2[innovation.Adoption, error]) (AdoptionTally, error) {
	var faults []error
	enough := errors.New("enough faults")
	tally, err := tx.takeAdoptions(ctx, events, func(place int, _ innovation.Adoption, err *innovation.Error) error {
		faults = append(faults, err.In(fmt.Sprintf("events[%d]", place)))
		if len(faults) == maxAdoptionFault {
			return enough
		}
		return nil
	})
	if len(faults) > 0 && (err == nil || err == enough) {
		err = innovation.Join(faults...)
		tx.broken = err
	}
	return tally, err
}

// TakeAdoptions is RecordAdoptions for what is wanted although some of it may
// be refused: refused is told of each event that is, with its place among them,
// and why, once for everything that is wrong with it; the others are recorded. An
// event is not refused for what a refused one would have changed. After an
// error of events the act cannot go on.
func (tx *Tx) TakeAdoptions(ctx context.Context, events iter.Seq2[innovation.Adoption, error], refused func(place int, event innovation.Adoption, err *innovation.Error)) (AdoptionTally, error) {
	return tx.takeAdoptions(ctx, events, func(place int, event innovation.Adoption, err *innovation.Error) error {
		refused(place, event, err)
		return nil
	})
}

func (tx *Tx) takeAdoptions(ctx context.Context, events iter.Seq2[innovation.Adoption, error], refused func(place int, event innovation.Adoption, err *innovation.Error) error) (AdoptionTally, error) {
	switch {
	case tx.done:
		return AdoptionTally{}, errTxDone
	case tx.broken != nil:
		return AdoptionTally{}, tx.broken
	case tx.bulk:
		return AdoptionTally{}, errTxBulk
	}
	tx.bulk = true
	defer func() { tx.bulk = false }()
	w := adoptionWriter{tx: tx, refused: refused, innovations: map[innovation.InnovationID]int64{}, sources: map[innovation.SourceID]int64{},
		bodies: map[innovation.OrganisationID]*life{}, months: map[monthKey]int64{}}
	writes := *tx.session // it does not wait for itself
	w.session = &writes
	tx.session.behind = &w.writeBehind
	panicked := true
	defer func() {
		w.running.Wait() // also when events panics
		tx.session.behind = nil
		if panicked { // nothing stands, also when the function given to Update recovers
			tx.broken = errBulkPanic
		}
	}()
	done, err := tx.session.bulk(ctx)
	if err == nil {
		defer done()
		err = w.all(ctx, events)
	}
	if err != nil {
		_ = w.settle() // what panicked there goes before the error
		tx.broken = err
	}
	panicked = false
	return w.tally, err
}

// errBulkPanic ends an act in which the recording of many events panicked.
var errBulkPanic = errors.New("the recording of many events ended in a panic")

// adoptionWriter writes events chunk by chunk.
type adoptionWriter struct {
	tx          *Tx
	tally       AdoptionTally
	next        int // place of the next event
	chunk       []newAdoption
	written     []newAdoption                     // the chunk before, which is being written
	ledger      *adoptionLedger                   // nil while the indexes are there
	innovations map[innovation.InnovationID]int64 // ids; 0 when there is none
	sources     map[innovation.SourceID]int64
	bodies      map[innovation.OrganisationID]*life
	months      map[monthKey]int64
	refused     func(place int, event innovation.Adoption, err *innovation.Error) error
	held        []heldAdoption        // of the pair that is judged
	line        []innovation.Adoption // the same, with what is new
	writeBehind                       // of rows
	session     *session              // which only that uses
	args        []any
}

// newAdoption is an event to be written.
type newAdoption struct {
	innovation.Adoption
	place                    int
	innovation, body, source int64
	heir                     bool // others became its organisation
	number                   int64
}

func (w *adoptionWriter) all(ctx context.Context, events iter.Seq2[innovation.Adoption, error]) error {
	for a, err := range events {
		if err != nil {
			return err
		}
		if err := w.take(ctx, a); err != nil {
			return err
		}
		switch {
		case w.next == adoptionFew:
			if err := w.setIndexesAside(ctx); err != nil {
				return err
			}
		case len(w.chunk) == adoptionChunk:
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	if err := w.settle(); err != nil {
		return err
	}
	if err := w.buildIndexes(ctx); err != nil {
		return err
	}
	return w.tx.keepMonths(ctx, w.months)
}

// fault refuses an event.
func (w *adoptionWriter) fault(n *newAdoption, errs ...error) error {
	w.tally.Refused++
	for _, e := range innovation.Violations(innovation.Join(errs...)) {
		if err := w.refused(n.place, n.Adoption, e); err != nil {
			return err
		}
	}
	return nil
}

// take judges an event by itself and puts it into the chunk.
func (w *adoptionWriter) take(ctx context.Context, a innovation.Adoption) error {
	n := newAdoption{Adoption: a, place: w.next}
	w.next++
	if err := n.Validate(); err != nil {
		return w.fault(&n, err)
	}
	if normal := norm.NFC.String(a.Note); normal != a.Note {
		n.Note = normal
		if err := n.Validate(); err != nil {
			return w.fault(&n, err)
		}
	}
	var err error
	var wrong []error
	if n.innovation, err = idOf(ctx, w.tx, w.innovations, a.Innovation); err != nil {
		return err
	}
	if n.innovation == 0 {
		wrong = append(wrong, missing("innovation", a.Innovation.Entity()))
	}
	if a.Source != "" {
		if n.source, err = idOf(ctx, w.tx, w.sources, a.Source); err != nil {
			return err
		}
		if n.source == 0 {
			wrong = append(wrong, missing("source", a.Source.Entity()))
		}
	}
	l := w.bodies[a.Organisation]
	if l == nil {
		if l, err = lifeOf(ctx, w.tx, a.Organisation); err != nil {
			return err
		}
		if len(w.bodies) >= maxLookups {
			clear(w.bodies)
		}
		w.bodies[a.Organisation] = l
	}
	if n.body = l.id; n.body == 0 {
		wrong = append(wrong, missing("organisation", a.Organisation.Entity()))
	}
	if err := checkCome(a, w.tx.at); err != nil {
		wrong = append(wrong, err)
	}
	if err := l.check(a); err != nil {
		wrong = append(wrong, err)
	}
	if len(wrong) > 0 {
		return w.fault(&n, wrong...)
	}
	w.chunk = append(w.chunk, n)
	return nil
}

// idOf finds the entity that a key names, and remembers it: 0 when it is not
// there, or what founded it was retracted.
func idOf[K interface {
	~string
	Entity() innovation.Entity
}](ctx context.Context, tx *Tx, known map[K]int64, key K) (int64, error) {
	if id, ok := known[key]; ok {
		return id, nil
	}
	id, found, err := tx.lookup(ctx, key.Entity())
	if err == nil && found {
		found, err = tx.founded(ctx, key.Entity())
	}
	if err != nil {
		return 0, err
	}
	if !found {
		id = 0
	}
	known[key] = id
	return id, nil
}

// flush holds the events of the chunk against those of the same organisation
// and innovation, and writes those that are right.
func (w *adoptionWriter) flush(ctx context.Context) error {
	c := w.chunk
	sortByPair(c)
	var fresh int64 // an innovation that had no events before the chunk
	kept := c[:0]
	for i := 0; i < len(c); {
		j := i + 1
		for j < len(c) && c[j].innovation == c[i].innovation && c[j].body == c[i].body {
			j++
		}
		if w.ledger == nil && (i == 0 || c[i].innovation != c[i-1].innovation) {
			some, err := w.tx.session.one(ctx, []any{new(int)}, "SELECT 1 FROM reg_adoption WHERE subject = ? LIMIT 1", c[i].innovation)
			if err != nil {
				return err
			}
			if !some {
				fresh = c[i].innovation
			}
		}
		var err error
		w.held = w.held[:0]
		switch {
		case w.ledger != nil:
			w.held, err = w.ledger.held(c[i].innovation, c[i].body, w.held)
		case c[i].innovation != fresh:
			w.held, err = heldAdoptions(ctx, w.tx.session, c[i].innovation, c[i].body, w.held)
		}
		if err != nil {
			return err
		}
		added, err := w.judge(w.held, c[i:j])
		if err != nil {
			return err
		}
		kept = append(kept, added...)
		i = j
	}
	return w.write(ctx, kept)
}

// heldAdoption is an event that the register holds.
type heldAdoption struct {
	innovation.Adoption
	source int64
}

// heldAdoptions appends the events in force of an organisation and an
// innovation.
func heldAdoptions(ctx context.Context, s *session, id, body int64, out []heldAdoption) ([]heldAdoption, error) {
	rows, err := s.query(ctx, `SELECT start_earliest, start_latest, start_basis, step, stage, grade, planned, restated, extent_low, extent_high, reason, COALESCE(source, 0), note
		FROM reg_adoption WHERE subject = ? AND organisation = ? AND removed = `+inForce, id, body)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var earliest, latest, step, stage, grade, planned, restated, reason int64
		var h heldAdoption
		var basis, note string
		var low, high int64
		if err := rows.Scan(&earliest, &latest, &basis, &step, &stage, &grade, &planned, &restated, &low, &high, &reason, &h.source, &note); err != nil {
			return nil, err
		}
		if h.Adoption, err = adoptionOf(earliest, latest, step, stage, grade, planned); err != nil {
			return nil, err
		}
		if reason < 0 || reason >= int64(len(reasonCodes)) {
			return nil, fmt.Errorf("%d stands for no reason of a stop", reason)
		}
		h.Day.Basis, h.Restated, h.Note = innovation.Basis(basis), restated != 0, note
		h.ExtentLow, h.ExtentHigh, h.Reason = low, high, innovation.StopReason(reasonCodes[reason])
		out = append(out, h)
	}
	return out, explain(rows.Err())
}

// adoptionOf makes an event of what its row says of rules and counts.
func adoptionOf(earliest, latest, step, stage, grade, planned int64) (a innovation.Adoption, err error) {
	if step < 0 || step >= int64(len(stepCodes)) || stage < 0 || stage >= int64(len(stageCodes)) || grade < 0 || grade >= int64(len(gradeCodes)) {
		return a, fmt.Errorf("step %d, stage %d or grade %d of an adoption event stands for nothing", step, stage, grade)
	}
	a = innovation.Adoption{Step: innovation.AdoptionStep(stepCodes[step]), Stage: innovation.Stage(stageCodes[stage]),
		Grade: innovation.EvidenceGrade(gradeCodes[grade]), Planned: planned != 0}
	if a.Day.Earliest, err = innovation.DateFromDayNumber(earliest); err != nil {
		return a, err
	}
	a.Day.Latest, err = innovation.DateFromDayNumber(latest)
	return a, err
}

// judge holds new events of one organisation and innovation against those that
// are there, refuses what is wrong, and gives those that are to be written.
func (w *adoptionWriter) judge(before []heldAdoption, fresh []newAdoption) ([]newAdoption, error) {
	add := fresh[:0] // what is dropped is not looked at again
next:
	for i := range fresh {
		n := &fresh[i]
		for k := range before {
			if sameAdoption(&before[k].Adoption, before[k].source, n) {
				w.tally.Unchanged++
				continue next
			}
		}
		for k := range add {
			if sameAdoption(&add[k].Adoption, add[k].source, n) {
				w.tally.Unchanged++
				continue next
			}
		}
		add = append(add, *n)
	}
	for {
		if len(add) == 0 {
			return nil, nil
		}
		all := w.line[:0]
		for i := range before {
			all = append(all, before[i].Adoption)
		}
		for i := range add {
			all = append(all, add[i].Adoption)
		}
		w.line = all
		wrong := lineFaults(all, len(before), add)
		if len(wrong) == 0 {
			moved(w.months, add[0].innovation, firstsOf(all[:len(before)]), firstsOf(all))
			return add, nil
		}
		// Without these the others may be right: a second event of a day goes, and
		// what comes after it stays.
		right := add[:0]
		for i, n := range add {
			if wrong[i] == nil {
				right = append(right, n)
			} else if err := w.fault(&n, wrong[i]...); err != nil {
				return nil, err
			}
		}
		add = right
	}
}

// lineFaults are the faults of the events of one organisation and innovation,
// by the place among the new ones, which stand after those that are held. One
// new event at least is at fault when any is: what is held was right before.
func lineFaults(all []innovation.Adoption, held int, add []newAdoption) map[int][]error {
	if len(all) == 1 && add[0].Step == innovation.Reached {
		return nil // whatever comes first may be entered at
	}
	order := make([]int, len(all)) // of the events, and where each comes from
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return innovation.AdoptionBefore(all[order[i]], all[order[j]]) })
	sorted := make([]innovation.Adoption, len(all))
	for i, k := range order {
		sorted[i] = all[k]
		sorted[i].Innovation, sorted[i].Organisation = add[0].Innovation, add[0].Organisation
	}
	var wrong map[int][]error
	for _, f := range innovation.CheckAdoptionLine(sorted, add[0].heir) {
		k := order[f.Event]
		if k < held { // what is new before it made it wrong: the last of its own line, if any
			blamed, own := held, false
			for _, e := range order[:f.Event] {
				if e >= held && all[e].Counts() && (!own || all[e].Grade == all[k].Grade) {
					blamed, own = e, all[e].Grade == all[k].Grade
				}
			}
			k = blamed
		}
		if wrong == nil {
			wrong = map[int][]error{}
		}
		wrong[k-held] = append(wrong[k-held], f.Err)
	}
	return wrong
}

// sameAdoption reports whether a new event says what another of the same
// organisation and innovation says.
func sameAdoption(a *innovation.Adoption, source int64, n *newAdoption) bool {
	return a.Day == n.Day && a.Step == n.Step && a.Stage == n.Stage && a.Grade == n.Grade &&
		a.ExtentLow == n.ExtentLow && a.ExtentHigh == n.ExtentHigh && a.Reason == n.Reason &&
		a.Planned == n.Planned && a.Restated == n.Restated && a.Note == n.Note && source == n.source
}
