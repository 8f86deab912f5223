package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// A register in PostgreSQL is backed up as a SQLite file with the same history,
// which goes back into PostgreSQL.
func TestBackupPostgres(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	open := func() *store.Store {
		db, dialect, err := storetest.OpenPostgres(storetest.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		s, err := store.OpenDB(ctx, db, dialect, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	from := open()
	mustFound(t, from, "one")
	mustFound(t, from, "two")
	folder := t.TempDir()
	path := filepath.Join(folder, "backup.db")
	b, err := from.Backup(ctx, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := mustVerify(t, from)
	if b.Digest != want.Digest || b.Register != from.ID() || b.Act != want.Acts {
		t.Errorf("the backup is %+v of %+v", b, want)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, ".*")); left != nil {
		t.Errorf("left behind: %q", left)
	}
	if _, err := from.Backup(ctx, path, nil); err == nil {
		t.Error("a backup was replaced")
	}
	saved, to := openFile(t, path, nil), open()
	if got, err := store.Copy(ctx, saved, to, nil); err != nil || got.Digest != want.Digest || to.ID() != from.ID() {
		t.Errorf("%+v, %v", got, err)
	}
}
