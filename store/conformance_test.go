package store_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every engine keeps every promise.
func TestConformance(t *testing.T) {
	for _, e := range []storetest.Engine{storetest.Memory(), storetest.File(), storetest.HostSQLite(), storetest.PostgreSQL()} {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			if e.Name == "postgres" {
				storetest.Postgres(t) // or skip, once for all
			}
			storetest.Run(t, e)
		})
	}
}

// TestGoldenDigest writes the digest that the suite compares, behind -update.
// A released digest never changes.
func TestGoldenDigest(t *testing.T) {
	if !*update {
		t.Skip("TestConformance compares the digest; run with -update to write it")
	}
	digest := storetest.StoryDigest(t, storetest.Memory())
	if err := os.WriteFile("storetest/testdata/digest.golden", []byte(digest+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// openFile opens a register file and closes it at the end of the test.
func openFile(t testing.TB, path string, opts *store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
