package uptake_test

import (
	"bufio"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"sort"
	"strconv"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/uptake"
)

const (
	shellOrganisations = 1_500
	shellSmall         = 10_000 // events of a small import, whose memory others are compared with
)

// BenchmarkImportAdoptionsBesideShell brings in a file of events, 100,000 or as
// many as INNOVATION_BENCH_EVENTS says, and has the sqlite3 shell bring in the
// same events, turn by turn. Both begin with a file that holds organisations and
// innovations and no events, and end with it closed.
//
// Ours reads the events as people write them, by keys and words, holds each
// against all rules and what was there before, numbers it, adds it to the
// digest of the act, keeps the monthly counts, and commits one act.
//
// The shell reads the finished rows of reg_adoption, numbers and all, in the
// order of the file, into the same table with the same indexes and checks, in
// one transaction, with the same journal and synchronous FULL. As it does by
// default it keeps 2 MB of pages and does not check foreign keys.
//
// The ratio is the time of the shell to ours: 1 or more is as fast as it.
// Memory is compared with that of 10,000 events, which are brought in first.
func BenchmarkImportAdoptionsBesideShell(b *testing.B) {
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		b.Skip("there is no sqlite3 shell to compare with: install it (Debian: apt-get install sqlite3)")
	}
	n := benchRows(b)
	for _, order := range []string{"by-innovation", "by-time"} {
		b.Run(order, func(b *testing.B) {
			dir := b.TempDir()
			file, empty := filepath.Join(dir, "events.csv"), filepath.Join(dir, "empty.db")
			innovations := max(10, n/5_000)
			shellEvents(b, file, n, innovations, order == "by-time")
			shellWorld(b, empty, innovations)
			small := filepath.Join(dir, "small.csv")
			shellEvents(b, small, shellSmall, innovations, order == "by-time")
			rows := filepath.Join(dir, "rows.csv")
			var ours, theirs time.Duration
			var little, peak int64
			for b.Loop() {
				mine := filepath.Join(dir, "register.db")
				copyFile(b, empty, mine)
				_, little = importTimed(b, mine, small, shellSmall)
				copyFile(b, empty, mine)
				took, most := importTimed(b, mine, file, n)
				ours, peak = ours+took, max(peak, most)
				if _, err := os.Stat(rows); err != nil {
					shellRows(b, mine, rows)
				}
				other := filepath.Join(dir, "shell.db")
				copyFile(b, empty, other)
				start := time.Now()
				out, err := exec.Command(shell, "-batch", other, "PRAGMA synchronous = FULL", ".import --csv "+rows+" reg_adoption").CombinedOutput()
				theirs += time.Since(start)
				if err != nil || len(out) > 0 {
					b.Fatalf("%v: %s", err, out)
				}
				if m, s := shellCount(b, mine), shellCount(b, other); m != s || m != n {
					b.Fatalf("%d events and %d, of %d", m, s, n)
				}
			}
			b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
			b.ReportMetric(float64(n)*float64(b.N)/ours.Seconds(), "rows/s")
			b.ReportMetric(float64(n)*float64(b.N)/theirs.Seconds(), "shell-rows/s")
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			b.ReportMetric(float64(peak-little)/(1<<20), "over-small-MiB")
		})
	}
}

// benchRows is how many events the benchmarks are about.
func benchRows(b *testing.B) int {
	text := os.Getenv("INNOVATION_BENCH_EVENTS")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("INNOVATION_BENCH_EVENTS is %q: give a number, such as 1000000", text)
	}
	return n
}

// shellEvents writes a file of n events: of one innovation after the other,
// each in the order of time, or all of them by time. Each innovation comes to
// each organisation again and again: it is piloted or adopted, adopted,
// confirmed, and stopped.
func shellEvents(b *testing.B, path string, n, innovations int, byTime bool) {
	b.Helper()
	type event struct{ innovation, organisation, round, day int }
	events := make([]event, n)
	each := (n + innovations - 1) / innovations
	for i := range events {
		x, k := i/each, i%each
		o := (k + x) * 37 % shellOrganisations
		round := k / shellOrganisations
		events[i] = event{x, o, round, round*400 + (o*31+x*17)%380}
	}
	sort.SliceStable(events, func(i, j int) bool {
		x, y := events[i], events[j]
		if !byTime && x.innovation != y.innovation {
			return x.innovation < y.innovation
		}
		return x.day < y.day
	})
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "innovation,organisation,step,stage,grade,day,reason")
	first := innovation.MustDate("2013-05-01")
	for _, e := range events {
		step, reason := []string{"reached,adopted", "reached,embedded", "confirmed,embedded", "stopped,"}[e.round%4], ""
		if e.round%4 == 0 && (e.organisation+e.innovation)%3 == 0 {
			step = "reached,piloting"
		}
		if e.round%4 == 3 {
			reason = "funding-ended"
		}
		fmt.Fprintf(w, "innovation-%04d,organisation-%04d,%s,observed,%s,%s\n", e.innovation, e.organisation, step, first.AddDays(e.day), reason)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
}

// shellWorld makes a register of organisations and innovations, without events.
func shellWorld(b *testing.B, path string, innovations int) {
	b.Helper()
	s, err := store.Open(background, path, nil)
	if err != nil {
		b.Fatal(err)
	}
	always := innovation.From(innovation.MustDate("2013-04-01"))
	var facts []innovation.Fact
	for i := range shellOrganisations {
		facts = append(facts, innovation.Existence{Organisation: innovation.OrganisationID(fmt.Sprintf("organisation-%04d", i)),
			Aspect: innovation.Operational, Kind: "nhs-trust", Period: always})
	}
	for i := range innovations {
		facts = append(facts, innovation.Innovation{Innovation: innovation.InnovationID(fmt.Sprintf("innovation-%04d", i)), Name: "x", Period: always})
	}
	record(b, s, facts...)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// importTimed brings a file of n events into the register at path, and says how
// long that took and how much memory the process had at most.
func importTimed(b *testing.B, path, file string, n int) (took time.Duration, peak int64) {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	o := options()
	calls := 0
	o.Progress = func(uptake.Progress) {
		if calls++; calls%16 == 0 {
			peak = max(peak, resident())
		}
	}
	debug.FreeOSMemory() // what the benchmark itself used
	start := time.Now()
	s, err := store.Open(background, path, nil)
	if err != nil {
		b.Fatal(err)
	}
	got, err := uptake.Import(background, s, act, uptake.Adoptions, io.Reader(f), o)
	if err != nil || got.Added != n {
		b.Fatal(err, counts(got))
	}
	peak = max(peak, resident())
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start), peak
}

// shellRows writes the events of a register as the rows of their table.
func shellRows(b *testing.B, path, file string) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT * FROM reg_adoption ORDER BY added")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	values := make([]string, len(columns))
	dest := make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			b.Fatal(err)
		}
		if err := w.Write(values); err != nil {
			b.Fatal(err)
		}
	}
	w.Flush()
	for _, err := range []error{rows.Err(), w.Error()} {
		if err != nil {
			b.Fatal(err)
		}
	}
}

func shellCount(b *testing.B, path string) (n int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT count(*) FROM reg_adoption").Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

// copyFile copies a database that nobody has open.
func copyFile(b *testing.B, from, to string) {
	b.Helper()
	for _, tail := range []string{"-wal", "-shm"} {
		os.Remove(to + tail)
	}
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
}
