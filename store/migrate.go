package store

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"github.com/innovationregistry/registry/innovation"
)

//go:generate go test -run TestMigrationsArePacked -update-migrations .

// migrationFiles are the files of migrations/, packed: as text they would make
// every program longer by 130 KB.
//
//go:embed migrations/*/*.sql.gz
var migrationFiles embed.FS

// migration is one step of the schema. Steps only go forward.
type migration struct {
	version  int
	name     string
	sql      string
	checksum string
}

var sqliteMigrations, postgresMigrations = sync.OnceValues(func() ([]migration, error) { return unpackMigrations("sqlite") }),
	sync.OnceValues(func() ([]migration, error) { return unpackMigrations("postgres") })

// migrations lists the steps of an engine in order.
func migrations(d *Dialect) ([]migration, error) {
	if d.dollar {
		return postgresMigrations()
	}
	return sqliteMigrations()
}

func unpackMigrations(engine string) ([]migration, error) {
	dir := "migrations/" + engine
	entries, err := fs.ReadDir(migrationFiles, dir)
	if err != nil {
		return nil, err
	}
	var out []migration
	for i, e := range entries {
		packed, err := migrationFiles.Open(dir + "/" + e.Name())
		if err != nil {
			return nil, err
		}
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(unpacked)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(e.Name(), ".gz")
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s is out of order", name)
		}
		sum := sha256.Sum256(text)
		out = append(out, migration{version, name, string(text), hex.EncodeToString(sum[:])})
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

// migrate brings the schema up to date inside one transaction: all of it, or,
// when it is interrupted, nothing. It refuses a schema newer than it knows. An
// own file with an older schema is copied first.
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
	if s.ownFile && there > 0 && !s.options.NoCopy {
		if err := s.copyBefore(ctx, w, there); err != nil {
			return err
		}
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
		for _, statement := range statements(step.sql) {
			err := ctx.Err() // not every driver looks before it sends
			if err == nil {
				err = w.run(ctx, statement)
			}
			if err != nil {
				return fmt.Errorf("migration %s: %w", step.name, err)
			}
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
	if err := ctx.Err(); err != nil {
		return err
	}
	if !s.dialect.dollar { // a file does not keep one waiting, and what came of it is to be known
		ctx = context.WithoutCancel(ctx)
	}
	if err := w.run(ctx, "COMMIT"); err != nil {
		return err
	}
	_, err = s.schemaOf(ctx, w)
	return err
}

// statements splits a text of SQL at the semicolons that end its statements,
// and leaves out what is only blank or comment. It knows comments and quoted
// texts and names, which is all that a migration may hold: no triggers, and no
// texts in dollars.
func statements(text string) (out []string) {
	start, something := 0, false
	for i := 0; i < len(text); {
		opening, closing := text[i:i+1], ""
		switch rest := text[i:]; {
		case strings.HasPrefix(rest, "--"):
			opening, closing = "--", "\n"
		case strings.HasPrefix(rest, "/*"):
			opening, closing = "/*", "*/"
		case opening == "'", opening == `"`, opening == "`": // a doubled one ends it and begins it again
			closing, something = opening, true
		case opening == ";" && something:
			out = append(out, strings.TrimSpace(text[start:i]))
			start, something = i+1, false
		case opening == ";":
			start = i + 1
		case !strings.Contains(" \t\r\n", opening):
			something = true
		}
		i += len(opening)
		if closing != "" {
			_, after, _ := strings.Cut(text[i:], closing)
			i = len(text) - len(after)
		}
	}
	if something {
		out = append(out, strings.TrimSpace(text[start:]))
	}
	return out
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
		return 0, newerSchema(version)
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

// newerSchema refuses a register that a later program has written to.
func newerSchema(version int) error {
	return unsuitable(innovation.RuleSchemaNewer,
		fmt.Sprintf("the register has schema %d and this program knows schemas up to %d", version, SchemaVersion()),
		fmt.Sprintf("use a program that knows schema %d: innovationd version says up to which schema one knows", version))
}

// unsuitable says why a file or pool cannot serve as a register.
//
//go:noinline // many places would hold a copy of it
func unsuitable(rule innovation.RuleID, detail, try string) *innovation.Error {
	return &innovation.Error{Kind: innovation.Unsuitable, Rule: rule, Detail: detail, Try: try}
}
