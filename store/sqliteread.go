package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/innovationregistry/registry/innovation"
)

// What may asks for.
const (
	toWrite = 2
	toRead  = 4
)

// readMode is how SQLite is to open a file for reading only: "ro", or without
// locks and without files beside it when the file or its folder may not be
// written to. The latter is only for a file that no connection has open: one
// has a log beside it, at least an empty one with its index. Closing a file
// that was opened without locks would take away those of this process, too.
func readMode(path string) string {
	path = target(path)
	if may(toWrite, path) && may(toWrite, filepath.Dir(path)) || !may(toRead, path) || logOf(path) != "" {
		return "ro"
	}
	_, log := os.Stat(path + "-wal")
	_, index := os.Stat(path + "-shm")
	if log == nil && index == nil {
		return "ro"
	}
	return "ro&immutable=1"
}

// target is the file that a path names, with links followed, as SQLite does:
// what it keeps beside the file is beside that one.
func target(path string) string {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	return path
}

// unlocked is a file that is read without locks, as it was when it was opened.
type unlocked struct {
	path string
	was  fs.FileInfo
}

// same refuses what was read when the file has changed since it was opened: it
// may be part old and part new, and SQLite does not look.
func (u *unlocked) same() error {
	if u == nil {
		return nil
	}
	is, err := os.Stat(u.path)
	if err == nil && is.Size() == u.was.Size() && is.ModTime().Equal(u.was.ModTime()) && logOf(u.path) == "" {
		return nil
	}
	return &innovation.Error{Kind: innovation.Busy, Rule: innovation.RuleRegisterBusy,
		Detail: fmt.Sprintf("somebody has written to %s since it was opened", u.path), Try: "open it again"}
}

// settle takes back what a program that crashed had begun to write to a file
// not through its log: a connection that only reads cannot.
func settle(ctx context.Context, path string) error {
	if info, err := os.Stat(target(path) + "-journal"); err != nil || info.Size() == 0 {
		return nil
	}
	db, err := sql.Open("sqlite", sqliteDSN(path, Options{}, "rw"))
	if err != nil {
		return err
	}
	defer db.Close()
	var tables int
	return explainIn(ctx, db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables))
}

// unsettled explains that a file could not be opened because of the log or
// journal beside it, which only one who may write can take in.
func unsettled(path string, err error) error {
	own := innovation.Violations(err)
	path = target(path)
	log := logOf(path)
	if len(own) != 1 || own[0].Rule != innovation.RuleRegisterReadOnly && own[0].Rule != innovation.RuleCannotOpen || log == "" || !may(toRead, path) {
		return err
	}
	return wrapKind(err, innovation.Unsuitable, innovation.RuleRegisterReadOnly,
		fmt.Sprintf("%s is a part of the register that cannot be taken in without writing to the folder", log),
		"open the register once for writing, where its file and folder may be written to; or read a backup of it")
}
