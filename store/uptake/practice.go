package uptake

import (
	"context"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// level is a kind of organisation of a practice-map.
type level struct {
	kind             string
	code, name, ons  string // columns
	renamed, several bool   // whether a list revises its name; whether it may be part of several
}

// levels go from the practice up.
var levels = [...]level{
	{kind: "gp-practice", code: "PRACTICE_CODE", name: "PRACTICE_NAME", renamed: true},
	{kind: "primary-care-network", code: "PCN_CODE", name: "PCN_NAME", renamed: true, several: true},
	{kind: "ccg", code: "CCG_CODE", name: "CCG_NAME", ons: "ONS_CCG_CODE", renamed: true},
	{kind: "stp", code: "STP_CODE", name: "STP_NAME", ons: "ONS_STP_CODE"},
	{kind: "nhs-region", code: "COMM_REGION_CODE", name: "COMM_REGION_NAME", ons: "ONS_COMM_REGION_CODE"},
}

const (
	practiceLevel = iota
	networkLevel
	groupLevel
)

// unallocated is the code of practices that are in no network.
const unallocated = "U"

// place is an organisation of the list.
type place struct {
	level    int
	code     string
	name     string
	ons      string
	row      int
	parents  []*place
	practice map[*place]int // of a network: practices by their group
	id       innovation.OrganisationID
}

// practices is a list, by organisation.
type practices struct {
	*take
	table   *table
	edition innovation.Date
	orgs    *organisations
	byCode  [len(levels)]map[string]*place
	order   []*place
	names   map[innovation.OrganisationID]innovation.Recorded[innovation.Name]
	parts   map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]
	added   map[int]bool // rows that changed something
	refused map[int]bool // rows with a place that is refused
	lives   map[innovation.OrganisationID][]innovation.Period
	next    map[innovation.OrganisationID][]innovation.Succession
}

// takePractices brings a practice-map in.
func takePractices(ctx context.Context, t *take) error {
	p := &practices{take: t, edition: t.opts.Edition, added: map[int]bool{}, refused: map[int]bool{}}
	var columns []string
	for i := range levels {
		p.byCode[i] = map[string]*place{}
		columns = append(columns, levels[i].code, levels[i].name)
	}
	if p.edition.IsZero() {
		columns = append(columns, "EXTRACT_DATE")
	}
	var err error
	if p.table, err = t.header(ctx, columns...); err != nil {
		return err
	}
	if err := t.each(ctx, p.table, nil, func(r *row) error { p.row(r); return nil }); err != nil {
		return err
	}
	if p.edition.IsZero() { // no row could be read
		return nil
	}
	if err := p.load(ctx); err != nil {
		return err
	}
	// The whole before its parts: a part names it.
	sort.SliceStable(p.order, func(i, j int) bool { return p.order[i].level > p.order[j].level })
	for _, at := range p.order {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch err := p.organisation(ctx, at); {
		case err != nil && innovation.Violations(err) == nil:
			return err
		case err != nil:
			p.refused[at.row] = true
			for _, e := range innovation.Violations(err) {
				p.refusal(Note{Row: at.row, Field: levels[at.level].code, Value: at.code, Rule: e.Rule, Detail: e.Detail, Try: e.Try})
			}
		}
	}
	if err := p.absent(ctx); err != nil {
		return err
	}
	for row := range p.refused {
		delete(p.added, row)
	}
	p.report.Refused += len(p.refused)
	p.report.Added = len(p.added)
	p.report.Unchanged = p.report.Rows - p.report.Refused - p.report.Added
	return nil
}

// row notes the organisations of a row.
func (p *practices) row(r *row) {
	if r.table.has("EXTRACT_DATE") && p.take.opts.Edition.IsZero() {
		day, ok := parseExtract(r.get("EXTRACT_DATE"))
		switch {
		case !ok:
			r.refuse(innovation.RuleDateInvalid, "EXTRACT_DATE", r.get("EXTRACT_DATE"), "give the day of the list with the import", "%q is not a day", clip(r.get("EXTRACT_DATE")))
		case p.edition.IsZero():
			p.edition = day
		case p.edition != day:
			r.refuse(innovation.RuleImportConflict, "EXTRACT_DATE", r.get("EXTRACT_DATE"), "part the file by its days", "other rows are of %s", p.edition)
		}
	}
	var found [len(levels)]*place
	for i := range levels {
		l := &levels[i]
		code := strings.ToUpper(r.get(l.code))
		if i == networkLevel && (code == "" || code == unallocated) {
			continue
		}
		if code == "" {
			r.refuse(innovation.RuleTextRequired, l.code, "", "give the code", "the code is missing")
			continue
		}
		found[i] = &place{level: i, code: code, name: oneLine(r.get(l.name)), row: r.number}
		if l.ons != "" {
			found[i].ons = strings.ToUpper(r.get(l.ons))
		}
	}
	if r.refused {
		return
	}
	if first := p.byCode[practiceLevel][found[practiceLevel].code]; first != nil {
		r.refuse(innovation.RuleImportRepeated, levels[0].code, found[0].code, "keep the row that is right", "row %d is of the same practice", first.row)
		return
	}
	for i, at := range found {
		if at == nil {
			continue
		}
		if was := p.byCode[i][at.code]; was != nil {
			found[i] = was
			continue
		}
		p.byCode[i][at.code] = at
		p.order = append(p.order, at)
	}
	practice, network, group := found[practiceLevel], found[networkLevel], found[groupLevel]
	if network == nil {
		practice.parents = []*place{group}
	} else {
		practice.parents = []*place{network, group} // the group only when the network has several
		if network.practice == nil {
			network.practice = map[*place]int{}
		}
		network.practice[group]++
		if !slices.Contains(network.parents, group) {
			network.parents = append(network.parents, group)
		}
	}
	for i := groupLevel; i+1 < len(levels); i++ {
		switch at, whole := found[i], found[i+1]; {
		case len(at.parents) == 0:
			at.parents = []*place{whole}
		case at.parents[0] != whole:
			p.remark(r.number, r.line, levels[i+1].code, whole.code, "%s is part of %s by row %d, which was taken", at.code, at.parents[0].code, at.row)
		}
	}
}

// parseExtract reads the day of a list: 01-Sep-20, 01Jan2022, 2020-09-01.
func parseExtract(s string) (innovation.Date, bool) {
	for _, layout := range []string{"02-Jan-06", "02Jan2006", "02-Jan-2006", "02Jan06", "2006-01-02", "02/01/2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return innovation.DateOf(t, time.UTC), true
		}
	}
	return innovation.Date{}, false
}

// load reads what the register has of the organisations.
func (p *practices) load(ctx context.Context) (err error) {
	if p.orgs, err = loadOrganisations(ctx, p.take, schemeODS, "ons"); err != nil {
		return err
	}
	p.names = map[innovation.OrganisationID]innovation.Recorded[innovation.Name]{}
	p.parts = map[innovation.OrganisationID][]innovation.Recorded[innovation.Relation]{}
	day := innovation.On(p.edition)
	for n, err := range each[innovation.Name](ctx, p.tx, day, store.FactFilter{}) {
		if err != nil {
			return err
		}
		if n.Value.Kind == "official" && n.Value.Period.Holds(p.edition) != innovation.No {
			p.names[n.Value.Organisation] = n // the last that was recorded
		}
	}
	for r, err := range each[innovation.Relation](ctx, p.tx, anyDay, store.FactFilter{AllDays: true}) {
		if err != nil {
			return err
		}
		if r.Value.Type == innovation.PartOf {
			p.parts[r.Value.Organisation] = append(p.parts[r.Value.Organisation], r)
		}
	}
	if p.lives, err = loadLives(ctx, p.tx); err != nil {
		return err
	}
	p.next = map[innovation.OrganisationID][]innovation.Succession{}
	for s, err := range each[innovation.Succession](ctx, p.tx, anyDay, store.FactFilter{AllDays: true}) {
		if err != nil {
			return err
		}
		if v := s.Value; v.Successor != "" && (v.Type == innovation.Merge || v.Type == innovation.Rename) {
			p.next[v.Predecessor] = append(p.next[v.Predecessor], v)
		}
	}
	return nil
}

// change is a fact that the list adds, or that it puts in the place of another,
// or, without a fact, the end of another.
type change struct {
	old  innovation.FactID // 0 for none
	was  innovation.Period
	next innovation.Fact
	from innovation.Bound // when old ends
}

// organisation finds or founds an organisation of the list, and brings its name
// and what it is part of into line with it. When something of that is refused,
// nothing of it is written.
func (p *practices) organisation(ctx context.Context, at *place) error {
	l := levels[at.level]
	var founding []innovation.Fact
	id, known := p.orgs.on(at.code, p.edition)
	if !known {
		b := body{code: at.code, name: at.name, kind: l.kind, period: innovation.FromBound(innovation.NotLaterThan(p.edition))}
		if at.ons != "" {
			b.other = map[string]string{"ons": at.ons}
		}
		var err error
		if id, founding, err = p.orgs.founding(ctx, p.take, b); err != nil {
			return err
		}
	} else {
		at.id = id // it is there, whatever becomes of the rest
	}
	var changes []change
	name, ok := p.names[id]
	if known && l.renamed && ok && settled(name.Value.Period, p.edition) && !strings.EqualFold(oneLine(name.Value.Text), at.name) && at.name != "" {
		next := name.Value
		from := p.since(name.Value.Period)
		next.Text, next.Period = at.name, innovation.FromBound(from)
		changes = append(changes, change{name.ID, name.Value.Period, next, from})
	}
	changes = append(changes, p.partOf(id, at)...)
	var errs []error
	for _, c := range changes {
		if c.next != nil {
			errs = append(errs, c.next.Validate())
		}
		if c.old != 0 {
			errs = append(errs, c.was.EndingAt(c.from).Validate())
		}
	}
	if err := innovation.Join(errs...); err != nil {
		return err
	}
	if founding != nil {
		if err := p.orgs.write(ctx, p.take, at.row, founding); err != nil {
			return err
		}
		p.added[at.row] = true
	}
	at.id = id
	for _, c := range changes {
		if err := p.change(ctx, at.row, c); err != nil {
			return err
		}
	}
	return nil
}

func (p *practices) change(ctx context.Context, row int, c change) (err error) {
	if err := p.needSource(ctx); err != nil {
		return err
	}
	switch {
	case c.old == 0:
		_, err = p.tx.Record(ctx, c.next, p.cite(row))
	case c.next == nil:
		err = p.tx.End(ctx, c.old, innovation.Day{Bound: c.from}, p.cite(row))
	default:
		_, err = p.tx.Revise(ctx, c.old, c.next, p.cite(row))
	}
	if err != nil {
		return err
	}
	if c.old != 0 {
		p.report.Revised++
	}
	p.added[row] = true
	return nil
}

// settled reports whether a period has begun by a day.
func settled(p innovation.Period, day innovation.Date) bool { return !p.Start.Latest.After(day) }

// since is when something came to be that was otherwise at the start of a
// period and is so at the edition: some day between.
func (p *practices) since(was innovation.Period) innovation.Bound {
	first := was.Start.Latest.AddDays(1)
	if first.After(p.edition) {
		return innovation.Exactly(p.edition)
	}
	return innovation.Bound{Earliest: first, Latest: p.edition}
}

// moved narrows when a part went from one whole to another: to the day on which
// the one became the other, and else to when the one had not closed and the
// other had opened. Either may be empty.
func (p *practices) moved(b innovation.Bound, from, to innovation.OrganisationID) innovation.Bound {
	for _, s := range p.next[from] {
		if day := s.Day.Bound; (to == "" || s.Successor == to) && !day.Earliest.Before(b.Earliest) && !day.Latest.After(b.Latest) {
			return innovation.Bound{Earliest: day.Earliest, Latest: day.Latest}
		}
	}
	opened, closed := b.Latest, b.Earliest
	for _, life := range p.lives[to] {
		if h := life.Hull(); h.Start.Before(opened) {
			opened = h.Start
		}
	}
	for _, life := range p.lives[from] {
		if h := life.Hull(); h.End.After(closed) {
			closed = h.End
		}
	}
	narrow := b
	if len(p.lives[to]) > 0 && opened.After(narrow.Earliest) {
		narrow.Earliest = opened
	}
	if len(p.lives[from]) > 0 && closed.Before(narrow.Latest) {
		narrow.Latest = closed
	}
	if narrow.Earliest.After(narrow.Latest) {
		return b
	}
	return narrow
}

// partOf is how what an organisation is part of is brought into line with the
// list. What may begin after the list is left alone: a later list says it.
func (p *practices) partOf(id innovation.OrganisationID, at *place) (out []change) {
	parents := at.parents
	if at.level == practiceLevel && len(parents) > 1 && len(parents[0].parents) == 1 {
		parents = parents[:1] // its network tells its group
	}
	var held, said, later []innovation.Recorded[innovation.Relation]
	for _, r := range p.parts[id] {
		switch holds := r.Value.Period.Holds(p.edition) != innovation.No; {
		case !settled(r.Value.Period, p.edition):
			later = append(later, r)
			if holds {
				said = append(said, r)
			}
		case holds:
			held = append(held, r)
		}
	}
	complete := true
	var missing []innovation.Relation
	for _, whole := range parents {
		if whole.id == "" {
			complete = false // it is refused
			continue
		}
		want := innovation.Relation{Organisation: id, Type: innovation.PartOf, Target: whole.id}
		if at.level == networkLevel && len(parents) > 1 {
			total := 0
			for _, n := range at.practice {
				total += n
			}
			want.Weight, want.Note = int64(at.practice[whole])*1_000_000/int64(total), "share of its practices"
		}
		same := func(r innovation.Recorded[innovation.Relation]) bool { return r.Value.Target == whole.id }
		i := slices.IndexFunc(held, same)
		switch {
		case i < 0 && slices.ContainsFunc(said, same):
			continue
		case i < 0:
			missing = append(missing, want)
			continue
		case held[i].Value.Weight != want.Weight:
			from := p.since(held[i].Value.Period)
			want.Period = innovation.FromBound(from)
			out = append(out, change{held[i].ID, held[i].Value.Period, want, from})
		}
		held = slices.Delete(held, i, i+1)
	}
	// Of what is left, only what a list says at this level is replaced: a practice
	// may be part of another body by another source.
	byOther := func(r innovation.Recorded[innovation.Relation]) bool { return !p.listed(at, r.Value.Target) }
	held, later = slices.DeleteFunc(held, byOther), slices.DeleteFunc(later, byOther)
	for _, want := range missing {
		if len(held) > 0 { // it moved
			i := max(0, slices.IndexFunc(held, func(r innovation.Recorded[innovation.Relation]) bool {
				return slices.ContainsFunc(p.next[r.Value.Target], func(s innovation.Succession) bool { return s.Successor == want.Target })
			}))
			from := p.moved(p.since(held[i].Value.Period), held[i].Value.Target, want.Target)
			want.Period = p.until(from, later)
			out = append(out, change{held[i].ID, held[i].Value.Period, want, from})
			held = slices.Delete(held, i, i+1)
			continue
		}
		want.Period = p.until(p.moved(p.begins(id, at, want.Target), "", want.Target), later)
		out = append(out, change{next: want})
	}
	if !complete {
		return out
	}
	for _, r := range held { // it left
		out = append(out, change{old: r.ID, was: r.Value.Period, from: p.moved(p.since(r.Value.Period), r.Value.Target, "")})
	}
	return out
}

// begins is when a relation began that the list has and no earlier one: after
// the day of an earlier list, when that says otherwise.
func (p *practices) begins(id innovation.OrganisationID, at *place, whole innovation.OrganisationID) innovation.Bound {
	var last innovation.Date
	for _, r := range p.parts[id] {
		if day := r.Value.Period.Start.Latest; day.Before(p.edition) && p.listed(at, r.Value.Target) && (last.IsZero() || day.After(last)) {
			last = day
		}
	}
	if last.IsZero() || slices.ContainsFunc(p.parts[id], func(r innovation.Recorded[innovation.Relation]) bool {
		return r.Value.Target == whole && r.Value.Period.Holds(last) != innovation.No
	}) {
		return innovation.NotLaterThan(p.edition)
	}
	return innovation.Bound{Earliest: last.AddDays(1), Latest: p.edition}
}

// until is the period of a relation that the list shows, which ends before what
// a later list says in its place.
func (p *practices) until(from innovation.Bound, later []innovation.Recorded[innovation.Relation]) innovation.Period {
	period := innovation.FromBound(from)
	for _, r := range later {
		if starts := r.Value.Period.Start.Latest; period.IsOpen() || starts.Before(period.End.Latest) {
			period.End = innovation.Bound{Earliest: p.edition.AddDays(1), Latest: starts}
		}
	}
	return period
}

// listed reports whether a whole is one that this kind of list gives: its key
// is one that a list founded, or one of this list.
func (p *practices) listed(at *place, whole innovation.OrganisationID) bool {
	return strings.HasPrefix(string(whole), schemeODS+"-") ||
		at != nil && slices.ContainsFunc(p.order, func(o *place) bool { return o.id == whole && o.level > at.level })
}

// absent remarks on practices that were part of what the list has, and that it
// leaves out.
func (p *practices) absent(ctx context.Context) error {
	listed, wholes := map[innovation.OrganisationID]bool{}, map[innovation.OrganisationID]bool{}
	for _, at := range p.order {
		if at.level == practiceLevel {
			listed[at.id] = true
		} else {
			wholes[at.id] = true
		}
	}
	left := 0
	for e, err := range each[innovation.Existence](ctx, p.tx, innovation.On(p.edition), store.FactFilter{}) {
		if err != nil {
			return err
		}
		isPart := func(r innovation.Recorded[innovation.Relation]) bool {
			return r.Value.Period.Holds(p.edition) != innovation.No && (wholes[r.Value.Target] || p.listed(nil, r.Value.Target))
		}
		if id := e.Value.Organisation; e.Value.Kind == levels[practiceLevel].kind && !listed[id] && slices.ContainsFunc(p.parts[id], isPart) {
			left++
		}
	}
	if left > 0 {
		p.remark(0, 0, levels[practiceLevel].code, "", "%d practices that the register has are not in the list, and were left as they are", left)
	}
	return nil
}
