package fhir_test

import (
	"context"
	"fmt"
	"io"
	"log"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/fhir"
)

func ExampleExport() {
	ctx := context.Background()
	st, err := store.OpenMemory(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Load(ctx, england.Acts(), nil); err != nil {
		log.Fatal(err)
	}
	var file io.Writer = io.Discard // or a file
	report, err := fhir.Export(ctx, st, innovation.On(innovation.MustDate("2024-01-01")), file, fhir.Options{Network: "ahsn-oxford"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d organisations, %d relations\n", report.Organisations, report.Affiliations)
	for _, l := range report.LeftOut[:2] {
		fmt.Println(l.Count, l.Element, l.Detail)
	}
	// Output:
	// 5 organisations, 4 relations
	// 1 Organization.alias The other name is not certain to have been in use by the day
	// 8 Organization.alias The other name has a period, which an alias has not
}
