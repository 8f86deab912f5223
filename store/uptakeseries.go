package store

import (
	"context"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// SeriesQuery asks how the uptake of one organisation went.
type SeriesQuery struct {
	UptakeQuery
	Organisation innovation.OrganisationID `json:"organisation" doc:"The organisation; deciles are among those that the question is about otherwise"`
	From         innovation.Date           `json:"from,omitzero" doc:"The first day; that of the first measurement when left out"`
	To           innovation.Date           `json:"to,omitzero" doc:"The last day; that of the last measurement when left out"`
	Baseline     int64                     `json:"baseline,omitempty" minimum:"0" maximum:"1200" doc:"Limits come from the first so many points of each stretch; from all of them when left out"`
	Rebase       []innovation.Date         `json:"rebase,omitempty" doc:"Days of the periods with which new limits begin"`
	Target       *float64                  `json:"target,omitempty" doc:"The value that should be kept to"`
}

// Validate reports everything that is wrong with the question taken alone.
func (q SeriesQuery) Validate() error {
	var baseline, target error
	if q.Baseline < 0 || q.Baseline > 1200 {
		baseline = question("baseline", fmt.Sprintf("a baseline of %d points", q.Baseline), "use 1 to 1200")
	}
	if q.Target != nil && number(*q.Target) == nil {
		target = question("target", "the target is no number", "")
	}
	return innovation.Join(q.UptakeQuery.Validate(), innovation.CheckKey("organisation", string(q.Organisation)), inOrder(q.From, q.To), baseline, target)
}

// UptakeSeries is how the uptake of one organisation went.
type UptakeSeries struct {
	UptakeAbout
	Asked            SeriesQuery     `json:"asked" doc:"What was asked, with what was left out filled in"`
	OrganisationName string          `json:"organisationName" doc:"Its name on the day"`
	Points           []SeriesPoint   `json:"points" doc:"Period by period, those without a figure too"`
	Segments         []SeriesSegment `json:"segments,omitempty" doc:"The stretches of the control chart with their limits"`
	Variation        string          `json:"variation,omitempty" doc:"What the last point shows"`
	Assurance        string          `json:"assurance,omitempty" doc:"Whether the target is kept to"`
	Change           *SeriesChange   `json:"change,omitempty" doc:"Where the level most likely changed, once and lastingly (Pettitt)"`
	Shifts           []SeriesShift   `json:"shifts,omitempty" doc:"Small lasting shifts that a CUSUM chart finds"`
	Refused          []Unanswered    `json:"refused,omitempty" doc:"What the data cannot bear, and why"`
}

// SeriesPoint is one period of a series.
type SeriesPoint struct {
	Period  innovation.Bound `json:"period"`
	Count   *float64         `json:"count,omitempty" doc:"Left out when it is not known"`
	Per     *float64         `json:"per,omitempty" doc:"The denominator; left out when it is not known"`
	Value   *float64         `json:"value,omitempty" doc:"Count over denominator, or the count; left out when it is not known"`
	Reason  string           `json:"reason,omitempty" doc:"Why there is no value"`
	Signal  string           `json:"signal,omitempty" doc:"What the point shows: common cause, improvement, concern …"`
	Rules   []string         `json:"rules,omitempty" doc:"The rules of the control chart that it is part of"`
	Among   int64            `json:"among" doc:"How many organisations have a value in the period"`
	Decile  *int64           `json:"decile,omitempty" doc:"The tenth of them in which it stands, 1 being the best, or the lowest"`
	Deciles []float64        `json:"deciles,omitempty" doc:"The nine deciles among them"`
}

// SeriesSegment is a stretch of points with one mean and one pair of limits.
type SeriesSegment struct {
	Start       innovation.Bound `json:"start" doc:"The period of its first point"`
	End         innovation.Bound `json:"end" doc:"That of its last"`
	Points      int64            `json:"points" doc:"How many have a value"`
	Baseline    int64            `json:"baseline" doc:"How many of them the limits come from"`
	Mean        float64          `json:"mean"`
	Lower       float64          `json:"lower" doc:"Lower process limit"`
	Upper       float64          `json:"upper" doc:"Upper process limit"`
	Provisional bool             `json:"provisional,omitempty" doc:"That they come from fewer than twelve points"`
}

// SeriesChange is the most likely change of a level.
type SeriesChange struct {
	Period innovation.Bound `json:"period" doc:"The first period after it"`
	Before float64          `json:"before" doc:"Median before"`
	After  float64          `json:"after" doc:"Median from then on"`
	Up     bool             `json:"up" doc:"Whether values are higher after it"`
	P      float64          `json:"p" doc:"The chance of as large a change in a series without one, approximately"`
}

// SeriesShift is a shift that a CUSUM chart finds.
type SeriesShift struct {
	Since  innovation.Bound `json:"since" doc:"The first period of the shift"`
	Signal innovation.Bound `json:"signal" doc:"The period in which it showed"`
	Up     bool             `json:"up" doc:"Whether the level rose"`
	Level  float64          `json:"level" doc:"The new level, by then"`
}

// UptakeSeries follows the measurements of one organisation: a control chart by
// the rules of NHS England's Making Data Count with the rule that fired, when
// its level changed, and its decile among the others.
func (r reader) UptakeSeries(ctx context.Context, v innovation.View, q SeriesQuery) (out UptakeSeries, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if _, _, err := mustEntity(ctx, s, m, q.Organisation.Entity()); err != nil {
			return err
		}
		f, err := readUptake(ctx, s, m, q.UptakeQuery)
		if err != nil {
			return err
		}
		spans, err := f.between(q.From, q.To)
		if err != nil {
			return err
		}
		if err := f.population(ctx, spans[len(spans)-1].end.AddDays(-1)); err != nil {
			return err
		}
		q.UptakeQuery = f.q
		q.From, q.To = spans[0].start, spans[len(spans)-1].end.AddDays(-1)
		named, err := namesOn(ctx, s, m, []innovation.OrganisationID{q.Organisation})
		if err != nil {
			return err
		}
		out = UptakeSeries{Asked: q, OrganisationName: named[q.Organisation]}
		if err := f.series(&out, spans); err != nil {
			return err
		}
		out.UptakeAbout = f.about
		return nil
	})
	return out, err
}

// series fills in the points, and what follows from them.
func (f *uptakeFile) series(out *UptakeSeries, spans []uptakeSpan) error {
	own := out.Asked.Organisation
	var values []float64
	var at []int // the points of the values
	for i, p := range spans {
		figures, without := f.on(p)
		point := SeriesPoint{Period: innovation.Bound{Earliest: p.start, Latest: p.end.AddDays(-1)}}
		one, there := figures[own]
		if !there && f.members[own] == innovation.No { // it is compared with a group that it is not in
			one, there = f.outside(own, p)
		}
		x, why := one.value(f.about.Rate)
		switch {
		case there:
			point.Reason = why
			if one.hasCount {
				point.Count = number(one.count)
			}
			if one.hasPer {
				point.Per = number(one.per)
			}
		case without[own] != "":
			point.Reason = without[own]
		default:
			point.Reason = "nothing is recorded for it"
		}
		if point.Reason == "" {
			point.Value = number(x)
			values, at = append(values, x), append(at, i)
		}
		ids := f.valued(figures, nil)
		var all []float64
		mine := -1
		for _, id := range ids {
			if id == own {
				mine = len(all)
			}
			one := figures[id]
			y, _ := one.value(f.about.Rate)
			all = append(all, y)
		}
		point.Among = int64(len(all))
		if len(all) >= 10 {
			for k := 1; k <= 9; k++ {
				d, err := stats.Quantile(all, float64(k)/10, 0)
				if err != nil {
					return err
				}
				point.Deciles = append(point.Deciles, d)
			}
		}
		if ranks, err := stats.Ranks(all, f.q.better()); err == nil && mine >= 0 && ranks[mine].Decile > 0 {
			decile := int64(ranks[mine].Decile)
			point.Decile = &decile
		}
		out.Points = append(out.Points, point)
	}
	if len(values) == 0 {
		out.Refused = appendRefused(out.Refused, "control chart", thin("", "it has no figure in that time", "ask about another time"))
		return nil
	}
	if gaps := at[len(at)-1] - at[0] + 1 - len(at); gaps > 0 {
		f.note(fmt.Sprintf("%d periods between the first and the last have no figure: the charts pass over them", gaps))
	}
	period := func(i int) innovation.Bound { return out.Points[at[i]].Period }
	o := &stats.XmROptions{Direction: f.q.better(), Target: out.Asked.Target, Baseline: int(out.Asked.Baseline)}
	for k, d := range out.Asked.Rebase {
		i := 0
		for i < len(at) && out.Points[at[i]].Period.Latest.Before(d) {
			i++
		}
		if i == 0 || i == len(at) {
			return question("rebase", fmt.Sprintf("%s is not within the series", d), "name a day of a period after the first")
		}
		if k > 0 && i <= o.Rebase[k-1] {
			return question("rebase", fmt.Sprintf("%s is not after the one before", d), "give days of different periods in their order")
		}
		o.Rebase = append(o.Rebase, i)
	}
	if chart, err := stats.XmR(values, o); err != nil {
		out.Refused = appendRefused(out.Refused, "control chart", err)
	} else {
		for i, p := range chart.Points {
			point := &out.Points[at[i]]
			point.Signal = p.Signal.String()
			for _, r := range p.Fired {
				point.Rules = append(point.Rules, r.Rule.String())
			}
		}
		for _, g := range chart.Segments {
			out.Segments = append(out.Segments, SeriesSegment{Start: period(g.Start), End: period(g.End - 1), Points: int64(g.End - g.Start), Baseline: int64(g.Baseline),
				Mean: g.Mean, Lower: g.Lower, Upper: g.Upper, Provisional: g.Provisional})
		}
		out.Variation = chart.Variation.String()
		if out.Asked.Target != nil && chart.Assurance != stats.NoAssurance {
			out.Assurance = chart.Assurance.String()
		}
	}
	if change, err := stats.ChangePoint(values); err != nil {
		out.Refused = appendRefused(out.Refused, "change", err)
	} else {
		out.Change = &SeriesChange{period(change.At), change.Before, change.After, change.Up, change.P}
	}
	if cusum, err := stats.CUSUM(values, &stats.CUSUMOptions{Baseline: int(out.Asked.Baseline)}); err != nil {
		out.Refused = appendRefused(out.Refused, "shifts", err)
	} else {
		for _, s := range cusum.Shifts {
			out.Shifts = append(out.Shifts, SeriesShift{period(s.Since), period(s.Signal), s.Up, s.Level})
		}
	}
	return nil
}

// outside is the figure of an organisation that is not among those asked about.
func (f *uptakeFile) outside(id innovation.OrganisationID, p uptakeSpan) (uptakeFigure, bool) {
	members := f.members
	f.members = nil
	figures, _ := f.on(p)
	f.members = members
	one, ok := figures[id]
	return one, ok
}
