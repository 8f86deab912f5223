package uptake

import (
	"math"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// maxDecimals is how many decimals a quantity of the register has at most.
const maxDecimals = 9

// decimal is an exact number with decimals.
type decimal struct {
	n     int64
	scale int
}

// parseDecimal reads a number as programs write it: 12, 12.50, -3, 1.2e-05,
// 106.38699999999999. Of more than nine decimals it keeps nine, and says so.
func parseDecimal(text string) (d decimal, rounded, ok bool) {
	plain := text
	if _, decimals, _ := strings.Cut(text, "."); len(decimals) > maxDecimals || strings.ContainsAny(text, "eE") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return d, false, false
		}
		plain = strconv.FormatFloat(f, 'f', maxDecimals, 64)
		rounded = len(decimals) > maxDecimals
	}
	digits, negative := strings.CutPrefix(plain, "-")
	whole, decimals, point := strings.Cut(digits, ".")
	if whole == "" || point && decimals == "" {
		return d, false, false
	}
	decimals = strings.TrimRight(decimals, "0")
	for _, c := range []byte(whole + decimals) {
		if c < '0' || c > '9' {
			return d, false, false
		}
	}
	n, err := strconv.ParseInt(whole+decimals, 10, 64)
	if err != nil {
		return d, false, false
	}
	if negative {
		n = -n
	}
	return decimal{n, len(decimals)}, rounded, true
}

// add adds two numbers; false when the sum is too large.
func (d decimal) add(e decimal) (decimal, bool) {
	for ; d.scale < e.scale; d.scale++ {
		if d.n > math.MaxInt64/10 || d.n < math.MinInt64/10 {
			return d, false
		}
		d.n *= 10
	}
	for ; e.scale < d.scale; e.scale++ {
		if e.n > math.MaxInt64/10 || e.n < math.MinInt64/10 {
			return d, false
		}
		e.n *= 10
	}
	sum := d.n + e.n
	if (sum > d.n) != (e.n > 0) && e.n != 0 {
		return d, false
	}
	d.n = sum
	for d.scale > 0 && d.n%10 == 0 {
		d.n, d.scale = d.n/10, d.scale-1
	}
	return d, true
}

func (d decimal) minus() decimal { return decimal{-d.n, d.scale} }

// sign is -1, 0 or 1.
func (d decimal) sign() int {
	switch {
	case d.n < 0:
		return -1
	case d.n > 0:
		return 1
	}
	return 0
}

// atLeast reports whether the number is no less than another.
func (d decimal) atLeast(e decimal) bool {
	diff, ok := d.add(e.minus())
	if !ok {
		return d.n > 0
	}
	return diff.n >= 0
}

// quantity is the number as the register keeps it, exact.
func (d decimal) quantity() (innovation.Quantity, error) {
	n := d.n
	return innovation.QuantityFromParts(&n, &n, &n, int64(d.scale))
}
