package grants

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:generate go test -run TestSchemasArePacked -update .

// schemaFiles are the published files, packed: as text they would make every
// program that takes grants longer by 40 KB.
//
//go:embed schema/*.json.gz
var schemaFiles embed.FS

// readSchema unpacks a published schema.
func readSchema(name string) ([]byte, error) {
	f, err := schemaFiles.Open("schema/" + name + ".gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s.gz: %w", name, err)
	}
	return io.ReadAll(text)
}

// The addresses of the published schemas. The package schema of 1.4.3 still
// refers to the grant schema of 1.4.2.
const (
	schemaAddress = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.3/schema/"
	grantAddress  = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.2/schema/360-giving-schema.json"
)

// packageSchema is the schema of a file of grants. It is compiled once, from
// the copies in this package; nothing is fetched.
var packageSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.UseLoader(jsonschema.SchemeURLLoader{})
	c.AssertFormat()
	for address, name := range map[string]string{
		schemaAddress + "360-giving-package-schema.json": "360-giving-package-schema.json",
		grantAddress: "360-giving-schema.json",
	} {
		data, err := readSchema(name)
		if err != nil {
			return nil, err
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		if err := c.AddResource(address, doc); err != nil {
			return nil, err
		}
	}
	return c.Compile(schemaAddress + "360-giving-package-schema.json")
})

// violation is one way in which a document is not as the schema says. The
// path leads to what is wrong, the index of a grant is taken out of it.
type violation struct {
	grant  int // from 0; -1 for the file as a whole
	path   []string
	detail string
	date   bool // the text is not a date
}

// field is the path without the places in lists.
func (v violation) field() string {
	var names []string
	for _, p := range v.path {
		if _, err := strconv.Atoi(p); err != nil {
			names = append(names, p)
		}
	}
	return strings.Join(names, ".")
}

// validate lists the ways in which a document is not as the schema says. An
// error is a fault.
func validate(doc any) ([]violation, error) {
	schema, err := packageSchema()
	if err != nil {
		return nil, fmt.Errorf("the 360Giving schema: %w", err)
	}
	err = schema.Validate(doc)
	var invalid *jsonschema.ValidationError
	if err == nil || !errors.As(err, &invalid) {
		return nil, err
	}
	var out []violation
	collect(invalid, &out)
	sort.SliceStable(out, func(i, j int) bool { // objects have no order
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(a.grant, b.grant), cmp.Compare(a.field(), b.field())) < 0
	})
	return out, nil
}

// collect walks down to the causes.
func collect(e *jsonschema.ValidationError, out *[]violation) {
	v := violation{grant: -1, path: e.InstanceLocation}
	if len(v.path) > 1 && v.path[0] == "grants" {
		v.grant, _ = strconv.Atoi(v.path[1])
		v.path = v.path[2:]
	}
	switch k := e.ErrorKind.(type) {
	case *kind.OneOf:
		if len(v.path) > 0 { // a date with its two forms: a time, or a day
			v.date, v.detail = true, "is not a date as the standard has it"
			*out = append(*out, v)
			return
		}
		if len(k.Subschemas) > 0 {
			v.detail = "the grant names an organisation and an individual as its recipient"
			*out = append(*out, v)
			return
		}
		if best := fewestMissing(e); best != nil {
			for _, field := range best.Missing {
				m := v
				m.path, m.detail = []string{field}, "is missing"
				*out = append(*out, m)
			}
			return
		}
	case *kind.UniqueItems:
		return // rows that stand twice are judged by what they say
	case *kind.Required:
		for _, field := range k.Missing {
			m := v
			m.path = append(append([]string{}, v.path...), field)
			m.detail = "is missing"
			*out = append(*out, m)
		}
		return
	}
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			collect(cause, out)
		}
		return
	}
	v.detail = e.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	*out = append(*out, v)
}

// fewestMissing is the nearest of the forms of a grant, to an organisation or
// to an individual.
func fewestMissing(e *jsonschema.ValidationError) (best *kind.Required) {
	for _, cause := range e.Causes {
		r, ok := cause.ErrorKind.(*kind.Required)
		if ok && (best == nil || len(r.Missing) < len(best.Missing)) {
			best = r
		}
	}
	return best
}

// property is a field of a grant as the schema describes it.
type property struct {
	name, title string
	list        bool // the value is a list
	number      bool
	parts       []property // the fields of an object, or of the objects of a list
}

// grantProperties reads the fields of a grant from the schema, in no order.
var grantProperties = sync.OnceValues(func() ([]property, error) {
	type node struct {
		Title      string
		Type       any
		Ref        string `json:"$ref"`
		Properties map[string]json.RawMessage
		Items      json.RawMessage
		Defs       map[string]json.RawMessage `json:"$defs"`
	}
	data, err := readSchema("360-giving-schema.json")
	if err != nil {
		return nil, err
	}
	var root node
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	var read func(properties map[string]json.RawMessage) ([]property, error)
	read = func(properties map[string]json.RawMessage) (out []property, err error) {
		for name, raw := range properties {
			var n, of node
			if err := json.Unmarshal(raw, &n); err != nil {
				return nil, err
			}
			p := property{name: name, title: n.Title, list: n.Type == "array"}
			inner := raw
			if p.list {
				inner = n.Items
			}
			if err := json.Unmarshal(inner, &of); err != nil {
				return nil, err
			}
			if def, ok := root.Defs[strings.TrimPrefix(of.Ref, "#/$defs/")]; ok {
				if err := json.Unmarshal(def, &of); err != nil {
					return nil, err
				}
			}
			if p.title == "" {
				p.title = of.Title
			}
			types, _ := json.Marshal(of.Type)
			p.number = strings.Contains(string(types), `"number"`)
			if p.parts, err = read(of.Properties); err != nil {
				return nil, err
			}
			out = append(out, p)
		}
		return out, nil
	}
	return read(root.Properties)
})
