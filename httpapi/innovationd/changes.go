package main

import (
	"context"
	"flag"
	"fmt"
	"reflect"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func historyCommand() *command {
	q := &query{}
	return &command{
		name: "history", args: "KIND/KEY", min: 1, max: 1,
		short: "all that was ever recorded, corrected and retracted about an entity",
		long: `By whom, when and why. A plain key, or a name, is that of an organisation; other
kinds are written kind/key: licence/lic-1-oxford, licence-round/lic-2,
condition/…, provision/…, source/…, person/….

A correction shows as the row removed and the row added under one fact number.
With -known, only acts made by then are told; with -on, only facts that hold, or
possibly hold, on that day. Sections for -format csv: changes, acts.`,
		examples: []string{"innovationd history ahsn-oxford", "innovationd history licence/lic-1-oxford -known 2026-03-31"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				e, err := r.entity(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				h, err := r.History(ctx, e)
				if err != nil {
					return nil, nil, err
				}
				h = h.At(q.acts(r.view))
				return h, historyReport(h), nil
			})
		},
	}
}

// acts is the view of a command that tells what was written: without -on, of
// all days.
func (q *query) acts(v innovation.View) innovation.View {
	if q.on == "" {
		v.On = innovation.Date{}
	}
	return v
}

func historyReport(h store.History) *report {
	rep := &report{title: "History of " + h.Entity.String()}
	rep.note("%s in %s.", plural(len(h.Changes), "change", "changes"), plural(len(h.Acts), "act", "acts"))
	changes := section{name: "changes", head: changeHead, empty: "Nothing was recorded."}
	for _, c := range h.Changes {
		addChange(&changes, c)
	}
	acts := actsSection(h.Acts, false)
	acts.title = "Acts"
	rep.sections = []section{changes, acts}
	return rep
}

var changeHead = []string{"change", "act", "verb", "type", "fact", "about", "states"}

func addChange(s *section, c store.Change) {
	states := any("")
	fact := ""
	if c.Fact != 0 {
		fact = fmt.Sprint(c.Fact)
	}
	switch {
	case c.Citation != nil:
		states = []innovation.Citation{*c.Citation}
	case c.Value != nil:
		states = describe(c.Value)
	}
	s.add(int64(c.Number), int64(c.Act), c.Verb, words(c.Type), fact, c.Subject.String(), states)
}

// describe writes out what a fact states: its fields without its subject.
func describe(f innovation.Fact) string {
	var parts []string
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		field := v.Field(i)
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if field.IsZero() || field.Kind() == reflect.String && field.String() == string(f.Subject().Key) && i == 0 {
			continue
		}
		switch x := field.Interface().(type) {
		case innovation.Period:
			parts = append(parts, x.String())
		case innovation.Day:
			parts = append(parts, name+": "+dayText(x))
		case bool:
			parts = append(parts, name)
		default:
			parts = append(parts, name+": "+fmt.Sprint(x))
		}
	}
	return strings.Join(parts, ", ")
}

func changesCommand() *command {
	q, since, limit, full := &query{}, int64(0), 0, false
	return &command{
		name:  "changes",
		short: "what changed since an act: who changed what, when and why",
		long: `The feed of acts, one row each. Keep the number it ends with, and ask with -since
next time. With -known, only acts made by then; with -on, only changes to facts
that hold, or possibly hold, on that day. Sections for -format csv: acts, changes.`,
		examples: []string{"innovationd changes -since 17", "innovationd changes -since 16 -limit 1 -full"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			int64Var(f, &since, "since", 0, "the `NUMBER` of the last act that is known already; 0 for all")
			intVar(f, &limit, "limit", 100, "how many acts at most: a `NUMBER` from 1 to 1000")
			boolVar(f, &full, "full", false, "print every change of each act too")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-limit", innovation.RulePageLimitInvalid, limit, 1000); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				feed, err := r.Changes(ctx, innovation.ActNumber(since), limit)
				if err != nil {
					return nil, nil, err
				}
				feed = feed.At(q.acts(r.view))
				rep := &report{title: fmt.Sprintf("Changes since act %d", since)}
				rep.note("%s; the last is act %d.", plural(len(feed.Acts), "act", "acts"), feed.Last)
				if feed.More {
					rep.note("There are more: innovationd changes -since %d", feed.Last)
				}
				for _, a := range feed.Acts {
					if a.Further > 0 {
						rep.note("Act %d made %d further changes: innovationd call act.changes act=%d after=%d", a.Act, a.Further, a.Act, a.Changes[len(a.Changes)-1].Number)
					}
				}
				changes := section{name: "changes", head: changeHead}
				if full || q.section == "changes" {
					for _, a := range feed.Acts {
						for _, c := range a.Changes {
							addChange(&changes, c)
						}
					}
				}
				rep.sections = []section{actsSection(feed.Acts, true), changes}
				return feed, rep, nil
			})
		},
	}
}

func actsSection(acts []store.ActRecord, counted bool) section {
	s := section{name: "acts", head: []string{"act", "at", "actor", "added", "removed", "reason", "source"}}
	for _, a := range acts {
		var added, removed any = "", ""
		if counted {
			n := 0
			for _, c := range a.Changes {
				if c.Verb == "removed" {
					n++
				}
			}
			added, removed = len(a.Changes)-n, n
		}
		s.add(int64(a.Act), a.At, string(a.Actor), added, removed, a.Reason, a.Sources)
	}
	return s
}
