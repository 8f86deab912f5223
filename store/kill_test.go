package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// TestChild is the other process of tests that need one: it does what its
// environment says.
func TestChild(t *testing.T) {
	path := os.Getenv("STORE_TEST_PATH")
	switch os.Getenv("STORE_TEST_CHILD") {
	case "":
		t.Skip("it is the child process of the kill tests: run those")
	case "open": // opens the register, writes an act and closes it
		s, err := store.Open(context.Background(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		mustFound(t, s, "other-process")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	case "take": // asks for the file alone, which it must not get
		if err := takeFile(path); err == nil {
			t.Fatal("the file that others have open is not locked")
		}
	case "write": // acknowledges acts on standard output until it is killed
		s, err := store.Open(context.Background(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		prefix := os.Getenv("STORE_TEST_PREFIX")
		for i := 0; ; i++ {
			if _, err := writeFour(s, fmt.Sprintf("%s-%d", prefix, i)); err != nil {
				t.Fatal(err)
			}
			fmt.Printf("made %s-%d\n", prefix, i)
		}
	}
}

// writeFour makes an act of four organisations.
func writeFour(s *store.Store, id string) (innovation.Receipt, error) {
	return s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because", IdempotencyKey: id},
		func(ctx context.Context, tx *store.Tx) error {
			for k := range 4 {
				if _, err := tx.Record(ctx, innovation.Existence{Organisation: innovation.OrganisationID(fmt.Sprintf("%s-%d", id, k)),
					Aspect: innovation.Operational, Kind: "ahsn", Period: innovation.From(innovation.MustDate("2013-05-23"))}); err != nil {
					return err
				}
			}
			return nil
		})
}

// A process killed at any moment loses no act that it acknowledged; one that
// it did not is there as a whole or not at all, and its key says which.
func TestKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts and kills processes: run without -short")
	}
	path := filepath.Join(t.TempDir(), "register.db")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	var acknowledged []string
	for round := range 5 {
		prefix := fmt.Sprintf("round-%d", round)
		child := exec.Command(os.Args[0], "-test.run=^TestChild$")
		child.Env = append(os.Environ(), "STORE_TEST_CHILD=write", "STORE_TEST_PATH="+path, "STORE_TEST_PREFIX="+prefix)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		made, limit := 0, dice.IntN(12) // 0: during the migration, or the first act
		for made < limit && lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "made "); ok {
				acknowledged = append(acknowledged, id)
				made++
			}
		}
		for range dice.IntN(200_000) { // some moment of the next act
			_ = dice.IntN(2)
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // acknowledged before the signal came
			if id, ok := strings.CutPrefix(lines.Text(), "made "); ok && lines.Err() == nil {
				acknowledged = append(acknowledged, id)
				made++
			}
		}
		child.Wait()
		s := openFile(t, path, nil)
		mustVerify(t, s)
		for _, id := range acknowledged {
			receipt, err := writeFour(s, id)
			if err != nil || !receipt.Replayed {
				t.Errorf("the acknowledged act %s is not there: %+v, %v", id, receipt, err)
			}
		}
		next := fmt.Sprintf("%s-%d", prefix, made) // unknown to us: its key settles it
		if _, err := writeFour(s, next); err != nil {
			t.Errorf("the act under way: %v", err)
		}
		acknowledged = append(acknowledged, next)
		if got, want := organisations(t, s), int64(4*len(acknowledged)); got != want {
			t.Errorf("%d organisations are there, want %d", got, want)
		}
		mustVerify(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log is left behind: %v", err)
	}
}
