package innovation

import (
	"cmp"
	"math/big"
	"sort"
)

// What adoption is counted by, beside the kinds of bodies that organisations lie
// within (scheme organisation-kind): icb, nhs-region, primary-care-network …
const (
	ByNetwork = "network" // the network that serves the organisation
	ByKind    = "kind"    // the kind of the organisation itself
)

// RollUp is when a body counts as using what its parts use.
type RollUp string

// The roll-ups.
const (
	RollUpAny   RollUp = "any"   // one of its parts does
	RollUpAll   RollUp = "all"   // all of its parts do
	RollUpShare RollUp = "share" // at least a share of its parts do
)

// AdoptionCountQuery asks how many of those who could adopt an innovation did.
type AdoptionCountQuery struct {
	Innovation InnovationID  `json:"innovation" doc:"The innovation"`
	Programme  ProgrammeID   `json:"programme,omitempty" doc:"Of those who could adopt as this programme sees it"`
	Phase      int64         `json:"phase,omitempty" minimum:"0" doc:"And as this phase of the programme sees it"`
	By         string        `json:"by,omitempty" doc:"What it is counted by: network, kind (of the organisation), or the kind of a body that organisations lie within (scheme organisation-kind); not at all when left out"`
	Level      string        `json:"level,omitempty" doc:"Bodies of this kind are counted, by the organisations and sites that lie within them; organisations as recorded when left out"`
	RollUp     RollUp        `json:"rollUp,omitempty" enum:"any,all,share" doc:"When such a body uses the innovation: when any of its parts that could adopt does, all do, or at least a share"`
	Share      int64         `json:"share,omitempty" minimum:"0" maximum:"1000000" doc:"The share of its parts, in millionths"`
	Firm       EvidenceGrade `json:"firm,omitempty" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The grade from which evidence is firm: what weaker evidence alone says counts as possible"`
	Footprint  Footprint     `json:"footprint" doc:"On which list of organisations it is counted"`
}

// Normal is the question with what it leaves out: the footprint is that of then,
// and a level rolls up by any.
func (q AdoptionCountQuery) Normal() AdoptionCountQuery {
	q.Firm, q.Footprint = cmp.Or(q.Firm, UsualFirm), q.Footprint.Normal()
	if q.Level != "" {
		q.RollUp = cmp.Or(q.RollUp, RollUpAny)
	}
	return q
}

// Validate reports everything that is wrong with the question.
func (q AdoptionCountQuery) Validate() error {
	var rollUp error
	switch {
	case q.RollUp != "" && q.RollUp != RollUpAny && q.RollUp != RollUpAll && q.RollUp != RollUpShare:
		rollUp = checkWord("rollUp", string(q.RollUp), words([]RollUp{RollUpAny, RollUpAll, RollUpShare}))
	case q.RollUp != "" && q.Level == "":
		rollUp = Invalidf(RuleQuestionInvalid, "level", "a roll-up is given, and no kind of body to roll up to").Trying("name the kind of body, such as primary-care-network")
	case q.RollUp == RollUpShare && (q.Share < 1 || q.Share > million):
		rollUp = Invalidf(RuleQuestionInvalid, "share", "a share of %d millionths of the parts", q.Share).Trying("give 1 to 1000000")
	case q.RollUp != RollUpShare && q.Share != 0:
		rollUp = Invalidf(RuleQuestionInvalid, "share", "a share is given, and the roll-up is not by a share").Trying("leave it out, or roll up by share")
	}
	return Join(checkRef("innovation", string(q.Innovation)), checkScope(q.Programme, q.Phase), CheckText("by", q.By, MaxKey),
		CheckText("level", q.Level, MaxKey), rollUp, checkFirm(q.Firm), q.Footprint.Validate())
}

// checkScope refuses a phase without its programme.
func checkScope(p ProgrammeID, phase int64) error {
	var lone error
	if phase != 0 && p == "" {
		lone = Invalidf(RuleQuestionInvalid, "phase", "a phase is given without its programme").Trying("give the programme")
	}
	return Join(checkOptionalRef("programme", string(p)), checkPhase(phase, false), lone)
}

// CountBounds is a number of organisations that is known to lie between two.
type CountBounds struct {
	Low  int64 `json:"low" doc:"Those of which it is certain"`
	High int64 `json:"high" doc:"These and those of which it is possible"`
}

// Add counts one of which something is certain, possible, or not so.
func (r *CountBounds) Add(a Answer) {
	switch a {
	case Yes:
		r.Low++
		r.High++
	case Possibly:
		r.High++
	}
}

// UnitGroup is a group that an organisation belongs to.
type UnitGroup struct {
	Group  string
	Member Answer // Yes or Possibly
}

// AdoptionUnit is an organisation that is counted.
type AdoptionUnit struct {
	Organisation OrganisationID
	Eligible     Answer // whether it is in the set: Yes or Possibly
	Standing     UnitStanding
	Groups       []UnitGroup // none when the register knows none
}

// StageCount is how many organisations are at a stage.
type StageCount struct {
	Stage Stage `json:"stage" doc:"The stage"`
	CountBounds
}

// GradeCount is how many organisations use an innovation by a grade of evidence.
type GradeCount struct {
	Grade    EvidenceGrade `json:"grade" doc:"The best grade of the evidence that decides that it is in use"`
	Adopters int64         `json:"adopters" doc:"How many, of all who use it or may use it"`
}

// AdoptionCountRow is how many organisations of one group stand where.
type AdoptionCountRow struct {
	Group    string       `json:"group,omitempty" doc:"The body, or the code of the kind; left out for the total"`
	Name     string       `json:"name,omitempty" doc:"What it is called on the day"`
	Unknown  bool         `json:"unknown,omitempty" doc:"True of the row of those for which the register knows no group"`
	Eligible *CountBounds `json:"eligible,omitempty" doc:"How many could adopt; left out when the register does not say who could"`
	Counted  CountBounds  `json:"counted" doc:"How many were counted: those who could adopt or, when that is not known, those of which something is recorded"`
	InUse    CountBounds  `json:"inUse" doc:"Those that use it: adopted or embedded"`
	Stages   []StageCount `json:"stages" doc:"Those at each stage, not before and not beyond it"`
	Stopped  CountBounds  `json:"stopped" doc:"Those that had begun and stopped"`
	NotKnown CountBounds  `json:"notKnown" doc:"Those of which no event tells"`
	Partly   int64        `json:"partly,omitempty" doc:"Those of which parts use it and others do not, as after a merger"`
	Share    *Millionths  `json:"share,omitempty" doc:"The share of those who could adopt that use it, in millionths; left out when the register does not say who could"`
	Evidence []GradeCount `json:"evidence,omitempty" doc:"Those that use it or may use it, by their evidence, from the weakest grade"`
}

// countRow gathers a row.
type countRow struct {
	AdoptionCountRow
	stages [5]CountBounds
	grades [6]int64
	share  shareOf
}

// add counts n organisations that stand alike; in says whether they are of the
// group and of the set.
func (r *countRow) add(in Answer, s UnitStanding, n int64) {
	add := func(c *CountBounds, a Answer) {
		switch min(in, a) {
		case Yes:
			c.Low += n
			c.High += n
		case Possibly:
			c.High += n
		}
	}
	use := s.InUse()
	add(&r.Counted, Yes)
	add(&r.InUse, use)
	for i := range r.stages {
		add(&r.stages[i], s.Answer(func(rank int) bool { return rank == i+1 }))
	}
	add(&r.Stopped, s.Stopped())
	add(&r.NotKnown, s.Answer(func(rank int) bool { return rank == NotKnown }))
	if s.Partly {
		r.Partly += n
	}
	if use != No {
		r.grades[s.Grade.Rank()] += n
	}
	r.share.add(in, use, n)
}

// finish makes the row; known says whether the register says who could adopt.
func (r *countRow) finish(known bool) AdoptionCountRow {
	for i, s := range Stages() {
		r.Stages = append(r.Stages, StageCount{s, r.stages[i]})
	}
	for i, g := range EvidenceGrades() {
		if n := r.grades[i+1]; n > 0 {
			r.Evidence = append(r.Evidence, GradeCount{g, n})
		}
	}
	if known {
		eligible := r.Counted
		r.Eligible = &eligible
		r.Share = r.share.millionths()
	}
	return r.AdoptionCountRow
}

// shareOf is how many of a set do something, where it is not certain of all that
// they are in the set, or do it: counts by whether one is in the set, and does it.
type shareOf [3][3]int64

func (s *shareOf) add(in, does Answer, n int64) { s[in][does] += n }

// bounds are the least and the greatest share, nil when the set may only be
// empty. At the least, of those that are not certainly in the set only those are
// that may not do it, and the reverse at the greatest.
func (s shareOf) bounds() (low, high *big.Rat) {
	yes, maybe := s[Yes], s[Possibly]
	sure, idle := yes[No]+yes[Possibly]+yes[Yes], maybe[No]+maybe[Possibly]
	busy := maybe[Yes] + maybe[Possibly]
	ratio := func(part, whole, otherwise int64) *big.Rat {
		if whole == 0 {
			return big.NewRat(otherwise, 1)
		}
		return big.NewRat(part, whole)
	}
	if sure+idle+busy == 0 {
		return nil, nil
	}
	return ratio(yes[Yes], sure+idle, 1), ratio(yes[Yes]+yes[Possibly]+busy, sure+busy, 0)
}

func (s shareOf) millionths() *Millionths {
	low, high := s.bounds()
	if low == nil {
		return nil
	}
	return newMillionths(low, high)
}

// AdoptionTally counts organisations that stand alike, without groups.
type AdoptionTally struct{ row countRow }

// Add counts n organisations that certainly are in the set.
func (t *AdoptionTally) Add(s UnitStanding, n int64) { t.row.add(Yes, s, n) }

// Row is the count.
func (t *AdoptionTally) Row(known bool) AdoptionCountRow { return t.row.finish(known) }

// CountAdoption counts organisations: the total first, in which each counts
// once, then when grouped is set a row for each group in the order of their
// keys, and last a row of those that belong to none that is known. One that
// belongs to several groups, or to a group possibly, counts in each of them.
func CountAdoption(units []AdoptionUnit, known, grouped bool) []AdoptionCountRow {
	var total countRow
	unknown := countRow{AdoptionCountRow: AdoptionCountRow{Unknown: true}}
	rows := map[string]*countRow{}
	lost := false
	for i := range units {
		u := &units[i]
		total.add(u.Eligible, u.Standing, 1)
		if !grouped {
			continue
		}
		if len(u.Groups) == 0 {
			unknown.add(u.Eligible, u.Standing, 1)
			lost = true
		}
		for _, g := range u.Groups {
			r := rows[g.Group]
			if r == nil {
				r = &countRow{AdoptionCountRow: AdoptionCountRow{Group: g.Group}}
				rows[g.Group] = r
			}
			r.add(min(u.Eligible, g.Member), u.Standing, 1)
		}
	}
	out := []AdoptionCountRow{total.finish(known)}
	keys := make([]string, 0, len(rows))
	for key := range rows {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		out = append(out, rows[key].finish(known))
	}
	if lost {
		out = append(out, unknown.finish(known))
	}
	return out
}

// AdoptionPart is an organisation or site that a body's standing is rolled up
// from.
type AdoptionPart struct {
	Organisation OrganisationID
	In           Answer // whether it is a part that could adopt: Yes or Possibly
	Standing     UnitStanding
}

// RollUpAdoption reads where a body stands from where its parts stand, reading by
// reading: it is as far as any, all, or at least a share (in millionths) of its
// parts are. Where it is not certain which parts it has, the least and the
// furthest that it may be are taken. complete says that these are all its parts:
// without it, all or a share of them may always be fewer. It is partly in use
// where parts are and others are not.
func RollUpAdoption(parts []AdoptionPart, rule RollUp, share int64, complete bool) (UnitStanding, Answer) {
	in, out := No, UnitStanding{}
	using, idle := false, false
	for _, p := range parts {
		in = max(in, p.In)
		use := p.Standing.InUse()
		using = using || p.Standing.Partly || use == Yes && p.In == Yes
		idle = idle || p.Standing.Partly || use == No && p.In == Yes
		if p.Standing.Grade.Rank() > out.Grade.Rank() {
			out.Grade = p.Standing.Grade
		}
		out.From = append(out.From, p.Organisation)
	}
	read := func(of func(Readings) int, furthest bool) int {
		var sure, unsure []int
		for _, p := range parts {
			if n := of(p.Standing.Readings); p.In == Yes {
				sure = append(sure, n)
			} else {
				unsure = append(unsure, n)
			}
		}
		sort.Ints(unsure)
		if furthest { // those that are furthest come first
			for i, j := 0, len(unsure)-1; i < j; i, j = i+1, j-1 {
				unsure[i], unsure[j] = unsure[j], unsure[i]
			}
		}
		best, some := NotKnown, false
		for n := 0; n <= len(unsure); n++ {
			if len(sure)+n == 0 {
				continue
			}
			all := append(append([]int(nil), sure...), unsure[:n]...)
			sort.Ints(all)
			k := int64(1) // how many must be as far
			switch rule {
			case RollUpAll:
				k = int64(len(all))
			case RollUpShare:
				k = max(1, (int64(len(all))*share+million-1)/million)
			}
			switch at := all[len(all)-int(k)]; {
			case !some, furthest && at > best, !furthest && at < best:
				best, some = at, true
			}
		}
		return best
	}
	out.All = read(func(r Readings) int { return r.All }, false)
	out.Firm = read(func(r Readings) int { return r.Firm }, false)
	out.AllEarly = read(func(r Readings) int { return r.AllEarly }, true)
	out.FirmEarly = read(func(r Readings) int { return r.FirmEarly }, true)
	if !complete && rule != RollUpAny {
		out.All, out.Firm = min(out.All, NotKnown), min(out.Firm, NotKnown)
	}
	if out.Partly = using && idle; out.InUse() == No {
		out.Grade = ""
	}
	sort.Slice(out.From, func(i, j int) bool { return out.From[i] < out.From[j] })
	return out, in
}

// StandingOfMarks is where an organisation stands by the marks of the events that
// decide its readings: all evidence on latest days and on earliest days, then
// firm evidence likewise; -1 where no event tells.
func StandingOfMarks(marks [4]int64) UnitStanding {
	var out UnitStanding
	for i, into := range []*int{&out.All, &out.AllEarly, &out.Firm, &out.FirmEarly} {
		*into = NotKnown
		if marks[i] < 0 {
			continue
		}
		*into = int(marks[i] & markStage)
		if grade := int(marks[i] >> markGrade); *into >= Adopted.Rank() && grade > out.Grade.Rank() {
			out.Grade = evidenceGrades[grade-1]
		}
	}
	return out
}
