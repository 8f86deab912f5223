// Command inmemory shows how code that uses a register is written so that it can
// be tested: overdue takes the store and the view, and knows nothing of files and
// clocks. The test beside it asks a private register in memory, on days of its
// own choosing.
//
//	go run ./examples/inmemory
//	go test ./examples/inmemory
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func main() {
	ctx := context.Background()
	st, err := store.OpenMemory(ctx, nil)
	if err == nil {
		defer st.Close()
		err = setUp(ctx, st)
	}
	var lines []string
	if err == nil {
		lines, err = overdue(ctx, st, innovation.On(innovation.DateOf(time.Now(), time.UTC)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
	for _, l := range lines {
		fmt.Println(l)
	}
}

// overdue says what is overdue, a line for each condition.
func overdue(ctx context.Context, st *store.Store, v innovation.View) ([]string, error) {
	list, err := st.ConditionsDue(ctx, v, 0)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, c := range list.Conditions {
		if c.Condition.Overdue {
			lines = append(lines, fmt.Sprintf("%s: %s, overdue since %s", c.Holder, c.Condition.Text, c.Condition.OverdueSince))
		}
	}
	return lines, nil
}

// setUp records one network with one licence and one condition, as one act.
func setUp(ctx context.Context, st *store.Store) error {
	begin := innovation.MustDate("2023-10-01")
	facts := []innovation.Fact{
		innovation.Existence{Organisation: "north", Aspect: "operational", Kind: "network", Period: innovation.From(begin)},
		innovation.Existence{Organisation: "licensor", Aspect: "operational", Kind: "public-body", Period: innovation.From(begin)},
		innovation.Round{Round: "round-1", Number: 1, Title: "First round", TermYears: 5, Graded: true, Period: innovation.From(begin)},
		innovation.Licence{Licence: "north-1", Holder: "north", Round: "round-1",
			Period: innovation.Between(begin, innovation.MustDate("2028-10-01"))},
		innovation.Stream{Licence: "north-1", Licensor: "licensor",
			Period: innovation.Between(begin, innovation.MustDate("2028-10-01"))},
		innovation.Condition{Condition: "north-plan", Licence: "north-1", Text: "send a business plan",
			Due: innovation.OnDay(innovation.MustDate("2024-03-31")), Period: innovation.From(begin)},
	}
	_, err := st.Update(ctx, innovation.Act{Actor: "pat-0001", Reason: "The first round is licensed"},
		func(ctx context.Context, tx *store.Tx) error {
			for _, f := range facts {
				if _, err := tx.Record(ctx, f); err != nil {
					return err
				}
			}
			return nil
		})
	return err
}
