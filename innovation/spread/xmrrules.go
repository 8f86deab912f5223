package spread

import "slices"

// xmrRules gives, for each point of one segment, the rules that it is part of.
func xmrRules(values []float64, seg XmRSegment, o XmROptions) [][]XmRFired {
	n := len(values)
	fired := make([][]XmRFired, n)
	mark := func(i int, f XmRFired) {
		if !slices.Contains(fired[i], f) {
			fired[i] = append(fired[i], f)
		}
	}
	twoSigmas := 2 * xmrLimit / 3 * seg.MovingRange
	side, outside, far := make([]int, n), make([]bool, n), make([]bool, n)
	for i, x := range values {
		side[i] = signOf(x - seg.Mean)
		outside[i] = x > seg.Upper || x < seg.Lower
		far[i] = (x > seg.Mean+twoSigmas || x < seg.Mean-twoSigmas) && (!outside[i] || !o.TwoSigmaOnly)
		if outside[i] {
			mark(i, XmRFired{OutsideLimits, side[i] > 0})
		}
	}
	steps := make([]int, n) // the direction from the point before
	for i := 1; i < n; i++ {
		steps[i] = signOf(values[i] - values[i-1])
	}
	// A later trend is put before an earlier one: where a point ends one and
	// begins another, the way that it goes on decides.
	for _, w := range slices.Backward(runs(steps, 1, o.TrendLength-1)) {
		for i := w.from - 1; i < w.to; i++ {
			mark(i, XmRFired{TrendOfPoints, w.sign > 0})
		}
	}
	for i := 0; i+3 <= n; i++ {
		if side[i] == 0 || side[i] != side[i+1] || side[i] != side[i+2] {
			continue
		}
		beyond := 0
		for j := i; j < i+3; j++ {
			if far[j] {
				beyond++
			}
		}
		for j := i; j < i+3 && beyond >= 2; j++ {
			if far[j] {
				mark(j, XmRFired{TwoOfThree, side[j] > 0})
			}
		}
	}
	for _, w := range runs(side, 0, o.ShiftLength) {
		for i := w.from; i < w.to; i++ {
			mark(i, XmRFired{ShiftOfPoints, w.sign > 0})
		}
	}
	return fired
}

// run is a stretch [from, to) of one sign.
type run struct{ from, to, sign int }

// runs are the longest stretches of one sign, other than 0, of at least so many
// from the index on.
func runs(signs []int, index, least int) []run {
	var out []run
	for i := index; i < len(signs); {
		j := i
		for j < len(signs) && signs[j] == signs[i] {
			j++
		}
		if signs[i] != 0 && j-i >= least {
			out = append(out, run{i, j, signs[i]})
		}
		i = j
	}
	return out
}

// signOf is -1, 0 or 1.
func signOf(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// mean is the plain mean of at least one value.
func mean(values []float64) float64 {
	var sum float64
	for _, x := range values {
		sum += x
	}
	return sum / float64(len(values))
}

// signal judges a point by the rules that it is part of.
func (o XmROptions) signal(fired []XmRFired) XmRSignal {
	if len(fired) == 0 {
		return CommonCause
	}
	one := func(f XmRFired) XmRSignal {
		switch {
		case o.Direction == Neither && f.High:
			return SpecialHigh
		case o.Direction == Neither:
			return SpecialLow
		case f.High == (o.Direction == HigherBetter):
			return Improvement
		}
		return Concern
	}
	if !o.FirstRule {
		for _, f := range fired {
			if one(f) == Improvement {
				return Improvement
			}
		}
	}
	return one(fired[0])
}

// assurance compares the target with the limits of the present process.
func (o XmROptions) assurance(seg XmRSegment) Assurance {
	if o.Target == nil || o.Direction == Neither {
		return NoAssurance
	}
	higher := o.Direction == HigherBetter
	switch {
	case *o.Target > seg.Upper && higher, *o.Target < seg.Lower && !higher:
		return ConsistentlyFailing
	case *o.Target > seg.Upper, *o.Target < seg.Lower:
		return ConsistentlyPassing
	}
	return HitAndMiss
}
