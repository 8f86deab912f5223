package store

import (
	"fmt"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// spreadMember is an organisation of the footprint with its times.
type spreadMember struct {
	id                innovation.OrganisationID
	names             []innovation.OrganisationID // it and what it was renamed from and to, the earliest first; nil when it never was
	eligible          innovation.Answer           // the most that it ever could
	enter, leave      innovation.Date             // when it could adopt: from, and no more from; zero when not known, and when it goes on
	stretches         []spreadStretch             // of that time, in order; nil when it is taken whole
	certain, possible innovation.Date             // first adoption, its own
	grade             innovation.EvidenceGrade

	inherited bool // it came into being as an adopter
	// From these days on it is an adopter, certainly or possibly, as what went into
	// it. That is no adoption of its own.
	inheritedCertain, inheritedPossibly innovation.Date
}

// spreadStretch is a time with one answer to whether an organisation could adopt.
type spreadStretch struct {
	from, to innovation.Date // to is the first day after it, zero when it goes on
	answer   innovation.Answer
}

func (s spreadStretch) holds(on innovation.Date) bool {
	return !s.from.After(on) && (s.to.IsZero() || s.to.After(on))
}

// could answers whether it could adopt on a day.
func (u *spreadMember) could(on innovation.Date) innovation.Answer {
	if u.stretches == nil {
		if u.enter.After(on) || !u.leave.IsZero() && !u.leave.After(on) {
			return innovation.No
		}
		return u.eligible
	}
	best := innovation.No
	for _, s := range u.stretches {
		if s.holds(on) {
			best = max(best, min(s.answer, u.eligible))
		}
	}
	return best
}

// runs are the times in which it could adopt, at least possibly, without those in
// which it could not.
func (u *spreadMember) runs() []spreadStretch {
	if u.stretches == nil {
		return []spreadStretch{{u.enter, u.leave, u.eligible}}
	}
	out := slices.Clone(u.stretches[:1])
	for _, s := range u.stretches[1:] {
		if n := len(out) - 1; out[n].to == s.from {
			out[n].to, out[n].answer = s.to, max(out[n].answer, s.answer)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// tidy sets the stretches in order, and what follows from them.
func (u *spreadMember) tidy() {
	sort.SliceStable(u.stretches, func(i, j int) bool { return u.stretches[i].from.Before(u.stretches[j].from) })
	u.enter, u.leave, u.eligible = u.stretches[0].from, u.stretches[0].to, innovation.No
	for _, s := range u.stretches {
		u.eligible = max(u.eligible, s.answer)
		if s.to.IsZero() || !u.leave.IsZero() && s.to.After(u.leave) {
			u.leave = s.to
		}
	}
}

// subjects are the organisation as one of those at risk, on the clock of days,
// looked at until a day: one for each time in which it could adopt, and none when
// it never was at risk.
func (u *spreadMember) subjects(end innovation.Date) (out []stats.Subject) {
	if u.inherited || u.enter.IsZero() {
		return nil
	}
	if d := u.inheritedCertain; !d.IsZero() && d.Before(end) {
		end = d
	}
	for _, r := range u.runs() {
		until := end
		if !r.to.IsZero() && r.to.Before(until) {
			until = r.to
		}
		if !r.from.Before(until) {
			continue
		}
		s := stats.Subject{Enter: float64(r.from.DayNumber()), Exit: float64(until.DayNumber())}
		if !u.certain.IsZero() && u.certain.Before(until) {
			s.Exit, s.Adopted = float64(u.certain.DayNumber()+1), true
		}
		if s.Exit > s.Enter {
			out = append(out, s)
		}
	}
	return out
}

// periodStart is the first day of the period that a day lies in.
func periodStart(length string, d innovation.Date) innovation.Date {
	month := firstMonth(monthOf(d))
	switch length {
	case PeriodQuarter:
		return month.AddMonths(-(int(month.Month()) - 1) % 3)
	case PeriodYear:
		return month.AddMonths(1 - int(month.Month()))
	case PeriodFinancialYear:
		return month.AddMonths(-(int(month.Month()) + 8) % 12)
	}
	return month
}

// nextPeriod is the first day of the period after that of a day.
func nextPeriod(length string, d innovation.Date) innovation.Date {
	months := 1
	switch length {
	case PeriodQuarter:
		months = 3
	case PeriodYear, PeriodFinancialYear:
		months = 12
	}
	return periodStart(length, d).AddMonths(months)
}

// periodName names the period that a day lies in.
func periodName(length string, d innovation.Date) string {
	switch length {
	case PeriodQuarter:
		return fmt.Sprintf("%d-Q%d", d.Year(), (int(d.Month())+2)/3)
	case PeriodYear:
		return fmt.Sprint(d.Year())
	case PeriodFinancialYear:
		return innovation.FinancialYearOf(d).String()
	}
	return d.String()[:7]
}
