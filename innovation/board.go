package innovation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// Rules that the board looks into. All are findings: sources may disagree.
const (
	RuleCountExceeded      RuleID = "round-count-exceeded"
	RuleCountUnreachable   RuleID = "round-count-unreachable"
	RuleCountTotal         RuleID = "round-count-total"
	RuleCountDisputed      RuleID = "round-count-disputed"
	RuleHolderSeveral      RuleID = "holder-several-licences"
	RuleGradeContradiction RuleID = "grade-against-condition"
)

// Finding is something in the facts that does not fit together. It is shown and
// never refused: two sources may disagree, and the register keeps both.
type Finding struct {
	Rule    RuleID     `json:"rule" doc:"The rule that is broken"`
	About   Entity     `json:"about" doc:"What it is about"`
	Detail  string     `json:"detail" doc:"One sentence, without a full stop"`
	Sources []Citation `json:"sources,omitempty" doc:"The sources that do not fit together"`
}

// RoundFile is a licence round with all its licences and what was published
// about it, at one point of system time.
type RoundFile struct {
	Round             Recorded[Round]        `json:"round" doc:"The round"`
	Claims            []Recorded[CountClaim] `json:"claims,omitempty" doc:"Published counts of its licences"`
	UnnamedConditions []Recorded[Condition]  `json:"unnamedConditions,omitempty" doc:"Conditions of holders that no source names"`
	Files             []LicenceFile          `json:"files,omitempty" doc:"Its licences"`
	Rivals            []Recorded[Claim]      `json:"rivals,omitempty" doc:"What sources claim about the round, side by side"`
}

// Board is the licence board of a day: who is licensed how, and how far the
// published counts have names.
type Board struct {
	On       Date         `json:"on" doc:"The day"`
	Rows     []BoardRow   `json:"rows" doc:"The current licences, in the order of holders, then of rounds"`
	Rounds   []BoardRound `json:"rounds" doc:"The rounds of those licences, in the order of their numbers"`
	Findings []Finding    `json:"findings,omitempty" doc:"What does not fit together"`
}

// BoardRow is the current licence of a holder.
type BoardRow struct {
	Holder     OrganisationID `json:"holder" doc:"The network"`
	HolderName string         `json:"holderName,omitempty" doc:"Its name on the day; NewBoard leaves it empty"`
	Licence    LicenceID      `json:"licence" doc:"The licence"`
	Round      RoundID        `json:"round" doc:"Its round"`
	Status     Status         `json:"status" doc:"What it is on the day"`
	Sources    []Citation     `json:"sources,omitempty" doc:"The sources of the licence, its streams, conditions and decisions up to the day"`
}

// BoardRound is what was published about the licences of a round as a whole.
type BoardRound struct {
	Round      RoundID               `json:"round" doc:"The round"`
	Number     int64                 `json:"number" doc:"Its place in the order of rounds"`
	Title      string                `json:"title" doc:"What it is called"`
	Graded     bool                  `json:"graded,omitempty" doc:"Whether its licences are graded"`
	Licences   int                   `json:"licences" doc:"How many of its licences have a row"`
	Counts     []Count               `json:"counts,omitempty" doc:"The published counts, each as it stands on its own day, in the order of days, then of grades"`
	Conditions []Recorded[Condition] `json:"conditions,omitempty" doc:"Conditions in force that bind unnamed holders: no row shows them"`
	Rivals     []Recorded[Claim]     `json:"rivals,omitempty" doc:"What sources claim about the round, side by side, whenever they were published"`
}

// Count is a published count against the licences that are known to have the
// grade on the count's own day.
type Count struct {
	Claim      Recorded[CountClaim] `json:"claim" doc:"The count as published, with its day and source"`
	HoldsOn    bool                 `json:"holdsOn" doc:"True when the board is of the count's own day; on other days it is only quoted"`
	Licences   int                  `json:"licences" doc:"How many licences of the round were in force on the count's day"`
	Named      []LicenceID          `json:"named,omitempty" doc:"The licences known to have the grade on that day"`
	Inferred   []LicenceID          `json:"inferred,omitempty" doc:"The licences that must have it, because all others are named"`
	Open       int                  `json:"open" doc:"How many of the count have no name yet"`
	Candidates []LicenceID          `json:"candidates,omitempty" doc:"The licences between which the open names lie: in force on that day, of a grade not published"`
}

// NewBoard draws the board of a day. A licence has a row unless it has not
// begun or the holder's next one has; where the facts are consistent, that is
// one row for each network. A count says something about the rows on its own
// day only: when naming some members narrows the rest to one grade, their rows
// show it, as inferred.
func NewBoard(on Date, rounds []RoundFile) Board {
	b := Board{On: on, Rows: []BoardRow{}, Rounds: []BoardRound{}}
	rounds = slices.Clone(rounds)
	sort.Slice(rounds, func(i, j int) bool {
		x, y := &rounds[i].Round.Value, &rounds[j].Round.Value
		return cmp.Or(cmp.Compare(x.Number, y.Number), cmp.Compare(x.Round, y.Round)) < 0
	})
	for _, r := range rounds {
		b.addRound(r)
	}
	sort.SliceStable(b.Rows, func(i, j int) bool { return b.Rows[i].Holder < b.Rows[j].Holder })
	b.dropEnded()
	for i, row := range b.Rows {
		if i == 0 || b.Rows[i-1].Holder != row.Holder || !row.Status.Standing.Live() || !b.Rows[i-1].Status.Standing.Live() {
			continue
		}
		b.Findings = append(b.Findings, Finding{RuleHolderSeveral, row.Holder.Entity(),
			fmt.Sprintf("%s has the licences %s and %s on %s, and neither is known to have ended", row.Holder, b.Rows[i-1].Licence, row.Licence, on),
			citations(b.Rows[i-1].Sources, row.Sources)})
	}
	return b
}

// dropEnded leaves out the licences that ended when their holder has another
// row that begins later: only the last one shows how it ended.
func (b *Board) dropEnded() {
	later := map[OrganisationID]Date{}
	for _, row := range b.Rows {
		later[row.Holder] = maxDate(later[row.Holder], row.Status.EffectiveTerm.Start.Latest)
	}
	dropped := map[RoundID]int{}
	kept := b.Rows[:0]
	for i := range b.Rows {
		row := &b.Rows[i]
		if !row.Status.Standing.Live() && row.Status.EffectiveTerm.Start.Latest.Before(later[row.Holder]) {
			dropped[row.Round]++
			continue
		}
		kept = append(kept, *row)
	}
	b.Rows = kept
	for i := range b.Rounds {
		b.Rounds[i].Licences -= dropped[b.Rounds[i].Round]
	}
}

// addRound adds the rows of a round, and the round when it has any or a count
// of the day.
func (b *Board) addRound(r RoundFile) {
	v := r.Round.Value
	round := BoardRound{Round: v.Round, Number: v.Number, Title: v.Title, Graded: v.Graded, Rivals: r.Rivals}
	counts, findings := r.counts(b.On)
	inferred := map[LicenceID]Grade{}
	shown := false
	for _, c := range counts {
		for _, id := range c.Inferred {
			if c.HoldsOn {
				inferred[id] = c.Claim.Value.Grade
			}
		}
		shown = shown || c.HoldsOn
	}
	for _, f := range r.Files {
		s := f.StatusOn(b.On)
		if s.Standing == StandingNotBegun || s.SucceededBy != "" {
			continue
		}
		if g, ok := inferred[s.Licence]; ok {
			s.Grade, s.GradeBasis = g, BasisInferred
		}
		b.Rows = append(b.Rows, BoardRow{Holder: f.Licence.Value.Holder, Licence: s.Licence, Round: v.Round, Status: s, Sources: f.sourcesOn(b.On)})
		b.Findings = append(b.Findings, f.Findings(b.On)...)
		round.Licences++
	}
	if round.Licences == 0 && !shown {
		return
	}
	for _, c := range r.UnnamedConditions {
		if c.Value.Period.Holds(b.On) != No {
			round.Conditions = append(round.Conditions, c)
		}
	}
	round.Counts = counts
	b.Rounds = append(b.Rounds, round)
	b.Findings = append(b.Findings, findings...)
}

// Findings lists what does not fit together in the file up to the day: a
// licence decided to be full while a condition is open.
func (f LicenceFile) Findings(on Date) []Finding {
	var out []Finding
	for _, d := range f.decisionsInOrder() {
		if d.Value.Grade != GradeFull || d.Value.Day.Latest.After(on) {
			continue
		}
		for _, c := range f.conditionsOn(d.Value.Day.Latest, false) {
			if c.Open() {
				out = append(out, Finding{RuleGradeContradiction, f.Licence.Value.Licence.Entity(),
					fmt.Sprintf("%s was decided to be full on %s, when its condition %s was %s", f.Licence.Value.Licence, d.Value.Day, c.Condition, c.State),
					citations(d.Sources, c.Sources)})
			}
		}
	}
	return out
}

// counts reads every published count on its own day.
func (r RoundFile) counts(on Date) (counts []Count, findings []Finding) {
	byDay := map[Date][]Recorded[CountClaim]{}
	for _, c := range r.Claims {
		byDay[c.Value.Day.Latest] = append(byDay[c.Value.Day.Latest], c)
	}
	days := slices.Collect(maps.Keys(byDay))
	sortDays(days)
	for _, day := range days {
		claims := byDay[day]
		sort.SliceStable(claims, func(i, j int) bool { return claims[i].Value.Grade < claims[j].Value.Grade })
		members := r.membersOn(day)
		var sum int
		certain := members.possible == 0
		byGrade := map[Grade]int{}
		first := len(counts)
		for _, c := range claims {
			v := c.Value
			exact := v.Day.Earliest == v.Day.Latest
			certain = certain && exact
			n := Count{Claim: c, HoldsOn: exact && on == day, Licences: members.inForce, Named: members.named[v.Grade]}
			if v.Grade == GradeLicensed {
				n.Named = members.all
			} else {
				n.Candidates = members.candidates
			}
			n.Open = max(0, int(v.Count)-len(n.Named))
			find := func(rule RuleID, format string, args ...any) {
				findings = append(findings, Finding{rule, v.Round.Entity(), fmt.Sprintf(format, args...), citations(c.Sources)})
			}
			switch {
			case len(n.Named) > int(v.Count):
				find(RuleCountExceeded, "%d licences of %s were %s on %s, and %d are named", v.Count, v.Round, v.Grade, v.Day, len(n.Named))
			case n.Open > len(n.Candidates):
				find(RuleCountUnreachable, "%d licences of %s were %s on %s, and at most %d can be", v.Count, v.Round, v.Grade, v.Day, len(n.Named)+len(n.Candidates))
			}
			if other, ok := byGrade[v.Grade]; ok && other != int(v.Count) {
				certain = false
				find(RuleCountDisputed, "both %d and %d licences of %s are said to have been %s on %s", other, v.Count, v.Round, v.Grade, v.Day)
			} else if v.Grade != GradeLicensed && !ok {
				sum += int(v.Count)
			}
			byGrade[v.Grade] = int(v.Count)
			counts = append(counts, n)
		}
		if most := members.inForce + members.possible; sum > most {
			findings = append(findings, Finding{RuleCountTotal, r.Round.Value.Round.Entity(),
				fmt.Sprintf("the counts of %s on %s add up to %d, and %d licences are recorded", r.Round.Value.Round, day, sum, most), claimSources(claims)})
		}
		if certain && sum == members.inForce {
			narrow(counts[first:])
		}
	}
	return counts, findings
}

// narrow gives the candidates to the only grade that has open names, when they
// are as many.
func narrow(counts []Count) {
	only := -1
	for i, c := range counts {
		switch {
		case c.Claim.Value.Grade == GradeLicensed:
		case len(c.Named) > int(c.Claim.Value.Count):
			return
		case c.Open > 0 && only >= 0 && counts[only].Claim.Value.Grade != c.Claim.Value.Grade:
			return
		case c.Open > 0:
			only = i
		}
	}
	if only < 0 || counts[only].Open != len(counts[only].Candidates) {
		return
	}
	grade, found := counts[only].Claim.Value.Grade, counts[only].Candidates
	for i := range counts {
		if counts[i].Claim.Value.Grade == grade {
			counts[i].Inferred = found
		}
		if counts[i].Claim.Value.Grade != GradeLicensed {
			counts[i].Open, counts[i].Candidates = 0, nil
		}
	}
}

// members are the licences of a round on a day.
type members struct {
	inForce, possible int
	all               []LicenceID // in force or possibly
	named             map[Grade][]LicenceID
	candidates        []LicenceID // of a grade not published
}

func (r RoundFile) membersOn(day Date) members {
	m := members{named: map[Grade][]LicenceID{}}
	for _, f := range r.Files {
		s := f.StatusOn(day)
		switch {
		case s.Standing == StandingInForce || s.Standing == StandingSuspended:
			m.inForce++
		case s.Standing.Live():
			m.possible++
		default:
			continue
		}
		m.all = append(m.all, s.Licence)
		if s.Grade == GradeNotPublished {
			m.candidates = append(m.candidates, s.Licence)
		} else {
			m.named[s.Grade] = append(m.named[s.Grade], s.Licence)
		}
	}
	slices.Sort(m.all)
	slices.Sort(m.candidates)
	for _, ids := range m.named {
		slices.Sort(ids)
	}
	return m
}

// sourcesOn gathers what the row of a licence rests on.
func (f LicenceFile) sourcesOn(on Date) []Citation {
	all := [][]Citation{f.Licence.Sources}
	for _, s := range f.Streams {
		if s.Value.Period.Holds(on) != No {
			all = append(all, s.Sources)
		}
	}
	for _, c := range f.Conditions {
		if c.Value.Period.Holds(on) != No {
			all = append(all, c.Sources)
		}
	}
	for _, d := range f.decisionsInOrder() {
		if !d.Value.Day.Latest.After(on) {
			all = append(all, d.Sources)
		}
	}
	return citations(all...)
}

// citations joins lists of citations, each citation once, in order.
func citations(lists ...[]Citation) []Citation {
	var out []Citation
	for _, c := range slices.Concat(lists...) {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func claimSources(claims []Recorded[CountClaim]) []Citation {
	var out []Citation
	for _, c := range claims {
		out = citations(out, c.Sources)
	}
	return out
}
