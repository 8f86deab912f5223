package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// Model names the curve of a fit.
type Model string

// The curves. t counts periods: period 1 ends at t = 1.
const (
	ModelBass           Model = "bass"            // m(1−e^{−(p+q)t})/(1+(q/p)e^{−(p+q)t})
	ModelBassRegression Model = "bass-regression" // S(T) = a + bY(T−1) + cY²(T−1)
	ModelLogistic       Model = "logistic"        // K/(1+e^{−r(t−t₀)})
	ModelGompertz       Model = "gompertz"        // K·exp(−e^{−r(t−t₀)})
)

// FitScale says which series a fit was made on.
type FitScale string

// The scales of a fit.
const (
	ScaleIncrements FitScale = "increments" // adopters in each period
	ScaleCumulative FitScale = "cumulative" // adopters, or their share, by the end of each period
)

// FitOptions are the choices of a fit. Nil means the defaults.
type FitOptions struct {
	// Ceiling is the known number (or share) that adopts in the end. 0 means
	// that the ceiling is estimated; for BassByShare 0 means 1, the whole
	// eligible set.
	Ceiling float64
	// EstimateCeiling has BassByShare estimate the ceiling too. The other fits
	// estimate it unless Ceiling is given.
	EstimateCeiling bool
	// Iterations is the limit of each search. 0 means 500.
	Iterations int
}

// Parameter is one parameter of a fit, or a quantity computed from them.
type Parameter struct {
	Name          string  // p, q, m, K, r, t0 and their like
	Value         float64 // the estimate
	StandardError float64 // asymptotic; 0 when the value was given
	Given         bool    // the caller gave it; it was not estimated
}

// Fit is what every fitted curve has in common. Its errors are taken to be
// independent, normal and of one variance. On a cumulative series they are not
// independent, and the standard errors are too small.
type Fit struct {
	Model            Model
	Scale            FitScale
	Data             []float64   // the series that was fitted, in order
	Parameters       []Parameter // in the order of the model
	Covariance       [][]float64 // of Parameters; rows of given ones are 0
	Fitted           []float64   // in the order of Data
	Residuals        []float64   // Data − Fitted
	RSS              float64     // residual sum of squares
	R2               float64     // 1 − RSS/Σ(y−ȳ)²; may be negative
	ResidualSD       float64     // √(RSS/DegreesOfFreedom)
	DegreesOfFreedom int         // observations less estimated parameters
	Iterations       int         // of the search; 0 for a regression
}

// estimated counts the parameters that were not given.
func (f Fit) estimated() int {
	n := 0
	for _, p := range f.Parameters {
		if !p.Given {
			n++
		}
	}
	return n
}

// values are the parameters as numbers.
func (f Fit) values() []float64 {
	out := make([]float64, len(f.Parameters))
	for i, p := range f.Parameters {
		out[i] = p.Value
	}
	return out
}

// finish computes what follows from data, fitted values and parameters, and
// refuses a fit that is no number.
func (f *Fit) finish() error {
	mean, total := 0.0, 0.0
	for _, y := range f.Data {
		mean += y / float64(len(f.Data))
	}
	f.Residuals, f.RSS = make([]float64, len(f.Data)), 0
	for i, y := range f.Data {
		f.Residuals[i] = y - f.Fitted[i]
		f.RSS += f.Residuals[i] * f.Residuals[i]
		total += (y - mean) * (y - mean)
	}
	f.DegreesOfFreedom = len(f.Data) - f.estimated()
	f.ResidualSD = math.Sqrt(f.RSS / float64(f.DegreesOfFreedom))
	f.R2 = 1 - f.RSS/total
	all := []float64{f.RSS, f.ResidualSD, f.R2}
	for i := range f.Parameters {
		p := &f.Parameters[i]
		if !p.Given {
			p.StandardError = math.Sqrt(math.Max(f.Covariance[i][i], 0))
		}
		all = append(all, p.Value, p.StandardError)
		all = append(all, f.Covariance[i]...)
	}
	if finite("", append(all, f.Fitted...)) != nil {
		return notConverged("the numbers are too large or too small to square")
	}
	return nil
}

// widen puts zero rows and columns where a parameter was given.
func widen(cov [][]float64, given []bool) [][]float64 {
	wide := square(len(given))
	a := 0
	for i := range given {
		b := 0
		for j := range given {
			if !given[i] && !given[j] {
				wide[i][j] = cov[a][b]
			}
			if !given[j] {
				b++
			}
		}
		if !given[i] {
			a++
		}
	}
	return wide
}

// derived is a quantity of the parameters with its delta-method standard error
// √(gᵀVg).
func (f Fit) derived(name string, value float64, grad []float64) Parameter {
	return Parameter{Name: name, Value: value, StandardError: math.Sqrt(quadratic(f.Covariance, grad))}
}

// cumulativeAt is the curve's cumulative value at time t, with derivatives by
// its parameters when grad is not nil.
func cumulativeAt(model Model, theta []float64, t float64, grad []float64) float64 {
	switch model {
	case ModelLogistic:
		return logisticAt(theta, t, grad)
	case ModelGompertz:
		return gompertzAt(theta, t, grad)
	}
	return bassAt(theta, t, grad)
}

// usable refuses a fit that no function of this package returned.
func (f Fit) usable(field string) error {
	k := len(f.Parameters)
	sound := k > 0 && len(f.Covariance) == k && len(f.Data) > f.estimated() && len(f.Fitted) == len(f.Data) &&
		f.DegreesOfFreedom == len(f.Data)-f.estimated() && !math.IsNaN(f.RSS) && f.RSS >= 0 && !math.IsInf(f.RSS, 0)
	if sound && f.Model != ModelBassRegression {
		sound = k == 3 && finite("", f.values()) == nil
		for _, row := range f.Covariance {
			sound = sound && len(row) == k && finite("", row) == nil
		}
	}
	if !sound {
		return innovation.Invalidf(innovation.RuleStatisticOption, field, "this is not a fitted curve").
			Trying("give a fit as it was returned")
	}
	return nil
}

// ceilingKnown refuses a fit whose ceiling the data leave open: its standard
// error is larger than the ceiling itself.
func ceilingKnown(p Parameter) error {
	if p.StandardError > p.Value {
		return undetermined("the ceiling " + p.Name + " (its standard error is larger than itself)")
	}
	return nil
}

// options checks the choices of a fit.
func (o *FitOptions) options(field string) (FitOptions, error) {
	if o == nil {
		return FitOptions{}, nil
	}
	if math.IsNaN(o.Ceiling) || math.IsInf(o.Ceiling, 0) || o.Ceiling < 0 {
		return FitOptions{}, innovation.Invalidf(innovation.RuleStatisticOption, field, "a ceiling of %v", o.Ceiling).
			Trying("give a positive ceiling, or 0 to have it estimated")
	}
	if o.Ceiling > 0 && o.EstimateCeiling {
		return FitOptions{}, innovation.Invalidf(innovation.RuleStatisticOption, field, "a ceiling is given and is to be estimated too").
			Trying("choose one")
	}
	if o.Iterations < 0 {
		return FitOptions{}, innovation.Invalidf(innovation.RuleStatisticOption, field, "%d iterations", o.Iterations).
			Trying("give a positive limit, or 0 for the default")
	}
	return *o, nil
}

// counts checks a series of adopters per period for a fit of k parameters. The
// least number of values is k+3: with fewer, AICc does not exist.
func counts(field string, xs []float64, k int, what string) error {
	if err := finite(field, xs); err != nil {
		return err
	}
	if err := notNegative(field, xs); err != nil {
		return err
	}
	if err := enough(field, len(xs), k+3, what); err != nil {
		return err
	}
	return varied(field, xs, what)
}

// rising refuses a cumulative series that falls or exceeds its ceiling (0: none).
func rising(field string, xs []float64, ceiling float64) error {
	for i, x := range xs {
		if i > 0 && x < xs[i-1] {
			return innovation.Invalidf(innovation.RuleSeriesDecreasing, field, "value %d of %d is %v after %v", i+1, len(xs), x, xs[i-1]).
				Trying("give running totals of first adoptions")
		}
		if ceiling > 0 && x > ceiling {
			return innovation.Invalidf(innovation.RuleSeriesDecreasing, field, "value %d of %d is %v, above the ceiling %v", i+1, len(xs), x, ceiling).
				Trying("correct the eligible set; nobody adopts twice")
		}
	}
	return nil
}

func largest(xs []float64) float64 {
	top := 0.0
	for _, x := range xs {
		top = math.Max(top, x)
	}
	return top
}
