package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// tampered is a register file with the suite's story and a connection behind
// the register's back that checks no constraints.
func tampered(t *testing.T) (*store.Store, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "register.db")
	file := storetest.Engine{Name: "file", Open: func(t testing.TB, opts *store.Options) *store.Store {
		opts.Relaxed = true
		s, err := store.Open(context.Background(), path, opts)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}}
	t.Run("story", func(t *testing.T) { storetest.StoryDigest(t, file) })
	s := openFile(t, path, nil)
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=synchronous(OFF)&_pragma=foreign_keys(0)&_pragma=ignore_check_constraints(1)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return s, db
}

// texts reads one column of texts.
func texts(t testing.TB, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// harmless are changes that change no answer: absent and empty are the same
// there.
var harmless = map[string]bool{
	"reg_act.idempotency_key = ''": true,
	"reg_act.request_digest = ''":  true,
	"reg_act.request_digest = 0":   true,
}

// Every change to any column of any row of the register is found by Verify,
// also of columns that the digest does not cover: versions, derived columns,
// ends of events, subjects of citations. Not part of what is verified is
// reg_meta: see TestAlteredMeta.
func TestTamperingWithEveryColumn(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it verifies a register a thousand times: run without -short")
	}
	_, db := tampered(t)
	for _, table := range texts(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'reg_%' AND name <> 'reg_meta' ORDER BY name") {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			tamperWithTable(t, table)
		})
	}
}

func tamperWithTable(t *testing.T, table string) {
	s, db := tampered(t)
	verify := func() store.Verification {
		v, err := s.Verify(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := verify(); !v.OK {
		t.Fatalf("before: %+v", v.Problems)
	}
	rows := texts(t, db, "SELECT MIN(rowid) FROM "+table)
	if len(texts(t, db, "SELECT name FROM pragma_table_info('"+table+"') WHERE name = 'removed'")) == 1 {
		rows = append(rows, texts(t, db, "SELECT rowid FROM "+table+" WHERE removed < 9223372036854775807 LIMIT 1")...)
	}
	if table == "reg_stream" { // an amount of every kind
		rows = texts(t, db, "SELECT rowid FROM reg_stream")
	}
	rowid := "" // the column that is the row's number
	if table != "reg_act_source" {
		rowid = texts(t, db, "SELECT name FROM pragma_table_info('"+table+"') WHERE pk = 1")[0]
	}
	// Columns of a kind are kept alike in all tables, so that a few tables are
	// tried with every value and the others with the first two that take.
	most := 2
	switch table {
	case "reg_act", "reg_adoption", "reg_adoption_month", "reg_award", "reg_citation", "reg_entity", "reg_existence", "reg_head", "reg_person":
		most = 6
	}
	changes := 0
	for _, column := range texts(t, db, "SELECT name FROM pragma_table_info('"+table+"')") {
		for _, row := range rows {
			tried := 0
			for _, to := range []string{column + " + 1", column + " || 'x'", "''", "0", "NULL", "x'00'"} {
				if tried == most {
					break
				}
				at := fmt.Sprintf("UPDATE %s SET %s = ", table, column)
				kept := keep(t, db, table, column, row)
				if kept == nil && to != "NULL" && strings.HasPrefix(to, column) {
					continue
				}
				res, err := db.Exec(at+to+" WHERE rowid = ? AND "+column+" IS NOT "+to, row)
				if err != nil {
					continue // the engine itself refuses: the type, NOT NULL, uniqueness
				}
				if n, _ := res.RowsAffected(); n == 0 {
					continue // it is that already
				}
				tried++
				changes++
				if v := verify(); v.OK && !harmless[table+"."+column+" = "+to] {
					t.Errorf("%s.%s of row %s changed from %v to %s is not found", table, column, row, kept, to)
				}
				where := row
				if column == rowid {
					where = fmt.Sprint(changed(t, db, to, kept)) // the row has moved
				}
				if res, err := db.Exec(at+"? WHERE rowid = ?", kept, where); err != nil {
					t.Fatal(err)
				} else if n, _ := res.RowsAffected(); n != 1 {
					t.Fatalf("%s.%s of row %s was not put back", table, column, row)
				}
			}
		}
	}
	if v := verify(); !v.OK {
		t.Errorf("after everything was put back: %+v", v.Problems)
	}
	if changes < 2*len(rows) {
		t.Errorf("only %d changes were tried", changes)
	}
}

// keep reads a value to be put back.
func keep(t testing.TB, db *sql.DB, table, column, row string) any {
	t.Helper()
	var v any
	if err := db.QueryRow("SELECT "+column+" FROM "+table+" WHERE rowid = ?", row).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// changed is the rowid that a change of the primary key gave.
func changed(t testing.TB, db *sql.DB, to string, was any) int64 {
	t.Helper()
	if strings.HasSuffix(to, "+ 1") {
		return was.(int64) + 1
	}
	var v int64
	if err := db.QueryRow("SELECT " + to).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// A row that is taken away or put in from outside is found.
func TestTamperingWithRows(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it verifies a register after each of a hundred changes: run without -short")
	}
	s, db := tampered(t)
	for _, table := range texts(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'reg_%' AND name <> 'reg_meta' ORDER BY name") {
		columns := strings.Join(texts(t, db, "SELECT name FROM pragma_table_info('"+table+"')"), ", ")
		for _, row := range texts(t, db, "SELECT MIN(rowid) FROM "+table+" UNION SELECT MAX(rowid) FROM "+table) {
			for _, text := range []string{
				"CREATE TABLE kept AS SELECT * FROM " + table,
				"DELETE FROM " + table + " WHERE rowid = " + row,
			} {
				if _, err := db.Exec(text); err != nil {
					t.Fatal(err)
				}
			}
			if v, err := s.Verify(context.Background(), nil); err != nil || v.OK {
				t.Errorf("row %s of %s taken away is not found: %v", row, table, err)
			}
			for _, text := range []string{
				"DELETE FROM " + table,
				"INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM kept",
				"DROP TABLE kept",
			} {
				if _, err := db.Exec(text); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if v, err := s.Verify(context.Background(), nil); err != nil || !v.OK {
		t.Fatalf("after everything was put back: %+v, %v", v.Problems, err)
	}
	for _, stray := range []string{
		"INSERT INTO reg_name SELECT 1000, removed, 1000, subject, name, kind, note, start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis, folded FROM reg_name LIMIT 1",
		"INSERT INTO reg_entity VALUES (1000, 'organisation', 'stray', 1)",
		"INSERT INTO reg_entity VALUES (-7, 'organisation', 'stray-too', 1)",
		"INSERT INTO reg_citation SELECT 1000, removed, fact, subject, source, 'stray' FROM reg_citation LIMIT 1",
	} {
		res, err := db.Exec(stray)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.Verify(context.Background(), nil); err != nil || v.OK {
			t.Errorf("%s is not found: %v", stray, err)
		}
		id, err := res.LastInsertId()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("DELETE FROM "+strings.Fields(stray)[2]+" WHERE rowid = ?", id); err != nil {
			t.Fatal(err)
		}
	}
}
