package innovation

import "slices"

// RuleTermUnknown refuses a code that its scheme does not list.
const RuleTermUnknown RuleID = "term-unknown"

// Scheme is a published list of codes. The register knows the codes of
// StandardTerms; an act may add more as Term facts.
type Scheme string

// The schemes of this register.
const (
	SchemeOrganisationKind Scheme = "organisation-kind"
	SchemeLegalForm        Scheme = "legal-form"
	SchemeNameKind         Scheme = "name-kind"
	SchemeIdentifier       Scheme = "identifier-scheme"
	SchemeRole             Scheme = "organisation-role"
	SchemeRelationType     Scheme = "relation-type"
	SchemeSector           Scheme = "sector"
	SchemeAreaKind         Scheme = "area-kind"
	SchemeEvidence         Scheme = "area-evidence"
	SchemeQualifier        Scheme = "qualifier"
	SchemeProvisionType    Scheme = "provision-type"
	SchemeOutcome          Scheme = "outcome"
	SchemeSourceKind       Scheme = "source-kind"
	SchemeEnvelopeType     Scheme = "envelope-type"
	SchemeFundingStream    Scheme = "funding-stream"
	SchemeCriterion        Scheme = "criterion"
	SchemeLeverageType     Scheme = "leverage-type"
	SchemeMoneyEvidence    Scheme = "money-evidence"
	SchemeInnovationType   Scheme = "innovation-type"
	SchemeCategory         Scheme = "innovation-category"
	SchemeCareSetting      Scheme = "care-setting"
	SchemeReadiness        Scheme = "readiness-type"
	SchemeProgrammeType    Scheme = "programme-type"
	SchemeNoticeType       Scheme = "notice-type"
	SchemeMeasure          Scheme = "measure"
	SchemeUnit             Scheme = "unit"
)

// Schemes lists every scheme.
func Schemes() []Scheme {
	return []Scheme{SchemeOrganisationKind, SchemeLegalForm, SchemeNameKind, SchemeIdentifier,
		SchemeRole, SchemeRelationType, SchemeSector, SchemeAreaKind, SchemeEvidence,
		SchemeQualifier, SchemeProvisionType, SchemeOutcome, SchemeSourceKind,
		SchemeEnvelopeType, SchemeFundingStream, SchemeCriterion, SchemeLeverageType, SchemeMoneyEvidence,
		SchemeInnovationType, SchemeCategory, SchemeCareSetting, SchemeReadiness, SchemeProgrammeType,
		SchemeNoticeType, SchemeMeasure, SchemeUnit}
}

// Term adds a code to a scheme.
type Term struct {
	Scheme Scheme `json:"scheme" doc:"The list that the code belongs to"`
	Code   string `json:"code" doc:"The code: a-z 0-9 . _ -"`
	Label  string `json:"label" doc:"What the code means, in words"`
}

// FactType is TypeTerm.
func (Term) FactType() FactType { return TypeTerm }

// Subject is the term itself: its key is "scheme.code".
func (t Term) Subject() Entity { return Entity{KindTerm, Key(string(t.Scheme) + "." + t.Code)} }

// Valid is all time: a code means what it means on every day.
func (Term) Valid() Period { return Between(Dawn, Forever) }

// Validate reports everything that is wrong with the term taken alone.
func (t Term) Validate() error {
	var scheme error
	if !slices.Contains(Schemes(), t.Scheme) {
		scheme = Invalidf(RuleTermUnknown, "scheme", "there is no scheme %q", clip(string(t.Scheme)))
	}
	return Join(scheme, CheckKey("code", t.Code), CheckKey("code", string(t.Subject().Key)),
		checkRequired("label", t.Label, MaxShort))
}

// StandardTerms lists the codes that every register knows, in the order of the
// schemes and then of the codes.
func StandardTerms() []Term { return slices.Clone(standardTerms) }

// IsStandardTerm reports whether every register knows the code.
func IsStandardTerm(scheme Scheme, code string) bool {
	return slices.ContainsFunc(standardTerms, func(t Term) bool { return t.Scheme == scheme && t.Code == code })
}

// TermUnknown is the refusal of a code that its scheme does not list.
func TermUnknown(field string, scheme Scheme, code string) *Error {
	return Invalidf(RuleTermUnknown, field, "%q is no code of the scheme %s", clip(code), scheme).
		Trying("list the scheme's terms, or add the code to it as a term first")
}
