package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// someOf makes facts about a few organisations, most of them right.
func someOf(r *rand.Rand, n int) (out []innovation.Cited) {
	org := func() innovation.OrganisationID { return innovation.OrganisationID(fmt.Sprintf("org-%d", r.IntN(12))) }
	period := func() innovation.Period {
		from := innovation.MustDate("2010-01-01").AddDays(r.IntN(3000))
		switch r.IntN(3) {
		case 0:
			return innovation.From(from)
		case 1:
			return innovation.FromBound(innovation.NotLaterThan(from))
		}
		return innovation.Between(from, from.AddDays(1+r.IntN(400)))
	}
	cite := func() []innovation.Citation {
		var all []innovation.Citation
		for range r.IntN(3) {
			all = append(all, innovation.Citation{Source: innovation.SourceID(fmt.Sprintf("s-%d", r.IntN(2))), Locator: fmt.Sprint(r.IntN(2))})
		}
		return all
	}
	for range n {
		var f innovation.Fact
		switch id := org(); r.IntN(8) {
		case 0, 1:
			f = innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: period()}
		case 2:
			f = innovation.Name{Organisation: id, Text: "Name e\u0301", Kind: "official", Period: period()}
		case 3:
			f = innovation.Identifier{Organisation: id, Scheme: "ods", Value: fmt.Sprintf("R%02d", r.IntN(30)), Period: period()}
		case 4:
			f = innovation.Role{Organisation: id, Role: "provider", Period: period()}
		case 5:
			f = innovation.Relation{Organisation: id, Type: innovation.PartOf, Target: org(), Period: period()}
		case 6:
			f = innovation.Succession{Predecessor: id, Successor: org(), Type: innovation.Merge, Day: innovation.OnDay(period().Start.Latest)}
		case 7:
			f = innovation.Claim{About: id.Entity(), Topic: "opened", Field: "start", Value: "2013", Day: innovation.OnDay(period().Start.Latest)}
		}
		out = append(out, innovation.Cited{Fact: f, Sources: cite()})
	}
	return out
}

// RecordAll takes what Record takes one by one and refuses what it refuses, and
// leaves the same chain.
func TestRecordAllIsRecordOneByOne(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	clock := new(storetest.Clock)
	taken, refused, circles := 0, 0, 0
	for round := range 60 {
		one, all := storetest.New(t, &store.Options{Clock: clock.Now}), storetest.New(t, &store.Options{Clock: clock.Now})
		act := innovation.Act{Actor: "jo", Reason: "because"}
		for i, n := range []int{1 + r.IntN(3), 1 + r.IntN(3), 1} {
			facts := someOf(r, n)
			if i == 0 { // the sources, and organisations that are there before
				first := []innovation.Cited{{Fact: innovation.Source{Source: "s-0", Title: "S", Published: innovation.Day{Bound: innovation.UnknownBound()}}},
					{Fact: innovation.Source{Source: "s-1", Title: "S", Published: innovation.Day{Bound: innovation.UnknownBound()}}}}
				for k := range 6 {
					first = append(first, innovation.Cited{Fact: innovation.Existence{Organisation: innovation.OrganisationID(fmt.Sprintf("org-%d", k*2)),
						Aspect: innovation.Legal, Kind: "nhs-trust", Period: innovation.FromBound(innovation.UnknownBound())}})
				}
				facts = append(first, facts...)
			}
			if round == 0 && i == 1 {
				facts = nil
				for k := range 40 { // a long chain, which closes in a circle
					facts = append(facts, innovation.Cited{Fact: innovation.Existence{Organisation: innovation.OrganisationID(fmt.Sprintf("c-%d", k)),
						Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.FromBound(innovation.UnknownBound())}})
				}
				for k := range 40 {
					facts = append(facts, innovation.Cited{Fact: innovation.Succession{Predecessor: innovation.OrganisationID(fmt.Sprintf("c-%d", k)),
						Successor: innovation.OrganisationID(fmt.Sprintf("c-%d", (k+1)%40)), Type: innovation.Merge, Day: innovation.OnDay(innovation.MustDate("2013-01-01"))}})
				}
			}
			var rules []innovation.RuleID
			a, err1 := one.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
				rules = nil
				var errs []error
				for _, f := range facts {
					if _, err := tx.Record(ctx, f.Fact, f.Sources...); err != nil {
						errs = append(errs, err)
					}
				}
				err := innovation.Join(errs...)
				for _, e := range innovation.Violations(err) {
					rules = append(rules, e.Rule)
				}
				return err
			})
			b, err2 := all.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.RecordAll(ctx, facts)
				return err
			})
			switch {
			case (err1 == nil) != (err2 == nil):
				t.Fatalf("one by one: %v\nall at once: %v\n%+v", err1, err2, facts)
			case err1 == nil && a.Digest != b.Digest:
				t.Fatalf("digests %s and %s of %+v", a.Digest, b.Digest, facts)
			case err1 == nil && !slices.Equal(a.Facts, b.Facts):
				t.Fatalf("facts %v and %v", a.Facts, b.Facts)
			case err1 == nil:
				taken++
			default:
				refused++
				// What is refused one by one is refused by the same rules, unless a fact
				// names what a refused one would have founded.
				for _, e := range innovation.Violations(err2) {
					if e.Rule == innovation.RuleSuccessionCycle {
						circles++
					}
					if !slices.Contains(rules, e.Rule) {
						t.Fatalf("%v is refused at once; one by one only %v", e, rules)
					}
				}
			}
			if now1, now2 := status(t, one), status(t, all); now1.Act != now2.Act || !maps.Equal(now1.Facts, now2.Facts) || !maps.Equal(now1.Entities, now2.Entities) {
				t.Fatalf("the registers differ after %v: %+v and %+v", err2, now1, now2)
			}
		}
		if v, err := all.Verify(context.Background(), nil); err != nil || len(v.Problems) > 0 {
			t.Fatalf("%v %+v", err, v.Problems)
		}
	}
	if taken < 5 || refused < 10 || circles == 0 {
		t.Errorf("%d were taken, %d refused, %d circles: the facts show little", taken, refused, circles)
	}
}

func status(t *testing.T, s *store.Store) store.Status {
	t.Helper()
	st, err := s.Status(context.Background(), innovation.On(innovation.MustDate("2020-01-01")))
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// An act goes on after facts that were refused together, and nothing of them is there.
func TestRecordAllRefusedLeavesNothing(t *testing.T) {
	s := storetest.New(t)
	founded := innovation.Existence{Organisation: "org", Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2013-01-01"))}
	receipt, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.RecordAll(ctx, []innovation.Cited{{Fact: founded}, {Fact: founded}, {Fact: innovation.Role{Organisation: "org", Role: "nothing"}}})
		var fields []string
		for _, e := range innovation.Violations(err) {
			fields = append(fields, e.Field)
		}
		if !errors.Is(err, innovation.Invalid) || !slices.Equal(fields, []string{"facts[2].period.start"}) && !slices.Contains(fields, "facts[2].role") {
			return fmt.Errorf("%w %v", err, fields)
		}
		if _, err = tx.RecordAll(ctx, []innovation.Cited{{Fact: founded}, {Fact: founded}}); !errors.Is(err, innovation.Refused) || innovation.Violations(err)[0].Field != "facts[1].period" {
			return fmt.Errorf("%w", err)
		}
		ids, err := tx.RecordAll(ctx, []innovation.Cited{{Fact: founded}})
		if len(ids) != 1 {
			return fmt.Errorf("%v %w", ids, err)
		}
		return err
	})
	if err != nil || len(receipt.Facts) != 1 || len(receipt.Entities) != 2 { // and the actor
		t.Errorf("%v %+v", err, receipt)
	}
}
