package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// licenceFilter selects licences; an empty field does not restrict.
type licenceFilter struct {
	licence innovation.LicenceID
	holder  innovation.OrganisationID
	round   innovation.RoundID
}

// where is the filter on the rows of reg_licence under an alias.
func (lf licenceFilter) where(m moment, alias string) where {
	w := m.known(alias)
	for _, c := range []struct {
		column string
		e      innovation.Entity
	}{{"subject", lf.licence.Entity()}, {"holder", lf.holder.Entity()}, {"round", lf.round.Entity()}} {
		if c.e.Key != "" {
			w = w.and(alias+"."+c.column+" = (SELECT id FROM reg_entity WHERE kind = ? AND key = ?)", string(c.e.Kind), string(c.e.Key))
		}
	}
	return w
}

// in is the condition that a column is among a column of the selected licences.
func (lf licenceFilter) in(m moment, column, of string) where {
	w := lf.where(m, "l")
	return where{}.and(column+" IN (SELECT l."+of+" FROM reg_licence l "+w.String()+")", w.args...)
}

// licenceFile reads the file of one licence; found is false when the moment
// knows none.
func licenceFile(ctx context.Context, s *session, m moment, id innovation.LicenceID) (f innovation.LicenceFile, found bool, err error) {
	files, err := licenceFiles(ctx, s, m, licenceFilter{licence: id})
	if err != nil || len(files) == 0 {
		return f, false, err
	}
	return files[0], true, nil
}

// licenceFiles reads the files of the selected licences, in the order of round
// and holder, with eight queries however many they are.
func licenceFiles(ctx context.Context, s *session, m moment, lf licenceFilter) ([]innovation.LicenceFile, error) {
	selected, err := selectFacts(ctx, s, m, licences, lf.where(m, "f"), "ORDER BY e_round.key, e_holder.key, f.added")
	if err != nil || len(selected) == 0 {
		return nil, err
	}
	var g gatherer
	siblings := gather(&g, ctx, s, m, licences, m.known("f").join(lf.in(m, "f.holder", "holder")))
	allRounds := gather(&g, ctx, s, m, rounds, m.plain("f")) // a round frames its licences, whoever published it
	ofLicence := lf.in(m, "f.subject", "subject")
	allStreams := gather(&g, ctx, s, m, streams, m.known("f").join(ofLicence))
	allBodies := gather(&g, ctx, s, m, contractingBodies, m.known("f").join(ofLicence))
	allDecisions := gather(&g, ctx, s, m, decisions, m.known("f").join(ofLicence))
	byLicence, byRound := lf.in(m, "f.licence", "subject"), lf.in(m, "f.round", "round")
	attached := where{}.and("("+byLicence.text[0]+" OR "+byRound.text[0]+")", append(slices.Clone(byLicence.args), byRound.args...)...)
	allConditions := gather(&g, ctx, s, m, conditions, m.known("f").join(attached))
	allProvisions := gather(&g, ctx, s, m, provisions, m.known("f").join(attached))
	if g.err != nil {
		return nil, g.err
	}
	numbers := map[innovation.RoundID]innovation.Recorded[innovation.Round]{}
	for _, r := range allRounds {
		numbers[r.Value.Round] = r
	}
	files := make([]innovation.LicenceFile, len(selected))
	for i, l := range selected {
		id, round := l.Value.Licence, numbers[l.Value.Round]
		f := innovation.LicenceFile{Licence: l, Round: round}
		f.Streams = only(allStreams, func(v *innovation.Stream) bool { return v.Licence == id })
		f.ContractingBodies = only(allBodies, func(v *innovation.ContractingBody) bool { return v.Licence == id })
		f.Decisions = only(allDecisions, func(v *innovation.Decision) bool { return v.Licence == id })
		f.Conditions = only(allConditions, func(v *innovation.Condition) bool {
			return v.Licence == id || v.Round == l.Value.Round && v.Unnamed == 0
		})
		f.Provisions = only(allProvisions, func(v *innovation.Provision) bool { return v.Licence == id || v.Round == l.Value.Round })
		for _, n := range siblings {
			if n.Value.Holder != l.Value.Holder || numbers[n.Value.Round].Value.Number <= round.Value.Number {
				continue
			}
			if f.Next == nil || numbers[n.Value.Round].Value.Number < numbers[f.Next.Value.Round].Value.Number {
				next := n
				f.Next = &next
			}
		}
		files[i] = f
	}
	return files, nil
}

// gatherer keeps the first error of several reads.
type gatherer struct{ err error }

//go:noinline // many places would hold a copy of it
func gather[F innovation.Fact](g *gatherer, ctx context.Context, s *session, m moment, t *table[F], w where) (out []innovation.Recorded[F]) {
	if g.err == nil {
		g.err = t.choose(ctx, s, m, &out, w, "ORDER BY f.added")
	}
	return out
}

//go:noinline // many places would hold a copy of it
func only[F any](all []innovation.Recorded[F], keep func(*F) bool) (out []innovation.Recorded[F]) {
	for i := range all {
		if keep(&all[i].Value) {
			out = append(out, all[i])
		}
	}
	return out
}
