package store_test

import (
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
)

// englandFacts lists the facts of a type in a view of England.
func englandFacts[F innovation.Fact](t *testing.T, v innovation.View, f store.FactFilter) []innovation.Recorded[F] {
	t.Helper()
	f.Limit = 1000
	list, err := store.Facts[F](t.Context(), openEngland(t), v, f)
	if err != nil {
		t.Fatal(err)
	}
	return list.Facts
}

func about(topic string, claims []innovation.Recorded[innovation.MoneyClaim]) []string {
	var of []string
	for _, c := range claims {
		if c.Value.Topic == topic {
			of = append(of, c.Value.Figure.Amount.String()+" "+string(c.Value.Figure.Basis))
		}
	}
	return of
}

// TestEnglandPotOnTheDay asks on the last day of the first year: the sum that
// was announced stands alone, and its rival came the day after.
func TestEnglandPotOnTheDay(t *testing.T) {
	var pots []string
	for _, e := range englandFacts[innovation.Envelope](t, on("2014-03-31"), store.FactFilter{}) {
		if e.Value.Figure.Year() == 2013 && e.Value.Figure.Basis == innovation.FigureAnnounced {
			pots = append(pots, string(e.Value.Envelope)+" "+e.Value.Figure.Amount.String())
		}
	}
	if diff := cmp.Diff([]string{"env-2013-pot £70,000,000.00"}, pots); diff != "" {
		t.Errorf("announced for 2013/14 (-want +got):\n%s", diff)
	}
	pot := store.FactFilter{Subject: innovation.EnvelopeID("env-2013-pot").Entity()}
	if got := about("pot-2013", englandFacts[innovation.MoneyClaim](t, on("2014-03-31"), pot)); len(got) > 0 {
		t.Errorf("on 31 March 2014 the pot has the rivals %v", got)
	}
	want := []string{"about £56,400,000.00 implied"}
	if diff := cmp.Diff(want, about("pot-2013", englandFacts[innovation.MoneyClaim](t, on("2014-04-01"), pot))); diff != "" {
		t.Errorf("rivals of the pot on 1 April 2014 (-want +got):\n%s", diff)
	}
	if before := englandFacts[innovation.Envelope](t, on("2013-05-22"), pot); len(before) != 0 {
		t.Errorf("%d pots on the eve of the announcement", len(before))
	}
	if early := englandFacts[innovation.Allocation](t, on("2014-01-30"), store.FactFilter{}); len(early) != 0 {
		t.Errorf("%d allocations were known before the article", len(early))
	}
}

// TestEnglandMoneyIsSourced wants a source at every fact of money, in the view
// of a day when all of it is known.
func TestEnglandMoneyIsSourced(t *testing.T) {
	v := on("2026-01-01")
	got := map[innovation.FactType]int{}
	sourced(t, got, englandFacts[innovation.Envelope](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.CoFunder](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.Criterion](t, v, store.FactFilter{AllDays: true}))
	sourced(t, got, englandFacts[innovation.Allocation](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.Award](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.Share](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.MoneyTransfer](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.Income](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.Leverage](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.MoneyClaim](t, v, store.FactFilter{}))
	if diff := cmp.Diff(map[innovation.FactType]int{
		innovation.TypeEnvelope: 20, innovation.TypeCoFunder: 2, innovation.TypeCriterion: 5, innovation.TypeAllocation: 3,
		innovation.TypeAward: 8, innovation.TypeShare: 16, innovation.TypeTransfer: 2, innovation.TypeIncome: 3,
		innovation.TypeLeverage: 10, innovation.TypeMoneyClaim: 15,
	}, got); diff != "" {
		t.Errorf("facts of money (-want +got):\n%s", diff)
	}
}

func sourced[F innovation.Fact](t *testing.T, n map[innovation.FactType]int, facts []innovation.Recorded[F]) {
	t.Helper()
	for _, f := range facts {
		n[f.Value.FactType()]++
		if len(f.Sources) == 0 {
			t.Errorf("fact %d, %s of %s, has no source", f.ID, f.Value.FactType(), f.Value.Subject())
		}
	}
}

// TestEnglandMoneyRaisedByOthersIsNoIncome holds leverage and income apart: a
// sum that is told of a network as leverage is none of its income.
func TestEnglandMoneyRaisedByOthersIsNoIncome(t *testing.T) {
	v := on("2026-01-01")
	income := map[innovation.Entity]map[innovation.Amount]bool{}
	for _, i := range englandFacts[innovation.Income](t, v, store.FactFilter{}) {
		e := i.Value.Subject()
		if income[e] == nil {
			income[e] = map[innovation.Amount]bool{}
		}
		income[e][i.Value.Figure.Amount] = true
	}
	raised := 0
	for _, l := range englandFacts[innovation.Leverage](t, v, store.FactFilter{}) {
		if l.Value.Type == "raised-by-companies" {
			raised++
		}
		if income[l.Value.About][l.Value.Figure.Amount] {
			t.Errorf("%s: %s is leverage and income", l.Value.About, l.Value.Figure.Amount)
		}
		if l.Value.About.Kind == innovation.KindOrganisation && l.Value.Type == "private-investment" {
			t.Errorf("%s: private investment stands at a deal, not at a network", l.Value.About)
		}
	}
	if len(income) != 3 || raised != 1 {
		t.Errorf("%d networks with income, %d sums raised by companies", len(income), raised)
	}
}

// TestEnglandPackageHoldsItsParts checks £39m + £35m = £74m within £86m.
func TestEnglandPackageHoldsItsParts(t *testing.T) {
	var whole innovation.Amount
	var parts []innovation.Amount
	for _, e := range englandFacts[innovation.Envelope](t, on("2017-07-14"), store.FactFilter{}) {
		switch {
		case e.Value.Envelope == "env-aar-package":
			whole = e.Value.Figure.Amount
		case e.Value.Parent == "env-aar-package":
			parts = append(parts, e.Value.Figure.Amount)
		}
	}
	sum, err := innovation.SumAmounts(parts...)
	if err != nil {
		t.Fatal(err)
	}
	left, err := whole.Sub(sum)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) != 2 || sum.String() != "£74,000,000.00" || left.String() != "£12,000,000.00" {
		t.Errorf("%d parts of %s come to %s and leave %s", len(parts), whole, sum, left)
	}
}

// first gives the first n batches.
func first(n int, all iter.Seq2[innovation.Batch, error]) iter.Seq2[innovation.Batch, error] {
	return func(yield func(innovation.Batch, error) bool) {
		i := 0
		for b, err := range all {
			if i++; i > n || !yield(b, err) {
				return
			}
		}
	}
}

// TestEnglandGrowsInTheField loads what registers in the field hold, then all:
// only the acts about money and adoption are made, and loading once more makes
// none.
func TestEnglandGrowsInTheField(t *testing.T) {
	st, err := store.OpenMemory(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	old, err := st.Load(t.Context(), first(17, england.Acts()), nil)
	if err != nil || old.Acts != 17 {
		t.Fatalf("%+v, %v", old, err)
	}
	grown, err := st.Load(t.Context(), england.Acts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := store.Loaded{Acts: 10, Facts: england.Count() - old.Facts, Existing: 17}
	if diff := cmp.Diff(want, grown); diff != "" {
		t.Errorf("loaded over the first 17 acts (-want +got):\n%s", diff)
	}
	before, err := st.Verify(t.Context(), nil)
	if err != nil || !before.OK {
		t.Fatalf("%+v, %v", before, err)
	}
	again, err := st.Load(t.Context(), england.Acts(), nil)
	if diff := cmp.Diff(store.Loaded{Existing: 27}, again); err != nil || diff != "" {
		t.Errorf("loaded again: %v (-want +got):\n%s", err, diff)
	}
	after, err := st.Verify(t.Context(), nil)
	if err != nil || after.Digest != before.Digest {
		t.Errorf("loading again changed the register: %v", err)
	}
}
