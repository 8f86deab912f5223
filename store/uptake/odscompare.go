package uptake

import (
	"context"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// Contradiction is something that a list says otherwise than what the register
// holds, and that no change in between explains. What the register holds stays;
// both are kept as claims about the body, under one topic.
type Contradiction struct {
	Row          int                       `json:"row" doc:"The row"`
	Code         string                    `json:"code" doc:"The code of the body"`
	Organisation innovation.OrganisationID `json:"organisation" doc:"Its key"`
	Field        string                    `json:"field" doc:"What is disputed: open, close (the last day, or open), name, or a relation"`
	Held         string                    `json:"held" doc:"What the register holds"`
	HeldSources  []innovation.Citation     `json:"heldSources,omitempty" doc:"Who says so"`
	Says         string                    `json:"says" doc:"What the row says"`
	Source       innovation.Citation       `json:"source" doc:"The row"`
	Topic        string                    `json:"topic" doc:"The topic of both claims"`
}

// claimTopic begins the topics of claims about what lists say.
const claimTopic = "ods-"

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

// compareLife holds the first and last day of a row against what is held. A day
// within a bound makes it exact, and a last day where none is known is news; all
// else is a contradiction.
func (l *listing) compareLife(ctx context.Context, p *listed) (life innovation.Period, err error) {
	lives := l.held.lives[p.id]
	if len(lives) != 1 { // it exists by law only, or several times: its days are not those of the list
		life = innovation.FromBound(innovation.UnknownBound())
		for _, f := range lives {
			if life = f.Value.Period.Normal(); life.Holds(l.on) != innovation.No {
				break
			}
		}
		return life, nil
	}
	was := lives[0].Value.Period.Normal()
	life = was
	latest := l.held.latest(p.id, l.opts.Source)
	mine := slices.ContainsFunc(lives[0].Sources, func(c innovation.Citation) bool { return c.Source == l.opts.Source })
	if first := p.period.Start; !first.IsZero() && !sameDays(first, was.Start) {
		narrowed := life
		narrowed.Start = first
		if first.Earliest.Before(was.Start.Earliest) || first.Latest.After(was.Start.Latest) || narrowed.Validate() != nil {
			if err := l.contradict(ctx, p, "open", was.Start.String(), lives[0].Sources, latest, first.String()); err != nil {
				return was, err
			}
		} else {
			life = narrowed
		}
	}
	end, says := was.End, p.period.Normal().End
	ended := life
	ended.End = says
	against := ""
	switch {
	case sameDays(end, says):
	case p.period.IsOpen() && !end.Latest.Before(innovation.Forever): // nobody knew whether it had ended
		if !l.on.Before(end.Earliest) {
			life = ended
		}
	case p.period.IsOpen():
		if !l.on.Before(end.Latest) && !mine && (!l.dated || latest.IsZero() || l.on.After(latest)) {
			against = "open"
		}
	case was.IsOpen() && l.dated && latest.After(l.on) && !latest.Before(says.Latest): // a later list shows it
		against = lastDay(says)
	case was.IsOpen() || !says.Earliest.Before(end.Earliest) && !says.Latest.After(end.Latest):
		if life = ended; ended.Validate() != nil {
			life, against = was, lastDay(says)
		}
	default:
		against = lastDay(says)
	}
	if against != "" {
		if err := l.contradict(ctx, p, "close", lastDay(end), lives[0].Sources, latest, against); err != nil {
			return was, err
		}
	}
	next := lives[0].Value
	next.Period = life
	if next.Kind == kindBody && !l.opts.kindGiven {
		next.Kind = p.kind
	}
	if next == lives[0].Value {
		return life, nil
	}
	if err := l.do(ctx, p, lives[0].ID, was, next); err != nil || life == was {
		return life, err
	}
	for _, c := range l.held.codes[p.id] {
		s := spell{period: c.Value.Period.Normal()}
		if s.fit(was, life); s.period == c.Value.Period.Normal() || !strings.EqualFold(c.Value.Value, p.code) {
			continue
		}
		code := c.Value
		code.Period = s.period
		if err := l.do(ctx, p, c.ID, c.Value.Period.Normal(), code); err != nil {
			return life, err
		}
	}
	p.was = was
	return life, nil
}

// lastDay is an end as lists write it: by the last day.
func lastDay(end innovation.Bound) string {
	switch {
	case end.IsOpen():
		return "open"
	case end.Earliest == end.Latest:
		return end.Earliest.AddDays(-1).String()
	}
	return "before " + end.String()
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

// contradict keeps two values that contradict each other as claims, and lists
// them.
func (l *listing) contradict(ctx context.Context, p *listed, field, held string, sources []innovation.Citation, heldOn innovation.Date, says string) error {
	topic := claimTopic + field + "-" + strings.ToLower(p.code)
	if err := innovation.CheckKey("topic", topic); err != nil {
		return err
	}
	c := Contradiction{Row: p.row.number, Code: p.code, Organisation: p.id, Field: field, Held: held, HeldSources: sources, Says: says, Source: l.cite(p.row.number), Topic: topic}
	if len(l.report.Contradictions) < maxNotes {
		l.report.Contradictions = append(l.report.Contradictions, c)
	} else {
		l.report.MoreContradictions++
	}
	day := innovation.Date{}
	if l.dated {
		day = l.on
	}
	if err := l.claim(ctx, p, innovation.Claim{About: p.id.Entity(), Topic: topic, Field: field, Value: held, Day: claimed(heldOn)}, sources); err != nil {
		return err
	}
	return l.claim(ctx, p, innovation.Claim{About: p.id.Entity(), Topic: topic, Field: field, Value: says, Day: claimed(day)}, []innovation.Citation{c.Source})
}

// claimed is the day of a claim, unknown for none.
func claimed(day innovation.Date) innovation.Day {
	if day.IsZero() {
		return innovation.Day{Bound: innovation.UnknownBound()}
	}
	return innovation.OnDay(day)
}

// claim records a claim, or cites the sources for the same one that is there.
func (l *listing) claim(ctx context.Context, p *listed, c innovation.Claim, sources []innovation.Citation) error {
	if err := l.needSource(ctx); err != nil {
		return err
	}
	for _, f := range l.held.claims[c.Topic] {
		if f.Value.About != c.About || f.Value.Value != c.Value {
			continue
		}
		for _, s := range sources {
			if slices.ContainsFunc(f.Sources, func(o innovation.Citation) bool { return o.Source == s.Source }) {
				continue
			}
			if err := l.tx.Cite(ctx, f.ID, s); err != nil {
				return err
			}
			p.changed = true
		}
		return nil
	}
	id, err := l.tx.Record(ctx, c, sources...)
	if err != nil {
		return err
	}
	p.changed = true
	l.held.claims[c.Topic] = append(l.held.claims[c.Topic], innovation.Recorded[innovation.Claim]{ID: id, Value: c, Sources: sources})
	return nil
}
