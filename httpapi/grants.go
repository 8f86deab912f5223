package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/grants"
)

type importInput struct {
	Format          string     `query:"format" required:"true" enum:"360giving-json,360giving-csv,government-grant-schemes,research-awards,ledger" doc:"The kind of file"`
	Reason          string     `query:"reason" required:"true" doc:"Why, for the audit trail; names nobody"`
	Source          keyParam   `query:"source" required:"true" doc:"The source that every fact of the file cites, with its row"`
	SourceTitle     string     `query:"sourceTitle" doc:"What the source is called, when the register does not have it"`
	SourceURL       string     `query:"sourceUrl" doc:"Where the source is published, likewise"`
	SourcePublished boundParam `query:"sourcePublished" doc:"When the source was published, likewise; unknown when left out"`
	DryRun          yesParam   `query:"dryRun" doc:"Do the same work, answer the same, and write nothing"`
	Partial         yesParam   `query:"partial" doc:"Take the rows that can be taken; otherwise one refused row refuses the file"`
	DayFirst        yesParam   `query:"dayFirst" doc:"Read 03/04/2014 as 3 April"`
	Year            yearParam  `query:"year" doc:"The financial year of a file of grant schemes"`
	Prefix          string     `query:"prefix" doc:"The publisher prefix with which this register gave identifiers out, to be taken off again: 360G-example"`
}

type exportInput struct {
	ViewQuery
	Format      string   `query:"format" enum:"360giving-json,360giving-csv" doc:"The kind of file; 360giving-json when left out"`
	Prefix      string   `query:"prefix" required:"true" doc:"The publisher prefix that 360Giving gave the publisher: 360G-example"`
	Publisher   string   `query:"publisher" doc:"Name of the publisher"`
	PublisherID string   `query:"publisherId" doc:"Organisation identifier of the publisher, as GB-COH-01234567"`
	Title       string   `query:"title" doc:"Title of the file"`
	Licence     string   `query:"licence" doc:"Address of the licence under which the file is published"`
	Report      yesParam `query:"report" doc:"Answer with what the file would hold and what is left out of it, and why, instead of the file"`
}

// addGrants registers bringing awards and ledgers in and giving awards out.
func addGrants(t *table) {
	const tags = "grants"
	in := add(t, &Operation{ID: "grants.import", Method: http.MethodPost, Path: "/v1/imports", Go: "grants.Import", Write: true,
		Summary: "Bring awards or a ledger in from a file, as one act; the same file brought in again changes nothing"}, tags,
		reflect.TypeFor[grants.Report](), importFile)
	t.later = append(t.later, func() {
		text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		in.RequestBody = &huma.RequestBody{Required: true, Description: "The file as it is", Content: map[string]*huma.MediaType{
			"application/json": {Schema: anyObject{}.Schema(nil)}, "text/csv": text,
			fileType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	})
	out := add(t, &Operation{ID: "grants.export", Method: http.MethodGet, Path: "/v1/exports", Go: "grants.Export",
		Summary: "Give the awards of a day out by the 360Giving Data Standard; report=true lists what is left out of the file"}, tags,
		reflect.TypeFor[grants.ExportReport](), exportFile)
	t.later = append(t.later, func() {
		good := out.Responses["200"]
		good.Description = "The file; with report=true what is in it and what is left out"
		good.Content["application/json"].Schema = &huma.Schema{AnyOf: []*huma.Schema{anyObject{}.Schema(nil), good.Content["application/json"].Schema}}
		good.Content["text/csv"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	})
}

// fileType is the media type of a file of any kind.
const fileType = "application/octet-stream"

// importFile brings a file in. The file is the body, so what belongs to the act
// stands in the query.
func importFile(ctx context.Context, x *exchange, in *importInput) (answered, error) {
	actor, err := x.edge.actor(ctx, x.r)
	if err != nil {
		return answered{}, err
	}
	p := x.params()
	p.required("format", in.Format)
	p.required("source", string(in.Source))
	p.check(innovation.Act{Actor: actor, Reason: in.Reason}.Validate())
	opts := grants.Options{Format: grants.Format(in.Format), Actor: actor, Reason: in.Reason, Source: innovation.SourceID(p.key("source", in.Source)),
		SourceTitle: in.SourceTitle, SourceURL: in.SourceURL, DryRun: p.yes("dryRun", in.DryRun), Partial: p.yes("partial", in.Partial),
		DayFirst: p.yes("dayFirst", in.DayFirst), Year: p.year("year", in.Year, 0), Prefix: in.Prefix}
	var formats []string
	for _, f := range grants.Formats() {
		formats = append(formats, string(f))
	}
	p.oneOf("format", in.Format, formats...)
	opts.SourcePublished.Bound, err = innovation.ParseBound(string(in.SourcePublished))
	p.refuse("sourcePublished", err)
	if err := p.err(); err != nil {
		return answered{}, err
	}
	file, err := x.read(x.edge.options.MaxFile, "application/json", "text/csv", fileType)
	if err != nil {
		return answered{}, err
	}
	report, err := grants.Import(ctx, x.edge.store, bytes.NewReader(file), opts)
	if err != nil && report.Refused > 0 {
		return answered{}, refusedFile(report, err)
	}
	return answered{body: report}, renamed(err, func(e *innovation.Error) string {
		switch e.Field {
		case "url", "title", "published": // of the source that is founded with the file
			return "source" + strings.ToUpper(e.Field[:1]) + e.Field[1:]
		}
		return e.Field
	})
}

// refusedFile is the problem of a file of which rows are refused: every row
// with its violations, and the whole report.
func refusedFile(report grants.Report, err error) error {
	lead := innovation.Violations(err)
	if lead == nil {
		return err
	}
	p := problemOf(lead)
	p.Status, p.Errors, p.Report = http.StatusUnprocessableEntity, nil, &report
	for _, n := range report.Refusals[:min(len(report.Refusals), maxViolations)] {
		at := fmt.Sprintf("row %d", n.Row)
		if n.Line > 0 {
			at += fmt.Sprintf(", line %d", n.Line)
		}
		p.Errors = append(p.Errors, Violation{Field: clip(n.Field), Rule: n.Rule, Detail: at + ": " + n.Detail, Try: n.Try, Row: n.Row, Line: n.Line})
	}
	return p
}

// exportFile gives awards out, or tells what would be given out.
func exportFile(ctx context.Context, x *exchange, in *exportInput) (answered, error) {
	p := x.params()
	p.required("prefix", in.Prefix)
	v, report := p.view(in.ViewQuery), p.yes("report", in.Report)
	p.oneOf("format", in.Format, string(grants.ThreeSixtyJSON), string(grants.ThreeSixtyCSV))
	if err := p.err(); err != nil {
		return answered{}, err
	}
	opts := grants.ExportOptions{Format: grants.ThreeSixtyJSON, Prefix: in.Prefix, Publisher: in.Publisher, PublisherID: in.PublisherID,
		Title: in.Title, Licence: in.Licence}
	f := &file{contentType: "application/json", name: "awards-" + v.On.String() + ".json"}
	if in.Format == string(grants.ThreeSixtyCSV) {
		opts.Format = grants.ThreeSixtyCSV
		f.contentType, f.name = "text/csv; charset=utf-8; header=present", "awards-"+v.On.String()+".csv"
	}
	var text bytes.Buffer
	done, err := grants.Export(ctx, x.edge.store, v, &text, opts)
	// What would make no valid file still has a report.
	if report && (err == nil || done.Recipe != (innovation.Recipe{}) && errors.Is(err, innovation.Refused)) {
		return answered{body: done}, nil
	}
	f.body = text.Bytes()
	return answered{file: f}, err
}
