package dataset

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

const (
	maxManifest = 4 << 20 // bytes
	maxFaults   = 100     // that are reported
)

// opened is a dataset that is being read.
type opened struct {
	fsys     fs.FS
	close    func() error
	names    []string // of its files
	manifest Manifest
	tables   map[string]*table
	removals []removal
	end      string // digest of the last act
	faults   innovation.Errors
}

// ReadManifest reads the manifest of a dataset, in a folder or a zip, and
// nothing else. The error is that of Import for a manifest that is none.
func ReadManifest(from string) (Manifest, error) {
	d, err := open(from)
	if err != nil {
		return Manifest{}, err
	}
	defer d.close()
	return d.manifest, nil
}

// removal is a change that removed a row.
type removal struct {
	number   int64
	fact     innovation.FactID
	typ      string
	subject  innovation.Entity
	citation *innovation.Citation
}

// open opens a folder or a zip. Nothing outside of it is reached.
func open(from string) (*opened, error) {
	info, err := os.Stat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, invalid("", "there is no %s", from)
	}
	if err != nil {
		return nil, err
	}
	d := &opened{tables: map[string]*table{}}
	switch {
	case info.IsDir():
		root, err := os.OpenRoot(from)
		if err != nil {
			return nil, err
		}
		d.fsys, d.close = root.FS(), root.Close
		for _, dir := range []string{".", "facts"} {
			all, err := fs.ReadDir(d.fsys, dir)
			if err != nil && dir == "." {
				root.Close()
				return nil, err
			}
			for _, e := range all {
				if !e.IsDir() {
					d.names = append(d.names, path.Join(dir, e.Name()))
				}
			}
		}
	case info.Mode().IsRegular():
		z, err := zip.OpenReader(from)
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrInsecurePath) {
			return nil, invalid("", "%s is no zip of a dataset", from)
		}
		if err != nil {
			return nil, err
		}
		d.fsys, d.close = z, z.Close
		for _, f := range z.File {
			if !strings.HasSuffix(f.Name, "/") {
				d.names = append(d.names, f.Name)
			}
		}
	default:
		return nil, invalid("", "%s is neither a folder nor a file", from)
	}
	if err := d.readManifest(); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func invalid(field, text string, args ...any) *innovation.Error {
	return innovation.Invalidf(innovation.RuleDatasetDamaged, field, text, args...).
		Trying("give a folder or a zip that innovationd export -format dataset has written, as it was written")
}

func (d *opened) fault(file, text string, args ...any) {
	if len(d.faults) < maxFaults {
		d.faults = append(d.faults, invalid(clip(file), text, args...))
	}
}

// clip shortens a text of a dataset for a message.
func clip(text string) string {
	if len(text) > 60 {
		text = strings.ToValidUTF8(text[:60], "") + "…"
	}
	return text
}

// file opens a file of the dataset. Only regular files are files of it: nothing
// is waited for, and no link is followed.
func (d *opened) file(name string) (fs.File, fs.FileInfo, error) {
	info, err := fs.Lstat(d.fsys, name)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	if err != nil {
		return nil, nil, err
	}
	f, err := d.fsys.Open(name)
	return f, info, err
}

func (d *opened) readManifest() error {
	f, info, err := d.file(ManifestName)
	if err != nil {
		return invalid(ManifestName, "there is no manifest")
	}
	defer f.Close()
	if info.Size() > maxManifest {
		return invalid(ManifestName, "%d bytes are too many for a manifest", info.Size())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err == nil {
		err = json.Unmarshal(text, &d.manifest)
	}
	m := &d.manifest
	switch {
	case err != nil:
		return invalid(ManifestName, "it cannot be read: %s", clip(err.Error()))
	case m.Format != format:
		return invalid(ManifestName, "%q is no dataset of a register that this program reads", clip(m.Format))
	case m.Schema > store.SchemaVersion():
		return &innovation.Error{Kind: innovation.Unsuitable, Rule: innovation.RuleSchemaNewer, Field: ManifestName,
			Detail: fmt.Sprintf("the dataset is of schema %d and this program knows schemas up to %d", m.Schema, store.SchemaVersion()),
			Try:    "use a program that knows it"}
	}
	return nil
}

// check holds every file against the manifest, and takes up what was removed.
// Everything that is wrong is reported.
func (d *opened) check(ctx context.Context, progress func(done, total int64)) error {
	all := tables()
	known := map[string]*table{}
	for i := range all {
		known[all[i].path] = &all[i]
	}
	d.end = d.manifest.Begins
	var done, total int64
	for _, r := range d.manifest.Resources {
		switch t := known[r.Path]; {
		case t == nil:
			d.fault(ManifestName, "it names the file %q, which no dataset has", clip(r.Path))
		case d.tables[r.Path] != nil:
			d.fault(ManifestName, "it names the file %s twice", r.Path)
		default:
			d.tables[r.Path] = t
			total += max(r.Bytes, 0)
		}
	}
	for _, t := range ownTables {
		if d.tables[t.path] == nil {
			d.fault(ManifestName, "it does not name the file %s", t.path)
		}
	}
	sort.Strings(d.names)
	for i, name := range d.names {
		switch {
		case i > 0 && d.names[i-1] == name:
			d.fault(name, "the file is there twice")
		case d.tables[name] == nil && strings.HasSuffix(name, ".csv") && !strings.HasPrefix(path.Base(name), "."):
			d.fault(name, "the manifest does not name the file: its rows would be lost")
		}
	}
	for i := range d.manifest.Resources {
		r := &d.manifest.Resources[i]
		if known[r.Path] == nil {
			continue
		}
		if err := d.checkFile(ctx, r); err != nil {
			return err
		}
		if done += max(r.Bytes, 0); progress != nil {
			progress(done, total)
		}
	}
	if d.faults == nil && d.end != d.manifest.Digest {
		d.fault(ManifestName, "its digest %q is not that of the last act", clip(d.manifest.Digest))
	}
	if d.faults != nil {
		return d.faults
	}
	sort.Slice(d.removals, func(i, j int) bool { return d.removals[i].number < d.removals[j].number })
	return nil
}

// checkFile reads a file once. That it was altered is all that is said of one
// that was; the rows of one that was not are looked at.
func (d *opened) checkFile(ctx context.Context, r *Resource) error {
	f, info, err := d.file(r.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.fault(r.Path, "the file is missing")
		return nil
	case err != nil:
		d.fault(r.Path, "the file cannot be read")
		return nil
	}
	defer f.Close()
	if info.Size() != r.Bytes {
		d.fault(r.Path, "the file has %d bytes, and the manifest says %d", info.Size(), r.Bytes)
		return nil
	}
	sum := sha256.New()
	in := io.TeeReader(io.LimitReader(reader{ctx, f}, r.Bytes+1), sum)
	rows := int64(0)
	before := len(d.removals)
	wrong := d.eachRow(r.Path, in, func(row *row) error {
		rows++
		return d.note(row)
	})
	if _, err := io.Copy(io.Discard, in); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		d.fault(r.Path, "the file cannot be read: %s", clip(err.Error()))
		return nil
	}
	switch {
	case "sha256:"+hex.EncodeToString(sum.Sum(nil)) != r.Hash:
		d.fault(r.Path, "the file was altered: its digest is not that of the manifest")
		d.removals = d.removals[:before]
	case wrong != nil:
		for _, e := range innovation.Violations(wrong) {
			d.fault(r.Path, "%s", e.Detail)
		}
		if innovation.Violations(wrong) == nil {
			d.fault(r.Path, "%s", clip(wrong.Error()))
		}
	case rows != r.Rows:
		d.fault(r.Path, "the file has %d rows, and the manifest says %d", rows, r.Rows)
	}
	return nil
}

// row is a row of a file by the names of its columns.
type row struct {
	table   *table
	path    string
	heading []string
	cells   []string
	line    int64
}

func (r *row) get(column string) string {
	if i := slices.Index(r.heading, column); i >= 0 {
		return r.cells[i]
	}
	return ""
}

func (r *row) damaged(text string, args ...any) error {
	return invalid(r.path, "row %d: %s", r.line, fmt.Sprintf(text, args...))
}

func (r *row) number(column string) (int64, error) {
	n, err := strconv.ParseInt(r.get(column), 10, 64)
	if err != nil || n < 1 {
		return 0, r.damaged("%q is no number of the column %s", clip(r.get(column)), column)
	}
	return n, nil
}

func (r *row) entity(column string) (innovation.Entity, error) {
	e, err := innovation.ParseEntity(r.get(column))
	if err != nil {
		return e, r.damaged("%q is no entity", clip(r.get(column)))
	}
	return e, nil
}

// rows reads the rows of a file.
type rows struct {
	row
	from rowReader
}

// begin reads the heading.
func (d *opened) begin(name string, in io.Reader) (*rows, error) {
	r := &rows{row: row{table: d.tables[name], path: name}, from: rowReader{in: bufio.NewReaderSize(in, 64<<10)}}
	heading, err := r.from.read()
	if err != nil {
		return nil, invalid(name, "it has no heading")
	}
	r.heading = slices.Clone(heading)
	for i, h := range r.heading {
		if !slices.ContainsFunc(r.table.fields, func(c Column) bool { return c.Name == h }) {
			return nil, invalid(name, "there is no column %q for it", clip(h))
		}
		if slices.Contains(r.heading[:i], h) {
			return nil, invalid(name, "the column %s stands there twice", h)
		}
	}
	return r, nil
}

// next reads the next row; io.EOF after the last.
func (r *rows) next() error {
	cells, err := r.from.read()
	r.line = r.from.row
	if err == errRowLong || err == errRowEnd || err == errQuote {
		return r.damaged("%v", err)
	}
	if err != nil {
		return err
	}
	if len(cells) != len(r.heading) {
		return r.damaged("it has %d cells, and there are %d columns", len(cells), len(r.heading))
	}
	r.cells = cells
	return nil
}

func (d *opened) eachRow(name string, in io.Reader, do func(*row) error) error {
	r, err := d.begin(name, in)
	if err != nil {
		return err
	}
	for {
		if err := r.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := do(&r.row); err != nil {
			return err
		}
	}
}

// note takes up what a row says of its removal, and where the acts end.
func (d *opened) note(r *row) error {
	if r.path == "acts.csv" {
		d.end = r.get("digest")
	}
	if r.get("removed") == "" {
		return nil
	}
	number, err := r.number("removed")
	if err != nil {
		return err
	}
	c, err := r.change()
	if err != nil {
		return err
	}
	d.removals = append(d.removals, removal{number, c.Fact, c.Type, c.Subject, c.Citation})
	return nil
}

// change is what a row says of a fact or citation, without the value.
func (r *row) change() (l line, err error) {
	if r.path == "entities.csv" {
		l.Type = "entity"
		l.Subject, err = r.entity("entity")
		if err == nil && (r.get("kind") != string(l.Subject.Kind) || r.get("key") != string(l.Subject.Key)) {
			err = r.damaged("%s is not of the kind and key beside it", l.Subject)
		}
		return l, err
	}
	fact, err := r.number("fact")
	if err != nil {
		return l, err
	}
	l.Fact = innovation.FactID(fact)
	if r.table.noun != nil {
		l.Type = string(r.table.noun.Type)
		return l, nil
	}
	l.Type = "citation"
	l.Citation = &innovation.Citation{Source: innovation.SourceID(r.get("source")), Locator: r.get("locator")}
	l.Subject, err = r.entity("subject")
	return l, err
}
