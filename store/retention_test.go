package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func TestRetention(t *testing.T) {
	t.Parallel()
	times := []string{ // 2026-11-22 is a Sunday
		"2026-11-22T12:40:00Z", "2026-11-22T12:15:00Z", "2026-11-22T11:59:59Z", "2026-11-22T00:00:00Z", "2026-11-21T23:59:59Z",
		"2026-11-16T00:00:00Z", "2026-11-15T23:59:59Z", "2026-01-01T06:00:00Z", "2025-12-29T00:00:00Z", "2025-12-28T23:00:00Z",
	}
	for _, c := range []struct {
		keep store.Retention
		want []int
	}{
		{store.Retention{}, []int{0}},
		{store.Retention{Hourly: -1}, []int{0}},
		{store.Retention{Hourly: 1}, []int{0}},
		{store.Retention{Hourly: 3}, []int{0, 2, 3}},
		{store.Retention{Daily: 3}, []int{0, 4, 5}},
		{store.Retention{Weekly: 2}, []int{0, 6}},
		{store.Retention{Weekly: 3}, []int{0, 6, 7}}, // the week of 1 January begins in December
		{store.Retention{Weekly: 9}, []int{0, 6, 7, 9}},
		{store.Retention{Hourly: 2, Daily: 2, Weekly: 2}, []int{0, 2, 4, 6}},
		{store.Retention{Hourly: 99}, []int{0, 2, 3, 4, 5, 6, 7, 8, 9}},
	} {
		var all []time.Time
		for _, text := range times {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, at.In(time.FixedZone("elsewhere", 5*3600)))
		}
		var got []int
		for i, kept := range c.keep.Keep(all) {
			if kept {
				got = append(got, i)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.keep, diff)
		}
	}
}

// Whatever the times: the newest is kept, and what is kept is the newest of its
// hour, day or week, of as many as asked for; the order and what was removed
// before make no difference.
func TestRetentionProperties(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 300 {
		span := []int{3600, 86400, 30 * 86400, 3 * 365 * 86400}[dice.IntN(4)]
		seen := map[time.Time]bool{}
		for range dice.IntN(60) {
			seen[start.Add(time.Duration(dice.IntN(span))*time.Second)] = true
		}
		var times []time.Time
		for at := range seen {
			times = append(times, at)
		}
		sort.Slice(times, func(a, b int) bool { return times[a].After(times[b]) })
		r := store.Retention{Hourly: dice.IntN(30), Daily: dice.IntN(10), Weekly: dice.IntN(6)}
		want := map[time.Time]bool{} // by the definition
		for _, of := range []struct {
			most int
			name func(time.Time) string
		}{
			{r.Hourly, func(t time.Time) string { return t.Format("2006010215") }},
			{r.Daily, func(t time.Time) string { return t.Format("20060102") }},
			{r.Weekly, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, " ", w) }},
			{1, func(time.Time) string { return "" }},
		} {
			spans := map[string]bool{}
			for _, at := range times {
				if name := of.name(at); !spans[name] && len(spans) < of.most {
					spans[name] = true
					want[at] = true
				}
			}
		}
		dice.Shuffle(len(times), func(i, k int) { times[i], times[k] = times[k], times[i] })
		got := map[time.Time]bool{}
		var left []time.Time
		for i, kept := range r.Keep(times) {
			if kept {
				got[times[i]] = true
				left = append(left, times[i])
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v of %v (-want +got):\n%s", r, times, diff)
		}
		if slices.Contains(r.Keep(left), false) {
			t.Fatalf("%+v of %v removes more the second time", r, times)
		}
	}
}

// Only backups of this register, named as such, are removed.
func TestPrune(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir, home := t.TempDir(), t.TempDir()
	path := filepath.Join(home, "register.db")
	s := openFile(t, path, nil)
	another := openFile(t, filepath.Join(home, "another.db"), nil)
	at := time.Date(2026, 11, 22, 12, 15, 0, 0, time.UTC)
	for i := range 6 {
		mustFound(t, s, fmt.Sprintf("body-%d", i))
		mustBackup(t, s, filepath.Join(dir, store.BackupName(path, at.Add(time.Duration(i)*20*time.Minute))))
	}
	want := []string{"register-20261122T121500Z.db", "register-20261122T123500Z.db", "register-20261122T131500Z.db", "register-20261122T133500Z.db"}
	mustBackup(t, another, filepath.Join(dir, "register-20261122T110000Z.db")) // another register
	mustBackup(t, s, filepath.Join(dir, "other-20261122T110000Z.db"))
	mustBackup(t, s, filepath.Join(dir, "register-20261122.db"))
	mustBackup(t, s, filepath.Join(dir, "register-20261199T110000Z.db")) // no day of the calendar
	mustBackup(t, s, filepath.Join(dir, "my-register-20261122T110000Z.db"))
	if err := os.WriteFile(filepath.Join(dir, "register-20261122T090000Z.db"), []byte("notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := len(filesIn(t, dir))
	all, err := s.Backups(ctx, dir, path)
	if err != nil || len(all) != 6 || all[5].Act != 6 || !all[0].At.Equal(at) {
		t.Fatalf("%+v, %v", all, err)
	}
	removed, err := s.Prune(ctx, dir, path, store.Retention{Hourly: 2})
	var names []string
	for _, name := range removed {
		names = append(names, filepath.Base(name))
	}
	if diff := cmp.Diff(want, names); diff != "" || err != nil {
		t.Errorf("removed (-want +got):\n%s%v", diff, err)
	}
	if got := len(filesIn(t, dir)); got != before-2*len(want) {
		t.Errorf("%d files of %d are left", got, before)
	}
	if _, err := s.Backups(ctx, filepath.Join(dir, "none"), path); err == nil {
		t.Error("a folder that is not there was read")
	} else {
		refusedBy(t, err, innovation.RuleNoSuchFolder)
	}
}

// The last sound backup is never removed, whatever stands beside it.
func TestPruneKeepsASoundOne(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir, home := t.TempDir(), t.TempDir()
	path := filepath.Join(home, "register.db")
	s := openFile(t, path, nil)
	at := func(year int, clock string) string {
		return filepath.Join(dir, fmt.Sprintf("register-%d1122T%sZ.db", year, clock))
	}
	prune := func(left ...string) {
		t.Helper()
		if _, err := s.Prune(ctx, dir, path, store.Retention{}); err != nil {
			t.Error(err)
		}
		var got []string
		for _, name := range filesIn(t, dir) {
			if filepath.Ext(name) == ".db" {
				got = append(got, filepath.Join(dir, name))
			}
		}
		slices.Sort(left)
		if diff := cmp.Diff(left, got); diff != "" {
			t.Errorf("left (-want +got):\n%s", diff)
		}
	}
	mustFound(t, s, "a")
	mustBackup(t, s, at(2020, "110000"))
	mustBackup(t, s, at(2020, "120000"))
	mustBackup(t, s, at(2999, "110000")) // made while a clock was wrong
	if err := os.Symlink(at(2020, "110000"), at(2020, "100000")); err != nil {
		t.Skipf("links cannot be made here (%v): run it where they can", err)
	}
	if err := os.Mkdir(at(2020, "090000"), 0o700); err != nil {
		t.Fatal(err)
	}
	odd := []string{at(2020, "090000"), at(2020, "100000")}
	mustFound(t, s, "b")
	mustBackup(t, s, at(2020, "130000"))
	prune(append(odd, at(2020, "130000"), at(2999, "110000"))...)
	if err := os.Remove(at(2999, "110000")); err != nil {
		t.Fatal(err)
	}

	mustBackup(t, s, at(2020, "140000"))
	foreign(t, at(2020, "140000"), "UPDATE reg_act SET reason = 'another' WHERE number = 1") // the digest beside it tells
	prune(append(odd, at(2020, "130000"), at(2020, "140000"))...)
	foreign(t, at(2020, "130000"), "UPDATE reg_act SET reason = 'another' WHERE number = 1")
	prune(append(odd, at(2020, "130000"), at(2020, "140000"))...)
}
