package dataset

import (
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/tabular"
)

// ManifestName is the name of the manifest in a dataset.
const ManifestName = "datapackage.json"

// format is what the manifest says that it is.
const format = "innovationregistry-dataset/1"

// Manifest says what a dataset holds: a Frictionless Data Package with what
// belongs to a register beside it.
type Manifest struct {
	Profile     string               `json:"profile"`
	Name        string               `json:"name"`
	Title       string               `json:"title"`
	Description string               `json:"description"`
	Format      string               `json:"format" doc:"innovationregistry-dataset/1"`
	Register    string               `json:"register" doc:"Identity of the register"`
	Schema      int                  `json:"schema" doc:"Schema of the program that wrote it"`
	Act         innovation.ActNumber `json:"act" doc:"The last act"`
	Changes     int64                `json:"changes" doc:"How many changes the acts made"`
	Begins      string               `json:"begins" doc:"Digest that the chain begins with"`
	Digest      string               `json:"digest" doc:"Digest of the chain up to the last act"`
	Created     time.Time            `json:"created,omitzero" doc:"Time of the last act"`
	Resources   []Resource           `json:"resources" doc:"The files"`
}

// Resource is a file of a dataset.
type Resource struct {
	Profile   string      `json:"profile"`
	Name      string      `json:"name"`
	Path      string      `json:"path"`
	Format    string      `json:"format"`
	MediaType string      `json:"mediatype"`
	Encoding  string      `json:"encoding"`
	Bytes     int64       `json:"bytes"`
	Hash      string      `json:"hash" doc:"sha256: and the digest, hexadecimal"`
	Rows      int64       `json:"rows" doc:"Without the heading"`
	Dialect   Dialect     `json:"dialect"`
	Schema    TableSchema `json:"schema"`
}

// Dialect says how a file is written.
type Dialect struct {
	Delimiter      string `json:"delimiter"`
	LineTerminator string `json:"lineTerminator"`
	QuoteChar      string `json:"quoteChar"`
	DoubleQuote    bool   `json:"doubleQuote"`
	Header         bool   `json:"header"`
}

// TableSchema is a Frictionless Table Schema.
type TableSchema struct {
	Fields        []Column     `json:"fields"`
	MissingValues []string     `json:"missingValues"`
	PrimaryKey    string       `json:"primaryKey,omitempty"`
	ForeignKeys   []ForeignKey `json:"foreignKeys,omitempty"`
}

// Column describes a column.
type Column struct {
	Name        string      `json:"name"`
	Type        string      `json:"type"`
	Description string      `json:"description,omitempty"`
	Scheme      string      `json:"scheme,omitempty" doc:"Scheme of codes"`
	Refers      string      `json:"refers,omitempty" doc:"Kind of the entities that the keys name"`
	Constraints *Constraint `json:"constraints,omitempty"`
}

// Constraint is what a cell must be.
type Constraint struct {
	Required bool     `json:"required,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

// ForeignKey says that the cells of a column stand in another file.
type ForeignKey struct {
	Fields    string    `json:"fields"`
	Reference Reference `json:"reference"`
}

// Reference is the column of the other file.
type Reference struct {
	Resource string `json:"resource"`
	Fields   string `json:"fields"`
}

// The files that are no facts, each with its columns as name, type, whether it
// is needed (!), and what it is.
var ownTables = []struct{ path, columns string }{
	{"acts.csv", `act|integer!|Number of the act
at|datetime!|Time of the act (UTC)
actor|string!|Key of the person who acted
reason|string!|Why
idempotencyKey|string|The caller's key of the request
requestDigest|string|The caller's digest of the request, hexadecimal
first|integer!|Number of its first change
last|integer!|Number of its last change
digest|string!|Digest of the chain up to the act, hexadecimal`},
	{"act-sources.csv", `act|integer!|Number of the act
source|string!|Key of a source on whose grounds it was made
locator|string|Where in the source`},
	{"entities.csv", `added|integer!|Number of the change that founded it
entity|string!|Kind and key, as other files name it
kind|string!|What it is
key|string!|Its key within the kind`},
	{"citations.csv", `added|integer!|Number of the change that added the row
removed|integer|Number of the change that removed it; empty while it is in force
fact|integer!|Number of the fact
subject|string!|The entity that the fact is about
source|string!|Key of the source
locator|string|Where in the source`},
}

const (
	factColumns = `added|integer!|Number of the change that added the row
removed|integer|Number of the change that removed it; empty while it is in force
fact|integer!|Number of the fact: that of its first row`
	personColumns = `
commitment|string!|What the chain covers: SHA-256 of salt and name, hexadecimal
salt|string|The salt, hexadecimal; gone with the name when it was erased`
)

// table is a file that a dataset may have.
type table struct {
	path   string
	noun   *tabular.Noun // nil of one that is no facts
	fields []Column
	own    int // how many fields stand before those of the noun
}

// tables lists all of them, in their order in a dataset.
func tables() []table {
	var out []table
	for _, t := range ownTables {
		out = append(out, table{path: t.path, fields: described(t.columns)})
	}
	all := tabular.Nouns()
	for i := range all {
		n := &all[i]
		t := table{path: "facts/" + string(n.Type) + ".csv", noun: n, fields: described(factColumns)}
		person := n.Type == innovation.TypePerson
		if person {
			t.fields = described(factColumns + personColumns)
		}
		t.own = len(t.fields)
		for _, f := range n.Columns {
			c := Column{Name: f.Name, Type: "string", Description: f.Doc, Scheme: string(f.Scheme), Refers: string(f.Refers)}
			switch f.Form {
			case tabular.Day:
				c.Type = "date"
			case tabular.Pounds, tabular.Decimal:
				c.Type = "number"
			case tabular.Whole:
				c.Type = "integer"
			case tabular.YesNo:
				c.Type = "boolean"
			}
			// An erased name is empty.
			if required := f.Required && !(person && f.Name == "name"); required || f.Words != nil {
				c.Constraints = &Constraint{Required: required, Enum: f.Words}
			}
			t.fields = append(t.fields, c)
		}
		out = append(out, t)
	}
	return out
}

func described(text string) []Column {
	var out []Column
	for line := range strings.Lines(text) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "|", 3)
		c := Column{Name: parts[0], Type: strings.TrimSuffix(parts[1], "!"), Description: parts[2]}
		if c.Type != parts[1] {
			c.Constraints = &Constraint{Required: true}
		}
		out = append(out, c)
	}
	return out
}

// resource describes the file of a table.
func (t *table) resource() Resource {
	name := strings.TrimSuffix(t.path, ".csv")
	r := Resource{Profile: "tabular-data-resource", Name: strings.ReplaceAll(name, "/", "-"), Path: t.path, Format: "csv", MediaType: "text/csv", Encoding: "utf-8",
		Dialect: Dialect{",", "\r\n", `"`, true, true}, Schema: TableSchema{Fields: t.fields, MissingValues: []string{""}}}
	refer := func(field, resource, to string) {
		r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, ForeignKey{field, Reference{resource, to}})
	}
	switch t.path {
	case "acts.csv":
		r.Schema.PrimaryKey = "act"
	case "act-sources.csv":
		refer("act", "acts", "act")
	case "citations.csv":
		refer("subject", "entities", "entity")
		fallthrough
	default:
		r.Schema.PrimaryKey = "added"
	}
	if t.noun != nil {
		for _, f := range t.noun.Columns {
			if f.Form == tabular.Entity {
				refer(f.Name, "entities", "entity")
			}
		}
	}
	return r
}
