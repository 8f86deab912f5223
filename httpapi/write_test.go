package httpapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

const oneName = `{"reason": "it is known by this too", "input": {"organisation": "ahsn-oxford", "text": "Oxford", "kind": "short", "period": {"start": "2014"}}}`

func TestWriteAndReadBack(t *testing.T) {
	s := serve(t)
	name := s.found()
	r := s.do("POST", "/v1/facts/names", oneName).want(t, 201)
	if got := r.Header.Get("Location"); got != "/v1/organisations/ahsn-oxford" {
		t.Errorf("Location %q", got)
	}
	receipt := into[innovation.Receipt](t, r)
	if receipt.Act != 2 || len(receipt.Facts) != 1 || receipt.Digest == "" {
		t.Errorf("receipt %s", r.body)
	}
	short := receipt.Facts[0]

	s.do("PUT", fmt.Sprintf("/v1/facts/names/%d", short), strings.Replace(oneName, `"Oxford"`, `"Oxford network"`, 1)).want(t, 200)
	s.do("POST", fmt.Sprintf("/v1/facts/names/%d/revise", name), `{"reason": "renamed", "sources": [{"source": "letter"}], "input":
		{"organisation": "ahsn-oxford", "text": "Health Innovation Oxford", "kind": "current", "period": {"start": "2023-10-01"}}}`).want(t, 200)
	s.do("POST", fmt.Sprintf("/v1/facts/%d/citations", short), `{"reason": "found the page", "input": {"source": "letter", "locator": "page 2"}}`).want(t, 200)
	s.do("POST", fmt.Sprintf("/v1/facts/%d/end", short), `{"reason": "no longer used", "input": {"day": {"on": "2020-01-01"}}}`).want(t, 200)

	for _, c := range []struct{ on, name string }{{"2013-05-23", "Oxford AHSN"}, {"2023-09-30", "Oxford AHSN"}, {"2023-10-01", "Health Innovation Oxford"}, {"", "Health Innovation Oxford"}} {
		path := "/v1/organisations/ahsn-oxford"
		if c.on != "" {
			path += "?on=" + c.on
		}
		if got := into[store.Organisation](t, s.get(path).want(t, 200)); got.Name != c.name {
			t.Errorf("on %q the name is %q, want %q", c.on, got.Name, c.name)
		}
	}
	facts := into[store.FactList[innovation.Name]](t, s.get("/v1/facts/names?subject=organisation/ahsn-oxford&allDays=true").want(t, 200)).Facts
	if len(facts) != 3 || facts[1].Value.Text != "Oxford network" || len(facts[1].Sources) != 1 || facts[1].Value.Period.End.String() != "2020-01-01" {
		t.Errorf("names: %+v", facts)
	}
	s.do("POST", fmt.Sprintf("/v1/facts/%d/retract", short), `{"reason": "never was"}`).want(t, 200)
	facts = into[store.FactList[innovation.Name]](t, s.get("/v1/facts/names?allDays=true").want(t, 200)).Facts
	if len(facts) != 2 {
		t.Errorf("a retracted name is still there: %+v", facts)
	}
	if v, err := s.store.Verify(t.Context(), nil); err != nil || !v.OK {
		t.Errorf("%+v %v", v, err)
	}
}

func TestKnownIsAnInstantOrTheEndOfADay(t *testing.T) {
	s := serve(t)
	s.found() // at 13:00:01 UTC on 2024-06-01
	for _, c := range []struct {
		known string
		there bool
	}{
		{"2024-05-31", false}, {"2024-06-01", true}, {"2024-06-01T13:00:00Z", false}, {"2024-06-01T14:00:01%2B01:00", true},
		{"2024-06-01T13:00:01Z", true}, {"0001-01-01T00:00:00Z", false}, {"2999-01-01", true},
	} {
		status := 404
		if c.there {
			status = 200
		}
		s.get("/v1/organisations/ahsn-oxford?known="+c.known).want(t, status)
	}
	p := s.get("/v1/status?known=2024-06-01T14:00:01+01:00").want(t, 422).problem(t)
	if !strings.Contains(p.Errors[0].Try, "%2B") {
		t.Errorf("no advice about the plus sign: %+v", p)
	}
}

func TestActIsAtomic(t *testing.T) {
	s := serve(t)
	s.found()
	before := s.acts()
	r := s.do("POST", "/v1/acts", `{"reason": "two at once", "operations": [
		{"operation": "name.record", "input": {"organisation": "ahsn-oxford", "text": "Another", "kind": "short", "period": {"start": "2015"}}},
		{"operation": "role.record", "input": {"organisation": "ahsn-oxford", "role": "network", "period": {"start": "2015"}}}]}`).want(t, 409)
	p := r.problem(t)
	if p.Type != "urn:innovationregistry:rule:role-duplicate" || p.Errors[0].Field != "operations[1].input.period" {
		t.Errorf("problem %s", r.body)
	}
	if s.acts() != before {
		t.Error("an act that was refused was recorded")
	}
	if strings.Contains(s.get("/v1/facts/names?allDays=true").body, "Another") {
		t.Error("the first operation of a refused act stands")
	}
}

func TestActReportsAllOperations(t *testing.T) {
	s := serve(t)
	r := s.do("POST", "/v1/acts", `{"reason": "", "operations": [
		{"operation": "name.record", "input": {"organisation": "ahsn-oxford", "text": "Another", "kind": "short", "period": {"start": "2015-02-30"}}},
		{"operation": "name.invent", "input": {}},
		{"operation": "fact.end", "input": {"day": {"on": "2015"}}},
		{"operation": "fact.retract", "fact": 3, "input": {}},
		{"operation": "role.record", "fact": 4}]}`).want(t, 422)
	got := map[string]innovation.RuleID{}
	for _, e := range r.problem(t).Errors {
		got[e.Field] = e.Rule
	}
	for field, rule := range map[string]innovation.RuleID{"reason": "reason-required", "operations[0].input.period.start": "period-invalid",
		"operations[1].operation": "operation-unknown", "operations[2].fact": "field-missing", "operations[3].input": "field-unknown",
		"operations[4].fact": "field-unknown", "operations[4].input": "field-missing"} {
		if got[field] != rule {
			t.Errorf("%s: rule %q, want %q", field, got[field], rule)
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	s := serve(t)
	s.found()
	first := s.do("POST", "/v1/facts/names", oneName, "Idempotency-Key", "k1").want(t, 201)
	acts := s.acts()
	spaced := strings.ReplaceAll(oneName, ":", " : ")
	again := into[innovation.Receipt](t, s.do("POST", "/v1/facts/names", spaced, "Idempotency-Key", "k1").want(t, 201))
	was := into[innovation.Receipt](t, first)
	if !again.Replayed || again.Act != was.Act || again.Digest != was.Digest || s.acts() != acts {
		t.Errorf("repeated: %+v, first %+v", again, was)
	}
	p := s.do("POST", "/v1/facts/names", strings.Replace(oneName, "Oxford", "Cambridge", 1), "Idempotency-Key", "k1").want(t, 409).problem(t)
	if p.Type != "urn:innovationregistry:rule:idempotency-key-reused" {
		t.Errorf("reuse: %+v", p)
	}
	s.do("POST", "/v1/acts", founded, "Idempotency-Key", "k1").want(t, 409)
	s.do("POST", "/v1/facts/names", oneName, "Idempotency-Key", "k 2").want(t, 422)
}

func TestIfMatch(t *testing.T) {
	s := serve(t)
	s.found()
	organisation := s.get("/v1/organisations/ahsn-oxford").want(t, 200).Header.Get("ETag")
	licence := s.get("/v1/licences/lic-1-oxford").want(t, 200).Header.Get("ETag")

	s.do("POST", "/v1/facts/names", oneName, "If-Match", organisation).want(t, 201)
	p := s.do("POST", "/v1/facts/names", oneName, "If-Match", organisation).want(t, 412).problem(t)
	if p.Type != "urn:innovationregistry:rule:entity-stale" {
		t.Errorf("%+v", p)
	}
	condition := `{"reason": "set", "input": {"condition": "con-%d", "licence": "lic-1-oxford", "text": "Name a chair", "period": {"start": "2013-06-01"}}}`
	s.do("POST", "/v1/facts/conditions", fmt.Sprintf(condition, 2), "If-Match", licence).want(t, 201)
	s.do("POST", "/v1/facts/conditions", fmt.Sprintf(condition, 3), "If-Match", licence).want(t, 412)
	for _, c := range []struct {
		tags   string // with % for the tag that is right by then
		status int
	}{
		{`"something else"`, 412},
		{`"licence/none:1:2024-01-01:1:x"`, 412},
		{"W/%", 412},
		{organisation, 412},
		{organisation + ", " + licence, 412},
		{"%, " + licence, 412}, // one entity is right, the other is not
		{organisation + ", %", 201},
		{`%, "something else"`, 201},
		{"*", 201},
	} {
		right := s.get("/v1/organisations/ahsn-oxford").Header.Get("ETag")
		before := s.acts()
		s.do("POST", "/v1/facts/names", oneName, "If-Match", strings.Replace(c.tags, "%", right, 1)).want(t, c.status)
		if made := s.acts() != before; made != (c.status == 201) {
			t.Errorf("%s: an act was made: %t", c.tags, made)
		}
	}
}

func TestCitations(t *testing.T) {
	s := serve(t)
	name := s.found()
	path := fmt.Sprintf("/v1/facts/%d/citations", name)
	body := `{"reason": "looked again", "input": {"source": "%s", "locator": "page 2"}}`
	s.do("POST", path, fmt.Sprintf(body, "letter")).want(t, 200)
	p := s.do("POST", path, fmt.Sprintf(body, "rumour")).want(t, 404).problem(t)
	if p.Errors[0].Field != "input.source" {
		t.Errorf("%+v", p)
	}
	s.do("POST", path+"/withdraw", fmt.Sprintf(body, "letter")).want(t, 200)
	s.do("POST", path+"/withdraw", fmt.Sprintf(body, "letter")).want(t, 404)
	s.do("POST", path+"/withdraw", `{"reason": "x", "input": {"locator": "page 2"}}`).want(t, 422)
}

func TestETag(t *testing.T) {
	s := serve(t)
	s.found()
	for _, path := range []string{"/v1/organisations/ahsn-oxford", "/v1/licences/lic-1-oxford?on=2014-01-01"} {
		first := s.get(path).want(t, 200)
		tag := first.Header.Get("ETag")
		if tag == "" {
			t.Fatalf("%s has no ETag", path)
		}
		same := s.get(path, "If-None-Match", `"x", W/`+tag).want(t, http.StatusNotModified)
		if same.body != "" || same.Header.Get("ETag") != tag {
			t.Errorf("304 with body %q and tag %q", same.body, same.Header.Get("ETag"))
		}
		s.get(path, "If-None-Match", `"x"`).want(t, 200)
	}
	on1 := s.get("/v1/organisations/ahsn-oxford?on=2014-01-01").Header.Get("ETag")
	on2 := s.get("/v1/organisations/ahsn-oxford?on=2014-01-02").Header.Get("ETag")
	if on1 == on2 {
		t.Error("two days have one tag")
	}
}

func TestWhoWrites(t *testing.T) {
	refusing := func(err error) func(*httpapi.Options) {
		return func(o *httpapi.Options) {
			o.Authenticate = func(*http.Request) (innovation.PersonID, error) { return "", err }
		}
	}
	for _, c := range []struct {
		name   string
		change func(*httpapi.Options)
		status int
		rule   string
	}{
		{"no authenticator", func(o *httpapi.Options) { o.Authenticate = nil }, 403, "writes-disabled"},
		{"nobody", refusing(nil), 401, "actor-unknown"},
		{"not known", refusing(&innovation.Error{Kind: innovation.Unauthorised, Detail: "no such token"}), 401, "unauthorised"},
		{"not allowed", refusing(&innovation.Error{Kind: innovation.Unauthorised, Rule: "readers-only", Detail: "you may read"}), 403, "readers-only"},
		{"a fault", refusing(errors.New("the directory is down: secret")), 500, "internal-error"},
	} {
		s := serve(t, c.change)
		r := s.do("POST", "/v1/acts", founded).want(t, c.status)
		if p := r.problem(t); p.Type != "urn:innovationregistry:rule:"+c.rule {
			t.Errorf("%s: %s", c.name, r.body)
		}
		if strings.Contains(r.body, "secret") {
			t.Errorf("%s: the cause is shown: %s", c.name, r.body)
		}
		if c.status == 401 && r.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: 401 without a challenge", c.name)
		}
		if c.status == 500 && strings.Count(s.log.String(), "secret") != 1 {
			t.Errorf("%s: logged as %s", c.name, s.log)
		}
		if s.acts() != 0 {
			t.Errorf("%s: something was written", c.name)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	s := serve(t)
	s.found()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			body := strings.Replace(oneName, "Oxford", fmt.Sprintf("Name %d", i), 1)
			s.do("POST", "/v1/facts/names", body, "Idempotency-Key", fmt.Sprintf("k%d", i%4))
			for _, path := range []string{"/openapi.json", "/openapi.yaml", "/v1/licence-board", "/v1/organisations"} {
				if r := s.get(path); r.StatusCode != 200 {
					t.Errorf("%s: %d %s", path, r.StatusCode, r.body)
				}
			}
		})
	}
	all.Wait()
	if got := s.acts(); got != 1+4 {
		t.Errorf("%d acts: eight writes under four keys make four", got)
	}
}

// White space around a body and in it says nothing, and a whole surrogate pair
// is a character.
func TestBodiesAsTheyCome(t *testing.T) {
	s := serve(t)
	s.found()
	spaced := strings.NewReplacer(":", " :\r\n\t", ",", " \n,", "{", "{ \n", "}", "\t}").Replace(oneName)
	for _, body := range []string{" " + oneName, "\r\n\t " + oneName + "\n", spaced,
		strings.Replace(oneName, `"Oxford"`, `"Oxford \ud83d\ude00 \\ud800 \u00e9"`, 1)} {
		s.do("POST", "/v1/facts/names", body).want(t, 201)
	}
	s.do("POST", "/v1/acts", "\n"+`{"reason": "x", "operations": [ {"operation": "name.record", "input": `+"\n"+
		`{"organisation": "ahsn-oxford", "text": "Oxf", "kind": "short", "period": {"start": "2014"}}} ]}`).want(t, 200)
	s.do("POST", "/v1/facts/names", "\n[]").want(t, 422)
	if o := s.get("/v1/organisations/ahsn-oxford").want(t, 200); !strings.Contains(o.body, `Oxford 😀 \\ud800 é`) {
		t.Errorf("the text did not come through: %s", o.body)
	}
}
