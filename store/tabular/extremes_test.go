package tabular_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/tabular"
)

// extreme gives a field another value of its type, at or near its limits; false
// when it knows none.
func extreme(r *rand.Rand, v reflect.Value) bool {
	pick := func(all ...any) bool {
		v.Set(reflect.ValueOf(all[r.IntN(len(all))]).Convert(v.Type()))
		return true
	}
	d := innovation.MustDate
	bounds := []innovation.Bound{innovation.UnknownBound(), innovation.NotLaterThan(d("0002-01-01")), innovation.NotEarlierThan(d("9998-12-31")), innovation.InMonth(2020, 2),
		innovation.InQuarter(1999, 4), innovation.InYear(2024), innovation.InFinancialYear(2023), innovation.Exactly(d("2024-02-29")), innovation.Exactly(d("1900-01-01")),
		{Earliest: d("2013-05-01"), Latest: d("2013-06-15")}, innovation.Exactly(innovation.Dawn), {}}
	bound := func() innovation.Bound {
		b := bounds[r.IntN(len(bounds))]
		if r.IntN(3) == 0 && !b.IsZero() {
			b = b.As([]innovation.Basis{innovation.BasisEstimated, innovation.BasisDisputed, innovation.BasisComputed, innovation.BasisAnnounced}[r.IntN(4)])
		}
		return b
	}
	m := func(pence int64) innovation.Money { return innovation.Money(pence) }
	switch v.Interface().(type) {
	case innovation.Day:
		return pick(innovation.Day{Bound: bound()})
	case innovation.Period:
		return pick(innovation.Period{Start: bound(), End: bound()})
	case innovation.Amount:
		low, high := m(math.MinInt64), m(math.MaxInt64)
		within, _ := innovation.Range(low, high)
		near, _ := innovation.AboutWithin(0, m(-1), m(1))
		return pick(innovation.Exact(high), innovation.Exact(low), innovation.Exact(0), innovation.Exact(m(-5)), within, near, innovation.About(m(99)), innovation.AtLeast(m(1)), innovation.AtMost(m(1)), innovation.NotDisclosed())
	case innovation.Quantity:
		return pick(innovation.ExactQuantity(math.MaxInt64), innovation.ExactQuantity(math.MinInt64+1), innovation.ExactQuantity(0), innovation.Quantity{})
	case innovation.Date:
		return pick(d("0002-01-01"), d("9998-12-31"), d("2024-02-29"))
	case innovation.FinancialYear:
		return pick(0, 2, 1899, 1999, 9996)
	}
	switch v.Kind() {
	case reflect.Struct:
		return extreme(r, v.Field(r.IntN(v.NumField())))
	case reflect.Bool:
		return pick(true, false)
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int8:
		return pick(0, 1, -1, 1_000_000, math.MaxInt32, math.MinInt32)
	case reflect.String:
		return pick("", "'", "''=x", "=1+1", "-5", "+44", "@a", " ", "a;b", "a, b; c", "a\nb", "a|b", "\"q\"", "true", "0", "none", "é🧪", "a-1", "00123", "1e5", "2020-01-01", "unknown", "\\", "a\\;b", "[1]", "{}", "null")
	}
	return false
}

// Whatever a fact may say goes through cells and through JSON unchanged.
func TestCellsOfExtremes(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	samples := storetest.Samples()
	exported := cmp.Options{cmp.Exporter(func(reflect.Type) bool { return true }),
		cmp.Comparer(func(a, b innovation.Period) bool { return a.Normal() == b.Normal() })} // an open end may be left out
	tried := map[innovation.FactType]int{}
	for range 30_000 {
		of := samples[r.IntN(len(samples))].Fact
		v := reflect.New(reflect.TypeOf(of)).Elem()
		v.Set(reflect.ValueOf(of))
		for range 1 + r.IntN(3) {
			extreme(r, v.Field(r.IntN(v.NumField())))
		}
		f := v.Interface().(innovation.Fact)
		if f.Validate() != nil {
			continue
		}
		tried[f.FactType()]++
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		again := reflect.New(reflect.TypeOf(of))
		if err := json.Unmarshal(text, again.Interface()); err != nil || !cmp.Equal(f, again.Elem().Interface().(innovation.Fact), exported) {
			t.Errorf("JSON: %+v became %s and %+v (%v)", f, text, again.Elem().Interface(), err)
		}
		n, _ := tabular.NounOf(f.FactType())
		cells, err := n.Cells(f)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		named := map[string]string{}
		for i, c := range n.Columns {
			named[c.Name] = cells[i]
		}
		if back, err := n.Fact(named); err != nil || !cmp.Equal(f, back, exported) {
			t.Errorf("%s cells: %+v\n became %q\n and %+v (%v)", n.Type, f, cells, back, err)
		}
		if t.Failed() {
			return
		}
	}
	for _, n := range tabular.Nouns() {
		if tried[n.Type] < 5 {
			t.Errorf("%s: only %d facts", n.Type, tried[n.Type])
		}
	}
}
