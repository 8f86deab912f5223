package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// ConditionDue is an outstanding condition that is due or overdue.
type ConditionDue struct {
	Licence   LicenceID       `json:"licence" doc:"The licence"`
	Holder    OrganisationID  `json:"holder" doc:"Who has to do it"`
	Round     RoundID         `json:"round" doc:"The round of the licence"`
	Days      int             `json:"days" doc:"Days left until the last day to do it; negative when overdue"`
	Condition ConditionStatus `json:"condition" doc:"The condition as it stands"`
}

// ConditionsDue lists the outstanding conditions of licences that have not
// ended whose due day lies before the day on, or on one of the withinDays days
// after it, in the order of due days, then of licences and conditions.
// Conditions without a due day are not due; a due day known only within bounds
// counts from its earliest day on, and is overdue after its latest.
func ConditionsDue(files []LicenceFile, on Date, withinDays int) []ConditionDue {
	horizon := on.AddDays(max(0, withinDays))
	out := []ConditionDue{}
	for _, f := range files {
		s := f.StatusOn(on)
		if !s.Standing.Live() && s.Standing != StandingNotBegun {
			continue
		}
		for _, c := range s.Conditions {
			if c.State != ConditionOutstanding || c.Due.IsZero() || c.Due.Earliest.After(horizon) || c.Due.Precision() == PrecisionUnknown {
				continue
			}
			out = append(out, ConditionDue{Licence: s.Licence, Holder: f.Licence.Value.Holder, Round: f.Licence.Value.Round,
				Days: c.Due.Latest.Sub(on), Condition: c})
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(a.Condition.Due.Latest.Compare(b.Condition.Due.Latest), cmp.Compare(a.Licence, b.Licence),
			cmp.Compare(a.Condition.Condition, b.Condition.Condition)) < 0
	})
	return out
}

// LicenceEnding is a licence that ends soon, or is past an end that was not
// published, with what follows it.
type LicenceEnding struct {
	Licence  LicenceID      `json:"licence" doc:"The licence"`
	Holder   OrganisationID `json:"holder" doc:"The network that holds it"`
	Round    RoundID        `json:"round" doc:"Its round"`
	Standing Standing       `json:"standing" doc:"Where it stands on the day asked about"`
	Term     Period         `json:"term" doc:"Its term as it reads on the day asked about"`
	Ends     Day            `json:"ends" doc:"The first day without it: the end of its term, or the first day of the next licence where that comes before (inferred)"`
	Follows  string         `json:"follows" enum:"next-licence,option,not-known" doc:"What follows it: the next licence if one is recorded, else an option that can still be exercised, else nothing is known"`
	Next     LicenceID      `json:"next,omitempty" doc:"The same holder's licence of the next round"`
	NextFrom Day            `json:"nextFrom,omitzero" doc:"The first day of the next licence"`
	Options  []OpenOption   `json:"options,omitempty" doc:"The options that can still be exercised, in the order of their last days"`
}

// What follows a licence.
const (
	FollowsLicence  = "next-licence"
	FollowsOption   = "option"
	FollowsNotKnown = "not-known"
)

// OpenOption is an option of a licence that was neither exercised nor lapsed.
type OpenOption struct {
	Provision ProvisionID    `json:"provision" doc:"Key of the option"`
	Text      string         `json:"text" doc:"What it allows"`
	Exerciser OrganisationID `json:"exerciser,omitempty" doc:"Who may exercise it; left out when not stated"`
	Until     Day            `json:"until,omitzero" doc:"The last day to exercise it; left out when not stated"`
	Outcome   string         `json:"outcome,omitempty" doc:"What a source says became of it"`
}

// LicencesEnding lists the licences that may end on or before the day
// withinMonths months after on, and those past an end that was not published,
// in the order of ends, then of licences. Licences that have ended are left
// out; those not begun are not.
func LicencesEnding(files []LicenceFile, on Date, withinMonths int) []LicenceEnding {
	horizon := on.AddMonths(max(0, withinMonths))
	out := []LicenceEnding{}
	for _, f := range files {
		s := f.StatusOn(on)
		if !s.Standing.Live() && s.Standing != StandingNotBegun {
			continue
		}
		l := f.Licence.Value
		e := LicenceEnding{Licence: l.Licence, Holder: l.Holder, Round: l.Round, Standing: s.Standing,
			Term: s.EffectiveTerm, Ends: Day{s.EffectiveTerm.End}, Follows: FollowsNotKnown, Options: f.openOptions(on)}
		if len(e.Options) > 0 {
			e.Follows = FollowsOption
		}
		if next, ok := f.successor(); ok {
			e.Follows, e.Next, e.NextFrom = FollowsLicence, next.Licence, Day{next.Period.Start}
			if e.Ends.IsOpen() || next.Period.Start.Latest.Before(e.Ends.Earliest) {
				e.Ends = Day{next.Period.Start.As(BasisInferred)}
			}
		}
		if !e.Ends.IsOpen() && !e.Ends.Earliest.After(horizon) {
			out = append(out, e)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(a.Ends.Latest.Compare(b.Ends.Latest), cmp.Compare(a.Licence, b.Licence)) < 0
	})
	return out
}

// openOptions lists the options that can be exercised on the day or later.
func (f LicenceFile) openOptions(on Date) []OpenOption {
	var out []OpenOption
	for _, r := range f.Provisions {
		p := r.Value
		exercised := slices.ContainsFunc(f.Decisions, func(d Recorded[Decision]) bool {
			return d.Value.Type == DecisionExerciseOption && d.Value.Provision == p.Provision && !d.Value.Day.Latest.After(on)
		})
		lapsed := !p.Due.IsZero() && on.After(p.Due.Latest)
		if p.Type != Option || exercised || lapsed || p.Period.Holds(on) == No {
			continue
		}
		out = append(out, OpenOption{Provision: p.Provision, Text: p.Text, Exerciser: p.Exerciser, Until: p.Due, Outcome: p.Outcome})
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(dueOrder(a.Until).Compare(dueOrder(b.Until)), cmp.Compare(a.Provision, b.Provision)) < 0
	})
	return out
}
