package uptake_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/uptake"
	"golang.org/x/text/encoding/charmap"
)

var (
	background = context.Background()
	act        = innovation.Act{Actor: "jo", Reason: "what was published"}
)

func day(s string) innovation.Date { return innovation.MustDate(s) }

// register is a register in memory with two innovations, three organisations
// of which one closed, and nothing else.
func register(t testing.TB) *store.Store {
	t.Helper()
	s := storetest.New(t)
	always := innovation.FromBound(innovation.UnknownBound())
	record(t, s,
		innovation.Innovation{Innovation: "libre", Name: "FreeStyle Libre", Period: innovation.From(day("2013-01-01"))},
		innovation.Innovation{Innovation: "pitolisant", Name: "Pitolisant", Period: always},
		innovation.Existence{Organisation: "trust-a", Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(day("2010-04-01"))},
		innovation.Existence{Organisation: "trust-b", Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.Between(day("2010-04-01"), day("2018-04-01"))},
		innovation.Existence{Organisation: "trust-c", Aspect: innovation.Operational, Kind: "nhs-trust", Period: always},
		innovation.Identifier{Organisation: "trust-a", Scheme: "ods", Value: "RAA", Period: always},
		innovation.Identifier{Organisation: "trust-b", Scheme: "ods", Value: "RBB", Period: always},
		innovation.Identifier{Organisation: "trust-c", Scheme: "ods", Value: "RCC", Period: always},
	)
	return s
}

func record(t testing.TB, s *store.Store, facts ...innovation.Fact) {
	t.Helper()
	if _, err := s.Update(background, act, func(ctx context.Context, tx *store.Tx) error {
		for _, f := range facts {
			if _, err := tx.Record(ctx, f); err != nil {
				return fmt.Errorf("%s: %w", f.FactType(), err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func all[F innovation.Fact](t testing.TB, s *store.Store) (out []innovation.Recorded[F]) {
	t.Helper()
	f := store.FactFilter{AllDays: true, Limit: 1000}
	for {
		list, err := store.Facts[F](background, s, innovation.On(day("2020-01-01")), f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list.Facts...)
		if f.Page = list.Next; f.Page == "" {
			return out
		}
	}
}

func options() *uptake.Options {
	return &uptake.Options{Source: "file", SourceTitle: "A file"}
}

func verified(t testing.TB, s *store.Store) {
	t.Helper()
	v, err := s.Verify(background, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Problems) > 0 {
		t.Fatalf("the register does not verify: %+v", v.Problems)
	}
}

// published opens one of the published files, which lie beside the repository.
func published(t testing.TB, name string) *os.File {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes a whole published file: run without -short")
	}
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the published file %s is not here: get it from its publisher, whom testdata/README.md names, and put it into ../shared/data beside the repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// mustImport brings a file in and wants no row refused.
func mustImport(t testing.TB, s *store.Store, format uptake.Format, text []byte, o *uptake.Options) uptake.Report {
	t.Helper()
	got, err := uptake.Import(background, s, act, format, bytes.NewReader(text), o)
	if err != nil {
		t.Fatalf("%v\n%+v", err, got.Refusals)
	}
	return got
}

func counts(r uptake.Report) uptake.Report {
	return uptake.Report{Rows: r.Rows, Added: r.Added, Unchanged: r.Unchanged, PassedOver: r.PassedOver, Refused: r.Refused,
		Organisations: r.Organisations, Revised: r.Revised, Events: r.Events, Quiet: r.Quiet}
}

// libre are the options of the file of FreeStyle Libre.
func libre() *uptake.Options {
	o := options()
	o.Month = uptake.Presets()["libre-ccg-month"]
	o.Month.Innovation = "libre"
	return o
}

// firstMonths counts organisations by the month of their first reached event.
func firstMonths(t testing.TB, s *store.Store) map[string]int {
	out := map[string]int{}
	for _, f := range all[innovation.Adoption](t, s) {
		if f.Value.Step == innovation.Reached {
			out[f.Value.Day.Bound.String()]++
		}
	}
	return out
}

// file reads an extract.
func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// refusals are the reasons of a report: row, field, value and rule.
func refusals(r uptake.Report) (out []string) {
	for _, n := range r.Refusals {
		out = append(out, fmt.Sprintf("%d %d %s %q %s", n.Row, n.Line, n.Field, n.Value, n.Rule))
		if n.Detail == "" || n.Try == "" && n.Rule != innovation.RuleTextTooLong {
			out = append(out, "it does not say what to do")
		}
	}
	return out
}

const eventsFile = `innovation,organisation,ods,step,stage,grade,extentLow,extentHigh,reason,planned,restated,source,note,day,basis
libre,trust-a,,reached,piloting,self-reported,,,,,,,"two wards, of four",2018-02,
libre,,RAA,reached,adopted,self-reported,500000,1000000,,,,,,2018-Q4,estimated
libre,trust-a,RAA,stopped,,self-reported,,,cost-too-high,,,,,2019-05-01,
libre,,RBB,reached,adopted,observed,,,,,true,,,2019-01,
pitolisant,trust-c,,reached,adopted,ordered,,,,true,,,,2030/31,announced
`

func TestAdoptions(t *testing.T) {
	s := register(t)
	o := options()
	o.DryRun = true
	if dry := mustImport(t, s, uptake.Adoptions, []byte(eventsFile), o); dry.Added != 5 || dry.Act != 0 || !dry.DryRun || len(all[innovation.Adoption](t, s)) != 0 {
		t.Errorf("a dry run: %+v", dry)
	}
	got := mustImport(t, s, uptake.Adoptions, []byte(eventsFile), options())
	if diff := cmp.Diff(uptake.Report{Rows: 5, Added: 5, Events: 5}, counts(got)); diff != "" || got.Act == 0 {
		t.Errorf("(-want +got)\n%s", diff)
	}
	events := all[innovation.Adoption](t, s)
	want := []innovation.Adoption{
		{Innovation: "libre", Organisation: "trust-a", Step: innovation.Reached, Stage: innovation.Piloting, Grade: innovation.SelfReported, Source: "file", Note: "two wards, of four",
			Day: innovation.Day{Bound: innovation.InMonth(2018, 2)}},
		{Innovation: "libre", Organisation: "trust-a", Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.SelfReported, Source: "file", ExtentLow: 500_000, ExtentHigh: 1_000_000,
			Day: innovation.Day{Bound: innovation.InQuarter(2018, 4).As(innovation.BasisEstimated)}},
		{Innovation: "libre", Organisation: "trust-a", Step: innovation.Stopped, Grade: innovation.SelfReported, Source: "file", Reason: "cost-too-high", Day: innovation.OnDay(day("2019-05-01"))},
		{Innovation: "libre", Organisation: "trust-b", Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Observed, Source: "file", Restated: true,
			Day: innovation.Day{Bound: innovation.InMonth(2019, 1)}},
		{Innovation: "pitolisant", Organisation: "trust-c", Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Ordered, Source: "file", Planned: true,
			Day: innovation.Day{Bound: innovation.InFinancialYear(2030).As(innovation.BasisAnnounced)}},
	}
	for i := range events {
		if diff := cmp.Diff(want[i], events[i].Value); diff != "" {
			t.Errorf("event %d (-want +got)\n%s", i, diff)
		}
	}
	again := mustImport(t, s, uptake.Adoptions, []byte(eventsFile), options())
	if again.Act != 0 || again.Unchanged != 5 || again.Added != 0 {
		t.Errorf("again: %+v", again)
	}
	verified(t, s)
}

// The same file, however it is written.
func TestWaysOfWriting(t *testing.T) {
	latin := func(s string) []byte {
		out, err := charmap.Windows1252.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(out)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	io.WriteString(z, eventsFile)
	z.Close()
	accented := strings.Replace(eventsFile, "two wards, of four", "café – “two”", 1)
	for name, text := range map[string][]byte{
		"a byte order mark":   []byte("\uFEFF" + eventsFile),
		"CR only":             []byte(strings.ReplaceAll(eventsFile, "\n", "\r")),
		"CRLF and blanks":     []byte(strings.ReplaceAll(eventsFile, "\n", "\r\n\r\n")),
		"semicolons":          []byte(strings.ReplaceAll(strings.Replace(eventsFile, "wards, of", "wards; of", 1), ",", ";")),
		"gzip":                zipped.Bytes(),
		"Windows-1252":        latin(accented),
		"no end of last line": []byte(strings.TrimSuffix(eventsFile, "\n")),
		"columns elsewhere":   []byte("more," + strings.ReplaceAll(strings.TrimSuffix(eventsFile, "\n"), "\n", "\nx,") + "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			s := register(t)
			got := mustImport(t, s, uptake.Adoptions, text, options())
			if got.Added != 5 {
				t.Errorf("%+v", got)
			}
			if name == "Windows-1252" {
				if note := all[innovation.Adoption](t, s)[0].Value.Note; note != "café – “two”" || len(got.Remarks) != 1 {
					t.Errorf("%q %+v", note, got.Remarks)
				}
			}
			// As a stream that cannot be read twice.
			other := register(t)
			if got, err := uptake.Import(background, other, act, uptake.Adoptions, io.MultiReader(bytes.NewReader(text)), options()); err != nil || got.Added != 5 {
				t.Errorf("as a stream: %v %+v", err, got)
			}
		})
	}
}

func TestRefusedAdoptions(t *testing.T) {
	const text = `innovation,ods,step,stage,grade,extentLow,planned,note,day
libre,RAA,reached,adopted,observed,,,,2018-05-01
nothing-known,RAA,reached,adopted,observed,,,,2018-05-01
libre,RZZ,reached,adopted,observed,,,,2018-05-01
libre,RAA,reached,adopted,observed,,,NHS no 9434765919,2018-06-01
libre,RAA,reached,adopted,observed,,,,2999-01-01
libre,RBB,reached,adopted,observed,,,,2018-05-01
libre,RAA,reached,piloting,observed,,,,2018-07-01
libre,RAA,jumped,adopted,heard,half,perhaps,,1 May
libre,RAA,stopped,adopted,observed,,,,2019-01-01
libre,RCC,stopped,,observed,,,,2019-01-01
libre,RAA,reached,adopted,observed,,,,2018-05-01,more
libre,RAA,reached,adopted,observed,,,,2018-05-01
9434765919,RAA,reached,adopted,observed,,,,2018-05-01
`
	s := register(t)
	o := options()
	got, err := uptake.Import(background, s, act, uptake.Adoptions, strings.NewReader(text), o)
	if !errors.Is(err, innovation.Refused) || got.Act != 0 || len(all[innovation.Adoption](t, s)) != 0 {
		t.Errorf("%v %+v", err, got)
	}
	want := []string{
		`2 3 innovation "nothing-known" entity-not-found`,
		`3 4 ods "RZZ" entity-not-found`,
		`4 5 note "" patient-data`,
		`5 6 day "2999-01-01" adoption-future`,
		`6 7 day "2018-05-01" adoption-outside-life`,
		`7 8 stage "piloting" adoption-backward`,
		`8 9 day "1 May" period-invalid`, `8 9 extentLow "half" quantity-invalid`, `8 9 planned "perhaps" word-unknown`,
		`9 10 stage "adopted" adoption-stage`,
		`10 11 step "stopped" adoption-nothing-there`,
		`11 12  "" import-row-shape`,
		`13 14 innovation "" patient-data`,
	}
	if diff := cmp.Diff(want, refusals(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(uptake.Report{Rows: 13, Added: 1, Unchanged: 1, Refused: 11, Events: 1}, counts(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if text := fmt.Sprintf("%+v %v", got, err); strings.Contains(text, "9434765919") {
		t.Error("an NHS number is repeated")
	}
	o.Partial = true
	part, err := uptake.Import(background, s, act, uptake.Adoptions, strings.NewReader(text), o)
	if err != nil || part.Act == 0 || len(all[innovation.Adoption](t, s)) != 1 {
		t.Errorf("in part: %v %+v", err, part)
	}
	if diff := cmp.Diff(refusals(got), refusals(part)); diff != "" {
		t.Errorf("in part (-whole +part)\n%s", diff)
	}
	verified(t, s)
}

// Files and options that cannot be taken at all.
func TestUnusable(t *testing.T) {
	s := register(t)
	var damaged bytes.Buffer
	z := gzip.NewWriter(&damaged)
	io.WriteString(z, strings.Repeat(eventsFile, 100))
	z.Close()
	month := libre()
	month.Month.Innovation = ""
	least := libre()
	least.Month.AtLeast, least.Month.Confirm = "-1", "often"
	unknown := libre()
	unknown.Month.Innovation = "nothing-known"
	measure := libre()
	measure.Found, measure.Month.Measure = true, "furlongs"
	for _, c := range []struct {
		what   string
		format uptake.Format
		text   []byte
		o      *uptake.Options
		want   []string
	}{
		{"a format", "excel", []byte("a"), options(), []string{"format import-format-unknown"}},
		{"no source", uptake.Adoptions, []byte("a"), &uptake.Options{}, []string{"source text-required"}},
		{"nothing", uptake.Adoptions, nil, options(), []string{" import-unreadable"}},
		{"UTF-16", uptake.Adoptions, []byte("\xff\xfea\x00"), options(), []string{" import-unreadable"}},
		{"NUL bytes", uptake.Adoptions, []byte("a\x00b"), options(), []string{" import-unreadable"}},
		{"no text", uptake.Adoptions, []byte("innovation,step,grade,day,ods\nx\x81"), options(), []string{" import-unreadable"}},
		{"a cut archive", uptake.Adoptions, damaged.Bytes()[:damaged.Len()/2], options(), []string{" import-unreadable"}},
		{"an open quote", uptake.Adoptions, []byte("innovation,step,grade,day,ods\n\"" + strings.Repeat("x\n", 1<<20)), options(), []string{" import-too-large"}},
		{"columns", uptake.Adoptions, []byte("innovation,step,step\n"), options(), []string{"step import-column-repeated", "grade import-column-missing", "day import-column-missing"}},
		{"nobody", uptake.Adoptions, []byte("innovation,step,grade,day\n"), options(), []string{"organisation import-column-missing"}},
		{"no innovation", uptake.Month, []byte("a"), month, []string{"innovation text-required"}},
		{"an odd rule", uptake.Month, []byte("a"), least, []string{"confirm word-unknown", "atLeast quantity-invalid"}},
		{"an unknown innovation", uptake.Month, file(t, "libre.csv"), unknown, []string{"innovation entity-not-found"}},
		{"an unknown measure", uptake.Month, file(t, "libre.csv"), measure, []string{"measure term-unknown"}},
		{"a new source without a name", uptake.Adoptions, []byte(eventsFile), &uptake.Options{Source: "bare"}, []string{"title text-required"}},
	} {
		got, err := uptake.Import(background, s, act, c.format, bytes.NewReader(c.text), c.o)
		var wrong []string
		for _, e := range innovation.Violations(err) {
			wrong = append(wrong, e.Field+" "+string(e.Rule))
		}
		if diff := cmp.Diff(c.want, wrong); diff != "" || got.Act != 0 {
			t.Errorf("%s: %v (-want +got)\n%s", c.what, err, diff)
		}
	}
	if len(all[innovation.Adoption](t, s)) != 0 || len(all[innovation.Uptake](t, s)) != 0 {
		t.Error("something was recorded")
	}
}

// More is refused than a report lists: the rest is counted.
func TestManyRefusals(t *testing.T) {
	s := register(t)
	text := "innovation,organisation,step,stage,grade,day\n" + strings.Repeat("nothing-known,trust-a,reached,adopted,observed,2018-05-01\n", 12_000)
	calls := 0
	o := options()
	var last uptake.Progress
	o.Progress = func(p uptake.Progress) { calls++; last = p }
	got, err := uptake.Import(background, s, act, uptake.Adoptions, strings.NewReader(text), o)
	if !errors.Is(err, innovation.Refused) || got.Refused != 12_000 || len(got.Refusals) != 1_000 || got.MoreRefusals != 11_000 {
		t.Errorf("%v %+v", err, counts(got))
	}
	if want := (uptake.Progress{Rows: 12_000, OfRows: 12_000, Bytes: int64(len(text)), OfBytes: int64(len(text))}); last != want || calls < 10 {
		t.Errorf("%d calls, the last %+v", calls, last)
	}
}

func TestMonths(t *testing.T) {
	s := register(t)
	o := libre()
	o.Found = true
	got := mustImport(t, s, uptake.Month, file(t, "libre.csv"), o)
	if diff := cmp.Diff(uptake.Report{Rows: 60, Added: 60, Organisations: 3, Events: 38}, counts(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"2017-11": 2, "2017-12": 1}, firstMonths(t, s)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	use := all[innovation.Uptake](t, s)[0].Value
	if per, _ := use.Per.Value(); use.Unit != "items" || use.Source != "file" || per < 100 || use.Period.Start.Earliest != day("2017-09-01") {
		t.Errorf("%+v", use)
	}
	if again := mustImport(t, s, uptake.Month, file(t, "libre.csv"), o); again.Act != 0 || again.Unchanged != 60 {
		t.Errorf("again: %+v", again)
	}
	acts, err := s.Changes(background, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if reason := acts.Acts[len(acts.Acts)-1].Reason; !strings.HasPrefix(reason, "what was published. Rule: the first month with a count above 0 (items)") {
		t.Errorf("the reason is %q", reason)
	}
	verified(t, s)
}

// What a later file adds: the first month of use is not said again, and after a
// stop it is.
func TestMonthsAgain(t *testing.T) {
	s := register(t)
	const head = "month,ccg,numerator_items,denominator_list_thousands\n"
	o := libre()
	mustImport(t, s, uptake.Month, []byte(head+"2018-01,RAA,0,10\n2018-02,RAA,3,10\n2018-03,RAA,-1,10\n2018-04,RAA,2,10\n"), o)
	mustImport(t, s, uptake.Month, []byte(head+"2018-04,RAA,2,10\n2018-05,RAA,4,10\n2018-06,RAA,0,10\n"), o)
	record(t, s, innovation.Adoption{Innovation: "libre", Organisation: "trust-a", Step: innovation.Stopped, Grade: innovation.Observed, Day: innovation.OnDay(day("2018-08-31"))})
	later := mustImport(t, s, uptake.Month, []byte(head+"2018-09,RAA,0,10\n2018-10,RAA,1,10\n2018-11,RAA,1,10\n2019-12,RCC,0,10\n"), o)
	if later.Quiet != 1 || later.Events != 2 {
		t.Errorf("%+v", later)
	}
	var got []string
	for _, f := range all[innovation.Adoption](t, s) {
		got = append(got, fmt.Sprintf("%s %s", f.Value.Step, f.Value.Day.Bound))
	}
	if diff := cmp.Diff([]string{"reached 2018-02", "confirmed 2018-04", "confirmed 2018-05", "stopped 2018-08-31", "reached 2018-10", "confirmed 2018-11"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	changed, err := uptake.Import(background, s, act, uptake.Month, strings.NewReader(head+"2018-01,RAA,7,10\n2018-13,RAA,1,1\n2018-02,RXX,1,1\n2018-02,RCC,many,1\n2018-03,RCC,1,-5\n2018-04,RCC,1,1\n2018-04,RCC,1,1\n"), o)
	want := []string{`1 2 numerator_items "7" import-conflict`, `2 3 month "2018-13" date-invalid`, `3 4 ccg "RXX" entity-not-found`,
		`4 5 numerator_items "many" quantity-invalid`, `5 6 per "" uptake-invalid`, `7 8 month "" import-row-repeated`}
	if diff := cmp.Diff(want, refusals(changed)); diff != "" || !errors.Is(err, innovation.Refused) {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	verified(t, s)
}

// Bodies that had not opened, or had closed: refused, unless the source
// restates what it counts to the bodies of another day.
func TestMonthsOutsideLife(t *testing.T) {
	const text = "month,ccg,numerator_items,denominator_list_thousands\n2018-03,RBB,1,10\n2018-05,RBB,2,10\n"
	for _, restated := range []bool{false, true} {
		s := register(t)
		o := libre()
		o.Month.Restated = restated
		got, err := uptake.Import(background, s, act, uptake.Month, strings.NewReader(text), o)
		if restated {
			if err != nil || got.Added != 2 || got.Events != 2 {
				t.Errorf("%v %+v", err, got)
			}
			continue
		}
		if diff := cmp.Diff([]string{`2 3 month "2018-05" adoption-outside-life`}, refusals(got)); diff != "" || err == nil {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		o.Partial = true
		if got, err = uptake.Import(background, s, act, uptake.Month, strings.NewReader(text), o); err != nil || got.Added != 1 || len(all[innovation.Uptake](t, s)) != 1 {
			t.Errorf("in part: %v %+v", err, got)
		}
	}
}

func TestProducts(t *testing.T) {
	s := register(t)
	o := options()
	o.Found, o.Kind, o.Month = true, "nhs-trust", uptake.Presets()["scmd-trust-month"]
	o.Month.Innovation, o.Month.ProductIs, o.Month.Confirm = "pitolisant", "PITOLISANT", uptake.ConfirmEach
	got := mustImport(t, s, uptake.Month, file(t, "scmd.csv"), o)
	if got.Organisations != 2 || got.PassedOver == 0 || got.Added+got.PassedOver != got.Rows {
		t.Errorf("%+v", counts(got))
	}
	for _, f := range all[innovation.Uptake](t, s) {
		if f.Value.Organisation == "ods-rem" && f.Value.Period.Start.Earliest == day("2019-01-01") && f.Value.Count != innovation.ExactQuantity(270+72) {
			t.Errorf("two strengths are not added up: %+v", f.Value)
		}
	}
	share := options()
	share.Found, share.Month = true, uptake.Presets()["glargine-ccg-month"]
	share.Month.Innovation, share.Month.AtLeast, share.Month.Confirm = "libre", "0.05", uptake.ConfirmNone
	mustImport(t, s, uptake.Month, file(t, "glargine.csv"), share)
	for _, f := range all[innovation.Uptake](t, s) {
		if n, _ := f.Value.Count.Value(); f.Value.Measure == "share" && (n < 0 || n > 1) {
			t.Errorf("a share of %v", n)
		}
	}
	verified(t, s)
}

func TestPractices(t *testing.T) {
	s := storetest.New(t)
	first := mustImport(t, s, uptake.PracticeMap, file(t, "map_2020-09.csv"), options())
	if diff := cmp.Diff(uptake.Report{Rows: 9, Added: 9, Organisations: 26}, counts(first)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if again := mustImport(t, s, uptake.PracticeMap, file(t, "map_2020-09.csv"), options()); again.Act != 0 || again.Unchanged != 9 {
		t.Errorf("again: %+v", again)
	}
	parts := func(on string) map[string][]string {
		out := map[string][]string{}
		list, err := store.Facts[innovation.Relation](background, s, innovation.On(day(on)), store.FactFilter{Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.Facts {
			text := string(r.Value.Target)
			if r.Value.Weight > 0 {
				text += fmt.Sprintf(" %d", r.Value.Weight)
			}
			out[string(r.Value.Organisation)] = append(out[string(r.Value.Organisation)], text)
		}
		return out
	}
	was := parts("2020-09-01")
	for part, want := range map[string][]string{
		"ods-a81001": {"ods-u89141"}, "ods-u89141": {"ods-16c"}, "ods-16c": {"ods-qhm"}, "ods-qhm": {"ods-y63"}, "ods-a86027": {"ods-13t"},
		"ods-u69575": {"ods-03a 666666", "ods-03j 333333"}, "ods-y00081": {"ods-u69575", "ods-03j"},
	} {
		if diff := cmp.Diff(want, was[part]); diff != "" {
			t.Errorf("%s is part of (-want +got)\n%s", part, diff)
		}
	}
	second := mustImport(t, s, uptake.PracticeMap, file(t, "map_2022-01.csv"), &uptake.Options{Source: "second", SourceTitle: "Second"})
	if second.Unchanged != 1 || second.Revised == 0 || len(second.Remarks) != 1 || !strings.HasPrefix(second.Remarks[0].Detail, "1 practices") {
		t.Errorf("%+v", second)
	}
	is := parts("2022-01-01")
	for part, want := range map[string][]string{
		"ods-a81001": {"ods-u89141"}, "ods-a86027": {"ods-u17849"}, "ods-c84647": {"ods-52r"}, "ods-u69575": {"ods-x2c4y"},
		"ods-a85021": {"ods-u76028"}, "ods-y00081": {"ods-u69575"}, "ods-a82048": {"ods-u67303"},
	} {
		if diff := cmp.Diff(want, is[part]); diff != "" {
			t.Errorf("in 2022 %s is part of (-want +got)\n%s", part, diff)
		}
	}
	if diff := cmp.Diff(was["ods-a85021"], parts("2020-09-01")["ods-a85021"]); diff != "" {
		t.Errorf("the past changed (-was +is)\n%s", diff)
	}
	names, err := store.Facts[innovation.Name](background, s, innovation.On(day("2022-01-01")), store.FactFilter{Subject: innovation.OrganisationID("ods-a81004").Entity()})
	if err != nil || len(names.Facts) != 1 || names.Facts[0].Value.Text != "ACKLAM MEDICAL CENTRE" {
		t.Errorf("%v %+v", err, names.Facts)
	}
	if again := mustImport(t, s, uptake.PracticeMap, file(t, "map_2022-01.csv"), options()); again.Act != 0 {
		t.Errorf("again: %+v", again)
	}
	verified(t, s)
}

func TestODS(t *testing.T) {
	s := storetest.New(t)
	for _, write := range []bool{false, true} { // of which day it is, nothing says
		o := options()
		o.DryRun = !write
		_, err := uptake.Import(background, s, act, uptake.ODSList, bytes.NewReader(file(t, "eccg.csv")), o)
		if own := innovation.Violations(err); len(own) != 1 || own[0].Rule != innovation.RuleTextRequired || own[0].Field != "edition" {
			t.Errorf("a list without a day: %v", err)
		}
	}
	dated := options()
	dated.SourcePublished = innovation.OnDay(day("2025-12-01"))
	list := mustImport(t, s, uptake.ODSList, file(t, "eccg.csv"), dated)
	if list.Added != 7 || list.Organisations != 7 {
		t.Errorf("%+v", list)
	}
	var last uptake.Progress
	after := mustImport(t, s, uptake.Successors, file(t, "successors.csv"), &uptake.Options{Source: "succ", SourceTitle: "Successors",
		Progress: func(p uptake.Progress) { last = p }})
	if last.Stage != "Recording" || last.Rows == 0 || last.Rows != last.OfRows {
		t.Errorf("%+v", last)
	}
	if diff := cmp.Diff(uptake.Report{Rows: 8, Added: 4, PassedOver: 4}, counts(after)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, f := range all[innovation.Succession](t, s) {
		if f.Value.Type != innovation.Merge || f.Value.Day != innovation.OnDay(day("2020-04-01")) {
			t.Errorf("%+v", f.Value)
		}
	}
	for _, f := range all[innovation.Existence](t, s) {
		if f.Value.Organisation == "ods-00c" && f.Value.Period != innovation.Through(day("2013-04-01"), day("2020-03-31")) {
			t.Errorf("%+v", f.Value)
		}
	}
	if again := mustImport(t, s, uptake.ODSList, file(t, "eccg.csv"), options()); again.Act != 0 || again.Unchanged != 7 {
		t.Errorf("again: %+v", again)
	}
	if again := mustImport(t, s, uptake.Successors, file(t, "successors.csv"), options()); again.Act != 0 || again.Unchanged != 4 {
		t.Errorf("again: %+v", again)
	}
	bad, err := uptake.Import(background, s, act, uptake.ODSList, strings.NewReader("99A,Short\n99B,Name,,,,,,,,,2020,20210332\n"), options())
	if diff := cmp.Diff([]string{`1 1  "" import-row-shape`, `2 2 open "2020" date-invalid`, `2 2 close "20210332" date-invalid`}, refusals(bad)); diff != "" || err == nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	verified(t, s)
}
