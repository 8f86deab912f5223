package httpapi

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

type runwayInput struct {
	ViewQuery
	Organisation    keyParam     `query:"organisation" required:"true" doc:"Whose money"`
	Months          integerParam `query:"months" minimum:"1" maximum:"120" doc:"How many months, from that of the day on; 12 when left out"`
	Opening         openingParam `query:"opening" doc:"The balance before the first month, in pounds: 12500.00, or bounds with .. between them, open on either side: 10000.00..15000.00; left out, it is what is recorded"`
	ForecastVersion integerParam `query:"forecastVersion" minimum:"0" doc:"The version of its forecast; the latest made by the day when left out"`
	Slips           slipsParam   `query:"slip,explode" doc:"What is taken to slip until a day: condition/KEY:DAY or instalment/KEY:DAY"`
	Spread          yesParam     `query:"spread" doc:"Spread lines of the forecast for a financial year evenly over its months"`
	Format          string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each month, as with Accept: text/csv"`
}

type selfSufficiencyInput struct {
	ViewQuery
	Organisation keyParam     `query:"organisation" doc:"Whose income; every network of the day when left out"`
	From         yearParam    `query:"from" doc:"The first financial year; the last one when left out"`
	To           yearParam    `query:"to" doc:"The last financial year; the first one when left out, and that of the day when both are"`
	Threshold    integerParam `query:"threshold" minimum:"0" maximum:"1000000" doc:"Look for the year in which core income falls under this share, in millionths: 500000 for a half"`
	CoreCut      integerParam `query:"coreCut" minimum:"0" maximum:"1000000" doc:"Test a cut of core income by this share, in millionths: 400000 for 40 %"`
	CoreGrowth   integerParam `query:"coreGrowth" minimum:"-1000000" maximum:"10000000" doc:"Take core income to grow by this by the year after the last one recorded, in millionths of that; 0 when only ownGrowth is given; nothing is extrapolated when both are left out"`
	OwnGrowth    integerParam `query:"ownGrowth" minimum:"-1000000" maximum:"10000000" doc:"Take own income to grow likewise; 0 when only coreGrowth is given"`
	Format       string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each year of each organisation, as with Accept: text/csv"`
}

type leverageInput struct {
	ViewQuery
	Envelope  keyParam `query:"envelope" doc:"Of this envelope; of every envelope that levered something when neither it nor another is named"`
	Network   keyParam `query:"network" doc:"Or of this network"`
	Award     keyParam `query:"award" doc:"Or of this award"`
	Programme string   `query:"programme" doc:"Or of this grant programme, as awards name it"`
	Format    string   `query:"format" enum:"json,csv" doc:"csv for a table, a line for each grade of evidence of each row, as with Accept: text/csv"`
}

type varianceInput struct {
	ViewQuery
	Organisation keyParam     `query:"organisation" required:"true" doc:"Whose forecast"`
	Year         yearParam    `query:"year" doc:"The financial year; that of the day when left out"`
	Version      integerParam `query:"version" minimum:"0" doc:"The version of the forecast; the latest made by the day when left out"`
	Against      integerParam `query:"against" minimum:"0" doc:"Another version to compare it with"`
	Format       string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each line of the forecast, as with Accept: text/csv"`
}

// addQuestions registers what is worked out from money that is recorded or
// forecast.
func addQuestions(t *table, tags string) {
	read(t, &Operation{ID: "runway.get", Path: "/v1/runway", Go: "Store.Runway", CSV: true,
		Summary: "How long an organisation's money lasts, and which instalments stop when a condition slips"}, tags,
		func(ctx context.Context, x *exchange, in *runwayInput) (store.Runway, error) {
			p := x.params()
			p.required("organisation", string(in.Organisation))
			v := p.view(in.ViewQuery)
			q := innovation.RunwayQuery{Organisation: innovation.OrganisationID(p.key("organisation", in.Organisation)),
				Months: p.small("months", in.Months, defaultMonths), Opening: p.opening("opening", in.Opening),
				ForecastVersion: p.integer("forecastVersion", in.ForecastVersion, 0), Slips: p.slips("slip", in.Slips), Spread: p.yes("spread", in.Spread)}
			p.check(renamed(q.Validate(v.On), runwayParameter))
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.Runway{}, err
			}
			out, err := x.edge.store.Runway(ctx, v, q)
			return out, renamed(err, runwayParameter)
		})
	read(t, &Operation{ID: "self-sufficiency.get", Path: "/v1/self-sufficiency", Go: "Store.SelfSufficiency", CSV: true,
		Summary: "What share of its income a network finds itself, when core income falls under a share, what a cut would do"}, tags,
		func(ctx context.Context, x *exchange, in *selfSufficiencyInput) (store.SelfSufficiency, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := innovation.SelfSufficiencyQuery{Organisation: innovation.OrganisationID(p.key("organisation", in.Organisation)),
				Threshold: p.integer("threshold", in.Threshold, 0), CoreCut: p.integer("coreCut", in.CoreCut, 0)}
			q.From = p.year("from", in.From, 0)
			q.To = p.year("to", in.To, q.From)
			if q.To == 0 {
				q.To = innovation.FinancialYearOf(v.On)
			}
			if q.From == 0 {
				q.From = q.To
			}
			if in.CoreGrowth != "" || in.OwnGrowth != "" {
				q.Trend = &innovation.IncomeTrend{CoreGrowth: p.integer("coreGrowth", in.CoreGrowth, 0), OwnGrowth: p.integer("ownGrowth", in.OwnGrowth, 0)}
			}
			if !v.On.IsZero() {
				p.check(renamed(q.Validate(), func(e *innovation.Error) string { return strings.TrimPrefix(e.Field, "trend.") }))
			}
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.SelfSufficiency{}, err
			}
			return x.edge.store.SelfSufficiency(ctx, v, q)
		})
	read(t, &Operation{ID: "leverage.get", Path: "/v1/leverage", Go: "Store.Leverage", CSV: true,
		Summary: "What each pound of public money brought from elsewhere, by the evidence for it, as bounds"}, tags,
		func(ctx context.Context, x *exchange, in *leverageInput) (store.Leverage, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := innovation.LeverageQuery{Envelope: innovation.EnvelopeID(p.key("envelope", in.Envelope)),
				Network: innovation.OrganisationID(p.key("network", in.Network)), Award: innovation.AwardID(p.key("award", in.Award)), Programme: in.Programme}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.Leverage{}, err
			}
			out, err := x.edge.store.Leverage(ctx, v, q)
			return out, renamed(err, func(e *innovation.Error) string {
				if e.Field == string(innovation.KindOrganisation) {
					return "network"
				}
				return e.Field
			})
		})
	read(t, &Operation{ID: "variance.get", Path: "/v1/variance", Go: "Store.Variance", CSV: true,
		Summary: "A forecast of a financial year beside what came, and beside another version"}, tags,
		func(ctx context.Context, x *exchange, in *varianceInput) (store.Variance, error) {
			p := x.params()
			p.required("organisation", string(in.Organisation))
			v := p.view(in.ViewQuery)
			q := innovation.VarianceQuery{Organisation: innovation.OrganisationID(p.key("organisation", in.Organisation)),
				Year:    p.year("year", in.Year, innovation.FinancialYearOf(v.On)),
				Version: p.integer("version", in.Version, 0), Against: p.integer("against", in.Against, 0)}
			if !v.On.IsZero() {
				p.check(q.Validate())
			}
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.Variance{}, err
			}
			out, err := x.edge.store.Variance(ctx, v, q)
			return out, renamed(err, func(e *innovation.Error) string {
				if e.Rule == innovation.RuleForecastUnknown && slices.Contains(strings.Fields(e.Detail), strconv.FormatInt(q.Against, 10)) {
					return "against"
				}
				return e.Field
			})
		})
}

// runwayParameter is the parameter by which a field of a runway is given.
func runwayParameter(e *innovation.Error) string {
	switch {
	case strings.HasPrefix(e.Field, "slips["), e.Field == string(innovation.KindCondition), e.Field == string(innovation.KindInstalment):
		return "slip"
	case e.Rule == innovation.RuleForecastUnknown:
		return "forecastVersion"
	}
	return e.Field
}

// opening reads a balance: a sum, or bounds of which one may be left out.
func (p *params) opening(field string, s openingParam) *innovation.Amount {
	if s == "" {
		return nil
	}
	before := len(p.errs)
	sum := func(text string) innovation.Money {
		m, err := innovation.ParseMoney(text)
		p.refuse(field, err)
		return m
	}
	low, high, bounds := strings.Cut(string(s), "..")
	var a innovation.Amount
	var err error
	switch {
	case !bounds:
		a = innovation.Exact(sum(low))
	case low == "" && high == "":
		err = innovation.Invalidf(innovation.RuleMoneyInvalid, "", "the balance has neither bound").Trying("write 12500.00, or 10000.00..15000.00")
	case low == "":
		a = innovation.AtMost(sum(high))
	case high == "":
		a = innovation.AtLeast(sum(low))
	default:
		least, most := sum(low), sum(high)
		if len(p.errs) == before {
			a, err = innovation.Range(least, most)
			err = renamed(err, func(*innovation.Error) string { return "" })
		}
	}
	p.refuse(field, err)
	if len(p.errs) > before {
		return nil
	}
	return &a
}

// slips reads what is taken to slip, and until when.
func (p *params) slips(field string, given slipsParam) []innovation.Slip {
	var out []innovation.Slip
	for _, text := range given {
		what, day, ok := strings.Cut(text, ":")
		e, err := innovation.ParseEntity(what)
		if !ok || err != nil || e.Kind != innovation.KindCondition && e.Kind != innovation.KindInstalment {
			p.errs = append(p.errs, innovation.Invalidf(innovation.RuleSlipInvalid, field, "%q does not say what slips until when", clip(text)).
				Trying("write condition/KEY:DAY or instalment/KEY:DAY, as condition/con-1:2014-06-30"))
			continue
		}
		until, err := innovation.ParseDate(day)
		if err != nil {
			p.refuse(field, err)
			continue
		}
		slip := innovation.Slip{Until: until}
		if e.Kind == innovation.KindCondition {
			slip.Condition = innovation.ConditionID(e.Key)
		} else {
			slip.Instalment = innovation.InstalmentID(e.Key)
		}
		out = append(out, slip)
	}
	return out
}
