package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// The migrations of both engines have the same files.
func TestMigrationFiles(t *testing.T) {
	t.Parallel()
	files := map[string][]string{}
	for _, engine := range []string{"sqlite", "postgres"} {
		entries, err := os.ReadDir("migrations/" + engine)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".sql") {
				files[engine] = append(files[engine], e.Name())
			}
		}
	}
	if diff := cmp.Diff(files["sqlite"], files["postgres"]); diff != "" {
		t.Errorf("files (-sqlite +postgres):\n%s", diff)
	}
	if len(files["sqlite"]) != store.SchemaVersion() {
		t.Errorf("%d files make schema %d", len(files["sqlite"]), store.SchemaVersion())
	}
}

// schema is a created schema, as far as both engines can say it: table.column
// with type, nullability and default; and the columns of indices, foreign keys
// and primary keys.
type schema map[string][]string

func sqliteSchema(t *testing.T, db *sql.DB) schema {
	t.Helper()
	out := schema{}
	for _, table := range texts(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'reg_%'") {
		types := map[string]string{"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea"}
		rows, err := db.Query("SELECT name, type, \"notnull\", COALESCE(dflt_value, ''), pk FROM pragma_table_info('" + table + "')")
		if err != nil {
			t.Fatal(err)
		}
		var primary []string
		for rows.Next() {
			var name, typ, def string
			var notNull, pk int
			if err := rows.Scan(&name, &typ, &notNull, &def, &pk); err != nil {
				t.Fatal(err)
			}
			out[table] = append(out[table], column(name, types[typ], notNull == 1, def))
			if pk > 0 {
				primary = append(primary, name)
			}
		}
		rows.Close()
		out[table] = append(out[table], "primary key ("+strings.Join(primary, ", ")+")")
		for _, name := range texts(t, db, "SELECT name FROM pragma_index_list('"+table+"') WHERE origin <> 'pk'") {
			columns := strings.Join(texts(t, db, "SELECT name FROM pragma_index_info('"+name+"') ORDER BY seqno"), ", ")
			origin := texts(t, db, "SELECT origin || \"unique\" || partial FROM pragma_index_list('"+table+"') WHERE name = '"+name+"'")[0]
			shown := name
			if strings.HasPrefix(origin, "u") {
				shown = "constraint"
			}
			out[table] = append(out[table], index(shown, strings.Contains(origin[1:2], "1"), columns, origin[2:] == "1"))
		}
		out[table] = append(out[table], texts(t, db, "SELECT 'foreign key ' || \"from\" || ' to ' || \"table\" || '.' || \"to\" FROM pragma_foreign_key_list('"+table+"')")...)
	}
	return out.sorted()
}

func postgresSchema(t *testing.T, db *sql.DB) schema {
	t.Helper()
	out := schema{}
	rows, err := db.Query(`SELECT table_name, column_name, data_type, is_nullable = 'NO', COALESCE(column_default, ''), COALESCE(collation_name, '')
		FROM information_schema.columns WHERE table_schema = current_schema()`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table, name, typ, def, collation string
		var notNull bool
		if err := rows.Scan(&table, &name, &typ, &notNull, &def, &collation); err != nil {
			t.Fatal(err)
		}
		if typ == "text" && collation != "C" {
			t.Errorf("%s.%s has the collation %q: its order is not that of the bytes", table, name, collation)
		}
		def, _, _ = strings.Cut(strings.Trim(def, "'"), "'")
		out[table] = append(out[table], column(name, typ, notNull, def))
	}
	columnList := regexp.MustCompile(`\(([^)]*)\)( WHERE .*)?$`)
	indices, err := db.Query(`SELECT tablename, indexname, indexdef, EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = indexname AND c.contype = 'u'
			AND c.connamespace = current_schema()::regnamespace), EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = indexname AND c.contype = 'p'
			AND c.connamespace = current_schema()::regnamespace)
		FROM pg_indexes WHERE schemaname = current_schema()`)
	if err != nil {
		t.Fatal(err)
	}
	defer indices.Close()
	for indices.Next() {
		var table, name, def string
		var constraint, primary bool
		if err := indices.Scan(&table, &name, &def, &constraint, &primary); err != nil {
			t.Fatal(err)
		}
		parts := columnList.FindStringSubmatch(strings.ReplaceAll(def, `"`, ""))
		if primary {
			out[table] = append(out[table], "primary key ("+parts[1]+")")
			continue
		}
		if constraint {
			name = "constraint"
		}
		out[table] = append(out[table], index(name, strings.Contains(def, " UNIQUE "), parts[1], parts[2] != ""))
	}
	for _, line := range texts(t, db, `SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
		WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`) {
		key := regexp.MustCompile(`^(\w+) FOREIGN KEY \((\w+)\) REFERENCES (\w+)\((\w+)\)$`).FindStringSubmatch(line)
		if key == nil {
			t.Fatalf("a foreign key of another form: %s", line)
		}
		out[key[1]] = append(out[key[1]], "foreign key "+key[2]+" to "+key[3]+"."+key[4])
	}
	return out.sorted()
}

func column(name, typ string, notNull bool, def string) string {
	out := "column " + name + " " + typ
	if notNull {
		out += " not null"
	}
	if def != "" {
		out += " default " + def
	}
	return out
}

func index(name string, unique bool, columns string, partial bool) string {
	out := "index " + name + " (" + columns + ")"
	if unique {
		out += " unique"
	}
	if partial {
		out += " partial"
	}
	return out
}

func (s schema) sorted() schema {
	for _, lines := range s {
		slices.Sort(lines)
	}
	return s
}

// Both engines have the same schema: tables, columns, nullability, defaults,
// keys and indices. On PostgreSQL every text is in the order of its bytes.
func TestSchemasAreEqual(t *testing.T) {
	t.Parallel()
	postgres := storetest.PostgreSQL()
	p := postgres.Open(t, nil)
	path := filepath.Join(t.TempDir(), "register.db")
	openFile(t, path, nil)
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	onSQLite := sqliteSchema(t, db)
	if diff := cmp.Diff(onSQLite, postgresSchema(t, postgres.SQL(t, p))); diff != "" {
		t.Errorf("schemas (-sqlite +postgres):\n%s", diff)
	}
	if len(onSQLite) < len(store.FactTypes())+5 {
		t.Errorf("the schema has %d tables", len(onSQLite))
	}
	for table := range onSQLite {
		if sql := texts(t, db, "SELECT sql FROM sqlite_schema WHERE name = ?", table)[0]; !strings.HasSuffix(sql, "STRICT") {
			t.Errorf("the table %s is not strict", table)
		}
	}
}
