package spread

import (
	"github.com/innovationregistry/registry/innovation"
)

// Subject is one organisation that could adopt. It is at risk of adopting from
// after Enter until Exit, inclusive: (Enter, Exit]. Times are in any one unit,
// on any one clock.
//
// A subject that has not adopted is censored at Exit: its adoption is later, or
// never. A subject that entered after the clock began is a late entry (left
// truncation): nothing is known of it before Enter, and it is not counted then.
// An event known to the day, or the month, is given its end when it is an Exit
// and its start when it is an Enter: Exit is then after Enter, also for one that
// adopted on its first day.
type Subject struct {
	Enter   float64 // when it became eligible, or was first watched
	Exit    float64 // when it adopted, or was last seen not to have adopted
	Adopted bool    // whether Exit is an adoption
}

// HazardInterval chooses the interval around a hazard.
type HazardInterval int

// The intervals around a proportion. Wilson's keeps close to its nominal
// confidence on average, also for small counts (Brown, Cai and DasGupta 2001,
// Statistical Science 16:101-133); the interval of Clopper and Pearson never
// falls below it, and is wider.
const (
	WilsonInterval HazardInterval = iota
	ClopperPearsonInterval
)

// HazardOptions are the choices of Hazard. Nil is Wilson's interval at 95 %.
type HazardOptions struct {
	Confidence float64 // of the intervals, between 0 and 1; 0 is 0.95
	Interval   HazardInterval
}

// HazardPeriod is what happened in one period (Start, End].
type HazardPeriod struct {
	Start, End float64 // in the unit of the subjects' times

	AtStart  int // eligible at Start, watched after it and not adopters by it
	Entered  int // became eligible after Start and before End
	Adopters int // adopted after Start and by End
	Censored int // last seen after Start and by End, not having adopted: never adopters

	Cumulative int     // adopters by End, also those before the first period
	Eligible   int     // that entered before End, adopters and censored ones too
	Share      float64 // Cumulative over Eligible; too low where many were censored: see KaplanMeier

	Exposed                  float64 // subjects at risk: one that did not adopt and was watched for part of the period is a half
	Hazard                   float64 // Adopters over Exposed: the chance to adopt in the period for one that has not
	HazardLower, HazardUpper float64

	PersonTime           float64 // watched time at risk in the period, in the unit of the times
	Rate                 float64 // Adopters over PersonTime, per unit of time
	RateLower, RateUpper float64 // exact for a Poisson count (Garwood 1936, Biometrika 28:437-442)

	Reason string // why there is no Hazard and no Rate: nobody was at risk. Empty when there are
}

// Hazard tells, for each period between two breaks, how many subjects adopted,
// how many could have, and the discrete-time hazard with its interval. The
// result has one period fewer than there are breaks, in their order. A period
// holds its end and not its start, as a subject is at risk until its Exit,
// inclusive: an adoption of the last day of a quarter, whose Exit is the first
// moment of the next, belongs to the quarter. Subjects outside the breaks count
// in Cumulative and Eligible only.
//
// The hazard is that of the life table: a subject that did not adopt and came
// or left within the period counts as half a subject at risk (the actuarial
// assumption; Cutler and Ederer 1958, Journal of Chronic Diseases 8:699-712).
// The rate is the occurrence-exposure rate, and needs no such assumption, but
// takes the hazard as level within the period. Both assume that leaving tells
// nothing about the adoption that was not seen, and that subjects decide
// independently; where they imitate each other the intervals are too narrow.
//
// Errors: series-thin without subjects or with fewer than two breaks,
// series-not-a-number, series-order for breaks that do not rise or a subject
// that leaves before it enters or adopts in the instant it enters, and
// statistic-option.
func Hazard(subjects []Subject, breaks []float64, o *HazardOptions) ([]HazardPeriod, error) {
	if o == nil {
		o = &HazardOptions{}
	}
	confidence, err := confidenceOr("confidence", o.Confidence)
	if err != nil {
		return nil, err
	}
	if o.Interval != WilsonInterval && o.Interval != ClopperPearsonInterval {
		return nil, innovation.Invalidf(innovation.RuleStatisticOption, "interval", "there is no interval %d", int(o.Interval)).
			Trying("give WilsonInterval or ClopperPearsonInterval")
	}
	if err := checkSubjects(subjects, 1, "a hazard"); err != nil {
		return nil, err
	}
	if err := checkBreaks(breaks); err != nil {
		return nil, err
	}
	out := make([]HazardPeriod, len(breaks)-1)
	for i := range out {
		out[i] = hazardOf(subjects, breaks[i], breaks[i+1])
		p := &out[i]
		if p.PersonTime == 0 || p.Exposed == 0 {
			p.Reason = "nobody was at risk in this period"
			continue
		}
		d := float64(p.Adopters)
		p.Hazard, p.Rate = d/p.Exposed, d/p.PersonTime
		if o.Interval == WilsonInterval {
			p.HazardLower, p.HazardUpper = wilson(d, p.Exposed, twoSided(confidence))
		} else {
			p.HazardLower, p.HazardUpper = clopperPearson(d, p.Exposed, confidence)
		}
		lower, upper := garwood(d, confidence)
		p.RateLower, p.RateUpper = lower/p.PersonTime, upper/p.PersonTime
		if err := settled("subjects", p.PersonTime, p.Rate, p.RateUpper); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// hazardOf counts one period (start, end].
func hazardOf(subjects []Subject, start, end float64) HazardPeriod {
	p := HazardPeriod{Start: start, End: end}
	for _, s := range subjects {
		if s.Enter >= end {
			continue
		}
		p.Eligible++
		if s.Adopted && s.Exit <= end {
			p.Cumulative++
		}
		if s.Exit <= start || s.Exit == s.Enter {
			continue
		}
		if s.Enter <= start {
			p.AtStart++
		} else {
			p.Entered++
		}
		p.PersonTime += min(s.Exit, end) - max(s.Enter, start)
		if s.Exit <= end && s.Adopted {
			p.Adopters++
			p.Exposed++
			continue
		}
		if s.Exit <= end {
			p.Censored++
		}
		if s.Enter > start || s.Exit < end {
			p.Exposed += 0.5
		} else {
			p.Exposed++
		}
	}
	if p.Eligible > 0 {
		p.Share = float64(p.Cumulative) / float64(p.Eligible)
	}
	return p
}

// checkSubjects refuses subjects that are too few, or whose times cannot be.
func checkSubjects(subjects []Subject, least int, what string) error {
	if err := enough("subjects", len(subjects), least, what); err != nil {
		return err
	}
	for i, s := range subjects {
		if err := finite("subjects", []float64{s.Enter, s.Exit}); err != nil {
			return err
		}
		if s.Exit < s.Enter {
			return innovation.Invalidf(innovation.RuleSeriesOrder, "subjects", "subject %d of %d leaves at %v, before it enters at %v", i+1, len(subjects), s.Exit, s.Enter)
		}
		if s.Adopted && s.Exit == s.Enter {
			return innovation.Invalidf(innovation.RuleSeriesOrder, "subjects", "subject %d of %d adopts at %v, in the instant it enters, and was never at risk", i+1, len(subjects), s.Exit).
				Trying("give an adoption the end of its day or month, and an entry the start")
		}
	}
	return nil
}

// checkBreaks refuses breaks that bound no period or do not rise.
func checkBreaks(breaks []float64) error {
	if err := enough("breaks", len(breaks), 2, "a period"); err != nil {
		return err
	}
	if err := finite("breaks", breaks); err != nil {
		return err
	}
	for i := 1; i < len(breaks); i++ {
		if breaks[i] <= breaks[i-1] {
			return innovation.Invalidf(innovation.RuleSeriesOrder, "breaks", "break %d is %v and the one before it %v", i+1, breaks[i], breaks[i-1]).
				Trying("give each break once, in rising order")
		}
	}
	return nil
}
