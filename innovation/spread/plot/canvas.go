package plot

import (
	"math"
	"sort"
	"strconv"
)

// Sizes of a figure, in units of its viewBox.
const (
	figureWidth = 760
	plotHeight  = 300
	margin      = 14
	textSize    = 12
	lineHeight  = 16
	titleSize   = 16
	swatchWidth = 30
	nameOffset  = 14  // from the plot to the names beside it
	labelRoom   = 190 // the longest name beside the plot
	tickRoom    = 110 // the longest label of a tick
)

// currentColor draws in the colour of the text around the figure.
const currentColor = "currentColor"

// palette has the colours of the series. Each keeps 3:1 against white and against
// the dark background, so that none depends on where the figure stands. After
// Okabe and Ito, darkened where that demands it.
var palette = [...]string{"#0072b2", "#d55e00", "#00896a", "#b5588f", "#8c6d1f", "#7a7a7a"}

// The colours of meanings.
const (
	blue   = "#0072b2" // improvement
	orange = "#d55e00" // concern
	green  = "#00896a" // a target
	purple = "#9467bd" // special, neither better nor worse
	grey   = "#7a7a7a"
)

// dashes are the second sign of a series; the first series is solid.
var dashes = [...]string{"", "8 5", "1 5", "11 5 1 5", "4 4", "14 6"}

// shape is a marker.
type shape int

const (
	circle shape = iota
	square
	triangle
	diamond
	descent // a triangle on its point
	cross
	tick // a small upright stroke
	beam // an interval
	noShape
)

// shapes are the outlines of markers, from their centre.
var shapes = [...]string{
	circle:   "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
	square:   "m-3.6-3.6h7.2v7.2h-7.2z",
	triangle: "m0-5l4.8 8.6h-9.6z",
	diamond:  "m0-5.4l5 5.4l-5 5.4l-5-5.4z",
	descent:  "m0 5l4.8-8.6h-9.6z",
	cross:    "m-3.6-3.6l7.2 7.2m0-7.2l-7.2 7.2",
	tick:     "m0-5v10",
	beam:     "m-4-6h8m-4 0v12m-4 0h8",
}

// look is how a series is drawn.
type look struct {
	colour string
	dash   string
	shape  shape
	width  float64
	hollow bool
	noLine bool
	band   bool
}

// lookOf is the look of the ith series: thirty-six of them differ in colour and
// dashes.
//
//go:noinline // many places would hold a copy of it
func lookOf(i int) *look {
	n := len(palette)
	return &look{colour: palette[i%n], dash: dashes[(i+i/n)%n], shape: shape((i + i/n) % n), width: 2}
}

// key is an entry of the legend or a name beside the plot.
type key struct {
	look *look
	text string
	tail string  // stays when text is clipped
	y    float64 // beside the plot: where its line ends
}

// keys is a legend, or the names beside a plot.
type keys []key

// add appends an entry.
//
//go:noinline // many places would hold a copy of it
func add(ks keys, l *look, text string, y float64) keys {
	return append(ks, key{look: l, text: text, y: y})
}

// canvas is a figure in the making: the frame is drawn when it is made, and the
// rest follows.
type canvas struct {
	text                     Text
	b                        []byte
	width, height            float64
	left, right, top, bottom float64 // the sides of the plot
	x, y                     *axis
}

// newCanvas draws the frame of a figure: titles, legend, axes, source. Names are
// what end labels will say, so that they have room.
func newCanvas(text Text, x, y *axis, legend keys, names []string) *canvas {
	d := &canvas{text: text, width: figureWidth, x: x, y: y}
	room := figureWidth - 2*margin - 0.0
	top := 8.0

	lines, cut := wrap(text.Title, titleSize, room/1.08, 2) // bold is wider
	for i, s := range lines {
		top += 20
		d.words(margin, top, "", ` font-size="16" font-weight="bold"`, s, full(text.Title, cut && i == len(lines)-1))
	}
	lines, cut = wrap(text.Subtitle, textSize, room, 3)
	for i, s := range lines {
		top += lineHeight + 1
		d.words(margin, top, "", "", s, full(text.Subtitle, cut && i == len(lines)-1))
	}
	top += 8
	for at, i := float64(margin), 0; i < len(legend); i++ {
		k := legend[i]
		s, cut := clip(k.text, textSize, room-swatchWidth-8)
		before := k.look.room() + 6
		w := before + width(s, textSize) + 14
		if i == 0 {
			top += lineHeight + 2
		} else if at+w > figureWidth-margin+14 {
			at, top = margin, top+lineHeight+2
		}
		d.swatch(at, top-4, k.look)
		d.words(at+before, top, "", "", s, full(k.text, cut))
		at += w
	}
	if y.Label != "" {
		top += lineHeight + 8
		s, cut := clip(y.Label, textSize, room)
		d.words(margin, top, "", "", s, full(y.Label, cut))
	}

	// The margins hold the longest label beside them.
	yTicks := y.ticks(plotHeight, 6)
	left, right := 0.0, 0.0
	for i := range yTicks {
		s, _ := clip(yTicks[i].Label, textSize, tickRoom)
		left = max(left, width(s, textSize))
	}
	for _, s := range names {
		s, _ := clip(s, textSize, labelRoom)
		right = max(right, nameOffset+swatchWidth+5+width(s, textSize))
	}
	d.left = margin + left + 10
	d.right = figureWidth - margin - max(right, 8)
	xTicks := x.ticks(d.right-d.left-60, 8)
	for _, t := range xTicks {
		s, _ := clip(t.Label, textSize, tickRoom)
		half := width(s, textSize) / 2
		p := d.px(t.At)
		d.left += max(0, half+4-p)
		d.right -= max(0, p+half+4-figureWidth)
	}
	d.top = top + 14
	d.bottom = d.top + max(plotHeight, float64(len(names)*15))
	d.axes(xTicks, yTicks)

	low := d.bottom + 22
	if x.Label != "" {
		low += lineHeight + 4
		s, cut := clip(x.Label, textSize, d.right-d.left)
		d.words((d.left+d.right)/2, low, "middle", "", s, full(x.Label, cut))
	}
	lines, cut = wrap(text.Source, textSize, room, 3)
	low += 6
	for i, s := range lines {
		low += lineHeight + 1
		d.words(margin, low, "", "", s, full(text.Source, cut && i == len(lines)-1))
	}
	d.height = math.Ceil(low + 12)
	return d
}

// full gives the text for a tooltip, when what is drawn was cut.
//
//go:noinline // many places would hold a copy of it
func full(s string, cut bool) string {
	if cut {
		return s
	}
	return ""
}

// axes draws the ticks, their labels and the lines of the grid.
func (d *canvas) axes(xTicks, yTicks []Tick) {
	d.put(`<path stroke="currentColor" stroke-opacity=".2" d="`)
	for _, t := range yTicks {
		d.move(d.left, d.py(t.At))
		d.to('H', d.right)
	}
	d.put("\"/>\n<path stroke=\"currentColor\" fill=\"none\" d=\"")
	d.move(d.left, d.bottom)
	d.to('H', d.right)
	if d.y.lo < 0 && d.y.hi > 0 { // nought is a line of its own
		d.move(d.left, d.py(0))
		d.to('H', d.right)
	}
	every := d.thinning(xTicks, func(t Tick) (from, to float64) {
		s, _ := clip(t.Label, textSize, tickRoom)
		w := width(s, textSize) + 10
		return d.px(t.At) - w/2, d.px(t.At) + w/2
	})
	for i, t := range xTicks {
		if i%every == 0 {
			d.move(d.px(t.At), d.bottom)
			d.put("v5")
		}
	}
	d.done()
	for i, t := range xTicks {
		if i%every == 0 {
			s, cut := clip(t.Label, textSize, tickRoom)
			d.words(d.px(t.At), d.bottom+20, "middle", "", s, full(t.Label, cut))
		}
	}
	every = d.thinning(yTicks, func(t Tick) (from, to float64) {
		return -d.py(t.At) - 7, -d.py(t.At) + 7
	})
	for i, t := range yTicks {
		if i%every == 0 {
			s, cut := clip(t.Label, textSize, tickRoom)
			d.words(d.left-8, d.py(t.At)+4, "end", "", s, full(t.Label, cut))
		}
	}
}

// thinning says of how many ticks one is written, so that no labels touch.
func (d *canvas) thinning(ticks []Tick, place func(Tick) (from, to float64)) int {
	for every := 1; every < len(ticks); every++ {
		end, free := math.Inf(-1), true
		for i := 0; i < len(ticks) && free; i += every {
			from, to := place(ticks[i])
			free = from >= end
			end = to
		}
		if free {
			return every
		}
	}
	return max(1, len(ticks))
}

// px and py place values. The conversions forbid fused multiplication, which
// would give other digits on other machines.
//
//go:noinline // many places would hold a copy of it
func (d *canvas) px(v float64) float64 {
	return d.left + float64((v-d.x.lo)/(d.x.hi-d.x.lo)*(d.right-d.left))
}

//go:noinline // many places would hold a copy of it
func (d *canvas) py(v float64) float64 {
	return d.bottom - float64((v-d.y.lo)/(d.y.hi-d.y.lo)*(d.bottom-d.top))
}

// The pen: text, a coordinate after a letter of a path, the start of a path.

//go:noinline // many places would hold a copy of it
func (d *canvas) put(s string) { d.b = append(d.b, s...) }

//go:noinline // many places would hold a copy of it
func (d *canvas) to(command byte, v float64) { d.b = coordinate(append(d.b, command), v) }

//go:noinline // many places would hold a copy of it
func (d *canvas) move(x, y float64) {
	d.to('M', x)
	d.to(' ', y)
}

// done ends a path.
//
//go:noinline // many places would hold a copy of it
func (d *canvas) done() { d.put("\"/>\n") }

// tenths rounds to a tenth.
//
//go:noinline // many places would hold a copy of it
func tenths(v float64) float64 { return math.Round(v*10) / 10 }

// coordinate appends a number with one decimal at most.
//
//go:noinline // many places would hold a copy of it
func coordinate(b []byte, v float64) []byte {
	v = tenths(v)
	if v == 0 {
		return append(b, '0')
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// words draws text. What was clipped has its full text as a tooltip.
func (d *canvas) words(x, y float64, anchor, attr, s, tooltip string) {
	if s == "" {
		return
	}
	d.put(`<text x="`)
	d.b = coordinate(d.b, x)
	d.put(`" y="`)
	d.b = coordinate(d.b, y)
	d.put(`"`)
	if anchor != "" {
		d.attr("text-anchor", anchor)
	}
	d.put(attr)
	d.put(">")
	if tooltip != "" {
		d.put("<title>")
		d.b = escape(d.b, tooltip)
		d.put("</title>")
	}
	d.b = escape(d.b, s)
	d.put("</text>\n")
}

// attr appends an attribute whose value needs no escape.
func (d *canvas) attr(name, value string) {
	d.put(" ")
	d.put(name)
	d.put(`="`)
	d.put(value)
	d.put(`"`)
}

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

// facts says in words what a series shows.
func facts(name string, x, y *axis, xs, ys []float64, missing []bool) string {
	first, last, high := -1, -1, -1
	for i := range ys {
		if isTrue(missing, i) {
			continue
		}
		if first < 0 {
			first, high = i, i
		}
		last = i
		if ys[i] > ys[high] {
			high = i
		}
	}
	start := "First "
	if name != "" {
		name, start = name+": ", "first "
	}
	switch {
	case first < 0:
		return name + "no value is known"
	case first == last:
		return name + y.format(ys[first]) + " at " + x.format(xs[first]) + ", the only value"
	}
	return name + start + y.format(ys[first]) + " at " + x.format(xs[first]) +
		", last " + y.format(ys[last]) + " at " + x.format(xs[last]) +
		", highest " + y.format(ys[high]) + " at " + x.format(xs[high])
}

// cell writes a value of a table.
//
//go:noinline // many places would hold a copy of it
func (a *axis) cell(vs []float64, i int, missing []bool) string {
	switch {
	case isTrue(missing, i):
		return "not known"
	case i >= len(vs):
		return ""
	}
	return a.format(vs[i])
}

// or gives a name, or another where there is none.
//
//go:noinline // many places would hold a copy of it
func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// few shortens a list of facts to what a listener can bear.
func few(facts []string) []string {
	if len(facts) <= 4 {
		return facts
	}
	more := number(float64(len(facts)-3)) + " more are in the table"
	return append(append([]string(nil), facts[:3]...), more)
}

// named cleans a name and gives one to what has none: "series 3".
func named(s, kind string, i int) string {
	if s = clean(s); s != "" {
		return s
	}
	return kind + " " + number(float64(i+1))
}

// level draws a horizontal line.
func (d *canvas) level(l *look, from, to, v float64) {
	d.startLine(l)
	d.move(d.px(from), d.py(v))
	d.to('H', d.px(to))
	d.done()
}
