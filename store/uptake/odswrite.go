package uptake

import (
	"context"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// queued is a row that waits to be written with others.
type queued struct {
	row   *row
	facts []innovation.Fact
	done  func()
	undo  func() // when it is refused; may be nil
}

// queue writes the facts of many rows together, each citing its row.
type queue struct {
	*take
	rows  []queued
	facts int
}

// mostQueued is how many facts wait at most.
const mostQueued = 2_048

func (q *queue) add(ctx context.Context, row queued) error {
	q.rows = append(q.rows, row)
	if q.facts += len(row.facts); q.facts < mostQueued {
		return nil
	}
	return q.flush(ctx)
}

// flush writes what waits.
func (q *queue) flush(ctx context.Context) error {
	rows := q.rows
	q.rows, q.facts = nil, 0
	if len(rows) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	q.progress()
	if err := q.needSource(ctx); err != nil {
		return err
	}
	return q.write(ctx, rows)
}

// write records what rows say. When something of it is refused it is written in
// halves, until the rows are found that are at fault.
func (q *queue) write(ctx context.Context, rows []queued) error {
	var all []innovation.Cited
	for _, r := range rows {
		cite := []innovation.Citation{q.cite(r.row.number)}
		for _, f := range r.facts {
			all = append(all, innovation.Cited{Fact: f, Sources: cite})
		}
	}
	_, err := q.tx.RecordAll(ctx, all)
	switch half := len(rows) / 2; {
	case err == nil:
		for _, r := range rows {
			r.done()
		}
		return nil
	case innovation.Violations(err) == nil:
		return err
	case half > 0:
		if err := q.write(ctx, rows[:half]); err != nil {
			return err
		}
		return q.write(ctx, rows[half:])
	}
	if rows[0].undo != nil {
		rows[0].undo()
	}
	var own []error
	for _, e := range innovation.Violations(err) {
		said := *e
		_, said.Field, _ = strings.Cut(e.Field, "].") // after its place among the facts
		own = append(own, &said)
	}
	rows[0].row.refuseAll(innovation.Join(own...))
	return nil
}
