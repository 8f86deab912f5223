package innovation

import (
	"slices"
	"strings"
)

// Stage is how far an organisation has come with an innovation. The stages
// follow one another in this order; an organisation may enter at any of them.
type Stage string

// The stages of adoption.
const (
	Identified Stage = "identified" // it is known of, and thought of
	Assessing  Stage = "assessing"  // it is looked into
	Piloting   Stage = "piloting"   // it is tried
	Adopted    Stage = "adopted"    // it is in use
	Embedded   Stage = "embedded"   // it is in use as a matter of course
)

// stages are the stages in their order.
var stages = [...]Stage{Identified, Assessing, Piloting, Adopted, Embedded}

// Stages lists the stages in their order.
//
//go:noinline // many places would hold a copy of it
func Stages() []Stage { return slices.Clone(stages[:]) }

// Rank is the place of the stage in their order, from 1; 0 for none.
//
//go:noinline // many places would hold a copy of it
func (s Stage) Rank() int { return slices.Index(stages[:], s) + 1 }

// InUse reports whether an organisation at this stage uses the innovation: it
// counts as an adopter.
func (s Stage) InUse() bool { return s == Adopted || s == Embedded }

// AdoptionStep is what an adoption event does.
type AdoptionStep string

// The steps of adoption.
const (
	Reached   AdoptionStep = "reached"   // a stage was reached: entered, forward, or again after a stop
	Reversed  AdoptionStep = "reversed"  // it fell back to an earlier stage
	Stopped   AdoptionStep = "stopped"   // it stopped, at whatever stage it was
	Confirmed AdoptionStep = "confirmed" // it was found to be at the stage still; nothing changed
)

// AdoptionSteps lists the steps, in the order of their codes.
func AdoptionSteps() []AdoptionStep { return []AdoptionStep{Reached, Reversed, Stopped, Confirmed} }

// EvidenceGrade is how well an adoption event is evidenced.
type EvidenceGrade string

// The grades of evidence, from the weakest.
const (
	SelfReported     EvidenceGrade = "self-reported"
	SupplierReported EvidenceGrade = "supplier-reported"
	Ordered          EvidenceGrade = "ordered"
	Observed         EvidenceGrade = "observed" // in activity: prescriptions, procedures, log-ins
	Audited          EvidenceGrade = "audited"
)

// evidenceGrades are the grades, from the weakest.
var evidenceGrades = [...]EvidenceGrade{SelfReported, SupplierReported, Ordered, Observed, Audited}

// EvidenceGrades lists the grades, from the weakest.
//
//go:noinline // many places would hold a copy of it
func EvidenceGrades() []EvidenceGrade { return slices.Clone(evidenceGrades[:]) }

// Rank is the place of the grade in their order, from 1; 0 for none.
//
//go:noinline // many places would hold a copy of it
func (g EvidenceGrade) Rank() int { return slices.Index(evidenceGrades[:], g) + 1 }

// WholeExtent is the extent of an organisation that uses an innovation
// throughout: shares are in millionths.
const WholeExtent = 1_000_000

// Adoption is one event in the life of an innovation in one organisation or
// site. Events of one grade of evidence are one line: within it stages go
// forward freely, and back only by a stop or a reversal. Lines of different
// grades are witnesses that may disagree.
type Adoption struct {
	Innovation   InnovationID   `json:"innovation" doc:"The innovation"`
	Organisation OrganisationID `json:"organisation" doc:"The organisation or site"`
	Step         AdoptionStep   `json:"step" enum:"reached,reversed,stopped,confirmed" doc:"What happened: a stage was reached, it fell back to one, it stopped, or it was found to be at the stage still"`
	Stage        Stage          `json:"stage,omitempty" enum:"identified,assessing,piloting,adopted,embedded" doc:"The stage; left out for a stop"`
	Grade        EvidenceGrade  `json:"grade" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"How it is evidenced"`
	ExtentLow    int64          `json:"extentLow,omitempty" minimum:"0" maximum:"1000000" doc:"Least part of the organisation that uses it, in millionths; both left out when not stated"`
	ExtentHigh   int64          `json:"extentHigh,omitempty" minimum:"0" maximum:"1000000" doc:"Greatest part of the organisation that uses it, in millionths: 1000000 is the whole"`
	Reason       StopReason     `json:"reason,omitempty" doc:"Of a stop or a reversal, why"`
	Planned      bool           `json:"planned,omitempty" doc:"That it is planned, and no event yet: it counts in no count of what happened"`
	Restated     bool           `json:"restated,omitempty" doc:"That its source gives it for a body of another day, so that it may lie outside the life of the organisation"`
	Source       SourceID       `json:"source,omitempty" doc:"Where it is from, when it is one of many of an act"`
	Note         string         `json:"note,omitempty"`
	Day          Day            `json:"day" doc:"The day it happened, or was found"`
}

// FactType is TypeAdoption.
func (Adoption) FactType() FactType { return TypeAdoption }

// Subject is the innovation.
func (a Adoption) Subject() Entity { return a.Innovation.Entity() }

// Valid begins on the day of the event and stays open.
func (a Adoption) Valid() Period { return event(a.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (a Adoption) Validate() error {
	var errs []error
	add := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	add(checkRef("innovation", string(a.Innovation)))
	add(checkRef("organisation", string(a.Organisation)))
	if !slices.Contains(AdoptionSteps(), a.Step) {
		add(checkWord("step", string(a.Step), words(AdoptionSteps())))
	}
	switch {
	case a.Step == Stopped && a.Stage != "":
		add(Invalidf(RuleAdoptionStage, "stage", "a stop has the stage %s", a.Stage).Trying("leave the stage out: it stopped at whatever stage it was"))
	case a.Step != Stopped && a.Stage.Rank() == 0:
		add(checkWord("stage", string(a.Stage), words(stages[:])))
	}
	if a.Grade.Rank() == 0 {
		add(checkWord("grade", string(a.Grade), words(evidenceGrades[:])))
	}
	if a.ExtentLow < 0 || a.ExtentHigh > WholeExtent || a.ExtentLow > a.ExtentHigh {
		add(Invalidf(RuleAdoptionExtent, "extentLow", "an extent of %d to %d millionths", a.ExtentLow, a.ExtentHigh).
			Trying("give least and greatest part, from 0 to %d", WholeExtent))
	}
	if a.Reason != "" {
		if a.Reason.Domain() == "" {
			add(Invalidf(RuleStopReason, "reason", "%q is no reason for a stop", clip(string(a.Reason))).Trying("use one of %s", Listed(StopReasons())))
		} else if a.Step != Stopped && a.Step != Reversed {
			add(Invalidf(RuleStopReason, "reason", "nothing stopped").Trying("give a reason for a stop or a reversal only"))
		}
	}
	add(checkOptionalRef("source", string(a.Source)))
	add(CheckText("note", a.Note, MaxLong))
	add(checkDay("day", a.Day))
	add(noPatient(string(a.Organisation), a.Note))
	return Join(errs...)
}

// Counts reports whether the event changes what stage the organisation is at.
func (a Adoption) Counts() bool { return !a.Planned && a.Step != Confirmed }

// words are the values of a closed list, for messages.
//
//go:noinline // many places would hold a copy of it
func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// checkWord refuses a word that is none of a closed list.
func checkWord(field, word string, list []string) error {
	if slices.Contains(list, word) {
		return nil
	}
	return Invalidf(RuleWordUnknown, field, "%q is not one of its values", clip(word)).Trying("use one of %s", strings.Join(list, ", "))
}
