package grants

import (
	"cmp"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
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

// grantAddress is where the package schema of 1.4.3 says that the schema of a
// grant is: it still refers to that of 1.4.2.
const grantAddress = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.2/schema/360-giving-schema.json"

// publishedSchema is the schema of a file of grants, and that of one grant. It
// is read once, from the copies in this package; nothing is fetched.
type publishedSchema struct {
	pkg, grant *schema
}

var published = sync.OnceValues(func() (publishedSchema, error) {
	var p publishedSchema
	var err error
	read := func(name string) (s *schema) {
		var data []byte
		if err == nil {
			data, err = readSchema(name)
		}
		if err == nil {
			s, err = parseSchema(data, map[string]*schema{grantAddress: p.grant})
		}
		return s
	}
	p.grant = read("360-giving-schema.json")
	p.pkg = read("360-giving-package-schema.json")
	if err != nil {
		err = fmt.Errorf("the 360Giving schema: %w", err)
	}
	return p, err
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
	schemas, err := published()
	if err != nil {
		return nil, err
	}
	var c checker
	c.check(schemas.pkg, doc)
	sort.SliceStable(c.out, func(i, j int) bool { // objects have no order
		a, b := &c.out[i], &c.out[j]
		return cmp.Or(cmp.Compare(a.grant, b.grant), cmp.Compare(a.field(), b.field())) < 0
	})
	return c.out, nil
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
	schemas, err := published()
	if err != nil {
		return nil, err
	}
	return schemas.grant.fields(), nil
})

// fields are the members of an object.
func (s *schema) fields() (out []property) {
	for name, of := range s.Properties {
		p := property{name: name, title: of.Title, list: slices.Contains(of.types, "array")}
		if p.list {
			of = of.Items
		}
		if of.target != nil {
			of = of.target
		}
		p.title = cmp.Or(p.title, of.Title)
		p.number = slices.Contains(of.types, "number")
		p.parts = of.fields()
		out = append(out, p)
	}
	return out
}
