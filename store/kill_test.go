package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// TestChild is the other process of tests that need one: it does what its
// environment says.
func TestChild(t *testing.T) {
	path := os.Getenv("STORE_TEST_PATH")
	switch what := os.Getenv("STORE_TEST_CHILD"); what {
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
	default:
		if w, ok := killWork[what]; ok {
			fmt.Println("ready")
			if err := w.child(path); err != nil {
				t.Fatal(err)
			}
			fmt.Println("done")
			return
		}
		if err := faultChild(what, path); err != nil {
			t.Fatal(err)
		}
	}
}

// childOf is a process that does a kind of work.
func childOf(what, path string) *exec.Cmd {
	child := exec.Command(os.Args[0], "-test.run=^TestChild$")
	child.Env = append(os.Environ(), "STORE_TEST_CHILD="+what, "STORE_TEST_PATH="+path)
	return child
}

// kills is how often processes are killed in all: as often as
// INNOVATION_TEST_KILLS says (50 in .ci/run), or 10 times, so that the ordinary
// tests stay short. For a longer run:
//
//	INNOVATION_TEST_KILLS=500 go test ./store -run TestKilled -v -timeout 1h
func kills(t testing.TB) int {
	t.Helper()
	text := os.Getenv("INNOVATION_TEST_KILLS")
	if text == "" {
		return 10
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("INNOVATION_TEST_KILLS=%s is no number of kills", text)
	}
	return n
}

// A process killed at any moment of any work loses no act that it acknowledged;
// what it did not acknowledge is there as a whole or not at all, the register
// verifies, and the work can be done again. Each kind of work is first done to
// its end, to learn how long it takes, and then killed after random parts of
// that time: a timer is the nature of this test. INNOVATION_TEST_SEED has a run
// again, as far as moments can be.
func TestKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts and kills processes: run without -short")
	}
	seed, all := seeded(t), kills(t)
	for name, w := range killWork {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := &killing{T: t, folder: t.TempDir()}
			dice := rand.New(rand.NewPCG(seed, uint64(len(name))))
			check := w.parent(k)
			k.run(name, 0)
			check()
			whole, early, times := k.took, 0, (w.share*all+49)/50
			for k.round = 1; k.round <= times; k.round++ {
				after := time.Duration(dice.Float64() * 1.1 * float64(whole))
				if !k.run(name, max(after, 1)) {
					early++
				}
				check()
				if t.Failed() {
					t.Fatalf("in round %d of seed %d, killed after %v of %v", k.round, seed, after, whole)
				}
			}
			t.Logf("killed %d times within %v, %d of them before it was done", times, whole, early)
		})
	}
}

// killing is a kind of work that is killed again and again.
type killing struct {
	*testing.T
	folder string
	round  int             // 0 when it is not killed
	before func()          // makes ready for a round
	told   map[string]bool // what the process of this round acknowledged
	took   time.Duration   // from its beginning until it was done or killed
}

// path names a file of the work.
func (k *killing) path(name string) string { return filepath.Join(k.folder, name) }

// run does the work in a process of its own, which is killed after some time
// unless that is 0. It reports whether it came to its end.
func (k *killing) run(what string, after time.Duration) (done bool) {
	k.Helper()
	k.before()
	k.told = map[string]bool{}
	child := childOf(what, k.path(""))
	var problems strings.Builder
	child.Stderr = &problems
	child.Env = append(child.Env, fmt.Sprint("STORE_TEST_ROUND=", k.round))
	out, err := child.StdoutPipe()
	if err != nil {
		k.Fatal(err)
	}
	if err := child.Start(); err != nil {
		k.Fatal(err)
	}
	lines := bufio.NewReader(out)
	var start time.Time
	var timer *time.Timer
	var rest strings.Builder
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // half a line acknowledges nothing
			break
		}
		line = strings.TrimSpace(line)
		switch {
		case line == "ready":
			start = time.Now()
			if after > 0 {
				timer = time.AfterFunc(after, func() { child.Process.Kill() })
			}
		case line == "done":
			done, k.took = true, time.Since(start)
		case strings.HasPrefix(line, "made "):
			k.told[line[len("made "):]] = true
		default:
			fmt.Fprintln(&rest, line)
		}
	}
	err = child.Wait()
	if timer != nil {
		timer.Stop()
	}
	if after == 0 && !done || err != nil && child.ProcessState.Exited() {
		k.Fatalf("the process fails: %v\n%s%s", err, &rest, &problems)
	}
	return done
}

// noPartials demands that nothing half written is left in a folder.
func (k *killing) noPartials() {
	k.Helper()
	left, err := filepath.Glob(k.path(".*.partial-*"))
	if err != nil || len(left) > 0 {
		k.Errorf("%v are left behind: %v", left, err)
	}
}

// verified opens a register that is to be whole, and gives it with what Verify
// says.
func (k *killing) verified(path string, opts *store.Options) (*store.Store, store.Verification) {
	k.Helper()
	s, err := store.Open(context.Background(), path, opts)
	if err != nil {
		k.Fatal(err)
	}
	return s, mustVerify(k, s)
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
