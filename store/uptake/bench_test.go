package uptake_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/uptake"
)

// eventsCSV writes a file of events: of one innovation after the other, each in
// the order of time.
func eventsCSV(b *testing.B, path string, from, to, innovations int) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "innovation,ods,step,stage,grade,day,note")
	first := innovation.MustDate("2013-05-01")
	for i := from; i < to; i++ {
		organisation, round := i/innovations%1_500, i/innovations/1_500
		step := []string{"reached,adopted", "confirmed,adopted", "reached,embedded", "confirmed,embedded"}[round%4]
		fmt.Fprintf(w, "innovation-%04d,R%04d,%s,observed,%s,\n", i%innovations, organisation, step, first.AddDays(round*30+organisation%28))
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
}

// resident is how much memory the process has from the system.
func resident() (n int64) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(data) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmRSS:")); ok {
			fmt.Sscan(string(rest), &n)
		}
	}
	return n << 10
}

// BenchmarkImportAdoptions brings in a file of events, 100,000 or as many as
// INNOVATION_BENCH_EVENTS says, and measures how much more memory that takes
// than a file of 10,000.
func BenchmarkImportAdoptions(b *testing.B) {
	n := 100_000
	if text := os.Getenv("INNOVATION_BENCH_EVENTS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	const innovations = 100
	var took time.Duration
	var peaks [2]int64
	for b.Loop() {
		dir := b.TempDir()
		s, err := store.Open(context.Background(), filepath.Join(dir, "register.db"), nil)
		if err != nil {
			b.Fatal(err)
		}
		always := innovation.FromBound(innovation.UnknownBound())
		var facts []innovation.Fact
		for i := range 1_500 {
			id := innovation.OrganisationID(fmt.Sprintf("organisation-%04d", i))
			facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: always},
				innovation.Identifier{Organisation: id, Scheme: "ods", Value: fmt.Sprintf("R%04d", i), Period: always})
		}
		for i := range innovations {
			facts = append(facts, innovation.Innovation{Innovation: innovation.InnovationID(fmt.Sprintf("innovation-%04d", i)), Name: "x", Period: always})
		}
		record(b, s, facts...)
		for k, span := range [][2]int{{0, 10_000}, {10_000, n}} {
			path := filepath.Join(dir, "events.csv")
			eventsCSV(b, path, span[0], span[1], innovations)
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			peaks[k] = 0
			o := options()
			o.Progress = func(uptake.Progress) { peaks[k] = max(peaks[k], resident()) }
			start := time.Now()
			got, err := uptake.Import(background, s, act, uptake.Adoptions, io.Reader(f), o)
			if err != nil || got.Added != span[1]-span[0] {
				b.Fatal(err, counts(got))
			}
			if k == 1 {
				took += time.Since(start)
			}
			f.Close()
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		os.RemoveAll(dir)
	}
	b.ReportMetric(float64(n-10_000)*float64(b.N)/took.Seconds(), "rows/s")
	b.ReportMetric(float64(peaks[1])/(1<<20), "peak-MiB")
	b.ReportMetric(float64(peaks[1]-peaks[0])/(1<<20), "over-small-MiB")
}
