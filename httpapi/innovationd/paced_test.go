package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// Who takes nothing of an answer does not hold it for ever.
func TestReaderWhoTakesNothing(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	srv := httptest.NewServer(withPace(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		part := make([]byte, 1<<20)
		for {
			if _, err := w.Write(part); err != nil {
				ended <- err
				return
			}
		}
	}), 20*time.Millisecond))
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: register\r\n\r\n")
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

// deadlines notes for how many bytes each deadline is.
type deadlines struct {
	*httptest.ResponseRecorder
	parts []int
}

func (d *deadlines) SetWriteDeadline(time.Time) error {
	d.parts = append(d.parts, 0)
	return nil
}

func (d *deadlines) Write(b []byte) (int, error) {
	d.parts[len(d.parts)-1] += len(b)
	return d.ResponseRecorder.Write(b)
}

// A long answer that moves is not cut: every part of it has time of its own.
func TestLongAnswerIsNotCut(t *testing.T) {
	t.Parallel()
	want := bytes.Repeat([]byte("registered"), 100_000)
	to := &deadlines{httptest.NewRecorder(), nil}
	withPace(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		for _, b := range [][]byte{want[:10], nil, want[10:]} {
			if n, err := w.Write(b); n != len(b) || err != nil {
				t.Errorf("%d of %d bytes, %v", n, len(b), err)
			}
		}
	}), time.Minute).ServeHTTP(to, httptest.NewRequest("GET", "/", nil))
	if got, _ := io.ReadAll(to.Body); !bytes.Equal(got, want) || to.Code != http.StatusAccepted {
		t.Errorf("%d bytes, %d", len(got), to.Code)
	}
	for _, n := range to.parts {
		if n > 64<<10 {
			t.Errorf("%d bytes must be taken at once", n)
		}
	}
	if len(to.parts) < 16 {
		t.Errorf("%d deadlines", len(to.parts))
	}
}
