package httpapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
)

const importLedger = "/v1/imports?format=ledger&reason=the%20month%27s%20ledger&source=ledger-2014&sourceTitle=Ledger"

func TestImportLedger(t *testing.T) {
	s := serve(t)
	s.fund()
	send := func(query, body string) response {
		return s.do("POST", importLedger+query, body, "Content-Type", "text/csv")
	}
	before := s.acts()
	dry := into[grants.Report](t, send("&dryRun=true", ledger).want(t, 200))
	if dry.Added != 2 || dry.Act != 0 || !dry.DryRun || dry.Total != 0 || s.acts() != before {
		t.Errorf("a dry run: %+v", dry)
	}
	done := into[grants.Report](t, send("", ledger).want(t, 200))
	if done.Added != 2 || done.Act != before+1 || done.Total != 0 {
		t.Errorf("%+v", done)
	}
	again := into[grants.Report](t, send("", ledger).want(t, 200))
	if again.Added != 0 || again.Unchanged != 2 || again.Act != 0 || s.acts() != before+1 {
		t.Errorf("brought in twice: %+v", again)
	}
	award := into[store.AwardReading](t, s.get("/v1/awards/aw-oxford?on=2014-03-31").want(t, 200))
	if award.Standing.Paid.String() != "£2,000,100.00" {
		t.Errorf("paid %s", award.Standing.Paid)
	}
	changes := s.table(s.get(fmt.Sprintf("/v1/changes?since=%d&format=csv", before)))
	if diff := cmp.Diff("jo|the month's ledger|source|source/ledger-2014", columns(changes, "actor", "reason", "type", "subject")[1]); diff != "" {
		t.Errorf("the act (-want +got)\n%s", diff)
	}
	if v, err := s.store.Verify(t.Context(), nil); err != nil || !v.OK {
		t.Errorf("%+v %v", v, err)
	}
}

func TestRefusedImport(t *testing.T) {
	s := serve(t)
	s.fund()
	before := s.acts()
	file := ledger + "payment,none,,1.005,2014-03-03,,P-10,\nspend,,ahsn-oxford,-3.00,2014-02-30,,S-10,\n"
	for _, dryRun := range []string{"", "&dryRun=true"} {
		r := s.do("POST", importLedger+dryRun, file, "Content-Type", "text/csv").want(t, 422)
		p := r.problem(t)
		var got []string
		for _, e := range p.Errors {
			got = append(got, fmt.Sprintf("%d %d %s %s", e.Row, e.Line, e.Field, e.Rule))
			if !strings.HasPrefix(e.Detail, fmt.Sprintf("row %d, line %d: ", e.Row, e.Line)) {
				t.Errorf("the detail does not say where: %+v", e)
			}
		}
		want := []string{"3 4 amount money-invalid", "4 5 amount amount-negative", "4 5 date date-invalid"}
		if diff := cmp.Diff(want, got); diff != "" || p.Type != "urn:innovationregistry:rule:import-refused" {
			t.Errorf("(-want +got)\n%s%s", diff, r.body)
		}
		if p.Report == nil || p.Report.Rows != 4 || p.Report.Refused != 2 || len(p.Report.Refusals) != 3 {
			t.Errorf("the report: %+v", p.Report)
		}
		if s.acts() != before {
			t.Error("something of a refused file was recorded")
		}
	}
	part := into[grants.Report](t, s.do("POST", importLedger+"&partial=true", file, "Content-Type", "text/csv").want(t, 200))
	if part.Added != 2 || part.Refused != 2 || part.Act != before+1 {
		t.Errorf("in part: %+v", part)
	}
	for _, c := range []struct {
		what, query, kind string
		status            int
		wrongs            []wrong
	}{
		{"nothing said", "", "text/csv", 422, []wrong{{"format", "field-missing"}, {"source", "field-missing"}, {"reason", "reason-required"}}},
		{"everything wrong", "?format=excel&source=No&reason=x&dryRun=yes&year=2013&sourcePublished=soon&colour=red", "text/csv", 422, []wrong{{"colour", "parameter-unknown"}}},
		{"every value wrong", "?format=excel&source=No&reason=x&dryRun=yes&year=2013&sourcePublished=soon", "text/csv", 422, []wrong{{"source", "key-invalid"},
			{"dryRun", "parameter-invalid"}, {"year", "financial-year-invalid"}, {"format", "parameter-invalid"}, {"sourcePublished", "period-invalid"}}},
		{"a form", "?format=ledger&source=x&reason=x", "application/x-www-form-urlencoded", 415, []wrong{{"", "media-type-unsupported"}}},
		{"text in another coding", "?format=ledger&source=x&reason=x", "text/csv; charset=utf-16", 415, []wrong{{"", "media-type-unsupported"}}},
	} {
		s.refuses(c.what, s.do("POST", "/v1/imports"+c.query, ledger, "Content-Type", c.kind), c.status, c.wrongs)
	}
	s.do("POST", "/v1/imports?format=360giving-json&source=letter&reason=x", "no JSON", "Content-Type", "application/octet-stream").want(t, 422).problem(t)
	s.refuses("nobody", s.do("POST", importLedger, ledger, "Content-Type", "text/csv", "Actor", ""), 401, []wrong{{"", "actor-unknown"}})
	small := serve(t, func(o *httpapi.Options) { o.MaxFile = 50 })
	small.refuses("too long", small.do("POST", importLedger, ledger, "Content-Type", "text/csv"), 413, []wrong{{"", "body-too-large"}})
}

// What is given out can be brought into another register, and says the same.
func TestExport(t *testing.T) {
	s := serve(t)
	s.fund()
	s.do("POST", "/v1/facts/awards", `{"reason": "x", "input": {"award": "aw-vague", "title": "About a million", "funder": "nhs-england", "recipient": "ahsn-kss", "purpose": "x",
		"figure": {"amount": {"kind": "about", "nominal": "1000000.00"}, "per": "whole-period", "basis": "agreed"}, "day": {"on": "2013-06-10"}}}`).want(t, 201)
	const path = "/v1/exports?prefix=360G-example&on=2014-03-31"
	done := into[grants.ExportReport](t, s.get(path+"&report=true").want(t, 200))
	if done.Grants != 1 || done.Total != 3_500_000_00 || len(done.LeftOut) != 1 || done.LeftOut[0].Award != "aw-vague" || !done.LeftOut[0].Whole {
		t.Errorf("%+v", done)
	}
	for format, kind := range map[string]string{"360giving-json": "application/json", "360giving-csv": "text/csv"} {
		r := s.get(path+"&format="+format).want(t, 200)
		name := "awards-2014-03-31." + strings.TrimPrefix(format, "360giving-")
		if got := r.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) || r.Header.Get("Content-Disposition") != `attachment; filename="`+name+`"` {
			t.Errorf("%s: %v", format, r.Header)
		}
		other := serve(t)
		query := url.Values{"format": {format}, "reason": {"copied"}, "source": {"export"}, "sourceTitle": {"Export"}}
		report := into[grants.Report](t, other.do("POST", "/v1/imports?"+query.Encode(), r.body, "Content-Type", kind).want(t, 200))
		if report.Added != 1 || report.Total != 3_500_000_00 {
			t.Errorf("%s: %+v", format, report)
		}
		awards := into[store.FactList[innovation.Award]](t, other.get("/v1/facts/awards?on=2014-03-31").want(t, 200)).Facts
		if len(awards) != 1 || awards[0].Value.Figure.Amount.String() != "£3,500,000.00" || awards[0].Value.Day.String() != "2013-06-10" {
			t.Errorf("%s: %+v", format, awards)
		}
	}
	for query, wrongs := range map[string][]wrong{
		"":                                   {{"prefix", "field-missing"}},
		"?prefix=360G-example&format=ledger": {{"format", "parameter-invalid"}},
		"?prefix=example":                    {{"prefix", "text-required"}},
		"?prefix=360G-example&partial=true":  {{"partial", "parameter-unknown"}},
	} {
		s.refuses(query, s.get("/v1/exports"+query), 422, wrongs)
	}
	s.refuses("nothing to give out", s.get("/v1/exports?prefix=360G-example&on=2012-01-01"), 409, []wrong{{"grants", "import-schema"}})
	if none := into[grants.ExportReport](t, s.get("/v1/exports?prefix=360G-example&on=2012-01-01&report=true").want(t, 200)); none.Grants != 0 {
		t.Errorf("%+v", none)
	}
}
