package store

import (
	"reflect"

	"github.com/innovationregistry/registry/innovation"
)

// FactKind describes a type of fact to a program that handles all of them.
type FactKind struct {
	Type   innovation.FactType
	Go     reflect.Type // the Go type of such a fact
	Founds bool         // recording one founds its subject
	Period bool         // facts of the type have a period with a start and an end

	// Schemes names the scheme of each field that holds a code, Refers the kind
	// of each that names an entity; Refers is "" for an entity of any kind. The
	// first field of Fields is the subject.
	Schemes map[string]innovation.Scheme
	Refers  map[string]innovation.EntityKind
	Fields  []string // JSON paths of the fields, in the order of their tags in the digest
}

// FactKinds describes the types of fact that a register keeps, in the order of
// FactTypes.
func FactKinds() []FactKind {
	out := make([]FactKind, len(factTables))
	for i, t := range factTables {
		k := FactKind{Type: t.typ, Go: t.goType, Founds: t.founds, Schemes: map[string]innovation.Scheme{}, Refers: map[string]innovation.EntityKind{}}
		for _, c := range t.empty().columns {
			if c.field == "" {
				continue // follows from others
			}
			k.Fields = append(k.Fields, c.field)
			k.Period = k.Period || c.period != nil
			if c.scheme != "" {
				k.Schemes[c.field] = c.scheme
			}
			if c.ref != nil {
				k.Refers[c.field] = c.ref.kind
			}
		}
		out[i] = k
	}
	return out
}
