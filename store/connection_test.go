package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/lib/pq"
)

// failing is how a network fails.
type failing int32

const (
	never  failing = iota
	unsent         // the line breaks before the server gets the next COMMIT
	lost           // the line breaks after the server answered the next COMMIT
	silent         // nothing comes back after the next COMMIT, and new lines lead nowhere
)

// network is a way to a PostgreSQL server that can be made to fail.
type network struct {
	fail  atomic.Int32
	ended chan struct{}
	dial  func() (net.Conn, error)
}

// throughNetwork opens a register in an empty schema, through a network.
func throughNetwork(t *testing.T) (*store.Store, *sql.DB, *network) {
	t.Helper()
	dsn := storetest.Postgres(t)
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{ended: make(chan struct{}), dial: func() (net.Conn, error) {
		if filepath.IsAbs(cfg.Host) {
			return net.Dial("unix", filepath.Join(cfg.Host, ".s.PGSQL."+strconv.Itoa(int(cfg.Port))))
		}
		return net.Dial("tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port))))
	}}
	t.Cleanup(func() {
		l.Close()
		close(n.ended)
	})
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go n.carry(client)
		}
	}()
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if u, err := url.Parse(dsn); err == nil && u.Host != "" {
		u.Host = l.Addr().String()
		dsn = u.String() + "&sslmode=disable" // after the search_path
	} else {
		dsn += " sslmode=disable host=" + host + " port=" + port
	}
	db, dialect, err := storetest.OpenPostgres(dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s, err := store.OpenDB(context.Background(), db, dialect, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	mustFound(t, s, "before")
	return s, db, n
}

// carry carries one line until it breaks.
func (n *network) carry(client net.Conn) {
	defer client.Close()
	if failing(n.fail.Load()) == silent {
		<-n.ended
		return
	}
	server, err := n.dial()
	if err != nil {
		return
	}
	defer server.Close()
	var broken atomic.Bool
	var how failing
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		defer client.Close()
		buf := make([]byte, 1<<16)
		for {
			k, err := server.Read(buf)
			if broken.Load() && how == silent {
				<-n.ended
			}
			if err != nil || broken.Load() {
				return
			}
			if _, err := client.Write(buf[:k]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 1<<16)
	for {
		k, err := client.Read(buf)
		if err != nil {
			return
		}
		if bytes.Contains(buf[:k], []byte("COMMIT\x00")) && failing(n.fail.Load()) != never {
			how = failing(n.fail.Load())
			if how != silent {
				n.fail.Store(int32(never))
			}
			if how == unsent {
				return
			}
			broken.Store(true)
			server.Write(buf[:k])
			<-answered
			return
		}
		if _, err := io.Copy(server, bytes.NewReader(buf[:k])); err != nil {
			return
		}
	}
}

// An act whose commit was not answered has an unknown outcome, whether or not
// the server made it, and its idempotency key settles it.
func TestAnswerToCommitLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		how  failing
		made bool
	}{"commit lost": {unsent, false}, "answer lost": {lost, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, n := throughNetwork(t)
			n.fail.Store(int32(c.how))
			if _, err := found(s, "east"); !errors.Is(err, innovation.OutcomeUnknown) {
				t.Errorf("the act: %v", err)
			}
			receipt, err := found(s, "east")
			if err != nil || receipt.Replayed != c.made || receipt.Act != 2 {
				t.Errorf("the act again: %+v, %v", receipt, err)
			}
			if got := organisations(t, s); got != 2 {
				t.Errorf("%d organisations are there, want 2", got)
			}
			mustVerify(t, s)
		})
	}
}

// A server that says nothing any more holds nobody up longer than the context.
func TestServerFallsSilent(t *testing.T) {
	t.Parallel()
	s, db, n := throughNetwork(t)
	n.fail.Store(int32(silent))
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := s.Update(ctx, innovation.Act{Actor: "jo", Reason: "because", IdempotencyKey: "east"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, innovation.Existence{Organisation: "east", Aspect: innovation.Operational, Kind: "ahsn",
			Period: innovation.From(innovation.MustDate("2013-05-23"))})
		return err
	})
	if !errors.Is(err, innovation.OutcomeUnknown) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the act: %v", err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("the act took %v", took)
	}
	// A new line is accepted and leads nowhere.
	ctx, cancel = context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	began = time.Now()
	if _, err := s.Status(ctx, innovation.On(innovation.MustDate("2020-01-01"))); err == nil {
		t.Error("a read was answered")
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("the read took %v", took)
	}
	n.fail.Store(int32(never))
	if receipt, err := found(s, "east"); err != nil || !receipt.Replayed {
		t.Errorf("the act again: %+v, %v", receipt, err)
	}
	if got := db.Stats().InUse; got != 0 {
		t.Errorf("%d connections are in use", got)
	}
}

// When the server ends all connections, as at a restart, the next act and the
// next read go over new ones.
func TestConnectionsEndedWhileUnused(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	var pools [2]*sql.DB
	for i := range pools {
		db, _, err := storetest.OpenPostgres(dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		pools[i] = db
	}
	db, other := pools[0], pools[1]
	db.SetMaxIdleConns(4)
	s, err := store.OpenDB(context.Background(), db, store.Postgres, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, use := range map[string]func() error{
		"act": func() error { _, err := found(s, "east"); return err },
		"read": func() error {
			_, err := s.Status(context.Background(), innovation.On(innovation.MustDate("2020-01-01")))
			return err
		},
	} {
		var conns []*sql.Conn
		var pids []int64
		for range 4 {
			c, err := db.Conn(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			var pid int64
			if err := c.QueryRowContext(context.Background(), "SELECT pg_backend_pid()").Scan(&pid); err != nil {
				t.Fatal(err)
			}
			conns, pids = append(conns, c), append(pids, pid)
		}
		for _, c := range conns {
			c.Close()
		}
		var ended int
		if err := other.QueryRow("SELECT COUNT(*) FROM unnest($1::int[]) AS pid WHERE pg_terminate_backend(pid, 10000)", pids).Scan(&ended); err != nil || ended != 4 {
			t.Fatalf("%d connections ended: %v", ended, err)
		}
		if err := use(); err != nil {
			t.Errorf("the next %s: %v", name, err)
		}
	}
	mustVerify(t, s)
}
