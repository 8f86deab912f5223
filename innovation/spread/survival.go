package spread

import (
	"math"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// SurvivalScale chooses the scale on which the interval around the share that
// has not adopted is symmetric.
type SurvivalScale int

// The scales. LogLog keeps within 0 and 1 and covers best in small samples
// (Borgan and Liestøl 1990, Scandinavian Journal of Statistics 17:35-41); Log is
// the default of R's survfit; Plain is Greenwood's.
const (
	LogLog SurvivalScale = iota
	Log
	Plain
)

// KaplanMeierOptions are the choices of KaplanMeier. Nil is 95 % on LogLog.
type KaplanMeierOptions struct {
	Confidence float64 // between 0 and 1; 0 is 0.95
	Scale      SurvivalScale
}

// SurvivalStep is the estimate from Time until the next step.
type SurvivalStep struct {
	Time     float64 // at which somebody adopted or was last seen
	AtRisk   int     // that had entered before Time and had not left before it
	Adopted  int     // at Time
	Censored int     // last seen at Time, after the adoptions at Time

	Share    float64 // S(Time): the share that has not adopted by Time, inclusive
	StdErr   float64 // Greenwood's, of Share; 0 when Share is 0 or 1
	Lower    float64 // of the interval around Share, point by point
	Upper    float64
	Interval bool // whether there is an interval: not while Share is 1, nor when it is 0. Lower is then 0 and Upper 1
}

// SurvivalTime is the time by which a share has adopted, with its interval. A
// bound that the data do not reach is absent, and stands as 0.
type SurvivalTime struct {
	Share                       float64 // that has adopted
	Time, Lower, Upper          float64
	HasTime, HasLower, HasUpper bool
	Reason                      string // why there is no Time, or no bound; empty when there are all three
}

// Survival is the Kaplan-Meier curve of the share that has not adopted.
type Survival struct {
	Subjects, Adopters int
	Confidence         float64
	Steps              []SurvivalStep // by Time, one for each time at which somebody adopted or was last seen
	Median             SurvivalTime   // the time by which half have adopted
}

// KaplanMeier estimates the share of subjects that has not yet adopted, as a
// step function of time, from subjects that adopted and subjects that have not
// (yet).
//
// The estimator is the product limit (Kaplan and Meier 1958, Journal of the
// American Statistical Association 53:457-481), its standard error Greenwood's
// (1926). A subject is at risk at t when Enter < t <= Exit: one that enters at
// t is not at risk at t, and at equal times adoptions come before the last
// sight of others. Late entries (left truncation) join the risk set when they
// enter (Tsai, Jewell and Wang 1987, Biometrika 74:883-886); the curve is then
// that of a subject that had not adopted when the first one entered.
//
// It assumes that leaving, and entering late, tells nothing about when a
// subject would adopt, and that subjects decide independently. Steps early in a
// curve with late entries rest on few subjects: look at AtRisk.
//
// Errors: series-thin with fewer than two subjects, series-not-a-number,
// series-order, statistic-option, and fit-undetermined when with late entries
// the curve falls to nothing, or nobody is watched for a while, before the
// last subject enters. No adopters are no error: nobody has adopted.
func KaplanMeier(subjects []Subject, o *KaplanMeierOptions) (Survival, error) {
	if o == nil {
		o = &KaplanMeierOptions{}
	}
	confidence, err := confidenceOr("confidence", o.Confidence)
	if err != nil {
		return Survival{}, err
	}
	if o.Scale < LogLog || o.Scale > Plain {
		return Survival{}, innovation.Invalidf(innovation.RuleStatisticOption, "scale", "there is no scale %d", int(o.Scale)).
			Trying("give LogLog, Log or Plain")
	}
	if err := checkSubjects(subjects, 2, "a curve"); err != nil {
		return Survival{}, err
	}
	steps, err := productLimit(subjects)
	if err != nil {
		return Survival{}, err
	}
	out := Survival{Subjects: len(subjects), Confidence: confidence, Steps: steps}
	z, sum := twoSided(confidence), 0.0
	for i := range steps {
		s := &steps[i]
		out.Adopters += s.Adopted
		if s.Adopted < s.AtRisk {
			sum += float64(s.Adopted) / (float64(s.AtRisk) * float64(s.AtRisk-s.Adopted))
		}
		s.Upper = 1
		if s.Share > 0 && s.Share < 1 {
			s.StdErr = s.Share * math.Sqrt(sum)
			s.Lower, s.Upper, s.Interval = o.Scale.interval(s.Share, math.Sqrt(sum), z)
		}
	}
	out.Median, err = out.TimeTo(0.5)
	return out, err
}

// interval is the interval around s, whose logarithm has the standard error e.
func (c SurvivalScale) interval(s, e, z float64) (lower, upper float64, ok bool) {
	switch c {
	case Plain:
		lower, upper = s-z*s*e, s+z*s*e
	case Log:
		lower, upper = s*math.Exp(-z*e), s*math.Exp(z*e)
	default:
		w := z * e / math.Log(s) // below 0
		lower, upper = math.Pow(s, math.Exp(-w)), math.Pow(s, math.Exp(w))
	}
	return max(0, lower), min(1, upper), true
}

// productLimit is the curve without its intervals.
func productLimit(subjects []Subject) ([]SurvivalStep, error) {
	enters := make([]float64, 0, len(subjects))
	exits := make([]Subject, 0, len(subjects))
	for _, s := range subjects {
		if s.Exit > s.Enter { // else it was never at risk
			enters, exits = append(enters, s.Enter), append(exits, s)
		}
	}
	if err := enough("subjects", len(exits), 2, "a curve of subjects that were watched for a while"); err != nil {
		return nil, err
	}
	slices.Sort(enters)
	sort.Slice(exits, func(i, j int) bool { return exits[i].Exit < exits[j].Exit })
	var steps []SurvivalStep
	share, entered, left, last := 1.0, 0, 0, 0.0
	for left < len(exits) {
		t := exits[left].Exit
		if left > 0 && left == entered && enters[entered] > last {
			return nil, innovation.Refusedf(innovation.RuleFitUndetermined, "subjects", "nobody is watched between %v and %v", last, enters[entered]).
				Trying("start the clock when the later subjects enter")
		}
		for entered < len(enters) && enters[entered] < t {
			entered++
		}
		step := SurvivalStep{Time: t, AtRisk: entered - left}
		for ; left < len(exits) && exits[left].Exit == t; left++ {
			if exits[left].Adopted {
				step.Adopted++
			} else {
				step.Censored++
			}
		}
		share *= float64(step.AtRisk-step.Adopted) / float64(step.AtRisk)
		if share == 0 && left < len(exits) {
			return nil, innovation.Refusedf(innovation.RuleFitUndetermined, "subjects", "all %d then watched had adopted by %v, and %d enter later", step.AtRisk, t, len(exits)-left).
				Trying("start the clock later, when more subjects are watched")
		}
		step.Share, last = share, t
		steps = append(steps, step)
	}
	return steps, nil
}

// TimeTo gives the time by which the share, between 0 and 1, has adopted, with
// the interval of Brookmeyer and Crowley (1982, Biometrics 38:29-41): the times
// at which the interval around the curve holds 1-share. Where the curve is flat
// at exactly 1-share the time is the middle of the flat, as in R's survfit and
// SAS's LIFETEST, so that without censoring the median is the sample's.
//
// A curve that has not fallen so far is no error: HasTime is false, and Reason
// says why.
//
// Errors: statistic-option.
func (s Survival) TimeTo(share float64) (SurvivalTime, error) {
	out := SurvivalTime{Share: share}
	if !(share > 0 && share < 1) {
		return SurvivalTime{}, innovation.Invalidf(innovation.RuleStatisticOption, "share", "a share of %v is not between 0 and 1", share).
			Trying("give 0.5 for the median")
	}
	level := 1 - share
	out.Time, out.HasTime = stepCrossing(s.Steps, level, func(p SurvivalStep) (float64, bool) { return p.Share, true })
	out.Lower, out.HasLower = stepCrossing(s.Steps, level, func(p SurvivalStep) (float64, bool) { return p.Lower, p.Interval })
	out.Upper, out.HasUpper = stepCrossing(s.Steps, level, func(p SurvivalStep) (float64, bool) { return p.Upper, p.Interval })
	switch {
	case !out.HasTime:
		out.Reason = "fewer than the share have adopted so far"
	case !out.HasLower:
		out.Reason = "too few subjects for a lower bound"
	case !out.HasUpper:
		out.Reason = "too few adopters, or too few subjects, for an upper bound"
	}
	return out, nil
}

// stepCrossing is the time at which a falling curve reaches the level: the middle
// of the flat when the flat is at the level.
func stepCrossing(steps []SurvivalStep, level float64, of func(SurvivalStep) (float64, bool)) (float64, bool) {
	const same = 1e-8 // the rounding of a product of fractions
	for i, s := range steps {
		y, ok := of(s)
		if !ok || y > level+same {
			continue
		}
		if y < level-same {
			return s.Time, true
		}
		end := steps[len(steps)-1].Time
		for _, later := range steps[i+1:] {
			if y, ok := of(later); ok && y < level-same {
				end = later.Time
				break
			}
		}
		return s.Time + (end-s.Time)/2, true
	}
	return 0, false
}
