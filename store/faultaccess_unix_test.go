//go:build unix

package store_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// asNobody has another process do something with a register, as a user to whom
// permissions apply: root may do everything.
func asNobody(t *testing.T, what, path string) []string {
	t.Helper()
	child := childOf(what, path)
	if os.Getuid() == 0 {
		const nobody = 65534
		child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		program := filepath.Join(t.TempDir(), "store.test")                                        // where such a user may run it
		for _, folder := range []string{filepath.Dir(program), filepath.Dir(filepath.Dir(path))} { // of this test alone
			for range 2 {
				if err := os.Chmod(folder, 0o755); err != nil {
					t.Fatal(err)
				}
				folder = filepath.Dir(folder)
			}
			if info, err := os.Stat(folder); err != nil || info.Mode().Perm()&0o5 != 0o5 {
				t.Skipf("the user nobody may not enter %s: set TMPDIR to a folder that all may enter", folder)
			}
		}
		copyFile(t, os.Args[0], program)
		child.Path, child.Dir = program, "/"
	}
	lines, err := saidBy(child)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// A file or folder that may not be written to is said to be so, with what to
// try, and works once it may.
func TestReadOnlyPlaces(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts processes as another user: run without -short")
	}
	sp := specimenOf(t)
	whole := sp.whole(t)
	readOnly := []string{"open: register-read-only", "open to read: ok", "read: ok"}
	for _, c := range []struct {
		what         string
		file, folder os.FileMode
		log          bool
		want         []string
	}{
		{"a read-only file", 0o444, 0o777, false, readOnly},
		{"a read-only folder", 0o666, 0o555, false, readOnly},
		{"both", 0o444, 0o555, false, readOnly},
		{"a read-only folder with a log", 0o666, 0o555, true, []string{"open: register-read-only", "open to read: register-read-only"}},
		{"a file that may not be read", 0o000, 0o777, false, []string{"open: cannot-open", "open to read: cannot-open"}},
		{"a folder that may not be entered", 0o666, 0o600, false, []string{"open: cannot-open", "open to read: cannot-open"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "place")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(folder, "register.db")
			file := whole
			if c.log {
				file = sp.file
				if err := os.WriteFile(path+"-wal", sp.log, 0o600); err != nil {
					t.Fatal(err)
				}
				os.Chmod(path+"-wal", 0o666)
			}
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			os.Chmod(path, c.file)
			os.Chmod(folder, c.folder)
			defer os.Chmod(folder, 0o700)
			if diff := cmp.Diff(c.want, asNobody(t, "look", path)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if left, err := os.ReadDir(folder); err == nil && !c.log && len(left) != 1 {
				t.Errorf("beside the file is left %v", left)
			}
			os.Chmod(folder, 0o777) // the cause is gone
			os.Chmod(path, 0o666)
			if diff := cmp.Diff([]string{"open: ok", "act: ok", "read: ok", "open to read: ok", "read: ok"}, asNobody(t, "look", path)); diff != "" {
				t.Errorf("afterwards (-want +got):\n%s", diff)
			}
			if os.Getuid() == 0 { // what nobody made is nobody's
				mustVerify(t, openFile(t, path, nil))
			}
		})
	}
}

// A symbolic link is the register that it points to: what SQLite keeps beside
// it is beside that, so that handles by either name see the same.
func TestLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	path, link, second := filepath.Join(dir, "a", "register.db"), filepath.Join(dir, "b", "link.db"), filepath.Join(dir, "b", "second.db")
	for to, name := range map[string]string{filepath.Join("..", "a", "register.db"): link, "link.db": second} {
		if err := os.Symlink(to, name); err != nil {
			t.Skipf("no symbolic links can be made here: run on a file system that has them (%v)", err)
		}
	}
	dangling := openFile(t, second, nil) // the register is made where the link points
	mustFound(t, dangling, "by-dangling-link")
	if err := dangling.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		t.Fatalf("the register that a dangling link names: %v, %v", info, err)
	}
	direct, linked := openFile(t, path, nil), openFile(t, second, nil)
	mustFound(t, linked, "by-link")
	mustFound(t, direct, "by-name")
	mustFound(t, linked, "by-link-again")
	for _, s := range []*store.Store{direct, linked} {
		if got := organisations(t, s); got != 4 {
			t.Errorf("%d of 4 organisations are seen", got)
		}
	}
	if diff := cmp.Diff(mustVerify(t, direct), mustVerify(t, linked)); diff != "" {
		t.Errorf("verifications (-by name +by link):\n%s", diff)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "b"))
	if err != nil || len(entries) != 2 {
		t.Errorf("beside the links lie %v, %v", entries, err)
	}
	linked.Close()
	direct.Close()
	gone := filepath.Join(dir, "b", "gone.db")
	if err := os.Symlink(filepath.Join("..", "none", "register.db"), gone); err != nil {
		t.Fatal(err)
	}
	circle := filepath.Join(dir, "b", "circle.db")
	if err := os.Symlink("circle.db", circle); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{gone, circle} {
		s, err := store.Open(context.Background(), name, nil)
		if err == nil {
			s.Close()
		}
		if own := innovation.Violations(err); len(own) != 1 || own[0].Kind != innovation.Unsuitable || own[0].Try == "" {
			t.Errorf("%s: %v", filepath.Base(name), err)
		}
	}
}

// What is no file is refused, and opening it comes to an end.
func TestNoFiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts processes: run without -short")
	}
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "socket")
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: socket}); err != nil && !errors.Is(err, syscall.EINVAL) { // its path may be too long
		t.Fatal(err)
	}
	for _, path := range []string{socket, fifo, "/dev/null", "/dev/zero", "/dev/full", "/dev/tty"} {
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			child := childOf("look", path)
			stop := time.AfterFunc(time.Minute, func() { child.Process.Kill() }) // it may wait for ever
			defer stop.Stop()
			lines, err := saidBy(child)
			if err != nil {
				t.Fatalf("it does not come to an end: %v", err)
			}
			for _, line := range lines {
				if strings.Contains(line, "ok") || strings.Contains(line, "fault") {
					t.Errorf("%s", line)
				}
			}
		})
	}
}

// A register that may not be written to is read without locks. What is read
// after others have written to it all the same is refused, and read again once
// the register is opened anew.
func TestReadWithoutLocks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts a process as another user: run without -short")
	}
	path := filepath.Join(t.TempDir(), "place", "register.db")
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	s := openFile(t, path, nil)
	mustFound(t, s, "before")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	os.Chmod(path, 0o444)
	if os.Getuid() == 0 {
		os.Chown(path, 65534, 65534) // who gives the file another time
	}
	os.Chmod(filepath.Dir(path), 0o555)
	defer os.Chmod(filepath.Dir(path), 0o755)
	if diff := cmp.Diff([]string{"first: ok", "changed: register-busy", "again: ok"}, asNobody(t, "reread", path)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
