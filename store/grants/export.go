package grants

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// ExportOptions says how a file is written.
type ExportOptions struct {
	Format Format // ThreeSixtyJSON or ThreeSixtyCSV
	// Prefix is the publisher prefix that 360Giving gave the publisher, such as
	// 360G-example. It is put before identifiers that have none: the key of an
	// award without an identifier, and "Org-" with the key of an organisation
	// that has no identifier in a list that org-id.guide knows.
	Prefix string
	// Publisher and the fields after it describe the JSON package; each may be
	// left out. PublisherID is an organisation identifier, Licence an address.
	Publisher   string
	PublisherID string
	Title       string
	Licence     string
}

// ExportReport is what was written.
type ExportReport struct {
	Format  Format            `json:"format" doc:"The kind of file"`
	Recipe  innovation.Recipe `json:"recipe" doc:"What it was made from"`
	Grants  int               `json:"grants" doc:"How many awards were written"`
	Total   innovation.Money  `json:"total" doc:"Sum of their amounts"`
	LeftOut []LeftOut         `json:"leftOut,omitempty" doc:"Awards that could not be written, and what could not be said of those that were, in the order of their keys"`
}

// LeftOut says why an award, or a field of one, is not in a file.
type LeftOut struct {
	Award  innovation.AwardID `json:"award" doc:"The award"`
	Whole  bool               `json:"whole" doc:"Whether the award is not in the file at all"`
	Field  string             `json:"field" doc:"What could not be said, by its name in the standard"`
	Rule   innovation.RuleID  `json:"rule" doc:"export-left-out"`
	Detail string             `json:"detail" doc:"One sentence, without a full stop"`
}

// Export writes the awards of a view in the order of their keys, by the
// 360Giving Data Standard 1.4. The file is checked against the published
// schema before anything of it is written to w; awards that the standard
// cannot express are left out and reported. The amount is that with which an
// award was made. The error is of kind Invalid for bad options, of kind
// Refused, rule import-schema, when the file would not be valid, such as
// without any grant.
func Export(ctx context.Context, st *store.Store, v innovation.View, w io.Writer, opts ExportOptions) (ExportReport, error) {
	report := ExportReport{Format: opts.Format}
	if opts.Format != ThreeSixtyJSON && opts.Format != ThreeSixtyCSV {
		return report, unknownFormat(opts.Format, []Format{ThreeSixtyJSON, ThreeSixtyCSV})
	}
	if len(opts.Prefix) < len("360G-x") || !strings.HasPrefix(opts.Prefix, "360G-") || strings.ContainsAny(opts.Prefix, " \t\r\n") {
		return report, innovation.Invalidf(innovation.RuleTextRequired, "prefix", "%q is no publisher prefix", clip(opts.Prefix)).
			Trying("give the prefix that 360Giving gave you, such as 360G-example")
	}
	var awards []innovation.Award
	var orgs map[innovation.OrganisationID]*exported
	shares := map[innovation.AwardID][]innovation.OrganisationID{}
	adjusted := map[innovation.AwardID]bool{}
	err := st.View(ctx, func(s *store.Snapshot) (err error) {
		first, err := store.Facts[innovation.Award](ctx, s, v, store.FactFilter{Limit: 1})
		if err != nil {
			return err
		}
		report.Recipe = first.Recipe
		for a, err := range each[innovation.Award](ctx, s, v, store.FactFilter{}) {
			if err != nil {
				return err
			}
			awards = append(awards, a)
		}
		for x, err := range each[innovation.Share](ctx, s, v, store.FactFilter{}) {
			if err != nil {
				return err
			}
			if x.Of.Kind == innovation.KindAward {
				id := innovation.AwardID(x.Of.Key)
				shares[id] = append(shares[id], x.Recipient)
			}
		}
		for x, err := range each[innovation.Adjustment](ctx, s, v, store.FactFilter{}) {
			if err != nil {
				return err
			}
			adjusted[x.Award] = true
		}
		orgs, err = exportedOrganisations(ctx, s, v, opts.Prefix)
		return err
	})
	if err != nil {
		return report, err
	}
	sort.Slice(awards, func(i, j int) bool { return awards[i].Award < awards[j].Award })
	e := exporter{opts: opts, orgs: orgs, report: &report}
	var grants []any
	for _, a := range awards {
		e.award = a.Award
		if adjusted[a.Award] {
			e.leave(false, "amountAwarded", "the award was adjusted later, and the amount is that with which it was made")
		}
		if g := e.grant(a, shares[a.Award]); g != nil {
			grants = append(grants, g)
			m, _ := a.Figure.Amount.Nominal()
			if report.Total, err = report.Total.Add(m); err != nil {
				return report, err
			}
		}
	}
	report.Grants = len(grants)
	return report, write(w, e.pkg(v, grants), grants, opts)
}

// write checks the package and writes it.
func write(w io.Writer, pkg map[string]any, grants []any, opts ExportOptions) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(pkg); err != nil {
		return err
	}
	var doc any
	dec := json.NewDecoder(bytes.NewReader(text.Bytes()))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		return err
	}
	violations, err := validate(doc)
	if err != nil {
		return err
	}
	if len(violations) > 0 {
		v := violations[0]
		return innovation.Refusedf(innovation.RuleImportSchema, v.field(), "the file would not be as the 360Giving schema says, and was not written: %s", v.detail).
			Trying("see the awards that were left out, and the options of the export")
	}
	if opts.Format == ThreeSixtyCSV {
		return writeCSV(w, grants)
	}
	_, err = w.Write(text.Bytes())
	return err
}

// exporter makes grants of awards.
type exporter struct {
	opts   ExportOptions
	orgs   map[innovation.OrganisationID]*exported
	report *ExportReport
	award  innovation.AwardID
}

func (e *exporter) leave(whole bool, field, format string, args ...any) {
	e.report.LeftOut = append(e.report.LeftOut, LeftOut{e.award, whole, field, innovation.RuleExportLeftOut, fmt.Sprintf(format, args...)})
}

func (e *exporter) pkg(v innovation.View, grants []any) map[string]any {
	pkg := map[string]any{"version": "1.4", "grants": grants, "issued": v.On.String()}
	if grants == nil {
		pkg["grants"] = []any{}
	}
	for name, value := range map[string]string{"title": e.opts.Title, "license": e.opts.Licence} {
		if value != "" {
			pkg[name] = value
		}
	}
	if e.opts.Publisher != "" {
		publisher := map[string]any{"name": e.opts.Publisher}
		if e.opts.PublisherID != "" {
			publisher["identifier"] = e.opts.PublisherID
		}
		pkg["publisher"] = publisher
	}
	return pkg
}

// grant is the award as the standard has it, nil when it cannot be said.
func (e *exporter) grant(a innovation.Award, shares []innovation.OrganisationID) map[string]any {
	before := len(e.report.LeftOut)
	m, _ := a.Figure.Amount.Nominal()
	switch {
	case a.Figure.Amount.Kind() != innovation.AmountExact:
		e.leave(true, "amountAwarded", "the amount is not known to the penny: %s", a.Figure.Amount)
	case a.Figure.Per != innovation.PerPeriod:
		e.leave(true, "amountAwarded", "the amount is for each year, and the standard has one for the whole grant")
	case !a.Figure.Basis.Counts():
		e.leave(true, "amountAwarded", "the amount was not awarded, but is %s", a.Figure.Basis)
	}
	if a.Day.Precision() != innovation.PrecisionDay {
		e.leave(true, "awardDate", "the day of the award is not known: %s", a.Day)
	}
	if strings.TrimSpace(a.Purpose) == "" {
		e.leave(true, "description", "the award does not say what it is for")
	}
	recipients := shares
	if a.Recipient != "" {
		recipients = append([]innovation.OrganisationID{a.Recipient}, slices.DeleteFunc(slices.Clone(shares), func(o innovation.OrganisationID) bool { return o == a.Recipient })...)
	}
	if len(recipients) == 0 {
		e.leave(true, "recipientOrganization", "the award names no recipient")
	}
	if a.Funder == "" {
		e.leave(true, "fundingOrganization", "the award names no funder")
	}
	if slices.ContainsFunc(e.report.LeftOut[before:], func(l LeftOut) bool { return l.Whole }) {
		return nil
	}
	id := a.Identifier
	if id == "" {
		id = string(a.Award)
	}
	if !strings.HasPrefix(id, "360G-") {
		id = e.opts.Prefix + "-" + id
	}
	g := map[string]any{"id": id, "title": a.Title, "description": a.Purpose, "currency": "GBP",
		"amountAwarded": number(m), "awardDate": a.Day.String(), "fundingOrganization": []any{e.organisation(a.Funder)}}
	var to []any
	for _, r := range recipients {
		to = append(to, e.organisation(r))
	}
	g["recipientOrganization"] = to
	if a.Programme != "" {
		g["grantProgramme"] = []any{map[string]any{"title": a.Programme}}
	}
	if dates := e.planned(a.Figure.Covers); dates != nil {
		g["plannedDates"] = []any{dates}
	}
	return g
}

// number is an amount as a JSON number: without decimals when it has no pence.
func number(m innovation.Money) json.Number {
	return json.Number(strings.TrimSuffix(m.String(), ".00"))
}

// planned is the time that an award is for: days, months or years.
func (e *exporter) planned(p innovation.Period) map[string]any {
	if p == (innovation.Period{}) {
		return nil
	}
	out := map[string]any{}
	for _, end := range []struct {
		name  string
		bound innovation.Bound
	}{{"startDate", p.Start}, {"endDate", lastDay(p)}} {
		switch end.bound.Precision() {
		case innovation.PrecisionDay, innovation.PrecisionMonth, innovation.PrecisionYear:
			out[end.name] = end.bound.String()
		default:
			if !end.bound.IsZero() && end.bound.Precision() != innovation.PrecisionUnknown {
				e.leave(false, "plannedDates."+end.name, "the day is not known well enough: %s", end.bound)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
