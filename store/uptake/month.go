package uptake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// MonthOptions says what the columns of a file of monthly uptake are, and by
// what rule its use makes events: see the documentation of the package.
type MonthOptions struct {
	Innovation innovation.InnovationID
	Measure    string // what was counted (scheme measure)
	Unit       string // of what (scheme unit)

	// The columns by their names in the header. Denominator and Product may be
	// empty; with a Product, only rows count whose product begins with ProductIs,
	// whatever the case.
	MonthColumn, Organisation, Count, Denominator, Product, ProductIs string
	// Complement takes one minus the count, for a file that gives the share of
	// what the innovation replaces.
	Complement bool
	Scheme     string // of the codes of organisations; ods when empty

	// AtLeast is the least count of a month of use; empty is more than nothing.
	AtLeast string
	Confirm Confirm
	// QuietAfter is after how many months without use, at the end of the file, an
	// organisation counts as quiet; 6 when 0. It makes no event.
	QuietAfter int
	// Restated marks what is recorded as restated: the source gives it for the
	// bodies of another day.
	Restated bool

	atLeast decimal
}

// Confirm says which months of use after the first make an event.
type Confirm string

// The months that confirm that an innovation is in use.
const (
	ConfirmEach Confirm = "each" // each of them; also when empty
	ConfirmLast Confirm = "last" // only the last one of the file
	ConfirmNone Confirm = "none"
)

// Presets are the columns of published files, by name: what is to be added is
// the innovation, and whether the source restates them.
func Presets() map[string]MonthOptions {
	return map[string]MonthOptions{
		"libre-ccg-month": {Measure: "items", Unit: "items", MonthColumn: "month", Organisation: "ccg",
			Count: "numerator_items", Denominator: "denominator_list_thousands"},
		"glargine-ccg-month": {Measure: "share", Unit: "items", MonthColumn: "month", Organisation: "pct",
			Count: "glar_percent_items", Complement: true},
		"scmd-trust-month": {Measure: "quantity", Unit: "units", MonthColumn: "year_month", Organisation: "ods_code",
			Count: "total_quantity", Product: "vmp_product_name"},
	}
}

// prepare checks the options and fills in what is left out.
func (m *MonthOptions) prepare() error {
	var errs []error
	need := func(field, value, try string) {
		if value == "" {
			errs = append(errs, innovation.Invalidf(innovation.RuleTextRequired, field, "it is missing").Trying("%s", try))
		}
	}
	need("innovation", string(m.Innovation), "the key of the innovation that was used")
	need("measure", m.Measure, "a code of the scheme measure, or a preset")
	need("unit", m.Unit, "a code of the scheme unit, or a preset")
	need("monthColumn", m.MonthColumn, "the name of the column of months, or a preset")
	need("organisationColumn", m.Organisation, "the name of the column of codes of organisations, or a preset")
	need("countColumn", m.Count, "the name of the column of counts, or a preset")
	if m.ProductIs != "" {
		need("productColumn", m.Product, "the name of the column of products, or a preset")
	}
	m.Scheme, m.Confirm = cmp.Or(m.Scheme, schemeODS), cmp.Or(m.Confirm, ConfirmEach)
	m.QuietAfter = cmp.Or(m.QuietAfter, 6)
	if !slices.Contains([]Confirm{ConfirmEach, ConfirmLast, ConfirmNone}, m.Confirm) {
		errs = append(errs, innovation.Invalidf(innovation.RuleWordUnknown, "confirm", "%q is not one of its values", clip(string(m.Confirm))).Trying("use each, last or none"))
	}
	if m.QuietAfter < 0 {
		errs = append(errs, innovation.Invalidf(innovation.RuleQuestionInvalid, "quietAfter", "%d months", m.QuietAfter).Trying("give a number of months from 1"))
	}
	if m.AtLeast != "" {
		var ok bool
		if m.atLeast, _, ok = parseDecimal(m.AtLeast); !ok || m.atLeast.sign() <= 0 {
			errs = append(errs, innovation.Invalidf(innovation.RuleQuantityInvalid, "atLeast", "%q is no number above nothing", clip(m.AtLeast)).Trying("give a number such as 0.5, or leave it out"))
		}
	}
	return innovation.Join(errs...)
}

// rule says by what rule the use makes events, for the audit trail.
func (m *MonthOptions) rule() string {
	least := "a count above 0"
	if m.AtLeast != "" {
		least = "a count of at least " + m.AtLeast
	}
	text := fmt.Sprintf("Rule: the first month with %s (%s) reaches the stage adopted, by observed evidence", least, m.Measure)
	switch m.Confirm {
	case ConfirmLast:
		text += "; the last such month confirms it"
	case ConfirmEach:
		text += "; each later such month confirms it"
	}
	return text + "; months without use make no event."
}

// used reports whether a count makes a month one of use.
func (m *MonthOptions) used(count decimal) bool {
	if m.AtLeast == "" {
		return count.sign() > 0
	}
	return count.atLeast(m.atLeast)
}

// monthUse is what an organisation used in a month.
type monthUse struct {
	month      innovation.Date // its first day
	count, per decimal
	hasPer     bool
	row, line  int   // the first row that says so
	rows       int   // how many do; 0 once they are refused
	products   []int // which they are of
	fact       innovation.Uptake
	known      bool // the register has it
}

// user is an organisation of the file.
type user struct {
	code   string
	id     innovation.OrganisationID
	row    int
	months []*monthUse
	find   map[innovation.Date]*monthUse
	failed bool // it could not be found, or founded
}

// months is the file, by organisation and month: as much as it has of these,
// however many rows.
type months struct {
	*take
	opts     *MonthOptions
	table    *table
	orgs     *organisations
	users    map[string]*user
	order    []*user
	products map[string]int
	last     innovation.Date
	rounded  int // the first row with a number that was rounded
	lives    map[innovation.OrganisationID][]innovation.Period
}

// takeMonths records what was used, and the events that it makes.
func takeMonths(ctx context.Context, t *take) error {
	m := &months{take: t, opts: &t.opts.Month, users: map[string]*user{}, products: map[string]int{}}
	columns := []string{m.opts.MonthColumn, m.opts.Organisation, m.opts.Count}
	for _, c := range []string{m.opts.Denominator, m.opts.Product} {
		if c != "" {
			columns = append(columns, c)
		}
	}
	var err error
	if m.table, err = t.header(ctx, columns...); err != nil {
		return err
	}
	if _, there, err := about[innovation.Innovation](ctx, t.tx, m.opts.Innovation.Entity()); err != nil {
		return err
	} else if !there {
		return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleEntityNotFound, Field: "innovation",
			Detail: fmt.Sprintf("the register has no innovation with the key %s", m.opts.Innovation), Try: "record the innovation first, or correct the key"}
	}
	if m.orgs, err = loadOrganisations(ctx, t, m.opts.Scheme); err != nil {
		return err
	}
	if err := t.each(ctx, m.table, []string{m.opts.Count, m.opts.Denominator}, func(r *row) error { return m.row(ctx, r) }); err != nil {
		return err
	}
	if m.rounded > 0 {
		t.remark(0, 0, "", "", "numbers with more than nine decimals are rounded to nine, from row %d on", m.rounded)
	}
	for _, u := range m.order {
		sort.Slice(u.months, func(i, j int) bool { return u.months[i].month.Before(u.months[j].month) })
	}
	if err := m.check(ctx); err != nil {
		return err
	}
	if err := m.events(ctx); err != nil {
		return err
	}
	return m.record(ctx)
}

// row adds a row to what its organisation used in its month.
func (m *months) row(ctx context.Context, r *row) error {
	product := ""
	if m.opts.Product != "" {
		product = strings.ToLower(oneLine(r.get(m.opts.Product)))
		if !strings.HasPrefix(product, strings.ToLower(m.opts.ProductIs)) {
			m.report.PassedOver++
			return nil
		}
	}
	month, ok := parseMonth(r.get(m.opts.MonthColumn))
	if !ok {
		r.refuse(innovation.RuleDateInvalid, m.opts.MonthColumn, r.get(m.opts.MonthColumn), "write a month as 2019-04 or 2019-04-01", "%q is not a month", clip(r.get(m.opts.MonthColumn)))
	}
	count, ok := m.number(r, m.opts.Count)
	if ok && m.opts.Complement {
		if count, ok = (decimal{n: 1}).add(count.minus()); !ok {
			r.refuse(innovation.RuleQuantityInvalid, m.opts.Count, r.get(m.opts.Count), "give a share from 0 to 1", "the share is too large")
		}
	}
	var per decimal
	hasPer := m.opts.Denominator != "" && r.get(m.opts.Denominator) != ""
	if hasPer {
		per, _ = m.number(r, m.opts.Denominator)
	}
	if r.refused {
		return nil
	}
	u, err := m.user(ctx, r, innovation.InMonth(month.Year(), month.Month()))
	if err != nil || r.refused {
		return err
	}
	was := u.find[month]
	if was == nil {
		p := m.product(product)
		was = &monthUse{month: month, count: count, per: per, hasPer: hasPer, row: r.number, line: r.line, rows: 1, products: []int{p}}
		u.find[month] = was
		u.months = append(u.months, was)
		if month.After(m.last) {
			m.last = month
		}
		return nil
	}
	p := m.product(product)
	if slices.Contains(was.products, p) {
		r.refuse(innovation.RuleImportRepeated, m.opts.MonthColumn, "", "keep the row that is right",
			"row %d is of the same organisation and month", was.row)
		return nil
	}
	if was.count, ok = was.count.add(count); !ok {
		r.refuse(innovation.RuleQuantityInvalid, m.opts.Count, "", "correct the counts", "the counts of the month are too large to be added")
		return nil
	}
	was.rows++
	was.products = append(was.products, p)
	return nil
}

func (m *months) product(name string) int {
	if _, ok := m.products[name]; !ok {
		m.products[name] = len(m.products)
	}
	return m.products[name]
}

func (m *months) number(r *row, column string) (decimal, bool) {
	text := r.get(column)
	d, rounded, ok := parseDecimal(text)
	if !ok {
		r.refuse(innovation.RuleQuantityInvalid, column, text, "write digits with a point before the decimals", "%q is not a number", clip(text))
	}
	if rounded && m.rounded == 0 {
		m.rounded = r.number
	}
	return d, ok
}

// parseMonth reads 2019-04, 2019-04-01 and 201904 as the first day of the month.
func parseMonth(s string) (innovation.Date, bool) {
	switch {
	case len(s) == 6:
		s = s[:4] + "-" + s[4:] + "-01"
	case len(s) == 7:
		s += "-01"
	}
	d, err := innovation.ParseDate(s)
	if err != nil {
		return d, false
	}
	first, err := innovation.NewDate(d.Year(), d.Month(), 1)
	return first, err == nil
}

// user finds the organisation of a row, or founds it.
func (m *months) user(ctx context.Context, r *row, on innovation.Bound) (*user, error) {
	code := r.get(m.opts.Organisation)
	if u := m.users[code]; u != nil {
		if u.failed {
			m.orgs.named(r, m.opts.Organisation, code, on)
		}
		return u, nil
	}
	u := &user{code: code, row: r.number, find: map[innovation.Date]*monthUse{}}
	m.users[code] = u
	id, several := m.orgs.find(code, on)
	if id == "" && len(several) == 0 && code != "" && m.take.opts.Found {
		var err error
		if id, err = m.orgs.found(ctx, m.take, r.number, body{code: code, kind: m.take.opts.Kind, period: innovation.FromBound(innovation.UnknownBound())}); err != nil {
			delete(m.users, code)
			return nil, err
		}
	}
	if id == "" {
		u.failed = true
		m.orgs.named(r, m.opts.Organisation, code, on)
		return u, nil
	}
	u.id = id
	m.order = append(m.order, u)
	return u, nil
}

// held is what the register has of a measurement.
type held struct{ count, per innovation.Quantity }

type heldKey struct {
	id    innovation.OrganisationID
	month innovation.Date
}

// check makes the measurements, and refuses the rows of a month that the
// register knows otherwise.
func (m *months) check(ctx context.Context) error {
	known := map[heldKey]held{}
	for u, err := range each[innovation.Uptake](ctx, m.tx, anyDay, store.FactFilter{Subject: m.opts.Innovation.Entity(), AllDays: true}) {
		if err != nil {
			return err
		}
		if v := u.Value; v.Measure == m.opts.Measure {
			known[heldKey{v.Organisation, v.Period.Start.Earliest}] = held{v.Count, v.Per}
		}
	}
	for _, u := range m.order {
		for _, use := range u.months {
			f := innovation.Uptake{Innovation: m.opts.Innovation, Organisation: u.id, Measure: m.opts.Measure, Unit: m.opts.Unit,
				Restated: m.opts.Restated, Source: m.take.opts.Source, Period: innovation.Between(use.month, use.month.AddMonths(1))}
			var err error
			if f.Count, err = use.count.quantity(); err == nil && use.hasPer {
				f.Per, err = use.per.quantity()
			}
			if err == nil {
				err = f.Validate()
			}
			use.fact = f
			was, there := known[heldKey{u.id, use.month}]
			switch use.known = there; {
			case err != nil:
				for _, e := range innovation.Violations(err) {
					m.refuse(use, e.Rule, e.Field, "", e.Try, "%s", e.Detail)
				}
			case there && was != (held{f.Count, f.Per}):
				m.refuse(use, innovation.RuleImportConflict, m.opts.Count, f.Count.String(), "correct the one that is wrong",
					"the register has %s of %s for %s in %s", was.count, m.opts.Measure, u.id, use.month.String()[:7])
			}
		}
	}
	return nil
}

// record records the measurements that are not there yet.
func (m *months) record(ctx context.Context) error {
	for _, u := range m.order {
		for _, use := range u.months {
			switch {
			case use.rows == 0:
				continue
			case use.known:
				m.report.Unchanged += use.rows
				continue
			}
			if err := m.needSource(ctx); err != nil {
				return err
			}
			if _, err := m.tx.Record(ctx, use.fact); err != nil {
				return err // of a measure or a unit that nobody knows, or a fault
			}
			m.report.Added += use.rows
		}
	}
	return nil
}

// refuse refuses the rows of a month, once.
func (m *months) refuse(use *monthUse, rule innovation.RuleID, field, value, try, format string, args ...any) {
	m.report.Refused += use.rows
	use.rows = 0
	m.refusal(Note{Row: use.row, Line: use.line, Field: field, Value: clip(value), Rule: rule, Detail: fmt.Sprintf(format, args...), Try: try})
}

// told is what the register has of an organisation's use, by observed evidence.
type told struct {
	adopted []innovation.Day // when use was reached
	stopped innovation.Date  // the last day on which it may have stopped; zero when it did not
	days    []innovation.Bound
}

// events records the events that the use makes.
func (m *months) events(ctx context.Context) error {
	known := map[innovation.OrganisationID]*told{}
	for f, err := range each[innovation.Adoption](ctx, m.tx, anyDay, store.FactFilter{Subject: m.opts.Innovation.Entity(), AllDays: true}) {
		if err != nil {
			return err
		}
		a := f.Value
		if a.Grade != innovation.Observed || a.Planned {
			continue
		}
		k := known[a.Organisation]
		if k == nil {
			k = &told{}
			known[a.Organisation] = k
		}
		k.days = append(k.days, innovation.Bound{Earliest: a.Day.Earliest, Latest: a.Day.Latest})
		switch {
		case a.Step == innovation.Reached && a.Stage.InUse():
			k.adopted = append(k.adopted, a.Day)
		case a.Counts() && !a.Stage.InUse() && a.Step != innovation.Reached && a.Day.Latest.After(k.stopped):
			k.stopped = a.Day.Latest
		}
	}
	var err error
	if m.lives, err = loadLives(ctx, m.tx); err != nil {
		return err
	}
	var all []useEvent
	begun := map[innovation.OrganisationID]bool{} // false for those whose first event is refused
	events := func(yield func(innovation.Adoption, error) bool) {
		for _, e := range all {
			if !yield(e.Adoption, nil) {
				return
			}
		}
	}
	for _, u := range m.order {
		all = append(all, m.eventsOf(u, known[u.id])...)
		begun[u.id] = true
	}
	if len(all) > 0 { // while events are being taken nothing else can be written
		if err := m.needSource(ctx); err != nil {
			return err
		}
	}
	tally, err := m.tx.TakeAdoptions(ctx, events, func(place int, a innovation.Adoption, e *innovation.Error) {
		if a.Step == innovation.Reached {
			begun[a.Organisation] = false
		} else if e.Rule == innovation.RuleAdoptionNothing && !begun[a.Organisation] {
			return // it only follows from that
		}
		use := all[place].use
		m.refuse(use, e.Rule, m.opts.MonthColumn, use.month.String()[:7], e.Try, "%s", e.Detail)
	})
	m.report.Events = int(tally.Added)
	return err
}

// loadLives reads when organisations existed: in operation, or by law when
// nothing else is known.
func loadLives(ctx context.Context, from store.Reader) (map[innovation.OrganisationID][]innovation.Period, error) {
	operational := map[innovation.OrganisationID]bool{}
	lives := map[innovation.OrganisationID][]innovation.Period{}
	for e, err := range each[innovation.Existence](ctx, from, anyDay, store.FactFilter{AllDays: true}) {
		if err != nil {
			return nil, err
		}
		id, works := e.Value.Organisation, e.Value.Aspect == innovation.Operational
		if works && !operational[id] {
			operational[id], lives[id] = true, nil
		}
		if works == operational[id] {
			lives[id] = append(lives[id], e.Value.Period)
		}
	}
	return lives, nil
}

// lived reports whether an organisation may have existed in a month.
func (m *months) lived(id innovation.OrganisationID, month innovation.Date) bool {
	return slices.ContainsFunc(m.lives[id], func(p innovation.Period) bool {
		h := p.Hull()
		return h.Start.Before(month.AddMonths(1)) && h.End.After(month)
	})
}

// useEvent is an event that a month makes.
type useEvent struct {
	innovation.Adoption
	use *monthUse
}

// eventsOf are the events of an organisation, by the rule of the documentation.
func (m *months) eventsOf(u *user, k *told) (out []useEvent) {
	if k == nil {
		k = &told{}
	}
	var used []*monthUse
	for _, use := range u.months {
		if use.rows > 0 && m.opts.used(use.count) && (k.stopped.IsZero() || use.month.After(k.stopped)) {
			used = append(used, use)
		}
	}
	if len(used) == 0 {
		return nil
	}
	if last := used[len(used)-1].month; m.last.AddMonths(-m.opts.QuietAfter).Compare(last) >= 0 {
		m.report.Quiet++
	}
	add := func(step innovation.AdoptionStep, use *monthUse) {
		b := innovation.InMonth(use.month.Year(), use.month.Month())
		if slices.Contains(k.days, b) {
			return // it is said already, or another event of the month is
		}
		out = append(out, useEvent{innovation.Adoption{Innovation: m.opts.Innovation, Organisation: u.id, Step: step, Stage: innovation.Adopted,
			Grade: innovation.Observed, Restated: m.opts.Restated, Source: m.take.opts.Source, Day: innovation.Day{Bound: b}}, use})
	}
	// Months before the organisation opened are refused, and what follows them is
	// taken as if they were not there.
	for !m.opts.Restated && len(used) > 1 && m.lives[u.id] != nil && !m.lived(u.id, used[0].month) && m.lived(u.id, used[len(used)-1].month) {
		m.refuse(used[0], innovation.RuleAdoptionLife, m.opts.MonthColumn, used[0].month.String()[:7],
			"name the body of that day, or mark the event as restated when its source gives it for a body of another day",
			"%s did not exist in %s: it existed %s", u.id, used[0].month.String()[:7], m.lives[u.id][0])
		used = used[1:]
	}
	first := used[0]
	end := first.month.AddMonths(1)
	if !slices.ContainsFunc(k.adopted, func(d innovation.Day) bool {
		return d.Latest.Before(end) && (k.stopped.IsZero() || d.Latest.After(k.stopped))
	}) {
		add(innovation.Reached, first)
	}
	switch later := used[1:]; {
	case len(later) == 0 || m.opts.Confirm == ConfirmNone:
	case m.opts.Confirm == ConfirmLast:
		add(innovation.Confirmed, later[len(later)-1])
	default:
		for _, use := range later {
			add(innovation.Confirmed, use)
		}
	}
	return out
}
