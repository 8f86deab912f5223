package tabular_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/innovationregistry/registry/store/tabular"
)

// A table with somebody else's headings is looked at first, and then written.
func ExampleImport() {
	ctx := context.Background()
	s, err := store.OpenMemory(ctx, nil)
	if err != nil {
		panic(err)
	}
	defer s.Close()
	table := "Body;Sort;Opened\ntrust-a;NHS trust;01/04/1993\ntrust-b;Nhs-Trust;1 April 1994\n"
	opts := &tabular.Options{Source: "list-2026", SourceTitle: "List of trusts", DayFirst: true, Mapping: []tabular.Mapping{
		{Heading: "Body", Field: "organisation"}, {Heading: "Sort", Field: "kind"}, {Heading: "Opened", Field: "period.start"},
		{Field: "aspect", How: "operational"}}}
	act := innovation.Act{Actor: "pat-0001", Reason: "the list of trusts"}
	for _, opts.Write = range []bool{false, true, true} {
		r, err := tabular.Import(ctx, s, act, innovation.TypeExistence, strings.NewReader(table), opts)
		fmt.Println(r.Added, "added,", r.Unchanged, "unchanged, act", r.Act, err)
	}
	_, err = tabular.Export(ctx, s, innovation.On(innovation.MustDate("2000-01-01")), innovation.TypeExistence, store.FactFilter{}, os.Stdout, sheet.CSV)
	fmt.Println(err)
	// Output:
	// 2 added, 0 unchanged, act 0 <nil>
	// 2 added, 0 unchanged, act 1 <nil>
	// 0 added, 2 unchanged, act 0 <nil>
	// fact,organisation,aspect,kind,legalForm,note,period.start,period.startBasis,period.end,period.endBasis
	// 4,trust-a,operational,nhs-trust,,,1993-04-01,,,
	// 7,trust-b,operational,nhs-trust,,,1994-04-01,,,
	// <nil>
}
