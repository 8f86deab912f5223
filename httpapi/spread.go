package httpapi

import (
	"context"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// numberParam is a decimal number; daysParam are days.
type (
	numberParam string
	daysParam   []string
)

func (numberParam) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeNumber} }

func (daysParam) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "date"}}
}

// spreadAsk is what the questions about spread have in common.
type spreadAsk struct {
	Innovation   keyParam     `query:"innovation" required:"true" doc:"The innovation"`
	From         dateParam    `query:"from" doc:"The first day; that of the innovation when left out, or of the first adoption when that is not known"`
	To           dateParam    `query:"to" doc:"The last day; the day asked about when left out"`
	Grade        string       `query:"grade" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"Only evidence of this grade or better counts; any when left out"`
	Footprint    string       `query:"footprint" enum:"then,day,held" doc:"On which list of organisations: then, those of each day; day, those of a named day; held, those of a named day with what their successors do counted for them; then when left out"`
	FootprintDay dateParam    `query:"footprintDay" doc:"The named day of the footprint"`
	Programme    keyParam     `query:"programme" doc:"Who could adopt, as this programme sees it; in general when left out"`
	Phase        integerParam `query:"phase" minimum:"1" doc:"As this phase of the programme sees it"`
	Period       string       `query:"period" enum:"month,quarter,year,financial-year" doc:"The length of the periods; a month when left out"`
	Reach        integerParam `query:"reach" minimum:"1" maximum:"999999" doc:"When will this share have adopted, in millionths; 500000 when left out"`
}

type spreadInput struct {
	ViewQuery
	spreadAsk
	By     string   `query:"by" doc:"Also apart by group: network, kind, or a kind of body that organisations lie within (scheme organisation-kind), such as icb"`
	Units  yesParam `query:"units" doc:"List each organisation too"`
	Format string   `query:"format" enum:"json,csv,svg" doc:"csv for a table, a line for each period of each group, as with Accept: text/csv; svg for a figure, as with Accept: image/svg+xml"`
	Chart  string   `query:"chart" enum:"curve,hazard,survival" doc:"Which figure; the curve when left out"`
}

type spreadFitInput struct {
	ViewQuery
	spreadAsk
	Model    string       `query:"model" enum:"bass,logistic,gompertz,compare" doc:"The curve; compare fits all of one scale and goes on with the best; bass when left out"`
	Method   string       `query:"method" enum:"increments,share,regression" doc:"Of Bass: on the adopters of each period, on the cumulative share, or by his regression of 1969. Of the others: increments stands for the cumulative number, share for the share; increments when left out"`
	Ceiling  string       `query:"ceiling" enum:"estimated,eligible" doc:"Whether the number that adopts in the end is estimated, or all that could; estimated when left out"`
	Horizon  integerParam `query:"horizon" minimum:"1" maximum:"1000" doc:"How many periods are forecast; 12 when left out"`
	BackTest integerParam `query:"backTest" minimum:"0" maximum:"1000" doc:"How many of the last periods are held out, and forecast from those before; none when left out"`
	Format   string       `query:"format" enum:"json,csv,svg" doc:"csv for a table, a line for each period, seen and forecast, as with Accept: text/csv; svg for a figure, as with Accept: image/svg+xml"`
	Chart    string       `query:"chart" enum:"curve" doc:"Which figure; the curve when left out"`
}

// uptakeAsk is what the questions about measurements have in common.
type uptakeAsk struct {
	Innovation   keyParam  `query:"innovation" required:"true" doc:"The innovation"`
	Measure      string    `query:"measure" doc:"What was counted (scheme measure); may be left out while there is one only"`
	PeerGroup    keyParam  `query:"peerGroup" doc:"Only members of this peer group"`
	Network      keyParam  `query:"network" doc:"Only those that this network serves"`
	Kind         string    `query:"kind" doc:"Only organisations of this kind (scheme organisation-kind)"`
	Direction    string    `query:"direction" enum:"higher,lower,neither" doc:"Which way is better; neither when left out"`
	Footprint    string    `query:"footprint" enum:"then,day,held" doc:"On which list of organisations: then, as measured; day, those of a named day; held, those of a named day, with figures of their successors where these are theirs alone; then when left out"`
	FootprintDay dateParam `query:"footprintDay" doc:"The named day of the footprint"`
}

type standingInput struct {
	ViewQuery
	uptakeAsk
	Period boundParam `query:"period" doc:"The period of the measurements: a month 2019-04, a quarter or a year; the last one when left out"`
	From   dateParam  `query:"from" doc:"Also the variation in each period from this day on, and its trend"`
	To     dateParam  `query:"to" doc:"Until this day"`
	Format string     `query:"format" enum:"json,csv,svg" doc:"csv for a table, a line for each organisation, as with Accept: text/csv; svg for a figure of the time from from to to, as with Accept: image/svg+xml"`
	Chart  string     `query:"chart" enum:"deciles" doc:"Which figure; the deciles when left out"`
}

type seriesInput struct {
	ViewQuery
	uptakeAsk
	Organisation keyParam     `query:"organisation" required:"true" doc:"The organisation; deciles are among those that the question is about otherwise"`
	From         dateParam    `query:"from" doc:"The first day; that of the first measurement when left out"`
	To           dateParam    `query:"to" doc:"The last day; that of the last measurement when left out"`
	Baseline     integerParam `query:"baseline" minimum:"0" maximum:"1200" doc:"Limits come from the first so many points of each stretch; from all of them when left out"`
	Rebase       daysParam    `query:"rebase,explode" doc:"A day of the period with which new limits begin"`
	Target       numberParam  `query:"target" doc:"The value that should be kept to"`
	Format       string       `query:"format" enum:"json,csv,svg" doc:"csv for a table, a line for each period, as with Accept: text/csv; svg for a figure, as with Accept: image/svg+xml"`
	Chart        string       `query:"chart" enum:"xmr,deciles" doc:"Which figure; the control chart when left out"`
}

type funnelInput struct {
	ViewQuery
	uptakeAsk
	Period     boundParam  `query:"period" doc:"The period of the measurements: a month 2019-04, a quarter or a year; the last one when left out"`
	Target     numberParam `query:"target" doc:"The level to compare with; that of all together when left out"`
	As         string      `query:"as" enum:"rate,proportion" doc:"Whether counts are of a rate (Poisson) or of a proportion (binomial); as the measure says when left out"`
	Dispersion string      `query:"dispersion" enum:"none,multiplicative,additive" doc:"How more variation than chance is allowed for; not at all when left out"`
	Format     string      `query:"format" enum:"json,csv,svg" doc:"csv for a table, a line for each organisation, as with Accept: text/csv; svg for a figure, as with Accept: image/svg+xml"`
	Chart      string      `query:"chart" enum:"funnel" doc:"Which figure; the funnel when left out"`
}

type moversInput struct {
	ViewQuery
	uptakeAsk
	From   boundParam   `query:"from" doc:"The earlier period: a month 2018-04, a quarter or a year; the first one when left out"`
	To     boundParam   `query:"to" doc:"The later period; the last one when left out"`
	Limit  integerParam `query:"limit" minimum:"1" maximum:"10000" doc:"How many are listed at most, the largest changes first; 20 when left out"`
	As     string       `query:"as" enum:"rate,proportion" doc:"Whether counts are of a rate or of a proportion; as the measure says when left out"`
	Format string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each organisation, as with Accept: text/csv"`
}

// addSpread registers the statistics of spread and of uptake.
func addSpread(t *table, tags string) {
	read(t, &Operation{ID: "spread.get", Path: "/v1/spread", Go: "Store.Spread", CSV: true, SVG: true,
		Summary: "How an innovation spread: adopters by period, hazard, Kaplan–Meier, and when a share had adopted"}, tags,
		func(ctx context.Context, x *exchange, in *spreadInput) (store.Spread, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := p.spread(&in.spreadAsk)
			q.By, q.Units = in.By, p.yes("units", in.Units)
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv", "svg")
			p.oneOf("chart", in.Chart, store.ChartCurve, store.ChartHazard, store.ChartSurvival)
			if err := p.err(); err != nil {
				return store.Spread{}, err
			}
			return x.edge.store.Spread(ctx, v, q)
		})
	read(t, &Operation{ID: "spread.fit", Path: "/v1/spread-fit", Go: "Store.SpreadFit", CSV: true, SVG: true,
		Summary: "Which curve a spread follows, what it forecasts, and when it reaches a share"}, tags,
		func(ctx context.Context, x *exchange, in *spreadFitInput) (store.SpreadFit, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := store.FitQuery{SpreadQuery: p.spread(&in.spreadAsk), Model: in.Model, Method: in.Method, Ceiling: in.Ceiling,
				Horizon: int64(p.count("horizon", in.Horizon)), BackTest: p.integer("backTest", in.BackTest, 0)}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv", "svg")
			p.oneOf("chart", in.Chart, store.ChartCurve)
			if err := p.err(); err != nil {
				return store.SpreadFit{}, err
			}
			return x.edge.store.SpreadFit(ctx, v, q)
		})
	read(t, &Operation{ID: "uptake.standing", Path: "/v1/uptake-standing", Go: "Store.UptakeStanding", CSV: true, SVG: true,
		Summary: "Where organisations stand by a measurement: rank, decile, quartiles and variation"}, tags,
		func(ctx context.Context, x *exchange, in *standingInput) (store.UptakeStanding, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := store.StandingQuery{UptakeQuery: p.uptake(&in.uptakeAsk), Period: p.span("period", in.Period), From: p.day("from", in.From), To: p.day("to", in.To)}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv", "svg")
			p.oneOf("chart", in.Chart, store.ChartDeciles)
			if err := p.err(); err != nil {
				return store.UptakeStanding{}, err
			}
			out, err := x.edge.store.UptakeStanding(ctx, v, q)
			return out, renamed(err, uptakeParameter)
		})
	read(t, &Operation{ID: "uptake.series", Path: "/v1/uptake-series", Go: "Store.UptakeSeries", CSV: true, SVG: true,
		Summary: "How the uptake of one organisation went: control chart, when it changed, its decile"}, tags,
		func(ctx context.Context, x *exchange, in *seriesInput) (store.UptakeSeries, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			p.required("organisation", string(in.Organisation))
			q := store.SeriesQuery{UptakeQuery: p.uptake(&in.uptakeAsk), Organisation: innovation.OrganisationID(p.key("organisation", in.Organisation)),
				From: p.day("from", in.From), To: p.day("to", in.To), Baseline: p.integer("baseline", in.Baseline, 0), Target: p.number("target", in.Target)}
			for _, day := range in.Rebase {
				q.Rebase = append(q.Rebase, p.day("rebase", dateParam(day)))
			}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv", "svg")
			p.oneOf("chart", in.Chart, store.ChartXmR, store.ChartDeciles)
			if err := p.err(); err != nil {
				return store.UptakeSeries{}, err
			}
			out, err := x.edge.store.UptakeSeries(ctx, v, q)
			return out, renamed(err, func(e *innovation.Error) string {
				if strings.HasSuffix(e.Detail, " "+string(q.Organisation)) || strings.Contains(e.Detail, " "+string(q.Organisation)+" ") {
					return e.Field
				}
				return uptakeParameter(e)
			})
		})
	read(t, &Operation{ID: "uptake.funnel", Path: "/v1/uptake-funnel", Go: "Store.UptakeFunnel", CSV: true, SVG: true,
		Summary: "Which organisations differ by more than chance: funnel limits for their sizes"}, tags,
		func(ctx context.Context, x *exchange, in *funnelInput) (store.UptakeFunnel, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := store.FunnelQuery{UptakeQuery: p.uptake(&in.uptakeAsk), Period: p.span("period", in.Period), Target: p.number("target", in.Target), As: in.As, Dispersion: in.Dispersion}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv", "svg")
			p.oneOf("chart", in.Chart, store.ChartFunnel)
			if err := p.err(); err != nil {
				return store.UptakeFunnel{}, err
			}
			out, err := x.edge.store.UptakeFunnel(ctx, v, q)
			return out, renamed(err, uptakeParameter)
		})
	read(t, &Operation{ID: "uptake.movers", Path: "/v1/uptake-movers", Go: "Store.UptakeMovers", CSV: true,
		Summary: "Who changed most between two periods, by more than chance or not, and since when"}, tags,
		func(ctx context.Context, x *exchange, in *moversInput) (store.UptakeMovers, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := store.MoversQuery{UptakeQuery: p.uptake(&in.uptakeAsk), From: p.span("from", in.From), To: p.span("to", in.To), As: in.As,
				Limit: int64(p.count("limit", in.Limit))}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.UptakeMovers{}, err
			}
			out, err := x.edge.store.UptakeMovers(ctx, v, q)
			return out, renamed(err, uptakeParameter)
		})
}

// uptakeParameter is the parameter by which something that is not found was
// named.
func uptakeParameter(e *innovation.Error) string {
	switch e.Field {
	case string(innovation.KindOrganisation):
		return "network"
	case string(innovation.KindPeerGroup):
		return "peerGroup"
	}
	return e.Field
}

// spread reads what the questions about spread have in common.
func (p *params) spread(in *spreadAsk) store.SpreadQuery {
	p.required("innovation", string(in.Innovation))
	return store.SpreadQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)), From: p.day("from", in.From), To: p.day("to", in.To),
		Grade: innovation.EvidenceGrade(in.Grade), Footprint: p.footprint(in.Footprint, in.FootprintDay), Programme: innovation.ProgrammeID(p.key("programme", in.Programme)),
		Phase: int64(p.count("phase", in.Phase)), Period: in.Period, Reach: int64(p.count("reach", in.Reach))}
}

// uptake reads what the questions about measurements have in common.
func (p *params) uptake(in *uptakeAsk) store.UptakeQuery {
	p.required("innovation", string(in.Innovation))
	return store.UptakeQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)), Measure: in.Measure,
		PeerGroup: innovation.PeerGroupID(p.key("peerGroup", in.PeerGroup)), Network: innovation.OrganisationID(p.key("network", in.Network)), Kind: in.Kind,
		Direction: in.Direction, Footprint: p.footprint(in.Footprint, in.FootprintDay)}
}

func (p *params) footprint(mode string, day dateParam) innovation.Footprint {
	return innovation.Footprint{Mode: innovation.FootprintMode(mode), Day: p.day("footprintDay", day)}
}

// span reads a period that is named as an imprecise day is.
func (p *params) span(field string, s boundParam) innovation.Bound {
	if s == "" {
		return innovation.Bound{}
	}
	b, err := innovation.ParseBound(string(s))
	p.refuse(field, err)
	return b
}

// number reads a decimal number, or none.
func (p *params) number(field string, s numberParam) *float64 {
	if s == "" {
		return nil
	}
	n, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, field, "%q is no number", clip(string(s))))
		return nil
	}
	return &n
}
