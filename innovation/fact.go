package innovation

// FactType is what a fact states. It names the fact's table, its paths and its
// entry in the act log.
type FactType string

// The types of fact of this register.
const (
	TypeExistence       FactType = "existence"
	TypeName            FactType = "name"
	TypeIdentifier      FactType = "identifier"
	TypeRole            FactType = "role"
	TypeRelation        FactType = "relation"
	TypeArea            FactType = "area"
	TypePopulation      FactType = "population"
	TypeSuccession      FactType = "succession"
	TypePost            FactType = "post"
	TypeRound           FactType = "licence-round"
	TypeCountClaim      FactType = "count-claim"
	TypeLicence         FactType = "licence"
	TypeStream          FactType = "stream"
	TypeContractingBody FactType = "contracting-body"
	TypeCondition       FactType = "condition"
	TypeProvision       FactType = "provision"
	TypeDecision        FactType = "decision"
	TypeClaim           FactType = "claim"
	TypeSource          FactType = "source"
	TypeTerm            FactType = "term"
	TypePerson          FactType = "person"
	TypeEnvelope        FactType = "envelope"
	TypeCoFunder        FactType = "co-funder"
	TypeCriterion       FactType = "criterion"
	TypeMoneyClaim      FactType = "money-claim"
	TypeAllocation      FactType = "allocation"
	TypeScore           FactType = "score"
	TypeShare           FactType = "share"
	TypeAward           FactType = "award"
	TypeAdjustment      FactType = "adjustment"
	TypeInstalment      FactType = "instalment"
	TypeGate            FactType = "gate"
	TypeTransfer        FactType = "transfer"
	TypePayment         FactType = "payment"
	TypeRefund          FactType = "refund"
	TypeSpend           FactType = "spend"
	TypeYearEnd         FactType = "year-end"
	TypeHolding         FactType = "holding"
	TypeIncome          FactType = "income"
	TypeLeverage        FactType = "leverage"
	TypeForecast        FactType = "forecast"
	TypePeriodLock      FactType = "period-lock"
	TypeIssuedReport    FactType = "issued-report"

	TypeInnovation          FactType = "innovation"
	TypeSupply              FactType = "supply"
	TypeCategory            FactType = "innovation-category"
	TypeReadiness           FactType = "readiness"
	TypeProgramme           FactType = "programme"
	TypePhase               FactType = "programme-phase"
	TypeProgrammeInnovation FactType = "programme-innovation"
	TypeMandate             FactType = "mandate"
	TypeNotice              FactType = "notice"
	TypeEligibility         FactType = "eligibility"
	TypeAdoption            FactType = "adoption"
	TypeAdoptionDecision    FactType = "adoption-decision"
	TypeObservation         FactType = "observation"
	TypeObservationScope    FactType = "observation-scope"
	TypeUptake              FactType = "uptake"
	TypePeerGroup           FactType = "peer-group"
	TypePeer                FactType = "peer"
)

// Fact is one dated statement about one entity, the subject. A value of a fact
// type is immutable once recorded: Revise ends it and adds its successor,
// Correct replaces its values, Retract says that it was never true.
type Fact interface {
	// FactType names what kind of statement this is.
	FactType() FactType
	// Subject is the entity that the statement is about.
	Subject() Entity
	// Valid is the period in which the statement holds. The period of an
	// event begins on its day and stays open.
	Valid() Period
	// Validate reports everything that is wrong with the statement taken
	// alone. Rules between facts are checked when it is recorded.
	Validate() error
}

// event is the period of a fact that is known by its day alone.
//
//go:noinline // many places would hold a copy of it
func event(day Day) Period { return FromBound(day.Bound) }

// checkDay checks the day of an event, which must be given.
func checkDay(field string, day Day) error {
	if day.IsOpen() { // zero, or no day at all but the end of a period
		return Invalidf(RulePeriodInvalid, field, "the day is missing").
			Trying("give a day such as 2013-05-23, a month such as 2013-05, or unknown")
	}
	return within(field, day.Validate())
}

// checkOptionalDay checks the day of an event that may be left out.
func checkOptionalDay(field string, day Day) error {
	if day.IsZero() {
		return nil
	}
	return checkDay(field, day)
}

// checkPeriod checks the period of a fact.
func checkPeriod(p Period) error { return within("period", p.Validate()) }

// Recorded is a fact as the register holds it.
type Recorded[F any] struct {
	ID      FactID       `json:"fact" doc:"Permanent number of the fact"`
	Version ChangeNumber `json:"version" doc:"Number of the change that added these values"`
	Value   F            `json:"value" doc:"What the fact states"`
	Sources []Citation   `json:"sources,omitempty" doc:"Where it is from"`
}

// Cited is a fact with its own sources, to be recorded.
type Cited struct {
	Fact    Fact
	Sources []Citation
}

// Batch is an act together with the facts it records, in order: an entity is
// founded before another fact refers to it.
type Batch struct {
	Act   Act
	Facts []Cited
}
