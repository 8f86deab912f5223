package tabular

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
)

// row is a row of the file.
type row struct {
	take         *take
	number, line int
	cells        []sheet.Cell // as they stood
	values       []string     // of the fields, as the register writes them
	fact         innovation.FactID
	no           []int  // fields that the row says no of
	given        []bool // the fields that it speaks of
	notes        []Note // why it is refused
}

// refuse refuses the row for what is wrong with a column.
func (r *row) refuse(heading, value string, err error) {
	for _, e := range innovation.Violations(err) {
		n := Note{Row: r.number, Line: r.line, Field: heading, Value: clip(value), Rule: e.Rule, Detail: e.Detail, Try: e.Try}
		if innovation.HoldsNHSNumber(value) || e.Rule == innovation.RulePatientData {
			n.Value = ""
		}
		if innovation.HoldsNHSNumber(n.Detail) { // of a column of numbers
			n.Rule, n.Detail, n.Try = innovation.RulePatientData, "it is no number, and holds an NHS number", "remove it: the register keeps no data about patients"
		}
		r.notes = append(r.notes, n)
	}
}

// refuseAll refuses the row for everything wrong inside err, each under the
// heading of its field.
func (r *row) refuseAll(err error) {
	t := r.take
	for _, e := range innovation.Violations(err) {
		heading, value, refers := e.Field, "", innovation.EntityKind("")
		best := 0
		for _, c := range t.plan.columns {
			name := "fact"
			if c.field >= 0 {
				name = t.noun.Columns[c.field].Name
			}
			score := 0
			switch {
			case name == e.Field:
				score = 3
			case e.Field != "" && strings.HasPrefix(name, e.Field+"."):
				score = 2
			case e.Field != "" && strings.HasPrefix(e.Field, name+"."), c.sum && strings.HasPrefix(e.Field, strings.TrimSuffix(name, "kind")):
				score = 1
			}
			if score > best {
				best, heading, value, refers = score, c.heading, r.text(c), ""
				if c.field >= 0 && c.scheme == "" {
					refers = t.noun.Columns[c.field].Refers
				}
			}
		}
		said := *e
		if named := e.Rule == innovation.RuleEntityNotFound && strings.Contains(e.Detail, "organisation"); named || refers == innovation.KindOrganisation && e.Rule == innovation.RuleKeyInvalid {
			if try := otherwise(value); strings.HasPrefix(try, ";") {
				said.Try += try
			} else if try != "" {
				said.Try = try
			}
		}
		r.refuse(heading, value, &said)
	}
}

// text is what stands in a column.
func (r *row) text(c column) string {
	if c.at < 0 {
		return c.constant
	}
	if c.at < len(r.cells) {
		return r.cells[c.at].Text
	}
	return ""
}

// rowsOf reads the rows below the headings that are not blank, as far as they
// can be read without the register: a row with notes cannot.
func (t *take) rowsOf(ctx context.Context, do func(r *row) error) error {
	for rec, err := range t.file.Rows() {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if rec.Number <= t.plan.after || !slices.ContainsFunc(rec.Cells, func(c sheet.Cell) bool { return !noValue(c.Text) }) {
			continue
		}
		t.report.Rows++
		r := &row{take: t, number: t.report.Rows, line: rec.Number, cells: rec.Cells}
		if err := r.read(ctx); err != nil {
			return err
		}
		if most := len(t.plan.headings); len(r.cells) > most { // a row may be kept
			r.cells = slices.Clone(r.cells[:most])
		}
		if err := do(r); err != nil {
			return err
		}
		if t.report.Rows%256 == 0 {
			t.progress()
		}
	}
	t.progress()
	if t.report.Rows == 0 {
		t.remark(nil, "", "", "the file has no rows below its headings")
	}
	if t.formulas > 0 {
		t.remark(nil, "", "", "where cells are formulas (%d), the values that they gave when the file was last saved were taken", t.formulas)
	}
	return nil
}

// wordless reports whether a field holds no words of people, but numbers or what
// the register wrote.
func wordless(f *Field) bool {
	return f.Form == Pounds || f.Form == Decimal || f.Form == Whole || f.Name == "content" || f.Name == "definition" || f.Name == "digest"
}

// read reads the cells of the row. The error is a fault.
func (r *row) read(ctx context.Context) error {
	t := r.take
	for i, c := range r.cells {
		heading := ""
		if i < len(t.plan.headings) {
			heading = t.plan.headings[i]
		}
		switch {
		case len(c.Text) >= 10 && !(i < len(t.plan.numbers) && t.plan.numbers[i]) && innovation.HoldsNHSNumber(c.Text):
			r.refuse(heading, "", innovation.Refusedf(innovation.RulePatientData, "", "the row holds an NHS number").Trying("remove it: the register keeps no data about patients"))
			return nil // nothing else of the row is repeated
		case heading == "" && !noValue(c.Text):
			r.refuse("", c.Text, innovation.Invalidf(innovation.RuleImportRowShape, "", "cell %d of the row stands below no heading", i+1).
				Trying("give the column a heading, empty the cell, or check the separators and quotes of the row"))
		case c.Kind == sheet.Error && !t.plan.ignored[i] && !remarked(heading):
			r.refuse(heading, c.Text, innovation.Invalidf(innovation.RuleImportUnreadable, "", "the cell has no value: %s", clip(c.Text)).Trying("correct its formula, or write its value"))
		}
		t.formulas += count(c.Formula)
	}
	texts, n := make([]string, 2*len(t.noun.Columns)), len(t.noun.Columns)
	r.values = texts[:n:n]
	from := texts[n:] // which column filled a field
	codes := []column(nil)
	for i := range t.plan.columns {
		c := &t.plan.columns[i]
		cell := sheet.Cell{Text: c.constant, Kind: sheet.Text}
		if c.at >= 0 {
			cell = sheet.Cell{}
			if c.at < len(r.cells) {
				cell = r.cells[c.at]
			}
		}
		if cell.Kind == sheet.Error {
			continue
		}
		text, remark, err := t.value(c, cell)
		if err != nil {
			r.refuse(c.heading, cell.Text, err)
			continue
		}
		if remark != "" && !t.said[c.heading+remark] {
			t.said[c.heading+remark] = true
			t.remark(r, c.heading, cell.Text, "%s", remark)
		}
		switch {
		case text == "":
			if c.field >= 0 && t.noun.Columns[c.field].Form == YesNo && !noValue(cell.Text) {
				r.no = append(r.no, c.field)
			}
		case c.field == factNumber:
			id, err := strconv.ParseInt(text, 10, 64)
			if err != nil || id < 1 {
				r.refuse(c.heading, text, innovation.Invalidf(innovation.RuleCountInvalid, "", "%q is no number of a fact", clip(text)).Trying("give the number that an export has, or leave the cell empty"))
			}
			r.fact = innovation.FactID(id)
		case c.scheme != "" || t.noun.Columns[c.field].Refers == innovation.KindOrganisation && strings.IndexByte(text, ':') > 0:
			code := *c
			if code.constant = text; code.scheme == "" {
				code.scheme, code.constant, _ = strings.Cut(text, ":")
			}
			codes = append(codes, code) // when the day is known
		case c.sum:
			r.values[c.field], r.values[c.field+1], r.values[c.field+2] = "exact", text, text
		default:
			r.values[c.field], from[c.field] = text, c.heading
		}
	}
	if len(codes) > 0 {
		if err := t.bodies.load(ctx, t.tx); err != nil {
			return err
		}
	}
	for _, c := range codes {
		r.body(c, from[c.field])
	}
	return nil
}

// body finds an organisation that a code names.
func (r *row) body(c column, other string) {
	t := r.take
	on, _ := innovation.ParseBound(t.known.id.at(r.values))
	id, err := t.bodies.find(c.scheme, c.constant, on)
	switch before := r.values[c.field]; {
	case err != nil:
		r.refuse(c.heading, c.constant, err)
	case other != "" && before != "" && before != string(id):
		r.refuse(c.heading, c.constant, innovation.Invalidf(innovation.RuleImportOrganisation, "", "the code is that of %s, and the row names %s", id, clip(before)).
			Trying("correct one of them, or leave one out"))
	default:
		r.values[c.field] = string(id)
	}
}

// rows takes the rows one by one. Those that change a fact are taken when all are
// read: a row below may say the same as the fact, and then they mean another. Those
// that are refused are tried again once others are in: they may need what these
// found.
func (t *take) rows(ctx context.Context) error {
	var waiting, bad []*row
	err := t.rowsOf(ctx, func(r *row) error {
		switch {
		case len(r.notes) > 0 && len(bad) < maxNotes:
			bad = append(bad, r) // what else is wrong with it is looked for when the others are in
			return nil
		case len(r.notes) > 0:
			t.refusal(r)
			return nil
		}
		return t.settle(ctx, r, &waiting)
	})
	t.read = true
	changing := t.changing
	t.changing = nil
	for i, r := range changing {
		if t.opts.Progress != nil && i%256 == 0 {
			t.opts.Progress(Progress{Stage: "Changing", Rows: i, OfRows: len(changing), Bytes: t.file.Size(), OfBytes: t.file.Size()})
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		err = t.settle(ctx, r, &waiting)
	}
	for err == nil && len(waiting) > 0 {
		before, done := waiting, t.report.Added+t.report.Changed
		waiting = nil
		slices.Reverse(before) // a file that begins with the last takes two rounds, not as many as it has rows
		for _, r := range before {
			if err = ctx.Err(); err == nil {
				err = t.settle(ctx, r, &waiting)
			}
			if err != nil {
				return err
			}
		}
		if t.report.Added+t.report.Changed == done {
			break
		}
	}
	waiting = append(waiting, bad...)
	sort.Slice(waiting, func(i, j int) bool { return waiting[i].number < waiting[j].number })
	at := t.report.Refusals
	t.report.Refusals = nil // finish takes the first of both
	for i, r := range waiting {
		if err == nil && i < maxNotes {
			err = t.whole(ctx, r)
		}
		t.refusal(r)
	}
	t.report.Refusals = append(at, t.report.Refusals...)
	return err
}

// settle takes a row, or makes it wait. The error is a fault.
func (t *take) settle(ctx context.Context, r *row, waiting *[]*row) error {
	r.notes = nil
	err := t.put(ctx, r)
	if err != nil && innovation.Violations(err) == nil {
		return fmt.Errorf("row %d: %w", r.number, err)
	}
	if err != nil {
		r.refuseAll(err)
		*waiting = append(*waiting, r)
	}
	return nil
}

// put records, corrects or revises the fact that a row means.
func (t *take) put(ctx context.Context, r *row) error {
	n := t.noun
	if r.given == nil { // before the values are changed
		r.given = r.speaks()
	}
	if s := t.source; s != nil && n.Type == innovation.TypeSource && r.values[0] != string(s.Source) {
		if err := t.needSource(ctx); err != nil {
			return err
		}
	}
	// As the register writes them, so that they are seen to be what it has.
	if fact, err := n.Fact(n.named(r.values)); err == nil {
		if cells, err := n.Cells(fact); err == nil {
			for i := range cells {
				if t.plan.given[i] {
					r.values[i] = cells[i]
				}
			}
		}
	}
	var was []string
	h, revise, err := t.meant(ctx, r)
	if err != nil {
		return err
	}
	cells := slices.Clone(r.values)
	if h != nil {
		was = h.cells()
		for i := range cells {
			if !r.given[i] || n.Columns[i].Form == Text && cells[i] == strings.TrimSpace(was[i]) {
				cells[i] = was[i]
			}
		}
		if slices.Equal(cells, was) {
			if t.known.taken[h.id] && r.fact == 0 {
				t.remark(r, "", "", "the row says what a row before it says, and is taken to be the same")
			}
			t.known.taken[h.id] = true
			t.report.Unchanged++
			return nil
		}
		if !t.read && !revise && r.fact == 0 {
			t.changing = append(t.changing, r)
			return nil
		}
	}
	fact, err := n.Fact(n.named(cells))
	if err == nil {
		err = n.missing(cells, fact.Validate())
	}
	if err == nil {
		cells, err = n.Cells(fact)
	}
	if err != nil {
		return err
	}
	if h != nil && slices.Equal(cells, was) {
		t.known.taken[h.id] = true
		t.report.Unchanged++
		return nil
	}
	cited := []innovation.Citation{t.cite(r)}
	own := false // the row founds the source of the file
	if t.source != nil {
		if s, ok := fact.(innovation.Source); ok && s.Source == t.source.Source {
			cited, own = nil, true
		} else if err := t.needSource(ctx); err != nil {
			return err
		}
	}
	if i, ok := fact.(innovation.Identifier); ok && i.Scheme == "company" && len(i.Value) == 7 && digits(i.Value) {
		t.remark(r, "value", i.Value, "the company number has seven digits and not eight: a leading zero may be lost")
	}
	switch {
	case h == nil:
		founds := n.Founds && len(t.known.byKey[t.known.id.key(cells)]) == 0
		id, err := t.tx.Record(ctx, fact, cited...)
		if err != nil {
			return err
		}
		t.known.put(id, cells, true)
		t.known.taken[id] = true
		t.report.Added++
		if founds {
			t.founded(fact.Subject())
		}
	case revise || t.opts.Changes == Revise && n.Period && r.fact != 0 && t.known.before(h, t.known.id.at(cells)):
		id, err := t.tx.Revise(ctx, h.id, fact, cited...)
		if err != nil {
			return err
		}
		ended, _, err := store.FactOf(ctx, t.tx, n.Type, h.id) // it has an end now
		if err != nil {
			return err
		}
		before, err := n.Cells(ended.Value)
		if err != nil {
			return err
		}
		t.known.drop(h.id, was)
		t.known.put(h.id, before, h.cited)
		t.known.put(id, cells, true)
		t.known.taken[h.id], t.known.taken[id] = true, true
		t.changed(r, h.id, was, cells)
	default:
		if err := t.tx.Correct(ctx, h.id, fact, cited...); err != nil {
			return err
		}
		t.known.drop(h.id, was)
		t.known.put(h.id, cells, true)
		t.known.taken[h.id] = true
		t.changed(r, h.id, was, cells)
	}
	if own {
		t.source = nil
	}
	return nil
}

// named gives cells by the names of their fields.
func (n *Noun) named(cells []string) map[string]string {
	out := make(map[string]string, len(cells))
	for i, c := range cells {
		out[n.Columns[i].Name] = c
	}
	return out
}

// meant finds the fact that a row means.
func (t *take) meant(ctx context.Context, r *row) (*held, bool, error) {
	n := t.noun
	if r.fact != 0 {
		f, found, err := store.FactOf(ctx, t.tx, n.Type, r.fact)
		if err != nil {
			return nil, false, err
		}
		if !found {
			return nil, false, &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleFactNotFound, Field: "fact",
				Detail: fmt.Sprintf("no %s with the number %d is in force", n.Type, r.fact), Try: "export the facts anew, or leave the number out of a row that is new"}
		}
		cells, err := n.Cells(f.Value)
		return &held{r.fact, strings.Join(cells, "\x00"), true}, false, err
	}
	named := map[string]string{}
	for i, c := range n.Columns {
		if i < 2 { // what the subject is made of
			named[c.Name] = r.values[i]
		}
	}
	part, err := n.Fact(named)
	if part == nil || part.Subject().Key == "" {
		return nil, false, err // Record says what is wrong
	}
	if err := t.known.load(ctx, part.Subject()); err != nil {
		return nil, false, err
	}
	return t.known.meant(r.values, r.given, t.opts.Changes == Revise)
}
