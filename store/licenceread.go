package store

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// LicenceBoard is the licence board of a day.
type LicenceBoard struct {
	Recipe innovation.Recipe `json:"recipe"`
	innovation.Board
	Sources []innovation.Recorded[innovation.Source] `json:"sources,omitempty" doc:"The sources cited on the board"`
}

// LicenceBoard says who is licensed how on the day: a row for each current
// licence, and for each round the published counts against the names known.
func (r reader) LicenceBoard(ctx context.Context, v innovation.View) (out LicenceBoard, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		files, err := roundFiles(ctx, s, m)
		if err != nil {
			return err
		}
		out = LicenceBoard{Recipe: m.recipe(), Board: innovation.NewBoard(v.On, files)}
		var holders []innovation.OrganisationID
		var cited []innovation.Citation
		for _, row := range out.Rows {
			holders = append(holders, row.Holder)
			cited = append(cited, row.Sources...)
		}
		for _, round := range out.Rounds {
			for _, c := range round.Counts {
				cited = append(cited, c.Claim.Sources...)
			}
			for _, c := range round.Rivals {
				cited = append(cited, c.Sources...)
			}
		}
		shown, err := namesOn(ctx, s, m, holders)
		if err != nil {
			return err
		}
		for i := range out.Rows {
			out.Rows[i].HolderName = shown[out.Rows[i].Holder]
		}
		out.Sources, err = sourcesCited(ctx, s, m, cited)
		return err
	})
	return out, err
}

// roundFiles reads all rounds with their licences.
func roundFiles(ctx context.Context, s *session, m moment) ([]innovation.RoundFile, error) {
	var g gatherer
	all := gather(&g, ctx, s, m, rounds, m.plain("f"))
	counted := gather(&g, ctx, s, m, countClaims, m.known("f"))
	unnamed := gather(&g, ctx, s, m, conditions, m.known("f").and("f.unnamed > 0"))
	rivals := gather(&g, ctx, s, m, claims, m.known("f").and("e_subject.kind = ?", string(innovation.KindRound)))
	if g.err != nil {
		return nil, g.err
	}
	files, err := licenceFiles(ctx, s, m, licenceFilter{})
	if err != nil {
		return nil, err
	}
	var out []innovation.RoundFile
	for _, round := range latestRounds(all, m.on) {
		id := round.Value.Round
		f := innovation.RoundFile{Round: round}
		f.Claims = only(counted, func(c *innovation.CountClaim) bool { return c.Round == id })
		f.UnnamedConditions = only(unnamed, func(c *innovation.Condition) bool { return c.Round == id })
		f.Rivals = only(rivals, func(c *innovation.Claim) bool { return c.About == id.Entity() })
		for _, l := range files {
			if l.Licence.Value.Round == id {
				f.Files = append(f.Files, l)
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// latestRounds keeps, of each round, the rules that govern on the day, or the
// nearest before or after it.
func latestRounds(all []innovation.Recorded[innovation.Round], on innovation.Date) []innovation.Recorded[innovation.Round] {
	best := map[innovation.RoundID]innovation.Recorded[innovation.Round]{}
	for _, r := range all {
		b, ok := best[r.Value.Round]
		began := !r.Value.Period.Start.Earliest.After(on)
		if !ok || began && r.Value.Period.Start.Earliest.After(b.Value.Period.Start.Earliest) {
			best[r.Value.Round] = r
		}
	}
	var out []innovation.Recorded[innovation.Round]
	for _, r := range best {
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(a.Value.Number, b.Value.Number), cmp.Compare(a.ID, b.ID)) < 0
	})
	return out
}

// LicenceReading is one licence as it read on a day.
type LicenceReading struct {
	Recipe  innovation.Recipe    `json:"recipe"`
	Version innovation.ActNumber `json:"version" doc:"The last act that touched the licence, as of now"`
	innovation.ConsolidatedLicence
	Claims []innovation.Recorded[innovation.Claim] `json:"claims,omitempty" doc:"What sources claim about the licence or its round"`
}

// Licence gives a licence as it read on the day, consolidated, with the days
// on which it changed.
func (r reader) Licence(ctx context.Context, v innovation.View, id innovation.LicenceID) (out LicenceReading, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		entity, version, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		f, found, err := licenceFile(ctx, s, m, id)
		if err != nil {
			return err
		}
		if !found {
			return notFound(m, id.Entity())
		}
		out = LicenceReading{Recipe: m.recipe(), Version: innovation.ActNumber(version), ConsolidatedLicence: f.AsRead(v.On)}
		e := f.Licence.Value.Round.Entity()
		out.Claims, err = selectFacts(ctx, s, m, claims, m.known("f").and("(f.subject = ? OR e_subject.kind = ? AND e_subject.key = ?)",
			entity, string(e.Kind), string(e.Key)), "ORDER BY f.added")
		return err
	})
	return out, err
}

// LicenceFilter selects licences; an empty field does not restrict.
type LicenceFilter struct {
	Holder innovation.OrganisationID
	Round  innovation.RoundID
}

// LicenceSummary is a licence in a list.
type LicenceSummary struct {
	Licence innovation.LicenceID      `json:"licence"`
	Holder  innovation.OrganisationID `json:"holder"`
	Round   innovation.RoundID        `json:"round"`
	Status  innovation.Status         `json:"status" doc:"What it is on the day"`
	Sources []innovation.Citation     `json:"sources,omitempty"`
}

// LicenceList is a list of licences in the order of rounds, then of holders.
type LicenceList struct {
	Recipe   innovation.Recipe `json:"recipe"`
	Licences []LicenceSummary  `json:"licences"`
}

// Licences lists licences of all days with what they are on the view's day,
// in the order of rounds, then of holders.
func (r reader) Licences(ctx context.Context, v innovation.View, f LicenceFilter) (out LicenceList, err error) {
	for field, key := range map[string]string{"holder": string(f.Holder), "round": string(f.Round)} {
		if key == "" {
			continue
		}
		if err := innovation.CheckKey(field, key); err != nil {
			return out, err
		}
	}
	err = r.files(ctx, v, licenceFilter{holder: f.Holder, round: f.Round}, func(m moment, files []innovation.LicenceFile) {
		out = LicenceList{Recipe: m.recipe(), Licences: []LicenceSummary{}}
		for _, l := range files {
			out.Licences = append(out.Licences, LicenceSummary{l.Licence.Value.Licence, l.Licence.Value.Holder,
				l.Licence.Value.Round, l.StatusOn(v.On), l.Licence.Sources})
		}
	})
	return out, err
}

// DueList is the outstanding conditions that are due or overdue.
type DueList struct {
	Recipe     innovation.Recipe         `json:"recipe"`
	Within     int                       `json:"withinDays" doc:"The horizon in days after the day"`
	Conditions []innovation.ConditionDue `json:"conditions" doc:"In the order of due days"`
	Unnamed    []innovation.Condition    `json:"unnamed,omitempty" doc:"Conditions in force that bind holders no source names; nobody can be called to account for them"`
}

// ConditionsDue lists the outstanding conditions that are due within so many
// days after the view's day, or overdue on it.
func (r reader) ConditionsDue(ctx context.Context, v innovation.View, withinDays int) (out DueList, err error) {
	if withinDays < 0 || withinDays > maxHorizonDays {
		return out, horizonInvalid("withinDays", withinDays, maxHorizonDays)
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		files, err := licenceFiles(ctx, s, m, licenceFilter{})
		if err != nil {
			return err
		}
		out = DueList{Recipe: m.recipe(), Within: withinDays, Conditions: innovation.ConditionsDue(files, v.On, withinDays)}
		unnamed, err := conditions.scan(ctx, s, m.holding("f").and("f.unnamed > 0").String()+" ORDER BY f.added",
			m.holding("f").args...)
		live := map[innovation.RoundID]bool{}
		for _, f := range files {
			if f.StatusOn(v.On).Standing.Live() {
				live[f.Licence.Value.Round] = true
			}
		}
		for _, c := range unnamed {
			if live[c.Value.Round] {
				out.Unnamed = append(out.Unnamed, c.Value)
			}
		}
		return err
	})
	return out, err
}

// EndingList is the licences that end soon.
type EndingList struct {
	Recipe   innovation.Recipe          `json:"recipe"`
	Within   int                        `json:"withinMonths" doc:"The horizon in months after the day"`
	Licences []innovation.LicenceEnding `json:"licences" doc:"In the order of their ends"`
}

// The farthest horizons that can be asked for.
const (
	maxHorizonDays   = 36_600
	maxHorizonMonths = 1200
)

func horizonInvalid(field string, n, most int) error {
	return innovation.Invalidf(innovation.RuleHorizonInvalid, field, "a horizon of %d", n).Trying("use 0 to %d", most)
}

// LicencesEnding lists the licences that end within so many months after the
// view's day, and those past an end that was not published, with what follows.
func (r reader) LicencesEnding(ctx context.Context, v innovation.View, withinMonths int) (out EndingList, err error) {
	if withinMonths < 0 || withinMonths > maxHorizonMonths {
		return out, horizonInvalid("withinMonths", withinMonths, maxHorizonMonths)
	}
	err = r.files(ctx, v, licenceFilter{}, func(m moment, files []innovation.LicenceFile) {
		out = EndingList{Recipe: m.recipe(), Within: withinMonths, Licences: innovation.LicencesEnding(files, v.On, withinMonths)}
	})
	return out, err
}

func (r reader) files(ctx context.Context, v innovation.View, lf licenceFilter, use func(moment, []innovation.LicenceFile)) error {
	return r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		files, err := licenceFiles(ctx, s, m, lf)
		if err == nil {
			use(m, files)
		}
		return err
	})
}

// FindingList is what does not fit together.
type FindingList struct {
	Recipe   innovation.Recipe    `json:"recipe"`
	Findings []innovation.Finding `json:"findings"`
}

// Check lists the findings of the day: facts that do not fit together and are
// kept all the same, because two sources may disagree.
func (r reader) Check(ctx context.Context, v innovation.View) (out FindingList, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		files, err := roundFiles(ctx, s, m)
		if err != nil {
			return err
		}
		money, err := moneyFindings(ctx, s, m)
		if err != nil {
			return err
		}
		adoption, err := adoptionFindings(ctx, s, m)
		if err != nil {
			return err
		}
		out = FindingList{Recipe: m.recipe(), Findings: slices.Concat(innovation.NewBoard(v.On, files).Findings, money, adoption)}
		if out.Findings == nil {
			out.Findings = []innovation.Finding{}
		}
		return nil
	})
	return out, err
}

// sourcesCited reads the sources of citations, each once, in the order cited.
func sourcesCited(ctx context.Context, s *session, m moment, cited []innovation.Citation) ([]innovation.Recorded[innovation.Source], error) {
	m.bare, m.publishedBy = true, innovation.Date{}
	var out []innovation.Recorded[innovation.Source]
	seen := map[innovation.SourceID]bool{}
	for _, c := range cited {
		if seen[c.Source] {
			continue
		}
		seen[c.Source] = true
		got, err := selectFacts(ctx, s, m, sources, m.known("f").and("e_subject.kind = ? AND e_subject.key = ?", string(innovation.KindSource), string(c.Source)), "")
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}
