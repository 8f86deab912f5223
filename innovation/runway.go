package innovation

import (
	"cmp"
	"fmt"
)

// RuleSlipInvalid refuses a slip that does not say what slips until when.
const RuleSlipInvalid RuleID = "slip-invalid"

// MaxRunwayMonths is how far ahead a runway can be asked for.
const MaxRunwayMonths = 120

// RunwayQuery asks how long an organisation's money lasts.
type RunwayQuery struct {
	Organisation    OrganisationID `json:"organisation" doc:"Whose money"`
	Months          int            `json:"months" minimum:"1" maximum:"120" doc:"How many months, from that of the day on"`
	Opening         *Amount        `json:"opening,omitempty" doc:"The balance before the first of these months; left out, it is what came under its awards before less what was spent before"`
	ForecastVersion int64          `json:"forecastVersion,omitempty" minimum:"0" doc:"The version of its forecast; 0 takes the latest made by the day"`
	Slips           []Slip         `json:"slips,omitempty" doc:"What is taken to slip"`
	Spread          bool           `json:"spread,omitempty" doc:"Whether to spread lines for a financial year evenly over its months"`
}

// Slip is an assumption: that a condition stays outstanding until a day and is
// met on it, or that an instalment is not paid before a day and is paid on it.
type Slip struct {
	Condition  ConditionID  `json:"condition,omitempty" doc:"The condition that slips"`
	Instalment InstalmentID `json:"instalment,omitempty" doc:"Or the instalment"`
	Until      Date         `json:"until" doc:"The day on which the condition is met after all, or the instalment paid"`
}

// Validate reports everything that is wrong with the query on the day.
func (q RunwayQuery) Validate(on Date) error {
	errs := []error{checkRef("organisation", string(q.Organisation)), checkVersion("forecastVersion", q.ForecastVersion)}
	if q.Months < 1 || q.Months > MaxRunwayMonths {
		errs = append(errs, Invalidf(RuleHorizonInvalid, "months", "a horizon of %d", q.Months).Trying("use 1 to %d", MaxRunwayMonths))
	}
	if q.Opening != nil && q.Opening.IsZero() {
		errs = append(errs, Invalidf(RuleAmountMissing, "opening", "the balance has no amount").Trying("leave the opening out to take what is recorded"))
	}
	for i, s := range q.Slips {
		field := fmt.Sprintf("slips[%d]", i)
		errs = append(errs, within(field, Join(checkOptionalRef("condition", string(s.Condition)), checkOptionalRef("instalment", string(s.Instalment)))))
		if (s.Condition == "") == (s.Instalment == "") {
			errs = append(errs, Invalidf(RuleSlipInvalid, field, "the slip does not name one thing").Trying("name a condition or an instalment"))
		}
		if !s.Until.After(on) || !s.Until.Before(Forever) {
			errs = append(errs, Invalidf(RuleSlipInvalid, field+".until", "it slips until %q, asked on %s", s.Until, on).Trying("give a day after that of the view"))
		}
		for _, other := range q.Slips[:i] {
			if other.Condition == s.Condition && other.Instalment == s.Instalment {
				errs = append(errs, Invalidf(RuleSlipInvalid, field, "%s slips twice", cmp.Or(string(s.Condition), string(s.Instalment))))
			}
		}
	}
	return Join(errs...)
}

// RunwayFile is what a runway is worked out from: the awards of an
// organisation, or in which it has a share, and its own records.
type RunwayFile struct {
	Awards    []AwardFile
	Spending  []Recorded[Spend]
	Forecasts []Recorded[Forecast]
	Holdings  []Recorded[Holding]
}

// Runway is how the balance of an organisation goes on, month by month, as far
// as it is known: each balance is an interval that holds whatever the records
// leave open.
type Runway struct {
	Organisation OrganisationID      `json:"organisation" doc:"Whose money"`
	Opening      Reckoning           `json:"opening" doc:"The balance before the first month"`
	Version      int64               `json:"version" doc:"The version of the forecast; 0 when none was made by the day"`
	Months       []RunwayMonth       `json:"months" doc:"The months, in order"`
	Negative     RunwayNegative      `json:"negative" doc:"When the balance falls below nothing"`
	WithoutSlips *RunwayNegative     `json:"withoutSlips,omitempty" doc:"The same if nothing slips; left out when nothing is said to"`
	Stopped      []StoppedInstalment `json:"stopped" doc:"The instalments that what slips keeps back when they are due, in the order of due days, then of keys"`
	Undated      []RunwayInstalment  `json:"undated" doc:"Instalments not paid that are due in no known month, or were due before: they may come in any month from the first they can be due in, and count from nothing in the balance"`
	Holdings     []Recorded[Holding] `json:"holdings" doc:"Money that it holds for others on the day: never its own, and in no balance"`
	LeftOut      []Uncounted         `json:"leftOut" doc:"Instalments and lines of the forecast that are not counted, or not in a month of their own, in the order of facts"`
	Notes        []string            `json:"notes,omitempty" doc:"What to bear in mind"`
}

// RunwayMonth is one month.
type RunwayMonth struct {
	Month       Date               `json:"month" doc:"Its first day"`
	Due         []RunwayInstalment `json:"due" doc:"The instalments due in it and not paid, in the order of due days, then of keys"`
	Late        []RunwayInstalment `json:"late" doc:"Those due before that come in it once their gate has opened"`
	Received    Reckoning          `json:"received" doc:"What came under awards in it by the day, less what went back"`
	Instalments Reckoning          `json:"instalments" doc:"What comes in instalments; one that may come in this month or another counts from nothing"`
	OtherIncome Reckoning          `json:"otherIncome" doc:"Forecast income that is no instalment"`
	Spend       Reckoning          `json:"spend" doc:"Forecast spending"`
	Closing     Reckoning          `json:"closing" doc:"The balance at its end; without a lower bound once spending is not forecast, without an upper one once income is not, and not known once neither is"`
}

// RunwayNegative says when a balance falls below nothing.
type RunwayNegative struct {
	Certainly Date `json:"certainly,omitzero" doc:"The first month at whose end the balance is certainly below nothing"`
	Possibly  Date `json:"possibly,omitzero" doc:"The first month at whose end it may be"`
	NotKnown  Date `json:"notKnown,omitzero" doc:"The first month of whose balance nothing is known: it may be below nothing too"`
}

// InstalmentState is what stands in the way of an instalment when it is due.
type InstalmentState string

// The states of instalments.
const (
	InstalmentExpected InstalmentState = "expected" // nothing keeps it back
	InstalmentPossible InstalmentState = "possibly" // a gate stands that may open by then
	InstalmentStopped  InstalmentState = "stopped"  // a gate keeps it back
)

// RunwayInstalment is an instalment that is not paid, or not in full.
type RunwayInstalment struct {
	Instalment InstalmentID    `json:"instalment" doc:"The instalment"`
	Award      AwardID         `json:"award" doc:"Its award"`
	Due        Day             `json:"due,omitzero" doc:"When it is due; left out when not stated"`
	Amount     Amount          `json:"amount" doc:"What is left to pay of it"`
	State      InstalmentState `json:"state" enum:"expected,possibly,stopped" doc:"Whether a gate keeps it back when it is due"`
	By         []string        `json:"by,omitempty" doc:"What keeps it back: conditions, then other things"`
	May        Date            `json:"mayCome,omitzero" doc:"The first day on which it may come; left out when none is known"`
	Comes      Date            `json:"comes,omitzero" doc:"The day by which it comes; left out when that is not known"`
	Fact       FactID          `json:"fact" doc:"The fact that records it"`
}

// StoppedInstalment is an instalment that what slips keeps back. One that is
// kept back anyway, because nothing recorded says that its gate opens in time,
// is among them.
type StoppedInstalment struct {
	RunwayInstalment
	PlainState InstalmentState `json:"stateWithoutSlips" enum:"expected,possibly,stopped" doc:"What stood in its way if nothing slipped"`
	PlainMay   Date            `json:"mayComeWithoutSlips,omitzero" doc:"The first day on which it may come if nothing slips, when a gate keeps it back all the same; left out when none is known"`
	PlainComes Date            `json:"comesWithoutSlips,omitzero" doc:"The day by which it comes if nothing slips; left out when that is not known"`
}

// RunwayOf works out how the balance goes on after the day. Instalments come
// when they are due unless a gate keeps them back. A gate that stands on the
// day opens by what is recorded alone: on the day on which it is recorded to
// end, or by a slip when its condition is met at last; from the day on which it
// is expected to open its instalment may come, and counts from nothing. Money
// that is to move within several months counts from nothing until the last of
// them has passed. Spending and other income are those of the forecast, which
// says all that is forecast between its first month and its last: a month
// without spending in it is not known. Core income of the forecast counts from
// nothing when instalments are expected, for it may be the same money. What was
// paid under an award that is shared is asked of the shares of the day on which
// it was paid, not of the day of the view.
func RunwayOf(on Date, q RunwayQuery, f RunwayFile) (Runway, error) {
	if err := q.Validate(on); err != nil {
		return Runway{}, err
	}
	version, lines, err := forecastOf("forecastVersion", f.Forecasts, q.ForecastVersion, on)
	if err != nil {
		return Runway{}, err
	}
	r := runOf(on, q, f, lines)
	r.out.Version = version
	for _, h := range f.Holdings {
		if h.Value.Period.Holds(on) != No {
			r.out.Holdings = append(r.out.Holdings, h)
		}
	}
	if len(q.Slips) > 0 {
		plain := q
		plain.Slips = nil
		without := runOf(on, plain, f, lines)
		r.out.WithoutSlips = &without.out.Negative
		r.compare(without.comes)
	}
	return *r.out, nil
}
