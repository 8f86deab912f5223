package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var adoptionChecks = []check{
	{"Rules", checkAdoptionRules},
	{"Corrections", checkAdoptionCorrections},
	{"Many", checkManyAdoptions},
	{"ManyRefused", checkManyRefused},
	{"Months", checkAdoptionMonths},
}

// clinic is a world with three innovations, bodies of which one closed, and a
// device that one of them uses since 2014.
func clinic() []innovation.Fact {
	facts := append(world(), body("south", "nhs-trust"),
		innovation.Existence{Organisation: "closed", Aspect: innovation.Operational, Kind: "nhs-trust", Period: between("2010-04-01", "2015-04-01")},
		innovation.Existence{Organisation: "closed", Aspect: innovation.Legal, Kind: "nhs-trust", Period: from("2010-04-01")})
	for _, id := range []innovation.InnovationID{"device", "pathway", "search"} {
		facts = append(facts, innovation.Innovation{Innovation: id, Name: string(id), Period: from("2013-04-01")})
	}
	return append(facts, reached("device", "east", innovation.Adopted, "2014-06-01"))
}

func reached(id innovation.InnovationID, by innovation.OrganisationID, stage innovation.Stage, day string) innovation.Adoption {
	return innovation.Adoption{Innovation: id, Organisation: by, Step: innovation.Reached, Stage: stage, Grade: innovation.Observed, Day: onDay(day)}
}

func stepped(a innovation.Adoption, step innovation.AdoptionStep) innovation.Adoption {
	a.Step = step
	if step == innovation.Stopped {
		a.Stage = ""
	}
	return a
}

// adoptionRule is a rule of adoption with an event that it lets pass and one
// that it refuses.
type adoptionRule struct {
	what      string
	good, bad innovation.Adoption
	want      violation
}

func adoptionRules() []adoptionRule {
	with := func(a innovation.Adoption, change func(*innovation.Adoption)) innovation.Adoption {
		change(&a)
		return a
	}
	graded := func(a innovation.Adoption, grade innovation.EvidenceGrade) innovation.Adoption {
		a.Grade = grade
		return a
	}
	planned := func(a innovation.Adoption) innovation.Adoption { a.Planned = true; return a }
	return []adoptionRule{
		{what: "forward, not backward", good: reached("device", "east", innovation.Embedded, "2014-07-01"),
			bad: reached("device", "east", innovation.Piloting, "2014-08-01"), want: refused("adoption-backward", "stage")},
		{what: "another witness may say otherwise", good: graded(reached("device", "east", innovation.Piloting, "2014-08-02"), innovation.SelfReported),
			bad: reached("device", "east", innovation.Adopted, "2014-08-02"), want: refused("adoption-backward", "stage")},
		{what: "only what is there stops", good: stepped(reached("device", "east", "", "2015-01-01"), innovation.Stopped),
			bad: stepped(reached("device", "west", "", "2015-01-01"), innovation.Stopped), want: refused("adoption-nothing-there", "step")},
		{what: "only what is there is confirmed", good: stepped(graded(reached("device", "east", innovation.Piloting, "2014-09-01"), innovation.Audited), innovation.Confirmed),
			bad: stepped(reached("device", "west", innovation.Adopted, "2015-01-02"), innovation.Confirmed), want: refused("adoption-nothing-there", "step")},
		{what: "only what was further falls back", good: stepped(reached("device", "east", innovation.Piloting, "2014-10-01"), innovation.Reversed),
			bad: stepped(reached("device", "east", innovation.Embedded, "2014-06-15"), innovation.Reversed), want: refused("adoption-nothing-there", "stage")},
		{what: "one event of a day", good: graded(reached("device", "east", innovation.Adopted, "2014-06-01"), innovation.Ordered),
			bad: reached("device", "east", innovation.Embedded, "2014-06-01"), want: refused("adoption-same-day", "day")},
		{what: "what has not come is a plan", good: planned(reached("pathway", "east", innovation.Adopted, "2030-01-01")),
			bad: reached("pathway", "east", innovation.Adopted, "2030-01-02"), want: refused("adoption-future", "day")},
		{what: "while the body works", good: reached("pathway", "closed", innovation.Adopted, "2015-03-31"),
			bad: reached("pathway", "closed", innovation.Embedded, "2015-04-01"), want: refused("adoption-outside-life", "day")},
		{what: "unless it is restated", good: with(reached("search", "closed", innovation.Adopted, "2016-01-01"), func(a *innovation.Adoption) { a.Restated = true }),
			bad: reached("search", "closed", innovation.Adopted, "2009-01-01"), want: refused("adoption-outside-life", "day")},
		{what: "no data about patients", good: with(reached("search", "west", innovation.Piloting, "2016-01-01"), func(a *innovation.Adoption) { a.Note = "seen on ward 943" }),
			bad: with(reached("search", "west", innovation.Piloting, "2016-01-02"), func(a *innovation.Adoption) { a.Note = "seen with 943 476 5919" }), want: refused("patient-data", "")},
		{what: "an innovation that is known", good: reached("search", "south", innovation.Identified, "2016-01-01"),
			bad: reached("nothing-known", "south", innovation.Identified, "2016-01-01"), want: violation{innovation.NotFound, "entity-not-found", "innovation"}},
		{what: "an organisation that is known", good: reached("search", "south", innovation.Assessing, "2016-02-01"),
			bad: reached("search", "nowhere", innovation.Identified, "2016-01-01"), want: violation{innovation.NotFound, "entity-not-found", "organisation"}},
		{what: "a stop has no stage", good: stepped(reached("search", "south", "", "2016-03-01"), innovation.Stopped),
			bad: with(reached("search", "south", innovation.Adopted, "2016-03-02"), func(a *innovation.Adoption) { a.Step = innovation.Stopped }), want: violation{innovation.Invalid, "adoption-stage", "stage"}},
	}
}

// Each rule of adoption has a case that it lets pass and one that it refuses,
// recorded by itself or with others.
func checkAdoptionRules(t *testing.T, e Engine) {
	for _, many := range []bool{false, true} {
		r := newRegister(t, e)
		r.record(clinic()...)
		one := func(a innovation.Adoption) write {
			if !many {
				return recordOne(a)
			}
			return func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.RecordAdoptions(ctx, giving(a))
				return err
			}
		}
		for _, c := range adoptionRules() {
			want := c.want
			if many && want.Field != "" {
				want.Field = "events[0]." + want.Field
			} else if many {
				want.Field = "events[0]"
			}
			r.refuses(c.what, one(c.bad), want)
			if _, err := r.try(one(c.good)); err != nil {
				t.Errorf("%s: %v", c.what, err)
			}
			r.refuses(c.what, one(c.bad), want) // still
		}
	}
}

func giving(all ...innovation.Adoption) func(func(innovation.Adoption, error) bool) {
	return func(yield func(innovation.Adoption, error) bool) {
		for _, a := range all {
			if !yield(a, nil) {
				return
			}
		}
	}
}

// Corrections and retractions are held against the same rules, and so are the
// lives of organisations, eligibility and measurements.
func checkAdoptionCorrections(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(clinic()...)
	ids := r.record(reached("pathway", "closed", innovation.Piloting, "2013-06-01"), reached("pathway", "closed", innovation.Adopted, "2014-06-01"),
		stepped(reached("pathway", "closed", "", "2014-12-01"), innovation.Stopped))
	r.refuses("what a stop needs is taken away", func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Retract(ctx, ids[1]); err != nil {
			return err
		}
		return tx.Retract(ctx, ids[0])
	}, refused("adoption-nothing-there", "step"))
	r.refuses("corrected to go back", func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[1], reached("pathway", "closed", innovation.Identified, "2014-06-01"))
	}, refused("adoption-backward", "stage"))
	r.refuses("corrected into the future", func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[2], stepped(reached("pathway", "closed", "", "2030-12-01"), innovation.Stopped))
	}, refused("adoption-future", "day"), refused("adoption-outside-life", "day"))
	life := innovation.Existence{Organisation: "closed", Aspect: innovation.Operational, Kind: "nhs-trust", Period: between("2010-04-01", "2014-12-01")}
	shorten := func(ctx context.Context, tx *store.Tx) error {
		list, err := store.Facts[innovation.Existence](ctx, tx, innovation.On(innovation.MustDate("2014-01-01")), store.FactFilter{Subject: innovation.OrganisationID("closed").Entity()})
		if err != nil {
			return err
		}
		for _, f := range list.Facts {
			if f.Value.Aspect == innovation.Operational {
				return tx.Correct(ctx, f.ID, life)
			}
		}
		return fmt.Errorf("no existence")
	}
	r.refuses("a life that ends before an event", shorten, refused("adoption-outside-life", "period"))
	life.Period = between("2010-04-01", "2014-12-02")
	r.act(shorten)

	r.refuses("an eligibility that ends before it starts", recordOne(innovation.Eligibility{Innovation: "device", Organisation: "east", Period: between("2014-01-02", "2014-01-01")}),
		violation{innovation.Invalid, "period-invalid", "period.end"})
	used := innovation.Uptake{Innovation: "device", Organisation: "east", Measure: "items", Count: innovation.ExactQuantity(3), Unit: "items", Period: between("2014-07-01", "2014-08-01")}
	next := used
	next.Period = between("2014-08-01", "2014-09-01")
	elsewhere := used
	elsewhere.Organisation = "west"
	r.record(used, next, elsewhere)
	used.Count = innovation.ExactQuantity(4)
	r.refuses("a second measurement of a month", recordOne(used), refused("uptake-repeated", "period"))
}

// Many events are recorded as one by one: those that are there are counted, and
// the chain is the same.
func checkManyAdoptions(t *testing.T, e Engine) {
	all := []innovation.Adoption{
		reached("pathway", "east", innovation.Piloting, "2014-01-01"), reached("device", "west", innovation.Adopted, "2014-01-01"),
		reached("device", "east", innovation.Adopted, "2014-06-01"), // held
		reached("pathway", "east", innovation.Adopted, "2015-01-01"), stepped(reached("pathway", "east", innovation.Adopted, "2015-06-01"), innovation.Confirmed),
		reached("pathway", "east", innovation.Piloting, "2014-01-01"), // again
		stepped(reached("device", "west", "", "2016-01-01"), innovation.Stopped),
	}
	all[1].Note, all[1].Source, all[1].Restated = "half of the wards\u0301", "letter", true
	all[3].Day = innovation.Day{Bound: innovation.InMonth(2015, 1).As(innovation.BasisEstimated)}
	all[6].Reason = "funding-ended"
	byOne, together := newRegister(t, e), newRegister(t, e)
	var receipts [2]innovation.Receipt
	byOne.record(clinic()...)
	together.record(clinic()...)
	receipts[0] = byOne.act(func(ctx context.Context, tx *store.Tx) error {
		for _, a := range all {
			if _, err := tx.Record(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	receipts[1] = together.act(func(ctx context.Context, tx *store.Tx) error {
		tally, err := tx.RecordAdoptions(ctx, giving(all...))
		if want := (store.AdoptionTally{Added: 5, Unchanged: 2}); err == nil && tally != want {
			t.Errorf("%+v, want %+v", tally, want)
		}
		return err
	})
	if diff := cmp.Diff(receipts[0], receipts[1]); diff != "" {
		t.Errorf("(-one by one +together)\n%s", diff)
	}
	if again, err := together.try(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.RecordAdoptions(ctx, giving(all...))
		return err
	}); err != nil || again.Act != 0 {
		t.Errorf("again: %+v %v", again, err)
	}
}

// Of many events that are refused nothing stands, and everything wrong is told;
// unless the others are wanted.
func checkManyRefused(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(clinic()...)
	bad := stepped(reached("search", "west", "", "2014-01-01"), innovation.Stopped)
	future := reached("search", "west", innovation.Adopted, "2031-01-01")
	future.Note = "seen with 943 476 5919"
	all := []innovation.Adoption{reached("pathway", "east", innovation.Piloting, "2014-01-01"), bad, future, reached("nothing-known", "nowhere", innovation.Adopted, "2014-01-01"),
		reached("pathway", "east", innovation.Identified, "2014-05-01"), reached("pathway", "east", innovation.Adopted, "2014-06-01")}
	r.refuses("several", func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.RecordAdoptions(ctx, giving(all...))
		return err
	}, refused("patient-data", "events[2]"), violation{innovation.NotFound, "entity-not-found", "events[3].innovation"},
		violation{innovation.NotFound, "entity-not-found", "events[3].organisation"}, refused("adoption-backward", "events[4].stage"), refused("adoption-nothing-there", "events[1].step"))
	r.refuses("what follows it", func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.RecordAdoptions(ctx, giving(bad)); err == nil {
			t.Error("it was not refused")
		}
		return nil
	}, refused("adoption-nothing-there", "events[0].step"))
	broken := fmt.Errorf("the file broke off")
	before := r.status()
	if _, err := r.try(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.RecordAdoptions(ctx, func(yield func(innovation.Adoption, error) bool) {
			_ = yield(all[0], nil) && yield(innovation.Adoption{}, broken)
		})
		return err
	}); err != broken {
		t.Errorf("%v, want what broke", err)
	}
	if diff := cmp.Diff(before, r.status()); diff != "" {
		t.Errorf("the broken act changed the register (-before +after):\n%s", diff)
	}
	var places []int
	r.act(func(ctx context.Context, tx *store.Tx) error {
		places = nil
		tally, err := tx.TakeAdoptions(ctx, giving(all...), func(place int, a innovation.Adoption, err *innovation.Error) {
			if a != all[place] {
				t.Errorf("event %d is told as %+v", place, a)
			}
			places = append(places, place)
		})
		if want := (store.AdoptionTally{Added: 2, Refused: 4}); err == nil && tally != want {
			t.Errorf("%+v, want %+v", tally, want)
		}
		return err
	})
	slices.Sort(places)
	if diff := cmp.Diff([]int{1, 2, 3, 3, 4}, places); diff != "" {
		t.Errorf("refused (-want +got)\n%s", diff)
	}
}

// The monthly counts follow the events through any acts: Verify makes them anew.
func checkAdoptionMonths(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(clinic()...)
	random := rand.New(rand.NewPCG(20, 26))
	var ids []innovation.FactID
	held := map[innovation.FactID]innovation.Adoption{}
	refusals := 0
	for range 60 {
		a := randomAdoption(random)
		var id, gone innovation.FactID
		_, err := r.try(func(ctx context.Context, tx *store.Tx) (err error) {
			id, gone = 0, 0
			switch k := random.IntN(6); {
			case k == 0 && len(ids) > 0:
				gone = ids[random.IntN(len(ids))]
				return tx.Retract(ctx, gone)
			case k == 1 && len(ids) > 0:
				id = ids[random.IntN(len(ids))]
				a.Innovation = held[id].Innovation
				return tx.Correct(ctx, id, a)
			case k == 2:
				more := []innovation.Adoption{a, randomAdoption(random), randomAdoption(random)}
				_, err = tx.TakeAdoptions(ctx, giving(more...), func(int, innovation.Adoption, *innovation.Error) {})
				return err
			}
			id, err = tx.Record(ctx, a)
			return err
		})
		switch {
		case err != nil && innovation.Violations(err) == nil:
			t.Fatal(err)
		case err != nil:
			refusals++
		case gone != 0:
			ids = slices.DeleteFunc(ids, func(other innovation.FactID) bool { return other == gone })
		case id != 0:
			held[id] = a
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	if refusals == 0 || len(ids) < 5 {
		t.Errorf("%d acts were refused and %d events stand: they show nothing", refusals, len(ids))
	}
}

// randomAdoption is an event of few organisations and days, so that events meet.
func randomAdoption(r *rand.Rand) innovation.Adoption {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	a := innovation.Adoption{Innovation: innovation.InnovationID(pick("device", "pathway")), Organisation: innovation.OrganisationID(pick("east", "west", "south")),
		Step: innovation.AdoptionSteps()[[]int{0, 0, 0, 0, 1, 2, 3}[r.IntN(7)]], Stage: innovation.Stages()[r.IntN(5)],
		Grade: innovation.EvidenceGrades()[r.IntN(5)], Planned: r.IntN(8) == 0, Day: onDay(pick("2014-01-15", "2014-02-15", "2014-12-31", "2015-06-01", "2016-01-01"))}
	switch r.IntN(4) {
	case 0:
		a.Day.Bound = innovation.InQuarter(2014+r.IntN(3), 1+r.IntN(4))
	case 1:
		a.Day.Bound = innovation.NotLaterThan(innovation.MustDate("2015-03-01"))
	}
	return stepped(a, a.Step)
}
