package uptake

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// compare brings what the register has of a body into line with a row. What is
// refused of it refuses the row.
func (l *listing) compare(ctx context.Context, p *listed) error {
	life, err := l.compareLife(ctx, p)
	if p.life = life; err == nil {
		err = l.compareName(ctx, p, life)
	}
	for i := 0; err == nil && i < len(slots); i++ {
		err = l.compareSlot(ctx, p, i, life)
	}
	switch {
	case err == nil:
	case innovation.Violations(err) == nil:
		return err
	default:
		p.row.refuseAll(err)
		return nil
	}
	if len(p.waits) > 0 {
		l.later = append(l.later, p)
	}
	if p.counted = true; p.changed {
		l.report.Added++
	} else {
		l.report.Unchanged++
	}
	return nil
}

// did notes that a row changed something.
func (l *listing) did(p *listed, err error) error {
	if err == nil {
		if l.report.Revised++; p.counted && !p.changed {
			l.report.Unchanged--
			l.report.Added++
		}
		p.changed = true
	}
	return err
}

// do makes a change of what is there, citing the row.
func (l *listing) do(ctx context.Context, p *listed, id innovation.FactID, was innovation.Period, next innovation.Fact) error {
	if err := l.needSource(ctx); err != nil {
		return err
	}
	if is := next.Valid(); is.Start == was.Start && was.IsOpen() && !is.IsOpen() {
		return l.did(p, l.tx.End(ctx, id, innovation.Day{Bound: is.End}, l.cite(p.row.number)))
	}
	return l.did(p, l.tx.Correct(ctx, id, next, l.cite(p.row.number)))
}

// compareName holds the name of a row against those that are held.
func (l *listing) compareName(ctx context.Context, p *listed, life innovation.Period) error {
	held := l.fitted(p, l.held.nameSpans(p.id, p.before(life)), life)
	if p.name == "" {
		return l.apply(ctx, p, held)
	}
	fact := innovation.Name{Organisation: p.id, Text: p.name, Kind: "official"}
	return l.shown(ctx, p, "name", held, foldName(p.name), fact, life)
}

// compareSlot holds what a row says in a slot against the relations that are
// held. A row that names no body there says nothing about it.
func (l *listing) compareSlot(ctx context.Context, p *listed, slot int, life innovation.Period) error {
	held := l.fitted(p, l.held.slotSpans(p.id, slot, p.before(life)), life)
	target, period, ok := l.target(p, slot, life)
	if !ok {
		return l.apply(ctx, p, held)
	}
	fact := innovation.Relation{Organisation: p.id, Type: slots[slot].typ, Target: target}
	for _, f := range l.held.parts[p.id] { // in another slot, or as part of it by another source
		if f.Value.Type == fact.Type && f.Value.Target == target && l.held.slotOf(f.Value) != slot && f.Value.Period.Overlaps(period) != innovation.No {
			return l.apply(ctx, p, held)
		}
	}
	switch {
	case slot == parentSlot:
		if !slices.ContainsFunc(held, func(s *spell) bool { return s.key == string(target) }) {
			held = append(held, &spell{key: string(target), fact: fact, period: life})
		}
		return l.apply(ctx, p, held)
	case slot == commissionerSlot && !p.join.IsZero():
		return l.joined(ctx, p, held, fact, period)
	}
	return l.shown(ctx, p, slots[slot].column, held, string(target), fact, life)
}

// fitted brings times that began or ended with the life of a body into line
// with what is now known of it.
func (l *listing) fitted(p *listed, held []*spell, life innovation.Period) []*spell {
	if p.was != (innovation.Period{}) {
		for _, s := range held {
			s.fit(p.was, life)
		}
	}
	return held
}

// before is the life of a body as it was held before the row.
func (p *listed) before(life innovation.Period) innovation.Period {
	if p.was != (innovation.Period{}) {
		return p.was
	}
	return life
}

// shown brings what is held into line with what the list shows on its day.
func (l *listing) shown(ctx context.Context, p *listed, field string, held []*spell, key string, fact innovation.Fact, life innovation.Period) error {
	for _, s := range held {
		if s.key == key && s.cites(l.opts.Source) {
			return l.apply(ctx, p, held) // the file was brought in before
		}
	}
	held, against := weave(held, key, within(life, l.on), life)
	for _, s := range held {
		if s.fact == nil {
			s.fact = fact
		}
	}
	if against != nil {
		said := func(f innovation.Fact) string {
			switch f := f.(type) {
			case innovation.Name:
				return f.Text
			case innovation.Relation:
				return string(f.Target)
			}
			return ""
		}
		if err := l.contradict(ctx, p, field, said(against.fact), against.cited, innovation.Date{}, said(fact)); err != nil {
			return err
		}
	}
	return l.apply(ctx, p, held)
}

// joined brings the relations of a slot into line with one that a row dates. A
// body has one such relation at a time.
func (l *listing) joined(ctx context.Context, p *listed, held []*spell, fact innovation.Relation, period innovation.Period) error {
	fact.Period = period
	if fact.Validate() != nil {
		l.remark(p.row.number, p.row.line, "join", p.join.String(), "the days of the relation to %s lie outside the life of the body, and it was not recorded", fact.Target)
		return l.apply(ctx, p, held)
	}
	for _, s := range held {
		if s.key != string(fact.Target) || s.period.Overlaps(period) == innovation.No {
			continue
		}
		latest := l.held.latest(p.id, l.opts.Source)
		is, says := s.period.Normal(), period.Normal()
		switch {
		case sameDays(is.Start, says.Start):
		case says.Start.Earliest.Before(is.Start.Earliest) || says.Start.Latest.After(is.Start.Latest):
			if err := l.contradict(ctx, p, "join", is.Start.String(), s.cited, latest, says.Start.String()); err != nil {
				return err
			}
		default:
			s.period.Start, s.cite = says.Start, true
		}
		switch {
		case sameDays(is.End, says.End), says.IsOpen() && (l.on.Before(is.End.Latest) || s.cites(l.opts.Source) || !latest.Before(l.on)):
		case is.IsOpen() || !says.End.Earliest.Before(is.End.Earliest) && !says.End.Latest.After(is.End.Latest):
			s.period.End, s.cite = says.End, true
		default:
			if err := l.contradict(ctx, p, "left", lastDay(is.End), s.cited, latest, lastDay(says.End)); err != nil {
				return err
			}
		}
		return l.apply(ctx, p, held)
	}
	for _, s := range held {
		switch {
		case s.period.Overlaps(period) == innovation.No:
		case s.period.Start.Latest.Before(p.join): // it went over
			last, _ := s.around(p.join)
			if from := last.AddDays(1); from.After(p.join) {
				last = p.join.AddDays(-1)
			}
			s.period.End = innovation.Bound{Earliest: last.AddDays(1), Latest: p.join}
		case period.IsOpen():
			period.End = innovation.Bound{Earliest: p.join.AddDays(1), Latest: s.period.Start.Latest}
			if on := l.on.AddDays(1); on.After(period.End.Earliest) && !on.After(period.End.Latest) {
				period.End.Earliest = on
			}
		}
	}
	return l.apply(ctx, p, append(held, &spell{key: string(fact.Target), fact: fact, period: period}))
}

// apply writes what differs of times that are held.
func (l *listing) apply(ctx context.Context, p *listed, held []*spell) error {
	var errs []error
	for _, s := range held {
		if s.period != s.was {
			errs = append(errs, during(s.fact, s.period).Validate())
		}
	}
	if err := innovation.Join(errs...); err != nil {
		return err
	}
	var fresh []*spell
	for _, s := range held {
		switch {
		case s.id == 0:
			fresh = append(fresh, s)
		case s.period == s.was:
			if s.cite && !s.cites(l.opts.Source) {
				if err := l.needSource(ctx); err != nil {
					return err
				}
				if err := l.tx.Cite(ctx, s.id, l.cite(p.row.number)); err != nil {
					return err
				}
				l.report.Confirmed++
			}
		case s.period.Start == s.was.Start && slices.ContainsFunc(held, func(n *spell) bool { return n.id == 0 && n.period.Start == s.period.End }):
			// The new one says, as it revises it, when it ended.
		default:
			var cite []innovation.Citation
			if s.cite {
				cite = append(cite, l.cite(p.row.number))
			}
			if err := l.needSource(ctx); err != nil {
				return err
			}
			if err := l.did(p, l.tx.Correct(ctx, s.id, during(s.fact, s.period), cite...)); err != nil {
				return err
			}
		}
	}
	for _, s := range fresh {
		if err := l.needSource(ctx); err != nil {
			return err
		}
		cite := []innovation.Citation{l.cite(p.row.number)}
		if s.cited != nil { // it is there again, as its own sources say
			cite = s.cited
		}
		fact := during(s.fact, s.period)
		i := slices.IndexFunc(held, func(o *spell) bool {
			return o.id != 0 && o.period != o.was && o.period.Start == o.was.Start && o.period.End == s.period.Start
		})
		var err error
		if i >= 0 {
			_, err = l.tx.Revise(ctx, held[i].id, fact, cite...)
		} else {
			_, err = l.tx.Record(ctx, fact, cite...)
		}
		if err := l.did(p, err); err != nil {
			return err
		}
	}
	return nil
}

// during is a name or relation of another time.
func during(f innovation.Fact, period innovation.Period) innovation.Fact {
	switch f := f.(type) {
	case innovation.Name:
		f.Period = period
		return f
	case innovation.Relation:
		f.Period = period
		return f
	}
	return f
}
