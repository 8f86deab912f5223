package tabular_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/innovationregistry/registry/store/storetest"
	"github.com/innovationregistry/registry/store/tabular"
)

var act = innovation.Act{Actor: "pat-0001", Reason: "of the test"}

// digest is where the chain of a register stands.
func digest(t testing.TB, s *store.Store) string {
	t.Helper()
	list, err := s.Status(t.Context(), innovation.On(innovation.MustDate("2024-01-01")))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v", list)
}

func record(t testing.TB, s *store.Store, facts ...innovation.Cited) {
	t.Helper()
	_, err := s.Update(t.Context(), act, func(ctx context.Context, tx *store.Tx) error {
		for _, f := range facts {
			if _, err := tx.Record(ctx, f.Fact, f.Sources...); err != nil && innovation.Violations(err) == nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// bring imports a text, and gives what the report says in short.
func bring(t testing.TB, s *store.Store, noun innovation.FactType, text string, o tabular.Options) (tabular.Report, error) {
	t.Helper()
	o.Source, o.SourceTitle = "the-file", "The file"
	r, err := tabular.Import(t.Context(), s, act, noun, strings.NewReader(text), &o)
	if err != nil && innovation.Violations(err) == nil {
		t.Fatalf("a fault: %v", err)
	}
	return r, err
}

func brief(r tabular.Report) string {
	return fmt.Sprintf("%d added, %d changed, %d unchanged, %d refused", r.Added, r.Changed, r.Unchanged, r.Refused)
}

func problems(r tabular.Report) (out []string) {
	for _, n := range r.Refusals {
		out = append(out, fmt.Sprintf("%d %s %q %s: %s; %s", n.Row, n.Field, n.Value, n.Rule, n.Detail, n.Try))
	}
	return out
}

// Every noun: what an export of the samples holds is added to a register that
// has what they refer to; then it is there, and a dry run writes nothing.
func TestEveryNoun(t *testing.T) {
	samples := storetest.Samples()
	whole := storetest.New(t)
	record(t, whole, samples...)
	v := innovation.On(innovation.MustDate("2024-01-01"))
	for i, n := range tabular.Nouns() {
		for _, format := range []string{sheet.CSV, sheet.XLSX} {
			t.Run(string(n.Type)+" "+format, func(t *testing.T) {
				var table, template bytes.Buffer
				count, err := tabular.Export(t.Context(), whole, v, n.Type, store.FactFilter{AllDays: true}, &table, format)
				if err != nil || count == 0 {
					t.Fatalf("%d facts: %v", count, err)
				}
				back, err := bring(t, whole, n.Type, table.String(), tabular.Options{Write: true})
				if err != nil || back.Unchanged != count || back.Act != 0 {
					t.Errorf("with its numbers: %s: %v %q", brief(back), err, problems(back))
				}
				if err := tabular.Template(t.Context(), whole, &template, n.Type, format); err != nil {
					t.Fatal(err)
				}
				if empty, err := bring(t, whole, n.Type, template.String(), tabular.Options{Write: true}); err != nil || empty.Rows != 0 || len(empty.Remarks) == 0 || !strings.Contains(empty.Remarks[len(empty.Remarks)-1].Detail, "no rows") {
					t.Errorf("the template: %+v %v", empty, err)
				}
				if format == sheet.XLSX && i%6 > 0 { // takes long
					return
				}
				// A file of somebody's own has no numbers.
				own := filled(t, template.Bytes(), table.Bytes(), format)
				s := storetest.New(t)
				var others []innovation.Cited
				for _, f := range samples {
					if f.Fact.FactType() != n.Type {
						others = append(others, f)
					}
				}
				record(t, s, others...) // those that need facts of the noun are refused
				before := digest(t, s)
				dry, err := bring(t, s, n.Type, own, tabular.Options{})
				if err != nil || dry.Added != count || dry.Act != 0 || !dry.DryRun {
					t.Errorf("dry: %s: %v %q", brief(dry), err, problems(dry))
				}
				if digest(t, s) != before {
					t.Error("a dry run wrote something")
				}
				first, err := bring(t, s, n.Type, own, tabular.Options{Write: true})
				if err != nil || first.Added != count || first.Act == 0 {
					t.Fatalf("first: %s: %v %q", brief(first), err, problems(first))
				}
				again, err := bring(t, s, n.Type, own, tabular.Options{Write: true})
				if err != nil || again.Unchanged != count || again.Act != 0 {
					t.Errorf("again: %s: %v %q %+v", brief(again), err, problems(again), again.Changes)
				}
			})
		}
	}
}

// filled writes the rows of an export under the headings of a template.
func filled(t *testing.T, template, table []byte, format string) string {
	t.Helper()
	read := func(data []byte) (out [][]sheet.Cell) {
		f, err := sheet.Open(t.Context(), bytes.NewReader(data), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for r, err := range f.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, r.Cells)
		}
		return out
	}
	rows := read(table)
	var columns []sheet.Column
	var from []int
	for _, h := range read(template)[0] {
		columns = append(columns, sheet.Column{Heading: h.Text, Text: true})
		for i, c := range rows[0] {
			if c.Text == h.Text {
				from = append(from, i)
			}
		}
	}
	var out bytes.Buffer
	w, err := sheet.NewWriter(&out, format, sheet.Sheet{Name: "filled", Columns: columns})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		cells := make([]string, len(columns))
		for i, at := range from {
			if at < len(r) {
				cells[i] = r[at].Text
			}
		}
		if err := w.Row(cells...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// All tables of England come back unchanged, with the numbers of their facts and
// without.
func TestEnglandComesBack(t *testing.T) {
	s := storetest.New(t)
	if _, err := s.Load(t.Context(), england.Acts(), nil); err != nil {
		t.Fatal(err)
	}
	before := digest(t, s)
	for _, n := range tabular.Nouns() {
		var table bytes.Buffer
		count, err := tabular.Export(t.Context(), s, innovation.On(innovation.MustDate("2024-01-01")), n.Type, store.FactFilter{AllDays: true}, &table, sheet.CSV)
		if err != nil {
			t.Fatal(err)
		}
		back, err := bring(t, s, n.Type, table.String(), tabular.Options{Write: true})
		if err != nil || back.Unchanged != count {
			t.Errorf("%s: %d facts, %s: %v %q %+v", n.Type, count, brief(back), err, problems(back), back.Changes)
		}
		var template bytes.Buffer
		if err := tabular.Template(t.Context(), s, &template, n.Type, sheet.CSV); err != nil {
			t.Fatal(err)
		}
		own, err := bring(t, s, n.Type, filled(t, template.Bytes(), table.Bytes(), sheet.CSV), tabular.Options{Write: true})
		if err != nil || own.Unchanged != count {
			t.Errorf("%s without numbers: %d facts, %s: %v %q %+v", n.Type, count, brief(own), err, problems(own), own.Changes)
		}
	}
	if digest(t, s) != before {
		t.Error("something was written")
	}
}
