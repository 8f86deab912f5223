package tabular

import (
	"context"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// bodies finds organisations by their codes in the register.
type bodies struct{ byCode map[string][]holder }

// holder is an organisation that has a code for some time.
type holder struct {
	id     innovation.OrganisationID
	period innovation.Period
}

// load reads the codes that the register knows, once.
func (b *bodies) load(ctx context.Context, from store.Reader) error {
	if b.byCode != nil {
		return nil
	}
	b.byCode = map[string][]holder{}
	f := store.FactFilter{AllDays: true, Limit: 1000}
	for {
		list, err := store.FactsOf(ctx, from, innovation.TypeIdentifier, anyDay, f)
		if err != nil {
			return err
		}
		for _, r := range list.Facts {
			i := r.Value.(innovation.Identifier)
			key := i.Scheme + ":" + i.Value
			b.byCode[key] = append(b.byCode[key], holder{i.Organisation, i.Period})
		}
		if f.Page = list.Next; f.Page == "" {
			return nil
		}
	}
}

// find finds the organisation that has a code: the only one that may have had it
// on the day, or else the only one that ever had it.
func (b *bodies) find(scheme, code string, on innovation.Bound) (innovation.OrganisationID, error) {
	all := b.byCode[scheme+":"+code]
	if len(all) == 0 {
		all = b.byCode[scheme+":"+strings.ToUpper(code)]
	}
	var ever, then []innovation.OrganisationID
	for _, h := range all {
		if !slices.Contains(ever, h.id) {
			ever = append(ever, h.id)
		}
		hull := h.period.Hull()
		if (on.IsZero() || !hull.Start.After(on.Latest) && hull.End.After(on.Earliest)) && !slices.Contains(then, h.id) {
			then = append(then, h.id)
		}
	}
	switch {
	case len(then) == 1:
		return then[0], nil
	case len(then) == 0 && len(ever) == 1:
		return ever[0], nil
	case len(ever) > 1:
		return "", innovation.Refusedf(innovation.RuleImportOrganisation, "", "the %s code %q is said of %d organisations: %s, %s", clip(scheme), clip(code), len(ever), ever[0], ever[1]).
			Trying("name the organisation by its key, or correct the identifiers in the register")
	}
	return "", &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleEntityNotFound,
		Detail: "the register has no organisation with the " + clip(scheme) + " code " + clip(code), Try: "bring the organisations in first, or correct the code"}
}
