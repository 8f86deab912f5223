package uptake

import (
	"context"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// takeTerms makes what takes a list of codes as terms of a scheme: the roles of
// the Organisation Data Service (RO197) as organisation-role, its relationships
// (RE4) as relation-type. The code is that of the service in lower case.
func takeTerms(scheme innovation.Scheme, label string) func(context.Context, *take) error {
	return func(ctx context.Context, t *take) error {
		tbl, err := t.header(ctx, "id", label)
		if err != nil {
			return err
		}
		tbl.fields = map[string]string{"code": "id", "label": label}
		known := map[string]string{}
		for _, s := range innovation.StandardTerms() {
			if s.Scheme == scheme {
				known[s.Code] = s.Label
			}
		}
		for f, err := range each[innovation.Term](ctx, t.tx, anyDay, store.FactFilter{AllDays: true}) {
			if err != nil {
				return err
			}
			if f.Value.Scheme == scheme {
				known[f.Value.Code] = f.Value.Label
			}
		}
		return t.each(ctx, tbl, nil, func(r *row) error {
			term := innovation.Term{Scheme: scheme, Code: strings.ToLower(r.get("id")), Label: oneLine(r.get(label))}
			switch is, there := known[term.Code]; {
			case there && is == term.Label:
				t.report.Unchanged++
				return nil
			case there:
				r.refuse(innovation.RuleImportConflict, label, term.Label, "correct the term in the register, or the row", "the code %s stands for %q already", term.Code, clip(is))
				return nil
			}
			if err := term.Validate(); err != nil {
				return err
			}
			err := t.record(ctx, r.number, term)
			if err == nil {
				known[term.Code] = term.Label
				t.report.Added++
			}
			return err
		})
	}
}
