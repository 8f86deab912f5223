package httpapi_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// funded is an act that adds a second network and money: a pot of £10m of which
// £4m is allocated to Oxford and a sum that is withheld to Kent, an award of
// £3.5m in two instalments of which the second waits for con-1, and what was
// paid, came back and was spent.
const funded = `{"reason": "the money", "sources": [{"source": "letter"}], "operations": [
	{"operation": "existence.record", "input": {"organisation": "ahsn-kss", "aspect": "operational", "kind": "ahsn", "period": {"start": "2013-05-23"}}},
	{"operation": "role.record", "input": {"organisation": "ahsn-kss", "role": "network", "period": {"start": "2013-05-23"}}},
	{"operation": "envelope.record", "input": {"envelope": "pot-2013", "title": "The pot", "type": "pot", "stream": "core", "funder": "nhs-england", "day": {"on": "2013-05-23"},
		"figure": {"amount": {"kind": "exact", "nominal": "10000000.00"}, "per": "whole-period", "basis": "announced", "covers": {"start": "2013-04-01", "end": "2014-04-01"}}}},
	{"operation": "criterion.record", "input": {"envelope": "pot-2013", "criterion": "share-bounds", "text": "£2m to £7m each", "bounds": {"kind": "range", "low": "2000000.00", "high": "7000000.00"}, "period": {"start": "2013-05-23"}}},
	{"operation": "allocation.record", "input": {"allocation": "all-oxford", "envelope": "pot-2013", "recipient": "ahsn-oxford", "day": {"on": "2013-06-01"},
		"figure": {"amount": {"kind": "exact", "nominal": "4000000.00"}, "per": "whole-period", "basis": "announced", "covers": {"start": "2013-04-01", "end": "2014-04-01"}}}},
	{"operation": "allocation.record", "input": {"allocation": "all-kss", "envelope": "pot-2013", "recipient": "ahsn-kss", "day": {"on": "2013-06-01"},
		"figure": {"amount": {"kind": "not-disclosed"}, "per": "whole-period", "basis": "announced", "covers": {"start": "2013-04-01", "end": "2014-04-01"}}}},
	{"operation": "award.record", "input": {"award": "aw-oxford", "title": "Core 2013/14", "envelope": "pot-2013", "allocation": "all-oxford", "funder": "nhs-england", "recipient": "ahsn-oxford",
		"stream": "core", "purpose": "Core funding", "day": {"on": "2013-06-10"},
		"figure": {"amount": {"kind": "exact", "nominal": "3500000.00"}, "per": "whole-period", "basis": "agreed", "covers": {"start": "2013-04-01", "end": "2014-04-01"}}}},
	{"operation": "instalment.record", "input": {"instalment": "ins-1", "award": "aw-oxford", "number": 1, "amount": {"kind": "exact", "nominal": "2000000.00"}, "due": {"on": "2013-07-01"}, "period": {"start": "2013-06-10"}}},
	{"operation": "instalment.record", "input": {"instalment": "ins-2", "award": "aw-oxford", "number": 2, "amount": {"kind": "exact", "nominal": "1500000.00"}, "due": {"on": "2014-01-15"}, "period": {"start": "2013-06-10"}}},
	{"operation": "gate.record", "input": {"instalment": "ins-2", "condition": "con-1", "period": {"start": "2013-06-10"}}},
	{"operation": "payment.record", "input": {"award": "aw-oxford", "instalment": "ins-1", "amount": {"kind": "exact", "nominal": "2000000.00"}, "reference": "P-1", "day": {"on": "2013-07-01"}}},
	{"operation": "refund.record", "input": {"award": "aw-oxford", "type": "clawback", "amount": {"kind": "exact", "nominal": "250000.50"}, "day": {"on": "2013-09-01"}}},
	{"operation": "spend.record", "input": {"organisation": "ahsn-oxford", "award": "aw-oxford", "purpose": "pay", "amount": {"kind": "exact", "nominal": "1200000.25"}, "day": {"on": "2013-10-01"}}},
	{"operation": "income.record", "input": {"organisation": "ahsn-oxford", "kind": "core", "from": "nhs-england", "day": {"on": "2014-03-31"},
		"figure": {"amount": {"kind": "exact", "nominal": "3000000.00"}, "per": "whole-period", "basis": "actual", "covers": {"start": "2013-04-01", "end": "2014-04-01"}}}},
	{"operation": "income.record", "input": {"organisation": "ahsn-oxford", "kind": "industry", "day": {"on": "2014-03-31"},
		"figure": {"amount": {"kind": "exact", "nominal": "1000000.00"}, "per": "whole-period", "basis": "actual", "covers": {"start": "2013-04-01", "end": "2014-04-01"}}}},
	{"operation": "income.record", "input": {"organisation": "ahsn-oxford", "kind": "mixed", "whole": true, "day": {"on": "2014-03-31"},
		"figure": {"amount": {"kind": "exact", "nominal": "4000000.00"}, "per": "whole-period", "basis": "actual", "covers": {"start": "2013-04-01", "end": "2014-04-01"}}}},
	{"operation": "leverage.record", "input": {"about": {"kind": "envelope", "key": "pot-2013"}, "type": "private-investment", "title": "Private money", "evidence": "reported", "day": {"on": "2014-03-31"},
		"figure": {"amount": {"kind": "at-least", "low": "25000000.00"}, "per": "whole-period", "basis": "reported"}}},
	{"operation": "forecast.record", "input": {"organisation": "ahsn-oxford", "version": 1, "line": "spend", "purpose": "pay", "when": {"on": "2013-10"}, "amount": {"kind": "exact", "nominal": "1000000.00"}, "day": {"on": "2013-06-30"}}},
	{"operation": "forecast.record", "input": {"organisation": "ahsn-oxford", "version": 1, "line": "spend", "purpose": "pay", "when": {"on": "2013-11"}, "amount": {"kind": "exact", "nominal": "400000.00"}, "day": {"on": "2013-06-30"}}},
	{"operation": "forecast.record", "input": {"organisation": "ahsn-oxford", "version": 1, "line": "spend", "purpose": "pay", "when": {"on": "2013-12"}, "amount": {"kind": "exact", "nominal": "400000.00"}, "day": {"on": "2013-06-30"}}},
	{"operation": "forecast.record", "input": {"organisation": "ahsn-oxford", "version": 1, "line": "spend", "purpose": "pay", "when": {"on": "2014-01"}, "amount": {"kind": "exact", "nominal": "400000.00"}, "day": {"on": "2013-06-30"}}}
]}`

// fund makes the acts founded and funded.
func (s *service) fund() {
	s.t.Helper()
	s.found()
	s.do("POST", "/v1/acts", funded).want(s.t, 200)
}

const (
	oneSplit  = `{"envelope": "pot-2013", "bids": [{"recipient": "ahsn-oxford", "score": 2}, {"recipient": "ahsn-kss", "score": 1}], "weights": {"score": 1000000}}`
	oneReport = `{"reason": "asked for", "input": {"report": "rep-1", "title": "Ladder of the pot", "question": "ladder", "definition": {"envelope": "pot-2013"}, "on": "2014-03-31", "day": {"on": "2014-04-02"}}}`
	ledger    = "type,award,organisation,amount,date,vat,reference,purpose\npayment,aw-oxford,,100.00,2014-03-01,,P-9,\nspend,,ahsn-oxford,50.25,2014-03-02,,S-9,evaluation\n"
)

// table reads a table, each line by its columns.
func (s *service) table(r response) (rows []map[string]string) {
	s.t.Helper()
	r.want(s.t, 200)
	if got := r.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		s.t.Fatalf("%s came as %s", r.Request.URL, got)
	}
	lines, err := csv.NewReader(strings.NewReader(r.body)).ReadAll()
	if err != nil {
		s.t.Fatalf("%v\n%s", err, r.body)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// columns shows some columns of a table.
func columns(rows []map[string]string, names ...string) (out []string) {
	for _, row := range rows {
		var cells []string
		for _, name := range names {
			cell, ok := row[name]
			if !ok {
				cell = "no column " + name
			}
			cells = append(cells, cell)
		}
		out = append(out, strings.Join(cells, "|"))
	}
	return out
}

func TestLadder(t *testing.T) {
	s := serve(t)
	s.fund()
	const path = "/v1/ladder?envelope=pot-2013&on=2014-03-31"
	l := into[store.Ladder](t, s.get(path).want(t, 200))
	var got []string
	for _, r := range l.Rows[0].Rungs {
		got = append(got, fmt.Sprintf("%s %s, left %s", r.Rung, r.Amount, r.Remainder))
	}
	want := []string{
		"announced £10,000,000.00, left not stated",
		"allocated £6,000,000.00 to £10,000,000.00, left £0.00 to £4,000,000.00", // 4m, and 2m to 7m but no more than is left
		"committed £3,500,000.00, left £2,500,000.00 to £6,500,000.00",
		"paid £1,749,999.50, left £1,750,000.50", // 2,000,000.00 − 250,000.50
		"spent £1,200,000.25, left £549,999.25",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(l.Rows) != 1 {
		t.Errorf("(-want +got)\n%s", diff)
	}
	rows := s.table(s.get(path + "&format=csv"))
	if diff := cmp.Diff([]string{
		"announced|true|10000000.00|10000000.00|10000000.00|exact||",
		"allocated|true|6000000.00|10000000.00||range|0.00|4000000.00",
		"committed|true|3500000.00|3500000.00|3500000.00|exact|2500000.00|6500000.00",
		"paid|true|1749999.50|1749999.50|1749999.50|exact|1750000.50|1750000.50",
		"spent|true|1200000.25|1200000.25|1200000.25|exact|549999.25|549999.25",
	}, columns(rows, "rung", "known", "low", "high", "nominal", "kind", "remainderLow", "remainderHigh")); diff != "" {
		t.Errorf("as a table (-want +got)\n%s", diff)
	}
	for query, want := range map[string][]string{
		"network=ahsn-oxford&year=2013/14":      {"2013/14|ahsn-oxford||1749999.50"},
		"funder=nhs-england&by=year":            {"2013/14|||1749999.50"},
		"by=year-network&cash=true&stream=core": {"2013/14|ahsn-oxford||1749999.50"},
		"on=2013-08-31&by=network":              {"|ahsn-oxford||2000000.00"},
		"by=stream":                             {"||core|1749999.50"},
		"year=2014/15":                          nil,
		"funder=ahsn-kss":                       nil,
	} {
		if !strings.Contains(query, "on=") {
			query += "&on=2014-03-31"
		}
		var paid []map[string]string
		for _, row := range s.table(s.get("/v1/ladder?"+query, "Accept", "text/csv")) {
			if row["rung"] == "paid" && row["known"] == "true" {
				paid = append(paid, row)
			}
		}
		if diff := cmp.Diff(want, columns(paid, "year", "network", "stream", "low")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", query, diff)
		}
	}
}

func TestAwardAndEnvelope(t *testing.T) {
	s := serve(t)
	s.fund()
	a := into[store.AwardReading](t, s.get("/v1/awards/aw-oxford?on=2013-12-01").want(t, 200)).Standing
	if a.Amount.String() != "£3,500,000.00" || a.Paid.String() != "£2,000,000.00" || a.Refunded.String() != "£250,000.50" || a.Unpaid.String() != "£1,750,000.50" {
		t.Errorf("the award stands at %+v", a)
	}
	if len(a.Instalments) != 2 || a.Instalments[0].Blocked != innovation.No || a.Instalments[1].Blocked != innovation.Yes {
		t.Errorf("its instalments: %+v", a.Instalments)
	}
	e := into[store.EnvelopeReading](t, s.get("/v1/envelopes/pot-2013").want(t, 200))
	if e.Envelope.Value.Title != "The pot" || len(e.Allocations) != 2 || len(e.Criteria) != 1 {
		t.Errorf("the envelope: %+v", e)
	}
	s.do("POST", "/v1/reports", oneReport).want(t, 201)
	for path, again := range map[string]string{
		"/v1/awards/aw-oxford":   `{"reason": "more", "input": {"award": "aw-oxford", "type": "increase", "amount": {"kind": "exact", "nominal": "0.01"}, "reason": "a penny", "day": {"on": "2013-12-01"}}}`,
		"/v1/envelopes/pot-2013": `{"reason": "more", "input": {"envelope": "pot-2013", "funder": "icb-bob", "period": {"start": "2022-07-01"}}}`,
		"/v1/reports/rep-1":      "",
	} {
		tag := s.get(path).want(t, 200).Header.Get("ETag")
		if r := s.get(path, "If-None-Match", tag).want(t, http.StatusNotModified); tag == "" || r.body != "" {
			t.Errorf("%s: 304 for the tag %q with %q", path, tag, r.body)
		}
		if again == "" {
			continue
		}
		kind := "adjustments"
		if strings.Contains(again, "funder") {
			kind = "co-funders"
		}
		s.do("POST", "/v1/facts/"+kind, again, "If-Match", tag).want(t, 201)
		s.do("POST", "/v1/facts/"+kind, again, "If-Match", tag).want(t, 412)
		s.get(path, "If-None-Match", tag).want(t, 200)
	}
	for path, kind := range map[string]string{"/v1/facts/envelopes": "envelope", "/v1/facts/awards": "award"} {
		figure := `{"amount": {"kind": "about", "nominal": "1.00"}, "per": "whole-period", "basis": "announced"}`
		r := s.do("POST", path, fmt.Sprintf(`{"reason": "x", "input": {%q: "new-1", "title": "New", %s"figure": %s, "day": {"on": "2014"}}}`, kind,
			map[string]string{"envelope": `"type": "pot", `}[kind], figure)).want(t, 201)
		s.get(r.Header.Get("Location")).want(t, 200)
	}
}

func TestShares(t *testing.T) {
	s := serve(t)
	s.fund()
	c := into[store.ShareReport](t, s.get("/v1/envelopes/pot-2013/shares?on=2014-01-01").want(t, 200))
	if c.Disclosed.String() != "£4,000,000.00" || c.WithBounds.Sum.String() != "£6,000,000.00 to £10,000,000.00" || c.WithoutBounds.Remainder.String() != "£0.00 to £6,000,000.00" {
		t.Errorf("disclosed %s, with bounds %+v, without %+v", c.Disclosed, c.WithBounds, c.WithoutBounds)
	}
	if diff := cmp.Diff([]string{
		"ahsn-kss|ahsn-kss|false||||not-disclosed|possibly|2000000.00|6000000.00|0.00|6000000.00",
		"ahsn-oxford|Oxford AHSN|true|4000000.00|4000000.00|4000000.00|exact|yes|4000000.00|4000000.00|4000000.00|4000000.00",
	}, columns(s.table(s.get("/v1/envelopes/pot-2013/shares?on=2014-01-01&format=csv")), "recipient", "recipientName", "known", "low", "high", "nominal", "kind",
		"within", "withBoundsLow", "withBoundsHigh", "withoutBoundsLow", "withoutBoundsHigh")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSplit(t *testing.T) {
	s := serve(t)
	s.fund()
	before := s.acts()
	want := []string{"ahsn-kss|3333333.33|1/3|0", "ahsn-oxford|6666666.67|2/3|1"}
	if diff := cmp.Diff(want, columns(s.table(s.do("POST", "/v1/splits?format=csv", oneSplit)), "recipient", "amount", "weight", "pennies")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	out := into[store.SplitReport](t, s.do("POST", "/v1/splits?on=2014-01-01", oneSplit).want(t, 200))
	if out.Recipe.On.String() != "2014-01-01" || *out.Request.Min != 2_000_000_00 || *out.Request.Max != 7_000_000_00 || out.Amount != 10_000_000_00 {
		t.Errorf("what was split: %+v", out)
	}
	// Nobody needs to be known: it records nothing.
	s.do("POST", "/v1/splits", `{"amount": "0.05", "bids": [{"recipient": "a"}, {"recipient": "b", "max": "0.01"}], "max": "0.04"}`, "Actor", "").want(t, 200)
	for _, c := range []struct {
		what, query, body string
		status            int
		wrongs            []wrong
	}{
		{"bounds that cannot be kept", "", strings.Replace(oneSplit, `"weights"`, `"min": "6000000.00", "weights"`, 1), 409, []wrong{{"amount", "split-infeasible"}}},
		{"everything at once", "?on=2014&colour=red", `{"amount": 5, "bids": [{"recipient": "a", "score": "x", "points": 1}, {"cost": "1.005"}], "min": "NaN"}`, 422,
			[]wrong{{"colour", "parameter-unknown"}}},
		{"everything in it", "?on=2014-02-30", `{"amount": 5, "bids": [{"recipient": "a", "score": "x", "points": 1}, {"cost": "1.005"}], "min": "NaN"}`, 422,
			[]wrong{{"on", "date-invalid"}, {"amount", "field-type"}, {"bids[0].score", "field-type"}, {"bids[0].points", "field-unknown"}, {"bids[1].cost", "money-invalid"},
				{"min", "money-invalid"}, {"bids[1].recipient", "field-missing"}}},
		{"no bids", "", `{"amount": "1.00"}`, 422, []wrong{{"bids", "field-missing"}}},
		{"a score below nothing", "", `{"amount": "1.00", "bids": [{"recipient": "a", "score": -1}]}`, 422, []wrong{{"bids[0].score", "split-invalid"}}},
		{"more than can be held", "", `{"amount": "92233720368547758.08", "bids": [{"recipient": "a"}]}`, 422, []wrong{{"amount", "money-invalid"}}},
		{"an envelope that is not there", "", `{"envelope": "none", "bids": [{"recipient": "a"}]}`, 404, []wrong{{"envelope", "entity-not-found"}}},
		{"no JSON", "", `{`, 400, []wrong{{"", "body-malformed"}}},
	} {
		s.refuses(c.what, s.do("POST", "/v1/splits"+c.query, c.body), c.status, c.wrongs)
	}
	s.do("POST", "/v1/splits", oneSplit, "Content-Type", "text/plain").want(t, 415).problem(t)
	if s.acts() != before {
		t.Error("a proposal was recorded")
	}
}

// refuses holds a problem against what it must list, and nothing else.
func (s *service) refuses(what string, r response, status int, wrongs []wrong) {
	s.t.Helper()
	if r.StatusCode != status {
		s.t.Errorf("%s: status %d, want %d: %.500s", what, r.StatusCode, status, r.body)
		return
	}
	var got []string
	for _, e := range r.problem(s.t).Errors {
		got = append(got, e.Field+" "+string(e.Rule))
	}
	var want []string
	for _, w := range wrongs {
		want = append(want, w.field+" "+w.rule)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("%s (-want +got)\n%s%s", what, diff, r.body)
	}
}

func TestMoneyRules(t *testing.T) {
	s := serve(t)
	s.fund()
	before := s.acts()
	exact := func(m string) string { return fmt.Sprintf(`{"kind": "exact", "nominal": %q}`, m) }
	pay := func(more, amount, day string) string {
		return fmt.Sprintf(`{"reason": "x", "input": {"award": "aw-oxford", %s"amount": %s, "day": {"on": %q}}}`, more, amount, day)
	}
	allocate := func(amount, more string) string {
		return fmt.Sprintf(`{"reason": "x", "input": {"allocation": "all-more", "envelope": "pot-2013", "recipient": "ahsn-kss", %s"day": {"on": "2013-06-02"}, "figure": {"amount": %s,
			"per": "whole-period", "basis": "announced", "covers": {"start": "2013-04-01", "end": "2014-04-01"}}}}`, more, exact(amount))
	}
	for _, c := range []struct {
		what, path, body string
		status           int
		wrongs           []wrong
	}{
		{"paid before the award", "payments", pay("", exact("1.00"), "2013-06-09"), 409, []wrong{{"input.day", "payment-before-award"}}},
		{"paid over the instalment", "payments", pay(`"instalment": "ins-1", `, exact("0.01"), "2013-07-02"), 409, []wrong{{"input.amount", "payment-over-instalment"}}},
		{"paid while a gate keeps it back", "payments", pay(`"instalment": "ins-2", `, exact("1.00"), "2014-01-15"), 409, []wrong{{"input.instalment", "payment-gated"}}},
		{"paid over the award", "payments", pay("", exact("1750000.51"), "2013-12-01"), 409, []wrong{{"input.amount", "payment-over-award"}}},
		{"more comes back than was paid", "refunds", pay(`"type": "repayment", `, exact("1749999.51"), "2013-12-01"), 409, []wrong{{"input.amount", "refund-over-payments"}}},
		{"allocated over the envelope", "allocations", allocate("6000000.01", ""), 409, []wrong{{"input.figure", "envelope-exceeded"}}},
		{"three decimals", "payments", pay("", exact("1.005"), "2013-12-01"), 422, []wrong{{"input.amount.nominal", "money-invalid"}}},
		{"no number", "payments", pay("", exact("NaN"), "2013-12-01"), 422, []wrong{{"input.amount.nominal", "money-invalid"}}},
		{"a number with an exponent", "payments", pay("", exact("1e9"), "2013-12-01"), 422, []wrong{{"input.amount.nominal", "money-invalid"}}},
		{"a JSON number", "payments", pay("", `{"kind": "exact", "nominal": 1e9}`, "2013-12-01"), 422, []wrong{{"input.amount.nominal", "amount-invalid"}}},
		{"more than can be held", "payments", pay("", exact("92233720368547758.08"), "2013-12-01"), 422, []wrong{{"input.amount.nominal", "money-invalid"}}},
		{"a sum below nothing", "payments", pay("", exact("-1.00"), "2013-12-01"), 422, []wrong{{"input.amount", "amount-negative"}}},
		{"no amount and no day", "payments", `{"reason": "x", "input": {"award": "aw-oxford", "vat": "some"}}`, 422, []wrong{{"input.amount", "amount-missing"}, {"input.vat", "vat-invalid"}, {"input.day", "period-invalid"}}},
	} {
		s.refuses(c.what, s.do("POST", "/v1/facts/"+c.path, c.body), c.status, c.wrongs)
	}
	if s.acts() != before {
		t.Error("something that was refused was recorded")
	}
	s.do("POST", "/v1/facts/allocations", allocate("6000000.01", `"override": "the minister said so", `)).want(t, 201)
	// The greatest sum there is can be recorded; two of them cannot be added.
	most := exact("92233720368547758.07")
	for i := range 2 {
		body := fmt.Sprintf(`{"reason": "x", "input": {"organisation": "ahsn-kss", "amount": %s, "reference": "S-%d", "day": {"on": "2013-12-01"}}}`, most, i)
		s.do("POST", "/v1/facts/spending", body).want(t, 201)
	}
	s.refuses("a sum too large", s.get("/v1/ladder?network=ahsn-kss&on=2014-03-31"), 422, []wrong{{"", "arithmetic-overflow"}})
}

func TestReports(t *testing.T) {
	s := serve(t)
	s.fund()
	was := s.get("/v1/ladder?envelope=pot-2013&on=2014-03-31").want(t, 200).body
	r := s.do("POST", "/v1/reports", oneReport).want(t, 201)
	location := r.Header.Get("Location")
	if location != "/v1/reports/rep-1" {
		t.Fatalf("Location %q", location)
	}
	first := into[store.ReportReading](t, s.get(location).want(t, 200))
	issued := first.Report.Value
	if !first.Same || issued.Content != strings.TrimSuffix(was, "\n") || issued.Definition != `{"envelope":"pot-2013"}` || issued.Act != 2 {
		t.Errorf("issued %+v, and the ladder was %s", first, was)
	}
	s.refuses("issued again", s.do("POST", "/v1/reports", oneReport), 409, []wrong{{"input.report", "entity-exists"}})

	payments := into[store.FactList[innovation.Payment]](t, s.get("/v1/facts/payments?on=2014-03-31").want(t, 200)).Facts
	s.do("PUT", fmt.Sprintf("/v1/facts/payments/%d", payments[0].ID), `{"reason": "a slip of the pen", "input": {"award": "aw-oxford", "instalment": "ins-1",
		"amount": {"kind": "exact", "nominal": "1900000.00"}, "reference": "P-1", "day": {"on": "2013-07-01"}}}`).want(t, 200)
	if now := s.get("/v1/ladder?envelope=pot-2013&on=2014-03-31").want(t, 200).body; !strings.Contains(now, "1649999.50") { // 1,900,000.00 − 250,000.50
		t.Errorf("the ladder now: %s", now)
	}
	if again := into[store.ReportReading](t, s.get(location).want(t, 200)); !again.Same || again.Report.Value.Content != issued.Content {
		t.Errorf("after a correction the report is %+v", again)
	}

	// A report can be issued together with what it tells: it is of what was known before.
	act := fmt.Sprintf(`{"reason": "the books", "operations": [{"operation": "report.issue", "input": %s},
		{"operation": "report.issue", "input": {"report": "rep-3", "title": "Shares", "question": "shares", "definition": {"envelope": "pot-2013"}, "on": "2014-03-31", "publishedBy": "2013-05-23", "day": {"on": "2014-04-02"}}}]}`,
		strings.Replace(oneReport[strings.Index(oneReport, `{"report"`):len(oneReport)-1], "rep-1", "rep-2", 1))
	s.do("POST", "/v1/acts", act).want(t, 200)
	for _, key := range []string{"rep-2", "rep-3"} {
		if again := into[store.ReportReading](t, s.get("/v1/reports/"+key).want(t, 200)); !again.Same {
			t.Errorf("%s is %+v", key, again)
		}
	}

	// Every question can be issued, and its answer made again.
	for question, definition := range map[string]string{"runway": `{"organisation": "ahsn-oxford", "months": 6, "opening": {"kind": "exact", "nominal": "1.00"}}`,
		"self-sufficiency": `{"from": "2013/14", "to": "2014/15"}`, "leverage": `{}`, "variance": `{"organisation": "ahsn-oxford", "year": "2013/14"}`} {
		body := fmt.Sprintf(`{"reason": "x", "input": {"report": "rep-%s", "title": "T", "question": %[1]q, "definition": %s, "on": "2014-03-31", "day": {"on": "2014-04-02"}}}`, question, definition)
		location := s.do("POST", "/v1/reports", body).want(t, 201).Header.Get("Location")
		if again := into[store.ReportReading](t, s.get(location).want(t, 200)); !again.Same {
			t.Errorf("%s is %+v", question, again)
		}
	}

	before := s.acts()
	order := func(old, new string) string {
		return strings.NewReplacer(old, new, "rep-1", "rep-9").Replace(oneReport)
	}
	for _, c := range []struct {
		what, body string
		status     int
		wrongs     []wrong
	}{
		{"everything at once", `{"reason": "", "input": {"report": "No Key", "title": "", "question": "ladder", "on": "2014-02-30", "day": {"on": "x"}, "colour": 1}}`, 422,
			[]wrong{{"reason", "reason-required"}, {"input.on", "date-invalid"}, {"input.day.on", "period-invalid"}, {"input.colour", "field-unknown"}, {"input.report", "key-invalid"}, {"input.title", "text-required"}}},
		{"an unknown question", order(`"ladder"`, `"weather"`), 422, []wrong{{"input.question", "issued-report-invalid"}}},
		{"a field that the question has not", order(`{"envelope"`, `{"colour": 1, "envelope"`), 422, []wrong{{"input.definition", "issued-report-invalid"}}},
		{"a bad value of the question", order(`{"envelope"`, `{"by": "month", "envelope"`), 422, []wrong{{"input.definition.by", "ladder-by-invalid"}}},
		{"of what is not there", order("pot-2013", "none"), 404, []wrong{{"input.definition.envelope", "entity-not-found"}}},
		{"by nobody", order(`"title"`, `"issuer": "nobody", "title"`), 404, []wrong{{"input.issuer", "entity-not-found"}}},
	} {
		s.refuses(c.what, s.do("POST", "/v1/reports", c.body), c.status, c.wrongs)
	}
	if s.acts() != before {
		t.Error("a report that was refused was recorded")
	}
	if v, err := s.store.Verify(t.Context(), nil); err != nil || !v.OK {
		t.Errorf("%+v %v", v, err)
	}
}
