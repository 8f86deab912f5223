package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// BenchmarkOrganisation compares a read through the handler with the same read
// by net/http and encoding/json alone; the ratio is what the edge costs.
func BenchmarkOrganisation(b *testing.B) {
	st, err := store.OpenMemory(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	api := httpapi.New(st, &httpapi.Options{Authenticate: func(*http.Request) (innovation.PersonID, error) { return "jo", nil }})
	if w := send(api, "POST", "/v1/acts", founded); w.Code != http.StatusOK {
		b.Fatal(w.Body)
	}
	bare := http.NewServeMux()
	bare.HandleFunc("GET /v1/organisations/{organisation}", func(w http.ResponseWriter, r *http.Request) {
		on, err := innovation.ParseDate(r.URL.Query().Get("on"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		o, err := st.Organisation(r.Context(), innovation.On(on), innovation.OrganisationID(r.PathValue("organisation")))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(o)
	})
	for name, handler := range map[string]http.Handler{"bare": bare, "httpapi": api} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if w := send(handler, "GET", "/v1/organisations/ahsn-oxford?on=2014-01-01", ""); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

// BenchmarkNew measures how long a program waits for its handler.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		httpapi.New(nil, nil)
	}
}

func send(h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	var r *http.Request
	if body == "" {
		r = httptest.NewRequest(method, target, nil)
	} else {
		r = httptest.NewRequest(method, target, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
