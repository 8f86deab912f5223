package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// Backup describes a copy of a register in a file.
type Backup struct {
	Path     string    `json:"path" doc:"Where it is"`
	SHA256   string    `json:"sha256" doc:"Digest of the file, hexadecimal; it stands beside it, too"`
	Bytes    int64     `json:"bytes" doc:"Size of the file"`
	Register string    `json:"register" doc:"Identity of the register"`
	Schema   int       `json:"schema" doc:"Version of its schema"`
	Act      int64     `json:"act" doc:"Number of the last act in it"`
	Digest   string    `json:"digest" doc:"Digest of the chain up to that act"`
	At       time.Time `json:"at" doc:"When the copy was begun"`
}

// Backup writes the register, as it is at one moment, to a new SQLite file at
// path, and its SHA-256 to path with .sha256 added, as the program sha256sum
// reads it. Reads and acts go on meanwhile; every act that was confirmed before
// Backup was called is in it. A register in memory, or in a pool of one
// connection, is held up.
//
// The file is written under another name (.NAME.partial-…) and is on the disk
// before it gets its own; then the file with its digest does. So a process that
// is killed leaves a whole backup with its digest, one without, or none; the
// next backup to that folder removes the rest. The copy is not verified beyond
// its last act: CheckBackup does that.
//
// A backup holds the names of persons. Names that are erased later stay in the
// backups made before, until those are removed.
//
// The error is of kind Exists when there is a file at path; it is never
// replaced. It is of kind Unsuitable when the disk is full or the folder cannot
// be written to, and for a register in a SQLite database with tables of other
// programs, which Copy copies instead. A register in PostgreSQL is replayed act
// by act, which takes longer.
//
// progress, which may be nil, is called with how many bytes of about how many
// are written (of PostgreSQL, how many acts), from another goroutine but not
// after Backup returned.
func (s *Store) Backup(ctx context.Context, path string, progress func(done, total int64)) (out Backup, err error) {
	if ctx.Value(updateKey{s}) != nil {
		return out, errNested
	}
	if s.dialect.dollar {
		return s.backupActs(ctx, path, progress)
	}
	c, err := s.readers.acquire(ctx)
	if err != nil {
		return out, err
	}
	defer func() { s.readers.release(c, err) }()
	if s.ownFile && s.readers != s.writers { // to SQLite, it is a write
		defer c.run(context.WithoutCancel(ctx), "PRAGMA query_only = 1")
		if err := c.run(ctx, "PRAGMA query_only = 0"); err != nil {
			return out, err
		}
	}
	k := copying{session: c, at: s.now(), progress: progress, unlocked: s.unlocked}
	if !s.ownFile {
		if err := k.alone(ctx); err != nil {
			return out, err
		}
	}
	return k.write(ctx, path)
}

// backupActs backs up a register in PostgreSQL: its acts are replayed into a
// SQLite file, of which the backup is made.
func (s *Store) backupActs(ctx context.Context, path string, progress func(done, total int64)) (out Backup, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return out, err
	}
	if err := (&copying{}).free(path); err != nil {
		return out, err
	}
	p, err := newPartial(path)
	if err != nil {
		return out, err
	}
	defer p.discard()
	to, err := Open(ctx, p.name, &Options{Clock: s.options.Clock, Random: s.options.Random, Logger: s.options.Logger, Relaxed: true})
	if err != nil {
		return out, err
	}
	defer to.Close()
	if _, err := Copy(ctx, s, to, progress); err != nil {
		return out, err
	}
	return to.Backup(ctx, path, nil)
}

// copying makes a copy of the database of a connection that is in no
// transaction.
type copying struct {
	session  *session
	at       time.Time
	progress func(done, total int64)
	schema   int       // the copy must have this schema, unless 0
	replace  bool      // a file that is there may be replaced
	mark     bool      // the copy is to be marked as a register's own file
	unlocked *unlocked // the original, when it is read without locks
}

// alone refuses a host's database that holds more than the register.
func (k *copying) alone(ctx context.Context) error {
	var name string
	found, err := k.session.one(ctx, []any{&name}, `SELECT name FROM sqlite_schema WHERE name NOT LIKE 'reg\_%' ESCAPE '\'
		AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name LIMIT 1`)
	if err == nil && found {
		return unsuitable(innovation.RuleCannotOpen, fmt.Sprintf("the database holds more than the register, as %q", name),
			"use innovationd copy, or Copy, which takes the register alone; or back up the database as a whole")
	}
	k.mark = true
	return err
}

// write makes the copy.
func (k *copying) write(ctx context.Context, path string) (out Backup, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return out, err
	}
	if err := k.free(path); err != nil {
		return out, err
	}
	before, err := readHead(ctx, k.session)
	if err != nil {
		return out, err
	}
	p, err := newPartial(path)
	if err != nil {
		return out, err
	}
	defer p.discard()
	if err := k.pages(ctx, p); err != nil {
		return out, err
	}
	out = Backup{Path: path, At: k.at}
	if err := k.check(ctx, p.name, before, &out); err != nil {
		return out, err
	}
	if err := p.Sync(); err != nil {
		return out, fileProblem(err)
	}
	if out.SHA256, out.Bytes, err = p.digest(ctx); err != nil {
		return out, err
	}
	return out, k.publish(p, &out)
}

// free refuses a path at which no copy can be.
func (k *copying) free(path string) error {
	if log := logOf(path); log != "" {
		return exists(log)
	}
	info, err := os.Stat(filepath.Dir(path))
	if err == nil && !info.IsDir() || os.IsNotExist(err) {
		return unsuitable(innovation.RuleNoSuchFolder, fmt.Sprintf("there is no folder %s", filepath.Dir(path)), "create it first")
	}
	switch info, err := os.Lstat(path); {
	case err == nil && info.IsDir():
		return unsuitable(innovation.RuleIsAFolder, fmt.Sprintf("%s is a folder", path), "name a file in it")
	case err == nil && !k.replace:
		return exists(path)
	}
	return nil
}

// pages lets SQLite write the database to the file, which has the permissions
// of the original, and may be written to by its owner.
func (k *copying) pages(ctx context.Context, p *partial) error {
	var file string
	var total int64
	if _, err := k.session.one(ctx, []any{&file, &total}, `SELECT d.file, c.page_count * s.page_size
		FROM pragma_database_list d, pragma_page_count c, pragma_page_size s WHERE d.name = 'main'`); err != nil {
		return err
	}
	if info, err := os.Stat(file); err == nil {
		if err := p.Chmod(info.Mode().Perm() | 0o600); err != nil { // SQLite is yet to write to it
			return fileProblem(err)
		}
	}
	if k.progress != nil {
		done, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			tick := time.NewTicker(50 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-done:
					return
				case <-tick.C:
					if info, err := p.Stat(); err == nil {
						k.progress(min(info.Size(), total), total)
					}
				}
			}
		}()
		defer func() { close(done); <-ended; k.progress(total, total) }()
	}
	_, err := k.session.conn.ExecContext(ctx, "VACUUM INTO ?", p.name)
	if err != nil || !k.mark {
		return explainIn(ctx, err)
	}
	db, err := sql.Open("sqlite", fileURL(p.name)+"?mode=rw")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, SchemaVersion()))
	return explainIn(ctx, err)
}

// check compares the last act of the copy with the acts of the original.
func (k *copying) check(ctx context.Context, name string, before head, out *Backup) error {
	if err := k.unlocked.same(); err != nil {
		return err
	}
	g, err := glanceAt(ctx, name)
	if err != nil {
		return err
	}
	defer g.close()
	out.Register, out.Schema, out.Act, out.Digest = g.register, g.schema, g.head.act, hex.EncodeToString(g.head.digest)
	if k.schema != 0 && k.schema != g.schema {
		return errMigrated
	}
	for _, x := range []struct {
		in   *session
		want head
	}{{g.session, before}, {k.session, g.head}} {
		if digest, err := digestAt(ctx, x.in, x.want.act); err != nil || !bytes.Equal(digest, x.want.digest) {
			if err == nil {
				err = unsuitable(innovation.RuleRegisterDamaged, "the copy does not end with an act of the register",
					"make another; if that fails too, innovationd verify says what is wrong")
			}
			return err
		}
	}
	return nil
}

// errMigrated stops a copy of an old schema that somebody else has brought up
// to date meanwhile.
var errMigrated = unsuitable(innovation.RuleSchemaNewer, "another process has changed the schema meanwhile", "try again")

// publish gives the copy its name, and then the file with its digest. Nothing
// is written any more by then.
func (k *copying) publish(p *partial, out *Backup) error {
	beside, err := newPartial(digestName(out.Path))
	if err != nil {
		return err
	}
	defer beside.discard()
	if _, err = beside.WriteString(digestLine(out.SHA256, out.Path)); err == nil {
		err = beside.Sync()
	}
	if err == nil {
		var info os.FileInfo
		if info, err = p.Stat(); err == nil {
			err = beside.Chmod(info.Mode().Perm())
		}
	}
	if err != nil {
		return fileProblem(err)
	}
	if _, err := os.Lstat(out.Path); k.replace || err != nil {
		os.Remove(digestName(out.Path)) // of a file that is gone, or is to go
	}
	if err := p.place(out.Path, k.replace); err != nil {
		return err
	}
	syncFolder(out.Path)
	err = beside.place(digestName(out.Path), true)
	syncFolder(out.Path)
	return err
}

// copyBefore keeps a copy of a register's own file whose schema is about to be
// brought up to date: at its path with .schema-N added. One that is there is
// kept when it has the same acts.
func (s *Store) copyBefore(ctx context.Context, w *session, schema int) error {
	now, err := readHead(ctx, w)
	if err != nil {
		return err
	}
	var file string
	if _, err := w.one(ctx, []any{&file}, "SELECT file FROM pragma_database_list WHERE name = 'main'"); err != nil || file == "" {
		return err
	}
	name := fmt.Sprintf("%s.schema-%d", file, schema)
	if g, err := glanceAt(ctx, name); err == nil {
		same := g.register == s.ID() && g.schema == schema && bytes.Equal(g.head.digest, now.digest)
		g.close()
		if same {
			return nil
		}
	}
	k := copying{session: w, at: s.now(), schema: schema, replace: true}
	out, err := k.write(ctx, name)
	switch own := innovation.Violations(err); {
	case err == errMigrated:
		return nil
	case err == nil:
		s.options.Logger.InfoContext(ctx, "copied the register before its schema changes", "copy", name, "schema", schema, "act", out.Act)
		return nil
	case len(own) == 1 && own[0].Rule == innovation.RuleDiskFull:
		return wrapKind(err, own[0].Kind, own[0].Rule, "there is no room for the copy that is made before the schema changes",
			"free some space, or set Options.NoCopy when there is a backup already")
	}
	return fmt.Errorf("copy before the schema changes: %w", err)
}
