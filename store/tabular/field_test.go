package tabular_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/tabular"
)

// Every sample and every fact of England goes through its cells unchanged.
func TestCells(t *testing.T) {
	check := func(f innovation.Fact) {
		t.Helper()
		n, ok := tabular.NounOf(f.FactType())
		if !ok {
			t.Fatalf("there is no table of %s", f.FactType())
		}
		cells, err := n.Cells(f)
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]string{}
		for i, c := range n.Columns {
			named[c.Name] = cells[i]
			if c.Required && cells[i] == "" {
				t.Errorf("%s of %s is empty, and said to be needed: %+v", c.Name, n.Type, f)
			}
		}
		back, err := n.Fact(named)
		if err != nil || !cmp.Equal(f, back, cmp.Exporter(func(reflect.Type) bool { return true })) {
			t.Errorf("%+v came back as %+v (%v)", f, back, err)
		}
	}
	for _, s := range storetest.Samples() {
		check(s.Fact)
	}
	for b, err := range england.Acts() {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range b.Facts {
			check(f.Fact)
		}
	}
}
