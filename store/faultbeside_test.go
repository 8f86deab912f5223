package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// What lies beside a register's file does not make it answer wrongly: an index
// of the log that is left over, the log or the journal of another register, or
// bytes of any kind.
func TestFilesBeside(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it verifies a register some forty times: run without -short")
	}
	sp, seed := specimenOf(t), seeded(t)
	other, err := makeSpecimen("another ")
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(seed, 0))
	noise := func(n int) []byte {
		out := make([]byte, n)
		for i := range out {
			out[i] = byte(dice.IntN(256))
		}
		return out
	}
	whole := sp.whole(t)
	journal, halfway := crashedJournal(t, whole)
	foreign, _ := crashedJournal(t, other.whole(t))
	for _, c := range []struct {
		what      string
		file, log []byte
		beside    string
		data      []byte
		want      []outcome
	}{
		{"no log", sp.file, nil, "", nil, []outcome{shorter}},
		{"the log of another register", sp.file, other.log, "", nil, []outcome{notOpened, detected}},
		{"the log of another register, over a whole file", whole, other.log, "", nil, []outcome{notOpened, detected}},
		{"its own log, taken in already", whole, sp.log, "", nil, []outcome{unharmed}},
		{"an empty log", whole, []byte{}, "", nil, []outcome{unharmed}},
		{"noise as a log", whole, noise(50_000), "", nil, []outcome{unharmed}},
		{"an index of zeros", sp.file, sp.log, "-shm", make([]byte, 32768), []outcome{unharmed}},
		{"an index of noise", sp.file, sp.log, "-shm", noise(32768), []outcome{unharmed}},
		{"half an index", sp.file, sp.log, "-shm", noise(100), []outcome{unharmed}},
		{"an index and no log", whole, nil, "-shm", noise(65536), []outcome{unharmed}},
		{"noise as a journal", whole, nil, "-journal", noise(30_000), []outcome{unharmed, notOpened, detected}},
		{"an empty journal", whole, nil, "-journal", []byte{}, []outcome{unharmed}},
		{"the journal of its own crashed writer", halfway, nil, "-journal", journal, []outcome{unharmed}},
		{"that journal with its end cut off", halfway, nil, "-journal", journal[:len(journal)/2], []outcome{unharmed, notOpened, detected}},
		{"a crashed writer without its journal", halfway, nil, "", nil, []outcome{notOpened, detected}},
		{"the journal of another register", whole, nil, "-journal", foreign, []outcome{notOpened, detected}},
		{"the journal of another register, and a log", sp.file, sp.log, "-journal", foreign, []outcome{unharmed, notOpened, detected}},
	} {
		for how := range 2 { // opened to be written, and only to be read
			path := sp.place(t, c.file, c.log)
			if c.beside != "" {
				if err := os.WriteFile(path+c.beside, c.data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			what := fmt.Sprintf("%s, to read %d (seed %d)", c.what, how, seed)
			got, ok := sp.examine(t, what, path, 10*how), false
			for _, o := range c.want {
				ok = ok || o == got
			}
			if how == 1 && got == notOpened && c.beside != "-journal" { // a log cannot always be read without being written
				ok = true
			}
			if !ok {
				t.Errorf("%s: %s, want %v", what, got, c.want)
			}
		}
	}
}

// crashedJournal is the journal of a writer that changed a register not through
// its log and stopped in the middle, and the file as it left it.
func crashedJournal(t testing.TB, file []byte) (journal, halfway []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "register.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(DELETE)&_pragma=cache_size(5)&_pragma=cache_spill(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, text := range []string{
		"BEGIN IMMEDIATE",
		"UPDATE reg_act SET reason = reason || 'x'",
		"UPDATE reg_existence SET note = note || printf('%5000d', 1)",
		"UPDATE reg_name SET note = note || printf('%5000d', 1)",
		"UPDATE reg_entity SET version = version + 1",
	} {
		if _, err := c.ExecContext(context.Background(), text); err != nil {
			t.Fatal(err)
		}
	}
	if journal, err = os.ReadFile(path + "-journal"); err != nil {
		t.Fatal(err)
	}
	if halfway, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	c.ExecContext(context.Background(), "ROLLBACK")
	if bytes.Equal(halfway, file) {
		t.Fatal("the writer had changed nothing yet: the test looks at the wrong thing")
	}
	return journal, halfway
}
