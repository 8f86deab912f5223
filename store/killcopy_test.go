package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/innovationregistry/registry/store"
)

// backupChild makes three backups while acts are made.
func backupChild(folder string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, filepath.Join(folder, "register.db"), nil)
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	var acts sync.WaitGroup
	acts.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			id := fmt.Sprintf("round-%s-%d", os.Getenv("STORE_TEST_ROUND"), i)
			if _, err := writeFour(s, id); err != nil {
				fmt.Println("failed", err)
				return
			}
			fmt.Println("made", id)
		}
	})
	for i := range 3 {
		b, err := s.Backup(ctx, filepath.Join(folder, fmt.Sprintf("backup-%d.db", i)), nil)
		if err != nil {
			return err
		}
		fmt.Printf("made backup %d %d\n", i, b.Act)
	}
	close(stop)
	acts.Wait()
	return s.Close()
}

func backupParent(k *killing) func() {
	path := k.path("register.db")
	sp := specimenOf(k)
	name := func(i int) string { return k.path(fmt.Sprintf("backup-%d.db", i)) }
	k.before = func() {
		removeRegister(k, path)
		write(k, path, sp.file)
		write(k, path+"-wal", sp.log)
		for i := range 4 {
			removeRegister(k, name(i))
			os.Remove(name(i) + ".sha256")
		}
	}
	return func() {
		ctx := context.Background()
		s, _ := k.verified(path, nil)
		digests := map[int64]string{}
		for a, err := range s.AllChanges(ctx, 0) {
			if err != nil {
				k.Fatal(err)
			}
			digests[int64(a.Act)] = a.Digest
		}
		for id := range k.told {
			if strings.HasPrefix(id, "round") {
				if receipt, err := writeFour(s, id); err != nil || !receipt.Replayed {
					k.Errorf("the acknowledged act %s is not there: %+v, %v", id, receipt, err)
				}
			}
		}
		acknowledged := map[int]int64{}
		for text := range k.told {
			var i int
			var act int64
			if n, _ := fmt.Sscanf(text, "backup %d %d", &i, &act); n == 2 {
				acknowledged[i] = act
			}
		}
		for i := range 3 {
			data, err := os.ReadFile(name(i))
			act, told := acknowledged[i]
			if errors.Is(err, fs.ErrNotExist) && !told {
				continue
			}
			if err != nil {
				k.Fatal(err)
			}
			if line, err := os.ReadFile(name(i) + ".sha256"); err == nil {
				if sum := sha256.Sum256(data); !strings.HasPrefix(string(line), hex.EncodeToString(sum[:])+"  ") {
					k.Errorf("the digest beside backup %d is %s", i, line)
				}
			} else if told {
				k.Errorf("backup %d has no digest: %v", i, err)
			}
			copied, v := k.verified(name(i), &store.Options{ReadOnly: true})
			copied.Close()
			if v.Digest != digests[v.Acts] || told && v.Acts != act {
				k.Errorf("backup %d has %d acts, acknowledged were %d, and the digest %s", i, v.Acts, act, v.Digest)
			}
		}
		if _, err := s.Backup(ctx, name(3), nil); err != nil {
			k.Errorf("another backup: %v", err)
		}
		k.noPartials()
		if err := s.Close(); err != nil {
			k.Fatal(err)
		}
	}
}

// restoreChild restores a backup over a register with other acts.
func restoreChild(folder string) error {
	_, err := store.Restore(context.Background(), filepath.Join(folder, "backup.db"), filepath.Join(folder, "register.db"), &store.RestoreOptions{Force: true})
	if err == nil {
		fmt.Println("made restore")
	}
	return err
}

func restoreParent(k *killing) func() {
	ctx := context.Background()
	path, backup := k.path("register.db"), k.path("backup.db")
	sp := specimenOf(k)
	older := sp.states[len(sp.states)-1].digest
	other := openFile(k, k.path("other.db"), &store.Options{Relaxed: true})
	for i := range 20 {
		if _, err := writeFour(other, fmt.Sprint("other-", i)); err != nil {
			k.Fatal(err)
		}
	}
	b, err := other.Backup(ctx, backup, nil)
	if err != nil {
		k.Fatal(err)
	}
	kept := func() []string {
		names, err := filepath.Glob(path + ".before-restore-*")
		if err != nil {
			k.Fatal(err)
		}
		return names
	}
	k.before = func() {
		removeRegister(k, path)
		for _, name := range kept() {
			os.Remove(name)
		}
		if k.round%3 != 2 { // nothing is there, otherwise; or one that crashed
			write(k, path, sp.file)
			write(k, path+"-wal", sp.log)
		}
	}
	return func() {
		copies := 0
		for _, name := range kept() {
			if strings.HasSuffix(name, ".sha256") {
				continue
			}
			copies++
			s, v := k.verified(name, &store.Options{ReadOnly: true})
			s.Close()
			if v.Digest != older {
				k.Errorf("what is kept in %s has the digest %s", filepath.Base(name), v.Digest)
			}
		}
		if _, err := os.Stat(path); k.round%3 != 2 || err == nil || k.told["restore"] {
			s, v := k.verified(path, nil)
			if err := s.Close(); err != nil {
				k.Fatal(err)
			}
			switch {
			case v.Digest == b.Digest && (copies > 0 || k.round%3 == 2):
			case v.Digest == older && !k.told["restore"]:
			default:
				k.Errorf("the register has the digest %s, with %d copies of the old one; restored: %v", v.Digest, copies, k.told["restore"])
			}
		}
		again, err := store.Restore(ctx, backup, path, &store.RestoreOptions{Force: true})
		if err != nil || again.Digest != b.Digest {
			k.Errorf("restored again: %+v, %v", again, err)
		}
		k.noPartials()
		s, v := k.verified(path, nil)
		s.Close()
		if v.Digest != b.Digest {
			k.Errorf("after another restore the digest is %s, want %s", v.Digest, b.Digest)
		}
	}
}
