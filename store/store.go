// Package store keeps a register in SQLite or PostgreSQL.
//
// Everything that is written belongs to an act, made by Update; everything that
// is read is read at a view. The methods that read stand on Store, Snapshot and
// Tx alike: a Store reads one consistent snapshot per call, View gives several
// calls the same snapshot, and a Tx sees its own changes.
//
// In an act, Record writes one fact, RecordAll thousands as one operation, and
// RecordAdoptions adoption events of any number, in memory that does not grow with
// them.
//
// A register is kept safe in two ways. Backup copies it into a SQLite file while it
// is in use, and Restore puts such a copy in the place of a register in a file once
// it has verified it; Copy brings one into PostgreSQL. ExportActs writes all acts as lines of JSON, and ReplayActs
// does them again in an empty register, or goes on with one of the same history:
// its chain then ends with the same digest, whatever the engine. Copy does both
// from one Store to another, as from SQLite to PostgreSQL and back.
//
// A Store is safe for concurrent use. A Snapshot and a Tx belong to the
// function that was given them.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// Options sets what is not given by the place of the register. The zero value,
// and nil, are what most programs want.
type Options struct {
	// Clock gives the time of an act; time.Now when nil.
	Clock func() time.Time
	// Random gives the bytes of generated keys and salts; crypto/rand when nil.
	Random io.Reader
	// Logger gets what an operator should know: retries, migrations. Nothing
	// is logged when nil.
	Logger *slog.Logger
	// Readers is how many reads of an own SQLite file run side by side; 4
	// when 0.
	Readers int
	// Relaxed lets SQLite confirm an act before the disk has it. A power cut
	// may then lose the last acts, whole ones; a crash of the program does not.
	Relaxed bool
	// ReadOnly opens an existing register that will not be written to, except
	// that what a program that crashed had begun to write is taken back.
	//
	// A file that may not be written to, or whose folder may not, as on a
	// read-only medium, is read without locks, provided that nobody has it open
	// for writing then. Others who may write to it should not meanwhile: every
	// read looks at the size and the time of the file and for a log beside it,
	// and when they have changed answers an error of kind Busy until the
	// register is opened again. A change within the resolution of the file's
	// time, usually some milliseconds, may escape that.
	ReadOnly bool
	// NoCopy leaves out the copy that Open makes of a file with an older schema
	// before it brings it up to date, at its path with .schema-N added. It is
	// for those who have backups of their own.
	NoCopy bool
}

// Store is an open register.
type Store struct {
	reader   // the operations that read
	dialect  *Dialect
	options  Options
	id       atomic.Pointer[string]
	ownFile  bool          // a SQLite file of the register's own
	unlocked *unlocked     // that file, when it is read without locks
	turn     chan struct{} // held by the one that writes, in a host's SQLite pool
	writers  *sessions
	readers  *sessions
	dbs      []*sql.DB // to be closed by us
	close    sync.Once
}

// nestedWait is how long a call waits for the one connection of a register in
// memory, or in a host's pool of one, before it concludes that it waits for its
// own caller.
const nestedWait = 10 * time.Second

var errNestedMemory = &innovation.Error{Kind: innovation.Busy, Rule: innovation.RuleNestedCall,
	Detail: "the one connection of the register is in use, most likely by the caller's own View or Update",
	Try:    "use the Snapshot or Tx inside the function, not the Store"}

var errNested = &innovation.Error{Kind: innovation.Busy, Rule: innovation.RuleNestedCall,
	Detail: "the Store was used inside its own Update", Try: "use the Tx that the function was given"}

// OpenMemory opens a new, empty register in memory, private to the caller.
// Nothing is on disk, and Close forgets it. It behaves as a file does.
func OpenMemory(ctx context.Context, opts *Options) (*Store, error) {
	s := newStore(SQLite, opts)
	s.ownFile = true
	db, err := sql.Open("sqlite", sqliteDSN(":memory:", s.options, "rwc"))
	if err != nil {
		return nil, err
	}
	s.dbs = []*sql.DB{db}
	db.SetMaxOpenConns(1)
	p, err := ownSessions(ctx, SQLite, db, 1, false)
	if err != nil {
		db.Close()
		return nil, err
	}
	s.writers, s.readers = p, p
	return s.opened(ctx)
}

// OpenDB opens the register in a pool that the caller brings and keeps. Its
// tables stand beside the caller's own and begin with reg_. The pool is
// checked and refused, with what to change, when it cannot serve. Close does
// not close it.
//
// Any driver serves that speaks PostgreSQL and whose errors have a method
// SQLState() string, as those of github.com/lib/pq and github.com/jackc/pgx/v5
// have; this package imports none.
func OpenDB(ctx context.Context, db *sql.DB, dialect *Dialect, opts *Options) (*Store, error) {
	s := newStore(dialect, opts)
	p := hostSessions(dialect, db)
	s.writers, s.readers = p, p
	if !dialect.dollar {
		s.turn = make(chan struct{}, 1)
	}
	conn, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	if dialect.dollar {
		err = checkPostgres(ctx, conn)
	} else {
		err = checkHostSQLite(ctx, conn)
	}
	p.release(conn, err)
	if err != nil {
		return nil, err
	}
	return s.opened(ctx)
}

func newStore(d *Dialect, opts *Options) *Store {
	s := &Store{dialect: d}
	if opts != nil {
		s.options = *opts
	}
	if s.options.Clock == nil {
		s.options.Clock = time.Now
	}
	if s.options.Random == nil {
		s.options.Random = rand.Reader
	}
	if s.options.Logger == nil {
		s.options.Logger = slog.New(slog.DiscardHandler)
	}
	if s.options.Readers <= 0 {
		s.options.Readers = 4
	}
	s.reader = reader{s}
	return s
}

// opened brings the schema up to date, or gives everything back.
func (s *Store) opened(ctx context.Context) (*Store, error) {
	if err := s.migrate(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close ends the use of the register. Calls that run are waited for; calls
// after it return an error of kind Closed. A pool that the caller brought stays
// open.
func (s *Store) Close() error {
	var errs []error
	s.close.Do(func() {
		var open []*sessions
		for _, p := range []*sessions{s.writers, s.readers} {
			if p != nil && !slices.Contains(open, p) { // memory and a host have one for both
				open = append(open, p)
				p.shut()
			}
		}
		for _, p := range open {
			errs = append(errs, p.drain())
		}
		for _, db := range s.dbs {
			errs = append(errs, db.Close())
		}
	})
	return errors.Join(errs...)
}

// ID is the identity of the register, made when it was created.
func (s *Store) ID() string {
	if id := s.id.Load(); id != nil {
		return *id
	}
	return ""
}

// Engine names the engine that keeps the register: sqlite or postgres.
func (s *Store) Engine() string { return s.dialect.name }

// now is the clock's time, in UTC and microseconds.
func (s *Store) now() time.Time { return s.options.Clock().UTC().Truncate(time.Microsecond) }

func (s *Store) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.options.Random, b); err != nil {
		return nil, fmt.Errorf("random bytes: %w", err)
	}
	return b, nil
}

// newID makes a key: the prefix and 80 random bits.
func (s *Store) newID(prefix string) (string, error) {
	b, err := s.random(10)
	if err != nil {
		return "", err
	}
	return prefix + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(b)), nil
}
