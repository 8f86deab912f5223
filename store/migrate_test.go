package store_test

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

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
