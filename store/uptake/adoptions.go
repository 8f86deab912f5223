package uptake

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// adoptionColumns are the columns of a file of adoption events.
var adoptionColumns = []string{"innovation", "organisation", "ods", "step", "stage", "grade", "extentLow", "extentHigh",
	"reason", "planned", "restated", "source", "note", "day", "basis"}

// errStop ends the reading of rows when the register wants no more.
var errStop = errors.New("no more rows are wanted")

// takeAdoptions records the events of a file.
func takeAdoptions(ctx context.Context, t *take) error {
	tbl, err := t.header(ctx, "innovation", "step", "grade", "day")
	if err != nil {
		return err
	}
	byCode := tbl.has("ods")
	if !byCode && !tbl.has("organisation") {
		return innovation.Invalidf(innovation.RuleImportColumn, "organisation", "the file has neither a column \"organisation\" nor \"ods\"").
			Trying("name the organisations by the keys of the register in one, or by their ODS codes in the other")
	}
	for _, c := range tbl.rest(adoptionColumns...) {
		t.remark(0, 0, c, "", "the column is not one of an adoption event, and was not kept")
	}
	tbl.fields = map[string]string{"day.on": "day", "day.basis": "basis"}
	if !tbl.has("organisation") {
		tbl.fields["organisation"] = "ods"
	}
	orgs := &organisations{}
	if byCode {
		if orgs, err = loadOrganisations(ctx, t, schemeODS); err != nil {
			return err
		}
	}
	// While events are being taken nothing else can be written.
	if cites, err := t.citesFile(ctx, tbl); err != nil {
		return err
	} else if cites {
		if err := t.needSource(ctx); err != nil {
			return err
		}
	}
	// The place of an event among those that were given is not the number of its
	// row: some rows are refused before.
	var given places
	refusedAt := map[int]bool{}
	events := func(yield func(innovation.Adoption, error) bool) {
		err := t.each(ctx, tbl, nil, func(r *row) error {
			a := t.adoption(r, orgs, byCode)
			if r.refused {
				return nil
			}
			given.add(r.number, r.line)
			if !yield(a, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(innovation.Adoption{}, err)
		}
	}
	tally, err := t.tx.TakeAdoptions(ctx, events, func(place int, a innovation.Adoption, e *innovation.Error) {
		number, line := given.row(place)
		field := tbl.column(e.Field)
		if !refusedAt[number] {
			refusedAt[number] = true
			t.report.Refused++
		}
		t.refusal(Note{Row: number, Line: line, Field: field, Value: clip(valueOf(a, e.Field)), Rule: e.Rule, Detail: e.Detail, Try: e.Try})
	})
	t.report.Added, t.report.Unchanged, t.report.Events = int(tally.Added), int(tally.Unchanged), int(tally.Added)
	return err
}

// citesFile reports whether a row cites the source of the file.
func (t *take) citesFile(ctx context.Context, tbl *table) (bool, error) {
	rows, err := t.in.rows(ctx)
	if err != nil {
		return false, err
	}
	for rec, err := range rows {
		if err != nil {
			return false, err
		}
		r := row{table: tbl, fields: rec.fields}
		if source := r.get("source"); source == "" || source == string(t.opts.Source) {
			return true, nil
		}
	}
	return false, nil
}

// valueOf is the value of a field of an event, as a file writes it.
func valueOf(a innovation.Adoption, field string) string {
	switch field {
	case "innovation":
		return string(a.Innovation)
	case "organisation":
		return string(a.Organisation)
	case "step":
		return string(a.Step)
	case "stage":
		return string(a.Stage)
	case "source":
		return string(a.Source)
	case "day":
		return a.Day.Bound.String()
	}
	return ""
}

// adoption is the event of a row.
func (t *take) adoption(r *row, orgs *organisations, byCode bool) innovation.Adoption {
	a := innovation.Adoption{
		Innovation:   innovation.InnovationID(r.get("innovation")),
		Organisation: innovation.OrganisationID(r.get("organisation")),
		Step:         innovation.AdoptionStep(r.get("step")),
		Stage:        innovation.Stage(r.get("stage")),
		Grade:        innovation.EvidenceGrade(r.get("grade")),
		Reason:       innovation.StopReason(r.get("reason")),
		Source:       innovation.SourceID(r.get("source")),
		Note:         r.get("note"),
	}
	if a.Source == "" {
		a.Source = t.opts.Source
	}
	on, err := innovation.ParseBound(r.get("day"))
	if err != nil {
		r.refuseAs("day", err)
	}
	if a.Day.Basis, err = innovation.ParseBasis(r.get("basis")); err != nil {
		r.refuseAs("basis", err)
	}
	a.Day.Bound = on.As(a.Day.Basis)
	a.ExtentLow, a.ExtentHigh = r.whole("extentLow"), r.whole("extentHigh")
	a.Planned, a.Restated = r.yes("planned"), r.yes("restated")
	if code := r.get("ods"); byCode && code != "" {
		id := orgs.named(r, "ods", code, on)
		if a.Organisation != "" && id != "" && a.Organisation != id {
			r.refuse(innovation.RuleImportOrganisation, "ods", code, "correct one of them, or leave one out",
				"the code is that of %s, and the row names %s", id, clip(string(a.Organisation)))
		}
		a.Organisation = id
	}
	if !r.refused {
		if err := a.Validate(); err != nil {
			r.refuseAll(err)
		}
	}
	return a
}

// refuseAs refuses the row for what is wrong with one of its fields.
func (r *row) refuseAs(column string, err error) {
	for _, e := range innovation.Violations(err) {
		r.refuse(e.Rule, column, r.get(column), e.Try, "%s", e.Detail)
	}
}

// whole reads a whole number; empty is 0.
func (r *row) whole(column string) int64 {
	text := r.get(column)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		r.refuse(innovation.RuleQuantityInvalid, column, text, "write a whole number, such as 500000 for a half", "%q is no whole number", clip(text))
	}
	return n
}

// yes reads true or false; empty is false.
func (r *row) yes(column string) bool {
	switch text := r.get(column); strings.ToLower(text) {
	case "", "false", "no", "0":
		return false
	case "true", "yes", "1":
		return true
	default:
		r.refuse(innovation.RuleWordUnknown, column, text, "write true or false", "%q is neither true nor false", clip(text))
		return false
	}
}

// places remembers which row an event came from: how many rows were left out
// before it, and how many lines more than rows there were, change seldom.
type places struct {
	next  int
	spans []span
}

type span struct{ place, row, line int }

func (p *places) add(row, line int) {
	if n := len(p.spans); n == 0 || p.spans[n-1].row-p.spans[n-1].place != row-p.next || p.spans[n-1].line-p.spans[n-1].place != line-p.next {
		p.spans = append(p.spans, span{p.next, row, line})
	}
	p.next++
}

func (p *places) row(place int) (row, line int) {
	i, exact := slices.BinarySearchFunc(p.spans, place, func(s span, place int) int { return s.place - place })
	if !exact {
		i--
	}
	s := p.spans[i]
	return s.row + place - s.place, s.line + place - s.place
}
