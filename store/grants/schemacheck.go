package grants

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// schema is a JSON Schema with the keywords that the published schemas of
// grants use, as draft 2020-12 has them; any other keyword is refused when a
// schema is read, for a rule that is not known would not be kept.
//
// uniqueItems is read and not checked: rows that stand twice are judged by what
// they say.
type schema struct {
	Title      string
	Type       any                // a name, or a list of names; see types
	Ref        string             `json:"$ref"`
	Defs       map[string]*schema `json:"$defs"`
	Properties map[string]*schema
	Required   []string
	Items      *schema
	MinItems   int
	Enum       []string
	Format     string
	Pattern    string
	Minimum    *int64
	OneOf      []*schema

	ID           string          `json:"$id"`
	Draft        json.RawMessage `json:"$schema"`
	UniqueItems  bool
	Description  json.RawMessage
	Codelist     json.RawMessage
	OpenCodelist json.RawMessage
	RollUp       json.RawMessage

	types   []string // the types that a value may have, all when there are none
	pattern *regexp.Regexp
	target  *schema // what Ref leads to
}

// parseSchema reads a schema. The references lead to its own definitions, or
// to the others by their addresses.
func parseSchema(data []byte, others map[string]*schema) (*schema, error) {
	root := new(schema)
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(root); err != nil {
		return nil, err
	}
	return root, root.link(root, others)
}

// link prepares a schema and those in it.
func (s *schema) link(root *schema, others map[string]*schema) error {
	switch t := s.Type.(type) {
	case nil:
	case string:
		s.types = []string{t}
	case []any:
		for _, name := range t {
			s.types = append(s.types, fmt.Sprint(name))
		}
		sort.Strings(s.types)
	default:
		return fmt.Errorf("the type %v is neither a name nor a list", t)
	}
	if s.Ref != "" {
		if s.target = others[s.Ref]; s.target == nil {
			s.target = root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
		}
		if s.target == nil {
			return fmt.Errorf("the reference %q leads nowhere", s.Ref)
		}
	}
	if s.Format != "" && formats[s.Format] == nil {
		return fmt.Errorf("the format %q is not known", s.Format)
	}
	var err error
	if s.Pattern != "" {
		s.pattern, err = regexp.Compile(s.Pattern)
	}
	inner := append([]*schema{s.Items}, s.OneOf...)
	for _, schemas := range []map[string]*schema{s.Defs, s.Properties} {
		for _, p := range schemas {
			inner = append(inner, p)
		}
	}
	for _, p := range inner {
		if p != nil {
			err = errors.Join(err, p.link(root, others))
		}
	}
	return err
}

// checker collects violations on a walk through a document.
type checker struct {
	path []string // to the value that is being looked at
	out  []violation
}

// found adds a violation at the value that is being looked at, or at a member
// of it.
func (c *checker) found(member, format string, args ...any) *violation {
	v := violation{grant: -1, path: slices.Clone(c.path), detail: fmt.Sprintf(format, args...)}
	if member != "" {
		v.path = append(v.path, member)
	}
	if len(c.path) > 1 && c.path[0] == "grants" {
		v.grant, _ = strconv.Atoi(c.path[1])
		v.path = v.path[2:]
	}
	c.out = append(c.out, v)
	return &c.out[len(c.out)-1]
}

// check looks at a value. Of a value of another type, or with a text that the
// schema does not have, nothing more is said.
func (c *checker) check(s *schema, v any) {
	text, isText := v.(string)
	if kind := typeOf(v); s.types != nil && !slices.Contains(s.types, kind) {
		c.found("", "got %s, want %s", kind, strings.Join(s.types, " or "))
		return
	}
	if s.Enum != nil && !(isText && slices.Contains(s.Enum, text)) {
		c.found("", "value must be one of %s", quote(s.Enum...))
		return
	}
	if isText && s.Format != "" {
		if err := formats[s.Format](text); err != nil {
			c.found("", "%s is not valid %s: %v", quote(text), s.Format, err)
			return
		}
	}
	if s.target != nil {
		c.check(s.target, v)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				c.found(name, "is missing")
			}
		}
		for name, value := range v {
			if p := s.Properties[name]; p != nil {
				c.checkPart(p, name, value)
			}
		}
	case []any:
		if len(v) < s.MinItems {
			c.found("", "minItems: got %d, want %d", len(v), s.MinItems)
		}
		for i, item := range v {
			if s.Items != nil {
				c.checkPart(s.Items, strconv.Itoa(i), item)
			}
		}
	case string:
		if s.pattern != nil && !s.pattern.MatchString(v) {
			c.found("", "%s does not match pattern %s", quote(v), quote(s.Pattern))
		}
	case json.Number:
		if n, ok := new(big.Rat).SetString(v.String()); ok && s.Minimum != nil && n.Cmp(big.NewRat(*s.Minimum, 1)) < 0 {
			c.found("", "minimum: got %s, want %d", v, *s.Minimum)
		}
	}
	if s.OneOf != nil {
		c.checkForms(s.OneOf, v)
	}
}

// checkPart looks at a member of an object or an item of a list.
func (c *checker) checkPart(s *schema, name string, v any) {
	c.path = append(c.path, name)
	c.check(s, v)
	c.path = c.path[:len(c.path)-1]
}

// checkForms looks at a value that must have exactly one of some forms. The
// published schemas have such values in two places: dates, with or without the
// time of day, and grants, to an organisation or to an individual. For a grant
// in no form it says what is missing to the nearest.
func (c *checker) checkForms(forms []*schema, v any) {
	var nearest []violation
	matched := 0
	for _, form := range forms {
		sub := checker{path: c.path}
		sub.check(form, v)
		if len(sub.out) == 0 {
			matched++
		} else if nearest == nil || len(sub.out) < len(nearest) {
			nearest = sub.out
		}
	}
	_, isText := v.(string)
	switch {
	case matched == 1:
	case isText:
		c.found("", "is not a date as the standard has it").date = true
	case matched > 1:
		c.found("", "the grant names an organisation and an individual as its recipient")
	default:
		c.out = append(c.out, nearest...)
	}
}

// typeOf is the name of the type of a value read with UseNumber.
func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

// quote writes texts in single quotes, between commas.
func quote(texts ...string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		s = strconv.Quote(s)
		s = strings.ReplaceAll(strings.ReplaceAll(s[1:len(s)-1], `\"`, `"`), `'`, `\'`)
		quoted[i] = "'" + s + "'"
	}
	return strings.Join(quoted, ", ")
}
