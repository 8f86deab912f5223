package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// BassByRegression fits S(T) = a + bY(T−1) + cY²(T−1) for T = 2, 3, …, n by
// ordinary least squares, with S(T) the adopters of period T and Y(T−1) the sum
// of S(1) … S(T−1): the estimator of Bass (1969, Management Science 15:215–227),
// and his convention of Y. Then m is the positive root of a + bm + cm² = 0,
// p = a/m and q = −cm. Standard errors of p, q and m are by the delta method.
//
// The errors are taken as independent of Y(T−1), though Y holds earlier errors,
// and a period is taken as an instant: the estimates have a time-interval bias
// (Srinivasan and Mason 1986), and BassByIncrements is better. Fit.Data is S(2) …
// S(n) and Fit.Parameters are p, q, m. Such a fit cannot be forecast from.
//
// It needs 7 values. It refuses series-thin, series-constant, fit-undetermined
// (collinear Y, a ceiling with a standard error above itself) and fit-failed when
// the regression is not a Bass curve (a ≤ 0 or c ≥ 0).
func BassByRegression(adopters []float64) (BassFit, error) {
	if err := counts("adopters", adopters, 4, "the regression of Bass"); err != nil {
		return BassFit{}, err
	}
	before := running(adopters)
	unit := before[len(before)-1]
	n := len(adopters) - 1
	y, rows := make([]float64, n), make([][]float64, n)
	for i := range n {
		x := before[i] / unit
		y[i] = adopters[i+1] / unit
		rows[i] = []float64{1, x, x * x}
	}
	if err := varied("adopters", y, "the regression of Bass"); err != nil {
		return BassFit{}, err
	}
	normal, g := products(rows, y)
	inverse, at := inverted(normal, singular)
	if inverse == nil {
		return BassFit{}, undetermined([]string{"a", "b", "c"}[at])
	}
	coef := make([]float64, 3)
	for j := range coef {
		for l := range g {
			coef[j] += inverse[j][l] * g[l]
		}
	}
	a, b, c := coef[0], coef[1], coef[2]
	if !(a > 0) || !(c < 0) {
		return BassFit{}, innovation.Refusedf(innovation.RuleFitFailed, "adopters", "the regression gives no Bass curve (a = %.4g, c = %.4g in shares of the total)", a, c).
			Trying("fit by increments, or wait until the number a period has begun to fall")
	}
	m := (-b - math.Sqrt(b*b-4*a*c)) / (2 * c)
	p, q := a/m, -c*m
	fit := Fit{Model: ModelBassRegression, Scale: ScaleIncrements}
	rss := 0.0
	for i, row := range rows {
		mean := a + b*row[1] + c*row[2]
		rss += (y[i] - mean) * (y[i] - mean)
		fit.Data = append(fit.Data, adopters[i+1])
		fit.Fitted = append(fit.Fitted, mean*unit)
	}
	// The derivatives of the root: a + bm + cm² = 0 differentiated.
	slope := b + 2*c*m
	dm := []float64{-1 / slope, -m / slope, -m * m / slope}
	jac := [][]float64{
		{1/m - a*dm[0]/(m*m), -a * dm[1] / (m * m), -a * dm[2] / (m * m)},
		{-c * dm[0], -c * dm[1], -m - c*dm[2]},
		{dm[0] * unit, dm[1] * unit, dm[2] * unit},
	}
	fit.Covariance = square(3)
	for i := range jac {
		for j := range jac {
			for k := range inverse {
				for l := range inverse {
					fit.Covariance[i][j] += jac[i][k] * inverse[k][l] * jac[j][l] * rss / float64(n-3)
				}
			}
		}
	}
	fit.Parameters = []Parameter{{Name: "p", Value: p}, {Name: "q", Value: q}, {Name: "m", Value: m * unit}}
	if err := fit.finish(); err != nil {
		return BassFit{}, err
	}
	if err := ceilingKnown(fit.Parameters[2]); err != nil {
		return BassFit{}, err
	}
	return bassOf(fit)
}
