package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
	"golang.org/x/term"
)

func loadCommand() *command {
	q := &query{}
	return &command{
		name: "load", args: "england", min: 1, max: 1,
		short: "fill the register with what was published about England",
		long: `Records the England register that is built into this program: organisations,
networks, licences and claims, each with its source. The file is made when there
is none. Loading again changes nothing; a load that was interrupted goes on where
it stopped.`,
		examples: []string{"innovationd load england", "innovationd load england -db postgres://registry@db.example/registry"},
		flags: func(f *flag.FlagSet) {
			q.place.bind(f)
			q.bindFormat(f)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if args[0] != "england" {
				return usage("there is no data called " + quote(args[0])).trying("innovationd load england")
			}
			if err := q.checkFormat(); err != nil {
				return err
			}
			made := q.place.missing()
			st, err := q.place.openOrCreate(ctx, &store.Options{})
			if err != nil {
				return err
			}
			defer st.Close()
			if made {
				fmt.Fprintf(p.stderr, "Made the register %s\n", &q.place)
			}
			began := p.now()
			loaded, err := p.loadEngland(ctx, st.Store)
			if err != nil {
				return err
			}
			rep := &report{title: loadedText(loaded, p.now().Sub(began))}
			if q.format == "table" {
				rep.note("Ask it, for example: innovationd licences%s -on 2013-05-23", q.place.flag())
			}
			s := section{name: "loaded", head: []string{"acts", "facts", "existing"}}
			if q.format == "csv" {
				s.add(loaded.Acts, loaded.Facts, loaded.Existing)
			}
			rep.sections = []section{s}
			return q.print(ctx, p, nil, loaded, rep)
		},
	}
}

func loadedText(l store.Loaded, took time.Duration) string {
	switch {
	case l.Acts == 0:
		return fmt.Sprintf("Nothing changed: England was loaded before, in %s.", plural(l.Existing, "act", "acts"))
	case l.Existing > 0:
		return fmt.Sprintf("Loaded the rest of England: %s in %s; %s had been made before.",
			plural(l.Facts, "fact", "facts"), plural(l.Acts, "act", "acts"), plural(l.Existing, "act", "acts"))
	}
	return fmt.Sprintf("Loaded England: %s in %s, in %.1f seconds.", plural(l.Facts, "fact", "facts"), plural(l.Acts, "act", "acts"), took.Seconds())
}

// loadEngland loads England and shows how far it is.
func (p *program) loadEngland(ctx context.Context, st *store.Store) (store.Loaded, error) {
	total := england.Count()
	bar := p.progress("Loading England", "facts")
	loaded, err := st.Load(ctx, england.Acts(), func(facts int) { bar.update(facts, total) })
	bar.end(err)
	return loaded, err
}

// progress shows on the error output how far a long command is: a bar on a
// terminal, now and then a line elsewhere.
type progress struct {
	p        *program
	what     string
	unit     string
	terminal bool
	began    time.Time
	next     time.Time // of the next line
	total    string    // what all of it is, once something was shown
}

func (p *program) progress(what, unit string) *progress {
	g := &progress{p: p, what: what, unit: unit, began: p.now(), next: p.now().Add(100 * time.Millisecond)}
	if f, ok := p.stderr.(*os.File); ok {
		g.terminal = term.IsTerminal(int(f.Fd()))
	}
	return g
}

func (g *progress) update(done, total int) {
	now := g.p.now()
	if done == 0 || done >= total || now.Before(g.next) {
		return
	}
	g.total = thousands(total) + " " + g.unit
	rate := float64(done) / max(now.Sub(g.began).Seconds(), 0.001)
	text := fmt.Sprintf("%s of %s, %s a second, about %.0f s left", thousands(done), g.total, thousands(int(rate)),
		math.Ceil(float64(total-done)/rate))
	if !g.terminal {
		g.next = now.Add(500 * time.Millisecond)
		fmt.Fprintf(g.p.stderr, "%s: %s\n", g.what, text)
		return
	}
	g.next = now.Add(80 * time.Millisecond)
	g.bar(done*barWidth/total, text)
}

const barWidth = 24

// bar draws over the line: \r goes to its start, \x1b[K clears what is left.
func (g *progress) bar(full int, text string) {
	fmt.Fprintf(g.p.stderr, "\r%s %s%s %s\x1b[K", g.what, strings.Repeat("█", full), strings.Repeat("░", barWidth-full), text)
}

// end says that all is done, if something was said before and nothing failed.
func (g *progress) end(err error) {
	switch {
	case g.total == "":
	case err != nil && g.terminal:
		fmt.Fprintln(g.p.stderr)
	case err != nil:
	case g.terminal:
		g.bar(barWidth, g.total)
		fmt.Fprintln(g.p.stderr)
	default:
		fmt.Fprintf(g.p.stderr, "%s: done, %s\n", g.what, g.total)
	}
}
