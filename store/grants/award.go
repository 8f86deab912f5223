package grants

import (
	"context"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// grant is a row that says what was awarded to whom.
type grant struct {
	award      innovation.Award // without its key and its organisations
	funder     *party
	recipients []*party // one is the recipient; several have shares
	names      struct{ funder, recipient string }
}

// newGrant is a grant whose identifier is brought back to what it was before
// Export put the prefix before it.
func newGrant(id, prefix string) *grant {
	if own, ok := strings.CutPrefix(id, prefix+"-"); ok && prefix != "" && own != "" {
		id = own
	}
	return &grant{award: innovation.Award{Identifier: id}}
}

func (g *grant) parties() []*party {
	out := slices.Clone(g.recipients)
	if g.funder != nil {
		out = append(out, g.funder)
	}
	return out
}

func (g *grant) take(ctx context.Context, t *take, r *row) (added bool, err error) {
	field := r.names["identifier"]
	if t.again(r, "award "+g.award.Identifier, field, func(first entry) bool { return first.(*grant).same(g) }) {
		return false, nil
	}
	award := g.award
	if award.Funder, err = t.organisation(ctx, r, g.names.funder, g.funder); err != nil {
		return false, err
	}
	var shares []innovation.OrganisationID
	for _, p := range g.recipients {
		org, err := t.organisation(ctx, r, g.names.recipient, p)
		if err != nil {
			return false, err
		}
		shares = append(shares, org)
	}
	if len(shares) == 1 {
		award.Recipient, shares = shares[0], nil
	}
	if len(r.refusals) > 0 {
		return false, nil
	}
	key, is, found, err := t.award(ctx, award.Identifier)
	if err != nil {
		return false, err
	}
	award.Award = key
	if found {
		return false, t.compare(ctx, r, is, award, shares)
	}
	if err := t.record(ctx, r, award); err != nil {
		return false, err
	}
	for _, org := range shares {
		share := innovation.Share{Of: key.Entity(), Recipient: org, Period: innovation.FromBound(award.Day.Bound)}
		if err := t.record(ctx, r, share); err != nil {
			return false, err
		}
	}
	return true, nil
}

// same reports whether two rows of a file say the same.
func (g *grant) same(h *grant) bool {
	equal := func(a, b *party) bool {
		return a == nil && b == nil || a != nil && b != nil && a.identity() == b.identity() && a.name == b.name
	}
	return g.award == h.award && equal(g.funder, h.funder) && slices.EqualFunc(g.recipients, h.recipients, equal)
}

// award finds the award with an identifier, or the key that it will have.
func (t *take) award(ctx context.Context, identifier string) (key innovation.AwardID, is innovation.Award, found bool, err error) {
	if key, ok := t.awards[identifier]; ok {
		is, found, err = about[innovation.Award](ctx, t.tx, key.Entity())
		return key, is, found, err
	}
	for _, k := range []string{keyFrom(identifier), keyApart(identifier)} {
		key = innovation.AwardID(k)
		is, found, err = about[innovation.Award](ctx, t.tx, key.Entity())
		if err != nil || !found || is.Identifier == identifier || is.Identifier == "" && string(key) == identifier {
			return key, is, found, err
		}
	}
	return key, is, found, err
}

// compare refuses the row when the register holds something else than it says.
// What the file cannot say does not count.
func (t *take) compare(ctx context.Context, r *row, is, want innovation.Award, shares []innovation.OrganisationID) error {
	want.Envelope, want.Allocation, want.Stream, want.Evaluation, want.Override = is.Envelope, is.Allocation, is.Stream, is.Evaluation, is.Override
	want.Figure.VAT = is.Figure.VAT
	if want.Note == "" {
		want.Note = is.Note
	}
	if is.Identifier == "" && string(is.Award) == want.Identifier {
		want.Identifier = ""
	}
	var have []innovation.OrganisationID
	for s, err := range each[innovation.Share](ctx, t.tx, anyDay, store.FactFilter{Subject: is.Subject(), AllDays: true}) {
		if err != nil {
			return err
		}
		have = append(have, s.Recipient)
	}
	slices.Sort(have)
	shares = slices.Sorted(slices.Values(shares))
	what := differences(map[string]bool{
		"title": is.Title != want.Title, "purpose": is.Purpose != want.Purpose, "programme": is.Programme != want.Programme,
		"funder": is.Funder != want.Funder, "recipient": is.Recipient != want.Recipient || !slices.Equal(have, shares) && len(shares) > 0,
		"amount": is.Figure.Amount != want.Figure.Amount, "time covered": is.Figure.Covers != want.Figure.Covers,
		"kind of figure": is.Figure.Per != want.Figure.Per || is.Figure.Basis != want.Figure.Basis,
		"day":            is.Day != want.Day, "note": is.Note != want.Note, "identifier": is.Identifier != want.Identifier,
	})
	if what != "" {
		r.refuse(innovation.RuleImportConflict, r.names["identifier"], want.Identifier, "correct the award in the register first, or leave the row out",
			"the award %s is there and differs in: %s", is.Award, what)
	}
	return nil
}
