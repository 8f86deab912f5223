package store_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
)

// figures lists the observations of England in a view that the condition picks,
// each as "key: measure figure", in the order in which they were recorded.
func figures(t *testing.T, v innovation.View, f store.FactFilter, pick func(innovation.Observation) bool) []string {
	t.Helper()
	var out []string
	for _, o := range englandFacts[innovation.Observation](t, v, f) {
		if pick(o.Value) {
			out = append(out, string(o.Value.Observation)+": "+o.Value.Measure+" "+o.Value.Quantity.String())
		}
	}
	return out
}

func ofInnovation(id innovation.InnovationID) func(innovation.Observation) bool {
	return func(o innovation.Observation) bool { return o.Innovation == id }
}

// TestEnglandListsEveryFigure lists all figures, each with its source and the
// row that it was made from.
func TestEnglandListsEveryFigure(t *testing.T) {
	v := on("2026-11-22")
	got := map[innovation.FactType]int{}
	all := englandFacts[innovation.Observation](t, v, store.FactFilter{AllDays: true})
	sourced(t, got, all)
	for _, o := range all {
		for _, s := range o.Sources {
			if s.Locator != "adoption_observations/"+string(o.Value.Observation) {
				t.Errorf("%s is from the row %q", o.Value.Observation, s.Locator)
			}
		}
	}
	sourced(t, got, englandFacts[innovation.ObservationBody](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.Innovation](t, v, store.FactFilter{AllDays: true}))
	sourced(t, got, englandFacts[innovation.Supply](t, v, store.FactFilter{AllDays: true}))
	sourced(t, got, englandFacts[innovation.Notice](t, v, store.FactFilter{}))
	sourced(t, got, englandFacts[innovation.Programme](t, v, store.FactFilter{AllDays: true}))
	sourced(t, got, englandFacts[innovation.Phase](t, v, store.FactFilter{AllDays: true}))
	sourced(t, got, englandFacts[innovation.ProgrammeInnovation](t, v, store.FactFilter{AllDays: true}))
	sourced(t, got, englandFacts[innovation.Mandate](t, v, store.FactFilter{AllDays: true}))
	if diff := cmp.Diff(map[innovation.FactType]int{
		innovation.TypeObservation: 218, innovation.TypeObservationScope: 15, innovation.TypeInnovation: 49,
		innovation.TypeSupply: 3, innovation.TypeNotice: 1, innovation.TypeProgramme: 32, innovation.TypePhase: 3,
		innovation.TypeProgrammeInnovation: 66, innovation.TypeMandate: 2,
	}, got); diff != "" {
		t.Errorf("facts of adoption (-want +got):\n%s", diff)
	}
}

// TestEnglandPincerOnTheDay asks what was published about PINCER by the first
// day of the second year: 700 and 11 are of that day, and the day before only
// 628 stood for England.
func TestEnglandPincerOnTheDay(t *testing.T) {
	before := []string{
		"obs-pincer-01: practices_adopted 370", "obs-pincer-02: practices_eligible 393", "obs-pincer-03: population_covered 3000000",
		"obs-pincer-04: practices_adopted 50", "obs-pincer-05: practices_adopted 628",
	}
	pincer := ofInnovation("inn-pincer")
	if diff := cmp.Diff(before, figures(t, on("2019-03-31"), store.FactFilter{}, pincer)); diff != "" {
		t.Errorf("on the eve (-want +got):\n%s", diff)
	}
	want := append(slices.Clone(before), "obs-pincer-06: practices_trained_and_using 700", "obs-pincer-07: networks_at_rollout 11")
	if diff := cmp.Diff(want, figures(t, on("2019-04-01"), store.FactFilter{}, pincer)); diff != "" {
		t.Errorf("on 1 April 2019 (-want +got):\n%s", diff)
	}
	// All of it holds later, and more.
	if got := figures(t, on("2021-07-01"), store.FactFilter{}, pincer); len(got) != 19 {
		t.Errorf("%d figures in July 2021, want 19: %v", len(got), got)
	}
}

// TestEnglandPincerAsKnown asks the same day of registers that know less: one
// that ends with the money, and one before its first act.
func TestEnglandPincerAsKnown(t *testing.T) {
	clock := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	st, err := store.OpenMemory(t.Context(), &store.Options{Clock: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Load(t.Context(), first(22, england.Acts()), nil); err != nil {
		t.Fatal(err)
	}
	known := clock.Add(time.Hour)
	clock = clock.AddDate(0, 0, 1)
	if _, err := st.Load(t.Context(), england.Acts(), nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		view innovation.View
		want int
	}{
		{on("2019-04-01"), 7},
		{on("2019-04-01").AsKnown(clock.Add(time.Hour)), 7},
		{on("2019-04-01").AsKnown(known), 0},
	} {
		list, err := store.Facts[innovation.Observation](t.Context(), st, c.view, store.FactFilter{Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, o := range list.Facts {
			if o.Value.Innovation == "inn-pincer" {
				n++
			}
		}
		if n != c.want {
			t.Errorf("on %s as known at %s %d figures about PINCER, want %d", c.view.On, c.view.Known, n, c.want)
		}
	}
}

// TestEnglandTargetsAreNoResults holds what was aimed at or expected apart from
// what was reached.
func TestEnglandTargetsAreNoResults(t *testing.T) {
	v := on("2026-11-22")
	aimed := map[innovation.ObservationType][]string{}
	for _, o := range englandFacts[innovation.Observation](t, v, store.FactFilter{AllDays: true}) {
		if o.Value.Type == innovation.Target || o.Value.Type == innovation.ForecastFigure {
			aimed[o.Value.Type] = append(aimed[o.Value.Type], strings.TrimPrefix(string(o.Value.Observation), "obs-"))
		}
		if q := o.Value.Qualifier; o.Value.Type == innovation.Result &&
			(q == "target" || q == "stretch-target" || q == "forecast" || q == "potential") {
			t.Errorf("%s is a result and %s", o.Value.Observation, q)
		}
	}
	want := map[innovation.ObservationType][]string{
		innovation.Target: {"precept-10", "precept-11", "precept-12", "tcam-01", "af-detect-01", "af-detect-02",
			"af-detect-17", "af-detect-18", "polypharmacy-als-02"},
		innovation.ForecastFigure: {"tcam-02", "tcam-03", "tcam-04", "tcam-05", "qbtest-10", "heartflow-02", "heartflow-05",
			"heartflow-06", "securacath-01", "plgf-03"},
	}
	if diff := cmp.Diff(want, aimed); diff != "" {
		t.Errorf("targets and forecasts (-want +got):\n%s", diff)
	}
	results := figures(t, v, store.FactFilter{}, func(o innovation.Observation) bool {
		return o.Innovation == "inn-precept" && o.Measure == "uptake_rate" && o.Scope == innovation.ScopeEngland && o.Type == innovation.Result
	})
	if diff := cmp.Diff([]string{"obs-precept-20: uptake_rate 88.5"}, results); diff != "" {
		t.Errorf("uptake of PReCePT in England (-want +got):\n%s", diff)
	}
}

// TestEnglandDisagreesInTheOpen lists statements of two sources that disagree:
// both are kept, each with its own.
func TestEnglandDisagreesInTheOpen(t *testing.T) {
	for _, c := range []struct {
		about innovation.Entity
		topic string
		want  []string
	}{
		{innovation.InnovationID("inn-nia").Entity(), "nia-orgs", []string{"419 on 2016-11-30", "388 on 2017-01-23"}},
		{innovation.InnovationID("inn-precept").Entity(), "precept-units", []string{"152 on 2020-03-31", "156 on 2020-03-31"}},
		{innovation.InnovationID("inn-marthas-rule").Entity(), "martha-june-2025", []string{"4906 on 2025-06-30", "4911 on 2025-06-30"}},
		{innovation.ProgrammeID("prog-cep").Entity(), "cep-startups", []string{"246 on 2020-09-30", "247 on 2022-02-24", "220 on 2020-09-30"}},
		{innovation.OrganisationID("ahsn-network").Entity(), "national-programmes-count", []string{"10 on 2023-05-31", "11 on 2023-05-26"}},
	} {
		var got []string
		sources := map[innovation.SourceID]bool{}
		for _, claim := range englandFacts[innovation.Claim](t, on("2026-01-01"), store.FactFilter{Subject: c.about}) {
			if claim.Value.Topic == c.topic {
				got = append(got, claim.Value.Value+" on "+claim.Value.Day.String())
				for _, s := range claim.Sources {
					sources[s.Source] = true
				}
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.topic, diff)
		}
		if len(sources) != len(c.want) {
			t.Errorf("%s is told by %d sources, want %d", c.topic, len(sources), len(c.want))
		}
	}
	// The later and smaller figure is known on its day only.
	nia := store.FactFilter{Subject: innovation.InnovationID("inn-nia").Entity()}
	if got := englandFacts[innovation.Claim](t, on("2017-01-22"), nia); len(got) != 1 || got[0].Value.Value != "419" {
		t.Errorf("on the eve of the second figure: %v", got)
	}
}

// TestEnglandNetworksCountOnce adds up what networks reported together: the sum
// of a measure takes the figure once, however many networks share it.
func TestEnglandNetworksCountOnce(t *testing.T) {
	v := on("2026-11-22")
	together := map[innovation.ObservationID]int{}
	for _, b := range englandFacts[innovation.ObservationBody](t, v, store.FactFilter{}) {
		together[b.Value.Observation]++
	}
	hospitals, supported, shared := 0.0, 0.0, 0
	for _, o := range englandFacts[innovation.Observation](t, v, store.FactFilter{}) {
		value, _ := o.Value.Quantity.Value()
		switch {
		case o.Value.Innovation == "inn-elc" && o.Value.Measure == "hospitals_adopted":
			hospitals += value
		case o.Value.Innovation == "inn-covid-oximetry" && o.Value.Scope == innovation.ScopeNetworks:
			supported += value
		}
		if o.Value.Scope == innovation.ScopeNetworks {
			shared++
			if o.Value.Body != "" || o.Value.Bodies != 3 || together[o.Value.Observation] != 3 {
				t.Errorf("%s: of %d networks, of which %d are named", o.Value.Observation, o.Value.Bodies, together[o.Value.Observation])
			}
		} else if together[o.Value.Observation] > 0 {
			t.Errorf("%s is about %s and names networks", o.Value.Observation, o.Value.Scope)
		}
	}
	if hospitals != 28 || supported != 16000 || shared != 5 {
		t.Errorf("%s hospitals, %s patients, %d figures of several networks; want 28, 16000 and 5",
			strconv.FormatFloat(hospitals, 'f', -1, 64), strconv.FormatFloat(supported, 'f', -1, 64), shared)
	}
	// Eleven networks that nobody named are a number, and no bodies.
	unnamed := figures(t, v, store.FactFilter{}, func(o innovation.Observation) bool {
		return o.Scope == innovation.ScopeUnnamedNetworks && o.Bodies == 11
	})
	if diff := cmp.Diff([]string{"obs-alivecor-01: networks_adopted 11", "obs-alivecor-02: people_detected 365"}, unnamed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEnglandMandateOnTheDay asks what is on the list of the mandate: four
// products in its first year, eleven from the second, and none before.
func TestEnglandMandateOnTheDay(t *testing.T) {
	list := store.FactFilter{Subject: innovation.ProgrammeID("prog-mtfm").Entity()}
	for _, c := range []struct {
		day      string
		products int
		criteria int // mandates whose criteria hold
	}{{"2021-03-31", 0, 0}, {"2021-04-01", 4, 1}, {"2022-03-31", 4, 1}, {"2022-04-01", 11, 0}, {"2026-01-01", 11, 0}} {
		if got := englandFacts[innovation.ProgrammeInnovation](t, on(c.day), list); len(got) != c.products {
			t.Errorf("%d products on %s, want %d", len(got), c.day, c.products)
		}
		n := 0
		for _, m := range englandFacts[innovation.Mandate](t, on(c.day), list) {
			if m.Value.Criteria != "" {
				n++
			}
			if m.Value.Force != "" {
				t.Errorf("the mandate binds as %s, which no source says", m.Value.Force)
			}
		}
		if n != c.criteria {
			t.Errorf("criteria of %d years on %s, want %d", n, c.day, c.criteria)
		}
	}
}

// TestEnglandPhaseOnTheDay asks which phase of Martha's Rule runs.
func TestEnglandPhaseOnTheDay(t *testing.T) {
	rule := store.FactFilter{Subject: innovation.ProgrammeID("prog-marthas-rule").Entity()}
	for day, want := range map[string][]int64{"2024-04-30": nil, "2025-07-01": {1}, "2025-09-01": {2}} {
		var got []int64
		for _, p := range englandFacts[innovation.Phase](t, on(day), rule) {
			got = append(got, p.Value.Number)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", day, diff)
		}
	}
}

// TestEnglandFiguresWithoutADay keeps figures whose day nobody knows: they are
// listed on any day, and the day is shown as unknown.
func TestEnglandFiguresWithoutADay(t *testing.T) {
	undated := func(o innovation.Observation) bool { return o.Day.Precision() == innovation.PrecisionUnknown }
	for _, day := range []string{"2013-05-23", "2026-11-22"} {
		if got := figures(t, on(day), store.FactFilter{}, undated); len(got) != 17 {
			t.Errorf("%d figures without a day on %s, want 17", len(got), day)
		}
	}
	if got := figures(t, on("2013-05-23"), store.FactFilter{}, func(o innovation.Observation) bool { return !undated(o) }); len(got) != 0 {
		t.Errorf("on the day of the designation there is %v", got)
	}
}
