// Package httpapi offers the operations of a register over HTTP.
//
// New makes an http.Handler from an open store. Every operation of the store is
// one typed HTTP operation under /v1; Operations lists them, and the OpenAPI
// document at /openapi.json and /openapi.yaml is made from the same types.
//
// # Reading
//
// Every read at a view takes on (a day, today in London when left out), known
// (an instant, or a day that counts to its end in London) and publishedBy. Query
// parameters that an operation does not have are refused, and so are empty
// ones. Lists come in pages: pass next as page. An organisation, a licence, an
// envelope, an award and an issued report carry an ETag and answer
// If-None-Match. A proposal of a split takes its question as a body: it is sent
// by POST, and records nothing.
//
// # Writing
//
// A write is an act: its body gives a reason, sources and the input of the
// operation. Facts of every type are written in one way:
//
//	POST /v1/facts/names                record
//	PUT  /v1/facts/names/{fact}         correct: the register was wrong
//	POST /v1/facts/names/{fact}/revise  revise: the world changed
//	POST /v1/facts/{fact}/end           end: nothing follows
//	POST /v1/facts/{fact}/retract       retract: it was never true
//	POST /v1/facts/{fact}/citations     cite a further source; …/withdraw takes it back
//	POST /v1/acts                       several of these as one act
//
// A file of awards or a ledger is brought in by POST /v1/imports, whose body is
// the file: the reason and the source stand in the query.
//
// An Idempotency-Key makes a write harmless to repeat; a file needs none, for
// what is in the register already is not added again. If-Match takes ETags and
// refuses the write when one of their entities has changed since: a tag names its entity, so that what hangs on an entity (a condition of
// a licence) can be written under the entity's tag.
//
// # Problems
//
// Whatever is wrong is answered as application/problem+json (RFC 9457) whose
// type is urn:innovationregistry:rule: and the ID of the rule; its member errors
// lists every violation. A fault of the register is logged under a request ID
// and shown as "internal error" with that ID and nothing else. 504 means that a
// commit was sent and its answer lost: repeat the write with its key.
package httpapi

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// Options sets how the register is offered. Nil, and the zero value, offer it
// for reading only, at the root of the host.
type Options struct {
	// Authenticate says who writes. It is asked before a write is read, and
	// never for reads: a host that does not publish its register guards the
	// handler itself. An error of kind innovation.Unauthorised answers 401, or
	// 403 when it carries a rule of its own; other errors of the register answer
	// by their kind; anything else is a fault. Nil refuses all writes with 403.
	Authenticate func(*http.Request) (innovation.PersonID, error)
	// Clock tells what today is; time.Now when nil.
	Clock func() time.Time
	// Logger gets faults, each once. Nothing is logged when nil.
	Logger *slog.Logger
	// Prefix is the path under which the host mounts the handler, for example
	// "/registry": it stands in the OpenAPI document and in Location headers.
	// Requests must arrive without it (http.StripPrefix).
	Prefix string
	// MaxBody is the longest body that is read, in bytes; 1 MiB when 0.
	MaxBody int64
	// MaxFile is the longest file that is brought in, in bytes; 32 MiB when 0.
	MaxFile int64
}

// New offers the register over HTTP. The handler is safe for concurrent use,
// starts no goroutines and does not close the store. It answers for every path
// below where it is mounted; a host that mounts it beside its own routes uses a
// prefix:
//
//	mux.Handle("/registry/", http.StripPrefix("/registry", httpapi.New(st, &httpapi.Options{Prefix: "/registry"})))
func New(st *store.Store, opts *Options) http.Handler {
	return newEdge(st, opts)
}

// edge is where requests become calls of the store.
type edge struct {
	store    *store.Store
	options  Options
	london   *time.Location
	mux      *http.ServeMux
	table    *table
	verify   sync.Mutex // one verification at a time: it reads everything
	document func() []byte
}

func newEdge(st *store.Store, opts *Options) *edge {
	e := &edge{store: st, mux: http.NewServeMux()}
	if opts != nil {
		e.options = *opts
	}
	if e.options.Clock == nil {
		e.options.Clock = time.Now
	}
	if e.options.Logger == nil {
		e.options.Logger = slog.New(slog.DiscardHandler)
	}
	if e.options.MaxBody <= 0 {
		e.options.MaxBody = 1 << 20
	}
	if e.options.MaxFile <= 0 {
		e.options.MaxFile = 32 << 20
	}
	e.options.Prefix = strings.TrimSuffix(e.options.Prefix, "/")
	e.london = London()
	e.table = newTable(e)
	e.document = sync.OnceValue(func() []byte { return e.table.openAPI() })
	e.mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Write(e.document())
	})
	e.mux.HandleFunc("GET /openapi.yaml", func(w http.ResponseWriter, r *http.Request) {
		e.table.describe()
		text, err := e.table.api.OpenAPI().YAML()
		if err != nil {
			e.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/openapi+yaml")
		w.Write(text)
	})
	return e
}

// ServeHTTP answers a request, whatever becomes of it.
func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent := &sending{ResponseWriter: w}
	defer func() {
		switch cause := recover(); {
		case cause == http.ErrAbortHandler:
			panic(cause)
		case cause != nil:
			e.panicked(sent, r, cause)
		}
	}()
	sent.Header().Set("X-Content-Type-Options", "nosniff")
	escaped := r.URL.EscapedPath()
	if !strings.HasPrefix(escaped, "/") || escaped != cleanPath(escaped) {
		e.fail(sent, r, pathUnknown(r))
		return
	}
	if handler, pattern := e.mux.Handler(r); pattern == "" {
		e.unrouted(sent, r, handler)
		return
	}
	e.mux.ServeHTTP(sent, r)
}

// unrouted says why no operation serves the request: the mux knows whether
// another method would.
func (e *edge) unrouted(w http.ResponseWriter, r *http.Request, fallback http.Handler) {
	var seen discarding
	fallback.ServeHTTP(&seen, r)
	allow := seen.Header().Get("Allow")
	if seen.status != http.StatusMethodNotAllowed || allow == "" {
		e.fail(w, r, pathUnknown(r))
		return
	}
	w.Header().Set("Allow", allow)
	e.fail(w, r, innovation.Invalidf(ruleMethod, "", "%s is not offered here", clip(r.Method)).Trying("use %s", allow))
}

func pathUnknown(r *http.Request) error {
	return &innovation.Error{Kind: innovation.NotFound, Rule: rulePath, Detail: "there is nothing at " + clip(r.URL.Path),
		Try: "look at openapi.json for what there is"}
}

// cleanPath is path.Clean that keeps a slash at the end, as the mux does.
func cleanPath(p string) string {
	clean := path.Clean(p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// sending notes whether the head of the response is on its way.
type sending struct {
	http.ResponseWriter
	begun bool
}

func (s *sending) WriteHeader(status int) {
	s.begun = true
	s.ResponseWriter.WriteHeader(status)
}

func (s *sending) Write(b []byte) (int, error) {
	s.begun = true
	return s.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController the writer below.
func (s *sending) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// discarding keeps the head of a response.
type discarding struct {
	header http.Header
	status int
}

func (d *discarding) Header() http.Header {
	if d.header == nil {
		d.header = http.Header{}
	}
	return d.header
}
func (d *discarding) Write(b []byte) (int, error) { return len(b), nil }
func (d *discarding) WriteHeader(status int)      { d.status = status }

// write sends a value as JSON.
func (e *edge) write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		e.options.Logger.DebugContext(r.Context(), "response not taken", "cause", err)
	}
}

// encode writes a value as JSON, without escaping what only HTML needs escaped.
func encode(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// today is the day it is in London.
func (e *edge) today() innovation.Date { return innovation.DateOf(e.options.Clock(), e.london) }

// actor asks who writes.
func (e *edge) actor(ctx context.Context, r *http.Request) (innovation.PersonID, error) {
	if e.options.Authenticate == nil {
		return "", &innovation.Error{Kind: innovation.Unauthorised, Rule: ruleReadOnly,
			Detail: "this register is offered for reading only", Try: "configure an authenticator where it is served"}
	}
	actor, err := e.options.Authenticate(r.WithContext(ctx))
	if err == nil && actor == "" {
		err = &innovation.Error{Kind: innovation.Unauthorised, Rule: ruleActor, Detail: "the request does not say who writes"}
	}
	return actor, err
}
