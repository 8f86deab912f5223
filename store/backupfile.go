package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"github.com/innovationregistry/registry/innovation"
)

// partial is a file that is being written under a name of its own, until it is
// whole. It is held open so that it can be told from what a killed process left
// behind.
type partial struct {
	*os.File
	name string
}

// partialName is the form of the names of partial files, and of what SQLite
// keeps beside them.
var partialName = regexp.MustCompile(`^\..+\.partial-[0-9a-f]{16}(-wal|-shm|-journal)?$`)

// besides are the endings of the files that SQLite keeps beside a database.
var besides = []string{"-wal", "-shm", "-journal"}

// newPartial makes an empty file in the folder of path, readable by its owner
// only, and removes those that killed processes left there.
func newPartial(path string) (*partial, error) {
	folder, base := filepath.Split(path)
	clearPartials(folder)
	for {
		random := make([]byte, 8)
		rand.Read(random)
		name := folder + "." + base + ".partial-" + hex.EncodeToString(random)
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, fileProblem(err)
		}
		mine, err := f.Stat()
		if claim(f) && err == nil {
			if there, err := os.Stat(name); err == nil && os.SameFile(mine, there) {
				return &partial{f, name}, nil
			}
		}
		f.Close() // somebody took it for a leftover
	}
}

// clearPartials removes the partial files of a folder that nobody writes.
func clearPartials(folder string) {
	entries, err := os.ReadDir(filepath.Clean(folder + "."))
	if err != nil {
		return // what matters will fail, and say why
	}
	for _, e := range entries {
		m := partialName.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		whole := folder + strings.TrimSuffix(e.Name(), m[1])
		f, err := os.OpenFile(whole, os.O_RDWR, 0)
		switch {
		case err == nil && claim(f):
			removeWithLogs(whole)
		case errors.Is(err, fs.ErrNotExist):
			os.Remove(folder + e.Name())
		}
		if err == nil {
			f.Close()
		}
	}
}

// discard removes the file, unless it has its final name by now.
func (p *partial) discard() {
	removeWithLogs(p.name)
	p.Close()
}

func removeWithLogs(path string) {
	os.Remove(path)
	for _, end := range besides {
		os.Remove(path + end)
	}
}

// place gives the file its final name, whole or not at all. Unless it may
// replace a file that is there, such a one is an error.
func (p *partial) place(path string, replace bool) error {
	if !replace {
		switch err := os.Link(p.name, path); {
		case err == nil:
			os.Remove(p.name)
			return nil
		case errors.Is(err, fs.ErrExist):
			return exists(path)
		} // there are file systems without links
		if _, err := os.Lstat(path); err == nil {
			return exists(path)
		}
	}
	return fileProblem(os.Rename(p.name, path))
}

func exists(path string) error {
	return &innovation.Error{Kind: innovation.Exists, Rule: innovation.RuleRegisterExists,
		Detail: fmt.Sprintf("there is a file %s already", path), Try: "name another; this one was left as it is"}
}

// digest is the SHA-256 of the file.
func (p *partial) digest(ctx context.Context) (sum string, size int64, err error) {
	h := sha256.New()
	if _, err = p.Seek(0, io.SeekStart); err == nil {
		size, err = copyBytes(ctx, h, p, nil)
	}
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// copyBytes copies until the end, or until the context ends.
func copyBytes(ctx context.Context, to io.Writer, from io.Reader, progress func(done int64)) (done int64, err error) {
	for err == nil {
		if err = ctx.Err(); err != nil {
			break
		}
		var n int64
		n, err = io.CopyN(to, from, 1<<20)
		if done += n; progress != nil {
			progress(done)
		}
	}
	if err == io.EOF {
		err = nil
	}
	return done, fileProblem(err)
}

// syncFolder makes names that were given last. Not every system can do so to a
// folder; those that cannot do it by themselves.
func syncFolder(path string) {
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		d.Sync()
		d.Close()
	}
}

// digestName is the file that holds the digest of a file, as the program
// sha256sum writes and checks it.
func digestName(path string) string { return path + ".sha256" }

// digestLine is the content of that file.
func digestLine(sum, path string) string {
	base, escaped := filepath.Base(path), ""
	if strings.ContainsAny(base, "\\\n\r") {
		base, escaped = strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\r", "\\r").Replace(base), "\\"
	}
	return escaped + sum + "  " + base + "\n"
}

// maxDigest is how large a file with a digest may be, in bytes.
const maxDigest = 4 << 10

// readDigest reads the digest beside a file, "" when there is none. What is no
// file of that size is not read: a pipe would be waited for, a device has no end.
func readDigest(path string) (string, error) {
	info, err := os.Stat(digestName(path))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var text []byte
	if err == nil && info.Mode().IsRegular() && info.Size() <= maxDigest {
		text, err = os.ReadFile(digestName(path))
	}
	if err != nil {
		return "", fileProblem(err)
	}
	sum, _, _ := bytes.Cut(bytes.TrimPrefix(text, []byte(`\`)), []byte(" "))
	if raw, err := hex.DecodeString(string(sum)); err != nil || len(raw) != sha256.Size {
		return "", innovation.Refusedf(innovation.RuleBackupAltered, "", "%s holds no digest", digestName(path)).
			Trying("take another backup; or remove that file, to go without the check")
	}
	return strings.ToLower(string(sum)), nil
}

// checkDigest compares a file with the digest beside it and gives that, "" when
// there is none.
func checkDigest(ctx context.Context, path string) (string, error) {
	want, err := readDigest(path)
	if err != nil || want == "" { // a live register has none: opened and closed here, it would lose its locks
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fileProblem(err)
	}
	sum, _, err := (&partial{File: f}).digest(ctx)
	f.Close()
	if err == nil && sum != want {
		err = altered(path)
	}
	return sum, err
}

// altered refuses a backup whose digest is not the one beside it.
func altered(path string) error {
	return innovation.Refusedf(innovation.RuleBackupAltered, "", "%s is not what was written: its SHA-256 differs from the one in %s",
		path, filepath.Base(digestName(path))).Trying("take another backup")
}

// fileProblem turns an error of the file system into one of the register's own
// where the caller can do something about it.
func fileProblem(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return wrapKind(err, innovation.Unsuitable, innovation.RuleDiskFull, "the disk is full", "free some space and try again")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return wrapKind(err, innovation.Unsuitable, innovation.RuleRegisterReadOnly, "the folder or a file in it is read-only",
			"make it writable, or name another folder")
	case errors.Is(err, fs.ErrNotExist):
		return wrapKind(err, innovation.Unsuitable, innovation.RuleNoSuchFolder, "the folder is not there", "create it first")
	}
	return err
}

// logOf names a log that a register left at a path: SQLite would apply it to
// whatever file stands there next.
func logOf(path string) string {
	for _, end := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(path + end); err == nil && info.Size() > 0 {
			return path + end
		}
	}
	return ""
}
