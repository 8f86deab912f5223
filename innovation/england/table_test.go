package england

import (
	"errors"
	"strings"
	"testing"
)

// A file with a wrong header is refused with the row and the column, whatever
// is wrong with it.
func TestWrongHeader(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"a column has another name", "organisation,titel\nouh,Oxford\n", "names.csv:2: text: there is no such column"},
		{"there is no header", "", "names.csv: there is no header"},
		{"a row is longer than the header", "organisation,text\nouh,Oxford,x\n", "wrong number of fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var errs []error
			for _, r := range parseRows("names.csv", strings.NewReader(c.file), &errs) {
				r.text("organisation")
				r.text("text")
			}
			if err := errors.Join(errs...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
