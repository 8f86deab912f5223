package store

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	"github.com/innovationregistry/registry/innovation"
)

// session is one connection of the engine, used by one goroutine at a time.
// Statements of the register's own connections stay prepared.
type session struct {
	dialect *Dialect
	conn    *sql.Conn
	stmts   *stmtCache   // nil on a host's connection, which is only borrowed
	behind  *writeBehind // a write that goes on meanwhile, and is waited for; nil when there is none
}

// stmtCache keeps the most recently used prepared statements of a connection.
type stmtCache struct {
	byText map[string]*list.Element
	recent *list.List // of *cached, most recent first
}

type cached struct {
	text string
	stmt *sql.Stmt
}

const maxStatements = 512

func newStmtCache() *stmtCache {
	return &stmtCache{byText: map[string]*list.Element{}, recent: list.New()}
}

// prepared returns the statement for the text, preparing it if need be.
func (s *session) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	c := s.stmts
	if e, ok := c.byText[text]; ok {
		c.recent.MoveToFront(e)
		return e.Value.(*cached).stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, s.dialect.rebind(text))
	if err != nil {
		return nil, err
	}
	c.byText[text] = c.recent.PushFront(&cached{text, stmt})
	if c.recent.Len() > maxStatements {
		old := c.recent.Remove(c.recent.Back()).(*cached)
		delete(c.byText, old.text)
		old.stmt.Close()
	}
	return stmt, nil
}

// close gives the connection back. Its statements go first: SQLite keeps a
// connection with open statements, and the last one to go empties the log.
func (s *session) close() error {
	var errs []error
	if s.stmts != nil {
		for _, e := range s.stmts.byText {
			errs = append(errs, e.Value.(*cached).stmt.Close())
		}
	}
	return errors.Join(append(errs, s.conn.Close())...)
}

// alone waits for a write that goes on in another goroutine.
func (s *session) alone() {
	if s.behind != nil {
		s.behind.running.Wait()
	}
}

// exec runs a statement and returns how many rows it changed.
func (s *session) exec(ctx context.Context, text string, args ...any) (int64, error) {
	s.alone()
	if err := ctx.Err(); err != nil { // not every driver looks before it sends
		return 0, err
	}
	var res sql.Result
	var err error
	if s.stmts == nil {
		res, err = s.conn.ExecContext(ctx, s.dialect.rebind(text), args...)
	} else {
		var stmt *sql.Stmt
		if stmt, err = s.prepared(ctx, text); err == nil {
			res, err = stmt.ExecContext(ctx, args...)
		}
	}
	if err != nil {
		return 0, explainIn(ctx, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, err
	}
	return n, nil
}

// run runs a statement without arguments that is not worth preparing.
func (s *session) run(ctx context.Context, text string) error {
	s.alone()
	_, err := s.conn.ExecContext(ctx, text)
	return explainIn(ctx, err)
}

// query runs a query. The caller closes the rows.
func (s *session) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	s.alone()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.stmts == nil {
		rows, err := s.conn.QueryContext(ctx, s.dialect.rebind(text), args...)
		return rows, explainIn(ctx, err)
	}
	stmt, err := s.prepared(ctx, text)
	if err != nil {
		return nil, explainIn(ctx, err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, explainIn(ctx, err)
}

// one runs a query and scans its only row; found is false when there is none.
func (s *session) one(ctx context.Context, dest []any, text string, args ...any) (found bool, err error) {
	rows, err := s.query(ctx, text, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if rows.Next() {
		found = true
		if err := rows.Scan(dest...); err != nil {
			return false, err
		}
	}
	if err := rows.Err(); err != nil {
		return false, explainIn(ctx, err)
	}
	return found, explainIn(ctx, rows.Close())
}

// sessions hands out connections. A register's own connections wait in the
// channel; a host's are borrowed from its pool one by one.
type sessions struct {
	dialect *Dialect
	db      *sql.DB
	own     chan *session // nil for a host's pool
	patient bool          // waits for a session are bounded by the context alone
	closed  chan struct{}

	mu   sync.Mutex     // over closing and lending
	lent sync.WaitGroup // connections borrowed from a host's pool
}

// errClosed answers use after Close.
var errClosed = &innovation.Error{Kind: innovation.Closed, Rule: innovation.RuleRegisterClosed,
	Detail: "the register is closed", Try: "open it again"}

// ownSessions opens n connections of the register's own.
func ownSessions(ctx context.Context, d *Dialect, db *sql.DB, n int, patient bool) (*sessions, error) {
	p := &sessions{dialect: d, db: db, own: make(chan *session, n), patient: patient, closed: make(chan struct{})}
	for range n {
		conn, err := db.Conn(ctx)
		if err != nil {
			for len(p.own) > 0 { // closing the pool does not close what is lent from it
				(<-p.own).close()
			}
			return nil, explain(err)
		}
		p.own <- &session{d, conn, newStmtCache(), nil}
	}
	return p, nil
}

// hostSessions borrows connections from a host's pool.
func hostSessions(d *Dialect, db *sql.DB) *sessions {
	return &sessions{dialect: d, db: db, closed: make(chan struct{})}
}

// acquire waits for a connection, or for the context.
func (p *sessions) acquire(ctx context.Context) (*session, error) {
	if err := p.lend(ctx); err != nil {
		return nil, err
	}
	if !p.patient && p.single() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, nestedWait, errNestedMemory)
		defer cancel()
	}
	if p.own == nil {
		conn, err := p.db.Conn(ctx)
		if err != nil {
			p.lent.Done()
			if context.Cause(ctx) == errNestedMemory {
				return nil, errNestedMemory
			}
			return nil, explain(err)
		}
		return &session{dialect: p.dialect, conn: conn}, nil
	}
	select {
	case s := <-p.own:
		return s, nil
	case <-p.closed:
		return nil, errClosed
	case <-ctx.Done():
		if context.Cause(ctx) == errNestedMemory {
			return nil, errNestedMemory
		}
		return nil, ctx.Err()
	}
}

// begin waits for a connection and begins on it. A connection of a host's pool
// that broke while nobody used it, as all do when the server restarts, is left
// for another: nothing was begun on it.
func (p *sessions) begin(ctx context.Context, text string) (*session, error) {
	for unused := p.db.Stats().Idle; ; unused-- {
		s, err := p.acquire(ctx)
		if err != nil {
			return nil, err
		}
		if _, err = s.exec(ctx, text); err == nil {
			return s, nil
		}
		s.run(context.WithoutCancel(ctx), "ROLLBACK") // it may have begun all the same, when ctx ended then
		p.release(s, err)
		if unused <= 0 || ctx.Err() != nil || !p.dialect.lost(err) {
			return nil, err
		}
	}
}

// single reports whether there is one connection for everything, so that a
// call inside another waits for its own caller.
func (p *sessions) single() bool { return p.own != nil || p.db.Stats().MaxOpenConnections == 1 }

// lend refuses when the register is closed or the context has ended; otherwise
// a host's connection counts as lent.
func (p *sessions) lend(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.closed:
		return errClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if p.own == nil {
		p.lent.Add(1)
	}
	return nil
}

// shut refuses further calls.
func (p *sessions) shut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.closed)
}

// drain waits for the calls that run and closes the register's own connections.
func (p *sessions) drain() error {
	p.lent.Wait()
	var errs []error
	for range cap(p.own) {
		errs = append(errs, (<-p.own).close())
	}
	return errors.Join(errs...)
}

// release gives a connection back. A broken one of the register's own is
// replaced when it is next needed.
func (p *sessions) release(s *session, err error) {
	if p.own == nil {
		s.conn.Close()
		p.lent.Done()
		return
	}
	if errors.Is(err, driver.ErrBadConn) {
		s.close()
		if conn, err := p.db.Conn(context.Background()); err == nil {
			s = &session{p.dialect, conn, newStmtCache(), nil}
		}
	}
	p.own <- s
}
