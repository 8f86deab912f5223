package storetest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var chainChecks = []check{
	{"Operations", checkChainOperations},
	{"Golden", checkGolden},
	{"Tampering", checkTampering},
	{"Erasure", checkErasure},
	{"Progress", checkProgress},
}

// The digest moves with every act, follows from the rows after every
// operation, and is that of the receipt. Verifying reads the whole register, so
// that only the register in memory is verified after each; the others, which
// make the same digests, after every eighth, and at the end.
func checkChainOperations(t *testing.T, e Engine) {
	r := newRegister(t, e)
	seen := map[string]bool{r.verify().Digest: true}
	step := func(receipt innovation.Receipt) {
		t.Helper()
		if seen[receipt.Digest] {
			t.Errorf("act %d left the digest at one it had before", receipt.Act)
		}
		seen[receipt.Digest] = true
		if e.Name != Memory().Name && receipt.Act%8 != 0 {
			return
		}
		v := r.verify()
		if v.Digest != receipt.Digest || v.Acts != int64(receipt.Act) {
			t.Errorf("the receipt is of act %d with %s, the register at %d with %s", receipt.Act, receipt.Digest, v.Acts, v.Digest)
		}
	}
	for _, s := range Samples() { // each type of fact in an act of its own
		step(r.act(recordOne(s.Fact, s.Sources...)))
	}
	for _, typ := range store.FactTypes() { // corrected, as far as the rules let it
		for _, f := range r.facts(typ, on("2020-01-01")) {
			receipt, err := r.try(func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, f.ID, noted(f.Value)) })
			if err != nil {
				t.Errorf("correct %+v: %v", f.Value, err)
			} else if receipt.Act > 0 {
				step(receipt)
			}
		}
	}
	for _, typ := range []innovation.FactType{innovation.TypeName, innovation.TypeRole, innovation.TypeArea, innovation.TypePost} {
		f := r.facts(typ, on("2020-01-01"))[0]
		step(r.act(func(ctx context.Context, tx *store.Tx) error {
			return tx.Cite(ctx, f.ID, innovation.Citation{Source: SampleReport, Locator: "again"})
		}))
		step(r.act(func(ctx context.Context, tx *store.Tx) error { return tx.End(ctx, f.ID, onDay("2022-01-01")) }))
		step(r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, f.ID) }))
	}
}

// noted is the fact with another note or text.
func noted(f innovation.Fact) innovation.Fact {
	copied := reflect.New(reflect.TypeOf(f)).Elem()
	copied.Set(reflect.ValueOf(f))
	for _, name := range []string{"Note", "Label", "Name"} { // a term has a label, a person a name
		if field := copied.FieldByName(name); field.IsValid() {
			field.SetString("noted later")
			return copied.Interface().(innovation.Fact)
		}
	}
	return f
}

// goldenDigest is the digests of the chain after each part of the story, on
// every engine and for ever.
//
//go:embed testdata/digest.golden
var goldenDigest string

// StoryDigest makes the acts of the suite's story in a new register of the
// engine and gives the digests of its chain after the parts about licences,
// about money and about adoption, a line each. The same acts with the same clock
// and random source have the same digests on every engine and in every version
// of this module; testdata/digest.golden holds them.
func StoryDigest(t testing.TB, e Engine) string {
	t.Helper()
	r := newRegister(t, e)
	licenceStory(r)
	licences := r.verify().Digest
	record(r, moneySamples())
	money := r.verify().Digest
	record(r, adoptionSamples())
	return "licences " + licences + "\nmoney " + money + "\nadoption " + r.verify().Digest
}

// The same acts give the same digests on every engine, and those that were
// released.
func checkGolden(t *testing.T, e Engine) {
	if got, want := StoryDigest(t, e), strings.TrimSpace(goldenDigest); got != want {
		t.Errorf("the digests of the story are\n%s\nand were released as\n%s", got, want)
	}
}

// A row that is changed from outside is found. (The tests of package store
// change every column of every table of a SQLite register.)
func checkTampering(t *testing.T, e Engine) {
	if e.SQL == nil {
		t.Skip("there is no way behind the register's back")
	}
	r := newRegister(t, e)
	story(r)
	r.verify()
	db := e.SQL(t, r.Store)
	for _, c := range []struct{ change, back string }{
		{"UPDATE reg_name SET name = name || '!' WHERE added = (SELECT MIN(added) FROM reg_name)", "UPDATE reg_name SET name = substr(name, 1, length(name) - 1) WHERE added = (SELECT MIN(added) FROM reg_name)"},
		{"UPDATE reg_name SET folded = folded || '!'", "UPDATE reg_name SET folded = substr(folded, 1, length(folded) - 1)"},
		{"UPDATE reg_stream SET value_high = value_high - 1 WHERE value_high > 0", "UPDATE reg_stream SET value_high = value_high + 1 WHERE value_high > 0"},
		{"UPDATE reg_entity SET version = version + 1 WHERE key = 'network-a'", "UPDATE reg_entity SET version = version - 1 WHERE key = 'network-a'"},
		{"UPDATE reg_act SET reason = 'other' WHERE number = 2", "UPDATE reg_act SET reason = 'because' WHERE number = 2"},
		{"UPDATE reg_head SET act = act + 1", "UPDATE reg_head SET act = act - 1"},
		{"UPDATE reg_person SET name = 'Other' WHERE name = 'Ann Example'", "UPDATE reg_person SET name = 'Ann Example' WHERE name = 'Other'"},
		{"INSERT INTO reg_entity (id, kind, key, version) VALUES (100000, 'organisation', 'stray', 1)", "DELETE FROM reg_entity WHERE id = 100000"},
	} {
		if _, err := db.Exec(c.change); err != nil {
			t.Fatalf("%s: %v", c.change, err)
		}
		if v := r.head(); v.OK || len(v.Problems) == 0 {
			t.Errorf("%s is not found: %+v", c.change, v)
		}
		if _, err := db.Exec(c.back); err != nil {
			t.Fatalf("%s: %v", c.back, err)
		}
		r.verify()
	}
}

// A person's name that is retracted is gone from every row and every answer,
// also from those as known before; the chain still verifies.
func checkErasure(t *testing.T, e Engine) {
	r := newRegister(t, e)
	const secret = "Zsigmond-Unmistakable"
	r.record(body("east", "ahsn"), letter("letter", "2013-05-23"))
	ids := r.record(innovation.Person{Person: "p-1", Name: secret + " the First"},
		innovation.Post{Organisation: "east", Title: "Chair", Holder: "p-1", Period: from("2013-05-23")},
		innovation.Person{Person: "p-2", Name: "Ann Example"})
	named := r.clock.Now()
	r.act(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[0], innovation.Person{Person: "p-1", Name: secret + " the Second"})
	})
	answers := func() string {
		var b strings.Builder
		for _, known := range []innovation.View{on("2020-01-01"), on("2020-01-01").AsKnown(named)} {
			o, err := r.Organisation(context.Background(), known, "east")
			if err != nil {
				t.Fatal(err)
			}
			h, err := r.History(context.Background(), innovation.PersonID("p-1").Entity())
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal([]any{o, h, r.changes(), r.facts(innovation.TypePerson, known)})
			if err != nil {
				t.Fatal(err)
			}
			b.Write(text)
		}
		return b.String()
	}
	if !strings.Contains(answers(), secret) {
		t.Error("the name is not shown before it is erased")
	}
	before := r.verify()
	receipt := r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[0]) })
	after := r.verify()
	if after.Digest == before.Digest || after.Digest != receipt.Digest {
		t.Errorf("the digest went from %s to %s, the receipt says %s", before.Digest, after.Digest, receipt.Digest)
	}
	if strings.Contains(answers(), secret) {
		t.Errorf("the erased name is still shown: %s", answers())
	}
	if !strings.Contains(answers(), "Ann Example") {
		t.Error("the other name went with it")
	}
	if e.SQL != nil {
		for table, dump := range dumpTables(t, e, r) {
			if strings.Contains(dump, secret) {
				t.Errorf("the erased name is in %s: %s", table, dump)
			}
		}
	}
	again := r.record(innovation.Person{Person: "p-1", Name: secret + " the Third"})
	r.verify()
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, again[0]) })
	if strings.Contains(answers(), secret) {
		t.Error("the name that was erased again is still shown")
	}
}

// dumpTables prints all rows of all tables of a register.
func dumpTables(t testing.TB, e Engine, r *register) map[string]string {
	t.Helper()
	db := e.SQL(t, r.Store)
	list := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'reg_%'"
	if r.Engine() == "postgres" {
		list = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
	}
	var tables []string
	rows, err := db.Query(list)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	out := map[string]string{}
	for _, table := range tables {
		rows, err := db.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			row, dest := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				dest[i] = &row[i]
			}
			if err := rows.Scan(dest...); err != nil {
				t.Fatal(err)
			}
			for i, v := range row {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				out[table] += fmt.Sprintf("%s=%v ", columns[i], v)
			}
			out[table] += "\n"
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	if len(tables) < len(store.FactTypes()) {
		t.Errorf("the dump has %d tables", len(tables))
	}
	return out
}

// Verify tells how far it is, and names register, engine and schema.
func checkProgress(t *testing.T, e Engine) {
	r := newRegister(t, e)
	for i := range 60 {
		r.record(body(fmt.Sprintf("body-%d", i), "ahsn"))
	}
	var steps [][2]int64
	v, err := r.Verify(context.Background(), func(done, total int64) { steps = append(steps, [2]int64{done, total}) })
	if err != nil {
		t.Fatal(err)
	}
	want := store.Verification{OK: true, Register: r.ID(), Engine: r.Engine(), Schema: store.SchemaVersion(), Acts: 60, Changes: 121,
		Digest: v.Digest, Problems: []store.Problem{}}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("verification (-want +got):\n%s", diff)
	}
	if len(steps) < 2 || steps[len(steps)-1] != [2]int64{60, 60} {
		t.Errorf("progress: %v", steps)
	}
}
