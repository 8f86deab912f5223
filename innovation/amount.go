package innovation

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
)

// RuleAmountInvalid refuses an amount whose parts do not fit its kind.
const RuleAmountInvalid RuleID = "amount-invalid"

// AmountKind says in what way a source states an amount.
type AmountKind string

// The kinds of amount, and the parts they have.
const (
	AmountExact        AmountKind = "exact"         // low, high and nominal are the same
	AmountRange        AmountKind = "range"         // low and high; a nominal between them if the source gives it
	AmountAbout        AmountKind = "about"         // nominal; low and high around it if the source gives them
	AmountAtLeast      AmountKind = "at-least"      // low
	AmountMoreThan     AmountKind = "more-than"     // nominal, and a low one penny above it
	AmountAtMost       AmountKind = "at-most"       // high
	AmountNotDisclosed AmountKind = "not-disclosed" // no parts
	AmountSum          AmountKind = "sum"           // any parts: calculated from amounts that are not all exact
)

// Amount is a sum of money as far as it is known: an interval in which each bound may be absent, and
// the single figure that stands for it, if there is one. The zero Amount means "not stated". Amounts
// are comparable with ==. The parts always fit the kind.
type Amount struct {
	kind               AmountKind
	low, high, nominal optionalMoney
}

// optionalMoney is comparable: an absent value has a zero sum.
type optionalMoney struct {
	sum     Money
	present bool
}

// Exact returns an amount known to the penny.
func Exact(m Money) Amount {
	return Amount{kind: AmountExact, low: someMoney(m), high: someMoney(m), nominal: someMoney(m)}
}

// Range returns an amount from low to high, both included. It refuses a low above high.
func Range(low, high Money) (Amount, error) {
	return newAmount(AmountRange, someMoney(low), someMoney(high), optionalMoney{})
}

// About returns an amount stated as "about m", without bounds.
func About(m Money) Amount { return Amount{kind: AmountAbout, nominal: someMoney(m)} }

// AboutWithin returns an amount stated as about nominal, where the source gives low and high too.
// It refuses a nominal outside them.
func AboutWithin(nominal, low, high Money) (Amount, error) {
	return newAmount(AmountAbout, someMoney(low), someMoney(high), someMoney(nominal))
}

// AtLeast returns an amount of m or more.
func AtLeast(m Money) Amount { return Amount{kind: AmountAtLeast, low: someMoney(m)} }

// MoreThan returns an amount above m: its low is m and a penny, its nominal m. It refuses the
// largest Money.
func MoreThan(m Money) (Amount, error) {
	low, err := m.Add(1)
	if err != nil {
		return Amount{}, err
	}
	return Amount{kind: AmountMoreThan, low: someMoney(low), nominal: someMoney(m)}, nil
}

// AtMost returns an amount of m or less.
func AtMost(m Money) Amount { return Amount{kind: AmountAtMost, high: someMoney(m)} }

// NotDisclosed returns an amount that the source is known to withhold.
func NotDisclosed() Amount { return Amount{kind: AmountNotDisclosed} }

// AmountFromParts returns the amount that Parts took apart. A nil part is absent; an exact amount may
// be given by its nominal alone, one more than m by its nominal alone. It refuses parts that do not
// fit the kind.
func AmountFromParts(kind AmountKind, low, high, nominal *Money) (Amount, error) {
	return newAmount(kind, moneyFrom(low), moneyFrom(high), moneyFrom(nominal))
}

// Parts takes the amount apart for storage; absent parts are nil. The kind of the zero Amount is "".
func (a Amount) Parts() (kind AmountKind, low, high, nominal *Money) {
	return a.kind, a.low.pointer(), a.high.pointer(), a.nominal.pointer()
}

// Kind returns in what way the amount is stated, "" for the zero Amount.
func (a Amount) Kind() AmountKind { return a.kind }

// Low returns the least the amount can be, and whether there is such a bound.
func (a Amount) Low() (Money, bool) { return a.low.sum, a.low.present }

// High returns the most the amount can be, and whether there is such a bound.
func (a Amount) High() (Money, bool) { return a.high.sum, a.high.present }

// Nominal returns the single figure that stands for the amount, and whether there is one.
func (a Amount) Nominal() (Money, bool) { return a.nominal.sum, a.nominal.present }

// IsZero reports whether the amount is not stated.
func (a Amount) IsZero() bool { return a == Amount{} }

// Equal reports whether both amounts are stated in the same way with the same parts.
func (a Amount) Equal(b Amount) bool { return a == b }

// Add returns a + b: exact if both are, otherwise a sum whose every part is the sum of both parts,
// and absent where one of them is. It refuses a part too large to hold.
//
//go:noinline // many places would hold a copy of it
func (a Amount) Add(b Amount) (Amount, error) {
	return combine(a, b, b.low, b.high, Money.Add)
}

// Sub returns a - b, as the interval of all differences between a member of a and one of b. Like Add
// it is exact if both are, a bound is absent where one it needs is, and overflow is refused.
//
//go:noinline // many places would hold a copy of it
func (a Amount) Sub(b Amount) (Amount, error) {
	return combine(a, b, b.high, b.low, Money.Sub)
}

// SumAmounts returns the sum of all amounts, as Add does; one amount is its own sum, and the sum of
// none is exactly nothing. Only the result needs to be small enough to hold, whatever the order.
func SumAmounts(as ...Amount) (Amount, error) {
	if len(as) == 1 {
		return as[0], nil
	}
	kind := AmountExact
	var low, high, nominal moneySum
	for _, a := range as {
		if a.kind != AmountExact {
			kind = AmountSum
		}
		low.add(a.low)
		high.add(a.high)
		nominal.add(a.nominal)
	}
	l, ok1 := low.total()
	h, ok2 := high.total()
	n, ok3 := nominal.total()
	if !ok1 || !ok2 || !ok3 {
		return Amount{}, overflowError("the sum of %d amounts", len(as))
	}
	return Amount{kind: kind, low: l, high: h, nominal: n}, nil
}

// String returns the amount for people to read, "£2,000,000.00 to £7,000,000.00" or
// "more than £250,000,000.00"; "not stated" for the zero Amount.
func (a Amount) String() string {
	low, high, nominal := a.low.sum.Format(), a.high.sum.Format(), a.nominal.sum.Format()
	within := a.low.present && a.high.present
	switch {
	case a.IsZero():
		return "not stated"
	case a.kind == AmountNotDisclosed:
		return "not disclosed"
	case a.kind == AmountMoreThan:
		return "more than " + nominal
	case within && a.nominal.present && a.kind != AmountExact:
		return "about " + nominal + " (" + low + " to " + high + ")"
	case within && low == high:
		return low
	case within:
		return low + " to " + high
	case a.low.present:
		return "at least " + low
	case a.high.present:
		return "at most " + high
	case a.nominal.present:
		return "about " + nominal
	}
	return "not known"
}

// MarshalJSON writes {"kind":"range","low":"2000000.00","high":"7000000.00"}, null for the zero Amount.
func (a Amount) MarshalJSON() ([]byte, error) {
	if a.IsZero() {
		return []byte("null"), nil
	}
	b := appendMember(make([]byte, 0, 96), "kind", string(a.kind))
	b = appendMember(appendMember(b, "low", a.low.text()), "high", a.high.text())
	return append(appendMember(b, "nominal", a.nominal.text()), '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes. It refuses other fields, money that is not a string,
// and parts that do not fit the kind. A null gives the zero Amount.
func (a *Amount) UnmarshalJSON(data []byte) error {
	var in struct {
		Kind    AmountKind `json:"kind"`
		Low     *string    `json:"low"`
		High    *string    `json:"high"`
		Nominal *string    `json:"nominal"`
	}
	switch isNull, err := decodeStrictly(data, &in); {
	case err != nil:
		return asValueError(RuleAmountInvalid, err)
	case isNull:
		*a = Amount{}
		return nil
	}
	low, err1 := parseOptionalMoney(in.Low)
	high, err2 := parseOptionalMoney(in.High)
	nominal, err3 := parseOptionalMoney(in.Nominal)
	if err := Join(within("low", err1), within("high", err2), within("nominal", err3)); err != nil {
		return err
	}
	if in.Kind == "" {
		return amountError("kind", "an amount needs a kind")
	}
	parsed, err := newAmount(in.Kind, low, high, nominal)
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// newAmount is the only way to an Amount from parts not known to fit.
func newAmount(kind AmountKind, low, high, nominal optionalMoney) (Amount, error) {
	a := Amount{kind: kind, low: low, high: high, nominal: nominal}
	both, neither := low.present && high.present, !low.present && !high.present
	if both && low.sum > high.sum {
		return Amount{}, amountError("low", "the low %s is above the high %s", low.sum, high.sum)
	}
	if both && nominal.present && (nominal.sum < low.sum || nominal.sum > high.sum) {
		return Amount{}, amountError("nominal", "the nominal %s is not within %s to %s", nominal.sum, low.sum, high.sum)
	}
	fits := false
	switch kind {
	case "", AmountNotDisclosed:
		fits = neither && !nominal.present
	case AmountExact:
		if neither {
			a.low, a.high = nominal, nominal
		} else if !nominal.present {
			a.nominal = low
		}
		fits = a.low.present && a.low == a.high && a.low == a.nominal
	case AmountRange:
		fits = both
	case AmountAbout:
		fits = nominal.present && (both || neither)
	case AmountAtLeast:
		fits = low.present && !high.present && !nominal.present
	case AmountAtMost:
		fits = high.present && !low.present && !nominal.present
	case AmountMoreThan:
		if !nominal.present || high.present {
			break
		}
		more, err := MoreThan(nominal.sum)
		if err != nil {
			return Amount{}, within("nominal", err)
		}
		a.low = more.low
		fits = !low.present || low == more.low
	case AmountSum:
		fits = true
	default:
		return Amount{}, amountError("kind", "%s is not a kind of amount", quoteInput(string(kind)))
	}
	if !fits {
		return Amount{}, amountError("", "the parts given do not make an amount of kind %q", string(kind))
	}
	return a, nil
}

// combine applies op to the parts of a and b, where low and high are the bounds of b that meet the
// low and the high of a.
func combine(a, b Amount, low, high optionalMoney, op func(m, n Money) (Money, error)) (Amount, error) {
	both := func(m, n optionalMoney) (optionalMoney, error) {
		if !m.present || !n.present {
			return optionalMoney{}, nil
		}
		sum, err := op(m.sum, n.sum)
		return optionalMoney{sum, err == nil}, err
	}
	result := Amount{kind: AmountSum}
	if a.kind == AmountExact && b.kind == AmountExact {
		result.kind = AmountExact
	}
	var err1, err2, err3 error
	result.low, err1 = both(a.low, low)
	result.high, err2 = both(a.high, high)
	result.nominal, err3 = both(a.nominal, b.nominal)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return Amount{}, err
		}
	}
	return result, nil
}

// moneySum adds in two halves of 32 bits, so that a total may pass the limits of Money on the way.
type moneySum struct {
	upper, lower int64
	absent       bool
}

func (s *moneySum) add(m optionalMoney) {
	s.absent = s.absent || !m.present
	s.upper += int64(m.sum) >> 32
	s.lower += int64(m.sum) & math.MaxUint32
}

// total returns the sum, absent if one of its terms was, and whether it can be held.
func (s *moneySum) total() (sum optionalMoney, ok bool) {
	if s.absent {
		return optionalMoney{}, true
	}
	upper := s.upper + s.lower>>32
	return someMoney(Money(upper<<32 | s.lower&math.MaxUint32)), upper >= math.MinInt32 && upper <= math.MaxInt32
}

func someMoney(m Money) optionalMoney { return optionalMoney{m, true} }

func moneyFrom(p *Money) optionalMoney {
	if p == nil {
		return optionalMoney{}
	}
	return someMoney(*p)
}

func parseOptionalMoney(s *string) (optionalMoney, error) {
	if s == nil {
		return optionalMoney{}, nil
	}
	m, err := ParseMoney(*s)
	return optionalMoney{m, err == nil}, err
}

func (m optionalMoney) pointer() *Money {
	if !m.present {
		return nil
	}
	return &m.sum
}

func (m optionalMoney) text() string {
	if !m.present {
		return ""
	}
	return m.sum.String()
}

func amountError(field, format string, args ...any) error {
	return Invalidf(RuleAmountInvalid, field, format, args...).Trying(
		"give exact: nominal; range: low and high; about: nominal; at-least: low; more-than: nominal; at-most: high; not-disclosed: nothing more")
}

// appendMember begins or continues a JSON object with a string that needs no escapes, if there is one.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	separator := byte(',')
	if len(b) == 0 {
		separator = '{'
	}
	b = append(append(append(b, separator, '"'), name...), `":"`...)
	return append(append(b, value...), '"')
}

// decodeStrictly decodes one JSON object, and refuses fields that v has not.
func decodeStrictly(data []byte, v any) (isNull bool, err error) {
	if string(bytes.TrimSpace(data)) == "null" {
		return true, nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return false, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return false, errors.New("there is text after the value")
	}
	return false, nil
}

// asValueError states a fault of decoding under the rule of the value decoded.
func asValueError(rule RuleID, err error) error {
	var badType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &badType) && badType.Field == "":
		return Invalidf(rule, "", "a JSON %s stands where an object belongs", badType.Value)
	case errors.As(err, &badType):
		return Invalidf(rule, badType.Field, "a JSON %s stands where a string belongs", badType.Value).
			Trying("write dates, money and words as JSON strings")
	}
	return Invalidf(rule, "", "not readable as JSON: %s", strings.TrimPrefix(err.Error(), "json: ")).
		Trying("check the names of the fields and the form of the JSON")
}
