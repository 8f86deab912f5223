package httpapi_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/dataset"
	"github.com/innovationregistry/registry/store/storetest"
)

// asked is a request that was made.
type asked struct{ method, path, body, accept string }

// recorder remembers the requests that go through it.
type recorder struct {
	through http.RoundTripper
	mu      sync.Mutex
	asked   []asked
}

func (r *recorder) RoundTrip(q *http.Request) (*http.Response, error) {
	body := ""
	if q.Body != nil {
		data, err := io.ReadAll(q.Body)
		if err != nil {
			return nil, err
		}
		body = string(data)
		q.Body = io.NopCloser(strings.NewReader(body))
	}
	r.mu.Lock()
	r.asked = append(r.asked, asked{q.Method, q.URL.RequestURI(), body, q.Header.Get("Accept")})
	r.mu.Unlock()
	return r.through.RoundTrip(q)
}

// offering serves a register as serve does.
func offering(t *testing.T, st *store.Store) *service {
	t.Helper()
	s := &service{t: t, store: st, log: &bytes.Buffer{}}
	s.Server = httptest.NewServer(httpapi.New(st, &httpapi.Options{Clock: func() time.Time { return now }, Logger: slog.New(slog.NewTextHandler(s.log, nil))}))
	t.Cleanup(s.Close)
	return s
}

// answer is what a request is answered, without what names the engine.
func (s *service) answer(q asked) (int, string, string) {
	s.t.Helper()
	var header []string
	if q.accept != "" {
		header = []string{"Accept", q.accept}
	}
	r := s.do(q.method, q.path, q.body, header...)
	return r.StatusCode, strings.Replace(r.body, `"engine":"`+s.store.Engine()+`"`, `"engine":""`, 1), r.Header.Get("Etag")
}

// corrected corrects a name, ends one, and erases that of a person.
func (s *service) corrected() {
	s.t.Helper()
	v, all := innovation.View{On: innovation.MustDate("2024-06-01")}, store.FactFilter{AllDays: true}
	names, err1 := store.Facts[innovation.Name](s.t.Context(), s.store, v, all)
	people, err2 := store.Facts[innovation.Person](s.t.Context(), s.store, v, all)
	if err := errors.Join(err1, err2); err != nil || len(names.Facts) < 2 || len(people.Facts) == 0 {
		s.t.Fatalf("%d names, %d people, %v", len(names.Facts), len(people.Facts), err)
	}
	_, err := s.store.Update(s.t.Context(), innovation.Act{Actor: "jo", Reason: "put right"}, func(ctx context.Context, tx *store.Tx) error {
		corrected := names.Facts[0].Value
		corrected.Text = "=" + corrected.Text
		return errors.Join(tx.Correct(ctx, names.Facts[0].ID, corrected), tx.Retract(ctx, names.Facts[1].ID), tx.Retract(ctx, people.Facts[0].ID))
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// A register that was given out as a dataset and brought back, whatever its
// engine, answers every question as before: of today, of other days, and as
// known before.
func TestADatasetAnswersTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("it asks every question of several registers: run without -short")
	}
	// What every operation that reads can be asked, by a register that has it all.
	full := serve(t)
	full.fund()
	full.do("POST", "/v1/acts", more).want(t, 200)
	full.do("POST", "/v1/acts", adopting).want(t, 200)
	full.do("POST", "/v1/reports", oneReport).want(t, 201)
	full.spreading()
	full.corrected()
	client := full.Client()
	rec := &recorder{through: client.Transport}
	client.Transport = rec
	full.reads(nil)
	client.Transport = rec.through

	published := serve(t)
	if _, err := published.store.Load(t.Context(), england.Acts(), nil); err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("inn-1", "inn-pincer", "prog-1", "prog-pincer", "pot-2013", "env-2013-pot", "aw-oxford", "award-nia-2015",
		"=thing", "=inn-pincer", "=t-00", "=ouh")

	for _, tt := range []struct {
		name  string
		of    *service
		names *strings.Replacer
		least int // requests that are answered
	}{
		{"samples", full, strings.NewReplacer(), 300},
		{"england", published, names, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := tt.of.store.Changes(t.Context(), 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			views := []string{"", "on=2013-10-15", "on=2020-03-01", "known=" + url.QueryEscape(feed.Acts[len(feed.Acts)/2].At.Format(time.RFC3339Nano)), "on=2022-01-01&publishedBy=2019-01-01"}
			zip := filepath.Join(t.TempDir(), "register.zip")
			if _, err := dataset.Export(t.Context(), tt.of.store, dataset.Target{Path: zip}, nil); err != nil {
				t.Fatal(err)
			}
			want := map[asked]string{}
			var questions []asked
			for _, q := range rec.asked {
				q.path = tt.names.Replace(q.path)
				for _, view := range views {
					q := q
					if view != "" && q.method == "GET" && !strings.Contains(q.path, "on=20") {
						mark := "?"
						if strings.Contains(q.path, "?") {
							mark = "&"
						}
						q.path += mark + view
					} else if view != "" {
						continue
					}
					questions = append(questions, q)
				}
			}
			answered := 0
			for _, q := range questions {
				code, body, tag := tt.of.answer(q)
				if want[q] = tag + body; code == 200 {
					answered++
				}
			}
			if answered < tt.least {
				t.Errorf("%d of %d questions are answered, want %d", answered, len(questions), tt.least)
			}
			for _, e := range []storetest.Engine{storetest.Memory(), storetest.File(), storetest.PostgreSQL()} {
				t.Run(e.Name, func(t *testing.T) {
					to := e.Open(t, &store.Options{})
					if _, err := dataset.Import(t.Context(), to, zip, nil); err != nil {
						t.Fatal(err)
					}
					s := offering(t, to)
					for _, q := range questions {
						if _, body, tag := s.answer(q); tag+body != want[q] {
							t.Errorf("%s %s (%s) (-want +got):\n%.3000s", q.method, q.path, q.accept, cmp.Diff(want[q], tag+body))
						}
					}
				})
			}
			t.Logf("%d questions, %d answered", len(questions), answered)
		})
	}
}
