package grants

import (
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

const tryMoney = "write pounds with none or two decimals, for example 1250 or 1,250.00"

// money reads an amount as people write it: £, commas between thousands, outer
// spaces. It refuses, at the row, what is no amount, what is in another
// currency and what is below nothing, with what to try for that.
func (r *row) money(field, value, negative string) (m innovation.Money, ok bool) {
	text := strings.TrimSpace(value)
	if text == "" {
		r.refuse(innovation.RuleAmountMissing, field, "", tryMoney, "the amount is missing")
		return 0, false
	}
	for _, c := range []string{"€", "$", "EUR", "USD", "¥"} {
		if strings.Contains(strings.ToUpper(text), c) {
			r.foreign(field, value)
			return 0, false
		}
	}
	if inner, found := strings.CutPrefix(text, "("); found && strings.HasSuffix(inner, ")") { // as accountants write it
		text = "-" + strings.TrimSuffix(inner, ")")
	}
	text = strings.Replace(text, "£ ", "£", 1)
	text = strings.Replace(text, "£-", "-£", 1)
	m, err := innovation.ParseMoney(text)
	if err != nil {
		r.moneyRefused(err, field, value)
		return 0, false
	}
	return r.counting(m, field, value, negative)
}

// counting keeps the amount of a row, and refuses one below nothing.
func (r *row) counting(m innovation.Money, field, value, negative string) (innovation.Money, bool) {
	r.amount, r.counted = m, true
	if m < 0 {
		r.refuse(innovation.RuleAmountNegative, field, value, negative, "%s is below nothing", m.Format())
		return 0, false
	}
	return m, true
}

func (r *row) moneyRefused(err error, field, value string) {
	for _, e := range innovation.Violations(err) {
		r.refuse(e.Rule, field, value, e.Try, "%s", e.Detail)
	}
}

// currency refuses a row in another currency; an empty one is not stated.
func (r *row) currency(field, value string) {
	if value != "" && !strings.EqualFold(value, "GBP") {
		r.foreign(field, value)
	}
}

func (r *row) foreign(field, value string) {
	r.refuse(innovation.RuleCurrencyUnsupported, field, value, "leave the row out, or give the amount in pounds if the funder states it",
		"the amount is not in pounds sterling")
}

// exactMoney reads a decimal number with any number of idle zeros, times ten
// to the power of shift: 551.588 with a shift of 3 is £551,588.00.
func exactMoney(text string, shift int) (innovation.Money, error) {
	whole, decimals, _ := strings.Cut(text, ".")
	decimals = strings.TrimRight(decimals, "0")
	for ; shift > 0; shift-- {
		if decimals == "" {
			decimals = "0"
		}
		whole, decimals = whole+decimals[:1], decimals[1:]
	}
	if len(decimals) == 1 {
		decimals += "0"
	}
	if decimals != "" {
		decimals = "." + decimals
	}
	sign := ""
	if rest, negative := strings.CutPrefix(whole, "-"); negative {
		sign, whole = "-", rest
	}
	if trimmed := strings.TrimLeft(whole, "0"); trimmed != "" {
		whole = trimmed
	} else if whole != "" {
		whole = "0"
	}
	return innovation.ParseMoney(sign + whole + decimals)
}

// reading is how a file writes dates. A date is written 2014-04-03, or with
// slashes and the day first; 03/04/2014 has two readings, and takes that of the
// other dates of the file when some of them have only one.
type reading struct {
	dayFirst bool // said so
	seen     bool // a date can only be read with the day first
	american bool // a date can only be read with the month first
}

// look learns from a value of a date column.
func (f *reading) look(s string) {
	if first, second, _, ok := slashed(s); ok {
		f.seen = f.seen || first > 12 && second <= 12
		f.american = f.american || second > 12 && first <= 12
	}
}

// remarks says that a reading was concluded from other rows.
func (f *reading) remarks() []Note {
	if f.dayFirst || !f.seen || f.american {
		return nil
	}
	return []Note{{Rule: innovation.RuleImportAssumed,
		Detail: "dates with slashes are read with the day first, because some of the file can be read in no other way"}}
}

// slashed takes a date with slashes apart. A year of two digits is of this
// century up to 69, and of the last from 70.
func slashed(s string) (first, second, year int, ok bool) {
	parts := strings.Split(strings.TrimSpace(s), "/")
	if len(parts) != 3 || len(parts[0]) > 2 || len(parts[1]) > 2 || len(parts[2]) != 4 && len(parts[2]) != 2 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		if p == "" {
			return 0, 0, 0, false
		}
		for _, c := range []byte(p) {
			if c < '0' || c > '9' {
				return 0, 0, 0, false
			}
			n[i] = 10*n[i] + int(c-'0')
		}
	}
	switch {
	case len(parts[2]) == 2 && n[2] < 70:
		n[2] += 2000
	case len(parts[2]) == 2:
		n[2] += 1900
	}
	return n[0], n[1], n[2], true
}

// date reads a date, which must be given; it refuses at the row what is none.
func (f *reading) date(r *row, column, s string) (innovation.Date, bool) {
	const try = "write an existing day as 2014-04-03"
	s = strings.TrimSpace(s)
	first, second, year, ok := slashed(s)
	if !ok {
		date, err := innovation.ParseDate(s)
		if err != nil {
			r.refuse(innovation.RuleDateInvalid, column, s, try, "%q is not a date", clip(s))
		}
		return date, err == nil
	}
	if ambiguous := first <= 12 && second <= 12 && first != second; ambiguous && !f.dayFirst && (!f.seen || f.american) {
		r.refuse(innovation.RuleImportDate, column, s, "say that the file has the day first (dayFirst), or write 2014-04-03",
			"%q can be read with the day or with the month first", clip(s))
		return innovation.Date{}, false
	}
	date, err := innovation.NewDate(year, time.Month(second), first)
	if err != nil || year < 2 || year > 9998 {
		r.refuse(innovation.RuleDateInvalid, column, s, try, "%q is no day of the calendar with the day first", clip(s))
		return innovation.Date{}, false
	}
	if s[len(s)-3] == '/' && year < 2000 {
		r.remark(column, s, "the year of two digits is read as %d", year)
	}
	return date, true
}

// bound reads a day, or a month such as 2014-04.
func (f *reading) bound(r *row, column, s string) (innovation.Bound, bool) {
	if len(s) == len("2014-04") && s[4] == '-' {
		b, err := innovation.ParseBound(s)
		if err != nil {
			r.refuse(innovation.RuleDateInvalid, column, s, "write a month as 2014-04", "%q is not a month", clip(s))
		}
		return b, err == nil
	}
	date, ok := f.date(r, column, s)
	return innovation.Exactly(date), ok
}

// through is the time from a first to a last day, which may be imprecise. An
// absent last day leaves it open, an absent first one unknown.
func through(first, last innovation.Bound) innovation.Period {
	if first.IsZero() {
		first = innovation.UnknownBound()
	}
	p := innovation.FromBound(first)
	if !last.IsZero() {
		p.End = innovation.Bound{Earliest: last.Earliest.AddDays(1), Latest: last.Latest.AddDays(1)}
	}
	return p
}

// lastDay is the inverse of through's: the last day of a period, zero when it
// is open.
func lastDay(p innovation.Period) innovation.Bound {
	if p.IsOpen() {
		return innovation.Bound{}
	}
	return innovation.Bound{Earliest: p.End.Earliest.AddDays(-1), Latest: p.End.Latest.AddDays(-1)}
}

// oneLine is a text for a title: without line ends, and with single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
