package store

import (
	"context"
	"fmt"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// AdoptionState is where an organisation stands with an innovation.
type AdoptionState struct {
	Recipe           innovation.Recipe         `json:"recipe"`
	Innovation       innovation.InnovationID   `json:"innovation" doc:"The innovation"`
	InnovationName   string                    `json:"innovationName" doc:"What it is called on the day; the key when not known"`
	Organisation     innovation.OrganisationID `json:"organisation" doc:"The organisation"`
	OrganisationName string                    `json:"organisationName" doc:"What it is called on the day; the key when not known"`
	Exists           innovation.Answer         `json:"exists" doc:"Whether it exists on the day; possibly when nothing is known of its life"`
	Firm             innovation.EvidenceGrade  `json:"firm" doc:"The grade from which evidence is firm"`
	Rule             string                    `json:"rule" doc:"The footprint in words"`
	EligibleKnown    bool                      `json:"eligibleKnown" doc:"Whether the register says who could adopt the innovation"`
	Eligible         innovation.Answer         `json:"eligible" doc:"Whether it could adopt it; possibly when the register does not say"`
	EligibleReason   string                    `json:"eligibleReason,omitempty" doc:"Why it could, as recorded"`
	innovation.AdoptionStanding
	Lines    []innovation.AdoptionLine                  `json:"lines" doc:"Where its own events of each grade of evidence alone leave it"`
	Planned  []innovation.Recorded[innovation.Adoption] `json:"planned,omitempty" doc:"What is planned, and no event yet"`
	Events   []innovation.Recorded[innovation.Adoption] `json:"events" doc:"The events that may have come by the day, with their sources: its own and those of the bodies that became it"`
	Findings []innovation.Finding                       `json:"findings,omitempty" doc:"What does not fit together"`
}

// AdoptionState says where an organisation stands with an innovation on the day,
// on what evidence, and since when. What the bodies did that became it counts for
// it as innovation.Lineage.Standing says. firm is the grade from which evidence
// is firm, innovation.UsualFirm when empty.
func (r reader) AdoptionState(ctx context.Context, v innovation.View, id innovation.InnovationID, body innovation.OrganisationID, firm innovation.EvidenceGrade) (out AdoptionState, err error) {
	q := innovation.AdoptionCountQuery{Innovation: id, Firm: firm}
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	firm = q.Normal().Firm
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if _, _, err := mustEntity(ctx, s, m, id.Entity()); err != nil {
			return err
		}
		if _, _, err := mustEntity(ctx, s, m, body.Entity()); err != nil {
			return err
		}
		a, err := adoptersWithout(ctx, s, m, id)
		if err != nil {
			return err
		}
		events, err := familyEvents(ctx, s, m, a.id, a.lineage.Family(body, m.on))
		if err != nil {
			return err
		}
		for _, e := range events {
			a.events[e.Value.Organisation] = append(a.events[e.Value.Organisation], e.Value)
		}
		out = AdoptionState{Recipe: m.recipe(), Innovation: id, Organisation: body, Firm: firm, Exists: a.exists(body, m.on), Rule: innovation.Footprint{}.Rule(),
			Events: []innovation.Recorded[innovation.Adoption]{}}
		out.AdoptionStanding = innovation.StandingFile{Organisation: body, Events: events, Lineage: a.lineage}.StandingOn(m.on, firm)
		for _, e := range events {
			switch {
			case e.Value.Planned && (e.Value.Organisation == body):
				out.Planned = append(out.Planned, e)
			case !e.Value.Planned && !e.Value.Day.Earliest.After(m.on):
				out.Events = append(out.Events, e)
			}
		}
		innovation.SortRecordedAdoptions(out.Planned)
		innovation.SortRecordedAdoptions(out.Events)
		out.Lines = innovation.AdoptionLines(a.events[body], m.on)
		if err := a.judgeState(ctx, &out); err != nil {
			return err
		}
		if out.InnovationName, err = innovationName(ctx, s, m, a.id, id); err != nil {
			return err
		}
		named, err := a.namesOn(ctx, m.on, []innovation.OrganisationID{body})
		out.OrganisationName = named[body]
		return err
	})
	return out, err
}

// judgeState says whether the organisation could adopt, and what does not fit.
func (a *adopters) judgeState(ctx context.Context, out *AdoptionState) error {
	set, err := a.eligible(ctx, a.m.on, "", 0)
	if err != nil {
		return err
	}
	if out.EligibleKnown = set.known; !set.known {
		out.Eligible = innovation.Possibly
	}
	for _, u := range set.units {
		if u.id == out.Organisation {
			out.Eligible, out.EligibleReason = u.eligible, u.reason
		}
	}
	if innovation.Disputed(out.Lines) {
		out.Findings = append(out.Findings, innovation.Finding{Rule: innovation.RuleAdoptionDisputed, About: out.Innovation.Entity(),
			Detail: fmt.Sprintf("the grades of evidence disagree on whether %s uses it", out.Organisation)})
	}
	if set.known && out.Eligible == innovation.No && out.Exists != innovation.No && out.InUse != innovation.No {
		out.Findings = append(out.Findings, innovation.Finding{Rule: innovation.RuleAdoptionOutside, About: out.Innovation.Entity(),
			Detail: fmt.Sprintf("%s uses it and is not among those that could adopt it", out.Organisation)})
	}
	return nil
}

// familyEvents reads the events of bodies with an innovation, or with all when
// its id is 0, with their sources.
func familyEvents(ctx context.Context, s *session, m moment, id int64, bodies []innovation.OrganisationID) (out []innovation.Recorded[innovation.Adoption], err error) {
	w := knownAdoptions(m)
	if id != 0 {
		w = w.and("f.subject = ?", id)
	}
	keys := in("key", bodies)
	w = w.and("f.organisation IN (SELECT id FROM reg_entity WHERE kind = ? AND "+keys.text[0]+")", concat(string(innovation.KindOrganisation), keys.args)...)
	return selectFacts(ctx, s, m, adoptions, w, "ORDER BY f.subject, f.start_latest, f.fact")
}

// innovationName is what an innovation is called on the day, or its key.
func innovationName(ctx context.Context, s *session, m moment, id int64, key innovation.InnovationID) (string, error) {
	m.bare, m.publishedBy = true, innovation.Date{}
	all, err := selectFacts(ctx, s, m, innovations, m.known("f").and("f.subject = ?", id), "ORDER BY f.start_earliest, f.fact")
	name := string(key)
	for _, f := range all {
		if name == string(key) || f.Value.Period.Holds(m.on) != innovation.No {
			name = f.Value.Name
		}
	}
	return name, err
}

// AdoptionFilter selects where organisations stand with innovations. Either the
// organisation or the innovation is given; the others do not restrict when left
// out.
type AdoptionFilter struct {
	Organisation innovation.OrganisationID `json:"organisation,omitempty" doc:"The innovations of this organisation"`
	Innovation   innovation.InnovationID   `json:"innovation,omitempty" doc:"The organisations of this innovation"`
	Stage        innovation.Stage          `json:"stage,omitempty" enum:"identified,assessing,piloting,adopted,embedded" doc:"Only those at this stage, or possibly at it"`
	InUse        string                    `json:"inUse,omitempty" enum:"yes,possibly,no" doc:"Only those that use it, possibly use it, or do not"`
	Firm         innovation.EvidenceGrade  `json:"firm,omitempty" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The grade from which evidence is firm"`
	Limit        int                       `json:"-"` // how many at most: 1 to 1000, 100 when 0
	Page         string                    `json:"-"` // the token of the page, from AdoptionList.Next
}

func (f AdoptionFilter) validate() error {
	var one, stage, use error
	if (f.Organisation == "") == (f.Innovation == "") {
		one = innovation.Invalidf(innovation.RuleQuestionInvalid, "organisation", "the list is of an organisation or of an innovation").Trying("name one of them")
	}
	if f.Stage != "" && f.Stage.Rank() == 0 {
		stage = innovation.Invalidf(innovation.RuleWordUnknown, "stage", "there is no such stage").Trying("use one of %s", innovation.Listed(innovation.Stages()))
	}
	if f.InUse != "" && new(innovation.Answer).UnmarshalText([]byte(f.InUse)) != nil {
		use = innovation.Invalidf(innovation.RuleQuestionInvalid, "inUse", "that is no answer").Trying("use yes, possibly or no")
	}
	return innovation.Join(one, stage, use, innovation.AdoptionCountQuery{Innovation: "i", Firm: f.Firm}.Validate())
}

// admits reports whether a standing is selected.
func (f AdoptionFilter) admits(s innovation.UnitStanding) bool {
	return (f.Stage == "" || s.At(f.Stage) != innovation.No) && (f.InUse == "" || s.InUse().String() == f.InUse)
}

// AdoptionList is a page of where organisations stand with innovations.
type AdoptionList struct {
	Recipe    innovation.Recipe `json:"recipe"`
	Asked     AdoptionFilter    `json:"asked" doc:"What was asked, with what it left out"`
	Rule      string            `json:"rule" doc:"The footprint in words"`
	Adoptions []ListedAdoption  `json:"adoptions" doc:"In the order of the keys of the innovations, or of the organisations"`
	Next      string            `json:"next,omitempty" doc:"Token of the next page; empty on the last"`
}

// ListedAdoption is where one organisation stands with one innovation.
type ListedAdoption struct {
	Innovation   innovation.InnovationID   `json:"innovation" doc:"The innovation"`
	Organisation innovation.OrganisationID `json:"organisation" doc:"The organisation"`
	Name         string                    `json:"name" doc:"What the innovation of an organisation, or the organisation of an innovation, is called on the day"`
	innovation.AdoptionStanding
}

// Adoptions lists the innovations of an organisation, or the organisations of an
// innovation, with where they stand on the day: those that exist then and of
// which, or of what became them, the register has events.
func (r reader) Adoptions(ctx context.Context, v innovation.View, f AdoptionFilter) (out AdoptionList, err error) {
	if err := f.validate(); err != nil {
		return out, err
	}
	f.Firm = innovation.AdoptionCountQuery{Firm: f.Firm}.Normal().Firm
	err = r.from.read(ctx, func(s *session) error {
		asked := f
		asked.Limit, asked.Page = 0, ""
		page, err := openPage(ctx, s, v, "adoptions", f.Limit, f.Page, fmt.Sprintf("%+v", asked))
		if err != nil {
			return err
		}
		m := page.moment
		out = AdoptionList{Recipe: m.recipe(), Asked: asked, Rule: innovation.Footprint{}.Rule(), Adoptions: []ListedAdoption{}}
		var rows []adoptionRow
		if f.Organisation != "" {
			rows, err = organisationAdoptions(ctx, s, m, f)
		} else {
			rows, err = innovationAdoptions(ctx, s, m, f)
		}
		if err != nil {
			return err
		}
		return out.fill(ctx, s, page, rows, f.Firm)
	})
	return out, err
}

// adoptionRow is a row of a list before it is read in full.
type adoptionRow struct {
	key        string // that the list is in the order of
	innovation innovation.InnovationID
	file       innovation.StandingFile
}

// innovationAdoptions finds the organisations of an innovation.
func innovationAdoptions(ctx context.Context, s *session, m moment, f AdoptionFilter) ([]adoptionRow, error) {
	a, err := adoptersOf(ctx, s, m, f.Innovation)
	if err != nil {
		return nil, err
	}
	var out []adoptionRow
	for _, id := range a.concerned(m.on) {
		if f.admits(a.lineage.Standing(id, a.eventsOf, m.on, innovation.Footprint{}, f.Firm)) {
			row := adoptionRow{key: string(id), innovation: f.Innovation, file: innovation.StandingFile{Organisation: id, Lineage: a.lineage}}
			for _, of := range a.lineage.Family(id, m.on) {
				for _, e := range a.events[of] {
					row.file.Events = append(row.file.Events, innovation.Recorded[innovation.Adoption]{Value: e})
				}
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// organisationAdoptions finds the innovations of an organisation.
func organisationAdoptions(ctx context.Context, s *session, m moment, f AdoptionFilter) ([]adoptionRow, error) {
	if _, _, err := mustEntity(ctx, s, m, f.Organisation.Entity()); err != nil {
		return nil, err
	}
	a := &adopters{session: s, m: m, events: map[innovation.OrganisationID][]innovation.Adoption{}, bodies: map[innovation.OrganisationID]*adopter{}}
	if err := a.readLineage(ctx); err != nil {
		return nil, err
	}
	m.bare = true
	events, err := familyEvents(ctx, s, m, 0, a.lineage.Family(f.Organisation, m.on))
	if err != nil {
		return nil, err
	}
	byInnovation := map[innovation.InnovationID]*adoptionRow{}
	for _, e := range events {
		row := byInnovation[e.Value.Innovation]
		if row == nil {
			row = &adoptionRow{key: string(e.Value.Innovation), innovation: e.Value.Innovation, file: innovation.StandingFile{Organisation: f.Organisation, Lineage: a.lineage}}
			byInnovation[e.Value.Innovation] = row
		}
		row.file.Events = append(row.file.Events, e)
	}
	var out []adoptionRow
	for _, row := range byInnovation {
		if f.admits(row.file.Standing(m.on, f.Firm)) {
			out = append(out, *row)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].key < out[j].key })
	return out, nil
}

// fill reads the rows of a page in full.
func (l *AdoptionList) fill(ctx context.Context, s *session, p page, rows []adoptionRow, firm innovation.EvidenceGrade) error {
	m := p.moment
	rows = rows[sort.Search(len(rows), func(i int) bool { return rows[i].key > p.after }):]
	if len(rows) > p.limit {
		rows = rows[:p.limit]
		l.Next = p.token(rows[len(rows)-1].key)
	}
	var bodies []innovation.OrganisationID
	for i := range rows {
		row := ListedAdoption{Innovation: rows[i].innovation, Organisation: rows[i].file.Organisation}
		row.AdoptionStanding = rows[i].file.StandingOn(m.on, firm)
		row.Spell.Facts = nil
		l.Adoptions = append(l.Adoptions, row)
		bodies = append(bodies, row.Organisation)
	}
	if l.Asked.Organisation == "" {
		m.bare, m.publishedBy = true, innovation.Date{}
		named, err := namesOn(ctx, s, m, bodies)
		for i := range l.Adoptions {
			l.Adoptions[i].Name = named[l.Adoptions[i].Organisation]
		}
		return err
	}
	for i := range l.Adoptions {
		row := &l.Adoptions[i]
		id, _, err := mustEntity(ctx, s, p.moment, row.Innovation.Entity())
		if err != nil {
			return err
		}
		if row.Name, err = innovationName(ctx, s, m, id, row.Innovation); err != nil {
			return err
		}
	}
	return nil
}
