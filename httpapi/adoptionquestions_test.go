package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/store"
)

// adopting is an act that adds three trusts of one board, of which one uses an
// innovation, one stopped and one pilots it, and what is around it.
const adopting = `{"reason": "adoption", "sources": [{"source": "letter"}], "operations": [
	{"operation": "existence.record", "input": {"organisation": "trust-1", "aspect": "operational", "kind": "nhs-trust", "period": {"start": "2013-04-01"}}},
	{"operation": "existence.record", "input": {"organisation": "trust-2", "aspect": "operational", "kind": "nhs-trust", "period": {"start": "2013-04-01"}}},
	{"operation": "existence.record", "input": {"organisation": "trust-3", "aspect": "operational", "kind": "nhs-trust", "period": {"start": "2013-04-01"}}},
	{"operation": "relation.record", "input": {"organisation": "trust-1", "type": "part-of", "target": "icb-bob", "period": {"start": "2022-07-01"}}},
	{"operation": "relation.record", "input": {"organisation": "trust-2", "type": "part-of", "target": "icb-bob", "period": {"start": "2022-07-01"}}},
	{"operation": "relation.record", "input": {"organisation": "trust-3", "type": "part-of", "target": "icb-bob", "period": {"start": "2022-07-01"}}},
	{"operation": "innovation.record", "input": {"innovation": "inn-1", "name": "A sensor", "type": "device", "period": {"start": "2015"}}},
	{"operation": "supply.record", "input": {"innovation": "inn-1", "supplier": "nhs-england", "product": "=Sensor", "period": {"start": "2015"}}},
	{"operation": "programme.record", "input": {"programme": "prog-1", "name": "The programme", "period": {"start": "2018-01-01"}}},
	{"operation": "programme-innovation.record", "input": {"programme": "prog-1", "innovation": "inn-1", "period": {"start": "2018-01-01"}}},
	{"operation": "notice.record", "input": {"innovation": "inn-1", "type": "recall", "text": "Send it back", "day": {"on": "2023-06-01"}}},
	{"operation": "eligibility.record", "input": {"innovation": "inn-1", "kind": "nhs-trust", "period": {"start": "2015"}}},
	{"operation": "peer-group.record", "input": {"peerGroup": "peers-1", "name": "Peers", "period": {"start": "2020-01-01"}}},
	{"operation": "peer.record", "input": {"peerGroup": "peers-1", "organisation": "trust-1", "period": {"start": "2020-01-01"}}},
	{"operation": "adoption.record", "input": {"innovation": "inn-1", "organisation": "trust-1", "step": "reached", "stage": "adopted", "grade": "observed", "day": {"on": "2023-01-10"}}},
	{"operation": "adoption.record", "input": {"innovation": "inn-1", "organisation": "trust-2", "step": "reached", "stage": "adopted", "grade": "audited", "day": {"on": "2022-11-01"}}},
	{"operation": "adoption.record", "input": {"innovation": "inn-1", "organisation": "trust-2", "step": "stopped", "grade": "audited", "reason": "recalled", "day": {"on": "2023-09-01"}}},
	{"operation": "adoption.record", "input": {"innovation": "inn-1", "organisation": "trust-3", "step": "reached", "stage": "piloting", "grade": "self-reported", "day": {"on": "2024"}}},
	{"operation": "observation.record", "sources": [{"source": "letter", "locator": "p. 1"}], "input": {"observation": "obs-1", "innovation": "inn-1", "programme": "prog-1", "type": "result", "scope": "england", "measure": "adopters", "quantity": {"low": "50"}, "unit": "practices", "qualifier": "at-least", "day": {"on": "2023-03-31"}}},
	{"operation": "observation.record", "input": {"observation": "obs-2", "innovation": "inn-1", "type": "target", "scope": "network", "body": "ahsn-oxford", "measure": "adopters", "quantity": {"value": "94.1"}, "unit": "percent", "day": {"on": "2030-03-31"}}}
]}`

// adopt makes the acts founded and adopting.
func (s *service) adopt() {
	s.t.Helper()
	s.found()
	s.do("POST", "/v1/acts", adopting).want(s.t, 200)
}

func TestStillUsing(t *testing.T) {
	s := serve(t)
	s.adopt()
	now := into[store.StillUsing](t, s.get("/v1/still-using?innovation=inn-1&on=2024-06-01").want(t, 200))
	if now.Low != 1 || len(now.StoppedBefore) != 1 || len(now.Notices) != 1 {
		t.Fatalf("%+v", now)
	}
	rows := s.table(s.get(fmt.Sprintf("/v1/still-using?innovation=inn-1&on=2024-06-01&by=icb&notice=%d&format=csv", now.Notices[0].ID)))
	if diff := cmp.Diff([]string{"trust-1|icb-bob|yes|2023-01-10|yes||", "trust-2|icb-bob|yes|2022-11-01|no|2023-09-01|recalled"},
		columns(rows, "organisation", "groups", "uses", "since", "now", "stopped", "reason")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	rows = s.table(s.get("/v1/still-using?innovation=inn-1&on=2024-06-01&firm=audited&format=csv"))
	if diff := cmp.Diff([]string{"trust-1|possibly", "trust-2|no"}, columns(rows, "organisation", "uses")); diff != "" {
		t.Errorf("by audited evidence (-want +got)\n%s", diff)
	}
}

func TestStopsAndQuiet(t *testing.T) {
	s := serve(t)
	s.adopt()
	rows := s.table(s.get("/v1/quiet-stops?innovation=inn-1&on=2024-06-01&months=12&format=csv"))
	if diff := cmp.Diff([]string{"trust-1|ahsn-oxford|yes|2023-01-10|16|16"}, columns(rows, "organisation", "groups", "quiet", "lastSign", "monthsLow", "monthsHigh")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if q := into[store.QuietStops](t, s.get("/v1/quiet-stops?organisation=trust-1&on=2024-06-01&months=17").want(t, 200)); q.High != 0 || q.InUse != 1 {
		t.Errorf("%+v", q)
	}
	rows = s.table(s.get("/v1/stops?from=2023-09-01&to=2023-09-01&on=2024-06-01&format=csv"))
	if diff := cmp.Diff([]string{"inn-1|trust-2|2023-09-01|adopted|recalled|technology"}, columns(rows, "innovation", "organisation", "day", "was", "reason", "domain")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWhoNext(t *testing.T) {
	s := serve(t)
	s.adopt()
	w := into[store.WhoNext](t, s.get("/v1/who-next?innovation=inn-1&network=ahsn-oxford&on=2024-06-01&weight=blocker=-40&weight=mandate=0").want(t, 200))
	if len(w.Rows) != 2 || w.UsersLow != 1 || w.Rows[1].Introducer.Organisation != "trust-1" || w.Asked.Weights[7].Weight != -40 {
		t.Errorf("%+v", w)
	}
	for _, row := range w.Rows {
		var sum int64
		for _, r := range row.Reasons {
			sum += r.Weight * r.Value
		}
		if sum != row.Score {
			t.Errorf("%s: %d is not the sum %d", row.Organisation, row.Score, sum)
		}
	}
	rows := s.table(s.get("/v1/who-next?innovation=inn-1&on=2024-06-01&limit=1&format=csv"))
	if diff := cmp.Diff([]string{"trust-3|network-peers|true|500000|25|12500000", "trust-3|icb-peers|true|500000|20|10000000", "trust-3|peer-group|false||20|0", "trust-3|similar-size|false||10|0",
		"trust-3|like-innovations|false||15|0", "trust-3|stage-reached|false||20|0", "trust-3|mandate|false||10|0", "trust-3|blocker|false||-30|0"},
		columns(rows, "organisation", "reason", "reasonKnown", "value", "weight", "contribution")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff) // it pilots it on some day of 2024, which may be to come
	}
}

func TestMilestonesAndCost(t *testing.T) {
	s := serve(t)
	s.adopt()
	rows := s.table(s.get("/v1/milestones?innovation=inn-1&on=2024-06-01&format=csv"))
	if diff := cmp.Diff([]string{"first-piloted|yes|2022-11-01||", "piloted-in-one-area|yes|2022-11-01|icb|icb-bob", "piloted-in-several-areas|no|||", "first-adopted|yes|2022-11-01||",
		"adopted-in-several-areas|no|||", "adopted-in-several-regions|no|||", "adopted-in-every-region|no|||", "adopted-in-every-network|yes|2022-11-01|network|ahsn-oxford", "half-of-eligible|yes|2023-01-10||"},
		columns(rows, "milestone", "reached", "certainly", "grouping", "groups")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	rows = s.table(s.get("/v1/cost-per-adopter?innovation=inn-1&on=2024-06-01&count=1&format=csv"))
	if diff := cmp.Diff([]string{"first|1|1||no award is linked to a programme that spreads it", "last|1|1||no award is linked to a programme that spreads it", "all|2|2||no award is linked to a programme that spreads it"},
		columns(rows, "which", "adoptersLow", "adoptersHigh", "eachLow", "missing")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestInnovationReadings(t *testing.T) {
	s := serve(t)
	s.adopt()
	rows := s.table(s.get("/v1/observations?innovation=inn-1&on=2024-06-01&format=csv"))
	if diff := cmp.Diff([]string{"obs-1|result|england|||50||practices|letter (p. 1)", "obs-2|target|network|ahsn-oxford|94.1|||percent|letter"},
		columns(rows, "observation", "type", "scope", "about", "value", "low", "high", "unit", "sources")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	first := into[store.ObservationList](t, s.get("/v1/observations?limit=1&on=2024-06-01").want(t, 200))
	if next := into[store.ObservationList](t, s.get("/v1/observations?limit=1&page="+first.Next).want(t, 200)); len(next.Targets) != 1 || next.Recipe.On.String() != "2024-06-01" {
		t.Errorf("%+v", next)
	}
	rows = s.table(s.get("/v1/innovations?q=SENS&supplier=nhs-england&programme=prog-1&type=device&format=csv&on=2024-06-01"))
	if diff := cmp.Diff([]string{"inn-1|A sensor|device|nhs-england|prog-1"}, columns(rows, "innovation", "name", "type", "suppliers", "programmes")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for path, want := range map[string]string{"/v1/innovations/inn-1": `"A sensor"`, "/v1/programmes/prog-1": `"obs-1"`, "/v1/peer-groups/peers-1": `"trust-1"`} {
		r := s.get(path+"?on=2024-06-01").want(t, 200)
		if !strings.Contains(r.body, want) || r.Header.Get("ETag") == "" {
			t.Errorf("%s: %s", path, r.body)
		}
		s.get(path+"?on=2024-06-01", "If-None-Match", r.Header.Get("ETag")).want(t, 304)
	}
	if i := into[store.InnovationReading](t, s.get("/v1/innovations/inn-1?on=2017-01-01").want(t, 200)); i.Programmes == nil || len(i.Programmes) != 0 || len(i.Notices) != 0 {
		t.Errorf("in 2017: %+v", i)
	}
}

func TestBadAdoptionQuestions(t *testing.T) {
	s := serve(t)
	s.adopt()
	for _, c := range []struct {
		path   string
		status int
		wrongs []wrong
	}{
		{"/v1/still-using", 422, []wrong{{"innovation", "field-missing"}}},
		{"/v1/still-using?innovation=none", 404, []wrong{{"innovation", "entity-not-found"}}},
		{"/v1/still-using?innovation=inn-1&notice=0&firm=good", 422, []wrong{{"notice", "parameter-invalid"}, {"firm", "word-unknown"}}},
		{"/v1/still-using?innovation=inn-1&by=colour", 422, []wrong{{"by", "question-invalid"}}},
		{"/v1/still-using?innovation=inn-1&notice=999999", 404, []wrong{{"notice", "fact-not-found"}}},
		{"/v1/quiet-stops", 422, []wrong{{"innovation", "question-invalid"}}},
		{"/v1/quiet-stops?innovation=inn-1&organisation=trust-1&months=0", 422, []wrong{{"months", "parameter-invalid"}, {"innovation", "question-invalid"}}},
		{"/v1/quiet-stops?innovation=inn-1&months=1201", 422, []wrong{{"months", "question-invalid"}}},
		{"/v1/quiet-stops?organisation=nobody", 404, []wrong{{"organisation", "entity-not-found"}}},
		{"/v1/stops?from=2030-01-01", 422, []wrong{{"from", "question-invalid"}}},
		{"/v1/stops?to=2030-01-01", 422, []wrong{{"to", "question-invalid"}}},
		{"/v1/stops?from=2023-02-30&limit=2000", 422, []wrong{{"from", "date-invalid"}, {"limit", "page-limit-invalid"}}},
		{"/v1/stops?innovation=none", 404, []wrong{{"innovation", "entity-not-found"}}},
		{"/v1/who-next?weight=blocker", 422, []wrong{{"innovation", "field-missing"}, {"weight", "question-invalid"}}},
		{"/v1/who-next?innovation=inn-1&weight=blocker=NaN", 422, []wrong{{"weight", "question-invalid"}}},
		{"/v1/who-next?innovation=inn-1&weight=blocker=101", 422, []wrong{{"weight", "question-invalid"}}},
		{"/v1/who-next?innovation=inn-1&weight=blocker=1&weight=blocker=2", 422, []wrong{{"weight", "question-invalid"}}},
		{"/v1/who-next?innovation=inn-1&phase=1&limit=1001", 422, []wrong{{"phase", "question-invalid"}, {"limit", "page-limit-invalid"}}},
		{"/v1/who-next?innovation=inn-1&network=nobody", 404, []wrong{{"network", "entity-not-found"}}},
		{"/v1/who-next?innovation=inn-1&peerGroup=none", 404, []wrong{{"peerGroup", "entity-not-found"}}},
		{"/v1/milestones?innovation=NO", 422, []wrong{{"innovation", "key-invalid"}}},
		{"/v1/milestones?innovation=inn-1&known=2020-01-01", 404, []wrong{{"innovation", "entity-not-found"}}},
		{"/v1/cost-per-adopter?innovation=inn-1&count=0", 422, []wrong{{"count", "parameter-invalid"}}},
		{"/v1/cost-per-adopter?innovation=inn-1&count=10001", 422, []wrong{{"count", "question-invalid"}}},
		{"/v1/cost-per-adopter?innovation=inn-1&programme=none", 404, []wrong{{"programme", "entity-not-found"}}},
		{"/v1/observations?type=wish&scope=moon&limit=0", 422, []wrong{{"limit", "parameter-invalid"}}},
		{"/v1/observations?type=wish&scope=moon", 422, []wrong{{"type", "question-invalid"}, {"scope", "question-invalid"}}},
		{"/v1/observations?measure=wish", 422, []wrong{{"measure", "term-unknown"}}},
		{"/v1/observations?body=nobody", 404, []wrong{{"body", "entity-not-found"}}},
		{"/v1/observations?page=x", 422, []wrong{{"page", "page-token-invalid"}}},
		{"/v1/innovations?q=%00", 422, []wrong{{"q", "text-invalid"}}},
		{"/v1/innovations?type=wish", 422, []wrong{{"type", "term-unknown"}}},
		{"/v1/innovations?supplier=nobody", 404, []wrong{{"supplier", "entity-not-found"}}},
		{"/v1/innovations/none", 404, []wrong{{"innovation", "entity-not-found"}}},
		{"/v1/programmes/none", 404, []wrong{{"programme", "entity-not-found"}}},
		{"/v1/peer-groups/none", 404, []wrong{{"peerGroup", "entity-not-found"}}},
	} {
		s.refuses(c.path, s.get(c.path), c.status, c.wrongs)
	}
	if s.log.Len() > 0 {
		t.Errorf("bad requests were logged: %s", s.log)
	}
}
