package fhir

import "github.com/innovationregistry/registry/innovation"

// own begins the systems and extensions of the register.
const own = "urn:innovationregistry:"

// Published systems and extensions.
const (
	odsOrganisation  = "https://fhir.nhs.uk/Id/ods-organization-code"
	odsSite          = "https://fhir.nhs.uk/Id/ods-site-code"
	odsRole          = "https://digital.nhs.uk/services/organisation-data-service/CodeSystem/ODSOrganisationRole"
	organisationType = "http://terminology.hl7.org/CodeSystem/organization-type"
	periodExtension  = "http://hl7.org/fhir/StructureDefinition/organization-period"
	absentExtension  = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
)

// resource is an Organization or an OrganizationAffiliation: the elements of
// both that are given out, in the order of the specification.
type resource struct {
	ResourceType  string       `json:"resourceType"`
	ID            string       `json:"id"`
	Meta          meta         `json:"meta"`
	Extension     []extension  `json:"extension,omitempty"`
	Identifier    []identifier `json:"identifier"`
	Active        *bool        `json:"active,omitempty"`
	ActiveAbout   *element     `json:"_active,omitempty"`
	Type          []concept    `json:"type,omitempty"`
	Name          string       `json:"name,omitempty"`
	Alias         []string     `json:"alias,omitempty"`
	PartOf        *reference   `json:"partOf,omitempty"`
	Period        *period      `json:"period,omitempty"`
	Organization  *reference   `json:"organization,omitempty"`
	Participating *reference   `json:"participatingOrganization,omitempty"`
	Code          []concept    `json:"code,omitempty"`
}

type meta struct {
	VersionID string `json:"versionId"`
}

type extension struct {
	URL         string  `json:"url"`
	ValueCode   string  `json:"valueCode,omitempty"`
	ValueCoding *coding `json:"valueCoding,omitempty"`
	ValuePeriod *period `json:"valuePeriod,omitempty"`
	ValueString string  `json:"valueString,omitempty"`
}

type identifier struct {
	System string  `json:"system"`
	Value  string  `json:"value"`
	Period *period `json:"period,omitempty"`
}

type concept struct {
	Coding []coding `json:"coding"`
}

type coding struct {
	System  string `json:"system"`
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
}

type reference struct {
	Reference string `json:"reference"`
	Display   string `json:"display,omitempty"`
}

// period is a Period. What is said about a date that cannot be given stands in
// the element of its name after an underscore.
type period struct {
	Start      string   `json:"start,omitempty"`
	StartAbout *element `json:"_start,omitempty"`
	End        string   `json:"end,omitempty"`
	EndAbout   *element `json:"_end,omitempty"`
}

type element struct {
	Extension []extension `json:"extension"`
}

// entry is a resource of a bundle; request is what a server is to do with it.
type entry struct {
	FullURL  string    `json:"fullUrl"`
	Resource *resource `json:"resource"`
	Request  *request  `json:"request,omitempty"`
}

type request struct {
	Method string `json:"method"`
	URL    string `json:"url"`
}

// typeOf is the code of HL7's organization-type that plainly fits a kind, with
// its published display.
func typeOf(kind string) (code, display string) {
	switch kind {
	case "acute-trust", "ambulance-trust", "care-trust", "foundation-trust", "nhs-trust", "nhs-provider", "gp-practice":
		return "prov", "Healthcare Provider"
	case "government", "government-department", "executive-agency", "local-authority", "combined-authority":
		return "govt", "Government"
	case "university":
		return "edu", "Educational Institute"
	}
	return "", ""
}

// systemOf is the system of a scheme of identifiers.
func systemOf(scheme, kind string) string {
	switch {
	case scheme == "ods" && kind == "site":
		return odsSite
	case scheme == "ods":
		return odsOrganisation
	}
	return own + string(innovation.SchemeIdentifier) + ":" + scheme
}
