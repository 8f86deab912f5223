package spread_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

// closeTo fails unless got is within tol of want.
func closeTo(t testing.TB, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s = %v, want %v within %v", what, got, want, tol)
	}
}

// wantRule fails unless err is one violation of the rule, with advice where the
// data are refused.
func wantRule(t testing.TB, err error, rule innovation.RuleID) {
	t.Helper()
	var e *innovation.Error
	if !errors.As(err, &e) {
		t.Errorf("error = %v, want rule %s", err, rule)
		return
	}
	if e.Rule != rule {
		t.Errorf("rule = %s (%v), want %s", e.Rule, err, rule)
	}
	if e.Kind == innovation.Refused && e.Try == "" {
		t.Errorf("%v: refused without advice", err)
	}
}

// answers checks the promise of the package: either a rule and no result, or a
// result in which every number is finite.
func answers(t interface{ Fatalf(string, ...any) }, result any, err error) {
	if err != nil {
		if len(innovation.Violations(err)) == 0 {
			t.Fatalf("error %v names no rule", err)
		}
		return
	}
	walkFloats(reflect.ValueOf(result), "result", func(path string, x float64) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Fatalf("%s is %v", path, x)
		}
	})
}

func walkFloats(v reflect.Value, path string, visit func(string, float64)) {
	switch v.Kind() {
	case reflect.Float64:
		visit(path, v.Float())
	case reflect.Pointer:
		if !v.IsNil() {
			walkFloats(v.Elem(), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			walkFloats(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkFloats(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	}
}

// tableRows reads a table of testdata without its comments and its header.
func tableRows(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]string
	for in := bufio.NewScanner(f); in.Scan(); {
		if line := in.Text(); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(line, ","))
		}
	}
	return out[1:]
}

// wildFloats draws series that a caller may get wrong: short, constant, tied,
// huge, negative, not numbers.
func wildFloats(t *rapid.T, label string) []float64 {
	one := rapid.OneOf(
		rapid.Float64Range(0, 100),
		rapid.SampledFrom([]float64{0, 0, 1, 1, 2, 5, -1, -3.5, 1e-300, 1e150, -1e300, math.MaxFloat64}),
		rapid.Float64(),
	)
	if rapid.IntRange(0, 9).Draw(t, label+" with what is no number") == 0 {
		one = rapid.OneOf(one, rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}))
	}
	return rapid.SliceOfN(one, 0, 40).Draw(t, label)
}

// wildSubjects draws subjects likewise.
func wildSubjects(t *rapid.T) []spread.Subject {
	enters, exits := wildFloats(t, "enters"), wildFloats(t, "exits")
	tame := rapid.Bool().Draw(t, "tame")
	out := make([]spread.Subject, min(len(enters), len(exits)))
	for i := range out {
		out[i] = spread.Subject{Enter: enters[i], Exit: exits[i], Adopted: rapid.Bool().Draw(t, "adopted")}
		if tame {
			out[i].Enter = float64(rapid.IntRange(0, 5).Draw(t, "enter"))
			out[i].Exit = out[i].Enter + float64(rapid.IntRange(1, 9).Draw(t, "stay"))
		}
	}
	return out
}

// libre gives the CCGs as subjects: time in months from the start of 2017-11.
func libre(t testing.TB) []spread.Subject {
	var out []spread.Subject
	for _, row := range tableRows(t, "libre_first_month.csv") {
		var year, month int
		if _, err := fmt.Sscanf(row[1], "%d-%d", &year, &month); err != nil {
			t.Fatal(err)
		}
		out = append(out, spread.Subject{Exit: float64((year-2017)*12 + month - 11 + 1), Adopted: true})
	}
	return out
}

// libreRates reads the published file: items per 1,000 patients of every CCG,
// month by month from 2017-12, and each CCG's first month with an item.
func libreRates(t testing.TB) (periods [][]float64, first map[string]string) {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes a whole published file: run without -short")
	}
	f, err := os.Open("../../../shared/data/uptake_nhs/libre_ccg_month.csv.gz")
	if err != nil {
		t.Skipf("the published file is missing: put libre/libre_latestmonth.csv of ebmdatalab/jupyter-notebooks, gzipped, at ../shared/data/uptake_nhs/libre_ccg_month.csv.gz beside the repository (%v)", err)
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	first, months := map[string]string{}, map[string][]float64{}
	for _, row := range rows[1:] { // month, ccg, items, thousands of patients
		month := row[0][:7]
		items, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		if items > 0 && (first[row[1]] == "" || month < first[row[1]]) {
			first[row[1]] = month
		}
		if thousands, err := strconv.ParseFloat(row[3], 64); err == nil && thousands > 0 && month >= "2017-12" {
			months[month] = append(months[month], items/thousands)
		}
	}
	for _, month := range slices.Sorted(maps.Keys(months)) {
		periods = append(periods, months[month])
	}
	return periods, first
}

// The numbers of CCGs by first month are those published with the data.
func TestHazardOfLibre(t *testing.T) {
	subjects := libre(t)
	breaks := make([]float64, 19)
	for i := range breaks {
		breaks[i] = float64(i)
	}
	got, err := spread.Hazard(subjects, breaks, nil)
	if err != nil {
		t.Fatal(err)
	}
	left := 191
	for i, d := range []int{91, 37, 20, 13, 11, 6, 3, 2, 3, 1, 0, 2, 0, 0, 0, 0, 0, 2} {
		p := got[i]
		if p.Adopters != d || p.AtStart != left || p.Cumulative != 191-left+d || p.Eligible != 191 {
			t.Errorf("month %d: %+v, want %d adopters of %d", i, p, d, left)
		}
		closeTo(t, "hazard", p.Hazard, float64(d)/float64(left), 1e-12)
		closeTo(t, "person-time", p.PersonTime, float64(left), 1e-9)
		left -= d
	}
	// Had we looked at the end of February 2018, the 30 CCGs without an item
	// are censored, and the hazards of the months before are the same.
	for i := range subjects {
		if subjects[i].Exit > 4 {
			subjects[i].Exit, subjects[i].Adopted = 4, false
		}
	}
	early, err := spread.Hazard(subjects, breaks[:7], nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if !reflect.DeepEqual(early[i], got[i]) {
			t.Errorf("month %d changed with what came later: %+v, was %+v", i, early[i], got[i])
		}
	}
	if p := early[3]; p.Adopters != 13 || p.Censored != 30 || p.Exposed != 43 || p.Cumulative != 161 {
		t.Errorf("last month: %+v, want 13 adopters and 30 censored", p)
	}
	if p := early[4]; p.Reason == "" || p.Hazard != 0 || p.Adopters != 0 {
		t.Errorf("after the last month: %+v, want a reason", p)
	}
}

// By hand: (0,10] in two periods. A adopts at 5, the end of the first; B is
// last seen at 2; C enters at 2 and adopts at 7; D enters at 5 and stays to the
// end; E enters at 6 and is last seen at 8.
func TestHazardByHand(t *testing.T) {
	got, err := spread.Hazard([]spread.Subject{{0, 5, true}, {0, 2, false}, {2, 7, true}, {5, 10, false}, {6, 8, false}}, []float64{0, 5, 10}, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, b := got[0], got[1]
	if a.AtStart != 2 || a.Entered != 1 || a.Adopters != 1 || a.Censored != 1 || a.Exposed != 2 || a.PersonTime != 5+2+3 || a.Eligible != 3 || a.Cumulative != 1 {
		t.Errorf("first period: %+v", a)
	}
	if b.AtStart != 2 || b.Entered != 1 || b.Adopters != 1 || b.Censored != 2 || b.Exposed != 2.5 || b.PersonTime != 2+5+2 || b.Eligible != 5 || b.Cumulative != 2 {
		t.Errorf("second period: %+v", b)
	}
	closeTo(t, "hazard", b.Hazard, 0.4, 1e-12)
	closeTo(t, "rate", b.Rate, 1.0/9, 1e-12)
}

// Newcombe 1998, Statistics in Medicine 17:857-872, table I: methods 3 (score)
// and 5 (Clopper-Pearson).
func TestHazardIntervals(t *testing.T) {
	for _, c := range []struct {
		x, n           int
		wl, wu, cl, cu float64
	}{
		{81, 263, 0.2553, 0.3662, 0.2527, 0.3676},
		{15, 148, 0.0624, 0.1605, 0.0578, 0.1617},
		{0, 20, 0, 0.1611, 0, 0.1684},
		{1, 29, 0.0061, 0.1718, 0.0009, 0.1776},
	} {
		subjects := make([]spread.Subject, c.n)
		for i := range subjects {
			subjects[i] = spread.Subject{Exit: 1, Adopted: i < c.x}
		}
		w, err := spread.Hazard(subjects, []float64{0, 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "Wilson's lower", w[0].HazardLower, c.wl, 5e-5)
		closeTo(t, "Wilson's upper", w[0].HazardUpper, c.wu, 5e-5)
		e, err := spread.Hazard(subjects, []float64{0, 1}, &spread.HazardOptions{Interval: spread.ClopperPearsonInterval})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "exact lower", e[0].HazardLower, c.cl, 5e-5)
		closeTo(t, "exact upper", e[0].HazardUpper, c.cu, 5e-5)
	}
}

// The exact limits of a Poisson mean: Garwood 1936, and any table since.
func TestRateIntervals(t *testing.T) {
	for _, c := range []struct {
		d            int
		lower, upper float64
	}{{0, 0, 3.689}, {1, 0.0253, 5.572}, {5, 1.623, 11.668}, {10, 4.795, 18.390}} {
		subjects := make([]spread.Subject, 100)
		for i := range subjects {
			subjects[i] = spread.Subject{Exit: 1, Adopted: i < c.d}
		}
		got, err := spread.Hazard(subjects, []float64{0, 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "lower", 100*got[0].RateLower, c.lower, 6e-4)
		closeTo(t, "upper", 100*got[0].RateUpper, c.upper, 6e-4)
	}
}

func TestHazardRefuses(t *testing.T) {
	two := []spread.Subject{{0, 1, true}, {0, 2, false}}
	for name, c := range map[string]struct {
		subjects []spread.Subject
		breaks   []float64
		o        *spread.HazardOptions
		rule     innovation.RuleID
	}{
		"nobody":             {nil, []float64{0, 1}, nil, innovation.RuleSeriesThin},
		"one break":          {two, []float64{0}, nil, innovation.RuleSeriesThin},
		"not a number":       {[]spread.Subject{{0, math.NaN(), true}}, []float64{0, 1}, nil, innovation.RuleSeriesNotNumber},
		"infinite break":     {two, []float64{0, math.Inf(1)}, nil, innovation.RuleSeriesNotNumber},
		"leaves first":       {[]spread.Subject{{2, 1, false}}, []float64{0, 1}, nil, innovation.RuleSeriesOrder},
		"adopts on entry":    {[]spread.Subject{{2, 2, true}}, []float64{0, 1}, nil, innovation.RuleSeriesOrder},
		"breaks fall":        {two, []float64{1, 0}, nil, innovation.RuleSeriesOrder},
		"confidence of 95":   {two, []float64{0, 1}, &spread.HazardOptions{Confidence: 95}, innovation.RuleStatisticOption},
		"confidence unknown": {two, []float64{0, 1}, &spread.HazardOptions{Confidence: math.NaN()}, innovation.RuleStatisticOption},
		"no such interval":   {two, []float64{0, 1}, &spread.HazardOptions{Interval: 7}, innovation.RuleStatisticOption},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := spread.Hazard(c.subjects, c.breaks, c.o)
			wantRule(t, err, c.rule)
			if got != nil {
				t.Errorf("a result came with the refusal: %v", got)
			}
		})
	}
}

func TestHazardAnswersOrRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		subjects := wildSubjects(t)
		breaks := []float64{-1, 0, 1, 3, 5, 20}
		if rapid.Bool().Draw(t, "wild breaks") {
			breaks = wildFloats(t, "breaks")
		}
		got, err := spread.Hazard(subjects, breaks, nil)
		answers(t, got, err)
		for _, p := range got {
			if p.Hazard < p.HazardLower || p.Hazard > p.HazardUpper || p.Hazard > 1 || float64(p.Adopters) > p.Exposed {
				t.Fatalf("the hazard is outside its interval: %+v", p)
			}
		}
	})
}

func ExampleHazard() {
	// Months since the tariff listed it. Two have not adopted by month 3.
	periods, err := spread.Hazard([]spread.Subject{
		{Exit: 1, Adopted: true}, {Exit: 1, Adopted: true}, {Exit: 2, Adopted: true},
		{Enter: 1, Exit: 3, Adopted: false}, {Exit: 3, Adopted: false},
	}, []float64{0, 1, 2, 3}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range periods {
		fmt.Printf("to month %v: %d adopted, hazard %.2f (%.2f to %.2f), %.0f%% of the eligible so far\n", p.End, p.Adopters, p.Hazard, p.HazardLower, p.HazardUpper, 100*p.Share)
	}
	// Output:
	// to month 1: 2 adopted, hazard 0.50 (0.15 to 0.85), 50% of the eligible so far
	// to month 2: 1 adopted, hazard 0.33 (0.06 to 0.79), 60% of the eligible so far
	// to month 3: 0 adopted, hazard 0.00 (0.00 to 0.66), 60% of the eligible so far
}
