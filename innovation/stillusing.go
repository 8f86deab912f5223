package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// UsualFirm is the weakest grade of evidence that questions take as firm when
// they name none: what was observed in activity.
const UsualFirm = Observed

// AdoptionBasis is what an answer about adoption stands on.
type AdoptionBasis struct {
	Footprint       Footprint     `json:"footprint" doc:"Which organisations are looked at, and whether what their successors do counts for them"`
	Day             Date          `json:"day" doc:"The day of these organisations"`
	Firm            EvidenceGrade `json:"firm" doc:"The weakest grade of evidence that counts as firm: what only weaker evidence says holds possibly"`
	Programme       ProgrammeID   `json:"programme,omitempty" doc:"The programme as which sees it the eligible are counted; left out when in general"`
	Phase           int64         `json:"phase,omitempty" doc:"The phase of the programme"`
	EligibleKnown   bool          `json:"eligibleKnown" doc:"Whether the register says who could adopt; if not, those count that are known to have to do with the innovation"`
	Eligible        int           `json:"eligible" doc:"How many organisations could adopt, those that possibly could among them"`
	EligibleCertain int           `json:"eligibleCertain" doc:"How many certainly could"`
}

// AdoptionGroup is a group that an organisation belongs to: a network, or a body
// of a kind that it lies within.
type AdoptionGroup struct {
	Group OrganisationID `json:"group" doc:"The body; for the kind of the organisation itself its code"`
	Name  string         `json:"name,omitempty" doc:"Its name on the day"`
	Holds Answer         `json:"holds" doc:"Whether it belongs to it: yes or possibly"`
}

// StillUsingQuery asks who uses an innovation, or used it when a notice was
// issued.
type StillUsingQuery struct {
	Innovation InnovationID  `json:"innovation" doc:"The innovation"`
	Notice     FactID        `json:"notice,omitempty" doc:"Number of the notice; left out, the day asked about is taken"`
	By         string        `json:"by" doc:"What the organisations are grouped by: network, kind, or a kind of body that they lie within"`
	Firm       EvidenceGrade `json:"firm" doc:"The weakest grade of evidence that is firm"`
}

// Normal is the query with what it leaves out.
func (q StillUsingQuery) Normal() StillUsingQuery {
	q.By, q.Firm = cmp.Or(q.By, ByNetwork), cmp.Or(q.Firm, UsualFirm)
	return q
}

// Validate reports everything that is wrong with the query.
func (q StillUsingQuery) Validate() error {
	var notice error
	if q.Notice < 0 {
		notice = Invalidf(RuleQuestionInvalid, "notice", "%d is no number of a fact", q.Notice).Trying("give the number of a notice, or leave it out")
	}
	return Join(checkRef("innovation", string(q.Innovation)), notice, CheckText("by", q.By, MaxKey), checkFirm(q.Firm))
}

// checkFirm refuses what is no grade of evidence.
func checkFirm(g EvidenceGrade) error {
	if g == "" {
		return nil
	}
	return checkWord("firm", string(g), words(EvidenceGrades()))
}

// UseSpell is the last time in which an organisation used an innovation, as its
// events tell, whatever their grade.
type UseSpell struct {
	Since         Day           `json:"since,omitzero" doc:"Since when it is used without a stop between; left out when no event tells of use"`
	Open          bool          `json:"open" doc:"Whether no stop and no fall to an earlier stage followed"`
	Grade         EvidenceGrade `json:"grade,omitempty" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The best evidence of it"`
	LastSign      Day           `json:"lastSign,omitzero" doc:"The last day that an event or a confirmation shows it in use"`
	LastConfirmed Day           `json:"lastConfirmed,omitzero" doc:"The last day it was confirmed; left out when it never was"`
	Stopped       Day           `json:"stopped,omitzero" doc:"When it stopped, or fell back to a stage before use; left out while it is in use"`
	FellTo        Stage         `json:"fellTo,omitempty" enum:"identified,assessing,piloting" doc:"The stage it fell back to, when it did not stop"`
	Reason        StopReason    `json:"reason,omitempty" doc:"Why it stopped; left out when not stated"`
	ReasonLabel   string        `json:"reasonLabel,omitempty" doc:"The reason in words"`
	Facts         []FactID      `json:"facts,omitempty" doc:"The events that say so, in the order of their numbers"`
}

// UseOf reads the last spell of use from the events of an organisation, and of
// the bodies that went into it, that may have come by a day. Of several bodies
// one that uses it speaks before one that stopped: the spell of an organisation
// begins with the first of its parts.
func UseOf(events []Recorded[Adoption], on Date) UseSpell {
	byBody := map[OrganisationID][]Recorded[Adoption]{}
	var bodies []OrganisationID
	for _, e := range events {
		if byBody[e.Value.Organisation] == nil {
			bodies = append(bodies, e.Value.Organisation)
		}
		byBody[e.Value.Organisation] = append(byBody[e.Value.Organisation], e)
	}
	slices.Sort(bodies)
	var out UseSpell
	for i, body := range bodies {
		s := spellOf(byBody[body], on)
		switch {
		case i == 0, s.Open && !out.Open, s.Open == out.Open && out.Since.IsZero():
			out = s
		case s.Open && out.Open:
			if s.Since.Latest.Before(out.Since.Latest) {
				out.Since = s.Since
			}
			if s.Grade.Rank() > out.Grade.Rank() {
				out.Grade = s.Grade
			}
			out.LastSign, out.LastConfirmed = laterDay(out.LastSign, s.LastSign), laterDay(out.LastConfirmed, s.LastConfirmed)
			out.Facts = append(out.Facts, s.Facts...)
		case !s.Open && !out.Open && s.Stopped.Latest.After(out.Stopped.Latest):
			out = s
		}
	}
	slices.Sort(out.Facts)
	out.Facts = slices.Compact(out.Facts)
	out.ReasonLabel = ""
	if out.Reason != "" {
		out.ReasonLabel = out.Reason.Label()
	}
	return out
}

// laterDay is the later of two days that may be absent, as far as that is known:
// it is no earlier than either can be, and no later than one may be.
func laterDay(a, b Day) Day {
	switch {
	case a.IsZero() || !b.IsZero() && !b.Earliest.Before(a.Earliest) && !b.Latest.Before(a.Latest):
		return b
	case b.IsZero() || !a.Earliest.Before(b.Earliest) && !a.Latest.Before(b.Latest):
		return a
	case a.Earliest.Before(b.Earliest):
		a.Earliest, a.Basis = b.Earliest, BasisComputed
	default:
		a.Latest, a.Basis = b.Latest, BasisComputed
	}
	return a
}

// inFittingOrder puts what may have happened by a day, of the events of one body
// with one innovation, in the order that breaks no rule between them.
func inFittingOrder(events []Recorded[Adoption], on Date) []Recorded[Adoption] {
	var may []Recorded[Adoption]
	var plain []Adoption
	for _, e := range events {
		if !e.Value.Planned && !e.Value.Day.Earliest.After(on) {
			may, plain = append(may, e), append(plain, e.Value)
		}
	}
	out := make([]Recorded[Adoption], len(may))
	for k, i := range fittingOrder(plain) {
		out[k] = may[i]
	}
	return out
}

// spellOf reads the events of one body.
func spellOf(events []Recorded[Adoption], on Date) (s UseSpell) {
	for _, e := range inFittingOrder(events, on) {
		a := e.Value
		switch {
		case a.Step == Confirmed && !a.Stage.InUse():
			continue
		case a.Step == Confirmed:
			if s.Open {
				s.LastConfirmed, s.LastSign = laterDay(s.LastConfirmed, a.Day), laterDay(s.LastSign, a.Day)
			}
		case a.Stage.InUse() && !s.Open:
			s = UseSpell{Since: a.Day, Open: true, LastSign: a.Day}
		case a.Stage.InUse():
			s.LastSign = laterDay(s.LastSign, a.Day)
		case a.Step == Stopped || a.Step == Reversed:
			if s.Open || a.Step == Stopped && s.Stopped.IsZero() {
				s.Open, s.Stopped, s.FellTo, s.Reason = false, a.Day, a.Stage, a.Reason
			} else if s.Reason == "" {
				s.Reason = a.Reason // another witness of the same stop gives it
			}
		default: // a stage before use, by another witness: it neither begins nor ends a spell
			continue
		}
		if s.Open && a.Grade.Rank() > s.Grade.Rank() {
			s.Grade = a.Grade
		}
		s.Facts = append(s.Facts, e.ID)
	}
	return s
}

// AdoptionUser is an organisation that uses an innovation, or used it.
type AdoptionUser struct {
	Organisation OrganisationID  `json:"organisation" doc:"The organisation"`
	Name         string          `json:"name" doc:"Its name on the day of the organisations"`
	Kind         string          `json:"kind,omitempty" doc:"Its kind"`
	Groups       []AdoptionGroup `json:"groups" doc:"What it is grouped in; none when the register does not know"`
	Eligible     Answer          `json:"eligible" doc:"Whether it could adopt: those that use it without being eligible are listed too"`
	Uses         Answer          `json:"uses" doc:"Whether it used it on the day"`
	Standing     UnitStanding    `json:"standing" doc:"How the evidence reads"`
	Spell        UseSpell        `json:"spell" doc:"Since when, on what evidence, and when it was last heard of"`
	Now          Answer          `json:"now" doc:"Whether it uses it on the day asked about; bodies that became others by what these do"`
	StoppedSince Day             `json:"stoppedSince,omitzero" doc:"When it stopped after the day; left out when it did not"`
	Reason       StopReason      `json:"reason,omitempty" doc:"Why it stopped since; left out when not stated"`
	ReasonLabel  string          `json:"reasonLabel,omitempty" doc:"The reason in words"`
}

// GroupCount is how many organisations of a group use an innovation.
type GroupCount struct {
	Group OrganisationID `json:"group,omitempty" doc:"The group; left out for those of which the register does not know it"`
	Name  string         `json:"name,omitempty" doc:"Its name"`
	Low   int            `json:"low" doc:"How many certainly do, and certainly belong to it"`
	High  int            `json:"high" doc:"How many possibly do"`
}

// CountGroups counts organisations by their groups, in the order of the groups;
// last those of which none is known. One that belongs to several groups counts
// in each.
func CountGroups(n int, at func(int) ([]AdoptionGroup, Answer)) []GroupCount {
	by := map[OrganisationID]*GroupCount{}
	for i := range n {
		groups, holds := at(i)
		if len(groups) == 0 {
			groups = []AdoptionGroup{{Holds: Yes}}
		}
		for _, g := range groups {
			if by[g.Group] == nil {
				by[g.Group] = &GroupCount{Group: g.Group, Name: g.Name}
			}
			switch min(holds, g.Holds) {
			case Yes:
				by[g.Group].Low++
				by[g.Group].High++
			case Possibly:
				by[g.Group].High++
			}
		}
	}
	out := make([]GroupCount, 0, len(by))
	for _, c := range by {
		out = append(out, *c)
	}
	sort.Slice(out, func(i, j int) bool {
		if (out[i].Group == "") != (out[j].Group == "") {
			return out[j].Group == ""
		}
		return out[i].Group < out[j].Group
	})
	return out
}
