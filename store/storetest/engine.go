// Package storetest is the test kit of registers: a register in memory, a
// clock that moves when it is told to, a PostgreSQL server for tests, sample
// facts, and the conformance suite that every engine of package store passes.
//
// A program that embeds a register tests against a real one:
//
//	clock := new(storetest.Clock)
//	register := storetest.New(t, &store.Options{Clock: clock.Now})
package storetest

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"

	"github.com/innovationregistry/registry/store"
	_ "modernc.org/sqlite" // the host's pool
)

// Engine is a place that registers can be kept in, for Run.
type Engine struct {
	Name string
	// Open opens a new, empty register and closes it at the end of the test.
	Open func(t testing.TB, opts *store.Options) *store.Store
	// Reopen opens another handle on a register that Open gave, which may be
	// closed or not, and closes it at the end of the test. It is nil when a
	// register cannot be reached twice.
	Reopen func(t testing.TB, s *store.Store, opts *store.Options) *store.Store
	// SQL gives the database of a register that Open gave, for a test that
	// goes behind the register's back. It is nil when there is no way to it.
	SQL func(t testing.TB, s *store.Store) *sql.DB
	// Except names the checks that the engine is excused from, and says why.
	Except map[string]string
}

// places remembers where the registers of an engine are.
type places[P any] struct {
	mu sync.Mutex
	of map[*store.Store]P
}

func (p *places[P]) put(s *store.Store, place P) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[*store.Store]P{}
	}
	p.of[s] = place
}

func (p *places[P]) get(t testing.TB, s *store.Store) P {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	place, ok := p.of[s]
	if !ok {
		t.Fatal("the register is not one of this engine's")
	}
	return place
}

const neverAgain = "SQLite never asks to try an act again: its writers queue"

// Memory keeps registers in memory.
func Memory() Engine {
	return Engine{Name: "memory", Open: openMemory, Except: map[string]string{"Acts/Rerun": neverAgain}}
}

// File keeps registers in SQLite files of their own.
func File() Engine {
	var paths places[string]
	open := func(t testing.TB, path string, opts *store.Options) *store.Store {
		t.Helper()
		s, err := store.Open(context.Background(), path, opts)
		opened(t, s, err)
		paths.put(s, path)
		return s
	}
	return Engine{Name: "file",
		Open: func(t testing.TB, opts *store.Options) *store.Store {
			return open(t, filepath.Join(t.TempDir(), "register.db"), opts)
		},
		Reopen: func(t testing.TB, s *store.Store, opts *store.Options) *store.Store {
			return open(t, paths.get(t, s), opts)
		},
		SQL: func(t testing.TB, s *store.Store) *sql.DB {
			return openPool(t, "file:"+paths.get(t, s)+"?_pragma=busy_timeout(5000)")
		},
		Except: map[string]string{"Acts/Rerun": neverAgain},
	}
}

// HostSQLite keeps registers beside a host's own tables, in a SQLite pool that
// the host brings.
func HostSQLite() Engine {
	var pools places[*sql.DB]
	open := func(t testing.TB, db *sql.DB, opts *store.Options) *store.Store {
		t.Helper()
		s, err := store.OpenDB(context.Background(), db, store.SQLite, opts)
		opened(t, s, err)
		pools.put(s, db)
		return s
	}
	return Engine{Name: "host-sqlite",
		Open: func(t testing.TB, opts *store.Options) *store.Store {
			db := openPool(t, "file:"+filepath.Join(t.TempDir(), "host.db")+
				"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
			if _, err := db.Exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)"); err != nil {
				t.Fatal(err)
			}
			return open(t, db, opts)
		},
		Reopen: func(t testing.TB, s *store.Store, opts *store.Options) *store.Store {
			return open(t, pools.get(t, s), opts)
		},
		SQL:    func(t testing.TB, s *store.Store) *sql.DB { return pools.get(t, s) },
		Except: map[string]string{"Acts/Rerun": neverAgain},
	}
}

// PostgreSQL keeps registers in schemas of a PostgreSQL server; see Postgres.
func PostgreSQL() Engine {
	var names places[string]
	open := func(t testing.TB, dsn string, opts *store.Options) *store.Store {
		t.Helper()
		db, dialect, err := OpenPostgres(dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		s, err := store.OpenDB(context.Background(), db, dialect, opts)
		opened(t, s, err)
		names.put(s, dsn)
		return s
	}
	return Engine{Name: "postgres",
		Open: func(t testing.TB, opts *store.Options) *store.Store {
			t.Helper()
			return open(t, Postgres(t), opts)
		},
		Reopen: func(t testing.TB, s *store.Store, opts *store.Options) *store.Store {
			return open(t, names.get(t, s), opts)
		},
		SQL: func(t testing.TB, s *store.Store) *sql.DB {
			db, _, err := OpenPostgres(names.get(t, s))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return db
		},
	}
}

func openPool(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
