package httpapi

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// fieldsOf lists what an operation takes: its parameters, then, when the
// schemas are given, the fields of its body with their paths.
func fieldsOf(h *huma.Operation, schemas map[string]*huma.Schema) []Field {
	var out []Field
	for _, p := range h.Parameters {
		f := Field{Name: p.Name, In: p.In, Type: p.Schema.Type, Format: p.Schema.Format, Required: p.Required, Doc: p.Description}
		values := p.Schema.Enum
		if f.Type == huma.TypeArray {
			f.Type, f.Repeated, values = p.Schema.Items.Type, true, p.Schema.Items.Enum
		}
		f.Enum = texts(values)
		out = append(out, f)
	}
	if schemas != nil && h.RequestBody != nil && h.RequestBody.Content[fileType] != nil {
		return append(out, Field{Name: "file", In: "body", Type: huma.TypeString, Format: "binary", Required: true, Doc: h.RequestBody.Description})
	}
	if schemas != nil && h.RequestBody != nil {
		out = append(out, bodyFields("", true, h.RequestBody.Content["application/json"].Schema, schemas)...)
	}
	return out
}

// bodyFields lists the leaves below a schema, the required ones of an object
// first, then by name.
func bodyFields(path string, required bool, s *huma.Schema, schemas map[string]*huma.Schema) []Field {
	doc := s.Description
	if s.Ref != "" {
		s = schemas[strings.TrimPrefix(s.Ref, schemaPrefix)]
	}
	if s.Type != huma.TypeObject || len(s.Properties) == 0 {
		f := Field{Name: path, In: "body", Type: s.Type, Format: s.Format, Required: required, Doc: doc, Enum: texts(s.Enum)}
		if doc == "" {
			f.Doc = s.Description
		}
		f.Repeated = s.Type == huma.TypeArray
		return []Field{f}
	}
	var out []Field
	names := slices.Sorted(maps.Keys(s.Properties)) // and of these what is required first
	sort.SliceStable(names, func(i, j int) bool {
		return slices.Contains(s.Required, names[i]) && !slices.Contains(s.Required, names[j])
	})
	for _, name := range names {
		at := name
		if path != "" {
			at = path + "." + name
		}
		out = append(out, bodyFields(at, required && slices.Contains(s.Required, name), s.Properties[name], schemas)...)
	}
	return out
}

func texts(values []any) []string {
	var out []string
	for _, v := range values {
		out = append(out, fmt.Sprint(v))
	}
	return out
}
