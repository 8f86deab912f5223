package postgres_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/store/postgres"
	"github.com/innovationregistry/registry/store/storetest"
)

func TestParse(t *testing.T) {
	for _, name := range []string{"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSERVICE", "PGSSLMODE"} {
		postgres.Unset(t, name)
	}
	for text, want := range map[string]string{
		"postgres://ann:secret@db.example/register":                                 "PostgreSQL database register on db.example",
		"postgresql://ann:sec%2Fret%27%5C@db.example:5433/register?sslmode=disable": "PostgreSQL database register on db.example",
		"postgres://ann:secret@one:5433,two:5434/register":                          "PostgreSQL database register on one, two",
		"postgres://ann:secret@one,two/register?target_session_attrs=read-write":    "PostgreSQL database register on one, two",
		"postgres:///register?host=/run/one":                                        "PostgreSQL database register on /run/one",
		"host=one,two port=1,2 dbname='the register' password=secret":               "PostgreSQL database the register on one, two",
		"postgres://one/register?channel_binding=prefer&statement_timeout=5000":     "PostgreSQL database register on one",
	} {
		address, err := postgres.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := address.String(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"postgres://ann:sec/ret@db.example/register":                 "%2F",
		"postgres://ann:secret@db.example:54x/register":              "postgres://user:password@host",
		"postgres://ann:secret@db.example/register?sslmode=perhaps":  `wrong value for "sslmode"`,
		"postgres://ann:secret@one/r?target_session_attrs=writeable": `wrong value for "target_session_attrs"`,
		"postgres://ann:secret@one/r?channel_binding=require":        "channel_binding is not supported: leave it out",
		"host=db.example password=a secret":                          "host=localhost",
		"host=one,two,three port=1,2 password=secret":                "could not match 2 port numbers to 3 hosts",
	} {
		_, err := postgres.Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "ret") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// session is the one connection of a pool, in which transactions can be made.
type session struct {
	t    *testing.T
	conn *sql.Conn
}

func newSession(t *testing.T) session {
	db, _, err := storetest.OpenPostgres(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		db.Close()
	})
	return session{t, conn}
}

func (s session) exec(text string, args ...any) {
	s.t.Helper()
	if _, err := s.conn.ExecContext(context.Background(), text, args...); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
}

func (s session) number(text string, args ...any) (n int) {
	s.t.Helper()
	if err := s.conn.QueryRowContext(context.Background(), text, args...).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	return n
}

// twice makes two transactions of the same query.
func (s session) twice(text string) {
	s.t.Helper()
	for i := range 2 {
		s.exec("BEGIN ISOLATION LEVEL SERIALIZABLE")
		if got := s.number(text, i); got != i+1 {
			s.t.Errorf("%s of %d is %d", text, i, got)
		}
		s.exec("COMMIT")
	}
}

const kept = "SELECT COUNT(*) FROM pg_prepared_statements"

// Statements of transactions stay prepared, and no more than a bound.
func TestStatementsStayPrepared(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.twice("SELECT $1::int + 1")
	if got := s.number(kept); got != 1 {
		t.Errorf("%d statements are prepared, want 1", got)
	}
	s.exec("BEGIN")
	for i := range 300 {
		s.number("SELECT $1::int + 1 -- "+strings.Repeat("x", i), i)
	}
	s.exec("ROLLBACK")
	if got := s.number(kept); got != 256 {
		t.Errorf("%d statements are prepared, want 256", got)
	}
}

// Where a pooler gives a transaction another session of the server, nothing is
// prepared there and nothing that another prepared is used.
func TestSessionsOfAPooler(t *testing.T) {
	t.Parallel()
	for name, pooler := range map[string]string{
		"another connection's": "SET reg.session = 'another'",
		"cleared":              "DISCARD ALL",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t)
			s.twice("SELECT $1::int + 1")
			s.exec(pooler)
			before := s.number(kept)
			s.twice("SELECT $1::int + 1")
			s.twice("SELECT 1 + $1::int")
			if got := s.number(kept); got != before {
				t.Errorf("%d statements are prepared, want the %d there were", got, before)
			}
		})
	}
	t.Run("nobody's", func(t *testing.T) {
		t.Parallel()
		db := postgres.Unmarked(t, storetest.Postgres(t))
		conn, err := db.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		s := session{t, conn}
		s.twice("SELECT $1::int + 1")
		if got := s.number(kept); got != 0 {
			t.Errorf("%d statements are prepared, want none", got)
		}
	})
}

// A transaction sees what was committed before its first statement, not only
// what was before it began.
func TestBeginSeesNothingYet(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	db, _, err := storetest.OpenPostgres(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE seen (n int)"); err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s := session{t, conn}
	for want := 1; want <= 2; want++ {
		s.exec("BEGIN ISOLATION LEVEL SERIALIZABLE")
		if _, err := db.Exec("INSERT INTO seen VALUES ($1)", want); err != nil {
			t.Fatal(err)
		}
		if got := s.number("SELECT COUNT(*) FROM seen WHERE n > $1", 0); got != want {
			t.Errorf("the transaction sees %d rows, want %d", got, want)
		}
		s.exec("COMMIT")
	}
}
