package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// work is a kind of work that is killed. child does it in the folder that it is
// given; parent prepares it, and returns what must hold whenever it was killed.
// Of 50 kills it has its share.
type work struct {
	share  int
	child  func(folder string) error
	parent func(*killing) (check func())
}

var killWork = map[string]work{
	"write":     {12, writeChild, writeParent},
	"adopt":     {8, adoptChild, adoptParent},
	"migrate-1": {6, migrateChild, migrateParent("schema-1.db.gz")},
	"migrate-2": {4, migrateChild, migrateParent("schema-2.db.gz")},
	"replay":    {8, replayChild, replayParent},
	"backup":    {6, backupChild, backupParent},
	"restore":   {6, restoreChild, restoreParent},
}

const actsOfWriter = 12

// writeChild makes small acts, in a file that it makes if need be.
func writeChild(folder string) error {
	s, err := store.Open(context.Background(), filepath.Join(folder, "register.db"), nil)
	if err != nil {
		return err
	}
	for i := range actsOfWriter {
		id := fmt.Sprintf("round-%s-%d", os.Getenv("STORE_TEST_ROUND"), i)
		if _, err := writeFour(s, id); err != nil {
			return err
		}
		fmt.Println("made", id)
	}
	return s.Close()
}

func writeParent(k *killing) func() {
	path, wanted := k.path("register.db"), []string{}
	k.before = func() {
		if k.round%6 == 1 { // its making is to be killed, too
			removeRegister(k, path)
			wanted = nil
		}
	}
	return func() {
		s, _ := k.verified(path, nil)
		for i := range actsOfWriter {
			id := fmt.Sprintf("round-%d-%d", k.round, i)
			if k.told[id] {
				wanted = append(wanted, id)
				continue
			}
			if _, err := writeFour(s, id); err != nil { // unknown to us: its key settles it
				k.Errorf("the act under way: %v", err)
			}
			wanted = append(wanted, id)
			break
		}
		for _, id := range wanted {
			if receipt, err := writeFour(s, id); err != nil || !receipt.Replayed {
				k.Errorf("the acknowledged act %s is not there: %+v, %v", id, receipt, err)
			}
		}
		if got, want := organisations(k, s), int64(4*len(wanted)); got != want {
			k.Errorf("%d organisations are there, want %d", got, want)
		}
		mustVerify(k, s)
		if err := s.Close(); err != nil {
			k.Fatal(err)
		}
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
			k.Errorf("the log is left behind: %v", err)
		}
	}
}

const (
	bodiesOfImport = 500
	eventsOfImport = 40_000
)

// importEvents are events of many organisations, the same every time: those
// from one place to before another.
func importEvents(from, to int) iter.Seq2[innovation.Adoption, error] {
	return func(yield func(innovation.Adoption, error) bool) {
		first := innovation.MustDate("2015-01-01")
		for i := from; i < to; i++ {
			e := innovation.Adoption{Innovation: "tool", Organisation: innovation.OrganisationID(fmt.Sprint("body-", i%bodiesOfImport)),
				Step: innovation.Reached, Stage: innovation.Piloting, Grade: innovation.SelfReported, Note: fmt.Sprint("row ", i),
				Day: innovation.OnDay(first.AddDays(i / bodiesOfImport))}
			if i >= bodiesOfImport {
				e.Step, e.Stage = innovation.Confirmed, innovation.Piloting
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// importBodies records what the events are about.
func importBodies(s *store.Store) error {
	_, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because", IdempotencyKey: "bodies"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, innovation.Innovation{Innovation: "tool", Name: "A tool", Period: innovation.From(innovation.MustDate("2014-01-01"))})
		for i := 0; i < bodiesOfImport && err == nil; i++ {
			_, err = tx.Record(ctx, innovation.Existence{Organisation: innovation.OrganisationID(fmt.Sprint("body-", i)),
				Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2013-05-23"))})
		}
		return err
	})
	return err
}

// importAct records events as one act.
func importAct(s *store.Store, key string, from, to int) (innovation.Receipt, error) {
	return s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "an import", IdempotencyKey: key}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.RecordAdoptions(ctx, importEvents(from, to))
		return err
	})
}

// adoptChild records tens of thousands of events as one act.
func adoptChild(folder string) error {
	s, err := store.Open(context.Background(), filepath.Join(folder, "register.db"), nil)
	if err != nil {
		return err
	}
	if _, err := importAct(s, "events", 0, eventsOfImport); err != nil {
		return err
	}
	fmt.Println("made events")
	return s.Close()
}

func adoptParent(k *killing) func() {
	path := k.path("register.db")
	s := openFile(k, path, &store.Options{Relaxed: true})
	if err := importBodies(s); err != nil {
		k.Fatal(err)
	}
	if err := s.Close(); err != nil {
		k.Fatal(err)
	}
	empty := read(k, path)
	k.before = func() {
		removeRegister(k, path)
		write(k, path, empty)
	}
	return func() {
		s, v := k.verified(path, nil)
		status, err := s.Status(context.Background(), innovation.On(innovation.MustDate("2020-01-01")))
		if err != nil {
			k.Fatal(err)
		}
		switch got := status.Facts["adoption"]; {
		case got != 0 && got != eventsOfImport, k.told["events"] && got == 0:
			k.Errorf("%d of %d events are there; acknowledged: %v", got, eventsOfImport, k.told)
		case (v.Acts == 2) != (got > 0):
			k.Errorf("%d acts are there, with %d events", v.Acts, got)
		}
		if err := s.Close(); err != nil {
			k.Fatal(err)
		}
	}
}

// migrateChild brings a register of an earlier schema up to date.
func migrateChild(folder string) error {
	s, err := store.Open(context.Background(), filepath.Join(folder, "register.db"), nil)
	if err != nil {
		return err
	}
	fmt.Println("made migration")
	return s.Close()
}

func migrateParent(fixture string) func(*killing) func() {
	return func(k *killing) func() {
		f, err := os.Open(filepath.Join("testdata", fixture))
		if err != nil {
			k.Fatal(err)
		}
		defer f.Close()
		r, err := gzip.NewReader(f)
		if err != nil {
			k.Fatal(err)
		}
		old, err := io.ReadAll(r)
		if err != nil {
			k.Fatal(err)
		}
		path, digest := k.path("register.db"), ""
		kept := path + ".schema-" + strings.TrimPrefix(strings.TrimSuffix(fixture, ".db.gz"), "schema-")
		k.before = func() {
			removeRegister(k, path)
			removeRegister(k, kept)
			os.Remove(kept + ".sha256")
			write(k, path, old)
		}
		return func() {
			s, v := k.verified(path, nil)
			if digest == "" {
				digest = v.Digest
			}
			if v.Digest != digest || v.Schema != store.SchemaVersion() {
				k.Errorf("the register has the digest %s and schema %d", v.Digest, v.Schema)
			}
			if err := s.Close(); err != nil {
				k.Fatal(err)
			}
			k.noPartials()
			copied := k.path("kept.db") // the copy of before is one of the old schema
			removeRegister(k, copied)
			write(k, copied, read(k, kept))
			s, v = k.verified(copied, &store.Options{NoCopy: true})
			if v.Digest != digest {
				k.Errorf("the copy has the digest %s, want %s", v.Digest, digest)
			}
			s.Close()
		}
	}
}

// replayChild replays an act log into a new register.
func replayChild(folder string) error {
	s, err := store.Open(context.Background(), filepath.Join(folder, "register.db"), nil)
	if err != nil {
		return err
	}
	log, err := os.Open(filepath.Join(folder, "acts.jsonl"))
	if err != nil {
		return err
	}
	defer log.Close()
	if _, err := s.ReplayActs(context.Background(), log, nil); err != nil {
		return err
	}
	fmt.Println("made replay")
	return s.Close()
}

func replayParent(k *killing) func() {
	origin := openFile(k, k.path("origin.db"), &store.Options{Relaxed: true})
	if err := importBodies(origin); err != nil {
		k.Fatal(err)
	}
	for n := range 24 { // more than are committed together
		if _, err := importAct(origin, fmt.Sprint("events-", n), 500*n, 500*(n+1)); err != nil {
			k.Fatal(err)
		}
	}
	var log bytes.Buffer
	if _, err := origin.ExportActs(context.Background(), &log, 0, nil); err != nil {
		k.Fatal(err)
	}
	write(k, k.path("acts.jsonl"), log.Bytes())
	digests := map[int64]string{}
	for a, err := range origin.AllChanges(context.Background(), 0) {
		if err != nil {
			k.Fatal(err)
		}
		digests[int64(a.Act)] = a.Digest
	}
	path := k.path("register.db")
	k.before = func() { removeRegister(k, path) }
	return func() {
		s, v := k.verified(path, nil)
		if k.told["replay"] && v.Acts < int64(len(digests)) || v.Acts > 0 && v.Digest != digests[v.Acts] {
			k.Errorf("%d acts of %d are there, and the digest is %s; acknowledged: %v", v.Acts, len(digests), v.Digest, k.told)
		}
		if k.round%4 == 0 { // and the replay goes on from there
			again, err := s.ReplayActs(context.Background(), bytes.NewReader(log.Bytes()), nil)
			if err != nil || again.Existing != v.Acts || again.Digest != digests[int64(len(digests))] {
				k.Errorf("replayed again: %+v, %v", again, err)
			}
			mustVerify(k, s)
		}
		if err := s.Close(); err != nil {
			k.Fatal(err)
		}
	}
}

// removeRegister removes a register's file with what SQLite keeps beside it.
func removeRegister(k *killing, path string) {
	k.Helper()
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			k.Fatal(err)
		}
	}
}

func read(k *killing, path string) []byte {
	k.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		k.Fatal(err)
	}
	return data
}

func write(k *killing, path string, data []byte) {
	k.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		k.Fatal(err)
	}
}
