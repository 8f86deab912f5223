package uptake

import (
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// spell is a time in which a body bore a name, or stood in a relation to
// another: a fact that the register has, or that a list adds.
type spell struct {
	id     innovation.FactID // 0 when it is new
	fact   innovation.Fact
	key    string // what it says: names and bodies that are the same have the same
	was    innovation.Period
	period innovation.Period
	seen   []innovation.Date // the days of lists that show it, in order
	cited  []innovation.Citation
	cite   bool // by the row that is looked at
}

// last is the last day up to one on which it was certainly so, first the first
// one after it on which a list shows it, if any.
func (s *spell) around(at innovation.Date) (last, first innovation.Date) {
	last = s.period.Start.Latest
	for _, d := range s.seen {
		switch {
		case !d.After(at) && d.After(last):
			last = d
		case d.After(at) && first.IsZero():
			first = d
		}
	}
	return last, first
}

// cites reports whether a source says it already.
func (s *spell) cites(source innovation.SourceID) bool {
	return slices.ContainsFunc(s.cited, func(c innovation.Citation) bool { return c.Source == source })
}

// sameDays reports whether two bounds are on the same days.
func sameDays(a, b innovation.Bound) bool {
	return a.Earliest == b.Earliest && a.Latest == b.Latest
}

// fit brings a time that began or ended with a life that was into line with it
// as it is now known.
func (s *spell) fit(was, is innovation.Period) {
	next := s.period
	switch {
	case sameDays(next.Start, was.Start):
		next.Start = is.Start
	case next.Start.Earliest == was.Start.Earliest:
		next.Start.Earliest = is.Start.Earliest
	}
	if next.Start.Latest.Before(next.Start.Earliest) {
		next.Start.Latest = next.Start.Earliest
	}
	last := is.Normal().End.Latest.AddDays(-1)
	switch end := next.Normal().End; {
	case sameDays(end, was.Normal().End):
		next.End = is.End
		if next.Start.Latest.After(last) {
			next.Start.Latest = last
		}
	case end.Latest.After(last) && !end.Earliest.After(last):
		next.End.Latest = last // what followed it began before the life ended
	}
	if next.Start.Earliest.After(next.Start.Latest) {
		next.Start.Earliest = next.Start.Latest
	}
	if next.Validate() == nil {
		s.period = next
	}
}

// weave fits what a list of a day shows in between what is held: one thing is
// said of a body at a time. What was shown before ended, and what was not began,
// on a day between two lists that show it, whatever their order. It gives the
// times as they are then, or the one that says otherwise on the very same day.
func weave(held []*spell, key string, at innovation.Date, life innovation.Period) (out []*spell, against *spell) {
	sort.SliceStable(held, func(i, j int) bool { return held[i].period.Start.Latest.Before(held[j].period.Start.Latest) })
	var same, before, after *spell
	for _, s := range held {
		holds := s.period.Holds(at)
		if s.key == key && holds != innovation.No && (same == nil || holds == innovation.Yes) {
			same = s
		}
		if !s.period.Start.Latest.After(at) {
			before = s
		} else if after == nil {
			after = s
		}
	}
	if same != nil {
		confirm(held, same, at)
		return held, nil
	}
	fresh := &spell{key: key, period: innovation.Period{Start: innovation.Bound{Earliest: life.Start.Earliest, Latest: at}, End: life.End}}
	added := []*spell{fresh}
	switch {
	case before != nil:
		last, next := before.around(at)
		end := before.period.Normal().End
		if last == at {
			return held, before
		}
		if !before.period.IsOpen() && !end.Latest.After(at) { // it had ended
			fresh.period.Start.Earliest = end.Earliest
			if after != nil {
				fresh.period.End = innovation.Bound{Earliest: at.AddDays(1), Latest: after.period.Start.Latest}
			}
			break
		}
		start := innovation.Bound{Earliest: last.AddDays(1), Latest: at}
		fresh.period.Start, fresh.period.End, before.period.End = start, end, start
		switch {
		case !next.IsZero(): // it was so again
			back := *before
			back.id, back.was = 0, innovation.Period{}
			back.period = innovation.Period{Start: innovation.Bound{Earliest: at.AddDays(1), Latest: next}, End: end}
			fresh.period.End = back.period.Start
			added = append(added, &back)
		case after != nil:
			fresh.period.End = innovation.Bound{Earliest: at.AddDays(1), Latest: after.period.Start.Latest}
			if sameDays(after.period.Start, end) {
				after.period.Start = fresh.period.End
			}
		}
	case after != nil:
		end := innovation.Bound{Earliest: at.AddDays(1), Latest: after.period.Start.Latest}
		if first := after.period.Start.Earliest; first.After(at) {
			end.Earliest = first
		} else {
			after.period.Start = end
		}
		fresh.period.End = end
	}
	return append(held, added...), nil
}

// confirm says that a list of a day shows what is held. The list is cited: a
// list that says otherwise may turn up later, and is of a day before or after.
func confirm(held []*spell, s *spell, at innovation.Date) {
	s.cite = true
	if start := s.period.Start; at.Before(start.Latest) {
		s.period.Start.Latest = at
		for _, o := range held {
			if o != s && sameDays(o.period.End, start) {
				o.period.End = s.period.Start
			}
		}
	}
	if end := s.period.Normal().End; !s.period.IsOpen() && !at.Before(end.Earliest) {
		s.period.End.Earliest = at.AddDays(1)
		for _, o := range held {
			if o != s && sameDays(o.period.Start, end) {
				o.period.Start = s.period.End
			}
		}
	}
}
