package innovation

import "slices"

// Rules of the ladder.
const (
	RuleLadderBy RuleID = "ladder-by-invalid"
)

// LadderQuery says of what a ladder is. Empty fields do not restrict.
type LadderQuery struct {
	Envelope EnvelopeID     `json:"envelope,omitempty" doc:"The envelope, with those that lie in it"`
	Funder   OrganisationID `json:"funder,omitempty" doc:"Who gives the money"`
	Network  OrganisationID `json:"network,omitempty" doc:"Who gets it"`
	Stream   string         `json:"stream,omitempty" doc:"The funding stream"`
	Year     FinancialYear  `json:"year,omitempty" doc:"The financial year"`
	By       LadderBy       `json:"by,omitempty" enum:"year,network,stream,year-network,year-stream" doc:"A row for each year, each network or each stream, or for each of these in each year; one row for all when left out"`
	Cash     bool           `json:"cash,omitempty" doc:"Years by the day on which money was awarded or moved, instead of the time that it is for"`
}

// LadderBy is how the rows of a ladder are divided.
type LadderBy string

// The divisions of a ladder.
const (
	LadderWhole       LadderBy = ""
	LadderYear        LadderBy = "year"
	LadderNetwork     LadderBy = "network"
	LadderStream      LadderBy = "stream"
	LadderYearNetwork LadderBy = "year-network"
	LadderYearStream  LadderBy = "year-stream"
)

// Validate reports everything that is wrong with the query.
func (q LadderQuery) Validate() error {
	var by, fy error
	if !slices.Contains([]LadderBy{LadderWhole, LadderYear, LadderNetwork, LadderStream, LadderYearNetwork, LadderYearStream}, q.By) {
		by = Invalidf(RuleLadderBy, "by", "%q is no division of a ladder", clip(string(q.By))).Trying("use year, network, stream, year-network or year-stream, or leave it out")
	}
	if q.Year != 0 && (q.Year < firstTextFinancialYear || q.Year > lastTextFinancialYear) {
		fy = Invalidf(RuleFinancialYearInvalid, "year", "%d is no financial year", q.Year)
	}
	return Join(checkOptionalRef("envelope", string(q.Envelope)), checkOptionalRef("funder", string(q.Funder)),
		checkOptionalRef("network", string(q.Network)), CheckText("stream", q.Stream, MaxKey), by, fy)
}

// ByYear reports whether sums are by financial year.
//
//go:noinline // many places would hold a copy of it
func (q LadderQuery) ByYear() bool {
	return q.Year != 0 || q.By == LadderYear || q.By == LadderYearNetwork || q.By == LadderYearStream
}

// ByNetwork reports whether sums are by network.
//
//go:noinline // many places would hold a copy of it
func (q LadderQuery) ByNetwork() bool {
	return q.Network != "" || q.By == LadderNetwork || q.By == LadderYearNetwork
}

// ByStream reports whether sums are by funding stream.
func (q LadderQuery) ByStream() bool { return q.By == LadderStream || q.By == LadderYearStream }

// National reports whether the ladder is of all money, so that money which is
// passed on would be seen twice.
func (q LadderQuery) National() bool { return q.Envelope == "" && q.Funder == "" && q.Network == "" }

// Exclusion is why something is not counted on a rung.
type Exclusion string

// Why money is not counted.
const (
	ExcludedInside     Exclusion = "inside-another-envelope"
	ExcludedShared     Exclusion = "shared-with-others"      // an envelope for several, on the ladder of one
	ExcludedComparator Exclusion = "comparator"              // money of another kind of body
	ExcludedDeal       Exclusion = "deal"                    // public and private money together
	ExcludedContract   Exclusion = "contract"                // the value of a contract, which may hold the money of other envelopes
	ExcludedPlanned    Exclusion = Exclusion(FigurePlanned)  // only planned
	ExcludedExpected   Exclusion = Exclusion(FigureExpected) // only expected
	ExcludedImplied    Exclusion = Exclusion(FigureImplied)  // only implied by other figures
	ExcludedTransfer   Exclusion = "transfer"                // passed on: counted where it came in
	ExcludedSpansYears Exclusion = "spans-years"             // for more than the financial year: nothing is apportioned
	ExcludedNoYear     Exclusion = "year-not-known"
	ExcludedNoLength   Exclusion = "length-not-known" // by the year, for nobody knows how many years
	ExcludedJoint      Exclusion = "joint"            // one sum for several whose parts are not known
	ExcludedInKind     Exclusion = "in-kind"          // no money
	ExcludedHeld       Exclusion = "held-for-others"
)

// exclusionTexts says each exclusion in words.
var exclusionTexts = map[Exclusion]string{
	ExcludedInside:     "lies in an envelope that is counted",
	ExcludedShared:     "is shared with others, and no source apportions it",
	ExcludedComparator: "is money of another kind of body, recorded for comparison",
	ExcludedDeal:       "is the money of a deal, public and private together",
	ExcludedContract:   "is the value of a contract, which may hold the money of other envelopes",
	ExcludedPlanned:    "is only planned",
	ExcludedExpected:   "is only expected",
	ExcludedImplied:    "is only implied by other figures",
	ExcludedTransfer:   "was passed on by a body that received it: it is counted where it came in",
	ExcludedSpansYears: "is for more than the financial year, and nothing is apportioned",
	ExcludedNoYear:     "is for a financial year that is not known",
	ExcludedNoLength:   "is an amount by the year, and the number of years is not known",
	ExcludedJoint:      "is one sum for several recipients whose parts are not known",
	ExcludedInKind:     "is in kind, which is no money",
	ExcludedHeld:       "is held for others",
}

// Text says the exclusion in words.
func (e Exclusion) Text() string { return exclusionTexts[e] }

// LadderRow is the ladder of one network, one year, or all that was asked for.
type LadderRow struct {
	Year        FinancialYear  `json:"year,omitempty" doc:"The financial year; left out when the row is of all years"`
	Network     OrganisationID `json:"network,omitempty" doc:"The recipient; left out when the row is of all, or of joint sums"`
	NetworkName string         `json:"networkName,omitempty" doc:"Its name on the day"`
	Stream      string         `json:"stream,omitempty" doc:"The funding stream; left out when the row is of all, or of money of no stated stream"`
	Rungs       []LadderRung   `json:"rungs" doc:"The rungs from the top"`
}

// LadderRung is one rung of a row.
type LadderRung struct {
	Rung                   Rung              `json:"rung" enum:"announced,allocated,committed,paid,spent" doc:"Which rung"`
	Known                  bool              `json:"known" doc:"Whether anything is recorded that counts; what is not recorded is not nothing"`
	Why                    string            `json:"why,omitempty" doc:"Why it is not known"`
	Amount                 Amount            `json:"amount,omitzero" doc:"The sum, as an interval where it is not exact; bounds that sources give for single shares are used"`
	Records                int64             `json:"records" doc:"How many records it is the sum of"`
	Undisclosed            int64             `json:"undisclosed,omitempty" doc:"How many of them have an amount that is not disclosed"`
	VAT                    VAT               `json:"vat,omitempty" doc:"The basis of value added tax of all of them; left out when not stated"`
	RemainderOf            Rung              `json:"remainderOf,omitempty" enum:"announced,allocated,committed,paid" doc:"The nearest rung above that is known"`
	Apart                  int64             `json:"apart,omitempty" doc:"How many records belong to nothing on that rung: what is left of it is not known then"`
	Remainder              Amount            `json:"remainder,omitzero" doc:"What is left of that rung; left out when it is not known"`
	WithoutBounds          Amount            `json:"withoutBounds,omitzero" doc:"The sum when the bounds of single shares are not used; left out when that makes no difference"`
	WithoutBoundsRemainder Amount            `json:"withoutBoundsRemainder,omitzero" doc:"What is left of that rung then"`
	Excluded               []LadderExclusion `json:"excluded,omitempty" doc:"What is not counted, and why"`
	Rivals                 []LadderRival     `json:"rivals,omitempty" doc:"Figures that sources give instead"`

	loose Loose
}

// LadderExclusion is what is not counted on a rung for one reason.
type LadderExclusion struct {
	Reason  Exclusion `json:"reason" doc:"Why: a code"`
	Text    string    `json:"text" doc:"Why, in words"`
	Records int64     `json:"records" doc:"How many records"`
	Amount  Amount    `json:"amount" doc:"Their sum"`
}

// LadderRival is a published figure of a rung that is not counted.
type LadderRival struct {
	Claim Recorded[MoneyClaim] `json:"claim" doc:"The figure"`
	Later bool                 `json:"later,omitempty" doc:"Whether it was certainly published after the day of the view"`
}

// Step is what a sum is of: a rung, or what changes one. Adjustments change
// what was committed, refunds what was paid.
type Step = Rung

// The steps that are no rungs.
const (
	StepIncrease Step = "increase"
	StepDecrease Step = "decrease"
	StepRefunded Step = "refunded"
)

// LadderSum is a sum of records that share everything a ladder tells apart.
type LadderSum struct {
	Step        Rung // a rung, or what changes one
	Network     OrganisationID
	Stream      string
	Year        FinancialYear
	VAT         VAT
	Why         Exclusion // "" for what counts
	Records     int64
	Undisclosed int64 // how many of them have an amount that is not disclosed
	Loose       Loose
	Amount      Amount
}

// Loose counts records that belong to nothing which a rung above counts: what
// is left of that rung cannot be told from them.
type Loose struct {
	Envelope   int64 // of no envelope
	Allocation int64 // of no allocation
	Commitment int64 // of an award that is not counted as committed in the same row
	Award      int64 // of no award
}

func (l *Loose) add(m Loose) {
	l.Envelope += m.Envelope
	l.Allocation += m.Allocation
	l.Commitment += m.Commitment
	l.Award += m.Award
}

// below is how many records belong to nothing on the rung.
func (l Loose) below(rung Rung) int64 {
	switch rung {
	case RungAnnounced:
		return l.Envelope
	case RungAllocated:
		return l.Allocation
	case RungCommitted:
		return max(l.Commitment, l.Award)
	}
	return l.Award
}

// LadderInput is what a ladder is made from.
type LadderInput struct {
	On          Date
	Query       LadderQuery
	Envelopes   []Recorded[Envelope]   // those asked for, known by the day
	Shared      []Recorded[Envelope]   // envelopes out of which a network that was asked for has a part
	CoFunders   []Recorded[CoFunder]   // of Envelopes, on the day
	Allocations []Recorded[Allocation] // out of Envelopes and Shared
	Criteria    []Recorded[Criterion]
	Shares      []Recorded[Share]      // of Allocations and of Awards
	Awards      []Recorded[Award]      // those that sums cannot tell: by the year, or with shares
	Adjustments []Recorded[Adjustment] // of Awards, known by the day
	Streams     map[AwardID]string     // of Awards: their own, or that of their envelope
	Sums        []LadderSum            // of all other awards, and of everything that was paid, came back or was spent
	Claims      []Recorded[MoneyClaim]
}
