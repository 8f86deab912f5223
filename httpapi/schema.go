package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
)

// Where the document keeps what its operations share.
const (
	schemaPrefix   = "#/components/schemas/"
	responsePrefix = "#/components/responses/"
)

// apiConfig is the OpenAPI document before any operation, with the schemas of
// the values that write their own JSON.
func apiConfig(prefix string) huma.Config {
	registry := huma.NewMapRegistry(schemaPrefix, schemaName)
	for _, a := range []struct{ value, like reflect.Type }{
		{reflect.TypeFor[innovation.Date](), reflect.TypeFor[dateParam]()},
		{reflect.TypeFor[innovation.Bound](), reflect.TypeFor[boundText]()},
		{reflect.TypeFor[innovation.Basis](), reflect.TypeFor[basisText]()},
		{reflect.TypeFor[innovation.Answer](), reflect.TypeFor[answerText]()},
		{reflect.TypeFor[innovation.Money](), reflect.TypeFor[moneyText]()},
		{reflect.TypeFor[innovation.FinancialYear](), reflect.TypeFor[financialYearText]()},
		{reflect.TypeFor[innovation.Period](), reflect.TypeFor[periodJSON]()},
		{reflect.TypeFor[innovation.Day](), reflect.TypeFor[dayJSON]()},
		{reflect.TypeFor[innovation.Amount](), reflect.TypeFor[amountJSON]()},
		{reflect.TypeFor[innovation.Quantity](), reflect.TypeFor[quantityJSON]()},
		{reflect.TypeFor[innovation.Entity](), reflect.TypeFor[entityJSON]()},
		{reflect.TypeFor[innovation.Fact](), reflect.TypeFor[anyObject]()},
		{reflect.TypeFor[json.RawMessage](), reflect.TypeFor[anyObject]()},
		{reflect.TypeFor[innovation.Key](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.OrganisationID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.PersonID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.RoundID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.LicenceID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.ConditionID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.ProvisionID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.SourceID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.EnvelopeID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.AllocationID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.AwardID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.InstalmentID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.ReportID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.InnovationID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.ProgrammeID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.ObservationID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.PeerGroupID](), reflect.TypeFor[keyText]()},
		{reflect.TypeFor[innovation.Scheme](), reflect.TypeFor[schemeText]()},
	} {
		registry.RegisterTypeAlias(a.value, a.like)
	}
	if prefix == "" {
		prefix = "/"
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Innovation registry", Version: "1",
				Description: "A register of England's health innovation networks, their licences and conditions, and the money from its announcement to its spending, on two clocks: when something was true, and when the register knew it."},
			Servers:    []*huma.Server{{URL: prefix}},
			Components: &huma.Components{Schemas: registry, Responses: map[string]*huma.Response{}}},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
	}
}

// schemaName names the schema of a type. Types of other packages, which huma
// registers by itself, get a name apart and are dropped in the end.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	switch at := t.PkgPath(); {
	case name == "Status" && strings.HasSuffix(at, "/innovation"):
		return "LicenceStatus"
	case name == "Status":
		return "RegisterStatus"
	case name == "Problem" && strings.HasSuffix(at, "/store"):
		return "RegisterProblem"
	case strings.HasSuffix(at, "/store") && (name == "Leverage" || name == "SelfSufficiency"): // the whole answer, not a part of it
		return name + "Answer"
	case strings.HasSuffix(at, "/grants") && name == "LeftOut":
		return "ExportLeftOut"
	case strings.HasSuffix(at, "/grants") && name != "ExportReport":
		return "Import" + name
	case strings.HasSuffix(at, "/tabular"):
		return "Table" + name
	case strings.HasSuffix(at, "/uptake"):
		return "UptakeImport" + name
	case strings.HasSuffix(at, "/fhir"):
		return "Bundle" + name
	case at != "" && !strings.HasPrefix(at, modulePath):
		return foreign + name
	}
	return strings.TrimSuffix(name, "JSON") // of a value that writes its own
}

const (
	modulePath = "github.com/innovationregistry/registry/"
	foreign    = "Foreign"
)

// The JSON of values, as schemas. The texts are strings of a form.
type (
	boundText         string
	basisText         string
	answerText        string
	moneyText         string
	financialYearText string
	keyText           string
	schemeText        string
	anyObject         struct{}
)

func (boundText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "A day 2013-05-23, month 2013-05, quarter 2013-Q2, year 2013, financial year 2013/14, range 2013-05-01..2013-06-15 (open on either side), always, or unknown",
		Examples: []any{"2013-05-23", "2013-05", "2013/14"}}
}

func (basisText) Schema(huma.Registry) *huma.Schema {
	return textSchema("How it is known; left out means published", "published", "estimated", "assumed", "computed", "disputed", "announced", "inferred")
}

func (answerText) Schema(huma.Registry) *huma.Schema {
	return textSchema("What imprecise days say", "no", "possibly", "yes")
}

func (moneyText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "Pounds sterling with two decimals", Examples: []any{"70000000.00"}}
}

func (financialYearText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "April to March", Examples: []any{"2013/14"}}
}

func (keyText) Schema(huma.Registry) *huma.Schema {
	most := innovation.MaxKey
	return &huma.Schema{Type: huma.TypeString, Pattern: "^[a-z0-9][a-z0-9._-]*$", MaxLength: &most}
}

func (schemeText) Schema(huma.Registry) *huma.Schema {
	var codes []string
	for _, s := range innovation.Schemes() {
		codes = append(codes, string(s))
	}
	return textSchema("A published list of codes", codes...)
}

func (anyObject) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

// textSchema is the schema of a text that has one of a few values.
func textSchema(doc string, values ...string) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Description: doc}
	for _, v := range values {
		s.Enum = append(s.Enum, v)
	}
	return s
}

type periodJSON struct {
	Start      innovation.Bound `json:"start" doc:"The first day it holds: a day 2013-05-23, month 2013-05, quarter 2013-Q2, year 2013, financial year 2013/14, range 2013-05-01..2013-06-15, always, or unknown"`
	StartBasis innovation.Basis `json:"startBasis,omitempty" doc:"How the start is known; left out when it was published"`
	End        innovation.Bound `json:"end,omitzero" doc:"The first day it no longer holds, in the same forms; left out while it is open"`
	EndBasis   innovation.Basis `json:"endBasis,omitempty" doc:"How the end is known; left out when it was published"`
}

type dayJSON struct {
	On    innovation.Bound `json:"on" doc:"The day: 2013-05-23, a month 2013-05, a year 2013, another span of days, or unknown"`
	Basis innovation.Basis `json:"basis,omitempty" doc:"How the day is known; left out when it was published"`
}

type amountJSON struct {
	Kind    innovation.AmountKind `json:"kind" enum:"exact,range,about,at-least,more-than,at-most,not-disclosed,sum" doc:"In what way the source states it"`
	Low     innovation.Money      `json:"low,omitempty" doc:"The least it can be, in pounds; left out when there is no such bound"`
	High    innovation.Money      `json:"high,omitempty" doc:"The most it can be, in pounds; left out when there is no such bound"`
	Nominal innovation.Money      `json:"nominal,omitempty" doc:"The figure that stands for it, in pounds; left out when there is none"`
}

type quantityJSON struct {
	Value string `json:"value,omitempty" pattern:"^-?[0-9]+([.][0-9]+)?$" doc:"The number; left out when only bounds are given" example:"94.1"`
	Low   string `json:"low,omitempty" pattern:"^-?[0-9]+([.][0-9]+)?$" doc:"The least it can be; left out when there is no such bound"`
	High  string `json:"high,omitempty" pattern:"^-?[0-9]+([.][0-9]+)?$" doc:"The most it can be; left out when there is no such bound"`
}

type entityJSON struct {
	Kind innovation.EntityKind `json:"kind" enum:"organisation,person,licence-round,licence,condition,provision,source,term,envelope,allocation,award,instalment,issued-report,innovation,programme,observation,peer-group" doc:"What the entity is"`
	Key  innovation.Key        `json:"key" doc:"Its key within the kind"`
}

// document completes what huma has written about an operation: its answer and
// its problems.
func (t *table) document(op Operation, h *huma.Operation, output reflect.Type) {
	registry := t.api.OpenAPI().Components.Schemas
	delete(h.Responses, "default")
	good := h.Responses[strconv.Itoa(op.Status)]
	good.Content = map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(output, true, "")}}
	if op.CSV {
		good.Content["text/csv"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	if op.SVG {
		good.Content[svgType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	for _, p := range h.Parameters {
		p.Schema.Description, p.Schema.Nullable = "", false // the parameter has the description
	}
	shared := t.api.OpenAPI().Components.Responses
	for _, status := range problemsOf(op, h) {
		code := strconv.Itoa(status)
		h.Responses[code] = &huma.Response{Ref: responsePrefix + code}
		if shared[code] == nil {
			shared[code] = &huma.Response{Description: describeStatus(status), Content: map[string]*huma.MediaType{
				"application/problem+json": {Schema: registry.Schema(reflect.TypeFor[Problem](), true, "")}}}
		}
	}
}

// problemsOf lists the statuses of the problems that an operation can answer.
func problemsOf(op Operation, h *huma.Operation) []int {
	out := []int{http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}
	names, body := false, op.Method != http.MethodGet // an entity or a fact
	for _, p := range h.Parameters {
		names = names || p.In == "path" || p.Schema.Pattern != ""
		if p.Name == "If-Match" {
			out = append(out, http.StatusPreconditionFailed)
		}
	}
	if names || body {
		out = append(out, http.StatusNotFound)
	}
	if body || op.SVG || statistic[op.ID] || op.ID == "grants.export" { // of which no valid file can be made, or no figure, for want of data
		out = append(out, http.StatusConflict)
	}
	if body {
		out = append(out, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if op.Write {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden, http.StatusGatewayTimeout)
	}
	return out
}

func describeStatus(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "The query or the body cannot be read"
	case http.StatusUnauthorized:
		return "Nobody knows who writes"
	case http.StatusForbidden:
		return "The register is offered for reading only, or the actor may not write"
	case http.StatusNotFound:
		return "Something named is not in the register at this view"
	case http.StatusConflict:
		return "A rule forbids it, or it is there already"
	case http.StatusPreconditionFailed:
		return "An entity has changed since the ETag in If-Match"
	case http.StatusRequestEntityTooLarge:
		return "The body is too long"
	case http.StatusUnsupportedMediaType:
		return "The body is not sent as a type that is read here"
	case http.StatusUnprocessableEntity:
		return "Values are malformed: all of them are listed"
	case http.StatusServiceUnavailable:
		return "The register is busy or closed: try again after the seconds in Retry-After"
	case http.StatusGatewayTimeout:
		return "The outcome is unknown: repeat the write with its Idempotency-Key"
	}
	return "A fault of the register; it is logged under the instance"
}

// finish completes the document: it adds what is known only when all
// operations are, and drops what huma added for errors of its own.
func (t *table) finish() {
	for _, do := range t.later {
		do()
	}
	schemas := t.api.OpenAPI().Components.Schemas.Map()
	for name := range schemas {
		if strings.HasPrefix(name, foreign) {
			delete(schemas, name)
		}
	}
	for i := range t.operations {
		op := &t.operations[i]
		op.Fields = fieldsOf(t.find(op), schemas)
	}
}

func (t *table) find(op *Operation) *huma.Operation {
	item := t.api.OpenAPI().Paths[op.Path]
	for _, h := range []*huma.Operation{item.Get, item.Post, item.Put} {
		if h != nil && h.OperationID == op.ID {
			return h
		}
	}
	panic("no operation " + op.ID)
}

// openAPI is the document as JSON.
func (t *table) openAPI() []byte {
	t.describe()
	body, err := json.Marshal(t.api.OpenAPI())
	if err != nil {
		panic(err) // made of texts and numbers
	}
	return body
}
