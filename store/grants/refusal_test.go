package grants_test

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/storetest"
)

func itoa(n int) string { return strconv.Itoa(n) }

const researchHeader = "id,title,start_date,end_date,amount,currency,extending_org,lead_org_name\n"

// table makes a file of research awards, with the amounts and dates given.
func researchRow(id, amount, currency, start string) string {
	return id + `,Title,` + start + `,2030-12-31,"` + amount + `",` + currency + ",Funder,Lead\n"
}

func TestRefusedRows(t *testing.T) {
	t.Parallel()
	row := researchRow
	for _, tt := range []struct {
		name string
		data string
		want []string
	}{
		{"amounts", row("a", "1,250.00", "GBP", "2020-01-01") + row("b", "£1250", "", "2020-01-01") + row("c", "1.234", "GBP", "2020-01-01") + row("d", "NaN", "GBP", "2020-01-01") +
			row("e", "1e9", "GBP", "2020-01-01") + row("f", "", "GBP", "2020-01-01") + row("g", "12,50", "GBP", "2020-01-01") + row("h", "99999999999999999999", "GBP", "2020-01-01") +
			row("i", "-5", "GBP", "2020-01-01") + row("j", "(5.00)", "GBP", "2020-01-01") + row("k", "£ 5.00", "GBP", "2020-01-01") + row("l", "+5", "GBP", "2020-01-01"),
			[]string{"3 amount money-invalid", "4 amount money-invalid", "5 amount money-invalid", "6 amount amount-missing", "7 amount money-invalid", "8 amount money-invalid",
				"9 amount amount-negative", "10 amount amount-negative", "12 amount money-invalid"}},
		{"currencies", row("a", "5", "EUR", "2020-01-01") + row("b", "$5", "GBP", "2020-01-01") + row("c", "€5", "GBP", "2020-01-01") + row("d", "5", "gbp", "2020-01-01"),
			[]string{"1 currency currency-unsupported", "2 amount currency-unsupported", "3 amount currency-unsupported"}},
		{"ambiguous dates", row("a", "5", "GBP", "03/04/2020") + row("b", "5", "GBP", "04/04/2020"), []string{"1 start_date import-date-ambiguous"}},
		{"the day first by another row", row("a", "5", "GBP", "03/04/2020") + row("b", "5", "GBP", "31/03/2020"), nil},
		{"both ways", row("a", "5", "GBP", "03/04/2020") + row("b", "5", "GBP", "31/03/2020") + row("c", "5", "GBP", "03/31/2020"),
			[]string{"1 start_date import-date-ambiguous", "3 start_date date-invalid"}},
		{"no dates", row("a", "5", "GBP", "") + row("b", "5", "GBP", "30/02/2020") + row("c", "5", "GBP", "2020-2-3") + row("d", "5", "GBP", "2031-01-01"),
			[]string{"1 start_date date-invalid", "2 start_date date-invalid", "3 start_date date-invalid", "4 end_date period-invalid"}},
		{"repeated", row("a", "5", "GBP", "2020-01-01") + row("a", "6", "GBP", "2020-01-01") + row("a", "5", "GBP", "2020-01-01"), []string{"2 id import-row-repeated"}},
		{"shape", "a,b\n" + strings.TrimSuffix(row("b", "5", "GBP", "2020-01-01"), "\n") + ",more\n" + strings.TrimSuffix(row("c", "5", "GBP", "2020-01-01"), "\n") + ",\n",
			[]string{"1  import-row-shape", "1 amount amount-missing", "1 extending_org text-required", "1 lead_org_name text-required", "1 start_date date-invalid", "1 end_date date-invalid", "2  import-row-shape"}},
		{"everything at once", "a,,x,y,z,USD,,\n", []string{"1 amount money-invalid", "1 currency currency-unsupported", "1 title text-required", "1 extending_org text-required",
			"1 lead_org_name text-required", "1 start_date date-invalid", "1 end_date date-invalid"}},
		{"size", "a," + strings.Repeat("x", 70_000) + ",2020-01-01,2020-12-31,5,GBP,F,L\n", []string{"1 title import-too-large"}},
		{"blank rows", row("a", "5", "GBP", "2020-01-01") + "\n,,,,,,,\n" + row("b", "x", "GBP", "2020-01-01") + ",,,,,,,\n\n", []string{"2 amount money-invalid"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st := storetest.New(t)
			opts := options(grants.ResearchAwards)
			r, err := grants.Import(context.Background(), st, strings.NewReader(researchHeader+tt.data), opts)
			accounted(t, r)
			if diff := cmp.Diff(tt.want, broken(r.Refusals)); diff != "" {
				t.Errorf("%v; refusals (-want +got):\n%s", err, diff)
			}
			if (err != nil) != (tt.want != nil) || err != nil && !errors.Is(err, innovation.Refused) || (acts(t, st) == 0) != (tt.want != nil) {
				t.Errorf("%d acts, error %v", acts(t, st), err)
			}
			for _, n := range r.Refusals {
				if n.Try == "" || n.Line < 2 {
					t.Errorf("row %d, line %d: nothing to try for %s", n.Row, n.Line, n.Rule)
				}
			}
			opts.DryRun = true // the same again, dry, in a new register
			dry, dryErr := grants.Import(context.Background(), storetest.New(t), strings.NewReader(researchHeader+tt.data), opts)
			r.Act, r.DryRun = 0, true
			if diff := cmp.Diff(r, dry); diff != "" || (err == nil) != (dryErr == nil) {
				t.Errorf("the dry run differs: %v (-run +dry run):\n%s", dryErr, diff)
			}
		})
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	opts := options(grants.ThreeSixtyJSON)
	opts.DryRun = true
	r := bring(t, st, extract(t, "grants.json"), opts)
	if r.Added != 3 || r.Act != 0 || acts(t, st) != 0 || len(all[innovation.Award](t, st)) != 0 {
		t.Errorf("%+v, %d acts", r, acts(t, st))
	}
}

func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		format grants.Format
		data   string
		want   []innovation.RuleID
	}{
		{"unknown format", "xlsx", "", []innovation.RuleID{"import-format-unknown"}},
		{"empty", grants.Ledger, "", []innovation.RuleID{"import-unreadable"}},
		{"NUL", grants.Ledger, "type,amount,date\n\x00", []innovation.RuleID{"import-unreadable"}},
		{"UTF-16", grants.Ledger, "\xff\xfet\x00y\x00", []innovation.RuleID{"import-unreadable"}},
		{"neither encoding", grants.Ledger, "type,amount,date\n\x81", []innovation.RuleID{"import-unreadable"}},
		{"quotes", grants.Ledger, "type,amount,date\n\"a\"b,1,2\n", []innovation.RuleID{"import-unreadable"}},
		{"columns", grants.Ledger, "typ;amount\n", []innovation.RuleID{"import-column-missing", "import-column-missing"}},
		{"columns of 360Giving", grants.ThreeSixtyCSV, "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Funding Org:Identifier,Funding Org:Name,Recipient Org:Name\n",
			[]innovation.RuleID{"import-column-missing"}},
		{"columns of schemes", grants.GrantSchemes, "Department\n", []innovation.RuleID{"import-column-missing", "import-column-missing", "import-column-missing", "import-column-missing", "import-column-missing", "import-column-missing", "financial-year-invalid"}},
		{"repeated column", grants.Ledger, "type,amount,date,Amount\n", []innovation.RuleID{"import-column-repeated"}},
		{"not JSON", grants.ThreeSixtyJSON, "grants", []innovation.RuleID{"import-unreadable"}},
		{"more than JSON", grants.ThreeSixtyJSON, `{"grants":[]} x`, []innovation.RuleID{"import-unreadable"}},
		{"no UTF-8", grants.ThreeSixtyJSON, "{\"grants\":[\"\xff\"]}", []innovation.RuleID{"import-unreadable"}},
		{"huge number", grants.ThreeSixtyJSON, `{"grants":[{"amountAwarded":1e99999}]}`, []innovation.RuleID{"import-unreadable"}},
		{"no grants", grants.ThreeSixtyJSON, `{}`, []innovation.RuleID{"import-schema"}},
		{"no grant", grants.ThreeSixtyJSON, `{"grants":[]}`, []innovation.RuleID{"import-schema"}},
		{"a list", grants.ThreeSixtyJSON, `[]`, []innovation.RuleID{"import-schema"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := grants.Import(context.Background(), storetest.New(t), strings.NewReader(tt.data), options(tt.format))
			var rules []innovation.RuleID
			for _, e := range innovation.Violations(err) {
				rules = append(rules, e.Rule)
				if e.Try == "" {
					t.Errorf("nothing to try: %v", e)
				}
			}
			if diff := cmp.Diff(tt.want, rules); diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestRefusedSource(t *testing.T) {
	t.Parallel()
	opts := options(grants.ThreeSixtyJSON)
	opts.SourceTitle = ""
	_, err := grants.Import(context.Background(), storetest.New(t), bytes.NewReader(extract(t, "grants.json")), opts)
	if !errors.Is(err, innovation.Invalid) {
		t.Errorf("a new source without title and address: %v", err)
	}
	opts.Source = ""
	if _, err := grants.Import(context.Background(), storetest.New(t), bytes.NewReader(extract(t, "grants.json")), opts); !errors.Is(err, innovation.Invalid) {
		t.Errorf("no source: %v", err)
	}
}

// Every way in which a grant is not as the schema says names row, field and
// rule; what is not kept does not matter.
func TestRefusedGrants(t *testing.T) {
	t.Parallel()
	const good = `{"id":"360G-x-1","title":"T","description":"D","currency":"GBP","amountAwarded":1,"awardDate":"2020-01-01",
		"recipientOrganization":[{"id":"GB-CHC-1","name":"R"}],"fundingOrganization":[{"id":"GB-CHC-2","name":"F"}]}`
	for _, tt := range []struct {
		name, old, new string
		want           []string
	}{
		{"good", "", "", nil},
		{"no title", `"title":"T",`, ``, []string{"1 title import-schema"}},
		{"two missing", `"title":"T","description":"D",`, ``, []string{"1 description import-schema", "1 title import-schema"}},
		{"title of a wrong kind", `"T"`, `7`, []string{"1 title import-schema"}},
		{"amount as text", `:1,`, `:"1",`, []string{"1 amountAwarded import-schema"}},
		{"three decimals", `:1,`, `:1.005,`, []string{"1 amountAwarded money-invalid"}},
		{"an exponent", `:1,`, `:1e3,`, []string{"1 amountAwarded money-invalid"}},
		{"idle decimals", `:1,`, `:1.5000,`, nil},
		{"below nothing", `:1,`, `:-1,`, []string{"1 amountAwarded amount-negative"}},
		{"euros", `GBP`, `EUR`, []string{"1 currency currency-unsupported"}},
		{"no currency", `GBP`, `QQQ`, []string{"1 currency import-schema"}},
		{"no such day", `2020-01-01`, `2020-02-30`, []string{"1 awardDate date-invalid"}},
		{"no date", `2020-01-01`, `soon`, []string{"1 awardDate date-invalid"}},
		{"ambiguous date", `2020-01-01`, `03/04/2020`, []string{"1 awardDate import-date-ambiguous"}},
		{"certain date", `2020-01-01`, `13/04/2020`, nil},
		{"time of day", `2020-01-01`, `2020-01-01T10:00:00Z`, nil},
		{"no name", `,"name":"R"`, ``, []string{"1 recipientOrganization.name import-schema"}},
		{"blank name", `"name":"R"`, `"name":" "`, []string{"1 recipientOrganization text-required"}},
		{"no recipients", `{"id":"GB-CHC-1","name":"R"}`, ``, []string{"1 recipientOrganization import-schema"}},
		{"dates in the wrong order", `"awardDate"`, `"plannedDates":[{"startDate":"2021-01-01","endDate":"2020-01-01"}],"awardDate"`, []string{"1 plannedDates period-invalid"}},
		{"a field not kept", `"title"`, `"url":7,"title"`, nil},
		{"to an individual", `"recipientOrganization":[{"id":"GB-CHC-1","name":"R"}]`, `"recipientIndividual":{"id":"360G-x-i","name":"Somebody"}`, nil},
		{"text with a control character", `"T"`, `"T\u0001"`, []string{"1 title text-invalid"}},
		{"no grant", `{"id"`, `7,{"id"`, []string{"1  import-schema"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st := storetest.New(t)
			data := `{"grants":[` + strings.Replace(good, tt.old, tt.new, 1) + `]}`
			r, err := grants.Import(context.Background(), st, strings.NewReader(data), options(grants.ThreeSixtyJSON))
			accounted(t, r)
			if diff := cmp.Diff(tt.want, broken(r.Refusals)); diff != "" || (err == nil) != (tt.want == nil) {
				t.Errorf("%v (-want +got):\n%s%s", err, diff, notes(r.Refusals))
			}
			if len(all[innovation.Person](t, st)) > 0 {
				t.Error("a person was recorded")
			}
		})
	}
}
