package storetest

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/innovationregistry/registry/store"
)

// New opens a register in memory for a test: empty, private to the test and
// closed at its end. At most one Options is taken. Where it gives no clock and
// no random source, the register gets a Clock of its own and Random(1), so
// that the same acts give the same register every time.
func New(t testing.TB, opts ...*store.Options) *store.Store {
	t.Helper()
	var o *store.Options
	switch len(opts) {
	case 0:
	case 1:
		o = opts[0]
	default:
		t.Fatalf("storetest.New takes one Options, not %d", len(opts))
	}
	return openMemory(t, deterministic(o))
}

// deterministic copies the options and fills in a clock and a random source.
func deterministic(opts *store.Options) *store.Options {
	var o store.Options
	if opts != nil {
		o = *opts
	}
	if o.Clock == nil {
		o.Clock = new(Clock).Now
	}
	if o.Random == nil {
		o.Random = Random(1)
	}
	return &o
}

func openMemory(t testing.TB, opts *store.Options) *store.Store {
	t.Helper()
	s, err := store.OpenMemory(context.Background(), opts)
	return opened(t, s, err)
}

// opened closes the register at the end of the test.
func opened(t testing.TB, s *store.Store, err error) *store.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the register: %v", err)
		}
	})
	return s
}

// Clock is a clock that only moves when it is told to. Give its Now to
// store.Options. The zero Clock stands at ClockStart. Safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time // zero for ClockStart
}

// ClockStart is the time of a Clock that was never set: 2 January 2024, 09:00
// UTC.
var ClockStart = time.Date(2024, time.January, 2, 9, 0, 0, 0, time.UTC)

// Now is the time the clock stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time()
}

// Set puts the clock to t, forward or back.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Advance moves the clock by d and returns the new time.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.time().Add(d)
	return c.now
}

func (c *Clock) time() time.Time {
	if c.now.IsZero() {
		return ClockStart
	}
	return c.now
}

// Random is a source of the same bytes for the same seed, for the Random of
// store.Options: keys and salts are then the same in every run. It is not for
// production, where names could be guessed from their digests. Safe for
// concurrent use.
func Random(seed uint64) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return &random{source: rand.NewChaCha8(key)}
}

type random struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func (r *random) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(p)
}
