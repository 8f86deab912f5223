package innovation

// Domain is one of the seven domains of the NASSS framework, which says where
// technologies in health care meet complexity: non-adoption, abandonment, and
// challenges to scale-up, spread and sustainability (Greenhalgh et al. 2017,
// Journal of Medical Internet Research 19(11):e367).
type Domain string

// The NASSS domains.
const (
	DomainCondition    Domain = "condition"         // the illness and those who have it
	DomainTechnology   Domain = "technology"        // the material thing, its data, its supply
	DomainValue        Domain = "value-proposition" // worth to supplier and patient
	DomainAdopters     Domain = "adopters"          // staff, patients, carers
	DomainOrganisation Domain = "organisation"      // capacity, readiness, money, the work of change
	DomainWiderSystem  Domain = "wider-system"      // policy, regulation, commissioning, professions
	DomainOverTime     Domain = "over-time"         // adaptation and resilience
)

// Domains lists the domains in the order of the framework.
func Domains() []Domain {
	return []Domain{DomainCondition, DomainTechnology, DomainValue, DomainAdopters, DomainOrganisation, DomainWiderSystem, DomainOverTime}
}

// StopReason is why an organisation stopped, in plain words.
type StopReason string

// stopReasons are the reasons with their domains. A code is the place in the
// list: reasons are added at its end.
var stopReasons = []struct {
	reason StopReason
	domain Domain
	label  string
}{
	{"patients-unsuited", DomainCondition, "It did not suit the patients it was meant for"},
	{"need-gone", DomainCondition, "The need went away"},
	{"technical-faults", DomainTechnology, "It did not work, or not well enough"},
	{"systems-do-not-connect", DomainTechnology, "It did not connect with other systems"},
	{"supplier-left", DomainTechnology, "The supplier left, or no longer supports it"},
	{"recalled", DomainTechnology, "It was recalled, or its use advised against"},
	{"no-benefit-seen", DomainValue, "No benefit was seen"},
	{"cost-too-high", DomainValue, "It cost more than it was worth"},
	{"better-alternative", DomainValue, "Something better came"},
	{"staff-did-not-use", DomainAdopters, "Staff did not use it"},
	{"patients-did-not-use", DomainAdopters, "Patients or carers did not use it"},
	{"harm-or-concern", DomainAdopters, "There was harm, or a concern of safety or ethics"},
	{"no-staff-or-time", DomainOrganisation, "Staff or time were lacking"},
	{"funding-ended", DomainOrganisation, "The funding ended"},
	{"lead-left", DomainOrganisation, "Those who led it left"},
	{"organisation-changed", DomainOrganisation, "The organisation merged, split or closed"},
	{"policy-changed", DomainWiderSystem, "Policy or regulation changed"},
	{"no-longer-commissioned", DomainWiderSystem, "It was no longer commissioned"},
	{"professional-objection", DomainWiderSystem, "A professional body objected"},
	{"not-sustained", DomainOverTime, "It was not kept up after the first phase"},
	{"superseded", DomainOverTime, "It was taken up into something else"},
	{"other", DomainOverTime, "Another reason, in the note"},
}

// StopReasons lists the reasons, in the order of their domains.
func StopReasons() []StopReason {
	out := make([]StopReason, len(stopReasons))
	for i, r := range stopReasons {
		out[i] = r.reason
	}
	return out
}

// Domain is the NASSS domain of the reason, empty for none that is known.
func (r StopReason) Domain() Domain {
	for _, s := range stopReasons {
		if s.reason == r {
			return s.domain
		}
	}
	return ""
}

// Label is the reason as a sentence without a full stop.
func (r StopReason) Label() string {
	for _, s := range stopReasons {
		if s.reason == r {
			return s.label
		}
	}
	return string(r)
}
