package plot

import "github.com/innovationregistry/registry/innovation"

// Signal says what the rules of a control chart make of a point.
type Signal int

// The signals.
const (
	Common      Signal = iota // variation by chance
	Improvement               // special cause, for the better
	Concern                   // special cause, for the worse
	Special                   // special cause, neither better nor worse
)

var signalNames = [...]string{"common cause", "improvement", "concern", "special cause, neither better nor worse"}

// XmRPoint is one measurement.
type XmRPoint struct {
	X, Value float64
	Missing  bool // the value is not known: the line is broken
	Signal   Signal
}

// XmRPhase is a stretch with its own limits, from a position until the next phase.
type XmRPhase struct {
	From            float64 // the first position; of the first phase, where the chart begins
	Mean, Low, High float64 // the centre line and the process limits
}

// XmRInput is what XmR draws.
type XmRInput struct {
	Text
	X, Y   Axis
	Points []XmRPoint // by rising X
	// Phases have rising From; each after the first was rebased, which a line marks.
	Phases []XmRPhase
	Target *float64 // nil for none
}

var signalLooks = [...]look{
	Common:      {colour: grey, shape: circle, noLine: true},
	Improvement: {colour: blue, shape: square, noLine: true},
	Concern:     {colour: orange, shape: diamond, noLine: true},
	Special:     {colour: purple, shape: triangle, noLine: true},
}

var (
	seriesLook = look{colour: grey, width: 1.5}
	meanLook   = look{colour: currentColor, shape: noShape, width: 1.5}
	rebaseLook = look{colour: currentColor, dash: "1 4", shape: noShape, width: 1.5}
	goalLook   = look{colour: green, dash: "11 5 1 5", shape: noShape, width: 2}
)

// XmR draws a control chart: the values, their mean and process limits, special
// causes by shape and colour (improvement a blue square, concern an orange
// diamond, neither a purple triangle), and lines where the limits were rebased.
func XmR(in XmRInput) (*Chart, error) {
	var c check
	x, y := newAxis(&c, "x", in.X, 4), newAxis(&c, "y", in.Y, 2)
	n := len(in.Points)
	l := Line{X: make([]float64, n), Y: make([]float64, n), Missing: make([]bool, n)}
	var used [4]bool
	for i, p := range in.Points {
		l.X[i], l.Y[i], l.Missing[i] = p.X, p.Value, p.Missing
		if p.Signal < 0 || p.Signal > Special {
			c.option(at("points", i)+".signal", int(p.Signal), 4)
			break
		}
		used[p.Signal] = used[p.Signal] || !p.Missing
	}
	x.positions(&c, "points.x", l.X)
	c.numbers("points.value", l.Y, l.Missing)
	c.some("points", known(n, l.Missing))
	x.takeAll(l.X, nil)
	y.takeAll(l.Y, l.Missing)
	from := make([]float64, len(in.Phases))
	for i, p := range in.Phases {
		from[i] = p.From
		c.within = at("phases", i)
		c.number("mean", p.Mean)
		c.number("low", p.Low)
		c.number("high", p.High)
		if p.Low > p.Mean || p.Mean > p.High {
			c.add(innovation.Invalidf(innovation.RuleSeriesOrder, "mean", "%v is not between the limits %v and %v", p.Mean, p.Low, p.High))
		}
		x.take(p.From)
		y.take(p.Low)
		y.take(p.High)
	}
	c.within = ""
	x.positions(&c, "phases.from", from)
	if in.Target != nil {
		c.number("target", *in.Target)
		y.take(*in.Target)
	}
	if err := c.err(); err != nil {
		return nil, err
	}

	x.widen()
	y.round(false)
	var legend, ends keys
	for s, yes := range used {
		if yes {
			legend = add(legend, &signalLooks[s], signalNames[s], 0)
		}
	}
	if len(in.Phases) > 1 {
		legend = add(legend, &rebaseLook, "limits rebased", 0)
	}
	if len(in.Phases) > 0 {
		p := in.Phases[len(in.Phases)-1]
		ends = add(ends, &limit95, "upper limit "+y.format(p.High), p.High)
		ends = add(ends, &meanLook, "mean "+y.format(p.Mean), p.Mean)
		ends = add(ends, &limit95, "lower limit "+y.format(p.Low), p.Low)
	}
	if in.Target != nil {
		ends = add(ends, &goalLook, "target "+y.format(*in.Target), *in.Target)
	}
	names := make([]string, len(ends))
	for i := range ends {
		names[i] = ends[i].text
	}
	d := newCanvas(in.Text.tidy(), x, y, legend, names)
	for i := range ends { // values become places
		ends[i].y = d.py(ends[i].y)
	}
	if in.Target != nil {
		d.level(&goalLook, x.lo, x.hi, *in.Target)
	}
	for i := range in.Phases {
		p, end := &in.Phases[i], x.hi
		if i+1 < len(in.Phases) {
			end = in.Phases[i+1].From
		}
		d.level(&limit95, p.From, end, p.High)
		d.level(&meanLook, p.From, end, p.Mean)
		d.level(&limit95, p.From, end, p.Low)
		if i > 0 {
			d.startLine(&rebaseLook)
			d.move(d.px(p.From), d.bottom)
			d.to('V', d.top)
			d.done()
		}
	}
	d.line(&seriesLook, l.X, l.Y, l.Missing, false)
	var marks [4][]point
	special := [4]int{}
	for i, p := range in.Points {
		if !p.Missing && (p.Signal != Common || n <= 400) {
			marks[p.Signal] = append(marks[p.Signal], point{d.px(l.X[i]), d.py(l.Y[i])})
		}
		if !p.Missing {
			special[p.Signal]++
		}
	}
	for s := range marks {
		d.markers(&signalLooks[s], marks[s])
	}
	d.ends(ends)

	header := []string{or(x.Label, "Position"), or(y.Label, "Value"), "Signal", "Mean", "Lower limit", "Upper limit"}
	var out table
	phase := -1
	for i, p := range in.Points {
		for phase+1 < len(in.Phases) && in.Phases[phase+1].From <= p.X {
			phase++
		}
		says := signalNames[p.Signal]
		if p.Missing {
			says = ""
		}
		var limits [3]string
		if phase >= 0 {
			h := &in.Phases[phase]
			limits = [3]string{y.format(h.Mean), y.format(h.Low), y.format(h.High)}
		}
		out.start(x.format(p.X))
		out.cell(y.cell(l.Y, i, l.Missing))
		out.cell(says)
		for _, s := range limits {
			out.cell(s)
		}
	}
	said := []string{facts(y.Label, x, y, l.X, l.Y, l.Missing),
		"Special causes: " + counted(special[Improvement], " improvement, ") + counted(special[Concern], " concern, ") +
			counted(special[Special], " neither")}
	if len(in.Phases) > 0 {
		p := in.Phases[len(in.Phases)-1]
		s := "Mean " + y.format(p.Mean) + ", limits " + y.format(p.Low) + " to " + y.format(p.High)
		for i, p := range in.Phases[1:] {
			if i == 0 {
				s += "; limits rebased at "
			} else {
				s += ", "
			}
			s += x.format(p.From)
		}
		said = append(said, s)
	}
	if in.Target != nil {
		said = append(said, "Target "+y.format(*in.Target))
	}
	return d.finish("XmR control chart", said, header, out.rows), nil
}
