package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// failure is an error of the program itself, with what to try.
type failure struct {
	detail string
	try    string
	code   int
}

func (f *failure) Error() string { return f.detail }

// usage is a command line that was not understood.
//
//go:noinline // many places would hold a copy of it
func usage(detail string) *failure { return &failure{detail: detail, code: 2} }

// failed is a command that was understood and could not be carried out.
//
//go:noinline // many places would hold a copy of it
func failed(detail string) *failure { return &failure{detail: detail, code: 1} }

//go:noinline // many places would hold a copy of it
func (f *failure) trying(try string) *failure { f.try = try; return f }

// fail says on the error output what went wrong and what to try, and gives the
// exit code. Everything that is wrong is listed.
func (p *program) fail(err error) int {
	if err == nil {
		return 0
	}
	var f *failure
	if errors.As(err, &f) {
		p.problem(f.detail, f.try)
		return f.code
	}
	var flagged *flagError
	if own := innovation.Violations(err); own != nil {
		for _, e := range own {
			detail := e.Detail
			if e.Field != "" {
				detail = e.Field + ": " + detail
			}
			if e.Rule != "" {
				detail += " (rule " + string(e.Rule) + ")"
			}
			p.problem(detail, advice(e))
		}
		if errors.As(err, &flagged) {
			return 2
		}
		return 1
	}
	if errors.Is(err, context.Canceled) {
		p.problem("interrupted: acts that are whole stand, and nothing else was written", "the same command again")
		return 1
	}
	p.problem(err.Error(), "")
	return 1
}

func (p *program) problem(detail, try string) {
	fmt.Fprintf(p.stderr, "Error: %s\n", detail)
	if try != "" {
		fmt.Fprintf(p.stderr, "Try: %s\n", try)
	}
}

// advice turns what the register advises into what the command line offers.
func advice(e *innovation.Error) string {
	switch {
	case e.Kind == innovation.NotFound && e.Rule == "entity-not-found" && strings.HasPrefix(e.Try, "search") && e.Field == "organisation":
		return `innovationd organisations -q "part of a name"`
	case e.Kind == innovation.NotFound && e.Rule == "entity-not-found" && strings.HasPrefix(e.Try, "search") && e.Field == "licence":
		return "innovationd licences, which shows the keys of licences"
	case e.Kind == innovation.NotFound && e.Rule == "entity-not-found" && strings.HasPrefix(e.Try, "leave known out"):
		return "leave -known out to ask what it knows now"
	}
	return e.Try
}

// flagError is a value of a flag that cannot be read: a matter of usage.
type flagError struct{ err error }

func (e *flagError) Error() string { return e.err.Error() }
func (e *flagError) Unwrap() error { return e.err }

func quote(s string) string { return fmt.Sprintf("%q", clip(s, 80)) }

// clip shortens a text to so many characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
