package store

import (
	"context"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// Network is what the register holds about a network as such on a day.
type Network struct {
	Recipe       innovation.Recipe                            `json:"recipe"`
	Organisation innovation.OrganisationID                    `json:"organisation"`
	Name         string                                       `json:"name" doc:"Its name on the day"`
	Designation  []innovation.Recorded[innovation.Role]       `json:"designation" doc:"The network role, when the organisation held it on the day"`
	Serves       []Served                                     `json:"serves" doc:"The organisations that it served, in the order of their keys"`
	Areas        []innovation.Recorded[innovation.Area]       `json:"areas" doc:"The other places that it served"`
	Populations  []innovation.Recorded[innovation.Population] `json:"populations" doc:"Claims about the population served, made by the day; they may disagree"`
	Members      []Sector                                     `json:"members" doc:"Its members by sector; members that no source names do not appear"`
}

// Served is an organisation that a network serves.
type Served struct {
	Organisation innovation.OrganisationID                `json:"organisation"`
	Name         string                                   `json:"name" doc:"Its name on the day"`
	Holds        innovation.Answer                        `json:"holds" doc:"Whether it was served on the day: yes or possibly"`
	Relation     innovation.Recorded[innovation.Relation] `json:"relation"`
}

// Sector is the members of a network from one sector.
type Sector struct {
	Sector  string   `json:"sector" doc:"The sector (scheme sector); empty when the source names none"`
	Members []Served `json:"members" doc:"In the order of their keys"`
}

// Network gives the designation, the area, the population claims and the
// members by sector of a network on the day. An organisation that was no
// network then has no designation.
func (r reader) Network(ctx context.Context, v innovation.View, id innovation.OrganisationID) (out Network, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		entity, _, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		var g gatherer
		mine := m.holding("f").and("f.subject = ?", entity)
		serving := gather(&g, ctx, s, m, relations, mine.and("f.type = ?", innovation.Serves))
		members := gather(&g, ctx, s, m, relations, m.holding("f").and("f.target = ? AND f.type = ?", entity, innovation.MemberOf))
		out = Network{Recipe: m.recipe(), Organisation: id,
			Designation: gather(&g, ctx, s, m, roles, mine.and("f.role = ?", innovation.RoleNetwork)),
			Areas:       gather(&g, ctx, s, m, areas, mine),
			Populations: gather(&g, ctx, s, m, populations, mine),
			Members:     []Sector{}}
		if g.err != nil {
			return g.err
		}
		shown := []innovation.OrganisationID{id}
		for _, e := range serving {
			shown = append(shown, e.Value.Target)
		}
		for _, e := range members {
			shown = append(shown, e.Value.Organisation)
		}
		named, err := namesOn(ctx, s, m, shown)
		if err != nil {
			return err
		}
		out.Name = named[id]
		describe := func(e innovation.Recorded[innovation.Relation], of innovation.OrganisationID) Served {
			return Served{of, named[of], e.Value.Period.Holds(m.on), e}
		}
		sortByKey := func(list []Served) {
			sort.Slice(list, func(i, j int) bool { return list[i].Organisation < list[j].Organisation })
		}
		for _, e := range serving {
			out.Serves = append(out.Serves, describe(e, e.Value.Target))
		}
		sortByKey(out.Serves)
		sectors := map[string][]Served{}
		for _, e := range members {
			sectors[e.Value.Sector] = append(sectors[e.Value.Sector], describe(e, e.Value.Organisation))
		}
		for sector, list := range sectors {
			sortByKey(list)
			out.Members = append(out.Members, Sector{sector, list})
		}
		sort.Slice(out.Members, func(i, j int) bool { return out.Members[i].Sector < out.Members[j].Sector })
		return nil
	})
	return out, err
}
