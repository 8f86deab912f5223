package httpapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/store/tabular"
)

const (
	xlsx        = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	importRoles = "/v1/tables/roles?reason=returns&source=returns&sourceTitle=Returns"
	roleTable   = "organisation,role,start,note\nahsn-oxford,host,2014-01-01,\nnhs-england,sponsor,2015-01-01,of all\n"
)

func TestImportTable(t *testing.T) {
	s := serve(t)
	s.fund()
	send := func(query, body string) response {
		return s.do("POST", importRoles+query, body, "Content-Type", "text/csv")
	}
	before := s.acts()
	dry := into[tabular.Report](t, send("", roleTable).want(t, 200))
	if dry.Added != 2 || dry.Act != 0 || !dry.DryRun || s.acts() != before {
		t.Errorf("a dry run: %+v", dry)
	}
	done := into[tabular.Report](t, send("&write=true", roleTable).want(t, 200))
	if done.Added != 2 || done.Act != before+1 || done.DryRun {
		t.Errorf("%+v", done)
	}
	again := into[tabular.Report](t, send("&write=true", roleTable).want(t, 200))
	if again.Unchanged != 2 || again.Act != 0 || s.acts() != before+1 {
		t.Errorf("brought in twice: %+v", again)
	}
	theirs := "Body;Part;Since;Remark\nahsn-oxford;Gives money;01/02/2014;x\n"
	mapped := "&dayFirst=true"
	for _, line := range []string{"Body,organisation", "Part,role", "Since,period.start", "Remark,-", ",note,from theirs"} {
		mapped += "&map=" + url.QueryEscape(line)
	}
	if r := into[tabular.Report](t, send("&write=true"+mapped, theirs).want(t, 200)); r.Added != 1 || len(r.Remarks) != 2 {
		t.Errorf("mapped: %+v", r)
	}
	for _, kind := range []string{"text/csv", xlsx} {
		table := s.get("/v1/tables/role?allDays=true", "Accept", kind).want(t, 200)
		if got := table.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
			t.Errorf("%s as %s", kind, got)
		}
		back := into[tabular.Report](t, s.do("POST", importRoles+"&write=true", table.body, "Content-Type", kind).want(t, 200))
		if back.Unchanged != back.Rows || back.Rows == 0 {
			t.Errorf("%s: %+v", kind, back)
		}
		empty := s.get("/v1/tables/role/template", "Accept", kind).want(t, 200)
		if r := into[tabular.Report](t, s.do("POST", importRoles, empty.body, "Content-Type", kind).want(t, 200)); r.Rows != 0 || len(r.Remarks) == 0 {
			t.Errorf("%s: %+v", kind, r)
		}
	}
	if notes := s.get("/v1/tables/role/template?notes=true").want(t, 200); !strings.Contains(notes.body, "\nrole,yes,The role") {
		t.Errorf("%s", notes.body)
	}
	if v, err := s.store.Verify(t.Context(), nil); err != nil || !v.OK {
		t.Errorf("%+v %v", v, err)
	}
}

func TestRefusedTable(t *testing.T) {
	s := serve(t)
	s.fund()
	before := s.acts()
	file := roleTable + "nobody,host,2014-01-01,\nnhs-england,hostess,1/2/2014,seen with 943 476 5919\n"
	for _, write := range []string{"", "&write=true"} {
		r := s.do("POST", importRoles+write, file, "Content-Type", "text/csv").want(t, 422)
		p := r.problem(t)
		var got []string
		for _, e := range p.Errors {
			got = append(got, fmt.Sprintf("%d %d %s %s", e.Row, e.Line, e.Field, e.Rule))
		}
		if diff := cmp.Diff([]string{"3 4 organisation entity-not-found", "4 5 note patient-data"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if p.Table == nil || p.Table.Added != 2 || p.Table.Refused != 2 || strings.Contains(r.body, "943") {
			t.Errorf("%s", r.body)
		}
	}
	rows := s.do("POST", importRoles+"&refused=csv", file, "Content-Type", "text/csv").want(t, 200)
	if !strings.HasPrefix(rows.body, "problem,what to try,organisation,role,start,note\n") || strings.Count(rows.body, "\n") != 3 {
		t.Errorf("%s", rows.body)
	}
	if s.acts() != before {
		t.Error("something was written")
	}
	part := into[tabular.Report](t, s.do("POST", importRoles+"&partial=true&write=true", file, "Content-Type", "text/csv").want(t, 200))
	if part.Added != 2 || part.Refused != 2 || part.Act == 0 {
		t.Errorf("%+v", part)
	}
	for query, want := range map[string][]wrong{
		"/v1/tables/roles":                                       {{"source", "field-missing"}, {"reason", "reason-required"}},
		"/v1/tables/nothing?reason=x&source=x":                   {{"noun", "parameter-invalid"}},
		importRoles + "&refused=csv&write=true":                  {{"refused", "parameter-invalid"}},
		importRoles + "&changes=guess&write=maybe&refused=pdf":   {{"write", "parameter-invalid"}, {"changes", "parameter-invalid"}, {"refused", "parameter-invalid"}},
		importRoles + "&map=" + url.QueryEscape("Site"):          {{"map", "import-mapping-invalid"}},
		importRoles + "&map=" + url.QueryEscape(",colour,red"):   {{"colour", "import-mapping-invalid"}},
		importRoles + "&map=" + url.QueryEscape("note,role,odd"): {{"role", "import-mapping-invalid"}},
	} {
		r := s.do("POST", query, roleTable, "Content-Type", "text/csv")
		s.refuses(query, r, r.StatusCode, want)
	}
	s.do("POST", importRoles, "{}", "Content-Type", "application/json").want(t, 415)
}
