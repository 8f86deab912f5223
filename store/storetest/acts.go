package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var actChecks = []check{
	{"Rollback", checkRollback},
	{"Panic", checkPanic},
	{"Refused", checkRefusedOperation},
	{"Gapless", checkGapless},
	{"Unchanged", checkUnchanged},
	{"Rerun", checkRerun},
	{"Expect", checkExpect},
	{"Retried", checkRetried},
	{"Clock", checkClock},
	{"Sources", checkActSources},
	{"Invalid", checkInvalidAct},
}

var errCaller = errors.New("the caller changed its mind")

// An act whose function fails leaves nothing behind, and its error comes back
// as it is.
func checkRollback(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	before, feed := r.verify(), r.changes()
	_, err := r.try(func(ctx context.Context, tx *store.Tx) error {
		for _, s := range Samples() {
			if _, err := tx.Record(ctx, s.Fact, s.Sources...); err != nil {
				return err
			}
		}
		return errCaller
	})
	if err != errCaller {
		t.Errorf("the error is %v", err)
	}
	if diff := cmp.Diff(before, r.verify()); diff != "" {
		t.Errorf("verification (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(feed, r.changes(), ignoreHidden); diff != "" {
		t.Errorf("feed (-before +after):\n%s", diff)
	}
	status, err := r.Status(context.Background(), on("2020-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	if status.Entities["organisation"] != 4 || status.Entities["term"] != 0 || status.Entities["person"] != 1 {
		t.Errorf("entities: %v", status.Entities)
	}
}

// changes reads the whole feed.
func (r *register) changes() []store.ActRecord {
	r.t.Helper()
	var out []store.ActRecord
	for a, err := range r.AllChanges(context.Background(), 0) {
		if err != nil {
			r.t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

var ignoreHidden = cmpopts.IgnoreUnexported(store.ActRecord{}, store.Change{})

// A panic in the function passes through, and leaves the register as it was.
func checkPanic(t *testing.T, e Engine) {
	r := newRegister(t, e)
	func() {
		defer func() {
			if got := recover(); got != "oh" {
				t.Errorf("recovered %v", got)
			}
		}()
		r.act(func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Record(ctx, body("east", "ahsn")); err != nil {
				return err
			}
			panic("oh")
		})
	}()
	if got := r.act(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, body("west", "ahsn"))
		return err
	}); got.Act != 1 {
		t.Errorf("the next act has the number %d", got.Act)
	}
	if got := r.names("east", "2020-01-01", noTime); !cmp.Equal(got, []string{"not known"}) {
		t.Errorf("the organisation of the act that panicked: %v", got)
	}
}

// An operation that is refused writes nothing and takes no numbers; the act
// goes on.
func checkRefusedOperation(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	before := r.verify()
	refused := []innovation.Fact{
		innovation.Licence{Licence: "second-licence", Holder: "east", Round: "first", Period: from("2014-01-01")}, // founds, then overlaps
		named("nobody", "Nobody", "current", from("2014-01-01")),
		named("east", "", "current", from("2014-01-01")),
		innovation.Round{Round: "first", Number: 9, Title: "Again", Period: from("2014-01-01")},
		innovation.Decision{Licence: "first-east", Type: innovation.DecisionSuspend, By: "west", Day: onDay("2014-01-01")},
	}
	var ids []innovation.FactID
	receipt := r.act(func(ctx context.Context, tx *store.Tx) error {
		ids = nil
		for i, f := range refused {
			if _, err := tx.Record(ctx, f); innovation.Violations(err) == nil {
				t.Errorf("%+v: %v", f, err)
			}
			id, err := tx.Record(ctx, named("west", strings.Repeat("W", i+1), "variant", from("2014-01-01")))
			if err != nil {
				return err
			}
			ids = append(ids, id)
			if err := tx.End(ctx, 999_999, onDay("2014-01-01")); !errors.Is(err, innovation.NotFound) {
				t.Errorf("the end of nothing: %v", err)
			}
		}
		return nil
	})
	if diff := cmp.Diff(ids, receipt.Facts); diff != "" {
		t.Errorf("facts of the receipt (-recorded +got):\n%s", diff)
	}
	if len(receipt.Entities) != 0 {
		t.Errorf("the receipt lists entities %v", receipt.Entities)
	}
	after := r.verify()
	if after.Acts != before.Acts+1 || after.Changes != before.Changes+innovation.ChangeNumber(len(ids)) {
		t.Errorf("the act of %d facts made changes %d to %d", len(ids), before.Changes+1, after.Changes)
	}
	if _, err := r.History(context.Background(), innovation.LicenceID("second-licence").Entity()); !errors.Is(err, innovation.NotFound) {
		t.Errorf("history of the refused licence: %v", err)
	}
}

// The numbers of acts and changes have no gaps, whatever failed between.
func checkGapless(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("east", "ahsn"))
	for i := range 3 {
		r.try(func(ctx context.Context, tx *store.Tx) error {
			tx.Record(ctx, named("east", "x", "variant", from("2014-01-01")))
			return errCaller
		})
		r.try(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, named("nobody", "x", "variant", from("2014-01-01")))
			return err
		})
		if got := r.act(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, named("east", "x", "variant", from("2014-01-01")))
			return err
		}); got.Act != innovation.ActNumber(i+2) || got.Facts[0] != innovation.FactID(i+4) {
			t.Errorf("the receipt after failures: %+v", got)
		}
	}
	number := innovation.ChangeNumber(0)
	for i, a := range r.changes() {
		if a.Act != innovation.ActNumber(i+1) {
			t.Errorf("act %d stands at place %d", a.Act, i+1)
		}
		for _, c := range a.Changes {
			if number++; c.Number != number || c.Act != a.Act {
				t.Errorf("change %d of act %d stands at place %d of act %d", c.Number, c.Act, number, a.Act)
			}
		}
	}
}

// An act that changes nothing is not recorded.
func checkUnchanged(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	r.record(innovation.Person{Person: "p-1", Name: "Ann Example"})
	before := r.verify()
	name := r.facts(innovation.TypeName, on("2020-01-01"))[0]
	person := r.facts(innovation.TypePerson, on("2020-01-01"))[0]
	for what, do := range map[string]write{
		"nothing at all": func(context.Context, *store.Tx) error { return nil },
		"reading": func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Organisation(ctx, on("2020-01-01"), "east")
			return err
		},
		"a correction to the same": func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, name.ID, name.Value) },
		"the end it has": func(ctx context.Context, tx *store.Tx) error {
			return tx.End(ctx, name.ID, innovation.Day{Bound: innovation.OpenEnd()})
		},
		"a name corrected to the same":     func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, person.ID, person.Value) },
		"a refused operation, passed over": func(ctx context.Context, tx *store.Tx) error { tx.Retract(ctx, 999_999); return nil },
	} {
		receipt, err := r.try(do)
		if diff := cmp.Diff(innovation.Receipt{}, receipt); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", what, err, diff)
		}
	}
	if diff := cmp.Diff(before, r.verify()); diff != "" {
		t.Errorf("verification (-before +after):\n%s", diff)
	}
}

// When the engine asks for it, the function is called anew with a new Tx, and
// the act has the effect of its last call alone.
func checkRerun(t *testing.T, e Engine) {
	if e.SQL == nil {
		t.Skip("there is no way behind the register's back")
	}
	r := newRegister(t, e)
	r.record(world()...)
	db := e.SQL(t, r.Store)
	calls := 0
	var first *store.Tx
	receipt := r.act(func(ctx context.Context, tx *store.Tx) error {
		if calls++; calls == 1 { // another transaction writes to the row that this act will write to
			first = tx
			if _, err := tx.Organisation(ctx, on("2020-01-01"), "east"); err != nil {
				return err
			}
			if _, err := db.ExecContext(ctx, "UPDATE reg_entity SET version = version WHERE key = 'east'"); err != nil {
				return err
			}
		} else if _, err := first.Record(ctx, body("late", "ahsn")); !errors.Is(err, innovation.Closed) {
			t.Errorf("use of the Tx of the first call: %v", err)
		}
		_, err := tx.Record(ctx, named("east", strings.Repeat("x", calls), "variant", from("2014-01-01")))
		return err
	})
	if calls != 2 || receipt.Act != 2 || len(receipt.Facts) != 1 {
		t.Errorf("%d calls gave %+v", calls, receipt)
	}
	if diff := cmp.Diff([]string{"East", "xx"}, r.names("east", "2020-01-01", noTime)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// The version of an entity is the last act that touched it, and Expect refuses
// to go on from an older one.
func checkExpect(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	licence := innovation.LicenceID("first-east").Entity()
	version := func() innovation.ActNumber {
		l, err := r.Licence(context.Background(), on("2014-01-01"), "first-east")
		if err != nil {
			t.Fatal(err)
		}
		return l.Version
	}
	if got := version(); got != 1 {
		t.Errorf("the version after act 1 is %d", got)
	}
	r.record(named("east", "elsewhere", "variant", from("2014-01-01")))
	if got := version(); got != 1 {
		t.Errorf("another entity's act moved the version to %d", got)
	}
	ids := r.record(innovation.Condition{Condition: "plan", Licence: "first-east", Text: "Agree a plan", Period: from("2014-01-01")})
	if got := version(); got != 3 {
		t.Errorf("the condition of act 3 left the version of its licence at %d", got)
	}
	stale := violation{innovation.Stale, "entity-stale", ""}
	expect := func(v innovation.ActNumber) write {
		return func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Expect(ctx, licence, v); err != nil {
				return err
			}
			return tx.Correct(ctx, ids[0], innovation.Condition{Condition: "plan", Licence: "first-east", Text: "Agree a better plan", Period: from("2014-01-01")})
		}
	}
	r.refuses("an older version", expect(1), stale)
	r.refuses("a version to come", expect(4), stale)
	r.act(expect(3))
	r.refuses("the version before that", expect(3), stale)
	r.refuses("an entity that is not there", func(ctx context.Context, tx *store.Tx) error {
		return tx.Expect(ctx, innovation.LicenceID("none").Entity(), 1)
	}, violation{innovation.NotFound, "entity-not-found", "licence"})
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[0]) })
	if got := version(); got != 5 {
		t.Errorf("the retraction of its condition in act 5 left the licence at version %d", got)
	}
}

// The same idempotency key with the same digest has one effect and one
// receipt; with another digest it is refused. Keys belong to an actor, and to
// acts that were made.
func checkRetried(t *testing.T, e Engine) {
	r := newRegister(t, e)
	calls := 0
	try := func(actor innovation.PersonID, key, digest, id string) (innovation.Receipt, error) {
		r.clock.Advance(time.Minute)
		return r.Update(context.Background(), innovation.Act{Actor: actor, Reason: "because", IdempotencyKey: key, RequestDigest: []byte(digest)},
			func(ctx context.Context, tx *store.Tx) error {
				calls++
				if _, err := tx.Record(ctx, body(id, "ahsn")); err != nil {
					return err
				}
				ids, err := tx.Record(ctx, named(id, "N", "current", from("2014-01-01")))
				if err != nil {
					return err
				}
				if id == "fails" {
					return errCaller
				}
				return tx.Retract(ctx, ids)
			})
	}
	first, err := try("jo", "key-1", "digest", "east")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := try("jo", "", "", "between"); err != nil {
		t.Fatal(err)
	}
	again, err := try("jo", "key-1", "digest", "another")
	if err != nil {
		t.Fatal(err)
	}
	want := first
	want.Replayed = true
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("the second receipt (-want +got):\n%s", diff)
	}
	if calls != 2 {
		t.Errorf("the function was called %d times for two acts", calls)
	}
	reused := []violation{{innovation.Exists, innovation.RuleKeyReused, "idempotencyKey"}}
	for _, digest := range []string{"other", "", "digest\x00", "diges"} {
		_, err := try("jo", "key-1", digest, "another")
		if diff := cmp.Diff(reused, violationsOf(err)); diff != "" {
			t.Errorf("with the digest %q: %v (-want +got):\n%s", digest, err, diff)
		}
	}
	if other, err := try("mo", "key-1", "other", "west"); err != nil || other.Replayed || other.Act != 3 {
		t.Errorf("the same key of another actor: %+v, %v", other, err)
	}
	if _, err := try("jo", "key-2", "digest", "fails"); err != errCaller {
		t.Errorf("an act that fails: %v", err)
	}
	if second, err := try("jo", "key-2", "another digest", "north"); err != nil || second.Replayed || second.Act != 4 {
		t.Errorf("a key of an act that failed: %+v, %v", second, err)
	}
	var keys []string
	for _, a := range r.changes() {
		keys = append(keys, string(a.Actor)+" "+a.Key)
	}
	if diff := cmp.Diff([]string{"jo key-1", "jo ", "mo key-1", "jo key-2"}, keys); diff != "" {
		t.Errorf("keys in the feed (-want +got):\n%s", diff)
	}
}

// The time of an act is the clock's, in UTC and microseconds, and always after
// the act before.
func checkClock(t *testing.T, e Engine) {
	r := newRegister(t, e)
	n := 0
	at := func(now time.Time) time.Time {
		t.Helper()
		r.clock.Set(now)
		n++
		receipt, err := r.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, body("body-"+strings.Repeat("x", n), "ahsn"))
			if last := tx.At(); last.Location() != time.UTC {
				t.Errorf("the time of the act is in %v", last.Location())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return receipt.At
	}
	noon := time.Date(2024, 3, 1, 12, 0, 0, 123_456_789, time.UTC)
	us := noon.Truncate(time.Microsecond)
	for _, c := range []struct {
		clock, want time.Time
	}{
		{noon, us},
		{noon, us.Add(time.Microsecond)},
		{noon.Add(500 * time.Nanosecond), us.Add(2 * time.Microsecond)},
		{noon.AddDate(-20, 0, 0), us.Add(3 * time.Microsecond)},
		{noon.Add(3 * time.Microsecond), us.Add(4 * time.Microsecond)},
		{noon.Add(5 * time.Microsecond), us.Add(5 * time.Microsecond)},
		{noon.Add(time.Hour).In(time.FixedZone("elsewhere", -7*3600)), us.Add(time.Hour)},
	} {
		if got := at(c.clock); !got.Equal(c.want) || got.Location() != time.UTC {
			t.Errorf("the clock says %v: the act is at %v, want %v", c.clock, got, c.want)
		}
	}
	last := time.Time{}
	for _, a := range r.changes() {
		if !a.At.After(last) {
			t.Errorf("act %d is at %v, the one before at %v", a.Act, a.At, last)
		}
		last = a.At
	}
}

// The sources of an act are cited for the facts that come without their own.
func checkActSources(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(letter("letter", "2013-05-23"), letter("paper", "2014-05-23"), body("east", "ahsn"))
	ofAct := []innovation.Citation{{Source: "letter", Locator: "p. 1"}, {Source: "paper"}}
	var first, second innovation.FactID
	receipt, err := r.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because", Sources: ofAct}, func(ctx context.Context, tx *store.Tx) (err error) {
		if first, err = tx.Record(ctx, named("east", "own", "variant", from("2013-05-23")), innovation.Citation{Source: "paper", Locator: "p. 9"}); err != nil {
			return err
		}
		if second, err = tx.Record(ctx, named("east", "none", "variant", from("2013-05-23"))); err != nil {
			return err
		}
		_, err = tx.Revise(ctx, first, named("east", "next", "variant", from("2014-05-23")))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]innovation.Citation{}
	for _, f := range r.facts(innovation.TypeName, on("2020-01-01")) {
		got[f.Value.(innovation.Name).Text] = f.Sources
	}
	want := map[string][]innovation.Citation{"own": {{Source: "paper", Locator: "p. 9"}}, "none": ofAct, "next": ofAct}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	feed := r.changes()
	if diff := cmp.Diff(ofAct, feed[receipt.Act-1].Sources); diff != "" {
		t.Errorf("sources of the act (-want +got):\n%s", diff)
	}
	_ = second
}

// Everything that is wrong with an act is said at once, before its function is
// called; a source that is not there refuses it as a whole.
func checkInvalidAct(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(letter("letter", "2013-05-23"), body("east", "ahsn"))
	invalid := func(rule innovation.RuleID, field string) violation {
		return violation{innovation.Invalid, rule, field}
	}
	good := innovation.Act{Actor: "jo", Reason: "because"}
	for _, c := range []struct {
		act  func(*innovation.Act)
		want []violation
	}{
		{func(a *innovation.Act) { *a = innovation.Act{} }, []violation{invalid("actor-required", "actor"), invalid("reason-required", "reason")}},
		{func(a *innovation.Act) { a.Actor, a.Reason = "Jo Bloggs", "\x00" }, []violation{invalid("key-invalid", "actor"), invalid("text-invalid", "reason")}},
		{func(a *innovation.Act) { a.Reason = "bad \xff" }, []violation{invalid("text-invalid", "reason")}},
		{func(a *innovation.Act) { a.Reason = strings.Repeat("x", innovation.MaxLong+1) }, []violation{invalid("text-too-long", "reason")}},
		{func(a *innovation.Act) { a.Sources = []innovation.Citation{{Source: "letter"}, {Source: "No"}} }, []violation{invalid("key-invalid", "sources[1].source")}},
		{func(a *innovation.Act) { a.IdempotencyKey = strings.Repeat("x", 129) }, []violation{invalid("idempotency-key-invalid", "idempotencyKey")}},
		{func(a *innovation.Act) { a.IdempotencyKey = "with space" }, []violation{invalid("idempotency-key-invalid", "idempotencyKey")}},
		{func(a *innovation.Act) { a.RequestDigest = make([]byte, 65) }, []violation{invalid("idempotency-key-invalid", "requestDigest")}},
	} {
		act := good
		c.act(&act)
		_, err := r.Update(context.Background(), act, func(context.Context, *store.Tx) error {
			t.Errorf("the function of the act %+v was called", c.want)
			return nil
		})
		if diff := cmp.Diff(c.want, violationsOf(err)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	before := r.verify()
	good.Sources = []innovation.Citation{{Source: "letter"}, {Source: "no-letter"}}
	_, err := r.Update(context.Background(), good, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, named("east", "East", "current", from("2013-05-23")), innovation.Citation{Source: "letter"})
		return err
	})
	if diff := cmp.Diff([]violation{{innovation.NotFound, "entity-not-found", "sources[1].source"}}, violationsOf(err)); diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff(before, r.verify()); diff != "" {
		t.Errorf("verification (-before +after):\n%s", diff)
	}
}
