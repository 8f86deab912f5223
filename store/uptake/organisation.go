package uptake

import (
	"context"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// schemeODS is the scheme of the codes of the Organisation Data Service.
const schemeODS = "ods"

// organisations finds the organisations of a file by their codes in a scheme.
type organisations struct {
	scheme string
	byCode map[string][]holder
	codes  map[innovation.OrganisationID]map[string]string // other codes, by scheme
	more   []string                                        // the schemes of other codes
}

// holder is an organisation that has a code for some time.
type holder struct {
	id     innovation.OrganisationID
	period innovation.Period
}

// loadOrganisations reads the codes of a scheme that the register knows.
func loadOrganisations(ctx context.Context, t *take, scheme string, more ...string) (*organisations, error) {
	o := &organisations{scheme: scheme, byCode: map[string][]holder{}, codes: map[innovation.OrganisationID]map[string]string{}, more: more}
	for i, err := range each[innovation.Identifier](ctx, t.tx, anyDay, store.FactFilter{AllDays: true}) {
		if err != nil {
			return nil, err
		}
		switch v := i.Value; {
		case v.Scheme == scheme:
			o.byCode[v.Value] = append(o.byCode[v.Value], holder{v.Organisation, v.Period})
		case slices.Contains(more, v.Scheme):
			o.noteCode(v.Organisation, v.Scheme, v.Value)
		}
	}
	return o, nil
}

func (o *organisations) noteCode(id innovation.OrganisationID, scheme, code string) {
	if o.codes[id] == nil {
		o.codes[id] = map[string]string{}
	}
	o.codes[id][scheme] = code
}

// find finds the organisation that has a code: the only one that ever had it,
// or the only one that may have had it on the day.
func (o *organisations) find(code string, on innovation.Bound) (id innovation.OrganisationID, several []innovation.OrganisationID) {
	distinct := func(keep func(holder) bool) (out []innovation.OrganisationID) {
		for _, h := range o.byCode[code] {
			if keep(h) && !slices.Contains(out, h.id) {
				out = append(out, h.id)
			}
		}
		return out
	}
	all := distinct(func(holder) bool { return true })
	if len(all) > 1 {
		all = distinct(func(h holder) bool {
			hull := h.period.Hull()
			return !hull.Start.After(on.Latest) && hull.End.After(on.Earliest)
		})
	}
	switch len(all) {
	case 0:
		return "", nil
	case 1:
		return all[0], nil
	}
	return "", all
}

// on finds the organisation that has a code on a day, and no other.
func (o *organisations) on(code string, day innovation.Date) (innovation.OrganisationID, bool) {
	for _, h := range o.byCode[code] {
		if h.period.Holds(day) != innovation.No {
			return h.id, true
		}
	}
	return "", false
}

// named finds the organisation of a row, which names it by a code: it refuses
// the row when there is none, or several.
func (o *organisations) named(r *row, column, code string, on innovation.Bound) innovation.OrganisationID {
	id, several := o.find(code, on)
	switch {
	case len(several) > 1:
		r.refuse(innovation.RuleImportOrganisation, column, code, "correct the identifiers in the register, or name the organisation by its key",
			"the code %q is said of %d organisations: %s, %s", clip(code), len(several), several[0], several[1])
	case id == "":
		r.refuse(innovation.RuleEntityNotFound, column, code, "bring the organisations in first, or correct the code",
			"the register has no organisation with the %s code %q", o.scheme, clip(code))
	}
	return id
}

// body is an organisation to be founded.
type body struct {
	code, name, kind string
	period           innovation.Period
	other            map[string]string // codes in other schemes
}

// found founds an organisation with its name and codes. A code that another
// organisation has at a later time is this one's until then.
func (o *organisations) found(ctx context.Context, t *take, row int, b body) (innovation.OrganisationID, error) {
	id := innovation.OrganisationID(o.scheme + "-" + strings.ToLower(b.code))
	if err := innovation.CheckKey("organisation", string(id)); err != nil {
		return "", err
	}
	if _, taken, err := about[innovation.Existence](ctx, t.tx, id.Entity()); err != nil {
		return "", err
	} else if taken {
		return "", innovation.Refusedf(innovation.RuleEntityExists, "organisation", "the key %s is that of another organisation, without the %s code %s", id, o.scheme, clip(b.code)).
			Trying("give that organisation its code, or correct the row")
	}
	has := b.period
	for _, h := range o.byCode[b.code] {
		if starts := h.period.Start; starts.Earliest.After(has.Start.Latest) && (has.IsOpen() || starts.Earliest.Before(has.End.Latest)) {
			has = has.EndingAt(innovation.Bound{Earliest: starts.Earliest, Latest: starts.Earliest})
		}
	}
	facts := []innovation.Fact{
		innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: b.kind, Period: b.period},
		innovation.Identifier{Organisation: id, Scheme: o.scheme, Value: b.code, Period: has},
	}
	if b.name != "" {
		facts = append(facts, innovation.Name{Organisation: id, Text: b.name, Kind: "official", Period: b.period})
	}
	for _, scheme := range o.more {
		if code := b.other[scheme]; code != "" {
			facts = append(facts, innovation.Identifier{Organisation: id, Scheme: scheme, Value: code, Period: b.period})
		}
	}
	// All that may be wrong is found before anything is written.
	var errs []error
	for _, f := range facts {
		errs = append(errs, f.Validate())
	}
	for _, h := range o.byCode[b.code] {
		if h.period.Overlaps(has) != innovation.No {
			errs = append(errs, innovation.Refusedf(innovation.RuleImportOrganisation, "organisation", "the code %s is that of %s at the same time", clip(b.code), h.id).
				Trying("correct the identifiers in the register, or the row"))
		}
	}
	if err := innovation.Join(errs...); err != nil {
		return "", err
	}
	for _, f := range facts {
		if err := t.record(ctx, row, f); err != nil {
			return "", err
		}
	}
	t.report.Organisations++
	o.byCode[b.code] = append(o.byCode[b.code], holder{id, has})
	for scheme, code := range b.other {
		o.noteCode(id, scheme, code)
	}
	return id, nil
}

// oneLine is a text for a name: with single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
