package uptake

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// The places of the columns of a list of the Organisation Data Service.
var odsColumns = []string{"code", "name", "region", "geography", "address 1", "address 2", "address 3", "address 4", "address 5", "postcode", "open", "close"}

// takeODSList founds the organisations of a list, with their first and last
// days. What the register knows under a code stays as it is.
func takeODSList(ctx context.Context, t *take) error {
	orgs, err := loadOrganisations(ctx, t, schemeODS)
	if err != nil {
		return err
	}
	on := t.opts.Edition
	if known := t.opts.SourcePublished.Bound; on.IsZero() && !known.IsZero() && known.Latest.Before(innovation.OpenEnd().Latest) {
		on = known.Latest
	}
	if on.IsZero() {
		on = innovation.DateOf(t.tx.At(), time.UTC)
	}
	var others, firstOther int // rows of a list of groups that are no groups
	firstName := ""
	tbl := headless(odsColumns...)
	err = t.each(ctx, tbl, nil, func(r *row) error {
		if len(r.fields) < len(odsColumns) {
			r.refuse(innovation.RuleImportRowShape, "", "", "give the list as the Organisation Data Service publishes it", "the row has %d fields, and the first %d are needed", len(r.fields), len(odsColumns))
			return nil
		}
		code := strings.ToUpper(r.get("code"))
		first, ok1 := r.odsDay("open")
		last, ok2 := r.odsDay("close")
		if code == "" {
			r.refuse(innovation.RuleTextRequired, "code", "", "give the code", "the code is missing")
		}
		if r.refused || !ok1 || !ok2 {
			return nil
		}
		period := innovation.FromBound(innovation.UnknownBound())
		if !first.IsZero() {
			period = innovation.From(first)
		}
		if !last.IsZero() {
			period.End = innovation.Exactly(last.AddDays(1))
		}
		if id, several := orgs.find(code, period.Start); id != "" || several != nil {
			t.report.Unchanged++
			return nil
		}
		name := oneLine(r.get("name"))
		if _, err := orgs.found(ctx, t, r.number, body{code: code, name: name, kind: t.opts.Kind, period: period, named: borne(period, on)}); err != nil {
			return err
		}
		t.report.Added++
		if t.opts.Kind == "ccg" && !namedGroup.MatchString(name) {
			if others++; others == 1 {
				firstOther, firstName = r.number, name
			}
		}
		return nil
	})
	if others > 0 {
		t.remark(0, 0, "name", firstName, "%d rows are taken to be of the kind ccg and are not named CCG or ICB, from row %d on: the list has commissioning hubs too", others, firstOther)
	}
	return err
}

// namedGroup is how commissioning groups, and what followed them, are named.
var namedGroup = regexp.MustCompile(`(?i)\b(CCG|ICB)\b|clinical commissioning group|integrated care board`)

// borne is when an organisation bore the name that a list of a day gives it: on
// that day, or on its last one, and since nobody knows when.
func borne(period innovation.Period, on innovation.Date) innovation.Period {
	if end := period.End; !period.IsOpen() && !on.Before(end.Earliest) {
		on = end.Earliest.AddDays(-1)
	}
	if first := period.Start.Earliest; first.After(on) {
		on = first
	}
	period.Start = innovation.Bound{Earliest: period.Start.Earliest, Latest: on}
	return period
}

// odsDay reads a day written 20200331; empty is the zero Date.
func (r *row) odsDay(column string) (innovation.Date, bool) {
	text := r.get(column)
	if text == "" {
		return innovation.Date{}, true
	}
	if len(text) == 8 {
		if d, err := innovation.ParseDate(text[:4] + "-" + text[4:6] + "-" + text[6:]); err == nil {
			return d, true
		}
	}
	r.refuse(innovation.RuleDateInvalid, column, text, "write the day as 20200331", "%q is not a day", clip(text))
	return innovation.Date{}, false
}

// succession is one of a file.
type succession struct {
	from, to innovation.OrganisationID
	day      innovation.Date
	row      *row
}

// takeSuccessors records which organisations followed which.
func takeSuccessors(ctx context.Context, t *take) error {
	tbl, err := t.header(ctx, "old_code", "new_code", "date")
	if err != nil {
		return err
	}
	tbl.fields = map[string]string{"predecessor": "old_code", "successor": "new_code", "day": "date"}
	orgs, err := loadOrganisations(ctx, t, schemeODS)
	if err != nil {
		return err
	}
	type step struct {
		from, to innovation.OrganisationID
		day      innovation.Date
	}
	known := map[step]bool{}
	for s, err := range each[innovation.Succession](ctx, t.tx, anyDay, store.FactFilter{AllDays: true}) {
		if err != nil {
			return err
		}
		known[step{s.Value.Predecessor, s.Value.Successor, s.Value.Day.Earliest}] = true
	}
	type leaving struct {
		from innovation.OrganisationID
		day  innovation.Date
	}
	var all []succession
	into := map[leaving]int{}
	if err := t.each(ctx, tbl, nil, func(r *row) error {
		day, err := innovation.ParseDate(r.get("date"))
		if err != nil {
			r.refuseAs("date", err)
			return nil
		}
		// The last day of the one, and the first of the other.
		from, _ := orgs.find(strings.ToUpper(r.get("old_code")), innovation.Exactly(day.AddDays(-1)))
		to, _ := orgs.find(strings.ToUpper(r.get("new_code")), innovation.Exactly(day))
		if from == "" || to == "" || from == to {
			t.report.PassedOver++
			return nil
		}
		keep := *r
		keep.fields = nil // they are good until the next row
		all = append(all, succession{from, to, day, &keep})
		into[leaving{from, day}]++
		return nil
	}); err != nil {
		return err
	}
	for _, s := range all {
		key := step{s.from, s.to, s.day}
		if known[key] {
			t.report.Unchanged++
			continue
		}
		typ := innovation.Merge
		if into[leaving{s.from, s.day}] > 1 {
			typ = innovation.Split
		}
		err := t.record(ctx, s.row.number, innovation.Succession{Predecessor: s.from, Successor: s.to, Type: typ, Day: innovation.OnDay(s.day)})
		switch {
		case err != nil && innovation.Violations(err) == nil:
			return err
		case err != nil:
			s.row.refuseAll(err)
		default:
			known[key] = true
			t.report.Added++
		}
	}
	return nil
}
