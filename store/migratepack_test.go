package store

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var updateMigrations = flag.Bool("update-migrations", false, "pack the files of migrations/")

// What is embedded is the files of the folder, each packed beside itself.
func TestMigrationsArePacked(t *testing.T) {
	if *updateMigrations {
		files, err := filepath.Glob("migrations/*/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			w, err := gzip.NewWriterLevel(&out, gzip.BestCompression) // it writes no time
			if err != nil {
				t.Fatal(err)
			}
			w.Write(text)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name+".gz", out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		t.Skip("packed: run the tests without -update-migrations")
	}
	for _, d := range []*Dialect{SQLite, Postgres} {
		steps, err := migrations(d)
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob("migrations/" + d.name + "/*.sql")
		if err != nil || len(files) != len(steps) {
			t.Fatalf("%s: %d files, %d of them packed: run go generate (%v)", d.name, len(files), len(steps), err)
		}
		for i, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if steps[i].sql != string(text) || steps[i].name != filepath.Base(name) {
				t.Errorf("%s is not what is packed: run go generate ./store", name)
			}
		}
	}
}
