package dataset

import (
	"bufio"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Every text comes back from its cell, and no cell begins what a spreadsheet
// reckons unless it is a plain number.
func TestEveryTextComesBack(t *testing.T) {
	odd := rapid.OneOf(rapid.String(), rapid.StringMatching(`['=+@\t\r\n", 0-9.-]{0,6}`))
	rapid.Check(t, func(t *rapid.T) {
		var text []byte
		var want [][]string
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			row := rapid.SliceOfN(odd, 2, 5).Draw(t, "row")
			want = append(want, row)
			text = appendRow(text, row)
		}
		r := rowReader{in: bufio.NewReader(strings.NewReader(string(text)))}
		for _, row := range want {
			got, err := r.read()
			if err != nil || !slices.Equal(row, got) {
				t.Fatalf("%q came back as %q (%v) from %q", row, got, err, text)
			}
			for _, c := range row {
				if g := guarded(c); risky(g) && !number(g) {
					t.Fatalf("%q is written as %q", c, g)
				}
			}
		}
		if _, err := r.read(); err != io.EOF {
			t.Fatal(err)
		}
	})
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]bool{"-5": true, "+5": true, "-2000000.00": true, "-": false, "-.5": false, "-5.": false, "--5": false, "-1e5": false, "-1+1": false, "+٣": false} {
		if number(text) != want {
			t.Errorf("%q is a plain number: %t", text, !want)
		}
	}
}

// A row of commas is refused before its cells take much memory.
func TestMillionCells(t *testing.T) {
	r := rowReader{in: bufio.NewReader(strings.NewReader(strings.Repeat(",", 1_000_000) + "\r\n"))}
	if _, err := r.read(); err != errRowLong || len(r.ends) > 2*maxCells {
		t.Errorf("%v with %d cells", err, len(r.ends))
	}
}
