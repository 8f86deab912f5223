package main

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// The schedule makes a backup at once when there is no recent one, and then
// whenever it is time and there was an act; it removes what is not to be kept,
// and goes on after a failure. The test is its clock.
func TestScheduledBackups(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dir := t.TempDir()
	folder := filepath.Join(dir, "backups")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(dir, "register.db")
	st, err := store.Open(ctx, db, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	act := func(id string) {
		t.Helper()
		if _, err := st.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, innovation.Existence{Organisation: innovation.OrganisationID(id), Aspect: innovation.Operational,
				Kind: "ahsn", Period: innovation.From(innovation.MustDate("2013-05-23"))})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &program{strings.NewReader(""), io.Discard, io.Discard, func(string) string { return "" }, func() time.Time { return now }}
	waits, ticks := make(chan time.Duration), make(chan time.Time)
	s := &schedule{folder: folder, every: 30 * time.Minute, keep: store.Retention{Hourly: 2}, after: func(d time.Duration) <-chan time.Time {
		waits <- d
		return ticks
	}}
	var logged bytes.Buffer
	ended := make(chan struct{})
	start := func() {
		ended = make(chan struct{})
		go func() {
			defer close(ended)
			s.run(ctx, p, st, db, slog.New(slog.NewTextHandler(&logged, nil)))
		}()
	}
	waited := func(want time.Duration) {
		t.Helper()
		if got := <-waits; got != want {
			t.Errorf("it waits %v, want %v", got, want)
		}
	}
	folderHas := func(want ...string) {
		t.Helper()
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			if name, ok := strings.CutSuffix(strings.TrimPrefix(e.Name(), "register-20261122T"), "Z.db"); ok {
				got = append(got, name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("backups (-want +got):\n%s", diff)
		}
	}

	act("a")
	start()
	waited(30 * time.Minute)
	folderHas("120000")
	now = now.Add(30 * time.Minute) // nothing was written
	ticks <- now
	waited(30 * time.Minute)
	folderHas("120000")
	act("b")
	now = now.Add(20 * time.Minute)
	ticks <- now
	waited(30 * time.Minute)
	folderHas("125000") // of the same hour
	for _, id := range []string{"c", "d"} {
		act(id)
		now = now.Add(time.Hour)
		ticks <- now
		waited(30 * time.Minute)
	}
	folderHas("135000", "145000")

	act("e") // a failure removes nothing, and is made good
	aside := folder + "-aside"
	if err := os.Rename(folder, aside); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	ticks <- now
	waited(30 * time.Minute)
	if !strings.Contains(logged.String(), "backup failed") {
		t.Errorf("the log says\n%s", &logged)
	}
	if err := os.Rename(aside, folder); err != nil {
		t.Fatal(err)
	}
	folderHas("135000", "145000")
	now = now.Add(time.Minute)
	ticks <- now
	waited(30 * time.Minute)
	folderHas("145000", "155100")
	cancel()
	<-ended

	ctx = context.Background() // started again, it waits until the next is due
	ctx, cancel = context.WithCancel(ctx)
	defer cancel()
	now = now.Add(10 * time.Minute)
	start()
	waited(20 * time.Minute)
	cancel()
	<-ended
}

// A newest backup that is damaged, or of a day to come, keeps nobody from making
// the next.
func TestScheduleAfterDamage(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	folder := t.TempDir()
	db := filepath.Join(t.TempDir(), "register.db")
	st, err := store.Open(ctx, db, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, innovation.Existence{Organisation: "a", Aspect: innovation.Operational, Kind: "ahsn", Period: innovation.From(innovation.MustDate("2013-05-23"))})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &program{strings.NewReader(""), io.Discard, io.Discard, func(string) string { return "" }, func() time.Time { return now }}
	s := &schedule{folder: folder, every: time.Hour}
	var logged bytes.Buffer
	once := func(made bool) string {
		t.Helper()
		now = now.Add(time.Hour)
		path, _, err := s.once(ctx, p, st, db, slog.New(slog.NewTextHandler(&logged, nil)))
		if err != nil || (path != "") != made {
			t.Fatalf("made %q, %v", path, err)
		}
		if _, err := os.Stat(path); made && err != nil {
			t.Error(err)
		}
		return path
	}
	damage := func(path string) { // its head can be read, its acts cannot
		t.Helper()
		b, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if _, err := b.Exec("ALTER TABLE reg_act RENAME TO gone"); err != nil {
			t.Fatal(err)
		}
	}
	first := once(true)
	once(false)
	damage(first)
	second := once(true)
	if !strings.Contains(logged.String(), "backup is damaged") || !strings.Contains(logged.String(), first) {
		t.Errorf("the log says\n%s", &logged)
	}
	if _, err := os.Stat(first); err == nil {
		t.Error("the damaged one, which is not to be kept, is still there")
	}
	late := filepath.Join(folder, "register-29990101T000000Z.db")
	if err := os.Rename(second, late); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(second+".sha256", late+".sha256"); err != nil {
		t.Fatal(err)
	}
	if got := s.first(ctx, p, st, db); got != 0 {
		t.Errorf("it waits %v", got)
	}
	damage(late)
	third := once(true)
	once(false) // the third has every act
	if c, err := store.CheckBackup(ctx, third, nil); err != nil || !c.Verified.OK {
		t.Errorf("%+v, %v", c, err)
	}
}
