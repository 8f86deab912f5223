package uptake_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/uptake"
)

// Whatever a file holds, every row is accounted for, a refused file leaves the
// register as it was, and the same file brought in twice changes nothing.
func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/*.csv")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for i := range uptake.Formats() {
			f.Add(uint8(i), data)
		}
	}
	f.Add(uint8(0), []byte(eventsFile))
	f.Add(uint8(0), bytes.ReplaceAll([]byte(eventsFile), []byte("\n"), []byte("\r")))
	f.Add(uint8(1), []byte("month;ccg;numerator_items;denominator_list_thousands\n2018-01;RAA;1e-3;\xa3"))
	f.Add(uint8(2), []byte{0x1f, 0x8b, 8})
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		if len(data) > 1<<16 {
			t.Skip("long files only take long")
		}
		s := register(t)
		format := uptake.Formats()[int(which)%len(uptake.Formats())]
		o := libre()
		o.Found, o.Partial = true, true
		got, err := uptake.Import(background, s, act, format, bytes.NewReader(data), o)
		if err != nil {
			if innovation.Violations(err) == nil {
				t.Fatal(err)
			}
			return
		}
		if got.Added+got.Unchanged+got.PassedOver+got.Refused != got.Rows || got.Added < 0 || got.Unchanged < 0 {
			t.Fatalf("%+v", counts(got))
		}
		again, err := uptake.Import(background, s, act, format, bytes.NewReader(data), o)
		if err != nil || again.Act != 0 {
			t.Fatalf("again: %v %+v", err, again)
		}
		verified(t, s)
	})
}
