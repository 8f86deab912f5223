package innovation

import "slices"

// ObservationType says whether a figure was reached, is aimed at, or expected.
// They are never counted together.
type ObservationType string

// The types of observation.
const (
	Result         ObservationType = "result"
	Target         ObservationType = "target"
	ForecastFigure ObservationType = "forecast"
	Baseline       ObservationType = "baseline" // what a result is compared with
)

// Scope is whom a figure is about.
type Scope string

// The scopes of observations.
const (
	ScopeUnitedKingdom   Scope = "united-kingdom"
	ScopeEngland         Scope = "england"
	ScopeNetwork         Scope = "network"          // one network: the body
	ScopeNetworks        Scope = "networks"         // several networks together, counted once: ObservationScope facts name them
	ScopeUnnamedNetworks Scope = "unnamed-networks" // so many networks that are not named
	ScopeOrganisation    Scope = "organisation"     // one organisation: the body
	ScopeOrganisations   Scope = "organisations"    // several organisations or sites together
	ScopeSample          Scope = "sample"           // a sample of a study
	ScopeUnclear         Scope = "unclear"          // the source does not say
)

// Scopes lists the scopes.
func Scopes() []Scope {
	return []Scope{ScopeUnitedKingdom, ScopeEngland, ScopeNetwork, ScopeNetworks, ScopeUnnamedNetworks, ScopeOrganisation,
		ScopeOrganisations, ScopeSample, ScopeUnclear}
}

// Observation is a published figure about the spread of an innovation: an
// aggregate, never mixed with events.
type Observation struct {
	Observation ObservationID   `json:"observation" doc:"Key of the observation"`
	Innovation  InnovationID    `json:"innovation" doc:"The innovation"`
	Programme   ProgrammeID     `json:"programme,omitempty" doc:"The programme that the figure belongs to; empty when none is stated"`
	Type        ObservationType `json:"type" enum:"result,target,forecast,baseline" doc:"result: what was reached; target: what is aimed at; forecast: what is expected; baseline: what a result is compared with"`
	Scope       Scope           `json:"scope" doc:"Whom it is about" enum:"united-kingdom,england,network,networks,unnamed-networks,organisation,organisations,sample,unclear"`
	Body        OrganisationID  `json:"body,omitempty" doc:"The network or organisation, when the scope is one"`
	Bodies      int64           `json:"bodies,omitempty" minimum:"0" doc:"How many networks or organisations, when the source says so; 0 when it does not"`
	Place       string          `json:"place,omitempty" doc:"The scope in the words of the source, when no body says it"`
	Measure     string          `json:"measure" doc:"What was counted or measured (scheme measure)"`
	Quantity    Quantity        `json:"quantity" doc:"The figure: value, bounds, or both"`
	Unit        string          `json:"unit" doc:"Of what (scheme unit)"`
	Qualifier   string          `json:"qualifier,omitempty" doc:"How the source puts it (scheme qualifier): about, at-least, almost …"`
	Cumulative  string          `json:"cumulative,omitempty" enum:"yes,no" doc:"Whether it counts from the beginning; left out when the source does not say"`
	Covers      Period          `json:"covers,omitzero" doc:"The time it is about; left out when it is about the day alone"`
	DayOf       string          `json:"dayOf,omitempty" enum:"period-end,as-at,published" doc:"What the day is: the end of the time covered, the day of the count, or only that of the publication"`
	Note        string          `json:"note,omitempty"`
	Day         Day             `json:"day" doc:"The day of the figure"`
}

// FactType is TypeObservation.
func (Observation) FactType() FactType { return TypeObservation }

// Subject is the observation itself.
func (o Observation) Subject() Entity { return o.Observation.Entity() }

// Valid begins on the day of the figure and stays open.
func (o Observation) Valid() Period { return event(o.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (o Observation) Validate() error {
	var typ, scope, dayOf, cumulative, covers error
	if !slices.Contains([]ObservationType{Result, Target, ForecastFigure, Baseline}, o.Type) {
		typ = Invalidf(RuleObservationResult, "type", "%q is no type of observation", clip(string(o.Type))).
			Trying("use result, target, forecast or baseline")
	}
	one := o.Scope == ScopeNetwork || o.Scope == ScopeOrganisation
	switch {
	case !slices.Contains(Scopes(), o.Scope):
		scope = checkWord("scope", string(o.Scope), words(Scopes()))
	case one != (o.Body != ""):
		scope = Invalidf(RuleObservationScope, "body", "the scope %s and the body %q do not go together", o.Scope, o.Body).
			Trying("name the body when the scope is a network or an organisation, and only then")
	case o.Scope == ScopeUnnamedNetworks && o.Bodies == 0, o.Bodies < 0:
		scope = Invalidf(RuleObservationScope, "bodies", "%d networks that are not named", o.Bodies).Trying("say how many they are")
	}
	if o.DayOf != "" {
		dayOf = checkWord("dayOf", o.DayOf, []string{"period-end", "as-at", "published"})
	}
	if o.Cumulative != "" {
		cumulative = checkWord("cumulative", o.Cumulative, []string{"yes", "no"})
	}
	if o.Covers != (Period{}) {
		covers = within("covers", o.Covers.Validate())
	}
	return Join(checkRef("observation", string(o.Observation)), checkRef("innovation", string(o.Innovation)), checkOptionalRef("programme", string(o.Programme)),
		typ, scope, checkOptionalRef("body", string(o.Body)), CheckText("place", o.Place, MaxShort), checkRequired("measure", o.Measure, MaxKey),
		within("quantity", o.Quantity.Validate()), checkRequired("unit", o.Unit, MaxKey), CheckText("qualifier", o.Qualifier, MaxKey), cumulative, covers, dayOf,
		CheckText("note", o.Note, MaxLong), checkDay("day", o.Day), noPatient(o.Place, o.Note))
}

// ObservationBody names one of several bodies that an observation is about
// together: the figure counts once, not once for each.
type ObservationBody struct {
	Observation  ObservationID  `json:"observation" doc:"The observation"`
	Organisation OrganisationID `json:"organisation" doc:"One of those it is about"`
}

// FactType is TypeObservationScope.
func (ObservationBody) FactType() FactType { return TypeObservationScope }

// Subject is the observation.
func (b ObservationBody) Subject() Entity { return b.Observation.Entity() }

// Valid is all time: whom a figure is about does not change.
func (ObservationBody) Valid() Period { return Between(Dawn, Forever) }

// Validate reports everything that is wrong with the fact taken alone.
func (b ObservationBody) Validate() error {
	return Join(checkRef("observation", string(b.Observation)), checkRef("organisation", string(b.Organisation)))
}
