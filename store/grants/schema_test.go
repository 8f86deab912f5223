package grants

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "pack the published schemas")

// What is embedded is the published schemas, byte for byte.
func TestSchemasArePacked(t *testing.T) {
	names, err := filepath.Glob("schema/*.json")
	if err != nil || len(names) != 2 {
		t.Fatalf("the schemas are %v: %v", names, err)
	}
	for _, name := range names {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			var out bytes.Buffer
			w, err := gzip.NewWriterLevel(&out, gzip.BestCompression) // it writes no time
			if err != nil {
				t.Fatal(err)
			}
			w.Write(want)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name+".gz", out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue // what is embedded now is what was there before
		}
		if got, err := readSchema(filepath.Base(name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what is embedded (%v): run go generate ./store/grants", name, err)
		}
	}
}
