package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

var always = innovation.From(innovation.MustDate("2013-04-01"))

// ledger is the register of countedTrusts with more facts; four trusts t1 to t4.
func ledger(t *testing.T, facts ...innovation.Fact) *store.Store {
	t.Helper()
	st := storetest.New(t, &store.Options{Clock: new(storetest.Clock).Now, Random: storetest.Random(1)})
	recordAll(t, st, append(countedTrusts(), facts...)...)
	return st
}

func allTrusts() innovation.Fact {
	return innovation.Eligibility{Innovation: "it", Kind: "nhs-trust", Period: always}
}

func trust(id innovation.OrganisationID, from, to string) innovation.Fact {
	p := innovation.From(innovation.MustDate(from))
	if to != "" {
		p = innovation.Between(innovation.MustDate(from), innovation.MustDate(to))
	}
	return innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: p}
}

func became(p, s innovation.OrganisationID, how, day string) innovation.Fact {
	return innovation.Succession{Predecessor: p, Successor: s, Type: how, Day: innovation.OnDay(innovation.MustDate(day))}
}

func totalOn(t *testing.T, st *store.Store, day string) innovation.AdoptionCountRow {
	t.Helper()
	c, err := st.AdoptionCounts(t.Context(), on(day), innovation.AdoptionCountQuery{Innovation: "it"})
	if err != nil {
		t.Fatal(err)
	}
	return c.Total
}

func spreadOn(t *testing.T, st *store.Store, day string, q store.SpreadQuery) store.Spread {
	t.Helper()
	q.Innovation = "it"
	s, err := st.Spread(t.Context(), on(day), q)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// many records trusts of which so many adopt on the 5th of each month from January 2019.
func many(t *testing.T, bodies int, perMonth ...int) (*store.Store, int) {
	t.Helper()
	var facts []innovation.Fact
	id := func(i int) innovation.OrganisationID { return innovation.OrganisationID(fmt.Sprintf("x%02d", i)) }
	for i := range bodies {
		facts = append(facts, trust(id(i), "2013-04-01", ""))
	}
	st := ledger(t, append(facts, allTrusts())...)
	var events []innovation.Adoption
	for m, k := range perMonth {
		for range k {
			events = append(events, eventOn(id(len(events)), innovation.Adopted, innovation.MustDate("2019-01-05").AddMonths(m).String()))
		}
	}
	takeEvents(t, st, events)
	return st, len(events)
}

func milestone(t *testing.T, st *store.Store, day, code string) innovation.Milestone {
	t.Helper()
	m, err := st.Milestones(t.Context(), on(day), "it")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range m.Milestones {
		if x.Milestone == code {
			return x
		}
	}
	t.Fatal(code)
	return innovation.Milestone{}
}

// A stop in the year of an adoption whose day is not certain moves no month, and its retraction none back.
func TestAdoptionMonthsAfterAStop(t *testing.T) {
	st := ledger(t)
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2020")})
	ids, _ := recordAll(t, st, eventOn("t1", "", "2020-06-15"))
	check := func(when string) {
		t.Helper()
		r, err := st.Verify(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Problems) > 0 {
			t.Errorf("%s: %d problems, first %+v", when, len(r.Problems), r.Problems[0])
		}
	}
	check("after the stop")
	if _, err := st.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "it never stopped"}, func(ctx context.Context, tx *store.Tx) error {
		return tx.Retract(ctx, ids[0])
	}); err != nil {
		t.Fatal(err)
	}
	check("after its retraction")
}

// Months that are kept are those made again from the events as known.
func TestAdoptionMonthsKeptAndMadeAgain(t *testing.T) {
	st := ledger(t)
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2020")})
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", "", "2020-06-15")})
	s, err := st.Status(t.Context(), on("2023-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	q := innovation.AdoptionMonthsQuery{Innovation: "it"}
	kept, err := st.AdoptionMonths(t.Context(), on("2022-12-31"), q)
	if err != nil {
		t.Fatal(err)
	}
	takeEvents(t, st, []innovation.Adoption{eventOn("t2", innovation.Adopted, "2020-02-02")})
	again, err := st.AdoptionMonths(t.Context(), on("2022-12-31").AsKnown(s.Recipe.Known), q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept.Total, again.Total); diff != "" {
		t.Errorf("(-kept +made again)\n%s", diff)
	}
}

// A stop known by its year may lie before or after a later event of that year.
func TestAdoptionOfAStopBeforeOrAfter(t *testing.T) {
	st := ledger(t, allTrusts())
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-15"), eventOn("t1", "", "2020"), eventOn("t1", innovation.Adopted, "2020-11-01")})
	got := totalOn(t, st, "2024-06-30")
	if may := (innovation.CountBounds{Low: 0, High: 1}); got.InUse != may || got.Stopped != may {
		t.Errorf("in use %+v, stopped %+v: the stop lies before or after 1 November", got.InUse, got.Stopped)
	}
}

// What began and stopped within a year may be in use on a day of it.
func TestAdoptionBegunAndStoppedWithinAYear(t *testing.T) {
	st := ledger(t, allTrusts())
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2020-01-01..2020-12-30"), eventOn("t1", "", "2020-01-02..2020-12-31")})
	if got := totalOn(t, st, "2020-06-30").InUse; got != (innovation.CountBounds{Low: 0, High: 1}) {
		t.Errorf("in use %+v: it may have begun in March and stopped in September", got)
	}
}

// What stopped and began again within a year may be out of use on a day of it.
func TestAdoptionStoppedAndRestartedWithinAYear(t *testing.T) {
	st := ledger(t, allTrusts())
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-15"), eventOn("t1", "", "2020-01-01..2020-12-30"), eventOn("t1", innovation.Adopted, "2020-01-02..2020-12-31")})
	if got := totalOn(t, st, "2020-06-30").InUse; got != (innovation.CountBounds{Low: 0, High: 1}) {
		t.Errorf("in use %+v: it may have stopped in March and restarted in September", got)
	}
}

func TestSpreadForecastIsNotBelowWhatIsReached(t *testing.T) {
	st, n := many(t, 60, 1, 2, 3, 6, 9, 7, 4, 2, 1, 0, 0, 0, 0, 2, 3, 3)
	for _, q := range []store.FitQuery{{Model: "logistic"}, {Model: "gompertz"}, {Model: "bass", Method: "share"}} {
		q.Innovation, q.From, q.Reach = "it", innovation.MustDate("2019-01-01"), 600_000
		f, err := st.SpreadFit(t.Context(), on("2020-04-30"), q)
		if err != nil {
			t.Fatal(err)
		}
		if p := f.Forecast.Points[0]; p.Cumulative < float64(n) || p.Low < float64(n) || p.High < float64(n) {
			t.Errorf("%s %s: %.1f (%.1f to %.1f) are forecast, and %d have adopted", q.Model, q.Method, p.Cumulative, p.Low, p.High, n)
		}
		// 43 of 64 is above 0.6 of 64 = 38.4.
		if f.Arrival.Status != "past" {
			t.Errorf("%s %s: the share is reached, and its arrival is %s", q.Model, q.Method, f.Arrival.Status)
		}
		// The 39th of them adopted in March 2020: 35 had by the end of 2019, and 37 by that of February.
		if f.Arrival.Day.String() != "2020-03-05" {
			t.Errorf("%s %s: reached on %s", q.Model, q.Method, f.Arrival.Day)
		}
		if !slices.ContainsFunc(f.Notes, func(n string) bool { return strings.HasPrefix(n, "the curve lies under the data: 43 had adopted") }) {
			t.Errorf("%s %s: %q", q.Model, q.Method, f.Notes)
		}
	}
}

func TestSpreadForecastOfTheUnfinishedPeriod(t *testing.T) {
	st, n := many(t, 80, 1, 2, 4, 7, 9, 9, 6, 4, 2, 1, 1, 0, 12)
	f, err := st.SpreadFit(t.Context(), on("2020-01-20"), store.FitQuery{Model: "bass", SpreadQuery: store.SpreadQuery{Innovation: "it", From: innovation.MustDate("2019-01-01")}})
	if err != nil {
		t.Fatal(err)
	}
	if p := f.Forecast.Points[0]; p.Low < float64(n) {
		t.Errorf("%d had adopted by 20 January 2020, and %.1f (%.1f to %.1f) are forecast for the end of %s", n, p.Cumulative, p.Low, p.High, p.Name)
	}
}

func TestSpreadCountsAMergedUserOnce(t *testing.T) {
	st := ledger(t, allTrusts(), trust("a", "2013-04-01", "2020-04-01"), trust("b", "2013-04-01", "2020-04-01"), trust("c", "2020-04-01", ""),
		became("a", "c", innovation.Merge, "2020-04-01"), became("b", "c", innovation.Merge, "2020-04-01"))
	takeEvents(t, st, []innovation.Adoption{eventOn("a", innovation.Adopted, "2019-05-15")})
	s := spreadOn(t, st, "2021-12-31", store.SpreadQuery{Period: "year"})
	if s.All.Adopters != (store.CountRange{Certain: 1, Possible: 1}) {
		t.Errorf("adopters %+v: only a ever came to use it", s.All.Adopters)
	}
	for _, p := range s.All.Periods {
		if p.Name == "2020" && p.New != (store.CountRange{}) {
			t.Errorf("new in 2020: %+v", p.New)
		}
		if p.Name == "2020" && p.Adopted != (store.CountRange{Possible: 1}) {
			t.Errorf("adopted by the end of 2020, as what c came from: %+v", p.Adopted)
		}
	}
}

// A body that has never used it and takes in one that does is at risk still; one
// that is no more than what it takes in certainly is an adopter from then on.
func TestSpreadOfOneThatTakesInUsers(t *testing.T) {
	st := ledger(t, allTrusts(), trust("a", "2013-04-01", ""), trust("b", "2013-04-01", "2019-04-01"), trust("c", "2013-04-01", "2020-04-01"),
		became("b", "a", innovation.Merge, "2019-04-01"), became("c", "a", innovation.Merge, "2020-04-01"))
	takeEvents(t, st, []innovation.Adoption{eventOn("c", innovation.Adopted, "2018-05-15"), eventOn("a", innovation.Adopted, "2021-05-15")})
	s := spreadOn(t, st, "2021-12-31", store.SpreadQuery{Period: "year", From: innovation.MustDate("2018-01-01"), Units: true})
	for i, want := range []store.CountRange{{Certain: 1, Possible: 1}, {Certain: 1, Possible: 1}, {Possible: 1}, {Certain: 1, Possible: 1}} {
		if got := s.All.Periods[i].Adopted; got != want {
			t.Errorf("%s: %+v, want %+v", s.All.Periods[i].Name, got, want)
		}
	}
	if s.All.Adopters != (store.CountRange{Certain: 2, Possible: 2}) || s.All.Survival.Adopters != 2 || s.All.Survival.Subjects != 7 {
		t.Errorf("%+v %+v", s.All.Adopters, s.All.Survival)
	}
	if u := s.Units[0]; u.Organisation != "a" || u.HeirPossible.String() != "2020-04-01" || !u.HeirCertain.IsZero() || u.Inherited {
		t.Errorf("%+v", u)
	}
}

func TestSpreadKeepsAnAbsorbedUser(t *testing.T) {
	st := ledger(t, allTrusts(), trust("a", "2013-04-01", ""), trust("b", "2013-04-01", "2019-04-01"), became("b", "a", innovation.Merge, "2019-04-01"))
	takeEvents(t, st, []innovation.Adoption{eventOn("b", innovation.Adopted, "2018-05-15")})
	if got := totalOn(t, st, "2020-12-31").InUse; got != (innovation.CountBounds{Low: 0, High: 1}) {
		t.Fatalf("in use %+v", got)
	}
	s := spreadOn(t, st, "2020-12-31", store.SpreadQuery{Period: "year", From: innovation.MustDate("2018-01-01")})
	if got := s.All.Periods[2]; got.Adopted != (store.CountRange{Certain: 0, Possible: 1}) {
		t.Errorf("2020: adopted, themselves or as what they came from: %+v, greatest share %v", got.Adopted, *got.ShareHigh)
	}
}

// Half of the eligible is certain only when it is whoever was eligible.
func TestMilestoneHalfOfThoseThatMayBeEligible(t *testing.T) {
	may := innovation.FromBound(innovation.NotEarlierThan(innovation.MustDate("2014-01-01")))
	could := func(id innovation.OrganisationID, p innovation.Period) innovation.Fact {
		return innovation.Eligibility{Innovation: "it", Organisation: id, Period: p}
	}
	st := ledger(t, could("t1", always), could("t2", always), could("t3", may), could("t4", may))
	takeEvents(t, st, []innovation.Adoption{eventOn("t3", innovation.Adopted, "2019-05-15"), eventOn("t4", innovation.Adopted, "2019-06-15")})
	if c := totalOn(t, st, "2021-12-31"); c.InUse.Low != 0 { // and the share is 0 to 0.5
		t.Fatalf("%+v", c)
	}
	if m := milestone(t, st, "2021-12-31", innovation.HalfOfEligible); m.Reached != innovation.Possibly || m.Possibly.String() != "2019-06-15" {
		t.Errorf("%+v", m)
	}
}

// An event of unknown day may have made a milestone in the area of any day.
func TestMilestoneOfAnUnknownDay(t *testing.T) {
	st := ledger(t)
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "unknown")})
	if m := milestone(t, st, "2021-12-31", innovation.PilotedInOneArea); m.Reached != innovation.Possibly {
		t.Errorf("t1 may use it since any day, and lies in i1 since 2013: %+v", m)
	}
}

func TestAdoptionByTheKindOfTheDay(t *testing.T) {
	kind := func(k string, p innovation.Period) innovation.Fact {
		return innovation.Existence{Organisation: "z", Aspect: innovation.Operational, Kind: k, Period: p}
	}
	st := ledger(t, kind("nhs-trust", innovation.Between(innovation.MustDate("2013-04-01"), innovation.MustDate("2018-04-01"))), kind("ccg", innovation.From(innovation.MustDate("2018-04-01"))), allTrusts())
	for day, want := range map[string]int64{"2015-01-01": 5, "2020-01-01": 4} {
		if got := totalOn(t, st, day).Eligible.Low; got != want {
			t.Errorf("%s: %d trusts could adopt, want %d", day, got, want)
		}
		c, err := st.AdoptionCounts(t.Context(), on(day), innovation.AdoptionCountQuery{Innovation: "it", By: innovation.ByKind})
		if err != nil || len(c.Groups) != 1 || c.Groups[0].Eligible.Low != want {
			t.Errorf("%s: by kind %+v, %v", day, c.Groups, err)
		}
	}
	// z could adopt as a trust, and left when it became a ccg.
	s := spreadOn(t, st, "2020-01-01", store.SpreadQuery{Period: "year", From: innovation.MustDate("2016-01-01"), By: innovation.ByKind, Units: true})
	if u := s.Units[4]; u.Organisation != "z" || u.Left.String() != "2018-04-01" || s.All.Periods[1].Eligible.Certain != 5 || s.All.Periods[2].Eligible.Certain != 4 {
		t.Errorf("%+v", s.Units)
	}
	if len(s.Groups) != 1 || s.Groups[0].Group != "nhs-trust" {
		t.Errorf("%+v", s.Groups)
	}
}

func TestSpreadEligibleOfThePeriods(t *testing.T) {
	quarter, _ := innovation.ParseBound("2020-Q1")
	could := func(p innovation.Period) innovation.Fact {
		return innovation.Eligibility{Innovation: "it", Kind: "nhs-trust", Period: p}
	}
	for name, facts := range map[string][]innovation.Fact{
		"from a quarter": {could(innovation.FromBound(quarter))},
		"with a gap":     {could(innovation.Between(innovation.MustDate("2019-01-01"), innovation.MustDate("2020-02-01"))), could(innovation.From(innovation.MustDate("2020-04-01")))},
	} {
		st := ledger(t, facts...)
		takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2020-06-10")})
		for _, p := range spreadOn(t, st, "2020-06-30", store.SpreadQuery{From: innovation.MustDate("2020-01-01")}).All.Periods {
			c := totalOn(t, st, p.End.AddDays(-1).String())
			if p.Eligible != (store.CountRange{Certain: c.Eligible.Low, Possible: c.Eligible.High}) {
				t.Errorf("%s, %s: %+v could adopt, %d at risk; counted %+v", name, p.Name, p.Eligible, p.Hazard.AtRisk, *c.Eligible)
			}
		}
		s := spreadOn(t, st, "2020-06-30", store.SpreadQuery{From: innovation.MustDate("2020-01-01")})
		if name == "from a quarter" && (s.All.Survival == nil || s.All.Survival.Subjects != 4) {
			t.Errorf("%s: %+v, %+v", name, s.All.Survival, s.All.Refused)
		}
		// Days 396 to 456 are the gap, of all four: a curve over it is refused.
		if name == "with a gap" && (s.All.Survival != nil || !slices.ContainsFunc(s.All.Refused, func(u store.Unanswered) bool {
			return u.Part == "survival" && strings.Contains(u.Detail, "between 396 and 456")
		})) {
			t.Errorf("%s: %+v, %+v", name, s.All.Survival, s.All.Refused)
		}
		if march, april := s.All.Periods[2].Hazard, s.All.Periods[3].Hazard; name == "with a gap" && (march.AtRisk != 0 || march.Reason == "" || april.AtRisk+april.Entered != 4) {
			t.Errorf("%s: %+v, then %+v", name, march, april)
		}
	}
}

// First use is the same day in a state, a milestone and the months.
func TestFirstUseHasOneAnswer(t *testing.T) {
	st := ledger(t, allTrusts())
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2020"), eventOn("t1", "", "2020-06-15")})
	s, err := st.AdoptionState(t.Context(), on("2022-12-31"), "it", "t1", "")
	if err != nil {
		t.Fatal(err)
	}
	const want = "2020-12-31" // as AdoptionMonths and Spread have it: the stop may be of another time
	if m := milestone(t, st, "2022-12-31", innovation.FirstAdopted); m.Certainly.String() != want {
		t.Errorf("milestone: %s", m.Certainly)
	}
	if s.FirstCertain.String() != want {
		t.Errorf("state: %s", s.FirstCertain)
	}
}

// A stop does not undo a first use, in half of the eligible neither.
func TestMilestoneHalfKeepsWhoStopped(t *testing.T) {
	st := ledger(t, innovation.Eligibility{Innovation: "it", Organisation: "t1", Period: always})
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2020-01-01..2020-12-30"), eventOn("t1", "", "2020-01-02..2020-12-31")})
	first, half := milestone(t, st, "2022-12-31", innovation.FirstAdopted), milestone(t, st, "2022-12-31", innovation.HalfOfEligible)
	if first.Certainly.IsZero() || half.Certainly != first.Certainly {
		t.Errorf("the one that is eligible first used it by %s, and half did by %q", first.Certainly, half.Certainly)
	}
}

// A vague confirmation does not unsay a certain one.
func TestQuietStopsHearVagueConfirmations(t *testing.T) {
	confirmed := func(a *innovation.Adoption) { a.Step = innovation.Confirmed }
	st := ledger(t, allTrusts())
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-01-01"), eventOn("t1", innovation.Adopted, "2020-05-01", confirmed),
		eventOn("t1", innovation.Adopted, "2019-02-01..2020-12-31", confirmed, byGrade(innovation.SelfReported))})
	q, err := st.QuietStops(t.Context(), on("2020-10-01"), innovation.QuietStopsQuery{Innovation: "it", Months: 6})
	if err != nil {
		t.Fatal(err)
	}
	if len(q.Quiet) != 0 {
		t.Errorf("it was confirmed five months ago: %+v", q.Quiet[0])
	}
}

func TestUptakeDenominatorsOfTheYearOfAMerger(t *testing.T) {
	st := ledger(t, trust("a", "2013-04-01", "2020-07-01"), trust("b", "2013-04-01", "2020-07-01"), trust("c", "2020-07-01", ""),
		became("a", "c", innovation.Merge, "2020-07-01"), became("b", "c", innovation.Merge, "2020-07-01"))
	used := func(id innovation.OrganisationID, n, per int64) innovation.Fact {
		return innovation.Uptake{Innovation: "it", Organisation: id, Measure: "items", Count: innovation.ExactQuantity(n), Per: innovation.ExactQuantity(per), Unit: "items",
			Period: innovation.Between(innovation.MustDate("2020-01-01"), innovation.MustDate("2021-01-01"))}
	}
	// 60 items in the year for the same 200 patients, of a and b to June and of c from July; t1 the same.
	recordAll(t, st, used("a", 10, 100), used("b", 20, 100), used("c", 30, 200), used("t1", 60, 200))
	s, err := st.UptakeStanding(t.Context(), on("2022-01-01"), store.StandingQuery{UptakeQuery: store.UptakeQuery{Innovation: "it", Direction: "higher",
		Footprint: innovation.Footprint{Mode: innovation.FootprintDay, Day: innovation.MustDate("2021-01-01")}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Rows {
		if r.Organisation == "c" && r.Value != 0.3 {
			t.Errorf("%v of %v: 200 patients count twice", r.Count, *r.Per)
		}
	}
	// Patients would be 200, and items of half a year each 400: the register does not know which.
	if !slices.ContainsFunc(s.Without, func(w store.UptakeWithout) bool {
		return w.Organisation == "c" && strings.Contains(w.Reason, "whether their denominators count the same twice is not known")
	}) {
		t.Errorf("%+v", s.Without)
	}
}

func TestUptakeDenominatorsOfOtherYears(t *testing.T) {
	st := ledger(t, trust("a", "2013-04-01", "2021-01-01"), trust("b", "2013-04-01", "2021-01-01"), trust("c", "2021-01-01", ""),
		became("a", "c", innovation.Merge, "2021-01-01"), became("b", "c", innovation.Merge, "2021-01-01"))
	for id, n := range map[innovation.OrganisationID]int64{"a": 10, "b": 20} {
		recordAll(t, st, innovation.Uptake{Innovation: "it", Organisation: id, Measure: "items", Count: innovation.ExactQuantity(n), Per: innovation.ExactQuantity(50), Unit: "items",
			Period: innovation.Between(innovation.MustDate("2020-01-01"), innovation.MustDate("2021-01-01"))})
	}
	s, err := st.UptakeStanding(t.Context(), on("2022-01-01"), store.StandingQuery{UptakeQuery: store.UptakeQuery{Innovation: "it", Kind: "nhs-trust",
		Footprint: innovation.Footprint{Mode: innovation.FootprintDay, Day: innovation.MustDate("2021-06-01")}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rows) != 1 || s.Rows[0].Organisation != "c" || s.Rows[0].Value != 0.3 {
		t.Errorf("%+v, without %+v", s.Rows, s.Without)
	}
}

// A peer that is only possibly one counts for nothing.
func TestWhoNextPossiblePeers(t *testing.T) {
	st := ledger(t, allTrusts(), trust("u1", "2013-04-01", ""), innovation.Relation{Organisation: "n2", Type: innovation.Serves, Target: "u1", Period: always})
	takeEvents(t, st, []innovation.Adoption{eventOn("t3", innovation.Adopted, "2019-05-01")}) // n2 serves its board in part
	w, err := st.WhoNext(t.Context(), on("2021-01-01"), innovation.WhoNextQuery{Innovation: "it"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range w.Rows {
		if r.Organisation == "u1" && r.Reasons[0].Value != 0 {
			t.Errorf("t3 is only possibly of its network: %+v", r.Reasons[0])
		}
	}
}

func TestSpreadTakesARenamedBodyForOne(t *testing.T) {
	st := ledger(t, trust("a", "2013-04-01", "2020-04-01"), trust("c", "2020-04-01", ""), allTrusts(), became("a", "c", innovation.Rename, "2020-04-01"))
	takeEvents(t, st, []innovation.Adoption{eventOn("c", innovation.Adopted, "2020-05-15")})
	s := spreadOn(t, st, "2021-12-31", store.SpreadQuery{Period: "year"})
	if s.All.Survival.Subjects != 5 {
		t.Errorf("five bodies in law are %d subjects, and the renamed one took %v days", s.All.Survival.Subjects, s.All.Survival.Steps[0].Days)
	}
	for _, p := range s.All.Periods {
		if p.Name == "2020" && (p.Eligible != store.CountRange{Certain: 5, Possible: 5} || p.New != store.CountRange{Certain: 1, Possible: 1} || p.Hazard.Entered != 0) {
			t.Errorf("%+v %+v", p, p.Hazard)
		}
	}
}

// A body that was renamed twice, and has used it under its first name, has
// adopted it once; who took in another with its new name is left as two.
func TestSpreadOfRenames(t *testing.T) {
	st := ledger(t, allTrusts(), trust("a", "2013-04-01", "2019-04-01"), trust("b", "2019-04-01", "2020-04-01"), trust("c", "2020-04-01", ""),
		became("a", "b", innovation.Rename, "2019-04-01"), became("b", "c", innovation.Rename, "2020-04-01"),
		trust("d", "2013-04-01", "2020-04-01"), trust("e", "2013-04-01", "2020-04-01"), trust("f", "2020-04-01", ""),
		became("d", "f", innovation.Rename, "2020-04-01"), became("e", "f", innovation.Merge, "2020-04-01"))
	takeEvents(t, st, []innovation.Adoption{eventOn("a", innovation.Adopted, "2018-05-15"), eventOn("c", innovation.Adopted, "2020-05-15")})
	s := spreadOn(t, st, "2021-12-31", store.SpreadQuery{Period: "year", From: innovation.MustDate("2018-01-01"), Units: true})
	var ids []string
	for _, u := range s.Units {
		ids = append(ids, string(u.Organisation))
	}
	if got := strings.Join(ids, " "); got != "c d e f t1 t2 t3 t4" {
		t.Error(got)
	}
	if u := s.Units[0]; u.Certain.String() != "2018-05-15" || u.Entered.After(innovation.MustDate("2018-01-01")) || !u.Left.IsZero() || u.Inherited {
		t.Errorf("%+v", u)
	}
	if s.All.Adopters != (store.CountRange{Certain: 1, Possible: 1}) {
		t.Errorf("%+v", s.All.Adopters)
	}
}

// A stop known by its year came before what only a stop lets follow.
func TestStopsBeforeARestart(t *testing.T) {
	st := ledger(t, allTrusts())
	// Piloting on 1 November 2020 by the same witness is only possible after the stop of 2020.
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-15"), eventOn("t1", "", "2020"), eventOn("t1", innovation.Piloting, "2020-11-01")})
	s, err := st.Stops(t.Context(), on("2024-01-01"), innovation.StopsQuery{Innovation: "it"})
	if err != nil {
		t.Fatal(err)
	}
	if s.High != 1 || s.Restarted != 1 {
		t.Errorf("%d to %d stops, %d restarted: %+v", s.Low, s.High, s.Restarted, s.Stops)
	}
}

// Adopters of one day are taken together.
func TestCostOfLastAdoptersOfOneDay(t *testing.T) {
	d := innovation.MustDate("2020-04-01")
	var f innovation.CostFile
	for i := range 4 {
		f.Firsts = append(f.Firsts, innovation.FirstUse{Organisation: innovation.OrganisationID(fmt.Sprint("o", i)), Certainly: d, Possibly: d})
	}
	out, err := innovation.CostPerAdopterOf(innovation.MustDate("2021-01-01"), innovation.CostPerAdopterQuery{Innovation: "it", Count: 2}.Normal(), f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range out[:2] {
		if !c.Through.IsZero() && c.AdoptersHigh < 2 {
			t.Errorf("the %s 2 of 4 adopters of one day are %d to %d", c.Which, c.AdoptersLow, c.AdoptersHigh)
		}
	}
}

// One of four cannot adopt for a while: it is one subject of two stretches.
func TestSpreadOfOneWithAGap(t *testing.T) {
	st := ledger(t, allTrusts(), innovation.Eligibility{Innovation: "it", Organisation: "t2", Period: innovation.Between(innovation.MustDate("2020-02-01"), innovation.MustDate("2020-04-01")), Excluded: true, Reason: "closed"})
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2020-02-10"), eventOn("t2", innovation.Adopted, "2020-05-10")})
	s := spreadOn(t, st, "2020-06-30", store.SpreadQuery{From: innovation.MustDate("2020-01-01")})
	if s.All.Survival == nil || s.All.Survival.Subjects != 4 || s.All.Survival.Adopters != 2 {
		t.Fatalf("%+v, %+v", s.All.Survival, s.All.Refused)
	}
	for i, want := range []int64{4, 3, 2, 2, 3, 2} { // at risk as each month begins: not t2 in February and March, nor t1 from March on
		if got := s.All.Periods[i].Hazard.AtRisk; i != 3 && got != want {
			t.Errorf("%s: %d at risk, want %d", s.All.Periods[i].Name, got, want)
		}
	}
	if april := s.All.Periods[3].Hazard; april.AtRisk+april.Entered != 3 {
		t.Errorf("%+v", april)
	}
	if !slices.ContainsFunc(s.Notes, func(n string) bool { return strings.HasPrefix(n, "1 could not adopt for a while in between") }) {
		t.Errorf("%q", s.Notes)
	}
}

// A curve that has passed a share which the organisations have not is no result.
func TestSpreadArrivalIsPastOnlyWhenReached(t *testing.T) {
	st, n := many(t, 60, 1, 2, 4, 8, 12, 6, 3, 1, 0, 0)
	passed := 0
	for _, model := range []string{"logistic", "gompertz", "bass"} {
		for _, over := range []float64{-1, 0, 0.05, 0.2, 0.5, 1} {
			q := store.FitQuery{Model: model, SpreadQuery: store.SpreadQuery{Innovation: "it", From: innovation.MustDate("2019-01-01"), Reach: int64((float64(n) + over) / 64 * 1e6)}}
			f, err := st.SpreadFit(t.Context(), on("2019-10-31"), q)
			if err != nil {
				t.Fatal(err)
			}
			if a := f.Arrival; a == nil || (a.Status == "past") != (over <= 0) || a.Status != "past" && !a.Day.IsZero() && !a.Day.After(innovation.MustDate("2019-10-31")) {
				t.Errorf("%s: %d have adopted, and of %+.2f more: %+v", model, n, over, a)
			}
			if slices.ContainsFunc(f.Notes, func(s string) bool { return strings.HasPrefix(s, "the curve passed the share asked about on ") }) {
				passed++
			}
		}
	}
	if passed == 0 {
		t.Error("no curve passed a share that is not reached")
	}
}
