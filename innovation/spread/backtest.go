package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// BackTest is how a fit on the first periods of a series would have forecast
// the rest of it.
type BackTest struct {
	Train     int      // periods that the fit saw
	Fit       Fit      // on these
	Forecast  Forecast // of the rest
	Errors    []float64
	MAE       float64 // mean absolute error, in units of the series
	RMSE      float64 // root mean square error, in units of the series
	MAPE      float64 // mean absolute error as a share of the value; 0 when not known
	MAPEKnown bool    // false when a held-out value is 0
	MASE      float64 // MAE over the mean absolute change between training periods; below 1 beats "as last period"
	Covered   int     // held-out values inside their interval, ends included
	Coverage  float64 // Covered as a share of the held-out values
}

// BackTestFit fits the first train values of a series, forecasts the others and
// compares. fit makes the fit, for instance
//
//	func(xs []float64) (spread.Fit, error) {
//		b, err := spread.BassByIncrements(xs, nil)
//		return b.Fit, err
//	}
//
// Errors are value − forecast, in order. MASE is that of Hyndman and Koehler
// (2006, International Journal of Forecasting 22:679–688). One origin is one
// sample: coverage of a few values says little. It refuses train outside 2 …
// len−1 (statistic-option), training values that are all equal (series-constant,
// no MASE) and whatever fit and ForecastFrom refuse.
func BackTestFit(series []float64, train int, fit func([]float64) (Fit, error), o *ForecastOptions) (BackTest, error) {
	if fit == nil {
		return BackTest{}, innovation.Invalidf(innovation.RuleStatisticOption, "fit", "no fit is given").Trying("give a function that fits a series")
	}
	if err := finite("series", series); err != nil {
		return BackTest{}, err
	}
	if err := notNegative("series", series); err != nil {
		return BackTest{}, err
	}
	if err := enough("series", len(series), 3, "a back-test"); err != nil {
		return BackTest{}, err
	}
	if train < 2 || train >= len(series) {
		return BackTest{}, innovation.Invalidf(innovation.RuleStatisticOption, "train", "%d of %d values to train on", train, len(series)).
			Trying("leave at least one value to forecast")
	}
	known := append([]float64(nil), series[:train]...)
	if err := varied("series", known, "a back-test"); err != nil {
		return BackTest{}, err
	}
	f, err := fit(known)
	if err != nil {
		return BackTest{}, err
	}
	if len(f.Data) != train {
		return BackTest{}, innovation.Invalidf(innovation.RuleStatisticOption, "fit", "the fit is of %d values, not of the %d given", len(f.Data), train).
			Trying("fit the series that the function gets")
	}
	ahead, err := ForecastFrom(f, len(series)-train, o)
	if err != nil {
		return BackTest{}, err
	}
	out := BackTest{Train: train, Fit: f, Forecast: ahead, MAPEKnown: true}
	h := float64(len(series) - train)
	for i, p := range ahead.Points {
		y := series[train+i]
		e := y - p.Mean
		out.Errors = append(out.Errors, e)
		out.MAE += math.Abs(e) / h
		out.RMSE += e * e / h
		if y == 0 {
			out.MAPEKnown = false
		} else {
			out.MAPE += math.Abs(e) / y / h
		}
		if y >= p.Low && y <= p.High {
			out.Covered++
		}
	}
	out.RMSE = math.Sqrt(out.RMSE)
	if !out.MAPEKnown {
		out.MAPE = 0
	}
	naive := 0.0
	for i := 1; i < train; i++ {
		naive += math.Abs(known[i]-known[i-1]) / float64(train-1)
	}
	out.MASE = out.MAE / naive
	out.Coverage = float64(out.Covered) / h
	if finite("", []float64{out.MAE, out.RMSE, out.MAPE, out.MASE}) != nil {
		return BackTest{}, undetermined("the errors of the forecast")
	}
	return out, nil
}
