package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// A changed backup is found out by the digest beside it, and without it by
// verifying.
func TestCheckBackup(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	mustFound(t, s, "east")
	b := mustBackup(t, s, filepath.Join(t.TempDir(), "backup.db"))
	foreign(t, b.Path, "UPDATE reg_entity SET key = 'west' WHERE key = 'east'")
	_, err := store.CheckBackup(ctx, b.Path, nil)
	refusedBy(t, err, innovation.RuleBackupAltered)
	if err := os.Remove(b.Path + ".sha256"); err != nil {
		t.Fatal(err)
	}
	if c, err := store.CheckBackup(ctx, b.Path, nil); err != nil || c.Verified.OK || len(c.Verified.Problems) == 0 || c.SHA256 != "" {
		t.Errorf("%+v, %v", c, err)
	}
	if err := os.WriteFile(b.Path+".sha256", []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.CheckBackup(ctx, b.Path, nil)
	refusedBy(t, err, innovation.RuleBackupAltered)
	other := filepath.Join(t.TempDir(), "other.db")
	foreign(t, other, "CREATE TABLE customer (id INTEGER PRIMARY KEY)")
	_, err = store.CheckBackup(ctx, other, nil)
	refusedBy(t, err, innovation.RuleNotARegister)
	_, err = store.CheckBackup(ctx, filepath.Join(t.TempDir(), "none.db"), nil)
	refusedBy(t, err, innovation.RuleNoSuchFile)

	old := oldRegister(t, "schema-1.db.gz") // verified without being changed
	before, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	c, err := store.CheckBackup(ctx, old, nil)
	if err != nil || !c.Verified.OK || c.Schema != 1 || c.Verified.Schema != store.SchemaVersion() {
		t.Errorf("%+v, %v", c, err)
	}
	if after, err := os.ReadFile(old); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the old file was changed: %v", err)
	}
}
