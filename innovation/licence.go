package innovation

import (
	"strconv"
	"strings"
)

// Round is a licence round: the rules under which a set of licences was given.
type Round struct {
	Round       RoundID  `json:"round" doc:"Key of the round"`
	Number      int64    `json:"number" minimum:"1" doc:"Place in the order of rounds, from 1"`
	Title       string   `json:"title" doc:"What the round is called"`
	TermYears   int64    `json:"termYears,omitempty" minimum:"0" doc:"Length of a licence in years; 0 means not stated"`
	NoticeDays  int64    `json:"noticeDays,omitempty" minimum:"0" doc:"Days of notice before a revocation takes effect; 0 means not stated"`
	Graded      bool     `json:"graded,omitempty" doc:"Whether licences are graded full or conditional; in other rounds they are just licensed"`
	FocusAreas  []string `json:"focusAreas,omitempty" doc:"The fields the round is about"`
	AnnouncedOn Day      `json:"announcedOn,omitzero" doc:"When the round was announced"`
	Note        string   `json:"note,omitempty"`
	Period      Period   `json:"period" doc:"From the first day of its licences to the day when these rules no longer govern any"`
}

// RuleRoundInvalid refuses a round whose figures cannot be.
const RuleRoundInvalid RuleID = "licence-round-invalid"

// FactType is TypeRound.
func (Round) FactType() FactType { return TypeRound }

// Subject is the round itself.
func (r Round) Subject() Entity { return r.Round.Entity() }

// Valid is the period in which the round's rules govern.
func (r Round) Valid() Period { return r.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (r Round) Validate() error {
	errs := []error{checkRef("round", string(r.Round))}
	if r.Number < 1 {
		errs = append(errs, Invalidf(RuleRoundInvalid, "number", "the round has the number %d", r.Number).Trying("number rounds from 1"))
	}
	errs = append(errs, checkRequired("title", r.Title, MaxShort))
	if r.TermYears < 0 || r.TermYears > 100 {
		errs = append(errs, Invalidf(RuleRoundInvalid, "termYears", "a term of %d years", r.TermYears).Trying("use 0 (not stated) to 100"))
	}
	if r.NoticeDays < 0 || r.NoticeDays > 3660 {
		errs = append(errs, Invalidf(RuleRoundInvalid, "noticeDays", "a notice of %d days", r.NoticeDays).Trying("use 0 (not stated) to 3660"))
	}
	for i, a := range r.FocusAreas {
		field := "focusAreas[" + strconv.Itoa(i) + "]"
		errs = append(errs, checkRequired(field, a, MaxShort))
		if strings.Contains(a, "\n") {
			errs = append(errs, Invalidf(RuleTextInvalid, field, "a focus area is one line").Trying("list each area by itself"))
		}
	}
	errs = append(errs, checkOptionalDay("announcedOn", r.AnnouncedOn), CheckText("note", r.Note, MaxLong), checkPeriod(r.Period))
	return Join(errs...)
}

// CountClaim is a published count of a round's licences of one grade, without
// the names. It holds on its day and on no other.
type CountClaim struct {
	Round RoundID `json:"round" doc:"The round"`
	Grade Grade   `json:"grade" enum:"full,conditional,licensed" doc:"The grade counted"`
	Count int64   `json:"count" minimum:"0" doc:"How many licences had it"`
	Note  string  `json:"note,omitempty"`
	Day   Day     `json:"day" doc:"The day on which the count holds"`
}

// Grade is how good a licence is. It is derived from decisions and conditions.
type Grade string

// The grades.
const (
	GradeFull         Grade = "full"
	GradeConditional  Grade = "conditional"
	GradeLicensed     Grade = "licensed"      // of a round that does not grade
	GradeNotPublished Grade = "not-published" // the round grades, but no source says how this one was graded
	GradeNone         Grade = ""              // there is no licence in force
)

// RuleGradeInvalid refuses a grade that cannot be counted or decided.
const RuleGradeInvalid RuleID = "grade-invalid"

func checkGrade(field string, g Grade) error {
	switch g {
	case GradeFull, GradeConditional, GradeLicensed:
		return nil
	}
	return Invalidf(RuleGradeInvalid, field, "%q is no grade", clip(string(g))).Trying("use full, conditional or licensed")
}

// FactType is TypeCountClaim.
func (CountClaim) FactType() FactType { return TypeCountClaim }

// Subject is the round.
func (c CountClaim) Subject() Entity { return c.Round.Entity() }

// Valid begins on the day of the claim and stays open; the claim itself is
// about that day alone.
func (c CountClaim) Valid() Period { return event(c.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (c CountClaim) Validate() error {
	var count error
	if c.Count < 0 {
		count = Invalidf(RuleCountInvalid, "count", "a count of %d", c.Count)
	}
	return Join(checkRef("round", string(c.Round)), checkGrade("grade", c.Grade), count,
		CheckText("note", c.Note, MaxLong), checkDay("day", c.Day))
}

// Licence is the grant of a licence of a round to a holder for a term. Whether
// it is full, conditional, suspended or ended on a day is derived: see Status.
type Licence struct {
	Licence     LicenceID      `json:"licence" doc:"Key of the licence"`
	Holder      OrganisationID `json:"holder" doc:"The network that holds it"`
	Round       RoundID        `json:"round" doc:"The round it belongs to"`
	AnnouncedOn Day            `json:"announcedOn,omitzero" doc:"When it was announced"`
	Note        string         `json:"note,omitempty"`
	Period      Period         `json:"period" doc:"Its term; an end that was worked out from the round's term has the basis computed"`
}

// FactType is TypeLicence.
func (Licence) FactType() FactType { return TypeLicence }

// Subject is the licence itself.
func (l Licence) Subject() Entity { return l.Licence.Entity() }

// Valid is the term.
func (l Licence) Valid() Period { return l.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (l Licence) Validate() error {
	return Join(checkRef("licence", string(l.Licence)), checkRef("holder", string(l.Holder)),
		checkRef("round", string(l.Round)), checkOptionalDay("announcedOn", l.AnnouncedOn),
		CheckText("note", l.Note, MaxLong), checkPeriod(l.Period))
}

// Stream is what one licensor commissions under a licence. A licence may have
// several licensors; each stream has its own.
type Stream struct {
	Licence    LicenceID      `json:"licence" doc:"The licence"`
	Licensor   OrganisationID `json:"licensor" doc:"Who licenses and commissions"`
	Commission string         `json:"commission,omitempty" doc:"What is commissioned"`
	Value      Amount         `json:"value,omitzero" doc:"What it is worth over the stream's period; left out when not stated"`
	Note       string         `json:"note,omitempty"`
	Period     Period         `json:"period" doc:"When the stream runs"`
}

// FactType is TypeStream.
func (Stream) FactType() FactType { return TypeStream }

// Subject is the licence.
func (s Stream) Subject() Entity { return s.Licence.Entity() }

// Valid is the period of the stream.
func (s Stream) Valid() Period { return s.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (s Stream) Validate() error {
	return Join(checkRef("licence", string(s.Licence)), checkRef("licensor", string(s.Licensor)),
		CheckText("commission", s.Commission, MaxLong), CheckText("note", s.Note, MaxLong), checkPeriod(s.Period))
}

// ContractingBody names the legal person that contracts for a holder or a
// licensor that is none itself: a hosted network, an office of a department. A
// change of it is a novation: revise the fact.
type ContractingBody struct {
	Licence LicenceID      `json:"licence" doc:"The licence"`
	Party   OrganisationID `json:"party" doc:"The holder or licensor that is contracted for"`
	Body    OrganisationID `json:"body" doc:"The legal person that contracts"`
	Note    string         `json:"note,omitempty"`
	Period  Period         `json:"period" doc:"When it contracted"`
}

// FactType is TypeContractingBody.
func (ContractingBody) FactType() FactType { return TypeContractingBody }

// Subject is the licence.
func (c ContractingBody) Subject() Entity { return c.Licence.Entity() }

// Valid is the period in which the body contracted.
func (c ContractingBody) Valid() Period { return c.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (c ContractingBody) Validate() error {
	return Join(checkRef("licence", string(c.Licence)), checkRef("party", string(c.Party)),
		checkRef("body", string(c.Body)), CheckText("note", c.Note, MaxLong), checkPeriod(c.Period))
}
