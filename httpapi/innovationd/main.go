// Command innovationd is the register as a single program: it serves the
// register over HTTP, loads the England register, and answers the common
// questions from the command line.
//
// Run it without arguments for the list of its commands.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// program is the world that commands run in.
type program struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	env    func(string) string
	now    func() time.Time
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	p := &program{os.Stdin, os.Stdout, os.Stderr, os.Getenv, time.Now}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command and gives the exit code: 0, 1 when it failed, 2 when it
// was not understood.
func (p *program) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		p.overview(p.stderr)
		return 2
	}
	name, rest := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		return p.help(rest)
	case "-version", "--version":
		name = "version"
	}
	c := findCommand(name)
	if c == nil {
		return p.fail(usage("there is no command " + quote(name)).trying("innovationd help, which lists the commands" + nearest(name)))
	}
	args, err := c.parse(rest)
	switch {
	case errors.Is(err, flag.ErrHelp) && c.helpFor != nil && len(args) > 0:
		err = c.helpFor(p, args)
	case errors.Is(err, flag.ErrHelp):
		c.help(p.stdout)
		return 0
	case err == nil:
		err = c.run(ctx, p, args)
	}
	return p.fail(err)
}
