package store

import (
	"context"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// eligibleTimes finds out when organisations could adopt.
type eligibleTimes struct {
	f     *spreadFile
	facts []innovation.Eligibility // of the programme and phase asked about
	roles map[string]map[innovation.OrganisationID][]innovation.Period
	web   web // the relations of all days
	ready bool
}

func (e *eligibleTimes) prepare(ctx context.Context) error {
	if e.ready {
		return nil
	}
	e.ready = true
	a := e.f.a
	within, role := false, false
	for _, r := range a.eligibility {
		if v := r.Value; v.Programme == e.f.q.Programme && v.Phase == e.f.q.Phase {
			e.facts = append(e.facts, v)
			within, role = within || v.Within != "", role || v.Role != ""
		}
	}
	m := a.m
	m.bare = true
	if role {
		e.roles = map[string]map[innovation.OrganisationID][]innovation.Period{}
		all, err := selectFacts(ctx, a.session, m, roles, m.known("f"), "ORDER BY f.fact")
		if err != nil {
			return err
		}
		for _, r := range all {
			if e.roles[r.Value.Role] == nil {
				e.roles[r.Value.Role] = map[innovation.OrganisationID][]innovation.Period{}
			}
			e.roles[r.Value.Role][r.Value.Organisation] = append(e.roles[r.Value.Role][r.Value.Organisation], r.Value.Period)
		}
	}
	if within {
		all, err := selectFacts(ctx, a.session, m, relations, m.known("f").join(in("f.type", append([]string{innovation.Serves}, upward...))), "ORDER BY f.fact")
		if err != nil {
			return err
		}
		e.web = emptyWeb()
		for i := range all {
			e.web.add(&all[i])
		}
	}
	return nil
}

func emptyWeb() web {
	type edges = map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]
	return web{edges{}, edges{}}
}

func (w web) add(r *innovation.Recorded[innovation.Relation]) {
	if r.Value.Type == innovation.Serves {
		w.served[r.Value.Target] = append(w.served[r.Value.Target], *r)
	} else {
		w.up[r.Value.Organisation] = append(w.up[r.Value.Organisation], *r)
	}
}

// over is what lies over an organisation in the relations of a day; of all days
// when none is given.
func (w web) over(id innovation.OrganisationID, on innovation.Date) web {
	out := emptyWeb()
	seen := map[innovation.OrganisationID]bool{id: true}
	level := []innovation.OrganisationID{id}
	for depth := 0; depth <= maxDepth && len(level) > 0; depth++ {
		var above []innovation.OrganisationID
		for _, b := range level {
			for _, list := range [...][]innovation.Recorded[innovation.Relation]{w.up[b], w.served[b]} {
				for i := range list {
					r := &list[i]
					if !on.IsZero() && r.Value.Period.Holds(on) == innovation.No {
						continue
					}
					out.add(r)
					if r.Value.Type != innovation.Serves && !seen[r.Value.Target] {
						seen[r.Value.Target] = true
						above = append(above, r.Value.Target)
					}
				}
			}
		}
		level = above
	}
	return out
}

// on answers whether an organisation could adopt on a day: by the facts of that
// day, and by what it was on another, when one is given.
func (e *eligibleTimes) on(id innovation.OrganisationID, day, as innovation.Date) innovation.Answer {
	body := e.f.a.bodies[id]
	could, barred := innovation.No, innovation.No
	if as.IsZero() {
		as = day
	}
	exists := body.holds(as)
	for i := range e.facts {
		v := &e.facts[i]
		answer := min(v.Period.Holds(day), exists)
		switch {
		case v.Organisation != "" && v.Organisation != id, v.Kind != "" && body.is(v.Kind, as) == innovation.No:
			continue
		case v.Role != "":
			has := innovation.No
			for _, p := range e.roles[v.Role][id] {
				has = max(has, p.Holds(as))
			}
			answer = min(answer, has)
		}
		if v.Kind != "" {
			answer = min(answer, body.is(v.Kind, as))
		}
		if v.Within != "" && answer != innovation.No {
			answer = min(answer, e.web.over(id, as).within(id, v.Within, as))
		}
		if v.Excluded {
			barred = max(barred, answer)
		} else {
			could = max(could, answer)
		}
	}
	switch barred {
	case innovation.Yes:
		return innovation.No
	case innovation.Possibly:
		return min(could, innovation.Possibly)
	}
	return could
}

// days are the days on which it may change whether an organisation could adopt,
// from the first day of the innovation on.
func (e *eligibleTimes) days(id innovation.OrganisationID, body bool) []innovation.Date {
	begin := e.f.firstDay
	if begin.IsZero() {
		begin = innovation.Dawn
	}
	all := []innovation.Date{begin}
	add := func(p innovation.Period) {
		for _, d := range []innovation.Date{p.Start.Earliest, p.Start.Latest, p.End.Earliest, p.End.Latest} {
			if d.After(begin) && !d.After(e.f.q.To) {
				all = append(all, d)
			}
		}
	}
	for i := range e.facts {
		v := &e.facts[i]
		add(v.Period)
		if body && v.Role != "" {
			for _, p := range e.roles[v.Role][id] {
				add(p)
			}
		}
	}
	if b := e.f.a.bodies[id]; body && b != nil {
		for _, p := range b.periods {
			add(p)
		}
		over := e.web.over(id, innovation.Date{})
		for _, edges := range [...]map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]{over.up, over.served} {
			for _, list := range edges {
				for i := range list {
					add(list[i].Value.Period)
				}
			}
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Before(all[j]) })
	return all
}

// since is the day from which an organisation of a footprint's day could adopt,
// taken to have been then what it was on that day.
func (e *eligibleTimes) since(ctx context.Context, id innovation.OrganisationID, day innovation.Date) (innovation.Date, error) {
	if err := e.prepare(ctx); err != nil {
		return innovation.Date{}, err
	}
	for _, d := range e.days(id, false) {
		if e.on(id, d, day) != innovation.No {
			return d, nil
		}
	}
	return day, nil
}

// times are the stretches of days on which an organisation could adopt, each
// with its answer.
func (e *eligibleTimes) times(ctx context.Context, id innovation.OrganisationID) (spreadMember, error) {
	u := spreadMember{id: id, eligible: innovation.No}
	if err := e.prepare(ctx); err != nil {
		return u, err
	}
	days := e.days(id, true)
	last := innovation.No
	for i, d := range days {
		if i > 0 && d == days[i-1] {
			continue
		}
		answer := e.on(id, d, innovation.Date{})
		if answer == last {
			continue
		}
		if last != innovation.No {
			u.stretches[len(u.stretches)-1].to = d
		}
		if last = answer; answer != innovation.No {
			u.stretches = append(u.stretches, spreadStretch{from: d, answer: answer})
		}
	}
	if len(u.stretches) > 0 {
		u.tidy()
	}
	return u, nil
}
