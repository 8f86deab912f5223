package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// StopsQuery asks where innovations stopped, and why.
type StopsQuery struct {
	Innovation InnovationID `json:"innovation,omitempty" doc:"The innovation; all when left out"`
	From       Date         `json:"from,omitzero" doc:"The first day; from the beginning when left out"`
	To         Date         `json:"to" doc:"The last day; that asked about when left out"`
	By         string       `json:"by" doc:"What the organisations are grouped by: network, kind, or a kind of body that they lie within"`
	Limit      int          `json:"limit" doc:"How many stops are listed at most; all are counted"`
}

// Normal is the query with what it leaves out, asked on a day.
func (q StopsQuery) Normal(on Date) StopsQuery {
	q.By, q.Limit = cmp.Or(q.By, ByNetwork), cmp.Or(q.Limit, 100)
	if q.To.IsZero() {
		q.To = on
	}
	return q
}

// Validate reports everything that is wrong with the query, asked on a day.
func (q StopsQuery) Validate(on Date) error {
	var to, limit error
	n := q.Normal(on)
	switch {
	case n.To.After(on):
		to = Invalidf(RuleQuestionInvalid, "to", "%s is after the day asked about, %s", n.To, on).Trying("ask about a later day, or leave it out")
	case n.From.After(n.To):
		to = Invalidf(RuleQuestionInvalid, "from", "the first day, %s, is after the last, %s", n.From, n.To)
	}
	if q.Limit < 0 || q.Limit > 1000 {
		limit = Invalidf(RulePageLimitInvalid, "limit", "a list of %d", q.Limit).Trying("use 1 to 1000")
	}
	return Join(checkOptionalRef("innovation", string(q.Innovation)), to, CheckText("by", q.By, MaxKey), limit)
}

// Stop is that an organisation stopped with an innovation, by whatever
// evidence. Several witnesses of one stop are one stop.
type Stop struct {
	Innovation   InnovationID    `json:"innovation" doc:"The innovation"`
	Organisation OrganisationID  `json:"organisation" doc:"The organisation, as recorded"`
	Name         string          `json:"name" doc:"Its name"`
	Groups       []AdoptionGroup `json:"groups" doc:"What it is grouped in; none when the register does not know"`
	Day          Day             `json:"day" doc:"The day it stopped, by the best evidence"`
	Within       Answer          `json:"within" doc:"Whether that lies in the time asked about: yes or possibly"`
	Was          Stage           `json:"was,omitempty" enum:"identified,assessing,piloting,adopted,embedded" doc:"The stage at which it stopped"`
	Grade        EvidenceGrade   `json:"grade" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The best evidence of it"`
	Reason       StopReason      `json:"reason,omitempty" doc:"Why, by the best evidence that gives a reason; left out when none is stated"`
	ReasonLabel  string          `json:"reasonLabel" doc:"The reason in words"`
	Domain       Domain          `json:"domain,omitempty" doc:"The NASSS domain behind the reason"`
	AlsoGiven    []StopReason    `json:"alsoGiven,omitempty" doc:"Other reasons, by other evidence"`
	Restarted    Day             `json:"restarted,omitzero" doc:"When it began again by the day asked about; left out when it did not"`
	RestartedAt  Stage           `json:"restartedAt,omitempty" enum:"identified,assessing,piloting,adopted,embedded" doc:"The stage at which it began again"`
	Facts        []FactID        `json:"facts" doc:"The events that say so, in the order of their numbers"`
}

// notStated is what a stop without a reason is counted under.
const notStated = "Not stated"

// StopsOf reads the stops of one organisation and innovation in the time that
// the query names, as known on a day. A stop ends whatever the organisation had
// begun; what other witnesses say of it before it begins again is the same stop.
func StopsOf(events []Recorded[Adoption], q StopsQuery, on Date) []Stop {
	var out []Stop
	var was Stage
	stopped := false // the last of out has not begun again
	for _, e := range inFittingOrder(events, on) {
		a := e.Value
		if a.Step == Confirmed {
			continue
		}
		if a.Step != Stopped {
			if stopped {
				out[len(out)-1].Restarted, out[len(out)-1].RestartedAt = a.Day, a.Stage
			}
			was, stopped = a.Stage, false
			continue
		}
		if !stopped {
			out = append(out, Stop{Innovation: a.Innovation, Organisation: a.Organisation, Day: a.Day, Was: was, Grade: a.Grade, Reason: a.Reason, Facts: []FactID{e.ID}})
			stopped = true
			continue
		}
		s := &out[len(out)-1]
		s.Facts = append(s.Facts, e.ID)
		better := a.Grade.Rank() > s.Grade.Rank()
		if a.Reason != "" && a.Reason != s.Reason {
			if s.Reason == "" || better {
				s.Reason, a.Reason = a.Reason, s.Reason
			}
			if a.Reason != "" && !slices.Contains(s.AlsoGiven, a.Reason) {
				s.AlsoGiven = append(s.AlsoGiven, a.Reason)
			}
		}
		if better {
			s.Grade, s.Day = a.Grade, a.Day
		}
	}
	in := out[:0]
	for _, s := range out {
		switch {
		case s.Day.Earliest.After(q.To) || s.Day.Latest.Before(q.From):
			continue
		case s.Day.Latest.After(q.To) || s.Day.Earliest.Before(q.From):
			s.Within = Possibly
		default:
			s.Within = Yes
		}
		s.ReasonLabel = notStated
		if s.Reason != "" {
			s.ReasonLabel, s.Domain = s.Reason.Label(), s.Reason.Domain()
		}
		slices.Sort(s.Facts)
		in = append(in, s)
	}
	return in
}

// StopCount is how many stops had one reason, or a reason of one domain.
type StopCount struct {
	Reason    StopReason `json:"reason,omitempty" doc:"The reason; left out where none is stated, and for a domain"`
	Label     string     `json:"label" doc:"In words"`
	Domain    Domain     `json:"domain,omitempty" doc:"The NASSS domain: of the reason, or counted"`
	Low       int        `json:"low" doc:"How many stops certainly lie in the time asked about"`
	High      int        `json:"high" doc:"How many possibly do"`
	Restarted int        `json:"restarted" doc:"How many of them began again by the day asked about"`
}

// domainLabels are the domains in plain words.
var domainLabels = map[Domain]string{
	DomainCondition: "The illness and those who have it", DomainTechnology: "The technology itself", DomainValue: "What it is worth",
	DomainAdopters: "Staff, patients and carers", DomainOrganisation: "The organisation", DomainWiderSystem: "The wider system", DomainOverTime: "Keeping it up over time",
}

// Label is the domain in plain words.
func (d Domain) Label() string { return cmp.Or(domainLabels[d], string(d)) }

// CountStops counts stops by their reasons, the most frequent first, and by the
// domains of the reasons in the order of the framework. Those without a reason
// stand under "Not stated" in both.
func CountStops(stops []Stop) (reasons, domains []StopCount) {
	byReason, byDomain := map[StopReason]*StopCount{}, map[Domain]*StopCount{}
	for i := range stops {
		s := &stops[i]
		if byReason[s.Reason] == nil {
			byReason[s.Reason] = &StopCount{Reason: s.Reason, Label: s.ReasonLabel, Domain: s.Domain}
		}
		if byDomain[s.Domain] == nil {
			byDomain[s.Domain] = &StopCount{Label: cmp.Or(s.Domain.Label(), notStated), Domain: s.Domain}
		}
		for _, c := range []*StopCount{byReason[s.Reason], byDomain[s.Domain]} {
			c.High++
			if s.Within == Yes {
				c.Low++
			}
			if !s.Restarted.IsZero() {
				c.Restarted++
			}
		}
	}
	reasons, domains = []StopCount{}, []StopCount{}
	for _, c := range byReason {
		reasons = append(reasons, *c)
	}
	sort.Slice(reasons, func(i, j int) bool {
		a, b := &reasons[i], &reasons[j]
		return cmp.Or(cmp.Compare(b.High, a.High), cmp.Compare(a.Reason, b.Reason)) < 0
	})
	for _, d := range append(Domains(), "") {
		if byDomain[d] != nil {
			domains = append(domains, *byDomain[d])
		}
	}
	return reasons, domains
}
