package sheet

import (
	"archive/zip"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// timeForm is whether a number format shows a number as a day or a time.
type timeForm uint8

const (
	asNumber timeForm = iota
	asDay             // and maybe a time
	asTime            // of a day, or gone by
)

// maxStyles is the greatest number of formats of cells; spreadsheets have 65,490.
const maxStyles = 1 << 17

// loadStyles reads which formats of cells are those of days and times.
func (b *workbook) loadStyles(p *zip.File) error {
	custom, inside := map[int]timeForm{}, false
	return eachElement(p, maxSmallPart, func(m *marks) {
		switch name := string(m.name); name {
		case "numFmt":
			if id, err := strconv.Atoi(m.attr("numFmtId")); err == nil && len(custom) < maxStyles {
				custom[id] = formatForm(m.attr("formatCode"))
			}
		case "cellStyleXfs", "cellXfs", "cellStyles":
			inside = name == "cellXfs"
		case "xf":
			if inside && len(b.styles) < maxStyles {
				id, _ := strconv.Atoi(m.attr("numFmtId")) // none is General
				form, ok := custom[id]
				if !ok {
					form = builtInForm(id)
				}
				b.styles = append(b.styles, form)
			}
		}
	})
}

// builtInForm is the form of the number formats that a file need not describe;
// 27 to 36 and 50 to 58 are those of East Asia.
func builtInForm(id int) timeForm {
	switch {
	case id >= 18 && id <= 21 || id >= 45 && id <= 47 || id >= 32 && id <= 35:
		return asTime
	case id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58:
		return asDay
	}
	return asNumber
}

// formatForm finds days and times in a number format: letters for them in its
// first section, outside quotes, escapes and brackets; [h] and the like count
// the time gone by.
func formatForm(code string) timeForm {
	day, clock, month := false, false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; {
		case code[i] == '"' || code[i] == '[':
			end := byte('"')
			if code[i] == '[' {
				end = ']'
			}
			n := strings.IndexByte(code[i+1:], end)
			if n < 0 {
				n = len(code) - i - 1
			}
			if inside := strings.ToLower(code[i+1 : i+1+n]); end == ']' && inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.Contains("hms", inside[:1]) {
				clock = true
			}
			i += n + 1
		case code[i] == '\\' || code[i] == '_' || code[i] == '*':
			i++
		case code[i] == ';':
			i = len(code)
		case c == 'y' || c == 'd':
			day = true
		case c == 'h' || c == 's':
			clock = true
		case c == 'm':
			month = true
		}
	}
	switch {
	case day || month && !clock:
		return asDay
	case clock:
		return asTime
	}
	return asNumber
}

// number is the cell of a number as it is stored.
func (b *workbook) number(s, style string) Cell {
	form := asNumber
	if style != "" {
		if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(b.styles) {
			form = b.styles[i]
		}
	}
	if form == asNumber && plainDigits(s) {
		return Cell{Text: s, Kind: Number}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "0123456789+-.eE") != "" {
		return Cell{Text: fmt.Sprintf("%q is not a number", clip(s)), Kind: Error}
	}
	if form == asNumber {
		return Cell{Text: typed(f), Kind: Number}
	}
	return b.moment(f, form)
}

// plainDigits reports whether a number is written as a person does without any
// rounding: a whole number without idle zeros.
func plainDigits(s string) bool {
	d := strings.TrimPrefix(s, "-")
	return d != "" && len(d) <= 18 && strings.Trim(d, "0123456789") == "" && (d[0] != '0' || s == "0")
}

// typed is a number as a person typed it: a binary fraction has 15 digits that
// can be trusted.
func typed(f float64) string {
	if f == 0 {
		return "0"
	}
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	if a := math.Abs(f); a >= 1e21 || a < 1e-15 {
		return strconv.FormatFloat(f, 'E', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// moment is the day and time of a number of days, to the second. Where days are
// counted from 1900, that year is taken for a leap year: number 60 is a day
// that never was, and those before it are one less.
func (b *workbook) moment(days float64, form timeForm) Cell {
	if !(days >= 0 && days < 2958466) {
		return Cell{Text: typed(days) + " is no day from 1900 to 9999", Kind: Error}
	}
	seconds := int64(math.Round(days * 86400))
	day, clock := seconds/86400, time.Unix(seconds%86400, 0).UTC()
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case day == 0 && (form == asTime || !b.since04 && days > 0):
		return Cell{Text: clock.Format("15:04:05"), Kind: Date}
	case b.since04:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day == 0:
		return Cell{Text: "0 is no day: days are counted from 1", Kind: Error}
	case day == 60:
		return Cell{Text: "29 February 1900 never was", Kind: Error}
	case day < 60:
		day++
	}
	date := epoch.AddDate(0, 0, int(day))
	if date.Year() > 9999 {
		return Cell{Text: typed(days) + " is no day up to 9999", Kind: Error}
	}
	if seconds%86400 == 0 {
		return Cell{Text: date.Format("2006-01-02"), Kind: Date}
	}
	return Cell{Text: date.Format("2006-01-02T") + clock.Format("15:04:05"), Kind: Date}
}

// isoMoment is the cell of a day or time that is stored as ISO 8601 writes it.
func isoMoment(s string) Cell {
	for _, layout := range [...]string{"2006-01-02", "2006-01-02T15:04:05", time.RFC3339, "2006-01-02T15:04", "15:04:05"} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		switch {
		case len(layout) == 8:
			return Cell{Text: t.Format(layout), Kind: Date}
		case t.Hour()+t.Minute()+t.Second() == 0:
			return Cell{Text: t.Format("2006-01-02"), Kind: Date}
		}
		return Cell{Text: t.Format("2006-01-02T15:04:05"), Kind: Date}
	}
	return Cell{Text: fmt.Sprintf("%q is not a date", clip(s)), Kind: Error}
}
