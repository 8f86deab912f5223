package innovation_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

func pot(id FactID, key, parent EnvelopeID, a Amount, basis FigureBasis) Recorded[Envelope] {
	return numbered(id, Envelope{Envelope: key, Parent: parent, Title: string(key), Type: "pot", Figure: Figure{Amount: a, Per: PerPeriod, Basis: basis}, Day: OnDay(MustDate("2014-01-01"))})
}

func brought(id FactID, about Entity, a Amount, evidence string, basis FigureBasis) Recorded[Leverage] {
	return numbered(id, Leverage{About: about, Type: "private-investment", Title: "Outside money", Evidence: evidence,
		Figure: Figure{Amount: a, Per: PerPeriod, Basis: basis}, Day: OnDay(MustDate("2015-01-01"))})
}

// shownLeverage writes each row, then each grade: outside, ratio | with all
// better ones, ratio.
func shownLeverage(rows []LeverageRow) []string {
	ratio := func(m *Millionths) string {
		if m == nil {
			return "no ratio"
		}
		return m.String()
	}
	out := []string{}
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s%s %s-%s: %s %s", r.About.Key, r.Programme, r.From, r.To, r.Rung, shown(r.Public)))
		for _, g := range r.Grades {
			text := fmt.Sprintf("  %s: %s, %s", g.Evidence, shown(g.Outside), ratio(g.Ratio))
			if g.OrBetter != nil {
				text += fmt.Sprintf(" | %s, %s", shown(*g.OrBetter), ratio(g.RatioOrBetter))
			}
			out = append(out, text)
		}
		for _, u := range r.LeftOut {
			out = append(out, fmt.Sprintf("  left out %d: %s", u.Fact, u.Reason))
		}
		for _, n := range r.Notes {
			out = append(out, "  "+n)
		}
	}
	return out
}

func leverage(t *testing.T, on string, q LeverageQuery, f LeverageFile) []string {
	t.Helper()
	got, err := LeverageOf(MustDate(on), q, f)
	if err != nil {
		t.Fatal(err)
	}
	return shownLeverage(got)
}

// £146m that is expected to lever more than £250m levers at least
// 250,000,000.01 ÷ 146,000,000 = 1.71232876… pounds for each, and nobody says
// how many at most.
func TestLeverageOfAnEnvelope(t *testing.T) {
	more, err := MoreThan(250_000_000_00)
	if err != nil {
		t.Fatal(err)
	}
	f := LeverageFile{Envelopes: []Recorded[Envelope]{pot(1, "launch", "", sterling(146_000_000), FigureAnnounced), pot(2, "idle", "", sterling(5), FigureAnnounced)},
		Leverages: []Recorded[Leverage]{brought(3, EnvelopeID("launch").Entity(), more, "expected", FigureExpected)}}
	want := []string{"launch -: announced £146,000,000.00", "  expected: more than £250,000,000.00, 1.712328 or more"}
	if diff := cmp.Diff(want, leverage(t, "2018-01-01", LeverageQuery{}, f)); diff != "" {
		t.Errorf("all envelopes that levered something (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, leverage(t, "2018-01-01", LeverageQuery{Envelope: "launch"}, f)); diff != "" {
		t.Errorf("one envelope (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"idle -: announced £5.00"}, leverage(t, "2018-01-01", LeverageQuery{Envelope: "idle"}, f)); diff != "" {
		t.Errorf("an envelope that levered nothing (-want +got):\n%s", diff)
	}
	// An envelope of an amount that is not disclosed has no ratio.
	f.Envelopes[0].Value.Figure.Amount = NotDisclosed()
	if diff := cmp.Diff([]string{"launch -: announced not known: the amount is not disclosed", "  expected: more than £250,000,000.00, no ratio"},
		leverage(t, "2018-01-01", LeverageQuery{}, f)); diff != "" {
		t.Errorf("not disclosed (-want +got):\n%s", diff)
	}
	// What became known later is not there yet.
	if diff := cmp.Diff([]string{}, leverage(t, "2014-06-01", LeverageQuery{}, f)); diff != "" {
		t.Errorf("before it became known (-want +got):\n%s", diff)
	}
}

// Grades are apart and add up from the best; what is expected is never added,
// whatever evidence is named.
func TestLeverageByGrade(t *testing.T) {
	about := EnvelopeID("pot").Entity()
	f := LeverageFile{Envelopes: []Recorded[Envelope]{pot(1, "pot", "", sterling(100), FigureAnnounced)}, Leverages: []Recorded[Leverage]{
		brought(2, about, sterling(40), "reported", FigureReported), brought(3, about, sterling(10), "audited", FigureActual),
		brought(4, about, spanning(20, 30), "self-reported", FigureReported), brought(5, about, sterling(50), "pledged", FigureAnnounced),
		brought(6, about, sterling(1000), "reported", FigurePlanned), brought(7, about, sterling(1), "expected", FigureExpected),
		brought(8, about, sterling(2), "hearsay", FigureReported), brought(9, about, sterling(10), "audited", FigureActual)}}
	f.Leverages[7].Value.Figure.Per = PerYear
	if diff := cmp.Diff([]string{
		"pot -: announced £100.00",
		"  audited: £10.00, 0.100000 | £10.00, 0.100000",
		"  reported: £40.00, 0.400000 | £50.00, 0.500000",
		"  self-reported: £20.00 to £30.00, 0.200000 to 0.300000 | £70.00 to £80.00, 0.700000 to 0.800000",
		"  pledged: £50.00, 0.500000 | £120.00 to £130.00, 1.200000 to 1.300000",
		"  expected: £1,001.00, 10.010000",
		"  hearsay: £2.00, 0.020000",
		"  left out 9: it is per-year, the public money whole-period: nothing is apportioned",
	}, leverage(t, "2018-01-01", LeverageQuery{}, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is stated of a whole may include what is stated of its parts.
func TestLeverageOfNestedEnvelopes(t *testing.T) {
	f := LeverageFile{
		Envelopes:   []Recorded[Envelope]{pot(1, "pot", "", sterling(100), FigureAnnounced), pot(2, "part", "pot", sterling(50), FigureAnnounced), pot(3, "plan", "", sterling(50), FigurePlanned)},
		Allocations: []Recorded[Allocation]{numbered(4, Allocation{Allocation: "allocation", Envelope: "part"})},
		Awards: []AwardFile{{Award: numbered(5, Award{Award: "of-part", Allocation: "allocation"})}, {Award: numbered(6, Award{Award: "of-pot", Envelope: "pot"})},
			{Award: numbered(7, Award{Award: "of-none"})}},
		Leverages: []Recorded[Leverage]{
			brought(10, EnvelopeID("pot").Entity(), sterling(60), "reported", FigureReported), brought(11, EnvelopeID("part").Entity(), sterling(30), "reported", FigureReported),
			brought(12, AwardID("of-part").Entity(), sterling(20), "pledged", FigureAnnounced), brought(13, AwardID("of-pot").Entity(), sterling(40), "reported", FigureReported),
			brought(14, AwardID("of-none").Entity(), sterling(99), "reported", FigureReported), brought(15, EnvelopeID("plan").Entity(), sterling(9), "reported", FigureReported)},
	}
	if diff := cmp.Diff([]string{
		"part -: announced £50.00",
		"  reported: £30.00, 0.600000 | £30.00, 0.600000",
		"  pledged: £20.00, 0.400000 | £50.00, 1.000000",
		"plan -: announced not known: the envelope of £50.00 is only planned",
		"  reported: £9.00, no ratio | £9.00, no ratio",
		"pot -: announced £100.00",
		"  reported: £70.00 to £130.00, 0.700000 to 1.300000 | £70.00 to £130.00, 0.700000 to 1.300000",
		"  pledged: £20.00, 0.200000 | £90.00 to £150.00, 0.900000 to 1.500000",
		"  the reported money stated of a whole may include what is stated of its parts",
	}, leverage(t, "2018-01-01", LeverageQuery{}, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLeverageOfAwards(t *testing.T) {
	award := func(id FactID, key AwardID, pounds int64) AwardFile {
		return AwardFile{Award: numbered(id, Award{Award: key, Programme: "Catalyst", Recipient: "net",
			Figure: Figure{Amount: sterling(pounds), Per: PerPeriod, Basis: FigureAgreed}, Day: OnDay(MustDate("2014-01-01"))})}
	}
	matched := func(id FactID, of AwardID, kind IncomeKind, pounds int64, basis FigureBasis) Recorded[Income] {
		return numbered(id, Income{Organisation: "net", Kind: kind, Award: of, Match: Matched,
			Figure: Figure{Amount: sterling(pounds), Per: PerPeriod, Basis: basis}, Day: OnDay(MustDate("2015-01-01"))})
	}
	first, second, passed := award(1, "first", 100), award(2, "second", 300), award(3, "passed", 50)
	first.Adjustments = []Recorded[Adjustment]{numbered(4, Adjustment{Award: "first", Type: Increase, Amount: sterling(100), Day: OnDay(MustDate("2016-01-01"))})}
	passed.Transfers = []Recorded[MoneyTransfer]{numbered(5, MoneyTransfer{Award: "passed", FromAward: "second"})}
	f := LeverageFile{Awards: []AwardFile{first, second, passed},
		Leverages: []Recorded[Leverage]{brought(10, AwardID("first").Entity(), sterling(20), "pledged", FigureAnnounced), brought(11, OrganisationID("net").Entity(), sterling(99), "audited", FigureActual)},
		Incomes: []Recorded[Income]{matched(20, "first", IncomeIndustry, 30, FigureActual), matched(21, "first", IncomeCore, 31, FigureActual), matched(22, "first", IncomeInKind, 32, FigureActual),
			matched(23, "second", IncomeCharity, 33, FigureReported), matched(24, "passed", IncomeCharity, 7, FigureAgreed), matched(25, "passed", IncomeCharity, 8, FigureExpected)}}
	left := []string{"  left out 21: it is public money, in kind, or a whole of unknown parts", "  left out 22: it is public money, in kind, or a whole of unknown parts"}
	if diff := cmp.Diff(append([]string{
		"first -: committed £100.00",
		"  reported: £30.00, 0.300000 | £30.00, 0.300000",
		"  pledged: £20.00, 0.200000 | £50.00, 0.500000"}, left...), leverage(t, "2015-06-01", LeverageQuery{Award: "first"}, f)); diff != "" {
		t.Errorf("an award (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append(append([]string{ // 200 after the adjustment, and 300; 7 + 20 are pledged
		"Catalyst -: committed £500.00",
		"  reported: £30.00, 0.060000 | £30.00, 0.060000",
		"  self-reported: £33.00, 0.066000 | £63.00, 0.126000",
		"  pledged: £27.00, 0.054000 | £90.00, 0.180000",
		"  expected: £8.00, 0.016000"}, left...), "  passed passes on money of another award of the programme, and is counted there"),
		leverage(t, "2016-06-01", LeverageQuery{Programme: "Catalyst"}, f)); diff != "" {
		t.Errorf("a programme (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"first -: committed not known: no such award was made by the day"}, leverage(t, "2013-06-01", LeverageQuery{Award: "first"}, f)); diff != "" {
		t.Errorf("before the award (-want +got):\n%s", diff)
	}
}

// Public money of a network is of the very years of the outside money, on one
// rung: core income, else awards, else allocations.
func TestLeverageOfANetwork(t *testing.T) {
	years := func(r Recorded[Leverage], from, to FinancialYear) Recorded[Leverage] {
		r.Value.Figure.Covers = Between(from.Start(), to.End())
		return r
	}
	net := OrganisationID("net").Entity()
	f := LeverageFile{
		Leverages: []Recorded[Leverage]{
			years(brought(1, net, sterling(50), "reported", FigureReported), 2014, 2014),
			years(brought(2, net, sterling(90), "reported", FigureReported), 2014, 2016),
			years(brought(3, net, sterling(8), "reported", FigureReported), 2016, 2016),
			years(brought(4, AwardID("award").Entity(), sterling(9), "pledged", FigureAnnounced), 2017, 2017),
			years(brought(5, net, sterling(7), "audited", FigureActual), 2018, 2018),
			brought(6, net, sterling(6), "reported", FigureReported),
			years(brought(7, OrganisationID("other").Entity(), sterling(6), "reported", FigureReported), 2014, 2014)},
		Incomes: []Recorded[Income]{incomeOf(20, IncomeCore, 2014, sterling(100)), incomeOf(21, IncomeCore, 2015, sterling(100)), incomeOf(22, IncomeIndustry, 2016, sterling(999))},
		Awards:  []AwardFile{{Award: numbered(30, Award{Award: "award", Recipient: "net", Figure: yearFigure(sterling(80), 2016, FigureAgreed), Day: OnDay(MustDate("2016-01-01"))})}},
		Allocations: []Recorded[Allocation]{numbered(40, Allocation{Allocation: "a", Envelope: "e", Recipient: "net", Figure: yearFigure(sterling(70), 2016, FigureAnnounced), Day: OnDay(MustDate("2016-01-01"))}),
			numbered(41, Allocation{Allocation: "b", Envelope: "e", Recipient: "net", Figure: yearFigure(sterling(60), 2017, FigureAnnounced), Day: OnDay(MustDate("2016-01-01"))})},
	}
	f.Leverages[2].Value.Figure.Per = PerYear
	contract := years(brought(8, net, sterling(5), "reported", FigureReported), 2014, 2014)
	contract.Value.Figure.Per = PerContractYear
	f.Leverages = append(f.Leverages, contract)
	if diff := cmp.Diff([]string{
		"net 2014/15-2014/15:  £100.00",
		"  reported: £50.00, 0.500000 | £50.00, 0.500000",
		"  left out 8: it is per-contract-year, and not certainly for whole financial years: nothing is apportioned",
		"net 2014/15-2016/17:  not known: no core income, award or allocation is recorded for each year of 2014/15 to 2016/17",
		"  reported: £90.00, no ratio | £90.00, no ratio",
		"net 2016/17-2016/17: committed £80.00",
		"  reported: £8.00, 0.100000 | £8.00, 0.100000",
		"net 2017/18-2017/18: allocated £60.00",
		"  pledged: £9.00, 0.150000 | £9.00, 0.150000",
		"net 2018/19-2018/19:  not known: no core income, award or allocation is recorded for each year of 2018/19 to 2018/19",
		"  audited: £7.00, no ratio | £7.00, no ratio",
		"net -:  not known: the outside money does not say for which financial years it is",
		"  reported: £6.00, no ratio | £6.00, no ratio",
	}, leverage(t, "2020-01-01", LeverageQuery{Network: "net"}, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"net -:  not known: no outside money is recorded for whole financial years"}, leverage(t, "2020-01-01", LeverageQuery{Network: "net"}, LeverageFile{})); diff != "" {
		t.Errorf("nothing recorded (-want +got):\n%s", diff)
	}
}

// An award of £100 that is shared is public money of each by its share, whether
// or not that has ended since; what no share names may be the recipient's.
func TestLeverageOfASharedAward(t *testing.T) {
	share := func(of OrganisationID, a Amount, p Period) Recorded[Share] {
		return numbered(5, Share{Of: AwardID("award").Entity(), Recipient: of, Amount: a, Period: p})
	}
	since := From(MustDate("2016-04-01"))
	ended, begins := Between(MustDate("2016-04-01"), MustDate("2017-04-01")), From(MustDate("2019-01-01"))
	month := Period{Start: InMonth(2018, 1)}
	for _, c := range []struct {
		name               string
		of                 []Recorded[Share]
		lead, member, rest string
	}{
		{"nobody shares it", nil, "£100.00", "none", "none"},
		{"one has £70", []Recorded[Share]{share("member", sterling(70), since)}, "£30.00", "£70.00", "none"},
		{"all is shared out", []Recorded[Share]{share("lead", sterling(30), since), share("member", sterling(70), since)}, "£30.00", "£70.00", "none"},
		{"£20 are left", []Recorded[Share]{share("lead", sterling(30), since), share("member", sterling(50), since)}, "£30.00 to £50.00", "£50.00", "none"},
		{"too much is shared out", []Recorded[Share]{share("lead", sterling(50), since), share("member", sterling(70), since)}, "£50.00", "£70.00", "none"},
		{"a share is not stated", []Recorded[Share]{share("member", sterling(70), since), share("rest", Amount{}, since)}, "£0.00 to £30.00", "£70.00", "£0.00 to £30.00"},
		{"a share is withheld", []Recorded[Share]{share("member", NotDisclosed(), since)}, "£0.00 to £100.00", "£0.00 to £100.00", "none"},
		{"a share is about £70", []Recorded[Share]{share("member", About(70_00), since)}, "about £30.00 (£0.00 to £100.00)", "about £70.00", "none"},
		{"a share has ended", []Recorded[Share]{share("member", sterling(70), ended)}, "£30.00", "£70.00", "none"},
		{"a share was agreed anew", []Recorded[Share]{share("member", sterling(70), ended), share("member", sterling(60), From(MustDate("2017-04-01")))}, "£40.00", "£60.00", "none"},
		{"a share is to come", []Recorded[Share]{share("member", sterling(70), begins)}, "£100.00", "none", "none"},
		{"a share may have begun", []Recorded[Share]{share("member", sterling(70), month)}, "£30.00 to £100.00", "£0.00 to £70.00", "none"},
	} {
		file := AwardFile{Award: numbered(1, Award{Award: "award", Recipient: "lead", Figure: yearFigure(sterling(100), 2016, FigureAgreed), Day: OnDay(MustDate("2016-01-01"))}), Shares: c.of}
		got := map[OrganisationID]string{}
		for _, id := range []OrganisationID{"lead", "member", "rest"} {
			outside := brought(2, id.Entity(), sterling(10), "audited", FigureActual)
			outside.Value.Figure.Covers = Between(MustDate("2016-04-01"), MustDate("2017-04-01"))
			rows, err := LeverageOf(MustDate("2018-01-15"), LeverageQuery{Network: id}, LeverageFile{Awards: []AwardFile{file}, Leverages: []Recorded[Leverage]{outside}})
			if err != nil {
				t.Fatal(err)
			}
			if got[id] = "none"; rows[0].Public.Known {
				got[id] = shown(rows[0].Public)
			}
		}
		if diff := cmp.Diff(map[OrganisationID]string{"lead": c.lead, "member": c.member, "rest": c.rest}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// What is stated of a shared award was brought by nobody knows whom of those who
// share it; income that matches it is of whoever had it.
func TestLeverageAboutASharedAward(t *testing.T) {
	about := brought(2, AwardID("award").Entity(), sterling(50), "audited", FigureActual)
	about.Value.Figure.Covers = Between(MustDate("2016-04-01"), MustDate("2017-04-01"))
	matched := func(id FactID, of OrganisationID, n int64) Recorded[Income] {
		return numbered(id, Income{Organisation: of, Kind: IncomeIndustry, Award: "award", Match: Matched, Figure: yearFigure(sterling(n), 2016, FigureActual), Day: OnDay(MustDate("2017-05-01"))})
	}
	f := LeverageFile{Leverages: []Recorded[Leverage]{about}, Incomes: []Recorded[Income]{matched(3, "lead", 3), matched(4, "member", 7)},
		Awards: []AwardFile{{Award: numbered(1, Award{Award: "award", Recipient: "lead", Figure: yearFigure(sterling(100), 2016, FigureAgreed), Day: OnDay(MustDate("2016-01-01"))}),
			Shares: []Recorded[Share]{numbered(5, Share{Of: AwardID("award").Entity(), Recipient: "member", Amount: sterling(70), Period: From(MustDate("2016-04-01"))})}}}}
	if diff := cmp.Diff([]string{
		"member 2016/17-2016/17: committed £70.00",
		"  audited: £0.00 to £50.00, 0.000000 to 0.714286 | £0.00 to £50.00, 0.000000 to 0.714286",
		"  reported: £7.00, 0.100000 | £7.00 to £57.00, 0.100000 to 0.814286",
		"  the award award is shared: which part of the outside money stated of it member brought is not known",
	}, leverage(t, "2018-01-01", LeverageQuery{Network: "member"}, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLeverageNeverMixesVAT(t *testing.T) {
	about := EnvelopeID("pot").Entity()
	f := LeverageFile{Envelopes: []Recorded[Envelope]{pot(1, "pot", "", sterling(100), FigureAnnounced)},
		Leverages: []Recorded[Leverage]{brought(2, about, sterling(40), "reported", FigureReported), brought(3, about, sterling(10), "audited", FigureActual)}}
	f.Envelopes[0].Value.Figure.VAT, f.Leverages[0].Value.Figure.VAT, f.Leverages[1].Value.Figure.VAT = VATOutsideScope, VATIncluded, VATOutsideScope
	if diff := cmp.Diff([]string{
		"pot -: announced £100.00",
		"  audited: £10.00, 0.100000 | £10.00, 0.100000",
		"  reported: £40.00, no ratio | not known: amounts with value added tax outside-scope and included are not added, no ratio",
	}, leverage(t, "2018-01-01", LeverageQuery{}, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLeverageQueryIsChecked(t *testing.T) {
	for _, c := range []struct {
		q    LeverageQuery
		rule RuleID
	}{
		{LeverageQuery{}, ""}, {LeverageQuery{Programme: "Any text"}, ""}, {LeverageQuery{Award: "NO"}, RuleKeyInvalid},
		{LeverageQuery{Award: "a", Envelope: "b"}, RuleLeverageScope}, {LeverageQuery{Network: "a", Programme: "b"}, RuleLeverageScope},
	} {
		checkRule(t, c.q.Validate(), c.rule)
	}
}

// TestRatiosAreSound draws random amounts and looks whether the ratio of any
// two sums within them lies within the bounds, and that they are as tight as
// millionths allow.
func TestRatiosAreSound(t *testing.T) {
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 250))
		blur := func() (Amount, int64) {
			p := 1 + r.Int64N(1<<uint(1+r.IntN(60)))
			switch r.IntN(4) {
			case 0:
				return AtLeast(Money(p - r.Int64N(p))), p
			case 1:
				return AtMost(Money(min(p, math.MaxInt64-1000) + r.Int64N(1000))), min(p, math.MaxInt64-1000)
			case 2:
				return Exact(Money(p)), p
			}
			a, _ := Range(Money(p-r.Int64N(p)), Money(p+r.Int64N(1000)))
			return a, p
		}
		public, p := blur()
		outside, o := blur()
		got, err := LeverageOf(MustDate("2018-01-01"), LeverageQuery{}, LeverageFile{Envelopes: []Recorded[Envelope]{pot(1, "pot", "", public, FigureAnnounced)},
			Leverages: []Recorded[Leverage]{brought(2, EnvelopeID("pot").Entity(), outside, "reported", FigureReported)}})
		if err != nil {
			t.Fatal(err)
		}
		m := got[0].Grades[0].Ratio
		if m == nil {
			continue
		}
		truth := new(big.Rat).Mul(big.NewRat(o, p), big.NewRat(1_000_000, 1))
		if m.Low != nil && truth.Cmp(big.NewRat(*m.Low, 1)) < 0 || m.High != nil && truth.Cmp(big.NewRat(*m.High, 1)) > 0 {
			t.Fatalf("seed %d: £%d for £%d is outside %s", seed, o, p, m)
		}
		if public.Kind() == AmountExact && outside.Kind() == AmountExact && m.High != nil && *m.High-*m.Low > 1 {
			t.Fatalf("seed %d: %s is wider than it needs to be", seed, m)
		}
	}
}
