package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// disk is a small disk of a test's own.
type disk struct {
	t    *testing.T
	path string
}

// newDisk mounts a disk of some KiB.
func newDisk(t *testing.T, size int) disk {
	t.Helper()
	d := disk{t, filepath.Join(t.TempDir(), "disk")}
	if err := os.Mkdir(d.path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", d.path, "tmpfs", 0, fmt.Sprintf("size=%dk", size)); err != nil {
		t.Skipf("a small disk cannot be mounted (%v): run as root, with the right to mount a tmpfs", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.path, 0); err != nil {
			t.Errorf("unmount: %v", err)
			syscall.Unmount(d.path, syscall.MNT_DETACH)
		}
	})
	return d
}

// resize gives the disk another size in KiB.
func (d disk) resize(size int) {
	d.t.Helper()
	if err := syscall.Mount("tmpfs", d.path, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dk", size)); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) file(name string) string { return filepath.Join(d.path, name) }

// only demands that nothing but these files lies on the disk.
func (d disk) only(names ...string) {
	d.t.Helper()
	entries, err := os.ReadDir(d.path)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range entries {
		known := false
		for _, name := range names {
			known = known || e.Name() == name
		}
		if !known {
			d.t.Errorf("%s is left on the disk", e.Name())
		}
	}
}

// isFull demands the error of a full disk.
func isFull(t *testing.T, what string, err error) {
	t.Helper()
	own := innovation.Violations(err)
	if len(own) != 1 || own[0].Kind != innovation.Unsuitable || own[0].Rule != innovation.RuleDiskFull || own[0].Try == "" {
		t.Errorf("%s: %v, want that the disk is full", what, err)
	}
}

// openedOn opens a register that must be closed before its disk goes.
func openedOn(t *testing.T, path string, opts *store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// On a full disk acts are refused, those before stand and are read, and when
// there is room again acts are made, without the register being opened anew.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it fills disks: run without -short")
	}
	for _, size := range []int{3600, 4096, 5000, 8192, 12_000} { // KiB
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			d := newDisk(t, size)
			path := d.file("register.db")
			s := openedOn(t, path, nil)
			defer s.Close()
			big := func(id string, times int) error {
				_, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because", IdempotencyKey: id},
					func(ctx context.Context, tx *store.Tx) error {
						for k := range times {
							if _, err := tx.Record(ctx, innovation.Existence{Organisation: innovation.OrganisationID(fmt.Sprintf("%s-%d", id, k)), Aspect: innovation.Operational,
								Kind: "ahsn", Period: innovation.From(innovation.MustDate("2013-05-23")), Note: string(bytes.Repeat([]byte("x"), 1500))}); err != nil {
								return err
							}
						}
						return nil
					})
				return err
			}
			for round := range 3 {
				before, made := organisations(t, s), int64(0)
				var err error
				for i := 0; err == nil && i < 100_000; i++ {
					if err = big(fmt.Sprintf("round-%d-%d", round, i), 1); err == nil {
						made++
					}
				}
				isFull(t, "an act", err)
				isFull(t, "a bigger act", big("bigger", 400))
				if got := organisations(t, s); got != before+made {
					t.Errorf("%d organisations are there, %d were acknowledged", got, before+made)
				}
				v := mustVerify(t, s)
				if round == 1 { // also when it is opened anew on the full disk, if it can be
					if err := s.Close(); err != nil {
						t.Logf("closed with %v", err)
					}
					again, err := store.Open(context.Background(), path, nil)
					if err != nil {
						isFull(t, "opened anew", err)
						size += 64
						d.resize(size)
						again = openedOn(t, path, nil)
					}
					s = again
					if got := mustVerify(t, s); got.Digest != v.Digest {
						t.Errorf("opened anew: %d acts, were %d", got.Acts, v.Acts)
					}
				}
				size += 400
				d.resize(size)
				if err := big(fmt.Sprintf("room-%d", round), 1); err != nil {
					t.Errorf("with room again: %v", err)
				}
				mustVerify(t, s)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			d.resize(2 * size) // for the log is kept until the file can take it in
			s = openedOn(t, path, nil)
			mustVerify(t, s)
			s.Close()
			d.only("register.db")
		})
	}
}

// What makes a file is refused on a full disk, leaves no half of one, and works
// when there is room: a new register, a migration, a backup, a restore, a
// replay.
func TestFullDiskMaking(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it fills disks: run without -short")
	}
	ctx := context.Background()
	origin := openFile(t, filepath.Join(t.TempDir(), "origin.db"), &store.Options{Relaxed: true})
	for i := range 20 {
		if _, err := writeFour(origin, fmt.Sprint("act-", i)); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	if _, err := origin.ExportActs(ctx, &log, 0, nil); err != nil {
		t.Fatal(err)
	}
	digest := mustVerify(t, origin).Digest
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := origin.Backup(ctx, backup, nil); err != nil {
		t.Fatal(err)
	}
	put := func(t *testing.T, from, to string) {
		t.Helper()
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open := func(path string) error {
		s, err := store.Open(ctx, path, nil)
		if err != nil {
			return err
		}
		return s.Close()
	}
	for _, c := range []struct {
		what   string
		before func(t *testing.T, path string) // what lies on the disk
		do     func(path string) error
		digest string // afterwards; "" for one that nothing says
	}{
		{"a new register", nil, open, ""},
		{"a migration", func(t *testing.T, path string) { put(t, oldRegister(t, "schema-1.db.gz"), path) }, open, ""},
		{"a backup", nil, func(path string) error { _, err := origin.Backup(ctx, path, nil); return err }, digest},
		{"a restore", nil, func(path string) error { _, err := store.Restore(ctx, backup, path, nil); return err }, digest},
		{"a restore over another", func(t *testing.T, path string) { put(t, oldRegister(t, "schema-2.db.gz"), path) },
			func(path string) error {
				_, err := store.Restore(ctx, backup, path, &store.RestoreOptions{Force: true})
				return err
			}, digest},
		{"a replay", nil, func(path string) error {
			s, err := store.Open(ctx, path, nil)
			if err != nil {
				return err
			}
			_, err = s.ReplayActs(ctx, bytes.NewReader(log.Bytes()), nil)
			return errors.Join(err, s.Close())
		}, digest},
	} {
		for _, size := range []int{64, 400, 1000, 1400, 1800, 2400, 3000} { // KiB beyond what lies there
			t.Run(fmt.Sprintf("%s, %d", c.what, size), func(t *testing.T) {
				t.Parallel()
				d := newDisk(t, 16_384)
				path := d.file("register.db")
				used := 0
				if c.before != nil {
					c.before(t, path)
					info, err := os.Stat(path)
					if err != nil {
						t.Fatal(err)
					}
					used = int(info.Size() >> 10)
				}
				there, _ := os.ReadFile(path)
				d.resize(used + size)
				err := c.do(path)
				if err != nil {
					isFull(t, c.what, err)
					left, err := filepath.Glob(d.file(".*"))
					if err != nil || len(left) > 0 {
						t.Errorf("%v are left: %v", left, err)
					}
					if now, _ := os.ReadFile(path); c.before != nil && !bytes.Equal(now, there) {
						t.Errorf("what was there is changed")
					}
				}
				t.Logf("with %d KiB: %v", size, err)
				d.resize(32_768)
				if err != nil || c.before == nil && c.digest == "" {
					if err := c.do(path); err != nil {
						t.Fatalf("with room: %v", err)
					}
				}
				s := openedOn(t, path, nil)
				v := mustVerify(t, s)
				if c.digest != "" && v.Digest != c.digest {
					t.Errorf("the digest is %s, want %s", v.Digest, c.digest)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
