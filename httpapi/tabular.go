package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/innovationregistry/registry/store/tabular"
)

type tableInput struct {
	Noun            string       `path:"noun" doc:"The type of the facts, as adoption or adoptions"`
	Reason          string       `query:"reason" required:"true" doc:"Why, for the audit trail; names nobody"`
	Source          keyParam     `query:"source" required:"true" doc:"The source that the facts of the file cite, with their row"`
	SourceTitle     string       `query:"sourceTitle" doc:"What the source is called, when the register does not have it"`
	SourceURL       string       `query:"sourceUrl" doc:"Where the source is published, likewise"`
	SourcePublished boundParam   `query:"sourcePublished" doc:"When the source was published, likewise; unknown when left out"`
	Write           yesParam     `query:"write" doc:"Write; otherwise it is a dry run, which does the same work and answers the same"`
	Partial         yesParam     `query:"partial" doc:"Take the rows that can be taken; otherwise one refused row refuses the file"`
	Changes         string       `query:"changes" enum:"correct,revise" doc:"correct, when left out: where a row differs the register was wrong; revise: the world changed from the start of the row on"`
	Sheet           string       `query:"sheet" doc:"The sheet of a workbook; the first visible one when left out"`
	Latin           yesParam     `query:"latin" doc:"The text is in Windows-1252"`
	DayFirst        yesParam     `query:"dayFirst" doc:"Read 03/04/2014 as 3 April"`
	Map             mappingParam `query:"map" doc:"What a column of the file means, as a line of CSV: its heading, the field (- passes it over), and how it is written: day-first, a scheme of codes as ods, or words as Live=adopted;Pilot=piloting. Without a heading, a field and its value in all rows"`
	Refused         string       `query:"refused" enum:"csv,xlsx" doc:"Of a dry run: answer with the refused rows as a file to correct, in the place of the report"`
}

// mappingParam is lines of a mapping.
type mappingParam []string

func (mappingParam) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString}}
}

type tableOutput struct {
	ViewQuery
	Noun    string      `path:"noun" doc:"The type of the facts, as adoption or adoptions"`
	Subject entityParam `query:"subject" doc:"Only facts about this entity, as kind/key: organisation/ahsn-oxford"`
	AllDays yesParam    `query:"allDays" doc:"Also those that do not hold on the day"`
	Format  string      `query:"format" enum:"csv,xlsx" doc:"The kind of file; what the client accepts, or csv, when left out"`
}

type templateInput struct {
	Noun   string   `path:"noun" doc:"The type of the facts, as adoption or adoptions"`
	Format string   `query:"format" enum:"csv,xlsx" doc:"The kind of file; what the client accepts, or csv, when left out"`
	Notes  yesParam `query:"notes" doc:"What the columns mean, in the place of the template; a workbook has both"`
}

// The media types of tables.
const (
	csvType  = "text/csv; charset=utf-8; header=present"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// addTables registers bringing tables of facts in and giving them out.
func addTables(t *table) {
	const tags = "tables"
	binary := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	in := add(t, &Operation{ID: "table.import", Method: http.MethodPost, Path: "/v1/tables/{noun}", Go: "tabular.Import", Write: true,
		Summary: "Bring facts of one type in from a table, as one act; a dry run unless write=true; the same file brought in again changes nothing"}, tags,
		reflect.TypeFor[tabular.Report](), importTable)
	out := add(t, &Operation{ID: "table.export", Method: http.MethodGet, Path: "/v1/tables/{noun}", Go: "tabular.Export",
		Summary: "Give the facts of one type out as a table that can be corrected and brought in again"}, tags, reflect.TypeFor[string](), exportTable)
	template := add(t, &Operation{ID: "table.template", Method: http.MethodGet, Path: "/v1/tables/{noun}/template", Go: "tabular.Template",
		Summary: "Give an empty table for facts of one type, or what its columns mean"}, tags, reflect.TypeFor[string](), tableTemplate)
	t.later = append(t.later, func() {
		in.RequestBody = &huma.RequestBody{Required: true, Description: "The file as it is", Content: map[string]*huma.MediaType{
			"text/csv": text, xlsxType: binary, fileType: binary}}
		good := in.Responses["200"].Content
		good["text/csv"], good[xlsxType] = text, binary // with refused
		for _, h := range []*huma.Operation{out, template} {
			h.Responses["200"].Description = "The file"
			h.Responses["200"].Content = map[string]*huma.MediaType{"text/csv": text, xlsxType: binary}
		}
	})
}

// FactTypeNamed finds a type of fact by its name, or by the plural that stands in
// paths: adoption, adoptions.
func FactTypeNamed(name string) (innovation.FactType, bool) { return factTypeNamed(operations(), name) }

func factTypeNamed(all []Operation, name string) (innovation.FactType, bool) {
	for _, op := range all {
		if t, ok := strings.CutSuffix(op.ID, ".facts"); ok && (t == name || op.Path == "/v1/facts/"+name) {
			return innovation.FactType(t), true
		}
	}
	return "", false
}

// noun reads the type of the facts of a table.
func (p *params) noun(name string) innovation.FactType {
	t, ok := factTypeNamed(p.edge.table.operations, name)
	if !ok {
		p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, "noun", "there is no type of fact %q", clip(name)).Trying("use one of those of /v1/facts, as adoption or adoptions"))
	}
	return t
}

// tableFormat is the form in which a table is wanted.
func (x *exchange) tableFormat(p *params, format string) string {
	p.oneOf("format", format, sheet.CSV, sheet.XLSX)
	if format == "" && strings.Contains(strings.Join(x.r.Header.Values("Accept"), ","), xlsxType) {
		return sheet.XLSX
	}
	if format == "" {
		return sheet.CSV
	}
	return format
}

// tableFile is the answer with a table.
func tableFile(name, format string, body []byte) answered {
	f := &file{contentType: csvType, name: name + "." + format, body: body}
	if format == sheet.XLSX {
		f.contentType = xlsxType
	}
	return answered{file: f}
}

// importTable brings a table in. The file is the body, so what belongs to the
// act stands in the query.
func importTable(ctx context.Context, x *exchange, in *tableInput) (answered, error) {
	actor, err := x.edge.actor(ctx, x.r)
	if err != nil {
		return answered{}, err
	}
	p := x.params()
	noun := p.noun(in.Noun)
	p.required("source", string(in.Source))
	act := innovation.Act{Actor: actor, Reason: in.Reason}
	p.check(act.Validate())
	opts := tabular.Options{Source: innovation.SourceID(p.key("source", in.Source)), SourceTitle: in.SourceTitle, SourceURL: in.SourceURL,
		Write: p.yes("write", in.Write), Partial: p.yes("partial", in.Partial), Changes: in.Changes, Sheet: in.Sheet,
		Latin: p.yes("latin", in.Latin), DayFirst: p.yes("dayFirst", in.DayFirst), MaxBytes: max(maxImported, x.edge.options.MaxFile)}
	p.oneOf("changes", in.Changes, tabular.Correct, tabular.Revise)
	p.oneOf("refused", in.Refused, sheet.CSV, sheet.XLSX)
	if in.Refused != "" && opts.Write {
		p.errs = append(p.errs, innovation.Invalidf(ruleParameterBad, "refused", "it answers a dry run with a file, and this writes").Trying("leave one of them out"))
	}
	if len(in.Map) > 0 {
		opts.Mapping, err = tabular.ReadMapping(ctx, strings.NewReader(strings.Join(in.Map, "\n")), "")
		p.refuse("map", err)
	}
	opts.SourcePublished.Bound, err = innovation.ParseBound(string(in.SourcePublished))
	p.refuse("sourcePublished", err)
	if err := p.err(); err != nil {
		return answered{}, err
	}
	body, err := x.read(x.edge.options.MaxFile, "text/csv", xlsxType, fileType)
	if err != nil {
		return answered{}, err
	}
	report, err := tabular.Import(ctx, x.edge.store, act, noun, bytes.NewReader(body), &opts)
	if report.Refused > 0 && in.Refused != "" {
		var rows bytes.Buffer
		if err := report.WriteRefused(&rows, in.Refused); err != nil {
			return answered{}, err
		}
		return tableFile("refused-"+string(noun), in.Refused, rows.Bytes()), nil
	}
	if err != nil && report.Refused > 0 {
		return answered{}, refusedTable(report, err)
	}
	return answered{body: report}, renamed(err, func(e *innovation.Error) string {
		switch e.Field {
		case "url", "title", "published": // of the source that is founded with the file
			return "source" + strings.ToUpper(e.Field[:1]) + e.Field[1:]
		}
		return e.Field
	})
}

// refusedTable is the problem of a file of which rows are refused.
func refusedTable(report tabular.Report, err error) error {
	lead := innovation.Violations(err)
	if lead == nil {
		return err
	}
	p := problemOf(lead)
	p.Status, p.Errors, p.Table = http.StatusUnprocessableEntity, nil, &report
	for _, n := range report.Refusals[:min(len(report.Refusals), maxViolations)] {
		p.Errors = append(p.Errors, Violation{Field: clip(n.Field), Rule: n.Rule, Detail: fmt.Sprintf("row %d, line %d: %s", n.Row, n.Line, n.Detail), Try: n.Try, Row: n.Row, Line: n.Line})
	}
	return p
}

func exportTable(ctx context.Context, x *exchange, in *tableOutput) (answered, error) {
	p := x.params()
	noun, v, format := p.noun(in.Noun), p.view(in.ViewQuery), x.tableFormat(p, in.Format)
	f := store.FactFilter{Subject: p.entity("subject", in.Subject), AllDays: p.yes("allDays", in.AllDays)}
	if err := p.err(); err != nil {
		return answered{}, err
	}
	out := tableFile(string(noun)+"-"+v.On.String(), format, nil).file
	return x.stream(ctx, out.contentType, out.name, func(w io.Writer) error {
		_, err := tabular.Export(ctx, x.edge.store, v, noun, f, w, format)
		return err
	})
}

func tableTemplate(ctx context.Context, x *exchange, in *templateInput) (answered, error) {
	p := x.params()
	noun, format, notes := p.noun(in.Noun), x.tableFormat(p, in.Format), p.yes("notes", in.Notes)
	if err := p.err(); err != nil {
		return answered{}, err
	}
	write, name := tabular.Template, string(noun)
	if notes {
		write, name = tabular.Notes, name+"-notes"
	}
	var out bytes.Buffer
	err := write(ctx, x.edge.store, &out, noun, format)
	return tableFile(name, format, out.Bytes()), err
}
