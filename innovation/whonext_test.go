package innovation_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
)

// TestScoresAddUp makes registers at random: every score is the sum of what is
// shown, what is not known adds nothing, the order is that of scores and then
// keys, and nobody who certainly uses it is ranked.
func TestScoresAddUp(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		f := innovation.WhoNextFile{On: innovation.MustDate("2024-01-01")}
		day := func() innovation.Day { return innovation.OnDay(f.On.AddDays(-r.IntN(2000) + 100)) }
		using := map[innovation.OrganisationID]bool{}
		groups := func(kind string, n int) (out []innovation.AdoptionGroup) {
			for range r.IntN(3) {
				out = append(out, innovation.AdoptionGroup{Group: innovation.OrganisationID(fmt.Sprintf("%s-%d", kind, r.IntN(n))), Holds: innovation.Answer(1 + r.IntN(2))})
			}
			return out
		}
		for i := range 2 + r.IntN(20) {
			id := innovation.OrganisationID(fmt.Sprintf("o%02d", i))
			u := innovation.WhoNextUnit{Organisation: id, Eligible: innovation.Answer(1 + r.IntN(2)), Networks: groups("net", 3), ICBs: groups("icb", 5)}
			stand := func() int { return r.IntN(7) - 1 }
			u.Standing.All = stand()
			u.Standing.AllEarly, u.Standing.Firm, u.Standing.FirmEarly = u.Standing.All, u.Standing.All, u.Standing.All
			if r.IntN(4) == 0 {
				u.Standing.Firm = stand()
			}
			using[id] = u.Standing.InUse() == innovation.Yes
			if r.IntN(2) == 0 {
				u.Population = &innovation.Recorded[innovation.Population]{ID: 9, Value: innovation.Population{Nominal: 1 + r.Int64N(1<<uint(1+r.IntN(45)))}}
			}
			for g := range r.IntN(3) {
				u.PeerGroups = append(u.PeerGroups, innovation.PeerGroupID(fmt.Sprintf("p%d", g)))
			}
			for e := range r.IntN(4) {
				u.Events = append(u.Events, innovation.Recorded[innovation.Adoption]{ID: innovation.FactID(e), Value: innovation.Adoption{Organisation: id, Step: innovation.AdoptionSteps()[r.IntN(4)],
					Stage: innovation.Stages()[r.IntN(5)], Grade: innovation.EvidenceGrades()[r.IntN(5)], Day: day()}})
			}
			f.Units = append(f.Units, u)
			if r.IntN(3) == 0 {
				f.Decisions = append(f.Decisions, innovation.Recorded[innovation.AdoptionDecision]{Value: innovation.AdoptionDecision{Organisation: id, Day: day(),
					Outcome: []innovation.AdoptionOutcome{innovation.DecidedToAdopt, innovation.DecidedToDefer, innovation.DecidedToDecline}[r.IntN(3)]}})
			}
		}
		f.Like = append(f.Like, innovation.LikeInnovation{Innovation: "like", Users: using})
		if r.IntN(2) == 0 {
			f.Mandates = append(f.Mandates, innovation.Recorded[innovation.Mandate]{Value: innovation.Mandate{Programme: "p", ComplyBy: day(), Period: innovation.From(f.On.AddDays(-10))}})
		}
		q := innovation.WhoNextQuery{Innovation: "x", Limit: 1 + r.IntN(30)}.Normal()
		for i := range q.Weights {
			q.Weights[i].Weight = r.Int64N(201) - 100
		}
		rows, more := innovation.WhoNextOf(q, f)
		if len(rows) > q.Limit || more < 0 {
			t.Fatalf("seed %d: %d rows of %d, %d more", seed, len(rows), q.Limit, more)
		}
		for i, row := range rows {
			if using[row.Organisation] {
				t.Errorf("seed %d: %s uses it", seed, row.Organisation)
			}
			if i > 0 && (rows[i-1].Score < row.Score || rows[i-1].Score == row.Score && rows[i-1].Organisation >= row.Organisation) {
				t.Errorf("seed %d: %s comes after %s", seed, row.Organisation, rows[i-1].Organisation)
			}
			if len(row.Reasons) != len(q.Weights) {
				t.Errorf("seed %d: %d reasons", seed, len(row.Reasons))
			}
			scored := []innovation.Scored{row.Scored}
			if in := row.Introducer; in != nil {
				scored = append(scored, in.Scored)
				if !using[in.Organisation] {
					t.Errorf("seed %d: %s introduces it and does not use it", seed, in.Organisation)
				}
			}
			for _, s := range scored {
				var sum int64
				for _, x := range s.Reasons {
					if x.Value < 0 || x.Value > 1_000_000 || x.Contribution != x.Value*x.Weight || !x.Known && x.Contribution != 0 || x.Text == "" {
						t.Errorf("seed %d: %+v", seed, x)
					}
					sum += x.Contribution
				}
				if sum != s.Score || s.Known < 0 || s.Known > 1_000_000 {
					t.Errorf("seed %d: %+v adds up to %d", seed, s, sum)
				}
			}
		}
	}
}

func TestParseWeights(t *testing.T) {
	w, err := innovation.ParseWeights("weight", []string{"blocker=-100", "mandate=0"})
	if err != nil || w[6].Weight != 0 || w[7].Weight != -100 || w[0] != innovation.WhoNextWeights()[0] {
		t.Errorf("%v %v", w, err)
	}
	_, err = innovation.ParseWeights("weight", []string{"luck=1", "mandate", "mandate=101", "mandate=1.5", "blocker=1", "blocker=2"})
	if got := len(innovation.Violations(err)); got != 5 {
		t.Errorf("%d refusals: %v", got, err)
	}
}

// use makes an event of body.
func use(id innovation.FactID, body innovation.OrganisationID, step innovation.AdoptionStep, stage innovation.Stage, grade innovation.EvidenceGrade, day string, why innovation.StopReason) innovation.Recorded[innovation.Adoption] {
	b, err := innovation.ParseBound(day)
	if err != nil {
		panic(err)
	}
	return innovation.Recorded[innovation.Adoption]{ID: id, Value: innovation.Adoption{Innovation: "x", Organisation: body, Step: step, Stage: stage, Grade: grade, Day: innovation.Day{Bound: b}, Reason: why}}
}

func TestUseOf(t *testing.T) {
	const self, observed = innovation.SelfReported, innovation.Observed
	begun, stop := innovation.Reached, innovation.Stopped
	for _, c := range []struct {
		what   string
		events []innovation.Recorded[innovation.Adoption]
		want   string
	}{
		{"nothing", nil, "since  open false grade  last  confirmed  stopped   []"},
		{"use, confirmed", []innovation.Recorded[innovation.Adoption]{use(1, "a", begun, innovation.Adopted, self, "2020-01-01", ""), use(2, "a", innovation.Confirmed, innovation.Adopted, observed, "2021-05", "")},
			"since 2020-01-01 open true grade observed last 2021-05 confirmed 2021-05 stopped   [1 2]"},
		{"a pilot is no use", []innovation.Recorded[innovation.Adoption]{use(1, "a", begun, innovation.Piloting, self, "2020-01-01", "")}, "since  open false grade  last  confirmed  stopped   []"},
		{"a stop, by two witnesses", []innovation.Recorded[innovation.Adoption]{use(1, "a", begun, innovation.Adopted, self, "2020-01-01", ""), use(2, "a", stop, "", observed, "2021-01-01", ""),
			use(3, "a", stop, "", self, "2021-02-01", "funding-ended")}, "since 2020-01-01 open false grade self-reported last 2020-01-01 confirmed  stopped 2021-01-01 funding-ended  [1 2 3]"},
		{"a restart begins a spell", []innovation.Recorded[innovation.Adoption]{use(1, "a", begun, innovation.Embedded, self, "2020-01-01", ""), use(2, "a", stop, "", self, "2021-01-01", "lead-left"),
			use(3, "a", begun, innovation.Adopted, self, "2022-01-01", "")}, "since 2022-01-01 open true grade self-reported last 2022-01-01 confirmed  stopped   [3]"},
		{"a fall to a pilot", []innovation.Recorded[innovation.Adoption]{use(1, "a", begun, innovation.Adopted, self, "2020-01-01", ""), use(2, "a", innovation.Reversed, innovation.Piloting, self, "2021-01-01", "no-staff-or-time")},
			"since 2020-01-01 open false grade self-reported last 2020-01-01 confirmed  stopped 2021-01-01 no-staff-or-time piloting [1 2]"},
		{"of two bodies the first", []innovation.Recorded[innovation.Adoption]{use(1, "a", begun, innovation.Adopted, self, "2020-01-01", ""), use(2, "b", begun, innovation.Adopted, observed, "2019-01-01", "")},
			"since 2019-01-01 open true grade observed last 2020-01-01 confirmed  stopped   [1 2]"},
		{"what is to come does not count", []innovation.Recorded[innovation.Adoption]{use(1, "a", begun, innovation.Adopted, self, "2030-01-01", "")}, "since  open false grade  last  confirmed  stopped   []"},
	} {
		s := innovation.UseOf(c.events, innovation.MustDate("2024-01-01"))
		facts := s.Facts
		if facts == nil {
			facts = []innovation.FactID{}
		}
		got := fmt.Sprintf("since %s open %t grade %s last %s confirmed %s stopped %s %s %s %v", s.Since, s.Open, s.Grade, s.LastSign, s.LastConfirmed, s.Stopped, s.Reason, s.FellTo, facts)
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(c.want), " ") {
			t.Errorf("%s:\n%s, want\n%s", c.what, got, c.want)
		}
	}
}

func TestQuietOn(t *testing.T) {
	for _, c := range []struct {
		last, on  string
		months    int
		quiet     string
		low, high int
	}{
		{"2023-01-31", "2023-02-28", 1, "yes", 0, 0}, // a month after 31 January is 28 February, which is no whole month of that day
		{"2023-01-31", "2023-03-31", 2, "yes", 2, 2},
		{"2023-01-15", "2023-07-14", 6, "", 0, 0},
		{"2023-01", "2023-07-15", 6, "possibly", 5, 6},
		{"unknown", "2023-07-15", 6, "possibly", 0, 0},
		{"..2023-01-01", "2023-07-15", 6, "yes", 6, 0},
	} {
		b, err := innovation.ParseBound(c.last)
		if err != nil {
			t.Fatal(err)
		}
		q, ok := innovation.QuietOn(innovation.UseSpell{Open: true, LastSign: innovation.Day{Bound: b}}, innovation.MustDate(c.on), c.months)
		quiet := ""
		if ok {
			quiet = q.Quiet.String()
		}
		if c.quiet != quiet || ok && c.last != "2023-01-31" && (q.MonthsLow != c.low || q.MonthsHigh != c.high) {
			t.Errorf("%s for %d months on %s: %q, %d to %d", c.last, c.months, c.on, quiet, q.MonthsLow, q.MonthsHigh)
		}
	}
	if _, ok := innovation.QuietOn(innovation.UseSpell{LastSign: innovation.OnDay(innovation.MustDate("2000-01-01"))}, innovation.MustDate("2024-01-01"), 6); ok {
		t.Error("what stopped is not quiet")
	}
}

func TestStopsOf(t *testing.T) {
	events := []innovation.Recorded[innovation.Adoption]{
		use(1, "a", innovation.Reached, innovation.Piloting, innovation.SelfReported, "2019-01-01", ""),
		use(2, "a", innovation.Stopped, "", innovation.SelfReported, "2019-06", "lead-left"),
		use(3, "a", innovation.Stopped, "", innovation.Audited, "2019-07-01", "funding-ended"),
		use(4, "a", innovation.Reached, innovation.Adopted, innovation.SelfReported, "2020-01-01", ""),
		use(5, "a", innovation.Stopped, "", innovation.SelfReported, "2021", ""),
	}
	show := func(from, to string) (out []string) {
		q := innovation.StopsQuery{To: innovation.MustDate(to)}
		if from != "" {
			q.From = innovation.MustDate(from)
		}
		for _, s := range innovation.StopsOf(events, q, innovation.MustDate("2024-01-01")) {
			out = append(out, fmt.Sprintf("%s %s at %s by %s: %s, also %v, again %s %v", s.Day, s.Within, s.Was, s.Grade, s.ReasonLabel, s.AlsoGiven, s.Restarted, s.Facts))
		}
		return out
	}
	first := "2019-07-01 yes at piloting by audited: The funding ended, also [lead-left], again 2020-01-01 [2 3]"
	if diff := cmp.Diff([]string{first, "2021 yes at adopted by self-reported: Not stated, also [], again  [5]"}, show("", "2024-01-01")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2021 possibly at adopted by self-reported: Not stated, also [], again  [5]"}, show("2021-06-01", "2024-01-01")); diff != "" {
		t.Errorf("from June 2021 (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{first}, show("2019-07-01", "2020-12-31")); diff != "" {
		t.Errorf("by 2020 (-want +got)\n%s", diff)
	}
}

// TestMilestonesWithoutAreas tells what it can when nothing is known of areas.
func TestMilestonesWithoutAreas(t *testing.T) {
	f := innovation.MilestoneFile{On: innovation.MustDate("2024-01-01"), Firm: innovation.Observed,
		Groups:   func(innovation.OrganisationID, string, innovation.Date) []innovation.AdoptionGroup { return nil },
		Existing: func(string, innovation.Date) []innovation.AdoptionGroup { return nil },
		Events:   []innovation.Recorded[innovation.Adoption]{use(1, "a", innovation.Reached, innovation.Adopted, innovation.SelfReported, "..2020-05-01", ""), use(2, "b", innovation.Reached, innovation.Adopted, innovation.Audited, "2021", "")}}
	var got []string
	for _, m := range innovation.MilestonesOf(f) {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %t %v %s", m.Milestone, m.Reached, m.Certainly, m.AnyTime, m.By, m.Missing)))
	}
	area := "the register does not know in which icb, or what stood for it, the organisations concerned lay"
	region, network := strings.Replace(area, "icb", "nhs-region", 1), strings.Replace(area, "icb", "network", 1)
	if diff := cmp.Diff([]string{
		"first-piloted yes 2021-12-31 true [b]", "piloted-in-one-area no  false [] " + area, "piloted-in-several-areas no  false [] " + area, "first-adopted yes 2021-12-31 true [b]",
		"adopted-in-several-areas no  false [] " + area, "adopted-in-several-regions no  false [] " + region, "adopted-in-every-region no  false [] " + region,
		"adopted-in-every-network no  false [] " + network, "half-of-eligible no  false [] the register does not say who could adopt it"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestCostInBounds divides intervals, and adds nothing up that is only part of a
// time or of another basis.
func TestCostInBounds(t *testing.T) {
	day := innovation.MustDate
	award := func(id innovation.AwardID, a innovation.Amount, vat innovation.VAT, from, to string) innovation.AwardFile {
		return innovation.AwardFile{Award: innovation.Recorded[innovation.Award]{ID: innovation.FactID(len(id)), Value: innovation.Award{Award: id, Day: innovation.OnDay(day("2018-01-01")),
			Figure: innovation.Figure{Amount: a, Per: innovation.PerPeriod, VAT: vat, Basis: innovation.FigureAgreed, Covers: innovation.Between(day(from), day(to))}}}}
	}
	amount, err := innovation.Range(10_000, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	links := func(ids ...innovation.AwardID) (out []innovation.LinkedProgramme) {
		p := innovation.LinkedProgramme{Programme: "p", Innovations: 1}
		for _, id := range ids {
			p.Awards = append(p.Awards, innovation.LinkedCost{Award: id})
		}
		return append(out, p)
	}
	f := innovation.CostFile{Programmes: links("a", "bb"), Awards: []innovation.AwardFile{award("a", amount, "", "2018-01-01", "2019-01-01"), award("bb", innovation.AtLeast(5), "", "2018-01-01", "2019-01-01")},
		Firsts: []innovation.FirstUse{{"x", day("2018-03-01"), day("2018-03-01")}, {"y", day("2018-05-01"), day("2018-04-01")}, {"z", innovation.Date{}, day("2018-06-01")}}}
	each := func(f innovation.CostFile) innovation.Reckoning {
		t.Helper()
		all, err := innovation.CostPerAdopterOf(day("2020-01-01"), innovation.CostPerAdopterQuery{Innovation: "x"}.Normal(), f)
		if err != nil {
			t.Fatal(err)
		}
		return all[2].Each
	}
	if got := each(f); got.Amount.String() != "at least £33.35" { // 100.05 over 3; no upper bound
		t.Errorf("%s", got.Amount)
	}
	f.Programmes = links("a")
	if got := each(f); got.Amount.String() != "£33.33 to £100.00" {
		t.Errorf("%s", got.Amount)
	}
	f.Programmes[0].Innovations = 2
	if got := each(f); got.Known || !strings.Contains(got.Missing[0], "for this innovation alone") {
		t.Errorf("%+v", got)
	}
	f.Programmes, f.Awards[1] = links("a", "bb"), award("bb", innovation.Exact(5), innovation.VATIncluded, "2018-01-01", "2019-01-01")
	if got := each(f); got.Known || !strings.Contains(got.Missing[0], "value added tax") {
		t.Errorf("%+v", got)
	}
}

func TestDisagree(t *testing.T) {
	a := innovation.Observation{Observation: "a", Innovation: "x", Type: innovation.Result, Scope: innovation.ScopeEngland, Measure: "m", Unit: "u", Quantity: innovation.ExactQuantity(5),
		Day: innovation.OnDay(innovation.MustDate("2020-01-01"))}
	b := a
	b.Observation, b.Quantity = "b", innovation.ExactQuantity(6)
	if !innovation.Disagree(a, b) || innovation.Disagree(a, a) {
		t.Error("5 and 6 of the same thing disagree")
	}
	b.Type = innovation.Target
	if innovation.Disagree(a, b) {
		t.Error("a target is no rival of a result")
	}
}
