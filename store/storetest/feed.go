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

var feedChecks = []check{
	{"Fold", checkFold},
	{"Since", checkSince},
	{"History", checkHistory},
	{"Parts", checkActChanges},
}

// story makes acts with every verb, beyond the samples.
func licenceStory(r *register) {
	r.t.Helper()
	record(r, licenceSamples())
	ids := map[innovation.FactType][]innovation.FactID{}
	for _, typ := range store.FactTypes() {
		for _, f := range r.facts(typ, on("2020-01-01")) {
			ids[typ] = append(ids[typ], f.ID)
		}
	}
	do := func(do write) { r.t.Helper(); r.act(do) }
	name := ids[innovation.TypeName][1]
	do(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Revise(ctx, name, named("network-a", "Health Innovation Further East", "current", from("2024-04-01")), innovation.Citation{Source: SampleReport})
		return err
	})
	do(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, name, named("network-a", "Health Innovation Near East", "current", between("2023-10-01", "2024-04-01")),
			innovation.Citation{Source: SampleLetter, Locator: "p. 2"})
	})
	do(func(ctx context.Context, tx *store.Tx) error {
		return tx.Cite(ctx, name, innovation.Citation{Source: SampleReport})
	})
	do(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[innovation.TypePerson][1], innovation.Person{Person: "p-0002", Name: "Anne Example"})
	})
	do(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[innovation.TypeCondition][0], innovation.Condition{Condition: "condition-a", Round: "round-1", Text: "Appoint a chair, all of you", Period: from("2013-05-23")})
	})
	do(func(ctx context.Context, tx *store.Tx) error {
		return tx.End(ctx, ids[innovation.TypePost][0], innovation.Day{Bound: innovation.InMonth(2021, 3).As(innovation.BasisEstimated)})
	})
	do(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[innovation.TypePerson][0]) })
	do(func(ctx context.Context, tx *store.Tx) error { // recorded, corrected, cited and retracted in one act
		id, err := tx.Record(ctx, innovation.Role{Organisation: "host", Role: "host", Period: from("2013-05-23")}, innovation.Citation{Source: SampleLetter})
		if err != nil {
			return err
		}
		if err := tx.Correct(ctx, id, innovation.Role{Organisation: "host", Role: "provider", Period: from("2013-05-23")}); err != nil {
			return err
		}
		if err := tx.Cite(ctx, id, innovation.Citation{Source: SampleReport}); err != nil {
			return err
		}
		return tx.Retract(ctx, id)
	})
	do(recordOne(innovation.Person{Person: "p-0001", Name: "Zoë Again"}))
	r.clock.Advance(time.Minute)
	_, err := r.Update(context.Background(), innovation.Act{Actor: "mo", Reason: "Because of “the report”;\nsee there", IdempotencyKey: "story-1",
		RequestDigest: []byte{0, 1, 255}, Sources: []innovation.Citation{{Source: SampleReport, Locator: "p. 4"}, {Source: SampleLetter}}},
		recordOne(innovation.Role{Organisation: "host", Role: "host", Period: from("2013-05-23")}))
	if err != nil {
		r.t.Fatal(err)
	}
}

// story goes on with money and adoption.
func story(r *register) {
	r.t.Helper()
	licenceStory(r)
	record(r, moneySamples())
	record(r, adoptionSamples())
}

// Replaying the feed, adding what was added and taking away what was removed,
// gives what is in force; the feed of an erased name is without it.
func checkFold(t *testing.T, e Engine) {
	r := newRegister(t, e)
	story(r)
	type row struct {
		value   innovation.Fact
		version innovation.ChangeNumber
		cited   []innovation.Citation
	}
	state := map[innovation.FactID]*row{}
	entities := map[innovation.Entity]bool{}
	for _, a := range r.changes() {
		for _, c := range a.Changes {
			switch {
			case c.Type == "entity":
				if entities[c.Subject] {
					t.Errorf("change %d founds %s twice", c.Number, c.Subject)
				}
				entities[c.Subject] = true
				continue
			case !entities[c.Subject]:
				t.Errorf("change %d is about %s, which is not founded yet", c.Number, c.Subject)
			}
			if state[c.Fact] == nil {
				state[c.Fact] = &row{}
			}
			f := state[c.Fact]
			switch {
			case c.Type == "citation" && c.Verb == "added":
				f.cited = append(f.cited, *c.Citation)
			case c.Verb == "added":
				if f.value != nil {
					t.Errorf("change %d adds fact %d, which is in force", c.Number, c.Fact)
				}
				f.value, f.version = c.Value, c.Number
			case c.Verb == "removed":
				if diff := cmp.Diff(f.value, c.Value); diff != "" {
					t.Errorf("change %d removes what is not in force (-in force +removed):\n%s", c.Number, diff)
				}
				f.value = nil
			}
		}
	}
	for _, typ := range store.FactTypes() {
		want := r.facts(typ, on("2020-01-01"))
		var got []innovation.Recorded[innovation.Fact]
		for _, f := range want {
			if s := state[f.ID]; s != nil && s.value != nil {
				got = append(got, innovation.Recorded[innovation.Fact]{ID: f.ID, Version: s.version, Value: s.value, Sources: s.cited})
				s.value = nil
			}
		}
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Errorf("%s (-in force +folded):\n%s", typ, diff)
		}
	}
	for id, f := range state {
		if f.value != nil {
			t.Errorf("the fold has fact %d in force, and the register has not: %+v", id, f.value)
		}
	}
}

// The feed can be read in parts of any size from any act on.
func checkSince(t *testing.T, e Engine) {
	r := newRegister(t, e)
	story(r)
	all := r.changes()
	for limit := 1; limit <= len(all)+1; limit++ {
		var got []store.ActRecord
		for since, more := innovation.ActNumber(0), true; more; {
			part, err := r.Changes(context.Background(), since, limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(part.Acts) > limit || part.More != (len(got)+len(part.Acts) < len(all)) {
				t.Errorf("after act %d at most %d: %d acts, more: %v", since, limit, len(part.Acts), part.More)
			}
			got = append(got, part.Acts...)
			since, more = part.Last, part.More
		}
		if diff := cmp.Diff(all, got, ignoreHidden); diff != "" {
			t.Errorf("by %d (-all +parts):\n%s", limit, diff)
		}
	}
	end, err := r.Changes(context.Background(), innovation.ActNumber(len(all)), 0)
	if err != nil || len(end.Acts) != 0 || end.Last != innovation.ActNumber(len(all)) || end.More {
		t.Errorf("after the last act: %+v, %v", end, err)
	}
}

// concerned names the entities whose history a change belongs to: its subject,
// and the licence or round that a clause is attached to.
func concerned(c store.Change) []innovation.Entity {
	out := []innovation.Entity{c.Subject}
	owned := func(e innovation.Entity) {
		if e.Key != "" {
			out = append(out, e)
		}
	}
	attached := func(l innovation.LicenceID, r innovation.RoundID) {
		if l != "" {
			out = append(out, l.Entity())
		}
		if r != "" {
			out = append(out, r.Entity())
		}
	}
	switch f := c.Value.(type) {
	case innovation.Envelope:
		owned(f.Parent.Entity())
	case innovation.Allocation:
		owned(f.Envelope.Entity())
	case innovation.Award:
		owned(f.Envelope.Entity())
		owned(f.Allocation.Entity())
	case innovation.Instalment:
		owned(f.Award.Entity())
	case innovation.ProgrammeInnovation:
		owned(f.Innovation.Entity())
	case innovation.Mandate:
		owned(f.Innovation.Entity())
	case innovation.Observation:
		owned(f.Innovation.Entity())
	case innovation.Spend:
		owned(f.Award.Entity())
	case innovation.YearEnd:
		owned(f.Award.Entity())
	case innovation.Income:
		owned(f.Award.Entity())
	case innovation.Condition:
		attached(f.Licence, f.Round)
	case innovation.Provision:
		attached(f.Licence, f.Round)
	}
	return out
}

// The history of an entity is the part of the feed that is about it.
func checkHistory(t *testing.T, e Engine) {
	r := newRegister(t, e)
	story(r)
	all := r.changes()
	changes, acts := map[innovation.Entity][]store.Change{}, map[innovation.Entity][]store.ActRecord{}
	for _, a := range all {
		for _, c := range a.Changes {
			for _, about := range concerned(c) {
				if n := len(acts[about]); n == 0 || acts[about][n-1].Act != a.Act {
					bare := a
					bare.Changes = nil
					acts[about] = append(acts[about], bare)
				}
				changes[about] = append(changes[about], c)
			}
		}
	}
	for entity, want := range changes {
		got, err := r.History(context.Background(), entity)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(store.History{Entity: entity, Changes: want, Acts: acts[entity]}, got, ignoreHidden, same); diff != "" {
			t.Errorf("history of %s (-feed +history):\n%s", entity, diff)
		}
	}
}

// The changes of an act are read part by part as the feed has them; an act that
// is not there is not found.
func checkActChanges(t *testing.T, e Engine) {
	r := newRegister(t, e)
	story(r)
	ctx := context.Background()
	for _, a := range r.changes() {
		var got []store.Change
		for after := innovation.ChangeNumber(0); ; {
			part, err := r.ActChanges(ctx, a.Act, after, 7)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, part.Changes...)
			if !part.More {
				break
			}
			after = part.Last
		}
		if diff := cmp.Diff(a.Changes, got, ignoreHidden, same); diff != "" {
			t.Fatalf("changes of act %d (-feed +parts):\n%s", a.Act, diff)
		}
	}
	for _, act := range []innovation.ActNumber{0, 999} {
		if _, err := r.ActChanges(ctx, act, 0, 0); !errors.Is(err, innovation.NotFound) {
			t.Errorf("act %d: %v", act, err)
		}
	}
	if _, err := r.ActChanges(ctx, 1, 0, 1001); !errors.Is(err, innovation.Invalid) {
		t.Errorf("a page of 1001: %v", err)
	}
}
