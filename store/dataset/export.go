package dataset

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// line is a line of an act log: the head, an act, a change or the end.
type line struct {
	Format   string `json:"format,omitempty"`
	Register string `json:"register,omitempty"`
	Schema   int    `json:"schema,omitempty"`
	Before   string `json:"before,omitempty"`
	Acts     int64  `json:"acts,omitempty"`

	Act     innovation.ActNumber  `json:"act,omitempty"`
	At      time.Time             `json:"at,omitzero"`
	Actor   innovation.PersonID   `json:"actor,omitempty"`
	Reason  string                `json:"reason,omitempty"`
	Key     string                `json:"idempotencyKey,omitempty"`
	Request string                `json:"requestDigest,omitempty"`
	Sources []innovation.Citation `json:"sources,omitempty"`
	Changes int64                 `json:"changes,omitempty"`
	Digest  string                `json:"digest,omitempty"`

	Number     int64                `json:"change,omitempty"`
	Verb       string               `json:"verb,omitempty"`
	Type       string               `json:"type,omitempty"`
	Fact       innovation.FactID    `json:"fact,omitempty"`
	Subject    innovation.Entity    `json:"subject,omitzero"`
	Value      json.RawMessage      `json:"value,omitempty"`
	Citation   *innovation.Citation `json:"citation,omitempty"`
	Commitment string               `json:"commitment,omitempty"`
	Salt       string               `json:"salt,omitempty"`

	End *innovation.ActNumber `json:"end,omitempty"`
}

// Target is where a dataset is written to.
type Target struct {
	// Path is a folder that is new or empty, or the name of a file that ends with
	// .zip.
	Path string
	// Replace allows a zip that is there to be replaced.
	Replace bool
}

func (t Target) zip() bool { return strings.EqualFold(filepath.Ext(t.Path), ".zip") }

// free refuses a place where something stands.
func (t Target) free() error {
	taken := func(what, try string) error {
		return innovation.Refusedf(innovation.RuleRegisterExists, "to", "%s %s already", what, t.Path).Trying("%s", try)
	}
	info, err := os.Lstat(t.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case t.zip() && t.Replace && info.Mode().IsRegular():
		return nil
	case t.zip() || !info.IsDir():
		return taken("there is a file", "name a folder that is new, or a new file that ends with .zip")
	}
	f, err := os.Open(t.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Readdirnames(1); err == io.EOF {
		return nil
	} else if err != nil {
		return err
	}
	return taken("there are files in", "name a folder that is new or empty")
}

// Export writes the whole register, as it is at one moment, as a dataset. It
// is written under another name beside its place and takes that when all of it
// is on the disk: an export that fails or is given up leaves nothing. The files
// can be read by their owner alone.
//
// The error is of kind Refused, rule register-exists, when something is there
// already. progress, which may be nil, is called now and then with how many
// changes of how many are done. Besides what was removed and when, little is
// kept in memory.
func Export(ctx context.Context, s *store.Store, to Target, progress func(done, total int64)) (m Manifest, err error) {
	if err := to.free(); err != nil {
		return m, err
	}
	path, err := filepath.Abs(to.Path)
	if err != nil {
		return m, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(dir)
	x := exporter{ctx: ctx, dir: dir, progress: progress, removed: map[removable][]int64{}, files: map[string]*file{}}
	defer x.close()
	if m, err = x.write(s); err != nil {
		return m, err
	}
	made := dir
	if to.zip() {
		made = dir + "/.zip"
		if err := x.pack(made); err != nil {
			return m, err
		}
	}
	if err := ctx.Err(); err != nil {
		return m, err
	}
	if err := to.free(); err != nil { // somebody else may have been faster
		return m, err
	}
	if !to.zip() {
		os.Remove(path) // an empty folder; what is not empty stays, and is in the way
	}
	if err := os.Rename(made, path); err != nil {
		return m, err
	}
	return m, syncDir(filepath.Dir(path))
}

// removable is a row that can be removed: of a fact, or a citation of one.
type removable struct {
	fact     innovation.FactID
	citation innovation.Citation
}

func (l *line) removable() removable {
	r := removable{fact: l.Fact}
	if l.Citation != nil {
		r.citation = *l.Citation
	}
	return r
}

type exporter struct {
	ctx      context.Context
	dir      string
	progress func(done, total int64)
	total    int64
	removed  map[removable][]int64 // the changes that removed rows of it, in their order
	files    map[string]*file
	tables   map[string]*table
	manifest Manifest
}

// file is a file being written.
type file struct {
	table *table
	file  *os.File
	out   *bufio.Writer
	sum   hash.Hash
	bytes int64
	rows  int64
	buf   []byte
}

func (f *file) row(cells ...string) error {
	f.buf = appendRow(f.buf[:0], cells)
	f.bytes += int64(len(f.buf))
	f.rows++
	f.sum.Write(f.buf)
	_, err := f.out.Write(f.buf)
	return err
}

// of gives the file of a path, and begins it with its heading.
func (x *exporter) of(path string) (*file, error) {
	if f := x.files[path]; f != nil {
		return f, nil
	}
	t := x.tables[path]
	if t == nil {
		return nil, fmt.Errorf("there is no table for %s", path)
	}
	made, err := os.OpenFile(filepath.Join(x.dir, path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	f := &file{table: t, file: made, out: bufio.NewWriterSize(made, 64<<10), sum: sha256.New()}
	x.files[path] = f
	var heading []string
	for _, c := range t.fields {
		heading = append(heading, c.Name)
	}
	err = f.row(heading...)
	f.rows = 0
	return f, err
}

func (x *exporter) close() {
	for _, f := range x.files {
		f.file.Close()
	}
}

func (x *exporter) step(done int64) {
	if x.progress != nil {
		x.progress(done, x.total)
	}
}

// write fills the folder.
func (x *exporter) write(s *store.Store) (Manifest, error) {
	if err := os.Mkdir(filepath.Join(x.dir, "facts"), 0o700); err != nil {
		return x.manifest, err
	}
	all := tables()
	x.tables = map[string]*table{}
	for i := range all {
		x.tables[all[i].path] = &all[i]
		if all[i].noun == nil {
			if _, err := x.of(all[i].path); err != nil {
				return x.manifest, err
			}
		}
	}
	name := filepath.Join(x.dir, ".acts")
	spool, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return x.manifest, err
	}
	defer spool.Close()
	log, err := s.ExportActs(x.ctx, spool, 0, func(done, total int64) { x.total = total; x.step(done / 2) })
	if err == nil {
		err = x.scan(spool, x.removals)
	}
	if err == nil {
		err = x.scan(spool, x.rows())
	}
	if err != nil {
		return x.manifest, err
	}
	spool.Close()
	if err := os.Remove(name); err != nil {
		return x.manifest, err
	}
	m := &x.manifest
	m.Profile, m.Name, m.Format, m.Register = "tabular-data-package", strings.ToLower(log.Register), format, log.Register
	m.Title = "Register " + log.Register + " of England's health innovation networks"
	m.Description = "The whole history of the register. Each fact stands as its sources published it and under their licences: see citations.csv and facts/source.csv. " +
		"facts/person.csv has names of persons: keep this dataset like the register itself. Every row is numbered by the change that added it; an act made the changes from first to last."
	m.Act, m.Changes, m.Digest = log.Last, int64(log.Changes), log.Digest
	for i := range all {
		f := x.files[all[i].path]
		if f == nil {
			continue
		}
		if err := errors.Join(f.out.Flush(), f.file.Sync(), f.file.Close()); err != nil {
			return *m, err
		}
		r := f.table.resource()
		r.Bytes, r.Rows, r.Hash = f.bytes, f.rows, "sha256:"+hex.EncodeToString(f.sum.Sum(nil))
		m.Resources = append(m.Resources, r)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return *m, err
	}
	f, err := os.OpenFile(filepath.Join(x.dir, ManifestName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return *m, err
	}
	_, err = f.Write(append(text, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = errors.Join(syncDir(filepath.Join(x.dir, "facts")), syncDir(x.dir))
	}
	return *m, err
}

// scan reads the log that was spooled.
func (x *exporter) scan(spool *os.File, each func(text []byte) error) error {
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(spool, 1<<20)
	var long []byte
	for n := 0; ; n++ {
		text, err := in.ReadSlice('\n')
		if long = long[:0]; err == bufio.ErrBufferFull {
			for err == bufio.ErrBufferFull {
				long = append(long, text...)
				text, err = in.ReadSlice('\n')
			}
			text = append(long, text...)
		}
		if err == io.EOF {
			return nil
		}
		if err == nil && n%1000 == 0 {
			err = x.ctx.Err()
		}
		if err == nil {
			err = each(text)
		}
		if err != nil {
			return err
		}
	}
}

// removals takes up what was removed. No text of a log has these bytes within:
// its quotation marks are written with a stroke before them.
func (x *exporter) removals(text []byte) error {
	if !bytes.Contains(text, []byte(`"verb":"removed"`)) {
		return nil
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	x.removed[l.removable()] = append(x.removed[l.removable()], l.Number)
	return nil
}

// rows gives what writes the rows of each line.
func (x *exporter) rows() func(text []byte) error {
	next := int64(1) // the first change of the next act
	return func(text []byte) error {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return err
		}
		if x.total > 0 && l.Number%1000 == 0 {
			x.step((x.total + l.Number) / 2)
		}
		switch m := &x.manifest; {
		case l.Format != "":
			m.Schema, m.Begins = l.Schema, l.Before
			return nil
		case l.End != nil, l.Verb == "removed":
			return nil
		case l.Act != 0:
			m.Created = l.At
			for _, c := range l.Sources {
				if err := x.files["act-sources.csv"].row(digits(l.Act), string(c.Source), c.Locator); err != nil {
					return err
				}
			}
			first := next
			next += l.Changes
			return x.files["acts.csv"].row(digits(l.Act), l.At.Format(time.RFC3339Nano), string(l.Actor), l.Reason, l.Key, l.Request,
				digits(first), digits(next-1), l.Digest)
		}
		switch l.Type {
		case "entity":
			return x.files["entities.csv"].row(digits(l.Number), l.Subject.String(), string(l.Subject.Kind), string(l.Subject.Key))
		case "citation":
			return x.files["citations.csv"].row(digits(l.Number), x.removedBy(&l), digits(l.Fact), l.Subject.String(), string(l.Citation.Source), l.Citation.Locator)
		}
		return x.fact(&l)
	}
}

func (x *exporter) fact(l *line) error {
	f, err := x.of("facts/" + l.Type + ".csv")
	if err != nil {
		return err
	}
	n := f.table.noun
	v := reflect.New(n.Go)
	if err := json.Unmarshal(l.Value, v.Interface()); err != nil {
		return err
	}
	cells, err := n.Cells(v.Elem().Interface().(innovation.Fact))
	if err != nil {
		return err
	}
	row := []string{digits(l.Number), x.removedBy(l), digits(l.Fact)}
	if l.Type == string(innovation.TypePerson) {
		row = append(row, l.Commitment, l.Salt)
	}
	return f.row(append(row, cells...)...)
}

// removedBy is the change that removed the row: rows of a fact follow one
// another, so the first that is not given out yet.
func (x *exporter) removedBy(l *line) string {
	r := l.removable()
	all := x.removed[r]
	if len(all) == 0 {
		return ""
	}
	x.removed[r] = all[1:]
	return digits(all[0])
}

func digits[N ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }
