package tabular

import (
	"context"
	"errors"
	"strconv"

	"github.com/innovationregistry/registry/innovation"
)

// errStop ends the reading of rows when the register wants no more.
var errStop = errors.New("no more rows are wanted")

// recent is how many rows are kept until the register has judged their events:
// more than it judges together.
const recent = 8_192

// placed is a row and the place of its event among those that were given.
type placed struct {
	place int
	row   *row
}

// adoptions takes rows that can only add events, in memory that does not grow
// with them.
func (t *take) adoptions(ctx context.Context) error {
	if err := t.needSource(ctx); err != nil { // nothing can be written while events are taken
		return err
	}
	if err := t.bodies.load(ctx, t.tx); err != nil {
		return err
	}
	at := map[string]int{}
	for i, c := range t.noun.Columns {
		at[c.Name] = i
	}
	given := make([]*row, 0, recent) // by place, the oldest gone
	next := 0
	var bad []placed // refused, but what else is wrong with the latest may be told yet
	flush := func(from int) {
		keep := bad[:0]
		for _, p := range bad {
			if p.place < from {
				t.refusal(p.row)
			} else {
				keep = append(keep, p)
			}
		}
		bad = keep
	}
	var unread []*row // what else is wrong with them is looked for at the end
	events := func(yield func(innovation.Adoption, error) bool) {
		err := t.rowsOf(ctx, func(r *row) error {
			a, err := t.adoption(r, at)
			if err != nil {
				r.refuseAll(t.noun.missing(r.values, err))
			}
			switch {
			case len(r.notes) > 0 && len(unread) < maxNotes:
				unread = append(unread, r)
				return nil
			case len(r.notes) > 0:
				t.refusal(r)
				return nil
			}
			if len(given) < recent {
				given = append(given, r)
			} else {
				given[next%recent] = r
			}
			next++
			if !yield(a, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(innovation.Adoption{}, err)
		}
	}
	tally, err := t.tx.TakeAdoptions(ctx, events, func(place int, _ innovation.Adoption, e *innovation.Error) {
		r := given[place%recent]
		if len(r.notes) == 0 {
			bad = append(bad, placed{place, r})
		}
		r.refuseAll(e)
		if len(bad) > 2*recent {
			flush(next - recent)
		}
	})
	flush(next)
	for _, r := range unread {
		if err == nil {
			err = t.whole(ctx, r)
		}
		t.refusal(r)
	}
	t.report.Added, t.report.Unchanged = int(tally.Added), int(tally.Unchanged)
	return err
}

// adoption is the event of a row, which cites the source of the file unless it
// names another.
func (t *take) adoption(r *row, at map[string]int) (a innovation.Adoption, err error) {
	if len(r.notes) > 0 {
		return a, nil
	}
	get := func(name string) string { return r.values[at[name]] }
	var errs []error
	whole := func(name string) int64 {
		n, _ := strconv.ParseInt(get(name), 10, 64) // it was looked at when it was read
		return n
	}
	a = innovation.Adoption{
		Innovation: innovation.InnovationID(get("innovation")), Organisation: innovation.OrganisationID(get("organisation")),
		Step: innovation.AdoptionStep(get("step")), Stage: innovation.Stage(get("stage")), Grade: innovation.EvidenceGrade(get("grade")),
		ExtentLow: whole("extentLow"), ExtentHigh: whole("extentHigh"), Reason: innovation.StopReason(get("reason")),
		Planned: get("planned") == "true", Restated: get("restated") == "true", Source: innovation.SourceID(get("source")), Note: get("note")}
	if a.Source == "" {
		a.Source = t.opts.Source
	}
	on, err := innovation.ParseBound(get("day.on"))
	for _, e := range innovation.Violations(err) {
		errs = append(errs, e.In("day.on"))
	}
	basis, err := innovation.ParseBasis(get("day.basis"))
	for _, e := range innovation.Violations(err) {
		errs = append(errs, e.In("day.basis"))
	}
	a.Day.Bound = on.As(basis)
	if err := innovation.Join(errs...); err != nil {
		return a, err
	}
	return a, a.Validate()
}
