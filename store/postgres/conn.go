package postgres

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"github.com/lib/pq"
)

// pqConn and pqRows are what lib/pq's types offer to database/sql.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

type pqRows interface {
	driver.RowsNextResultSet
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// conn is a connection whose requests are bounded by their contexts and whose
// statements stay prepared, which halves the time of most.
//
// lib/pq numbers the statements of each connection from 1. Behind a pooler that
// gives each transaction another session of the server, a number may mean
// another connection's statement. So the connection marks its session, asks for
// the mark as each transaction begins, and prepares nothing that outlives a
// request, for good and for the whole pool, once the mark is another.
type conn struct {
	pqConn
	line   *line
	shared *atomic.Bool
	mark   string
	marked bool // the transaction is in the marked session
	spent  bool // not to be used for another act or read
	stmts  map[string]driver.Stmt
}

const maxStatements = 256

func newConn(ctx context.Context, made pqConn, l *line, shared *atomic.Bool) (*conn, error) {
	c := &conn{pqConn: made, line: l, shared: shared, mark: rand.Text(), stmts: map[string]driver.Stmt{}}
	before, err := c.text(ctx, "SELECT current_setting('reg.session', true) || set_config('reg.session', '"+c.mark+"', false)")
	if err != nil {
		made.Close()
		return nil, err
	}
	if before != "" && before != c.mark {
		shared.Store(true)
	}
	return c, nil
}

// text is the one text that a query without arguments gives; empty for null.
func (c *conn) text(ctx context.Context, query string) (string, error) {
	r, err := c.QueryContext(ctx, query, nil)
	if err != nil {
		return "", err
	}
	row := make([]driver.Value, 1)
	if err = r.Next(row); err == io.EOF {
		err = nil
	}
	value, _ := row[0].(string)
	return value, errors.Join(err, r.Close())
}

// begin begins a transaction and learns in the same request in which session.
func (c *conn) begin(ctx context.Context, query string) (driver.Result, error) {
	c.marked = false
	mark, err := c.text(ctx, query+"; SHOW reg.session") // a SELECT would fix what the transaction sees
	var refused *pq.Error
	switch {
	case err == nil && mark == c.mark:
		c.marked = true
	case err == nil:
		c.shared.Store(true)
	case errors.As(err, &refused) && refused.Code == "42704": // nobody marked that session
		c.shared.Store(true)
		if _, err := c.exec(ctx, "ROLLBACK", nil); err != nil {
			return nil, err
		}
		return c.exec(ctx, query, nil)
	default:
		return nil, err
	}
	return driver.RowsAffected(0), nil
}

// prepared gives the statement for a query, or nil where none is to be kept.
func (c *conn) prepared(ctx context.Context, query string) (driver.Stmt, error) {
	if !c.marked || c.shared.Load() {
		return nil, nil
	}
	if st, ok := c.stmts[query]; ok {
		return st, nil
	}
	if len(c.stmts) >= maxStatements {
		for old, st := range c.stmts { // any
			delete(c.stmts, old)
			if err := st.Close(); err != nil {
				return nil, err
			}
			break
		}
	}
	st, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, c.checked(err)
	}
	c.stmts[query] = st
	return st, nil
}

// checked looks at an error for signs that prepared statements are not what
// they were.
func (c *conn) checked(err error) error {
	var refused *pq.Error
	if errors.As(err, &refused) {
		switch refused.Code {
		case "26000", "42P05": // no such statement; there is one already
			c.shared.Store(true)
		case "0A000": // the tables have changed
			c.spent = true
		}
	}
	return err
}

// request bounds a request; done is to be called at its end.
func (c *conn) request(ctx context.Context) (done func()) {
	end := c.line.bound(ctx)
	return func() {
		if end() {
			c.spent = true // a cancellation may still be under way
		}
	}
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if strings.HasPrefix(query, "BEGIN") && !c.shared.Load() {
		return c.begin(ctx, query)
	}
	if query == "COMMIT" || query == "ROLLBACK" {
		c.marked = false
	}
	return c.exec(ctx, query, args)
}

func (c *conn) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	defer c.request(ctx)()
	if len(args) > 0 {
		st, err := c.prepared(ctx, query)
		if err != nil {
			return nil, err
		}
		if st != nil {
			res, err := st.(driver.StmtExecContext).ExecContext(ctx, args)
			return res, c.checked(err)
		}
	}
	return c.pqConn.ExecContext(ctx, query, args)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	done := c.request(ctx)
	r, err := c.query(ctx, query, args)
	if err != nil {
		done()
		return nil, c.checked(err)
	}
	return &rows{r.(pqRows), done}, nil
}

func (c *conn) query(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	st, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if st != nil {
		return st.(driver.StmtQueryContext).QueryContext(ctx, args)
	}
	return c.pqConn.QueryContext(ctx, query, args)
}

func (c *conn) IsValid() bool { return !c.spent && c.pqConn.IsValid() }

func (c *conn) ResetSession(ctx context.Context) error {
	if c.spent {
		return driver.ErrBadConn
	}
	c.marked = false
	return c.pqConn.ResetSession(ctx)
}

type rows struct {
	pqRows
	done func()
}

func (r *rows) Close() error {
	defer r.done()
	return r.pqRows.Close()
}
