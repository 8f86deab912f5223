package plot_test

import (
	"math"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread/plot"
)

func dayOf(s string) float64 { return float64(innovation.MustDate(s).DayNumber()) }

func monthsFrom(s string, n, step int) []float64 {
	d := innovation.MustDate(s)
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(d.AddMonths(i * step).DayNumber())
	}
	return out
}

func ptr(v float64) *float64 { return &v }

// noise is a fixed sequence between 0 and 1.
func noise(i int) float64 {
	h := uint64(i+1) * 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return float64((h^h>>31)>>40) / (1 << 24)
}

var view = plot.Text{
	Title:    "Adopters of the example device",
	Subtitle: "on 2019-04-30, known now; footprint: of 2019-04-01; low = audited or observed, high = any evidence",
	Source:   "Source: made-up data for a test. Counts of organisations, not of patients.",
}

func titled(title string) plot.Text {
	t := view
	t.Title = title
	return t
}

func curveSample() plot.CurveInput {
	xs := monthsFrom("2015-04-01", 17, 3)
	a := plot.Line{Name: "North network", X: xs}
	b := plot.Line{Name: "South network", X: xs, Missing: make([]bool, len(xs))}
	c := plot.Line{Name: "East & West <joint> network of everything", X: xs[4:14]}
	for i := range xs {
		v := math.Round(60 / (1 + math.Exp(-(float64(i)-8)/2)))
		a.Y = append(a.Y, v)
		a.Low = append(a.Low, math.Round(v*0.8))
		a.High = append(a.High, math.Round(v*1.2))
		b.Y = append(b.Y, math.Round(v*0.6))
		b.Missing[i] = i == 6 || i == 7 || i == 9
	}
	for i := range c.X {
		c.Y = append(c.Y, float64(i*2))
	}
	return plot.CurveInput{
		Text: view, X: plot.Axis{Label: "Date", Scale: plot.Days}, Y: plot.Axis{Label: "Organisations that have adopted"},
		Lines: []plot.Line{a, b, c}, Stepped: true,
		Ceiling: &plot.Line{X: []float64{xs[0], xs[9], xs[16]}, Y: []float64{80, 84, 78}},
	}
}

func hazardSample() plot.HazardInput {
	in := plot.HazardInput{
		Text: titled("Share of the remaining that adopt, by quarter"), X: plot.Axis{Label: "Quarters since eligible"},
		Y: plot.Axis{Label: "Share of those at risk", Scale: plot.Percent}, Interval: "95% interval", Missing: make([]bool, 12),
	}
	for i := range 12 {
		v := 0.02 + 0.1*math.Exp(-math.Pow(float64(i)-5, 2)/6)
		if i == 9 {
			v = 0
		}
		in.Periods = append(in.Periods, "Q"+string(rune('A'+i)))
		in.Values = append(in.Values, v)
		in.Low = append(in.Low, max(0, v-0.02))
		in.High = append(in.High, v+0.03)
		in.AtRisk = append(in.AtRisk, float64(140-8*i))
	}
	in.Missing[7], in.Values[7] = true, math.NaN()
	return in
}

func survivalSample() plot.SurvivalInput {
	a := plot.SurvivalCurve{Name: "acute trusts", Median: ptr(15)}
	b := plot.SurvivalCurve{Name: "other trusts", End: 40, Censored: []float64{3.5, 9, 17, 26, 33}}
	s := 1.0
	for i := 1; i <= 20; i++ {
		s *= 0.955
		a.Times = append(a.Times, float64(i))
		a.Survival = append(a.Survival, s)
		a.Low = append(a.Low, max(0, s-0.08))
		a.High = append(a.High, min(1, s+0.07))
		a.AtRisk = append(a.AtRisk, float64(100-4*i))
	}
	a.Censored = []float64{4.5, 10.5, 21, 30}
	for i := 1; i <= 8; i++ {
		b.Times = append(b.Times, float64(i)*4)
		b.Survival = append(b.Survival, 1-float64(i)*0.045)
	}
	return plot.SurvivalInput{Text: titled("Time until adoption"), X: plot.Axis{Label: "Months since eligible"},
		Curves: []plot.SurvivalCurve{a, b}, Band: "95% confidence band"}
}

func funnelSample(n int) plot.FunnelInput {
	in := plot.FunnelInput{Text: titled("Uptake by organisation"), X: plot.Axis{Label: "Eligible sites"},
		Y: plot.Axis{Label: "Share of sites that have adopted", Scale: plot.Percent}, Target: ptr(0.6), TargetName: "national share"}
	sd := func(d float64) float64 { return math.Sqrt(0.24 / d) }
	for i := range n {
		d := 6 + math.Floor(noise(i)*300)
		z := (noise(i+500) + noise(i+900) + noise(i+1300) - 1.5) * 2.8
		v := min(1, max(0, 0.6+z*sd(d)))
		p := plot.FunnelPoint{Name: "Trust " + string(rune('A'+i%26)) + strings.Repeat("x", i%4), Denominator: d, Value: v, TooSmall: d < 20}
		switch {
		case math.Abs(v-0.6) > 3.09*sd(d):
			p.Standing = plot.Beyond998
		case math.Abs(v-0.6) > 1.96*sd(d):
			p.Standing = plot.Beyond95
		}
		in.Points = append(in.Points, p)
	}
	l := &in.Limits
	for d := 6.0; d <= 310; d += 4 {
		l.Denominator = append(l.Denominator, d)
		l.Low998 = append(l.Low998, max(0, 0.6-3.09*sd(d)))
		l.Low95 = append(l.Low95, max(0, 0.6-1.96*sd(d)))
		l.High95 = append(l.High95, min(1, 0.6+1.96*sd(d)))
		l.High998 = append(l.High998, min(1, 0.6+3.09*sd(d)))
	}
	return in
}

func xmrSample() plot.XmRInput {
	in := plot.XmRInput{Text: titled("New adopters a month"), X: plot.Axis{Label: "Month", Scale: plot.Days},
		Y: plot.Axis{Label: "Organisations"}, Target: ptr(26)}
	xs := monthsFrom("2017-04-01", 26, 1)
	for i, x := range xs {
		v := 12 + math.Round(noise(i+3)*6)
		s := plot.Common
		if i >= 14 {
			v += 10
		}
		if i >= 8 && i < 11 {
			s = plot.Improvement
		}
		if i == 5 {
			v, s = 2, plot.Concern
		}
		if i == 20 {
			v, s = 33, plot.Special
		}
		in.Points = append(in.Points, plot.XmRPoint{X: x, Value: v, Missing: i == 17, Signal: s})
	}
	in.Phases = []plot.XmRPhase{{From: xs[0], Mean: 14.4, Low: 6.21, High: 22.6}, {From: xs[14], Mean: 24.8, Low: 16.5, High: 33.1}}
	return in
}

func decilesSample() plot.DecilesInput {
	xs := monthsFrom("2018-01-01", 20, 1)
	in := plot.DecilesInput{Text: titled("Uptake against all trusts"), X: plot.Axis{Label: "Month", Scale: plot.Days},
		Y: plot.Axis{Label: "Share of eligible patients", Scale: plot.Percent}, At: xs, Missing: make([]bool, len(xs)),
		Highlight: &plot.Line{Name: "Example Foundation Trust", X: xs}}
	in.Missing[11] = true
	for k := range 9 {
		var vs []float64
		for i := range xs {
			vs = append(vs, 0.1+0.01*float64(i)+0.05*float64(k)+0.01*noise(i))
		}
		in.Deciles = append(in.Deciles, vs)
	}
	for i := range xs {
		in.Highlight.Y = append(in.Highlight.Y, 0.2+0.025*float64(i)*noise(i+9)+0.012*float64(i))
	}
	return in
}

type sample struct {
	name  string
	chart *plot.Chart
	err   error
}

func got(name string, c *plot.Chart, err error) sample { return sample{name, c, err} }

// samples are one figure of each kind and the edges.
func samples() []sample {
	out := []sample{}
	add := func(name string) func(*plot.Chart, error) {
		return func(c *plot.Chart, err error) { out = append(out, got(name, c, err)) }
	}
	add("curve")(plot.Curve(curveSample()))
	add("hazard")(plot.Hazard(hazardSample()))
	h := hazardSample()
	h.Points = true
	add("hazard-points")(plot.Hazard(h))
	add("survival")(plot.Survival(survivalSample()))
	s := survivalSample()
	s.Adopted = true
	add("survival-adopted")(plot.Survival(s))
	add("funnel")(plot.Funnel(funnelSample(60)))
	add("xmr")(plot.XmR(xmrSample()))
	add("deciles")(plot.Deciles(decilesSample()))

	add("one-point")(plot.Curve(plot.CurveInput{X: plot.Axis{Scale: plot.Days}, Lines: []plot.Line{{X: []float64{dayOf("2019-04-30")}, Y: []float64{0}}}}))
	add("all-equal")(plot.XmR(plot.XmRInput{Text: titled("Nothing changes"), Points: []plot.XmRPoint{{X: 1, Value: 7}, {X: 2, Value: 7}, {X: 3, Value: 7}},
		Phases: []plot.XmRPhase{{From: 1, Mean: 7, Low: 7, High: 7}}, Target: ptr(7)}))
	long := strings.Repeat("A very long name of an organisation & its predecessors ", 12)
	ticks := []plot.Tick{}
	x := []float64{}
	for i := range 9 {
		ticks = append(ticks, plot.Tick{At: float64(i), Label: "financial year 20" + string(rune('1'+i/5)) + string(rune('0'+i)) + " in full"})
		x = append(x, float64(i))
	}
	text := plot.Text{Title: long, Subtitle: long + long, Source: long + long, Alt: "Two lines\x00 with </desc> & \u202eodd\u202c text\xff", ID: "a \"b\"<c>"}
	add("long-labels")(plot.Curve(plot.CurveInput{Text: text, X: plot.Axis{Label: long, Ticks: ticks}, Y: plot.Axis{Label: long},
		Lines: []plot.Line{{Name: long, X: x, Y: []float64{1234567, 2e6, 3e6, 2.5e6, 2.6e6, 2.7e6, 2.8e6, 2.9e6, 3.1e6}}, {Name: "ab\x01\x1f]]>", X: x[2:], Y: x[2:]}}}))
	many := plot.CurveInput{Text: titled("Fifteen networks"), X: plot.Axis{Label: "Year", Scale: plot.Years}, Y: plot.Axis{Label: "Share adopted", Scale: plot.Percent}}
	for i := range 15 {
		l := plot.Line{Name: "Network " + string(rune('A'+i))}
		for j := range 8 {
			l.X = append(l.X, float64(2014+j))
			l.Y = append(l.Y, float64(j)/10+0.2*noise(i*8+j)*float64(j)/8)
		}
		many.Lines = append(many.Lines, l)
	}
	add("fifteen-lines")(plot.Curve(many))
	add("negative")(plot.Curve(plot.CurveInput{Text: titled("Change against the year before"), X: plot.Axis{Label: "Year", Scale: plot.Years}, Y: plot.Axis{Label: "Pounds"},
		Lines: []plot.Line{{Name: "change", X: []float64{2015, 2016, 2017, 2018}, Y: []float64{-1500, 250.5, 1e4, -12000}}}}))
	out = append(out, large())
	return out
}

// large is a curve and band of ten thousand points, whose table is not kept as a
// golden file for its size.
func large() sample {
	l := plot.Line{Name: "random walk"}
	v := 0.0
	for i := range 10000 {
		v += noise(i) - 0.49
		l.X = append(l.X, float64(i))
		l.Y = append(l.Y, v)
		l.Low = append(l.Low, v-5)
		l.High = append(l.High, v+5)
	}
	c, err := plot.Curve(plot.CurveInput{Text: titled("Ten thousand points"), Lines: []plot.Line{l}})
	return got("large", c, err)
}
