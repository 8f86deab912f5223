package httpapi

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// ruleList is the rules of the register and of requests.
type ruleList struct {
	Rules []innovation.RuleInfo `json:"rules" doc:"By the part of the model, requests last"`
}

type termsInput struct {
	ViewQuery
	Scheme keyParam `path:"scheme" doc:"The scheme: organisation-kind, legal-form, name-kind, identifier-scheme, organisation-role, relation-type, sector, area-kind, area-evidence, qualifier, provision-type, outcome, source-kind, envelope-type, funding-stream, criterion, leverage-type, money-evidence"`
}

type changesInput struct {
	ActsQuery
	Since  integerParam `query:"since" minimum:"0" doc:"The last act the client has seen; 0 or left out for all"`
	Limit  integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many acts at most; 100 when left out"`
	Format string       `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

type historyInput struct {
	ActsQuery
	Entity entityParam `query:"entity" required:"true" doc:"The entity, as kind/key: licence/lic-2-oxford"`
}

type actChangesInput struct {
	Act   integerParam `path:"act" minimum:"1" doc:"Number of the act"`
	After integerParam `query:"after" minimum:"0" doc:"The change after which to begin; the first of the act when left out"`
	Limit integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many at most; 100 when left out"`
}

// addRegister registers what can be asked about the register itself.
func addRegister(t *table) {
	const tags = "register"
	read(t, &Operation{ID: "rule.list", Path: "/v1/rules", Go: "innovation.Rules",
		Summary: "The rules of the register, and those of requests"}, tags,
		func(context.Context, *exchange, *struct{}) (ruleList, error) { return ruleList{allRules()}, nil })
	read(t, &Operation{ID: "scheme.terms", Path: "/v1/terms/{scheme}", Go: "Store.Terms",
		Summary: "The codes of a scheme and what they mean"}, tags,
		func(ctx context.Context, x *exchange, in *termsInput) (store.TermList, error) {
			p := x.params()
			v, scheme := p.view(in.ViewQuery), innovation.Scheme(p.key("scheme", in.Scheme))
			if err := p.err(); err != nil {
				return store.TermList{}, err
			}
			return x.edge.store.Terms(ctx, v, scheme)
		})
	read(t, &Operation{ID: "change.list", Path: "/v1/changes", Go: "Store.Changes", CSV: true,
		Summary: "The feed of acts with what each added and removed"}, tags,
		func(ctx context.Context, x *exchange, in *changesInput) (store.ChangeFeed, error) {
			p := x.params()
			since, limit := p.integer("since", in.Since, 0), p.count("limit", in.Limit)
			v := p.actsView(in.ActsQuery)
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.ChangeFeed{}, err
			}
			feed, err := x.edge.store.Changes(ctx, innovation.ActNumber(since), limit)
			return feed.At(v), err
		})
	read(t, &Operation{ID: "act.changes", Path: "/v1/acts/{act}/changes", Go: "Store.ActChanges",
		Summary: "The changes of an act, part by part"}, tags,
		func(ctx context.Context, x *exchange, in *actChangesInput) (store.ActChanges, error) {
			p := x.params()
			act, after, limit := p.integer("act", in.Act, 0), p.integer("after", in.After, 0), p.count("limit", in.Limit)
			if err := p.err(); err != nil {
				return store.ActChanges{}, err
			}
			return x.edge.store.ActChanges(ctx, innovation.ActNumber(act), innovation.ChangeNumber(after), limit)
		})
	read(t, &Operation{ID: "entity.history", Path: "/v1/history", Go: "Store.History",
		Summary: "Everything that was ever recorded about an entity, by whom, when and why"}, tags,
		func(ctx context.Context, x *exchange, in *historyInput) (store.History, error) {
			p := x.params()
			p.required("entity", string(in.Entity))
			v, e := p.actsView(in.ActsQuery), p.entity("entity", in.Entity)
			if err := p.err(); err != nil {
				return store.History{}, err
			}
			h, err := x.edge.store.History(ctx, e)
			return h.At(v), err
		})
	read(t, &Operation{ID: "register.status", Path: "/v1/status", Go: "Store.Status",
		Summary: "Where the register stands and how much is in it"}, tags,
		func(ctx context.Context, x *exchange, in *struct{ ViewQuery }) (store.Status, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			if err := p.err(); err != nil {
				return store.Status{}, err
			}
			return x.edge.store.Status(ctx, v)
		})
	read(t, &Operation{ID: "register.verify", Path: "/v1/verification", Go: "Store.Verify",
		Summary: "Recompute the chain of acts and check every rule: reads the whole register"}, tags,
		func(ctx context.Context, x *exchange, _ *struct{}) (store.Verification, error) {
			if !x.edge.verify.TryLock() {
				return store.Verification{}, &innovation.Error{Kind: innovation.Busy, Rule: ruleVerifying,
					Detail: "the register is being verified already", Try: "wait for it to end"}
			}
			defer x.edge.verify.Unlock()
			return x.edge.store.Verify(ctx, nil)
		})
}
