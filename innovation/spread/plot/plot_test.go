package plot_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation/spread/plot"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			if s.err != nil {
				t.Fatal(s.err)
			}
			if s.name == "large" {
				return // too much to keep
			}
			path := filepath.Join("testdata", s.name+".svg")
			svg := s.chart.SVG()
			if *update {
				if err := os.WriteFile(path, svg, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(svg)); diff != "" {
				t.Errorf("%s (-want +got), -update writes it anew:\n%s", path, diff)
			}
		})
	}
}

func TestFigureGolden(t *testing.T) {
	c, err := plot.Hazard(hazardSample())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "hazard.html")
	if *update {
		if err := os.WriteFile(path, c.Figure(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(c.Figure())); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// element is a parsed document, for the tests.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *element) walk(visit func(*element)) {
	visit(e)
	for i := range e.Children {
		e.Children[i].walk(visit)
	}
}

func (e *element) find(name string) []*element {
	var out []*element
	e.walk(func(c *element) {
		if c.XMLName.Local == name {
			out = append(out, c)
		}
	})
	return out
}

func parse(data []byte) (*element, error) {
	var root element
	dec := xml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&root); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		if _, err = dec.Token(); !errors.Is(err, io.EOF) {
			return nil, errors.New("something follows the root")
		}
	}
	return &root, nil
}

// accessible says what a figure lacks for readers who do not see it.
func accessible(c *plot.Chart) error {
	svg, err := parse(c.SVG())
	if err != nil {
		return err
	}
	figure, err := parse(c.Figure())
	if err != nil {
		return err
	}
	header, rows := c.Table()
	for _, row := range rows {
		if len(row) != len(header) {
			return errors.New("a row of the table is longer or shorter than its header")
		}
	}
	for _, root := range []*element{svg, figure.find("svg")[0]} {
		if root.XMLName.Space != "http://www.w3.org/2000/svg" || root.attr("role") != "img" || root.attr("lang") != "en-GB" || root.attr("viewBox") == "" {
			return errors.New("the svg element lacks its namespace, role, language or viewBox")
		}
		title, desc := root.Children[0], root.Children[1]
		if title.XMLName.Local != "title" || strings.TrimSpace(title.Text) == "" || title.attr("id") != root.attr("aria-labelledby") {
			return errors.New("the title is missing or does not name the picture")
		}
		if desc.XMLName.Local != "desc" || desc.Text != c.Description() || desc.attr("id") != root.attr("aria-describedby") {
			return errors.New("the description is missing or does not describe the picture")
		}
		if strings.ContainsAny(title.attr("id"), " <>\"&") {
			return errors.New("the id is none")
		}
	}
	for _, root := range []*element{svg, figure} {
		if n := len(root.find("script")) + len(root.find("a")) + len(root.find("image")); n > 0 {
			return errors.New("there is a script or a link")
		}
		tables := root.find("table")
		if len(tables) != 1 || tables[0].Children[0].XMLName.Local != "caption" {
			return errors.New("there is no table with a caption")
		}
		if n := len(tables[0].find("tr")); n != min(len(rows), 1000)+1 {
			return errors.New("the table lacks rows")
		}
		for _, th := range tables[0].find("th") {
			if s := th.attr("scope"); s != "col" && s != "row" {
				return errors.New("a heading lacks its scope")
			}
		}
	}
	return nil
}

func TestAccessible(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			if s.err != nil {
				t.Fatal(s.err)
			}
			if err := accessible(s.chart); err != nil {
				t.Error(err)
			}
		})
	}
}

// inside says whether something is drawn outside the picture, at no place at all,
// or too small to read.
func inside(svg []byte) error {
	root, err := parse(svg)
	if err != nil {
		return err
	}
	size := strings.Fields(root.attr("viewBox"))
	w, err1 := strconv.ParseFloat(size[2], 64)
	h, err2 := strconv.ParseFloat(size[3], 64)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	within := func(s string, most float64) {
		if v, err2 := strconv.ParseFloat(s, 64); err2 != nil || !(v >= -0.1 && v <= most+0.1) {
			err = fmt.Errorf("%s is not between 0 and %v", s, most)
		}
	}
	root.walk(func(e *element) {
		switch e.XMLName.Local {
		case "text":
			within(e.attr("x"), w)
			within(e.attr("y"), h)
		case "path":
			for _, move := range moves.FindAllStringSubmatch(e.attr("d"), -1) {
				within(move[1], w)
				within(move[2], h)
			}
			for _, c := range absolute.FindAllStringSubmatch(e.attr("d"), -1) {
				if c[1] == "H" {
					within(c[2], w)
				} else {
					within(c[2], h)
				}
			}
			if strings.ContainsAny(e.attr("d"), "NI") {
				err = errors.New("a path leads nowhere")
			}
		}
		if s := e.attr("font-size"); s != "" && s != "12" && s != "16" {
			err = fmt.Errorf("text of size %s", s)
		}
	})
	return err
}

var (
	moves    = regexp.MustCompile(`[ML]([-\d.a-zA-Z+]+) ([-\d.]+)`)
	absolute = regexp.MustCompile(`([HV])([-\d.]+)`)
)

func TestInside(t *testing.T) {
	for _, s := range samples() {
		if err := inside(s.chart.SVG()); err != nil {
			t.Error(s.name, err)
		}
	}
}

// Words stand clear of one another: by a generous estimate of their width, no two
// texts of a figure overlap, and none leaves the picture.
func TestWordsStandClear(t *testing.T) {
	for _, s := range samples() {
		root, err := parse(s.chart.SVG())
		if err != nil {
			t.Fatal(err)
		}
		type place struct {
			text                     string
			left, top, right, bottom float64
		}
		var places []place
		for _, e := range root.find("text") {
			x, _ := strconv.ParseFloat(e.attr("x"), 64)
			y, _ := strconv.ParseFloat(e.attr("y"), 64)
			size := 12.0
			if e.attr("font-size") != "" {
				size = 16
			}
			w := 0.0
			for _, r := range e.Text {
				switch {
				case strings.ContainsRune("ijl.,:;|!'`()[] ft/", r):
					w += 0.3 * size // the widths of Arial, or a little more
				case strings.ContainsRune("mwMW%@…", r):
					w += 0.95 * size
				case r >= 'A' && r <= 'Z':
					w += 0.7 * size
				default:
					w += 0.56 * size
				}
			}
			switch e.attr("text-anchor") {
			case "middle":
				x -= w / 2
			case "end":
				x -= w
			}
			p := place{e.Text, x, y - size*0.72, x + w, y + size*0.2}
			if p.left < -1 || p.right > 761 {
				t.Errorf("%s: %q leaves the picture: %.0f to %.0f", s.name, p.text, p.left, p.right)
			}
			for _, o := range places {
				if p.right > o.left && p.left < o.right && p.bottom > o.top && p.top < o.bottom {
					t.Errorf("%s: %q and %q overlap", s.name, p.text, o.text)
				}
			}
			places = append(places, p)
		}
	}
}

func TestDeterministic(t *testing.T) {
	first, second := samples(), samples()
	for i, s := range first {
		if !bytes.Equal(s.chart.SVG(), second[i].chart.SVG()) || !bytes.Equal(s.chart.Figure(), second[i].chart.Figure()) {
			t.Errorf("%s: drawn twice, it differs", s.name)
		}
	}
}

func TestDescription(t *testing.T) {
	c, err := plot.Curve(plot.CurveInput{
		Text: plot.Text{Title: "T", Subtitle: "on 2019-04-30", Alt: "It grew"}, X: plot.Axis{Scale: plot.Days},
		Lines: []plot.Line{{Name: "A", X: []float64{dayOf("2018-01-01"), dayOf("2018-02-01"), dayOf("2018-03-01")}, Y: []float64{1, 1200, 30}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "It grew. Curve. on 2019-04-30. A: first 1 at 2018-01-01, last 30 at 2018-03-01, highest 1,200 at 2018-02-01."
	if c.Description() != want {
		t.Errorf("got  %s\nwant %s", c.Description(), want)
	}
}

// A caller may spoil what Table gave without spoiling the figure.
func TestTableIsACopy(t *testing.T) {
	c, err := plot.Hazard(hazardSample())
	if err != nil {
		t.Fatal(err)
	}
	before := c.SVG()
	header, rows := c.Table()
	header[0], rows[0][0] = "spoilt", "spoilt"
	if !bytes.Equal(before, c.SVG()) {
		t.Error("the figure changed with its table")
	}
}

func TestLargeStaysSmall(t *testing.T) {
	s := large()
	if n := len(s.chart.SVG()); n > 300_000 {
		t.Errorf("ten thousand points take %d bytes", n)
	}
	in := funnelSample(10000)
	c, err := plot.Funnel(in)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.SVG()); n > 1_200_000 {
		t.Errorf("a funnel of ten thousand takes %d bytes", n)
	}
	if err := accessible(c); err != nil {
		t.Error(err)
	}
}
