package plot

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// Scale says what the numbers along an axis are.
type Scale int

// The scales.
const (
	Numbers Scale = iota // numbers in the unit that the axis' label names
	Percent              // shares, written as percentages: 0.25 as 25%
	Days                 // days by innovation.Date.DayNumber; ticks stand at whole years, quarters, months or weeks
	Years                // numbers of years, written without separators: 2019
)

// Axis describes what runs along a side of a figure. The zero Axis is numbers
// without a label, with ticks in steps of 1, 2 or 5.
type Axis struct {
	Label string // what, and in which unit: "Organisations", "Months since eligible"
	Scale Scale
	// Ticks are drawn in place of computed ones, for instance periods ("2018/19").
	// A value that lies at a tick has its label in the table. Those outside the
	// data are left out, and where labels would touch only every second, third
	// or nth is written.
	Ticks []Tick
}

// Tick is a label at a position along an axis.
type Tick struct {
	At    float64
	Label string
}

// axis is an Axis with the range it shows.
type axis struct {
	Axis
	lo, hi float64
	begun  bool
	whole  bool // the values are whole: so are the ticks
	names  map[float64]string
}

// newAxis checks an axis and prepares it.
func newAxis(c *check, field string, a Axis, allowed int) *axis {
	c.within = field
	defer func() { c.within = "" }()
	c.option("scale", int(a.Scale), allowed)
	out := &axis{Axis: a, whole: true}
	out.Label = clean(a.Label)
	out.Ticks = append([]Tick(nil), a.Ticks...)
	for i := range out.Ticks {
		t := &out.Ticks[i]
		t.Label = clean(t.Label)
		if bad(t.At) {
			c.number(at("ticks", i)+".at", t.At)
			return out
		}
		if out.names == nil {
			out.names = make(map[float64]string, len(a.Ticks))
		}
		out.names[t.At] = t.Label
	}
	sort.SliceStable(out.Ticks, func(i, j int) bool { return out.Ticks[i].At < out.Ticks[j].At })
	return out
}

// take widens the range to hold a value.
//
//go:noinline // many places would hold a copy of it
func (a *axis) take(v float64) {
	if !a.begun {
		a.lo, a.hi, a.begun = v, v, true
	}
	a.lo, a.hi = min(a.lo, v), max(a.hi, v)
	a.whole = a.whole && v == math.Trunc(v)
}

// takeAll widens the range to hold the known values of a series.
func (a *axis) takeAll(vs []float64, missing []bool) {
	for i, v := range vs {
		if !isTrue(missing, i) {
			a.take(v)
		}
	}
}

// positions refuses positions along the axis that do not rise or cannot be.
func (a *axis) positions(c *check, field string, xs []float64) {
	c.numbers(field, xs, nil)
	c.order(field, xs)
	a.days(c, field, xs)
}

// days refuses positions that are no days of the calendar.
func (a *axis) days(c *check, field string, xs []float64) {
	if a.Scale != Days {
		return
	}
	for i, x := range xs {
		if _, ok := day(x); !ok && !bad(x) {
			c.fault(innovation.RuleDateInvalid, field, i, xs, "is the number of no day", "give innovation.Date.DayNumber")
			return
		}
	}
}

// day reads a position on a scale of days.
func day(x float64) (innovation.Date, bool) {
	if !(x >= 1 && x < 1e7) {
		return innovation.Date{}, false
	}
	d, err := innovation.DateFromDayNumber(int64(x))
	return d, err == nil
}

// format writes a value for the table and for the description.
//
//go:noinline // many places would hold a copy of it
func (a *axis) format(v float64) string {
	if s, ok := a.names[v]; ok {
		return s
	}
	switch a.Scale {
	case Percent:
		return percentage(v)
	case Days:
		if d, ok := day(v); ok {
			return d.String()
		}
	}
	if a.Scale == Years {
		return strings.ReplaceAll(number(v), ",", "")
	}
	return number(v)
}

// widen gives a range that is wide enough to be divided.
func (a *axis) widen() {
	if a.hi-a.lo > 1e-9*max(math.Abs(a.lo), math.Abs(a.hi)) && a.hi-a.lo > 1e-250 {
		return
	}
	pad := math.Abs(a.lo) / 2
	switch {
	case a.Scale == Days:
		pad = 20
	case pad < 1e-250:
		pad = 1
	}
	a.lo, a.hi = a.lo-pad, a.hi+pad
}

// round extends the range to whole ticks; with nought, a range of values that are
// not negative begins there.
func (a *axis) round(nought bool) {
	if nought || a.lo > 0 && a.lo < 0.3*a.hi {
		if a.lo >= 0 {
			a.lo = 0
		}
		if a.lo == 0 && a.hi <= 0 {
			a.hi = 1
		}
	}
	positive := a.lo >= 0
	a.widen()
	if positive {
		a.lo = max(a.lo, 0)
	}
	step, _ := a.step(6)
	a.lo = math.Floor(a.lo/step+1e-9) * step
	a.hi = math.Ceil(a.hi/step-1e-9) * step
}

// step gives the distance of ticks that divides the range into at most n parts.
func (a *axis) step(n int) (float64, int) {
	step, e := niceStep(a.hi-a.lo, n)
	if a.whole && a.Scale != Percent && step < 1 {
		return 1, 0
	}
	return step, e
}

// ticks places ticks in the range, for a side of the given length.
func (a *axis) ticks(length float64, parts int) []Tick {
	if a.Ticks != nil {
		var in []Tick
		for _, t := range a.Ticks {
			if t.At >= a.lo && t.At <= a.hi {
				in = append(in, t)
			}
		}
		return in
	}
	if a.Scale == Days {
		return a.calendar(length)
	}
	step, e := a.step(parts)
	var out []Tick
	first := math.Ceil(a.lo/step - 1e-9)
	for i := first; i <= a.hi/step+1e-9 && len(out) < 100; i++ {
		label := tickLabel(i*step, e, a.Scale == Percent)
		if a.Scale == Years {
			label = strings.ReplaceAll(label, ",", "")
		}
		out = append(out, Tick{i * step, label})
	}
	return out
}

// calendar places ticks at the shortest whole unit of the calendar whose labels
// fit.
func (a *axis) calendar(length float64) []Tick {
	span := a.hi - a.lo
	fits := func(days, label float64) bool { return (span/days+1)*(label+10) <= length }
	for _, n := range [...]int64{1, 7, 14} {
		if fits(float64(n), 76) {
			var out []Tick
			first := int64(math.Ceil(a.lo))
			first += (n - (first-1)%n) % n // day 1 is a Monday
			for i := first; float64(i) <= a.hi; i += n {
				if d, ok := day(float64(i)); ok {
					out = append(out, Tick{float64(i), strconv.Itoa(d.Day()) + " " + shortMonth(d) + " " + strconv.Itoa(d.Year())})
				}
			}
			return out
		}
	}
	for _, n := range [...]int{1, 3, 6} {
		if fits(30.4*float64(n), 56) {
			return a.months(n, func(d innovation.Date) string { return shortMonth(d) + " " + strconv.Itoa(d.Year()) })
		}
	}
	for n := 1; ; n *= 10 {
		for _, m := range [...]int{1, 2, 5} {
			if fits(365*float64(n*m), 30) || n >= 1000 {
				return a.months(12*n*m, func(d innovation.Date) string { return strconv.Itoa(d.Year()) })
			}
		}
	}
}

// months places ticks at every nth first of a month.
func (a *axis) months(n int, label func(innovation.Date) string) []Tick {
	start, ok := day(max(a.lo, 1))
	if !ok {
		return nil
	}
	var out []Tick
	for m := start.Year() * 12 / n * n; m < 12*10000; m += n { // months since the year nought
		d, err := innovation.NewDate(m/12, time.Month(m%12+1), 1)
		if err != nil {
			continue
		}
		v := float64(d.DayNumber())
		if v > a.hi {
			break
		}
		if v >= a.lo {
			out = append(out, Tick{v, label(d)})
		}
	}
	return out
}

func shortMonth(d innovation.Date) string { return d.Month().String()[:3] }
