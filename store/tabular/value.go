package tabular

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/sheet"
	"golang.org/x/text/unicode/norm"
)

// value is the text of a cell as the field is written, and a remark about how
// it was read. The error says what is wrong with the cell.
func (t *take) value(c *column, cell sheet.Cell) (text, remark string, err error) {
	text = cell.Text
	f := &Field{Form: Whole, Name: "fact"}
	if c.field >= 0 {
		f = &t.noun.Columns[c.field]
	}
	if f.Form == Text || f.Form == List {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	if text = norm.NFC.String(strings.TrimSpace(text)); text == "" {
		return "", "", nil
	}
	if to, ok := c.words[strings.ToLower(text)]; ok {
		if text = to; text == "" {
			return "", "", nil
		}
	}
	form := f.Form
	if c.sum {
		form = Pounds
	}
	switch form {
	case When, Day:
		return dateText(text, c.dayFirst || t.opts.DayFirst, form == Day)
	case Year:
		return yearText(text), "", nil
	case Pounds:
		text, err = poundsText(text)
		return text, "", err
	case Decimal:
		return numberText(text, false), "", nil
	case Whole:
		n := numberText(text, true)
		if _, err := strconv.ParseInt(n, 10, 64); err != nil {
			return "", "", innovation.Invalidf(innovation.RuleCountInvalid, "", "%q is not a whole number", clip(text)).Trying("write digits and nothing else, such as 1200")
		}
		return n, "", nil
	case YesNo:
		switch strings.ToLower(text) {
		case "true", "yes", "y", "1":
			return "true", "", nil
		case "false", "no", "n", "0":
			return "", "", nil // as it is kept: false is what is not said
		}
		return "", "", innovation.Invalidf(innovation.RuleWordUnknown, "", "%q is neither yes nor no", clip(text)).Trying("write true or false")
	case Code:
		return t.books[c.field].find(text)
	}
	return text, "", nil
}

// dateText writes a date as the register does.
func dateText(s string, dayFirst, whole bool) (text, remark string, err error) {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		return s, "", nil
	}
	if day, clock, ok := strings.Cut(s, "T"); ok || len(s) > 10 && s[10] == ' ' && s[4] == '-' {
		if !ok {
			day, clock = s[:10], s[11:]
		}
		if _, err := innovation.ParseDate(day); err == nil {
			if strings.Trim(clock, "0:.Z") != "" {
				remark = "the time of day was left out"
			}
			return day, remark, nil
		}
	}
	for _, by := range "/.-" {
		if parts := strings.Split(s, string(by)); len(parts) == 3 && len(parts[0]) <= 2 && digits(parts[0]) && digits(parts[1]) && digits(parts[2]) {
			switch {
			case len(parts[2]) != 4:
				return "", "", innovation.Invalidf(innovation.RuleDateInvalid, "", "%q does not give its year with four digits", clip(s)).Trying("write 2013-05-23")
			case !dayFirst && by != '.' && (len(parts[0]) == 2 && parts[0] > "12" && parts[1] <= "12"):
				return "", "", innovation.Invalidf(innovation.RuleImportDate, "", "%q seems to have the day first", clip(s)).
					Trying("say so (-day-first, dayFirst=true, or day-first in the mapping), or write 2013-05-23")
			case !dayFirst && by != '.':
				return "", "", innovation.Invalidf(innovation.RuleImportDate, "", "%q may have the day or the month first", clip(s)).
					Trying("say that the day is first (-day-first, dayFirst=true, or day-first in the mapping), or write 2013-05-23")
			}
			text = fmt.Sprintf("%s-%02s-%02s", parts[2], parts[1], parts[0])
			if _, err := innovation.ParseDate(text); err != nil {
				return "", "", innovation.Invalidf(innovation.RuleDateInvalid, "", "%q is no day, with the day first", clip(s)).Trying("write 2013-05-23")
			}
			return text, "", nil
		}
	}
	spaced := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r == ',' }), " ")
	for _, layout := range []string{"2 January 2006", "2 Jan 2006", "2Jan2006", "January 2006", "Jan 2006"} {
		d, err := time.Parse(layout, spaced)
		if err != nil {
			continue
		}
		if layout[0] == '2' {
			return d.Format(time.DateOnly), "", nil
		} else if !whole {
			return d.Format("2006-01"), "", nil
		}
	}
	return s, "", nil // as it stands; what it is not, its field says
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// yearText writes a financial year as 2013/14.
func yearText(s string) string {
	first, second, ok := strings.Cut(strings.ReplaceAll(s, "-", "/"), "/")
	if ok && len(first) == 4 && len(second) == 4 && first[:2] <= second[:2] {
		second = second[2:]
	}
	if !ok {
		return s
	}
	return first + "/" + second
}

// poundsText writes a sum of money: £ and commas may stand in it.
func poundsText(s string) (string, error) {
	if inner, ok := strings.CutPrefix(s, "("); ok && strings.HasSuffix(inner, ")") { // as accountants write it
		s = "-" + strings.TrimSuffix(inner, ")")
	}
	s = strings.Replace(strings.ReplaceAll(s, " ", ""), "£-", "-£", 1)
	if i := strings.LastIndexByte(s, '.'); i >= 0 && len(s)-i == 2 {
		s += "0"
	}
	m, err := innovation.ParseMoney(s)
	if err != nil {
		return "", err
	}
	return m.String(), nil
}

// numberText takes the commas between thousands out of a number, and from a
// whole one the decimals that are none.
func numberText(s string, whole bool) string {
	groups := strings.Split(s, ",")
	good := len(groups) > 1 && len(groups[0]) <= 3
	for i, g := range groups[1:] {
		if g, _, ok := strings.Cut(g, "."); len(g) != 3 || ok && i != len(groups)-2 {
			good = false
		}
	}
	if good {
		s = strings.Join(groups, "")
	}
	if n, zeros, ok := strings.Cut(s, "."); ok && whole && strings.Trim(zeros, "0") == "" {
		s = n
	}
	return s
}

// book is the codes that a column may hold.
type book struct {
	what   string // of which list
	codes  []string
	labels []string
	is     map[string]bool
	folded map[string]string // how people write them; empty for what may mean several
}

func newBook(what string, codes, labels []string) *book {
	b := &book{what: what, codes: codes, labels: labels, is: map[string]bool{}, folded: map[string]string{}}
	for i, code := range codes {
		b.is[code] = true
		for _, s := range []string{code, labels[i]} {
			if before, ok := b.folded[fold(s)]; ok && before != code {
				b.folded[fold(s)] = ""
			} else {
				b.folded[fold(s)] = code
			}
		}
	}
	return b
}

func (b *book) find(text string) (code, remark string, err error) {
	if b == nil || b.is[text] {
		return text, "", nil
	}
	if code := b.folded[fold(text)]; code != "" {
		return code, fmt.Sprintf("%q was taken for the code %s", clip(text), code), nil
	}
	like := near(text, b.codes, 3)
	if len(like) == 0 {
		like = b.codes[:min(len(b.codes), 8)]
	}
	return "", "", innovation.Invalidf(innovation.RuleTermUnknown, "", "%q is no code of %s", clip(text), b.what).
		Trying("use %s; the template lists them all", orWords(like))
}
