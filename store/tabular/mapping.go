package tabular

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/sheet"
)

// Mapping says what a column of somebody else's file means.
type Mapping struct {
	Heading string // of the column; empty for a field that has the same value in all rows
	Field   string // as the template names it; - for a column that is passed over

	// How is the value of a field without a column. Of a column it says how it is
	// written: day-first (03/04/2014 is 3 April), a scheme of codes such as ods, or
	// words and what they mean, "Live=adopted;Pilot=piloting". It may be empty.
	How string
}

const schemeODS = "ods"

// ReadMapping reads a mapping from a table with the columns heading, field and
// how, which may have these headings or none.
func ReadMapping(ctx context.Context, r io.Reader, name string) ([]Mapping, error) {
	f, err := sheet.Open(ctx, r, name, nil)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Mapping
	for row, err := range f.Rows() {
		if err != nil {
			return nil, err
		}
		if len(row.Cells) == 0 {
			continue
		}
		var m Mapping
		for i, to := range []*string{&m.Heading, &m.Field, &m.How} {
			if i < len(row.Cells) {
				*to = strings.TrimSpace(row.Cells[i].Text)
			}
			if innovation.HoldsNHSNumber(*to) {
				return nil, innovation.Refusedf(innovation.RulePatientData, "", "line %d of the mapping holds an NHS number", row.Number).
					Trying("remove it: the register keeps no data about patients")
			}
		}
		if len(out) == 0 && fold(m.Heading) == "heading" && fold(m.Field) == "field" {
			continue
		}
		if m.Field == "" || len(row.Cells) > 3 {
			return nil, innovation.Invalidf(innovation.RuleImportMapping, "", "line %d of the mapping does not name a field", row.Number).
				Trying("write the heading, the field and how it is written, as: Site code,organisation,ods")
		}
		if out = append(out, m); len(out) > 1000 {
			return nil, innovation.Invalidf(innovation.RuleImportTooLarge, "", "the mapping has more than 1,000 lines").Trying("map only the columns of the file")
		}
	}
	return out, nil
}

// mapping is the column that a line of a mapping describes.
func (n *Noun) mapping(m Mapping, aliases map[string]column) (column, error) {
	wrong := func(format, try string, args ...any) error {
		return innovation.Invalidf(innovation.RuleImportMapping, clip(m.Field), format, args...).Trying("%s", try)
	}
	c, ok := n.names(aliases, m.Field)
	if !ok || m.Heading == "" && c.field == factNumber {
		return c, wrong("the mapping of %q names a field %q, which a %s does not have", n.offer(m.Field), clip(m.Heading), clip(m.Field), n.Type)
	}
	if m.Heading == "" || m.How == "" {
		return c, nil
	}
	form := Whole
	if c.field >= 0 {
		form = n.Columns[c.field].Form
	}
	switch {
	case fold(m.How) == "dayfirst":
		if form != When && form != Day {
			return c, wrong("%s is no day, and is not written with the day first", "leave the how of the mapping empty", c.name(n))
		}
		c.dayFirst = true
	case strings.Contains(m.How, "="):
		c.words = map[string]string{}
		for pair := range strings.SplitSeq(m.How, ";") {
			from, to, ok := strings.Cut(pair, "=")
			if !ok && strings.TrimSpace(pair) != "" {
				return c, wrong("%q is no word and its meaning", "write Live=adopted;Pilot=piloting", clip(pair))
			}
			if ok {
				c.words[strings.ToLower(strings.TrimSpace(from))] = strings.TrimSpace(to)
			}
		}
	case c.field >= 0 && n.Columns[c.field].Refers == innovation.KindOrganisation:
		c.scheme = m.How
	default:
		return c, wrong("%q does not say how %s is written", "write day-first, a scheme of codes such as ods, or Live=adopted;Pilot=piloting", clip(m.How), c.name(n))
	}
	return c, nil
}

func (c *column) name(n *Noun) string {
	if c.field == factNumber {
		return "fact"
	}
	return fmt.Sprint(n.Columns[c.field].Name)
}
