package main

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/innovationregistry/registry/store"
)

func verifyCommand() *command {
	q := &query{}
	return &command{
		name: "verify", args: "[FILE|FOLDER...]", max: -1,
		short: "recompute the chain of acts and check every rule, of the register or of backups",
		long: `Reads the whole register, recomputes the digest of every act and checks the
structure of the file, its references and all rules. Two registers with the same
digest have the same history. It fails, with exit code 1, when the register was
damaged or changed from outside.

Findings of the day asked about (-on, -known) are listed beside it and never
make it fail. Sections for -format csv: problems, findings.

With files, or folders of backups (*.db, and what has a digest beside it), each
is checked against the SHA-256 beside it and verified, and compared with the
register at -db when there is one. Nothing is written to them: one with an older
schema is verified on a copy. Sections for -format csv: files, problems.`,
		examples: []string{"innovationd verify", "innovationd verify /mnt/backups", "innovationd verify before-import.db -format json"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			if len(args) > 0 {
				return q.verifyFiles(ctx, p, args)
			}
			v, err := q.view(p.now())
			if err != nil {
				return err
			}
			st, err := q.place.openToRead(ctx)
			if err != nil {
				return err
			}
			defer st.Close()
			bar := p.progress("Verifying", "acts")
			out, err := st.Verify(ctx, func(done, total int64) { bar.update(int(done), int(total)) })
			bar.end(err)
			if err != nil {
				return err
			}
			findings, err := st.Check(ctx, v)
			if err != nil {
				return err
			}
			rep := &report{title: "Sound: the register is as it was written."}
			if !out.OK {
				rep.title = "Not sound: " + plural(len(out.Problems), "problem", "problems") + "."
			}
			rep.note("Register %s in %s (%s, schema %d)", out.Register, &q.place, out.Engine, out.Schema)
			rep.note("%s with %s", plural(int(out.Acts), "act", "acts"), plural(int(out.Changes), "change", "changes"))
			rep.note("Digest %s", out.Digest)
			problems := section{name: "problems", title: "Problems", head: []string{"where", "detail"}}
			for _, x := range out.Problems {
				problems.add(x.Where, x.Detail)
			}
			found := findingsSection(findings.Findings)
			found.title = "Findings on " + longDate(v.On) + ": kept, and no fault of the register"
			rep.sections = []section{problems, found}
			err = st.View(ctx, func(s *store.Snapshot) error {
				return q.print(ctx, p, &reading{Snapshot: s, view: v}, out, rep)
			})
			if err == nil && !out.OK {
				return failed("the register does not verify").trying("restore a backup; keep this file to find out what happened")
			}
			return err
		},
	}
}

func statusCommand() *command {
	q := &query{}
	return &command{
		name:     "status",
		short:    "where the register stands and what is in it",
		examples: []string{"innovationd status", "innovationd status -known 2026-03-31"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			v, err := q.view(p.now())
			if err != nil {
				return err
			}
			st, err := q.place.openToRead(ctx)
			if err != nil {
				return err
			}
			defer st.Close()
			s, err := st.Status(ctx, v)
			if err != nil {
				return err
			}
			rep := &report{title: "Register " + s.Register}
			rep.note("Kept in %s (%s, schema %d)", &q.place, s.Engine, s.Schema)
			rep.asOf(v, s.Recipe)
			rep.sections = []section{counted("entities", "Entities", s.Entities), counted("facts", "Facts in force", s.Facts)}
			return q.print(ctx, p, nil, s, rep)
		},
	}
}

func counted(name, title string, counts map[string]int64) section {
	s := section{name: name, title: title, head: []string{"kind", "number"}}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		s.add(words(kind), thousands(int(counts[kind])))
	}
	return s
}

// build is what this program was made from.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Schema   int    `json:"schema"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func thisBuild() build {
	b := build{Version: "(devel)", Schema: store.SchemaVersion(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Revision = s.Value
		}
	}
	return b
}

func versionCommand() *command {
	q := &query{}
	return &command{
		name:  "version",
		short: "the version of this program and of the schema it writes",
		long:  "Takes the flags of the other commands and needs no register.",
		flags: q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			if _, err := q.view(p.now()); err != nil {
				return err
			}
			b := thisBuild()
			if q.format == "table" {
				fmt.Fprintf(p.stdout, "innovationd %s, schema %d, %s, %s\n", b.Version, b.Schema, b.Go, b.Platform)
				return nil
			}
			s := section{name: "version", head: []string{"version", "revision", "schema", "go", "platform"}}
			s.add(b.Version, b.Revision, b.Schema, b.Go, b.Platform)
			return q.print(ctx, p, nil, b, &report{sections: []section{s}})
		},
	}
}
