package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var replayChecks = []check{
	{"Log", checkLog},
	{"Since", checkLogSince},
	{"Damage", checkLogDamage},
	{"Copy", checkCopy},
}

// wholeStory makes a register with every type of fact, corrections, endings,
// retractions, citations given and taken back, and an erased name.
func wholeStory(r *register) {
	r.t.Helper()
	licenceStory(r)
	record(r, moneySamples())
	record(r, adoptionSamples())
	for _, typ := range []innovation.FactType{innovation.TypeName, innovation.TypeRole, innovation.TypePost, innovation.TypeAdoption, innovation.TypeObservation} {
		f := r.facts(typ, on("2020-01-01"))
		if len(f) == 0 {
			continue
		}
		r.try(func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, f[0].ID, noted(f[0].Value)) })
		r.try(func(ctx context.Context, tx *store.Tx) error {
			return tx.Cite(ctx, f[0].ID, innovation.Citation{Source: SampleReport, Locator: "again"})
		})
		r.try(func(ctx context.Context, tx *store.Tx) error {
			return tx.Uncite(ctx, f[0].ID, innovation.Citation{Source: SampleReport, Locator: "again"})
		})
		r.try(func(ctx context.Context, tx *store.Tx) error { return tx.End(ctx, f[0].ID, onDay("2022-01-01")) })
	}
	for _, f := range r.facts(innovation.TypeAdoption, on("2020-01-01")) {
		r.try(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, f.ID) })
		break
	}
	ids := r.record(innovation.Person{Person: "replayed", Name: "First Name"}, innovation.Person{Person: "kept", Name: "Kept Name"})
	r.act(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[0], innovation.Person{Person: "replayed", Name: "Second Name"})
	})
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[0]) })
}

// replayed replays a log into another register.
func (r *register) replayed(e Engine, log []byte) (*register, store.Replayed) {
	r.t.Helper()
	to := newRegister(r.t, e)
	got, err := to.ReplayActs(context.Background(), bytes.NewReader(log), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return to, got
}

func (r *register) exported(since innovation.ActNumber) ([]byte, store.ActLog) {
	r.t.Helper()
	var out bytes.Buffer
	log, err := r.ExportActs(context.Background(), &out, since, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return out.Bytes(), log
}

// A log replayed into an empty register, of the engine or in memory, gives the
// same register: identity, digest, rows and answers. The second time it changes
// nothing.
func checkLog(t *testing.T, e Engine) {
	r := newRegister(t, e)
	wholeStory(r)
	want := r.verify()
	log, said := r.exported(0)
	if said.Digest != want.Digest || said.Changes != want.Changes || int64(said.Last) != want.Acts || said.First != 1 {
		t.Errorf("the log says %+v of the register %+v", said, want)
	}
	if strings.Contains(string(log), "Second Name") || strings.Contains(string(log), "First Name") {
		t.Error("the erased name is in the log")
	}
	for _, into := range []Engine{e, Memory()} {
		to, got := r.replayed(into, log)
		is := to.verify()
		want.Engine, want.Register = to.Engine(), r.ID()
		if diff := cmp.Diff(want, is); diff != "" {
			t.Errorf("%s (-want +got):\n%s", into.Name, diff)
		}
		if got.Acts != want.Acts || got.Existing != 0 || got.Digest != want.Digest || to.ID() != r.ID() {
			t.Errorf("%s: %+v, identity %s of %s", into.Name, got, to.ID(), r.ID())
		}
		again, err := to.ReplayActs(context.Background(), bytes.NewReader(log), nil)
		if err != nil || again.Acts != 0 || again.Existing != want.Acts {
			t.Errorf("%s, again: %+v, %v", into.Name, again, err)
		}
		if back, _ := to.exported(0); !bytes.Equal(back, log) {
			t.Errorf("%s: the log of the copy differs", into.Name)
		}
		if e.SQL != nil && into.Name == e.Name {
			was, is := dumpTables(t, e, r), dumpTables(t, e, to)
			for table := range was {
				if table != "reg_meta" && sorted(was[table]) != sorted(is[table]) {
					t.Errorf("%s: %s", table, cmp.Diff(was[table], is[table]))
				}
			}
		}
	}
}

// A copy is brought up to date by what came since, also when a name that it has
// was erased; a log of another history is refused.
func checkLogSince(t *testing.T, e Engine) {
	r := newRegister(t, e)
	ids := r.record(innovation.Person{Person: "p-1", Name: "Known So Far"}, body("east", "ahsn"))
	first, _ := r.exported(0)
	to, at := r.replayed(e, first)
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[0]) })
	r.record(body("west", "ahsn"))
	since, said := r.exported(at.Act)
	if said.First != at.Act+1 {
		t.Errorf("the log begins with act %d", said.First)
	}
	got, err := to.ReplayActs(context.Background(), bytes.NewReader(since), nil)
	if err != nil || got.Acts != 2 || to.verify().Digest != r.verify().Digest {
		t.Errorf("%+v, %v", got, err)
	}
	if e.SQL != nil && strings.Contains(fmt.Sprint(dumpTables(t, e, to)), "Known So Far") {
		t.Error("the name that was erased since is still in the copy")
	}
	early := newRegister(t, e)
	_, err = early.ReplayActs(context.Background(), bytes.NewReader(since), nil)
	wantRule(t, err, innovation.RuleActLogDiverged)
	other := newRegister(t, e)
	other.record(body("north", "ahsn"))
	_, err = other.ReplayActs(context.Background(), bytes.NewReader(first), nil)
	wantRule(t, err, innovation.RuleActLogDiverged)
	to.record(body("a-branch", "ahsn"))
	r.record(body("another-branch", "ahsn"))
	whole, _ := r.exported(0)
	before := to.verify()
	_, err = to.ReplayActs(context.Background(), bytes.NewReader(whole), nil)
	wantRule(t, err, innovation.RuleActLogDiverged)
	if after := to.verify(); after.Digest != before.Digest {
		t.Error("a log that was refused changed the register")
	}
}

func wantRule(t *testing.T, err error, rule innovation.RuleID) {
	t.Helper()
	var e *innovation.Error
	if !errors.As(err, &e) || e.Rule != rule {
		t.Errorf("%v, want the rule %s", err, rule)
	}
}

// A log that is cut short or changed is refused, and the register verifies with
// whole acts before the fault.
func checkLogDamage(t *testing.T, e Engine) {
	r := newRegister(t, e)
	wholeStory(r)
	log, _ := r.exported(0)
	lines := bytes.SplitAfter(log, []byte("\n"))
	lines = lines[:len(lines)-1]
	join := func(l ...[]byte) []byte { return bytes.Join(l, nil) }
	damaged := map[string][]byte{
		"empty":            nil,
		"no log":           []byte("{}\n"),
		"no end":           join(lines[:len(lines)-1]...),
		"cut in a line":    log[:len(log)*2/3],
		"cut in an act":    join(lines[:len(lines)/2]...),
		"something after":  append(bytes.Clone(log), '{', '}', '\n'),
		"a line twice":     join(join(lines[:5]...), join(lines[4:]...)),
		"a line missing":   join(join(lines[:7]...), join(lines[8:]...)),
		"a name altered":   bytes.Replace(log, []byte("network-a"), []byte("network-x"), 1),
		"a reason altered": bytes.Replace(log, []byte(`"reason":"because`), []byte(`"reason":"Because`), 1),
		"a digest altered": bytes.Replace(log, []byte(`"digest":"`), []byte(`"digest":"00`), 1),
		"a field too many": bytes.Replace(log, []byte(`"verb":"added"`), []byte(`"verb":"added","more":1`), 1),
		"a newer schema":   bytes.Replace(log, []byte(`"schema":`), []byte(`"schema":9`), 1),
		"a salt altered":   bytes.Replace(log, []byte(`"salt":"`), []byte(`"salt":"0`), 1),
	}
	for name, text := range damaged {
		to := newRegister(t, Memory())
		_, err := to.ReplayActs(context.Background(), bytes.NewReader(text), nil)
		if innovation.Violations(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
		to.verify()
	}
}

// Copy brings one register into another, and what came since later.
func checkCopy(t *testing.T, e Engine) {
	r := newRegister(t, e)
	wholeStory(r)
	to := newRegister(t, e)
	var steps int
	got, err := store.Copy(context.Background(), r.Store, to.Store, func(done, total int64) { steps++ })
	if err != nil || got.Digest != r.verify().Digest || to.verify().Digest != got.Digest || steps == 0 {
		t.Errorf("%+v, %v after %d steps", got, err, steps)
	}
	r.record(body("further", "ahsn"))
	if got, err = store.Copy(context.Background(), r.Store, to.Store, nil); err != nil || got.Acts != 1 || to.verify().Digest != r.verify().Digest {
		t.Errorf("what came since: %+v, %v", got, err)
	}
	if got, err = store.Copy(context.Background(), r.Store, to.Store, nil); err != nil || got.Acts != 0 {
		t.Errorf("nothing new: %+v, %v", got, err)
	}
	to.record(body("ahead", "ahsn"))
	_, err = store.Copy(context.Background(), r.Store, to.Store, nil)
	if err != nil {
		t.Logf("from behind: %v", err)
	}
	_, err = store.Copy(context.Background(), r.Store, r.Store, nil)
	wantRule(t, err, innovation.RuleRegisterExists)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := store.Copy(cancelled, r.Store, newRegister(t, e).Store, nil); err == nil {
		t.Error("a copy that was given up has no error")
	}
}

// sorted is the lines of a dump in order: rows have none of their own.
func sorted(dump string) string {
	lines := strings.Split(dump, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
