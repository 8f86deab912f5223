package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// tableOrJSON refuses the formats of answers that the short ones do not have.
func (q *query) tableOrJSON() error {
	if q.format == "table" || q.format == "json" {
		return nil
	}
	return usage("there is no format " + quote(q.format)).trying("-format table or -format json")
}

func (q *query) bindTableOrJSON(f *flag.FlagSet) {
	stringVar(f, &q.format, "format", "table", "`FORMAT` of the answer: table or json")
}

// inChanges makes a bar of the counts that the store tells.
func (p *program) inChanges(what string) (*progress, func(done, total int64)) {
	bar := p.progress(what, "changes")
	return bar, func(done, total int64) { bar.update(int(done), int(total)) }
}

func actLogCommand() *command {
	q := &query{}
	var since int64
	out, force := "", false
	return &command{
		name: "act-log", args: "", min: 0, max: 0,
		short: "write every act and change as JSON Lines, for replay",
		long: `Writes the whole history as it was recorded, one JSON object a line: an act, then
its changes. innovationd replay makes the same register of it, with the same digest,
in a file or in PostgreSQL. It is of one moment; acts may be made meanwhile.

The log has the names of persons that are not erased, with the salts of their
digests: a file that is written with -o can be read by its owner alone (0600). It
is compressed when its name ends with .gz.`,
		examples: []string{"innovationd act-log -o acts.jsonl.gz", "innovationd act-log -since 27 -o since-27.jsonl"},
		flags: func(f *flag.FlagSet) {
			q.place.bind(f)
			q.bindTableOrJSON(f)
			int64Var(f, &since, "since", 0, "only what came after this `ACT`, to bring a copy up to date; 0 for all")
			stringVar(f, &out, "o", "", "the `FILE` to write, in the place of the output")
			boolVar(f, &force, "force", false, "overwrite the file when it is there")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := q.tableOrJSON(); err != nil {
				return err
			}
			if err := free(out, force); err != nil {
				return err
			}
			st, err := q.place.openToRead(ctx)
			if err != nil {
				return err
			}
			defer st.Close()
			bar, step := p.inChanges("Writing")
			var log store.ActLog
			write := func(w io.Writer) (err error) {
				log, err = st.ExportActs(ctx, w, innovation.ActNumber(since), step)
				return err
			}
			if out == "" {
				err = write(p.stdout)
				bar.end(err)
				return err
			}
			err = streamWhole(out, force, func(w io.Writer) error {
				if !strings.HasSuffix(out, ".gz") {
					return write(w)
				}
				z := gzip.NewWriter(w)
				return errors.Join(write(z), z.Close())
			})
			bar.end(err)
			if err != nil {
				return err
			}
			n := int(log.Last) - int(since)
			rep := &report{title: "Wrote " + plural(n, "act", "acts") + " with " + plural(int(log.Changes), "change", "changes") + " to " + out}
			rep.note("Register %s up to act %d", log.Register, log.Last)
			rep.note("Digest %s", log.Digest)
			return q.print(ctx, p, nil, log, rep)
		},
	}
}

func replayCommand() *command {
	q := &query{}
	return &command{
		name: "replay", args: "FILE", min: 1, max: 1,
		short: "make a register of an act log, or bring a copy up to date",
		long: `Records the acts of a log that innovationd act-log wrote, with their numbers and
times, and holds every digest against what was written. The register is made when
there is none. One that is there has to be empty or to have the same history so far:
acts that it has are passed over, so that a replay that was interrupted goes on
where it stopped. Whole acts are recorded, or none. - reads the log from the input;
a log that is compressed (.gz) is taken as it is.`,
		examples: []string{"innovationd replay acts.jsonl.gz -db copy.db", "innovationd replay acts.jsonl -db postgres://registry@db.example/registry"},
		flags: func(f *flag.FlagSet) {
			q.place.bind(f)
			q.bindTableOrJSON(f)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := q.tableOrJSON(); err != nil {
				return err
			}
			in, called, done, err := p.openInput(ctx, args[0])
			if err != nil {
				return err
			}
			defer done()
			log, err := openLog(in)
			if err != nil {
				return err
			}
			st, err := q.place.openOrCreate(ctx, &store.Options{})
			if err != nil {
				return err
			}
			defer st.Close()
			bar, step := p.inChanges("Replaying " + called)
			got, err := st.ReplayActs(ctx, log, step)
			bar.end(err)
			if err != nil {
				return st.unmake(got, err)
			}
			return q.print(ctx, p, nil, got, replayedReport("Replayed", got, &q.place))
		},
	}
}

func replayedReport(what string, got store.Replayed, into *place) *report {
	rep := &report{title: what + " " + plural(int(got.Acts), "act", "acts") + " with " + plural(int(got.Changes), "change", "changes") + " into " + into.String()}
	if got.Acts == 0 {
		rep.title = "Nothing changed: " + into.String() + " has all of it already"
	}
	rep.note("Register %s up to act %d", got.Register, got.Act)
	rep.note("Digest %s", got.Digest)
	return rep
}

// openLog looks at how an act log begins, before a register is made for it.
func openLog(in io.Reader) (io.Reader, error) {
	text := bufio.NewReaderSize(in, 64<<10)
	if mark, _ := text.Peek(2); string(mark) == "\x1f\x8b" {
		z, err := gzip.NewReader(text)
		if err != nil {
			return nil, cutShort(err)
		}
		text = bufio.NewReaderSize(unzipped{z}, 64<<10)
	}
	head, err := text.Peek(12 + len(store.ActLogFormat))
	if !strings.Contains(string(head), store.ActLogFormat) {
		if err != nil && err != io.EOF {
			return nil, err
		}
		return nil, innovation.Invalidf(innovation.RuleActLogDamaged, "", "the file is no act log of a register").
			Trying("give a file that innovationd act-log has written")
	}
	return text, nil
}

func cutShort(err error) error {
	return innovation.Invalidf(innovation.RuleActLogDamaged, "", "the log cannot be unpacked: %v", err).
		Trying("export the log again: this one is cut short or was changed")
}

// unzipped says that a compressed log is damaged where its reader only says so.
type unzipped struct{ *gzip.Reader }

func (u unzipped) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err != nil && (errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || strings.HasPrefix(err.Error(), "flate: ")) {
		err = cutShort(err)
	}
	return n, err
}

// free refuses a file that is there.
func free(name string, force bool) error {
	if _, err := os.Lstat(name); name != "" && !force && !errors.Is(err, fs.ErrNotExist) {
		return failed("there is a file " + name + " already").trying("another name, or -force to overwrite it")
	}
	return nil
}

// streamWhole writes a file whole or not at all, as writeWhole does, of what is
// too large to be held; its owner alone can read it.
func streamWhole(name string, force bool, write func(io.Writer) error) error {
	cannot := func(err error) error {
		return failed("the file cannot be written: " + err.Error()).trying("-o and a name in a folder that can be written to")
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return cannot(err)
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		f.Close()
		var path *fs.PathError
		if errors.As(err, &path) && innovation.Violations(err) == nil {
			return cannot(err)
		}
		return err
	}
	if err := errors.Join(f.Sync(), f.Close(), free(name, force)); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return cannot(err)
	}
	if dir, err := os.Open(filepath.Dir(name)); err == nil {
		dir.Sync() // not every system has it for folders
		dir.Close()
	}
	return nil
}
