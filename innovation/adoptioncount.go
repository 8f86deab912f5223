package innovation

// What adoption is counted by, beside the kinds of bodies that organisations lie
// within (scheme organisation-kind): icb, nhs-region, primary-care-network …
const (
	ByNetwork = "network" // the network that serves the organisation
	ByKind    = "kind"    // the kind of the organisation itself
)
