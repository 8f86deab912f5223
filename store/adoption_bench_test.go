package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// The size of the register of the benchmarks of adoption.
const (
	benchAdoptNetworks      = 15
	benchAdoptOrganisations = 1_500
	benchAdoptInnovations   = 2_000
	benchAdoptAct           = 1_000_000 // events of one act
	benchAdoptSmall         = 20_000    // events of a small import, whose memory others are compared with
)

// benchAdoptEvents is how many events the benchmarks of adoption are about:
// 200,000, or as INNOVATION_BENCH_EVENTS says.
func benchAdoptEvents(b *testing.B) int {
	text := os.Getenv("INNOVATION_BENCH_EVENTS")
	if text == "" {
		return 200_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("INNOVATION_BENCH_EVENTS is %q: give a number, such as 10000000", text)
	}
	return n
}

// benchOrder is how the events of a file lie. Files are mostly of one
// innovation after the other, each in the order of time; in a file of all of
// them by time neighbours are far apart in every index.
type benchOrder string

const (
	byInnovation benchOrder = "by-innovation"
	byTime       benchOrder = "by-time"
)

// benchEvents are the events from one to another of a history of total events.
// Each organisation is visited again and again by each innovation: it pilots or
// adopts, adopts, is confirmed, stops and begins anew.
func benchEvents(order benchOrder, total, from, to int) iter.Seq2[innovation.Adoption, error] {
	each := max(1, total/benchAdoptInnovations) // events of an innovation
	first := innovation.MustDate("2013-05-01")
	return func(yield func(innovation.Adoption, error) bool) {
		for i := from; i < to; i++ {
			invention, k := i/each%benchAdoptInnovations, i%each
			if order == byTime {
				invention, k = i*7_919%benchAdoptInnovations, i/benchAdoptInnovations
			}
			round, organisation := k/benchAdoptOrganisations, (k+invention)*37%benchAdoptOrganisations
			a := innovation.Adoption{Innovation: benchInnovation(invention), Organisation: benchOrganisation(organisation),
				Grade: innovation.Observed, Day: innovation.OnDay(first.AddDays(round*400 + (organisation*31+invention*17)%380))}
			switch round % 4 {
			case 0:
				a.Step, a.Stage = innovation.Reached, innovation.Piloting
				if (organisation+invention)%3 > 0 {
					a.Stage = innovation.Adopted
				}
			case 1:
				a.Step, a.Stage = innovation.Reached, innovation.Adopted
			case 2:
				a.Step, a.Stage = innovation.Confirmed, innovation.Adopted
			case 3:
				a.Step, a.Reason = innovation.Stopped, "funding-ended"
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

func benchInnovation(i int) innovation.InnovationID {
	return innovation.InnovationID(fmt.Sprintf("innovation-%04d", i))
}

func benchOrganisation(i int) innovation.OrganisationID {
	return innovation.OrganisationID(fmt.Sprintf("organisation-%04d", i))
}

// benchWorld founds networks, organisations that they serve and innovations.
func benchWorld(b testing.TB, s *store.Store) {
	b.Helper()
	from := innovation.From(innovation.MustDate("2013-04-01"))
	if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "a world for benchmarks"}, func(ctx context.Context, tx *store.Tx) error {
		record := func(f innovation.Fact) error { _, err := tx.Record(ctx, f); return err }
		for i := range benchAdoptNetworks {
			id := innovation.OrganisationID(fmt.Sprintf("network-%02d", i))
			if err := record(innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "ahsn", Period: from}); err != nil {
				return err
			}
		}
		for i := range benchAdoptOrganisations {
			id := benchOrganisation(i)
			if err := record(innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: from}); err != nil {
				return err
			}
			network := innovation.OrganisationID(fmt.Sprintf("network-%02d", i%benchAdoptNetworks))
			if err := record(innovation.Relation{Organisation: network, Type: innovation.Serves, Target: id, Period: from}); err != nil {
				return err
			}
		}
		for i := range benchAdoptInnovations {
			if err := record(innovation.Innovation{Innovation: benchInnovation(i), Name: fmt.Sprintf("Innovation %d", i), Period: from}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
}

// benchImport records events in acts, and says how long it took.
func benchImport(b testing.TB, s *store.Store, order benchOrder, total, from, to int) time.Duration {
	b.Helper()
	start := time.Now()
	for from < to {
		n := min(benchAdoptAct, to-from)
		if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "events"}, func(ctx context.Context, tx *store.Tx) error {
			tally, err := tx.RecordAdoptions(ctx, benchEvents(order, total, from, from+n))
			if err == nil && tally.Added != int64(n) {
				err = fmt.Errorf("%+v of %d events", tally, n)
			}
			return err
		}); err != nil {
			b.Fatal(err)
		}
		from += n
	}
	return time.Since(start)
}

// peakMemory samples how much memory the process has from the system while f
// runs: the resident set where the system tells, the heap otherwise.
func peakMemory(f func()) (peak int64) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			peak = max(peak, resident())
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(stop)
	<-done
	return peak
}

func resident() int64 {
	if data, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range bytes.Lines(data) {
			if rest, ok := bytes.CutPrefix(line, []byte("VmRSS:")); ok {
				kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(rest)), "kB")), 10, 64)
				return kb << 10
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

// BenchmarkAdoptionImport records the events with all their rules, and measures
// how much more memory that takes than a small import.
func BenchmarkAdoptionImport(b *testing.B) {
	n := benchAdoptEvents(b)
	for _, order := range []benchOrder{byInnovation, byTime} {
		b.Run(string(order), func(b *testing.B) {
			var took time.Duration
			var small, large int64
			first := min(n, benchAdoptSmall)
			for b.Loop() {
				dir := b.TempDir()
				s := openFile(b, filepath.Join(dir, "register.db"), nil)
				benchWorld(b, s)
				small = peakMemory(func() { benchImport(b, s, order, n, 0, first) })
				large = peakMemory(func() { took += benchImport(b, s, order, n, first, n) })
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				os.RemoveAll(dir)
			}
			b.ReportMetric(float64(n-first)*float64(b.N)/took.Seconds(), "events/s")
			b.ReportMetric(float64(large)/(1<<20), "peak-MiB")
			b.ReportMetric(float64(large-small)/(1<<20), "over-small-MiB")
		})
	}
}

// BenchmarkAdoptionReads asks a register of the events what is asked most, turn
// by turn with SQL prepared by hand.
func BenchmarkAdoptionReads(b *testing.B) {
	n := benchAdoptEvents(b)
	dir := b.TempDir()
	path := filepath.Join(dir, "register.db")
	s := openFile(b, path, nil)
	benchWorld(b, s)
	benchImport(b, s, byInnovation, n, 0, n)
	// The comparator of the events of an organisation: the same events in a table
	// by number, in the order of time, with an index. The others ask our tables.
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	for _, text := range []string{
		"ATTACH DATABASE '" + filepath.Join(dir, "plain.db") + "' AS plain",
		"PRAGMA plain.journal_mode = WAL",
		"CREATE TABLE plain.event (id INTEGER PRIMARY KEY, innovation INTEGER NOT NULL, organisation INTEGER NOT NULL, earliest INTEGER NOT NULL, latest INTEGER NOT NULL, mark INTEGER NOT NULL, note TEXT NOT NULL)",
		"INSERT INTO plain.event (innovation, organisation, earliest, latest, mark, note) SELECT subject, organisation, start_earliest, start_latest, mark, note FROM reg_adoption ORDER BY start_latest, added",
		"CREATE INDEX plain.event_by_organisation ON event (organisation)",
		"PRAGMA query_only = 1",
	} {
		if _, err := conn.ExecContext(context.Background(), text); err != nil {
			b.Fatal(text, err)
		}
	}
	h := &hand{b: b, stmts: map[string]*sql.Stmt{}, conn: conn}
	ids := func(kind, prefix string) (out []int64) {
		rows, err := conn.QueryContext(context.Background(), "SELECT id FROM reg_entity WHERE kind = ? AND key LIKE ? ORDER BY key", kind, prefix+"%")
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				b.Fatal(err)
			}
			out = append(out, id)
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
		return out
	}
	organisations, innovations := ids("organisation", "organisation-"), ids("innovation", "innovation-")
	on := innovation.On(innovation.MustDate("2018-01-01"))
	dest := func(n int) []any {
		out := make([]any, n)
		for i := range out {
			out[i] = new(int64)
		}
		return out
	}
	const now = " removed = 9223372036854775807"

	b.Run("EventsOfOrganisation", func(b *testing.B) {
		h.b = b
		d := dest(4)
		var rows [2]int
		sideBySide(b, func(i int) {
			rows[0] += h.all(d, "SELECT subject, start_earliest, start_latest, mark FROM reg_adoption WHERE organisation = ? AND"+now, organisations[i*7%len(organisations)])
		}, func(i int) {
			rows[1] += h.all(d, "SELECT innovation, earliest, latest, mark FROM plain.event WHERE organisation = ?", organisations[i*7%len(organisations)])
		})
		if rows[0] != rows[1] {
			b.Fatalf("%d and %d events", rows[0], rows[1])
		}
	})
	b.Run("Count", func(b *testing.B) {
		h.b = b
		d := dest(2)
		sideBySide(b, func(i int) {
			if _, err := s.AdoptionCounts(context.Background(), on, innovation.AdoptionCountQuery{Innovation: benchInnovation(i * 7 % len(innovations))}); err != nil {
				b.Fatal(err)
			}
		}, func(i int) {
			h.all(d, `SELECT stage, COUNT(*) FROM (SELECT mark & 7 AS stage, ROW_NUMBER() OVER (PARTITION BY organisation ORDER BY start_latest DESC, mark DESC) AS place
				FROM reg_adoption WHERE subject = ? AND start_latest <= ? AND mark & 24 = 0 AND`+now+`) WHERE place = 1 GROUP BY stage`, innovations[i*7%len(innovations)], on.On.DayNumber())
		})
	})
	const firsts = "SELECT first, COUNT(*) FROM (SELECT MIN(start_latest) AS first FROM reg_adoption WHERE%s mark & 24 = 0 AND mark & 7 >= 4 AND" + now + " GROUP BY subject, organisation) GROUP BY first"
	b.Run("MonthsOfOne", func(b *testing.B) {
		h.b = b
		d := dest(2)
		sideBySide(b, func(i int) {
			if _, err := s.AdoptionMonths(context.Background(), on, innovation.AdoptionMonthsQuery{Innovation: benchInnovation(i * 7 % len(innovations))}); err != nil {
				b.Fatal(err)
			}
		}, func(i int) { h.all(d, fmt.Sprintf(firsts, " subject = ? AND"), innovations[i*7%len(innovations)]) })
	})
	b.Run("MonthsOfAll", func(b *testing.B) {
		h.b = b
		d := dest(2)
		sideBySide(b, func(i int) {
			if _, err := s.AdoptionMonths(context.Background(), on, innovation.AdoptionMonthsQuery{}); err != nil {
				b.Fatal(err)
			}
		}, func(i int) { h.all(d, fmt.Sprintf(firsts, "")) })
	})
}
