package innovation_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

// numbered is a fact with its number.
func numbered[F any](id FactID, v F) Recorded[F] { return Recorded[F]{ID: id, Value: v} }

// sterling is a number of pounds, exactly.
func sterling(n int64) Amount { return Exact(Money(100 * n)) }

// spanning is an amount from low to high pounds.
func spanning(low, high int64) Amount {
	a, err := Range(Money(100*low), Money(100*high))
	if err != nil {
		panic(err)
	}
	return a
}

// shown is a reckoning in words.
func shown(r Reckoning) string {
	switch {
	case r.Known && r.Amount.IsZero(), !r.Known && !r.Amount.IsZero(), r.Known == (len(r.Missing) > 0):
		return fmt.Sprintf("inconsistent: %+v", r)
	case r.Known:
		return r.Amount.String()
	}
	return "not known: " + strings.Join(r.Missing, "; ")
}

// yearFigure is a figure for a financial year.
func yearFigure(a Amount, fy FinancialYear, basis FigureBasis) Figure {
	return Figure{Amount: a, Per: PerPeriod, Basis: basis, Covers: Between(fy.Start(), fy.End())}
}

func forecastLine(id FactID, version int64, line ForecastLine, kind IncomeKind, stream, purpose, when, made string, a Amount) Recorded[Forecast] {
	b, err := ParseBound(when)
	if err != nil {
		panic(err)
	}
	return numbered(id, Forecast{Organisation: "net", Version: version, Line: line, Kind: kind, Stream: stream, Purpose: purpose,
		When: Day{Bound: b}, Amount: a, Day: OnDay(MustDate(made))})
}

// shownVariance writes each line, total and what was not placed.
func shownVariance(v Variance) []string {
	out := []string{}
	for i, l := range append(v.Lines, v.Totals...) {
		name := fmt.Sprintf("%s %s%s/%s", l.Line, l.Kind, l.Stream, l.Purpose)
		if i >= len(v.Lines) {
			name = "all " + string(l.Line)
		}
		text := fmt.Sprintf("%s: %s | %s | %s", name, shown(l.Forecast), shown(l.Actual), shown(l.Variance))
		if l.Against != nil {
			text += fmt.Sprintf(" | %s | %s", shown(*l.Against), shown(*l.Change))
		}
		out = append(out, text)
	}
	for _, u := range v.Unplaced {
		out = append(out, fmt.Sprintf("unplaced %d %s: %s", u.Fact, u.What, u.Reason))
	}
	return out
}

func TestVariance(t *testing.T) {
	spend := func(id FactID, stream, purpose, accrued, on string, a Amount) Recorded[Spend] {
		s := Spend{Organisation: "net", Stream: stream, Purpose: purpose, Amount: a, Day: OnDay(MustDate(on))}
		if accrued != "" {
			b, _ := ParseBound(accrued)
			s.Accrued = Day{Bound: b}
		}
		return numbered(id, s)
	}
	income := func(id FactID, kind IncomeKind, f Figure) Recorded[Income] {
		return numbered(id, Income{Organisation: "net", Kind: kind, Figure: f, Day: OnDay(MustDate("2015-04-10"))})
	}
	file := VarianceFile{
		Forecasts: []Recorded[Forecast]{
			forecastLine(1, 1, LineIncome, IncomeCore, "", "", "2014/15", "2014-03-01", sterling(1000)),
			forecastLine(2, 1, LineIncome, IncomeIndustry, "", "", "2014/15", "2014-03-01", sterling(100)),
			forecastLine(3, 1, LineSpend, "", "core", "pay", "2014-04", "2014-03-01", sterling(50)),
			forecastLine(4, 1, LineSpend, "", "core", "pay", "2014-05", "2014-03-01", sterling(50)),
			forecastLine(5, 1, LineSpend, "", "core", "", "2014/15", "2014-03-01", sterling(300)),
			forecastLine(6, 1, LineSpend, "", "core", "", "2015/16", "2014-03-01", sterling(999)),
			forecastLine(7, 1, LineSpend, "", "core", "", "2014", "2014-03-01", sterling(7)),
			forecastLine(8, 2, LineIncome, IncomeCore, "", "", "2014/15", "2014-09-01", sterling(900)),
			forecastLine(9, 3, LineIncome, IncomeCore, "", "", "2014/15", "2016-01-01", sterling(1)),
		},
		Incomes: []Recorded[Income]{
			income(20, IncomeCore, yearFigure(spanning(900, 950), 2014, FigureReported)),
			income(21, IncomeCore, yearFigure(sterling(5), 2013, FigureReported)),
			income(22, IncomeCharity, yearFigure(sterling(8), 2014, FigureActual)),
			income(23, IncomeIndustry, yearFigure(sterling(80), 2014, FigureExpected)),
			income(24, IncomeIndustry, Figure{Amount: sterling(3), Per: PerPeriod, Basis: FigureActual}),
			income(25, IncomeIndustry, Figure{Amount: sterling(3), Per: PerPeriod, Basis: FigureActual, Covers: Between(MustDate("2014-01-01"), MustDate("2015-01-01"))}),
		},
		Spending: []Recorded[Spend]{
			spend(30, "core", "pay", "2014-04", "2014-05-05", sterling(60)),
			spend(31, "core", "rent", "", "2014-06-05", sterling(20)),
			spend(32, "", "rent", "", "2014-06-05", sterling(21)),
			spend(33, "core", "pay", "2014", "2014-06-05", sterling(22)),
			spend(34, "core", "pay", "", "2015-09-05", sterling(23)),
		}}
	file.Streams = map[AwardID]string{"award": "core"}
	file.Spending = append(file.Spending, numbered(35, Spend{Organisation: "net", Award: "award", Purpose: "pay", Amount: sterling(1), Day: OnDay(MustDate("2014-05-20"))}))

	got, err := VarianceOf(MustDate("2015-04-30"), VarianceQuery{Organisation: "net", Year: 2014, Version: 1, Against: 2}, file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"income charity/: not known: no forecast of charity income is recorded | £8.00 | not known: no forecast of charity income is recorded" +
			" | not known: version 2 does not forecast charity income | not known: no forecast of charity income is recorded; version 2 does not forecast charity income",
		"income core/: £1,000.00 | £900.00 to £950.00 | -£100.00 to -£50.00 | £900.00 | £100.00",
		"income industry/: £100.00 | not known: no industry income of 2014/15 is recorded | not known: no industry income of 2014/15 is recorded" +
			" | not known: version 2 does not forecast industry income | not known: version 2 does not forecast industry income",
		"spend /rent: not known: no forecast of spending on rent of the stream not stated is recorded | £21.00 | not known: no forecast of spending on rent of the stream not stated is recorded" +
			" | not known: version 2 does not forecast spending on rent of the stream not stated | not known: no forecast of spending on rent of the stream not stated is recorded; version 2 does not forecast spending on rent of the stream not stated",
		"spend core/: £300.00 | £20.00 | -£280.00 | not known: version 2 does not forecast spending on anything of the stream core | not known: version 2 does not forecast spending on anything of the stream core",
		"spend core/pay: £100.00 | £61.00 | -£39.00 | not known: version 2 does not forecast spending on pay of the stream core | not known: version 2 does not forecast spending on pay of the stream core",
	}, shownVariance(got)[:6]); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"unplaced 7 forecast of spending on anything of the stream core: it is for 2014, which is not certainly within the year: nothing is apportioned",
		"unplaced 23 industry income: it is expected, which is not what came",
		"unplaced 24 industry income: it does not say for when it is",
		"unplaced 25 industry income: it is for 2014-01-01 to 2015-01-01, which is not certainly one year: nothing is apportioned",
		"unplaced 33 spending: it belongs to 2014, which is not certainly within the year",
	}, shownVariance(got)[8:]); diff != "" {
		t.Errorf("unplaced (-want +got):\n%s", diff)
	}
	var months []string
	for _, l := range got.Lines {
		for _, m := range l.Months[:min(3, len(l.Months))] {
			months = append(months, fmt.Sprintf("%s %s: %s | %s | %s", l.Purpose, m.Month, shown(m.Forecast), shown(m.Actual), shown(m.Variance)))
		}
	}
	if diff := cmp.Diff([]string{
		"pay 2014-04-01: £50.00 | £60.00 | £10.00",
		"pay 2014-05-01: £50.00 | £1.00 | -£49.00",
		"pay 2014-06-01: not known: the version does not forecast this month | not known: nothing is recorded for this month | not known: nothing is recorded for this month; the version does not forecast this month",
	}, months); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}

	// The latest version is that of the day; what came later is not there yet.
	got, err = VarianceOf(MustDate("2014-05-10"), VarianceQuery{Organisation: "net", Year: 2014}, file)
	if err != nil || got.Version != 1 || len(got.Notes) != 1 {
		t.Errorf("on 2014-05-10: version %d, notes %q, %v; want version 1 and that the year has not ended", got.Version, got.Notes, err)
	}
	if diff := cmp.Diff("spend core/pay: £100.00 | £60.00 | -£40.00", shownVariance(got)[3]); diff != "" {
		t.Error(diff)
	}
	if got, err = VarianceOf(MustDate("2015-04-30"), VarianceQuery{Organisation: "net", Year: 2014}, file); err != nil || got.Version != 2 {
		t.Errorf("the latest version is %d, %v; want 2", got.Version, err)
	}
	// Version 3 had not been made by the day.
	if _, err = VarianceOf(MustDate("2015-04-30"), VarianceQuery{Organisation: "net", Year: 2014, Version: 3}, file); !errors.Is(err, NotFound) {
		t.Errorf("version 3: %v, want not found", err)
	}
	if _, err = VarianceOf(MustDate("2015-04-30"), VarianceQuery{Organisation: "net", Year: 2014, Against: 7}, file); Violations(err) == nil || Violations(err)[0].Rule != RuleForecastUnknown || Violations(err)[0].Field != "against" {
		t.Errorf("against version 7: %v, want %s of the field against", err, RuleForecastUnknown)
	}
	got, err = VarianceOf(MustDate("2015-04-30"), VarianceQuery{Organisation: "other", Year: 2014}, VarianceFile{})
	if err != nil || len(got.Lines)+len(got.Totals) > 0 || got.Lines == nil || got.Unplaced == nil {
		t.Errorf("nothing recorded: %+v, %v", got, err)
	}
}

func TestVarianceNeverMixesVAT(t *testing.T) {
	file := VarianceFile{Forecasts: []Recorded[Forecast]{forecastLine(1, 1, LineSpend, "", "", "pay", "2014/15", "2014-03-01", sterling(100))}}
	file.Forecasts[0].Value.VAT = VATExcluded
	for _, c := range []struct {
		vat  VAT
		want string
	}{
		{VATExcluded, "-£90.00"}, {VATNotStated, "-£90.00"},
		{VATIncluded, "not known: an amount with value added tax included is not compared with one with it excluded"},
	} {
		file.Spending = []Recorded[Spend]{numbered(2, Spend{Organisation: "net", Purpose: "pay", Amount: sterling(10), VAT: c.vat, Day: OnDay(MustDate("2014-05-01"))})}
		got, err := VarianceOf(MustDate("2015-04-30"), VarianceQuery{Organisation: "net", Year: 2014}, file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, shown(got.Lines[0].Variance)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.vat, diff)
		}
	}
}

// Sums are of one basis of value added tax, and "not stated" is one: spending
// that states none stands on that of its award.
func TestVarianceAddsOneBasisOfVAT(t *testing.T) {
	spend := func(id FactID, award AwardID, v VAT) Recorded[Spend] {
		return numbered(id, Spend{Organisation: "net", Award: award, Purpose: "pay", Amount: sterling(10), VAT: v, Day: OnDay(MustDate("2014-05-01"))})
	}
	for _, c := range []struct {
		name string
		of   []Recorded[Spend]
		want string
		vat  VAT
	}{
		{"none states it", []Recorded[Spend]{spend(1, "", ""), spend(2, "", "")}, "£20.00", VATNotStated},
		{"all state the same", []Recorded[Spend]{spend(1, "", VATExcluded), spend(2, "", VATExcluded)}, "£20.00", VATExcluded},
		{"one states it", []Recorded[Spend]{spend(1, "", VATExcluded), spend(2, "", "")}, "not known: amounts with value added tax excluded and not stated are not added", ""},
		{"the other's award does", []Recorded[Spend]{spend(1, "", VATExcluded), spend(2, "grant", "")}, "£20.00", VATExcluded},
	} {
		got, err := VarianceOf(MustDate("2015-04-30"), VarianceQuery{Organisation: "net", Year: 2014}, VarianceFile{Spending: c.of, VATs: map[AwardID]VAT{"grant": VATExcluded}})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range []VarianceLine{got.Lines[0], got.Totals[0]} {
			if diff := cmp.Diff(c.want, shown(l.Actual)); diff != "" || l.Actual.VAT != c.vat {
				t.Errorf("%s: %q (-want +got):\n%s", c.name, l.Actual.VAT, diff)
			}
		}
	}
}

// A total is known only when all its lines are; income as a whole stands for
// the total of what came.
func TestVarianceTotals(t *testing.T) {
	file := VarianceFile{Forecasts: []Recorded[Forecast]{
		forecastLine(1, 1, LineIncome, IncomeCore, "", "", "2014/15", "2014-03-01", sterling(100)),
		forecastLine(2, 1, LineIncome, IncomeIndustry, "", "", "2014/15", "2014-03-01", sterling(10)),
		forecastLine(3, 1, LineIncome, IncomeInKind, "", "", "2014/15", "2014-03-01", sterling(1_000_000))},
		Incomes: []Recorded[Income]{numbered(4, Income{Organisation: "net", Kind: IncomeCore, Figure: yearFigure(sterling(90), 2014, FigureReported), Day: OnDay(MustDate("2015-04-01"))})}}
	for _, want := range []string{
		"all income: £110.00 | not known: no industry income of 2014/15 is recorded | not known: no industry income of 2014/15 is recorded",
		"all income: £110.00 | £105.00 to £112.00 | -£5.00 to £2.00",
	} {
		got, err := VarianceOf(MustDate("2015-04-30"), VarianceQuery{Organisation: "net", Year: 2014}, file)
		if err != nil {
			t.Fatal(err)
		}
		lines := shownVariance(got)
		if diff := cmp.Diff(want, lines[len(lines)-1]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for i, a := range []int64{105, 112} { // two sources disagree
			file.Incomes = append(file.Incomes, numbered(FactID(5+i), Income{Organisation: "net", Kind: IncomeMixed, Whole: true,
				Figure: yearFigure(sterling(a), 2014, FigureReported), Day: OnDay(MustDate("2015-04-01"))}))
		}
	}
}

func TestVarianceQueryIsChecked(t *testing.T) {
	for _, c := range []struct {
		q    VarianceQuery
		rule RuleID
	}{
		{VarianceQuery{Organisation: "net", Year: 2014, Version: 1, Against: 2}, ""},
		{VarianceQuery{Organisation: "NET", Year: 2014}, RuleKeyInvalid},
		{VarianceQuery{Organisation: "net"}, RuleFinancialYearInvalid},
		{VarianceQuery{Organisation: "net", Year: 2014, Version: -1}, RuleForecastVersion},
		{VarianceQuery{Organisation: "net", Year: 2014, Against: -1}, RuleForecastVersion},
	} {
		checkRule(t, c.q.Validate(), c.rule)
	}
}

// checkRule wants an error of the rule alone, or none for no rule.
func checkRule(t *testing.T, err error, rule RuleID) {
	t.Helper()
	var rules []RuleID
	for _, e := range Violations(err) {
		rules = append(rules, e.Rule)
	}
	if rule == "" && err != nil || rule != "" && (len(rules) != 1 || rules[0] != rule) {
		t.Errorf("%v breaks %q, want %q", err, rules, rule)
	}
}
