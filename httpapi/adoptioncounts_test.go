package httpapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/store"
)

// spreading is an act that adds an innovation, two trusts in the board that
// Oxford serves, one elsewhere, and what they did with it.
const spreading = `{"reason": "adoption", "operations": [
	{"operation": "existence.record", "input": {"organisation": "trust-a", "aspect": "operational", "kind": "nhs-trust", "period": {"start": "2013-04-01"}}},
	{"operation": "existence.record", "input": {"organisation": "trust-b", "aspect": "operational", "kind": "nhs-trust", "period": {"start": "2013-04-01"}}},
	{"operation": "existence.record", "input": {"organisation": "trust-c", "aspect": "operational", "kind": "nhs-trust", "period": {"start": "2013-04-01"}}},
	{"operation": "relation.record", "input": {"organisation": "trust-a", "type": "part-of", "target": "icb-bob", "period": {"start": "2022-07-01"}}},
	{"operation": "relation.record", "input": {"organisation": "trust-b", "type": "part-of", "target": "icb-bob", "period": {"start": "2022-07-01"}}},
	{"operation": "innovation.record", "input": {"innovation": "search", "name": "A search", "period": {"start": "2018"}}},
	{"operation": "eligibility.record", "input": {"innovation": "search", "kind": "nhs-trust", "period": {"start": "2018-01-01"}}},
	{"operation": "adoption.record", "input": {"innovation": "search", "organisation": "trust-a", "step": "reached", "stage": "adopted", "grade": "observed", "day": {"on": "2023-05-01"}}},
	{"operation": "adoption.record", "input": {"innovation": "search", "organisation": "trust-b", "step": "reached", "stage": "adopted", "grade": "self-reported", "day": {"on": "2023-06"}}},
	{"operation": "adoption.record", "input": {"innovation": "search", "organisation": "trust-c", "step": "reached", "stage": "embedded", "grade": "audited", "day": {"on": "2023-06-10"}}},
	{"operation": "adoption.record", "input": {"innovation": "search", "organisation": "trust-c", "step": "stopped", "grade": "audited", "reason": "cost-too-high", "day": {"on": "2023-09-10"}}}
]}`

func (s *service) spread() {
	s.t.Helper()
	s.found()
	s.do("POST", "/v1/acts", spreading).want(s.t, 200)
}

func TestAdoptionCounts(t *testing.T) {
	s := serve(t)
	s.spread()
	const path = "/v1/adoption-counts?innovation=search&on=2023-12-31"
	for query, want := range map[string][]string{
		"":            {"|3|3|1|2|333333|666667|1|1"},
		"&by=network": {"|3|3|1|2|333333|666667|1|1", "ahsn-oxford|2|2|1|2|500000|1000000|1|0", "|1|1|0|0|0|0|0|1"},
		"&by=icb&footprint=held&footprintDay=2023-01-01": {"|3|3|1|2|333333|666667|1|1", "icb-bob|2|2|1|2|500000|1000000|1|0", "|1|1|0|0|0|0|0|1"},
		"&level=icb":                           {"|1|1|1|1|1000000|1000000|1|0"},
		"&level=icb&rollUp=share&share=600000": {"|1|1|0|1|0|1000000|0|0"},
		"&firm=self-reported&footprint=then":   {"|3|3|2|2|666666|666667|2|1"},
	} {
		rows := s.table(s.get(path + query + "&format=csv"))
		if diff := cmp.Diff(want, columns(rows, "group", "eligibleLow", "eligibleHigh", "inUseLow", "inUseHigh", "shareLow", "shareHigh", "adoptedLow", "stoppedHigh")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", query, diff)
		}
	}
	c := into[store.AdoptionCounts](t, s.get(path+"&level=icb").want(t, 200))
	if c.Asked.RollUp != "any" || c.Unplaced != 1 || c.Rule == "" || c.Recipe.Act == 0 || !c.Basis.EligibleKnown || c.Basis.Firm != "observed" {
		t.Errorf("%+v", c)
	}
}

func TestAdoptionState(t *testing.T) {
	s := serve(t)
	s.spread()
	a := into[store.AdoptionState](t, s.get("/v1/adoption-state?innovation=search&organisation=trust-c&on=2023-12-31").want(t, 200))
	if a.Stopped.String() != "yes" || a.Spell.Reason != "cost-too-high" || a.Eligible.String() != "yes" || len(a.Events) != 2 {
		t.Errorf("%+v", a)
	}
	rows := s.table(s.get("/v1/adoption-state?innovation=search&organisation=trust-c&on=2023-12-31&format=csv"))
	if diff := cmp.Diff([]string{"no|yes|reached|embedded|2023-06-10|", "no|yes|stopped||2023-09-10|cost-too-high"}, columns(rows, "inUse", "stopped", "step", "stage", "day", "reason")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for query, want := range map[string][]string{
		"innovation=search&limit=2":       {"search|trust-a|yes|2023-05-01", "search|trust-b|possibly|"},
		"organisation=trust-a":            {"search|trust-a|yes|2023-05-01"},
		"innovation=search&inUse=no":      {"search|trust-c|no|"},
		"innovation=search&stage=adopted": {"search|trust-a|yes|2023-05-01", "search|trust-b|possibly|"},
	} {
		rows := s.table(s.get("/v1/adoptions?on=2023-12-31&format=csv&" + query))
		if diff := cmp.Diff(want, columns(rows, "innovation", "organisation", "inUse", "certainSince")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", query, diff)
		}
	}
	first := into[store.AdoptionList](t, s.get("/v1/adoptions?innovation=search&limit=2&on=2023-12-31").want(t, 200))
	second := into[store.AdoptionList](t, s.get("/v1/adoptions?innovation=search&limit=2&page="+first.Next).want(t, 200))
	if len(second.Adoptions) != 1 || second.Adoptions[0].Organisation != "trust-c" || second.Next != "" {
		t.Errorf("the second page: %+v", second)
	}
}

func TestAdoptionMonths(t *testing.T) {
	s := serve(t)
	s.spread()
	for query, want := range map[string][]string{
		"":                                 {"|2023-05|1|1|1|1", "|2023-06|2|2|3|3", "|2023-07|0|0|3|3"},
		"&innovation=search&grade=ordered": {"|2023-05|1|1|1|1", "|2023-06|1|1|2|2", "|2023-07|0|0|2|2"},
		"&innovation=search&by=network&from=2023-06&to=2023-06": {"|2023-06|2|2|3|3", "ahsn-oxford|2023-06|1|1|2|2", "|2023-06|1|1|1|1"},
	} {
		rows := s.table(s.get("/v1/adoption-months?on=2023-08-01&format=csv" + query))
		if diff := cmp.Diff(want, columns(rows, "group", "month", "certain", "possible", "cumulativeLow", "cumulativeHigh")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", query, diff)
		}
	}
	rows := s.table(s.get("/v1/adoption-movement?innovation=search&from=2023-05-02&to=2023-12-31&on=2024-01-01&format=csv"))
	if diff := cmp.Diff([]string{"opening|1|1", "new|0|1", "closing|1|2"}, columns(rows, "movement", "certain", "possible")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestBadAdoptionCounts(t *testing.T) {
	s := serve(t)
	s.spread()
	for _, c := range []struct {
		path   string
		status int
		wrongs []wrong
	}{
		{"/v1/adoption-state", 422, []wrong{{"innovation", "field-missing"}, {"organisation", "field-missing"}}},
		{"/v1/adoption-state?innovation=none&organisation=trust-a", 404, []wrong{{"innovation", "entity-not-found"}}},
		{"/v1/adoption-state?innovation=search&organisation=none", 404, []wrong{{"organisation", "entity-not-found"}}},
		{"/v1/adoption-state?innovation=search&organisation=trust-a&firm=hearsay&colour=red", 422, []wrong{{"colour", "parameter-unknown"}}},
		{"/v1/adoptions", 422, []wrong{{"organisation", "question-invalid"}}},
		{"/v1/adoptions?innovation=search&stage=far&inUse=maybe&firm=x&limit=0", 422, []wrong{{"firm", "parameter-invalid"}, {"limit", "parameter-invalid"}, {"stage", "parameter-invalid"}, {"inUse", "parameter-invalid"}}},
		{"/v1/adoption-counts", 422, []wrong{{"innovation", "field-missing"}}},
		{"/v1/adoption-counts?innovation=search&by=colour", 422, []wrong{{"by", "question-invalid"}}},
		{"/v1/adoption-counts?innovation=search&footprint=held", 422, []wrong{{"footprint", "footprint-invalid"}}},
		{"/v1/adoption-counts?innovation=search&level=icb&rollUp=share", 422, []wrong{{"share", "question-invalid"}}},
		{"/v1/adoption-counts?innovation=search&programme=none", 404, []wrong{{"programme", "entity-not-found"}}},
		{"/v1/adoption-months?by=network", 422, []wrong{{"by", "question-invalid"}}},
		{"/v1/adoption-months?from=2023-13&to=2023/24", 422, []wrong{{"from", "period-invalid"}, {"to", "question-invalid"}}},
		{"/v1/adoption-months?on=2023-05-15&to=2023-05", 422, []wrong{{"to", "question-invalid"}}},
		{"/v1/adoption-movement?innovation=search&on=2023-05-15&to=2023-05-16", 422, []wrong{{"to", "question-invalid"}}},
		{"/v1/adoption-movement?innovation=search&on=2023-05-15&from=x", 422, []wrong{{"from", "date-invalid"}}},
	} {
		s.refuses(c.path, s.get(c.path), c.status, c.wrongs)
	}
	if s.log.Len() > 0 {
		t.Errorf("bad requests were logged: %s", s.log)
	}
}
