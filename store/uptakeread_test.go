package store_test

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// measure is a measurement of a month of 2020 or 2021: items for patients in
// thousands.
func measure(id innovation.OrganisationID, month string, items int64, thousands string) innovation.Uptake {
	start := innovation.MustDate(month + "-01")
	u := innovation.Uptake{Innovation: "thing", Organisation: id, Measure: "items", Count: innovation.ExactQuantity(items), Unit: "items",
		Period: innovation.Between(start, start.AddMonths(1))}
	if thousands != "" {
		var err error
		if u.Per, err = innovation.ParseQuantity(thousands, "", ""); err != nil {
			panic(err)
		}
	}
	return u
}

func month(text string) innovation.Bound {
	b, err := innovation.ParseBound(text)
	if err != nil {
		panic(err)
	}
	return b
}

func TestUptakeStanding(t *testing.T) {
	t.Parallel()
	st := mergers(t)
	tiny, err := innovation.ParseQuantity("", "1", "4")
	if err != nil {
		t.Fatal(err)
	}
	hidden := measure("e", "2020-04", 0, "10")
	hidden.Count = tiny
	recordAll(t, st, measure("a", "2020-04", 10, "10.5"), measure("b", "2020-04", 30, "10"), measure("c", "2020-04", 0, "20"), hidden,
		innovation.PeerGroup{PeerGroup: "likes", Name: "Likes", Period: innovation.From(innovation.MustDate("2020-01-01"))},
		innovation.Peer{PeerGroup: "likes", Organisation: "a", Period: innovation.From(innovation.MustDate("2020-01-01"))},
		innovation.Peer{PeerGroup: "likes", Organisation: "d", Period: innovation.From(innovation.MustDate("2020-01-01"))},
		innovation.Peer{PeerGroup: "likes", Organisation: "b", Period: innovation.From(innovation.MustDate("2020-01-01"))})
	ask := func(change func(*store.StandingQuery)) store.UptakeStanding {
		t.Helper()
		q := store.StandingQuery{UptakeQuery: store.UptakeQuery{Innovation: "thing", Direction: "higher"}}
		change(&q)
		out, err := st.UptakeStanding(t.Context(), on("2022-01-01"), q)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	shown := func(u store.UptakeStanding) (out []string) {
		for _, r := range u.Rows {
			place := "-"
			if r.Rank != nil {
				place = fmt.Sprintf("%d %.2f", *r.Rank, *r.PercentRank)
			}
			out = append(out, fmt.Sprintf("%s %s %.3f", r.Organisation, place, r.Value))
		}
		for _, w := range u.Without {
			out = append(out, string(w.Organisation)+": "+w.Reason)
		}
		return out
	}
	u := ask(func(*store.StandingQuery) {})
	if diff := cmp.Diff([]string{"b 1 0.00 3.000", "a 2 0.50 0.952", "c 3 1.00 0.000", "d: nothing is recorded for it", "e: only bounds of its count are published"}, shown(u)); diff != "" {
		t.Errorf("as measured (-want +got)\n%s", diff)
	}
	if u.Asked.Period.String() != "2020-04" || u.Measure != "items" || u.Unit != "items" || !u.Rate || !u.EligibleKnown || u.Summary.Organisations != 3 || u.Summary.Without != 2 ||
		math.Abs(*u.Summary.Pooled-40/40.5) > 1e-12 || u.Summary.Median != 10/10.5 || u.Summary.Deciles != nil || u.Summary.InterdecileReason == "" || u.Footprint != "organisations as measured" {
		t.Errorf("%+v %+v", u.UptakeAbout, u.Summary)
	}
	// On the footprint of the mergers counts and denominators are added; of e
	// nobody knows which part was whose, and cd lacks a part.
	u = ask(func(q *store.StandingQuery) {
		q.Footprint = innovation.Footprint{Mode: innovation.FootprintDay, Day: innovation.MustDate("2021-06-01")}
	})
	if diff := cmp.Diff([]string{"ab - 1.951", "cd: nothing is recorded for d, which is part of it", "e: it became f, g: which part of its figure is whose is not known",
		"f: nothing is recorded for it", "g: nothing is recorded for it", "h: nothing is recorded for it"}, shown(u)); diff != "" {
		t.Errorf("of 2021 (-want +got)\n%s", diff)
	}
	if len(u.Refused) != 2 || u.Refused[0].Part != "ranks" || u.Refused[0].Rule != innovation.RuleSeriesThin || !u.Rows[0].Sum {
		t.Errorf("refused %+v", u.Refused)
	}
	u = ask(func(q *store.StandingQuery) { q.PeerGroup = "likes"; q.Direction = "lower" })
	if diff := cmp.Diff([]string{"a 1 0.00 0.952", "b 2 1.00 3.000", "d: nothing is recorded for it"}, shown(u)); diff != "" {
		t.Errorf("peers (-want +got)\n%s", diff)
	}
	// A restated figure speaks for what went into the body already; the footprint
	// of a day before the measurement takes only what need not be parted.
	restated := measure("cd", "2020-04", 7, "30")
	restated.Restated = true
	recordAll(t, st, restated, measure("ab", "2021-05", 50, "21"), measure("cd", "2021-05", 5, "30"), measure("f", "2021-05", 5, "5"))
	u = ask(func(q *store.StandingQuery) {
		q.Period, q.Footprint = month("2020-04"), innovation.Footprint{Mode: innovation.FootprintDay, Day: innovation.MustDate("2021-06-01")}
	})
	if got := shown(u)[:2]; got[0] != "ab 1 0.00 1.951" || got[1] != "cd 2 1.00 0.233" {
		t.Errorf("restated: %q", got)
	}
	for mode, want := range map[innovation.FootprintMode]string{innovation.FootprintDay: "ab: it was not there on 2020-06-01", innovation.FootprintHeld: "ab: it came from a, b: which part of its figure is whose is not known"} {
		u = ask(func(q *store.StandingQuery) {
			q.Period, q.Footprint = month("2021-05"), innovation.Footprint{Mode: mode, Day: innovation.MustDate("2020-06-01")}
		})
		if got := strings.Join(shown(u), "; "); !strings.Contains(got, want) || len(u.Rows) != 0 {
			t.Errorf("%s: %s, want %s", mode, got, want)
		}
	}
	for _, q := range []store.StandingQuery{
		{UptakeQuery: store.UptakeQuery{Innovation: "none"}}, {UptakeQuery: store.UptakeQuery{Innovation: "thing", Measure: "share"}}, {UptakeQuery: store.UptakeQuery{Innovation: "thing", Direction: "up"}},
		{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Period: month("2019-01")}, {UptakeQuery: store.UptakeQuery{Innovation: "thing", PeerGroup: "none"}},
		{UptakeQuery: store.UptakeQuery{Innovation: "thing", Network: "none"}}, {UptakeQuery: store.UptakeQuery{Innovation: "thing", Kind: "No"}},
	} {
		if _, err := st.UptakeStanding(t.Context(), on("2022-01-01"), q); innovation.Violations(err) == nil {
			t.Errorf("%+v was answered: %v", q, err)
		}
	}
}

// steady is a series of 24 months for twelve organisations, of which one changes
// its level after the twelfth month and one has a gap.
func steady(t *testing.T) *store.Store {
	t.Helper()
	st := storetest.New(t)
	facts := []innovation.Fact{innovation.Innovation{Innovation: "thing", Name: "Thing", Period: innovation.From(innovation.MustDate("2017-01-01"))}}
	noise := []int64{0, 3, -2, 1, -3, 2, 4, -4, 0, 1, -1, 2}
	for k := range 12 {
		id := innovation.OrganisationID(fmt.Sprintf("t-%02d", k))
		facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2013-04-01"))})
		for i := range 24 {
			if k == 1 && i == 5 {
				continue
			}
			n := 100 + int64(k) + noise[(i+k)%12]
			if k == 0 && i >= 12 {
				n += 60
			}
			facts = append(facts, measure(id, innovation.MustDate("2020-01-01").AddMonths(i).String()[:7], n, "10"))
		}
	}
	recordAll(t, st, facts...)
	return st
}

func TestUptakeSeries(t *testing.T) {
	t.Parallel()
	st := steady(t)
	target := 12.0
	got, err := st.UptakeSeries(t.Context(), on("2022-01-01"), store.SeriesQuery{UptakeQuery: store.UptakeQuery{Innovation: "thing", Direction: "higher"}, Organisation: "t-00", Baseline: 12, Target: &target})
	if err != nil {
		t.Fatal(err)
	}
	var values []float64
	for _, p := range got.Points {
		values = append(values, *p.Value)
	}
	want, err := spread.XmR(values, &spread.XmROptions{Direction: spread.HigherBetter, Baseline: 12, Target: &target})
	if err != nil {
		t.Fatal(err)
	}
	if s := got.Segments[0]; s.Mean != want.Segments[0].Mean || s.Upper != want.Segments[0].Upper || s.Points != 24 || got.Variation != "improvement" || got.Variation != want.Variation.String() {
		t.Errorf("%+v %s", s, got.Variation)
	}
	if p := got.Points[12]; p.Signal != "improvement" || len(p.Rules) == 0 || *p.Decile != 1 || p.Among != 12 || len(p.Deciles) != 9 {
		t.Errorf("the first month after the change: %+v", p)
	}
	if got.Change.Period.String() != "2021-01" || !got.Change.Up || len(got.Shifts) != 1 || got.Shifts[0].Signal.String() != "2021-01" || !got.Shifts[0].Up {
		t.Errorf("change %+v, shifts %+v", got.Change, got.Shifts)
	}
	rebased, err := st.UptakeSeries(t.Context(), on("2022-01-01"), store.SeriesQuery{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Organisation: "t-00", Rebase: []innovation.Date{innovation.MustDate("2021-01-01")}})
	if err != nil {
		t.Fatal(err)
	}
	if len(rebased.Segments) != 2 || rebased.Segments[1].Start.String() != "2021-01" || rebased.Variation != "common cause" {
		t.Errorf("rebased: %+v %s", rebased.Segments, rebased.Variation)
	}
	gap, err := st.UptakeSeries(t.Context(), on("2022-01-01"), store.SeriesQuery{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Organisation: "t-01"})
	if err != nil {
		t.Fatal(err)
	}
	if p := gap.Points[5]; p.Value != nil || p.Reason == "" || p.Among != 11 || len(gap.Notes) != 1 {
		t.Errorf("gap: %+v, %q", p, gap.Notes)
	}
	for _, kind := range []string{"", store.ChartXmR, store.ChartDeciles} {
		c, err := gap.Chart(kind)
		if err != nil {
			t.Fatal(kind, err)
		}
		drawn(t, c)
	}
	short, err := st.UptakeSeries(t.Context(), on("2020-02-29"), store.SeriesQuery{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Organisation: "t-01"})
	if err != nil {
		t.Fatal(err)
	}
	if len(short.Points) != 2 || len(short.Refused) < 2 || short.Segments != nil {
		t.Errorf("two months: %+v", short.Refused)
	}
	if _, err := short.Chart(""); innovation.Violations(err)[0].Rule != innovation.RuleSeriesThin {
		t.Errorf("drawn, or %v", err)
	}
	for _, q := range []store.SeriesQuery{
		{UptakeQuery: store.UptakeQuery{Innovation: "thing"}}, {UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Organisation: "none"},
		{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Organisation: "t-01", Baseline: -1},
		{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Organisation: "t-01", Rebase: []innovation.Date{innovation.MustDate("2030-01-01")}},
		{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Organisation: "t-01", From: innovation.MustDate("2030-01-01")},
	} {
		if _, err := st.UptakeSeries(t.Context(), on("2022-01-01"), q); innovation.Violations(err) == nil {
			t.Errorf("%+v was answered: %v", q, err)
		}
	}
}

func TestUptakeFunnelAndMovers(t *testing.T) {
	t.Parallel()
	st := steady(t)
	got, err := st.UptakeFunnel(t.Context(), on("2022-01-01"), store.FunnelQuery{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, Period: month("2021-06")})
	if err != nil {
		t.Fatal(err)
	}
	var events []int
	var pers []float64
	for _, r := range got.Rows {
		events, pers = append(events, int(r.Count)), append(pers, r.Per)
	}
	want, err := spread.Funnel(events, pers, &spread.FunnelOptions{Kind: spread.FunnelRates})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range want.Points {
		if r := got.Rows[i]; r.Verdict != p.Verdict.String() || r.Z != p.AdjustedZ || r.Low998 != p.Limits.Lower998 || r.Expected != p.Expected {
			t.Errorf("%+v, want %+v", r, p)
		}
	}
	if got.Rows[0].Verdict == "within" || got.Rows[5].Verdict != want.Points[5].Verdict.String() || got.Target != want.Target || got.Asked.As != "rate" {
		t.Errorf("t-00 %+v", got.Rows[0])
	}
	c, err := got.Chart("")
	if err != nil {
		t.Fatal(err)
	}
	drawn(t, c)

	movers, err := st.UptakeMovers(t.Context(), on("2022-01-01"), store.MoversQuery{UptakeQuery: store.UptakeQuery{Innovation: "thing", Direction: "lower"}, From: month("2020-06"), Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	m := movers.Rows[0]
	if len(movers.Rows) != 3 || movers.Of != 11 || m.Organisation != "t-00" || m.Moved != "worse" || m.Began == nil || m.Began.Period.String() != "2021-01" ||
		math.Abs(m.Change-(m.To-m.From)) > 1e-12 || *m.Low <= 0 || movers.Asked.To.String() != "2021-12" {
		t.Errorf("%+v of %d: %+v", m, movers.Of, m.Began)
	}
	if len(movers.Without) != 1 || movers.Without[0].Organisation != "t-01" || !strings.HasPrefix(movers.Without[0].Reason, "2020-06: ") {
		t.Errorf("without: %+v", movers.Without)
	}
	// 1.96 standard errors of the difference of two Poisson rates, by hand.
	half := 1.959963984540054 * math.Sqrt(m.From*10/100+m.To*10/100)
	if math.Abs(*m.High-(m.Change+half)) > 1e-9 {
		t.Errorf("upper end %v, want %v", *m.High, m.Change+half)
	}
	if _, err := st.UptakeMovers(t.Context(), on("2022-01-01"), store.MoversQuery{UptakeQuery: store.UptakeQuery{Innovation: "thing"}, From: month("2021-06"), To: month("2021-05")}); innovation.Violations(err) == nil {
		t.Error("backwards in time")
	}
}

// FreeStyle Libre, all groups and months from its tariff on.
func TestUptakeOfLibre(t *testing.T) {
	t.Parallel()
	rows := libreRows(t)
	st := libre(t)
	var lastItems float64
	_, err := st.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "items"}, func(ctx context.Context, tx *store.Tx) error {
		lastItems = 0
		for _, row := range rows { // month, ccg, items, thousands of patients
			if row[0] < "2017-11" {
				continue
			}
			items, err := innovation.ParseQuantity(strings.TrimSuffix(row[2], ".0"), "", "")
			if err != nil {
				return err
			}
			thousands, err := strconv.ParseFloat(row[3], 64) // with the noise of a division
			if err != nil {
				return err
			}
			per, err := innovation.ParseQuantity(strconv.FormatFloat(thousands, 'f', 3, 64), "", "")
			if err != nil {
				return err
			}
			start := innovation.MustDate(row[0][:7] + "-01")
			if n, _ := items.Value(); row[0][:7] == "2019-04" {
				lastItems += n
			}
			if _, err := tx.Record(ctx, innovation.Uptake{Innovation: "libre", Organisation: innovation.OrganisationID("ccg-" + strings.ToLower(row[1])), Measure: "items-per-1000-patients", Unit: "items",
				Count: items, Per: per, Restated: true, Period: innovation.Between(start, start.AddMonths(1))}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if lastItems != 39_577 {
		t.Errorf("%v items in April 2019, published are 39,577", lastItems)
	}
	footprint := innovation.Footprint{Mode: innovation.FootprintDay, Day: innovation.MustDate("2019-04-30")}
	about := store.UptakeQuery{Innovation: "libre", Direction: "higher", Footprint: footprint}
	got, err := st.UptakeStanding(t.Context(), on("2024-01-01"), store.StandingQuery{UptakeQuery: about, From: innovation.MustDate("2018-01-01"), To: innovation.MustDate("2019-04-30")})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) != 191 || len(got.Without) != 0 || *got.Rows[0].Rank != 1 || *got.Rows[0].Decile != 1 || *got.Rows[190].Decile != 10 || len(got.Periods) != 16 || got.CVTrend == nil || got.CVTrend.Slope >= 0 {
		t.Errorf("%d rows, %d without, %d periods, trend %+v %+v", len(got.Rows), len(got.Without), len(got.Periods), got.CVTrend, got.Refused)
	}
	c, err := got.Chart("")
	if err != nil {
		t.Fatal(err)
	}
	drawn(t, c)
	funnel, err := st.UptakeFunnel(t.Context(), on("2024-01-01"), store.FunnelQuery{UptakeQuery: about, Dispersion: "additive"})
	if err != nil {
		t.Fatal(err)
	}
	if !funnel.Overdispersed || funnel.Judged < 180 || len(funnel.Rows) != 191 {
		t.Errorf("%d judged of %d, overdispersed %v", funnel.Judged, len(funnel.Rows), funnel.Overdispersed)
	}
	movers, err := st.UptakeMovers(t.Context(), on("2024-01-01"), store.MoversQuery{UptakeQuery: about, From: month("2018-04"), Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	if len(movers.Rows) != 5 || movers.Of != 191 || movers.Rows[0].Moved != "better" || movers.Rows[0].Began == nil {
		t.Errorf("%d movers of %d: %+v", len(movers.Rows), movers.Of, movers.Rows)
	}
}
