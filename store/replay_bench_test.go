package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// BenchmarkReplay writes the act log of a register of adoption events, 20,000
// or as many as INNOVATION_BENCH_EVENTS says, and replays it: made in one act
// and in many.
func BenchmarkReplay(b *testing.B) {
	n := 20_000
	if text := os.Getenv("INNOVATION_BENCH_EVENTS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	for _, acts := range []int{1, 200} {
		b.Run(fmt.Sprintf("acts=%d", acts), func(b *testing.B) {
			log := eventLog(b, n, acts)
			b.Run("write", func(b *testing.B) {
				from := storetest.File().Open(b, &store.Options{})
				if _, err := from.ReplayActs(b.Context(), bytes.NewReader(log), nil); err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					var out bytes.Buffer
					if _, err := from.ExportActs(b.Context(), &out, 0, nil); err != nil || !bytes.Equal(out.Bytes(), log) {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
			for _, e := range []storetest.Engine{storetest.File(), storetest.PostgreSQL()} {
				b.Run(e.Name, func(b *testing.B) {
					if e.Name == "postgres" {
						storetest.Postgres(b) // or skip, before anything is measured
					}
					for b.Loop() {
						b.StopTimer()
						to := e.Open(b, &store.Options{})
						b.StartTimer()
						if _, err := to.ReplayActs(b.Context(), bytes.NewReader(log), nil); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
				})
			}
		})
	}
}

// eventLog is the act log of a register with n events of adoption by 1,500
// bodies, recorded in so many acts.
func eventLog(b *testing.B, n, acts int) []byte {
	b.Helper()
	const bodies = 1_500
	s := storetest.New(b)
	from := innovation.From(innovation.MustDate("2013-04-01"))
	body := func(i int) innovation.OrganisationID {
		return innovation.OrganisationID(fmt.Sprintf("body-%04d", i))
	}
	thing := func(i int) innovation.InnovationID {
		return innovation.InnovationID(fmt.Sprintf("thing-%03d", i))
	}
	act := func(do func(ctx context.Context, tx *store.Tx) error) {
		b.Helper()
		if _, err := s.Update(b.Context(), innovation.Act{Actor: "jo", Reason: "because"}, do); err != nil {
			b.Fatal(err)
		}
	}
	act(func(ctx context.Context, tx *store.Tx) error {
		for i := range bodies {
			if _, err := tx.Record(ctx, innovation.Existence{Organisation: body(i), Aspect: innovation.Operational, Kind: "nhs-trust", Period: from}); err != nil {
				return err
			}
		}
		for i := range n/bodies/4 + 1 {
			if _, err := tx.Record(ctx, innovation.Innovation{Innovation: thing(i), Name: "A thing", Period: from}); err != nil {
				return err
			}
		}
		return nil
	})
	event := func(i int) innovation.Adoption {
		of, round := i%bodies, i/bodies%4
		e := innovation.Adoption{Innovation: thing(i / bodies / 4), Organisation: body(of), Step: innovation.Reached, Stage: innovation.Adopted,
			Grade: innovation.Observed, Day: innovation.OnDay(innovation.MustDate("2014-01-01").AddDays(30*round + of%28))}
		if round%2 == 1 {
			e.Step = innovation.Confirmed
		}
		if round > 1 {
			e.Stage = innovation.Embedded
		}
		return e
	}
	for a := range acts {
		act(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.RecordAdoptions(ctx, func(yield func(innovation.Adoption, error) bool) {
				for i := a * n / acts; i < (a+1)*n/acts; i++ {
					if !yield(event(i), nil) {
						return
					}
				}
			})
			return err
		})
	}
	var out bytes.Buffer
	if _, err := s.ExportActs(b.Context(), &out, 0, nil); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}
