package tabular_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/tabular"
	"github.com/innovationregistry/registry/store/uptake"
)

var benchRows = flag.Int("rows", 100_000, "how many rows BenchmarkAdoptions brings in")

// BenchmarkAdoptions brings events into a file, by this package and by uptake.
func BenchmarkAdoptions(b *testing.B) {
	var text strings.Builder
	text.WriteString("innovation,organisation,step,stage,grade,day\n")
	for i := range *benchRows {
		fmt.Fprintf(&text, "inn-%d,org-%d,reached,adopted,observed,%s\n", i%100, i/100%1000, innovation.MustDate("2015-01-01").AddDays(i/100_000*30))
	}
	for _, name := range []string{"tabular", "uptake"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := many(b)
				runtime.GC()
				b.StartTimer()
				var added int
				var err error
				if name == "tabular" {
					var r tabular.Report
					r, err = tabular.Import(b.Context(), s, act, innovation.TypeAdoption, strings.NewReader(text.String()), &tabular.Options{Source: "the-file", SourceTitle: "F", Write: true})
					added = r.Added
				} else {
					var r uptake.Report
					r, err = uptake.Import(b.Context(), s, act, uptake.Adoptions, strings.NewReader(text.String()), &uptake.Options{Source: "the-file", SourceTitle: "F"})
					added = r.Added
				}
				if err != nil || added != *benchRows {
					b.Fatalf("%d added: %v", added, err)
				}
				b.StopTimer()
				s.Close()
				b.StartTimer()
			}
			b.ReportMetric(float64(*benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// many is a register with 100 innovations and 1,000 organisations, in a file.
func many(b *testing.B) *store.Store {
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "register.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	from := innovation.From(innovation.MustDate("2010-01-01"))
	_, err = s.Update(b.Context(), act, func(ctx context.Context, tx *store.Tx) error {
		var facts []innovation.Cited
		for i := range 100 {
			facts = append(facts, innovation.Cited{Fact: innovation.Innovation{Innovation: innovation.InnovationID(fmt.Sprintf("inn-%d", i)), Name: "x", Period: from}})
		}
		for i := range 1000 {
			facts = append(facts, innovation.Cited{Fact: innovation.Existence{Organisation: innovation.OrganisationID(fmt.Sprintf("org-%d", i)), Aspect: innovation.Operational, Kind: "nhs-trust", Period: from}})
		}
		_, err := tx.RecordAll(ctx, facts)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return s
}
