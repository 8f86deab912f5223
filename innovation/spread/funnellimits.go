package spread

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// The tails of the limits: 95 % and 99.8 %, two-sided.
const (
	tail95  = 0.025
	tail998 = 0.001
)

// FunnelVerdict is what a funnel says of one point.
type FunnelVerdict int

// The verdicts. Beyond 95 % is where about one point in twenty lies by chance
// alone, beyond 99.8 % one in five hundred.
const (
	FunnelTooSmall FunnelVerdict = iota
	FunnelWithin
	FunnelAbove95
	FunnelBelow95
	FunnelAbove998
	FunnelBelow998
)

// String gives the verdict in words.
func (v FunnelVerdict) String() string {
	names := []string{"too small to say", "within the limits", "above the 95% limit", "below the 95% limit", "above the 99.8% limit", "below the 99.8% limit"}
	if v < 0 || int(v) >= len(names) {
		return "no verdict"
	}
	return names[v]
}

// Limits gives the funnel at a denominator, for drawing it. Without a
// denominator above 0, or where its limits would be beyond a float64, they hold
// everything that a proportion can be, and for a rate stand as 0.
func (c FunnelChart) Limits(denominator float64) FunnelLimit {
	if denominator > 0 && !math.IsInf(denominator, 0) {
		l := c.limitsAt(denominator)
		if settled("denominator", l.Lower95, l.Upper95, l.Lower998, l.Upper998) == nil {
			return l
		}
	}
	if c.options.Kind == FunnelProportions {
		return FunnelLimit{Upper95: 1, Upper998: 1}
	}
	return FunnelLimit{}
}

// limitsAt is the funnel at a denominator above 0.
func (c FunnelChart) limitsAt(n float64) (l FunnelLimit) {
	l.Lower95, l.Upper95 = c.limits(n, tail95)
	l.Lower998, l.Upper998 = c.limits(n, tail998)
	return l
}

// limits is the pair that leaves the tail out at either end.
func (c FunnelChart) limits(n, tail float64) (lower, upper float64) {
	if c.exact(n) {
		lower, upper = c.exactLower(n, tail), c.exactUpper(n, tail)
	} else {
		half := twoSided(1-2*tail) * c.width(n)
		lower, upper = c.Target-half, c.Target+half
	}
	lower = max(0, lower)
	if c.options.Kind == FunnelProportions {
		upper = min(1, upper)
	}
	return lower, upper
}

// exact reports whether the tails of the distribution decide. Beyond ten
// thousand million the normal limits are the same to the fourth digit, and a
// float64 holds the tails less well.
func (c FunnelChart) exact(n float64) bool {
	return c.options.Method == FunnelExact && c.options.Dispersion == DispersionNone && n <= 1e10
}

// judge says where a point that is large enough lies.
func (c FunnelChart) judge(events int, n float64, p FunnelPoint) FunnelVerdict {
	outside := func(tail, lower, upper float64) (low, high bool) {
		switch {
		case c.exact(n):
			return c.atMost(float64(events), n) <= tail, c.atLeast(float64(events), n) <= tail
		case c.options.Method == FunnelWilson && c.options.Dispersion == DispersionNone:
			l, u := wilson(float64(events), n, twoSided(1-2*tail))
			return u < c.Target, l > c.Target
		}
		return p.Value < lower, p.Value > upper
	}
	if low, high := outside(tail998, p.Limits.Lower998, p.Limits.Upper998); low {
		return FunnelBelow998
	} else if high {
		return FunnelAbove998
	}
	if low, high := outside(tail95, p.Limits.Lower95, p.Limits.Upper95); low {
		return FunnelBelow95
	} else if high {
		return FunnelAbove95
	}
	return FunnelWithin
}

// atMost is the chance of so many events, or fewer, at the target.
func (c FunnelChart) atMost(r, n float64) float64 {
	switch {
	case r < 0:
		return 0
	case c.options.Kind == FunnelRates:
		return mathext.GammaIncRegComp(r+1, n*c.Target)
	case r >= n:
		return 1
	}
	return mathext.RegIncBeta(n-r, r+1, 1-c.Target)
}

// atLeast is the chance of so many events, or more, at the target.
func (c FunnelChart) atLeast(r, n float64) float64 {
	switch {
	case r <= 0:
		return 1
	case c.options.Kind == FunnelRates:
		return mathext.GammaIncReg(r, n*c.Target)
	case r > n:
		return 0
	}
	return mathext.RegIncBeta(r, n-r+1, c.Target)
}

// exactLower is the value at which the lower tail, interpolated between whole
// counts, is the tail asked for (Spiegelhalter 2005, appendix A.1.1). It is 0
// where even no events are not rare.
func (c FunnelChart) exactLower(n, tail float64) float64 {
	r := firstCount(c.span(n), func(r float64) bool { return c.atMost(r, n) > tail })
	if r == 0 {
		return 0
	}
	over, under := c.atMost(r, n), c.atMost(r-1, n)
	return (r - (over-tail)/(over-under)) / n
}

// exactUpper is the same at the other end: the mirror of exactLower.
func (c FunnelChart) exactUpper(n, tail float64) float64 {
	r := firstCount(c.span(n), func(r float64) bool { return c.atLeast(r, n) <= tail })
	over, under := c.atLeast(r-1, n), c.atLeast(r, n)
	if over <= under {
		return r / n
	}
	return (r - 1 + (over-tail)/(over-under)) / n
}

// span is a count that is beyond every limit: one more than a proportion can
// have, or far out in the tail of a rate.
func (c FunnelChart) span(n float64) float64 {
	if c.options.Kind == FunnelProportions {
		return n + 1
	}
	m := n * c.Target
	return math.Ceil(m + 10*math.Sqrt(m) + 50)
}

// firstCount is the least whole number from 0 to most at which ok holds, which
// from there on always holds; most itself when it holds nowhere below.
func firstCount(most float64, ok func(float64) bool) float64 {
	low, high := 0.0, most
	for low < high {
		mid := math.Floor(low + (high-low)/2)
		if mid >= high { // whole numbers have run out
			break
		}
		if ok(mid) {
			high = mid
		} else {
			low = mid + 1
		}
		if low+1 == low {
			break
		}
	}
	return high
}
