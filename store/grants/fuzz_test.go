package grants_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/grants"
)

// checkImport brings anything in, dry: it never panics, every row is accounted
// for, and the second time the report is the same. The register is opened once,
// which takes far longer than an import. Coverage of the engine varies from
// run to run: fuzz with -fuzzminimizetime=1x, or all time goes into minimising.
func checkImport(t *testing.T, st *store.Store, data []byte, opts grants.Options) {
	opts.Partial, opts.DryRun = true, true
	r, err := grants.Import(context.Background(), st, bytes.NewReader(data), opts)
	if err != nil {
		if innovation.Violations(err) == nil {
			t.Fatalf("a fault: %v", err)
		}
		return
	}
	accounted(t, r)
	again, err := grants.Import(context.Background(), st, bytes.NewReader(data), opts)
	if diff := cmp.Diff(r, again); err != nil || diff != "" {
		t.Errorf("again: %v (-first +second):\n%s", err, diff)
	}
}

func FuzzImportCSV(f *testing.F) {
	formats := []grants.Format{grants.ThreeSixtyCSV, grants.GrantSchemes, grants.ResearchAwards, grants.Ledger}
	for i, file := range []string{"", "schemes_2015-16.csv", "ukri.csv", "ledger.csv", "schemes_2013-14.csv", "nihr.csv"} {
		if file != "" {
			f.Add(byte([]int{0, 1, 2, 3, 1, 2}[i]), false, extract(f, file))
		}
	}
	st := withGrants(f)
	given, _ := give(f, st, grants.ThreeSixtyCSV)
	f.Add(byte(0), true, given)
	f.Add(byte(2), true, []byte(researchHeader+researchRow("a", "(5.00)", "GBP", "03/04/2020")+researchRow("/", "1", "", "13/04/99")))
	f.Fuzz(func(t *testing.T, format byte, dayFirst bool, data []byte) {
		opts := options(formats[int(format)%len(formats)])
		opts.Year, opts.DayFirst = 2015, dayFirst
		checkImport(t, st, data, opts)
	})
}

func FuzzImportJSON(f *testing.F) {
	f.Add(false, extract(f, "grants.json"))
	f.Add(true, bytes.ReplaceAll(extract(f, "grants.json"), []byte("2023-07-10"), []byte("10/07/2023")))
	f.Add(false, []byte(`{"grants":[{"id":"","title":"","description":"","currency":"GBP","amountAwarded":-0.0,"awardDate":"2020-01-01T00:00:00Z","recipientIndividual":{"id":"","name":""},"fundingOrganization":[{"id":"-","name":"-"}]}]}`))
	st := withGrants(f)
	f.Fuzz(func(t *testing.T, dayFirst bool, data []byte) {
		opts := options(grants.ThreeSixtyJSON)
		opts.DayFirst = dayFirst
		checkImport(t, st, data, opts)
	})
}
