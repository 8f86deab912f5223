package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/innovationregistry/registry/store/fhir"
)

// fhirFormat is the format of an export that is a FHIR bundle.
const fhirFormat = "fhir"

// bindBundle adds the flags of a FHIR bundle.
func bindBundle(f *flag.FlagSet, opts *fhir.Options) {
	stringVar(f, &opts.Type, "bundle", "", "with -format fhir: the `TYPE` of bundle: collection, for a file, or transaction, for a server")
	stringVar(f, &opts.Base, "base", "", "with -format fhir: the `ADDRESS` of the server that it is for, as https://fhir.example.org/r4")
	stringVar(f, &opts.Kind, "kind", "", "with -format fhir: only organisations of this `KIND` on the day")
	stringVar(f, &opts.Role, "role", "", "with -format fhir: only those with this `ROLE` on the day")
	stringVar(f, (*string)(&opts.Network), "network", "", "with -format fhir: only the network of this `KEY` and what a relation of the day joins to it")
}

// giveOutBundle writes a FHIR bundle, and counts what it leaves out.
func (q *query) giveOutBundle(ctx context.Context, p *program, opts fhir.Options, out string, force bool) error {
	v, err := q.view(p.now())
	if err == nil {
		err = refuseFile(out, force)
	}
	if err != nil {
		return err
	}
	st, err := q.place.openToRead(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	bar := p.progress("Writing", "resources")
	opts.Progress = bar.update
	var got fhir.Report
	give := func(w io.Writer) (err error) {
		got, err = fhir.Export(ctx, st.Store, v, w, opts)
		return err
	}
	listed, to := p.stderr, ""
	if out == "" {
		err = give(p.stdout)
	} else {
		listed, to = p.stdout, " to "+out
		err = writeWholeBy(out, force, give)
	}
	bar.end(err)
	if err != nil {
		return err
	}
	rep := &report{title: fmt.Sprintf("Wrote %s and %s%s", plural(got.Organisations, "organisation", "organisations"),
		plural(got.Affiliations, "relation", "relations"), to)}
	s := section{name: "left-out", title: "Left out, because FHIR has no place for it", head: []string{"element", "times", "what"}}
	for _, l := range got.LeftOut {
		s.add(l.Element, l.Count, l.Detail)
	}
	rep.sections = []section{s}
	rep.table(listed)
	return nil
}
