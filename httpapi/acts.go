package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// recordInput is the parameters of an operation that adds something.
type recordInput struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"Makes the request harmless to repeat: the same key and request get the first receipt again"`
	IfMatch        string `header:"If-Match" doc:"ETags of entities (organisations, licences, envelopes, awards, reports) that must not have changed since"`
}

// changeInput is the parameters of an operation on a fact that is there.
type changeInput struct {
	Fact           integerParam `path:"fact" minimum:"1" doc:"Number of the fact"`
	IdempotencyKey string       `header:"Idempotency-Key" doc:"Makes the request harmless to repeat: the same key and request get the first receipt again"`
	IfMatch        string       `header:"If-Match" doc:"ETags of entities (organisations, licences, envelopes, awards, reports) that must not have changed since"`
}

// write is the body of a single write, as it is documented.
type write[F any] struct {
	Reason  string                `json:"reason" doc:"Why, for the audit trail; names nobody"`
	Sources []innovation.Citation `json:"sources,omitempty" doc:"The grounds; cited for every fact that is recorded, revised or corrected"`
	Input   F                     `json:"input" doc:"What is written"`
}

// retraction is write for an operation without input.
type retraction struct {
	Reason  string                `json:"reason" doc:"Why, for the audit trail; names nobody"`
	Sources []innovation.Citation `json:"sources,omitempty" doc:"The grounds"`
}

// compositeAct is the body of an act of several operations.
type compositeAct struct {
	Reason     string                `json:"reason" doc:"Why, for the audit trail; names nobody"`
	Sources    []innovation.Citation `json:"sources,omitempty" doc:"The grounds; cited for every fact that has no sources of its own"`
	Operations []actOperation        `json:"operations" doc:"What is done, in order; all of it stands, or nothing"`
}

type actOperation struct {
	Operation string                `json:"operation" doc:"ID of the operation"`
	Fact      int64                 `json:"fact,omitempty" minimum:"1" doc:"Number of the fact that it is about; not when it records"`
	Sources   []innovation.Citation `json:"sources,omitempty" doc:"Sources of this fact, in place of those of the act"`
	Input     json.RawMessage       `json:"input,omitempty" doc:"As in the body of the operation itself"`
}

func schemaOf[B any]() reflect.Type { return reflect.TypeFor[B]() }

// write registers an operation that makes an act of one operation.
func (t *table) write(op *Operation, body reflect.Type, w writer) {
	op.Write = true
	t.writers[op.ID] = w
	receipt, tags := reflect.TypeFor[innovation.Receipt](), cmp.Or(w.tags, "facts")
	var h *huma.Operation
	if w.onFact {
		h = add(t, op, tags, receipt, func(ctx context.Context, x *exchange, in *changeInput) (answered, error) {
			p := x.params()
			fact := p.fact(in.Fact)
			return x.writeOne(ctx, op.ID, w, fact, p.err())
		})
	} else {
		h = add(t, op, tags, receipt, func(ctx context.Context, x *exchange, _ *recordInput) (answered, error) {
			return x.writeOne(ctx, op.ID, w, 0, nil)
		})
	}
	t.documentBody(h, body)
}

func (t *table) documentBody(h *huma.Operation, body reflect.Type) {
	t.later = append(t.later, func() {
		h.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/json": {Schema: t.api.OpenAPI().Components.Schemas.Schema(body, true, "")}}}
	})
}

// addActs registers the operation that makes an act of several.
func addActs(t *table) {
	h := add(t, &Operation{ID: "act.make", Method: http.MethodPost, Path: "/v1/acts", Go: "Store.Update", Write: true,
		Summary: "Do several operations as one act: all of it stands, or nothing"}, "facts", reflect.TypeFor[innovation.Receipt](),
		func(ctx context.Context, x *exchange, _ *recordInput) (answered, error) { return x.writeSeveral(ctx) })
	t.documentBody(h, reflect.TypeFor[compositeAct]())
	t.later = append(t.later, func() {
		operation := t.api.OpenAPI().Components.Schemas.Map()["ActOperation"].Properties["operation"]
		for _, id := range slices.Sorted(maps.Keys(t.writers)) {
			operation.Enum = append(operation.Enum, id)
		}
	})
}

// writeOne makes an act of one operation. wrong is what was wrong with its
// path.
func (x *exchange) writeOne(ctx context.Context, id string, w writer, fact innovation.FactID, wrong error) (answered, error) {
	act, raw, err := x.begin(ctx, id, fact)
	if err != nil {
		return answered{}, err
	}
	var r report
	r.check("", wrong)
	var body write[json.RawMessage]
	if w.noInput {
		var b retraction
		r.decode("", raw, &b)
		body.Reason, body.Sources = b.Reason, b.Sources
	} else {
		r.decode("", raw, &body)
	}
	act.Reason, act.Sources = body.Reason, body.Sources
	r.check("", act.Validate())
	p := w.plan(writeInput{"input", body.Input, fact, body.Sources}, &r)
	if err := r.err(); err != nil {
		return answered{}, err
	}
	receipt, err := x.edge.store.Update(ctx, act, func(ctx context.Context, tx *store.Tx) error {
		if err := expect(ctx, tx, x.r.Header.Values("If-Match")); err != nil {
			return err
		}
		return placed(p.run(ctx, tx), "", "input")
	})
	return answered{body: receipt, location: locationOf(p.founded)}, err
}

// writeSeveral makes an act of several operations.
func (x *exchange) writeSeveral(ctx context.Context) (answered, error) {
	act, raw, err := x.begin(ctx, "act.make", 0)
	if err != nil {
		return answered{}, err
	}
	var r report
	var body compositeAct
	r.decode("", raw, &body)
	act.Reason, act.Sources = body.Reason, body.Sources
	r.check("", act.Validate())
	if len(body.Operations) == 0 {
		r.check("", innovation.Invalidf(ruleFieldMissing, "operations", "the act has no operations"))
	}
	plans := make([]planned, len(body.Operations))
	for i, op := range body.Operations {
		if r.full() {
			break
		}
		plans[i] = x.planOne(fmt.Sprintf("operations[%d]", i), op, body.Sources, &r)
	}
	if err := r.err(); err != nil {
		return answered{}, err
	}
	receipt, err := x.edge.store.Update(ctx, act, func(ctx context.Context, tx *store.Tx) error {
		if err := expect(ctx, tx, x.r.Header.Values("If-Match")); err != nil {
			return err
		}
		for i, p := range plans {
			at := fmt.Sprintf("operations[%d]", i)
			if err := placed(p.run(ctx, tx), at, at+".input"); err != nil {
				return err
			}
		}
		return nil
	})
	return answered{body: receipt}, err
}

// planOne plans one operation of an act.
func (x *exchange) planOne(at string, op actOperation, grounds []innovation.Citation, r *report) planned {
	w, ok := x.edge.table.writers[op.Operation]
	if !ok {
		r.check(at, innovation.Invalidf(ruleOperation, "operation", "there is no operation %q that writes", clip(op.Operation)).
			Trying("use one that the document lists, for example name.record"))
		return planned{}
	}
	for i, c := range op.Sources {
		r.check(fmt.Sprintf("%s.sources[%d]", at, i), c.Validate())
	}
	switch {
	case w.onFact && op.Fact < 1:
		r.check(at, innovation.Invalidf(ruleFieldMissing, "fact", "the operation is about a fact").Trying("give its number"))
	case !w.onFact && op.Fact != 0:
		r.check(at, innovation.Invalidf(ruleFieldUnknown, "fact", "the operation is not about a fact that is there").Trying("leave fact out"))
	}
	switch {
	case !w.noInput && op.Input == nil:
		r.check(at, innovation.Invalidf(ruleFieldMissing, "input", "the field is missing"))
	case w.noInput && op.Input != nil:
		r.check(at, innovation.Invalidf(ruleFieldUnknown, "input", "the operation has no input").Trying("leave input out"))
	}
	sources := op.Sources
	if len(sources) == 0 {
		sources = grounds
	}
	return w.plan(writeInput{at + ".input", op.Input, innovation.FactID(op.Fact), sources}, r)
}

// begin asks who writes, reads the body, and begins the act.
func (x *exchange) begin(ctx context.Context, id string, fact innovation.FactID) (innovation.Act, []byte, error) {
	actor, err := x.edge.actor(ctx, x.r)
	if err != nil {
		return innovation.Act{}, nil, err
	}
	raw, err := x.body()
	if err == nil {
		err = syntax(raw)
	}
	if err != nil {
		return innovation.Act{}, nil, err
	}
	act := innovation.Act{Actor: actor, IdempotencyKey: x.r.Header.Get("Idempotency-Key")}
	if act.IdempotencyKey != "" {
		act.RequestDigest = requestDigest(id, fact, raw)
	}
	return act, raw, nil
}

// requestDigest is over the operation, the fact it is about and the body,
// whatever its spacing and the order of its fields.
func requestDigest(id string, fact innovation.FactID, raw []byte) []byte {
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	err := dec.Decode(&v)
	canonical, bad := json.Marshal(v)
	if err != nil || bad != nil {
		panic("a body whose syntax was checked cannot be read")
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d\n", id, fact)
	h.Write(canonical)
	return h.Sum(nil)
}

// placed puts the path of the input before the fields that an operation names.
// Sources and the number of the fact stand beside the input.
func placed(err error, beside, input string) error {
	own := innovation.Violations(err)
	if err == nil || own == nil {
		return err
	}
	moved := make([]error, len(own))
	for i, e := range own {
		switch {
		case e.Field == "" || e.Field == "fact" || strings.HasPrefix(e.Field, "sources["):
			moved[i] = e.In(beside)
		default:
			moved[i] = e.In(input)
		}
	}
	return innovation.Join(moved...)
}

// locationOf is where what was recorded can be read.
func locationOf(e innovation.Entity) string {
	switch e.Kind {
	case "":
		return ""
	case innovation.KindOrganisation:
		return "/v1/organisations/" + string(e.Key)
	case innovation.KindLicence:
		return "/v1/licences/" + string(e.Key)
	case innovation.KindEnvelope:
		return "/v1/envelopes/" + string(e.Key)
	case innovation.KindAward:
		return "/v1/awards/" + string(e.Key)
	case innovation.KindReport:
		return "/v1/reports/" + string(e.Key)
	case innovation.KindInnovation:
		return "/v1/innovations/" + string(e.Key)
	case innovation.KindProgramme:
		return "/v1/programmes/" + string(e.Key)
	case innovation.KindPeerGroup:
		return "/v1/peer-groups/" + string(e.Key)
	}
	return "/v1/history?entity=" + e.String()
}
