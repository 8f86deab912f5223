package spread

import (
	"math"

	"github.com/innovationregistry/registry/innovation"
)

// Tie is one directed tie of a network: Ego looks to Alter. Nodes are numbered
// from 0. Weight is how strong the tie is; it counts only where the options say
// so.
type Tie struct {
	Ego, Alter int
	Weight     float64
}

// NeverCoded says how nodes that have not adopted (time 0) are treated.
type NeverCoded string

// The codings of non-adopters.
const (
	// NeverCensored is the default: they adopt later than the data, or never, and
	// count as adopters nowhere.
	NeverCensored NeverCoded = ""
	// NeverLastPlusOne has them adopt together in one period after the last
	// adoption, as the kfamily data of netdiffuseR are coded. It invents
	// adoptions; it is here to reproduce published tables.
	NeverLastPlusOne NeverCoded = "last-plus-one"
)

// ExposureOptions are the choices of an exposure. Nil means the defaults, which
// are right for asking what came before an adoption.
type ExposureOptions struct {
	// Periods is the number of periods observed. 0 means up to the last adoption;
	// NeverLastPlusOne adds one.
	Periods int
	// SamePeriod counts alters that adopt in the same period too (netdiffuseR:
	// lags = 0, its default). By default only earlier periods count: what happens
	// at the same time is no cause.
	SamePeriod bool
	// Weighted sums the weights of ties (netdiffuseR: valued = TRUE). By default
	// every tie counts 1.
	Weighted bool
	// Counts leaves the sum as it is (netdiffuseR: normalized = FALSE). By default
	// it is divided by the sum over all alters.
	Counts bool
	// IsolatesZero gives nodes without outgoing ties an exposure of 0 (as
	// netdiffuseR does). By default theirs is not known.
	IsolatesZero bool
	// Never says how non-adopters are coded.
	Never NeverCoded
}

// Exposure is how much each node saw of the adoption among its alters.
type Exposure struct {
	Periods int
	// Values holds, for each node, its exposure in periods 1 … Periods (index 0 …
	// Periods−1). A node whose exposure is not known has nil.
	Values [][]float64
	// Times are the times of adoption as coded: 0 for nodes that never count as
	// adopters.
	Times []int
}

// At is the exposure of a node in a period from 1; false when it is not known.
func (e Exposure) At(node, period int) (float64, bool) {
	if node < 0 || node >= len(e.Values) || e.Values[node] == nil || period < 1 || period > len(e.Values[node]) {
		return 0, false
	}
	return e.Values[node][period-1], true
}

// The largest exposure that is computed: periods, and nodes times periods.
const (
	mostPeriods = 10_000
	mostCells   = 20_000_000
)

// ExposureOf gives each node's exposure in each period: the share (or number) of
// its alters that have adopted by then. times are the periods of adoption from 1,
// one for each node, and 0 for a node that has not adopted. The network does not
// change. Sources: Valente (1995, Network Models of the Diffusion of Innovations,
// Hampton); Burt (1987, American Journal of Sociology 92:1287–1335);
// netdiffuseR::exposure (Vega Yon and Valente) for the options of its name.
//
// It assumes that all ties are known; a missing tie shifts the share. It refuses
// an empty or malformed network (weights-invalid: a node out of range, a tie to
// itself, a tie twice, a weight that is no number or negative), negative times or
// times after Periods (series-order), and unknown options or more than 10,000
// periods or 20,000,000 cells (statistic-option).
func ExposureOf(ties []Tie, times []int, o *ExposureOptions) (Exposure, error) {
	opt := ExposureOptions{}
	if o != nil {
		opt = *o
	}
	coded, periods, err := opt.coded(times)
	if err != nil {
		return Exposure{}, err
	}
	if err := fits(len(times), periods); err != nil {
		return Exposure{}, err
	}
	if err := network(ties, len(times)); err != nil {
		return Exposure{}, err
	}
	total := make([]float64, len(times))
	arrivals := make([][]float64, len(times)) // weight that adopts in each period
	for _, tie := range ties {
		w := 1.0
		if opt.Weighted {
			w = tie.Weight
		}
		total[tie.Ego] += w
		if arrivals[tie.Ego] == nil {
			arrivals[tie.Ego] = make([]float64, periods+2)
		}
		at := coded[tie.Alter]
		if at > 0 && !opt.SamePeriod {
			at++
		}
		if at > 0 {
			arrivals[tie.Ego][at] += w
		}
	}
	out := Exposure{Periods: periods, Values: make([][]float64, len(times)), Times: coded}
	for node, row := range arrivals {
		if math.IsInf(total[node], 0) {
			return Exposure{}, innovation.Invalidf(innovation.RuleWeightsInvalid, "ties", "the weights of node %d are too large to add", node)
		}
		if total[node] == 0 {
			if opt.IsolatesZero {
				out.Values[node] = make([]float64, periods)
			}
			continue
		}
		values, sum := make([]float64, periods), 0.0
		for t := 1; t <= periods; t++ {
			sum += row[t]
			values[t-1] = sum
			if !opt.Counts {
				values[t-1] = math.Min(sum/total[node], 1)
			}
		}
		out.Values[node] = values
	}
	return out, nil
}

// coded checks the times and applies the coding of non-adopters.
func (opt ExposureOptions) coded(times []int) ([]int, int, error) {
	if err := enough("times", len(times), 1, "an exposure"); err != nil {
		return nil, 0, err
	}
	if opt.Never != NeverCensored && opt.Never != NeverLastPlusOne {
		return nil, 0, innovation.Invalidf(innovation.RuleStatisticOption, "options.never", "a coding %q", opt.Never).
			Trying("leave it empty, or give %q", NeverLastPlusOne)
	}
	if opt.Periods < 0 || opt.Periods > mostPeriods {
		return nil, 0, innovation.Invalidf(innovation.RuleStatisticOption, "options.periods", "%d periods", opt.Periods).
			Trying("give the number of periods observed, or 0")
	}
	last := 0
	for i, t := range times {
		if t < 0 || t > mostPeriods || (opt.Periods > 0 && t > opt.Periods) {
			return nil, 0, innovation.Invalidf(innovation.RuleSeriesOrder, "times", "node %d adopts in period %d", i, t).
				Trying("number the observed periods from 1, and give 0 to nodes that have not adopted")
		}
		last = max(last, t)
	}
	if last == 0 {
		return nil, 0, innovation.Refusedf(innovation.RuleSeriesThin, "times", "no node has adopted").
			Trying("wait for an adoption")
	}
	out := append([]int(nil), times...)
	periods := max(last, opt.Periods)
	if opt.Never == NeverLastPlusOne {
		periods++
		for i, t := range out {
			if t == 0 {
				out[i] = periods
			}
		}
	}
	return out, periods, nil
}

// fits refuses an exposure that is too large to hold.
func fits(nodes, periods int) error {
	if nodes*periods > mostCells {
		return innovation.Invalidf(innovation.RuleStatisticOption, "times", "%d nodes in %d periods are too many", nodes, periods).
			Trying("take longer periods")
	}
	return nil
}

// network refuses ties that are no network of n nodes.
func network(ties []Tie, n int) error {
	if len(ties) == 0 {
		return innovation.Refusedf(innovation.RuleWeightsInvalid, "ties", "there are no ties").Trying("give the ties of the network")
	}
	seen := make(map[[2]int]bool, len(ties))
	for i, tie := range ties {
		pair := [2]int{tie.Ego, tie.Alter}
		var why string
		switch {
		case tie.Ego < 0 || tie.Ego >= n || tie.Alter < 0 || tie.Alter >= n:
			why = "names a node that is not there"
		case tie.Ego == tie.Alter:
			why = "leads to itself"
		case seen[pair]:
			why = "is there twice"
		case !(tie.Weight >= 0) || math.IsInf(tie.Weight, 0):
			why = "has a weight that is negative or no number"
		}
		if why != "" {
			return innovation.Invalidf(innovation.RuleWeightsInvalid, "ties", "tie %d (%d to %d, weight %v) %s", i+1, tie.Ego, tie.Alter, tie.Weight, why).
				Trying("give each tie once, between nodes 0 to %d", n-1)
		}
		seen[pair] = true
	}
	return nil
}
