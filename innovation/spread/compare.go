package spread

import (
	"math"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// Comparison is one fit among several on the same data.
type Comparison struct {
	Index      int     // the fit's place among the arguments of Compare
	Model      Model   // its curve
	Parameters int     // estimated, with the error variance counted as one
	RSS        float64 // residual sum of squares
	AICc       float64 // n·ln(RSS/n) + 2K + 2K(K+1)/(n−K−1)
	BIC        float64 // n·ln(RSS/n) + K·ln n
	Delta      float64 // AICc less the least AICc
	Weight     float64 // Akaike weight, e^{−Delta/2} over its sum; the weights add to 1
}

// Compare orders fits of the same series, least AICc first; equals keep their
// order. AICc is that of Hurvich and Tsai (1989, Biometrika 76:297–307), BIC that
// of Schwarz (1978, Annals of Statistics 6:461–464), the weights those of
// Burnham and Anderson (2002, Model Selection and Multimodel Inference, chapter
// 2). The additive constant n(1+ln 2π) is left out. All assume independent normal
// errors of one variance; on cumulative series that does not hold, and the
// weights are too far apart.
//
// It needs two fits of the same scale and the very same data (statistic-option,
// series-lengths). It refuses a perfect fit (fit-undetermined), whose likelihood
// has no bound, and a series without K+2 values (series-thin).
func Compare(fits ...Fit) ([]Comparison, error) {
	if len(fits) < 2 {
		return nil, innovation.Invalidf(innovation.RuleStatisticOption, "fits", "%d fits to compare", len(fits)).
			Trying("give at least two fits of the same series")
	}
	out := make([]Comparison, len(fits))
	for i, f := range fits {
		if err := f.usable("fits"); err != nil {
			return nil, err
		}
		if f.Scale != fits[0].Scale {
			return nil, innovation.Invalidf(innovation.RuleStatisticOption, "fits", "fit %d is of %s and fit 1 of %s", i+1, f.Scale, fits[0].Scale).
				Trying("fit all curves to the same scale")
		}
		if err := sameLength("fits", len(f.Data), "the first", len(fits[0].Data)); err != nil {
			return nil, err
		}
		if !slices.Equal(f.Data, fits[0].Data) {
			return nil, innovation.Invalidf(innovation.RuleStatisticOption, "fits", "fit %d is of other data than fit 1", i+1).
				Trying("fit all curves to the same series")
		}
		n, k := float64(len(f.Data)), float64(f.estimated()+1)
		if n-k-1 < 1 {
			return nil, innovation.Refusedf(innovation.RuleSeriesThin, "fits", "AICc of %v parameters needs %v values, and there are %v", k, k+2, n).
				Trying("wait for more data")
		}
		level := n * math.Log(f.RSS/n)
		if math.IsInf(level, 0) || math.IsNaN(level) {
			return nil, innovation.Refusedf(innovation.RuleFitUndetermined, "fits", "fit %d leaves no residuals, so its likelihood has no bound", i+1).
				Trying("compare fits of observed data")
		}
		out[i] = Comparison{
			Index: i, Model: f.Model, Parameters: int(k), RSS: f.RSS,
			AICc: level + 2*k + 2*k*(k+1)/(n-k-1),
			BIC:  level + k*math.Log(n),
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].AICc < out[j].AICc })
	sum := 0.0
	for i := range out {
		out[i].Delta = out[i].AICc - out[0].AICc
		out[i].Weight = math.Exp(-out[i].Delta / 2)
		sum += out[i].Weight
	}
	for i := range out {
		out[i].Weight /= sum
	}
	return out, nil
}
