package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the engine

	"github.com/innovationregistry/registry/innovation"
)

// applicationID marks a SQLite file as a register ("HINr").
const applicationID = 0x48494e72

// busyTimeout is how long a connection waits for another process.
const busyTimeout = 5 * time.Second

// Open opens the register in the SQLite file at path, creating it when the
// file is missing or empty. Other programs may have it open at the same time;
// one of them writes at a time.
//
// Open answers an error of kind Unsuitable for a folder, a pipe or a device, for
// a file of another program, for one that may not be written to (unless it is
// opened for reading only), for a damaged one and for a schema newer than this
// package knows; Try says what to do. What a program that crashed had begun to
// write is taken back first.
func Open(ctx context.Context, path string, opts *Options) (*Store, error) {
	s := newStore(SQLite, opts)
	s.ownFile = true
	if err := checkPath(path, s.options.ReadOnly); err != nil {
		return nil, err
	}
	if !s.options.ReadOnly || may(toWrite, target(path)) && may(toWrite, filepath.Dir(target(path))) {
		if err := settle(ctx, path); err != nil {
			return nil, inFile(path, err)
		}
	}
	mode := "rwc"
	if s.options.ReadOnly {
		info, err := os.Stat(path)
		if mode = readMode(path); mode != "ro" && err == nil {
			s.unlocked = &unlocked{target(path), info}
		}
	}
	if err := s.openFile(ctx, path, mode); err != nil {
		s.Close()
		return nil, inFile(path, err)
	}
	opened, err := s.opened(ctx)
	return opened, inFile(path, err)
}

func (s *Store) openFile(ctx context.Context, path, mode string) error {
	if err := checkOwner(ctx, path); err != nil {
		return err
	}
	w, err := sql.Open("sqlite", sqliteDSN(path, s.options, mode))
	if err != nil {
		return err
	}
	s.dbs = append(s.dbs, w)
	for start := time.Now(); ; { // the change to a log does not wait for others that make it
		if s.writers, err = ownSessions(ctx, SQLite, w, 1, true); !errors.Is(err, innovation.Busy) || time.Since(start) > busyTimeout {
			break
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	r, err := sql.Open("sqlite", sqliteDSN(path, s.options, mode)+"&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	s.dbs = append(s.dbs, r)
	s.readers, err = ownSessions(ctx, SQLite, r, s.options.Readers, true)
	return err
}

// sqliteDSN is the data source name of one of the register's own connections.
func sqliteDSN(path string, o Options, mode string) string {
	q := []string{
		fmt.Sprintf("_pragma=busy_timeout(%d)", busyTimeout.Milliseconds()), // first: the next ones may have to wait
		"_pragma=foreign_keys(1)",
		"_pragma=temp_store(2)",
		"_pragma=secure_delete(1)", // an erased name leaves no bytes behind
		"_dqs=0",
	}
	if mode == "rwc" {
		sync := "FULL"
		if o.Relaxed {
			sync = "NORMAL"
		}
		q = append(q, "_pragma=journal_mode(WAL)", "_pragma=synchronous("+sync+")")
	}
	if path == ":memory:" {
		return "file::memory:?" + strings.Join(q, "&")
	}
	return fileURL(path) + "?mode=" + mode + "&" + strings.Join(q, "&")
}

// fileURL is a path as SQLite takes it with settings after it.
func fileURL(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() }

// checkPath refuses, before the engine sees it, what cannot be a register's
// file. It does not open the file: closing it would take away the locks that
// other connections of this process hold on it.
func checkPath(path string, readOnly bool) error {
	if path == "" || path == ":memory:" { // SQLite would open something else
		return unsuitable(innovation.RuleCannotOpen, fmt.Sprintf("%q is no path of a file", path), "name a file, or use OpenMemory")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && readOnly:
		return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleNoSuchFile,
			Detail: fmt.Sprintf("there is no register at %s", path), Try: "check the path, or open it for writing to create one"}
	case errors.Is(err, fs.ErrNotExist):
		folder := filepath.Dir(path)
		if _, err := os.Stat(folder); err != nil {
			return unsuitable(innovation.RuleNoSuchFolder, fmt.Sprintf("there is no folder %s", folder), "create it first")
		}
		return nil
	case err != nil:
		return unsuitable(innovation.RuleCannotOpen, err.Error(), "check the path and the permissions")
	case info.IsDir():
		return unsuitable(innovation.RuleIsAFolder, fmt.Sprintf("%s is a folder", path), "name a file in it, for example "+filepath.Join(path, "register.db"))
	case !info.Mode().IsRegular(): // a pipe would be waited for
		return unsuitable(innovation.RuleNotARegister, fmt.Sprintf("%s is no file, but a device, a pipe or a socket", path), "name a file")
	case !readOnly && may(toRead, path) && !may(toWrite, path): // SQLite would open it, and leave a log that stays read-only
		return unsuitable(innovation.RuleRegisterReadOnly, fmt.Sprintf("the file %s may not be written to", path),
			"make it writable, or only read (Options.ReadOnly)")
	case 0 < info.Size() && info.Size() < 512: // SQLite would take it for empty
		return unsuitable(innovation.RuleNotARegister, fmt.Sprintf("%s is no SQLite database", path), "name another file; this one was left as it is")
	}
	return nil
}

// checkOwner refuses a file that is no SQLite database or one of another
// program. It reads through a connection that cannot write, so that such a
// file stays as it is.
func checkOwner(ctx context.Context, path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil // to be created
	}
	db, err := sql.Open("sqlite", sqliteDSN(path, Options{}, readMode(path)))
	if err != nil {
		return err
	}
	defer db.Close()
	p, err := ownSessions(ctx, SQLite, db, 1, true)
	if err != nil {
		return err
	}
	defer p.drain()
	c, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { p.release(c, err) }()
	if err := c.run(ctx, "BEGIN"); err != nil { // it may be being made just now
		return err
	}
	defer c.run(context.WithoutCancel(ctx), "ROLLBACK")
	var app, version int
	var tables int
	for _, q := range []struct {
		text string
		dest *int
	}{{"PRAGMA application_id", &app}, {"PRAGMA user_version", &version}, {"SELECT count(*) FROM sqlite_schema", &tables}} {
		if _, err := c.one(ctx, []any{q.dest}, q.text); err != nil {
			return err
		}
	}
	switch {
	case app == applicationID && version > SchemaVersion():
		return newerSchema(version)
	case app == applicationID, app == 0 && tables == 0:
		return nil
	}
	return unsuitable(innovation.RuleNotARegister, "the file is a database of another program",
		"name another file; this one was left as it is")
}

// checkHostSQLite checks a connection of a host's pool.
func checkHostSQLite(ctx context.Context, c *session) error {
	var keys int
	var journal string
	if _, err := c.one(ctx, []any{&keys}, "PRAGMA foreign_keys"); err != nil {
		return err
	}
	if _, err := c.one(ctx, []any{&journal}, "PRAGMA journal_mode"); err != nil {
		return err
	}
	var errs []error
	if keys != 1 {
		errs = append(errs, unsuitable(innovation.RulePoolForeignKeys, "the pool's connections do not check foreign keys",
			"add _pragma=foreign_keys(1) to the data source name"))
	}
	if journal != "wal" && journal != "memory" {
		errs = append(errs, unsuitable(innovation.RulePoolJournalMode, "the pool's database has the journal mode "+journal,
			"add _pragma=journal_mode(WAL) to the data source name"))
	}
	return innovation.Join(errs...)
}

// inFile puts the path before an error of opening.
func inFile(path string, err error) error {
	err = unsettled(path, err)
	if err == nil || innovation.Violations(err) == nil {
		if err != nil {
			return fmt.Errorf("open %s: %w", path, err)
		}
		return nil
	}
	own := innovation.Violations(err)
	out := make([]error, len(own))
	for i, e := range own {
		c := *e
		if !strings.Contains(c.Detail, path) {
			c.Detail = path + ": " + c.Detail
		}
		out[i] = &c
	}
	return innovation.Join(out...)
}
