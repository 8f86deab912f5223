package dataset_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/dataset"
	"github.com/innovationregistry/registry/store/storetest"
)

// altered is a copy of a dataset with some files changed; nil leaves one out.
func altered(t *testing.T, folder string, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		name = filepath.Join(dir, name)
		err := os.WriteFile(name, data, 0o600)
		if data == nil {
			err = os.Remove(name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// redigested changes a file and says so in the manifest: only the chain can
// tell.
func redigested(t *testing.T, folder, name string, change func([]byte) []byte) map[string][]byte {
	t.Helper()
	var m dataset.Manifest
	if err := json.Unmarshal(read(t, filepath.Join(folder, dataset.ManifestName)), &m); err != nil {
		t.Fatal(err)
	}
	was := read(t, filepath.Join(folder, name))
	data := change(bytes.Clone(was))
	if bytes.Equal(was, data) {
		t.Fatalf("%s did not change", name)
	}
	for i := range m.Resources {
		if r := &m.Resources[i]; r.Path == name {
			sum := sha256.Sum256(data)
			r.Bytes, r.Hash = int64(len(data)), "sha256:"+hex.EncodeToString(sum[:])
			r.Rows += int64(bytes.Count(data, []byte("\r\n")) - bytes.Count(was, []byte("\r\n")))
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{name: data, dataset.ManifestName: text}
}

// What was taken away, added or changed is refused, every fault at once, and
// the register is as it was.
func TestDamage(t *testing.T) {
	folder, _ := export(t, story(t), "register")
	manifest := read(t, filepath.Join(folder, dataset.ManifestName))
	names := read(t, filepath.Join(folder, "facts/name.csv"))
	swap := func(from, to string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(from), []byte(to), 1) }
	}
	row := func(n int, change func(lines [][]byte) [][]byte) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Join(change(bytes.SplitAfter(b, []byte("\r\n"))), nil) }
	}
	without := func(n int) func([]byte) []byte {
		return row(n, func(l [][]byte) [][]byte { return append(l[:n:n], l[n+1:]...) })
	}
	twice := func(n int) func([]byte) []byte {
		return row(n, func(l [][]byte) [][]byte { return append(l[:n+1:n+1], l[n:]...) })
	}
	for _, tt := range []struct {
		what   string
		files  map[string][]byte
		rule   innovation.RuleID
		faults int
	}{
		{"two faults", map[string][]byte{"facts/name.csv": nil, "acts.csv": []byte("act\r\n")}, innovation.RuleDatasetDamaged, 2},
		{"no manifest", map[string][]byte{dataset.ManifestName: nil}, innovation.RuleDatasetDamaged, 1},
		{"no JSON", map[string][]byte{dataset.ManifestName: []byte("{")}, innovation.RuleDatasetDamaged, 1},
		{"some other package", map[string][]byte{dataset.ManifestName: []byte(`{"profile": "tabular-data-package"}`)}, innovation.RuleDatasetDamaged, 1},
		{"a newer schema", map[string][]byte{dataset.ManifestName: bytes.Replace(manifest, []byte(`"schema": `), []byte(`"schema": 9`), 1)}, innovation.RuleSchemaNewer, 1},
		{"a file outside", map[string][]byte{dataset.ManifestName: bytes.Replace(manifest, []byte(`"facts/name.csv"`), []byte(`"../../secret.csv"`), 1)}, innovation.RuleDatasetDamaged, 2},
		{"a file twice", map[string][]byte{dataset.ManifestName: bytes.Replace(manifest, []byte(`"facts/name.csv"`), []byte(`"acts.csv"`), 1)}, innovation.RuleDatasetDamaged, 3},
		{"a file more", map[string][]byte{"facts/more.csv": []byte("x")}, innovation.RuleDatasetDamaged, 1},
		{"one byte", map[string][]byte{"facts/name.csv": swap("network-a", "network-x")(bytes.Clone(names))}, innovation.RuleDatasetDamaged, 1},
		{"cut short", map[string][]byte{"facts/name.csv": names[:len(names)-3]}, innovation.RuleDatasetDamaged, 1},
		{"another digest", map[string][]byte{dataset.ManifestName: bytes.Replace(manifest, []byte(`"digest": "`), []byte(`"digest": "0`), 1)}, innovation.RuleDatasetDamaged, 1},
		{"a value", redigested(t, folder, "facts/name.csv", swap("network-a", "network-b")), innovation.RuleDatasetDamaged, 1},
		{"a reason", redigested(t, folder, "acts.csv", swap("because", "Because")), innovation.RuleDatasetDamaged, 1},
		{"a row missing", redigested(t, folder, "citations.csv", without(3)), innovation.RuleDatasetDamaged, 1},
		{"a row twice", redigested(t, folder, "entities.csv", twice(3)), innovation.RuleDatasetDamaged, 1},
		{"an act missing", redigested(t, folder, "acts.csv", without(2)), innovation.RuleDatasetDamaged, 1},
		{"no quotation", redigested(t, folder, "acts.csv", swap(`=because`, `"=because`)), innovation.RuleDatasetDamaged, 1},
		{"a column", redigested(t, folder, "facts/name.csv", swap("organisation", "organization")), innovation.RuleDatasetDamaged, 1},
		{"line ends", redigested(t, folder, "facts/name.csv", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }), innovation.RuleDatasetDamaged, 1},
		{"no number", redigested(t, folder, "facts/name.csv", func(b []byte) []byte { return append(b, "x,,1,network-a,x,current,2013,,,\r\n"...) }), innovation.RuleDatasetDamaged, 1},
	} {
		t.Run(tt.what, func(t *testing.T) {
			to := storetest.New(t)
			_, err := dataset.Import(t.Context(), to, altered(t, folder, tt.files), nil)
			wantRule(t, tt.what, err, tt.rule)
			if n := len(innovation.Violations(err)); n != tt.faults {
				t.Errorf("%d faults, want %d: %v", n, tt.faults, err)
			}
			t.Log(err)
			digest(t, to)
		})
	}
}

// A register with another history is not changed.
func TestOtherHistory(t *testing.T) {
	folder, _ := export(t, story(t), "register")
	to := storetest.New(t)
	record(t, to, innovation.Person{Person: "someone", Name: "Else"})
	before := digest(t, to)
	_, err := dataset.Import(t.Context(), to, folder, nil)
	wantRule(t, "another history", err, innovation.RuleActLogDiverged)
	if digest(t, to) != before {
		t.Error("it changed")
	}
}

// Links, pipes and zips with odd names lead nowhere, and no zip is unpacked
// beyond what its manifest says.
func TestHostile(t *testing.T) {
	folder, _ := export(t, story(t), "register")
	refused := func(what, from string) {
		t.Helper()
		to := storetest.New(t)
		_, err := dataset.Import(t.Context(), to, from, nil)
		wantRule(t, what, err, innovation.RuleDatasetDamaged)
		t.Log(err)
	}
	link := altered(t, folder, map[string][]byte{"facts/name.csv": nil})
	if err := os.Symlink(filepath.Join(folder, "facts/name.csv"), filepath.Join(link, "facts/name.csv")); err != nil {
		t.Fatal(err)
	}
	refused("a link", link)
	pipe := altered(t, folder, map[string][]byte{"facts/name.csv": nil})
	if err := exec.Command("mkfifo", filepath.Join(pipe, "facts/name.csv")).Run(); err == nil {
		refused("a pipe", pipe)
	}
	zipped := func(change func(z *zip.Writer, name string, data []byte) bool) string {
		t.Helper()
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		put := func(name string, data []byte) {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write(data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		err := filepath.WalkDir(folder, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data := read(t, name)
			if name, err = filepath.Rel(folder, name); err == nil && (change == nil || change(z, name, data)) {
				put(filepath.ToSlash(name), data)
			}
			return err
		})
		if err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), "x.zip")
		if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	if _, err := dataset.Import(t.Context(), storetest.New(t), zipped(nil), nil); err != nil {
		t.Errorf("a zip of somebody else's: %v", err)
	}
	for what, name := range map[string]string{"a way out": "../acts.csv", "a whole path": "/acts.csv", "the same again": "acts.csv", "a stroke": `facts\name.csv`} {
		refused(what, zipped(func(z *zip.Writer, at string, _ []byte) bool {
			if at == "acts.csv" {
				w, err := z.Create(name)
				if err == nil {
					_, err = w.Write([]byte("x"))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			return true
		}))
	}
	refused("a bomb", zipped(func(z *zip.Writer, at string, data []byte) bool {
		if at != "facts/name.csv" {
			return true
		}
		w, err := z.Create(at)
		if err == nil {
			_, err = w.Write([]byte(`"` + strings.Repeat("0", 100<<20)))
		}
		if err != nil {
			t.Fatal(err)
		}
		return false
	}))
	data := read(t, zipped(nil))
	for i := 100; i < len(data); i += len(data) / 50 {
		name := filepath.Join(t.TempDir(), "cut.zip")
		if err := os.WriteFile(name, data[:i], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := dataset.Import(t.Context(), storetest.New(t), name, nil)
		wantRule(t, "cut short", err, innovation.RuleDatasetDamaged)
	}
}

func record(t testing.TB, s *store.Store, f innovation.Fact) {
	t.Helper()
	_, err := s.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
