package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/innovationregistry/registry/innovation"
)

// report is an answer for people: a title, sentences, tables, and the sources
// that the tables cite.
type report struct {
	title    string
	notes    []string // sentences under the title
	sections []section
	sources  map[innovation.SourceID]innovation.Source
	cited    []innovation.SourceID // in the order of their numbers
}

// section is one table of a report. A cell is a string, a number, a Date, a
// Day, Money, a Period or an Amount, which CSV splits into their parts, or
// citations, which a table prints as numbers and CSV in full.
type section struct {
	name  string // for -section
	title string // above the table; "" for none
	notes []string
	head  []string
	keys  string // the column that only CSV has, for joining
	rows  [][]any
	under []string // sentences under the table
	empty string   // what to say when there are no rows; "" leaves the section out
}

// add adds a row. It copies the cells: callers then put them on the stack, which
// takes less code in every report.
//
//go:noinline // every report would hold copies of it
func (s *section) add(cells ...any) { s.rows = append(s.rows, slices.Clone(cells)) }

// note adds a sentence.
//
//go:noinline // every report would hold copies of it
func (r *report) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// table prints the report for people.
func (r *report) table(w io.Writer) {
	fmt.Fprintln(w, r.title)
	for _, n := range r.notes {
		fmt.Fprintln(w, n)
	}
	for _, s := range r.sections {
		if len(s.rows) == 0 && len(s.notes) == 0 && s.empty == "" {
			continue
		}
		fmt.Fprintln(w)
		if s.title != "" {
			fmt.Fprintln(w, s.title)
		}
		for _, n := range s.notes {
			fmt.Fprintln(w, n)
		}
		if len(s.rows) == 0 {
			if s.empty != "" {
				fmt.Fprintln(w, s.empty)
			}
			continue
		}
		r.grid(w, s)
		for _, n := range s.under {
			fmt.Fprintln(w, n)
		}
	}
	if len(r.cited) == 0 {
		return
	}
	fmt.Fprintln(w, "\nSources")
	for i, id := range r.cited {
		fmt.Fprintf(w, "[%d] %s\n", i+1, r.source(id))
	}
}

// grid prints the rows in columns. A column that is empty in every row is left
// out.
func (r *report) grid(w io.Writer, s section) {
	lines := [][]string{make([]string, len(s.head))}
	used := make([]bool, len(s.head))
	width := make([]int, len(s.head))
	for i, h := range s.head {
		lines[0][i] = strings.ToUpper(h)
	}
	for _, row := range s.rows {
		line := make([]string, len(s.head))
		for i, c := range row {
			line[i] = r.cell(c)
			used[i] = used[i] || line[i] != "" && s.head[i] != s.keys
		}
		lines = append(lines, line)
	}
	last := 0
	for i := range s.head {
		if used[i] {
			last = i
		}
		for _, line := range lines {
			width[i] = max(width[i], utf8.RuneCountInString(line[i]))
		}
	}
	for _, line := range lines {
		var b strings.Builder
		for i, text := range line {
			switch {
			case !used[i]:
			case i == last:
				b.WriteString(text)
			default:
				b.WriteString(text + strings.Repeat(" ", width[i]-utf8.RuneCountInString(text)+2))
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// cell is a cell of a printed table.
func (r *report) cell(c any) string {
	if cites, ok := c.([]innovation.Citation); ok {
		return r.numbers(cites)
	}
	if all, ok := c.(names); ok {
		return all.some()
	}
	return strings.Join(strings.Fields(strings.Join(r.texts(c), " ")), " ")
}

// names is a cell of names, of which a printed table shows the first few.
type names []string

const mostNames = 3

// some are the first three names, and how many more there are.
func (all names) some() string {
	if len(all) <= mostNames {
		return strings.Join(all, "; ")
	}
	return strings.Join(all[:mostNames], "; ") + " and " + thousands(len(all)-mostNames) + " more"
}

// change is a number that is added: in a printed table it has a sign.
type change int64

func (n change) String() string {
	if n > 0 {
		return "+" + strconv.FormatInt(int64(n), 10)
	}
	return strconv.FormatInt(int64(n), 10)
}

// numbers cites sources by the numbers they have at the foot of the report.
func (r *report) numbers(cites []innovation.Citation) string {
	var numbers []int
	for _, c := range cites {
		i := slices.Index(r.cited, c.Source)
		if i < 0 {
			i = len(r.cited)
			r.cited = append(r.cited, c.Source)
		}
		if !slices.Contains(numbers, i+1) {
			numbers = append(numbers, i+1)
		}
	}
	slices.Sort(numbers)
	text := ""
	for _, n := range numbers {
		text += "[" + strconv.Itoa(n) + "]"
	}
	return text
}

// source is a source in words: who published it, what it is called, where it
// stands.
func (r *report) source(id innovation.SourceID) string {
	s, ok := r.sources[id]
	if !ok {
		return string(id)
	}
	var parts []string
	if s.Publisher != "" {
		parts = append(parts, s.Publisher)
	}
	if s.Title != "" {
		parts = append(parts, "“"+s.Title+"”")
	}
	if !s.Published.IsZero() && s.Published.Precision() != innovation.PrecisionUnknown {
		parts = append(parts, dayText(s.Published))
	}
	if s.URL != "" {
		parts = append(parts, s.URL)
	}
	return strings.Join(parts, ", ")
}

// texts is a cell as the one or more texts it is made of in CSV.
func (r *report) texts(c any) []string {
	switch c := c.(type) {
	case nil:
		return []string{""}
	case string:
		return []string{c}
	case innovation.Period:
		return []string{c.String()}
	case innovation.Day:
		return []string{dayText(c)}
	case innovation.Date:
		if c.IsZero() {
			return []string{""}
		}
		return []string{c.String()}
	case time.Time:
		return []string{instant(c)}
	case innovation.Answer:
		return []string{c.String()}
	case names:
		return []string{strings.Join(c, "; ")}
	case innovation.Money:
		return []string{c.Format()}
	case innovation.Amount:
		return []string{amountText(c)}
	case []innovation.Citation:
		var all []string
		for _, cite := range c {
			if text := r.source(cite.Source); !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
		return []string{strings.Join(all, "; ")}
	case bool:
		if c {
			return []string{"yes"}
		}
		return []string{""}
	}
	return []string{fmt.Sprint(c)}
}

// csv prints one section as CSV: the first, or the one that is named.
func (r *report) csv(w io.Writer, name string) error {
	i := 0
	if name != "" {
		i = slices.IndexFunc(r.sections, func(s section) bool { return s.name == name })
	}
	if i < 0 || len(r.sections) == 0 {
		var names []string
		for _, s := range r.sections {
			names = append(names, s.name)
		}
		return usage("the answer has no section " + quote(name)).trying("-section " + strings.Join(names, ", -section "))
	}
	s := r.sections[i]
	out := csv.NewWriter(w)
	parts := make([][]string, len(s.head)) // of the columns that are split
	var head []string
	for i, h := range s.head {
		h = strings.ReplaceAll(h, " ", "_")
		for _, row := range s.rows {
			switch row[i].(type) {
			case innovation.Period:
				parts[i] = []string{"_start", "_start_basis", "_end", "_end_basis"}
			case innovation.Amount:
				parts[i] = []string{"_kind", "_low", "_high", "_nominal"}
			}
		}
		if parts[i] == nil {
			head = append(head, h)
		}
		for _, part := range parts[i] {
			head = append(head, h+part)
		}
	}
	out.Write(head)
	for _, row := range s.rows {
		var line []string
		for i, c := range row {
			switch c := c.(type) {
			case innovation.Period:
				line = append(line, periodCells(c)...)
			case innovation.Amount:
				line = append(line, amountCells(c)...)
			case innovation.Money:
				line = append(line, c.String())
			case change:
				line = append(line, strconv.FormatInt(int64(c), 10))
			case int64, decimal: // below nothing they are no formula
				line = append(line, fmt.Sprint(c))
			default:
				text := safe(strings.Join(r.texts(c), " "))
				line = append(line, text)
				for n := 1; n < len(parts[i]); n++ {
					line = append(line, "")
				}
			}
		}
		out.Write(line)
	}
	out.Flush()
	return out.Error()
}

// amountCells are the kind of an amount and its parts as plain numbers: a bound
// that is not there is empty, never 0.
func amountCells(a innovation.Amount) []string {
	kind, low, high, nominal := a.Parts()
	cells := []string{string(kind), "", "", ""}
	for i, part := range []*innovation.Money{low, high, nominal} {
		if part != nil {
			cells[i+1] = part.String()
		}
	}
	return cells
}

// periodCells are the bounds of a period and how each is known. An open end is
// empty.
func periodCells(p innovation.Period) []string {
	if p.Start.IsZero() {
		return []string{"", "", "", ""}
	}
	cells := []string{p.Start.String(), p.Start.Basis.String(), "", ""}
	if !p.IsOpen() {
		cells[2], cells[3] = p.End.String(), p.End.Basis.String()
	}
	return cells
}

// safe keeps a spreadsheet from taking a text for a formula. A number below
// nothing is none.
func safe(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil && text[0] == '-' {
		return text
	}
	return "'" + text
}

// dayText is a day with how it is known, unless it was published.
func dayText(d innovation.Day) string {
	switch {
	case d.IsZero():
		return ""
	case d.Basis == innovation.BasisPublished:
		return d.String()
	}
	return d.String() + " (" + d.Basis.String() + ")"
}

// instant is a time in UTC. It has all the digits that the register keeps, so
// that -known understands it as this very moment.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// longDate is a day in words: 23 May 2013.
func longDate(d innovation.Date) string {
	return fmt.Sprintf("%d %s %d", d.Day(), d.Month(), d.Year())
}

// asOf says from where a question was answered.
func (r *report) asOf(v innovation.View, c innovation.Recipe) {
	switch {
	case c.Act == 0 && v.Known.IsZero():
		r.note("The register is empty: no act has been made yet. Try: innovationd load england")
	case c.Act == 0:
		r.note("The register knew nothing then: as known at %s, no act had been made yet.", instant(v.Known))
	case v.Known.IsZero():
		r.note("As known now: act %d of %s.", c.Act, instant(c.Known))
	default:
		r.note("As known at %s: act %d of %s.", instant(v.Known), c.Act, instant(c.Known))
	}
	if !c.PublishedBy.IsZero() {
		r.note("Only facts with a source published by %s count.", longDate(c.PublishedBy))
	}
}

// knewNothing reports whether the view lies before the first act.
//
//go:noinline // many places would hold a copy of it
func knewNothing(c innovation.Recipe) bool { return c.Act == 0 }

// plural is "1 act", "2 acts".
//
//go:noinline // many places would hold a copy of it
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands writes 12,345.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// ids joins keys of any kind.
func ids[K ~string](keys []K) string {
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = string(k)
	}
	return strings.Join(texts, ", ")
}
