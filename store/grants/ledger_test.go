package grants_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/storetest"
)

// withGrants is a register with the awards of the extract.
func withGrants(t testing.TB) *store.Store {
	t.Helper()
	st := storetest.New(t)
	bring(t, st, extract(t, "grants.json"), options(grants.ThreeSixtyJSON))
	return st
}

func ledger() grants.Options {
	opts := options(grants.Ledger)
	opts.Source = "ledger-2023"
	return opts
}

func TestImportLedger(t *testing.T) {
	t.Parallel()
	st := withGrants(t)
	r := bring(t, st, extract(t, "ledger.csv"), ledger())
	if r.Rows != 7 || r.Added != 7 || r.Organisations != 0 || r.Act != 2 {
		t.Errorf("%+v", r)
	}
	on := func(s string) innovation.Day { return innovation.OnDay(innovation.MustDate(s)) }
	month := func(y int, m int) (d innovation.Day) {
		d.Bound, _ = innovation.ParseBound(itoa(y) + "-" + pad(m))
		return d
	}
	exact := func(s string) innovation.Amount { return innovation.Exact(pounds(t, s)) }
	const award, steady = innovation.AwardID("360g-example-a-1"), innovation.OrganisationID("gb-coh-09000001")
	if diff := cmp.Diff([]innovation.Payment{
		{Award: award, Amount: exact("12500"), VAT: innovation.VATExcluded, Accrued: month(2023, 6), Reference: "P-1", Day: on("2023-06-15")},
		{Award: award, Amount: exact("12500"), VAT: innovation.VATExcluded, Accrued: month(2023, 10), Reference: "P-2", Day: on("2023-10-16")},
	}, all[innovation.Payment](t, st)); diff != "" {
		t.Errorf("payments (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]innovation.Refund{{Award: award, Type: innovation.Repayment, Amount: exact("500"), VAT: innovation.VATExcluded, Reason: "bought for less", Reference: "R-1", Day: on("2023-11-20")}},
		all[innovation.Refund](t, st)); diff != "" {
		t.Errorf("refunds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]innovation.Spend{
		{Organisation: steady, Award: award, Purpose: "evaluation", FocusArea: "falls", Amount: exact("8000.50"), Reference: "INV-9", Day: on("2023-09-30")},
		{Organisation: steady, Award: award, Purpose: "pay", FocusArea: "falls", Amount: exact("1000"), Reference: "INV-9", Day: on("2023-09-30")},
	}, all[innovation.Spend](t, st)); diff != "" {
		t.Errorf("spending (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]innovation.Income{{Organisation: steady, From: "gb-chc-1000001", Kind: innovation.IncomeCharity, Title: "Gala", Day: on("2023-12-01"),
		Figure: innovation.Figure{Amount: exact("2000"), Per: innovation.PerPeriod, Basis: innovation.FigureActual}}}, all[innovation.Income](t, st)); diff != "" {
		t.Errorf("income (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]innovation.YearEnd{{Organisation: steady, Award: award, Type: innovation.CarryForward, Year: 2023, Into: 2024, Amount: exact("1000"), Note: "agreed by letter", Day: on("2024-04-10")}},
		all[innovation.YearEnd](t, st)); diff != "" {
		t.Errorf("year ends (-want +got):\n%s", diff)
	}
	if again := bring(t, st, extract(t, "ledger.csv"), ledger()); again.Unchanged != 7 || again.Act != 0 {
		t.Errorf("the same ledger again: %+v", again)
	}
	if v, err := st.Verify(context.Background(), nil); err != nil || !v.OK {
		t.Errorf("the register after the imports: %+v %v", v, err)
	}
	other := bytes.Replace(extract(t, "ledger.csv"), []byte(`"12,500.00",2023-10-16`), []byte(`"12,400.00",2023-10-16`), 1)
	changed, err := grants.Import(context.Background(), st, bytes.NewReader(other), ledger())
	if diff := cmp.Diff([]string{"3 reference import-conflict"}, broken(changed.Refusals)); diff != "" {
		t.Errorf("a payment with another amount: %v (-want +got):\n%s", err, diff)
	}
}

func pad(m int) string {
	if m < 10 {
		return "0" + itoa(m)
	}
	return itoa(m)
}

func TestRefusedLedgerRows(t *testing.T) {
	t.Parallel()
	const header = "type,award,organisation,instalment,amount,currency,date,accrued,vat,reference,payee,from,stream,kind,match,year,into,note\n"
	for _, tt := range []struct {
		name, rows string
		want       []string
	}{
		{"a type not known", "invoice,360G-example-A-1,,,5,,2023-06-01,,,,,,,,,,,\n", []string{"1 type money-type-invalid"}},
		{"below nothing", "payment,360G-example-A-1,,,-5,,2023-06-01,,,,,,,,,,,\n" + "refund,360G-example-A-1,,,-5,,2023-06-01,,,,,,,,,,,\n",
			[]string{"1 amount amount-negative", "2 amount amount-negative"}},
		{"another currency", "payment,360G-example-A-1,,,5,EUR,2023-06-01,,,,,,,,,,,\n", []string{"1 currency currency-unsupported"}},
		{"what the type does not use", "payment,360G-example-A-1,gb-chc-1000002,,5,,2023-06-01,,,,,,,core,,,,\n", []string{"1 organisation import-row-shape", "1 kind import-row-shape"}},
		{"no award", "payment,,,,5,,2023-06-01,,,,,,,,,,,\n", []string{"1 award key-invalid"}},
		{"an award not there", "payment,360G-example-Z,,,5,,2023-06-01,,,,,,,,,,,\n" + "payment,nobody,,,5,,2023-06-01,,,,,,,,,,,\n", []string{"1 award entity-not-found", "2 award entity-not-found"}},
		{"organisations not there", "spend,,nobody,,5,,2023-06-01,,,,,,,,,,,\n" + "income,,GB-CHC-99,,5,,2023-06-01,,,,,,,core,,,,\n", []string{"1 organisation entity-not-found", "2 organisation entity-not-found"}},
		{"words of no list", "income,,gb-chc-1000002,,5,,2023-06-01,,gross,,,,gold,crypto,,,,\n", []string{"1 kind money-type-invalid", "1 vat vat-invalid"}},
		{"a stream not known", "spend,,gb-chc-1000002,,5,,2023-06-01,,,,,,gold,,,,,\n", []string{"1 stream term-unknown"}},
		{"years", "carry-forward,,gb-chc-1000002,,5,,2024-06-01,,,,,,,,,2023/25,,\n" + "carry-forward,,gb-chc-1000002,,5,,2024-06-01,,,,,,,,,2023/24,2022/23,\n",
			[]string{"1 year financial-year-invalid", "2 into year-end-invalid"}},
		{"months", "payment,360G-example-A-1,,,5,,2023-06-01,2023-13,,,,,,,,,,\n", []string{"1 accrued date-invalid"}},
		{"twice without a reference", strings.Repeat("payment,360G-example-A-1,,,5,,2023-06-01,,,,,,,,,,,\n", 2), []string{"2 reference import-row-repeated"}},
		{"twice with a reference", strings.Repeat("payment,360G-example-A-1,,,5,,2023-06-01,,,P,,,,,,,,\n", 2), nil},
		{"one reference for two", "payment,360G-example-A-1,,,5,,2023-06-01,,,P,,,,,,,,\npayment,360G-example-A-1,,,6,,2023-06-01,,,P,,,,,,,,\n", []string{"2 reference import-row-repeated"}},
		{"early", "payment,360G-example-A-1,,,5,,2023-05-01,,,,,,,,,,,\n", []string{"1 date payment-before-award"}},
		{"too much", "payment,360G-example-A-1,,,25000.01,,2023-06-01,,,,,,,,,,,\n", []string{"1 amount payment-over-award"}},
		{"back before it went out", "refund,360G-example-A-1,,,5,,2023-06-01,,,,,,,,,,,\npayment,360G-example-A-1,,,5,,2023-07-01,,,,,,,,,,,\n", []string{"1 amount refund-over-payments"}},
		{"in the order of days", "refund,360G-example-A-1,,,5,,2023-07-01,,,,,,,,,,,\npayment,360G-example-A-1,,,5,,2023-07-01,,,,,,,,,,,\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st := withGrants(t)
			r, err := grants.Import(context.Background(), st, strings.NewReader(header+tt.rows), ledger())
			accounted(t, r)
			if diff := cmp.Diff(tt.want, broken(r.Refusals)); diff != "" || (err == nil) != (tt.want == nil) {
				t.Errorf("%v (-want +got):\n%s%s", err, diff, notes(r.Refusals))
			}
		})
	}
}

func TestNegativePaymentSaysWhatToDo(t *testing.T) {
	t.Parallel()
	r, err := grants.Import(context.Background(), withGrants(t), strings.NewReader("type,award,amount,date\npayment,360g-example-a-1,-1,2023-06-01\n"), ledger())
	if err == nil || len(r.Refusals) != 1 || !strings.Contains(r.Refusals[0].Try, "record it as a refund") {
		t.Errorf("%v: %+v", err, r.Refusals)
	}
}
