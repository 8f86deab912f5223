package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/tabular"
	"github.com/innovationregistry/registry/store/uptake"
)

// Problem is an answer that something is wrong (RFC 9457).
type Problem struct {
	Type     string      `json:"type" doc:"urn:innovationregistry:rule: and the ID of the rule: see /v1/rules"`
	Title    string      `json:"title" doc:"What the rule says"`
	Status   int         `json:"status" doc:"The HTTP status"`
	Detail   string      `json:"detail" doc:"What is wrong this time"`
	Instance string      `json:"instance,omitempty" doc:"For a fault of the register: the ID of the request, to find it in the log"`
	Errors   []Violation `json:"errors,omitempty" doc:"Everything that is wrong, at most 100"`

	Report   *grants.Report `json:"report,omitempty" doc:"For a file that was refused: what became of each row"`
	Imported *uptake.Report `json:"imported,omitempty" doc:"The same for a file of adoption, uptake or organisations"`

	Table *tabular.Report `json:"table,omitempty" doc:"The same for a table of facts of one type"`
}

// Violation is one thing that is wrong with a request.
type Violation struct {
	Field  string            `json:"field,omitempty" doc:"The parameter, or the JSON path in the body (input.period.start); left out when no field is at fault"`
	Rule   innovation.RuleID `json:"rule" doc:"The rule that is broken"`
	Detail string            `json:"detail" doc:"What is wrong"`
	Try    string            `json:"try,omitempty" doc:"What to do about it"`
	Row    int               `json:"row,omitempty" doc:"For a file: the row, from 1, of which field is the column; the header and blank rows are not counted"`
	Line   int               `json:"line,omitempty" doc:"For a file: the line on which the row begins"`
}

// Error gives the title and the detail.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// typePrefix stands before the rule in the type of a problem.
const typePrefix = "urn:innovationregistry:rule:"

// maxViolations is how many violations a problem lists.
const maxViolations = 100

// statusOf is the one place that says how an error of the register is answered.
func statusOf(err *innovation.Error) int {
	for _, r := range edgeRules() {
		if r.id == err.Rule && r.status != 0 {
			return r.status
		}
	}
	switch err.Kind {
	case innovation.Invalid:
		return http.StatusUnprocessableEntity
	case innovation.NotFound:
		return http.StatusNotFound
	case innovation.Exists, innovation.Refused:
		return http.StatusConflict
	case innovation.Stale:
		return http.StatusPreconditionFailed
	case innovation.Unauthorised:
		if err.Rule == "" {
			return http.StatusUnauthorized
		}
		return http.StatusForbidden
	case innovation.Busy, innovation.Closed, innovation.Unsuitable:
		return http.StatusServiceUnavailable
	case innovation.OutcomeUnknown:
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}

// weight orders statuses: of several violations, the first in this order gives
// the answer. What is malformed comes before what is missing, and that before
// what is forbidden.
var weight = []int{
	http.StatusInternalServerError, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed,
	http.StatusUnsupportedMediaType, http.StatusRequestEntityTooLarge, http.StatusPreconditionFailed,
	http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusNotFound, http.StatusConflict,
}

// problemOf describes violations; there is at least one.
func problemOf(all innovation.Errors) *Problem {
	lead := slices.MinFunc(all, func(a, b *innovation.Error) int {
		return slices.Index(weight, statusOf(a)) - slices.Index(weight, statusOf(b))
	})
	rule := lead.Rule
	if rule == "" {
		rule = innovation.RuleID(strings.ReplaceAll(lead.Kind.Error(), " ", "-"))
	}
	p := &Problem{Type: typePrefix + string(rule), Title: titleOf(lead), Status: statusOf(lead), Detail: lead.Detail}
	if lead.Field != "" {
		p.Detail = clip(lead.Field) + ": " + lead.Detail
	}
	for _, v := range all[:min(len(all), maxViolations)] {
		p.Errors = append(p.Errors, Violation{Field: clip(v.Field), Rule: v.Rule, Detail: v.Detail, Try: v.Try})
	}
	return p
}

// titleOf is what the rule says, or else the kind of the error.
func titleOf(err *innovation.Error) string {
	for _, r := range allRules() {
		if r.ID == err.Rule {
			return r.Title
		}
	}
	kind := err.Kind.Error()
	if kind == "" {
		return "Problem"
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}

// fail answers an error: the caller's as it is, a fault as an internal error
// that is logged and not shown.
func (e *edge) fail(w http.ResponseWriter, r *http.Request, err error) {
	var whole *Problem
	if errors.As(err, &whole) {
		e.answer(w, r, whole)
		return
	}
	own := innovation.Violations(err)
	switch {
	case own == nil && (r.Context().Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		own = innovation.Errors{{Kind: innovation.Busy, Rule: ruleCancelled, Detail: "the request was given up before it was answered"}}
	case own == nil:
		e.answer(w, r, e.fault(r, err))
		return
	}
	p := problemOf(own)
	if p.Status == http.StatusInternalServerError {
		p = e.fault(r, err)
	}
	e.answer(w, r, p)
}

// fault logs what nobody outside should see, and describes it by its ID.
func (e *edge) fault(r *http.Request, err error) *Problem {
	id := strings.ToLower(rand.Text())
	e.options.Logger.ErrorContext(r.Context(), "request failed", "request", id,
		"method", r.Method, "path", r.URL.Path, "cause", err)
	return &Problem{Type: typePrefix + string(ruleInternal), Title: "Internal error", Status: http.StatusInternalServerError,
		Detail: "internal error", Instance: "urn:innovationregistry:request:" + id}
}

// panicked answers a panic, unless the response is on its way already.
func (e *edge) panicked(w *sending, r *http.Request, cause any) {
	p := e.fault(r, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
	if w.begun {
		panic(http.ErrAbortHandler) // the client must not take what it has for the whole
	}
	e.answer(w, r, p)
}

// answer sends a problem.
func (e *edge) answer(w http.ResponseWriter, r *http.Request, p *Problem) {
	switch p.Status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusUnauthorized:
		if w.Header().Get("WWW-Authenticate") == "" {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	body, err := encode(p)
	if err != nil {
		panic(err) // texts and numbers
	}
	e.write(w, r, p.Status, "application/problem+json", body)
}

// renamed gives the fields of an error the names that whoever asked has for
// them.
func renamed(err error, name func(*innovation.Error) string) error {
	own := innovation.Violations(err)
	if own == nil {
		return err
	}
	out := make([]error, len(own))
	for i, e := range own {
		c := *e
		c.Field = name(e)
		out[i] = &c
	}
	return innovation.Join(out...)
}

// clip shortens a text for a problem.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if len(s) <= 100 {
		return s
	}
	cut := 100
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
