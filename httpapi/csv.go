package httpapi

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// joined is the cells of a row, given in parts.
//
//go:noinline // many places would hold a copy of it
func joined(parts ...[]string) (out []string) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// wanted is the form in which the answer is wanted: csv for a table, svg for a
// figure, or json. format decides, then what the client accepts first of these.
func (x *exchange) wanted() string {
	if format := x.r.URL.Query().Get("format"); format != "" {
		return format
	}
	for part := range strings.SplitSeq(strings.Join(x.r.Header.Values("Accept"), ","), ",") {
		kind, _, _ := strings.Cut(part, ";")
		switch strings.TrimSpace(strings.ToLower(kind)) {
		case "text/csv":
			return "csv"
		case "image/svg+xml":
			return "svg"
		case "application/json", "*/*":
			return "json"
		}
	}
	return "json"
}

// encodeCSV writes a list as a table with a header row.
func encodeCSV(v any) ([]byte, error) {
	var rows [][]string
	switch v := v.(type) {
	case store.OrganisationList:
		rows = organisationRows(v)
	case store.LicenceBoard:
		rows = boardRows(v)
	case store.DueList:
		rows = dueRows(v)
	case store.EndingList:
		rows = endingRows(v)
	case store.ChangeFeed:
		rows = changeRows(v)
	case store.Ladder:
		rows = ladderRows(v)
	case store.ShareReport:
		rows = shareRows(v)
	case store.SplitReport:
		rows = splitRows(v)
	case store.Runway:
		rows = runwayRows(v)
	case store.SelfSufficiency:
		rows = selfSufficiencyRows(v)
	case store.Leverage:
		rows = leverageRows(v)
	case store.Variance:
		rows = varianceRows(v)
	case store.StillUsing:
		rows = stillUsingRows(v)
	case store.QuietStops:
		rows = quietRows(v)
	case store.Stops:
		rows = stopRows(v)
	case store.WhoNext:
		rows = whoNextRows(v)
	case store.Milestones:
		rows = milestoneRows(v)
	case store.CostPerAdopter:
		rows = costPerAdopterRows(v)
	case store.ObservationList:
		rows = observationRows(v)
	case store.InnovationList:
		rows = innovationRows(v)
	case store.Spread:
		rows = spreadRows(v)
	case store.SpreadFit:
		rows = spreadFitRows(v)
	case store.UptakeStanding:
		rows = standingRows(v)
	case store.UptakeSeries:
		rows = seriesRows(v)
	case store.UptakeFunnel:
		rows = funnelRows(v)
	case store.UptakeMovers:
		rows = moverRows(v)
	case store.AdoptionState:
		rows = adoptionStateRows(v)
	case store.AdoptionList:
		rows = adoptionListRows(v)
	case store.AdoptionCounts:
		rows = adoptionCountRows(v)
	case store.AdoptionMonths:
		rows = adoptionMonthRows(v)
	case store.AdoptionMovement:
		rows = adoptionMovementRows(v)
	default:
		return nil, fmt.Errorf("no table of %T", v)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		for i := range row {
			row[i] = cell(row[i])
		}
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// cell keeps a text from being taken for a formula by a spreadsheet.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		_, sum := innovation.ParseMoney(s)
		if _, err := strconv.ParseFloat(s, 64); sum != nil && (err != nil || s[0] != '-') { // a sum or a number below nothing is one
			return "'" + s
		}
	}
	return s
}

func organisationRows(l store.OrganisationList) [][]string {
	rows := [][]string{{"organisation", "name", "kind", "roles", "alsoKnownAs"}}
	for _, o := range l.Organisations {
		rows = append(rows, []string{string(o.ID), o.Name, o.Kind, strings.Join(o.Roles, "; "), strings.Join(o.Also, "; ")})
	}
	return rows
}

func boardRows(b store.LicenceBoard) [][]string {
	rows := [][]string{{"holder", "holderName", "licence", "round", "standing", "grade", "gradeBasis", "term",
		"licensors", "outstanding", "overdue", "sources"}}
	for _, r := range b.Rows {
		var licensors []string
		for _, l := range r.Status.Licensors {
			licensors = append(licensors, string(l.Licensor))
		}
		outstanding, overdue := 0, 0
		for _, c := range r.Status.Conditions {
			if c.Open() {
				outstanding++
			}
			if c.Overdue {
				overdue++
			}
		}
		rows = append(rows, []string{string(r.Holder), r.HolderName, string(r.Licence), string(r.Round), string(r.Status.Standing),
			string(r.Status.Grade), string(r.Status.GradeBasis), r.Status.EffectiveTerm.String(), strings.Join(licensors, "; "),
			strconv.Itoa(outstanding), strconv.Itoa(overdue), sourceList(r.Sources)})
	}
	return rows
}

func dueRows(l store.DueList) [][]string {
	rows := [][]string{{"licence", "holder", "round", "condition", "text", "due", "days", "overdue"}}
	for _, c := range l.Conditions {
		rows = append(rows, []string{string(c.Licence), string(c.Holder), string(c.Round), string(c.Condition.Condition), c.Condition.Text,
			c.Condition.Due.String(), strconv.Itoa(c.Days), strconv.FormatBool(c.Condition.Overdue)})
	}
	return rows
}

func endingRows(l store.EndingList) [][]string {
	rows := [][]string{{"licence", "holder", "round", "standing", "ends", "endsBasis", "follows", "next", "nextFrom"}}
	for _, e := range l.Licences {
		rows = append(rows, []string{string(e.Licence), string(e.Holder), string(e.Round), string(e.Standing),
			e.Ends.String(), e.Ends.Basis.String(), e.Follows, string(e.Next), e.NextFrom.String()})
	}
	return rows
}

func changeRows(f store.ChangeFeed) [][]string {
	rows := [][]string{{"act", "at", "actor", "reason", "change", "verb", "type", "fact", "subject"}}
	for _, a := range f.Acts {
		for _, c := range a.Changes {
			fact := ""
			if c.Fact != 0 {
				fact = strconv.FormatInt(int64(c.Fact), 10)
			}
			rows = append(rows, []string{strconv.FormatInt(int64(a.Act), 10), a.At.Format(time.RFC3339Nano), string(a.Actor), a.Reason,
				strconv.FormatInt(int64(c.Number), 10), c.Verb, c.Type, fact, c.Subject.String()})
		}
	}
	return rows
}

func sourceList(cited []innovation.Citation) string {
	var out []string
	for _, c := range cited {
		s := string(c.Source)
		if c.Locator != "" {
			s += " (" + c.Locator + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}
