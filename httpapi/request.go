package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// NewRequest makes the request of an operation from names and values, each put
// where it belongs: the path, the query, a header or the body. A field inside
// the body is named by its path ("input.period.start"), a body that is a file by
// "file"; a value that begins
// with { or [ is JSON, unless the field is a text. A name may be given several
// times when the operation takes several values. Names that the operation does
// not have are refused with those it has; values are for the register to judge.
//
// The path of the request is that of the operation, without a prefix.
func NewRequest(ctx context.Context, operationID string, values [][2]string) (*http.Request, error) {
	all := Operations()
	i := slices.IndexFunc(all, func(op Operation) bool { return op.ID == operationID })
	if i < 0 {
		return nil, unknownOperation(operationID, all)
	}
	op := all[i]
	path, query, header, body := op.Path, url.Values{}, http.Header{}, map[string]any{}
	var file []byte
	given := map[string]bool{}
	var errs []error
	for _, v := range values {
		name, value := v[0], v[1]
		f, ok := op.field(name)
		if !ok {
			errs = append(errs, innovation.Invalidf(ruleParameter, name, "%s has no such field", op.ID).Trying("use %s", op.fieldNames()))
			continue
		}
		if given[name] && !f.Repeated {
			errs = append(errs, innovation.Invalidf(ruleParameterMore, name, "the field is given twice"))
			continue
		}
		given[name] = true
		switch {
		case f.Format == "binary":
			file = []byte(value)
		case f.In == "path":
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
		case f.In == "query":
			query.Add(name, value)
		case f.In == "header":
			header.Add(name, value)
		default:
			errs = append(errs, put(body, strings.Split(name, "."), name, value, f))
		}
	}
	for _, f := range op.Fields {
		if f.In == "path" && !given[f.Name] {
			errs = append(errs, innovation.Invalidf(ruleFieldMissing, f.Name, "%s needs it", op.ID).Trying("give %s=…", f.Name))
		}
	}
	if err := innovation.Join(errs...); err != nil {
		return nil, err
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	raw := file
	switch {
	case slices.ContainsFunc(op.Fields, func(f Field) bool { return f.Format == "binary" }):
		header.Set("Content-Type", fileType)
	case op.Method != http.MethodGet:
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return nil, err
		}
		header.Set("Content-Type", "application/json")
	}
	r, err := http.NewRequestWithContext(ctx, op.Method, path, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	r.Header = header
	return r, nil
}

func unknownOperation(id string, all []Operation) error {
	var near []string
	prefix, _, _ := strings.Cut(id, ".")
	for _, op := range all {
		if strings.HasPrefix(op.ID, prefix+".") {
			near = append(near, op.ID)
		}
	}
	e := innovation.Invalidf(ruleOperation, "operation", "there is no operation %q", clip(id))
	if len(near) == 0 {
		return e.Trying("list the operations, for example organisation.get")
	}
	return e.Trying("use %s", strings.Join(near, ", "))
}

// field finds a field by its name, or an object that has fields below the name.
func (op Operation) field(name string) (Field, bool) {
	for _, f := range op.Fields {
		if f.Name == name {
			return f, true
		}
	}
	for _, f := range op.Fields {
		switch {
		case f.In == "body" && strings.HasPrefix(f.Name, name+"."):
			return Field{Name: name, In: "body", Type: "object"}, true
		case f.In == "body" && f.Type == "object" && strings.HasPrefix(name, f.Name+"."):
			return Field{Name: name, In: "body"}, true // of a free object: its type is not known
		}
	}
	return Field{}, false
}

func (op Operation) fieldNames() string {
	var names []string
	for _, f := range op.Fields {
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return "none: it takes nothing"
	}
	return strings.Join(names, ", ")
}

// put sets a field of a body, making the objects on the way.
func put(body map[string]any, way []string, name, value string, f Field) error {
	if len(way) > 1 {
		below, ok := body[way[0]].(map[string]any)
		if !ok {
			if body[way[0]] != nil {
				return innovation.Invalidf(ruleParameterMore, name, "%s is given as a whole and in parts", way[0])
			}
			below = map[string]any{}
			body[way[0]] = below
		}
		return put(below, way[1:], name, value, f)
	}
	v, err := valueOf(name, value, f)
	if err != nil {
		return err
	}
	before, given := body[way[0]]
	switch list, ok := before.([]any); {
	case f.Type == "array" && ok:
		body[way[0]] = append(list, v.([]any)...)
	case given:
		return innovation.Invalidf(ruleParameterMore, name, "the field is given twice")
	default:
		body[way[0]] = v
	}
	return nil
}

// valueOf reads the value of a field by its type. What is not of the type stays
// a text: the register says what is wrong with it.
func valueOf(name, value string, f Field) (any, error) {
	if f.Type != "string" && (strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[")) {
		var v any
		dec := json.NewDecoder(strings.NewReader(value))
		dec.UseNumber()
		if err := dec.Decode(&v); err != nil || dec.More() {
			return nil, innovation.Invalidf(ruleBody, name, "the value begins as JSON and is none: %s", clip(value))
		}
		if _, list := v.([]any); f.Type == "array" && !list {
			v = []any{v}
		}
		return v, nil
	}
	switch f.Type {
	case "integer":
		if _, err := strconv.ParseInt(value, 10, 64); err == nil {
			return json.Number(value), nil
		}
	case "boolean":
		if b, err := strconv.ParseBool(value); err == nil {
			return b, nil
		}
	case "array":
		return []any{value}, nil
	}
	return value, nil
}
