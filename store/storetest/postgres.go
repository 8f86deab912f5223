package storetest

import (
	"cmp"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/postgres"
)

// The environment variables that say how tests get PostgreSQL.
const (
	// PostgresEnv holds the data source name of a server to be used, whose
	// user may create schemas. Without it, a cluster is started.
	PostgresEnv = "INNOVATION_TEST_POSTGRES"
	// RequireEnv set to "postgres" makes it a failure that there is none.
	RequireEnv = "INNOVATION_TEST_REQUIRE"
)

// Postgres returns the data source name of an empty schema of its own on a
// PostgreSQL server for tests; the schema is dropped at the end of the test.
//
// The server is the one that INNOVATION_TEST_POSTGRES names. Without it, one
// is started from the installed binaries, once for the test program: in a
// temporary folder, reachable by a socket in it alone, with unsafe and fast
// settings, and with a default order of text that is not that of the bytes. It
// stops when the test program ends, however that ends.
//
// Where there is neither, the test is skipped, or fails when
// INNOVATION_TEST_REQUIRE is postgres.
func Postgres(t testing.TB) string {
	t.Helper()
	server, err := postgresServer()
	if err != nil {
		const advice = "install PostgreSQL 15 or later (Debian: apt-get install postgresql), or name a server in " + PostgresEnv
		if os.Getenv(RequireEnv) == "postgres" {
			t.Fatalf("no PostgreSQL: %v; %s", err, advice)
		}
		t.Skipf("no PostgreSQL: %v; %s", err, advice)
	}
	suffix := make([]byte, 8)
	rand.Read(suffix)
	schema := "storetest_" + hex.EncodeToString(suffix)
	admin := func(text string) error {
		db, _, err := OpenPostgres(server)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.Exec(text)
		return err
	}
	if err := admin("CREATE SCHEMA " + schema); err != nil {
		t.Fatalf("PostgreSQL at %s: %v", PostgresEnv, err)
	}
	t.Cleanup(func() {
		if err := admin("DROP SCHEMA " + schema + " CASCADE"); err != nil {
			t.Errorf("drop the schema of the test: %v", err)
		}
	})
	return inSchema(server, schema)
}

// inSchema adds the schema to a data source name of either form.
func inSchema(dsn, schema string) string {
	switch {
	case !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://"):
		return dsn + " search_path=" + schema
	case strings.Contains(dsn, "?"):
		return dsn + "&search_path=" + schema
	}
	return dsn + "?search_path=" + schema
}

// OpenPostgres opens a pool on a data source name, with the dialect that the
// pool's notices are passed to. The caller closes the pool.
func OpenPostgres(dsn string) (*sql.DB, *store.Dialect, error) {
	address, err := postgres.Parse(dsn)
	if err != nil {
		return nil, nil, fmt.Errorf("the data source name: %w", err)
	}
	db, dialect := address.Open()
	return db, dialect, nil
}

// postgresServer gives the server of the test program.
var postgresServer = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv(PostgresEnv); dsn != "" {
		return dsn, nil
	}
	bin, err := postgresBinaries()
	if err != nil {
		return "", err
	}
	return startPostgres(bin)
})

// postgresBinaries finds the folder of the server's programs: on the PATH, or
// the newest where Debian keeps them.
func postgresBinaries() (string, error) {
	folders := filepath.SplitList(os.Getenv("PATH"))
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(debian, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(b, a))
	})
	for _, folder := range append(folders, debian...) {
		there := true
		for _, program := range []string{"initdb", "postgres"} {
			info, err := os.Stat(filepath.Join(folder, program))
			there = there && err == nil && !info.IsDir()
		}
		if there {
			return folder, nil
		}
	}
	return "", fmt.Errorf("initdb and postgres are neither on the PATH nor under /usr/lib/postgresql")
}
