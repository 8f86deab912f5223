package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func callCommand() *command {
	q, list, actor := &query{}, false, ""
	c := &command{
		name: "call", args: "OPERATION [name=value…]", min: 0, max: -1,
		short: "any operation that the register has over HTTP",
		long: `Runs one operation of the HTTP interface in this process, without a server, and
prints its answer as JSON. Its fields are given as name=value; name=@FILE takes
the value from a file, name=@- from the input. A write is an act: it needs -actor
and the field reason.

  innovationd call -list            lists the operations
  innovationd call OPERATION -help  shows the fields of one`,
		examples: []string{"innovationd call licence.board on=2013-05-23", "innovationd call decision.record -actor pat-0001 -help"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			q.format = ""
			f.Lookup("format").Usage = "`FORMAT` of the answer: json when left out, table or csv where the operation has a table, svg where it has a figure"
			q.charts = []string{}
			boolVar(f, &list, "list", false, "list the operations")
			stringVar(f, &actor, "actor", "", "for a write: the `KEY` of the person who acts, whatever it is, never a name")
		},
		helpFor: func(p *program, args []string) error {
			op, err := findOperation(args[0])
			if err == nil {
				operationHelp(p.stdout, op)
			}
			return err
		},
	}
	c.run = func(ctx context.Context, p *program, args []string) error {
		if list {
			q.format = cmp.Or(q.format, "table")
			return q.listOperations(p)
		}
		q.format = cmp.Or(q.format, "json")
		if len(args) == 0 {
			return usage("call needs the name of an operation").trying("innovationd call -list")
		}
		op, err := findOperation(args[0])
		if err != nil {
			return err
		}
		if _, err := q.view(p.now()); err != nil {
			return err
		}
		values, err := p.values(op, args[1:])
		if err != nil {
			return err
		}
		return q.call(ctx, p, op, values, innovation.PersonID(actor))
	}
	return c
}

func findOperation(id string) (httpapi.Operation, error) {
	var like []string
	for _, op := range httpapi.Operations() {
		if op.ID == id {
			return op, nil
		}
		noun, _, _ := strings.Cut(id, ".")
		if strings.Contains(op.ID, id) || strings.HasPrefix(op.ID, strings.TrimSuffix(noun, "s")) {
			like = append(like, op.ID)
		}
	}
	try := "innovationd call -list"
	if len(like) > 0 && len(like) <= 8 {
		try += "; or did you mean " + strings.Join(like, " or ") + "?"
	}
	return httpapi.Operation{}, usage("there is no operation " + quote(id)).trying(try)
}

// listed is an operation in the list.
type listed struct {
	ID      string `json:"operation"`
	Write   bool   `json:"write,omitempty"`
	Method  string `json:"method"`
	Path    string `json:"path"`
	Summary string `json:"summary"`
}

// listOperations prints the table of operations.
func (q *query) listOperations(p *program) error {
	if err := q.checkFormat(); err != nil {
		return err
	}
	s := section{name: "operations", head: []string{"operation", "writes", "method", "path", "what it does"}}
	var all []listed
	for _, op := range httpapi.Operations() {
		all = append(all, listed{op.ID, op.Write, op.Method, op.Path, op.Summary})
		s.add(op.ID, op.Write, op.Method, op.Path, op.Summary)
	}
	rep := &report{title: plural(len(s.rows), "operation", "operations"), sections: []section{s}}
	rep.note("The fields of one: innovationd call OPERATION -help")
	return q.print(context.Background(), p, nil, all, rep)
}

// operationHelp shows the fields of an operation.
func operationHelp(w io.Writer, op httpapi.Operation) {
	fmt.Fprintf(w, "%s\n\nUsage:\n  innovationd call %s", op.Summary, op.ID)
	if op.Write {
		fmt.Fprint(w, " -actor KEY")
	}
	for _, f := range op.Fields {
		if f.Required {
			fmt.Fprintf(w, " %s=…", f.Name)
		}
	}
	fmt.Fprintf(w, "\n\nOver HTTP:\n  %s %s\n", op.Method, op.Path)
	if len(op.Fields) == 0 {
		return
	}
	fmt.Fprintln(w, "\nFields:")
	var lines [][2]string
	for _, f := range op.Fields {
		text := f.Doc
		kind := cmp.Or(f.Format, f.Type)
		if kind != "" && kind != "string" {
			text += " (" + kind + ")"
		}
		if len(f.Enum) > 0 && len(f.Enum) < 20 {
			text += ": " + strings.Join(f.Enum, ", ")
		}
		if f.Repeated {
			text += "; may be given several times"
		}
		if f.Required {
			text += " [needed]"
		}
		lines = append(lines, [2]string{f.Name + "=", text})
	}
	columns(w, "  ", lines)
}

// values reads name=value arguments of an operation. A file is taken as it is.
func (p *program) values(op httpapi.Operation, args []string) ([][2]string, error) {
	var out [][2]string
	for _, a := range args {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return nil, usage(quote(a) + " is no name=value").trying("the name of a field, =, and its value without spaces around the =")
		}
		if file, ok := strings.CutPrefix(value, "@"); ok {
			var data []byte
			var err error
			if file == "-" {
				data, err = io.ReadAll(p.stdin)
			} else {
				data, err = os.ReadFile(file)
			}
			if err != nil {
				return nil, failed(name + ": " + lastLine(err.Error())).trying("@ before a value means the name of a file")
			}
			if value = string(data); isFile(op, name) {
				out = append(out, [2]string{name, value})
				continue
			}
			value = strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
		}
		if !utf8.ValidString(value) {
			return nil, &innovation.Error{Kind: innovation.Invalid, Rule: innovation.RuleTextInvalid, Field: name,
				Detail: "the text is not valid UTF-8", Try: "save or send it as UTF-8"}
		}
		out = append(out, [2]string{name, value})
	}
	return out, nil
}

// isFile reports whether a field of an operation is a file.
func isFile(op httpapi.Operation, name string) bool {
	return slices.ContainsFunc(op.Fields, func(f httpapi.Field) bool { return f.Name == name && f.Format == "binary" })
}

// call runs an operation against the handler and prints its answer.
func (q *query) call(ctx context.Context, p *program, op httpapi.Operation, values [][2]string, actor innovation.PersonID) error {
	for _, f := range op.Fields {
		for name, value := range map[string]string{"on": q.on, "known": q.known, "publishedBy": q.publishedBy} {
			if f.Name == name && f.In == "query" && value != "" {
				values = append(values, [2]string{name, value})
			}
		}
	}
	if q.format == "svg" && !op.SVG {
		return usage(op.ID + " has no figure").trying("-format json")
	}
	if q.format != "json" && q.format != "svg" && !op.CSV {
		return usage(op.ID + " has no table").trying("-format json")
	}
	if op.Write && actor == "" {
		return usage(op.ID + " writes, and nobody is named who acts").trying("-actor and the key of a person, as: -actor pat-0001")
	}
	if err := innovation.CheckKey("-actor", string(actor)); op.Write && err != nil {
		return &flagError{err}
	}
	request, err := httpapi.NewRequest(ctx, op.ID, values)
	if err != nil {
		return err
	}
	switch q.format {
	case "json":
	case "svg":
		request.Header.Set("Accept", "image/svg+xml")
	default:
		request.Header.Set("Accept", "text/csv")
	}
	open := q.place.openToRead
	if op.Write {
		open = q.place.openToWrite
	}
	st, err := open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	answer := serveOnce(st.Store, request, p, actor)
	if answer.status >= 400 {
		return answer.problem()
	}
	switch q.format {
	case "csv", "svg":
		_, err = p.stdout.Write(answer.Bytes())
	case "table":
		err = tableOfCSV(p.stdout, answer)
	default:
		err = answer.indent(p.stdout)
	}
	return err
}

// serveOnce answers one request in this process.
func serveOnce(st *store.Store, r *http.Request, p *program, actor innovation.PersonID) *answer {
	api := httpapi.New(st, &httpapi.Options{
		Clock:        p.now,
		MaxBody:      64 << 20, // the caller is at this machine
		Authenticate: func(*http.Request) (innovation.PersonID, error) { return actor, nil },
	})
	a := &answer{status: http.StatusOK, header: http.Header{}}
	api.ServeHTTP(a, r)
	return a
}

// answer is a response that is kept.
type answer struct {
	bytes.Buffer
	header http.Header
	status int
}

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) indent(w io.Writer) error {
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(a.Bytes()), "", "  "); err != nil {
		out = a.Buffer
	}
	out.WriteByte('\n')
	_, err := out.WriteTo(w)
	return err
}

// problem is the problem document of a refused request as errors.
func (a *answer) problem() error {
	var doc httpapi.Problem
	if err := json.Unmarshal(a.Bytes(), &doc); err != nil || doc.Title == "" {
		return failed(fmt.Sprintf("the operation answered %d", a.status))
	}
	var errs innovation.Errors
	for _, v := range doc.Errors {
		errs = append(errs, &innovation.Error{Kind: innovation.Refused, Rule: v.Rule, Field: v.Field, Detail: v.Detail, Try: v.Try})
	}
	if len(errs) == 0 {
		return failed(strings.TrimSpace(doc.Title + ": " + doc.Detail))
	}
	return errs
}

// tableOfCSV lays CSV out in columns.
func tableOfCSV(w io.Writer, a *answer) error {
	rows, err := csv.NewReader(bytes.NewReader(a.Bytes())).ReadAll()
	if err != nil || len(rows) == 0 {
		return errors.Join(err, failed("the operation answered with no table"))
	}
	s := section{head: rows[0]}
	for _, row := range rows[1:] {
		cells := make([]any, len(row))
		for i, c := range row {
			cells[i] = c
		}
		s.rows = append(s.rows, cells)
	}
	(&report{}).grid(w, s)
	return nil
}
