package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestOutput(t *testing.T) {
	var out bytes.Buffer
	figure := filepath.Join(t.TempDir(), "spread.svg")
	if err := run(t.Context(), &out, figure); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/output.txt", out.Bytes())
	svg, err := os.ReadFile(figure)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"<svg ", "<title", "<desc", "Adopters of A pathway", "6 to 7 organisations had adopted by 2023-09-15"} {
		if !bytes.Contains(svg, []byte(part)) {
			t.Errorf("the figure has no %s", part)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}
