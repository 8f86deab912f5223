package store

import (
	"context"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// monthOf numbers the month of a day, from January of the year 1.
func monthOf(d innovation.Date) int64 { return int64(d.Year()-1)*12 + int64(d.Month()) - 1 }

// firstMonth is the first day of a month that monthOf numbered.
func firstMonth(month int64) innovation.Date {
	return innovation.Dawn.AddMonths(int(month))
}

// monthKey is a row of reg_adoption_month.
type monthKey struct {
	innovation, grade, possible, month int64
}

// firsts are the months in which an organisation first came to use an
// innovation, by evidence of at least each grade: certainly and possibly. -1 is
// never.
type firsts [6][2]int64

func firstsOf(events []innovation.Adoption) (out firsts) {
	for i := range out {
		out[i] = [2]int64{-1, -1}
	}
	for i := range events {
		a := &events[i]
		if !a.Counts() || !a.Stage.InUse() {
			continue
		}
		certain, possible := monthOf(a.Day.Latest), monthOf(a.Day.Earliest)
		for grade := a.Grade.Rank(); grade > 0; grade-- {
			if f := &out[grade]; f[0] < 0 {
				*f = [2]int64{certain, possible}
			} else {
				*f = [2]int64{min(f[0], certain), min(f[1], possible)}
			}
		}
	}
	return out
}

// moved adds to the changes of counts what becomes of those of an innovation
// when the first months of an organisation change.
func moved(counts map[monthKey]int64, id int64, before, after firsts) {
	for grade := int64(1); grade < int64(len(before)); grade++ {
		for possible := range before[grade] {
			was, is := before[grade][possible], after[grade][possible]
			if was == is {
				continue
			}
			if was >= 0 {
				counts[monthKey{id, grade, int64(possible), was}]--
			}
			if is >= 0 {
				counts[monthKey{id, grade, int64(possible), is}]++
			}
		}
	}
}

// withTotals adds the counts of all innovations together, which stand under 0.
func withTotals(counts map[monthKey]int64) map[monthKey]int64 {
	totals := map[monthKey]int64{}
	for k, n := range counts {
		k.innovation = 0
		totals[k] += n
	}
	for k, n := range totals {
		counts[k] += n
	}
	return counts
}

// keepMonths writes changes of counts, in the order of their keys.
func (tx *Tx) keepMonths(ctx context.Context, counts map[monthKey]int64) error {
	keys := make([]monthKey, 0, len(counts))
	for k, n := range withTotals(counts) {
		if n != 0 {
			keys = append(keys, k)
		}
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		switch {
		case a.innovation != b.innovation:
			return a.innovation < b.innovation
		case a.grade != b.grade:
			return a.grade < b.grade
		case a.possible != b.possible:
			return a.possible < b.possible
		}
		return a.month < b.month
	})
	const rows = 64 // of one statement
	for len(keys) > 0 {
		n := 1
		if len(keys) >= rows {
			n = rows
		}
		args := make([]any, 0, 5*n)
		for _, k := range keys[:n] {
			args = append(args, k.innovation, k.grade, k.possible, k.month, counts[k])
		}
		if _, err := tx.session.exec(ctx, "INSERT INTO reg_adoption_month (innovation, grade, possible, month, adopters) VALUES (?, ?, ?, ?, ?)"+
			strings.Repeat(", (?, ?, ?, ?, ?)", n-1)+
			" ON CONFLICT (innovation, grade, possible, month) DO UPDATE SET adopters = reg_adoption_month.adopters + excluded.adopters", args...); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// keepingMonths writes one row of an adoption event, and what it changes of the
// monthly counts.
func (tx *Tx) keepingMonths(ctx context.Context, f innovation.Adoption, write func() error) error {
	if !f.Counts() || !f.Stage.InUse() {
		return write()
	}
	id, err := tx.id(ctx)(f.Innovation.Entity())
	if err != nil {
		return err
	}
	body, err := tx.id(ctx)(f.Organisation.Entity())
	if err != nil {
		return err
	}
	if tx.months != nil {
		if err := tx.months.note(ctx, tx, id, body); err != nil {
			return err
		}
		return write()
	}
	before, err := pairEvents(ctx, tx.session, id, body, nil)
	if err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	after, err := pairEvents(ctx, tx.session, id, body, nil)
	if err != nil {
		return err
	}
	counts := map[monthKey]int64{}
	moved(counts, id, firstsOf(before), firstsOf(after))
	return tx.keepMonths(ctx, counts)
}

// pairEvents appends to a list the events in force of an organisation and an
// innovation, with what rules and counts need: no keys, extents and texts.
func pairEvents(ctx context.Context, s *session, id, body int64, out []innovation.Adoption) ([]innovation.Adoption, error) {
	rows, err := s.query(ctx, "SELECT start_earliest, start_latest, step, stage, grade, planned FROM reg_adoption WHERE subject = ? AND organisation = ? AND removed = "+inForce, id, body)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	for rows.Next() {
		var earliest, latest, step, stage, grade, planned int64
		if err := rows.Scan(&earliest, &latest, &step, &stage, &grade, &planned); err != nil {
			return out, err
		}
		a, err := adoptionOf(earliest, latest, step, stage, grade, planned)
		if err != nil {
			return out, err
		}
		out = append(out, a)
	}
	return out, explain(rows.Err())
}
