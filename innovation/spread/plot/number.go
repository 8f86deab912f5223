package plot

import (
	"math"
	"strconv"
	"strings"
)

// number writes a value for people: thousands separated by commas, a true minus
// sign, whole numbers in full and others to six digits.
func number(v float64) string {
	a := math.Abs(v)
	switch {
	case v == 0:
		return "0"
	case a >= 1e15 || a < 1e-6:
		return minus(strconv.FormatFloat(v, 'g', 4, 64))
	case v == math.Trunc(v):
		return fixed(v, 0)
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil {
		short = v
	}
	if a >= 1e5 {
		short = math.Round(v*10) / 10
	}
	return fixed(short, -1)
}

// percentage writes a share, 0.25 as 25%, with one decimal or, below 1%, three digits.
func percentage(v float64) string {
	p := v * 100
	a := math.Abs(p)
	switch {
	case v == 0:
		return "0%"
	case a >= 1e15 || a < 1e-6:
		return minus(strconv.FormatFloat(p, 'g', 4, 64)) + "%"
	case a >= 1:
		return strings.Replace(fixed(p, 1), ".0", "", 1) + "%"
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(p, 'g', 3, 64), 64)
	if err != nil {
		short = p
	}
	return fixed(short, -1) + "%"
}

// fixed writes a value below 1e15 or so with the given decimals (-1: as many as it
// has) and separated thousands.
func fixed(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, rest := s, ""
	if i := strings.IndexByte(s, '.'); i >= 0 {
		whole, rest = s[:i], s[i:]
	}
	var b strings.Builder
	if neg && strings.Trim(s, "0.") != "" {
		b.WriteString("−")
	}
	for i := 0; i < len(whole); i++ {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	b.WriteString(rest)
	return b.String()
}

// minus puts a true minus sign in place of each hyphen.
//
//go:noinline // many places would hold a copy of it
func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

// magnitude gives the power of ten of a positive number: 2 for 345. It reads the
// number's own digits, because logarithms differ between machines in the last bit.
func magnitude(v float64) int {
	s := strconv.FormatFloat(v, 'e', -1, 64)
	n, err := strconv.Atoi(s[strings.IndexByte(s, 'e')+1:])
	if err != nil {
		return 0
	}
	return n
}

// power is 10 to the n, exact where it can be.
func power(n int) float64 {
	v, err := strconv.ParseFloat("1e"+strconv.Itoa(n), 64)
	if err != nil {
		return math.Inf(1)
	}
	return v
}

// niceStep gives the smallest of 1, 2 and 5 times a power of ten that divides span
// into at most n parts, and its power of ten.
func niceStep(span float64, n int) (step float64, exponent int) {
	raw := span / float64(n)
	e := magnitude(raw)
	for _, m := range [...]float64{1, 2, 5} {
		if s := m * power(e); raw <= s*(1+1e-9) {
			return s, e
		}
	}
	return power(e + 1), e + 1
}

// tickLabel writes a tick with the decimals that its step needs.
func tickLabel(v float64, exponent int, percent bool) string {
	unit := ""
	if percent {
		v, exponent, unit = v*100, exponent+2, "%"
	}
	if v == 0 {
		return "0" + unit
	}
	if math.Abs(v) >= 1e15 || exponent < -6 {
		return minus(strconv.FormatFloat(v, 'g', 6, 64)) + unit
	}
	return fixed(v, max(0, -exponent)) + unit
}
