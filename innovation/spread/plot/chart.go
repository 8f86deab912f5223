package plot

import (
	"hash/fnv"
	"strconv"
	"strings"
)

// Text is what a figure says about itself.
type Text struct {
	// Title says what the figure shows. An empty title becomes the kind of figure.
	Title string
	// Subtitle is the view and the definition: "on 2019-04-30, known now;
	// footprint: of 2024-04-01".
	Subtitle string
	// Source stands below the figure.
	Source string
	// Alt is the finding in words, for those who do not see the figure. It opens
	// the description; the facts (first, last, highest) follow in any case.
	Alt string
	// ID names the elements of the figure in its page. Letters, digits, hyphens
	// and underscores are kept. An empty ID is made from the content: set it when
	// one page shows the same figure twice.
	ID string
}

// maxRows is how many rows of a table are written beside a picture. Chart.Table
// has them all.
const maxRows = 1000

// Chart is a drawn figure. It does not change any more.
type Chart struct {
	text   Text
	desc   string
	id     string
	width  float64
	height float64
	body   []byte
	header []string
	rows   [][]string
}

// finish makes the figure from what was drawn.
func (d *canvas) finish(kind string, facts []string, header []string, rows [][]string) *Chart {
	c := &Chart{text: d.text, width: d.width, height: d.height, body: d.b, header: header, rows: rows}
	parts := make([]string, 0, len(facts)+4)
	if c.text.Title == "" {
		c.text.Title = kind
	}
	for _, s := range append([]string{d.text.Alt, kind, d.text.Subtitle}, facts...) {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if !strings.ContainsAny(s[len(s)-1:], ".!?") {
			s += "."
		}
		parts = append(parts, s)
	}
	c.desc = strings.Join(parts, " ")
	c.id = c.text.ID
	if c.id == "" {
		h := fnv.New64a()
		h.Write([]byte(c.text.Title + "\x00" + c.desc + "\x00"))
		h.Write(c.body)
		c.id = "plot-" + strconv.FormatUint(h.Sum64(), 36)
	}
	return c
}

// tidy cleans the text of a figure.
func (t Text) tidy() Text {
	id := make([]byte, 0, len(t.ID))
	for i := 0; i < len(t.ID); i++ {
		if b := t.ID[i]; b == '-' || b == '_' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' {
			id = append(id, b)
		}
	}
	return Text{clean(t.Title), clean(t.Subtitle), clean(t.Source), clean(t.Alt), string(id)}
}

// Description gives the words that stand for the figure: what kind it is, its
// subtitle, and the first, last and highest values.
func (c *Chart) Description() string { return c.desc }

// Table gives the figure as a table: every number that is drawn, in words for
// people. A value that is not known reads "not known". The caller may change what
// it gets.
func (c *Chart) Table() (header []string, rows [][]string) {
	rows = make([][]string, len(c.rows))
	for i, r := range c.rows {
		rows[i] = append([]string(nil), r...)
	}
	return append([]string(nil), c.header...), rows
}

// SVG gives the figure as a file of its own, or for an <img>: it brings its
// background, light or dark as the reader prefers, and its table in <metadata>
// (of a long table the first 1,000 rows).
func (c *Chart) SVG() []byte {
	b := make([]byte, 0, len(c.body)+4096)
	b = c.open(b)
	// The rule holds for the root of a document only, never for a page around the
	// figure: text takes a colour that fits the background which comes with it.
	b = append(b, `<style>svg.plot:root{color:#1a1a1a;background:#fff}@media(prefers-color-scheme:dark){svg.plot:root{color:#f2f2f2;background:#16181c}}</style><metadata>`...)
	b = c.table(b, "h:", ` xmlns:h="http://www.w3.org/1999/xhtml"`)
	b = append(b, "</metadata>\n"...)
	b = append(b, c.body...)
	return append(b, "</svg>\n"...)
}

// Figure gives the figure for a page: the picture, in the text colour of the
// page, and its table in <details> (of a long table the first 1,000 rows). It is
// HTML and well-formed XML, with no style, so that a strict content security
// policy changes nothing.
func (c *Chart) Figure() []byte {
	b := make([]byte, 0, len(c.body)+4096)
	b = append(b, `<figure class="plot" lang="en-GB">`...)
	b = c.open(b)
	b = append(b, '\n')
	b = append(b, c.body...)
	b = append(b, "</svg>\n<details><summary>Table</summary>"...)
	b = c.table(b, "", "")
	return append(b, "</details></figure>\n"...)
}

// open appends the start of the picture and its names.
func (c *Chart) open(b []byte) []byte {
	b = append(b, `<svg xmlns="http://www.w3.org/2000/svg" class="plot" lang="en-GB" viewBox="0 0 `...)
	b = coordinate(b, c.width)
	b = append(b, ' ')
	b = coordinate(b, c.height)
	b = append(b, `" role="img" aria-labelledby="`+c.id+`-t" aria-describedby="`+c.id+`-d" font-family="Arial,Helvetica,sans-serif" font-size="12" fill="currentColor"><title id="`+c.id+`-t">`...)
	b = escape(b, c.text.Title)
	b = append(b, `</title><desc id="`+c.id+`-d">`...)
	b = escape(b, c.desc)
	return append(b, "</desc>"...)
}

// table appends the table, its elements in the given namespace.
func (c *Chart) table(b []byte, ns, attr string) []byte {
	w := &pen{b, ns}
	rows := c.rows
	w.open("table", attr)
	w.open("caption", "")
	w.b = escape(w.b, c.text.Title)
	for _, s := range [...]string{c.text.Subtitle, c.text.Source} {
		if s != "" {
			w.b = escape(append(w.b, ". "...), s)
		}
	}
	if len(rows) > maxRows {
		w.b = escape(w.b, ". The first "+number(maxRows)+" of "+number(float64(len(rows)))+" rows")
		rows = rows[:maxRows]
	}
	w.end("caption")
	w.open("thead", "")
	w.row(c.header, ` scope="col"`, "th", ` scope="col"`)
	w.end("thead")
	w.open("tbody", "")
	for _, r := range rows {
		w.b = append(w.b, '\n')
		w.row(r, ` scope="row"`, "td", "")
	}
	w.end("tbody")
	w.end("table")
	return w.b
}

// pen writes elements in a namespace.
type pen struct {
	b  []byte
	ns string
}

func (w *pen) open(name, attr string) { w.tag("<", name, attr) }
func (w *pen) end(name string)        { w.tag("</", name, "") }

//go:noinline // many places would hold a copy of it
func (w *pen) tag(start, name, attr string) {
	w.b = append(w.b, start...)
	w.b = append(w.b, w.ns...)
	w.b = append(w.b, name...)
	w.b = append(w.b, attr...)
	w.b = append(w.b, '>')
}

// row writes a row whose first cell is a heading.
func (w *pen) row(cells []string, first, name, attr string) {
	w.open("tr", "")
	for i, s := range cells {
		n, a := name, attr
		if i == 0 {
			n, a = "th", first
		}
		w.open(n, a)
		w.b = escape(w.b, s)
		w.end(n)
	}
	w.end("tr")
}

// table is the rows of a table in the making.
type table struct{ rows [][]string }

// start begins a row with its heading.
//
//go:noinline // many places would hold a copy of it
func (t *table) start(s string) { t.rows = append(t.rows, append(make([]string, 0, 6), s)) }

// cell adds a cell to the last row.
//
//go:noinline // many places would hold a copy of it
func (t *table) cell(s string) {
	last := &t.rows[len(t.rows)-1]
	*last = append(*last, s)
}
