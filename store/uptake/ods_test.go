package uptake_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/uptake"
)

func extract(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// list is a list of bodies, each with its code, name, region, geography, first
// and last day.
func list(rows ...[6]string) []byte {
	var b bytes.Buffer
	for _, r := range rows {
		fmt.Fprintf(&b, "%s,%s,%s,%s,,,,,,,%s,%s\n", r[0], r[1], r[2], r[3], r[4], r[5])
	}
	return b.Bytes()
}

func of(day string) *uptake.Options {
	return &uptake.Options{Source: innovation.SourceID("list-" + day), SourceTitle: "List", Edition: innovation.MustDate(day)}
}

// again brings a list in, and once more, which changes nothing.
func again(t *testing.T, s *store.Store, text []byte, o *uptake.Options) uptake.Report {
	t.Helper()
	got := mustImport(t, s, uptake.ODSList, text, o)
	if twice := mustImport(t, s, uptake.ODSList, text, o); twice.Act != 0 || len(twice.Contradictions) != len(got.Contradictions) {
		t.Errorf("again: %+v", twice)
	}
	return got
}

// Extracts of five lists, in any order.
func TestODSEditions(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	files := map[string]string{"2016-06-01": "etr_c2016.csv", "2020-03-30": "etr_c2020.csv", "2022-03-01": "etr_2022-03.csv", "2025-07-01": "etr_2025-07.csv", "2025-12-01": "etr_2025-12.csv"}
	days := []string{"2016-06-01", "2020-03-30", "2022-03-01", "2025-07-01", "2025-12-01"}
	var first []string
	for range 12 {
		s := storetest.New(t)
		always := innovation.FromBound(innovation.UnknownBound())
		for _, code := range []string{"Y54", "Y56", "Y59", "Y62", "Q71", "QKK", "QKS", "QYG"} {
			id := innovation.OrganisationID("area-" + strings.ToLower(code))
			record(t, s, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-region", Period: always},
				innovation.Identifier{Organisation: id, Scheme: "ods", Value: code, Period: always})
		}
		for _, d := range days {
			again(t, s, extract(t, files[d]), of(d))
		}
		verified(t, s)
		got := told(t, s)
		if first == nil {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Fatalf("in the order %v (-want +got)\n%s", days, diff)
		}
		r.Shuffle(len(days), func(i, j int) { days[i], days[j] = days[j], days[i] })
	}
	for _, want := range []string{
		"ods-rbn ST HELENS AND KNOWSLEY TEACHING HOSPITALS NHS TRUST: 2016-06-02..2020-03-30 to 2022-03-02..2025-07-01",
		"ods-rpg located-in area-y59: 2016-06-02..2020-03-30 to 2020-03-31..2022-03-01",
		"ods-rpg located-in area-y59: from 2025-07-02..2025-12-01",
		"ods-rq6 nhs-trust: 1995-04-01 to 2019-10-01",
		"ods-rq6 RQ6: 1995-04-01 to 2019-10-01",
	} {
		if !slices.Contains(first, want) {
			t.Errorf("not told: %s, only\n%s", want, strings.Join(first, "\n"))
		}
	}
}

// What two lists say otherwise stays as it was first said; both values are
// claims with their sources, and listed each time.
func TestODSContradictions(t *testing.T) {
	s := storetest.New(t)
	again(t, s, list([6]string{"RAA", "A TRUST", "", "", "20100401", ""}, [6]string{"RBB", "B TRUST", "", "", "20100401", "20150331"},
		[6]string{"RCC", "C TRUST", "", "", "20100401", ""}, [6]string{"RDD", "D TRUST", "", "", "", ""}), of("2016-01-01"))
	got := again(t, s, list([6]string{"RAA", "A TRUST", "", "", "20110401", ""}, // opened on another day
		[6]string{"RBB", "B TRUST", "", "", "20100401", "20160331"},            // closed on another day
		[6]string{"RCC", "C TRUST", "", "", "20100401", "20170331"},            // news
		[6]string{"RDD", "D TRUST", "", "", "20120401", ""}), of("2018-01-01")) // news
	var said []string
	for _, c := range got.Contradictions {
		said = append(said, fmt.Sprint(c.Code, " ", c.Field, " ", c.Held, " ", c.HeldSources[0].Source, " ", c.Says, " ", c.Source.Source))
	}
	if diff := cmp.Diff([]string{"RAA open 2010-04-01 list-2016-01-01 2011-04-01 list-2018-01-01", "RBB close 2015-03-31 list-2016-01-01 2016-03-31 list-2018-01-01"}, said); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	// A later list has one open that closed; an earlier one only did not know it yet.
	if got := again(t, s, list([6]string{"RCC", "C TRUST", "", "", "20100401", ""}), of("2019-01-01")); len(got.Contradictions) != 1 || got.Contradictions[0].Says != "open" || got.Contradictions[0].Held != "2017-03-31" {
		t.Errorf("%+v", got.Contradictions)
	}
	if got := again(t, s, list([6]string{"RCC", "C TRUST", "", "", "20100401", ""}), of("2017-03-01")); len(got.Contradictions) != 0 {
		t.Errorf("%+v", got.Contradictions)
	}
	// One between the two had it open after what became known as its last day.
	if got := again(t, s, list([6]string{"RCC", "C TRUST", "", "", "20100401", ""}), of("2017-06-01")); len(got.Contradictions) != 1 || got.Contradictions[0].Says != "open" || got.Contradictions[0].Held != "2017-03-31" {
		t.Errorf("%+v", got.Contradictions)
	}
	// Two lists of one day that give two names.
	o := of("2018-01-01")
	o.Source = "list-2018-01-01-b"
	if got := again(t, s, list([6]string{"RAA", "ANOTHER TRUST", "", "", "20100401", ""}), o); len(got.Contradictions) != 1 || got.Contradictions[0].Field != "name" {
		t.Errorf("%+v", got.Contradictions)
	}
	lines := told(t, s)
	for _, want := range []string{"ods-raa nhs-trust: from 2010-04-01", "ods-rbb nhs-trust: 2010-04-01 to 2015-04-01", "ods-rcc nhs-trust: 2010-04-01 to 2017-04-01", "ods-rdd nhs-trust: from 2012-04-01"} {
		if !slices.Contains(lines, want) {
			t.Errorf("not told: %s, only %q", want, lines)
		}
	}
	claims := map[string][]string{}
	for _, c := range all[innovation.Claim](t, s) {
		for _, source := range c.Sources {
			claims[c.Value.Topic] = append(claims[c.Value.Topic], fmt.Sprint(c.Value.Value, " ", source.Source))
		}
	}
	if diff := cmp.Diff(map[string][]string{
		"ods-open-raa":  {"2010-04-01 list-2016-01-01", "2011-04-01 list-2018-01-01"},
		"ods-close-rbb": {"2015-03-31 list-2016-01-01", "2016-03-31 list-2018-01-01"},
		"ods-close-rcc": {"2017-03-31 list-2018-01-01", "open list-2019-01-01", "open list-2017-06-01"},
		"ods-name-raa":  {"A TRUST list-2016-01-01", "A TRUST list-2018-01-01", "ANOTHER TRUST list-2018-01-01-b"},
	}, claims); diff != "" {
		t.Errorf("claims (-want +got)\n%s", diff)
	}
	verified(t, s)
}

// A list that shows a body as open after its last day, or before its first one,
// as other lists give them, contradicts these, in any order of the lists; what
// the others say stands.
func TestODSContradictionsInTime(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	lists := map[string][]byte{
		"2016-06-01": list([6]string{"RJD", "A TRUST", "", "", "19930401", ""}, [6]string{"R0A", "B TRUST", "", "", "", ""}),
		"2020-03-30": list([6]string{"RJD", "A TRUST", "", "", "19930401", ""}, [6]string{"R0A", "B TRUST", "", "", "20171001", ""}),
		"2022-03-01": list([6]string{"R0A", "B TRUST", "", "", "20171001", ""}),
		"2025-12-01": list([6]string{"RJD", "A TRUST", "", "", "19930401", "20171031"}, [6]string{"R0A", "B TRUST", "", "", "20171001", ""}),
	}
	days := []string{"2016-06-01", "2020-03-30", "2022-03-01", "2025-12-01"}
	for range 24 {
		s := storetest.New(t)
		var said []string
		for _, d := range days {
			for _, c := range again(t, s, lists[d], of(d)).Contradictions {
				pair := []string{fmt.Sprint(c.Held, " ", c.HeldSources[0].Source), fmt.Sprint(c.Says, " ", c.Source.Source)}
				slices.Sort(pair)
				said = append(said, fmt.Sprint(c.Code, " ", c.Field, " ", pair[0][:strings.Index(pair[0], " ")], " ", pair[1][:strings.Index(pair[1], " ")]))
				if c.Topic == "" || len(c.HeldSources) != 1 || c.HeldSources[0].Source == c.Source.Source {
					t.Errorf("in the order %v: %+v", days, c)
				}
			}
		}
		slices.Sort(said)
		if diff := cmp.Diff([]string{"R0A open ..2016-06-01 2017-10-01", "RJD close 2017-10-31 open"}, said); diff != "" {
			t.Errorf("in the order %v (-want +got)\n%s", days, diff)
		}
		lines := told(t, s)
		for _, want := range []string{"ods-rjd nhs-trust: 1993-04-01 to 2017-11-01", "ods-r0a nhs-trust: from 2017-10-01"} {
			if !slices.Contains(lines, want) {
				t.Errorf("in the order %v not told: %s, only %q", days, want, lines)
			}
		}
		claims := map[string]bool{}
		for _, c := range all[innovation.Claim](t, s) {
			for _, source := range c.Sources {
				claims[fmt.Sprint(c.Value.Topic, " ", c.Value.Value, " ", source.Source)] = true
			}
		}
		for _, want := range []string{"ods-close-rjd open list-2020-03-30", "ods-close-rjd 2017-10-31 list-2025-12-01", "ods-open-r0a ..2016-06-01 list-2016-06-01"} {
			if !claims[want] {
				t.Errorf("in the order %v no claim %s, only %v", days, want, claims)
			}
		}
		for c := range claims { // nobody is said to say both
			if c == "ods-close-rjd 2017-10-31 list-2020-03-30" || c == "ods-open-r0a 2017-10-01 list-2016-06-01" || c == "ods-close-rjd open list-2016-06-01" {
				t.Errorf("in the order %v the claim %s", days, c)
			}
		}
		verified(t, s)
		r.Shuffle(len(days), func(i, j int) { days[i], days[j] = days[j], days[i] })
	}
}

// A practice goes over from one commissioner to another on the day that its list
// gives, and a list of before fits in.
func TestODSCommissioners(t *testing.T) {
	practice := func(code, join, left string) []byte {
		return []byte("A81001,THE DENSHAM SURGERY,,,,,,,,,19740401,,A,B," + code + "," + join + "," + left + ",01642 672351,,,,0,,,,4,\n")
	}
	var first []string
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		s := storetest.New(t)
		mustImport(t, s, uptake.ODSList, list([6]string{"00K", "ONE CCG", "", "", "20130401", "20200331"}, [6]string{"16C", "TWO CCG", "", "", "20200401", ""}), of("2021-01-01"))
		for _, i := range order {
			again(t, s, [][]byte{practice("00K", "20130401", ""), practice("16C", "20200401", "")}[i], of([]string{"2019-12-01", "2020-12-01"}[i]))
		}
		verified(t, s)
		got := told(t, s)
		if n := having(got, "ods-a81001 commissioned-by ods-00k: 2013-04-01 to 2019-12-02..2020-04-01") + having(got, "ods-a81001 commissioned-by ods-16c: from 2020-04-01"); n != 2 {
			t.Errorf("%v: %q", order, got)
		}
		if first == nil {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// Sites and practices with and without a header; a site of a trust that is not
// listed is a site all the same.
func TestODSExtracts(t *testing.T) {
	s := storetest.New(t)
	got := again(t, s, extract(t, "trust_sites.csv"), of("2019-04-01"))
	if got.Added != 10 || got.Organisations != 10 {
		t.Errorf("%+v", counts(got))
	}
	got = again(t, s, extract(t, "epraccur.csv"), of("2019-12-01"))
	if got.Added != 7 {
		t.Errorf("%+v", counts(got))
	}
	lines := told(t, s)
	t.Log(strings.Join(lines, "\n"))
	if a, b, c := having(lines, " site: "), having(lines, " part-of "), having(lines, " gp-practice: "); a != 8 || b != 7 || c == 0 {
		t.Errorf("%d sites, %d parts, %d practices", a, b, c)
	}
	for _, f := range []uptake.Format{uptake.Roles, uptake.Relationships} {
		name := map[uptake.Format]string{uptake.Roles: "ord_roles.csv", uptake.Relationships: "ord_relationships.csv"}[f]
		o := &uptake.Options{Source: "codes", SourceTitle: "Codes"}
		if got := mustImport(t, s, f, extract(t, name), o); got.Added != got.Rows || got.Rows == 0 {
			t.Errorf("%+v", counts(got))
		}
		if got := mustImport(t, s, f, extract(t, name), o); got.Act != 0 {
			t.Errorf("again: %+v", counts(got))
		}
	}
	o := options()
	if _, err := uptake.Import(background, s, act, uptake.Roles, strings.NewReader("id,display_name\nRO7,NO HOSPICE\n"), o); err == nil {
		t.Error("a code that stands for something else was taken")
	}
	verified(t, s)
}

// Successions between bodies that nobody founded: what follows itself is passed
// over and named, a circle refuses its rows only, and a part that went over is a
// split.
func TestODSSuccessorsFound(t *testing.T) {
	s := storetest.New(t)
	o := &uptake.Options{Source: "succ", SourceTitle: "Successors", Found: true, Partial: true}
	got := mustImport(t, s, uptake.Successors, extract(t, "successors_found.csv"), o)
	if got.Rows != 19 || got.Added != 18 || got.PassedOver != 1 || len(got.Remarks) != 1 || !strings.Contains(got.Remarks[0].Detail, "4CG71") {
		t.Errorf("%+v %+v", counts(got), got.Remarks)
	}
	types := map[string]string{}
	for _, f := range all[innovation.Succession](t, s) {
		types[fmt.Sprint(f.Value.Predecessor, " ", f.Value.Successor, " ", f.Value.Day.Bound)] = f.Value.Type
	}
	for key, want := range map[string]string{"ods-rw6 ods-rm3 2021-10-01": "split", "ods-rw6 ods-r0a 2021-10-01": "split", "ods-12j ods-13w 2015-04-01": "split",
		"ods-12j ods-14j 2016-04-01": "merge", "ods-13w ods-27t 2020-04-01": "merge", "ods-13w ods-14j 2016-04-01": "split", "ods-rd3 ods-r0d 2020-10-01": "merge"} {
		if types[key] != want {
			t.Errorf("%s is a %s, want a %s", key, types[key], want)
		}
	}
	lines := told(t, s)
	if n := having(lines, "ods-13w body: ..2015-04-01 to 2020-04-01.."); n != 1 {
		t.Errorf("the life of 13W: %q", lines)
	}
	circle := "old_code,new_code,date\nR0A,RZ1,2022-01-01\nRZ1,RW3,2023-01-01\nRZ2,RZ3,2023-01-01\n"
	o.Source = "circle"
	got = mustImport(t, s, uptake.Successors, []byte(circle), o)
	if got.Added != 2 || got.Refused != 1 || got.Refusals[0].Rule != innovation.RuleSuccessionCycle {
		t.Errorf("%+v %+v", counts(got), got.Refusals)
	}
	if twice := mustImport(t, s, uptake.Successors, []byte(circle), o); twice.Act != 0 {
		t.Errorf("again: %+v", counts(twice))
	}
	// A list says later when and what they were.
	again(t, s, list([6]string{"13W", "NHS THIRTEEN W CCG", "", "", "20130401", "20200331"}), of("2025-12-01"))
	if n := having(told(t, s), "ods-13w ccg: 2013-04-01 to 2020-04-01") + having(told(t, s), "ods-13w NHS THIRTEEN W CCG: 2013-04-01..2020-03-31 to 2020-04-01"); n != 2 {
		t.Errorf("%q", told(t, s))
	}
	verified(t, s)
}

// fuzzed brings whatever in, twice.
func fuzzed(t *testing.T, format uptake.Format, o *uptake.Options, data []byte) {
	if len(data) > 1<<14 {
		t.Skip("long files only take long")
	}
	s := register(t)
	before := len(told(t, s))
	o.Source, o.SourceTitle = "file", "A file"
	got, err := uptake.Import(background, s, act, format, bytes.NewReader(data), o)
	if err != nil {
		if innovation.Violations(err) == nil {
			t.Fatal(err)
		}
		if got.Act != 0 || len(told(t, s)) != before {
			t.Fatalf("%v, and %d lines in place of %d", err, len(told(t, s)), before)
		}
		return
	}
	if got.Added+got.Unchanged+got.PassedOver+got.Refused != got.Rows || got.Added < 0 || got.Unchanged < 0 {
		t.Fatalf("%+v", counts(got))
	}
	again, err := uptake.Import(background, s, act, format, bytes.NewReader(data), o)
	if err != nil || again.Act != 0 {
		t.Fatalf("again: %v %+v", err, again)
	}
	verified(t, s)
}

// Whatever an earlier list held, a second one fits or is refused.
func FuzzODSList(f *testing.F) {
	for _, name := range []string{"etr_c2016.csv", "etr_2025-12.csv", "eccg.csv", "trust_sites.csv", "epraccur.csv"} {
		f.Add(extract(f, "etr_c2020.csv"), extract(f, name), uint16(3_000), true)
	}
	f.Add(list([6]string{"RAA", "A", "Y54", "Q71", "20100401", ""}), list([6]string{"RAA", "B", "RBB", "RAA", "20100401", "20100402"}, [6]string{"RBB", "", "", "", "", ""}), uint16(1), false)
	f.Fuzz(func(t *testing.T, first, second []byte, days uint16, partial bool) {
		if len(first) > 1<<13 || len(second) > 1<<13 {
			t.Skip("long files only take long")
		}
		s := register(t)
		o := of("2016-01-01")
		o.Partial = true
		if _, err := uptake.Import(background, s, act, uptake.ODSList, bytes.NewReader(first), o); err != nil && innovation.Violations(err) == nil {
			t.Fatal(err)
		}
		before := told(t, s)
		o = of(innovation.MustDate("2012-01-01").AddDays(int(days % 5_000)).String())
		o.Source, o.Partial = "second", partial
		got, err := uptake.Import(background, s, act, uptake.ODSList, bytes.NewReader(second), o)
		if err != nil {
			if innovation.Violations(err) == nil {
				t.Fatal(err)
			}
			if !slices.Equal(before, told(t, s)) {
				t.Fatalf("%v, and the register has changed", err)
			}
			return
		}
		if got.Added+got.Unchanged+got.PassedOver+got.Refused != got.Rows || got.Added < 0 || got.Unchanged < 0 {
			t.Fatalf("%+v", counts(got))
		}
		if again, err := uptake.Import(background, s, act, uptake.ODSList, bytes.NewReader(second), o); err != nil || again.Act != 0 {
			t.Fatalf("again: %v %+v", err, again)
		}
		verified(t, s)
	})
}

func FuzzODSSuccessors(f *testing.F) {
	f.Add(extract(f, "successors_found.csv"), true)
	f.Add([]byte("old_code,new_code,date\nRAA,RBB,2018-04-01\nRBB,RAA,2019-04-01\nX1,X1,2019-01-01\nÄ,RAA,2019-01-01\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, partial bool) {
		fuzzed(t, uptake.Successors, &uptake.Options{Found: true, Partial: partial}, data)
	})
}

func FuzzODSTerms(f *testing.F) {
	f.Add(extract(f, "ord_roles.csv"), true)
	f.Add(extract(f, "ord_relationships.csv"), false)
	f.Fuzz(func(t *testing.T, data []byte, roles bool) {
		format := uptake.Relationships
		if roles {
			format = uptake.Roles
		}
		fuzzed(t, format, &uptake.Options{Partial: true}, data)
	})
}
