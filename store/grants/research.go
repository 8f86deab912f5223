package grants

import (
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// researchNames are the fields of an award as the files of UKRI and NIHR have
// them.
var researchNames = map[string]string{
	"identifier": "id", "award": "id", "title": "title", "programme": "Fund", "figure.amount": "amount", "figure.covers": "end_date",
	"day": "start_date", "funder": "extending_org", "recipient": "lead_org_name",
}

// researchNote are the columns that are kept in the note of an award.
var researchNote = []struct{ column, label string }{
	{"Funder", "Money of"}, {"lead_org_country", "Country of the lead"}, {"partner_org_name", "Partners"},
	{"partner_org_country", "Countries of partners"}, {"status", "Status"}, {"link", "Link"},
}

// readResearch reads awards as the programmes for research list them: who
// extends the money, who leads, when it runs. The files give no day of award:
// it is recorded as not later than the start, which is assumed.
func readResearch(data []byte, opts Options) (*file, error) {
	t, err := readTable(data)
	if err != nil {
		return nil, err
	}
	if err := t.need("id", "title", "start_date", "end_date", "amount", "currency", "extending_org", "lead_org_name"); err != nil {
		return nil, err
	}
	out := &file{remarks: t.remarks}
	dates := t.reading(opts, "start_date", "end_date")
	out.remarks = append(out.remarks, dates.remarks()...)
	if len(t.records) > 0 {
		out.remarks = append(out.remarks, Note{Field: "start_date", Rule: innovation.RuleImportAssumed,
			Detail: "the file gives no day of award: it is recorded as not later than the start"})
	}
	keep := []string{"id", "title", "start_date", "end_date", "amount", "currency", "extending_org", "lead_org_name", "Fund"}
	for _, n := range researchNote {
		keep = append(keep, n.column)
	}
	out.notKept = t.rest(keep...)
	for _, rec := range t.records {
		r := t.start(rec, researchNames)
		readResearchAward(t, rec, r, dates, opts)
		out.rows = append(out.rows, r)
	}
	return out, nil
}

func readResearchAward(t *table, rec record, r *row, dates *reading, opts Options) {
	get := func(column string) string { return t.get(rec, column) }
	r.money("amount", get("amount"), "an award is a positive amount; a change of one is an adjustment")
	r.currency("currency", get("currency"))
	for _, column := range []string{"id", "title", "extending_org", "lead_org_name"} {
		if get(column) == "" {
			r.refuse(innovation.RuleTextRequired, column, "", "fill it in", "the field is empty")
		}
	}
	first, ok := dates.date(r, "start_date", get("start_date"))
	last, ok2 := dates.date(r, "end_date", get("end_date"))
	if ok && ok2 && last.Before(first) {
		r.refuse(innovation.RulePeriodInvalid, "end_date", get("end_date"), "correct one of the dates", "the award ends before it starts, on %s", first)
	}
	if len(r.refusals) > 0 {
		return
	}
	g := newGrant(get("id"), opts.Prefix)
	g.names.funder, g.names.recipient = "extending_org", "lead_org_name"
	g.funder = newParty("", get("extending_org"), opts.Prefix, first)
	g.funder.kind = "research-funder"
	g.recipients = []*party{newParty("", get("lead_org_name"), opts.Prefix, first)}
	var note []string
	for _, n := range researchNote {
		if text := get(n.column); text != "" {
			note = append(note, n.label+": "+oneLine(text))
		}
	}
	a := &g.award
	a.Title, a.Programme, a.Note = oneLine(get("title")), oneLine(get("Fund")), strings.Join(note, "\n")
	a.Day = innovation.Day{Bound: innovation.NotLaterThan(first).As(innovation.BasisAssumed)}
	a.Figure = innovation.Figure{Amount: innovation.Exact(r.amount), Per: innovation.PerPeriod, Basis: innovation.FigureAgreed,
		Covers: through(innovation.Exactly(first), innovation.Exactly(last))}
	r.entry = g
}

// reading learns how a table writes the dates of its columns.
func (t *table) reading(opts Options, columns ...string) *reading {
	f := &reading{dayFirst: opts.DayFirst}
	for _, r := range t.records {
		for _, c := range columns {
			f.look(t.get(r, c))
		}
	}
	return f
}
