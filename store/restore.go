package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"

	"github.com/innovationregistry/registry/innovation"
)

// RestoreOptions sets how a register is restored. Nil is the zero value.
type RestoreOptions struct {
	// Force replaces a register that is another one, or that has acts which the
	// backup lacks. It is kept beside the restored one all the same.
	Force bool
	// Progress, which may be nil, is called now and then with how much of how
	// much of a stage is done: Copying (bytes), Verifying (acts), Keeping
	// (bytes, of the register that is replaced) and Replacing (pages). It is
	// called by one goroutine at a time.
	Progress func(stage string, done, total int64)
	// Clock gives the time for the name of the register that is kept; time.Now
	// when nil.
	Clock func() time.Time
}

// Restored is the outcome of Restore.
type Restored struct {
	Path     string   `json:"path" doc:"Where the register is"`
	Backup   string   `json:"backup" doc:"The backup that it was restored from"`
	Register string   `json:"register" doc:"Identity of the register"`
	Schema   int      `json:"schema" doc:"Version of its schema"`
	Acts     int64    `json:"acts" doc:"How many acts it has, all verified"`
	Digest   string   `json:"digest" doc:"Digest of the chain"`
	Replaced string   `json:"replaced,omitempty" doc:"How the register that was there stood to it; empty when there was none"`
	Kept     string   `json:"kept,omitempty" doc:"Where that register is kept"`
	Remarks  []string `json:"remarks,omitempty" doc:"What one should know about it"`
}

// Restore puts the register of a backup at path. The digest beside the backup,
// when there is one, is checked; a copy of the backup is brought up to date and
// verified; only then is what stands at path touched. The backup stays as it
// is.
//
// A register at path is first kept beside it, with .before-restore- and the time
// added, and then replaced in one transaction of SQLite: a process that is
// killed leaves the old register at path or the new one, as a whole. It is
// refused when the register is in use by any connection (register-in-use), and
// without Force when it is another one or has acts that the backup lacks
// (restore-loses-acts). A file that is no register, or cannot be read as one,
// is never replaced, and PostgreSQL is not restored into: Copy copies there.
//
// The backup must not be a register that the caller's own process has open: its
// locks would be lost.
func Restore(ctx context.Context, backup, path string, o *RestoreOptions) (out Restored, err error) {
	if o == nil {
		o = &RestoreOptions{}
	}
	r := restoring{backup: backup, path: path, options: *o}
	if r.options.Clock == nil {
		r.options.Clock = time.Now
	}
	if r.options.Progress == nil {
		r.options.Progress = func(string, int64, int64) {}
	}
	return r.restore(ctx)
}

type restoring struct {
	backup, path string
	options      RestoreOptions
	there        bool // something is at path, if only an empty file
	empty        bool // it is empty
}

func (r *restoring) restore(ctx context.Context) (out Restored, err error) {
	if err := r.look(ctx); err != nil {
		return out, err
	}
	out = Restored{Path: r.path, Backup: r.backup}
	p, err := newPartial(r.path)
	if err != nil {
		return out, err
	}
	defer p.discard()
	if err := r.copy(ctx, p, &out); err != nil {
		return out, err
	}
	if err := r.verify(ctx, p.name, &out); err != nil {
		return out, err
	}
	if err := p.Sync(); err != nil {
		return out, fileProblem(err)
	}
	if r.there {
		return out, r.replace(ctx, p.name, &out)
	}
	if info, err := os.Stat(r.backup); err == nil {
		p.Chmod(info.Mode().Perm() | 0o600) // a backup may be kept read-only
	}
	if err := p.place(r.path, false); err != nil {
		return out, err
	}
	syncFolder(r.path)
	return out, nil
}

// look refuses what can be seen to be wrong before anything is written.
func (r *restoring) look(ctx context.Context) (err error) {
	if strings.HasPrefix(r.path, "postgres://") || strings.HasPrefix(r.path, "postgresql://") {
		return unsuitable(innovation.RuleCannotOpen, "a backup is not restored into PostgreSQL",
			"restore it to a file and use innovationd copy, or Copy, from there")
	}
	if err := checkPath(r.backup, true); err != nil {
		return err
	}
	if err := checkPath(r.path, false); err != nil {
		return err
	}
	if r.path, err = filepath.Abs(r.path); err != nil {
		return err
	}
	info, err := os.Stat(r.path)
	if r.there = err == nil; r.there {
		if r.path, err = filepath.EvalSymlinks(r.path); err != nil {
			return fileProblem(err)
		}
		if same, err := os.Stat(r.backup); err == nil && os.SameFile(info, same) {
			return unsuitable(innovation.RuleRegisterExists, "the backup is the register itself", "name another path with -db")
		}
		r.empty = info.Size() == 0
	}
	if log := logOf(r.path); log != "" && (!r.there || r.empty) {
		return unsuitable(innovation.RuleRegisterExists, fmt.Sprintf("%s is the log of a register that is not there any more", log),
			"move it away first: it would be taken for a part of the restored register")
	}
	if log := logOf(r.backup); log != "" {
		return unsuitable(innovation.RuleRegisterInUse, fmt.Sprintf("%s has acts that are not in the file yet", log),
			"make a backup of that register with innovationd backup, and restore from it")
	}
	if err := checkOwner(ctx, r.backup); err != nil {
		return inFile(r.backup, err)
	}
	g, err := glanceAt(ctx, r.backup)
	if err != nil {
		return inFile(r.backup, err)
	}
	defer g.close()
	if !r.there || r.empty {
		return nil
	}
	if err := settle(ctx, r.path); err != nil {
		return r.unreadable(err)
	}
	old, err := glanceAt(ctx, r.path)
	if err != nil {
		return r.unreadable(err)
	}
	defer old.close()
	_, err = r.decide(ctx, old.session, g.session)
	return err
}

// unreadable refuses to replace what cannot be read as a register.
func (r *restoring) unreadable(err error) error {
	own := innovation.Violations(err)
	if len(own) != 1 || own[0].Rule != innovation.RuleNotARegister && own[0].Rule != innovation.RuleRegisterDamaged {
		return inFile(r.path, err)
	}
	return wrapKind(err, own[0].Kind, own[0].Rule, fmt.Sprintf("%s cannot be read as a register, so it is not replaced", r.path),
		"move it away, with the files -wal and -shm beside it, and restore again; or restore to another path")
}

// decide says whether the register there may be replaced by the backup, and
// how the two stand to each other.
func (r *restoring) decide(ctx context.Context, there, backup *session) (Relation, error) {
	rel, err := relate(ctx, there, backup)
	if err != nil || r.options.Force || rel.Kind == RelationSame || rel.Kind == RelationAhead {
		return rel, err
	}
	what := fmt.Sprintf("the register at %s is another one than that of the backup", r.path)
	switch rel.Kind {
	case RelationBehind:
		what = fmt.Sprintf("the register at %s has made %d acts since the backup", r.path, rel.Acts)
	case RelationDiverged:
		what = fmt.Sprintf("the register at %s has acts that the backup lacks: their histories part after act %d", r.path, rel.Acts)
	}
	return rel, innovation.Refusedf(innovation.RuleRestoreNewer, "", "%s", what).
		Trying("restore to another path; or force it (-force): the register is then kept beside the restored one")
}

// copy copies the backup and checks its digest.
func (r *restoring) copy(ctx context.Context, p *partial, out *Restored) error {
	want, err := readDigest(r.backup)
	if err != nil {
		return err
	}
	f, err := os.Open(r.backup)
	if err != nil {
		return fileProblem(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fileProblem(err)
	}
	h := sha256.New()
	if _, err := copyBytes(ctx, io.MultiWriter(p, h), f, func(done int64) { r.options.Progress("Copying", done, info.Size()) }); err != nil {
		return err
	}
	switch got := hex.EncodeToString(h.Sum(nil)); {
	case want == "":
		out.Remarks = append(out.Remarks, "no digest stands beside the backup: that it is the file that was written was not checked")
	case got != want:
		return altered(r.backup)
	}
	return nil
}

// verify brings the copy up to date and verifies it.
func (r *restoring) verify(ctx context.Context, name string, out *Restored) error {
	g, err := glanceAt(ctx, name)
	if err != nil {
		return inFile(r.backup, err)
	}
	schema := g.schema
	g.close()
	s, err := Open(ctx, name, &Options{NoCopy: true, Clock: r.options.Clock, Readers: 1})
	if err != nil {
		return err
	}
	v, err := s.Verify(ctx, func(done, total int64) { r.options.Progress("Verifying", done, total) })
	if closing := s.Close(); err == nil {
		err = closing
	}
	if err == nil && !v.OK {
		err = unsuitable(innovation.RuleRegisterDamaged, fmt.Sprintf("the backup %s does not verify: %s: %s", r.backup, v.Problems[0].Where, v.Problems[0].Detail),
			"restore another; innovationd verify says everything that is wrong with a file")
	}
	if log := logOf(name); err == nil && log != "" {
		err = fmt.Errorf("%s is left", log)
	}
	if schema != v.Schema {
		out.Remarks = append(out.Remarks, fmt.Sprintf("it was brought up to date, from schema %d to %d", schema, v.Schema))
	}
	out.Register, out.Schema, out.Acts, out.Digest = v.Register, v.Schema, v.Acts, v.Digest
	return err
}

// replace puts the verified copy in the place of the register that is there, as
// one transaction while nobody else has it open.
func (r *restoring) replace(ctx context.Context, name string, out *Restored) (err error) {
	db, err := sql.Open("sqlite", fileURL(r.path)+"?mode=rw&_pragma=busy_timeout(300)&_pragma=locking_mode(EXCLUSIVE)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := ownSessions(ctx, SQLite, db, 1, true)
	if err != nil {
		return r.untaken(err)
	}
	defer all.drain()
	c, err := all.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { all.release(c, err) }()
	for _, text := range []string{"BEGIN EXCLUSIVE", "COMMIT"} { // the lock stays until the connection is closed
		if err := c.run(ctx, text); err != nil {
			return r.untaken(err)
		}
	}
	if !r.empty {
		if err := r.keep(ctx, c, name, out); err != nil {
			return err
		}
	}
	err = explainIn(ctx, c.conn.Raw(func(driver any) error {
		to, ok := driver.(interface {
			NewRestore(string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("the driver copies no databases")
		}
		b, err := to.NewRestore(fileURL(name) + "?mode=ro")
		if err != nil {
			return err
		}
		for more := true; more && err == nil; {
			if err = ctx.Err(); err == nil {
				more, err = b.Step(1000)
				r.options.Progress("Replacing", int64(b.PageCount()-b.Remaining()), int64(b.PageCount()))
			}
		}
		if finish := b.Finish(); err == nil { // what is not finished is taken back; Finish says the same again
			err = finish
		}
		return err
	}))
	if err == nil { // nobody has it open, and a connection that is alone has no use for it
		os.Remove(r.path + "-shm")
	}
	return err
}

// untaken says why the register there cannot be had alone.
func (r *restoring) untaken(err error) error {
	if errors.Is(err, innovation.Busy) {
		return wrapKind(err, innovation.Refused, innovation.RuleRegisterInUse, fmt.Sprintf("the register at %s is in use", r.path),
			"stop the programs that have it open, and try again")
	}
	return r.unreadable(err)
}

// keep decides once more, for there may have been acts meanwhile, and copies
// the register that is to be replaced.
func (r *restoring) keep(ctx context.Context, c *session, name string, out *Restored) error {
	g, err := glanceAt(ctx, name)
	if err != nil {
		return err
	}
	rel, err := r.decide(ctx, c, g.session)
	g.close()
	if err != nil {
		return err
	}
	now := r.options.Clock().UTC()
	k := copying{session: c, at: now, progress: func(done, total int64) { r.options.Progress("Keeping", done, total) }}
	base := r.path + ".before-restore-" + now.Format(stamp)
	kept, err := k.write(ctx, base)
	for n := 2; errors.Is(err, innovation.Exists) && n < 100; n++ {
		kept, err = k.write(ctx, fmt.Sprintf("%s-%d", base, n))
	}
	if err != nil {
		return fmt.Errorf("keeping the register that is to be replaced: %w", err)
	}
	out.Replaced, out.Kept = rel.String(), kept.Path
	return nil
}
