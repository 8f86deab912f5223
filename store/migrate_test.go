package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// oldRegister unpacks a register file that an earlier release wrote.
func oldRegister(t *testing.T, name string) string {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "register.db")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, r); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// A register of schema 1, with a fact of every type of that time, is brought up
// to date: its chain is what it was, and money can be recorded in it. One that
// is only read is left as it is, with an error that says so.
func TestMigrateFromSchema1(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := oldRegister(t, "schema-1.db.gz")
	if _, err := store.Open(ctx, path, &store.Options{ReadOnly: true}); len(innovation.Violations(err)) != 1 || innovation.Violations(err)[0].Rule != innovation.RuleSchemaOlder {
		t.Fatalf("opened for reading: %v", err)
	}
	s := openFile(t, path, nil)
	v, err := s.Verify(ctx, nil)
	const digest = "9267512951ae5cc8fcbbe46529ff41d9ed7e7d823624c69b5c1dd782cc19f3f5"
	if err != nil || !v.OK || v.Digest != digest || v.Schema != store.SchemaVersion() || v.Acts != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	samples, old := storetest.Samples(), 42 // those that it holds
	_, err = s.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		for _, c := range samples[old:] {
			if _, err := tx.Record(ctx, c.Fact, c.Sources...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, err = s.Verify(ctx, nil); err != nil || !v.OK || v.Acts != 2 {
		t.Errorf("%+v, %v", v, err)
	}
}

// A register of schema 2 is brought up to date: its chain is what it was, and
// adoption can be recorded in it.
func TestMigrateFromSchema2(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openFile(t, oldRegister(t, "schema-2.db.gz"), nil)
	v, err := s.Verify(ctx, nil)
	const digest = "5f9f014d8acd6da0b55787e56d81aded7c528351e87a6063f42257551293f0de"
	if err != nil || !v.OK || v.Digest != digest || v.Schema != store.SchemaVersion() || v.Acts != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	samples, old := storetest.Samples(), 68 // those that it holds
	_, err = s.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		for _, c := range samples[old:] {
			if _, err := tx.Record(ctx, c.Fact, c.Sources...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, err = s.Verify(ctx, nil); err != nil || !v.OK || v.Acts != 2 {
		t.Errorf("%+v, %v", v, err)
	}
}

// interrupted opens a register with contexts that end after their n-th use, for
// every n, until one lasts: what was there must be as it was until then. It gives
// how often it was interrupted.
func interrupted(t *testing.T, open func(context.Context) (*store.Store, error), asBefore func(n int)) (*store.Store, int) {
	t.Helper()
	for n := 1; ; n++ {
		s, err := open(endingAfter(n))
		if err == nil {
			return s, n - 1
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("use %d: %v", n, err)
		}
		asBefore(n)
	}
}

// A change of schema that is interrupted at any statement leaves the file as it
// was; opened again, it is completed, with the acts that were there. The copy
// from before is made once.
func TestMigrationInterrupted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fixture, digest string
		schema          string
	}{
		{"schema-1.db.gz", "9267512951ae5cc8fcbbe46529ff41d9ed7e7d823624c69b5c1dd782cc19f3f5", "1"},
		{"schema-2.db.gz", "5f9f014d8acd6da0b55787e56d81aded7c528351e87a6063f42257551293f0de", "2"},
	} {
		t.Run(c.fixture, func(t *testing.T) {
			t.Parallel()
			path := oldRegister(t, c.fixture)
			db := pool(t, "file:"+path)
			state := func() string {
				return strings.Join(texts(t, db, "SELECT type || name || COALESCE(sql, '') FROM sqlite_schema UNION ALL SELECT name || value FROM reg_meta "+
					"UNION ALL SELECT user_version FROM pragma_user_version UNION ALL SELECT act || hex(digest) FROM reg_head"), "\n")
			}
			before := state()
			copied := path + ".schema-" + c.schema
			var first []byte
			s, times := interrupted(t, func(ctx context.Context) (*store.Store, error) { return store.Open(ctx, path, nil) }, func(n int) {
				if state() != before {
					t.Fatalf("use %d: the schema changed", n)
				}
				data, err := os.ReadFile(copied)
				if err == nil && first == nil {
					first = data
				}
				if !bytes.Equal(first, data) {
					t.Fatalf("use %d: the copy changed", n)
				}
			})
			defer s.Close()
			if times < 50 || first == nil {
				t.Errorf("interrupted %d times, with a copy of %d bytes", times, len(first))
			}
			if v := mustVerify(t, s); v.Digest != c.digest || v.Schema != store.SchemaVersion() {
				t.Errorf("%+v", v)
			}
			check, err := store.CheckBackup(context.Background(), copied, nil)
			if err != nil || !check.Verified.OK || check.Verified.Digest != c.digest || check.SHA256 == "" || c.schema != string('0'+rune(check.Schema)) {
				t.Errorf("the copy: %+v, %v", check, err)
			}
			if got := filesIn(t, filepath.Dir(path)); len(got) != 3 {
				t.Errorf("the folder holds %v", got)
			}
		})
	}
}

// The making of a new register that is interrupted leaves nothing of it.
func TestMakingInterrupted(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "register.db")
		db := pool(t, "file:"+path)
		s, times := interrupted(t, func(ctx context.Context) (*store.Store, error) { return store.Open(ctx, path, nil) }, func(n int) {
			if got := texts(t, db, "SELECT name FROM sqlite_schema"); len(got) != 0 {
				t.Fatalf("use %d: there are %v", n, got)
			}
		})
		defer s.Close()
		mustFound(t, s, "east")
		mustVerify(t, s)
		if got := filesIn(t, filepath.Dir(path)); times < 50 || len(got) != 1 {
			t.Errorf("interrupted %d times, the folder holds %v", times, got)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		db, dialect, err := storetest.OpenPostgres(storetest.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		dice := rand.New(rand.NewPCG(seed, 0))
		for range 4 {
			n := 1 + dice.IntN(280)
			s, err := store.OpenDB(endingAfter(n), db, dialect, nil)
			if err == nil {
				t.Fatalf("the context was used less than %d times", n)
			}
			if s != nil || !errors.Is(err, context.Canceled) {
				t.Fatalf("use %d: %v", n, err)
			}
			if got := texts(t, db, "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()"); len(got) != 0 {
				t.Fatalf("use %d: there are %v", n, got)
			}
		}
		s, err := store.OpenDB(context.Background(), db, dialect, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		mustFound(t, s, "east")
		mustVerify(t, s)
	})
}

// A copy that is there from before is kept when it holds the same acts, and
// replaced otherwise; without a copy there is none.
func TestCopyBeforeMigration(t *testing.T) {
	t.Parallel()
	path := oldRegister(t, "schema-2.db.gz")
	copied := path + ".schema-2"
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	reopened := func(opts *store.Options) os.FileInfo {
		t.Helper()
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(context.Background(), path, opts)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		info, _ := os.Stat(copied)
		return info
	}
	if info := reopened(&store.Options{NoCopy: true}); info != nil {
		t.Error("a copy was made")
	}
	first := reopened(nil)
	if again := reopened(nil); first == nil || !os.SameFile(first, again) {
		t.Error("the copy with the same acts was made again")
	}
	other := oldRegister(t, "schema-1.db.gz")
	data, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, data, 0o600); err != nil {
		t.Fatal(err)
	}
	reopened(nil)
	if c, err := store.CheckBackup(context.Background(), copied, nil); err != nil || c.Schema != 2 || c.SHA256 == "" {
		t.Errorf("the copy of another register was not replaced: %+v, %v", c, err)
	}
	if err := os.Remove(copied); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(copied, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(context.Background(), path, nil)
	refusedBy(t, err, innovation.RuleIsAFolder)
	if after, _ := os.ReadFile(path); !bytes.Equal(whole[100:], after[100:]) { // the header says how it was opened
		t.Error("the register was changed without a copy")
	}
}

// Several that open an old register at once bring it up to date once, and the
// copy is of the old schema.
func TestMigratedAtOnce(t *testing.T) {
	t.Parallel()
	for range 5 {
		path := oldRegister(t, "schema-1.db.gz")
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				s, err := store.Open(context.Background(), path, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if v, err := s.Verify(context.Background(), nil); err != nil || !v.OK {
					t.Errorf("%+v, %v", v.Problems, err)
				}
				s.Close()
			})
		}
		all.Wait()
		if c, err := store.CheckBackup(context.Background(), path+".schema-1", nil); err != nil || c.Schema != 1 {
			t.Errorf("%+v, %v", c, err)
		}
		if got := filesIn(t, filepath.Dir(path)); len(got) != 3 {
			t.Errorf("the folder holds %v", got)
		}
	}
}

// Statements end where they end, whatever stands in comments and quotes.
func TestStatements(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{" ; ;\n-- only; this\n/* and; this */;", nil},
		{"A; B", []string{"A", "B"}},
		{"-- a;\nA -- b;\n;B;", []string{"-- a;\nA -- b;", "B"}},
		{"A /* ; */ B; C", []string{"A /* ; */ B", "C"}},
		{"A 'x;''y;' B; C", []string{"A 'x;''y;' B", "C"}},
		{`A "x;""y" ` + "`;`; 'B'", []string{`A "x;""y" ` + "`;`", "'B'"}},
		{"A '--'; B '/*'; C", []string{"A '--'", "B '/*'", "C"}},
		{"A '; B", []string{"A '; B"}},
		{"A -- '; B", []string{"A -- '; B"}},
		{"A /* ' ; B", []string{"A /* ' ; B"}},
	} {
		if diff := cmp.Diff(c.want, store.Statements(c.text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}
