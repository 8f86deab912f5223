package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/innovationregistry/registry/store"
)

// schedule makes backups while the register is served.
type schedule struct {
	folder string
	every  time.Duration
	keep   store.Retention
	after  func(time.Duration) <-chan time.Time // time.After, but in tests
}

func (s *schedule) bind(f *flag.FlagSet) {
	s.after = time.After
	stringVar(f, &s.folder, "backup-dir", "", "make backups in this `FOLDER`: now, unless there is a recent one, and on schedule")
	f.DurationVar(&s.every, "backup-every", time.Hour, "how much `TIME` lies between backups, as 1h or 30m; nothing is copied when there was no act since the last")
	intVar(f, &s.keep.Hourly, "keep-hourly", 24, "of the backups keep the newest of each of this `NUMBER` of hours")
	intVar(f, &s.keep.Daily, "keep-daily", 7, "of each of this `NUMBER` of days")
	intVar(f, &s.keep.Weekly, "keep-weekly", 5, "of each of this `NUMBER` of weeks")
}

// check refuses flags that make no schedule.
func (s *schedule) check(db *place) error {
	switch {
	case s.folder == "":
		return nil
	case s.every < time.Second:
		return usage("-backup-every is less than a second").trying("-backup-every 1h")
	case s.keep.Hourly < 0 || s.keep.Daily < 0 || s.keep.Weekly < 0:
		return usage("a number of backups to keep is less than 0").trying("-keep-hourly 24 -keep-daily 7 -keep-weekly 5")
	case db.postgres():
		return failed("a register in PostgreSQL is not backed up to files").trying("the backups of PostgreSQL itself, or innovationd copy")
	}
	if info, err := os.Stat(s.folder); err != nil || !info.IsDir() {
		return failed("there is no folder " + s.folder).trying("create it first; one on another disk is safer")
	}
	return nil
}

// run makes backups until the context ends, which also ends one that is being
// made. What fails is logged, and tried again when the next is due.
func (s *schedule) run(ctx context.Context, p *program, st *store.Store, db string, log *slog.Logger) {
	for wait := s.first(ctx, p, st, db); ; wait = s.every {
		if wait > 0 {
			select {
			case <-ctx.Done():
				return
			case <-s.after(wait):
			}
		}
		made, removed, err := s.once(ctx, p, st, db, log)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.ErrorContext(ctx, "backup failed", "error", err, "again in", s.every)
		case made != "":
			log.InfoContext(ctx, "backup made", "path", made, "old ones removed", removed)
		}
	}
}

// first is how long it is until the first backup is due.
func (s *schedule) first(ctx context.Context, p *program, st *store.Store, db string) time.Duration {
	all, err := st.Backups(ctx, s.folder, db)
	for i := len(all) - 1; i >= 0 && err == nil; i-- {
		if wait := all[i].At.Add(s.every).Sub(p.now()); wait <= s.every { // not of a day to come
			return wait
		}
	}
	return 0 // what is wrong will be said then
}

// once makes a backup, unless the newest that can be read has every act, and
// then removes those that are not to be kept.
func (s *schedule) once(ctx context.Context, p *program, st *store.Store, db string, log *slog.Logger) (made string, removed int, err error) {
	all, err := st.Backups(ctx, s.folder, db)
	if err != nil {
		return "", 0, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		rel, err := st.Compare(ctx, all[i].Path)
		switch {
		case ctx.Err() != nil:
			return "", 0, ctx.Err()
		case err != nil:
			log.WarnContext(ctx, "backup is damaged", "path", all[i].Path, "error", err)
			continue
		case rel.Kind == store.RelationSame:
			return "", 0, nil
		case all[i].At.After(p.now()): // its clock was wrong, or ours is
			continue
		}
		break
	}
	b, err := st.Backup(ctx, filepath.Join(s.folder, store.BackupName(db, p.now())), nil)
	if err != nil {
		return "", 0, err
	}
	gone, err := st.Prune(ctx, s.folder, db, s.keep)
	return b.Path, len(gone), err
}
