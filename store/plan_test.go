package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The main reads use an index: none scans a table of facts, of acts or of
// entities. The statements have the conditions that the store writes.
func TestQueryPlans(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "register.db")
	s := openFile(t, path, nil)
	for _, id := range []string{"east", "west"} {
		mustFound(t, s, id)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=query_only(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const inForce = "f.removed = 9223372036854775807"
	reads := map[string]string{
		"entity by key":              "SELECT id, version FROM reg_entity WHERE kind = ? AND key = ?",
		"entities by kind, in order": "SELECT id, key FROM reg_entity o WHERE o.kind = ? AND o.key > ? AND o.id <= ? ORDER BY o.key LIMIT 101",
		"acts by time":               "SELECT number, last_change, at FROM reg_act WHERE at <= ? ORDER BY at DESC LIMIT 1",
		"acts after":                 "SELECT number FROM reg_act WHERE number > ? ORDER BY number LIMIT ?",
		"act of a change":            "SELECT number FROM reg_act WHERE last_change >= ? ORDER BY last_change LIMIT 1",
		"act by idempotency key":     "SELECT a.number FROM reg_act a JOIN reg_entity e ON e.id = a.actor WHERE e.kind = ? AND e.key = ? AND a.idempotency_key = ?",
		"sources of acts":            "SELECT locator FROM reg_act_source WHERE act BETWEEN ? AND ? ORDER BY act, position",
		"entities founded":           "SELECT id FROM reg_entity WHERE id BETWEEN ? AND ?",
		"citations of facts":         "SELECT locator FROM reg_citation c JOIN reg_entity e ON e.id = c.source WHERE c.fact IN (?, ?) AND c.removed = 9223372036854775807 ORDER BY c.added",
		"citations about":            "SELECT locator FROM reg_citation c WHERE c.subject = ?",
		"code of a scheme":           "SELECT 1 FROM reg_term WHERE scheme = ? AND code = ?",
		"identifier":                 "SELECT fact FROM reg_identifier f WHERE f.scheme = ? AND f.value = ? AND " + inForce,
		"licences of a holder":       "SELECT fact FROM reg_licence f WHERE f.holder = ? AND f.round = ? AND " + inForce,
		"who serves":                 "SELECT fact FROM reg_relation f WHERE f.target = ? AND f.type = ? AND " + inForce,
	}
	for _, table := range texts(t, db, "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'fact' WHERE m.type = 'table' AND m.name LIKE 'reg_%'") {
		from := " FROM " + table + " f JOIN reg_entity e0 ON e0.id = f.subject "
		reads[table+" about, in force"] = "SELECT f.fact, e0.key" + from + "WHERE " + inForce + " AND f.subject = ? ORDER BY f.added"
		reads[table+" about, as known"] = "SELECT f.fact, e0.key" + from + "WHERE f.added <= ? AND f.removed > ? AND f.subject = ? ORDER BY f.added"
		reads[table+" added"] = "SELECT f.fact, e0.key" + from + "WHERE f.added BETWEEN ? AND ?"
		reads[table+" removed"] = "SELECT f.fact, e0.key" + from + "WHERE f.removed BETWEEN ? AND ? AND f.removed < 9223372036854775807"
		reads[table+" by number"] = "SELECT f.added" + from + "WHERE f.fact = ? AND " + inForce
	}
	scan := regexp.MustCompile(`^SCAN (\w+)( |$)`)
	for what, text := range reads {
		args := make([]any, strings.Count(text, "?"))
		for i := range args {
			args[i] = 1
		}
		plan := planOf(t, db, text, args...)
		for _, line := range plan {
			if scan.MatchString(line) {
				t.Errorf("%s scans:\n%s\n%s", what, text, strings.Join(plan, "\n"))
			}
		}
		if len(plan) == 0 {
			t.Errorf("%s has no plan", what)
		}
	}
}

// planOf gives the lines of a statement's plan.
func planOf(t testing.TB, db *sql.DB, text string, args ...any) (plan []string) {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	return plan
}
