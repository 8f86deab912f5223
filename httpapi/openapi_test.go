package httpapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/httpapi"
)

func TestOpenAPI(t *testing.T) {
	s := serve(t)
	r := s.get("/openapi.json").want(t, 200)
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(r.body), "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	golden := filepath.Join("testdata", "openapi.json")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got.Bytes()) {
		a, b := strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")
		i := 0
		for i < min(len(a), len(b)) && a[i] == b[i] {
			i++
		}
		t.Errorf("the document has changed from line %d on; if that is meant, run the test with -update\n%s",
			i+1, cmp.Diff(a[max(0, i-3):min(i+10, len(a))], b[max(0, i-3):min(i+10, len(b))]))
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(r.body, -1) {
		if httpapi.Described(s.Config.Handler).OpenAPI().Components.Schemas.Map()[ref[1]] == nil {
			t.Errorf("there is no schema %s", ref[1])
		}
	}
	for _, word := range []string{"Foreign", "$schema", "ErrorModel"} {
		if strings.Contains(r.body, word) {
			t.Errorf("the document speaks of %s", word)
		}
	}
	if y := s.get("/openapi.yaml").want(t, 200); !strings.Contains(y.body, "openapi: 3.1.0") {
		t.Errorf("%.100s", y.body)
	}
}

// conforms holds an answer against the document: its status is documented, and
// its body is of the schema.
func (s *service) conforms(op httpapi.Operation, r response) {
	s.t.Helper()
	api := httpapi.Described(s.Config.Handler).OpenAPI()
	item := api.Paths[op.Path]
	h := map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put}[op.Method]
	documented := h.Responses[strconv.Itoa(r.StatusCode)]
	if documented == nil {
		s.t.Errorf("%s %s: status %d is not documented\n%.500s", r.Request.Method, r.Request.URL, r.StatusCode, r.body)
		return
	}
	if code, ok := strings.CutPrefix(documented.Ref, "#/components/responses/"); ok {
		documented = api.Components.Responses[code]
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	media := documented.Content[kind]
	if media == nil {
		if r.StatusCode != 304 {
			s.t.Errorf("%s %s: %d as %q is not documented", r.Request.Method, r.Request.URL, r.StatusCode, kind)
		}
		return
	}
	if kind == "text/csv" || kind == "image/svg+xml" || strings.HasSuffix(kind, ".sheet") {
		return
	}
	var body any
	if err := json.Unmarshal([]byte(r.body), &body); err != nil {
		s.t.Errorf("%s: %v\n%.500s", r.Request.URL, err, r.body)
		return
	}
	var res huma.ValidateResult
	huma.Validate(api.Components.Schemas, media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, &res)
	for _, err := range res.Errors {
		s.t.Errorf("%s %s: the body is not of its schema: %v\n%.2000s", r.Request.Method, r.Request.URL, err, r.body)
	}
}

// reads sends every operation that reads, with what it needs, and holds the
// answers against the document.
func (s *service) reads(status map[string]int) {
	s.t.Helper()
	for _, op := range httpapi.Operations() {
		if op.Write {
			continue
		}
		path := strings.NewReplacer("{organisation}", "ahsn-oxford", "{licence}", "lic-1-oxford", "{scheme}", "sector", "{fact}", "14", "{act}", "1",
			"{envelope}", "pot-2013", "{award}", "aw-oxford", "{report}", "rep-1",
			"{innovation}", "inn-1", "{programme}", "prog-1", "{peerGroup}", "peers-1", "{noun}", "roles").Replace(op.Path)
		send := func(path string, header ...string) response { return s.get(path, header...) }
		switch op.ID {
		case "split.propose":
			send = func(path string, header ...string) response { return s.do("POST", path, oneSplit, header...) }
		case "runway.get":
			path += "?organisation=ahsn-oxford&on=2013-10-15&slip=condition/con-1:2014-02-20"
		case "variance.get":
			path += "?organisation=ahsn-oxford&year=2013/14"
		case "self-sufficiency.get":
			path += "?from=2013/14&to=2016/17&coreGrowth=-100000&coreCut=400000&threshold=500000"
		case "grants.export":
			path += "?prefix=360G-example"
		case "spread.get", "spread.fit", "uptake.standing", "uptake.funnel", "uptake.movers":
			path += "?innovation=thing&on=2022-01-01"
		case "uptake.series":
			path += "?innovation=thing&organisation=t-00&on=2022-01-01"
		case "adoption.state":
			path += "?innovation=inn-1&organisation=ahsn-oxford"
		case "adoption.list":
			path += "?innovation=inn-1"
		case "entity.pointers":
			path += "?entity=organisation/nhs-england"
		case "entity.history":
			path += "?entity=licence/lic-1-oxford"
		}
		if strings.HasSuffix(op.ID, ".facts") {
			path += "?allDays=true"
		}
		for _, f := range op.Fields {
			if f.Name == "innovation" && f.In == "query" && (f.Required || op.ID == "quiet-stop.list") && !strings.Contains(path, "innovation=") {
				path += "?innovation=inn-1"
			}
		}
		r := send(path)
		want := status[op.ID]
		if want == 0 {
			want = 200
		}
		if r.StatusCode != want {
			s.t.Errorf("%s: status %d, want %d\n%s", op.ID, r.StatusCode, want, r.body)
		}
		s.conforms(op, r)
		if op.CSV {
			table := send(path, "Accept", "text/csv")
			if want != 200 {
				continue
			}
			table.want(s.t, 200)
			if got := table.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
				s.t.Errorf("%s as CSV is %s", op.ID, got)
			}
		}
	}
}

func TestReadsOfAnEmptyRegister(t *testing.T) {
	serve(t).reads(map[string]int{"organisation.get": 404, "organisation.tree": 404, "organisation.successions": 404,
		"organisation.networks": 404, "network.get": 404, "licence.get": 404, "act.changes": 404, "fact.get": 404, "entity.pointers": 404, "entity.history": 404,
		"award.get": 404, "envelope.get": 404, "envelope.shares": 404, "split.propose": 404, "runway.get": 404, "variance.get": 404, "report.get": 404,
		"still-using.get": 404, "quiet-stop.list": 404, "who-next.get": 404, "milestone.list": 404, "cost-per-adopter.get": 404, "innovation.get": 404, "programme.get": 404, "peer-group.get": 404,
		"spread.get": 404, "spread.fit": 404, "uptake.standing": 404, "uptake.series": 404, "uptake.funnel": 404, "uptake.movers": 404,
		"adoption.state": 404, "adoption.list": 404, "adoption.count": 404, "adoption.movement": 404,
		"grants.export": 409})
}

func TestReadsConform(t *testing.T) {
	s := serve(t)
	s.fund()
	s.do("POST", "/v1/acts", more).want(t, 200)
	s.do("POST", "/v1/acts", adopting).want(t, 200)
	s.do("POST", "/v1/reports", oneReport).want(t, 201)
	s.spreading()
	s.reads(nil)
}

// more is an act with a fact of every type that founded has not.
const more = `{"reason": "more", "sources": [{"source": "letter"}], "operations": [
	{"operation": "person.record", "input": {"person": "pat-1", "name": "Pat Example"}},
	{"operation": "post.record", "input": {"organisation": "ahsn-oxford", "title": "chair", "holder": "pat-1", "period": {"start": "2014-01-01..", "startBasis": "assumed"}}},
	{"operation": "identifier.record", "input": {"organisation": "ahsn-oxford", "scheme": "ods", "value": "X26", "period": {"start": "2013/14", "end": "2030-01-01", "endBasis": "announced"}}},
	{"operation": "area.record", "input": {"organisation": "ahsn-oxford", "kind": "county", "name": "Oxfordshire", "period": {"start": "2013-Q2"}}},
	{"operation": "population.record", "input": {"organisation": "ahsn-oxford", "nominal": 3300000, "qualifier": "about", "day": {"on": "2013-05"}}},
	{"operation": "existence.record", "input": {"organisation": "hin-oxford", "aspect": "operational", "kind": "network", "legalForm": "", "period": {"start": "2023-10-01"}}},
	{"operation": "succession.record", "input": {"predecessor": "ahsn-oxford", "successor": "hin-oxford", "type": "transfer", "day": {"on": "2023-10-01", "basis": "announced"}}},
	{"operation": "succession.record", "input": {"predecessor": "hin-oxford", "type": "merge", "day": {"on": "2027", "basis": "announced"}}},
	{"operation": "count-claim.record", "input": {"round": "lic-1", "grade": "conditional", "count": 1, "day": {"on": "2013-05-23"}}},
	{"operation": "contracting-body.record", "input": {"licence": "lic-1-oxford", "party": "ahsn-oxford", "body": "icb-bob", "period": {"start": "2013-05-23"}}},
	{"operation": "provision.record", "input": {"provision": "opt-1", "licence": "lic-1-oxford", "type": "option", "text": "Extend by two years", "exerciser": "nhs-england", "due": {"on": "2030-01-01"}, "period": {"start": "2013-05-23"}}},
	{"operation": "condition.record", "input": {"condition": "con-9", "round": "lic-1", "unnamed": 7, "text": "=SUM(A1)", "period": {"start": "2013-05-23"}}},
	{"operation": "condition.record", "input": {"condition": "con-8", "licence": "lic-1-oxford", "text": "=SUM(A1)", "due": {"on": "2024-07"}, "period": {"start": "2013-05-23"}}},
	{"operation": "decision.record", "input": {"licence": "lic-1-oxford", "type": "condition-met", "by": "nhs-england", "condition": "con-1", "day": {"on": "2013-09-01"}}},
	{"operation": "decision.record", "input": {"licence": "lic-1-oxford", "type": "extend", "by": "nhs-england", "until": "2025-01-01", "day": {"on": "2014-09-01"}}},
	{"operation": "claim.record", "input": {"about": {"kind": "licence-round", "key": "lic-1"}, "topic": "start", "field": "start", "value": "2013-06-01", "day": {"on": "unknown"}}},
	{"operation": "term.record", "input": {"scheme": "sector", "code": "voluntary", "label": "Voluntary bodies"}},
	{"operation": "relation.record", "input": {"organisation": "icb-bob", "type": "part-of", "target": "nhs-england", "weight": 500000, "period": {"start": "2022-07-01"}}}
]}`

func TestCSV(t *testing.T) {
	s := serve(t)
	s.found()
	s.do("POST", "/v1/acts", more).want(t, 200)
	r := s.get("/v1/conditions-due?format=csv").want(t, 200)
	if !strings.Contains(r.body, ",'=SUM(A1),2024-07,") {
		t.Errorf("a formula is not escaped, or there is no row: %s", r.body)
	}
	s.get("/v1/conditions-due?format=xml").want(t, 422).problem(t)
	if got := s.get("/v1/licence-board", "Accept", "application/json, text/csv").Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("JSON is preferred, and came %s", got)
	}
}
