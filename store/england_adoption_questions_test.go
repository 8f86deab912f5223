package store_test

import (
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// TestEnglandAdoptionQuestions asks of what was published: figures and notices,
// and no events, so that nothing is told as if it were known.
func TestEnglandAdoptionQuestions(t *testing.T) {
	st := openEngland(t)
	v := innovation.On(innovation.MustDate("2020-04-01"))
	list, err := st.Observations(t.Context(), v, store.ObservationFilter{Innovation: "inn-pincer", Measure: "practices_adopted"})
	if err != nil {
		t.Fatal(err)
	}
	// 370 practices of one network by 2017 and 628 of England by 2019 are no rivals;
	// the 50 of the baseline stand apart, and those of 2021 are still to come.
	if len(list.Results) != 2 || len(list.Baselines) != 1 || list.Results[0].Rivals != nil || list.Results[1].Rivals != nil || list.Results[0].Value.Quantity.String() != "370" || list.Results[1].Value.Quantity.String() != "628" {
		t.Errorf("PINCER: %+v", list)
	}
	var all int
	for f := (store.ObservationFilter{Limit: 100}); ; {
		list, err := st.Observations(t.Context(), innovation.On(innovation.MustDate("2026-11-01")), f)
		if err != nil {
			t.Fatal(err)
		}
		all += len(list.Results) + len(list.Targets) + len(list.Forecasts) + len(list.Baselines)
		if f.Page = list.Next; f.Page == "" {
			break
		}
	}
	if all != 218 {
		t.Errorf("%d observations, want all 218", all)
	}
	s, err := st.StillUsing(t.Context(), innovation.On(innovation.MustDate("2026-01-01")), innovation.StillUsingQuery{Innovation: "inn-escape-pain"})
	if err != nil || len(s.Notices) != 1 || s.High != 0 || s.Basis.EligibleKnown {
		t.Fatalf("ESCAPE-pain: %+v %v", s, err)
	}
	if s, err = st.StillUsing(t.Context(), innovation.On(innovation.MustDate("2026-01-01")), innovation.StillUsingQuery{Innovation: "inn-escape-pain", Notice: s.Notices[0].ID}); err != nil || s.Day != innovation.MustDate("2025-07-10") {
		t.Errorf("on the day its supplier left: %+v %v", s, err)
	}
	c, err := st.CostPerAdopter(t.Context(), v, innovation.CostPerAdopterQuery{Innovation: "inn-pincer"})
	if err != nil || len(c.Programmes) != 2 || c.Programmes[0].Innovations == c.Programmes[1].Innovations || c.Costs[2].Each.Known {
		t.Errorf("%+v %v", c, err)
	}
	m, err := st.Milestones(t.Context(), v, "inn-pincer")
	if err != nil || m.Milestones[0].Missing == "" || m.Milestones[0].Reached != innovation.No {
		t.Errorf("%+v %v", m, err)
	}
	p, err := st.Programme(t.Context(), innovation.On(innovation.MustDate("2019-04-01")), "prog-national-2018")
	if err != nil || len(p.Innovations) != 7 {
		t.Errorf("%d innovations %v", len(p.Innovations), err)
	}
}
