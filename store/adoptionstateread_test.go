package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func TestAdoptionState(t *testing.T) { onEngines(t, readsAdoptionState) }

func readsAdoptionState(t *testing.T, st *store.Store) {
	recordAll(t, st, mergedTrusts()...)
	recordAll(t, st, innovation.Source{Source: "letter", Title: "A letter", Published: innovation.OnDay(innovation.MustDate("2019-06-01"))},
		innovation.Eligibility{Innovation: "it", Organisation: "t1", Reason: "runs a ward", Period: innovation.From(innovation.MustDate("2019-01-01"))})
	extent := func(low, high int64) func(*innovation.Adoption) {
		return func(a *innovation.Adoption) { a.ExtentLow, a.ExtentHigh = low, high }
	}
	takeEvents(t, st, []innovation.Adoption{
		eventOn("t1", innovation.Piloting, "2018-05-01", byGrade(innovation.Audited)),
		eventOn("t1", innovation.Adopted, "2019-Q2", extent(250_000, 500_000), func(a *innovation.Adoption) { a.Source = "letter" }),
		eventOn("t1", innovation.Adopted, "2019-08-01", func(a *innovation.Adoption) { a.Step = innovation.Confirmed }),
		eventOn("t1", "", "2019-09-01", byGrade(innovation.SelfReported), func(a *innovation.Adoption) { a.Reason = "funding-ended" }),
		eventOn("t4", innovation.Embedded, "2019-05-01"),
		eventOn("t4", "", "2019-11-01", func(a *innovation.Adoption) { a.Reason = "cost-too-high" }),
		eventOn("t5", innovation.Adopted, "2024-06-01", func(a *innovation.Adoption) { a.Planned = true })})
	say := func(day string, body innovation.OrganisationID) (string, store.AdoptionState) {
		t.Helper()
		s, err := st.AdoptionState(t.Context(), on(day), "it", body, "")
		if err != nil {
			t.Fatal(err)
		}
		var stages []string
		for _, a := range s.Stages {
			stages = append(stages, fmt.Sprintf("%s %s", a.Stage, a.At))
		}
		var found []string
		for _, f := range s.Findings {
			found = append(found, string(f.Rule))
		}
		return fmt.Sprintf("in use %s (%s), stopped %s, since %s/%s, eligible %s, %d lines, %d events, %d planned %v", s.InUse, strings.Join(stages, ", "), s.Stopped,
			s.Certain, s.Possible, s.Eligible, len(s.Lines), len(s.Events), len(s.Planned), found), s
	}
	for _, c := range []struct {
		on   string
		body innovation.OrganisationID
		want string
	}{
		{"2018-01-01", "t1", "in use no (), stopped no, since /, eligible no, 0 lines, 0 events, 0 planned []"},
		{"2018-06-01", "t1", "in use no (piloting yes), stopped no, since /, eligible no, 1 lines, 1 events, 0 planned []"},
		{"2019-05-01", "t1", "in use possibly (piloting possibly, adopted possibly), stopped no, since /2019-04-01, eligible yes, 1 lines, 2 events, 0 planned []"},
		{"2019-08-15", "t1", "in use yes (adopted yes), stopped no, since 2019-06-30/2019-04-01, eligible yes, 2 lines, 3 events, 0 planned [adoption-disputed]"},
		{"2019-10-01", "t1", "in use possibly (adopted possibly), stopped possibly, since /2019-04-01, eligible yes, 3 lines, 4 events, 0 planned [adoption-disputed]"},
		{"2019-10-01", "t4", "in use yes (embedded yes), stopped no, since 2019-05-01/2019-05-01, eligible no, 1 lines, 1 events, 0 planned [adoption-not-eligible]"},
		{"2019-12-01", "t4", "in use no (), stopped yes, since /, eligible no, 1 lines, 2 events, 0 planned []"},
		{"2020-05-01", "t5", "in use possibly (adopted possibly), stopped possibly, since /2019-04-01, eligible no, 0 lines, 4 events, 1 planned [adoption-not-eligible]"},
	} {
		if got, _ := say(c.on, c.body); got != c.want {
			t.Errorf("%s on %s:\n%s, want\n%s", c.body, c.on, got, c.want)
		}
	}
	_, s := say("2019-10-01", "t1")
	if s.ExtentLow != 250_000 || s.ExtentHigh != 500_000 || s.Spell.LastConfirmed.String() != "2019-08-01" || s.EligibleReason != "runs a ward" || s.InnovationName != "It" ||
		s.FirstCertain.String() != "2019-06-30" || s.FirstPossible.String() != "2019-04-01" || s.Rule == "" || s.Firm != innovation.Observed || s.Standing.Grade != innovation.Observed {
		t.Errorf("%+v", s)
	}
	if _, s = say("2020-05-01", "t5"); !s.Standing.Partly && len(s.Standing.From) == 0 {
		t.Errorf("the parts of t5: %+v", s.Standing)
	}
	if _, s = say("2019-12-01", "t4"); s.Spell.Reason != "cost-too-high" || s.Spell.Stopped.String() != "2019-11-01" {
		t.Errorf("why t4 stopped: %+v", s.Spell)
	}
	for field, ask := range map[string]func() error{
		"innovation":   func() error { _, err := st.AdoptionState(t.Context(), on("2020-01-01"), "none", "t1", ""); return err },
		"organisation": func() error { _, err := st.AdoptionState(t.Context(), on("2020-01-01"), "it", "none", ""); return err },
		"firm": func() error {
			_, err := st.AdoptionState(t.Context(), on("2020-01-01"), "it", "t1", "hearsay")
			return err
		},
	} {
		if v := innovation.Violations(ask()); len(v) != 1 || v[0].Field != field {
			t.Errorf("%s: %v", field, v)
		}
	}
}

func TestAdoptions(t *testing.T) { onEngines(t, readsAdoptionLists) }

func readsAdoptionLists(t *testing.T, st *store.Store) {
	recordAll(t, st, mergedTrusts()...)
	recordAll(t, st, innovation.Innovation{Innovation: "other", Name: "Another", Period: innovation.From(innovation.MustDate("2013-04-01"))})
	other := eventOn("t2", innovation.Piloting, "2019-05-01")
	other.Innovation = "other"
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-01"), eventOn("t2", innovation.Embedded, "2019-06-01"), eventOn("t4", innovation.Adopted, "2019-07-01", byGrade(innovation.Ordered)), other})
	list := func(day string, f store.AdoptionFilter) (out []string) {
		t.Helper()
		for {
			l, err := st.Adoptions(t.Context(), on(day), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range l.Adoptions {
				out = append(out, fmt.Sprintf("%s %s (%s) %s", a.Organisation, a.Innovation, a.Name, a.InUse))
			}
			if f.Page = l.Next; f.Page == "" {
				return out
			}
		}
	}
	for _, c := range []struct {
		on   string
		f    store.AdoptionFilter
		want []string
	}{
		{"2019-12-01", store.AdoptionFilter{Innovation: "it"}, []string{"t1 it (t1) yes", "t2 it (t2) yes", "t4 it (t4) possibly"}},
		{"2019-12-01", store.AdoptionFilter{Innovation: "it", Limit: 1}, []string{"t1 it (t1) yes", "t2 it (t2) yes", "t4 it (t4) possibly"}},
		{"2019-12-01", store.AdoptionFilter{Innovation: "it", InUse: "yes"}, []string{"t1 it (t1) yes", "t2 it (t2) yes"}},
		{"2019-12-01", store.AdoptionFilter{Innovation: "it", Stage: innovation.Embedded}, []string{"t2 it (t2) yes"}},
		{"2020-05-01", store.AdoptionFilter{Innovation: "it"}, []string{"t4 it (t4) possibly", "t5 it (t5) yes"}},
		{"2020-05-01", store.AdoptionFilter{Organisation: "t5"}, []string{"t5 it (It) yes", "t5 other (Another) no"}},
		{"2020-05-01", store.AdoptionFilter{Organisation: "t5", Limit: 1}, []string{"t5 it (It) yes", "t5 other (Another) no"}},
		{"2019-12-01", store.AdoptionFilter{Organisation: "t2"}, []string{"t2 it (It) yes", "t2 other (Another) no"}},
		{"2019-12-01", store.AdoptionFilter{Organisation: "t3"}, nil},
	} {
		if diff := cmp.Diff(c.want, list(c.on, c.f)); diff != "" {
			t.Errorf("%+v on %s (-want +got)\n%s", c.f, c.on, diff)
		}
	}
	for _, f := range []store.AdoptionFilter{{}, {Innovation: "it", Organisation: "t1"}, {Innovation: "none"}, {Organisation: "none"}, {Innovation: "it", Stage: "far"},
		{Innovation: "it", InUse: "maybe"}, {Innovation: "it", Page: "x"}, {Innovation: "it", Limit: 1001}} {
		if _, err := st.Adoptions(t.Context(), on("2020-01-01"), f); innovation.Violations(err) == nil {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestAdoptionMonths(t *testing.T) { onEngines(t, readsAdoptionMonths) }

func readsAdoptionMonths(t *testing.T, st *store.Store) {
	recordAll(t, st, countedTrusts()...)
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-10"), eventOn("t2", innovation.Adopted, "2019-Q2", byGrade(innovation.SelfReported)),
		eventOn("t3", innovation.Piloting, "2019-04-01"), eventOn("t3", innovation.Adopted, "2019-07-31"), eventOn("t4", innovation.Adopted, "2019-08-01")})
	ask := func(day string, q innovation.AdoptionMonthsQuery) (out []string) {
		t.Helper()
		m, err := st.AdoptionMonths(t.Context(), on(day), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range append([]innovation.AdoptionCurve{m.Total}, m.Groups...) {
			line := c.Group + ":"
			if c.Unknown {
				line = "none:"
			}
			for _, n := range c.Months {
				line += fmt.Sprintf(" %s %d-%d=%d-%d", innovation.MonthText(n.Month)[2:], n.Certain, n.Possible, n.Cumulative.Low, n.Cumulative.High)
			}
			out = append(out, line)
		}
		return out
	}
	foot := &innovation.Footprint{}
	for _, c := range []struct {
		on   string
		q    innovation.AdoptionMonthsQuery
		want []string
	}{
		// t2 came in a month from April to June: possibly in April, certainly by June.
		{"2019-08-01", innovation.AdoptionMonthsQuery{}, []string{": 19-04 0-1=0-1 19-05 1-1=1-2 19-06 1-0=2-2 19-07 1-1=3-3"}},
		{"2019-07-30", innovation.AdoptionMonthsQuery{Innovation: "it"}, []string{": 19-04 0-1=0-1 19-05 1-1=1-2 19-06 1-0=2-2"}},
		{"2019-07-31", innovation.AdoptionMonthsQuery{Innovation: "it", Grade: innovation.Ordered}, []string{": 19-05 1-1=1-1 19-06 0-0=1-1 19-07 1-1=2-2"}},
		{"2019-12-31", innovation.AdoptionMonthsQuery{Innovation: "it", From: innovation.MustDate("2019-07-01"), To: innovation.MustDate("2019-08-01")}, []string{": 19-07 1-1=3-3 19-08 1-1=4-4"}},
		{"2019-04-15", innovation.AdoptionMonthsQuery{Innovation: "it"}, []string{":"}},
		{"2019-07-31", innovation.AdoptionMonthsQuery{Innovation: "it", Footprint: foot}, []string{": 19-04 0-1=0-1 19-05 1-1=1-2 19-06 1-0=2-2 19-07 1-1=3-3"}},
		{"2019-08-31", innovation.AdoptionMonthsQuery{Innovation: "it", By: "network", From: innovation.MustDate("2019-05-01")}, []string{
			": 19-05 1-1=1-2 19-06 1-0=2-2 19-07 1-1=3-3 19-08 1-1=4-4", "n1: 19-05 1-1=1-2 19-06 1-0=2-2 19-07 0-0=2-2 19-08 0-0=2-2",
			"n2: 19-05 0-0=0-0 19-06 0-0=0-0 19-07 0-1=0-1 19-08 0-0=0-1", "none: 19-05 0-0=0-0 19-06 0-0=0-0 19-07 0-0=0-0 19-08 1-1=1-1"}},
	} {
		if diff := cmp.Diff(c.want, ask(c.on, c.q)); diff != "" {
			t.Errorf("%+v on %s (-want +got)\n%s", c.q, c.on, diff)
		}
	}
	for field, q := range map[string]innovation.AdoptionMonthsQuery{
		"to":         {To: innovation.MustDate("2019-08-01")},
		"from":       {From: innovation.MustDate("2019-07-01"), To: innovation.MustDate("2019-06-01")},
		"by":         {By: "network"},
		"footprint":  {Footprint: foot},
		"grade":      {Grade: "hearsay"},
		"innovation": {Innovation: "none"},
	} {
		if _, err := st.AdoptionMonths(t.Context(), on("2019-08-15"), q); len(innovation.Violations(err)) != 1 || innovation.Violations(err)[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// On the footprints of mergers the first adopters are those of the bodies of the
// day, as far as all of their parts had come to use it.
func TestMonthsOnFootprints(t *testing.T) {
	onEngines(t, func(t *testing.T, st *store.Store) {
		recordAll(t, st, mergedTrusts()...)
		takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-01"), eventOn("t2", innovation.Adopted, "2019-07-01"), eventOn("t3", innovation.Adopted, "2019-06-01")})
		for foot, want := range map[innovation.Footprint]string{
			{}: "5: 0-1 6: 0-2 7: 1-0 ", // of May 2021: t5 partly in May, wholly in July; t6 and t7 possibly
			{Mode: innovation.FootprintHeld, Day: innovation.MustDate("2019-04-01")}: "5: 1-1 6: 1-1 7: 1-1 ",
		} {
			m, err := st.AdoptionMonths(t.Context(), on("2021-05-01"), innovation.AdoptionMonthsQuery{Innovation: "it", Footprint: &foot})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, n := range m.Total.Months[:3] {
				got += fmt.Sprintf("%d: %d-%d ", n.Month.Month(), n.Certain, n.Possible)
			}
			if got != want {
				t.Errorf("%s: %s, want %s", foot, got, want)
			}
		}
	})
}

func TestAdoptionMovement(t *testing.T) { onEngines(t, readsAdoptionMovement) }

func readsAdoptionMovement(t *testing.T, st *store.Store) {
	recordAll(t, st, mergedTrusts()...)
	recordAll(t, st, innovation.Eligibility{Innovation: "it", Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2019-07-15"))})
	takeEvents(t, st, []innovation.Adoption{eventOn("t1", innovation.Adopted, "2019-05-01"), eventOn("t3", innovation.Adopted, "2019-06-01"),
		eventOn("t2", innovation.Adopted, "2019-08-01"), eventOn("t2", "", "2019-10-01"), eventOn("t2", innovation.Adopted, "2020-02-01"),
		eventOn("t4", innovation.Embedded, "2019-09-01", byGrade(innovation.SelfReported)), eventOn("t4", innovation.Embedded, "2020-06-01"),
		eventOn("t4", innovation.Piloting, "2020-07-01", func(a *innovation.Adoption) { a.Step = innovation.Reversed }),
		eventOn("t5", innovation.Adopted, "2020-07-20"), eventOn("t5", "", "2020-08-01")})
	held := innovation.Footprint{Mode: innovation.FootprintHeld, Day: innovation.MustDate("2019-08-01")}
	for _, c := range []struct {
		from, to string
		foot     innovation.Footprint
		want     string
	}{
		{"2019-07-01", "2019-08-15", innovation.Footprint{}, "0-0, new 1/1, eligible 2/2, 3-3"}, // t1 and t3 could from July on, t2 began then
		{"2019-08-16", "2019-12-31", innovation.Footprint{}, "3-3, new 0/1, stopped -1/-1, 2-3"},
		{"2020-01-01", "2020-03-31", innovation.Footprint{}, "2-3, restarted 1/1, 3-4"},
		{"2020-04-01", "2020-05-01", innovation.Footprint{}, "3-4, merged-in 1/1, merged-out -2/-2, 2-3"},
		{"2020-04-01", "2020-05-01", held, "3-4, 3-4"},
		{"2020-05-02", "2020-06-30", innovation.Footprint{}, "2-3, evidence 1/0, 3-3"}, // t4 is observed
		{"2020-07-01", "2020-09-30", innovation.Footprint{}, "3-3, stopped -1/-1, reversed -1/-1, 1-1"},
		{"2020-07-01", "2020-09-30", held, "4-4, stopped -2/-2, reversed -1/-1, 1-1"},
		{"2021-01-01", "2021-12-31", innovation.Footprint{}, "1-1, split-in 0/2, split-out -1/-1, 0-2"},
	} {
		m, err := st.AdoptionMovement(t.Context(), on("2022-01-01"), innovation.AdoptionMovementQuery{Innovation: "it", From: innovation.MustDate(c.from), To: innovation.MustDate(c.to), Footprint: c.foot})
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%d-%d, ", m.Total.Opening.Low, m.Total.Opening.High)
		for _, v := range m.Total.Movements {
			got += fmt.Sprintf("%s %d/%d, ", v.Kind, v.Certain, v.Possible)
		}
		if got += fmt.Sprintf("%d-%d", m.Total.Closing.Low, m.Total.Closing.High); got != c.want {
			t.Errorf("%s to %s, %s:\n%s, want\n%s\n%+v", c.from, c.to, c.foot, got, c.want, m.Bodies)
		}
	}
	for field, q := range map[string]innovation.AdoptionMovementQuery{
		"to":        {Innovation: "it", To: innovation.MustDate("2022-01-02")},
		"from":      {Innovation: "it", From: innovation.MustDate("2022-01-02")},
		"footprint": {Innovation: "it", Footprint: innovation.Footprint{Mode: "last"}},
		"by":        {Innovation: "it", By: "colour"},
	} {
		if _, err := st.AdoptionMovement(t.Context(), on("2022-01-01"), q); len(innovation.Violations(err)) != 1 || innovation.Violations(err)[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
