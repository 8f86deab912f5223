package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// refusedBy demands one error of a rule, with advice.
func refusedBy(t *testing.T, err error, rule innovation.RuleID) {
	t.Helper()
	if own := innovation.Violations(err); len(own) != 1 || own[0].Rule != rule || own[0].Try == "" {
		t.Errorf("%v (%+v), want the rule %s", err, own, rule)
	}
}

// filesIn lists a folder, without the files that SQLite keeps beside a database.
func filesIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), "-wal") && !strings.HasSuffix(e.Name(), "-shm") {
			names = append(names, e.Name())
		}
	}
	return names
}

func mustBackup(t testing.TB, s *store.Store, path string) store.Backup {
	t.Helper()
	b, err := s.Backup(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sound checks what a backup says of itself, its digest, and that it verifies.
func sound(t *testing.T, s *store.Store, b store.Backup) {
	t.Helper()
	data, err := os.ReadFile(b.Path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	line, err := os.ReadFile(b.Path + ".sha256")
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(sum[:]); got != b.SHA256 || int64(len(data)) != b.Bytes || string(line) != got+"  "+filepath.Base(b.Path)+"\n" {
		t.Errorf("%d bytes with digest %s, beside it %q; it says %+v", len(data), got, line, b)
	}
	c, err := store.CheckBackup(context.Background(), b.Path, nil)
	if err != nil || !c.Verified.OK || c.SHA256 != b.SHA256 || c.Verified.Acts != b.Act || c.Verified.Digest != b.Digest ||
		c.Verified.Register != s.ID() || b.Register != s.ID() || c.Schema != store.SchemaVersion() || b.Schema != c.Schema {
		t.Errorf("backup %+v, checked %+v, %v", b, c, err)
	}
	if after, err := os.ReadFile(b.Path); err != nil || !bytes.Equal(data, after) {
		t.Errorf("checking changed the file: %v", err)
	}
}

// A register of each kind in SQLite is backed up.
func TestBackup(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, open := range map[string]func(*testing.T) (*store.Store, error){
		"file": func(t *testing.T) (*store.Store, error) {
			return store.Open(ctx, filepath.Join(t.TempDir(), "register.db"), nil)
		},
		"memory": func(t *testing.T) (*store.Store, error) { return store.OpenMemory(ctx, nil) },
		"host": func(t *testing.T) (*store.Store, error) {
			return store.OpenDB(ctx, pool(t, "file:"+filepath.Join(t.TempDir(), "host.db")+
				"?_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)"), store.SQLite, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			folder := t.TempDir()
			empty := mustBackup(t, s, filepath.Join(folder, "empty.db"))
			sound(t, s, empty)
			if _, err := s.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
				for _, c := range storetest.Samples() {
					if _, err := tx.Record(ctx, c.Fact, c.Sources...); err != nil {
						return err
					}
				}
				if _, err := s.Backup(ctx, filepath.Join(folder, "nested.db"), nil); !errors.Is(err, innovation.Busy) {
					t.Errorf("a backup inside an act: %v", err)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			b := mustBackup(t, s, filepath.Join(folder, "full.db"))
			sound(t, s, b)
			mustFound(t, s, "after-the-backup") // the connection reads and writes as before
			mustVerify(t, s)
			for want, path := range map[string]string{"1 act behind": b.Path, "2 acts behind": empty.Path} {
				if rel, err := s.Compare(ctx, path); err != nil || rel.String() != want {
					t.Errorf("%s: %s, %v", path, rel, err)
				}
			}
			if got := filesIn(t, folder); len(got) != 4 {
				t.Errorf("the folder holds %v", got)
			}
		})
	}
}

// A host's database with tables of its own is not copied.
func TestBackupOfASharedDatabase(t *testing.T) {
	t.Parallel()
	db := pool(t, "file:"+filepath.Join(t.TempDir(), "host.db")+"?_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)")
	if _, err := db.Exec("CREATE TABLE customer (name TEXT)"); err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenDB(context.Background(), db, store.SQLite, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	folder := t.TempDir()
	_, err = s.Backup(context.Background(), filepath.Join(folder, "backup.db"), nil)
	refusedBy(t, err, innovation.RuleCannotOpen)
	if got := filesIn(t, folder); len(got) != 0 {
		t.Errorf("the folder holds %v", got)
	}
}

// Acts go on while backups are made; what was confirmed before one began is in
// it.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	mustFound(t, s, "first")
	var confirmed atomic.Int64
	confirmed.Store(1)
	var stop atomic.Bool
	var wg sync.WaitGroup
	for g := range 3 {
		wg.Go(func() {
			for n := 0; !stop.Load(); n++ {
				r, err := writeFour(s, fmt.Sprintf("body-%d-%d", g, n))
				if err != nil {
					t.Error(err)
					return
				}
				for now := confirmed.Load(); now < int64(r.Act) && !confirmed.CompareAndSwap(now, int64(r.Act)); now = confirmed.Load() {
				}
			}
		})
	}
	folder := t.TempDir()
	var backups []store.Backup
	for i := range 8 {
		before := confirmed.Load()
		b, err := s.Backup(ctx, filepath.Join(folder, fmt.Sprintf("backup-%d.db", i)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if b.Act < before {
			t.Errorf("the backup ends with act %d, and act %d was confirmed before it began", b.Act, before)
		}
		backups = append(backups, b)
	}
	stop.Store(true)
	wg.Wait()
	for _, b := range backups {
		sound(t, s, b)
	}
	if first, last := backups[0].Act, backups[len(backups)-1].Act; first == last {
		t.Errorf("no act was made between the first backup and the last: the test shows nothing")
	}
	mustVerify(t, s)
}

// What a backup cannot be written to is refused, and nothing is left there.
func TestBackupRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	mustFound(t, s, "east")
	folder := t.TempDir()
	there := mustBackup(t, s, filepath.Join(folder, "there.db"))
	if err := os.WriteFile(filepath.Join(folder, "gone.db-wal"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := filesIn(t, folder)
	for name, rule := range map[string]innovation.RuleID{
		"there.db": innovation.RuleRegisterExists, "gone.db": innovation.RuleRegisterExists,
		"none/backup.db": innovation.RuleNoSuchFolder, "there.db/backup.db": innovation.RuleNoSuchFolder, ".": innovation.RuleIsAFolder,
	} {
		_, err := s.Backup(ctx, filepath.Join(folder, name), nil)
		refusedBy(t, err, rule)
	}
	sound(t, s, there)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Backup(gone, filepath.Join(folder, "new.db"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a backup whose context has ended: %v", err)
	}
	if got := filesIn(t, folder); len(got) != len(before) {
		t.Errorf("the folder holds %v, held %v", got, before)
	}
	if os.Getuid() != 0 && runtime.GOOS != "windows" {
		if err := os.Chmod(folder, 0o500); err != nil {
			t.Fatal(err)
		}
		_, err := s.Backup(ctx, filepath.Join(folder, "new.db"), nil)
		refusedBy(t, err, innovation.RuleRegisterReadOnly)
		os.Chmod(folder, 0o700)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(ctx, filepath.Join(folder, "new.db"), nil); !errors.Is(err, innovation.Closed) {
		t.Errorf("a backup of a closed register: %v", err)
	}
}

// A backup that is interrupted at any use of its context leaves nothing, or is
// whole.
func TestBackupInterrupted(t *testing.T) {
	t.Parallel()
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	for i := range 5 {
		mustFound(t, s, fmt.Sprintf("body-%d", i))
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "backup.db")
	for n := 1; ; n++ {
		ctx := endingAfter(n)
		b, err := s.Backup(ctx, path, nil)
		if err == nil {
			if n < 5 {
				t.Errorf("the context was used %d times only", n)
			}
			sound(t, s, b)
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("use %d: %v", n, err)
		}
		if got := filesIn(t, folder); len(got) != 0 {
			t.Fatalf("use %d: the folder holds %v", n, got)
		}
	}
}

// ending is a context that ends with its n-th use.
type ending struct {
	context.Context
	left   atomic.Int64
	cancel context.CancelFunc
}

func endingAfter(n int) *ending {
	e := &ending{}
	e.Context, e.cancel = context.WithCancel(context.Background())
	e.left.Store(int64(n))
	return e
}

func (e *ending) Err() error {
	if e.left.Add(-1) <= 0 {
		e.cancel()
	}
	return e.Context.Err()
}

// What killed processes left is removed by the next backup to the folder, and
// what a running one writes is not, nor anything else.
func TestBackupClearsLeftovers(t *testing.T) {
	t.Parallel()
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	folder := t.TempDir()
	for _, name := range []string{".a.db.partial-0123456789abcdef", ".a.db.partial-0123456789abcdef-journal", ".b.db.partial-0000000000000000-wal",
		".a.db.partial-mine", "a.db.partial-0123456789abcdef", ".a.db"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var running sync.WaitGroup
	for i := range 4 { // side by side, they leave each other alone
		running.Go(func() {
			for n := range 5 {
				if _, err := s.Backup(context.Background(), filepath.Join(folder, fmt.Sprintf("backup-%d-%d.db", i, n)), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	if got := filesIn(t, folder); len(got) != 3+2*20 {
		t.Errorf("the folder holds %v", got)
	}
}

// Several that back up to one name make one backup, whose digest is right or
// missing.
func TestBackupsToOneName(t *testing.T) {
	t.Parallel()
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	for n := range 5 {
		mustFound(t, s, fmt.Sprintf("body-%d", n))
		path := filepath.Join(t.TempDir(), "backup.db")
		var made atomic.Int64
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				mustFound(t, s, fmt.Sprintf("body-%d-%d", n, i)) // each copies another state
				switch _, err := s.Backup(context.Background(), path, nil); {
				case err == nil:
					made.Add(1)
				case !errors.Is(err, innovation.Exists):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if made.Load() != 1 {
			t.Errorf("%d backups were made", made.Load())
		}
		if c, err := store.CheckBackup(context.Background(), path, nil); err != nil || !c.Verified.OK {
			t.Errorf("%+v, %v", c, err)
		}
	}
}

// The digest beside a backup is in the form that sha256sum checks, whatever the
// name.
func TestBackupDigestForSha256sum(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("sha256sum is not installed: install GNU coreutils to run the test")
	}
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	folder := t.TempDir()
	for _, name := range []string{"backup.db", "with space.db", "file:x?.db", `back\slash.db`} {
		b := mustBackup(t, s, filepath.Join(folder, name))
		cmd := exec.Command(program, "-c", filepath.Base(b.Path)+".sha256")
		cmd.Dir = folder
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if c, err := store.CheckBackup(context.Background(), b.Path, nil); err != nil || c.SHA256 != b.SHA256 {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

// Progress is told in bytes, and not after the end.
func TestBackupProgress(t *testing.T) {
	t.Parallel()
	s := openFile(t, filepath.Join(t.TempDir(), "register.db"), nil)
	for i := range 20 {
		mustFound(t, s, fmt.Sprintf("body-%d", i))
	}
	var ended, told atomic.Bool
	_, err := s.Backup(context.Background(), filepath.Join(t.TempDir(), "backup.db"), func(done, total int64) {
		if done < 0 || done > total || total < 4096 || ended.Load() {
			t.Errorf("%d of %d, ended: %v", done, total, ended.Load())
		}
		told.Store(true)
	})
	ended.Store(true)
	if err != nil || !told.Load() {
		t.Errorf("progress was told: %v, %v", told.Load(), err)
	}
}
