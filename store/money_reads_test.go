package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// onEngines runs a test on an empty register in memory and on PostgreSQL: the
// questions about money are asked in the same words of both.
func onEngines(t *testing.T, test func(*testing.T, *store.Store)) {
	for _, e := range []storetest.Engine{storetest.Memory(), storetest.PostgreSQL()} {
		t.Run(e.Name, func(t *testing.T) {
			test(t, e.Open(t, &store.Options{Clock: new(storetest.Clock).Now, Random: storetest.Random(1)}))
		})
	}
}

// recordAll records facts as one act, and gives their numbers and its time.
func recordAll(t *testing.T, st *store.Store, facts ...innovation.Fact) (ids []innovation.FactID, at time.Time) {
	t.Helper()
	_, err := st.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "as told"}, func(ctx context.Context, tx *store.Tx) error {
		ids, at = nil, tx.At()
		for _, f := range facts {
			id, err := tx.Record(ctx, f)
			if err != nil {
				return fmt.Errorf("%s %s: %w", f.FactType(), f.Subject(), err)
			}
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids, at
}

// inPounds is a number of pounds, exactly.
func inPounds(n int64) innovation.Amount { return innovation.Exact(innovation.Money(100 * n)) }

// forYear is a figure of a financial year.
func forYear(pounds int64, fy innovation.FinancialYear, b innovation.FigureBasis) innovation.Figure {
	return innovation.Figure{Amount: inPounds(pounds), Per: innovation.PerPeriod, Basis: b, Covers: innovation.Between(fy.Start(), fy.End())}
}

// northsMoney is a network with a licence, one of whose conditions keeps back
// the second of two instalments of its award, and a forecast of £20 a month.
func northsMoney() []innovation.Fact {
	day := innovation.MustDate
	on := func(s string) innovation.Day { return innovation.OnDay(day(s)) }
	from := func(s string) innovation.Period { return innovation.From(day(s)) }
	body := func(id innovation.OrganisationID, kind string) innovation.Fact {
		return innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: kind, Period: from("2013-04-01")}
	}
	facts := []innovation.Fact{
		body("north", "ahsn"), body("office", "arms-length-body"), body("partner", "company"),
		innovation.Name{Organisation: "north", Text: "North Network", Kind: "current", Period: from("2013-04-01")},
		innovation.Role{Organisation: "north", Role: innovation.RoleNetwork, Period: from("2013-05-23")},
		innovation.Round{Round: "one", Number: 1, Title: "One", TermYears: 5, Graded: true, Period: from("2013-05-23")},
		innovation.Licence{Licence: "north-1", Holder: "north", Round: "one", Period: from("2013-05-23")},
		innovation.Stream{Licence: "north-1", Licensor: "office", Period: from("2013-05-23")},
		innovation.Condition{Condition: "plan", Licence: "north-1", Text: "A plan", Due: on("2014-09-15"), Period: from("2013-05-23")},
		innovation.Envelope{Envelope: "pot", Title: "The pot", Type: "pot", Stream: "core", Funder: "office", Figure: forYear(146_000_000, 2014, innovation.FigureAnnounced), Day: on("2014-04-01")},
		innovation.Allocation{Allocation: "norths", Envelope: "pot", Recipient: "north", Figure: forYear(120, 2014, innovation.FigureAnnounced), Day: on("2014-04-01")},
		innovation.Award{Award: "core", Title: "Core", Allocation: "norths", Funder: "office", Recipient: "north", Programme: "Core money", Figure: forYear(120, 2014, innovation.FigureAgreed), Day: on("2014-04-01")},
		innovation.Instalment{Instalment: "first", Award: "core", Number: 1, Amount: inPounds(60), Due: on("2014-07-01"), Period: from("2014-04-01")},
		innovation.Instalment{Instalment: "second", Award: "core", Number: 2, Amount: inPounds(60), Due: on("2014-10-01"), Period: from("2014-04-01")},
		innovation.Gate{Instalment: "second", Condition: "plan", Expected: on("2014-09-15"), Period: from("2014-04-01")},
		innovation.Holding{Organisation: "north", Amount: inPounds(1000), Period: from("2014-01-01")},
		innovation.Spend{Organisation: "north", Award: "core", Purpose: "pay", Amount: inPounds(25), Day: on("2014-05-05")},
	}
	for m := range 9 {
		facts = append(facts, innovation.Forecast{Organisation: "north", Version: 1, Line: innovation.LineSpend, Purpose: "pay",
			When: innovation.Day{Bound: innovation.InMonth(2014, time.Month(4+m))}, Amount: inPounds(20), Day: on("2014-03-01")})
	}
	return facts
}

// TestRunwayOfALicenceCondition follows a condition from its slip to the day on
// which it is met. With £99 in hand, £20 spent a month and £60 in July, the
// balance at the end of November is 99 + 60 - 8 × 20 = -1 unless the second
// instalment comes in October.
func TestRunwayOfALicenceCondition(t *testing.T) { onEngines(t, runwayOfALicenceCondition) }

func runwayOfALicenceCondition(t *testing.T, st *store.Store) {
	_, first := recordAll(t, st, northsMoney()...)
	day := innovation.MustDate
	hand := inPounds(99)
	q := innovation.RunwayQuery{Organisation: "north", Months: 9, Opening: &hand, Slips: []innovation.Slip{{Condition: "plan", Until: day("2014-12-10")}}}
	ask := func(v innovation.View, q innovation.RunwayQuery) store.Runway {
		t.Helper()
		r, err := st.Runway(t.Context(), v, q)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := ask(on("2014-04-10"), q)
	if len(before.Stopped) != 1 || before.Stopped[0].Instalment != "second" || before.Stopped[0].Comes != day("2014-12-10") || before.Stopped[0].PlainState != innovation.InstalmentPossible {
		t.Errorf("stopped: %+v, want the second instalment until 10 December", before.Stopped)
	}
	if want := (innovation.RunwayNegative{Certainly: day("2014-11-01"), Possibly: day("2014-11-01")}); before.Negative != want {
		t.Errorf("with the slip the balance is below nothing %+v, want November", before.Negative)
	}
	if want := (innovation.RunwayNegative{Possibly: day("2014-11-01")}); *before.WithoutSlips != want {
		t.Errorf("without the slip %+v, want possibly in November", *before.WithoutSlips)
	}
	if before.Recipe.On != day("2014-04-10") || before.Recipe.Act != 1 || before.Name != "North Network" || len(before.Holdings) != 1 || before.Version != 1 {
		t.Errorf("recipe %+v, name %q, holdings %v, version %d", before.Recipe, before.Name, before.Holdings, before.Version)
	}

	// The plan is met in August, and the first instalment paid.
	recordAll(t, st,
		innovation.Payment{Award: "core", Instalment: "first", Amount: inPounds(60), Day: innovation.OnDay(day("2014-07-02"))},
		innovation.Decision{Licence: "north-1", Type: innovation.DecisionMet, By: "office", Condition: "plan", Day: innovation.OnDay(day("2014-08-20"))})
	q.Slips, q.Months = nil, 4
	met := ask(on("2014-09-10"), q)
	var closing []string
	for _, m := range met.Months {
		closing = append(closing, m.Closing.Amount.String())
	}
	if diff := cmp.Diff([]string{"£79.00", "£119.00", "£99.00", "£79.00"}, closing); diff != "" {
		t.Errorf("once the plan is met (-want +got):\n%s", diff)
	}
	if len(met.Undated) != 0 || len(met.Months[1].Due) != 1 || met.Months[1].Due[0].State != innovation.InstalmentExpected {
		t.Errorf("the first is expected again, or the second not: %+v, %+v", met.Undated, met.Months[1].Due)
	}
	q.Opening = nil // 60 came and 25 were spent before September
	if got := ask(on("2014-09-10"), q).Opening; got.Amount != inPounds(35) {
		t.Errorf("the balance before September is %s, want £35.00", got.Amount)
	}
	// On the day before it was met, nothing of that counts.
	if m := ask(on("2014-08-19"), q); m.Months[2].Due[0].State != innovation.InstalmentPossible {
		t.Errorf("on 19 August: %+v", m.Months[2].Due)
	}
	// As known then, the answer is what it was then, to the byte.
	q.Opening, q.Months, q.Slips = &hand, 9, before.Asked.Slips
	again := ask(on("2014-04-10").AsKnown(first), q)
	if diff := cmp.Diff(asJSON(t, before), asJSON(t, again)); diff != "" {
		t.Errorf("as known then (-want +got):\n%s", diff)
	}
	if now := ask(on("2014-09-10").AsKnown(first), q); len(now.Undated) != 1 || now.Months[1].Due[0].State != innovation.InstalmentStopped {
		t.Errorf("on 10 September with the slip, as known before: %+v, %+v", now.Undated, now.Months[1].Due)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMoneyQuestionsRefuse(t *testing.T) { onEngines(t, moneyQuestionsRefuse) }

func moneyQuestionsRefuse(t *testing.T, st *store.Store) {
	recordAll(t, st, northsMoney()...)
	v := on("2014-04-10")
	until := innovation.MustDate("2014-12-10")
	runway := func(q innovation.RunwayQuery) func() error {
		return func() error { _, err := st.Runway(t.Context(), v, q); return err }
	}
	for name, c := range map[string]struct {
		ask  func() error
		kind error
		rule innovation.RuleID
	}{
		"no months":            {runway(innovation.RunwayQuery{Organisation: "north"}), innovation.Invalid, innovation.RuleHorizonInvalid},
		"no such organisation": {runway(innovation.RunwayQuery{Organisation: "nobody", Months: 1}), innovation.NotFound, innovation.RuleEntityNotFound},
		"no such condition":    {runway(innovation.RunwayQuery{Organisation: "north", Months: 1, Slips: []innovation.Slip{{Condition: "pan", Until: until}}}), innovation.NotFound, innovation.RuleEntityNotFound},
		"no such version":      {runway(innovation.RunwayQuery{Organisation: "north", Months: 1, ForecastVersion: 2}), innovation.NotFound, innovation.RuleForecastUnknown},
		"a slip into the past": {runway(innovation.RunwayQuery{Organisation: "north", Months: 1, Slips: []innovation.Slip{{Condition: "plan", Until: v.On}}}), innovation.Invalid, innovation.RuleSlipInvalid},
		"no day": {func() error {
			_, err := st.Leverage(t.Context(), innovation.View{}, innovation.LeverageQuery{})
			return err
		}, innovation.Invalid, innovation.RuleViewInvalid},
		"two things": {func() error {
			_, err := st.Leverage(t.Context(), v, innovation.LeverageQuery{Envelope: "pot", Award: "core"})
			return err
		}, innovation.Invalid, innovation.RuleLeverageScope},
		"no such envelope": {func() error {
			_, err := st.Leverage(t.Context(), v, innovation.LeverageQuery{Envelope: "pit"})
			return err
		}, innovation.NotFound, innovation.RuleEntityNotFound},
		"years in wrong order": {func() error {
			_, err := st.SelfSufficiency(t.Context(), v, innovation.SelfSufficiencyQuery{From: 2014, To: 2013})
			return err
		}, innovation.Invalid, innovation.RuleYearsInvalid},
		"no network of that key": {func() error {
			_, err := st.SelfSufficiency(t.Context(), v, innovation.SelfSufficiencyQuery{Organisation: "nobody", From: 2014, To: 2014})
			return err
		}, innovation.NotFound, innovation.RuleEntityNotFound},
		"no year": {func() error {
			_, err := st.Variance(t.Context(), v, innovation.VarianceQuery{Organisation: "north"})
			return err
		}, innovation.Invalid, innovation.RuleFinancialYearInvalid},
	} {
		err := c.ask()
		if own := innovation.Violations(err); !errors.Is(err, c.kind) || len(own) != 1 || own[0].Rule != c.rule {
			t.Errorf("%s: %v, want %v by %s", name, err, c.kind, c.rule)
		}
	}
}

// An allocation is another rung: it is shown, and never used as income.
func TestSelfSufficiencyReadsIncome(t *testing.T) { onEngines(t, selfSufficiencyReadsIncome) }

func selfSufficiencyReadsIncome(t *testing.T, st *store.Store) {
	recordAll(t, st, northsMoney()...)
	q := innovation.SelfSufficiencyQuery{From: 2014, To: 2014, CoreCut: 400_000, Threshold: 500_000}
	ask := func() innovation.SelfSufficiency {
		t.Helper()
		got, err := st.SelfSufficiency(t.Context(), on("2015-06-01"), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Organisations) != 1 || got.Organisations[0].Name != "North Network" || got.Recipe.Act == 0 {
			t.Fatalf("%+v, want the one network", got)
		}
		return got.Organisations[0]
	}
	y := ask().Years[0]
	if y.Share != nil || y.OfRecorded != nil || y.Core.Known || !strings.Contains(strings.Join(y.Missing, "; "), "the allocation norths is recorded (£120.00): that is another rung") {
		t.Errorf("without income: share %v, core %+v, missing %q", y.Share, y.Core, y.Missing)
	}
	var rungs []string
	for _, r := range y.OtherRungs {
		rungs = append(rungs, string(r.Rung))
	}
	if diff := cmp.Diff([]string{"allocated", "committed"}, rungs); diff != "" { // the award has the stream of its allocation's envelope
		t.Errorf("other rungs (-want +got):\n%s", diff)
	}
	income := func(kind innovation.IncomeKind, whole bool, pounds int64) innovation.Fact {
		return innovation.Income{Organisation: "north", Kind: kind, Whole: whole, Figure: forYear(pounds, 2014, innovation.FigureReported), Day: innovation.OnDay(innovation.MustDate("2015-05-01"))}
	}
	recordAll(t, st, income(innovation.IncomeMixed, true, 10), income(innovation.IncomeCore, false, 4), income(innovation.IncomeCharity, false, 2), income(innovation.IncomeInKind, false, 99))
	got := ask()
	y = got.Years[0]
	if y.Share.String() != "0.200000 to 0.600000" || y.OfRecorded.String() != "0.333333 to 0.333334" || y.Cut.Shortfall.Amount.String() != "£1.60" {
		t.Errorf("share %s, of what is recorded %s, shortfall %s", y.Share, y.OfRecorded, y.Cut.Shortfall.Amount)
	}
	if c := got.Crossings[0]; c.Certainly != 0 || c.Possibly != 2014 {
		t.Errorf("core falls under half: %+v, want possibly in 2014/15", c)
	}
}

// England's sources say nothing of what any network earned in its first year.
func TestSelfSufficiencyOfEngland(t *testing.T) {
	got, err := openEngland(t).SelfSufficiency(t.Context(), on("2014-03-31"), innovation.SelfSufficiencyQuery{From: 2013, To: 2013, Threshold: 500_000, CoreCut: 400_000})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Organisations) != 15 {
		t.Errorf("%d networks, want 15", len(got.Organisations))
	}
	for _, o := range got.Organisations {
		y := o.Years[0]
		missing := strings.Join(y.Missing, "; ")
		if y.Share != nil || y.OfRecorded != nil || y.Cut.Share != nil || o.Crossings[0].Certainly != 0 || o.Crossings[0].Possibly != 0 {
			t.Errorf("%s: a share is said to be known: %+v", o.Organisation, y)
		}
		for _, what := range []string{"no total of the year's income is recorded", "no core income of 2013/14 is recorded", "no own income of 2013/14 is recorded"} {
			if !strings.Contains(missing, what) {
				t.Errorf("%s: %q does not say that %s", o.Organisation, missing, what)
			}
		}
	}
}

func TestLeverageReads(t *testing.T) { onEngines(t, leverageReads) }

func leverageReads(t *testing.T, st *store.Store) {
	recordAll(t, st, northsMoney()...)
	more, err := innovation.MoreThan(250_000_000_00)
	if err != nil {
		t.Fatal(err)
	}
	told := innovation.OnDay(innovation.MustDate("2014-05-01"))
	lever := func(about innovation.Entity, f innovation.Figure, evidence string) innovation.Fact {
		return innovation.Leverage{About: about, Type: "private-investment", Title: "Outside", Figure: f, Evidence: evidence, Day: told}
	}
	_, at := recordAll(t, st,
		innovation.Envelope{Envelope: "within", Title: "Within", Type: "pot", Parent: "pot", Figure: forYear(10, 2014, innovation.FigureAnnounced), Day: told},
		lever(innovation.EnvelopeID("pot").Entity(), innovation.Figure{Amount: more, Per: innovation.PerPeriod, Basis: innovation.FigureExpected}, "expected"),
		lever(innovation.AwardID("core").Entity(), forYear(30, 2014, innovation.FigureReported), "reported"),
		lever(innovation.OrganisationID("north").Entity(), forYear(12, 2014, innovation.FigureReported), "audited"),
		innovation.Income{Organisation: "north", From: "partner", Kind: innovation.IncomeIndustry, Award: "core", Match: innovation.Matched, Figure: forYear(6, 2014, innovation.FigureActual), Day: told})
	recordAll(t, st, lever(innovation.EnvelopeID("within").Entity(), forYear(7, 2014, innovation.FigureReported), "audited"))
	ask := func(v innovation.View, q innovation.LeverageQuery) []string {
		t.Helper()
		got, err := st.Leverage(t.Context(), v, q)
		if err != nil {
			t.Fatal(err)
		}
		out := []string{}
		for _, r := range got.Rows {
			for _, g := range r.Grades {
				out = append(out, fmt.Sprintf("%s%s %s: %s for %s, %s", r.About.Key, r.Programme, g.Evidence, g.Outside.Amount, r.Public.Amount, g.Ratio))
			}
		}
		return out
	}
	today := on("2015-01-01")
	ofPot := []string{"pot reported: £36.00 for £146,000,000.00, 0.000000 to 0.000001", "pot expected: more than £250,000,000.00 for £146,000,000.00, 1.712328 or more"}
	if diff := cmp.Diff(append([]string{"pot audited: £7.00 for £146,000,000.00, 0.000000 to 0.000001"}, append(ofPot, "within audited: £7.00 for £10.00, 0.700000")...), ask(today, innovation.LeverageQuery{})); diff != "" {
		t.Errorf("all envelopes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ofPot, ask(today.AsKnown(at), innovation.LeverageQuery{Envelope: "pot"})); diff != "" {
		t.Errorf("one, as known before (-want +got):\n%s", diff)
	}
	ofAward := "reported: £36.00 for £120.00, 0.300000"
	if diff := cmp.Diff([]string{"core " + ofAward}, ask(today, innovation.LeverageQuery{Award: "core"})); diff != "" {
		t.Errorf("an award (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Core money " + ofAward}, ask(today, innovation.LeverageQuery{Programme: "Core money"})); diff != "" {
		t.Errorf("a programme (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"north audited: £12.00 for £120.00, 0.100000", "north " + ofAward}, ask(today, innovation.LeverageQuery{Network: "north"})); diff != "" {
		t.Errorf("a network (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{}, ask(on("2014-04-30"), innovation.LeverageQuery{})); diff != "" {
		t.Errorf("before it became known (-want +got):\n%s", diff)
	}
}

func TestVarianceReads(t *testing.T) { onEngines(t, varianceReads) }

func varianceReads(t *testing.T, st *store.Store) {
	recordAll(t, st, northsMoney()...)
	got, err := st.Variance(t.Context(), on("2014-06-01"), innovation.VarianceQuery{Organisation: "north", Year: 2014})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Lines) != 1 || got.Lines[0].Purpose != "pay" || got.Lines[0].Variance.Amount != inPounds(25-180) || len(got.Lines[0].Months) != 12 ||
		got.Lines[0].Months[1].Variance.Amount != inPounds(5) || got.Version != 1 || got.Name != "North Network" || got.Recipe.Act != 1 {
		t.Errorf("%s", asJSON(t, got))
	}
	if _, err := st.Variance(t.Context(), on("2014-02-01"), innovation.VarianceQuery{Organisation: "north", Year: 2014, Version: 1}); !errors.Is(err, innovation.NotFound) {
		t.Errorf("before the version was made: %v, want not found", err)
	}
	none, err := st.Variance(t.Context(), on("2014-06-01"), innovation.VarianceQuery{Organisation: "office", Year: 2014})
	if text := asJSON(t, none); err != nil || !strings.Contains(text, `"lines":[]`) || !strings.Contains(text, `"unplaced":[]`) {
		t.Errorf("nothing recorded: %s, %v", text, err)
	}
}

// An organisation that only has a share of an award or an allocation is asked
// about like any other.
func TestMoneyQuestionsFollowShares(t *testing.T) { onEngines(t, moneyQuestionsFollowShares) }

func moneyQuestionsFollowShares(t *testing.T, st *store.Store) {
	recordAll(t, st, northsMoney()...)
	from := innovation.From(innovation.MustDate("2014-04-01"))
	told := innovation.OnDay(innovation.MustDate("2014-04-01"))
	recordAll(t, st,
		innovation.Share{Of: innovation.AwardID("core").Entity(), Recipient: "partner", Amount: inPounds(10), Period: from},
		innovation.Allocation{Allocation: "joint", Envelope: "pot", Figure: forYear(50, 2014, innovation.FigureAnnounced), Day: told},
		innovation.Share{Of: innovation.AllocationID("joint").Entity(), Recipient: "north", Amount: inPounds(40), Period: from},
		innovation.Award{Award: "led", Title: "Led by another", Recipient: "office", Stream: "core", Figure: forYear(30, 2014, innovation.FigureAgreed), Day: told},
		innovation.Share{Of: innovation.AwardID("led").Entity(), Recipient: "north", Amount: inPounds(20), Period: from})
	for _, id := range []innovation.OrganisationID{"north", "partner"} {
		r, err := st.Runway(t.Context(), on("2014-06-10"), innovation.RunwayQuery{Organisation: id, Months: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Months[1].Instalments.Amount.String(); got != "£0.00 to £60.00" || len(r.Notes) == 0 {
			t.Errorf("%s expects %s in July, want £0.00 to £60.00 with a note; notes %q", id, got, r.Notes)
		}
	}
	got, err := st.SelfSufficiency(t.Context(), on("2014-06-10"), innovation.SelfSufficiencyQuery{Organisation: "north", From: 2014, To: 2014})
	if err != nil {
		t.Fatal(err)
	}
	var rungs []string
	for _, r := range got.Organisations[0].Years[0].OtherRungs {
		rungs = append(rungs, fmt.Sprintf("%s %s %s", r.Rung, r.Of.Key, r.Figure.Amount))
	}
	if diff := cmp.Diff([]string{"allocated norths £120.00", "committed core £120.00", "allocated joint £40.00", "committed led £20.00"}, rungs); diff != "" {
		t.Errorf("other rungs (-want +got):\n%s", diff)
	}
}

// TestLeverageOfEngland asks what the £146m of the life sciences strategy were
// expected to bring.
func TestLeverageOfEngland(t *testing.T) {
	got, err := openEngland(t).Leverage(t.Context(), on("2018-03-31"), innovation.LeverageQuery{})
	if err != nil {
		t.Fatal(err)
	}
	shown := map[innovation.Key]string{}
	for _, r := range got.Rows {
		for _, g := range r.Grades {
			shown[r.About.Key] += fmt.Sprintf("%s %s for %s: %v", g.Evidence, g.Outside.Amount, r.Public.Amount, g.Ratio)
		}
	}
	if diff := cmp.Diff("expected more than £250,000,000.00 for £146,000,000.00: 1.712328 or more", shown["env-deal-lsis-launch"]); diff != "" {
		t.Errorf("(-want +got):\n%s\nof %v", diff, shown)
	}
}

// sharedAward is an award of £100 for 2014/15 to a lead, of which a member has
// £70 until May 2015, with £10 that each of them brought.
func sharedAward() []innovation.Fact {
	on := func(s string) innovation.Day { return innovation.OnDay(innovation.MustDate(s)) }
	award := innovation.AwardID("joint").Entity()
	year := innovation.Between(innovation.MustDate("2014-05-01"), innovation.MustDate("2015-05-01"))
	var facts []innovation.Fact
	for _, id := range []innovation.OrganisationID{"lead", "member"} {
		facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "company", Period: innovation.From(innovation.MustDate("2013-04-01"))},
			innovation.Leverage{About: id.Entity(), Type: "partner-match", Title: "Match", Figure: forYear(10, 2014, innovation.FigureActual), Evidence: "audited", Day: on("2015-04-30")})
	}
	return append(facts,
		innovation.Award{Award: "joint", Title: "Joint", Recipient: "lead", Programme: "Joint money", Figure: forYear(100, 2014, innovation.FigureAgreed), Day: on("2014-05-01")},
		innovation.Share{Of: award, Recipient: "lead", Amount: inPounds(30), Period: year},
		innovation.Share{Of: award, Recipient: "member", Amount: inPounds(70), Period: year})
}

// What came under a share stays in the balance when the share ends, and does not
// become its lead's.
func TestRunwayReadsEndedShares(t *testing.T) { onEngines(t, runwayReadsEndedShares) }

func runwayReadsEndedShares(t *testing.T, st *store.Store) {
	day := func(s string) innovation.Day { return innovation.OnDay(innovation.MustDate(s)) }
	recordAll(t, st, append(sharedAward(),
		innovation.Payment{Award: "joint", Payee: "member", Amount: inPounds(50), Day: day("2014-06-01")},
		innovation.Spend{Organisation: "member", Amount: inPounds(10), Day: day("2014-07-01")},
		innovation.Spend{Organisation: "lead", Amount: inPounds(1), Day: day("2014-07-01")},
		innovation.Instalment{Instalment: "last", Award: "joint", Amount: inPounds(20), Due: day("2016-02-01"), Period: innovation.From(innovation.MustDate("2014-05-01"))})...)
	for _, on := range []innovation.View{on("2015-01-10"), on("2016-01-10")} {
		for id, want := range map[innovation.OrganisationID]string{"member": "£40.00", "lead": "at least -£1.00"} {
			r, err := st.Runway(t.Context(), on, innovation.RunwayQuery{Organisation: id, Months: 2})
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Opening.Amount.String(); got != want {
				t.Errorf("on %s %s had %s in hand, want %s", on.On, id, got, want)
			}
			if due := r.Months[1].Due; id == "member" && len(due) != 0 {
				t.Errorf("on %s the member still expects %+v under a share that will have ended", on.On, due)
			}
		}
	}
}

// Core income that is forecast beside a small instalment may be more than that
// instalment: the balance is not certainly below nothing for want of it.
func TestRunwayReadsCoreForecasts(t *testing.T) { onEngines(t, runwayReadsCoreForecasts) }

func runwayReadsCoreForecasts(t *testing.T, st *store.Store) {
	day := func(s string) innovation.Day { return innovation.OnDay(innovation.MustDate(s)) }
	facts := append(sharedAward(),
		innovation.Award{Award: "own", Title: "Own", Recipient: "member", Figure: forYear(1, 2014, innovation.FigureAgreed), Day: day("2014-05-01")},
		innovation.Instalment{Instalment: "small", Award: "own", Amount: inPounds(1), Due: day("2014-06-15"), Period: innovation.From(innovation.MustDate("2014-05-01"))})
	for m := range 3 {
		month := innovation.Day{Bound: innovation.InMonth(2014, time.Month(6+m))}
		facts = append(facts,
			innovation.Forecast{Organisation: "member", Version: 1, Line: innovation.LineIncome, Kind: innovation.IncomeCore, Amount: inPounds(100), When: month, Day: day("2014-03-01")},
			innovation.Forecast{Organisation: "member", Version: 1, Line: innovation.LineSpend, Amount: inPounds(50), When: month, Day: day("2014-03-01")})
	}
	recordAll(t, st, facts...)
	nothing := inPounds(0)
	r, err := st.Runway(t.Context(), on("2014-06-01"), innovation.RunwayQuery{Organisation: "member", Months: 3, Opening: &nothing})
	if err != nil {
		t.Fatal(err)
	}
	var closing []string
	for _, m := range r.Months {
		closing = append(closing, m.Closing.Amount.String())
	}
	if diff := cmp.Diff([]string{"-£49.00 to £51.00", "-£99.00 to £101.00", "-£149.00 to £151.00"}, closing); diff != "" {
		t.Errorf("balances (-want +got):\n%s", diff)
	}
	if want := (innovation.RunwayNegative{Possibly: innovation.MustDate("2014-06-01")}); r.Negative != want || len(r.LeftOut) != 3 || len(r.Notes) != 1 {
		t.Errorf("below nothing %+v, want only possibly; left out %v, notes %q", r.Negative, r.LeftOut, r.Notes)
	}
}

// The public money of those who share an award is their shares, long after those
// have ended.
func TestLeverageReadsShares(t *testing.T) { onEngines(t, leverageReadsShares) }

func leverageReadsShares(t *testing.T, st *store.Store) {
	recordAll(t, st, sharedAward()...)
	for id, want := range map[innovation.OrganisationID]string{"lead": "£30.00, 0.333333 to 0.333334", "member": "£70.00, 0.142857 to 0.142858"} {
		got, err := st.Leverage(t.Context(), on("2018-01-01"), innovation.LeverageQuery{Network: id})
		if err != nil {
			t.Fatal(err)
		}
		if r := got.Rows[0]; fmt.Sprintf("%s, %s", r.Public.Amount, r.Grades[0].Ratio) != want {
			t.Errorf("%s: %+v, %s; want %s", id, r.Public, r.Grades[0].Ratio, want)
		}
	}
}

// The ladder and the variance know the same sums: neither adds what states its
// basis of value added tax and what does not.
func TestMoneyReadsAddOneBasisOfVAT(t *testing.T) { onEngines(t, moneyReadsAddOneBasisOfVAT) }

func moneyReadsAddOneBasisOfVAT(t *testing.T, st *store.Store) {
	day := func(s string) innovation.Day { return innovation.OnDay(innovation.MustDate(s)) }
	stated := innovation.Award{Award: "stated", Title: "Stated", Recipient: "lead", Figure: forYear(100, 2014, innovation.FigureAgreed), Day: day("2014-05-01")}
	stated.Figure.VAT = innovation.VATExcluded
	spend := func(id innovation.OrganisationID, award innovation.AwardID, v innovation.VAT) innovation.Fact {
		return innovation.Spend{Organisation: id, Award: award, Amount: inPounds(10), VAT: v, Day: day("2014-06-01")}
	}
	recordAll(t, st, append(sharedAward(), stated,
		spend("member", "", innovation.VATExcluded), spend("member", "", innovation.VATNotStated),
		spend("lead", "stated", innovation.VATExcluded), spend("lead", "stated", innovation.VATNotStated))...)
	for id, known := range map[innovation.OrganisationID]bool{"member": false, "lead": true} {
		v, err := st.Variance(t.Context(), on("2015-05-01"), innovation.VarianceQuery{Organisation: id, Year: 2014})
		if err != nil {
			t.Fatal(err)
		}
		l, err := st.Ladder(t.Context(), on("2015-05-01"), innovation.LadderQuery{Network: id})
		if err != nil {
			t.Fatal(err)
		}
		actual := v.Totals[0].Actual
		for _, r := range l.Rows[0].Rungs {
			if r.Rung == innovation.RungSpent && (r.Known != known || actual.Known != known || r.VAT != actual.VAT) {
				t.Errorf("%s: the ladder %v %q %s, the variance %+v", id, r.Known, r.VAT, r.Why, actual)
			}
		}
	}
}
