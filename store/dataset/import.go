package dataset

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// Import brings back a dataset from a folder or a zip into a register that is
// empty or has the same history so far, by the rules of store.ReplayActs: an
// import that was interrupted goes on where it stopped. The register then has
// the identity and the digest of the one that the dataset is of.
//
// Every file is first held against the manifest, and everything that is wrong
// is reported before anything is written: of kind Invalid, rule
// dataset-damaged, for files that are missing, altered or not named; of kind
// Unsuitable, rule schema-newer, for a dataset of a newer program. Only files
// that the manifest names are read.
//
// progress, which may be nil, is called now and then with how many changes of
// how many are done.
func Import(ctx context.Context, s *store.Store, from string, progress func(done, total int64)) (out store.Replayed, err error) {
	d, err := open(from)
	if err != nil {
		return out, err
	}
	defer d.close()
	if err := d.check(ctx, nil); err != nil {
		return out, err
	}
	r, w := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		err := d.writeLog(ctx, w)
		w.CloseWithError(err)
		wrote <- err
	}()
	out, err = s.ReplayActs(ctx, r, progress)
	r.CloseWithError(errEnded)
	if first := <-wrote; first != nil && !errors.Is(first, errEnded) {
		err = first
	}
	for _, e := range innovation.Violations(err) {
		if e.Rule == innovation.RuleActLogDamaged { // lines that nobody sees
			return out, invalid("", "its acts do not follow from its rows: %s", e.Detail)
		}
	}
	if err == nil && out.Digest != d.manifest.Digest {
		err = innovation.Refusedf(innovation.RuleRegisterUnequal, "", "the register has the digest %s and the dataset %s", out.Digest, d.manifest.Digest).
			Trying("verify the register, and bring the dataset into an empty one")
	}
	return out, err
}

var errEnded = errors.New("the replay has ended")

// merger makes the act log of the files again.
type merger struct {
	*opened
	json *json.Encoder
	open []io.Closer
	at   map[int64]*rows // by the number of the change that its row added
}

// rowsOf opens a file at its first row; nil when it has none.
func (m *merger) rowsOf(ctx context.Context, name string) (*rows, error) {
	f, _, err := m.file(name)
	if err != nil {
		return nil, err
	}
	m.open = append(m.open, f)
	r, err := m.begin(name, reader{ctx, f})
	if err != nil {
		return nil, err
	}
	if err := r.next(); err == io.EOF {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return r, nil
}

// place remembers where a row belongs.
func (m *merger) place(r *rows) error {
	number, err := r.number("added")
	if err != nil {
		return err
	}
	if m.at[number] != nil {
		return r.damaged("the change %d stands elsewhere too", number)
	}
	m.at[number] = r
	return nil
}

func (d *opened) writeLog(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	m := merger{opened: d, json: json.NewEncoder(out), at: map[int64]*rows{}}
	m.json.SetEscapeHTML(false)
	defer func() {
		for _, f := range m.open {
			f.Close()
		}
	}()
	var acts, sources *rows
	for _, res := range d.manifest.Resources {
		r, err := m.rowsOf(ctx, res.Path)
		switch {
		case err != nil:
			return err
		case r == nil:
		case res.Path == "acts.csv":
			acts = r
		case res.Path == "act-sources.csv":
			sources = r
		default:
			if err := m.place(r); err != nil {
				return err
			}
		}
	}
	head := line{Format: store.ActLogFormat, Register: d.manifest.Register, Schema: d.manifest.Schema, Before: d.manifest.Begins,
		Acts: int64(d.manifest.Act), Changes: d.manifest.Changes}
	if err := m.json.Encode(head); err != nil {
		return err
	}
	end := innovation.ActNumber(0)
	var err error
	for next := int64(1); acts != nil; {
		a, first, last, wrong := acts.act()
		if wrong != nil {
			return wrong
		}
		if first != next || last < first {
			return acts.damaged("the act does not begin with change %d", next)
		}
		if sources, err = a.cite(sources); err != nil {
			return err
		}
		a.Changes = last - first + 1
		if err := m.json.Encode(a); err != nil {
			return err
		}
		for ; next <= last; next++ {
			if err := m.change(next); err != nil {
				return err
			}
		}
		end = a.Act
		if err := acts.next(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	for number, r := range m.at {
		return r.damaged("no act made the change %d", number)
	}
	if len(m.removals) > 0 {
		return invalid("", "no act made the change %d", m.removals[0].number)
	}
	if err := m.json.Encode(line{End: &end, Digest: d.end}); err != nil {
		return err
	}
	return out.Flush()
}

// act reads an act and the numbers of its changes.
func (r *rows) act() (l line, first, last int64, err error) {
	number, err1 := r.number("act")
	first, err2 := r.number("first")
	last, err3 := r.number("last")
	at, err4 := time.Parse(time.RFC3339Nano, r.get("at"))
	if err4 != nil {
		err4 = r.damaged("%q is no time", clip(r.get("at")))
	}
	l = line{Act: innovation.ActNumber(number), At: at, Actor: innovation.PersonID(r.get("actor")), Reason: r.get("reason"),
		Key: r.get("idempotencyKey"), Request: r.get("requestDigest"), Digest: r.get("digest")}
	return l, first, last, innovation.Join(err1, err2, err3, err4)
}

// cite takes up the sources of the act; r stands at the first of them.
func (l *line) cite(r *rows) (*rows, error) {
	for r != nil {
		act, err := r.number("act")
		if err != nil || act > int64(l.Act) {
			return r, err
		}
		if act < int64(l.Act) {
			return r, r.damaged("act %d stands too late", act)
		}
		l.Sources = append(l.Sources, innovation.Citation{Source: innovation.SourceID(r.get("source")), Locator: r.get("locator")})
		if err := r.next(); err == io.EOF {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// change writes a change: a row that was added, or one that was removed.
func (m *merger) change(number int64) error {
	r := m.at[number]
	if r == nil {
		if len(m.removals) == 0 || m.removals[0].number != number {
			return invalid("", "the change %d is missing", number)
		}
		x := m.removals[0]
		m.removals = m.removals[1:]
		return m.json.Encode(line{Number: number, Verb: "removed", Type: x.typ, Fact: x.fact, Subject: x.subject, Citation: x.citation})
	}
	delete(m.at, number)
	l, err := r.change()
	if err != nil {
		return err
	}
	l.Number, l.Verb = number, "added"
	if n := r.table.noun; n != nil {
		l.Commitment, l.Salt = r.get("commitment"), r.get("salt")
		cells := make(map[string]string, len(r.heading))
		for i, name := range r.heading {
			cells[name] = r.cells[i]
		}
		f, err := n.Fact(cells)
		if err != nil {
			return r.damaged("%s", clip(err.Error()))
		}
		if l.Value, err = json.Marshal(f); err != nil {
			return r.damaged("%s", clip(err.Error()))
		}
	}
	if err := m.json.Encode(l); err != nil {
		return err
	}
	if err := r.next(); err == io.EOF {
		return nil
	} else if err != nil {
		return err
	}
	return m.place(r)
}
