package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// Constants of the chart of individual values (Shewhart's, for moving ranges of
// two; Montgomery, Introduction to Statistical Quality Control, appendix VI).
const (
	xmrLimit = 2.66  // three sigmas in mean moving ranges: 3 / 1.128
	xmrRange = 3.267 // the upper limit of moving ranges in their mean: D4
	xmrLeast = 3     // fewest points from which limits are reckoned
	xmrFirm  = 12    // fewest points whose limits are no longer provisional
)

// XmROptions are the choices of XmR. Nil follows NHS England's Making Data
// Count tools, with no direction and no target; PlotTheDots gives those of the
// R package.
type XmROptions struct {
	Direction Direction
	Target    *float64 // that the measure should keep to, for Assurance
	Baseline  int      // limits come from the first so many points of each segment; 0 is from all of them
	Rebase    []int    // where a new segment starts: rising indexes, counted from 0, of its first point

	ScreenRanges bool // leave out moving ranges of 3.267 means or more, and reckon the mean again (Nelson 1982, Journal of Quality Technology 14:172-173): one odd point then does not widen the limits
	ShiftLength  int  // points on one side of the mean that are a shift; 0 is 7
	TrendLength  int  // points each above, or each below, the last that are a trend; 0 is 6
	TwoSigmaOnly bool // two out of three counts points between two and three sigmas only, and none outside the limits
	FirstRule    bool // where rules disagree the first in the order of XmRRule decides; else improvement is shown
}

// PlotTheDots gives the options that follow the R package NHSRplotthedots,
// version 0.2.2: it screens moving ranges and calls seven points a trend, and
// its two out of three leaves points outside the limits out.
func PlotTheDots() *XmROptions {
	return &XmROptions{ScreenRanges: true, TrendLength: 7, TwoSigmaOnly: true, FirstRule: true}
}

// XmRRule is one of the four rules by which a point is more than common cause.
type XmRRule int

// The rules, in the order in which NHSRplotthedots names them.
const (
	OutsideLimits XmRRule = iota + 1 // a single point outside the limits
	TrendOfPoints                    // consecutive points that all rise, or all fall
	TwoOfThree                       // two or three of three consecutive points, all on one side of the mean, beyond two sigmas; the third is not marked
	ShiftOfPoints                    // consecutive points that are all above, or all below, the mean
)

// String names the rule.
func (r XmRRule) String() string {
	switch r {
	case OutsideLimits:
		return "outside the limits"
	case TrendOfPoints:
		return "trend"
	case TwoOfThree:
		return "two out of three beyond two sigmas"
	case ShiftOfPoints:
		return "shift"
	}
	return "no rule"
}

// XmRSignal is what one point shows.
type XmRSignal int

// The signals. High and Low are special causes where neither way is better.
const (
	CommonCause XmRSignal = iota
	Improvement
	Concern
	SpecialHigh
	SpecialLow
)

// String names the signal.
func (s XmRSignal) String() string {
	names := []string{"common cause", "improvement", "concern", "special cause, high", "special cause, low"}
	if s < 0 || int(s) >= len(names) {
		return "no signal"
	}
	return names[s]
}

// Assurance says whether the process, as it now is, keeps to its target.
type Assurance int

// The assurances. A target within the limits is met or missed by chance.
const (
	NoAssurance         Assurance = iota // no target, or neither way is better
	ConsistentlyPassing                  // the whole range between the limits is on the better side
	ConsistentlyFailing
	HitAndMiss
)

// String names the assurance.
func (a Assurance) String() string {
	names := []string{"no target", "consistently passing", "consistently failing", "hit and miss"}
	if a < 0 || int(a) >= len(names) {
		return "no assurance"
	}
	return names[a]
}

// XmRFired is a rule that a point is part of.
type XmRFired struct {
	Rule XmRRule
	High bool // above the mean, or rising
}

// XmRPoint is one value and what it shows.
type XmRPoint struct {
	Value   float64
	Segment int        // index into the chart's Segments
	Fired   []XmRFired // the rules it is part of, in the order of XmRRule; empty for common cause
	Signal  XmRSignal
}

// XmRSegment is a stretch of points with one mean and one pair of limits.
type XmRSegment struct {
	Start, End   int // points [Start, End)
	Baseline     int // how many of the first points the limits come from
	Mean         float64
	MovingRange  float64 // mean absolute difference between neighbours, after screening
	Screened     int     // moving ranges left out
	Lower, Upper float64 // Mean -/+ 2.66 MovingRange, in the unit of the values; not cut off at 0 or 100 %
	Provisional  bool    // limits from fewer than twelve points: trial limits, that each new point will move
}

// XmRChart is a chart of individual values.
type XmRChart struct {
	Points    []XmRPoint
	Segments  []XmRSegment
	Assurance Assurance // by the limits of the last segment
	Variation XmRSignal // of the last point
}

// XmR makes the chart of individual values and moving ranges of NHS England's
// Making Data Count programme (its guide "Strengthening your decisions", NHS
// England and NHS Improvement) from values at equal times, in order. The limits
// are the mean and 2.66 mean moving ranges; they are Shewhart's, for a process
// that is stable and whose points are independent. Points are judged by the four
// rules of XmRRule within their segment. Four rules are quick and not rare: of
// charts of thirty points by chance alone, one in four has some signal.
//
// Where NHS sources differ the default is the present practice of NHS England's
// own tools, as its Making Data Count team and users report it to NHS-R
// (NHSRplotthedots issues 194, 195, 202): six points are a trend (the R package
// wants seven); all points beyond two sigmas count in two out of three, those
// outside the limits too; a point that is improvement by one rule and concern by
// another shows improvement; and no moving range is screened out. Equal
// neighbours end a trend, and a point on the mean a shift.
//
// Errors: series-thin with fewer than three points in a segment or its
// baseline; series-not-a-number; series-constant when the moving ranges of a
// baseline are all nothing; series-order for Rebase; statistic-option.
func XmR(values []float64, o *XmROptions) (XmRChart, error) {
	if o == nil {
		o = &XmROptions{}
	}
	set := *o
	if err := set.check(len(values)); err != nil {
		return XmRChart{}, err
	}
	if err := enough("values", len(values), xmrLeast, "a chart"); err != nil {
		return XmRChart{}, err
	}
	if err := finite("values", values); err != nil {
		return XmRChart{}, err
	}
	if err := varied("values", values, "a chart"); err != nil {
		return XmRChart{}, err
	}
	c := XmRChart{Points: make([]XmRPoint, len(values))}
	start := 0
	for k := 0; k <= len(set.Rebase); k++ {
		end := len(values)
		if k < len(set.Rebase) {
			end = set.Rebase[k]
		}
		seg, err := xmrSegment(values, start, end, set)
		if err != nil {
			return XmRChart{}, err
		}
		fired := xmrRules(values[start:end], seg, set)
		for i := start; i < end; i++ {
			c.Points[i] = XmRPoint{Value: values[i], Segment: k, Fired: fired[i-start], Signal: set.signal(fired[i-start])}
		}
		c.Segments, start = append(c.Segments, seg), end
	}
	c.Variation = c.Points[len(values)-1].Signal
	c.Assurance = set.assurance(c.Segments[len(c.Segments)-1])
	return c, nil
}

// check sets the defaults and refuses what cannot be.
func (o *XmROptions) check(n int) error {
	if err := o.Direction.check(); err != nil {
		return err
	}
	if o.ShiftLength == 0 {
		o.ShiftLength = 7
	}
	if o.TrendLength == 0 {
		o.TrendLength = 6
	}
	bad := func(field, format string, args ...any) error {
		return innovation.Invalidf(innovation.RuleStatisticOption, field, format, args...).
			Trying("leave the option out for its default")
	}
	switch {
	case o.ShiftLength < 5 || o.ShiftLength > 12:
		return bad("shiftLength", "a shift of %d points is not one of 5 to 12", o.ShiftLength)
	case o.TrendLength < 5 || o.TrendLength > 12:
		return bad("trendLength", "a trend of %d points is not one of 5 to 12", o.TrendLength)
	case o.Baseline < 0 || (o.Baseline > 0 && o.Baseline < xmrLeast) || o.Baseline > n:
		return bad("baseline", "a baseline of %d points is not one of %d to the %d there are", o.Baseline, xmrLeast, n)
	case o.Target != nil && (math.IsNaN(*o.Target) || math.IsInf(*o.Target, 0)):
		return bad("target", "a target of %v is no number", *o.Target)
	}
	last := 0
	for _, at := range o.Rebase {
		if at <= last || at >= n {
			return innovation.Invalidf(innovation.RuleSeriesOrder, "rebase", "a segment cannot start at index %d, after one at %d, of %d points", at, last, n).
				Trying("give rising indexes, counted from 0; the first segment needs none")
		}
		last = at
	}
	return nil
}

// xmrSegment reckons the limits of points [start, end).
func xmrSegment(values []float64, start, end int, o XmROptions) (XmRSegment, error) {
	seg := XmRSegment{Start: start, End: end, Baseline: end - start}
	if o.Baseline > 0 {
		seg.Baseline = min(o.Baseline, seg.Baseline)
	}
	seg.Provisional = seg.Baseline < xmrFirm
	if err := enough("values", seg.Baseline, xmrLeast, "each segment of a chart"); err != nil {
		return seg, err
	}
	base := values[start : start+seg.Baseline]
	ranges := movingRanges(base)
	seg.Mean, seg.MovingRange = mean(base), mean(ranges)
	if o.ScreenRanges {
		kept := ranges[:0]
		for _, r := range ranges {
			if r < xmrRange*seg.MovingRange {
				kept = append(kept, r)
			}
		}
		seg.Screened = seg.Baseline - 1 - len(kept)
		if len(kept) > 0 {
			seg.MovingRange = mean(kept)
		}
	}
	if seg.MovingRange == 0 {
		return seg, innovation.Refusedf(innovation.RuleSeriesConstant, "values", "points %d to %d do not move, and limits need values that do", start+1, start+seg.Baseline).
			Trying("take a longer baseline, or keep all moving ranges")
	}
	seg.Lower, seg.Upper = seg.Mean-xmrLimit*seg.MovingRange, seg.Mean+xmrLimit*seg.MovingRange
	return seg, settled("values", seg.Lower, seg.Upper)
}

// movingRanges are the absolute differences between neighbours.
func movingRanges(values []float64) []float64 {
	out := make([]float64, len(values)-1)
	for i := range out {
		out[i] = math.Abs(values[i+1] - values[i])
	}
	return out
}
