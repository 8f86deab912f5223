package dataset_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/dataset"
	"github.com/innovationregistry/registry/store/storetest"
)

// story makes a register with every type of fact, some corrected, ended and
// retracted, citations given and taken back, texts that stumble a spreadsheet,
// and an erased name.
func story(t testing.TB) *store.Store {
	t.Helper()
	s := storetest.New(t)
	tell(t, s)
	return s
}

func tell(t testing.TB, s *store.Store) {
	t.Helper()
	acts := 0
	act := func(do func(ctx context.Context, tx *store.Tx) error) (receipt innovation.Receipt) {
		t.Helper()
		acts++
		receipt, err := s.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "=because", IdempotencyKey: "key-" + digits(acts), RequestDigest: []byte{1, byte(acts)}}, do)
		if err != nil {
			t.Fatal(err)
		}
		return receipt
	}
	record := func(all []innovation.Cited) innovation.Receipt {
		t.Helper()
		return act(func(ctx context.Context, tx *store.Tx) error {
			for _, f := range all {
				if _, err := tx.Record(ctx, f.Fact, f.Sources...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	record(storetest.Samples())
	from := innovation.From(innovation.MustDate("2013-05-23"))
	ids := act(func(ctx context.Context, tx *store.Tx) error {
		for _, text := range []string{"=SUM(A1)", "'=SUM(A1)", "''+1", "-5", "'-5", "\t=1", "@cmd\r\nnext", "a, \"b\"\r", "'", " spaced ", "+", "", "-1.5e3"} {
			_, err := tx.Record(ctx, innovation.Existence{Organisation: innovation.OrganisationID("odd-" + digits(len(text))), Aspect: innovation.Operational,
				Kind: "ahsn", Note: text, Period: from}, innovation.Citation{Source: storetest.SampleLetter, Locator: text})
			if err != nil && len(innovation.Violations(err)) == 0 {
				return err
			}
		}
		return nil
	}).Facts
	who := act(func(ctx context.Context, tx *store.Tx) error {
		for _, f := range []innovation.Fact{innovation.Person{Person: "replayed", Name: "First Name"}, innovation.Person{Person: "kept", Name: "+Kept"}} {
			if _, err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	}).Facts
	act(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, who[0], innovation.Person{Person: "replayed", Name: "Second Name"})
	})
	act(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, who[1], innovation.Person{Person: "kept", Name: "=Kept"})
	})
	act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, who[0]) })
	cited := innovation.Citation{Source: storetest.SampleReport, Locator: "=again"}
	for range 2 { // the second time the rows are there again
		act(func(ctx context.Context, tx *store.Tx) error { return tx.Cite(ctx, ids[0], cited) })
		act(func(ctx context.Context, tx *store.Tx) error { return tx.Uncite(ctx, ids[0], cited) })
	}
	act(func(ctx context.Context, tx *store.Tx) error {
		return tx.End(ctx, ids[0], innovation.OnDay(innovation.MustDate("2020-01-01")))
	})
	act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[1]) })
}

func digits(n int) string { return string(rune('a' + n)) }

func digest(t testing.TB, s *store.Store) string {
	t.Helper()
	got, err := s.Verify(context.Background(), nil)
	if err != nil || !got.OK {
		t.Fatalf("%+v, %v", got, err)
	}
	return got.Digest
}

func export(t testing.TB, s *store.Store, name string) (string, dataset.Manifest) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	m, err := dataset.Export(t.Context(), s, dataset.Target{Path: path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return path, m
}

// A dataset brought into an empty register of any engine gives the same
// register, and another export of that the same bytes.
func TestThereAndBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		fill func(*testing.T, *store.Store)
	}{
		{"story", func(t *testing.T, s *store.Store) { tell(t, s) }},
		{"england", func(t *testing.T, s *store.Store) {
			if _, err := s.Load(t.Context(), england.Acts(), nil); err != nil {
				t.Fatal(err)
			}
			tell(t, s)
		}},
		{"empty", func(t *testing.T, s *store.Store) {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := storetest.New(t)
			tt.fill(t, s)
			want := digest(t, s)
			folder, m := export(t, s, "register")
			zipped, _ := export(t, s, "register.zip")
			if m.Digest != want || m.Register != s.ID() {
				t.Errorf("the manifest says %s of %s, and it is %s of %s", m.Digest, m.Register, want, s.ID())
			}
			view := innovation.View{On: innovation.MustDate("2020-01-01")}
			before, err := s.Status(t.Context(), view)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range []storetest.Engine{storetest.Memory(), storetest.File(), storetest.PostgreSQL()} {
				t.Run(e.Name, func(t *testing.T) {
					for _, from := range []string{folder, zipped} {
						if tt.name == "england" && from == folder && e.Name != "memory" {
							continue // it takes long
						}
						to := e.Open(t, &store.Options{})
						got, err := dataset.Import(t.Context(), to, from, nil)
						if err != nil || got.Digest != want || to.ID() != s.ID() || digest(t, to) != want {
							t.Fatalf("%+v, %v, want the digest %s", got, err, want)
						}
						after, err := to.Status(t.Context(), view)
						if before.Engine = to.Engine(); err != nil || !cmp.Equal(before, after) {
							t.Errorf("%v\n%s", err, cmp.Diff(before, after))
						}
						again, err := dataset.Import(t.Context(), to, from, nil)
						if err != nil || again.Acts != 0 || again.Existing != got.Acts {
							t.Errorf("again: %+v, %v", again, err)
						}
						back, _ := export(t, to, "back.zip")
						if !bytes.Equal(read(t, back), read(t, zipped)) {
							t.Error("the zip of the copy differs")
						}
					}
				})
			}
		})
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The files are CSV for anybody: rows of equal length under a heading that the
// manifest describes, no cell that a spreadsheet would reckon, no erased name.
func TestFiles(t *testing.T) {
	folder, m := export(t, story(t), "register")
	for _, r := range m.Resources {
		data := read(t, filepath.Join(folder, r.Path))
		if int64(len(data)) != r.Bytes || bytes.Contains(data, []byte("Second Name")) || bytes.Contains(data, []byte("First Name")) {
			t.Errorf("%s: %d bytes, or the erased name", r.Path, len(data))
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil || int64(len(rows)-1) != r.Rows {
			t.Fatalf("%s: %d rows, %v", r.Path, len(rows), err)
		}
		for i, f := range r.Schema.Fields {
			if rows[0][i] != f.Name || f.Type == "" {
				t.Errorf("%s: column %d is %s, described as %+v", r.Path, i, rows[0][i], f)
			}
			for _, row := range rows[1:] {
				if c := row[i]; c != "" && strings.ContainsRune("=+@\t\r", rune(c[0])) || strings.HasPrefix(c, "-") && strings.Trim(c[1:], "0123456789.") != "" {
					t.Errorf("%s: %s is %q", r.Path, f.Name, c)
				} else if c == "" && f.Constraints != nil && f.Constraints.Required {
					t.Errorf("%s: %s is needed, and empty: %q", r.Path, f.Name, row)
				}
			}
		}
		info, err := os.Stat(filepath.Join(folder, r.Path))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", r.Path, info.Mode(), err)
		}
	}
	var manifest map[string]any
	if err := json.Unmarshal(read(t, filepath.Join(folder, dataset.ManifestName)), &manifest); err != nil {
		t.Fatal(err)
	}
	if all, err := os.ReadDir(filepath.Dir(folder)); err != nil || len(all) != 1 {
		t.Errorf("beside the dataset stands %v, %v", all, err)
	}
}

// What stands in the way is left as it is.
func TestTaken(t *testing.T) {
	s := storetest.New(t)
	dir := t.TempDir()
	file, full, empty := filepath.Join(dir, "file.zip"), filepath.Join(dir, "full"), filepath.Join(dir, "empty")
	for _, err := range []error{os.WriteFile(file, []byte("x"), 0o600), os.Mkdir(full, 0o700), os.WriteFile(filepath.Join(full, "x"), nil, 0o600), os.Mkdir(empty, 0o700)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, to := range []dataset.Target{{Path: file}, {Path: full}, {Path: full, Replace: true}, {Path: filepath.Join(full, "x")}} {
		_, err := dataset.Export(t.Context(), s, to, nil)
		wantRule(t, to.Path, err, innovation.RuleRegisterExists)
	}
	for _, to := range []dataset.Target{{Path: empty}, {Path: file, Replace: true}, {Path: filepath.Join(dir, "new")}} {
		if _, err := dataset.Export(t.Context(), s, to, nil); err != nil {
			t.Error(err)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := dataset.Export(cancelled, s, dataset.Target{Path: filepath.Join(dir, "given-up")}, nil); err == nil {
		t.Error("an export that was given up has no error")
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 4 {
		t.Errorf("%v, %v", all, err)
	}
}

func wantRule(t testing.TB, what string, err error, rule innovation.RuleID) {
	t.Helper()
	all := innovation.Violations(err)
	if len(all) == 0 || all[0].Rule != rule || all[0].Try == "" {
		t.Errorf("%s: %v, want the rule %s", what, err, rule)
	}
}
