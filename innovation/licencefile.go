package innovation

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// Rules of a licence and what hangs on it. All are refusals.
const (
	RuleDecisionLicensor       RuleID = "decision-by-no-licensor"
	RuleDecisionHolder         RuleID = "surrender-by-other-than-holder"
	RuleLicenceNotBegun        RuleID = "licence-not-begun"
	RuleLicenceEnded           RuleID = "licence-ended"
	RuleLicenceSuspended       RuleID = "licence-already-suspended"
	RuleLicenceNotSuspended    RuleID = "licence-not-suspended"
	RuleConditionUnknown       RuleID = "condition-not-of-licence"
	RuleConditionEarly         RuleID = "condition-decided-before-set"
	RuleConditionSettled       RuleID = "condition-already-settled"
	RuleTermNotLonger          RuleID = "term-not-longer"
	RuleExpireEarly            RuleID = "expire-before-end"
	RuleOptionUnknown          RuleID = "option-not-of-licence"
	RuleOptionExerciser        RuleID = "option-by-other-than-exerciser"
	RuleOptionLate             RuleID = "option-lapsed"
	RuleRevocationNotice       RuleID = "revocation-notice-short"
	RuleGradeUngraded          RuleID = "grade-in-ungraded-round"
	RuleContractingParty       RuleID = "contracting-party-unknown"
	RuleContractingBodyOverlap RuleID = "contracting-body-overlap"
	RuleStreamOutside          RuleID = "stream-outside-licence"
	RuleLicenceOverlap         RuleID = "licence-overlap"
)

// LicenceFile is everything that is known, at one point of system time, about
// one licence on all days. Its methods answer for a day; none of them changes
// it. The order of its slices does not matter.
type LicenceFile struct {
	Licence           Recorded[Licence]           `json:"licence" doc:"The licence"`
	Round             Recorded[Round]             `json:"round" doc:"The round it belongs to"`
	Streams           []Recorded[Stream]          `json:"streams,omitempty" doc:"What each licensor commissions"`
	ContractingBodies []Recorded[ContractingBody] `json:"contractingBodies,omitempty" doc:"Who contracts for the holder or a licensor"`
	Conditions        []Recorded[Condition]       `json:"conditions,omitempty" doc:"Conditions of this licence and of all licences of its round; not those of unnamed holders"`
	Provisions        []Recorded[Provision]       `json:"provisions,omitempty" doc:"Other clauses of this licence and of its round"`
	Decisions         []Recorded[Decision]        `json:"decisions,omitempty" doc:"What was decided about it"`
	Next              *Recorded[Licence]          `json:"next,omitempty" doc:"The same holder's licence of the next round"`
}

// Check reports every rule that the file breaks, each as an Error of kind
// Refused. A file that is incomplete but consistent passes, so that Check can
// follow each fact that is recorded; streams come before decisions, because a
// decision needs a licensor. Where a day is known only within bounds, a rule is
// broken when it is broken on each of the days; the two rules about suspension
// are then left alone. Decisions are taken in the order of their latest days,
// and on one day in the order in which they were recorded.
func (f LicenceFile) Check() error {
	errs := append(f.checkStreams(), f.checkContractingBodies()...)
	c := f.begin()
	for _, d := range f.decisionsInOrder() {
		errs = append(errs, f.checkDecision(c, d.Value)...)
		c.apply(f, d.Value)
	}
	return Join(errs...)
}

// CheckHolderOverlap refuses two licences of one holder and one round that are
// certainly both in force on some day. The term is the one after all
// decisions: a licence that was revoked or surrendered ends there. The files
// may be of any holders and rounds.
func CheckHolderOverlap(files []LicenceFile) error {
	var errs []error
	for i, a := range files {
		for _, b := range files[:i] {
			la, lb := a.Licence.Value, b.Licence.Value
			if la.Holder != lb.Holder || la.Round != lb.Round || la.Licence == lb.Licence {
				continue
			}
			if days, ok := certainOverlap(a.finalTerm(), b.finalTerm()); ok {
				errs = append(errs, Refusedf(RuleLicenceOverlap, "period",
					"%s holds the licences %s and %s of %s at once: %s", la.Holder, lb.Licence, la.Licence, la.Round, days).
					Trying("correct the period of one, or record how the earlier one ended"))
			}
		}
	}
	return Join(errs...)
}

// decisionsInOrder gives the decisions in the order in which they count.
func (f LicenceFile) decisionsInOrder() []Recorded[Decision] {
	sorted := slices.Clone(f.Decisions)
	sort.Slice(sorted, func(i, j int) bool {
		a, b := &sorted[i], &sorted[j]
		return cmp.Or(a.Value.Day.Latest.Compare(b.Value.Day.Latest), cmp.Compare(a.ID, b.ID)) < 0
	})
	return sorted
}

// begin is the state of the licence before any decision: its term is the one
// recorded, or else the one that follows from the round.
func (f LicenceFile) begin() *course {
	p := f.Licence.Value.Period.Normal()
	years := int(f.Round.Value.TermYears)
	known := p.Start.Earliest != Dawn && p.Start.Latest != Forever
	if p.IsOpen() && years > 0 && known {
		p.End = Bound{p.Start.Earliest.AddYears(years), p.Start.Latest.AddYears(years), BasisComputed}
	}
	return &course{end: p.End, settled: map[ConditionID]Decision{}}
}

// finalTerm is the term after all decisions.
func (f LicenceFile) finalTerm() Period {
	return f.Licence.Value.Period.EndingAt(f.courseOn(Forever).end)
}

// longestTerm is the term with every extension, whatever ended it before.
func (f LicenceFile) longestTerm() Period {
	end := f.begin().end
	for _, d := range f.Decisions {
		if until := d.Value.Until; d.Value.Type != DecisionRevoke && until.After(end.Latest) {
			end = Exactly(until)
		}
	}
	return f.Licence.Value.Period.EndingAt(end)
}

func (f LicenceFile) checkStreams() (errs []error) {
	term := f.longestTerm()
	for _, s := range f.Streams {
		p := s.Value.Period.Normal()
		core, certain := p.Core()
		switch {
		case !p.Hull().Overlaps(term.Hull()),
			certain && core.Start.Before(term.Start.Earliest),
			certain && term.End.Basis == BasisPublished && !p.IsOpen() && core.End.After(term.End.Latest):
			errs = append(errs, Refusedf(RuleStreamOutside, "period",
				"the stream of %s (%s) lies outside the licence %s (%s)", s.Value.Licensor, p, f.Licence.Value.Licence, term).
				Trying("give the stream days on which the licence runs, or record the extension first"))
		}
	}
	return errs
}

func (f LicenceFile) checkContractingBodies() (errs []error) {
	parties := map[OrganisationID]bool{f.Licence.Value.Holder: true}
	for _, s := range f.Streams {
		parties[s.Value.Licensor] = true
	}
	for _, d := range f.Decisions {
		if d.Value.Type == DecisionPassLicensor {
			parties[d.Value.Successor] = true
		}
	}
	for i, b := range f.ContractingBodies {
		if !parties[b.Value.Party] {
			errs = append(errs, Refusedf(RuleContractingParty, "party",
				"%s is neither the holder nor a licensor of %s", b.Value.Party, f.Licence.Value.Licence).
				Trying("name the holder or a licensor, or record the licensor's stream first"))
		}
		for _, a := range f.ContractingBodies[:i] {
			if days, ok := certainOverlap(a.Value.Period, b.Value.Period); ok && a.Value.Party == b.Value.Party {
				errs = append(errs, Refusedf(RuleContractingBodyOverlap, "period",
					"%s and %s both contract for %s: %s", a.Value.Body, b.Value.Body, a.Value.Party, days).
					Trying("end the earlier one where the novation took effect"))
			}
		}
	}
	return errs
}

// refusal records one broken rule of a decision.
type refusal func(rule RuleID, field, try, format string, args ...any)

// checkDecision reports what is wrong with a decision, given the state of the
// licence before it.
func (f LicenceFile) checkDecision(c *course, d Decision) (errs []error) {
	refuse := func(rule RuleID, field, try, format string, args ...any) {
		detail := fmt.Sprintf("%s of %s on %s: ", d.Type, d.Licence, d.Day) + fmt.Sprintf(format, args...)
		errs = append(errs, &Error{Kind: Refused, Rule: rule, Field: field, Detail: detail, Try: try})
	}
	f.checkDecider(d, refuse)
	f.checkStanding(c, d, refuse)
	switch d.Type {
	case DecisionGrade:
		if !f.Round.Value.Graded {
			refuse(RuleGradeUngraded, "grade", "leave the grade out", "the round %s does not grade its licences", f.Round.Value.Round)
		}
	case DecisionMet, DecisionWaived, DecisionBreached:
		f.checkSettlement(c, d, refuse)
	case DecisionSuspend:
		if f.suspensionsDated() && !c.suspendedSince.IsZero() {
			refuse(RuleLicenceSuspended, "type", "record the reinstatement in between first", "it is suspended since %s", c.suspendedSince)
		}
	case DecisionReinstate:
		if f.suspensionsDated() && c.suspendedSince.IsZero() {
			refuse(RuleLicenceNotSuspended, "type", "record the suspension first", "it is not suspended then")
		}
	case DecisionExerciseOption:
		f.checkOption(d, refuse)
	case DecisionRevoke:
		notice := int(f.Round.Value.NoticeDays)
		if given := d.Until.Sub(d.Day.Earliest); !d.Until.IsZero() && given < notice {
			refuse(RuleRevocationNotice, "until", fmt.Sprintf("give %s or a later day", d.Day.Earliest.AddDays(notice)),
				"%s gives %d days of notice, and the round asks for %d", d.Until, given, notice)
		}
	case DecisionExpire:
		if c.endPublished() && d.Day.Latest.Before(c.end.Earliest) {
			refuse(RuleExpireEarly, "day", "record a revocation or a surrender", "its published end is %s", c.end)
		}
	}
	return errs
}

// checkDecider holds a decision to the body that may take it.
func (f LicenceFile) checkDecider(d Decision, refuse refusal) {
	switch d.Type {
	case DecisionSurrender:
		if holder := f.Licence.Value.Holder; d.By != holder {
			refuse(RuleDecisionHolder, "by", "name the holder, or record a revocation", "%s is not the holder %s", d.By, holder)
		}
		return
	case DecisionExerciseOption:
		if p, ok := f.option(d.Provision, d.Day.Latest); ok && p.Exerciser != "" {
			if d.By != p.Exerciser && !f.tookOver(p.Exerciser, d.By, d.Day) {
				refuse(RuleOptionExerciser, "by", "name "+string(p.Exerciser), "%s may not exercise the option %s", d.By, p.Provision)
			}
			return
		}
	}
	if !f.mayDecide(d.By, d.Day) {
		refuse(RuleDecisionLicensor, "by", "name a licensor of that day, or record its stream first", "%s is no licensor then", d.By)
	}
}

// checkStanding refuses what cannot be decided before the licence begins or
// after it ended, and a new end that is none. Before the beginning, terms can
// be settled: conditions, grade, variations, licensors.
func (f LicenceFile) checkStanding(c *course, d Decision, refuse refusal) {
	switch start := f.Licence.Value.Period.Start; d.Type {
	case DecisionSuspend, DecisionReinstate, DecisionRevoke, DecisionSurrender, DecisionExpire:
		if d.Day.Latest.Before(start.Earliest) {
			refuse(RuleLicenceNotBegun, "day", "correct the day; a licence that was never given is retracted", "it begins on %s", start)
		}
	}
	changesEnd := !d.Until.IsZero() || d.Type == DecisionRevoke
	switch {
	case c.closed != "" && !d.Day.Earliest.Before(c.closedOn):
		refuse(RuleLicenceEnded, "day", "correct the day, or how the licence ended", "it is %s from %s", c.closed, c.closedOn)
	case c.closed != "" && changesEnd:
		refuse(RuleLicenceEnded, "until", "correct or retract the decision that ends it", "it is already to be %s from %s", c.closed, c.closedOn)
	case d.Type != DecisionExpire && c.endPublished() && !d.Day.Earliest.Before(c.end.Latest):
		refuse(RuleLicenceEnded, "day", "correct the day, or the end of the licence", "it expired on %s", c.end)
	case changesEnd && d.Type != DecisionRevoke && !c.end.IsOpen() && !d.Until.After(c.end.Earliest):
		refuse(RuleTermNotLonger, "until", "give a day after the present end", "the term already runs to %s", c.end)
	}
}

// checkSettlement refuses a decision about a condition that cannot be decided.
func (f LicenceFile) checkSettlement(c *course, d Decision, refuse refusal) {
	runs := f.conditionRuns()
	i := slices.IndexFunc(runs, func(run conditionRun) bool { return run[0].Value.Condition == d.Condition })
	if i < 0 {
		refuse(RuleConditionUnknown, "condition", "attach the condition to the licence or its round first",
			"the licence has no condition %s", d.Condition)
		return
	}
	set := runs[i].set()
	if d.Day.Latest.Before(set.Start.Earliest) {
		refuse(RuleConditionEarly, "day", "correct the day, or the day on which the condition was set",
			"%s was set on %s", d.Condition, set.Start)
	}
	if s, ok := c.settled[d.Condition]; ok && !d.Day.Earliest.Before(s.Day.Latest) {
		refuse(RuleConditionSettled, "condition", "correct or retract the earlier decision",
			"%s on %s settled %s", s.Type, s.Day, d.Condition)
	} else if !set.IsOpen() && !d.Day.Earliest.Before(set.End.Latest) {
		refuse(RuleConditionSettled, "condition", "correct the day, or the day on which the condition was lifted",
			"%s was lifted on %s", d.Condition, set.End)
	}
}

// checkOption refuses the exercise of what is no option, or of one that lapsed.
func (f LicenceFile) checkOption(d Decision, refuse refusal) {
	p, ok := f.option(d.Provision, d.Day.Latest)
	if !ok {
		refuse(RuleOptionUnknown, "provision", "record the option as a provision of type option first",
			"the licence has no option %s", d.Provision)
		return
	}
	if !p.Due.IsZero() && d.Day.Earliest.After(p.Due.Latest) {
		refuse(RuleOptionLate, "day", "record an extension instead", "the option %s could be exercised until %s", p.Provision, p.Due)
	}
}

// option finds an option as it reads on the day, or else on another one.
func (f LicenceFile) option(id ProvisionID, on Date) (option Provision, found bool) {
	best := No
	for _, p := range f.Provisions {
		if p.Value.Provision != id || p.Value.Type != Option {
			continue
		}
		if holds := p.Value.Period.Holds(on); !found || holds > best {
			option, found, best = p.Value, true, holds
		}
	}
	return option, found
}

// suspensionsDated reports whether the order of all suspensions and
// reinstatements is certain.
func (f LicenceFile) suspensionsDated() bool {
	return !slices.ContainsFunc(f.Decisions, func(r Recorded[Decision]) bool {
		d := r.Value
		return (d.Type == DecisionSuspend || d.Type == DecisionReinstate) && d.Day.Earliest != d.Day.Latest
	})
}

// mayDecide reports whether an organisation may have been a licensor on the
// day. A stream that begins with the licence gives its licensor a say before
// that day, too; one that ends with it, or whose end was not published,
// afterwards.
func (f LicenceFile) mayDecide(by OrganisationID, day Day) bool {
	term := f.Licence.Value.Period.EndingAt(f.begin().end)
	for _, s := range f.Streams {
		p := s.Value.Period.Normal()
		days := p.Hull()
		if !days.Start.After(term.Start.Latest) {
			days.Start = Dawn
		}
		if p.End.Basis != BasisPublished || !days.End.Before(term.End.Earliest) {
			days.End = Forever
		}
		if day.Latest.Before(days.Start) || days.End != Forever && !day.Earliest.Before(days.End) {
			continue
		}
		for _, h := range f.licensorsOf(s.Value) {
			if h.licensor == by && !day.Latest.Before(h.from) && !day.Earliest.After(h.last) {
				return true
			}
		}
	}
	return false
}

// tookOver reports whether a licensor had passed its licence to another by the
// day, directly or in turn.
func (f LicenceFile) tookOver(from, to OrganisationID, day Day) bool {
	line := f.licensorsOf(Stream{Licensor: from, Period: FromBound(Exactly(Dawn))})
	return slices.ContainsFunc(line, func(h holding) bool { return h.licensor == to && !day.Latest.Before(h.from) })
}

// holding is the time in which a body is the licensor of a stream: from the
// first possible to the last possible day, both included.
type holding struct {
	licensor   OrganisationID
	from, last Date
	since      Date // the day from which it is so for certain
}

// licensorsOf follows a stream from the licensor it was recorded with through
// every passing-on. On the day of a passing-on both count.
func (f LicenceFile) licensorsOf(s Stream) []holding {
	line := []holding{{s.Licensor, Dawn, Forever, Dawn}}
	for _, r := range f.decisionsInOrder() {
		d := r.Value
		now := &line[len(line)-1]
		if d.Type != DecisionPassLicensor || d.By != now.licensor || d.Day.Latest.Before(s.Period.Start.Earliest) {
			continue
		}
		now.last = d.Day.Latest
		line = append(line, holding{d.Successor, d.Day.Earliest, Forever, d.Day.Latest})
	}
	return line
}

// certainOverlap gives days on which both periods hold whatever their bounds
// turn out to be. A period with an exact end, or none, holds at least just
// before it, even when its start is not known.
func certainOverlap(p, q Period) (Span, bool) { return certainDays(p).Intersect(certainDays(q)) }

func certainDays(p Period) Span {
	p = p.Normal()
	core, ok := p.Core()
	if !ok && p.End.Earliest == p.End.Latest && !p.Start.IsZero() {
		return Span{Date{p.End.Earliest.day - 1}, p.End.Earliest}
	}
	return core
}
