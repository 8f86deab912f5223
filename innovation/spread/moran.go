package spread

import (
	"math"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// MoranNull is the hypothesis under which the variance of Moran's I is taken.
type MoranNull string

// The hypotheses.
const (
	MoranRandomised MoranNull = ""       // the default: the values are given, their places are by chance
	MoranNormal     MoranNull = "normal" // the values are independent draws of one normal distribution
)

// MoranOptions are the choices of Moran's I. Nil means the defaults.
type MoranOptions struct {
	// RowStandardised divides the weights of each ego by their sum. By default
	// they are taken as they are.
	RowStandardised bool
	// Null is the hypothesis for the variance, z and p.
	Null MoranNull
	// Permutations are orders of the values from the caller, each a permutation of
	// 0 … n−1. The package draws none itself. With them the pseudo p-value is
	// computed too.
	Permutations [][]int
}

// MoranI is Moran's I with its test. Above Expected, values that are tied are
// alike; below, unlike.
type MoranI struct {
	N                  int     // values
	Isolates           int     // nodes without any tie, in or out; they stay in N
	I                  float64 // n/S₀ · Σᵢⱼ wᵢⱼ(xᵢ−x̄)(xⱼ−x̄) / Σᵢ(xᵢ−x̄)²
	Expected           float64 // −1/(n−1)
	VarianceNormal     float64 // under normality
	VarianceRandomised float64 // under randomisation
	Z                  float64 // (I − Expected)/√variance of the hypothesis chosen
	P                  float64 // two-sided, by the normal approximation
	PGreater           float64 // of values tied being alike
	Permutations       int     // number of orders given
	PPermuted          float64 // (1 + orders with I at or above the observed)/(1 + orders); 0 without orders
}

// Moran computes Moran's I of a value per node on a network (Moran 1950,
// Biometrika 37:17–23), with expectation and variances of Cliff and Ord (1981,
// Spatial Processes, Pion, chapter 2). The weights may be asymmetric. p-values
// are normal approximations and poor for few nodes or a few heavy ties; then give
// permutations. It assumes that any order of the values is equally likely when
// there is no autocorrelation; unequal variances (small groups) break that.
//
// It needs 4 values (series-thin) that differ (series-constant), and refuses a
// malformed network or one whose weights are all 0 (weights-invalid), bad options
// and permutations (statistic-option), and a variance of 0 (fit-undetermined:
// every node tied alike to every other has the same I in every order).
func Moran(values []float64, ties []Tie, o *MoranOptions) (MoranI, error) {
	opt := MoranOptions{}
	if o != nil {
		opt = *o
	}
	n := len(values)
	if err := finite("values", values); err != nil {
		return MoranI{}, err
	}
	if err := enough("values", n, 4, "Moran's I"); err != nil {
		return MoranI{}, err
	}
	if err := varied("values", values, "Moran's I"); err != nil {
		return MoranI{}, err
	}
	if opt.Null != MoranRandomised && opt.Null != MoranNormal {
		return MoranI{}, innovation.Invalidf(innovation.RuleStatisticOption, "options.null", "a hypothesis %q", opt.Null).
			Trying("leave it empty, or give %q", MoranNormal)
	}
	for _, order := range opt.Permutations {
		if !permutation(order, n) {
			return MoranI{}, innovation.Invalidf(innovation.RuleStatisticOption, "options.permutations", "an order is no permutation of 0 to %d", n-1).
				Trying("give orders that hold every node once")
		}
	}
	if err := network(ties, n); err != nil {
		return MoranI{}, err
	}
	w, err := weights(ties, n, opt.RowStandardised)
	if err != nil {
		return MoranI{}, err
	}
	return moran(values, w, opt)
}

func moran(values []float64, ties []Tie, opt MoranOptions) (MoranI, error) {
	n := float64(len(values))
	dev, m2, m4, err := deviations(values)
	if err != nil {
		return MoranI{}, err
	}
	var s0, s1, s2 float64
	out := MoranI{N: len(values), Expected: -1 / (n - 1), Permutations: len(opt.Permutations)}
	both := make(map[[2]int]float64, len(ties))
	sums := make([]float64, len(values))
	touched := make([]bool, len(values))
	for _, t := range ties {
		s0 += t.Weight
		sums[t.Ego] += t.Weight
		sums[t.Alter] += t.Weight
		both[[2]int{t.Ego, t.Alter}] = t.Weight
		if t.Weight > 0 {
			touched[t.Ego], touched[t.Alter] = true, true
		}
	}
	// S₁ = ½Σᵢⱼ(wᵢⱼ+wⱼᵢ)² = Σᵢⱼ(wᵢⱼ² + wᵢⱼwⱼᵢ), in the order of the ties.
	for _, t := range ties {
		s1 += t.Weight*t.Weight + t.Weight*both[[2]int{t.Alter, t.Ego}]
	}
	for i, s := range sums {
		s2 += s * s
		if !touched[i] {
			out.Isolates++
		}
	}
	index := func(order []int) float64 {
		sum := 0.0
		for _, t := range ties {
			a, b := t.Ego, t.Alter
			if order != nil {
				a, b = order[a], order[b]
			}
			sum += t.Weight * dev[a] * dev[b]
		}
		return sum / s0 / m2
	}
	out.I = index(nil)
	e2 := out.Expected * out.Expected
	out.VarianceNormal = (n*n*s1-n*s2+3*s0*s0)/((n*n-1)*s0*s0) - e2
	k := m4 / (m2 * m2)
	out.VarianceRandomised = (n*((n*n-3*n+3)*s1-n*s2+3*s0*s0)-k*((n*n-n)*s1-2*n*s2+6*s0*s0))/((n-1)*(n-2)*(n-3)*s0*s0) - e2
	v := out.VarianceRandomised
	if opt.Null == MoranNormal {
		v = out.VarianceNormal
	}
	if !(v > 1e-12*e2) {
		return MoranI{}, innovation.Refusedf(innovation.RuleFitUndetermined, "ties", "I has no variance on this network").
			Trying("leave out ties that say nothing: here every order of the values is alike")
	}
	out.Z = (out.I - out.Expected) / math.Sqrt(v)
	out.P = math.Erfc(math.Abs(out.Z) / math.Sqrt2)
	out.PGreater = math.Erfc(out.Z/math.Sqrt2) / 2
	if len(opt.Permutations) > 0 {
		above := 1
		for _, order := range opt.Permutations {
			if index(order) >= out.I-1e-12*math.Abs(out.I) {
				above++
			}
		}
		out.PPermuted = float64(above) / float64(1+len(opt.Permutations))
	}
	if err := finite("values", []float64{out.I, out.VarianceNormal, out.VarianceRandomised, out.Z, out.P}); err != nil {
		return MoranI{}, err
	}
	return out, nil
}

// deviations are the values less their mean, scaled so that the largest is 1,
// with their second and fourth moments.
func deviations(values []float64) (dev []float64, m2, m4 float64, err error) {
	n, scale, mean, top := float64(len(values)), 0.0, 0.0, 0.0
	for _, x := range values {
		scale = math.Max(scale, math.Abs(x))
	}
	dev = make([]float64, len(values))
	for i, x := range values {
		dev[i] = x / scale
		mean += dev[i] / n
	}
	for i := range dev {
		dev[i] -= mean
		top = math.Max(top, math.Abs(dev[i]))
	}
	if !(top > 1e-14) {
		return nil, 0, 0, innovation.Refusedf(innovation.RuleSeriesConstant, "values", "the values differ by rounding only").
			Trying("there is nothing to compare")
	}
	for i := range dev {
		dev[i] /= top
		m2 += dev[i] * dev[i] / n
		m4 += dev[i] * dev[i] * dev[i] * dev[i] / n
	}
	return dev, m2, m4, nil
}

// weights are the ties scaled to a largest weight of 1, or standardised by ego.
func weights(ties []Tie, n int, standardise bool) ([]Tie, error) {
	top := 0.0
	for _, t := range ties {
		top = math.Max(top, t.Weight)
	}
	if top == 0 {
		return nil, innovation.Invalidf(innovation.RuleWeightsInvalid, "ties", "all weights are 0").
			Trying("give each tie a positive weight, 1 when all are alike")
	}
	out := slices.Clone(ties)
	row := make([]float64, n)
	for i := range out {
		out[i].Weight /= top
		row[out[i].Ego] += out[i].Weight
	}
	if standardise {
		for i := range out {
			if row[out[i].Ego] > 0 {
				out[i].Weight /= row[out[i].Ego]
			}
		}
	}
	return out, nil
}

func permutation(order []int, n int) bool {
	if len(order) != n {
		return false
	}
	seen := make([]bool, n)
	for _, i := range order {
		if i < 0 || i >= n || seen[i] {
			return false
		}
		seen[i] = true
	}
	return true
}

// TiesOf reads a square matrix of weights, row by ego, as ties; a weight of 0 is
// no tie. It refuses (weights-invalid) a matrix that is empty, not square, has a
// weight that is negative or no number, or a diagonal other than 0.
func TiesOf(matrix [][]float64) ([]Tie, error) {
	var out []Tie
	for i, row := range matrix {
		if len(row) != len(matrix) {
			return nil, innovation.Invalidf(innovation.RuleWeightsInvalid, "matrix", "row %d has %d weights and there are %d rows", i+1, len(row), len(matrix)).
				Trying("give a square matrix")
		}
		for j, w := range row {
			if w != 0 {
				out = append(out, Tie{Ego: i, Alter: j, Weight: w})
			}
		}
	}
	if err := network(out, len(matrix)); err != nil {
		return nil, err
	}
	return out, nil
}
