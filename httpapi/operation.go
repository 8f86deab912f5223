package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Operation is one operation of a register, the same in Go, over HTTP and as a
// command.
type Operation struct {
	ID      string  // "organisation.get"
	Method  string  // of HTTP
	Path    string  // of HTTP, with its parameters in braces
	Summary string  // what it does, in a line
	Write   bool    // whether it makes an act; one that does not may take a body all the same
	Go      string  // the function behind it, of package store or another: "Store.Organisation", "Tx.Record", "grants.Import"
	Status  int     // of HTTP, when it succeeds
	CSV     bool    // whether it also answers as a table: format=csv
	SVG     bool    // whether it also answers as a figure: format=svg
	Fields  []Field // what it takes, parameters first
}

// Field is something that an operation takes.
type Field struct {
	Name     string // of a field inside a body, its path: "input.period.start"
	In       string // path, query, header or body
	Type     string // string, integer, number, boolean, array or object
	Format   string // date, date-time; may be empty
	Required bool
	Repeated bool // whether it may be given several times
	Doc      string
	Enum     []string // the values it may have, when they are few
}

// Operations lists every operation, in the order of their IDs. It needs no
// register: the binary makes its help and its calls from it.
func Operations() []Operation { return slices.Clone(operations()) }

// operations makes the list once: it takes some milliseconds.
var operations = sync.OnceValue(func() []Operation {
	t := newEdge(nil, nil).table
	t.describe()
	return t.sorted()
})

// table is the one list of operations, as huma has registered them.
type table struct {
	edge       *edge
	api        huma.API
	operations []Operation
	routes     []string // patterns of the mux, for the parity test
	writers    map[string]writer
	later      []func() // what completes the document
	describe   func()   // completes the document, once: serving does not wait for it
}

// newTable registers all operations at the edge.
func newTable(e *edge) *table {
	t := &table{edge: e, writers: map[string]writer{}}
	t.describe = sync.OnceFunc(t.finish)
	t.api = humago.New(recordingMux{e.mux, t}, apiConfig(e.options.Prefix))
	addOrganisations(t)
	addLicences(t)
	addFunding(t)
	addAdoption(t)
	addGrants(t)
	addFHIR(t)
	addUptake(t)
	addTables(t)
	addRegister(t)
	addFacts(t)
	addActs(t)
	return t
}

// sorted is done once, so it does without the copy of the code for sorting that
// package slices would need for this type.
func (t *table) sorted() []Operation {
	out := slices.Clone(t.operations)
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// recordingMux notes which patterns are registered.
type recordingMux struct {
	*http.ServeMux
	table *table
}

func (m recordingMux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.table.routes = append(m.table.routes, pattern)
	m.ServeMux.HandleFunc(pattern, handler)
}

// exchange is a request whose parameters are known to the operation.
type exchange struct {
	edge *edge
	w    http.ResponseWriter
	r    *http.Request
	csv  bool // the answer is wanted as a table
	svg  bool // the answer is wanted as a figure
}

// answered is what an operation answers.
type answered struct {
	body     any
	file     *file  // in place of a body
	sent     bool   // it was sent already, as it was made
	tag      *tag   // of an entity
	location string // of what was created
}

// file is an answer that is a file and neither JSON of the register nor one of
// its tables.
type file struct {
	contentType string
	name        string
	body        []byte
}

// reply is the output of every operation to huma: the answer writes itself, so
// that nothing is sent before it is whole.
type reply struct{ Body func(huma.Context) }

// add registers an operation whose input has the parameters I and whose answer
// is of the type output. Code that knows the types is compiled anew for each of
// them, so it only hands on.
func add[I any](t *table, op *Operation, tags string, output reflect.Type, run func(ctx context.Context, x *exchange, in *I) (answered, error)) *huma.Operation {
	return t.add(op, tags, reflect.TypeFor[I](), output, func(ctx context.Context, x *exchange, in any) (answered, error) {
		return run(ctx, x, in.(*I))
	})
}

// add registers an operation. Its input is a pointer to a struct of the type
// input.
func (t *table) add(given *Operation, tags string, input, output reflect.Type, run func(ctx context.Context, x *exchange, in any) (answered, error)) *huma.Operation {
	op := *given
	op.Status = cmp.Or(op.Status, http.StatusOK)
	taken := parametersOf(input)
	query := map[string]bool{}
	for _, p := range taken {
		if p.in == "query" {
			query[p.name] = p.repeated()
		}
	}
	huma.Register(t.api, huma.Operation{OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary,
		Tags: []string{tags}, DefaultStatus: op.Status},
		func(ctx context.Context, _ *struct{}) (*reply, error) {
			return &reply{func(hc huma.Context) {
				r, w := humago.Unwrap(hc)
				x := &exchange{edge: t.edge, w: w, r: r}
				if err := x.checkRequest(query); err != nil {
					t.edge.fail(w, r, err)
					return
				}
				wanted := x.wanted()
				x.csv, x.svg = op.CSV && wanted == "csv", op.SVG && wanted == "svg"
				in := reflect.New(input)
				take(taken, r, in.Elem())
				out, err := run(ctx, x, in.Interface())
				if err == nil {
					err = x.send(op.Status, out)
				}
				if err != nil {
					t.edge.fail(w, r, err)
				}
			}}, nil
		})
	h := t.find(&op)
	t.operations = append(t.operations, op)
	t.later = append(t.later, func() {
		for _, p := range taken {
			h.Parameters = append(h.Parameters, p.describe(t.api.OpenAPI().Components.Schemas))
		}
		t.document(op, h, output)
	})
	return h
}

// read registers an operation that reads and answers with O.
func read[I, O any](t *table, op *Operation, tags string, run func(ctx context.Context, x *exchange, in *I) (O, error)) *huma.Operation {
	op.Method = http.MethodGet
	return t.add(op, tags, reflect.TypeFor[I](), reflect.TypeFor[O](), func(ctx context.Context, x *exchange, in any) (answered, error) {
		out, err := run(ctx, x, in.(*I))
		return answered{body: out}, err
	})
}

// readTagged is read for an entity, whose answer carries an ETag.
func readTagged[I, O any](t *table, op *Operation, tags string, run func(ctx context.Context, x *exchange, in *I) (O, tag, error)) {
	op.Method = http.MethodGet
	h := add(t, op, tags, reflect.TypeFor[O](), func(ctx context.Context, x *exchange, in *I) (answered, error) {
		out, tag, err := run(ctx, x, in)
		return answered{body: out, tag: &tag}, err
	})
	documentTag(h)
}

// documentTag describes the ETag of an answer.
func documentTag(h *huma.Operation) {
	h.Responses["304"] = &huma.Response{Description: "Not changed since the ETag in If-None-Match"}
	h.Responses["200"].Headers = map[string]*huma.Header{"ETag": {
		Description: "Names this state of the entity, for If-None-Match and If-Match",
		Schema:      &huma.Schema{Type: huma.TypeString}}}
}

// parameter is a parameter of an operation: a field of its input with the tag
// path, query or header, which is a text, or a list of texts when the query may
// name it several times. Huma could read it too, with a copy of its code for
// every type of input, of which texts need nothing.
type parameter struct {
	in    string // path, query or header
	name  string
	field reflect.StructField
}

// parametersOf lists the parameters of an input, those of its embedded structs
// in their place.
func parametersOf(input reflect.Type) []parameter {
	var out []parameter
	for _, f := range reflect.VisibleFields(input) {
		for _, in := range []string{"path", "query", "header"} {
			if name, ok := f.Tag.Lookup(in); ok {
				name, _, _ = strings.Cut(name, ",")
				if k := f.Type.Kind(); k != reflect.String && (k != reflect.Slice || in != "query") {
					panic("the parameter " + name + " is no text")
				}
				out = append(out, parameter{in, name, f})
			}
		}
	}
	return out
}

// repeated reports whether the parameter may be given several times.
func (p parameter) repeated() bool { return p.field.Type.Kind() == reflect.Slice }

// describe is the parameter in the document.
func (p parameter) describe(schemas huma.Registry) *huma.Param {
	s := huma.SchemaFromField(schemas, p.field, "")
	out := &huma.Param{Name: p.name, In: p.in, Description: s.Description, Schema: s,
		Required: p.in == "path" || p.field.Tag.Get("required") == "true"}
	if p.in == "query" {
		explode := p.repeated()
		out.Explode = &explode
	}
	return out
}

// take reads the parameters of a request into the fields of its input. Those
// that are left out stay empty.
func take(all []parameter, r *http.Request, input reflect.Value) {
	query := r.URL.Query()
	for _, p := range all {
		f := input.FieldByIndex(p.field.Index)
		switch {
		case p.in == "path":
			f.SetString(r.PathValue(p.name))
		case p.in == "header":
			f.SetString(r.Header.Get(p.name))
		case p.repeated():
			f.Set(reflect.ValueOf(query[p.name]).Convert(f.Type()))
		default:
			f.SetString(query.Get(p.name))
		}
	}
}
