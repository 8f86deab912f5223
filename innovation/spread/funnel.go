package spread

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"github.com/innovationregistry/registry/innovation"
)

// FunnelKind says what the points of a funnel are.
type FunnelKind int

// A proportion is events among so many that could each have one (binomial). A
// rate is events over an exposure, such as patients or person-years, of which
// one may have several (Poisson).
const (
	FunnelProportions FunnelKind = iota
	FunnelRates
)

// FunnelMethod chooses how limits are reckoned.
type FunnelMethod int

// The methods. FunnelExact uses the tails of the binomial or Poisson
// distribution. FunnelNormal is the target and so many standard errors.
// FunnelWilson inverts the score test and is for proportions: a point is
// outside when the target is outside Wilson's interval around the point; its
// limits are those of FunnelNormal, as both are the score test.
const (
	FunnelExact FunnelMethod = iota
	FunnelNormal
	FunnelWilson
)

// FunnelDispersion chooses how more variation than chance is allowed for.
type FunnelDispersion int

// The allowances. Multiplicative widens the limits by the root of Phi; additive
// takes the organisations' own levels to differ by Tau around the target, and
// widens most where the denominators are large (Spiegelhalter 2005, Quality and
// Safety in Health Care 14:347-351, prefers it). Both use the normal limits.
const (
	DispersionNone FunnelDispersion = iota
	DispersionMultiplicative
	DispersionAdditive
)

// FunnelOptions are the choices of Funnel. Nil is exact limits for proportions
// around the pooled level, without allowance.
type FunnelOptions struct {
	Kind       FunnelKind
	Method     FunnelMethod
	Target     *float64 // the level to compare with; nil is all events over all denominators
	Least      float64  // fewest expected events, and expected non-events of a proportion, for a verdict; 0 is 5
	Dispersion FunnelDispersion
	Winsorise  float64 // share of the z-scores drawn in at each end before Phi is estimated, below 0.5; 0 is 0.1
}

// FunnelLimit is the funnel at one denominator.
type FunnelLimit struct {
	Lower95, Upper95   float64
	Lower998, Upper998 float64
}

// FunnelPoint is one organisation in a funnel.
type FunnelPoint struct {
	Value     float64 // events over denominator; 0 when the denominator is 0
	Expected  float64 // events, were the organisation at the target
	Z         float64 // the value less the target, in standard errors of chance; 0 when the denominator is 0
	AdjustedZ float64 // the same with the allowance for dispersion; Z without one
	Limits    FunnelLimit
	Verdict   FunnelVerdict
}

// FunnelChart is every point of a funnel and what it was judged by.
type FunnelChart struct {
	Target float64
	Points []FunnelPoint // in the order given
	Judged int           // points that are large enough for a verdict

	Chance95, Chance998 float64 // how many of those Judged lie outside by chance alone, at most

	Phi           float64 // mean square of the winsorised z-scores of those judged; with 10 % drawn in at each end about 0.68 by chance alone
	Tau           float64 // standard deviation between organisations beyond chance, in the unit of the values; from the same z-scores
	Overdispersed bool    // Phi over what chance alone would give is above 1 + 2 sqrt(2/Judged); by chance alone so in about one funnel of twenty
	PhiReason     string  // why there is no Phi: fewer than ten judged. Empty when there is one

	options FunnelOptions
}

// Funnel compares organisations of different size with one level, without
// calling the small ones extreme (Spiegelhalter 2005, Statistics in Medicine
// 24:1185-1202). events[i] happened among denominators[i]; a proportion's
// denominators are whole numbers.
//
// With exact limits a point is beyond a 95 % limit when the chance of so many
// events, or more, is at most 2.5 %, or of so few, or fewer; the limits are
// interpolated between counts as in the paper's appendix A.1.1, but the upper
// ones on the upper tail, which the paper's formula overshoots (of 20 at a
// target of a half it has 14 as high, though 6 is not low). A verdict comes
// only where the target gives at least Least events, and as many non-events.
//
// Limits that make no allowance assume that organisations at the target differ
// by chance alone. With large denominators they seldom do: when Overdispersed
// is true, most of the points outside say only that, and an allowance is due.
// Phi and Tau are from z-scores winsorised at 10 % so that true outliers do not
// hide themselves; Tau is the moment estimator of DerSimonian and Laird (1986,
// Controlled Clinical Trials 7:177-188). As in the papers neither is raised
// again for what winsorising takes, so the allowance is on the small side.
//
// Errors: series-thin with fewer than two points, or fewer than ten judged when
// an allowance is asked for; series-lengths; series-not-a-number;
// series-negative; series-decreasing for more events than the denominator of a
// proportion; series-constant when the pooled level is 0 or 1; and
// statistic-option.
func Funnel(events []int, denominators []float64, o *FunnelOptions) (FunnelChart, error) {
	if o == nil {
		o = &FunnelOptions{}
	}
	c := FunnelChart{options: *o}
	if err := c.options.check(); err != nil {
		return FunnelChart{}, err
	}
	if err := checkFunnel(events, denominators, o.Kind); err != nil {
		return FunnelChart{}, err
	}
	if err := c.aim(events, denominators); err != nil {
		return FunnelChart{}, err
	}
	var zs, weights []float64
	for i, n := range denominators {
		p := FunnelPoint{Expected: n * c.Target, Verdict: FunnelTooSmall}
		if n > 0 {
			p.Value = float64(events[i]) / n
			p.Z = (p.Value - c.Target) / c.chance(n)
		}
		if n > 0 && p.Expected >= c.options.Least && (o.Kind == FunnelRates || n-p.Expected >= c.options.Least) {
			p.Verdict = FunnelWithin
			c.Judged++
			zs, weights = append(zs, p.Z), append(weights, 1/(c.chance(n)*c.chance(n)))
		}
		c.Points = append(c.Points, p)
	}
	c.Chance95, c.Chance998 = 0.05*float64(c.Judged), 0.002*float64(c.Judged)
	if err := c.disperse(zs, weights); err != nil {
		return FunnelChart{}, err
	}
	for i, n := range denominators {
		p := &c.Points[i]
		p.AdjustedZ, p.Limits = p.Z, c.Limits(n)
		if n > 0 {
			p.AdjustedZ, p.Limits = p.Z*c.chance(n)/c.width(n), c.limitsAt(n)
		}
		if p.Verdict == FunnelWithin {
			p.Verdict = c.judge(events[i], n, *p)
		}
		if err := settled("events", p.Value, p.Z, p.AdjustedZ, p.Limits.Lower95, p.Limits.Upper95, p.Limits.Lower998, p.Limits.Upper998); err != nil {
			return FunnelChart{}, err
		}
	}
	return c, settled("events", c.Phi, c.Tau)
}

// check sets the defaults and refuses what cannot be.
func (o *FunnelOptions) check() error {
	bad := func(field, format string, args ...any) error {
		return innovation.Invalidf(innovation.RuleStatisticOption, field, format, args...).
			Trying("leave the option out for its default")
	}
	switch {
	case o.Kind < FunnelProportions || o.Kind > FunnelRates:
		return bad("kind", "there is no kind %d", int(o.Kind))
	case o.Method < FunnelExact || o.Method > FunnelWilson:
		return bad("method", "there is no method %d", int(o.Method))
	case o.Method == FunnelWilson && o.Kind == FunnelRates:
		return bad("method", "Wilson's interval is for proportions")
	case o.Dispersion < DispersionNone || o.Dispersion > DispersionAdditive:
		return bad("dispersion", "there is no allowance %d", int(o.Dispersion))
	case !(o.Least >= 0) || math.IsInf(o.Least, 0):
		return bad("least", "a least expected count of %v is not a number from 0", o.Least)
	case !(o.Winsorise >= 0 && o.Winsorise < 0.5):
		return bad("winsorise", "a share of %v is not from 0 to below a half", o.Winsorise)
	case o.Target != nil && !(*o.Target > 0 && !math.IsInf(*o.Target, 0)):
		return bad("target", "a target of %v is not above 0", *o.Target)
	case o.Target != nil && o.Kind == FunnelProportions && *o.Target >= 1:
		return bad("target", "a target of %v is not a proportion below 1", *o.Target)
	}
	if o.Least == 0 {
		o.Least = 5
	}
	if o.Winsorise == 0 {
		o.Winsorise = 0.1
	}
	return nil
}

// checkFunnel refuses events and denominators that cannot be.
func checkFunnel(events []int, denominators []float64, kind FunnelKind) error {
	if err := sameLength("denominators", len(denominators), "events", len(events)); err != nil {
		return err
	}
	if err := enough("events", len(events), 2, "a funnel"); err != nil {
		return err
	}
	if err := finite("denominators", denominators); err != nil {
		return err
	}
	for i, n := range denominators {
		switch e := float64(events[i]); {
		case n < 0:
			return innovation.Invalidf(innovation.RuleSeriesNegative, "denominators", "denominator %d of %d is %v", i+1, len(denominators), n)
		case e < 0:
			return innovation.Invalidf(innovation.RuleSeriesNegative, "events", "count %d of %d is %d", i+1, len(events), events[i])
		case kind == FunnelProportions && n != math.Trunc(n):
			return innovation.Invalidf(innovation.RuleSeriesNotNumber, "denominators", "denominator %d of %d is %v, and a proportion's is a whole number", i+1, len(denominators), n).
				Trying("give FunnelRates for events over an exposure")
		case kind == FunnelProportions && e > n, n == 0 && e > 0:
			return innovation.Invalidf(innovation.RuleSeriesDecreasing, "events", "count %d of %d is %d, and its denominator %v", i+1, len(events), events[i], n).
				Trying("give FunnelRates when one of the denominator may have several events")
		}
	}
	return nil
}

// aim sets the level that the points are compared with.
func (c *FunnelChart) aim(events []int, denominators []float64) error {
	if c.options.Target != nil {
		c.Target = *c.options.Target
		return nil
	}
	var e, n float64
	for i := range events {
		e, n = e+float64(events[i]), n+denominators[i]
	}
	if err := settled("denominators", e, n); err != nil {
		return err
	}
	if e == 0 || (c.options.Kind == FunnelProportions && e == n) {
		return innovation.Refusedf(innovation.RuleSeriesConstant, "events", "there are %v events among %v, and nothing differs", e, n).
			Trying("there is nothing to compare; or give a target")
	}
	c.Target = e / n
	if !(c.Target > 0) {
		return settled("denominators", math.Inf(1))
	}
	return nil
}

// chance is the standard error of a point at the target by chance alone.
func (c *FunnelChart) chance(n float64) float64 {
	if c.options.Kind == FunnelRates {
		return math.Sqrt(c.Target / n)
	}
	return math.Sqrt(c.Target * (1 - c.Target) / n)
}

// width is the standard error with the allowance for dispersion.
func (c *FunnelChart) width(n float64) float64 {
	s := c.chance(n)
	switch c.options.Dispersion {
	case DispersionMultiplicative:
		return s * math.Sqrt(max(1, c.Phi))
	case DispersionAdditive:
		return math.Hypot(s, c.Tau)
	}
	return s
}

// disperse estimates how much more than chance the points differ.
func (c *FunnelChart) disperse(zs, weights []float64) error {
	const least = 10
	if len(zs) < least {
		c.PhiReason = "fewer than ten points are large enough to tell chance from more"
		if c.options.Dispersion != DispersionNone {
			return enough("events", len(zs), least, "an allowance for dispersion, of points large enough,")
		}
		return nil
	}
	sorted := slices.Clone(zs)
	slices.Sort(sorted)
	low, high := QuantileType7.of(sorted, c.options.Winsorise), QuantileType7.of(sorted, 1-c.options.Winsorise)
	var squares, w, ww float64
	for i, z := range zs {
		z = min(max(z, low), high)
		squares, w, ww = squares+z*z, w+weights[i], ww+weights[i]*weights[i]
	}
	n := float64(len(zs))
	c.Phi = squares / n
	c.Overdispersed = c.Phi > winsorisedSquare(c.options.Winsorise)*(1+2*math.Sqrt(2/n))
	c.Tau = math.Sqrt(max(0, squares-(n-1)) / (w - ww/w))
	return nil
}

// winsorisedSquare is the mean square of a standard normal deviate whose share
// at each end is drawn in to its quantile.
func winsorisedSquare(share float64) float64 {
	c := mathext.NormalQuantile(1 - share)
	density := math.Exp(-c*c/2) / math.Sqrt(2*math.Pi)
	return 1 - 2*share - 2*c*density + 2*share*c*c
}
