package innovation

import (
	"cmp"
	"math/big"
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

// MilestoneKinds are the kinds of body by which milestones group organisations.
func MilestoneKinds() []string { return slices.Concat(areaKinds, regionKinds) }

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
	// Turns are the days, in their order, on which what Groups and Existing give
	// may change.
	Turns []Date

	EligibleKnown bool
	Firsts        []EligibleUse // of each eligible organisation of the day
}

// EligibleUse is when an organisation that could adopt an innovation, or possibly
// could, first used it.
type EligibleUse struct {
	FirstUse
	Eligible Answer // Yes or Possibly
}

// FirstUse is when an organisation of a footprint is first known to use an
// innovation. Zero days mean never by the day asked about.
type FirstUse struct {
	Organisation        OrganisationID
	Certainly, Possibly Date
}

// FirstUse finds when an organisation came to use an innovation: for one without
// successions FirstAdoption of its events, certainly by firm evidence and
// possibly by any. Otherwise it is the first day on which what it and the bodies
// that went into it did by then makes it a user, certainly and possibly; a body
// made of users and others uses it possibly. A stop afterwards undoes neither.
func (l *Lineage) FirstUse(id OrganisationID, events EventsOf, on Date, f Footprint, firm EvidenceGrade) FirstUse {
	out := FirstUse{Organisation: id}
	if !l.Touches(id) {
		all := events(id)
		certain, _ := FirstAdoption(all, firm)
		_, possible := FirstAdoption(all, SelfReported)
		if !certain.After(on) {
			out.Certainly = certain
		}
		if !possible.After(on) {
			out.Possibly = possible
		}
		return out
	}
	begun := map[OrganisationID][]Adoption{} // what made users of bodies
	first := func(id OrganisationID) []Adoption {
		if got, ok := begun[id]; ok {
			return got
		}
		var out []Adoption
		for _, a := range events(id) {
			if a.Counts() && a.Stage.InUse() {
				out = append(out, a)
			}
		}
		begun[id] = out
		return out
	}
	var days []Date
	seen := map[OrganisationID]bool{}
	var gather func(id OrganisationID, depth int)
	gather = func(id OrganisationID, depth int) {
		if seen[id] || depth > maxLineage { // Standing follows no more generations
			return
		}
		seen[id] = true
		for _, a := range first(id) {
			days = append(days, a.Day.Earliest, a.Day.Latest)
		}
		for _, before := range l.Predecessors(id) {
			gather(before, depth+1)
		}
	}
	gather(id, 0)
	sortDays(days)
	for i, d := range days {
		if d.After(on) || i > 0 && d == days[i-1] {
			continue
		}
		switch l.Standing(id, first, d, f, firm).InUse() {
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

// reachSpan is that a body may have come to a stage after one day and by another.
type reachSpan struct {
	reachedStage
	through Date
}

// spans lists the events, by any evidence, that may have brought bodies to a
// stage on other days than the earliest, in the order of these: each through its
// latest day, or the day by which the body certainly was there.
func (f MilestoneFile) spans(stage Stage) (out []reachSpan) {
	by := map[OrganisationID]Date{}
	for _, r := range f.reaching(stage, true) {
		by[r.body] = r.day
	}
	for _, e := range f.Events {
		a := e.Value
		if !a.Counts() || a.Stage.Rank() < stage.Rank() {
			continue
		}
		through := a.Day.Latest
		if through.After(f.On) {
			through = f.On
		}
		if d, ok := by[a.Organisation]; ok && through.After(d) {
			through = d
		}
		if through.After(a.Day.Earliest) {
			out = append(out, reachSpan{reachedStage{a.Organisation, a.Day.Earliest, e.ID}, through})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		return cmp.Or(out[i].day.Compare(out[j].day), cmp.Compare(out[i].body, out[j].body), cmp.Compare(out[i].fact, out[j].fact)) < 0
	})
	return out
}

// days lists the days on which bodies come to a stage, with those within spans
// on which the groups they lie in may change, each once and in order.
func (f MilestoneFile) days(seen []reachedStage, spans []reachSpan) []Date {
	var out []Date
	for _, r := range seen {
		out = append(out, r.day)
	}
	var through Date // the last day of the spans begun
	i := 0
	for _, turn := range f.Turns {
		for ; i < len(spans) && spans[i].day.Before(turn); i++ {
			if spans[i].through.After(through) {
				through = spans[i].through
			}
		}
		if i > 0 && !turn.After(through) {
			out = append(out, turn)
		}
	}
	sortDays(out)
	return slices.Compact(out)
}

// MilestonesOf tells the milestones in their order. They are looked for on the
// days of events: certainly reached when firm evidence, each event on its latest
// day, and certain memberships of groups say so; possibly by any evidence, on
// earliest days and, as far as others are possible, by the groups of each of
// these. Half of the eligible is half of those of the day asked about.
func MilestonesOf(f MilestoneFile) []Milestone {
	out := []Milestone{}
	for _, def := range milestones {
		m := Milestone{Milestone: def.code, Text: def.text}
		placed := false
		for _, certain := range []bool{false, true} {
			seen := f.reaching(def.stage, certain)
			var spans []reachSpan
			if !certain && def.by != nil {
				spans = f.spans(def.stage)
			}
			i := 0
			for _, day := range f.days(seen, spans) {
				from := i
				for i < len(seen) && !seen[i].day.After(day) {
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
				made := seen[from:i]
				if from == i { // it is the groups that changed
					made = nil
					for _, s := range spans {
						if s.day.Before(day) && !day.After(s.through) {
							made = append(made, s.reachedStage)
						}
					}
				}
				for _, r := range made {
					m.By, m.Facts = append(m.By, r.body), append(m.Facts, r.fact)
				}
				slices.Sort(m.By)
				m.By = slices.Compact(m.By)
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

// half tells when half of the eligible of the day used it: certainly when the
// least share of them that may is a half, and possibly when the greatest is.
func (f MilestoneFile) half() Milestone {
	m := Milestone{Milestone: HalfOfEligible, Text: "Used by half of the organisations that could adopt it", Of: len(f.Firsts)}
	if !f.EligibleKnown {
		m.Of, m.Missing = 0, "the register does not say who could adopt it"
		return m
	}
	type change struct {
		day Date
		of  int // whose use becomes
		to  Answer
	}
	var changes []change
	var tally shareOf
	uses := make([]Answer, len(f.Firsts))
	for i, u := range f.Firsts {
		tally.add(u.Eligible, No, 1)
		if !u.Possibly.IsZero() {
			changes = append(changes, change{u.Possibly, i, Possibly})
		}
		if !u.Certainly.IsZero() {
			changes = append(changes, change{u.Certainly, i, Yes})
		}
	}
	sort.Slice(changes, func(i, j int) bool {
		a, b := changes[i], changes[j]
		return cmp.Or(a.day.Compare(b.day), cmp.Compare(a.of, b.of), cmp.Compare(a.to, b.to)) < 0
	})
	enough := big.NewRat(1, 2)
	for i, c := range changes {
		in := f.Firsts[c.of].Eligible
		tally.add(in, uses[c.of], -1)
		tally.add(in, c.to, 1)
		uses[c.of] = c.to
		if i+1 < len(changes) && changes[i+1].day == c.day {
			continue
		}
		low, high := tally.bounds()
		if m.Possibly.IsZero() && high.Cmp(enough) >= 0 {
			m.Possibly = c.day
		}
		if low.Cmp(enough) >= 0 {
			m.Certainly = c.day
			break
		}
	}
	if m.Possibly == Dawn {
		m.Possibly, m.AnyTime = Date{}, true
	}
	m.Reached = reachedBy(m)
	return m
}
