package spread

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/innovationregistry/registry/innovation"
)

// columns reads two columns of numbers.
func columns(t *testing.T, name string) (a, b []float64) {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range all[1:] {
		x, errX := strconv.ParseFloat(row[0], 64)
		y, errY := strconv.ParseFloat(row[1], 64)
		if errX != nil || errY != nil {
			t.Fatal(errX, errY)
		}
		a, b = append(a, x), append(b, y)
	}
	return a, b
}

func digits(t *testing.T, what string, got, want, rel float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > rel*math.Abs(want) {
		t.Errorf("%s = %.12g, want %.12g within %g", what, got, want, rel)
	}
}

func TestNLSGivesCertifiedRat42(t *testing.T) {
	y, x := columns(t, "nist_rat42.csv")
	mean := func(b []float64, i int, grad []float64) float64 {
		e := math.Exp(b[1] - b[2]*x[i])
		v := b[0] / (1 + e)
		if grad != nil {
			grad[0] = 1 / (1 + e)
			grad[1] = -v * e / (1 + e)
			grad[2] = v * e / (1 + e) * x[i]
		}
		return v
	}
	for name, start := range map[string][]float64{"NIST start 1": {100, 1, 0.1}, "NIST start 2": {75, 2.5, 0.07}} {
		t.Run(name, func(t *testing.T) {
			p := &problem{names: []string{"b1", "b2", "b3"}, real: []bool{true, true, true}, starts: [][]float64{start}, y: y, mean: mean}
			s, err := p.solve()
			if err != nil {
				t.Fatal(err)
			}
			for j, want := range [][2]float64{{7.2462237576e+01, 1.7340283401e+00}, {2.6180768402e+00, 8.8295217536e-02}, {6.7359200066e-02, 3.4465663377e-03}} {
				digits(t, p.names[j], s.theta[j], want[0], 1e-10)
				digits(t, "s.d. "+p.names[j], math.Sqrt(s.covariance[j][j]), want[1], 1e-9)
			}
			digits(t, "RSS", s.rss, 8.0565229338e+00, 1e-10)
		})
	}
}

func TestGrowthGivesCertifiedRat42(t *testing.T) {
	y, x := columns(t, "nist_rat42.csv")
	fit, err := growthFit(ModelLogistic, x, y, FitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	digits(t, "K", fit.Ceiling.Value, 7.2462237576e+01, 1e-10)
	digits(t, "s.d. K", fit.Ceiling.StandardError, 1.7340283401e+00, 1e-8)
	digits(t, "r", fit.Rate.Value, 6.7359200066e-02, 1e-10)
	digits(t, "s.d. r", fit.Rate.StandardError, 3.4465663377e-03, 1e-8)
	digits(t, "r t0", fit.Rate.Value*fit.Inflection.Value, 2.6180768402e+00, 1e-10)
	product := fit.derived("", 0, []float64{0, fit.Inflection.Value, fit.Rate.Value})
	digits(t, "s.d. r t0", product.StandardError, 8.8295217536e-02, 1e-8)
	digits(t, "RSS", fit.RSS, 8.0565229338e+00, 1e-10)
}

func TestGrowthGivesTheGompertzOfR(t *testing.T) {
	conc, y := columns(t, "dnase1.csv")
	x := make([]float64, len(conc))
	for i := range x {
		x[i] = math.Log(conc[i])
	}
	fit, err := growthFit(ModelGompertz, x, y, FitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	k, r, at := fit.Ceiling.Value, fit.Rate.Value, fit.Inflection.Value
	// R's b2 = e^{r t0} and b3 = e^{−r}.
	b2 := fit.derived("b2", math.Exp(r*at), []float64{0, at * math.Exp(r*at), r * math.Exp(r*at)})
	b3 := fit.derived("b3", math.Exp(-r), []float64{0, -math.Exp(-r), 0})
	for _, c := range []struct {
		what             string
		got, want, digit float64
	}{
		{"Asym", k, 4.60333, 1e-5}, {"s.e.", fit.Ceiling.StandardError, 0.65321, 1e-5},
		{"b2", b2.Value, 2.27134, 1e-5}, {"s.e.", b2.StandardError, 0.14373, 1e-5},
		{"b3", b3.Value, 0.71647, 1e-5}, {"s.e.", b3.StandardError, 0.02206, 1e-5},
		{"residual", fit.ResidualSD, 0.02684, 1e-5},
	} {
		if math.Abs(c.got-c.want) > 0.51*c.digit {
			t.Errorf("%s = %.7g, want %v", c.what, c.got, c.want)
		}
	}
	if fit.DegreesOfFreedom != 13 {
		t.Errorf("%d degrees of freedom, want 13", fit.DegreesOfFreedom)
	}
}

// The density form of Bass on video recorders, 1980–1989, as R's nls prints it
// (rstudio-pubs 15329, basss diffusion model): M 6.80e4 (3.13e3), P 6.59e-3
// (1.43e-3), Q 6.38e-1 (4.14e-2), residual standard error 727 on 7 df.
func TestNLSGivesTheVideoRecordersOfR(t *testing.T) {
	y := []float64{840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890}
	value := func(b []float64, i int) float64 {
		m, p, q, at := b[0], b[1], b[2], float64(i+1)
		e := math.Exp(-(p + q) * at)
		return m * (p + q) * (p + q) / p * e / ((1 + q/p*e) * (1 + q/p*e))
	}
	mean := func(b []float64, i int, grad []float64) float64 {
		for j := range grad { // central differences
			h := 1e-6 * b[j]
			up, down := append([]float64(nil), b...), append([]float64(nil), b...)
			up[j] += h
			down[j] -= h
			grad[j] = (value(up, i) - value(down, i)) / (2 * h)
		}
		return value(b, i)
	}
	p := &problem{names: []string{"M", "P", "Q"}, starts: [][]float64{{60630, 0.03, 0.38}}, y: y, mean: mean}
	s, err := p.solve()
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range [][2]float64{{6.80e4, 3.13e3}, {6.59e-3, 1.43e-3}, {6.38e-1, 4.14e-2}} {
		digits(t, p.names[j], s.theta[j], want[0], 0.001)
		digits(t, "s.e. "+p.names[j], math.Sqrt(s.covariance[j][j]), want[1], 0.004)
	}
	digits(t, "residual", math.Sqrt(s.rss/7), 727, 0.001)
}

func TestGradientsAreThoseOfTheCurves(t *testing.T) {
	for model, theta := range map[Model][]float64{
		ModelBass: {0.01, 0.4, 70}, ModelLogistic: {70, 0.4, 6}, ModelGompertz: {70, 0.4, 6},
	} {
		for _, at := range []float64{0.5, 1, 4, 9, 20} {
			grad := make([]float64, 3)
			cumulativeAt(model, theta, at, grad)
			for j := range theta {
				h := 1e-6 * theta[j]
				up, down := append([]float64(nil), theta...), append([]float64(nil), theta...)
				up[j] += h
				down[j] -= h
				want := (cumulativeAt(model, up, at, nil) - cumulativeAt(model, down, at, nil)) / (2 * h)
				if math.Abs(grad[j]-want) > 1e-6*(math.Abs(want)+1e-3) {
					t.Errorf("%s at %v: derivative %d is %v, want %v", model, at, j, grad[j], want)
				}
			}
		}
	}
}

// Points of the Student t distribution as R's qt(.975, df) prints them.
func TestStudentTwoSided(t *testing.T) {
	for df, want := range map[int]float64{1: 12.706205, 2: 4.302653, 5: 2.570582, 10: 2.228139, 50: 2.008559, 1000: 1.962339} {
		if got := studentTwoSided(0.95, df); math.Abs(got-want) > 0.51e-6 {
			t.Errorf("df %d: %.7f, want %.6f", df, got, want)
		}
	}
}

func TestNLSRefusesWhatIsNotDetermined(t *testing.T) {
	// Only the product of the two parameters matters.
	mean := func(b []float64, i int, grad []float64) float64 {
		x := float64(i + 1)
		if grad != nil {
			grad[0], grad[1] = b[1]*x, b[0]*x
		}
		return b[0] * b[1] * x
	}
	p := &problem{names: []string{"a", "b"}, starts: [][]float64{{1, 1}}, y: []float64{2, 4.1, 5.9, 8, 10.2}, mean: mean}
	_, err := p.solve()
	var e *innovation.Error
	if !errors.As(err, &e) || e.Rule != innovation.RuleFitUndetermined {
		t.Fatalf("error %v, want fit-undetermined", err)
	}
}
