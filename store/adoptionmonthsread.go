package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// AdoptionMonths is how many organisations came to use innovations in each month.
type AdoptionMonths struct {
	Recipe innovation.Recipe              `json:"recipe"`
	Asked  innovation.AdoptionMonthsQuery `json:"asked" doc:"What was asked, with what it left out"`
	Basis  *innovation.AdoptionBasis      `json:"basis,omitempty" doc:"What the count stands on; left out for organisations as recorded"`
	Rule   string                         `json:"rule" doc:"Which organisations are counted, in words"`
	Total  innovation.AdoptionCurve       `json:"total" doc:"All of them, each counted once"`
	Groups []innovation.AdoptionCurve     `json:"groups,omitempty" doc:"A curve for each group in the order of its key, and last one of those for which the register knows none"`
}

// AdoptionMonths counts the organisations that came to use an innovation, or all
// innovations together, in each complete month: as recorded, or on a footprint,
// by network or by the bodies that organisations lie within. That an organisation
// stopped later does not undo it.
func (r reader) AdoptionMonths(ctx context.Context, v innovation.View, q innovation.AdoptionMonthsQuery) (out AdoptionMonths, err error) {
	if err := v.Validate(); err != nil {
		return out, err
	}
	if err := q.Validate(v.On); err != nil {
		return out, err
	}
	q = q.Normal(v.On)
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		out = AdoptionMonths{Recipe: m.recipe(), Asked: q, Rule: q.Rule()}
		if !q.Recorded() {
			if _, err := checkAdoptionQuestion(ctx, s, m, q.Innovation, "", q.By, ""); err != nil {
				return err
			}
			a, err := adoptersOf(ctx, s, m, q.Innovation)
			if err != nil {
				return err
			}
			return a.months(ctx, &out)
		}
		var id int64
		if q.Innovation != "" {
			if id, _, err = mustEntity(ctx, s, m, q.Innovation.Entity()); err != nil {
				return err
			}
		}
		firsts, err := firstsRecorded(ctx, s, m, id, q.Grade)
		out.Total = firsts.Curve(q.From, q.To)
		return err
	})
	return out, err
}

// firstsRecorded counts the first adopters as recorded, of an innovation or of
// all when its id is 0: from the counts that are kept when everything known now
// counts, and else from the events.
func firstsRecorded(ctx context.Context, s *session, m moment, id int64, atLeast innovation.EvidenceGrade) (out innovation.FirstAdopters, err error) {
	if m.current && m.publishedBy.IsZero() {
		rows, err := s.query(ctx, "SELECT possible, month, adopters FROM reg_adoption_month WHERE innovation = ? AND grade = ?", id, int64(atLeast.Rank()))
		if err != nil {
			return out, err
		}
		defer rows.Close()
		for rows.Next() {
			var possible, month, n int64
			if err := rows.Scan(&possible, &month, &n); err != nil {
				return out, err
			}
			if day := firstMonth(month); possible == 0 {
				out.Add(day, innovation.Date{}, n)
			} else {
				out.Add(innovation.Date{}, day, n)
			}
		}
		return out, explain(rows.Err())
	}
	// The mark says all: neither planned nor a confirmation, in use, and the grade.
	w := knownAdoptions(m).and("f.mark & 24 = 0 AND f.mark & 7 >= ? AND f.mark >= ?", int64(innovation.Adopted.Rank()), int64(atLeast.Rank())<<5)
	if id != 0 {
		w = w.and("f.subject = ?", id)
	}
	rows, err := s.query(ctx, `SELECT certain, possible, COUNT(*) FROM (SELECT MIN(f.start_latest) certain, MIN(f.start_earliest) possible FROM reg_adoption f `+
		w.String()+` GROUP BY f.subject, f.organisation) r GROUP BY certain, possible`, w.args...)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	for rows.Next() {
		var certain, possible, n int64
		if err := rows.Scan(&certain, &possible, &n); err != nil {
			return out, err
		}
		var days [2]innovation.Date
		for i, number := range []int64{certain, possible} {
			if days[i], err = innovation.DateFromDayNumber(number); err != nil {
				return out, err
			}
		}
		out.Add(days[0], days[1], n)
	}
	return out, explain(rows.Err())
}

// months counts first adopters on a footprint.
func (a *adopters) months(ctx context.Context, out *AdoptionMonths) error {
	q, f := out.Asked, *out.Asked.Footprint
	day := f.UnitsDay(a.m.on)
	foot, err := a.footing(ctx, day, "", 0)
	if err != nil {
		return err
	}
	var of grouping
	if q.By != "" {
		if of, err = a.groups(ctx, q.By, day); err != nil {
			return err
		}
	}
	// The footprint of then is that of the day asked about, also for the months
	// before.
	fixed := innovation.Footprint{Mode: innovation.FootprintDay, Day: day}
	if f.Mode == innovation.FootprintHeld {
		fixed.Mode = f.Mode
	}
	var counted innovation.CountBounds
	units := make([]innovation.FirstUnit, len(foot.units))
	for i, u := range foot.units {
		counted.Add(u.Eligible)
		units[i] = innovation.FirstUnit{Organisation: u.Organisation, Eligible: u.Eligible}
		units[i].Certain, units[i].Possible = a.lineage.FirstDays(u.Organisation, a.eventsOf, q.To.AddMonths(1).AddDays(-1), fixed, q.Grade)
		if of != nil {
			units[i].Groups = unitGroups(of, u.Organisation)
		}
	}
	curves := innovation.CurvesOf(units, q.From, q.To, of != nil)
	out.Total = curves[0]
	if of != nil {
		out.Groups = curves[1:]
	}
	basis := adoptionBasis(f, a.m.on, q.Grade, "", 0, foot.known, counted)
	out.Basis = &basis
	if q.By == "" || q.By == innovation.ByKind {
		return nil
	}
	var shown []innovation.OrganisationID
	for _, g := range out.Groups {
		shown = append(shown, innovation.OrganisationID(g.Group))
	}
	named, err := a.namesOn(ctx, day, slices.DeleteFunc(shown, func(id innovation.OrganisationID) bool { return id == "" }))
	for i := range out.Groups {
		out.Groups[i].Name = named[innovation.OrganisationID(out.Groups[i].Group)]
	}
	return err
}
