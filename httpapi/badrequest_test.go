package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// wrong is one violation that an answer must list.
type wrong struct{ field, rule string }

func TestBadRequests(t *testing.T) {
	s := serve(t)
	s.found()
	token := into[store.OrganisationList](t, s.get("/v1/organisations?limit=1").want(t, 200)).Next
	if token == "" {
		t.Fatal("no second page")
	}
	before := s.acts()
	name := func(change ...string) string { return strings.NewReplacer(change...).Replace(oneName) }
	for _, c := range []struct {
		what, method, path, body string
		status                   int
		wrongs                   []wrong
	}{
		{"unknown path", "GET", "/v1/nothing", "", 404, []wrong{{"", "path-unknown"}}},
		{"a path that is not clean", "GET", "/v1//organisations", "", 404, []wrong{{"", "path-unknown"}}},
		{"a slash too many", "GET", "/v1/organisations/", "", 404, []wrong{{"", "path-unknown"}}},
		{"wrong method", "DELETE", "/v1/organisations", "", 405, []wrong{{"", "method-not-allowed"}}},
		{"unknown parameter", "GET", "/v1/organisations?colour=red", "", 422, []wrong{{"colour", "parameter-unknown"}}},
		{"parameter of another operation", "GET", "/v1/rules?on=2020-01-01", "", 422, []wrong{{"on", "parameter-unknown"}}},
		{"parameter of a write", "POST", "/v1/facts/names?on=2020-01-01", oneName, 422, []wrong{{"on", "parameter-unknown"}}},
		{"parameter twice", "GET", "/v1/status?on=2020-01-01&on=2021-01-01", "", 422, []wrong{{"on", "parameter-repeated"}}},
		{"parameter without value", "GET", "/v1/organisations?existing", "", 422, []wrong{{"existing", "parameter-invalid"}}},
		{"query that cannot be read", "GET", "/v1/status?on=%zz", "", 400, []wrong{{"", "query-malformed"}}},
		{"bad date", "GET", "/v1/status?on=yesterday", "", 422, []wrong{{"on", "date-invalid"}}},
		{"impossible date", "GET", "/v1/status?on=2023-02-30", "", 422, []wrong{{"on", "date-invalid"}}},
		{"impossible day known", "GET", "/v1/status?known=2023-02-30", "", 422, []wrong{{"known", "date-invalid"}}},
		{"two bad parameters", "GET", "/v1/conditions-due?on=2023-02-30&withinDays=many", "", 422, []wrong{{"on", "date-invalid"}, {"withinDays", "parameter-invalid"}}},
		{"number out of range", "GET", "/v1/conditions-due?withinDays=99999999999", "", 422, []wrong{{"withinDays", "parameter-invalid"}}},
		{"horizon too far", "GET", "/v1/conditions-due?withinDays=40000", "", 422, []wrong{{"withinDays", "horizon-invalid"}}},
		{"page of none", "GET", "/v1/organisations?limit=0", "", 422, []wrong{{"limit", "parameter-invalid"}}},
		{"page too long", "GET", "/v1/organisations?limit=1001", "", 422, []wrong{{"limit", "page-limit-invalid"}}},
		{"neither true nor false", "GET", "/v1/organisations?existing=yes", "", 422, []wrong{{"existing", "parameter-invalid"}}},
		{"unknown direction", "GET", "/v1/organisations/nhs-england/tree?direction=sideways", "", 422, []wrong{{"direction", "parameter-invalid"}}},
		{"invalid UTF-8 in a query", "GET", "/v1/organisations?q=%ff", "", 422, []wrong{{"q", "text-invalid"}}},
		{"U+0000 in a query", "GET", "/v1/organisations?q=%00", "", 422, []wrong{{"q", "text-invalid"}}},
		{"long query", "GET", "/v1/organisations?q=" + strings.Repeat("x", 60_000), "", 422, []wrong{{"q", "text-too-long"}}},
		{"many kinds", "GET", "/v1/unserved?kind=x" + strings.Repeat("&kind=x", 200), "", 422, []wrong{{"kind", "parameter-repeated"}}},
		{"page token of another list", "GET", "/v1/facts/names?page=" + token, "", 422, []wrong{{"page", "page-token-invalid"}}},
		{"page token of another filter", "GET", "/v1/organisations?q=x&page=" + token, "", 422, []wrong{{"page", "page-token-invalid"}}},
		{"page token of another day", "GET", "/v1/organisations?on=2001-01-01&page=" + token, "", 422, []wrong{{"page", "page-token-invalid"}}},
		{"no key", "GET", "/v1/organisations/NHS%20England", "", 422, []wrong{{"organisation", "key-invalid"}}},
		{"unknown organisation", "GET", "/v1/organisations/nobody", "", 404, []wrong{{"organisation", "entity-not-found"}}},
		{"unknown licence", "GET", "/v1/licences/none", "", 404, []wrong{{"licence", "entity-not-found"}}},
		{"unknown entity", "GET", "/v1/pointers?entity=organisation/nobody", "", 404, []wrong{{"organisation", "entity-not-found"}}},
		{"no entity", "GET", "/v1/history", "", 422, []wrong{{"entity", "field-missing"}}},
		{"entity of no kind", "GET", "/v1/history?entity=planet/earth", "", 422, []wrong{{"entity", "key-invalid"}}},
		{"unknown scheme", "GET", "/v1/terms/colours", "", 404, []wrong{{"scheme", "term-unknown"}}},

		{"no body", "POST", "/v1/facts/names", " ", 400, []wrong{{"", "body-malformed"}}},
		{"no JSON", "POST", "/v1/facts/names", `{"reason": `, 400, []wrong{{"", "body-malformed"}}},
		{"two bodies", "POST", "/v1/facts/names", oneName + oneName, 400, []wrong{{"", "body-malformed"}}},
		{"invalid UTF-8", "POST", "/v1/facts/names", name("Oxford", "Ox\xfford"), 400, []wrong{{"", "body-malformed"}}},
		{"body of another form", "POST", "/v1/facts/names", `[]`, 422, []wrong{{"", "field-type"}}},
		{"unknown field", "POST", "/v1/facts/names", name(`"kind"`, `"colour": 1, "kind"`), 422, []wrong{{"input.colour", "field-unknown"}}},
		{"field in other letters", "POST", "/v1/facts/names", name(`"text"`, `"Text"`), 422, []wrong{{"input.Text", "field-unknown"}, {"input.text", "text-required"}}},
		{"field twice", "POST", "/v1/facts/names", name(`"kind"`, `"kind": "short", "kind"`), 422, []wrong{{"input.kind", "field-repeated"}}},
		{"unknown field of a period", "POST", "/v1/facts/names", name(`"start"`, `"until": 1, "start"`), 422, []wrong{{"input.period", "period-invalid"}}},
		{"field of another type", "POST", "/v1/facts/names", name(`"Oxford"`, `5`), 422, []wrong{{"input.text", "field-type"}}},
		{"field missing", "POST", "/v1/facts/names", `{"input": {"organisation": "ahsn-oxford"}}`, 422,
			[]wrong{{"reason", "reason-required"}, {"input.text", "text-required"}, {"input.kind", "text-required"}, {"input.period.start", "period-invalid"}}},
		{"no input", "POST", "/v1/facts/names", `{"reason": "x"}`, 422, []wrong{{"input", "field-missing"}}},
		{"input of nothing", "POST", "/v1/facts/names", `{"reason": "x", "input": null}`, 422, []wrong{{"input", "field-missing"}}},
		{"count missing", "POST", "/v1/facts/count-claims", `{"reason": "x", "input": {"round": "lic-1", "grade": "full", "day": {"on": "2013"}}}`, 422, []wrong{{"input.count", "field-missing"}}},
		{"number with a fraction", "POST", "/v1/facts/count-claims", `{"reason": "x", "input": {"round": "lic-1", "grade": "full", "count": 8.5, "day": {"on": "2013"}}}`, 422, []wrong{{"input.count", "field-type"}}},
		{"impossible date in a body", "POST", "/v1/facts/names", name("2014", "2023-02-30"), 422, []wrong{{"input.period.start", "period-invalid"}}},
		{"end before start", "POST", "/v1/facts/names", name(`"2014"`, `"2014-05-01", "end": "2013-05-01"`), 422, []wrong{{"input.period.end", "period-invalid"}}},
		{"two violations", "POST", "/v1/facts/names", name("2014", "2023-02-30", `"Oxford"`, `""`), 422,
			[]wrong{{"input.period.start", "period-invalid"}, {"input.text", "text-required"}}},
		{"half a surrogate pair", "POST", "/v1/facts/names", name("Oxford", `Ox\ud800ford`), 422, []wrong{{"input.text", "text-invalid"}}},
		{"the other half", "POST", "/v1/facts/names", name("Oxford", `\ude00`), 422, []wrong{{"input.text", "text-invalid"}}},
		{"halves the wrong way round", "POST", "/v1/facts/names", name("Oxford", `\ude00\ud83d`), 422, []wrong{{"input.text", "text-invalid"}}},
		{"half a pair in the reason", "POST", "/v1/facts/names", name("it is known", `\uD83D\uD83D\uDE00`), 422, []wrong{{"reason", "text-invalid"}}},
		{"control character", "POST", "/v1/facts/names", name("Oxford", `Ox\u0000ford`), 422, []wrong{{"input.text", "text-invalid"}}},
		{"long name", "POST", "/v1/facts/names", name("Oxford", strings.Repeat("x", 600)), 422, []wrong{{"input.text", "text-too-long"}}},
		{"name of 10 MB", "POST", "/v1/facts/names", name("Oxford", strings.Repeat("x", 10<<20)), 413, []wrong{{"", "body-too-large"}}},
		{"unknown code", "POST", "/v1/facts/names", name("short", "nickname"), 422, []wrong{{"input.kind", "term-unknown"}}},
		{"unknown organisation in a body", "POST", "/v1/facts/names", name("ahsn-oxford", "nobody"), 404, []wrong{{"input.organisation", "entity-not-found"}}},
		{"unknown code and organisation", "POST", "/v1/facts/names", name("ahsn-oxford", "nobody", "short", "nickname"), 422,
			[]wrong{{"input.organisation", "entity-not-found"}, {"input.kind", "term-unknown"}}},
		{"unknown source", "POST", "/v1/facts/names", name(`"input"`, `"sources": [{"source": "rumour"}], "input"`), 404, []wrong{{"sources[0].source", "entity-not-found"}}},
		{"no number of a fact", "PUT", "/v1/facts/names/first", oneName, 422, []wrong{{"fact", "parameter-invalid"}}},
		{"unknown fact", "PUT", "/v1/facts/names/999999", oneName, 404, []wrong{{"fact", "fact-not-found"}}},
		{"unknown fact and bad name", "PUT", "/v1/facts/names/0", name("Oxford", ""), 422, []wrong{{"fact", "parameter-invalid"}, {"input.text", "text-required"}}},
		{"empty act", "POST", "/v1/acts", `{"reason": "x", "operations": []}`, 422, []wrong{{"operations", "field-missing"}}},
		{"overlapping licences", "POST", "/v1/facts/licences", `{"reason": "x", "input": {"licence": "lic-1-oxford-b", "holder": "ahsn-oxford", "round": "lic-1", "period": {"start": "2014-01-01"}}}`, 409,
			[]wrong{{"input.period", "licence-overlap"}}},
		{"a key that is taken", "POST", "/v1/facts/licence-rounds", `{"reason": "x", "input": {"round": "lic-1", "number": 2, "title": "x", "period": {"start": "2014-01-01"}}}`, 409,
			[]wrong{{"input.round", "entity-exists"}}},
	} {
		r := s.do(c.method, c.path, c.body)
		if r.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d: %.300s", c.what, r.StatusCode, c.status, r.body)
			continue
		}
		got := map[wrong]bool{}
		p := r.problem(t)
		for _, e := range p.Errors {
			got[wrong{e.Field, string(e.Rule)}] = true
		}
		for _, w := range c.wrongs {
			if !got[w] {
				t.Errorf("%s: no %s at %q in %s", c.what, w.rule, w.field, r.body)
			}
		}
		if len(p.Errors) != len(c.wrongs) {
			t.Errorf("%s: %d violations, want %d: %s", c.what, len(p.Errors), len(c.wrongs), r.body)
		}
		if c.status == 405 && r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: Allow %q", c.what, r.Header.Get("Allow"))
		}
	}
	if s.acts() != before {
		t.Error("a bad request changed the register")
	}
	if s.log.Len() > 0 {
		t.Errorf("bad requests were logged: %s", s.log)
	}
}

func TestMediaTypes(t *testing.T) {
	s := serve(t)
	s.found()
	for kind, status := range map[string]int{"application/json; charset=utf-8": 201, "Application/JSON": 201, "application/x-www-form-urlencoded": 415,
		"text/plain": 415, "application/json; charset=latin1": 415, "": 415, ";": 415} {
		r := s.do("POST", "/v1/facts/names", oneName, "Content-Type", kind).want(t, status)
		if status == 415 {
			r.problem(t)
		}
	}
	s.do("POST", "/v1/facts/names", oneName, "Content-Encoding", "gzip").want(t, 415)
}

func TestBodyOfNoKnownLength(t *testing.T) {
	s := serve(t, func(o *httpapi.Options) { o.MaxBody = 1000 })
	body := strings.NewReader(oneName + strings.Repeat(" ", 2000))
	r, err := http.NewRequest("POST", s.URL+"/v1/facts/names", struct{ *strings.Reader }{body})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Actor", "jo")
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 413 {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestClosedRegister(t *testing.T) {
	s := serve(t)
	s.store.Close()
	r := s.get("/v1/status").want(t, 503)
	if r.problem(t).Type != "urn:innovationregistry:rule:register-closed" || r.Header.Get("Retry-After") == "" {
		t.Errorf("%v %s", r.Header, r.body)
	}
}

func TestPanicIsAFault(t *testing.T) {
	s := serve(t, func(o *httpapi.Options) {
		o.Authenticate = func(*http.Request) (innovation.PersonID, error) { panic("secret") }
	})
	r := s.do("POST", "/v1/acts", founded).want(t, 500)
	p := r.problem(t)
	id := strings.TrimPrefix(p.Instance, "urn:innovationregistry:request:")
	if p.Detail != "internal error" || strings.Contains(r.body, "secret") || id == "" || !strings.Contains(s.log.String(), id) {
		t.Errorf("%s\nlog %s", r.body, s.log)
	}
}

func TestMountedUnderAPrefix(t *testing.T) {
	s := serve(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("hello")) })
	mux.Handle("/registry/", http.StripPrefix("/registry", httpapi.New(s.store, &httpapi.Options{Prefix: "/registry/",
		Authenticate: func(*http.Request) (innovation.PersonID, error) { return "jo", nil }})))
	host := httptest.NewServer(mux)
	defer host.Close()
	mounted := &service{Server: host, t: t, store: s.store, log: s.log}
	mounted.get("/hello").want(t, 200)
	mounted.get("/registry/v1/status").want(t, 200)
	mounted.get("/registry/").want(t, 404).problem(t)
	mounted.get("/registry/v1/../v1/status").want(t, 200) // the client cleans it
	r := mounted.do("POST", "/registry/v1/facts/existences", `{"reason": "x", "input": {"organisation": "dhsc", "aspect": "legal", "kind": "government-department", "period": {"start": "unknown"}}}`).want(t, 201)
	if got := r.Header.Get("Location"); got != "/registry/v1/organisations/dhsc" {
		t.Errorf("Location %q", got)
	}
	mounted.get(r.Header.Get("Location")).want(t, 200)
	if doc := mounted.get("/registry/openapi.json").want(t, 200); !strings.Contains(doc.body, `"servers":[{"url":"/registry"}]`) {
		t.Errorf("servers are not where the handler is mounted: %.300s", doc.body)
	}
}
