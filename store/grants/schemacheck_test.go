package grants

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// The library is the reference: what we say of a document is what it says.

// libraryPackage is the schema of a package, compiled by the library.
func libraryPackage(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.UseLoader(jsonschema.SchemeURLLoader{})
	c.AssertFormat()
	const at = "https://example.org/package.json"
	for address, name := range map[string]string{at: "360-giving-package-schema.json", grantAddress: "360-giving-schema.json"} {
		data, err := os.ReadFile("schema/" + name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := readJSON(data)
		if err != nil {
			t.Fatal(err)
		}
		doc.(map[string]any)["$id"] = address
		if err := c.AddResource(address, doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// libraryViolations are the violations that the library finds, in our words.
func libraryViolations(t *testing.T, s *jsonschema.Schema, doc any) (out []violation) {
	t.Helper()
	err := s.Validate(doc)
	var invalid *jsonschema.ValidationError
	if err != nil && !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	if err != nil {
		collectCauses(invalid, &out)
	}
	return out
}

// collectCauses walks down to the causes.
func collectCauses(e *jsonschema.ValidationError, out *[]violation) {
	v := violation{grant: -1, path: e.InstanceLocation}
	if len(v.path) > 1 && v.path[0] == "grants" {
		v.grant, _ = strconv.Atoi(v.path[1])
		v.path = v.path[2:]
	}
	missing := func(names []string) {
		for _, name := range names {
			*out = append(*out, violation{grant: v.grant, path: append(slices.Clone(v.path), name), detail: "is missing"})
		}
	}
	switch k := e.ErrorKind.(type) {
	case *kind.OneOf:
		switch {
		case len(v.path) > 0:
			v.date, v.detail = true, "is not a date as the standard has it"
			*out = append(*out, v)
		case len(k.Subschemas) > 0:
			v.detail = "the grant names an organisation and an individual as its recipient"
			*out = append(*out, v)
		default:
			var nearest []string
			for _, cause := range e.Causes {
				if r := cause.ErrorKind.(*kind.Required); nearest == nil || len(r.Missing) < len(nearest) {
					nearest = r.Missing
				}
			}
			missing(nearest)
		}
		return
	case *kind.UniqueItems:
		return // rows that stand twice are judged by what they say
	case *kind.Required:
		missing(k.Missing)
		return
	}
	for _, cause := range e.Causes {
		collectCauses(cause, out)
	}
	if len(e.Causes) == 0 {
		v.detail = e.ErrorKind.LocalizedString(message.NewPrinter(language.English))
		*out = append(*out, v)
	}
}

// comparable writes violations in an order of their own. Why a text is not of
// a format and how a number is written is left out: there the words differ.
func comparable(violations []violation) []string {
	out := []string{}
	for _, v := range violations {
		detail := v.detail
		for _, from := range []string{" is not valid date-time: ", " is not valid uri: ", "minimum: got "} {
			if before, _, ok := strings.Cut(detail, from); ok {
				detail = before + from
			}
		}
		out = append(out, fmt.Sprintf("%d %q %q date=%t %s", v.grant, v.path, v.field(), v.date, detail))
	}
	sort.Strings(out)
	return out
}

// checkAgainstLibrary compares what is found in a document.
func checkAgainstLibrary(t *testing.T, s *jsonschema.Schema, doc any) (invalid bool) {
	t.Helper()
	want := libraryViolations(t, s, doc)
	got, err := validate(doc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(comparable(want), comparable(got)); diff != "" {
		text, _ := json.Marshal(doc)
		t.Fatalf("%s\n(-library +ours):\n%s", text, diff)
	}
	if !sort.SliceIsSorted(got, func(i, j int) bool {
		return got[i].grant < got[j].grant || got[i].grant == got[j].grant && got[i].field() < got[j].field()
	}) {
		t.Fatalf("not in order: %v", got)
	}
	return len(got) > 0
}

// wholeGrant is a package that uses every definition of the schemas.
const wholeGrant = `{"version": "1.4", "extensions": ["a"], "title": "t", "description": "d", "issued": "2023-01-02", "modified": "2023-01-02T03:04:05Z",
"identifier": "i", "publisher": {"identifier": "i", "name": "n", "website": "https://a.org", "logo": "https://a.org/l"},
"downloadURL": "https://a.org/d", "accessURL": "https://a.org/a", "license": "https://a.org/l", "grants": [{
"id": "360G-a-1", "title": "t", "description": "d", "currency": "GBP", "amountAwarded": 10.5, "awardDate": "2020-02-03", "amountAppliedFor": 11, "amountDisbursed": 0,
"dateModified": "2020-01-01T00:00:00+01:00", "dataSource": "https://a.org", "fromOpenCall": "Yes", "url": "https://a.org",
"plannedDates": [{"startDate": "2020", "endDate": "2021-03", "duration": 12}, {"startDate": "2020-01-01", "endDate": "2021-01-01T00:00:00Z"}],
"actualDates": [{"startDate": "2020-01-31"}], "applicationDate": [{"startDate": "2019-01-31"}],
"recipientOrganization": [{"id": "GB-CHC-1", "name": "n", "charityNumber": "1", "url": "https://a.org", "location": [{"name": "l", "countryCode": "GB", "latitude": 1.5}]}],
"fundingOrganization": [{"id": "GB-CHC-2", "name": "f", "department": "d", "dateModified": "2020-01-01T00:00:00Z"}],
"grantProgramme": [{"code": "1", "title": "p", "url": "https://a.org"}], "beneficiaryLocation": [{"name": "b", "geoCode": "E1", "countryCode": "GB"}],
"commitmentTransaction": [{"value": 5, "currency": "GBP", "transactionDate": "2020-01-01", "valueDate": "2020-01-02", "provider-org": {"id": "x"}}],
"actualTransaction": [{"value": 5, "currency": "EUR", "transactionDate": "2020-01-01T01:02:03.5Z"}],
"classifications": [{"vocabulary": "v", "title": "c", "url": "https://a.org"}], "relatedDocument": [{"title": "d", "url": "https://a.org"}], "regrantType": "FRG010"
}, {"id": "360G-a-2", "title": "t", "description": "d", "currency": "GBP", "amountAwarded": 1, "awardDate": "2020-02-03T00:00:00Z",
"recipientIndividual": {"id": "360G-i", "name": "n"}, "fundingOrganization": [{"id": "GB-CHC-2", "name": "f"}], "toIndividualsDetails": {"primaryGrantReason": "GTIR010"}}]}`

func TestSchemaCheckIsTheLibrarys(t *testing.T) {
	s := libraryPackage(t)
	sample, err := os.ReadFile("testdata/grants.json")
	if err != nil {
		t.Fatal(err)
	}
	docs := [][]byte{sample, []byte(wholeGrant)}
	for i, text := range append(docs, []byte(`null`), []byte(`[]`), []byte(`{}`), []byte(`{"grants":[]}`), []byte(`{"grants":[1,null,{}]}`)) {
		doc, err := readJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		if invalid := checkAgainstLibrary(t, s, doc); invalid != (i >= len(docs)) {
			t.Errorf("document %d: invalid is %t: %v", i, invalid, comparable(libraryViolations(t, s, doc)))
		}
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	found, rounds := 0, 6000
	for range rounds {
		doc, err := readJSON(docs[random.IntN(len(docs))])
		if err != nil {
			t.Fatal(err)
		}
		for range 1 + random.IntN(3) {
			doc = mutate(random, doc)
		}
		if checkAgainstLibrary(t, s, doc) {
			found++
		}
	}
	if found < rounds/4 || found == rounds {
		t.Errorf("%d of %d mutations are found, which tests little", found, rounds)
	}
}

// mutate changes one value somewhere in a document.
func mutate(random *rand.Rand, v any) any {
	odd := []any{nil, true, "", "x", json.Number("-1.5"), json.Number("7"), json.Number("1e3"), []any{}, map[string]any{},
		"2020-02-30", "2020-02-29", "2021-02-29", "2020-13", "2020-1-1", "03/04/2020", "20", " 2020-01-01", "2020-01-01 ", "2020-01-01\n",
		"2020-01-01T24:00:00Z", "2020-01-01t23:59:59z", "2020-01-01T00:00:00", "2020-01-01T00:00:00+24:00", "2020-02-30T00:00:00Z", "2020-01-01T00:00:00,5Z",
		"2020-01-01T23:59:60Z", "2020-01-01T22:59:60Z", "2020-01-01T22:59:60-01:00", "2020-01-02T00:29:60+00:30", "2020-01-01T00:00:00.Z", "2020-01-01T00:00Z",
		"Yes", "yes", "GBP", "gbp", "GB", "1.4", "1.4.3", "a.org", "http://", "//a.org", "https://[::1]/", "https://[::1%25a]/", "https://[::g]/", "%", "mailto:a", "http://a b",
		"http://1.2.3.4:x", "::", "it's \"q\" \\ z", "é\u2028\x01", []any{"a", "a"}, []any{json.Number("1")}, map[string]any{"id": "", "name": json.Number("1")}}
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		sort.Strings(names)
		if len(names) > 0 && random.IntN(8) > 0 {
			name := names[random.IntN(len(names))]
			if random.IntN(6) == 0 {
				delete(v, name)
			} else {
				v[name] = mutate(random, v[name])
			}
			return v
		}
		names = append(names, "more", "recipientIndividual", "recipientOrganization", "duration", "awardDate", "url", "countryCode", "dateModified")
		v[names[random.IntN(len(names))]] = odd[random.IntN(len(odd))]
		return v
	case []any:
		if len(v) > 0 && random.IntN(8) > 0 {
			i := random.IntN(len(v))
			switch random.IntN(8) {
			case 0:
				return slices.Delete(v, i, i+1)
			case 1:
				return append(v, v[i])
			}
			v[i] = mutate(random, v[i])
			return v
		}
		return append(v, odd[random.IntN(len(odd))])
	}
	return odd[random.IntN(len(odd))]
}

// The published file of a funder is judged as the library judges it.
func TestSchemaCheckOfPublishedGrants(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a whole published file: run without -short")
	}
	path := filepath.Join("..", "..", "..", "shared", "data", "grants", "360giving_wolfson_2014_testfile.json.gz")
	f, err := os.Open(path)
	if err != nil {
		t.Skip("the published grants are not here: put the folder of data beside the project to check them")
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(text)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := readJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	checkAgainstLibrary(t, libraryPackage(t), doc)
}

// A keyword, a format, a reference or a type that is not known is refused when
// the schema is read. The published schemas hold none of them.
func TestSchemaKeywordsAreKnown(t *testing.T) {
	if _, err := published(); err != nil {
		t.Error(err)
	}
	for text, want := range map[string]string{
		`{"maxLength": 3}`: `unknown field "maxLength"`,
		`{"properties": {"a": {"items": {"const": 3}}}}`:    `unknown field "const"`,
		`{"$defs": {"a": {"oneOf": [{"format": "ipv6"}]}}}`: `the format "ipv6" is not known`,
		`{"properties": {"a": {"$ref": "#/$defs/b"}}}`:      `the reference "#/$defs/b" leads nowhere`,
		`{"type": {"a": 1}}`:                                "is neither a name nor a list",
		`{"oneOf": [{"pattern": "("}]}`:                     "missing closing )",
		`{"properties": {"a": true}}`:                       "cannot unmarshal bool",
	} {
		if _, err := parseSchema([]byte(text), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
