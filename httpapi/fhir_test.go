package httpapi_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/fhir"
)

// What is answered over HTTP is what is given out in Go, and is sent only when
// nothing is wrong.
func TestBundle(t *testing.T) {
	s := serve(t)
	s.fund()
	r := s.get("/v1/fhir/bundle?on=2014-03-31&type=transaction&base=https://fhir.example.org").want(t, 200)
	if got := r.Header.Get("Content-Type"); got != "application/fhir+json" || r.Header.Get("Content-Disposition") != `attachment; filename="organisations-2014-03-31.json"` {
		t.Errorf("%v", r.Header)
	}
	var want bytes.Buffer
	report, err := fhir.Export(t.Context(), s.store, innovation.On(innovation.MustDate("2014-03-31")), &want, fhir.Options{Type: fhir.Transaction, Base: "https://fhir.example.org"})
	if err != nil || r.body != want.String() || report.Organisations == 0 || !json.Valid(want.Bytes()) {
		t.Errorf("%v\n%s\n%s", err, r.body, want.String())
	}
	counted := into[fhir.Report](t, s.get("/v1/fhir/bundle?on=2014-03-31&report=true").want(t, 200))
	if counted.Organisations != report.Organisations || counted.Type != fhir.Collection || counted.Recipe != report.Recipe {
		t.Errorf("%+v", counted)
	}
	for query, wrongs := range map[string][]wrong{
		"?type=searchset":               {{"type", "parameter-invalid"}},
		"?base=here":                    {{"base", "text-invalid"}},
		"?kind=castle":                  {{"kind", "term-unknown"}},
		"?role=king":                    {{"role", "term-unknown"}},
		"?network=No+key&report=maybe":  {{"report", "parameter-invalid"}, {"network", "key-invalid"}},
		"?on=2014-03-31&organisation=x": {{"organisation", "parameter-unknown"}},
	} {
		bad := s.get("/v1/fhir/bundle" + query)
		s.refuses(query, bad, 422, wrongs)
		if bad.Header.Get("Content-Disposition") != "" || !strings.HasPrefix(bad.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %v", query, bad.Header)
		}
	}
	s.get("/v1/fhir/bundle?network=nobody").want(t, 404)
}
