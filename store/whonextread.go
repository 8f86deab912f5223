package store

import (
	"context"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// WhoNext is whom to call next about an innovation, and why.
type WhoNext struct {
	Recipe     innovation.Recipe         `json:"recipe"`
	Asked      innovation.WhoNextQuery   `json:"asked" doc:"What was asked, with the weights"`
	Basis      innovation.AdoptionBasis  `json:"basis" doc:"Which organisations were looked at, and by what evidence"`
	UsersLow   int                       `json:"usersLow" doc:"How many of the eligible certainly use it"`
	UsersHigh  int                       `json:"usersHigh" doc:"How many possibly do"`
	Introduced []innovation.ReasonWeight `json:"introducerWeights" doc:"The weights by which introducers are chosen"`
	Like       []LikeInnovation          `json:"like" doc:"The innovations that were taken to be like it, the most alike first; 50 at most"`
	Rows       []innovation.WhoNextRow   `json:"rows" doc:"The organisations, the highest score first and then by key"`
	More       int                       `json:"more" doc:"How many more are ranked and not listed"`
}

// LikeInnovation is an innovation with something in common with another.
type LikeInnovation struct {
	Innovation innovation.InnovationID `json:"innovation" doc:"The innovation"`
	Shares     []string                `json:"shares" doc:"What they have in common: category, programme, supplier, type"`
	Users      int                     `json:"users" doc:"How many of the eligible certainly use it"`
}

// mostLike is how many like innovations are looked at.
const mostLike = 50

// WhoNext ranks the eligible organisations that do not certainly use an
// innovation by named reasons, each with its value, weight and facts, and names
// for each the user best placed to introduce it. See innovation.WhoNextOf.
func (r reader) WhoNext(ctx context.Context, v innovation.View, q innovation.WhoNextQuery) (out WhoNext, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	q = q.Normal()
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		for _, e := range []struct {
			field string
			innovation.Entity
		}{{"network", q.Network.Entity()}, {"peerGroup", q.PeerGroup.Entity()}, {"programme", q.Programme.Entity()}} {
			if e.Key == "" {
				continue
			}
			if _, err := mustField(ctx, s, m, e.field, e.Entity); err != nil {
				return err
			}
		}
		a, err := adoptersOf(ctx, s, m, q.Innovation)
		if err != nil {
			return err
		}
		set, err := a.eligible(ctx, m.on, q.Programme, q.Phase)
		if err != nil {
			return err
		}
		out = WhoNext{Recipe: m.recipe(), Asked: q, Basis: basisOf(set, m.on, q.Firm), Introduced: innovation.IntroducerWeights(), Like: []LikeInnovation{}}
		out.Basis.Programme, out.Basis.Phase = q.Programme, q.Phase
		f, err := a.whoNextFile(ctx, set, q)
		if err != nil {
			return err
		}
		for _, u := range f.Units {
			switch u.Standing.InUse() {
			case innovation.Yes:
				out.UsersLow++
				out.UsersHigh++
			case innovation.Possibly:
				out.UsersHigh++
			}
		}
		for _, l := range f.Like {
			out.Like = append(out.Like, LikeInnovation{l.Innovation, l.Shares, len(l.Users)})
		}
		out.Rows, out.More = innovation.WhoNextOf(q, f)
		named := naming{s: s, m: m}
		for i := range out.Rows {
			row := &out.Rows[i]
			named.body(row.Organisation, &row.Name)
			named.groups(row.Networks)
			if row.Introducer != nil {
				named.body(row.Introducer.Organisation, &row.Introducer.Name)
			}
		}
		return named.fill(ctx)
	})
	return out, err
}

// whoNextFile reads what the ranking is worked out from.
func (a *adopters) whoNextFile(ctx context.Context, set eligibleSet, q innovation.WhoNextQuery) (f innovation.WhoNextFile, err error) {
	f.On = a.m.on
	read, err := a.recorded(ctx)
	if err != nil {
		return f, err
	}
	networks, err := a.groups(ctx, innovation.ByNetwork, a.m.on)
	if err != nil {
		return f, err
	}
	boards, err := a.groups(ctx, "icb", a.m.on)
	if err != nil {
		return f, err
	}
	bare := a.m
	bare.bare = true
	var g gatherer
	claimed := gather(&g, ctx, a.session, bare, populations, a.m.holding("f"))
	members := gather(&g, ctx, a.session, bare, peers, a.m.holding("f"))
	f.Decisions = gather(&g, ctx, a.session, bare, adoptionDecisions, a.m.known("f").and("f.subject = ?", a.id))
	f.Mandates = gather(&g, ctx, a.session, bare, mandates, mandatesFor(a.m, a.id))
	if g.err != nil {
		return f, g.err
	}
	size := map[innovation.OrganisationID]*innovation.Recorded[innovation.Population]{}
	for i := range claimed {
		c := &claimed[i]
		had := size[c.Value.Organisation]
		if c.Value.Nominal > 0 && !c.Value.Day.Latest.After(a.m.on) && (had == nil || c.Value.Day.Latest.After(had.Value.Day.Latest)) {
			size[c.Value.Organisation] = c
		}
	}
	groups, maybe := map[innovation.OrganisationID][]innovation.PeerGroupID{}, map[innovation.OrganisationID][]innovation.PeerGroupID{}
	for _, p := range members {
		in := groups
		if p.Value.Period.Holds(a.m.on) != innovation.Yes {
			in = maybe
		}
		if !slices.Contains(in[p.Value.Organisation], p.Value.PeerGroup) {
			in[p.Value.Organisation] = append(in[p.Value.Organisation], p.Value.PeerGroup)
		}
	}
	for _, u := range set.units {
		standing := a.lineage.Standing(u.id, a.eventsOf, a.m.on, innovation.Footprint{}, q.Firm)
		f.Units = append(f.Units, innovation.WhoNextUnit{Organisation: u.id, Eligible: u.eligible, Standing: standing, Networks: groupsOf(networks, u.id),
			ICBs: groupsOf(boards, u.id), PeerGroups: groups[u.id], MayPeer: maybe[u.id], Population: size[u.id], Events: behind(read, u.id, standing)})
	}
	f.Like, err = a.like(ctx, set, q.Firm)
	return f, err
}

// mandatesFor selects the mandates of the day that name an innovation, or are
// about all of a programme that spreads it.
func mandatesFor(m moment, id int64) where {
	p := m.holding("p").and("p.innovation = ?", id)
	return m.holding("f").and("(f.innovation = ? OR f.innovation IS NULL AND f.subject IN (SELECT p.subject FROM reg_programme_innovation p "+p.String()+"))",
		append([]any{id}, p.args...)...)
}

// like finds the innovations most like the one asked about, and which of the
// eligible certainly use each.
func (a *adopters) like(ctx context.Context, set eligibleSet, firm innovation.EvidenceGrade) ([]innovation.LikeInnovation, error) {
	bare := a.m
	bare.bare = true
	traits := map[innovation.InnovationID][]string{} // each once
	add := func(id innovation.InnovationID, trait string) {
		if !slices.Contains(traits[id], trait) {
			traits[id] = append(traits[id], trait)
		}
	}
	var g gatherer
	for _, c := range gather(&g, ctx, a.session, bare, categories, a.m.holding("f")) {
		if c.Value.Category != "" {
			add(c.Value.Innovation, "category "+c.Value.Category)
		}
	}
	for _, p := range gather(&g, ctx, a.session, bare, programmeInnovations, a.m.holding("f")) {
		add(p.Value.Innovation, "programme "+string(p.Value.Programme))
	}
	for _, s := range gather(&g, ctx, a.session, bare, supplies, a.m.holding("f")) {
		add(s.Value.Innovation, "supplier "+string(s.Value.Supplier))
	}
	for _, i := range gather(&g, ctx, a.session, bare, innovations, a.m.holding("f")) {
		if i.Value.Type != "" {
			add(i.Value.Innovation, "type "+i.Value.Type)
		}
	}
	if g.err != nil {
		return nil, g.err
	}
	var out []innovation.LikeInnovation
	for id, has := range traits {
		l := innovation.LikeInnovation{Innovation: id}
		for _, t := range has {
			if id != a.innovation && slices.Contains(traits[a.innovation], t) {
				l.Shares = append(l.Shares, t)
			}
		}
		if l.Shares != nil {
			out = append(out, l)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if len(out[i].Shares) != len(out[j].Shares) {
			return len(out[i].Shares) > len(out[j].Shares)
		}
		return out[i].Innovation < out[j].Innovation
	})
	out = out[:min(len(out), mostLike)]
	for i := range out {
		other := &adopters{session: a.session, m: a.m, innovation: out[i].Innovation, events: map[innovation.OrganisationID][]innovation.Adoption{}}
		var err error
		if other.id, _, err = mustEntity(ctx, a.session, a.m, other.innovation.Entity()); err != nil {
			return nil, err
		}
		if err := other.readEvents(ctx); err != nil {
			return nil, err
		}
		out[i].Users = map[innovation.OrganisationID]bool{}
		if len(other.events) == 0 {
			continue
		}
		for _, u := range set.units {
			if a.lineage.Standing(u.id, other.eventsOf, a.m.on, innovation.Footprint{}, firm).InUse() == innovation.Yes {
				out[i].Users[u.id] = true
			}
		}
	}
	return out, nil
}
