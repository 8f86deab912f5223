package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

const (
	adoptionChunk    = 16_384 // events that are judged and written together
	adoptionRows     = 64     // rows of one statement
	maxAdoptionFault = 1_000  // faults that are reported
	maxReceiptFacts  = 10_000 // facts that a receipt lists
)

// AdoptionTally is what became of many adoption events.
type AdoptionTally struct {
	Added     int64 `json:"added" doc:"Events that are new"`
	Unchanged int64 `json:"unchanged" doc:"Events that the register held already"`
}

// RecordAdoptions records many adoption events as part of one act, in memory
// that does not grow with them. Every event is held against the same rules as
// by Record; one that the register holds already is counted and left. Events
// cite no sources of their own but the one they name: the act cites its own.
//
// When any is refused, everything wrong is reported at once, up to 1,000
// faults, by its place among the events ("events[3].day"). Unlike after other
// operations the act cannot go on then: Update returns the error and nothing of
// the act stands. The same holds when events yields an error.
func (tx *Tx) RecordAdoptions(ctx context.Context, events iter.Seq2[innovation.Adoption, error]) (AdoptionTally, error) {
	switch {
	case tx.done:
		return AdoptionTally{}, errTxDone
	case tx.broken != nil:
		return AdoptionTally{}, tx.broken
	}
	w := adoptionWriter{tx: tx, innovations: map[innovation.InnovationID]int64{}, sources: map[innovation.SourceID]int64{},
		bodies: map[innovation.OrganisationID]*life{}, months: map[monthKey]int64{}}
	err := w.all(ctx, events)
	if err != nil {
		tx.broken = err
	}
	return w.tally, err
}

// adoptionWriter writes events chunk by chunk.
type adoptionWriter struct {
	tx          *Tx
	tally       AdoptionTally
	next        int // place of the next event
	chunk       []newAdoption
	innovations map[innovation.InnovationID]int64 // ids; 0 when there is none
	sources     map[innovation.SourceID]int64
	bodies      map[innovation.OrganisationID]*life
	months      map[monthKey]int64
	faults      []error
	args        []any
}

// newAdoption is an event to be written.
type newAdoption struct {
	innovation.Adoption
	place                    int
	innovation, body, source int64
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
		if len(w.chunk) == adoptionChunk {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
		if len(w.faults) >= maxAdoptionFault {
			break
		}
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	if len(w.faults) > 0 {
		return innovation.Join(w.faults[:min(len(w.faults), maxAdoptionFault)]...)
	}
	return w.tx.keepMonths(ctx, w.months)
}

// fault notes what is wrong with the event at a place.
func (w *adoptionWriter) fault(place int, err error) {
	for _, e := range innovation.Violations(err) {
		w.faults = append(w.faults, e.In(fmt.Sprintf("events[%d]", place)))
	}
}

// take judges an event by itself and puts it into the chunk.
func (w *adoptionWriter) take(ctx context.Context, a innovation.Adoption) error {
	n := newAdoption{Adoption: a, place: w.next}
	w.next++
	if a.Note != "" {
		n.Note = norm.NFC.String(a.Note)
	}
	if err := n.Validate(); err != nil {
		w.fault(n.place, err)
		return nil
	}
	var err error
	if n.innovation, err = idOf(ctx, w.tx, w.innovations, a.Innovation); err != nil {
		return err
	}
	if n.innovation == 0 {
		w.fault(n.place, missing("innovation", a.Innovation.Entity()))
	}
	if a.Source != "" {
		if n.source, err = idOf(ctx, w.tx, w.sources, a.Source); err != nil {
			return err
		}
		if n.source == 0 {
			w.fault(n.place, missing("source", a.Source.Entity()))
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
		w.fault(n.place, missing("organisation", a.Organisation.Entity()))
	}
	if err := innovation.Join(checkCome(a, w.tx.at), l.check(a)); err != nil {
		w.fault(n.place, err)
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
// and innovation, and writes them. After a fault it only judges.
func (w *adoptionWriter) flush(ctx context.Context) error {
	c := w.chunk
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
	var fresh int64 // an innovation that had no events before the chunk
	kept := c[:0]
	for i := 0; i < len(c); {
		j := i + 1
		for j < len(c) && c[j].innovation == c[i].innovation && c[j].body == c[i].body {
			j++
		}
		if c[i].innovation == 0 || c[i].body == 0 { // reported already
			i = j
			continue
		}
		if i == 0 || c[i].innovation != c[i-1].innovation {
			some, err := w.tx.session.one(ctx, []any{new(int)}, "SELECT 1 FROM reg_adoption WHERE subject = ? LIMIT 1", c[i].innovation)
			if err != nil {
				return err
			}
			if !some {
				fresh = c[i].innovation
			}
		}
		var before []heldAdoption
		if c[i].innovation != fresh {
			var err error
			if before, err = heldAdoptions(ctx, w.tx.session, c[i].innovation, c[i].body); err != nil {
				return err
			}
		}
		added := w.judge(before, c[i:j])
		kept = append(kept, added...)
		i = j
	}
	var err error
	if len(w.faults) == 0 {
		err = w.write(ctx, kept)
	}
	w.chunk = c[:0]
	return err
}

// heldAdoption is an event that the register holds.
type heldAdoption struct {
	innovation.Adoption
	source int64
}

// heldAdoptions reads the events in force of an organisation and an innovation.
func heldAdoptions(ctx context.Context, s *session, id, body int64) (out []heldAdoption, err error) {
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
// are there, notes what is wrong, and gives those that are to be written.
func (w *adoptionWriter) judge(before []heldAdoption, fresh []newAdoption) []newAdoption {
	held := make([]innovation.Adoption, len(before), len(before)+len(fresh))
	for i := range before {
		held[i] = before[i].Adoption
	}
	add := fresh[:0:0]
	all := held
	for _, n := range fresh {
		same := slices.ContainsFunc(before, func(h heldAdoption) bool { return sameAdoption(h, n) }) ||
			slices.ContainsFunc(add, func(m newAdoption) bool {
				return sameAdoption(heldAdoption{m.Adoption, m.source}, n)
			})
		if same {
			w.tally.Unchanged++
			continue
		}
		add = append(add, n)
		all = append(all, n.Adoption)
	}
	if len(add) == 0 {
		return nil
	}
	// The events in their order, and where each comes from: a place, or -1.
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return innovation.AdoptionBefore(all[order[i]], all[order[j]]) })
	sorted := make([]innovation.Adoption, len(all))
	for i, k := range order {
		sorted[i] = all[k]
		sorted[i].Innovation, sorted[i].Organisation = add[0].Innovation, add[0].Organisation
	}
	for _, f := range innovation.CheckAdoptionLine(sorted) {
		k := order[f.Event]
		if k < len(held) { // it was right before: what is new made it wrong
			k = len(held)
		}
		w.fault(add[k-len(held)].place, f.Err)
	}
	moved(w.months, add[0].innovation, firstsOf(held), firstsOf(all))
	return add
}

// sameAdoption reports whether a new event says what the register holds.
func sameAdoption(h heldAdoption, n newAdoption) bool {
	a, b := h.Adoption, n.Adoption
	a.Innovation, a.Organisation, a.Source = "", "", ""
	b.Innovation, b.Organisation, b.Source = "", "", ""
	return a == b && h.source == n.source
}

// write numbers the events by their places and inserts them where they lie
// together.
func (w *adoptionWriter) write(ctx context.Context, events []newAdoption) error {
	tx := w.tx
	byPlace := make([]*newAdoption, len(events))
	for i := range events {
		byPlace[i] = &events[i]
	}
	sort.Slice(byPlace, func(i, j int) bool { return byPlace[i].place < byPlace[j].place })
	var fields encoder
	for _, n := range byPlace {
		n.number = tx.next()
		if len(tx.recorded) < maxReceiptFacts {
			tx.recorded = append(tx.recorded, innovation.FactID(n.number))
		}
		fields.buf = fields.buf[:0]
		fields.adoption(&n.Adoption)
		tx.pending.change(signAdd, codeAdoption, innovation.FactID(n.number), fields.buf)
		tx.touched[n.innovation] = true
	}
	tx.digest.Write(tx.pending.buf)
	tx.pending.buf = tx.pending.buf[:0]
	for len(events) > 0 {
		n := 1
		if len(events) >= adoptionRows {
			n = adoptionRows
		}
		if err := w.insert(ctx, events[:n]); err != nil {
			return err
		}
		w.tally.Added += int64(n)
		events = events[n:]
	}
	return nil
}

const adoptionInsert = "INSERT INTO reg_adoption (added, fact, subject, organisation, step, stage, grade, extent_low, extent_high, reason, planned, restated, source, note, mark, start_earliest, start_latest, start_basis) VALUES "

var (
	oneAdoption   = adoptionInsert + "(?" + strings.Repeat(", ?", 17) + ")"
	manyAdoptions = oneAdoption + strings.Repeat(", (?"+strings.Repeat(", ?", 17)+")", adoptionRows-1)
)

func (w *adoptionWriter) insert(ctx context.Context, events []newAdoption) error {
	text := oneAdoption
	if len(events) == adoptionRows {
		text = manyAdoptions
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
			int64(slices.Index(stepCodes, string(n.Step))), int64(n.Stage.Rank()), int64(n.Grade.Rank()),
			n.ExtentLow, n.ExtentHigh, int64(slices.Index(reasonCodes, string(n.Reason))), flag(n.Planned), flag(n.Restated), source, n.Note, n.Mark(),
			n.Day.Earliest.DayNumber(), n.Day.Latest.DayNumber(), string(n.Day.Basis))
	}
	w.args = args
	_, err := w.tx.session.exec(ctx, text, args...)
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

// life is when an organisation could adopt.
type life struct {
	id      int64
	periods []innovation.Period // of its existence; none is known when empty
}

// lifeOf reads the periods in which an organisation operates: those by law when
// no others are known.
func lifeOf(ctx context.Context, tx *Tx, id innovation.OrganisationID) (*life, error) {
	l := &life{}
	var found bool
	var err error
	if l.id, found, err = tx.lookup(ctx, id.Entity()); err != nil || !found {
		return l, err
	}
	all, err := existences.scan(ctx, tx.session, "WHERE f.subject = ? AND f.removed = "+inForce, l.id)
	l.periods = livingPeriods(all)
	return l, err
}

func livingPeriods(all []innovation.Recorded[innovation.Existence]) (out []innovation.Period) {
	for _, e := range all {
		if e.Value.Aspect == innovation.Operational {
			out = append(out, e.Value.Period)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, e := range all {
		out = append(out, e.Value.Period)
	}
	return out
}

// check refuses an event outside the life of its organisation.
func (l *life) check(a innovation.Adoption) error {
	if a.Restated || a.Planned || len(l.periods) == 0 {
		return nil
	}
	for _, p := range l.periods {
		if h := p.Hull(); h.Start.Compare(a.Day.Latest) <= 0 && h.End.After(a.Day.Earliest) {
			return nil
		}
	}
	return innovation.Refusedf(innovation.RuleAdoptionLife, "day", "%s did not exist on %s: it existed %s", a.Organisation, a.Day.Bound, l.periods[0]).
		Trying("name the body of that day, or mark the event as restated when its source gives it for a body of another day")
}

// checkCome refuses an event that is no plan and had not come when it was
// recorded. Clocks in England are at most an hour ahead of universal time.
func checkCome(a innovation.Adoption, at time.Time) error {
	if a.Planned || !a.Day.Earliest.After(innovation.DateOf(at.Add(time.Hour), time.UTC)) {
		return nil
	}
	return innovation.Refusedf(innovation.RuleAdoptionFuture, "day", "%s lies after the day of the act", a.Day.Bound).
		Trying("mark the event as planned, or correct the day")
}
