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

var timeChecks = []check{
	{"TwoClocks", checkTwoClocks},
	{"Events", checkEventsOnTwoClocks},
	{"KnownNothing", checkKnownNothing},
	{"KnownToTheMicrosecond", checkKnownToTheMicrosecond},
	{"Citations", checkCitations},
	{"PublishedBy", checkPublishedBy},
	{"Reinstated", checkFactAfterRetraction},
}

// noTime is the zero Known: everything known now.
var noTime time.Time

// Each verb changes what is answered from then on, and what was answered
// before it is still answered for a view known before it.
func checkTwoClocks(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(letter("letter", "2013-05-23"), body("east", "ahsn"))
	var first, second, late innovation.FactID
	name := func(text, start string) innovation.Name { return named("east", text, "current", from(start)) }
	steps := []struct {
		what string
		do   write
		want [4][]string // the names on the days below
	}{
		{"record", func(ctx context.Context, tx *store.Tx) (err error) {
			first, err = tx.Record(ctx, name("Oxford", "2014-01-01"))
			return err
		}, [4][]string{nil, {"Oxford"}, {"Oxford"}, {"Oxford"}}},
		{"revise: the world changed", func(ctx context.Context, tx *store.Tx) (err error) {
			second, err = tx.Revise(ctx, first, name("Health Oxford", "2018-01-01"))
			return err
		}, [4][]string{nil, {"Oxford"}, {"Health Oxford"}, {"Health Oxford"}}},
		{"correct: the spelling was wrong", func(ctx context.Context, tx *store.Tx) error {
			return tx.Correct(ctx, second, name("Health Oxfrod", "2018-01-01"))
		}, [4][]string{nil, {"Oxford"}, {"Health Oxfrod"}, {"Health Oxfrod"}}},
		{"correct the correction, and the day", func(ctx context.Context, tx *store.Tx) error {
			return tx.Correct(ctx, second, name("Health Oxfordshire", "2019-01-01"))
		}, [4][]string{nil, {"Oxford"}, nil, {"Health Oxfordshire"}}},
		{"a late discovery", func(ctx context.Context, tx *store.Tx) (err error) {
			late, err = tx.Record(ctx, named("east", "The Oxford Academic Network", "former", between("2012-06-01", "2014-01-01")))
			return err
		}, [4][]string{{"The Oxford Academic Network"}, {"Oxford"}, nil, {"Health Oxfordshire"}}},
		{"end: nothing follows", func(ctx context.Context, tx *store.Tx) error {
			return tx.End(ctx, second, onDay("2021-01-01"))
		}, [4][]string{{"The Oxford Academic Network"}, {"Oxford"}, nil, nil}},
		{"retract: it never was", func(ctx context.Context, tx *store.Tx) error {
			return tx.Retract(ctx, late)
		}, [4][]string{nil, {"Oxford"}, nil, nil}},
		{"correct what was ended: it goes on", func(ctx context.Context, tx *store.Tx) error {
			return tx.Correct(ctx, first, name("Oxford", "2014-01-01"))
		}, [4][]string{nil, {"Oxford"}, {"Oxford"}, {"Oxford"}}},
	}
	days := [4]string{"2013-01-01", "2017-12-31", "2018-06-01", "2024-01-01"}
	var times []time.Time
	for _, s := range steps {
		times = append(times, r.act(s.do).At)
		r.verify()
		for k, was := range steps[:len(times)] { // every earlier answer still stands
			for d, day := range days {
				if diff := cmp.Diff(was.want[d], r.names("east", day, times[k]), same); diff != "" {
					t.Errorf("after %q, on %s as known after %q (-want +got):\n%s", s.what, day, was.what, diff)
				}
			}
		}
		for d, day := range days {
			if diff := cmp.Diff(s.want[d], r.names("east", day, noTime), same); diff != "" {
				t.Errorf("after %q, on %s (-want +got):\n%s", s.what, day, diff)
			}
		}
	}
	// What a view answered it answers for ever, also through other operations.
	for k, want := range []string{"Oxford", "Health Oxford", "Health Oxfrod", "Health Oxfordshire", "Health Oxfordshire", "Oxford", "Oxford"} {
		o, err := r.Organisation(context.Background(), on("2024-01-01").AsKnown(times[k]), "east")
		if err != nil {
			t.Fatal(err)
		}
		if k < 4 && o.Name != want {
			t.Errorf("after %q the page shows %q, want %q", steps[k].what, o.Name, want)
		}
		if o.Recipe.Act != innovation.ActNumber(k+2) || !o.Recipe.Known.Equal(times[k]) {
			t.Errorf("after %q the recipe is %+v", steps[k].what, o.Recipe)
		}
	}
}

// A condition met on an earlier day, recorded late, changes the board of that
// day, and the board as known before is as it was.
func checkEventsOnTwoClocks(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	before := r.clock.Now()
	grade := func(v innovation.View) innovation.Grade {
		t.Helper()
		l, err := r.Licence(context.Background(), v, "first-east")
		if err != nil {
			t.Fatal(err)
		}
		return l.Status.Grade
	}
	if got := grade(on("2014-02-01")); got != innovation.GradeConditional {
		t.Errorf("with the condition open the grade is %q", got)
	}
	ids := r.record(innovation.Decision{Licence: "first-east", Type: innovation.DecisionMet, By: "centre", Condition: "chair", Day: onDay("2014-01-15")})
	met := r.clock.Now()
	r.act(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[0], innovation.Decision{Licence: "first-east", Type: innovation.DecisionMet, By: "centre", Condition: "chair", Day: onDay("2014-03-01")})
	})
	for _, c := range []struct {
		day   string
		known time.Time
		want  innovation.Grade
	}{
		{"2014-01-14", noTime, innovation.GradeConditional},
		{"2014-02-01", noTime, innovation.GradeConditional},
		{"2014-02-28", noTime, innovation.GradeConditional},
		{"2014-03-01", noTime, innovation.GradeFull},
		{"2014-02-01", met, innovation.GradeFull},
		{"2014-01-14", met, innovation.GradeConditional},
		{"2014-01-15", met, innovation.GradeFull},
		{"2014-02-01", before, innovation.GradeConditional},
		{"2014-03-01", before, innovation.GradeConditional},
	} {
		if got := grade(on(c.day).AsKnown(c.known)); got != c.want {
			t.Errorf("on %s as known at %v the grade is %q, want %q", c.day, c.known, got, c.want)
		}
	}
}

// Before the first act the register knew nothing, and says so.
func checkKnownNothing(t *testing.T, e Engine) {
	r := newRegister(t, e)
	ctx := context.Background()
	empty, err := r.LicenceBoard(ctx, on("2020-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	if len(empty.Rows) != 0 || empty.Recipe.Act != 0 || !empty.Recipe.Known.IsZero() {
		t.Errorf("the board of an empty register: %+v", empty)
	}
	r.record(world()...)
	v := on("2020-01-01").AsKnown(r.clock.Now().Add(-time.Microsecond))
	if _, err := r.Organisation(ctx, v, "east"); !errors.Is(err, innovation.NotFound) {
		t.Errorf("an organisation before the first act: %v", err)
	}
	if _, err := r.Licence(ctx, v, "first-east"); !errors.Is(err, innovation.NotFound) {
		t.Errorf("a licence before the first act: %v", err)
	}
	for _, typ := range store.FactTypes() {
		list, err := factsOf(ctx, r.Store, typ, v, store.FactFilter{AllDays: true})
		if err != nil || len(list.Facts) != 0 || list.Recipe.Act != 0 {
			t.Errorf("facts of type %s before the first act: %+v, %v", typ, list, err)
		}
	}
	list, err := r.Organisations(ctx, v, store.OrganisationFilter{})
	if err != nil || len(list.Organisations) != 0 {
		t.Errorf("organisations before the first act: %+v, %v", list, err)
	}
	board, err := r.LicenceBoard(ctx, v)
	if err != nil || len(board.Rows)+len(board.Rounds) != 0 {
		t.Errorf("the board before the first act: %+v, %v", board, err)
	}
	status, err := r.Status(ctx, v)
	if err != nil || status.Act != 0 || len(status.Entities) != 0 || status.Facts["name"] != 0 {
		t.Errorf("the status before the first act: %+v, %v", status, err)
	}
}

// An act is known from its own time on, not a microsecond before.
func checkKnownToTheMicrosecond(t *testing.T, e Engine) {
	r := newRegister(t, e)
	ids := r.record(body("east", "ahsn"), named("east", "East", "current", from("2013-05-23")))
	at := r.act(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[1], named("east", "Easter", "current", from("2013-05-23")))
	}).At
	for _, c := range []struct {
		known time.Time
		want  string
	}{
		{at, "Easter"}, {at.Add(999 * time.Nanosecond), "Easter"}, {at.Add(-1), "East"}, {at.Add(-time.Microsecond), "East"},
		{at.In(time.FixedZone("elsewhere", 5*3600)), "Easter"}, {at.AddDate(900, 0, 0), "Easter"},
	} {
		if diff := cmp.Diff([]string{c.want}, r.names("east", "2020-01-01", c.known)); diff != "" {
			t.Errorf("as known at %v (-want +got):\n%s", c.known, diff)
		}
	}
}

// A source can be added to a fact without revising it, and is cited from then
// on.
func checkCitations(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(letter("letter", "2013-05-23"), letter("paper", "2014-05-23"), body("east", "ahsn"))
	one, two, three := innovation.Citation{Source: "letter"}, innovation.Citation{Source: "paper", Locator: "p. 1"}, innovation.Citation{Source: "paper", Locator: "p. 2"}
	var id innovation.FactID
	first := r.act(func(ctx context.Context, tx *store.Tx) (err error) {
		id, err = tx.Record(ctx, named("east", "East", "current", from("2013-05-23")), one)
		return err
	})
	second := r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Cite(ctx, id, two) })
	third := r.act(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, id, named("east", "East!", "current", from("2013-05-23")), three, one)
	})
	again := r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Cite(ctx, id, two) })
	if again.Act != 0 {
		t.Errorf("citing what is cited made act %d", again.Act)
	}
	for _, c := range []struct {
		known   time.Time
		text    string
		version innovation.ChangeNumber
		want    []innovation.Citation
	}{
		{first.At, "East", innovation.ChangeNumber(id), []innovation.Citation{one}},
		{second.At, "East", innovation.ChangeNumber(id), []innovation.Citation{one, two}},
		{third.At, "East!", innovation.ChangeNumber(id) + 4, []innovation.Citation{one, two, three}},
	} {
		got := r.facts(innovation.TypeName, on("2020-01-01").AsKnown(c.known))
		want := []innovation.Recorded[innovation.Fact]{{ID: id, Version: c.version,
			Value: named("east", c.text, "current", from("2013-05-23")), Sources: c.want}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("as known at %v (-want +got):\n%s", c.known, diff)
		}
		page, err := r.Organisation(context.Background(), on("2020-01-01").AsKnown(c.known), "east")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, page.Names[0].Sources); diff != "" {
			t.Errorf("on the page as known at %v (-want +got):\n%s", c.known, diff)
		}
	}
}

// PublishedBy leaves out what no source had said by the day, and what a source
// of an unknown day said.
func checkPublishedBy(t *testing.T, e Engine) {
	r := newRegister(t, e)
	undated := letter("undated", "2013-01-01")
	undated.Published = innovation.Day{Bound: innovation.UnknownBound()}
	r.record(letter("letter", "2013-05-23"), letter("paper", "2014-05-23"), undated, body("east", "ahsn"))
	r.act(func(ctx context.Context, tx *store.Tx) error {
		for text, cited := range map[string][]innovation.Citation{"none": nil, "letter": {{Source: "letter"}},
			"both": {{Source: "paper"}, {Source: "letter"}}, "paper": {{Source: "paper"}}, "undated": {{Source: "undated"}}} {
			if _, err := tx.Record(ctx, named("east", text, "variant", from("2010-01-01")), cited...); err != nil {
				return err
			}
		}
		return nil
	})
	for day, want := range map[string]int{"2013-05-22": 0, "2013-05-23": 2, "2014-05-22": 2, "2014-05-23": 3} {
		v := on("2020-01-01")
		v.PublishedBy = date(day)
		if got := r.facts(innovation.TypeName, v); len(got) != want {
			t.Errorf("published by %s: %d names, want %d: %v", day, len(got), want, got)
		}
	}
}

// A fact that was retracted has gone for good; its subject can be stated anew,
// with another number.
func checkFactAfterRetraction(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	ids := r.record(innovation.Round{Round: "third", Number: 3, Title: "Third", Period: from("2023-10-01")})
	retract := func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[0]) }
	r.act(retract)
	gone := violation{innovation.NotFound, "fact-not-found", "fact"}
	r.refuses("retracted twice", retract, gone)
	r.refuses("a retracted fact ended", func(ctx context.Context, tx *store.Tx) error {
		return tx.End(ctx, ids[0], onDay("2024-01-01"))
	}, gone)
	r.refuses("a retracted fact corrected", func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[0], innovation.Round{Round: "third", Number: 4, Title: "Third", Period: from("2023-10-01")})
	}, gone)
	again := r.record(innovation.Round{Round: "third", Number: 3, Title: "Third again", Period: from("2023-10-01")})
	if again[0] == ids[0] {
		t.Errorf("the new fact has the number %d of the retracted one", again[0])
	}
}
