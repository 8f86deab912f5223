package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var raceChecks = []check{
	{"Rule", checkRacingRule},
	{"Version", checkRacingVersion},
	{"Key", checkRacingKey},
	{"Crowd", checkCrowd},
	{"Cancelled", checkCancelledCrowd},
}

// handles gives the register and, where the engine has it, a second handle.
func (r *register) handles() []*store.Store {
	r.t.Helper()
	if r.engine.Reopen == nil {
		return []*store.Store{r.Store, r.Store}
	}
	return []*store.Store{r.Store, r.engine.Reopen(r.t, r.Store, r.options())}
}

// race runs two acts at once, one on each handle, and gives their errors.
func (r *register) race(handles []*store.Store, act func(i int, s *store.Store) error) [2]error {
	var errs [2]error
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range errs {
		wg.Go(func() {
			<-start
			errs[i] = act(i, handles[i])
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// one demands that one of two errors is nil and the other of the given kind,
// and gives the place of the winner.
func one(t testing.TB, errs [2]error, lost innovation.Kind) int {
	t.Helper()
	for i := range errs {
		if errs[i] == nil && errors.Is(errs[1-i], lost) {
			return i
		}
	}
	t.Errorf("the two errors are %v and %v; one should be nil, the other %v", errs[0], errs[1], lost)
	return 0
}

func recordAct(s *store.Store, f innovation.Fact) error {
	_, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, f)
		return err
	})
	return err
}

// Of two writers that would together break a rule, exactly one wins, whichever
// handles they write through.
func checkRacingRule(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	handles := r.handles()
	for round := range 8 {
		id := fmt.Sprintf("round-%d", round)
		r.record(innovation.Round{Round: innovation.RoundID(id), Number: int64(round + 3), Title: id, Period: from("2020-01-01")})
		errs := r.race(handles, func(i int, s *store.Store) error {
			return recordAct(s, innovation.Licence{Licence: innovation.LicenceID(fmt.Sprintf("%s-%d", id, i)), Holder: "west",
				Round: innovation.RoundID(id), Period: from([]string{"2020-01-01", "2021-01-01"}[i])})
		})
		winner := one(t, errs, innovation.Refused)
		list, err := r.Licences(context.Background(), on("2022-01-01"), store.LicenceFilter{Round: innovation.RoundID(id)})
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Licences) != 1 || list.Licences[0].Licence != innovation.LicenceID(fmt.Sprintf("%s-%d", id, winner)) {
			t.Errorf("writer %d won and the licences are %+v", winner, list.Licences)
		}
	}
}

// Of two writers that read the same version and expect it, exactly one wins.
func checkRacingVersion(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	handles := r.handles()
	for n := range 8 {
		read, err := r.Organisation(context.Background(), on("2020-01-01"), "west")
		if err != nil {
			t.Fatal(err)
		}
		errs := r.race(handles, func(i int, s *store.Store) error {
			_, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
				if err := tx.Expect(ctx, read.ID.Entity(), read.Version); err != nil {
					return err
				}
				_, err := tx.Record(ctx, named("west", fmt.Sprintf("%d by %d", n, i), "variant", from("2014-01-01")))
				return err
			})
			return err
		})
		one(t, errs, innovation.Stale)
	}
	if got := len(r.names("west", "2020-01-01", noTime)); got != 8 {
		t.Errorf("8 races left %d names", got)
	}
}

// Of two writers with one idempotency key, one makes the act and both get its
// receipt.
func checkRacingKey(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("east", "ahsn"))
	handles := r.handles()
	for n := range 8 {
		var receipts [2]innovation.Receipt
		errs := r.race(handles, func(i int, s *store.Store) (err error) {
			receipts[i], err = s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because",
				IdempotencyKey: fmt.Sprint(n), RequestDigest: []byte{1}}, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Record(ctx, named("east", fmt.Sprint(n), "variant", from("2014-01-01")))
				return err
			})
			return err
		})
		if errs[0] != nil || errs[1] != nil {
			t.Fatal(errs)
		}
		if receipts[0].Replayed == receipts[1].Replayed {
			t.Errorf("replayed: %v and %v", receipts[0].Replayed, receipts[1].Replayed)
		}
		receipts[0].Replayed, receipts[1].Replayed = false, false
		if diff := cmp.Diff(receipts[0], receipts[1]); diff != "" {
			t.Errorf("receipts (-first +second):\n%s", diff)
		}
	}
	if got := len(r.names("east", "2020-01-01", noTime)); got != 8 {
		t.Errorf("8 keys left %d names", got)
	}
}

// Sixteen goroutines, nine reads to one read-modify-write, two handles: nothing
// is busy, no update is lost.
func checkCrowd(t *testing.T, e Engine) {
	const goroutines, operations = 16, 125 // 2,000 in all
	r := newRegister(t, e)
	counter := func(n int64) innovation.Population {
		return innovation.Population{Organisation: "east", Nominal: n, Day: onDay("2014-01-01")}
	}
	ids := r.record(body("east", "ahsn"), counter(1))
	handles := r.handles()
	ctx := context.Background()
	var wg sync.WaitGroup
	var mu sync.Mutex
	writes := 0
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for g := range goroutines {
		wg.Go(func() {
			s := handles[g%2]
			dice := rand.New(rand.NewPCG(seed, uint64(g)))
			for range operations {
				if dice.IntN(10) > 0 {
					if o, err := s.Organisation(ctx, on("2020-01-01"), "east"); err != nil || len(o.Populations) != 1 {
						t.Errorf("read: %+v, %v", o, err)
						return
					}
					continue
				}
				_, err := s.Update(ctx, innovation.Act{Actor: "jo", Reason: "count"}, func(ctx context.Context, tx *store.Tx) error {
					o, err := tx.Organisation(ctx, on("2020-01-01"), "east")
					if err != nil {
						return err
					}
					if err := tx.Expect(ctx, o.ID.Entity(), o.Version); err != nil {
						return err
					}
					return tx.Correct(ctx, ids[1], counter(o.Populations[0].Value.Nominal+1))
				})
				if err != nil {
					t.Errorf("write: %v", err)
					return
				}
				mu.Lock()
				writes++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	o, err := r.Organisation(ctx, on("2020-01-01"), "east")
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Populations[0].Value.Nominal; got != int64(writes)+1 {
		t.Errorf("%d writes counted to %d", writes, got)
	}
}

// Calls whose context ends at any moment are made as a whole or not at all,
// and leave the register as usable as it was.
func checkCancelledCrowd(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("east", "ahsn"))
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var wg sync.WaitGroup
	var mu sync.Mutex
	made := map[string]bool{}
	for g := range 4 {
		wg.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(g)))
			for n := range 60 {
				ctx, cancel := context.WithCancel(context.Background())
				steps := dice.IntN(2000)
				done := make(chan struct{})
				go func() {
					defer close(done)
					for i := range steps { // a random while, without a clock
						_ = fmt.Sprint(i)
					}
					cancel()
				}()
				text := fmt.Sprintf("%d-%d", g, n)
				var err error
				if dice.IntN(2) == 0 {
					_, err = r.Organisation(ctx, on("2020-01-01"), "east")
				} else {
					_, err = r.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
						_, err := tx.Record(ctx, named("east", text, "variant", from("2014-01-01")))
						return err
					})
					mu.Lock()
					made[text] = err == nil
					if errors.Is(err, innovation.OutcomeUnknown) {
						delete(made, text)
					}
					mu.Unlock()
				}
				if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, innovation.OutcomeUnknown) {
					t.Errorf("a call that was cancelled: %v", err)
				}
				<-done
			}
		})
	}
	wg.Wait()
	there := map[string]bool{}
	for _, text := range r.names("east", "2020-01-01", noTime) {
		there[text] = true
	}
	for text, acknowledged := range made {
		if acknowledged != there[text] {
			t.Errorf("the act of %s was acknowledged: %v; is there: %v", text, acknowledged, there[text])
		}
	}
	r.record(named("east", "after", "variant", from("2014-01-01")))
}
