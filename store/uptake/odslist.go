package uptake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// listed is a row of a list.
type listed struct {
	row              *row
	code, name, kind string
	period           innovation.Period // as the row gives it: no start when it gives none
	targets          [len(slots)]string
	join, left       innovation.Date
	id               innovation.OrganisationID
	life             innovation.Period // of a body that was there
	was              innovation.Period // its life as it was held, when the row changed it
	found            bool              // by this file
	changed, counted bool
	waits            []int // slots that name bodies which the register does not have
}

// slot is a column of a list that names another body, and so a relation to it.
type slot struct{ column, typ string }

// The slots. A site is part of the trust that its code names.
var slots = [...]slot{
	{"region", "located-in"},
	{"geography", "located-in"},
	{"commissioner", "commissioned-by"},
	{"code", innovation.PartOf},
}

const (
	regionSlot = iota
	geographySlot
	commissionerSlot
	parentSlot
)

// listing is a list that is brought in.
type listing struct {
	*take
	queue    queue
	orgs     *organisations
	held     *odsHeld
	on       innovation.Date
	seen     map[string]int
	rows     []*listed // not settled yet
	later    []*listed // that name bodies which the register does not have yet
	missing  [len(slots)]map[string]bool
	others   int // rows of a list of groups that are no groups
	odd      int // of these the first
	oddName  string
	statuses map[string]int
}

// mostListed is how many rows are looked at together.
const mostListed = 2_048

// takeODSList brings a list in: it founds what the register does not have, and
// brings what it has into line with the day of the list.
func takeODSList(ctx context.Context, t *take) error {
	l := &listing{take: t, queue: queue{take: t}, seen: map[string]int{}, statuses: map[string]int{}}
	for i := range l.missing {
		l.missing[i] = map[string]bool{}
	}
	var err error
	if l.on, err = t.listDay(ctx); err != nil {
		return err
	}
	if t.source != nil && !t.opts.Edition.IsZero() && t.opts.SourcePublished.IsZero() {
		t.source.Published.Bound = innovation.NotEarlierThan(l.on) // so that a later list knows the day of this one
	}
	tbl, err := t.odsTable(ctx)
	if err != nil {
		return err
	}
	if l.orgs, err = loadOrganisations(ctx, t, schemeODS); err != nil {
		return err
	}
	if l.held, err = loadHeld(ctx, t); err != nil {
		return err
	}
	l.orgs.keys = l.held.keys
	if err := t.each(ctx, tbl, []string{"telephone", "contact telephone number"}, func(r *row) error { return l.takeRow(ctx, r) }); err != nil {
		return err
	}
	if err := l.settle(ctx); err != nil {
		return err
	}
	if err := l.again(ctx); err != nil {
		return err
	}
	l.remarks()
	return nil
}

// takeRow takes up a row, to be settled with others.
func (l *listing) takeRow(ctx context.Context, r *row) error {
	if len(r.fields) < odsNeeded && r.table.columns == nil {
		r.refuse(innovation.RuleImportRowShape, "", "", "give the list as the Organisation Data Service publishes it", "the row has %d fields, and the first %d are needed", len(r.fields), odsNeeded)
		return nil
	}
	p := &listed{code: strings.ToUpper(r.get("code")), name: oneLine(r.get("name"))}
	first, ok1 := r.odsDay("open")
	last, ok2 := r.odsDay("close")
	join, ok3 := r.odsDay("join")
	left, ok4 := r.odsDay("left")
	if p.code == "" {
		r.refuse(innovation.RuleTextRequired, "code", "", "give the code", "the code is missing")
	} else if before := l.seen[p.code]; before != 0 {
		r.refuse(innovation.RuleImportRepeated, "code", p.code, "keep the row that is right", "row %d is of the same code", before)
	}
	if r.refused || !ok1 || !ok2 || !ok3 || !ok4 {
		return nil
	}
	l.seen[p.code] = r.number
	if p.join, p.left = join, left; !left.IsZero() {
		p.left = left.AddDays(1)
	}
	if !first.IsZero() {
		p.period.Start = innovation.Exactly(first)
	}
	if !last.IsZero() {
		p.period.End = innovation.Exactly(last.AddDays(1))
	}
	if p.kind = l.opts.Kind; !l.opts.kindGiven {
		if known := odsKind(p.code, p.name, r.get("setting"), l.knows(siteOf(p.code))); known != "" {
			p.kind = known
		}
	}
	for i := range slots {
		p.targets[i] = strings.ToUpper(r.get(slots[i].column))
	}
	if p.targets[parentSlot] = ""; p.kind == kindSite {
		p.targets[parentSlot] = siteOf(p.code)
	}
	if status := strings.ToUpper(r.get("status")); p.kind == kindPractice || p.kind == kindPrescr {
		l.statuses[status]++
	}
	keep := *r
	keep.fields = slices.Clone(r.fields[:min(len(r.fields), odsNeeded)]) // those of the reader are good until the next row
	p.row = &keep
	if l.rows = append(l.rows, p); len(l.rows) < mostListed {
		return nil
	}
	return l.settle(ctx)
}

// knows reports whether a code is one of the register or of a row before.
func (l *listing) knows(code string) bool {
	return code != "" && (l.seen[code] != 0 || len(l.orgs.byCode[code]) > 0)
}

// settle founds what is new, trusts before their sites, and then compares what
// is not.
func (l *listing) settle(ctx context.Context) error {
	rows := l.rows
	l.rows = nil
	var known []*listed
	for _, sites := range []bool{false, true} {
		for _, p := range rows {
			if (p.targets[parentSlot] != "") != sites {
				continue
			}
			on := p.period.Start
			if on.IsZero() {
				on = innovation.UnknownBound()
			}
			id, several := l.orgs.find(p.code, on)
			switch {
			case several != nil:
				l.report.PassedOver++
				l.remark(p.row.number, p.row.line, "code", p.code, "the code is that of %d organisations in the register, %s and %s among them: the row was passed over", len(several), several[0], several[1])
			case id != "":
				p.id = id
				known = append(known, p)
			default:
				if err := l.foundListed(ctx, p); err != nil {
					return err
				}
			}
		}
	}
	if err := l.queue.flush(ctx); err != nil || len(known) == 0 {
		return err
	}
	for _, p := range known {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.compare(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// foundListed founds the organisation of a row.
func (l *listing) foundListed(ctx context.Context, p *listed) error {
	life := p.period
	if life.Start.IsZero() {
		life.Start = innovation.UnknownBound()
	}
	life = life.Normal()
	id, facts, err := l.orgs.founding(ctx, l.take, body{code: p.code, name: p.name, kind: p.kind, period: life, named: borne(life, l.on)})
	if err != nil {
		if innovation.Violations(err) == nil {
			return err
		}
		p.row.refuseAll(err)
		return nil
	}
	p.id, p.found = id, true
	for i := range slots {
		if r, ok := l.relation(p, i, life); ok {
			switch {
			case r.Validate() != nil:
				l.remark(p.row.number, p.row.line, slots[i].column, p.targets[i], "the days of the relation to %s lie outside the life of the body, and it was not recorded", r.Target)
			case !says(facts, r):
				facts = append(facts, r)
			}
		}
	}
	l.orgs.hold(facts)
	if len(p.waits) > 0 {
		l.later = append(l.later, p)
	}
	return l.queue.add(ctx, queued{row: p.row, facts: facts, undo: func() { l.orgs.letGo(p.code, id) }, done: func() {
		l.report.Added++
		l.report.Organisations++
		if l.opts.Kind == kindGroup && p.kind == kindGroup && !namedGroup.MatchString(p.name) {
			if l.others++; l.others == 1 {
				l.odd, l.oddName = p.row.number, p.name
			}
		}
	}})
}

// relation is what a slot of a row says of a body that has no such relation yet.
// When the register does not have the other body, the row waits for it.
func (l *listing) relation(p *listed, slot int, life innovation.Period) (r innovation.Relation, ok bool) {
	target, period, ok := l.target(p, slot, life)
	return innovation.Relation{Organisation: p.id, Type: slots[slot].typ, Target: target, Period: period}, ok
}

// target is the body that a slot names, and for how long, as far as the row
// knows.
func (l *listing) target(p *listed, slot int, life innovation.Period) (target innovation.OrganisationID, period innovation.Period, ok bool) {
	code := p.targets[slot]
	if code == "" {
		return "", period, false
	}
	day := within(life, l.on)
	if (slot == regionSlot || slot == geographySlot) && !p.period.IsOpen() && !l.on.Before(p.period.End.Latest) {
		return "", period, false // lists restate where a body that has closed would lie now
	}
	period = borne(life, l.on)
	switch {
	case slot == parentSlot:
		period = life
	case slot == commissionerSlot && !p.join.IsZero():
		period = innovation.From(p.join)
		if day.Before(p.join) {
			day = p.join
		}
		fallthrough
	case slot == commissionerSlot:
		if !p.left.IsZero() {
			period.End = innovation.Exactly(p.left)
			if !day.Before(p.left) {
				day = p.left.AddDays(-1)
			}
		} else if !life.IsOpen() {
			period.End = life.End
		}
	}
	if target, ok = l.orgs.on(code, day); !ok {
		if slot == parentSlot { // a trust that closed before its site did
			target, _ = l.orgs.find(code, innovation.Exactly(day))
			ok = target != ""
		}
	}
	if !ok {
		p.waits = append(p.waits, slot)
	}
	return target, period, ok && target != p.id
}

// again looks once more, at the end of the file, for the bodies that rows
// name: the file may have brought them in.
func (l *listing) again(ctx context.Context) error {
	for _, p := range l.later {
		if p.row.refused {
			continue
		}
		waited := p.waits
		p.waits = nil
		life := p.period.Normal()
		if life.Start.IsZero() {
			life.Start = innovation.UnknownBound()
		}
		if !p.found {
			for _, i := range waited {
				err := l.compareSlot(ctx, p, i, p.life)
				if err != nil && innovation.Violations(err) == nil {
					return err
				}
				if err != nil || len(p.waits) > 0 {
					l.missing[i][p.targets[i]] = true
				}
				p.waits = nil
			}
			continue
		}
		var facts []innovation.Fact
		for _, i := range waited {
			if r, ok := l.relation(p, i, life); ok && r.Validate() == nil && !says(facts, r) {
				facts = append(facts, r)
			} else {
				l.missing[i][p.targets[i]] = true
			}
		}
		if len(facts) > 0 {
			if err := l.queue.add(ctx, queued{row: p.row, facts: facts, done: func() {}}); err != nil {
				return err
			}
		}
	}
	return l.queue.flush(ctx)
}

// says reports whether facts have a relation already.
func says(facts []innovation.Fact, r innovation.Relation) bool {
	return slices.ContainsFunc(facts, func(f innovation.Fact) bool {
		o, ok := f.(innovation.Relation)
		return ok && o.Type == r.Type && o.Target == r.Target
	})
}

// remarks says what was assumed about the file.
func (l *listing) remarks() {
	if l.others > 0 {
		l.remark(0, 0, "name", l.oddName, "%s taken to be of the kind ccg without the name of a CCG or ICB, from row %d on: the list has commissioning hubs too", areRows(l.others), l.odd)
	}
	for i, codes := range l.missing {
		if len(codes) == 0 {
			continue
		}
		all := make([]string, 0, len(codes))
		for code := range codes {
			all = append(all, code)
		}
		slices.Sort(all)
		more := ""
		if len(all) > 20 {
			all, more = all[:20], " …"
		}
		l.remark(0, 0, slots[i].column, "", "the register does not have all bodies that rows name, on the day of the row: no relation was recorded to %s%s (%d in all)", strings.Join(all, ", "), more, len(codes))
	}
	if n := l.statuses["D"]; n > 0 {
		l.remark(0, 0, "status", "D", "%s marked as dormant without a last day, and taken as open", areRows(n))
	}
	if n := l.statuses["P"]; n > 0 {
		l.remark(0, 0, "status", "P", "%s marked as proposed, and taken with the first day given", areRows(n))
	}
}

// areRows begins a sentence about rows.
func areRows(n int) string {
	if n == 1 {
		return "1 row is"
	}
	return fmt.Sprintf("%d rows are", n)
}
