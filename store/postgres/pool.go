package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/innovationregistry/registry/store"
	"github.com/lib/pq"
)

// Open opens a pool at the address, with the dialect that its notices are
// passed to. It connects when a connection is needed. The caller closes the
// pool.
func (a *Address) Open() (*sql.DB, *store.Dialect) {
	dialect := store.NewPostgres()
	return sql.OpenDB(a.connector(dialect.Notice)), dialect
}

func (a *Address) connector(notice func(code, message string)) connector {
	base, _ := pq.NewConnectorConfig(a.config) // there is no error to be had
	base.Dialer(&dialer{})
	noticed := pq.ConnectorWithNoticeHandler(base, func(n *pq.Error) { notice(string(n.Code), n.Message) })
	return connector{noticed, new(atomic.Bool)}
}

// ConnectError says in one line why no connection could be made, of several
// hosts for each.
type ConnectError struct{ err error }

func (e *ConnectError) Error() string {
	text := strings.TrimPrefix(e.err.Error(), "pq: ")
	text = strings.TrimPrefix(text, "could not connect to any of the hosts:\n")
	return strings.ReplaceAll(text, "\n", "; ")
}

func (e *ConnectError) Unwrap() error { return e.err }

type connector struct {
	driver.Connector
	shared *atomic.Bool // a pooler shares the server's sessions between connections
}

// attempt is one attempt to connect, which may need several lines.
type attempt struct {
	ctx  context.Context
	line *line       // the last
	end  func() bool // of its bound
}

type attemptKey struct{}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.connect(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, &ConnectError{fmt.Errorf("%w: %w", ctx.Err(), err)} // lib/pq may hide it
	case err != nil:
		return nil, &ConnectError{err}
	}
	return made, nil
}

func (c connector) connect(ctx context.Context) (*conn, error) {
	a := &attempt{ctx: ctx, end: func() bool { return false }}
	made, err := c.Connector.Connect(context.WithValue(ctx, attemptKey{}, a))
	a.end()
	if err != nil {
		if a.line != nil {
			a.line.Close()
		}
		return nil, err
	}
	return newConn(ctx, made.(pqConn), a.line, c.shared)
}

// grace is how long after the end of its context a request waits for the
// server's answer to its cancellation. lib/pq alone would wait until the
// operating system gives up the line.
const grace = 2 * time.Second

// line is a network connection to the server.
type line struct{ net.Conn }

// bound bounds the waiting for the line by the context, until end is called,
// which reports whether the context ended before.
func (l *line) bound(ctx context.Context) (end func() bool) {
	if ctx.Done() == nil {
		return func() bool { return false }
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		l.SetDeadline(time.Now().Add(grace))
		close(done)
	})
	return func() bool {
		if stop() {
			return false
		}
		<-done
		l.SetDeadline(time.Time{})
		return true
	}
}

// dialer makes the lines of the attempt in the context, and otherwise, for a
// request to cancel another, one that is soon given up.
type dialer struct{ net.Dialer }

func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	a, ok := ctx.Value(attemptKey{}).(*attempt)
	if ok && a.line != nil { // it led nowhere, and lib/pq may have left it open
		a.end()
		a.line.Close()
	}
	if !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, grace)
		defer cancel()
	}
	c, err := d.Dialer.DialContext(ctx, network, address)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return c, c.SetDeadline(time.Now().Add(grace))
	}
	a.line = &line{c}
	a.end = a.line.bound(a.ctx)
	return a.line, nil
}

// DialTimeout is there for lib/pq, which calls DialContext.
func (d *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}
