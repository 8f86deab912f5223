package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// now is the time of every test: 14:00 in London on a summer's day.
var now = time.Date(2024, 6, 1, 13, 0, 0, 0, time.UTC)

// service is a register that is served.
type service struct {
	*httptest.Server
	t     *testing.T
	store *store.Store
	log   *bytes.Buffer
}

// serve offers an empty register in memory, where whoever is named in the
// header Actor may write.
func serve(t *testing.T, change ...func(*httpapi.Options)) *service {
	t.Helper()
	clock := now
	st, err := store.OpenMemory(t.Context(), &store.Options{Clock: func() time.Time { clock = clock.Add(time.Second); return clock }})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, store: st, log: &bytes.Buffer{}}
	opts := &httpapi.Options{
		Authenticate: func(r *http.Request) (innovation.PersonID, error) {
			return innovation.PersonID(r.Header.Get("Actor")), nil
		},
		Clock:  func() time.Time { return now },
		Logger: slog.New(slog.NewTextHandler(s.log, nil)),
	}
	for _, c := range change {
		c(opts)
	}
	s.Server = httptest.NewServer(httpapi.New(st, opts))
	t.Cleanup(func() {
		s.Close()
		st.Close()
	})
	return s
}

// response is what came back, with its body read.
type response struct {
	*http.Response
	body string
}

// do sends a request. Further arguments are header names and values.
func (s *service) do(method, path, body string, header ...string) response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Actor", "jo")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := s.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response{resp, string(data)}
}

func (s *service) get(path string, header ...string) response {
	s.t.Helper()
	return s.do("GET", path, "", header...)
}

// want refuses any other status.
func (r response) want(t *testing.T, status int) response {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d\n%s", r.Request.Method, r.Request.URL.Path, r.StatusCode, status, r.body)
	}
	return r
}

// into reads the body.
func into[T any](t *testing.T, r response) T {
	t.Helper()
	var out T
	if err := json.Unmarshal([]byte(r.body), &out); err != nil {
		t.Fatalf("%v\n%s", err, r.body)
	}
	return out
}

// problem reads a problem and holds it against the contract of problems.
func (r response) problem(t *testing.T) httpapi.Problem {
	t.Helper()
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("%d is answered as %s\n%s", r.StatusCode, got, r.body)
	}
	p := into[httpapi.Problem](t, r)
	if p.Status != r.StatusCode || p.Title == "" || p.Detail == "" || !strings.HasPrefix(p.Type, "urn:innovationregistry:rule:") {
		t.Errorf("a problem lacks something: %s", r.body)
	}
	return p
}

// founded is an act that founds two networks, a board, a round and a licence
// with a condition.
const founded = `{"reason": "the beginning", "operations": [
	{"operation": "source.record", "input": {"source": "letter", "title": "A letter", "published": {"on": "2013-05-23"}}},
	{"operation": "existence.record", "input": {"organisation": "ahsn-oxford", "aspect": "operational", "kind": "ahsn", "period": {"start": "2013-05-23"}}},
	{"operation": "name.record", "sources": [{"source": "letter", "locator": "page 1"}], "input": {"organisation": "ahsn-oxford", "text": "Oxford AHSN", "kind": "designated-2013", "period": {"start": "2013-05-23"}}},
	{"operation": "role.record", "input": {"organisation": "ahsn-oxford", "role": "network", "period": {"start": "2013-05-23"}}},
	{"operation": "existence.record", "input": {"organisation": "nhs-england", "aspect": "operational", "kind": "arms-length-body", "period": {"start": "2013-04"}}},
	{"operation": "existence.record", "input": {"organisation": "icb-bob", "aspect": "operational", "kind": "icb", "period": {"start": "2022-07-01"}}},
	{"operation": "relation.record", "input": {"organisation": "ahsn-oxford", "type": "serves", "target": "icb-bob", "extent": "whole", "period": {"start": "2022-07-01"}}},
	{"operation": "licence-round.record", "input": {"round": "lic-1", "number": 1, "title": "First round", "termYears": 5, "graded": true, "period": {"start": "2013-05-23"}}},
	{"operation": "licence.record", "input": {"licence": "lic-1-oxford", "holder": "ahsn-oxford", "round": "lic-1", "period": {"start": "2013-05-23"}}},
	{"operation": "stream.record", "input": {"licence": "lic-1-oxford", "licensor": "nhs-england", "value": {"kind": "range", "low": "2000000.00", "high": "7000000.00"}, "period": {"start": "2013-05-23"}}},
	{"operation": "condition.record", "input": {"condition": "con-1", "licence": "lic-1-oxford", "text": "Publish a business plan", "due": {"on": "2013-09-30"}, "period": {"start": "2013-05-23"}}}
]}`

// found makes the act founded and returns the number of the fact that names
// the network.
func (s *service) found() (name innovation.FactID) {
	s.t.Helper()
	s.do("POST", "/v1/acts", founded).want(s.t, 200)
	o, err := s.store.Organisation(s.t.Context(), innovation.On(innovation.MustDate("2024-01-01")), "ahsn-oxford")
	if err != nil {
		s.t.Fatal(err)
	}
	return o.Names[0].ID
}

// acts is how many acts the register has.
func (s *service) acts() innovation.ActNumber {
	s.t.Helper()
	st, err := s.store.Status(context.Background(), innovation.On(innovation.MustDate("2024-01-01")))
	if err != nil {
		s.t.Fatal(err)
	}
	return st.Act
}
