package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

//go:embed migrations
var migrationFiles embed.FS

// migration is one step of the schema. Steps only go forward.
type migration struct {
	version  int
	name     string
	sql      string
	checksum string
}

// migrations lists the steps of an engine in order.
func migrations(d *Dialect) ([]migration, error) {
	dir := "migrations/" + d.name
	entries, err := fs.ReadDir(migrationFiles, dir)
	if err != nil {
		return nil, err
	}
	var out []migration
	for i, e := range entries {
		text, err := fs.ReadFile(migrationFiles, dir+"/"+e.Name())
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(e.Name(), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s is out of order", e.Name())
		}
		sum := sha256.Sum256(text)
		out = append(out, migration{version, e.Name(), string(text), hex.EncodeToString(sum[:])})
	}
	return out, nil
}

// SchemaVersion is the version of the schema that this package writes.
func SchemaVersion() int {
	steps, err := migrations(SQLite)
	if err != nil {
		panic(err) // the files are embedded
	}
	return len(steps)
}

// migrate brings the schema up to date inside one transaction and returns the
// identity of the register. It refuses a schema newer than it knows.
func (s *Store) migrate(ctx context.Context) (err error) {
	steps, err := migrations(s.dialect)
	if err != nil {
		return err
	}
	w, err := s.writers.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { s.writers.release(w, err) }()
	there, err := s.schemaOf(ctx, w)
	switch {
	case err != nil || there == len(steps):
		return err // an up-to-date file is not written to
	case s.options.ReadOnly && there == 0:
		return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleNoRegister,
			Detail: "the database holds no register", Try: "open it for writing to make one"}
	case s.options.ReadOnly:
		return unsuitable(innovation.RuleSchemaOlder, fmt.Sprintf("the register has schema %d and this program needs %d", there, len(steps)),
			"open it for writing once, to bring it up to date")
	}
	begin := s.dialect.beginSQL
	if s.dialect.dollar {
		begin = "BEGIN ISOLATION LEVEL READ COMMITTED" // to see, after the wait, what another process has made
	}
	if err := w.run(ctx, begin); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.run(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if s.dialect.dollar { // two processes may migrate at once
		if err := w.run(ctx, "SELECT pg_advisory_xact_lock(7411230612)"); err != nil {
			return err
		}
	}
	found, err := s.schemaOf(ctx, w)
	if err != nil {
		return err
	}
	for _, step := range steps[found:] {
		if err := w.run(ctx, step.sql); err != nil {
			return fmt.Errorf("migration %s: %w", step.name, err)
		}
		if step.version == 1 {
			if err := s.initialise(ctx, w); err != nil {
				return err
			}
		}
		if _, err := w.exec(ctx, "INSERT INTO reg_meta (name, value) VALUES (?, ?)",
			fmt.Sprintf("migration.%04d", step.version), step.checksum); err != nil {
			return err
		}
		if _, err := w.exec(ctx, "UPDATE reg_meta SET value = ? WHERE name = 'schema'", strconv.Itoa(step.version)); err != nil {
			return err
		}
	}
	if s.ownFile {
		if err := w.run(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(steps))); err != nil {
			return err
		}
	}
	if err := w.run(ctx, "COMMIT"); err != nil {
		return err
	}
	_, err = s.schemaOf(ctx, w)
	return err
}

// initialise writes what a new register begins with.
func (s *Store) initialise(ctx context.Context, w *session) error {
	id, err := s.newID("reg-")
	if err != nil {
		return err
	}
	for _, kv := range [][2]string{{"register", id}, {"schema", "0"}} {
		if _, err := w.exec(ctx, "INSERT INTO reg_meta (name, value) VALUES (?, ?)", kv[0], kv[1]); err != nil {
			return err
		}
	}
	_, err = w.exec(ctx, "INSERT INTO reg_head (id, act, change, at, digest) VALUES (1, 0, 0, 0, ?)", genesis())
	return err
}

// schemaOf reads the version of the schema that is there, 0 for none, checks
// the steps that led to it, and learns the register's identity.
func (s *Store) schemaOf(ctx context.Context, w *session) (int, error) {
	there := "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'reg_meta'"
	if s.dialect.dollar {
		there = "SELECT 1 FROM information_schema.tables WHERE table_name = 'reg_meta' AND table_schema = current_schema()"
	}
	var one int
	if found, err := w.one(ctx, []any{&one}, there); err != nil || !found {
		return 0, err
	}
	rows, err := w.query(ctx, "SELECT name, value FROM reg_meta")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	meta := map[string]string{}
	for rows.Next() {
		var k, v string
		if err := rows.Scan(&k, &v); err != nil {
			return 0, err
		}
		meta[k] = v
	}
	if err := rows.Err(); err != nil {
		return 0, explain(err)
	}
	version, err := strconv.Atoi(meta["schema"])
	if err != nil {
		return 0, unsuitable(innovation.RuleNotARegister, "the table reg_meta names no schema version", "name another file or schema")
	}
	steps, err := migrations(s.dialect)
	if err != nil {
		return 0, err
	}
	if version > len(steps) {
		return 0, unsuitable(innovation.RuleSchemaNewer,
			fmt.Sprintf("the register has schema %d and this program knows schemas up to %d", version, len(steps)),
			"use a newer version of the program")
	}
	for _, step := range steps[:version] {
		if meta[fmt.Sprintf("migration.%04d", step.version)] != step.checksum {
			return 0, unsuitable(innovation.RuleSchemaAltered, "the schema was not made by the migration "+step.name, "restore a backup")
		}
	}
	id := meta["register"]
	s.id.Store(&id)
	return version, nil
}

// unsuitable says why a file or pool cannot serve as a register.
func unsuitable(rule innovation.RuleID, detail, try string) *innovation.Error {
	return &innovation.Error{Kind: innovation.Unsuitable, Rule: rule, Detail: detail, Try: try}
}
