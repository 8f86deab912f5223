package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

func pool(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// A pool that cannot serve is refused with everything that is to be changed.
func TestUnsuitablePools(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, settings string
		want           []innovation.RuleID
	}{
		{"as SQLite comes", "", []innovation.RuleID{"pool-foreign-keys", "pool-journal-mode"}},
		{"no foreign keys", "?_pragma=journal_mode(WAL)", []innovation.RuleID{"pool-foreign-keys"}},
		{"a rollback journal", "?_pragma=foreign_keys(1)", []innovation.RuleID{"pool-journal-mode"}},
		{"suitable", "?_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)", nil},
	} {
		db := pool(t, "file:"+filepath.Join(t.TempDir(), "host.db")+c.settings)
		s, err := store.OpenDB(context.Background(), db, store.SQLite, nil)
		if err == nil {
			s.Close()
		}
		var got []innovation.RuleID
		for _, e := range innovation.Violations(err) {
			got = append(got, e.Rule)
			if e.Kind != innovation.Unsuitable || e.Try == "" {
				t.Errorf("%s: %+v", c.what, e)
			}
		}
		if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
			t.Errorf("%s: refused by %v (%v), want %v", c.what, got, err, c.want)
		}
		if tables := texts(t, db, "SELECT name FROM sqlite_schema WHERE name LIKE 'reg_%'"); len(c.want) > 0 && len(tables) > 0 {
			t.Errorf("%s: the refused pool has the tables %v", c.what, tables)
		}
	}
}

// The host's own tables stay as they are, and its pool open.
func TestHostKeepsItsOwn(t *testing.T) {
	t.Parallel()
	db := pool(t, "file:"+filepath.Join(t.TempDir(), "host.db")+"?_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)")
	for _, text := range []string{"PRAGMA application_id = 7", "PRAGMA user_version = 42", "CREATE TABLE customer (name TEXT)", "INSERT INTO customer VALUES ('Ann')"} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.OpenDB(context.Background(), db, store.SQLite, nil)
	if err != nil {
		t.Fatal(err)
	}
	mustFound(t, s, "east")
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got := texts(t, db, "SELECT name FROM customer UNION ALL SELECT application_id FROM pragma_application_id UNION ALL SELECT user_version FROM pragma_user_version")
	if len(got) != 3 || got[0] != "Ann" || got[1] != "7" || got[2] != "42" {
		t.Errorf("the host's own: %v", got)
	}
	for _, table := range texts(t, db, "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'reg_%' AND name NOT LIKE 'sqlite_%'") {
		if table != "customer" {
			t.Errorf("the register made %s", table)
		}
	}
}

// Many that open a register in a new schema of PostgreSQL at once agree on one.
func TestPostgresOpenedAtOnce(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	ids := make([]string, 6)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			db, dialect, err := storetest.OpenPostgres(dsn)
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			s, err := store.OpenDB(context.Background(), db, dialect, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			ids[i] = s.ID()
			if _, err := found(s, "east"); err != nil { // one key: one act
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("identities %v", ids)
			break
		}
	}
}

// A newer schema is refused on PostgreSQL, too.
func TestPostgresNewerSchema(t *testing.T) {
	t.Parallel()
	engine := storetest.PostgreSQL()
	s := engine.Open(t, nil)
	db := engine.SQL(t, s)
	if _, err := db.Exec("UPDATE reg_meta SET value = '999' WHERE name = 'schema'"); err != nil {
		t.Fatal(err)
	}
	_, err := store.OpenDB(context.Background(), db, store.Postgres, nil)
	if own := innovation.Violations(err); len(own) != 1 || own[0].Rule != "schema-newer" {
		t.Errorf("open: %v", err)
	}
}

// A commit that the server reports with the warning of a cancelled wait for a
// standby has an unknown outcome, which the idempotency key settles.
func TestCancelledWaitForStandby(t *testing.T) {
	t.Parallel()
	db, dialect, err := storetest.OpenPostgres(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := store.OpenDB(context.Background(), db, dialect, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	mustFound(t, s, "before")
	// A deferred trigger gives the server's warning during the commit.
	for _, text := range []string{
		`CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			RAISE WARNING SQLSTATE '01000' USING MESSAGE = 'canceling wait for synchronous replication due to user request'; RETURN NULL; END $$`,
		`CREATE CONSTRAINT TRIGGER warn AFTER INSERT ON reg_act DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn()`,
	} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := found(s, "east"); !errors.Is(err, innovation.OutcomeUnknown) {
		t.Errorf("the commit with the warning: %v", err)
	}
	if receipt, err := found(s, "east"); err != nil || !receipt.Replayed || receipt.Act != 2 {
		t.Errorf("the same key again: %+v, %v", receipt, err)
	}
	mustVerify(t, s)
}

// A register in a pool of one connection answers nested use with an error, not
// with a deadlock.
func TestPoolOfOne(t *testing.T) {
	t.Parallel()
	db := pool(t, "file:"+filepath.Join(t.TempDir(), "host.db")+"?_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)")
	db.SetMaxOpenConns(1)
	s, err := store.OpenDB(context.Background(), db, store.SQLite, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	mustFound(t, s, "east")
	v := innovation.On(innovation.MustDate("2020-01-01"))
	_, err = s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.Organisation(ctx, v, "east"); !errors.Is(err, innovation.Busy) {
			t.Errorf("a read of the Store inside Update: %v", err)
		}
		_, err := tx.Organisation(ctx, v, "east")
		return err
	})
	if err != nil {
		t.Error(err)
	}
	err = s.View(context.Background(), func(snap *store.Snapshot) error {
		if _, err := s.Organisation(context.Background(), v, "east"); !errors.Is(err, innovation.Busy) {
			t.Errorf("a read of the Store inside View: %v", err)
		}
		_, err := snap.Organisation(context.Background(), v, "east")
		return err
	})
	if err != nil {
		t.Error(err)
	}
	mustVerify(t, s)
}
