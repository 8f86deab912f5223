package store

import "sync"

// writeBehind is a write that goes on in another goroutine while the next one is
// got ready. There is one at a time.
type writeBehind struct {
	running sync.WaitGroup
	err     error // of the writes so far, the first; good once nothing is running
	panic   any
}

// start runs write, which must be settled before the next one.
func (b *writeBehind) start(write func() error) {
	b.running.Add(1)
	go func() {
		defer b.running.Done()
		defer func() { b.panic = recover() }()
		b.err = write()
	}()
}

// settle waits for what is written, and says what became of it. What panicked
// there panics here, so it is called also when the work has failed otherwise.
func (b *writeBehind) settle() error {
	b.running.Wait()
	if b.panic != nil {
		panic(b.panic)
	}
	return b.err
}
