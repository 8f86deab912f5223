package store

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Every character folds as in x/text, but for Cherokee: there its tables swap
// small letters and capitals, and here both fold to the small.
func TestFoldCaseIsUnicodes(t *testing.T) {
	reference := cases.Fold()
	check := func(s string) {
		s = norm.NFKC.String(s)
		if got, want := foldCase(s), reference.String(s); got != want {
			t.Errorf("%q folds to %q, want %q", s, got, want)
		}
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) && !unicode.Is(unicode.Cherokee, r) {
			check(string(r))
		}
	}
	for _, s := range []string{"", "St Thomas’ NHS", "STRASSE Straße", "ΜΆΪΟΣ", "ᾼδης", "İstanbul I\u0307", "ǰ\u0323", "ᾳ\u0301"} {
		check(s)
	}
	if got := foldCase("Ꮳꮳ"); got != "ꮳꮳ" {
		t.Errorf("Cherokee folds to %q", got)
	}
}
