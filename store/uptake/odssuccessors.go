package uptake

import (
	"context"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// succession is one of a file.
type succession struct {
	from, to string // codes
	day      innovation.Date
	row      *row
}

// seenLife is what successions say of the life of a body: it was there on some
// day, and not certainly any more from another.
type seenLife struct{ first, last innovation.Date }

// takeSuccessors records which organisations followed which.
func takeSuccessors(ctx context.Context, t *take) error {
	tbl, err := t.header(ctx, "old_code", "new_code", "date")
	if err != nil {
		return err
	}
	tbl.fields = map[string]string{"predecessor": "old_code", "successor": "new_code", "day": "date", "organisation": "old_code"}
	orgs, err := loadOrganisations(ctx, t, schemeODS)
	if err != nil {
		return err
	}
	if t.opts.Found {
		orgs.keys = map[innovation.OrganisationID]bool{}
		for e, err := range each[innovation.Existence](ctx, t.tx, anyDay, store.FactFilter{AllDays: true}) {
			if err != nil {
				return err
			}
			orgs.keys[e.Value.Organisation] = true
		}
	}
	kept := &table{columns: []string{"old_code", "new_code", "date"}, fields: tbl.fields, place: map[string]int{"old_code": 0, "new_code": 1, "date": 2}}
	var all []succession
	lives := map[string]seenLife{}
	see := func(code string, day innovation.Date) {
		l, ok := lives[code]
		if !ok || day.Before(l.first) {
			l.first = day
		}
		if !ok || day.After(l.last) {
			l.last = day
		}
		lives[code] = l
	}
	var selves []string
	self := 0
	if err := t.each(ctx, tbl, nil, func(r *row) error {
		day, err := innovation.ParseDate(r.get("date"))
		if err != nil {
			r.refuseAs("date", err)
			return nil
		}
		s := succession{from: strings.ToUpper(r.get("old_code")), to: strings.ToUpper(r.get("new_code")), day: day}
		switch {
		case s.from == "" || s.to == "":
			if t.opts.Found {
				r.refuse(innovation.RuleTextRequired, "old_code", "", "give both codes", "a code is missing")
			} else {
				t.report.PassedOver++
			}
			return nil
		case s.from == s.to:
			if len(selves) < maxSelves {
				selves = append(selves, s.from)
			}
			t.report.PassedOver++
			self++
			return nil
		}
		keep := *r
		keep.fields = []string{s.from, s.to, r.get("date")} // those of the reader are good until the next row
		keep.table = kept
		s.row = &keep
		all = append(all, s)
		see(s.from, day.AddDays(-1))
		see(s.to, day)
		return nil
	}); err != nil {
		return err
	}
	if self > 0 {
		list := strings.Join(selves, ", ")
		if self > len(selves) {
			list += " …"
		}
		t.remark(0, 0, "new_code", "", "%s passed over, because a code followed itself: %s", areRows(self), list)
	}
	return t.succeed(ctx, orgs, all, lives)
}

// maxSelves is how many codes that followed themselves are named.
const maxSelves = 100

// step is a succession between bodies of the register.
type step struct {
	from, to innovation.OrganisationID
	day      innovation.Date
}

// succeed founds the bodies that are missing, when asked to, and then records
// the successions that the register does not have. What became of a body last,
// on one day in one other, is all that was left of it, and so a merger; every
// other succession is a split: a part went over. Bodies that the register does
// not have do not count. Whether the
// successor is the same body in law, and so the succession a change of name,
// these files do not say.
func (t *take) succeed(ctx context.Context, orgs *organisations, all []succession, lives map[string]seenLife) error {
	if t.opts.Found {
		if err := t.foundAll(ctx, orgs, all, lives); err != nil {
			return err
		}
	}
	known := map[step]bool{}
	for s, err := range each[innovation.Succession](ctx, t.tx, anyDay, store.FactFilter{AllDays: true}) {
		if err != nil {
			return err
		}
		known[step{s.Value.Predecessor, s.Value.Successor, s.Value.Day.Earliest}] = true
	}
	// The last day of the one, and the first of the other.
	between := func(s succession) step {
		from, _ := orgs.find(s.from, innovation.Exactly(s.day.AddDays(-1)))
		to, _ := orgs.find(s.to, innovation.Exactly(s.day))
		return step{from, to, s.day}
	}
	ends := map[innovation.OrganisationID]step{} // the last that became of a body
	split := map[innovation.OrganisationID]bool{}
	for _, s := range all {
		b := between(s)
		if b.from == "" || b.to == "" || b.from == b.to {
			continue
		}
		switch last := ends[b.from]; {
		case last.to == "" || b.day.After(last.day):
			ends[b.from], split[b.from] = b, false
		case b.day == last.day && b.to != last.to:
			split[b.from] = true
		}
	}
	q := queue{take: t}
	for i, s := range all {
		if t.does("Recording", i+1, len(all)); s.row.refused {
			continue
		}
		key := between(s)
		from, to := key.from, key.to
		switch {
		case from == "" || to == "" || from == to:
			t.report.PassedOver++
			continue
		case known[key]:
			t.report.Unchanged++
			continue
		}
		known[key] = true
		typ := innovation.Merge
		if split[from] || s.day.Before(ends[from].day) {
			typ = innovation.Split
		}
		if err := q.add(ctx, queued{row: s.row, facts: []innovation.Fact{innovation.Succession{Predecessor: from, Successor: to, Type: typ, Day: innovation.OnDay(s.day)}},
			done: func() { t.report.Added++ }, undo: func() { delete(known, key) }}); err != nil {
			return err
		}
	}
	return q.flush(ctx)
}

// foundAll founds the bodies that the register does not know: of a kind not
// stated, and there when a row says so, since and until nobody knows when.
func (t *take) foundAll(ctx context.Context, orgs *organisations, all []succession, lives map[string]seenLife) error {
	kind := kindBody
	if t.opts.kindGiven {
		kind = t.opts.Kind
	}
	wrong := map[string]error{}
	q := queue{take: t}
	for at, s := range all {
		t.does("Founding", at+1, len(all))
		for i, code := range []string{s.from, s.to} {
			if len(orgs.byCode[code]) > 0 {
				continue
			}
			err, known := wrong[code]
			var facts []innovation.Fact
			var id innovation.OrganisationID
			if !known {
				l := lives[code]
				id, facts, err = orgs.founding(ctx, t, body{code: code, kind: kind,
					period: innovation.Period{Start: innovation.NotLaterThan(l.first), End: innovation.NotEarlierThan(l.last.AddDays(1))}})
			}
			if err != nil {
				if innovation.Violations(err) == nil {
					return err
				}
				wrong[code] = err
				for _, e := range innovation.Violations(err) {
					column := s.row.table.columns[i]
					s.row.refuse(e.Rule, column, code, e.Try, "%s", e.Detail)
				}
				continue
			}
			orgs.hold(facts)
			if err := q.add(ctx, queued{row: s.row, facts: facts, done: func() { t.report.Organisations++ },
				undo: func() { orgs.letGo(code, id) }}); err != nil {
				return err
			}
		}
	}
	return q.flush(ctx)
}
