package httpapi_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
)

func TestNewRequest(t *testing.T) {
	type pairs = [][2]string
	for _, c := range []struct {
		id             string
		values         pairs
		method, target string
		body           string
	}{
		{"organisation.get", pairs{{"organisation", "ahsn-oxford"}, {"on", "2020-01-01"}}, "GET", "/v1/organisations/ahsn-oxford?on=2020-01-01", ""},
		{"organisation.tree", pairs{{"organisation", "a b/c"}, {"type", "serves"}, {"type", "part-of"}}, "GET", "/v1/organisations/a%20b%2Fc/tree?type=serves&type=part-of", ""},
		{"status", nil, "", "", "there is no operation"},
		{"register.status", pairs{{"known", "2024-03-31T12:00:00+01:00"}}, "GET", "/v1/status?known=2024-03-31T12%3A00%3A00%2B01%3A00", ""},
		{"count-claim.record", pairs{{"reason", "published"}, {"input.round", "lic-1"}, {"input.count", "8"}, {"input.day.on", "2013-05-23"},
			{"sources", `{"source": "letter"}`}, {"sources", `[{"source": "page"}]`}}, "POST", "/v1/facts/count-claims",
			`{"input":{"count":8,"day":{"on":"2013-05-23"},"round":"lic-1"},"reason":"published","sources":[{"source":"letter"},{"source":"page"}]}`},
		{"name.correct", pairs{{"fact", "7"}, {"reason", "{sic}"}, {"input", `{"text": "x"}`}}, "PUT", "/v1/facts/names/7", `{"input":{"text":"x"},"reason":"{sic}"}`},
		{"licence-round.record", pairs{{"input.graded", "true"}, {"input.focusAreas", "wealth"}, {"input.focusAreas", "health"}, {"input.period", `{"start": "2013"}`}, {"input.number", "first"}},
			"POST", "/v1/facts/licence-rounds", `{"input":{"focusAreas":["wealth","health"],"graded":true,"number":"first","period":{"start":"2013"}}}`},
		{"act.make", pairs{{"operations", `[{"operation": "fact.retract", "fact": 9007199254740993}]`}}, "POST", "/v1/acts", `{"operations":[{"fact":9007199254740993,"operation":"fact.retract"}]}`},
		{"organisation.get", pairs{{"on", "2020-01-01"}}, "", "", "organisation: organisation.get needs it"},
		{"name.record", pairs{{"input.colour", "red"}}, "", "", "use Idempotency-Key, If-Match, input.kind,"},
		{"name.record", pairs{{"input.text", "a"}, {"input.text", "b"}}, "", "", "twice"},
		{"name.record", pairs{{"input.period", `{"start": "2013"}`}, {"input.period.end", "2014"}}, "POST", "/v1/facts/names", `{"input":{"period":{"end":"2014","start":"2013"}}}`},
		{"name.record", pairs{{"input.period", `{"start": `}}, "", "", "begins as JSON"},
	} {
		r, err := httpapi.NewRequest(t.Context(), c.id, c.values)
		if c.method == "" {
			if err == nil || !strings.Contains(err.Error(), c.body) || !errors.Is(err, innovation.Invalid) {
				t.Errorf("%s %v: error %v, want one with %q", c.id, c.values, err, c.body)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s %v: %v", c.id, c.values, err)
			continue
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if r.Method != c.method || r.URL.RequestURI() != c.target || string(body) != c.body {
			t.Errorf("%s: %s %s\n%s\nwant %s %s\n%s", c.id, r.Method, r.URL.RequestURI(), body, c.method, c.target, c.body)
		}
		if kind := r.Header.Get("Content-Type"); (c.body != "") != (kind == "application/json") {
			t.Errorf("%s: Content-Type %q", c.id, kind)
		}
	}
}

// A question that is too long for a query, and a file, are the body of their
// request.
func TestNewRequestWithOtherBodies(t *testing.T) {
	for _, c := range []struct {
		id                   string
		values               [][2]string
		target, kind, wanted string
	}{
		{"split.propose", [][2]string{{"amount", "1.00"}, {"bids", `{"recipient": "a", "score": 1}`}, {"bids", `{"recipient": "b"}`}, {"weights.score", "1000000"}, {"on", "2014-01-01"}},
			"/v1/splits?on=2014-01-01", "application/json", `{"amount":"1.00","bids":[{"recipient":"a","score":1},{"recipient":"b"}],"weights":{"score":1000000}}`},
		{"report.issue", [][2]string{{"reason", "x"}, {"input.question", "ladder"}, {"input.definition", `{"by": "year"}`}},
			"/v1/reports", "application/json", `{"input":{"definition":{"by":"year"},"question":"ladder"},"reason":"x"}`},
		{"grants.import", [][2]string{{"format", "ledger"}, {"file", "type,amount\n"}, {"dryRun", "true"}},
			"/v1/imports?dryRun=true&format=ledger", "application/octet-stream", "type,amount\n"},
		{"runway.get", [][2]string{{"organisation", "ahsn-oxford"}, {"slip", "condition/a:2014-01-01"}, {"slip", "instalment/b:2014-01-01"}},
			"/v1/runway?organisation=ahsn-oxford&slip=condition%2Fa%3A2014-01-01&slip=instalment%2Fb%3A2014-01-01", "", ""},
	} {
		r, err := httpapi.NewRequest(t.Context(), c.id, c.values)
		if err != nil {
			t.Errorf("%s: %v", c.id, err)
			continue
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if r.URL.RequestURI() != c.target || string(body) != c.wanted || r.Header.Get("Content-Type") != c.kind {
			t.Errorf("%s: %s %v\n%s", c.id, r.URL.RequestURI(), r.Header, body)
		}
	}
}
