package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// spreading is an innovation among six trusts of two networks:
//
//	t1  icb-a  pilots and uses it, and confirms it in May 2023
//	t2  icb-a  uses it since some day of March 2019, as it says itself
//	t3  icb-b  uses it from 2020 and stops in March 2023: the funding ended
//	t4  icb-c  uses it, stops without a reason, uses it again, merges into t9 in
//	           June 2023, which stops in August: it was recalled
//	t5  icb-c  pilots it, and uses a like innovation
//	t6  icb-a  declines it
//
// Advice to stop was issued on 15 January 2023. Before July 2022 trusts lay in
// clinical commissioning groups.
func spreading() []innovation.Fact {
	day := innovation.MustDate
	on := func(s string) innovation.Day { return innovation.OnDay(day(s)) }
	from := func(s string) innovation.Period { return innovation.From(day(s)) }
	between := func(s, e string) innovation.Period { return innovation.Between(day(s), day(e)) }
	body := func(id innovation.OrganisationID, kind string, p innovation.Period) innovation.Fact {
		return innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: kind, Period: p}
	}
	rel := func(id innovation.OrganisationID, typ string, to innovation.OrganisationID, p innovation.Period) innovation.Fact {
		return innovation.Relation{Organisation: id, Type: typ, Target: to, Period: p}
	}
	old, now := between("2013-04-01", "2022-07-01"), from("2022-07-01")
	facts := []innovation.Fact{
		body("north", "network", from("2013-04-01")), body("south", "network", from("2013-04-01")), body("r1", "nhs-region", from("2013-04-01")), body("r2", "nhs-region", from("2013-04-01")),
	}
	for _, c := range []string{"a", "b", "c"} {
		facts = append(facts, body(innovation.OrganisationID("ccg-"+c), "ccg", old), body(innovation.OrganisationID("icb-"+c), "icb", now))
	}
	for i := range 6 {
		p := from("2013-04-01")
		if i == 3 {
			p = between("2013-04-01", "2023-06-01")
		}
		facts = append(facts, body(innovation.OrganisationID(fmt.Sprintf("t%d", i+1)), "nhs-trust", p))
	}
	facts = append(facts, body("t9", "nhs-trust", from("2023-06-01")), innovation.Name{Organisation: "t1", Text: "First Trust", Kind: "current", Period: from("2013-04-01")},
		innovation.Role{Organisation: "north", Role: innovation.RoleNetwork, Period: from("2013-05-23")}, innovation.Role{Organisation: "south", Role: innovation.RoleNetwork, Period: from("2013-05-23")},
		innovation.Succession{Predecessor: "t4", Successor: "t9", Type: innovation.Merge, Day: on("2023-06-01")})
	for area, of := range map[string]struct {
		network, region innovation.OrganisationID
		trusts          []innovation.OrganisationID
	}{"a": {"north", "r1", []innovation.OrganisationID{"t1", "t2", "t6"}}, "b": {"north", "r1", []innovation.OrganisationID{"t3"}}, "c": {"south", "r2", []innovation.OrganisationID{"t4", "t5", "t9"}}} {
		ccg, icb := innovation.OrganisationID("ccg-"+area), innovation.OrganisationID("icb-"+area)
		facts = append(facts, rel(of.network, innovation.Serves, ccg, old), rel(of.network, innovation.Serves, icb, now), rel(ccg, innovation.PartOf, of.region, old), rel(icb, innovation.PartOf, of.region, now))
		for _, t := range of.trusts {
			facts = append(facts, rel(t, innovation.PartOf, icb, now))
			if t != "t9" {
				facts = append(facts, rel(t, innovation.PartOf, ccg, old))
			}
		}
	}
	event := func(id innovation.OrganisationID, step innovation.AdoptionStep, stage innovation.Stage, grade innovation.EvidenceGrade, d innovation.Day, why innovation.StopReason) innovation.Fact {
		return innovation.Adoption{Innovation: "inn", Organisation: id, Step: step, Stage: stage, Grade: grade, Day: d, Reason: why}
	}
	return append(facts,
		innovation.Innovation{Innovation: "inn", Name: "A sensor", Type: "device", Summary: "It senses", Period: from("2015-01-01")},
		innovation.Innovation{Innovation: "inn-2", Name: "Another Sensor_2", Type: "device", Period: from("2015-01-01")},
		innovation.Category{Innovation: "inn", Category: "digital", Period: from("2015-01-01")}, innovation.Category{Innovation: "inn-2", Category: "digital", Period: from("2015-01-01")},
		innovation.Supply{Innovation: "inn", Supplier: "r1", Product: "Sensor Plus", Period: from("2015-01-01")},
		innovation.Programme{Programme: "prog", Name: "The Programme", Type: "national-adoption", Period: from("2018-01-01")},
		innovation.Phase{Programme: "prog", Number: 1, Name: "First", Period: from("2018-01-01")},
		innovation.ProgrammeInnovation{Programme: "prog", Innovation: "inn", Period: from("2018-01-01")},
		innovation.Mandate{Programme: "prog", Force: innovation.ForceExpected, ComplyBy: on("2024-03-31"), Period: from("2022-01-01")},
		innovation.Eligibility{Innovation: "inn", Kind: "nhs-trust", Reason: "all trusts", Period: from("2015-01-01")},
		innovation.Notice{Innovation: "inn", Type: "advice-to-stop", Text: "Stop using it.", Day: on("2023-01-15")},
		innovation.PeerGroup{PeerGroup: "peers", Name: "Peers", Basis: "alike", Period: from("2020-01-01")},
		innovation.Peer{PeerGroup: "peers", Organisation: "t1", Period: from("2020-01-01")}, innovation.Peer{PeerGroup: "peers", Organisation: "t5", Period: from("2020-01-01")},
		innovation.Peer{PeerGroup: "peers", Organisation: "t6", Period: from("2020-01-01")}, innovation.Peer{PeerGroup: "peers", Organisation: "t3", Period: between("2020-01-01", "2021-01-01")},
		innovation.Population{Organisation: "t1", Nominal: 500_000, Day: on("2021-01-01")}, innovation.Population{Organisation: "t6", Nominal: 1_000_000, Day: on("2021-01-01")},
		event("t1", innovation.Reached, innovation.Piloting, innovation.SelfReported, on("2018-01-10"), ""), event("t1", innovation.Reached, innovation.Adopted, innovation.Observed, on("2018-06-01"), ""),
		event("t1", innovation.Confirmed, innovation.Adopted, innovation.Observed, on("2023-05-01"), ""),
		event("t2", innovation.Reached, innovation.Adopted, innovation.SelfReported, innovation.Day{Bound: innovation.InMonth(2019, 3)}, ""),
		event("t3", innovation.Reached, innovation.Adopted, innovation.Audited, on("2020-02-01"), ""), event("t3", innovation.Stopped, "", innovation.Audited, on("2023-03-01"), "funding-ended"),
		event("t4", innovation.Reached, innovation.Adopted, innovation.Observed, on("2021-05-01"), ""), event("t4", innovation.Stopped, "", innovation.Observed, on("2022-01-01"), ""),
		event("t4", innovation.Reached, innovation.Adopted, innovation.Observed, on("2022-09-01"), ""),
		event("t9", innovation.Reached, innovation.Adopted, innovation.Observed, on("2023-06-02"), ""), event("t9", innovation.Stopped, "", innovation.Observed, on("2023-08-01"), "recalled"),
		event("t5", innovation.Reached, innovation.Piloting, innovation.SelfReported, on("2023-01-01"), ""),
		innovation.Adoption{Innovation: "inn-2", Organisation: "t5", Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Audited, Day: on("2020-01-01")},
		innovation.AdoptionDecision{Innovation: "inn", Organisation: "t6", Outcome: innovation.DecidedToDecline, Blocker: "cost-too-high", Day: on("2023-02-01")},
		innovation.Award{Award: "year", Title: "A year", Programme: "PROG", Figure: innovation.Figure{Amount: inPounds(100_000), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed, Covers: between("2018-01-01", "2019-01-01")}, Day: on("2018-01-01")},
		innovation.Award{Award: "start", Title: "The start", Programme: "prog", Figure: innovation.Figure{Amount: inPounds(50_000), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed, Covers: between("2018-01-01", "2018-06-01")}, Day: on("2018-01-01")},
		innovation.Award{Award: "late", Title: "Late", Programme: "The programme", Figure: innovation.Figure{Amount: innovation.Exact(3_000_001), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed, Covers: between("2020-04-01", "2021-04-01")}, Day: on("2020-04-01")},
		innovation.Award{Award: "other", Title: "Another", Programme: "Something else", Figure: innovation.Figure{Amount: inPounds(1), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed}, Day: on("2020-04-01")},
	)
}

// asked is the day of the questions.
var asked = innovation.On(innovation.MustDate("2023-12-31"))

func TestAdoptionQuestions(t *testing.T) {
	onEngines(t, func(t *testing.T, st *store.Store) {
		ids, _ := recordAll(t, st, spreading()...)
		fact := map[innovation.FactType]innovation.FactID{}
		for i, f := range spreading() {
			fact[f.FactType()] = ids[i]
		}
		t.Run("still using", func(t *testing.T) { stillUsing(t, st, fact[innovation.TypeNotice]) })
		t.Run("quiet", func(t *testing.T) { quietStops(t, st) })
		t.Run("stops", func(t *testing.T) { stops(t, st) })
		t.Run("who next", func(t *testing.T) { whoNext(t, st, fact[innovation.TypeAdoptionDecision]) })
		t.Run("milestones", func(t *testing.T) { milestones(t, st) })
		t.Run("cost", func(t *testing.T) { costPerAdopter(t, st) })
		t.Run("readings", func(t *testing.T) { readings(t, st) })
	})
}

func stillUsing(t *testing.T, st *store.Store, notice innovation.FactID) {
	s, err := st.StillUsing(t.Context(), asked, innovation.StillUsingQuery{Innovation: "inn", Notice: notice})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range s.Using {
		groups := ""
		for _, g := range u.Groups {
			groups += string(g.Group)
		}
		got = append(got, fmt.Sprintf("%s %s %s %s since %s, confirmed %s, now %s, stopped %s %s", u.Organisation, groups, u.Uses, u.Spell.Grade, u.Spell.Since, u.Spell.LastConfirmed, u.Now, u.StoppedSince, u.Reason))
	}
	want := []string{
		"t1 north yes observed since 2018-06-01, confirmed , now yes, stopped  ",
		"t2 north possibly self-reported since 2019-03, confirmed , now possibly, stopped  ",
		"t3 north yes audited since 2020-02-01, confirmed , now no, stopped 2023-03-01 funding-ended",
		"t4 south yes observed since 2022-09-01, confirmed , now no, stopped 2023-08-01 recalled", // by what it became
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if s.Low != 3 || s.High != 4 || len(s.StoppedSince) != 2 || s.Day != innovation.MustDate("2023-01-15") || s.Basis.Footprint.Mode != innovation.FootprintHeld || !s.Basis.EligibleKnown || s.Basis.Eligible != 6 {
		t.Errorf("%d to %d, %v, basis %+v", s.Low, s.High, s.StoppedSince, s.Basis)
	}
	wantGroups := []innovation.GroupCount{{Group: "north", Name: "north", Low: 2, High: 3}, {Group: "south", Name: "south", Low: 1, High: 1}}
	if diff := cmp.Diff(wantGroups, s.Groups); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	// Without a notice on the day asked about: t9 has stopped, t4 is no more.
	s, err = st.StillUsing(t.Context(), asked, innovation.StillUsingQuery{Innovation: "inn", By: "icb"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Low != 1 || s.High != 2 || len(s.StoppedBefore) != 2 || s.Using[0].Name != "First Trust" || s.Using[0].Spell.LastConfirmed.String() != "2023-05-01" || s.Using[0].Groups[0].Group != "icb-a" || len(s.Notices) != 1 {
		t.Errorf("%+v", s)
	}
	refuses(t, "notice fact-not-found", func() error {
		_, err := st.StillUsing(t.Context(), asked, innovation.StillUsingQuery{Innovation: "inn", Notice: notice + 1000})
		return err
	})
	refuses(t, "notice question-invalid", func() error {
		_, err := st.StillUsing(t.Context(), innovation.On(innovation.MustDate("2022-01-01")), innovation.StillUsingQuery{Innovation: "inn", Notice: notice})
		return err
	})
	refuses(t, "by question-invalid", func() error {
		_, err := st.StillUsing(t.Context(), asked, innovation.StillUsingQuery{Innovation: "inn", By: "colour"})
		return err
	})
	refuses(t, "firm word-unknown", func() error {
		_, err := st.StillUsing(t.Context(), asked, innovation.StillUsingQuery{Innovation: "inn", Firm: "certain"})
		return err
	})
	refuses(t, "innovation entity-not-found", func() error {
		_, err := st.StillUsing(t.Context(), asked, innovation.StillUsingQuery{Innovation: "none"})
		return err
	})
}

// refuses holds what is refused against "field rule".
func refuses(t *testing.T, want string, ask func() error) {
	t.Helper()
	var got []string
	for _, e := range innovation.Violations(ask()) {
		got = append(got, e.Field+" "+string(e.Rule))
	}
	if strings.Join(got, ", ") != want {
		t.Errorf("refused: %v, want %s", got, want)
	}
}

func quietStops(t *testing.T, st *store.Store) {
	show := func(q store.QuietStops) (out []string) {
		for _, x := range q.Quiet {
			out = append(out, fmt.Sprintf("%s %s %s, last %s, %d to %d months, uses %s", x.Innovation, x.Organisation, x.Quiet, x.LastSign, x.MonthsLow, x.MonthsHigh, x.Uses))
		}
		return out
	}
	q, err := st.QuietStops(t.Context(), asked, innovation.QuietStopsQuery{Innovation: "inn"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"inn t2 yes, last 2019-03, 57 to 57 months, uses possibly", "inn t1 yes, last 2023-05-01, 7 to 7 months, uses yes"}
	if diff := cmp.Diff(want, show(q)); diff != "" || q.Low != 1 || q.High != 2 || q.InUse != 2 || q.Asked.Months != 6 {
		t.Errorf("%+v (-want +got)\n%s", q, diff)
	}
	if q, err = st.QuietStops(t.Context(), asked, innovation.QuietStopsQuery{Innovation: "inn", Months: 8}); err != nil || q.High != 1 {
		t.Errorf("for 8 months: %v %v", show(q), err)
	}
	if q, err = st.QuietStops(t.Context(), asked, innovation.QuietStopsQuery{Organisation: "t5"}); err != nil || cmp.Diff([]string{"inn-2 t5 yes, last 2020-01-01, 47 to 47 months, uses yes"}, show(q)) != "" {
		t.Errorf("of t5: %v %v", show(q), err)
	}
	refuses(t, "innovation question-invalid, months question-invalid", func() error {
		_, err := st.QuietStops(t.Context(), asked, innovation.QuietStopsQuery{Innovation: "inn", Organisation: "t5", Months: -1})
		return err
	})
}

func stops(t *testing.T, st *store.Store) {
	ask := func(q innovation.StopsQuery) store.Stops {
		t.Helper()
		s, err := st.Stops(t.Context(), asked, q)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := ask(innovation.StopsQuery{Innovation: "inn"})
	var got []string
	for _, x := range s.Stops {
		got = append(got, fmt.Sprintf("%s %s at %s: %s (%s), again %s", x.Organisation, x.Day, x.Was, x.ReasonLabel, x.Domain, x.Restarted))
	}
	if diff := cmp.Diff([]string{
		"t9 2023-08-01 at adopted: It was recalled, or its use advised against (technology), again ",
		"t3 2023-03-01 at adopted: The funding ended (organisation), again ",
		"t4 2022-01-01 at adopted: Not stated (), again 2022-09-01",
	}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got = nil
	for _, c := range append(s.Reasons, s.Domains...) {
		got = append(got, fmt.Sprintf("%s %d-%d", c.Label, c.Low, c.High))
	}
	if diff := cmp.Diff([]string{"Not stated 1-1", "The funding ended 1-1", "It was recalled, or its use advised against 1-1",
		"The technology itself 1-1", "The organisation 1-1", "Not stated 1-1"}, got); diff != "" || s.Low != 3 || s.High != 3 || s.Restarted != 1 {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if s := ask(innovation.StopsQuery{From: innovation.MustDate("2023-01-01"), To: innovation.MustDate("2023-03-01"), Limit: 1}); s.High != 1 || s.Stops[0].Organisation != "t3" || s.Stops[0].Groups[0].Group != "north" {
		t.Errorf("%+v", s)
	}
	if s := ask(innovation.StopsQuery{Limit: 1}); s.High != 3 || s.More != 2 || len(s.Stops) != 1 {
		t.Errorf("%d, %d more", s.High, s.More)
	}
	refuses(t, "to question-invalid", func() error {
		_, err := st.Stops(t.Context(), asked, innovation.StopsQuery{To: innovation.MustDate("2024-01-01")})
		return err
	})
	refuses(t, "from question-invalid", func() error {
		_, err := st.Stops(t.Context(), asked, innovation.StopsQuery{From: innovation.MustDate("2023-01-01"), To: innovation.MustDate("2022-01-01")})
		return err
	})
}

func whoNext(t *testing.T, st *store.Store, decision innovation.FactID) {
	ask := func(q innovation.WhoNextQuery) store.WhoNext {
		t.Helper()
		w, err := st.WhoNext(t.Context(), asked, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range w.Rows {
			addsUp(t, string(row.Organisation), row.Scored)
			if row.Introducer != nil {
				addsUp(t, "introducer of "+string(row.Organisation), row.Introducer.Scored)
			}
		}
		return w
	}
	w := ask(innovation.WhoNextQuery{Innovation: "inn"})
	var order []string
	for _, row := range w.Rows {
		order = append(order, fmt.Sprintf("%s %s", row.Organisation, row.InUse))
	}
	if diff := cmp.Diff([]string{"t5 no", "t2 possibly", "t6 no", "t3 no", "t9 no"}, order); diff != "" || w.UsersLow != 1 || w.UsersHigh != 2 || !w.Basis.EligibleKnown || w.Basis.Eligible != 6 {
		t.Errorf("%d to %d users, (-want +got)\n%s", w.UsersLow, w.UsersHigh, diff)
	}
	var got []string
	for _, row := range w.Rows {
		if row.Organisation == "t6" {
			for _, r := range row.Reasons {
				got = append(got, fmt.Sprintf("%s %t %d × %d: %s", r.Reason, r.Known, r.Value, r.Weight, r.Text))
			}
			// 25 + 20 + 20 + 10 + 15 + 10 + 30 of 150: all but its stage.
			if row.Score != 25*333_333+20*500_000+20*500_000+10*500_000+10*875_343-30*1_000_000 || row.Known != 130*1_000_000/150 {
				t.Errorf("score %d, known %d", row.Score, row.Known)
			}
			if row.Introducer == nil || row.Introducer.Organisation != "t1" || row.Introducer.Name != "First Trust" {
				t.Errorf("introduced by %+v", row.Introducer)
			}
			if last := row.Reasons[len(row.Reasons)-1]; len(last.Facts) != 1 || last.Facts[0] != decision {
				t.Errorf("the blocker stands on %v, want %d", last.Facts, decision)
			}
		}
	}
	if diff := cmp.Diff([]string{
		"network-peers true 333333 × 25: 1 of 3 other eligible organisations of its network use it, 1 more possibly",
		"icb-peers true 500000 × 20: 1 of 2 other eligible organisations of its integrated care board use it, 1 more possibly",
		"peer-group true 500000 × 20: 1 of 2 other eligible organisations of its peer group use it",
		"similar-size true 500000 × 10: t1, which uses it, serves 500000 people; it serves 1000000",
		"like-innovations true 0 × 15: it uses 0 of 1 like innovations that some of the eligible use",
		"stage-reached false 0 × 20: no event of it is recorded",
		"mandate true 875343 × 10: it is to be used by 2024-03-31, by prog (expected)", // 1 − 91/730
		"blocker true 1000000 × -30: it was decided on 2023-02-01 to decline: It cost more than it was worth",
	}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if w := ask(innovation.WhoNextQuery{Innovation: "inn", Network: "south", Limit: 1}); len(w.Rows) != 1 || w.More != 1 || w.Rows[0].Organisation != "t5" || w.Rows[0].Reasons[3].Known {
		t.Errorf("%+v", w.Rows)
	}
	weights, err := innovation.ParseWeights("weight", []string{"blocker=0", "stage-reached=0", "icb-peers=100"})
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(innovation.WhoNextQuery{Innovation: "inn", Weights: weights}); w.Rows[0].Organisation != "t6" {
		t.Errorf("with other weights %s is first", w.Rows[0].Organisation)
	}
	refuses(t, "network entity-not-found", func() error {
		_, err := st.WhoNext(t.Context(), asked, innovation.WhoNextQuery{Innovation: "inn", Network: "nowhere"})
		return err
	})
	refuses(t, "phase question-invalid, limit page-limit-invalid", func() error {
		_, err := st.WhoNext(t.Context(), asked, innovation.WhoNextQuery{Innovation: "inn", Phase: 1, Limit: 1001})
		return err
	})
}

// addsUp holds a score against the sum of what is shown.
func addsUp(t *testing.T, what string, s innovation.Scored) {
	t.Helper()
	var sum int64
	for _, r := range s.Reasons {
		if r.Contribution != r.Weight*r.Value || r.Value < 0 || r.Value > 1_000_000 || !r.Known && r.Value != 0 || r.Text == "" {
			t.Errorf("%s: %+v", what, r)
		}
		sum += r.Contribution
	}
	if sum != s.Score {
		t.Errorf("%s: the score is %d and its reasons add up to %d", what, s.Score, sum)
	}
}

func milestones(t *testing.T, st *store.Store) {
	ask := func(v innovation.View) (out []string) {
		t.Helper()
		m, err := st.Milestones(t.Context(), v, "inn")
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range m.Milestones {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s: %s / %s by %v %s %v %s", x.Milestone, x.Reached, x.Certainly, x.Possibly, x.By, x.Grouping, x.Groups, x.Missing)))
		}
		return out
	}
	if diff := cmp.Diff([]string{
		"first-piloted yes: 2018-06-01 / 2018-01-10 by [t1]  []",
		"piloted-in-one-area yes: 2018-06-01 / 2018-01-10 by [t1] ccg [ccg-a]",
		"piloted-in-several-areas yes: 2020-02-01 / 2020-02-01 by [t3] ccg [ccg-a ccg-b]",
		"first-adopted yes: 2018-06-01 / 2018-06-01 by [t1]  []",
		"adopted-in-several-areas yes: 2020-02-01 / 2020-02-01 by [t3] ccg [ccg-a ccg-b]",
		"adopted-in-several-regions yes: 2021-05-01 / 2021-05-01 by [t4] nhs-region [r1 r2]",
		"adopted-in-every-region yes: 2021-05-01 / 2021-05-01 by [t4] nhs-region [r1 r2]",
		"adopted-in-every-network yes: 2021-05-01 / 2021-05-01 by [t4] network [north south]",
		"half-of-eligible yes: 2021-05-01 / 2020-02-01 by []  []",
	}, ask(asked)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := ask(innovation.On(innovation.MustDate("2018-02-01"))); got[0] != "first-piloted possibly:  / 2018-01-10 by [t1]  []" || got[3] != "first-adopted no:  /  by []  []" {
		t.Errorf("in February 2018: %v", got)
	}
}

func costPerAdopter(t *testing.T, st *store.Store) {
	c, err := st.CostPerAdopter(t.Context(), asked, innovation.CostPerAdopterQuery{Innovation: "inn", Count: 1})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range c.Costs {
		var out []string
		for _, u := range x.LeftOut {
			out = append(out, u.What)
		}
		got = append(got, fmt.Sprintf("%s (%s to %s): %d to %d, %s, %s each, without %v", x.Which, x.After, x.Through, x.AdoptersLow, x.AdoptersHigh, x.Money.Amount, x.Each.Amount, out))
	}
	if diff := cmp.Diff([]string{
		"first ( to 2018-06-01): 1 to 1, £50,000.00, £50,000.00 each, without [year late]",
		"last (2020-02-01 to 2021-05-01): 1 to 2, £30,000.01, £15,000.00 to £30,000.01 each, without [year start]",
		"all ( to 2023-12-31): 3 to 4, £180,000.01, £45,000.00 to £60,000.01 each, without []",
	}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(c.Programmes) != 1 || len(c.Programmes[0].Awards) != 3 || c.Programmes[0].Awards[2].By != "programme-name" {
		t.Errorf("linked: %+v", c.Programmes)
	}
	if c, err = st.CostPerAdopter(t.Context(), asked, innovation.CostPerAdopterQuery{Innovation: "inn-2"}); err != nil || c.Costs[2].Money.Known || !strings.HasPrefix(c.Costs[2].Each.Missing[0], "no award is linked") ||
		!strings.HasPrefix(c.Costs[0].Each.Missing[0], "the first and the last 10 need 20 certain adopters, and there are 1") {
		t.Errorf("%+v %v", c.Costs, err)
	}
}

func readings(t *testing.T, st *store.Store) {
	quantity := func(text string) innovation.Quantity {
		q, err := innovation.ParseQuantity(text, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	figure := func(id innovation.ObservationID, typ innovation.ObservationType, value, day string) innovation.Observation {
		return innovation.Observation{Observation: id, Innovation: "inn", Programme: "prog", Type: typ, Scope: innovation.ScopeEngland, Measure: "adopters", Quantity: quantity(value),
			Unit: "practices", Day: innovation.OnDay(innovation.MustDate(day))}
	}
	together := figure("o-4", innovation.Result, "7", "2022-03-31")
	together.Scope = innovation.ScopeNetworks
	recordAll(t, st, figure("o-1", innovation.Result, "370", "2020-03-31"), figure("o-2", innovation.Result, "393", "2020-03-31"), figure("o-3", innovation.Target, "500", "2030-03-31"), together,
		innovation.ObservationBody{Observation: "o-4", Organisation: "north"}, innovation.ObservationBody{Observation: "o-4", Organisation: "south"}, figure("o-5", innovation.Result, "1", "2029-03-31"),
		innovation.Claim{About: innovation.InnovationID("inn").Entity(), Topic: "reach", Field: "adopters", Value: "about 400", Day: innovation.OnDay(innovation.MustDate("2020-05-01"))})
	list, err := st.Observations(t.Context(), asked, store.ObservationFilter{Innovation: "inn"})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Results) != 3 || len(list.Targets) != 1 || list.Results[0].Rivals[0] != "o-2" || list.Results[1].Rivals[0] != "o-1" || list.Results[2].Rivals != nil ||
		len(list.Results[2].Bodies) != 2 || len(list.Claims) != 1 {
		t.Errorf("%+v", list)
	}
	if list, err = st.Observations(t.Context(), asked, store.ObservationFilter{Body: "south", Type: innovation.Result, Scope: innovation.ScopeNetworks, Measure: "adopters", Programme: "prog"}); err != nil || len(list.Results) != 1 {
		t.Errorf("about south: %+v %v", list, err)
	}
	var keys []innovation.ObservationID
	for f := (store.ObservationFilter{Limit: 1}); ; {
		list, err := st.Observations(t.Context(), asked, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range append(list.Results, list.Targets...) {
			keys = append(keys, o.Value.Observation)
		}
		if f.Page = list.Next; f.Page == "" {
			break
		}
	}
	if diff := cmp.Diff([]innovation.ObservationID{"o-1", "o-2", "o-3", "o-4"}, keys); diff != "" {
		t.Errorf("by pages (-want +got)\n%s", diff)
	}
	refuses(t, "type question-invalid, scope question-invalid", func() error {
		_, err := st.Observations(t.Context(), asked, store.ObservationFilter{Type: "wish", Scope: "moon"})
		return err
	})

	i, err := st.Innovation(t.Context(), asked, "inn")
	if err != nil || i.Name != "A sensor" || len(i.Supplies) != 1 || len(i.Categories) != 1 || len(i.Notices) != 1 || len(i.Programmes) != 1 || len(i.Mandates) != 1 || len(i.Eligible) != 1 || len(i.Claims) != 1 {
		t.Errorf("%+v %v", i, err)
	}
	p, err := st.Programme(t.Context(), asked, "prog")
	if err != nil || p.Name != "The Programme" || len(p.Phases) != 1 || len(p.Innovations) != 1 || len(p.Mandates) != 1 || len(p.Observations) != 4 {
		t.Errorf("%+v %v", p, err)
	}
	g, err := st.PeerGroup(t.Context(), asked, "peers")
	if err != nil || len(g.Members) != 3 || g.Members[0].Name != "First Trust" || g.Name != "Peers" {
		t.Errorf("%+v %v", g, err)
	}
	for _, c := range []struct {
		f    store.InnovationFilter
		want []innovation.InnovationID
	}{
		{store.InnovationFilter{}, []innovation.InnovationID{"inn", "inn-2"}},
		{store.InnovationFilter{Text: "SENSOR"}, []innovation.InnovationID{"inn", "inn-2"}},
		{store.InnovationFilter{Text: "r_2"}, []innovation.InnovationID{"inn-2"}},
		{store.InnovationFilter{Text: "a_s"}, nil}, // _ and % are themselves
		{store.InnovationFilter{Text: "sensor plus"}, []innovation.InnovationID{"inn"}},
		{store.InnovationFilter{Type: "device", Category: "digital", Supplier: "r1", Programme: "prog"}, []innovation.InnovationID{"inn"}},
		{store.InnovationFilter{CareSetting: "primary-care"}, nil},
	} {
		list, err := st.Innovations(t.Context(), asked, c.f)
		if err != nil {
			t.Fatal(err)
		}
		var got []innovation.InnovationID
		for _, i := range list.Innovations {
			got = append(got, i.Innovation)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v (-want +got)\n%s", c.f, diff)
		}
	}
	first, err := st.Innovations(t.Context(), asked, store.InnovationFilter{Limit: 1})
	if err != nil || first.Next == "" || first.Innovations[0].Suppliers[0] != "r1" || first.Innovations[0].Programmes[0] != "prog" {
		t.Errorf("%+v %v", first, err)
	}
}
