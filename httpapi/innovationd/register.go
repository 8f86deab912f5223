package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/postgres"
)

// place is where a register is kept: a file, or a PostgreSQL database.
type place struct {
	db string
}

func (pl *place) bind(f *flag.FlagSet) {
	stringVar(f, &pl.db, "db", "register.db", "the `REGISTER`: a file (./register.db when left out), or postgres://…")
}

// postgres reports whether the place is a PostgreSQL database.
func (pl *place) postgres() bool {
	return strings.HasPrefix(pl.db, "postgres://") || strings.HasPrefix(pl.db, "postgresql://")
}

// String is the place for people: the whole path of a file, or a database
// without its password.
func (pl *place) String() string {
	if pl.postgres() {
		address, err := postgres.Parse(pl.db)
		if err != nil {
			return "PostgreSQL"
		}
		return address.String()
	}
	if abs, err := filepath.Abs(pl.db); err == nil {
		return abs
	}
	return pl.db
}

// missing reports whether the place is a file that is not there yet, or an
// empty one.
func (pl *place) missing() bool {
	if pl.postgres() {
		return false
	}
	info, err := os.Stat(pl.db)
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0
}

// openToRead opens a register that is there and writes nothing to it.
//
//go:noinline // many places would hold a copy of it
func (pl *place) openToRead(ctx context.Context) (*register, error) {
	return pl.open(ctx, &store.Options{ReadOnly: true})
}

// openToWrite opens a register that is there.
//
//go:noinline // many places would hold a copy of it
func (pl *place) openToWrite(ctx context.Context) (*register, error) {
	return pl.open(ctx, &store.Options{})
}

func (pl *place) open(ctx context.Context, opts *store.Options) (*register, error) {
	if pl.missing() {
		return nil, failed("there is no register at " + pl.String()).
			trying("innovationd load england" + pl.flag() + ", which makes it and fills it; or name another with -db")
	}
	return pl.openOrCreate(ctx, opts)
}

// flag is the place as a flag, or nothing when it is the usual one.
func (pl *place) flag() string {
	if pl.db == "register.db" {
		return ""
	}
	if pl.postgres() {
		return " -db postgres://…"
	}
	return " -db " + pl.db
}

// register is an open register with what has to be closed after it.
type register struct {
	*store.Store
	pool *sql.DB // of PostgreSQL
	made string  // the file, when it was made now
}

// unmake removes a register that was made for a history of which nothing came
// in. It gives the error back that ended it.
func (r *register) unmake(got store.Replayed, err error) error {
	if r.made != "" && got.Acts == 0 && r.Close() == nil {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			os.Remove(r.made + suffix)
		}
	}
	return err
}

// Close ends the use of the register.
func (r *register) Close() error {
	err := r.Store.Close()
	if r.pool != nil {
		err = errors.Join(err, r.pool.Close())
	}
	return err
}

// openOrCreate opens a register, making the file when there is none.
func (pl *place) openOrCreate(ctx context.Context, opts *store.Options) (*register, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if !pl.postgres() {
		made := ""
		if _, err := os.Lstat(pl.db); errors.Is(err, fs.ErrNotExist) {
			made = pl.db
		}
		st, err := store.Open(ctx, pl.db, opts)
		if err != nil {
			return nil, err
		}
		return &register{Store: st, made: made}, nil
	}
	address, err := postgres.Parse(pl.db)
	if err != nil {
		return nil, failed("the address of the PostgreSQL database cannot be read: " + err.Error()).
			trying("-db postgres://user:password@host:5432/database")
	}
	pool, dialect := address.Open()
	st, err := store.OpenDB(ctx, pool, dialect, opts)
	if err != nil {
		pool.Close()
		if innovation.Violations(err) == nil && ctx.Err() == nil {
			var refused *postgres.ConnectError
			if errors.As(err, &refused) {
				return nil, failed("the " + pl.String() + " does not answer: " + refused.Error()).
					trying("check that the server runs, and the user, password and database in -db")
			}
		}
		return nil, err
	}
	return &register{Store: st, pool: pool}, nil
}

// lastLine is the last line of a text: the innermost cause of many errors.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
