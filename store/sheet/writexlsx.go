package sheet

import (
	"archive/zip"
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// listSheet is the hidden sheet that holds the values of long lists.
const listSheet = "_lists"

const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	spaceOf  = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	spaceRel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	kindOf   = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// The formats of cells in xl/styles.xml, by their place there.
const (
	styleBold = iota + 1
	styleText
	styleDate
)

const stylesPart = xmlHead + `<styleSheet xmlns="` + spaceOf + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// bookWriter writes the parts of a workbook one after another.
type bookWriter struct {
	zip   *zip.Writer
	out   *bufio.Writer // of the current part
	sheet int
	foot  string     // of the current sheet, after its rows
	lists [][]string // for the hidden sheet
}

func newBookWriter(w io.Writer) *bookWriter { return &bookWriter{zip: zip.NewWriter(w)} }

// part begins a part.
func (b *bookWriter) part(name string) error {
	w, err := b.zip.Create(name)
	b.out = bufio.NewWriter(w)
	b.out.WriteString(xmlHead)
	return err
}

// begin begins a sheet up to its rows, and keeps what follows them.
func (b *bookWriter) begin(s Sheet) error {
	b.sheet++
	if err := b.part("xl/worksheets/sheet" + strconv.Itoa(b.sheet) + ".xml"); err != nil {
		return err
	}
	w := b.out
	w.WriteString(`<worksheet xmlns="` + spaceOf + `">`)
	b.foot = "</sheetData>"
	if len(s.Columns) > 0 {
		w.WriteString(`<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	}
	valid, count := "", 0
	for i, c := range s.Columns {
		at := strconv.Itoa(i + 1)
		width := c.Width
		if width <= 0 {
			width = max(12, utf8.RuneCountInString(c.Heading)+2)
		}
		w.WriteString(`<col min="` + at + `" max="` + at + `" width="` + strconv.Itoa(min(width, 255)) + `" customWidth="1"`)
		if style := c.style(); style > 0 {
			w.WriteString(` style="` + strconv.Itoa(style) + `"`)
		}
		w.WriteString("/>")
		if c.Note != "" || len(c.Values) > 0 {
			valid += b.validation(columnName(i+1), c)
			count++
		}
	}
	if len(s.Columns) > 0 {
		w.WriteString("</cols>")
	}
	if count > 0 {
		b.foot += `<dataValidations count="` + strconv.Itoa(count) + `">` + valid + "</dataValidations>"
	}
	b.foot += "</worksheet>"
	_, err := w.WriteString("<sheetData>")
	return err
}

// style is the format of the cells of a column.
func (c Column) style() int {
	switch {
	case c.Date:
		return styleDate
	case c.Text:
		return styleText
	}
	return 0
}

// validation offers the values of a column and shows its note. Another value is
// warned of and can be kept: whoever reads the file decides.
func (b *bookWriter) validation(column string, c Column) string {
	out := `<dataValidation allowBlank="1" showInputMessage="1" sqref="` + column + "2:" + column + strconv.Itoa(maxSheetRows) + `"`
	if len(c.Values) > 0 {
		out += ` type="list" errorStyle="warning" showErrorMessage="1"`
	}
	if c.Note != "" {
		out += ` promptTitle="` + xmlText(clipTo(c.Heading, 32)) + `" prompt="` + xmlText(clipTo(c.Note, 255)) + `"`
	}
	out += ">"
	if len(c.Values) > 0 {
		list := strings.Join(c.Values, ",")
		inline := utf8.RuneCountInString(list) <= 255 && strings.Count(list, ",") == len(c.Values)-1 && !strings.ContainsAny(list, "\"\r\n")
		for _, v := range c.Values {
			inline = inline && v != "" && strings.TrimSpace(v) == v
		}
		if inline {
			list = `"` + list + `"`
		} else {
			b.lists = append(b.lists, c.Values)
			name := columnName(len(b.lists))
			list = "'" + listSheet + "'!$" + name + "$1:$" + name + "$" + strconv.Itoa(len(c.Values))
		}
		out += "<formula1>" + xmlText(list) + "</formula1>"
	}
	return out + "</dataValidation>"
}

// clipTo cuts a text at so many characters.
func clipTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// row writes a row.
func (b *bookWriter) row(number int, cells []string, columns []Column, heading bool) error {
	w, n := b.out, strconv.Itoa(number)
	w.WriteString(`<row r="` + n + `">`)
	for i, text := range cells {
		if text == "" {
			continue
		}
		var c Column
		if i < len(columns) {
			c = columns[i]
		}
		style, number := c.style(), ""
		switch {
		case heading:
			style = styleBold
		case c.Date:
			number = serial(text)
		case c.Number:
			number = decimal(text)
		}
		w.WriteString(`<c r="` + columnName(i+1) + n + `"`)
		if style > 0 {
			w.WriteString(` s="` + strconv.Itoa(style) + `"`)
		}
		if number != "" {
			w.WriteString("><v>" + number + "</v></c>")
			continue
		}
		w.WriteString(` t="inlineStr"><is><t xml:space="preserve">`)
		w.WriteString(xmlText(text))
		w.WriteString("</t></is></c>")
	}
	_, err := w.WriteString("</row>")
	return err
}

// serial is the number of days that a date is stored as, "" when the text is no
// date from 1 March 1900, before which spreadsheets count differently.
func serial(text string) string {
	t, err := time.Parse("2006-01-02", text)
	if days := t.Unix()/86400 + 25569; err == nil && days > 60 {
		return strconv.FormatInt(days, 10)
	}
	return ""
}

// decimal is a number as it is stored, "" when reading it would not give the
// text.
func decimal(text string) string {
	if strings.Trim(text, "0123456789-.") != "" {
		return ""
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.HasSuffix(text, ".") || typed(f) != text && strings.TrimRight(strings.TrimRight(text, "0"), ".") != typed(f) {
		return ""
	}
	return text
}

// end ends a sheet.
func (b *bookWriter) end() error {
	b.out.WriteString(b.foot)
	return b.out.Flush()
}

// close writes the lists and the parts that hold the workbook together.
func (b *bookWriter) close(sheets []Sheet) error {
	names := make([]string, len(sheets), len(sheets)+1)
	for i, s := range sheets {
		names[i] = s.Name
	}
	if len(b.lists) > 0 {
		names = append(names, listSheet)
		if err := b.begin(Sheet{}); err != nil {
			return err
		}
		for row, more := 0, true; more; row++ {
			cells := make([]string, len(b.lists))
			more = false
			for i, l := range b.lists {
				if row < len(l) {
					cells[i] = l[row]
				}
				more = more || row+1 < len(l)
			}
			b.row(row+1, cells, nil, false) // end says what went wrong
		}
		if err := b.end(); err != nil {
			return err
		}
	}
	var types, list, relations strings.Builder
	for i, name := range names {
		n, hidden := strconv.Itoa(i+1), ""
		if i == len(sheets) {
			hidden = ` state="hidden"`
		}
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + kindOf + `worksheet+xml"/>`)
		list.WriteString(`<sheet name="` + xmlText(name) + `" sheetId="` + n + `"` + hidden + ` r:id="rId` + n + `"/>`)
		relations.WriteString(`<Relationship Id="rId` + n + `" Type="` + spaceRel + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	const relationsHead = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for _, p := range [...][2]string{
		{"xl/styles.xml", stylesPart[len(xmlHead):]},
		{"xl/workbook.xml", `<workbook xmlns="` + spaceOf + `" xmlns:r="` + spaceRel + `"><sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", relationsHead + relations.String() +
			`<Relationship Id="rId` + strconv.Itoa(len(names)+1) + `" Type="` + spaceRel + `/styles" Target="styles.xml"/></Relationships>`},
		{"_rels/.rels", relationsHead + `<Relationship Id="rId1" Type="` + spaceRel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + kindOf + `sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + kindOf + `styles+xml"/>` + types.String() + `</Types>`},
	} {
		if err := b.part(p[0]); err != nil {
			return err
		}
		b.out.WriteString(p[1])
		if err := b.out.Flush(); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

// columnName is the letters of a column, counted from 1.
func columnName(n int) string {
	var b [3]byte
	i := len(b)
	for ; n > 0; n = (n - 1) / 26 {
		i--
		b[i] = byte('A' + (n-1)%26)
	}
	return string(b[i:])
}

// xmlText writes text so that XML can hold it: what XML has no place for as
// _x0001_, and an underscore that begins the like of it as _x005F_.
func xmlText(s string) string {
	var b strings.Builder
	last := 0
	for i, r := range s {
		as := ""
		switch {
		case r == '&':
			as = "&amp;"
		case r == '<':
			as = "&lt;"
		case r == '>':
			as = "&gt;"
		case r == '"':
			as = "&quot;"
		case r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff:
			const hex = "0123456789ABCDEF"
			as = "_x" + string([]byte{hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15]}) + "_"
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			b.WriteString(s[last:i] + "\uFFFD")
			last = i + 1
			continue
		case r == '_':
			if _, is := escape(s[i:]); !is {
				continue
			}
			as = "_x005F_"
		default:
			continue
		}
		b.WriteString(s[last:i])
		b.WriteString(as)
		last = i + utf8.RuneLen(r)
	}
	if last == 0 {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}
