package plot

import (
	"strconv"

	"github.com/innovationregistry/registry/innovation"
)

// DecilesInput is what Deciles draws: how a measure is spread over organisations,
// and where one of them stands.
type DecilesInput struct {
	Text
	X, Y Axis
	At   []float64 // positions, rising
	// Deciles are nine series over At: the first decile, below which a tenth of the
	// organisations lie, to the ninth; the fifth is the median. At no position does
	// a decile lie below the one before it.
	Deciles [][]float64
	Missing []bool // marks positions at which the deciles are not known; may be empty
	// Highlight is one organisation, with positions of its own; nil for none.
	Highlight *Line
}

// Deciles draws the nine deciles as nested bands with the median as a dashed line,
// and one organisation over them.
func Deciles(in DecilesInput) (*Chart, error) {
	var c check
	x, y := newAxis(&c, "x", in.X, 4), newAxis(&c, "y", in.Y, 2)
	x.positions(&c, "at", in.At)
	c.length("missing", len(in.Missing), "at", len(in.At), true)
	if len(in.Deciles) != 9 {
		c.add(innovation.Invalidf(innovation.RuleSeriesLengths, "deciles", "there are %d deciles and not 9", len(in.Deciles)))
	}
	for i, vs := range in.Deciles {
		c.length(at("deciles", i), len(vs), "at", len(in.At), false)
		c.numbers(at("deciles", i), vs, in.Missing)
		if i > 0 {
			c.bounds(at("deciles", i-1), in.Deciles[i-1], vs, in.Missing)
		}
		y.takeAll(vs, in.Missing)
	}
	x.takeAll(in.At, nil)
	total := known(len(in.At), in.Missing)
	if in.Highlight != nil {
		c.within = "highlight"
		total += in.Highlight.check(&c, x, y)
		c.within = ""
	}
	c.some("at", total)
	if err := c.err(); err != nil {
		return nil, err
	}

	names := [9]string{4: "median"}
	shown := []string{"decile 9", "median", "decile 1"}
	for i := range names {
		if i != 4 {
			names[i] = "decile " + strconv.Itoa(i+1)
		}
	}
	var own Line
	if in.Highlight != nil {
		own = *in.Highlight
		own.Name = or(clean(own.Name), "this organisation")
		shown = append(shown, own.Name)
	}
	x.widen()
	y.round(false)
	legend := add(nil, &decileBand, "deciles of all organisations: the stronger the shade, the nearer to the median", 0)
	d := newCanvas(in.Text.tidy(), x, y, legend, shown)
	for i := 0; i < 4; i++ {
		d.band(grey, ".17", in.At, in.Deciles[i], in.Deciles[8-i], in.Missing, false)
	}
	for i, vs := range in.Deciles {
		if i == 4 {
			d.line(&decileMedian, in.At, vs, in.Missing, false)
		} else {
			d.line(&decileEdge, in.At, vs, in.Missing, false)
		}
	}
	var ends keys
	for i := len(in.At) - 1; i >= 0; i-- {
		if !isTrue(in.Missing, i) {
			ends = add(ends, &decileEdge, names[8], d.py(in.Deciles[8][i]))
			ends = add(ends, &decileMedian, names[4], d.py(in.Deciles[4][i]))
			ends = add(ends, &decileEdge, names[0], d.py(in.Deciles[0][i]))
			break
		}
	}
	all := make([]Line, 0, 10)
	for i, vs := range in.Deciles {
		all = append(all, Line{Name: names[i], X: in.At, Y: vs, Missing: in.Missing})
	}
	var said []string
	if in.Highlight != nil {
		own.Low, own.High = nil, nil
		ends = d.series(ends, &ownLook, &own, false)
		said = append(said, facts(own.Name, x, y, own.X, own.Y, own.Missing))
		all = append([]Line{own}, all...)
	}
	d.ends(ends)
	said = append(said, facts("median", x, y, in.At, in.Deciles[4], in.Missing))
	header, rows := side(x, y, all)
	return d.finish("Deciles over time", said, header, rows), nil
}

var (
	decileBand   = look{colour: grey, band: true}
	decileEdge   = look{colour: grey, dash: "1 4", shape: noShape, width: 1.2}
	decileMedian = look{colour: currentColor, dash: "8 5", shape: noShape, width: 2}
	ownLook      = look{colour: orange, shape: circle, width: 2.5}
)
