package httpapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/uptake"
)

// adopting records an innovation that the network of Oxford may adopt.
func (s *service) adopting() {
	s.do("POST", "/v1/facts/innovations", `{"reason": "x", "input": {"innovation": "libre", "name": "FreeStyle Libre", "period": {"start": "2013-01-01"}}}`).want(s.t, 201)
}

func TestRecordManyAdoptions(t *testing.T) {
	s := serve(t)
	s.fund()
	s.adopting()
	before := s.acts()
	const good = `{"reason": "returns", "events": [
		{"innovation": "libre", "organisation": "ahsn-oxford", "step": "reached", "stage": "piloting", "grade": "observed", "day": {"on": "2014-02"}},
		{"innovation": "libre", "organisation": "ahsn-oxford", "step": "reached", "stage": "adopted", "grade": "observed", "day": {"on": "2014-03-01"}},
		{"innovation": "libre", "organisation": "ahsn-oxford", "step": "reached", "stage": "piloting", "grade": "observed", "day": {"on": "2014-02"}}]}`
	done := into[httpapi.AdoptionsRecorded](t, s.do("POST", "/v1/adoptions", good, "Idempotency-Key", "first").want(t, 200))
	if done.Added != 2 || done.Unchanged != 1 || done.Receipt.Act != before+1 || len(done.Receipt.Facts) != 2 {
		t.Errorf("%+v", done)
	}
	replayed := into[httpapi.AdoptionsRecorded](t, s.do("POST", "/v1/adoptions", good, "Idempotency-Key", "first").want(t, 200))
	if !replayed.Receipt.Replayed || replayed.Receipt.Act != done.Receipt.Act {
		t.Errorf("%+v", replayed)
	}
	again := into[httpapi.AdoptionsRecorded](t, s.do("POST", "/v1/adoptions", good).want(t, 200))
	if again.Added != 0 || again.Unchanged != 3 || again.Receipt.Act != 0 {
		t.Errorf("%+v", again)
	}
	for _, c := range []struct {
		what, body string
		status     int
		wrongs     []wrong
	}{
		{"nothing", `{}`, 422, []wrong{{"reason", "reason-required"}, {"events", "field-missing"}}},
		{"no events", `{"reason": "x", "events": []}`, 422, []wrong{{"events", "field-missing"}}},
		{"one by itself", `{"reason": "x", "events": [{"innovation": "libre", "organisation": "ahsn-oxford", "step": "jumped", "grade": "observed", "stage": "adopted", "day": {"on": "2014"}}]}`,
			422, []wrong{{"events[0].step", "word-unknown"}}},
		{"one against others", strings.Replace(good, `"piloting", "grade": "observed", "day": {"on": "2014-02"}}]`, `"identified", "grade": "observed", "day": {"on": "2014-04"}}]`, 1),
			409, []wrong{{"events[2].stage", "adoption-backward"}}},
	} {
		s.refuses(c.what, s.do("POST", "/v1/adoptions", c.body), c.status, c.wrongs)
	}
	if v, err := s.store.Verify(t.Context(), nil); err != nil || !v.OK || s.acts() != done.Receipt.Act {
		t.Errorf("%+v %v", v, err)
	}
}

func TestImportUptake(t *testing.T) {
	s := serve(t)
	s.fund()
	s.adopting()
	const path = "/v1/imports/adoption?format=uptake-month&preset=libre-ccg-month&innovation=libre&reason=use&source=libre-2019&sourceTitle=Libre&found=true"
	const file = "month,ccg,numerator_items,denominator_list_thousands\n2018-01-01,99X,0,10\n2018-02-01,99X,3,10\n2018-03-01,99X,4,10\n"
	before := s.acts()
	send := func(query, file string) response { return s.do("POST", path+query, file, "Content-Type", "text/csv") }
	dry := into[uptake.Report](t, send("&dryRun=true", file).want(t, 200))
	if dry.Added != 3 || !dry.DryRun || dry.Act != 0 || s.acts() != before {
		t.Errorf("a dry run: %+v", dry)
	}
	done := into[uptake.Report](t, send("", file).want(t, 200))
	if done.Added != 3 || done.Events != 2 || done.Organisations != 1 || done.Act != before+1 {
		t.Errorf("%+v", done)
	}
	again := into[uptake.Report](t, send("", file).want(t, 200))
	if again.Unchanged != 3 || again.Act != 0 {
		t.Errorf("brought in twice: %+v", again)
	}
	bad := send("", file+"2018-04-01,99X,many,10\n").want(t, 422)
	p := bad.problem(t)
	var got []string
	for _, e := range p.Errors {
		got = append(got, e.Field+" "+string(e.Rule))
	}
	if diff := cmp.Diff([]string{"numerator_items quantity-invalid"}, got); diff != "" || p.Errors[0].Row != 4 || p.Errors[0].Line != 5 {
		t.Errorf("(-want +got)\n%s%s", diff, bad.body)
	}
	if p.Imported == nil || p.Imported.Refused != 1 || p.Type != "urn:innovationregistry:rule:"+string(innovation.RuleImportRefused) {
		t.Errorf("%s", bad.body)
	}
	for _, c := range []struct {
		what, query string
		status      int
		wrongs      []wrong
	}{
		{"nothing said", "", 422, []wrong{{"format", "field-missing"}, {"source", "field-missing"}, {"reason", "reason-required"}}},
		{"every value wrong", "?format=excel&source=x&reason=x&preset=glargine&confirm=often&quietAfter=0&edition=soon&found=maybe", 422,
			[]wrong{{"found", "parameter-invalid"}, {"edition", "date-invalid"}, {"format", "parameter-invalid"}, {"preset", "parameter-invalid"}, {"confirm", "parameter-invalid"}}},
		{"no columns", "?format=uptake-month&source=x&reason=x&innovation=libre", 422, []wrong{{"measure", "text-required"}, {"unit", "text-required"},
			{"monthColumn", "text-required"}, {"organisationColumn", "text-required"}, {"countColumn", "text-required"}}},
	} {
		s.refuses(c.what, s.do("POST", "/v1/imports/adoption"+c.query, file, "Content-Type", "text/csv"), c.status, c.wrongs)
	}
	if v, err := s.store.Verify(t.Context(), nil); err != nil || !v.OK {
		t.Errorf("%+v %v", v, err)
	}
}
