package store

import (
	"context"
	"fmt"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// StandingQuery asks where organisations stand by a measurement of a period.
type StandingQuery struct {
	UptakeQuery
	Period innovation.Bound `json:"period,omitzero" doc:"The period of the measurements: a month, quarter or year; the last one when left out"`
	From   innovation.Date  `json:"from,omitzero" doc:"Also the variation in each period from this day on, and its trend"`
	To     innovation.Date  `json:"to,omitzero" doc:"Until this day"`
}

// Validate reports everything that is wrong with the question taken alone.
func (q StandingQuery) Validate() error {
	return innovation.Join(q.UptakeQuery.Validate(), q.Period.Validate(), inOrder(q.From, q.To))
}

func inOrder(from, to innovation.Date) error {
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return question("to", fmt.Sprintf("the last day, %s, is before the first, %s", to, from), "")
	}
	return nil
}

// UptakeStanding is where organisations stand by a measurement.
type UptakeStanding struct {
	UptakeAbout
	Asked    StandingQuery   `json:"asked" doc:"What was asked, with what was left out filled in"`
	Rows     []StandingRow   `json:"rows" doc:"Each organisation with a figure, best first, or lowest first when neither way is better"`
	Without  []UptakeWithout `json:"without" doc:"Those without a figure: that is not nothing"`
	Summary  *UptakeSummary  `json:"summary,omitempty" doc:"How the values lie"`
	Periods  []UptakeSummary `json:"periods,omitempty" doc:"How they lay in each period, when asked for"`
	CVTrend  *TrendOf        `json:"cvTrend,omitempty" doc:"Whether the coefficient of variation rises or falls"`
	IDRTrend *TrendOf        `json:"interdecileTrend,omitempty" doc:"Whether the interdecile range rises or falls"`
	Refused  []Unanswered    `json:"refused,omitempty" doc:"What the data cannot bear, and why"`
}

// StandingRow is one organisation.
type StandingRow struct {
	Organisation innovation.OrganisationID `json:"organisation"`
	Name         string                    `json:"name" doc:"Its name on the day"`
	Count        float64                   `json:"count"`
	Per          *float64                  `json:"per,omitempty" doc:"The denominator; left out when there is none"`
	Value        float64                   `json:"value" doc:"Count over denominator, or the count where there are no denominators"`
	Sum          bool                      `json:"sum,omitempty" doc:"That it is the sum of several, put on the footprint"`
	Member       innovation.Answer         `json:"member" doc:"Whether it is one of those asked about: yes, or possibly"`
	Rank         *int64                    `json:"rank,omitempty" doc:"Its place: 1 is the best; equal values share a place. Left out when nothing can be ranked"`
	Tied         int64                     `json:"tied,omitempty" doc:"How many share the place"`
	PercentRank  *float64                  `json:"percentRank,omitempty" doc:"The share of the others that stand before it"`
	Decile       *int64                    `json:"decile,omitempty" doc:"The tenth in which it stands, from 1; left out with fewer than ten"`
}

// UptakeSummary is how the values of organisations lie in a period.
type UptakeSummary struct {
	Period            innovation.Bound `json:"period" doc:"The period"`
	Organisations     int64            `json:"organisations" doc:"How many have a value"`
	Without           int64            `json:"without" doc:"How many have none"`
	Mean              float64          `json:"mean" doc:"Each organisation counts once"`
	Pooled            *float64         `json:"pooled,omitempty" doc:"All counts over all denominators"`
	Min               float64          `json:"min"`
	LowerQuartile     float64          `json:"lowerQuartile"`
	Median            float64          `json:"median"`
	UpperQuartile     float64          `json:"upperQuartile"`
	Max               float64          `json:"max"`
	Deciles           []float64        `json:"deciles,omitempty" doc:"The nine deciles, from the first; left out with fewer than ten organisations"`
	CV                *float64         `json:"cv,omitempty" doc:"Coefficient of variation: standard deviation over mean"`
	CVReason          string           `json:"cvReason,omitempty" doc:"Why there is none"`
	Interdecile       *float64         `json:"interdecile,omitempty" doc:"The ninth decile less the first"`
	InterdecileReason string           `json:"interdecileReason,omitempty" doc:"Why there is none"`
}

// TrendOf is the direction of a series; see spread.MannKendall.
type TrendOf struct {
	Periods int64    `json:"periods"`
	Tau     float64  `json:"tau" doc:"Kendall's tau-b, from -1 to 1"`
	P       float64  `json:"p" doc:"Two-sided; the chance of a tau as far from 0 without a trend"`
	Slope   float64  `json:"slope" doc:"Median slope of Theil and Sen, for each period"`
	Low     *float64 `json:"low,omitempty" doc:"The lower end of its 95 % interval"`
	High    *float64 `json:"high,omitempty" doc:"The upper end"`
}

// UptakeStanding ranks organisations by a measurement of one period, with the
// quartiles, deciles and variation among them. Those without a figure are
// listed: they are not nothing. On the footprint of another day counts and
// denominators of those that merged are added; what would have to be parted is
// listed with those without.
func (r reader) UptakeStanding(ctx context.Context, v innovation.View, q StandingQuery) (out UptakeStanding, err error) {
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
		p, err := f.chosen("period", q.Period)
		if err != nil {
			return err
		}
		if err := f.population(ctx, p.end.AddDays(-1)); err != nil {
			return err
		}
		q.UptakeQuery, q.Period = f.q, innovation.Bound{Earliest: p.start, Latest: p.end.AddDays(-1)}
		out = UptakeStanding{Asked: q, Rows: []StandingRow{}}
		figures, without := f.on(p)
		if out.Rows, err = f.rank(ctx, figures, without, &out.Refused); err != nil {
			return err
		}
		named, err := f.names(ctx, nil, without)
		if err != nil {
			return err
		}
		out.Without = f.withoutList(without, named)
		if sum, err := f.summary(p, figures, without); err != nil {
			out.Refused = appendRefused(out.Refused, "variation", err)
		} else {
			out.Summary = sum
		}
		if !q.From.IsZero() || !q.To.IsZero() {
			if err := f.variation(&out, q.From, q.To); err != nil {
				return err
			}
		}
		out.UptakeAbout = f.about
		return nil
	})
	return out, err
}

// rank makes the rows, and moves figures without a value to those without.
func (f *uptakeFile) rank(ctx context.Context, figures map[innovation.OrganisationID]uptakeFigure, without map[innovation.OrganisationID]string, refused *[]Unanswered) ([]StandingRow, error) {
	named, err := f.names(ctx, figures, nil)
	if err != nil {
		return nil, err
	}
	ids := f.valued(figures, without)
	rows := make([]StandingRow, len(ids))
	values := make([]float64, len(ids))
	for i, id := range ids {
		one := figures[id]
		values[i], _ = one.value(f.about.Rate)
		rows[i] = StandingRow{Organisation: id, Name: named[id], Count: one.count, Value: values[i], Sum: one.sum, Member: f.members[id]}
		if one.hasPer {
			rows[i].Per = number(one.per)
		}
	}
	ranks, err := stats.Ranks(values, f.q.better())
	if err != nil {
		*refused = appendRefused(*refused, "ranks", err)
		return rows, nil
	}
	for i, r := range ranks {
		place, decile := int64(r.Rank), int64(r.Decile)
		rows[i].Rank, rows[i].PercentRank = &place, number(r.PercentRank)
		if decile > 0 {
			rows[i].Decile = &decile
		}
		if r.Tied > 1 {
			rows[i].Tied = int64(r.Tied)
		}
	}
	sort.SliceStable(rows, func(i, j int) bool { return *rows[i].Rank < *rows[j].Rank })
	return rows, nil
}

// valued lists those with a value, in the order of their keys; the others join
// those without.
func (f *uptakeFile) valued(figures map[innovation.OrganisationID]uptakeFigure, without map[innovation.OrganisationID]string) []innovation.OrganisationID {
	var ids []innovation.OrganisationID
	for id, one := range figures {
		if _, why := one.value(f.about.Rate); why != "" {
			if without != nil {
				without[id] = why
			}
			continue
		}
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return ids
}

// summary says how the values of a period lie.
func (f *uptakeFile) summary(p uptakeSpan, figures map[innovation.OrganisationID]uptakeFigure, without map[innovation.OrganisationID]string) (*UptakeSummary, error) {
	ids := f.valued(figures, without)
	values := make([]float64, len(ids))
	var counts, pers float64
	for i, id := range ids {
		one := figures[id]
		values[i], _ = one.value(f.about.Rate)
		counts, pers = counts+one.count, pers+one.per
	}
	v, err := stats.Between(values, nil)
	if err != nil {
		return nil, err
	}
	out := &UptakeSummary{Period: innovation.Bound{Earliest: p.start, Latest: p.end.AddDays(-1)}, Organisations: int64(v.N), Without: int64(len(without)), Mean: v.Mean,
		Min: v.Min, LowerQuartile: v.Lower, Median: v.Median, UpperQuartile: v.Upper, Max: v.Max, CVReason: v.CVReason, InterdecileReason: v.DecilesReason}
	if v.CVReason == "" {
		out.CV = number(v.CV)
	}
	if f.about.Rate && pers > 0 {
		out.Pooled = number(counts / pers)
	}
	if v.DecilesReason == "" {
		out.Interdecile = number(v.Interdecile)
		out.Deciles = make([]float64, 9)
		for k := range out.Deciles {
			if out.Deciles[k], err = stats.Quantile(values, float64(k+1)/10, 0); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// variation adds the periods of a time and their trend.
func (f *uptakeFile) variation(out *UptakeStanding, from, to innovation.Date) error {
	spans, err := f.between(from, to)
	if err != nil {
		out.Refused = appendRefused(out.Refused, "trend", err)
		return nil
	}
	var all [][]float64
	for _, p := range spans {
		figures, without := f.on(p)
		sum, err := f.summary(p, figures, without)
		if err != nil {
			out.Refused = appendRefused(out.Refused, "variation of "+p.String(), err)
			continue
		}
		out.Periods = append(out.Periods, *sum)
		var values []float64
		for _, id := range f.valued(figures, nil) {
			one := figures[id]
			x, _ := one.value(f.about.Rate)
			values = append(values, x)
		}
		all = append(all, values)
	}
	if len(all) < len(spans) {
		f.note("the trend passes over the periods of which the values cannot be described")
	}
	trend, err := stats.VariationTrend(all, nil)
	if err != nil {
		out.Refused = appendRefused(out.Refused, "trend", err)
		return nil
	}
	refuse := func(part, why string) {
		out.Refused = append(out.Refused, Unanswered{Part: part, Rule: innovation.RuleSeriesThin, Detail: why})
	}
	if trend.CV != nil {
		out.CVTrend = trendOf(*trend.CV)
	} else {
		refuse("trend of the coefficient of variation", trend.CVReason)
	}
	if trend.Interdecile != nil {
		out.IDRTrend = trendOf(*trend.Interdecile)
	} else {
		refuse("trend of the interdecile range", trend.InterdecileReason)
	}
	return nil
}

func trendOf(t stats.Trend) *TrendOf {
	out := &TrendOf{Periods: int64(t.N), Tau: t.Tau, P: t.P, Slope: t.Slope}
	if t.Bounds {
		out.Low, out.High = number(t.Lower), number(t.Upper)
	}
	return out
}
