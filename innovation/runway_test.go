package innovation_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

// coreAward is an award of £120 to the network in two instalments of £60, due
// on 1 July and 1 October 2014. The second waits for a plan.
func coreAward(expected string) AwardFile {
	due := func(s string) Day { return OnDay(MustDate(s)) }
	gate := Gate{Instalment: "second", Condition: "plan", Period: From(MustDate("2014-04-01"))}
	if expected != "" {
		gate.Expected = due(expected)
	}
	return AwardFile{
		Award: numbered(1, Award{Award: "core", Recipient: "net", Figure: yearFigure(sterling(120), 2014, FigureAgreed), Day: due("2014-04-01")}),
		Instalments: []Recorded[Instalment]{
			numbered(2, Instalment{Instalment: "first", Award: "core", Amount: sterling(60), Due: due("2014-07-01"), Period: From(MustDate("2014-04-01"))}),
			numbered(3, Instalment{Instalment: "second", Award: "core", Amount: sterling(60), Due: due("2014-10-01"), Period: From(MustDate("2014-04-01"))})},
		Gates:      []Recorded[Gate]{numbered(4, gate)},
		Conditions: map[ConditionID]ConditionCourse{"plan": outstandingUntil(Forever)},
	}
}

// outstandingUntil is the course of a condition that is met on the day.
func outstandingUntil(met Date) ConditionCourse {
	return func(on Date) Answer {
		if on.Before(met) {
			return Yes
		}
		return No
	}
}

// spendingOf forecasts £20 of spending in each of the months from April 2014.
func spendingOf(months int) (out []Recorded[Forecast]) {
	for m := range months {
		month := MustDate("2014-04-01").AddMonths(m)
		out = append(out, forecastLine(FactID(100+m), 1, LineSpend, "", "", "pay", month.String()[:7], "2014-03-01", sterling(20)))
	}
	return out
}

func runwayOn(t *testing.T, on string, q RunwayQuery, f RunwayFile) Runway {
	t.Helper()
	q.Organisation = "net"
	if q.Months == 0 {
		q.Months = 9
	}
	got, err := RunwayOf(MustDate(on), q, f)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// closings writes the balance of each month.
func closings(r Runway) []string {
	var out []string
	for _, m := range r.Months {
		out = append(out, m.Month.String()[:7]+" "+shown(m.Closing))
	}
	return out
}

func told(i RunwayInstalment) string {
	return fmt.Sprintf("%s %s %s may %s comes %s by %s", i.Instalment, i.Amount, i.State, i.May, i.Comes, strings.Join(i.By, ", "))
}

func opening(a Amount) *Amount { return &a }

// £50 in hand and £20 spent a month: with both instalments the balance at the
// end of December is 50 + 120 - 9 × 20 = -10. When the plan slips to 10
// December, the second is missing in October (50 + 60 - 7 × 20 = -30), and is
// there in December.
func TestRunwayWithASlip(t *testing.T) {
	f := RunwayFile{Awards: []AwardFile{coreAward("2014-09-15")}, Forecasts: spendingOf(9)}
	q := RunwayQuery{Opening: opening(sterling(50)), Slips: []Slip{{Condition: "plan", Until: MustDate("2014-12-10")}}}
	got := runwayOn(t, "2014-04-10", q, f)
	if diff := cmp.Diff([]string{"2014-04 £30.00", "2014-05 £10.00", "2014-06 -£10.00", "2014-07 £30.00", "2014-08 £10.00", "2014-09 -£10.00",
		"2014-10 -£30.00", "2014-11 -£50.00", "2014-12 -£10.00"}, closings(got)); diff != "" {
		t.Errorf("balances (-want +got):\n%s", diff)
	}
	june := RunwayNegative{Certainly: MustDate("2014-06-01"), Possibly: MustDate("2014-06-01")}
	if got.Negative != june || got.WithoutSlips == nil || *got.WithoutSlips != june {
		t.Errorf("negative %+v, without slips %+v; want June 2014", got.Negative, got.WithoutSlips)
	}
	q.Opening = opening(sterling(100))
	got = runwayOn(t, "2014-04-10", q, f) // 100 + 60 - 8 × 20 = 0 in November
	if got.Negative != (RunwayNegative{}) {
		t.Errorf("with £100 in hand: %+v, want never", got.Negative)
	}
	// Without the slip nothing says that the second comes by December:
	// 100 + 60 - 9 × 20 = -20 without it.
	if want := (RunwayNegative{Possibly: MustDate("2014-12-01")}); *got.WithoutSlips != want {
		t.Errorf("with £100 in hand and no slip: %+v, want possibly in December", *got.WithoutSlips)
	}
	q.Opening = opening(sterling(99))
	got = runwayOn(t, "2014-04-10", q, f)
	november := RunwayNegative{Certainly: MustDate("2014-11-01"), Possibly: MustDate("2014-11-01")}
	if got.Negative != november {
		t.Errorf("with £99 in hand: %+v, want November 2014", got.Negative)
	}
	// Without the slip the gate may open from 15 September on.
	if want := (RunwayNegative{Possibly: MustDate("2014-11-01")}); *got.WithoutSlips != want {
		t.Errorf("with £99 in hand and no slip: %+v, want possibly from November on", *got.WithoutSlips)
	}
	if len(got.Stopped) != 1 {
		t.Fatalf("%d instalments stop, want one: %+v", len(got.Stopped), got.Stopped)
	}
	s := got.Stopped[0]
	if diff := cmp.Diff("second £60.00 stopped may 2014-12-10 comes 2014-12-10 by the condition plan is outstanding", told(s.RunwayInstalment)); diff != "" {
		t.Errorf("stopped (-want +got):\n%s", diff)
	}
	if s.PlainState != InstalmentPossible || s.PlainMay != MustDate("2014-10-01") || !s.PlainComes.IsZero() || s.Award != "core" || s.Due != OnDay(MustDate("2014-10-01")) {
		t.Errorf("stopped: %+v", s)
	}
	if m := got.Months[8]; len(m.Late) != 1 || m.Late[0].Instalment != "second" || shown(m.Instalments) != "£60.00" {
		t.Errorf("December: %+v", m)
	}
}

// What a gate lets through, by what is recorded of it alone.
func TestRunwayGates(t *testing.T) {
	const on = "2014-05-10"
	period := func(s string) Period { return Between(MustDate("2014-04-01"), MustDate(s)) }
	for _, c := range []struct {
		name   string
		change func(*AwardFile)
		slips  []Slip
		want   string
		months string // what comes in October, November, December
	}{
		{"it stands, and nobody says until when", func(a *AwardFile) {}, nil, "second £60.00 stopped may  comes  by the condition plan is outstanding", "none none none"},
		{"it is expected to open before", func(a *AwardFile) { a.Gates[0].Value.Expected = OnDay(MustDate("2014-09-01")) }, nil,
			"second £60.00 possibly may 2014-10-01 comes  by the condition plan is outstanding", "£0.00 to £60.00 £0.00 to £60.00 £0.00 to £60.00"},
		{"it is expected to open after", func(a *AwardFile) { a.Gates[0].Value.Expected = OnDay(MustDate("2014-11-20")) }, nil,
			"second £60.00 stopped may 2014-11-20 comes  by the condition plan is outstanding", "none £0.00 to £60.00 £0.00 to £60.00"},
		{"it has opened", func(a *AwardFile) { a.Gates[0].Value.Period = period("2014-05-01") }, nil, "second £60.00 expected may  comes 2014-10-01 by ", "£60.00 none none"},
		{"it is recorded to open later", func(a *AwardFile) { a.Gates[0].Value.Period = period("2014-11-03") }, nil,
			"second £60.00 stopped may 2014-11-03 comes 2014-11-03 by the condition plan is outstanding", "none £60.00 none"},
		{"the condition is met", func(a *AwardFile) { a.Conditions["plan"] = outstandingUntil(MustDate("2014-05-10")) }, nil, "second £60.00 expected may  comes 2014-10-01 by ", "£60.00 none none"},
		{"it is met after the day, which nobody knew then", func(a *AwardFile) { a.Conditions["plan"] = outstandingUntil(MustDate("2014-05-11")) }, nil,
			"second £60.00 stopped may  comes  by the condition plan is outstanding", "none none none"},
		{"it binds no licence", func(a *AwardFile) { a.Conditions = nil }, nil, "second £60.00 stopped may  comes  by the condition plan is outstanding", "none none none"},
		{"the slip ends before it is due", func(a *AwardFile) {}, []Slip{{Condition: "plan", Until: MustDate("2014-09-01")}}, "second £60.00 expected may  comes 2014-10-01 by ", "£60.00 none none"},
		{"another condition slips", func(a *AwardFile) {}, []Slip{{Condition: "other", Until: MustDate("2014-11-01")}}, "second £60.00 stopped may  comes  by the condition plan is outstanding", "none none none"},
		{"it slips although it was met", func(a *AwardFile) { a.Conditions["plan"] = outstandingUntil(MustDate("2014-05-01")) }, []Slip{{Condition: "plan", Until: MustDate("2014-11-01")}},
			"second £60.00 stopped may 2014-11-01 comes 2014-11-01 by the condition plan is outstanding", "none £60.00 none"},
		{"it slips although the gate has opened", func(a *AwardFile) { a.Gates[0].Value.Period = period("2014-05-01") }, []Slip{{Condition: "plan", Until: MustDate("2014-11-01")}},
			"second £60.00 expected may  comes 2014-10-01 by ", "£60.00 none none"},
		{"the gate is set only later", func(a *AwardFile) { a.Gates[0].Value.Period = From(MustDate("2014-10-02")) }, nil, "second £60.00 expected may  comes 2014-10-01 by ", "£60.00 none none"},
		{"something else must happen too", func(a *AwardFile) { a.Gates[0].Value.Text = "and an audit" }, []Slip{{Condition: "plan", Until: MustDate("2014-11-01")}},
			"second £60.00 stopped may  comes  by and an audit", "none none none"},
		{"which is expected", func(a *AwardFile) {
			a.Gates[0].Value.Text = "and an audit"
			a.Gates[0].Value.Expected = OnDay(MustDate("2014-08-01"))
		},
			[]Slip{{Condition: "plan", Until: MustDate("2014-11-01")}}, "second £60.00 stopped may 2014-11-01 comes  by and an audit", "none £0.00 to £60.00 £0.00 to £60.00"},
		{"the instalment slips", func(a *AwardFile) { a.Gates = nil }, []Slip{{Instalment: "second", Until: MustDate("2014-12-24")}},
			"second £60.00 stopped may 2014-12-24 comes 2014-12-24 by the instalment slips", "none none £60.00"},
		{"the instalment slips to a day on which the gate stands", func(a *AwardFile) {}, []Slip{{Instalment: "second", Until: MustDate("2014-12-24")}},
			"second £60.00 stopped may  comes  by the instalment slips, the condition plan is outstanding", "none none none"},
	} {
		a := coreAward("")
		c.change(&a)
		got := runwayOn(t, on, RunwayQuery{Opening: opening(sterling(0)), Slips: c.slips, Months: 8}, RunwayFile{Awards: []AwardFile{a}})
		due := got.Months[5].Due // October
		if len(due) != 1 {
			t.Fatalf("%s: %d instalments due in October", c.name, len(due))
		}
		if diff := cmp.Diff(c.want, told(due[0])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		var months []string
		for _, m := range got.Months[5:] {
			text := "none"
			if m.Instalments.Known {
				text = m.Instalments.Amount.String()
			}
			months = append(months, text)
		}
		if diff := cmp.Diff(c.months, strings.Join(months, " ")); diff != "" {
			t.Errorf("%s: October to December (-want +got):\n%s", c.name, diff)
		}
	}
}

// What was paid is not expected again; what is due at no known time, or was due
// without a reason why it was not paid, counts from nothing.
func TestRunwayPaidAndUndated(t *testing.T) {
	a := coreAward("")
	a.Gates = nil
	pay := func(id FactID, of InstalmentID, on string, pounds int64) Recorded[Payment] {
		return numbered(id, Payment{Award: "core", Instalment: of, Amount: sterling(pounds), Day: OnDay(MustDate(on))})
	}
	a.Payments = []Recorded[Payment]{pay(10, "first", "2014-07-02", 60), pay(11, "second", "2014-08-05", 25), pay(12, "second", "2014-11-01", 35)}
	a.Refunds = []Recorded[Refund]{numbered(13, Refund{Award: "core", Amount: sterling(5), Day: OnDay(MustDate("2014-08-06"))})}
	open := Instalment{Instalment: "third", Award: "core", Amount: sterling(7), Period: From(MustDate("2014-04-01"))}
	quarter := open
	quarter.Instalment, quarter.Due = "fourth", Day{Bound: InQuarter(2014, 4)}
	a.Instalments = append(a.Instalments, numbered(5, open), numbered(6, quarter))
	spent := []Recorded[Spend]{numbered(20, Spend{Organisation: "net", Amount: sterling(15), Day: OnDay(MustDate("2014-07-10"))})}
	held := []Recorded[Holding]{numbered(30, Holding{Organisation: "net", Amount: sterling(1000), Period: From(MustDate("2014-01-01"))}),
		numbered(31, Holding{Organisation: "net", Amount: sterling(1000), Period: Between(MustDate("2014-01-01"), MustDate("2014-02-01"))})}
	got := runwayOn(t, "2014-08-10", RunwayQuery{Months: 5}, RunwayFile{Awards: []AwardFile{a}, Spending: spent, Forecasts: spendingOf(9), Holdings: held})
	// 60 came and 15 were spent before August; in August 25 came and 5 went
	// back; 35 are due in October, and 7 by December.
	if diff := cmp.Diff("£45.00", shown(got.Opening)); diff != "" {
		t.Errorf("opening (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2014-08 £45.00 to £52.00", "2014-09 £25.00 to £32.00", "2014-10 £40.00 to £54.00", "2014-11 £20.00 to £34.00", "2014-12 £7.00 to £14.00"}, closings(got)); diff != "" {
		t.Errorf("balances (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("£20.00", shown(got.Months[0].Received)); diff != "" {
		t.Errorf("August (-want +got):\n%s", diff)
	}
	var undated []string
	for _, u := range got.Undated {
		undated = append(undated, told(u))
	}
	if diff := cmp.Diff([]string{"fourth £7.00 expected may  comes 2014-12-31 by ", "third £7.00 expected may  comes  by "}, undated); diff != "" {
		t.Errorf("undated (-want +got):\n%s", diff)
	}
	if len(got.Months[2].Due) != 1 || got.Months[2].Due[0].Amount != sterling(35) {
		t.Errorf("October: %+v", got.Months[2].Due)
	}
	if len(got.Holdings) != 1 || got.Holdings[0].ID != 30 {
		t.Errorf("holdings: %+v", got.Holdings)
	}

	late := coreAward("")
	late.Gates = nil
	got = runwayOn(t, "2014-09-10", RunwayQuery{Months: 1, Opening: opening(sterling(0))}, RunwayFile{Awards: []AwardFile{late}, Forecasts: spendingOf(9)})
	if len(got.Undated) != 1 || told(got.Undated[0]) != "first £60.00 possibly may 2014-09-01 comes  by it was due, and no payment of it is recorded" {
		t.Errorf("due in July, and not paid: %+v", got.Undated)
	}
	if diff := cmp.Diff([]string{"2014-09 -£20.00 to £40.00"}, closings(got)); diff != "" {
		t.Errorf("balances (-want +got):\n%s", diff)
	}
}

// What is not recorded is not nothing.
func TestRunwayNotKnown(t *testing.T) {
	got := runwayOn(t, "2014-04-10", RunwayQuery{Months: 1}, RunwayFile{})
	if diff := cmp.Diff([]string{"2014-04 not known: nothing is recorded to have come under its awards or to have been spent before 2014-04-01, and no balance is given"}, closings(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Negative.NotKnown != MustDate("2014-04-01") || !got.Negative.Possibly.IsZero() {
		t.Errorf("negative: %+v", got.Negative)
	}
	// Spending is forecast to May; after that there is no lower bound.
	got = runwayOn(t, "2014-04-10", RunwayQuery{Months: 4, Opening: opening(sterling(100))}, RunwayFile{Forecasts: spendingOf(2)})
	if diff := cmp.Diff([]string{"2014-04 £80.00", "2014-05 £60.00", "2014-06 not known: nothing that is recorded bounds it", "2014-07 not known: nothing that is recorded bounds it"}, closings(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("£0.00; spending of this month is not forecast", shown(got.Months[1].OtherIncome)+"; "+got.Months[2].Spend.Missing[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := (RunwayNegative{NotKnown: MustDate("2014-06-01")}); got.Negative != want {
		t.Errorf("negative: %+v, want not known from June", got.Negative)
	}
	// When income is forecast beyond spending, there is an upper bound.
	lines := append(spendingOf(2), forecastLine(50, 1, LineIncome, IncomeIndustry, "", "", "2014-07", "2014-03-01", sterling(5)))
	got = runwayOn(t, "2014-04-10", RunwayQuery{Months: 4, Opening: opening(sterling(100))}, RunwayFile{Forecasts: lines})
	if diff := cmp.Diff([]string{"2014-04 £80.00", "2014-05 £60.00", "2014-06 at most £60.00", "2014-07 at most £65.00"}, closings(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := (RunwayNegative{Possibly: MustDate("2014-06-01")}); got.Negative != want {
		t.Errorf("negative: %+v, want possibly from June", got.Negative)
	}
	// Received, but no spending recorded: no lower bound.
	a := coreAward("")
	a.Payments = []Recorded[Payment]{numbered(10, Payment{Award: "core", Amount: sterling(9), Day: OnDay(MustDate("2014-04-02"))})}
	got = runwayOn(t, "2014-05-10", RunwayQuery{Months: 1}, RunwayFile{Awards: []AwardFile{a}})
	if diff := cmp.Diff("at most £9.00", shown(got.Opening)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A sum without a lower bound is not below nothing.
	lines = spendingOf(2)
	lines[0].Value.Amount = About(20_00)
	got = runwayOn(t, "2014-04-10", RunwayQuery{Months: 2, Opening: opening(sterling(100))}, RunwayFile{Forecasts: lines})
	if diff := cmp.Diff([]string{"2014-04 at most £100.00", "2014-05 at most £80.00"}, closings(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Bases of value added tax are not mixed.
	lines = spendingOf(2)
	lines[0].Value.VAT, lines[1].Value.VAT = VATExcluded, VATIncluded
	got = runwayOn(t, "2014-04-10", RunwayQuery{Months: 2, Opening: opening(sterling(100))}, RunwayFile{Forecasts: lines})
	if diff := cmp.Diff([]string{"2014-04 £80.00", "2014-05 not known: amounts with value added tax excluded and included are not added"}, closings(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What comes is added on one basis of value added tax, of which "not stated" is
// one; what a payment or an instalment does not state is that of its award.
func TestRunwayNeverMixesVAT(t *testing.T) {
	for _, c := range []struct {
		name                  string
		award, payment, other VAT
		want                  string
	}{
		{"none is stated", VATNotStated, VATNotStated, VATNotStated, "£105.00"}, // 5 + 6 + 54 + 60 - 20
		{"the award's is the payment's", VATExcluded, VATNotStated, VATExcluded, "£105.00"},
		{"the payment's is the instalment's", VATNotStated, VATExcluded, VATExcluded, "£105.00"},
		{"other income states none", VATExcluded, VATExcluded, VATNotStated, "not known: amounts with value added tax excluded and not stated are not added"},
		{"only other income states one", VATNotStated, VATNotStated, VATIncluded, "not known: amounts with value added tax not stated and included are not added"},
	} {
		a := coreAward("")
		a.Award.Value.Figure.VAT = c.award
		a.Payments = []Recorded[Payment]{numbered(10, Payment{Award: "core", Instalment: "first", Amount: sterling(6), VAT: c.payment, Day: OnDay(MustDate("2014-07-02"))})}
		income := forecastLine(50, 1, LineIncome, IncomeIndustry, "", "", "2014-07", "2014-03-01", sterling(60))
		income.Value.VAT = c.other
		got := runwayOn(t, "2014-07-10", RunwayQuery{Months: 1, Opening: opening(sterling(5))}, RunwayFile{Awards: []AwardFile{a}, Forecasts: append(spendingOf(9), income)})
		if diff := cmp.Diff(c.want, shown(got.Months[0].Closing)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestRunwayForecastLines(t *testing.T) {
	income := func(id FactID, kind IncomeKind, when string, pounds int64) Recorded[Forecast] {
		return forecastLine(id, 1, LineIncome, kind, "", "", when, "2014-03-01", sterling(pounds))
	}
	f := RunwayFile{Awards: []AwardFile{coreAward("")}, Forecasts: append(spendingOf(12),
		income(50, IncomeCore, "2014-05", 1000), income(51, IncomeIndustry, "2014-05", 30), income(52, IncomeInKind, "2014-05", 1000), income(53, IncomeMixed, "2014-06", 8),
		forecastLine(54, 1, LineSpend, "", "", "rent", "2014/15", "2014-03-01", Exact(121)))}
	got := runwayOn(t, "2014-04-10", RunwayQuery{Months: 12, Opening: opening(sterling(200))}, f)
	// The year's rent is spent by the end of March, nobody knows when.
	// Whether the £1,000 of core income are the instalments nobody knows.
	want := []string{"2014-04 £178.79 to £180.00", "2014-05 £188.79 to £1,190.00", "2014-06 £168.79 to £1,178.00"}
	if diff := cmp.Diff(want, closings(got)[:3]); diff != "" {
		t.Errorf("balances (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("2015-03 £48.79 to £1,056.79", closings(got)[11]); diff != "" { // 200 + 60 + 30 - 240 - 1.21, and 8 and 1000 or not
		t.Errorf("March (-want +got):\n%s", diff)
	}
	var left []string
	for _, u := range got.LeftOut {
		left = append(left, fmt.Sprintf("%d %s: %s", u.Fact, u.What, u.Reason))
	}
	if diff := cmp.Diff([]string{
		"50 forecast core income: it may be the core income that comes in instalments: it counts from nothing",
		"52 forecast in-kind income: what is in kind is no money",
		"53 forecast mixed income: it may be core income, which comes in instalments: it counts from nothing",
		"54 forecast spending: it is for 2014/15, and nothing is apportioned to months: balances count it from nothing until that time has passed",
	}, left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	// Spread over twelve months, £1.21 is 11 pence once and 10 pence eleven times.
	got = runwayOn(t, "2014-04-10", RunwayQuery{Months: 12, Opening: opening(sterling(200)), Spread: true}, f)
	if diff := cmp.Diff([]string{"£20.11", "£20.10", "£20.10"}, []string{shown(got.Months[0].Spend), shown(got.Months[1].Spend), shown(got.Months[11].Spend)}); diff != "" {
		t.Errorf("spread (-want +got):\n%s", diff)
	}
	if len(got.Notes) != 2 || !strings.Contains(got.Notes[0], "core income counts from nothing") || !strings.Contains(got.Notes[1], "spread evenly") {
		t.Errorf("notes: %q", got.Notes)
	}
	// Without instalments the forecast of core income counts.
	f.Awards = nil
	got = runwayOn(t, "2014-04-10", RunwayQuery{Months: 2, Opening: opening(sterling(200)), Spread: true}, f)
	if diff := cmp.Diff("£1,030.00", shown(got.Months[1].OtherIncome)); diff != "" {
		t.Errorf("core income (-want +got):\n%s", diff)
	}
	// Of a year that began before, nobody knows how much is left.
	got = runwayOn(t, "2014-12-10", RunwayQuery{Months: 4, Opening: opening(sterling(200))}, RunwayFile{Forecasts: f.Forecasts})
	if diff := cmp.Diff("2015-03 £118.79 to £120.00", closings(got)[3]); diff != "" {
		t.Errorf("a year that began before (-want +got):\n%s", diff)
	}
}

// A sum for several recipients is not one's own for certain.
func TestRunwaySharedAward(t *testing.T) {
	a := coreAward("")
	a.Gates = nil
	a.Shares = []Recorded[Share]{numbered(9, Share{Of: AwardID("core").Entity(), Recipient: "partner", Period: From(MustDate("2014-04-01"))})}
	a.Payments = []Recorded[Payment]{
		numbered(10, Payment{Award: "core", Payee: "partner", Amount: sterling(9), Day: OnDay(MustDate("2014-04-02"))}),
		numbered(11, Payment{Award: "core", Payee: "net", Amount: sterling(3), Day: OnDay(MustDate("2014-04-02"))}),
		numbered(12, Payment{Award: "core", Amount: sterling(2), Day: OnDay(MustDate("2014-04-02"))})}
	got := runwayOn(t, "2014-07-10", RunwayQuery{Months: 1}, RunwayFile{Awards: []AwardFile{a}, Forecasts: spendingOf(9),
		Spending: []Recorded[Spend]{numbered(20, Spend{Organisation: "net", Amount: sterling(1), Day: OnDay(MustDate("2014-05-10"))})}})
	if diff := cmp.Diff("£2.00 to £4.00; £0.00 to £60.00", shown(got.Opening)+"; "+shown(got.Months[0].Instalments)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Awards that are only planned do not count, money that may have come before
// the first month counts from nothing, and a slip that changes nothing is told.
func TestRunwayLeavesOpen(t *testing.T) {
	planned := coreAward("")
	planned.Award.Value.Figure.Basis = FigurePlanned
	q := RunwayQuery{Months: 1, Opening: opening(sterling(10)), Slips: []Slip{{Instalment: "first", Until: MustDate("2014-09-01")}, {Condition: "plan", Until: MustDate("2014-09-01")}}}
	got := runwayOn(t, "2014-07-10", q, RunwayFile{Awards: []AwardFile{planned}, Forecasts: spendingOf(9)})
	if diff := cmp.Diff([]string{"2014-07 -£10.00"}, closings(got)); diff != "" {
		t.Errorf("a planned award (-want +got):\n%s", diff)
	}
	if len(got.LeftOut) != 2 || got.LeftOut[0].Reason != "its award is only planned" || len(got.Stopped) != 0 {
		t.Errorf("left out: %+v, stopped: %+v", got.LeftOut, got.Stopped)
	}
	if diff := cmp.Diff([]string{"the instalment first is not still to come in these months", "no instalment that is still to come waits for the condition plan",
		"the forecast has no line of income: its months count none but what comes in instalments"}, got.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}

	a := coreAward("")
	a.Instalments, a.Gates = nil, nil
	sometime := Day{Bound: Bound{Earliest: MustDate("2014-06-20"), Latest: MustDate("2014-07-05")}}
	a.Payments = []Recorded[Payment]{numbered(10, Payment{Award: "core", Amount: sterling(4), Day: sometime}),
		numbered(11, Payment{Award: "core", Amount: sterling(8), Day: Day{Bound: InMonth(2014, 7)}}), numbered(12, Payment{Award: "core", Amount: sterling(99), Day: OnDay(MustDate("2014-07-11"))})}
	a.Refunds = []Recorded[Refund]{numbered(13, Refund{Award: "core", Amount: sterling(1), Day: OnDay(MustDate("2014-07-01"))})}
	q.Slips = nil
	got = runwayOn(t, "2014-07-10", q, RunwayFile{Awards: []AwardFile{a}, Forecasts: spendingOf(9)})
	if diff := cmp.Diff([]string{"2014-07 -£11.00 to £1.00"}, closings(got)); diff != "" { // 10 - 20 - 1, and up to 4 and 8
		t.Errorf("payments on days not known (-want +got):\n%s", diff)
	}
	// Both instalments stop, in the order in which they are due.
	b := coreAward("")
	b.Gates = append(b.Gates, numbered(5, Gate{Instalment: "first", Condition: "plan", Period: From(MustDate("2014-04-01"))}))
	q = RunwayQuery{Months: 9, Slips: []Slip{{Condition: "plan", Until: MustDate("2014-11-01")}}}
	got = runwayOn(t, "2014-06-10", q, RunwayFile{Awards: []AwardFile{b}})
	if len(got.Stopped) != 2 || got.Stopped[0].Instalment != "first" || got.Stopped[1].Instalment != "second" || len(got.Months[5].Late) != 2 {
		t.Errorf("stopped: %+v", got.Stopped)
	}
	// One that was due before and waits for its gate comes when that opens.
	got = runwayOn(t, "2014-08-10", q, RunwayFile{Awards: []AwardFile{b}})
	if len(got.Undated) != 1 || told(got.Undated[0]) != "first £60.00 stopped may 2014-11-01 comes 2014-11-01 by the condition plan is outstanding" || len(got.Months[3].Late) != 2 {
		t.Errorf("due before: %+v, late: %+v", got.Undated, got.Months[3].Late)
	}
}

func TestRunwayQueryIsChecked(t *testing.T) {
	day := MustDate("2014-05-01")
	for _, c := range []struct {
		q    RunwayQuery
		rule RuleID
	}{
		{RunwayQuery{Months: 1}, ""}, {RunwayQuery{Months: 120, Slips: []Slip{{Condition: "c", Until: day}, {Instalment: "c", Until: day}}}, ""},
		{RunwayQuery{}, RuleHorizonInvalid}, {RunwayQuery{Months: 121}, RuleHorizonInvalid}, {RunwayQuery{Months: 1, ForecastVersion: -1}, RuleForecastVersion},
		{RunwayQuery{Months: 1, Opening: new(Amount)}, RuleAmountMissing},
		{RunwayQuery{Months: 1, Slips: []Slip{{Until: day}}}, RuleSlipInvalid},
		{RunwayQuery{Months: 1, Slips: []Slip{{Condition: "c", Instalment: "i", Until: day}}}, RuleSlipInvalid},
		{RunwayQuery{Months: 1, Slips: []Slip{{Condition: "c"}}}, RuleSlipInvalid},
		{RunwayQuery{Months: 1, Slips: []Slip{{Condition: "c", Until: MustDate("2014-04-10")}}}, RuleSlipInvalid},
		{RunwayQuery{Months: 1, Slips: []Slip{{Condition: "c", Until: day}, {Condition: "c", Until: day}}}, RuleSlipInvalid},
		{RunwayQuery{Months: 1, Slips: []Slip{{Condition: "C", Until: day}}}, RuleKeyInvalid},
	} {
		c.q.Organisation = "net"
		checkRule(t, c.q.Validate(MustDate("2014-04-10")), c.rule)
	}
}

// TestRunwayIsSound draws random plans, blurs when their money moves and how
// much it is, and looks whether every true balance lies within the bounds.
func TestRunwayIsSound(t *testing.T) {
	const months = 14
	start := MustDate("2014-04-01")
	known := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 7))
		var truth [months]int64
		balance := r.Int64N(1000)
		f := RunwayFile{Awards: []AwardFile{{Award: numbered(1, Award{Award: "core", Recipient: "net", Figure: yearFigure(sterling(1), 2014, FigureAgreed), Day: OnDay(start)})}}}
		a := &f.Awards[0]
		blur := func(p int64) Amount {
			if r.IntN(2) == 0 {
				return Exact(Money(p))
			}
			b, _ := Range(Money(p-r.Int64N(p+1)), Money(p+r.Int64N(100)))
			return b
		}
		when := func(day Date) Bound {
			switch r.IntN(4) {
			case 0:
				return InMonth(day.Year(), day.Month())
			case 1:
				return InQuarter(day.Year(), (int(day.Month())+2)/3)
			case 2:
				return InFinancialYear(FinancialYearOf(day))
			}
			return Exactly(day)
		}
		for id := range FactID(1 + r.IntN(12)) {
			m := r.IntN(months)
			day := start.AddMonths(m).AddDays(r.IntN(28))
			p := r.Int64N(500)
			switch r.IntN(3) {
			case 0:
				line := forecastLine(id+10, 1, LineSpend, "", "", fmt.Sprint(id), "2014-04", "2014-03-01", blur(p))
				line.Value.When = Day{Bound: when(day)}
				f.Forecasts = append(f.Forecasts, line)
				truth[m] -= p
			case 1:
				line := forecastLine(id+10, 1, LineIncome, IncomeIndustry, "", fmt.Sprint(id), "2014-04", "2014-03-01", blur(p))
				line.Value.When = Day{Bound: when(day)}
				f.Forecasts = append(f.Forecasts, line)
				truth[m] += p
			default:
				i := Instalment{Instalment: InstalmentID(fmt.Sprintf("i-%d", id)), Award: "core", Amount: blur(p), Due: Day{Bound: when(day)}, Period: From(start)}
				if r.IntN(6) == 0 {
					i.Due = Day{}
				}
				comes := m
				if r.IntN(3) == 0 { // it comes later, once its gate has opened
					comes = m + r.IntN(4)
					g := Gate{Instalment: i.Instalment, Text: "a plan", Period: From(start)}
					opened := start.AddMonths(comes).AddDays(27)
					if i.Due.IsZero() || !i.Due.Latest.Before(opened) {
						comes = m
					} else if r.IntN(2) == 0 {
						g.Period = Between(start, opened)
					} else {
						g.Expected = OnDay(opened.AddDays(-r.IntN(60)))
					}
					if comes == m {
						g.Expected = OnDay(start)
					}
					a.Gates = append(a.Gates, numbered(id+100, g))
				}
				a.Instalments = append(a.Instalments, numbered(id+10, i))
				if comes < months {
					truth[comes] += p
				}
			}
		}
		got := runwayOn(t, "2014-04-01", RunwayQuery{Months: months, Opening: opening(Exact(Money(balance)))}, f)
		for m, month := range got.Months {
			balance += truth[m]
			low, bounded := month.Closing.Amount.Low()
			high, capped := month.Closing.Amount.High()
			if bounded && capped {
				known++
			}
			if bounded && balance < int64(low) || capped && balance > int64(high) {
				t.Fatalf("seed %d: the balance at the end of %s is %d pence, the bounds are %s", seed, month.Month, balance, month.Closing.Amount)
			}
		}
	}
	if known < 2000 {
		t.Errorf("only %d balances had two bounds: the test says little", known)
	}
}
