package grants

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// schemeOther is the scheme of identifiers that no other scheme of the
// register has: the value is the whole identifier.
const schemeOther = "360giving"

// orgSchemes pairs the prefixes of organisation identifiers, as org-id.guide
// lists them, with the schemes of the register, the best known first.
var orgSchemes = []struct{ prefix, scheme, kind string }{
	{"GB-CHC-", "charity", "charity"},
	{"GB-COH-", "company", "company"},
	{"GB-NHS-", "ods", "body"},
	{"GB-UKPRN-", "ukprn", "body"},
	{"XI-ROR-", "ror", "body"},
	{"XI-GRID-", "grid", "body"},
}

// party is an organisation as a file names it: by identifiers, or, where the
// file gives none, by its name.
type party struct {
	key  innovation.OrganisationID // set when the file uses the key of the register
	ids  []identifier              // the best known scheme first
	name string
	kind string          // its kind when it has to be founded
	seen innovation.Date // a day on which it existed
}

type identifier struct{ scheme, value string }

// newParty reads the identifier of an organisation.
func newParty(id, name, prefix string, seen innovation.Date) *party {
	p := &party{name: oneLine(name), kind: "body", seen: seen}
	if key, own := strings.CutPrefix(id, prefix+"-Org-"); own && prefix != "" {
		p.key = innovation.OrganisationID(key)
		return p
	}
	for _, s := range orgSchemes {
		if value, ok := strings.CutPrefix(id, s.prefix); ok && value != "" {
			p.add(s.scheme, value)
			return p
		}
	}
	if id != "" {
		p.add(schemeOther, id)
	}
	return p
}

// add adds an identifier, once.
func (p *party) add(scheme, value string) {
	id := identifier{scheme, value}
	if value == "" || slices.Contains(p.ids, id) {
		return
	}
	p.ids = append(p.ids, id)
	rank := func(i identifier) int {
		for n, s := range orgSchemes {
			if s.scheme == i.scheme {
				return n
			}
		}
		return len(orgSchemes)
	}
	sort.SliceStable(p.ids, func(i, j int) bool { return rank(p.ids[i]) < rank(p.ids[j]) })
	p.kind = "body"
	if n := rank(p.ids[0]); n < len(orgSchemes) {
		p.kind = orgSchemes[n].kind
	}
}

// orgID is the identifier that files have for one of a scheme, "" for a scheme
// of which org-id.guide knows nothing.
func (i identifier) orgID() string {
	for _, s := range orgSchemes {
		if s.scheme == i.scheme {
			return s.prefix + i.value
		}
	}
	if i.scheme == schemeOther {
		return i.value
	}
	return ""
}

// identity tells the parties of a file apart.
func (p *party) identity() string {
	switch {
	case p.key != "":
		return "key " + string(p.key)
	case len(p.ids) > 0:
		return "id " + p.ids[0].scheme + " " + p.ids[0].value
	}
	return "name " + folded(p.name)
}

// folded makes two spellings of a name equal that differ in case and spaces.
func folded(name string) string { return strings.ToLower(oneLine(name)) }

// organisations finds the organisations of a file in the register.
type organisations struct {
	byID   map[identifier][]innovation.OrganisationID
	byName map[string][]innovation.OrganisationID
	known  map[string]innovation.OrganisationID // by the identity of the party
	since  map[string]innovation.Date           // the first day on which the file has it
	other  bool                                 // the scheme of other identifiers is known to be there
}

// loadOrganisations looks up, in one pass over the register, whatever the file
// names. A file that names nobody needs no pass.
func loadOrganisations(ctx context.Context, t *take) (*organisations, error) {
	o := &organisations{byID: map[identifier][]innovation.OrganisationID{}, byName: map[string][]innovation.OrganisationID{},
		known: map[string]innovation.OrganisationID{}, since: map[string]innovation.Date{}}
	for _, r := range t.file.rows {
		if r.entry == nil {
			continue
		}
		for _, p := range r.entry.parties() {
			for _, id := range p.ids {
				o.byID[id] = nil
			}
			if len(p.ids) == 0 && p.key == "" {
				o.byName[folded(p.name)] = nil
			}
			who := p.identity()
			if first, ok := o.since[who]; !ok || !p.seen.IsZero() && p.seen.Before(first) {
				o.since[who] = p.seen
			}
		}
	}
	add := func(list []innovation.OrganisationID, id innovation.OrganisationID) []innovation.OrganisationID {
		if slices.Contains(list, id) {
			return list
		}
		return append(list, id)
	}
	all := store.FactFilter{AllDays: true}
	if len(o.byID) > 0 {
		for i, err := range each[innovation.Identifier](ctx, t.tx, anyDay, all) {
			if err != nil {
				return nil, err
			}
			id := identifier{i.Scheme, i.Value}
			if list, wanted := o.byID[id]; wanted {
				o.byID[id] = add(list, i.Organisation)
			}
		}
	}
	if len(o.byName) > 0 {
		for n, err := range each[innovation.Name](ctx, t.tx, anyDay, all) {
			if err != nil {
				return nil, err
			}
			if list, wanted := o.byName[folded(n.Text)]; wanted {
				o.byName[folded(n.Text)] = add(list, n.Organisation)
			}
		}
	}
	return o, nil
}

// organisation finds the organisation that a row names, or founds it. What
// cannot be told is refused at the row; an error is one of recording.
func (t *take) organisation(ctx context.Context, r *row, field string, p *party) (innovation.OrganisationID, error) {
	if p == nil {
		return "", nil
	}
	who := p.identity()
	if id, known := t.orgs.known[who]; known && len(p.ids) <= 1 {
		return id, nil
	}
	var found []innovation.OrganisationID
	byName := false
	switch {
	case p.key != "":
		return p.key, nil // recording refuses a key that is not there
	case len(p.ids) > 0:
		for _, id := range p.ids {
			for _, org := range t.orgs.byID[id] {
				if !slices.Contains(found, org) {
					found = append(found, org)
				}
			}
		}
	default:
		found, byName = t.orgs.byName[folded(p.name)], true
	}
	switch {
	case len(found) > 1:
		r.refuse(innovation.RuleImportOrganisation, field, p.text(), "correct the identifiers in the register or in the file, or use one that is of one organisation only",
			"%q is said of %d organisations: %s, %s", clip(p.text()), len(found), found[0], found[1])
		return "", nil
	case len(found) == 1:
		if byName {
			t.remark(r, field, p.name, "taken for %s, which has that name", found[0])
		}
		for _, id := range p.ids {
			if t.orgs.byID[id] == nil {
				t.remark(r, field, id.value, "the register knows %s without this identifier (scheme %s), and it was not added", found[0], id.scheme)
				t.orgs.byID[id] = found
			}
		}
		t.orgs.known[who] = found[0]
		return found[0], nil
	}
	return t.foundOrganisation(ctx, r, field, p)
}

func (p *party) text() string {
	if len(p.ids) > 0 {
		if id := p.ids[0].orgID(); id != "" {
			return id
		}
	}
	return p.name
}

// foundOrganisation founds an organisation with its name and identifiers, all
// in force from no later than the first day on which the file has it.
func (t *take) foundOrganisation(ctx context.Context, r *row, field string, p *party) (innovation.OrganisationID, error) {
	org := innovation.OrganisationID(keyFrom(p.text()))
	if _, taken, err := about[innovation.Existence](ctx, t.tx, org.Entity()); err != nil {
		return "", err
	} else if taken {
		org = innovation.OrganisationID(keyApart(p.text()))
	}
	who := p.identity()
	start := innovation.UnknownBound()
	if seen := t.orgs.since[who]; !seen.IsZero() {
		start = innovation.NotLaterThan(seen)
	}
	period := innovation.FromBound(start)
	facts := []innovation.Fact{
		innovation.Existence{Organisation: org, Aspect: innovation.Operational, Kind: p.kind, Period: period},
		innovation.Name{Organisation: org, Text: p.name, Kind: "official", Period: period},
	}
	for _, id := range p.ids {
		if id.scheme == schemeOther && !t.orgs.other {
			if err := t.foundScheme(ctx, r); err != nil {
				return "", err
			}
			t.orgs.other = true
		}
		facts = append(facts, innovation.Identifier{Organisation: org, Scheme: id.scheme, Value: id.value, Period: period})
	}
	for _, f := range facts { // before anything is written: all that is wrong at once
		for _, e := range innovation.Violations(f.Validate()) {
			r.refuse(e.Rule, field, p.name, e.Try, "the organisation %s: %s", clip(p.text()), e.Detail)
		}
	}
	if len(r.refusals) > 0 {
		return "", nil
	}
	for _, f := range facts {
		if err := t.record(ctx, r, f); err != nil {
			return "", err
		}
	}
	t.report.Organisations++
	t.orgs.known[who] = org
	for _, id := range p.ids {
		t.orgs.byID[id] = []innovation.OrganisationID{org}
	}
	if len(p.ids) == 0 {
		t.orgs.byName[folded(p.name)] = []innovation.OrganisationID{org}
	}
	return org, nil
}

// foundScheme adds the scheme of other identifiers to the register.
func (t *take) foundScheme(ctx context.Context, r *row) error {
	term := innovation.Term{Scheme: innovation.SchemeIdentifier, Code: schemeOther, Label: "Organisation identifier as 360Giving writes it"}
	if _, there, err := about[innovation.Term](ctx, t.tx, term.Subject()); err != nil || there {
		return err
	}
	return t.record(ctx, r, term)
}
