package innovation

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// CheckSuccessions refuses successions that lead in a circle. Mergers, splits
// and renames count, whatever their days; a transfer of functions may go back
// to where it came from. Every circle is reported once, by one of its paths.
func CheckSuccessions(edges []Succession) error {
	next := map[OrganisationID][]OrganisationID{}
	var roots []OrganisationID
	for _, e := range edges {
		if e.Type != Transfer && e.Successor != "" {
			next[e.Predecessor] = append(next[e.Predecessor], e.Successor)
			roots = append(roots, e.Predecessor)
		}
	}
	slices.Sort(roots)
	for id, to := range next {
		slices.Sort(to)
		next[id] = slices.Compact(to)
	}

	var errs []error
	var path []OrganisationID
	done := map[OrganisationID]bool{}
	var visit func(OrganisationID)
	visit = func(id OrganisationID) {
		if i := slices.Index(path, id); i >= 0 {
			circle := append(slices.Clone(path[i:]), id)
			names := make([]string, len(circle))
			for i, o := range circle {
				names[i] = string(o)
			}
			errs = append(errs, Refusedf(RuleSuccessionCycle, "successor",
				"the successions lead back to %s: %s", id, strings.Join(names, " → ")).
				Trying("record functions that went back as a transfer, or correct the succession that is wrong"))
			return
		}
		if done[id] {
			return
		}
		path = append(path, id)
		for _, to := range next[id] {
			visit(to)
		}
		path = path[:len(path)-1]
		done[id] = true
	}
	for _, id := range roots {
		visit(id)
	}
	return Join(errs...)
}

// SuccessionStep is one succession on the way from an organisation to those
// that it became, or that became it.
type SuccessionStep struct {
	Depth        int                  `json:"depth" doc:"How many successions away, from 1"`
	Organisation OrganisationID       `json:"organisation,omitempty" doc:"The organisation reached; left out when the successor is not yet known"`
	Possibly     bool                 `json:"possibly,omitempty" doc:"True when it is only announced, or not certain to have happened by the day"`
	Cycle        bool                 `json:"cycle,omitempty" doc:"True when it leads back to an organisation on the same way; it is not followed"`
	Seen         bool                 `json:"seen,omitempty" doc:"True when the organisation was reached before on another way; it is not followed twice"`
	Succession   Recorded[Succession] `json:"succession" doc:"The succession"`
}

// WalkSuccessions follows the successions from an organisation, forward to its
// successors or back to its predecessors, as at the day: a succession that
// cannot have happened by then is left out (on Forever, none is). It goes
// breadth first and at most maxDepth steps far; on each level steps are in the
// order of their days, then of organisations.
func WalkSuccessions(edges []Recorded[Succession], from OrganisationID, forward bool, on Date, maxDepth int) []SuccessionStep {
	ends := func(s Succession) (near, far OrganisationID) {
		if forward {
			return s.Predecessor, s.Successor
		}
		return s.Successor, s.Predecessor
	}
	byNear := map[OrganisationID][]Recorded[Succession]{}
	for _, e := range edges {
		near, _ := ends(e.Value)
		if near != "" && !e.Value.Day.Earliest.After(on) {
			byNear[near] = append(byNear[near], e)
		}
	}
	order := func(a, b *Recorded[Succession]) int {
		_, x := ends(a.Value)
		_, y := ends(b.Value)
		return cmp.Or(a.Value.Day.Latest.Compare(b.Value.Day.Latest), cmp.Compare(x, y), cmp.Compare(a.ID, b.ID))
	}
	for _, list := range byNear {
		sort.Slice(list, func(i, j int) bool { return order(&list[i], &list[j]) < 0 })
	}
	came := map[OrganisationID]OrganisationID{from: ""} // how each was first reached
	onWay := func(id, to OrganisationID) bool {
		for ; id != ""; id = came[id] {
			if id == to {
				return true
			}
		}
		return false
	}
	var steps []SuccessionStep
	level := []OrganisationID{from}
	for depth := 1; depth <= maxDepth && len(level) > 0; depth++ {
		var found []SuccessionStep
		var following []OrganisationID
		for _, id := range level {
			for _, e := range byNear[id] {
				_, far := ends(e.Value)
				step := SuccessionStep{Depth: depth, Organisation: far, Succession: e,
					Possibly: e.Value.Day.Latest.After(on) || e.Value.Day.Basis == BasisAnnounced}
				_, reached := came[far]
				switch {
				case far == "":
				case onWay(id, far):
					step.Cycle = true
				case reached:
					step.Seen = true
				default:
					came[far] = id
					following = append(following, far)
				}
				found = append(found, step)
			}
		}
		sort.SliceStable(found, func(i, j int) bool { return order(&found[i].Succession, &found[j].Succession) < 0 })
		steps = append(steps, found...)
		level = following
	}
	return steps
}
