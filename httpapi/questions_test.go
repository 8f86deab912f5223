package httpapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func TestRunway(t *testing.T) {
	s := serve(t)
	s.fund()
	// 500,000 and 1,000,000 spent in October, then 400,000 a month. The second
	// instalment, £1.5m due in January, waits for con-1.
	const path = "/v1/runway?organisation=ahsn-oxford&months=4&on=2013-10-15&opening=2000000.00"
	months := []string{"2013-10-01|1000000.00", "2013-11-01|600000.00", "2013-12-01|200000.00", "2014-01-01|-200000.00"}
	if diff := cmp.Diff(months, columns(s.table(s.get(path+"&slip=condition/con-1:2014-02-20&format=csv")), "month", "closingLow")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	r := into[store.Runway](t, s.get(path+"&slip=condition/con-1:2014-02-20").want(t, 200))
	if r.Negative.Certainly.String() != "2014-01-01" || len(r.Stopped) != 1 || r.Stopped[0].Instalment != "ins-2" || r.Stopped[0].Comes.String() != "2014-02-20" {
		t.Errorf("negative %+v, stopped %+v", r.Negative, r.Stopped)
	}
	// Met in time, the instalment comes when it is due.
	rows := s.table(s.get(path + "&slip=condition/con-1:2013-12-01&format=csv"))
	if diff := cmp.Diff([]string{"2014-01-01|1300000.00|1500000.00|ins-2|"}, columns(rows[3:], "month", "closingLow", "instalmentsLow", "due", "stopped")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for opening, want := range map[string]string{"2000000.00..2000000.01": "1000000.00|1000000.01", "2000000.00..": "1000000.00|", "..2000000.00": "|1000000.00", "-0.01": "-1000000.01|-1000000.01"} {
		rows := s.table(s.get("/v1/runway?organisation=ahsn-oxford&months=1&on=2013-10-15&format=csv&opening=" + opening))
		if got := columns(rows, "closingLow", "closingHigh")[0]; got != want {
			t.Errorf("opening %s: closing %s, want %s", opening, got, want)
		}
	}
	if r := into[store.Runway](t, s.get("/v1/runway?organisation=ahsn-oxford&on=2013-10-15").want(t, 200)); len(r.Months) != 12 || r.Version != 1 {
		t.Errorf("by default %d months of version %d", len(r.Months), r.Version)
	}
}

func TestSelfSufficiency(t *testing.T) {
	s := serve(t)
	s.fund()
	// 1,000,000 of 4,000,000 is own; with core cut by 40 % to 1,800,000 it is
	// 1,000,000 of 2,800,000.
	rows := s.table(s.get("/v1/self-sufficiency?organisation=ahsn-oxford&from=2013/14&on=2014-06-01&coreCut=400000&format=csv"))
	if diff := cmp.Diff([]string{"ahsn-oxford|2013/14|3000000.00|1000000.00|4000000.00|250000|250000|1800000.00|1200000.00|357142|357143"},
		columns(rows, "organisation", "year", "coreLow", "ownHigh", "totalNominal", "shareLow", "shareHigh", "cutCoreLow", "cutShortfallLow", "cutShareLow", "cutShareHigh")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	// If core income falls by a tenth of it each year, it is 2,400,000 of
	// 3,400,000 after two.
	out := into[store.SelfSufficiency](t, s.get("/v1/self-sufficiency?organisation=ahsn-oxford&from=2013/14&to=2015/16&on=2014-06-01&coreGrowth=-100000&threshold=710000").want(t, 200))
	if y := out.Organisations[0].Years[2]; !y.Projected || y.Core.Amount.String() != "£2,400,000.00" || *out.Asked.Trend != (innovation.IncomeTrend{CoreGrowth: -100000}) {
		t.Errorf("projected: %+v, asked %+v", y, out.Asked)
	}
	if c := out.Organisations[0].Crossings; len(c) == 0 || c[0].ProjectedCertainly.String() != "2015/16" {
		t.Errorf("core falls under 71 %%: %+v", c)
	}
	all := into[store.SelfSufficiency](t, s.get("/v1/self-sufficiency?on=2014-03-31").want(t, 200))
	if len(all.Organisations) != 2 || all.Asked.From.String() != "2013/14" || all.Asked.To != all.Asked.From {
		t.Errorf("every network in the year of the day: %+v", all)
	}
}

func TestLeverage(t *testing.T) {
	s := serve(t)
	s.fund()
	for _, query := range []string{"", "&envelope=pot-2013"} {
		rows := s.table(s.get("/v1/leverage?format=csv&on=2014-06-01" + query))
		if diff := cmp.Diff([]string{"envelope/pot-2013|announced|10000000.00|reported|25000000.00||at-least|2500000|"},
			columns(rows, "about", "rung", "publicNominal", "evidence", "outsideLow", "outsideHigh", "outsideKind", "ratioLow", "ratioHigh")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	for _, query := range []string{"network=ahsn-oxford", "award=aw-oxford", "programme=None"} {
		s.get("/v1/leverage?on=2014-06-01&"+query).want(t, 200)
	}
}

func TestVariance(t *testing.T) {
	s := serve(t)
	s.fund()
	const path = "/v1/variance?organisation=ahsn-oxford&on=2014-03-31"
	rows := s.table(s.get(path + "&format=csv")) // 1,000,000 + 3 × 400,000 forecast, 1,200,000.25 spent
	if diff := cmp.Diff([]string{"income|core||", "income|industry||", "spend||2200000.00|-999999.75"}, columns(rows, "line", "kind", "forecastLow", "varianceLow")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if v := into[store.Variance](t, s.get(path+"&version=1").want(t, 200)); v.Year.String() != "2013/14" || v.Version != 1 {
		t.Errorf("asked %+v", v.Asked)
	}
}

func TestBadQuestions(t *testing.T) {
	s := serve(t)
	s.fund()
	const runway, self, variance = "/v1/runway?organisation=ahsn-oxford&on=2013-10-15&", "/v1/self-sufficiency?", "/v1/variance?organisation=ahsn-oxford&on=2014-03-31&"
	for _, c := range []struct {
		path   string
		status int
		wrongs []wrong
	}{
		{"/v1/ladder?colour=red", 422, []wrong{{"colour", "parameter-unknown"}}},
		{"/v1/ladder?on=2014-02-30&year=2013/15&by=month&cash=maybe&envelope=No&format=xml", 422, []wrong{{"on", "date-invalid"}, {"envelope", "key-invalid"},
			{"year", "financial-year-invalid"}, {"cash", "parameter-invalid"}, {"by", "ladder-by-invalid"}, {"format", "parameter-invalid"}}},
		{"/v1/ladder?year=2013", 422, []wrong{{"year", "financial-year-invalid"}}},
		{"/v1/ladder?year=2013/14&year=2014/15", 422, []wrong{{"year", "parameter-repeated"}}},
		{"/v1/ladder?envelope=none", 404, []wrong{{"envelope", "entity-not-found"}}},
		{"/v1/ladder?funder=nobody", 404, []wrong{{"funder", "entity-not-found"}}},
		{"/v1/ladder?funder=nhs-england&network=nobody", 404, []wrong{{"network", "entity-not-found"}}},
		{"/v1/awards/none", 404, []wrong{{"award", "entity-not-found"}}},
		{"/v1/awards/aw-oxford?known=2020-01-01", 404, []wrong{{"award", "entity-not-found"}}},
		{"/v1/awards/aw-oxford?format=csv", 422, []wrong{{"format", "parameter-unknown"}}},
		{"/v1/envelopes/none/shares", 404, []wrong{{"envelope", "entity-not-found"}}},
		{"/v1/reports/none", 404, []wrong{{"report", "entity-not-found"}}},
		{"/v1/runway", 422, []wrong{{"organisation", "field-missing"}}},
		{"/v1/runway?organisation=nobody", 404, []wrong{{"organisation", "entity-not-found"}}},
		{runway + "months=0&opening=1.005&slip=con-1&slip=licence/lic-1:2014-01-01&slip=condition/con-1:2014-02-30&forecastVersion=x&spread=1", 422, []wrong{{"opening", "money-invalid"},
			{"forecastVersion", "parameter-invalid"}, {"slip", "slip-invalid"}, {"slip", "slip-invalid"}, {"slip", "date-invalid"}, {"spread", "parameter-invalid"}, {"months", "horizon-invalid"}}},
		{runway + "months=121", 422, []wrong{{"months", "horizon-invalid"}}},
		{runway + "opening=NaN", 422, []wrong{{"opening", "money-invalid"}}},
		{runway + "opening=1e9", 422, []wrong{{"opening", "money-invalid"}}},
		{runway + "opening=92233720368547758.08", 422, []wrong{{"opening", "money-invalid"}}},
		{runway + "opening=2.00..1.00", 422, []wrong{{"opening", "amount-invalid"}}},
		{runway + "opening=..", 422, []wrong{{"opening", "money-invalid"}}},
		{runway + "slip=condition/con-1:2013-10-15", 422, []wrong{{"slip", "slip-invalid"}}},
		{runway + "slip=condition/con-1:2014-01-01&slip=condition/con-1:2014-01-02", 422, []wrong{{"slip", "slip-invalid"}}},
		{runway + "slip=condition/none:2014-01-01", 404, []wrong{{"slip", "entity-not-found"}}},
		{runway + "forecastVersion=7", 404, []wrong{{"forecastVersion", "forecast-unknown"}}},
		{self + "from=2014/15&to=2013/14&coreCut=1000001&ownGrowth=-1000001&threshold=half", 422, []wrong{{"threshold", "parameter-invalid"}, {"coreCut", "share-invalid"},
			{"to", "years-invalid"}, {"ownGrowth", "share-invalid"}}},
		{self + "from=1700/01&to=2013/14", 422, []wrong{{"to", "years-invalid"}}},
		{self + "organisation=nobody", 404, []wrong{{"organisation", "entity-not-found"}}},
		{self + "on=x", 422, []wrong{{"on", "date-invalid"}}},
		{"/v1/leverage?award=aw-oxford&network=ahsn-oxford", 422, []wrong{{"", "leverage-scope-invalid"}}},
		{"/v1/leverage?network=nobody", 404, []wrong{{"network", "entity-not-found"}}},
		{variance + "version=-1", 422, []wrong{{"version", "forecast-version-invalid"}}},
		{variance + "version=7", 404, []wrong{{"version", "forecast-unknown"}}},
		{variance + "against=7", 404, []wrong{{"against", "forecast-unknown"}}},
		{variance + "year=2013", 422, []wrong{{"year", "financial-year-invalid"}}},
	} {
		s.refuses(c.path, s.get(c.path), c.status, c.wrongs)
	}
	if s.log.Len() > 0 {
		t.Errorf("bad requests were logged: %s", s.log)
	}
}
