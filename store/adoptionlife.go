package store

import (
	"context"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// life is when an organisation could adopt.
type life struct {
	id      int64
	heir    bool                // others became it
	periods []innovation.Period // of its existence; none is known when empty
}

// lifeOf reads the periods in which an organisation operates: those by law when
// no others are known.
func lifeOf(ctx context.Context, tx *Tx, id innovation.OrganisationID) (*life, error) {
	l := &life{}
	var found bool
	var err error
	if l.id, found, err = tx.lookup(ctx, id.Entity()); err != nil || !found {
		return l, err
	}
	all, err := existences.scan(ctx, tx.session, "WHERE f.subject = ? AND f.removed = "+inForce, l.id)
	if err != nil {
		return l, err
	}
	l.periods = livingPeriods(all)
	l.heir, err = isHeir(ctx, tx.session, l.id)
	return l, err
}

// isHeir reports whether others became an organisation.
func isHeir(ctx context.Context, s *session, body int64) (bool, error) {
	return s.one(ctx, []any{new(int)}, "SELECT 1 FROM reg_succession WHERE successor = ? AND type <> ? AND removed = "+inForce+" LIMIT 1", body, innovation.Transfer)
}

func livingPeriods(all []innovation.Recorded[innovation.Existence]) (out []innovation.Period) {
	for _, e := range all {
		if e.Value.Aspect == innovation.Operational {
			out = append(out, e.Value.Period)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, e := range all {
		out = append(out, e.Value.Period)
	}
	return out
}

// check refuses an event outside the life of its organisation.
func (l *life) check(a innovation.Adoption) error {
	if a.Restated || a.Planned || len(l.periods) == 0 {
		return nil
	}
	for _, p := range l.periods {
		if h := p.Hull(); h.Start.Compare(a.Day.Latest) <= 0 && h.End.After(a.Day.Earliest) {
			return nil
		}
	}
	return innovation.Refusedf(innovation.RuleAdoptionLife, "day", "%s did not exist on %s: it existed %s", a.Organisation, a.Day.Bound, l.periods[0]).
		Trying("name the body of that day, or mark the event as restated when its source gives it for a body of another day")
}

// checkCome refuses an event that is no plan and had not come when it was
// recorded. Clocks in England are at most an hour ahead of universal time.
func checkCome(a innovation.Adoption, at time.Time) error {
	if a.Planned || !a.Day.Earliest.After(innovation.DateOf(at.Add(time.Hour), time.UTC)) {
		return nil
	}
	return innovation.Refusedf(innovation.RuleAdoptionFuture, "day", "%s lies after the day of the act", a.Day.Bound).
		Trying("mark the event as planned, or correct the day")
}
