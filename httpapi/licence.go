package httpapi

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

type boardInput struct {
	ViewQuery
	Format string `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

type licencesInput struct {
	ViewQuery
	Holder keyParam `query:"holder" doc:"Only licences of this network"`
	Round  keyParam `query:"round" doc:"Only licences of this round"`
}

type licenceInput struct {
	ViewQuery
	Licence     keyParam `path:"licence" doc:"Key of the licence"`
	IfNoneMatch string   `header:"If-None-Match" doc:"ETag of what the client has"`
}

type dueInput struct {
	ViewQuery
	Within integerParam `query:"withinDays" minimum:"0" maximum:"36600" doc:"The horizon in days after the day; 90 when left out"`
	Format string       `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

type endingInput struct {
	ViewQuery
	Within integerParam `query:"withinMonths" minimum:"0" maximum:"1200" doc:"The horizon in months after the day; 12 when left out"`
	Format string       `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

// The horizons when none is given.
const (
	defaultDays   = 90
	defaultMonths = 12
)

// addLicences registers what can be asked about licences.
func addLicences(t *table) {
	const tags = "licences"
	read(t, &Operation{ID: "licence.board", Path: "/v1/licence-board", Go: "Store.LicenceBoard", CSV: true,
		Summary: "Who is licensed how on a day, with the published counts"}, tags,
		func(ctx context.Context, x *exchange, in *boardInput) (store.LicenceBoard, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.LicenceBoard{}, err
			}
			return x.edge.store.LicenceBoard(ctx, v)
		})
	read(t, &Operation{ID: "licence.list", Path: "/v1/licences", Go: "Store.Licences",
		Summary: "Licences of all days with what they are on the day"}, tags,
		func(ctx context.Context, x *exchange, in *licencesInput) (store.LicenceList, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			f := store.LicenceFilter{Holder: innovation.OrganisationID(p.key("holder", in.Holder)), Round: innovation.RoundID(p.key("round", in.Round))}
			if err := p.err(); err != nil {
				return store.LicenceList{}, err
			}
			return x.edge.store.Licences(ctx, v, f)
		})
	readTagged(t, &Operation{ID: "licence.get", Path: "/v1/licences/{licence}", Go: "Store.Licence",
		Summary: "One licence as it read on a day, with the days on which it changed"}, tags,
		func(ctx context.Context, x *exchange, in *licenceInput) (store.LicenceReading, tag, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.LicenceID(p.key("licence", in.Licence))
			if err := p.err(); err != nil {
				return store.LicenceReading{}, tag{}, err
			}
			out, err := x.edge.store.Licence(ctx, v, id)
			return out, tag{id.Entity(), out.Version, out.Recipe}, err
		})
	read(t, &Operation{ID: "condition.due", Path: "/v1/conditions-due", Go: "Store.ConditionsDue", CSV: true,
		Summary: "Outstanding conditions that are due soon or overdue"}, tags,
		func(ctx context.Context, x *exchange, in *dueInput) (store.DueList, error) {
			p := x.params()
			v, days := p.view(in.ViewQuery), p.small("withinDays", in.Within, defaultDays)
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.DueList{}, err
			}
			return x.edge.store.ConditionsDue(ctx, v, days)
		})
	read(t, &Operation{ID: "licence.ending", Path: "/v1/licences-ending", Go: "Store.LicencesEnding", CSV: true,
		Summary: "Licences that end soon, and what follows them"}, tags,
		func(ctx context.Context, x *exchange, in *endingInput) (store.EndingList, error) {
			p := x.params()
			v, months := p.view(in.ViewQuery), p.small("withinMonths", in.Within, defaultMonths)
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.EndingList{}, err
			}
			return x.edge.store.LicencesEnding(ctx, v, months)
		})
	read(t, &Operation{ID: "finding.list", Path: "/v1/findings", Go: "Store.Check",
		Summary: "What does not fit together on a day and is kept all the same"}, tags,
		func(ctx context.Context, x *exchange, in *struct{ ViewQuery }) (store.FindingList, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			if err := p.err(); err != nil {
				return store.FindingList{}, err
			}
			return x.edge.store.Check(ctx, v)
		})
}
