package innovation

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Quantity is a published number that is no sum of money: a value, bounds, or
// both, as whole numbers scaled by a power of ten. What is not given is absent;
// the zero Quantity gives nothing. It is immutable and comparable with ==.
type Quantity struct {
	value, low, high          int64
	hasValue, hasLow, hasHigh bool
	scale                     int8 // decimals
}

// maxScale is the greatest number of decimals.
const maxScale = 9

// ExactQuantity is a whole number, which is its own bounds.
func ExactQuantity(n int64) Quantity {
	return Quantity{value: n, low: n, high: n, hasValue: true, hasLow: true, hasHigh: true}
}

// ParseQuantity reads a value and its bounds as decimal numbers with a point,
// such as "94.1". An empty text means that it is not given; one of them must be.
// The bounds lie in order around the value.
func ParseQuantity(value, low, high string) (Quantity, error) {
	var q Quantity
	for _, s := range []string{value, low, high} {
		if _, after, ok := strings.Cut(s, "."); ok {
			q.scale = int8(max(int(q.scale), min(len(after), maxScale+1)))
		}
	}
	if q.scale > maxScale {
		return Quantity{}, Invalidf(RuleQuantityInvalid, "", "a number has more than %d decimals", maxScale)
	}
	for _, part := range []struct {
		field, text string
		n           *int64
		has         *bool
	}{{"value", value, &q.value, &q.hasValue}, {"low", low, &q.low, &q.hasLow}, {"high", high, &q.high, &q.hasHigh}} {
		if part.text == "" {
			continue
		}
		n, ok := scaled(part.text, int(q.scale))
		if !ok {
			return Quantity{}, Invalidf(RuleQuantityInvalid, part.field, "%q is not a number", clip(part.text)).
				Trying("write digits with a point before the decimals, such as 94.1, and nothing else")
		}
		*part.n, *part.has = n, true
	}
	return q, q.Validate()
}

// scaled reads a decimal number as a whole number of units of 10^-scale.
func scaled(s string, scale int) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	whole, decimals, point := strings.Cut(digits, ".")
	if whole == "" || point && decimals == "" {
		return 0, false
	}
	all := whole + decimals + strings.Repeat("0", scale-len(decimals))
	for _, r := range all {
		if r < '0' || r > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(all, 10, 64)
	if err != nil {
		return 0, false
	}
	if digits != s {
		n = -n
	}
	return n, true
}

// QuantityFromParts makes a quantity from what the register stores: nil means
// not given.
func QuantityFromParts(value, low, high *int64, scale int64) (Quantity, error) {
	if scale < 0 || scale > maxScale {
		return Quantity{}, Invalidf(RuleQuantityInvalid, "", "a scale of %d", scale)
	}
	q := Quantity{scale: int8(scale)}
	for _, part := range []struct {
		from *int64
		n    *int64
		has  *bool
	}{{value, &q.value, &q.hasValue}, {low, &q.low, &q.hasLow}, {high, &q.high, &q.hasHigh}} {
		if part.from != nil {
			*part.n, *part.has = *part.from, true
		}
	}
	return q, nil
}

// Parts gives the quantity as the register stores it.
func (q Quantity) Parts() (value, low, high *int64, scale int64) {
	part := func(n int64, has bool) *int64 {
		if !has {
			return nil
		}
		return &n
	}
	return part(q.value, q.hasValue), part(q.low, q.hasLow), part(q.high, q.hasHigh), int64(q.scale)
}

// IsZero reports whether nothing is given.
func (q Quantity) IsZero() bool { return !q.hasValue && !q.hasLow && !q.hasHigh }

// Value, Low and High give the number as a float, and whether it is given.
func (q Quantity) Value() (float64, bool) { return q.float(q.value), q.hasValue }

// Low is the lower bound, and whether it is given.
func (q Quantity) Low() (float64, bool) { return q.float(q.low), q.hasLow }

// High is the upper bound, and whether it is given.
func (q Quantity) High() (float64, bool) { return q.float(q.high), q.hasHigh }

func (q Quantity) float(n int64) float64 { return float64(n) / math.Pow10(int(q.scale)) }

// Equal reports whether the quantities say the same, with the same decimals.
func (q Quantity) Equal(r Quantity) bool { return q == r }

// Validate reports what is wrong with the quantity.
func (q Quantity) Validate() error {
	switch {
	case q.IsZero():
		return Invalidf(RuleQuantityInvalid, "value", "no number is given").Trying("give the value, or its bounds")
	case q.hasLow && q.hasHigh && q.low > q.high:
		return Invalidf(RuleQuantityInvalid, "low", "the lower bound lies above the upper")
	case q.hasValue && (q.hasLow && q.low > q.value || q.hasHigh && q.value > q.high):
		return Invalidf(RuleQuantityInvalid, "value", "the value does not lie within its bounds")
	case min(q.value, q.low, q.high) == math.MinInt64:
		return Invalidf(RuleQuantityInvalid, "value", "a number is too large to hold")
	}
	return nil
}

// String gives the value, or its bounds: "94.1", "at least 50", "2 to 7".
func (q Quantity) String() string {
	switch {
	case q.hasValue:
		return q.text(q.value)
	case q.hasLow && q.hasHigh:
		return q.text(q.low) + " to " + q.text(q.high)
	case q.hasLow:
		return "at least " + q.text(q.low)
	case q.hasHigh:
		return "at most " + q.text(q.high)
	}
	return "not given"
}

func (q Quantity) text(n int64) string {
	if q.scale == 0 {
		return strconv.FormatInt(n, 10)
	}
	sign, s := "", strconv.FormatInt(n, 10)
	if n < 0 {
		sign, s = "-", s[1:]
	}
	if short := int(q.scale) + 1 - len(s); short > 0 {
		s = strings.Repeat("0", short) + s
	}
	cut := len(s) - int(q.scale)
	return sign + s[:cut] + "." + s[cut:]
}

type quantityJSON struct {
	Value string `json:"value,omitempty"`
	Low   string `json:"low,omitempty"`
	High  string `json:"high,omitempty"`
}

// MarshalJSON writes {"value": "94.1", "low": "94.1", "high": "94.1"}, without
// what is not given.
func (q Quantity) MarshalJSON() ([]byte, error) {
	var out quantityJSON
	for _, part := range []struct {
		to  *string
		n   int64
		has bool
	}{{&out.Value, q.value, q.hasValue}, {&out.Low, q.low, q.hasLow}, {&out.High, q.high, q.hasHigh}} {
		if part.has {
			*part.to = q.text(part.n)
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes. Unknown members are refused.
func (q *Quantity) UnmarshalJSON(data []byte) error {
	var in quantityJSON
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return Invalidf(RuleQuantityInvalid, "", "not a quantity: %v", err).Trying(`write {"value": "94.1"}`)
	}
	if in == (quantityJSON{}) {
		*q = Quantity{}
		return nil
	}
	var err error
	*q, err = ParseQuantity(in.Value, in.Low, in.High)
	return err
}
