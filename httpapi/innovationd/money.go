package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// amountText is an amount in words; nothing when it is not stated.
func amountText(a innovation.Amount) string {
	if a.IsZero() {
		return ""
	}
	return a.String()
}

// reckoned is a sum that was worked out, or that it is not known. What is
// missing is said once, elsewhere: a reckoning can miss many things.
//
//go:noinline // many places would hold a copy of it
func reckoned(r innovation.Reckoning) any {
	if !r.Known {
		return "not known"
	}
	return r.Amount
}

// missing is what is missing to know some reckonings, each thing once.
func missing(all ...innovation.Reckoning) string {
	var out []string
	for _, r := range all {
		for _, m := range r.Missing {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return strings.Join(out, "; ")
}

// percentText is a share in per cent, as far as it is known.
func percentText(m *innovation.Millionths) string {
	if m == nil || m.Low == nil && m.High == nil {
		return "not known"
	}
	switch {
	case m.High == nil:
		return percent(*m.Low) + " or more"
	case m.Low == nil:
		return percent(*m.High) + " or less"
	case *m.Low == *m.High:
		return percent(*m.Low)
	}
	return percent(*m.Low) + " to " + percent(*m.High)
}

// percent writes millionths in per cent, with all the decimals that they have.
func percent(millionths int64) string {
	sign := ""
	if millionths < 0 {
		sign, millionths = "-", -millionths
	}
	text := fmt.Sprintf("%s%d.%04d", sign, millionths/10_000, millionths%10_000)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
}

// parsePercent reads 50, 33.3333 or -2.5, with or without a % after it, as
// millionths. Four decimals are all that the register keeps.
func parsePercent(name, text string) (int64, error) {
	plain := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	digits, negative := strings.CutPrefix(plain, "-")
	whole, part, point := strings.Cut(digits, ".")
	n, ok := int64(0), whole != "" && len(whole) <= 5 && len(part) <= 4 && point == (part != "")
	for _, c := range whole + part + strings.Repeat("0", max(0, 4-len(part))) {
		ok = ok && c >= '0' && c <= '9'
		if ok {
			n = n*10 + int64(c-'0')
		}
	}
	if !ok {
		return 0, innovation.Invalidf(innovation.RuleShareInvalid, "-"+name, "%s is no share in per cent", quote(text)).
			Trying("a number such as 50 or 33.3333")
	}
	if negative {
		n = -n
	}
	return n, nil
}

// parsePounds reads a sum of money of a flag; an empty text is none.
func parsePounds(name, text string) (*innovation.Money, error) {
	if text == "" {
		return nil, nil
	}
	m, err := innovation.ParseMoney(text)
	return &m, inFlag(name, err)
}

// parseBalance reads a sum of a flag, or bounds of one with .. between them, of
// which one may be left out; an empty text is none.
func parseBalance(name, text string) (*innovation.Amount, error) {
	low, high, bounds := strings.Cut(text, "..")
	least, err1 := parsePounds(name, low)
	most, err2 := parsePounds(name, high)
	if err := innovation.Join(err1, err2); err != nil || least == nil && most == nil {
		return nil, err
	}
	var a innovation.Amount
	var err error
	switch {
	case !bounds:
		a = innovation.Exact(*least)
	case most == nil:
		a = innovation.AtLeast(*least)
	case least == nil:
		a = innovation.AtMost(*most)
	default:
		a, err = innovation.Range(*least, *most)
	}
	return &a, inFlag(name, err)
}

// parseYear reads a financial year of a flag; an empty text is none.
func parseYear(name, text string) (innovation.FinancialYear, error) {
	if text == "" {
		return 0, nil
	}
	fy, err := innovation.ParseFinancialYear(text)
	return fy, inFlag(name, err)
}

// flagged gathers what is wrong with flags: a matter of usage.
//
//go:noinline // many places would hold a copy of it
func flagged(errs ...error) error {
	if err := innovation.Join(errs...); err != nil {
		return &flagError{err}
	}
	return nil
}

// findAll makes keys of what flags name: keys or names. Nothing stays nothing.
//
//go:noinline // many places would hold a copy of it
func findAll(find func(string) (innovation.OrganisationID, error), to ...*innovation.OrganisationID) error {
	for _, id := range to {
		if *id == "" {
			continue
		}
		found, err := find(string(*id))
		if err != nil {
			return err
		}
		*id = found
	}
	return nil
}

// figureText says what an amount is for and how it came to be stated, beside
// the amount itself.
func figureText(f innovation.Figure) string {
	text := words(string(f.Basis))
	if f.Per != innovation.PerPeriod {
		text += ", " + words(string(f.Per))
	}
	if f.VAT != "" {
		text += ", VAT " + words(string(f.VAT))
	}
	return text
}

// covers is the time that a figure is for, as a cell: empty when not stated.
func covers(f innovation.Figure) any {
	if f.Covers == (innovation.Period{}) {
		return ""
	}
	return f.Covers
}

// nameOr is the name of an organisation, or its key.
//
//go:noinline // many places would hold a copy of it
func nameOr(names map[innovation.OrganisationID]string, id innovation.OrganisationID) string {
	return cmp.Or(names[id], string(id))
}

// leftOutSection lists what a result left out, and why.
func leftOutSection(title string) section {
	return section{name: "left-out", title: title, head: []string{"of", "fact", "what", "amount", "why"}}
}

func addLeftOut(s *section, of string, all []innovation.Uncounted) {
	for _, u := range all {
		s.add(of, int64(u.Fact), u.What, u.Amount, u.Reason)
	}
}

// fields is a table of what is what; empty values are left out.
type fields struct{ section }

func newFields(name string) fields {
	return fields{section{name: name, head: []string{"what", "value", "source"}}}
}

func (f *fields) put(what string, value any, sources []innovation.Citation) {
	if value == nil || value == "" {
		return
	}
	if a, ok := value.(innovation.Amount); ok { // one column for values of all kinds
		value = amountText(a)
	}
	if p, ok := value.(innovation.Period); ok {
		value = p.String()
	}
	if value != "" {
		f.add(what, value, sources)
	}
}
