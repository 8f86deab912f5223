package store_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// eachAdoption makes adoption events from a list.
func eachAdoption(events []innovation.Adoption) iter.Seq2[innovation.Adoption, error] {
	return func(yield func(innovation.Adoption, error) bool) {
		for _, a := range events {
			if !yield(a, nil) {
				return
			}
		}
	}
}

// takeEvents records those of some events that keep the rules, as one act.
func takeEvents(t testing.TB, st *store.Store, events []innovation.Adoption) {
	t.Helper()
	if _, err := st.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "events"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.TakeAdoptions(ctx, eachAdoption(events), func(int, innovation.Adoption, *innovation.Error) {})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// countedTrusts are bodies that exist from April 2013 on: t1 and t2 lie in the board i1
// and t3 in i2, which networks n1 and n2 serve; t4 lies nowhere.
func countedTrusts() []innovation.Fact {
	from := innovation.From(innovation.MustDate("2013-04-01"))
	body := func(id innovation.OrganisationID, kind string) innovation.Fact {
		return innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: kind, Period: from}
	}
	part := func(id, of innovation.OrganisationID) innovation.Fact {
		return innovation.Relation{Organisation: id, Type: innovation.PartOf, Target: of, Period: from}
	}
	serves := func(id, of innovation.OrganisationID, extent string) innovation.Fact {
		return innovation.Relation{Organisation: id, Type: innovation.Serves, Target: of, Extent: extent, Period: from}
	}
	return []innovation.Fact{body("n1", "ahsn"), body("n2", "ahsn"), body("i1", "icb"), body("i2", "icb"),
		body("t1", "nhs-trust"), body("t2", "nhs-trust"), body("t3", "nhs-trust"), body("t4", "nhs-trust"),
		part("t1", "i1"), part("t2", "i1"), part("t3", "i2"), serves("n1", "i1", ""), serves("n2", "i2", "part"),
		innovation.Name{Organisation: "n1", Text: "North", Kind: "current", Period: from},
		innovation.Innovation{Innovation: "it", Name: "It", Period: from},
		innovation.Programme{Programme: "plan", Name: "Plan", Period: from}}
}

func eventOn(id innovation.OrganisationID, stage innovation.Stage, day string, more ...func(*innovation.Adoption)) innovation.Adoption {
	b, err := innovation.ParseBound(day)
	if err != nil {
		panic(err)
	}
	a := innovation.Adoption{Innovation: "it", Organisation: id, Step: innovation.Reached, Stage: stage, Grade: innovation.Observed, Day: innovation.Day{Bound: b}}
	if stage == "" {
		a.Step = innovation.Stopped
	}
	for _, f := range more {
		f(&a)
	}
	return a
}

func byGrade(g innovation.EvidenceGrade) func(*innovation.Adoption) {
	return func(a *innovation.Adoption) { a.Grade = g }
}

// counted says a row in short: in use of eligible.
func counted(r innovation.AdoptionCountRow) string {
	of := "?"
	if r.Eligible != nil {
		of = fmt.Sprintf("%d-%d", r.Eligible.Low, r.Eligible.High)
	}
	out := fmt.Sprintf("%s %d-%d of %s", r.Group, r.InUse.Low, r.InUse.High, of)
	if r.Unknown {
		out = "none" + out
	}
	if r.Partly > 0 {
		out += fmt.Sprintf(", %d partly", r.Partly)
	}
	return out
}

func countedAll(c store.AdoptionCounts) (out []string) {
	for _, r := range append([]innovation.AdoptionCountRow{c.Total}, c.Groups...) {
		out = append(out, counted(r))
	}
	for _, o := range c.Outside {
		out = append(out, fmt.Sprintf("outside %s %s", o.Organisation, o.InUse))
	}
	for _, o := range c.Elsewhere {
		out = append(out, fmt.Sprintf("elsewhere %s %s", o.Organisation, o.InUse))
	}
	return out
}

func TestAdoptionCounts(t *testing.T) { onEngines(t, readsAdoptionCounts) }

func readsAdoptionCounts(t *testing.T, st *store.Store) {
	recordAll(t, st, countedTrusts()...)
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-01"), eventOn("t2", innovation.Adopted, "2019-05-01", byGrade(innovation.SelfReported)),
		eventOn("t3", innovation.Piloting, "2019-05-01"), eventOn("t4", innovation.Embedded, "2019-05-01"), eventOn("t4", "", "2019-09-01")})
	ask := func(day string, q innovation.AdoptionCountQuery) store.AdoptionCounts {
		t.Helper()
		q.Innovation = "it"
		c, err := st.AdoptionCounts(t.Context(), on(day), q)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	want := func(c store.AdoptionCounts, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, countedAll(c)); diff != "" {
			t.Errorf("%+v on %s (-want +got)\n%s", c.Asked, c.Recipe.On, diff)
		}
	}
	want(ask("2019-04-30", innovation.AdoptionCountQuery{}), " 0-0 of ?")
	want(ask("2019-06-01", innovation.AdoptionCountQuery{}), " 2-3 of ?")
	want(ask("2019-06-01", innovation.AdoptionCountQuery{Firm: innovation.SelfReported}), " 3-3 of ?")
	want(ask("2019-10-01", innovation.AdoptionCountQuery{}), " 1-2 of ?")
	want(ask("2019-10-01", innovation.AdoptionCountQuery{By: "network"}), " 1-2 of ?", "n1 1-2 of ?", "n2 0-0 of ?", "none 0-0 of ?")

	from := innovation.From(innovation.MustDate("2019-01-01"))
	recordAll(t, st,
		innovation.Eligibility{Innovation: "it", Kind: "nhs-trust", Reason: "runs a ward", Period: from},
		innovation.Eligibility{Innovation: "it", Organisation: "t4", Excluded: true, Period: innovation.From(innovation.MustDate("2019-08-01"))},
		innovation.Eligibility{Innovation: "it", Organisation: "t3", Programme: "plan", Phase: 2, Period: from})
	want(ask("2019-06-01", innovation.AdoptionCountQuery{}), " 2-3 of 4-4")
	want(ask("2018-06-01", innovation.AdoptionCountQuery{}), " 0-0 of 0-0")
	got := ask("2019-08-15", innovation.AdoptionCountQuery{By: "network"})
	want(got, " 1-2 of 3-3", "n1 1-2 of 2-2", "n2 0-0 of 0-1", "outside t4 yes")
	if got.Groups[0].Name != "North" || got.Rule == "" || !got.Basis.EligibleKnown || got.Basis.Firm != innovation.Observed || got.Total.Share.String() != "0.333333 to 0.666667" {
		t.Errorf("%+v", got)
	}
	want(ask("2019-08-15", innovation.AdoptionCountQuery{By: "icb"}), " 1-2 of 3-3", "i1 1-2 of 2-2", "i2 0-0 of 1-1", "outside t4 yes")
	want(ask("2019-08-15", innovation.AdoptionCountQuery{Programme: "plan", Phase: 2}), " 0-0 of 1-1", "outside t1 yes", "outside t2 possibly", "outside t4 yes")
	want(ask("2019-08-15", innovation.AdoptionCountQuery{Programme: "plan"}), " 2-3 of ?") // the programme as a whole says nothing
	want(ask("2019-08-15", innovation.AdoptionCountQuery{Level: "icb", By: "network"}), " 1-1 of 2-2", "n1 1-1 of 1-1", "n2 0-0 of 0-1", "outside t4 yes")
	all := ask("2019-08-15", innovation.AdoptionCountQuery{Level: "icb", RollUp: innovation.RollUpAll})
	want(all, " 0-1 of 2-2", "outside t4 yes")
	if all.Unplaced != 0 || ask("2019-06-01", innovation.AdoptionCountQuery{Level: "icb"}).Unplaced != 1 {
		t.Errorf("unplaced: %+v", all)
	}

	for _, c := range []struct {
		q     innovation.AdoptionCountQuery
		field string
		rule  innovation.RuleID
	}{
		{innovation.AdoptionCountQuery{Innovation: "none"}, "innovation", innovation.RuleEntityNotFound},
		{innovation.AdoptionCountQuery{Innovation: "it", By: "colour"}, "by", innovation.RuleQuestionInvalid},
		{innovation.AdoptionCountQuery{Innovation: "it", RollUp: "any"}, "level", innovation.RuleQuestionInvalid},
		{innovation.AdoptionCountQuery{Innovation: "it", Level: "icb", RollUp: "share"}, "share", innovation.RuleQuestionInvalid},
		{innovation.AdoptionCountQuery{Innovation: "it", Phase: 1}, "phase", innovation.RuleQuestionInvalid},
		{innovation.AdoptionCountQuery{Innovation: "it", Footprint: innovation.Footprint{Mode: "held"}}, "footprint", innovation.RuleFootprintInvalid},
		{innovation.AdoptionCountQuery{Innovation: "it", Programme: "none"}, "programme", innovation.RuleEntityNotFound},
		{innovation.AdoptionCountQuery{Innovation: "it", Firm: "hearsay"}, "firm", innovation.RuleWordUnknown},
	} {
		_, err := st.AdoptionCounts(t.Context(), on("2019-06-01"), c.q)
		if v := innovation.Violations(err); len(v) != 1 || v[0].Rule != c.rule || v[0].Field != c.field {
			t.Errorf("%+v: %v", c.q, err)
		}
	}
}

// mergedTrusts are t1 and t2 become t5 in April 2020, t3 split into t6 and t7 a year
// later, and t8 absorbed by t4 in between.
func mergedTrusts() []innovation.Fact {
	day := innovation.MustDate
	ends := func(id innovation.OrganisationID, from, to string) innovation.Fact {
		return innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.Between(day(from), day(to))}
	}
	begins := func(id innovation.OrganisationID, from string) innovation.Fact {
		return innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(day(from))}
	}
	becomes := func(id innovation.OrganisationID, how string, to innovation.OrganisationID, on string) innovation.Fact {
		return innovation.Succession{Predecessor: id, Type: how, Successor: to, Day: innovation.OnDay(day(on))}
	}
	return []innovation.Fact{ends("t1", "2013-04-01", "2020-04-01"), ends("t2", "2013-04-01", "2020-04-01"), ends("t3", "2013-04-01", "2021-04-01"), begins("t4", "2013-04-01"),
		begins("t5", "2020-04-01"), begins("t6", "2021-04-01"), begins("t7", "2021-04-01"), ends("t8", "2013-04-01", "2020-10-01"),
		becomes("t1", innovation.Merge, "t5", "2020-04-01"), becomes("t2", innovation.Merge, "t5", "2020-04-01"), becomes("t8", innovation.Merge, "t4", "2020-10-01"),
		becomes("t3", innovation.Split, "t6", "2021-04-01"), becomes("t3", innovation.Split, "t7", "2021-04-01"),
		innovation.Innovation{Innovation: "it", Name: "It", Period: innovation.From(day("2013-04-01"))}}
}

func TestCountsOnFootprints(t *testing.T) { onEngines(t, readsCountsOnFootprints) }

func readsCountsOnFootprints(t *testing.T, st *store.Store) {
	recordAll(t, st, mergedTrusts()...)
	recordAll(t, st, innovation.Eligibility{Innovation: "it", Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2013-04-01"))})
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-01"), eventOn("t3", innovation.Adopted, "2019-06-01"), eventOn("t4", innovation.Adopted, "2019-07-01"),
		eventOn("t6", innovation.Adopted, "2021-05-01"), eventOn("t5", innovation.Adopted, "2022-05-01")})
	day := innovation.MustDate("2019-04-01")
	for _, c := range []struct {
		on   string
		foot innovation.Footprint
		want string
	}{
		{"2020-01-01", innovation.Footprint{}, " 3-3 of 5-5"},           // t1, t3, t4 of t1 t2 t3 t4 t8
		{"2020-05-01", innovation.Footprint{}, " 2-3 of 4-4, 1 partly"}, // t5 is partly
		{"2020-11-01", innovation.Footprint{}, " 1-3 of 3-3, 2 partly"}, // t4 took in t8, which did not use it
		{"2021-04-15", innovation.Footprint{}, " 0-4 of 4-4, 2 partly"}, // t6 and t7 possibly
		{"2021-06-01", innovation.Footprint{}, " 1-4 of 4-4, 2 partly"}, // t6 has spoken
		{"2022-06-01", innovation.Footprint{}, " 2-4 of 4-4, 1 partly"}, // and so has t5
		{"2022-06-01", innovation.Footprint{Mode: innovation.FootprintDay, Day: day}, " 3-3 of 5-5"},
		{"2020-11-01", innovation.Footprint{Mode: innovation.FootprintHeld, Day: day}, " 3-3 of 5-5"},
		{"2022-06-01", innovation.Footprint{Mode: innovation.FootprintHeld, Day: day}, " 4-4 of 5-5"}, // t2 by t5
		{"2019-06-15", innovation.Footprint{Mode: innovation.FootprintDay, Day: innovation.MustDate("2022-04-01")}, " 0-3 of 4-4, 1 partly"},
	} {
		got, err := st.AdoptionCounts(t.Context(), on(c.on), innovation.AdoptionCountQuery{Innovation: "it", Footprint: c.foot})
		if err != nil {
			t.Fatal(err)
		}
		if counted(got.Total) != c.want {
			t.Errorf("on %s, %s: %s, want %s", c.on, c.foot, counted(got.Total), c.want)
		}
	}
	// On the list of 2019, what t5 and t6 did has no place.
	got, err := st.AdoptionCounts(t.Context(), on("2022-06-01"), innovation.AdoptionCountQuery{Innovation: "it", Footprint: innovation.Footprint{Mode: innovation.FootprintDay, Day: day}})
	if diff := cmp.Diff([]string{" 3-3 of 5-5", "elsewhere t5 yes", "elsewhere t6 yes"}, countedAll(got)); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}
