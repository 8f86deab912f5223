package store_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// errStopHere ends an act that is not to be.
var errStopHere = errors.New("stop here")

// mixed are facts of every type: the samples, some of them at other places, and
// some told again with another period or day.
func mixed(r *rand.Rand) []innovation.Cited {
	out := storetest.Samples()
	for range r.IntN(4) {
		i, j := r.IntN(len(out)), r.IntN(len(out))
		out[i], out[j] = out[j], out[i]
	}
	for range 5 + r.IntN(40) {
		i := r.IntN(len(out))
		f := out[i]
		if f.Fact.FactType() == innovation.TypePerson { // a refused one has drawn a salt, and the next ones have others
			continue
		}
		v := reflect.New(reflect.TypeOf(f.Fact)).Elem()
		v.Set(reflect.ValueOf(f.Fact))
		from := innovation.MustDate("2010-01-01").AddDays(r.IntN(5000))
		for k := range v.NumField() {
			switch v.Field(k).Interface().(type) {
			case innovation.Period:
				p := innovation.From(from)
				if r.IntN(2) == 0 {
					p = innovation.Between(from, from.AddDays(1+r.IntN(2000)))
				}
				v.Field(k).Set(reflect.ValueOf(p))
			case innovation.Day:
				v.Field(k).Set(reflect.ValueOf(innovation.OnDay(from)))
			}
		}
		f.Fact = v.Interface().(innovation.Fact)
		out = slices.Insert(out, i+r.IntN(len(out)-i)+1, f)
	}
	return out
}

// Facts of every type are recorded and refused together as they are one by one.
func TestRecordAllOfEveryType(t *testing.T) {
	for _, engine := range []string{"memory", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "postgres" {
				storetest.Postgres(t) // or skip
			}
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			r := rand.New(rand.NewPCG(seed, 1))
			clock := new(storetest.Clock)
			fresh := func() *store.Store {
				o := &store.Options{Clock: clock.Now, Random: storetest.Random(1)}
				if engine == "memory" {
					return storetest.New(t, o)
				}
				db, dialect, err := storetest.OpenPostgres(storetest.Postgres(t))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { db.Close() })
				s, err := store.OpenDB(context.Background(), db, dialect, o)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { s.Close() })
				return s
			}
			rounds := 6
			if engine == "postgres" {
				rounds = 2
			}
			act := innovation.Act{Actor: "jo", Reason: "because"}
			refusals := 0
			for range rounds {
				facts := mixed(r)
				one, all := fresh(), fresh()
				var taken, refused []innovation.Cited
				var why []error
				a, err := one.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
					taken, refused, why = nil, nil, nil
					for _, f := range facts {
						_, err := tx.Record(ctx, f.Fact, f.Sources...)
						switch {
						case err == nil:
							taken = append(taken, f)
						case innovation.Violations(err) == nil:
							return err
						default:
							refused, why = append(refused, f), append(why, err)
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				var disagree int
				b, err := all.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.RecordAll(ctx, taken)
					return err
				})
				if err != nil || a.Digest != b.Digest {
					t.Fatalf("what is taken one by one is not the same at once: %v, %s and %s", err, a.Digest, b.Digest)
				}
				s1, s2 := status(t, one), status(t, all)
				if !maps.Equal(s1.Facts, s2.Facts) || !maps.Equal(s1.Entities, s2.Entities) {
					t.Fatalf("%+v\n%+v", s1, s2)
				}
				// Each of the refused is refused at once too, now that the others stand.
				for i, f := range refused {
					var err1, err2 error
					_, stopped := all.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
						_, err1 = tx.Record(ctx, f.Fact, f.Sources...)
						return errStopHere
					})
					_, err = all.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
						_, err2 = tx.RecordAll(ctx, []innovation.Cited{f})
						return errStopHere
					})
					if stopped != errStopHere || err != errStopHere || (err1 == nil) != (err2 == nil) || !slices.Equal(rulesOf(err1), rulesOf(err2)) {
						t.Errorf("%T %+v (%v): %v; at once %v", f.Fact, f.Fact, why[i], err1, err2)
						disagree++
					}
					refusals++
				}
				if got := status(t, all); got.Act != s2.Act || !maps.Equal(got.Facts, s2.Facts) {
					t.Errorf("something was written")
				}
				// And in the midst of the others, where they were.
				third := fresh()
				_, err = third.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.RecordAll(ctx, facts)
					return err
				})
				if (err == nil) != (len(refused) == 0) {
					t.Errorf("%d are refused one by one, at once: %v; %v", len(refused), err, why)
				}
			}
			if refusals < 3*rounds {
				t.Errorf("%d refusals show little", refusals)
			}
		})
	}
}

func rulesOf(err error) (out []innovation.RuleID) {
	for _, e := range innovation.Violations(err) {
		out = append(out, e.Rule)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
