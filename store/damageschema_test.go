package store_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// What was done to the schema is found, also where no row shows it yet: a
// trigger, another default, a check or an index that is gone. An index that a
// host adds for itself is its own affair.
func TestDamagedSchema(t *testing.T) {
	t.Parallel()
	sp := specimenOf(t)
	whole := sp.whole(t)
	const openly = "PRAGMA writable_schema = ON; "
	for what, c := range map[string]struct {
		change string
		fine   bool
	}{
		"a trigger":               {"CREATE TRIGGER sneak AFTER INSERT ON reg_name BEGIN UPDATE reg_name SET note = 'x'; END", false},
		"a dropped index":         {"DROP INDEX reg_existence_by_removed", false},
		"another default":         {openly + "UPDATE sqlite_schema SET sql = replace(sql, 'DEFAULT 9223372036854775807', 'DEFAULT 8223372036854775807') WHERE name = 'reg_name'", false},
		"an index no more unique": {openly + "UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE ', '') WHERE name = 'reg_existence_by_removed'", false},
		"an index of a host":      {"CREATE INDEX theirs ON reg_name (note)", true},
		"a table of a host":       {"CREATE TABLE theirs (note TEXT)", true},
	} {
		path := sp.place(t, whole, nil)
		foreign(t, path, c.change)
		s, err := store.Open(context.Background(), path, &store.Options{Relaxed: true, Readers: 1})
		if err != nil {
			if c.fine {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		if v, err := s.Verify(context.Background(), nil); err != nil || v.OK != c.fine {
			t.Errorf("%s: %+v, %v", what, v.Problems, err)
		}
		s.Close()
		os.RemoveAll(filepath.Dir(path))
	}
}

// Damages that random ones found once: Verify did not come to an end, and the
// history of an entity panicked.
func TestDamagedActs(t *testing.T) {
	t.Parallel()
	sp := specimenOf(t)
	whole := sp.whole(t)
	for i, change := range []string{
		"UPDATE reg_act SET last_change = last_change + 790000000000 WHERE number = 14",
		"UPDATE reg_act SET first_change = -9223372036854775807 WHERE number = 1",
		"UPDATE reg_head SET change = 9223372036854775806; UPDATE reg_act SET last_change = 9223372036854775806 WHERE number = (SELECT MAX(number) FROM reg_act)",
		"UPDATE reg_act SET number = number + 100000 WHERE number = 1",
		"UPDATE reg_act SET number = -number",
	} {
		path := sp.place(t, whole, nil)
		foreign(t, path, "PRAGMA foreign_keys = OFF; "+change)
		if o := sp.examine(t, change, path, i); o != detected {
			t.Errorf("%s: %s", change, o)
		}
		s := openFile(t, path, &store.Options{ReadOnly: true})
		s.History(context.Background(), innovation.OrganisationID("network-a").Entity()) // an error or what it says: no panic
		if _, err := s.ExportActs(context.Background(), io.Discard, 0, nil); err != nil {
			t.Logf("%s: the acts are not exported: %v", change, err)
		}
		s.Close()
		os.RemoveAll(filepath.Dir(path))
	}
}
