package plot

import (
	"math"
	"strconv"
	"testing"
)

type rgb [3]float64 // linear

func colour(t *testing.T, s string) rgb {
	t.Helper()
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil || len(s) != 7 {
		t.Fatal(s, err)
	}
	var c rgb
	for i := range c {
		v := float64(n>>(16-8*i)&255) / 255
		if v <= 0.04045 {
			c[i] = v / 12.92
		} else {
			c[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return c
}

// contrast is the ratio of WCAG 2.2.
func contrast(a, b rgb) float64 {
	l := func(c rgb) float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] + 0.05 }
	return max(l(a), l(b)) / min(l(a), l(b))
}

// WCAG 1.4.11: what is drawn keeps 3:1 against what is around it.
func TestPaletteContrast(t *testing.T) {
	colours := append(append([]string(nil), palette[:]...), blue, orange, purple, grey)
	for _, background := range []string{"#ffffff", "#16181c", "#000000"} {
		for _, s := range colours {
			if r := contrast(colour(t, s), colour(t, background)); r < 3 {
				t.Errorf("%s on %s: %.2f", s, background, r)
			}
		}
	}
	// WCAG 1.4.6: text keeps 7:1, on the backgrounds that SVG brings.
	for _, pair := range [][2]string{{"#1a1a1a", "#ffffff"}, {"#f2f2f2", "#16181c"}} {
		if r := contrast(colour(t, pair[0]), colour(t, pair[1])); r < 7 {
			t.Errorf("text %s on %s: %.2f", pair[0], pair[1], r)
		}
	}
}

// The simulations of Machado, Oliveira and Fernandes (2009) at full severity.
var simulations = map[string][9]float64{
	"none":         {1, 0, 0, 0, 1, 0, 0, 0, 1},
	"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	"tritanopia":   {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
}

// lab gives CIELAB of a linear colour.
func lab(c rgb) [3]float64 {
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return (24389.0/27*max(v, 0) + 16) / 116
	}
	x := f((0.4124*c[0] + 0.3576*c[1] + 0.1805*c[2]) / 0.9505)
	y := f(0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2])
	z := f((0.0193*c[0] + 0.1192*c[1] + 0.9505*c[2]) / 1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// distance is what is left between two colours for somebody, in CIELAB (1976).
func distance(t *testing.T, a, b string, m [9]float64) float64 {
	see := func(s string) [3]float64 {
		c := colour(t, s)
		var out rgb
		for i := range out {
			out[i] = min(1, max(0, m[3*i]*c[0]+m[3*i+1]*c[1]+m[3*i+2]*c[2]))
		}
		return lab(out)
	}
	p, q := see(a), see(b)
	return math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
}

// Neighbours in the palette, and the meanings of a control chart, stay apart for
// colour-blind people too; dashes and markers tell the rest.
func TestPaletteColourBlind(t *testing.T) {
	for name, m := range simulations {
		for i := range palette[:len(palette)-1] {
			if d := distance(t, palette[i], palette[i+1], m); d < 10 {
				t.Errorf("%s: %s and %s: %.1f", name, palette[i], palette[i+1], d)
			}
		}
		if d := distance(t, blue, orange, m); d < 30 {
			t.Errorf("%s: improvement and concern: %.1f", name, d)
		}
	}
}

// No two of the first thirty-six series share colour and dashes, nor two of six a
// colour, dashes or a marker.
func TestLooksDiffer(t *testing.T) {
	type pair struct{ colour, dash string }
	seen := map[pair]bool{}
	for i := range 36 {
		l := lookOf(i)
		if seen[pair{l.colour, l.dash}] {
			t.Errorf("series %d looks like another", i)
		}
		seen[pair{l.colour, l.dash}] = true
	}
	for i := range 6 {
		for j := range i {
			a, b := lookOf(i), lookOf(j)
			if a.colour == b.colour || a.dash == b.dash || a.shape == b.shape {
				t.Errorf("series %d and %d share a sign", i, j)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{number(0), "0"}, {number(1234567), "1,234,567"}, {number(-1500), "−1,500"}, {number(0.1 + 0.2), "0.3"},
		{number(123456.78), "123,456.8"}, {number(1e20), "1e+20"}, {number(999999.96), "1,000,000"}, {number(1e-9), "1e−09"},
		{percentage(0.25), "25%"}, {percentage(0.1234), "12.3%"}, {percentage(0.00042), "0.042%"}, {percentage(12), "1,200%"},
		{percentage(-0.05), "−5%"}, {percentage(0), "0%"},
		{tickLabel(0.30000000000000004, -1, false), "0.3"}, {tickLabel(0.05, -2, true), "5%"}, {tickLabel(0.025, -3, true), "2.5%"},
		{tickLabel(2e6, 5, false), "2,000,000"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestNiceStep(t *testing.T) {
	for _, tt := range []struct {
		span float64
		n    int
		want float64
	}{{10, 5, 2}, {100, 6, 20}, {1, 6, 0.2}, {7, 6, 2}, {0.3, 6, 0.05}, {60, 6, 10}, {1e-9, 1, 1e-9}, {90, 1, 100}} {
		if got, _ := niceStep(tt.span, tt.n); got != tt.want {
			t.Errorf("%v in %d: got %v, want %v", tt.span, tt.n, got, tt.want)
		}
	}
}

// Ticks of a calendar stand on the firsts of whole units and do not crowd.
func TestCalendar(t *testing.T) {
	for _, tt := range []struct {
		lo, hi      float64
		first, last string
		count       int
	}{
		{736695, 736695 + 40, "1 Jan 2018", "29 Jan 2018", 3},
		{736695, 736695 + 200, "Jan 2018", "Jul 2018", 7},
		{736695, 736695 + 730, "Jan 2018", "Jan 2020", 5},
		{736695, 736695 + 3650, "2018", "2027", 10},
		{1, 3652059, "1000", "9000", 9},
	} {
		a := axis{Axis: Axis{Scale: Days}, lo: tt.lo, hi: tt.hi}
		got := a.ticks(560, 8)
		if len(got) != tt.count || got[0].Label != tt.first || got[len(got)-1].Label != tt.last {
			t.Errorf("%v to %v: got %v", tt.lo, tt.hi, got)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "a\x00b\nc\x7f": "a b c", "\xff\xfe": "\ufffd\ufffd", "x\u202ey": "xy", "\ufffe": "\ufffd", "é…": "é…",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
