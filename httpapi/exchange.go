package httpapi

import (
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// The bounds of parameters: more than any question needs, and less than would
// trouble an engine.
const (
	maxParameter = 1024 // bytes
	maxRepeats   = 100
)

// checkRequest refuses query parameters that the operation does not have, that
// are given more often than they may be, or that have no value the register
// could use. known says which there are, and which may be repeated.
func (x *exchange) checkRequest(known map[string]bool) error {
	values, err := url.ParseQuery(x.r.URL.RawQuery)
	if err != nil {
		return innovation.Invalidf(ruleQuery, "", "the query cannot be read: %s", clip(err.Error())).Trying("percent-encode names and values")
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		repeated, ok := known[name]
		switch given := values[name]; {
		case !ok && len(known) == 0:
			errs = append(errs, innovation.Invalidf(ruleParameter, clip(name), "this operation has no query parameters"))
		case !ok:
			errs = append(errs, innovation.Invalidf(ruleParameter, clip(name), "this operation has no such query parameter").
				Trying("use %s", strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
		case !repeated && len(given) > 1:
			errs = append(errs, innovation.Invalidf(ruleParameterMore, name, "the parameter is given %d times", len(given)))
		case len(given) > maxRepeats:
			errs = append(errs, innovation.Invalidf(ruleParameterMore, name, "the parameter is given %d times", len(given)).
				Trying("give it at most %d times", maxRepeats))
		default:
			for _, v := range given {
				if v == "" {
					errs = append(errs, innovation.Invalidf(ruleParameterBad, name, "the parameter has no value").Trying("give one, or leave it out"))
				}
				errs = append(errs, innovation.CheckText(name, v, maxParameter))
			}
		}
		if len(errs) >= maxViolations {
			break
		}
	}
	return innovation.Join(errs...)
}

// send writes the answer of an operation, once it is whole.
func (x *exchange) send(status int, out answered) error {
	if out.sent {
		return nil
	}
	contentType := "application/json"
	var body []byte
	var err error
	if out.file != nil {
		contentType, body = out.file.contentType, out.file.body
		x.w.Header().Set("Content-Disposition", `attachment; filename="`+out.file.name+`"`)
	} else if x.svg {
		contentType = svgType
		body, err = encodeSVG(out.body, x.r.URL.Query().Get("chart"))
		x.w.Header().Set("Content-Security-Policy", svgPolicy)
	} else if x.csv {
		contentType = "text/csv; charset=utf-8; header=present"
		body, err = encodeCSV(out.body)
	} else {
		body, err = encode(out.body)
	}
	if err != nil {
		return err
	}
	head := x.w.Header()
	head.Set("Cache-Control", "no-cache")
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead {
		head.Set("Cache-Control", "no-store")
	}
	if out.tag != nil {
		tag := out.tag.text(body)
		head.Set("ETag", tag)
		if noneMatch(x.r.Header.Values("If-None-Match"), tag) {
			x.w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	if out.location != "" {
		head.Set("Location", x.edge.options.Prefix+out.location)
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	x.edge.write(x.w, x.r, status, contentType, body)
	return nil
}

// body reads a body of JSON.
func (x *exchange) body() ([]byte, error) {
	return x.read(x.edge.options.MaxBody, "application/json")
}

// read reads a body of one of the types, at most that long.
func (x *exchange) read(most int64, types ...string) ([]byte, error) {
	kind, parameters, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	charset := strings.ToLower(parameters["charset"])
	ofTable := kind == "text/csv" && charset == "windows-1252" // which a table may be, and shows itself
	if err != nil || !slices.Contains(types, kind) || charset != "" && charset != "utf-8" && !ofTable {
		e := innovation.Invalidf(ruleMediaType, "", "the body is of the type %q", clip(x.r.Header.Get("Content-Type")))
		if len(types) == 1 {
			return nil, e.Trying("send JSON with Content-Type: %s", types[0])
		}
		return nil, e.Trying("send the file with one of these as Content-Type: %s", strings.Join(types, ", "))
	}
	if coding := x.r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return nil, innovation.Invalidf(ruleMediaType, "", "the body is coded as %q", clip(coding)).Trying("send it as it is")
	}
	tooLarge := innovation.Invalidf(ruleBodyTooLarge, "", "the body has more than %d bytes", most).
		Trying("send less in one request")
	if x.r.ContentLength > most {
		x.w.Header().Set("Connection", "close") // what is not read would have to be
		return nil, tooLarge
	}
	w := x.w
	if s, ok := w.(*sending); ok {
		w = s.ResponseWriter // the server's own closes the connection
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, x.r.Body, most))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return nil, tooLarge
	case err != nil:
		return nil, innovation.Invalidf(ruleBody, "", "the body did not arrive whole")
	}
	return raw, nil
}
