package main

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/innovationregistry/registry/store"
)

// A pipe that nobody writes to, and an input that nobody ends, do not keep the
// program from ending.
func TestImportInterrupted(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := exec.Command("mkfifo", fifo).Run(); err != nil {
		t.Skipf("mkfifo does not run here: install it (Debian: apt-get install coreutils) to try a pipe that nobody writes (%v)", err)
	}
	db := filepath.Join(t.TempDir(), "register.db")
	st, err := store.Open(t.Context(), db, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fifo, "-"} {
		var out, errs bytes.Buffer
		p := &program{stdin: never{}, stdout: &out, stderr: &errs, env: func(string) string { return "" }, now: time.Now}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		done := make(chan int, 1)
		go func() {
			done <- p.run(ctx, []string{"import", name, "-db", db, "-format", "adoptions", "-source", "x", "-source-title", "X", "-actor", "jo", "-reason", "r"})
		}()
		select {
		case code := <-done:
			if code != 1 {
				t.Errorf("%s: exit code %d: %s", name, code, errs.String())
			}
		case <-time.After(20 * time.Second):
			t.Errorf("%s: the program goes on", name)
		}
		cancel()
		t.Log(errs.String())
	}
}

// never is an input without an end.
type never struct{}

func (never) Read([]byte) (int, error) { select {} }
