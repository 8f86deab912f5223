package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"

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

// replayChanges is how many changes of whole acts are committed together.
const replayChanges = 10_000

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
// progress, which may be nil, is called now and then with how many changes of
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
			now.Act, now.Digest = p.log.head.Since, p.log.head.Before
		}
		months := &laterMonths{pairs: map[[2]int64]*laterPair{}, since: h.change, ids: map[innovation.Entity]int64{}}
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
				return nil, p.judged(err, now.Act, 0)
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
			p.progress(p.log.changes, p.log.head.Changes)
		}
	}
	return more, err
}

// begin holds the log against where the register stands. An empty register
// becomes the one that the log is of.
func (p *replaying) begin(ctx context.Context, w *session, h head) error {
	p.log.begun = true
	l := p.log.head
	if h.act == 0 && l.Since == 0 {
		if l.Before != hex.EncodeToString(genesis()) {
			return p.log.damaged("%q is not where the acts of a register begin", l.Before)
		}
		_, err := w.exec(ctx, "UPDATE reg_meta SET value = ? WHERE name = 'register'", l.Register)
		return err
	}
	if int64(l.Since) > h.act {
		return innovation.Refusedf(innovation.RuleActLogDiverged, "since", "the log begins after act %d and the register ends with act %d", l.Since, h.act).
			Trying("export the log from act %d on", h.act)
	}
	if p.store.ID() != l.Register {
		return innovation.Refusedf(innovation.RuleActLogDiverged, "register", "the log is of the register %s and this is %s", l.Register, p.store.ID()).
			Trying("bring it into a register that is new or empty")
	}
	was, err := headAt(ctx, w, l.Since)
	if err == nil && hex.EncodeToString(was.digest) != l.Before {
		err = diverged(l.Since)
	}
	return err
}

func diverged(act innovation.ActNumber) error {
	return innovation.Refusedf(innovation.RuleActLogDiverged, "", "the register and the log have different histories up to act %d", act).
		Trying("bring it into a register that is new or empty, and verify both")
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
	if int64(a.Act) != h.act+1 || a.At.UnixMicro() <= h.at {
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
	tx.at, tx.months, tx.ids = a.At, months, months.ids
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
			return nil, p.judged(err, a.Act, c.Number)
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
			return nil, p.judged(err, a.Act, c.Number)
		}
		if p.progress != nil && p.log.changes%1000 == 0 {
			p.progress(p.log.changes, p.log.head.Changes)
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
		return nil, p.judged(err, a.Act, 0)
	}
	if receipt.Digest != a.Digest {
		return nil, p.log.damaged("the digest of act %d does not follow from its lines", a.Act)
	}
	return tx, nil
}

// sqliteConstraint is the code of a row that contradicts others.
const sqliteConstraint = 19

// judged is an error of a change, 0 for the act itself: what the register or the
// engine refuses nobody has recorded, so the log was changed.
func (p *replaying) judged(err error, act innovation.ActNumber, change innovation.ChangeNumber) error {
	own := innovation.Violations(err)
	switch {
	case own != nil:
		return p.log.damaged("act %d, change %d: %v", act, change, own[0])
	case sqliteCode(err) == sqliteConstraint, strings.HasPrefix(sqlState(err), "22"), strings.HasPrefix(sqlState(err), "23"):
		return p.log.damaged("act %d, change %d: it contradicts what was recorded before", act, change)
	}
	return err
}

// redo makes a change as it was made before. Rules are not asked: they are those
// of the time, and Verify asks today's.
func (tx *Tx) redo(ctx context.Context, c *logChange) error {
	added := c.Verb == "added"
	if !added && c.Verb != "removed" {
		return innovation.Invalidf(innovation.RuleActLogDamaged, "verb", "%q is no verb of a change", c.Verb)
	}
	wrong := func() error {
		return innovation.Invalidf(innovation.RuleActLogDamaged, "fact", "there is no fact %d that it could be of", c.Fact)
	}
	if entity := c.Type == "entity"; entity != (c.Fact == 0) || c.Fact < 0 || int64(c.Fact) > int64(c.Number) || entity && !added {
		return wrong()
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
		if t.typ == innovation.TypeAdoption {
			if err := tx.months.rows.flush(ctx, tx.session); err != nil {
				return err
			}
		}
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
	if a, ok := b.value().(innovation.Adoption); ok && int64(id) == int64(c.Number) {
		return tx.addLater(ctx, t, b, a)
	}
	if int64(id) == int64(c.Number) {
		id = 0 // a new fact
	} else if had, err := tx.session.one(ctx, []any{new(int)}, "SELECT 1 FROM "+t.tableName()+" WHERE fact = ? LIMIT 1", int64(id)); err != nil || !had {
		if err == nil {
			err = wrong()
		}
		return err
	}
	_, err := tx.add(ctx, t, b, id, nil)
	return err
}
