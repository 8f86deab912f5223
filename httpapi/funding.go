package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

type ladderInput struct {
	ViewQuery
	Envelope keyParam  `query:"envelope" doc:"Only money of this envelope, with those that lie in it"`
	Funder   keyParam  `query:"funder" doc:"Only money that this organisation gives"`
	Network  keyParam  `query:"network" doc:"Only money that this organisation gets"`
	Stream   string    `query:"stream" doc:"Only money of this funding stream (scheme funding-stream)"`
	Year     yearParam `query:"year" doc:"Only money of this financial year"`
	By       string    `query:"by" enum:"year,network,stream,year-network,year-stream" doc:"A row for each year, each network or each stream, or for each of these in each year; one row for all when left out"`
	Cash     yesParam  `query:"cash" doc:"Years by the day on which money was awarded or moved, instead of the time that it is for"`
	Format   string    `query:"format" enum:"json,csv" doc:"csv for a table, a line for each rung of each row, as with Accept: text/csv"`
}

type awardInput struct {
	ViewQuery
	Award       keyParam `path:"award" doc:"Key of the award"`
	IfNoneMatch string   `header:"If-None-Match" doc:"ETag of what the client has"`
}

type envelopeInput struct {
	ViewQuery
	Envelope    keyParam `path:"envelope" doc:"Key of the envelope"`
	IfNoneMatch string   `header:"If-None-Match" doc:"ETag of what the client has"`
}

type reportInput struct {
	ViewQuery
	Report      keyParam `path:"report" doc:"Key of the report"`
	IfNoneMatch string   `header:"If-None-Match" doc:"ETag of what the client has"`
}

type sharesInput struct {
	ViewQuery
	Envelope keyParam `path:"envelope" doc:"Key of the envelope"`
	Format   string   `query:"format" enum:"json,csv" doc:"csv for a table, a line for each share, as with Accept: text/csv"`
}

type splitInput struct {
	ViewQuery
	Format string `query:"format" enum:"json,csv" doc:"csv for a table, a line for each share, as with Accept: text/csv"`
}

// addFunding registers what can be asked about money, and the issue of reports.
func addFunding(t *table) {
	const tags = "funding"
	read(t, &Operation{ID: "ladder.get", Path: "/v1/ladder", Go: "Store.Ladder", CSV: true,
		Summary: "The money ladder: announced, allocated, committed, paid and spent by a day, and what is left"}, tags,
		func(ctx context.Context, x *exchange, in *ladderInput) (store.Ladder, error) {
			p := x.params()
			v := p.view(in.ViewQuery)
			q := innovation.LadderQuery{Envelope: innovation.EnvelopeID(p.key("envelope", in.Envelope)),
				Funder: innovation.OrganisationID(p.key("funder", in.Funder)), Network: innovation.OrganisationID(p.key("network", in.Network)),
				Stream: in.Stream, Year: p.year("year", in.Year, 0), By: innovation.LadderBy(in.By), Cash: p.yes("cash", in.Cash)}
			p.check(q.Validate())
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.Ladder{}, err
			}
			out, err := x.edge.store.Ladder(ctx, v, q)
			return out, renamed(err, func(e *innovation.Error) string {
				switch key := func(k keyParam) bool { return slices.Contains(strings.Fields(e.Detail), string(k)) }; {
				case e.Field == string(innovation.KindOrganisation) && key(in.Funder):
					return "funder"
				case e.Field == string(innovation.KindOrganisation) && key(in.Network):
					return "network"
				}
				return e.Field
			})
		})
	readTagged(t, &Operation{ID: "award.get", Path: "/v1/awards/{award}", Go: "Store.Award",
		Summary: "One award as it stands on a day: instalments, gates, payments, refunds, adjustments"}, tags,
		func(ctx context.Context, x *exchange, in *awardInput) (store.AwardReading, tag, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.AwardID(p.key("award", in.Award))
			if err := p.err(); err != nil {
				return store.AwardReading{}, tag{}, err
			}
			out, err := x.edge.store.Award(ctx, v, id)
			return out, tag{id.Entity(), out.Version, out.Recipe}, err
		})
	readTagged(t, &Operation{ID: "envelope.get", Path: "/v1/envelopes/{envelope}", Go: "Store.Envelope",
		Summary: "One envelope with its criteria, allocations, parts and rival figures"}, tags,
		func(ctx context.Context, x *exchange, in *envelopeInput) (store.EnvelopeReading, tag, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.EnvelopeID(p.key("envelope", in.Envelope))
			if err := p.err(); err != nil {
				return store.EnvelopeReading{}, tag{}, err
			}
			out, err := x.edge.store.Envelope(ctx, v, id)
			return out, tag{id.Entity(), out.Version, out.Recipe}, err
		})
	read(t, &Operation{ID: "envelope.shares", Path: "/v1/envelopes/{envelope}/shares", Go: "Store.Shares", CSV: true,
		Summary: "How an envelope is shared out: which shares keep the bounds, and where the unknown ones must lie"}, tags,
		func(ctx context.Context, x *exchange, in *sharesInput) (store.ShareReport, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.EnvelopeID(p.key("envelope", in.Envelope))
			p.oneOf("format", in.Format, "json", "csv")
			if err := p.err(); err != nil {
				return store.ShareReport{}, err
			}
			return x.edge.store.Shares(ctx, v, id)
		})
	split := add(t, &Operation{ID: "split.propose", Method: http.MethodPost, Path: "/v1/splits", Go: "Store.ProposeSplit", CSV: true,
		Summary: "Propose a split of an envelope across bids, within bounds, to the penny: records nothing"}, tags, reflect.TypeFor[store.SplitReport](), proposeSplit)
	t.documentBody(split, reflect.TypeFor[store.SplitQuery]())
	addQuestions(t, tags)
	readTagged(t, &Operation{ID: "report.get", Path: "/v1/reports/{report}", Go: "Store.Report",
		Summary: "An issued report as issued, and whether it can be made again to the byte"}, tags,
		func(ctx context.Context, x *exchange, in *reportInput) (store.ReportReading, tag, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.ReportID(p.key("report", in.Report))
			if err := p.err(); err != nil {
				return store.ReportReading{}, tag{}, err
			}
			out, err := x.edge.store.Report(ctx, v, id)
			return out, tag{id.Entity(), out.Version, out.Recipe}, renamed(err, func(e *innovation.Error) string {
				if e.Field == string(innovation.KindReport) {
					return "report"
				}
				return e.Field
			})
		})
	t.write(&Operation{ID: "report.issue", Method: http.MethodPost, Path: "/v1/reports", Go: "Tx.IssueReport", Status: http.StatusCreated,
		Summary: "Issue a report: answer a question and keep the answer as issued"}, schemaOf[write[store.ReportOrder]](), writer{tags: tags, plan: planIssue})
}

// proposeSplit reads its question from the body, which is too long for a query:
// it asks nobody who they are, for it records nothing.
func proposeSplit(ctx context.Context, x *exchange, in *splitInput) (answered, error) {
	raw, err := x.body()
	if err == nil {
		err = syntax(raw)
	}
	if err != nil {
		return answered{}, err
	}
	p := x.params()
	v := p.view(in.ViewQuery)
	p.oneOf("format", in.Format, "json", "csv")
	var r report
	r.check("", p.err())
	var q store.SplitQuery
	r.decode("", raw, &q)
	if err := r.err(); err != nil {
		return answered{}, err
	}
	out, err := x.edge.store.ProposeSplit(ctx, v, q)
	return answered{body: out}, err
}

// planIssue plans the issue of a report. What the register will answer is not
// known yet, but what is wrong with the rest of the report can be said.
func planIssue(in writeInput, r *report) planned {
	var order store.ReportOrder
	if in.raw != nil {
		r.decode(in.path, in.raw, &order)
		r.check(in.path, innovation.IssuedReport{Report: order.Report, Title: order.Title, Question: order.Question, On: order.On,
			PublishedBy: order.PublishedBy, Issuer: order.Issuer, Note: order.Note, Day: order.Day,
			Content: emptyAnswer, Digest: emptyAnswerDigest}.Validate())
	}
	return planned{founded: order.Report.Entity(), run: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.IssueReport(ctx, order)
		return renamed(err, orderField)
	}}
}

// An answer that stands for the one to come, so that everything else about a
// report can be validated.
const (
	emptyAnswer       = "{}"
	emptyAnswerDigest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
)

// orderField is the field of an order that an error is about: what is none of
// an order is of the question it asks.
func orderField(e *innovation.Error) string {
	head, _, _ := strings.Cut(e.Field, ".")
	switch head {
	case "", "report", "title", "question", "definition", "on", "publishedBy", "issuer", "note", "day", "content", "digest", "act":
		return e.Field
	case string(innovation.KindReport):
		return "report"
	}
	return "definition." + e.Field
}
