package grants

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// exported is what a file says of an organisation.
type exported struct {
	names []innovation.Recorded[innovation.Name]
	party party // its identifiers
	name  string
	id    string
}

// exportedOrganisations reads the names and identifiers of all organisations
// on the day of the view, in one pass over each.
func exportedOrganisations(ctx context.Context, s *store.Snapshot, v innovation.View, prefix string) (map[innovation.OrganisationID]*exported, error) {
	out := map[innovation.OrganisationID]*exported{}
	of := func(id innovation.OrganisationID) *exported {
		if out[id] == nil {
			out[id] = &exported{}
		}
		return out[id]
	}
	for n, err := range each[innovation.Name](ctx, s, v, store.FactFilter{AllDays: true}) {
		if err != nil {
			return nil, err
		}
		o := of(n.Organisation)
		o.names = append(o.names, innovation.Recorded[innovation.Name]{Value: n})
	}
	for i, err := range each[innovation.Identifier](ctx, s, v, store.FactFilter{}) {
		if err != nil {
			return nil, err
		}
		id := identifier{i.Scheme, i.Value}
		if id.orgID() != "" {
			of(i.Organisation).party.add(i.Scheme, i.Value)
		}
	}
	for key, o := range out {
		o.name, _ = innovation.DisplayName(o.names, v.On)
		o.names = nil
		if o.name == "" {
			o.name = string(key)
		}
		o.id = ownID(prefix, key)
		if len(o.party.ids) > 0 {
			o.id = o.party.ids[0].orgID()
		}
	}
	return out, nil
}

// ownID is the identifier of an organisation that has none elsewhere.
func ownID(prefix string, key innovation.OrganisationID) string {
	return prefix + "-Org-" + string(key)
}

// organisation is an organisation as the standard has it: its charity number
// comes before its company number, those before other identifiers.
func (e *exporter) organisation(id innovation.OrganisationID) map[string]any {
	o := e.orgs[id]
	if o == nil {
		return map[string]any{"id": ownID(e.opts.Prefix, id), "name": string(id)}
	}
	out := map[string]any{"id": o.id, "name": o.name}
	for _, i := range o.party.ids {
		name := map[string]string{"charity": "charityNumber", "company": "companyNumber"}[i.scheme]
		if name != "" && out[name] == nil {
			out[name] = i.value
		}
	}
	return out
}

// exportFields are the fields that a file of grants has, in their order.
var exportFields = []string{"id", "title", "description", "currency", "amountAwarded", "awardDate", "plannedDates.startDate", "plannedDates.endDate",
	"recipientOrganization.id", "recipientOrganization.name", "recipientOrganization.charityNumber", "recipientOrganization.companyNumber",
	"fundingOrganization.id", "fundingOrganization.name", "fundingOrganization.charityNumber", "fundingOrganization.companyNumber", "grantProgramme.title"}

// writeCSV writes grants under the titles of the standard. Recipients beyond
// the first have columns of their own, numbered.
func writeCSV(w io.Writer, grants []any) error {
	properties, err := grantProperties()
	if err != nil {
		return err
	}
	most := 1
	for _, g := range grants {
		most = max(most, len(g.(map[string]any)["recipientOrganization"].([]any)))
	}
	var columns []*column
	var header []string
	for _, field := range exportFields {
		title := titleOf(properties, field)
		c, ok := columnOf(properties, title)
		if !ok {
			continue // a test holds the fields against the schema
		}
		columns, header = append(columns, c), append(header, title)
	}
	for n := 1; n < most; n++ {
		for _, part := range []string{"Identifier", "Name", "Charity Number", "Company Number"} {
			title := "Recipient Org:" + strconv.Itoa(n) + ":" + part
			if c, ok := columnOf(properties, title); ok {
				columns, header = append(columns, c), append(header, title)
			}
		}
	}
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	for _, g := range grants {
		fields := make([]string, len(columns))
		for i, c := range columns {
			fields[i] = guarded(c.get(g))
		}
		if err := out.Write(fields); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// get is the text in the place of the column.
func (c *column) get(grant any) string {
	for _, s := range c.steps {
		o, ok := grant.(map[string]any)
		if !ok {
			return ""
		}
		grant = o[s.name]
		if list, isList := grant.([]any); isList {
			if s.at >= len(list) {
				return ""
			}
			grant = list[s.at]
		}
	}
	switch v := grant.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// guarded keeps a text from being taken for a formula by a spreadsheet, by an
// apostrophe before it; unguarded takes it off again.
func guarded(s string) string {
	if isGuarded(s) || s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func unguarded(s string) string {
	if isGuarded(s) {
		return s[1:]
	}
	return s
}

// isGuarded reports whether apostrophes stand before what could be a formula.
func isGuarded(s string) bool {
	rest := strings.TrimLeft(s, "'")
	return len(rest) < len(s) && rest != "" && strings.ContainsRune("=+-@\t\r", rune(rest[0]))
}
