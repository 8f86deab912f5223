package httpapi_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/store"
)

// notOperations are the exported methods of package store that are no
// operations by themselves, and why.
var notOperations = map[string]string{
	"Store.View":       "consistent reading of several operations is for Go",
	"Store.Close":      "belongs to the program that opened the register",
	"Store.ID":         "is told by register.status",
	"Store.Engine":     "is told by register.status",
	"Store.Load":       "loads batches that a program embeds: a command of the binary",
	"Store.AllChanges": "iterates over change.list",
	"Tx.At":            "is told by the receipt",
	"Store.ExportActs": "carries salts of names, for the register's keeper alone: the command act-log",
	"Store.ReplayActs": "makes a register, as copying does: the commands replay and copy",
	"Store.Backup":     "writes a file beside the register: the command backup, and serve -backup-dir",
	"Store.Backups":    "lists such files: the command verify, and serve -backup-dir",
	"Store.Compare":    "holds such a file against the register: the command verify",
	"Store.Prune":      "removes such files: serve -backup-dir",
	"Tx.TakeAdoptions": "is RecordAdoptions for files: uptake.Import",
	"Tx.RecordAll":     "is Record for files: uptake.Import; several facts are one act of POST /v1/acts",
	"Tx.Expect":        "is If-Match",
}

// asksByBody are the operations that take a body and write nothing.
var asksByBody = map[string]bool{"split.propose": true}

// TestParity holds the table of operations against the methods of the store.
func TestParity(t *testing.T) {
	offered := map[string]bool{}
	ids := map[string]bool{}
	for _, op := range httpapi.Operations() {
		offered[op.Go] = true
		if ids[op.ID] {
			t.Errorf("two operations have the ID %s", op.ID)
		}
		ids[op.ID] = true
		// A write is never a GET. What only asks is one, unless its question is too
		// long for a query and is sent as a body.
		if op.Summary == "" || op.Go == "" || op.Method == "" || op.Path == "" || op.Write != (op.Method != "GET") && !asksByBody[op.ID] {
			t.Errorf("%+v lacks something", op)
		}
		if body := slices.ContainsFunc(op.Fields, func(f httpapi.Field) bool { return f.In == "body" }); body != (op.Method != "GET") {
			t.Errorf("%s by %s: it takes a body: %t", op.ID, op.Method, body)
		}
		for _, f := range op.Fields {
			if f.Type == "" || f.Doc == "" && !strings.HasSuffix(f.Name, "note") {
				t.Errorf("%s: the field %+v is not described", op.ID, f)
			}
		}
	}
	seen := map[string]bool{}
	for _, x := range []struct {
		name string
		of   reflect.Type
	}{{"Store", reflect.TypeFor[*store.Store]()}, {"Snapshot", reflect.TypeFor[*store.Snapshot]()}, {"Tx", reflect.TypeFor[*store.Tx]()}} {
		for m := range x.of.Methods() {
			name := x.name + "." + m.Name
			seen[name] = true
			_, excepted := notOperations[name]
			if _, ok := notOperations["Store."+m.Name]; ok && x.name != "Store" {
				excepted = true // reads stand on all three
			}
			switch is := offered[name] || offered["Store."+m.Name]; {
			case is && excepted:
				t.Errorf("%s is an operation and an exception", name)
			case !is && !excepted:
				t.Errorf("%s is neither an operation nor an exception", name)
			}
		}
	}
	for name := range notOperations {
		if !seen[name] {
			t.Errorf("the exception %s is no method", name)
		}
	}
	for name := range offered {
		if !seen[name] && !slices.Contains([]string{"Facts", "innovation.Rules", "grants.Import", "grants.Export", "fhir.Export", "uptake.Import", "tabular.Import", "tabular.Export", "tabular.Template"}, name) {
			t.Errorf("an operation stands for %s, which there is not", name)
		}
	}
}

// TestRoutes holds the routes against the table, and the table against the
// OpenAPI document.
func TestRoutes(t *testing.T) {
	api := httpapi.New(nil, nil)
	var table []string
	for _, op := range httpapi.Operations() {
		table = append(table, op.Method+" "+op.Path)
	}
	routes := slices.Sorted(slices.Values(httpapi.Routes(api)))
	slices.Sort(table)
	if !slices.Equal(routes, table) {
		t.Errorf("routes %v\ntable %v", routes, table)
	}
	var documented []string
	for path, item := range httpapi.Described(api).OpenAPI().Paths {
		for method, op := range map[string]any{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete, "PATCH": item.Patch} {
			if !reflect.ValueOf(op).IsNil() {
				documented = append(documented, method+" "+path)
			}
		}
	}
	slices.Sort(documented)
	if !slices.Equal(documented, table) {
		t.Errorf("documented %v\ntable %v", documented, table)
	}
}

// TestEveryFactTypeIsOffered holds the fact types of the store against the
// table.
func TestEveryFactTypeIsOffered(t *testing.T) {
	ids := map[string]bool{}
	for _, op := range httpapi.Operations() {
		ids[op.ID] = true
	}
	for _, typ := range store.FactTypes() {
		for _, verb := range []string{"facts", "record", "correct"} {
			if id := string(typ) + "." + verb; !ids[id] {
				t.Errorf("there is no %s", id)
			}
		}
	}
}
