package sheet

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// ours and theirs write the marks of a text one a line.
func ours(r io.Reader) (string, error) {
	var out, text strings.Builder
	for m := newMarks(r); ; {
		err := m.next()
		if err == nil && m.kind == holds {
			text.Write(m.text)
			continue
		}
		if text.Len() > 0 {
			fmt.Fprintf(&out, "%q\n", text.String())
			text.Reset()
		}
		if err == io.EOF {
			return out.String(), nil
		}
		if err != nil {
			return out.String(), err
		}
		if m.kind == ends {
			fmt.Fprintf(&out, "/%s\n", m.name)
			continue
		}
		fmt.Fprintf(&out, "%s", m.name)
		for _, a := range m.attrs {
			fmt.Fprintf(&out, " %v %s=%q", a.prefixed, a.name, a.value)
		}
		out.WriteByte('\n')
	}
}

func theirs(r io.Reader) (string, error) {
	var out, text strings.Builder
	for d := xml.NewDecoder(r); ; {
		t, err := d.RawToken()
		switch c := t.(type) {
		case xml.CharData:
			text.Write(c)
			continue
		case xml.Comment, xml.ProcInst:
			continue
		case xml.Directive:
			return "", io.ErrNoProgress
		}
		if text.Len() > 0 {
			fmt.Fprintf(&out, "%q\n", text.String())
			text.Reset()
		}
		if err == io.EOF {
			return out.String(), nil
		}
		if err != nil {
			return out.String(), err
		}
		switch e := t.(type) {
		case xml.EndElement:
			fmt.Fprintf(&out, "/%s\n", e.Name.Local)
		case xml.StartElement:
			out.WriteString(e.Name.Local)
			for _, a := range e.Attr {
				fmt.Fprintf(&out, " %v %s=%q", a.Name.Space != "", a.Name.Local, a.Value)
			}
			out.WriteByte('\n')
		}
	}
}

// What encoding/xml can read is read as it does.
func FuzzXML(f *testing.F) {
	for _, s := range []string{
		`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a:b c="1" r:id='2 &amp; "3"'><d/> x &lt;&#65;&#x1F600; <![CDATA[<e>&amp;]]><!-- <f> --></a:b>`,
		"<a b = \"1\"\r\nc='\r\n'>\r\n\rtext\r</a >", `<a b="<">`, `<a`, `<a>&x;</a>`, "\uFEFF<a>é</a>", `<!DOCTYPE a>`, `</`, "<a b='>'/>", `<![CDATA[`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ours(strings.NewReader(s))
		if slow, err2 := ours(iotest.OneByteReader(strings.NewReader(s))); slow != got || fmt.Sprint(err) != fmt.Sprint(err2) {
			t.Fatalf("byte by byte: %q, %v, and at once %q, %v", slow, err2, got, err)
		}
		want, wrong := theirs(strings.NewReader(s))
		if wrong != nil || strings.Contains(s, "::") || colon(s) {
			return
		}
		if err != nil || got != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	})
}

// colon reports whether a name may begin or end with a colon, which is a name
// without a prefix to encoding/xml.
func colon(s string) bool {
	for i := range len(s) {
		if s[i] == ':' && (i == 0 || strings.IndexByte("</ \n\t\r\"'", s[i-1]) >= 0 || i+1 == len(s) || strings.IndexByte("/=> \n\t\r", s[i+1]) >= 0) {
			return true
		}
	}
	return false
}

// Marks longer than what is in hand at first come out whole.
func TestLongMarks(t *testing.T) {
	t.Parallel()
	for _, n := range []int{4 << 10, 32<<10 - 4, 32<<10 - 3, 32 << 10, 100 << 10} {
		long := strings.Repeat("y", n)
		s := `<a b="` + long + `">` + long + `<!--` + long + `--><![CDATA[` + long + `]]></a>`
		got, err := ours(strings.NewReader(s))
		want, _ := theirs(strings.NewReader(s))
		if got != want || err != nil {
			t.Errorf("%d: differs, %v", n, err)
		}
	}
}
