package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// find makes a key of what the user typed: the key of an organisation, or a
// name that only one organisation ever had.
func (r *reading) find(ctx context.Context, text string) (innovation.OrganisationID, error) {
	id := innovation.OrganisationID(text)
	if innovation.CheckKey("", text) == nil {
		if _, err := r.name(ctx, id); err == nil {
			return id, nil
		} else if innovation.Violations(err) == nil {
			return "", err
		}
	}
	list, err := r.Organisations(ctx, r.view, store.OrganisationFilter{Text: text, Limit: 1000})
	if err != nil {
		return "", err
	}
	var exact []innovation.OrganisationID
	for _, o := range list.Organisations {
		for _, n := range append([]string{o.Name}, o.Also...) {
			if strings.EqualFold(n, text) {
				exact = append(exact, o.ID)
				break
			}
		}
	}
	switch {
	case len(list.Organisations) == 1:
		return list.Organisations[0].ID, nil
	case len(exact) == 1:
		return exact[0], nil
	case len(list.Organisations) > 1:
		return "", r.ambiguous(text, list)
	case innovation.CheckKey("", text) == nil: // say so as the register does
		_, err := r.name(ctx, id)
		return "", err
	}
	if knewNothing(list.Recipe) {
		return "", &innovation.Error{Kind: innovation.NotFound, Rule: "entity-not-found",
			Detail: "the register knew nothing then", Try: "leave -known out to ask what it knows now"}
	}
	return "", &innovation.Error{Kind: innovation.NotFound, Rule: "entity-not-found",
		Detail: "no organisation ever had the name " + quote(text), Try: `innovationd organisations -q "part of a name"`}
}

// ambiguous lists the organisations that a name may mean.
func (r *reading) ambiguous(text string, list store.OrganisationList) error {
	const most = 20
	var b strings.Builder
	fmt.Fprintf(&b, "%s may mean %s", quote(text), plural(len(list.Organisations), "organisation", "organisations"))
	if list.Next != "" {
		b.WriteString(" or more")
	}
	b.WriteString(":")
	for i, o := range list.Organisations {
		if i == most {
			fmt.Fprintf(&b, "\n  … and %d more", len(list.Organisations)-most)
			break
		}
		fmt.Fprintf(&b, "\n  %-40s %s", o.ID, o.Name)
		if also := otherNames(o); also != "" {
			b.WriteString(" (also " + also + ")")
		}
	}
	return failed(b.String()).trying("name one of them by its key")
}

func otherNames(o store.OrganisationSummary) string {
	if len(o.Also) > 3 {
		return strings.Join(o.Also[:3], "; ") + "; …"
	}
	return strings.Join(o.Also, "; ")
}

func organisationsCommand() *command {
	q, filter, all := &query{}, store.OrganisationFilter{}, false
	var area, related string
	return &command{
		name:  "organisations",
		short: "search organisations by name, old ones too, kind, role or area",
		long: `Finds organisations by any name they ever had, by an identifier such as an ODS
code, by their kind and role on the day asked about, or by what they are related
to. The name shown is that of the day.`,
		examples: []string{
			"innovationd organisations -q manchester",
			"innovationd organisations -role network -on 2013-05-23",
			"innovationd organisations -kind icb -on 2026-04-01 -format csv",
			"innovationd organisations -related nhs-england",
		},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &filter.Text, "q", "", "part of a `NAME` of any day, or a whole identifier")
			stringVar(f, &filter.Kind, "kind", "", "only of this `KIND` on the day, as icb or nhs-trust")
			stringVar(f, &filter.Role, "role", "", "only with this `ROLE` on the day, as network or licensor")
			stringVar(f, &area, "area", "", "only networks that serve this `ORGANISATION` on the day")
			stringVar(f, &related, "related", "", "only those with a relation to this `ORGANISATION` on the day")
			stringVar(f, &filter.Relation, "relation", "", "with -related: only by this `TYPE` of relation, as part-of")
			stringVar(f, &filter.Identifier, "identifier", "", "only with this `CODE`, of any scheme and day")
			boolVar(f, &filter.Existing, "existing", false, "only those that exist, or possibly exist, on the day")
			intVar(f, &filter.Limit, "limit", 100, "how many at most: a `NUMBER` from 1 to 1000")
			stringVar(f, &filter.Page, "page", "", "go on after a list with the `TOKEN` at its end")
			boolVar(f, &all, "all", false, "all of them, in place of one page; not with -format json")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			filter.Area, filter.RelatedTo = innovation.OrganisationID(area), innovation.OrganisationID(related)
			if all && q.format == "json" {
				return usage("-all does not go with -format json").trying("-limit 1000, and -page with the token of the answer")
			}
			if err := fromOne("-limit", innovation.RulePageLimitInvalid, filter.Limit, 1000); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				list, err := r.Organisations(ctx, r.view, filter)
				for err == nil && all && list.Next != "" {
					filter.Page = list.Next
					var more store.OrganisationList
					more, err = r.Organisations(ctx, r.view, filter)
					list.Organisations, list.Next = append(list.Organisations, more.Organisations...), more.Next
				}
				if err != nil {
					return nil, nil, err
				}
				return list, organisationsReport(r, list, q.format == "table" && len(list.Organisations) > 1), nil
			})
		},
	}
}

// organisationsReport is the list for people; short leaves most other names out.
func organisationsReport(r *reading, list store.OrganisationList, short bool) *report {
	rep := &report{title: "Organisations on " + longDate(r.view.On)}
	rep.asOf(r.view, list.Recipe)
	s := section{name: "organisations", head: []string{"key", "name", "kind", "roles", "also known as"}}
	if !knewNothing(list.Recipe) {
		s.empty = "None was found."
	}
	for _, o := range list.Organisations {
		also := strings.Join(o.Also, "; ")
		if short {
			also = otherNames(o)
		}
		s.add(string(o.ID), o.Name, words(o.Kind), strings.Join(o.Roles, "; "), also)
	}
	if list.Next != "" {
		rep.note("There are more: repeat with -all, or with -page %s", list.Next)
	}
	rep.sections = []section{s}
	return rep
}

func organisationCommand() *command {
	q := &query{}
	return &command{
		name: "organisation", args: "KEY-or-name", min: 1, max: 1,
		short: "one organisation: names, codes, roles, relations, areas, posts",
		long: `What holds, or possibly holds, on the day asked about; of the names, those of all
days. A name of any day will do in place of the key, when only one organisation
had it.

Sections for -format csv: existences, names, identifiers, roles, relations,
areas, populations, posts.`,
		examples: []string{"innovationd organisation ahsn-oxford", `innovationd organisation "Oxford AHSN" -on 2020-01-01`},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				id, err := r.find(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				o, err := r.Organisation(ctx, r.view, id)
				if err != nil {
					return nil, nil, err
				}
				rep, err := organisationReport(ctx, r, o)
				return o, rep, err
			})
		},
	}
}

func organisationReport(ctx context.Context, r *reading, o store.Organisation) (*report, error) {
	on := r.view.On
	rep := &report{title: fmt.Sprintf("%s (%s) on %s", o.Name, o.ID, longDate(on))}
	rep.asOf(r.view, o.Recipe)
	existence := section{name: "existences", title: "Existence", head: []string{"aspect", "kind", "legal form", "period", "on this day", "source", "note"},
		empty: "It is not known to have existed on this day."}
	for _, e := range o.Existences {
		existence.add(e.Value.Aspect, words(e.Value.Kind), words(e.Value.LegalForm), e.Value.Period, e.Value.Period.Holds(on), e.Sources, e.Value.Note)
	}
	names := section{name: "names", title: "Names of all days", head: []string{"name", "kind", "period", "on this day", "source"}}
	for _, n := range o.Names {
		names.add(n.Value.Text, words(n.Value.Kind), n.Value.Period, n.Value.Period.Holds(on), n.Sources)
	}
	identifiers := section{name: "identifiers", title: "Identifiers", head: []string{"scheme", "code", "period", "on this day", "source"}}
	for _, i := range o.Identifiers {
		identifiers.add(i.Value.Scheme, i.Value.Value, i.Value.Period, i.Value.Period.Holds(on), i.Sources)
	}
	roles := section{name: "roles", title: "Roles", head: []string{"role", "period", "on this day", "source", "note"}}
	for _, x := range o.Roles {
		roles.add(words(x.Value.Role), x.Value.Period, x.Value.Period.Holds(on), x.Sources, x.Value.Note)
	}
	relations := section{name: "relations", title: "Relations", head: []string{"relation", "to", "key", "sector", "weight", "extent", "evidence", "period", "on this day", "source"}}
	for _, x := range o.Relations {
		name, err := r.name(ctx, x.Value.Target)
		if err != nil {
			return nil, err
		}
		weight := ""
		if x.Value.Weight > 0 {
			weight = fmt.Sprintf("%.4g %%", float64(x.Value.Weight)/10_000)
		}
		relations.add(words(x.Value.Type), name, string(x.Value.Target), x.Value.Sector, weight, words(x.Value.Extent), words(x.Value.Evidence),
			x.Value.Period, x.Value.Period.Holds(on), x.Sources)
	}
	areas := section{name: "areas", title: "Area", head: []string{"place", "kind", "code", "extent", "evidence", "period", "on this day", "source"}}
	for _, a := range o.Areas {
		areas.add(a.Value.Name, words(a.Value.Kind), a.Value.Code, words(a.Value.Extent), words(a.Value.Evidence), a.Value.Period, a.Value.Period.Holds(on), a.Sources)
	}
	populations := section{name: "populations", title: "Published populations", head: []string{"day", "population", "low", "high", "as the source puts it", "source", "note"}}
	for _, x := range o.Populations {
		populations.add(x.Value.Day, figure(x.Value.Nominal), figure(x.Value.Low), figure(x.Value.High), words(x.Value.Qualifier), x.Sources, x.Value.Note)
	}
	posts := section{name: "posts", title: "Office holders", head: []string{"office", "held by", "period", "on this day", "source"}}
	for _, x := range o.Posts {
		holder := x.Name
		switch {
		case x.Value.Holder == "":
			holder = "vacant"
		case holder == "":
			holder = string(x.Value.Holder)
		}
		posts.add(x.Value.Title, holder, x.Value.Period, x.Value.Period.Holds(on), x.Sources)
	}
	rep.sections = []section{existence, names, identifiers, roles, relations, areas, populations, posts}
	return rep, nil
}

// figure is a number of people, or nothing when none is given.
func figure(n int64) string {
	if n == 0 {
		return ""
	}
	return thousands(int(n))
}
