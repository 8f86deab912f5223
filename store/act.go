package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math/rand/v2"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

// maxTries is how often a write is tried when the engine asks to try again.
const maxTries = 20

type updateKey struct{ store *Store }

// Update makes an act: it calls fn, and everything that fn writes through the
// Tx becomes part of the register as one act, or, when fn or the commit fails,
// nothing does. Acts are serialised. The engine may ask to try again; fn is
// then called anew with a new Tx, so it must have no other effects. The context
// that fn gets makes use of the Store inside fn an error instead of a deadlock.
//
// An operation that was refused wrote nothing, and fn may go on after it. An
// act that changed nothing is not recorded: its receipt has the number 0. An
// act whose idempotency key is known already is not made again: the receipt of
// the first is returned, with Replayed set.
//
// The error is the first that fn returned; an Error of the register for a bad
// act, a reused key (Exists) or a lost answer to a commit (OutcomeUnknown);
// otherwise a fault.
func (s *Store) Update(ctx context.Context, act innovation.Act, fn func(ctx context.Context, tx *Tx) error) (innovation.Receipt, error) {
	if ctx.Value(updateKey{s}) != nil {
		return innovation.Receipt{}, errNested
	}
	act.Reason = norm.NFC.String(act.Reason)
	act.Sources = normalCitations(act.Sources)
	if err := act.Validate(); err != nil {
		return innovation.Receipt{}, err
	}
	if s.options.ReadOnly {
		return innovation.Receipt{}, unsuitable(innovation.RuleRegisterReadOnly, "the register was opened for reading only", "open it for writing")
	}
	for try := 1; ; try++ {
		receipt, err := s.update(ctx, act, fn)
		if err == nil || !transient(err) || try == maxTries {
			return receipt, err
		}
		s.options.Logger.InfoContext(ctx, "act tried again", "try", try, "cause", err)
		pause := time.Duration(try)*2*time.Millisecond + rand.N(5*time.Millisecond)
		if err := sleep(ctx, pause); err != nil {
			return innovation.Receipt{}, err
		}
	}
}

func (s *Store) update(ctx context.Context, act innovation.Act, fn func(ctx context.Context, tx *Tx) error) (receipt innovation.Receipt, err error) {
	err = s.writing(ctx, func(w *session, head head) (after func(), err error) {
		if act.IdempotencyKey != "" {
			first, found, err := s.replay(ctx, w, act)
			if err != nil || found {
				receipt = first
				return nil, err
			}
		}
		tx := s.newTx(w, act, head)
		tx.at = s.now()
		if last := time.UnixMicro(head.at).UTC(); head.act > 0 && !tx.at.After(last) {
			tx.at = last.Add(time.Microsecond)
		}
		if err := tx.call(context.WithValue(ctx, updateKey{s}, true), fn); err != nil || tx.change == head.change {
			return nil, err
		}
		if receipt, err = tx.finish(ctx); err != nil {
			return nil, err
		}
		return func() { s.erase(ctx, w, tx.erased) }, nil
	})
	if err != nil && !receipt.Replayed {
		receipt = innovation.Receipt{}
	}
	return receipt, err
}

// writing runs do in a transaction of the one that writes, from where the chain
// stands. It commits when do gives what is to be done after the commit.
func (s *Store) writing(ctx context.Context, do func(w *session, head head) (after func(), err error)) (err error) {
	if s.turn != nil { // SQLite's own queue is neither fair nor does it heed the context
		select {
		case s.turn <- struct{}{}:
			defer func() { <-s.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	w, err := s.writers.begin(ctx, s.dialect.beginSQL)
	if err != nil {
		return err
	}
	defer func() { s.writers.release(w, err) }()
	open := true
	defer func() {
		if open {
			w.run(context.WithoutCancel(ctx), "ROLLBACK") // there may be nothing left to roll back
		}
	}()
	if s.dialect.lockSQL != "" {
		if err := w.run(ctx, s.dialect.lockSQL); err != nil {
			return err
		}
	}
	head, err := readHead(ctx, w)
	if err != nil {
		return err
	}
	after, err := do(w, head)
	if err != nil || after == nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	open = false
	if err := s.commit(ctx, w); err != nil {
		w.run(context.WithoutCancel(ctx), "ROLLBACK")
		return err
	}
	after()
	return nil
}

// newTx is an act to be made after head.
func (s *Store) newTx(w *session, act innovation.Act, head head) *Tx {
	tx := &Tx{store: s, session: w, act: act, head: head, change: head.change,
		digest: sha256.New(), touched: map[int64]bool{}, ids: map[innovation.Entity]int64{}}
	tx.reader = reader{tx}
	return tx
}

// erase empties the log, where the name that an act erased stands still. A
// reader may be in the way: the next checkpoint does it then.
func (s *Store) erase(ctx context.Context, w *session, erased bool) {
	if erased && s.ownFile {
		w.run(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(TRUNCATE)")
	}
}

// commit confirms the act, or says that nobody knows whether it was.
func (s *Store) commit(ctx context.Context, w *session) error {
	unknown := func(cause error) error {
		return wrapKind(cause, innovation.OutcomeUnknown, innovation.RuleOutcomeUnknown, "the answer to the commit was lost",
			"repeat the act with its idempotency key: it is then made once")
	}
	if !s.dialect.dollar {
		return w.run(context.WithoutCancel(ctx), "COMMIT")
	}
	before := s.dialect.cancelled.Load()
	err := w.run(ctx, "COMMIT")
	switch {
	case err != nil && s.dialect.lost(err):
		return unknown(err)
	case err == nil && s.dialect.cancelled.Load() != before:
		return unknown(errors.New("the wait for a synchronous standby was cancelled"))
	}
	return err
}

// Tx is an act being made. It ends with the function that was given it.
type Tx struct {
	reader
	store    *Store
	session  *session
	act      innovation.Act
	head     head
	at       time.Time
	change   int64     // the last change made
	digest   hash.Hash // over the changes that stand
	pending  encoder   // the changes of the operation under way
	touched  map[int64]bool
	ids      map[innovation.Entity]int64 // entities found so far
	made     []innovation.Entity
	recorded []innovation.FactID
	erased   bool         // a name was erased
	bulk     bool         // many events are being recorded
	months   *laterMonths // monthly counts to be kept at the end of a replay; nil to keep them at once
	many     *many        // facts that are recorded together; nil otherwise
	broken   error        // a fault after which nothing can be done
	done     bool
}

// At is the time of the act.
func (tx *Tx) At() time.Time { return tx.at }

// call runs the caller's function and ends the Tx, also when it panics.
func (tx *Tx) call(ctx context.Context, fn func(context.Context, *Tx) error) error {
	defer func() { tx.done = true }()
	if err := fn(ctx, tx); err != nil {
		if tx.broken != nil && transient(tx.broken) {
			return tx.broken
		}
		return err
	}
	return tx.broken
}

var errTxDone = &innovation.Error{Kind: innovation.Closed, Rule: innovation.RuleActEnded,
	Detail: "the Tx was used after its act", Try: "use it only inside the function given to Update"}

// errTxBulk refuses what an iterator of events must not do: an event is judged
// when it is taken and written with others later.
var errTxBulk = &innovation.Error{Kind: innovation.Refused, Rule: innovation.RuleNestedCall,
	Detail: "the act is recording many events, and something else was to be written meanwhile", Try: "write it before or after them"}

// operation runs one operation of the act: all of it stands, or, when it is
// refused, nothing of it. A fault leaves the act unable to go on.
func (tx *Tx) operation(ctx context.Context, do func() error) error {
	switch {
	case tx.done:
		return errTxDone
	case tx.broken != nil:
		return tx.broken
	case tx.bulk:
		return errTxBulk
	}
	change, made, facts := tx.change, len(tx.made), len(tx.recorded)
	touched := map[int64]bool{}
	before := tx.touched
	tx.touched = touched
	if _, err := tx.session.exec(ctx, "SAVEPOINT operation"); err != nil {
		tx.broken = err
		return err
	}
	err := do()
	if err == nil {
		_, err = tx.session.exec(ctx, "RELEASE SAVEPOINT operation")
	} else if !fault(err) && ctx.Err() == nil {
		tx.change, tx.made, tx.recorded, tx.touched = change, tx.made[:made], tx.recorded[:facts], before
		tx.pending.buf = tx.pending.buf[:0]
		clear(tx.ids)
		for _, text := range []string{"ROLLBACK TO SAVEPOINT operation", "RELEASE SAVEPOINT operation"} {
			if _, fault := tx.session.exec(ctx, text); fault != nil {
				tx.broken = fault
				return fault
			}
		}
		return err
	}
	if err != nil {
		tx.broken = err
		return err
	}
	tx.digest.Write(tx.pending.buf)
	tx.pending.buf = tx.pending.buf[:0]
	for id := range touched {
		before[id] = true
	}
	tx.touched = before
	return nil
}

// next numbers a change.
func (tx *Tx) next() int64 { tx.change++; return tx.change }

// finish writes the act itself.
func (tx *Tx) finish(ctx context.Context) (innovation.Receipt, error) {
	var receipt innovation.Receipt
	w := tx.session
	actor, err := tx.ensure(ctx, tx.act.Actor.Entity())
	if err != nil {
		return receipt, err
	}
	cited, err := tx.resolveCitations(ctx, "sources", tx.act.Sources)
	if err != nil {
		return receipt, err
	}
	tx.digest.Write(tx.pending.buf)
	number := tx.head.act + 1
	rec := actRecord{number: number, at: tx.at.UnixMicro(), actor: tx.act.Actor, reason: tx.act.Reason,
		key: tx.act.IdempotencyKey, request: tx.act.RequestDigest, sources: tx.act.Sources}
	digest := rec.chain(tx.head.digest, tx.digest.Sum(nil))
	var key any
	if rec.key != "" {
		key = rec.key
	}
	if _, err := w.exec(ctx, `INSERT INTO reg_act (number, at, actor, reason, idempotency_key, request_digest, first_change, last_change, digest)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		number, rec.at, actor, rec.reason, key, rec.request, tx.head.change+1, tx.change, digest); err != nil {
		return receipt, err
	}
	for i, source := range cited {
		if _, err := w.exec(ctx, "INSERT INTO reg_act_source (act, position, source, locator) VALUES (?, ?, ?, ?)",
			number, i+1, source, tx.act.Sources[i].Locator); err != nil {
			return receipt, err
		}
	}
	for id := range tx.touched {
		if id > tx.head.change {
			continue // it was founded in this act and has its version
		}
		if _, err := w.exec(ctx, "UPDATE reg_entity SET version = ? WHERE id = ?", number, id); err != nil {
			return receipt, err
		}
	}
	if _, err := w.exec(ctx, "UPDATE reg_head SET act = ?, change = ?, at = ?, digest = ? WHERE id = 1",
		number, tx.change, rec.at, digest); err != nil {
		return receipt, err
	}
	return innovation.Receipt{Act: innovation.ActNumber(number), At: tx.at, Digest: hex.EncodeToString(digest),
		Entities: tx.made, Facts: tx.recorded}, nil
}

// head is where the chain of acts stands.
type head struct {
	act    int64
	change int64
	at     int64 // microseconds
	digest []byte
}

func readHead(ctx context.Context, s *session) (h head, err error) {
	found, err := s.one(ctx, []any{&h.act, &h.change, &h.at, &h.digest}, "SELECT act, change, at, digest FROM reg_head WHERE id = 1")
	if err == nil && !found {
		err = unsuitable(innovation.RuleRegisterDamaged, "the register has lost its head row", "restore a backup")
	}
	return h, err
}

// actRecord is what the chain covers of an act besides its changes.
type actRecord struct {
	number  int64
	at      int64
	actor   innovation.PersonID
	reason  string
	key     string
	request []byte
	sources []innovation.Citation
}

// chain is the digest of the chain up to the act: over the digest before it,
// the digest of its changes and the act itself.
func (a actRecord) chain(before, changes []byte) []byte {
	var e encoder
	e.integer(1, a.number)
	e.integer(2, a.at)
	e.entity(3, a.actor.Entity())
	e.text(4, a.reason)
	e.text(5, a.key)
	e.bytes(6, a.request)
	for _, c := range a.sources {
		e.group(7, func(in *encoder) {
			in.entity(1, c.Source.Entity())
			in.text(2, c.Locator)
		})
	}
	h := sha256.New()
	h.Write(before)
	h.Write(changes)
	h.Write(e.buf)
	return h.Sum(nil)
}

// replay answers an act whose idempotency key the actor has used before.
func (s *Store) replay(ctx context.Context, w *session, act innovation.Act) (receipt innovation.Receipt, found bool, err error) {
	var number, at, first, last int64
	var request, digest []byte
	found, err = w.one(ctx, []any{&number, &at, &request, &first, &last, &digest},
		`SELECT a.number, a.at, a.request_digest, a.first_change, a.last_change, a.digest FROM reg_act a
		JOIN reg_entity e ON e.id = a.actor WHERE e.kind = ? AND e.key = ? AND a.idempotency_key = ?`,
		string(innovation.KindPerson), string(act.Actor), act.IdempotencyKey)
	if err != nil || !found {
		return receipt, found, err
	}
	if !bytes.Equal(request, act.RequestDigest) {
		return receipt, true, &innovation.Error{Kind: innovation.Exists, Rule: innovation.RuleKeyReused, Field: "idempotencyKey",
			Detail: fmt.Sprintf("the key was used for another request, by act %d", number), Try: "use a new key for a new request"}
	}
	receipt = innovation.Receipt{Act: innovation.ActNumber(number), At: time.UnixMicro(at).UTC(),
		Digest: hex.EncodeToString(digest), Replayed: true}
	receipt.Entities, receipt.Facts, err = createdBetween(ctx, w, first, last)
	return receipt, true, err
}

// createdBetween lists the entities and facts that the changes first recorded.
func createdBetween(ctx context.Context, s *session, first, last int64) (entities []innovation.Entity, facts []innovation.FactID, err error) {
	rows, err := s.query(ctx, "SELECT kind, key FROM reg_entity WHERE id BETWEEN ? AND ? ORDER BY id", first, last)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e innovation.Entity
		if err := rows.Scan((*string)(&e.Kind), (*string)(&e.Key)); err != nil {
			return nil, nil, err
		}
		entities = append(entities, e)
	}
	if err := rows.Err(); err != nil {
		return nil, nil, explain(err)
	}
	for _, t := range factTables {
		ids, err := s.query(ctx, fmt.Sprintf("SELECT fact FROM %s WHERE added BETWEEN ? AND ? AND fact = added ORDER BY added LIMIT %d", t.tableName(), maxReceiptFacts), first, last)
		if err != nil {
			return nil, nil, err
		}
		for ids.Next() {
			var id innovation.FactID
			if err := ids.Scan((*int64)(&id)); err != nil {
				ids.Close()
				return nil, nil, err
			}
			facts = append(facts, id)
		}
		if err := ids.Err(); err != nil {
			return nil, nil, explain(err)
		}
		ids.Close()
	}
	sortFacts(facts)
	return entities, facts, nil
}
