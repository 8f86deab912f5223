package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

// ReportOrder asks for a report to be issued.
type ReportOrder struct {
	Report      innovation.ReportID       `json:"report" doc:"Key of the report"`
	Title       string                    `json:"title" doc:"What it is called"`
	Question    string                    `json:"question" enum:"ladder,leverage,runway,self-sufficiency,shares,variance" doc:"The operation that answers"`
	Definition  json.RawMessage           `json:"definition,omitempty" doc:"What is asked: the query of that operation as JSON"`
	On          innovation.Date           `json:"on" doc:"The day asked about"`
	PublishedBy innovation.Date           `json:"publishedBy,omitzero" doc:"Only facts with a source published by this day are counted"`
	Issuer      innovation.OrganisationID `json:"issuer,omitempty" doc:"Who issues it"`
	Note        string                    `json:"note,omitempty"`
	Day         innovation.Day            `json:"day" doc:"The day it is issued"`
}

// questions are the operations whose answers can be issued, each from its
// query as JSON. Every answer is made by the same code as the operation.
var questions = map[string]func(ctx context.Context, r reader, v innovation.View, definition []byte) (query, answer any, err error){
	"ladder": asked(reader.Ladder),
	"shares": asked(func(r reader, ctx context.Context, v innovation.View, q sharesQuery) (ShareReport, error) {
		return r.Shares(ctx, v, q.Envelope)
	}),
	"runway":           asked(reader.Runway),
	"self-sufficiency": asked(reader.SelfSufficiency),
	"leverage":         asked(reader.Leverage),
	"variance":         asked(reader.Variance),
}

// sharesQuery is the query of Shares.
type sharesQuery struct {
	Envelope innovation.EnvelopeID `json:"envelope"`
}

// asked makes a question of an operation: its query is read strictly.
func asked[Q, A any](operation func(reader, context.Context, innovation.View, Q) (A, error)) func(context.Context, reader, innovation.View, []byte) (any, any, error) {
	return func(ctx context.Context, r reader, v innovation.View, definition []byte) (any, any, error) {
		var q Q
		if len(definition) == 0 {
			definition = []byte("{}")
		}
		d := json.NewDecoder(bytes.NewReader(definition))
		d.DisallowUnknownFields()
		if err := d.Decode(&q); err != nil {
			if own := innovation.Violations(err); own != nil {
				return nil, nil, err
			}
			return nil, nil, innovation.Invalidf(innovation.RuleReportInvalid, "definition", "the definition is not the query of that operation: %v", err).
				Trying("give the fields of its query as a JSON object")
		}
		a, err := operation(r, ctx, v, q)
		return q, a, err
	}
}

// IssueReport answers a question and records the answer as issued: the bytes,
// the view they were made from, and what was asked. What the act itself writes
// is not in it: a report is of what was known before.
func (tx *Tx) IssueReport(ctx context.Context, order ReportOrder) (innovation.FactID, error) {
	v := innovation.View{On: order.On, Known: time.UnixMicro(tx.head.at).UTC(), PublishedBy: order.PublishedBy}
	if err := v.Validate(); err != nil {
		return 0, err
	}
	if tx.head.act == 0 {
		return 0, innovation.Refusedf(innovation.RuleReportInvalid, "", "the register knew nothing yet that could be reported")
	}
	definition, content, err := answer(ctx, tx.reader, order.Question, v, order.Definition)
	if err != nil {
		return 0, err
	}
	return tx.Record(ctx, innovation.IssuedReport{Report: order.Report, Title: order.Title, Question: order.Question, Definition: definition,
		On: order.On, Act: innovation.ActNumber(tx.head.act), PublishedBy: order.PublishedBy, Issuer: order.Issuer, Content: content,
		Digest: digestOf(content), Note: order.Note, Day: order.Day})
}

// answer gives the query in its own form and the answer as issued.
func answer(ctx context.Context, r reader, question string, v innovation.View, definition []byte) (query, content string, err error) {
	ask, ok := questions[question]
	if !ok {
		var known []string
		for name := range questions {
			known = append(known, name)
		}
		slices.Sort(known)
		return "", "", innovation.Invalidf(innovation.RuleReportInvalid, "question", "no report answers the question of that name").Trying("use one of %s", innovation.Listed(known))
	}
	q, a, err := ask(ctx, r, v, definition)
	if err != nil {
		return "", "", err
	}
	canonical, err1 := json.Marshal(q)
	body, err2 := json.Marshal(a)
	if err1 != nil || err2 != nil {
		return "", "", fmt.Errorf("answer of %s: %w", question, innovation.Join(err1, err2))
	}
	// Texts of the register are kept in NFC, and so is a report.
	return norm.NFC.String(string(canonical)), norm.NFC.String(string(body)), nil
}

func digestOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// ReportReading is an issued report, and whether it can be made again.
type ReportReading struct {
	Recipe  innovation.Recipe                            `json:"recipe"`
	Version innovation.ActNumber                         `json:"version" doc:"The last act that touched the report, as of now"`
	Report  innovation.Recorded[innovation.IssuedReport] `json:"report" doc:"The report as issued"`
	Same    bool                                         `json:"same" doc:"Whether the same question at the same view gives the same bytes again"`
	Rebuilt json.RawMessage                              `json:"rebuilt,omitempty" doc:"What it gives now, when that differs: another version of this program counts otherwise, or a name was erased"`
}

// Report gives an issued report and makes it again: the same question is asked
// at the same view, and the bytes are compared.
func (r reader) Report(ctx context.Context, v innovation.View, id innovation.ReportID) (out ReportReading, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		_, version, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		got, err := selectFacts(ctx, s, m, issuedReports, m.known("f").join(entityIs("f.subject", id.Entity())), "ORDER BY f.added DESC LIMIT 1")
		if err != nil {
			return err
		}
		if len(got) == 0 {
			return notFound(m, id.Entity())
		}
		out = ReportReading{Recipe: m.recipe(), Version: innovation.ActNumber(version), Report: got[0]}
		issued := got[0].Value
		var at int64
		if found, err := s.one(ctx, []any{&at}, "SELECT at FROM reg_act WHERE number = ?", int64(issued.Act)); err != nil || !found {
			return err
		}
		then := innovation.View{On: issued.On, Known: time.UnixMicro(at).UTC(), PublishedBy: issued.PublishedBy}
		query, content, err := answer(ctx, reader{held{s}}, issued.Question, then, []byte(issued.Definition))
		if own := innovation.Violations(err); own != nil {
			return nil // this program does not answer the question any more: it is not the same
		}
		if err != nil {
			return err
		}
		// A definition that reads otherwise than it was recorded asks something else.
		if out.Same = content == issued.Content && query == issued.Definition; !out.Same {
			out.Rebuilt = json.RawMessage(content)
		}
		return nil
	})
	return out, err
}

// held is a session that a reader holds already.
type held struct{ s *session }

func (h held) read(_ context.Context, do func(*session) error) error { return do(h.s) }
