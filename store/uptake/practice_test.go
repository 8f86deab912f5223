package uptake_test

import (
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/uptake"
)

const practiceHead = "EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PCN_CODE,PCN_NAME,ONS_CCG_CODE,CCG_CODE,CCG_NAME,ONS_STP_CODE,STP_CODE,STP_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,COMM_REGION_NAME\n"

// An ICB took over the codes of the partnership before it, as England's register has it.
func TestPracticesBesideTheBoardsOfEngland(t *testing.T) {
	s := register(t)
	from := innovation.From(day("2022-07-01"))
	record(t, s,
		innovation.Existence{Organisation: "icb", Aspect: innovation.Operational, Kind: "icb", Period: from},
		innovation.Identifier{Organisation: "icb", Scheme: "ods", Value: "QHM", Period: from},
		innovation.Identifier{Organisation: "icb", Scheme: "ons", Value: "E54000050", Period: from})
	got, err := uptake.Import(background, s, act, uptake.PracticeMap, strings.NewReader(practiceHead+
		"01-Sep-20,A81001,ONE,U1,P,E38000247,16C,C,E54000050,QHM,S,E40000009,Y63,R\n"), options())
	if err != nil || got.Refused != 0 || got.Unchanged < 0 {
		t.Errorf("%v, %+v", err, counts(got))
	}
}

// A network that changed its group: the earlier list, brought in once more after the later, changes nothing.
func TestPracticesEarlierListAgain(t *testing.T) {
	s := register(t)
	first := practiceHead + "01-Sep-20,A1,ONE,U1,P,,C1,C,,Q1,S,,Y1,R\n01-Sep-20,A2,TWO,U1,P,,C1,C,,Q1,S,,Y1,R\n"
	second := practiceHead + "01-Jan-22,A1,ONE,U1,P,,C1,C,,Q1,S,,Y1,R\n01-Jan-22,A2,TWO,U1,P,,C2,D,,Q1,S,,Y1,R\n"
	mustImport(t, s, uptake.PracticeMap, []byte(first), options())
	mustImport(t, s, uptake.PracticeMap, []byte(second), &uptake.Options{Source: "second", SourceTitle: "Second"})
	if again := mustImport(t, s, uptake.PracticeMap, []byte(first), options()); again.Act != 0 {
		t.Errorf("the same file again: %+v", counts(again))
		for _, r := range all[innovation.Relation](t, s) {
			t.Log(r.Value.Organisation, r.Value.Target, r.Value.Period)
		}
	}
}

// A place that is refused leaves nothing behind, and no count is below nothing.
func TestPracticesRefusedLeaveNothing(t *testing.T) {
	s := register(t)
	record(t, s, innovation.Identifier{Organisation: "trust-c", Scheme: "ons", Value: "E54000050", Period: innovation.From(day("2010-01-01"))})
	o := options()
	o.Partial = true
	got, err := uptake.Import(background, s, act, uptake.PracticeMap, strings.NewReader(practiceHead+
		"01-Sep-20,A81001,ONE,U1,P,E38000247,16C,C,E54000050,QHM,S,E54000050,Y63,R\n"+ // both are refused
		"01-Sep-20,A81002,TWO,U1,P,E38000247,16C,C,E54000050,QHM,S,E54000050,Y63,R\n"), o)
	if err != nil || got.Refused != 1 || got.Added != 1 || got.Unchanged != 0 {
		t.Errorf("%v %+v", err, counts(got))
	}
	for _, e := range all[innovation.Existence](t, s) {
		if id := e.Value.Organisation; id == "ods-qhm" || id == "ods-y63" {
			t.Errorf("%s is there", id)
		}
	}
	verified(t, s)
}

// Where a group became another is known to the day, and what was part of it went
// with it on that day.
func TestPracticesMerger(t *testing.T) {
	s := register(t)
	list := "C1,NHS ONE CCG,,,,,,,,,20130401,20210331\nC2,NHS TWO ICB - C2,,,,,,,,,20210401,\nC3,HUB,,,,,,,,,20130401,\n"
	o := &uptake.Options{Source: "list", SourceTitle: "List", Edition: day("2022-06-01")}
	got := mustImport(t, s, uptake.ODSList, []byte(list), o)
	if len(got.Remarks) != 1 || !strings.HasPrefix(got.Remarks[0].Detail, "1 row ") || got.Remarks[0].Value != "HUB" {
		t.Errorf("%+v", got.Remarks)
	}
	for _, n := range all[innovation.Name](t, s) {
		want := map[innovation.OrganisationID]string{"ods-c1": "2021-03-31", "ods-c2": "2022-06-01", "ods-c3": "2022-06-01"}[n.Value.Organisation]
		if n.Value.Period.Start.Latest != day(want) || n.Value.Period.Start.Earliest == day(want) {
			t.Errorf("%s bears its name %s", n.Value.Organisation, n.Value.Period)
		}
	}
	record(t, s, innovation.Succession{Predecessor: "ods-c1", Successor: "ods-c2", Type: innovation.Merge, Day: innovation.OnDay(day("2021-04-01"))})
	first, second := practiceHead+"01-Sep-20,A1,ONE,U1,P,,C1,C,,Q1,S,,Y1,R\n", practiceHead+"01-Jan-22,A1,ONE,U1,P,,C2,D,,Q1,S,,Y1,R\n"
	mustImport(t, s, uptake.PracticeMap, []byte(first), options())
	mustImport(t, s, uptake.PracticeMap, []byte(second), options())
	found := false
	for _, r := range all[innovation.Relation](t, s) {
		if r.Value.Organisation == "ods-u1" && r.Value.Target == "ods-c2" {
			found = r.Value.Period == innovation.From(day("2021-04-01"))
		}
	}
	if !found {
		t.Error("the network did not move on the day of the merger")
	}
	for _, text := range []string{first, second} {
		if again := mustImport(t, s, uptake.PracticeMap, []byte(text), options()); again.Act != 0 {
			t.Errorf("again: %+v", counts(again))
		}
	}
	other := register(t)
	mustImport(t, other, uptake.PracticeMap, []byte(second), options())
	mustImport(t, other, uptake.PracticeMap, []byte(first), options())
	for _, text := range []string{first, second} {
		if again := mustImport(t, other, uptake.PracticeMap, []byte(text), options()); again.Act != 0 {
			t.Errorf("the later first, again: %+v", counts(again))
		}
	}
	verified(t, s)
	verified(t, other)
}

// Months before an organisation opened are refused by themselves, and not all
// that follow them.
func TestMonthsBeforeOpening(t *testing.T) {
	s := register(t)
	o := libre()
	o.Partial = true
	got := mustImport(t, s, uptake.Month, []byte("month,ccg,numerator_items,denominator_list_thousands\n2010-01,RAA,1,10\n2018-05,RAA,2,10\n2018-06,RAA,2,10\n"), o)
	if got.Refused != 1 || got.Added != 2 || got.Events != 2 || len(got.Refusals) != 1 {
		t.Errorf("%+v", got)
	}
	verified(t, s)
}
