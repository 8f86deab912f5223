package tabular

import (
	"fmt"
	"sort"
	"strings"
	"unicode"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/sheet"
)

// column is a column of a file and the field that it gives. A file may give a
// field by several columns, of which one is filled in a row.
type column struct {
	at       int // its place in a row; -1 for a constant
	heading  string
	field    int               // in Noun.Columns; factNumber for the number of a fact
	scheme   string            // what is written are codes of this scheme
	sum      bool              // an exact sum, the field being the kind of the amount
	dayFirst bool              // 03/04/2014 is 3 April
	words    map[string]string // what is written, folded, and what it means
	constant string
}

// factNumber stands for the column of numbers of facts.
const factNumber = -1

// hidden stands for a heading that holds an NHS number: it is not repeated.
const hidden = "…"

// maxUnknown is how many columns that mean nothing are told.
const maxUnknown = 100

// headingRows is how many rows are looked through for the headings.
const headingRows = 20

// fold leaves of a heading or word its letters and digits, in lower case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// aliases are the ways to write the heading of each field, folded.
func (n *Noun) aliases() map[string]column {
	full, short := map[string]column{}, map[string][]column{}
	last := func(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
	for i := range n.Columns {
		c := &n.Columns[i]
		to := column{field: i}
		full[fold(c.Name)] = to
		names := []string{last(c.Name)}
		parent, _ := strings.CutSuffix(c.Name, "."+last(c.Name))
		switch {
		case parent == c.Name:
			names = nil
		case last(c.Name) == "on" && c.Form == When:
			names = []string{parent, last(parent)}
			if parent == "day" {
				names = append(names, "date")
			}
		case last(c.Name) == "value" && c.Form == Decimal:
			names = append(names, parent, last(parent))
		case last(c.Name) == "start" || last(c.Name) == "end":
			names = append(names, last(c.Name)+"date")
		}
		for _, s := range names {
			short[fold(s)] = append(short[fold(s)], to)
		}
		if last(c.Name) == "kind" && i+1 < len(n.Columns) && n.Columns[i+1].Form == Pounds {
			to.sum = true
			for _, s := range []string{parent, last(parent)} {
				if s := fold(s); len(short[s]) == 0 || short[s][0].field != i {
					short[s] = append(short[s], to)
				}
			}
		}
	}
	for name, to := range short {
		means := map[int]column{}
		needed := map[int]column{} // of several, the one that every fact has
		for _, c := range to {
			if means[c.field] = c; n.Columns[c.field].Required {
				needed[c.field] = c
			}
		}
		if len(means) > 1 {
			means = needed
		}
		if _, taken := full[name]; !taken && len(means) == 1 {
			for _, c := range means {
				full[name] = c
			}
		}
	}
	full["fact"], full["factnumber"] = column{field: factNumber}, column{field: factNumber}
	return full
}

// organisationField is the field that a column of codes means when it names
// none: the one called organisation, or the only one that names any.
func (n *Noun) organisationField() (int, bool) {
	at, found := 0, 0
	for i, c := range n.Columns {
		if c.Refers == innovation.KindOrganisation {
			if c.Name == "organisation" {
				return i, true
			}
			at, found = i, found+1
		}
	}
	return at, found == 1
}

// names finds the field that a heading names.
func (n *Noun) names(aliases map[string]column, heading string) (column, bool) {
	name := fold(heading)
	if c, ok := aliases[name]; ok {
		return c, true
	}
	of, ok := strings.CutSuffix(strings.TrimSuffix(name, "code"), "ods")
	if !ok {
		return column{}, false
	}
	if of == "" {
		i, ok := n.organisationField()
		return column{field: i, scheme: schemeODS}, ok
	}
	c, ok := aliases[of]
	if !ok || c.field < 0 || n.Columns[c.field].Refers != innovation.KindOrganisation {
		return column{}, false
	}
	c.scheme = schemeODS
	return c, true
}

// plan is how a file is read: its columns and where its rows begin.
type plan struct {
	headings []string // by place
	columns  []column
	after    int    // the line of the headings
	given    []bool // which fields the file gives
	ignored  map[int]bool
	numbers  []bool // columns that hold no words of people
	remarks  []string
	byFact   bool // it has a column of numbers of facts
}

// heading reads the headings of a file: they stand in the first of its first
// rows that has all that are needed, or in two, the upper one over several of
// the lower one.
func (n *Noun) heading(f *sheet.File, m []Mapping) (*plan, error) {
	rows, first := []sheet.Row{}, -1
	for r, err := range f.Rows() {
		if err != nil {
			return nil, err
		}
		if rows = append(rows, r); len(rows) > headingRows {
			break
		}
	}
	aliases := n.aliases()
	var best *plan
	var bestErr []error
	for i, r := range rows[:min(len(rows), headingRows)] {
		if len(r.Cells) == 0 {
			continue
		}
		if first < 0 {
			first = r.Number
		}
		p, known, errs := n.plan(texts(r), m, aliases)
		p.after = r.Number
		if i+1 < len(rows) && len(rows[i+1].Cells) > 0 && (len(errs) > 0 || hasGaps(p.headings)) {
			two, knownToo, worse := n.plan(stacked(aliases, n, texts(r), texts(rows[i+1])), m, aliases)
			if knownToo > known && len(worse) <= len(errs) {
				p, known, errs = two, knownToo, worse
				p.after = rows[i+1].Number
				p.remarks = append(p.remarks, fmt.Sprintf("the headings stand in the lines %d and %d", r.Number, p.after))
			}
		}
		if len(errs) == 0 || best == nil || known > countOf(best) {
			best, bestErr = p, errs
		}
		if len(errs) == 0 {
			break
		}
		if known > 0 && !missing(errs) { // the headings, among some that mean nothing
			break
		}
	}
	if best == nil {
		return nil, innovation.Invalidf(innovation.RuleImportUnreadable, "", "the file has no rows").Trying("give a file with the headings of the template in its first row")
	}
	if text := strings.Join(texts(rows[0]), ""); len(bestErr) > 0 && (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) {
		return nil, innovation.Invalidf(innovation.RuleImportUnreadable, "", "the file is JSON, and no table").
			Trying("give the facts of a noun as CSV or XLSX; of the formats only 360giving-json is JSON")
	}
	if len(bestErr) > 0 {
		return nil, innovation.Join(bestErr...)
	}
	if best.after > first && len(best.remarks) == 0 {
		best.remarks = append(best.remarks, fmt.Sprintf("what stands above the headings in line %d was passed over", best.after))
	}
	return best, nil
}

func countOf(p *plan) (known int) {
	for _, c := range p.columns {
		if c.at >= 0 {
			known++
		}
	}
	return known
}

func missing(errs []error) bool {
	for _, err := range errs {
		for _, e := range innovation.Violations(err) {
			if e.Rule == innovation.RuleImportColumn {
				return true
			}
		}
	}
	return false
}

func texts(r sheet.Row) []string {
	out := make([]string, len(r.Cells))
	for i, c := range r.Cells {
		if out[i] = strings.Join(strings.Fields(c.Text), " "); innovation.HoldsNHSNumber(c.Text) {
			out[i] = hidden
		}
	}
	return out
}

func hasGaps(headings []string) bool {
	for _, h := range headings {
		if h == "" {
			return true
		}
	}
	return false
}

// stacked joins two rows of headings: the upper one goes on to the right where
// it is merged.
func stacked(aliases map[string]column, n *Noun, upper, lower []string) []string {
	out := make([]string, max(len(upper), len(lower)))
	group := ""
	for i := range out {
		up, low := "", ""
		if i < len(upper) {
			up = upper[i]
		}
		if i < len(lower) {
			low = lower[i]
		}
		if up != "" {
			group = up
		}
		out[i] = strings.TrimSpace(group + " " + low)
		for _, s := range []string{out[i], low, up} {
			if _, ok := n.names(aliases, s); ok {
				out[i] = s
				break
			}
		}
		if low == "" {
			out[i] = up
		}
	}
	return out
}

// plan finds what the headings mean, and everything that is wrong with them.
func (n *Noun) plan(headings []string, mapped []Mapping, aliases map[string]column) (p *plan, known int, errs []error) {
	p = &plan{headings: headings, given: make([]bool, len(n.Columns)), ignored: map[int]bool{}}
	used := make([]bool, len(mapped))
	for at, h := range headings {
		found, pass := false, h == "" || remarked(h)
		for i, m := range mapped {
			if m.Heading == "" || fold(m.Heading) != fold(h) {
				continue
			}
			used[i] = true
			if m.Field == "-" {
				pass, p.ignored[at] = true, true
				continue
			}
			c, err := n.mapping(m, aliases)
			c.at, c.heading = at, h
			if err != nil {
				errs = append(errs, err)
			} else {
				p.columns = append(p.columns, c)
			}
			found = true
		}
		if found || pass {
			known += count(found && !pass)
			continue
		}
		c, ok := n.names(aliases, h)
		switch {
		case ok:
		case len(errs) >= maxUnknown: // what each may mean takes long to find out
			continue
		case h == hidden:
			errs = append(errs, innovation.Refusedf(innovation.RulePatientData, "", "column %d of the headings holds an NHS number", at+1).
				Trying("put headings above the rows, and remove the numbers: the register keeps no data about patients"))
			continue
		default:
			errs = append(errs, innovation.Invalidf(innovation.RuleImportColumnUnknown, clip(h), "a table of %s has no column %q", n.Type, clip(h)).
				Trying("%s, or say what it means in a mapping file, where - passes it over", n.offer(h)))
			continue
		}
		known++
		c.at, c.heading = at, h
		p.columns = append(p.columns, c)
	}
	for i, m := range mapped {
		switch {
		case m.Heading == "":
			c, err := n.mapping(m, aliases)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			c.at, c.heading, c.constant = -1, n.Columns[c.field].Name, m.How
			p.columns = append(p.columns, c)
		case !used[i]:
			p.remarks = append(p.remarks, fmt.Sprintf("the mapping names a column %q, which the file does not have", clip(m.Heading)))
		}
	}
	twice := map[string]string{}
	p.numbers = make([]bool, len(headings))
	for _, c := range p.columns {
		if c.at >= 0 && (c.field < 0 || c.sum || wordless(&n.Columns[c.field])) {
			p.numbers[c.at] = true
		}
		key := fmt.Sprint(c.field, c.scheme)
		if before, ok := twice[key]; ok {
			errs = append(errs, innovation.Invalidf(innovation.RuleImportColumnTwice, clip(c.heading), "the columns %q and %q give the same field", clip(before), clip(c.heading)).Trying("keep one of them"))
		}
		twice[key] = c.heading
		if c.field == factNumber {
			p.byFact = true
			continue
		}
		p.given[c.field] = true
		for i := c.field + 1; c.sum && i <= c.field+3; i++ {
			p.given[i] = true
		}
	}
	for i, c := range n.Columns {
		if c.Required && !p.given[i] && !p.byFact {
			errs = append(errs, innovation.Invalidf(innovation.RuleImportColumn, c.Name, "the file has no column %q", c.Name).
				Trying("its headings were taken to be %q; name the column so, or name it in a mapping file", clip(strings.Join(headings, ", "))))
		}
	}
	return p, known, errs
}

// remarked reports whether a column is one that WriteRefused put before others.
func remarked(heading string) bool {
	name := fold(heading)
	return strings.HasPrefix(name, "problem") || strings.HasPrefix(name, "whattotry")
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// offer says how a column may be named.
func (n *Noun) offer(heading string) string {
	if all := near(heading, n.fieldNames(), 3); len(all) > 0 {
		return "name it " + orWords(all)
	}
	var needed []string
	for _, c := range n.Columns {
		if c.Required {
			needed = append(needed, c.Name)
		}
	}
	return "name it as the template does (" + strings.Join(needed, ", ") + " and others)"
}

func (n *Noun) fieldNames() []string {
	out := make([]string, len(n.Columns))
	for i, c := range n.Columns {
		out[i] = c.Name
	}
	return out
}

// near lists the words that are most like one; none when none is.
func near(word string, all []string, most int) []string {
	type scored struct {
		word string
		far  int
	}
	var list []scored
	w := []rune(fold(word))
	w = w[:min(len(w), 64)]
	for _, s := range all {
		f := []rune(fold(s))
		far := distance(w, f[:min(len(f), 64)])
		if len(w) > 2 && (strings.Contains(string(f), string(w)) || strings.Contains(string(w), string(f))) {
			far = min(far, 2)
		}
		list = append(list, scored{s, far})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].far < list[j].far })
	var out []string
	for _, s := range list[:min(most, len(list))] {
		if 2*s.far <= len(w)+1 {
			out = append(out, s.word)
		}
	}
	return out
}

// distance is how many letters have to be changed to make one word the other.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		left := row[0]
		row[0] = i + 1
		for j := range b {
			d := left + count(a[i] != b[j])
			left = row[j+1]
			row[j+1] = min(d, left+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// orWords joins words for a sentence.
func orWords(words []string) string { return strings.Join(words, " or ") }
