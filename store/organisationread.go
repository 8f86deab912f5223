package store

import (
	"context"
	"fmt"
	"strings"

	sq "github.com/Masterminds/squirrel"
	"github.com/innovationregistry/registry/innovation"
)

// Organisation is what the register holds about one organisation on a day.
type Organisation struct {
	Recipe      innovation.Recipe                            `json:"recipe"`
	ID          innovation.OrganisationID                    `json:"organisation" doc:"Key of the organisation"`
	Name        string                                       `json:"name" doc:"Its name on the day; the key when it had none"`
	Version     innovation.ActNumber                         `json:"version" doc:"The last act that touched it, as of now"`
	Existences  []innovation.Recorded[innovation.Existence]  `json:"existences,omitempty" doc:"Whether it existed, and as what"`
	Names       []innovation.Recorded[innovation.Name]       `json:"names,omitempty" doc:"All its names, of all days"`
	Identifiers []innovation.Recorded[innovation.Identifier] `json:"identifiers,omitempty"`
	Roles       []innovation.Recorded[innovation.Role]       `json:"roles,omitempty"`
	Relations   []innovation.Recorded[innovation.Relation]   `json:"relations,omitempty" doc:"Relations that start from it"`
	Areas       []innovation.Recorded[innovation.Area]       `json:"areas,omitempty"`
	Populations []innovation.Recorded[innovation.Population] `json:"populations,omitempty" doc:"Published claims made by the day, oldest first"`
	Posts       []OfficeHolder                               `json:"posts,omitempty" doc:"Who held an office on the day"`
}

// OfficeHolder is a post with the name of who holds it.
type OfficeHolder struct {
	innovation.Recorded[innovation.Post]
	Name string `json:"name,omitempty" doc:"The holder's name; empty when it is not known or was erased"`
}

// Organisation reads one organisation. Facts that hold, or possibly hold, on
// the day are listed; of the names, all.
func (r reader) Organisation(ctx context.Context, v innovation.View, id innovation.OrganisationID) (out Organisation, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		entity, version, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		out = Organisation{Recipe: m.recipe(), ID: id, Version: innovation.ActNumber(version)}
		cited, err := citationsAbout(ctx, s, m, entity)
		if err != nil {
			return err
		}
		bare := m
		bare.bare = true
		var g gatherer
		mine := m.holding("f").and("f.subject = ?", entity)
		out.Names = gather(&g, ctx, s, bare, names, m.known("f").and("f.subject = ?", entity))
		out.Existences = gather(&g, ctx, s, bare, existences, mine)
		out.Identifiers = gather(&g, ctx, s, bare, identifiers, mine)
		out.Roles = gather(&g, ctx, s, bare, roles, mine)
		out.Relations = gather(&g, ctx, s, bare, relations, mine)
		out.Areas = gather(&g, ctx, s, bare, areas, mine)
		out.Populations = gather(&g, ctx, s, bare, populations, mine)
		holders := gather(&g, ctx, s, bare, posts, mine)
		if g.err != nil {
			return g.err
		}
		attach(cited, out.Names)
		attach(cited, out.Existences)
		attach(cited, out.Identifiers)
		attach(cited, out.Roles)
		attach(cited, out.Relations)
		attach(cited, out.Areas)
		attach(cited, out.Populations)
		attach(cited, holders)
		out.Name = nameOf(out.Names, m.on, id)
		out.Posts, err = withHolders(ctx, s, m, holders)
		return err
	})
	return out, err
}

// withHolders adds the names of the holders.
func withHolders(ctx context.Context, s *session, m moment, held []innovation.Recorded[innovation.Post]) ([]OfficeHolder, error) {
	var out []OfficeHolder
	for _, p := range held {
		h := OfficeHolder{Recorded: p}
		if p.Value.Holder != "" {
			named, err := persons.scan(ctx, s, "WHERE e_subject.kind = ? AND e_subject.key = ? AND f.removed = "+inForce,
				string(innovation.KindPerson), string(p.Value.Holder))
			if err != nil {
				return nil, err
			}
			if len(named) == 1 { // a name is shown as it is now: what was erased stays erased
				h.Name = named[0].Value.Name
			}
		}
		out = append(out, h)
	}
	return out, nil
}

// nameOf is the name to show for a day, or the key.
func nameOf(all []innovation.Recorded[innovation.Name], on innovation.Date, id innovation.OrganisationID) string {
	if name, _ := (innovation.OrganisationFile{Names: all}).NameOn(on); name != "" {
		return name
	}
	return string(id)
}

// organisationFile reads all facts about an organisation, of all days.
func organisationFile(ctx context.Context, s *session, m moment, id innovation.OrganisationID) (innovation.OrganisationFile, error) {
	entity, _, err := mustEntity(ctx, s, m, id.Entity())
	if err != nil {
		return innovation.OrganisationFile{}, err
	}
	var g gatherer
	mine := m.known("f").and("f.subject = ?", entity)
	f := innovation.OrganisationFile{
		Existences:  gather(&g, ctx, s, m, existences, mine),
		Names:       gather(&g, ctx, s, m, names, mine),
		Identifiers: gather(&g, ctx, s, m, identifiers, mine),
		Roles:       gather(&g, ctx, s, m, roles, mine),
		Relations:   gather(&g, ctx, s, m, relations, mine),
	}
	return f, g.err
}

// OrganisationFilter selects organisations; an empty field does not restrict.
type OrganisationFilter struct {
	Text       string                    // part of any name it ever had, or a whole identifier; case, accents' composition and punctuation do not count
	Kind       string                    // its kind on the day
	Role       string                    // a role it holds on the day
	Area       innovation.OrganisationID // networks that serve this organisation on the day
	RelatedTo  innovation.OrganisationID // organisations with a relation to this one on the day
	Relation   string                    // the type of that relation; any when empty
	Existing   bool                      // only those that exist, or possibly exist, on the day
	Limit      int                       // how many at most: 1 to 1000, 100 when 0
	Page       string                    // the token of the page, from OrganisationList.Next
	Identifier string                    // a whole identifier of any scheme, on any day
}

// OrganisationSummary is an organisation in a list.
type OrganisationSummary struct {
	ID    innovation.OrganisationID `json:"organisation" doc:"Key of the organisation"`
	Name  string                    `json:"name" doc:"Its name on the day"`
	Kind  string                    `json:"kind,omitempty" doc:"Its kind on the day"`
	Roles []string                  `json:"roles,omitempty" doc:"The roles it holds on the day"`
	Also  []string                  `json:"alsoKnownAs,omitempty" doc:"Its other names, of all days"`
}

// OrganisationList is a page of organisations in the order of their keys.
type OrganisationList struct {
	Recipe        innovation.Recipe     `json:"recipe"`
	Organisations []OrganisationSummary `json:"organisations"`
	Next          string                `json:"next,omitempty" doc:"Token of the next page; empty on the last"`
}

// Organisations lists organisations in the order of their keys.
func (r reader) Organisations(ctx context.Context, v innovation.View, f OrganisationFilter) (out OrganisationList, err error) {
	if err := f.validate(); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		page, err := openPage(ctx, s, v, "organisations", f.Limit, f.Page, f.digest())
		if err != nil {
			return err
		}
		m := page.moment
		if err := innovation.Join(
			checkCode(ctx, s, m, "kind", innovation.SchemeOrganisationKind, f.Kind),
			checkCode(ctx, s, m, "role", innovation.SchemeRole, f.Role),
			checkCode(ctx, s, m, "relation", innovation.SchemeRelationType, f.Relation)); err != nil {
			return err
		}
		q := sq.Select("o.id", "o.key").From("reg_entity o").
			Where("o.kind = ? AND o.key > ? AND o.id <= ?", string(innovation.KindOrganisation), page.after, m.change).
			OrderBy("o.key").Limit(uint64(page.limit + 1))
		if f.Text != "" {
			if fold(f.Text) == "" {
				return innovation.Invalidf(innovation.RuleTextRequired, "text", "%q has nothing to search for", f.Text).
					Trying("give a letter or digit of the name")
			}
			like := "%" + fold(f.Text) + "%"
			n, i := m.known("n"), m.known("i")
			q = q.Where("(EXISTS (SELECT 1 FROM reg_name n "+n.and("n.subject = o.id AND n.folded LIKE ?").String()+
				") OR EXISTS (SELECT 1 FROM reg_identifier i "+i.and("i.subject = o.id AND lower(i.value) = ?").String()+
				") OR o.key = ?)", concat(n.args, like, i.args, strings.ToLower(f.Text), f.Text)...)
		}
		if f.Identifier != "" {
			i := m.known("i").and("i.subject = o.id AND lower(i.value) = ?", strings.ToLower(f.Identifier))
			q = q.Where("EXISTS (SELECT 1 FROM reg_identifier i "+i.String()+")", i.args...)
		}
		if f.Kind != "" {
			x := m.holding("x").and("x.subject = o.id AND x.kind = ?", f.Kind)
			q = q.Where("EXISTS (SELECT 1 FROM reg_existence x "+x.String()+")", x.args...)
		} else if f.Existing {
			x := m.holding("x").and("x.subject = o.id")
			q = q.Where("EXISTS (SELECT 1 FROM reg_existence x "+x.String()+")", x.args...)
		}
		if f.Role != "" {
			x := m.holding("x").and("x.subject = o.id AND x.role = ?", f.Role)
			q = q.Where("EXISTS (SELECT 1 FROM reg_role x "+x.String()+")", x.args...)
		}
		for _, rel := range []struct {
			target innovation.OrganisationID
			typ    string
		}{{f.Area, innovation.Serves}, {f.RelatedTo, f.Relation}} {
			if rel.target == "" {
				continue
			}
			target, _, err := mustEntity(ctx, s, m, rel.target.Entity())
			if err != nil {
				return err
			}
			x := m.holding("x").and("x.subject = o.id AND x.target = ?", target)
			if rel.typ != "" {
				x = x.and("x.type = ?", rel.typ)
			}
			q = q.Where("EXISTS (SELECT 1 FROM reg_relation x "+x.String()+")", x.args...)
		}
		ids, keys, next, err := page.keys(ctx, s, q)
		if err != nil {
			return err
		}
		out.Next = next
		out.Recipe = m.recipe()
		out.Organisations, err = summaries(ctx, s, m, ids, keys)
		return err
	})
	return out, err
}

// validate refuses texts that an engine may choke on.
func (f OrganisationFilter) validate() error {
	return innovation.Join(
		innovation.CheckText("text", f.Text, innovation.MaxShort),
		innovation.CheckText("kind", f.Kind, innovation.MaxKey),
		innovation.CheckText("role", f.Role, innovation.MaxKey),
		innovation.CheckText("relation", f.Relation, innovation.MaxKey),
		innovation.CheckText("identifier", f.Identifier, innovation.MaxShort))
}

// digest binds a page token to the filter.
func (f OrganisationFilter) digest() string {
	f.Page, f.Limit = "", 0
	return fmt.Sprintf("%+v", f)
}

func concat(parts ...any) []any {
	var out []any
	for _, p := range parts {
		if list, ok := p.([]any); ok {
			out = append(out, list...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

func idsAndKeys(ctx context.Context, s *session, text string, args ...any) (ids []int64, keys []string, err error) {
	rows, err := s.query(ctx, text, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var key string
		if err := rows.Scan(&id, &key); err != nil {
			return nil, nil, err
		}
		ids, keys = append(ids, id), append(keys, key)
	}
	return ids, keys, explain(rows.Err())
}

// summaries describes organisations on a day, in the order given.
func summaries(ctx context.Context, s *session, m moment, ids []int64, keys []string) ([]OrganisationSummary, error) {
	out := make([]OrganisationSummary, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	m.bare = true
	var g gatherer
	among := amongIDs(ids)
	allNames := gather(&g, ctx, s, m, names, m.known("f").join(among))
	kinds := gather(&g, ctx, s, m, existences, m.holding("f").join(among))
	held := gather(&g, ctx, s, m, roles, m.holding("f").join(among))
	if g.err != nil {
		return nil, g.err
	}
	at := map[innovation.OrganisationID]int{}
	named := make([][]innovation.Recorded[innovation.Name], len(ids))
	for i, key := range keys {
		out[i].ID = innovation.OrganisationID(key)
		at[out[i].ID] = i
	}
	for _, n := range allNames {
		i := at[n.Value.Organisation]
		named[i] = append(named[i], n)
	}
	for _, k := range kinds {
		out[at[k.Value.Organisation]].Kind = k.Value.Kind
	}
	for _, h := range held {
		o := &out[at[h.Value.Organisation]]
		o.Roles = append(o.Roles, h.Value.Role)
	}
	for i := range out {
		out[i].Name = nameOf(named[i], m.on, out[i].ID)
		seen := map[string]bool{out[i].Name: true}
		for _, n := range named[i] {
			if !seen[n.Value.Text] {
				seen[n.Value.Text] = true
				out[i].Also = append(out[i].Also, n.Value.Text)
			}
		}
	}
	return out, nil
}

// amongIDs is the condition that the subject is one of the entities.
func amongIDs(ids []int64) where {
	w := where{}
	marks := make([]byte, 0, 3*len(ids))
	for i, id := range ids {
		if i > 0 {
			marks = append(marks, ", "...)
		}
		marks = append(marks, '?')
		w.args = append(w.args, id)
	}
	w.text = []string{"f.subject IN (" + string(marks) + ")"}
	return w
}

// namesOn gives the names to show for organisations on a day.
func namesOn(ctx context.Context, s *session, m moment, keys []innovation.OrganisationID) (map[innovation.OrganisationID]string, error) {
	out := map[innovation.OrganisationID]string{}
	var ids []int64
	var found []string
	for _, k := range keys {
		if _, done := out[k]; done || k == "" {
			continue
		}
		out[k] = string(k)
		id, _, ok, err := entityID(ctx, s, m, k.Entity())
		if err != nil {
			return nil, err
		}
		if ok {
			ids, found = append(ids, id), append(found, string(k))
		}
	}
	for len(ids) > 0 {
		n := min(len(ids), 300)
		part, err := summaries(ctx, s, m, ids[:n], found[:n])
		if err != nil {
			return nil, err
		}
		for _, o := range part {
			out[o.ID] = o.Name
		}
		ids, found = ids[n:], found[n:]
	}
	return out, nil
}
