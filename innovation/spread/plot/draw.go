package plot

import (
	"math"
	"sort"
)

// point is a place on the canvas.
type point struct{ x, y float64 }

// runs splits a series where it is not known, and places it.
func (d *canvas) runs(xs, ys []float64, missing []bool) [][]point {
	var out [][]point
	var run []point
	for i := range xs {
		if isTrue(missing, i) {
			if run != nil {
				out = append(out, run)
			}
			run = nil
			continue
		}
		run = append(run, point{d.px(xs[i]), d.py(ys[i])})
	}
	if run != nil {
		out = append(out, run)
	}
	return out
}

// stairs makes a run a step function: a value holds until the next.
//
//go:noinline // many places would hold a copy of it
func stairs(run []point) []point {
	out := make([]point, 0, 2*len(run))
	for i, p := range run {
		if i > 0 && p.y != run[i-1].y {
			out = append(out, point{p.x, run[i-1].y})
		}
		out = append(out, p)
	}
	return out
}

// thin leaves out what cannot be seen: of the points in one half unit across, the
// first, the lowest, the highest and the last stay.
func thin(run []point) []point {
	if len(run) < 1500 {
		return run
	}
	out := run[:0:0]
	for i := 0; i < len(run); {
		column := math.Floor(run[i].x * 2)
		low, high, j := i, i, i
		for ; j < len(run) && math.Floor(run[j].x*2) == column; j++ {
			if run[j].y < run[low].y {
				low = j
			}
			if run[j].y > run[high].y {
				high = j
			}
		}
		last := i - 1
		for _, k := range [...]int{i, min(low, high), max(low, high), j - 1} {
			if k > last {
				out = append(out, run[k])
				last = k
			}
		}
		i = j
	}
	return out
}

// way draws along points, after a move to the first.
func (d *canvas) way(run []point) {
	for i := 1; i < len(run); i++ {
		p, q := run[i-1], run[i]
		switch {
		case tenths(p.y) == tenths(q.y):
			d.to('H', q.x)
		case tenths(p.x) == tenths(q.x):
			d.to('V', q.y)
		default:
			d.to('L', q.x)
			d.to(' ', q.y)
		}
	}
}

// line draws a series; what is known alone, between gaps, is a dot.
func (d *canvas) line(l *look, xs, ys []float64, missing []bool, stepped bool) {
	runs := d.runs(xs, ys, missing)
	if len(runs) == 0 {
		return
	}
	d.startLine(l)
	for _, run := range runs {
		if stepped {
			run = stairs(run)
		}
		run = thin(run)
		d.move(run[0].x, run[0].y)
		if len(run) == 1 {
			d.put("h0")
		}
		d.way(run)
	}
	d.done()
}

// startLine opens a path in the manner of a line.
func (d *canvas) startLine(l *look) {
	d.put(`<path fill="none"`)
	d.attr("stroke", l.colour)
	d.put(` stroke-width="`)
	d.b = coordinate(d.b, max(l.width, 1))
	d.put(`" stroke-linecap="round" stroke-linejoin="round"`)
	if l.dash != "" {
		d.attr("stroke-dasharray", l.dash)
	}
	d.put(` d="`)
}

// band shades the space between two series.
func (d *canvas) band(colour, opacity string, xs, low, high []float64, missing []bool, stepped bool) {
	under, over := d.runs(xs, low, missing), d.runs(xs, high, missing)
	if len(under) == 0 {
		return
	}
	d.put(`<path stroke="none"`)
	d.attr("fill", colour)
	d.attr("fill-opacity", opacity)
	d.put(` d="`)
	for i := range under {
		u, o := under[i], over[i]
		if len(u) == 1 { // a band of one value is a bar of some width
			u, o = widened(u[0]), widened(o[0])
		}
		if stepped {
			u, o = stairs(u), stairs(o)
		}
		u, o = thin(u), thin(o)
		d.move(o[0].x, o[0].y)
		for j := len(u) - 1; j >= 0; j-- { // over there, and back under
			o = append(o, u[j])
		}
		d.way(o)
		d.put("z")
	}
	d.done()
}

func widened(p point) []point { return []point{{p.x - 2, p.y}, {p.x + 2, p.y}} }

// markers draws the same marker at every point, once where several coincide.
func (d *canvas) markers(l *look, ps []point) {
	if len(ps) == 0 || l.shape == noShape {
		return
	}
	d.startMarkers(l)
	seen := make(map[point]bool, len(ps))
	for _, p := range ps {
		p = point{tenths(p.x), tenths(p.y)}
		if !seen[p] {
			seen[p] = true
			d.move(p.x, p.y)
			d.put(shapes[l.shape])
		}
	}
	d.done()
}

// marker draws one marker with a tooltip.
func (d *canvas) marker(l *look, p point, tooltip string) {
	d.startMarkers(l)
	d.move(p.x, p.y)
	d.put(shapes[l.shape])
	d.put(`"><title>`)
	d.b = escape(d.b, tooltip)
	d.put("</title></path>\n")
}

func (d *canvas) startMarkers(l *look) {
	fill := l.colour
	if l.hollow || l.shape == cross || l.shape == tick || l.shape == beam {
		fill = "none"
	}
	d.put("<path")
	d.attr("fill", fill)
	d.attr("stroke", l.colour)
	d.put(` stroke-width="1.5" d="`)
}

// room is the width of the sample of a look.
func (l *look) room() float64 {
	if l.noLine {
		return 12
	}
	return swatchWidth
}

// swatch draws a sample of a look.
func (d *canvas) swatch(x, y float64, l *look) {
	if l.band {
		d.put("<path")
		d.attr("fill", l.colour)
		d.put(` fill-opacity=".25" d="`)
		d.move(x, y-5)
		d.put("h30v10h-30z\"/>\n")
		return
	}
	if !l.noLine {
		d.startLine(l)
		d.move(x+1, y)
		d.put("h28\"/>\n")
	}
	d.markers(l, []point{{x + l.room()/2, y}})
}

// ends writes names beside the plot, each with a sample of its line, as near to
// the end of it as the others let it be.
func (d *canvas) ends(keys keys) {
	sort.SliceStable(keys, func(i, j int) bool { return keys[i].y < keys[j].y })
	const gap = 15
	low := d.top - gap
	for i := range keys {
		keys[i].y = max(keys[i].y, low+gap)
		low = keys[i].y
	}
	high := d.bottom + gap
	for i := len(keys) - 1; i >= 0; i-- {
		keys[i].y = min(keys[i].y, high-gap)
		high = keys[i].y
	}
	for _, k := range keys {
		d.swatch(d.right+nameOffset, k.y, k.look)
		s, cut := clip(k.text, textSize, labelRoom-width(k.tail, textSize))
		d.words(d.right+nameOffset+swatchWidth+5, k.y+4, "", "", s+k.tail, full(k.text+k.tail, cut))
	}
}
