package innovation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// RuleForecastUnknown refuses a question about a version of a forecast that was
// not made by the day.
const RuleForecastUnknown RuleID = "forecast-unknown"

// VarianceQuery asks how the forecast of a financial year compares with what
// came.
type VarianceQuery struct {
	Organisation OrganisationID `json:"organisation" doc:"Whose forecast"`
	Year         FinancialYear  `json:"year" doc:"The financial year"`
	Version      int64          `json:"version,omitempty" minimum:"0" doc:"The version of the forecast; 0 takes the latest made by the day"`
	Against      int64          `json:"against,omitempty" minimum:"0" doc:"Another version to compare it with; 0 for none"`
}

// Validate reports everything that is wrong with the query.
func (q VarianceQuery) Validate() error {
	return Join(checkRef("organisation", string(q.Organisation)), checkAskedYear("year", q.Year),
		checkVersion("version", q.Version), checkVersion("against", q.Against))
}

func checkVersion(field string, v int64) error {
	if v < 0 {
		return Invalidf(RuleForecastVersion, field, "a version %d", v).Trying("use 0 for the latest, or a version from 1")
	}
	return nil
}

func checkAskedYear(field string, fy FinancialYear) error {
	if fy < firstTextFinancialYear || fy > lastTextFinancialYear {
		return Invalidf(RuleFinancialYearInvalid, field, "%d is no financial year to ask about", int(fy)).Trying("give a year such as 2023/24")
	}
	return nil
}

// Variance is a forecast of a financial year beside what came.
type Variance struct {
	Organisation OrganisationID `json:"organisation" doc:"Whose forecast it is"`
	Year         FinancialYear  `json:"year" doc:"The financial year"`
	Version      int64          `json:"version" doc:"The version of the forecast; 0 when none was made by the day"`
	Against      int64          `json:"against,omitempty" doc:"The version that it is compared with"`
	Lines        []VarianceLine `json:"lines" doc:"Income by kind, then spending by stream and purpose, in the order of their names"`
	Totals       []VarianceLine `json:"totals" doc:"All income but what is in kind, then all spending"`
	Unplaced     []Uncounted    `json:"unplaced" doc:"Records that may be of the year and could not be placed, in the order of facts"`
	Notes        []string       `json:"notes,omitempty" doc:"What to bear in mind"`
}

// VarianceLine compares one line.
type VarianceLine struct {
	Line     ForecastLine    `json:"line" enum:"income,spend" doc:"What it is of"`
	Kind     IncomeKind      `json:"kind,omitempty" doc:"For income: its kind; left out when the forecast states none"`
	Stream   string          `json:"stream,omitempty" doc:"For spending: the funding stream; left out when the forecast states none"`
	Purpose  string          `json:"purpose,omitempty" doc:"For spending: what it is for; left out when the forecast states none"`
	Forecast Reckoning       `json:"forecast" doc:"What the version forecasts"`
	Actual   Reckoning       `json:"actual" doc:"What is recorded to have come: agreed, reported or actual income of the year, spending that belongs to it"`
	Variance Reckoning       `json:"variance" doc:"Actual less forecast"`
	Against  *Reckoning      `json:"against,omitempty" doc:"What the other version forecasts"`
	Change   *Reckoning      `json:"change,omitempty" doc:"Forecast less that of the other version"`
	Months   []VarianceMonth `json:"months,omitempty" doc:"The twelve months, when the version forecasts the line by month"`
}

// VarianceMonth compares one month of a line.
type VarianceMonth struct {
	Month    Date      `json:"month" doc:"Its first day"`
	Forecast Reckoning `json:"forecast" doc:"What the version forecasts for the month"`
	Actual   Reckoning `json:"actual" doc:"What belongs to the month; what may belong to it counts from nothing"`
	Variance Reckoning `json:"variance" doc:"Actual less forecast"`
}

// VarianceFile is what a variance is worked out from: facts of one organisation.
type VarianceFile struct {
	Forecasts []Recorded[Forecast]
	Incomes   []Recorded[Income]
	Spending  []Recorded[Spend]
	Streams   map[AwardID]string // the streams of the awards from which it spends
	VATs      map[AwardID]VAT    // the bases of value added tax of those awards
}

// varianceKey names a line.
type varianceKey struct {
	line            ForecastLine
	kind            IncomeKind
	stream, purpose string
}

func (k varianceKey) String() string {
	switch {
	case k.line == LineIncome:
		return cmp.Or(string(k.kind), "not stated") + " income"
	case k.stream == "" && k.purpose == "":
		return "spending"
	}
	return "spending on " + cmp.Or(k.purpose, "anything") + " of the stream " + cmp.Or(k.stream, "not stated")
}

// varianceRow gathers a line.
type varianceRow struct {
	forecast, against, actual moneyTally
	byMonth, actualByMonth    [12]moneyTally
	monthly, longer           bool         // the version has lines of a month, and longer ones
	loose                     []moneyTally // what came in the year in a month that is not known
}

// variance is a calculation under way.
type variance struct {
	on   Date
	q    VarianceQuery
	rows map[varianceKey]*varianceRow
	out  *Variance
}

// VarianceOf compares a forecast with what is recorded by the day. A line is
// forecast when the version has it, and came when figures of it are recorded
// for that year; without either the variance is not known. Spending counts in
// the narrowest line of the version that fits: of its stream and purpose, else
// of its stream, else of its purpose, else of anything. Nothing is apportioned.
func VarianceOf(on Date, q VarianceQuery, f VarianceFile) (Variance, error) {
	if err := q.Validate(); err != nil {
		return Variance{}, err
	}
	version, lines, err := forecastOf("version", f.Forecasts, q.Version, on)
	if err != nil {
		return Variance{}, err
	}
	out := Variance{Organisation: q.Organisation, Year: q.Year, Version: version, Against: q.Against,
		Lines: []VarianceLine{}, Totals: []VarianceLine{}, Unplaced: []Uncounted{}}
	v := variance{on: on, q: q, rows: map[varianceKey]*varianceRow{}, out: &out}
	for _, l := range lines {
		v.forecast(l, false)
	}
	if q.Against != 0 {
		_, others, err := forecastOf("against", f.Forecasts, q.Against, on)
		if err != nil {
			return Variance{}, err
		}
		for _, l := range others {
			v.forecast(l, true)
		}
	}
	var whole moneyTally
	for _, i := range f.Incomes {
		v.income(i, &whole)
	}
	for _, s := range f.Spending {
		v.spend(s, cmp.Or(f.Streams[s.Value.Award], s.Value.Stream), cmp.Or(s.Value.VAT, f.VATs[s.Value.Award]))
	}
	keys := slices.Collect(maps.Keys(v.rows))
	sort.Slice(keys, func(i, j int) bool {
		a, b := &keys[i], &keys[j]
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.kind, b.kind), cmp.Compare(a.stream, b.stream), cmp.Compare(a.purpose, b.purpose)) < 0
	})
	for _, k := range keys {
		out.Lines = append(out.Lines, v.line(k, v.rows[k]))
	}
	for _, line := range []ForecastLine{LineIncome, LineSpend} {
		if total, ok := v.total(line, whole); ok {
			out.Totals = append(out.Totals, total)
		}
	}
	sort.SliceStable(out.Unplaced, func(i, j int) bool { return out.Unplaced[i].Fact < out.Unplaced[j].Fact })
	if version == 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("no forecast was made by %s", on))
	}
	if on.Before(q.Year.End().AddDays(-1)) {
		out.Notes = append(out.Notes, fmt.Sprintf("the year %s has not ended on %s: what came is what is recorded by then, what is forecast is for the whole year", q.Year, on))
	}
	return out, nil
}

func (v *variance) row(k varianceKey) *varianceRow {
	if v.rows[k] == nil {
		v.rows[k] = new(varianceRow)
	}
	return v.rows[k]
}

func (v *variance) unplaced(id FactID, what string, a Amount, reason string) {
	v.out.Unplaced = append(v.out.Unplaced, Uncounted{id, what, a, reason})
}

func (v *variance) forecast(l Recorded[Forecast], other bool) {
	f := l.Value
	k := varianceKey{line: f.Line, kind: f.Kind}
	if f.Line == LineSpend {
		k = varianceKey{line: f.Line, stream: f.Stream, purpose: f.Purpose}
	}
	year := v.q.Year.Span()
	switch {
	case f.When.Latest.Before(year.Start) || !f.When.Earliest.Before(year.End):
		return
	case YearOfDay(f.When) != v.q.Year:
		v.unplaced(l.ID, "forecast of "+k.String(), f.Amount, fmt.Sprintf("it is for %s, which is not certainly within the year: nothing is apportioned", f.When))
		return
	}
	row := v.row(k)
	if other {
		row.against.add(l.ID, f.Amount, f.VAT)
		return
	}
	row.forecast.add(l.ID, f.Amount, f.VAT)
	if m, ok := monthOfYear(f.When.Bound, v.q.Year); ok {
		row.monthly = true
		row.byMonth[m].add(l.ID, f.Amount, f.VAT)
	} else {
		row.longer = true
	}
}

func (v *variance) income(i Recorded[Income], whole *moneyTally) {
	f := i.Value
	amount, come := countedBy(f.Figure.Amount, f.Day, v.on)
	if !come {
		return
	}
	what := string(f.Kind) + " income"
	if _, ok := f.Figure.In(v.q.Year); !ok {
		if c := f.Figure.Covers; c == (Period{}) {
			v.unplaced(i.ID, what, f.Figure.Amount, "it does not say for when it is")
		} else if c.Hull().Overlaps(v.q.Year.Span()) {
			v.unplaced(i.ID, what, f.Figure.Amount, fmt.Sprintf("it is for %s, which is not certainly one year: nothing is apportioned", c))
		}
		return
	}
	switch b := f.Figure.Basis; {
	case !slices.Contains([]FigureBasis{FigureAgreed, FigureReported, FigureActual}, b):
		v.unplaced(i.ID, what, f.Figure.Amount, fmt.Sprintf("it is %s, which is not what came", b))
		return
	case f.Whole:
		whole.add(i.ID, amount, f.Figure.VAT)
		return
	}
	k := varianceKey{line: LineIncome, kind: f.Kind}
	if v.rows[k] == nil && v.rows[varianceKey{line: LineIncome}] != nil && f.Kind != IncomeInKind {
		k.kind = "" // the version forecasts income of a kind that it does not state
	}
	hull := f.Figure.Covers.Hull()
	v.came(k, i.ID, amount, f.Figure.VAT, Bound{Earliest: hull.Start, Latest: hull.Last()})
}

// spend counts spending on the basis of value added tax that it states, else on
// that of its award, as the ladder does.
func (v *variance) spend(s Recorded[Spend], stream string, vat VAT) {
	f := s.Value
	amount, come := countedBy(f.Amount, f.Day, v.on)
	if !come {
		return
	}
	when := cmp.Or(f.Accrued, f.Day)
	if f.AccrualYear() != v.q.Year {
		if year := v.q.Year.Span(); f.AccrualYear() == 0 && !when.Latest.Before(year.Start) && when.Earliest.Before(year.End) {
			v.unplaced(s.ID, "spending", f.Amount, fmt.Sprintf("it belongs to %s, which is not certainly within the year", when))
		}
		return
	}
	k := varianceKey{line: LineSpend, stream: stream, purpose: f.Purpose}
	for _, wider := range []varianceKey{k, {line: LineSpend, stream: stream}, {line: LineSpend, purpose: f.Purpose}, {line: LineSpend}} {
		if r := v.rows[wider]; r != nil && len(r.forecast.amounts)+len(r.against.amounts) > 0 {
			k = wider
			break
		}
	}
	v.came(k, s.ID, amount, vat, when.Bound)
}

// came counts what came in the year, and in its month when that is known.
func (v *variance) came(k varianceKey, id FactID, a Amount, vat VAT, when Bound) {
	row := v.row(k)
	row.actual.add(id, a, vat)
	if m, ok := monthOfYear(when, v.q.Year); ok {
		row.actualByMonth[m].add(id, a, vat)
		return
	}
	var t moneyTally
	t.add(id, atMost(a), vat)
	row.loose = append(row.loose, t)
}

// line finishes a line.
func (v *variance) line(k varianceKey, r *varianceRow) VarianceLine {
	l := VarianceLine{Line: k.line, Kind: k.kind, Stream: k.stream, Purpose: k.purpose,
		Forecast: r.forecast.sum("no forecast of " + k.String() + " is recorded"),
		Actual:   r.actual.sum("no " + k.String() + " of " + v.q.Year.String() + " is recorded")}
	l.Variance = l.Actual.less(l.Forecast)
	if v.q.Against != 0 {
		against := r.against.sum(fmt.Sprintf("version %d does not forecast %s", v.q.Against, k))
		change := l.Forecast.less(against)
		l.Against, l.Change = &against, &change
	}
	for m := range 12 {
		if !r.monthly {
			break
		}
		month := VarianceMonth{Month: v.q.Year.Start().AddMonths(m)}
		month.Forecast = r.byMonth[m].sum("the version does not forecast this month")
		if r.longer {
			month.Forecast = notKnown("a line of the version is for longer than a month: nothing is apportioned")
		}
		actual := r.actualByMonth[m]
		for _, t := range r.loose {
			actual.add(t.facts[0], t.amounts[0], t.vat)
		}
		month.Actual = actual.sum("nothing is recorded for this month")
		month.Variance = month.Actual.less(month.Forecast)
		l.Months = append(l.Months, month)
	}
	return l
}

// total adds up the lines: it is not known unless each of them is. Income as a
// whole, when it is recorded, is the total of what came.
func (v *variance) total(line ForecastLine, whole moneyTally) (VarianceLine, bool) {
	var forecast, actual, against []Reckoning
	for _, l := range v.out.Lines {
		if l.Line == line && l.Kind != IncomeInKind {
			forecast, actual = append(forecast, l.Forecast), append(actual, l.Actual)
			if l.Against != nil {
				against = append(against, *l.Against)
			}
		}
	}
	if line == LineIncome && len(whole.amounts) > 0 {
		actual = []Reckoning{hullOf(whole)}
	} else if len(forecast) == 0 {
		return VarianceLine{}, false
	}
	out := VarianceLine{Line: line, Forecast: addReckonings(forecast, "nothing is forecast"), Actual: addReckonings(actual, "nothing is recorded")}
	out.Variance = out.Actual.less(out.Forecast)
	if v.q.Against != 0 {
		a := addReckonings(against, "nothing is forecast")
		change := out.Forecast.less(a)
		out.Against, out.Change = &a, &change
	}
	return out, true
}

// monthOfYear is the month of the financial year, from 0 for April, in which
// all days of the bound lie.
func monthOfYear(b Bound, fy FinancialYear) (int, bool) {
	if !fy.Span().Contains(b.Earliest) || firstOfMonth(b.Earliest) != firstOfMonth(b.Latest) {
		return 0, false
	}
	return (int(b.Earliest.Month()) + 8) % 12, true
}

func firstOfMonth(d Date) Date { return d.AddDays(1 - d.Day()) }
