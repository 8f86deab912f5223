package httpapi

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/innovationregistry/registry/innovation"
)

// report gathers everything that is wrong with a body, each under the path of
// its field.
type report struct {
	found   innovation.Errors
	missing []string
	unread  []string // paths of values that could not be read: what is in them is not judged
}

// syntax refuses what is not one JSON value in UTF-8.
func syntax(raw []byte) error {
	if !utf8.Valid(raw) {
		return innovation.Invalidf(ruleBody, "", "the body is not valid UTF-8").Trying("send it as UTF-8")
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return innovation.Invalidf(ruleBody, "", "the body is empty").Trying("send a JSON object")
	}
	var any json.RawMessage
	if err := json.Unmarshal(raw, &any); err != nil {
		return innovation.Invalidf(ruleBody, "", "the body is not JSON: %s", clip(strings.TrimPrefix(err.Error(), "json: ")))
	}
	return nil
}

// decode reads JSON into the value that v points to. It is stricter than
// package json: names count to the letter, a name comes once, unknown names are
// refused, and a field without omitempty or omitzero is needed. It goes on
// after what is wrong.
func (r *report) decode(path string, raw json.RawMessage, v any) {
	r.value(path, bytes.TrimSpace(raw), reflect.ValueOf(v).Elem())
}

// check adds what an operation's own validation finds in values that could be
// read.
func (r *report) check(path string, err error) {
	for _, e := range innovation.Violations(err) {
		e = e.In(path)
		if !r.full() && !slices.ContainsFunc(r.unread, func(of string) bool { return of == "" || within(e.Field, of) }) {
			r.found = append(r.found, e)
		}
	}
}

// err is everything that was found, or nil. A missing field is named unless
// something more telling was found about it.
func (r *report) err() error {
	all := r.found
	for _, path := range r.missing {
		told := slices.ContainsFunc(r.found, func(f *innovation.Error) bool { return within(f.Field, path) || within(path, f.Field) && f.Field != "" })
		if !told {
			all = append(all, innovation.Invalidf(ruleFieldMissing, path, "the field is missing"))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// within reports whether a field is another one, or part of it.
func within(field, of string) bool {
	rest, ok := strings.CutPrefix(field, of)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

func (r *report) refuse(path string, rule innovation.RuleID, format string, args ...any) *innovation.Error {
	e := innovation.Invalidf(rule, path, format, args...)
	if !r.full() {
		r.found = append(r.found, e)
	}
	return e
}

// full reports whether more was found than will be shown. Nothing is added from
// then on, so that a long list of mistakes costs no more than a short one.
func (r *report) full() bool {
	return len(r.found)+len(r.missing) >= 2*maxViolations
}

// mistyped says what is needed in the place of a value.
func (r *report) mistyped(path, detail string) {
	r.refuse(path, ruleFieldType, "%s", detail)
	if !r.full() {
		r.unread = append(r.unread, path)
	}
}

var (
	rawType             = reflect.TypeFor[json.RawMessage]()
	jsonUnmarshalerType = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func (r *report) value(path string, raw json.RawMessage, v reflect.Value) {
	if string(raw) == "null" {
		return
	}
	switch p := v.Addr(); {
	case v.Type() == rawType:
		v.SetBytes(raw)
		return
	case p.Type().Implements(jsonUnmarshalerType):
		r.own(path, p.Interface().(json.Unmarshaler).UnmarshalJSON(raw))
		return
	case p.Type().Implements(textUnmarshalerType):
		var s string
		if r.text(path, raw, &s) {
			r.own(path, p.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)))
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		var s string
		if r.text(path, raw, &s) {
			v.SetString(s)
		}
	case reflect.Bool:
		switch string(raw) {
		case "true", "false":
			v.SetBool(raw[0] == 't')
		default:
			r.mistyped(path, "true or false is needed here")
		}
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil {
			r.mistyped(path, "a whole number is needed here")
			return
		}
		v.SetInt(n)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.value(path, raw, v.Elem())
	case reflect.Slice:
		r.list(path, raw, v)
	case reflect.Struct:
		r.object(path, raw, v)
	default:
		panic("no JSON for " + v.Type().String())
	}
}

func (r *report) text(path string, raw json.RawMessage, s *string) bool {
	if raw[0] != '"' {
		r.mistyped(path, "a text is needed here")
		return false
	}
	if err := json.Unmarshal(raw, s); err != nil {
		r.mistyped(path, "a text is needed here")
		return false
	}
	if loneSurrogate(raw) { // which package json replaces silently
		e := r.refuse(path, innovation.RuleTextInvalid, "the text holds one half of a surrogate pair")
		e.Try = "send the character itself, or both halves"
		if !r.full() {
			r.unread = append(r.unread, path)
		}
		return false
	}
	return true
}

// loneSurrogate reports whether a JSON text escapes half of a surrogate pair
// without the other half.
func loneSurrogate(raw []byte) bool {
	high := false // the last thing was a first half
	for i := 0; i < len(raw); i++ {
		c := rune(raw[i])
		if c == '\\' {
			i++
			if c = 0; raw[i] == 'u' {
				n, _ := strconv.ParseUint(string(raw[i+1:i+5]), 16, 16) // the syntax was checked
				c, i = rune(n), i+4
			}
		}
		switch low := 0xdc00 <= c && c <= 0xdfff; {
		case low != high:
			return true
		default:
			high = 0xd800 <= c && c <= 0xdbff
		}
	}
	return false
}

// own adds what a value says about its JSON.
func (r *report) own(path string, err error) {
	if err == nil {
		return
	}
	all := innovation.Violations(err)
	if all == nil {
		r.mistyped(path, clip(err.Error()))
	}
	if !r.full() {
		r.unread = append(r.unread, path)
	}
	for _, e := range all {
		if !r.full() {
			r.found = append(r.found, e.In(path))
		}
	}
}

func (r *report) list(path string, raw json.RawMessage, v reflect.Value) {
	if raw[0] != '[' {
		r.mistyped(path, "a list is needed here")
		return
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.Token()
	for i := 0; dec.More() && !r.full(); i++ {
		var item json.RawMessage
		if err := dec.Decode(&item); err != nil {
			panic(err) // the syntax was checked
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		r.value(fmt.Sprintf("%s[%d]", path, i), item, v.Index(i))
	}
}

func (r *report) object(path string, raw json.RawMessage, v reflect.Value) {
	if raw[0] != '{' {
		r.mistyped(path, "an object is needed here")
		return
	}
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = i
		names = append(names, name)
	}
	seen := map[string]bool{}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.Token()
	for dec.More() && !r.full() {
		var item json.RawMessage
		key, err := dec.Token()
		if err == nil {
			err = dec.Decode(&item)
		}
		if err != nil {
			panic(err) // the syntax was checked
		}
		name := key.(string)
		at := join(path, clip(name))
		i, ok := fields[name]
		switch {
		case !ok:
			e := r.refuse(at, ruleFieldUnknown, "there is no such field")
			e.Try = "use " + strings.Join(names, ", ")
		case seen[name]:
			r.refuse(at, ruleFieldTwice, "the field is given twice")
		default:
			seen[name] = string(item) != "null"
			r.value(at, item, v.Field(i))
		}
	}
	for _, name := range names {
		if tag := v.Type().Field(fields[name]).Tag.Get("json"); !seen[name] && !strings.Contains(tag, ",omit") && !r.full() {
			r.missing = append(r.missing, join(path, name))
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
