package store

import (
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
	"github.com/innovationregistry/registry/innovation/spread/plot"
)

// The charts that answers about spread and uptake can be drawn as.
const (
	ChartCurve    = "curve"    // cumulative adopters, low to high, under those that could adopt
	ChartHazard   = "hazard"   // hazard by period
	ChartSurvival = "survival" // Kaplan–Meier
	ChartXmR      = "xmr"      // control chart
	ChartDeciles  = "deciles"  // deciles over time
	ChartFunnel   = "funnel"
)

// maxChartLines bounds how many groups are drawn apart: more cannot be told
// from each other.
const maxChartLines = 8

// chartKind takes the first kind when none is named, and refuses what the answer
// cannot be drawn as.
func chartKind(kind string, kinds ...string) (string, error) {
	if kind == "" {
		return kinds[0], nil
	}
	for _, k := range kinds {
		if k == kind {
			return k, nil
		}
	}
	return "", question("chart", fmt.Sprintf("there is no chart %q of it", kind), "use "+strings.Join(kinds, " or "))
}

// viewText says from where a question was answered.
func viewText(r innovation.Recipe) string {
	text := "as of " + r.On.String()
	if r.Act > 0 {
		text += fmt.Sprintf(", known by act %d of %s", r.Act, r.Known.UTC().Format("2006-01-02"))
	}
	return text
}

// gradeText says which evidence counts.
func gradeText(g innovation.EvidenceGrade) string {
	if g == "" || g == innovation.SelfReported {
		return "evidence of any grade"
	}
	return "evidence: " + string(g) + " or better"
}

// Chart draws the answer: curve (also when kind is empty), hazard or survival. A
// part that was refused is not drawn: the error says why, by its rule.
func (s Spread) Chart(kind string) (*plot.Chart, error) {
	kind, err := chartKind(kind, ChartCurve, ChartHazard, ChartSurvival)
	if err != nil {
		return nil, err
	}
	text := plot.Text{Subtitle: fmt.Sprintf("%s; footprint: %s; %s", viewText(s.Recipe), s.Footprint, gradeText(s.Asked.Grade))}
	groups := s.Groups
	if len(groups) == 0 || len(groups) > maxChartLines {
		groups = []SpreadGroup{s.All}
	}
	switch kind {
	case ChartHazard:
		return s.hazardChart(text)
	case ChartSurvival:
		return s.survivalChart(text, groups)
	}
	return s.curveChart(text, groups)
}

// called names a group, or all.
func (g *SpreadGroup) called() string {
	switch {
	case g.Name != "":
		return g.Name
	case g.Group != "":
		return g.Group
	}
	return "adopters"
}

func (s Spread) curveChart(text plot.Text, groups []SpreadGroup) (*plot.Chart, error) {
	text.Title = "Adopters of " + s.Name
	text.Alt = fmt.Sprintf("%d to %d organisations had adopted by %s.", s.All.Adopters.Certain, s.All.Adopters.Possible, s.Asked.To)
	in := plot.CurveInput{Text: text, X: plot.Axis{Label: "Day", Scale: plot.Days}, Y: plot.Axis{Label: "Organisations"}, Stepped: true, Band: "certain to possible"}
	for i := range groups {
		g := &groups[i]
		l := plot.Line{Name: g.called()}
		add := func(day innovation.Date, n CountRange) {
			l.X, l.Y = append(l.X, float64(day.DayNumber())), append(l.Y, float64(n.Certain))
			l.Low, l.High = append(l.Low, float64(n.Certain)), append(l.High, float64(n.Possible))
		}
		add(s.Asked.From, g.Before)
		for _, p := range g.Periods {
			add(p.End, p.Cumulative)
		}
		in.Lines = append(in.Lines, l)
	}
	if s.EligibleKnown && len(groups) == 1 {
		ceiling := plot.Line{Name: "could adopt"}
		for _, p := range groups[0].Periods {
			ceiling.X, ceiling.Y = append(ceiling.X, float64(p.End.DayNumber())), append(ceiling.Y, float64(p.Eligible.Possible))
		}
		in.Ceiling = &ceiling
	}
	return plot.Curve(in)
}

// refusedChart says why there is nothing to draw.
func refusedChart(part string, refused []Unanswered) error {
	for _, r := range refused {
		if strings.Contains(r.Part, part) {
			return &innovation.Error{Kind: innovation.Refused, Rule: r.Rule, Field: "chart", Detail: r.Detail, Try: r.Try}
		}
	}
	return thin("chart", "there is nothing to draw", "look at the answer itself for what is known")
}

func (s Spread) hazardChart(text plot.Text) (*plot.Chart, error) {
	text.Title = "Chance to adopt " + s.Name + ", for those that had not"
	in := plot.HazardInput{Text: text, X: plot.Axis{Label: "Period"}, Y: plot.Axis{Label: "Hazard", Scale: plot.Percent}, Interval: "95 % interval"}
	for _, p := range s.All.Periods {
		h := p.Hazard
		if h == nil {
			return nil, refusedChart("hazard", s.All.Refused)
		}
		in.Periods, in.AtRisk, in.Missing = append(in.Periods, p.Name), append(in.AtRisk, float64(h.AtRisk)), append(in.Missing, h.Hazard == nil)
		in.Values, in.Low, in.High = append(in.Values, plain(h.Hazard)), append(in.Low, plain(h.Low)), append(in.High, plain(h.High))
	}
	return plot.Hazard(in)
}

// plain is the number, and 0 where there is none.
func plain(x *float64) float64 {
	if x == nil {
		return 0
	}
	return *x
}

func (s Spread) survivalChart(text plot.Text, groups []SpreadGroup) (*plot.Chart, error) {
	text.Title = "Time until adoption of " + s.Name
	in := plot.SurvivalInput{Text: text, X: plot.Axis{Label: "Days since an organisation could adopt"}, Adopted: true, Band: "95 % interval"}
	for i := range groups {
		g := &groups[i]
		if g.Survival == nil {
			if len(groups) == 1 {
				return nil, refusedChart("survival", g.Refused)
			}
			continue
		}
		c := plot.SurvivalCurve{Name: g.called(), Median: g.Survival.Median.Days}
		bands := len(groups) == 1
		for _, step := range g.Survival.Steps {
			c.Times, c.Survival, c.AtRisk = append(c.Times, step.Days), append(c.Survival, step.Share), append(c.AtRisk, float64(step.AtRisk))
			low, high := step.Share, step.Share
			if step.Low != nil && step.High != nil {
				low, high = *step.Low, *step.High
			}
			if bands {
				c.Low, c.High = append(c.Low, low), append(c.High, high)
			}
			for range step.Censored {
				c.Censored = append(c.Censored, step.Days)
			}
		}
		in.Curves = append(in.Curves, c)
	}
	if len(in.Curves) == 0 {
		return nil, refusedChart("survival", groups[0].Refused)
	}
	return plot.Survival(in)
}

// Chart draws the series with the fitted curve and the forecast, which is marked
// as one: curve, also when kind is empty.
func (s SpreadFit) Chart(kind string) (*plot.Chart, error) {
	if _, err := chartKind(kind, ChartCurve); err != nil {
		return nil, err
	}
	if len(s.Models) == 0 {
		return nil, refusedChart("", s.Refused)
	}
	in := plot.CurveInput{X: plot.Axis{Label: "Day", Scale: plot.Days}, Y: plot.Axis{Label: "Organisations"}, Band: "interval of the forecast",
		Text: plot.Text{Title: "Adopters of " + s.Name + ", and what a fitted curve forecasts",
			Subtitle: fmt.Sprintf("%s; footprint: %s; %s; curve: %s", viewText(s.Recipe), s.Footprint, gradeText(s.Asked.Grade), s.Models[0].Model)}}
	seen, fitted, ahead := plot.Line{Name: "adopted"}, plot.Line{Name: "fitted"}, plot.Line{Name: "forecast, no result"}
	for _, p := range s.Series {
		x := float64(p.End.DayNumber())
		seen.X, seen.Y = append(seen.X, x), append(seen.Y, float64(p.Cumulative))
		if p.Fitted != nil {
			fitted.X, fitted.Y = append(fitted.X, x), append(fitted.Y, *p.Fitted)
		}
	}
	in.Lines = append(in.Lines, seen)
	if len(fitted.X) > 0 {
		in.Lines = append(in.Lines, fitted)
	}
	if s.Forecast != nil {
		for _, p := range s.Forecast.Points {
			ahead.X, ahead.Y = append(ahead.X, float64(p.End.DayNumber())), append(ahead.Y, p.Cumulative)
			ahead.Low, ahead.High = append(ahead.Low, p.Low), append(ahead.High, p.High)
		}
		in.Lines = append(in.Lines, ahead)
	}
	if s.EligibleKnown {
		ends := []float64{seen.X[0], max(seen.X[len(seen.X)-1], append([]float64{0}, ahead.X...)[len(ahead.X)])}
		n := float64(s.Eligible.Possible)
		if ends[1] > ends[0] {
			in.Ceiling = &plot.Line{Name: "could adopt", X: ends, Y: []float64{n, n}}
		}
	}
	return plot.Curve(in)
}

// text says what a figure of measurements shows.
func (a *UptakeAbout) text(title string) plot.Text {
	return plot.Text{Title: title, Subtitle: fmt.Sprintf("%s; footprint: %s; evidence: %s", viewText(a.Recipe), a.Footprint, a.Evidence)}
}

// axis is that of the values.
func (a *UptakeAbout) axis() plot.Axis {
	if proportion(a.Measure) {
		return plot.Axis{Label: strings.ReplaceAll(a.Measure, "-", " "), Scale: plot.Percent}
	}
	label := strings.ReplaceAll(a.Measure, "-", " ")
	if a.Rate {
		label += " over the denominator"
	}
	return plot.Axis{Label: label}
}

// Chart draws the deciles of the periods, when the question was about a time:
// deciles, also when kind is empty.
func (u UptakeStanding) Chart(kind string) (*plot.Chart, error) {
	if _, err := chartKind(kind, ChartDeciles); err != nil {
		return nil, err
	}
	var at []innovation.Bound
	var deciles [][]float64
	for _, p := range u.Periods {
		at, deciles = append(at, p.Period), append(deciles, p.Deciles)
	}
	if len(at) == 0 {
		return nil, thin("chart", "the question is about one period, and deciles are drawn over a time", "give from and to")
	}
	return decilesChart(u.text("Uptake of "+u.Name), u.axis(), at, deciles, nil)
}

func decilesChart(text plot.Text, y plot.Axis, at []innovation.Bound, deciles [][]float64, own *plot.Line) (*plot.Chart, error) {
	in := plot.DecilesInput{Text: text, X: plot.Axis{Label: "Period", Scale: plot.Days}, Y: y, Deciles: make([][]float64, 9), Highlight: own}
	for i, p := range at {
		in.At = append(in.At, float64(p.Earliest.DayNumber()))
		in.Missing = append(in.Missing, len(deciles[i]) != 9)
		for k := range in.Deciles {
			d := 0.0
			if len(deciles[i]) == 9 {
				d = deciles[i][k]
			}
			in.Deciles[k] = append(in.Deciles[k], d)
		}
	}
	return plot.Deciles(in)
}

// Chart draws the answer: xmr (also when kind is empty), the control chart, or
// deciles, the organisation among the others.
func (u UptakeSeries) Chart(kind string) (*plot.Chart, error) {
	kind, err := chartKind(kind, ChartXmR, ChartDeciles)
	if err != nil {
		return nil, err
	}
	text := u.text("Uptake of " + u.Name + ", " + u.OrganisationName)
	if kind == ChartDeciles {
		own := plot.Line{Name: u.OrganisationName}
		var at []innovation.Bound
		var deciles [][]float64
		for _, p := range u.Points {
			at, deciles = append(at, p.Period), append(deciles, p.Deciles)
			own.X, own.Y = append(own.X, float64(p.Period.Earliest.DayNumber())), append(own.Y, plain(p.Value))
			own.Missing = append(own.Missing, p.Value == nil)
		}
		return decilesChart(text, u.axis(), at, deciles, &own)
	}
	if len(u.Segments) == 0 {
		return nil, refusedChart("control chart", u.Refused)
	}
	in := plot.XmRInput{Text: text, X: plot.Axis{Label: "Period", Scale: plot.Days}, Y: u.axis(), Target: u.Asked.Target}
	for _, p := range u.Points {
		signal := plot.Common
		switch p.Signal {
		case stats.Improvement.String():
			signal = plot.Improvement
		case stats.Concern.String():
			signal = plot.Concern
		case stats.SpecialHigh.String(), stats.SpecialLow.String():
			signal = plot.Special
		}
		in.Points = append(in.Points, plot.XmRPoint{X: float64(p.Period.Earliest.DayNumber()), Value: plain(p.Value), Missing: p.Value == nil, Signal: signal})
	}
	for _, g := range u.Segments {
		in.Phases = append(in.Phases, plot.XmRPhase{From: float64(g.Start.Earliest.DayNumber()), Mean: g.Mean, Low: g.Lower, High: g.Upper})
	}
	return plot.XmR(in)
}

// Chart draws the funnel, also when kind is empty.
func (u UptakeFunnel) Chart(kind string) (*plot.Chart, error) {
	if _, err := chartKind(kind, ChartFunnel); err != nil {
		return nil, err
	}
	in := plot.FunnelInput{Text: u.text("Uptake of " + u.Name + " by organisation, " + u.Asked.Period.String()), X: plot.Axis{Label: "Denominator"}, Y: u.axis(), Target: &u.Target, TargetName: "all together"}
	if u.Asked.Target != nil {
		in.TargetName = "target"
	}
	for _, r := range u.Rows {
		p := plot.FunnelPoint{Name: r.Name, Denominator: r.Per, Value: r.Value}
		switch r.verdict {
		case stats.FunnelTooSmall:
			p.TooSmall = true
		case stats.FunnelAbove95, stats.FunnelBelow95:
			p.Standing = plot.Beyond95
		case stats.FunnelAbove998, stats.FunnelBelow998:
			p.Standing = plot.Beyond998
		}
		in.Points = append(in.Points, p)
	}
	for _, l := range u.Limits {
		in.Limits.Denominator = append(in.Limits.Denominator, l.Per)
		in.Limits.Low998, in.Limits.Low95 = append(in.Limits.Low998, l.Low998), append(in.Limits.Low95, l.Low95)
		in.Limits.High95, in.Limits.High998 = append(in.Limits.High95, l.High95), append(in.Limits.High998, l.High998)
	}
	return plot.Funnel(in)
}
