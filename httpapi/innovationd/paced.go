package main

import (
	"net/http"
	"time"
)

// A reader has so long to take so many bytes of an answer, or is gone: an
// answer may take as long as it likes while it moves.
const (
	slowest   = time.Minute
	slowBytes = 64 << 10
)

// paced gives the reader of an answer time for each part of it.
type paced struct {
	http.ResponseWriter
	time time.Duration
}

// withPace bounds how long a reader may take nothing.
func withPace(h http.Handler, slowest time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(&paced{w, slowest}, r) })
}

func (p *paced) Write(b []byte) (done int, err error) {
	for err == nil {
		if w, ok := p.ResponseWriter.(interface{ SetWriteDeadline(time.Time) error }); ok { // that of net/http
			w.SetWriteDeadline(time.Now().Add(p.time))
		}
		var n int
		n, err = p.ResponseWriter.Write(b[done:min(done+slowBytes, len(b))])
		if done += n; done == len(b) {
			break
		}
	}
	return done, err
}

// Unwrap gives http.ResponseController the writer below.
func (p *paced) Unwrap() http.ResponseWriter { return p.ResponseWriter }
