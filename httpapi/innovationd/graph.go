package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func treeCommand() *command {
	q, filter, types := &query{}, store.TreeFilter{}, ""
	return &command{
		name: "tree", args: "KEY-or-name", min: 1, max: 1,
		short: "the bodies around an organisation on a day",
		long: `Walks the relations that hold on the day from an organisation: to those that
belong to it, or with -up to those it belongs to. A body that is reached twice is
shown twice and followed once; a circle is reported and not followed.`,
		examples: []string{"innovationd tree region-y56 -types part-of -on 2026-04-01", "innovationd tree ahsn-oxford -up -depth 2"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			boolVar(f, &filter.Up, "up", false, "towards what it belongs to, in place of what belongs to it")
			stringVar(f, &types, "types", "", "follow only these `TYPES` of relation, with commas between them: part-of,serves")
			intVar(f, &filter.Depth, "depth", 3, "how far: a `NUMBER` of relations from 1 to 16")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-depth", innovation.RuleDepthInvalid, filter.Depth, 16); err != nil {
				return err
			}
			if types != "" {
				filter.Types = strings.Split(types, ",")
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				id, err := r.find(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				t, err := r.Tree(ctx, r.view, id, filter)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: fmt.Sprintf("%s (%s) on %s", t.Name, t.Root, longDate(r.view.On))}
				rep.asOf(r.view, t.Recipe)
				if t.Truncated {
					rep.note("There is more below: repeat with a greater -depth.")
				}
				s := section{name: "tree", head: []string{"organisation", "key", "relation", "to", "holds", "period", "source"},
					empty: "No relation of this kind is known on this day."}
				for _, e := range t.Edges {
					name := e.Name
					if q.format != "csv" {
						name = strings.Repeat("· ", e.Depth-1) + name // spaces would be folded
					}
					if e.Cycle {
						name += " (leads back: not followed)"
					}
					v := e.Relation.Value
					s.add(name, string(e.Organisation), relationText(v.Type, filter.Up), string(e.Parent), e.Holds, v.Period, e.Relation.Sources)
				}
				rep.sections = []section{s}
				return t, rep, nil
			})
		},
	}
}

// relationText reads a relation from the organisation shown to its parent.
func relationText(code string, up bool) string {
	if up {
		return "← " + words(code)
	}
	return words(code) + " →"
}

func servesCommand() *command {
	q := &query{}
	return &command{
		name: "serves", args: "KEY-or-name", min: 1, max: 1,
		short: "which network serves an organisation on a day, and the path that proves it",
		long: `Directly, or through the body that it is part of. Where the register has no path
it says that it does not know: this does not mean that no network serves it.`,
		examples: []string{"innovationd serves trust-rth -on 2024-01-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				id, err := r.find(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				a, err := r.Serves(ctx, r.view, id)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: fmt.Sprintf("Who serves %s (%s) on %s", a.Name, a.Organisation, longDate(r.view.On))}
				rep.asOf(r.view, a.Recipe)
				if !a.Known {
					rep.note("Not known: %s. This does not mean that no network serves it.", a.Reason)
				}
				s := section{name: "networks", head: []string{"network", "key", "serves", "by", "holds", "evidence", "extent", "period", "source"}}
				for _, n := range a.Networks {
					for i, step := range n.Path {
						name, key, serves := n.Name, string(n.Network), n.Serves.String()
						if i > 0 && q.format != "csv" {
							name, key, serves = "", "", ""
						}
						v := step.Relation.Value
						s.add(name, key, serves, fmt.Sprintf("%s %s %s", step.From, words(step.Type), step.To), step.Holds,
							words(v.Evidence), words(v.Extent), v.Period, step.Relation.Sources)
					}
				}
				rep.sections = []section{s}
				return a, rep, nil
			})
		},
	}
}

func unservedCommand() *command {
	q, kinds := &query{}, ""
	return &command{
		name:     "unserved",
		short:    "organisations of which no network is known on a day, and where the map has its hole",
		examples: []string{"innovationd unserved -on 2024-01-01", "innovationd unserved -kinds icb -on 2026-04-01"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &kinds, "kinds", "", "ask about these `KINDS`, with commas between them; trusts, other NHS providers and ICBs when left out")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			var asked []string
			if kinds != "" {
				asked = strings.Split(kinds, ",")
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				list, err := r.Unserved(ctx, r.view, asked)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: "Organisations of which no network is known on " + longDate(r.view.On)}
				rep.asOf(r.view, list.Recipe)
				if !knewNothing(list.Recipe) {
					rep.note("Of %s (%s) on this day, no network is known for %s. This does not mean that none serves them.",
						plural(list.Asked, "organisation", "organisations"), strings.Join(list.Kinds, ", "), thousands(len(list.Organisations)))
				}
				s := section{name: "organisations", head: []string{"key", "name", "kind", "why"}}
				for _, o := range list.Organisations {
					s.add(string(o.ID), o.Name, words(o.Kind), o.Reason)
				}
				rep.sections = []section{s}
				return list, rep, nil
			})
		},
	}
}

func pointsCommand() *command {
	q := &query{}
	return &command{
		name: "points", args: "KEY-or-name", min: 1, max: 1,
		short: "what still points at an organisation, or at KIND/KEY, on a day",
		long: `Every fact that names the entity and holds, or possibly holds, on the day:
relations, licences and their streams, posts. Ask it when a body ends.`,
		examples: []string{"innovationd points nhs-england", "innovationd points licence-round/lic-3 -on 2024-01-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				e, err := r.entity(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				list, err := r.Pointers(ctx, r.view, e)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: fmt.Sprintf("What points at %s on %s", e, longDate(r.view.On))}
				rep.asOf(r.view, list.Recipe)
				s := section{name: "pointers", head: []string{"type", "from", "name", "as", "to", "post", "holder", "holds", "period", "source"},
					empty: "Nothing points at it on this day."}
				holders, err := r.holders(ctx)
				if err != nil {
					return nil, nil, err
				}
				for _, x := range list.Pointers {
					org := holders[x.From]
					if x.From.Kind == innovation.KindOrganisation {
						org = innovation.OrganisationID(x.From.Key)
					}
					name, err := r.name(ctx, org)
					if err != nil {
						return nil, nil, err
					}
					via, to, post, holder := words(x.Via), "", "", ""
					switch v := x.Value.(type) {
					case innovation.Relation:
						via, to = words(v.Type), string(v.Target)
					case innovation.Post:
						post, holder = v.Title, cmp.Or(string(v.Holder), "vacant")
					}
					s.add(words(string(x.Type)), x.From.String(), name, via, to, post, holder, x.Holds, x.Period, x.Sources)
				}
				rep.note("%s.", plural(len(list.Pointers), "fact", "facts"))
				rep.sections = []section{s}
				return list, rep, nil
			})
		},
	}
}

// holders gives the holder of each licence.
func (r *reading) holders(ctx context.Context) (map[innovation.Entity]innovation.OrganisationID, error) {
	list, err := r.Licences(ctx, r.view, store.LicenceFilter{})
	out := map[innovation.Entity]innovation.OrganisationID{}
	for _, l := range list.Licences {
		out[l.Licence.Entity()] = l.Holder
	}
	return out, err
}

// entity reads KIND/KEY, or a key or name of an organisation.
func (r *reading) entity(ctx context.Context, text string) (innovation.Entity, error) {
	if kind, _, ok := strings.Cut(text, "/"); ok && innovation.CheckKey("", kind) == nil {
		e, err := innovation.ParseEntity(text)
		switch {
		case err == nil:
			return e, nil
		case slices.Contains(innovation.EntityKinds(), innovation.EntityKind(kind)):
			return e, err // it is the key that is wrong
		}
		id, err := r.find(ctx, text) // a name may have a stroke
		if notFound(err) {
			return e, failed("there is no kind of entity " + quote(kind)).trying(kinds() + ", as in licence/lic-1-oxford")
		}
		return id.Entity(), err
	}
	if innovation.CheckKey("", text) == nil {
		if others, err := r.others(ctx, innovation.Key(text)); err != nil || len(others) > 0 {
			if err == nil {
				err = failed(text + " is the key of no organisation, but of " + strings.Join(others, " and ")).
					trying(strings.Join(others, " or "))
			}
			return innovation.Entity{}, err
		}
	}
	id, err := r.find(ctx, text)
	return id.Entity(), err
}

// others gives the entities of other kinds that have a key which no organisation
// has.
func (r *reading) others(ctx context.Context, key innovation.Key) ([]string, error) {
	var out []string
	for _, kind := range innovation.EntityKinds() { // organisation comes first
		e := innovation.Entity{Kind: kind, Key: key}
		_, err := r.Pointers(ctx, r.view, e)
		switch {
		case err == nil && kind == innovation.KindOrganisation:
			return nil, nil
		case err == nil:
			out = append(out, e.String())
		case !notFound(err):
			return nil, err
		}
	}
	return out, nil
}

// kinds lists the kinds of entity.
func kinds() string {
	var all []string
	for _, k := range innovation.EntityKinds() {
		all = append(all, string(k))
	}
	return strings.Join(all, ", ")
}

// notFound reports whether something was asked for that is not there.
func notFound(err error) bool {
	var e *innovation.Error
	return errors.As(err, &e) && e.Kind == innovation.NotFound
}

func successionsCommand() *command {
	q := &query{}
	return &command{
		name: "successions", args: "KEY-or-name", min: 1, max: 1,
		short:    "what an organisation came from, what it became, and what is to come",
		long:     "Sections for -format csv: successions.",
		examples: []string{"innovationd successions nhs-improvement", "innovationd successions nhs-frimley-icb -on 2026-04-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				id, err := r.find(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				w, err := r.Successions(ctx, r.view, id)
				if err != nil {
					return nil, nil, err
				}
				name, err := r.name(ctx, id)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: fmt.Sprintf("Successions of %s (%s) as at %s", name, id, longDate(r.view.On))}
				rep.asOf(r.view, w.Recipe)
				s := section{name: "successions", head: []string{"direction", "steps", "organisation", "key", "type", "day", "certain", "part", "moved", "source", "note"},
					empty: "No succession is known."}
				for _, d := range []struct {
					direction string
					steps     []innovation.SuccessionStep
				}{{"came from", w.Predecessors}, {"became", w.Successors}, {"is to become", w.Announced}} {
					for _, x := range d.steps {
						name, err := r.name(ctx, x.Organisation)
						if err != nil {
							return nil, nil, err
						}
						if x.Organisation == "" {
							name = "not yet known"
						}
						certain := "yes"
						switch {
						case x.Cycle:
							certain = "leads back: not followed"
						case x.Possibly:
							certain = "possibly"
						}
						v := x.Succession.Value
						s.add(d.direction, x.Depth, name, string(x.Organisation), v.Type, v.Day, certain, v.Part, figure(v.Moved), x.Succession.Sources, v.Note)
					}
				}
				rep.sections = []section{s}
				return w, rep, nil
			})
		},
	}
}
