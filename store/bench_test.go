package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
)

// sideBySide times two ways of doing the same, turn by turn in one run, so
// that both meet the same machine, and reports the time of each and the ratio
// of the sums. The bigger the ratio, the slower ours.
func sideBySide(b *testing.B, ours, theirs func(i int)) {
	b.Helper()
	for i, begun := 0, time.Now(); i < 20 && time.Since(begun) < 3*time.Second; i++ { // both warm
		ours(i)
		theirs(i)
	}
	var sums [2]time.Duration
	n := 0
	b.ResetTimer()
	for b.Loop() {
		for k := range 2 {
			which := (n + k) % 2 // who is first changes
			start := time.Now()
			if which == 0 {
				ours(n)
			} else {
				theirs(n)
			}
			sums[which] += time.Since(start)
		}
		n++
	}
	b.ReportMetric(float64(sums[0].Nanoseconds())/float64(n), "ours-ns/op")
	b.ReportMetric(float64(sums[1].Nanoseconds())/float64(n), "theirs-ns/op")
	b.ReportMetric(float64(sums[0])/float64(sums[1]), "ratio")
}

// benchRegister is a file with n networks, each with a name and a role, and a
// connection of the driver to it, as a careful caller would open it.
func benchRegister(b *testing.B, n int) (*store.Store, *sql.Conn) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "register.db")
	s := openFile(b, path, nil)
	from := innovation.From(innovation.MustDate("2013-05-23"))
	if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Record(ctx, innovation.Source{Source: "letter", Title: "Letter", Published: innovation.OnDay(innovation.MustDate("2013-05-23"))}); err != nil {
			return err
		}
		for i := range n {
			id := innovation.OrganisationID(fmt.Sprintf("network-%05d", i))
			for _, f := range []innovation.Fact{
				innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "ahsn", Period: from},
				innovation.Name{Organisation: id, Text: fmt.Sprintf("Network %d", i), Kind: "current", Period: from},
				innovation.Role{Organisation: id, Role: "network", Period: from},
			} {
				if _, err := tx.Record(ctx, f, innovation.Citation{Source: "letter"}); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return s, conn
}

// hand is SQL prepared by hand on the driver's connection.
type hand struct {
	b     *testing.B
	stmts map[string]*sql.Stmt
	conn  *sql.Conn
}

func (h *hand) stmt(text string) *sql.Stmt {
	if s, ok := h.stmts[text]; ok {
		return s
	}
	s, err := h.conn.PrepareContext(context.Background(), text)
	if err != nil {
		h.b.Fatal(err)
	}
	h.b.Cleanup(func() { s.Close() })
	h.stmts[text] = s
	return s
}

func (h *hand) exec(text string) {
	if _, err := h.stmt(text).Exec(); err != nil {
		h.b.Fatal(err)
	}
}

// all runs a query, scans every row into dest and counts them.
func (h *hand) all(dest []any, text string, args ...any) (n int) {
	rows, err := h.stmt(text).Query(args...)
	if err != nil {
		h.b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			h.b.Fatal(err)
		}
		n++
	}
	if err := rows.Err(); err != nil {
		h.b.Fatal(err)
	}
	return n
}

const (
	handFacts = `SELECT f.added, f.removed, f.fact, e0.key, f.name, f.kind, f.note, f.start_earliest, f.start_latest, f.start_basis,
		f.end_earliest, f.end_latest, f.end_basis, f.folded FROM reg_name f JOIN reg_entity e0 ON e0.id = f.subject
		WHERE f.removed = 9223372036854775807 `
	handCited = `SELECT c.fact, e.key, c.locator FROM reg_citation c JOIN reg_entity e ON e.id = c.source WHERE `
	handHead  = "SELECT act, change, at, digest FROM reg_head WHERE id = 1"
)

// factScan is where a name and a citation are scanned to.
type factScan struct {
	added, removed, fact, se, sl, ee, el int64
	key, name, kind, note, sb, eb, fold  string
	citing                               int64
	source, locator                      string
	act, change, at                      int64
	digest                               []byte
	id, version                          int64
}

func (f *factScan) factDest() []any {
	return []any{&f.added, &f.removed, &f.fact, &f.key, &f.name, &f.kind, &f.note, &f.se, &f.sl, &f.sb, &f.ee, &f.el, &f.eb, &f.fold}
}
func (f *factScan) citedDest() []any  { return []any{&f.citing, &f.source, &f.locator} }
func (f *factScan) headDest() []any   { return []any{&f.act, &f.change, &f.at, &f.digest} }
func (f *factScan) entityDest() []any { return []any{&f.id, &f.version} }

// Get by key: the name of one organisation with its sources, against the same
// statements prepared by hand in a transaction of their own. The aim is 1.35.
func BenchmarkGetByKey(b *testing.B) {
	const n = 1000
	s, conn := benchRegister(b, n)
	h := &hand{b, map[string]*sql.Stmt{}, conn}
	ctx, view := context.Background(), innovation.On(innovation.MustDate("2020-01-01"))
	sideBySide(b, func(i int) {
		id := innovation.OrganisationID(fmt.Sprintf("network-%05d", i*7%n))
		list, err := store.Facts[innovation.Name](ctx, s, view, store.FactFilter{Subject: id.Entity()})
		if err != nil || len(list.Facts) != 1 || len(list.Facts[0].Sources) != 1 {
			b.Fatal(list, err)
		}
	}, func(i int) {
		var f factScan
		h.exec("BEGIN")
		h.all(f.headDest(), handHead)
		h.all(f.entityDest(), "SELECT id, version FROM reg_entity WHERE kind = ? AND key = ?", "organisation", fmt.Sprintf("network-%05d", i*7%n))
		facts := h.all(f.factDest(), handFacts+"AND f.start_earliest <= ? AND f.end_latest > ? AND f.fact > ? AND f.subject = ? ORDER BY f.fact LIMIT 101",
			737425, 737425, 0, f.id)
		cited := h.all(f.citedDest(), handCited+"c.fact IN (?) AND c.removed = 9223372036854775807 ORDER BY c.added", f.fact)
		h.exec("COMMIT")
		if facts != 1 || cited != 1 {
			b.Fatal(facts, cited)
		}
	})
}

// A filtered list of 100 facts with their sources, against SQL of the same
// text prepared by hand. The aim is 1.15.
func BenchmarkFilteredList(b *testing.B) {
	s, conn := benchRegister(b, 1000)
	h := &hand{b, map[string]*sql.Stmt{}, conn}
	ctx, view := context.Background(), innovation.On(innovation.MustDate("2020-01-01"))
	marks := "?"
	for range 255 {
		marks += ", ?"
	}
	sideBySide(b, func(int) {
		list, err := store.Facts[innovation.Name](ctx, s, view, store.FactFilter{Limit: 100})
		if err != nil || len(list.Facts) != 100 || len(list.Facts[99].Sources) != 1 {
			b.Fatal(len(list.Facts), err)
		}
	}, func(int) {
		var f factScan
		h.exec("BEGIN")
		h.all(f.headDest(), handHead)
		rows, err := h.stmt(handFacts+"AND f.start_earliest <= ? AND f.end_latest > ? AND f.fact > ? ORDER BY f.fact LIMIT 101").Query(737425, 737425, 0)
		if err != nil {
			b.Fatal(err)
		}
		facts := make([]factScan, 0, 101)
		args := make([]any, 0, 256)
		for rows.Next() {
			if err := rows.Scan(f.factDest()...); err != nil {
				b.Fatal(err)
			}
			facts, args = append(facts, f), append(args, f.fact)
		}
		rows.Close()
		for len(args) < 256 {
			args = append(args, int64(0))
		}
		cited := h.all(f.citedDest(), handCited+"c.fact IN ("+marks+") AND c.removed = 9223372036854775807 ORDER BY c.added", args...)
		h.exec("COMMIT")
		if len(facts) != 101 || cited != 101 {
			b.Fatal(len(facts), cited)
		}
	})
}

// A single act of one fact on a file, against one INSERT of the same row in a
// transaction of its own that is as durable.
func BenchmarkAct(b *testing.B) {
	s, _ := benchRegister(b, 10)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "plain.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE name (id INTEGER PRIMARY KEY, subject INTEGER, name TEXT, kind TEXT, note TEXT, start INTEGER, stop INTEGER)"); err != nil {
		b.Fatal(err)
	}
	insert, err := db.Prepare("INSERT INTO name (subject, name, kind, note, start, stop) VALUES (?, ?, ?, ?, ?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	defer insert.Close()
	from := innovation.From(innovation.MustDate("2013-05-23"))
	sideBySide(b, func(i int) {
		if _, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, innovation.Name{Organisation: "network-00001", Text: fmt.Sprint("Name ", i), Kind: "variant", Period: from})
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}, func(i int) {
		if _, err := insert.Exec(1, fmt.Sprint("Name ", i), "variant", "", 735011, 3652059); err != nil {
			b.Fatal(err)
		}
	})
}

// The load of the England register into a file, with the file's size.
func BenchmarkLoadEngland(b *testing.B) {
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "england.db")
		s := openFile(b, path, nil)
		loaded, err := s.Load(context.Background(), england.Acts(), nil)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(loaded.Facts), "facts")
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
}
