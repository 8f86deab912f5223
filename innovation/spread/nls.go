package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// curve gives the mean of observation i at theta and, when grad is not nil,
// fills it with the derivatives by each parameter.
type curve func(theta []float64, i int, grad []float64) float64

// problem is one least-squares fit. All parameters are positive: the search
// runs on their logarithms, the standard errors on the parameters themselves.
type problem struct {
	names  []string
	starts [][]float64
	y      []float64
	mean   curve
	real   []bool // parameters of either sign, searched as they are; nil means none
	limit  int    // of iterations; 0 means 500
}

// solution is where a search ended.
type solution struct {
	theta      []float64
	covariance [][]float64
	fitted     []float64
	rss        float64
	iterations int
}

// logSpan is how far a positive parameter may drift from its start before it
// counts as lost at its bound: a factor of about a million.
const logSpan = 14.0

// solve minimises the sum of squares from each start and keeps the least. The
// step is that of Levenberg (1944, Quarterly of Applied Mathematics 2:164–168)
// and Marquardt (1963, Journal of the Society for Industrial and Applied
// Mathematics 11:431–441) with Marquardt's scaling; standard errors come from
// s²(JᵀJ)⁻¹ with s² = RSS/(n−k) (Seber and Wild 1989, Nonlinear Regression,
// chapter 2).
func (p *problem) solve() (solution, error) {
	best := solution{rss: math.Inf(1)}
	var failure error = notConverged("no start is possible")
	lost := math.Inf(1) // the least sum of squares of a search that failed
	for _, start := range p.starts {
		s, err := p.search(start)
		switch {
		case err != nil && (math.IsInf(lost, 1) || s.rss < lost):
			failure, lost = err, s.rss
		case err == nil && s.rss < best.rss:
			best = s
		}
	}
	// A search that ran away below the best minimum shows that the minimum is
	// not the least.
	if best.theta == nil || lost < best.rss*(1-1e-6) {
		return solution{}, failure
	}
	if err := p.errors(&best); err != nil {
		return solution{}, err
	}
	return best, nil
}

func notConverged(why string) *innovation.Error {
	return innovation.Refusedf(innovation.RuleFitFailed, "", "the fit does not converge: %s", why).
		Trying("wait for more data, take a simpler curve, or give a known ceiling")
}

func undetermined(name string) *innovation.Error {
	return innovation.Refusedf(innovation.RuleFitUndetermined, "", "the data do not determine %s", name).
		Trying("wait until the curve has bent, give a known ceiling, or take a curve with fewer parameters")
}

// search runs one start to its minimum.
func (p *problem) search(start []float64) (solution, error) {
	k, n := len(start), len(p.y)
	limit := p.limit
	if limit == 0 {
		limit = 500
	}
	u := p.toSearch(start)
	from := append([]float64(nil), u...)
	rss, ok := p.rss(p.toTheta(u))
	if !ok {
		return solution{rss: math.Inf(1)}, notConverged("the start gives no number")
	}
	var size float64
	for _, y := range p.y {
		size += y * y
	}
	lambda := 1e-3
	jac, res := make([][]float64, n), make([]float64, n)
	for i := range jac {
		jac[i] = make([]float64, k)
	}
	for it := 1; it <= limit; it++ {
		if !p.linearise(u, jac, res) {
			return solution{rss: rss}, notConverged("the curve has no derivative")
		}
		normal, g := products(jac, res)
		slope := steepness(normal, g, rss, size)
		if slope <= 1 {
			return solution{theta: p.toTheta(u), rss: rss, iterations: it}, nil
		}
		moved := false
		for ; lambda < 1e12; lambda *= 8 {
			step, ok := damped(normal, g, lambda)
			if !ok {
				continue
			}
			v := make([]float64, k)
			for j := range v {
				v[j] = u[j] + step[j]
			}
			next, ok := p.rss(p.toTheta(v))
			if ok && next < rss {
				u, rss, moved = v, next, true
				lambda = math.Max(lambda/10, 1e-12)
				break
			}
		}
		if !moved {
			if slope <= 1e5 { // the last digits of the sum of squares hide the rest
				return solution{theta: p.toTheta(u), rss: rss, iterations: it}, nil
			}
			return solution{rss: rss}, notConverged("no step lowers the sum of squares")
		}
		for j := range u {
			if (p.real == nil || !p.real[j]) && math.Abs(u[j]-from[j]) > logSpan {
				return solution{rss: rss}, undetermined(p.names[j] + ", which runs to its bound")
			}
		}
	}
	if p.linearise(u, jac, res) {
		normal, _ := products(jac, res)
		if _, at := inverted(normal, 1e-8); at >= 0 {
			return solution{rss: rss}, undetermined(p.names[at])
		}
	}
	return solution{rss: rss}, notConverged("the steps do not end")
}

// steepness compares the gradient with what counts as none: the cosine between
// the residuals and each column of the Jacobian at 1e-12, with a floor for
// residuals that are rounding only. At most 1 means converged.
func steepness(normal [][]float64, g []float64, rss, size float64) float64 {
	floor := 1e-12*math.Sqrt(rss) + 1e-15*math.Sqrt(size)
	worst := 0.0
	for j := range g {
		norm := math.Sqrt(normal[j][j])
		if norm == 0 {
			continue // no information: found singular later
		}
		worst = math.Max(worst, math.Abs(g[j])/(norm*floor))
	}
	return worst
}

func (p *problem) toSearch(theta []float64) []float64 {
	u := make([]float64, len(theta))
	for j, x := range theta {
		if p.real != nil && p.real[j] {
			u[j] = x
		} else {
			u[j] = math.Log(x)
		}
	}
	return u
}

func (p *problem) toTheta(u []float64) []float64 {
	theta := make([]float64, len(u))
	for j, x := range u {
		if p.real != nil && p.real[j] {
			theta[j] = x
		} else {
			theta[j] = math.Exp(x)
		}
	}
	return theta
}

// rss is the sum of squares at theta; false when it is not a number.
func (p *problem) rss(theta []float64) (float64, bool) {
	sum := 0.0
	for i, y := range p.y {
		d := y - p.mean(theta, i, nil)
		sum += d * d
	}
	return sum, !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// linearise fills the Jacobian by the searched parameters, and the residuals.
func (p *problem) linearise(u []float64, jac [][]float64, res []float64) bool {
	theta := p.toTheta(u)
	for i, y := range p.y {
		res[i] = y - p.mean(theta, i, jac[i])
		for j := range theta {
			if p.real == nil || !p.real[j] {
				jac[i][j] *= theta[j]
			}
			if math.IsNaN(jac[i][j]) || math.IsInf(jac[i][j], 0) {
				return false
			}
		}
	}
	return true
}

// errors fills the fitted values and the covariance of the parameters.
func (p *problem) errors(s *solution) error {
	n, k := len(p.y), len(s.theta)
	s.fitted = make([]float64, n)
	jac, res := make([][]float64, n), make([]float64, n)
	for i, y := range p.y {
		jac[i] = make([]float64, k)
		s.fitted[i] = p.mean(s.theta, i, jac[i])
		res[i] = y - s.fitted[i]
	}
	normal, _ := products(jac, res)
	inverse, at := inverted(normal, singular)
	if inverse == nil {
		return undetermined(p.names[at])
	}
	variance := s.rss / float64(n-k)
	for j := range inverse {
		for l := range inverse[j] {
			inverse[j][l] *= variance
			if math.IsNaN(inverse[j][l]) || math.IsInf(inverse[j][l], 0) {
				return undetermined(p.names[j])
			}
		}
	}
	s.covariance = inverse
	return nil
}
