package plot

// Standing says where a point of a funnel lies against its limits. Whoever
// computes the limits says it: they know about overdispersion and about ties.
type Standing int

// The standings.
const (
	Within    Standing = iota // no more than chance
	Beyond95                  // outside the 95% limits
	Beyond998                 // outside the 99.8% limits
)

// FunnelPoint is one organisation.
type FunnelPoint struct {
	Name        string
	Denominator float64 // what the limits depend on: cases, list size, organisations; not negative
	Value       float64
	Standing    Standing
	TooSmall    bool // the denominator is too small to say anything: drawn hollow, never as an outlier
}

// FunnelLimits are the limit curves: their values at rising denominators. The four
// have one length; all are empty where there are no limits.
type FunnelLimits struct {
	Denominator                    []float64
	Low998, Low95, High95, High998 []float64
}

// FunnelInput is what Funnel draws.
type FunnelInput struct {
	Text
	X, Y       Axis // X is the denominator, Y the value
	Points     []FunnelPoint
	Limits     FunnelLimits
	Target     *float64 // a horizontal line: the mean or the target; nil for none
	TargetName string   // empty means "mean"
}

// The limit curves, from the lowest.
var (
	limitFields = [4]string{"limits.low998", "limits.low95", "limits.high95", "limits.high998"}
	limitNames  = [4]string{"99.8% limit, lower", "95% limit, lower", "95% limit, upper", "99.8% limit, upper"}
	limitLooks  = [4]*look{&limit998, &limit95, &limit95, &limit998}
)

var (
	limit998   = look{colour: currentColor, shape: noShape, width: 1.2}
	limit95    = look{colour: currentColor, dash: "6 5", shape: noShape, width: 1.2}
	targetLook = look{colour: currentColor, dash: "1 4", shape: noShape, width: 2}
	inside     = look{colour: blue, shape: circle, noLine: true}
	small      = look{colour: grey, shape: circle, noLine: true, hollow: true}
	warn       = look{colour: purple, shape: diamond, noLine: true}
	above      = look{colour: orange, shape: triangle, noLine: true}
	below      = look{colour: orange, shape: descent, noLine: true}
)

// tooltips is the number of points up to which each has a tooltip; of more, the
// outliers have.
const tooltips = 500

// maxNamed is how many outliers are named in a funnel, where there is room. The
// rest have tooltips and the table.
const maxNamed = 30

// Funnel draws values against their denominators with limits of chance. Outliers
// differ by shape and are named where there is room; the ones beyond the 99.8%
// limits come first.
func Funnel(in FunnelInput) (*Chart, error) {
	var c check
	x, y := newAxis(&c, "x", in.X, 2), newAxis(&c, "y", in.Y, 2)
	for i := range in.Points {
		p := &in.Points[i]
		before := len(c.errs)
		if bad(p.Denominator) || bad(p.Value) || p.Denominator < 0 || p.Standing < 0 || p.Standing > Beyond998 {
			c.within = at("points", i)
			c.counts("denominator", []float64{p.Denominator})
			c.number("value", p.Value)
			c.option("standing", int(p.Standing), 3)
			c.within = ""
		}
		if len(c.errs) > before {
			break
		}
		x.take(p.Denominator)
		y.take(p.Value)
	}
	c.some("points", len(in.Points))
	lim := &in.Limits
	c.counts("limits.denominator", lim.Denominator)
	c.order("limits.denominator", lim.Denominator)
	curves := [4][]float64{lim.Low998, lim.Low95, lim.High95, lim.High998}
	for i, values := range curves {
		c.length(limitFields[i], len(values), "limits.denominator", len(lim.Denominator), false)
		c.numbers(limitFields[i], values, nil)
	}
	if in.Target != nil {
		c.number("target", *in.Target)
	}
	if err := c.err(); err != nil {
		return nil, err
	}

	x.take(0)
	x.takeAll(lim.Denominator, nil)
	for _, values := range curves {
		y.takeAll(values, nil)
	}
	var legend keys
	targetName := or(clean(in.TargetName), "mean")
	middle := 0.0
	if in.Target != nil {
		middle = *in.Target
		y.take(middle)
		legend = add(legend, &targetLook, targetName+" "+y.format(middle), 0)
	}
	if len(lim.Denominator) > 0 {
		legend = add(legend, &limit95, "95% limits", 0)
		legend = add(legend, &limit998, "99.8% limits", 0)
	}
	x.widen()
	y.round(false)

	// Sort the points by what is drawn for them.
	count := [5]int{}
	kinds := [5]*look{&inside, &small, &warn, &above, &below}
	kindOf := make([]int, len(in.Points))
	for i := range in.Points {
		p := &in.Points[i]
		switch {
		case p.TooSmall:
			kindOf[i] = 1
		case p.Standing == Within:
		case p.Standing == Beyond95:
			kindOf[i] = 2
		case in.Target != nil && p.Value < middle:
			kindOf[i] = 4
		default:
			kindOf[i] = 3
		}
		count[kindOf[i]]++
	}
	for i, text := range [5]string{"within the limits", "too small to say", "outside 95%", "outside 99.8%, high", "outside 99.8%, low"} {
		if in.Target == nil && i == 3 {
			text = "outside 99.8%"
		}
		if count[i] > 0 {
			legend = add(legend, kinds[i], text, 0)
		}
	}
	d := newCanvas(in.Text.tidy(), x, y, legend, nil)
	for i, values := range curves {
		d.line(limitLooks[i], lim.Denominator, values, nil, false)
	}
	if in.Target != nil {
		d.level(&targetLook, x.lo, x.hi, middle)
	}
	where := make([]point, len(in.Points))
	var plain [2][]point
	var taken []box // by other points and names
	var lines []box // by curves, which a name crosses only where it must
	for _, values := range curves {
		lines = d.trace(lines, lim.Denominator, values)
	}
	if in.Target != nil {
		lines = d.trace(lines, []float64{x.lo, x.hi}, []float64{middle, middle})
	}
	for i := range in.Points {
		p := &in.Points[i]
		where[i] = point{d.px(p.Denominator), d.py(p.Value)}
		taken = append(taken, box{where[i].x - 5, where[i].y - 5, where[i].x + 5, where[i].y + 5})
		if k := kindOf[i]; k < 2 && len(in.Points) > tooltips {
			plain[k] = append(plain[k], where[i])
		}
	}
	tip := func(i int) string {
		p := &in.Points[i]
		return named(p.Name, "point", i) + ": " + y.format(p.Value) + " of " + x.format(p.Denominator)
	}
	d.markers(&inside, plain[0])
	d.markers(&small, plain[1])
	for k := range kinds {
		for i := range in.Points {
			if kindOf[i] == k && (k >= 2 || len(in.Points) <= tooltips) {
				d.marker(kinds[k], where[i], tip(i))
			}
		}
	}
	written, tried := 0, 0
	for _, pass := range [2]Standing{Beyond998, Beyond95} {
		for i := range in.Points {
			p := &in.Points[i]
			if p.Standing == pass && !p.TooSmall && written < maxNamed && tried < 10*maxNamed && p.Name != "" {
				tried++
				if d.name(&taken, lines, where[i], clean(p.Name)) {
					written++
				}
			}
		}
	}

	standings := [...]string{"within the limits", "outside the 95% limits", "outside the 99.8% limits"}
	header := []string{"Organisation", or(x.Label, "Denominator"), or(y.Label, "Value"), "Standing"}
	var out table
	high, low := 0, 0
	for i := range in.Points {
		p := &in.Points[i]
		says := standings[p.Standing]
		if p.TooSmall {
			says = "too small to say"
		}
		out.start(named(p.Name, "point", i))
		out.cell(x.format(p.Denominator))
		out.cell(y.format(p.Value))
		out.cell(says)
		if p.Value > in.Points[high].Value {
			high = i
		}
		if p.Value < in.Points[low].Value {
			low = i
		}
	}
	for j, n := range lim.Denominator {
		for i, values := range curves {
			out.start(limitNames[i])
			out.cell(x.format(n))
			out.cell(y.format(values[j]))
			out.cell("")
		}
	}
	said := []string{counted(len(in.Points), " points: ") + counted(count[3]+count[4], " outside the 99.8% limits, ") +
		counted(count[2], " more outside the 95% limits, ") + counted(count[1], " too small to say"),
		"First " + tip(0) + "; last " + tip(len(in.Points)-1) + "; highest " + tip(high) + "; lowest " + tip(low)}
	if in.Target != nil {
		said = append(said, targetName+" "+y.format(middle))
	}
	return d.finish("Funnel plot", said, header, out.rows), nil
}

// counted says how many.
//
//go:noinline // many places would hold a copy of it
func counted(n int, what string) string { return number(float64(n)) + what }

// box is a place that is taken.
type box struct{ left, top, right, bottom float64 }

// clear says whether none of the places touches the box.
//
//go:noinline // many places would hold a copy of it
func (b box) clear(places []box) bool {
	for i := range places {
		if o := &places[i]; b.right > o.left && b.left < o.right && b.bottom > o.top && b.top < o.bottom {
			return false
		}
	}
	return true
}

// trace adds the places that a curve takes, a few units each.
func (d *canvas) trace(places []box, xs, ys []float64) []box {
	if len(xs) > maxRows {
		return places // dense enough to be everywhere
	}
	for i := 1; i < len(xs); i++ {
		p, q := point{d.px(xs[i-1]), d.py(ys[i-1])}, point{d.px(xs[i]), d.py(ys[i])}
		n := 1 + int(max(q.x-p.x, max(p.y-q.y, q.y-p.y))/8)
		for j := 0; j < n; j++ {
			a, b := float64(j)/float64(n), float64(j+1)/float64(n)
			u, v := p.y+float64(a*(q.y-p.y)), p.y+float64(b*(q.y-p.y))
			places = append(places, box{p.x + float64(a*(q.x-p.x)), min(u, v) - 1, p.x + float64(b*(q.x-p.x)), max(u, v) + 1})
		}
	}
	return places
}

// name writes a name beside a point where nothing else stands, and says whether
// there was room. It avoids the curves if it can.
func (d *canvas) name(taken *[]box, curves []box, p point, name string) bool {
	s, cut := clip(name, textSize, labelRoom)
	w := width(s, textSize)
	for _, avoid := range [2][]box{curves, nil} {
		for _, at := range [...]struct {
			x, y   float64
			anchor string
		}{{p.x + 9, p.y + 4, ""}, {p.x - 9, p.y + 4, "end"}, {p.x, p.y - 9, "middle"}, {p.x, p.y + 19, "middle"},
			{p.x + 7, p.y - 8, ""}, {p.x - 7, p.y - 8, "end"}, {p.x + 7, p.y + 16, ""}, {p.x - 7, p.y + 16, "end"}} {
			left := at.x
			switch at.anchor {
			case "end":
				left -= w
			case "middle":
				left -= w / 2
			}
			b := box{left, at.y - 11, left + w, at.y + 3}
			inside := b.left >= d.left && b.right <= d.width-4 && b.top >= d.top-8 && b.bottom <= d.bottom
			if inside && b.clear(*taken) && b.clear(avoid) {
				*taken = append(*taken, b)
				d.words(at.x, at.y, at.anchor, "", s, full(name, cut))
				return true
			}
		}
	}
	return false
}
