package store

import (
	"context"
	"fmt"
	"math"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// FunnelQuery asks which organisations differ by more than chance.
type FunnelQuery struct {
	UptakeQuery
	Period     innovation.Bound `json:"period,omitzero" doc:"The period of the measurements; the last one when left out"`
	Target     *float64         `json:"target,omitempty" doc:"The level to compare with; that of all together when left out"`
	As         string           `json:"as,omitempty" enum:"rate,proportion" doc:"Whether counts are of a rate (Poisson) or of a proportion (binomial); as the measure says when left out"`
	Dispersion string           `json:"dispersion,omitempty" enum:"none,multiplicative,additive" doc:"How more variation than chance is allowed for"`
}

// Validate reports everything that is wrong with the question taken alone.
func (q FunnelQuery) Validate() error {
	var as, dispersion, target error
	switch q.As {
	case "", "rate", "proportion":
	default:
		as = question("as", fmt.Sprintf("%q is not one of its values", q.As), "use rate or proportion")
	}
	switch q.Dispersion {
	case "", "none", "multiplicative", "additive":
	default:
		dispersion = question("dispersion", fmt.Sprintf("%q is not one of its values", q.Dispersion), "use none, multiplicative or additive")
	}
	if q.Target != nil && (number(*q.Target) == nil || *q.Target <= 0) {
		target = question("target", "the target is not above nothing", "")
	}
	return innovation.Join(q.UptakeQuery.Validate(), q.Period.Validate(), as, dispersion, target)
}

// UptakeFunnel is which organisations differ by more than chance.
type UptakeFunnel struct {
	UptakeAbout
	Asked         FunnelQuery     `json:"asked" doc:"What was asked, with what was left out filled in"`
	Target        float64         `json:"target" doc:"The level they are compared with"`
	Rows          []FunnelRow     `json:"rows" doc:"Each organisation, in the order of their keys"`
	Without       []UptakeWithout `json:"without" doc:"Those that are not in the funnel, and why"`
	Judged        int64           `json:"judged" doc:"How many are large enough for a verdict"`
	Chance95      float64         `json:"chance95" doc:"How many of these lie beyond the 95 % limits by chance alone, at most"`
	Chance998     float64         `json:"chance998" doc:"How many beyond the 99.8 % limits"`
	Phi           *float64        `json:"phi,omitempty" doc:"Variation over that of chance, winsorised; left out with fewer than ten judged"`
	Tau           *float64        `json:"tau,omitempty" doc:"Standard deviation between organisations beyond chance"`
	Overdispersed bool            `json:"overdispersed" doc:"That they differ by more than chance as a whole: then most points beyond the limits say only that"`
	Limits        []FunnelEdge    `json:"limits" doc:"The limits at rising denominators"`
}

// FunnelRow is one organisation of a funnel.
type FunnelRow struct {
	Organisation innovation.OrganisationID `json:"organisation"`
	Name         string                    `json:"name" doc:"Its name on the day"`
	Count        float64                   `json:"count"`
	Per          float64                   `json:"per" doc:"The denominator"`
	Value        float64                   `json:"value" doc:"Count over denominator"`
	Expected     float64                   `json:"expected" doc:"The count, were it at the target"`
	Z            float64                   `json:"z" doc:"Its distance from the target in standard errors, with the allowance asked for"`
	Verdict      string                    `json:"verdict" doc:"What the funnel says: too small, within, above or below the 95 % or 99.8 % limits"`
	Low95        float64                   `json:"low95" doc:"The limits at its denominator"`
	High95       float64                   `json:"high95"`
	Low998       float64                   `json:"low998"`
	High998      float64                   `json:"high998"`

	verdict stats.FunnelVerdict `json:"-"`
}

// FunnelEdge is the funnel at one denominator.
type FunnelEdge struct {
	Per     float64 `json:"per" doc:"The denominator"`
	Low95   float64 `json:"low95"`
	High95  float64 `json:"high95"`
	Low998  float64 `json:"low998"`
	High998 float64 `json:"high998"`
}

// UptakeFunnel compares organisations of different size with one level, without
// calling the small ones extreme. See spread.Funnel.
func (r reader) UptakeFunnel(ctx context.Context, v innovation.View, q FunnelQuery) (out UptakeFunnel, err error) {
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
		if !f.about.Rate {
			return thin("measure", "nothing that is measured has a denominator, so that there is no size to allow for", "record what the counts are per, or ask for the standing")
		}
		q.UptakeQuery, q.Period = f.q, innovation.Bound{Earliest: p.start, Latest: p.end.AddDays(-1)}
		if q.As == "" {
			if q.As = "rate"; proportion(q.Measure) {
				q.As = "proportion"
			}
		}
		if q.Dispersion == "" {
			q.Dispersion = "none"
		}
		out.Asked = q
		err = f.funnel(ctx, &out, p)
		out.UptakeAbout = f.about
		return err
	})
	return out, err
}

func (f *uptakeFile) funnel(ctx context.Context, out *UptakeFunnel, p uptakeSpan) error {
	figures, without := f.on(p)
	var ids []innovation.OrganisationID
	var events []int
	var pers []float64
	for _, id := range f.valued(figures, without) {
		one := figures[id]
		switch whole := math.Trunc(one.count) == one.count && math.Abs(one.count) < 1<<31; {
		case one.count < 0:
			without[id] = "its count is below nothing: more was returned than used"
		case !whole:
			without[id] = "its count is no whole number, so that chance cannot be reckoned"
		case out.Asked.As == "proportion" && (math.Trunc(one.per) != one.per || one.count > one.per):
			without[id] = "it is no part of a whole number"
		default:
			ids, events, pers = append(ids, id), append(events, int(one.count)), append(pers, one.per)
		}
	}
	named, err := f.names(ctx, figures, without)
	if err != nil {
		return err
	}
	out.Without = f.withoutList(without, named)
	o := &stats.FunnelOptions{Kind: stats.FunnelRates, Target: out.Asked.Target}
	if out.Asked.As == "proportion" {
		o.Kind = stats.FunnelProportions
	}
	switch out.Asked.Dispersion {
	case "multiplicative":
		o.Dispersion, o.Method = stats.DispersionMultiplicative, stats.FunnelNormal
	case "additive":
		o.Dispersion, o.Method = stats.DispersionAdditive, stats.FunnelNormal
	}
	chart, err := stats.Funnel(events, pers, o)
	if err != nil {
		return err
	}
	out.Target, out.Judged, out.Chance95, out.Chance998, out.Overdispersed = chart.Target, int64(chart.Judged), chart.Chance95, chart.Chance998, chart.Overdispersed
	if chart.PhiReason == "" {
		out.Phi, out.Tau = number(chart.Phi), number(chart.Tau)
	} else {
		f.note(chart.PhiReason)
	}
	for i, c := range chart.Points {
		out.Rows = append(out.Rows, FunnelRow{Organisation: ids[i], Name: named[ids[i]], Count: float64(events[i]), Per: pers[i], Value: c.Value, Expected: c.Expected, Z: c.AdjustedZ,
			Verdict: c.Verdict.String(), Low95: c.Limits.Lower95, High95: c.Limits.Upper95, Low998: c.Limits.Lower998, High998: c.Limits.Upper998, verdict: c.Verdict})
	}
	sorted := append([]float64(nil), pers...)
	sort.Float64s(sorted)
	const points = 60
	low, high := max(sorted[0], sorted[len(sorted)-1]/500), sorted[len(sorted)-1]*1.03
	for i := range points {
		d := low + (high-low)*float64(i)/(points-1)
		if low <= 0 || high <= low {
			break
		}
		if out.Asked.As == "proportion" {
			if d = math.Round(d); len(out.Limits) > 0 && out.Limits[len(out.Limits)-1].Per == d {
				continue
			}
		}
		l := chart.Limits(d)
		out.Limits = append(out.Limits, FunnelEdge{d, l.Lower95, l.Upper95, l.Lower998, l.Upper998})
	}
	return nil
}
