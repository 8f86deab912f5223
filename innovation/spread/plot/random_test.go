package plot_test

import (
	"errors"
	"math"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread/plot"
	"pgregory.net/rapid"
)

// value draws ordinary, extreme and impossible numbers.
func value() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.Float64Range(-100, 100), rapid.Float64Range(0, 1), rapid.Float64(),
		rapid.SampledFrom([]float64{0, 1, 7, 7, 1e15, -1e300, 1e300, 5e-324, math.MaxFloat64, 736695, 737000, math.Copysign(0, -1)}),
		rapid.SampledFrom([]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, math.NaN(), math.Inf(1), math.Inf(-1)}),
	)
}

// tame draws numbers that are accepted.
func tame() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64Range(-1e300, 1e300), rapid.Float64Range(0, 1), rapid.Float64Range(0, 3e6), rapid.Just(7.0), rapid.Just(0.0))
}

// words draws text of any bytes.
func words() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"", "<", "&amp;", "]]>", "</svg>", "<script>", "\x00", "\"'", "--", "\ufffe"}))
}

func axes() *rapid.Generator[plot.Axis] {
	return rapid.Custom(func(t *rapid.T) plot.Axis {
		a := plot.Axis{Label: words().Draw(t, "label"), Scale: plot.Scale(rapid.IntRange(-1, 4).Draw(t, "scale"))}
		if rapid.Bool().Draw(t, "given") {
			a.Ticks = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) plot.Tick {
				return plot.Tick{At: value().Draw(t, "at"), Label: words().Draw(t, "tick")}
			}), 0, 6).Draw(t, "ticks")
		}
		return a
	})
}

// numbers draws series of a length, or now and then of another.
func numbers(t *rapid.T, g *rapid.Generator[float64], n int, rising bool) []float64 {
	if rapid.IntRange(0, 60).Draw(t, "odd") == 0 {
		n = rapid.IntRange(0, 5).Draw(t, "length")
	}
	out := rapid.SliceOfN(g, n, n).Draw(t, "numbers")
	if rising {
		at := 0.0
		for i, v := range out {
			if v = math.Abs(v); v < 1e6 {
				at += v + 1e-3
				out[i] = at
			}
		}
	}
	return out
}

func marks(t *rapid.T, n int) []bool {
	return rapid.OneOf(rapid.Just([]bool(nil)), rapid.SliceOfN(rapid.Bool(), n, n)).Draw(t, "marks")
}

func line(t *rapid.T, g *rapid.Generator[float64]) plot.Line {
	n := rapid.IntRange(0, 8).Draw(t, "n")
	l := plot.Line{Name: words().Draw(t, "name"), X: numbers(t, g, n, true), Y: numbers(t, g, n, false), Missing: marks(t, n)}
	if rapid.Bool().Draw(t, "bounds") {
		l.Low, l.High = numbers(t, g, n, false), numbers(t, g, n, false)
		for i := 0; i < len(l.Low) && i < len(l.High); i++ {
			if rapid.IntRange(0, 9).Draw(t, "swap") > 0 {
				l.Low[i], l.High[i] = min(l.Low[i], l.High[i]), max(l.Low[i], l.High[i])
			}
		}
	}
	return l
}

func pointer(t *rapid.T, g *rapid.Generator[float64]) *float64 {
	if rapid.Bool().Draw(t, "none") {
		return nil
	}
	v := g.Draw(t, "pointer")
	return &v
}

// draw makes a figure of any kind from random input.
func draw(t *rapid.T) (*plot.Chart, error) {
	text := plot.Text{Title: words().Draw(t, "title"), Subtitle: words().Draw(t, "subtitle"), Source: words().Draw(t, "source"), Alt: words().Draw(t, "alt"), ID: words().Draw(t, "id")}
	x, y := axes().Draw(t, "x"), axes().Draw(t, "y")
	g := value()
	if rapid.IntRange(0, 3).Draw(t, "tame") > 0 {
		g = tame()
		x.Scale, y.Scale = plot.Scale(rapid.IntRange(0, 3).Draw(t, "xscale")), plot.Scale(rapid.IntRange(0, 1).Draw(t, "yscale"))
		x.Ticks, y.Ticks = nil, nil
	}
	n := rapid.IntRange(0, 8).Draw(t, "n")
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		in := plot.CurveInput{Text: text, X: x, Y: y, Stepped: rapid.Bool().Draw(t, "stepped"), Band: words().Draw(t, "band")}
		for range rapid.IntRange(0, 4).Draw(t, "lines") {
			in.Lines = append(in.Lines, line(t, g))
		}
		if rapid.Bool().Draw(t, "ceiling") {
			l := line(t, g)
			in.Ceiling = &l
		}
		return plot.Curve(in)
	case 1:
		in := plot.HazardInput{Text: text, X: x, Y: y, Points: rapid.Bool().Draw(t, "points"), Missing: marks(t, n),
			Periods: rapid.SliceOfN(words(), n, n).Draw(t, "periods"), Values: numbers(t, g, n, false)}
		if rapid.Bool().Draw(t, "bounds") {
			in.Low, in.High = numbers(t, g, n, false), numbers(t, g, n, false)
			for i := 0; i < len(in.Low) && i < len(in.High); i++ {
				in.Low[i], in.High[i] = min(in.Low[i], in.High[i]), max(in.Low[i], in.High[i])
			}
		}
		return plot.Hazard(in)
	case 2:
		in := plot.SurvivalInput{Text: text, X: x, Adopted: rapid.Bool().Draw(t, "adopted")}
		for range rapid.IntRange(0, 3).Draw(t, "curves") {
			k := plot.SurvivalCurve{Name: words().Draw(t, "name"), Times: numbers(t, g, n, true), Median: pointer(t, g), End: math.Abs(g.Draw(t, "end"))}
			k.Censored = rapid.SliceOfN(rapid.Float64Range(0, 1e3), 0, 5).Draw(t, "censored")
			s := 1.0
			for range n {
				s *= rapid.Float64Range(0, 1).Draw(t, "s")
				k.Survival = append(k.Survival, s)
				k.Low, k.High = append(k.Low, s/2), append(k.High, (1+s)/2)
			}
			in.Curves = append(in.Curves, k)
		}
		return plot.Survival(in)
	case 3:
		in := plot.FunnelInput{Text: text, X: x, Y: y, Target: pointer(t, g), TargetName: words().Draw(t, "target")}
		for range n {
			in.Points = append(in.Points, plot.FunnelPoint{Name: words().Draw(t, "name"), Denominator: math.Abs(g.Draw(t, "d")), Value: g.Draw(t, "v"),
				Standing: plot.Standing(rapid.IntRange(0, 2).Draw(t, "standing")), TooSmall: rapid.Bool().Draw(t, "small")})
		}
		m := rapid.IntRange(0, 5).Draw(t, "m")
		in.Limits = plot.FunnelLimits{Denominator: numbers(t, g, m, true), Low998: numbers(t, g, m, false), Low95: numbers(t, g, m, false),
			High95: numbers(t, g, m, false), High998: numbers(t, g, m, false)}
		return plot.Funnel(in)
	case 4:
		in := plot.XmRInput{Text: text, X: x, Y: y, Target: pointer(t, g)}
		for _, at := range numbers(t, g, n, true) {
			in.Points = append(in.Points, plot.XmRPoint{X: at, Value: g.Draw(t, "v"), Missing: rapid.Bool().Draw(t, "missing"), Signal: plot.Signal(rapid.IntRange(0, 3).Draw(t, "signal"))})
		}
		for _, at := range numbers(t, g, rapid.IntRange(0, 3).Draw(t, "phases"), true) {
			a, b := g.Draw(t, "a"), g.Draw(t, "b")
			in.Phases = append(in.Phases, plot.XmRPhase{From: at, Low: min(a, b), Mean: a, High: max(a, b)})
		}
		return plot.XmR(in)
	}
	in := plot.DecilesInput{Text: text, X: x, Y: y, At: numbers(t, g, n, true), Missing: marks(t, n)}
	base := numbers(t, rapid.Float64Range(0, 1), n, false)
	for k := range 9 {
		vs := append([]float64(nil), base...)
		for i := range vs {
			vs[i] *= float64(k)
		}
		in.Deciles = append(in.Deciles, vs)
	}
	if rapid.Bool().Draw(t, "highlight") {
		l := line(t, g)
		in.Highlight = &l
	}
	return plot.Deciles(in)
}

func check(t *rapid.T) {
	c, err := draw(t)
	if err != nil {
		var e *innovation.Error
		if c != nil || !errors.As(err, &e) || e.Rule == "" || e.Field == "" {
			t.Fatalf("a fault, or a rule without a name: %v", err)
		}
		return
	}
	if err := accessible(c); err != nil {
		t.Fatalf("%v\n%s", err, c.SVG())
	}
	if err := inside(c.SVG()); err != nil {
		t.Fatalf("%v\n%s", err, c.SVG())
	}
}

// Any input gives a well-formed, accessible figure with finite coordinates inside
// it, or an error of the register.
func TestRandomInput(t *testing.T) { rapid.Check(t, check) }

func FuzzRandomInput(f *testing.F) { f.Fuzz(rapid.MakeFuzz(check)) }
