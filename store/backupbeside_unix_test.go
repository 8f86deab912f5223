//go:build unix

package store_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// What stands where a backup or its digest should, and is no file of that size,
// is neither waited for nor read without end.
func TestOddFilesForBackups(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	mustFound(t, s, "east")
	b := mustBackup(t, s, filepath.Join(t.TempDir(), "backup.db"))
	line, err := os.ReadFile(b.Path + ".sha256")
	if err != nil {
		t.Fatal(err)
	}
	for name, put := range map[string]func(path string) error{
		"a pipe":           func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a folder":         func(path string) error { return os.Mkdir(path, 0o700) },
		"an endless file":  func(path string) error { return os.Symlink("/dev/zero", path) },
		"a link to a pipe": func(path string) error { return os.Symlink(pipe(t), path) },
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, b.Path, put, innovation.RuleBackupAltered)
			path := filepath.Join(t.TempDir(), "odd.db")
			if err := put(path); err != nil {
				t.Fatal(err)
			}
			want := innovation.RuleNotARegister
			if name == "a folder" {
				want = innovation.RuleIsAFolder
			}
			checked(t, path, want)
		})
	}
	refused(t, b.Path, func(path string) error { // the digest is right, and much follows
		if err := os.WriteFile(path, line, 0o600); err != nil {
			return err
		}
		return os.Truncate(path, 1<<40)
	}, innovation.RuleBackupAltered)
	if err := os.WriteFile(b.Path+".sha256", line, 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := store.CheckBackup(ctx, b.Path, nil); err != nil || !c.Verified.OK || c.SHA256 != b.SHA256 {
		t.Errorf("afterwards: %+v, %v", c, err)
	}
}

// pipe makes a named pipe that nobody writes to.
func pipe(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// refused puts something in the place of the digest of a backup.
func refused(t *testing.T, path string, put func(path string) error, rule innovation.RuleID) {
	t.Helper()
	if err := os.RemoveAll(path + ".sha256"); err != nil {
		t.Fatal(err)
	}
	if err := put(path + ".sha256"); err != nil {
		t.Fatal(err)
	}
	checked(t, path, rule)
	if err := os.RemoveAll(path + ".sha256"); err != nil {
		t.Fatal(err)
	}
}

// checked wants neither to verify nor to be restored what is at path.
func checked(t *testing.T, path string, rule innovation.RuleID) {
	t.Helper()
	_, err := store.CheckBackup(context.Background(), path, nil)
	refusedBy(t, err, rule)
	to := filepath.Join(t.TempDir(), "new.db")
	_, err = store.Restore(context.Background(), path, to, nil)
	refusedBy(t, err, rule)
	if _, err := os.Lstat(to); err == nil {
		t.Error("it was restored")
	}
}
