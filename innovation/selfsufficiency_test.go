package innovation_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

// incomeOf is income of a financial year, reported on its last day.
func incomeOf(id FactID, kind IncomeKind, fy FinancialYear, a Amount) Recorded[Income] {
	return numbered(id, Income{Organisation: "net", Kind: kind, Figure: yearFigure(a, fy, FigureReported), Day: OnDay(fy.End().AddDays(-1))})
}

func wholeOf(id FactID, fy FinancialYear, a Amount) Recorded[Income] {
	r := incomeOf(id, IncomeMixed, fy, a)
	r.Value.Whole = true
	return r
}

// shares writes the two shares of a year.
func sharesIn(all, recorded *Millionths) string {
	text := func(m *Millionths) string {
		if m == nil {
			return "not known"
		}
		return m.String()
	}
	return text(all) + " | " + text(recorded)
}

func sufficiency(t *testing.T, on string, q SelfSufficiencyQuery, of ...Recorded[Income]) SelfSufficiency {
	t.Helper()
	q.Organisation = "net"
	got, err := SelfSufficiencyOf(MustDate(on), q, IncomeFile{Organisation: "net", Incomes: of})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestShareOfOwnIncome(t *testing.T) {
	const fy = FinancialYear(2015)
	core, own, mixed, inKind := IncomeCore, IncomeIndustry, IncomeMixed, IncomeInKind
	at := func(vat VAT, r Recorded[Income]) Recorded[Income] { r.Value.Figure.VAT = vat; return r }
	for _, c := range []struct {
		name    string
		of      []Recorded[Income]
		want    string // of all income | of what is recorded
		missing string
	}{
		{"nothing is recorded", nil, "not known | not known",
			"no total of the year's income is recorded; no core income of 2015/16 is recorded; no own income of 2015/16 is recorded"},
		{"no total", []Recorded[Income]{incomeOf(1, core, fy, sterling(3)), incomeOf(2, own, fy, sterling(1))}, "not known | 0.250000",
			"no total of the year's income is recorded"},
		{"own income alone says nothing", []Recorded[Income]{incomeOf(2, own, fy, sterling(1))}, "not known | not known",
			"no total of the year's income is recorded; no core income of 2015/16 is recorded"},
		{"what is recorded is all", []Recorded[Income]{wholeOf(1, fy, sterling(4)), incomeOf(2, core, fy, sterling(3)), incomeOf(3, own, fy, sterling(1))}, "0.250000 | 0.250000", ""},
		// T = 10, O ≥ 1, C ≥ 3: from 1/10 to 7/10.
		{"some of it is not recorded", []Recorded[Income]{wholeOf(1, fy, sterling(10)), incomeOf(2, core, fy, sterling(3)), incomeOf(3, own, fy, sterling(1))}, "0.100000 to 0.700000 | 0.250000", ""},
		// T ≤ 12, O ≥ 1, C ≥ 2: 1/12 to 10/12; among the recorded 1/(1+3) to 2/(2+2).
		{"intervals", []Recorded[Income]{wholeOf(1, fy, spanning(10, 12)), incomeOf(2, core, fy, spanning(2, 3)), incomeOf(3, own, fy, spanning(1, 2))}, "0.083333 to 0.833334 | 0.250000 to 0.500000", ""},
		{"only core and the total", []Recorded[Income]{wholeOf(1, fy, sterling(10)), incomeOf(2, core, fy, sterling(4))}, "0.000000 to 0.600000 | not known", ""},
		{"only the total", []Recorded[Income]{wholeOf(1, fy, sterling(10))}, "not known | not known", "no core income of 2015/16 is recorded; no own income of 2015/16 is recorded"},
		{"a total without an upper bound", []Recorded[Income]{wholeOf(1, fy, AtLeast(1000)), incomeOf(2, core, fy, sterling(4))}, "not known | not known", "the total, at least £10.00, has no upper bound"},
		// Two sources: the total is 10 or 20.
		{"totals that disagree", []Recorded[Income]{wholeOf(1, fy, sterling(10)), wholeOf(4, fy, sterling(20)), incomeOf(2, core, fy, sterling(4))}, "0.000000 to 0.800000 | not known", ""},
		{"parts that exceed the total", []Recorded[Income]{wholeOf(1, fy, sterling(10)), incomeOf(2, core, fy, sterling(8)), incomeOf(3, own, fy, sterling(3))}, "not known | 0.272727 to 0.272728",
			"the parts recorded come to at least £11.00, the total to £10.00"},
		// Mixed income may be all own or all core: 2/(2+4+4) to (2+4)/(2+4+4).
		{"kinds not stated", []Recorded[Income]{incomeOf(2, core, fy, sterling(4)), incomeOf(3, own, fy, sterling(2)), incomeOf(4, mixed, fy, sterling(4))}, "not known | 0.200000 to 0.600000", "no total of the year's income is recorded"},
		{"about is no bound", []Recorded[Income]{wholeOf(1, fy, sterling(10)), incomeOf(2, core, fy, About(4_00)), incomeOf(3, own, fy, sterling(2))}, "0.200000 to 1.000000 | 0.000000 to 1.000000", ""},
		{"in kind is no money", []Recorded[Income]{wholeOf(1, fy, sterling(4)), incomeOf(2, core, fy, sterling(3)), incomeOf(3, own, fy, sterling(1)), incomeOf(4, inKind, fy, sterling(99))}, "0.250000 | 0.250000", ""},
		{"bases of VAT are not mixed", []Recorded[Income]{at(VATIncluded, wholeOf(1, fy, sterling(4))), at(VATExcluded, incomeOf(2, core, fy, sterling(3))), at(VATExcluded, incomeOf(3, own, fy, sterling(1)))}, "not known | 0.250000",
			"the total and its parts are recorded on different bases of value added tax"},
		{"nor within the parts", []Recorded[Income]{at(VATIncluded, incomeOf(2, core, fy, sterling(3))), at(VATExcluded, incomeOf(3, own, fy, sterling(1)))}, "not known | not known", "no total of the year's income is recorded"},
		{"not stated is a basis of its own", []Recorded[Income]{incomeOf(2, core, fy, sterling(3)), at(VATExcluded, incomeOf(3, own, fy, sterling(1)))}, "not known | not known", "no total of the year's income is recorded"},
		{"nothing at all came", []Recorded[Income]{wholeOf(1, fy, sterling(0)), incomeOf(2, core, fy, sterling(0)), incomeOf(3, own, fy, sterling(0))}, "not known | not known", "the total is nothing: there is no share of it"},
	} {
		y := sufficiency(t, "2020-01-01", SelfSufficiencyQuery{From: fy, To: fy}, c.of...).Years[0]
		if diff := cmp.Diff(c.want, sharesIn(y.Share, y.OfRecorded)); diff != "" {
			t.Errorf("%s: shares (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.missing, strings.Join(y.Missing, "; ")); diff != "" {
			t.Errorf("%s: missing (-want +got):\n%s", c.name, diff)
		}
	}
}

// A figure counts only in a year that is certainly its own, by the day, and
// when it is no plan.
func TestSelfSufficiencyCountsByYear(t *testing.T) {
	byYear := incomeOf(1, IncomeCore, 2014, sterling(5))
	byYear.Value.Figure.Per, byYear.Value.Figure.Covers = PerYear, Between(MustDate("2014-04-01"), MustDate("2016-04-01"))
	calendar := incomeOf(2, IncomeIndustry, 2014, sterling(6))
	calendar.Value.Figure.Covers = Between(MustDate("2015-01-01"), MustDate("2016-01-01"))
	planned := incomeOf(3, IncomeIndustry, 2015, sterling(7))
	planned.Value.Figure.Basis = FigurePlanned
	later := incomeOf(4, IncomeCharity, 2015, sterling(8))
	later.Value.Day = OnDay(MustDate("2016-12-01"))
	maybe := incomeOf(5, IncomeCharity, 2015, sterling(9))
	maybe.Value.Day = Day{Bound: InYear(2016)}
	undated := incomeOf(6, IncomeAcademic, 2015, sterling(1))
	undated.Value.Figure.Covers = Period{}
	got := sufficiency(t, "2016-06-01", SelfSufficiencyQuery{From: 2014, To: 2016}, byYear, calendar, planned, later, maybe, undated)
	var lines []string
	for _, y := range got.Years {
		lines = append(lines, fmt.Sprintf("%s: %s | %s", y.Year, shown(y.Core), shown(y.Own)))
	}
	for _, u := range got.LeftOut {
		lines = append(lines, fmt.Sprintf("left out %d: %s", u.Fact, u.Reason))
	}
	if diff := cmp.Diff([]string{
		"2014/15: £5.00 | not known: no own income of 2014/15 is recorded",
		"2015/16: £5.00 | £0.00 to £9.00",
		"2016/17: not known: no core income of 2016/17 is recorded | not known: no own income of 2016/17 is recorded",
		"left out 2: it is for 2015-01-01 to 2016-01-01 (whole-period), which is not certainly one financial year: nothing is apportioned",
		"left out 3: it is only planned",
		"left out 6: it does not say for when it is",
	}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOtherRungsAreNeverIncome(t *testing.T) {
	f := IncomeFile{Organisation: "net", OtherRungs: []CoreMoney{
		{Rung: RungAllocated, Of: AllocationID("a-1").Entity(), Figure: yearFigure(sterling(5_000_000), 2014, FigureAnnounced), Day: OnDay(MustDate("2014-04-01")), Fact: 1},
		{Rung: RungCommitted, Of: AwardID("w-1").Entity(), Figure: yearFigure(sterling(4_000_000), 2014, FigureAgreed), Day: OnDay(MustDate("2015-06-01")), Fact: 2}}}
	got, err := SelfSufficiencyOf(MustDate("2015-04-01"), SelfSufficiencyQuery{From: 2014, To: 2014}, f)
	if err != nil {
		t.Fatal(err)
	}
	y := got.Years[0]
	if diff := cmp.Diff("not known: no core income of 2014/15 is recorded; the allocation a-1 is recorded (£5,000,000.00): that is another rung, and never used as income", shown(y.Core)); diff != "" {
		t.Errorf("core (-want +got):\n%s", diff)
	}
	if y.Share != nil || len(y.OtherRungs) != 1 || y.OtherRungs[0].Fact != 1 {
		t.Errorf("share %v, other rungs %+v; want none, and the allocation of the day", y.Share, y.OtherRungs)
	}
}

func TestCoreCut(t *testing.T) {
	// Core 6, own 4, T = 10; a cut of 40 % takes 2.40: 4 of 7.60 is left.
	got := sufficiency(t, "2020-01-01", SelfSufficiencyQuery{From: 2015, To: 2016, CoreCut: 400_000},
		wholeOf(1, 2015, sterling(10)), incomeOf(2, IncomeCore, 2015, sterling(6)), incomeOf(3, IncomeCharity, 2015, sterling(4)),
		wholeOf(4, 2016, sterling(10)), incomeOf(5, IncomeCore, 2016, spanning(3, 4)), incomeOf(6, IncomeCharity, 2016, sterling(2)))
	var lines []string
	for _, y := range got.Years {
		lines = append(lines, fmt.Sprintf("%s: left %s, short %s, of all %s, %s", y.Year, shown(y.Cut.Core), shown(y.Cut.Shortfall), shown(*y.Cut.ShortfallOfAll), sharesIn(y.Cut.Share, y.Cut.OfRecorded)))
	}
	if diff := cmp.Diff([]string{
		"2015/16: left £3.60, short £2.40, of all £2.40, 0.526315 to 0.526316 | 0.526315 to 0.526316",
		// Own 2 to 7 of 10, core 3 to 8: 2/(2+4.8) to 7/(7+1.8); recorded 2/(2+2.4) to 2/(2+1.8).
		"2016/17: left £1.80 to £2.40, short £1.20 to £1.60, of all £1.20 to £3.20, 0.294117 to 0.795455 | 0.454545 to 0.526316",
	}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A third of a penny is rounded outward.
	y := sufficiency(t, "2020-01-01", SelfSufficiencyQuery{From: 2015, To: 2015, CoreCut: 333_333}, incomeOf(2, IncomeCore, 2015, Exact(100))).Years[0]
	if diff := cmp.Diff("£0.66 to £0.67, £0.33 to £0.34", shown(y.Cut.Core)+", "+shown(y.Cut.Shortfall)); diff != "" {
		t.Errorf("rounding (-want +got):\n%s", diff)
	}
	// Without any core income only own income is left, when there is some.
	all := sufficiency(t, "2020-01-01", SelfSufficiencyQuery{From: 2015, To: 2016, CoreCut: 1_000_000},
		wholeOf(1, 2015, sterling(10)), incomeOf(2, IncomeCore, 2015, sterling(6)), incomeOf(3, IncomeCharity, 2015, sterling(4)),
		wholeOf(4, 2016, sterling(10)), incomeOf(5, IncomeCore, 2016, sterling(10)))
	if diff := cmp.Diff("1.000000 | 1.000000; 0.000000 to 1.000000 | not known", sharesIn(all.Years[0].Cut.Share, all.Years[0].Cut.OfRecorded)+"; "+
		sharesIn(all.Years[1].Cut.Share, all.Years[1].Cut.OfRecorded)); diff != "" {
		t.Errorf("a cut of all (-want +got):\n%s", diff)
	}
	if y.Cut.ShortfallOfAll != nil || y.Cut.Share != nil {
		t.Errorf("without a total: %v, %v", y.Cut.ShortfallOfAll, y.Cut.Share)
	}
}

func TestCoreCrossing(t *testing.T) {
	year := func(id FactID, fy FinancialYear, total, core, own int64) []Recorded[Income] {
		return []Recorded[Income]{wholeOf(id, fy, sterling(total)), incomeOf(id+1, IncomeCore, fy, sterling(core)), incomeOf(id+2, IncomeCharity, fy, sterling(own))}
	}
	var of []Recorded[Income]
	of = append(of, year(1, 2013, 10, 8, 2)...)  // core 8/10
	of = append(of, year(11, 2015, 10, 4, 3)...) // core 4/10 to 7/10
	of = append(of, year(21, 2016, 10, 5, 5)...) // core 5/10: not under a half
	of = append(of, year(31, 2017, 10, 4, 6)...) // core 4/10
	of = append(of, incomeOf(41, IncomeCore, 2014, sterling(1)), incomeOf(42, IncomeCharity, 2014, sterling(9)))
	got := sufficiency(t, "2020-01-01", SelfSufficiencyQuery{From: 2013, To: 2018, Threshold: 500_000}, of...)
	want := []CoreCrossing{
		{Measure: "all-income", Threshold: 500_000, Certainly: 2017, Possibly: 2015, NotKnown: []FinancialYear{2014, 2018}},
		{Measure: "recorded-income", Threshold: 500_000, Certainly: 2014, Possibly: 2014, NotKnown: []FinancialYear{2018}}}
	if diff := cmp.Diff(want, got.Crossings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Nothing is extrapolated unasked, and a stated trend is linear from the last
// year recorded on.
func TestTrend(t *testing.T) {
	of := []Recorded[Income]{wholeOf(1, 2015, sterling(10)), incomeOf(2, IncomeCore, 2015, sterling(6)), incomeOf(3, IncomeCharity, 2015, sterling(4))}
	plain := sufficiency(t, "2017-01-01", SelfSufficiencyQuery{From: 2015, To: 2018, Threshold: 500_000}, of...)
	for _, y := range plain.Years[1:] {
		if y.Projected || y.Share != nil || y.OfRecorded != nil {
			t.Errorf("%s is extrapolated unasked: %+v", y.Year, y)
		}
	}
	q := SelfSufficiencyQuery{From: 2014, To: 2018, Threshold: 500_000, Trend: &IncomeTrend{CoreGrowth: -100_000, OwnGrowth: 50_000}}
	got := sufficiency(t, "2017-01-01", q, of...)
	var lines []string
	for _, y := range got.Years {
		lines = append(lines, fmt.Sprintf("%s %t %s %s: %s", y.Year, y.Projected, y.Core.Amount, y.Own.Amount, sharesIn(y.Share, y.OfRecorded)))
	}
	if diff := cmp.Diff([]string{
		"2014/15 false not stated not stated: not known | not known",
		"2015/16 false £6.00 £4.00: 0.400000 | 0.400000",
		"2016/17 true £5.40 £4.20: 0.437500 | 0.437500",
		"2017/18 true £4.80 £4.40: 0.478260 to 0.478261 | 0.478260 to 0.478261",
		"2018/19 true £4.20 £4.60: 0.522727 to 0.522728 | 0.522727 to 0.522728", // 4.6 of 8.8
	}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f := got.Years[2].Formula; !strings.Contains(f, "2015/16 × 0.900000") || !strings.Contains(f, "2015/16 × 1.050000") {
		t.Errorf("the formula is %q", f)
	}
	c := got.Crossings[0]
	if c.Certainly != 0 || c.ProjectedCertainly != 2018 || c.ProjectedPossibly != 2018 {
		t.Errorf("the crossing is %+v, want 2018/19 as projected only", c)
	}
	if got := sufficiency(t, "2017-01-01", q); len(got.Notes) != 1 || got.Years[4].Projected {
		t.Errorf("without a year to go on from: %+v", got)
	}
	// The year before the ones asked about will do.
	q.From = 2018
	if y := sufficiency(t, "2017-01-01", q, of...).Years[0]; sharesIn(y.Share, nil) != "0.522727 to 0.522728 | not known" {
		t.Errorf("asked about 2018/19 alone: %s", sharesIn(y.Share, nil))
	}
}

func TestSelfSufficiencyQueryIsChecked(t *testing.T) {
	ok := SelfSufficiencyQuery{From: 2013, To: 2015}
	for _, c := range []struct {
		change func(*SelfSufficiencyQuery)
		rule   RuleID
	}{
		{func(*SelfSufficiencyQuery) {}, ""},
		{func(q *SelfSufficiencyQuery) {
			q.Threshold, q.CoreCut, q.Trend = 1_000_000, 1_000_000, &IncomeTrend{-1_000_000, 10_000_000}
		}, ""},
		{func(q *SelfSufficiencyQuery) { q.To = 2012 }, RuleYearsInvalid},
		{func(q *SelfSufficiencyQuery) { q.To = 2112 }, ""},
		{func(q *SelfSufficiencyQuery) { q.To = 2113 }, RuleYearsInvalid},
		{func(q *SelfSufficiencyQuery) { q.From = 0; q.To = 20 }, RuleFinancialYearInvalid},
		{func(q *SelfSufficiencyQuery) { q.Threshold = 1_000_001 }, RuleShareInvalid},
		{func(q *SelfSufficiencyQuery) { q.CoreCut = -1 }, RuleShareInvalid},
		{func(q *SelfSufficiencyQuery) { q.Trend = &IncomeTrend{CoreGrowth: -1_000_001} }, RuleShareInvalid},
		{func(q *SelfSufficiencyQuery) { q.Organisation = "NO" }, RuleKeyInvalid},
	} {
		q := ok
		c.change(&q)
		checkRule(t, q.Validate(), c.rule)
	}
}

// TestShareBoundsAreSound hides parts of random incomes and looks whether the
// true share lies within the bounds, before and after a cut.
func TestShareBoundsAreSound(t *testing.T) {
	known := 0
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 2014))
		amount := func() int64 { return r.Int64N(1_000_000_00) }
		blur := func(p int64) Amount {
			switch r.IntN(5) {
			case 0:
				a, _ := Range(Money(p-r.Int64N(p+1)), Money(p+r.Int64N(1000)))
				return a
			case 1:
				return AtLeast(Money(p - r.Int64N(p+1)))
			case 2:
				return AtMost(Money(p + r.Int64N(1000)))
			}
			return Exact(Money(p))
		}
		var core, own int64
		var recCore, recOwn, recMixedOwn, recMixedCore int64
		var of []Recorded[Income]
		kinds := []IncomeKind{IncomeOtherPublic, IncomeIndustry, IncomeCharity, IncomeAcademic}
		for id := range FactID(1 + r.IntN(8)) {
			p, isCore := amount(), r.IntN(2) == 0
			kind := kinds[r.IntN(len(kinds))]
			if isCore {
				kind = IncomeCore
				core += p
			} else {
				own += p
			}
			switch hidden := r.IntN(4); {
			case hidden == 0:
				continue
			case hidden == 1:
				kind = IncomeMixed
				if isCore {
					recMixedCore += p
				} else {
					recMixedOwn += p
				}
			case isCore:
				recCore += p
			default:
				recOwn += p
			}
			of = append(of, incomeOf(id+1, kind, 2015, blur(p)))
		}
		if r.IntN(3) > 0 {
			of = append(of, wholeOf(100, 2015, blur(core+own)))
		}
		of = append(of, incomeOf(101, IncomeInKind, 2015, Exact(Money(amount()))))
		cut := r.Int64N(1_000_000)
		y := sufficiency(t, "2020-01-01", SelfSufficiencyQuery{From: 2015, To: 2015, CoreCut: cut}, of...).Years[0]
		within := func(what string, m *Millionths, own, core float64) {
			if m == nil || own+core == 0 {
				return
			}
			known++
			if s := own / (own + core) * 1e6; s < float64(*m.Low)-1e-3 || s > float64(*m.High)+1e-3 {
				t.Fatalf("seed %d: %s is %.3f millionths, the bounds are %s", seed, what, s, m)
			}
		}
		left := 1 - float64(cut)/1e6
		within("the share of all", y.Share, float64(own), float64(core))
		within("the share of all after the cut", y.Cut.Share, float64(own), float64(core)*left)
		ro, rc := float64(recOwn+recMixedOwn), float64(recCore+recMixedCore)
		within("the share of what is recorded", y.OfRecorded, ro, rc)
		within("the share of what is recorded after the cut", y.Cut.OfRecorded, ro, rc*left)
		if s := y.Cut.ShortfallOfAll; s != nil {
			low, _ := s.Amount.Low()
			high, _ := s.Amount.High()
			if short := float64(core) * float64(cut) / 1e6; short < float64(low)-1 || short > float64(high)+1 {
				t.Fatalf("seed %d: the shortfall is %.2f pence, the bounds are %s", seed, short, s.Amount)
			}
		}
	}
	if known < 2000 {
		t.Errorf("only %d shares were known: the test says little", known)
	}
}
