package store_test

import (
	"context"
	"strings"
	"testing"
)

// What a forger puts in, who would recompute the digests too, is found by what
// it says, whatever the digests are.
func TestForgedRows(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it makes and verifies a whole register: run without -short")
	}
	s, db := tampered(t)
	const (
		noFact  = "it is of no fact about its subject"
		noFirst = "it takes the number of a fact that did not begin with a row like it"
	)
	for _, c := range []struct{ forge, undo, where, detail string }{
		{"UPDATE reg_citation SET fact = 1 WHERE added = (SELECT MAX(added) FROM reg_citation)", "fact", "reg_citation", noFact}, // change 1 is an entity
		{"UPDATE reg_citation SET fact = added WHERE added = (SELECT MAX(added) FROM reg_citation)", "fact", "reg_citation", noFact},
		{"UPDATE reg_citation SET fact = 9000000 WHERE added = (SELECT MAX(added) FROM reg_citation)", "fact", "reg_citation", noFact},
		{"UPDATE reg_citation SET fact = (SELECT MAX(added) FROM reg_name WHERE fact <> added) WHERE added = (SELECT MAX(added) FROM reg_citation)", "fact", "reg_citation", noFact},
		{"UPDATE reg_citation SET subject = subject - 1 WHERE added = (SELECT MAX(added) FROM reg_citation)", "subject", "reg_citation", noFact},
		{"UPDATE reg_name SET fact = 1 WHERE added = (SELECT MAX(added) FROM reg_name)", "fact", "reg_name", noFirst},
		{"UPDATE reg_name SET fact = fact + 1 WHERE added = (SELECT MAX(added) FROM reg_name)", "fact", "reg_name", noFirst},
		{"UPDATE reg_name SET fact = (SELECT MIN(added) FROM reg_existence) WHERE added = (SELECT MAX(added) FROM reg_name)", "fact", "reg_name", noFirst}, // of another type
		{"UPDATE reg_name SET subject = subject - 1 WHERE added = (SELECT MAX(added) FROM reg_name WHERE fact <> added)", "subject", "reg_name", noFirst},
		{"UPDATE reg_entity SET kind = 'planet' WHERE id = (SELECT MAX(id) FROM reg_entity)", "kind", "planet/", `"planet/`},
		{"UPDATE reg_entity SET key = 'Not a key' WHERE id = (SELECT MAX(id) FROM reg_entity)", "key", "/Not a key", `"Not a key" is not a key`},
	} {
		table := strings.Fields(c.forge)[1]
		for _, text := range []string{"CREATE TABLE kept AS SELECT rowid AS place, * FROM " + table, c.forge} {
			if _, err := db.Exec(text); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
		v, err := s.Verify(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, p := range v.Problems {
			found = found || strings.Contains(p.Where, c.where) && strings.Contains(p.Detail, c.detail)
		}
		if !found {
			t.Errorf("%s: it is not among %+v", c.forge, v.Problems)
		}
		for _, text := range []string{
			"UPDATE " + table + " SET " + c.undo + " = (SELECT " + c.undo + " FROM kept WHERE place = " + table + ".rowid)",
			"DROP TABLE kept",
		} {
			if _, err := db.Exec(text); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
	}
	if v, err := s.Verify(context.Background(), nil); err != nil || !v.OK || v.Changes == 0 {
		t.Errorf("after everything was put back: %+v, %v", v.Problems, err)
	}
}
