package tabular_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/tabular"
)

// purse is a register in which an award of the samples can be paid.
func purse(t *testing.T) (s *store.Store, award innovation.AwardID) {
	t.Helper()
	s = storetest.New(t)
	var facts []innovation.Cited
	for _, f := range storetest.Samples() {
		switch v := f.Fact.(type) {
		case innovation.Payment:
			award = v.Award
		case innovation.Adoption, innovation.Refund, innovation.Adjustment, innovation.Spend, innovation.YearEnd:
		default:
			facts = append(facts, f)
		}
	}
	record(t, s, facts...)
	return s, award
}

// bringAs is bring by another source.
func bringAs(t testing.TB, s *store.Store, noun innovation.FactType, text string, o tabular.Options) (tabular.Report, error) {
	t.Helper()
	return tabular.Import(t.Context(), s, act, noun, strings.NewReader(text), &o)
}

// Which rows are the payments that the register has does not depend on the order
// of the file, and no row takes the place of another payment of its day.
func TestPaymentsOfADay(t *testing.T) {
	s, award := purse(t)
	row := func(amount string) string { return fmt.Sprintf("%s,2021-05-01,%s\n", award, amount) }
	const head = "award,day,amount\n"
	sums := func() (out []string) {
		list, err := store.Facts[innovation.Payment](t.Context(), s, innovation.On(innovation.MustDate("2024-01-01")), store.FactFilter{AllDays: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list.Facts {
			out = append(out, fmt.Sprint(f.ID, " ", f.Value.Amount))
		}
		return out
	}
	take := func(text, want string, o tabular.Options) tabular.Report {
		t.Helper()
		dry, _ := bring(t, s, innovation.TypePayment, text, o)
		o.Write = true
		r, _ := bring(t, s, innovation.TypePayment, text, o)
		if brief(r) != want || brief(dry) != want {
			t.Errorf("%q: %s, dry %s, want %s: %q %+v", text, brief(r), brief(dry), want, problems(r), r.Changes)
		}
		return r
	}
	take(head+row("100"), "1 added, 0 changed, 0 unchanged, 0 refused", tabular.Options{})
	before := sums()
	take(head+row("250")+row("100"), "1 added, 0 changed, 1 unchanged, 0 refused", tabular.Options{})
	if got := sums(); len(got) != 2 || got[0] != before[0] {
		t.Errorf("%q became %q", before, got)
	}
	// Another sum may be a mistake as well as another payment: the number of the fact says which.
	if r := take(head+row("251")+row("100"), "0 added, 0 changed, 1 unchanged, 1 refused", tabular.Options{}); len(r.Refusals) != 1 || r.Refusals[0].Rule != innovation.RuleImportAmbiguous || r.Refusals[0].Row != 1 {
		t.Errorf("%+v", r.Refusals)
	}
	second, _, _ := strings.Cut(sums()[1], " ")
	take("fact,"+head+second+","+row("251")+","+row("100"), "0 added, 1 changed, 1 unchanged, 0 refused", tabular.Options{})
	if r := take(head+row("100")+row("100"), "0 added, 0 changed, 2 unchanged, 0 refused", tabular.Options{}); len(r.Remarks) != 1 || r.Remarks[0].Row != 2 {
		t.Errorf("that a row is dropped is not said: %+v", r.Remarks)
	}
	// Another source does not know of this one's payments.
	other := tabular.Options{Source: "bank", SourceTitle: "The bank", Write: true}
	r, err := bringAs(t, s, innovation.TypePayment, head+row("70"), other)
	if err == nil || len(r.Refusals) != 1 || r.Refusals[0].Rule != innovation.RuleImportAmbiguous {
		t.Errorf("%s %v", brief(r), err)
	}
	r, err = bringAs(t, s, innovation.TypePayment, "award,day,amount,reference\n"+fmt.Sprintf("%s,2021-05-01,70,B-1\n", award), other)
	if err != nil || r.Added != 1 {
		t.Errorf("%s %v %q", brief(r), err, problems(r))
	}
	if got := sums(); len(got) != 3 || got[0] != before[0] {
		t.Errorf("%q became %q", before, got)
	}
}

// A row without a reference is never taken as a correction of the sum of another
// fact, nor a succession as one of the day of another, whoever said that; the
// number of the fact, and what tells it apart, say what it is.
func TestAmountsOfADay(t *testing.T) {
	for _, c := range []struct {
		noun              innovation.FactType
		head, first, next string
		apart             string // next as another fact
		field             string
	}{
		{innovation.TypePayment, "award,day,amount,reference", "AWARD,2021-05-01,100,", "AWARD,2021-05-01,250,", "AWARD,2021-05-01,250,B-1", "amount"},
		{innovation.TypeRefund, "award,type,day,amount,reference", "AWARD,repayment,2021-06-01,10,", "AWARD,repayment,2021-06-01,12,", "AWARD,repayment,2021-06-01,12,B-1", "amount"},
		{innovation.TypeSpend, "organisation,day,amount,reference", "trust-a,2021-06-01,10,", "trust-a,2021-06-01,12,", "trust-a,2021-06-01,12,B-1", "amount"},
		{innovation.TypeAdjustment, "award,type,day,amount,reason", "AWARD,increase,2021-05-01,10,More", "AWARD,increase,2021-05-01,12,More", "AWARD,increase,2021-05-01,12,Again more", "amount"},
		{innovation.TypeIncome, "organisation,kind,day,amount,per,figure.basis,title", "trust-a,charity,2021-05-01,10,whole-period,reported,", "trust-a,charity,2021-05-01,12,whole-period,reported,", "trust-a,charity,2021-05-01,12,whole-period,reported,Another", "amount"},
		{innovation.TypeSuccession, "predecessor,successor,type,day,part", "trust-a,trust-b,transfer,2018-04-01,", "trust-a,trust-b,transfer,2019-04-01,", "trust-a,trust-b,transfer,2019-04-01,Estates", "day"},
	} {
		for _, source := range []innovation.SourceID{"returns", "bank"} {
			t.Run(string(c.noun)+" "+string(source), func(t *testing.T) {
				s, award := purse(t)
				record(t, s, innovation.Cited{Fact: innovation.Existence{Organisation: "trust-a", Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2000-01-01"))}},
					innovation.Cited{Fact: innovation.Existence{Organisation: "trust-b", Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2000-01-01"))}})
				if c.noun == innovation.TypeRefund {
					record(t, s, innovation.Cited{Fact: innovation.Payment{Award: award, Amount: innovation.Exact(100_000), Day: innovation.OnDay(innovation.MustDate("2021-05-01"))}})
				}
				text := func(head string, rows ...string) string {
					return head + "\n" + strings.ReplaceAll(strings.Join(rows, "\n"), "AWARD", string(award)) + "\n"
				}
				if r, err := bringAs(t, s, c.noun, text(c.head, c.first), tabular.Options{Source: "returns", SourceTitle: "Returns", Write: true}); err != nil || r.Added != 1 {
					t.Fatalf("%s %v %q", brief(r), err, problems(r))
				}
				list, err := store.FactsOf(t.Context(), s, c.noun, innovation.On(innovation.MustDate("2024-01-01")), store.FactFilter{AllDays: true})
				if err != nil {
					t.Fatal(err)
				}
				var number innovation.FactID // of the latest
				for _, f := range list.Facts {
					number = max(number, f.ID)
				}
				o := tabular.Options{Source: source, SourceTitle: "Another", Write: true}
				before := digest(t, s)
				r, err := bringAs(t, s, c.noun, text(c.head, c.next), o)
				if err == nil || len(r.Refusals) != 1 || r.Refusals[0].Rule != innovation.RuleImportAmbiguous || r.Refusals[0].Field != c.field || !strings.Contains(r.Refusals[0].Try, "column fact") {
					t.Fatalf("%s %v %+v", brief(r), err, r.Refusals)
				}
				if r, err = bringAs(t, s, c.noun, text(c.head, c.first), o); err != nil || r.Unchanged != 1 || digest(t, s) != before {
					t.Errorf("%s %v %+v", brief(r), err, r.Refusals)
				}
				// Beside the first it is another one; and so it is with what tells it apart.
				if r, err = bringAs(t, s, c.noun, text(c.head, c.apart), o); err != nil || r.Added != 1 {
					t.Errorf("%s %v %q", brief(r), err, problems(r))
				}
				// By its number it is corrected.
				if r, err = bringAs(t, s, c.noun, text("fact,"+c.head, fmt.Sprint(number, ",", c.next)), o); err != nil || r.Changed != 1 {
					t.Errorf("%s %v %q", brief(r), err, problems(r))
				}
			})
		}
	}
}

// What a body was once and is again are two facts.
func TestOnceAndAgain(t *testing.T) {
	s := storetest.New(t)
	for _, c := range []struct {
		noun        innovation.FactType
		once, again string
		moved       string // overlaps
	}{
		{innovation.TypeExistence, "organisation,aspect,kind,start,end\na,operational,nhs-trust,2000-01-01,2005-01-01\n",
			"organisation,aspect,kind,start\na,operational,nhs-trust,2013-01-01\n", "organisation,aspect,kind,start\na,operational,nhs-trust,2012-01-01\n"},
		{innovation.TypeIdentifier, "organisation,scheme,value,start,end\na,ods,RTA,2000-01-01,2005-01-01\n",
			"organisation,scheme,value,start\na,ods,RTA,2013-01-01\n", "organisation,scheme,value,start\na,ods,RTA,2012-01-01\n"},
	} {
		var got []string
		for _, text := range []string{c.once, c.again, c.moved} {
			r, err := bring(t, s, c.noun, text, tabular.Options{Write: true})
			got = append(got, fmt.Sprint(brief(r), " ", err))
		}
		want := []string{"1 added, 0 changed, 0 unchanged, 0 refused <nil>", "1 added, 0 changed, 0 unchanged, 0 refused <nil>"}
		if diff := cmp.Diff(want, got[:2]); diff != "" || got[2] != "0 added, 1 changed, 0 unchanged, 0 refused <nil>" {
			t.Errorf("%s: %q\n%s", c.noun, got, diff)
		}
	}
}
