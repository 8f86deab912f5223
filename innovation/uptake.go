package innovation

// Uptake is how much of an innovation an organisation used in a period, as
// counted in activity: items, procedures, doses, log-ins. It is a measurement
// and no event: a stated rule makes events of it.
type Uptake struct {
	Innovation   InnovationID   `json:"innovation" doc:"The innovation"`
	Organisation OrganisationID `json:"organisation" doc:"The organisation or site"`
	Measure      string         `json:"measure" doc:"What was counted (scheme measure)"`
	Count        Quantity       `json:"count" doc:"How much; it may be below nothing when more was returned than used"`
	Per          Quantity       `json:"per,omitzero" doc:"The denominator, such as thousands of patients on the list; left out when there is none"`
	Unit         string         `json:"unit" doc:"Of what (scheme unit)"`
	Restated     bool           `json:"restated,omitempty" doc:"That its source gives it for a body of another day, so that it may lie outside the life of the organisation"`
	Source       SourceID       `json:"source,omitempty" doc:"Where it is from, when it is one of many of an act"`
	Period       Period         `json:"period" doc:"The time it was counted in: a month, a year"`
}

// FactType is TypeUptake.
func (Uptake) FactType() FactType { return TypeUptake }

// Subject is the innovation.
func (u Uptake) Subject() Entity { return u.Innovation.Entity() }

// Valid is the time of the measurement.
func (u Uptake) Valid() Period { return u.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (u Uptake) Validate() error {
	var per, whole error
	if n, ok := u.Per.Value(); ok && n < 0 {
		per = Invalidf(RuleUptakeInvalid, "per", "a denominator of %s", u.Per).Trying("give none when it is not known")
	}
	if u.Period.IsOpen() {
		whole = Invalidf(RuleUptakeInvalid, "period.end", "the time of the measurement has no end").Trying("give a month or a year")
	}
	return Join(checkRef("innovation", string(u.Innovation)), checkRef("organisation", string(u.Organisation)), checkRequired("measure", u.Measure, MaxKey),
		within("count", u.Count.Validate()), per, checkRequired("unit", u.Unit, MaxKey), checkOptionalRef("source", string(u.Source)),
		checkPeriod(u.Period), whole, noPatient(string(u.Organisation)))
}

// Rate is the count for each of the denominator, and whether both are known and
// there is something to divide by.
func (u Uptake) Rate() (float64, bool) {
	n, ok := u.Count.Value()
	per, has := u.Per.Value()
	if !ok || !has || per <= 0 {
		return 0, false
	}
	return n / per, true
}
