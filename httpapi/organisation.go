package httpapi

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

type organisationsInput struct {
	ViewQuery
	Text       string       `query:"q" doc:"Part of any name it ever had, or a whole identifier"`
	Kind       string       `query:"kind" doc:"Its kind on the day (scheme organisation-kind)"`
	Role       string       `query:"role" doc:"A role it holds on the day (scheme organisation-role), for example network"`
	Area       keyParam     `query:"area" doc:"Networks that serve this organisation directly on the day"`
	RelatedTo  keyParam     `query:"relatedTo" doc:"Organisations with a relation to this one on the day"`
	Relation   string       `query:"relation" doc:"The type of that relation (scheme relation-type); any when left out"`
	Identifier string       `query:"identifier" doc:"A whole identifier of any scheme, of any day"`
	Existing   yesParam     `query:"existing" doc:"Only those that exist, or possibly exist, on the day"`
	Limit      integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many at most; 100 when left out"`
	Page       string       `query:"page" doc:"The next of the page before"`
	Format     string       `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

type organisationInput struct {
	ViewQuery
	Organisation keyParam `path:"organisation" doc:"Key of the organisation"`
	IfNoneMatch  string   `header:"If-None-Match" doc:"ETag of what the client has"`
}

type organisationViewInput struct {
	ViewQuery
	Organisation keyParam `path:"organisation" doc:"Key of the organisation"`
}

type treeInput struct {
	ViewQuery
	Organisation keyParam     `path:"organisation" doc:"Key of the organisation at the root"`
	Direction    string       `query:"direction" enum:"down,up" doc:"down: to what belongs to the root; up: to what the root belongs to; down when left out"`
	Types        listParam    `query:"type,explode" doc:"Types of relation to follow (scheme relation-type); all when left out"`
	Depth        integerParam `query:"depth" minimum:"1" maximum:"16" doc:"How far; 3 when left out"`
}

type unservedInput struct {
	ViewQuery
	Kinds listParam `query:"kind,explode" doc:"Kinds of organisation to ask about (scheme organisation-kind); trusts and boards when left out"`
}

type pointersInput struct {
	ViewQuery
	Entity entityParam `query:"entity" required:"true" doc:"The entity, as kind/key: organisation/nhs-england"`
}

// addOrganisations registers what can be asked about organisations.
func addOrganisations(t *table) {
	const tags = "organisations"
	read(t, &Operation{ID: "organisation.list", Path: "/v1/organisations", Go: "Store.Organisations", CSV: true,
		Summary: "Search and list organisations, in the order of their keys"}, tags,
		func(ctx context.Context, x *exchange, in *organisationsInput) (store.OrganisationList, error) {
			p := x.params()
			v := p.listView(in.ViewQuery, in.Page)
			f := store.OrganisationFilter{Text: in.Text, Kind: in.Kind, Role: in.Role, Relation: in.Relation, Identifier: in.Identifier,
				Area:      innovation.OrganisationID(p.key("area", in.Area)),
				RelatedTo: innovation.OrganisationID(p.key("relatedTo", in.RelatedTo)),
				Existing:  p.yes("existing", in.Existing), Limit: p.count("limit", in.Limit), Page: in.Page}
			p.oneOf("format", in.Format, "json", "csv")
			if in.Relation != "" && in.RelatedTo == "" {
				p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, "relation", "a relation needs the organisation it leads to").Trying("give relatedTo too"))
			}
			if err := p.err(); err != nil {
				return store.OrganisationList{}, err
			}
			return x.edge.store.Organisations(ctx, v, f)
		})
	readTagged(t, &Operation{ID: "organisation.get", Path: "/v1/organisations/{organisation}", Go: "Store.Organisation",
		Summary: "One organisation as at a day: names, codes, roles, relations, areas, posts"}, tags,
		func(ctx context.Context, x *exchange, in *organisationInput) (store.Organisation, tag, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.OrganisationID(p.key("organisation", in.Organisation))
			if err := p.err(); err != nil {
				return store.Organisation{}, tag{}, err
			}
			out, err := x.edge.store.Organisation(ctx, v, id)
			return out, tag{id.Entity(), out.Version, out.Recipe}, err
		})
	read(t, &Operation{ID: "organisation.tree", Path: "/v1/organisations/{organisation}/tree", Go: "Store.Tree",
		Summary: "The organisations around a root on a day, by their relations"}, tags,
		func(ctx context.Context, x *exchange, in *treeInput) (store.Tree, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.OrganisationID(p.key("organisation", in.Organisation))
			p.oneOf("direction", in.Direction, "down", "up")
			f := store.TreeFilter{Up: in.Direction == "up", Types: in.Types, Depth: p.count("depth", in.Depth)}
			if err := p.err(); err != nil {
				return store.Tree{}, err
			}
			return x.edge.store.Tree(ctx, v, id, f)
		})
	read(t, &Operation{ID: "organisation.successions", Path: "/v1/organisations/{organisation}/successions", Go: "Store.Successions",
		Summary: "What an organisation became, what became it, and what is announced"}, tags,
		func(ctx context.Context, x *exchange, in *organisationViewInput) (store.SuccessionWalk, error) {
			v, id, err := in.read(x)
			if err != nil {
				return store.SuccessionWalk{}, err
			}
			return x.edge.store.Successions(ctx, v, id)
		})
	read(t, &Operation{ID: "organisation.networks", Path: "/v1/organisations/{organisation}/networks", Go: "Store.Serves",
		Summary: "Which networks serve an organisation on a day, with the path that proves it"}, tags,
		func(ctx context.Context, x *exchange, in *organisationViewInput) (store.Serving, error) {
			v, id, err := in.read(x)
			if err != nil {
				return store.Serving{}, err
			}
			return x.edge.store.Serves(ctx, v, id)
		})
	read(t, &Operation{ID: "network.get", Path: "/v1/networks/{organisation}", Go: "Store.Network",
		Summary: "A network as such on a day: designation, area, population claims, members by sector"}, tags,
		func(ctx context.Context, x *exchange, in *organisationViewInput) (store.Network, error) {
			v, id, err := in.read(x)
			if err != nil {
				return store.Network{}, err
			}
			return x.edge.store.Network(ctx, v, id)
		})
	read(t, &Operation{ID: "organisation.unserved", Path: "/v1/unserved", Go: "Store.Unserved",
		Summary: "The organisations of which no network is known on a day"}, tags,
		func(ctx context.Context, x *exchange, in *unservedInput) (store.UnservedList, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			if err := p.err(); err != nil {
				return store.UnservedList{}, err
			}
			return x.edge.store.Unserved(ctx, v, in.Kinds)
		})
	read(t, &Operation{ID: "entity.pointers", Path: "/v1/pointers", Go: "Store.Pointers",
		Summary: "What still points at an entity on a day"}, tags,
		func(ctx context.Context, x *exchange, in *pointersInput) (store.PointerList, error) {
			p := x.params()
			p.required("entity", string(in.Entity))
			v, e := p.view(in.ViewQuery), p.entity("entity", in.Entity)
			if err := p.err(); err != nil {
				return store.PointerList{}, err
			}
			return x.edge.store.Pointers(ctx, v, e)
		})
}

func (in *organisationViewInput) read(x *exchange) (innovation.View, innovation.OrganisationID, error) {
	p := x.params()
	v, id := p.view(in.ViewQuery), innovation.OrganisationID(p.key("organisation", in.Organisation))
	return v, id, p.err()
}
