package grants

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// neededFields are the fields that every table of grants has, by their paths.
var neededFields = []string{"id", "title", "description", "currency", "amountAwarded", "awardDate",
	"recipientOrganization.id", "recipientOrganization.name", "fundingOrganization.id", "fundingOrganization.name"}

// column is a column of a table of grants: the way to its field.
type column struct {
	steps []step
	leaf  property
}

// step is a field on the way; of a list, the place in it.
type step struct {
	name string
	list bool
	at   int
}

// path is the way without the places in lists.
func (c column) path() string {
	names := make([]string, len(c.steps))
	for i, s := range c.steps {
		names[i] = s.name
	}
	return strings.Join(names, ".")
}

// kept reports whether the register has a place for the column: of dates and
// programmes it has one for the first.
func (c *column) kept() bool {
	first := c.steps[0]
	only := first.name == "plannedDates" || first.name == "grantProgramme"
	return keptFields[c.path()] && !(only && first.at > 0) || c.path() == "recipientIndividual.id"
}

// readThreeSixtyCSV reads a table of grants: it makes a package of it and goes
// on with that, so that both forms of the standard are read in one way.
func readThreeSixtyCSV(data []byte, opts Options) (*file, error) {
	t, err := readTable(data)
	if err != nil {
		return nil, err
	}
	properties, err := grantProperties()
	if err != nil {
		return nil, err
	}
	columns := make([]*column, len(t.columns))
	names := map[string]string{}
	var keep []string
	for i, title := range t.columns {
		c, ok := columnOf(properties, title)
		if !ok {
			continue
		}
		if c.kept() {
			keep = append(keep, title)
		}
		columns[i] = c
		if path := c.path(); names[path] == "" {
			names[path] = title
		}
	}
	if err := needFields(names, properties, t); err != nil {
		return nil, err
	}
	for field, path := range grantNames {
		names[field] = names[path]
		if names[field] == "" {
			names[field] = path
		}
	}
	list := make([]any, len(t.records))
	rows := make([]*row, len(t.records))
	for i, rec := range t.records {
		rows[i] = t.start(rec, names)
		grant := map[string]any{}
		for j, c := range columns {
			if c == nil || j >= len(rec.fields) || strings.TrimSpace(rec.fields[j]) == "" {
				continue
			}
			value := unguarded(strings.TrimSpace(rec.fields[j]))
			switch {
			case c.path() == "amountAwarded":
				m, ok := rows[i].money(t.columns[j], value, "an award is a positive amount; a change of one is an adjustment")
				if ok {
					c.put(grant, json.Number(m.String()))
				}
			case c.leaf.number:
				c.put(grant, numberOr(value))
			default:
				c.put(grant, value)
			}
		}
		list[i] = grant
	}
	if len(list) == 0 {
		return &file{remarks: t.remarks}, nil
	}
	out, err := readGrants(map[string]any{"grants": list}, list, rows, opts)
	if err != nil {
		return nil, err
	}
	out.remarks = append(t.remarks, out.remarks...)
	out.notKept = t.rest(keep...)
	return out, nil
}

// needFields refuses a table without the columns that it needs, all that are
// missing at once, under the titles of the standard. A table of grants to
// individuals needs no recipient organisations.
func needFields(names map[string]string, properties []property, t *table) error {
	var errs []error
	for _, field := range neededFields {
		if names[field] != "" || strings.HasPrefix(field, "recipientOrganization") && names["recipientIndividual.id"] != "" {
			continue
		}
		title := titleOf(properties, field)
		errs = append(errs, innovation.Invalidf(innovation.RuleImportColumn, title, "the file has no column %q", title).
			Trying("its header has %q; use the titles of the 360Giving spreadsheet", clip(strings.Join(t.columns, ", "))))
	}
	return innovation.Join(errs...)
}

// titleOf is the title of a field in a table.
func titleOf(properties []property, path string) string {
	var titles []string
	for name := range strings.SplitSeq(path, ".") {
		for _, p := range properties {
			if p.name == name {
				titles, properties = append(titles, p.title), p.parts
				break
			}
		}
	}
	return strings.Join(titles, ":")
}

// columnOf finds the field of a column by its title, such as "Award Date",
// "Recipient Org:Name" or "Recipient Org:1:Name", or by its path, such as
// recipientOrganization/0/name.
func columnOf(properties []property, title string) (*column, bool) {
	c := &column{}
	parts := strings.FieldsFunc(title, func(r rune) bool { return r == ':' || r == '/' })
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if n, err := strconv.Atoi(part); err == nil && len(c.steps) > 0 {
			if last := &c.steps[len(c.steps)-1]; last.list && n >= 0 && n < 100 {
				last.at = n
				continue
			}
			return nil, false
		}
		found := false
		for _, p := range properties {
			if strings.EqualFold(p.title, part) || strings.EqualFold(p.name, part) {
				c.steps, c.leaf, found = append(c.steps, step{name: p.name, list: p.list}), p, true
				break
			}
		}
		if !found {
			return nil, false
		}
		properties = c.leaf.parts
	}
	return c, len(c.steps) > 0 && len(c.leaf.parts) == 0
}

// put puts a value in the place of the column.
func (c *column) put(grant map[string]any, value any) {
	at := grant
	for i, s := range c.steps {
		last := i == len(c.steps)-1
		switch {
		case last && s.list:
			list, _ := at[s.name].([]any)
			at[s.name] = append(list, value)
		case last:
			at[s.name] = value
		case s.list:
			list, _ := at[s.name].([]any)
			for len(list) <= s.at {
				list = append(list, map[string]any{})
			}
			at[s.name] = list
			at = list[s.at].(map[string]any)
		default:
			inner, ok := at[s.name].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[s.name] = inner
			}
			at = inner
		}
	}
}

// numberOr is a JSON number where the text is one, and else the text.
func numberOr(s string) any {
	plain := strings.ReplaceAll(s, ",", "")
	var n json.Number
	if err := json.Unmarshal([]byte(plain), &n); err != nil || !smallNumbers(n) || strings.HasPrefix(plain, `"`) {
		return s
	}
	return n
}
