package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

const (
	ledgerInnovations   = 12
	ledgerOrganisations = 60
)

// ledgerWorld founds what ledgerEvents are about.
func ledgerWorld(t *testing.T, s *store.Store) {
	t.Helper()
	from := innovation.From(innovation.MustDate("2013-04-01"))
	if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "a world"}, func(ctx context.Context, tx *store.Tx) error {
		facts := []innovation.Fact{
			innovation.Source{Source: "letter", Title: "Letter", Kind: "data-file", Published: innovation.OnDay(innovation.MustDate("2020-01-01"))},
		}
		for i := range ledgerOrganisations {
			facts = append(facts, innovation.Existence{Organisation: benchOrganisation(i), Aspect: innovation.Operational, Kind: "nhs-trust", Period: from})
		}
		for i := range ledgerInnovations {
			facts = append(facts, innovation.Innovation{Innovation: benchInnovation(i), Name: "x", Period: from})
		}
		for _, f := range facts {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// ledgerEvents are events of all kinds, mostly in the order of time; some are
// told again later, and some are against the rules.
func ledgerEvents(seed uint64, n int) (out []innovation.Adoption) {
	r := rand.New(rand.NewPCG(seed, 1))
	first := innovation.MustDate("2013-06-01")
	for i := range n {
		if i > 0 && r.IntN(12) == 0 {
			out = append(out, out[r.IntN(i)])
			continue
		}
		a := innovation.Adoption{Innovation: benchInnovation(r.IntN(ledgerInnovations)), Organisation: benchOrganisation(r.IntN(ledgerOrganisations)),
			Step: innovation.Reached, Stage: innovation.Stages()[r.IntN(5)], Grade: innovation.EvidenceGrades()[r.IntN(5)],
			Day: innovation.OnDay(first.AddDays(i*2_000/n + r.IntN(300)))}
		switch r.IntN(8) {
		case 0:
			a.Step, a.Stage, a.Reason = innovation.Stopped, "", "funding-ended"
		case 1:
			a.Step = innovation.Confirmed
		case 2:
			a.Step, a.Stage = innovation.Reversed, innovation.Identified
		case 3:
			d := a.Day.Earliest
			a.Day.Bound = innovation.InMonth(d.Year(), d.Month()).As(innovation.BasisEstimated)
		case 4:
			a.ExtentLow, a.ExtentHigh, a.Note = 100_000, 500_000, "in part"
		case 5:
			a.Planned, a.Restated, a.Source = r.IntN(2) == 0, r.IntN(2) == 0, "letter"
		case 6:
			if r.IntN(20) == 0 {
				a.Organisation = "nothing-known"
			}
		}
		out = append(out, a)
	}
	return out
}

// took is what became of events, as a register says.
type took struct {
	Tally   store.AdoptionTally
	Refused []string
	Receipt innovation.Receipt
}

func takeLedger(t *testing.T, s *store.Store, all []innovation.Adoption) (got took) {
	t.Helper()
	var err error
	got.Receipt, err = s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "events"}, func(ctx context.Context, tx *store.Tx) (err error) {
		got.Refused = nil
		got.Tally, err = tx.TakeAdoptions(ctx, givingAll(all), func(place int, _ innovation.Adoption, e *innovation.Error) {
			got.Refused = append(got.Refused, fmt.Sprint(place, " ", e.Rule, " ", e.Detail))
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// indexesOf are the indexes of the table of events, in the order in which the
// engine looks at them.
func indexesOf(t *testing.T, path string) (out []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT COALESCE(sql, name) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'reg_adoption' ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Whether the indexes are kept with each event, are built at the end, or from
// when the ledger is full: what stands in the register is the same, and so are
// what was refused, the numbers and the chain.
func TestEventsBesideTheirIndexes(t *testing.T) {
	const n = 2*8_192 + 1_000
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	all := ledgerEvents(seed, n)
	clock := &store.Options{Clock: func() time.Time { return time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC) }} // so that chains are the same
	memory, err := store.OpenMemory(context.Background(), clock)
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	ledgerWorld(t, memory)
	want := takeLedger(t, memory, all)
	if want.Tally.Added < store.AdoptionFew || want.Tally.Unchanged == 0 || want.Tally.Refused == 0 {
		t.Fatalf("%+v", want.Tally)
	}
	state := adoptionState(t, memory)
	again := takeLedger(t, memory, all)
	for _, c := range []struct {
		what string
		most int // bytes of the ledger
	}{{"at the end", 24 << 20}, {"from the second part on", 300 << 10}} {
		t.Run(c.what, func(t *testing.T) {
			defer store.SetMaxLedger(c.most)()
			path := filepath.Join(t.TempDir(), "register.db")
			s := openFile(t, path, clock)
			ledgerWorld(t, s)
			indexes := indexesOf(t, path)
			got := takeLedger(t, s, all)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("(-in memory +in a file)\n%s", diff)
			}
			if diff := gocmp.Diff(state, adoptionState(t, s)); diff != "" {
				t.Errorf("(-in memory +in a file)\n%s", diff)
			}
			if diff := gocmp.Diff(indexes, indexesOf(t, path)); diff != "" {
				t.Errorf("indexes (-before +after)\n%s", diff)
			}
			mustVerify(t, s)
			// Again what is there is found, by the indexes now.
			if diff := gocmp.Diff(again, takeLedger(t, s, all)); diff != "" {
				t.Errorf("again (-in memory +in a file)\n%s", diff)
			}
		})
	}
}

// An act that does not come to its end leaves the register as it was, indexes
// and all, and nothing that still writes.
func TestEventsThatEndEarly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "register.db")
	s := openFile(t, path, nil)
	ledgerWorld(t, s)
	indexes := indexesOf(t, path)
	all := ledgerEvents(1, 3*8_192)
	enough := errors.New("enough")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ends := map[string]struct {
		ctx context.Context
		end func(yield func(innovation.Adoption, error) bool)
	}{
		"an error":         {context.Background(), func(yield func(innovation.Adoption, error) bool) { yield(innovation.Adoption{}, enough) }},
		"a panic":          {context.Background(), func(func(innovation.Adoption, error) bool) { panic(enough) }},
		"a context's end":  {ctx, func(func(innovation.Adoption, error) bool) { cancel() }},
		"a refusal of all": {context.Background(), func(yield func(innovation.Adoption, error) bool) { yield(innovation.Adoption{}, nil) }},
	}
	for what, c := range ends {
		for _, after := range []int{store.AdoptionFew + 1, 2*8_192 + 1} {
			func() {
				defer func() {
					if p := recover(); p != nil && p != enough {
						panic(p)
					}
				}()
				_, err := s.Update(c.ctx, innovation.Act{Actor: "jo", Reason: "events"}, func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.RecordAdoptions(ctx, func(yield func(innovation.Adoption, error) bool) {
						for i := range after {
							if a := all[i]; a.Step == innovation.Reached && !yield(a, nil) {
								return
							}
						}
						c.end(yield)
					})
					return err
				})
				if err == nil {
					t.Errorf("%s after %d events: no error", what, after)
				}
			}()
			if diff := gocmp.Diff(indexes, indexesOf(t, path)); diff != "" {
				t.Errorf("%s after %d events: indexes (-before +after)\n%s", what, after, diff)
			}
			if left := adoptionState(t, s); len(left) != 0 {
				t.Errorf("%s after %d events: %d events stand", what, after, len(left))
			}
		}
	}
	mustVerify(t, s)
	if got := takeLedger(t, s, all); got.Tally.Added == 0 {
		t.Errorf("%+v", got.Tally)
	}
	mustVerify(t, s)
}

// bursting is a context that panics in the goroutine that writes events behind.
type bursting struct{ context.Context }

func (c bursting) Err() error {
	if strings.Contains(string(debug.Stack()), "(*writeBehind).start") {
		panic("burst")
	}
	return c.Context.Err()
}

// A panic of the goroutine that writes comes to the caller, also when the
// iterator has failed before anybody asked how the writing went; and an act in
// which it is caught does not stand.
func TestPanicOfTheWriterOfEvents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "register.db")
	s := openFile(t, path, nil)
	ledgerWorld(t, s)
	indexes := indexesOf(t, path)
	all := ledgerEvents(1, 3*8_192)
	enough := errors.New("enough")
	for what, c := range map[string]struct {
		end  func(yield func(innovation.Adoption, error) bool)
		want any
	}{
		"the iterator goes on": {func(yield func(innovation.Adoption, error) bool) {
			for _, a := range all[2*8_192:] {
				if !yield(a, nil) {
					return
				}
			}
		}, "burst"},
		"the iterator ends":   {func(func(innovation.Adoption, error) bool) {}, "burst"},
		"the iterator fails":  {func(yield func(innovation.Adoption, error) bool) { yield(innovation.Adoption{}, enough) }, "burst"},
		"the iterator panics": {func(func(innovation.Adoption, error) bool) { panic(enough) }, enough},
	} {
		var caught any
		_, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "events"}, func(ctx context.Context, tx *store.Tx) error {
			defer func() { caught = recover() }()
			_, err := tx.TakeAdoptions(bursting{ctx}, func(yield func(innovation.Adoption, error) bool) {
				for _, a := range all[:2*8_192] {
					if !yield(a, nil) {
						return
					}
				}
				c.end(yield)
			}, func(int, innovation.Adoption, *innovation.Error) {})
			return err
		})
		if caught != c.want || err == nil {
			t.Errorf("%s: caught %v, and the act says %v", what, caught, err)
		}
		if diff := gocmp.Diff(indexes, indexesOf(t, path)); diff != "" {
			t.Errorf("%s: indexes (-before +after)\n%s", what, diff)
		}
	}
	if left := adoptionState(t, s); len(left) != 0 {
		t.Errorf("%d events stand", len(left))
	}
	mustVerify(t, s)
}

// What the iterator reads of the act is what was written before it asks, however
// fast the writing goes on: the reading waits for it.
func TestIteratorOfEventsMayRead(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	ledgerWorld(t, s)
	all := ledgerEvents(1, 3*8_192)
	if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "events"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.TakeAdoptions(ctx, func(yield func(innovation.Adoption, error) bool) {
			for i, a := range all {
				if i%97 == 0 {
					list, err := store.Facts[innovation.Existence](ctx, tx, innovation.On(innovation.MustDate("2020-01-01")), store.FactFilter{Subject: a.Organisation.Entity()})
					if err != nil && !errors.Is(err, innovation.NotFound) || err == nil && len(list.Facts) != 1 {
						t.Errorf("%s: %d, %v", a.Organisation, len(list.Facts), err)
						return
					}
				}
				if !yield(a, nil) {
					return
				}
			}
		}, func(int, innovation.Adoption, *innovation.Error) {})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, s)
}
