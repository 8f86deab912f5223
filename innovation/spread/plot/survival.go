package plot

import (
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// SurvivalCurve is one Kaplan–Meier curve. It begins with everybody at time nought.
type SurvivalCurve struct {
	Name     string
	Times    []float64 // times of events since the start, rising, none negative
	Survival []float64 // the share that has not adopted just after each time, 0 to 1, never rising
	// Low and High are the confidence band of Survival; both empty where there is none.
	Low, High []float64
	AtRisk    []float64 // how many were at risk just before each time; for the table; may be empty
	Censored  []float64 // times at which observation ended without adoption, in any order; may be empty
	End       float64   // the end of observation; taken where it is later than all times
	// Median is the time at which half had adopted, as the estimator gave it; nil
	// when it was not reached.
	Median *float64
}

// SurvivalInput is what Survival draws.
type SurvivalInput struct {
	Text
	X      Axis // durations: its Label with the unit, and Ticks; Scale Days has no meaning here
	Curves []SurvivalCurve
	// Adopted draws the share that has adopted (1−S) in place of the share that has
	// not.
	Adopted bool
	Band    string // what the band is; empty means "confidence band"
}

// Survival draws Kaplan–Meier curves as steps, with confidence band, a tick for
// each censored organisation, and a ring at the median.
func Survival(in SurvivalInput) (*Chart, error) {
	var c check
	x := newAxis(&c, "x", in.X, 2)
	name := "Share not yet adopted"
	if in.Adopted {
		name = "Share adopted"
	}
	y := newAxis(&c, "y", Axis{Label: name, Scale: Percent}, 2)
	for i := range in.Curves {
		c.within = at("curves", i)
		in.Curves[i].check(&c)
	}
	c.within = ""
	c.some("curves", len(in.Curves))
	if err := c.err(); err != nil {
		return nil, err
	}

	x.take(0)
	lines := make([]Line, len(in.Curves))
	var legend keys
	band, censored, median := -1, false, false
	for i := range in.Curves {
		k := &in.Curves[i]
		lines[i] = k.line(in.Adopted)
		lines[i].Name = named(k.Name, "curve", i)
		x.takeAll(lines[i].X, nil)
		if len(k.Low) > 0 && band < 0 {
			band = i
		}
		censored = censored || len(k.Censored) > 0
		if k.Median != nil {
			x.take(*k.Median)
			median = true
		}
	}
	if x.hi == 0 {
		x.hi = 1
	}
	x.widen()
	y.take(0)
	y.take(1)
	y.round(true)
	if band >= 0 {
		legend = add(legend, &look{colour: lookOf(band).colour, band: true}, or(clean(in.Band), "confidence band"), 0)
	}
	if censored {
		legend = add(legend, &censoredLook, "observation ended without adoption", 0)
	}
	if median {
		legend = add(legend, &medianLook, "median", 0)
	}
	names, tails := make([]string, len(lines)), make([]string, len(lines))
	for i := range lines {
		if k := &in.Curves[i]; k.Median != nil {
			tails[i] = " (median " + x.format(*k.Median) + ")"
		}
		names[i] = lines[i].Name + tails[i]
	}
	d := newCanvas(in.Text.tidy(), x, y, legend, names)
	for i := range lines {
		l := &lines[i]
		if len(l.Low) > 0 {
			d.band(lookOf(i).colour, ".2", l.X, l.Low, l.High, nil, true)
		}
	}
	if median {
		d.level(&halfLook, x.lo, x.hi, 0.5)
	}
	var ends keys
	var said []string
	for i := range lines {
		l := &lines[i]
		k, lk := &in.Curves[i], lookOf(i)
		lk.shape = noShape
		d.line(lk, l.X, l.Y, nil, true)
		marks := make([]point, len(k.Censored))
		for j, t := range k.Censored {
			after := sort.Search(len(l.X), func(m int) bool { return l.X[m] > t })
			marks[j] = point{d.px(t), d.py(l.Y[after-1])}
		}
		d.markers(&look{colour: lk.colour, shape: tick}, marks)
		if k.Median != nil {
			p := point{d.px(*k.Median), d.py(0.5)}
			d.startLine(&look{colour: lk.colour, dash: "2 4", width: 1.5})
			d.move(p.x, p.y)
			d.to('V', d.bottom)
			d.done()
			d.markers(&look{colour: lk.colour, shape: circle, hollow: true}, []point{p})
		}
		ends = add(ends, lk, l.Name, d.py(l.Y[len(l.Y)-1]))
		ends[i].tail = tails[i]
		fact := facts(l.Name, x, y, l.X, l.Y, nil)
		if k.Median != nil {
			fact += ", median " + x.format(*k.Median)
		} else {
			fact += ", median not reached"
		}
		said = append(said, fact)
	}
	d.ends(ends)
	header, rows := survivalTable(x, y, in.Curves, lines)
	kind := "Survival curve"
	if in.Adopted {
		kind = "Curve of the share adopted"
	}
	return d.finish(kind, few(said), header, rows), nil
}

var (
	censoredLook = look{colour: currentColor, shape: tick, noLine: true}
	medianLook   = look{colour: currentColor, shape: circle, hollow: true, noLine: true}
	halfLook     = look{colour: currentColor, dash: "2 4", width: 1}
)

// check refuses a curve that is none.
func (k *SurvivalCurve) check(c *check) {
	n := len(k.Times)
	c.counts("times", k.Times)
	c.order("times", k.Times)
	c.series("survival", "times", n, k.Survival, k.Low, k.High, nil)
	c.shares("survival", k.Survival)
	c.shares("low", k.Low)
	c.shares("high", k.High)
	c.length("atRisk", len(k.AtRisk), "times", n, true)
	for i := 1; i < len(k.Survival); i++ {
		if k.Survival[i] > k.Survival[i-1]+1e-9 {
			c.fault(innovation.RuleSeriesDecreasing, "survival", i, k.Survival, "is more than the one before", "")
			break
		}
	}
	c.counts("atRisk", k.AtRisk)
	c.counts("censored", k.Censored)
	c.counts("end", []float64{k.End})
	if k.Median != nil {
		c.counts("median", []float64{*k.Median})
	}
	if n == 0 && len(k.Censored) == 0 && !(k.End > 0) {
		c.add(innovation.Refusedf(innovation.RuleSeriesThin, "times", "there is nobody: no event, no censoring and no end"))
	}
}

// line gives the steps of a curve from nought to its end.
func (k *SurvivalCurve) line(adopted bool) Line {
	end := k.End
	for _, t := range k.Censored {
		end = max(end, t)
	}
	begin := []float64{0}
	if len(k.Times) > 0 && k.Times[0] == 0 {
		begin = nil
	}
	out := Line{X: append(begin[:len(begin):len(begin)], k.Times...)}
	last := len(k.Times) - 1
	trail := len(out.X) == 0 || end > out.X[len(out.X)-1]
	if trail {
		out.X = append(out.X, end)
	}
	value := func(vs []float64, flip bool) []float64 {
		ys := make([]float64, 0, len(out.X))
		if begin != nil {
			ys = append(ys, 1)
		}
		ys = append(ys, vs...)
		if trail && last >= 0 {
			ys = append(ys, vs[last])
		} else if trail {
			ys = append(ys, 1)
		}
		for i := range ys {
			ys[i] = min(ys[i], 1)
			if flip {
				ys[i] = 1 - ys[i]
			}
		}
		return ys
	}
	out.Y = value(k.Survival, adopted)
	if len(k.Low) > 0 {
		out.Low, out.High = value(k.Low, adopted), value(k.High, adopted)
		if adopted {
			out.Low, out.High = out.High, out.Low
		}
	}
	return out
}

// survivalTable lists the steps of all curves.
func survivalTable(x, y *axis, curves []SurvivalCurve, lines []Line) (header []string, rows [][]string) {
	header = []string{"Curve", or(x.Label, "Time"), y.Label, "Low", "High", "At risk", "Censored until the next row"}
	var out table
	for i := range curves {
		k, l := &curves[i], &lines[i]
		censored := append([]float64(nil), k.Censored...)
		sort.Float64s(censored)
		first := 0 // rows before the first event
		if len(k.Times) == 0 || k.Times[0] != 0 {
			first = 1
		}
		for j := range l.X {
			gone := 0
			for len(censored) > 0 && (j == len(l.X)-1 || censored[0] < l.X[j+1]) {
				censored = censored[1:]
				gone++
			}
			atRisk := ""
			if e := j - first; e >= 0 && e < len(k.AtRisk) {
				atRisk = number(k.AtRisk[e])
			}
			out.start(l.Name)
			out.cell(x.format(l.X[j]))
			out.cell(y.cell(l.Y, j, nil))
			out.cell(y.cell(l.Low, j, nil))
			out.cell(y.cell(l.High, j, nil))
			out.cell(atRisk)
			out.cell(number(float64(gone)))
		}
	}
	return header, out.rows
}
