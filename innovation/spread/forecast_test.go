package spread_test

import (
	"math"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

func bassOn(xs []float64) (spread.Fit, error) {
	b, err := spread.BassByIncrements(xs, nil)
	return b.Fit, err
}

func TestForecastOfAnExactCurveIsTheCurve(t *testing.T) {
	all := bassIncrements(0.01, 0.4, 1000, 30)
	fit, err := spread.BassByIncrements(all[:20], nil)
	if err != nil {
		t.Fatal(err)
	}
	ahead, err := spread.ForecastFrom(fit.Fit, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for _, x := range all[:20] {
		total += x
	}
	for i, p := range ahead.Points {
		total += all[20+i]
		if p.Period != 21+i {
			t.Errorf("period %d, want %d", p.Period, 21+i)
		}
		near(t, "mean", p.Mean, all[20+i], 1e-5)
		near(t, "cumulative", ahead.Cumulative[i].Mean, total, 1e-8)
	}
}

// The interval of the next value: the delta method by hand, with numerical
// derivatives of the fitted curve and the covariance that the fit gives.
func TestForecastIntervalIsTheDeltaMethod(t *testing.T) {
	xs := bassSeries(t)["room_air_conditioners"]
	fit, err := spread.BassByIncrements(xs, nil)
	if err != nil {
		t.Fatal(err)
	}
	mean := func(theta []float64) float64 {
		f := func(at float64) float64 {
			e := math.Exp(-(theta[0] + theta[1]) * at)
			return theta[2] * (1 - e) / (1 + theta[1]/theta[0]*e)
		}
		return f(14) - f(13)
	}
	theta := []float64{fit.P.Value, fit.Q.Value, fit.M.Value}
	grad := make([]float64, 3)
	for j := range grad {
		up, down := append([]float64(nil), theta...), append([]float64(nil), theta...)
		h := 1e-6 * theta[j]
		up[j], down[j] = up[j]+h, down[j]-h
		grad[j] = (mean(up) - mean(down)) / (2 * h)
	}
	v := 0.0
	for i := range grad {
		for j := range grad {
			v += grad[i] * fit.Covariance[i][j] * grad[j]
		}
	}
	ahead, err := spread.ForecastFrom(fit.Fit, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := ahead.Points[0]
	near(t, "standard error", p.StandardError, math.Sqrt(v), 1e-6)
	// 2.228139 is qt(0.975, 10): 13 values less 3 parameters.
	near(t, "half width", p.High-p.Mean, 2.228139*math.Sqrt(v+fit.ResidualSD*fit.ResidualSD), 1e-6)
	near(t, "total", ahead.Cumulative[0].Mean, 14418+p.Mean, 1e-12)
	near(t, "its width", ahead.Cumulative[0].High-ahead.Cumulative[0].Mean, p.High-p.Mean, 1e-9)
}

func TestForecastOfSharesStaysBelowTheCeiling(t *testing.T) {
	share := []float64{0.02, 0.06, 0.11, 0.24, 0.36, 0.55, 0.7, 0.85, 0.9, 0.97}
	fit, err := spread.BassByShare(share, nil)
	if err != nil {
		t.Fatal(err)
	}
	ahead, err := spread.ForecastFrom(fit.Fit, 5, &spread.ForecastOptions{Level: 0.8})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ahead.Points {
		if p.High > 1 || p.Low < 0 || p.Mean < 0.9 {
			t.Errorf("%+v", p)
		}
	}
}

func TestBackTestFit(t *testing.T) {
	xs := bassSeries(t)["clothes_dryers"]
	b, err := spread.BackTestFit(xs, 10, bassOn, nil)
	if err != nil {
		t.Fatal(err)
	}
	mae, square, covered := 0.0, 0.0, 0
	for i, p := range b.Forecast.Points {
		e := xs[10+i] - p.Mean
		mae += math.Abs(e) / 3
		square += e * e / 3
		if xs[10+i] >= p.Low && xs[10+i] <= p.High {
			covered++
		}
	}
	near(t, "MAE", b.MAE, mae, 1e-12)
	near(t, "RMSE", b.RMSE, math.Sqrt(square), 1e-12)
	near(t, "MASE", b.MASE, mae/((213+173+143+102+153+507+126+229+54)/9.0), 1e-12)
	if b.Covered != covered || !b.MAPEKnown || b.MAPE <= 0 || b.RMSE < b.MAE {
		t.Errorf("%+v", b)
	}
	exact, err := spread.BackTestFit(bassIncrements(0.01, 0.4, 1000, 30), 20, bassOn, nil)
	if err != nil {
		t.Fatal(err)
	}
	if exact.MAE > 1e-3 {
		t.Errorf("the exact curve is missed by %v", exact.MAE)
	}
	zero, err := spread.BackTestFit(append(append([]float64(nil), xs...), 0), 13, bassOn, nil)
	if err != nil || zero.MAPEKnown || zero.MAPE != 0 {
		t.Errorf("a value of 0: %+v, %v", zero, err)
	}
}

func TestArrivalOf(t *testing.T) {
	k, rate, at := 100.0, 0.5, 6.0
	exact, err := spread.LogisticByCumulative(logistic(k, rate, at, 14), nil)
	if err != nil {
		t.Fatal(err)
	}
	half, err := spread.ArrivalOf(exact.Fit, 0.5, 0, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	if half.Status != spread.ArrivalPast {
		t.Errorf("%+v", half)
	}
	near(t, "half", half.Time, at, 1e-6)
	late, err := spread.ArrivalOf(exact.Fit, 0.999, 100, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "99.9 %", late.Time, at+math.Log(999)/rate, 1e-5)
	if late.Status != spread.ArrivalWithin {
		t.Errorf("%+v", late)
	}
	if a, err := spread.ArrivalOf(exact.Fit, 0.999, 100, 2, nil); err != nil || a.Status != spread.ArrivalBeyond || a.Time != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := spread.ArrivalOf(exact.Fit, 0.8, 200, 50, nil); err != nil || a.Status != spread.ArrivalNever {
		t.Errorf("%+v, %v", a, err)
	}

	dryers, err := spread.BassByIncrements(bassSeries(t)["clothes_dryers"], nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := spread.ArrivalOf(dryers.Fit, 0.9, 0, 20, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Status != spread.ArrivalWithin || !a.LowKnown || a.Low > a.Time || (a.HighKnown && a.High < a.Time) {
		t.Errorf("%+v", a)
	}
	b, err := spread.ArrivalOf(dryers.Fit, 0.9, 0, 20, &spread.ForecastOptions{Level: 0.5})
	if err != nil || b.Low < a.Low || b.Time != a.Time {
		t.Errorf("%+v is not inside %+v (%v)", b, a, err)
	}
}

func TestForecastRefuses(t *testing.T) {
	xs := bassSeries(t)["clothes_dryers"]
	fit, err := bassOn(xs)
	if err != nil {
		t.Fatal(err)
	}
	regression, err := spread.BassByRegression(xs)
	if err != nil {
		t.Fatal(err)
	}
	ahead := func(f spread.Fit, h int, o *spread.ForecastOptions) error {
		_, err := spread.ForecastFrom(f, h, o)
		return err
	}
	arrival := func(f spread.Fit, share, eligible float64, h int) error {
		_, err := spread.ArrivalOf(f, share, eligible, h, nil)
		return err
	}
	back := func(xs []float64, k int, f func([]float64) (spread.Fit, error)) error {
		_, err := spread.BackTestFit(xs, k, f, nil)
		return err
	}
	for _, c := range []struct {
		name string
		err  error
		rule innovation.RuleID
	}{
		{"no fit", ahead(spread.Fit{}, 1, nil), innovation.RuleStatisticOption},
		{"no horizon", ahead(fit, 0, nil), innovation.RuleStatisticOption},
		{"long horizon", ahead(fit, 1001, nil), innovation.RuleStatisticOption},
		{"level", ahead(fit, 1, &spread.ForecastOptions{Level: 1}), innovation.RuleStatisticOption},
		{"level NaN", ahead(fit, 1, &spread.ForecastOptions{Level: math.NaN()}), innovation.RuleStatisticOption},
		{"regression", ahead(regression.Fit, 1, nil), innovation.RuleStatisticOption},
		{"share", arrival(fit, 1, 0, 5), innovation.RuleStatisticOption},
		{"share NaN", arrival(fit, math.NaN(), 0, 5), innovation.RuleStatisticOption},
		{"eligible", arrival(fit, 0.5, -2, 5), innovation.RuleStatisticOption},
		{"back-test empty", back(nil, 2, bassOn), innovation.RuleSeriesThin},
		{"back-test NaN", back([]float64{1, 2, math.NaN(), 3}, 2, bassOn), innovation.RuleSeriesNotNumber},
		{"back-test negative", back([]float64{1, 2, -1, 3}, 2, bassOn), innovation.RuleSeriesNegative},
		{"back-test equal", back([]float64{1, 1, 1, 3}, 3, bassOn), innovation.RuleSeriesConstant},
		{"back-test all", back(xs, 13, bassOn), innovation.RuleStatisticOption},
		{"back-test thin", back(xs, 5, bassOn), innovation.RuleSeriesThin},
		{"back-test no fit", back(xs, 10, nil), innovation.RuleStatisticOption},
		{"back-test other fit", back(xs, 10, func([]float64) (spread.Fit, error) { return fit, nil }), innovation.RuleStatisticOption},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, c.err, c.rule) })
	}
}
