package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// A restore that is interrupted at some use of its context leaves the old
// register, and nothing else but what it kept of it.
func TestRestoreInterrupted(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	path := filepath.Join(dir, "register.db")
	withActs(t, path, "a", "b")
	backup := backupOf(t, path)
	withActs(t, path, "c")
	_, digest := standing(t, path)
	spare := filepath.Join(t.TempDir(), "register.db")
	latest := backupOf(t, path).Path
	if _, err := store.Restore(context.Background(), latest, spare, nil); err != nil {
		t.Fatal(err)
	}
	const many = 1 << 30
	all := endingAfter(many)
	if _, err := store.Restore(all, backup.Path, spare, &store.RestoreOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	uses := int(many - all.left.Load())
	at := []int{1, 2, 3}
	for n := 1; n < 12; n++ { // the end is when the register is replaced
		at = append(at, uses-n, 1+dice.IntN(uses-1))
	}
	for _, n := range at {
		_, err := store.Restore(endingAfter(n), backup.Path, path, &store.RestoreOptions{Force: true})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("use %d of %d: %v", n, uses, err)
		}
		s := openFile(t, path, nil)
		rel, err := s.Compare(context.Background(), latest)
		if err != nil || rel.Kind != store.RelationSame {
			t.Fatalf("use %d of %d: the register is %s, %v", n, uses, rel, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for _, name := range filesIn(t, dir) {
			if name != "register.db" && !strings.HasPrefix(name, "register.db.before-restore-") {
				t.Fatalf("use %d of %d: %s is left", n, uses, name)
			}
		}
	}
	if _, got := standing(t, path); got != digest {
		t.Error("the register is another")
	}
}

// While others open, write and close a register all the time, a restore is
// refused or replaces it as a whole: no act gets lost between the two.
func TestRestoreAmongWriters(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "register.db")
	withActs(t, path, "a")
	backup := backupOf(t, path)
	var made atomic.Int64
	var wg sync.WaitGroup
	for g := range 2 {
		dice := rand.New(rand.NewPCG(seed, uint64(g)))
		wg.Go(func() {
			for n := range 15 {
				s, err := store.Open(ctx, path, nil)
				if err != nil {
					t.Error(err)
					return
				}
				for k := range 1 + dice.IntN(2) {
					if _, err := found(s, fmt.Sprintf("body-%d-%d-%d", g, n, k)); err != nil {
						t.Error(err)
					}
					made.Add(1)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	restored := 0
	for range 10 {
		_, err := store.Restore(ctx, backup.Path, path, &store.RestoreOptions{Force: true})
		if err == nil {
			restored++
		} else if own := innovation.Violations(err); len(own) != 1 || own[0].Rule != innovation.RuleRegisterInUse && own[0].Rule != innovation.RuleRegisterBusy {
			t.Error(err)
		}
	}
	wg.Wait()
	t.Logf("restored %d times of 10", restored)
	acts, _ := standing(t, path)
	acts-- // each has the one act of the backup
	for _, name := range filesIn(t, dir) {
		if strings.Contains(name, ".before-restore-") && !strings.HasSuffix(name, ".sha256") {
			n, _ := standing(t, filepath.Join(dir, name))
			acts += n - 1
		}
	}
	if acts != made.Load() {
		t.Errorf("%d acts of %d are there or kept", acts, made.Load())
	}
}

// A register that another process has open is not replaced.
func TestRestoreOverAnotherProcess(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts a process: run without -short")
	}
	path := filepath.Join(t.TempDir(), "register.db")
	withActs(t, path, "a")
	backup := backupOf(t, path)
	child := childOf("endless", path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	buf := make([]byte, 1<<12)
	for text := ""; !strings.Contains(text, "made "); {
		n, err := out.Read(buf)
		if text += string(buf[:n]); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	go func() {
		for {
			if _, err := out.Read(buf); err != nil {
				return
			}
		}
	}()
	_, err = store.Restore(context.Background(), backup.Path, path, &store.RestoreOptions{Force: true})
	refusedBy(t, err, innovation.RuleRegisterInUse)
	child.Process.Kill()
	child.Wait()
	restored, err := store.Restore(context.Background(), backup.Path, path, &store.RestoreOptions{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	if acts, _ := standing(t, restored.Kept); acts < 2 {
		t.Errorf("%d acts are kept", acts)
	}
	if acts, _ := standing(t, path); acts != 1 {
		t.Errorf("%d acts are restored", acts)
	}
}
