package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// unjoined are the letters with an accent that have no capital of one rune, or,
// as the last, no small letter of one: they fold to the letter and its accents.
const unjoined = "ǰΐΰẖẗẘẙὐὒὔὖᾶῆῒῖῗῢῤῦῧῶİ"

// foldCase is the full case folding of Unicode, without what is special to some
// languages, of a text in NFKC. It does what the tables of x/text do, with
// which a program would be longer by 200 KB, but for Cherokee, of which they
// make capitals small and small letters capitals.
func foldCase(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == 'ß' || r == 'ẞ':
			out.WriteString("ss")
		case r == 'ı': // its capital is that of i, which it is not
			out.WriteRune(r)
		case strings.ContainsRune(unjoined, r):
			out.WriteString(strings.ToLower(norm.NFD.String(string(r))))
		case r >= 0x1F80 && r <= 0x1FFC: // Greek: an iota below a letter comes to stand behind it
			if letter, below := strings.CutSuffix(norm.NFD.String(string(r)), "\u0345"); below {
				out.WriteString(foldCase(norm.NFC.String(letter)) + "ι")
				continue
			}
			fallthrough
		default: // by the capital, which different small letters share
			out.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
		}
	}
	return out.String()
}
