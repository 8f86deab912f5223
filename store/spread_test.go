package store_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
	"github.com/innovationregistry/registry/innovation/spread/plot"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// libreMonths reads the first month of every clinical commissioning group with
// an item of FreeStyle Libre, which package spread is tested with too.
func libreMonths(t testing.TB) (ccgs []innovation.OrganisationID, months []innovation.Date) {
	t.Helper()
	f, err := os.Open("../innovation/spread/testdata/libre_first_month.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if d, err := innovation.ParseDate(row[1] + "-01"); err == nil {
			ccgs, months = append(ccgs, innovation.OrganisationID("ccg-"+strings.ToLower(row[0]))), append(months, d)
		}
	}
	if len(ccgs) != 191 {
		t.Fatalf("%d commissioning groups", len(ccgs))
	}
	return ccgs, months
}

// libre records FreeStyle Libre, who could adopt it, and the month in which each
// group first did: on the codes of April 2019, as the source restates them.
func libre(t testing.TB) *store.Store {
	t.Helper()
	st := storetest.New(t, &store.Options{Clock: new(storetest.Clock).Now, Random: storetest.Random(1)})
	ccgs, months := libreMonths(t)
	april13, april18 := innovation.MustDate("2013-04-01"), innovation.MustDate("2018-04-01")
	_, err := st.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "FreeStyle Libre in England"}, func(ctx context.Context, tx *store.Tx) error {
		facts := []innovation.Fact{
			innovation.Innovation{Innovation: "libre", Name: "FreeStyle Libre", Period: innovation.From(innovation.MustDate("2017-11-01"))},
			innovation.Eligibility{Innovation: "libre", Kind: "ccg", Reason: "it is on the tariff", Period: innovation.From(innovation.MustDate("2017-11-01"))},
		}
		for i, id := range ccgs {
			from := april13
			if i < 8 { // as eight of the groups did
				from = april18
			}
			facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "ccg", Period: innovation.From(from)})
		}
		for _, f := range facts {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		tally, err := tx.RecordAdoptions(ctx, func(yield func(innovation.Adoption, error) bool) {
			for i, id := range ccgs {
				if !yield(innovation.Adoption{Innovation: "libre", Organisation: id, Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Observed,
					Restated: true, Day: innovation.Day{Bound: innovation.InMonth(months[i].Year(), months[i].Month())}}, nil) {
					return
				}
			}
		})
		if err == nil && tally.Added != 191 {
			err = fmt.Errorf("%+v", tally)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// published are the numbers of groups by first month, from November 2017 to
// April 2019, as the README of the data has them.
var published = []int64{91, 37, 20, 13, 11, 6, 3, 2, 3, 1, 0, 2, 0, 0, 0, 0, 0, 2}

func onApril2019() store.SpreadQuery {
	return store.SpreadQuery{Innovation: "libre", To: innovation.MustDate("2019-04-30"),
		Footprint: innovation.Footprint{Mode: innovation.FootprintDay, Day: innovation.MustDate("2019-04-01")}}
}

func TestSpreadOfLibre(t *testing.T) {
	t.Parallel()
	st := libre(t)
	q := onApril2019()
	q.Units = true
	got, err := st.Spread(t.Context(), on("2024-01-01"), q)
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "FreeStyle Libre" || !got.EligibleKnown || got.Footprint != "organisations of 2019-04-01" || got.FirstDay.String() != "2017-11-01" ||
		got.Recipe.Act != 1 || got.Asked.From.String() != "2017-11-01" || len(got.LeftOut) != 0 || len(got.All.Refused) != 0 {
		t.Errorf("about: %+v", got.Asked)
	}
	var news []int64
	left, total := int64(191), int64(0)
	for i, p := range got.All.Periods {
		news = append(news, p.New.Certain)
		total += p.New.Certain
		if p.Cumulative != (store.CountRange{Certain: total, Possible: total}) || p.Eligible != (store.CountRange{Certain: 191, Possible: 191}) ||
			*p.ShareLow != float64(total)/191 || *p.ShareHigh != *p.ShareLow || p.Part {
			t.Errorf("%s: %+v", p.Name, p)
		}
		h := p.Hazard
		if h.AtRisk != left || h.Adopted != p.New.Certain {
			t.Errorf("%s: %+v, want %d at risk", p.Name, h, left)
		}
		if want := float64(p.New.Certain) / float64(left); math.Abs(*h.Hazard-want) > 1e-12 {
			t.Errorf("%s: hazard %v, want %v", p.Name, *h.Hazard, want)
		}
		left -= published[i]
	}
	if diff := cmp.Diff(published, news); diff != "" {
		t.Errorf("first adopters by month (-published +got)\n%s", diff)
	}

	// The same as the library says of the same subjects, in days.
	_, months := libreMonths(t)
	first := innovation.MustDate("2017-11-01")
	subjects := make([]spread.Subject, len(months))
	var days []int
	for i, m := range months {
		subjects[i] = spread.Subject{Exit: float64(m.AddMonths(1).Sub(first)), Adopted: true}
		days = append(days, m.AddMonths(1).Sub(first))
	}
	want, err := spread.KaplanMeier(subjects, nil)
	if err != nil {
		t.Fatal(err)
	}
	km := got.All.Survival
	if km.Subjects != 191 || km.Adopters != 191 || len(km.Steps) != len(want.Steps) || *km.Median.Days != want.Median.Time || *km.Median.Days != 61 ||
		*km.Median.Low != want.Median.Lower || *km.Median.High != want.Median.Upper || !reflect.DeepEqual(km.Median, *got.All.Reach) {
		t.Errorf("median %+v, want %+v", km.Median, want.Median)
	}
	for i, s := range want.Steps {
		if g := km.Steps[i]; g.Days != s.Time || g.Share != s.Share || g.StdErr != s.StdErr || int(g.AtRisk) != s.AtRisk {
			t.Errorf("step %d: %+v, want %+v", i, g, s)
		}
	}
	categories, _, err := spread.AdopterCategories(days, nil)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[spread.AdopterCategory]int64{}
	for _, c := range categories {
		counts[c]++
	}
	for _, c := range got.All.Categories {
		if counts[c.Category] != c.Adopters {
			t.Errorf("%s: %d, want %d", c.Category, c.Adopters, counts[c.Category])
		}
	}
	if len(got.Units) != 191 || got.Units[0].Category == "" || got.Units[0].Entered != first || len(got.All.Evidence) != 1 || got.All.Evidence[0] != (store.EvidenceCount{Grade: innovation.Observed, Adopters: 191}) {
		t.Errorf("units: %+v, evidence %+v", got.Units[0], got.All.Evidence)
	}

	// As looked at in the middle of the second month: 91 certainly, all who may
	// have by then possibly, and those who have not are censored.
	q = onApril2019()
	q.To = innovation.MustDate("2017-12-15")
	early, err := st.Spread(t.Context(), on("2017-12-15"), q)
	if err != nil {
		t.Fatal(err)
	}
	p := early.All.Periods[1]
	if p.New != (store.CountRange{Certain: 0, Possible: 37}) || p.Cumulative != (store.CountRange{Certain: 91, Possible: 128}) || !p.Part ||
		*p.ShareLow != 91.0/191 || *p.ShareHigh != 128.0/191 || p.Hazard.Censored != 100 {
		t.Errorf("by 15 December: %+v %+v", p, p.Hazard)
	}
	if early.All.Survival.Median.Days != nil || early.All.Survival.Median.Reason == "" {
		t.Errorf("a median before half had adopted: %+v", early.All.Survival.Median)
	}
	// Better evidence than there is.
	q = onApril2019()
	q.Grade = innovation.Audited
	none, err := st.Spread(t.Context(), on("2024-01-01"), q)
	if err != nil {
		t.Fatal(err)
	}
	if none.All.Adopters != (store.CountRange{}) || none.All.Survival.Adopters != 0 || none.All.Survival.Median.Days != nil {
		t.Errorf("audited: %+v", none.All.Adopters)
	}
	if len(none.All.Refused) != 1 || none.All.Refused[0].Part != "categories" || none.All.Refused[0].Rule != innovation.RuleSeriesThin {
		t.Errorf("refused: %+v", none.All.Refused)
	}
}

// On the footprint of then, eight groups that opened in April 2018 are not at
// risk before, and those that have items of an earlier day never are.
func TestSpreadOfThen(t *testing.T) {
	t.Parallel()
	st := libre(t)
	q := store.SpreadQuery{Innovation: "libre", To: innovation.MustDate("2019-04-30")}
	got, err := st.Spread(t.Context(), on("2024-01-01"), q)
	if err != nil {
		t.Fatal(err)
	}
	_, months := libreMonths(t)
	early := 0
	for _, m := range months[:8] {
		if m.Before(innovation.MustDate("2018-04-01")) {
			early++
		}
	}
	if p := got.All.Periods[0]; p.Eligible.Certain != 183 || p.Hazard.AtRisk != 183 || p.Cumulative.Certain != 91 {
		t.Errorf("November 2017: %+v %+v", p, p.Hazard)
	}
	if len(got.LeftOut) != early || got.All.Survival.Subjects != int64(191-early) || got.All.Adopters.Certain != 191 {
		t.Errorf("%d left out of %d, want %d", len(got.LeftOut), got.All.Survival.Subjects, early)
	}
}

func TestSpreadFitOfLibre(t *testing.T) {
	t.Parallel()
	st := libre(t)
	counts := make([]float64, len(published))
	shares := make([]float64, len(published))
	total := 0.0
	for i, n := range published {
		counts[i] = float64(n)
		total += counts[i]
		shares[i] = total / 191
	}
	fit := func(change func(*store.FitQuery)) store.SpreadFit {
		t.Helper()
		q := store.FitQuery{SpreadQuery: onApril2019()}
		change(&q)
		out, err := st.SpreadFit(t.Context(), on("2024-01-01"), q)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	same := func(out store.SpreadFit, want spread.Fit) {
		t.Helper()
		if len(out.Models) == 0 {
			t.Fatalf("no fit: %+v", out.Refused)
		}
		for i, p := range out.Models[0].Parameters {
			if w := want.Parameters[i]; p.Name != w.Name || p.Value != w.Value || !p.Given && *p.Error != w.StandardError {
				t.Errorf("%+v, want %+v", p, w)
			}
		}
	}
	// From the first month on ever fewer adopted: there is no imitation to see, and
	// the fit by increments is refused with its rule.
	out := fit(func(q *store.FitQuery) { q.Method = store.MethodIncrements })
	if _, err := spread.BassByIncrements(counts, nil); err == nil {
		same(out, spread.Fit{})
	} else if want := innovation.Violations(err)[0]; len(out.Models) != 0 || len(out.Refused) != 1 || out.Refused[0].Rule != want.Rule || out.Refused[0].Detail != want.Detail {
		t.Errorf("refused: %+v, want %v", out.Refused, err)
	}
	// The curves of the share, compared.
	out = fit(func(q *store.FitQuery) { q.Model, q.BackTest, q.Horizon = store.FitCompare, 4, 6 })
	var fits []spread.Fit
	o := &spread.FitOptions{Ceiling: 1}
	if b, err := spread.BassByShare(shares, o); err == nil {
		fits = append(fits, b.Fit)
	}
	if l, err := spread.LogisticByCumulative(shares, o); err == nil {
		fits = append(fits, l.Fit)
	}
	if g, err := spread.GompertzByCumulative(shares, o); err == nil {
		fits = append(fits, g.Fit)
	}
	all, err := spread.Compare(fits...)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range all {
		if g := out.Comparison[i]; g.Model != c.Model || g.AICc != c.AICc || g.Weight != c.Weight {
			t.Errorf("%d: %+v, want %+v", i, g, c)
		}
	}
	best := fits[all[0].Index]
	same(out, best)
	f, err := spread.ForecastFrom(best, 6, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Forecast.Points) != 6 || out.Forecast.Type != innovation.ForecastFigure {
		t.Fatalf("forecast %+v", out.Forecast)
	}
	for i, p := range out.Forecast.Points {
		if math.Abs(p.Cumulative-max(191, 191*f.Points[i].Mean)) > 1e-9 || p.Name != innovation.MustDate("2019-05-01").AddMonths(i).String()[:7] {
			t.Errorf("%+v, want %v, and all 191 have adopted", p, 191*f.Points[i].Mean)
		}
	}
	if a := out.Arrival; a == nil || a.Status != spread.ArrivalPast || a.Of != "eligible" || a.Target != 95.5 || a.Day.Before(innovation.MustDate("2017-11-01")) || a.Day.After(innovation.MustDate("2018-01-31")) {
		t.Errorf("half by %+v", a)
	}
	if out.BackTest == nil || out.BackTest.Train != 14 || out.BackTest.Test != 4 {
		t.Errorf("back-test %+v %+v", out.BackTest, out.Refused)
	}
	// In the first months nothing can be fitted, and the answer says so.
	out = fit(func(q *store.FitQuery) { q.To, q.Model = innovation.MustDate("2018-01-31"), store.FitLogistic })
	if len(out.Models) != 0 || len(out.Refused) != 1 || out.Refused[0].Rule != innovation.RuleSeriesThin || out.Forecast != nil {
		t.Errorf("thin: %+v", out)
	}
}

// mergers: a and b use it and become ab; c does not and becomes cd with d, which
// does; e is split into f and g; h comes new.
func mergers(t *testing.T) *store.Store {
	t.Helper()
	st := storetest.New(t, &store.Options{Clock: new(storetest.Clock).Now, Random: storetest.Random(1)})
	recordAll(t, st, mergerFacts()...)
	return st
}

func mergerFacts() []innovation.Fact {
	day := innovation.MustDate
	facts := []innovation.Fact{
		innovation.Innovation{Innovation: "thing", Name: "Thing", Period: innovation.From(day("2020-01-01"))},
		innovation.Eligibility{Innovation: "thing", Kind: "ccg", Period: innovation.From(day("2019-01-01"))},
	}
	body := func(id innovation.OrganisationID, from, to string) {
		p := innovation.From(day(from))
		if to != "" {
			p = innovation.Between(day(from), day(to))
		}
		facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "ccg", Period: p})
	}
	for _, id := range []innovation.OrganisationID{"a", "b", "c", "d", "e"} {
		body(id, "2013-04-01", "2021-04-01")
	}
	for _, id := range []innovation.OrganisationID{"ab", "cd", "f", "g", "h"} {
		body(id, "2021-04-01", "")
	}
	become := func(before, after innovation.OrganisationID, how string) {
		facts = append(facts, innovation.Succession{Predecessor: before, Successor: after, Type: how, Day: innovation.OnDay(day("2021-04-01"))})
	}
	become("a", "ab", innovation.Merge)
	become("b", "ab", innovation.Merge)
	become("c", "cd", innovation.Merge)
	become("d", "cd", innovation.Merge)
	become("e", "f", innovation.Split)
	become("e", "g", innovation.Split)
	facts = append(facts, innovation.Existence{Organisation: "region", Aspect: innovation.Operational, Kind: "network", Period: innovation.From(day("2013-04-01"))})
	for id, on := range map[innovation.OrganisationID]string{"a": "2020-02-10", "b": "2020-05-10", "d": "2020-03-10", "e": "2020-06-10", "h": "2021-07-10"} {
		facts = append(facts, innovation.Adoption{Innovation: "thing", Organisation: id, Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Ordered, Day: innovation.OnDay(day(on))})
	}
	return facts
}

// TestSpreadOnEngines asks the questions of both engines.
func TestSpreadOnEngines(t *testing.T) { onEngines(t, spreadOnEngines) }

func spreadOnEngines(t *testing.T, st *store.Store) {
	recordAll(t, st, append(mergerFacts(), measure("a", "2020-04", 10, "10.5"), measure("b", "2020-04", 30, "10"), measure("a", "2020-05", 20, "10.5"), measure("b", "2020-05", 35, "10"),
		innovation.Relation{Organisation: "region", Type: innovation.Serves, Target: "a", Period: innovation.From(innovation.MustDate("2013-04-01"))})...)
	v := on("2020-12-31").AsKnown(innovation.MustDate("2099-01-01").Time(time.UTC))
	s, err := st.Spread(t.Context(), v, store.SpreadQuery{Innovation: "thing", By: innovation.ByNetwork})
	if err != nil || s.All.Adopters.Certain != 4 || len(s.Groups) != 1 || s.Groups[0].Adopters.Possible != 1 || s.Ungrouped != 4 {
		t.Errorf("%+v, %d groups, %v", s.All.Adopters, len(s.Groups), err)
	}
	if fit, err := st.SpreadFit(t.Context(), v, store.FitQuery{SpreadQuery: store.SpreadQuery{Innovation: "thing"}}); err != nil || len(fit.Models)+len(fit.Refused) == 0 {
		t.Error(fit, err)
	}
	q := store.UptakeQuery{Innovation: "thing", Network: "region"}
	if u, err := st.UptakeStanding(t.Context(), v, store.StandingQuery{UptakeQuery: q}); err != nil || len(u.Rows) != 1 || u.Rows[0].Organisation != "a" || u.Rows[0].Value != 20/10.5 {
		t.Error(u.Rows, err)
	}
	q.Network = ""
	if u, err := st.UptakeSeries(t.Context(), v, store.SeriesQuery{UptakeQuery: q, Organisation: "b"}); err != nil || len(u.Points) != 2 || *u.Points[1].Value != 3.5 {
		t.Error(u.Points, err)
	}
	if u, err := st.UptakeFunnel(t.Context(), v, store.FunnelQuery{UptakeQuery: q}); err != nil || len(u.Rows) != 2 {
		t.Error(u.Rows, err)
	}
	if u, err := st.UptakeMovers(t.Context(), v, store.MoversQuery{UptakeQuery: q}); err != nil || len(u.Rows) != 2 || u.Rows[0].Organisation != "a" {
		t.Error(u.Rows, err)
	}
	// What was published by a day: the measurements cite nothing.
	v.PublishedBy = innovation.MustDate("2020-12-31")
	if _, err := st.UptakeStanding(t.Context(), v, store.StandingQuery{UptakeQuery: q}); innovation.Violations(err) == nil {
		t.Error("measurements without a source were published")
	}
}

func TestSpreadOnFootprints(t *testing.T) {
	t.Parallel()
	st := mergers(t)
	type row struct {
		name          string
		new, adopted  store.CountRange
		eligible      int64
		atRisk, comes int64
	}
	year := func(f innovation.Footprint) (rows []row, out store.Spread) {
		t.Helper()
		out, err := st.Spread(t.Context(), on("2021-12-31"), store.SpreadQuery{Innovation: "thing", Period: store.PeriodYear, Footprint: f, Units: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range out.All.Periods {
			rows = append(rows, row{p.Name, p.New, p.Adopted, p.Eligible.Possible, p.Hazard.AtRisk, p.Hazard.Entered})
		}
		return rows, out
	}
	n := func(certain, possible int64) store.CountRange {
		return store.CountRange{Certain: certain, Possible: possible}
	}
	// Of then: four adopt in 2020. In 2021 ab comes into being as an adopter; cd,
	// f and g may be, which is no adoption of theirs; h adopts.
	rows, out := year(innovation.Footprint{})
	if diff := cmp.Diff([]row{{"2020", n(4, 4), n(4, 4), 5, 5, 0}, {"2021", n(1, 1), n(2, 5), 5, 1, 4}}, rows, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("then (-want +got)\n%s", diff)
	}
	for _, u := range out.Units {
		if (u.Organisation == "ab") != u.Inherited {
			t.Errorf("%+v", u)
		}
	}
	// Of the merged bodies, all the time: ab when both had, cd possibly when one.
	held := innovation.Footprint{Mode: innovation.FootprintDay, Day: innovation.MustDate("2021-06-01")}
	rows, out = year(held)
	if diff := cmp.Diff([]row{{"2020", n(1, 4), n(1, 4), 5, 5, 0}, {"2021", n(1, 1), n(2, 5), 5, 4, 0}}, rows, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("of 2021 (-want +got)\n%s", diff)
	}
	if u := out.Units[0]; u.Organisation != "ab" || u.Certain.String() != "2020-05-10" || u.Possible.String() != "2020-02-10" {
		t.Errorf("ab: %+v", u)
	}
	// Of 2020, held constant: h is not among them.
	rows, out = year(innovation.Footprint{Mode: innovation.FootprintHeld, Day: innovation.MustDate("2020-06-01")})
	if diff := cmp.Diff([]row{{"2020", n(4, 4), n(4, 4), 5, 5, 0}, {"2021", n(0, 0), n(4, 4), 5, 1, 0}}, rows, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("of 2020 (-want +got)\n%s", diff)
	}
	if len(out.LeftOut) != 1 || out.LeftOut[0].Organisation != "h" {
		t.Errorf("left out: %+v", out.LeftOut)
	}
	// By kind, the group is the whole.
	grouped, err := st.Spread(t.Context(), on("2021-12-31"), store.SpreadQuery{Innovation: "thing", Period: store.PeriodYear, Footprint: held, By: innovation.ByKind})
	if err != nil {
		t.Fatal(err)
	}
	if len(grouped.Groups) != 1 || grouped.Groups[0].Group != "ccg" || grouped.Groups[0].Adopters != grouped.All.Adopters || grouped.Ungrouped != 0 {
		t.Errorf("by kind: %+v", grouped.Groups)
	}
	byNetwork, err := st.Spread(t.Context(), on("2021-12-31"), store.SpreadQuery{Innovation: "thing", Footprint: held, By: innovation.ByNetwork})
	if err != nil || byNetwork.Ungrouped != 5 || len(byNetwork.Groups) != 0 {
		t.Errorf("by network: %d without one, %v", byNetwork.Ungrouped, err)
	}
}

// Without an eligible set there are counts and no shares.
func TestSpreadWithoutEligible(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	facts := []innovation.Fact{innovation.Innovation{Innovation: "thing", Name: "Thing", Period: innovation.FromBound(innovation.UnknownBound())}}
	for i, id := range []innovation.OrganisationID{"a", "b", "c"} {
		facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2013-04-01"))},
			innovation.Adoption{Innovation: "thing", Organisation: id, Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Ordered, Day: innovation.OnDay(innovation.MustDate("2020-02-10").AddMonths(i))})
	}
	recordAll(t, st, facts...)
	got, err := st.Spread(t.Context(), on("2020-04-30"), store.SpreadQuery{Innovation: "thing"})
	if err != nil {
		t.Fatal(err)
	}
	if got.EligibleKnown || got.All.Survival != nil || got.All.Adopters != (store.CountRange{Certain: 3, Possible: 3}) || got.All.Eligible != (store.CountRange{}) || len(got.All.Periods) != 3 || got.All.Periods[0].ShareLow != nil || got.All.Periods[0].Hazard != nil {
		t.Errorf("%+v", got.All)
	}
	if r := got.All.Refused; len(r) == 0 || r[0].Rule != innovation.RuleEligibleUnknown || r[0].Try == "" {
		t.Errorf("refused: %+v", r)
	}
	if _, err := got.Chart(store.ChartSurvival); innovation.Violations(err)[0].Rule != innovation.RuleEligibleUnknown {
		t.Errorf("drawn, or %v", err)
	}
	if _, err := got.Chart(""); err != nil {
		t.Error(err)
	}
	for _, q := range []store.SpreadQuery{
		{}, {Innovation: "thing", Grade: "x"}, {Innovation: "thing", Period: "week"}, {Innovation: "thing", Phase: 1}, {Innovation: "thing", By: "No"}, {Innovation: "thing", Reach: 1_000_000},
		{Innovation: "thing", To: innovation.MustDate("2020-05-01")}, {Innovation: "thing", From: innovation.MustDate("2020-05-01")},
		{Innovation: "thing", Footprint: innovation.Footprint{Mode: innovation.FootprintDay}}, {Innovation: "thing", From: innovation.MustDate("0100-05-01")},
	} {
		if _, err := st.Spread(t.Context(), on("2020-04-30"), q); innovation.Violations(err) == nil {
			t.Errorf("%+v was answered: %v", q, err)
		}
	}
}

// Who could adopt may depend on where a body lies and which role it has, for as
// long as that lasts; who is excluded could not.
func TestSpreadOfThoseWithin(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	day := innovation.MustDate
	from := innovation.From(day("2019-01-01"))
	facts := []innovation.Fact{innovation.Innovation{Innovation: "thing", Name: "Thing", Period: innovation.From(day("2020-01-01"))},
		innovation.Existence{Organisation: "r", Aspect: innovation.Operational, Kind: "nhs-region", Period: from},
		innovation.Existence{Organisation: "n", Aspect: innovation.Operational, Kind: "network", Period: from},
		innovation.Role{Organisation: "n", Role: innovation.RoleNetwork, Period: innovation.Between(day("2020-03-01"), day("2020-05-01"))},
		innovation.Eligibility{Innovation: "thing", Kind: "nhs-trust", Within: "r", Period: from},
		innovation.Eligibility{Innovation: "thing", Role: innovation.RoleNetwork, Period: from}}
	for _, id := range []innovation.OrganisationID{"x", "y", "z"} {
		facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: from})
	}
	facts = append(facts, innovation.Relation{Organisation: "x", Type: innovation.PartOf, Target: "r", Period: innovation.Between(day("2020-02-01"), day("2020-07-01"))},
		innovation.Relation{Organisation: "z", Type: innovation.PartOf, Target: "r", Period: from},
		innovation.Eligibility{Innovation: "thing", Organisation: "z", Excluded: true, Period: innovation.From(day("2020-06-01"))})
	recordAll(t, st, facts...)
	got, err := st.Spread(t.Context(), on("2020-12-31"), store.SpreadQuery{Innovation: "thing", Units: true})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, u := range got.Units {
		rows = append(rows, fmt.Sprintf("%s %s %s to %s", u.Organisation, u.Eligible, u.Entered, u.Left))
	}
	if diff := cmp.Diff([]string{"n yes 2020-03-01 to 2020-05-01", "x yes 2020-02-01 to 2020-07-01", "z yes 2020-01-01 to 2020-06-01"}, rows); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for i, want := range []int64{1, 2, 3, 3, 2, 1, 0, 0, 0, 0, 0, 0} { // at the end of each month
		if got := got.All.Periods[i].Eligible.Certain; got != want {
			t.Errorf("%s: %d could, want %d", fmt.Sprintf("2020-%02d", i+1), got, want)
		}
	}
}

func TestSpreadCharts(t *testing.T) {
	t.Parallel()
	st := libre(t)
	got, err := st.Spread(t.Context(), on("2024-01-01"), onApril2019())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"", store.ChartCurve, store.ChartHazard, store.ChartSurvival} {
		c, err := got.Chart(kind)
		if err != nil {
			t.Fatal(kind, err)
		}
		drawn(t, c)
	}
	if _, err := got.Chart("pie"); innovation.Violations(err) == nil {
		t.Error("a pie was drawn")
	}
	fit, err := st.SpreadFit(t.Context(), on("2024-01-01"), store.FitQuery{SpreadQuery: onApril2019(), Model: store.FitCompare})
	if err != nil {
		t.Fatal(err)
	}
	c, err := fit.Chart("")
	if err != nil {
		t.Fatal(err)
	}
	drawn(t, c)
}

// drawn holds a figure to what a reader needs of it.
func drawn(t *testing.T, c *plot.Chart) {
	t.Helper()
	if _, rows := c.Table(); len(rows) == 0 || len(c.Description()) < 40 || !strings.Contains(string(c.SVG()), "<title") {
		t.Errorf("%s: %d rows", c.Description(), len(rows))
	}
}

// libreRows reads the whole published file.
func libreRows(t testing.TB) [][]string {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes a whole published file: run without -short")
	}
	f, err := os.Open("../../shared/data/uptake_nhs/libre_ccg_month.csv.gz")
	if err != nil {
		t.Skipf("the published file is missing: put libre/libre_latestmonth.csv of ebmdatalab/jupyter-notebooks, gzipped, at ../shared/data/uptake_nhs/libre_ccg_month.csv.gz beside the repository (%v)", err)
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
