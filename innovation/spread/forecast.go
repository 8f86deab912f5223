package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// longestHorizon bounds a forecast; a longer one is a mistake of units.
const longestHorizon = 1000

// ForecastOptions are the choices of a forecast. Nil means the defaults.
type ForecastOptions struct {
	Level float64 // of the interval, between 0 and 1; 0 means 0.95
}

// Forecast is what a fitted curve says of periods that have not been observed.
// It is never a result: it assumes that the curve goes on as it was.
type Forecast struct {
	Model  Model
	Scale  FitScale
	Level  float64         // of the intervals
	Points []ForecastPoint // on the scale of the fit, next period first
	// Cumulative is the running total. For a fit of increments it starts from
	// the total observed; for a cumulative fit it is Points.
	Cumulative []ForecastPoint
}

// ForecastPoint is one period of a forecast.
type ForecastPoint struct {
	Period        int     // counted like the series: the first after n is n+1
	Mean          float64 // of the curve
	StandardError float64 // of the mean, by the delta method
	Low, High     float64 // prediction interval of the value to be observed; Low is at least 0
}

// ForecastFrom forecasts horizon periods after the last of a fit. The variance
// of a value is gᵀVg + s² (Seber and Wild 1989, Nonlinear Regression, section
// 5.1: delta method for the mean, plus the residual variance), the interval is
// Student's t with the fit's degrees of freedom. The total of h increments has
// gᵀVg + hs². The interval knows no doubt about the curve itself, and none from
// correlated errors: it is too narrow for cumulative fits. Running totals are cut
// at a ceiling that was given.
//
// It refuses a horizon outside 1 … 1000, a level outside 0 … 1 and fits of
// BassByRegression (statistic-option), and fit-undetermined when the interval is
// no number.
func ForecastFrom(fit Fit, horizon int, o *ForecastOptions) (Forecast, error) {
	level, err := o.level()
	if err != nil {
		return Forecast{}, err
	}
	if err := forecastable(fit, horizon); err != nil {
		return Forecast{}, err
	}
	n, theta := len(fit.Data), fit.values()
	width := studentTwoSided(level, fit.DegreesOfFreedom)
	noise := fit.ResidualSD * fit.ResidualSD
	out := Forecast{Model: fit.Model, Scale: fit.Scale, Level: level}
	point := func(period int, mean float64, grad []float64, noise float64) ForecastPoint {
		v := quadratic(fit.Covariance, grad)
		half := width * math.Sqrt(v+noise)
		return ForecastPoint{Period: period, Mean: mean, StandardError: math.Sqrt(v), Low: math.Max(mean-half, 0), High: mean + half}
	}
	ceiling := ceilingOf(fit)
	start := make([]float64, 3)
	base := cumulativeAt(fit.Model, theta, float64(n), start)
	total := 0.0
	if fit.Scale == ScaleIncrements {
		for _, y := range fit.Data {
			total += y
		}
	}
	last, lastGrad := base, start
	for h := 1; h <= horizon; h++ {
		grad := make([]float64, 3)
		at := cumulativeAt(fit.Model, theta, float64(n+h), grad)
		if fit.Scale == ScaleCumulative {
			out.Points = append(out.Points, below(ceiling, point(n+h, at, grad, noise)))
			continue
		}
		step, whole := make([]float64, 3), make([]float64, 3)
		for j := range grad {
			step[j], whole[j] = grad[j]-lastGrad[j], grad[j]-start[j]
		}
		out.Points = append(out.Points, point(n+h, at-last, step, noise))
		c := point(n+h, total+at-base, whole, noise*float64(h))
		c.Low = math.Max(c.Low, total) // nobody un-adopts
		out.Cumulative = append(out.Cumulative, below(ceiling, c))
		last, lastGrad = at, grad
	}
	if fit.Scale == ScaleCumulative {
		out.Cumulative = out.Points
	}
	for _, p := range append(append([]ForecastPoint(nil), out.Points...), out.Cumulative...) {
		if finite("", []float64{p.Mean, p.StandardError, p.Low, p.High}) != nil {
			return Forecast{}, undetermined("the forecast")
		}
	}
	return out, nil
}

// level is the level of the intervals.
func (o *ForecastOptions) level() (float64, error) {
	if o == nil || o.Level == 0 {
		return 0.95, nil
	}
	if !(o.Level > 0 && o.Level < 1) || 1-o.Level < 1e-9 {
		return 0, innovation.Invalidf(innovation.RuleStatisticOption, "options.level", "a level of %v", o.Level).
			Trying("give a level between 0 and 1, such as 0.95")
	}
	return o.Level, nil
}

func forecastable(fit Fit, horizon int) error {
	if err := fit.usable("fit"); err != nil {
		return err
	}
	if fit.Model == ModelBassRegression {
		return innovation.Invalidf(innovation.RuleStatisticOption, "fit", "the regression of Bass is not forecast from").
			Trying("fit by BassByIncrements")
	}
	if horizon < 1 || horizon > longestHorizon {
		return innovation.Invalidf(innovation.RuleStatisticOption, "horizon", "a horizon of %d periods", horizon).
			Trying("give 1 to %d periods", longestHorizon)
	}
	return nil
}

// below cuts a cumulative point at a ceiling that the caller gave.
func below(ceiling Parameter, p ForecastPoint) ForecastPoint {
	if ceiling.Given {
		p.Mean, p.Low, p.High = math.Min(p.Mean, ceiling.Value), math.Min(p.Low, ceiling.Value), math.Min(p.High, ceiling.Value)
	}
	return p
}

// ceilingOf is m of a Bass curve and K of the others.
func ceilingOf(fit Fit) Parameter {
	if fit.Model == ModelBass {
		return fit.Parameters[2]
	}
	return fit.Parameters[0]
}
