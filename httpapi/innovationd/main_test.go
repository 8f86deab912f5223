package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation/england"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"innovationd": main, "fetch": fetch})
}

// TestScripts runs testdata/script/*.txtar. Besides innovationd and the commands
// of package testscript they have
//
//	england                      puts a register with England at ./register.db
//	now NAME                     sets the variable to this instant
//	known NAME                   sets the variable to the time of the act in the last output
//	freeaddr NAME                sets the variable to an address nobody listens on
//	sqlite FILE STATEMENT        changes a file behind the register's back
//	fetch METHOD URL [FILE]      makes a request, with TOKEN as its token
//	big FILE                     writes a text of 10 MB
//
// LAST is the number of the last act of England, NEXT that of the next one,
// NEXT2 that of the one after it.
func TestScripts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "england.db")
	if code, _, stderr := run(t, "load", "england", "-db", file); code != 0 {
		t.Fatal(stderr)
	}
	acts := englandActs()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			for i, name := range []string{"LAST", "NEXT", "NEXT2"} {
				e.Setenv(name, strconv.Itoa(acts+i))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"england": func(ts *testscript.TestScript, _ bool, _ []string) {
				for _, part := range []string{"", "-wal"} {
					data, err := os.ReadFile(file + part)
					if errors.Is(err, fs.ErrNotExist) {
						continue
					}
					ts.Check(err)
					ts.Check(os.WriteFile(ts.MkAbs("register.db"+part), data, 0o600))
				}
			},
			"now": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Setenv(args[0], time.Now().UTC().Format(time.RFC3339Nano))
			},
			"known": func(ts *testscript.TestScript, _ bool, args []string) {
				_, at, _ := strings.Cut(ts.ReadFile("stdout"), "As known now: act ")
				_, at, _ = strings.Cut(at, " of ")
				at, _, ok := strings.Cut(at, ".\n")
				if !ok {
					ts.Fatalf("the output names no act")
				}
				ts.Setenv(args[0], at)
			},
			"freeaddr": func(ts *testscript.TestScript, _ bool, args []string) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				ts.Check(err)
				ts.Setenv(args[0], l.Addr().String())
				ts.Check(l.Close())
			},
			"sqlite": func(ts *testscript.TestScript, _ bool, args []string) {
				db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0]))
				ts.Check(err)
				defer db.Close()
				_, err = db.Exec(args[1])
				ts.Check(err)
			},
			"big": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat([]byte("a"), 10_000_000), 0o600))
			},
		},
	})
}

// englandActs is how many acts England is.
func englandActs() (n int) {
	for range england.Acts() {
		n++
	}
	return n
}

// fetch is a program of the scripts: it makes a request, again while nobody
// listens, and prints the status and the body.
func fetch() {
	var body io.Reader
	if len(os.Args) > 3 {
		data, err := os.ReadFile(os.Args[3])
		if err != nil {
			panic(err)
		}
		body = bytes.NewReader(data)
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		r, err := http.NewRequest(os.Args[1], os.Args[2], body)
		if err != nil {
			panic(err)
		}
		if token := os.Getenv("TOKEN"); token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		if body != nil {
			r.Header.Set("Content-Type", "application/json")
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil && time.Now().Before(deadline) && body == nil {
			time.Sleep(20 * time.Millisecond) // until it listens
			continue
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		data, err := io.ReadAll(resp.Body)
		fmt.Printf("%s\n%s\n", resp.Status, data)
		if err != nil || resp.StatusCode >= 400 {
			os.Exit(1)
		}
		return
	}
}

// run runs the program in this process.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{strings.NewReader(""), &out, &errs, func(string) string { return "" }, time.Now}
	code = p.run(context.WithoutCancel(t.Context()), args)
	return code, out.String(), errs.String()
}
