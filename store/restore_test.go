package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// withActs makes a register's file with acts, and closes it.
func withActs(t *testing.T, path string, ids ...string) {
	t.Helper()
	s, err := store.Open(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		mustFound(t, s, id)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// backupOf backs up a register's file that is not open.
func backupOf(t *testing.T, path string) store.Backup {
	t.Helper()
	s := openFile(t, path, nil)
	defer s.Close()
	return mustBackup(t, s, filepath.Join(t.TempDir(), "backup.db"))
}

// standing is how many acts a register's file has, and its digest.
func standing(t *testing.T, path string) (acts int64, digest string) {
	t.Helper()
	c, err := store.CheckBackup(context.Background(), path, nil)
	if err != nil || !c.Verified.OK {
		t.Fatalf("%s: %+v, %v", path, c, err)
	}
	return c.Verified.Acts, c.Verified.Digest
}

// A backup is restored to where nothing is, and over what it follows from; the
// register that was there is kept. What would lose acts needs force.
func TestRestore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	home := t.TempDir()
	at := func(name string) string { return filepath.Join(home, name) }
	withActs(t, at("register.db"), "a", "b")
	early := backupOf(t, at("register.db"))
	withActs(t, at("register.db"), "c")
	late := backupOf(t, at("register.db"))
	withActs(t, at("another.db"), "a", "b")
	another := backupOf(t, at("another.db"))
	if _, err := store.Restore(ctx, early.Path, at("branch.db"), nil); err != nil {
		t.Fatal(err)
	}
	withActs(t, at("branch.db"), "x")
	branch := backupOf(t, at("branch.db"))
	clock := func() time.Time { return time.Date(2026, 11, 22, 12, 15, 0, 0, time.UTC) }

	for _, c := range []struct {
		what     string
		there    store.Backup // what is restored first; none when empty
		from     store.Backup
		replaced string // "" when nothing is there
		refused  bool   // without force
	}{
		{"where nothing is", store.Backup{}, late, "", false},
		{"over the same", late, late, "same", false},
		{"over one that is behind", early, late, "1 act ahead", false},
		{"over a file that was never opened", early, late, "1 act ahead", false},
		{"over one with later acts", late, early, "1 act behind", true},
		{"over another register", another, late, "another register", true},
		{"over one with other acts", branch, late, "diverged after act 2", true},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "register.db")
			if strings.HasSuffix(c.what, "never opened") { // it has a rollback journal still
				data, err := os.ReadFile(c.there.Path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
			} else if c.there.Path != "" {
				if _, err := store.Restore(ctx, c.there.Path, path, nil); err != nil {
					t.Fatal(err)
				}
			}
			before, _ := os.ReadFile(path)
			if c.refused {
				_, err := store.Restore(ctx, c.from.Path, path, nil)
				refusedBy(t, err, innovation.RuleRestoreNewer)
				if after, _ := os.ReadFile(path); !bytes.Equal(before, after) || len(filesIn(t, dir)) != 1 {
					t.Errorf("the refused restore changed something: %v", filesIn(t, dir))
				}
			}
			stages := map[string]bool{}
			out, err := store.Restore(ctx, c.from.Path, path, &store.RestoreOptions{Force: c.refused, Clock: clock,
				Progress: func(stage string, _, _ int64) { stages[stage] = true }})
			if err != nil {
				t.Fatal(err)
			}
			if out.Replaced != c.replaced || out.Acts != c.from.Act || out.Digest != c.from.Digest || out.Register != c.from.Register || len(out.Remarks) != 0 {
				t.Errorf("%+v", out)
			}
			wantStages := 2
			if c.replaced != "" {
				wantStages = 4
				if out.Kept != path+".before-restore-20261122T121500Z" {
					t.Errorf("kept at %s", out.Kept)
				}
				if acts, digest := standing(t, out.Kept); acts != c.there.Act || digest != c.there.Digest {
					t.Errorf("%d acts are kept, with digest %s", acts, digest)
				}
			}
			if len(stages) != wantStages {
				t.Errorf("progress was told of %v", stages)
			}
			if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
				t.Errorf("a log of %d bytes is left", log.Size())
			}
			if acts, digest := standing(t, path); acts != c.from.Act || digest != c.from.Digest {
				t.Errorf("%d acts are there, with digest %s", acts, digest)
			}
			s := openFile(t, path, nil)
			mustFound(t, s, "goes-on")
			if v := mustVerify(t, s); v.Acts != c.from.Act+1 {
				t.Errorf("%d acts", v.Acts)
			}
			if got, want := len(filesIn(t, dir)), 1; c.replaced == "" && got != want || c.replaced != "" && got != want+2 {
				t.Errorf("the folder holds %v", filesIn(t, dir))
			}
		})
	}
}

// A register that somebody has open is not replaced, forced or not; nor is what
// is no register, or cannot be read as one. Nothing is changed, and nothing left.
func TestRestoreRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, data []byte) string {
		if err := os.WriteFile(at(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	withActs(t, at("register.db"), "a", "b")
	good := backupOf(t, at("register.db"))
	whole, err := os.ReadFile(good.Path)
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Clone(whole)
	altered[len(altered)-1] ^= 1
	write("altered.db", altered)
	write("altered.db.sha256", []byte(good.SHA256+"  altered.db\n"))
	foreign(t, write("tampered.db", whole), "UPDATE reg_entity SET key = 'z' WHERE key = 'a'")
	write("cut.db", whole[:len(whole)/2])
	foreign(t, write("newer.db", whole), "PRAGMA user_version = 99", "UPDATE reg_meta SET value = '99' WHERE name = 'schema'")
	foreign(t, at("other.db"), "CREATE TABLE customer (id INTEGER PRIMARY KEY)")
	write("notes.txt", bytes.Repeat([]byte("notes\n"), 1000))
	write("logged.db", whole)
	write("logged.db-wal", []byte("x"))
	write("left.db-wal", []byte("x"))
	open := openFile(t, at("open.db"), nil)
	mustFound(t, open, "a")
	read := at("read.db")
	withActs(t, read, "a")
	reader := openFile(t, read, &store.Options{ReadOnly: true})
	before := map[string][]byte{}
	for _, name := range filesIn(t, dir) {
		before[name], _ = os.ReadFile(at(name))
	}
	for _, c := range []struct {
		backup, path string
		force        bool
		rule         innovation.RuleID
	}{
		{at("none.db"), at("new.db"), false, innovation.RuleNoSuchFile},
		{dir, at("new.db"), false, innovation.RuleIsAFolder},
		{at("altered.db"), at("new.db"), true, innovation.RuleBackupAltered},
		{at("tampered.db"), at("new.db"), true, innovation.RuleRegisterDamaged},
		{at("cut.db"), at("new.db"), true, innovation.RuleRegisterDamaged},
		{at("newer.db"), at("new.db"), true, innovation.RuleSchemaNewer},
		{at("other.db"), at("new.db"), true, innovation.RuleNotARegister},
		{at("notes.txt"), at("new.db"), true, innovation.RuleNotARegister},
		{at("logged.db"), at("new.db"), true, innovation.RuleRegisterInUse},
		{good.Path, at("other.db"), true, innovation.RuleNotARegister},
		{good.Path, at("notes.txt"), true, innovation.RuleNotARegister},
		{good.Path, dir, true, innovation.RuleIsAFolder},
		{good.Path, at("none/new.db"), true, innovation.RuleNoSuchFolder},
		{good.Path, at("left.db"), true, innovation.RuleRegisterExists},
		{good.Path, good.Path, true, innovation.RuleRegisterExists},
		{good.Path, at("open.db"), false, innovation.RuleRestoreNewer},
		{good.Path, at("open.db"), true, innovation.RuleRegisterInUse},
		{good.Path, read, true, innovation.RuleRegisterInUse},
		{good.Path, "postgres://registry@localhost/registry", true, innovation.RuleCannotOpen},
		{at("tampered.db"), at("register.db"), true, innovation.RuleRegisterDamaged},
	} {
		t.Run(filepath.Base(c.backup)+" to "+filepath.Base(c.path), func(t *testing.T) {
			_, err := store.Restore(ctx, c.backup, c.path, &store.RestoreOptions{Force: c.force})
			refusedBy(t, err, c.rule)
		})
	}
	for name, data := range before {
		if after, _ := os.ReadFile(at(name)); !bytes.Equal(data, after) && name != "open.db" {
			t.Errorf("%s was changed", name)
		}
	}
	if got := filesIn(t, dir); len(got) != len(before) {
		t.Errorf("the folder holds %v", got)
	}
	mustFound(t, open, "b")
	mustVerify(t, open)
	mustVerify(t, reader)
}

// Without a digest beside it a backup is restored, with a remark; an old one is
// brought up to date; an empty file and a symbolic link are no obstacles.
func TestRestoreOddities(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	old := oldRegister(t, "schema-2.db.gz")
	before, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "register.db")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Skipf("this system makes no symbolic links (%v): run the test where it does", err)
	}
	out, err := store.Restore(ctx, old, link, nil)
	if err != nil || len(out.Remarks) != 2 || out.Schema != store.SchemaVersion() || out.Kept != "" {
		t.Fatalf("%+v, %v", out, err)
	}
	if after, _ := os.ReadFile(old); !bytes.Equal(before, after) {
		t.Error("the backup was changed")
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	if got := filesIn(t, dir); len(got) != 1 {
		t.Errorf("the folder holds %v", got)
	}
	mustFound(t, openFile(t, link, nil), "goes-on")
}

// A log that a killed program left is part of the register that is replaced:
// its acts are kept, and nothing of it gets into the restored one.
func TestRestoreOverAKilledRegister(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "register.db")
	withActs(t, path, "a")
	backup := backupOf(t, path)
	s := openFile(t, path, nil)
	mustFound(t, s, "b")
	mustFound(t, s, "c")
	killed := filepath.Join(t.TempDir(), "register.db")
	for _, end := range []string{"", "-wal", "-shm"} { // as they would be after a kill
		data, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(killed+end, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := store.Restore(context.Background(), backup.Path, killed, nil)
	refusedBy(t, err, innovation.RuleRestoreNewer)
	out, err := store.Restore(context.Background(), backup.Path, killed, &store.RestoreOptions{Force: true})
	if err != nil || out.Replaced != "2 acts behind" {
		t.Fatalf("%+v, %v", out, err)
	}
	if acts, _ := standing(t, out.Kept); acts != 3 {
		t.Errorf("%d of 3 acts are kept", acts)
	}
	if acts, digest := standing(t, killed); acts != 1 || digest != backup.Digest {
		t.Errorf("%d acts are restored", acts)
	}
}
