package england

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "pack the files of the folder into england.gz")

// What is embedded is the files of the folder, byte for byte.
func TestArchive(t *testing.T) {
	names, err := filepath.Glob("*.csv") // in order
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	folder := map[string][]byte{}
	var text bytes.Buffer
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		folder[name] = data
		fmt.Fprintf(&text, "%s %d\n", name, len(data))
		text.Write(data)
	}
	if *update {
		var out bytes.Buffer
		stream, err := gzip.NewWriterLevel(&out, gzip.BestCompression) // it writes no time
		if err != nil {
			t.Fatal(err)
		}
		stream.Write(text.Bytes())
		if err := stream.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("england.gz", out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return // what is embedded now is what was there before
	}
	const remedy = "run go generate ./innovation/england"
	embedded, err := files()
	if err != nil {
		t.Fatalf("%v: %s", err, remedy)
	}
	if got := slices.Sorted(maps.Keys(embedded)); !slices.Equal(got, names) {
		t.Errorf("embedded are %v, the folder has %v: %s", got, names, remedy)
	}
	for _, name := range names {
		if !bytes.Equal(embedded[name], folder[name]) {
			t.Errorf("%s is not what is embedded: %s", name, remedy)
		}
	}
}
