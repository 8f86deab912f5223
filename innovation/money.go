package innovation

import (
	"math"
	"strconv"
	"strings"
)

// RuleMoneyInvalid refuses text that is not a sum of money.
const RuleMoneyInvalid RuleID = "money-invalid"

// RuleArithmeticOverflow refuses a calculation whose result is too large to hold. Nothing wraps round.
const RuleArithmeticOverflow RuleID = "arithmetic-overflow"

// Money is a sum in pence sterling. Every int64 is a valid Money. In text and JSON it is a
// decimal string of pounds with two decimals; JSON numbers are refused.
type Money int64

// Pounds returns n whole pounds.
func Pounds(n int64) (Money, error) {
	return Money(100).Mul(n)
}

// ParseMoney reads pounds with none or two decimals, such as "70000000", "-12.34" or
// "£70,000,000.00". Commas must part the pounds into groups of three; a sign stands before the £.
func ParseMoney(s string) (Money, error) {
	rest, negative := strings.CutPrefix(s, "-")
	rest = strings.TrimPrefix(rest, "£")
	pounds, pence, hasPence := strings.Cut(rest, ".")
	if hasPence && len(pence) != 2 {
		return 0, moneyError("%s has not two decimals", quoteInput(s))
	}
	digits, ok := poundDigits(pounds)
	if !ok {
		return 0, moneyError("%s is not a sum of money", quoteInput(s))
	}
	if !hasPence {
		pence = "00"
	}
	var sum uint64 // of pence, no sign
	for _, c := range []byte(digits + pence) {
		if c < '0' || c > '9' {
			return 0, moneyError("%s is not a sum of money", quoteInput(s))
		}
		if sum > (1<<63-uint64(c-'0'))/10 {
			return 0, moneyError("%s is more than can be recorded", quoteInput(s))
		}
		sum = 10*sum + uint64(c-'0')
	}
	switch {
	case negative:
		return Money(-sum), nil // 1<<63 is the least Money
	case sum > math.MaxInt64:
		return 0, moneyError("%s is more than can be recorded", quoteInput(s))
	}
	return Money(sum), nil
}

// Add returns m + n.
func (m Money) Add(n Money) (Money, error) {
	sum := m + n
	if (sum > m) != (n > 0) && n != 0 {
		return 0, overflowError("%s + %s", m, n)
	}
	return sum, nil
}

// Sub returns m - n.
func (m Money) Sub(n Money) (Money, error) {
	diff := m - n
	if (diff < m) != (n > 0) && n != 0 {
		return 0, overflowError("%s - %s", m, n)
	}
	return diff, nil
}

// Mul returns m times n.
func (m Money) Mul(n int64) (Money, error) {
	if m == 0 || n == 0 {
		return 0, nil
	}
	product := m * Money(n)
	if product/Money(n) != m || n == -1 && m == math.MinInt64 {
		return 0, overflowError("%s × %d", m, n)
	}
	return product, nil
}

// String returns pounds with two decimals: "70000000.00".
func (m Money) String() string {
	var buf [24]byte
	return string(m.appendText(buf[:0]))
}

// Format returns the sum for people to read: "£70,000,000.00".
func (m Money) Format() string {
	text := m.String()
	var b strings.Builder
	if m < 0 {
		b.WriteByte('-')
		text = text[1:]
	}
	b.WriteString("£")
	pounds := len(text) - len(".00")
	for i := range pounds {
		if i > 0 && (pounds-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(text[i])
	}
	b.WriteString(text[pounds:])
	return b.String()
}

// MarshalText returns the text of String.
func (m Money) MarshalText() ([]byte, error) {
	return m.appendText(make([]byte, 0, 24)), nil
}

// UnmarshalText reads what ParseMoney accepts.
func (m *Money) UnmarshalText(text []byte) error {
	parsed, err := ParseMoney(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

func (m Money) appendText(b []byte) []byte {
	abs := uint64(m)
	if m < 0 {
		b = append(b, '-')
		abs = -abs
	}
	b = strconv.AppendUint(b, abs/100, 10)
	return appendPair(append(b, '.'), int(abs%100))
}

// poundDigits takes the commas out of the pounds and reports whether they stood in the right
// places, and whether the digits are without idle zeros.
func poundDigits(s string) (digits string, ok bool) {
	groups := strings.Split(s, ",")
	if groups[0] == "" || len(groups[0]) > 1 && groups[0][0] == '0' {
		return "", false
	}
	if len(groups) == 1 {
		return s, true
	}
	if len(groups[0]) > 3 || groups[0] == "0" {
		return "", false
	}
	for _, group := range groups[1:] {
		if len(group) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func moneyError(format string, args ...any) error {
	return Invalidf(RuleMoneyInvalid, "", format, args...).
		Trying("write pounds with none or two decimals, for example 70000000 or -12.34")
}

func overflowError(format string, args ...any) error {
	return Invalidf(RuleArithmeticOverflow, "", format+" is too large to record", args...).
		Trying("check the figures, or calculate in smaller parts")
}
