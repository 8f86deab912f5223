package tabular

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// Form is how a field is written in a cell.
type Form string

// The forms of fields.
const (
	Text    Form = "text"
	Code    Form = "code"    // of Field.Scheme, or one of Field.Words
	Key     Form = "key"     // of an entity of the kind Field.Refers
	Entity  Form = "entity"  // kind/key
	When    Form = "when"    // a day 2013-05-23, month, quarter, year, financial year, range or unknown
	Day     Form = "day"     // 2013-05-23
	Year    Form = "year"    // a financial year, 2013/14
	Pounds  Form = "pounds"  // 2000000.00
	Decimal Form = "decimal" // a number with a point
	Whole   Form = "whole"   // a whole number
	YesNo   Form = "yes-no"  // true or false
	List    Form = "list"    // texts, one a line
)

// Field is a column of a table of facts of one type.
type Field struct {
	Name     string // JSON path, such as period.start: the heading of the column
	Form     Form
	Scheme   innovation.Scheme     // of a code
	Words    []string              // the words of a code that has no scheme
	Refers   innovation.EntityKind // of a key
	Required bool                  // every fact of the type has it
	Doc      string
}

// Noun is a type of fact as a table.
type Noun struct {
	store.FactKind
	Columns []Field
}

// Nouns lists the types of fact, each as a table. What it gives is shared: it
// is only read.
var Nouns = sync.OnceValue(func() []Noun {
	kinds := store.FactKinds()
	out := make([]Noun, len(kinds))
	for i, k := range kinds {
		out[i] = Noun{k, nil}
		out[i].add("", "", k.Go, true)
	}
	return out
})

// NounOf finds the table of a type of fact.
func NounOf(t innovation.FactType) (*Noun, bool) {
	all := Nouns()
	for i := range all {
		if all[i].Type == t {
			return &all[i], true
		}
	}
	return nil, false
}

// The types that write JSON of their own, and the members of those that write
// objects.
var (
	ownMembers = map[reflect.Type][]Field{
		reflect.TypeFor[innovation.Period]():   {{Name: "start", Form: When, Required: true}, {Name: "startBasis", Form: Code}, {Name: "end", Form: When}, {Name: "endBasis", Form: Code}},
		reflect.TypeFor[innovation.Day]():      {{Name: "on", Form: When, Required: true}, {Name: "basis", Form: Code}},
		reflect.TypeFor[innovation.Amount]():   {{Name: "kind", Form: Code, Required: true}, {Name: "low", Form: Pounds}, {Name: "high", Form: Pounds}, {Name: "nominal", Form: Pounds}},
		reflect.TypeFor[innovation.Quantity](): {{Name: "value", Form: Decimal}, {Name: "low", Form: Decimal}, {Name: "high", Form: Decimal}},
	}
	ownForms = map[reflect.Type]Form{
		reflect.TypeFor[innovation.Entity]():        Entity,
		reflect.TypeFor[innovation.Date]():          Day,
		reflect.TypeFor[innovation.Bound]():         When,
		reflect.TypeFor[innovation.FinancialYear](): Year,
		reflect.TypeFor[innovation.Money]():         Pounds,
	}
)

// add adds the columns of a struct, whose fields have the prefix.
func (n *Noun) add(prefix, doc string, t reflect.Type, required bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		c := Field{Name: prefix + name, Doc: f.Tag.Get("doc"), Required: required && !strings.HasPrefix(options, "omit"), Scheme: n.Schemes[prefix+name]}
		if c.Doc == "" {
			c.Doc = doc
		}
		if words := f.Tag.Get("enum"); words != "" {
			c.Words = strings.Split(words, ",")
		}
		kind, refers := n.Refers[c.Name]
		members, own := ownMembers[f.Type]
		switch {
		case f.Anonymous && name == "":
			n.add(prefix, doc, f.Type, required)
			continue
		case own:
			for _, m := range members {
				m.Name, m.Required, m.Doc = c.Name+"."+m.Name, m.Required && c.Required, c.Doc
				switch {
				case strings.HasSuffix(m.Name, "asis"):
					m.Words = []string{string(innovation.BasisEstimated), string(innovation.BasisAssumed), string(innovation.BasisComputed), string(innovation.BasisDisputed), string(innovation.BasisAnnounced), string(innovation.BasisInferred)}
					m.Doc = "Left out when it was published; otherwise how we came to it"
				case m.Form == Code:
					m.Words = []string{"exact", "range", "about", "at-least", "more-than", "at-most", "not-disclosed"}
				}
				n.Columns = append(n.Columns, m)
			}
			continue
		case ownForms[f.Type] != "":
			c.Form = ownForms[f.Type]
		case f.Type.Kind() == reflect.Struct:
			n.add(c.Name+".", c.Doc, f.Type, c.Required)
			continue
		case refers && kind != "":
			c.Form, c.Refers = Key, kind
		case c.Scheme != "" || c.Words != nil:
			c.Form = Code
		case f.Type.Kind() == reflect.Bool:
			c.Form = YesNo
		case f.Type.Kind() == reflect.Int64:
			c.Form = Whole
		case f.Type.Kind() == reflect.Slice:
			c.Form = List
		default:
			c.Form = Text
		}
		n.Columns = append(n.Columns, c)
	}
}

// Cells writes a fact of the noun: a text for each column, empty for what is
// not given. Fact reads it back, the same to the bit.
func (n *Noun) Cells(f innovation.Fact) ([]string, error) {
	data, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	var root map[string]json.RawMessage
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	objects := map[string]map[string]json.RawMessage{"": root}
	out := make([]string, len(n.Columns))
	for i := range n.Columns {
		raw, err := member(objects, n.Columns[i].Name)
		if err != nil {
			return nil, err
		}
		if out[i], err = n.Columns[i].text(raw); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// member finds the value at a path, reading each object on the way once.
func member(objects map[string]map[string]json.RawMessage, path string) (json.RawMessage, error) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return objects[""][path], nil
	}
	in, ok := objects[path[:i]]
	if !ok {
		raw, err := member(objects, path[:i])
		if err != nil {
			return nil, err
		}
		if len(raw) > 0 && string(raw) != "null" {
			if err := json.Unmarshal(raw, &in); err != nil {
				return nil, err
			}
		}
		objects[path[:i]] = in
	}
	return in[path[i+1:]], nil
}

// text is the cell of a value of JSON.
func (c *Field) text(raw json.RawMessage) (string, error) {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return "", nil
	case c.Form == Entity:
		var e innovation.Entity
		err := json.Unmarshal(raw, &e)
		if e.IsZero() {
			return "", err
		}
		return e.String(), err
	case c.Form == List:
		var all []string
		err := json.Unmarshal(raw, &all)
		return strings.Join(all, "\n"), err
	case raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case c.Form == Whole && string(raw) == "0", c.Form == YesNo && string(raw) == "false":
		return "", nil
	}
	return string(raw), nil
}

// Fact reads a fact from its cells, by the names of the columns; columns that
// are missing or empty are not given. Everything that cannot be read is
// reported at once, each under the name of its column; what could be read is
// not validated.
func (n *Noun) Fact(cells map[string]string) (innovation.Fact, error) {
	var errs []error
	root := map[string]any{}
	for i := range n.Columns {
		c := &n.Columns[i]
		text := cells[c.Name]
		if text == "" {
			continue
		}
		v, err := c.value(text)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		in := root
		path := strings.Split(c.Name, ".")
		for _, step := range path[:len(path)-1] {
			next, ok := in[step].(map[string]any)
			if !ok {
				next = map[string]any{}
				in[step] = next
			}
			in = next
		}
		in[path[len(path)-1]] = v
	}
	out := reflect.New(n.Go)
	for i := range n.Go.NumField() { // one by one: each fault has its field
		f := n.Go.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		v, ok := root[name]
		if !ok {
			continue
		}
		data, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if err := d.Decode(out.Elem().Field(i).Addr().Interface()); err != nil {
			own := innovation.Violations(err)
			if own == nil {
				own = innovation.Errors{innovation.Invalidf(innovation.RuleTextInvalid, "", "%v", err)}
			}
			for _, e := range own {
				errs = append(errs, e.In(name))
			}
		}
	}
	return out.Elem().Interface().(innovation.Fact), innovation.Join(errs...)
}

// value is the JSON of a cell.
func (c *Field) value(text string) (any, error) {
	switch c.Form {
	case Entity:
		e, err := innovation.ParseEntity(text)
		for _, v := range innovation.Violations(err) {
			return nil, v.In(c.Name)
		}
		return e, err
	case List:
		return strings.Split(text, "\n"), nil
	case Whole:
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return nil, innovation.Invalidf(innovation.RuleCountInvalid, c.Name, "%q is not a whole number", clip(text)).Trying("write digits and nothing else, such as 1200")
		}
		return json.Number(text), nil
	case YesNo:
		if text != "true" && text != "false" {
			return nil, innovation.Invalidf(innovation.RuleWordUnknown, c.Name, "%q is neither true nor false", clip(text)).Trying("write true or false")
		}
		return text == "true", nil
	}
	return text, nil
}

// clip shortens a value for a message.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
