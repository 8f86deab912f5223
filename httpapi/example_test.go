package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// A host mounts the register beside its own routes and says who may write.
func ExampleNew() {
	st, err := store.OpenMemory(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer st.Close()

	mux := http.NewServeMux()
	mux.Handle("/registry/", http.StripPrefix("/registry", httpapi.New(st, &httpapi.Options{
		Prefix: "/registry",
		Clock:  func() time.Time { return time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC) },
		Authenticate: func(r *http.Request) (innovation.PersonID, error) {
			if r.Header.Get("Authorization") != "Bearer s3cret" {
				return "", &innovation.Error{Kind: innovation.Unauthorised, Detail: "the token is not known"}
			}
			return "pat-0001", nil
		},
	})))

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/registry/v1/conditions-due?withinDays=30", nil))
	fmt.Print(w.Code, " ", w.Body)
	w = httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("POST", "/registry/v1/acts", nil))
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	// Output:
	// 200 {"recipe":{"on":"2024-06-01","act":0},"withinDays":30,"conditions":[]}
	// 401 application/problem+json
}

// A command line makes its calls from names and values, as the binary does.
func ExampleNewRequest() {
	r, err := httpapi.NewRequest(context.Background(), "name.record", [][2]string{
		{"reason", "renamed"},
		{"input.organisation", "ahsn-oxford"},
		{"input.text", "Health Innovation Oxford"},
		{"input.kind", "current"},
		{"input.period.start", "2023-10-01"},
	})
	fmt.Println(r.Method, r.URL, err)
	_, err = httpapi.NewRequest(context.Background(), "rule.list", [][2]string{{"on", "2023-10-01"}})
	fmt.Println(err)
	// Output:
	// POST /v1/facts/names <nil>
	// on: rule.list has no such field; use none: it takes nothing
}

// Operations is the table behind HTTP, the binary's commands and their help.
func ExampleOperations() {
	for _, op := range httpapi.Operations() {
		if !op.Write && op.CSV {
			fmt.Println(op.ID, op.Method, op.Path)
		}
	}
	// Output:
	// change.list GET /v1/changes
	// condition.due GET /v1/conditions-due
	// envelope.shares GET /v1/envelopes/{envelope}/shares
	// ladder.get GET /v1/ladder
	// leverage.get GET /v1/leverage
	// licence.board GET /v1/licence-board
	// licence.ending GET /v1/licences-ending
	// organisation.list GET /v1/organisations
	// runway.get GET /v1/runway
	// self-sufficiency.get GET /v1/self-sufficiency
	// split.propose POST /v1/splits
	// variance.get GET /v1/variance
}
