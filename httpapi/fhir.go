package httpapi

import (
	"context"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/fhir"
)

type bundleInput struct {
	ViewQuery
	Type    string   `query:"type" enum:"collection,transaction" doc:"The type of bundle: collection, for a file, when left out; transaction, for a server, with a request that puts each resource under its id"`
	Base    string   `query:"base" doc:"Address of the server that the resources are for, as https://fhir.example.org/r4; they refer to each other by UUIDs when left out"`
	Kind    string   `query:"kind" doc:"Only organisations of this kind on the day (scheme organisation-kind)"`
	Role    string   `query:"role" doc:"Only those with this role on the day (scheme organisation-role)"`
	Network keyParam `query:"network" doc:"Only this network and the organisations that a relation of the day joins to it"`
	Report  yesParam `query:"report" doc:"Answer with how much the bundle would hold and what FHIR has no place for, instead of the bundle"`
}

// addFHIR registers giving organisations out by FHIR R4.
func addFHIR(t *table) {
	out := add(t, &Operation{ID: "fhir.bundle", Method: http.MethodGet, Path: "/v1/fhir/bundle", Go: "fhir.Export",
		Summary: "Give the organisations of a day and their relations out as a FHIR R4 bundle; report=true counts what FHIR has no place for"}, "organisations",
		reflect.TypeFor[fhir.Report](), exportBundle)
	t.later = append(t.later, func() {
		good := out.Responses["200"]
		good.Description = "The bundle of Organization and OrganizationAffiliation; with report=true how much is in it"
		good.Content[fhir.MediaType] = &huma.MediaType{Schema: anyObject{}.Schema(nil)}
	})
}

// exportBundle gives a bundle out, or tells what would be in it. It is sent as
// it is made, once all that it is made from was read.
func exportBundle(ctx context.Context, x *exchange, in *bundleInput) (answered, error) {
	p := x.params()
	v, report := p.view(in.ViewQuery), p.yes("report", in.Report)
	p.oneOf("type", in.Type, fhir.Collection, fhir.Transaction)
	opts := fhir.Options{Type: in.Type, Base: in.Base, Kind: in.Kind, Role: in.Role, Network: innovation.OrganisationID(p.key("network", in.Network))}
	if err := p.err(); err != nil {
		return answered{}, err
	}
	if report {
		done, err := fhir.Export(ctx, x.edge.store, v, io.Discard, opts)
		return answered{body: done}, err
	}
	return x.stream(ctx, fhir.MediaType, "organisations-"+v.On.String()+".json", func(w io.Writer) error {
		_, err := fhir.Export(ctx, x.edge.store, v, w, opts)
		return err
	})
}

// stream answers with a file that is sent as it is made: what has failed before
// anything was sent is answered as ever.
func (x *exchange) stream(ctx context.Context, contentType, name string, write func(io.Writer) error) (answered, error) {
	head := x.w.Header()
	head.Set("Content-Type", contentType)
	head.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	head.Set("Cache-Control", "no-cache")
	err := write(x.w)
	if s, ok := x.w.(*sending); err != nil && ok && s.begun {
		x.edge.options.Logger.DebugContext(ctx, "response not taken", "cause", err)
		panic(http.ErrAbortHandler) // the client must not take what it has for the whole
	}
	if err != nil {
		head.Del("Content-Disposition")
	}
	return answered{sent: true}, err
}
