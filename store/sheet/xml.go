package sheet

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// markKind is what a mark of XML is.
type markKind uint8

const (
	starts markKind = iota + 1 // an element
	ends
	holds // text
)

// marks reads XML mark by mark, as the parts of a workbook are written: in
// UTF-8, without entities of its own. Names of spaces are not looked up: they
// differ between editions of the format, and the local names do not. Whether
// elements are closed in their order is for the caller. It is many times faster
// and smaller than encoding/xml, whose RawToken it agrees with.
type marks struct {
	from     io.Reader
	buf      []byte
	pos, end int // of what is in hand
	eof      bool
	closing  bool // an element that closes itself has begun
	kind     markKind
	name     []byte // of the element, good until the next mark
	text     []byte // good until the next mark
	attrs    []attribute
}

// attribute is an attribute of an element.
type attribute struct {
	name, value []byte
	prefixed    bool
}

func newMarks(r io.Reader) *marks { return &marks{from: r, buf: make([]byte, 32<<10)} }

// fill reads on, without losing the mark that is in hand.
func (m *marks) fill() error {
	if m.eof {
		return broken("it ends too early")
	}
	if m.end-m.pos > maxToken {
		return tooLarge("look for a cell with a very long text", "something in the workbook has more than %d KiB", maxToken>>10)
	}
	m.end = copy(m.buf, m.buf[m.pos:m.end])
	m.pos = 0
	if m.end == len(m.buf) {
		m.buf = append(m.buf, make([]byte, len(m.buf))...)
	}
	n, err := io.ReadAtLeast(m.from, m.buf[m.end:], min(len(m.buf)-m.end, 4<<10))
	m.end += n
	if err == io.EOF || err == io.ErrUnexpectedEOF && n < 4<<10 && m.atEnd() {
		m.eof, err = true, nil
	}
	return err
}

// atEnd reports whether the reader has ended, and not been cut off.
func (m *marks) atEnd() bool {
	n, err := m.from.Read(m.buf[m.end:min(m.end+1, len(m.buf))])
	m.end += n
	return n == 0 && err == io.EOF
}

func broken(why string) error {
	return unreadable("get the file anew, or open it in a spreadsheet program and save it as .xlsx", "the workbook is damaged: %s", why)
}

// until finds where a text ends that stands from so many bytes on, reading on
// as needed, and takes what is before it.
func (m *marks) until(from int, text string) ([]byte, error) {
	for {
		if at := bytes.Index(m.buf[min(m.pos+from, m.end):m.end], []byte(text)); at >= 0 {
			out := m.buf[m.pos+from : m.pos+from+at]
			m.pos += from + at + len(text)
			return out, nil
		}
		if err := m.fill(); err != nil {
			return nil, err
		}
	}
}

// begins reports whether what comes next is a text, reading on as needed.
func (m *marks) begins(text string) bool {
	for m.end-m.pos < len(text) && !m.eof && strings.HasPrefix(text, string(m.buf[m.pos:m.end])) {
		if m.fill() != nil {
			return false // and says so again
		}
	}
	return bytes.HasPrefix(m.buf[m.pos:m.end], []byte(text))
}

// next reads the next mark; it gives io.EOF after the last.
func (m *marks) next() (err error) {
	m.attrs = m.attrs[:0]
	if m.closing {
		m.closing, m.kind = false, ends
		return nil
	}
	for {
		if m.pos == m.end {
			if m.eof {
				return io.EOF
			}
			if err := m.fill(); err != nil {
				return err
			}
			continue
		}
		switch {
		case m.buf[m.pos] != '<':
			return m.plain()
		case m.begins("<?"):
			inside, err := m.until(2, "?>")
			if err != nil {
				return err
			}
			if _, code, found := bytes.Cut(inside, []byte("encoding=")); found && bytes.HasPrefix(inside, []byte("xml ")) && (len(code) < 7 || !strings.EqualFold(string(code[1:6]), "utf-8")) {
				return broken("it is not in UTF-8")
			}
		case m.begins("<!--"):
			if _, err := m.until(4, "-->"); err != nil {
				return err
			}
		case m.begins("<![CDATA["):
			m.kind = holds
			if m.text, err = m.until(9, "]]>"); err == nil {
				m.text, err = decoded(m.text, false)
			}
			return err
		case m.begins("<!"):
			return unreadable(trySave, "the workbook has a document type, which none needs")
		case m.begins("</"):
			m.kind = ends
			m.name, err = m.until(2, ">")
			m.name, _ = local(bytes.TrimRight(m.name, xmlSpace))
			return err
		default:
			return m.element()
		}
	}
}

const xmlSpace = " \t\r\n"

// local is a name without its prefix.
func local(name []byte) (out []byte, prefixed bool) {
	at := bytes.IndexByte(name, ':')
	return name[at+1:], at >= 0
}

// plain reads text up to the next mark.
func (m *marks) plain() (err error) {
	for at := -1; at < 0; {
		if at = bytes.IndexByte(m.buf[m.pos:m.end], '<'); at < 0 && !m.eof {
			if err := m.fill(); err != nil {
				return err
			}
			continue
		} else if at < 0 {
			at = m.end - m.pos
		}
		m.kind = holds
		m.text, err = decoded(m.buf[m.pos:m.pos+at], true)
		m.pos += at
	}
	return err
}

// element reads the start of an element with its attributes.
func (m *marks) element() error {
	size, quote := 1, byte(0)
	for ; ; size++ {
		if m.pos+size == m.end {
			if err := m.fill(); err != nil {
				return err
			}
			if m.pos+size == m.end {
				size--
				continue
			}
		}
		c := m.buf[m.pos+size]
		if quote == 0 && c == '>' {
			break
		}
		switch {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == '<':
			return broken("a mark stands in a mark")
		}
	}
	inside := m.buf[m.pos+1 : m.pos+size]
	m.pos += size + 1
	m.kind = starts
	inside, m.closing = bytes.CutSuffix(inside, []byte{'/'})
	n := bytes.IndexAny(inside, xmlSpace)
	if n < 0 {
		n = len(inside)
	}
	if n == 0 {
		return broken("a mark has no name")
	}
	m.name, _ = local(inside[:n])
	for rest := bytes.TrimLeft(inside[n:], xmlSpace); len(rest) > 0; rest = bytes.TrimLeft(rest, xmlSpace) {
		name, after, found := bytes.Cut(rest, []byte{'='})
		after = bytes.TrimLeft(after, xmlSpace)
		if !found || len(after) == 0 || after[0] != '"' && after[0] != '\'' {
			return broken("an attribute has no value")
		}
		value, after, found := bytes.Cut(after[1:], after[:1])
		if !found {
			return broken("an attribute does not end")
		}
		a := attribute{value: value}
		var err error
		if a.value, err = decoded(value, true); err != nil {
			return err
		}
		a.name, a.prefixed = local(bytes.TrimRight(name, xmlSpace))
		m.attrs = append(m.attrs, a)
		rest = after
	}
	return nil
}

// attr is an attribute of the element that starts, without a prefix.
func (m *marks) attr(name string) string {
	for i := range m.attrs {
		if a := &m.attrs[i]; string(a.name) == name && !a.prefixed {
			return string(a.value)
		}
	}
	return ""
}

// is reports whether the mark is of a kind and has a name.
func (m *marks) is(kind markKind, name string) bool {
	return m.kind == kind && string(m.name) == name
}

// decoded gives text with its entities and line ends as they are meant.
func decoded(raw []byte, entities bool) ([]byte, error) {
	plain, ascii := true, true
	for _, c := range raw {
		switch {
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '\r' || c == '&' && entities:
			plain = false
		case c < ' ' && c != '\n' && c != '\t':
			return nil, broken("it holds a control character")
		}
	}
	if !ascii && !utf8.Valid(raw) {
		return nil, broken("it is not in UTF-8")
	}
	if plain {
		return raw, nil
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\r':
			if i+1 == len(raw) || raw[i+1] != '\n' {
				out = append(out, '\n')
			}
		case c == '&' && entities:
			n := bytes.IndexByte(raw[i:], ';')
			r := rune(0)
			if n > 0 {
				r = entity(string(raw[i+1 : i+n]))
			}
			if r == 0 {
				return nil, broken("it has an entity that XML does not know")
			}
			out = utf8.AppendRune(out, r)
			i += n
		default:
			out = append(out, c)
		}
	}
	return out, nil
}

// entity is the character that an entity stands for, 0 when it is none.
func entity(name string) rune {
	switch name {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if digits == name {
		return 0
	}
	if digits[:min(1, len(digits))] == "x" {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	r := rune(n)
	if err != nil || !utf8.ValidRune(r) || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
		return 0
	}
	return r
}
