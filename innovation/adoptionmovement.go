package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// AdoptionMovementQuery asks how the number of adopters changed from one day to
// another.
type AdoptionMovementQuery struct {
	Innovation InnovationID  `json:"innovation" doc:"The innovation"`
	From       Date          `json:"from" doc:"The first day of the movement: the opening is that of the end of the day before"`
	To         Date          `json:"to" doc:"Its last day: the closing is that of its end"`
	Programme  ProgrammeID   `json:"programme,omitempty" doc:"Of those who could adopt as this programme sees it"`
	Phase      int64         `json:"phase,omitempty" minimum:"0" doc:"And as this phase of the programme sees it"`
	By         string        `json:"by,omitempty" doc:"What it is counted by: network, kind, or the kind of a body that organisations lie within; not at all when left out"`
	Firm       EvidenceGrade `json:"firm,omitempty" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The grade from which evidence is firm"`
	Footprint  Footprint     `json:"footprint" doc:"On which list of organisations it is counted: that of then is one of each of the two days"`
}

// Normal is the question with what it leaves out, asked of a day: it ends on that
// day and covers the year to its end.
func (q AdoptionMovementQuery) Normal(on Date) AdoptionMovementQuery {
	q.Firm, q.Footprint = cmp.Or(q.Firm, UsualFirm), q.Footprint.Normal()
	if q.To.IsZero() {
		q.To = on
	}
	if q.From.IsZero() {
		q.From = q.To.AddYears(-1).AddDays(1)
	}
	return q
}

// Validate reports everything that is wrong with the question, asked of a day.
func (q AdoptionMovementQuery) Validate(on Date) error {
	n := q.Normal(on)
	var days error
	switch {
	case n.To.After(on):
		days = Invalidf(RuleQuestionInvalid, "to", "%s lies after the day asked about, %s", n.To, on).Trying("ask about a day that is not before it")
	case n.From.After(n.To):
		days = Invalidf(RuleQuestionInvalid, "from", "%s lies after %s, with which the movement ends", n.From, n.To).Trying("give the first day of the movement")
	case !n.From.AddDays(-1).After(Dawn):
		days = Invalidf(RuleQuestionInvalid, "from", "nothing lies before %s", n.From).Trying("give a later day")
	}
	return Join(checkRef("innovation", string(q.Innovation)), days, checkScope(q.Programme, q.Phase), CheckText("by", q.By, MaxKey), checkFirm(q.Firm), q.Footprint.Validate())
}

// MovementKind is why a number of adopters changed.
type MovementKind string

// The kinds of movement, in their order. What became or ceased by itself has its
// sign in the number.
const (
	MovedNew        MovementKind = "new"         // came to use it for the first time
	MovedRestarted  MovementKind = "restarted"   // used it again after a stop or a reversal
	MovedStopped    MovementKind = "stopped"     // stopped
	MovedReversed   MovementKind = "reversed"    // fell back to a stage before use
	MovedEvidence   MovementKind = "evidence"    // is certain now, or not certain any more, by other evidence
	MovedMergedIn   MovementKind = "merged-in"   // began as, or took in, a body that used it
	MovedMergedOut  MovementKind = "merged-out"  // went into another body
	MovedSplitIn    MovementKind = "split-in"    // began as a part of a body that used it
	MovedSplitOut   MovementKind = "split-out"   // was split into others
	MovedRenamedIn  MovementKind = "renamed-in"  // goes on under another key
	MovedRenamedOut MovementKind = "renamed-out" // went on under another key
	MovedFounded    MovementKind = "founded"     // is new on the footprint, and came from none that is known
	MovedClosed     MovementKind = "closed"      // ended, and became none that is known
	MovedEligible   MovementKind = "eligible"    // could adopt from then on
	MovedIneligible MovementKind = "ineligible"  // could adopt no longer
	MovedGroupIn    MovementKind = "group-in"    // came from another group
	MovedGroupOut   MovementKind = "group-out"   // went to another group
)

// MovementKinds lists the kinds of movement in their order.
func MovementKinds() []MovementKind {
	return []MovementKind{MovedNew, MovedRestarted, MovedStopped, MovedReversed, MovedEvidence, MovedMergedIn, MovedMergedOut, MovedSplitIn, MovedSplitOut,
		MovedRenamedIn, MovedRenamedOut, MovedFounded, MovedClosed, MovedEligible, MovedIneligible, MovedGroupIn, MovedGroupOut}
}

// Movement is by how much the certain and the possible adopters changed for one
// reason.
type Movement struct {
	Kind     MovementKind `json:"kind" enum:"new,restarted,stopped,reversed,evidence,merged-in,merged-out,split-in,split-out,renamed-in,renamed-out,founded,closed,eligible,ineligible,group-in,group-out" doc:"Why"`
	Certain  int64        `json:"certain" doc:"By how much those changed that certainly use it"`
	Possible int64        `json:"possible" doc:"By how much those changed that certainly or possibly use it"`
}

// MovementRow is the movement of one group: its opening and all its movements
// make its closing, of the certain and of the possible adopters.
type MovementRow struct {
	Group     string      `json:"group,omitempty" doc:"The body, or the code of the kind; left out for the total"`
	Name      string      `json:"name,omitempty" doc:"What it is called on the last day"`
	Unknown   bool        `json:"unknown,omitempty" doc:"True of the row of those for which the register knows no group"`
	Opening   CountBounds `json:"opening" doc:"Adopters at the end of the day before the first: low those that certainly are, high those that possibly are"`
	Movements []Movement  `json:"movements" doc:"What changed them, in the order of kinds; what did not is left out"`
	Closing   CountBounds `json:"closing" doc:"Adopters at the end of the last day"`
}

// MovedBody is one organisation whose adoption changed.
type MovedBody struct {
	Organisation OrganisationID `json:"organisation"`
	Name         string         `json:"name,omitempty" doc:"What it is called on the last day of it"`
	Movements    []Movement     `json:"movements" doc:"What changed, in the order in which it is reckoned"`
}

// MovementUnit is an organisation on the footprint of one of the two days, or of
// both.
type MovementUnit struct {
	Organisation  OrganisationID
	Here          [2]bool   // on the footprint of the opening, of the closing
	Eligible      [2]Answer // No where it is not
	Groups        [2][]UnitGroup
	Opening, Kept UnitStanding // of the opening; and with the events since, on the footprint of the opening
	Entered       UnitStanding // of one that is new: with the events by the opening and those of others
	Closing       UnitStanding
	Came          MovementKind // of one that is new: how
	Went          MovementKind // of one that is gone: how
	Took          MovementKind // of one that stayed: by what it took in others
	UsedBefore    bool         // it, or what went into it, had used it by the opening
}

// flags says whether a standing counts as certain and as possible.
func flags(eligible Answer, s UnitStanding) [2]bool {
	a := min(eligible, s.InUse())
	return [2]bool{a == Yes, a != No}
}

// steps tells the change of one organisation as steps of which each begins where
// the one before ended: eligibility that it gained comes first, eligibility that
// it lost last, and what happened before what mergers did.
func (u *MovementUnit) steps() (opening [2]bool, steps []movementStep) {
	most := max(u.Eligible[0], u.Eligible[1])
	var at [2]bool
	reach := func(kind MovementKind, to [2]bool) {
		if to != at {
			steps = append(steps, movementStep{kind, at, to})
			at = to
		}
	}
	happen := func(was, is UnitStanding, to [2]bool) {
		up, down := MovedNew, MovedStopped
		if u.UsedBefore {
			up = MovedRestarted
		}
		if is.All > HasStopped {
			down = MovedReversed
		}
		if at[1] != to[1] { // and with the possible, the certain
			kind := up
			if at[1] {
				kind = down
			}
			reach(kind, to)
		}
		if at != to {
			kind := MovedEvidence
			switch {
			case !at[0] && was.All < Adopted.Rank() && was.All > NotKnown && is.All >= Adopted.Rank() && u.UsedBefore:
				kind = MovedRestarted
			case at[0] && is.All >= HasStopped && is.All < Adopted.Rank():
				kind = down
			}
			reach(kind, to)
		}
	}
	if u.Here[0] {
		at = flags(u.Eligible[0], u.Opening)
		opening = at
		if u.Here[1] {
			reach(MovedEligible, flags(most, u.Opening))
		} else {
			most = u.Eligible[0]
		}
		happen(u.Opening, u.Kept, flags(most, u.Kept))
		if u.Here[1] {
			reach(u.Took, flags(most, u.Closing))
		} else {
			reach(u.Went, [2]bool{})
		}
	} else {
		reach(u.Came, flags(most, u.Entered))
		happen(u.Entered, u.Closing, flags(most, u.Closing))
	}
	if u.Here[1] {
		reach(MovedIneligible, flags(u.Eligible[1], u.Closing))
	}
	return opening, steps
}

// movementStep is one change of whether an organisation certainly, and possibly,
// uses the innovation.
type movementStep struct {
	kind     MovementKind
	from, to [2]bool
}

// movementRow gathers a row.
type movementRow struct {
	MovementRow
	by map[MovementKind]*Movement
}

func (r *movementRow) add(kind MovementKind, from, to [2]bool) {
	one := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	if r.by == nil {
		r.by = map[MovementKind]*Movement{}
	}
	m := r.by[kind]
	if m == nil {
		m = &Movement{Kind: kind}
		r.by[kind] = m
	}
	m.Certain += one(to[0]) - one(from[0])
	m.Possible += one(to[1]) - one(from[1])
}

func (r *movementRow) open(at [2]bool) {
	if at[0] {
		r.Opening.Low++
	}
	if at[1] {
		r.Opening.High++
	}
}

func (r *movementRow) finish() MovementRow {
	r.Closing = r.Opening
	r.Movements = []Movement{}
	for _, k := range MovementKinds() {
		if m := r.by[k]; m != nil && (m.Certain != 0 || m.Possible != 0) {
			r.Movements = append(r.Movements, *m)
			r.Closing.Low += m.Certain
			r.Closing.High += m.Possible
		}
	}
	return r.MovementRow
}

// MoveAdoption adds up the movements of organisations: the total first, then
// when grouped is set a row for each group in the order of their keys, and last
// one for those that belong to none that is known. Bodies are those of which
// anything changed, in the order of their keys.
func MoveAdoption(units []MovementUnit, grouped bool) (rows []MovementRow, bodies []MovedBody) {
	var total movementRow
	unknown := movementRow{MovementRow: MovementRow{Unknown: true}}
	groups := map[string]*movementRow{}
	lost := false
	for i := range units {
		u := &units[i]
		opening, steps := u.steps()
		total.open(opening)
		body := MovedBody{Organisation: u.Organisation}
		var one movementRow
		for _, s := range steps {
			total.add(s.kind, s.from, s.to)
			one.by = nil
			one.add(s.kind, s.from, s.to)
			body.Movements = append(body.Movements, *one.by[s.kind])
		}
		if len(steps) > 0 {
			bodies = append(bodies, body)
		}
		if !grouped {
			continue
		}
		for _, g := range u.memberships() {
			r := &unknown
			if g.group == "" {
				lost = true
			} else if r = groups[g.group]; r == nil {
				r = &movementRow{MovementRow: MovementRow{Group: g.group}}
				groups[g.group] = r
			}
			g.move(r, u, opening, steps)
		}
	}
	rows = append(rows, total.finish())
	keys := make([]string, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		rows = append(rows, groups[key].finish())
	}
	if lost {
		rows = append(rows, unknown.finish())
	}
	sort.Slice(bodies, func(i, j int) bool { return bodies[i].Organisation < bodies[j].Organisation })
	return rows, bodies
}

// membership is whether a unit belongs to a group at the opening and at the
// closing. The group without a name is that of those that belong to none.
type membership struct {
	group string
	in    [2]Answer
}

func (u *MovementUnit) memberships() []membership {
	var out []membership
	for when := range 2 {
		if !u.Here[when] {
			continue
		}
		list := u.Groups[when]
		if len(list) == 0 {
			list = []UnitGroup{{"", Yes}}
		}
		for _, g := range list {
			i := slices.IndexFunc(out, func(m membership) bool { return m.group == g.Group })
			if i < 0 {
				i = len(out)
				out = append(out, membership{group: g.Group})
			}
			out[i].in[when] = g.Member
		}
	}
	return out
}

// move adds the part of a unit's movement that falls to the group: as it was when
// the unit belonged to it at the opening, and the change of group at the end.
func (g membership) move(r *movementRow, u *MovementUnit, opening [2]bool, steps []movementStep) {
	in := g.in[0]
	if !u.Here[0] {
		in = g.in[1]
	}
	of := func(in Answer, f [2]bool) [2]bool { return [2]bool{f[0] && in == Yes, f[1] && in != No} }
	r.open(of(in, opening))
	last := opening
	for _, s := range steps {
		r.add(s.kind, of(in, s.from), of(in, s.to))
		last = s.to
	}
	if u.Here[0] && u.Here[1] && g.in[0] != g.in[1] {
		kind := MovedGroupIn
		if g.in[1] < g.in[0] {
			kind = MovedGroupOut
		}
		r.add(kind, of(in, last), of(g.in[1], last))
	}
}

// MovementOf reads what an organisation did between two days on a footprint. here
// says whether it is on the footprint of the opening and of the closing;
// eligibility and groups are for the caller to fill in.
func (l *Lineage) MovementOf(id OrganisationID, events EventsOf, opening, closing Date, f Footprint, firm EvidenceGrade, here [2]bool) MovementUnit {
	u := MovementUnit{Organisation: id, Here: here}
	kept := f
	if f.Mode != FootprintDay && f.Mode != FootprintHeld {
		kept = Footprint{FootprintDay, opening}
	}
	if here[0] {
		u.Opening = l.Standing(id, events, opening, kept, firm)
		u.Kept = l.Standing(id, events, closing, kept, firm)
	}
	if here[1] {
		u.Closing = l.Standing(id, events, closing, f, firm)
	}
	switch {
	case !here[0]:
		u.Came = cameBy(l.before[id], opening, closing)
		u.Entered = l.Standing(id, func(of OrganisationID) []Adoption {
			if of != id {
				return events(of)
			}
			var sofar []Adoption
			for _, a := range events(of) {
				if !a.Day.Latest.After(opening) {
					sofar = append(sofar, a)
				}
			}
			return sofar
		}, closing, f, firm)
	case !here[1]:
		u.Went = wentBy(l.after[id], closing)
	default:
		u.Took = cameBy(l.before[id], opening, closing)
		if u.Took == MovedFounded {
			u.Took = MovedMergedIn
		}
	}
	u.UsedBefore = l.used(id, events, opening) || f.Mode == FootprintHeld && l.usedAfter(id, events, opening)
	return u
}

// cameBy is how a body came to be what it is, by its successions after one day
// and by another.
func cameBy(into []heir, after, by Date) MovementKind {
	out := MovedFounded
	for _, h := range into {
		if !h.day.After(after) || h.day.After(by) {
			continue
		}
		switch {
		case h.how == Split && out == MovedFounded:
			out = MovedSplitIn
		case h.how == Rename && out != MovedMergedIn:
			out = MovedRenamedIn
		case h.how != Split && h.how != Rename:
			out = MovedMergedIn
		}
	}
	return out
}

// wentBy is what became of a body that is gone.
func wentBy(into []heir, by Date) MovementKind {
	out := MovedClosed
	for _, h := range into {
		if h.day.After(by) {
			continue
		}
		switch {
		case h.how == Split && out == MovedClosed:
			out = MovedSplitOut
		case h.how == Rename && out != MovedMergedOut:
			out = MovedRenamedOut
		case h.how != Split && h.how != Rename:
			out = MovedMergedOut
		}
	}
	return out
}

// used reports whether a body, or one that went into it, may have used the
// innovation by a day.
func (l *Lineage) used(id OrganisationID, events EventsOf, by Date) bool {
	return l.reaches(id, l.before, func(o OrganisationID) bool { return usedBy(events(o), by) })
}

// usedAfter reports whether a body, or one that it became, may have.
func (l *Lineage) usedAfter(id OrganisationID, events EventsOf, by Date) bool {
	return l.reaches(id, l.after, func(o OrganisationID) bool { return usedBy(events(o), by) })
}

func usedBy(events []Adoption, by Date) bool {
	_, possible := FirstAdoption(events, SelfReported)
	return !possible.IsZero() && !possible.After(by)
}
