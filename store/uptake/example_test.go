package uptake_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/uptake"
)

// What was prescribed month by month is brought in, and says who adopted when.
func ExampleImport() {
	ctx := context.Background()
	register, err := store.OpenMemory(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer register.Close()
	act := innovation.Act{Actor: "pat-0001", Reason: "prescribing of 2018"}
	if _, err := register.Update(ctx, act, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, innovation.Innovation{Innovation: "libre", Name: "FreeStyle Libre", Period: innovation.From(innovation.MustDate("2013-01-01"))})
		return err
	}); err != nil {
		log.Fatal(err)
	}
	file := strings.NewReader(`month,ccg,numerator_items,denominator_list_thousands
2018-01-01,00C,0,108.15
2018-02-01,00C,6,108.21
2018-03-01,00C,9,108.30
`)
	options := &uptake.Options{Source: "libre-2018", SourceTitle: "Prescribing by month", Found: true, Month: uptake.Presets()["libre-ccg-month"]}
	options.Month.Innovation = "libre"
	report, err := uptake.Import(ctx, register, act, uptake.Month, file, options)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d rows, %d events\n", report.Added, report.Events)
	events, err := store.Facts[innovation.Adoption](ctx, register, innovation.On(innovation.MustDate("2019-01-01")), store.FactFilter{})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range events.Facts {
		fmt.Println(e.Value.Organisation, e.Value.Step, e.Value.Stage, e.Value.Day.Bound)
	}
	// Output:
	// 3 rows, 2 events
	// ods-00c reached adopted 2018-02
	// ods-00c confirmed adopted 2018-03
}
