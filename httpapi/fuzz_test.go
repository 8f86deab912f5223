package httpapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
)

var (
	mangled = flag.Int("mangled", 600, "how many requests TestMangledRequests sends")
	seed    = flag.Uint64("seed", 1, "the seed of TestMangledRequests")
)

// TestMangledRequests sends requests made from the OpenAPI document, most of
// them wrong in some way, and holds every answer against the document: no
// fault, only documented statuses, bodies of their schemas.
func TestMangledRequests(t *testing.T) {
	t.Logf("seed %d: repeat with -seed", *seed)
	s := serve(t)
	s.fund()
	s.do("POST", "/v1/acts", more).want(t, 200)
	s.do("POST", "/v1/acts", adopting).want(t, 200)
	s.do("POST", "/v1/reports", oneReport).want(t, 201)
	m := &mangler{Rand: rand.New(rand.NewPCG(*seed, 0)), service: s, ops: httpapi.Operations()}
	statuses := map[int]int{}
	for i := range *mangled {
		op := m.ops[m.IntN(len(m.ops))]
		if op.ID == "register.verify" && i%10 > 0 {
			continue
		}
		r, sent := m.send(op)
		statuses[r.StatusCode]++
		s.conforms(op, r)
		if r.StatusCode >= 500 {
			t.Errorf("%s: %d %s", sent, r.StatusCode, r.body)
		}
		if t.Failed() {
			t.Fatalf("request %d: %s\nlog %s", i, sent, s.log)
		}
	}
	t.Logf("answered: %v", statuses)
	for _, status := range []int{200, 201, 400, 404, 409, 412, 415, 422} {
		if *mangled >= 600 && statuses[status] == 0 {
			t.Errorf("nothing was answered with %d: the requests are not mangled well", status)
		}
	}
	if v, err := s.store.Verify(t.Context(), nil); err != nil || !v.OK {
		t.Errorf("after all that: %+v %v", v, err)
	}
}

// schemeNamed finds the scheme that a description names.
var schemeNamed = regexp.MustCompile(`\(scheme ([a-z-]+)\)`)

// mangler makes requests.
type mangler struct {
	*rand.Rand
	service *service
	ops     []httpapi.Operation
}

func pick[T any](m *mangler, from ...T) T { return from[m.IntN(len(from))] }

// one says yes once in n times.
func (m *mangler) one(n int) bool { return m.IntN(n) == 0 }

func (m *mangler) send(op httpapi.Operation) (response, string) {
	api := httpapi.Described(m.service.Config.Handler).OpenAPI()
	item := api.Paths[op.Path]
	h := map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put}[op.Method]
	path, query, header := op.Path, url.Values{}, []string{}
	for _, p := range h.Parameters {
		v := fmt.Sprint(m.value(p.Schema))
		switch {
		case p.In == "path":
			if v == "" {
				v = "x"
			}
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(v))
		case p.In == "query" && (p.Required && !m.one(10) || m.one(4)):
			if p.Schema.Type == huma.TypeArray {
				v = fmt.Sprint(m.value(p.Schema.Items))
			}
			query.Add(p.Name, v)
		case p.In == "header" && m.one(4):
			header = append(header, p.Name, pick(m, "k1", "k2", `"organisation/ahsn-oxford:1:x:1:x"`, "*", `W/"x"`, `"`, ","))
		}
	}
	if m.one(12) {
		query.Add(pick(m, "On", "colour", "page", "$filter", ""), pick(m, "", "x", "eyJ2IjoxfQ"))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if m.one(30) {
		path += pick(m, "?%", "?a;b", "?on=%ff")
	}
	body := ""
	if h.RequestBody != nil {
		if h.RequestBody.Content["application/json"] != nil {
			body = m.body(op, h, api)
		}
		header = append(header, "Content-Type", "application/json")
		if op.ID == "uptake.import" {
			body, header = pick(m, use, use+use, events, "", "\xff\x00"), append(header, "Content-Type", "text/csv")
		}
		if op.ID == "table.import" {
			body, header = pick(m, events, use, "", "\xff\x00"), append(header, "Content-Type", "text/csv")
		}
		if op.ID == "grants.import" {
			body, header = pick(m, body, ledger, ledger+ledger, "", "\xff\x00"), append(header, "Content-Type", "text/csv")
		}
		if m.one(25) {
			header = append(header, "Content-Type", pick(m, "text/plain", "application/json; charset=x", ""))
		}
	} else if m.one(10) {
		header = append(header, "Accept", pick(m, "text/csv", "text/csv;q=0.1", "image/svg+xml", "application/xml", ";,;"))
	}
	if strings.ContainsAny(path, " \x7f") {
		path = strings.NewReplacer(" ", "%20", "\x7f", "%7F").Replace(path)
	}
	return m.service.do(op.Method, path, body, header...), fmt.Sprintf("%s %s %v %.2000s", op.Method, path, header, body)
}

// Files of uptake and of adoption events.
const (
	use    = "month,ccg,numerator_items,denominator_list_thousands\n2018-01-01,99X,0,10\n2018-02-01,99X,3,10\n"
	events = "innovation,organisation,step,stage,grade,day\nlibre,ahsn-oxford,reached,adopted,observed,2018-02\n"
)

// body makes the body of a write and mangles one in three.
func (m *mangler) body(op httpapi.Operation, h *huma.Operation, api *huma.OpenAPI) string {
	v := m.value(h.RequestBody.Content["application/json"].Schema)
	if op.ID == "act.make" {
		if o, ok := v.(map[string]any); ok {
			o["operations"] = m.operations(api)
		}
	}
	raw, err := json.Marshal(v)
	if err != nil {
		m.service.t.Fatal(err)
	}
	text := string(raw)
	switch {
	case m.one(30):
		return text[:m.IntN(len(text))] + " "
	case m.one(30):
		i := m.IntN(len(text))
		return text[:i] + pick(m, "\x00", "\xff", `"`, "{", "]", "null", "1e9", `\ud800`) + text[i:]
	}
	return text
}

// operations are those of an act, with inputs of their schemas.
func (m *mangler) operations(api *huma.OpenAPI) []any {
	var out []any
	for range m.IntN(4) {
		op := m.ops[m.IntN(len(m.ops))]
		item := map[string]any{"operation": op.ID}
		if p := api.Paths[op.Path].Post; p != nil && op.Method == "POST" {
			if whole, ok := m.value(p.RequestBody.Content["application/json"].Schema).(map[string]any); ok && whole["input"] != nil {
				item["input"] = whole["input"]
			}
		}
		if strings.Contains(op.Path, "{fact}") != m.one(10) {
			item["fact"] = m.IntN(60)
		}
		out = append(out, item)
	}
	return out
}

// value makes a value of a schema, and now and then one that is not.
func (m *mangler) value(s *huma.Schema) any {
	if s.Ref != "" {
		s = httpapi.Described(m.service.Config.Handler).OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	if m.one(150) {
		return pick[any](m, nil, true, -1, 1.5, 1<<62, "", "x", []any{}, []any{1}, map[string]any{"x": 1}, strings.Repeat("long ", 5000))
	}
	if len(s.Enum) > 0 {
		return s.Enum[m.IntN(len(s.Enum))]
	}
	switch s.Type {
	case huma.TypeBoolean:
		return m.one(2)
	case huma.TypeInteger:
		return pick(m, 0, 1, 2, m.IntN(60), 100, 500_000, 1<<40, 1<<62)
	case huma.TypeArray:
		out := []any{}
		for m.one(3) {
			out = append(out, m.value(s.Items))
		}
		return out
	case huma.TypeObject:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if needed := slices.Contains(s.Required, name); needed && !m.one(150) || !needed && m.one(3) {
				out[name] = m.value(s.Properties[name])
			}
		}
		if m.one(100) {
			out["unknown"] = 1
		}
		return out
	}
	return m.text(s)
}

func (m *mangler) text(s *huma.Schema) string {
	days := []string{"2013-05-23", "2018-05-23", "2024-06-01", "2023-02-30", "0002-01-01", "9998-12-31", "2020-02-29"}
	switch {
	case strings.HasPrefix(s.Pattern, "^(organisation"):
		return pick(m, "organisation/ahsn-oxford", "licence/lic-1-oxford", "term/sector.voluntary", "person/pat-1", "licence-round/lic-1", "source/letter", "organisation/", "organisation/nobody",
			"envelope/pot-2013", "allocation/all-oxford", "award/aw-oxford", "instalment/ins-1", "issued-report/rep-1")
	case s.Pattern != "":
		return pick(m, "ahsn-oxford", "nhs-england", "icb-bob", "hin-oxford", "lic-1", "lic-1-oxford", "con-1", "con-9", "opt-1", "letter", "pat-1", "sector",
			"ahsn-kss", "pot-2013", "all-oxford", "all-kss", "aw-oxford", "ins-1", "ins-2", "rep-1", fmt.Sprintf("new-%d", m.IntN(30)), "No Key")
	case s.Format == "date":
		return pick(m, days...)
	case len(s.Examples) > 0 && s.Examples[0] == "2013-05-23": // a bound
		return pick(m, append(days, "2013", "2013-05", "2013-Q2", "2013/14", "unknown", "always", "2013-01-01..", "..2030-01-01", "2013-01-01..2014-01-01", "2030", "")...)
	case len(s.Examples) > 0 && s.Examples[0] == "2013/14":
		return pick(m, "2013/14", "2014/15", "2013-14", "9997/98", "2013/15", "0002/03", "13/14")
	case len(s.Examples) > 0 && s.Examples[0] == "condition/con-1:2014-06-30":
		return pick(m, "condition/con-1:2030-06-30", "instalment/ins-2:2030-01-01", "condition/con-1", "award/aw-oxford:2030-01-01", "instalment/ins-2:2030-02-30", ":")
	case len(s.Examples) > 0 && s.Examples[0] == "12500.00":
		return pick(m, "12500.00", "10000.00..15000.00", "..1", "-5..", "..", "2..1", "NaN", "1e9", "0.001", "92233720368547758.07", "92233720368547758.08")
	case len(s.Examples) > 0:
		return pick(m, "2024-03-31T12:00:00Z", "2024-06-01", "2999-01-01", "2000000.00", "-1.00", "92233720368547758.07", "0.01", "1")
	}
	if scheme := schemeNamed.FindStringSubmatch(s.Description); scheme != nil && !m.one(20) {
		terms := innovation.StandardTerms()
		for range 10_000 {
			if t := terms[m.IntN(len(terms))]; string(t.Scheme) == scheme[1] {
				return t.Code
			}
		}
	}
	if strings.Contains(s.Description, "a-z") || strings.Contains(s.Description, "share it") {
		return pick(m, "start", "code-1", fmt.Sprintf("code-%d", m.IntN(99)), "No Code")
	}
	if m.one(2) {
		return "Some text"
	}
	return pick(m, "network", "short", "current", "serves", "part-of", "operational", "icb", "ods", "X26", "county", "merge", "whole", "option", "duty",
		"ladder", "shares", "360giving-json", "ledger", "360G-example",
		"sector.x", "Some text", "é🏥", "=1+1", "%_\\", "a\u0000b", "first\nsecond", "", http.StatusText(m.IntN(600)), strings.Repeat("x", 600))
}
