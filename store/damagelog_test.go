package store_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/innovationregistry/registry/store"
)

// A damaged log gives a register that ends with a whole act, as it once was, or
// is found to be damaged; and an intact one nothing less than everything.
func TestDamagedLogs(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it verifies a register five hundred times: run without -short")
	}
	sp, seed := specimenOf(t), seeded(t)
	var outcomes outcomeCount
	const frame, head = 24 + 4096, 32
	frames := (len(sp.log) - head) / frame
	t.Cleanup(func() { t.Logf("%d frames, %d acts in them: %v", frames, len(sp.states)-1, outcomes.of) })
	if o := sp.examine(t, "intact", sp.place(t, sp.file, sp.log), 0); o != unharmed {
		t.Fatalf("the intact register is %s", o)
	}
	if o := sp.examine(t, "no log", sp.place(t, sp.file, nil), 0); o != shorter {
		t.Fatalf("the register without its log is %s", o)
	}
	inParallel(t, times(500), func(t *testing.T, i int) {
		dice := rand.New(rand.NewPCG(seed, uint64(i)))
		log := bytes.Clone(sp.log)
		any := func() int { return head + frame*dice.IntN(frames) }
		var how string
		switch i % 10 {
		case 0:
			how = "a byte"
			flip(dice, log, some(dice, log))
		case 1:
			how = "bytes"
			for range 1 + dice.IntN(64) {
				flip(dice, log, dice.IntN(len(log)))
			}
		case 2:
			how = "zeros"
			at := dice.IntN(len(log))
			clear(log[at:min(len(log), at+1+dice.IntN(3*frame))])
		case 3:
			how = "cut"
			log = log[:dice.IntN(len(log))]
		case 4:
			how = "cut after a frame"
			log = log[:head+frame*dice.IntN(frames+1)]
		case 5:
			how = "swapped frames"
			a, b := any(), any()
			kept := bytes.Clone(log[a : a+frame])
			copy(log[a:], log[b:b+frame])
			copy(log[b:], kept)
		case 6:
			how = "a repeated frame"
			copy(log[any():], bytes.Clone(log[any():][:frame]))
		case 7:
			how = "the header or a salt"
			at := dice.IntN(head)
			if dice.IntN(2) == 0 {
				at = any() + 8 + dice.IntN(8)
			}
			flip(dice, log, at)
		case 8:
			how = "the header of a frame"
			flip(dice, log, any()+dice.IntN(24))
		case 9:
			how = "a random tail"
			at := dice.IntN(len(log))
			for k := at; k < len(log); k++ {
				log[k] = byte(dice.IntN(256))
			}
			for range dice.IntN(2 * frame) {
				log = append(log, byte(dice.IntN(256)))
			}
		}
		what := fmt.Sprintf("case %d of seed %d, %s", i, seed, how)
		path := sp.place(t, sp.file, log)
		outcomes.add(sp.examine(t, what, path, i))
		if i%20 < 10 && i%3 == 0 { // and the register goes on from there
			s, err := store.Open(context.Background(), path, &store.Options{Relaxed: true})
			if err != nil {
				t.Errorf("%s: %v", what, err)
				return
			}
			mustFound(t, s, "goes-on")
			mustVerify(t, s)
			s.Close()
		}
		os.RemoveAll(filepath.Dir(path))
	})
}
