package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// Dialect is what differs between the two engines. There are two: SQLite, and
// Postgres, which NewPostgres makes when the host can pass on its notices.
type Dialect struct {
	name      string       // also the folder of its migrations
	beginSQL  string       // starts a write
	lockSQL   string       // the first statement of a write; empty when beginning locks
	viewSQL   string       // starts a read of one snapshot
	bulkSQL   string       // the setting of how much a connection keeps at hand; empty when there is none
	dollar    bool         // placeholders are $1, $2 …
	cancelled atomic.Int64 // synchronous waits that were cancelled, by notice
}

// SQLite is the dialect of SQLite 3.37 and later.
var SQLite = &Dialect{name: "sqlite", beginSQL: "BEGIN IMMEDIATE", viewSQL: "BEGIN", bulkSQL: "PRAGMA cache_size"}

// Postgres is the dialect of PostgreSQL 15 and later, for a pool whose notices
// nobody passes on.
var Postgres = NewPostgres()

// NewPostgres is a dialect of its own for one pool, so that notices of that
// pool can be passed to its Notice method.
func NewPostgres() *Dialect {
	return &Dialect{
		name:     "postgres",
		beginSQL: "BEGIN ISOLATION LEVEL SERIALIZABLE",
		lockSQL:  "LOCK TABLE reg_head IN EXCLUSIVE MODE",
		viewSQL:  "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		dollar:   true,
	}
}

// String names the engine.
func (d *Dialect) String() string { return d.name }

// Notice takes a notice of the PostgreSQL server. A host that runs synchronous
// replication wires it to its driver, because a commit whose wait for a
// standby was cancelled is reported as a success with a warning: Update then
// answers OutcomeUnknown instead of success. Safe for concurrent use.
//
// With github.com/lib/pq it is wired by pq.ConnectorWithNoticeHandler, with
// github.com/jackc/pgx/v5 by OnNotice of the configuration.
func (d *Dialect) Notice(code, message string) {
	if code == "01000" { // the message is in the server's language
		d.cancelled.Add(1)
	}
}

// rebind turns the placeholders ? of a statement into those of the engine.
// Statements of this package hold no ? inside a literal.
func (d *Dialect) rebind(query string) string {
	if !d.dollar {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 16)
	n := 0
	for i := range len(query) {
		if query[i] == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteByte(query[i])
	}
	return b.String()
}

// sqlState is the SQLSTATE of a PostgreSQL error, whatever the driver.
func sqlState(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// sqliteCode is the primary result code of a SQLite error, or 0.
func sqliteCode(err error) int {
	var e interface{ Code() int }
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

const (
	sqliteBusy   = 5
	sqliteLocked = 6
)

// transient reports whether the whole write may be tried again.
func transient(err error) bool {
	switch sqlState(err) {
	case "40001", "40P01":
		return true
	}
	return false
}

// lost reports whether an error from a commit leaves its outcome open: the
// server did not answer with a refusal of its own.
func (d *Dialect) lost(err error) bool {
	state := sqlState(err)
	away := strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P") || state == "40003"
	return d.dollar && (state == "" || away) || errors.Is(err, driver.ErrBadConn)
}

// explain turns an engine's error into one of the register's own where the
// caller can do something about it, and leaves it a fault otherwise.
func explain(err error) error {
	if err == nil {
		return nil
	}
	switch code := sqliteCode(err); {
	case code == sqliteBusy || code == sqliteLocked:
		return wrapKind(err, innovation.Busy, innovation.RuleRegisterBusy, "another process holds the register",
			"try again, or stop the other process")
	case code == 8:
		return wrapKind(err, innovation.Unsuitable, innovation.RuleRegisterReadOnly, "the register's file or folder is read-only",
			"make the file and its folder writable, or only read")
	case code == 13:
		return wrapKind(err, innovation.Unsuitable, innovation.RuleDiskFull, "the disk is full", "free some space and try again")
	case code == 26:
		return wrapKind(err, innovation.Unsuitable, innovation.RuleNotARegister, "the file is no SQLite database", "name another file")
	case code == 11:
		return wrapKind(err, innovation.Unsuitable, innovation.RuleRegisterDamaged, "the register's file is damaged",
			"keep a copy of it and restore a backup")
	case code == 14:
		return wrapKind(err, innovation.Unsuitable, innovation.RuleCannotOpen, "the register's file cannot be opened",
			"check that the folder exists and that you may write to it")
	}
	if errors.Is(err, sql.ErrConnDone) || err.Error() == "sql: database is closed" {
		return errClosed
	}
	return err
}

// explainIn is explain for a call whose context may have ended: then that is
// the error, whatever the driver made of it.
func explainIn(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return explain(err)
}

// kindError is a register's error with the engine's own error as its cause.
type kindError struct {
	own   *innovation.Error
	cause error
}

func (e kindError) Error() string   { return e.own.Error() + " (" + e.cause.Error() + ")" }
func (e kindError) Unwrap() []error { return []error{e.own, e.cause} }

// fault reports whether an error is the engine's own, explained or not: what
// was begun cannot go on after it.
func fault(err error) bool {
	var engine kindError
	return err != nil && (innovation.Violations(err) == nil || errors.As(err, &engine))
}

//go:noinline // many places would hold a copy of it
func wrapKind(cause error, kind innovation.Kind, rule innovation.RuleID, detail, try string) error {
	return kindError{&innovation.Error{Kind: kind, Rule: rule, Detail: detail, Try: try}, cause}
}

// sleep waits for the pause before a retry, or for the context.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
