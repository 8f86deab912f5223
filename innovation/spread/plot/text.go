package plot

import (
	"strings"
	"unicode/utf8"
)

// clean makes text fit for XML and safe beside other text: control characters
// become spaces, marks that turn the direction of writing are dropped, bytes that
// are no text become U+FFFD, and space around it goes.
func clean(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= 0x20 && s[i] < 0x7f
	}
	if plain {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	for _, r := range s { // an invalid byte arrives as U+FFFD
		switch {
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029:
			b.WriteByte(' ')
		case r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		case r == 0xfffe, r == 0xffff:
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// escape appends text so that it can stand in an element or an attribute. The
// text was cleaned.
//
//go:noinline // many places would hold a copy of it
func escape(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		default:
			b = append(b, s[i])
		}
	}
	return b
}

// runeWidth estimates a character in ems. There is no font to ask, so it follows
// the wider ones that readers have: what fits by this estimate fits.
func runeWidth(r rune) float64 {
	switch {
	case strings.ContainsRune("ijl.,:;|!'`()[] ft/", r):
		return 0.37
	case r == 'm' || r == 'w' || r == 'M' || r == 'W' || r == '@' || r == '%' || r == '…' || r == '–' || r == '−':
		return 0.96
	case r >= 'A' && r <= 'Z':
		return 0.72
	case r < 0x300:
		return 0.59
	case r < 0x370: // marks that combine
		return 0
	case r < 0x1100:
		return 0.8
	}
	return 1.2
}

// width estimates text in units at a font size.
//
//go:noinline // many places would hold a copy of it
func width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += runeWidth(r)
	}
	return float64(w * size) // the conversion forbids fused multiplication
}

// clip shortens text to a width and says whether it had to.
func clip(s string, size, room float64) (string, bool) {
	w, fits := 0.0, 0
	for i, r := range s {
		w += float64(runeWidth(r) * size)
		if w <= room-size { // leaves room for the ellipsis
			fits = i + utf8.RuneLen(r)
		}
		if w > room {
			return strings.TrimRight(s[:fits], " ") + "…", true
		}
	}
	return s, false
}

// wrap breaks text into at most n lines of a width and says whether it had to
// leave some out.
func wrap(s string, size, room float64, n int) (lines []string, clipped bool) {
	words := strings.Fields(s)
	for i := 0; i < len(words); {
		line := words[i]
		i++
		for i < len(words) && (len(lines) == n-1 || width(line, size)+width(" "+words[i], size) <= room) {
			line += " " + words[i]
			i++
			if len(lines) == n-1 && width(line, size) > room {
				break
			}
		}
		short, cut := clip(line, size, room)
		lines, clipped = append(lines, short), clipped || cut
		if len(lines) == n {
			return lines, clipped || i < len(words)
		}
	}
	return lines, clipped
}
