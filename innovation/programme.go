package innovation

// Programme is a piece of work that spreads innovations, or a list that pays
// for or demands their use.
type Programme struct {
	Programme    ProgrammeID    `json:"programme" doc:"Key of the programme"`
	Name         string         `json:"name" doc:"What it is called"`
	Type         string         `json:"type,omitempty" doc:"What it is (scheme programme-type): national-adoption, mandate, tariff …"`
	Commissioner OrganisationID `json:"commissioner,omitempty" doc:"Who commissioned it; empty when not stated"`
	Lead         OrganisationID `json:"lead,omitempty" doc:"Who leads it; empty when not stated"`
	Status       string         `json:"status,omitempty" doc:"What its source says of it, in its words"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"When it runs"`
}

// FactType is TypeProgramme.
func (Programme) FactType() FactType { return TypeProgramme }

// Subject is the programme itself.
func (p Programme) Subject() Entity { return p.Programme.Entity() }

// Valid is the period in which the programme runs.
func (p Programme) Valid() Period { return p.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (p Programme) Validate() error {
	return Join(checkRef("programme", string(p.Programme)), checkRequired("name", p.Name, MaxShort), CheckText("type", p.Type, MaxKey),
		checkOptionalRef("commissioner", string(p.Commissioner)), checkOptionalRef("lead", string(p.Lead)),
		CheckText("status", p.Status, MaxShort), CheckText("note", p.Note, MaxLong), checkPeriod(p.Period), noPatient(p.Name, p.Note))
}

// Phase is a part of a programme with a time, and often an eligible set, of its
// own.
type Phase struct {
	Programme ProgrammeID `json:"programme" doc:"The programme"`
	Number    int64       `json:"number" minimum:"1" doc:"Which phase, from 1"`
	Name      string      `json:"name,omitempty" doc:"What it is called"`
	Aim       string      `json:"aim,omitempty" doc:"What it is to reach"`
	Note      string      `json:"note,omitempty"`
	Period    Period      `json:"period" doc:"When it runs"`
}

// FactType is TypePhase.
func (Phase) FactType() FactType { return TypePhase }

// Subject is the programme.
func (p Phase) Subject() Entity { return p.Programme.Entity() }

// Valid is the period in which the phase runs.
func (p Phase) Valid() Period { return p.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (p Phase) Validate() error {
	return Join(checkRef("programme", string(p.Programme)), checkPhase(p.Number, true), CheckText("name", p.Name, MaxShort),
		CheckText("aim", p.Aim, MaxLong), CheckText("note", p.Note, MaxLong), checkPeriod(p.Period), noPatient(p.Name, p.Aim, p.Note))
}

// checkPhase refuses numbers that no phase has.
func checkPhase(n int64, required bool) error {
	if n < 0 || n > 1000 || required && n == 0 {
		return Invalidf(RulePhaseInvalid, "phase", "there is no phase %d", n).Trying("phases are numbered from 1 to 1000")
	}
	return nil
}

// ProgrammeInnovation says that a programme spreads an innovation.
type ProgrammeInnovation struct {
	Programme  ProgrammeID  `json:"programme" doc:"The programme"`
	Innovation InnovationID `json:"innovation" doc:"What it spreads"`
	Phase      int64        `json:"phase,omitempty" minimum:"0" doc:"In which phase; left out when in the whole programme or not stated"`
	Note       string       `json:"note,omitempty"`
	Period     Period       `json:"period" doc:"When it is part of the programme"`
}

// FactType is TypeProgrammeInnovation.
func (ProgrammeInnovation) FactType() FactType { return TypeProgrammeInnovation }

// Subject is the programme.
func (m ProgrammeInnovation) Subject() Entity { return m.Programme.Entity() }

// Valid is the period of the membership.
func (m ProgrammeInnovation) Valid() Period { return m.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (m ProgrammeInnovation) Validate() error {
	return Join(checkRef("programme", string(m.Programme)), checkRef("innovation", string(m.Innovation)), checkPhase(m.Phase, false),
		CheckText("note", m.Note, MaxLong), checkPeriod(m.Period), noPatient(m.Note))
}

// Force is how much a mandate binds.
type Force string

// The forces of mandates.
const (
	ForceStatutory   Force = "statutory"   // by law or regulation
	ForceContractual Force = "contractual" // by the NHS standard contract or a licence
	ForceExpected    Force = "expected"    // by policy: comply or explain
	ForceAdvised     Force = "advised"     // recommended
)

// Mandate says that an innovation, or every innovation of a programme, is to be
// used by a day.
type Mandate struct {
	Programme  ProgrammeID    `json:"programme" doc:"The programme that carries the mandate"`
	Innovation InnovationID   `json:"innovation,omitempty" doc:"The innovation; left out when it is about all of the programme"`
	Owner      OrganisationID `json:"owner,omitempty" doc:"Who mandates it; empty when not stated"`
	Force      Force          `json:"force,omitempty" enum:"statutory,contractual,expected,advised" doc:"How much it binds; left out when not stated"`
	Year       FinancialYear  `json:"year,omitempty" doc:"The financial year whose criteria these are; left out when they are for all years"`
	Criteria   string         `json:"criteria,omitempty" doc:"What an innovation must fulfil to be on the list"`
	ComplyBy   Day            `json:"complyBy,omitzero" doc:"The last day to comply; left out when none is stated"`
	Note       string         `json:"note,omitempty"`
	Period     Period         `json:"period" doc:"When it is in force"`
}

// FactType is TypeMandate.
func (Mandate) FactType() FactType { return TypeMandate }

// Subject is the programme.
func (m Mandate) Subject() Entity { return m.Programme.Entity() }

// Valid is the period in which the mandate is in force.
func (m Mandate) Valid() Period { return m.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (m Mandate) Validate() error {
	var force error
	if m.Force != "" {
		force = checkWord("force", string(m.Force), []string{string(ForceStatutory), string(ForceContractual), string(ForceExpected), string(ForceAdvised)})
	}
	return Join(checkRef("programme", string(m.Programme)), checkOptionalRef("innovation", string(m.Innovation)), checkOptionalRef("owner", string(m.Owner)),
		force, CheckText("criteria", m.Criteria, MaxLong), checkOptionalDay("complyBy", m.ComplyBy), CheckText("note", m.Note, MaxLong), checkPeriod(m.Period),
		noPatient(m.Criteria, m.Note))
}

// Eligibility says who could adopt an innovation: one organisation or site, or
// all of a kind or role that exist on the day asked about.
type Eligibility struct {
	Innovation   InnovationID   `json:"innovation" doc:"The innovation"`
	Organisation OrganisationID `json:"organisation,omitempty" doc:"Who could adopt it; exactly one of this, kind and role"`
	Kind         string         `json:"kind,omitempty" doc:"All organisations of this kind (scheme organisation-kind)"`
	Role         string         `json:"role,omitempty" doc:"All organisations with this role (scheme organisation-role)"`
	Within       OrganisationID `json:"within,omitempty" doc:"Of a kind or role, only those that lie within this body, or that this network serves"`
	Excluded     bool           `json:"excluded,omitempty" doc:"That they could not, which prevails over that they could"`
	Programme    ProgrammeID    `json:"programme,omitempty" doc:"Only as this programme sees it; left out when in general"`
	Phase        int64          `json:"phase,omitempty" minimum:"0" doc:"Only as this phase of the programme sees it"`
	Reason       string         `json:"reason,omitempty" doc:"Why: runs a maternity unit, has at least 20 beds"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"From when it could adopt, and until when"`
}

// FactType is TypeEligibility.
func (Eligibility) FactType() FactType { return TypeEligibility }

// Subject is the innovation.
func (e Eligibility) Subject() Entity { return e.Innovation.Entity() }

// Valid is the period in which it could adopt.
func (e Eligibility) Valid() Period { return e.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (e Eligibility) Validate() error {
	given := 0
	for _, s := range []string{string(e.Organisation), e.Kind, e.Role} {
		if s != "" {
			given++
		}
	}
	var who error
	switch {
	case given != 1:
		who = Invalidf(RuleEligibilityWho, "organisation", "%d of organisation, kind and role are given", given).Trying("give one of them")
	case e.Within != "" && e.Organisation != "":
		who = Invalidf(RuleEligibilityWho, "within", "one organisation is not taken within another").Trying("leave within out, or give a kind or role")
	case e.Phase != 0 && e.Programme == "":
		who = Invalidf(RuleEligibilityWho, "phase", "a phase is given without its programme").Trying("give the programme")
	}
	return Join(checkRef("innovation", string(e.Innovation)), who, checkOptionalRef("organisation", string(e.Organisation)),
		CheckText("kind", e.Kind, MaxKey), CheckText("role", e.Role, MaxKey), checkOptionalRef("within", string(e.Within)),
		checkOptionalRef("programme", string(e.Programme)), checkPhase(e.Phase, false), CheckText("reason", e.Reason, MaxLong),
		CheckText("note", e.Note, MaxLong), checkPeriod(e.Period), noPatient(string(e.Organisation), e.Reason, e.Note))
}
