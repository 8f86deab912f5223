package store

import (
	"context"
	"fmt"
	"math"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// MoversQuery asks who changed most between two periods.
type MoversQuery struct {
	UptakeQuery
	From  innovation.Bound `json:"from,omitzero" doc:"The earlier period: a month, quarter or year; the first one when left out"`
	To    innovation.Bound `json:"to,omitzero" doc:"The later period; the last one when left out"`
	Limit int64            `json:"limit,omitempty" minimum:"1" maximum:"10000" doc:"How many are listed at most, the largest changes first; 20 when left out"`
	As    string           `json:"as,omitempty" enum:"rate,proportion" doc:"Whether counts are of a rate or of a proportion; as the measure says when left out"`
}

// Validate reports everything that is wrong with the question taken alone.
func (q MoversQuery) Validate() error {
	var limit, as error
	if q.Limit < 0 || q.Limit > 10_000 {
		limit = question("limit", fmt.Sprintf("a list of %d", q.Limit), "use 1 to 10000")
	}
	switch q.As {
	case "", "rate", "proportion":
	default:
		as = question("as", fmt.Sprintf("%q is not one of its values", q.As), "use rate or proportion")
	}
	return innovation.Join(q.UptakeQuery.Validate(), q.From.Validate(), q.To.Validate(), limit, as)
}

// UptakeMovers is who changed most between two periods.
type UptakeMovers struct {
	UptakeAbout
	Asked   MoversQuery     `json:"asked" doc:"What was asked, with what was left out filled in"`
	Rows    []Mover         `json:"rows" doc:"The largest changes first, whichever way"`
	Of      int64           `json:"of" doc:"How many have a value in both periods"`
	Without []UptakeWithout `json:"without" doc:"Those that have not, and why"`
}

// Mover is how much one organisation changed.
type Mover struct {
	Organisation innovation.OrganisationID `json:"organisation"`
	Name         string                    `json:"name" doc:"Its name on the day"`
	From         float64                   `json:"from" doc:"Its value in the earlier period"`
	To           float64                   `json:"to" doc:"Its value in the later period"`
	Change       float64                   `json:"change" doc:"The later value less the earlier"`
	Low          *float64                  `json:"low,omitempty" doc:"The lower end of the 95 % interval of the change, for chance alone; left out when there is none"`
	High         *float64                  `json:"high,omitempty" doc:"The upper end"`
	Reason       string                    `json:"reason,omitempty" doc:"Why there is no interval"`
	Moved        string                    `json:"moved" enum:"better,worse,up,down,not" doc:"Which way it went; not when it did not change"`
	Began        *SeriesChange             `json:"began,omitempty" doc:"When the change most likely began"`
	BeganReason  string                    `json:"beganReason,omitempty" doc:"Why that is not known"`
}

// UptakeMovers lists the largest changes between two periods, with an interval
// for chance and when each most likely began (spread.ChangePoint, over the
// periods between). The interval is that of the difference of two independent
// Poisson rates, or proportions, by the normal approximation; it wants at least
// five counted in each period.
func (r reader) UptakeMovers(ctx context.Context, v innovation.View, q MoversQuery) (out UptakeMovers, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		f, err := readUptake(ctx, s, m, q.UptakeQuery)
		if err != nil {
			return err
		}
		to, err := f.chosen("to", q.To)
		if err != nil {
			return err
		}
		if q.From.IsZero() {
			q.From = innovation.Bound{Earliest: f.spans[0].start, Latest: f.spans[0].end.AddDays(-1)}
		}
		from, err := f.chosen("from", q.From)
		switch {
		case err != nil:
			return err
		case monthsOf(from) != monthsOf(to):
			return question("from", "the periods are not of one length", "compare a month with a month, a year with a year")
		case !from.start.Before(to.start):
			return question("to", fmt.Sprintf("%s is not after %s", to, from), "name a later period")
		}
		if err := f.population(ctx, to.end.AddDays(-1)); err != nil {
			return err
		}
		q.UptakeQuery, q.To = f.q, innovation.Bound{Earliest: to.start, Latest: to.end.AddDays(-1)}
		if q.Limit == 0 {
			q.Limit = 20
		}
		if q.As == "" {
			if q.As = "rate"; proportion(q.Measure) {
				q.As = "proportion"
			}
		}
		out.Asked = q
		err = f.movers(ctx, &out, from, to)
		out.UptakeAbout = f.about
		return err
	})
	return out, err
}

func (f *uptakeFile) movers(ctx context.Context, out *UptakeMovers, from, to uptakeSpan) error {
	if mode := f.q.Footprint.Mode; mode == "" || mode == innovation.FootprintThen {
		f.note("organisations are compared as measured: one that merged in between may have changed for that alone; name a footprint to allow for it")
	}
	earlier, without := f.on(from)
	later, withoutLater := f.on(to)
	f.valued(earlier, without)
	f.valued(later, withoutLater)
	for id, why := range without {
		without[id] = from.String() + ": " + why
	}
	for id, why := range withoutLater {
		if without[id] == "" {
			without[id] = to.String() + ": " + why
		}
	}
	for id := range earlier {
		if _, ok := later[id]; !ok && without[id] == "" {
			without[id] = to.String() + ": nothing is recorded for it"
		}
	}
	var rows []Mover
	for id, b := range later {
		if a, ok := earlier[id]; !ok && without[id] == "" {
			without[id] = from.String() + ": nothing is recorded for it"
		} else if without[id] == "" {
			rows = append(rows, f.mover(id, a, b, out.Asked.As))
		}
	}
	sort.Slice(rows, func(i, j int) bool {
		a, b := math.Abs(rows[i].Change), math.Abs(rows[j].Change)
		if a != b {
			return a > b
		}
		return rows[i].Organisation < rows[j].Organisation
	})
	out.Of = int64(len(rows))
	rows = rows[:min(len(rows), int(out.Asked.Limit))]
	spans, err := f.between(from.start, to.end.AddDays(-1))
	if err != nil {
		return err
	}
	f.began(rows, spans)
	shown := map[innovation.OrganisationID]uptakeFigure{}
	for i := range rows {
		shown[rows[i].Organisation] = uptakeFigure{}
	}
	named, err := f.names(ctx, shown, without)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Name = named[rows[i].Organisation]
	}
	if out.Rows = rows; rows == nil {
		out.Rows = []Mover{}
	}
	out.Without = f.withoutList(without, named)
	return nil
}

// mover compares two figures of one organisation.
func (f *uptakeFile) mover(id innovation.OrganisationID, a, b uptakeFigure, as string) Mover {
	x, _ := a.value(f.about.Rate)
	y, _ := b.value(f.about.Rate)
	out := Mover{Organisation: id, From: x, To: y, Change: y - x, Moved: "not"}
	if better := f.q.better(); y != x {
		switch up := y > x; {
		case better == stats.Neither && up:
			out.Moved = "up"
		case better == stats.Neither:
			out.Moved = "down"
		case up == (better == stats.HigherBetter):
			out.Moved = "better"
		default:
			out.Moved = "worse"
		}
	}
	switch {
	case !f.about.Rate:
		out.Reason = "there are no denominators"
		return out
	case a.count < 5 || b.count < 5:
		out.Reason = "fewer than five are counted in one of the periods"
		return out
	}
	variance := a.count/(a.per*a.per) + b.count/(b.per*b.per)
	if as == "proportion" {
		if x > 1 || y > 1 || a.per-a.count < 5 || b.per-b.count < 5 {
			out.Reason = "fewer than five are not counted in one of the periods"
			return out
		}
		variance = x*(1-x)/a.per + y*(1-y)/b.per
	}
	const normal95 = 1.959963984540054
	half := normal95 * math.Sqrt(variance)
	out.Low, out.High = number(out.Change-half), number(out.Change+half)
	return out
}

// began finds when each change began.
func (f *uptakeFile) began(rows []Mover, spans []uptakeSpan) {
	values := make([][]float64, len(rows))
	at := make([][]uptakeSpan, len(rows))
	for _, p := range spans {
		figures, _ := f.on(p)
		for i := range rows {
			if one, ok := figures[rows[i].Organisation]; ok {
				if x, why := one.value(f.about.Rate); why == "" {
					values[i], at[i] = append(values[i], x), append(at[i], p)
				}
			}
		}
	}
	for i := range rows {
		change, err := stats.ChangePoint(values[i])
		if err != nil {
			for _, e := range innovation.Violations(err) {
				rows[i].BeganReason = e.Detail
			}
			continue
		}
		p := at[i][change.At]
		rows[i].Began = &SeriesChange{innovation.Bound{Earliest: p.start, Latest: p.end.AddDays(-1)}, change.Before, change.After, change.Up, change.P}
	}
}
