package grants

import (
	"context"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// The allocation methods of the Government Grants Register. One scheme may have
// several.
var allocationMethods = []string{"Formula", "General Grants - Competed", "General Grants - Criteria Based", "General Grants - Un-competed"}

// schemeLayout is how the Government Grants Register was laid out in a year.
type schemeLayout struct {
	department, code, title, purpose, amount string
	shift                                    int // the amounts are in pounds times ten to the power of this
	start, end                               string
	note                                     []struct{ column, label string }
}

var (
	schemes2013 = schemeLayout{department: "Department", title: "Grants Description", amount: "Amount (£,000s)", shift: 3,
		note: []struct{ column, label string }{{"Grant Category", "Category"}, {"End Recipient", "Recipients"}, {"No. of Recipients", "Number of recipients"}}}
	schemes2015 = schemeLayout{department: "Funding Org:Name", code: "Grant Programme:Code", title: "Grant Programme:Title", purpose: "Aims and objectives",
		amount: "Value per year", start: "Start Date", end: "End Date",
		note: []struct{ column, label string }{{"Allocation Method", "Allocation"}, {"Recipient Sector", "Recipients"}, {"COFOG L0 Long Name", "Function of government"}, {"Duration Numeric", "Years"}}}
)

// pot is a row that says how much a department had for a scheme in the year of
// the file.
type pot struct {
	envelope   innovation.Envelope // without its funder
	department *party
	field      string // the column of what identifies it
	coded      bool   // the file gives a code
}

func (p *pot) parties() []*party {
	if p.department == nil {
		return nil
	}
	return []*party{p.department}
}

// readSchemes reads the grant schemes of a financial year. A scheme is money
// of a department, not an award to a recipient: it becomes an envelope that
// covers the year.
func readSchemes(data []byte, opts Options) (*file, error) {
	t, err := readTable(data)
	if err != nil {
		return nil, err
	}
	layout := schemes2015
	if _, old := t.place[strings.ToLower(schemes2013.amount)]; old {
		layout = schemes2013
	}
	needed := []string{layout.department, layout.title, layout.amount}
	if layout.code != "" {
		needed = append(needed, layout.code, layout.start, layout.end)
	}
	var year error
	if _, err := opts.Year.MarshalText(); err != nil || opts.Year == 0 {
		year = innovation.Invalidf(innovation.RuleFinancialYearInvalid, "year", "the file does not say of which financial year it is").
			Trying("give the year, such as 2015/16")
	}
	if err := innovation.Join(t.need(needed...), year); err != nil {
		return nil, err
	}
	out := &file{remarks: t.remarks}
	keep := append(slices.Clone(needed), layout.purpose, "Year "+yearName(opts.Year, "-"))
	for _, n := range layout.note {
		keep = append(keep, n.column)
	}
	out.notKept = t.rest(keep...)
	dates := t.reading(opts, layout.start, layout.end)
	out.remarks = append(out.remarks, dates.remarks()...)
	if len(t.records) > 0 {
		out.remarks = append(out.remarks, Note{Rule: innovation.RuleImportAssumed,
			Detail: "the file does not say when a scheme was announced: it is recorded as some day of the financial year"})
	}
	names := map[string]string{"envelope": layout.code, "title": layout.title, "purpose": layout.purpose, "figure.amount": layout.amount, "text": layout.department}
	for _, rec := range t.records {
		r := t.start(rec, names)
		readScheme(t, rec, r, layout, dates, opts)
		out.rows = append(out.rows, r)
	}
	return out, nil
}

// yearName is a financial year as 2015-16 or 2015/16.
func yearName(fy innovation.FinancialYear, between string) string {
	return strings.Replace(fy.String(), "/", between, 1)
}

func readScheme(t *table, rec record, r *row, layout schemeLayout, dates *reading, opts Options) {
	get := func(column string) string {
		if column == "" {
			return ""
		}
		return t.get(rec, column)
	}
	const negative = "a scheme holds a positive sum: leave the row out, or record what takes it back as a claim"
	amount := get(layout.amount)
	if layout.shift > 0 {
		m, err := exactMoney(strings.ReplaceAll(strings.TrimPrefix(amount, "£"), ",", ""), layout.shift)
		switch {
		case amount == "":
			r.refuse(innovation.RuleAmountMissing, layout.amount, "", tryMoney, "the amount is missing")
		case err != nil:
			r.moneyRefused(err, layout.amount, amount)
		default:
			r.counting(m, layout.amount, amount, negative)
		}
	} else {
		r.money(layout.amount, amount, negative)
	}
	if get(layout.title) == "" {
		r.refuse(innovation.RuleTextRequired, layout.title, "", "fill it in", "the scheme has no title")
	}
	var note []string
	if layout.start != "" {
		first, ok := dates.date(r, layout.start, get(layout.start))
		last, ok2 := dates.date(r, layout.end, get(layout.end))
		if ok && ok2 {
			if last.Before(first) {
				r.refuse(innovation.RulePeriodInvalid, layout.end, get(layout.end), "correct one of the dates", "the scheme ends before it starts, on %s", first)
			}
			note = append(note, "Runs: "+first.String()+" to "+last.String())
		}
	}
	for _, n := range layout.note {
		text := oneLine(get(n.column))
		if text == "" {
			continue
		}
		note = append(note, n.label+": "+text)
		if n.column != "Allocation Method" {
			continue
		}
		for method := range strings.SplitSeq(text, ";") {
			if !slices.Contains(allocationMethods, strings.TrimSpace(method)) {
				r.remark(n.column, method, "an allocation method that the Government Grants Register does not list is kept as it stands")
			}
		}
	}
	p := &pot{field: layout.code, coded: layout.code != ""}
	identity := get(layout.code)
	if !p.coded { // the row as a whole is all that tells it apart
		p.field = layout.title
		parts := make([]string, 0, len(rec.fields))
		for _, f := range rec.fields {
			parts = append(parts, oneLine(f))
		}
		identity = strings.Join(parts, "|")
	} else if identity == "" {
		r.refuse(innovation.RuleTextRequired, layout.code, "", "fill it in", "the scheme has no code")
	}
	if len(r.refusals) > 0 {
		return
	}
	if name := oneLine(get(layout.department)); name != "" {
		p.department = newParty("", name, "", opts.Year.Start())
		p.department.kind = "government-department"
	} else {
		r.remark(layout.department, "", "no department is named, and the envelope has no funder")
	}
	p.envelope = innovation.Envelope{Envelope: schemeKey(opts.Year, identity, p.coded), Title: oneLine(get(layout.title)), Type: "programme",
		Purpose: strings.TrimSpace(lines(get(layout.purpose))), Note: strings.Join(note, "\n"),
		Day: innovation.Day{Bound: innovation.InFinancialYear(opts.Year)},
		Figure: innovation.Figure{Amount: innovation.Exact(r.amount), Per: innovation.PerPeriod, Basis: innovation.FigureReported,
			Covers: innovation.Between(opts.Year.Start(), opts.Year.End())}}
	r.entry = p
}

// schemeKey is the key of the envelope of a scheme in a year: the same scheme
// has another one in another year.
func schemeKey(fy innovation.FinancialYear, identity string, coded bool) innovation.EnvelopeID {
	prefix := "scheme-" + yearName(fy, "-") + "-"
	if !coded {
		return innovation.EnvelopeID(keyFrom(prefix + "row-" + digestOf(identity)))
	}
	return innovation.EnvelopeID(keyFrom(prefix + identity))
}

func (p *pot) take(ctx context.Context, t *take, r *row) (added bool, err error) {
	repeated := t.again(r, "envelope "+string(p.envelope.Envelope), p.field, func(first entry) bool {
		q := first.(*pot)
		return p.coded && p.envelope == q.envelope && (p.department == nil) == (q.department == nil) &&
			(p.department == nil || p.department.identity() == q.department.identity())
	})
	switch {
	case repeated && !p.coded:
		r.refusals = nil
		r.refuse(innovation.RuleImportRepeated, p.field, p.envelope.Title, "take it out if it was written twice; if it is another scheme, make its description differ",
			"row %d says the same, and neither has a code that tells them apart", t.first["envelope "+string(p.envelope.Envelope)].number)
		return false, nil
	case repeated:
		return false, nil
	}
	e := p.envelope
	if e.Funder, err = t.organisation(ctx, r, "department", p.department); err != nil || len(r.refusals) > 0 {
		return false, err
	}
	is, found, err := about[innovation.Envelope](ctx, t.tx, e.Subject())
	if err != nil {
		return false, err
	}
	if !found {
		return true, t.record(ctx, r, e)
	}
	e.Stream, e.For, e.Parent, e.Figure.VAT = is.Stream, is.For, is.Parent, is.Figure.VAT
	if what := differences(map[string]bool{"title": is.Title != e.Title, "purpose": is.Purpose != e.Purpose, "type": is.Type != e.Type,
		"funder": is.Funder != e.Funder, "figure": is.Figure != e.Figure, "note": is.Note != e.Note, "day": is.Day != e.Day}); what != "" {
		r.refuse(innovation.RuleImportConflict, p.field, "", "correct the envelope in the register first, or leave the row out",
			"the envelope %s is there and differs in: %s", is.Envelope, what)
	}
	return false, nil
}
