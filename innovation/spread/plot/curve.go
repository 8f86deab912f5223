package plot

import "math"

// Line is a series: a value at each position, with bounds where they are known.
type Line struct {
	Name string
	X    []float64 // positions, rising
	Y    []float64 // values, as many
	// Low and High are the bounds of each value; both empty where there are none.
	Low, High []float64
	// Missing marks values that are not known (nil: all are known). The line is
	// broken there; the value and the bounds at a mark are not looked at.
	Missing []bool
}

// CurveInput is what Curve draws: for instance cumulative adopters, low to high,
// under the number of eligible organisations.
type CurveInput struct {
	Text
	X, Y  Axis
	Lines []Line
	// Ceiling is drawn above the lines, dashed, in the colour of the text: the
	// number of eligible organisations on each day. Its bounds are not drawn.
	Ceiling *Line
	// Stepped lets each value hold until the next, as counts do, but not across a
	// gap.
	Stepped bool
	// Band says what the shaded space between Low and High is; empty means "low to
	// high".
	Band string
}

// Curve draws several series over time. Values that are all at least nought stand
// on nought.
func Curve(in CurveInput) (*Chart, error) {
	var c check
	x, y := newAxis(&c, "x", in.X, 4), newAxis(&c, "y", in.Y, 2)
	total := 0
	for i := range in.Lines {
		c.within = at("lines", i)
		total += in.Lines[i].check(&c, x, y)
	}
	if in.Ceiling != nil {
		c.within = "ceiling"
		in.Ceiling.check(&c, x, y)
	}
	c.within = ""
	c.some("lines", total)
	if err := c.err(); err != nil {
		return nil, err
	}

	all := append([]Line(nil), in.Lines...)
	looks := make([]*look, len(all), len(all)+1)
	for i := range all {
		all[i].Name = named(all[i].Name, "series", i)
		looks[i] = lookOf(i)
	}
	if in.Ceiling != nil {
		ceiling := *in.Ceiling
		ceiling.Name, ceiling.Low, ceiling.High = or(clean(ceiling.Name), "eligible"), nil, nil
		all = append(all, ceiling)
		looks = append(looks, &ceilingLook)
	}
	names := make([]string, len(all))
	var legend keys
	for i := range all {
		l := &all[i]
		names[i] = l.Name
		if len(l.Low) > 0 && legend == nil {
			legend = add(nil, &look{colour: looks[i].colour, band: true}, or(clean(in.Band), "low to high"), 0)
		}
	}
	x.widen()
	y.round(true)
	d := newCanvas(in.Text.tidy(), x, y, legend, names)
	for i := range all {
		if l := &all[i]; len(l.Low) > 0 {
			d.band(looks[i].colour, ".2", l.X, l.Low, l.High, l.Missing, in.Stepped)
		}
	}
	var ends keys
	var said []string
	for i := range all {
		l := &all[i]
		ends = d.series(ends, looks[i], l, in.Stepped)
		said = append(said, facts(l.Name, x, y, l.X, l.Y, l.Missing))
	}
	d.ends(ends)
	header, rows := side(x, y, all)
	return d.finish("Curve", few(said), header, rows), nil
}

// check refuses a line that cannot be drawn, widens the axes to hold it, and
// counts its known values.
func (l *Line) check(c *check, x, y *axis) int {
	before := len(c.errs)
	x.positions(c, "x", l.X)
	c.series("y", "x", len(l.X), l.Y, l.Low, l.High, l.Missing)
	if len(c.errs) > before {
		return len(l.X)
	}
	x.takeAll(l.X, nil)
	y.takeAll(l.Y, l.Missing)
	y.takeAll(l.Low, l.Missing)
	y.takeAll(l.High, l.Missing)
	return known(len(l.X), l.Missing)
}

var ceilingLook = look{colour: currentColor, dash: "2 4", shape: noShape, width: 1.5}

// series draws a line with its markers and adds its name to those at the end. Few
// points are all marked, of many only the last.
func (d *canvas) series(ends keys, lk *look, l *Line, stepped bool) keys {
	d.line(lk, l.X, l.Y, l.Missing, stepped)
	var marks []point
	for i := range l.X {
		if !isTrue(l.Missing, i) {
			marks = append(marks, point{d.px(l.X[i]), d.py(l.Y[i])})
		}
	}
	if len(marks) == 0 {
		return add(ends, lk, l.Name, d.bottom)
	}
	last := marks[len(marks)-1]
	if len(marks) > 24 {
		marks = marks[len(marks)-1:]
	}
	d.markers(lk, marks)
	return add(ends, lk, l.Name, last.y)
}

// side sets lines side by side in a table, a row for each position of any line.
func side(x, y *axis, lines []Line) (header []string, rows [][]string) {
	header = []string{or(x.Label, "Position")}
	for i := range lines {
		l := &lines[i]
		header = append(header, l.Name)
		if len(l.Low) > 0 {
			header = append(header, l.Name+", low", l.Name+", high")
		}
	}
	next := make([]int, len(lines))
	for {
		at := math.Inf(1)
		for i := range lines {
			l := &lines[i]
			if next[i] < len(l.X) {
				at = min(at, l.X[next[i]])
			}
		}
		if math.IsInf(at, 1) {
			return header, rows
		}
		row := make([]string, 1, len(header))
		row[0] = x.format(at)
		for i := range lines {
			l := &lines[i]
			here, j := next[i] < len(l.X) && l.X[next[i]] == at, next[i]
			cells := [][]float64{l.Y}
			if len(l.Low) > 0 {
				cells = [][]float64{l.Y, l.Low, l.High}
			}
			for _, vs := range cells {
				if here {
					row = append(row, y.cell(vs, j, l.Missing))
				} else {
					row = append(row, "")
				}
			}
			if here {
				next[i]++
			}
		}
		rows = append(rows, row)
	}
}
