package store

import (
	"context"
	"errors"
	"sort"

	"github.com/innovationregistry/registry/innovation"
)

// StillUsing is who uses an innovation on a day, or used it when a notice was
// issued.
type StillUsing struct {
	Recipe        innovation.Recipe                        `json:"recipe"`
	Asked         innovation.StillUsingQuery               `json:"asked" doc:"What was asked"`
	Basis         innovation.AdoptionBasis                 `json:"basis" doc:"Which organisations were looked at, and by what evidence"`
	Day           innovation.Date                          `json:"day" doc:"The day on which they use it: that of the notice, or that asked about"`
	Notice        *innovation.Recorded[innovation.Notice]  `json:"notice,omitempty" doc:"The notice that was named"`
	Notices       []innovation.Recorded[innovation.Notice] `json:"notices" doc:"All notices about the innovation that were issued by the day asked about, as recorded"`
	Low           int                                      `json:"low" doc:"How many organisations certainly used it on the day"`
	High          int                                      `json:"high" doc:"How many possibly did"`
	Groups        []innovation.GroupCount                  `json:"groups" doc:"How many in each group; an organisation of several groups counts in each"`
	Using         []innovation.AdoptionUser                `json:"using" doc:"Those that used it, in the order of their keys"`
	StoppedBefore []innovation.AdoptionUser                `json:"stoppedBefore" doc:"Those that had stopped by then"`
	StoppedSince  []innovation.OrganisationID              `json:"stoppedSince" doc:"Of those that used it, those that certainly no longer do on the day asked about"`
}

// StillUsing says who uses an innovation on the day, or used it on the day of a
// notice, and who of them stopped since. Organisations are those of that day, with
// what went into them, and held: what became of them later speaks for them.
// Everybody known to use it is listed, eligible or not.
func (r reader) StillUsing(ctx context.Context, v innovation.View, q innovation.StillUsingQuery) (out StillUsing, err error) {
	if err := innovation.Join(v.Validate(), q.Validate()); err != nil {
		return out, err
	}
	q = q.Normal()
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		if err := checkBy(ctx, s, m, q.By); err != nil {
			return err
		}
		a, err := adoptersOf(ctx, s, m, q.Innovation)
		if err != nil {
			return err
		}
		out = StillUsing{Recipe: m.recipe(), Asked: q, Day: m.on, Notices: []innovation.Recorded[innovation.Notice]{}, Using: []innovation.AdoptionUser{},
			StoppedBefore: []innovation.AdoptionUser{}, StoppedSince: []innovation.OrganisationID{}}
		if err := out.issued(ctx, a); err != nil {
			return err
		}
		read, err := a.recorded(ctx)
		if err != nil {
			return err
		}
		units, set, err := a.everybody(ctx, out.Day, "", 0)
		if err != nil {
			return err
		}
		out.Basis = basisOf(set, out.Day, q.Firm)
		if out.Day.Before(m.on) {
			out.Basis.Footprint = innovation.Footprint{Mode: innovation.FootprintHeld, Day: out.Day}
		}
		in, err := a.groups(ctx, q.By, out.Day)
		if err != nil {
			return err
		}
		for _, u := range units {
			then := a.lineage.Standing(u.id, a.eventsOf, out.Day, innovation.Footprint{}, q.Firm)
			uses := then.InUse()
			if uses == innovation.No && then.Stopped() == innovation.No {
				continue
			}
			row := innovation.AdoptionUser{Organisation: u.id, Eligible: u.eligible, Uses: uses, Standing: then, Groups: groupsOf(in, u.id),
				Spell: innovation.UseOf(behind(read, u.id, then), out.Day)}
			if b := a.bodies[u.id]; b != nil {
				row.Kind = b.kindOn(out.Day)
			}
			now := a.lineage.Standing(u.id, a.eventsOf, m.on, out.Basis.Footprint, q.Firm)
			row.Now = now.InUse()
			if uses == innovation.No {
				out.StoppedBefore = append(out.StoppedBefore, row)
				continue
			}
			if since := lastStop(read, u.id, now, m.on); since.Stopped.Latest.After(out.Day) {
				row.StoppedSince, row.Reason, row.ReasonLabel = since.Stopped, since.Reason, since.ReasonLabel
			}
			if row.Now == innovation.No {
				out.StoppedSince = append(out.StoppedSince, u.id)
			}
			out.High++
			if uses == innovation.Yes {
				out.Low++
			}
			out.Using = append(out.Using, row)
		}
		named := naming{s: s, m: m}
		named.m.on = out.Day
		for _, list := range [][]innovation.AdoptionUser{out.Using, out.StoppedBefore} {
			for i := range list {
				named.body(list[i].Organisation, &list[i].Name)
				named.groups(list[i].Groups)
			}
		}
		if err := named.fill(ctx); err != nil {
			return err
		}
		out.Groups = innovation.CountGroups(len(out.Using), func(i int) ([]innovation.AdoptionGroup, innovation.Answer) {
			return out.Using[i].Groups, out.Using[i].Uses
		})
		return nil
	})
	return out, err
}

// issued reads the notices about the innovation, and takes the day of the one
// that is asked about.
func (u *StillUsing) issued(ctx context.Context, a *adopters) error {
	all, err := selectFacts(ctx, a.session, a.m, notices, a.m.known("f").and("f.subject = ?", a.id), "ORDER BY f.fact")
	if err != nil {
		return err
	}
	for i, n := range all {
		if !n.Value.Day.Earliest.After(a.m.on) {
			u.Notices = append(u.Notices, n)
		}
		if n.ID == u.Asked.Notice {
			u.Notice = &all[i]
		}
	}
	switch {
	case u.Asked.Notice == 0:
		return nil
	case u.Notice == nil:
		return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleFactNotFound, Field: "notice",
			Detail: "the innovation has no notice of that number", Try: "leave it out, and look at the notices in the answer"}
	case u.Notice.Value.Day.Earliest.After(a.m.on):
		return innovation.Invalidf(innovation.RuleQuestionInvalid, "notice", "the notice was issued on %s, after the day asked about", u.Notice.Value.Day).
			Trying("ask about that day or a later one")
	}
	u.Day = u.Notice.Value.Day.Latest // of a month, all that it may have reached
	if u.Day.After(a.m.on) {
		u.Day = a.m.on
	}
	return nil
}

// checkBy refuses what organisations cannot be grouped by.
func checkBy(ctx context.Context, s *session, m moment, by string) error {
	if by == innovation.ByNetwork || by == innovation.ByKind {
		return nil
	}
	err := checkCode(ctx, s, m, "by", innovation.SchemeOrganisationKind, by)
	if innovation.Violations(err) == nil {
		return err
	}
	return innovation.Invalidf(innovation.RuleQuestionInvalid, "by", "%q is nothing to group by", by).
		Trying("use network, kind, or a kind of body such as icb or nhs-region")
}

// mustField is mustEntity for a field of a question.
func mustField(ctx context.Context, s *session, m moment, field string, e innovation.Entity) (int64, error) {
	id, _, err := mustEntity(ctx, s, m, e)
	var own *innovation.Error
	if errors.As(err, &own) {
		named := *own
		named.Field = field
		return 0, &named
	}
	return id, err
}

// basisOf says what an answer about a set of organisations stands on.
func basisOf(set eligibleSet, day innovation.Date, firm innovation.EvidenceGrade) innovation.AdoptionBasis {
	out := innovation.AdoptionBasis{Footprint: innovation.Footprint{Mode: innovation.FootprintThen}, Day: day, Firm: firm, EligibleKnown: set.known, Eligible: len(set.units)}
	for _, u := range set.units {
		if u.eligible == innovation.Yes {
			out.EligibleCertain++
		}
	}
	return out
}

// everybody lists the organisations of a day that could adopt, and all others
// that are known to have to do with the innovation, in the order of their keys;
// and apart the eligible alone.
func (a *adopters) everybody(ctx context.Context, day innovation.Date, programme innovation.ProgrammeID, phase int64) ([]unit, eligibleSet, error) {
	set, err := a.eligible(ctx, day, programme, phase)
	if err != nil || !set.known {
		return set.units, set, err
	}
	in := map[innovation.OrganisationID]bool{}
	units := append([]unit(nil), set.units...)
	for _, u := range units {
		in[u.id] = true
	}
	for _, id := range a.concerned(day) {
		if !in[id] {
			units = append(units, unit{id: id})
		}
	}
	sort.Slice(units, func(i, j int) bool { return units[i].id < units[j].id })
	return units, set, nil
}

// recorded reads the events of the innovation as facts, by organisation.
func (a *adopters) recorded(ctx context.Context) (map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption], error) {
	m := a.m
	m.bare = true
	all, err := selectFacts(ctx, a.session, m, adoptions, a.knownEvents().and("f.subject = ?", a.id), "ORDER BY f.fact")
	out := map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption]{}
	for _, e := range all {
		out[e.Value.Organisation] = append(out[e.Value.Organisation], e)
	}
	return out, err
}

// behind are the events by which an organisation stands as it does: its own, and
// those of the bodies that speak for it.
func behind(read map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption], id innovation.OrganisationID, s innovation.UnitStanding) []innovation.Recorded[innovation.Adoption] {
	if len(s.From) == 0 {
		return read[id]
	}
	out := append([]innovation.Recorded[innovation.Adoption](nil), read[id]...)
	for _, from := range s.From {
		out = append(out, read[from]...)
	}
	return out
}

// lastStop is how the use of an organisation ended: by what it became, when that
// speaks for it, or else by itself. It has no stop when it did not end.
func lastStop(read map[innovation.OrganisationID][]innovation.Recorded[innovation.Adoption], id innovation.OrganisationID, now innovation.UnitStanding, on innovation.Date) innovation.UseSpell {
	var heirs []innovation.Recorded[innovation.Adoption]
	for _, from := range now.From {
		heirs = append(heirs, read[from]...)
	}
	if s := innovation.UseOf(heirs, on); !s.Stopped.IsZero() {
		return s
	}
	if s := innovation.UseOf(read[id], on); !s.Open {
		return s
	}
	return innovation.UseSpell{}
}

// groupsOf are the groups of an organisation, without their names yet.
func groupsOf(in grouping, id innovation.OrganisationID) []innovation.AdoptionGroup {
	out := []innovation.AdoptionGroup{}
	for _, u := range in(id) {
		if u.holds != innovation.No {
			out = append(out, innovation.AdoptionGroup{Group: u.id, Holds: u.holds})
		}
	}
	return out
}

// naming gathers places that want the name of an organisation on a day.
type naming struct {
	s     *session
	m     moment
	ids   []innovation.OrganisationID
	texts []*string
}

//go:noinline // many places would hold a copy of it
func (n *naming) body(id innovation.OrganisationID, to *string) {
	n.ids, n.texts = append(n.ids, id), append(n.texts, to)
}

func (n *naming) groups(all []innovation.AdoptionGroup) {
	for i := range all {
		n.body(all[i].Group, &all[i].Name)
	}
}

// fill writes the names.
func (n *naming) fill(ctx context.Context) error {
	names, err := namesOn(ctx, n.s, n.m, n.ids)
	for i, id := range n.ids {
		*n.texts[i] = names[id]
	}
	return err
}
