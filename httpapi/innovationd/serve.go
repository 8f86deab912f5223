package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// patience is how long requests in flight may take to finish after a signal.
const patience = 30 * time.Second

// server is the flags of serve.
type server struct {
	place     place
	addr      string
	england   bool
	tokenFile string
	backups   schedule
}

func serveCommand() *command {
	s := &server{}
	return &command{
		name:  "serve",
		short: "serve the register over HTTP; makes it when there is none",
		long: `Reading is open to whoever reaches the address, which is this machine only unless
-addr says otherwise. Writing is refused unless there are tokens: lines of a
person key and a token,

  # who may write
  pat-0001 a-long-random-text-that-nobody-guesses

in the file named by -token-file, or in the environment variable
INNOVATIOND_TOKENS. Who writes sends "Authorization: Bearer " and the token.

With -backup-dir it makes backups of a register in a file on schedule, and
removes old ones that it made: the newest of each hour, day and week is kept, of
as many as the flags say.

SIGINT or SIGTERM ends it; requests in flight finish first.`,
		examples: []string{
			"innovationd serve -england",
			"innovationd serve -db /var/lib/innovationd/register.db -addr 127.0.0.1:9000",
			"innovationd serve -token-file tokens.txt",
			"innovationd serve -backup-dir /mnt/backups -keep-daily 31",
		},
		flags: func(f *flag.FlagSet) {
			s.place.bind(f)
			stringVar(f, &s.addr, "addr", "127.0.0.1:8080", "the `ADDRESS` to listen on, 127.0.0.1:8080 when left out; with port 0 a free one")
			boolVar(f, &s.england, "england", false, "load the England register first, unless it is there")
			stringVar(f, &s.tokenFile, "token-file", "", "a `FILE` of lines: person key, token")
			s.backups.bind(f)
		},
		run: func(ctx context.Context, p *program, args []string) error { return s.serve(ctx, p) },
	}
}

func (s *server) serve(ctx context.Context, p *program) error {
	if err := s.backups.check(&s.place); err != nil {
		return err
	}
	tokens, err := readTokens(s.tokenFile, p.env("INNOVATIOND_TOKENS"))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return listenProblem(s.addr, err)
	}
	defer listener.Close()
	logger := slog.New(slog.NewTextHandler(p.stderr, nil))
	made := s.place.missing()
	st, err := s.place.openOrCreate(ctx, &store.Options{Logger: logger})
	if err != nil {
		return err
	}
	defer st.Close()
	if made {
		fmt.Fprintf(p.stdout, "Made the register %s\n", &s.place)
	}
	if s.england {
		began := p.now()
		loaded, err := p.loadEngland(ctx, st.Store)
		if err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, loadedText(loaded, p.now().Sub(began)))
	}
	api := httpapi.New(st.Store, &httpapi.Options{Authenticate: tokens.authenticator(), Clock: p.now, Logger: logger})
	srv := &http.Server{
		Handler:           withPace(withFrontPage(api, p.now), slowest),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      slowest, // until the first byte is written, of what is; then see paced
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	if err := s.banner(ctx, p, st.Store, listener.Addr(), len(tokens)); err != nil {
		return err
	}
	if s.backups.folder != "" {
		scheduled, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		running.Go(func() { s.backups.run(scheduled, p, st.Store, s.place.db, logger) })
	}
	return serveUntil(ctx, p, srv, listener)
}

// serveUntil serves until the context ends, then lets requests finish.
func serveUntil(ctx context.Context, p *program, srv *http.Server, listener net.Listener) error {
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Serve(listener) }()
	go debug.FreeOSMemory() // what starting took is not needed again: a small machine has other uses for it
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	fmt.Fprintln(p.stdout, "Stopping: requests in flight finish first.")
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := srv.Shutdown(wait); err != nil {
		return failed("requests were still in flight after " + patience.String() + " and were cut off")
	}
	fmt.Fprintln(p.stdout, "Stopped.")
	return nil
}

// listenProblem says why an address cannot be listened on.
func listenProblem(addr string, err error) error {
	another := "another port, or any free one: -addr 127.0.0.1:0"
	switch {
	case errors.Is(err, syscall.EADDRINUSE), strings.Contains(err.Error(), "Only one usage of each socket address"):
		return failed("another program listens on " + addr + " already").trying(another)
	case errors.Is(err, syscall.EACCES):
		return failed("this user may not listen on " + addr).trying("a port above 1023, as -addr 127.0.0.1:8080")
	}
	return failed("cannot listen on " + addr + ": " + lastLine(err.Error())).trying(another)
}

// banner says where the register is, what is in it, and what to open.
func (s *server) banner(ctx context.Context, p *program, st *store.Store, addr net.Addr, writers int) error {
	today := innovation.On(innovation.DateOf(p.now(), london()))
	status, err := st.Status(ctx, today)
	if err != nil {
		return err
	}
	out := p.stdout
	fmt.Fprintf(out, "Register %s (%s, schema %d)\n", &s.place, status.Engine, status.Schema)
	if status.Act == 0 {
		fmt.Fprintf(out, "It is empty. To fill it: innovationd load england%s\n", s.place.flag())
	} else {
		facts := 0
		for _, n := range status.Facts {
			facts += int(n)
		}
		fmt.Fprintf(out, "It holds %s about %s, %s and %s, made by %s.\n", plural(facts, "fact", "facts"),
			plural(int(status.Entities["organisation"]), "organisation", "organisations"),
			plural(int(status.Entities["licence"]), "licence", "licences"),
			plural(int(status.Entities["source"]), "source", "sources"), plural(int(status.Act), "act", "acts"))
		if err := s.shortBoard(ctx, p, st, today); err != nil {
			return err
		}
	}
	if writers == 0 {
		fmt.Fprintln(out, "Reading is open; writing is refused, for there are no tokens (innovationd help serve).")
	} else {
		fmt.Fprintf(out, "Reading is open; writing needs one of %s.\n", plural(writers, "token", "tokens"))
	}
	base := "http://" + addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		fmt.Fprintln(out, "Other machines can reach this address.")
		if tcp.IP.IsUnspecified() {
			base = fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
		}
	}
	fmt.Fprintf(out, "\nOpen %s/\n", base)
	fmt.Fprintf(out, "     %s/openapi.json describes every operation; Ctrl-C stops.\n", base)
	return nil
}

// shortBoard prints the licence board in short.
func (s *server) shortBoard(ctx context.Context, p *program, st *store.Store, v innovation.View) error {
	b, err := st.LicenceBoard(ctx, v)
	if err != nil || len(b.Rows) == 0 {
		return err
	}
	fmt.Fprintf(p.stdout, "\nLicences on %s\n", longDate(b.On))
	for _, round := range b.Rounds {
		var rows []innovation.BoardRow
		for _, row := range b.Rows {
			if row.Round == round.Round {
				rows = append(rows, row)
			}
		}
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(p.stdout, "Round %d, %s: %s\n", round.Number, round.Title, strings.Join(gradeCounts(rows), ", "))
		line := " "
		for i, row := range rows {
			name := row.HolderName
			if i < len(rows)-1 {
				name += ","
			}
			if len(line)+len(name) > 96 {
				fmt.Fprintln(p.stdout, line)
				line = " "
			}
			line += " " + name
		}
		fmt.Fprintln(p.stdout, line)
	}
	fmt.Fprintf(p.stdout, "More: innovationd licences%s\n\n", s.place.flag())
	return nil
}
