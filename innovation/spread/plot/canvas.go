package plot

import (
	"math"
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
