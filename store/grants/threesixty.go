package grants

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/innovationregistry/registry/innovation"
)

// keptFields are the fields of a grant that the register has a place for.
var keptFields = map[string]bool{
	"id": true, "title": true, "description": true, "currency": true, "amountAwarded": true, "awardDate": true,
	"plannedDates": true, "plannedDates.startDate": true, "plannedDates.endDate": true,
	"recipientOrganization": true, "recipientOrganization.id": true, "recipientOrganization.name": true,
	"recipientOrganization.charityNumber": true, "recipientOrganization.companyNumber": true,
	"fundingOrganization": true, "fundingOrganization.id": true, "fundingOrganization.name": true,
	"fundingOrganization.charityNumber": true, "fundingOrganization.companyNumber": true,
	"grantProgramme": true, "grantProgramme.title": true, "recipientIndividual": true,
}

// grantNames are the fields of an award as a grant has them.
var grantNames = map[string]string{
	"identifier": "id", "award": "id", "purpose": "description", "programme": "grantProgramme.title", "day": "awardDate",
	"figure.amount": "amountAwarded", "figure.covers": "plannedDates", "funder": "fundingOrganization", "recipient": "recipientOrganization",
}

// readThreeSixtyJSON reads a 360Giving package.
func readThreeSixtyJSON(data []byte, opts Options) (*file, error) {
	unreadable := func(format string, args ...any) error {
		return innovation.Invalidf(innovation.RuleImportUnreadable, "", format, args...).
			Trying(`give a JSON object {"grants": [...]} in UTF-8`)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if !utf8.Valid(data) {
		return nil, unreadable("the file is not in UTF-8")
	}
	doc, err := readJSON(data)
	if err != nil {
		return nil, unreadable("the file is not JSON: %v", err)
	}
	if !smallNumbers(doc) {
		return nil, unreadable("the file holds a number too large to read")
	}
	pkg, _ := doc.(map[string]any)
	list, _ := pkg["grants"].([]any)
	rows := make([]*row, len(list))
	for i := range list {
		rows[i] = &row{number: i + 1, names: grantNames}
	}
	return readGrants(doc, list, rows, opts)
}

// readJSON reads one value, with numbers as they are written.
func readJSON(data []byte) (doc any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("invalid character after top-level value")
	}
	return doc, nil
}

// readGrants checks a package against the published schema and reads its
// grants. The rows may bring refusals of their own.
func readGrants(doc any, list []any, rows []*row, opts Options) (*file, error) {
	out := &file{rows: rows}
	out.remarks = append(out.remarks, isoDates(list, rows, opts)...)
	violations, err := validate(doc)
	if err != nil {
		return nil, err
	}
	odd := map[string]*Note{} // violations in fields that are not kept, by field
	var errs []error
	for _, v := range violations {
		field := v.field()
		switch {
		case v.grant < 0 && (field == "" || field == "grants"):
			errs = append(errs, innovation.Invalidf(innovation.RuleImportSchema, field, "the file is not as the 360Giving schema says: %s", v.detail).
				Trying(`give a JSON object {"grants": [...]} with at least one grant`))
		case v.grant < 0 || field != "" && !kept(field):
			if odd[field] == nil {
				odd[field] = &Note{Row: v.grant + 1, Field: field, Rule: innovation.RuleImportAssumed,
					Detail: "the field is not as the 360Giving schema says (" + v.detail + "), which does not matter, for it is not kept"}
				if v.grant >= 0 {
					odd[field].Field, odd[field].Line = rows[v.grant].fieldName(field), rows[v.grant].line
				}
			}
		case rows[v.grant].refusedFor(rows[v.grant].fieldName(field)):
		case v.date:
			r := rows[v.grant]
			r.refuse(innovation.RuleDateInvalid, r.fieldName(field), valueAt(list[v.grant], v.path), "write an existing day as 2014-04-03", "the value %s", v.detail)
		default:
			r := rows[v.grant]
			r.refuse(innovation.RuleImportSchema, r.fieldName(field), valueAt(list[v.grant], v.path), "see the field in the 360Giving Data Standard", "the field is not as the 360Giving schema says: %s", v.detail)
		}
	}
	if err := innovation.Join(errs...); err != nil {
		return nil, err
	}
	for _, field := range slices.Sorted(maps.Keys(odd)) {
		out.remarks = append(out.remarks, *odd[field])
	}
	counts := map[string]int{}
	for i, g := range list {
		grant, ok := g.(map[string]any)
		if !ok {
			continue // refused by the schema
		}
		for _, field := range unkept(grant) {
			counts[rows[i].fieldName(field)]++
		}
		readGrant(rows[i], grant, opts)
	}
	for _, field := range slices.Sorted(maps.Keys(counts)) {
		out.notKept = append(out.notKept, NotKept{field, counts[field]})
	}
	return out, nil
}

// kept reports whether a violation at the field concerns what is kept.
func kept(field string) bool {
	return keptFields[field] || strings.HasPrefix(field, "recipientIndividual")
}

// isoDates writes the dates that have slashes as the standard has them.
func isoDates(list []any, rows []*row, opts Options) []Note {
	type place struct {
		object      map[string]any
		row         *row
		name, field string
	}
	var places []place
	dates := reading{dayFirst: opts.DayFirst}
	for i, g := range list {
		grant, _ := g.(map[string]any)
		event := firstOf(grant, "plannedDates")
		for _, p := range []place{{grant, rows[i], "awardDate", "awardDate"},
			{event, rows[i], "startDate", "plannedDates.startDate"}, {event, rows[i], "endDate", "plannedDates.endDate"}} {
			if s, ok := p.object[p.name].(string); ok && strings.Contains(s, "/") {
				dates.look(s)
				places = append(places, p)
			}
		}
	}
	for _, p := range places {
		if date, ok := dates.date(p.row, p.row.fieldName(p.field), p.object[p.name].(string)); ok {
			p.object[p.name] = date.String()
		}
	}
	return dates.remarks()
}

// readGrant makes a row of a grant that is as the schema says.
func readGrant(r *row, g map[string]any, opts Options) {
	amountField := r.fieldName("amountAwarded")
	if n, ok := g["amountAwarded"].(json.Number); ok && !r.counted {
		m, err := exactMoney(n.String(), 0)
		if err != nil {
			r.moneyRefused(err, amountField, n.String())
		} else {
			r.counting(m, amountField, n.String(), "an award is a positive amount; a change of one is an adjustment")
		}
	}
	currency, _ := g["currency"].(string)
	if !r.refusedFor(r.fieldName("currency")) {
		r.currency(r.fieldName("currency"), currency)
	}
	if len(r.refusals) > 0 {
		return
	}
	text := func(name string) string { s, _ := g[name].(string); return tidy(s) }
	day, err := innovation.ParseDate(dayPart(text("awardDate")))
	if err != nil {
		r.refuse(innovation.RuleDateInvalid, r.fieldName("awardDate"), text("awardDate"), "write an existing day as 2014-04-03", "%q is not a date", clip(text("awardDate")))
		return
	}
	out := newGrant(text("id"), opts.Prefix)
	out.names.funder, out.names.recipient = r.fieldName("fundingOrganization"), r.fieldName("recipientOrganization")
	a := &out.award
	a.Title, a.Purpose, a.Day = oneLine(text("title")), strings.TrimSpace(lines(text("description"))), innovation.OnDay(day)
	a.Figure = innovation.Figure{Amount: innovation.Exact(r.amount), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed, Covers: planned(r, g)}
	programme, _ := firstOf(g, "grantProgramme")["title"].(string)
	a.Programme = oneLine(tidy(programme))
	for i, f := range objects(g, "fundingOrganization") {
		p := partyOf(f, opts.Prefix, day)
		if i == 0 {
			out.funder = p
			continue
		}
		r.remark(out.names.funder, p.text(), "an award has one funder, and this further one is kept in its note")
		a.Note = strings.TrimSpace(a.Note + "\nFunded with: " + p.name + " (" + p.text() + ")")
	}
	for _, f := range objects(g, "recipientOrganization") {
		if p := partyOf(f, opts.Prefix, day); !slices.ContainsFunc(out.recipients, func(q *party) bool { return q.identity() == p.identity() }) {
			out.recipients = append(out.recipients, p)
		}
	}
	if len(out.recipients) == 0 {
		r.remark(r.fieldName("recipientIndividual"), "", "the award is to an individual, whose name is not kept")
	}
	if len(r.refusals) == 0 {
		r.entry = out
	}
}

// planned is the time for which a grant is planned, zero when not stated.
func planned(r *row, g map[string]any) innovation.Period {
	event := firstOf(g, "plannedDates")
	read := func(name string) innovation.Bound {
		s, _ := event[name].(string)
		b, err := innovation.ParseBound(dayPart(s))
		if err != nil {
			r.refuse(innovation.RuleDateInvalid, r.fieldName("plannedDates."+name), s, "write an existing day as 2014-04-03, or a month or year", "%q is not a date", clip(s))
		}
		return b
	}
	first, last := read("startDate"), read("endDate")
	if first.IsZero() && last.IsZero() {
		return innovation.Period{}
	}
	return through(first, last)
}

// partyOf reads an organisation.
func partyOf(o map[string]any, prefix string, seen innovation.Date) *party {
	text := func(name string) string { s, _ := o[name].(string); return strings.TrimSpace(tidy(s)) }
	p := newParty(text("id"), text("name"), prefix, seen)
	if p.key == "" {
		p.add("charity", text("charityNumber"))
		p.add("company", text("companyNumber"))
	}
	return p
}

// unkept lists the fields of a grant that hold something and are not kept.
func unkept(g map[string]any) []string {
	found := map[string]bool{}
	for name, v := range g {
		switch {
		case empty(v):
		case !keptFields[name]:
			found[name] = true
		case name == "recipientIndividual":
			found[name+".name"] = true
		default:
			for i, o := range objects(g, name) {
				for part, v := range o {
					if field := name + "." + part; !empty(v) && (!keptFields[field] || i > 0 && (name == "grantProgramme" || name == "plannedDates")) {
						found[field] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// objects are the objects of a list in a field.
func objects(g map[string]any, name string) []map[string]any {
	list, _ := g[name].([]any)
	var out []map[string]any
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// firstOf is the first object of a list in a field, nil when there is none.
func firstOf(g map[string]any, name string) map[string]any {
	if list := objects(g, name); len(list) > 0 {
		return list[0]
	}
	return nil
}

// valueAt is the text or number at a path of a grant, "" when it is neither.
func valueAt(v any, path []string) string {
	for _, p := range path {
		switch inner := v.(type) {
		case map[string]any:
			v = inner[p]
		case []any:
			i, err := strconv.Atoi(p)
			if err != nil || i < 0 || i >= len(inner) {
				return ""
			}
			v = inner[i]
		default:
			return ""
		}
	}
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// dayPart leaves out the time of day of a date.
func dayPart(s string) string {
	if len(s) > len("2014-04-03") && (s[10] == 'T' || s[10] == 't') {
		return s[:10]
	}
	return s
}

// lines writes line ends as LF.
func lines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// smallNumbers reports whether no number of a document has an exponent that
// makes it costly to work with.
func smallNumbers(v any) bool {
	switch v := v.(type) {
	case json.Number:
		_, exponent, _ := strings.Cut(strings.ToLower(v.String()), "e")
		return len(strings.TrimLeft(exponent, "+-0")) <= 3
	case []any:
		for _, x := range v {
			if !smallNumbers(x) {
				return false
			}
		}
	case map[string]any:
		for _, x := range v {
			if !smallNumbers(x) {
				return false
			}
		}
	}
	return true
}
