package store_test

import (
	"bytes"
	"context"
	"math"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// What a register takes its act log gives back: a fact that has no text is
// refused when it is recorded.
func TestWhatIsTakenCanBeReplayed(t *testing.T) {
	for name, f := range map[string]innovation.Fact{
		"a day at the open end":          innovation.Claim{About: innovation.OrganisationID("network-a").Entity(), Topic: "t", Field: "f", Value: "v", Day: innovation.Day{Bound: innovation.OpenEnd()}},
		"the least number of a quantity": innovation.Observation{Observation: "o", Innovation: "innovation-a", Type: "result", Scope: "england", Measure: "adopters", Quantity: innovation.ExactQuantity(math.MinInt64), Unit: "practices", Day: innovation.OnDay(innovation.MustDate("2020-01-01"))},
	} {
		s := storetest.New(t)
		var last error
		if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "x"}, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range storetest.Samples() {
				if _, err := tx.Record(ctx, c.Fact, c.Sources...); err != nil {
					return err
				}
			}
			_, last = tx.Record(ctx, f)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		if _, err := s.ExportActs(context.Background(), &log, 0, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := storetest.New(t).ReplayActs(context.Background(), &log, nil); err != nil {
			t.Errorf("%s is recorded (%v), and its log is not replayed: %v", name, last, err)
		}
	}
}
