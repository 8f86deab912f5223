package plot

// HazardInput is what Hazard draws: for each period in turn, the share of those
// who had not yet adopted at its start that adopted in it.
type HazardInput struct {
	Text
	X       Axis // its Label only: the periods are named by Periods
	Y       Axis
	Periods []string  // the name of each period, in order
	Values  []float64 // the hazard in each period; with Y.Scale Percent a share, 0.1 for 10%
	// Low and High are the interval of each value; both empty where there is none.
	Low, High []float64
	AtRisk    []float64 // how many were at risk in each period; for the table; may be empty
	Missing   []bool    // marks periods whose value is not known; may be empty
	Points    bool      // draws points in place of bars
	Interval  string    // what Low to High is; empty means "interval"
}

// Hazard draws a value for each period, as bars on nought or as points, with
// intervals. A period whose value is not known shows a question mark.
func Hazard(in HazardInput) (*Chart, error) {
	var c check
	x := newAxis(&c, "x", Axis{Label: in.X.Label}, 4)
	y := newAxis(&c, "y", in.Y, 2)
	n := len(in.Periods)
	c.series("values", "periods", n, in.Values, in.Low, in.High, in.Missing)
	c.length("atRisk", len(in.AtRisk), "periods", n, true)
	c.counts("atRisk", in.AtRisk)
	c.some("values", known(n, in.Missing))
	if err := c.err(); err != nil {
		return nil, err
	}

	xs := make([]float64, n)
	x.names = make(map[float64]string, n)
	x.Ticks = make([]Tick, n)
	for i, s := range in.Periods {
		xs[i] = float64(i)
		x.Ticks[i] = Tick{xs[i], or(clean(s), number(float64(i+1)))}
		x.names[xs[i]] = x.Ticks[i].Label
	}
	x.lo, x.hi = -0.5, float64(n)-0.5
	y.takeAll(in.Values, in.Missing)
	y.takeAll(in.Low, in.Missing)
	y.takeAll(in.High, in.Missing)
	if !in.Points {
		y.take(0)
	}
	y.round(true)

	var legend keys
	if len(in.Low) > 0 {
		legend = add(nil, &intervalLook, or(clean(in.Interval), "interval"), 0)
	}
	d := newCanvas(in.Text.tidy(), x, y, legend, nil)
	step := (d.right - d.left) / float64(n)
	half := min(step*0.36, 30)
	base := d.py(min(max(0, y.lo), y.hi))
	var tops []point
	for i := range xs {
		p := point{d.px(xs[i]), 0}
		if isTrue(in.Missing, i) {
			if step >= 12 {
				d.words(p.x, base-5, "middle", "", "?", "not known: "+x.names[xs[i]])
			}
			continue
		}
		p.y = d.py(in.Values[i])
		tops = append(tops, p)
	}
	if !in.Points {
		d.put(`<path fill="` + blue + `" fill-opacity=".75" stroke="` + blue + `" d="`)
		for _, p := range tops {
			d.move(p.x-half, base)
			d.to('V', p.y)
			d.to('H', p.x+half)
			d.to('V', base)
			d.put("z")
		}
		d.done()
	}
	if len(in.Low) > 0 {
		arm := min(half, 5)
		d.startLine(&whiskerLook)
		for i := range xs {
			if isTrue(in.Missing, i) {
				continue
			}
			at, low, high := d.px(xs[i]), d.py(in.Low[i]), d.py(in.High[i])
			d.move(at-arm, low)
			d.to('H', at+arm)
			d.move(at-arm, high)
			d.to('H', at+arm)
			d.move(at, low)
			d.to('V', high)
		}
		d.done()
	}
	if in.Points {
		d.markers(&inside, tops)
	}

	x.Label = or(x.Label, "Period")
	header, rows := side(x, y, []Line{{Name: or(y.Label, "Value"), X: xs, Y: in.Values, Low: in.Low, High: in.High, Missing: in.Missing}})
	if len(in.AtRisk) > 0 {
		header = append(header, "At risk")
		for i := range rows {
			rows[i] = append(rows[i], number(in.AtRisk[i]))
		}
	}
	return d.finish("Hazard by period", []string{facts("", x, y, xs, in.Values, in.Missing)}, header, rows), nil
}

var (
	intervalLook = look{colour: currentColor, shape: beam, noLine: true}
	whiskerLook  = look{colour: currentColor, shape: noShape, width: 1.5}
)
