package innovation

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// asking is the question under way.
type asking struct {
	WhoNextFile
	q       WhoNextQuery
	using   []int // the units that certainly use it
	spells  []UseSpell
	longest int

	networks, boards, groups memberships
}

// memberships are the groups of each unit, and the units of each group: those in
// which it certainly is, and those in which it only possibly is.
type memberships struct {
	of, mayOf [][]OrganisationID
	in, mayIn map[OrganisationID][]int
}

func (a *asking) memberships(of func(WhoNextUnit) []AdoptionGroup) memberships {
	m := memberships{make([][]OrganisationID, len(a.Units)), make([][]OrganisationID, len(a.Units)), map[OrganisationID][]int{}, map[OrganisationID][]int{}}
	for i, u := range a.Units {
		for _, g := range of(u) {
			switch g.Holds {
			case Yes:
				m.of[i], m.in[g.Group] = append(m.of[i], g.Group), append(m.in[g.Group], i)
			case Possibly:
				m.mayOf[i], m.mayIn[g.Group] = append(m.mayOf[i], g.Group), append(m.mayIn[g.Group], i)
			}
		}
	}
	return m
}

// known reports whether any group of a unit is.
func (m memberships) known(i int) bool { return len(m.of[i])+len(m.mayOf[i]) > 0 }

// others lists the units that certainly share a group with one, and the others
// that possibly do, in their order.
func (m memberships) others(i int) (certain, possible []int) {
	add := func(to *[]int, in []int) {
		for _, j := range in {
			if j != i {
				*to = append(*to, j)
			}
		}
	}
	for _, g := range m.of[i] {
		add(&certain, m.in[g])
		add(&possible, m.mayIn[g])
	}
	for _, g := range m.mayOf[i] {
		add(&possible, m.in[g])
		add(&possible, m.mayIn[g])
	}
	slices.Sort(certain)
	slices.Sort(possible)
	certain = slices.Compact(certain)
	possible = slices.DeleteFunc(slices.Compact(possible), func(j int) bool {
		_, sure := slices.BinarySearch(certain, j)
		return sure
	})
	return certain, possible
}

// shared finds a group that two units share: certainly, when there is one, or
// else possibly.
func (m memberships) shared(i, j int) (OrganisationID, Answer) {
	for _, try := range [...]struct {
		a, b  []OrganisationID
		holds Answer
	}{{m.of[i], m.of[j], Yes}, {m.of[i], m.mayOf[j], Possibly}, {m.mayOf[i], m.of[j], Possibly}, {m.mayOf[i], m.mayOf[j], Possibly}} {
		for _, g := range try.a {
			if slices.Contains(try.b, g) {
				return g, try.holds
			}
		}
	}
	return "", No
}

// WhoNextOf ranks the eligible organisations that do not certainly use an
// innovation, the best first and then by key, and says how many there are
// beyond the limit. Only certain users count as users: among peers, by size and
// as introducers. Only those count as of one group that certainly are; those
// that only may be are named in the text.
//
// Each reason has a value from 0 to 1. Peers: the part of the other eligible
// organisations of the same network, board or peer group that use it. Size: the
// smaller population over the larger, for the user most alike. Like
// innovations: the part of those with a category, supplier, programme or type
// in common, and used by some eligible organisation, that it uses. Stage:
// a quarter for identified, a half for assessing, 1 for piloting. Mandate: 1 on
// its last day and after, falling to a half a year before, a half before that
// and when no day is stated. Blocker: 1 when it last declined or stopped, a half
// when it deferred, 0 when it last decided for it.
func WhoNextOf(q WhoNextQuery, f WhoNextFile) (rows []WhoNextRow, more int) {
	a := asking{WhoNextFile: f, q: q, spells: make([]UseSpell, len(f.Units))}
	for i, u := range f.Units {
		if u.Standing.InUse() == Yes {
			a.using = append(a.using, i)
			a.spells[i] = UseOf(u.Events, f.On)
			a.longest = max(a.longest, a.days(i))
		}
	}
	a.networks = a.memberships(func(u WhoNextUnit) []AdoptionGroup { return u.Networks })
	a.boards = a.memberships(func(u WhoNextUnit) []AdoptionGroup { return u.ICBs })
	a.groups = a.memberships(a.peerGroups)
	var of []int
	rows = []WhoNextRow{}
	for i, u := range f.Units {
		if u.Standing.InUse() == Yes || u.Eligible == No || q.Network != "" && !inGroup(u.Networks, q.Network) {
			continue
		}
		row := WhoNextRow{Organisation: u.Organisation, Eligible: u.Eligible, InUse: u.Standing.InUse(), Standing: u.Standing, Networks: u.Networks}
		for _, r := range []ScoredReason{
			a.peers(i, WhyNetwork, "network", a.networks), a.peers(i, WhyICB, "integrated care board", a.boards), a.peers(i, WhyPeers, "peer group", a.groups),
			a.size(i), a.like(u), a.stage(u), a.mandate(), a.blocker(u)} {
			row.add(q.Weights, r)
		}
		row.sum()
		rows, of = append(rows, row), append(of, i)
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool {
		x, y := &rows[order[i]], &rows[order[j]]
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Organisation, y.Organisation)) < 0
	})
	out := []WhoNextRow{}
	for _, i := range order[:min(len(order), q.Limit)] {
		row := rows[i]
		row.Introducer = a.introducer(of[i])
		out = append(out, row)
	}
	return out, len(rows) - len(out)
}

func inGroup(groups []AdoptionGroup, id OrganisationID) bool {
	return slices.ContainsFunc(groups, func(g AdoptionGroup) bool { return g.Group == id && g.Holds != No })
}

// days is how long a unit certainly has used it.
func (a *asking) days(i int) int {
	if since := a.spells[i].Since; !since.IsZero() {
		return max(0, a.On.Sub(since.Latest))
	}
	return 0
}

// peerGroups names the peer groups of a unit that count.
func (a *asking) peerGroups(u WhoNextUnit) (out []AdoptionGroup) {
	add := func(groups []PeerGroupID, holds Answer) {
		for _, g := range groups {
			if a.q.PeerGroup == "" || a.q.PeerGroup == g {
				out = append(out, AdoptionGroup{Group: OrganisationID(g), Holds: holds})
			}
		}
	}
	add(u.PeerGroups, Yes)
	add(u.MayPeer, Possibly)
	return out
}

// maxNamed is how many organisations a text names.
const maxNamed = 5

// mayBePeers says in words which organisations only possibly are of the same
// group, and which of them use it.
func (a *asking) mayBePeers(possible []int, what string) string {
	list := func(of func(int) bool) (n int, text string) {
		var names []string
		for _, j := range possible {
			if !of(j) {
				continue
			}
			if n++; n <= maxNamed {
				names = append(names, string(a.Units[j].Organisation))
			}
		}
		text = strings.Join(names, ", ")
		if n > maxNamed {
			text += fmt.Sprintf(" and %d more", n-maxNamed)
		}
		return n, text
	}
	if len(possible) == 0 {
		return ""
	}
	_, all := list(func(int) bool { return true })
	text := fmt.Sprintf("; only possibly of its %s: %s", what, all)
	if n, users := list(func(j int) bool { return a.Units[j].Standing.InUse() == Yes }); n > 0 {
		text += fmt.Sprintf("; %d of these use it: %s", n, users)
	}
	return text
}

// peers values the part of the other eligible organisations of the same groups
// that use it.
func (a *asking) peers(i int, reason, what string, m memberships) ScoredReason {
	r := ScoredReason{Reason: reason}
	if !m.known(i) {
		r.Text = "the register does not know its " + what
		if reason == WhyPeers {
			r.Text = "it is in no peer group"
			if a.q.PeerGroup != "" {
				r.Text = "it is not in the peer group " + string(a.q.PeerGroup)
			}
		}
		return r
	}
	var all, possibly int64
	certain, maybe := m.others(i)
	for _, j := range certain {
		u := a.Units[j]
		all++
		switch u.Standing.InUse() {
		case Yes:
			r.Bodies = append(r.Bodies, u.Organisation)
		case Possibly:
			possibly++
		}
	}
	if all == 0 {
		r.Text = "no other eligible organisation of its " + what + " is known" + a.mayBePeers(maybe, what)
		return r
	}
	n := int64(len(r.Bodies))
	r.Known, r.Value = true, n*million/all
	r.Text = fmt.Sprintf("%d of %d other eligible organisations of its %s use it", n, all, what)
	if possibly > 0 {
		r.Text += fmt.Sprintf(", %d more possibly", possibly)
	}
	r.Text += a.mayBePeers(maybe, what)
	return r
}

// likeness is the smaller of two populations over the larger, in millionths.
func likeness(a, b *Recorded[Population]) (int64, bool) {
	if a == nil || b == nil || a.Value.Nominal <= 0 || b.Value.Nominal <= 0 {
		return 0, false
	}
	x, y := min(a.Value.Nominal, b.Value.Nominal), max(a.Value.Nominal, b.Value.Nominal)
	if y > 1<<40 { // no population; and the product stays within bounds
		return 0, false
	}
	return x * million / y, true
}

// size values the user most alike in population.
func (a *asking) size(i int) ScoredReason {
	r := ScoredReason{Reason: WhySize, Text: "no population of it is recorded"}
	u := a.Units[i]
	if u.Population == nil {
		return r
	}
	r.Text = "no population of a user is recorded"
	for _, j := range a.using {
		v, ok := likeness(u.Population, a.Units[j].Population)
		if !ok || r.Known && v <= r.Value {
			continue
		}
		other := a.Units[j]
		r.Known, r.Value, r.Bodies = true, v, []OrganisationID{other.Organisation}
		r.Facts = []FactID{u.Population.ID, other.Population.ID}
		r.Text = fmt.Sprintf("%s, which uses it, serves %d people; it serves %d", other.Organisation, other.Population.Value.Nominal, u.Population.Value.Nominal)
	}
	return r
}

// like values its use of like innovations.
func (a *asking) like(u WhoNextUnit) ScoredReason {
	r := ScoredReason{Reason: WhyLike, Text: "no innovation like it is known to be used by any of the eligible"}
	var all int64
	for _, l := range a.Like {
		if len(l.Users) == 0 {
			continue
		}
		all++
		if l.Users[u.Organisation] {
			r.Innovations = append(r.Innovations, l.Innovation)
		}
	}
	if all == 0 {
		return r
	}
	n := int64(len(r.Innovations))
	r.Known, r.Value = true, n*million/all
	r.Text = fmt.Sprintf("it uses %d of %d like innovations that some of the eligible use", n, all)
	return r
}

// stage values how far it has come by itself.
func (a *asking) stage(u WhoNextUnit) ScoredReason {
	r := ScoredReason{Reason: WhyStage, Text: "no event of it is recorded"}
	rank := u.Standing.All
	if rank == NotKnown {
		return r
	}
	r.Known = true
	last := a.lastEvent(u)
	if last != nil {
		r.Facts = []FactID{last.ID}
	}
	switch {
	case rank == HasStopped:
		r.Text = "it stopped, and is at no stage"
	case rank >= Piloting.Rank():
		r.Value, r.Text = million, "it reached the stage "+string(Stages()[rank-1])
	default:
		r.Value, r.Text = int64(rank)*million/4, "it reached the stage "+string(Stages()[rank-1])
	}
	return r
}

// lastEvent is the last event that counts by the day.
func (a *asking) lastEvent(u WhoNextUnit) (out *Recorded[Adoption]) {
	for i := range u.Events {
		e := &u.Events[i]
		if e.Value.Counts() && !e.Value.Day.Latest.After(a.On) && (out == nil || AdoptionBefore(out.Value, e.Value)) {
			out = e
		}
	}
	return out
}

// mandate values the last day to comply with a mandate.
func (a *asking) mandate() ScoredReason {
	r := ScoredReason{Reason: WhyMandate, Text: "no mandate for it is recorded to be in force"}
	const year = 365
	for _, m := range a.Mandates {
		if m.Value.Period.Holds(a.On) == No {
			continue
		}
		v, text := int64(million/2), "it is mandated by "+string(m.Value.Programme)+", and no day to comply by is stated"
		if by := m.Value.ComplyBy; !by.IsZero() {
			left := min(max(by.Latest.Sub(a.On), 0), year)
			v = million - int64(left)*million/(2*year)
			text = "it is to be used by " + by.String() + ", by " + string(m.Value.Programme)
		}
		if m.Value.Force != "" {
			text += " (" + string(m.Value.Force) + ")"
		}
		if !r.Known || v > r.Value {
			r.Known, r.Value, r.Text, r.Facts = true, v, text, []FactID{m.ID}
		}
	}
	return r
}

// blocker values what stands in the way: its last decision, or its own stop.
func (a *asking) blocker(u WhoNextUnit) ScoredReason {
	r := ScoredReason{Reason: WhyBlocker, Text: "no decision and no stop of it is recorded"}
	var last *Recorded[AdoptionDecision]
	for i := range a.Decisions {
		d := &a.Decisions[i]
		about := d.Value.For == u.Organisation || d.Value.For == "" && d.Value.Organisation == u.Organisation
		if about && !d.Value.Day.Latest.After(a.On) && (last == nil || !d.Value.Day.Latest.Before(last.Value.Day.Latest)) {
			last = d
		}
	}
	stop := a.lastEvent(u)
	if stop != nil && stop.Value.Step != Stopped {
		stop = nil
	}
	because := func(s StopReason) string {
		if s == "" {
			return ", and no reason is stated"
		}
		return ": " + s.Label()
	}
	switch {
	case last != nil && (stop == nil || !last.Value.Day.Latest.Before(stop.Value.Day.Latest)):
		r.Known, r.Facts = true, []FactID{last.ID}
		r.Text = fmt.Sprintf("it was decided on %s to %s", last.Value.Day, last.Value.Outcome)
		switch last.Value.Outcome {
		case DecidedToDecline, DecidedToStop:
			r.Value = million
		case DecidedToDefer:
			r.Value = million / 2
		}
		if r.Value > 0 {
			r.Text += because(last.Value.Blocker)
		}
	case stop != nil:
		r.Known, r.Value, r.Facts = true, million, []FactID{stop.ID}
		r.Text = fmt.Sprintf("it stopped on %s", stop.Value.Day) + because(stop.Value.Reason)
	}
	return r
}

// introducer finds the user best placed to introduce a unit.
func (a *asking) introducer(i int) *Introducer {
	best, score := -1, int64(0)
	weights := IntroducerWeights()
	for _, j := range a.using {
		in := a.introduces(i, j, weights, false)
		if best < 0 || in.Score > score || in.Score == score && in.Organisation < a.Units[best].Organisation {
			best, score = j, in.Score
		}
	}
	if best < 0 {
		return nil
	}
	in := a.introduces(i, best, weights, true)
	return &in
}

// introduces scores how well a user could introduce a unit. Texts are written
// only when they are to be shown: each user is tried for each unit.
func (a *asking) introduces(i, j int, weights []ReasonWeight, shown bool) Introducer {
	u, other, spell := &a.Units[i], &a.Units[j], &a.spells[j]
	in := Introducer{Organisation: other.Organisation}
	in.Reasons = make([]ScoredReason, 0, len(weights))
	text := func(format string, args ...any) string {
		if !shown {
			return ""
		}
		return fmt.Sprintf(format, args...)
	}
	shared := func(reason, what string, m memberships) {
		r := ScoredReason{Reason: reason, Known: m.known(i) && m.known(j)}
		switch both, holds := m.shared(i, j); {
		case !r.Known:
			r.Text = text("it is not known of both in which %s they are", what)
		case holds == Yes:
			r.Value, r.Text = million, text("both are in the %s %s", what, both)
		case holds == Possibly:
			r.Known, r.Text = false, text("they may both be in the %s %s", what, both)
		default:
			r.Text = text("they are in no %s together", what)
		}
		in.add(weights, r)
	}
	shared(WhyPeers, "peer group", a.groups)
	shared(WhyICB, "integrated care board", a.boards)
	shared(WhyNetwork, "network", a.networks)
	alike := ScoredReason{Reason: WhySize}
	if alike.Value, alike.Known = likeness(u.Population, other.Population); alike.Known {
		alike.Facts = []FactID{u.Population.ID, other.Population.ID}
		alike.Text = text("it serves %d people, the other %d", other.Population.Value.Nominal, u.Population.Value.Nominal)
	} else {
		alike.Text = text("the populations of both are not recorded")
	}
	in.add(weights, alike)
	since := ScoredReason{Reason: WhyLongest, Facts: spell.Facts, Known: !spell.Since.IsZero() && a.longest > 0}
	if since.Known {
		since.Value, since.Text = int64(a.days(j))*million/int64(a.longest), text("it uses it since %s", spell.Since)
	} else {
		since.Text = text("since when it uses it is not known")
	}
	in.add(weights, since)
	grade := ScoredReason{Reason: WhyEvidence, Facts: spell.Facts, Known: spell.Grade != ""}
	if grade.Known {
		grade.Value, grade.Text = int64(spell.Grade.Rank())*million/int64(len(EvidenceGrades())), text("its use is %s", spell.Grade)
	} else {
		grade.Text = text("no evidence is graded")
	}
	in.add(weights, grade)
	in.sum()
	return in
}
