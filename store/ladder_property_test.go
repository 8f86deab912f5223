package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// bounds is an interval for comparison; open means that there is no upper bound.
type bounds struct {
	records   int
	low, high innovation.Money
	open      bool
}

// tally is what a ladder says of committed, paid and spent money: sums by row,
// rung and reason of exclusion.
type tally map[string]bounds

func (t tally) add(year innovation.FinancialYear, network innovation.OrganisationID, stream, step, why string, sign int, a innovation.Amount, possibly bool) {
	key := fmt.Sprintf("%d %s %s %s %s", year, network, stream, step, why)
	b := t[key]
	low, _ := a.Low()
	high, bounded := a.High()
	if possibly {
		low = 0
	}
	if sign < 0 { // what came back is exact here, or may not have come back yet
		low, high = -high, -low
	}
	b.low += low
	if b.open = b.open || !bounded; b.open {
		b.high = 0
	} else {
		b.high += high
	}
	b.records++
	t[key] = b
}

// slowly makes the ladder from the facts one by one.
func slowly(t *testing.T, s *store.Store, v innovation.View, q innovation.LadderQuery) tally {
	out := tally{}
	all := func(year innovation.FinancialYear) bool { return q.Year == 0 || year == q.Year || year == 0 }
	awards := map[innovation.AwardID]innovation.Award{}
	passedOn := map[innovation.AwardID]bool{}
	for _, f := range factsAt[innovation.MoneyTransfer](t, s, v) {
		passedOn[f.Award] = passedOn[f.Award] || !f.Day.Earliest.After(v.On)
	}
	place := func(a innovation.Award, network innovation.OrganisationID, stream string, year innovation.FinancialYear, spans, step, off string, amount innovation.Amount, day innovation.Day) {
		if day.Earliest.After(v.On) || q.Network != "" && network != q.Network || q.Stream != "" && stream != q.Stream {
			return
		}
		why := ""
		switch {
		case q.National() && passedOn[a.Award]:
			why = "transfer"
		case step == "committed" && !a.Figure.Basis.Counts():
			why = string(a.Figure.Basis)
		}
		row, who, which := innovation.FinancialYear(0), innovation.OrganisationID(""), ""
		if q.ByYear() {
			if row = year; !all(year) {
				return
			}
			if year == 0 {
				covers := a.Figure.Covers
				if step == "committed" && !q.Cash && q.Year != 0 && covers != (innovation.Period{}) && !covers.Hull().Overlaps(q.Year.Span()) {
					return // certainly of other years
				}
				if row = q.Year; why == "" {
					why = spans
				}
			}
		}
		if q.ByNetwork() {
			who = network
		}
		if q.ByStream() {
			which = stream
		}
		sign := 1
		if off != "" {
			sign = -1
			if why != "" {
				sign = 1 // what is excluded is only counted up
			}
		}
		out.add(row, who, which, step, why, sign, amount, day.Latest.After(v.On))
	}
	for _, a := range factsAt[innovation.Award](t, s, v) {
		awards[a.Award] = a
		if q.Funder != "" && a.Funder != q.Funder {
			continue
		}
		year, spans := a.Figure.Year(), "spans-years"
		if a.Figure.Covers == (innovation.Period{}) {
			spans = "year-not-known"
		}
		if q.Cash {
			year, spans = innovation.YearOfDay(a.Day), "year-not-known"
		}
		place(a, a.Recipient, a.Stream, year, spans, "committed", "", a.Figure.Amount, a.Day)
	}
	chosen := func(id innovation.AwardID) bool {
		a := awards[id]
		return !a.Day.Earliest.After(v.On) && (q.Funder == "" || a.Funder == q.Funder)
	}
	for _, p := range factsAt[innovation.Payment](t, s, v) {
		if a := awards[p.Award]; chosen(p.Award) {
			year := p.AccrualYear()
			if q.Cash {
				year = innovation.YearOfDay(p.Day)
			}
			place(a, a.Recipient, a.Stream, year, "year-not-known", "paid", "", p.Amount, p.Day)
		}
	}
	for _, r := range factsAt[innovation.Refund](t, s, v) {
		if a := awards[r.Award]; chosen(r.Award) {
			year := r.AccrualYear()
			if q.Cash {
				year = innovation.YearOfDay(r.Day)
			}
			place(a, a.Recipient, a.Stream, year, "year-not-known", "paid", "off", r.Amount, r.Day)
		}
	}
	for _, p := range factsAt[innovation.Spend](t, s, v) {
		a := awards[p.Award]
		stream := a.Stream
		if p.Award == "" {
			if q.Funder != "" {
				continue
			}
			a, stream = innovation.Award{}, p.Stream
		} else if !chosen(p.Award) {
			continue
		}
		year := p.AccrualYear()
		if q.Cash {
			year = innovation.YearOfDay(p.Day)
		}
		place(a, p.Organisation, stream, year, "year-not-known", "spent", "", p.Amount, p.Day)
	}
	return out
}

func factsAt[F innovation.Fact](t *testing.T, s *store.Store, v innovation.View) (out []F) {
	t.Helper()
	list, err := store.Facts[F](context.Background(), s, v, store.FactFilter{AllDays: true, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list.Facts {
		out = append(out, f.Value)
	}
	return out
}

// told is what the ladder says, in the same form.
func told(rows []innovation.LadderRow) tally {
	out := tally{}
	put := func(row innovation.LadderRow, rung innovation.Rung, why string, records int64, a innovation.Amount) {
		b := bounds{records: int(records)}
		b.low, _ = a.Low()
		high, bounded := a.High()
		b.high, b.open = high, !bounded
		out[fmt.Sprintf("%d %s %s %s %s", row.Year, row.Network, row.Stream, rung, why)] = b
	}
	for _, row := range rows {
		for _, r := range row.Rungs[2:] {
			if r.Known {
				put(row, r.Rung, "", r.Records, r.Amount)
			}
			for _, x := range r.Excluded {
				put(row, r.Rung, string(x.Reason), x.Records, x.Amount)
			}
		}
	}
	return out
}

// The one statement of a ladder says the same as adding the facts one by one,
// on any day, at any time, however it is divided.
func TestLadderAgainstTheFacts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it compares thousands of sums: run without -short")
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	clock := new(storetest.Clock)
	s := storetest.New(t, &store.Options{Clock: clock.Now})
	networks := []innovation.OrganisationID{"a", "b", "c"}
	for _, id := range networks {
		mustFound(t, s, string(id))
	}
	first := innovation.MustDate("2018-01-01")
	day := func() innovation.Day {
		d := first.AddDays(r.IntN(1500))
		switch r.IntN(6) {
		case 0:
			return innovation.Day{Bound: innovation.InMonth(d.Year(), d.Month())}
		case 1:
			return innovation.Day{Bound: innovation.InYear(d.Year())}
		}
		return innovation.OnDay(d)
	}
	amount := func() innovation.Amount {
		m := innovation.Money(r.IntN(1_000_00))
		switch r.IntN(8) {
		case 0:
			a, _ := innovation.Range(m, m+500)
			return a
		case 1:
			return innovation.AtMost(m)
		case 2:
			return innovation.AtLeast(m)
		case 3:
			return innovation.NotDisclosed()
		}
		return innovation.Exact(m)
	}
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	record := func(f innovation.Fact) {
		// A rule may refuse what chance makes: it is left out then.
		_, _ = s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, f)
			return err
		})
	}
	for i := range 40 {
		f := innovation.Figure{Amount: innovation.AtLeast(innovation.Money(r.IntN(1_000_00))), Per: innovation.PerPeriod,
			Basis: innovation.FigureBasis(pick("agreed", "agreed", "reported", "expected"))}
		if start := first.AddDays(r.IntN(1000)); r.IntN(4) > 0 {
			f.Covers = innovation.Between(start, start.AddDays(1+r.IntN(500)))
		}
		id := innovation.AwardID(fmt.Sprintf("award-%02d", i))
		record(innovation.Award{Award: id, Title: "A", Funder: networks[r.IntN(3)], Recipient: networks[r.IntN(3)], Stream: pick("core", "project", ""), Figure: f, Day: day()})
		if r.IntN(8) == 0 {
			record(innovation.MoneyTransfer{Award: id, Day: day()})
		}
		for range r.IntN(6) {
			p := innovation.Payment{Award: id, Amount: amount(), Day: day()}
			if r.IntN(3) == 0 {
				p.Accrued = day()
			}
			record(p)
		}
		if r.IntN(3) == 0 {
			record(innovation.Refund{Award: id, Type: innovation.Repayment, Amount: innovation.Exact(innovation.Money(r.IntN(100))), Day: day()})
		}
		spend := innovation.Spend{Organisation: networks[r.IntN(3)], Amount: amount(), Stream: pick("core", ""), Day: day()}
		if r.IntN(2) == 0 {
			spend.Award, spend.Stream = id, ""
		}
		record(spend)
	}
	clock.Advance(time.Hour)
	middle := clock.Now()
	clock.Advance(time.Hour)
	for _, p := range factsWith[innovation.Payment](t, s) { // the register learns better
		if r.IntN(4) == 0 {
			_, _ = s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
				return tx.Retract(ctx, p.ID)
			})
		}
	}
	compared := 0
	for range 120 {
		v := innovation.On(first.AddDays(r.IntN(2000)))
		if r.IntN(2) == 0 {
			v.Known = middle
		}
		q := innovation.LadderQuery{By: innovation.LadderBy(pick("", "year", "network", "stream", "year-network", "year-stream")), Cash: r.IntN(3) == 0}
		switch r.IntN(5) {
		case 0:
			q.Funder = networks[r.IntN(3)]
		case 1:
			q.Network = networks[r.IntN(3)]
		}
		if r.IntN(3) == 0 {
			q.Year = innovation.FinancialYear(2017 + r.IntN(5))
		}
		if r.IntN(4) == 0 {
			q.Stream = pick("core", "project")
		}
		l, err := s.Ladder(context.Background(), v, q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(slowly(t, s, v, q), told(l.Rows), cmp.AllowUnexported(bounds{})); diff != "" {
			t.Fatalf("%+v on %s, known %s (-facts +ladder):\n%s", q, v.On, v.Known, diff)
		}
		compared += len(told(l.Rows))
	}
	if compared < 300 {
		t.Errorf("only %d sums were compared", compared)
	}
}

func factsWith[F innovation.Fact](t *testing.T, s *store.Store) []innovation.Recorded[F] {
	t.Helper()
	list, err := store.Facts[F](context.Background(), s, innovation.On(innovation.MustDate("2020-01-01")), store.FactFilter{AllDays: true, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return list.Facts
}
