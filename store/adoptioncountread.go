package store

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// AdoptionCounts is how many organisations stand where with an innovation.
type AdoptionCounts struct {
	Recipe    innovation.Recipe             `json:"recipe"`
	Asked     innovation.AdoptionCountQuery `json:"asked" doc:"What was asked, with what it left out"`
	Basis     innovation.AdoptionBasis      `json:"basis" doc:"What the count stands on"`
	Rule      string                        `json:"rule" doc:"The footprint, and the roll-up if there is one, in words"`
	Total     innovation.AdoptionCountRow   `json:"total" doc:"All of them, each counted once"`
	Groups    []innovation.AdoptionCountRow `json:"groups,omitempty" doc:"A row for each group in the order of its key, and last one of those for which the register knows none. One that belongs to several counts in each"`
	Unplaced  int64                         `json:"unplaced,omitempty" doc:"With a level: how many of the organisations lie within no body of that kind that is known"`
	Outside   []AdoptionElsewhere           `json:"outside,omitempty" doc:"Who uses it, or may, and is not among those who could adopt: they are in no count"`
	Elsewhere []AdoptionElsewhere           `json:"elsewhere,omitempty" doc:"Bodies with events that are not on the footprint, and became none that is: they are in no count"`
}

// AdoptionElsewhere is an organisation that is not counted.
type AdoptionElsewhere struct {
	Organisation innovation.OrganisationID `json:"organisation"`
	Name         string                    `json:"name" doc:"Its name on the day of the footprint; the key when it had none"`
	InUse        innovation.Answer         `json:"inUse" doc:"Whether it uses the innovation, or used it last"`
}

// AdoptionCounts counts the organisations that could adopt an innovation by
// where they stand with it on the day: from those of which it is certain to
// these and those of which it is possible. Where the register does not say who
// could adopt, those are counted of which it has events, and no share is given.
// Events are counted and nothing else: published aggregates (observations) are
// never part of it.
func (r reader) AdoptionCounts(ctx context.Context, v innovation.View, q innovation.AdoptionCountQuery) (out AdoptionCounts, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	q = q.Normal()
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		id, err := checkAdoptionQuestion(ctx, s, m, q.Innovation, q.Programme, q.By, q.Level)
		if err != nil {
			return err
		}
		out = AdoptionCounts{Recipe: m.recipe(), Asked: q, Rule: q.Footprint.Rule()}
		fast, err := countFast(ctx, s, m, id, q, &out)
		if err != nil || fast {
			return err
		}
		a, err := adoptersOf(ctx, s, m, q.Innovation)
		if err != nil {
			return err
		}
		return a.count(ctx, q, &out)
	})
	return out, err
}

// checkAdoptionQuestion refuses what the moment does not know of what a question
// names, and gives the id of the innovation.
func checkAdoptionQuestion(ctx context.Context, s *session, m moment, id innovation.InnovationID, programme innovation.ProgrammeID, by, level string) (entity int64, err error) {
	if entity, _, err = mustEntity(ctx, s, m, id.Entity()); err != nil {
		return 0, err
	}
	if programme != "" {
		if _, _, err := mustEntity(ctx, s, m, programme.Entity()); err != nil {
			return 0, err
		}
	}
	var errs []error
	if by != "" {
		errs = append(errs, checkBy(ctx, s, m, by))
	}
	if level != "" {
		errs = append(errs, checkCode(ctx, s, m, "level", innovation.SchemeOrganisationKind, level))
	}
	for _, err := range errs {
		if fault(err) {
			return 0, err
		}
	}
	return entity, innovation.Join(errs...)
}

// countFast counts in SQL what needs nothing else: organisations as they are
// recorded, when the register does not say who could adopt, none of them took
// part in a succession, and nothing says that one may not have existed on the
// day. done is false when it does need something else.
func countFast(ctx context.Context, s *session, m moment, id int64, q innovation.AdoptionCountQuery, out *AdoptionCounts) (done bool, err error) {
	if q.By != "" || q.Level != "" || !m.publishedBy.IsZero() || q.Footprint.UnitsDay(m.on) != m.on {
		return false, nil
	}
	day := m.on.DayNumber()
	e := m.plain("e").and("e.subject = ?", id)
	if q.Programme == "" {
		e = e.and("e.programme IS NULL")
	} else {
		e = e.and("e.programme = (SELECT id FROM reg_entity WHERE kind = ? AND key = ?) AND e.phase = ?", string(innovation.KindProgramme), string(q.Programme), q.Phase)
	}
	x := m.plain("x").and("(x.start_latest > ? OR x.end_earliest <= ?)", day, day)
	g := m.plain("g").and("g.successor IS NOT NULL")
	f := m.plain("f")
	known, special := false, false
	found, err := s.one(ctx, []any{&known, &special}, `SELECT EXISTS (SELECT 1 FROM reg_eligibility e `+e.String()+`),
		EXISTS (SELECT 1 FROM reg_adoption f `+f.and("f.subject = ? AND f.organisation IN (SELECT x.subject FROM reg_existence x "+x.String()+
		" UNION ALL SELECT g.subject FROM reg_succession g "+g.String()+" UNION ALL SELECT g.successor FROM reg_succession g "+g.String()+")").String()+")",
		concat(e.args, f.args, id, x.args, g.args, g.args)...)
	if err != nil || !found || known || special {
		return false, err
	}
	f = f.and("f.subject = ?", id)
	var packed sql.NullString
	if _, err = s.one(ctx, []any{&packed}, `SELECT string_agg(f.organisation || ' ' || ((f.start_earliest << 30) + ((f.start_latest - f.start_earliest) << 8) + f.mark), ' ')
		FROM reg_adoption f `+f.String(), f.args...); err != nil {
		return false, err
	}
	tally, unsure, err := tallyPacked(packed.String, day, int64(q.Firm.Rank()))
	if err != nil || unsure {
		return false, err
	}
	out.Total = tally.Row(false)
	out.Basis = adoptionBasis(q.Footprint, m.on, q.Firm, q.Programme, q.Phase, false, out.Total.Counted)
	return true, nil
}

// tallyPacked counts organisations by their events as at a day, those of which
// only later events, plans and confirmations are known among them.
// Each event is two numbers: the organisation, and the event's earliest day, the
// days from it to the latest, and its mark in 30, 22 and 8 bits. The engine sends
// them as one text, which takes a third of the time of as many rows. Where an
// organisation has several events and not all days are certain, their order is
// to be thought about: unsure says so, and there is no tally.
func tallyPacked(text string, on, firm int64) (tally innovation.AdoptionTally, unsure bool, err error) {
	type keys struct {
		keys   [4]int64 // of the event that decides each reading: its day and mark
		events int
		unsure bool // the day of one of them is not certain
	}
	all := map[int64]*keys{}
	var last *keys
	var lastBody int64 = -1
	for len(text) > 0 {
		var n [2]int64
		for i := range n {
			end := strings.IndexByte(text, ' ')
			if end < 0 {
				end = len(text)
			}
			for _, c := range []byte(text[:end]) {
				if c < '0' || c > '9' {
					return tally, false, fmt.Errorf("%q is no event", text[:end])
				}
				n[i] = n[i]*10 + int64(c-'0')
			}
			text = text[min(end+1, len(text)):]
		}
		if n[0] != lastBody {
			lastBody, last = n[0], all[n[0]]
			if last == nil {
				last = &keys{keys: [4]int64{-1, -1, -1, -1}}
				all[lastBody] = last
			}
		}
		earliest, mark := n[1]>>30, n[1]&0xff
		if mark&(1<<3|1<<4) != 0 { // a confirmation or a plan
			continue
		}
		latest := earliest + n[1]>>8&(1<<22-1)
		last.events++
		if last.unsure = last.unsure || latest > earliest; last.unsure && last.events > 1 {
			return tally, true, nil
		}
		if earliest > on { // still to come
			continue
		}
		isFirm := mark>>5 >= firm
		if last.keys[1] = max(last.keys[1], earliest<<8|mark); isFirm {
			last.keys[3] = max(last.keys[3], earliest<<8|mark)
		}
		if latest <= on {
			if last.keys[0] = max(last.keys[0], latest<<8|mark); isFirm {
				last.keys[2] = max(last.keys[2], latest<<8|mark)
			}
		}
	}
	counts := map[[4]int64]int64{}
	for _, k := range all {
		for i := range k.keys {
			if k.keys[i] >= 0 {
				k.keys[i] &= 0xff
			}
		}
		counts[k.keys]++
	}
	for marks, n := range counts {
		tally.Add(innovation.StandingOfMarks(marks), n)
	}
	return tally, false, nil
}

// adoptionBasis is what a count stands on.
func adoptionBasis(f innovation.Footprint, on innovation.Date, firm innovation.EvidenceGrade, p innovation.ProgrammeID, phase int64, known bool, counted innovation.CountBounds) innovation.AdoptionBasis {
	b := innovation.AdoptionBasis{Footprint: f, Day: f.UnitsDay(on), Firm: firm, Programme: p, Phase: phase, EligibleKnown: known, Eligible: int(counted.High)}
	if known {
		b.EligibleCertain = int(counted.Low)
	}
	return b
}

// footed is the organisations of a footprint that are counted.
type footed struct {
	known bool // the register says who could adopt
	day   innovation.Date
	units []innovation.AdoptionUnit // without standings and groups
}

// footing lists the organisations of a footprint's day that could adopt or, when
// the register does not say who could, that events are about: these count as far
// as they exist.
func (a *adopters) footing(ctx context.Context, day innovation.Date, programme innovation.ProgrammeID, phase int64) (footed, error) {
	set, err := a.eligible(ctx, day, programme, phase)
	out := footed{known: set.known, day: day, units: make([]innovation.AdoptionUnit, len(set.units))}
	for i, u := range set.units {
		out.units[i] = innovation.AdoptionUnit{Organisation: u.id, Eligible: u.eligible}
		if !set.known {
			out.units[i].Eligible = a.present(u.id, day)
		}
	}
	return out, err
}

// present is exists for one of which something is known: it is there unless
// something says otherwise.
func (a *adopters) present(id innovation.OrganisationID, day innovation.Date) innovation.Answer {
	exists := a.exists(id, day)
	if b := a.bodies[id]; exists == innovation.Possibly && (b == nil || len(b.periods) == 0) {
		return innovation.Yes
	}
	return exists
}

// unitGroups are the groups of an organisation, each once.
func unitGroups(of grouping, id innovation.OrganisationID) []innovation.UnitGroup {
	var out []innovation.UnitGroup
	seen := map[innovation.OrganisationID]int{}
	for _, g := range of(id) {
		if i, ok := seen[g.id]; ok {
			out[i].Member = max(out[i].Member, g.holds)
			continue
		}
		seen[g.id] = len(out)
		out = append(out, innovation.UnitGroup{Group: string(g.id), Member: g.holds})
	}
	return out
}

// count counts in Go.
func (a *adopters) count(ctx context.Context, q innovation.AdoptionCountQuery, out *AdoptionCounts) error {
	day := q.Footprint.UnitsDay(a.m.on)
	foot, err := a.footing(ctx, day, q.Programme, q.Phase)
	if err != nil {
		return err
	}
	in := map[innovation.OrganisationID]bool{}
	for i := range foot.units {
		u := &foot.units[i]
		u.Standing = a.lineage.Standing(u.Organisation, a.eventsOf, a.m.on, q.Footprint, q.Firm)
		in[u.Organisation] = true
	}
	units := foot.units
	if q.Level != "" {
		if units, out.Unplaced, err = a.rolledUp(ctx, foot, q); err != nil {
			return err
		}
		out.Rule += " " + rollUpRule(q)
	}
	if q.By != "" {
		of, err := a.groups(ctx, q.By, day)
		if err != nil {
			return err
		}
		for i := range units {
			units[i].Groups = unitGroups(of, units[i].Organisation)
		}
	}
	rows := innovation.CountAdoption(units, foot.known, q.By != "")
	out.Total = rows[0]
	if q.By != "" {
		out.Groups = rows[1:]
	}
	out.Basis = adoptionBasis(q.Footprint, a.m.on, q.Firm, q.Programme, q.Phase, foot.known, out.Total.Counted)
	if foot.known {
		for _, id := range a.concerned(day) {
			if s := a.lineage.Standing(id, a.eventsOf, a.m.on, q.Footprint, q.Firm); !in[id] && s.InUse() != innovation.No {
				out.Outside = append(out.Outside, AdoptionElsewhere{Organisation: id, InUse: s.InUse()})
			}
		}
	}
	out.Elsewhere = a.elsewhere(q.Footprint, q.Firm)
	return a.nameCounts(ctx, day, q.By, out)
}

// elsewhere lists the organisations with events by the day that are not on a
// footprint, and became none that is.
func (a *adopters) elsewhere(f innovation.Footprint, firm innovation.EvidenceGrade) []AdoptionElsewhere {
	day := f.UnitsDay(a.m.on)
	reaches := func(id innovation.OrganisationID, back bool) bool {
		seen := map[innovation.OrganisationID]bool{id: true}
		for todo := []innovation.OrganisationID{id}; len(todo) > 0; todo = todo[1:] {
			if a.exists(todo[0], day) != innovation.No {
				return true
			}
			next := a.lineage.Successors(todo[0], day)
			if back {
				next = a.lineage.Predecessors(todo[0])
			}
			for _, other := range next {
				if !seen[other] {
					seen[other] = true
					todo = append(todo, other)
				}
			}
		}
		return false
	}
	var out []AdoptionElsewhere
	for id, events := range a.events {
		r := innovation.ReadAdoption(events, a.m.on, firm)
		if r.AllEarly == innovation.NotKnown || reaches(id, false) || f.Mode == innovation.FootprintHeld && reaches(id, true) {
			continue
		}
		out = append(out, AdoptionElsewhere{Organisation: id, InUse: r.InUse()})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Organisation < out[j].Organisation })
	return out
}

// rolledUp makes units of the bodies of a kind from the organisations that lie
// within them, and counts those that lie within none that is known.
func (a *adopters) rolledUp(ctx context.Context, foot footed, q innovation.AdoptionCountQuery) (units []innovation.AdoptionUnit, unplaced int64, err error) {
	of, err := a.groups(ctx, q.Level, foot.day)
	if err != nil {
		return nil, 0, err
	}
	parts := map[innovation.OrganisationID][]innovation.AdoptionPart{}
	for _, u := range foot.units {
		within := unitGroups(of, u.Organisation)
		if len(within) == 0 {
			unplaced++
		}
		for _, g := range within {
			id := innovation.OrganisationID(g.Group)
			if in := min(u.Eligible, g.Member, a.present(id, foot.day)); in != innovation.No {
				parts[id] = append(parts[id], innovation.AdoptionPart{Organisation: u.Organisation, In: in, Standing: u.Standing})
			}
		}
	}
	for id, of := range parts {
		u := innovation.AdoptionUnit{Organisation: id}
		u.Standing, u.Eligible = innovation.RollUpAdoption(of, q.RollUp, q.Share, foot.known)
		units = append(units, u)
	}
	sort.Slice(units, func(i, j int) bool { return units[i].Organisation < units[j].Organisation })
	return units, unplaced, nil
}

// rollUpRule says a roll-up in words.
func rollUpRule(q innovation.AdoptionCountQuery) string {
	switch q.RollUp {
	case innovation.RollUpAll:
		return fmt.Sprintf("A body of the kind %s is as far as all of its parts that could adopt are.", q.Level)
	case innovation.RollUpShare:
		return fmt.Sprintf("A body of the kind %s is as far as at least %s %% of its parts that could adopt are.", q.Level, percent(q.Share))
	}
	return fmt.Sprintf("A body of the kind %s is as far as any of its parts that could adopt is.", q.Level)
}

// percent writes millionths as per cent.
func percent(n int64) string {
	if n%10_000 == 0 {
		return fmt.Sprint(n / 10_000)
	}
	return fmt.Sprintf("%d.%04d", n/10_000, n%10_000)
}

// nameCounts gives groups and organisations their names.
func (a *adopters) nameCounts(ctx context.Context, day innovation.Date, by string, out *AdoptionCounts) error {
	var shown []innovation.OrganisationID
	if by != innovation.ByKind {
		for _, g := range out.Groups {
			if g.Group != "" {
				shown = append(shown, innovation.OrganisationID(g.Group))
			}
		}
	}
	for _, list := range [][]AdoptionElsewhere{out.Outside, out.Elsewhere} {
		for _, o := range list {
			shown = append(shown, o.Organisation)
		}
	}
	named, err := a.namesOn(ctx, day, shown)
	if err != nil {
		return err
	}
	for i := range out.Groups {
		out.Groups[i].Name = named[innovation.OrganisationID(out.Groups[i].Group)]
	}
	for _, list := range [][]AdoptionElsewhere{out.Outside, out.Elsewhere} {
		for i := range list {
			list[i].Name = named[list[i].Organisation]
		}
	}
	return nil
}

// namesOn gives the names of organisations on a day.
func (a *adopters) namesOn(ctx context.Context, day innovation.Date, ids []innovation.OrganisationID) (map[innovation.OrganisationID]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	m := a.m
	m.on, m.bare, m.publishedBy = day, true, innovation.Date{}
	return namesOn(ctx, a.session, m, ids)
}
