package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// found makes an act that founds an organisation.
func found(s *store.Store, id string) (innovation.Receipt, error) {
	return s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because", IdempotencyKey: id},
		func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, innovation.Existence{Organisation: innovation.OrganisationID(id), Aspect: innovation.Operational,
				Kind: "ahsn", Period: innovation.From(innovation.MustDate("2013-05-23"))})
			return err
		})
}

func mustFound(t testing.TB, s *store.Store, id string) {
	t.Helper()
	if _, err := found(s, id); err != nil {
		t.Fatal(err)
	}
}

// organisations counts the organisations.
func organisations(t testing.TB, s *store.Store) int64 {
	t.Helper()
	status, err := s.Status(context.Background(), innovation.On(innovation.MustDate("2020-01-01")))
	if err != nil {
		t.Fatal(err)
	}
	return status.Entities["organisation"]
}

func mustVerify(t testing.TB, s *store.Store) store.Verification {
	t.Helper()
	v, err := s.Verify(context.Background(), nil)
	if err != nil || !v.OK {
		t.Fatalf("the register does not verify: %+v, %v", v.Problems, err)
	}
	return v
}

// refusedOpening demands that a path is refused by a rule, with advice, and
// that the file is left byte for byte as it was.
func refusedOpening(t *testing.T, path string, opts *store.Options, kind innovation.Kind, rule innovation.RuleID) {
	t.Helper()
	before, _ := os.ReadFile(path)
	s, err := store.Open(context.Background(), path, opts)
	if err == nil {
		s.Close()
	}
	own := innovation.Violations(err)
	if len(own) != 1 || own[0].Kind != kind || own[0].Rule != rule || own[0].Try == "" {
		t.Errorf("open: %v (%+v), want the rule %s", err, own, rule)
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if info, err := os.Stat(path + suffix); err == nil && info.Size() > 0 && suffix != "-shm" {
			t.Errorf("%s%s was left behind", filepath.Base(path), suffix)
		}
	}
}

// foreign makes a SQLite file of another program.
func foreign(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// What is no register is refused with what to try, and not touched.
func TestUnsuitableFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, data []byte) string {
		if err := os.WriteFile(at(name), data, 0o644); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	register := at("register.db")
	s := openFile(t, register, nil)
	for i := range 20 {
		mustFound(t, s, fmt.Sprintf("body-%d", i))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(register)
	if err != nil {
		t.Fatal(err)
	}

	foreign(t, at("other.db"), "CREATE TABLE customer (id INTEGER PRIMARY KEY)", "INSERT INTO customer VALUES (1)")
	foreign(t, at("other-wal.db"), "PRAGMA journal_mode = WAL", "CREATE TABLE customer (id INTEGER PRIMARY KEY)")
	foreign(t, at("other-id.db"), "PRAGMA application_id = 7", "CREATE TABLE reg_meta (name TEXT, value TEXT)")
	foreign(t, at("other-empty.db"), "PRAGMA application_id = 7", "CREATE TABLE x (y)", "DROP TABLE x")
	newer := write("newer.db", whole)
	foreign(t, newer, "PRAGMA user_version = 999")
	newerMeta := write("newer-meta.db", whole)
	foreign(t, newerMeta, "UPDATE reg_meta SET value = '999' WHERE name = 'schema'")
	altered := write("altered.db", whole)
	foreign(t, altered, "UPDATE reg_meta SET value = 'x' WHERE name = 'migration.0001'")
	noMeta := write("no-meta.db", whole)
	foreign(t, noMeta, "DELETE FROM reg_meta WHERE name = 'schema'")

	for _, c := range []struct {
		what, path string
		opts       *store.Options
		kind       innovation.Kind
		rule       innovation.RuleID
	}{
		{"another program's file", at("other.db"), nil, innovation.Unsuitable, "not-a-register"},
		{"another program's file in WAL mode", at("other-wal.db"), nil, innovation.Unsuitable, "not-a-register"},
		{"another program's mark", at("other-id.db"), nil, innovation.Unsuitable, "not-a-register"},
		{"another program's mark on an empty database", at("other-empty.db"), nil, innovation.Unsuitable, "not-a-register"},
		{"another program's file to be read", at("other.db"), &store.Options{ReadOnly: true}, innovation.Unsuitable, "not-a-register"},
		{"a text file", write("notes.txt", bytes.Repeat([]byte("notes\n"), 1000)), nil, innovation.Unsuitable, "not-a-register"},
		{"a short text file", write("short.txt", []byte("x")), nil, innovation.Unsuitable, "not-a-register"},
		{"zeros", write("zeros.db", make([]byte, 8192)), nil, innovation.Unsuitable, "not-a-register"},
		{"the first page alone", write("page.db", whole[:4096]), nil, innovation.Unsuitable, "register-damaged"},
		{"the header alone", write("header.db", whole[:100]), nil, innovation.Unsuitable, "not-a-register"},
		{"a folder", dir, nil, innovation.Unsuitable, "is-a-folder"},
		{"a missing folder", at("none/register.db"), nil, innovation.Unsuitable, "no-such-folder"},
		{"a missing file to be read", at("none.db"), &store.Options{ReadOnly: true}, innovation.NotFound, "no-such-file"},
		{"no path", "", nil, innovation.Unsuitable, "cannot-open"},
		{"SQLite's name for memory", ":memory:", nil, innovation.Unsuitable, "cannot-open"},
		{"a newer schema", newer, nil, innovation.Unsuitable, "schema-newer"},
		{"a newer schema by reg_meta", newerMeta, nil, innovation.Unsuitable, "schema-newer"},
		{"an altered migration", altered, nil, innovation.Unsuitable, "schema-altered"},
		{"no schema version", noMeta, nil, innovation.Unsuitable, "not-a-register"},
	} {
		t.Run(c.what, func(t *testing.T) { refusedOpening(t, c.path, c.opts, c.kind, c.rule) })
	}
	if _, err := os.Stat(at("none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file that was only to be read was created")
	}
}

// A file cut short in the middle is refused or found damaged, never answered
// from.
func TestTruncatedFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "register.db")
	s := openFile(t, path, nil)
	for i := range 20 {
		mustFound(t, s, fmt.Sprintf("body-%d", i))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := 4096; n < len(whole); n += 16 * 4096 {
		cut := filepath.Join(dir, fmt.Sprintf("cut-%d.db", n))
		if err := os.WriteFile(cut, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(context.Background(), cut, nil)
		if err != nil {
			if !errors.Is(err, innovation.Unsuitable) {
				t.Errorf("cut to %d bytes: %v", n, err)
			}
			continue
		}
		if v, err := s.Verify(context.Background(), nil); err != nil || v.OK {
			t.Errorf("cut to %d of %d bytes, the register verifies: %v", n, len(whole), err)
		}
		s.Close()
	}
}

// Empty files, and names that mean something in a URL, are fine.
func TestFileNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"empty.db", "with space.db", "what?.db", "no#1.db", "100%25.db", "a&b=c.db", "Łódź 🏥.db", "file:x.db"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for want := int64(1); want <= 2; want++ {
			s := openFile(t, path, nil)
			mustFound(t, s, fmt.Sprintf("body-%d", want))
			if got := organisations(t, s); got != want {
				t.Errorf("%s holds %d organisations, want %d", name, got, want)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 8 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

// A register that is only read answers everything, and refuses to be written.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "register.db")
	s := openFile(t, path, nil)
	mustFound(t, s, "east")
	digest := mustVerify(t, s).Digest
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ro := openFile(t, path, &store.Options{ReadOnly: true})
	if got := mustVerify(t, ro).Digest; got != digest {
		t.Errorf("the digest is %s, was %s", got, digest)
	}
	_, err := found(ro, "west")
	if own := innovation.Violations(err); len(own) != 1 || own[0].Kind != innovation.Unsuitable || own[0].Rule != "register-read-only" || own[0].Try == "" {
		t.Errorf("an act on it: %v", err)
	}
	if _, err := ro.Organisation(context.Background(), innovation.On(innovation.MustDate("2020-01-01")), "east"); err != nil {
		t.Error(err)
	}
	rw := openFile(t, path, nil) // someone else writes
	mustFound(t, rw, "north")
	if got := organisations(t, ro); got != 2 {
		t.Errorf("the reader sees %d organisations", got)
	}
	rw.Close()
	ro.Close()
	empty := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(context.Background(), empty, &store.Options{ReadOnly: true}); !errors.Is(err, innovation.NotFound) {
		t.Errorf("an empty file to be read: %v", err)
	}
}

// Two handles on one file see each other's acts, and their writers queue.
func TestTwoHandles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "register.db")
	handles := []*store.Store{openFile(t, path, nil), openFile(t, path, nil)}
	var wg sync.WaitGroup
	for i, s := range handles {
		for g := range 4 {
			wg.Go(func() {
				for n := range 10 {
					if _, err := found(s, fmt.Sprintf("body-%d-%d-%d", i, g, n)); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	for _, s := range handles {
		if got := organisations(t, s); got != 80 {
			t.Errorf("a handle sees %d organisations of 80", got)
		}
	}
	mustFound(t, handles[0], "late")
	if got := organisations(t, handles[1]); got != 81 {
		t.Errorf("the other handle sees %d organisations of 81", got)
	}
	if diff := cmp.Diff(mustVerify(t, handles[0]), mustVerify(t, handles[1])); diff != "" {
		t.Errorf("verifications (-first +second):\n%s", diff)
	}
	if handles[0].ID() != handles[1].ID() {
		t.Errorf("identities %s and %s", handles[0].ID(), handles[1].ID())
	}
}

// Many that open a new file at once agree on one register.
func TestOpenedAtOnce(t *testing.T) {
	t.Parallel()
	for range 5 {
		path := filepath.Join(t.TempDir(), "register.db")
		ids := make([]string, 8)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				s, err := store.Open(context.Background(), path, nil)
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				ids[i] = s.ID()
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("identities %v", ids)
				break
			}
		}
	}
}

// An erased name is not in the bytes of the file either.
func TestErasedFromTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "register.db")
	s := openFile(t, path, nil)
	var ids []innovation.FactID
	names := []string{"Zsigmond-Unmistakable" + strings.Repeat(" of Somewhere", 30), "Ethelred-Unmistakable"}
	for i, name := range names {
		if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			id, err := tx.Record(ctx, innovation.Person{Person: innovation.PersonID(fmt.Sprintf("p-%d", i)), Name: name})
			ids = append(ids, id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "asked for"}, func(ctx context.Context, tx *store.Tx) error {
		return tx.Retract(ctx, ids[0])
	}); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("Zsigmond")) || bytes.Contains(data, []byte("of Somewhere")) {
		t.Error("the erased name is still in the file")
	}
	if !bytes.Contains(data, []byte(names[1])) {
		t.Error("the other name is not in the file: the test looks for the wrong thing")
	}
}
