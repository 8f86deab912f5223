package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// faultChild does what the tests of faults want done by another process.
func faultChild(what, path string) error {
	ctx := context.Background()
	switch what {
	case "acts": // makes acts, told line by line
		s, err := store.Open(ctx, path, nil)
		if err != nil {
			return err
		}
		for i := range 25 {
			id := fmt.Sprintf("%s-%d", os.Getenv("STORE_TEST_ROUND"), i)
			if _, err := writeFour(s, id); err != nil {
				return err
			}
			fmt.Println("made", id)
		}
		return s.Close()
	case "endless": // makes acts, told line by line, until it is killed
		s, err := store.Open(ctx, path, nil)
		if err != nil {
			return err
		}
		for i := 0; ; i++ {
			id := fmt.Sprintf("endless-%d", i)
			if _, err := writeFour(s, id); err != nil {
				return err
			}
			fmt.Println("made", id)
		}
	case "identity": // opens the register and says which one it is
		s, err := store.Open(ctx, path, nil)
		if err != nil {
			return err
		}
		fmt.Println("made", s.ID())
		return s.Close()
	case "reread": // reads, and again after the file was changed
		var s *store.Store
		for _, at := range []string{"first", "changed", "again"} {
			var err error
			if at == "changed" {
				err = os.Chtimes(path, time.Time{}, time.Unix(1, 0))
			} else if s, err = store.Open(ctx, path, &store.Options{ReadOnly: true}); err == nil {
				defer s.Close()
			}
			if err != nil {
				return err
			}
			_, err = s.Status(ctx, innovation.On(innovation.MustDate("2020-01-01")))
			fmt.Println("made", at+":", say(err))
		}
		return nil
	case "look": // says what can be done with a register
		for _, line := range look(path) {
			fmt.Println("made", line)
		}
		return nil
	}
	sql, ok := strings.CutPrefix(what, "hold ") // runs statements and keeps what they lock until standard input ends
	if !ok {
		return fmt.Errorf("nobody knows how to %s %s", what, path)
	}
	return hold(ctx, path, sql)
}

// hold keeps a lock until standard input ends.
func hold(ctx context.Context, path, text string) error {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(20000)")
	if err != nil {
		return err
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, text); err != nil {
		return err
	}
	fmt.Println("made lock")
	_, err = io.Copy(io.Discard, os.Stdin)
	c.ExecContext(ctx, "ROLLBACK")
	return err
}

// say is "ok", the rule of an error that says what to try, or the fault.
func say(err error) string {
	own := innovation.Violations(err)
	switch {
	case err == nil:
		return "ok"
	case len(own) != 1 || own[0].Try == "":
		return "fault: " + err.Error()
	}
	return string(own[0].Rule)
}

// look opens a register for writing, makes an act, and opens it for reading. It
// says what came of each.
func look(path string) []string {
	ctx := context.Background()
	s, err := store.Open(ctx, path, nil)
	out := []string{"open: " + say(err)}
	if err == nil {
		_, err = found(s, "looked-"+fmt.Sprint(os.Getpid()))
		out = append(out, "act: "+say(err))
		_, err = s.Status(ctx, innovation.On(innovation.MustDate("2020-01-01")))
		out = append(out, "read: "+say(err))
		s.Close()
	}
	s, err = store.Open(ctx, path, &store.Options{ReadOnly: true})
	out = append(out, "open to read: "+say(err))
	if err == nil {
		_, err = s.Status(ctx, innovation.On(innovation.MustDate("2020-01-01")))
		out = append(out, "read: "+say(err))
		s.Close()
	}
	return out
}

// saidBy runs a child and gives what it acknowledged.
func saidBy(child *exec.Cmd) ([]string, error) {
	out, err := child.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if made, ok := strings.CutPrefix(strings.TrimSpace(line), "made "); ok {
			lines = append(lines, made)
		}
	}
	return lines, nil
}

// atOnce runs children side by side and gives what each acknowledged.
func atOnce(t *testing.T, n int, what, path string) [][]string {
	t.Helper()
	out := make([][]string, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			child := childOf(what, path)
			child.Env = append(child.Env, fmt.Sprint("STORE_TEST_ROUND=process-", i))
			var err error
			if out[i], err = saidBy(child); err != nil {
				t.Errorf("process %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	return out
}

// Four processes write at once: each of their acts is there, nobody is told
// that the register is busy, and the chain is one.
func TestFourProcesses(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts processes: run without -short")
	}
	path := filepath.Join(t.TempDir(), "register.db")
	made := 0
	var keys []string
	for _, ids := range atOnce(t, 4, "acts", path) {
		made += len(ids)
		keys = append(keys, ids...)
	}
	s := openFile(t, path, nil)
	if v := mustVerify(t, s); made != 100 || v.Acts != 100 {
		t.Errorf("%d acts were acknowledged and %d are there", made, v.Acts)
	}
	for _, id := range keys {
		if receipt, err := writeFour(s, id); err != nil || !receipt.Replayed {
			t.Errorf("the acknowledged act %s is not there: %+v, %v", id, receipt, err)
		}
	}
}

// Eight processes that open a new file at once make one register, and four that
// open one of an older schema bring it up to date once.
func TestProcessesOpenAtOnce(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts processes: run without -short")
	}
	for _, c := range []struct {
		n    int
		path string
		acts int64
	}{{8, filepath.Join(t.TempDir(), "register.db"), 0}, {4, oldRegister(t, "schema-1.db.gz"), 1}} {
		ids := atOnce(t, c.n, "identity", c.path)
		s := openFile(t, c.path, nil)
		for i, id := range ids {
			if len(id) != 1 || id[0] != s.ID() {
				t.Errorf("process %d of %d opened the register %v, and it is %s", i, c.n, id, s.ID())
			}
		}
		if v := mustVerify(t, s); v.Acts != c.acts {
			t.Errorf("%d acts are there", v.Acts)
		}
		left, err := filepath.Glob(filepath.Join(filepath.Dir(c.path), ".*"))
		if err != nil || len(left) > 0 {
			t.Errorf("%v are left behind: %v", left, err)
		}
	}
}

// A register that another process holds for itself is busy, with what to try,
// and is as before once the other lets go.
func TestHeldByAnother(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it waits until the register gives up waiting, twice: run without -short")
	}
	isBusy := func(t *testing.T, what string, err error) {
		t.Helper()
		own := innovation.Violations(err)
		if len(own) != 1 || own[0].Kind != innovation.Busy || own[0].Rule != innovation.RuleRegisterBusy || own[0].Try == "" {
			t.Errorf("%s: %v, want that it is busy", what, err)
		}
	}
	held := func(t *testing.T, path, text string) (free func()) {
		t.Helper()
		child := childOf("hold "+text, path)
		in, err := child.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() && lines.Text() != "made lock" {
		}
		return func() {
			in.Close()
			io.Copy(io.Discard, out)
			if err := child.Wait(); err != nil {
				t.Error(err)
			}
		}
	}
	made := func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), "register.db")
		s := openFile(t, path, nil)
		mustFound(t, s, "before")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Run("the whole file", func(t *testing.T) {
		t.Parallel()
		path := made(t)
		free := held(t, path, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE reg_meta SET value = value")
		for _, ro := range []bool{false, true} {
			start := time.Now()
			s, err := store.Open(context.Background(), path, &store.Options{ReadOnly: ro})
			if err == nil {
				s.Close()
			}
			isBusy(t, fmt.Sprintf("open, to read %v", ro), err)
			t.Logf("after %v", time.Since(start))
		}
		free()
		s := openFile(t, path, nil)
		mustFound(t, s, "after")
		if v := mustVerify(t, s); v.Acts != 2 {
			t.Errorf("%d acts", v.Acts)
		}
	})
	t.Run("for writing", func(t *testing.T) {
		t.Parallel()
		path := made(t)
		s := openFile(t, path, nil)
		free := held(t, path, "BEGIN IMMEDIATE; UPDATE reg_meta SET value = value")
		_, err := found(s, "meanwhile")
		isBusy(t, "an act", err)
		if got := organisations(t, s); got != 1 {
			t.Errorf("a read meanwhile sees %d organisations", got)
		}
		other := openFile(t, path, nil) // to open it nothing is written
		if got := organisations(t, other); got != 1 {
			t.Errorf("another handle sees %d organisations", got)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		if _, err := s.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, innovation.Person{Person: "p-1", Name: "Ann Example"})
			return err
		}); err == nil {
			t.Error("an act is made against a lock")
		}
		free()
		mustFound(t, s, "meanwhile")
		mustFound(t, s, "after")
		if v := mustVerify(t, s); v.Acts != 3 {
			t.Errorf("%d acts", v.Acts)
		}
	})
}
