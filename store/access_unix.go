//go:build unix

package store

import "syscall"

// may reports whether this process may read or write a file, or write in a
// folder, without opening it.
func may(what uint32, path string) bool { return syscall.Access(path, what) == nil }
