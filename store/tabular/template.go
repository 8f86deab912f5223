package tabular

import (
	"context"
	"io"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
)

// Template writes an empty table for facts of a type as csv or xlsx: the columns
// that every fact needs first. A workbook has lists of the codes to choose from,
// and a second sheet with what each column means; of a CSV file that is what
// Notes writes. With a reader, which may be nil, the lists have the codes that the
// register added, too.
func Template(ctx context.Context, from store.Reader, w io.Writer, noun innovation.FactType, format string) error {
	return template(ctx, from, w, noun, format, false)
}

// Notes writes what the columns of a template mean, as csv or xlsx.
func Notes(ctx context.Context, from store.Reader, w io.Writer, noun innovation.FactType, format string) error {
	return template(ctx, from, w, noun, format, true)
}

func template(ctx context.Context, from store.Reader, w io.Writer, noun innovation.FactType, format string, alone bool) error {
	n, ok := NounOf(noun)
	if !ok {
		return noNoun(noun)
	}
	table := sheet.Sheet{Name: sheetName(noun)}
	notes := sheet.Sheet{Name: "notes", Columns: []sheet.Column{{Heading: "column", Width: 24}, {Heading: "needed", Width: 8}, {Heading: "meaning", Width: 70},
		{Heading: "form", Width: 50}, {Heading: "allowed", Width: 60}, {Heading: "example", Width: 24}}}
	var rows [][]string
	id := n.identity()
	for _, f := range n.sorted() {
		b, err := f.book(ctx, from)
		if err != nil {
			return err
		}
		form, example := f.explain(n)
		needed, allowed := "", []string(nil)
		if f.Required {
			needed = "yes"
		}
		c := f.column()
		if c.Note = cutTo(strings.TrimSpace(f.Doc+"; "+form), 240); f.Required {
			c.Note = "Needed. " + c.Note
		}
		if b != nil {
			c.Values = b.codes
			for i, code := range b.codes {
				if b.labels[i] != "" {
					code += " (" + b.labels[i] + ")"
				}
				allowed = append(allowed, code)
			}
			if len(b.codes) > 0 {
				example = b.codes[0]
			}
		} else if f.Form == YesNo {
			c.Values = []string{"true", "false"}
		}
		table.Columns = append(table.Columns, c)
		for _, i := range append(id.fields, id.time) {
			if i > 0 && f == &n.Columns[i] && !(i == id.time && id.timeless) {
				form += "; with another value a row is another fact, unless it has the fact's number"
			}
		}
		rows = append(rows, []string{f.Name, needed, f.Doc, form, cutTo(strings.Join(allowed, "; "), 30_000), example})
	}
	sheets := []sheet.Sheet{table, notes}
	if alone {
		sheets = sheets[1:]
	}
	out, err := sheet.NewWriter(w, format, sheets...)
	if err == nil && !alone {
		err = out.Next()
	}
	for i := 0; err == nil && i < len(rows); i++ {
		err = out.Row(rows[i]...)
	}
	if err != nil {
		return err
	}
	return out.Close()
}

func noNoun(t innovation.FactType) error {
	return innovation.Invalidf(innovation.RuleImportFormat, "noun", "%q is no type of fact", clip(string(t))).Trying("use one of %s", innovation.Listed(store.FactTypes()))
}

func cutTo(s string, most int) string {
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// sheetName is at most 31 characters long.
func sheetName(t innovation.FactType) string { return string(t[:min(len(t), 31)]) }

// sorted is the columns, what is needed first and how we know days last.
func (n *Noun) sorted() []*Field {
	out := make([]*Field, len(n.Columns))
	for i := range n.Columns {
		out[i] = &n.Columns[i]
	}
	rank := func(f *Field) int {
		switch {
		case f.Required:
			return 0
		case strings.HasSuffix(f.Name, "asis"):
			return 2
		}
		return 1
	}
	sort.SliceStable(out, func(i, j int) bool { return rank(out[i]) < rank(out[j]) })
	return out
}

// column is the column of a field in a file.
func (f *Field) column() sheet.Column {
	return sheet.Column{Heading: f.Name, Text: f.Form != Pounds && f.Form != Decimal && f.Form != Whole, Number: f.Form == Decimal || f.Form == Whole}
}

// explain says how a field is written, and gives an example.
func (f *Field) explain(n *Noun) (form, example string) {
	switch f.Form {
	case Key:
		if f.Refers == innovation.KindOrganisation {
			return "the key of an organisation, or its ODS code as ods:RTK", "ahsn-oxford"
		}
		return "the key of a " + string(f.Refers), string(f.Refers) + "-1"
	case Entity:
		return "what it is about, as kind/key", "organisation/ahsn-oxford"
	case When:
		return "a day 2013-05-23, month 2013-05, quarter 2013-Q2, year 2013, financial year 2013/14, range 2013-05-01..2013-06-15, or unknown", "2013-05-23"
	case Day:
		return "a day", "2013-05-23"
	case Year:
		return "a financial year", "2013/14"
	case Pounds:
		return "pounds with none or two decimals", "2000000.00"
	case Decimal:
		return "a number", "12.5"
	case Whole:
		return "a whole number", "12"
	case YesNo:
		return "true or false; empty is false", "true"
	case List:
		return "texts, one a line", "First\nSecond"
	case Code:
		form = "one of those allowed"
		if strings.HasSuffix(f.Name, ".kind") {
			form += "; a column named " + strings.TrimSuffix(f.Name, ".kind") + " may give an exact sum in the place of the four columns of the amount"
		}
		return form, ""
	}
	return "text", ""
}
