package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/uptake"
)

// adoptionEvents is the body of an act that records many adoption events.
type adoptionEvents struct {
	Reason  string                `json:"reason" doc:"Why, for the audit trail; names nobody"`
	Sources []innovation.Citation `json:"sources,omitempty" doc:"The grounds of the act; an event names its own source"`
	Events  []innovation.Adoption `json:"events" doc:"The events; those of one organisation and innovation in the order of their days"`
}

// AdoptionsRecorded is the answer to many adoption events.
type AdoptionsRecorded struct {
	store.AdoptionTally
	Receipt innovation.Receipt `json:"receipt" doc:"What the act did; when it is a replay, the counts are left at 0"`
}

type uptakeImportInput struct {
	Format          string       `query:"format" required:"true" enum:"adoptions,uptake-month,practice-map,ods-list,ods-successors,ods-roles,ods-relationships" doc:"The kind of file"`
	Reason          string       `query:"reason" required:"true" doc:"Why, for the audit trail; names nobody"`
	Source          keyParam     `query:"source" required:"true" doc:"The source that the facts of the file cite"`
	SourceTitle     string       `query:"sourceTitle" doc:"What the source is called, when the register does not have it"`
	SourceURL       string       `query:"sourceUrl" doc:"Where the source is published, likewise"`
	SourcePublished boundParam   `query:"sourcePublished" doc:"When the source was published, likewise; unknown when left out"`
	DryRun          yesParam     `query:"dryRun" doc:"Do the same work, answer the same, and write nothing"`
	Partial         yesParam     `query:"partial" doc:"Take the rows that can be taken; otherwise one refused row refuses the file"`
	Preset          string       `query:"preset" enum:"libre-ccg-month,glargine-ccg-month,scmd-trust-month" doc:"For uptake-month: a published file whose columns, measure and unit are known"`
	Innovation      keyParam     `query:"innovation" doc:"For uptake-month: what was used"`
	Measure         string       `query:"measure" doc:"For uptake-month: what was counted (scheme measure)"`
	Unit            string       `query:"unit" doc:"For uptake-month: of what (scheme unit)"`
	MonthColumn     string       `query:"monthColumn" doc:"For uptake-month: the column of months"`
	OrganisationCol string       `query:"organisationColumn" doc:"For uptake-month: the column of codes of organisations"`
	CountColumn     string       `query:"countColumn" doc:"For uptake-month: the column of counts"`
	PerColumn       string       `query:"perColumn" doc:"For uptake-month: the column of denominators; none when left out"`
	ProductColumn   string       `query:"productColumn" doc:"For uptake-month: the column of products; none when left out"`
	Product         string       `query:"product" doc:"For uptake-month: only rows of products that begin so"`
	Complement      yesParam     `query:"complement" doc:"For uptake-month: one minus the count, of a share of what the innovation replaces"`
	Scheme          string       `query:"scheme" doc:"For uptake-month: the scheme of the codes; ods when left out"`
	AtLeast         string       `query:"atLeast" doc:"For uptake-month: the least count of a month of use; more than nothing when left out"`
	Confirm         string       `query:"confirm" enum:"each,last,none" doc:"For uptake-month: which later months of use make an event; each when left out"`
	QuietAfter      integerParam `query:"quietAfter" minimum:"1" maximum:"1200" doc:"For uptake-month: after how many months without use an organisation counts as quiet; 6 when left out"`
	Restated        yesParam     `query:"restated" doc:"For uptake-month: the source gives it for the bodies of another day"`
	Found           yesParam     `query:"found" doc:"For uptake-month and ods-successors: found the organisations that the register does not know"`
	Kind            string       `query:"kind" doc:"The kind of organisations that are founded (scheme organisation-kind). When left out, what a row of an ods-list shows, or ccg; body for ods-successors"`
	Edition         dateParam    `query:"edition" doc:"For practice-map and ods-list: the day of the list; that of its column EXTRACT_DATE, or of the publication of its source, when left out; a list without any is refused"`
}

// addUptake registers bringing adoption and uptake in.
func addUptake(t *table) {
	const tags = "adoption"
	many := add(t, &Operation{ID: "adoption.record-many", Method: http.MethodPost, Path: "/v1/adoptions", Go: "Tx.RecordAdoptions", Write: true,
		Summary: "Record many adoption events as one act; those that the register holds already are counted and left"}, tags,
		reflect.TypeFor[AdoptionsRecorded](), func(ctx context.Context, x *exchange, _ *recordInput) (answered, error) {
			return x.recordAdoptions(ctx)
		})
	t.documentBody(many, reflect.TypeFor[adoptionEvents]())
	in := add(t, &Operation{ID: "uptake.import", Method: http.MethodPost, Path: "/v1/imports/adoption", Go: "uptake.Import", Write: true,
		Summary: "Bring adoption events, monthly uptake or lists of organisations in from a file, as one act; the same file brought in again changes nothing"}, tags,
		reflect.TypeFor[uptake.Report](), importUptake)
	t.later = append(t.later, func() {
		in.RequestBody = &huma.RequestBody{Required: true, Description: "The file as it is, or compressed by gzip", Content: map[string]*huma.MediaType{
			"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
			fileType:   {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	})
}

// recordAdoptions makes an act of many adoption events.
func (x *exchange) recordAdoptions(ctx context.Context) (answered, error) {
	act, raw, err := x.begin(ctx, "adoption.record-many", 0)
	if err != nil {
		return answered{}, err
	}
	var r report
	var body adoptionEvents
	r.decode("", raw, &body)
	act.Reason, act.Sources = body.Reason, body.Sources
	r.check("", act.Validate())
	if len(body.Events) == 0 {
		r.check("", innovation.Invalidf(ruleFieldMissing, "events", "the act has no events"))
	}
	for i, e := range body.Events {
		if r.full() {
			break
		}
		r.check(fmt.Sprintf("events[%d]", i), e.Validate())
	}
	if err := r.err(); err != nil {
		return answered{}, err
	}
	var out AdoptionsRecorded
	out.Receipt, err = x.edge.store.Update(ctx, act, func(ctx context.Context, tx *store.Tx) error {
		if err := expect(ctx, tx, x.r.Header.Values("If-Match")); err != nil {
			return err
		}
		var err error
		out.AdoptionTally, err = tx.RecordAdoptions(ctx, without(slices.Values(body.Events)))
		return err
	})
	return answered{body: out}, err
}

// without gives values as those that come without an error.
func without[T any](all iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// maxImported is the longest file that is brought in, once it is decompressed.
const maxImported = 512 << 20

// importUptake brings a file in. The file is the body, so what belongs to the
// act stands in the query.
func importUptake(ctx context.Context, x *exchange, in *uptakeImportInput) (answered, error) {
	actor, err := x.edge.actor(ctx, x.r)
	if err != nil {
		return answered{}, err
	}
	p := x.params()
	p.required("format", in.Format)
	p.required("source", string(in.Source))
	act := innovation.Act{Actor: actor, Reason: in.Reason}
	p.check(act.Validate())
	opts := uptake.Options{Source: innovation.SourceID(p.key("source", in.Source)), SourceTitle: in.SourceTitle, SourceURL: in.SourceURL,
		DryRun: p.yes("dryRun", in.DryRun), Partial: p.yes("partial", in.Partial), Found: p.yes("found", in.Found), Kind: in.Kind}
	if in.Edition != "" {
		opts.Edition = p.day("edition", in.Edition)
	}
	var formats []string
	for _, f := range uptake.Formats() {
		formats = append(formats, string(f))
	}
	p.oneOf("format", in.Format, formats...)
	presets := uptake.Presets()
	var names []string
	for name := range presets {
		names = append(names, name)
	}
	slices.Sort(names)
	p.oneOf("preset", in.Preset, names...)
	p.oneOf("confirm", in.Confirm, string(uptake.ConfirmEach), string(uptake.ConfirmLast), string(uptake.ConfirmNone))
	m := presets[in.Preset]
	for _, o := range []struct {
		to   *string
		text string
	}{{&m.Measure, in.Measure}, {&m.Unit, in.Unit}, {&m.MonthColumn, in.MonthColumn}, {&m.Organisation, in.OrganisationCol}, {&m.Count, in.CountColumn},
		{&m.Denominator, in.PerColumn}, {&m.Product, in.ProductColumn}, {&m.ProductIs, in.Product}, {&m.Scheme, in.Scheme}, {&m.AtLeast, in.AtLeast}} {
		if o.text != "" {
			*o.to = o.text
		}
	}
	m.Innovation, m.Confirm = innovation.InnovationID(p.key("innovation", in.Innovation)), uptake.Confirm(in.Confirm)
	m.Complement, m.Restated = m.Complement || p.yes("complement", in.Complement), p.yes("restated", in.Restated)
	m.QuietAfter = p.small("quietAfter", in.QuietAfter, 0)
	opts.Month, opts.MaxText = m, max(maxImported, x.edge.options.MaxFile)
	opts.SourcePublished.Bound, err = innovation.ParseBound(string(in.SourcePublished))
	p.refuse("sourcePublished", err)
	if err := p.err(); err != nil {
		return answered{}, err
	}
	file, err := x.read(x.edge.options.MaxFile, "text/csv", fileType)
	if err != nil {
		return answered{}, err
	}
	report, err := uptake.Import(ctx, x.edge.store, act, uptake.Format(in.Format), bytes.NewReader(file), &opts)
	if err != nil && report.Refused > 0 {
		return answered{}, refusedUptake(report, err)
	}
	return answered{body: report}, renamed(err, func(e *innovation.Error) string {
		switch e.Field {
		case "url", "title", "published": // of the source that is founded with the file
			return "source" + strings.ToUpper(e.Field[:1]) + e.Field[1:]
		}
		return e.Field
	})
}

// refusedUptake is the problem of a file of which rows are refused.
func refusedUptake(report uptake.Report, err error) error {
	lead := innovation.Violations(err)
	if lead == nil {
		return err
	}
	p := problemOf(lead)
	p.Status, p.Errors, p.Imported = http.StatusUnprocessableEntity, nil, &report
	for _, n := range report.Refusals[:min(len(report.Refusals), maxViolations)] {
		at := fmt.Sprintf("row %d", n.Row)
		if n.Line > 0 {
			at += fmt.Sprintf(", line %d", n.Line)
		}
		p.Errors = append(p.Errors, Violation{Field: clip(n.Field), Rule: n.Rule, Detail: at + ": " + n.Detail, Try: n.Try, Row: n.Row, Line: n.Line})
	}
	return p
}
