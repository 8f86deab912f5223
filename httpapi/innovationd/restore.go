package main

import (
	"context"
	"flag"
	"path/filepath"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func restoreCommand() *command {
	q, force := &query{}, false
	return &command{
		name: "restore", args: "BACKUP", min: 1, max: 1,
		short: "bring the register of a backup back, after verifying it",
		long: `Checks the SHA-256 beside the backup, when there is one, brings a copy of the
backup up to date, verifies it, and only then puts it at -db. The backup stays as
it is.

A register that is there is kept beside it, as register.db.before-restore- with
the time. Without -force it is not replaced when it is another register or has
acts that the backup lacks; with or without, not while a program has it open.`,
		examples: []string{"innovationd restore register-20261122T121500Z.db", "innovationd restore before-import.db -db /var/lib/innovationd/register.db -force"},
		flags: func(f *flag.FlagSet) {
			q.place.bind(f)
			q.bindFormat(f)
			boolVar(f, &force, "force", false, "replace another register, or one with later acts")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := q.checkFormat(); err != nil {
				return err
			}
			var stage string
			var bar *progress
			out, err := store.Restore(ctx, args[0], q.place.db, &store.RestoreOptions{Force: force, Clock: p.now,
				Progress: func(now string, done, total int64) {
					if now != stage {
						if bar != nil {
							bar.end(nil)
						}
						units := map[string]string{"Verifying": "acts", "Replacing": "pages"}
						unit := units[now]
						if unit == "" {
							unit = "bytes"
						}
						stage, bar = now, p.progress(now, unit)
					}
					bar.update64(done, total)
				}})
			if bar != nil {
				bar.end(err)
			}
			if own := innovation.Violations(err); len(own) == 1 && own[0].Rule == innovation.RuleNoSuchFile {
				return failed("there is no backup at " + args[0]).trying("the name of one: innovationd verify FOLDER lists the backups of a folder")
			} else if len(own) == 1 && own[0].Rule == innovation.RuleRegisterDamaged && strings.HasPrefix(own[0].Detail, args[0]) {
				return failed("the backup is damaged: " + own[0].Detail).trying("another one: innovationd verify FOLDER says which backups of a folder are whole")
			}
			if err != nil {
				return err
			}
			rep := &report{title: "Restored the register to " + out.Path}
			rep.note("%s, verified; digest %s", plural(int(out.Acts), "act", "acts"), out.Digest)
			if out.Replaced != "" {
				rep.note("The register that was there (the backup is %s) is kept as %s", out.Replaced, filepath.Base(out.Kept))
			}
			for _, remark := range out.Remarks {
				rep.note("Note: %s", remark)
			}
			s := section{name: "restored", head: []string{"path", "backup", "register", "schema", "acts", "digest", "replaced", "kept"}}
			if q.format == "csv" {
				s.add(out.Path, out.Backup, out.Register, out.Schema, out.Acts, out.Digest, out.Replaced, out.Kept)
			}
			rep.sections = []section{s}
			return q.print(ctx, p, nil, out, rep)
		},
	}
}
