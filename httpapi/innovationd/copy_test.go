package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// adopted fills a new register with acts of adoption events, each of an
// innovation of its own: four events of so many organisations.
func adopted(t testing.TB, db string, acts, organisations int) (digest string) {
	t.Helper()
	s, err := store.Open(t.Context(), db, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	from := innovation.From(innovation.MustDate("2013-04-01"))
	act := innovation.Act{Actor: "jo", Reason: "because"}
	body := func(i int) innovation.OrganisationID {
		return innovation.OrganisationID(fmt.Sprintf("trust-%04d", i))
	}
	write := func(do func(ctx context.Context, tx *store.Tx) error) {
		t.Helper()
		receipt, err := s.Update(t.Context(), act, do)
		if err != nil {
			t.Fatal(err)
		}
		digest = receipt.Digest
	}
	write(func(ctx context.Context, tx *store.Tx) error {
		for i := range organisations {
			if _, err := tx.Record(ctx, innovation.Existence{Organisation: body(i), Aspect: innovation.Operational, Kind: "nhs-trust", Period: from}); err != nil {
				return err
			}
		}
		return nil
	})
	for n := range acts {
		thing := innovation.InnovationID(fmt.Sprintf("thing-%03d", n))
		var events iter.Seq2[innovation.Adoption, error] = func(yield func(innovation.Adoption, error) bool) {
			for i := range 4 * organisations {
				round := i / organisations
				e := innovation.Adoption{Innovation: thing, Organisation: body(i % organisations), Step: innovation.Reached, Stage: innovation.Adopted,
					Grade: innovation.Observed, Day: innovation.OnDay(innovation.MustDate("2014-01-01").AddDays(30*round + i%28))}
				if round%2 == 1 {
					e.Step = innovation.Confirmed
				}
				if round > 1 {
					e.Stage = innovation.Embedded
				}
				if !yield(e, nil) {
					return
				}
			}
		}
		write(func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Record(ctx, innovation.Innovation{Innovation: thing, Name: "A thing", Period: from}); err != nil {
				return err
			}
			_, err := tx.RecordAdoptions(ctx, events)
			return err
		})
	}
	return digest
}

// process runs the program as a process of its own.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("this system has no SIGINT for other processes: run the test on Linux or macOS")
	}
	cmd := exec.Command("innovationd", args...)
	t.Cleanup(func() {
		if cmd.ProcessState == nil && cmd.Process != nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	return cmd
}

// whole says how many acts a register has; it has to verify.
func whole(t *testing.T, db string) int64 {
	t.Helper()
	s, err := store.Open(t.Context(), db, &store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := s.Verify(t.Context(), nil)
	if err != nil || !got.OK {
		t.Fatalf("%+v, %v", got, err)
	}
	return got.Acts
}

// A replay that Ctrl-C ends leaves whole acts, and goes on where it stopped.
func TestReplayInterrupted(t *testing.T) {
	dir := t.TempDir()
	db, log, to := filepath.Join(dir, "register.db"), filepath.Join(dir, "acts.jsonl"), filepath.Join(dir, "copy.db")
	digest := adopted(t, db, 30, 300)
	if code, _, stderr := run(t, "act-log", "-db", db, "-o", log); code != 0 {
		t.Fatal(stderr)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	cmd := process(t, "replay", "-", "-db", to)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// What is taken of the pipe is recorded, but for the group under way.
	if _, err := in.Write(text[:len(text)*3/4]); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(errs.String(), "interrupted") {
		t.Fatalf("%v\n%s", err, &errs)
	}
	if n := whole(t, to); n == 0 || n >= 31 {
		t.Errorf("%d acts are there", n)
	} else {
		t.Logf("%d acts were there when it ended", n)
	}
	code, out, stderr := run(t, "replay", log, "-db", to)
	if code != 0 || !strings.Contains(out, digest) || whole(t, to) != 31 {
		t.Errorf("%s%s", out, stderr)
	}
}

// A copy that Ctrl-C ends leaves whole acts, and goes on where it stopped.
func TestCopyInterrupted(t *testing.T) {
	dir := t.TempDir()
	db, to := filepath.Join(dir, "register.db"), filepath.Join(dir, "copy.db")
	digest := adopted(t, db, 30, 300)
	cmd := process(t, "copy", "-from", db, "-to", to)
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 20) // of the first line of progress
	if _, err := io.ReadFull(pipe, first); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(pipe)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	n := int64(0)
	if _, err := os.Stat(to); err == nil { // it is removed when no act came in
		n = whole(t, to)
	}
	t.Logf("exit code %d with %d acts:\n%s%s", cmd.ProcessState.ExitCode(), n, first, rest)
	if done := cmd.ProcessState.ExitCode() == 0; done != (n == 31) || !done && !bytes.Contains(rest, []byte("interrupted")) {
		t.Errorf("exit code %d with %d acts", cmd.ProcessState.ExitCode(), n)
	}
	code, out, stderr := run(t, "copy", "-from", db, "-to", to)
	if code != 0 || !strings.Contains(out, digest) || !strings.Contains(out, "The same digest on both sides.") || whole(t, to) != 31 {
		t.Errorf("%s%s", out, stderr)
	}
}

// From a file to PostgreSQL and back to a file, by copy and by log, the digest
// stays the same.
func TestCopyToPostgreSQLAndBack(t *testing.T) {
	dsn := address(storetest.Postgres(t))
	dir := t.TempDir()
	db, back, log, zip, last := filepath.Join(dir, "register.db"), filepath.Join(dir, "back.db"), filepath.Join(dir, "acts.jsonl.gz"),
		filepath.Join(dir, "register.zip"), filepath.Join(dir, "last.db")
	if code, _, stderr := run(t, "load", "england", "-db", db); code != 0 {
		t.Fatal(stderr)
	}
	var digest string
	for _, args := range [][]string{
		{"copy", "-from", db, "-to", dsn},
		{"copy", "-from", dsn, "-to", back},
		{"act-log", "-db", dsn, "-o", log},
		{"replay", log, "-db", filepath.Join(dir, "replayed.db")},
		{"export", "-format", "dataset", "-db", dsn, "-o", zip},
		{"import", zip, "-format", "dataset", "-write", "-db", last},
		{"verify", "-db", dsn},
		{"verify", "-db", back},
		{"verify", "-db", last},
	} {
		code, out, stderr := run(t, args...)
		got := regexp.MustCompile(`Digest ([0-9a-f]{64})`).FindStringSubmatch(out)
		if code != 0 || got == nil {
			t.Fatalf("%v: %s%s", args, out, stderr)
		}
		if digest == "" {
			digest = got[1]
		}
		if got[1] != digest {
			t.Errorf("%v: the digest is %s, and was %s", args, got[1], digest)
		}
	}
}

// address is a data source name as an address.
func address(dsn string) string {
	if strings.Contains(dsn, "://") {
		return dsn
	}
	u := url.URL{Scheme: "postgres", Path: "/"}
	values := url.Values{}
	for _, part := range strings.Fields(dsn) {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "user":
			u.User = url.User(value)
		case "dbname":
			u.Path += value
		default:
			values.Set(name, value)
		}
	}
	u.RawQuery = values.Encode()
	return u.String()
}
