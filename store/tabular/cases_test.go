package tabular_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/tabular"
)

// ward is a register with two trusts, their codes and an innovation.
func ward(t testing.TB) *store.Store {
	s := storetest.New(t)
	from := func(day string) innovation.Period { return innovation.From(innovation.MustDate(day)) }
	var facts []innovation.Cited
	for _, f := range []innovation.Fact{
		innovation.Existence{Organisation: "trust-a", Aspect: innovation.Operational, Kind: "nhs-trust", Period: from("2000-01-01")},
		innovation.Existence{Organisation: "trust-b", Aspect: innovation.Operational, Kind: "nhs-trust", Period: from("2000-01-01")},
		innovation.Identifier{Organisation: "trust-a", Scheme: "ods", Value: "RTA", Period: from("2000-01-01")},
		innovation.Identifier{Organisation: "trust-b", Scheme: "ods", Value: "RTB", Period: from("2000-01-01")},
		innovation.Identifier{Organisation: "trust-a", Scheme: "ods", Value: "RTX", Period: innovation.Between(innovation.MustDate("2000-01-01"), innovation.MustDate("2010-01-01"))},
		innovation.Identifier{Organisation: "trust-b", Scheme: "ods", Value: "RTX", Period: from("2010-01-01")},
		innovation.Innovation{Innovation: "libre", Name: "FreeStyle Libre", Period: from("2013-01-01")},
	} {
		facts = append(facts, innovation.Cited{Fact: f})
	}
	record(t, s, facts...)
	return s
}

const plainEvents = "innovation,organisation,step,stage,grade,day,note\n" +
	"libre,trust-a,reached,piloting,self-reported,2018-02,café\n" +
	"libre,trust-b,reached,adopted,self-reported,2019-03-01,\n"

// The same events, however somebody's program wrote them.
func TestHoweverItIsWritten(t *testing.T) {
	semicolons := strings.ReplaceAll(plainEvents, ",", ";")
	for name, c := range map[string]struct {
		text string
		o    tabular.Options
	}{
		"plain":             {plainEvents, tabular.Options{}},
		"byte order mark":   {"\uFEFF" + plainEvents, tabular.Options{}},
		"CR only":           {strings.ReplaceAll(plainEvents, "\n", "\r"), tabular.Options{}},
		"semicolons":        {semicolons, tabular.Options{}},
		"said semicolons":   {semicolons, tabular.Options{Comma: ';'}},
		"Windows-1252":      {strings.ReplaceAll(plainEvents, "é", "\xe9"), tabular.Options{}},
		"said Windows-1252": {strings.ReplaceAll(plainEvents, "é", "\xe9"), tabular.Options{Latin: true}},
		"rows at the end":   {plainEvents + ",,,,,,\n\n , \n,,\n", tabular.Options{}},
		"a title":           {"Returns of 2018\n\n" + plainEvents, tabular.Options{}},
		"other headings":    {strings.Replace(plainEvents, "innovation,organisation,step,stage,grade,day,note", "INNOVATION*,Organisation , Step,stage,Grade,Day on,Note", 1), tabular.Options{}},
		"codes":             {strings.NewReplacer("organisation", "Organisation (ODS code)", "trust-a", "RTA", "trust-b", "rtb").Replace(plainEvents), tabular.Options{}},
		"ods alone":         {strings.NewReplacer("organisation", "ODS code", "trust-a", "RTA", "trust-b", "RTB").Replace(plainEvents), tabular.Options{}},
		"codes of a day":    {strings.NewReplacer("trust-a", "ods:RTA", "trust-b", "ods:RTX").Replace(plainEvents), tabular.Options{}},
		"words":             {strings.NewReplacer("self-reported", "Self reported", "reached", "REACHED").Replace(plainEvents), tabular.Options{}},
		"day first":         {strings.Replace(plainEvents, "2019-03-01", "01/03/2019", 1), tabular.Options{DayFirst: true}},
		"months by name":    {strings.NewReplacer("2019-03-01", "1 March 2019", "2018-02", "Feb 2018").Replace(plainEvents), tabular.Options{}},
		"problems":          {"problem,what to try," + strings.NewReplacer("\nlibre", "\nx,y,libre").Replace(plainEvents), tabular.Options{}},
		"two headings":      {"innovation,organisation,Event,,,When,note\n,,step,stage,grade,day,\n" + strings.SplitN(plainEvents, "\n", 2)[1], tabular.Options{}},
		"mapped": {strings.NewReplacer("organisation", "Site", "day", "Live since", "note", "Remarks", "stage", "Status", "2019-03-01", "1/3/2019", "piloting", "Trial", "adopted", "Live").Replace(plainEvents),
			tabular.Options{Mapping: []tabular.Mapping{{Heading: "site", Field: "organisation"}, {Heading: "Live since", Field: "day", How: "day-first"},
				{Heading: "Remarks", Field: "note"}, {Heading: "Status", Field: "stage", How: "Trial=piloting; live = adopted"}}}},
		"constant": {strings.NewReplacer("grade,", "", "self-reported,", "", "note", "nonsense").Replace(plainEvents),
			tabular.Options{Mapping: []tabular.Mapping{{Field: "grade", How: "self-reported"}, {Heading: "nonsense", Field: "note"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := ward(t)
			c.o.Write = true
			r, err := bring(t, s, innovation.TypeAdoption, c.text, c.o)
			if err != nil || r.Added != 2 {
				t.Fatalf("%s: %v\n%q", brief(r), err, problems(r))
			}
			again, err := bring(t, s, innovation.TypeAdoption, plainEvents, tabular.Options{Write: true})
			if err != nil || again.Unchanged != 2 || again.Act != 0 {
				t.Errorf("it is not the same: %s %v", brief(again), err)
			}
		})
	}
}

// What is wrong with a file as a whole is said at once.
func TestRefusedFiles(t *testing.T) {
	s := ward(t)
	before := digest(t, s)
	for _, c := range []struct {
		text string
		o    tabular.Options
		want []string
	}{
		{"innovation,organisation,step,colour,day,stages\nlibre\n", tabular.Options{}, []string{"colour import-column-unknown", "stages import-column-unknown", "grade import-column-missing"}},
		{"innovation,organisation,step,grade,day,Day on\n", tabular.Options{}, []string{"Day on import-column-repeated"}},
		{"a,b\n1,2\n", tabular.Options{Mapping: []tabular.Mapping{{Heading: "a", Field: "colour"}, {Heading: "b", Field: "stage", How: "day-first"}}},
			[]string{"colour import-mapping-invalid", "stage import-mapping-invalid", "innovation import-column-missing", "organisation import-column-missing", "step import-column-missing", "grade import-column-missing", "day.on import-column-missing"}},
		{"", tabular.Options{}, []string{" import-unreadable"}},
		{"\n\n\n", tabular.Options{}, []string{" import-unreadable"}},
		{plainEvents, tabular.Options{Changes: "guess"}, []string{"changes word-unknown"}},
		{"innovation,organisation,step,grade,day\n\"libre\n", tabular.Options{}, []string{" import-unreadable"}},
	} {
		_, err := bring(t, s, innovation.TypeAdoption, c.text, c.o)
		var got []string
		for _, e := range innovation.Violations(err) {
			got = append(got, e.Field+" "+string(e.Rule))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s%v", c.text, diff, err)
		}
	}
	if _, err := tabular.Import(t.Context(), s, act, "nothing", strings.NewReader("x"), nil); len(innovation.Violations(err)) != 2 {
		t.Errorf("%v", err)
	}
	if digest(t, s) != before {
		t.Error("something was written")
	}
}

// Refused rows are all listed, under the headings of the file, and come back in
// a file that can be corrected and brought in.
func TestRefusedRows(t *testing.T) {
	for _, format := range []string{sheet.CSV, sheet.XLSX} {
		s := ward(t)
		text := "innovation,Trust,step,stage,grade,day,note,extentLow\n" +
			"libre,trust-a,reached,adopted,self-reported,2018-02,,\n" +
			"libre,trust-c,reached,adoptd,self-reported,01/02/2018,,much\n" +
			"libre,ods:RTZ,reached,adopted,self-reported,2018-02,,\n" +
			"libre,trust-b,reached,adopted,self-reported,1.2.18,,1200001\n" +
			"libre,trust-b,reached,adopted,self-reported,2018-02-03,seen with 943 476 5919,\n" +
			"nothing,trust-b,reached,adopted,self-reported,2018-02-03,,\n" +
			"libre,trust-b,reached,adopted,self-reported,2018-02-03,,,stray\n"
		o := tabular.Options{Write: true, Mapping: []tabular.Mapping{{Heading: "Trust", Field: "organisation"}}}
		before := digest(t, s)
		r, err := bring(t, s, innovation.TypeAdoption, text, o)
		if innovation.Violations(err) == nil || innovation.Violations(err)[0].Rule != innovation.RuleImportRefused || r.Act != 0 || digest(t, s) != before {
			t.Errorf("%v %+v", err, r)
		}
		var got []string
		for _, n := range r.Refusals {
			got = append(got, fmt.Sprintf("%d %d %s %s %s", n.Row, n.Line, n.Field, n.Value, n.Rule))
			if strings.Contains(fmt.Sprint(n), "943 476 5919") {
				t.Error("the NHS number is repeated")
			}
		}
		want := []string{"2 3 stage adoptd term-unknown", "2 3 day 01/02/2018 import-date-ambiguous", "2 3 extentLow much count-invalid", "2 3 Trust trust-c entity-not-found", "3 4 Trust RTZ entity-not-found", "4 5 day 1.2.18 date-invalid", "4 5 extentLow 1200001 adoption-extent",
			"5 6 note  patient-data", "6 7 innovation nothing entity-not-found", "7 8  stray import-row-shape"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		o.Partial = true
		if r, err = bring(t, s, innovation.TypeAdoption, text, o); err != nil || r.Added != 1 || r.Refused != 6 || r.Act == 0 {
			t.Errorf("in part: %s %v", brief(r), err)
		}
		var back bytes.Buffer
		if err := r.WriteRefused(&back, format); err != nil {
			t.Fatal(err)
		}
		if again, err := bring(t, s, innovation.TypeAdoption, back.String(), o); err != nil || again.Refused != 4 || again.Rows != 6 { // the stray cell has no heading and is gone, the number too
			t.Errorf("as it was: %s %v %q", brief(again), err, problems(again))
		}
		if format == sheet.CSV {
			corrected := strings.NewReplacer("trust-c", "trust-b", "adoptd", "adopted", "01/02/2018", "2017-02-01", "much", "", "RTZ", "RTB", "1.2.18", "2018-03-01", "1200001", "", "nothing", "libre").Replace(back.String())
			if again, err := bring(t, s, innovation.TypeAdoption, corrected, o); err != nil || again.Refused != 0 {
				t.Errorf("corrected: %s %v %q\n%s", brief(again), err, problems(again), corrected)
			}
		}
	}
}

// A row changes the fact that it means, in the fields that the file has.
func TestChanges(t *testing.T) {
	s := ward(t)
	take := func(noun innovation.FactType, text, want string, o tabular.Options) tabular.Report {
		t.Helper()
		o.Write = true
		r, err := bring(t, s, noun, text, o)
		if brief(r) != want {
			t.Errorf("%q: %s, want %s: %v\n%q", text, brief(r), want, err, problems(r))
		}
		return r
	}
	const one, changed, same = "1 added, 0 changed, 0 unchanged, 0 refused", "0 added, 1 changed, 0 unchanged, 0 refused", "0 added, 0 changed, 1 unchanged, 0 refused"
	refused := "0 added, 0 changed, 0 unchanged, 1 refused"
	r := take(innovation.TypeName, "organisation,text,kind,start,note\ntrust-a,First Trust,official,2001-01-01,old\n", one, tabular.Options{})
	take(innovation.TypeName, "organisation,text,kind,start\ntrust-a,First Trust,official,2001-01-01\n", same, tabular.Options{})
	r = take(innovation.TypeName, "organisation,text,kind,start\ntrust-a,First NHS Trust,official,2001-01-01\n", changed, tabular.Options{})
	if len(r.Changes) != 1 || r.Changes[0].Was != "First Trust" || r.Changes[0].Becomes != "First NHS Trust" || r.Changes[0].Field != "text" {
		t.Errorf("%+v", r.Changes)
	}
	fact := r.Changes[0].Fact
	r = take(innovation.TypeName, "organisation,text,kind,start,note\ntrust-a,First NHS Trust,official,2001-01-01,\n", same, tabular.Options{})
	r = take(innovation.TypeName, fmt.Sprintf("fact,organisation,text,kind,start,note\n%d,trust-a,First NHS Trust,official,2001-01-01,\n", fact), changed, tabular.Options{})
	if len(r.Changes) != 1 || r.Changes[0].Field != "note" || r.Changes[0].Becomes != "" {
		t.Errorf("an empty cell: %+v", r.Changes)
	}
	take(innovation.TypeName, fmt.Sprintf("fact,text\n%d,Old Trust\n", fact), changed, tabular.Options{})
	take(innovation.TypeName, fmt.Sprintf("fact,organisation,text\n%d,trust-b,Old Trust\n", fact), refused, tabular.Options{})
	take(innovation.TypeRole, fmt.Sprintf("fact,role\n%d,host\n", fact), refused, tabular.Options{})
	take(innovation.TypeName, "fact,text\n99999,x\n", refused, tabular.Options{})
	// The world changed.
	take(innovation.TypeName, "organisation,text,kind,start\ntrust-a,New Trust,official,2010-01-01\n", changed, tabular.Options{Changes: tabular.Revise})
	take(innovation.TypeName, "organisation,text,kind,start\ntrust-a,New Trust,official,2010-01-01\n", same, tabular.Options{Changes: tabular.Revise})
	take(innovation.TypeInnovation, "innovation,name,start\nlibre,Libre 2,2020-01-01\n", changed, tabular.Options{Changes: tabular.Revise})
	take(innovation.TypeInnovation, "innovation,name,start\nlibre,Libre 3,2021-06-01\n", refused, tabular.Options{}) // of two
	list, err := store.FactsOf(t.Context(), s, innovation.TypeName, innovation.On(innovation.MustDate("2009-12-31")), store.FactFilter{})
	if err != nil || len(list.Facts) != 1 || list.Facts[0].Value.(innovation.Name).Text != "Old Trust" {
		t.Errorf("%+v %v", list.Facts, err)
	}
	// Rows need what later ones found, in a chain that runs backwards.
	text := "envelope,title,type,parent,amount,per,basis,day\n"
	for i := 20; i > 0; i-- {
		text += fmt.Sprintf("pot-%d,Pot %d,pot,pot-%d,\"£1,250\",whole-period,announced,2020-01-01\n", i, i, i-1)
	}
	text += "pot-0,Pot,pot,,1250.5,whole-period,announced,2020-01-01\n"
	r, err = bring(t, s, innovation.TypeEnvelope, text, tabular.Options{Write: true})
	if r.Added != 21 || len(r.Founded) != 21 {
		t.Errorf("%s %d founded: %v %q", brief(r), len(r.Founded), err, problems(r)[:min(3, len(problems(r)))])
	}
	// A figure of another source is a rival, and stays.
	take(innovation.TypePopulation, "organisation,nominal,day\ntrust-a,\"1,000\",2020\n", one, tabular.Options{})
	take(innovation.TypePopulation, "organisation,nominal,day\ntrust-a,1100,2020\n", changed, tabular.Options{})
	o := tabular.Options{Write: true, Source: "other", SourceTitle: "Another"}
	other, err := tabular.Import(t.Context(), s, act, innovation.TypePopulation, strings.NewReader("organisation,nominal,day\ntrust-a,1200,2020\n"), &o)
	if err != nil || brief(other) != one {
		t.Errorf("a rival: %s %v", brief(other), err)
	}
	if v, err := s.Verify(t.Context(), nil); err != nil || !v.OK {
		t.Errorf("%+v %v", v, err)
	}
}
