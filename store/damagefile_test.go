package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// damagedFile damages a register's file in one of ten ways.
func damagedFile(dice *rand.Rand, way int, file []byte) ([]byte, string) {
	const page = 4096
	file = bytes.Clone(file)
	pages := len(file) / page
	any := func() []byte { at := page * dice.IntN(pages); return file[at : at+page] }
	switch way % 10 {
	case 0:
		flip(dice, file, some(dice, file))
		return file, "a byte"
	case 1:
		at := some(dice, file)
		file[at] ^= 1 << dice.IntN(8)
		return file, "a bit"
	case 2:
		for range 2 + dice.IntN(64) {
			flip(dice, file, some(dice, file))
		}
		return file, "bytes"
	case 3:
		return file[:dice.IntN(len(file))], "cut"
	case 4:
		return file[:page*(1+dice.IntN(pages-1))], "cut after a page"
	case 5:
		clear(any())
		return file, "a page of zeros"
	case 6:
		a, b := any(), any()
		kept := bytes.Clone(a)
		copy(a, b)
		copy(b, kept)
		return file, "swapped pages"
	case 7:
		copy(any(), any())
		return file, "a page over another"
	case 8:
		flip(dice, file, dice.IntN(100))
		return file, "a byte of the header"
	}
	p := any() // of a page's header, and its list of cells
	flip(dice, p, dice.IntN(64))
	return file, "a byte of a page's header"
}

// A damaged or shortened file is refused, or found by Verify, or what was
// damaged did not matter: then every answer is what it was.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it verifies a register two hundred times: run without -short")
	}
	sp, seed := specimenOf(t), seeded(t)
	whole := sp.whole(t)
	var outcomes outcomeCount
	t.Cleanup(func() { t.Logf("%v", outcomes.of) })
	inParallel(t, times(200), func(t *testing.T, i int) {
		file, how := damagedFile(rand.New(rand.NewPCG(seed, uint64(i))), i, whole)
		path := sp.place(t, file, nil)
		o := sp.examine(t, fmt.Sprintf("case %d of seed %d, %s", i, seed, how), path, i)
		if o == shorter {
			t.Errorf("case %d of seed %d, %s: acts are lost and it verifies", i, seed, how)
		}
		outcomes.add(o)
		os.RemoveAll(filepath.Dir(path))
	})
}

// A byte changed in a value of a row is found, whatever row and value it is.
func TestChangedBytes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it verifies a register a hundred times: run without -short")
	}
	sp, seed := specimenOf(t), seeded(t)
	whole := sp.whole(t)
	var outcomes outcomeCount
	t.Cleanup(func() { t.Logf("%v", outcomes.of) })
	inParallel(t, times(100), func(t *testing.T, i int) {
		path := sp.place(t, whole, nil)
		how := changeByte(t, rand.New(rand.NewPCG(seed, uint64(i))), path)
		what := fmt.Sprintf("case %d of seed %d, %s", i, seed, how)
		o := sp.examine(t, what, path, i)
		if o == unharmed || o == shorter {
			t.Errorf("%s: it verifies", what)
		}
		outcomes.add(o)
		os.RemoveAll(filepath.Dir(path))
	})
}

// changeByte changes one byte of a value of a random row of a random table, and
// says what it changed. Left out is what is no part of the history: reg_meta,
// where the register's identity stands and what schema it has.
func changeByte(t testing.TB, dice *rand.Rand, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_pragma=foreign_keys(0)&_pragma=ignore_check_constraints(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables := texts(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'reg_%' AND name <> 'reg_meta' ORDER BY name")
	for {
		table := tables[dice.IntN(len(tables))]
		rows := texts(t, db, "SELECT rowid FROM "+table+" ORDER BY rowid")
		if len(rows) == 0 {
			continue
		}
		row := rows[dice.IntN(len(rows))]
		columns := texts(t, db, "SELECT name FROM pragma_table_info('"+table+"')")
		column := columns[dice.IntN(len(columns))]
		was := keep(t, db, table, column, row)
		to, value := any(nil), "?"
		switch was := was.(type) {
		case int64:
			to = was ^ int64(1+dice.IntN(255))<<(8*dice.IntN(8))
		case string:
			if was != "" {
				b := []byte(was)
				flip(dice, b, dice.IntN(len(b)))
				to, value = b, "CAST(? AS TEXT)"
			}
		case []byte:
			b := bytes.Clone(was)
			flip(dice, b, dice.IntN(len(b)))
			to = b
		}
		if to == nil {
			continue // there is no byte to be changed
		}
		if _, err := db.Exec("UPDATE "+table+" SET "+column+" = "+value+" WHERE rowid = ?", to, row); err != nil {
			continue // the engine itself refuses, for uniqueness
		}
		return fmt.Sprintf("%s.%s of row %s from %v to %v", table, column, row, was, to)
	}
}
