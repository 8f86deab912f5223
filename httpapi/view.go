package httpapi

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
)

// ViewQuery is the view of a read, as query parameters.
type ViewQuery struct {
	On          dateParam    `query:"on" doc:"The day asked about; today in London when left out"`
	Known       instantParam `query:"known" doc:"What the register knew at this instant (2024-03-31T12:00:00Z), or by the end of this day in London (2024-03-31); everything known now when left out"`
	PublishedBy dateParam    `query:"publishedBy" doc:"Only facts with a source published by this day"`
}

// ActsQuery is the view of a read that tells what was written: without on,
// changes to facts of all days.
type ActsQuery struct {
	On    dateParam    `query:"on" doc:"Only changes to facts that hold, or possibly hold, on this day; of all days when left out"`
	Known instantParam `query:"known" doc:"Only acts made by this instant, or by the end of this day in London; all when left out"`
}

// Parameters arrive as text, so that everything wrong with them can be said at
// once, in the register's own words.
type (
	dateParam    string
	instantParam string
	integerParam string
	yesParam     string // a boolean
	entityParam  string // kind/key
	keyParam     string
	yearParam    string // a financial year
	boundParam   string // a day that may be imprecise
	openingParam string // a sum of money, or bounds of one
	slipsParam   []string
	listParam    []string
)

func (dateParam) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

func (instantParam) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Examples: []any{"2024-03-31T12:00:00Z", "2024-03-31"}}
}

func (integerParam) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Format: "int64"}
}

func (yesParam) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeBoolean} }

func (entityParam) Schema(huma.Registry) *huma.Schema {
	var kinds []string
	for _, k := range innovation.EntityKinds() {
		kinds = append(kinds, string(k))
	}
	return &huma.Schema{Type: huma.TypeString, Pattern: "^(" + strings.Join(kinds, "|") + ")/[a-z0-9][a-z0-9._-]*$",
		Examples: []any{"organisation/nhs-england"}}
}

func (keyParam) Schema(r huma.Registry) *huma.Schema { return keyText("").Schema(r) }

func (yearParam) Schema(r huma.Registry) *huma.Schema { return financialYearText("").Schema(r) }

func (boundParam) Schema(r huma.Registry) *huma.Schema { return boundText("").Schema(r) }

func (openingParam) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Examples: []any{"12500.00", "10000.00..15000.00"}}
}

func (slipsParam) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Examples: []any{"condition/con-1:2014-06-30"}}}
}

// params reads parameters and gathers what is wrong with them.
type params struct {
	edge *edge
	errs []error
}

//go:noinline // many places would hold a copy of it
func (x *exchange) params() *params { return &params{edge: x.edge} }

// err is everything that was wrong, or nil.
//
//go:noinline // many places would hold a copy of it
func (p *params) err() error { return innovation.Join(p.errs...) }

func (p *params) refuse(field string, err error) {
	for _, e := range innovation.Violations(err) {
		p.errs = append(p.errs, e.In(field))
	}
}

// check adds what is wrong with a question as a whole, but for parameters about
// which something was said already.
func (p *params) check(err error) {
	for _, e := range innovation.Violations(err) {
		told := func(other error) bool { return innovation.Violations(other)[0].Field == e.Field }
		if !slices.ContainsFunc(p.errs, told) {
			p.errs = append(p.errs, e)
		}
	}
}

// listView is view for a list: a further page keeps the day of the first, which
// its token carries, when the request names none.
func (p *params) listView(q ViewQuery, page string) innovation.View {
	v := p.view(q)
	if page != "" && q.On == "" {
		v.On = innovation.Date{}
	}
	return v
}

func (p *params) view(q ViewQuery) innovation.View {
	v := innovation.View{On: p.day("on", q.On), Known: p.instant("known", q.Known), PublishedBy: p.day("publishedBy", q.PublishedBy)}
	if q.On == "" {
		v.On = p.edge.today()
	}
	return v
}

func (p *params) actsView(q ActsQuery) innovation.View {
	return innovation.View{On: p.day("on", q.On), Known: p.instant("known", q.Known)}
}

func (p *params) day(field string, s dateParam) innovation.Date {
	if s == "" {
		return innovation.Date{}
	}
	d, err := innovation.ParseDate(string(s))
	p.refuse(field, err)
	return d
}

// instant reads a point of system time: an instant, or the end of a day in
// London. Times are kept in microseconds, so the end is one before midnight.
func (p *params) instant(field string, s instantParam) time.Time {
	if s == "" {
		return time.Time{}
	}
	if d, err := innovation.ParseDate(string(s)); err == nil {
		return d.AddDays(1).Time(p.edge.london).Add(-time.Microsecond)
	} else if len(s) == len("2006-01-02") {
		p.refuse(field, err)
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, string(s))
	if err != nil {
		advice := "write 2024-03-31T12:00:00Z, or 2024-03-31 for the end of that day in London"
		if strings.Contains(string(s), " ") {
			advice = "write the + of an offset as %2B in a query"
		}
		p.errs = append(p.errs, &innovation.Error{Kind: innovation.Invalid, Rule: ruleParameterBad, Field: field,
			Detail: strconv.Quote(clip(string(s))) + " is not an instant", Try: advice})
		return time.Time{}
	}
	if t.IsZero() { // which would mean everything known now
		t = t.Add(time.Microsecond)
	}
	return t
}

func (p *params) integer(field string, s integerParam, otherwise int64) int64 {
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(string(s), 10, 64)
	if err != nil {
		p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, field, "%q is not a whole number", clip(string(s))))
	}
	return n
}

// small is integer for numbers that the store takes as int.
func (p *params) small(field string, s integerParam, otherwise int) int {
	n := p.integer(field, s, int64(otherwise))
	if n != int64(int32(n)) {
		p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, field, "%d is out of range", n))
		return 0
	}
	return int(n)
}

// count is small for a number of which 0 means nothing to ask for.
func (p *params) count(field string, s integerParam) int {
	n := p.small(field, s, 0)
	if s != "" && n < 1 {
		p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, field, "%d is less than 1", n))
	}
	return n
}

func (p *params) yes(field string, s yesParam) bool {
	switch s {
	case "", "false":
		return false
	case "true":
		return true
	}
	p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, field, "%q is neither true nor false", clip(string(s))))
	return false
}

func (p *params) entity(field string, s entityParam) innovation.Entity {
	if s == "" {
		return innovation.Entity{}
	}
	e, err := innovation.ParseEntity(string(s))
	p.refuse(field, err)
	return e
}

// key reads the key of an entity, or none.
func (p *params) key(field string, s keyParam) string {
	if s != "" {
		p.refuse(field, innovation.CheckKey("", string(s)))
	}
	return string(s)
}

// year reads a financial year.
func (p *params) year(field string, s yearParam, otherwise innovation.FinancialYear) innovation.FinancialYear {
	if s == "" {
		return otherwise
	}
	fy, err := innovation.ParseFinancialYear(string(s))
	p.refuse(field, err)
	return fy
}

// fact reads the number of a fact in a path.
func (p *params) fact(s integerParam) innovation.FactID {
	n := p.integer("fact", s, 0)
	if len(p.errs) == 0 && n < 1 {
		p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, "fact", "%d is no number of a fact", n))
	}
	return innovation.FactID(n)
}

// required refuses a parameter that is left out.
//
//go:noinline // many places would hold a copy of it
func (p *params) required(field, s string) {
	if s == "" {
		p.errs = append(p.errs, innovation.Invalidf(ruleFieldMissing, field, "the parameter is missing"))
	}
}

// oneOf refuses a value that is none of a few.
func (p *params) oneOf(field, s string, values ...string) {
	if s != "" && !slices.Contains(values, s) {
		p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, field, "%q is not a value of it", clip(s)).
			Trying("use %s", strings.Join(values, " or ")))
	}
}
