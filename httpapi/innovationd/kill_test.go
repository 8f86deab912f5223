package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

const rowsOfImport = 20_000

// importing brings in the rows of importRows.
var importing = []string{"import", "rows.csv", "-noun", "adoption", "-write", "-db", "register.db",
	"-source", "rows", "-source-title", "Rows", "-actor", "pat-0001", "-reason", "the rows"}

// importRows writes a file of adoptions by the networks of a register.
func importRows(t *testing.T, db, path string, rows int) {
	t.Helper()
	code, out, errs := run(t, "organisations", "-db", db, "-format", "csv", "-role", "network", "-on", "2014-01-01")
	bodies := strings.Split(strings.TrimSpace(out), "\n")[1:]
	if code != 0 || len(bodies) < 2 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	var b strings.Builder
	b.WriteString("innovation,organisation,step,stage,grade,day.on,note\n")
	first := time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		step := "confirmed"
		if i < len(bodies) {
			step = "reached"
		}
		key, _, _ := strings.Cut(bodies[i%len(bodies)], ",")
		fmt.Fprintf(&b, "inn-pincer,%s,%s,piloting,self-reported,%s,row %d\n", key, step, first.AddDate(0, 0, i/len(bodies)).Format(time.DateOnly), i)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// number reads an environment variable, which has a run of a test again or
// makes it longer.
func number(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// The program, killed at any moment of an import, a backup, a copy, a restore
// or of serving with backups, leaves registers and backups that verify, with
// each act whole or absent, and what it was doing can be done again. Each is
// first done to its end, to learn how long it takes. INNOVATION_TEST_KILLS sets
// how often they are killed in all, 10 times when left out, and
// INNOVATION_TEST_SEED has a run again, as far as moments can be:
//
//	INNOVATION_TEST_KILLS=100 go test ./httpapi/innovationd -run TestProgramKilled -v
func TestProgramKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts and kills processes: run without -short")
	}
	t.Parallel()
	seed := number(t, "INNOVATION_TEST_SEED", rand.Uint64())
	t.Logf("INNOVATION_TEST_SEED=%d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	k := killed{t, t.TempDir()}
	if code, _, errs := run(t, "load", "england", "-db", k.path("england.db")); code != 0 {
		t.Fatal(errs)
	}
	importRows(t, k.path("england.db"), k.path("rows.csv"), rowsOfImport)
	if code, _, errs := run(t, "backup", "-db", k.path("england.db"), k.path("england.backup")); code != 0 {
		t.Fatal(errs)
	}
	acts := englandActs()
	works := []struct {
		args   []string
		filled bool  // the register has the rows before
		after  []int // how many acts it may have then
	}{
		{importing, false, []int{acts, acts + 1}},
		{[]string{"backup", "-db", "register.db", "made.db"}, true, []int{acts + 1}},
		{[]string{"copy", "-from", "register.db", "-to", "made.db"}, true, []int{acts + 1}},
		{[]string{"restore", "england.backup", "-db", "register.db", "-force"}, true, []int{acts, acts + 1}},
		{[]string{"serve", "-db", "register.db", "-addr", "127.0.0.1:0", "-backup-dir", "backups"}, true, []int{acts + 1}},
	}
	took := make([]time.Duration, len(works))
	k.ready("england.db")
	took[0] = k.do(importing, 0)
	if code, _, errs := run(t, "backup", "-db", k.path("register.db"), k.path("filled.db")); code != 0 {
		t.Fatal(errs)
	}
	for i := range number(t, "INNOVATION_TEST_KILLS", 10) {
		n := int(i) % len(works)
		w := works[n]
		from := "england.backup"
		if w.filled {
			from = "filled.db"
		}
		if took[n] == 0 && w.args[0] != "serve" {
			k.ready(from)
			took[n] = k.do(w.args, 0)
			k.verified("register.db")
		}
		whole := max(took[n], 350*time.Millisecond) // of serve, until it has made a backup
		after := max(time.Duration(dice.Float64()*1.05*float64(whole)), 1)
		k.ready(from)
		k.do(w.args, after)
		what := fmt.Sprintf("%s, killed after %v of about %v", w.args[0], after, whole)
		t.Log(what)
		got, ok := k.verified("register.db"), false
		for _, want := range w.after {
			ok = ok || got == want
		}
		if !ok {
			t.Errorf("%s: the register has %d acts, want one of %v", what, got, w.after)
		}
		others, err := filepath.Glob(k.path("backups/*.db"))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := filepath.Glob(k.path("register.db.before-restore-*Z"))
		if err != nil {
			t.Fatal(err)
		}
		others = append(others, kept...)
		if _, err := os.Stat(k.path("made.db")); err == nil && w.args[0] == "backup" {
			others = append(others, k.path("made.db"))
		}
		for _, path := range others {
			name, err := filepath.Rel(k.folder, path)
			if err != nil {
				t.Fatal(err)
			}
			if got := k.verified(name); got != acts+1 {
				t.Errorf("%s: %s has %d acts", what, name, got)
			}
		}
		switch w.args[0] { // done again, to its end
		case "copy":
			k.do(w.args, 0)
			if got := k.verified("made.db"); got != acts+1 {
				t.Errorf("%s: copied again, it has %d acts", what, got)
			}
		case "import", "restore":
			k.do(w.args, 0)
			if want, got := w.after[len(w.after)-1], k.verified("register.db"); w.args[0] == "import" && got != want {
				t.Errorf("%s: done again, the register has %d acts, want %d", what, got, want)
			}
		}
		if t.Failed() {
			return
		}
	}
}

// killed is a folder in which the program is killed.
type killed struct {
	*testing.T
	folder string
}

func (k killed) path(name string) string { return filepath.Join(k.folder, name) }

// ready puts a register in its place and takes away what was made.
func (k killed) ready(from string) {
	k.Helper()
	for _, pattern := range []string{"register.db*", "made.db*", ".*partial-*", "backups"} {
		names, err := filepath.Glob(k.path(pattern))
		if err != nil {
			k.Fatal(err)
		}
		for _, name := range names {
			if err := os.RemoveAll(name); err != nil {
				k.Fatal(err)
			}
		}
	}
	data, err := os.ReadFile(k.path(from))
	if err == nil {
		err = os.WriteFile(k.path("register.db"), data, 0o600)
	}
	if err == nil {
		err = os.Mkdir(k.path("backups"), 0o700)
	}
	if err != nil {
		k.Fatal(err)
	}
}

// do runs the program, to its end or until it is killed after some time: a
// timer is the nature of this test. It says how long it ran.
func (k killed) do(args []string, after time.Duration) time.Duration {
	k.Helper()
	cmd := exec.Command("innovationd", args...)
	cmd.Dir = k.folder
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	if err := cmd.Start(); err != nil {
		k.Fatal(err)
	}
	if after > 0 {
		defer time.AfterFunc(after, func() { cmd.Process.Kill() }).Stop()
	}
	if err := cmd.Wait(); err != nil && (after == 0 || cmd.ProcessState.Exited()) {
		k.Fatalf("%v: %v\n%s", args, err, &said)
	}
	return time.Since(start)
}

var verifiedActs = regexp.MustCompile(`"acts": ?([0-9]+)`)

// verified demands that a register verifies, and counts its acts.
func (k killed) verified(name string) int {
	k.Helper()
	code, out, errs := run(k.T, "verify", "-db", k.path(name), "-format", "json")
	m := verifiedActs.FindStringSubmatch(out)
	if code != 0 || m == nil {
		k.Fatalf("%s does not verify: exit code %d\n%s%s", name, code, out, errs)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		k.Fatal(err)
	}
	return n
}

// An import that is interrupted in the middle says so, writes nothing, and
// leaves nothing behind.
func TestTableImportInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("this system has no SIGINT: run the test on Linux or macOS")
	}
	t.Parallel()
	k := killed{t, t.TempDir()}
	if code, _, errs := run(t, "load", "england", "-db", k.path("england.db")); code != 0 {
		t.Fatal(errs)
	}
	importRows(t, k.path("england.db"), k.path("rows.csv"), 3*rowsOfImport)
	k.ready("england.db")
	temporary := k.path("temporary")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("innovationd", importing...)
	cmd.Dir = k.folder
	cmd.Env = append(cmd.Environ(), "TMPDIR="+temporary)
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	lines := bufio.NewScanner(pipe)
	printed(t, lines, regexp.MustCompile(`^Importing .*: ([0-9,]+) of `))
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	printed(t, lines, regexp.MustCompile(`^(Error: interrupted)`))
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("the program ends with %v", err)
	}
	for _, folder := range []string{k.folder, temporary} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if folder == temporary || strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "register.db-") {
				t.Errorf("%s is left behind", e.Name())
			}
		}
	}
	if got, want := k.verified("register.db"), englandActs(); got != want {
		t.Errorf("%d acts are there, want %d", got, want)
	}
}
