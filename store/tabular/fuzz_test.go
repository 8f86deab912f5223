package tabular_test

import (
	"bytes"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/innovationregistry/registry/store/tabular"
)

// Whatever a file holds: no panic, an error of the register, and a register that
// is as before when it was refused, and sound when it was not.
func FuzzImport(f *testing.F) {
	shared := ward(f)
	s := shared
	all := tabular.Nouns()
	day := innovation.On(innovation.MustDate("2024-01-01"))
	for i, n := range all {
		var table bytes.Buffer
		if _, err := tabular.Export(f.Context(), s, day, n.Type, store.FactFilter{AllDays: true}, &table, sheet.CSV); err != nil {
			f.Fatal(err)
		}
		f.Add(byte(i), byte(2*(i%2)), table.Bytes())
		if n.Type == innovation.TypeAdoption {
			f.Add(byte(i), byte(0), []byte(plainEvents))
			f.Add(byte(i), byte(3), []byte("title\ninnovation;ODS;step;grade;When;\n;;;;day;stage\nlibre;RTA;reached;observed;1/2/2018;adopted\n"))
		}
		if n.Type == innovation.TypeEnvelope {
			f.Add(byte(i), byte(5), []byte("envelope,title,type,amount,per,basis,day\na,A,pot,£1.5,whole-period,announced,2020\na,A,pot,£2,whole-period,announced,2021\n"))
		}
	}
	f.Fuzz(func(t *testing.T, noun, how byte, data []byte) {
		n := all[int(noun)%len(all)]
		o := tabular.Options{Source: "the-file", SourceTitle: "The file", Write: how%32 == 0, Partial: how&2 != 0, DayFirst: how&4 != 0, MaxRows: 200}
		if how&8 == 8 {
			o.Changes = tabular.Revise
		}
		if how&16 != 0 {
			o.Mapping = []tabular.Mapping{{Heading: "x", Field: "-"}, {Heading: "When", Field: "day", How: "day-first"}}
		}
		if o.Write {
			s = ward(t) // its own: the others are dry runs
			defer func() { s = shared }()
		}
		before := digest(t, s)
		r, err := tabular.Import(t.Context(), s, act, n.Type, bytes.NewReader(data), &o)
		if err != nil && innovation.Violations(err) == nil {
			t.Fatalf("a fault: %v", err)
		}
		if r.Added+r.Changed+r.Unchanged+r.Refused != r.Rows {
			t.Errorf("%d rows, and %s", r.Rows, brief(r))
		}
		if (r.Act == 0) != (digest(t, s) == before) {
			t.Errorf("act %d, from %s to %s", r.Act, before, digest(t, s))
		}
		if r.Act != 0 {
			if v, err := s.Verify(t.Context(), nil); err != nil || !v.OK {
				t.Errorf("%+v %v", v, err)
			}
			o.Partial = true
			if again, err := tabular.Import(t.Context(), s, act, n.Type, bytes.NewReader(data), &o); err != nil || again.Act != 0 && r.Refused == 0 {
				t.Errorf("again: %s, act %d, %+v: %v", brief(again), again.Act, again.Changes, err)
			}
		}
		if r.Refused > 0 {
			if err := r.WriteRefused(new(bytes.Buffer), sheet.CSV); err != nil {
				t.Error(err)
			}
		}
	})
}
