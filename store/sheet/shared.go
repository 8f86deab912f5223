package sheet

import (
	"archive/zip"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// maxSharedTexts is the greatest number of shared texts of a workbook.
const maxSharedTexts = 16 << 20

// shared is the texts that the cells of a workbook share.
type shared struct {
	text string
	ends []uint32 // of each in text
}

// load reads them: the runs of a text joined, without the runs that say how to
// pronounce it.
func (s *shared) load(p *zip.File, most int64) error {
	r, err := openPart(p, most)
	if err != nil {
		return err
	}
	defer r.Close()
	var all strings.Builder
	var one plainText
	for m := newMarks(r); ; {
		if err := m.next(); err == io.EOF {
			s.text = all.String()
			return nil
		} else if err != nil {
			return err
		}
		if err := one.take(m); err != nil {
			return err
		}
		if m.is(ends, "si") {
			all.WriteString(one.done())
			s.ends = append(s.ends, uint32(all.Len()))
			if all.Len() > maxShared || len(s.ends) > maxSharedTexts {
				return tooLarge("part it into several files, or save it as CSV", "the workbook has more than %d MiB or %d million texts", maxShared>>20, maxSharedTexts>>20)
			}
		}
	}
}

// at is a shared text by its number.
func (s *shared) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.text[from:s.ends[i]], true
}

// plainText gathers the text of a cell out of its runs.
type plainText struct {
	text   []byte
	inside bool // a <t>
	phonic bool // a run that says how to pronounce the text
}

func (p *plainText) take(m *marks) error {
	if m.kind != holds {
		switch string(m.name) {
		case "rPh":
			p.phonic = m.kind == starts
		case "t":
			p.inside = m.kind == starts
		}
	} else if p.inside && !p.phonic {
		if p.text = append(p.text, m.text...); len(p.text) > maxCell {
			return tooLarge("shorten it", "a text of the workbook has more than %d KiB", maxCell>>10)
		}
	}
	return nil
}

// done gives the text and begins another.
func (p *plainText) done() string {
	out := unescaped(string(p.text))
	*p = plainText{text: p.text[:0]}
	return out
}

// unescaped puts the characters for _x000D_ and the like, which XML cannot
// hold as they are. What stands for no character stays.
func unescaped(s string) string {
	at := strings.Index(s, "_x")
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.Index(s, "_x") {
		r, ok := escape(s[at:])
		if !ok {
			b.WriteString(s[:at+1])
			s = s[at+1:]
			continue
		}
		b.WriteString(s[:at])
		s = s[at+7:]
		if low, ok := escape(s); ok && utf16.IsSurrogate(r) {
			r = utf16.DecodeRune(r, low)
			s = s[7:]
		}
		b.WriteRune(r)
	}
	b.WriteString(s)
	return b.String()
}

// escape reads an escape at the start of a text.
func escape(s string) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil && n != 0
}
