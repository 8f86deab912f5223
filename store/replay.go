package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// Replayed is what a replay did.
type Replayed struct {
	Register string                  `json:"register" doc:"Identity of the register"`
	Acts     int64                   `json:"acts" doc:"Acts that were recorded now"`
	Changes  innovation.ChangeNumber `json:"changes" doc:"How many changes they made"`
	Existing int64                   `json:"existing" doc:"Acts that the register had already"`
	Act      innovation.ActNumber    `json:"act" doc:"The last act"`
	Digest   string                  `json:"digest" doc:"Digest of the chain up to it: that of the register that the log is of"`
}

// The sizes of what a replay reads and writes at a time.
const (
	maxLogLine    = 16 << 20 // bytes of a line
	replayChanges = 10_000   // changes of whole acts that are committed together
)

// ReplayActs records the acts of a log that ExportActs wrote, with their
// numbers, times and digests: the register then has the same history and the
// same digest. An empty register also takes over the identity of the one that
// the log is of, so nothing else should use it meanwhile. Acts that are there
// already are passed over, so that a replay that was interrupted goes on where
// it stopped, and a copy is brought up to date by a log of what came since.
//
// Each digest is recomputed from what was written. The error is of kind
// Refused, rule act-log-diverged, when the register's own history is another
// one, and of kind Invalid, rule act-log-damaged, when the log is cut short or
// was changed. Whole acts before the fault stay recorded.
//
// progress, which may be nil, is called after each commit with how many acts of
// how many are done.
func (s *Store) ReplayActs(ctx context.Context, r io.Reader, progress func(done, total int64)) (out Replayed, err error) {
	if ctx.Value(updateKey{s}) != nil {
		return out, errNested
	}
	if s.options.ReadOnly {
		return out, unsuitable(innovation.RuleRegisterReadOnly, "the register was opened for reading only", "open it for writing")
	}
	log := &actLogReader{in: bufio.NewReaderSize(r, 64<<10)}
	if err := log.open(); err != nil {
		return out, err
	}
	rep := &replaying{store: s, log: log, out: Replayed{Register: log.head.Register}, progress: progress}
	for more := true; more && err == nil; {
		more, err = rep.group(ctx)
	}
	return rep.out, err
}

// Copy brings the acts of one register into another, which is empty or has the
// same history so far: from SQLite to PostgreSQL, back, or from one file to
// another. See ReplayActs.
func Copy(ctx context.Context, from, to *Store, progress func(done, total int64)) (Replayed, error) {
	if from == to {
		return Replayed{}, innovation.Invalidf(innovation.RuleRegisterExists, "to", "a register is not copied into itself")
	}
	var since innovation.ActNumber
	if err := to.read(ctx, func(c *session) error {
		h, err := readHead(ctx, c)
		since = innovation.ActNumber(h.act)
		return err
	}); err != nil {
		return Replayed{}, err
	}
	last := innovation.ActNumber(0)
	if err := from.read(ctx, func(c *session) error {
		h, err := readHead(ctx, c)
		last = innovation.ActNumber(h.act)
		return err
	}); err != nil {
		return Replayed{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, w := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		_, err := from.ExportActs(ctx, w, min(since, last), nil)
		w.CloseWithError(err)
		wrote <- err
	}()
	out, err := to.ReplayActs(ctx, r, progress)
	r.CloseWithError(errReplayEnded)
	if first := <-wrote; first != nil && !errors.Is(first, errReplayEnded) {
		err = first
	}
	return out, err
}

var errReplayEnded = errors.New("the replay has ended")

// replaying is a replay under way.
type replaying struct {
	store    *Store
	log      *actLogReader
	out      Replayed
	progress func(done, total int64)
}

// group records some whole acts in one transaction, and says whether there may
// be more. A transaction is not tried again: the log is read once.
func (p *replaying) group(ctx context.Context) (more bool, err error) {
	now := p.out
	err = p.store.writing(ctx, func(w *session, h head) (func(), error) {
		if !p.log.begun {
			if err := p.begin(ctx, w, h); err != nil {
				return nil, err
			}
		}
		months := &laterMonths{before: map[[2]int64]firsts{}}
		erased := false
		first := h.change
		var tx *Tx
		for more = true; h.change-first < replayChanges; {
			a, err := p.log.act()
			if err != nil {
				return nil, err
			}
			if a == nil {
				more = false
				break
			}
			if int64(a.Act) <= h.act {
				if err := p.passOver(ctx, w, a); err != nil {
					return nil, err
				}
				now.Existing++
				now.Act, now.Digest = a.Act, a.Digest
				continue
			}
			if tx, err = p.record(ctx, w, h, a, months); err != nil {
				return nil, err
			}
			now.Acts++
			now.Changes += innovation.ChangeNumber(tx.change - h.change)
			now.Act, now.Digest = a.Act, a.Digest
			erased = erased || tx.erased
			digest, err := hex.DecodeString(a.Digest)
			if err != nil {
				return nil, err
			}
			h = head{act: int64(a.Act), change: tx.change, at: a.At.UnixMicro(), digest: digest}
		}
		if tx != nil {
			if err := months.keep(ctx, tx); err != nil {
				return nil, err
			}
		}
		id := p.log.head.Register
		return func() {
			p.store.id.Store(&id)
			p.store.erase(ctx, w, erased)
		}, nil
	})
	if err == nil {
		p.out = now
		if p.progress != nil {
			p.progress(p.out.Existing+p.out.Acts, p.log.head.Acts)
		}
	}
	return more, err
}

// begin holds the log against where the register stands. An empty register
// becomes the one that the log is of.
func (p *replaying) begin(ctx context.Context, w *session, h head) error {
	p.log.begun = true
	l := p.log.head
	p.out.Act, p.out.Digest = l.Since, l.Before
	if h.act == 0 && l.Since == 0 {
		_, err := w.exec(ctx, "UPDATE reg_meta SET value = ? WHERE name = 'register'", l.Register)
		return err
	}
	if int64(l.Since) > h.act {
		return innovation.Refusedf(innovation.RuleActLogDiverged, "since", "the log begins after act %d and the register ends with act %d", l.Since, h.act).
			Trying("export the log from act %d on", h.act)
	}
	if p.store.ID() != l.Register {
		return innovation.Refusedf(innovation.RuleActLogDiverged, "register", "the log is of the register %s and this is %s", l.Register, p.store.ID()).
			Trying("replay it into an empty register")
	}
	was, err := headAt(ctx, w, l.Since)
	if err == nil && hex.EncodeToString(was.digest) != l.Before {
		err = diverged(l.Since)
	}
	return err
}

func diverged(act innovation.ActNumber) error {
	return innovation.Refusedf(innovation.RuleActLogDiverged, "", "the register and the log have different histories up to act %d", act).
		Trying("replay the log into an empty register, and verify both")
}

// passOver reads an act that the register has.
func (p *replaying) passOver(ctx context.Context, w *session, a *logAct) error {
	was, err := headAt(ctx, w, a.Act)
	if err != nil {
		return err
	}
	if hex.EncodeToString(was.digest) != a.Digest {
		return diverged(a.Act)
	}
	for range a.Changes {
		if _, err := p.log.change(); err != nil {
			return err
		}
	}
	return nil
}

// record makes an act anew, change by change, and holds its digest against that
// of the log.
func (p *replaying) record(ctx context.Context, w *session, h head, a *logAct, months *laterMonths) (*Tx, error) {
	if int64(a.Act) != h.act+1 || a.At.UnixMicro() <= h.at && h.act > 0 {
		return nil, p.log.damaged("act %d stands after act %d", a.Act, h.act)
	}
	request, err := hex.DecodeString(a.Request)
	if err != nil {
		return nil, p.log.damaged("%q is no digest of a request", a.Request)
	}
	if len(request) == 0 {
		request = nil
	}
	tx := p.store.newTx(w, innovation.Act{Actor: a.Actor, Reason: a.Reason, Sources: a.Sources, IdempotencyKey: a.Key, RequestDigest: request}, h)
	tx.at, tx.months = a.At, months
	if err := tx.act.Validate(); err != nil {
		return nil, p.log.damaged("act %d: %v", a.Act, err)
	}
	var retracted map[innovation.FactID]bool // names of persons that were removed and not put back
	for range a.Changes {
		c, err := p.log.change()
		if err != nil {
			return nil, err
		}
		if int64(c.Number) != tx.change+1 {
			return nil, p.log.damaged("change %d stands where change %d should", c.Number, tx.change+1)
		}
		if err := tx.redo(ctx, c); err != nil {
			if own := innovation.Violations(err); own != nil {
				err = p.log.damaged("change %d of act %d: %v", c.Number, a.Act, own[0])
			}
			return nil, err
		}
		if tx.change != int64(c.Number) {
			return nil, p.log.damaged("change %d of act %d makes no change, or several", c.Number, a.Act)
		}
		if c.Type == string(innovation.TypePerson) {
			if retracted == nil {
				retracted = map[innovation.FactID]bool{}
			}
			retracted[c.Fact] = c.Verb == "removed"
		}
		if len(tx.pending.buf) > 1<<20 {
			tx.digest.Write(tx.pending.buf)
			tx.pending.buf = tx.pending.buf[:0]
		}
		if err := months.bounded(ctx, tx); err != nil {
			return nil, err
		}
	}
	for id, gone := range retracted {
		if gone {
			if err := tx.eraseName(ctx, id); err != nil {
				return nil, err
			}
		}
	}
	receipt, err := tx.finish(ctx)
	if err != nil {
		if own := innovation.Violations(err); own != nil {
			err = p.log.damaged("act %d: %v", a.Act, own[0])
		}
		return nil, err
	}
	if receipt.Digest != a.Digest {
		return nil, p.log.damaged("the digest of act %d does not follow from its lines", a.Act)
	}
	return tx, nil
}

// redo makes a change as it was made before. Rules are not asked: they are those
// of the time, and Verify asks today's.
func (tx *Tx) redo(ctx context.Context, c *logChange) error {
	added := c.Verb == "added"
	if !added && c.Verb != "removed" {
		return innovation.Invalidf(innovation.RuleActLogDamaged, "verb", "%q is no verb of a change", c.Verb)
	}
	switch c.Type {
	case "entity":
		if err := innovation.CheckKey("key", string(c.Subject.Key)); err != nil {
			return err
		}
		_, err := tx.ensure(ctx, c.Subject)
		return err
	case "citation":
		if c.Citation == nil {
			return innovation.Invalidf(innovation.RuleActLogDamaged, "citation", "the citation is missing")
		}
		if added {
			return tx.addCitations(ctx, c.Subject, c.Fact, []innovation.Citation{*c.Citation})
		}
		return tx.removeCitation(ctx, c.Subject, c.Fact, *c.Citation)
	}
	t, ok := tableOf(innovation.FactType(c.Type))
	if !ok {
		return innovation.Invalidf(innovation.RuleActLogDamaged, "type", "%q is no type of fact that this program knows", c.Type)
	}
	if !added {
		got, err := t.scanAny(ctx, tx.session, "WHERE f.fact = ? AND f.removed = "+inForce, int64(c.Fact))
		if err != nil {
			return err
		}
		if len(got) != 1 {
			return factNotFound(c.Fact)
		}
		return tx.remove(ctx, t, got[0].Value, c.Fact)
	}
	v := reflect.New(t.goType)
	d := json.NewDecoder(bytes.NewReader(c.Value))
	d.DisallowUnknownFields()
	if err := d.Decode(v.Interface()); err != nil {
		return innovation.Invalidf(innovation.RuleActLogDamaged, "value", "the value is no %s: %v", t.typ, err)
	}
	b := t.bound(v)
	if err := b.value().Validate(); err != nil && (c.Commitment == "" || c.Salt != "") { // an erased name is blank
		return err
	}
	for _, column := range b.columns {
		if column.committed != nil {
			commitment, err1 := hex.DecodeString(c.Commitment)
			salt, err2 := hex.DecodeString(c.Salt)
			if err := errors.Join(err1, err2); err != nil {
				return innovation.Invalidf(innovation.RuleActLogDamaged, "commitment", "%v", err)
			}
			if err := column.committed(commitment, salt); err != nil {
				return err
			}
		}
	}
	id := c.Fact
	if int64(id) == int64(c.Number) {
		id = 0 // a new fact
	}
	_, err := tx.add(ctx, t, b, id, nil)
	return err
}

// laterMonths keeps the monthly counts of adoption after many changes instead
// of after each.
type laterMonths struct {
	before map[[2]int64]firsts // by innovation and organisation: as they stand in the counts
}

// maxLaterMonths bounds how many of them are remembered.
const maxLaterMonths = 50_000

func (m *laterMonths) note(ctx context.Context, tx *Tx, id, body int64) error {
	pair := [2]int64{id, body}
	if _, ok := m.before[pair]; ok {
		return nil
	}
	events, err := pairEvents(ctx, tx.session, id, body, nil)
	m.before[pair] = firstsOf(events)
	return err
}

func (m *laterMonths) bounded(ctx context.Context, tx *Tx) error {
	if len(m.before) < maxLaterMonths {
		return nil
	}
	return m.keep(ctx, tx)
}

func (m *laterMonths) keep(ctx context.Context, tx *Tx) error {
	counts := map[monthKey]int64{}
	for pair, before := range m.before {
		events, err := pairEvents(ctx, tx.session, pair[0], pair[1], nil)
		if err != nil {
			return err
		}
		moved(counts, pair[0], before, firstsOf(events))
	}
	clear(m.before)
	return tx.keepMonths(ctx, counts)
}

// actLogReader reads the lines of an act log.
type actLogReader struct {
	in    *bufio.Reader
	line  int64
	head  logHead
	begun bool // held against the register
	last  innovation.ActNumber
	over  bool
}

func (l *actLogReader) damaged(format string, args ...any) error {
	return innovation.Invalidf(innovation.RuleActLogDamaged, "", "line %d of the act log: %s", l.line, fmt.Sprintf(format, args...)).
		Trying("export the log again: this one is cut short or was changed")
}

// next reads a line into v, strictly.
func (l *actLogReader) next(v any) error {
	var text []byte
	for {
		part, err := l.in.ReadSlice('\n')
		text = append(text, part...)
		if len(text) > maxLogLine {
			l.line++
			return l.damaged("it is longer than any line of a log")
		}
		if err == nil {
			break
		}
		if err != bufio.ErrBufferFull {
			if err == io.EOF {
				l.line++
				return l.damaged("the log ends before its last line")
			}
			return err
		}
	}
	l.line++
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return l.damaged("%v", err)
	}
	if d.More() {
		return l.damaged("it holds more than one object")
	}
	return nil
}

func (l *actLogReader) open() error {
	if err := l.next(&l.head); err != nil || l.head.Format != actLogFormat {
		return innovation.Invalidf(innovation.RuleActLogDamaged, "", "the file is no act log of a register").
			Trying("give a file that innovationd act-log has written")
	}
	if l.head.Schema > SchemaVersion() {
		return unsuitable(innovation.RuleSchemaNewer, fmt.Sprintf("the log is of schema %d and this program knows schemas up to %d", l.head.Schema, SchemaVersion()),
			"use a program that knows it")
	}
	l.last = l.head.Since
	return nil
}

// act reads the head of the next act; nil when the log is at its end.
func (l *actLogReader) act() (*logAct, error) {
	if l.over {
		return nil, nil
	}
	var line struct {
		logAct
		End *innovation.ActNumber `json:"end"`
	}
	if err := l.next(&line); err != nil {
		return nil, err
	}
	if line.End != nil {
		if *line.End != l.last {
			return nil, l.damaged("the log ends with act %d, and says that it ends with act %d", l.last, *line.End)
		}
		if _, err := l.in.ReadByte(); err != io.EOF {
			return nil, l.damaged("something follows the end")
		}
		l.over = true
		return nil, nil
	}
	if line.Act != l.last+1 || line.Changes < 1 || line.At != line.At.UTC().Truncate(time.Microsecond) {
		return nil, l.damaged("act %d stands after act %d", line.Act, l.last)
	}
	l.last = line.Act
	return &line.logAct, nil
}

func (l *actLogReader) change() (*logChange, error) {
	c := &logChange{}
	err := l.next(c)
	return c, err
}
