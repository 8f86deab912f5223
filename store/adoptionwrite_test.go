package store_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
	"pgregory.net/rapid"
)

// adopting is a register with some organisations, for properties of adoption
// events.
func adopting(t testing.TB, e storetest.Engine) *store.Store {
	t.Helper()
	s := e.Open(t, &store.Options{Clock: new(storetest.Clock).Now, Random: storetest.Random(1)})
	if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "a world"}, func(ctx context.Context, tx *store.Tx) error {
		for _, f := range []innovation.Fact{
			innovation.Source{Source: "letter", Title: "Letter", Published: innovation.OnDay(innovation.MustDate("2014-01-01"))},
			innovation.Existence{Organisation: "a", Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2010-04-01"))},
			innovation.Existence{Organisation: "b", Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.Between(innovation.MustDate("2010-04-01"), innovation.MustDate("2016-04-01"))},
		} {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// anEvent draws an event of few bodies and days, so that events meet.
func anEvent(r *rapid.T) innovation.Adoption {
	a := innovation.Adoption{
		Innovation:   innovation.InnovationID(rapid.SampledFrom([]string{"x", "y", "y", "z"}).Draw(r, "innovation")),
		Organisation: innovation.OrganisationID(rapid.SampledFrom([]string{"a", "b"}).Draw(r, "organisation")),
		Step:         rapid.SampledFrom([]innovation.AdoptionStep{innovation.Reached, innovation.Reached, innovation.Reached, innovation.Reversed, innovation.Stopped, innovation.Confirmed}).Draw(r, "step"),
		Stage:        rapid.SampledFrom(innovation.Stages()).Draw(r, "stage"),
		Grade:        rapid.SampledFrom([]innovation.EvidenceGrade{innovation.SelfReported, innovation.Observed}).Draw(r, "grade"),
		Planned:      rapid.IntRange(0, 9).Draw(r, "planned") == 0,
		Restated:     rapid.IntRange(0, 9).Draw(r, "restated") == 0,
		Note:         rapid.SampledFrom([]string{"", "", "cafe\u0301"}).Draw(r, "note"),
		Source:       innovation.SourceID(rapid.SampledFrom([]string{"", "", "letter"}).Draw(r, "source")),
	}
	if rapid.Bool().Draw(r, "extent") {
		a.ExtentLow, a.ExtentHigh = 250_000, 1_000_000
	}
	day := innovation.MustDate("2014-01-15").AddMonths(rapid.IntRange(0, 30).Draw(r, "month"))
	a.Day = innovation.OnDay(day)
	if rapid.IntRange(0, 3).Draw(r, "imprecise") == 0 {
		a.Day.Bound = innovation.InQuarter(day.Year(), int(day.Month()+2)/3).As(innovation.BasisEstimated)
	}
	if a.Step == innovation.Stopped {
		a.Stage = ""
		a.Reason = rapid.SampledFrom([]innovation.StopReason{"", "funding-ended"}).Draw(r, "reason")
	}
	return a
}

// givingAll gives events without errors.
func givingAll(all []innovation.Adoption) func(func(innovation.Adoption, error) bool) {
	return func(yield func(innovation.Adoption, error) bool) {
		for _, a := range all {
			if !yield(a, nil) {
				return
			}
		}
	}
}

// adoptionState is everything that the register says of adoption.
func adoptionState(t testing.TB, s *store.Store) (out []innovation.Recorded[innovation.Adoption]) {
	t.Helper()
	f := store.FactFilter{AllDays: true, Limit: 1000}
	for {
		list, err := store.Facts[innovation.Adoption](context.Background(), s, innovation.On(innovation.MustDate("2020-01-01")), f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list.Facts...)
		if f.Page = list.Next; f.Page == "" {
			return out
		}
	}
}

// twins are two registers that are brought to the same state by other ways.
type twins struct {
	byOne, together *store.Store
	innovations     int
}

// fresh founds two innovations in both, so that what is drawn next meets nothing.
func (p *twins) fresh(t testing.TB) (x, y innovation.InnovationID) {
	t.Helper()
	p.innovations++
	x, y = innovation.InnovationID(fmt.Sprintf("x-%d", p.innovations)), innovation.InnovationID(fmt.Sprintf("y-%d", p.innovations))
	for _, s := range []*store.Store{p.byOne, p.together} {
		if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "innovations"}, func(ctx context.Context, tx *store.Tx) error {
			for _, id := range []innovation.InnovationID{x, y} {
				if _, err := tx.Record(ctx, innovation.Innovation{Innovation: id, Name: string(id), Period: innovation.From(innovation.MustDate("2013-04-01"))}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return x, y
}

// Events recorded together, in any parts, give the same state and the same
// chain as events recorded one by one: of those, the ones that are not refused.
func TestAdoptionsTogetherAsOneByOne(t *testing.T) {
	for _, e := range []storetest.Engine{storetest.Memory(), storetest.PostgreSQL()} {
		t.Run(e.Name, func(t *testing.T) {
			if e.Name == "postgres" {
				storetest.Postgres(t) // or skip, before anything is drawn
			}
			t.Parallel()
			checks := 0
			var pair *twins // of the check before, when it succeeded: a register takes long to make
			rapid.Check(t, func(r *rapid.T) {
				if checks++; checks > 30 && e.Name == "postgres" {
					return // each takes a hundred times what it takes in memory
				}
				p := pair
				if pair = nil; p == nil {
					p = &twins{byOne: adopting(t, e), together: adopting(t, e)}
				}
				x, y := p.fresh(t)
				drawn := rapid.SliceOfN(rapid.Custom(anEvent), 1, 25).Draw(r, "events")
				for i := range drawn {
					switch drawn[i].Innovation {
					case "x":
						drawn[i].Innovation = x
					case "y":
						drawn[i].Innovation = y
					}
				}
				act := innovation.Act{Actor: "jo", Reason: "events"}
				byOne, together := p.byOne, p.together
				before := len(adoptionState(t, byOne))
				var taken []innovation.Adoption
				first, err := byOne.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
					taken = nil
					for _, a := range drawn {
						switch _, err := tx.Record(ctx, a); {
						case err == nil:
							taken = append(taken, a)
						case innovation.Violations(err) == nil:
							return err
						}
					}
					return nil
				})
				if err != nil {
					r.Fatal(err)
				}
				var parts []int // where the events are parted
				for at := 0; at < len(taken); {
					at += rapid.IntRange(1, len(taken)-at).Draw(r, "part")
					parts = append(parts, at)
				}
				var tally store.AdoptionTally
				second, err := together.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
					tally = store.AdoptionTally{}
					from := 0
					for _, to := range parts {
						part, err := tx.RecordAdoptions(ctx, givingAll(taken[from:to]))
						if err != nil {
							return err
						}
						tally.Added, tally.Unchanged, from = tally.Added+part.Added, tally.Unchanged+part.Unchanged, to
					}
					return nil
				})
				if err != nil {
					r.Fatalf("%v: parts %v of %+v", err, parts, taken)
				}
				if diff := gocmp.Diff(first, second); diff != "" {
					r.Fatalf("receipts (-one by one +together)\n%s", diff)
				}
				was, is := adoptionState(t, byOne), adoptionState(t, together)
				if diff := gocmp.Diff(was, is); diff != "" {
					r.Fatalf("(-one by one +together)\n%s", diff)
				}
				if int(tally.Added) != len(is)-before || int(tally.Added+tally.Unchanged) != len(taken) {
					r.Fatalf("%+v of %d events", tally, len(taken))
				}

				// All that were drawn, with what is to be refused: the register stays
				// as it is, unless the rest is wanted.
				all := givingAll(drawn)
				for _, s := range []*store.Store{byOne, together} {
					before := adoptionState(t, s)
					_, err := s.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
						_, err := tx.RecordAdoptions(ctx, all)
						return err
					})
					if err != nil && innovation.Violations(err) == nil {
						r.Fatal(err)
					}
					if diff := gocmp.Diff(before, adoptionState(t, s)); err != nil && diff != "" {
						r.Fatalf("a refused act changed (-before +after)\n%s", diff)
					}
					refused := map[int]bool{}
					if _, err := s.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
						clear(refused)
						tally, err := tx.TakeAdoptions(ctx, all, func(place int, a innovation.Adoption, _ *innovation.Error) { refused[place] = true })
						if err == nil && int(tally.Added+tally.Unchanged+tally.Refused) != len(drawn) || int(tally.Refused) != len(refused) {
							err = fmt.Errorf("%+v of %d, and %d told", tally, len(drawn), len(refused))
						}
						return err
					}); err != nil {
						r.Fatal(err)
					}
				}
				mustVerify(t, together)
				pair = p
			})
		})
	}
}

// Events of several of the parts that are judged together, with what is wrong
// in the first and the last, and what the register holds already.
func TestManyAdoptions(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	benchWorld(t, s)
	const n = 20_000
	var all []innovation.Adoption
	for a := range benchEvents(byTime, benchAdoptInnovations*benchAdoptOrganisations*4, 0, n) {
		all = append(all, a)
	}
	act := innovation.Act{Actor: "jo", Reason: "events"}
	record := func(all []innovation.Adoption) (tally store.AdoptionTally, err error) {
		_, err = s.Update(context.Background(), act, func(ctx context.Context, tx *store.Tx) error {
			tally, err = tx.RecordAdoptions(ctx, givingAll(all))
			return err
		})
		return tally, err
	}
	wrong := slices.Clone(all)
	wrong[3].Innovation = "nothing-known"
	wrong[n-1].Day = innovation.OnDay(innovation.MustDate("2100-01-01"))
	_, err := record(wrong)
	var rules []string
	for _, e := range innovation.Violations(err) {
		rules = append(rules, fmt.Sprintf("%s %s", e.Field, e.Rule))
	}
	if diff := gocmp.Diff([]string{"events[3].innovation entity-not-found", fmt.Sprintf("events[%d].day adoption-future", n-1)}, rules); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for i := range wrong {
		wrong[i].Innovation = "nothing-known"
	}
	if _, err := record(wrong); len(innovation.Violations(err)) != 1_000 {
		t.Errorf("%d faults of 20,000", len(innovation.Violations(err)))
	}
	if len(adoptionState(t, s)) != 0 {
		t.Error("something of a refused act stands")
	}
	if tally, err := record(all[:n/2]); err != nil || tally != (store.AdoptionTally{Added: n / 2}) {
		t.Errorf("%+v %v", tally, err)
	}
	if tally, err := record(all); err != nil || tally != (store.AdoptionTally{Added: n / 2, Unchanged: n / 2}) {
		t.Errorf("%+v %v", tally, err)
	}
	got := adoptionState(t, s)
	if !slices.IsSortedFunc(got, func(a, b innovation.Recorded[innovation.Adoption]) int { return cmp.Compare(a.ID, b.ID) }) || len(got) != n {
		t.Errorf("%d events", len(got))
	}
	for i := range got {
		if got[i].Value != all[i] {
			t.Fatalf("event %d is %+v, want %+v", i, got[i].Value, all[i])
		}
	}
	mustVerify(t, s)
}

// While many events are recorded nothing else can be written in the act: what an
// event was judged by stays.
func TestIteratorOfEventsMayNotWrite(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := storetest.New(t)
	day := innovation.MustDate("2020-01-01")
	_, err := s.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		life, err := tx.Record(ctx, innovation.Existence{Organisation: "o1", Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2000-04-01"))})
		if err != nil {
			return err
		}
		if _, err := tx.Record(ctx, innovation.Innovation{Innovation: "x", Name: "X", Period: innovation.From(day)}); err != nil {
			return err
		}
		_, err = tx.RecordAdoptions(ctx, func(yield func(innovation.Adoption, error) bool) {
			if !yield(innovation.Adoption{Innovation: "x", Organisation: "o1", Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Observed, Day: innovation.OnDay(day)}, nil) {
				return
			}
			for _, err := range []error{tx.End(ctx, life, innovation.OnDay(innovation.MustDate("2010-01-01"))), of1(tx.RecordAdoptions(ctx, func(func(innovation.Adoption, error) bool) {}))} {
				if len(innovation.Violations(err)) != 1 || innovation.Violations(err)[0].Rule != innovation.RuleNestedCall {
					t.Errorf("%v", err)
				}
			}
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := s.Verify(ctx, nil); err != nil || !v.OK {
		t.Errorf("%+v, %v", v.Problems, err)
	}
}

func of1(_ store.AdoptionTally, err error) error { return err }
