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
	// adoption.count GET /v1/adoption-counts
	// adoption.list GET /v1/adoptions
	// adoption.months GET /v1/adoption-months
	// adoption.movement GET /v1/adoption-movement
	// adoption.state GET /v1/adoption-state
	// change.list GET /v1/changes
	// condition.due GET /v1/conditions-due
	// cost-per-adopter.get GET /v1/cost-per-adopter
	// envelope.shares GET /v1/envelopes/{envelope}/shares
	// innovation.list GET /v1/innovations
	// ladder.get GET /v1/ladder
	// leverage.get GET /v1/leverage
	// licence.board GET /v1/licence-board
	// licence.ending GET /v1/licences-ending
	// milestone.list GET /v1/milestones
	// observation.list GET /v1/observations
	// organisation.list GET /v1/organisations
	// quiet-stop.list GET /v1/quiet-stops
	// runway.get GET /v1/runway
	// self-sufficiency.get GET /v1/self-sufficiency
	// split.propose POST /v1/splits
	// spread.fit GET /v1/spread-fit
	// spread.get GET /v1/spread
	// still-using.get GET /v1/still-using
	// stop.list GET /v1/stops
	// uptake.funnel GET /v1/uptake-funnel
	// uptake.movers GET /v1/uptake-movers
	// uptake.series GET /v1/uptake-series
	// uptake.standing GET /v1/uptake-standing
	// variance.get GET /v1/variance
	// who-next.get GET /v1/who-next
}
