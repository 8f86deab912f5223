package uptake

import (
	"context"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// compareLife holds the first and last day of a row against what is held. A day
// within a bound makes it exact, and a last day where none is known is news; all
// else is a contradiction, and so is news of a time in which another list shows
// the body otherwise.
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
	if life, err = l.compareStart(ctx, p, was, lives[0].Sources); err != nil {
		return was, err
	}
	if life, err = l.compareEnd(ctx, p, was, life, lives[0].Sources); err != nil {
		return was, err
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

// compareStart gives the life of a body with the first day of a row.
func (l *listing) compareStart(ctx context.Context, p *listed, was innovation.Period, sources []innovation.Citation) (innovation.Period, error) {
	first, life := p.period.Start, was
	life.Start = first
	switch {
	case first.IsZero():
		if open := p.period.IsOpen() || l.on.Before(p.period.End.Earliest); open && l.on.Before(was.Start.Earliest) {
			return was, l.contradict(ctx, p, "open", was.Start.String(), l.sayers(p, "open", was.Start.String(), sources), l.held.latest(p.id, l.opts.Source), listedBy(l.on))
		}
		return was, nil
	case sameDays(first, was.Start):
		return was, l.disputed(ctx, p, "open", first.String())
	case first.Earliest.Before(was.Start.Earliest) || first.Latest.After(was.Start.Latest) || life.Validate() != nil:
		return was, l.contradict(ctx, p, "open", was.Start.String(), l.sayers(p, "open", was.Start.String(), sources), l.held.latest(p.id, l.opts.Source), first.String())
	}
	for _, o := range l.held.sightings(p.id, l.opts.Source) {
		if o.day.Before(first.Earliest) {
			if err := l.contradict(ctx, p, "open", listedBy(o.day), []innovation.Citation{o.cite}, o.day, first.String()); err != nil {
				return was, err
			}
		}
	}
	return life, nil
}

// compareEnd gives the life of a body with the last day of a row.
func (l *listing) compareEnd(ctx context.Context, p *listed, was, life innovation.Period, sources []innovation.Citation) (innovation.Period, error) {
	end, says := was.End, p.period.Normal().End
	ended := life
	ended.End = says
	against := ""
	switch {
	case sameDays(end, says):
		return life, l.disputed(ctx, p, "close", lastDay(says))
	case p.period.IsOpen() && !end.Latest.Before(innovation.Forever): // nobody knew whether it had ended
		if !l.on.Before(end.Earliest) {
			life = ended
		}
	case p.period.IsOpen():
		if !l.on.Before(end.Latest) {
			against = "open"
		}
	case !was.IsOpen() && (says.Earliest.Before(end.Earliest) || says.Latest.After(end.Latest)), ended.Validate() != nil:
		against = lastDay(says)
	default:
		later := false // a later list has it open
		for _, o := range l.held.sightings(p.id, l.opts.Source) {
			if o.day.Before(says.Latest) {
				continue
			}
			later = later || o.day.After(l.on)
			if err := l.contradict(ctx, p, "close", lastDay(end), []innovation.Citation{o.cite}, o.day, lastDay(says)); err != nil {
				return was, err
			}
		}
		if !later {
			life = ended
		}
	}
	if against == "" {
		return life, nil
	}
	if ended.Validate() != nil { // what the row says of both its days does not go together with either
		life = was
	}
	return life, l.contradict(ctx, p, "close", lastDay(end), l.sayers(p, "close", lastDay(end), sources), l.held.latest(p.id, l.opts.Source), against)
}

// listedBy is the first day of a body of which a list says only that it was
// there.
func listedBy(on innovation.Date) string { return innovation.NotLaterThan(on).String() }

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

// sighting is a list that shows a body.
type sighting struct {
	day  innovation.Date
	cite innovation.Citation
}

// sightings are the lists other than one that show a body by a name that it has
// on their days.
func (h *odsHeld) sightings(id innovation.OrganisationID, other innovation.SourceID) (out []sighting) {
	for _, f := range h.names[id] {
		hull := f.Value.Period.Hull()
		for _, c := range f.Sources {
			day, ok := h.editions[c.Source]
			if !ok || c.Source == other || !strings.HasPrefix(c.Locator, "row ") || !hull.Contains(day) {
				continue
			}
			if !slices.ContainsFunc(out, func(o sighting) bool { return o.cite.Source == c.Source }) {
				out = append(out, sighting{day, c})
			}
		}
	}
	return out
}
