//go:build unix

package store

import (
	"os"
	"syscall"
)

// claim marks an open file as in use until it is closed or the process ends,
// and reports whether nobody else had. These locks know nothing of those that
// SQLite takes.
func claim(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
