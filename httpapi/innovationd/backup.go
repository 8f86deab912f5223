package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"

	"github.com/innovationregistry/registry/store"
)

func backupCommand() *command {
	q := &query{}
	return &command{
		name: "backup", args: "[FILE|FOLDER]", max: 1,
		short: "copy the register to a file while it is in use",
		long: `Copies the register as it is at one moment; who reads and writes it goes on. With
a folder, or nothing, which means the folder of the register, the name is made
from the time: register-20261122T121500Z.db. A file that is there is never
replaced.

The SHA-256 of the copy stands beside it, as sha256sum -c reads it. "innovationd
verify FILE" checks a backup, "innovationd restore FILE" brings it back, and
"innovationd serve -backup-dir FOLDER" makes them on schedule. A register in
PostgreSQL is replayed into the file act by act; "innovationd copy" brings that
back, and copies a register that stands beside other tables of SQLite.

A backup holds the names of persons, also those that are erased later.`,
		examples: []string{"innovationd backup", "innovationd backup /mnt/backups", "innovationd backup -db /var/lib/innovationd/register.db before-import.db"},
		flags: func(f *flag.FlagSet) {
			q.place.bind(f)
			q.bindFormat(f)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := q.checkFormat(); err != nil {
				return err
			}
			st, err := q.place.openToRead(ctx)
			if err != nil {
				return err
			}
			defer st.Close()
			path := filepath.Dir(q.place.db)
			if len(args) > 0 {
				path = args[0]
			}
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				path = filepath.Join(path, store.BackupName(q.place.db, p.now()))
			}
			bar := p.progress("Copying", "bytes")
			b, err := st.Backup(ctx, path, bar.update64)
			bar.end(err)
			if err != nil {
				return err
			}
			rep := &report{title: "Backed up the register to " + b.Path}
			if q.format == "table" {
				rep.note("%s up to act %d, of %s", plural(int(b.Bytes), "byte", "bytes"), b.Act, instant(b.At))
				rep.note("SHA-256 %s, also in %s", b.SHA256, filepath.Base(b.Path)+".sha256")
			}
			s := section{name: "backup", head: []string{"path", "bytes", "sha256", "register", "schema", "act", "digest", "at"}}
			if q.format == "csv" {
				s.add(b.Path, b.Bytes, b.SHA256, b.Register, b.Schema, b.Act, b.Digest, b.At)
			}
			rep.sections = []section{s}
			return q.print(ctx, p, nil, b, rep)
		},
	}
}

// update64 is update for a callback of package store.
func (g *progress) update64(done, total int64) { g.update(int(done), int(total)) }
