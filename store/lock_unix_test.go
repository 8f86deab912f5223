//go:build unix

package store_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/innovationregistry/registry/store"
)

// takeFile locks a SQLite file as SQLite does before it takes away a log that
// nobody else uses.
func takeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	const sharedFirst, sharedSize = 0x40000000 + 2, 510 // of SQLite's file format
	return syscall.FcntlFlock(f.Fd(), syscall.F_SETLK,
		&syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: sharedFirst, Len: sharedSize})
}

// Opening a file a second time takes no lock away from the first handle:
// another process that wants the file for itself does not get it.
func TestSecondHandleKeepsTheLocks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "register.db")
	first := openFile(t, path, nil)
	mustFound(t, first, "before")
	second, err := store.Open(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"take", "open"} {
		child := exec.Command(os.Args[0], "-test.run=^TestChild$")
		child.Env = append(os.Environ(), "STORE_TEST_CHILD="+what, "STORE_TEST_PATH="+path)
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		mustFound(t, first, "after-"+what)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := openFile(t, path, nil)
	if got := organisations(t, again); got != 4 {
		t.Errorf("%d of 4 organisations are there", got)
	}
	mustVerify(t, again)
}
