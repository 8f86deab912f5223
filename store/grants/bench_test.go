package grants_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
)

// BenchmarkImport brings 4,000 awards to 1,000 organisations into a register in
// a file, and then the same file again, which changes nothing.
func BenchmarkImport(b *testing.B) {
	var data bytes.Buffer
	data.WriteString("id,title,start_date,end_date,amount,currency,extending_org,lead_org_name\n")
	for i := range 4000 {
		fmt.Fprintf(&data, "AH/%06d/1,Project %d,2020-01-01,2022-12-31,%d.50,GBP,Council %d,University %d\n", i, i, 1000+i, i%8, i%1000)
	}
	opts := options(grants.ResearchAwards)
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "first", true: "again"}[again], func(b *testing.B) {
			for i := range b.N {
				b.StopTimer()
				st, err := store.Open(context.Background(), filepath.Join(b.TempDir(), fmt.Sprint(i)), nil)
				if err != nil {
					b.Fatal(err)
				}
				if again {
					bring(b, st, data.Bytes(), opts)
				}
				b.StartTimer()
				if r := bring(b, st, data.Bytes(), opts); r.Rows != 4000 {
					b.Fatal(r.Rows)
				}
				b.StopTimer()
				st.Close()
			}
		})
	}
}
