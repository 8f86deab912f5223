package httpapi_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// spreading records an innovation that twelve trusts could adopt from January
// 2020 on. Ten did, one a month; the first two in January. Each used 100 items or
// so a month for 10,000 patients, and the first half as many again from 2021 on.
func (s *service) spreading() {
	s.t.Helper()
	var ops []map[string]any
	add := func(op string, input map[string]any) {
		ops = append(ops, map[string]any{"operation": op, "input": input})
	}
	on := func(day string) map[string]any { return map[string]any{"start": day} }
	add("innovation.record", map[string]any{"innovation": "thing", "name": "Thing", "period": on("2020-01-01")})
	add("eligibility.record", map[string]any{"innovation": "thing", "kind": "care-trust", "period": on("2020-01-01")})
	noise := []int{0, 3, -2, 1, -3, 2, 4, -4, 0, 1, -1, 2}
	january := innovation.MustDate("2020-01-01")
	for k := range 12 {
		id := fmt.Sprintf("t-%02d", k)
		add("existence.record", map[string]any{"organisation": id, "aspect": "operational", "kind": "care-trust", "period": on("2013-04-01")})
		add("name.record", map[string]any{"organisation": id, "text": fmt.Sprintf("Trust %d & <Sons>", k), "kind": "current", "period": on("2013-04-01")})
		if k < 10 {
			day := january.AddMonths(max(0, k-1)).String()
			if k == 9 { // some time in September
				day = day[:7]
			}
			add("adoption.record", map[string]any{"innovation": "thing", "organisation": id, "step": "reached", "stage": "adopted", "grade": "observed", "day": map[string]any{"on": day}})
		}
		for i := range 24 {
			n := 100 + k + noise[(i+k)%12]
			if k == 0 && i >= 12 {
				n += 50
			}
			start := january.AddMonths(i)
			add("uptake.record", map[string]any{"innovation": "thing", "organisation": id, "measure": "items", "unit": "items", "count": map[string]any{"value": fmt.Sprint(n)},
				"per": map[string]any{"value": "10"}, "period": map[string]any{"start": start.String(), "end": start.AddMonths(1).String()}})
		}
	}
	body, err := json.Marshal(map[string]any{"reason": "a thing that spreads", "operations": ops})
	if err != nil {
		s.t.Fatal(err)
	}
	s.do("POST", "/v1/acts", string(body)).want(s.t, 200)
}

const (
	spreadPath  = "/v1/spread?innovation=thing&on=2022-01-01&to=2020-12-31"
	fitPath     = "/v1/spread-fit?innovation=thing&on=2022-01-01&to=2020-12-31"
	uptakePath  = "/v1/uptake-standing?innovation=thing&on=2022-01-01"
	seriesPath  = "/v1/uptake-series?innovation=thing&on=2022-01-01&organisation=t-00"
	funnelPath  = "/v1/uptake-funnel?innovation=thing&on=2022-01-01"
	moversPath  = "/v1/uptake-movers?innovation=thing&on=2022-01-01"
	svgHeadType = "image/svg+xml"
)

func TestSpread(t *testing.T) {
	s := serve(t)
	s.spreading()
	rows := s.table(s.get(spreadPath + "&format=csv"))
	want := []string{"2020-01|2|2|2|12|2|12", "2020-02|1|1|3|12|1|10", "2020-03|1|1|4|12|1|9", "2020-04|1|1|5|12|1|8", "2020-05|1|1|6|12|1|7", "2020-06|1|1|7|12|1|6",
		"2020-07|1|1|8|12|1|5", "2020-08|1|1|9|12|1|4", "2020-09|1|1|10|12|1|3", "2020-10|0|0|10|12|0|2", "2020-11|0|0|10|12|0|2", "2020-12|0|0|10|12|0|2"}
	if diff := cmp.Diff(want, columns(rows, "period", "newCertain", "newPossible", "cumulativeCertain", "eligibleCertain", "adopted", "atRisk")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got := into[store.Spread](t, s.get(spreadPath+"&period=quarter&by=kind&units=true&reach=200000&grade=observed&footprint=held&footprintDay=2020-06-01").want(t, 200))
	if len(got.All.Periods) != 4 || len(got.Groups) != 1 || len(got.Units) != 12 || *got.All.Reach.Days != 32 || got.Footprint != "organisations of 2020-06-01, held constant" || got.Asked.Grade != "observed" {
		t.Errorf("%d periods, groups %v, reach %+v", len(got.All.Periods), got.Groups, got.All.Reach)
	}
	// Uncertain days: in mid-September the tenth has adopted possibly.
	mid := into[store.Spread](t, s.get("/v1/spread?innovation=thing&on=2020-09-15").want(t, 200))
	if mid.All.Adopters != (store.CountRange{Certain: 9, Possible: 10}) || mid.Asked.To.String() != "2020-09-15" {
		t.Errorf("in mid-September %+v", mid.All.Adopters)
	}
}

func TestSpreadFit(t *testing.T) {
	s := serve(t)
	s.spreading()
	got := into[store.SpreadFit](t, s.get(fitPath+"&model=compare&horizon=3&backTest=2").want(t, 200))
	if len(got.Models)+len(got.Refused) < 3 || len(got.Comparison) < 2 || len(got.Forecast.Points) != 3 || got.Forecast.Type != "forecast" || got.Arrival == nil || got.Arrival.Of != "eligible" {
		t.Errorf("%d models, refused %+v, forecast %+v, arrival %+v", len(got.Models), got.Refused, got.Forecast, got.Arrival)
	}
	rows := s.table(s.get(fitPath + "&model=logistic&horizon=2&format=csv"))
	if diff := cmp.Diff([]string{"result|2020-12|0|10", "forecast|2021-01||", "forecast|2021-02||"}, columns(rows[11:], "type", "period", "new", "")); len(rows) != 14 {
		t.Errorf("%d rows\n%s", len(rows), diff)
	}
	if thin := into[store.SpreadFit](t, s.get("/v1/spread-fit?innovation=thing&on=2020-03-31").want(t, 200)); len(thin.Models) != 0 || len(thin.Refused) != 1 || thin.Refused[0].Rule != innovation.RuleSeriesThin {
		t.Errorf("after three months: %+v", thin.Refused)
	}
}

func TestUptake(t *testing.T) {
	s := serve(t)
	s.spreading()
	rows := s.table(s.get(uptakePath + "&direction=higher&period=2021-06&format=csv"))
	if diff := cmp.Diff("t-00|Trust 0 & <Sons>|152|10|15.2|1|1", columns(rows, "organisation", "name", "count", "per", "value", "rank", "decile")[0]); len(rows) != 12 || diff != "" {
		t.Errorf("%d rows (-want +got)\n%s", len(rows), diff)
	}
	u := into[store.UptakeStanding](t, s.get(uptakePath+"&from=2020-01-01&kind=care-trust").want(t, 200))
	if u.Asked.Period.String() != "2021-12" || len(u.Periods) != 24 || u.CVTrend == nil || u.Summary.CV == nil {
		t.Errorf("%s, %d periods, %+v", u.Asked.Period, len(u.Periods), u.CVTrend)
	}
	x := into[store.UptakeSeries](t, s.get(seriesPath+"&baseline=12&direction=higher&target=12.5").want(t, 200))
	if x.Variation != "improvement" || x.Change.Period.String() != "2021-01" || x.Assurance == "" || *x.Asked.Target != 12.5 {
		t.Errorf("%s %+v %q", x.Variation, x.Change, x.Assurance)
	}
	rows = s.table(s.get(seriesPath + "&rebase=2021-01-01&format=csv"))
	if len(rows) != 24 || rows[0]["mean"] == rows[23]["mean"] {
		t.Errorf("rebased: %d rows, %s and %s", len(rows), rows[0]["mean"], rows[23]["mean"])
	}
	rows = s.table(s.get(funnelPath + "&format=csv"))
	if len(rows) != 12 || rows[0]["verdict"] == "within" || rows[1]["verdict"] == rows[0]["verdict"] {
		t.Errorf("funnel: %v", columns(rows, "organisation", "verdict"))
	}
	rows = s.table(s.get(moversPath + "&limit=1&from=2020-06&format=csv"))
	if diff := cmp.Diff([]string{"t-00|up|2021-01"}, columns(rows, "organisation", "moved", "began")); diff != "" {
		t.Errorf("movers (-want +got)\n%s", diff)
	}
}

// Figures come when they are asked for, and only then.
func TestFigures(t *testing.T) {
	s := serve(t)
	s.spreading()
	for _, path := range []string{spreadPath, spreadPath + "&chart=hazard", spreadPath + "&chart=survival", spreadPath + "&by=kind", fitPath + "&model=logistic", uptakePath + "&from=2020-01-01",
		seriesPath, seriesPath + "&chart=deciles", funnelPath} {
		for _, r := range []response{s.get(path+"&format=svg").want(t, 200), s.get(path, "Accept", svgHeadType).want(t, 200)} {
			if got := r.Header.Get("Content-Type"); got != svgHeadType || r.Header.Get("X-Content-Type-Options") != "nosniff" ||
				r.Header.Get("Content-Security-Policy") != "default-src 'none'; style-src 'unsafe-inline'" {
				t.Errorf("%s came as %v", path, r.Header)
			}
			wellFormed(t, path, r.body)
		}
		if got := s.get(path, "Accept", "application/json, "+svgHeadType).want(t, 200).Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s came as %s", path, got)
		}
	}
}

// wellFormed holds a figure to XML, to its title and description, and to having
// no script.
func wellFormed(t *testing.T, path, text string) {
	t.Helper()
	seen := map[string]int{}
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		if e, ok := token.(xml.StartElement); ok {
			seen[e.Name.Local]++
		}
	}
	if seen["svg"] != 1 || seen["title"] < 1 || seen["desc"] != 1 || seen["table"] != 1 || seen["script"] != 0 {
		t.Errorf("%s: %v", path, seen)
	}
}

func TestBadSpreadQuestions(t *testing.T) {
	s := serve(t)
	s.spreading()
	const of = "?innovation=thing&on=2022-01-01&"
	for _, c := range []struct {
		path   string
		status int
		wrongs []wrong
	}{
		{"/v1/spread", 422, []wrong{{"innovation", "field-missing"}}},
		{"/v1/spread?innovation=none", 404, []wrong{{"innovation", "entity-not-found"}}},
		{"/v1/spread" + of + "programme=none", 404, []wrong{{"programme", "entity-not-found"}}},
		{"/v1/spread" + of + "from=x&to=2020-02-30&grade=good&footprint=old&phase=0&period=week&reach=1000000&by=No&units=1&chart=pie&format=pdf", 422, []wrong{
			{"from", "date-invalid"}, {"to", "date-invalid"}, {"phase", "parameter-invalid"}, {"units", "parameter-invalid"}, {"grade", "question-invalid"}, {"footprint", "footprint-invalid"},
			{"by", "question-invalid"}, {"period", "question-invalid"}, {"reach", "question-invalid"}, {"format", "parameter-invalid"}, {"chart", "parameter-invalid"}}},
		{"/v1/spread" + of + "to=2022-01-02", 422, []wrong{{"to", "question-invalid"}}},
		{"/v1/spread" + of + "from=2021-01-01&to=2020-01-01", 422, []wrong{{"to", "question-invalid"}}},
		{"/v1/spread" + of + "footprint=held", 422, []wrong{{"footprint", "footprint-invalid"}}},
		{"/v1/spread" + of + "from=0100-01-01", 422, []wrong{{"from", "question-invalid"}}},
		{"/v1/spread-fit" + of + "model=linear&method=guess&horizon=0&ceiling=1", 422, []wrong{{"horizon", "parameter-invalid"}, {"model", "question-invalid"}, {"method", "question-invalid"}, {"ceiling", "question-invalid"}}},
		{"/v1/spread-fit" + of + "model=logistic&method=regression", 422, []wrong{{"method", "question-invalid"}}},
		{"/v1/spread-fit" + of + "to=2020-02-29&format=svg", 409, []wrong{{"chart", "series-thin"}}},
		{"/v1/uptake-standing" + of + "period=soon", 422, []wrong{{"period", "period-invalid"}}},
		{"/v1/uptake-standing" + of + "period=2019-01", 422, []wrong{{"period", "question-invalid"}}},
		{"/v1/uptake-standing" + of + "measure=share", 422, []wrong{{"measure", "question-invalid"}}},
		{"/v1/uptake-standing" + of + "peerGroup=none", 404, []wrong{{"peerGroup", "entity-not-found"}}},
		{"/v1/uptake-standing" + of + "network=none", 404, []wrong{{"network", "entity-not-found"}}},
		{"/v1/uptake-standing" + of + "format=svg", 409, []wrong{{"chart", "series-thin"}}},
		{"/v1/uptake-standing?innovation=thing&on=2019-01-01", 409, []wrong{{"measure", "series-thin"}}},
		{"/v1/uptake-series" + of, 422, []wrong{{"organisation", "field-missing"}}},
		{"/v1/uptake-series" + of + "organisation=none", 404, []wrong{{"organisation", "entity-not-found"}}},
		{"/v1/uptake-series" + of + "organisation=t-00&target=much&rebase=x&baseline=1201", 422, []wrong{{"target", "parameter-invalid"}, {"rebase", "date-invalid"}, {"baseline", "question-invalid"}}},
		{"/v1/uptake-series" + of + "organisation=t-00&target=NaN", 422, []wrong{{"target", "question-invalid"}}},
		{"/v1/uptake-series" + of + "organisation=t-00&rebase=2030-01-01", 422, []wrong{{"rebase", "question-invalid"}}},
		{"/v1/uptake-funnel" + of + "target=-1&as=count&dispersion=some", 422, []wrong{{"as", "question-invalid"}, {"dispersion", "question-invalid"}, {"target", "question-invalid"}}},
		{"/v1/uptake-movers" + of + "from=2021-12", 422, []wrong{{"to", "question-invalid"}}},
		{"/v1/uptake-movers" + of + "limit=10001", 422, []wrong{{"limit", "question-invalid"}}},
	} {
		path := strings.TrimSuffix(c.path, "&")
		s.refuses(path, s.get(path), c.status, c.wrongs)
	}
	if s.log.Len() > 0 {
		t.Errorf("bad requests were logged: %s", s.log)
	}
}
