package storetest

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// Between the samples of each type every field is set, and bounds, bases and
// kinds of amount occur with every value.
func TestSamplesSetEveryField(t *testing.T) {
	t.Parallel()
	set, fields := map[string]bool{}, map[string]bool{}
	seen := map[string]bool{}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch x := v.Interface().(type) {
		case innovation.Bound:
			seen["basis "+string(x.Basis)] = true
			seen["precision "+fmt.Sprint(x.Precision())] = true
		case innovation.Amount:
			seen["amount "+string(x.Kind())] = true
		case innovation.Date, innovation.Quantity:
		default:
			if v.Kind() == reflect.Struct {
				for i := range v.NumField() {
					walk(path+"."+v.Type().Field(i).Name, v.Field(i))
				}
				return
			}
		}
		fields[path] = true
		set[path] = set[path] || !v.IsZero()
	}
	for _, s := range Samples() {
		if err := s.Fact.Validate(); err != nil {
			t.Errorf("%+v: %v", s.Fact, err)
		}
		walk(string(s.Fact.FactType()), reflect.ValueOf(s.Fact))
		seen["type "+string(s.Fact.FactType())] = true
	}
	for path := range fields {
		if !set[path] {
			t.Errorf("no sample sets %s", path)
		}
	}
	for _, typ := range store.FactTypes() {
		if !seen["type "+string(typ)] {
			t.Errorf("there is no sample of type %s", typ)
		}
	}
	for _, basis := range []innovation.Basis{innovation.BasisPublished, innovation.BasisEstimated, innovation.BasisAssumed, innovation.BasisComputed,
		innovation.BasisDisputed, innovation.BasisAnnounced, innovation.BasisInferred} {
		if !seen["basis "+string(basis)] {
			t.Errorf("no sample has the basis %q", basis)
		}
	}
	for _, kind := range []innovation.AmountKind{innovation.AmountExact, innovation.AmountRange, innovation.AmountAbout, innovation.AmountAtLeast,
		innovation.AmountMoreThan, innovation.AmountAtMost, innovation.AmountNotDisclosed} {
		if !seen["amount "+string(kind)] {
			t.Errorf("no sample has an amount of kind %q", kind)
		}
	}
}

// The samples belong to the caller.
func TestSamplesAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	for _, s := range Samples() {
		if r, ok := s.Fact.(innovation.Round); ok {
			r.FocusAreas[0] = "changed"
		}
		if len(s.Sources) > 0 {
			s.Sources[0].Locator = "changed"
		}
	}
	want := Samples()
	if diff := cmp.Diff(want, Samples()); diff != "" {
		t.Errorf("samples (-first +second):\n%s", diff)
	}
	for _, s := range want {
		for _, c := range s.Sources {
			if c.Locator == "changed" {
				t.Errorf("the sources of %+v are shared", s.Fact)
			}
		}
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	var c Clock
	if got := c.Now(); !got.Equal(ClockStart) || !c.Now().Equal(got) {
		t.Errorf("a new clock says %v, then %v", got, c.Now())
	}
	if got := c.Advance(time.Hour); !got.Equal(ClockStart.Add(time.Hour)) || !c.Now().Equal(got) {
		t.Errorf("an hour later it says %v and %v", got, c.Now())
	}
	c.Set(ClockStart.AddDate(-1, 0, 0))
	if got := c.Now(); !got.Equal(ClockStart.AddDate(-1, 0, 0)) {
		t.Errorf("set back a year it says %v", got)
	}
}

func TestRandom(t *testing.T) {
	t.Parallel()
	read := func(seed uint64, parts ...int) string {
		r := Random(seed)
		var out []byte
		for _, n := range parts {
			b := make([]byte, n)
			if _, err := io.ReadFull(r, b); err != nil {
				t.Fatal(err)
			}
			out = append(out, b...)
		}
		return string(out)
	}
	if read(7, 40) != read(7, 10, 16, 14) {
		t.Error("the same seed gives other bytes in other parts")
	}
	if read(7, 40) == read(8, 40) {
		t.Error("two seeds give the same bytes")
	}
}

// Two registers of New with the same acts have the same identity and digest.
func TestNewIsDeterministic(t *testing.T) {
	t.Parallel()
	var digests, ids []string
	for range 2 {
		s := New(t)
		if err := recordAct(s, innovation.Person{Person: "p-1", Name: "Ann Example"}); err != nil {
			t.Fatal(err)
		}
		v, err := s.Verify(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		digests, ids = append(digests, v.Digest), append(ids, s.ID())
	}
	if digests[0] != digests[1] || ids[0] != ids[1] {
		t.Errorf("digests %v and identities %v", digests, ids)
	}
}

func TestSchemaInDataSourceName(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"host=/tmp user=app":           "host=/tmp user=app search_path=s",
		"postgres://u@h/db":            "postgres://u@h/db?search_path=s",
		"postgresql://u@h/db?sslmode=": "postgresql://u@h/db?sslmode=&search_path=s",
	} {
		if got := inSchema(dsn, "s"); got != want {
			t.Errorf("%s becomes %s, want %s", dsn, got, want)
		}
	}
}

func ExampleNew() {
	var t testing.TB // of the test
	clock := new(Clock)
	_ = func() {
		register := New(t, &store.Options{Clock: clock.Now})
		_ = register // the first act is made at ClockStart
		clock.Advance(24 * time.Hour)
	}
	fmt.Println(clock.Now().Format(time.DateTime))
	// Output: 2024-01-02 09:00:00
}
