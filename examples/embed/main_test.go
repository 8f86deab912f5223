package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// The service starts on a free port, answers on its own routes and on the
// register's, and ends when its context does.
func TestServiceWithRegister(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	file := filepath.Join(t.TempDir(), "embed.db")
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, file, "127.0.0.1:0", writer)
		writer.CloseWithError(io.EOF)
		ended <- err
	}()
	lines := bufio.NewScanner(reader)
	for _, want := range []string{"a route of the service's own", `"rows":[]`} {
		if !lines.Scan() {
			t.Fatal("the service did not start:", <-ended)
		}
		body := get(t, lines.Text())
		if !strings.Contains(body, want) {
			t.Errorf("%s answers %q, want it to contain %q", lines.Text(), body, want)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v\n%s", url, resp.Status, err, body)
	}
	return string(body)
}
