package main

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// The test sets the clock of the register, so it knows what the register knew
// when: the plan came in on 28 March 2024, and the office recorded it on 8 April.
func TestOverdue(t *testing.T) {
	ctx := t.Context()
	now := time.Date(2023, 10, 2, 9, 0, 0, 0, time.UTC)
	st, err := store.OpenMemory(ctx, &store.Options{Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := setUp(ctx, st); err != nil {
		t.Fatal(err)
	}

	now = time.Date(2024, 4, 8, 9, 0, 0, 0, time.UTC)
	_, err = st.Update(ctx, innovation.Act{Actor: "pat-0001", Reason: "The plan had come in time"},
		func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, innovation.Decision{Licence: "north-1", Type: innovation.DecisionMet, By: "licensor",
				Condition: "north-plan", Day: innovation.OnDay(innovation.MustDate("2024-03-28"))})
			return err
		})
	if err != nil {
		t.Fatal(err)
	}

	april := innovation.On(innovation.MustDate("2024-04-01"))
	for _, tt := range []struct {
		name string
		view innovation.View
		want []string
	}{
		{"on 1 April, as known now", april, nil},
		{"on 1 April, as known on 5 April", april.AsKnown(time.Date(2024, 4, 5, 0, 0, 0, 0, time.UTC)),
			[]string{"north: send a business plan, overdue since 2024-04-01"}},
		{"on the last day to do it", innovation.On(innovation.MustDate("2024-03-31")).AsKnown(now.Add(-time.Hour)), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := overdue(ctx, st, tt.view)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
