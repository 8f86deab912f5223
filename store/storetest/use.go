package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var useChecks = []check{
	{"Nested", checkNested},
	{"NestedViews", checkNestedViews},
	{"Iterators", checkIterators},
	{"Cancelled", checkCancelled},
	{"Closed", checkClosed},
	{"CloseWaits", checkCloseWaits},
	{"Ended", checkEnded},
	{"Snapshot", checkSnapshot},
	{"OwnChanges", checkOwnChanges},
}

// within runs do and fails the test when it does not come back: a deadlock.
func within(t testing.TB, limit time.Duration, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("%s does not come back", what)
	}
}

// An Update inside an Update is an error at once. A View inside an Update
// reads what was there before it, or, where there is one connection only, is an
// error at once. The act itself goes on.
func checkNested(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("east", "ahsn"))
	within(t, time.Minute, "the nested call", func() {
		receipt, err := r.try(func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Record(ctx, named("east", "East", "current", from("2014-01-01"))); err != nil {
				return err
			}
			_, err := r.Update(ctx, innovation.Act{Actor: "jo", Reason: "inside"}, func(context.Context, *store.Tx) error {
				t.Error("the function of the nested Update was called")
				return nil
			})
			if diff := cmp.Diff([]violation{{innovation.Busy, "nested-call", ""}}, violationsOf(err)); diff != "" {
				t.Errorf("Update in Update: %v (-want +got):\n%s", err, diff)
			}
			o, err := r.Organisation(ctx, on("2020-01-01"), "east")
			switch {
			case errors.Is(err, innovation.Busy):
				if e.Reopen != nil {
					t.Errorf("a read inside Update: %v", err)
				}
			case err != nil || len(o.Names) != 0:
				t.Errorf("a read inside Update: %+v, %v", o.Names, err)
			case e.Reopen == nil:
				t.Error("a read inside Update of a register in memory came back")
			}
			_, err = tx.Record(ctx, named("east", "Eastern", "variant", from("2014-01-01")))
			return err
		})
		if err != nil || len(receipt.Facts) != 2 {
			t.Errorf("the act around it: %+v, %v", receipt, err)
		}
	})
}

// Views and Updates inside a View work, or are a loud error where there is one
// connection only, never a deadlock.
func checkNestedViews(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("east", "ahsn"))
	ctx := context.Background()
	within(t, time.Minute, "the nested call", func() {
		r.View(ctx, func(*store.Snapshot) error {
			_, err := r.Organisation(ctx, on("2020-01-01"), "east")
			if e.Reopen == nil && !errors.Is(err, innovation.Busy) || e.Reopen != nil && err != nil {
				t.Errorf("a read inside View: %v", err)
			}
			if e.Reopen == nil {
				return nil
			}
			if err := recordAct(r.Store, named("east", "East", "current", from("2014-01-01"))); err != nil {
				t.Errorf("an act inside View: %v", err)
			}
			return nil
		})
	})
	r.record(body("west", "ahsn"))
}

// An iterator holds no connection while the caller's body runs: the body may
// read, write, iterate and stop early.
func checkIterators(t *testing.T, e Engine) {
	r := newRegister(t, e)
	for i := range 45 { // more than two of its pages
		r.record(body("body-"+string(rune('a'+i%26))+string(rune('a'+i/26)), "ahsn"))
	}
	ctx := context.Background()
	within(t, time.Minute, "the iteration", func() {
		outer := 0
		for a, err := range r.AllChanges(ctx, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if outer++; a.Act != innovation.ActNumber(outer) {
				t.Errorf("act %d at place %d", a.Act, outer)
			}
			if outer%15 != 0 {
				continue
			}
			for b, err := range r.AllChanges(ctx, a.Act-1) { // iterate inside, and stop at once
				if err != nil || b.Act != a.Act {
					t.Errorf("iterating inside from %d gives %d, %v", a.Act-1, b.Act, err)
				}
				break
			}
			if _, err := r.Organisations(ctx, on("2020-01-01"), store.OrganisationFilter{}); err != nil {
				t.Error(err)
			}
			if outer == 15 {
				r.record(body("late", "ahsn")) // write inside: it comes at the end
			}
		}
		if outer != 46 {
			t.Errorf("the iterator gave %d acts of 46", outer)
		}
		for range r.AllChanges(ctx, 0) {
			break
		}
	})
	gone, cancel := context.WithCancel(ctx)
	n := 0
	for _, err := range r.AllChanges(gone, 0) {
		if n++; n == 20 { // the next page is not read yet
			cancel()
		}
		if n > 20 && !errors.Is(err, context.Canceled) {
			t.Errorf("after the context ended: %v", err)
		}
	}
	if n != 21 {
		t.Errorf("an iteration whose context ended at the 20th act gave %d times", n)
	}
	cancel()
}

// A call with an ended context does nothing; one whose context ends meanwhile
// leaves nothing.
func checkCancelled(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("east", "ahsn"))
	before := r.verify()
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	for range 20 {
		if err := r.View(gone, func(*store.Snapshot) error { t.Error("the function of View was called"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("View: %v", err)
		}
		_, err := r.Update(gone, innovation.Act{Actor: "jo", Reason: "because"}, func(context.Context, *store.Tx) error {
			t.Error("the function of Update was called")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Update: %v", err)
		}
		if _, err := r.Organisation(gone, on("2020-01-01"), "east"); !errors.Is(err, context.Canceled) {
			t.Errorf("Organisation: %v", err)
		}
		if _, err := r.Verify(gone, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("Verify: %v", err)
		}
	}
	for what, late := range map[string]bool{"during": false, "at the end of": true} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := r.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, named("east", "x", "variant", from("2014-01-01")))
			cancel()
			if !late {
				if _, err := tx.Record(ctx, named("east", "y", "variant", from("2014-01-01"))); !errors.Is(err, context.Canceled) {
					t.Errorf("an operation after the end of its context: %v", err)
				}
			}
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("an act whose context ended %s its function: %v", what, err)
		}
		if diff := cmp.Diff(before, r.verify()); diff != "" {
			t.Errorf("an act whose context ended %s its function (-before +after):\n%s", what, diff)
		}
	}
	r.record(body("west", "ahsn"))
}

// After Close every call answers Closed; Close may be called again.
func checkClosed(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	r.closed = true
	for range 2 {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	ctx, v := context.Background(), on("2020-01-01")
	_, update := r.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(context.Context, *store.Tx) error { return nil })
	_, organisation := r.Organisation(ctx, v, "east")
	_, organisations := r.Organisations(ctx, v, store.OrganisationFilter{})
	_, licence := r.Licence(ctx, v, "first-east")
	_, board := r.LicenceBoard(ctx, v)
	_, facts := store.Facts[innovation.Name](ctx, r.Store, v, store.FactFilter{})
	_, feed := r.Changes(ctx, 0, 0)
	_, history := r.History(ctx, innovation.OrganisationID("east").Entity())
	_, verify := r.Verify(ctx, nil)
	_, status := r.Status(ctx, v)
	for what, err := range map[string]error{"Update": update, "View": r.View(ctx, func(*store.Snapshot) error { return nil }),
		"Organisation": organisation, "Organisations": organisations, "Licence": licence, "LicenceBoard": board, "Facts": facts,
		"Changes": feed, "History": history, "Verify": verify, "Status": status} {
		if diff := cmp.Diff([]violation{{innovation.Closed, "register-closed", ""}}, violationsOf(err)); diff != "" {
			t.Errorf("%s after Close: %v (-want +got):\n%s", what, err, diff)
		}
	}
	for _, err := range r.AllChanges(ctx, 0) {
		if !errors.Is(err, innovation.Closed) {
			t.Errorf("AllChanges after Close: %v", err)
		}
	}
}

// Close waits for calls that run.
func checkCloseWaits(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	r.closed = true
	inside, finish, closed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	result := make(chan error, 1)
	go func() {
		_, err := r.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			close(inside)
			<-finish
			_, err := tx.Record(ctx, named("east", "last", "variant", from("2014-01-01")))
			return err
		})
		result <- err
	}()
	<-inside
	go func() { closed <- r.Close() }()
	for { // until Close has begun
		if err := r.View(context.Background(), func(*store.Snapshot) error { return nil }); errors.Is(err, innovation.Closed) {
			break
		}
	}
	early := len(closed) > 0
	close(finish)
	if err := <-result; err != nil {
		t.Errorf("the act that Close waited for: %v", err)
	}
	if err := <-closed; err != nil || early {
		t.Errorf("Close: %v; it came back while an act was made: %v", err, early)
	}
}

// A Tx ends with its act and a Snapshot with its View.
func checkEnded(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	ctx := context.Background()
	var tx *store.Tx
	var snap *store.Snapshot
	r.act(func(_ context.Context, inside *store.Tx) error { tx = inside; return nil })
	if err := r.View(ctx, func(inside *store.Snapshot) error { snap = inside; return nil }); err != nil {
		t.Fatal(err)
	}
	_, record := tx.Record(ctx, body("late", "ahsn"))
	_, revise := tx.Revise(ctx, 1, body("late", "ahsn"))
	_, read := tx.Organisation(ctx, on("2020-01-01"), "east")
	_, ofSnapshot := snap.Organisation(ctx, on("2020-01-01"), "east")
	for what, err := range map[string]error{"Record": record, "Revise": revise, "read": read, "snapshot": ofSnapshot,
		"Correct": tx.Correct(ctx, 1, body("late", "ahsn")), "End": tx.End(ctx, 1, onDay("2014-01-01")), "Retract": tx.Retract(ctx, 1),
		"Cite": tx.Cite(ctx, 1, innovation.Citation{Source: "letter"}), "Expect": tx.Expect(ctx, innovation.OrganisationID("east").Entity(), 1)} {
		want := []violation{{innovation.Closed, "act-ended", ""}}
		if what == "snapshot" {
			want[0].Rule = "view-ended"
		}
		if diff := cmp.Diff(want, violationsOf(err)); diff != "" {
			t.Errorf("%s after the end: %v (-want +got):\n%s", what, err, diff)
		}
	}
}

// All reads of a Snapshot are of one state, whatever is written meanwhile.
func checkSnapshot(t *testing.T, e Engine) {
	if e.Reopen == nil {
		t.Skip("there is one connection only: nothing is written meanwhile")
	}
	r := newRegister(t, e)
	r.record(world()...)
	ctx := context.Background()
	err := r.View(ctx, func(s *store.Snapshot) error {
		first, err := s.Organisation(ctx, on("2020-01-01"), "east")
		if err != nil {
			return err
		}
		r.record(named("east", "Eastern", "variant", from("2014-01-01")), body("north", "ahsn"))
		second, err := s.Organisation(ctx, on("2020-01-01"), "east")
		if err != nil {
			return err
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("two reads of one Snapshot (-first +second):\n%s", diff)
		}
		if _, err := s.Organisation(ctx, on("2020-01-01"), "north"); !errors.Is(err, innovation.NotFound) {
			t.Errorf("what was founded meanwhile: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"East", "Eastern"}, r.names("east", "2020-01-01", noTime)); diff != "" {
		t.Errorf("afterwards (-want +got):\n%s", diff)
	}
}

// A Tx sees its own changes in every operation, also over several pages.
func checkOwnChanges(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	ctx := context.Background()
	r.act(func(ctx context.Context, tx *store.Tx) error {
		for _, id := range []string{"new-a", "new-b", "new-c"} {
			if _, err := tx.Record(ctx, body(id, "ahsn")); err != nil {
				return err
			}
			if _, err := tx.Record(ctx, named(id, "Name of "+id, "current", from("2014-01-01"))); err != nil {
				return err
			}
		}
		var keys []string
		page := ""
		for {
			list, err := tx.Organisations(ctx, on("2020-01-01"), store.OrganisationFilter{Kind: "ahsn", Limit: 2, Page: page})
			if err != nil {
				return err
			}
			for _, o := range list.Organisations {
				keys = append(keys, string(o.ID)+": "+o.Name)
			}
			if page = list.Next; page == "" {
				break
			}
		}
		if diff := cmp.Diff([]string{"east: East", "new-a: Name of new-a", "new-b: Name of new-b", "new-c: Name of new-c", "west: west"}, keys); diff != "" {
			t.Errorf("organisations in the Tx (-want +got):\n%s", diff)
		}
		names := 0
		for page = ""; ; {
			list, err := store.Facts[innovation.Name](ctx, tx, on("2020-01-01"), store.FactFilter{Limit: 1, Page: page})
			if err != nil {
				return err
			}
			names += len(list.Facts)
			if page = list.Next; page == "" {
				break
			}
		}
		if names != 4 {
			t.Errorf("the Tx lists %d names of 4", names)
		}
		h, err := tx.History(ctx, innovation.OrganisationID("new-a").Entity())
		if err != nil {
			return err
		}
		if len(h.Changes) != 3 || len(h.Acts) != 0 {
			t.Errorf("history in the Tx: %+v", h)
		}
		o, err := tx.Organisation(ctx, on("2020-01-01").AsKnown(tx.At()), "east")
		if err != nil || len(o.Names) != 1 {
			t.Errorf("in the Tx, as known by now: %+v, %v", o.Names, err)
		}
		return nil
	})
	if _, err := r.Organisation(ctx, on("2020-01-01"), "new-b"); err != nil {
		t.Error(err)
	}
}
