package innovation

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// Rules of questions about money.
const (
	RuleShareInvalid RuleID = "share-invalid"
	RuleYearsInvalid RuleID = "years-invalid"
)

// moneyQuestionRules describes the rules of questions about money.
var moneyQuestionRules = []RuleInfo{
	{RuleShareInvalid, "A share or a cut lies between nothing and all, a growth between minus one and ten", EffectRefusal, "questions"},
	{RuleYearsInvalid, "Years that are asked about are in order and at most a hundred", EffectRefusal, "questions"},
	{RuleForecastUnknown, "A version of a forecast that is asked about was made by the day", EffectRefusal, "questions"},
	{RuleSlipInvalid, "A slip names a condition or an instalment, and a day after the view's", EffectRefusal, "questions"},
	{RuleLeverageScope, "A question about leverage names one thing, or none", EffectRefusal, "questions"},
}

// SelfSufficiencyQuery asks what share of its income a network finds itself.
type SelfSufficiencyQuery struct {
	Organisation OrganisationID `json:"organisation,omitempty" doc:"Whose income; left out for every network of the day"`
	From         FinancialYear  `json:"from" doc:"The first financial year"`
	To           FinancialYear  `json:"to" doc:"The last financial year"`
	Threshold    int64          `json:"threshold,omitempty" minimum:"0" maximum:"1000000" doc:"Look for the year in which core income falls under this share, in millionths; 0 for not"`
	CoreCut      int64          `json:"coreCut,omitempty" minimum:"0" maximum:"1000000" doc:"Test a cut of core income by this share, in millionths: 400000 for 40 %; 0 for no test"`
	Trend        *IncomeTrend   `json:"trend,omitempty" doc:"How income is taken to go on after the last year recorded; left out, nothing is extrapolated"`
}

// IncomeTrend is a linear growth that whoever asks takes for granted: in the
// n-th year after the last one recorded, income is that year's × (1 + n × growth).
type IncomeTrend struct {
	CoreGrowth int64 `json:"coreGrowth" minimum:"-1000000" maximum:"10000000" doc:"Of core income by the year, in millionths of the last year recorded"`
	OwnGrowth  int64 `json:"ownGrowth" minimum:"-1000000" maximum:"10000000" doc:"Of own income likewise"`
}

// maxYears is how many financial years a question can be about.
const maxYears = 100

// Validate reports everything that is wrong with the query.
func (q SelfSufficiencyQuery) Validate() error {
	errs := []error{checkOptionalRef("organisation", string(q.Organisation)), checkAskedYear("from", q.From), checkAskedYear("to", q.To),
		checkMillionths("threshold", q.Threshold, 0, million), checkMillionths("coreCut", q.CoreCut, 0, million)}
	if q.To < q.From || q.To-q.From >= maxYears {
		errs = append(errs, Invalidf(RuleYearsInvalid, "to", "the years %s to %s", q.From, q.To).
			Trying("give a last year from the first one on, at most %d years", maxYears))
	}
	if q.Trend != nil {
		errs = append(errs, checkMillionths("trend.coreGrowth", q.Trend.CoreGrowth, -million, 10*million),
			checkMillionths("trend.ownGrowth", q.Trend.OwnGrowth, -million, 10*million))
	}
	return Join(errs...)
}

func checkMillionths(field string, n, least, most int64) error {
	if n < least || n > most {
		return Invalidf(RuleShareInvalid, field, "%d millionths", n).Trying("give %d to %d", least, most)
	}
	return nil
}

// IncomeFile is the income of one organisation, and the core money that other
// rungs record for it.
type IncomeFile struct {
	Organisation OrganisationID
	Name         string
	Incomes      []Recorded[Income]
	OtherRungs   []CoreMoney
}

// CoreMoney is core money that was allocated or awarded to an organisation. It
// stands on another rung than income, and is never used in its stead.
type CoreMoney struct {
	Rung   Rung   `json:"rung" enum:"allocated,committed" doc:"The rung"`
	Of     Entity `json:"of" doc:"The allocation or the award"`
	Figure Figure `json:"figure" doc:"How much: all of it, or the organisation's share"`
	Day    Day    `json:"day" doc:"The day it was decided"`
	Fact   FactID `json:"fact" doc:"The fact that says so"`
}

// SelfSufficiency is how far one organisation lives on income that it finds
// itself.
type SelfSufficiency struct {
	Organisation OrganisationID        `json:"organisation" doc:"The organisation"`
	Name         string                `json:"name,omitempty" doc:"Its name on the day"`
	Years        []SelfSufficiencyYear `json:"years" doc:"The years asked about, in order"`
	Crossings    []CoreCrossing        `json:"crossings,omitempty" doc:"When core income falls under the threshold: of all income, then of the income recorded"`
	LeftOut      []Uncounted           `json:"leftOut" doc:"Income that may be of these years and counts in none, in the order of facts"`
	Notes        []string              `json:"notes,omitempty" doc:"What to bear in mind"`
}

// SelfSufficiencyYear is one financial year. The share of all income is known
// only in years of which a total is recorded; the share of the income recorded
// leaves out whatever is not.
type SelfSufficiencyYear struct {
	Year       FinancialYear `json:"year" doc:"The financial year"`
	Projected  bool          `json:"projected,omitempty" doc:"True when nothing of it is recorded and the figures follow from the trend"`
	Formula    string        `json:"formula,omitempty" doc:"For a projected year: how its figures follow"`
	Core       Reckoning     `json:"core" doc:"Income from the licensors"`
	Own        Reckoning     `json:"own" doc:"Other public, industry, charity and academic income"`
	Mixed      Reckoning     `json:"mixed" doc:"Sums of kinds not stated"`
	InKind     Reckoning     `json:"inKind" doc:"Shown only: what is in kind is no money"`
	Total      Reckoning     `json:"total" doc:"All income of the year, as a source states it; several statements leave what lies between them possible"`
	Share      *Millionths   `json:"share,omitempty" doc:"Own income as a share of all income of the year; left out when it is not known"`
	OfRecorded *Millionths   `json:"shareOfRecorded,omitempty" doc:"Own income as a share of the core, own and mixed income that is recorded, whatever else there was; left out when core or own income is not recorded"`
	OtherRungs []CoreMoney   `json:"otherRungs,omitempty" doc:"Core money allocated or awarded for the year: other rungs, never used as income"`
	Cut        *CoreCutTest  `json:"cut,omitempty" doc:"The year with core income cut"`
	Missing    []string      `json:"missing,omitempty" doc:"What is missing to know the share of all income"`
}

// CoreCutTest is a year in which core income is smaller and all other is not.
type CoreCutTest struct {
	Core           Reckoning   `json:"core" doc:"What is left of the core income recorded"`
	Shortfall      Reckoning   `json:"shortfall" doc:"What the cut takes of the core income recorded"`
	ShortfallOfAll *Reckoning  `json:"shortfallOfAll,omitempty" doc:"What it takes when all income that is not known to be own may be core; left out when no total is recorded"`
	Share          *Millionths `json:"share,omitempty" doc:"Own income as a share of all that is left"`
	OfRecorded     *Millionths `json:"shareOfRecorded,omitempty" doc:"Own income as a share of what is left of the income recorded"`
}

// CoreCrossing says when the share of core income falls under a threshold.
type CoreCrossing struct {
	Measure            string          `json:"measure" enum:"all-income,recorded-income" doc:"Of which income the share is"`
	Threshold          int64           `json:"threshold" doc:"The threshold in millionths"`
	Certainly          FinancialYear   `json:"certainly,omitempty" doc:"The first year, of those that are known, in which the share is certainly under it"`
	Possibly           FinancialYear   `json:"possibly,omitempty" doc:"The first year, of those that are known, in which it may be"`
	ProjectedCertainly FinancialYear   `json:"projectedCertainly,omitempty" doc:"The first projected year in which the share is certainly under it, if the trend holds"`
	ProjectedPossibly  FinancialYear   `json:"projectedPossibly,omitempty" doc:"The first projected year in which it may be"`
	NotKnown           []FinancialYear `json:"notKnown" doc:"The years of which nothing can be said: it may have fallen under the threshold in any of them"`
}

// sharesOfYear are the exact bounds of the two shares of own income; nil when
// not known.
type sharesOfYear struct{ all, recorded *shareBounds }

// SelfSufficiencyOf works out the shares of own income, as far as they are
// known on the day. A figure counts in a year only when it is certainly for
// that year alone or by the year; planned, expected and implied figures never
// count, nor what is in kind.
func SelfSufficiencyOf(on Date, q SelfSufficiencyQuery, f IncomeFile) (SelfSufficiency, error) {
	if err := q.Validate(); err != nil {
		return SelfSufficiency{}, err
	}
	out := SelfSufficiency{Organisation: f.Organisation, Name: f.Name, Years: []SelfSufficiencyYear{}, LeftOut: f.leftOut(on, q)}
	base, baseShares := f.lastYear(on, q)
	var shares []sharesOfYear
	for fy := q.From; fy <= q.To; fy++ {
		y, s := f.year(on, fy)
		if q.Trend != nil && base.Year != 0 && fy > base.Year {
			y, s = project(fy, *q.Trend, base, baseShares, y)
		}
		if q.CoreCut > 0 {
			y.Cut = cutTest(q.CoreCut, y, s)
		}
		out.Years, shares = append(out.Years, y), append(shares, s)
	}
	if q.Trend != nil && base.Year == 0 {
		out.Notes = append(out.Notes, "no year has a share from which the trend could go on")
	}
	if q.Threshold > 0 {
		out.Crossings = []CoreCrossing{
			crossing("all-income", q.Threshold, out.Years, shares, func(s sharesOfYear) *shareBounds { return s.all }),
			crossing("recorded-income", q.Threshold, out.Years, shares, func(s sharesOfYear) *shareBounds { return s.recorded })}
	}
	return out, nil
}

// year adds up what is recorded of a financial year.
func (f IncomeFile) year(on Date, fy FinancialYear) (SelfSufficiencyYear, sharesOfYear) {
	var core, own, mixed, inKind, total moneyTally
	for _, i := range f.Incomes {
		v := i.Value
		amount, in := v.Figure.In(fy)
		if !in || !v.Figure.Basis.Counts() {
			continue
		}
		amount, come := countedBy(amount, v.Day, on)
		if !come {
			continue
		}
		t := &mixed
		switch {
		case v.Whole:
			t = &total
		case v.Kind == IncomeCore:
			t = &core
		case v.Kind == IncomeInKind:
			t = &inKind
		case v.Kind.Own():
			t = &own
		}
		t.add(i.ID, amount, v.Figure.VAT)
	}
	y := SelfSufficiencyYear{Year: fy,
		Core:   core.sum(fmt.Sprintf("no core income of %s is recorded", fy)),
		Own:    own.sum(fmt.Sprintf("no own income of %s is recorded", fy)),
		Mixed:  mixed.sum("no income of kinds not stated is recorded"),
		InKind: inKind.sum("nothing in kind is recorded"),
		Total:  notKnown("no total of the year's income is recorded")}
	if len(total.amounts) > 0 {
		y.Total = hullOf(total)
	}
	for _, r := range f.OtherRungs {
		if _, in := r.Figure.In(fy); !in || r.Day.Earliest.After(on) {
			continue
		}
		y.OtherRungs = append(y.OtherRungs, r)
		if !y.Core.Known {
			y.Core.Missing = append(y.Core.Missing, fmt.Sprintf("the %s %s is recorded (%s): that is another rung, and never used as income",
				r.Of.Kind, r.Of.Key, r.Figure.Amount))
		}
	}
	s := sharesOfYear{all: shareOfAll(&y), recorded: shareOfRecorded(y, len(mixed.amounts) > 0)}
	y.Share, y.OfRecorded = s.all.millionths(), s.recorded.millionths()
	return y, s
}

// lastYear finds the last year, up to the last one asked about, with a share
// from which a trend can go on. The zero year says that there is none.
func (f IncomeFile) lastYear(on Date, q SelfSufficiencyQuery) (SelfSufficiencyYear, sharesOfYear) {
	if q.Trend == nil {
		return SelfSufficiencyYear{}, sharesOfYear{}
	}
	for fy := q.To; fy >= max(firstTextFinancialYear, q.To-maxYears); fy-- {
		if y, s := f.year(on, fy); s.all != nil || s.recorded != nil {
			return y, s
		}
	}
	return SelfSufficiencyYear{}, sharesOfYear{}
}

// leftOut lists the income that may be of the years and counts in none.
func (f IncomeFile) leftOut(on Date, q SelfSufficiencyQuery) []Uncounted {
	out := []Uncounted{}
	asked := Span{q.From.Start(), q.To.End()}
	for _, i := range f.Incomes {
		v := i.Value
		reason := ""
		counts := false
		for fy := q.From; fy <= q.To && !counts; fy++ {
			_, counts = v.Figure.In(fy)
		}
		switch {
		case v.Day.Earliest.After(on):
		case !v.Figure.Basis.Counts() && (counts || v.Figure.Covers == (Period{}) || v.Figure.Covers.Hull().Overlaps(asked)):
			reason = fmt.Sprintf("it is only %s", v.Figure.Basis)
		case counts:
		case v.Figure.Covers == (Period{}):
			reason = "it does not say for when it is"
		case v.Figure.Covers.Hull().Overlaps(asked):
			reason = fmt.Sprintf("it is for %s (%s), which is not certainly one financial year: nothing is apportioned", v.Figure.Covers, v.Figure.Per)
		}
		if reason != "" {
			out = append(out, Uncounted{i.ID, string(v.Kind) + " income", v.Figure.Amount, reason})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Fact < out[j].Fact })
	return out
}

// project gives a year after the last one recorded, if the trend holds. What
// is recorded of the year itself is not enough for a share and stays beside.
func project(fy FinancialYear, t IncomeTrend, base SelfSufficiencyYear, s sharesOfYear, recorded SelfSufficiencyYear) (SelfSufficiencyYear, sharesOfYear) {
	n := int64(fy - base.Year)
	core, own := max(0, million+n*t.CoreGrowth), max(0, million+n*t.OwnGrowth)
	y := SelfSufficiencyYear{Year: fy, Projected: true, Core: base.Core.times(core), Own: base.Own.times(own),
		Mixed: recorded.Mixed, InKind: recorded.InKind, Total: recorded.Total, OtherRungs: recorded.OtherRungs,
		Missing: base.Missing, Formula: fmt.Sprintf("core income of %[1]s × %[2]s, own income of %[1]s × %[3]s: 1 + %[4]d × growth, never below nothing; the share is own ÷ (own + core)",
			base.Year, decimal(core), decimal(own), n)}
	next := sharesOfYear{s.all.reweigh(own, core), s.recorded.reweigh(own, core)}
	y.Share, y.OfRecorded = next.all.millionths(), next.recorded.millionths()
	return y, next
}

// cutTest cuts core income by so many millionths.
func cutTest(cut int64, y SelfSufficiencyYear, s sharesOfYear) *CoreCutTest {
	left := million - cut
	c := &CoreCutTest{Core: y.Core.times(left), Shortfall: y.Core.times(cut),
		Share: s.all.reweigh(million, left).millionths(), OfRecorded: s.recorded.reweigh(million, left).millionths()}
	if s.all != nil && !y.Projected {
		// All but what is certainly own may be core: from the core income
		// recorded to the whole less the own income recorded.
		most := Amount{kind: AmountSum, low: someMoney(max(0, y.Core.Amount.low.sum)), high: y.Total.Amount.high}
		if most.high.present {
			most.high.sum -= y.Own.Amount.low.sum
		}
		all := reckoned(most, nil, cmp.Or(y.Total.VAT, y.Core.VAT, y.Own.VAT), slices.Concat(y.Total.Facts, y.Core.Facts, y.Own.Facts)).times(cut)
		c.ShortfallOfAll = &all
	}
	return c
}

// crossing looks for the first years in which core income, that is all that is
// not own, has less than the threshold.
func crossing(measure string, threshold int64, years []SelfSufficiencyYear, shares []sharesOfYear, of func(sharesOfYear) *shareBounds) CoreCrossing {
	c := CoreCrossing{Measure: measure, Threshold: threshold, NotKnown: []FinancialYear{}}
	first := func(fy *FinancialYear, year FinancialYear, is bool) {
		if *fy == 0 && is {
			*fy = year
		}
	}
	for i, y := range years {
		own := of(shares[i])
		if own == nil {
			c.NotKnown = append(c.NotKnown, y.Year)
			continue
		}
		certainly, possibly := &c.Certainly, &c.Possibly
		if y.Projected {
			certainly, possibly = &c.ProjectedCertainly, &c.ProjectedPossibly
		}
		first(certainly, y.Year, own.low.Cmp(millionthsOf(million-threshold)) > 0)
		first(possibly, y.Year, own.high.Cmp(millionthsOf(million-threshold)) > 0)
	}
	return c
}
