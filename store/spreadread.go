package store

import (
	"context"
	"fmt"
	"math"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// The lengths of the periods that spread is told by.
const (
	PeriodMonth         = "month"
	PeriodQuarter       = "quarter"        // of the calendar year
	PeriodYear          = "year"           // of the calendar
	PeriodFinancialYear = "financial-year" // April to March
)

// maxSpreadPeriods bounds how many periods one answer has.
const maxSpreadPeriods = 1200

// halfOf is the share that is asked about when none is named, in millionths.
const halfOf = 500_000

// SpreadQuery asks how an innovation spread.
type SpreadQuery struct {
	Innovation innovation.InnovationID  `json:"innovation" doc:"The innovation"`
	From       innovation.Date          `json:"from,omitzero" doc:"The first day; that of the innovation when left out, or of the first adoption when that is not known"`
	To         innovation.Date          `json:"to,omitzero" doc:"The last day; the day asked about when left out"`
	Grade      innovation.EvidenceGrade `json:"grade,omitempty" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"Only evidence of this grade or better counts; any when left out"`
	Footprint  innovation.Footprint     `json:"footprint,omitzero" doc:"On which list of organisations; of then when left out"`
	Programme  innovation.ProgrammeID   `json:"programme,omitempty" doc:"Who could adopt, as this programme sees it; in general when left out"`
	Phase      int64                    `json:"phase,omitempty" minimum:"0" doc:"As this phase of the programme sees it"`
	By         string                   `json:"by,omitempty" doc:"Also apart by group: network, kind, or a kind of body that organisations lie within, such as icb"`
	Period     string                   `json:"period,omitempty" enum:"month,quarter,year,financial-year" doc:"The length of the periods"`
	Reach      int64                    `json:"reach,omitempty" minimum:"1" maximum:"999999" doc:"When will this share have adopted, in millionths"`
	Units      bool                     `json:"units,omitempty" doc:"List each organisation too"`
}

// Validate reports everything that is wrong with the question taken alone.
func (q SpreadQuery) Validate() error {
	var grade, days, phase, by, length, reach error
	if q.Grade != "" && q.Grade.Rank() == 0 {
		grade = question("grade", fmt.Sprintf("%q is no grade of evidence", q.Grade), "use one of "+innovation.Listed(innovation.EvidenceGrades()))
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		days = question("to", fmt.Sprintf("the last day, %s, is before the first, %s", q.To, q.From), "")
	}
	if q.Phase < 0 || q.Phase > 0 && q.Programme == "" {
		phase = question("phase", "a phase without its programme, or below nothing", "name the programme too")
	}
	if q.By != "" && innovation.CheckKey("by", q.By) != nil {
		by = question("by", "that is no grouping", "use network, kind, or a kind of body such as icb")
	}
	switch q.Period {
	case "", PeriodMonth, PeriodQuarter, PeriodYear, PeriodFinancialYear:
	default:
		length = question("period", fmt.Sprintf("%q is no length of periods", q.Period), "use month, quarter, year or financial-year")
	}
	if q.Reach < 0 || q.Reach >= 1_000_000 {
		reach = question("reach", fmt.Sprintf("a share of %d millionths", q.Reach), "use 1 to 999999: 500000 is a half")
	}
	return innovation.Join(innovation.CheckKey("innovation", string(q.Innovation)), grade, days, q.Footprint.Validate(), phase, by, length, reach)
}

// question refuses a question about spread or uptake.
//
//go:noinline // many places would hold a copy of it
func question(field, detail, try string) *innovation.Error {
	return &innovation.Error{Kind: innovation.Invalid, Rule: innovation.RuleQuestionInvalid, Field: field, Detail: detail, Try: try}
}

// Spread is how an innovation spread among those that could adopt it.
type Spread struct {
	Recipe        innovation.Recipe `json:"recipe"`
	Asked         SpreadQuery       `json:"asked" doc:"What was asked, with what was left out filled in"`
	Name          string            `json:"name" doc:"What the innovation is called on the day"`
	Footprint     string            `json:"footprint" doc:"The footprint in words"`
	EligibleKnown bool              `json:"eligibleKnown" doc:"Whether the register says who could adopt; without, nobody knows the shares, the hazards and the times to adoption"`
	FirstDay      innovation.Date   `json:"firstDay,omitzero" doc:"The first day of the innovation, from which organisations are at risk to adopt; left out when it is not known"`
	All           SpreadGroup       `json:"all" doc:"All organisations together"`
	Groups        []SpreadGroup     `json:"groups,omitempty" doc:"Each group apart, in the order of their keys; an organisation of two groups counts in both"`
	Ungrouped     int64             `json:"ungrouped,omitempty" doc:"How many organisations are in no group that is known"`
	Units         []SpreadUnit      `json:"units,omitempty" doc:"Each organisation, in the order of their keys, when asked for"`
	LeftOut       []SpreadLeftOut   `json:"leftOut,omitempty" doc:"Adopters that are not among those counted, or were never at risk, and why"`
	Notes         []string          `json:"notes" doc:"How it was counted"`
}

// CountRange is how many it certainly is, and how many it may be.
type CountRange struct {
	Certain  int64 `json:"certain" doc:"Each event on the latest day on which it may have been"`
	Possible int64 `json:"possible" doc:"Each event on the earliest day on which it may have been"`
}

// Unanswered is a part of an answer that the data cannot bear.
type Unanswered struct {
	Part   string            `json:"part" doc:"What there is no answer to"`
	Rule   innovation.RuleID `json:"rule" doc:"The rule that forbids it"`
	Detail string            `json:"detail" doc:"Why"`
	Try    string            `json:"try,omitempty" doc:"What to try"`
}

// SpreadLeftOut is an organisation that is not counted with the others, and why.
type SpreadLeftOut struct {
	Organisation innovation.OrganisationID `json:"organisation"`
	Reason       string                    `json:"reason" doc:"Why"`
}

// SpreadUnit is one organisation of the footprint.
type SpreadUnit struct {
	Organisation innovation.OrganisationID `json:"organisation"`
	Eligible     innovation.Answer         `json:"eligible" doc:"Whether it ever could adopt: yes, or possibly"`
	Entered      innovation.Date           `json:"entered,omitzero" doc:"The day from which it could adopt; left out when it is not known"`
	Left         innovation.Date           `json:"left,omitzero" doc:"The first day on which it could not any more; left out when there is none"`
	Certain      innovation.Date           `json:"certain,omitzero" doc:"The latest day on which it may have first adopted; left out when it is not certain that it did"`
	Possible     innovation.Date           `json:"possible,omitzero" doc:"The earliest day on which it may have first adopted"`
	Category     stats.AdopterCategory     `json:"category,omitempty" doc:"How early it adopted among those that did"`
	Inherited    bool                      `json:"inherited,omitempty" doc:"That it came into being as an adopter, from those that became it"`
	HeirCertain  innovation.Date           `json:"heirCertain,omitzero" doc:"The first day on which it certainly was an adopter as what went into it, itself aside; that is no adoption of its own"`
	HeirPossible innovation.Date           `json:"heirPossible,omitzero" doc:"The first day on which it possibly was"`
	Grade        innovation.EvidenceGrade  `json:"grade,omitempty" doc:"The best evidence that it adopted"`
}

// SpreadGroup is how an innovation spread in a group of organisations.
type SpreadGroup struct {
	Group      string          `json:"group,omitempty" doc:"The key of the group; left out for all"`
	Name       string          `json:"name,omitempty" doc:"What the group is called on the day"`
	Eligible   CountRange      `json:"eligible" doc:"How many could adopt on the last day: certainly, and at most; 0 when that is not known"`
	Before     CountRange      `json:"before" doc:"How many had adopted before the first day"`
	Adopters   CountRange      `json:"adopters" doc:"How many had adopted by the last day"`
	Evidence   []EvidenceCount `json:"evidence,omitempty" doc:"The possible adopters by the best evidence for each"`
	Periods    []SpreadPeriod  `json:"periods" doc:"Period by period"`
	Survival   *SpreadSurvival `json:"survival,omitempty" doc:"How long organisations took, those that have not adopted censored"`
	Reach      *SpreadTime     `json:"reach,omitempty" doc:"When the share asked about had adopted, in days since each could: a result, no forecast"`
	Categories []CategoryCount `json:"categories,omitempty" doc:"How early adopters were, relative to the adopters so far"`
	Refused    []Unanswered    `json:"refused,omitempty" doc:"What the data cannot bear, and why"`
}

// EvidenceCount is how many adopters have evidence of a grade at best.
type EvidenceCount struct {
	Grade    innovation.EvidenceGrade `json:"grade"`
	Adopters int64                    `json:"adopters"`
}

// CategoryCount is how many adopters are in a category.
type CategoryCount struct {
	Category stats.AdopterCategory `json:"category"`
	Adopters int64                 `json:"adopters"`
}

// SpreadPeriod is one period of a spread.
type SpreadPeriod struct {
	Name       string          `json:"name" doc:"The period: 2017-11, 2017-Q4, 2017, 2017/18"`
	Start      innovation.Date `json:"start" doc:"Its first day"`
	End        innovation.Date `json:"end" doc:"The first day after it"`
	Part       bool            `json:"part,omitempty" doc:"That only part of the period is looked at"`
	New        CountRange      `json:"new" doc:"How many first adopted in it: by their latest days, and by their earliest. Neither bounds the other"`
	Cumulative CountRange      `json:"cumulative" doc:"How many had first adopted by its end"`
	Eligible   CountRange      `json:"eligible" doc:"How many could adopt at its end; 0 when that is not known"`
	Adopted    CountRange      `json:"adopted" doc:"How many of these had adopted, themselves or as what they came from"`
	ShareLow   *float64        `json:"shareLow,omitempty" doc:"The least share of those eligible at its end that had adopted; left out when who could is not known"`
	ShareHigh  *float64        `json:"shareHigh,omitempty" doc:"The greatest share"`
	Hazard     *SpreadHazard   `json:"hazard,omitempty" doc:"How likely one that had not adopted was to adopt in the period"`
}

// SpreadHazard is the hazard of a period, of latest days; see spread.Hazard.
type SpreadHazard struct {
	AtRisk   int64    `json:"atRisk" doc:"How many could adopt at its start and had not"`
	Entered  int64    `json:"entered" doc:"How many came to be able to within it"`
	Adopted  int64    `json:"adopted" doc:"How many of these adopted"`
	Censored int64    `json:"censored" doc:"How many were last seen within it, not having adopted"`
	Exposed  float64  `json:"exposed" doc:"How many it is a share of: one that came or left within the period counts a half"`
	Hazard   *float64 `json:"hazard,omitempty" doc:"The share that adopted"`
	Low      *float64 `json:"low,omitempty" doc:"The lower end of its 95 % interval (Wilson)"`
	High     *float64 `json:"high,omitempty" doc:"The upper end"`
	Reason   string   `json:"reason,omitempty" doc:"Why there is no hazard"`
}

// SpreadSurvival is a Kaplan–Meier curve; see spread.KaplanMeier.
type SpreadSurvival struct {
	Subjects   int64          `json:"subjects" doc:"How many organisations were watched"`
	Adopters   int64          `json:"adopters" doc:"How many of them adopted"`
	Confidence float64        `json:"confidence" doc:"Of the intervals"`
	Steps      []SurvivalStep `json:"steps" doc:"By time"`
	Median     SpreadTime     `json:"median" doc:"When half had adopted"`
}

// SurvivalStep is the estimate from a time until the next step.
type SurvivalStep struct {
	Days     float64  `json:"days" doc:"Days since an organisation could adopt, to the end of the day"`
	AtRisk   int64    `json:"atRisk" doc:"How many were watched and had not adopted just before"`
	Adopted  int64    `json:"adopted" doc:"How many adopted then"`
	Censored int64    `json:"censored" doc:"How many were last seen then, not having adopted"`
	Share    float64  `json:"share" doc:"The share that has not adopted by then"`
	StdErr   float64  `json:"standardError" doc:"Its standard error (Greenwood)"`
	Low      *float64 `json:"low,omitempty" doc:"The lower end of its interval, log-log scale; left out when there is none"`
	High     *float64 `json:"high,omitempty" doc:"The upper end"`
}

// SpreadTime is the time by which a share has adopted.
type SpreadTime struct {
	Share  float64  `json:"share" doc:"The share that has adopted"`
	Days   *float64 `json:"days,omitempty" doc:"Days since an organisation could adopt; left out when the share is not reached"`
	Low    *float64 `json:"low,omitempty" doc:"The lower end of its 95 % interval (Brookmeyer and Crowley); left out when not reached"`
	High   *float64 `json:"high,omitempty" doc:"The upper end"`
	Reason string   `json:"reason,omitempty" doc:"Why there is no time, or no end of its interval"`
}

// Spread tells how an innovation spread: how many adopted in each period, the
// share of those that could, the hazard and the Kaplan–Meier curve with
// non-adopters censored, and when a share was reached. A part that the data
// cannot bear is refused by its rule within the answer; the others stand.
//
// An organisation is at risk from the day on which it could adopt, or from the
// first day of the innovation when that is later, until it adopts, can no more,
// or was last looked at. Times to adoption run from that day of its own.
// Hazards and survival take an event of uncertain day on its latest.
func (r reader) Spread(ctx context.Context, v innovation.View, q SpreadQuery) (out Spread, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		f, err := readSpread(ctx, s, m, q)
		if err != nil {
			return err
		}
		out, err = f.answer(ctx)
		return err
	})
	return out, err
}

// answer makes the answer of what was read.
func (f *spreadFile) answer(ctx context.Context) (Spread, error) {
	out := Spread{Recipe: f.a.m.recipe(), Asked: f.q, Name: f.name, Footprint: f.q.Footprint.String(), EligibleKnown: f.known, FirstDay: f.firstDay,
		LeftOut: f.leftOut, Notes: f.notes()}
	out.All = f.group(f.units)
	if f.q.By != "" {
		groups, ungrouped, err := f.grouped(ctx)
		if err != nil {
			return out, err
		}
		out.Ungrouped = int64(ungrouped)
		keys := make([]string, 0, len(groups))
		ids := make([]innovation.OrganisationID, 0, len(groups))
		for k := range groups {
			keys, ids = append(keys, k), append(ids, innovation.OrganisationID(k))
		}
		sort.Strings(keys)
		named := map[innovation.OrganisationID]string{}
		if f.q.By != innovation.ByKind {
			if named, err = namesOn(ctx, f.a.session, f.a.m, ids); err != nil {
				return out, err
			}
		}
		for _, k := range keys {
			g := f.group(groups[k])
			g.Group, g.Name = k, named[innovation.OrganisationID(k)]
			out.Groups = append(out.Groups, g)
		}
	}
	if f.q.Units {
		categories := f.categories(f.units, nil)
		for i := range f.units {
			u := &f.units[i]
			out.Units = append(out.Units, SpreadUnit{Organisation: u.id, Eligible: u.eligible, Entered: u.enter, Left: u.leave, Certain: u.certain,
				Possible: u.possible, Category: categories[u.id], Inherited: u.inherited,
				HeirCertain: u.inheritedCertain, HeirPossible: u.inheritedPossibly, Grade: u.grade})
		}
	}
	return out, nil
}

// notes say how it was counted.
func (f *spreadFile) notes() []string {
	out := []string{"counts take an event of uncertain day on its latest (certain) and on its earliest day (possible); hazards and times to adoption take the latest"}
	switch {
	case !f.known:
		out = append(out, "the register does not say who could adopt, so that only those that did are counted, on the list of the last day")
	case f.firstDay.IsZero():
		out = append(out, "the first day of the innovation is not known: organisations that could always adopt are at risk from the first day looked at")
	}
	possibly, gaps, renamed := 0, 0, 0
	for i := range f.units {
		u := &f.units[i]
		if u.eligible == innovation.Possibly {
			possibly++
		}
		if f.known && len(u.runs()) > 1 {
			gaps++
		}
		if len(u.names) > 0 {
			renamed++
		}
	}
	if f.known && possibly > 0 {
		out = append(out, fmt.Sprintf("of %d it is only possible that they could adopt: they count as possible adopters, and among those at risk", possibly))
	}
	if gaps > 0 {
		out = append(out, fmt.Sprintf("%d could not adopt for a while in between: they are not at risk then, and their times to adoption run on from the first day on which they could", gaps))
	}
	if renamed > 0 {
		out = append(out, fmt.Sprintf("%d were renamed: each is one organisation under its last key, from its first day", renamed))
	}
	if f.known && f.q.Footprint.Mode != "" && f.q.Footprint.Mode != innovation.FootprintThen {
		out = append(out, "an organisation of the footprint has adopted when all that went into it have, and possibly when some have; the footprint is taken to have been there all the time")
	}
	return out
}

// group reckons one group of organisations.
func (f *spreadFile) group(units []spreadMember) SpreadGroup {
	g := SpreadGroup{Periods: make([]SpreadPeriod, len(f.breaks)-1)}
	refuse := func(part string, err error) { g.Refused = appendRefused(g.Refused, part, err) }
	grades := map[innovation.EvidenceGrade]int64{}
	for i := range units {
		if u := &units[i]; !u.inherited && !u.possible.IsZero() {
			grades[u.grade]++
		}
	}
	for _, grade := range innovation.EvidenceGrades() {
		if grades[grade] > 0 {
			g.Evidence = append(g.Evidence, EvidenceCount{grade, grades[grade]})
		}
	}
	g.Before = f.firstBy(units, f.breaks[0])
	last := g.Before
	for i := range g.Periods {
		p := &g.Periods[i]
		*p = f.period(units, f.breaks[i], f.breaks[i+1])
		p.New = CountRange{p.Cumulative.Certain - last.Certain, p.Cumulative.Possible - last.Possible}
		last = p.Cumulative
		g.Eligible = p.Eligible
	}
	g.Adopters = last
	if !f.known {
		refuse("hazard and survival", &innovation.Error{Kind: innovation.Refused, Rule: innovation.RuleEligibleUnknown,
			Detail: "the register does not say who could adopt, so that nobody knows how many could have and did not",
			Try:    "record who is eligible (eligibility.record), or name a programme that says so"})
	} else {
		f.survival(&g, units)
	}
	counts := map[stats.AdopterCategory]int64{}
	for _, c := range f.categories(units, refuse) {
		counts[c]++
	}
	for _, c := range []stats.AdopterCategory{stats.Innovator, stats.EarlyAdopter, stats.EarlyMajority, stats.LateMajority, stats.Laggard} {
		if len(counts) > 0 {
			g.Categories = append(g.Categories, CategoryCount{c, counts[c]})
		}
	}
	return g
}

// appendRefused adds what a statistic refused.
//
//go:noinline // many places would hold a copy of it
func appendRefused(list []Unanswered, part string, err error) []Unanswered {
	for _, e := range innovation.Violations(err) {
		list = append(list, Unanswered{part, e.Rule, e.Detail, e.Try})
	}
	return list
}

// firstBy counts who had first adopted before a day.
func (f *spreadFile) firstBy(units []spreadMember, end innovation.Date) (n CountRange) {
	for i := range units {
		if u := &units[i]; !u.inherited {
			if !u.certain.IsZero() && u.certain.Before(end) && (u.eligible == innovation.Yes || !f.known) {
				n.Certain++
			}
			if !u.possible.IsZero() && u.possible.Before(end) {
				n.Possible++
			}
		}
	}
	return n
}

// period counts at the end of a period.
func (f *spreadFile) period(units []spreadMember, start, end innovation.Date) SpreadPeriod {
	p := SpreadPeriod{Name: periodName(f.q.Period, start), Start: start, End: end, Cumulative: f.firstBy(units, end)}
	p.Part = start != periodStart(f.q.Period, start) || end != nextPeriod(f.q.Period, start)
	last := end.AddDays(-1)
	var low, high float64 // the sizes that go with the least and the greatest share
	for i := range units {
		u := &units[i]
		could := u.could(last)
		if could == innovation.No {
			continue
		}
		before := func(d innovation.Date) bool { return !d.IsZero() && d.Before(end) }
		certain := before(u.certain) || before(u.inheritedCertain)
		possible := certain || before(u.possible) || before(u.inheritedPossibly)
		p.Eligible.Possible++
		if possible {
			p.Adopted.Possible++
		}
		if could == innovation.Yes || !f.known {
			p.Eligible.Certain++
			low++
			high++
			if certain {
				p.Adopted.Certain++
			}
		} else {
			if !certain {
				low++
			}
			if possible {
				high++
			}
		}
	}
	if !f.known {
		p.Eligible = CountRange{}
	}
	if f.known && low > 0 {
		p.ShareLow = number(float64(p.Adopted.Certain) / low)
	}
	if f.known && high > 0 {
		p.ShareHigh = number(float64(p.Adopted.Possible) / high)
	}
	return p
}

// survival reckons hazards and the Kaplan–Meier curve.
func (f *spreadFile) survival(g *SpreadGroup, units []spreadMember) {
	var calendar, own []stats.Subject
	from, end := f.breaks[0], f.breaks[len(f.breaks)-1]
	watched := int64(0)
	for i := range units {
		seen := false
		for _, s := range units[i].subjects(end) {
			calendar = append(calendar, s)
			enter := float64(units[i].enter.DayNumber()) // its own clock does not stop while it could not adopt
			s.Exit -= enter
			if s.Enter = max(s.Enter, float64(from.DayNumber())) - enter; s.Exit > s.Enter {
				own = append(own, s)
				seen = true
			}
		}
		if seen {
			watched++
		}
	}
	breaks := make([]float64, len(f.breaks))
	for i, b := range f.breaks {
		breaks[i] = float64(b.DayNumber())
	}
	hazards, err := stats.Hazard(calendar, breaks, nil)
	if err != nil {
		g.Refused = appendRefused(g.Refused, "hazard", err)
	}
	for i, h := range hazards {
		out := &SpreadHazard{AtRisk: int64(h.AtStart), Entered: int64(h.Entered), Adopted: int64(h.Adopters), Censored: int64(h.Censored), Exposed: h.Exposed, Reason: h.Reason}
		if h.Reason == "" {
			out.Hazard, out.Low, out.High = number(h.Hazard), number(h.HazardLower), number(h.HazardUpper)
		}
		g.Periods[i].Hazard = out
	}
	curve, err := stats.KaplanMeier(own, nil)
	if err != nil {
		g.Refused = appendRefused(g.Refused, "survival", err)
		return
	}
	g.Survival = &SpreadSurvival{Subjects: watched, Adopters: int64(curve.Adopters), Confidence: curve.Confidence,
		Steps: make([]SurvivalStep, len(curve.Steps)), Median: timeOf(curve.Median)}
	for i, s := range curve.Steps {
		step := SurvivalStep{Days: s.Time, AtRisk: int64(s.AtRisk), Adopted: int64(s.Adopted), Censored: int64(s.Censored), Share: s.Share, StdErr: s.StdErr}
		if s.Interval {
			step.Low, step.High = number(s.Lower), number(s.Upper)
		}
		g.Survival.Steps[i] = step
	}
	reach, err := curve.TimeTo(float64(f.q.Reach) / 1e6)
	if err != nil {
		g.Refused = appendRefused(g.Refused, "reach", err)
		return
	}
	t := timeOf(reach)
	g.Reach = &t
}

func timeOf(t stats.SurvivalTime) SpreadTime {
	out := SpreadTime{Share: t.Share, Reason: t.Reason}
	if t.HasTime {
		out.Days = number(t.Time)
	}
	if t.HasLower {
		out.Low = number(t.Lower)
	}
	if t.HasUpper {
		out.High = number(t.Upper)
	}
	return out
}

// number is a float that JSON can hold; nil when it is none.
//
//go:noinline // many places would hold a copy of it
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// categories places the adopters by how early they were, in days.
func (f *spreadFile) categories(units []spreadMember, refuse func(string, error)) map[innovation.OrganisationID]stats.AdopterCategory {
	var ids []innovation.OrganisationID
	var days []int
	first := innovation.Date{}
	for i := range units {
		if u := &units[i]; !u.inherited && !u.certain.IsZero() && (first.IsZero() || u.certain.Before(first)) {
			first = u.certain
		}
	}
	for i := range units {
		if u := &units[i]; !u.inherited && !u.certain.IsZero() {
			ids, days = append(ids, u.id), append(days, u.certain.Sub(first)+1)
		}
	}
	all, _, err := stats.AdopterCategories(days, nil)
	if err != nil {
		if refuse != nil {
			refuse("categories", err)
		}
		return nil
	}
	out := make(map[innovation.OrganisationID]stats.AdopterCategory, len(ids))
	for i, c := range all {
		out[ids[i]] = c
	}
	return out
}
