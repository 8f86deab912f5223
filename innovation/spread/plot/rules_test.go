package plot_test

import (
	"errors"
	"math"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread/plot"
)

// Every refusal names its rule and the field at fault.
func TestRefusals(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	curve := func(change func(*plot.CurveInput)) func() (*plot.Chart, error) {
		return func() (*plot.Chart, error) { in := curveSample(); change(&in); return plot.Curve(in) }
	}
	hazard := func(change func(*plot.HazardInput)) func() (*plot.Chart, error) {
		return func() (*plot.Chart, error) { in := hazardSample(); change(&in); return plot.Hazard(in) }
	}
	survival := func(change func(*plot.SurvivalCurve)) func() (*plot.Chart, error) {
		return func() (*plot.Chart, error) { in := survivalSample(); change(&in.Curves[0]); return plot.Survival(in) }
	}
	funnel := func(change func(*plot.FunnelInput)) func() (*plot.Chart, error) {
		return func() (*plot.Chart, error) { in := funnelSample(9); change(&in); return plot.Funnel(in) }
	}
	xmr := func(change func(*plot.XmRInput)) func() (*plot.Chart, error) {
		return func() (*plot.Chart, error) { in := xmrSample(); change(&in); return plot.XmR(in) }
	}
	deciles := func(change func(*plot.DecilesInput)) func() (*plot.Chart, error) {
		return func() (*plot.Chart, error) { in := decilesSample(); change(&in); return plot.Deciles(in) }
	}
	const (
		notNumber = innovation.RuleSeriesNotNumber
		lengths   = innovation.RuleSeriesLengths
		thin      = innovation.RuleSeriesThin
		order     = innovation.RuleSeriesOrder
		option    = innovation.RuleStatisticOption
		negative  = innovation.RuleSeriesNegative
		rising    = innovation.RuleSeriesDecreasing
	)
	for _, tt := range []struct {
		rule  innovation.RuleID
		field string
		draw  func() (*plot.Chart, error)
	}{
		{notNumber, "lines[1].y", curve(func(in *plot.CurveInput) { in.Lines[1].Y[2] = nan })},
		{notNumber, "lines[0].x", curve(func(in *plot.CurveInput) { in.Lines[0].X = append([]float64{-inf}, in.Lines[0].X[1:]...) })},
		{notNumber, "lines[0].low", curve(func(in *plot.CurveInput) { in.Lines[0].Low[0] = -inf })},
		{notNumber, "x.ticks[0].at", curve(func(in *plot.CurveInput) { in.X.Ticks = []plot.Tick{{At: nan}} })},
		{notNumber, "ceiling.y", curve(func(in *plot.CurveInput) { in.Ceiling.Y[0] = math.MaxFloat64 })},
		{lengths, "lines[2].y", curve(func(in *plot.CurveInput) { in.Lines[2].Y = in.Lines[2].Y[1:] })},
		{lengths, "lines[0].low", curve(func(in *plot.CurveInput) { in.Lines[0].Low = nil })},
		{lengths, "lines[1].missing", curve(func(in *plot.CurveInput) { in.Lines[1].Missing = make([]bool, 3) })},
		{thin, "lines", curve(func(in *plot.CurveInput) { in.Lines = nil })},
		{thin, "lines", curve(func(in *plot.CurveInput) {
			in.Lines = []plot.Line{{X: []float64{dayOf("2018-01-01")}, Y: []float64{nan}, Missing: []bool{true}}}
		})},
		{order, "lines[2].x", curve(func(in *plot.CurveInput) { in.Lines[2].X = make([]float64, 10) })},
		{order, "lines[0].low", curve(func(in *plot.CurveInput) { in.Lines[0].Low[3] = 1e6 })},
		{option, "x.scale", curve(func(in *plot.CurveInput) { in.X.Scale = 9 })},
		{option, "y.scale", curve(func(in *plot.CurveInput) { in.Y.Scale = plot.Days })},
		{innovation.RuleDateInvalid, "ceiling.x", curve(func(in *plot.CurveInput) { in.Ceiling.X = []float64{-4, -3, -2} })},
		{notNumber, "values", hazard(func(in *plot.HazardInput) { in.Missing = nil })},
		{lengths, "values", hazard(func(in *plot.HazardInput) { in.Values = nil })},
		{lengths, "atRisk", hazard(func(in *plot.HazardInput) { in.AtRisk = in.AtRisk[1:] })},
		{negative, "atRisk", hazard(func(in *plot.HazardInput) { in.AtRisk[0] = -1 })},
		{thin, "values", func() (*plot.Chart, error) { return plot.Hazard(plot.HazardInput{}) }},
		{notNumber, "curves[0].survival", survival(func(k *plot.SurvivalCurve) { k.Survival[0] = nan })},
		{notNumber, "curves[0].median", survival(func(k *plot.SurvivalCurve) { k.Median = &inf })},
		{notNumber, "curves[0].end", survival(func(k *plot.SurvivalCurve) { k.End = inf })},
		{lengths, "curves[0].survival", survival(func(k *plot.SurvivalCurve) { k.Survival = k.Survival[:4] })},
		{negative, "curves[0].censored", survival(func(k *plot.SurvivalCurve) { k.Censored[0] = -1 })},
		{rising, "curves[0].survival", survival(func(k *plot.SurvivalCurve) { k.Survival[7] = 0.99 })},
		{rising, "curves[0].high", survival(func(k *plot.SurvivalCurve) { k.High[0] = 97 })},
		{thin, "curves[0].times", survival(func(k *plot.SurvivalCurve) { *k = plot.SurvivalCurve{} })},
		{thin, "curves", func() (*plot.Chart, error) { return plot.Survival(plot.SurvivalInput{}) }},
		{notNumber, "points[3].value", funnel(func(in *plot.FunnelInput) { in.Points[3].Value = nan })},
		{negative, "points[3].denominator", funnel(func(in *plot.FunnelInput) { in.Points[3].Denominator = -1 })},
		{option, "points[3].standing", funnel(func(in *plot.FunnelInput) { in.Points[3].Standing = 7 })},
		{notNumber, "target", funnel(func(in *plot.FunnelInput) { in.Target = &nan })},
		{lengths, "limits.high95", funnel(func(in *plot.FunnelInput) { in.Limits.High95 = nil })},
		{thin, "points", funnel(func(in *plot.FunnelInput) { in.Points = nil })},
		{notNumber, "points.value", xmr(func(in *plot.XmRInput) { in.Points[0].Value = inf })},
		{order, "points.x", xmr(func(in *plot.XmRInput) { in.Points[1].X = in.Points[0].X })},
		{option, "points[2].signal", xmr(func(in *plot.XmRInput) { in.Points[2].Signal = -1 })},
		{notNumber, "phases[1].high", xmr(func(in *plot.XmRInput) { in.Phases[1].High = inf })},
		{order, "phases[0].mean", xmr(func(in *plot.XmRInput) { in.Phases[0].Mean = 100 })},
		{thin, "points", xmr(func(in *plot.XmRInput) { in.Points = nil })},
		{lengths, "deciles", deciles(func(in *plot.DecilesInput) { in.Deciles = in.Deciles[:8] })},
		{lengths, "deciles[8]", deciles(func(in *plot.DecilesInput) { in.Deciles[8] = nil })},
		{notNumber, "deciles[4]", deciles(func(in *plot.DecilesInput) { in.Deciles[4][0] = nan })},
		{order, "deciles[3]", deciles(func(in *plot.DecilesInput) { in.Deciles[3][0] = 5 })},
		{lengths, "highlight.y", deciles(func(in *plot.DecilesInput) { in.Highlight.Y = nil })},
	} {
		chart, err := tt.draw()
		var e *innovation.Error
		if chart != nil || !errors.As(err, &e) {
			t.Errorf("%s %s: got %v and %v", tt.rule, tt.field, chart, err)
			continue
		}
		if first := innovation.Violations(err)[0]; first.Rule != tt.rule || first.Field != tt.field {
			t.Errorf("got %s %s (%v), want %s %s", first.Rule, first.Field, err, tt.rule, tt.field)
		}
	}
}

// All that is wrong is said at once.
func TestRefusalsTogether(t *testing.T) {
	_, err := plot.Curve(plot.CurveInput{X: plot.Axis{Scale: -1}, Lines: []plot.Line{{X: []float64{1}, Y: []float64{math.NaN()}}, {X: []float64{1}}}})
	if got := len(innovation.Violations(err)); got != 3 {
		t.Errorf("got %d violations in %v", got, err)
	}
}
