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
	others map[string]map[string][]holder     // by scheme and code
	more   []string                           // the schemes of others
	keys   map[innovation.OrganisationID]bool // of all that exist, when they were read
}

// holder is an organisation that has a code for some time.
type holder struct {
	id     innovation.OrganisationID
	period innovation.Period
}

// loadOrganisations reads the codes of a scheme that the register knows.
func loadOrganisations(ctx context.Context, t *take, scheme string, more ...string) (*organisations, error) {
	o := &organisations{scheme: scheme, byCode: map[string][]holder{}, others: map[string]map[string][]holder{}, more: more}
	for _, m := range more {
		o.others[m] = map[string][]holder{}
	}
	for i, err := range each[innovation.Identifier](ctx, t.tx, anyDay, store.FactFilter{AllDays: true}) {
		if err != nil {
			return nil, err
		}
		v := i.Value
		if held := o.held(v.Scheme); held != nil {
			held[v.Value] = append(held[v.Value], holder{v.Organisation, v.Period})
		}
	}
	return o, nil
}

// held is who has the codes of a scheme, nil when it was not read.
func (o *organisations) held(scheme string) map[string][]holder {
	if scheme == o.scheme {
		return o.byCode
	}
	return o.others[scheme]
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
	named            innovation.Period // when it bears the name, if not in all of that
	other            map[string]string // codes in other schemes
}

// found founds an organisation with its name and codes.
func (o *organisations) found(ctx context.Context, t *take, row int, b body) (innovation.OrganisationID, error) {
	id, facts, err := o.founding(ctx, t, b)
	if err == nil {
		err = o.write(ctx, t, row, facts)
	}
	return id, err
}

// founding is what founds an organisation. All that may be wrong is found before
// anything is written. A code that another organisation has at a later time is
// this one's until then, whatever its scheme.
func (o *organisations) founding(ctx context.Context, t *take, b body) (innovation.OrganisationID, []innovation.Fact, error) {
	id := innovation.OrganisationID(o.scheme + "-" + strings.ToLower(b.code))
	if err := innovation.CheckKey("organisation", string(id)); err != nil {
		return "", nil, err
	}
	taken := o.keys[id]
	if o.keys == nil {
		var err error
		if _, taken, err = about[innovation.Existence](ctx, t.tx, id.Entity()); err != nil {
			return "", nil, err
		}
	}
	if taken {
		return "", nil, innovation.Refusedf(innovation.RuleEntityExists, "organisation", "the key %s is that of another organisation, without the %s code %s", id, o.scheme, clip(b.code)).
			Trying("give that organisation its code, or correct the row")
	}
	facts := []innovation.Fact{innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: b.kind, Period: b.period}}
	var errs []error
	code := func(scheme, value string, clash innovation.Answer) {
		has := b.period
		for _, h := range o.held(scheme)[value] {
			if starts := h.period.Start; starts.Earliest.After(has.Start.Latest) && (has.IsOpen() || starts.Earliest.Before(has.End.Latest)) {
				has = has.EndingAt(innovation.Exactly(starts.Earliest))
			}
		}
		for _, h := range o.held(scheme)[value] {
			if h.period.Overlaps(has) >= clash {
				errs = append(errs, innovation.Refusedf(innovation.RuleImportOrganisation, "organisation", "the code %s is that of %s at the same time", clip(value), h.id).
					Trying("correct the identifiers in the register, or the row"))
			}
		}
		facts = append(facts, innovation.Identifier{Organisation: id, Scheme: scheme, Value: value, Period: has})
	}
	code(o.scheme, b.code, innovation.Possibly)
	if b.name != "" {
		named := b.named
		if named.Start.IsZero() {
			named = b.period
		}
		facts = append(facts, innovation.Name{Organisation: id, Text: b.name, Kind: "official", Period: named})
	}
	for _, scheme := range o.more {
		if b.other[scheme] != "" {
			code(scheme, b.other[scheme], innovation.Yes)
		}
	}
	for _, f := range facts {
		errs = append(errs, f.Validate())
	}
	return id, facts, innovation.Join(errs...)
}

// write records what founds an organisation.
func (o *organisations) write(ctx context.Context, t *take, row int, facts []innovation.Fact) error {
	for _, f := range facts {
		if err := t.record(ctx, row, f); err != nil {
			return err
		}
	}
	o.hold(facts)
	t.report.Organisations++
	return nil
}

// hold takes note of codes that are held from now on.
func (o *organisations) hold(facts []innovation.Fact) {
	for _, f := range facts {
		if i, ok := f.(innovation.Identifier); ok {
			held := o.held(i.Scheme)
			held[i.Value] = append(held[i.Value], holder{i.Organisation, i.Period})
		}
	}
}

// letGo forgets that an organisation holds a code.
func (o *organisations) letGo(code string, id innovation.OrganisationID) {
	o.byCode[code] = slices.DeleteFunc(o.byCode[code], func(h holder) bool { return h.id == id })
}

// oneLine is a text for a name: with single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
