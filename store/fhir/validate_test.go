package fhir_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/innovationregistry/registry/store/fhir"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validator holds bundles against what is published of FHIR R4 and of UK Core:
// see testdata/README.md for what it checks and what it does not.
type validator struct {
	schema   *jsonschema.Schema
	elements map[string]cardinality // by path
}

type cardinality struct {
	min, max int // max is -1 for any number
	codes    []string
}

// The value sets with a required binding that can occur.
var required = map[string][]string{
	"bundle-type":       {"document", "message", "transaction", "transaction-response", "batch", "batch-response", "history", "searchset", "collection"},
	"http-verb":         {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"},
	"identifier-use":    {"usual", "official", "temp", "secondary", "old"},
	"search-entry-mode": {"match", "include", "outcome"},
}

func newValidator(t testing.TB) *validator {
	t.Helper()
	data, err := os.ReadFile("testdata/fhir-r4.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(jsonschema.SchemeURLLoader{})
	if err := c.AddResource("http://hl7.org/fhir/json-schema/4.0", doc); err != nil {
		t.Fatal(err)
	}
	v := &validator{elements: map[string]cardinality{}}
	if v.schema, err = c.Compile("http://hl7.org/fhir/json-schema/4.0"); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/fhir-r4.elements.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 100 {
		t.Fatal(len(rows), err)
	}
	for _, r := range rows[1:] {
		e := cardinality{max: -1}
		e.min, _ = strconv.Atoi(r[1])
		if r[2] != "*" {
			e.max, _ = strconv.Atoi(r[2])
		}
		if r[3] != "" {
			name := strings.TrimSuffix(r[3][strings.LastIndex(r[3], "/")+1:], "|4.0.1")
			if e.codes = required[name]; e.codes == nil {
				t.Fatalf("%s: the codes of %s are not known here", r[0], name)
			}
		}
		v.elements[r[0]] = e
	}
	return v
}

type object = map[string]any

// list gives the objects of an element, one or many.
func list(v any) (out []object) {
	switch x := v.(type) {
	case object:
		return []object{x}
	case []any:
		for _, y := range x {
			if o, ok := y.(object); ok {
				out = append(out, o)
			}
		}
	}
	return out
}

// problems lists what is wrong with a bundle.
func (v *validator) problems(data []byte) (out []string) {
	wrong := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return []string{err.Error()}
	}
	if err := v.schema.Validate(doc); err != nil {
		wrong("schema: %.1500v", err)
	}
	var bundle object
	if err := json.Unmarshal(data, &bundle); err != nil {
		return append(out, err.Error())
	}
	v.walk("Bundle", bundle, wrong)
	typ, _ := bundle["type"].(string)
	byURL, versions, ids := map[string]object{}, map[string]bool{}, map[string]bool{}
	for i, e := range list(bundle["entry"]) {
		r, _ := e["resource"].(object)
		full, _ := e["fullUrl"].(string)
		kind, _ := r["resourceType"].(string)
		id, _ := r["id"].(string)
		at := fmt.Sprintf("entry %d %s/%s", i, kind, id)
		version, _ := r["meta"].(object)["versionId"].(string)
		if r == nil {
			wrong("%s: bdl-5: no resource", at)
		}
		if _, asked := e["request"]; asked != (typ == "transaction") {
			wrong("%s: bdl-3: a request in a %s", at, typ)
		}
		if versions[full+" "+version] {
			wrong("%s: bdl-7: %s twice", at, full)
		}
		versions[full+" "+version] = true
		if strings.Contains(full, "/_history/") {
			wrong("%s: bdl-8", at)
		}
		if !uuid.MatchString(full) && !strings.HasSuffix(full, "/"+kind+"/"+id) {
			wrong("%s: the full URL %s is not that of the resource", at, full)
		}
		if low := strings.ToLower(kind + "/" + id); ids[low] || id == "" {
			wrong("%s: the id is not its own", at)
		} else {
			ids[low] = true
		}
		if req, ok := e["request"].(object); ok && (req["method"] != "PUT" || req["url"] != kind+"/"+id) {
			wrong("%s: the request is %v", at, req)
		}
		byURL[full] = r
	}
	for i, e := range list(bundle["entry"]) {
		r := e["resource"].(object)
		kind := r["resourceType"].(string)
		at := fmt.Sprintf("entry %d %s/%s", i, kind, r["id"])
		v.walk(kind, r, func(format string, args ...any) { wrong(at+": "+format, args...) })
		if kind == "Organization" {
			organisationRules(r, func(format string, args ...any) { wrong(at+": "+format, args...) })
		}
		full, _ := e["fullUrl"].(string)
		for _, name := range []string{"partOf", "organization", "participatingOrganization"} {
			ref, ok := r[name].(object)
			if !ok {
				continue
			}
			to := ref["reference"].(string)
			if !strings.Contains(to, ":") { // relative to the server of the full URL
				to = strings.TrimSuffix(full, kind+"/"+r["id"].(string)) + to
			}
			if target := byURL[to]; target == nil || target["resourceType"] != "Organization" {
				wrong("%s: %s leads to %s, which is no organisation of the bundle", at, name, to)
			}
		}
	}
	return out
}

var uuid = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// organisationRules are the invariants of Organization, of UK Core and of the
// extension for its period.
func organisationRules(r object, wrong func(string, ...any)) {
	if r["name"] == nil && len(list(r["identifier"])) == 0 {
		wrong("org-1: neither a name nor an identifier")
	}
	for _, name := range []string{"telecom", "address"} {
		for _, x := range list(r[name]) {
			if x["use"] == "home" {
				wrong("org-2, org-3: %s of use home", name)
			}
		}
	}
	slices := map[any]int{}
	for _, i := range list(r["identifier"]) {
		slices[i["system"]]++
		if i["system"] == nil || i["value"] == nil {
			wrong("UK Core: an identifier without a system or a value")
		}
	}
	for _, system := range []string{"https://fhir.nhs.uk/Id/ods-organization-code", "https://fhir.nhs.uk/Id/ods-site-code"} {
		if slices[system] > 1 {
			wrong("UK Core: %d identifiers of %s", slices[system], system)
		}
	}
	periods := 0
	for _, x := range list(r["extension"]) {
		if x["url"] == "http://hl7.org/fhir/StructureDefinition/organization-period" {
			if periods++; periods > 1 || x["valuePeriod"] == nil {
				wrong("organization-period: %d, %v", periods, x)
			}
		}
	}
}

// walk checks cardinalities, required codes and the invariants of data types.
func (v *validator) walk(path string, o object, wrong func(string, ...any)) {
	if len(o) == 0 {
		wrong("ele-1: %s is empty", path)
	}
	for at, e := range v.elements { // that are missing
		parent, name, _ := cutLast(at)
		if parent == path && e.min > 0 && o[name] == nil {
			wrong("%s is missing", at)
		}
	}
	for name, value := range o {
		at := path + "." + name
		e, known := v.elements[at]
		_, many := value.([]any)
		switch {
		case value == nil:
			wrong("ele-1: %s is null", at)
		case name == "resourceType", strings.HasPrefix(name, "_"), strings.HasPrefix(name, "value") && path == "Extension":
		case !known:
			wrong("%s is no element", at)
		case many != (e.max != 1):
			wrong("%s: a list is %t, and at most %d are allowed", at, many, e.max)
		case e.codes != nil && !slices.Contains(e.codes, fmt.Sprint(value)):
			wrong("%s is %v", at, value)
		}
		if all, ok := value.([]any); ok && len(all) == 0 {
			wrong("ele-1: %s has nothing in it", at)
		}
		for _, s := range texts(value) {
			if s == "" || s != strings.TrimSpace(s) {
				wrong("%s: the text %q is empty or has white space around it", at, s)
			}
		}
		if name == "resource" {
			continue
		}
		for _, child := range list(value) {
			v.walk(typeAt(path, name), child, wrong)
		}
	}
	switch path {
	case "Period":
		start, _ := o["start"].(string)
		end, _ := o["end"].(string)
		if start != "" && end != "" && (start > end || start != end && strings.HasPrefix(end, start)) {
			wrong("per-1: %s to %s", start, end)
		}
		for _, s := range []string{start, end} {
			layout := "2006-01-02"[:min(len(s), 10)]
			if _, err := time.Parse(layout, s); s != "" && err != nil {
				wrong("%q is no date", s)
			}
		}
	case "Extension":
		values := 0
		for name := range o {
			if strings.HasPrefix(name, "value") {
				values++
			}
		}
		if nested := o["extension"] != nil; values > 1 || nested == (values == 1) {
			wrong("ext-1: %v", o)
		}
	}
}

// typeAt is the type of what stands in an element, or its path where that has a
// table of its own.
func typeAt(path, name string) string {
	switch {
	case path == "Bundle" || strings.HasPrefix(path, "Bundle."):
		if name == "identifier" {
			return "Identifier"
		}
		return path + "." + name
	case strings.HasPrefix(name, "_"):
		return "Element"
	}
	switch name {
	case "identifier":
		return "Identifier"
	case "period", "valuePeriod":
		return "Period"
	case "extension":
		return "Extension"
	case "type", "code":
		return "CodeableConcept"
	case "coding", "valueCoding":
		return "Coding"
	case "meta":
		return "Meta"
	case "partOf", "organization", "participatingOrganization":
		return "Reference"
	}
	return path + "." + name
}

func cutLast(path string) (parent, name string, ok bool) {
	if i := strings.LastIndex(path, "."); i > 0 {
		return path[:i], path[i+1:], true
	}
	return "", path, false
}

func texts(v any) (out []string) {
	switch x := v.(type) {
	case string:
		return []string{x}
	case []any:
		for _, y := range x {
			if s, ok := y.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// The validator sees what is wrong: otherwise the other tests would show
// nothing.
func TestValidator(t *testing.T) {
	var out bytes.Buffer
	if _, err := fhir.Export(t.Context(), oxford(t), on("2020-01-01"), &out, fhir.Options{Type: fhir.Transaction}); err != nil {
		t.Fatal(err)
	}
	v := newValidator(t)
	good := out.String()
	if p := v.problems([]byte(good)); len(p) > 0 {
		t.Fatal(p)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"type":"transaction"`, `"type":"heap"`, "heap"},
		{`"type":"transaction"`, `"type":"collection"`, "bdl-3"},
		{`"type":"transaction",`, ``, "Bundle.type is missing"},
		{`"method":"PUT"`, `"method":"POST"`, "the request is"},
		{`"active":true`, `"active":"yes"`, "schema"},
		{`"active":true`, `"activ":true`, "activ is no element"},
		{`"active":true`, `"active":null`, "ele-1"},
		{`"name":"The network"`, `"name":""`, "schema"},
		{`"name":"The network"`, `"name":["The network"]`, "schema"},
		{`"name":"The network"`, `"name":" The network"`, "white space"},
		{`"alias":["Oxford Radcliffe Hospitals"]`, `"alias":[]`, "ele-1"},
		{`"alias":["Oxford Radcliffe Hospitals"]`, `"alias":"Oxford"`, "schema"},
		{`"start":"1998-04-01","end":"2019-03-31"`, `"start":"2019-04-01","end":"2019-03-31"`, "per-1"},
		{`"end":"2019-03-31"`, `"end":"2019-02-30"`, "is no date"},
		{`"end":"2019-03-31"`, `"end":"2019-Q1"`, "schema"},
		{`"id":"rth.u08"`, `"id":"rth_08"`, "schema"},
		{`"id":"rth.u08"`, `"id":"RTH"`, "the id is not its own"},
		{`"valueCode":"unknown"`, `"valueCode":"unknown","valueString":"x"`, "ext-1"},
		{`"url":"urn:innovationregistry:bound",`, ``, "Extension.url is missing"},
		{`"system":"urn:innovationregistry:identifier-scheme:company"`, `"system":"https://fhir.nhs.uk/Id/ods-organization-code"`, "UK Core: 2"},
		{`"partOf":{"reference":"urn:uuid:`, `"partOf":{"reference":"urn:uuid:0`, "which is no organisation of the bundle"},
		{`"fullUrl":"urn:uuid:`, `"fullUrl":"uuid:`, "is not that of the resource"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Errorf("there is no %s in the bundle", c.old)
			continue
		}
		if p := v.problems([]byte(bad)); !strings.Contains(strings.Join(p, "\n"), c.want) {
			t.Errorf("%s in the place of %s is not seen, only %v", c.new, c.old, p)
		}
	}
}
