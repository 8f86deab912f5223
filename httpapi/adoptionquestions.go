package httpapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

type (
	firmParam    string // a grade of evidence
	weightsParam []string
)

func (firmParam) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, g := range innovation.EvidenceGrades() {
		s.Enum = append(s.Enum, string(g))
	}
	return s
}

func (weightsParam) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Examples: []any{"blocker=-50"}}}
}

type stillUsingInput struct {
	ViewQuery
	Innovation keyParam     `query:"innovation" required:"true" doc:"The innovation"`
	Notice     integerParam `query:"notice" minimum:"1" doc:"Number of a notice about it: who used it on that day; left out, on the day asked about"`
	By         string       `query:"by" doc:"What the organisations are grouped by: network, kind, or a kind of body that they lie within (scheme organisation-kind); network when left out"`
	Firm       firmParam    `query:"firm" doc:"The weakest grade of evidence that is firm; observed when left out"`
	Format     string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each organisation, as with Accept: text/csv"`
}

type quietStopsInput struct {
	ViewQuery
	Innovation   keyParam     `query:"innovation" doc:"The innovation; exactly one of it and the organisation"`
	Organisation keyParam     `query:"organisation" doc:"Or the organisation, of which all innovations are looked at"`
	Months       integerParam `query:"months" minimum:"1" maximum:"1200" doc:"How many months without a sign of life; 6 when left out"`
	By           string       `query:"by" doc:"What the organisations are grouped by: network, kind, or a kind of body that they lie within (scheme organisation-kind); network when left out"`
	Firm         firmParam    `query:"firm" doc:"The weakest grade of evidence that is firm; observed when left out"`
	Format       string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each that is quiet, as with Accept: text/csv"`
}

type stopsInput struct {
	ViewQuery
	Innovation keyParam     `query:"innovation" doc:"The innovation; all when left out"`
	From       dateParam    `query:"from" doc:"The first day; from the beginning when left out"`
	To         dateParam    `query:"to" doc:"The last day; that asked about when left out"`
	By         string       `query:"by" doc:"What the organisations are grouped by: network, kind, or a kind of body that they lie within (scheme organisation-kind); network when left out"`
	Limit      integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many stops are listed at most; 100 when left out; all are counted"`
	Format     string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each stop, as with Accept: text/csv"`
}

type whoNextInput struct {
	ViewQuery
	Innovation keyParam     `query:"innovation" required:"true" doc:"The innovation"`
	Network    keyParam     `query:"network" doc:"Only organisations that this network serves"`
	PeerGroup  keyParam     `query:"peerGroup" doc:"The peer group to compare with; every group that an organisation is in when left out"`
	Programme  keyParam     `query:"programme" doc:"Those eligible as this programme sees it; in general when left out"`
	Phase      integerParam `query:"phase" minimum:"1" doc:"And as this phase of it sees it"`
	Limit      integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many are listed at most; 20 when left out"`
	Weights    weightsParam `query:"weight,explode" doc:"Another weight of a reason, as reason=weight from -100 to 100: network-peers=25, icb-peers=20, peer-group=20, similar-size=10, like-innovations=15, stage-reached=20, mandate=10, blocker=-30 when left out"`
	Firm       firmParam    `query:"firm" doc:"The weakest grade of evidence that is firm; observed when left out"`
	Format     string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each reason of each organisation, as with Accept: text/csv"`
}

type milestonesInput struct {
	ViewQuery
	Innovation keyParam `query:"innovation" required:"true" doc:"The innovation"`
	Format     string   `query:"format" enum:"json,csv" doc:"csv for a table, a line for each milestone, as with Accept: text/csv"`
}

type costPerAdopterInput struct {
	ViewQuery
	Innovation keyParam     `query:"innovation" required:"true" doc:"The innovation"`
	Programme  keyParam     `query:"programme" doc:"Only money of this programme; of every programme that spreads the innovation when left out"`
	Count      integerParam `query:"count" minimum:"1" maximum:"10000" doc:"How many adopters the first and the last are; 10 when left out"`
	Firm       firmParam    `query:"firm" doc:"The weakest grade of evidence that is firm; observed when left out"`
	Format     string       `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

type observationsInput struct {
	ViewQuery
	Innovation keyParam     `query:"innovation" doc:"About this innovation"`
	Programme  keyParam     `query:"programme" doc:"That belong to this programme"`
	Type       string       `query:"type" enum:"result,target,forecast,baseline" doc:"Of this type"`
	Scope      string       `query:"scope" enum:"united-kingdom,england,network,networks,unnamed-networks,organisation,organisations,sample,unclear" doc:"With this scope"`
	Body       keyParam     `query:"body" doc:"About this network or organisation, alone or among others"`
	Measure    string       `query:"measure" doc:"Of this measure (scheme measure)"`
	Limit      integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many at most; 100 when left out"`
	Page       string       `query:"page" doc:"The next of the page before"`
	Format     string       `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

type innovationsInput struct {
	ViewQuery
	Text        string       `query:"q" doc:"Part of a name it ever had, of a product name, or of its key"`
	Type        string       `query:"type" doc:"What it is on the day (scheme innovation-type)"`
	Category    string       `query:"category" doc:"A heading it is under on the day (scheme innovation-category)"`
	CareSetting string       `query:"careSetting" doc:"A care setting on the day (scheme care-setting)"`
	Supplier    keyParam     `query:"supplier" doc:"Who supplies it on the day"`
	Programme   keyParam     `query:"programme" doc:"Which programme spreads it on the day"`
	Limit       integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many at most; 100 when left out"`
	Page        string       `query:"page" doc:"The next of the page before"`
	Format      string       `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

type innovationInput struct {
	ViewQuery
	Innovation  keyParam `path:"innovation" doc:"Key of the innovation"`
	IfNoneMatch string   `header:"If-None-Match" doc:"ETag of what the client has"`
}

type programmeInput struct {
	ViewQuery
	Programme   keyParam `path:"programme" doc:"Key of the programme"`
	IfNoneMatch string   `header:"If-None-Match" doc:"ETag of what the client has"`
}

type peerGroupInput struct {
	ViewQuery
	PeerGroup   keyParam `path:"peerGroup" doc:"Key of the peer group"`
	IfNoneMatch string   `header:"If-None-Match" doc:"ETag of what the client has"`
}

// addAdoptionQuestions registers what is asked about the adoption of an
// innovation besides counts.
func addAdoptionQuestions(t *table, tags string) {
	read(t, &Operation{ID: "still-using.get", Path: "/v1/still-using", Go: "Store.StillUsing", CSV: true,
		Summary: "Who uses an innovation on a day, or used it when a notice was issued, and who stopped since"}, tags,
		func(ctx context.Context, x *exchange, in *stillUsingInput) (store.StillUsing, error) {
			p := x.params()
			p.required("innovation", string(in.Innovation))
			v := p.view(in.ViewQuery)
			q := innovation.StillUsingQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)),
				Notice: innovation.FactID(p.count("notice", in.Notice)), By: in.By, Firm: innovation.EvidenceGrade(in.Firm)}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.StillUsing{}, err
			}
			return x.edge.store.StillUsing(ctx, v, q)
		})
	read(t, &Operation{ID: "quiet-stop.list", Path: "/v1/quiet-stops", Go: "Store.QuietStops", CSV: true,
		Summary: "Where an innovation was in use and has not been heard of for some months"}, tags,
		func(ctx context.Context, x *exchange, in *quietStopsInput) (store.QuietStops, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := innovation.QuietStopsQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)),
				Organisation: innovation.OrganisationID(p.key("organisation", in.Organisation)), Months: p.count("months", in.Months),
				By: in.By, Firm: innovation.EvidenceGrade(in.Firm)}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.QuietStops{}, err
			}
			return x.edge.store.QuietStops(ctx, v, q)
		})
	read(t, &Operation{ID: "stop.list", Path: "/v1/stops", Go: "Store.Stops", CSV: true,
		Summary: "Where innovations stopped, counted by reason and by the NASSS domain behind it"}, tags,
		func(ctx context.Context, x *exchange, in *stopsInput) (store.Stops, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := innovation.StopsQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)), From: p.day("from", in.From), To: p.day("to", in.To),
				By: in.By, Limit: p.count("limit", in.Limit)}
			if !v.On.IsZero() {
				p.check(q.Validate(v.On))
			}
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.Stops{}, err
			}
			return x.edge.store.Stops(ctx, v, q)
		})
	read(t, &Operation{ID: "who-next.get", Path: "/v1/who-next", Go: "Store.WhoNext", CSV: true,
		Summary: "Whom to call next about an innovation, with every reason and its weight, and who should introduce them"}, tags,
		func(ctx context.Context, x *exchange, in *whoNextInput) (store.WhoNext, error) {
			p := x.params()
			p.required("innovation", string(in.Innovation))
			v := p.view(in.ViewQuery)
			q := innovation.WhoNextQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)), Network: innovation.OrganisationID(p.key("network", in.Network)),
				PeerGroup: innovation.PeerGroupID(p.key("peerGroup", in.PeerGroup)), Programme: innovation.ProgrammeID(p.key("programme", in.Programme)),
				Phase: int64(p.count("phase", in.Phase)), Limit: p.count("limit", in.Limit), Firm: innovation.EvidenceGrade(in.Firm)}
			weights, err := innovation.ParseWeights("weight", in.Weights)
			q.Weights = weights
			p.check(err)
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.WhoNext{}, err
			}
			return x.edge.store.WhoNext(ctx, v, q)
		})
	read(t, &Operation{ID: "milestone.list", Path: "/v1/milestones", Go: "Store.Milestones", CSV: true,
		Summary: "How an innovation went from one place to the whole country, as dated milestones"}, tags,
		func(ctx context.Context, x *exchange, in *milestonesInput) (store.Milestones, error) {
			p := x.params()
			p.required("innovation", string(in.Innovation))
			v, id := p.view(in.ViewQuery), innovation.InnovationID(p.key("innovation", in.Innovation))
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.Milestones{}, err
			}
			return x.edge.store.Milestones(ctx, v, id)
		})
	read(t, &Operation{ID: "cost-per-adopter.get", Path: "/v1/cost-per-adopter", Go: "Store.CostPerAdopter", CSV: true,
		Summary: "What each further adopter cost, the first ones beside the last ones, as bounds"}, tags,
		func(ctx context.Context, x *exchange, in *costPerAdopterInput) (store.CostPerAdopter, error) {
			p := x.params()
			p.required("innovation", string(in.Innovation))
			v := p.view(in.ViewQuery)
			q := innovation.CostPerAdopterQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)),
				Programme: innovation.ProgrammeID(p.key("programme", in.Programme)), Count: p.count("count", in.Count), Firm: innovation.EvidenceGrade(in.Firm)}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.CostPerAdopter{}, err
			}
			return x.edge.store.CostPerAdopter(ctx, v, q)
		})
	read(t, &Operation{ID: "observation.list", Path: "/v1/observations", Go: "Store.Observations", CSV: true,
		Summary: "Published figures about the spread of innovations: results apart from targets, forecasts and baselines"}, tags,
		func(ctx context.Context, x *exchange, in *observationsInput) (store.ObservationList, error) {
			p := x.params()
			v := p.listView(in.ViewQuery, in.Page)
			f := store.ObservationFilter{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)), Programme: innovation.ProgrammeID(p.key("programme", in.Programme)),
				Type: innovation.ObservationType(in.Type), Scope: innovation.Scope(in.Scope), Body: innovation.OrganisationID(p.key("body", in.Body)), Measure: in.Measure,
				Limit: p.count("limit", in.Limit), Page: in.Page}
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.ObservationList{}, err
			}
			return x.edge.store.Observations(ctx, v, f)
		})
	read(t, &Operation{ID: "innovation.list", Path: "/v1/innovations", Go: "Store.Innovations", CSV: true,
		Summary: "Search and list innovations, in the order of their keys"}, tags,
		func(ctx context.Context, x *exchange, in *innovationsInput) (store.InnovationList, error) {
			p := x.params()
			v := p.listView(in.ViewQuery, in.Page)
			f := store.InnovationFilter{Text: in.Text, Type: in.Type, Category: in.Category, CareSetting: in.CareSetting,
				Supplier: innovation.OrganisationID(p.key("supplier", in.Supplier)), Programme: innovation.ProgrammeID(p.key("programme", in.Programme)),
				Limit: p.count("limit", in.Limit), Page: in.Page}
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.InnovationList{}, err
			}
			out, err := x.edge.store.Innovations(ctx, v, f)
			return out, renamed(err, func(e *innovation.Error) string {
				if e.Field == "text" {
					return "q"
				}
				return e.Field
			})
		})
	readTagged(t, &Operation{ID: "innovation.get", Path: "/v1/innovations/{innovation}", Go: "Store.Innovation",
		Summary: "One innovation as at a day: names, suppliers, headings, readiness, notices, programmes"}, tags,
		func(ctx context.Context, x *exchange, in *innovationInput) (store.InnovationReading, tag, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.InnovationID(p.key("innovation", in.Innovation))
			if err := p.err(); err != nil {
				return store.InnovationReading{}, tag{}, err
			}
			out, err := x.edge.store.Innovation(ctx, v, id)
			return out, tag{id.Entity(), out.Version, out.Recipe}, err
		})
	readTagged(t, &Operation{ID: "programme.get", Path: "/v1/programmes/{programme}", Go: "Store.Programme",
		Summary: "One programme as at a day: phases, innovations, mandates, who is eligible, published figures"}, tags,
		func(ctx context.Context, x *exchange, in *programmeInput) (store.ProgrammeReading, tag, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.ProgrammeID(p.key("programme", in.Programme))
			if err := p.err(); err != nil {
				return store.ProgrammeReading{}, tag{}, err
			}
			out, err := x.edge.store.Programme(ctx, v, id)
			return out, tag{id.Entity(), out.Version, out.Recipe}, err
		})
	readTagged(t, &Operation{ID: "peer-group.get", Path: "/v1/peer-groups/{peerGroup}", Go: "Store.PeerGroup",
		Summary: "One peer group with its members on a day"}, tags,
		func(ctx context.Context, x *exchange, in *peerGroupInput) (store.PeerGroupReading, tag, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.PeerGroupID(p.key("peerGroup", in.PeerGroup))
			if err := p.err(); err != nil {
				return store.PeerGroupReading{}, tag{}, err
			}
			out, err := x.edge.store.PeerGroup(ctx, v, id)
			return out, tag{id.Entity(), out.Version, out.Recipe}, renamed(err, func(e *innovation.Error) string {
				if e.Field == string(innovation.KindPeerGroup) {
					return "peerGroup"
				}
				return e.Field
			})
		})
}
