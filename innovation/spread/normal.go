package spread

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// singular is the part of its own information below which a parameter counts
// as not determined.
const singular = 1e-11

// products gives JᵀJ and Jᵀr.
func products(jac [][]float64, res []float64) ([][]float64, []float64) {
	k := len(jac[0])
	normal, g := square(k), make([]float64, k)
	for i, row := range jac {
		for j := range k {
			g[j] += row[j] * res[i]
			for l := range k {
				normal[j][l] += row[j] * row[l]
			}
		}
	}
	return normal, g
}

func square(k int) [][]float64 {
	m := make([][]float64, k)
	for j := range m {
		m[j] = make([]float64, k)
	}
	return m
}

// damped solves (A + λ diag A) x = g in the scale where A has a unit diagonal.
func damped(normal [][]float64, g []float64, lambda float64) ([]float64, bool) {
	k := len(g)
	scale, a := make([]float64, k), square(k)
	for j := range k {
		scale[j] = math.Sqrt(normal[j][j])
		if scale[j] == 0 {
			scale[j] = 1
		}
	}
	for j := range k {
		for l := range k {
			a[j][l] = normal[j][l] / (scale[j] * scale[l])
		}
		a[j][j] += lambda
	}
	low, at := cholesky(a, 1e-16)
	if at >= 0 {
		return nil, false
	}
	b := make([]float64, k)
	for j := range k {
		b[j] = g[j] / scale[j]
	}
	x := substitute(low, b)
	for j := range k {
		x[j] /= scale[j]
	}
	return x, true
}

// inverted gives the inverse of a normal matrix, or nil and the index of the
// parameter that the others explain: less than least of its information is its own.
func inverted(normal [][]float64, least float64) ([][]float64, int) {
	k := len(normal)
	scale, a := make([]float64, k), square(k)
	for j := range k {
		scale[j] = math.Sqrt(normal[j][j])
		if scale[j] == 0 {
			return nil, j
		}
	}
	for j := range k {
		for l := range k {
			a[j][l] = normal[j][l] / (scale[j] * scale[l])
		}
	}
	low, at := cholesky(a, least)
	if at >= 0 {
		return nil, at
	}
	inverse := square(k)
	for l := range k {
		unit := make([]float64, k)
		unit[l] = 1
		for j, x := range substitute(low, unit) {
			inverse[j][l] = x / (scale[j] * scale[l])
		}
	}
	return inverse, -1
}

// cholesky gives the lower factor, or the index of the first pivot at or below
// least (-1 when there is none).
func cholesky(a [][]float64, least float64) ([][]float64, int) {
	k := len(a)
	low := square(k)
	for j := range k {
		pivot := a[j][j]
		for l := range j {
			pivot -= low[j][l] * low[j][l]
		}
		if !(pivot > least) {
			return nil, j
		}
		low[j][j] = math.Sqrt(pivot)
		for i := j + 1; i < k; i++ {
			sum := a[i][j]
			for l := range j {
				sum -= low[i][l] * low[j][l]
			}
			low[i][j] = sum / low[j][j]
		}
	}
	return low, -1
}

// substitute solves L Lᵀ x = b.
func substitute(low [][]float64, b []float64) []float64 {
	k := len(b)
	x := append([]float64(nil), b...)
	for j := range k {
		for l := range j {
			x[j] -= low[j][l] * x[l]
		}
		x[j] /= low[j][j]
	}
	for j := k - 1; j >= 0; j-- {
		for l := j + 1; l < k; l++ {
			x[j] -= low[l][j] * x[l]
		}
		x[j] /= low[j][j]
	}
	return x
}

// quadratic is gᵀ V g, never below 0.
func quadratic(v [][]float64, g []float64) float64 {
	sum := 0.0
	for j := range g {
		for l := range g {
			sum += g[j] * v[j][l] * g[l]
		}
	}
	return math.Max(sum, 0)
}

// studentTwoSided is the point that a Student t variable with df degrees of
// freedom stays within, on both sides of 0, with probability level. It inverts
// the incomplete beta function (Abramowitz and Stegun 1964, 26.7.1).
func studentTwoSided(level float64, df int) float64 {
	x := mathext.InvRegIncBeta(float64(df)/2, 0.5, 1-level)
	return math.Sqrt(float64(df) * (1 - x) / x)
}
