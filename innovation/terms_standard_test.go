package innovation_test

import (
	"slices"
	"testing"

	. "github.com/innovationregistry/registry/innovation"
)

func TestStandardTermsAreInOrderAndValid(t *testing.T) {
	schemes := Schemes()
	seen := map[Scheme]bool{}
	var before Term
	for _, term := range StandardTerms() {
		if err := term.Validate(); err != nil {
			t.Errorf("%+v: %v", term, err)
		}
		i, j := slices.Index(schemes, before.Scheme), slices.Index(schemes, term.Scheme)
		if j < i || i == j && term.Code <= before.Code {
			t.Errorf("%s %s comes after %s %s", term.Scheme, term.Code, before.Scheme, before.Code)
		}
		seen[term.Scheme], before = true, term
	}
	for _, s := range schemes {
		if !seen[s] {
			t.Errorf("%s has no terms", s)
		}
	}
}

// Codes on which rules, or the published data of England, rely.
func TestStandardTermsKnowTheWordsInUse(t *testing.T) {
	for scheme, codes := range map[Scheme][]string{
		SchemeOrganisationKind: {"ahsn", "alliance", "arms-length-body", "body", "charity", "class", "collaborative", "committee", "company",
			"coordinating-body", "council", "evaluator", "executive-agency", "government", "government-department", "icb", "ics", "incubator",
			"institute", "international-body", "joint-unit", "media", "membership-body", "network-collective", "nhs-provider",
			"non-departmental-body", "operational-body", "pressure-group", "public-body", "research-funder", "special-health-authority",
			"trade-body", "unit-of-dhsc", "university", "university-unit", "nhs-trust", "foundation-trust", "ccg", "nhs-region", "sub-icb"},
		SchemeLegalForm:  {"company-limited-by-guarantee", "hosted-by-nhs-provider", "integrated-organisation", "unknown"},
		SchemeNameKind:   {"designated-2013", "current", "short", "trading", "legal", "partnership-launch", "variant", "collective", "official"},
		SchemeIdentifier: {"ods", "company", "charity", "ons", "ods-role"},
		SchemeRole:       {RoleNetwork, "health-science-centre"},
		SchemeRelationType: {Serves, PartOf, MemberOf, "accountable-to", "also-designated-as", "clusters-with", "commissions", "exploring-cluster-with",
			"formed-from", "franchisor-of", "functions-transferred-to", "funds", "hosted-by", "hosts", "licensee-of", "merged-into",
			"operates-jointly-with", "oversees", "partner-of", "premises-of", "runs", "succeeded-by", "successor-of", "supplier-of-model-to",
			"supports", "tenant-of"},
		SchemeSector:        {"commissioner", "provider", "academia", "industry", "other"},
		SchemeAreaKind:      {"borough-group", "ccg", "county", "icb", "locality", "stp", "sub-region"},
		SchemeEvidence:      {"derived", "inherited", "joint-list", "named", "not-seen", "partial"},
		SchemeQualifier:     {"exact-rounded", "about", "at-least", "almost", "partial", "range"},
		SchemeProvisionType: {Duty, Function, Option, ProcessStep, "objective", "governance"},
		SchemeOutcome:       {"done", "not-met-publicly", "outcome-not-published", "slipped", "superseded"},
		SchemeSourceKind:    {"news-article", "news-article-with-reader-comments", "written-question-and-answer"},
	} {
		for _, code := range codes {
			if !IsStandardTerm(scheme, code) {
				t.Errorf("%s has no code %s", scheme, code)
			}
		}
	}
}
