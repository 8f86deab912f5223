package httpapi

import (
	"net/http"

	"github.com/innovationregistry/registry/innovation"
)

// The rules of requests. Those of the register are innovation.Rules.
const (
	rulePath          innovation.RuleID = "path-unknown"
	ruleMethod        innovation.RuleID = "method-not-allowed"
	ruleQuery         innovation.RuleID = "query-malformed"
	ruleBody          innovation.RuleID = "body-malformed"
	ruleBodyTooLarge  innovation.RuleID = "body-too-large"
	ruleMediaType     innovation.RuleID = "media-type-unsupported"
	ruleReadOnly      innovation.RuleID = "writes-disabled"
	ruleActor         innovation.RuleID = "actor-unknown"
	ruleParameter     innovation.RuleID = "parameter-unknown"
	ruleParameterBad  innovation.RuleID = "parameter-invalid"
	ruleParameterMore innovation.RuleID = "parameter-repeated"
	ruleFieldUnknown  innovation.RuleID = "field-unknown"
	ruleFieldTwice    innovation.RuleID = "field-repeated"
	ruleFieldMissing  innovation.RuleID = "field-missing"
	ruleFieldType     innovation.RuleID = "field-type"
	ruleOperation     innovation.RuleID = "operation-unknown"
	ruleVerifying     innovation.RuleID = "verification-running"
	ruleCancelled     innovation.RuleID = "request-cancelled"
	ruleInternal      innovation.RuleID = "internal-error"
)

// edgeRule is a rule of requests; its status is that of its kind unless given.
type edgeRule struct {
	id     innovation.RuleID
	status int
	title  string
}

func edgeRules() []edgeRule {
	return []edgeRule{
		{rulePath, http.StatusNotFound, "A path is one of the operations"},
		{ruleMethod, http.StatusMethodNotAllowed, "A method is one that the path offers"},
		{ruleQuery, http.StatusBadRequest, "A query can be read"},
		{ruleBody, http.StatusBadRequest, "A body is one JSON value in UTF-8"},
		{ruleBodyTooLarge, http.StatusRequestEntityTooLarge, "A body has a greatest length"},
		{ruleMediaType, http.StatusUnsupportedMediaType, "A body is sent as a type that is read"},
		{ruleReadOnly, http.StatusForbidden, "Writing needs a register that is offered for writing"},
		{ruleActor, http.StatusUnauthorized, "Writing needs an actor who is known"},
		{ruleParameter, 0, "A query parameter is one that the operation has"},
		{ruleParameterBad, 0, "A parameter has a value of its type"},
		{ruleParameterMore, 0, "A parameter that has one value is given once"},
		{ruleFieldUnknown, 0, "A field of a body is one that the operation has"},
		{ruleFieldTwice, 0, "A field of a body is given once"},
		{ruleFieldMissing, 0, "A field that the operation needs is given"},
		{ruleFieldType, 0, "A field of a body has a value of its type"},
		{ruleOperation, 0, "An act consists of operations that write"},
		{ruleVerifying, 0, "One verification runs at a time"},
		{ruleCancelled, http.StatusServiceUnavailable, "A request runs until it is answered"},
		{ruleInternal, http.StatusInternalServerError, "The register works"},
	}
}

// allRules lists the rules of the register, then those of requests.
func allRules() []innovation.RuleInfo {
	out := innovation.Rules()
	for _, r := range edgeRules() {
		out = append(out, innovation.RuleInfo{ID: r.id, Title: r.title, Effect: innovation.EffectRefusal, Source: "requests"})
	}
	return out
}
