package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// maxAdoptionFindings bounds how many findings of one rule are told.
const maxAdoptionFindings = 1_000

// adoptionFindings lists what does not fit together about adoption: grades of
// evidence that disagree on whether an innovation is in use, and adopters
// outside an eligible set that the register knows.
func adoptionFindings(ctx context.Context, s *session, m moment) ([]innovation.Finding, error) {
	out, err := disputedAdoptions(ctx, s, m)
	if err != nil {
		return nil, err
	}
	w := m.known("f")
	_, keys, err := idsAndKeys(ctx, s, "SELECT DISTINCT i.id, i.key FROM reg_eligibility f JOIN reg_entity i ON i.id = f.subject "+w.String()+" ORDER BY i.key", w.args...)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		a, err := adoptersOf(ctx, s, m, innovation.InnovationID(key))
		if err != nil {
			return nil, err
		}
		found, err := a.outside(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// disputedAdoptions finds organisations of which firm evidence says that they use
// an innovation and all evidence that they do not, or the reverse.
func disputedAdoptions(ctx context.Context, s *session, m moment) ([]innovation.Finding, error) {
	w := knownAdoptions(m).and("f.mark & 24 = 0 AND f.start_latest <= ?", m.on.DayNumber())
	firm := int64(innovation.Observed.Rank()) << 5
	rows, err := s.query(ctx, `SELECT i.key, o.key, MAX(f.start_latest * 256 + f.mark) & 7 FROM reg_adoption f
		JOIN reg_entity i ON i.id = f.subject JOIN reg_entity o ON o.id = f.organisation `+w.String()+`
		GROUP BY f.subject, f.organisation, i.key, o.key
		HAVING MAX(CASE WHEN f.mark >= ? THEN f.start_latest * 256 + f.mark ELSE -1 END) >= 0
		AND (CASE WHEN MAX(f.start_latest * 256 + f.mark) & 7 >= 4 THEN 1 ELSE 0 END)
		<> (CASE WHEN MAX(CASE WHEN f.mark >= ? THEN f.start_latest * 256 + f.mark ELSE -1 END) & 7 >= 4 THEN 1 ELSE 0 END)
		ORDER BY i.key, o.key LIMIT `+fmt.Sprint(maxAdoptionFindings), append(w.args, firm, firm)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []innovation.Finding
	for rows.Next() {
		var id, body string
		var stage int64
		if err := rows.Scan(&id, &body, &stage); err != nil {
			return nil, err
		}
		all, firm := "all evidence says that it does not", "what was observed or audited that it does"
		if stage >= int64(innovation.Adopted.Rank()) {
			all, firm = "all evidence says that it does", "what was observed or audited that it does not"
		}
		out = append(out, innovation.Finding{Rule: innovation.RuleAdoptionDisputed, About: innovation.InnovationID(id).Entity(),
			Detail: fmt.Sprintf("whether %s uses it is disputed: %s, %s", body, all, firm)})
	}
	return out, explain(rows.Err())
}

// outside finds adopters that could not adopt, as far as the register says who
// could.
func (a *adopters) outside(ctx context.Context) ([]innovation.Finding, error) {
	set, err := a.eligible(ctx, a.m.on, "", 0)
	if err != nil || !set.known {
		return nil, err
	}
	in := map[innovation.OrganisationID]bool{}
	for _, u := range set.units {
		in[u.id] = true
	}
	var out []innovation.Finding
	for _, id := range slices.Sorted(maps.Keys(a.events)) {
		if in[id] || a.bodies[id].holds(a.m.on) == innovation.No || len(out) == maxAdoptionFindings {
			continue
		}
		if innovation.ReadAdoption(a.events[id], a.m.on, innovation.Observed).InUse() != innovation.No {
			out = append(out, innovation.Finding{Rule: innovation.RuleAdoptionOutside, About: a.innovation.Entity(),
				Detail: fmt.Sprintf("%s uses it and is not among those that could adopt it", id)})
		}
	}
	return out, nil
}
