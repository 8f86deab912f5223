package plot

import (
	"math"
	"strconv"

	"github.com/innovationregistry/registry/innovation"
)

// largest is the largest size of a number that can be drawn: beyond it the
// distance between two numbers is no number any more.
const largest = 1e300

// check gathers what is wrong with an input: the first fault of each field.
type check struct {
	within string // the part of the input that is looked at: "lines[2]"
	errs   []error
}

//go:noinline // many places would hold a copy of it
func (c *check) add(e *innovation.Error) {
	if c.within != "" {
		e = e.In(c.within)
	}
	c.errs = append(c.errs, e)
}

// fault refuses one value of a series.
func (c *check) fault(rule innovation.RuleID, field string, i int, xs []float64, what, try string) {
	e := innovation.Invalidf(rule, field, "value %d of %d, %v, %s", i+1, len(xs), xs[i], what)
	e.Try = try
	c.add(e)
}

func (c *check) err() error { return innovation.Join(c.errs...) }

// at names an element of a field.
//
//go:noinline // many places would hold a copy of it
func at(field string, i int) string {
	return field + "[" + strconv.Itoa(i) + "]"
}

//go:noinline // many places would hold a copy of it
func bad(x float64) bool { return !(math.Abs(x) <= largest) }

// number refuses one value that cannot be drawn.
func (c *check) number(field string, x float64) {
	c.numbers(field, []float64{x}, nil)
}

// numbers refuses a series with a value that cannot be drawn and is not marked as
// missing.
func (c *check) numbers(field string, xs []float64, missing []bool) {
	for i, x := range xs {
		if bad(x) && !isTrue(missing, i) {
			c.fault(innovation.RuleSeriesNotNumber, field, i, xs, "cannot be drawn", "mark what is not known as missing; nothing stands for it")
			return
		}
	}
}

// length refuses a series that does not have the length of the one it belongs to.
// A series that may be left out is none or all.
func (c *check) length(field string, n int, other string, want int, optional bool) {
	if n != want && !(optional && n == 0) {
		c.add(innovation.Invalidf(innovation.RuleSeriesLengths, field, "there are %d values and %d of %s", n, want, other))
	}
}

// some refuses a figure with nothing to draw.
func (c *check) some(field string, known int) {
	if known == 0 {
		c.add(innovation.Refusedf(innovation.RuleSeriesThin, field, "a figure needs at least one known value").
			Trying("wait for more data, or take a longer period"))
	}
}

// order refuses positions that do not rise.
func (c *check) order(field string, xs []float64) {
	for i := 1; i < len(xs); i++ {
		if xs[i] <= xs[i-1] {
			c.fault(innovation.RuleSeriesOrder, field, i, xs, "does not come after the one before", "")
			return
		}
	}
}

// bounds refuses a lower bound above its upper one.
func (c *check) bounds(field string, low, high []float64, missing []bool) {
	for i := 0; i < len(low) && i < len(high); i++ {
		if low[i] > high[i] && !isTrue(missing, i) {
			c.fault(innovation.RuleSeriesOrder, field, i, low, "lies above its upper bound", "")
			return
		}
	}
}

// notNegative refuses a series below nought.
func (c *check) notNegative(field string, xs []float64) {
	for i, x := range xs {
		if x < 0 {
			c.fault(innovation.RuleSeriesNegative, field, i, xs, "is negative", "")
			return
		}
	}
}

// shares refuses a series outside nought to one.
func (c *check) shares(field string, xs []float64) {
	c.notNegative(field, xs)
	for i, x := range xs {
		if x > 1+1e-9 && !bad(x) {
			c.fault(innovation.RuleSeriesDecreasing, field, i, xs, "is more than all", "give shares: 0.25 for a quarter")
			return
		}
	}
}

// option refuses an option with no meaning.
func (c *check) option(field string, v, count int) {
	if v < 0 || v >= count {
		c.add(innovation.Invalidf(innovation.RuleStatisticOption, field, "%d is none of the values of this option", v))
	}
}

// isTrue reads a series of marks that may be left out.
//
//go:noinline // many places would hold a copy of it
func isTrue(marks []bool, i int) bool { return i < len(marks) && marks[i] }

// known counts what is not missing.
//
//go:noinline // many places would hold a copy of it
func known(n int, missing []bool) int {
	k := 0
	for i := 0; i < n; i++ {
		if !isTrue(missing, i) {
			k++
		}
	}
	return k
}

// series refuses values, and the bounds that they may have, which do not belong to
// n positions or cannot be drawn.
func (c *check) series(name, of string, n int, values, low, high []float64, missing []bool) {
	c.length(name, len(values), of, n, false)
	c.length("low", len(low), of, n, len(high) == 0)
	c.length("high", len(high), of, n, len(low) == 0)
	c.length("missing", len(missing), of, n, true)
	c.numbers(name, values, missing)
	c.numbers("low", low, missing)
	c.numbers("high", high, missing)
	c.bounds("low", low, high, missing)
}

// counts refuses numbers that are impossible or negative.
func (c *check) counts(field string, xs []float64) {
	c.numbers(field, xs, nil)
	c.notNegative(field, xs)
}
