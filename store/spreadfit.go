package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// What SpreadFit fits, and how.
const (
	FitBass     = "bass"
	FitLogistic = "logistic"
	FitGompertz = "gompertz"
	FitCompare  = "compare" // all that are of one scale, and the best of them goes on

	MethodIncrements = "increments" // adopters of each period
	MethodShare      = "share"      // the cumulative share of those that could adopt
	MethodRegression = "regression" // Bass's own of 1969
)

// FitQuery asks what curve the spread of an innovation follows, and what the
// curve says of the future.
type FitQuery struct {
	SpreadQuery
	Model    string `json:"model,omitempty" enum:"bass,logistic,gompertz,compare" doc:"The curve; compare fits all of one scale and goes on with the best"`
	Method   string `json:"method,omitempty" enum:"increments,share,regression" doc:"Of Bass: on the adopters of each period, on the cumulative share, or by his regression of 1969. Of the others: increments stands for the cumulative number, share for the share"`
	Horizon  int64  `json:"horizon,omitempty" minimum:"1" maximum:"1000" doc:"How many periods are forecast"`
	BackTest int64  `json:"backTest,omitempty" minimum:"0" maximum:"1000" doc:"How many of the last periods are held out, and forecast from those before"`
	Ceiling  string `json:"ceiling,omitempty" enum:"estimated,eligible" doc:"Whether the number that adopts in the end is estimated, or all that could"`
}

// Validate reports everything that is wrong with the question taken alone.
func (q FitQuery) Validate() error {
	word := func(field, w string, all ...string) error {
		if w == "" || slices.Contains(all, w) {
			return nil
		}
		return question(field, fmt.Sprintf("%q is not one of its values", w), "use one of "+innovation.Listed(all))
	}
	span := func(field string, n int64) error {
		if n < 0 || n > 1000 {
			return question(field, fmt.Sprintf("there are no %d periods to look at", n), "use 1 to 1000")
		}
		return nil
	}
	var by, method error
	if q.By != "" {
		by = question("by", "a fit is of all together", "leave it out")
	}
	if q.Method == MethodRegression && q.Model != "" && q.Model != FitBass {
		method = question("method", "Bass's regression is of his own curve only", "use the model bass")
	}
	return innovation.Join(q.SpreadQuery.Validate(), by, method, word("model", q.Model, FitBass, FitLogistic, FitGompertz, FitCompare),
		word("method", q.Method, MethodIncrements, MethodShare, MethodRegression), word("ceiling", q.Ceiling, "estimated", "eligible"),
		span("horizon", q.Horizon), span("backTest", q.BackTest))
}

// SpreadFit is what curve a spread follows, and what it forecasts.
type SpreadFit struct {
	Recipe        innovation.Recipe `json:"recipe"`
	Asked         FitQuery          `json:"asked" doc:"What was asked, with what was left out filled in"`
	Name          string            `json:"name" doc:"What the innovation is called on the day"`
	Footprint     string            `json:"footprint" doc:"The footprint in words"`
	EligibleKnown bool              `json:"eligibleKnown" doc:"Whether the register says who could adopt"`
	Eligible      CountRange        `json:"eligible" doc:"How many could adopt on the last day; 0 when that is not known"`
	Series        []FitPeriod       `json:"series" doc:"What was fitted: first adopters on their latest days, in whole periods"`
	Models        []FittedModel     `json:"models" doc:"The fits, the best first where they were compared"`
	Comparison    []ModelComparison `json:"comparison,omitempty" doc:"The fits compared by AICc, the best first"`
	Forecast      *SpreadForecast   `json:"forecast,omitempty" doc:"What the first fit says of the periods to come: never a result"`
	Arrival       *SpreadArrival    `json:"arrival,omitempty" doc:"When the first fit reaches the share asked about: a forecast, unless it is past"`
	BackTest      *FitBackTest      `json:"backTest,omitempty" doc:"How such a fit would have forecast the last periods from those before"`
	Refused       []Unanswered      `json:"refused,omitempty" doc:"What the data cannot bear, and why"`
	Notes         []string          `json:"notes" doc:"How it was done"`
}

// FitPeriod is one period that was fitted.
type FitPeriod struct {
	Name       string          `json:"name" doc:"The period"`
	Start      innovation.Date `json:"start" doc:"Its first day"`
	End        innovation.Date `json:"end" doc:"The first day after it"`
	Adopters   int64           `json:"adopters" doc:"How many first adopted in it"`
	Cumulative int64           `json:"cumulative" doc:"How many had by its end"`
	Fitted     *float64        `json:"fitted,omitempty" doc:"How many the first fit has by its end"`
}

// FittedModel is one fitted curve.
type FittedModel struct {
	Model            stats.Model    `json:"model" doc:"The curve"`
	Scale            stats.FitScale `json:"scale" doc:"What was fitted: increments (adopters in each period) or cumulative"`
	In               string         `json:"in" enum:"adopters,share" doc:"In what: adopters, or the share of those that could"`
	Parameters       []FitParameter `json:"parameters" doc:"What was estimated; times are in periods since the start of the first"`
	RSS              float64        `json:"rss" doc:"Residual sum of squares"`
	R2               float64        `json:"r2" doc:"Share of the variance explained"`
	ResidualSD       float64        `json:"residualSd" doc:"Residual standard deviation"`
	DegreesOfFreedom int64          `json:"degreesOfFreedom"`
}

// FitParameter is an estimate with its standard error.
type FitParameter struct {
	Name  string   `json:"name"`
	Value float64  `json:"value"`
	Error *float64 `json:"standardError,omitempty" doc:"Its asymptotic standard error; left out when it was given"`
	Given bool     `json:"given,omitempty" doc:"That it was given and not estimated"`
}

// ModelComparison is a fit among others of the same data.
type ModelComparison struct {
	Model  stats.Model `json:"model"`
	AICc   float64     `json:"aicc" doc:"Akaike's criterion, corrected for few data; less is better"`
	BIC    float64     `json:"bic" doc:"Schwarz's criterion"`
	Delta  float64     `json:"delta" doc:"AICc less the least"`
	Weight float64     `json:"weight" doc:"Akaike weight: the weights add to 1"`
}

// SpreadForecast is what a curve says of periods that are not over. It is never
// a result.
type SpreadForecast struct {
	Type   innovation.ObservationType `json:"type" doc:"forecast"`
	Level  float64                    `json:"level" doc:"Of the intervals"`
	Points []ForecastAt               `json:"points" doc:"Period by period, the next one first"`
}

// ForecastAt is one period of a forecast, in adopters.
type ForecastAt struct {
	Name       string          `json:"name" doc:"The period"`
	Start      innovation.Date `json:"start" doc:"Its first day"`
	End        innovation.Date `json:"end" doc:"The first day after it"`
	New        *float64        `json:"new,omitempty" doc:"First adopters in it; left out for fits of cumulative figures"`
	Cumulative float64         `json:"cumulative" doc:"Adopters by its end, no less than have adopted already"`
	Low        float64         `json:"low" doc:"The lower end of the interval of those by its end, no less than have adopted already"`
	High       float64         `json:"high" doc:"The upper end, no more than could adopt"`
}

// SpreadArrival is when a curve reaches a share.
type SpreadArrival struct {
	Share  float64             `json:"share" doc:"The share, of those that could adopt, or of the ceiling of the curve when nobody knows these"`
	Of     string              `json:"of" enum:"eligible,ceiling" doc:"Of what it is a share"`
	Target float64             `json:"target" doc:"How many adopters that is"`
	Status stats.ArrivalStatus `json:"status" doc:"past (the organisations have reached it), within-horizon, not-within-horizon, above-ceiling or not-determined"`
	Day    innovation.Date     `json:"day,omitzero" doc:"The day: the latest on which the organisations reached it when it is past, that of the curve within the horizon"`
	Low    innovation.Date     `json:"low,omitzero" doc:"The earliest day by the interval; left out when it is not known"`
	High   innovation.Date     `json:"high,omitzero" doc:"The latest day; left out when it is not known"`
	Level  float64             `json:"level" doc:"Of the interval"`
}

// FitBackTest is how a fit on the first periods would have forecast the last.
type FitBackTest struct {
	Model    stats.Model `json:"model"`
	Train    int64       `json:"train" doc:"How many periods the fit saw"`
	Test     int64       `json:"test" doc:"How many it forecast"`
	In       string      `json:"in" enum:"adopters,share" doc:"The unit of the errors"`
	MAE      float64     `json:"mae" doc:"Mean absolute error"`
	RMSE     float64     `json:"rmse" doc:"Root mean square error"`
	MAPE     *float64    `json:"mape,omitempty" doc:"Mean absolute error as a share; left out when a value was 0"`
	MASE     float64     `json:"mase" doc:"Against a forecast of no change: below 1 is better"`
	Coverage float64     `json:"coverage" doc:"Share of the values that lay within their 95 % intervals"`
}

// SpreadFit fits a curve to the first adopters of each whole period, by their
// latest days, with standard errors; compares curves; forecasts; and tests the
// forecast on periods held out. What the data cannot bear is refused by its rule
// within the answer; nothing is put in its place. See package spread for the
// estimators and their sources.
func (r reader) SpreadFit(ctx context.Context, v innovation.View, q FitQuery) (out SpreadFit, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	q.Units = false
	if q.Model == "" {
		q.Model = FitBass
	}
	if q.Horizon == 0 {
		q.Horizon = 12
	}
	if q.Method == "" {
		q.Method = MethodIncrements
	}
	if q.Ceiling == "" {
		q.Ceiling = "estimated"
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		f, err := readSpread(ctx, s, m, q.SpreadQuery)
		if err != nil {
			return err
		}
		q.SpreadQuery = f.q
		w := fitWork{f: f, q: q}
		out = w.answer()
		return nil
	})
	return out, err
}

// fitWork is a fit in the making.
type fitWork struct {
	f      *spreadFile
	q      FitQuery
	out    SpreadFit
	counts []float64 // adopters of each period
	totals []float64 // by the end of each
	size   float64   // how many could adopt; 0 when not known

	reached float64 // first adopters by the last day, also of a period that is not whole
}

func (w *fitWork) refuse(part string, err error) {
	w.out.Refused = appendRefused(w.out.Refused, part, err)
}

func (w *fitWork) answer() SpreadFit {
	f := w.f
	w.out = SpreadFit{Recipe: f.a.m.recipe(), Asked: w.q, Name: f.name, Footprint: w.q.Footprint.String(), EligibleKnown: f.known, Series: []FitPeriod{}, Models: []FittedModel{}}
	w.out.Notes = append(f.notes()[1:], "a fit takes each first adoption on its latest day, and whole periods only; a forecast is never a result")
	total := f.firstBy(f.units, f.breaks[0]).Certain
	if total > 0 {
		w.out.Notes = append(w.out.Notes, fmt.Sprintf("%d adopted before the first day: they are in the cumulative figures, and the curves take the first period for that of the launch", total))
	}
	for i := 0; i+1 < len(f.breaks); i++ {
		p := f.period(f.units, f.breaks[i], f.breaks[i+1])
		w.out.Eligible = p.Eligible
		if p.Part && i > 0 {
			w.out.Notes = append(w.out.Notes, fmt.Sprintf("the period %s is not whole and was left out", p.Name))
			continue
		}
		n := p.Cumulative.Certain - total
		total = p.Cumulative.Certain
		w.out.Series = append(w.out.Series, FitPeriod{Name: p.Name, Start: p.Start, End: p.End, Adopters: n, Cumulative: total})
		w.counts, w.totals = append(w.counts, float64(n)), append(w.totals, float64(total))
	}
	w.reached = float64(f.firstBy(f.units, f.breaks[len(f.breaks)-1]).Certain)
	if f.known {
		w.size = float64(w.out.Eligible.Possible)
	}
	if w.q.Model == FitCompare && w.size > 0 {
		w.q.Method, w.out.Asked.Method = MethodShare, MethodShare
		w.out.Notes = append(w.out.Notes, "curves are compared on the cumulative share of those that could adopt, which is the ceiling of all")
	}
	w.fit()
	return w.out
}

// fit makes the fits, and what follows from the first of them.
func (w *fitWork) fit() {
	models := []string{w.q.Model}
	if w.q.Model == FitCompare {
		models = []string{FitBass, FitLogistic, FitGompertz}
		if w.size == 0 {
			models = models[1:]
			w.refuse(FitBass, &innovation.Error{Kind: innovation.Refused, Rule: innovation.RuleEligibleUnknown,
				Detail: "a Bass curve is compared with the others on the share of those that could adopt, and the register does not say who they are",
				Try:    "record who is eligible, or ask for the model bass by itself"})
		}
	}
	var fits []stats.Fit
	var names []string
	for _, name := range models {
		fit, err := w.one(name, w.counts, w.totals)
		if err != nil {
			w.refuse(name, err)
			continue
		}
		fits, names = append(fits, fit), append(names, name)
	}
	order := make([]int, len(fits))
	for i := range order {
		order[i] = i
	}
	if w.q.Model == FitCompare {
		all, err := stats.Compare(fits...)
		if err != nil {
			w.refuse("comparison", err)
		} else {
			for i, c := range all {
				order[i] = c.Index
				w.out.Comparison = append(w.out.Comparison, ModelComparison{c.Model, c.AICc, c.BIC, c.Delta, c.Weight})
			}
		}
	}
	for _, i := range order {
		w.out.Models = append(w.out.Models, w.model(&fits[i]))
	}
	if len(order) == 0 {
		return
	}
	best, name := fits[order[0]], names[order[0]]
	w.fitted(&best)
	w.forecast(best)
	w.arrive(best)
	if w.q.BackTest > 0 {
		w.backTest(name)
	}
}

// one fits one curve to the first periods.
func (w *fitWork) one(name string, counts, totals []float64) (stats.Fit, error) {
	o := &stats.FitOptions{}
	series := totals
	if w.q.Method == MethodShare {
		if w.size == 0 {
			return stats.Fit{}, &innovation.Error{Kind: innovation.Refused, Rule: innovation.RuleEligibleUnknown,
				Detail: "the register does not say who could adopt, so that there are no shares", Try: "record who is eligible, or use the method increments"}
		}
		series = make([]float64, len(totals))
		for i := range totals {
			series[i] = totals[i] / w.size
		}
		if o.Ceiling = 1; w.q.Ceiling == "estimated" && w.q.Model != FitCompare {
			o.Ceiling, o.EstimateCeiling = 0, true
		}
	} else if w.q.Ceiling == "eligible" && w.size > 0 {
		o.Ceiling = w.size
	}
	switch {
	case name == FitLogistic:
		g, err := stats.LogisticByCumulative(series, o)
		return g.Fit, err
	case name == FitGompertz:
		g, err := stats.GompertzByCumulative(series, o)
		return g.Fit, err
	case w.q.Method == MethodShare:
		b, err := stats.BassByShare(series, o)
		return b.Fit, err
	case w.q.Method == MethodRegression:
		b, err := stats.BassByRegression(counts)
		return b.Fit, err
	}
	b, err := stats.BassByIncrements(counts, o)
	return b.Fit, err
}

// model is a fit on the wire.
func (w *fitWork) model(fit *stats.Fit) FittedModel {
	out := FittedModel{Model: fit.Model, Scale: fit.Scale, In: "adopters", RSS: fit.RSS, R2: fit.R2, ResidualSD: fit.ResidualSD, DegreesOfFreedom: int64(fit.DegreesOfFreedom)}
	if w.q.Method == MethodShare {
		out.In = "share"
	}
	for _, p := range fit.Parameters {
		v := FitParameter{Name: p.Name, Value: p.Value, Given: p.Given}
		if !p.Given {
			v.Error = number(p.StandardError)
		}
		out.Parameters = append(out.Parameters, v)
	}
	return out
}

// fitted sets the curve beside the series.
func (w *fitWork) fitted(fit *stats.Fit) {
	skip := len(w.out.Series) - len(fit.Fitted) // a regression begins with the second period
	if skip < 0 {
		return
	}
	sum := w.totals[0] - w.counts[0] // those before the first period
	if skip > 0 {
		sum = w.totals[skip-1]
	}
	for i, y := range fit.Fitted {
		if fit.Scale == stats.ScaleIncrements {
			sum += y
			y = sum
		} else {
			y *= w.worth()
		}
		w.out.Series[skip+i].Fitted = number(y)
	}
}

// worth is what one unit of the series is worth in adopters.
func (w *fitWork) worth() float64 {
	if w.q.Method == MethodShare {
		return w.size
	}
	return 1
}

// future names the nth period after the last.
func (w *fitWork) future(n int) (name string, start, end innovation.Date) {
	start = w.out.Series[len(w.out.Series)-1].End
	for range n - 1 {
		start = nextPeriod(w.q.Period, start)
	}
	return periodName(w.q.Period, start), start, nextPeriod(w.q.Period, start)
}

func (w *fitWork) forecast(fit stats.Fit) {
	got, err := stats.ForecastFrom(fit, int(w.q.Horizon), nil)
	if err != nil {
		w.refuse("forecast", err)
		return
	}
	if _, start, _ := w.future(int(w.q.Horizon)); start.Year() >= 9990 {
		w.refuse("forecast", question("horizon", "the forecast would go beyond the calendar", "take a shorter horizon"))
		return
	}
	out := &SpreadForecast{Type: innovation.ForecastFigure, Level: got.Level}
	before := 0.0
	if fit.Scale == stats.ScaleIncrements {
		before = w.totals[0] - w.counts[0]
	}
	under := ""
	for i, c := range got.Cumulative {
		p := ForecastAt{Cumulative: before + c.Mean*w.worth(), Low: before + c.Low*w.worth(), High: before + c.High*w.worth()}
		p.Name, p.Start, p.End = w.future(i + 1)
		if p.Cumulative < w.reached {
			if under == "" && w.reached-p.Cumulative >= 0.05 {
				under = fmt.Sprintf("the curve lies under the data: %.0f had adopted by %s, and it has %.1f by the end of %s", w.reached, w.q.To, p.Cumulative, p.Name)
			}
			p.Cumulative = w.reached
		}
		p.Low, p.High = max(p.Low, w.reached), max(p.High, w.reached) // those that have adopted stay so
		if w.size > 0 {
			p.High = min(p.High, max(w.size, p.Cumulative))
		}
		if fit.Scale == stats.ScaleIncrements {
			p.New = number(got.Points[i].Mean)
			if seen := w.reached - w.totals[len(w.totals)-1]; i == 0 && p.New != nil && *p.New < seen {
				p.New = number(seen) // in the part of the period that was looked at
			}
		}
		out.Points = append(out.Points, p)
	}
	if under != "" {
		w.out.Notes = append(w.out.Notes, under+"; the forecast is raised to those that have adopted, and its intervals are not those of the curve there")
	}
	w.out.Forecast = out
}

func (w *fitWork) arrive(fit stats.Fit) {
	share := float64(w.q.Reach) / 1e6
	of, size := "eligible", w.size/w.worth()
	if w.size == 0 {
		of, size = "ceiling", 0
	}
	if w.size > 0 && w.past(share, of, share*w.size) {
		return
	}
	before := 0.0 // of which the curve of the increments knows nothing
	if fit.Scale == stats.ScaleIncrements && size > 0 {
		before = w.totals[0] - w.counts[0]
		size -= before / share
	}
	got, err := stats.ArrivalOf(fit, share, size, int(w.q.Horizon), nil)
	if err != nil {
		w.refuse("arrival", err)
		return
	}
	out := &SpreadArrival{Share: share, Of: of, Target: before + got.Target*w.worth(), Status: got.Status, Level: got.Level}
	if w.past(share, of, out.Target) {
		return
	}
	// It is not reached by the last day, whatever the curve says.
	after := func(t float64) innovation.Date {
		d := w.dayOf(t)
		if !d.After(w.q.To) {
			d = w.q.To.AddDays(1)
		}
		return d
	}
	switch got.Status {
	case stats.ArrivalPast:
		out.Status = stats.ArrivalUnknown
		w.out.Notes = append(w.out.Notes, fmt.Sprintf("the curve passed the share asked about on %s, and the organisations have not: %.0f of %.1f had adopted by %s", w.dayOf(got.Time), w.reached, out.Target, w.q.To))
	case stats.ArrivalWithin:
		out.Day = after(got.Time)
	}
	if got.LowKnown {
		out.Low = after(got.Low)
	}
	if got.HighKnown {
		out.High = after(got.High)
	}
	w.out.Arrival = out
}

// past answers that a number of adopters is reached, with the day on which it
// was: a result, and no forecast.
func (w *fitWork) past(share float64, of string, target float64) bool {
	if w.reached < target-1e-9 {
		return false
	}
	var days []innovation.Date
	for i := range w.f.units {
		if n := w.f.firstBy(w.f.units[i:i+1], w.q.To.AddDays(1)); n.Certain > 0 {
			days = append(days, w.f.units[i].certain)
		}
	}
	sort.Slice(days, func(i, j int) bool { return days[i].Before(days[j]) })
	w.out.Arrival = &SpreadArrival{Share: share, Of: of, Target: target, Status: stats.ArrivalPast, Level: 0.95}
	if n := int(math.Ceil(target - 1e-9)); n <= len(days) && n > 0 {
		w.out.Arrival.Day = days[n-1]
	}
	return true
}

// dayOf is the day of a time in periods since the start of the first.
func (w *fitWork) dayOf(t float64) innovation.Date {
	start := w.out.Series[0].Start
	if t <= 0 || math.IsNaN(t) {
		return start
	}
	for ; t >= 1 && start.Year() < 9990; t-- {
		start = nextPeriod(w.q.Period, start)
	}
	return start.AddDays(int(t * float64(nextPeriod(w.q.Period, start).Sub(start))))
}

func (w *fitWork) backTest(name string) {
	n := len(w.counts)
	train := n - int(w.q.BackTest)
	if train < 2 {
		w.refuse("back-test", innovation.Refusedf(innovation.RuleSeriesThin, "backTest", "of %d periods %d are held out", n, w.q.BackTest).Trying("hold fewer out"))
		return
	}
	// What is tested is what was fitted: increments, or cumulative figures.
	cumulative := w.q.Method == MethodShare || name != FitBass
	series := w.counts
	if cumulative {
		series = make([]float64, n)
		for i := range series {
			series[i] = w.totals[i] / w.worth()
		}
	}
	got, err := stats.BackTestFit(series, train, func(xs []float64) (stats.Fit, error) {
		return w.one(name, w.counts[:len(xs)], w.totals[:len(xs)])
	}, nil)
	if err != nil {
		w.refuse("back-test", err)
		return
	}
	out := &FitBackTest{Model: got.Fit.Model, Train: int64(train), Test: w.q.BackTest, In: "adopters", MAE: got.MAE, RMSE: got.RMSE, MASE: got.MASE, Coverage: got.Coverage}
	if w.q.Method == MethodShare {
		out.In = "share"
	}
	if got.MAPEKnown {
		out.MAPE = number(got.MAPE)
	}
	w.out.BackTest = out
}
