package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"os"
	"sync/atomic"
	"testing"
)

// Unmarked opens a pool whose connections believe that they marked their
// sessions and did not.
func Unmarked(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	address, err := Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(unmarked{address.connector(func(string, string) {})})
	t.Cleanup(func() { db.Close() })
	return db
}

type unmarked struct{ connector }

func (u unmarked) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := u.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{pqConn: made.(pqConn), line: &line{}, shared: new(atomic.Bool), mark: "none", stmts: map[string]driver.Stmt{}}, nil
}

// Unset takes a variable out of the environment until the end of the test.
func Unset(t *testing.T, name string) {
	t.Setenv(name, "")
	os.Unsetenv(name)
}
