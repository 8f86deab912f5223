package store

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// Retention says how many backups are kept: the newest of each of so many
// hours, days and weeks that have one.
type Retention struct {
	Hourly, Daily, Weekly int
}

// Keep says which of the times of backups are kept: the newest of each of the
// last Hourly hours, Daily days and Weekly ISO weeks, in UTC, that have one,
// and the newest in any case. The times may stand in any order; of equal times
// all are kept or none.
func (r Retention) Keep(times []time.Time) []bool {
	keep := make([]bool, len(times))
	newest := make([]int, len(times)) // the newest first
	for i := range newest {
		newest[i] = i
	}
	sort.SliceStable(newest, func(a, b int) bool { return times[newest[a]].After(times[newest[b]]) })
	for _, of := range []struct {
		most  int
		start func(time.Time) time.Time
	}{
		{r.Hourly, func(t time.Time) time.Time { return t.Truncate(time.Hour) }},
		{r.Daily, startOfDay},
		{r.Weekly, func(t time.Time) time.Time { return startOfDay(t).AddDate(0, 0, -(int(t.Weekday())+6)%7) }},
		{1, func(t time.Time) time.Time { return time.Time{} }},
	} {
		var last, chosen time.Time // the span and the time that stand for it
		for n, i := range newest {
			t := times[i].UTC()
			if start := of.start(t); n == 0 || !start.Equal(last) {
				if of.most--; of.most < 0 {
					break
				}
				last, chosen = start, t
			}
			keep[i] = keep[i] || t.Equal(chosen)
		}
	}
	return keep
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// stamp is how a time stands in the name of a file.
const stamp = "20060102T150405Z"

var stamped = regexp.MustCompile(`^(.+)-([0-9]{8}T[0-9]{6}Z)\.db$`)

// BackupName is the name of a backup in a folder of backups: the base name of
// the register's file without its ending, the time in UTC, and .db.
func BackupName(register string, at time.Time) string {
	return baseName(register) + "-" + at.UTC().Format(stamp) + ".db"
}

func baseName(register string) string {
	base := filepath.Base(register)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// BackupFile is a backup in a folder of backups.
type BackupFile struct {
	Path   string
	At     time.Time // as its name says
	Act    int64     // the last in it
	Digest string    // of the chain up to that act
}

// Backups lists the backups of this register in a folder, the oldest first:
// files named as BackupName names those of register, which hold this register.
// What cannot be read as such is left out.
func (s *Store) Backups(ctx context.Context, folder, register string) (out []BackupFile, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fileProblem(err)
	}
	for _, e := range entries {
		m := stamped.FindStringSubmatch(e.Name())
		if m == nil || m[1] != baseName(register) || !e.Type().IsRegular() {
			continue
		}
		at, err := time.Parse(stamp, m[2])
		if err != nil {
			continue
		}
		path := filepath.Join(folder, e.Name())
		g, err := glanceAt(ctx, path)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			continue
		}
		if g.register == s.ID() {
			out = append(out, BackupFile{path, at, g.head.act, hex.EncodeToString(g.head.digest)})
		}
		g.close()
	}
	sort.Slice(out, func(a, b int) bool { return out[a].At.Before(out[b].At) })
	return out, nil
}

// Prune removes the backups of this register in a folder, with their digests,
// that Retention does not keep, and names them. Only files that Backups lists
// are removed, and never the newest, nor the one with most of this register's
// acts that is what was written; when there is none such, nothing is removed.
func (s *Store) Prune(ctx context.Context, folder, register string, keep Retention) (removed []string, err error) {
	all, err := s.Backups(ctx, folder, register)
	if err != nil {
		return nil, err
	}
	times := make([]time.Time, len(all))
	for i, b := range all {
		times[i] = b.At
	}
	kept := keep.Keep(times)
	best := -1 // as a rule the newest is looked at, and no other
	for i := len(all) - 1; i >= 0; i-- {
		if best >= 0 && all[i].Act <= all[best].Act {
			continue
		}
		if _, err := checkDigest(ctx, all[i].Path); err != nil {
			continue
		}
		rel, err := s.Compare(ctx, all[i].Path)
		if err == nil && (rel.Kind == RelationSame || rel.Kind == RelationBehind) {
			best = i
		}
	}
	if best < 0 {
		return nil, ctx.Err()
	}
	var errs []error
	for i, b := range all {
		if kept[i] || i == best || i == len(all)-1 {
			continue
		}
		if err := os.Remove(b.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fileProblem(err))
			continue
		}
		os.Remove(digestName(b.Path)) // the file first: a digest alone says nothing
		removed = append(removed, b.Path)
	}
	return removed, innovation.Join(errs...)
}
