package spread

import (
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// GroupSaturation is how far adoption has gone in one group.
type GroupSaturation struct {
	Group   string
	Size    int     // members, adopters or not
	Adopted int     // members that have adopted by the period
	Share   float64 // Adopted/Size
}

// SaturationBy gives the share that has adopted by the end of a period, for each
// group of nodes, in the order of the groups' names. groups and times are in the
// order of the nodes; times are periods from 1, and 0 for a node that has not
// adopted. at is the period; 0 means the last adoption of all. It is a proportion
// of the members, with no model; small groups vary by chance alone.
//
// It refuses different lengths (series-lengths), no nodes (series-thin), negative
// times (series-order) and a negative period (statistic-option).
func SaturationBy(groups []string, times []int, at int) ([]GroupSaturation, error) {
	if err := sameLength("groups", len(groups), "times", len(times)); err != nil {
		return nil, err
	}
	if err := enough("groups", len(groups), 1, "a saturation"); err != nil {
		return nil, err
	}
	if at < 0 {
		return nil, innovation.Invalidf(innovation.RuleStatisticOption, "at", "period %d", at).
			Trying("give a period from 1, or 0 for the last")
	}
	index := map[string]int{}
	var out []GroupSaturation
	for n, g := range groups {
		if times[n] < 0 {
			return nil, innovation.Invalidf(innovation.RuleSeriesOrder, "times", "node %d adopts in period %d", n, times[n]).
				Trying("number periods from 1, and give 0 to nodes that have not adopted")
		}
		i, ok := index[g]
		if !ok {
			i = len(out)
			index[g], out = i, append(out, GroupSaturation{Group: g})
		}
		out[i].Size++
		if times[n] > 0 && (at == 0 || times[n] <= at) {
			out[i].Adopted++
		}
	}
	for i := range out {
		out[i].Share = float64(out[i].Adopted) / float64(out[i].Size)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Group < out[j].Group })
	return out, nil
}
