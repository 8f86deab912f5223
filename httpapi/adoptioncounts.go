package httpapi

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

type adoptionStateInput struct {
	ViewQuery
	Innovation   keyParam `query:"innovation" required:"true" doc:"The innovation"`
	Organisation keyParam `query:"organisation" required:"true" doc:"The organisation or site"`
	Firm         string   `query:"firm" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The grade from which evidence is firm: what weaker evidence alone says is possible; observed when left out"`
	Format       string   `query:"format" enum:"json,csv" doc:"csv for a table, a line for each event, as with Accept: text/csv"`
}

type adoptionsInput struct {
	ViewQuery
	Organisation keyParam     `query:"organisation" doc:"The innovations of this organisation"`
	Innovation   keyParam     `query:"innovation" doc:"Or the organisations of this innovation"`
	Stage        string       `query:"stage" enum:"identified,assessing,piloting,adopted,embedded" doc:"Only those at this stage, or possibly at it"`
	InUse        string       `query:"inUse" enum:"yes,possibly,no" doc:"Only those that use it, possibly use it, or do not"`
	Firm         string       `query:"firm" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The grade from which evidence is firm; observed when left out"`
	Limit        integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many at most; 100 when left out"`
	Page         string       `query:"page" doc:"The next of the page before"`
	Format       string       `query:"format" enum:"json,csv" doc:"csv for a table, as with Accept: text/csv"`
}

type adoptionCountsInput struct {
	ViewQuery
	Innovation   keyParam     `query:"innovation" required:"true" doc:"The innovation"`
	Programme    keyParam     `query:"programme" doc:"Of those who could adopt as this programme sees it; in general when left out"`
	Phase        integerParam `query:"phase" minimum:"1" maximum:"1000" doc:"And as this phase of the programme sees it"`
	By           string       `query:"by" doc:"What it is counted by: network, kind (of the organisation), or the kind of a body that organisations lie within (scheme organisation-kind): icb, nhs-region, primary-care-network"`
	Level        string       `query:"level" doc:"Count the bodies of this kind by the organisations and sites that lie within them; organisations as recorded when left out"`
	RollUp       string       `query:"rollUp" enum:"any,all,share" doc:"With a level: a body is as far as any of its parts that could adopt, as all of them, or as at least a share of them; any when left out"`
	Share        integerParam `query:"share" minimum:"1" maximum:"1000000" doc:"That share, in millionths: 500000 for a half"`
	Firm         string       `query:"firm" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The grade from which evidence is firm; observed when left out"`
	Footprint    string       `query:"footprint" enum:"then,day,held" doc:"Which organisations are counted: then, those of the day asked about; day, those of a named day; held, those of a named day with what their successors do later counted for them; then when left out"`
	FootprintDay dateParam    `query:"footprintDay" doc:"The named day of the footprint"`
	Format       string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each group, as with Accept: text/csv"`
}

type adoptionMonthsInput struct {
	ViewQuery
	Innovation   keyParam   `query:"innovation" doc:"The innovation; all of them together when left out"`
	From         boundParam `query:"from" doc:"The first month, as 2019-04; that of the first adopter when left out"`
	To           boundParam `query:"to" doc:"The last month; the last one complete by the day asked about when left out"`
	Grade        string     `query:"grade" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"Only evidence of this grade or better; all when left out"`
	By           string     `query:"by" doc:"What it is counted by: network, kind (of the organisation), or the kind of a body that organisations lie within; needs an innovation"`
	Footprint    string     `query:"footprint" enum:"then,day,held" doc:"Which organisations are counted: then, those of the day asked about; day, those of a named day; held, those of a named day with what their successors do later counted for them; organisations as recorded when neither it nor by is given; needs an innovation"`
	FootprintDay dateParam  `query:"footprintDay" doc:"The named day of the footprint"`
	Format       string     `query:"format" enum:"json,csv" doc:"csv for a table, a line for each month of each group, as with Accept: text/csv"`
}

type adoptionMovementInput struct {
	ViewQuery
	Innovation   keyParam     `query:"innovation" required:"true" doc:"The innovation"`
	From         dateParam    `query:"from" doc:"The first day; a year before the last when left out"`
	To           dateParam    `query:"to" doc:"The last day; the day asked about when left out"`
	Programme    keyParam     `query:"programme" doc:"Of those who could adopt as this programme sees it; in general when left out"`
	Phase        integerParam `query:"phase" minimum:"1" maximum:"1000" doc:"And as this phase of the programme sees it"`
	By           string       `query:"by" doc:"What it is counted by: network, kind (of the organisation), or the kind of a body that organisations lie within"`
	Firm         string       `query:"firm" enum:"self-reported,supplier-reported,ordered,observed,audited" doc:"The grade from which evidence is firm; observed when left out"`
	Footprint    string       `query:"footprint" enum:"then,day,held" doc:"Which organisations are counted: then, those of each of the two days; day, those of a named day; held, those of a named day with what their successors do later counted for them; then when left out"`
	FootprintDay dateParam    `query:"footprintDay" doc:"The named day of the footprint"`
	Format       string       `query:"format" enum:"json,csv" doc:"csv for a table, a line for each movement of each group, as with Accept: text/csv"`
}

// addAdoptionCounts registers the questions about where organisations stand with
// innovations, and how many.
func addAdoptionCounts(t *table, tags string) {
	read(t, &Operation{ID: "adoption.state", Path: "/v1/adoption-state", Go: "Store.AdoptionState", CSV: true,
		Summary: "Where an organisation stands with an innovation, since when, and on what evidence"}, tags,
		func(ctx context.Context, x *exchange, in *adoptionStateInput) (store.AdoptionState, error) {
			p := x.params()
			p.required("innovation", string(in.Innovation))
			p.required("organisation", string(in.Organisation))
			v := p.view(in.ViewQuery)
			id, body := innovation.InnovationID(p.key("innovation", in.Innovation)), innovation.OrganisationID(p.key("organisation", in.Organisation))
			firm := p.grade("firm", in.Firm)
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.AdoptionState{}, err
			}
			return x.edge.store.AdoptionState(ctx, v, id, body, firm)
		})
	read(t, &Operation{ID: "adoption.list", Path: "/v1/adoptions", Go: "Store.Adoptions", CSV: true,
		Summary: "The innovations of an organisation, or the organisations of an innovation, with where they stand"}, tags,
		func(ctx context.Context, x *exchange, in *adoptionsInput) (store.AdoptionList, error) {
			p := x.params()
			v := p.listView(in.ViewQuery, in.Page)
			f := store.AdoptionFilter{Organisation: innovation.OrganisationID(p.key("organisation", in.Organisation)),
				Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)), Stage: innovation.Stage(in.Stage), InUse: in.InUse,
				Firm: p.grade("firm", in.Firm), Limit: p.count("limit", in.Limit), Page: in.Page}
			p.oneOf("stage", in.Stage, "identified", "assessing", "piloting", "adopted", "embedded")
			p.oneOf("inUse", in.InUse, "yes", "possibly", "no")
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.AdoptionList{}, err
			}
			return x.edge.store.Adoptions(ctx, v, f)
		})
	read(t, &Operation{ID: "adoption.count", Path: "/v1/adoption-counts", Go: "Store.AdoptionCounts", CSV: true,
		Summary: "How many of those who could adopt an innovation did by a day: from the certain to the possible"}, tags,
		func(ctx context.Context, x *exchange, in *adoptionCountsInput) (store.AdoptionCounts, error) {
			p := x.params()
			p.required("innovation", string(in.Innovation))
			v := p.view(in.ViewQuery)
			q := innovation.AdoptionCountQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)),
				Programme: innovation.ProgrammeID(p.key("programme", in.Programme)), Phase: p.integer("phase", in.Phase, 0),
				By: in.By, Level: in.Level, RollUp: innovation.RollUp(in.RollUp), Share: p.integer("share", in.Share, 0),
				Firm: p.grade("firm", in.Firm), Footprint: p.footprint(in.Footprint, in.FootprintDay)}
			p.oneOf("rollUp", in.RollUp, "any", "all", "share")
			p.oneOf("format", in.Format, "json", "csv")
			if in.Innovation != "" {
				p.check(q.Validate())
			}
			if err := p.err(); err != nil {
				return store.AdoptionCounts{}, err
			}
			return x.edge.store.AdoptionCounts(ctx, v, q)
		})
	read(t, &Operation{ID: "adoption.months", Path: "/v1/adoption-months", Go: "Store.AdoptionMonths", CSV: true,
		Summary: "How many came to use an innovation, or all of them, in each month for the first time, and up to it"}, tags,
		func(ctx context.Context, x *exchange, in *adoptionMonthsInput) (store.AdoptionMonths, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := innovation.AdoptionMonthsQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)),
				From: p.month("from", in.From), To: p.month("to", in.To), Grade: p.grade("grade", in.Grade), By: in.By}
			if in.Footprint != "" || in.FootprintDay != "" {
				f := p.footprint(in.Footprint, in.FootprintDay)
				q.Footprint = &f
			}
			p.oneOf("format", in.Format, "json", "csv")
			if !v.On.IsZero() {
				p.check(q.Validate(v.On))
			}
			if err := p.err(); err != nil {
				return store.AdoptionMonths{}, err
			}
			return x.edge.store.AdoptionMonths(ctx, v, q)
		})
	read(t, &Operation{ID: "adoption.movement", Path: "/v1/adoption-movement", Go: "Store.AdoptionMovement", CSV: true,
		Summary: "How the number of adopters changed: opening, new, restarted, stopped, merged and the like, closing"}, tags,
		func(ctx context.Context, x *exchange, in *adoptionMovementInput) (store.AdoptionMovement, error) {
			p := x.params()
			p.required("innovation", string(in.Innovation))
			v := p.view(in.ViewQuery)
			q := innovation.AdoptionMovementQuery{Innovation: innovation.InnovationID(p.key("innovation", in.Innovation)),
				From: p.day("from", in.From), To: p.day("to", in.To), Programme: innovation.ProgrammeID(p.key("programme", in.Programme)),
				Phase: p.integer("phase", in.Phase, 0), By: in.By, Firm: p.grade("firm", in.Firm), Footprint: p.footprint(in.Footprint, in.FootprintDay)}
			p.oneOf("format", in.Format, "json", "csv")
			if in.Innovation != "" && !v.On.IsZero() {
				p.check(q.Validate(v.On))
			}
			if err := p.err(); err != nil {
				return store.AdoptionMovement{}, err
			}
			return x.edge.store.AdoptionMovement(ctx, v, q)
		})
}

// grade reads a grade of evidence, or none.
func (p *params) grade(field, s string) innovation.EvidenceGrade {
	g := innovation.EvidenceGrade(s)
	p.oneOf(field, s, gradeWords()...)
	if g.Rank() == 0 {
		return ""
	}
	return g
}

func gradeWords() (out []string) {
	for _, g := range innovation.EvidenceGrades() {
		out = append(out, string(g))
	}
	return out
}

// month reads a month, or the month of a day.
func (p *params) month(field string, s boundParam) innovation.Date {
	b, err := innovation.ParseBound(string(s))
	if err == nil && !b.IsZero() && b.Precision() != innovation.PrecisionMonth && b.Precision() != innovation.PrecisionDay {
		err = innovation.Invalidf(innovation.RuleQuestionInvalid, "", "%q is no month", clip(string(s))).Trying("write 2019-04")
	}
	p.refuse(field, err)
	if err != nil {
		return innovation.Date{}
	}
	return b.Earliest
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// rangeHead names the columns of a number of organisations, rangeCells fills them.
func rangeHead(name string) []string { return []string{name + "Low", name + "High"} }

func rangeCells(r innovation.CountBounds) []string { return []string{number(r.Low), number(r.High)} }

func adoptionStateRows(s store.AdoptionState) [][]string {
	rows := [][]string{{"innovation", "organisation", "inUse", "stopped", "event", "by", "step", "stage", "grade", "day", "planned", "reason", "sources"}}
	head := []string{string(s.Innovation), string(s.Organisation), s.InUse.String(), s.Stopped.String()}
	events := append(slices.Clip(s.Events), s.Planned...)
	for i := range events {
		a := &events[i].Value
		sources := sourceList(events[i].Sources)
		if a.Source != "" && !strings.Contains(sources, string(a.Source)) {
			sources = strings.Trim(string(a.Source)+"; "+sources, "; ")
		}
		rows = append(rows, joined(head, []string{number(int64(events[i].ID)), string(a.Organisation), string(a.Step), string(a.Stage), string(a.Grade),
			a.Day.String(), strconv.FormatBool(a.Planned), string(a.Reason), sources}))
	}
	if len(events) == 0 {
		rows = append(rows, joined(head, make([]string, 9)))
	}
	return rows
}

func adoptionListRows(l store.AdoptionList) [][]string {
	rows := [][]string{{"innovation", "organisation", "name", "inUse", "stopped", "stages", "grade", "partly", "certainSince", "possiblySince", "lastSign", "reason", "from"}}
	for _, a := range l.Adoptions {
		var stages, from []string
		for _, s := range a.Stages {
			text := string(s.Stage)
			if s.At == innovation.Possibly {
				text += " (possibly)"
			}
			stages = append(stages, text)
		}
		for _, id := range a.Standing.From {
			from = append(from, string(id))
		}
		rows = append(rows, []string{string(a.Innovation), string(a.Organisation), a.Name, a.InUse.String(), a.Stopped.String(), strings.Join(stages, "; "),
			string(a.Standing.Grade), strconv.FormatBool(a.Standing.Partly), a.Certain.String(), a.Possible.String(), a.Spell.LastSign.String(), string(a.Spell.Reason), strings.Join(from, "; ")})
	}
	return rows
}

func adoptionCountRows(c store.AdoptionCounts) [][]string {
	head := joined([]string{"group", "name", "unknown"}, rangeHead("eligible"), rangeHead("counted"), rangeHead("inUse"), []string{"shareLow", "shareHigh"})
	for _, s := range innovation.Stages() {
		head = append(head, rangeHead(string(s))...)
	}
	head = joined(head, rangeHead("stopped"), rangeHead("notKnown"), []string{"partly"}, gradeWords())
	rows := [][]string{head}
	for _, r := range append([]innovation.AdoptionCountRow{c.Total}, c.Groups...) {
		eligible := []string{"", ""}
		if r.Eligible != nil {
			eligible = rangeCells(*r.Eligible)
		}
		row := joined([]string{r.Group, r.Name, strconv.FormatBool(r.Unknown)}, eligible, rangeCells(r.Counted), rangeCells(r.InUse), millionthsCells(r.Share))
		for _, s := range r.Stages {
			row = append(row, rangeCells(s.CountBounds)...)
		}
		row = joined(row, rangeCells(r.Stopped), rangeCells(r.NotKnown), []string{number(r.Partly)})
		for _, g := range innovation.EvidenceGrades() {
			var n int64
			for _, e := range r.Evidence {
				if e.Grade == g {
					n = e.Adopters
				}
			}
			row = append(row, number(n))
		}
		rows = append(rows, row)
	}
	return rows
}

func adoptionMonthRows(m store.AdoptionMonths) [][]string {
	rows := [][]string{{"group", "name", "unknown", "month", "certain", "possible", "cumulativeLow", "cumulativeHigh"}}
	for _, c := range append([]innovation.AdoptionCurve{m.Total}, m.Groups...) {
		for _, month := range c.Months {
			rows = append(rows, joined([]string{c.Group, c.Name, strconv.FormatBool(c.Unknown), innovation.MonthText(month.Month), number(month.Certain), number(month.Possible)},
				rangeCells(month.Cumulative)))
		}
	}
	return rows
}

func adoptionMovementRows(m store.AdoptionMovement) [][]string {
	rows := [][]string{{"group", "name", "unknown", "movement", "certain", "possible"}}
	for _, r := range append([]innovation.MovementRow{m.Total}, m.Groups...) {
		line := func(what string, certain, possible int64) {
			rows = append(rows, []string{r.Group, r.Name, strconv.FormatBool(r.Unknown), what, number(certain), number(possible)})
		}
		line("opening", r.Opening.Low, r.Opening.High)
		for _, v := range r.Movements {
			line(string(v.Kind), v.Certain, v.Possible)
		}
		line("closing", r.Closing.Low, r.Closing.High)
	}
	return rows
}
