package storetest

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var factChecks = []check{
	{"RoundTrip", checkRoundTrip},
	{"Reopened", checkReopened},
	{"Money", checkMoney},
	{"Text", checkText},
	{"Boundaries", checkBoundaries},
	{"Imprecise", checkImprecise},
	{"Founding", checkFounding},
}

// recordSamples makes one act of the samples and gives their numbers.
func recordSamples(r *register) []innovation.FactID { return record(r, Samples()) }

// record makes one act of some samples and gives their numbers.
func record(r *register, samples []innovation.Cited) []innovation.FactID {
	r.t.Helper()
	var ids []innovation.FactID
	r.act(func(ctx context.Context, tx *store.Tx) error {
		ids = nil
		for _, s := range samples {
			id, err := tx.Record(ctx, s.Fact, s.Sources...)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids
}

// checkSamples compares what a register holds with the samples.
func checkSamples(t testing.TB, from store.Reader, ids []innovation.FactID) {
	t.Helper()
	want := map[innovation.FactType][]innovation.Recorded[innovation.Fact]{}
	for i, s := range Samples() {
		typ := s.Fact.FactType()
		want[typ] = append(want[typ], innovation.Recorded[innovation.Fact]{
			ID: ids[i], Version: innovation.ChangeNumber(ids[i]), Value: s.Fact, Sources: s.Sources})
	}
	for _, typ := range store.FactTypes() {
		if len(want[typ]) == 0 {
			t.Errorf("there is no sample of type %s", typ)
		}
		got, err := factsOf(context.Background(), from, typ, on("2020-01-01"), store.FactFilter{AllDays: true})
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want[typ], got.Facts, same); diff != "" {
			t.Errorf("%s (-want +got):\n%s", typ, diff)
		}
	}
}

// Every field of every type of fact comes back as it was recorded, from the
// Tx that records it, from the Store, from a Snapshot and from the feed.
func checkRoundTrip(t *testing.T, e Engine) {
	r := newRegister(t, e)
	ids := recordSamples(r)
	checkSamples(t, r.Store, ids)
	if err := r.View(context.Background(), func(s *store.Snapshot) error { checkSamples(t, s, ids); return nil }); err != nil {
		t.Error(err)
	}
	r.act(func(_ context.Context, tx *store.Tx) error { checkSamples(t, tx, ids); return nil })

	feed, err := r.Changes(context.Background(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[innovation.FactID]innovation.Fact{}
	for _, c := range feed.Acts[0].Changes {
		if c.Value != nil {
			byID[c.Fact] = c.Value
		}
	}
	for i, s := range Samples() {
		if diff := cmp.Diff(s.Fact, byID[ids[i]]); diff != "" {
			t.Errorf("in the feed (-want +got):\n%s", diff)
		}
	}
}

// What was recorded is there when the register is opened anew.
func checkReopened(t *testing.T, e Engine) {
	if e.Reopen == nil {
		t.Skip("the engine forgets")
	}
	r := newRegister(t, e)
	ids := recordSamples(r)
	before := r.verify()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r.closed = true
	again := e.Reopen(t, r.Store, r.options())
	checkSamples(t, again, ids)
	after, err := again.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("verification (-before +after):\n%s", diff)
	}
	if again.ID() != r.ID() || r.ID() == "" {
		t.Errorf("the identity was %q and is %q", r.ID(), again.ID())
	}
}

// Every int64 is a sum of money, and every amount comes back with its kind and
// with absent bounds absent.
func checkMoney(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	sums := []innovation.Money{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}
	var amounts []innovation.Amount
	for i, m := range sums {
		amounts = append(amounts, innovation.Exact(m), innovation.AtLeast(m), innovation.AtMost(m), innovation.About(m))
		for _, n := range sums[i:] {
			between, err := innovation.Range(m, n)
			must(err)
			around, err := innovation.AboutWithin(m, m, n)
			must(err)
			amounts = append(amounts, between, around)
		}
		if more, err := innovation.MoreThan(m); err == nil {
			amounts = append(amounts, more)
		}
	}
	low, high := innovation.Money(math.MinInt64), innovation.Money(math.MaxInt64)
	for _, parts := range [][3]*innovation.Money{{}, {&low}, {nil, &high}, {nil, nil, &low}, {&low, &high, nil}, {&low, &high, &high}} {
		sum, err := innovation.AmountFromParts(innovation.AmountSum, parts[0], parts[1], parts[2])
		must(err)
		amounts = append(amounts, sum)
	}
	amounts = append(amounts, innovation.Amount{}, innovation.NotDisclosed())
	var facts []innovation.Fact
	for _, a := range amounts {
		facts = append(facts, innovation.Stream{Licence: "first-east", Licensor: "department", Value: a, Period: between("2013-05-23", "2018-05-23")})
	}
	ids := r.record(facts...)
	stored := map[innovation.FactID]innovation.Fact{}
	for _, f := range r.facts(innovation.TypeStream, on("2014-01-01")) {
		stored[f.ID] = f.Value
	}
	for i, id := range ids {
		if diff := cmp.Diff(facts[i], stored[id]); diff != "" {
			t.Errorf("%v (-want +got):\n%s", amounts[i], diff)
		}
	}
}

// Texts are kept in normal form C, in every field, and what the caller holds
// stays as it is.
func checkText(t *testing.T, e Engine) {
	r := newRegister(t, e)
	const loose, tight = "Cafe\u0301 Łuka\u0301cs", "Café Łukács" // e and acute; é
	areas := []string{loose, "plain"}
	r.clock.Advance(1)
	_, err := r.Update(context.Background(), innovation.Act{Actor: "jo", Reason: loose}, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Record(ctx, letter("letter", "2013-05-23")); err != nil {
			return err
		}
		if _, err := tx.Record(ctx, innovation.Person{Person: "p-1", Name: loose}); err != nil {
			return err
		}
		if _, err := tx.Record(ctx, body("east", "ahsn")); err != nil {
			return err
		}
		id, err := tx.Record(ctx, named("east", loose, "current", from("2013-05-23")), innovation.Citation{Source: "letter", Locator: loose})
		if err != nil {
			return err
		}
		if err := tx.Cite(ctx, id, innovation.Citation{Source: "letter", Locator: tight}); err != nil { // the same
			return err
		}
		_, err = tx.Record(ctx, innovation.Round{Round: "first", Number: 1, Title: loose, FocusAreas: areas, Period: from("2013-05-23")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{loose, "plain"}, areas); diff != "" {
		t.Errorf("the caller's slice was changed (-want +got):\n%s", diff)
	}
	round := r.facts(innovation.TypeRound, on("2020-01-01"))[0].Value.(innovation.Round)
	name := r.facts(innovation.TypeName, on("2020-01-01"))[0]
	person := r.facts(innovation.TypePerson, on("2020-01-01"))[0].Value.(innovation.Person)
	feed, err := r.Changes(context.Background(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := append([]string{name.Value.(innovation.Name).Text, round.Title, person.Name, feed.Acts[0].Reason}, round.FocusAreas...)
	for _, c := range name.Sources {
		got = append(got, c.Locator)
	}
	if diff := cmp.Diff([]string{tight, tight, tight, tight, tight, "plain", tight}, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}

// A fact is listed from its first day to the day before its end; an event from
// its day on.
func checkBoundaries(t *testing.T, e Engine) {
	r := newRegister(t, e)
	periods := map[string]innovation.Period{
		"first and last":  innovation.Through(date("2015-03-10"), date("2018-06-19")),
		"one day":         innovation.Through(date("2016-02-29"), date("2016-02-29")),
		"open":            from("2015-03-10"),
		"always":          innovation.Between(innovation.Dawn, date("2018-06-20")),
		"ever":            innovation.From(innovation.Dawn),
		"the latest day":  innovation.From(date("9998-12-31")),
		"no end given":    {Start: innovation.Exactly(date("2015-03-10"))},
		"adjoining after": from("2018-06-20"),
	}
	facts := []innovation.Fact{body("east", "ahsn")}
	for text, p := range periods {
		facts = append(facts, named("east", text, "variant", p))
	}
	r.record(facts...)
	r.record(innovation.Population{Organisation: "east", Nominal: 1, Day: onDay("2015-03-10")})
	for _, day := range []string{"0002-01-01", "2015-03-09", "2015-03-10", "2015-03-11", "2016-02-28", "2016-02-29", "2016-03-01",
		"2018-06-18", "2018-06-19", "2018-06-20", "9998-12-30", "9998-12-31"} {
		var want []string
		for text, p := range periods {
			if p.Holds(date(day)) == innovation.Yes {
				want = append(want, text)
			}
		}
		got := r.names("east", day, noTime)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Errorf("names on %s (-want +got):\n%s", day, diff)
		}
		figures, err := store.Facts[innovation.Population](context.Background(), r.Store, on(day), store.FactFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if happened := date(day).Compare(date("2015-03-10")) >= 0; happened != (len(figures.Facts) == 1) {
			t.Errorf("on %s the figure of 2015-03-10 is listed %d times", day, len(figures.Facts))
		}
	}
}

// A fact with an imprecise bound is listed wherever it possibly holds, and its
// period tells yes from possibly.
func checkImprecise(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("east", "ahsn"), body("west", "ahsn"))
	r.record(innovation.Role{Organisation: "east", Role: innovation.RoleNetwork,
		Period: innovation.Period{Start: innovation.InMonth(2015, 3), End: innovation.InQuarter(2018, 2)}})
	r.record(innovation.Role{Organisation: "west", Role: innovation.RoleNetwork,
		Period: innovation.Period{Start: innovation.NotLaterThan(date("2015-03-10")), End: innovation.UnknownBound()}})
	for _, c := range []struct {
		day        string
		east, west innovation.Answer
	}{
		{"0002-01-01", innovation.No, innovation.Possibly},
		{"2015-02-28", innovation.No, innovation.Possibly},
		{"2015-03-01", innovation.Possibly, innovation.Possibly},
		{"2015-03-30", innovation.Possibly, innovation.Possibly},
		{"2015-03-31", innovation.Yes, innovation.Possibly},
		{"2018-03-31", innovation.Yes, innovation.Possibly},
		{"2018-04-01", innovation.Possibly, innovation.Possibly},
		{"2018-06-29", innovation.Possibly, innovation.Possibly},
		{"2018-06-30", innovation.No, innovation.Possibly},
	} {
		got := map[innovation.OrganisationID]innovation.Answer{"east": innovation.No, "west": innovation.No}
		list, err := store.Facts[innovation.Role](context.Background(), r.Store, on(c.day), store.FactFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list.Facts {
			got[f.Value.Organisation] = f.Value.Period.Holds(date(c.day))
		}
		if got["east"] != c.east || got["west"] != c.west {
			t.Errorf("on %s: east %v and west %v, want %v and %v", c.day, got["east"], got["west"], c.east, c.west)
		}
		for id, want := range map[innovation.OrganisationID]innovation.Answer{"east": c.east, "west": c.west} {
			one, err := r.Organisation(context.Background(), on(c.day), id)
			if err != nil {
				t.Fatal(err)
			}
			if listed := len(one.Roles) == 1; listed != (want != innovation.No) {
				t.Errorf("on %s the page of %s lists %d roles", c.day, id, len(one.Roles))
			}
		}
	}
}

// A founding fact founds its subject once; every other reference must be there
// already, and all that are missing are named.
func checkFounding(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	second := func(f innovation.Fact) write {
		return func(ctx context.Context, tx *store.Tx) error { _, err := tx.Record(ctx, f); return err }
	}
	r.record(innovation.Person{Person: "p-1", Name: "Ann Example"}, innovation.Term{Scheme: innovation.SchemeRole, Code: "x", Label: "X"},
		innovation.Provision{Provision: "duty", Round: "first", Type: innovation.Duty, Text: "Share", Period: from("2013-05-23")})
	for field, f := range map[string]innovation.Fact{
		"source":    letter("letter", "2014-01-01"),
		"round":     innovation.Round{Round: "first", Number: 3, Title: "Again", Period: from("2020-01-01")},
		"licence":   innovation.Licence{Licence: "first-east", Holder: "west", Round: "second", Period: from("2020-01-01")},
		"condition": innovation.Condition{Condition: "chair", Round: "second", Text: "Again", Period: from("2020-01-01")},
		"provision": innovation.Provision{Provision: "duty", Round: "second", Type: innovation.Duty, Text: "Again", Period: from("2020-01-01")},
		"person":    innovation.Person{Person: "p-1", Name: "Someone Else"},
		"code":      innovation.Term{Scheme: innovation.SchemeRole, Code: "x", Label: "Y"},
	} {
		r.refuses(string(f.FactType())+" founded twice", second(f), violation{innovation.Exists, "entity-exists", field})
	}
	missing := func(fields ...string) []violation {
		var out []violation
		for _, f := range fields {
			out = append(out, violation{innovation.NotFound, "entity-not-found", f})
		}
		return out
	}
	for _, c := range []struct {
		fact   innovation.Fact
		fields []string
	}{
		{named("nobody", "Nobody", "current", from("2013-05-23")), []string{"organisation"}},
		{innovation.Relation{Organisation: "nobody", Type: "part-of", Target: "no-one", Period: from("2013-05-23")}, []string{"organisation", "target"}},
		{innovation.Licence{Licence: "new", Holder: "nobody", Round: "third", Period: from("2013-05-23")}, []string{"holder", "round"}},
		{innovation.Decision{Licence: "none", Type: innovation.DecisionMet, By: "nobody", Condition: "nothing", Day: onDay("2014-01-01")},
			[]string{"licence", "by", "condition"}},
		{innovation.Post{Organisation: "east", Title: "Chair", Holder: "nobody", Period: from("2013-05-23")}, []string{"holder"}},
		{innovation.Claim{About: innovation.LicenceID("none").Entity(), Topic: "x", Field: "y", Value: "z", Day: onDay("2014-01-01")}, []string{"about"}},
		{innovation.Condition{Condition: "new", Licence: "none", Text: "x", Period: from("2013-05-23")}, []string{"licence"}},
		{innovation.Succession{Predecessor: "nobody", Successor: "no-one", Type: innovation.Merge, Day: onDay("2014-01-01")}, []string{"predecessor", "successor"}},
	} {
		r.refuses(string(c.fact.FactType())+" of what is not there", second(c.fact), missing(c.fields...)...)
	}
	r.refuses("sources that are not there", func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, named("east", "E", "short", from("2013-05-23")), innovation.Citation{Source: "letter"},
			innovation.Citation{Source: "no-letter"}, innovation.Citation{Source: "no-paper"})
		return err
	}, missing("sources[1].source", "sources[2].source")...)
	for _, e := range []innovation.Entity{innovation.LicenceID("new").Entity(), innovation.ConditionID("new").Entity()} {
		if _, err := r.History(context.Background(), e); !errors.Is(err, innovation.NotFound) {
			t.Errorf("history of %s, whose founding was refused: %v", e, err)
		}
	}
}
