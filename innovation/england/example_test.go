package england_test

import (
	"fmt"

	"github.com/innovationregistry/registry/innovation/england"
)

// Each batch is one act; a register records its facts in order, for example
// with store.Update and Tx.Record.
func ExampleActs() {
	for batch, err := range england.Acts() {
		if err != nil {
			fmt.Println(err)
			return
		}
		if batch.Act.IdempotencyKey == "england/1/licences" {
			fmt.Println(batch.Act.Reason)
			fmt.Println(batch.Facts[0].Fact.Subject(), batch.Facts[0].Fact.Valid())
			fmt.Println(batch.Facts[0].Sources[0].Source)
		}
	}
	// Output:
	// Record the licences of the fifteen networks and what each licensor commissions
	// licence/lic-1-east-midlands 2013-05-23 to 2018-05-23 (end computed)
	// hsj-2013-green-light
}

// Nothing of the gathered data is dropped silently.
func ExampleReconciliation() {
	for _, line := range england.Reconciliation() {
		if line.File == "people" {
			fmt.Println(line.Rows, "rows,", line.Used, "used in", line.Facts, "facts")
			fmt.Println(line.LeftOut[0].Rows, "left out:", line.LeftOut[0].Reason)
		}
	}
	// Output:
	// 59 rows, 58 used in 109 facts
	// 1 left out: an authorship, not an office
}
