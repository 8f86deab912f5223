package grants_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
)

func ExampleImport() {
	ctx := context.Background()
	st, err := store.OpenMemory(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer st.Close()

	file := `Identifier,Title,Description,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Recipient Org:Name,Funding Org:Identifier,Funding Org:Name
360G-example-1,Falls at home,Sensors,GBP,"25,000.00",31/03/2023,GB-COH-09000001,Steady Steps Limited,GB-CHC-1000001,The Example Trust
360G-example-2,A helpline,Answers by night,GBP,-10,04/05/2023,GB-CHC-1000002,Carers of the Vale,GB-CHC-1000001,The Example Trust
`
	report, err := grants.Import(ctx, st, strings.NewReader(file), grants.Options{
		Format: grants.ThreeSixtyCSV, Actor: "pat-0001", Reason: "Awards of the Example Trust",
		Source: "example-trust-2023", SourceTitle: "Awards of the Example Trust", Partial: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d rows added, %s\n", report.Added, report.Rows, report.Total.Format())
	for _, n := range report.Refusals {
		fmt.Printf("row %d, %s: %s (%s)\n", n.Row, n.Field, n.Detail, n.Rule)
	}
	for _, n := range report.Remarks {
		fmt.Println(n.Detail)
	}
	// Output:
	// 1 of 2 rows added, £25,000.00
	// row 2, Amount Awarded: -£10.00 is below nothing (amount-negative)
	// dates with slashes are read with the day first, because some of the file can be read in no other way
}

func ExampleExport() {
	ctx := context.Background()
	st, err := store.OpenMemory(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer st.Close()
	act := innovation.Act{Actor: "pat-0001", Reason: "Two awards"}
	if _, err := st.Update(ctx, act, func(ctx context.Context, tx *store.Tx) error {
		exists := innovation.FromBound(innovation.UnknownBound())
		award := innovation.Award{Award: "falls", Title: "Falls at home", Purpose: "Sensors", Funder: "trust", Recipient: "trust",
			Figure: innovation.Figure{Amount: innovation.Exact(25_000_00), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed},
			Day:    innovation.OnDay(innovation.MustDate("2023-03-31"))}
		secret := award
		secret.Award, secret.Figure.Amount = "secret", innovation.NotDisclosed()
		for _, f := range []innovation.Fact{
			innovation.Existence{Organisation: "trust", Aspect: innovation.Operational, Kind: "charity", Period: exists},
			innovation.Name{Organisation: "trust", Text: "The Example Trust", Kind: "official", Period: exists},
			innovation.Identifier{Organisation: "trust", Scheme: "charity", Value: "1000001", Period: exists},
			award, secret,
		} {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		log.Fatal(err)
	}

	report, err := grants.Export(ctx, st, innovation.On(innovation.MustDate("2024-01-01")), os.Stdout,
		grants.ExportOptions{Format: grants.ThreeSixtyCSV, Prefix: "360G-example"})
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range report.LeftOut {
		fmt.Printf("%s is left out: %s\n", l.Award, l.Detail)
	}
	// Output:
	// Identifier,Title,Description,Currency,Amount Awarded,Award Date,Planned Dates:Start Date,Planned Dates:End Date,Recipient Org:Identifier,Recipient Org:Name,Recipient Org:Charity Number,Recipient Org:Company Number,Funding Org:Identifier,Funding Org:Name,Funding Org:Charity Number,Funding Org:Company Number,Grant Programme:Title
	// 360G-example-falls,Falls at home,Sensors,GBP,25000,2023-03-31,,,GB-CHC-1000001,The Example Trust,1000001,,GB-CHC-1000001,The Example Trust,1000001,,
	// secret is left out: the amount is not known to the penny: not disclosed
}
