package sheet

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// The greatest sizes of a workbook: of a decompressed part, of its small parts,
// of its shared texts together, of the directory of the zip file, of what
// stands between two marks of XML, each in bytes; and of its parts and columns.
const (
	maxPart      = 4 << 30
	maxSmallPart = 64 << 20
	maxShared    = 256 << 20
	maxDirectory = 4 << 20
	maxToken     = 1 << 20
	maxParts     = 4096
	maxColumns   = 16384
	maxSheetRows = 1 << 20
)

// workbook is what the rows of a sheet need from the rest of its workbook.
type workbook struct {
	parts   map[string]*zip.File // by name in small letters
	names   map[string]string    // what each relationship of the workbook leads to
	kinds   map[string]string    // and of which kind it is
	sheet   *zip.File
	since04 bool // days are counted from 1904
	styles  []timeForm
	shared  shared
	merges  []merge
}

// bookSheet is a sheet as the workbook lists it.
type bookSheet struct{ name, part, state string }

// lookBook reads everything of a workbook but its rows.
func (f *File) lookBook(ctx context.Context) error {
	size, err := f.file.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	at := &placed{file: f.file, begin: f.begin, ctx: ctx, left: maxDirectory}
	z, err := zip.NewReader(at, size-f.begin)
	if at.left < 0 {
		return tooLarge(trySave, "%s has more parts than a workbook has", f.name)
	}
	if err != nil {
		return zipDamaged(err)
	}
	at.left = 1<<63 - 1
	defer func() { at.ctx = context.Background() }() // rows are read later
	if len(z.File) > maxParts {
		return tooLarge(trySave, "%s has more than %d parts", f.name, maxParts)
	}
	b := &workbook{parts: map[string]*zip.File{}}
	for _, p := range z.File {
		if p.CompressedSize64 > uint64(size-f.begin) {
			return zipDamaged(zip.ErrFormat) // it would lead astray what bounds its expansion
		}
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(p.Name, `\`, "/"), "/"))
		if b.parts[name] == nil {
			b.parts[name] = p
		}
	}
	f.book = b
	if err := b.load(f); err != nil {
		return zipDamaged(err)
	}
	return nil
}

// placed reads at any place of a file, from where it begins.
type placed struct {
	file  io.ReadSeeker
	begin int64
	ctx   context.Context // of the opening
	left  int64           // bytes that may be read
}

func (p *placed) ReadAt(b []byte, off int64) (n int, err error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	if p.left -= int64(len(b)); p.left < 0 || off < 0 {
		return 0, zip.ErrFormat
	}
	if at, ok := p.file.(io.ReaderAt); ok {
		return at.ReadAt(b, p.begin+off)
	}
	if _, err := p.file.Seek(p.begin+off, io.SeekStart); err != nil {
		return 0, err
	}
	if n, err = io.ReadFull(p.file, b); err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// zipDamaged tells what is wrong with the file from what is with the machine.
func zipDamaged(err error) error {
	for _, is := range [...]error{zip.ErrFormat, zip.ErrChecksum, zip.ErrAlgorithm, zip.ErrInsecurePath, io.EOF} {
		if errors.Is(err, is) {
			err = unreadable("get the file anew, or open it in a spreadsheet program and save it as .xlsx", "the workbook is damaged: %v", is)
		}
	}
	return damaged(err)
}

// load finds the parts that matter and reads the small ones.
func (b *workbook) load(f *File) error {
	book, err := b.find(f)
	if err != nil {
		return err
	}
	if b.names, b.kinds, err = b.relations(book); err != nil {
		return err
	}
	sheets, err := b.sheets(book)
	if err != nil {
		return err
	}
	chosen, err := f.choose(sheets)
	if err != nil {
		return err
	}
	if b.sheet = b.parts[chosen.part]; b.sheet == nil {
		return unreadable(trySave, "the sheet %q is missing from the workbook", clip(chosen.name))
	}
	f.size = int64(min(b.sheet.UncompressedSize64, 1<<62))
	for id, kind := range b.kinds {
		switch p := b.parts[b.names[id]]; {
		case p == nil:
		case kind == "styles":
			err = b.loadStyles(p)
		case kind == "sharedStrings":
			err = b.shared.load(p, f.o.MaxBytes)
		}
		if err != nil {
			return err
		}
	}
	if b.merges, err = lookMerges(b.sheet, f.o.MaxBytes); err != nil {
		return err
	}
	switch n := len(b.merges); n {
	case 0:
	case 1:
		f.remarks = append(f.remarks, "the cells of a merged range were each filled with the value of the first")
	default:
		f.remarks = append(f.remarks, fmt.Sprintf("the cells of %d merged ranges were each filled with the value of the first", n))
	}
	return nil
}

// find gives the name of the main part of the workbook, or says what the file
// is instead.
func (b *workbook) find(f *File) (string, error) {
	if p := b.parts["mimetype"]; p != nil {
		if r, err := openPart(p, maxSmallPart); err == nil {
			kind, _ := io.ReadAll(io.LimitReader(r, 64))
			r.Close()
			if strings.Contains(string(kind), "opendocument") {
				return "", unreadable(trySave, "%s is an OpenDocument file such as .ods", f.name)
			}
		}
	}
	names, kinds, err := b.relations("")
	if err != nil {
		return "", err
	}
	name := "xl/workbook.xml"
	for id, kind := range kinds {
		if kind == "officeDocument" {
			name = names[id]
		}
	}
	switch {
	case b.parts[name] != nil && strings.HasSuffix(name, ".xml") && !strings.HasPrefix(name, "word/") && !strings.HasPrefix(name, "ppt/"):
		return name, nil
	case b.parts["xl/workbook.bin"] != nil:
		return "", unreadable(trySave, "%s is a binary workbook (.xlsb)", f.name)
	case b.parts[name] != nil:
		return "", unreadable("copy its table into a spreadsheet program and save it as .xlsx", "%s is a document, not a workbook", f.name)
	}
	return "", unreadable("if tables are in it, decompress it and give one of them", "%s is a zip file without a workbook", f.name)
}

// relations reads what a part refers to: the name and the kind, by identifier.
// The empty name is the whole file.
func (b *workbook) relations(name string) (names, kinds map[string]string, err error) {
	names, kinds = map[string]string{}, map[string]string{}
	dir, base := path.Split(name)
	p := b.parts[dir+"_rels/"+base+".rels"]
	if p == nil {
		return names, kinds, nil
	}
	return names, kinds, eachElement(p, maxSmallPart, func(m *marks) {
		if target := m.attr("Target"); m.is(starts, "Relationship") && !strings.EqualFold(m.attr("TargetMode"), "External") {
			if !strings.HasPrefix(target, "/") {
				target = path.Join("/", dir, target)
			}
			names[m.attr("Id")] = strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))
			kinds[m.attr("Id")] = path.Base(m.attr("Type"))
		}
	})
}

// sheets lists the sheets of tables in their order.
func (b *workbook) sheets(book string) (out []bookSheet, err error) {
	err = eachElement(b.parts[book], maxSmallPart, func(m *marks) {
		switch string(m.name) {
		case "workbookPr":
			b.since04 = isTrue(m.attr("date1904"))
		case "sheet":
			id := ""
			for _, a := range m.attrs {
				if a.prefixed && string(a.name) == "id" {
					id = string(a.value)
				}
			}
			if b.kinds[id] == "worksheet" {
				out = append(out, bookSheet{m.attr("name"), b.names[id], m.attr("state")})
			}
		}
	})
	return out, err
}

// choose finds the sheet to be read.
func (f *File) choose(sheets []bookSheet) (*bookSheet, error) {
	var first, named *bookSheet
	var hidden []string
	for i := range sheets {
		s := &sheets[i]
		if s.state == "" || s.state == "visible" {
			f.sheets = append(f.sheets, s.name)
			if first == nil {
				first = s
			}
		} else {
			hidden = append(hidden, s.name)
		}
		if s.name == f.o.Sheet || named == nil && strings.EqualFold(s.name, strings.TrimSpace(f.o.Sheet)) {
			named = s
		}
	}
	switch {
	case f.o.Sheet != "" && named != nil:
		return named, nil
	case f.o.Sheet != "":
		return nil, unreadable("its sheets are "+clipList(f.sheets), "the workbook has no sheet %q", clip(f.o.Sheet))
	case first == nil:
		return nil, unreadable("show the sheet that has the table, or name it", "%s has no visible sheet with a table", f.name)
	}
	if len(f.sheets) > 1 {
		f.remarks = append(f.remarks, fmt.Sprintf("the sheet %q was read, the first of %d; the others are %s", clip(first.name), len(f.sheets), clipList(f.sheets[1:])))
	}
	if len(hidden) > 0 {
		f.remarks = append(f.remarks, "hidden sheets were passed over: "+clipList(hidden))
	}
	return first, nil
}

// clipList names the first of many.
func clipList(names []string) string {
	var out []string
	for i, n := range names {
		if i == 10 {
			out = append(out, "…")
			break
		}
		out = append(out, fmt.Sprintf("%q", clip(n)))
	}
	return strings.Join(out, ", ")
}

// openPart begins to read a part, bounded.
func openPart(p *zip.File, most int64) (io.ReadCloser, error) {
	r, err := p.Open()
	if err != nil {
		return nil, err
	}
	stored := int64(min(p.CompressedSize64, 1<<62/maxExpansion))
	return struct {
		io.Reader
		io.Closer
	}{&bounded{Reader: r, most: cmp.Or(most, maxPart), stored: func() int64 { return stored }}, r}, nil
}

// eachElement calls do for each element of a part as it begins.
func eachElement(p *zip.File, most int64, do func(*marks)) error {
	r, err := openPart(p, most)
	if err != nil {
		return err
	}
	defer r.Close()
	for m := newMarks(r); ; {
		if err := m.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if m.kind == starts {
			do(m)
		}
	}
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }
