package innovation

import (
	"cmp"
	"sort"
)

// usualQuiet is how many months without a sign of life count as quiet when a
// question does not say.
const usualQuiet = 6

// QuietStopsQuery asks where an innovation has gone quiet: it was in use, and
// for some months nothing says that it still is.
type QuietStopsQuery struct {
	Innovation   InnovationID   `json:"innovation,omitempty" doc:"The innovation; exactly one of it and the organisation"`
	Organisation OrganisationID `json:"organisation,omitempty" doc:"Or the organisation, of which all innovations are looked at"`
	Months       int            `json:"months" doc:"How many months without a sign of life"`
	By           string         `json:"by" doc:"What the organisations are grouped by: network, kind, or a kind of body that they lie within"`
	Firm         EvidenceGrade  `json:"firm" doc:"The weakest grade of evidence that is firm"`
}

// Normal is the query with what it leaves out.
func (q QuietStopsQuery) Normal() QuietStopsQuery {
	q.By, q.Firm, q.Months = cmp.Or(q.By, ByNetwork), cmp.Or(q.Firm, UsualFirm), cmp.Or(q.Months, usualQuiet)
	return q
}

// Validate reports everything that is wrong with the query.
func (q QuietStopsQuery) Validate() error {
	var one, months error
	if (q.Innovation == "") == (q.Organisation == "") {
		one = Invalidf(RuleQuestionInvalid, "innovation", "the question names an innovation and an organisation, or neither").Trying("name one of them")
	}
	if q.Months < 0 || q.Months > 1200 {
		months = Invalidf(RuleQuestionInvalid, "months", "%d months", q.Months).Trying("use 1 to 1200")
	}
	return Join(one, checkOptionalRef("innovation", string(q.Innovation)), checkOptionalRef("organisation", string(q.Organisation)), months,
		CheckText("by", q.By, MaxKey), checkFirm(q.Firm))
}

// QuietStop is an organisation that uses an innovation, as far as is known, and
// has not been heard of for some months. It is never counted as stopped.
type QuietStop struct {
	Innovation   InnovationID    `json:"innovation" doc:"The innovation"`
	Organisation OrganisationID  `json:"organisation" doc:"The organisation"`
	Name         string          `json:"name" doc:"Its name on the day"`
	Groups       []AdoptionGroup `json:"groups" doc:"What it is grouped in; none when the register does not know"`
	Uses         Answer          `json:"uses" doc:"Whether it is in use, as far as is known: yes or possibly"`
	Quiet        Answer          `json:"quiet" doc:"Whether it has been quiet for that long: possibly when the day of the last sign is not certain"`
	LastSign     Day             `json:"lastSign" doc:"The last sign of life"`
	MonthsLow    int             `json:"monthsLow" doc:"For how many whole months it has been quiet at least"`
	MonthsHigh   int             `json:"monthsHigh,omitempty" doc:"And at most; left out when nothing bounds it"`
	Grade        EvidenceGrade   `json:"grade,omitempty" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The best evidence of its use"`
	Since        Day             `json:"since,omitzero" doc:"Since when it was used"`
	Facts        []FactID        `json:"facts,omitempty" doc:"The events that say so"`
}

// QuietOn says whether an organisation whose spell of use is open has been quiet
// for so many months, and for how long.
func QuietOn(s UseSpell, on Date, months int) (q QuietStop, ok bool) {
	if !s.Open || s.LastSign.IsZero() {
		return q, false
	}
	last := s.LastSign
	switch {
	case !last.Latest.AddMonths(months).After(on):
		q.Quiet = Yes
	case !last.Earliest.AddMonths(months).After(on):
		q.Quiet = Possibly
	default:
		return q, false
	}
	q.LastSign, q.Grade, q.Since, q.Facts = last, s.Grade, s.Since, s.Facts
	q.MonthsLow = wholeMonths(last.Latest, on)
	if last.Earliest.After(Dawn) {
		q.MonthsHigh = wholeMonths(last.Earliest, on)
	}
	return q, true
}

// wholeMonths is how many whole months have passed between two days.
func wholeMonths(from, to Date) int {
	if !from.Before(to) {
		return 0
	}
	n := 12*(to.Year()-from.Year()) + int(to.Month()) - int(from.Month())
	for n > 0 && from.AddMonths(n).After(to) {
		n--
	}
	return n
}

// SortQuiet puts those first that have been quiet longest.
func SortQuiet(all []QuietStop) {
	sort.Slice(all, func(i, j int) bool {
		a, b := &all[i], &all[j]
		return cmp.Or(cmp.Compare(b.Quiet, a.Quiet), a.LastSign.Latest.Compare(b.LastSign.Latest),
			cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Innovation, b.Innovation)) < 0
	})
}
