package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// Milestones on the way from one place to the whole country.
const (
	FirstPiloted        = "first-piloted"
	PilotedInOneArea    = "piloted-in-one-area"
	PilotedInSeveral    = "piloted-in-several-areas"
	FirstAdopted        = "first-adopted"
	AdoptedInSeveral    = "adopted-in-several-areas"
	AdoptedInRegions    = "adopted-in-several-regions"
	AdoptedEveryRegion  = "adopted-in-every-region"
	AdoptedEveryNetwork = "adopted-in-every-network"
	HalfOfEligible      = "half-of-eligible"
)

// areaKinds are the kinds of body that stand for an area, in the order in which
// they are looked for: boards since July 2022, and what went before them.
var areaKinds = []string{"icb", "ccg", "sub-icb", "stp", "ics", "primary-care-trust"}

// regionKinds are those that stand for a region.
var regionKinds = []string{"nhs-region", "strategic-health-authority"}

// milestones are the milestones in their order. Several is more than one.
var milestones = []struct {
	code, text string
	stage      Stage
	by         []string // the kinds of group, the first of which the register knows any on the day
	least      int      // how many groups; 0 for all that exist
}{
	{FirstPiloted, "First piloted, or used", Piloting, nil, 1},
	{PilotedInOneArea, "Piloted or used in one area", Piloting, areaKinds, 1},
	{PilotedInSeveral, "Piloted or used in more than one area", Piloting, areaKinds, 2},
	{FirstAdopted, "First used", Adopted, nil, 1},
	{AdoptedInSeveral, "Used in more than one area", Adopted, areaKinds, 2},
	{AdoptedInRegions, "Used in more than one region", Adopted, regionKinds, 2},
	{AdoptedEveryRegion, "National: used in every region", Adopted, regionKinds, 0},
	{AdoptedEveryNetwork, "National: used in the area of every network", Adopted, []string{ByNetwork}, 0},
}

// Milestone is a step on the way from local to national, with the day on which
// it was reached. A stop afterwards does not undo it.
type Milestone struct {
	Milestone string           `json:"milestone" enum:"first-piloted,piloted-in-one-area,piloted-in-several-areas,first-adopted,adopted-in-several-areas,adopted-in-several-regions,adopted-in-every-region,adopted-in-every-network,half-of-eligible" doc:"Which one; several means more than one"`
	Text      string           `json:"text" doc:"The milestone in words"`
	Reached   Answer           `json:"reached" doc:"Whether it was reached by the day asked about"`
	Certainly Date             `json:"certainly,omitzero" doc:"The day by which it certainly was, by firm evidence; left out when that is not known"`
	Possibly  Date             `json:"possibly,omitzero" doc:"The earliest day on which it may have been, by any evidence; left out when it was not"`
	AnyTime   bool             `json:"anyTime,omitempty" doc:"That it may have been on any earlier day: an event of unknown day would make it"`
	By        []OrganisationID `json:"by,omitempty" doc:"Who made it on the certain day, or else on the possible one"`
	Grouping  string           `json:"grouping,omitempty" doc:"The kind of group that was counted: icb, ccg … or network; the first kind of which the register knew any of those concerned on that day"`
	Groups    []OrganisationID `json:"groups,omitempty" doc:"The groups reached by then"`
	Of        int              `json:"of,omitempty" doc:"Of how many: groups that existed on that day, or eligible organisations"`
	Facts     []FactID         `json:"facts,omitempty" doc:"The events that made it"`
	Missing   string           `json:"missing,omitempty" doc:"What is not known, when that keeps the milestone from being told"`
}

// MilestoneFile is what milestones are told from.
type MilestoneFile struct {
	On     Date
	Firm   EvidenceGrade
	Events []Recorded[Adoption]
	// Groups gives the groups of a kind that a body, or what it had become, lay in
	// on a day.
	Groups func(id OrganisationID, by string, day Date) []AdoptionGroup
	// Existing gives all groups of a kind that existed on a day.
	Existing func(by string, day Date) []AdoptionGroup

	EligibleKnown   bool
	EligibleCertain int
	Firsts          []FirstUse // of each eligible organisation of the day
}

// FirstUse is when an organisation of a footprint is first known to use an
// innovation. Zero days mean never by the day asked about.
type FirstUse struct {
	Organisation        OrganisationID
	Certainly, Possibly Date
}

// FirstUse finds when an organisation came to use an innovation, by what it and
// the bodies that went into it did: the first day on which its standing is
// certainly, and possibly, in use. A body made of users and others uses it
// possibly.
func (l *Lineage) FirstUse(id OrganisationID, events EventsOf, on Date, f Footprint, firm EvidenceGrade) FirstUse {
	out := FirstUse{Organisation: id}
	var days []Date
	seen := map[OrganisationID]bool{}
	var gather func(OrganisationID)
	gather = func(id OrganisationID) {
		if seen[id] {
			return
		}
		seen[id] = true
		for _, a := range events(id) {
			if a.Counts() {
				days = append(days, a.Day.Earliest, a.Day.Latest)
			}
		}
		for _, before := range l.Predecessors(id) {
			gather(before)
		}
	}
	gather(id)
	sortDays(days)
	for i, d := range days {
		if d.After(on) || i > 0 && d == days[i-1] {
			continue
		}
		switch l.Standing(id, events, d, f, firm).InUse() {
		case Yes:
			if out.Possibly.IsZero() {
				out.Possibly = d
			}
			out.Certainly = d
			return out
		case Possibly:
			if out.Possibly.IsZero() {
				out.Possibly = d
			}
		}
	}
	return out
}

// reachedStage is when a body first came to a stage or beyond it.
type reachedStage struct {
	body OrganisationID
	day  Date
	fact FactID
}

// reaching lists when bodies first came to a stage, by firm evidence and latest
// days or by any evidence and earliest days, in the order of days.
func (f MilestoneFile) reaching(stage Stage, certain bool) []reachedStage {
	first := map[OrganisationID]reachedStage{}
	for _, e := range f.Events {
		a := e.Value
		d := a.Day.Earliest
		if certain {
			d = a.Day.Latest
		}
		if !a.Counts() || a.Stage.Rank() < stage.Rank() || d.After(f.On) || certain && a.Grade.Rank() < f.Firm.Rank() {
			continue
		}
		if had, ok := first[a.Organisation]; !ok || d.Before(had.day) {
			first[a.Organisation] = reachedStage{a.Organisation, d, e.ID}
		}
	}
	out := make([]reachedStage, 0, len(first))
	for _, r := range first {
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool {
		return cmp.Or(out[i].day.Compare(out[j].day), cmp.Compare(out[i].body, out[j].body)) < 0
	})
	return out
}

// MilestonesOf tells the milestones in their order. They are looked for on the
// days of events: certainly reached when firm evidence, each event on its latest
// day, and certain memberships of groups say so; possibly by any evidence, on
// earliest days. Half of the eligible is half of those of the day asked about.
func MilestonesOf(f MilestoneFile) []Milestone {
	out := []Milestone{}
	for _, def := range milestones {
		m := Milestone{Milestone: def.code, Text: def.text}
		placed := false
		for _, certain := range []bool{false, true} {
			seen := f.reaching(def.stage, certain)
			for i := 0; i < len(seen); {
				day := seen[i].day
				from := i
				for i < len(seen) && seen[i].day == day {
					i++
				}
				found, ok := f.groupsReached(seen[:i], def.by, def.least, day, certain)
				placed = placed || len(found.Groups) > 0
				if !ok {
					continue
				}
				if certain {
					m.Certainly = day
				} else if day.After(Dawn) {
					m.Possibly = day
				} else {
					m.AnyTime = true
				}
				m.Grouping, m.Groups, m.Of = found.Grouping, found.Groups, found.Of
				m.By, m.Facts = nil, nil
				for _, r := range seen[from:i] {
					m.By, m.Facts = append(m.By, r.body), append(m.Facts, r.fact)
				}
				slices.Sort(m.Facts)
				break
			}
		}
		m.Reached = reachedBy(m)
		switch {
		case m.Reached != No:
		case len(f.reaching(Identified, false)) == 0:
			m.Missing = "no event of it is recorded"
		case def.by != nil && !placed:
			m.Missing = "the register does not know in which " + def.by[0] + ", or what stood for it, the organisations concerned lay"
		}
		out = append(out, m)
	}
	return append(out, f.half())
}

func reachedBy(m Milestone) Answer {
	switch {
	case !m.Certainly.IsZero():
		return Yes
	case !m.Possibly.IsZero() || m.AnyTime:
		return Possibly
	}
	return No
}

// groupsReached looks whether enough groups are reached on a day.
func (f MilestoneFile) groupsReached(reached []reachedStage, kinds []string, least int, day Date, certain bool) (m Milestone, ok bool) {
	if kinds == nil {
		return m, len(reached) >= least
	}
	lowest := Possibly
	if certain {
		lowest = Yes
	}
	for _, kind := range kinds {
		any := false
		in := map[OrganisationID]bool{}
		for _, r := range reached {
			for _, g := range f.Groups(r.body, kind, day) {
				any = true
				if g.Holds >= lowest {
					in[g.Group] = true
				}
			}
		}
		if !any {
			continue
		}
		m.Grouping = kind
		for id := range in {
			m.Groups = append(m.Groups, id)
		}
		slices.Sort(m.Groups)
		all := f.Existing(kind, day)
		missed := 0
		for _, g := range all {
			// Certainly all means those too that only possibly existed.
			if must := certain && g.Holds != No || g.Holds == Yes; must {
				m.Of++
				if !in[g.Group] {
					missed++
				}
			}
		}
		if least == 0 {
			return m, m.Of > 0 && missed == 0
		}
		return m, len(m.Groups) >= least
	}
	return m, false
}

// half tells when half of the eligible of the day used it.
func (f MilestoneFile) half() Milestone {
	m := Milestone{Milestone: HalfOfEligible, Text: "Used by half of the organisations that could adopt it", Of: len(f.Firsts)}
	if !f.EligibleKnown {
		m.Of, m.Missing = 0, "the register does not say who could adopt it"
		return m
	}
	at := func(of int, day func(FirstUse) Date) Date {
		var days []Date
		for _, u := range f.Firsts {
			if d := day(u); !d.IsZero() {
				days = append(days, d)
			}
		}
		sortDays(days)
		if need := (of + 1) / 2; need > 0 && len(days) >= need {
			return days[need-1]
		}
		return Date{}
	}
	m.Certainly = at(len(f.Firsts), func(u FirstUse) Date { return u.Certainly })
	m.Possibly = at(f.EligibleCertain, func(u FirstUse) Date { return u.Possibly })
	if m.Possibly == Dawn {
		m.Possibly, m.AnyTime = Date{}, true
	}
	m.Reached = reachedBy(m)
	return m
}
