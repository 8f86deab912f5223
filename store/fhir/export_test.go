package fhir_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/fhir"
	"github.com/innovationregistry/registry/store/storetest"
)

var loadEngland = sync.OnceValues(func() (*store.Store, error) {
	st, err := store.OpenMemory(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	_, err = st.Load(context.Background(), england.Acts(), nil)
	return st, err
})

func openEngland(t testing.TB) *store.Store {
	t.Helper()
	st, err := loadEngland()
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func on(day string) innovation.View { return innovation.On(innovation.MustDate(day)) }

// exported gives a bundle out and holds it against the standard.
func exported(t *testing.T, st *store.Store, v innovation.View, opts fhir.Options) (fhir.Report, bundle) {
	t.Helper()
	var out bytes.Buffer
	report, err := fhir.Export(t.Context(), st, v, &out, opts)
	if err != nil {
		t.Fatal(err)
	}
	problems := newValidator(t).problems(out.Bytes())
	for _, p := range problems[:min(len(problems), 10)] {
		t.Error(p)
	}
	var b bundle
	if err := json.Unmarshal(out.Bytes(), &b); err != nil {
		t.Fatal(err)
	}
	b.text = out.String()
	return report, b
}

// bundle is what the tests read of a bundle.
type bundle struct {
	text       string
	Type       string
	Timestamp  string
	Identifier struct{ System, Value string }
	Entry      []struct {
		FullURL  string
		Resource map[string]any
	}
}

// resource is a resource as compact JSON, its fields in the order of their names.
func (b bundle) resource(t *testing.T, id string) string {
	t.Helper()
	for _, e := range b.Entry {
		if e.Resource["id"] == id {
			delete(e.Resource, "meta")
			out, err := json.Marshal(e.Resource)
			if err != nil {
				t.Fatal(err)
			}
			return string(out)
		}
	}
	t.Errorf("there is no %s in the bundle", id)
	return ""
}

func (b bundle) count(typ string) (n int) {
	for _, e := range b.Entry {
		if e.Resource["resourceType"] == typ {
			n++
		}
	}
	return n
}

// The whole England register is valid on the days that matter, in both types of
// bundle, and the report counts what is there.
func TestEnglandIsValid(t *testing.T) {
	st := openEngland(t)
	for _, day := range []string{"1990-01-01", "2013-05-23", "2018-04-01", "2022-07-01", "2023-10-01", "2026-04-01", "2030-01-01"} {
		for _, opts := range []fhir.Options{{}, {Type: fhir.Transaction}, {Type: fhir.Transaction, Base: "https://fhir.example.org/r4/"}} {
			t.Run(day+" "+opts.Type+" "+opts.Base, func(t *testing.T) {
				report, b := exported(t, st, on(day), opts)
				if report.Organisations != b.count("Organization") || report.Affiliations != b.count("OrganizationAffiliation") || report.Organisations < 400 {
					t.Errorf("%d organisations and %d relations reported, %d and %d written", report.Organisations, report.Affiliations,
						b.count("Organization"), b.count("OrganizationAffiliation"))
				}
				if b.Identifier.Value != fmt.Sprintf("%s/%d", day, report.Recipe.Act) || b.Timestamp == "" {
					t.Errorf("the view is told as %+v %s", b.Identifier, b.Timestamp)
				}
				if strings.Contains(b.text, "Practitioner") || strings.Contains(b.text, "contact") {
					t.Error("something about persons is given out")
				}
			})
		}
	}
}

// register is a register of one act with the facts.
func register(t *testing.T, facts ...innovation.Fact) *store.Store {
	t.Helper()
	st := storetest.New(t)
	record(t, st, facts...)
	return st
}

func record(t *testing.T, st *store.Store, facts ...innovation.Fact) {
	t.Helper()
	_, err := st.Update(t.Context(), innovation.Act{Actor: "pat-0001", Reason: "for a test", Sources: []innovation.Citation{{Source: "list"}}},
		func(ctx context.Context, tx *store.Tx) error {
			for _, f := range facts {
				if _, err := tx.Record(ctx, f); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
}

// period reads a period of two bounds; the end may be empty.
func period(t *testing.T, start, end string) innovation.Period {
	t.Helper()
	s, err1 := innovation.ParseBound(start)
	e, err2 := innovation.ParseBound(end)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return innovation.Period{Start: s, End: e}.Normal()
}

// oxford is a trust with two sites, as the Organisation Data Service lists them
// (Open Government Licence v3), in bodies that bear every kind of uncertainty.
func oxford(t *testing.T) *store.Store {
	t.Helper()
	p := func(start, end string) innovation.Period { return period(t, start, end) }
	body := func(id innovation.OrganisationID, kind, start, end string) innovation.Existence {
		return innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: kind, Period: p(start, end)}
	}
	return register(t,
		innovation.Source{Source: "list", Title: "A list", Published: innovation.Day{Bound: innovation.UnknownBound()}},
		innovation.Term{Scheme: innovation.SchemeRole, Code: "ro197", Label: "NHS TRUST"},
		body("rth", "nhs-trust", "1998-04-01", "2015-10-01"),
		body("rth", "foundation-trust", "2015-10-01", ""),
		innovation.Name{Organisation: "rth", Text: "Oxford University Hospitals", Kind: "current", Period: p("2011-11", "")},
		innovation.Name{Organisation: "rth", Text: "Oxford Radcliffe\u00a0Hospitals", Kind: "former", Period: p("1998-04-01", "2011-11")},
		innovation.Name{Organisation: "rth", Text: "Oxford 2030", Kind: "official", Period: p("2030-01-01", "")},
		innovation.Identifier{Organisation: "rth", Scheme: "ods", Value: "RTH", Period: p("1998-04-01", "")},
		innovation.Identifier{Organisation: "rth", Scheme: "company", Value: "01234567", Period: p("2018-Q1", "2026")},
		innovation.Identifier{Organisation: "rth", Scheme: "charity", Value: "1057295", Period: p("2019-01-01..2021-01-01", "")},
		innovation.Role{Organisation: "rth", Role: "ro197", Period: p("1998", "")},
		innovation.Role{Organisation: "rth", Role: "host", Period: p("unknown", "")},
		body("rth_08", "site", "1998-04-01", ""),
		innovation.Identifier{Organisation: "rth_08", Scheme: "ods", Value: "RTH08", Period: p("1998-04-01", "")},
		innovation.Relation{Organisation: "rth_08", Type: innovation.PartOf, Target: "rth", Period: p("1998-04-01", "")},
		body("rth.02", "site", "1998-04-01", "2019-04-01"),
		innovation.Relation{Organisation: "rth.02", Type: innovation.PartOf, Target: "rth", Period: p("1998-04-01", "")},
		body("net", "network", "2013", ""),
		innovation.Name{Organisation: "net", Text: "The network", Kind: "current", Period: p("2013", "")},
		innovation.Relation{Organisation: "net", Type: innovation.Serves, Target: "rth", Evidence: "stated", Period: p("2013-05", "2025-Q2")},
		innovation.Relation{Organisation: "rth", Type: innovation.MemberOf, Target: "net", Sector: "provider", Period: p("2019-06-01..2021-06-01", "")},
		innovation.Existence{Organisation: "net", Aspect: innovation.Legal, Kind: "network", Period: p("2014-01-01", "")},
		body("vague", "company", "2019-01-01..2021-01-01", "unknown"),
		innovation.Relation{Organisation: "vague", Type: innovation.PartOf, Target: "rth", Period: p("2019-01-01", "")},
		innovation.Relation{Organisation: "vague", Type: innovation.PartOf, Target: "net", Period: p("2019-01-01", "")},
		innovation.Name{Organisation: "vague", Text: "Vague", Kind: "current", Period: p("always", "2019-01-01..2020-12-31")},
		innovation.Succession{Predecessor: "vague", Successor: "net", Type: innovation.Merge, Day: innovation.OnDay(innovation.MustDate("2019-12-01"))},
	)
}

// What is certain is said, what FHIR cannot say is not, and is counted.
func TestWhatIsSaid(t *testing.T) {
	st := oxford(t)
	report, b := exported(t, st, on("2020-01-01"), fhir.Options{Base: "https://fhir.example.org"})
	for id, want := range map[string]string{
		"rth": `{"active":true,"alias":["Oxford Radcliffe Hospitals"],"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/organization-period","valuePeriod":{"start":"1998-04-01"}}],` +
			`"id":"rth","identifier":[{"system":"urn:innovationregistry:organisation","value":"rth"},` +
			`{"period":{"start":"1998-04-01"},"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"RTH"},` +
			`{"period":{"_end":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"},{"url":"urn:innovationregistry:bound","valueString":"2026"}]},` +
			`"_start":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"},{"url":"urn:innovationregistry:bound","valueString":"2018-Q1"}]}},` +
			`"system":"urn:innovationregistry:identifier-scheme:company","value":"01234567"}],` +
			`"name":"Oxford University Hospitals","resourceType":"Organization","type":[` +
			`{"coding":[{"code":"foundation-trust","display":"NHS foundation trust","system":"urn:innovationregistry:organisation-kind"},` +
			`{"code":"prov","display":"Healthcare Provider","system":"http://terminology.hl7.org/CodeSystem/organization-type"}]},` +
			`{"coding":[{"code":"ro197","display":"NHS TRUST","system":"urn:innovationregistry:organisation-role"},` +
			`{"code":"RO197","display":"NHS TRUST","system":"https://digital.nhs.uk/services/organisation-data-service/CodeSystem/ODSOrganisationRole"}]}]}`,
		"rth.u08": `{"active":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/organization-period","valuePeriod":{"start":"1998-04-01"}}],"id":"rth.u08",` +
			`"identifier":[{"system":"urn:innovationregistry:organisation","value":"rth_08"},{"period":{"start":"1998-04-01"},"system":"https://fhir.nhs.uk/Id/ods-site-code","value":"RTH08"}],` +
			`"partOf":{"display":"Oxford University Hospitals","reference":"Organization/rth"},"resourceType":"Organization",` +
			`"type":[{"coding":[{"code":"site","display":"` + label(t, st, innovation.SchemeOrganisationKind, "site") + `","system":"urn:innovationregistry:organisation-kind"}]}]}`,
		"rth..02": `{"active":false,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/organization-period","valuePeriod":{"end":"2019-03-31","start":"1998-04-01"}}],"id":"rth..02",` +
			`"identifier":[{"system":"urn:innovationregistry:organisation","value":"rth.02"}],` +
			`"partOf":{"display":"Oxford University Hospitals","reference":"Organization/rth"},"resourceType":"Organization",` +
			`"type":[{"coding":[{"code":"site","display":"` + label(t, st, innovation.SchemeOrganisationKind, "site") + `","system":"urn:innovationregistry:organisation-kind"}]}]}`,
		"vague": `{"_active":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]},"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/organization-period","valuePeriod":{` +
			`"_end":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]},` +
			`"_start":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"},{"url":"urn:innovationregistry:bound","valueString":"2019-01-01..2021-01-01"}]}}}],` +
			`"id":"vague","identifier":[{"system":"urn:innovationregistry:organisation","value":"vague"}],"name":"Vague","resourceType":"Organization",` +
			`"type":[{"coding":[{"code":"company","display":"Company","system":"urn:innovationregistry:organisation-kind"}]}]}`,
	} {
		if diff := cmp.Diff(want, b.resource(t, id)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
	var relations []string
	for _, e := range b.Entry {
		if e.Resource["resourceType"] == "OrganizationAffiliation" {
			delete(e.Resource, "id")
			delete(e.Resource, "identifier")
			delete(e.Resource, "meta")
			text, _ := json.Marshal(e.Resource)
			relations = append(relations, string(text))
		}
	}
	if diff := cmp.Diff([]string{
		`{"active":true,"code":[{"coding":[{"code":"serves","display":"serves","system":"urn:innovationregistry:relation-type"}]}],` +
			`"organization":{"display":"Oxford University Hospitals","reference":"Organization/rth"},"participatingOrganization":{"display":"The network","reference":"Organization/net"},` +
			`"period":{"_end":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"},{"url":"urn:innovationregistry:bound","valueString":"2025-Q2"}]},` +
			`"start":"2013-05"},"resourceType":"OrganizationAffiliation"}`,
		`{"_active":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]},"code":[{"coding":[{"code":"member-of","display":"is a member of","system":"urn:innovationregistry:relation-type"}]}],` +
			`"extension":[{"url":"urn:innovationregistry:sector","valueCoding":{"code":"provider","display":"` + label(t, st, innovation.SchemeSector, "provider") + `","system":"urn:innovationregistry:sector"}}],` +
			`"organization":{"display":"The network","reference":"Organization/net"},"participatingOrganization":{"display":"Oxford University Hospitals","reference":"Organization/rth"},` +
			`"period":{"_start":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"},{"url":"urn:innovationregistry:bound","valueString":"2019-06-01..2021-06-01"}]}},` +
			`"resourceType":"OrganizationAffiliation"}`,
	}, relations); diff != "" {
		t.Errorf("relations (-want +got):\n%s", diff)
	}
	var left []string
	for _, l := range report.LeftOut {
		left = append(left, fmt.Sprintf("%d %s: %s", l.Count, l.Element, l.Detail))
	}
	if diff := cmp.Diff([]string{
		"1 Organization.active: It is not certain whether the organisation was at work on the day",
		"1 Organization.name: The name is not certain to have been in use on the day: it is the one to show",
		"1 Organization.alias: The other name has a period, which an alias has not",
		"1 Organization.identifier: It is not certain that the code named the organisation on the day",
		"1 Organization.type: It is not certain that the organisation had the role on the day",
		"1 Organization.extension: The legal person has a period of its own",
		"2 Organization.partOf: The organisation was part of several bodies, or only possibly of this one",
		"2 Organization.partOf: Since when it has been part of the other is recorded, which partOf does not say",
		"1 OrganizationAffiliation.active: The relation is only possible on the day",
		"1 OrganizationAffiliation: The relation has a weight, an extent, evidence or a note",
		"6 Period: The bound is no day, month or year: its text stands in an extension",
		"1 Organization: A succession is recorded",
	}, left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

// label is what a code means, as the register has it.
func label(t *testing.T, st *store.Store, scheme innovation.Scheme, code string) string {
	t.Helper()
	list, err := st.Terms(t.Context(), on("2020-01-01"), scheme)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list.Terms {
		if x.Code == code {
			return x.Label
		}
	}
	t.Fatalf("the scheme %s has no %s", scheme, code)
	return ""
}

// A month, and an end on a day in it, are not two FHIR dates: which comes first
// could not be told.
func TestShortPeriods(t *testing.T) {
	st := register(t, innovation.Source{Source: "list", Title: "A list", Published: innovation.Day{Bound: innovation.UnknownBound()}},
		innovation.Existence{Organisation: "short", Aspect: innovation.Operational, Kind: "company", Period: period(t, "2013-05", "2013-05-20")},
		innovation.Existence{Organisation: "day", Aspect: innovation.Operational, Kind: "company", Period: period(t, "2013-05-20", "2013-05-21")},
		innovation.Existence{Organisation: "ever", Aspect: innovation.Operational, Kind: "company", Period: period(t, "always", "")})
	_, b := exported(t, st, on("2013-05-20"), fhir.Options{})
	for id, want := range map[string]string{
		"short": `"valuePeriod":{"_start":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"},{"url":"urn:innovationregistry:bound","valueString":"2013-05"}]},"end":"2013-05-19"}`,
		"day":   `"valuePeriod":{"end":"2013-05-20","start":"2013-05-20"}`,
		"ever":  `{"active":true,"id":"ever"`,
	} {
		if got := b.resource(t, id); !strings.Contains(got, want) {
			t.Errorf("%s: %s has no %s", id, got, want)
		}
	}
}

// Organisations are chosen by kind, role and network; every reference still
// leads to one of the bundle.
func TestChoices(t *testing.T) {
	st := oxford(t)
	for _, tt := range []struct {
		opts fhir.Options
		want []string
	}{
		{fhir.Options{}, []string{"net", "rth", "rth..02", "rth.u08", "vague"}},
		{fhir.Options{Kind: "site"}, []string{"rth.u08"}},
		{fhir.Options{Role: "ro197"}, []string{"rth"}},
		{fhir.Options{Network: "net"}, []string{"net", "rth", "vague"}},
		{fhir.Options{Network: "net", Kind: "company"}, []string{"vague"}},
		{fhir.Options{Kind: "university"}, nil},
	} {
		_, b := exported(t, st, on("2020-01-01"), tt.opts)
		var got []string
		for _, e := range b.Entry {
			if e.Resource["resourceType"] == "Organization" {
				got = append(got, e.Resource["id"].(string))
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.opts, got, tt.want)
		}
	}
	for want, opts := range map[innovation.RuleID]fhir.Options{
		innovation.RuleTermUnknown:  {Kind: "castle"},
		innovation.RuleImportFormat: {Type: "searchset"},
		innovation.RuleTextInvalid:  {Base: "fhir.example.org"},
		"entity-not-found":          {Network: "nobody"},
	} {
		var out bytes.Buffer
		_, err := fhir.Export(t.Context(), st, on("2020-01-01"), &out, opts)
		var e *innovation.Error
		if !errors.As(err, &e) || e.Rule != want || out.Len() > 0 {
			t.Errorf("%+v: %v, want %s", opts, err, want)
		}
	}
	_, err := fhir.Export(t.Context(), st, innovation.View{}, &bytes.Buffer{}, fhir.Options{Type: "x", Base: "x"})
	if got := innovation.Violations(err); len(got) != 2 {
		t.Errorf("not all is said at once: %v", err)
	}
}

// The same view gives the same bundle, whatever was learned since.
func TestSameView(t *testing.T) {
	st := oxford(t)
	report, first := exported(t, st, on("2020-01-01"), fhir.Options{})
	record(t, st, innovation.Name{Organisation: "net", Text: "Another", Kind: "current", Period: period(t, "2019-01-01", "")})
	_, again := exported(t, st, on("2020-01-01").AsKnown(report.Recipe.Known), fhir.Options{})
	if diff := cmp.Diff(first.text, again.text); diff != "" {
		t.Errorf("(-then +as known then)\n%s", diff)
	}
	if _, now := exported(t, st, on("2020-01-01"), fhir.Options{}); now.text == first.text {
		t.Error("what was learned since does not show")
	}
}

// A register that knows nothing makes a bundle without entries: an empty list
// would not be valid.
func TestEmptyRegister(t *testing.T) {
	report, b := exported(t, storetest.New(t), on("2020-01-01"), fhir.Options{})
	if want := `{"resourceType":"Bundle","identifier":{"system":"urn:innovationregistry:view","value":"2020-01-01/0"},"type":"collection"}` + "\n"; b.text != want || report.Organisations != 0 {
		t.Errorf("%s", b.text)
	}
}

// Whoever gives up, or cannot write, is told so.
func TestGivenUp(t *testing.T) {
	st := openEngland(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := fhir.Export(ctx, st, on("2020-01-01"), &bytes.Buffer{}, fhir.Options{Progress: func(done, total int) { cancel() }})
	if err != nil {
		t.Errorf("a bundle that was under way and short: %v", err)
	}
	if _, err := fhir.Export(ctx, st, on("2020-01-01"), &bytes.Buffer{}, fhir.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after it was given up: %v", err)
	}
	full := errors.New("no room")
	if _, err := fhir.Export(t.Context(), st, on("2020-01-01"), failing{full}, fhir.Options{}); !errors.Is(err, full) {
		t.Errorf("without room: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// An id tells its key.
func FuzzKeyOf(f *testing.F) {
	for _, key := range []string{"ahsn-oxford", "a_b.c__d..e", "k.-0", strings.Repeat("a_", 32), strings.Repeat("9", 64), ".u"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key := innovation.OrganisationID(text)
		if _, err := innovation.ParseEntity(key.Entity().String()); err != nil {
			if read, ok := fhir.KeyOf(text); ok && fhir.IDOf(read) != text {
				t.Errorf("%q is read as %q", text, read)
			}
			return
		}
		id := fhir.IDOf(key)
		if !fhirID.MatchString(id) {
			t.Fatalf("%q is no id", id)
		}
		switch read, ok := fhir.KeyOf(id); {
		case ok && read != key:
			t.Errorf("%s is given as %s and read as %s", key, id, read)
		case !ok && len(text)+strings.Count(text, ".")+strings.Count(text, "_") <= 64:
			t.Errorf("%s is given as %s, which is not read", key, id)
		}
	})
}

var fhirID = regexp.MustCompile(`^[a-z0-9.-]{1,64}$`)
